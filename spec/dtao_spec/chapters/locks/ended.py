"""Locks that end when little is left of them, sums that follow them, and owners by conviction."""

from collections.abc import Iterable
from fractions import Fraction

from dtao_spec.chapters.locks.conviction import hotkey_that_takes_over, roll_forward, roll_forward_rounded
from dtao_spec.chapters.locks.effects import lock_swap_rejection
from dtao_spec.chapters.locks.sums import reduce_lock, reduce_lock_rounded
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.locks"
NEGLIGIBLE = 100
MORE_THAN_A_YEAR = 7_200 * 365 + 1_800


def roll_or_end_rounded(
    mass: int, conviction: Fraction, blocks: int, unlock_rate: int, maturity_rate: int, is_owner: bool, perpetual: bool
) -> tuple[int, Fraction]:
    """Return mass and conviction, both 0 if they are negligible, with each product floored in U64F64."""
    left, ripe = roll_forward_rounded(mass, conviction, blocks, unlock_rate, maturity_rate, is_owner, perpetual)
    return (0, Fraction(0)) if left < NEGLIGIBLE and ripe < NEGLIGIBLE else (left, ripe)


@rule("LOCK-2", since=423, rounded=roll_or_end_rounded)
def roll_or_end(
    mass: int, conviction: Fraction, blocks: int, unlock_rate: int, maturity_rate: int, is_owner: bool, perpetual: bool
) -> tuple[Fraction, Fraction]:
    r"""A lock after some blocks.

    Change: A lock ends once little is left of it. Until then it had dwindled for years.
    Statement: The mass of a lock MUST dwindle by `UnlockRate` ([LOCK-1](#lock-1)), unless it is perpetual. Its
        conviction MUST dwindle by `MaturityRate` and gain what ripens meanwhile from the mass, nothing where one of the
        two is 0 and the other is not. A lock in favour of the subnet's owner hotkey MUST have its mass as conviction. A
        lock of a later block stays as it is, but for that. If both are below 100 then, both MUST be 0. The same holds
        for sums of locks ([LOCK-6](#lock-6)).
    Formula: $$ m' = m\,d(t, u), \qquad c' = c\,d(t, r) + m\,g, \qquad g = \begin{cases}
        1 - d(t, r) & \text{perpetual} \\
        \frac{t}{r}\,d(t, r) & u = r \\
        \frac{u}{u - r}\,\big(d(t, u) - d(t, r)\big) & u \ne r \end{cases} $$
    Units: alpha rao for the mass and the conviction, blocks for $t$ and for the rates $u$ and $r$, which are time
        constants.
    Rounding: The mass is truncated to alpha rao. Every other product is floored in U64F64, the quotient with $u - r$ is
        truncated in I64F64; all saturate. What ripens is not below 0.
    Source: `pallets/subtensor/src/staking/lock.rs`, `roll_forward_lock`, `is_zero`
    Example: After one time constant of both: 1 000 alpha rao, and 250, of which neither part is 100 any more.

        >>> [
        ...     [int(part) for part in roll_or_end(mass, Fraction(0), 9, 9, 9, False, False)]
        ...     for mass in (1_000, 250)
        ... ]
        [[367, 367], [0, 0]]
    """
    after = roll_forward(mass, conviction, blocks, unlock_rate, maturity_rate, is_owner, perpetual)
    return (Fraction(0), Fraction(0)) if max(after) < NEGLIGIBLE else after


@rule("LOCK-7", since=423, rounded=reduce_lock_rounded)
def reduce_lock_and_sum(mass: int, conviction: Fraction, amount: int) -> tuple[int, Fraction]:
    r"""Locks of stake that leaves.

    Change: A lock that is touched is stored as it is now, and its sum follows at once.
    Statement: When stake was bought or sold, the lock of the coldkey on the subnet MUST be stored as it is now, or
        removed if it has ended ([LOCK-2](#lock-2)). When a small nomination was cleared ([STAKE-6](#stake-6)), the mass
        of the lock MUST lose as much as that, not below 0, and its conviction the same part of itself, all of it if no
        mass is left. In both cases, and whenever else a lock changes, its sum ([LOCK-6](#lock-6)) MUST first lose what
        the lock lost since it was stored, mass and conviction, and be of this block; where it lost neither, the sum
        itself is rolled forward.
    Formula: $$ m' = \max(0,\ m - x), \qquad c' = c\,\Big(1 - \frac{x}{m}\Big) $$
    Units: alpha rao, of a lock as it is now ([LOCK-2](#lock-2)).
    Rounding: The quotient and the product are floored in U64F64.
    Source: `pallets/subtensor/src/staking/lock.rs`, `cleanup_lock_if_zero`, `force_reduce_lock`, `roll_forward`
    Known violation: A sum that loses what one lock lost is of this block, though nothing of it was rolled forward: what
        ripened of that lock until now, and what ripened and dwindled of the others, is forgotten.
    Example: A quarter of the mass, and all of it.

        >>> reduce_lock_and_sum(100, Fraction(40), 25), reduce_lock_and_sum(100, Fraction(40), 100)
        ((75, Fraction(30, 1)), (0, Fraction(0, 1)))
    """
    return reduce_lock(mass, conviction, amount)


@rule("LOCK-16", since=423)
def coldkeys_locking(locks: Iterable[tuple[str, str, int, Fraction]]) -> dict[str, list[str]]:
    r"""Coldkeys that lock in favour of a hotkey.

    Statement: `LockingColdkeys` of a subnet MUST name, for each hotkey, the coldkeys that have a lock in its favour
        there which is stored. A lock that is stored with a mass and a conviction below 100 is not: it is removed, and
        so is the name. At the upgrade to this version all locks MUST be stored as they were then ([LOCK-7](#lock-7)),
        in the order in which the runtime iterates, by the `Blake2_128Concat` of the coldkey, the netuid and that of the
        hotkey; and the removal of a network removes the locks that the index names.
    Units: (coldkey, hotkey, mass, conviction) of each lock on the subnet, in alpha rao.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/lock.rs`, `insert_lock_state`, `destroy_lock_maps`;
        `pallets/subtensor/src/migrations/migrate_populate_locking_coldkeys.rs`
    Example: Alice and Bob lock in favour of one hotkey; what Carol has left does not count.

        >>> locks = [("bob", "h", 500, 0), ("alice", "h", 0, 100), ("carol", "h", 99, 99)]
        >>> coldkeys_locking((*keys, mass, Fraction(conviction)) for *keys, mass, conviction in locks)
        {'h': ['alice', 'bob']}
    """
    names: dict[str, list[str]] = {}
    for coldkey, hotkey, mass, conviction in locks:
        if mass >= NEGLIGIBLE or conviction >= NEGLIGIBLE:
            names.setdefault(hotkey, []).append(coldkey)
    return {hotkey: sorted(coldkeys) for hotkey, coldkeys in names.items()}


@rule("LOCK-10", since=424)
def lock_swap_rejection_with_flags(masses_of_new: list[int], masses_of_old: list[int], accepts: bool) -> str | None:
    r"""Locks after a coldkey swap.

    Change: What a coldkey said of locked stake follows it, so that a swap to a new coldkey is not refused any more.
    Statement: After all else of a coldkey swap but the balance ([KEY-8](#key-8)), the locks of the old coldkey MUST be
        the new one's on every subnet, as they are now, and their sums follow ([LOCK-6](#lock-6)); the old one's choice
        whether they are perpetual, where it made one ([LOCK-12](#lock-12)), and its `AccountFlags`
        ([LOCK-15](#lock-15)) replace the new one's. The swap MUST be refused if the new coldkey has a mass locked on
        any subnet. Whether it takes locked stake MUST NOT count.
    Units: alpha rao: the masses of all locks as they are now ([LOCK-2](#lock-2)).
    Rounding: as [LOCK-2](#lock-2).
    Rejections: `ActiveLockExists`.
    Source: `pallets/subtensor/src/staking/lock.rs`, `swap_coldkey_locks`;
        `pallets/subtensor/src/swap/swap_coldkey.rs`, `do_swap_coldkey`
    Known violation: A coldkey that takes locked stake no longer does after a swap to it from one that did not.
    Example: Whoever did not ask for locked stake gets it by a swap.

        >>> lock_swap_rejection_with_flags([], [5], False), lock_swap_rejection_with_flags([1], [], True)
        (None, 'ActiveLockExists')
    """
    return lock_swap_rejection(masses_of_new, masses_of_old, accepts)


@rule("LOCK-14", since=425)
def hotkey_that_takes_over_at_epoch(
    convictions: dict[int, Fraction], owners: dict[int, str], owner: str, alpha_out: int, age: int
) -> int | None:
    r"""The owner by conviction.

    Change: It happens: at the epochs of the subnet, before what is pending there is paid.
    Statement: At each epoch that is not left out ([BLOCK-6](#block-6)), before what is pending is paid
        ([DIV-9](#div-9)), the hotkey with the most conviction ([LOCK-8](#lock-8)), of equal ones that with the highest
        number, MUST become the owner hotkey of the subnet, and its coldkey the owner. That is so if the subnet was
        registered at least 2 629 800 blocks ago, alpha is outside of its pool, all conviction together is at least a
        tenth of that, and the coldkey exists and is not the owner yet. It is registered first if it has no uid; if that
        is refused nothing changes. The sums of locks of the old owner hotkey become those of a hotkey, and those of the
        new one join the sums of the owner. The event is `SubnetOwnerChanged`: netuid, the coldkeys before and after.
    Formula: $$ h^* = \arg\max_h C_h, \qquad 10 \sum_h C_h \ge O $$
    Units: alpha rao; blocks. None where the owner stays.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/lock.rs`, `change_subnet_owner_if_needed`;
        `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_emissions_to_subnets`
    Known violation: The owner cut that was set aside under the old owner is paid to the new one. The owner's locks
        count at once, the others' have to ripen; so an owner with a tenth of all alpha locked can hardly be replaced.
    Example: A year is needed, and a tenth.

        >>> ages = MORE_THAN_A_YEAR - 1, MORE_THAN_A_YEAR
        >>> [hotkey_that_takes_over_at_epoch({7: Fraction(10)}, {7: "bob"}, "alice", 100, age) for age in ages]
        [None, 7]
    """
    return hotkey_that_takes_over(convictions, owners, owner, alpha_out, age)
