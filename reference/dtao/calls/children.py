"""Calls by which a hotkey lets others use its stake, or says what it keeps as a child."""

from attrs import field, frozen

from dtao.arguments import to_account, to_netuid, to_stakes, to_u16, to_u64
from dtao.entries import with_entry
from dtao.events import ChildKeyTakeSet, SetChildrenScheduled
from dtao.evolving import evolve
from dtao.outcome import Rejection, ensure_root, require, signed
from dtao.params import (
    SET_CHILDKEY_TAKE,
    SET_CHILDREN,
    SET_CHILDREN_RATE_LIMIT,
)
from dtao.records import Stakes
from dtao.rule import implements
from dtao.rules.rate_limits import passes_rate_limit
from dtao.state import Call, Result, State
from dtao.transitions.stake import with_subnet
from dtao.units import U64_MAX, AccountId, BlockNumber, NetUid


@frozen
class SetChildren(Call):
    """Name the next children of a hotkey of the signer on a subnet, with their proportions of its stake."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    children: Stakes = field(converter=to_stakes)

    @implements("CHILD-2")
    def apply(self, state: State) -> Result:
        """Schedule the children, in place of any that were pending.

        Rejections, in order: ``TxRateLimitExceeded``, those of the version's check of children. Mirrors
        ``do_schedule_children``.
        """
        coldkey = signed(self.signer)
        state = limited(
            state, self.hotkey, self.netuid, SET_CHILDREN, SET_CHILDREN_RATE_LIMIT, Rejection.TX_RATE_LIMIT_EXCEEDED
        )
        state.runtime.children.validate(state, coldkey, self.hotkey, self.netuid, self.children)
        subnet = state.subnet(self.netuid)
        cooldown_block = BlockNumber(min(state.block_number + state.runtime.children.cooldown(state), U64_MAX))
        pending = subnet.pending_child_keys.set(self.hotkey, (self.children, cooldown_block))
        state = with_subnet(state, self.netuid, evolve(subnet, pending_child_keys=pending))
        return state, (SetChildrenScheduled(self.hotkey, self.netuid, cooldown_block, self.children),)


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
        require(self.take <= state.parameters.max_childkey_take, Rejection.INVALID_CHILDKEY_TAKE)
        subnet = state.subnet(self.netuid)
        is_limited = state.runtime.children.is_take_limited(subnet.childkey_take.get(self.hotkey, 0), self.take)
        state = limited(
            state,
            self.hotkey,
            self.netuid,
            SET_CHILDKEY_TAKE,
            state.parameters.tx_childkey_take_rate_limit if is_limited else 0,
            Rejection.TX_CHILDKEY_TAKE_RATE_LIMIT_EXCEEDED,
        )
        takes = with_entry(subnet.childkey_take, self.hotkey, self.take, self.take != 0)
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


def limited(state: State, hotkey: AccountId, netuid: NetUid, kind: int, limit: int, rejection: Rejection) -> State:
    """Return the state in which the last transaction of a kind, for a hotkey and subnet, is of this block.

    Refuse it with ``rejection`` if fewer than ``limit`` blocks have passed since the one before.
    """
    key = (hotkey, netuid, kind)
    last_blocks = state.transaction_key_last_block
    require(passes_rate_limit(limit, last_blocks.get(key, BlockNumber(0)), state.block_number), rejection)
    block = state.block_number
    return evolve(state, transaction_key_last_block=with_entry(last_blocks, key, block, block != 0))
