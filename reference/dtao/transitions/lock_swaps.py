"""What becomes of locked stake when keys are swapped, and of a subnet's owner by the conviction of its lockers."""

from functools import reduce

from dtao.entries import with_entry, without
from dtao.events import SubnetOwnerChanged
from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection, require
from dtao.records import NO_COLDKEY_LOCKS, Subnet
from dtao.rule import implements
from dtao.state import Result, State
from dtao.transitions.children import hashed
from dtao.transitions.lock_effects import require_accepted
from dtao.transitions.locks import (
    ACCEPTS_LOCKED_ALPHA,
    FRACTION,
    LARGEST,
    Clock,
    add_to_bucket,
    bucket,
    clock_of,
    convictions,
    is_owner_hotkey,
    locks_of,
    merged,
    rolled_for,
    take_from_bucket,
    with_bucket,
    with_lock,
    with_locks,
    without_lock,
)
from dtao.transitions.neurons import NOBODY, owner_of, owner_of_subnet, register_neuron
from dtao.transitions.stake import existing_netuids, with_subnet
from dtao.units import U64_MAX, AccountId, NetUid

ONE_YEAR = 7_200 * 365 + 1_800
"""Blocks before the conviction of a subnet may change its owner."""


def move_no_lock(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state as it is."""
    return state


def move_no_lock_on_subnet(state: State, netuid: NetUid, old: AccountId, new: AccountId) -> State:
    """Return the state as it is."""
    return state


@implements("LOCK-10")
def require_no_active_locks(state: State, coldkey: AccountId) -> None:
    """Refuse with ``ActiveLockExists`` if a coldkey has anything locked on any subnet.

    Mirrors ``ensure_no_active_locks``.
    """
    clock = clock_of(state)
    for subnet in state.subnets.values():
        for hotkey, lock in locks_of(subnet, coldkey).locks.items():
            is_active = rolled_for(clock, subnet, coldkey, hotkey, lock).mass > 0
            require(not is_active, Rejection.ACTIVE_LOCK_EXISTS)


@implements("LOCK-10")
def move_locks_of_coldkey(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the locks of a coldkey are those of another one, whose choice to decay holds for them.

    Rejects ``ActiveLockExists``. Mirrors ``swap_coldkey_locks``.
    """
    require_no_active_locks(state, new)
    clock = clock_of(state)
    for netuid, subnet in state.subnets.items():
        held = locks_of(subnet, old).locks
        if not held:
            continue
        for hotkey in sorted(held, key=hashed):
            lock = rolled_for(clock, subnet, old, hotkey, held[hotkey])
            moved = rolled_for(clock, subnet, new, hotkey, lock)
            subnet = without_lock(clock, subnet, old, hotkey)
            subnet = take_from_bucket(clock, subnet, old, hotkey, lock.mass, lock.conviction)
            subnet = with_lock(clock, subnet, new, hotkey, moved)
            subnet = add_to_bucket(clock, subnet, new, hotkey, moved)
        state = with_subnet(state, netuid, subnet)
    return state


@implements("LOCK-10")
def move_locks_of_coldkey_if_accepted(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the locks of a coldkey, and its choices to decay, are those of another one.

    Rejections, in order: ``ActiveLockExists``, ``AccountRejectsLockedAlpha`` (anything is locked, and the new coldkey
    does not take it). Mirrors ``swap_coldkey_locks`` from 421 on.
    """
    require_no_active_locks(state, new)
    clock = clock_of(state)
    for netuid, subnet in state.subnets.items():
        own = locks_of(subnet, old)
        perpetual = own.is_decaying is False
        rolled = {
            hotkey: clock.rolled(own.locks[hotkey], is_owner_hotkey(subnet, hotkey), perpetual)
            for hotkey in sorted(own.locks, key=hashed)
        }
        for hotkey, lock in rolled.items():
            require_accepted(state, new, lock.mass)
            subnet = without_lock(clock, subnet, old, hotkey)
            subnet = take_from_bucket(clock, subnet, old, hotkey, lock.mass, lock.conviction)
        if own.is_decaying is not None:
            subnet = with_locks(subnet, old, evolve(locks_of(subnet, old), is_decaying=None))
            subnet = with_locks(subnet, new, evolve(locks_of(subnet, new), is_decaying=own.is_decaying))
        for hotkey, lock in rolled.items():
            moved = clock.rolled(lock, is_owner_hotkey(subnet, hotkey), perpetual)
            subnet = with_lock(clock, subnet, new, hotkey, moved)
            subnet = add_to_bucket(clock, subnet, new, hotkey, moved)
        if own is not NO_COLDKEY_LOCKS:
            state = with_subnet(state, netuid, subnet)
    return state


@implements("LOCK-10")
def move_locks_of_coldkey_with_flags(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the locks of a coldkey, its choices to decay and its flags are those of another one.

    Whether that takes locked stake does not count. Rejects ``ActiveLockExists``. Mirrors ``swap_coldkey_locks`` from
    424 on.
    """
    flags = state.account_flags.set(new, state.account_flags.get(new, 0) | ACCEPTS_LOCKED_ALPHA)
    state = move_locks_of_coldkey_if_accepted(evolve(state, account_flags=flags), old, new)
    kept = flags.get(old, 0)  # A coldkey that is swapped for itself accepts from now on.
    return evolve(state, account_flags=with_entry(without(flags, old), new, kept, kept != 0))


@implements("LOCK-11")
def move_locks_of_hotkey(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which locks in favour of a hotkey are in favour of another one on all networks.

    Where its sums are on any network, the locks themselves move on all. Called before the owner hotkeys change. Mirrors
    ``swap_hotkey_locks``.
    """
    concerned = [netuid for netuid in existing_netuids(state) if counts_locks(state.subnet(netuid), old, new)]
    if not concerned:
        return state
    clock = clock_of(state)
    for netuid, subnet in state.subnets.items():
        subnet = move_locks(clock, subnet, old, new)
        state = with_subnet(state, netuid, move_sums(clock, subnet, old, new) if netuid in concerned else subnet)
    return state


@implements("LOCK-11")
def move_locks_of_hotkey_where_counted(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state as :func:`move_locks_of_hotkey`, but that locks move only where their sums are."""
    for netuid in existing_netuids(state):
        state = move_locks_of_hotkey_on_subnet(state, netuid, old, new)
    return state


@implements("LOCK-11")
def move_locks_of_hotkey_on_subnet(state: State, netuid: NetUid, old: AccountId, new: AccountId) -> State:
    """Return the state in which locks in favour of a hotkey on one subnet are in favour of another one.

    Mirrors ``swap_hotkey_locks_on_subnet``.
    """
    subnet = state.subnet(netuid)
    if not counts_locks(subnet, old, new):
        return state
    clock = clock_of(state)
    return with_subnet(state, netuid, move_sums(clock, move_locks(clock, subnet, old, new), old, new))


def counts_locks(subnet: Subnet, old: AccountId, new: AccountId) -> bool:
    """Whether a subnet may have sums of locks in favour of a hotkey that is swapped for another one."""
    is_owner = is_owner_hotkey(subnet, old) or is_owner_hotkey(subnet, new)
    return is_owner or old in subnet.hotkey_locks or old in subnet.decaying_hotkey_locks


def move_locks(clock: Clock, subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the locks in favour of a hotkey are in favour of another one; the sums are left.

    A lock that is not found by its hotkey stays, and who is known to have one without having it is forgotten.
    """
    was_owner = is_owner_hotkey(subnet, old)
    becomes_owner = was_owner or is_owner_hotkey(subnet, new)
    for coldkey, own in subnet.coldkey_locks.items():
        if old in own.locks and clock.versions.is_known(subnet, old, coldkey):
            perpetual = own.is_decaying is False
            moved = clock.rolled(clock.rolled(own.locks[old], was_owner, perpetual), becomes_owner, perpetual)
            subnet = with_lock(clock, without_lock(clock, subnet, coldkey, old), coldkey, new, moved)
    unlocked = [key for key in subnet.locking_coldkeys if key[0] == old]
    return evolve(subnet, locking_coldkeys=reduce(without, unlocked, subnet.locking_coldkeys)) if unlocked else subnet


def move_sums(clock: Clock, subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the sums of locks in favour of a hotkey stand in place of those of another one."""
    was_owner = is_owner_hotkey(subnet, old)
    becomes_owner = was_owner or is_owner_hotkey(subnet, new)
    for perpetual in (True, False):
        held = bucket(subnet, old, was_owner, perpetual)
        if held is not None:
            subnet = with_bucket(subnet, old, was_owner, perpetual, clock.empty())
            moved = clock.rolled(clock.rolled(held, was_owner, perpetual), becomes_owner, perpetual)
            subnet = with_bucket(subnet, new, becomes_owner, perpetual, moved)
    return subnet


# What conviction does to the owner


@implements("LOCK-14")
def change_owner_by_conviction(state: State, netuid: NetUid) -> Result:
    """Return the state in which the hotkey with the most conviction on a subnet is its owner hotkey, and the event.

    Only on a subnet of at least a year, if all conviction is at least a tenth of the alpha outside of its pool, and if
    the hotkey has an owner who is not that of the subnet. Of equal ones it is the highest account. It gets a uid if it
    has none; without one nothing changes. Mirrors ``change_subnet_owner_if_needed``.
    """
    subnet, outside = state.subnet(netuid), state.pool(netuid).alpha_out
    found = convictions(state, netuid)
    total = min(sum(found.values()), LARGEST)
    is_old = state.block_number >= min(subnet.network_registered_at + ONE_YEAR, U64_MAX)
    if outside == 0 or not is_old or min(total * 10, LARGEST) < outside << FRACTION or not found:
        return state, ()
    hotkey = max(found, key=lambda account: (found[account], account))
    coldkey, before = owner_of(state, hotkey), owner_of_subnet(subnet)
    if coldkey in (NOBODY, before):
        return state, ()
    if hotkey not in subnet.neurons.uids:
        try:
            state, _ = register_neuron(state, netuid, hotkey)
        except Rejected:
            return state, ()
    clock, subnet = clock_of(state), state.subnet(netuid)
    old = NOBODY if subnet.owner_hotkey is None else subnet.owner_hotkey
    for is_owner, account in ((True, old), (False, hotkey)):
        for perpetual in (True, False):
            subnet = _move_bucket(clock, subnet, account, is_owner, perpetual)
    state = with_subnet(state, netuid, evolve(subnet, owner=coldkey, owner_hotkey=hotkey))
    return state, (SubnetOwnerChanged(netuid, before, coldkey),)


def _move_bucket(clock: Clock, subnet: Subnet, hotkey: AccountId, is_owner: bool, perpetual: bool) -> Subnet:
    """Return the subnet in which a sum of locks counts for the owner and no more for a hotkey, or the reverse."""
    moved = bucket(subnet, hotkey, is_owner, perpetual)
    if moved is None:
        return subnet
    subnet = with_bucket(subnet, hotkey, is_owner, perpetual, clock.empty())
    current = clock.rolled(bucket(subnet, hotkey, not is_owner, perpetual) or clock.empty(), not is_owner, perpetual)
    both = evolve(merged(current, clock.rolled(moved, is_owner, perpetual)), last_update=clock.now)
    return with_bucket(
        subnet, hotkey, not is_owner, perpetual, clock.rolled(both, True, perpetual) if not is_owner else both
    )
