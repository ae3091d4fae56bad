"""What swaps of keys and the owner's cut do to locks."""

from collections.abc import Mapping

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.locks"


@rule("LOCK-10", since=411)
def lock_swap_rejection(masses_of_new: list[int], masses_of_old: list[int], accepts: bool) -> str | None:
    r"""Locks after a coldkey swap.

    Statement: After all else of a coldkey swap but the balance ([KEY-8](#key-8)), the locks of the old coldkey MUST be
        the new one's on every subnet, as they are now under the old one's choice and then under the new one's
        ([LOCK-12](#lock-12)), and their sums follow ([LOCK-6](#lock-6)). The swap MUST be refused if the new coldkey
        has a mass locked on any subnet.
    Units: alpha rao: the masses of all locks as they are now ([LOCK-2](#lock-2)).
    Rounding: as [LOCK-2](#lock-2).
    Rejections: `ActiveLockExists`.
    Source: `pallets/subtensor/src/staking/lock.rs`, `swap_coldkey_locks`, `ensure_no_active_locks`
    Known violation: Whether locks are perpetual does not follow.
    Example: A lock of no mass does no harm.

        >>> lock_swap_rejection([0], [5], False), lock_swap_rejection([1], [], True)
        (None, 'ActiveLockExists')
    """
    return "ActiveLockExists" if any(masses_of_new) else None


@rule("LOCK-10", since=421)
def lock_swap_rejection_unless_accepted(
    masses_of_new: list[int], masses_of_old: list[int], accepts: bool
) -> str | None:
    r"""Locks after a coldkey swap.

    Change: Whether locks are perpetual follows them, which had become decaying. A coldkey that does not take locked
        stake gets none by a swap either.
    Statement: After all else of a coldkey swap but the balance ([KEY-8](#key-8)), the locks of the old coldkey MUST be
        the new one's on every subnet, as they are now, and their sums follow ([LOCK-6](#lock-6)); the old one's choice
        whether they are perpetual, where it made one ([LOCK-12](#lock-12)), replaces the new one's. The swap MUST be
        refused if the new coldkey has a mass locked on any subnet, or if a mass would become its and it did not say
        that it takes any ([LOCK-15](#lock-15)).
    Units: alpha rao: the masses of all locks as they are now ([LOCK-2](#lock-2)).
    Rounding: as [LOCK-2](#lock-2).
    Rejections: `ActiveLockExists`, `AccountRejectsLockedAlpha`.
    Source: `pallets/subtensor/src/staking/lock.rs`, `swap_coldkey_locks`, `ensure_can_receive_locked_alpha`
    Example: Whoever did not ask for locked stake does not get any.

        >>> [lock_swap_rejection_unless_accepted([], masses, False) for masses in ([0], [5])]
        [None, 'AccountRejectsLockedAlpha']
    """
    refusal = lock_swap_rejection(masses_of_new, masses_of_old, accepts)
    return refusal or ("AccountRejectsLockedAlpha" if any(masses_of_old) and not accepts else None)


@rule("LOCK-11", since=411)
def netuids_on_which_locks_follow(counted: Mapping[int, bool], swapped_on: int | None = None) -> list[int]:
    r"""Locks after a hotkey swap.

    Statement: When a hotkey is swapped on all networks, locks in its favour MUST be in favour of the new one, on all
        subnets, if on any existing one it has a sum of locks ([LOCK-6](#lock-6)) or either hotkey is the owner hotkey.
        Where that is so its sums MUST take the place of the new one's, of the owner if the new one is or becomes the
        owner hotkey. All are rolled forward before ([LOCK-2](#lock-2)). After a swap on one subnet alone locks stay.
    Units: by netuid, whether it has such a sum or is owned so; the netuid of a swap on one subnet; out, the subnets on
        which locks follow.
    Rounding: as [LOCK-2](#lock-2).
    Source: `pallets/subtensor/src/staking/lock.rs`, `swap_hotkey_locks`
    Known violation: After a swap on one subnet the locks are in favour of the old hotkey, and where it was the owner
        hotkey their sums are not where they are looked for. A lock or a sum that the new hotkey already had is lost.
    Example: A sum on subnet 2 takes along the locks on subnet 1 as well.

        >>> netuids_on_which_locks_follow({1: False, 2: True}), netuids_on_which_locks_follow({2: True}, 2)
        ([1, 2], [])
    """
    return sorted(counted) if swapped_on is None and any(counted.values()) else []


@rule("LOCK-11", since=417)
def netuids_on_which_locks_follow_where_counted(
    counted: Mapping[int, bool], swapped_on: int | None = None
) -> list[int]:
    r"""Locks after a hotkey swap.

    Change: Locks follow a hotkey that is swapped on one subnet, where they had stayed with the old one while the subnet
        had the new one as its owner hotkey. They follow only where their sums do.
    Statement: When a hotkey is swapped, locks in its favour MUST be in favour of the new one on each existing network
        on which it is swapped and has a sum of locks ([LOCK-6](#lock-6)) or either hotkey is the owner hotkey. Its sums
        there MUST take the place of the new one's, of the owner if the new one is or becomes the owner hotkey. All are
        rolled forward before ([LOCK-2](#lock-2)).
    Units: by netuid, whether it has such a sum or is owned so; the netuid of a swap on one subnet; out, the subnets on
        which locks follow.
    Rounding: as [LOCK-2](#lock-2).
    Source: `pallets/subtensor/src/staking/lock.rs`, `swap_hotkey_locks`, `swap_hotkey_locks_on_subnet`
    Known violation: A lock or a sum that the new hotkey already had is lost.
    Example: A swap on all networks, and one on subnet 2.

        >>> counted = {1: False, 2: True, 3: True}
        >>> [netuids_on_which_locks_follow_where_counted(counted, swapped_on) for swapped_on in (None, 2)]
        [[2, 3], [2]]
    """
    concerned = counted if swapped_on is None else {swapped_on} & counted.keys()
    return sorted(netuid for netuid in concerned if counted[netuid])


@rule("LOCK-13", since=411)
def hotkey_of_locked_cut(enabled: bool, hotkey_of_lock: str | None, owner_hotkey: str) -> str | None:
    r"""The owner's cut is locked.

    Statement: Where `OwnerCutAutoLockEnabled` of the subnet says so, what its owner is paid as the owner cut
        ([DIV-9](#div-9)) MUST be locked ([LOCK-3](#lock-3)) in favour of the hotkey of the owner's lock there, or else
        of the owner hotkey. If that is refused nothing is locked. There is no event.
    Units: None where nothing is locked.
    Rounding: as [LOCK-2](#lock-2).
    Source: `pallets/subtensor/src/staking/lock.rs`, `auto_lock_owner_cut`
    Example: The first cut, and one after the owner moved its lock.

        >>> hotkey_of_locked_cut(True, None, "h"), hotkey_of_locked_cut(True, "g", "h")
        ('h', 'g')
    """
    return (hotkey_of_lock or owner_hotkey) if enabled else None
