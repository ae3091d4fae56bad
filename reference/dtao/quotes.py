"""Quotes of a pool from a few numbers, and the checks of what users give: the public face of :mod:`dtao.rules.pool`."""

from collections.abc import Mapping

from dtao.errors import InputError
from dtao.given import shown
from dtao.rules import pool
from dtao.units import U16_MAX, U64_MAX, Alpha, NetUid, Rao


def alpha_for_tao(
    mechanism: int, tao_reserve: Rao, alpha_reserve: Alpha, tao: Rao, largest: int = pool.LARGEST
) -> Alpha | None:
    """Return the alpha rao that ``tao`` rao buy, or None for want of liquidity; no fee.

    ``mechanism`` is 1 for a dynamic pool; 0, that of root and of stable subnets, swaps 1 : 1. ``largest`` is where the
    product of the reserves saturates, in raw bits: at 2**127 - 1, and from version 261 on at 2**128 - 1. Rejects, as
    InputError, an unknown mechanism, and reserves and amounts that are no u64. Mirrors ``sim_swap_tao_for_alpha``.
    """
    _check(mechanism, tao_reserve, alpha_reserve, largest)
    return pool.alpha_for_tao(mechanism, tao_reserve, alpha_reserve, Rao(to_amount(tao, "tao")), largest)


def tao_for_alpha(
    mechanism: int, tao_reserve: Rao, alpha_reserve: Alpha, alpha: Alpha, largest: int = pool.LARGEST
) -> Rao | None:
    """Return the rao that ``alpha`` alpha rao sell for, or None for want of liquidity; no fee.

    Takes and rejects the same as :func:`alpha_for_tao`. Mirrors ``sim_swap_alpha_for_tao``.
    """
    _check(mechanism, tao_reserve, alpha_reserve, largest)
    return pool.tao_for_alpha(mechanism, tao_reserve, alpha_reserve, Alpha(to_amount(alpha, "alpha")), largest)


def _check(mechanism: int, tao_reserve: int, alpha_reserve: int, largest: int) -> None:
    if type(mechanism) is not int or mechanism not in (pool.STABLE, pool.DYNAMIC):
        raise InputError(f"mechanism: {shown(mechanism)} is not a mechanism; give 0 (stable) or 1 (dynamic)")
    to_amount(tao_reserve, "tao_reserve")
    to_amount(alpha_reserve, "alpha_reserve")
    if type(largest) is not int or not 0 < largest < 2**128:
        raise InputError(f"largest: {shown(largest)} is not a bound; give 2**127 - 1, or 2**128 - 1 from 261 on")


def to_netuid(value: int) -> NetUid:
    """Return a netuid. Rejects, as InputError, what is no u16."""
    if type(value) is not int or not 0 <= value <= U16_MAX:
        raise InputError(f"netuid: {shown(value)} is not a netuid; give an integer between 0 and {U16_MAX}")
    return NetUid(value)


def to_amount(value: int, place: str = "amount") -> int:
    """Return an amount in rao or alpha rao. Rejects, as InputError, what is no u64."""
    if type(value) is not int or not 0 <= value <= U64_MAX:
        raise InputError(
            f"{place}: {shown(value)} is not an amount; give an integer number of rao between 0 and {U64_MAX}"
        )
    return value


def require_named(values: object, name: object, what: str) -> None:
    """Refuse, as InputError, what does not give each value a name; ``name`` is whose values they are."""
    if not isinstance(values, (dict, Mapping)):  # of a dict it is known at once
        place = name if type(name) is str else shown(name)
        raise InputError(f"{place}: the {what}: {shown(values)} does not name them; give a dict")
