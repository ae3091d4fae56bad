"""What a position is worth and what it has earned."""

from dtao.evolving import evolve
from dtao.fixed import I64F64
from dtao.rules.pools.concentrated.records import Position, Ranges
from dtao.rules.pools.concentrated.sqrt_price import FRACTION, LARGEST, price_at, reciprocal
from dtao.rules.pools.concentrated.ticks import fees_in_range
from dtao.units import U64_MAX, Alpha, Bits, Rao

MIN_LIQUIDITY = 1_000
"""The least liquidity of a position and the least change of one; and as much of the liquidity in force earns no fee."""


def amounts(tick_low: int, tick_high: int, liquidity: int, sqrt_price: Bits) -> tuple[Rao, Alpha]:
    """Return the TAO and the alpha that liquidity in a range consists of at a price, each floored; saturating.

    Below the range it is all alpha, above all TAO. A range upside down (``tick_low`` above ``tick_high``) consists of
    nothing. Mirrors ``Position::to_token_amounts``.
    """
    low = price_at(tick_low)
    high = price_at(tick_high)
    if sqrt_price < low:
        return Rao(0), alpha_between(liquidity, low, high)
    if sqrt_price > high:
        return tao_between(liquidity, low, high), Alpha(0)
    return tao_between(liquidity, low, sqrt_price), alpha_between(liquidity, sqrt_price, high)


def tao_between(liquidity: int, low: Bits, high: Bits) -> Rao:
    """Return the TAO of liquidity between two prices: L · (high - low), floored, saturating."""
    return Rao(min(liquidity * max(high - low, 0), LARGEST) >> FRACTION)


def alpha_between(liquidity: int, low: Bits, high: Bits) -> Alpha:
    """Return the alpha of liquidity between two prices: L · (1 / low - 1 / high), floored, saturating."""
    return Alpha(min(liquidity * max(reciprocal(low) - reciprocal(high), 0), LARGEST) >> FRACTION)


def opened(ranges: Ranges, tick_low: int, tick_high: int, liquidity: int) -> Position:
    """Return a new position, which has earned nothing yet; its edges are in the ranges already."""
    return Position(tick_low, tick_high, liquidity, *fees_in_range(ranges, tick_low, tick_high))


def collect_fees(ranges: Ranges, position: Position) -> tuple[Position, Rao, Alpha]:
    """Return the position after its fees were collected, and those fees: what its range earned since, per liquidity.

    Floored, saturating, and nothing if the range counts less now than then. Mirrors ``collect_fees``.
    """
    fees_tao, fees_alpha = fees_in_range(ranges, position.tick_low, position.tick_high)
    return (
        evolve(position, fees_tao=fees_tao, fees_alpha=fees_alpha),
        Rao(_earned(position.liquidity, fees_tao - position.fees_tao)),
        Alpha(_earned(position.liquidity, fees_alpha - position.fees_alpha)),
    )


def _earned(liquidity: int, growth: int) -> int:
    liquidity_bits = min(liquidity << FRACTION, I64F64.max_bits)
    growth = min(max(growth, I64F64.min_bits), I64F64.max_bits)
    product = min((liquidity_bits * growth) >> FRACTION, I64F64.max_bits)
    return min(max(product >> FRACTION, 0), U64_MAX)
