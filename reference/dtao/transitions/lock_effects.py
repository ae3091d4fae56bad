"""What calls of stake do to locks: one that ended goes, one is reduced, one follows stake to another coldkey."""

from dtao.evolving import evolve
from dtao.fixed import U64F64, safe_div
from dtao.outcome import Rejection, require
from dtao.records import Lock
from dtao.rule import implements
from dtao.state import State
from dtao.transitions.locks import (
    ACCEPTS_LOCKED_ALPHA,
    FRACTION,
    LARGEST,
    NO_CONVICTION,
    NO_MASS,
    add_to_bucket,
    clock_of,
    merged,
    present_lock,
    reduced,
    rolled_for,
    stake_on_subnet,
    take_from_bucket,
    with_bucket_of,
    with_lock,
    without_lock,
)
from dtao.transitions.stake import with_subnet
from dtao.units import AccountId, Alpha, Bits, NetUid


def end_no_lock(state: State, coldkey: AccountId, netuid: NetUid) -> State:
    """Return the state as it is."""
    return state


def reduce_no_lock(state: State, coldkey: AccountId, netuid: NetUid, amount: Alpha) -> State:
    """Return the state as it is."""
    return state


def transfer_no_lock(state: State, origin: AccountId, destination: AccountId, netuid: NetUid, amount: Alpha) -> State:
    """Return the state as it is."""
    return state


@implements("LOCK-7")
def remove_ended_lock(state: State, coldkey: AccountId, netuid: NetUid) -> State:
    """Return the state without the lock of a coldkey if nothing of its mass is left.

    Mirrors ``cleanup_lock_if_zero``.
    """
    found = present_lock(state, netuid, coldkey)
    if found is None or found[1].mass:
        return state
    clock, subnet = clock_of(state), state.subnet(netuid)
    hotkey, lock = found
    subnet = without_lock(clock, subnet, coldkey, hotkey)
    return with_subnet(state, netuid, take_from_bucket(clock, subnet, coldkey, hotkey, lock.mass, lock.conviction))


@implements("LOCK-7")
def bring_lock_up_to_date(state: State, coldkey: AccountId, netuid: NetUid) -> State:
    """Return the state in which the lock of a coldkey and the sum to which it belongs are as of now.

    Mirrors ``cleanup_lock_if_zero``.
    """
    found = present_lock(state, netuid, coldkey)
    if found is None:
        return state
    clock, subnet = clock_of(state), state.subnet(netuid)
    return with_subnet(state, netuid, with_lock(clock, with_bucket_of(clock, subnet, coldkey), coldkey, *found))


@implements("LOCK-7")
def reduce_lock(state: State, coldkey: AccountId, netuid: NetUid, amount: Alpha) -> State:
    """Return the state in which a coldkey has an amount less locked, and as large a part of its conviction less.

    Mirrors ``force_reduce_lock``.
    """
    clock, subnet = clock_of(state), state.subnet(netuid)
    found = present_lock(state, netuid, coldkey)
    if found is None:
        return state
    hotkey, lock = found
    subnet = with_bucket_of(clock, subnet, coldkey)
    mass = Alpha(max(lock.mass - amount, 0))
    conviction = NO_CONVICTION
    if mass:
        removed = safe_div(U64F64, amount << FRACTION, lock.mass << FRACTION)
        conviction = Bits(lock.conviction * max(U64F64.one - removed, 0) >> FRACTION)
    subnet = with_lock(clock, subnet, coldkey, hotkey, Lock(mass, conviction, clock.now))
    lost = Alpha(lock.mass - mass), Bits(lock.conviction - conviction)
    return with_subnet(state, netuid, take_from_bucket(clock, subnet, coldkey, hotkey, *lost))


@implements("LOCK-9")
def transfer_lock(state: State, origin: AccountId, destination: AccountId, netuid: NetUid, amount: Alpha) -> State:
    """Return the state in which as much of the lock follows stake to another coldkey as is not free stake.

    A part of the conviction follows that is as large as the part of the mass. Rejects ``LockHotkeyMismatch`` if the
    other coldkey has a lock in favour of another hotkey. Mirrors ``transfer_lock``.
    """
    return _transfer(state, origin, destination, netuid, amount)[0]


@implements("LOCK-9")
def transfer_lock_if_accepted(
    state: State, origin: AccountId, destination: AccountId, netuid: NetUid, amount: Alpha
) -> State:
    """Return the state as :func:`transfer_lock`.

    Rejects ``AccountRejectsLockedAlpha`` too, if anything locked follows and the other coldkey does not take it.
    """
    state, mass = _transfer(state, origin, destination, netuid, amount)
    require_accepted(state, destination, mass)
    return state


def require_accepted(state: State, coldkey: AccountId, mass: Alpha) -> None:
    """Refuse, as ``AccountRejectsLockedAlpha``, to give locked stake to a coldkey that did not say that it takes it.

    Mirrors ``ensure_can_receive_locked_alpha``.
    """
    accepts = state.account_flags.get(coldkey, 0) & ACCEPTS_LOCKED_ALPHA
    require(mass == 0 or accepts != 0, Rejection.ACCOUNT_REJECTS_LOCKED_ALPHA)


def _transfer(
    state: State, origin: AccountId, destination: AccountId, netuid: NetUid, amount: Alpha
) -> tuple[State, Alpha]:
    """Return the state in which a lock has followed stake, and how much of its mass has."""
    subnet, clock = state.subnet(netuid), clock_of(state)
    source = present_lock(state, netuid, origin)
    if origin == destination or amount == 0 or source is None:
        return state, NO_MASS
    hotkey, lock = source
    target = present_lock(state, netuid, destination)
    target_hotkey, target_lock = (hotkey, clock.empty()) if target is None else target
    free = max(stake_on_subnet(state, origin, netuid) - lock.mass, 0)
    beyond = max(amount - free, 0)
    mass, conviction = NO_MASS, NO_CONVICTION
    if beyond:
        require(target_hotkey == hotkey, Rejection.LOCK_HOTKEY_MISMATCH)
        mass = Alpha(min(beyond, lock.mass))
        if mass:
            part = safe_div(U64F64, mass << FRACTION, lock.mass << FRACTION)
            conviction = Bits(min(lock.conviction * part >> FRACTION, LARGEST))
        lock = reduced(lock, mass, conviction)
        target_lock = evolve(
            merged(target_lock, Lock(mass, conviction, clock.now)), last_update=target_lock.last_update
        )
    subnet = with_lock(clock, subnet, origin, hotkey, rolled_for(clock, subnet, origin, hotkey, lock))
    rolled_target = rolled_for(clock, subnet, destination, target_hotkey, target_lock)
    subnet = with_lock(clock, subnet, destination, target_hotkey, rolled_target)
    if mass:
        subnet = take_from_bucket(clock, subnet, origin, hotkey, mass, conviction)
        subnet = add_to_bucket(clock, subnet, destination, target_hotkey, Lock(mass, conviction, clock.now))
    return with_subnet(state, netuid, subnet), mass
