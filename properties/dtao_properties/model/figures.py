"""Amounts as the rules state them: exact rationals, floored only where a rule says that the chain floors.

Nothing here calls the reference, so that the ledger is a second opinion on every amount.
"""

from fractions import Fraction
from math import floor

from attrs import frozen

from dtao.units import U64_MAX

SUPPLY = 21 * 10**15
FULL_EMISSION = 10**9
RAO_PER_TAO = 10**9
MIN_RESERVE = 10**7
"""What a swap must leave in the reserve that pays."""
STABLE, DYNAMIC = 0, 1
SIGNED_MAX, UNSIGNED_MAX = 2**127 - 1, 2**128 - 1
"""The raw bits at which numbers of 128 bits end, with a sign and without."""
LARGEST_PRODUCT = Fraction(SIGNED_MAX, 2**18)
"""Where the product of two reserves saturates until 260; later at twice as much."""
MIN_REST = Fraction(184_467_440_737_096, 2**64)
"""0.00001, to the nearest 2^-64: who would keep a smaller part of the shares keeps none."""
YEAR = 2_628_000_000_000_000
"""alpha rao that a share pool must be able to gain."""


def floored(number: Fraction, bits: int = 32) -> Fraction:
    """Round down to so many fraction bits."""
    return Fraction(floor(number * 2**bits), 2**bits)


def value_of_a_share(total: int, denominator: int) -> Fraction:
    """Return the value of one share, floored to 64 fraction bits; 0 where that does not fit into 128 bits."""
    if denominator == 0:
        return Fraction(0)
    value = floored(Fraction(total * 2**64, denominator), 64)
    return value if value < 2**64 else Fraction(0)


def stake(total: int, denominator: int, shares: int) -> int:
    """Return what shares (raw bits) are worth: the value of one times their number, floored."""
    held = floored(value_of_a_share(total, denominator) * Fraction(shares, 2**64), 64)
    return min(floor(held), U64_MAX)


def shares_for(total: int, denominator: int, update: int) -> int:
    """Return the shares (raw bits) that an update of one holder's stake is worth; none if they do not fit."""
    value = min(value_of_a_share(total, denominator), Fraction(2**127 - 1, 2**64))
    if value == 0:
        return 0
    change = floor(Fraction(abs(update)) / value * 2**64)
    if change > 2**127 - (update >= 0):
        return 0
    return change if update >= 0 else -change


@frozen
class Shared:
    """A share pool, seen by one holder: what all have, the shares of all, and the holder's (raw bits)."""

    total: int
    denominator: int
    held: int


def few_stake(pool: Shared) -> int:
    """Return what the holder's shares are worth, from 244 on: also where one share is worth more than 2^64."""
    if pool.denominator == 0 or pool.held == 0:
        return 0
    if floored(Fraction(pool.total * 2**64, pool.denominator), 64) < 2**64:
        return stake(pool.total, pool.denominator, pool.held)
    worth = min(Fraction(pool.total * pool.held, 2**64), Fraction(UNSIGNED_MAX, 2**64))
    quotient = floored(worth * 2**64 / pool.denominator, 64)
    return floor(quotient) if quotient < 2**64 else 0


def few_shares_for(pool: Shared, update: int) -> int:
    """Return the shares (raw bits) for an update, from 244 on: also where one share is worth more than 2^64."""
    if floored(Fraction(pool.total * 2**64, pool.denominator), 64) < 2**64:
        return shares_for(pool.total, pool.denominator, update)
    total = min(pool.total << 64, SIGNED_MAX)
    part = (abs(update) << 128) // total
    if part > SIGNED_MAX + (update < 0):
        return 0
    part = part if update >= 0 else -part
    return max(min(part * min(pool.denominator, SIGNED_MAX) // 2**64, SIGNED_MAX), -(2**127))


def after_update(pool: Shared, update: int) -> tuple[Shared, int]:
    """Return the share pool after an update of the holder's stake, from 244 on, and by how much the total should move.

    The first holder gets as many shares as the update; who would keep next to nothing, or leave so few shares that
    they would soon be worth too much each, gives up all and takes what they are worth.
    """
    if update == 0 and pool.denominator and pool.held:
        return pool, 0
    if pool.denominator == 0:
        first = max(update, 0) << 64
        return Shared(total_after(pool.total, update), first, first), update
    change = few_shares_for(pool, update)
    change = 0 if change == -(2**127) else change
    denominator = min(max(pool.denominator + change, 0), UNSIGNED_MAX)
    held = min(max(pool.held + change, 0), UNSIGNED_MAX)
    if change < 0 and not _may_stay(pool, denominator, held):
        denominator, held = max(pool.denominator - pool.held, 0), 0
        update = negated(signed(few_stake(pool)))
    return Shared(total_after(pool.total, update), denominator, held), update


def _may_stay(pool: Shared, denominator: int, held: int) -> bool:
    """Whether a rest of shares is large enough, and so is what remains of all shares."""
    rest = floored(Fraction(held, pool.held), 64) if pool.held else Fraction(0)
    if rest < MIN_REST or denominator == 0:
        return False
    later = min(Fraction(pool.total + YEAR), Fraction(UNSIGNED_MAX, 2**64))
    return floored(later * 2**64 / denominator, 64) < 2**64


def signed(amount: int) -> int:
    """Return a u64 as the share pools take it: from 2^63 on it counts as negative."""
    return amount if amount < 2**63 else amount - 2**64


def negated(number: int) -> int:
    """Return the negative of an i64, whose smallest is its own."""
    return number if number == -(2**63) else -number


def total_after(total: int, update: int) -> int:
    """Return a hotkey's stake after an update, kept within u64; the smallest i64 changes nothing."""
    return total if update == -(2**63) else min(max(total + update, 0), U64_MAX)
