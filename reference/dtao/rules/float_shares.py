"""Share pools whose shares are decimal floating-point numbers; first used by version 401.

What they do is what :mod:`dtao.rules.shares` describes. Nothing is lost but digits below the 21st: no share pool
overflows any more, and no shares are dust. Mirrors the runtime's share-pool crate.
"""

from attrs import frozen

from dtao import safe_float
from dtao.safe_float import ZERO, SafeFloat
from dtao.units import U64_MAX, Alpha


@frozen(weakref_slot=False)
class Holding:
    """One holder's part of a share pool."""

    total: Alpha
    """The stake of all holders."""
    denominator: SafeFloat
    """The shares of all holders."""
    shares: SafeFloat
    """Those of this one."""


def stake_of(holding: Holding) -> Alpha:
    """Return the stake of a holder in alpha rao: total · shares / denominator, floored; 0 without a denominator.

    Mirrors ``SharePool::get_value``.
    """
    total = safe_float.from_u64(holding.total)
    stake = safe_float.mul_div(total, holding.shares, holding.denominator) or ZERO
    return Alpha(safe_float.to_u64(stake))


def shares_for(total: Alpha, denominator: SafeFloat, amount: Alpha) -> SafeFloat:
    """Return the shares that an amount is worth: amount · denominator / total; 0 without a total.

    Mirrors ``get_shares_per_update``.
    """
    return safe_float.mul_div(safe_float.from_u64(amount), denominator, safe_float.from_u64(total)) or ZERO


def is_worth_a_share(total: Alpha, denominator: SafeFloat, amount: Alpha) -> bool:
    """Return whether a deposit would change shares at all; one into an empty pool does, one without a total does not.

    Mirrors ``sim_update_value_for_one``.
    """
    return denominator.mantissa == 0 or shares_for(total, denominator, amount).mantissa != 0


def with_total_changed(total: Alpha, update: int) -> Alpha:
    """Return a total after an update, an i64, that all holders share alike; 0 to u64 max.

    Mirrors ``update_value_for_all``.
    """
    return Alpha(min(max(total + update, 0), U64_MAX))


def with_stake_changed(holding: Holding, update: int) -> Holding:
    """Return a holding after an update of its stake, an i64.

    In a pool without shares the first holder gets as many as the magnitude of the update, even if that is a loss, and
    whatever the total was. Otherwise the shares that the magnitude is worth are added to or taken from the holder's
    and the denominator. Shares that are more than there are leave 0, but a holder of none keeps none while the
    denominator shrinks. Mirrors ``update_value_for_one``.
    """
    total = with_total_changed(holding.total, update)
    amount = Alpha(abs(update))
    if holding.denominator.mantissa == 0:
        first = safe_float.from_u64(amount)
        return Holding(total, first, first)
    change = shares_for(holding.total, holding.denominator, amount)
    combined = safe_float.add if update > 0 else safe_float.sub
    # The exponents are far from the bounds of an i64; the runtime keeps what was where one would pass them.
    denominator = combined(holding.denominator, change)
    shares = combined(holding.shares, change)
    return Holding(
        total,
        holding.denominator if denominator is None else denominator,
        holding.shares if shares is None else shares,
    )
