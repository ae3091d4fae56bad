"""What holds only from some version on: what the runtime mended, and what it brought."""

from collections.abc import Iterator

from dtao.units import AccountId, NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.laws.neurons import epochs
from dtao_properties.model.audit import audit
from dtao_properties.model.step import Step
from dtao_spec.chapters.dividends.division import DEFAULT_TAKE

GATED = {
    273: ("add_stake", "remove_stake", "move_stake", "transfer_stake", "swap_stake", "swap_stake_limit",
          "recycle_alpha", "burn_alpha"),
    274: ("add_stake_limit",),
}  # fmt: skip
"""For each version the calls that began to heed whether a token is enabled."""


@invariant(
    "children change at epochs",
    "A block changes children and parents on a subnet only where a tempo ends in it.",
    "CHILD-1", "CHILD-2", "BLOCK-3",
    since=238,
)  # fmt: skip
def _at_epochs(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    due = set(epochs(step))
    for netuid, subnet in step.after.subnets.items():
        before = step.before.subnet(netuid)
        family = (before.child_keys, before.parent_keys)
        if netuid and netuid not in due and (subnet.child_keys, subnet.parent_keys) != family:
            yield f"children of subnet {netuid} change within its tempo"


@invariant(
    "root stake earns TAO alone",
    "Where a tempo ends, a hotkey without stake on the subnet gets none of its dividends in alpha, however much it has"
    " on root: so no dividend of root is paid twice.",
    "DIV-5", "DIV-12",
    since=244,
    until=337,
)  # fmt: skip
def _once(step: Step) -> Iterator[str]:
    due = epochs(step) if step.is_block else []
    for netuid in due if len(due) == 1 else ():
        before, after = step.before.subnet(netuid), step.after.subnet(netuid)
        for hotkey, paid in after.alpha_dividends.items():
            pool, on_root = before.share_pools.get(hotkey), step.before.subnet(NetUid(0)).share_pools.get(hotkey)
            if paid and (pool is None or pool.total_alpha == 0) and on_root is not None and on_root.total_alpha:
                weighted = on_root.total_alpha * step.before.parameters.tao_weight
                if weighted >= 2**96:  # else the weight of its TAO is rounded to nothing
                    yield f"{hotkey} has no stake on subnet {netuid}, and gets {paid} alpha rao of dividends there"


@invariant(
    "no more alpha than was pending",
    "Where a tempo ends, the stakes of the subnet grow by no more than the alpha that was pending and the owner cut:"
    " not by what was sold for root.",
    "DIV-9", "DIV-12", "DIV-13",
    status=Status.LEAKS,
    reason="Where nobody earns dividends, miners get the emission with the sold alpha in it; before 257 root's part"
    " was estimated instead of what was sold.",
    leaks=("sold alpha to miners", "saturation"),
    since=257,
    until=337,
)  # fmt: skip
def _no_more(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    found = audit(step)
    named = {(leak.name, leak.netuid): leak.amount for leak in found.leaks} if found is not None else {}
    for netuid in epochs(step):
        stakes = [
            sum(pool.total_alpha for pool in state.subnet(netuid).share_pools.values())
            for state in (step.before, step.after)
        ]
        emission, created = step.before.emission(netuid), step.after.emission(netuid).alpha_out
        pending = emission.pending_emission + emission.pending_owner_cut + created
        if ("saturation", netuid) in named:
            continue
        if (more := stakes[1] - stakes[0] - pending + named.get(("sold alpha to miners", netuid), 0)) > 0:
            yield f"the stakes of subnet {netuid} grow by {more} alpha rao more than was pending"


@invariant(
    "the owner's hotkey mines for nothing",
    "A tempo pays no incentive to the hotkey of the subnet's owner: its stake grows by no more than the owner cut"
    " and its dividends.",
    "DIV-9",
    since=252,
    until=360,
)  # fmt: skip
def _burned(step: Step) -> Iterator[str]:
    for netuid in epochs(step) if step.is_block else ():
        subnet, emission = step.before.subnet(netuid), step.before.emission(netuid)
        hotkey = subnet.owner_hotkey
        if hotkey is None or subnet.owner is None:
            continue
        stakes = [state.subnet(netuid).share_pools.get(hotkey) for state in (step.before, step.after)]
        had, has = (0 if pool is None else pool.total_alpha for pool in stakes)
        created = step.after.emission(netuid).alpha_out
        cut = emission.pending_owner_cut + created * step.before.parameters.subnet_owner_cut // 65_535
        rest = step.after.subnet(netuid).alpha_dividends.get(hotkey, 0)
        take = step.before.delegates.get(hotkey, DEFAULT_TAKE)
        most = cut + rest + (rest + 1) * take // max(65_535 - take, 1) + 2
        if take < 65_535 and has - had > most:
            yield f"the stake on the owner's hotkey of subnet {netuid} grows by {has - had}, of which {most} are due"


@invariant(
    "nothing before the start",
    "A block changes neither the pool nor the moving price nor what is pending of a subnet that was not started, but"
    " for what its tempo pays out.",
    "EMIT-8", "BLOCK-3",
    since=257,
    until=341,
)  # fmt: skip
def _not_started(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    due = epochs(step)
    for netuid, subnet in step.before.subnets.items():
        if netuid == 0 or not subnet.added or subnet.first_emission_block_number is not None:
            continue
        if step.after.pool(netuid) != step.before.pool(netuid):
            yield f"the pool of subnet {netuid} changes, which was not started"
        pending = step.before.emission(netuid).pending_emission, step.after.emission(netuid).pending_emission
        if netuid not in due and pending[0] != pending[1]:
            yield f"{pending[1] - pending[0]} alpha rao wait on subnet {netuid}, which was not started"


@invariant(
    "what one sale would not pay stays",
    "Unstaking everything sells nothing on a subnet whose pool pays no more than the least stake for it.",
    "STAKE-16", "STAKE-17",
    since=261,
    until=284,
)  # fmt: skip
def _passed_over(step: Step) -> Iterator[str]:
    if not step.accepted or step.name not in ("unstake_all", "unstake_all_alpha"):
        return
    first: dict[str, tuple[int, ...]] = {}
    for event in step.events:
        if event[0] == "StakeRemoved":
            first.setdefault(event[5], (int(event[3]), int(event[4]), int(event[6])))
    for netuid, (paid, alpha, fee) in first.items():
        if alpha and paid + fee <= 500_000:
            yield f"{alpha} alpha rao of subnet {netuid} were sold for {paid + fee} rao"


@invariant(
    "no trade with a disabled token",
    "Stake is added, removed, moved, recycled or burned only on subnets whose token is enabled; from 274 on also where"
    " it is added with a limit.",
    "STAKE-22", "STAKE-24", "STAKE-25", "MOVE-5",
    status=Status.LEAKS,
    reason="A removal with a limit does not ask, until 273 neither does an addition with one.",
    leaks=("sale past the gate", "purchase past the gate"),
    since=273,
)  # fmt: skip
def _gated(step: Step) -> Iterator[str]:
    version = step.era.spec_version
    # an earlier version is held to what 273 asks
    calls = [name for since, names in GATED.items() if since <= max(version, 273) for name in names]
    if not step.accepted or step.name not in calls:
        return
    for name in ("netuid", "origin_netuid", "destination_netuid"):
        if name in step.args and not step.before.subnet(NetUid(step.argument(name))).subtoken_enabled:
            yield f"{step.name} was accepted on subnet {step.args[name]}, whose token is disabled"


@invariant(
    "a swapped hotkey keeps no stake",
    "A swap of a hotkey on all subnets leaves no stake on the old one, on any network that exists.",
    "KEY-3", "KEY-4", "KEY-9",
    since=276,
    until=400,
)  # fmt: skip
def _nothing_left(step: Step) -> Iterator[str]:
    if not step.accepted or step.name != "swap_hotkey" or step.args.get("netuid") is not None:
        return
    old = AccountId(step.argument("hotkey"))
    for netuid, subnet in step.after.subnets.items():
        left = subnet.share_pools.get(old)
        if subnet.added and left is not None:
            yield f"{old} keeps {left.total_alpha} alpha rao in all and {len(left.shares)} holders on subnet {netuid}"
