"""Calls that lock stake."""

from fractions import Fraction

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.locks"


@rule("LOCK-3", since=411)
def lock_stake_rejection(
    amount: int, hotkey_has_owner: bool, is_same_hotkey: bool, stake: int, mass: int
) -> str | None:
    r"""The call lock_stake.

    Statement: The call MUST add an amount to the mass of the signer's lock on a subnet in favour of a hotkey, as it is
        now ([LOCK-2](#lock-2)), or begin one; and to the sum to which it belongs ([LOCK-6](#lock-6)). The mass must not
        be more than the stake of the signer on all hotkeys of the subnet. The event is `StakeLocked`: coldkey, hotkey,
        netuid, amount.
    Formula: $$ m' = m + x \le \sum_h x_h $$
    Units: alpha rao; `mass` is that of the lock now, 0 for none.
    Rounding: as [LOCK-2](#lock-2).
    Rejections: `BadOrigin` if nobody signed; `AmountTooLow` (0); `HotKeyAccountNotExists` (nobody owns the hotkey);
        `LockHotkeyMismatch` (the signer has a lock there in favour of another hotkey); `InsufficientStakeForLock`.
    Source: `pallets/subtensor/src/staking/lock.rs`, `do_lock_stake`
    Example: Of a stake of 100 alpha rao 40 are locked.

        >>> [lock_stake_rejection(amount, True, True, 100, 40) for amount in (0, 60, 61)]
        ['AmountTooLow', None, 'InsufficientStakeForLock']
    """
    if amount == 0:
        return "AmountTooLow"
    if not hotkey_has_owner:
        return "HotKeyAccountNotExists"
    if not is_same_hotkey:
        return "LockHotkeyMismatch"
    return None if mass + amount <= stake else "InsufficientStakeForLock"


@rule("LOCK-4", since=411)
def conviction_once_moved(conviction: Fraction, is_same_owner: bool) -> Fraction:
    r"""The call move_lock.

    Statement: The signer's lock on a subnet MUST be in favour of another hotkey, as it is now ([LOCK-2](#lock-2)), and
        count in the sum to which it then belongs ([LOCK-6](#lock-6)) in place of the one before. It MUST lose its
        conviction if the two hotkeys have different owners. The event is `LockMoved`: coldkey, the hotkey before, the
        one after, netuid.
    Formula: $$ m' = m, \qquad c' = \begin{cases} c & \text{one owner} \\ 0 & \text{two} \end{cases} $$
    Units: alpha rao.
    Rounding: as [LOCK-2](#lock-2).
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists` (nobody owns the hotkey); `NoExistingLock`.
    Source: `pallets/subtensor/src/staking/lock.rs`, `do_move_lock`
    Example: To a hotkey of the same coldkey, and of another one.

        >>> [conviction_once_moved(Fraction(5), is_same_owner) for is_same_owner in (True, False)]
        [Fraction(5, 1), Fraction(0, 1)]
    """
    return conviction if is_same_owner else Fraction(0)


@rule("LOCK-12", since=411)
def choice_stored(enabled: bool) -> bool | None:
    r"""The call set_perpetual_lock.

    Statement: A coldkey MUST be able to say whether its locks on a subnet are perpetual, which they are not before.
        `DecayingLock` of the coldkey and the subnet is stored as false if they are, and not at all else. A lock that it
        has there is rolled forward under the choice before ([LOCK-2](#lock-2)), and where the choice changes it leaves
        its sum and joins the other one ([LOCK-6](#lock-6)). The event is `PerpetualLockUpdated`: coldkey, netuid, the
        choice.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed.
    Source: `pallets/subtensor/src/staking/lock.rs`, `do_set_perpetual_lock`
    Known violation: The subnet need not exist.
    Example: What is stored is whether locks dwindle.

        >>> choice_stored(True), choice_stored(False)
        (False, None)
    """
    return False if enabled else None


@rule("LOCK-15", since=421)
def flags_of_account(flags: int, rejects: bool) -> int:
    r"""The call set_reject_locked_alpha.

    Statement: A coldkey MUST be able to say whether it refuses locked stake of others, which it does before. The lowest
        bit of its `AccountFlags` is set if it takes some; other bits stay, and flags of 0 are not stored. The event is
        `RejectLockedAlphaUpdated`: coldkey, whether it refuses.
    Units: bits.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `set_reject_locked_alpha`
    Example: It takes some, and then refuses.

        >>> flags_of_account(0, False), flags_of_account(3, True)
        (1, 2)
    """
    return flags & ~1 if rejects else flags | 1
