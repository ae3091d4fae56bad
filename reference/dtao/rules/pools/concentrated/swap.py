"""A swap in a pool of concentrated liquidity: from edge to edge, until the amount is spent or the limit reached."""

from collections.abc import Callable
from enum import StrEnum

from attrs import frozen

from dtao.evolving import copier, maker
from dtao.persistent import Map
from dtao.rule import implements
from dtao.rules.pools.concentrated.positions import MIN_LIQUIDITY
from dtao.rules.pools.concentrated.records import AnyRanges, Ranges, Tick
from dtao.rules.pools.concentrated.sqrt_price import (
    FRACTION,
    LARGEST,
    MAX_PRICE,
    MIN_PRICE,
    ONE_WIDE,
    price_at,
    quotient,
    reciprocal,
    tick_within_bounds,
)
from dtao.rules.pools.concentrated.ticks import cross, edge_above, edge_below
from dtao.units import U16_MAX, U64_MAX, Bits, WideBits

MAX_STEPS = 1_000
"""A swap of more steps than these is refused."""


class SwapError(StrEnum):
    """The runtime's names for the reasons why a pool does not swap."""

    INSUFFICIENT_LIQUIDITY = "InsufficientLiquidity"
    RESERVES_TOO_LOW = "ReservesTooLow"
    TOO_MANY_SWAP_STEPS = "TooManySwapSteps"


@frozen
class StepRules:
    """What becomes of the fee of a step, and which step is refused."""

    split_fee: Callable[[int, int], tuple[int, int]]
    """(what a step takes in without the fee, its fee) -> what of the fee is kept for the positions, and for the author
    of the block."""
    is_refused: Callable[[int, int], bool]
    """(what a step takes in without the fee, what it pays out) -> whether it is refused, as ``ReservesTooLow``."""


@implements("POOL-12")
def fee_for_positions(taken: int, fee: int) -> tuple[int, int]:
    """Return the parts of a fee: all is kept for the positions."""
    return fee, 0


@implements("POOL-30")
def fee_for_author(taken: int, fee: int) -> tuple[int, int]:
    """Return the parts of a fee: all is for the author of the block; that of a step that takes nothing is nobody's."""
    return 0, fee if taken else 0


@implements("POOL-16")
def is_no_step_refused(taken: int, out: int) -> bool:
    """Return that no step is refused."""
    return False


@implements("POOL-16")
def is_unpaid_step_refused(taken: int, out: int) -> bool:
    """Whether a step takes something in and pays nothing out."""
    return taken > 0 and out == 0


FOR_POSITIONS = StepRules(fee_for_positions, is_no_step_refused)
FOR_AUTHOR = StepRules(fee_for_author, is_unpaid_step_refused)


@frozen(weakref_slot=False)
class RangeSwap:
    """What a swap did to the ranges, and the amounts that changed hands."""

    ranges: Ranges
    paid_in: int
    """What entered the reserve: TAO for a buyer of alpha, alpha for a seller; the fee is not in it."""
    paid_out: int
    fee: int
    """In what was paid; kept for the positions."""
    fee_to_author: int = 0
    """What of the fee is for the author of the block instead."""


@frozen(weakref_slot=False)
class Steps:
    """What the steps of a swap come to, and where they leave a pool."""

    sqrt_price: Bits
    tick: int
    liquidity: int
    fees_tao: Bits
    fees_alpha: Bits
    ticks: Map[int, Tick] | None
    """The edges, if any was crossed."""
    paid_in: int
    paid_out: int
    fee: int
    fee_to_author: int


_moved = copier(Ranges, "sqrt_price", "tick", "liquidity", "fees_tao", "fees_alpha", "ticks")
_range_swap, _steps = maker(RangeSwap), maker(Steps)


@implements("POOL-12")
def fee_of_amount(fee_rate: int, amount: int) -> int:
    """Return the fee that is part of an amount, floored: the rate is u16-normalised, the quotient cut to 64 bits.

    Mirrors ``calculate_fee_amount``.
    """
    product = amount * ((fee_rate << FRACTION) // U16_MAX)
    return (product if product < LARGEST else LARGEST) >> FRACTION


@implements("POOL-12")
def fee_on_top(fee_rate: int, amount: int) -> int:
    """Return the fee that is paid on top of an amount that was reached otherwise, floored as above.

    Mirrors the fee that ``determine_action`` recomputes.
    """
    if fee_rate == U16_MAX:
        return 0
    rate = (fee_rate << FRACTION) // (U16_MAX - fee_rate)
    return min(amount * rate, LARGEST) >> FRACTION


@implements("POOL-13")
def target_price(is_buy: bool, liquidity: int, sqrt_price: WideBits, amount: int) -> WideBits:
    """Return the square root of the price that an amount would move the price to, with the present liquidity.

    Without liquidity that is the highest price for a buyer and the lowest for a seller, not its square root. Mirrors
    ``sqrt_price_target``.
    """
    if liquidity == 0:
        return Bits((MAX_PRICE if is_buy else MIN_PRICE) << FRACTION)
    moved = (amount << FRACTION) // liquidity
    if is_buy:
        moved += sqrt_price
        return Bits(moved if moved < LARGEST else LARGEST)
    moved += ONE_WIDE // sqrt_price if sqrt_price > 1 else 0
    moved = moved if moved < LARGEST else LARGEST
    return Bits(ONE_WIDE // moved if moved > 1 else 0)


@implements("POOL-14")
def amount_between(is_buy: bool, liquidity: int, sqrt_price: WideBits, target: WideBits) -> int:
    """Return what has to be paid in to move the price to a target: floored, 0 if the target is behind.

    Mirrors ``SwapStep::delta_in``.
    """
    distance = target - sqrt_price if is_buy else reciprocal(target) - reciprocal(sqrt_price)
    return min(min(liquidity * max(distance, 0), LARGEST) >> FRACTION, U64_MAX)


@implements("POOL-15")
def amount_out(is_buy: bool, liquidity: int, sqrt_price: WideBits, amount: int) -> int:
    """Return what is paid out for an amount within one range. Every product and quotient is floored in U64F64.

    A seller gets amount · (L / (L / p + amount)) · p, a buyer amount · L / ((L · p + amount) · p), p being the square
    root of the price. Mirrors ``convert_deltas``.
    """
    if amount == 0:
        return 0
    wide = liquidity << 2 * FRACTION
    if is_buy:
        divisor = min(liquidity * sqrt_price, LARGEST) + (amount << FRACTION)
        factor = quotient(wide, min(min(divisor, LARGEST) * sqrt_price >> FRACTION, LARGEST))
    else:
        by_price = wide // sqrt_price if sqrt_price else 0
        divisor = (amount << FRACTION) + (by_price if by_price <= LARGEST else 0)
        factor = wide // (divisor if divisor < LARGEST else LARGEST)
        factor = (factor if factor <= LARGEST else 0) * sqrt_price >> FRACTION
        factor = factor if factor < LARGEST else LARGEST
    product = amount * factor
    return (product if product < LARGEST else LARGEST) >> FRACTION


@implements("POOL-16")
def swap(
    ranges: Ranges, fee_rate: int, is_buy: bool, amount: int, limit: WideBits, rules: StepRules = FOR_POSITIONS
) -> RangeSwap | SwapError:
    """Return what a swap of ``amount`` comes to up to a limit, as :func:`steps_of_swap`, with the ranges after it."""
    steps = steps_of_swap(ranges, fee_rate, is_buy, amount, limit, rules)
    if isinstance(steps, SwapError):
        return steps
    ticks = ranges.ticks if steps.ticks is None else steps.ticks
    moved = _moved(ranges, steps.sqrt_price, steps.tick, steps.liquidity, steps.fees_tao, steps.fees_alpha, ticks)
    return _range_swap(moved, steps.paid_in, steps.paid_out, steps.fee, steps.fee_to_author)


@implements("POOL-16")
def steps_of_swap(
    ranges: AnyRanges, fee_rate: int, is_buy: bool, amount: int, limit: Bits, rules: StepRules
) -> Steps | SwapError:
    """Return the steps of a swap of ``amount`` up to a limit, the square root of a price; the fee is in the amount.

    Each step goes to the nearest of three prices: the one that the rest of the amount leads to, the limit and the next
    edge. Only in the first case is the fee a part of what is left; in the other two it is computed anew on top of what
    the step takes. A buyer who stops at an edge crosses it, a seller does not. A limit behind the price ends the swap
    with nothing exchanged and the price at the limit. Mirrors ``swap_inner`` and ``SwapStep``.

    Errors as the steps meet them: an edge to cross that no position has (InsufficientLiquidity), more than 1,000 steps
    (TooManySwapSteps).
    """
    sqrt_price, tick, liquidity = ranges.sqrt_price, ranges.tick, ranges.liquidity
    fees_tao, fees_alpha = ranges.fees_tao, ranges.fees_alpha
    ticks, edges = None, ranges.edges
    remaining = amount
    paid_in = paid_out = fee_total = to_author_total = steps = 0
    while remaining > 0:
        edge = edge_above(edges, tick) if is_buy else edge_below(edges, tick, sqrt_price)
        edge_price = price_at(edge)
        fee = fee_of_amount(fee_rate, remaining)
        taken = remaining - fee
        target = target_price(is_buy, liquidity, sqrt_price, taken)
        crosses, next_price, nearest = False, target, target
        is_within = limit >= target <= edge_price if is_buy else limit <= target >= edge_price
        if not is_within:
            limit_before_target = limit <= target if is_buy else limit >= target
            limit_before_edge = limit <= edge_price if is_buy else limit >= edge_price
            crosses = not (limit_before_target and limit_before_edge)
            next_price = edge_price if crosses else limit
            nearest = limit if limit_before_target else target
            taken = amount_between(is_buy, liquidity, sqrt_price, next_price)
            fee = fee_on_top(fee_rate, taken)
        if nearest == edge_price:
            crosses = is_buy

        out = amount_out(is_buy, liquidity, sqrt_price, taken)
        if rules.is_refused(taken, out):
            return SwapError.RESERVES_TOO_LOW
        kept, to_author = rules.split_fee(taken, fee)
        if kept and liquidity > MIN_LIQUIDITY:
            growth = (kept << FRACTION) // (liquidity - MIN_LIQUIDITY)
            if is_buy:
                fees_tao = Bits(more if (more := fees_tao + growth) < LARGEST else LARGEST)
            else:
                fees_alpha = Bits(more if (more := fees_alpha + growth) < LARGEST else LARGEST)
        if crosses:
            if ticks is None:
                ticks = ranges.ticks
            crossing = ticks.get(edge)
            if crossing is None:
                return SwapError.INSUFFICIENT_LIQUIDITY
            change = crossing.liquidity_net if is_buy else -crossing.liquidity_net
            change = min(max(change, -U64_MAX), U64_MAX)
            liquidity = min(max(liquidity + change, 0), U64_MAX)
            ticks = ticks.set(edge, cross(crossing, fees_tao, fees_alpha))
        sqrt_price = next_price
        tick = tick_within_bounds(next_price, tick)

        paid_in, fee_total = paid_in + taken, fee_total + fee
        to_author_total, paid_out = to_author_total + to_author, paid_out + out
        step_amount = more if (more := taken + fee) < U64_MAX else U64_MAX
        remaining = max(remaining - step_amount, 0) if crosses and step_amount else 0
        steps += 1
        if steps > MAX_STEPS:
            return SwapError.TOO_MANY_SWAP_STEPS
    return _steps(
        sqrt_price,
        tick,
        liquidity,
        fees_tao,
        fees_alpha,
        ticks,
        paid_in if paid_in < U64_MAX else U64_MAX,
        paid_out if paid_out < U64_MAX else U64_MAX,
        fee_total if fee_total < U64_MAX else U64_MAX,
        to_author_total if to_author_total < U64_MAX else U64_MAX,
    )
