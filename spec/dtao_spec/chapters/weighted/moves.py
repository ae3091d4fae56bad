"""When stake may move, where nothing keeps it for the block."""

from dtao_spec.chapters.moves.accounts import transition_rejection_of_locked
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.moves"


@rule("MOVE-5", since=423)
def transition_rejection_at_any_time(
    stake: int, amount: int, proceeds: int | None, is_allowed: bool, within_subnet: bool, free: int | None = None
) -> str | None:
    r"""When stake cannot be moved.

    Change: Stake may move in the block in which some was added.
    Statement: The first of these that applies MUST be the rejection: nothing would change; there is no such subnet, be
        it the origin or the destination; the token of either is not enabled; nobody owns the hotkey of the origin, or
        that of the destination; the stake of the coldkey is less than the amount; between two subnets: the pool of the
        origin would not swap it, or would pay 2 000 000 rao or less, or the amount is above the maximum and a part will
        not do; either subnet forbids that stake changes its owner, which this would; between two subnets: the amount is
        more than may leave ([LOCK-5](#lock-5)).
    Units: alpha rao; proceeds in rao; what may leave, None for all.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SameNetuid`, `SubnetNotExists`, `SubtokenDisabled`, `HotKeyAccountNotExists`,
        `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`, `AmountTooLow`, `SlippageTooHigh`, `TransferDisallowed`,
        `StakeUnavailable`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Example: A limit binds between two subnets only.

        >>> [transition_rejection_at_any_time(100, 100, 3_000_000, False, within) for within in (False, True)]
        ['SlippageTooHigh', None]
    """
    return transition_rejection_of_locked(stake, amount, proceeds, is_allowed, within_subnet, free)
