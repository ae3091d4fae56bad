"""A holding in a share pool: what shares are worth, and what changes them."""

from fractions import Fraction
from math import trunc

from attrs import frozen

from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import LIMIT_BITS, U64_MAX, floored

CHAPTER = "dtao_spec.chapters.shares"
OVERFLOW = 2**64
"""The first number of shares, and value of a share, that the format does not hold."""
STEP = Fraction(1, 2**LIMIT_BITS)
"""The smallest part of a share."""
MAX_SHARES = OVERFLOW - STEP
MAX_SIGNED = 2**63 - STEP
MIN_SIGNED = -(2**63)
"""The least amount, and number of shares, of 64 bits with a sign."""
MIN_PART = Fraction(184_467_440_737_096, 2**64)
"""0.00001: what a holder must keep of the shares to keep any."""
RESERVE = 2_628_000 * 10**9
"""alpha rao that a share pool must be able to gain: a year of blocks at 1 alpha each."""


@frozen
class Holding:
    """The stake on a hotkey of a subnet, and how many shares of it one coldkey has."""

    total: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    shares: Fraction = Fraction(0)


def value_per_share_rounded(total: Fraction, denominator: Fraction) -> Fraction:
    """Return the value in U64F64."""
    return floored(value_per_share(total, denominator), LIMIT_BITS)


@rule("SHARE-1", until=400, rounded=value_per_share_rounded)
def value_per_share(total: Fraction, denominator: Fraction) -> Fraction:
    r"""Value of a share.

    Statement: The value of one share MUST be the total over the denominator. It MUST be 0 if the denominator is 0, and
        also if the quotient is $2^{64}$ or more.
    Formula: $$ v = \frac{V}{D} $$
    Units: alpha rao (rao on root) per share.
    Rounding: Floored to 64 fraction bits: less than $2^{-64}$ below the exact value, never above.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::get_value`
    Known violation: A value of a share that is too large for the format reads as 0. It takes a denominator below 1,
        such as a near-full withdrawal leaves behind, and rewards after it.
    Example: 300 alpha rao behind 200 shares. The second pool has next to no shares left, but the rewards went on.

        >>> value_per_share(Fraction(300), Fraction(200))
        Fraction(3, 2)
        >>> value_per_share(Fraction(10**12), Fraction(1, 2**40))
        Fraction(0, 1)
    """
    if denominator == 0 or total / denominator >= OVERFLOW:
        return Fraction(0)
    return total / denominator


@rule("SHARE-2")
def stake_of(holding: Holding, *, rules: Computation = EXACT_LAUNCH) -> Fraction:
    r"""Stake of a coldkey.

    Statement: The stake of a coldkey on a hotkey MUST be its shares times the value of one ([SHARE-1](#share-1)).
    Formula: $$ x_c = s_c\,v = \frac{s_c\,V}{D} $$
    Units: alpha rao (rao on root).
    Rounding: The value of a share is floored first ([SHARE-1](#share-1)), then the product, to a whole number: less
        than $1 + s_c 2^{-64}$ below the exact value, never above. The stakes of all $n$ holders fall short of $V$ by at
        most $n$, as long as their shares add up to $D$. At most $2^{64}-1$.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::get_value`
    Known violation: Where the value of a share is too large for the format, the stake of every holder reads as 0.
    Example: A third of 100 alpha rao. The chain says 33, and 66 for the holder of the other two thirds: one alpha rao
        is nobody's.

        >>> stake_of(Holding(Fraction(100), Fraction(3), Fraction(1)))
        Fraction(100, 3)
        >>> holders = [Holding(Fraction(100), Fraction(3), Fraction(held)) for held in (1, 2)]
        >>> [int(stake_of(holder, rules=Computation(233, is_rounded=True))) for holder in holders]
        [33, 66]
    """
    return rules.whole(rules["SHARE-1"](holding.total, holding.denominator) * holding.shares)


@rule("SHARE-2", since=244)
def stake_at_any_share_price(holding: Holding, *, rules: Computation) -> Fraction:
    r"""Stake of a coldkey.

    Change: Where the value of a share is too large for its format, the stake is computed without it; it read as 0
        before. It is one of the repairs that the runtime's authors made to share pools with next to no shares left.
    Statement: The stake of a coldkey on a hotkey MUST be its shares times the value of one ([SHARE-1](#share-1)). Where
        that value is $2^{64}$ or more, the stake MUST be the shares times the total, over the denominator. It MUST be 0
        if the denominator is 0.
    Formula: $$ x_c = \frac{s_c\,V}{D} $$
    Units: alpha rao (rao on root).
    Rounding: The value of a share is floored first ([SHARE-1](#share-1)), then the product, to a whole number: less
        than $1 + s_c 2^{-64}$ below the exact value, never above. Where the value of a share is $2^{64}$ or more, the
        shares are multiplied with the total first, to at most $2^{64} - 2^{-64}$, and the quotient is floored once:
        less than 1 below the exact value. A quotient of $2^{64}$ or more is 0. Shares $s_c \le D$ reach neither bound.
        The stakes of all $n$ holders fall short of $V$ by at most $n$, as long as their shares add up to $D$. At most
        $2^{64}-1$.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::get_value`
    Example: A third of 100 alpha rao, which the chain floors to 33. Then half of a pool in which $2^{-63}$ shares are
        left.

        >>> third = Holding(Fraction(100), Fraction(3), Fraction(1))
        >>> half = Holding(Fraction(10**15), Fraction(2, 2**64), Fraction(1, 2**64))
        >>> [int(stake_at_any_share_price(one, rules=Computation(244))) for one in (third, half)]
        [33, 500000000000000]
    """
    total, denominator = holding.total, holding.denominator
    if denominator == 0:
        return Fraction(0)
    if total / denominator < OVERFLOW:
        return rules.whole(rules["SHARE-1"](total, denominator) * holding.shares)
    if not rules.is_rounded:
        return holding.shares * total / denominator
    stake = min(holding.shares * total, MAX_SHARES) / denominator
    return rules.whole(stake) if stake < OVERFLOW else Fraction(0)


@rule("SHARE-3")
def change_total(total: Fraction, update: Fraction) -> Fraction:
    r"""Reward for all holders.

    Statement: A reward to all holders MUST be added to the total and MUST leave shares and denominator alone. The total
        stays between 0 and $2^{64}-1$. An update of $-2^{63}$ changes nothing.
    Formula: $$ V' = \min\left(\max(V + u,\; 0),\; 2^{64}-1\right) $$
    Units: alpha rao (rao on root).
    Rounding: none.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_all`
    Example: 10 on top of 100.

        >>> change_total(Fraction(100), Fraction(10))
        Fraction(110, 1)
    """
    return total if update == MIN_SIGNED else min(max(total + update, Fraction(0)), Fraction(U64_MAX))


@rule("SHARE-4")
def change_stake(holding: Holding, update: Fraction, *, rules: Computation = EXACT_LAUNCH) -> tuple[Holding, Fraction]:
    r"""Change of one holder's stake.

    Statement: A change of one coldkey's stake by $u$ MUST change the total by $u$, and the coldkey's shares and the
        denominator both by $u$ over the value of a share before the change. Without a denominator, the coldkey's shares
        and the denominator MUST both become the whole new total, whatever was in it before. If the value of a share is
        0 ([SHARE-1](#share-1)), or the change is $2^{63}$ shares or more, shares and denominator MUST stay as they are.
        An entry of 0 shares is not kept, also where nothing was changed.
    Formula: $$ \begin{gathered}
        V' = V + u, \qquad s_c' = s_c + \frac{u}{v}, \qquad D' = D + \frac{u}{v} \qquad (D > 0); \\
        V' = s_c' = D' = V + u \qquad (D = 0) \end{gathered} $$
    Units: alpha rao (rao on root) for the total, shares for the rest. The second result is $u$.
    Rounding: The division is by the floored value $\hat v$ of a share, and truncated toward zero to 64 fraction bits.
        The magnitude of the change therefore exceeds the exact one by at most $\frac{|u|}{v} \cdot \frac{2^{-64}}{\hat
        v}$, and falls short of it by less than $2^{-64}$. Shares, denominator and total stop at 0 and at the largest
        number of their formats. The value of a share counts as at most $2^{63} - 2^{-64}$ here.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_one`
    Known violation: Where shares stay as they are, the total moves all the same: a deposit then goes to the other
        holders. The first holder of a pool also gets the rewards that were paid when nobody held it.
    Example: A deposit of 30 where a share is worth 1.5; then the first deposit in a pool that had 5 before.

        >>> change_stake(Holding(Fraction(300), Fraction(200), Fraction(10)), Fraction(30))[0]
        Holding(total=Fraction(330, 1), denominator=Fraction(220, 1), shares=Fraction(30, 1))
        >>> change_stake(Holding(total=Fraction(5)), Fraction(30))[0]
        Holding(total=Fraction(35, 1), denominator=Fraction(35, 1), shares=Fraction(35, 1))
    """
    total = rules["SHARE-3"](holding.total, update)
    if holding.denominator == 0:
        return Holding(total, total, total), update
    change = shares_for(holding.total, holding.denominator, update, rules)
    return Holding(total, within_format(holding.denominator + change), within_format(holding.shares + change)), update


@rule("SHARE-4", since=244)
def change_stake_without_dust(holding: Holding, update: Fraction, *, rules: Computation) -> tuple[Holding, Fraction]:
    r"""Change of one holder's stake.

    Change: A value of a share that is too large for its format no longer stops the shares from changing, the first
        holder no longer gets what was in the pool before, and a holder who would keep dust loses it. The change that
        was really made is returned, so that callers reckon with that instead of what was asked for. The authors' aim
        was that no stake is lost in pools with next to no shares.
    Statement: A change of one coldkey's stake by $u$ MUST change the total by $u$, and the coldkey's shares and the
        denominator both by $u$ over the value of a share before the change. Where that value is $2^{64}$ or more, the
        change of shares MUST be $u$ over the total, times the denominator. Without a denominator, the coldkey's shares
        and the denominator MUST both become $u$ alone, 0 for a loss, whatever the total was. A loss that would leave
        the coldkey dust ([SHARE-9](#share-9)) MUST take all its shares, and its whole stake ([SHARE-2](#share-2)) from
        the total in place of $u$. If the total is 0, or the change is $2^{63}$ shares or more, shares and denominator
        MUST stay as they are. An entry of 0 shares is not kept, also where nothing was changed. What the total was to
        change by MUST be returned to the caller.
    Formula: $$ \begin{gathered}
        V' = V + u, \qquad s_c' = s_c + \frac{u D}{V}, \qquad D' = D + \frac{u D}{V} \qquad (D > 0); \\
        V' = V - x_c, \qquad s_c' = 0, \qquad D' = D - s_c \qquad \text{(dust would be left)}; \\
        V' = V + u, \qquad s_c' = D' = \max(u, 0) \qquad (D = 0) \end{gathered} $$
    Units: alpha rao (rao on root) for the total, shares for the rest. The second result is what the total was to
        change by.
    Rounding: The division is by the floored value $\hat v$ of a share, and truncated toward zero to 64 fraction bits.
        The magnitude of the change therefore exceeds the exact one by at most $\frac{|u|}{v} \cdot \frac{2^{-64}}{\hat
        v}$, and falls short of it by less than $2^{-64}$. Where the value of a share is $2^{64}$ or more, the quotient
        by the total is truncated toward zero and the product floored, both to 64 fraction bits: for a gain less than
        $2^{-63}$ shares below the exact change, for a loss within $2^{-64}$ of it. A total counts as at most $2^{63} -
        2^{-64}$ there. The whole stake is the floored one, so that up to $1 + s_c 2^{-64}$ of what the last holder had
        stay in the total without an owner. Shares, denominator and total stop at 0 and at the largest number of their
        formats. The value of a share counts as at most $2^{63} - 2^{-64}$ here.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_one`, `SharePool::get_shares_per_update`
    Known violation: Where the total is 0 but shares are left, shares stay as they are, and a deposit goes to the other
        holders. A value of a share between $2^{63}$ and $2^{64}$ counts as $2^{63}$, so that up to twice the shares
        change hands. A loss of exactly $2^{63}$ shares takes none.
    Example: All but 5 of a stake of 1 000 000 take the last 5 along; the first holder of a pool that had 5 before gets
        as many shares as he deposits.

        >>> held = Holding(Fraction(3_000_000), Fraction(3_000_000), Fraction(1_000_000))
        >>> after, change = change_stake_without_dust(held, Fraction(-999_995), rules=Computation(244))
        >>> int(change), after.shares, int(after.total), int(after.denominator)
        (-1000000, Fraction(0, 1), 2000000, 2000000)
        >>> change_stake_without_dust(Holding(total=Fraction(5)), Fraction(30), rules=Computation(244))[0]
        Holding(total=Fraction(35, 1), denominator=Fraction(30, 1), shares=Fraction(30, 1))
    """
    if holding.denominator == 0:
        first = max(update, Fraction(0))
        return Holding(rules["SHARE-3"](holding.total, update), first, first), update
    change = shares_at_any_share_price(holding.total, holding.denominator, update, rules)
    taken = -change if change != MIN_SIGNED else Fraction(0)
    denominator, shares = within_format(holding.denominator - taken), within_format(holding.shares - taken)
    if change < 0 and rules["SHARE-9"](holding.total, denominator, holding.shares, shares):
        denominator, shares = max(holding.denominator - holding.shares, Fraction(0)), Fraction(0)
        update = negated(rules["SHARE-5"](rules["SHARE-2"](holding)))
    return Holding(rules["SHARE-3"](holding.total, update), denominator, shares), update


def shares_for(total: Fraction, denominator: Fraction, update: Fraction, rules: Computation) -> Fraction:
    """Return the shares that a change of stake is worth at the value of a share; the denominator is not 0."""
    per_share = min(rules["SHARE-1"](total, denominator), MAX_SIGNED)
    change = truncated(update / per_share, rules) if per_share else Fraction(0)
    return change if MIN_SIGNED <= change <= MAX_SIGNED else Fraction(0)


def shares_at_any_share_price(total: Fraction, denominator: Fraction, update: Fraction, rules: Computation) -> Fraction:
    """Return the shares that a change of stake is worth, also where one share overflows; the denominator is not 0."""
    if total / denominator < OVERFLOW:
        return shares_for(total, denominator, update, rules)
    change = truncated(update / min(total, MAX_SIGNED), rules) * min(denominator, MAX_SIGNED)
    return floored(change, LIMIT_BITS) if rules.is_rounded else change


def truncated(shares: Fraction, rules: Computation) -> Fraction:
    """Return shares toward zero as the format holds them, or exact."""
    return Fraction(trunc(shares * 2**LIMIT_BITS), 2**LIMIT_BITS) if rules.is_rounded else shares


def within_format(shares: Fraction) -> Fraction:
    """Return the number of shares, or the nearest one that the format holds."""
    return min(max(shares, Fraction(0)), MAX_SHARES)


@rule("SHARE-5")
def as_signed(amount: Fraction) -> Fraction:
    r"""Amounts of a share pool are signed.

    Statement: An amount MUST pass into a share pool as a signed number of 64 bits with the same bits: from $2^{63}$ on
        it counts as negative. The negative of $-2^{63}$ is $-2^{63}$.
    Formula: $$ u = x \quad (x < 2^{63}), \qquad u = x - 2^{64} \quad (x \ge 2^{63}) $$
    Units: alpha rao (rao on root).
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet` and its
        siblings
    Example: No amount of the economy comes near: all alpha of a subnet is less than $2^{55}$.

        >>> [int(as_signed(Fraction(amount))) for amount in (2**63 - 1, 2**63, 2**64 - 1)]
        [9223372036854775807, -9223372036854775808, -1]
    """
    return amount if amount < 2**63 else amount - 2**64


def negated(amount: Fraction) -> Fraction:
    """Return the negative of a signed amount: that of the smallest one is itself."""
    return amount if amount == MIN_SIGNED else -amount


@rule("SHARE-9", since=244, until=400)
def is_dust(total: Fraction, denominator: Fraction, held: Fraction, left: Fraction) -> bool:
    r"""Dust that a withdrawal takes along.

    Statement: A withdrawal MUST take all shares of the holder, with all that they are worth ([SHARE-4](#share-4)), if
        less than 0.00001 of them would be left, if no denominator would be left, or if the value of a share would reach
        $2^{64}$ once the total, as it was before, had gained 2 628 000 alpha.
    Formula: $$ \frac{s_c'}{s_c} < 10^{-5} \quad\text{or}\quad D' = 0 \quad\text{or}\quad
        \frac{V + 2.628 \cdot 10^{15}}{D'} \ge 2^{64} $$
    Units: shares; alpha rao (rao on root) for the total before the withdrawal.
    Rounding: none: 0.00001 is $184\,467\,440\,737\,096 \cdot 2^{-64}$, a multiple of the unit to which the part is
        floored. The total with what it may gain is at most $2^{64} - 2^{-64}$.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_one`
    Example: 10 001 of $10^9$ may stay and 9 999 may not. A denominator of $2^{-13}$ is too small for any pool.

        >>> shares = Fraction(10**9)
        >>> [is_dust(Fraction(10**9), shares, shares, Fraction(left)) for left in (10_001, 9_999)]
        [False, True]
        >>> is_dust(Fraction(0), Fraction(1, 2**13), Fraction(2, 2**13), Fraction(1, 2**13))
        True
    """
    if held == 0 or left / held < MIN_PART or denominator == 0:
        return True
    return min(total + RESERVE, MAX_SHARES) / denominator >= OVERFLOW
