"""Calls by which a hotkey lets others use its stake, or says what it keeps as a child."""

from attrs import field, frozen

from dtao.arguments import to_account, to_netuid, to_stakes, to_u16, to_u64
from dtao.events import ChildKeyTakeSet
from dtao.evolving import evolve
from dtao.outcome import Rejection, ensure_root, require, signed
from dtao.params import SET_CHILDKEY_TAKE
from dtao.records import Stakes
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.transitions.scheduling import record_last_transaction, schedule_children
from dtao.transitions.stake import with_subnet
from dtao.units import AccountId, NetUid


@frozen
class SetChildren(Call):
    """Name the next children of a hotkey of the signer on a subnet, with their proportions of its stake."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    children: Stakes = field(converter=to_stakes)

    @implements("CHILD-2")
    def apply(self, state: State) -> Result:
        """Name the children, as :func:`dtao.transitions.scheduling.schedule_children`."""
        coldkey = signed(self.signer)
        return schedule_children(state, coldkey, self.hotkey, self.netuid, self.children)


@frozen
class SetChildkeyTake(Call):
    """Set what a hotkey of the signer keeps of its parents' dividends on a subnet, as a fraction of 65535."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    take: int = field(converter=to_u16)

    @implements("CHILD-3")
    def apply(self, state: State) -> Result:
        """Set the take; the subnet need not exist, and the minimum is not enforced.

        Rejections, in order: ``NonAssociatedColdKey``, ``InvalidChildkeyTake`` (above the maximum),
        ``TxChildkeyTakeRateLimitExceeded`` (of any change at the launch, from 273 on of an increase). Mirrors
        ``do_set_childkey_take``.
        """
        coldkey = signed(self.signer)
        require(state.owner.get(self.hotkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
        subnet = state.subnet(self.netuid)
        least = state.runtime.children.min_take(state, subnet)
        require(least <= self.take <= state.parameters.max_childkey_take, Rejection.INVALID_CHILDKEY_TAKE)
        present = max(subnet.childkey_take.get(self.hotkey, 0), least)
        is_limited = state.runtime.children.is_take_limited(present, self.take)
        state = record_last_transaction(
            state,
            self.hotkey,
            self.netuid,
            SET_CHILDKEY_TAKE,
            state.parameters.tx_childkey_take_rate_limit if is_limited else 0,
            Rejection.TX_CHILDKEY_TAKE_RATE_LIMIT_EXCEEDED,
        )
        takes = subnet.childkey_take.set(self.hotkey, self.take)
        state = with_subnet(state, self.netuid, evolve(subnet, childkey_take=takes))
        return state, (ChildKeyTakeSet(self.hotkey, self.take),)


@frozen
class SetPendingChildkeyCooldown(Call):
    """Set the blocks between the scheduling of children and the first that may apply them; only root may."""

    cooldown: int = field(converter=to_u64)

    @implements("CHILD-12")
    def apply(self, state: State) -> Result:
        """Set the parameter; children that are pending keep their block. Rejects ``BadOrigin``."""
        ensure_root(self.signer)
        return evolve(state, parameters=evolve(state.parameters, pending_child_key_cooldown=self.cooldown)), ()
