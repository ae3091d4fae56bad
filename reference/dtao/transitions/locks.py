"""Locked stake in the state, from 411 on: locks of coldkeys, and their sums by the hotkey in whose favour they are.

A coldkey has at most one lock on a subnet, but for what a swap of coldkeys leaves. Its mass and conviction count in one
of four sums: of perpetual or decaying locks, in favour of the owner hotkey of the subnet or of another one.
"""

from functools import reduce

from attrs import frozen

from dtao.entries import with_entry, without
from dtao.events import StakeLocked
from dtao.evolving import evolve
from dtao.fixed import U64F64
from dtao.outcome import Rejected, Rejection, require
from dtao.persistent import Map
from dtao.records import NO_COLDKEY_LOCKS, ColdkeyLocks, Lock, Subnet
from dtao.rule import implements
from dtao.rules.locks import is_negligible
from dtao.state import LockRules, Result, State
from dtao.trades import Removal, Transition
from dtao.transitions.children import hashed
from dtao.transitions.neurons import NOBODY, owner_of_subnet
from dtao.transitions.stake import stake_of, with_subnet
from dtao.units import U64_MAX, AccountId, Alpha, Bits, BlockNumber, NetUid, WideBits

ACCEPTS_LOCKED_ALPHA = 1
"""The flag of an account that takes locked stake of others."""
NO_MASS, NO_CONVICTION = Alpha(0), Bits(0)
FRACTION, LARGEST = U64F64.fraction_bits, U64F64.max_bits


@frozen
class Clock:
    """By what locks are brought up to date."""

    now: BlockNumber
    unlock_rate: int
    maturity_rate: int
    versions: LockRules

    def rolled(self, lock: Lock, is_owner: bool, is_perpetual: bool) -> Lock:
        """Return a lock as it is now."""
        return self.versions.rolled(lock, self.now, self.unlock_rate, self.maturity_rate, is_owner, is_perpetual)

    def empty(self) -> Lock:
        """Return a lock of nothing, as of now."""
        return Lock(NO_MASS, NO_CONVICTION, self.now)


def clock_of(state: State) -> Clock:
    """Return by what locks are brought up to date in the present block."""
    parameters = state.parameters
    return Clock(state.block_number, parameters.unlock_rate, parameters.maturity_rate, state.runtime.locks)


# Reading


def locks_of(subnet: Subnet, coldkey: AccountId) -> ColdkeyLocks:
    """Return what a coldkey locked on a subnet."""
    return subnet.coldkey_locks.get(coldkey, NO_COLDKEY_LOCKS)


def first_lock(subnet: Subnet, coldkey: AccountId) -> tuple[AccountId, Lock] | None:
    """Return the hotkey and the lock of a coldkey, as stored; of several the first by the hash of the hotkey."""
    own = subnet.coldkey_locks.get(coldkey)
    if own is None or not own.locks:
        return None
    hotkey = min(own.locks, key=hashed)
    return hotkey, own.locks[hotkey]


def is_owner_hotkey(subnet: Subnet, hotkey: AccountId) -> bool:
    """Whether a lock is in favour of the subnet's owner. Mirrors ``is_subnet_owner_hotkey``."""
    return hotkey == (NOBODY if subnet.owner_hotkey is None else subnet.owner_hotkey)


def is_perpetual(subnet: Subnet, coldkey: AccountId) -> bool:
    """Whether the locks of a coldkey on a subnet do not decay. Mirrors ``is_perpetual_lock``."""
    return locks_of(subnet, coldkey).is_decaying is False


def rolled_for(clock: Clock, subnet: Subnet, coldkey: AccountId, hotkey: AccountId, lock: Lock) -> Lock:
    """Return a lock of a coldkey in favour of a hotkey as it is now."""
    return clock.rolled(lock, is_owner_hotkey(subnet, hotkey), is_perpetual(subnet, coldkey))


def present_lock(state: State, netuid: NetUid, coldkey: AccountId) -> tuple[AccountId, Lock] | None:
    """Return the hotkey and the lock of a coldkey as it is now."""
    subnet = state.subnet(netuid)
    found = first_lock(subnet, coldkey)
    return None if found is None else (found[0], rolled_for(clock_of(state), subnet, coldkey, *found))


@implements("LOCK-5")
def locked(state: State, coldkey: AccountId, netuid: NetUid) -> Alpha:
    """Return the alpha rao that a coldkey has locked on a subnet now. Mirrors ``get_current_locked``."""
    if coldkey not in state.subnet(netuid).coldkey_locks:
        return NO_MASS
    found = present_lock(state, netuid, coldkey)
    return NO_MASS if found is None else found[1].mass


def conviction_of_coldkey(state: State, coldkey: AccountId, netuid: NetUid) -> WideBits:
    """Return the conviction of a coldkey on a subnet now; U64F64. Mirrors ``get_conviction``."""
    found = present_lock(state, netuid, coldkey)
    return NO_CONVICTION if found is None else found[1].conviction


def stake_on_subnet(state: State, coldkey: AccountId, netuid: NetUid) -> Alpha:
    """Return the stake of a coldkey on a subnet, saturating. Mirrors ``total_coldkey_alpha_on_subnet``."""
    total = 0
    for hotkey in state.staking_hotkeys.get(coldkey, ()):
        total += stake_of(state, hotkey, coldkey, netuid)
    return Alpha(total if total < U64_MAX else U64_MAX)


@implements("LOCK-5")
def removal_available(state: State, removal: Removal) -> None:
    """``StakeUnavailable``: more than what is not locked."""
    require_available(state, removal.coldkey, removal.netuid, removal.alpha)


@implements("LOCK-5")
def transition_available(state: State, transition: Transition) -> None:
    """``StakeUnavailable``: more than what is not locked would leave the subnet."""
    require_available(state, transition.origin.coldkey, transition.origin.netuid, transition.alpha)


@implements("LOCK-5")
def require_available(state: State, coldkey: AccountId, netuid: NetUid, amount: Alpha) -> None:
    """Refuse with ``StakeUnavailable`` unless a coldkey has that much stake on a subnet beyond what it locked.

    Mirrors ``ensure_available_to_unstake``.
    """
    available = stake_on_subnet(state, coldkey, netuid) - locked(state, coldkey, netuid)
    require(available >= amount or amount == 0, Rejection.STAKE_UNAVAILABLE)


def bucket(subnet: Subnet, hotkey: AccountId, is_owner: bool, is_perpetual: bool) -> Lock | None:
    """Return one of the four sums."""
    if is_owner:
        return subnet.owner_lock if is_perpetual else subnet.decaying_owner_lock
    return (subnet.hotkey_locks if is_perpetual else subnet.decaying_hotkey_locks).get(hotkey)


@implements("LOCK-8")
def convictions(state: State, netuid: NetUid) -> dict[AccountId, WideBits]:
    """Return the conviction of every hotkey in whose favour anything is locked on a subnet, now; U64F64."""
    clock, subnet = clock_of(state), state.subnet(netuid)
    owner = NOBODY if subnet.owner_hotkey is None else subnet.owner_hotkey
    found: dict[AccountId, Bits] = {}
    general = [(hotkey, lock, True) for hotkey, lock in subnet.hotkey_locks.items()]
    general += [(hotkey, lock, False) for hotkey, lock in subnet.decaying_hotkey_locks.items()]
    owned = [(owner, subnet.owner_lock, True), (owner, subnet.decaying_owner_lock, False)]
    for hotkey, lock, perpetual in general:
        _count(found, hotkey, clock.rolled(lock, False, perpetual))
    for hotkey, lock_of_owner, perpetual in owned:
        if lock_of_owner is not None:
            _count(found, hotkey, clock.rolled(lock_of_owner, True, perpetual))
    return found


def _count(found: dict[AccountId, Bits], hotkey: AccountId, lock: Lock) -> None:
    found[hotkey] = Bits(min(found.get(hotkey, NO_CONVICTION) + lock.conviction, LARGEST))


def conviction_of_hotkey(state: State, hotkey: AccountId, netuid: NetUid) -> WideBits:
    """Return the conviction of a hotkey on a subnet now; U64F64. Mirrors ``hotkey_conviction``."""
    return convictions(state, netuid).get(hotkey, NO_CONVICTION)


def all_available(state: State, coldkey: AccountId, netuid: NetUid, amount: Alpha) -> None:
    """Refuse nothing: no stake is locked."""


# Writing


def is_stored(lock: Lock) -> bool:
    """Whether a lock is stored: one of nothing is not."""
    return lock.mass != 0 or lock.conviction != 0


def is_kept_if_not_negligible(lock: Lock) -> bool:
    """Whether a lock of a coldkey is stored: a negligible one is not."""
    return not is_negligible(lock)


def index_nothing(subnet: Subnet, hotkey: AccountId, coldkey: AccountId, is_locking: bool) -> Subnet:
    """Return the subnet as it is: nothing says by hotkey who locked in its favour."""
    return subnet


@implements("LOCK-16")
def index(subnet: Subnet, hotkey: AccountId, coldkey: AccountId, is_locking: bool) -> Subnet:
    """Return the subnet in which it is known by hotkey whether a coldkey locked in its favour."""
    index = with_entry(subnet.locking_coldkeys, (hotkey, coldkey), True, is_locking)
    return subnet if index is subnet.locking_coldkeys else evolve(subnet, locking_coldkeys=index)


def is_any_known(subnet: Subnet, hotkey: AccountId, coldkey: AccountId) -> bool:
    """Say of any lock that it is found by its hotkey."""
    return True


@implements("LOCK-16")
def is_indexed(subnet: Subnet, hotkey: AccountId, coldkey: AccountId) -> bool:
    """Whether a lock is found by its hotkey: where that is known. Only a direct write leaves a lock that is not."""
    return (hotkey, coldkey) in subnet.locking_coldkeys


@implements("LOCK-16")
def locks_not_known(rules: LockRules, subnet: Subnet) -> Map[AccountId, ColdkeyLocks]:
    """Return the locks that outlive a dissolved subnet: those that are not found by their hotkey.

    Mirrors ``destroy_lock_maps``.
    """
    kept = subnet.coldkey_locks
    for coldkey, own in subnet.coldkey_locks.items():
        known = [hotkey for hotkey in own.locks if rules.is_known(subnet, hotkey, coldkey)]
        rest = ColdkeyLocks(locks=reduce(without, known, own.locks))
        kept = with_entry(kept, coldkey, rest, rest != NO_COLDKEY_LOCKS)
    return kept


def with_lock(clock: Clock, subnet: Subnet, coldkey: AccountId, hotkey: AccountId, lock: Lock) -> Subnet:
    """Return the subnet with a lock of a coldkey in favour of a hotkey; one of nothing is removed."""
    own, is_kept = locks_of(subnet, coldkey), clock.versions.is_kept(lock)
    subnet = clock.versions.index(subnet, hotkey, coldkey, is_kept)
    return with_locks(subnet, coldkey, evolve(own, locks=with_entry(own.locks, hotkey, lock, is_kept)))


def without_lock(clock: Clock, subnet: Subnet, coldkey: AccountId, hotkey: AccountId) -> Subnet:
    """Return the subnet without the lock of a coldkey in favour of a hotkey."""
    own = locks_of(subnet, coldkey)
    subnet = clock.versions.index(subnet, hotkey, coldkey, False)
    return with_locks(subnet, coldkey, evolve(own, locks=without(own.locks, hotkey)))


def with_choice(subnet: Subnet, coldkey: AccountId, is_perpetual: bool) -> Subnet:
    """Return the subnet in which the locks of a coldkey are perpetual, or decay."""
    return with_locks(subnet, coldkey, evolve(locks_of(subnet, coldkey), is_decaying=False if is_perpetual else None))


def with_locks(subnet: Subnet, coldkey: AccountId, own: ColdkeyLocks) -> Subnet:
    """Return the subnet with all that a coldkey locked; nothing is removed."""
    return evolve(subnet, coldkey_locks=with_entry(subnet.coldkey_locks, coldkey, own, own != NO_COLDKEY_LOCKS))


def with_bucket(subnet: Subnet, hotkey: AccountId, is_owner: bool, is_perpetual: bool, lock: Lock) -> Subnet:
    """Return the subnet with one of the four sums replaced; one of nothing is removed."""
    kept = lock if is_stored(lock) else None
    if is_owner:
        return evolve(subnet, owner_lock=kept) if is_perpetual else evolve(subnet, decaying_owner_lock=kept)
    if is_perpetual:
        return evolve(subnet, hotkey_locks=with_entry(subnet.hotkey_locks, hotkey, lock, kept is not None))
    locks = with_entry(subnet.decaying_hotkey_locks, hotkey, lock, kept is not None)
    return evolve(subnet, decaying_hotkey_locks=locks)


def merged(one: Lock, other: Lock) -> Lock:
    """Return the sum of two locks, saturating, as of the later block."""
    return Lock(
        Alpha(min(one.mass + other.mass, U64_MAX)),
        Bits(min(one.conviction + other.conviction, LARGEST)),
        max(one.last_update, other.last_update),
    )


def reduced(lock: Lock, mass: Alpha, conviction: WideBits) -> Lock:
    """Return a lock with less mass and conviction, at least 0."""
    return Lock(Alpha(max(lock.mass - mass, 0)), Bits(max(lock.conviction - conviction, 0)), lock.last_update)


@implements("LOCK-6")
def add_to_bucket(clock: Clock, subnet: Subnet, coldkey: AccountId, hotkey: AccountId, added: Lock) -> Subnet:
    """Return the subnet in which a lock counts in the sum to which it belongs. Mirrors ``add_aggregate_lock``."""
    kind = is_owner_hotkey(subnet, hotkey), is_perpetual(subnet, coldkey)
    before = clock.rolled(bucket(subnet, hotkey, *kind) or clock.empty(), *kind)
    return with_bucket(subnet, hotkey, *kind, clock.rolled(merged(before, added), *kind))


@implements("LOCK-6")
def take_from_bucket(
    clock: Clock, subnet: Subnet, coldkey: AccountId, hotkey: AccountId, mass: Alpha, conviction: WideBits
) -> Subnet:
    """Return the subnet in which that much counts no more in the sum to which a lock belongs.

    Mirrors ``reduce_aggregate_lock``.
    """
    kind = is_owner_hotkey(subnet, hotkey), is_perpetual(subnet, coldkey)
    before = clock.rolled(bucket(subnet, hotkey, *kind) or clock.empty(), *kind)
    return with_bucket(subnet, hotkey, *kind, reduced(before, mass, conviction))


def leave_bucket(clock: Clock, subnet: Subnet, coldkey: AccountId, hotkey: AccountId, before: Lock) -> Subnet:
    """Return the subnet as it is: that a lock is brought up to date changes no sum."""
    return subnet


@implements("LOCK-2")
def follow_in_bucket(clock: Clock, subnet: Subnet, coldkey: AccountId, hotkey: AccountId, before: Lock) -> Subnet:
    """Return the subnet in which a sum has lost what a lock loses by being brought up to date, and is as of now.

    Where the lock loses nothing, the sum itself is brought up to date. Mirrors ``ConvictionModel::roll_forward``.
    """
    kind = is_owner_hotkey(subnet, hotkey), is_perpetual(subnet, coldkey)
    after, held = clock.rolled(before, *kind), bucket(subnet, hotkey, *kind) or clock.empty()
    mass, conviction = max(before.mass - after.mass, 0), max(before.conviction - after.conviction, 0)
    if mass or conviction:
        held = evolve(reduced(held, Alpha(mass), Bits(conviction)), last_update=clock.now)
    else:
        held = clock.rolled(held, *kind)
    return with_bucket(subnet, hotkey, *kind, held)


def with_bucket_of(clock: Clock, subnet: Subnet, coldkey: AccountId) -> Subnet:
    """Return the subnet in which the sum has followed the lock of a coldkey, if it has one, until now."""
    found = first_lock(subnet, coldkey)
    return subnet if found is None else clock.versions.follow_in_bucket(clock, subnet, coldkey, *found)


@implements("LOCK-3")
def lock_stake(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, amount: Alpha) -> Result:
    """Return the state in which a coldkey has locked an amount more in favour of a hotkey, and the event.

    Rejections, in order: ``AmountTooLow`` (0), ``HotKeyAccountNotExists``, ``LockHotkeyMismatch`` (it has a lock in
    favour of another one), ``InsufficientStakeForLock``. Mirrors ``do_lock_stake``.
    """
    require(amount > 0, Rejection.AMOUNT_TOO_LOW)
    require(hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
    clock, subnet = clock_of(state), state.subnet(netuid)
    found = present_lock(state, netuid, coldkey)
    lock = rolled_for(clock, subnet, coldkey, hotkey, clock.empty())
    if found is not None:
        require(hotkey == found[0], Rejection.LOCK_HOTKEY_MISMATCH)
        lock = found[1]
    if not is_stored(lock):
        lock = clock.empty()
    lock = evolve(lock, mass=Alpha(min(lock.mass + amount, U64_MAX)))
    require(stake_on_subnet(state, coldkey, netuid) >= lock.mass, Rejection.INSUFFICIENT_STAKE_FOR_LOCK)
    subnet = with_bucket_of(clock, subnet, coldkey)
    subnet = with_lock(clock, subnet, coldkey, hotkey, rolled_for(clock, subnet, coldkey, hotkey, lock))
    subnet = add_to_bucket(clock, subnet, coldkey, hotkey, Lock(amount, NO_CONVICTION, clock.now))
    return with_subnet(state, netuid, subnet), (StakeLocked(coldkey, hotkey, netuid, amount),)


@implements("LOCK-13")
def lock_owner_cut(state: State, netuid: NetUid, amount: Alpha) -> State:
    """Return the state in which the owner of a subnet has its cut locked, where the subnet says so.

    In favour of the hotkey of its lock, or of the owner hotkey. Mirrors ``auto_lock_owner_cut``.
    """
    subnet = state.subnet(netuid)
    if not subnet.hyperparameters.owner_cut_auto_lock_enabled:
        return state
    coldkey = owner_of_subnet(subnet)
    found = first_lock(subnet, coldkey)
    owner_hotkey = NOBODY if subnet.owner_hotkey is None else subnet.owner_hotkey
    try:
        return lock_stake(state, coldkey, owner_hotkey if found is None else found[0], netuid, amount)[0]
    except Rejected:
        return state
