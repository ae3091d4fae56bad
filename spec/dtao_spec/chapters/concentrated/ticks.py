"""Prices, ticks and roots."""

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache

from dtao_spec.registry import Computation, rule
from dtao_spec.rounding import LIMIT_BITS, UNSIGNED, at_most, floored

CHAPTER = "dtao_spec.chapters.concentrated"
STEP = Fraction(10_001, 10_000)
"""The ratio of the prices at two neighbouring ticks."""
TICK_BITS = 19
WIDE_BITS = 96
"""The bits of a root by which its tick is looked up."""
MAX_TICK = 443_636
HALVINGS = 129
LAST_BIT = Fraction(1, 2**LIMIT_BITS)


def cut(number: Fraction) -> Fraction:
    """Return a number as U64F64 holds it: its largest number where it is larger."""
    return at_most(floored(number, LIMIT_BITS), UNSIGNED, LIMIT_BITS)


def quotient(numerator: Fraction, divisor: Fraction) -> Fraction:
    """Return a quotient as the chain computes it: 0 by 0, and where it does not fit U64F64."""
    exact = floored(numerator / divisor, LIMIT_BITS) if divisor else Fraction(0)
    return exact if exact == cut(exact) else Fraction(0)


def inverse(root: Fraction) -> Fraction:
    """Return the reciprocal of a root of a price as the chain computes it."""
    return quotient(Fraction(1), root)


@cache
def wide_root_at_tick(tick: int) -> Fraction:
    """Return the root of the price at a tick that the product of powers gives, rounded up to 96 bits."""
    root = Fraction(1)
    with localcontext(prec=100):
        for bit in range(TICK_BITS):
            if abs(tick) >> bit & 1:
                power = int((2**128 / Decimal("1.0001").sqrt() ** (2**bit)).to_integral_value())
                root = floored(root * Fraction(power, 2**128), 128)
    if tick > 0:
        root = Fraction((2**256 - 1) // int(root * 2**128), 2**128)
    return -floored(-root, WIDE_BITS)


@cache
def rounded_root_at_tick(tick: int) -> Fraction:
    """Return the root of the price at a tick as the chain keeps it, rounded up to 64 bits."""
    return -floored(-wide_root_at_tick(tick), LIMIT_BITS)


@cache
def exact_root_at_tick(tick: int) -> Fraction:
    """Return the root of the price at a tick to 60 digits."""
    with localcontext(prec=60):
        return Fraction(Decimal("1.0001") ** (Decimal(tick) / 2))


def root_at_tick(tick: int, rules: Computation) -> Fraction:
    """Return the root of the price at a tick."""
    return rounded_root_at_tick(tick) if rules.is_rounded else exact_root_at_tick(tick)


def price_at_tick_rounded(tick: int) -> Fraction:
    """Return the square of the root that the product of powers gives, rounded up to 64 bits."""
    return rounded_root_at_tick(tick) ** 2


@rule("POOL-9", since=283, until=422, rounded=price_at_tick_rounded)
def price_at_tick(tick: int) -> Fraction:
    r"""Price at a tick.

    Statement: A tick MUST stand for the price $1.0001^t$, and ticks MUST lie between -443 636 and 443 636.
    Formula: $$ s_t = \sqrt{1.0001^{\,t}} $$
    Units: TAO per alpha; the chain keeps the square root, in U64F64.
    Rounding: The root is a product of powers $1.0001^{-2^i / 2}$, each to 128 bits to the nearest and each product
        floored, inverted for a positive tick, then rounded up to 96 bits and up to 64. It is not below the exact root,
        and less than $2 \cdot 2^{-64}$ above it.
    Source: `pallets/swap/src/tick.rs`, `try_to_sqrt_price`, `get_sqrt_ratio_at_tick`
    Example: Tick 0 is the price 1; tick 6 932 doubles it.

        >>> price_at_tick(0), round(price_at_tick(6_932), 3)
        (Fraction(1, 1), Fraction(2, 1))
    """
    return STEP**tick


def tick_of_price_rounded(price: Fraction) -> int:
    """Return the tick by comparing the root with those of 96 bits."""
    tick = tick_of_price(price)
    while tick > -MAX_TICK and wide_root_at_tick(tick) ** 2 > price:
        tick -= 1
    while tick < MAX_TICK and wide_root_at_tick(tick + 1) ** 2 <= price:
        tick += 1
    return tick


@rule("POOL-10", since=283, until=422, rounded=tick_of_price_rounded)
def tick_of_price(price: Fraction) -> int:
    r"""Tick of a price.

    Statement: The tick of a price MUST be the greatest one whose price, as [POOL-9](#pool-9) rounds it to 96 bits, is
        not above; a price below that of the lowest tick or from the tick after the highest on has none, and where one
        is needed it MUST be the nearest of the two.
    Formula: $$ t = \max\{\,t : s_t \le s\,\} $$
    Units: TAO per alpha in.
    Rounding: none beyond that of POOL-9.
    Source: `pallets/swap/src/tick.rs`, `try_from_sqrt_price`, `from_sqrt_price_bounded`
    Example: The price 2 lies between tick 6 931 and the next.

        >>> tick_of_price(Fraction(2)), tick_of_price(Fraction(1))
        (6931, 0)
    """
    with localcontext(prec=60):
        exact = Decimal(price.numerator) / Decimal(price.denominator)
        tick = math.floor(round(exact.ln() / Decimal("1.0001").ln(), 40)) if price else -MAX_TICK
    return min(max(tick, -MAX_TICK), MAX_TICK)


def square_root_by_bisection(exact: Fraction, tolerance: Fraction = LAST_BIT) -> Fraction | None:
    """Return the middle at which the halving ends, in 64 fraction bits."""
    if exact < 0:
        return None
    low, high = (Fraction(0), exact) if exact > 1 else (exact, Fraction(1))
    for _ in range(HALVINGS):
        middle = floored(cut(low + high) / 2, LIMIT_BITS)
        other = quotient(exact, middle)
        if abs(other - middle) <= tolerance:
            return middle
        low, high = (low, middle) if other < middle else (middle, high)
    return floored(cut(low + high) / 2, LIMIT_BITS)


@rule("FIX-13", since=283, until=422, rounded=square_root_by_bisection)
def square_root(exact: Fraction, tolerance: Fraction = Fraction(0)) -> Fraction | None:
    r"""The square root.

    Change: The root of a number below 1 is found too: the interval begins at the number and ends at 1 there. Pools take
        roots of prices, which are often below 1.
    Statement: The square root MUST be found by bisecting, between 0 and a number above 1 or between any other number
        and 1, until the middle and the number over the middle differ by at most the given tolerance, or 129 times.
    Formula: $$ \sqrt{x} $$
    Units: none.
    Rounding: within the tolerance.
    Rejections: Nothing for a negative number.
    Source: `primitives/safe-math/src/lib.rs`, `checked_sqrt`
    Example: The roots of 4 and of 1/4.

        >>> square_root(Fraction(4)), square_root(Fraction(1, 4)), square_root(Fraction(-1))
        (Fraction(2, 1), Fraction(1, 2), None)
    """
    if exact < 0:
        return None
    with localcontext(prec=60):
        return Fraction((Decimal(exact.numerator) / Decimal(exact.denominator)).sqrt())
