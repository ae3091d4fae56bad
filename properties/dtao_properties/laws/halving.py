"""Issuance: the caps of 21 million, and the halvings on the way there."""

from collections.abc import Iterator

from dtao.state import State
from dtao.units import NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.model.amounts import largest_number
from dtao_properties.model.audit import audit
from dtao_properties.model.blocks import average, emits, is_closed
from dtao_properties.model.ranges import is_dynamic
from dtao_properties.model.step import Step
from dtao_spec.chapters.issuance import FIRST_EMISSION, TOTAL_SUPPLY

SUBSIDIES_SINCE = 298
"""The first version in which alpha is bought with TAO that is not minted, and injected without a cap."""
CLOSED_EMIT_NOTHING = 320
"""The first version in which subnets of which registration is disabled emit no alpha."""
STEPS = FIRST_EMISSION.bit_length()
"""How often the emission halves until it is 0."""
ROUNDED_DOWN = 1
"""What the part of each subnet loses, less than that: it is rounded down to a whole rao.

Nothing else is lost. An emission is a whole number of rao, so that its products with the averages are exact; and the
quotients are rounded down to 32 fraction bits before, which whole numbers do not notice.
"""
MAX_HALVINGS = 1
"""How often a block may halve the emission: what it creates is less than what lies between two thresholds."""
THRESHOLDS: tuple[int, ...] = tuple(TOTAL_SUPPLY - TOTAL_SUPPLY // 2**halvings for halvings in range(1, STEPS + 1))
"""The issuance from which on the emission has halved once, twice …: the least with (S - issuance) · 2^n <= S."""


def emission_at(issuance: int) -> int:
    """Return a block's emission at an issuance: 10^9 less one halving for each threshold that was reached."""
    if issuance >= TOTAL_SUPPLY:
        return 0
    return FIRST_EMISSION >> sum(issuance >= threshold for threshold in THRESHOLDS)


def issuances(state: State) -> dict[int | None, int]:
    """Return the issuance of TAO (None) and that of the alpha of each subnet."""
    alpha: dict[int | None, int] = {
        netuid: pool.alpha_in + pool.alpha_out for netuid, pool in state.pools.items() if netuid
    }
    return {None: state.total_issuance, **alpha}


RAISING = ("register_network", "remove_liquidity", "modify_position")
"""The calls that may raise the issuance of an alpha: by a first reserve, or by fees that are counted once more."""


def _provided(state: State, netuid: int) -> int:
    ranges = state.ranges.get(NetUid(netuid))
    return 0 if ranges is None else ranges.alpha_provided


def _written(of: int | None) -> str:
    return "TAO" if of is None else f"alpha of subnet {of}"


@invariant(
    "21 million",
    "No block brings the issuance of TAO, or that of a subnet's alpha, past 21 000 000 · 10^9 rao, and no call but the"
    " creation of a subnet raises either.",
    "ISS-1", "BLOCK-2", "BLOCK-3", "NET-6",
    status=Status.LEAKS,
    reason="Double root dividends let more alpha be staked than SubnetAlphaOut counts; where a sale empties that"
    " account, the pool receives more than the account gives up. A stable subnet pays from an empty reserve. From 298"
    " on the alpha that goes with TAO knows no cap, nor does what a stable subnet pays to blocks that buy.",
    leaks=("saturation", "uncapped injection"),
)  # fmt: skip
def _capped(step: Step) -> Iterator[str]:
    if step.do not in ("call", "blocks"):
        return
    before, after = issuances(step.before), issuances(step.after)
    for of, issued in after.items():
        held = before.get(of, 0)
        if step.do == "blocks":
            if of is not None and step.era.spec_version >= SUBSIDIES_SINCE:
                is_counted = step.is_block and is_dynamic(step.before, of)  # others pay alpha that nobody gives up
                issued -= step.after.emission(NetUid(of)).alpha_in if is_counted else issued
            if issued > max(held, TOTAL_SUPPLY):
                yield f"the {_written(of)} goes from {held} to {issued}"
        elif issued > held and not (step.name in RAISING and of is not None):
            if of is not None and _provided(step.before, of) > _provided(step.after, of):
                continue  # what users provided to a pool leaves it first, and counts as issued again outside of it
            found = audit(step)
            if found is not None and of not in found.model.saturated:
                yield f"a call raises the {_written(of)} from {held} to {issued}"


@invariant(
    "halving",
    "A block emits what the number of reached thresholds says, 21 · 10^15 · (1 - 2^-n) rao each: never more at a higher"
    " issuance, and never less than half of the block before. Of the TAO each subnet's part is rounded down by less"
    " than a rao, and nothing else is lost where all have an average and take part.",
    "ISS-1", "BLOCK-2", "BLOCK-3",
)  # fmt: skip
def _halves(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    before, after = issuances(step.before), issuances(step.after)
    subnets = {netuid for netuid, subnet in step.before.subnets.items() if subnet.added and netuid}
    subnets = {netuid for netuid in subnets if emits(step.before, netuid)}
    for of in (None, *subnets):
        held = before.get(of, 0)
        now, then = emission_at(held), emission_at(after[of])
        is_given = of is None or step.era.spec_version < CLOSED_EMIT_NOTHING or not is_closed(step.before, NetUid(of))
        if of is not None and step.after.emission(of).alpha_out != (now if is_given else 0):
            yield f"at {held} the {_written(of)} is emitted by {step.after.emission(of).alpha_out}, not by {now}"
        if of is not None and step.era.spec_version >= SUBSIDIES_SINCE:
            continue  # what is bought is issued no more
        if then > now or then < now >> MAX_HALVINGS:
            yield f"the emission of {_written(of)} goes from {now} to {then} in one block"
    if step.era.spec_version >= SUBSIDIES_SINCE:
        return  # a subsidized subnet is given less; what buys its alpha is not minted
    due, minted = emission_at(before[None]), step.after.total_issuance - step.before.total_issuance
    if minted > due:
        yield f"{minted} rao were minted where {due} are due"
    closed = [netuid for netuid in subnets if is_closed(step.before, netuid)]
    total = sum(_average(step.before, netuid) for netuid in subnets)
    if closed or total == 0 or max(due, 1) * total > largest_number(step.era.spec_version):
        return  # some TAO is not minted, or the products are cut off
    if minted <= due - ROUNDED_DOWN * len(subnets):
        yield f"{minted} rao were minted: short by a rao a subnet of {due}, or more"


def _average(state: State, netuid: int) -> int:
    """Return the moving price of a subnet, in units of 2^-32."""
    return int(average(state, netuid) * 2**32)
