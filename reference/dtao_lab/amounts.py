"""Amounts as people write and read them, by whole numbers only: no float takes part."""

import re
from fractions import Fraction

from dtao import InputError
from dtao_lab import given

RAO_PER_TAO = 10**9
DECIMALS = 9
SUPPLY = 21_000_000 * RAO_PER_TAO
"""rao of TAO, and alpha rao of each subnet, that there can ever be."""
_NUMBER = re.compile(r"([0-9][0-9_]{0,30})(?:\.([0-9]{0,40}))?")
_UNIT = re.compile(r"\s*(rao|tao|alpha|τ|α)\s*$", re.IGNORECASE)


def parsed_amount(text: str, place: str = "the amount") -> int:
    """Return an amount in rao or alpha rao: ``10``, ``10.5``, ``0.5 TAO``, ``2.5alpha``, ``500_000rao``.

    Without a unit it counts whole TAO or alpha. Rejects, as InputError, what is no such number, a part of a rao, and
    more than the 21 million that there can be.

    >>> parsed_amount("10.5"), parsed_amount("10500000000rao"), parsed_amount("0.000000001 TAO")
    (10500000000, 10500000000, 1)
    """
    unit = _UNIT.search(given.text(text, place))
    digits = text[: unit.start()] if unit else text
    is_rao = unit is not None and unit[1].lower() == "rao"
    rao = _whole(digits.strip(), 0 if is_rao else DECIMALS, text, place)
    if rao > SUPPLY:
        raise InputError(f"{place}: {text[:50]} is more than the 21 000 000 that can ever be issued. Give less.")
    return rao


def parsed_price(text: str, place: str = "--limit") -> int:
    """Return a limit price in billionths: rao per alpha, or alpha rao per alpha. Decimals as in an amount.

    >>> parsed_price("0.25")
    250000000
    """
    price = _whole(given.text(text, place).strip(), DECIMALS, text, place)
    if price >= 2**64:
        raise InputError(f"{place}: {text[:50]} does not fit into a u64 of billionths. Give less.")
    return price


def _whole(digits: str, decimals: int, text: str, place: str) -> int:
    """Return a decimal number times a power of ten, or refuse it with what would be right."""
    found = _NUMBER.fullmatch(digits)
    if found is None:
        raise InputError(
            f"{place}: {text[:50]!r} is no amount. Write it as 10, 10.5 or 10500000000rao; no sign, no comma, no "
            "exponent."
        )
    whole, fraction = found[1].replace("_", ""), (found[2] or "").rstrip("0")
    if len(fraction) > decimals:
        what = "rao are whole numbers" if decimals == 0 else f"there are {decimals} decimals, the last of them a rao"
        raise InputError(f"{place}: {text[:50]} is finer than the chain counts: {what}. Round it.")
    return int(whole + fraction.ljust(decimals, "0"))


def in_tao(rao: int) -> str:
    """Write rao with the point where TAO, or alpha, begin.

    >>> in_tao(10_500_000_001)
    '10.500000001'
    """
    whole, part = divmod(rao, RAO_PER_TAO)
    return f"{whole}.{part:09d}"


def decimal(number: Fraction, places: int) -> str:
    """Write a number with a fixed count of decimals, rounded towards zero.

    >>> decimal(Fraction(-2, 3), 4)
    '-0.6666'
    """
    scaled = abs(number.numerator) * 10**places // number.denominator
    whole, part = divmod(scaled, 10**places)
    return f"{'-' if number < 0 else ''}{whole}.{part:0{places}d}"
