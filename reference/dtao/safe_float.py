"""Decimal floating-point numbers of 21 digits, in which shares of stake are counted; first used by version 401.

A number is ``mantissa * 10**exponent``. Every result is normalized: its mantissa lies above 10**20 and up to 10**21,
or it is 0. What does not fit is cut off, never rounded up. Mirrors SafeFloat of the runtime's share-pool crate.
"""

from attrs import frozen

from dtao.evolving import maker
from dtao.units import U64_MAX

DIGITS = 21
LARGEST_MANTISSA = 10**DIGITS
SMALLEST_MANTISSA = LARGEST_MANTISSA // 10 + 1
I64_MIN = -(2**63)
I64_MAX = 2**63 - 1
MODERATE = 2**62
"""No exponent below that gets out of an i64 by a product and a quotient."""
POWERS: tuple[int, ...] = tuple(10**exponent for exponent in range(DIGITS + 2))
"""A mantissa over the last of them is 0."""
TWO_TO_64 = 2**64


@frozen(weakref_slot=False)
class SafeFloat:
    """A number that is not negative."""

    mantissa: int
    """A u128."""
    exponent: int
    """An i64."""


ZERO = SafeFloat(0, 0)
_made = maker(SafeFloat)


def normalized(mantissa: int, exponent: int) -> SafeFloat | None:
    """Return ``mantissa * 10**exponent`` with its mantissa cut to 21 digits; None if the exponent leaves the i64.

    10**21 stands for itself, and for 10**20 with one more in the exponent. Mirrors ``normalize``.
    """
    if SMALLEST_MANTISSA <= mantissa <= LARGEST_MANTISSA and exponent >= I64_MIN:
        return _made(mantissa, exponent)
    if mantissa == 0:
        return ZERO
    shift = len(str(mantissa)) - DIGITS
    if shift > 0 and mantissa // 10 ** (shift - 1) == LARGEST_MANTISSA:
        shift -= 1
    if shift > 0 and exponent + shift > I64_MAX:
        return None
    scale = POWERS[abs(shift)] if abs(shift) <= DIGITS else 10 ** abs(shift)
    mantissa = mantissa // scale if shift > 0 else mantissa * scale
    if mantissa * 10 == LARGEST_MANTISSA:
        mantissa, shift = LARGEST_MANTISSA, shift - 1
    if exponent + shift < I64_MIN:
        return None
    return _made(mantissa, exponent + shift)


def new(mantissa: int, exponent: int) -> SafeFloat | None:
    """Return a number; None if the mantissa is above 10**21 or the exponent leaves the i64."""
    return None if mantissa > LARGEST_MANTISSA else normalized(mantissa, exponent)


def from_u64(number: int) -> SafeFloat:
    """Return a u64, which has 20 digits at most, without loss."""
    return _made(*_digits(number))


def _digits(number: int) -> tuple[int, int]:
    """Return the mantissa and the exponent of a u64."""
    if number == 0:
        return 0, 0
    zeros = DIGITS - len(str(number))
    mantissa = number * POWERS[zeros]
    return (mantissa, -zeros) if mantissa >= SMALLEST_MANTISSA else (LARGEST_MANTISSA, -zeros - 1)


def from_u64f64(bits: int) -> SafeFloat:
    """Return a U64F64, given by its raw bits: the integer part plus the fraction, each cut to 21 digits."""
    fraction = div(from_u64(bits % TWO_TO_64), SafeFloat(TWO_TO_64 * 10, -1)) or ZERO
    return add(from_u64(bits >> 64), fraction) or ZERO


def to_u64(number: SafeFloat) -> int:
    """Return the number rounded down to a u64, saturating; a power of ten counts up to 10**22."""
    mantissa, exponent = number.mantissa, number.exponent
    scale = POWERS[min(abs(exponent), DIGITS + 1)]
    return min(mantissa * scale if exponent > 0 else mantissa // scale, U64_MAX)


def add(a: SafeFloat, b: SafeFloat) -> SafeFloat | None:
    """Return a + b: what the smaller number has below the last digit of the larger is cut off before."""
    if a.mantissa == 0:
        return b
    if b.mantissa == 0:
        return a
    first, second, exponent = _aligned(a, b)
    return normalized(first + second, exponent)


def sub(a: SafeFloat, b: SafeFloat) -> SafeFloat | None:
    """Return a - b, digits cut off as by :func:`add`: 0 if b is larger, but None if a is 0 and b is not."""
    if b.mantissa == 0:
        return a if a.mantissa else ZERO
    if a.mantissa == 0:
        return None
    first, second, exponent = _aligned(a, b)
    return normalized(first - second, exponent) if first > second else ZERO


def _aligned(a: SafeFloat, b: SafeFloat) -> tuple[int, int, int]:
    """Return two mantissas to the larger of the exponents, cut off, and that exponent."""
    shift = a.exponent - b.exponent
    if shift >= 0:
        return a.mantissa, b.mantissa // POWERS[shift if shift <= DIGITS else DIGITS + 1], a.exponent
    return a.mantissa // POWERS[-shift if shift >= -DIGITS else DIGITS + 1], b.mantissa, b.exponent


def div(a: SafeFloat, b: SafeFloat) -> SafeFloat | None:
    """Return a / b, cut to 21 digits after the point before it is normalized; None if b is 0."""
    exponent = a.exponent - b.exponent - DIGITS
    if b.mantissa == 0 or not I64_MIN <= exponent <= I64_MAX:
        return None
    return normalized(a.mantissa * LARGEST_MANTISSA // b.mantissa, exponent)


def mul_div(a: SafeFloat, b: SafeFloat, divisor: SafeFloat) -> SafeFloat | None:
    """Return a · b / divisor, cut to an integer mantissa before it is normalized; None if the divisor is 0."""
    exponent = a.exponent + b.exponent
    if divisor.mantissa == 0 or not I64_MIN <= exponent <= I64_MAX:
        return None
    exponent -= divisor.exponent
    if not I64_MIN <= exponent <= I64_MAX:
        return None
    return normalized(a.mantissa * b.mantissa // divisor.mantissa, exponent)


def mul_div_u64(a: int, b: SafeFloat, divisor: int) -> SafeFloat | None:
    """Return a · b / divisor as :func:`mul_div`, where all but b are u64."""
    if divisor == 0 or not -MODERATE < b.exponent < MODERATE:
        return mul_div(from_u64(a), b, from_u64(divisor))
    (mantissa, exponent), (divisor, less) = _digits(a), _digits(divisor)
    return normalized(mantissa * b.mantissa // divisor, exponent + b.exponent - less)


def is_greater(a: SafeFloat, b: SafeFloat) -> bool:
    """Return whether a > b, both normalized. 0, whose exponent is 0, counts as greater than small numbers.

    Mirrors ``gt``.
    """
    difference = a.exponent - b.exponent
    if difference > 1:
        return True
    if difference < -1:
        return False
    return a.mantissa * POWERS[max(difference, 0)] > b.mantissa * POWERS[max(-difference, 0)]
