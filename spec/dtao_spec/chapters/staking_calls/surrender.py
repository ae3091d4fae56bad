"""The calls that give up alpha."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.shares.holding import Holding  # noqa: F401  # for the examples
from dtao_spec.chapters.staking.trades import (
    Account,
    Ledger,  # noqa: F401  # for the examples
)
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.staking_calls"


@rule("STAKE-24", since=257)
def recycle_alpha(account: Account, amount: Fraction, *, rules: Computation) -> tuple[Account, Fraction] | str:
    r"""The call recycle_alpha.

    Statement: The call MUST withdraw the amount from the stake of the signer on a hotkey of a subnet
        ([SHARE-7](#share-7)), and take what counts as withdrawn from the alpha outside, not below 0. Nothing is sold,
        and no fee paid. The event is `AlphaRecycled`: coldkey, hotkey, what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = \max(O - x',\; 0) $$
    Units: alpha rao.
    Rounding: as [SHARE-7](#share-7).
    Rejections: `BadOrigin` if nobody signed; `SubNetworkDoesNotExist`; `CannotBurnOrRecycleOnRootSubnet`; that of
        [STAKE-22](#stake-22); `HotKeyAccountNotExists` if nobody owns the hotkey; `NotEnoughStakeToWithdraw` if the
        stake is less than the amount; `InsufficientLiquidity` if the alpha outside is.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_recycle_alpha`
    Example: 30 of 100 alpha rao are given up, and may be issued again: the emission of the alpha follows all there is
        of it ([ISS-1](#iss-1)).

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = recycle_alpha(before, Fraction(30), rules=Computation(257))
        >>> int(gone), int(after.ledger.alpha_out), int(after.holding.total)
        (30, 470, 70)
        >>> recycle_alpha(before, Fraction(101), rules=Computation(257))
        'NotEnoughStakeToWithdraw'
    """
    after = burn_alpha(account, amount, rules=rules)
    if isinstance(after, str):
        return after
    account, gone = after
    ledger = evolve(account.ledger, alpha_out=max(account.ledger.alpha_out - gone, Fraction(0)))
    return evolve(account, ledger=ledger), gone


@rule("STAKE-24", since=320)
def recycle_alpha_at_most(account: Account, amount: Fraction, *, rules: Computation) -> tuple[Account, Fraction] | str:
    r"""The call recycle_alpha.

    Change: What is recycled is at most what is staked, where more had been refused; and what was asked for leaves the
        alpha outside, not what the shares counted as withdrawn.
    Statement: The call MUST withdraw the amount, or all of the stake if that is less, from the stake of the signer on a
        hotkey of a subnet ([SHARE-7](#share-7)), and take as much from the alpha outside, not below 0. Nothing is sold,
        and no fee paid. The event is `AlphaRecycled`: coldkey, hotkey, what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = \max(O - \min(x, x_c),\; 0) $$
    Units: alpha rao.
    Rounding: as [SHARE-7](#share-7).
    Rejections: `BadOrigin` if nobody signed; `SubnetNotExists`; `CannotBurnOrRecycleOnRootSubnet`; that of
        [STAKE-22](#stake-22); `HotKeyAccountNotExists` if nobody owns the hotkey; `InsufficientLiquidity` if the alpha
        outside is less than what is withdrawn.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_recycle_alpha`
    Example: 30 of 100 alpha rao are given up, and may be issued again: the emission of the alpha follows all there is
        of it ([ISS-1](#iss-1)).

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = recycle_alpha_at_most(before, Fraction(30), rules=Computation(320))
        >>> int(gone), int(after.ledger.alpha_out), int(after.holding.total)
        (30, 470, 70)
        >>> int(recycle_alpha_at_most(before, Fraction(101), rules=Computation(320))[1])
        100
    """
    amount = min(amount, rules["SHARE-2"](account.holding))
    after = burn_alpha(account, amount, rules=rules)
    if isinstance(after, str):
        return after
    account, gone = after
    ledger = evolve(account.ledger, alpha_out=max(account.ledger.alpha_out - amount, Fraction(0)))
    return evolve(account, ledger=ledger), gone


@rule("STAKE-24", since=365)
def recycle_alpha_that_left(
    account: Account, amount: Fraction, *, rules: Computation
) -> tuple[Account, Fraction] | str:
    r"""The call recycle_alpha.

    Change: What the shares count as withdrawn leaves the alpha outside, where it had been what was asked for; and if
        that is more, the call is refused.
    Statement: The call MUST withdraw the amount, or all of the stake if that is less, from the stake of the signer on a
        hotkey of a subnet ([SHARE-7](#share-7)), and take what counts as withdrawn from the alpha outside, not below 0.
        Nothing is sold, and no fee paid. The event is `AlphaRecycled`: coldkey, hotkey, what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = \max(O - x',\; 0) $$
    Units: alpha rao.
    Rounding: as [SHARE-7](#share-7).
    Rejections: `BadOrigin` if nobody signed; `SubnetNotExists`; `CannotBurnOrRecycleOnRootSubnet`; that of
        [STAKE-22](#stake-22); `HotKeyAccountNotExists` if nobody owns the hotkey; `InsufficientLiquidity` if the alpha
        outside is less than the amount; `PrecisionLoss` if more than the amount left the shares.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_recycle_alpha`
    Example: 30 of 100 alpha rao are given up, and may be issued again: the emission of the alpha follows all there is
        of it ([ISS-1](#iss-1)).

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = recycle_alpha_that_left(before, Fraction(30), rules=Computation(365))
        >>> int(gone), int(after.ledger.alpha_out), int(after.holding.total)
        (30, 470, 70)
    """
    after = rules["STAKE-25"](account, amount, rules=rules)
    if isinstance(after, str):
        return after
    account, gone = after
    ledger = evolve(account.ledger, alpha_out=max(account.ledger.alpha_out - gone, Fraction(0)))
    return evolve(account, ledger=ledger), gone


@rule("STAKE-28", since=320, until=337)
def set_auto_stake(destinations: Mapping[str, str], coldkey: str, hotkey: str) -> Mapping[str, str]:
    r"""The call set_coldkey_auto_stake_hotkey.

    Statement: The call MUST store the hotkey as that on which the incentives of all hotkeys of the signer are staked
        from then on ([DIV-9](#div-9)), on every subnet. The hotkey need not exist, nor be the signer's. There is no way
        back but another hotkey. A coldkey that is swapped for another one hands it over ([KEY-8](#key-8)). There is no
        event.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `set_coldkey_auto_stake_hotkey`
    Example: The miners of alice are paid on h.

        >>> set_auto_stake({}, "alice", "h")
        {'alice': 'h'}
    """
    return {**destinations, coldkey: hotkey}


@rule("STAKE-25", since=257)
def burn_alpha(account: Account, amount: Fraction, *, rules: Computation) -> tuple[Account, Fraction] | str:
    r"""The call burn_alpha.

    Statement: The call MUST withdraw the amount from the stake of the signer on a hotkey of a subnet
        ([SHARE-7](#share-7)), and leave the alpha outside as it is. Nothing is sold, and no fee paid. The event is
        `AlphaBurned`: coldkey, hotkey, what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = O $$
    Units: alpha rao.
    Rounding: as [SHARE-7](#share-7).
    Rejections: `BadOrigin` if nobody signed; `SubNetworkDoesNotExist`; `CannotBurnOrRecycleOnRootSubnet`; that of
        [STAKE-22](#stake-22); `HotKeyAccountNotExists` if nobody owns the hotkey; `NotEnoughStakeToWithdraw` if the
        stake is less than the amount; `InsufficientLiquidity` if the alpha outside is.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_burn_alpha`
    Example: 30 of 100 alpha rao are gone for ever, but count as issued.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = burn_alpha(before, Fraction(30), rules=Computation(257))
        >>> int(gone), int(after.ledger.alpha_out), int(after.holding.total)
        (30, 500, 70)
    """
    reason = giving_up_rejection(account, amount, rules=rules)
    if reason is not None:
        return reason
    holding, gone = rules["SHARE-7"](account.holding, amount)
    return evolve(account, holding=holding), gone


@rule("STAKE-25", since=320)
def burn_alpha_at_most(account: Account, amount: Fraction, *, rules: Computation) -> tuple[Account, Fraction] | str:
    r"""The call burn_alpha.

    Change: What is burned is at most what is staked, where more had been refused.
    Statement: The call MUST withdraw the amount, or all of the stake if that is less, from the stake of the signer on a
        hotkey of a subnet ([SHARE-7](#share-7)), and leave the alpha outside as it is. Nothing is sold, and no fee
        paid. The event is `AlphaBurned`: coldkey, hotkey, what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = O $$
    Units: alpha rao.
    Rounding: as [SHARE-7](#share-7).
    Rejections: `BadOrigin` if nobody signed; `SubnetNotExists`; `CannotBurnOrRecycleOnRootSubnet`; that of
        [STAKE-22](#stake-22); `HotKeyAccountNotExists` if nobody owns the hotkey; `InsufficientLiquidity` if the alpha
        outside is less than what is withdrawn.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_burn_alpha`
    Example: 30 of 100 alpha rao are gone for ever, but count as issued.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = burn_alpha_at_most(before, Fraction(30), rules=Computation(320))
        >>> int(gone), int(after.ledger.alpha_out), int(after.holding.total)
        (30, 500, 70)
    """
    amount = min(amount, rules["SHARE-2"](account.holding))
    reason = giving_up_rejection(account, amount, rules=rules)
    if reason is not None:
        return reason
    holding, gone = rules["SHARE-7"](account.holding, amount)
    return evolve(account, holding=holding), gone


@rule("STAKE-25", since=365)
def burn_alpha_that_left(account: Account, amount: Fraction, *, rules: Computation) -> tuple[Account, Fraction] | str:
    r"""The call burn_alpha.

    Change: The call is refused if the shares count more as withdrawn than was asked for.
    Statement: The call MUST withdraw the amount, or all of the stake if that is less, from the stake of the signer on a
        hotkey of a subnet ([SHARE-7](#share-7)), and leave the alpha outside as it is. Nothing is sold, and no fee
        paid. The event is `AlphaBurned`: coldkey, hotkey, what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = O $$
    Units: alpha rao.
    Rounding: as [SHARE-7](#share-7).
    Rejections: `BadOrigin` if nobody signed; `SubnetNotExists`; `CannotBurnOrRecycleOnRootSubnet`; that of
        [STAKE-22](#stake-22); `HotKeyAccountNotExists` if nobody owns the hotkey; `InsufficientLiquidity` if the alpha
        outside is less than the amount; `PrecisionLoss` if more than the amount left the shares.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_burn_alpha`
    Example: 30 of 100 alpha rao are gone for ever, but count as issued.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = burn_alpha_that_left(before, Fraction(30), rules=Computation(365))
        >>> int(gone), int(after.ledger.alpha_out), int(after.holding.total)
        (30, 500, 70)
    """
    after = burn_alpha_at_most(account, amount, rules=rules)
    if isinstance(after, str):
        return after
    return "PrecisionLoss" if after[1] > min(amount, rules["SHARE-2"](account.holding)) else after


@rule("STAKE-31", since=385)
def add_stake_burn_rejection(is_owner: bool, last: int, block: int, tempo: int) -> str | None:
    r"""The call add_stake_burn.

    Statement: The owner of a subnet MUST be able to stake TAO on a hotkey there and burn the alpha at once: by
        [STAKE-9](#stake-9), or with a limit by [STAKE-10](#stake-10), which must not take only a part; then by
        [STAKE-25](#stake-25). The present block becomes that of the last such call on the subnet
        (`LastRateLimitedBlock/AddStakeBurn`). The event, after those of the two calls, is `AddStakeBurn`: netuid,
        hotkey, TAO, alpha.
    Units: blocks.
    Rounding: none beyond that of the two calls.
    Rejections: `BadOrigin` if the owner did not sign; `AddStakeBurnRateLimitExceeded` (less than a tempo after the last
        such call; a last one in block 0 is none); then those of the two calls.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_add_stake_burn`
    Example: A tempo of 360 blocks.

        >>> [add_stake_burn_rejection(True, 5, block, 360) for block in (364, 365)]
        ['AddStakeBurnRateLimitExceeded', None]
    """
    if not is_owner:
        return "BadOrigin"
    return "AddStakeBurnRateLimitExceeded" if last and block - last < tempo else None


def giving_up_rejection(
    account: Account,
    amount: Fraction,
    subnet_exists: bool = True,
    is_root: bool = False,
    is_enabled: bool = True,
    hotkey_exists: bool = True,
    *,
    rules: Computation,
) -> str | None:
    """Return why alpha cannot be given up, in the order that STAKE-24 and STAKE-25 state."""
    if not subnet_exists:
        return "SubNetworkDoesNotExist"
    if is_root:
        return "CannotBurnOrRecycleOnRootSubnet"
    gate: str | None = rules["STAKE-22"]("recycle_alpha", is_enabled)
    if gate is not None:
        return gate
    if not hotkey_exists:
        return "HotKeyAccountNotExists"
    if rules["SHARE-2"](account.holding) < amount:
        return "NotEnoughStakeToWithdraw"
    return "InsufficientLiquidity" if account.ledger.alpha_out < amount else None
