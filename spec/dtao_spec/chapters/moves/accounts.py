"""Moves of stake where the TAO of pools is on accounts and stake may be locked."""

from fractions import Fraction

from dtao_spec.chapters.moves.with_swaps import transition_rejection_between_subnets
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.moves"


@rule("MOVE-5", since=411)
def transition_rejection_of_locked(
    stake: int, amount: int, proceeds: int | None, is_allowed: bool, within_subnet: bool, free: int | None = None
) -> str | None:
    r"""When stake cannot be moved.

    Change: Locked stake cannot leave its subnet.
    Statement: The first of these that applies MUST be the rejection: nothing would change; stake was added at the
        origin in this block ([STAKE-27](#stake-27)); there is no such subnet, be it the origin or the destination; the
        token of either is not enabled; nobody owns the hotkey of the origin, or that of the destination; the stake of
        the coldkey is less than the amount; between two subnets: the pool of the origin would not swap it, or would pay
        2 000 000 rao or less, or the amount is above the maximum and a part will not do; either subnet forbids that
        stake changes its owner, which this would; between two subnets: the amount is more than may leave
        ([LOCK-5](#lock-5)).
    Units: alpha rao; proceeds in rao; what may leave, None for all.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SameNetuid`, `StakingOperationRateLimitExceeded`, `SubnetNotExists`, `SubtokenDisabled`,
        `HotKeyAccountNotExists`, `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`, `AmountTooLow`,
        `SlippageTooHigh`, `TransferDisallowed`, `StakeUnavailable`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Example: Locked stake binds between two subnets only.

        >>> [transition_rejection_of_locked(100, 100, 3_000_000, True, within, 60) for within in (False, True)]
        ['StakeUnavailable', None]
    """
    refusal = transition_rejection_between_subnets(stake, amount, proceeds, is_allowed, within_subnet)
    is_bound = not within_subnet and free is not None and amount > free
    return refusal or ("StakeUnavailable" if is_bound else None)


@rule("MOVE-6", since=411)
def worth_of_move_that_is_paid(credited: int, price: Fraction) -> int:
    r"""A move.

    Change: TAO goes through balances: what is too little to stake stays in that of the destination, where it had been
        dropped. Locks follow stake that changes its owner within a subnet.
    Statement: What moves is the amount, or all of the stake at the origin if that is less. Between two subnets the
        alpha MUST be sold at the origin, down to the lowest price ([STAKE-5](#stake-5)), free of the pool's fee on root
        alone, and the TAO be handed to the coldkey of the destination if that is another one
        ([STATE-18](#state-18)). If it is at least 2 000 000 rao, they MUST be staked at the destination, up to the
        highest price ([STAKE-4](#stake-4)), free of the pool's fee unless they left root; otherwise they stay in the
        balance. The event reports the proceeds of the sale. Within a subnet a lock follows first
        ([LOCK-9](#lock-9)); then what leaves the stake at the origin ([SHARE-7](#share-7)) MUST become stake at the
        destination ([SHARE-6](#share-6)); on root, what counts as claimed of both changes ([CLAIM-4](#claim-4)). Its
        worth at the price is reported by the events of both and of the move.
    Formula: $$ m = \lfloor y\,p \rfloor \ge 2\,000\,000 $$
    Units: alpha rao and TAO per alpha in; rao out.
    Rounding: as POOL-15 and SHARE-4; the worth is floored.
    Rejections: those of STAKE-5, STATE-18 and STAKE-4; within a subnet those of LOCK-9, and `AmountTooLow` if the worth
        is less than 2 000 000 rao.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `transfer_stake_within_subnet`
    Known violation: The event of added stake is emitted even if the deposit came to nothing. A destination that keeps
        nothing else in its balance stakes 500 rao less than the sale brought.
    Example: 5 alpha rao at a price of a half.

        >>> worth_of_move_that_is_paid(5, Fraction(1, 2))
        2
    """
    return int(credited * price)
