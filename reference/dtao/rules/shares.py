"""Share pools: the stake on one hotkey of one subnet, divided among coldkeys.

The pool holds a total (alpha rao) and a denominator; a coldkey owns shares of it. Rewards raise the total
alone, so every holder gains in proportion. Shares and denominator are raw bits of U64F64.
"""

from collections.abc import Callable

from attrs import frozen

from dtao.entries import without
from dtao.evolving import copier, evolve
from dtao.fixed import I64F64, U64F64, safe_div, saturating_mul
from dtao.params import DUST_THRESHOLD, SHARE_POOL_RESERVE
from dtao.records import NO_SHARE_POOL, SharePool
from dtao.rule import implements
from dtao.units import U64_MAX, AccountId, Alpha, Shares

FRACTION = U64F64.fraction_bits
I64_MIN = -(2**63)
LARGEST, LARGEST_SIGNED = U64F64.max_bits, I64F64.max_bits
_held = copier(SharePool, "total_alpha", "denominator", "shares")
with_total = copier(SharePool, "total_alpha", "is_zero_stored")


@frozen
class ShareRules:
    """What shares of the stake on a hotkey are worth, and what a change of stake does to them."""

    stake_of: Callable[[SharePool, AccountId], Alpha]
    """(share pool, coldkey) -> the stake of the coldkey."""
    deposit: Callable[[SharePool, AccountId, Alpha], tuple[SharePool, Alpha]]
    """(share pool, coldkey, amount) -> the share pool after a deposit, and the alpha that counts as deposited."""
    withdraw: Callable[[SharePool, AccountId, Alpha], tuple[SharePool, Alpha]]
    """(share pool, coldkey, amount) -> the share pool after a withdrawal, and the alpha that counts as withdrawn."""
    is_worth_a_share: Callable[[SharePool, Alpha], bool]
    """(share pool, amount) -> whether a deposit would change any shares."""
    change_total: Callable[[SharePool, int], SharePool]
    """(share pool, update as an i64) -> the share pool after a change for all holders alike."""
    hand_over: Callable[[SharePool, AccountId, AccountId], tuple[SharePool, Alpha]]
    """(share pool, old coldkey, new coldkey) -> the share pool in which the stake of one coldkey is the other's, and
    what was deposited for that: 0 where shares move."""


@implements("SHARE-1")
def value_per_share(total: int, denominator: int) -> int:
    """Return the value of one share: raw bits of U64F64, floored.

    0 if the denominator is 0 or the quotient overflows.
    """
    if denominator == 0:
        return 0
    quotient = (total << 2 * FRACTION) // denominator
    return quotient if quotient <= U64F64.max_bits else 0


@implements("SHARE-2")
def stake_of(pool: SharePool, coldkey: AccountId) -> Alpha:
    """Return the stake of a coldkey in alpha rao: its shares times the value of one, floored twice.

    The division comes first, so the sum over all coldkeys may fall short of the total. Mirrors
    ``SharePool::get_value``.
    """
    shares = pool.shares.get(coldkey)
    if not shares:
        return Alpha(0)
    product = (value_per_share(pool.total_alpha, pool.denominator) * shares) >> FRACTION
    return Alpha(min(product, U64F64.max_bits) >> FRACTION)


@implements("SHARE-2")
def stake_of_high_priced_shares(pool: SharePool, coldkey: AccountId) -> Alpha:
    """Return the stake of a coldkey as :func:`stake_of` does, but also where the value of one share overflows.

    There the product comes first: the total times the shares, saturating, over the denominator, floored.
    """
    shares = pool.shares.get(coldkey)
    if not shares or pool.denominator == 0:
        return Alpha(0)
    per_share = (pool.total_alpha << 2 * FRACTION) // pool.denominator
    if per_share <= U64F64.max_bits:
        product = (per_share * shares) >> FRACTION
    else:
        product = safe_div(U64F64, min(pool.total_alpha * shares, U64F64.max_bits), pool.denominator)
    return Alpha(min(product, U64F64.max_bits) >> FRACTION)


@implements("SHARE-3")
def change_total(pool: SharePool, update: int) -> SharePool:
    """Return the pool with ``update`` alpha rao (an i64) added to the total, for all holders alike; 0 to u64 max.

    Mirrors ``SharePool::update_value_for_all``.
    """
    return with_total(pool, total_after(pool.total_alpha, update), False)


def total_after(total: Alpha, update: int) -> Alpha:
    """Return the total after an update (an i64). The smallest i64 changes nothing: its negative wraps to itself."""
    if update == I64_MIN:
        return total
    total = Alpha(total + update)
    return Alpha(0) if total < 0 else total if total < U64_MAX else Alpha(U64_MAX)


@implements("SHARE-4")
def update_stake(pool: SharePool, coldkey: AccountId, update: int) -> SharePool:
    """Return the pool with ``update`` alpha rao (an i64) added to the stake of one coldkey.

    The shares given or taken are the update over the value of a share before it (I64F64, truncated toward
    zero; none if that value is 0 or the quotient overflows). The first holder's shares are the whole new
    total, whatever was there before. Mirrors ``SharePool::update_value_for_one``.
    """
    if update == 0 and pool.denominator and pool.shares.get(coldkey) != 0 and not pool.is_zero_stored:
        return pool
    total = total_after(pool.total_alpha, update)
    if pool.denominator == 0:
        everything = total << FRACTION
        return _pool(total, everything, pool, coldkey, everything)
    change = shares_for(pool, update)
    denominator, shares = pool.denominator + change, pool.shares.get(coldkey, 0) + change
    denominator = 0 if denominator < 0 else denominator if denominator < LARGEST else LARGEST
    shares = 0 if shares < 0 else shares if shares < LARGEST else LARGEST
    return _pool(total, denominator, pool, coldkey, shares)


def shares_for(pool: SharePool, update: int) -> int:
    """Return the shares that an update (an i64) of one holder's stake is worth in a pool with shares; I64F64."""
    per_share = value_per_share(pool.total_alpha, pool.denominator)
    per_share = per_share if per_share < LARGEST_SIGNED else LARGEST_SIGNED
    if per_share == 0:
        return 0
    magnitude = (abs(update) << 2 * FRACTION) // per_share
    change = magnitude if update >= 0 else -magnitude
    return change if I64F64.min_bits <= change <= I64F64.max_bits else 0


@implements("SHARE-4", "SHARE-8")
def high_priced_shares_for(pool: SharePool, update: int) -> int:
    """Return the shares as :func:`shares_for` does, but also where the value of one share overflows; I64F64.

    There the update over the total, truncated toward zero, is multiplied with the denominator and floored.
    """
    if (pool.total_alpha << 2 * FRACTION) // pool.denominator <= U64F64.max_bits:
        return shares_for(pool, update)
    total = min(pool.total_alpha << FRACTION, I64F64.max_bits)
    part = safe_div(I64F64, update << FRACTION, total)
    return saturating_mul(I64F64, part, min(pool.denominator, I64F64.max_bits))


@implements("SHARE-4")
def change_stake(pool: SharePool, coldkey: AccountId, update: int) -> tuple[SharePool, int]:
    """Return the pool with an update (an i64) of one coldkey's stake, and by how much the total was to change.

    The shares change first. The first holder's shares are the update, whatever the total was. A holder who takes
    so much that next to nothing would be left, or whose rest would let the value of a share overflow within a year,
    loses all shares and takes what they are worth.
    """
    held = pool.shares.get(coldkey, 0)
    if update == 0 and pool.denominator and held and not pool.is_zero_stored:
        return pool, 0
    if pool.denominator == 0:
        first = max(update, 0) << FRACTION
        return _pool(total_after(pool.total_alpha, update), first, pool, coldkey, first), update
    change = high_priced_shares_for(pool, update)
    taken = -change if change != I64F64.min_bits else 0
    denominator = min(max(pool.denominator - taken, 0), U64F64.max_bits)
    shares = min(max(held - taken, 0), U64F64.max_bits)
    if change < 0 and is_dust(pool.total_alpha, denominator, held, shares):
        denominator, shares = max(pool.denominator - held, 0), 0
        update = negated(as_i64(stake_of_high_priced_shares(pool, coldkey)))
    return _pool(total_after(pool.total_alpha, update), denominator, pool, coldkey, shares), update


@implements("SHARE-9")
def is_dust(total: int, denominator: int, held: int, shares: int) -> bool:
    """Whether ``shares`` of ``held`` ones are too few to be kept, or ``denominator`` too small for what is to come.

    Too few: less than 0.00001 of them, floored in U64F64, as also if there were none. Too small: the value of a
    share would overflow if the total, before the withdrawal, gained another 2,628,000 alpha.
    """
    if safe_div(U64F64, shares, held) < DUST_THRESHOLD or denominator == 0:
        return True
    later = min(total + SHARE_POOL_RESERVE << FRACTION, U64F64.max_bits)
    return (later << FRACTION) // denominator > U64F64.max_bits


@implements("SHARE-8")
def is_worth_a_share(pool: SharePool, amount: Alpha) -> bool:
    """Whether a deposit would change the pool's shares at all; one into an empty pool does.

    Mirrors ``SharePool::sim_update_value_for_one``.
    """
    return pool.denominator == 0 or shares_for(pool, as_i64(amount)) != 0


@implements("SHARE-8")
def is_worth_a_high_priced_share(pool: SharePool, amount: Alpha) -> bool:
    """Whether a deposit would change the pool's shares at all, as :func:`high_priced_shares_for` counts them."""
    return pool.denominator == 0 or high_priced_shares_for(pool, as_i64(amount)) != 0


@implements("KEY-8")
def hand_over(pool: SharePool, old: AccountId, new: AccountId) -> tuple[SharePool, Alpha]:
    """Return the pool in which the shares of one coldkey are added to another's, saturating; nothing is deposited.

    The other one gets an entry in any case, even one of 0.
    """
    held = min(pool.shares.get(new, 0) + pool.shares.get(old, 0), U64F64.max_bits)
    return evolve(pool, shares=without(pool.shares.set(new, Shares(held)), old)), Alpha(0)


def _pool(total: int, denominator: int, old: SharePool, coldkey: AccountId, shares: int) -> SharePool:
    """Return a pool in which one coldkey has these shares; shares of 0 are not kept."""
    if shares:
        holders = old.shares.set(coldkey, Shares(shares))
    else:
        holders = old.shares.delete(coldkey) if coldkey in old.shares else old.shares
    return _held(NO_SHARE_POOL, total, denominator, holders)


@implements("SHARE-5")
def as_i64(amount: int) -> int:
    """Return an amount as the runtime passes it to a share pool: a u64 reinterpreted as an i64."""
    return amount if amount < 2**63 else amount - 2**64


def negated(number: int) -> int:
    """Return the negative of an i64 as the runtime has it: that of the smallest i64 is itself."""
    return number if number == I64_MIN else -number


@implements("SHARE-6")
def increase_stake(pool: SharePool, coldkey: AccountId, amount: Alpha) -> SharePool:
    """Return the pool after a deposit by one coldkey. Mirrors ``increase_stake_for_hotkey_and_coldkey_on_subnet``."""
    return update_stake(pool, coldkey, as_i64(amount))


@implements("SHARE-7")
def decrease_stake(pool: SharePool, coldkey: AccountId, amount: Alpha) -> SharePool:
    """Return the pool after a withdrawal by one coldkey; unchanged if it holds no entry or less than ``amount``.

    Mirrors ``decrease_stake_for_hotkey_and_coldkey_on_subnet``.
    """
    if coldkey not in pool.shares or stake_of(pool, coldkey) < amount:
        return pool
    return update_stake(pool, coldkey, negated(as_i64(amount)))


@implements("SHARE-6")
def deposit_crediting_request(pool: SharePool, coldkey: AccountId, amount: Alpha) -> tuple[SharePool, Alpha]:
    """Return the pool after a deposit, and what counts as deposited: the amount."""
    return increase_stake(pool, coldkey, amount), amount


@implements("SHARE-6")
def deposit_crediting_abs_change(pool: SharePool, coldkey: AccountId, amount: Alpha) -> tuple[SharePool, Alpha]:
    """Return the pool after a deposit, and the magnitude of the change of the total, even of a loss."""
    pool, change = change_stake(pool, coldkey, as_i64(amount))
    return pool, Alpha(abs(change))


@implements("SHARE-6")
def deposit_crediting_change(pool: SharePool, coldkey: AccountId, amount: Alpha) -> tuple[SharePool, Alpha]:
    """Return the pool after a deposit, and what the total gained; 0 for a loss."""
    pool, change = change_stake(pool, coldkey, as_i64(amount))
    return pool, Alpha(max(change, 0))


@implements("SHARE-7")
def withdraw_debiting_request(pool: SharePool, coldkey: AccountId, amount: Alpha) -> tuple[SharePool, Alpha]:
    """Return the pool after a withdrawal, and what counts as withdrawn: the amount, even if nothing changed."""
    return decrease_stake(pool, coldkey, amount), amount


@implements("SHARE-7")
def withdraw_debiting_abs_change(pool: SharePool, coldkey: AccountId, amount: Alpha) -> tuple[SharePool, Alpha]:
    """Return the pool after a withdrawal, and the magnitude of the change of the total, even of a gain.

    Nothing changes if the coldkey holds no entry or less than the amount.
    """
    if coldkey not in pool.shares or stake_of_high_priced_shares(pool, coldkey) < amount:
        return pool, Alpha(0)
    pool, change = change_stake(pool, coldkey, negated(as_i64(amount)))
    return pool, Alpha(abs(change))


@implements("SHARE-7")
def withdraw_debiting_change(pool: SharePool, coldkey: AccountId, amount: Alpha) -> tuple[SharePool, Alpha]:
    """Return the pool after a withdrawal, and what the total lost; 0 for a gain.

    Nothing changes if the coldkey holds no entry or less than the amount.
    """
    if coldkey not in pool.shares or stake_of_high_priced_shares(pool, coldkey) < amount:
        return pool, Alpha(0)
    pool, change = change_stake(pool, coldkey, negated(as_i64(amount)))
    return pool, Alpha(max(negated(change), 0))
