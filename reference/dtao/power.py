"""Powers of ratios as the safe-bigmath crate (0.4.1) computes them, to the bit; first used by version 423.

A power with small exponents is exact. Any other is exp(exponent · (ln numerator - ln denominator)), by power series on
integers with ``precision`` bits after the point and 24 guard bits. No argument is reduced: where the exponent of e is
beyond some hundreds the terms outgrow those bits, and what the runtime returns has nothing to do with the power.
"""

from functools import lru_cache
from math import gcd

from dtao.rule import implements

LARGEST_EXACT_EXPONENT = 1_024
GUARD_BITS = 24
LOW_GUARD, HALF_GUARD, HIGH_GUARD = -1 << GUARD_BITS, 1 << GUARD_BITS - 1, 1 << GUARD_BITS
MIN_PRECISION = 32
MAX_TERMS = 4_096
QUICK_PRECISION = 128
"""Bits after the point that decide almost any result; see :func:`_decided`."""
LARGEST_DECIDED_PRECISION = 1_024
QUICK_ERROR_BITS = 32
"""What is computed with any precision from QUICK_PRECISION on is wrong by less than 2 to the power of this, in its last
place, under the conditions of :func:`_decided`."""
QUICK_BASE_BITS = 128
QUICK_EXPONENT_BITS = 7
QUICK_LOGARITHM = 8


@implements("POOL-31")
def pow_ratio_scaled(
    numerator: int, denominator: int, exponent_numerator: int, exponent_denominator: int, precision: int, scale: int
) -> int | None:
    """Return (numerator / denominator) ** (exponent_numerator / exponent_denominator) · scale, rounded down.

    All arguments are 0 or more. None if a denominator is 0; 0 if the numerator is 0. Exact if the exponent, in lowest
    terms, has no part above 1,024; otherwise an approximation, see :func:`_approximation`, which may even be negative.
    """
    if denominator == 0 or exponent_denominator == 0:
        return None
    if numerator == 0:
        return 0
    # Of equal numbers both logarithms are the same and their difference is 0.
    if exponent_numerator == 0 or numerator == denominator:
        return scale
    common = gcd(exponent_numerator, exponent_denominator)
    up, root = exponent_numerator // common, exponent_denominator // common
    is_exact = up <= LARGEST_EXACT_EXPONENT and root <= LARGEST_EXACT_EXPONENT
    if is_exact and root == 1:
        exact: int = numerator**up * scale // denominator**up
        return exact
    bits = max(precision, MIN_PRECISION, scale.bit_length() + 8)
    if is_exact or QUICK_PRECISION <= bits <= LARGEST_DECIDED_PRECISION:
        decided = _decided(numerator, denominator, up, root, scale)
        if decided is not None:
            return decided
    if is_exact:
        return _root(numerator**up * scale**root // denominator**up, root)
    return _approximation(numerator, denominator, up, root, bits) * scale >> bits


def _approximation(numerator: int, denominator: int, up: int, root: int, bits: int) -> int:
    """Return (numerator / denominator) ** (up / root) with so many bits after the point, rounded to the nearest."""
    wide = bits + GUARD_BITS
    exponent = (_ln(numerator, wide) - _ln(denominator, wide)) * up // root
    return _without_guard(_exp(exponent, wide))


def _decided(numerator: int, denominator: int, up: int, root: int, scale: int) -> int | None:
    """Return the power if a quick approximation leaves no doubt about what the result is rounded down to.

    Let one place be 2**-wide. A logarithm of up to 128 bits is wrong by less than 2**33 places: a series of x between
    -1/2 and 1/2 stops at a term below 2**24, after which no more than that follows; each of its less than 2**11 terms
    is wrong by 3 places at most; and there are up to 129 series, that of ln 2 counting as often as it is added. (Here
    the logarithm of a ratio next to 1 is computed at once, with less error; see :func:`_ln_of_ratio`.) The
    difference of two times an exponent up to 2**7 is wrong by less than 2**42. Where it is between -8 and 8, e to the
    power of it is below 2**12, so that this error grows to less than 2**55; the series adds less than 2**34, and
    rounding 2**23. So the result is wrong by less than 2**56 places, 2**32 of those that remain without guard bits.
    That holds for what the runtime computes with 128 to 1,024 bits as well, so that both lie within twice that of each
    other. This also decides an exact power, which is between the bounds.
    """
    if up > root << QUICK_EXPONENT_BITS or max(numerator, denominator) >> QUICK_BASE_BITS:
        return None
    wide = QUICK_PRECISION + GUARD_BITS
    exponent = _ln_of_ratio(numerator, denominator, wide) * up // root
    if abs(exponent) >> wide >= QUICK_LOGARITHM:
        return None
    power = _without_guard(_exp(exponent, wide))
    error = 2 << QUICK_ERROR_BITS
    low = (power - error) * scale >> QUICK_PRECISION
    return low if low == (power + error) * scale >> QUICK_PRECISION else None


def _ln_of_ratio(numerator: int, denominator: int, bits: int) -> int:
    """Return the natural logarithm of a ratio with so many bits after the point, some places more or less.

    It is the difference of two logarithms or, for a ratio between 7/9 and 9/7, as those of swaps mostly are, twice
    z + z**3 / 3 + z**5 / 5 + ..., z being the difference of both over their sum. As z is at most 1/8, that takes no
    more terms than a sixth of the bits, each wrong by 3 places at most.
    """
    difference, total = abs(numerator - denominator), numerator + denominator
    if difference << 3 > total:
        return _ln(numerator, bits) - _ln(denominator, bits)
    power = (difference << bits) // total
    square = power * power >> bits
    result, index = 0, 1
    while power:
        result += power // index
        power, index = power * square >> bits, index + 2
    return 2 * result if numerator > denominator else -2 * result


def _ln(number: int, bits: int) -> int:
    """Return the natural logarithm of a positive integer with so many bits after the point.

    It is that of the number between 3/4 and 3/2 which remains when ln 2 is added as often as needed.
    """
    shift = number.bit_length() - 1
    mantissa = number << bits >> shift
    if mantissa >= 3 << bits - 1:
        mantissa >>= 1
        shift += 1
    return _ln_next_to_one(mantissa - (1 << bits), bits) + shift * _ln_2(bits)


@lru_cache(maxsize=16)
def _ln_2(bits: int) -> int:
    return -_ln_next_to_one(-(1 << bits - 1), bits)


def _ln_next_to_one(x: int, bits: int) -> int:
    """Return ln(1 + x) by its power series: each power of x is rounded down, and so is each term.

    The series stops after a term below 2**24. (The crate stops too when a term does not change the sum without its
    guard bits; but a term that is not below 2**24 changes it.)
    """
    power = result = x
    for index in range(2, min(MAX_TERMS, bits + 128) + 1):
        power = power * x >> bits
        term = power // index
        result += term if index & 1 else -term
        if LOW_GUARD < term < HIGH_GUARD:
            break
    return result


def _exp(x: int, bits: int) -> int:
    """Return e to the power of x by its power series, each term rounded down; it stops as the logarithm's does."""
    term = result = 1 << bits
    for index in range(1, min(MAX_TERMS, bits + 128) + 1):
        term = (term * x >> bits) // index
        result += term
        if LOW_GUARD < term < HIGH_GUARD:
            break
    return result


def _without_guard(number: int) -> int:
    """Return a number without its guard bits, rounded to the nearest, ties away from zero."""
    rounded = abs(number) + HALF_GUARD >> GUARD_BITS
    return rounded if number >= 0 else -rounded


def _root(number: int, degree: int) -> int:
    """Return the root of a number rounded down, found bit by bit from the highest."""
    root = 0
    for bit in reversed(range(number.bit_length() // degree + 1)):
        candidate = root | 1 << bit
        if candidate**degree <= number:
            root = candidate
    return root
