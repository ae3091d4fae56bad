"""What of a stake is free, and the sums of locks."""

from fractions import Fraction

from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, UNSIGNED, at_most, floored

CHAPTER = "dtao_spec.chapters.locks"


@rule("LOCK-5", since=411)
def stake_that_may_leave(stakes: list[int], mass: int) -> int:
    r"""Stake that may leave a subnet.

    Statement: No more MUST leave the stake of a coldkey on a subnet than it has there on all hotkeys beyond the mass of
        its lock as it is now ([LOCK-2](#lock-2)), whichever hotkey either is on.
    Formula: $$ f = \max\Big(0,\ \sum_h x_h - m\Big) $$
    Units: alpha rao.
    Rounding: none beyond that of the stakes and of the mass.
    Rejections: `StakeUnavailable`.
    Source: `pallets/subtensor/src/staking/lock.rs`, `ensure_available_to_unstake`
    Example: 40 of 100 alpha rao are locked.

        >>> stake_that_may_leave([70, 30], 40)
        60
    """
    return max(min(sum(stakes), 2**64 - 1) - mass, 0)


@rule("LOCK-6", since=411)
def sum_of_lock(is_of_owner_hotkey: bool, perpetual: bool) -> str:
    r"""Sums of locks.

    Statement: Whatever a lock gains or loses MUST be added to one of four sums, or taken from it: those of perpetual or
        of decaying locks, in favour of the owner hotkey of the subnet or of the hotkey itself. The sum is rolled
        forward by the same rates before ([LOCK-2](#lock-2)), and after an addition once more. Masses and convictions
        stay between 0 and their largest numbers. A sum, or a lock, without mass and conviction is not stored.
    Units: none.
    Rounding: as [LOCK-2](#lock-2).
    Source: `pallets/subtensor/src/staking/lock.rs`, `add_aggregate_lock`, `reduce_aggregate_lock`
    Known violation: What is rolled forward together is not what was rolled forward one by one, and a lock that changes
        twice in different blocks strays from its part of the sum.
    Example: All four.

        >>> [sum_of_lock(*kind) for kind in ((True, True), (True, False), (False, True), (False, False))]
        ['OwnerLock', 'DecayingOwnerLock', 'HotkeyLock', 'DecayingHotkeyLock']
    """
    return ("" if perpetual else "Decaying") + ("OwnerLock" if is_of_owner_hotkey else "HotkeyLock")


def reduce_lock_rounded(mass: int, conviction: Fraction, amount: int) -> tuple[int, Fraction]:
    """Return mass and conviction with the quotient and the product in U64F64."""
    if amount >= mass:
        return 0, Fraction(0)
    left = max(1 - floored(Fraction(amount, mass), LIMIT_BITS), Fraction(0))
    return mass - amount, floored(conviction * left, LIMIT_BITS)


@rule("LOCK-7", since=411, rounded=reduce_lock_rounded)
def reduce_lock(mass: int, conviction: Fraction, amount: int) -> tuple[int, Fraction]:
    r"""Locks of stake that leaves.

    Statement: When stake was bought or sold, a lock of the coldkey on the subnet that has no mass left MUST be removed,
        and what it still had leave its sum. When a small nomination was cleared ([STAKE-6](#stake-6)), the mass of a
        lock MUST lose as much as that, not below 0, and its conviction the same part of itself, all of it if no mass is
        left; its sum ([LOCK-6](#lock-6)) loses the same.
    Formula: $$ m' = \max(0,\ m - x), \qquad c' = c\,\Big(1 - \frac{x}{m}\Big) $$
    Units: alpha rao, of a lock as it is now ([LOCK-2](#lock-2)).
    Rounding: The quotient and the product are floored in U64F64.
    Source: `pallets/subtensor/src/staking/lock.rs`, `cleanup_lock_if_zero`, `force_reduce_lock`
    Example: A quarter of the mass, and all of it.

        >>> reduce_lock(100, Fraction(40), 25), reduce_lock(100, Fraction(40), 100)
        ((75, Fraction(30, 1)), (0, Fraction(0, 1)))
    """
    if amount >= mass:
        return 0, Fraction(0)
    return mass - amount, conviction * (1 - Fraction(amount, mass))


def lock_that_follows_rounded(
    stake: int, mass: int, conviction: Fraction, amount: int, is_same_hotkey: bool = True, accepts: bool = True
) -> tuple[int, Fraction] | str:
    """Return mass and conviction with the quotient and the product in U64F64."""
    moved = min(max(amount - max(stake - mass, 0), 0), mass)
    if amount > max(stake - mass, 0) and not is_same_hotkey:
        return "LockHotkeyMismatch"
    part = floored(Fraction(moved, mass), LIMIT_BITS) if mass else Fraction(0)
    return moved, at_most(floored(conviction * part, LIMIT_BITS), UNSIGNED, LIMIT_BITS)


@rule("LOCK-9", since=411, rounded=lock_that_follows_rounded)
def lock_that_follows(
    stake: int, mass: int, conviction: Fraction, amount: int, is_same_hotkey: bool = True, accepts: bool = True
) -> tuple[int, Fraction] | str:
    r"""Locks of stake that changes its owner.

    Statement: When a coldkey transfers stake within a subnet to another one, free stake MUST go first; as much of its
        lock as the amount is beyond that MUST join the other one's lock, or begin one in favour of the same hotkey, and
        take along the same part of the conviction. The sums follow ([LOCK-6](#lock-6)). Where the other coldkey has a
        lock in favour of another hotkey, locked stake MUST be refused.
    Formula: $$ m_x = \min\big(m,\ \max(0,\ x - f)\big), \qquad c_x = c\,\frac{m_x}{m} $$
    Units: alpha rao: the stake on all hotkeys of the subnet and the lock as it is now, before the amount leaves; $f$ is
        that of [LOCK-5](#lock-5).
    Rounding: The quotient and the product are floored in U64F64.
    Rejections: `LockHotkeyMismatch`.
    Source: `pallets/subtensor/src/staking/lock.rs`, `transfer_lock`
    Known violation: A move between subnets refuses locked stake, a transfer within one takes it along.
    Example: 40 of 100 alpha rao are locked, and 70 go.

        >>> lock_that_follows(100, 40, Fraction(20), 70), lock_that_follows(100, 40, Fraction(20), 70, False)
        ((10, Fraction(5, 1)), 'LockHotkeyMismatch')
    """
    free = max(stake - mass, 0)
    if amount > free and not is_same_hotkey:
        return "LockHotkeyMismatch"
    moved = min(max(amount - free, 0), mass)
    return moved, conviction * moved / mass if mass else Fraction(0)


def lock_that_follows_where_accepted_rounded(
    stake: int, mass: int, conviction: Fraction, amount: int, is_same_hotkey: bool = True, accepts: bool = True
) -> tuple[int, Fraction] | str:
    """Return mass and conviction with the quotient and the product in U64F64."""
    found = lock_that_follows_rounded(stake, mass, conviction, amount, is_same_hotkey)
    return found if isinstance(found, str) or accepts or found[0] == 0 else "AccountRejectsLockedAlpha"


@rule("LOCK-9", since=421, rounded=lock_that_follows_where_accepted_rounded)
def lock_that_follows_where_accepted(
    stake: int, mass: int, conviction: Fraction, amount: int, is_same_hotkey: bool = True, accepts: bool = True
) -> tuple[int, Fraction] | str:
    r"""Locks of stake that changes its owner.

    Change: Nobody gets locked stake who did not ask for it, as it binds what else one has on the subnet.
    Statement: When a coldkey transfers stake within a subnet to another one, free stake MUST go first; as much of its
        lock as the amount is beyond that MUST join the other one's lock, or begin one in favour of the same hotkey, and
        take along the same part of the conviction. The sums follow ([LOCK-6](#lock-6)). Where the other coldkey has a
        lock in favour of another hotkey, or did not say that it takes any ([LOCK-15](#lock-15)), locked stake MUST be
        refused.
    Formula: $$ m_x = \min\big(m,\ \max(0,\ x - f)\big), \qquad c_x = c\,\frac{m_x}{m} $$
    Units: alpha rao: the stake on all hotkeys of the subnet and the lock as it is now, before the amount leaves; $f$ is
        that of [LOCK-5](#lock-5).
    Rounding: The quotient and the product are floored in U64F64.
    Rejections: `LockHotkeyMismatch`, `AccountRejectsLockedAlpha`.
    Source: `pallets/subtensor/src/staking/lock.rs`, `transfer_lock`, `ensure_can_receive_locked_alpha`
    Known violation: A move between subnets refuses locked stake, a transfer within one takes it along.
    Example: Free stake is taken by everybody.

        >>> [lock_that_follows_where_accepted(100, 40, Fraction(20), amount, accepts=False) for amount in (60, 61)]
        [(0, Fraction(0, 1)), 'AccountRejectsLockedAlpha']
    """
    found = lock_that_follows(stake, mass, conviction, amount, is_same_hotkey)
    return found if isinstance(found, str) or accepts or found[0] == 0 else "AccountRejectsLockedAlpha"
