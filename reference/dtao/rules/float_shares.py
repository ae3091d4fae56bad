"""Share pools whose shares are decimal floating-point numbers; first used by version 401.

What they do is what :mod:`dtao.rules.shares` describes. Nothing is lost but digits below the 21st: no share pool
overflows any more, and no shares are dust. Mirrors the runtime's share-pool crate.
"""

from dtao import safe_float
from dtao.entries import with_entry, without
from dtao.evolving import maker
from dtao.records import SharePool
from dtao.rule import implements
from dtao.rules.shares import as_i64, negated, with_total
from dtao.safe_float import DIGITS, MODERATE, POWERS, SMALLEST_MANTISSA, ZERO, SafeFloat
from dtao.units import U64_MAX, AccountId, Alpha, Shares

_share_pool = maker(SharePool)


def stake_of(total: Alpha, denominator: SafeFloat, shares: SafeFloat) -> Alpha:
    """Return the stake of a holder in alpha rao: total · shares / denominator, floored; 0 without a denominator.

    Mirrors ``SharePool::get_value``.
    """
    exponent = denominator.exponent - shares.exponent
    if denominator.mantissa and 0 <= exponent <= DIGITS and -MODERATE < shares.exponent < MODERATE:
        # All that is cut off on the way stands below the decimal point, so that one division comes to the same.
        stake = total * shares.mantissa // (denominator.mantissa * POWERS[exponent])
        return Alpha(stake if stake < U64_MAX else U64_MAX)
    return stake_by_decimal_numbers(total, denominator, shares)


def stake_by_decimal_numbers(total: Alpha, denominator: SafeFloat, shares: SafeFloat) -> Alpha:
    """Return the stake as :func:`stake_of`, by the operations that the runtime makes."""
    stake = safe_float.mul_div(safe_float.from_u64(total), shares, denominator) or ZERO
    return Alpha(safe_float.to_u64(stake))


def shares_for(total: Alpha, denominator: SafeFloat, amount: Alpha) -> SafeFloat:
    """Return the shares that an amount is worth: amount · denominator / total; 0 without a total.

    Mirrors ``get_shares_per_update``.
    """
    return safe_float.mul_div_u64(amount, denominator, total) or ZERO


def is_worth_a_share(total: Alpha, denominator: SafeFloat, amount: Alpha) -> bool:
    """Return whether a deposit would change shares at all; one into an empty pool does, one without a total does not.

    Mirrors ``sim_update_value_for_one``.
    """
    if denominator.mantissa >= SMALLEST_MANTISSA and -MODERATE < denominator.exponent < MODERATE:
        return total > 0 and amount > 0  # of mantissas of 21 digits, a product over a third one is never 0
    return denominator.mantissa == 0 or shares_for(total, denominator, amount).mantissa != 0


def total_after(total: Alpha, update: int) -> Alpha:
    """Return a total after an update, an i64, that all holders share alike; 0 to u64 max.

    Mirrors ``update_value_for_all``.
    """
    changed = total + update
    return Alpha(0 if changed < 0 else changed if changed < U64_MAX else U64_MAX)


def stake_after(
    total: Alpha, denominator: SafeFloat, shares: SafeFloat, update: int
) -> tuple[Alpha, SafeFloat, SafeFloat]:
    """Return the stake of all holders, their shares and one holder's after an update of his stake, an i64.

    In a pool without shares the first holder gets as many as the magnitude of the update, even if that is a loss, and
    whatever the total was. Otherwise the shares that the magnitude is worth are added to or taken from the holder's
    and the denominator. Shares that are more than there are leave 0, but a holder of none keeps none while the
    denominator shrinks. Mirrors ``update_value_for_one``.
    """
    after, amount = total_after(total, update), Alpha(abs(update))
    if denominator.mantissa == 0:
        first = safe_float.from_u64(amount)
        return after, first, first
    change = shares_for(total, denominator, amount)
    combined = safe_float.add if update > 0 else safe_float.sub
    # The exponents are far from the bounds of an i64; the runtime keeps what was where one would pass them.
    return after, combined(denominator, change) or denominator, combined(shares, change) or shares


def denominator_of(pool: SharePool) -> SafeFloat:
    """Return the shares of all holders, read as they were stored before 401 where they did not change since."""
    return safe_float.from_u64f64(pool.denominator) if pool.denominator else pool.float_denominator


def shares_of(pool: SharePool, coldkey: AccountId) -> SafeFloat | None:
    """Return the shares of a coldkey, read as they were stored before 401 where they did not change since.

    None if it has no entry of either kind.
    """
    if coldkey in pool.shares:
        return safe_float.from_u64f64(pool.shares[coldkey])
    return pool.float_shares.get(coldkey)


@implements("SHARE-2")
def stake_of_float_shares(pool: SharePool, coldkey: AccountId) -> Alpha:
    """Return the stake of a coldkey in alpha rao: total · shares / denominator, floored; 0 without shares."""
    shares = shares_of(pool, coldkey) if pool.shares else pool.float_shares.get(coldkey)
    if shares is None:
        return Alpha(0)
    return stake_of(pool.total_alpha, denominator_of(pool) if pool.denominator else pool.float_denominator, shares)


@implements("SHARE-8")
def is_worth_float_shares(pool: SharePool, amount: Alpha) -> bool:
    """Return whether a deposit would change shares at all."""
    magnitude = Alpha(abs(as_i64(amount)))
    return is_worth_a_share(pool.total_alpha, denominator_of(pool), magnitude)


@implements("SHARE-4")
def change_float_stake(pool: SharePool, coldkey: AccountId, update: int) -> SharePool:
    """Return the pool with an update (an i64) of one coldkey's stake.

    Its shares and the denominator are stored as decimal numbers from then on; shares of 0 are not kept.
    """
    held = shares_of(pool, coldkey) or ZERO
    total, denominator, shares = stake_after(pool.total_alpha, denominator_of(pool), held, update)
    kept = with_entry(pool.float_shares, coldkey, shares, shares.mantissa != 0)
    return _share_pool(total, Shares(0), without(pool.shares, coldkey), denominator, kept, False)


@implements("SHARE-3")
def change_float_total(pool: SharePool, update: int) -> SharePool:
    """Return the pool with ``update`` alpha rao (an i64) added to the total, for all holders alike; 0 to u64 max."""
    return with_total(pool, total_after(pool.total_alpha, update), False)


@implements("KEY-8")
def hand_over_float(pool: SharePool, old: AccountId, new: AccountId) -> tuple[SharePool, Alpha]:
    """Return the pool in which the stake of one coldkey was withdrawn and deposited for another one, and how much.

    Shares that are worth less than one rao stay behind. Mirrors ``transfer_coldkey_stake``.
    """
    pool, amount = withdraw_float(pool, old, stake_of_float_shares(pool, old))
    return deposit_float(pool, new, amount)


@implements("SHARE-6")
def deposit_float(pool: SharePool, coldkey: AccountId, amount: Alpha) -> tuple[SharePool, Alpha]:
    """Return the pool after a deposit, and what counts as deposited: the amount."""
    return change_float_stake(pool, coldkey, as_i64(amount)), amount


@implements("SHARE-7")
def withdraw_float(pool: SharePool, coldkey: AccountId, amount: Alpha) -> tuple[SharePool, Alpha]:
    """Return the pool after a withdrawal, and what counts as withdrawn: the amount, even if nothing changed.

    Nothing changes if the coldkey holds no entry or less than the amount.
    """
    if shares_of(pool, coldkey) is None or stake_of_float_shares(pool, coldkey) < amount:
        return pool, amount
    return change_float_stake(pool, coldkey, negated(as_i64(amount))), amount
