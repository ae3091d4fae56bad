"""Registration: what it costs stays within its bounds, and no more register than may."""

from collections.abc import Iterator
from fractions import Fraction

from dtao.units import U16_MAX, AccountId, NetUid
from dtao_properties.invariants.base import Status, invariant
from dtao_properties.ledger.figures import FULL_EMISSION, block_emission
from dtao_properties.transitions import Transition

EXISTENTIAL_DEPOSIT = 500


@invariant(
    "terms within bounds",
    "A block moves the price and the difficulty of a registration only at the end of an interval, and leaves them"
    " within their bounds: between the least and the most, also where these are in the wrong order.",
    "REG-1", "REG-2", "BLOCK-4",
)  # fmt: skip
def _within(step: Transition) -> Iterator[str]:
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
    "A registration is counted once, pays the price of the moment (less what keeps the account alive) and leaves the"
    " counts at no more than the subnet allows in a block and three times its target in an interval.",
    "REG-7", "REG-8", "STATE-3",
)  # fmt: skip
def _counted(step: Transition) -> Iterator[str]:
    if not step.accepted or step.name not in ("burned_register", "root_register"):
        return
    netuid = NetUid(step.argument("netuid") if "netuid" in step.args else 0)
    before, subnet = step.before.subnet(netuid).registration, step.after.subnet(netuid)
    after, allowed = subnet.registration, subnet.hyperparameters
    counts = after.registrations_this_block, after.registrations_this_interval
    if counts != (before.registrations_this_block + 1, before.registrations_this_interval + 1):
        yield f"subnet {netuid} counts {counts}"
    most = min(3 * allowed.target_registrations_per_interval, U16_MAX)
    if counts[0] > allowed.max_registrations_per_block or counts[1] > most:
        yield f"subnet {netuid} has {counts} registrations in a block and an interval"
    signer = AccountId(step.signer or 0)
    paid = step.before.balances.get(signer, 0) - step.after.balances.get(signer, 0)
    due = before.burn if step.name == "burned_register" else 0
    if not max(due - EXISTENTIAL_DEPOSIT, 0) <= paid <= due:
        yield f"{signer} pays {paid} rao of {due} for a neuron of subnet {netuid}"
    if (
        step.before.subnet(netuid).neurons.n >= allowed.max_allowed_uids
        and subnet.neurons.n != step.before.subnet(netuid).neurons.n
    ):
        yield f"subnet {netuid} has {subnet.neurons.n} neurons"


@invariant(
    "lock cost within bounds",
    "A new subnet costs twice the last lock, less what fell since by whole rao a block, and never less than the"
    " minimum; twice the last lock is the most.",
    "NET-1", "NET-2", "NET-3", "NET-7",
)  # fmt: skip
def _lock(step: Transition) -> Iterator[str]:
    if not step.accepted or step.name != "register_network":
        return
    state = step.before
    last, least = state.network_last_lock_cost, state.parameters.network_min_lock_cost
    start = min(last * (2 if state.network_last_registered else 1), 2**64 - 1)
    waited = max(state.block_number - state.network_last_registered, 0)
    scaled = Fraction(
        state.parameters.network_lock_reduction_interval * block_emission(state.total_issuance), FULL_EMISSION
    )
    interval = int(scaled)
    paid = step.after.network_last_lock_cost
    if not 0 <= paid <= max(start, least):
        yield f"the lock costs {paid} rao, where {max(start, least)} is the most"
    if least and paid < least - EXISTENTIAL_DEPOSIT:
        yield f"the lock costs {paid} rao, where {least} is the least"
    falls = [
        last // around * waited if around else 0 for around in (max(interval, 1), max(interval - 1, 1), interval + 1)
    ]
    low = max(start - min(max(falls), 2**64 - 1), least, 0)
    high = max(start - min((min(falls) if interval > 1 else 0), 2**64 - 1), least, 0)
    if not low - EXISTENTIAL_DEPOSIT <= paid <= high:
        yield f"the lock costs {paid} rao after {waited} blocks, not {low} to {high}"


@invariant(
    "the limit on subnets",
    "No more subnets exist than the limit says.",
    "NET-7",
    status=Status.VIOLATED,
    reason="A subnet is created however many there are; which one would be pruned is only computed.",
    until=244,
)  # fmt: skip
def _limited(step: Transition) -> Iterator[str]:
    if step.accepted and step.name == "register_network":
        known = sum(subnet.added for netuid, subnet in step.after.subnets.items() if netuid)
        if known > step.before.parameters.subnet_limit:
            yield f"{known} subnets exist, where {step.before.parameters.subnet_limit} are allowed"
