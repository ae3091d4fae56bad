"""Deposits and withdrawals of one holder, and what counts as deposited and withdrawn."""

from fractions import Fraction

from dtao_spec.chapters.shares.holding import STEP, Holding, negated, shares_at_any_share_price, shares_for
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.shares"


@rule("SHARE-6")
def deposit_crediting_request(
    holding: Holding, amount: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[Holding, Fraction]:
    r"""Deposit.

    Statement: A deposit MUST change the stake of the coldkey by the amount ([SHARE-4](#share-4)), as a signed number
        ([SHARE-5](#share-5)). What counts as deposited MUST be the amount, whatever came of it.
    Formula: $$ u = x, \qquad x' = x $$
    Units: alpha rao (rao on root). The second result is what counts as deposited.
    Rounding: as [SHARE-4](#share-4).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: A deposit of 30 into an empty pool, and another of 30 after a reward of 30: the second buys half as many
        shares.

        >>> first, _ = deposit_crediting_request(Holding(), Fraction(30))
        >>> rewarded = Holding(first.total + 30, first.denominator)
        >>> deposit_crediting_request(rewarded, Fraction(30))[0]
        Holding(total=Fraction(90, 1), denominator=Fraction(45, 1), shares=Fraction(15, 1))
    """
    return rules["SHARE-4"](holding, rules["SHARE-5"](amount))[0], amount


@rule("SHARE-6", since=244)
def deposit_crediting_abs_change(holding: Holding, amount: Fraction, *, rules: Computation) -> tuple[Holding, Fraction]:
    r"""Deposit.

    Change: What counts as deposited is the change that the share pool reports, no longer the amount that was asked
        for, so that what the events name and what is held agree.
    Statement: A deposit MUST change the stake of the coldkey by the amount ([SHARE-4](#share-4)), as a signed number
        ([SHARE-5](#share-5)). What counts as deposited MUST be the magnitude of the change of the total, even where the
        amount wrapped around and the change is a loss.
    Formula: $$ u = x, \qquad x' = |u| $$
    Units: alpha rao (rao on root). The second result is what counts as deposited.
    Rounding: as [SHARE-4](#share-4).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet`
    Known violation: A wrapped amount takes stake away and counts as deposited. No amount of the economy comes near.
    Example: 30 are 30; $2^{64} - 40$ count as 40, and are 40 less.

        >>> whole, amounts = Holding(*(Fraction(100),) * 3), (Fraction(30), Fraction(2**64 - 40))
        >>> after = [deposit_crediting_abs_change(whole, amount, rules=Computation(244)) for amount in amounts]
        >>> [(int(holding.total), int(counted)) for holding, counted in after]
        [(130, 30), (60, 40)]
    """
    holding, change = rules["SHARE-4"](holding, rules["SHARE-5"](amount))
    return holding, abs(change)


@rule("SHARE-6", since=252)
def deposit_crediting_change(holding: Holding, amount: Fraction, *, rules: Computation) -> tuple[Holding, Fraction]:
    r"""Deposit.

    Change: A loss counts as 0 deposited instead of its magnitude. It closes the case of an amount that wraps around;
        nothing that the economy can do comes out otherwise.
    Statement: A deposit MUST change the stake of the coldkey by the amount ([SHARE-4](#share-4)), as a signed number
        ([SHARE-5](#share-5)). What counts as deposited MUST be the change of the total, and 0 if that is a loss.
    Formula: $$ u = x, \qquad x' = \max(u,\; 0) $$
    Units: alpha rao (rao on root). The second result is what counts as deposited.
    Rounding: as [SHARE-4](#share-4).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: 30 are 30; $2^{64} - 40$ take 40 away, and count as nothing.

        >>> whole, amounts = Holding(*(Fraction(100),) * 3), (Fraction(30), Fraction(2**64 - 40))
        >>> after = [deposit_crediting_change(whole, amount, rules=Computation(252)) for amount in amounts]
        >>> [(int(holding.total), int(counted)) for holding, counted in after]
        [(130, 30), (60, 0)]
    """
    holding, change = rules["SHARE-4"](holding, rules["SHARE-5"](amount))
    return holding, max(change, Fraction(0))


@rule("SHARE-7")
def withdraw_crediting_request(
    holding: Holding, amount: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[Holding, Fraction]:
    r"""Withdrawal.

    Statement: A withdrawal MUST change the stake of the coldkey by the negative amount ([SHARE-4](#share-4)), as a
        signed number ([SHARE-5](#share-5)). It MUST do nothing if the coldkey has no shares or its stake
        ([SHARE-2](#share-2)) is below the amount. What counts as withdrawn MUST be the amount, even where nothing is
        done.
    Formula: $$ u = -x \quad \text{if } x \le x_c, \qquad x' = x $$
    Units: alpha rao (rao on root). The second result is what counts as withdrawn.
    Rounding: as [SHARE-4](#share-4). The stake is the floored one, so that a withdrawal of what is within $1 + s_c
        2^{-64}$ below the exact stake may do nothing.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_stake_for_hotkey_and_coldkey_on_subnet`
    Known violation: Whoever pays for the withdrawn alpha does not learn that nothing was done, see
        [STAKE-5](#stake-5). After a withdrawal of the whole floored stake a fraction of a share may remain.
    Example: 15 of 20 shares go when 30 of 40 alpha rao are withdrawn; 41 cannot be, but count.

        >>> held = Holding(Fraction(80), Fraction(40), Fraction(20))
        >>> withdraw_crediting_request(held, Fraction(30))[0]
        Holding(total=Fraction(50, 1), denominator=Fraction(25, 1), shares=Fraction(5, 1))
        >>> after, counted = withdraw_crediting_request(held, Fraction(41))
        >>> after == held, int(counted)
        (True, 41)
    """
    return withdrawal(holding, amount, rules)[0], amount


@rule("SHARE-7", since=244)
def withdraw_crediting_abs_change(
    holding: Holding, amount: Fraction, *, rules: Computation
) -> tuple[Holding, Fraction]:
    r"""Withdrawal.

    Change: What counts as withdrawn is the change that the share pool reports: all of the stake where dust leaves with
        the amount, and nothing where nothing was done. Before, alpha was paid for that never left a stake.
    Statement: A withdrawal MUST change the stake of the coldkey by the negative amount ([SHARE-4](#share-4)), as a
        signed number ([SHARE-5](#share-5)). It MUST do nothing if the coldkey has no shares or its stake
        ([SHARE-2](#share-2)) is below the amount. What counts as withdrawn MUST be the magnitude of the change of the
        total, which is the whole stake where dust leaves too ([SHARE-9](#share-9)), and 0 where nothing is done.
    Formula: $$ x' = |u| \quad \text{if } x \le x_c, \qquad x' = 0 \quad \text{else} $$
    Units: alpha rao (rao on root). The second result is what counts as withdrawn.
    Rounding: as [SHARE-4](#share-4). The stake is the floored one, so that a withdrawal of what is within $1 + s_c
        2^{-64}$ below the exact stake may do nothing.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_stake_for_hotkey_and_coldkey_on_subnet`
    Known violation: A withdrawal may take more than was asked for. A wrapped amount that adds stake counts as
        withdrawn; it takes a stake of $2^{63}$ or more.
    Example: 999 995 of 1 000 000 are asked for and all are withdrawn; 1 000 001 are not, and count as nothing.

        >>> whole, amounts = Holding(*(Fraction(1_000_000),) * 3), (Fraction(999_995), Fraction(1_000_001))
        >>> [int(withdraw_crediting_abs_change(whole, amount, rules=Computation(244))[1]) for amount in amounts]
        [1000000, 0]
    """
    holding, change = withdrawal(holding, amount, rules)
    return holding, abs(change)


@rule("SHARE-7", since=252)
def withdraw_crediting_change(holding: Holding, amount: Fraction, *, rules: Computation) -> tuple[Holding, Fraction]:
    r"""Withdrawal.

    Change: A gain counts as 0 withdrawn instead of its magnitude. It closes the case of an amount that wraps around;
        nothing that the economy can do comes out otherwise.
    Statement: A withdrawal MUST change the stake of the coldkey by the negative amount ([SHARE-4](#share-4)), as a
        signed number ([SHARE-5](#share-5)). It MUST do nothing if the coldkey has no shares or its stake
        ([SHARE-2](#share-2)) is below the amount. What counts as withdrawn MUST be what the total lost, which is the
        whole stake where dust leaves too ([SHARE-9](#share-9)), and 0 if it gained or nothing is done, or if it lost
        $2^{63}$ exactly, which has no positive counterpart among signed numbers.
    Formula: $$ x' = \max(-u,\; 0) \quad \text{if } x \le x_c, \qquad x' = 0 \quad \text{else} $$
    Units: alpha rao (rao on root). The second result is what counts as withdrawn.
    Rounding: as [SHARE-4](#share-4). The stake is the floored one, so that a withdrawal of what is within $1 + s_c
        2^{-64}$ below the exact stake may do nothing.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_stake_for_hotkey_and_coldkey_on_subnet`
    Known violation: A withdrawal may take more than was asked for.
    Example: 300 000 of 1 000 000, then 999 995 of them, with which all leaves; at last an amount that wraps around, so
        that a stake near $2^{64}$ grows.

        >>> whole, huge = (Holding(*(Fraction(amount),) * 3) for amount in (1_000_000, 2**64 - 1))
        >>> [int(withdraw_crediting_change(one, Fraction(amount), rules=Computation(252))[1])
        ...     for one, amount in ((whole, 300_000), (whole, 999_995), (huge, 2**64 - 40))]
        [300000, 1000000, 0]
    """
    holding, change = withdrawal(holding, amount, rules)
    return holding, max(negated(change), Fraction(0))


def withdrawal(holding: Holding, amount: Fraction, rules: Computation) -> tuple[Holding, Fraction]:
    """Return the holding after a withdrawal, and by what the total was to change."""
    if holding.shares == 0 or rules["SHARE-2"](holding) < amount:
        return holding, Fraction(0)
    after: tuple[Holding, Fraction] = rules["SHARE-4"](holding, negated(rules["SHARE-5"](amount)))
    return after


@rule("SHARE-8", since=239)
def is_worth_a_share(total: Fraction, denominator: Fraction, amount: Fraction, *, rules: Computation) -> bool:
    r"""A deposit must change shares.

    Statement: A deposit that a call is about to make MUST be tried beforehand: it counts as worth a share if it would
        change the shares at all ([SHARE-4](#share-4)), or if the pool has no denominator. It would not if it is 0, if
        the value of a share is 0 or $2^{64}$ or more ([SHARE-1](#share-1)), or if it is $2^{63}$ shares or more.
    Formula: $$ \left|\frac{u}{v}\right| \ge 2^{-64} $$
    Units: alpha rao (rao on root).
    Rounding: The quotient is that of [SHARE-4](#share-4); only the bound of $2^{63}$ shares may be met earlier by its
        error.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::sim_update_value_for_one`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `try_increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: Shares are left but nothing behind them: whoever came next would get none. An empty pool takes everybody.
        Where the value of a share is too large for its format, a deposit is refused.

        >>> pools = [(Fraction(0), Fraction(1)), (Fraction(0), Fraction(0)), (Fraction(10**15), Fraction(1, 2**40))]
        >>> [is_worth_a_share(*pool, Fraction(10**9), rules=Computation(239)) for pool in pools]
        [False, True, False]
    """
    return denominator == 0 or abs(shares_for(total, denominator, rules["SHARE-5"](amount), rules)) >= STEP


@rule("SHARE-8", since=244)
def is_worth_a_share_at_any_price(
    total: Fraction, denominator: Fraction, amount: Fraction, *, rules: Computation
) -> bool:
    r"""A deposit must change shares.

    Change: A deposit is no longer refused where the value of a share is too large for its format, because
        [SHARE-4](#share-4) now gives shares there too.
    Statement: A deposit that a call is about to make MUST be tried beforehand: it counts as worth a share if it would
        change the shares at all ([SHARE-4](#share-4)), or if the pool has no denominator. It would not if it is 0, if
        the total is 0, if it is worth less than $2^{-64}$ of a share, or if it is $2^{63}$ shares or more.
    Formula: $$ \left|\frac{u D}{V}\right| \ge 2^{-64} $$
    Units: alpha rao (rao on root).
    Rounding: The shares are those of [SHARE-4](#share-4), so that the bound of $2^{63}$ shares may be met earlier by
        their error. Where the value of a share is $2^{64}$ or more, a deposit that is worth less than $2^{-63}$ of a
        share may count as worth none.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::sim_update_value_for_one`,
        `SharePool::get_shares_per_update`; `pallets/subtensor/src/staking/stake_utils.rs`,
        `try_increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: 1 000 alpha among $2^{-40}$ shares that are worth 1 000 000 alpha: a thousandth of them more. Among
        $2^{-64}$ shares it is less than the smallest part.

        >>> denominators = Fraction(1, 2**40), Fraction(1, 2**64)
        >>> [is_worth_a_share_at_any_price(Fraction(10**15), denominator, Fraction(10**12), rules=Computation(244))
        ...     for denominator in denominators]
        [True, False]
    """
    signed = rules["SHARE-5"](amount)
    return denominator == 0 or abs(shares_at_any_share_price(total, denominator, signed, rules)) >= STEP
