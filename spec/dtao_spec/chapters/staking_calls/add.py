"""The calls that add stake."""

from fractions import Fraction

from dtao_spec.chapters.shares.holding import Holding  # noqa: F401  # for the examples
from dtao_spec.chapters.staking.records import record_delegate  # noqa: F401  # for the examples
from dtao_spec.chapters.staking.trades import (
    FEE,
    MIN_STAKE,
    Account,
    Ledger,  # noqa: F401  # for the examples
)
from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.staking_calls"


@rule("STAKE-9")
def add_stake(account: Account, amount: Fraction, *, rules: Computation = EXACT_LAUNCH) -> Account:
    r"""The call add_stake.

    Statement: The call MUST withdraw the amount from the balance of the signer ([STATE-3](#state-3)) and stake what it
        got with the fee of 50 000 rao ([STAKE-4](#stake-4)). A balance of less than the amount and the existential
        deposit of 500 rao pays all but that deposit.
    Formula: $$ x = \min(\text{amount},\; b - 500), \qquad b' = b - x $$
    Units: rao.
    Rounding: as [STAKE-4](#stake-4).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-22](#stake-22); then those of [STAKE-11](#stake-11), with
        the amount as its own maximum.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake`
    Example: 10 of 12 TAO staked at the price 0.25.

        >>> before = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), balance=Fraction(12 * 10**9))
        >>> after = add_stake(before, Fraction(10**10))
        >>> int(after.balance), int(after.holding.total)
        (2000000000, 39603764336)
    """
    paid = min(amount, max(account.balance - EXISTENTIAL_DEPOSIT, Fraction(0)))
    ledger, holding, *_ = rules["STAKE-4"](account.ledger, account.holding, paid, Fraction(FEE))
    return Account(ledger, holding, account.balance - paid)


@rule("STAKE-10")
def add_stake_limit(
    account: Account, amount: Fraction, maximum: Fraction | None, *, rules: Computation = EXACT_LAUNCH
) -> Account:
    r"""The call add_stake_limit.

    Statement: The call MUST do as [STAKE-9](#stake-9) with the lesser of the amount and what the limit price allows
        ([POOL-5](#pool-5)). Without leave to trade a part the checks see to it that this is the amount.
    Formula: $$ x = \min(\text{amount},\; x_{max}) $$
    Units: rao; None for a maximum without bound.
    Rounding: as [POOL-5](#pool-5) and [STAKE-4](#stake-4).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-23](#stake-23) for what the limit allows; then those of
        [STAKE-11](#stake-11), for the whole amount.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake_limit`
    Known violation: The part that is traded has no minimum; one below the fee is all fee. The maximum is for the TAO
        that enters the pool, but the fee is taken from it.
    Example: Of 10 TAO, 4 are allowed.

        >>> before = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), balance=Fraction(12 * 10**9))
        >>> int(add_stake_limit(before, Fraction(10**10), Fraction(4 * 10**9)).balance)
        8000000000
    """
    return add_stake(account, amount if maximum is None else min(amount, maximum), rules=rules)


@rule("STAKE-10", since=244)
def add_stake_limit_making_delegate(
    account: Account, amount: Fraction, maximum: Fraction | None, *, rules: Computation
) -> Account:
    r"""The call add_stake_limit.

    Change: The hotkey becomes a delegate, evidently so that a take is stored for every hotkey that others stake on.
    Statement: The call MUST make a delegate of the hotkey ([STAKE-20](#stake-20)) once all checks have passed, also
        where nothing is then traded. It MUST then do as [STAKE-9](#stake-9) with the lesser of the amount and what the
        limit price allows ([POOL-5](#pool-5)). Without leave to trade a part the checks see to it that this is the
        amount.
    Formula: $$ x = \min(\text{amount},\; x_{max}) $$
    Units: rao; None for a maximum without bound.
    Rounding: as [POOL-5](#pool-5) and [STAKE-4](#stake-4).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-23](#stake-23) for what the limit allows; then those of
        [STAKE-11](#stake-11), for the whole amount.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake_limit`
    Known violation: The part that is traded has no minimum; one below the fee is all fee. The maximum is for the TAO
        that enters the pool, but the fee is taken from it.
    Example: Of 10 TAO, bob stakes 4 on a hotkey of alice.

        >>> before = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), balance=Fraction(12 * 10**9))
        >>> after = add_stake_limit_making_delegate(
        ...     before, Fraction(10**10), Fraction(4 * 10**9), rules=Computation(244))
        >>> int(after.balance), record_delegate({}, "alice", "bob", "h")
        (8000000000, {'h': 11796})
    """
    return add_stake_limit(account, amount, maximum, rules=rules)


@rule("STAKE-11")
def add_stake_rejection(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    allow_partial: bool,
    subnet_exists: bool = True,
    hotkey_exists: bool = True,
    is_enabled: bool = True,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> str | None:
    r"""Rejections of added stake.

    Statement: The first of these that applies MUST be the rejection: there is no such subnet; [STAKE-22](#stake-22)
        refuses `add_stake_limit`; the amount is less than 550 000 rao, the minimum stake and the fee; it is above the
        maximum, and a part will not do; the account cannot pay the amount ([STATE-3](#state-3)); nobody owns the
        hotkey; the pool would not trade the whole amount, fee included.
    Units: rao.
    Rounding: none beyond that of [POOL-5](#pool-5) in the maximum.
    Rejections: `SubnetNotExists`, that of [STAKE-22](#stake-22), `AmountTooLow`, `SlippageTooHigh`,
        `NotEnoughBalanceToStake`, `HotKeyAccountNotExists`, `InsufficientLiquidity`.
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
    gate: str | None = rules["STAKE-22"]("add_stake_limit", is_enabled)
    if gate is not None:
        return gate
    if amount < MIN_STAKE + FEE:
        return "AmountTooLow"
    if not allow_partial and maximum is not None and amount > maximum:
        return "SlippageTooHigh"
    if account.balance < amount:
        return "NotEnoughBalanceToStake"
    if not hotkey_exists:
        return "HotKeyAccountNotExists"
    if rules["POOL-3"](ledger.mechanism, ledger.tao, ledger.alpha_in, amount) is None:
        return "InsufficientLiquidity"
    return None


@rule("STAKE-11", since=239)
def add_stake_rejection_without_shares(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    allow_partial: bool,
    subnet_exists: bool = True,
    hotkey_exists: bool = True,
    is_enabled: bool = True,
    *,
    rules: Computation,
) -> str | None:
    r"""Rejections of added stake.

    Change: Stake that would be worth no share is refused. It had gone to the other holders of the share pool
        ([SHARE-4](#share-4)), and its owner had got nothing.
    Statement: The first of these that applies MUST be the rejection: there is no such subnet; [STAKE-22](#stake-22)
        refuses `add_stake_limit`; the amount is less than 550 000 rao, the minimum stake and the fee; it is above the
        maximum, and a part will not do; the account cannot pay the amount ([STATE-3](#state-3)); nobody owns the
        hotkey; the pool would not trade the whole amount, fee included; the alpha that it would pay for the whole
        amount is not worth a share of the stake on the hotkey ([SHARE-8](#share-8)).
    Units: rao.
    Rounding: none beyond that of [POOL-5](#pool-5) in the maximum, and those of [POOL-3](#pool-3) and
        [SHARE-8](#share-8): the alpha is a whole number, so that less than 1 alpha rao is worth no share.
    Rejections: `SubnetNotExists`, that of [STAKE-22](#stake-22), `AmountTooLow`, `SlippageTooHigh`,
        `NotEnoughBalanceToStake`, `HotKeyAccountNotExists`, `InsufficientLiquidity` for the pool,
        `InsufficientLiquidity` for the shares.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`
    Example: Stake of 1 TAO on a hotkey with shares that have nothing behind them, and on one without any.

        >>> stable = Ledger(0, Fraction(10**12), Fraction(10**12))
        >>> holdings = Holding(Fraction(0), Fraction(1), Fraction(0)), Holding()
        >>> [add_stake_rejection_without_shares(
        ...     Account(stable, holding, Fraction(10**9)), Fraction(10**9), None, False, rules=Computation(239))
        ...     for holding in holdings]
        ['InsufficientLiquidity', None]
    """
    checked = add_stake_rejection(
        account, amount, maximum, allow_partial, subnet_exists, hotkey_exists, is_enabled, rules=rules
    )
    if checked is not None:
        return checked
    ledger, holding = account.ledger, account.holding
    alpha = rules["POOL-3"](ledger.mechanism, ledger.tao, ledger.alpha_in, amount) or Fraction(0)
    return None if rules["SHARE-8"](holding.total, holding.denominator, alpha) else "InsufficientLiquidity"
