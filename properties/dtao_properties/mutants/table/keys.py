"""Keys that take the place of others."""

from attrs import evolve

from dtao.entries import without
from dtao.outcome import Rejection
from dtao.records import NO_SHARE_POOL, Subnet
from dtao.state import State
from dtao.transitions import keys
from dtao.units import AccountId
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right
from dtao_properties.mutants.wrong import unchecked


def _owner_hotkey_follows(right: Right, state: State, coldkey: AccountId, old: AccountId, new: AccountId) -> State:
    after: State = right(state, coldkey, old, new)
    renamed = {netuid: keys.rename_owner_hotkey(subnet, old, new) for netuid, subnet in after.subnets.items()}
    return evolve(after, subnets=after.subnets.update(renamed))


def _childkey_take_follows(right: Right, state: State, coldkey: AccountId, old: AccountId, new: AccountId) -> State:
    after: State = right(state, coldkey, old, new)
    takes = {netuid: subnet.childkey_take for netuid, subnet in after.subnets.items() if old in subnet.childkey_take}
    moved = {netuid: take.delete(old).set(new, take[old]) for netuid, take in takes.items()}
    return evolve(
        after,
        subnets=after.subnets.update(
            {netuid: evolve(after.subnets[netuid], childkey_take=take) for netuid, take in moved.items()}
        ),
    )


def _with_parents_of_children(right: Right, subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    after: Subnet = right(subnet, old, new)
    kept = {child: subnet.parent_keys[child] for _, child in subnet.child_keys.get(old, ())}
    return evolve(after, parent_keys=after.parent_keys.update(kept))


def _with_own_parents(right: Right, subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    after: Subnet = right(subnet, old, new)
    own = subnet.parent_keys.get(old)
    return after if own is None else evolve(after, parent_keys=without(after.parent_keys, new).set(old, own))


def _uid_keeps_the_key(right: Right, subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    after: Subnet = right(subnet, old, new)
    return evolve(after, neurons=evolve(after.neurons, keys=subnet.neurons.keys))


def _total_overwritten(right: Right, subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    after: Subnet = right(subnet, old, new)
    source, target = subnet.share_pools.get(old), after.share_pools.get(new)
    if source is None or target is None:
        return after
    return evolve(after, share_pools=after.share_pools.set(new, evolve(target, total_alpha=source.total_alpha)))


def _owner_stays(right: Right, state: State, old: AccountId, new: AccountId) -> State:
    after: State = right(state, old, new)
    owned = {netuid: evolve(after.subnets[netuid], owner=subnet.owner) for netuid, subnet in state.subnets.items()}
    return evolve(after, subnets=after.subnets.update(owned))


def _shares_of_coldkey_overwritten(right: Right, state: State, old: AccountId, new: AccountId) -> State:
    hotkeys = state.staking_hotkeys.get(old, ())
    subnets = {}
    for netuid, subnet in state.subnets.items():
        pools = subnet.share_pools
        for hotkey in hotkeys:
            pool = pools.get(hotkey, NO_SHARE_POOL)
            if new in pool.shares:
                pools = pools.set(hotkey, evolve(pool, shares=pool.shares.delete(new)))
        subnets[netuid] = evolve(subnet, share_pools=pools)
    after: State = right(evolve(state, subnets=state.subnets.update(subnets)), old, new)
    return after


def _shares_of_hotkey_overwritten(right: Right, subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    source, target = (subnet.share_pools.get(hotkey, NO_SHARE_POOL) for hotkey in (old, new))
    shares = target.shares
    for coldkey in source.shares:
        shares = without(shares, coldkey)
    pools = subnet.share_pools
    if new in pools:
        pools = pools.set(new, evolve(target, shares=shares))
    after: Subnet = right(evolve(subnet, share_pools=pools), old, new)
    return after


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "KEY-1", "calls.keys.burn_cost", "the cost is ten times as high",
        lambda right, state, coldkey, cost: right(state, coldkey, 10 * cost), seen_by="calls.keys.swap_everywhere",
    ),
    Replaced(
        "KEY-1", "calls.keys.is_registered_anywhere", "the new hotkey may be registered",
        lambda right, state, hotkey: False, seen_by="calls.keys.SwapHotkey.apply", after="N27",
    ),
    Replaced(
        "KEY-2", "outcome.require", "the new coldkey may be a hotkey",
        unchecked(Rejection.NEW_COLD_KEY_IS_HOTKEY), seen_by="transitions.coldkeys.require_unused_coldkey",
    ),
    Replaced(
        "KEY-3", "transitions.keys.swap_hotkey", "the owner hotkey of a subnet follows",
        _owner_hotkey_follows, after="L23",
    ),
    Replaced(
        "KEY-3", "transitions.keys.swap_hotkey", "the childkey take follows",
        _childkey_take_follows, after="L24",
    ),
    Patched(
        "KEY-3", "transitions.keys.swap_hotkey", "only positions on hotkeys with root stake move",
        "    for netuid, subnet in state.subnets.items():\n",
        "    for netuid, subnet in state.subnets.items():\n        if netuid and old not in "
        "state.subnet(NetUid(0)).share_pools:\n            continue\n",
        after="P26",
        because="It is a choice within a loop over networks.",
    ),
    Replaced(
        "KEY-3", "transitions.keys.move_delegation", "the take stays behind",
        lambda right, state, old, new: evolve(state, delegates=without(state.delegates, old)),
    ),
    Replaced(
        "KEY-4", "transitions.keys.move_totals", "the new hotkey's own total is overwritten",
        _total_overwritten, unrecorded="In no recording does the new hotkey have stake of its own.",
    ),
    Replaced(
        "KEY-4", "transitions.keys.store_totals", "a total of 0 is not stored",
        lambda right, subnet, old, new: keys.move_totals(subnet, old, new),
        unrecorded="Only entries of 0 shares tell it, in a dissolution long after.",
    ),
    Replaced(
        "KEY-4", "transitions.keys.renew_last_blocks", "the new hotkey has no last change of take",
        lambda right, state, old, new: evolve(
            right(state, old, new), last_tx_block_delegate_take=without(state.last_tx_block_delegate_take, old)
        ),
    ),
    Replaced(
        "KEY-5", "transitions.keys.rename_neuron", "the uid keeps the old key",
        _uid_keeps_the_key,
    ),
    Replaced(
        "KEY-6", "transitions.keys.rename_family", "children keep the old parent",
        _with_parents_of_children,
    ),
    Replaced(
        "KEY-6", "transitions.keys.rename_family", "parents stay with the old hotkey",
        _with_own_parents,
    ),
    Replaced(
        "KEY-7", "transitions.keys.rename_pending_children", "pending children are lost",
        lambda right, subnet, old, new: right(
            evolve(subnet, pending_child_keys=without(subnet.pending_child_keys, old)), old, new
        ),
        after="P27",
    ),
    Replaced(
        "KEY-8", "transitions.coldkeys.swap_coldkey", "the subnets of the old coldkey stay its own",
        _owner_stays,
    ),
    Replaced(
        "KEY-8", "transitions.coldkeys.swap_coldkey", "the new coldkey's own shares are overwritten",
        _shares_of_coldkey_overwritten,
    ),
    Replaced(
        "KEY-9", "transitions.keys.move_shares", "shares of the new hotkey are overwritten",
        _shares_of_hotkey_overwritten,
        unrecorded="In no recording does the new hotkey have shares of the same coldkey.",
    ),
)  # fmt: skip
