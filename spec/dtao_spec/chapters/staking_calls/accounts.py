"""Calls that add and remove stake where the TAO of pools is on an account and stake may be locked."""

from fractions import Fraction

from dtao_spec.chapters.shares.holding import Holding  # noqa: F401  # for the examples
from dtao_spec.chapters.staking.trades import Account, Ledger  # noqa: F401  # for the examples
from dtao_spec.chapters.staking_calls.shared_checks import subtoken_rejection_but_for_limited_sales
from dtao_spec.chapters.staking_calls.surrender import burn_alpha_that_left, recycle_alpha_that_left
from dtao_spec.chapters.staking_calls.with_swaps import remove_stake_rejection, withdrawn_to_stake
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.staking_calls"


@rule("STAKE-9", since=411)
def paid_to_stake(amount: int, balance: int) -> int:
    r"""The call add_stake.

    Change: The amount is paid to the account of the subnet.
    Statement: The call MUST stake the amount of the signer at any price ([STAKE-4](#stake-4)). A balance of less than
        the amount and the existential deposit of 500 rao pays all but that deposit.
    Formula: $$ x = \min(\text{amount},\; b - 500), \qquad b' = b - x $$
    Units: rao.
    Rounding: as [STAKE-4](#stake-4).
    Rejections: `BadOrigin` if nobody signed; those of [STAKE-11](#stake-11), with the amount as its own maximum; those
        of [STAKE-4](#stake-4).
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake`
    Example: 10 of 12 TAO, and of 10.

        >>> paid_to_stake(10**10, 12 * 10**9), paid_to_stake(10**10, 10**10)
        (10000000000, 9999999500)
    """
    return withdrawn_to_stake(amount, balance)


@rule("STAKE-14", since=411)
def remove_stake_rejection_of_locked(
    stake: int, amount: int, proceeds: int | None, is_allowed: bool, free: int | None = None
) -> str | None:
    r"""When stake cannot be removed.

    Change: Locked stake cannot be removed.
    Statement: The first of these that applies MUST be the rejection: there is no such subnet; stake was added there in
        this block ([STAKE-27](#stake-27)); the amount is 0; the stake of the coldkey is less; the pool would not swap
        the amount; it would pay less than 2 000 000 rao, and some stake would remain; the amount is above the maximum,
        and a part will not do; nobody owns the hotkey; the amount is more than may leave ([LOCK-5](#lock-5)).
    Units: alpha rao; proceeds in rao; what may leave, None for all.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SubnetNotExists`, `StakingOperationRateLimitExceeded`, `AmountTooLow`, `NotEnoughStakeToWithdraw`,
        `InsufficientLiquidity`, `SlippageTooHigh`, `HotKeyAccountNotExists`, `StakeUnavailable`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_remove_stake`
    Example: 40 of 100 alpha rao are locked.

        >>> [remove_stake_rejection_of_locked(100, amount, 3_000_000, True, 60) for amount in (60, 61)]
        [None, 'StakeUnavailable']
    """
    refusal = remove_stake_rejection(stake, amount, proceeds, is_allowed)
    return refusal or ("StakeUnavailable" if free is not None and amount > free else None)


@rule("STAKE-22", since=411)
def subtoken_rejection_once_known(call: str, is_enabled: bool) -> str | None:
    r"""Subtoken gate.

    Change: `add_stake` looks at the token once the subnet is known to exist, as other calls do.
    Statement: Each subnet has a switch, `SubtokenEnabled`, which is off until the subnet is started
        ([NET-10](#net-10)). Where it is off, `add_stake`, `add_stake_limit`, `remove_stake`, all moves, `recycle_alpha`
        and `burn_alpha` MUST be rejected, for a move also if it is off at the other end, and `unstake_all` and
        `unstake_all_alpha` MUST pass over the subnet. `remove_stake` checks it before anything else but the signature,
        `add_stake`, `add_stake_limit` and moves once the subnets are known to exist, the others after they have refused
        root. The root network of a stake that `unstake_all_alpha` makes is not checked.
    Units: none.
    Rounding: none.
    Rejections: `SubtokenDisabled`.
    Source: `pallets/subtensor/src/lib.rs`, `ensure_subtoken_enabled`
    Known violation: `remove_stake_limit` does not check it, so that whoever names a limit sells all the same. A subnet
        that does not exist has no enabled token, and is refused by `remove_stake` as that.
    Example: Who holds alpha of a disabled token may sell it with a limit, and only so.

        >>> [subtoken_rejection_once_known(call, False) for call in ("remove_stake", "remove_stake_limit")]
        ['SubtokenDisabled', None]
    """
    return subtoken_rejection_but_for_limited_sales(call, is_enabled)


@rule("STAKE-24", since=411)
def recycle_alpha_that_is_free(
    account: Account, amount: Fraction, free: int | None = None, *, rules: Computation
) -> tuple[Account, Fraction] | str:
    r"""The call recycle_alpha.

    Change: Locked stake cannot be recycled, and what is recycled is counted.
    Statement: The call MUST withdraw the amount, or all of the stake if that is less, from the stake of the signer on a
        hotkey of a subnet ([SHARE-7](#share-7)), take what counts as withdrawn from the alpha outside, not below 0, and
        count it as recycled ([STATE-19](#state-19)). Nothing is sold, and no fee paid. The event is `AlphaRecycled`:
        coldkey, hotkey, what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = \max(O - x',\; 0) $$
    Units: alpha rao; what may leave, None for all.
    Rounding: as [SHARE-7](#share-7).
    Rejections: `BadOrigin` if nobody signed; `SubnetNotExists`; `CannotBurnOrRecycleOnRootSubnet`; that of
        [STAKE-22](#stake-22); `HotKeyAccountNotExists` if nobody owns the hotkey; `InsufficientLiquidity` if the alpha
        outside is less than the amount; `StakeUnavailable` ([LOCK-5](#lock-5)); `PrecisionLoss` if more than the amount
        left the shares.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_recycle_alpha`
    Example: 30 of 100 alpha rao, of which 70 are locked, and 71.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = recycle_alpha_that_is_free(before, Fraction(30), 30, rules=Computation(411))
        >>> int(gone), int(after.ledger.alpha_out)
        (30, 470)
        >>> recycle_alpha_that_is_free(before, Fraction(30), 29, rules=Computation(411))
        'StakeUnavailable'
    """
    after = recycle_alpha_that_left(account, amount, rules=rules)
    asked = min(amount, rules["SHARE-2"](account.holding))
    return _unless_locked(after, asked, free)


@rule("STAKE-25", since=411)
def burn_alpha_that_is_free(
    account: Account, amount: Fraction, free: int | None = None, *, rules: Computation
) -> tuple[Account, Fraction] | str:
    r"""The call burn_alpha.

    Change: Locked stake cannot be burned, and what is burned is counted.
    Statement: The call MUST withdraw the amount, or all of the stake if that is less, from the stake of the signer on a
        hotkey of a subnet ([SHARE-7](#share-7)), leave the alpha outside as it is, and count what was withdrawn as
        burned ([STATE-19](#state-19)). Nothing is sold, and no fee paid. The event is `AlphaBurned`: coldkey, hotkey,
        what was withdrawn, netuid.
    Formula: $$ x_c' = x_c - x', \qquad O' = O $$
    Units: alpha rao; what may leave, None for all.
    Rounding: as [SHARE-7](#share-7).
    Rejections: `BadOrigin` if nobody signed; `SubnetNotExists`; `CannotBurnOrRecycleOnRootSubnet`; that of
        [STAKE-22](#stake-22); `HotKeyAccountNotExists` if nobody owns the hotkey; `InsufficientLiquidity` if the alpha
        outside is less than the amount; `StakeUnavailable` ([LOCK-5](#lock-5)); `PrecisionLoss` if more than the amount
        left the shares.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_burn_alpha`
    Example: 30 of 100 alpha rao are gone for ever, but count as issued.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(10**12), alpha_out=Fraction(500))
        >>> before = Account(pool, Holding(*(Fraction(100),) * 3))
        >>> after, gone = burn_alpha_that_is_free(before, Fraction(30), 30, rules=Computation(411))
        >>> int(gone), int(after.ledger.alpha_out)
        (30, 500)
    """
    after = burn_alpha_that_left(account, amount, rules=rules)
    asked = min(amount, rules["SHARE-2"](account.holding))
    return _unless_locked(after, asked, free)


def _unless_locked(
    after: tuple[Account, Fraction] | str, asked: Fraction, free: int | None
) -> tuple[Account, Fraction] | str:
    """Return what a call came to, or its refusal as locked, which comes before none but that of a loss of precision."""
    if (not isinstance(after, str) or after == "PrecisionLoss") and free is not None and asked > free:
        return "StakeUnavailable"
    return after


@rule("STAKE-31", since=411)
def add_stake_burn_of_anyone_rejection(is_owner: bool, last: int, block: int, tempo: int) -> str | None:
    r"""The call add_stake_burn.

    Change: Anybody may make the call, whenever they want.
    Statement: Whoever signs MUST be able to stake TAO on a hotkey of a subnet and burn the alpha at once: by
        [STAKE-9](#stake-9), or with a limit by [STAKE-10](#stake-10), which must not take only a part; then by
        [STAKE-25](#stake-25). The event, after those of the two calls, is `AddStakeBurn`: netuid, hotkey, TAO, alpha.
    Units: blocks, which do not matter.
    Rounding: none beyond that of the two calls.
    Rejections: `BadOrigin` if nobody signed; those of the two calls.
    Source: `pallets/subtensor/src/staking/recycle_alpha.rs`, `do_add_stake_burn`
    Example: Neither the owner nor a tempo matters.

        >>> add_stake_burn_of_anyone_rejection(False, 5, 6, 360) is None
        True
    """
    return None
