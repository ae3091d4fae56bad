"""The calls that remove stake."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.shares.holding import Holding  # noqa: F401  # for the examples
from dtao_spec.chapters.staking.trades import (
    MIN_STAKE,
    Account,
    Ledger,  # noqa: F401  # for the examples
)
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.staking_calls"


@rule("STAKE-12")
def remove_stake(
    account: Account,
    amount: Fraction,
    fee: Fraction,
    owns_hotkey: bool,
    minimum: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> Account:
    r"""The call remove_stake.

    Statement: The call MUST unstake the amount ([STAKE-5](#stake-5)) with the fee of [STAKE-19](#stake-19) for it,
        computed before the sale; pay what is due to the balance of the signer; clear a small
        nomination that is left ([STAKE-6](#stake-6)); and drop the hotkey's pending children if its stake has become
        too small ([STAKE-15](#stake-15)).
    Formula: $$ b' = b + \max\left(\frac{T\,x}{A + x} - f,\; 0\right) $$
    Units: alpha rao in; rao out.
    Rounding: as [STAKE-5](#stake-5), [STAKE-6](#stake-6) and [STAKE-19](#stake-19).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-22](#stake-22); then those of [STAKE-14](#stake-14), with
        the amount as its own maximum.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake`
    Example: A quarter of a stake of 40 alpha is sold at a price of 0.25: 2.5 TAO, less slippage and a fee of 50 000
        rao.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> before = Account(pool, Holding(*(Fraction(40 * 10**9),) * 3))
        >>> after = remove_stake(before, Fraction(10 * 10**9), Fraction(50_000), True, Fraction(0))
        >>> int(after.balance), int(after.holding.total)
        (2493715586, 30000000000)
    """
    ledger, holding, due, *_ = rules["STAKE-5"](account.ledger, account.holding, amount, fee)
    after: Account = rules["STAKE-6"](Account(ledger, holding, account.balance + due), owns_hotkey, minimum)
    return after


@rule("STAKE-12", since=320)
def remove_stake_at_most(
    account: Account,
    amount: Fraction,
    fee: Fraction,
    owns_hotkey: bool,
    minimum: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> Account:
    r"""The call remove_stake.

    Change: What is removed is at most what is staked, where more had been refused: a fee may have been taken out of the
        stake before the call is applied.
    Statement: The call MUST unstake the amount, or all of the stake if that is less ([STAKE-5](#stake-5)), with the fee
        of [STAKE-19](#stake-19) for it, computed before the sale; pay what is due to the balance of the signer;
        clear a small nomination that is left ([STAKE-6](#stake-6)); and drop the hotkey's
        pending children if its stake has become too small ([STAKE-15](#stake-15)).
    Formula: $$ b' = b + \max\left(\frac{T\,x}{A + x} - f,\; 0\right) $$
    Units: alpha rao in; rao out.
    Rounding: as [STAKE-5](#stake-5), [STAKE-6](#stake-6) and [STAKE-19](#stake-19).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-22](#stake-22); then those of [STAKE-14](#stake-14), with
        what is removed as its own maximum.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake`
    Example: A quarter of a stake of 40 alpha is sold at a price of 0.25: 2.5 TAO, less slippage and a fee of 50 000
        rao.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> before = Account(pool, Holding(*(Fraction(40 * 10**9),) * 3))
        >>> after = remove_stake_at_most(before, Fraction(10 * 10**9), Fraction(50_000), True, Fraction(0))
        >>> int(after.balance), int(after.holding.total)
        (2493715586, 30000000000)
    """
    held = rules["SHARE-2"](account.holding)
    ledger, holding, due, *_ = rules["STAKE-5"](account.ledger, account.holding, min(amount, held), fee)
    after: Account = rules["STAKE-6"](Account(ledger, holding, account.balance + due), owns_hotkey, minimum)
    return after


@rule("STAKE-13")
def remove_stake_limit(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    fee: Fraction,
    owns_hotkey: bool,
    minimum: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> Account:
    r"""The call remove_stake_limit.

    Statement: The call MUST do as [STAKE-12](#stake-12) with the lesser of the amount and what the limit price allows
        ([POOL-6](#pool-6)), but with the fee for the whole amount.
    Formula: $$ x = \min(\text{amount},\; x_{max}), \qquad f = f(\text{amount}) $$
    Units: alpha rao; None for a maximum without bound.
    Rounding: as [POOL-6](#pool-6) and [STAKE-12](#stake-12).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-23](#stake-23) for what the limit allows; then those of
        [STAKE-14](#stake-14), for the whole amount.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake_limit`
    Known violation: The part that is sold has no minimum; what a small part brings may be all fee.
    Example: Of 20 alpha, 10 are allowed.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> before, fee = Account(pool, Holding(*(Fraction(40 * 10**9),) * 3)), Fraction(50_000)
        >>> int(remove_stake_limit(before, Fraction(20 * 10**9), Fraction(10**10), fee, True, Fraction(0)).balance)
        2493715586
    """
    part = amount if maximum is None else min(amount, maximum)
    return remove_stake(account, part, fee, owns_hotkey, minimum, rules=rules)


@rule("STAKE-14")
def remove_stake_rejection(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    allow_partial: bool,
    subnet_exists: bool = True,
    hotkey_exists: bool = True,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> str | None:
    r"""Rejections of removed stake.

    Statement: The first of these that applies MUST be the rejection: there is no such subnet; the pool would not trade
        the amount; the amount is worth 500 000 rao or less; it is above the maximum, and a part will not do; nobody
        owns the hotkey; the stake of the coldkey ([SHARE-2](#share-2)) is less than the amount.
    Units: alpha rao.
    Rounding: none beyond those of [POOL-4](#pool-4), [POOL-6](#pool-6) and [SHARE-2](#share-2). The worth is floored to
        rao before it is compared, the stake too. An exact worth between 500 000 and 500 001 rao is therefore too low.
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
    worth = rules["POOL-4"](ledger.mechanism, ledger.tao, ledger.alpha_in, amount)
    if worth is None:
        return "InsufficientLiquidity"
    if worth <= MIN_STAKE:
        return "AmountTooLow"
    if not allow_partial and maximum is not None and amount > maximum:
        return "SlippageTooHigh"
    if not hotkey_exists:
        return "HotKeyAccountNotExists"
    if rules["SHARE-2"](account.holding) < amount:
        return "NotEnoughStakeToWithdraw"
    return None


@rule("STAKE-15")
def pending_children_stay(total_stake: Fraction, threshold: Fraction) -> bool:
    r"""Dropping pending children below the threshold.

    Statement: After `remove_stake` and `remove_stake_limit`, and after no other call, the pending children of the
        hotkey MUST be dropped on all existing networks if its total stake ([STAKE-7](#stake-7)) is below
        `StakeThreshold`. Children that are in force stay.
    Formula: $$ S_h \ge S_{min} $$
    Units: rao.
    Rounding: none but that of the total ([STAKE-7](#stake-7)), so that one just above the threshold may count as below
        it.
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
    accounts: Sequence[tuple[Account, Fraction]],
    balance: Fraction,
    owns_hotkey: bool,
    minimum: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> tuple[list[Account], Fraction]:
    r"""The call unstake_all.

    Statement: On every existing network where the signer has stake on the hotkey, root included, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it with the fee of [STAKE-19](#stake-19) for it, pay what is
        due to the balance, and clear a small nomination that is left ([STAKE-6](#stake-6)).
    Formula: $$ b' = b + \sum_i \max(y_i - f_i,\; 0) $$
    Units: rao; each account comes with its fee.
    Rounding: as [STAKE-5](#stake-5) and [STAKE-19](#stake-19), on every network. What is unstaked is the floored stake
        ([SHARE-2](#share-2)).
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all`
    Known violation: Nothing is checked but the hotkey. Stake worth less than the fee is all fee, and where the pool
        does not trade the stake is gone and nothing is paid.
    Example: 1 TAO on root and 4 alpha at a price of 0.25, for 50 000 rao each.

        >>> root = Account(Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> subnet = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), Holding(*(Fraction(4 * 10**9),) * 3))
        >>> with_fees = [(account, Fraction(50_000)) for account in (root, subnet)]
        >>> int(unstake_all(with_fees, Fraction(0), True, Fraction(0))[1])
        1998900999
    """
    after = []
    for account, fee in accounts:
        stake = rules["SHARE-2"](account.holding)
        if stake > 0:
            account = remove_stake(evolve(account, balance=balance), stake, fee, owns_hotkey, minimum, rules=rules)
            balance = account.balance
        after.append(account)
    return after, balance


@rule("STAKE-16", since=261)
def unstake_all_removable(
    accounts: Sequence[tuple[Account, Fraction]],
    balance: Fraction,
    owns_hotkey: bool,
    minimum: Fraction,
    *,
    rules: Computation,
) -> tuple[list[Account], Fraction]:
    r"""The call unstake_all.

    Change: Networks are passed over where the stake could not be removed by `remove_stake`; it had been lost to the fee
        or to a pool that does not trade.
    Statement: On every existing network where the signer has stake on the hotkey, root included, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it with the fee of [STAKE-19](#stake-19) for it, pay what is
        due to the balance, and clear a small nomination that is left ([STAKE-6](#stake-6)). It MUST pass over a network
        where [STAKE-22](#stake-22) or [STAKE-14](#stake-14) would refuse to remove that stake. It succeeds even if it
        passes over all.
    Formula: $$ b' = b + \sum_i \max(y_i - f_i,\; 0) $$
    Units: rao; each account comes with its fee.
    Rounding: as [STAKE-5](#stake-5), [STAKE-14](#stake-14) and [STAKE-19](#stake-19), on every network. What is
        unstaked is the floored stake ([SHARE-2](#share-2)).
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all`
    Example: 500 000 rao on root are too little to be removed and stay; 500 001 leave, and pay the fee.

        >>> root = Ledger(0, Fraction(10**12), Fraction(0))
        >>> [int(unstake_all_removable([(Account(root, Holding(*(Fraction(held),) * 3)), Fraction(50_000))],
        ...     Fraction(0), True, Fraction(0), rules=Computation(261))[1]) for held in (500_000, 500_001)]
        [0, 450001]
    """
    after = []
    for account, fee in accounts:
        if is_removable(account, rules):
            ((account,), balance) = unstake_all([(account, fee)], balance, owns_hotkey, minimum, rules=rules)
        after.append(account)
    return after, balance


def is_removable(account: Account, rules: Computation, is_enabled: bool = True) -> bool:
    """Return whether `remove_stake` would remove all the stake; ``is_enabled`` says whether the subtoken is."""
    stake = rules["SHARE-2"](account.holding)
    refused = rules["STAKE-22"]("unstake_all", is_enabled) or rules["STAKE-14"](account, stake, None, False)
    return refused is None


@rule("STAKE-17")
def unstake_all_alpha(
    root: Account, accounts: Sequence[tuple[Account, Fraction]], *, rules: Computation = EXACT_LAUNCH
) -> tuple[Account, list[Account]]:
    r"""The call unstake_all_alpha.

    Statement: On every existing network but root where the signer has stake on the hotkey, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it with the fee of [STAKE-19](#stake-19) for it, and clear a
        small nomination that is left ([STAKE-6](#stake-6)), which goes to the balance. It MUST then stake the sum on
        root on the same hotkey, without a fee.
    Formula: $$ x_{root}' = x_{root} + \sum_{i \ne root} \max(y_i - f_i,\; 0) $$
    Units: rao; each account comes with its fee.
    Rounding: as [STAKE-5](#stake-5) and [STAKE-19](#stake-19), on every network; on root 1 : 1.
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all_alpha`
    Known violation: Nothing is checked but the hotkey. Stake worth less than the fee is all fee, and where the pool
        does not trade the stake is gone and nothing is paid. Even a sum of 0 makes the event of [STAKE-4](#stake-4).
    Example: 4 alpha at a price of 0.25, for 50 000 rao, become 0.998950999 TAO on root.

        >>> subnet = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), Holding(*(Fraction(4 * 10**9),) * 3))
        >>> root = Account(Ledger(0, Fraction(10**12), Fraction(10**12)))
        >>> int(unstake_all_alpha(root, [(subnet, Fraction(50_000))])[0].holding.total)
        998950999
    """
    after, total, stake = [], Fraction(0), root.ledger.total_stake
    for account, fee in accounts:
        held = rules["SHARE-2"](account.holding)
        if held > 0:
            ledger = evolve(account.ledger, total_stake=stake)
            ledger, holding, due, *_ = rules["STAKE-5"](ledger, account.holding, held, fee)
            account, total, stake = Account(ledger, holding, account.balance), total + due, ledger.total_stake
        after.append(account)
    ledger, holding, *_ = rules["STAKE-4"](evolve(root.ledger, total_stake=stake), root.holding, total, Fraction(0))
    return Account(ledger, holding, root.balance), after


@rule("STAKE-17", since=261)
def unstake_all_removable_alpha(
    root: Account, accounts: Sequence[tuple[Account, Fraction]], *, rules: Computation
) -> tuple[Account, list[Account]]:
    r"""The call unstake_all_alpha.

    Change: Networks are passed over where the stake could not be removed by `remove_stake`; it had been lost to the fee
        or to a pool that does not trade.
    Statement: On every existing network but root where the signer has stake on the hotkey, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it with the fee of [STAKE-19](#stake-19) for it, and clear a
        small nomination that is left ([STAKE-6](#stake-6)), which goes to the balance. It MUST pass over a network
        where [STAKE-22](#stake-22) or [STAKE-14](#stake-14) would refuse to remove that stake. It MUST then stake the
        sum on root on the same hotkey, without a fee.
    Formula: $$ x_{root}' = x_{root} + \sum_{i \ne root} \max(y_i - f_i,\; 0) $$
    Units: rao; each account comes with its fee.
    Rounding: as [STAKE-5](#stake-5), [STAKE-14](#stake-14) and [STAKE-19](#stake-19), on every network; on root 1 : 1.
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all_alpha`
    Known violation: Even a sum of 0 makes the event of [STAKE-4](#stake-4).
    Example: 4 alpha at a price of 0.25, for 50 000 rao; and 1 alpha at a price of 0.0001, which stays.

        >>> pools = [Ledger(1, Fraction(10**12), Fraction(alpha * 10**12)) for alpha in (4, 10_000)]
        >>> held = [Holding(*(Fraction(alpha * 10**9),) * 3) for alpha in (4, 1)]
        >>> accounts = [(Account(*one), Fraction(50_000)) for one in zip(pools, held)]
        >>> root = Account(Ledger(0, Fraction(10**12), Fraction(10**12)))
        >>> root, after = unstake_all_removable_alpha(root, accounts, rules=Computation(261))
        >>> int(root.holding.total), [int(account.holding.total) for account in after]
        (998950999, [0, 1000000000])
    """
    removable = [is_removable(account, rules) for account, _ in accounts]
    root, sold = unstake_all_alpha(
        root, [one for one, is_sold in zip(accounts, removable, strict=True) if is_sold], rules=rules
    )
    rest = iter(sold)
    return root, [next(rest) if is_sold else account for (account, _), is_sold in zip(accounts, removable, strict=True)]
