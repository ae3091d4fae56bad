r"""Share pools.

All stake on one hotkey of one subnet is one amount, $V$ (`TotalHotkeyAlpha`). Coldkeys own shares of it: $s_c$ each
(`Alpha`), of $D$ in total (`TotalHotkeyShares`). What a coldkey's shares are worth is its stake.

The reason is speed. An epoch pays thousands of stakers of one hotkey by raising $V$ once; nobody's shares change, and
everybody's stake grows in proportion. Only a deposit or a withdrawal changes shares, of one coldkey, at the value that
a share has at that moment, so that nobody else gains or loses.

On the root network the amounts are rao of TAO instead of alpha rao; nothing else differs.

| what happens | $V$ | $D$ | shares of the coldkey | shares of the others |
| --- | --- | --- | --- | --- |
| a reward of $u$ | $+u$ | | | |
| a deposit of $u$ | $+u$ | $+uD/V$ | $+uD/V$ | |
| a withdrawal of $u$ | $-u$ | $-uD/V$ | $-uD/V$ | |

Shares and $D$ are stored with 64 fraction bits. The remainders that rounding leaves belong to nobody: they stay in $V$.
A pool whose holders have all but left can grow a share so valuable, or so cheap, that the arithmetic no longer holds
it; then the launch loses the deposit ([SHARE-4](#share-4)).
"""

from fractions import Fraction

from attrs import frozen

from dtao_spec.registry import rule

U64_MAX = 2**64 - 1
LARGEST = Fraction(2**128 - 1, 2**64)
"""The largest number of shares, and value of a share, that the format holds: just below 2**64."""
LARGEST_SIGNED = Fraction(2**127 - 1, 2**64)
SMALLEST = -(2**63)
"""The smallest amount of 64 bits with a sign."""


@frozen
class Holding:
    """The stake on a hotkey of a subnet, and how many shares of it one coldkey has."""

    total: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    shares: Fraction = Fraction(0)


@rule("SHARE-1")
def value_per_share(total: Fraction, denominator: Fraction) -> Fraction:
    r"""The value of a share.

    Statement: The value of one share MUST be the total over the denominator. It MUST be 0 if the denominator is 0, and
        also if the quotient is $2^{64}$ or more.
    Formula: $$ v = \frac{V}{D} $$
    Units: alpha rao (rao on root) per share.
    Rounding: Floored to 64 fraction bits: less than $2^{-64}$ below the exact value, never above.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::get_value`
    Known violation: A value of a share that is too large for the format reads as 0, and with it the stake of every
        holder. It takes a denominator below 1, such as a near-full withdrawal leaves behind, and rewards after it.
    Example: 300 alpha rao behind 200 shares. The second pool has next to no shares left, but the rewards went on.

        >>> value_per_share(Fraction(300), Fraction(200))
        Fraction(3, 2)
        >>> value_per_share(Fraction(10**12), Fraction(1, 2**40))
        Fraction(0, 1)
    """
    if denominator == 0 or total / denominator > LARGEST:
        return Fraction(0)
    return total / denominator


@rule("SHARE-2")
def stake_of(holding: Holding) -> Fraction:
    r"""The stake of a coldkey.

    Statement: The stake of a coldkey on a hotkey MUST be its shares times the value of one.
    Formula: $$ x_c = s_c\,v = \frac{s_c\,V}{D} $$
    Units: alpha rao (rao on root).
    Rounding: The value of a share is floored first ([SHARE-1](#share-1)), then the product, to a whole number: less
        than $1 + s_c 2^{-64}$ below the exact value, never above. The stakes of all $n$ holders fall short of $V$ by at
        most $n$, as long as their shares add up to $D$. At most $2^{64}-1$.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::get_value`
    Example: A third of 100 alpha rao. The chain says 33, and 66 for the holder of the other two thirds: one alpha rao
        is nobody's.

        >>> stake_of(Holding(Fraction(100), Fraction(3), Fraction(1)))
        Fraction(100, 3)
    """
    return value_per_share(holding.total, holding.denominator) * holding.shares


@rule("SHARE-3")
def total_changed(total: Fraction, update: Fraction) -> Fraction:
    r"""A reward for all.

    Statement: A reward to all holders MUST be added to the total and MUST leave shares and denominator alone. The total
        stays between 0 and $2^{64}-1$. An update of $-2^{63}$ changes nothing.
    Formula: $$ V' = \min\left(\max(V + u,\; 0),\; 2^{64}-1\right) $$
    Units: alpha rao (rao on root).
    Rounding: none.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_all`
    Example: 10 on top of 100.

        >>> total_changed(Fraction(100), Fraction(10))
        Fraction(110, 1)
    """
    return total if update == SMALLEST else min(max(total + update, Fraction(0)), Fraction(U64_MAX))


@rule("SHARE-4")
def stake_changed(holding: Holding, update: Fraction) -> Holding:
    r"""A change for one.

    Statement: A change of one coldkey's stake by $u$ MUST change the total by $u$, and the coldkey's shares and the
        denominator both by $u$ over the value of a share before the change. Without a denominator, the coldkey's shares
        and the denominator MUST both become the whole new total, whatever was in it before. If the value of a share is
        0, or the change is $2^{63}$ shares or more, shares and denominator MUST stay as they are. An entry of 0 shares
        is not kept, also where nothing was changed.
    Formula: $$ \begin{gathered}
        V' = V + u, \qquad s_c' = s_c + \frac{u}{v}, \qquad D' = D + \frac{u}{v} \qquad (D > 0); \\
        V' = s_c' = D' = V + u \qquad (D = 0) \end{gathered} $$
    Units: alpha rao (rao on root) for the total, shares for the rest.
    Rounding: The division is by the floored value $\hat v$ of a share, and truncated toward zero to 64 fraction bits.
        The magnitude of the change therefore exceeds the exact one by at most $\frac{|u|}{v} \cdot \frac{2^{-64}}{\hat
        v}$, and falls short of it by less than $2^{-64}$. Shares, denominator and total stop at 0 and at the largest
        number of their formats. The value of a share counts as at most $2^{63} - 2^{-64}$ here.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_one`
    Known violation: Where shares stay as they are, the total moves all the same: a deposit is then swallowed by the
        other holders. The first holder of a pool also gets the rewards that were paid when nobody held it.
    Example: A deposit of 30 where a share is worth 1.5; then the first deposit in a pool that had 5 before.

        >>> stake_changed(Holding(Fraction(300), Fraction(200), Fraction(10)), Fraction(30))
        Holding(total=Fraction(330, 1), denominator=Fraction(220, 1), shares=Fraction(30, 1))
        >>> stake_changed(Holding(total=Fraction(5)), Fraction(30))
        Holding(total=Fraction(35, 1), denominator=Fraction(35, 1), shares=Fraction(35, 1))
    """
    total = total_changed(holding.total, update)
    if holding.denominator == 0:
        return Holding(total, total, total)
    per_share = min(value_per_share(holding.total, holding.denominator), LARGEST_SIGNED)
    change = update / per_share if per_share else Fraction(0)
    if not -(2**63) <= change <= LARGEST_SIGNED:
        change = Fraction(0)
    return Holding(total, within_format(holding.denominator + change), within_format(holding.shares + change))


def within_format(shares: Fraction) -> Fraction:
    """Return the number of shares, or the nearest one that the format holds."""
    return min(max(shares, Fraction(0)), LARGEST)


@rule("SHARE-5")
def as_signed(amount: int | Fraction) -> int | Fraction:
    r"""Amounts are signed.

    Statement: An amount MUST pass into a share pool as a signed number of 64 bits with the same bits: from $2^{63}$ on
        it counts as negative. The negative of $-2^{63}$ is $-2^{63}$.
    Formula: $$ u = x \quad (x < 2^{63}), \qquad u = x - 2^{64} \quad (x \ge 2^{63}) $$
    Units: alpha rao (rao on root).
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet` and its
        siblings
    Example: No amount of the economy comes near: all alpha of a subnet is less than $2^{55}$.

        >>> as_signed(2**63 - 1) == 2**63 - 1, as_signed(2**63) == -(2**63), as_signed(2**64 - 1)
        (True, True, -1)
    """
    return amount if amount < 2**63 else amount - 2**64


def negated(amount: int | Fraction) -> int | Fraction:
    """Return the negative of a signed amount: that of the smallest one is itself."""
    return amount if amount == SMALLEST else -amount


@rule("SHARE-6")
def stake_increased(holding: Holding, amount: int | Fraction) -> Holding:
    r"""A deposit.

    Statement: A deposit MUST change the stake of the coldkey by the amount, as [SHARE-4](#share-4) states it.
    Formula: $$ u = x $$
    Units: alpha rao (rao on root).
    Rounding: as SHARE-4.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: A deposit of 30 into an empty pool, and another of 30 after a reward of 30: the second buys half as many
        shares.

        >>> first = stake_increased(Holding(), 30)
        >>> rewarded = Holding(total_changed(first.total, Fraction(30)), first.denominator, Fraction(0))
        >>> stake_increased(rewarded, 30)
        Holding(total=Fraction(90, 1), denominator=Fraction(45, 1), shares=Fraction(15, 1))
    """
    return stake_changed(holding, Fraction(as_signed(amount)))


@rule("SHARE-7")
def stake_decreased(holding: Holding, amount: int | Fraction) -> Holding:
    r"""A withdrawal.

    Statement: A withdrawal MUST change the stake of the coldkey by the negative amount. It MUST do nothing if the
        coldkey has no shares or its stake is below the amount.
    Formula: $$ u = -x \quad \text{if } x \le x_c $$
    Units: alpha rao (rao on root).
    Rounding: as SHARE-4. The stake is that of [SHARE-2](#share-2), floored, so that a withdrawal of what is within
        $1 + s_c 2^{-64}$ below the exact stake may do nothing.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_stake_for_hotkey_and_coldkey_on_subnet`
    Known violation: Whoever pays for the withdrawn alpha is not told that nothing happened, see [STAKE-5](#stake-5).
        After a withdrawal of the whole floored stake a fraction of a share may remain.
    Example: 15 of 20 shares go when 30 of 40 alpha rao are withdrawn; 41 cannot be.

        >>> stake_decreased(Holding(Fraction(80), Fraction(40), Fraction(20)), 30)
        Holding(total=Fraction(50, 1), denominator=Fraction(25, 1), shares=Fraction(5, 1))
        >>> stake_decreased(Holding(Fraction(80), Fraction(40), Fraction(20)), 41).shares
        Fraction(20, 1)
    """
    if holding.shares == 0 or stake_of(holding) < amount:
        return holding
    return stake_changed(holding, Fraction(negated(as_signed(amount))))
