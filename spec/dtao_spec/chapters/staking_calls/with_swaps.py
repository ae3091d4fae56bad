"""The calls that stake and unstake by swaps of concentrated liquidity."""

from collections.abc import Sequence

from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.staking_calls"


@rule("STAKE-9", since=283)
def withdrawn_to_stake(amount: int, balance: int) -> int:
    r"""The call add_stake.

    Change: The call takes no fee; the pool's takes its place.
    Statement: The call MUST withdraw the amount from the balance of the signer ([STATE-3](#state-3)) and stake what it
        got at any price ([STAKE-4](#stake-4)). A balance of less than the amount and the existential deposit of 500 rao
        pays all but that deposit.
    Formula: $$ x = \min(\text{amount},\; b - 500), \qquad b' = b - x $$
    Units: rao.
    Rounding: as [STAKE-4](#stake-4).
    Rejections: `BadOrigin` if nobody signed; those of [STAKE-11](#stake-11), with the amount as its own maximum; those
        of [STAKE-4](#stake-4).
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake`
    Example: 10 of 12 TAO, and of 10.

        >>> withdrawn_to_stake(10**10, 12 * 10**9), withdrawn_to_stake(10**10, 10**10)
        (10000000000, 9999999500)
    """
    return min(amount, max(balance - EXISTENTIAL_DEPOSIT, 0))


@rule("STAKE-10", since=283)
def part_staked(amount: int, maximum: int | None) -> int:
    r"""The call add_stake_limit.

    Change: The call takes no fee; the pool's takes its place, and the swap itself ends at the limit price.
    Statement: The call MUST make a delegate of the hotkey ([STAKE-20](#stake-20)) once all checks have passed. It MUST
        then withdraw the lesser of the amount and what the limit price allows ([POOL-5](#pool-5)) and stake what it got
        up to that price ([STAKE-4](#stake-4)). Without leave to trade a part the checks see to it that this is the
        amount.
    Formula: $$ x = \min(\text{amount},\; x_{max}) $$
    Units: rao; None for a maximum without bound.
    Rounding: as [POOL-5](#pool-5) and [STAKE-4](#stake-4).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-23](#stake-23) for what the limit allows; those of
        [STAKE-11](#stake-11); those of [STAKE-4](#stake-4).
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake_limit`
    Known violation: What the limit allows is computed without the fee, which the swap then takes of it; what the swap
        leaves over at the limit is lost.
    Example: Of 10 TAO, 4 are allowed.

        >>> part_staked(10**10, 4 * 10**9), part_staked(10**10, None)
        (4000000000, 10000000000)
    """
    return amount if maximum is None else min(amount, maximum)


@rule("STAKE-16", since=283)
def paid_for_all(proceeds: Sequence[int | None]) -> int:
    r"""The call unstake_all.

    Change: There is no fee but that of the pools.
    Statement: On every existing network where the signer has stake on the hotkey, root included, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it at any price ([STAKE-5](#stake-5)), pay what is due to the
        balance, and clear a small nomination that is left ([STAKE-6](#stake-6)). It MUST pass over a network where
        [STAKE-22](#stake-22) or [STAKE-14](#stake-14) would refuse to remove that stake. It succeeds even if it passes
        over all.
    Formula: $$ b' = b + \sum_i y_i $$
    Units: rao; None for a network that is passed over.
    Rounding: as [STAKE-5](#stake-5) on every network. What is unstaked is the floored stake ([SHARE-2](#share-2)).
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`; those of [STAKE-5](#stake-5).
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all`
    Example: Three networks, of which one is passed over.

        >>> paid_for_all([100, None, 30])
        130
    """
    return sum(paid or 0 for paid in proceeds)


@rule("STAKE-17", since=283)
def moved_to_root(stake_on_root: int, proceeds: Sequence[int | None]) -> int:
    r"""The call unstake_all_alpha.

    Change: There is no fee but that of the pools.
    Statement: On every existing network but root where the signer has stake on the hotkey, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it at any price ([STAKE-5](#stake-5)), and clear a small
        nomination that is left ([STAKE-6](#stake-6)), which goes to the balance. It MUST pass over a network where
        [STAKE-22](#stake-22) or [STAKE-14](#stake-14) would refuse to remove that stake. It MUST then stake the sum on
        root on the same hotkey ([STAKE-4](#stake-4)), which refuses a sum of 0.
    Formula: $$ x_{root}' = x_{root} + \sum_{i \ne root} y_i $$
    Units: rao; None for a network that is passed over.
    Rounding: as [STAKE-5](#stake-5) on every network; on root 1 : 1.
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`; those of [STAKE-5](#stake-5) and
        [STAKE-4](#stake-4).
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all_alpha`
    Example: 100 and 30 join 1 000.

        >>> moved_to_root(1_000, [100, None, 30])
        1130
    """
    return stake_on_root + sum(paid or 0 for paid in proceeds)


@rule("STAKE-11", since=283)
def add_stake_rejection(
    amount: int,
    minimum: int,
    pool_fee: int,
    is_allowed: bool,
    balance: int,
    hotkey_exists: bool,
    bought_alpha: int | None,
    moves_shares: bool = True,
) -> str | None:
    r"""When stake cannot be added.

    Change: The pool's fee on the minimum stake takes the place of the flat fee, and a swap that pays nothing is
        refused.
    Statement: The first of these that applies MUST be the rejection: there is no such subnet; its token is not enabled;
        the amount is less than 500 000 rao and the fee that the pool takes of that ([POOL-12](#pool-12)), or would take
        if it does not swap; it is above the maximum, and a part will not do; the account cannot pay the amount
        ([STATE-3](#state-3)); nobody owns the hotkey; the pool would not swap the whole amount, or pay nothing for it;
        what it would pay is worth no share ([SHARE-8](#share-8)).
    Units: rao.
    Rounding: none beyond those of the swaps.
    Rejections: `SubnetNotExists`, `SubtokenDisabled`, `AmountTooLow`, `SlippageTooHigh`, `NotEnoughBalanceToStake`,
        `HotKeyAccountNotExists`, `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`
    Example: 1 rao less than the minimum and a fee of 1 495; as much.

        >>> add_stake_rejection(501_494, 500_000, 1_495, True, 10**9, True, 1)
        'AmountTooLow'
        >>> add_stake_rejection(501_495, 500_000, 1_495, True, 10**9, True, 1) is None
        True
    """
    if amount < minimum + pool_fee:
        return "AmountTooLow"
    if not is_allowed:
        return "SlippageTooHigh"
    if balance < amount:
        return "NotEnoughBalanceToStake"
    if not hotkey_exists:
        return "HotKeyAccountNotExists"
    return None if bought_alpha and moves_shares else "InsufficientLiquidity"


@rule("STAKE-11", since=298)
def part_rejection(
    amount: int,
    maximum: int,
    allow_partial: bool,
    balance: int,
    swap: tuple[int, int] | None,
    minimum: int = 2_000_000,
    pool_fee: int = 0,
) -> str | None:
    r"""When stake cannot be added.

    Change: Where a part will do, only that part must be covered and swappable, and it must be worth the minimum stake
        too, which is higher.
    Statement: The first of these that applies MUST be the rejection: there is no such subnet; its token is not enabled;
        the amount is less than 2 000 000 rao and the fee that the pool takes of that ([POOL-12](#pool-12)), or would
        take if it does not swap; it is above the maximum, and a part will not do. What follows is asked of the part
        that the maximum allows if a part will do: the account cannot pay it ([STATE-3](#state-3)); nobody owns the
        hotkey; the pool would not swap it; less than 2 000 000 rao of it would be paid in; the pool would pay nothing
        for it; what it would pay is worth no share ([SHARE-8](#share-8)).
    Units: rao.
    Rounding: none beyond those of the swaps.
    Rejections: `SubnetNotExists`, `SubtokenDisabled`, `AmountTooLow`, `SlippageTooHigh`, `NotEnoughBalanceToStake`,
        `HotKeyAccountNotExists`, `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`
    Example: Of 3 000 000 a limit allows 2 500 000, which the balance covers.

        >>> part_rejection(3_000_000, 2_500_000, True, 2_500_000, (2_490_000, 1))
        >>> part_rejection(3_000_000, 2_500_000, False, 2_500_000, (2_490_000, 1))
        'SlippageTooHigh'
        >>> part_rejection(3_000_000, 2_000_000, True, 2_500_000, (1_990_000, 1))
        'AmountTooLow'
    """
    if amount < minimum + pool_fee:
        return "AmountTooLow"
    if amount > maximum and not allow_partial:
        return "SlippageTooHigh"
    part = min(amount, maximum)
    if balance < part:
        return "NotEnoughBalanceToStake"
    if swap is None or swap[1] == 0:
        return "InsufficientLiquidity"
    return "AmountTooLow" if swap[0] < minimum else None


@rule("STAKE-14", since=298)
def remove_stake_rejection(stake: int, amount: int, proceeds: int | None, is_allowed: bool) -> str | None:
    r"""When stake cannot be removed.

    Change: All that is staked may be removed however little it is worth, and none in the block in which some was added.
    Statement: The first of these that applies MUST be the rejection: there is no such subnet; stake was added there in
        this block ([STAKE-27](#stake-27)); the amount is 0; the stake of the coldkey is less; the pool would not swap
        the amount; it would pay less than 2 000 000 rao, and some stake would remain; the amount is above the maximum,
        and a part will not do; nobody owns the hotkey.
    Units: alpha rao; proceeds in rao.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SubnetNotExists`, `StakingOperationRateLimitExceeded`, `AmountTooLow`, `NotEnoughStakeToWithdraw`,
        `InsufficientLiquidity`, `SlippageTooHigh`, `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_remove_stake`
    Example: A part that is worth too little, and all of it.

        >>> remove_stake_rejection(100, 99, 1_999_999, True), remove_stake_rejection(100, 100, 1, True)
        ('AmountTooLow', None)
    """
    if amount == 0:
        return "AmountTooLow"
    if stake < amount:
        return "NotEnoughStakeToWithdraw"
    if proceeds is None:
        return "InsufficientLiquidity"
    if stake != amount and proceeds < 2_000_000:
        return "AmountTooLow"
    return None if is_allowed else "SlippageTooHigh"


@rule("STAKE-26", since=283)
def amount_of_full_limit(stake: int, limit: int | None, allowed: int) -> int | str:
    r"""Unstaking everything: `remove_stake_full_limit`.

    Statement: The whole stake of the coldkey on a hotkey of a subnet MUST be sold: as by [STAKE-13](#stake-13) for all
        or nothing if a limit price is given, else as by [STAKE-12](#stake-12).
    Units: alpha rao; the limit in rao per alpha.
    Rounding: none.
    Rejections: those of [STAKE-13](#stake-13) or [STAKE-12](#stake-12).
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake_full_limit`
    Example: All of 100, as long as the limit allows it.

        >>> amount_of_full_limit(100, None, 0), amount_of_full_limit(100, 1, 100), amount_of_full_limit(100, 1, 99)
        (100, 100, 'SlippageTooHigh')
    """
    return stake if limit is None or stake <= allowed else "SlippageTooHigh"


@rule("STAKE-27", since=298, until=422)
def operation_rejection(
    added_in_block: set[tuple[str, str, int]], hotkey: str, coldkey: str, netuid: int
) -> str | None:
    r"""Stake stays for the block.

    Statement: Where a coldkey added stake on a hotkey of a subnet, by [STAKE-9](#stake-9), [STAKE-10](#stake-10) or a
        move of its own to another subnet that is no transfer, it MUST NOT remove or move stake from there in the same
        block. Before the next block all is forgotten.
    Units: none.
    Rounding: none.
    Rejections: `StakingOperationRateLimitExceeded`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `set_stake_operation_limit`,
        `ensure_stake_operation_limit_not_exceeded`; `pallets/subtensor/src/macros/hooks.rs`, `on_finalize`
    Example: Alice's stake there stays; Bob's does not have to.

        >>> operation_rejection({("h", "alice", 1)}, "h", "alice", 1)
        'StakingOperationRateLimitExceeded'
        >>> operation_rejection({("h", "alice", 1)}, "h", "bob", 1) is None
        True
    """
    return "StakingOperationRateLimitExceeded" if (hotkey, coldkey, netuid) in added_in_block else None
