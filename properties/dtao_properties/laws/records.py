"""Records: what calls and blocks write down beside money, and what calls tell, is what the rules say."""

from collections.abc import Iterator
from fractions import Fraction
from hashlib import blake2b
from typing import Any

from dtao.records import Registration, Subnet
from dtao.settings import Hyperparameters
from dtao.units import U16_MAX, U64_MAX, NetUid
from dtao_properties.laws.base import invariant
from dtao_properties.laws.neurons import epochs, is_plain
from dtao_properties.model.amounts import block_emission, rules_of
from dtao_properties.model.audit import IN_ORDER_SINCE, STAKE_EVENTS, differences, model_of
from dtao_properties.model.blocks import emits, is_due
from dtao_properties.model.calls.networks import DISSOLVED, NEW_NETWORK, START
from dtao_properties.model.calls.settings import OWNER_UPDATE
from dtao_properties.model.stake import networks
from dtao_properties.model.step import Step
from dtao_properties.model.storage_model import ACCOUNTS_SINCE
from dtao_properties.model.weighted import WEIGHTS_SINCE
from dtao_spec.chapters.issuance import TOTAL_SUPPLY
from dtao_spec.rounding import floored

KEYS = ("Owner", "OwnedHotkeys", "StakingHotkeys", "Delegates")
NOTES = (
    "ChildkeyTake", "ChildKeys", "ParentKeys", "PendingChildKeys", "PendingChildKeyCooldown", "LastTxBlock",
    "LastTxBlockDelegateTake", "LastTxBlockChildKeyTake", "TransactionKeyLastBlock", "LastColdkeyHotkeyStakeBlock",
    "LastHotkeySwapOnNetuid", "StakingOperationRateLimiter",
)  # fmt: skip
IMMEDIATE_SINCE = 401
"""Children of a subnet that has not started are in force at once."""
OWN_EVENTS = {
    "lock_stake": ("StakeLocked", "signer", "hotkey", "netuid", "amount"),
    "set_perpetual_lock": ("PerpetualLockUpdated", "signer", "netuid", "enabled"),
    "set_reject_locked_alpha": ("RejectLockedAlphaUpdated", "signer", "enabled"),
    "set_tempo": ("TempoSet", "netuid", "tempo"),
    "set_activity_cutoff_factor": ("ActivityCutoffFactorMilliSet", "netuid", "factor_milli"),
}
"""The events of calls that move no money: their names and the arguments that they repeat."""
ONCE_SINCE = 421
"""From 411 until then a block computes the emission of TAO again after it was minted."""
NEURONS = ("SubnetworkN", "Keys", "Uids", "IsNetworkMember", "BlockAtRegistration", *START)
NETWORKS = sorted(
    {
        "TotalNetworks", "NetworkLastRegistered", "NetworkLastLockCost", "BlockEmission", "TotalStakeAtDynamic",
        "SubnetOwner", "SubnetOwnerHotkey", "NetworkRegisteredAt", "FirstEmissionBlockNumber", "SubtokenEnabled",
        "Tempo", "MinBurn", "Burn", "RegistrationsThisBlock", "LastAdjustmentBlock", "ActivityCutoffFactorMilli",
        "LastEpochBlock", "PendingEpochAt", "SubnetEpochIndex", OWNER_UPDATE, *NEW_NETWORK, *DISSOLVED,
    }
    - {*NEURONS}
)  # fmt: skip
COUNTERS = (
    "registrations_this_block", "registrations_this_interval", "burn_registrations_this_interval",
    "pow_registrations_this_interval",
)  # fmt: skip
CONSISTENT_SINCE = 338
"""Since then pending children that are parents meanwhile, or have more than the whole, are dropped."""
EVERY_BLOCK_UNTIL = 237
"""The last version in which children change in every block."""


@invariant(
    "keys are stored as the rules say",
    "An accepted call leaves owners of hotkeys, the hotkeys that a coldkey owns and stakes with, and delegates with"
    " their takes as the rules say, in their order; a hotkey that becomes a delegate, and only such a one, gets the"
    " default take. A coldkey takes over an entry of shares, be it of 0, for each hotkey that the old one stakes with.",
    "STATE-6", "STATE-9", "STATE-10", "STATE-14", "STAKE-20", "REG-8", "KEY-3", "KEY-4", "KEY-8", "KEY-10",
)  # fmt: skip
def _keys(step: Step) -> Iterator[str]:
    if step.accepted:
        yield from differences(step, (*KEYS, "Alpha") if step.name == "swap_coldkey" else KEYS)


@invariant(
    "calls note their block",
    "An accepted call notes its block for the limits that it counts for, and for no others; takes and pending children"
    " are those that were last set, and the latter are gone on all networks once a sale leaves too little stake. A swap"
    " of hotkeys renames children and parents in their places, and the child that is pending last in its list.",
    "CHILD-2", "CHILD-3", "CHILD-12", "CHILD-14", "STATE-9", "STATE-10", "STAKE-15", "STAKE-16", "STAKE-18", "KEY-1",
    "KEY-2", "KEY-6", "KEY-7", "KEY-10",
)  # fmt: skip
def _notes(step: Step) -> Iterator[str]:
    if step.accepted:
        yield from differences(step, NOTES)


@invariant(
    "networks are stored as the rules say",
    "An accepted call leaves what is stored of networks (their number, owners, settings, counts of registrations, the"
    " last lock) as the rules say.",
    "NET-1", "NET-2", "NET-3", "NET-5", "NET-6", "NET-7", "NET-8", "NET-9", "NET-10", "NET-15", "REG-7", "REG-8",
    "REG-11",
)  # fmt: skip
def _networks(step: Step) -> Iterator[str]:
    if step.accepted:
        yield from differences(step, NETWORKS)


@invariant(
    "neurons are stored as the rules say",
    "An accepted call gives a hotkey the next uid or that of the neuron with the lowest score, where its emission,"
    " trust, consensus, incentive and dividends start at 0; no other call changes a neuron but by its name, its"
    " weights (every one that was given, in proportion to the largest, to within 1 part of 65535) and their block.",
    "REG-3", "REG-4", "REG-5", "REG-6", "REG-9", "KEY-5", "NET-6", "NET-8", "EPOCH-7", "EPOCH-18",
)  # fmt: skip
def _neurons(step: Step) -> Iterator[str]:
    if not step.accepted:
        return
    netuid = NetUid(int(step.args.get("netuid") or 0))
    if step.name == "swap_hotkey" or is_plain(step.before.subnet(netuid).neurons, step.era.spec_version):
        yield from differences(step, NEURONS)
    if step.name == "set_weights":
        yield from _weights(step, netuid)


def _weights(step: Step, netuid: NetUid) -> Iterator[str]:
    neurons: Any = step.after.subnet(netuid).neurons
    row, given = (
        neurons.weights.get(neurons.uids.get(step.signer), ()),
        [int(weight) for weight in step.args["weights"]],
    )
    largest = max(given, default=0)
    off = [abs(weight * largest - U16_MAX * asked) for (_, weight), asked in zip(row, given, strict=False)]
    if [uid for uid, _ in row] != [int(uid) for uid in step.args["dests"]] or any(one > largest for one in off):
        yield f"{row} is stored on subnet {netuid}, where {given} was given"


@invariant(
    "calls tell what they did",
    "An accepted call tells the events that the rules name, in their order, with its own arguments and the uid, netuid"
    " or block that it assigned; a refused call tells none.",
    "REG-7", "REG-8", "NET-7", "NET-9", "NET-10", "EPOCH-18", "CHILD-2", "CHILD-3", "STATE-9", "STATE-10", "STATE-11",
    "STATE-14", "KEY-1", "KEY-2", "KEY-10", "STAKE-24", "STAKE-25", "LOCK-3", "LOCK-4", "LOCK-12", "LOCK-15", "NET-15",
)  # fmt: skip
def _events(step: Step) -> Iterator[str]:
    if step.do != "call":
        return
    model = model_of(step)
    told_by_model = model.events if step.accepted and model is not None else []
    expected = _with_own_events(step, told_by_model) if step.accepted else []
    told = [event for event in step.events if event[0] not in STAKE_EVENTS or not step.accepted]
    if told != expected:
        yield f"{step.name} tells {told}, not {expected}"


def _with_own_events(step: Step, told: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the events of the model with those of owner hotkeys, of locks and of tempos, from 411 on.

    Before a subnet starts nothing waits, so that nothing is told of children from 401 on.
    """
    if step.name == "set_children" and step.era.spec_version >= IMMEDIATE_SINCE:
        return told if step.before.subnet(NetUid(int(step.args["netuid"]))).subtoken_enabled else []
    if step.era.spec_version < ACCOUNTS_SINCE:
        return told
    args, signer = {name: _written(value) for name, value in step.args.items()}, str(step.signer)
    netuid = args.get("netuid", "")
    if step.name == "register_network":
        removed = [event for event in told if event[0] == "NetworkRemoved"]
        added = [event for event in told if event[0] == "NetworkAdded"]
        return [*removed, *[("SubnetOwnerHotkeySet", event[1], args["hotkey"]) for event in added], *added]
    if step.name in ("swap_hotkey", "swap_hotkey_v2"):
        owned = [one for one, subnet in step.before.subnets.items() if str(subnet.owner_hotkey) == args["hotkey"]]
        renamed = [str(one) for one in sorted(owned) if netuid in ("", str(one))]
        return [*[("SubnetOwnerHotkeySet", one, args["new_hotkey"]) for one in renamed], *told]
    if step.name == "move_lock":
        locks = step.before.subnet(NetUid(int(netuid))).coldkey_locks[step.signer].locks  # type: ignore[index]  # signed
        return [("LockMoved", signer, str(min(locks, key=_hashed)), args["destination_hotkey"], netuid)]
    if step.name == "trigger_epoch":
        fires_at = step.after.emission(NetUid(int(netuid))).pending_epoch_at
        return [("EpochTriggered", netuid, signer, str(fires_at))]
    if step.name not in OWN_EVENTS:
        return told
    event, *names = OWN_EVENTS[step.name]
    return [(event, *(signer if name == "signer" else args[name] for name in names))]


def _written(value: Any) -> str:
    """Write an argument as an event does: nothing for none."""
    return "" if value is None else str(value).lower()


@invariant(
    "blocks keep their records",
    "A block stores the emission that was computed last (of the last subnet whose alpha is not all issued, else that of"
    " TAO), counts the blocks since each tempo's end, and brings due children into force, no others, and none that are"
    " parents by then.",
    "ISS-1", "BLOCK-1", "BLOCK-2", "BLOCK-3", "CHILD-1",
)  # fmt: skip
def _blocks(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    state, after, block, due = step.before, step.after, step.before.block_number + 1, epochs(step)
    if after.block_number != block:
        yield f"block {block} is stored as {after.block_number}"
    if (expected := _emission(step)) != after.block_emission:
        yield f"BlockEmission is {after.block_emission}, not {expected}"
    for netuid, subnet in state.subnets.items():
        found, before = after.emission(netuid), state.emission(netuid)
        counts = before.blocks_since_last_step, before.last_mechansim_step_block
        if netuid in due:
            counts = 0, block  # type: ignore[assignment]
        elif netuid and subnet.added:
            counts = min(counts[0] + 1, U64_MAX), counts[1]
        if counts != (found.blocks_since_last_step, found.last_mechansim_step_block):
            yield f"subnet {netuid} has {found.blocks_since_last_step} blocks since {found.last_mechansim_step_block}"
        yield from _children(step, netuid, subnet)


def _emission(step: Step) -> int:
    state, rules = step.before, rules_of(step.era.spec_version)
    emission, issued = int(state.block_emission), int(state.total_issuance)
    for _ in range(1 + (ACCOUNTS_SINCE <= step.era.spec_version < ONCE_SINCE)):
        if issued < TOTAL_SUPPLY:
            emission = int(block_emission(rules, issued))
            issued += min(emission, max(TOTAL_SUPPLY - state.balances_total_issuance, 0))
    for netuid in map(NetUid, networks(state)):
        issued = state.pool(netuid).alpha_in + state.pool(netuid).alpha_out
        if netuid and emits(state, netuid) and issued < TOTAL_SUPPLY:
            emission = int(block_emission(rules, issued))
    return emission


def _children(step: Step, netuid: NetUid, subnet: Subnet) -> Iterator[str]:
    block = step.before.block_number + 1
    now = is_due(netuid, subnet.hyperparameters.tempo, block)
    if step.era.spec_version >= WEIGHTS_SINCE:
        now = step.after.emission(netuid).last_epoch_block == block
    if step.era.spec_version <= EVERY_BLOCK_UNTIL:
        now = now or netuid != 0
    pending: dict[Any, Any] = dict(subnet.pending_child_keys)
    children: dict[Any, Any] = dict(subnet.child_keys)
    parents: dict[Any, Any] = dict(subnet.parent_keys)
    at_once = step.era.spec_version >= IMMEDIATE_SINCE and not subnet.subtoken_enabled
    due = [hotkey for hotkey, (_, ready) in pending.items() if now and subnet.added and (ready < block or at_once)]
    for hotkey in sorted(due, key=_hashed):
        chosen, _ = pending.pop(hotkey)
        if step.era.spec_version >= CONSISTENT_SINCE and not _is_consistent(chosen, parents.get(hotkey, ())):
            continue
        for _, child in children.get(hotkey, ()):
            parents[child] = tuple(one for one in parents.get(child, ()) if one[1] != hotkey)
        children[hotkey] = chosen
        for part, child in children[hotkey]:
            parents[child] = (*parents.get(child, ()), (part, hotkey))
    found = step.after.subnet(netuid)
    for name, expected in (("pending_child_keys", pending), ("child_keys", children), ("parent_keys", parents)):
        stored = {hotkey: _in_order(step, listed) for hotkey, listed in expected.items() if listed}
        actual = {hotkey: _in_order(step, listed) for hotkey, listed in getattr(found, name).items()}
        if actual != stored:
            yield f"{name} of subnet {netuid} are {actual}, not {stored}"


def _is_consistent(chosen: Any, parents: Any) -> bool:
    """Return whether children have no more than the whole, and none of them is a parent."""
    return sum(part for part, _ in chosen) <= U64_MAX and not {one for _, one in chosen} & {one for _, one in parents}


def _in_order(step: Step, listed: Any) -> Any:
    """Return children or parents in one order, once lists are kept in that of the accounts."""
    return listed if step.era.spec_version < IN_ORDER_SINCE else tuple(sorted(listed, key=str))


def _hashed(hotkey: int) -> bytes:
    return blake2b(hotkey.to_bytes(32, "little"), digest_size=16).digest()


@invariant(
    "terms follow the demand",
    "A block counts the registrations of a network anew, at the end of an interval also those of the interval; the"
    " price or the difficulty or both then move toward what registrations and target ask for, to the rao.",
    "REG-1", "REG-2", "BLOCK-4",
    until=400,
)  # fmt: skip
def _terms(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    block = step.before.block_number + 1
    for netuid, subnet in step.before.subnets.items():
        expected, found = _terms_after(subnet, block), step.after.subnet(netuid).registration
        for name, value in expected.items():
            if getattr(found, name) != value:
                yield f"{name} of subnet {netuid} is {getattr(found, name)}, not {value}"


def _terms_after(subnet: Subnet, block: int) -> dict[str, int]:
    before, settings = subnet.registration, subnet.hyperparameters
    names = ("burn", "difficulty", "last_adjustment_block", *COUNTERS)
    terms = {name: int(getattr(before, name)) for name in names}
    if not subnet.added:
        return terms
    terms["registrations_this_block"] = 0
    if max(block - before.last_adjustment_block, 0) < settings.adjustment_interval:
        return terms
    terms |= {**dict.fromkeys(COUNTERS, 0), "last_adjustment_block": block}
    work, burns = before.pow_registrations_this_interval, before.burn_registrations_this_interval
    many = before.registrations_this_interval > settings.target_registrations_per_interval
    if work == burns or many == (burns > work):
        terms["burn"] = _term_after("burn", before, settings)
    if work == burns or many == (work > burns):
        terms["difficulty"] = _term_after("difficulty", before, settings)
    return terms


def _term_after(name: str, before: Registration, settings: Hyperparameters) -> int:
    present, target = getattr(before, name), settings.target_registrations_per_interval
    low, high = getattr(settings, f"min_{name}"), getattr(settings, f"max_{name}")
    asked, twice = min(before.registrations_this_interval + target, U16_MAX), min(2 * target, U16_MAX)
    toward = floored(Fraction(present * asked, twice), 18) if twice else Fraction(0)
    kept = floored(Fraction(settings.adjustment_alpha, U64_MAX), 18)
    following = kept * present + floored((1 - kept) * toward, 18)
    if following >= high:
        return int(high)
    return int(max(following, low))
