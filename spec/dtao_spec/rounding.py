"""How the chain rounds: down to so many bits behind the point, within the largest number of a format.

The rounded forms of the rules are made of these; see the chapter on numbers for what each format does.
"""

from fractions import Fraction
from math import floor

PRICE_BITS = 32
"""Fraction bits of I96F32 and U96F32: prices, emission, dividends."""
POOL_BITS = 18
"""Fraction bits of I110F18 and U110F18: pools."""
LIMIT_BITS = 64
"""Fraction bits of U64F64 and I64F64: shares, limits between pools."""
U64_MAX = 2**64 - 1
SIGNED, UNSIGNED = 2**127 - 1, 2**128 - 1
"""The largest number of 128 bits, with a sign and without, in steps of its format."""


def floored(number: Fraction, bits: int = PRICE_BITS) -> Fraction:
    """Round down to so many bits behind the point.

    >>> floored(Fraction(1, 3), 2)
    Fraction(1, 4)
    """
    return Fraction(floor(number * 2**bits), 2**bits)


def at_most(number: Fraction, largest: int, bits: int = PRICE_BITS) -> Fraction:
    """Return a number, or the largest of a format where it is larger; ``largest`` in steps of the format."""
    return min(number, Fraction(largest, 2**bits))


DIGITS = 21
"""Digits of the decimal floating-point numbers in which shares are counted from 401 on."""
FULL = 10**DIGITS


def decimal_parts(number: Fraction) -> tuple[int, int]:
    """Return the mantissa and the exponent of ten of a number, cut to 21 digits.

    The mantissa lies above 10^20 and up to 10^21, so that powers of ten have the larger one; (0, 0) is 0.

    >>> decimal_parts(Fraction(1, 4)), decimal_parts(Fraction(10))[1]
    ((250000000000000000000, -21), -20)
    """
    if number == 0:
        return 0, 0
    exponent = len(str(number.numerator)) - len(str(number.denominator)) - DIGITS - 1
    mantissa = floor(number / Fraction(10) ** exponent)
    while mantissa > FULL:
        exponent += 1
        mantissa = floor(number / Fraction(10) ** exponent)
    return mantissa, exponent


def of_decimal(mantissa: int, exponent: int) -> Fraction:
    """Return a decimal floating-point number as a fraction, cut to 21 digits."""
    kept, power = decimal_parts(mantissa * Fraction(10) ** exponent)
    return kept * Fraction(10) ** power


def decimal_quotient(one: Fraction, other: Fraction, divisor: Fraction) -> Fraction:
    """Return one * other / divisor: that of the mantissas is floored, then cut to 21 digits.

    >>> float(decimal_quotient(Fraction(100), Fraction(1), Fraction(3)))
    33.333333333333336
    """
    (first, a), (second, b), (third, c) = map(decimal_parts, (one, other, divisor))
    return of_decimal(first * second // third, a + b - c)


def decimal_sum(one: Fraction, other: Fraction) -> Fraction:
    """Return a sum: of the number with the smaller exponent what is below the last digit of the other is cut off.

    >>> decimal_sum(Fraction(10**30), Fraction(1)) == 10**30
    True
    """
    if one == 0 or other == 0:
        return one + other
    first, second, exponent = _aligned(one, other)
    return of_decimal(first + second, exponent)


def decimal_difference(one: Fraction, other: Fraction) -> Fraction:
    """Return a difference, at least 0, cut off in the same way."""
    if other == 0:
        return one
    first, second, exponent = _aligned(one, other)
    return of_decimal(max(first - second, 0), exponent)


def _aligned(one: Fraction, other: Fraction) -> tuple[int, int, int]:
    (first, a), (second, b) = decimal_parts(one), decimal_parts(other)
    exponent = max(a, b)
    return first // 10 ** (exponent - a), second // 10 ** (exponent - b), exponent
