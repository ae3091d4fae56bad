"""Calls that lock stake, from 411 on."""

from attrs import field, frozen

from dtao.arguments import to_account, to_alpha, to_flag, to_netuid
from dtao.entries import with_entry
from dtao.events import LockMoved, PerpetualLockUpdated, RejectLockedAlphaUpdated
from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection, require, signed
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.transitions import locks
from dtao.transitions.neurons import owner_of
from dtao.transitions.stake import with_subnet
from dtao.units import AccountId, Alpha, Bits, NetUid


@frozen
class LockStake(Call):
    """Lock stake of the signer on a subnet in favour of a hotkey, beside what it has locked there."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount: Alpha = field(converter=to_alpha)

    @implements("LOCK-3")
    def apply(self, state: State) -> Result:
        """Lock the amount, as :func:`dtao.transitions.locks.lock_stake`."""
        return locks.lock_stake(state, signed(self.signer), self.hotkey, self.netuid, self.amount)


@frozen
class MoveLock(Call):
    """Let the lock of the signer on a subnet be in favour of another hotkey."""

    destination_hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)

    @implements("LOCK-4")
    def apply(self, state: State) -> Result:
        """Move the lock; its conviction is lost if the two hotkeys have different owners.

        Rejections, in order: ``HotKeyAccountNotExists``, ``NoExistingLock``. Mirrors ``do_move_lock``.
        """
        coldkey = signed(self.signer)
        require(self.destination_hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
        found = locks.present_lock(state, self.netuid, coldkey)
        if found is None:
            raise Rejected(Rejection.NO_EXISTING_LOCK)
        hotkey, lock = found
        clock, subnet = locks.clock_of(state), state.subnet(self.netuid)
        moved = lock
        if owner_of(state, hotkey) != owner_of(state, self.destination_hotkey):
            moved = evolve(lock, conviction=Bits(0))
        moved = locks.rolled_for(clock, subnet, coldkey, self.destination_hotkey, moved)
        subnet = locks.without_lock(clock, subnet, coldkey, hotkey)
        subnet = locks.with_lock(clock, subnet, coldkey, self.destination_hotkey, moved)
        subnet = locks.take_from_bucket(clock, subnet, coldkey, hotkey, lock.mass, lock.conviction)
        subnet = locks.add_to_bucket(clock, subnet, coldkey, self.destination_hotkey, moved)
        state = with_subnet(state, self.netuid, subnet)
        return state, (LockMoved(coldkey, hotkey, self.destination_hotkey, self.netuid),)


@frozen
class SetPerpetualLock(Call):
    """Say whether the locks of the signer on a subnet keep their mass."""

    netuid: NetUid = field(converter=to_netuid)
    enabled: bool = field(converter=to_flag)

    @implements("LOCK-12")
    def apply(self, state: State) -> Result:
        """Set it, and move the lock to the other sum if it changes. Mirrors ``do_set_perpetual_lock``."""
        coldkey, netuid = signed(self.signer), self.netuid
        clock, subnet = locks.clock_of(state), state.subnet(netuid)
        is_changed = locks.is_perpetual(subnet, coldkey) != self.enabled
        found = locks.present_lock(state, netuid, coldkey)
        if found is not None:
            hotkey, lock = found
            subnet = locks.with_bucket_of(clock, subnet, coldkey)
            subnet = locks.with_lock(clock, subnet, coldkey, hotkey, lock)
            if is_changed:
                subnet = locks.take_from_bucket(clock, subnet, coldkey, hotkey, lock.mass, lock.conviction)
        subnet = locks.with_choice(subnet, coldkey, self.enabled)
        stored = locks.first_lock(subnet, coldkey)
        if is_changed and stored is not None:
            subnet = locks.add_to_bucket(clock, subnet, coldkey, *stored)
        return with_subnet(state, netuid, subnet), (PerpetualLockUpdated(coldkey, netuid, self.enabled),)


@frozen
class SetRejectLockedAlpha(Call):
    """Say whether the signer refuses locked stake that others transfer to it."""

    enabled: bool = field(converter=to_flag)

    @implements("LOCK-15")
    def apply(self, state: State) -> Result:
        """Set it. Mirrors ``set_reject_locked_alpha``."""
        coldkey = signed(self.signer)
        flags = state.account_flags.get(coldkey, 0)
        flags = flags & ~locks.ACCEPTS_LOCKED_ALPHA if self.enabled else flags | locks.ACCEPTS_LOCKED_ALPHA
        state = evolve(state, account_flags=with_entry(state.account_flags, coldkey, flags, flags != 0))
        return state, (RejectLockedAlphaUpdated(coldkey, self.enabled),)
