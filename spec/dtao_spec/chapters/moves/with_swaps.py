"""Moves of stake by swaps of concentrated liquidity."""

from fractions import Fraction

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.moves"


@rule("MOVE-4", since=298)
def limit_of_move(within_subnet: bool, amount: int, allowed: int) -> int:
    r"""Moving stake with a limit: `swap_stake_limit`.

    Change: The limit does not count within a subnet.
    Statement: The amount that a limit allows between two subnets ([MOVE-7](#move-7)) MUST be at least what is moved,
        unless a part will do; then no more than that moves. Within a subnet all of it is allowed. The event is
        `StakeSwapped`.
    Units: alpha rao.
    Rounding: none beyond that of MOVE-7.
    Rejections: `ZeroMaxStakeAmount` if the limit allows nothing; those of [MOVE-5](#move-5) and [MOVE-6](#move-6).
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_swap_stake_limit`
    Example: Within a subnet 5, although 3 were allowed between two.

        >>> limit_of_move(True, 5, 3), limit_of_move(False, 5, 3)
        (5, 3)
    """
    return amount if within_subnet else min(amount, allowed)


@rule("MOVE-5", since=283)
def transition_rejection(stake: int, amount: int, proceeds: int | None, is_allowed: bool) -> str | None:
    r"""When stake cannot be moved.

    Change: Nobody asks any more whether what would arrive is worth a share; the purchase itself is refused then.
    Statement: The first of these that applies MUST be the rejection: nothing would change; there is no such subnet, be
        it the origin or the destination; the token of either is not enabled; nobody owns the hotkey of the origin, or
        that of the destination; the stake of the coldkey is less than the amount; the pool of the origin would not swap
        it; it would pay 500 000 rao or less; the amount is above the maximum, and a part will not do; either subnet
        forbids that stake changes its owner, which this would.
    Units: alpha rao; proceeds in rao.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SameNetuid`, `SubnetNotExists`, `SubtokenDisabled`, `HotKeyAccountNotExists`,
        `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`, `AmountTooLow`, `SlippageTooHigh`, `TransferDisallowed`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Example: 1 rao more than the minimum is enough.

        >>> transition_rejection(100, 100, 500_000, True), transition_rejection(100, 100, 500_001, True)
        ('AmountTooLow', None)
    """
    if stake < amount:
        return "NotEnoughStakeToWithdraw"
    if proceeds is None:
        return "InsufficientLiquidity"
    if proceeds <= 500_000:
        return "AmountTooLow"
    return None if is_allowed else "SlippageTooHigh"


@rule("MOVE-5", since=298)
def transition_rejection_between_subnets(
    stake: int, amount: int, proceeds: int | None, is_allowed: bool, within_subnet: bool
) -> str | None:
    r"""When stake cannot be moved.

    Change: Within a subnet neither the pool nor a limit matters, and nothing moves in the block in which stake was
        added.
    Statement: The first of these that applies MUST be the rejection: nothing would change; stake was added at the
        origin in this block ([STAKE-27](#stake-27)); there is no such subnet, be it the origin or the destination; the
        token of either is not enabled; nobody owns the hotkey of the origin, or that of the destination; the stake of
        the coldkey is less than the amount; between two subnets: the pool of the origin would not swap it, or would pay
        2 000 000 rao or less, or the amount is above the maximum and a part will not do; either subnet forbids that
        stake changes its owner, which this would.
    Units: alpha rao; proceeds in rao.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SameNetuid`, `StakingOperationRateLimitExceeded`, `SubnetNotExists`, `SubtokenDisabled`,
        `HotKeyAccountNotExists`, `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`, `AmountTooLow`,
        `SlippageTooHigh`, `TransferDisallowed`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Example: A limit binds between two subnets only.

        >>> [transition_rejection_between_subnets(100, 100, 3_000_000, False, within) for within in (False, True)]
        ['SlippageTooHigh', None]
    """
    if stake < amount:
        return "NotEnoughStakeToWithdraw"
    if within_subnet:
        return None
    if proceeds is None:
        return "InsufficientLiquidity"
    if proceeds <= 2_000_000:
        return "AmountTooLow"
    return None if is_allowed else "SlippageTooHigh"


@rule("MOVE-6", since=283)
def arrives(proceeds: int) -> bool:
    r"""A move.

    Change: The pools' own fees take the place of the flat one, on both legs.
    Statement: The alpha MUST be sold at the origin, down to the lowest price ([STAKE-5](#stake-5)). If that brings at
        least 500 000 rao, they MUST be staked at the destination, up to the highest price ([STAKE-4](#stake-4));
        otherwise they MUST be dropped. Where both ends are on one subnet, the purchase meets the pool that the sale has
        left. The event reports the proceeds of the sale.
    Formula: $$ m \ge 500\,000 $$
    Units: rao.
    Rounding: as POOL-15 and SHARE-4.
    Rejections: those of STAKE-5 and STAKE-4.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`
    Known violation: Both legs pay the fee. TAO that is too little is dropped, though the checks leave little room for
        it.
    Example: The least that arrives.

        >>> arrives(499_999), arrives(500_000)
        (False, True)
    """
    return proceeds >= 500_000


@rule("MOVE-6", since=298)
def worth_of_move(credited: int, price: Fraction) -> int:
    r"""A move.

    Change: Only the destination takes a fee, and within a subnet nothing is sold.
    Statement: Between two subnets the alpha MUST be sold at the origin, down to the lowest price and free of the pool's
        fee ([STAKE-5](#stake-5)). If that brings at least 2 000 000 rao, they MUST be staked at the destination, up to
        the highest price ([STAKE-4](#stake-4)); otherwise they MUST be dropped. The event reports the proceeds of the
        sale. Within a subnet what leaves the stake at the origin ([SHARE-7](#share-7)) MUST become stake at the
        destination ([SHARE-6](#share-6)); its worth at the price is reported by the events of both and of the move.
    Formula: $$ m = \lfloor y\,p \rfloor \ge 2\,000\,000 $$
    Units: alpha rao and TAO per alpha in; rao out.
    Rounding: as POOL-15 and SHARE-4; the worth is floored.
    Rejections: those of STAKE-5 and STAKE-4; `AmountTooLow` within a subnet if the worth is less than 2 000 000 rao.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `transfer_stake_within_subnet`
    Known violation: Nothing is returned of proceeds that are too little. The event of added stake is emitted even if
        the deposit came to nothing.
    Example: 5 alpha rao at a price of a half.

        >>> worth_of_move(5, Fraction(1, 2))
        2
    """
    return int(credited * price)


@rule("MOVE-6", since=320)
def worth_of_move_with_fee_once(credited: int, price: Fraction) -> int:
    r"""A move.

    Change: The fee is taken where alpha is sold, and at the destination only of what left root, which has no fee. What
        moves is at most what is staked, where more had been refused.
    Statement: What moves is the amount, or all of the stake at the origin if that is less. Between two subnets the
        alpha MUST be sold at the origin, down to the lowest price ([STAKE-5](#stake-5)), free of the pool's fee on root
        alone. If that brings at least 2 000 000 rao, they MUST be staked at the destination, up to the highest price
        ([STAKE-4](#stake-4)), free of the pool's fee unless they left root; otherwise they MUST be dropped. The event
        reports the proceeds of the sale. Within a subnet what leaves the stake at the origin ([SHARE-7](#share-7)) MUST
        become stake at the destination ([SHARE-6](#share-6)); its worth at the price is reported by the events of both
        and of the move.
    Formula: $$ m = \lfloor y\,p \rfloor \ge 2\,000\,000 $$
    Units: alpha rao and TAO per alpha in; rao out.
    Rounding: as POOL-15 and SHARE-4; the worth is floored.
    Rejections: those of STAKE-5 and STAKE-4; `AmountTooLow` within a subnet if the worth is less than 2 000 000 rao.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `transfer_stake_within_subnet`
    Known violation: Nothing is returned of proceeds that are too little. The event of added stake is emitted even if
        the deposit came to nothing.
    Example: 5 alpha rao at a price of a half.

        >>> worth_of_move_with_fee_once(5, Fraction(1, 2))
        2
    """
    return int(credited * price)


@rule("MOVE-6", since=366)
def worth_of_move_with_claims(credited: int, price: Fraction) -> int:
    r"""A move.

    Change: Stake that moves within root takes along what counts as claimed.
    Statement: What moves is the amount, or all of the stake at the origin if that is less. Between two subnets the
        alpha MUST be sold at the origin, down to the lowest price ([STAKE-5](#stake-5)), free of the pool's fee on root
        alone. If that brings at least 2 000 000 rao, they MUST be staked at the destination, up to the highest price
        ([STAKE-4](#stake-4)), free of the pool's fee unless they left root; otherwise they MUST be dropped. The event
        reports the proceeds of the sale. Within a subnet what leaves the stake at the origin ([SHARE-7](#share-7)) MUST
        become stake at the destination ([SHARE-6](#share-6)); on root, what counts as claimed of both changes
        ([CLAIM-4](#claim-4)). Its worth at the price is reported by the events of both and of the move.
    Formula: $$ m = \lfloor y\,p \rfloor \ge 2\,000\,000 $$
    Units: alpha rao and TAO per alpha in; rao out.
    Rounding: as POOL-15 and SHARE-4; the worth is floored.
    Rejections: those of STAKE-5 and STAKE-4; `AmountTooLow` within a subnet if the worth is less than 2 000 000 rao.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `transfer_stake_within_subnet`
    Known violation: Nothing is returned of proceeds that are too little. The event of added stake is emitted even if
        the deposit came to nothing.
    Example: 5 alpha rao at a price of a half.

        >>> worth_of_move_with_claims(5, Fraction(1, 2))
        2
    """
    return int(credited * price)
