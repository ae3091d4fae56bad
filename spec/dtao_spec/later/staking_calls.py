"""The calls that stake and unstake in later versions."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters import pools, staking_calls
from dtao_spec.chapters.shares import Holding
from dtao_spec.chapters.staking import (
    FEE,
    Account,
    Ledger,  # noqa: F401  # for the examples
)
from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT
from dtao_spec.later.shares import is_worth_a_share, is_worth_few_shares, stake_of_few_shares
from dtao_spec.later.staking import record_delegate, staked, unstaked
from dtao_spec.later.tokens import zero_maximum
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.staking_calls"
Worth = Callable[[Fraction, Fraction, int | Fraction], bool]


@rule("STAKE-9", since=273)
def add_stake(account: Account, amount: Fraction, is_enabled: bool = True) -> Account | str:
    r"""Only where the token is enabled.

    Statement: As before, but the call MUST be rejected if the token of the subnet is not enabled
        ([STAKE-22](#stake-22)), before anything else is checked.
    Units: rao.
    Rounding: as STAKE-4.
    Rejections: `BadOrigin` if nobody signed; `SubtokenDisabled`; then those of [STAKE-11](#stake-11), with the amount
        as its own maximum.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake`
    Example: A subnet that does not exist has no enabled token either.

        >>> add_stake(Account(Ledger(1, Fraction(10**12), Fraction(10**12))), Fraction(10**9), is_enabled=False)
        'SubtokenDisabled'
    """
    return paid_in(account, amount) if is_enabled else "SubtokenDisabled"


def paid_in(account: Account, amount: Fraction) -> Account:
    """Return the account after the amount, or all but the existential deposit, became stake."""
    paid = min(amount, max(account.balance - EXISTENTIAL_DEPOSIT, Fraction(0)))
    ledger, holding, _ = staked(account.ledger, account.holding, paid, Fraction(FEE))
    return Account(ledger, holding, account.balance - paid)


@rule("STAKE-10", since=244)
def delegates_after_limit(
    delegates: Mapping[str, int], owner: str, coldkey: str, hotkey: str, rejection: str | None
) -> dict[str, int]:
    r"""The hotkey becomes a delegate.

    Statement: As before, but once all checks have passed, and before the balance pays, [STAKE-20](#stake-20) MUST be
        applied to the signer and the hotkey, also if the limit allows nothing.
    Units: parts of 65 535.
    Rounding: none.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake_limit`
    Example: bob stakes on alice's hotkey; then he has too little for it.

        >>> delegates_after_limit({}, "alice", "bob", "h", None)
        {'h': 11796}
        >>> delegates_after_limit({}, "alice", "bob", "h", "NotEnoughBalanceToStake")
        {}
    """
    return record_delegate(delegates, owner, coldkey, hotkey) if rejection is None else dict(delegates)


@rule("STAKE-10", since=273)
def add_stake_limit_rejection(maximum: Fraction | None, checked: str | None) -> str | None:
    r"""A limit must allow something.

    Statement: As before, but the call MUST be rejected if the limit allows nothing ([STAKE-23](#stake-23)), before
        anything else is checked.
    Units: rao; None for a maximum without bound.
    Rounding: as STAKE-23.
    Rejections: `BadOrigin` if nobody signed; `ZeroMaxStakeAmount`; then those of [STAKE-11](#stake-11), for the whole
        amount.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake_limit`, `get_max_amount_add`
    Known violation: The part that is traded still has no minimum: 1 rao may be all that is allowed, and is all fee.
    Example: At a limit that allows nothing even the amount does not matter.

        >>> add_stake_limit_rejection(Fraction(0), "AmountTooLow"), add_stake_limit_rejection(None, "AmountTooLow")
        ('ZeroMaxStakeAmount', 'AmountTooLow')
    """
    return zero_maximum(maximum) or checked


@rule("STAKE-11", since=239)
def add_stake_rejection(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    allow_partial: bool,
    subnet_exists: bool = True,
    hotkey_exists: bool = True,
    *,
    is_worth: Worth = is_worth_a_share,
) -> str | None:
    r"""Stake must be worth a share.

    Statement: As before, and last of all the alpha that the whole amount would buy, fee included, MUST be worth a share
        of the stake on the hotkey ([SHARE-8](#share-8)).
    Units: rao.
    Rounding: as before, and as POOL-3 and SHARE-8: the alpha is a whole number, so that less than 1 alpha rao is worth
        no share.
    Rejections: `SubnetNotExists`, `AmountTooLow`, `SlippageTooHigh`, `NotEnoughBalanceToStake`,
        `HotKeyAccountNotExists`, `InsufficientLiquidity` for the pool, `InsufficientLiquidity` for the shares.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`
    Example: Shares with nothing behind them would have swallowed the stake.

        >>> stable = Ledger(0, Fraction(10**12), Fraction(10**12))
        >>> account = Account(stable, Holding(Fraction(0), Fraction(1), Fraction(0)), Fraction(10**9))
        >>> add_stake_rejection(account, Fraction(10**9), None, False)
        'InsufficientLiquidity'
        >>> add_stake_rejection(evolve(account, holding=Holding()), Fraction(10**9), None, False) is None
        True
    """
    checked = staking_calls.add_stake_rejection(account, amount, maximum, allow_partial, subnet_exists, hotkey_exists)
    if checked is not None:
        return checked
    ledger, holding = account.ledger, account.holding
    alpha = pools.alpha_for_tao(ledger.mechanism, ledger.tao, ledger.alpha_in, amount) or Fraction(0)
    return None if is_worth(holding.total, holding.denominator, alpha) else "InsufficientLiquidity"


@rule("STAKE-11", since=277)
def add_stake_rejection_by_token(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    allow_partial: bool,
    subnet_exists: bool = True,
    hotkey_exists: bool = True,
    is_enabled: bool = True,
) -> str | None:
    r"""The token is asked for in second place.

    Statement: As before, but the token of the subnet MUST be enabled ([STAKE-22](#stake-22)), which is checked right
        after the subnet's existence. `add_stake` has asked already ([STAKE-9](#stake-9)); for `add_stake_limit` it is
        new.
    Units: rao.
    Rounding: as before.
    Rejections: `SubnetNotExists`, `SubtokenDisabled`, `AmountTooLow`, `SlippageTooHigh`, `NotEnoughBalanceToStake`,
        `HotKeyAccountNotExists`, `InsufficientLiquidity` for the pool, `InsufficientLiquidity` for the shares.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`
    Example: The amount is too low, but that is not what is said.

        >>> account = Account(Ledger(1, Fraction(10**12), Fraction(10**12)))
        >>> [add_stake_rejection_by_token(account, Fraction(1), None, False, is_enabled=on) for on in (False, True)]
        ['SubtokenDisabled', 'AmountTooLow']
    """
    if subnet_exists and not is_enabled:
        return "SubtokenDisabled"
    return add_stake_rejection(
        account, amount, maximum, allow_partial, subnet_exists, hotkey_exists, is_worth=is_worth_few_shares
    )


@rule("STAKE-12", since=252)
def remove_stake(account: Account, amount: Fraction, fee: Fraction, owns_hotkey: bool, minimum: Fraction) -> Account:
    r"""The fee for unstaking.

    Statement: As before, with the fee of [STAKE-19](#stake-19) for the amount, as the state before the sale tells it.
        Clearing a small rest stays free.
    Formula: $$ b' = b + \max\left(\frac{T\,x'}{A + x'} - f,\; 0\right) $$
    Units: alpha rao in; rao out.
    Rounding: as STAKE-5, STAKE-6 and STAKE-19.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake`
    Example: The sale of the launch's example, with a fee of 0.005 TAO.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> before = Account(pool, Holding(*(Fraction(40 * 10**9),) * 3))
        >>> after = remove_stake(before, Fraction(10 * 10**9), Fraction(5_000_000), True, Fraction(0))
        >>> int(after.balance), int(stake_of_few_shares(after.holding))
        (2488765586, 30000000000)
    """
    ledger, holding, due = unstaked(account.ledger, account.holding, amount, fee)
    account = Account(ledger, holding, account.balance + due)
    rest = stake_of_few_shares(holding)
    if owns_hotkey or rest >= minimum:
        return account
    ledger, holding, paid = unstaked(account.ledger, account.holding, rest, Fraction(0))
    return Account(ledger, holding, account.balance + paid)


@rule("STAKE-12", since=273)
def remove_stake_rejection(checked: str | None, is_enabled: bool) -> str | None:
    r"""Only where the token is enabled.

    Statement: As before, but the call MUST be rejected if the token of the subnet is not enabled
        ([STAKE-22](#stake-22)), before anything else is checked.
    Units: alpha rao.
    Rounding: as before.
    Rejections: `BadOrigin` if nobody signed; `SubtokenDisabled`; then those of [STAKE-14](#stake-14), with the amount
        as its own maximum.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake`
    Example: A subnet that does not exist.

        >>> remove_stake_rejection("SubnetNotExists", False), remove_stake_rejection(None, True) is None
        ('SubtokenDisabled', True)
    """
    return checked if is_enabled else "SubtokenDisabled"


@rule("STAKE-13", since=252)
def remove_stake_limit(
    account: Account, amount: Fraction, maximum: Fraction | None, fee: Fraction, owns_hotkey: bool, minimum: Fraction
) -> Account:
    r"""The fee for the whole amount.

    Statement: As before, with the fee of [STAKE-19](#stake-19) for the whole amount of the call, even if only a part is
        sold.
    Formula: $$ x = \min(\text{amount},\; x_{max}), \qquad f = f(\text{amount}) $$
    Units: alpha rao; None for a maximum without bound.
    Rounding: as POOL-6 and STAKE-12.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake_limit`
    Known violation: Whoever sells a small part of a large amount pays the fee of all. What the part brings may be all
        fee.
    Example: 10 of 20 alpha are allowed, and bring 2.49 TAO less a fee for 20.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> before = Account(pool, Holding(*(Fraction(40 * 10**9),) * 3))
        >>> amount, fee = Fraction(20 * 10**9), Fraction(10_000_000)
        >>> int(remove_stake_limit(before, amount, Fraction(10**10), fee, True, Fraction(0)).balance)
        2483765586
    """
    return remove_stake(account, amount if maximum is None else min(amount, maximum), fee, owns_hotkey, minimum)


@rule("STAKE-13", since=273)
def remove_stake_limit_rejection(maximum: Fraction | None, checked: str | None) -> str | None:
    r"""A limit must allow something.

    Statement: As before, but the call MUST be rejected if the limit allows nothing ([STAKE-23](#stake-23)), before
        anything else is checked.
    Units: alpha rao; None for a maximum without bound.
    Rounding: as STAKE-23.
    Rejections: `BadOrigin` if nobody signed; `ZeroMaxStakeAmount`; then those of [STAKE-14](#stake-14), for the whole
        amount.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake_limit`, `get_max_amount_remove`
    Known violation: The token need not be enabled, as [STAKE-12](#stake-12) demands it. The part that is sold still has
        no minimum.
    Example: A limit above the price, on a subnet that does not exist.

        >>> remove_stake_limit_rejection(Fraction(0), "SubnetNotExists")
        'ZeroMaxStakeAmount'
    """
    return zero_maximum(maximum) or checked


@rule("STAKE-16", since=252)
def unstake_all(
    accounts: Sequence[tuple[Account, Fraction]], balance: Fraction, owns_hotkey: bool, minimum: Fraction
) -> tuple[list[Account], Fraction]:
    r"""A fee for each network.

    Statement: As before, on each network with the fee of [STAKE-19](#stake-19) for all of the stake there.
    Formula: $$ b' = b + \sum_i \max(y_i - f_i,\; 0) $$
    Units: rao; each account comes with its fee.
    Rounding: as STAKE-12, on every network. What is unstaked is the floored stake, with its rest of shares
        ([SHARE-9](#share-9)).
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all`
    Known violation: Still nothing is checked but the hotkey.
    Example: 1 TAO on root and 4 alpha at a price of 0.25, the latter for 0.01 TAO.

        >>> root = Account(Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> subnet = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), Holding(*(Fraction(4 * 10**9),) * 3))
        >>> with_fees = [(root, Fraction(50_000)), (subnet, Fraction(10_000_000))]
        >>> int(unstake_all(with_fees, Fraction(0), True, Fraction(0))[1])
        1988950999
    """
    after = []
    for account, fee in accounts:
        stake = stake_of_few_shares(account.holding)
        if stake > 0:
            account = remove_stake(evolve(account, balance=balance), stake, fee, owns_hotkey, minimum)
            balance = account.balance
        after.append(account)
    return after, balance


@rule("STAKE-16", since=261)
def is_unstaked(account: Account, hotkey_exists: bool = True) -> bool:
    r"""What could not be removed stays.

    Statement: As before, but a network MUST be passed over where `remove_stake` of all the stake would be refused by
        [STAKE-14](#stake-14). The call succeeds even if it passes over all.
    Units: alpha rao.
    Rounding: as STAKE-14.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all`
    Example: 500 000 rao on root are too little to be removed and stay; 500 001 leave, and pay the fee.

        >>> root = Ledger(0, Fraction(10**12), Fraction(0))
        >>> [is_unstaked(Account(root, Holding(*(Fraction(held),) * 3))) for held in (500_000, 500_001)]
        [False, True]
    """
    stake = stake_of_few_shares(account.holding)
    plain = evolve(account, holding=Holding(stake, stake, stake))
    return staking_calls.remove_stake_rejection(plain, stake, None, False, True, hotkey_exists) is None


@rule("STAKE-16", since=273)
def is_unstaked_by_token(account: Account, is_enabled: bool) -> bool:
    r"""What has no enabled token stays.

    Statement: As before, but a network whose token is not enabled ([STAKE-22](#stake-22)) MUST be passed over too.
    Units: alpha rao.
    Rounding: as before.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all`
    Example: The same stake, with and without an enabled token.

        >>> account = Account(Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> is_unstaked_by_token(account, True), is_unstaked_by_token(account, False)
        (True, False)
    """
    return is_enabled and is_unstaked(account)


@rule("STAKE-17", since=252)
def unstake_all_alpha(root: Account, accounts: Sequence[tuple[Account, Fraction]]) -> tuple[Account, list[Account]]:
    r"""A fee for each network.

    Statement: As before, on each network with the fee of [STAKE-19](#stake-19) for all of the stake there. To stake the
        sum on root stays free.
    Formula: $$ x_{root}' = x_{root} + \sum_{i \ne root} \max(y_i - f_i,\; 0) $$
    Units: rao; each account comes with its fee.
    Rounding: as STAKE-16, on every network; on root 1 : 1.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all_alpha`
    Known violation: as [STAKE-16](#stake-16). Even a sum of 0 makes the event of STAKE-4.
    Example: 4 alpha at a price of 0.25, for a fee of 0.01 TAO.

        >>> subnet = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), Holding(*(Fraction(4 * 10**9),) * 3))
        >>> root = Account(Ledger(0, Fraction(10**12), Fraction(10**12)))
        >>> int(stake_of_few_shares(unstake_all_alpha(root, [(subnet, Fraction(10_000_000))])[0].holding))
        989000999
    """
    after, total, stake = [], Fraction(0), root.ledger.total_stake
    for account, fee in accounts:
        held = stake_of_few_shares(account.holding)
        if held > 0:
            ledger, holding, due = unstaked(evolve(account.ledger, total_stake=stake), account.holding, held, fee)
            account, total, stake = Account(ledger, holding, account.balance), total + due, ledger.total_stake
        after.append(account)
    ledger, holding, _ = staked(evolve(root.ledger, total_stake=stake), root.holding, total, Fraction(0))
    return Account(ledger, holding, root.balance), after


@rule("STAKE-17", since=261)
def alpha_is_unstaked(account: Account, is_root: bool) -> bool:
    r"""What could not be removed stays.

    Statement: As before, but a network MUST be passed over where [STAKE-16](#stake-16) passes over it.
    Units: alpha rao.
    Rounding: as STAKE-14.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all_alpha`
    Known violation: Even a sum of 0 makes the event of STAKE-4.
    Example: What is staked on root stays there in any case.

        >>> account = Account(Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> alpha_is_unstaked(account, is_root=True), alpha_is_unstaked(account, is_root=False)
        (False, True)
    """
    return not is_root and is_unstaked(account)


@rule("STAKE-17", since=273)
def alpha_is_unstaked_by_token(account: Account, is_root: bool, is_enabled: bool) -> bool:
    r"""What has no enabled token stays.

    Statement: As before, but a network whose token is not enabled ([STAKE-22](#stake-22)) MUST be passed over too. The
        token of root is not asked for when the sum is staked there.
    Units: alpha rao.
    Rounding: as before.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all_alpha`
    Known violation: Even a sum of 0 makes the event of STAKE-4.
    Example: The same stake, with and without an enabled token.

        >>> account = Account(Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> [alpha_is_unstaked_by_token(account, False, is_enabled) for is_enabled in (True, False)]
        [True, False]
    """
    return is_enabled and alpha_is_unstaked(account, is_root)
