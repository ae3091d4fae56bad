"""Positions: how they begin and end, what they consist of and what they have earned."""

from math import isqrt

from dtao.evolving import evolve, maker
from dtao.rule import implements
from dtao.rules.pools.concentrated.records import AnyRanges, Position, Ranges
from dtao.rules.pools.concentrated.sqrt_price import (
    FRACTION,
    LARGEST,
    MAX_TICK,
    MIN_TICK,
    OPENING_EPSILON,
    checked_sqrt,
    price_at,
    quotient,
    reciprocal,
    tick_within_bounds,
)
from dtao.rules.pools.concentrated.ticks import (
    LARGEST_SIGNED,
    add_liquidity,
    change_current_liquidity,
    fees_in_range,
    remove_liquidity,
)
from dtao.units import U64_MAX, AccountId, Alpha, Bits, Rao, WideBits

PROTOCOL_ACCOUNT = AccountId(int.from_bytes(b"modlten/swap", "little"))
"""The account of the swap pallet, which owns the chain's own positions."""

MIN_LIQUIDITY = 1_000
"""The least liquidity of a position and the least change of one; and as much of the liquidity in force earns no fee."""
_position = maker(Position)


@implements("POOL-11")
def amounts(tick_low: int, tick_high: int, liquidity: int, sqrt_price: WideBits) -> tuple[Rao, Alpha]:
    """Return the TAO and the alpha that liquidity in a range consists of at a price, each floored; saturating.

    Below the range it is all alpha, above all TAO. A range upside down (``tick_low`` above ``tick_high``) consists of
    nothing. Mirrors ``Position::to_token_amounts``.
    """
    tao, alpha = unrounded_amounts(tick_low, tick_high, liquidity, sqrt_price)
    return Rao(tao >> FRACTION), Alpha(alpha >> FRACTION)


@implements("POOL-11")
def unrounded_amounts(tick_low: int, tick_high: int, liquidity: int, sqrt_price: WideBits) -> tuple[WideBits, WideBits]:
    """Return what :func:`amounts` floors: U64F64."""
    of_tao, of_alpha = amounts_of_one(tick_low, tick_high, sqrt_price)
    return times(liquidity, of_tao), times(liquidity, of_alpha)


@implements("POOL-11")
def amounts_of_one(tick_low: int, tick_high: int, sqrt_price: WideBits) -> tuple[WideBits, WideBits]:
    """Return the TAO and the alpha that liquidity of 1 in a range consists of at a price; U64F64."""
    low, high = price_at(tick_low), price_at(tick_high)
    if sqrt_price < low:
        return Bits(0), alpha_between(low, high)
    if sqrt_price > high:
        return tao_between(low, high), Bits(0)
    return tao_between(low, sqrt_price), alpha_between(sqrt_price, high)


@implements("POOL-11")
def tao_between(low: WideBits, high: WideBits) -> WideBits:
    """Return the TAO of liquidity of 1 between two prices: high - low; U64F64."""
    return Bits(high - low) if high > low else Bits(0)


@implements("POOL-11")
def alpha_between(low: WideBits, high: WideBits) -> WideBits:
    """Return the alpha of liquidity of 1 between two prices: 1 / low - 1 / high; U64F64."""
    distance = reciprocal(low) - reciprocal(high)
    return Bits(distance) if distance > 0 else Bits(0)


def times(liquidity: int, of_one: int) -> WideBits:
    """Return what liquidity consists of, saturating; U64F64."""
    product = liquidity * of_one
    return Bits(product if product < LARGEST else LARGEST)


@implements("POOL-18")
def open_position(
    ranges: Ranges, account: AccountId, number: int, tick_low: int, tick_high: int, liquidity: int
) -> tuple[Ranges, Position]:
    """Return the ranges with the edges and the liquidity of one more position, and that position, which earned nothing.

    The position itself is entered under its account and number. Ranges that had none before count as initialized from
    now on, whatever their price: a user's position in an untraded pool leaves it at price 0. Mirrors
    ``add_liquidity_not_insert``.
    """
    ranges = add_liquidity(ranges, tick_low, liquidity, is_upper=False)
    ranges = add_liquidity(ranges, tick_high, liquidity, is_upper=True)
    if not MIN_TICK < ranges.tick < MAX_TICK:
        ranges = evolve(ranges, sqrt_price=price_at(ranges.tick))
    ranges = change_current_liquidity(ranges, tick_low, tick_high, liquidity)
    position = Position(tick_low, tick_high, liquidity, *fees_in_range(ranges, tick_low, tick_high))
    return with_position(evolve(ranges, is_initialized=True), account, number, position), position


@implements("POOL-20")
def initialize(ranges: Ranges, tao: Rao, alpha: Alpha, number: int) -> Ranges:
    """Return the ranges of a pool that is traded for the first time: one position over all prices, the chain's own.

    The price is that of the reserves, 0 without alpha, its root to 1e-12; the liquidity is the root of their product,
    floored. Mirrors ``maybe_initialize_v3``.
    """
    sqrt_price = Bits(checked_sqrt(quotient(tao << FRACTION, alpha), OPENING_EPSILON))
    ranges = evolve(ranges, sqrt_price=sqrt_price, tick=tick_within_bounds(sqrt_price))
    return open_position(ranges, PROTOCOL_ACCOUNT, number, MIN_TICK, MAX_TICK, isqrt(tao * alpha) & U64_MAX)[0]


@implements("POOL-18")
def close_position(ranges: Ranges, account: AccountId, number: int) -> Ranges:
    """Return the ranges without a position. Mirrors the end of ``do_remove_liquidity``."""
    position = ranges.positions[account, number]
    ranges = remove_liquidity(ranges, position.tick_low, position.liquidity, is_upper=False)
    ranges = remove_liquidity(ranges, position.tick_high, position.liquidity, is_upper=True)
    ranges = change_current_liquidity(ranges, position.tick_low, position.tick_high, -position.liquidity)
    return evolve(ranges, positions=ranges.positions.delete((account, number)))


def chains_own(ranges: Ranges) -> tuple[AccountId, int] | None:
    """Return the account and the number of the chain's own position; None where there is none."""
    return next((key for key in ranges.positions if key[0] == PROTOCOL_ACCOUNT), None)


def with_position(ranges: Ranges, account: AccountId, number: int, position: Position) -> Ranges:
    """Return the ranges with a position entered or replaced; its edges are not touched."""
    return evolve(ranges, positions=ranges.positions.set((account, number), position))


@implements("POOL-21")
def liquidity_after_injection(own_tao: Rao, own_alpha: Alpha, tao: Rao, alpha: Alpha) -> int:
    """Return the liquidity of the chain's position after TAO and alpha were given to the reserves; a u64.

    It is the root of the grown product of what the position consisted of at the price, not of what it was given before;
    all in rao. Mirrors ``adjust_protocol_liquidity``.
    """
    new_tao = more if (more := own_tao + tao) < U64_MAX else U64_MAX
    new_alpha = more if (more := own_alpha + alpha) < U64_MAX else U64_MAX
    return isqrt(new_tao * new_alpha) & U64_MAX


@implements("POOL-29")
def in_proportion(price: WideBits, tao: Rao, alpha: Alpha) -> tuple[Rao, Alpha]:
    """Return how much of TAO and alpha fits the proportion of the price: all of one, and of the other its worth.

    The price is U64F64, the square of its root, floored; the worth is floored to rao. Mirrors
    ``get_proportional_alpha_tao_and_remainders``.
    """
    worth = (product if (product := alpha * price) < LARGEST else LARGEST) >> FRACTION
    if worth <= tao:
        return Rao(worth), alpha
    return tao, Alpha(quotient(tao << 2 * FRACTION, price) >> FRACTION)


@implements("POOL-19")
def collect_fees(ranges: AnyRanges, position: Position) -> tuple[Position, Rao, Alpha]:
    """Return the position after its fees were collected, and those fees: what its range earned since, per liquidity.

    Floored, saturating, and nothing if the range counts less now than then. Mirrors ``collect_fees``.
    """
    low, high, liquidity = position.tick_low, position.tick_high, position.liquidity
    fees_tao, fees_alpha = fees_in_range(ranges, low, high)
    tao = _earned(liquidity, fees_tao - position.fees_tao)
    alpha = _earned(liquidity, fees_alpha - position.fees_alpha)
    return _position(low, high, liquidity, fees_tao, fees_alpha), Rao(tao), Alpha(alpha)


def _earned(liquidity: int, growth: int) -> int:
    """Return what liquidity earned by a growth of the fees, I64F64: nothing where they shrank; both saturate in it."""
    if growth <= 0:
        return 0
    liquidity_bits = bits if (bits := liquidity << FRACTION) < LARGEST_SIGNED else LARGEST_SIGNED
    product = liquidity_bits * (growth if growth < LARGEST_SIGNED else LARGEST_SIGNED) >> FRACTION
    return (product if product < LARGEST_SIGNED else LARGEST_SIGNED) >> FRACTION
