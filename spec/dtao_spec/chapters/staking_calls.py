r"""The calls that stake and unstake.

What each call does with an amount, and when it is refused. The checks are made for the amount that the call
names, before anything moves. Two of them protect the pool: the trade must be possible, and not too small. A limit price
adds a third: the amount must not be above what the limit allows, or only the allowed part is traded.

**A stake, step by step.** `add_stake` with 10 000 000 000 rao, 10 TAO, on a subnet with 1 000 TAO and 4 000 alpha.

1. The checks of [STAKE-11](#stake-11) pass for the whole amount.
2. 10 000 000 000 rao leave the balance ([STATE-3](#state-3)); with less than 500 rao more in it, they would be fewer.
3. The fee of 50 000 rao is kept back, and 9 999 950 000 rao are swapped ([STAKE-4](#stake-4)).
4. The alpha reserve keeps $10^{12} \cdot 4 \cdot 10^{12} / (10^{12} + 9\,999\,950\,000)$, floored to 18 fraction bits:
   3 960 396 235 663.18 alpha rao ([POOL-1](#pool-1)).
5. The pool pays the rest of its 4 000 000 000 000 alpha rao, floored: 39 603 764 336 ([POOL-2](#pool-2)).
6. These become stake ([SHARE-6](#share-6)); in a share pool that is empty, as many shares. The fee follows the TAO into
   the pool, which now holds 1 010 000 000 000 rao ([STAKE-3](#stake-3)).

Each rule that refuses names the rejections in the order in which they are checked: the first that applies is the
answer.
"""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters import pools
from dtao_spec.chapters.shares import (
    Holding,  # noqa: F401  # for the examples
    stake_of,
)
from dtao_spec.chapters.staking import (
    FEE,
    MINIMUM_STAKE,
    Account,
    Ledger,  # noqa: F401  # for the examples
    small_nomination_cleared,
    staked,
    unstaked,
)
from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT
from dtao_spec.registry import rule


@rule("STAKE-9")
def add_stake(account: Account, amount: Fraction) -> Account:
    r"""The call add_stake.

    Statement: The call MUST withdraw the amount from the balance of the signer ([STATE-3](#state-3)) and stake what it
        got with the fee of 50 000 rao ([STAKE-4](#stake-4)). A balance of less than the amount and the existential
        deposit of 500 rao pays all but that deposit.
    Formula: $$ x = \min(\text{amount},\; b - 500), \qquad b' = b - x $$
    Units: rao.
    Rounding: as STAKE-4.
    Rejections: `BadOrigin` if nobody signed; then those of [STAKE-11](#stake-11), with the amount as its own maximum.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake`
    Example: 10 of 12 TAO staked at the price 0.25.

        >>> before = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), balance=Fraction(12 * 10**9))
        >>> after = add_stake(before, Fraction(10**10))
        >>> int(after.balance), int(stake_of(after.holding))
        (2000000000, 39603764336)
    """
    paid = min(amount, max(account.balance - EXISTENTIAL_DEPOSIT, Fraction(0)))
    ledger, holding, _ = staked(account.ledger, account.holding, paid, Fraction(FEE))
    return Account(ledger, holding, account.balance - paid)


@rule("STAKE-10")
def add_stake_limit(account: Account, amount: Fraction, maximum: Fraction | None) -> Account:
    r"""The call add_stake_limit.

    Statement: The call MUST do as [STAKE-9](#stake-9) with the lesser of the amount and what the limit price allows
        ([POOL-5](#pool-5)). Without leave to trade a part the checks see to it that this is the amount.
    Formula: $$ x = \min(\text{amount},\; x_{max}) $$
    Units: rao; None for a maximum without bound.
    Rounding: as POOL-5 and STAKE-4.
    Rejections: `BadOrigin` if nobody signed; then those of [STAKE-11](#stake-11), for the whole amount.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake_limit`
    Known violation: The part that is traded has no minimum. A limit at the price or below it succeeds with a part of 0
        and the event of a stake of nothing; a part below the fee is all fee. The maximum is for the TAO that enters the
        pool, but the fee is taken from it.
    Example: Of 10 TAO, 4 are allowed.

        >>> before = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), balance=Fraction(12 * 10**9))
        >>> int(add_stake_limit(before, Fraction(10**10), Fraction(4 * 10**9)).balance)
        8000000000
    """
    return add_stake(account, amount if maximum is None else min(amount, maximum))


@rule("STAKE-11")
def add_stake_rejection(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    allow_partial: bool,
    subnet_exists: bool = True,
    hotkey_exists: bool = True,
) -> str | None:
    r"""When stake cannot be added.

    Statement: The first of these that applies MUST be the rejection: there is no such subnet; the amount is less than
        550 000 rao, the minimum stake and the fee; it is above the maximum, and a part will not do; the account cannot
        pay the amount ([STATE-3](#state-3)); nobody owns the hotkey; the pool would not trade the whole amount, fee
        included.
    Units: rao.
    Rounding: none beyond that of POOL-5 in the maximum.
    Rejections: `SubnetNotExists`, `AmountTooLow`, `SlippageTooHigh`, `NotEnoughBalanceToStake`,
        `HotKeyAccountNotExists`, `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`
    Example: 1 rao less than the minimum; an amount that the balance does not hold; one that is right.

        >>> account = Account(Ledger(1, Fraction(10**12), Fraction(10**12)), balance=Fraction(10**9))
        >>> add_stake_rejection(account, Fraction(549_999), None, False)
        'AmountTooLow'
        >>> add_stake_rejection(account, Fraction(10**9 + 1), None, False)
        'NotEnoughBalanceToStake'
        >>> add_stake_rejection(account, Fraction(550_000), None, False) is None
        True
    """
    ledger = account.ledger
    if not subnet_exists:
        return "SubnetNotExists"
    if amount < MINIMUM_STAKE + FEE:
        return "AmountTooLow"
    if not allow_partial and maximum is not None and amount > maximum:
        return "SlippageTooHigh"
    if account.balance < amount:
        return "NotEnoughBalanceToStake"
    if not hotkey_exists:
        return "HotKeyAccountNotExists"
    if pools.alpha_for_tao(ledger.mechanism, ledger.tao, ledger.alpha_in, amount) is None:
        return "InsufficientLiquidity"
    return None


@rule("STAKE-12")
def remove_stake(account: Account, amount: Fraction, owns_hotkey: bool, minimum: Fraction) -> Account:
    r"""The call remove_stake.

    Statement: The call MUST unstake the amount with the fee of 50 000 rao ([STAKE-5](#stake-5)), pay what is due to the
        balance of the signer ([STATE-2](#state-2)), clear a small rest ([STAKE-6](#stake-6)), and drop the hotkey's
        pending children if its stake has become too small ([STAKE-15](#stake-15)).
    Formula: $$ b' = b + \max\left(\frac{T\,x}{A + x} - f,\; 0\right) $$
    Units: alpha rao in; rao out.
    Rounding: as STAKE-5 and STAKE-6.
    Rejections: `BadOrigin` if nobody signed; then those of [STAKE-14](#stake-14), with the amount as its own maximum.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake`
    Example: A quarter of a stake of 40 alpha is sold at a price of 0.25: 2.5 TAO, less slippage and fee.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> before = Account(pool, Holding(*(Fraction(40 * 10**9),) * 3))
        >>> after = remove_stake(before, Fraction(10 * 10**9), True, Fraction(0))
        >>> int(after.balance), int(stake_of(after.holding))
        (2493715586, 30000000000)
    """
    ledger, holding, due = unstaked(account.ledger, account.holding, amount, Fraction(FEE))
    return small_nomination_cleared(Account(ledger, holding, account.balance + due), owns_hotkey, minimum)


@rule("STAKE-13")
def remove_stake_limit(
    account: Account, amount: Fraction, maximum: Fraction | None, owns_hotkey: bool, minimum: Fraction
) -> Account:
    r"""The call remove_stake_limit.

    Statement: The call MUST do as [STAKE-12](#stake-12) with the lesser of the amount and what the limit price allows
        ([POOL-6](#pool-6)).
    Formula: $$ x = \min(\text{amount},\; x_{max}) $$
    Units: alpha rao; None for a maximum without bound.
    Rounding: as POOL-6 and STAKE-12.
    Rejections: `BadOrigin` if nobody signed; then those of [STAKE-14](#stake-14), for the whole amount.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake_limit`
    Known violation: The part that is sold has no minimum. A limit at the price or above it succeeds with a part of 0
        and the event of a sale of nothing; what a small part brings may be all fee.
    Example: Of 20 alpha, 10 are allowed.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> before = Account(pool, Holding(*(Fraction(40 * 10**9),) * 3))
        >>> int(remove_stake_limit(before, Fraction(20 * 10**9), Fraction(10**10), True, Fraction(0)).balance)
        2493715586
    """
    return remove_stake(account, amount if maximum is None else min(amount, maximum), owns_hotkey, minimum)


@rule("STAKE-14")
def remove_stake_rejection(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    allow_partial: bool,
    subnet_exists: bool = True,
    hotkey_exists: bool = True,
) -> str | None:
    r"""When stake cannot be removed.

    Statement: The first of these that applies MUST be the rejection: there is no such subnet; the pool would not trade
        the amount; the amount is worth 500 000 rao or less; it is above the maximum, and a part will not do; nobody
        owns the hotkey; the stake of the coldkey is less than the amount.
    Units: alpha rao.
    Rounding: none beyond those of POOL-4, POOL-6 and SHARE-2. The worth is floored to rao before it is compared, the
        stake too. An exact worth between 500 000 and 500 001 rao is therefore too low.
    Rejections: `SubnetNotExists`, `InsufficientLiquidity`, `AmountTooLow`, `SlippageTooHigh`, `HotKeyAccountNotExists`,
        `NotEnoughStakeToWithdraw`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_remove_stake`
    Example: On a stable subnet 500 000 are too little and 500 001 are enough.

        >>> account = Account(Ledger(0, Fraction(10**12), Fraction(10**12)), Holding(*(Fraction(10**9),) * 3))
        >>> remove_stake_rejection(account, Fraction(500_000), None, False)
        'AmountTooLow'
        >>> remove_stake_rejection(account, Fraction(500_001), None, False) is None
        True
        >>> remove_stake_rejection(account, Fraction(10**9 + 1), None, False)
        'NotEnoughStakeToWithdraw'
    """
    ledger = account.ledger
    if not subnet_exists:
        return "SubnetNotExists"
    worth = pools.tao_for_alpha(ledger.mechanism, ledger.tao, ledger.alpha_in, amount)
    if worth is None:
        return "InsufficientLiquidity"
    if worth <= MINIMUM_STAKE:
        return "AmountTooLow"
    if not allow_partial and maximum is not None and amount > maximum:
        return "SlippageTooHigh"
    if not hotkey_exists:
        return "HotKeyAccountNotExists"
    if stake_of(account.holding) < amount:
        return "NotEnoughStakeToWithdraw"
    return None


@rule("STAKE-15")
def pending_children_stay(total_stake: Fraction, threshold: Fraction) -> bool:
    r"""Pending children of a poor hotkey.

    Statement: After `remove_stake` and `remove_stake_limit`, and after no other call, the pending children of the
        hotkey MUST be dropped on all existing networks if its total stake ([STAKE-7](#stake-7)) is below
        `StakeThreshold`. Children that are in force stay.
    Formula: $$ S_h \ge S_{min} $$
    Units: rao.
    Rounding: The total is that of STAKE-7, floored, so that one just above the threshold may count as below it.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake`, `do_remove_stake_limit`
    Example: The threshold itself is enough.

        >>> pending_children_stay(Fraction(999), Fraction(1_000))
        False
        >>> pending_children_stay(Fraction(1_000), Fraction(1_000))
        True
    """
    return total_stake >= threshold


@rule("STAKE-16")
def unstake_all(
    accounts: Sequence[Account], balance: Fraction, owns_hotkey: bool, minimum: Fraction
) -> tuple[list[Account], Fraction]:
    r"""The call unstake_all.

    Statement: On every existing network where the signer has stake on the hotkey, root included, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it with the fee of 50 000 rao, pay what is due to the balance,
        and clear a small rest ([STAKE-6](#stake-6)).
    Formula: $$ b' = b + \sum_i \max(y_i - f,\; 0) $$
    Units: rao.
    Rounding: as STAKE-5, on every network. What is unstaked is the floored stake; a fraction of a share may remain.
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all`
    Known violation: Nothing is checked but the hotkey. Stake worth less than the fee is all fee, and where the pool
        does not trade the stake is gone and nothing is paid.
    Example: 1 TAO on root and 4 alpha at a price of 0.25.

        >>> root = Account(Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> subnet = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), Holding(*(Fraction(4 * 10**9),) * 3))
        >>> after, balance = unstake_all([root, subnet], Fraction(0), True, Fraction(0))
        >>> int(balance)
        1998900999
    """
    after = []
    for account in accounts:
        stake = stake_of(account.holding)
        if stake > 0:
            account = remove_stake(evolve(account, balance=balance), stake, owns_hotkey, minimum)
            balance = account.balance
        after.append(account)
    return after, balance


@rule("STAKE-17")
def unstake_all_alpha(root: Account, accounts: Sequence[Account]) -> tuple[Account, list[Account]]:
    r"""The call unstake_all_alpha.

    Statement: On every existing network but root where the signer has stake on the hotkey, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it with the fee of 50 000 rao, and clear a small rest
        ([STAKE-6](#stake-6)), which goes to the balance. It MUST then stake the sum on root on the same hotkey, without
        a fee.
    Formula: $$ x_{root}' = x_{root} + \sum_{i \ne root} \max(y_i - f,\; 0) $$
    Units: rao.
    Rounding: as STAKE-5, on every network; on root 1 : 1.
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all_alpha`
    Known violation: as [STAKE-16](#stake-16). Even a sum of 0 makes the event of STAKE-4.
    Example: 4 alpha at a price of 0.25 become 0.998950999 TAO on root.

        >>> subnet = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), Holding(*(Fraction(4 * 10**9),) * 3))
        >>> root, _ = unstake_all_alpha(Account(Ledger(0, Fraction(10**12), Fraction(10**12))), [subnet])
        >>> int(stake_of(root.holding))
        998950999
    """
    after, total, stake = [], Fraction(0), root.ledger.total_stake
    for account in accounts:
        held = stake_of(account.holding)
        if held > 0:
            ledger = evolve(account.ledger, total_stake=stake)
            ledger, holding, due = unstaked(ledger, account.holding, held, Fraction(FEE))
            account, total, stake = Account(ledger, holding, account.balance), total + due, ledger.total_stake
        after.append(account)
    ledger, holding, _ = staked(evolve(root.ledger, total_stake=stake), root.holding, total, Fraction(0))
    return Account(ledger, holding, root.balance), after
