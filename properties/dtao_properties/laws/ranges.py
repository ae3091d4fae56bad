"""Pools of concentrated liquidity: positions and edges add up, and prices lie at their ticks."""

from collections.abc import Iterator

from dtao.rules.pools.concentrated.positions import PROTOCOL_ACCOUNT
from dtao.rules.pools.concentrated.records import NO_RANGES, Ranges
from dtao.rules.pools.concentrated.sqrt_price import MAX_TICK, MIN_TICK, price_at
from dtao.units import AccountId, NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.model.audit import model_of
from dtao_properties.model.ranges import differing
from dtao_properties.model.step import Step


def changed_ranges(step: Step) -> Iterator[tuple[NetUid, Ranges, Ranges]]:
    """Yield the pools that a step changed, before and after."""
    if step.before.ranges is not step.after.ranges:
        for netuid, after in step.after.ranges.items():
            before = step.before.ranges.get(netuid, NO_RANGES)
            if after is not before:
                yield netuid, before, after


def in_range(ranges: Ranges) -> int:
    """Return the liquidity of all positions whose range the price is in."""
    return sum(one.liquidity for one in ranges.positions.values() if one.tick_low <= ranges.tick < one.tick_high)


def edges_of(ranges: Ranges) -> dict[int, tuple[int, int]]:
    """Return what the positions of a pool come to at each edge: net and gross."""
    found: dict[int, tuple[int, int]] = {}
    for one in ranges.positions.values():
        for tick, sign in ((one.tick_low, 1), (one.tick_high, -1)):
            net, gross = found.get(tick, (0, 0))
            found[tick] = net + sign * one.liquidity, gross + one.liquidity
    return found


def untraded(ranges: Ranges) -> int:
    """Return the liquidity that blocks injected into the position of the chain, and that its edges do not count."""
    stated = edges_of(ranges).get(MIN_TICK, (0, 0))[1]
    edge = ranges.ticks.get(MIN_TICK)
    has_chain = any(account == PROTOCOL_ACCOUNT for account, _ in ranges.positions)
    return stated - (0 if edge is None else edge.liquidity_gross) if has_chain else 0


def differences_of_sums(netuid: NetUid, ranges: Ranges) -> Iterator[str]:
    """Yield a sentence for the liquidity in force, and for each edge, that is not what the positions sum to."""
    rest = untraded(ranges)
    if (found := in_range(ranges) - rest) != ranges.liquidity:
        yield f"{ranges.liquidity} of liquidity are in force on subnet {netuid}, and {found} in range"
    stated = edges_of(ranges)
    for tick in sorted({*stated, *ranges.ticks}):
        edge, (net, gross) = ranges.ticks.get(tick), stated.get(tick, (0, 0))
        if tick in (MIN_TICK, MAX_TICK):
            net, gross = net + (rest if tick == MAX_TICK else -rest), gross - rest
        counted = (0, 0) if edge is None else (edge.liquidity_net, edge.liquidity_gross)
        if counted != (net, gross):
            yield f"edge {tick} of subnet {netuid} counts {counted}, and its positions sum to {(net, gross)}"


@invariant(
    "pools are stored as the rules say",
    "A call or a block leaves the price, the tick, the liquidity in force, the fees, every edge and every position of a"
    " pool as the rules say, to the last bit; no other pool changes.",
    "POOL-9", "POOL-10", "POOL-12", "POOL-13", "POOL-14", "POOL-15", "POOL-16", "POOL-17", "POOL-18", "POOL-19",
    "POOL-20", "POOL-21", "POOL-25", "POOL-26", "POOL-27",
    since=283,
)  # fmt: skip
def _as_stated(step: Step) -> Iterator[str]:
    if step.error is None:
        model = model_of(step)
        if model is not None:
            yield from differing(model, step.after)


@invariant(
    "liquidity is the sum of positions",
    "The liquidity in force is the sum of the positions whose range the price is in, and each edge counts net and gross"
    " what begins and ends there, to the unit: a step leaves it so in a pool in which it was so. What blocks injected"
    " into the position of the chain is in neither until 297, and what that position lost since it grew is in both."
    " At the lowest and the highest tick nothing is said.",
    "POOL-17", "POOL-18", "POOL-20", "POOL-21", "POOL-27",
    status=Status.LEAKS,
    reason="A position that is changed with the price exactly at its upper edge changes the liquidity in force, though"
    " it is not in range; and where a range is upside down, its liquidity is taken from others until it cannot be.",
    leaks=("changed positions",),
    since=283,
)  # fmt: skip
def _sums(step: Step) -> Iterator[str]:
    for netuid, before, after in changed_ranges(step):
        if changes_out_of_range(step, netuid, before) or is_upside_down(after):
            continue
        if {before.tick, after.tick} & {MIN_TICK, MAX_TICK}:
            continue  # a sale that ends at the lowest price leaves the range of the chain, though its tick is in it
        if not list(differences_of_sums(netuid, before)):
            yield from differences_of_sums(netuid, after)


def changes_out_of_range(step: Step, netuid: NetUid, before: Ranges) -> bool:
    """Whether a position is changed that the price is at the upper edge of."""
    if step.name != "modify_position" or step.argument("netuid") != netuid:
        return False
    position = before.positions.get((AccountId(step.signer or 0), step.argument("position_id")))
    if position is None:
        return False
    counts = price_at(position.tick_low) <= before.sqrt_price <= price_at(position.tick_high)
    return counts != (position.tick_low <= before.tick < position.tick_high)


def is_upside_down(ranges: Ranges) -> bool:
    """Whether a pool has a position whose lower tick is not below its upper one."""
    return any(one.tick_low >= one.tick_high for one in ranges.positions.values())


@invariant(
    "the price lies at its tick",
    "A step that moves a price stores the greatest tick whose price is not above it, and the lowest or highest beyond"
    " all ticks: so the price lies between that of the tick and that of the next.",
    "POOL-9", "POOL-10", "POOL-16", "POOL-20",
    since=283,
    until=422,
)  # fmt: skip
def _at_tick(step: Step) -> Iterator[str]:
    for netuid, before, after in changed_ranges(step):
        if after.sqrt_price == before.sqrt_price or not after.is_initialized:
            continue  # what a removed pool could not place outlives it
        is_below = after.tick > MIN_TICK and after.sqrt_price < price_at(after.tick)
        is_beyond = after.tick < MAX_TICK and after.sqrt_price >= price_at(after.tick + 1)
        if is_below or is_beyond:
            yield f"the price of subnet {netuid} is not at tick {after.tick}"
