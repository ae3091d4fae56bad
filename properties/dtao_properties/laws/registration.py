"""Registration: what it costs stays within its bounds, and no more register than may."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve

from dtao.units import U16_MAX, AccountId, NetUid, Rao
from dtao_properties.laws.base import Status, invariant
from dtao_properties.model.amounts import lock_cost, payable, rules_of
from dtao_properties.model.blocks import is_due, is_due_since
from dtao_properties.model.calls.networks import FALLING_PRICES
from dtao_properties.model.step import Step
from dtao_properties.model.storage_model import subnet_of
from dtao_properties.model.weighted import WEIGHTS_SINCE


@invariant(
    "terms within bounds",
    "A block moves the price and the difficulty of a registration only at the end of an interval, and leaves them"
    " within their bounds: between the least and the most, also where these are in the wrong order.",
    "REG-1", "REG-2", "BLOCK-4",
    until=400,
)  # fmt: skip
def _within(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    block = step.after.block_number
    for netuid, subnet in step.after.subnets.items():
        before, after, bounds = step.before.subnet(netuid).registration, subnet.registration, subnet.hyperparameters
        for name in ("burn", "difficulty"):
            old, new = getattr(before, name), getattr(after, name)
            low, high = getattr(bounds, f"min_{name}"), getattr(bounds, f"max_{name}")
            if new != old and not min(low, high) <= new <= max(low, high):
                yield f"the {name} of subnet {netuid} goes from {old} to {new}, out of {low} to {high}"
            if new != old and block - before.last_adjustment_block < bounds.adjustment_interval:
                yield f"the {name} of subnet {netuid} changes within the interval"


@invariant(
    "no more than may register",
    "A registration is counted once, pays the price of the moment, or all but the existential deposit where that is"
    " less, and leaves the counts at no more than the subnet allows in a block and three times its target in an"
    " interval. From 401 on only root counts by the interval, and any number may pay the price, which rises each time.",
    "REG-7", "REG-8", "REG-12", "STATE-3",
)  # fmt: skip
def _counted(step: Step) -> Iterator[str]:
    if not step.accepted or step.name not in ("burned_register", "register_limit", "root_register"):
        return
    netuid = NetUid(step.argument("netuid") if "netuid" in step.args else 0)
    before, subnet = step.before.subnet(netuid).registration, step.after.subnet(netuid)
    after, allowed = subnet.registration, subnet.hyperparameters
    counts = after.registrations_this_block, after.registrations_this_interval
    is_limited = netuid == 0 or step.era.spec_version < FALLING_PRICES
    if counts != (before.registrations_this_block + 1, before.registrations_this_interval + is_limited):
        yield f"subnet {netuid} counts {counts}"
    most = min(3 * allowed.target_registrations_per_interval, U16_MAX)
    if is_limited and (counts[0] > allowed.max_registrations_per_block or counts[1] > most):
        yield f"subnet {netuid} has {counts} registrations in a block and an interval"
    signer = AccountId(step.signer or 0)
    paid = step.before.balances.get(signer, 0) - step.after.balances.get(signer, 0)
    due = before.burn if netuid else 0
    if subnet_of(signer) != netuid and paid != payable(step.before.balances.get(signer, 0), due):
        yield f"{signer} pays {paid} rao of {due} for a neuron of subnet {netuid}"
    if (
        step.before.subnet(netuid).neurons.n >= allowed.max_allowed_uids
        and subnet.neurons.n != step.before.subnet(netuid).neurons.n
    ):
        yield f"subnet {netuid} has {subnet.neurons.n} neurons"


@invariant(
    "lock cost within bounds",
    "A new subnet costs twice the last lock, less what fell since by whole rao a block, and never less than the"
    " minimum; so it costs the greater of twice the last lock and the minimum at most. Who has less than that and the"
    " existential deposit pays all but the deposit.",
    "NET-1", "NET-2", "NET-3", "NET-7",
)  # fmt: skip
def _lock(step: Step) -> Iterator[str]:
    if not step.accepted or step.name != "register_network":
        return
    state = step.before
    cost, paid = lock_cost(state), step.after.network_last_lock_cost
    if paid != payable(state.balances.get(AccountId(step.signer or 0), 0), cost):
        yield f"the lock costs {paid} rao after block {state.network_last_registered}, not {cost}"


@invariant(
    "the limit on subnets",
    "No more subnets exist than the limit says.",
    "NET-7",
    status=Status.VIOLATED,
    reason="A subnet is created however many there are; which one would be pruned is only computed.",
    until=251,
)  # fmt: skip
def _limited(step: Step) -> Iterator[str]:
    if step.accepted and step.name == "register_network":
        known = sum(subnet.added for netuid, subnet in step.after.subnets.items() if netuid)
        if known > step.before.parameters.subnet_limit:
            yield f"{known} subnets exist, where {step.before.parameters.subnet_limit} are allowed"


@invariant(
    "prices of registrations fall",
    "A block lets the price of a registration fall on every network, to the rao, and counts its registrations anew; on"
    " root it counts those of the interval anew where an epoch would be due. Nothing else of the terms changes.",
    "REG-10", "BLOCK-5",
    since=401,
)  # fmt: skip
def _prices(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    block, rules = step.before.block_number + 1, rules_of(step.era.spec_version)
    for netuid, subnet in step.before.subnets.items():
        before, settings, found = subnet.registration, subnet.hyperparameters, step.after.subnet(netuid).registration
        expected = before
        if subnet.added:
            half_life = settings.burn_half_life if block > 1 else 0
            burn = rules["REG-10"](Fraction(before.burn), half_life, settings.min_burn, settings.max_burn)
            due = netuid == 0 and _is_due_on_root(step, settings.tempo, block)
            now, interval = before.registrations_this_block, before.registrations_this_interval
            now, interval = rules["BLOCK-5"](now, interval, netuid == 0, due)
            counts = {"registrations_this_block": now, "registrations_this_interval": interval}
            expected = evolve(before, burn=Rao(int(burn)), **counts)
        if found != expected:
            yield f"the terms of subnet {netuid} are {found}, not {expected}"


def _is_due_on_root(step: Step, tempo: int, block: int) -> bool:
    """Return whether an epoch of root would be due in a block, though none ever runs."""
    if step.era.spec_version < WEIGHTS_SINCE:
        return is_due(0, tempo, block)
    emission = step.before.emission(NetUid(0))
    rules, since = rules_of(step.era.spec_version), emission.blocks_since_last_step
    return is_due_since(rules, tempo, emission.last_epoch_block, emission.pending_epoch_at, since, block)
