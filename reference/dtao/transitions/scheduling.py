"""Children that are named on a subnet: how often, and whether they are pending first or in force at once."""

from dtao.entries import with_entry
from dtao.events import Event, SetChildrenScheduled
from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection, require
from dtao.params import SET_CHILDREN, SET_CHILDREN_RATE_LIMIT
from dtao.records import Stakes
from dtao.rule import implements
from dtao.rules.rate_limits import passes_rate_limit
from dtao.state import Result, State
from dtao.transitions.neurons import owner_of
from dtao.transitions.relations import children_in_force
from dtao.transitions.stake import little_endian, with_subnet
from dtao.units import ROOT, U64_MAX, AccountId, BlockNumber, NetUid


def record_last_transaction(
    state: State, hotkey: AccountId, netuid: NetUid, kind: int, limit: int, rejection: Rejection
) -> State:
    """Return the state in which the last transaction of a kind, for a hotkey and subnet, is of this block.

    Refuse it with ``rejection`` if fewer than ``limit`` blocks have passed since the one before.
    """
    key = (hotkey, netuid, kind)
    last_blocks = state.transaction_key_last_block
    require(passes_rate_limit(limit, last_blocks.get(key, BlockNumber(0)), state.block_number), rejection)
    block = state.block_number
    return evolve(state, transaction_key_last_block=with_entry(last_blocks, key, block, block != 0))


@implements("CHILD-2")
def schedule_children(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, chosen: Stakes) -> Result:
    """Return the state in which a coldkey named the next children of its hotkey, and the events.

    Rejections, in order: ``TxRateLimitExceeded``, those of the version's check of children. Mirrors
    ``do_schedule_children``.
    """
    state = record_last_transaction(
        state, hotkey, netuid, SET_CHILDREN, SET_CHILDREN_RATE_LIMIT, Rejection.TX_RATE_LIMIT_EXCEEDED
    )
    state.runtime.children.validate(state, coldkey, hotkey, netuid, chosen)
    return state.runtime.children.schedule(state, hotkey, netuid, chosen)


@implements("CHILD-2")
def set_children_pending(state: State, hotkey: AccountId, netuid: NetUid, chosen: Stakes) -> Result:
    """Return the state in which children are pending, in place of any that were, and the event."""
    subnet = state.subnet(netuid)
    cooldown_block = BlockNumber(min(state.block_number + state.runtime.children.cooldown(state), U64_MAX))
    pending = subnet.pending_child_keys.set(hotkey, (chosen, cooldown_block))
    state = with_subnet(state, netuid, evolve(subnet, pending_child_keys=pending))
    return state, (SetChildrenScheduled(hotkey, netuid, cooldown_block, chosen),)


@implements("CHILD-2")
def schedule_or_apply_children(state: State, hotkey: AccountId, netuid: NetUid, chosen: Stakes) -> Result:
    """Return the state in which children are pending; on a subnet that was not started they are in force at once.

    Any that were pending before then stay pending. Mirrors ``schedule_or_apply_ck``.
    """
    if state.subnet(netuid).subtoken_enabled:
        return set_children_pending(state, hotkey, netuid, chosen)
    return with_subnet(state, netuid, children_in_force(state.subnet(netuid), hotkey, chosen)), ()


@implements("CHILD-14")
def name_root_validators_parents(state: State, netuid: NetUid) -> Result:
    """Return the state in which validators of root give all their stake on a new subnet to its owner hotkey.

    All do that allow it, but for the owner hotkey itself and those whose coldkey may not name it now. Mirrors
    ``do_set_root_validators_for_subnet``.
    """
    owner_hotkey = state.subnet(netuid).owner_hotkey
    keys = state.subnet(ROOT).neurons.keys
    events: tuple[Event, ...] = ()
    for uid in sorted(keys, key=little_endian):
        hotkey = keys[uid]
        if owner_hotkey is None or hotkey == owner_hotkey or not state.auto_parent_delegation_enabled.get(hotkey, True):
            continue
        try:
            state, named = schedule_children(state, owner_of(state, hotkey), hotkey, netuid, ((U64_MAX, owner_hotkey),))
        except Rejected:
            continue
        events = (*events, *named)
    return state, events
