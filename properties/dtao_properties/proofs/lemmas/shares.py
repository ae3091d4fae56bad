"""Share pools: they owe no more than they hold, and a change of one holder hardly touches the others."""

from dtao_properties.proofs.lemma import U64, Lemma, assume, multiply, step
from dtao_properties.proofs.subjects import (
    I64F64,
    U64_MAX,
    U64F64,
    as_i64,
    decrease_stake,
    negated,
    stake_of,
    total_after,
    update_stake,
    value_per_share,
)
from dtao_properties.proofs.words import HOLDER, share_pool

ONE = 2**128
"""1 as the product of two numbers with 64 fraction bits."""
BITS = (1, U64F64.max_bits)
HOLDING = {"total": U64, "denominator": BITS, "shares": BITS}
I64 = (-(2**63), 2**63 - 1)


def assume_readable(total: int, denominator: int) -> None:
    """Assume that the value of a share fits its format; else the launch reads 0."""
    assume(total * ONE <= U64F64.max_bits * denominator)


def value_is_floored(total: int, denominator: int, *, wrong: bool) -> list[bool]:
    """Compare the value of a share with V / D."""
    value = value_per_share(total, denominator)
    exact = total * ONE
    if wrong:
        return [exact < (value + 1) * denominator]
    if exact >= (U64F64.max_bits + 1) * denominator:
        return [value == 0]
    return [value * denominator <= exact, exact < (value + 1) * denominator]


def stake_is_floored_twice(total: int, denominator: int, shares: int, *, wrong: bool) -> list[bool]:
    """Compare a stake with s·V / D."""
    assume_readable(total, denominator)
    assume(shares <= denominator)
    stake = stake_of(share_pool(total, denominator, shares), HOLDER)
    short = shares * total - stake * denominator
    return (
        [short >= 0, short < denominator] if wrong else [short >= 0, ONE * (short - denominator) < shares * denominator]
    )


def stakes_add_up(total: int, denominator: int, shares: int, others: int, *, wrong: bool) -> list[bool]:
    """Compare the stakes of two holdings with that of both together."""
    assume_readable(total, denominator)
    assume(shares + others <= denominator)
    one, other, both = (
        stake_of(share_pool(total, denominator, number), HOLDER) for number in (shares, others, shares + others)
    )
    return [one + other <= both, both <= one + other + (not wrong)]


def all_shares_are_worth_the_total(total: int, denominator: int, *, wrong: bool) -> list[bool]:
    """Look at the stake of one who has all shares."""
    assume_readable(total, denominator)
    stake = stake_of(share_pool(total, denominator, denominator), HOLDER)
    return [stake <= total, stake >= total - (not wrong)]


def deposit_keeps_the_value(total: int, denominator: int, shares: int, deposit: int, *, wrong: bool) -> list[bool]:
    """Compare the value of a share before and after a deposit."""
    assume_readable(total, denominator)
    assume(shares <= denominator)
    before = value_per_share(total, denominator)
    assume(before <= I64F64.max_bits)
    pool = update_stake(share_pool(total, denominator, shares), HOLDER, deposit)
    assume(total + deposit <= U64_MAX)
    assume(pool.denominator < U64F64.max_bits)
    assume_readable(pool.total_alpha, pool.denominator)
    return [value_per_share(pool.total_alpha, pool.denominator) >= before + wrong]


def deposit_gives_what_was_paid(total: int, denominator: int, shares: int, deposit: int, *, wrong: bool) -> list[bool]:
    """Compare the stake before and after a deposit."""
    assume_readable(total, denominator)
    assume(shares <= denominator)
    value = value_per_share(total, denominator)
    assume(value <= I64F64.max_bits)
    assume(deposit * ONE <= I64F64.max_bits * value)
    before = stake_of(share_pool(total, denominator, shares), HOLDER)
    pool = update_stake(share_pool(total, denominator, shares), HOLDER, deposit)
    assume(total + deposit <= U64_MAX)
    assume(pool.denominator < U64F64.max_bits)
    assume_readable(pool.total_alpha, pool.denominator)
    gain = stake_of(pool, HOLDER) - before - deposit
    after, left = value_per_share(pool.total_alpha, pool.denominator), denominator - shares
    step((after - value) * pool.denominator < denominator + value)
    multiply(after - value, left)
    return [gain <= 0] if wrong else [gain <= 2, gain >= -1]


def withdrawal_is_covered(total: int, denominator: int, shares: int, amount: int, *, wrong: bool) -> list[bool]:
    """Look at a pool after a withdrawal of no more than the stake: nothing was cut at 0."""
    assume_readable(total, denominator)
    assume(shares <= denominator)
    value = value_per_share(total, denominator)
    assume(value <= I64F64.max_bits)
    before = share_pool(total, denominator, shares)
    assume(stake_of(before, HOLDER) >= amount)
    after = decrease_stake(before, HOLDER, amount)
    taken = denominator - after.denominator
    left = after.shares.get(HOLDER, 0)
    covered = [after.total_alpha == total - amount, left == shares - taken, taken * value <= amount * ONE]
    return [*covered, taken * value >= amount * ONE] if wrong else covered


def withdrawal_spares_the_others(total: int, denominator: int, shares: int, amount: int, *, wrong: bool) -> list[bool]:
    """Compare what all remaining shares are worth with the same at the value of a share before."""
    assume_readable(total, denominator)
    assume(shares <= denominator)
    value = value_per_share(total, denominator)
    assume(value <= I64F64.max_bits)
    before = share_pool(total, denominator, shares)
    assume(stake_of(before, HOLDER) >= amount)
    after = decrease_stake(before, HOLDER, amount)
    assume((amount << 128) <= I64F64.max_bits * value)
    return [after.total_alpha * ONE >= value * (after.denominator - (not wrong))]


def total_stays_within(total: int, update: int, *, wrong: bool) -> list[bool]:
    """Look at a total after an update."""
    after = total_after(total, update)
    if wrong:
        return [after == total + update]
    within = [after >= 0, after <= U64_MAX]
    if update == -(2**63):
        return [*within, after == total]
    kept = after == total + update
    return [*within, kept or after == (0 if update < 0 else U64_MAX)]


def signs_are_kept(amount: int, *, wrong: bool) -> list[bool]:
    """Look at an amount as a signed number, and at its negative."""
    signed = as_i64(amount)
    within = [signed >= -(2**63), signed < 2**63, negated(signed) >= -(2**63), negated(signed) < 2**63]
    if amount < 2**63:
        return [*within, signed == amount, negated(signed) == -signed]
    return [signed > 0] if wrong else [*within, signed == amount - 2**64]


CHANGE = HOLDING | {"deposit": (1, 2**62)}
TAKING = HOLDING | {"amount": (1, 2**62)}
LEMMAS = (
    Lemma(
        "share-value",
        "The value of a share is V / D floored to 2^-64, and 0 from 2^64 on.",
        ("SHARE-1",),
        value_is_floored,
        {"total": U64, "denominator": BITS},
        "it is floored, however large",
    ),
    Lemma(
        "share-stake",
        "A stake is less than 1 + s · 2^-64 below s·V / D, never above.",
        ("SHARE-2",),
        stake_is_floored_twice,
        HOLDING,
        "it is less than 1 below",
    ),
    Lemma(
        "share-sum",
        "The stakes of two holders add up to that of all their shares, or to one less.",
        ("SHARE-2",),
        stakes_add_up,
        HOLDING | {"others": BITS},
        "they add up to it",
        by_hand="induction over the holders: with share-whole, the stakes of n holders add up to no more than V, and "
        "to no less than V - n.",
    ),
    Lemma(
        "share-whole",
        "All shares together are worth the total, or one less.",
        ("SHARE-1", "SHARE-2"),
        all_shares_are_worth_the_total,
        {"total": U64, "denominator": BITS},
        "they are worth the total",
    ),
    Lemma(
        "share-deposit-others",
        "A deposit never lowers the value of a share, to the bit, as long as it fits I64F64 before.",
        ("SHARE-4", "SHARE-6"),
        deposit_keeps_the_value,
        CHANGE,
        "it raises it",
    ),
    Lemma(
        "share-deposit-own",
        "A deposit of u, if it is less than 2^63 shares, raises the stake by u - 1 to u + 2.",
        ("SHARE-4", "SHARE-6"),
        deposit_gives_what_was_paid,
        CHANGE,
        "it raises it by at most u",
        witness={"total": 5, "denominator": 5 * 2**63 + 18, "shares": 2**65 + 15, "deposit": 1},
    ),
    Lemma(
        "share-withdrawal-covered",
        "A withdrawal of no more than the stake takes no share that is not there and is worth at least what it takes.",
        ("SHARE-4", "SHARE-7"),
        withdrawal_is_covered,
        TAKING,
        "the shares taken are worth exactly what is taken",
    ),
    Lemma(
        "share-withdrawal-others",
        "A withdrawal lowers what all remaining shares are worth by less than one step of shares, v · 2^-64.",
        ("SHARE-4", "SHARE-7"),
        withdrawal_spares_the_others,
        TAKING,
        "it never lowers it",
    ),
    Lemma(
        "share-total",
        "A total after an update is the sum, cut to 0 and 2^64 - 1; -2^63 changes nothing.",
        ("SHARE-3", "SHARE-4"),
        total_stays_within,
        {"total": U64, "update": I64},
        "it is always the sum",
    ),
    Lemma(
        "share-sign",
        "An amount below 2^63 keeps its value as a signed number, others lose 2^64; negatives stay in 64 bits.",
        ("SHARE-5",),
        signs_are_kept,
        {"amount": U64},
        "it is always positive",
    ),
)
