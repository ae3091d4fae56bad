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
