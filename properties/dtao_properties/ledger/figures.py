"""Amounts as the rules state them: exact rationals, floored only where a rule says that the chain floors.

Nothing here calls the reference, so that the ledger is a second opinion on every amount.
"""

from fractions import Fraction
from math import floor

from dtao.units import U16_MAX, U64_MAX

SUPPLY = 21 * 10**15
FULL_EMISSION = 10**9
RAO_PER_TAO = 10**9
LEAST_RESERVE = 10**7
"""What a swap must leave in the reserve that pays."""
STABLE, DYNAMIC = 0, 1
LARGEST_PRODUCT = Fraction(2**127 - 1, 2**18)
"""Where the product of two reserves saturates."""


def floored(number: Fraction, bits: int = 32) -> Fraction:
    """Round down to so many fraction bits."""
    return Fraction(floor(number * 2**bits), 2**bits)


def block_emission(issued: int) -> int:
    """Return a block's emission at an issuance: 10^9, halved whenever half of what was left has been issued."""
    emission, left = FULL_EMISSION, SUPPLY - issued
    if left <= 0:
        return 0
    while 2 * left <= SUPPLY:
        emission, left = emission // 2, 2 * left
    return emission


def payout(mechanism: int, into: int, out: int, amount: int) -> int | None:
    """Return what a pool pays for an amount, or None for want of liquidity.

    The rest of the reserve is floored to 18 fraction bits, the payout to a whole number; a pool that is not dynamic
    pays 1 for 1.
    """
    if mechanism != DYNAMIC:
        return amount
    if into + amount == 0:
        return None
    rest = floored(min(Fraction(into * out), LARGEST_PRODUCT) / (into + amount), 18)
    return max(floor(out - rest), 0) if rest >= LEAST_RESERVE else None


def price(mechanism: int, tao: int, alpha: int) -> Fraction:
    """Return the price of alpha in TAO, floored to 32 fraction bits; 1 where the mechanism is 0."""
    if mechanism == STABLE:
        return Fraction(1)
    return floored(Fraction(tao, alpha)) if alpha else Fraction(0)


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


def signed(amount: int) -> int:
    """Return a u64 as the share pools take it: from 2^63 on it counts as negative."""
    return amount if amount < 2**63 else amount - 2**64


def negated(number: int) -> int:
    """Return the negative of an i64, whose smallest is its own."""
    return number if number == -(2**63) else -number


def total_after(total: int, update: int) -> int:
    """Return a hotkey's stake after an update, kept within u64; the smallest i64 changes nothing."""
    return total if update == -(2**63) else min(max(total + update, 0), U64_MAX)


def part_of_65535(setting: int) -> Fraction:
    """Return a u16 setting as a part of 1, floored to 32 bits."""
    return floored(Fraction(setting, U16_MAX))


def part_of_u64(setting: int) -> Fraction:
    """Return a u64 setting as a part of 1, floored to 32 bits."""
    return floored(Fraction(setting, U64_MAX))


def root_proportion(root_tao: int, tao_weight: int, issued: int) -> Fraction:
    """Return the part of a subnet's emission that root is due: its weighted TAO over that and the alpha issued."""
    weighted = root_tao * part_of_u64(tao_weight)
    return floored(weighted / (weighted + issued)) if weighted + issued else Fraction(0)


def largest_addition(stable: bool, tao: int, alpha: int, limit: int) -> int:
    """Return the most rao that may be staked for an average price of at most the limit, in rao per alpha."""
    if stable:
        return U64_MAX if limit >= RAO_PER_TAO else 0
    if 0 in (tao, alpha):
        return 0
    return min(max(floor(Fraction(limit * alpha, RAO_PER_TAO)) - tao, 0), U64_MAX)


def largest_removal(stable: bool, tao: int, alpha: int, limit: int) -> int:
    """Return the most alpha rao that may be unstaked for an average price of at least the limit."""
    if stable:
        return U64_MAX if limit <= RAO_PER_TAO else 0
    if 0 in (tao, alpha):
        return 0
    if limit == 0:
        return U64_MAX
    if limit >= floor(Fraction(tao * RAO_PER_TAO, alpha)):  # the launch compares whole rao
        return 0
    return min(max(floor(Fraction(tao * RAO_PER_TAO, limit)) - alpha, 0), U64_MAX)
