"""When stake may be removed, where nothing keeps it for the block."""

from dtao_spec.chapters.staking_calls.accounts import remove_stake_rejection_of_locked
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.staking_calls"


@rule("STAKE-14", since=423)
def remove_stake_rejection_at_any_time(
    stake: int, amount: int, proceeds: int | None, is_allowed: bool, free: int | None = None
) -> str | None:
    r"""When stake cannot be removed.

    Change: Stake may be removed in the block in which some was added.
    Statement: The first of these that applies MUST be the rejection: there is no such subnet; the amount is 0; the
        stake of the coldkey is less; the pool would not swap the amount; it would pay less than 2 000 000 rao, and some
        stake would remain; the amount is above the maximum, and a part will not do; nobody owns the hotkey; the amount
        is more than may leave ([LOCK-5](#lock-5)).
    Units: alpha rao; proceeds in rao; what may leave, None for all.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SubnetNotExists`, `AmountTooLow`, `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`,
        `SlippageTooHigh`, `HotKeyAccountNotExists`, `StakeUnavailable`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_remove_stake`
    Example: A part that is worth too little, and all of it.

        >>> [remove_stake_rejection_at_any_time(100, *sold, True) for sold in ((99, 1_999_999), (100, 1))]
        ['AmountTooLow', None]
    """
    return remove_stake_rejection_of_locked(stake, amount, proceeds, is_allowed, free)
