"""Share pools from 401 on, whose shares are decimal floating-point numbers."""

from fractions import Fraction

from dtao_spec.chapters.shares.holding import Holding, negated
from dtao_spec.registry import Computation, rule
from dtao_spec.rounding import U64_MAX, decimal_difference, decimal_quotient, decimal_sum

CHAPTER = "dtao_spec.chapters.shares"


@rule("SHARE-2", since=401)
def stake_of_decimal_shares(holding: Holding, *, rules: Computation) -> Fraction:
    r"""Stake of a coldkey.

    Change: Shares are decimal floating-point numbers, so that the value of a share has no bound any more, and a stake
        is computed in one way whatever that value is.
    Statement: The stake of a coldkey on a hotkey MUST be the total times its shares over the denominator. It MUST be 0
        if the denominator is 0. Shares that were stored as numbers of 64 fraction bits MUST be read as they are.
    Formula: $$ x_c = \frac{V s_c}{D} $$
    Units: alpha rao (rao on root).
    Rounding: A quotient $a b / c$ of numbers of 21 digits is that of their mantissas, floored, and cut to 21 digits:
        less than $1.1 \cdot 10^{-19}$ of itself below the exact one. It is then floored to a whole number, at most
        $2^{64} - 1$. The stakes of all $n$ holders fall short of $V$ by less than $n$ and that part of them, as long as
        their shares add up to $D$.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::get_value`, `SafeFloat::mul_div`
    Example: A third of 100 alpha rao, which the chain floors to 33; and half of a pool in which next to no shares are
        left.

        >>> third = Holding(Fraction(100), Fraction(3), Fraction(1))
        >>> half = Holding(Fraction(10**15), Fraction(2, 10**60), Fraction(1, 10**60))
        >>> [int(stake_of_decimal_shares(one, rules=Computation(401, is_rounded=True))) for one in (third, half)]
        [33, 500000000000000]
    """
    if holding.denominator == 0:
        return Fraction(0)
    if not rules.is_rounded:
        return holding.total * holding.shares / holding.denominator
    stake = decimal_quotient(holding.total, holding.shares, holding.denominator)
    return min(rules.whole(stake), Fraction(U64_MAX))


@rule("SHARE-3", since=401)
def change_total_by_any_update(total: Fraction, update: Fraction) -> Fraction:
    r"""Reward for all holders.

    Change: An update of $-2^{63}$ takes that much, where it changed nothing before. No amount of the economy comes
        near.
    Statement: A reward to all holders MUST be added to the total and MUST leave shares and denominator alone. The total
        stays between 0 and $2^{64}-1$.
    Formula: $$ V' = \min\left(\max(V + u,\; 0),\; 2^{64}-1\right) $$
    Units: alpha rao (rao on root).
    Rounding: none.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_all`
    Example: 10 on top of 100.

        >>> change_total_by_any_update(Fraction(100), Fraction(10))
        Fraction(110, 1)
    """
    return min(max(total + update, Fraction(0)), Fraction(U64_MAX))


@rule("SHARE-4", since=401)
def change_decimal_stake(holding: Holding, update: Fraction, *, rules: Computation) -> tuple[Holding, Fraction]:
    r"""Change of one holder's stake.

    Change: Shares are decimal floating-point numbers of 21 digits. No value of a share stops them from changing, and a
        holder keeps however few are left: the removal of dust has no reason any more.
    Statement: A change of one coldkey's stake by $u$ MUST change the total by $u$, and the coldkey's shares and the
        denominator both by $u$ over the total, times the denominator. Without a denominator, the coldkey's shares and
        the denominator MUST both become the magnitude of $u$, whatever the total was. If the total is 0, shares and
        denominator MUST stay as they are. Neither falls below 0; a holder without shares keeps none. An entry of 0
        shares is not kept. What was stored as numbers of 64 fraction bits MUST be stored as a decimal number from the
        change on: the denominator, and the shares of this coldkey.
    Formula: $$ \begin{gathered}
        V' = V + u, \qquad s_c' = s_c + \frac{u D}{V}, \qquad D' = D + \frac{u D}{V} \qquad (D > 0); \\
        V' = V + u, \qquad s_c' = D' = |u| \qquad (D = 0) \end{gathered} $$
    Units: alpha rao (rao on root) for the total, shares for the rest. The second result is $u$.
    Rounding: The quotient $|u| D / V$ is that of the mantissas, floored, and cut to 21 digits. In a sum or a difference
        what the smaller number has below the last digit of the larger is cut off before, and the result is cut to 21
        digits: each is less than $1.1 \cdot 10^{-19}$ of the larger number away from the exact one.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_one`, `SafeFloat::add`, `SafeFloat::sub`,
        `SafeFloat::mul_div`, `SafeFloat::normalize`
    Known violation: Where the total is 0 but shares are left, shares stay as they are, and a deposit goes to the other
        holders. A loss in a pool without shares gives shares to who loses.
    Example: A deposit of 30 where a share is worth 1.5; then the first deposit in a pool that had 5 before.

        >>> now = Computation(401)
        >>> change_decimal_stake(Holding(Fraction(300), Fraction(200), Fraction(10)), Fraction(30), rules=now)[0]
        Holding(total=Fraction(330, 1), denominator=Fraction(220, 1), shares=Fraction(30, 1))
        >>> change_decimal_stake(Holding(total=Fraction(5)), Fraction(30), rules=now)[0]
        Holding(total=Fraction(35, 1), denominator=Fraction(30, 1), shares=Fraction(30, 1))
    """
    total = rules["SHARE-3"](holding.total, update)
    if holding.denominator == 0:
        return Holding(total, abs(update), abs(update)), update
    change = shares_worth(holding.total, holding.denominator, update, rules)
    if update > 0:
        return Holding(total, _sum(holding.denominator, change, rules), _sum(holding.shares, change, rules)), update
    return (
        Holding(total, _difference(holding.denominator, change, rules), _difference(holding.shares, change, rules)),
        update,
    )


def shares_worth(total: Fraction, denominator: Fraction, update: Fraction, rules: Computation) -> Fraction:
    """Return the shares that the magnitude of a change is worth; 0 without a total."""
    if total == 0:
        return Fraction(0)
    if rules.is_rounded:
        return decimal_quotient(abs(update), denominator, total)
    return abs(update) * denominator / total


def _sum(one: Fraction, other: Fraction, rules: Computation) -> Fraction:
    return decimal_sum(one, other) if rules.is_rounded else one + other


def _difference(one: Fraction, other: Fraction, rules: Computation) -> Fraction:
    return decimal_difference(one, other) if rules.is_rounded else max(one - other, Fraction(0))


@rule("SHARE-6", since=401)
def decimal_deposit(holding: Holding, amount: Fraction, *, rules: Computation) -> tuple[Holding, Fraction]:
    r"""Deposit.

    Change: What counts as deposited is the amount again, as before 244: the share pool reports no change any more.
    Statement: A deposit MUST change the stake of the coldkey by the amount ([SHARE-4](#share-4)), as a signed number
        ([SHARE-5](#share-5)). What counts as deposited MUST be the amount, whatever came of it.
    Formula: $$ u = x, \qquad x' = x $$
    Units: alpha rao (rao on root). The second result is what counts as deposited.
    Rounding: as [SHARE-4](#share-4).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: 30 more of 100, and all that was asked for counts.

        >>> after, counted = decimal_deposit(Holding(*(Fraction(100),) * 3), Fraction(30), rules=Computation(401))
        >>> int(after.total), int(after.shares), int(counted)
        (130, 130, 30)
    """
    return rules["SHARE-4"](holding, rules["SHARE-5"](amount))[0], amount


@rule("SHARE-7", since=401)
def decimal_withdrawal(holding: Holding, amount: Fraction, *, rules: Computation) -> tuple[Holding, Fraction]:
    r"""Withdrawal.

    Change: What counts as withdrawn is the amount again, as before 244, and never more, because no dust leaves with it.
    Statement: A withdrawal MUST change the stake of the coldkey by the negative amount ([SHARE-4](#share-4)), as a
        signed number ([SHARE-5](#share-5)). It MUST do nothing if the coldkey has no shares or its stake
        ([SHARE-2](#share-2)) is below the amount. What counts as withdrawn MUST be the amount, even where nothing is
        done.
    Formula: $$ u = -x \quad \text{if } x \le x_c, \qquad x' = x $$
    Units: alpha rao (rao on root). The second result is what counts as withdrawn.
    Rounding: as [SHARE-4](#share-4). The stake is the floored one.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_stake_for_hotkey_and_coldkey_on_subnet`
    Known violation: Whoever pays for the withdrawn alpha does not learn that nothing was done. After a withdrawal of
        the whole floored stake a part of the shares may remain.
    Example: 30 of 40 alpha rao take 15 of 20 shares; 41 cannot be withdrawn, but count.

        >>> held = Holding(Fraction(80), Fraction(40), Fraction(20))
        >>> decimal_withdrawal(held, Fraction(30), rules=Computation(401))[0]
        Holding(total=Fraction(50, 1), denominator=Fraction(25, 1), shares=Fraction(5, 1))
        >>> after, counted = decimal_withdrawal(held, Fraction(41), rules=Computation(401))
        >>> after == held, int(counted)
        (True, 41)
    """
    if holding.shares == 0 or rules["SHARE-2"](holding) < amount:
        return holding, amount
    return rules["SHARE-4"](holding, negated(rules["SHARE-5"](amount)))[0], amount


@rule("SHARE-8", since=401)
def is_worth_decimal_shares(total: Fraction, denominator: Fraction, amount: Fraction, *, rules: Computation) -> bool:
    r"""A deposit must change shares.

    Change: Shares have no smallest part any more, so that every deposit into a pool with a total changes them.
    Statement: A deposit that a call is about to make MUST be tried beforehand: it counts as worth a share if it would
        change the shares at all ([SHARE-4](#share-4)), or if the pool has no denominator. It would not if it is 0, or
        if the total is 0.
    Formula: $$ \frac{|u| D}{V} > 0 $$
    Units: alpha rao (rao on root).
    Rounding: none: a quotient of numbers of 21 digits is never cut to 0.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::sim_update_value_for_one`
    Example: Shares are left but nothing behind them: whoever came next would get none. An empty pool takes everybody,
        and so does one in which a share is worth $10^{60}$.

        >>> pools = [(Fraction(0), Fraction(1)), (Fraction(0), Fraction(0)), (Fraction(1), Fraction(1, 10**60))]
        >>> [is_worth_decimal_shares(*pool, Fraction(10**9), rules=Computation(401)) for pool in pools]
        [False, True, True]
    """
    return denominator == 0 or shares_worth(total, denominator, rules["SHARE-5"](amount), rules) > 0
