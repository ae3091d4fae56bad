"""Enabled tokens, limits that allow nothing, and alpha that is given up, in later versions."""

from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.shares import Holding  # noqa: F401  # for the examples
from dtao_spec.chapters.staking import (
    Account,
    Ledger,  # noqa: F401  # for the examples
)
from dtao_spec.later.shares import stake_of_few_shares, withdrawn
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.staking_calls"


@rule("STAKE-22", since=273)
def token_rejection(call: str, is_enabled: bool) -> str | None:
    r"""Enabled tokens.

    Statement: Each subnet has a switch, `SubtokenEnabled`, which is off until the subnet is started; the upgrade turned
        it on for root and for all subnets that had been started. Where it is off, `add_stake`, `remove_stake`, all
        moves, `recycle_alpha` and `burn_alpha` MUST be rejected, for a move also if it is off at the other end, and
        `unstake_all` and `unstake_all_alpha` MUST pass over the subnet. The first two ask before anything else, moves
        once both subnets are known to exist, the others after they have refused root.
    Units: none.
    Rounding: none.
    Rejections: `SubtokenDisabled`.
    Source: `pallets/subtensor/src/lib.rs`, `ensure_subtoken_enabled`
    Known violation: `add_stake_limit` and `remove_stake_limit` do not ask, so that whoever names a limit trades all the
        same.
    Example: Two ways to buy the same alpha.

        >>> token_rejection("add_stake", False), token_rejection("add_stake_limit", False) is None
        ('SubtokenDisabled', True)
    """
    return None if is_enabled or call in {"add_stake_limit", "remove_stake_limit"} else "SubtokenDisabled"


@rule("STAKE-22", since=277)
def token_rejection_of_additions(call: str, is_enabled: bool) -> str | None:
    r"""A limit no longer helps to buy.

    Statement: As before, but `add_stake_limit` MUST be rejected too, once the subnet is known to exist
        ([STAKE-11](#stake-11)).
    Units: none.
    Rounding: none.
    Rejections: `SubtokenDisabled`.
    Source: `pallets/subtensor/src/lib.rs`, `ensure_subtoken_enabled`
    Known violation: `remove_stake_limit` still does not ask.
    Example: Who holds alpha of a disabled token may sell it with a limit, and only so.

        >>> [token_rejection_of_additions(call, False) for call in ("add_stake_limit", "remove_stake_limit")]
        ['SubtokenDisabled', None]
    """
    return None if is_enabled or call == "remove_stake_limit" else "SubtokenDisabled"


@rule("STAKE-23", since=273)
def zero_maximum(maximum: Fraction | None) -> str | None:
    r"""Limits that allow nothing.

    Statement: `add_stake_limit`, `remove_stake_limit` and `swap_stake_limit` MUST be rejected if what the limit price
        allows ([POOL-5](#pool-5), [POOL-6](#pool-6), [MOVE-7](#move-7)) is 0, before anything else is checked, even
        whether the subnet exists.
    Units: rao, or alpha rao of the origin; None for a maximum without bound.
    Rounding: What is allowed is the floored amount of those rules: less than 1 is nothing.
    Rejections: `ZeroMaxStakeAmount`.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`;
        `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`;
        `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Example: A limit at the price; one a little better; one that allows everything.

        >>> [zero_maximum(maximum) for maximum in (Fraction(0), Fraction(1), None)]
        ['ZeroMaxStakeAmount', None, None]
    """
    return None if maximum is None or maximum >= 1 else "ZeroMaxStakeAmount"


@rule("STAKE-24", since=257)
def recycle_alpha(account: Account, amount: Fraction) -> tuple[Account, Fraction] | str:
    r"""The call recycle_alpha.

    Statement: The call MUST withdraw the amount from the stake of the signer on a hotkey of a subnet
        ([SHARE-7](#share-7)), and take what counts as withdrawn from the alpha outside, not below 0. Nothing is sold,
        and no fee paid. The event is `AlphaRecycled`: coldkey, hotkey, what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = \max(O - x',\; 0) $$
    Units: alpha rao.
    Rounding: as SHARE-7.
    Rejections: `BadOrigin` if nobody signed; `SubNetworkDoesNotExist`; `CannotBurnOrRecycleOnRootSubnet`;
        `HotKeyAccountNotExists` if nobody owns the hotkey; `NotEnoughStakeToWithdraw` if the stake is less than the
        amount; `InsufficientLiquidity` if the alpha outside is.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_recycle_alpha`
    Example: 30 of 100 alpha rao are given up, and may be issued again: the emission of the alpha follows all there is
        of it ([ISS-1](#iss-1)).

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = recycle_alpha(before, Fraction(30))
        >>> int(gone), int(after.ledger.alpha_out), int(after.holding.total)
        (30, 470, 70)
        >>> recycle_alpha(before, Fraction(101))
        'NotEnoughStakeToWithdraw'
    """
    reason = giving_up_rejection(account, amount)
    if reason is not None:
        return reason
    holding, gone = withdrawn(account.holding, amount)
    ledger = evolve(account.ledger, alpha_out=max(account.ledger.alpha_out - gone, Fraction(0)))
    return evolve(account, ledger=ledger, holding=holding), gone


@rule("STAKE-25", since=257)
def burn_alpha(account: Account, amount: Fraction) -> tuple[Account, Fraction] | str:
    r"""The call burn_alpha.

    Statement: The call MUST do as [STAKE-24](#stake-24) and be rejected as that is, but leave the alpha outside as it
        is. The event is `AlphaBurned`: coldkey, hotkey, what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = O $$
    Units: alpha rao.
    Rounding: as SHARE-7.
    Rejections: `BadOrigin` if nobody signed; `SubNetworkDoesNotExist`; `CannotBurnOrRecycleOnRootSubnet`;
        `HotKeyAccountNotExists`; `NotEnoughStakeToWithdraw`; `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_burn_alpha`
    Example: 30 of 100 alpha rao are gone for ever, but count as issued.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = burn_alpha(before, Fraction(30))
        >>> int(gone), int(after.ledger.alpha_out), int(after.holding.total)
        (30, 500, 70)
    """
    reason = giving_up_rejection(account, amount)
    if reason is not None:
        return reason
    holding, gone = withdrawn(account.holding, amount)
    return evolve(account, holding=holding), gone


def giving_up_rejection(account: Account, amount: Fraction) -> str | None:
    """Return why alpha of a known hotkey on a subnet cannot be given up."""
    if stake_of_few_shares(account.holding) < amount:
        return "NotEnoughStakeToWithdraw"
    return "InsufficientLiquidity" if account.ledger.alpha_out < amount else None


@rule("STAKE-24", since=273)
def recycle_alpha_rejection(
    account: Account,
    amount: Fraction,
    subnet_exists: bool = True,
    is_root: bool = False,
    is_enabled: bool = True,
    hotkey_exists: bool = True,
) -> str | None:
    r"""Only where the token is enabled.

    Statement: As before, but the call MUST be rejected if the token of the subnet is not enabled
        ([STAKE-22](#stake-22)).
    Units: alpha rao.
    Rounding: as before.
    Rejections: `BadOrigin` if nobody signed; `SubNetworkDoesNotExist`; `CannotBurnOrRecycleOnRootSubnet`;
        `SubtokenDisabled`; `HotKeyAccountNotExists`; `NotEnoughStakeToWithdraw`; `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_recycle_alpha`
    Example: Neither the token is enabled nor is the hotkey known.

        >>> account = Account(Ledger(1, Fraction(10**12), Fraction(10**12)))
        >>> recycle_alpha_rejection(account, Fraction(1), is_enabled=False, hotkey_exists=False)
        'SubtokenDisabled'
    """
    if not subnet_exists:
        return "SubNetworkDoesNotExist"
    if is_root:
        return "CannotBurnOrRecycleOnRootSubnet"
    if not is_enabled:
        return "SubtokenDisabled"
    return giving_up_rejection(account, amount) if hotkey_exists else "HotKeyAccountNotExists"


@rule("STAKE-25", since=273)
def burn_alpha_rejection(
    account: Account,
    amount: Fraction,
    subnet_exists: bool = True,
    is_root: bool = False,
    is_enabled: bool = True,
    hotkey_exists: bool = True,
) -> str | None:
    r"""Only where the token is enabled.

    Statement: As before, but the call MUST be rejected if the token of the subnet is not enabled
        ([STAKE-22](#stake-22)).
    Units: alpha rao.
    Rounding: as before.
    Rejections: `BadOrigin` if nobody signed; `SubNetworkDoesNotExist`; `CannotBurnOrRecycleOnRootSubnet`;
        `SubtokenDisabled`; `HotKeyAccountNotExists`; `NotEnoughStakeToWithdraw`; `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_burn_alpha`
    Example: Root is refused first.

        >>> account = Account(Ledger(0, Fraction(10**12), Fraction(10**12)))
        >>> burn_alpha_rejection(account, Fraction(1), is_root=True, is_enabled=False)
        'CannotBurnOrRecycleOnRootSubnet'
    """
    return recycle_alpha_rejection(account, amount, subnet_exists, is_root, is_enabled, hotkey_exists)
