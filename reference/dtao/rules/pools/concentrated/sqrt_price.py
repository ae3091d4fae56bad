"""Square roots of prices in U64F64, and the ticks that number them.

The runtime computes prices of ticks by a product of tabled powers of 1.0001 in 128 bits after the point, cuts that to
96 bits and then to 64, rounding up both times. The reverse is exact: the greatest tick whose price is not above.
"""

import math
from decimal import Decimal, localcontext
from functools import lru_cache

from dtao.fixed import U64F64, U96F32
from dtao.rule import implements
from dtao.units import U64_MAX, Bits, WideBits

MIN_TICK = -443_636
MAX_TICK = 443_636
"""Half of the ticks that the tables reach, because U64F64 has half of their bits before the point."""
ONE = U64F64.one
LARGEST = U64F64.max_bits
FRACTION = U64F64.fraction_bits
ONE_WIDE = 1 << 2 * FRACTION
"""What a root is divided into for its reciprocal."""
PRICE_FRACTION = U96F32.fraction_bits
WIDE_FRACTION = 96
"""Bits after the point of a price that a tick is looked up by."""
POWER_FRACTION = 128
TICK_BITS = 19
"""As many as it takes to write MAX_TICK."""
RAO_PER_TAO = 10**9
LIMIT_EPSILON = 1_844_674_407
"""1e-10, the precision of the square root of a limit price."""
OPENING_EPSILON = 18_446_744
"""1e-12, the precision of the square root of the first price."""
SQUARE_ROOT_ITERATIONS = 129
MIN_PRICE = 0
"""The lowest limit price in rao, floored: the price at MIN_TICK is no rao any more."""
MAX_PRICE = U64_MAX
"""The highest limit price in rao: the price at MAX_TICK does not fit a u64."""


def _powers() -> tuple[int, ...]:
    """Return 1.0001 ** -(2**i / 2) for each bit i of a tick, to 128 bits, to the nearest."""
    with localcontext() as context:
        context.prec = 100
        root = Decimal("1.0001").sqrt()
        return tuple(int((2**POWER_FRACTION / root ** (2**bit)).to_integral_value()) for bit in range(TICK_BITS))


POWERS = _powers()


@implements("POOL-9")
def wide_sqrt_price(tick: int) -> int:
    """Return the square root of the price at a tick in 96 bits after the point, rounded up; |tick| below 2**19.

    The product of the powers is floored after each factor; a positive tick has the reciprocal of the negative one's,
    out of 2**256 - 1. Mirrors ``get_sqrt_ratio_at_tick``.
    """
    return _wide_sqrt_price(tick)


@lru_cache(maxsize=2**14)
def _wide_sqrt_price(tick: int) -> int:
    ratio = 1 << POWER_FRACTION
    remaining = abs(tick)
    for power in POWERS:
        if remaining & 1:
            ratio = (ratio * power) >> POWER_FRACTION
        remaining >>= 1
        if not remaining:
            break
    if tick > 0:
        ratio = (2**256 - 1) // ratio
    return -(-ratio >> (POWER_FRACTION - WIDE_FRACTION))


@implements("POOL-9")
def sqrt_price_of_tick(tick: int) -> WideBits | None:
    """Return the square root of the price at a tick, rounded up; None beyond MIN_TICK and MAX_TICK.

    Mirrors ``TickIndex::try_to_sqrt_price``.
    """
    if not MIN_TICK <= tick <= MAX_TICK:
        return None
    return price_at(tick)


@implements("POOL-10")
def tick_of_sqrt_price(sqrt_price: WideBits) -> int | None:
    """Return the greatest tick whose price is not above, in 96 bits; None if that is beyond MIN_TICK or MAX_TICK.

    Mirrors ``TickIndex::try_from_sqrt_price``.
    """
    wide = sqrt_price << (WIDE_FRACTION - FRACTION)
    if not wide_sqrt_price(MIN_TICK) <= wide < wide_sqrt_price(MAX_TICK + 1):
        return None
    # A float is right to about 1e-9 of a tick; the comparisons decide.
    tick = math.floor(2 * (math.log(wide) - WIDE_FRACTION * math.log(2)) / math.log(1.0001))
    while wide_sqrt_price(tick) > wide:
        tick -= 1
    while wide_sqrt_price(tick + 1) <= wide:
        tick += 1
    return tick


@implements("POOL-10")
def tick_within_bounds(sqrt_price: WideBits, near: int = MAX_TICK) -> int:
    """Return the tick of a price, MIN_TICK or MAX_TICK if it is beyond. Mirrors ``from_sqrt_price_bounded``.

    A tick that it may well be saves the search for it.
    """
    if MIN_TICK <= near <= MAX_TICK:
        wide = sqrt_price << (WIDE_FRACTION - FRACTION)
        if _wide_sqrt_price(near) <= wide < _wide_sqrt_price(near + 1):
            return near
    tick = tick_of_sqrt_price(sqrt_price)
    if tick is not None:
        return tick
    return MAX_TICK if sqrt_price > price_at(MAX_TICK) else MIN_TICK


def bounds_of_tick(tick: int) -> tuple[int, int]:
    """Return the lowest price of a tick between MIN_TICK and MAX_TICK, and that of the next, as square roots.

    Both are in 96 bits after the point.
    """
    return _wide_sqrt_price(tick), _wide_sqrt_price(tick + 1)


@implements("POOL-9")
def price_at(tick: int) -> WideBits:
    """Return the square root of the price at a tick between MIN_TICK and MAX_TICK."""
    return _price_at(tick)


@lru_cache(maxsize=2**14)
def _price_at(tick: int) -> WideBits:
    return Bits(-(-wide_sqrt_price(tick) >> (WIDE_FRACTION - FRACTION)))


def reciprocal(sqrt_price: int) -> int:
    """Return 1 / x floored, in U64F64; 0 if x is 0 or the quotient does not fit (x is 1 bit)."""
    return ONE_WIDE // sqrt_price if sqrt_price > 1 else 0


@implements("FIX-13")
def checked_sqrt(bits: int, epsilon: int) -> int:
    """Return a square root by bisection, in U64F64 as the number and the epsilon are.

    The interval lies between the number and 1, from 0 if the number is above 1; it stops at the first middle that
    differs from number / middle by at most epsilon, or after 129 halvings. Mirrors safe_math::checked_sqrt from 283 on.
    """
    return _checked_sqrt(bits, epsilon)


@lru_cache(maxsize=2**10)
def _checked_sqrt(bits: int, epsilon: int) -> int:
    low, high = (0, bits) if bits > ONE else (bits, ONE)
    numerator = bits << FRACTION
    middle = min(low + high, LARGEST) >> 1
    check = quotient(numerator, middle)
    for _ in range(SQUARE_ROOT_ITERATIONS):
        if -epsilon <= check - middle <= epsilon:
            break
        if check < middle:
            high = middle
        else:
            low = middle
        middle = (both if (both := low + high) < LARGEST else LARGEST) >> 1
        check = quotient(numerator, middle)
    return middle


def quotient(numerator: int, divisor: int) -> int:
    """Return a quotient floored, or 0 if the divisor is 0 or the quotient does not fit U64F64 (safe_div)."""
    if divisor == 0:
        return 0
    bits = numerator // divisor
    return bits if bits <= LARGEST else 0


@implements("POOL-16")
def sqrt_of_limit(limit_price: int) -> WideBits:
    """Return the square root of a limit price in rao per alpha, to 1e-10. Mirrors ``SwapHandler::swap``."""
    return _sqrt_of_limit(limit_price)


@lru_cache(maxsize=2**10)
def _sqrt_of_limit(limit_price: int) -> WideBits:
    return Bits(checked_sqrt((limit_price << FRACTION) // RAO_PER_TAO, LIMIT_EPSILON))
