"""The price of a registration from 401 on: it halves in a number of blocks, and rises with every registration."""

from functools import lru_cache

from dtao.fixed import U64F64
from dtao.rule import implements
from dtao.units import U64_MAX, Rao

FRACTION = 32
ONE, HALF = 1 << FRACTION, 1 << (FRACTION - 1)
"""Of a factor with 32 fraction bits."""


@implements("REG-10")
def decay_factor(half_life: int) -> int:
    """Return the factor by which a price falls in a block, with 32 fraction bits; 1 for a half-life of 0.

    It is the largest one below 1 whose power, by repeated squaring with every product floored, is at most a half.
    Mirrors ``decay_factor_q32``.
    """
    return _decay_factor(half_life)


@lru_cache(maxsize=1024)
def _decay_factor(half_life: int) -> int:
    if half_life == 0:
        return ONE
    low, high = 0, ONE
    while low + 1 < high:
        middle = (low + high) >> 1
        if _power(middle, half_life) > HALF:
            high = middle
        else:
            low = middle
    return low


def _power(factor: int, exponent: int) -> int:
    """Return a power of a factor, both with 32 fraction bits. Mirrors ``pow_q32``."""
    result = ONE
    while exponent:
        if exponent & 1:
            result = result * factor >> FRACTION
        exponent >>= 1
        factor = factor * factor >> FRACTION
    return result


@implements("REG-10")
def decayed_burn(burn: Rao, half_life: int, low: Rao, high: Rao, blocks: int = 1) -> Rao:
    """Return the price of a registration one or more blocks later, in rao: floored, at least ``low``, at most ``high``.

    Each block floors and bounds it; ``high`` wins over ``low``. Without a half-life it is only bounded.
    """
    factor = decay_factor(half_life)
    for _ in range(blocks):
        before, burn = burn, burn * factor >> FRACTION  # type: ignore[assignment]  # this runs once a block and subnet
        burn = burn if burn > low else low
        burn = burn if burn < high else high
        if burn == before:
            break  # A price that a block leaves alone stays for good.
    return burn


@implements("REG-11")
def raised_burn(burn: Rao, multiplier: int, low: Rao, high: Rao) -> Rao:
    """Return the price after a registration, in rao: times the multiplier (U64F64), which counts as 1 if it is less.

    Floored and saturating, at least ``low``, at most ``high``, which wins. Mirrors
    ``bump_registration_price_after_registration``.
    """
    product = min(burn * max(multiplier, U64F64.one), U64F64.max_bits) >> U64F64.fraction_bits
    return Rao(min(max(min(product, U64_MAX), low), high))
