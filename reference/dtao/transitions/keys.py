"""What becomes of everything that hangs on a hotkey or a coldkey when another one takes its place."""

from attrs import evolve

from dtao.entries import with_entry, without
from dtao.fixed import U64F64
from dtao.rule import implements
from dtao.state import NO_SHARE_POOL, SharePool, Stakes, State, Subnet
from dtao.transitions.balances import deposited, with_balance
from dtao.transitions.neurons import owner_of_subnet
from dtao.transitions.senate import senator_replaced
from dtao.transitions.stake import existing_netuids, with_share_pool, with_subnet
from dtao.units import U64_MAX, AccountId, Alpha, Rao, Shares

NO_SHARES = Shares(0)


@implements("KEY-3")
def hotkey_swapped(state: State, coldkey: AccountId, old: AccountId, new: AccountId) -> State:
    """Return the state in which a hotkey of a coldkey is replaced by another one.

    Shares follow on every netuid; totals, uids, children, parents and pending children only where a network
    exists. The childkey takes do not follow, at the launch nor does the subnet's owner hotkey. If both hotkeys are in
    the senate the swap stops half-way: the new one has the owner and the totals, the old one keeps the rest. Mirrors
    ``perform_hotkey_swap``.
    """
    state = owner_and_totals_moved(state, coldkey, old, new)
    replaced = senator_replaced(state, old, new)
    if replaced is None:
        return state
    state = replaced
    if old in state.delegates:
        state = evolve(state, delegates=state.delegates.delete(old).set(new, state.delegates[old]))
    holders = {
        holder for subnet in state.subnets.values() for holder in subnet.share_pools.get(old, NO_SHARE_POOL).shares
    }
    state = staking_hotkey_replaced(state, holders, old, new)
    subnets = state.subnets
    for netuid, subnet in state.subnets.items():
        swapped = shares_moved(subnet, old, new)
        if subnet.added:
            swapped = pending_children_renamed(family_renamed(neuron_renamed(swapped, old, new), old, new), old, new)
            if state.runtime.owner_hotkey_follows_swap and swapped.owner_hotkey == old:
                swapped = evolve(swapped, owner_hotkey=new)
        if swapped is not subnet:
            subnets = subnets.set(netuid, swapped)
    return evolve(state, subnets=subnets)


@implements("KEY-4")
def owner_and_totals_moved(state: State, coldkey: AccountId, old: AccountId, new: AccountId) -> State:
    """Return the state in which the new hotkey has the owner, the last blocks and the stake totals of the old one.

    The last blocks become the present one. Totals and denominators are added, saturating, where a network exists.
    """
    block = state.block_number
    owned = state.owned_hotkeys.get(coldkey, ())
    if new not in owned:
        owned = (*owned, new)
    subnets = state.subnets
    for netuid, subnet in state.subnets.items():
        if subnet.added and old in subnet.share_pools:
            subnets = subnets.set(netuid, _totals_moved(subnet, old, new))
    return evolve(
        state,
        owner=without(state.owner, old).set(new, coldkey),
        owned_hotkeys=state.owned_hotkeys.set(coldkey, tuple(hotkey for hotkey in owned if hotkey != old)),
        last_tx_block=with_entry(without(state.last_tx_block, old), new, block, block != 0),
        last_tx_block_delegate_take=with_entry(without(state.last_tx_block_delegate_take, old), new, block, block != 0),
        subnets=subnets,
    )


def _totals_moved(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    source, target = subnet.share_pools[old], subnet.share_pools.get(new, NO_SHARE_POOL)
    total = Alpha(min(source.total_alpha + target.total_alpha, U64_MAX))
    denominator = Shares(min(source.denominator + target.denominator, U64F64.max_bits))
    subnet = with_share_pool(subnet, old, SharePool(shares=source.shares))
    return with_share_pool(subnet, new, SharePool(total, denominator, target.shares))


def staking_hotkey_replaced(state: State, holders: set[AccountId], old: AccountId, new: AccountId) -> State:
    """Return the state in which holders that staked with the old hotkey stake with the new one, last in their lists."""
    staking = state.staking_hotkeys
    for holder in holders:
        hotkeys = staking.get(holder, ())
        if old in hotkeys:
            staking = staking.set(holder, (*(hotkey for hotkey in hotkeys if hotkey not in (old, new)), new))
    return evolve(state, staking_hotkeys=staking)


@implements("KEY-9")
def shares_moved(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the shares of the old hotkey are added to those of the new one, saturating.

    An entry of 0 moves too. Where the network does not exist the totals have not moved, and the shares are worth
    nothing.
    """
    source = subnet.share_pools.get(old)
    if source is None:
        return subnet
    target = subnet.share_pools.get(new, NO_SHARE_POOL)
    shares = target.shares
    for coldkey, held in source.shares.items():
        shares = shares.set(coldkey, Shares(min(shares.get(coldkey, NO_SHARES) + held, U64F64.max_bits)))
    subnet = with_share_pool(subnet, old, evolve(source, shares=NO_SHARE_POOL.shares))
    return with_share_pool(subnet, new, evolve(target, shares=shares))


@implements("KEY-5")
def neuron_renamed(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the neuron of the old hotkey, if it is a member, is that of the new one."""
    neurons = subnet.neurons
    if not neurons.is_network_member.get(old, False):
        return subnet
    neurons = evolve(neurons, is_network_member=neurons.is_network_member.delete(old).set(new, True))
    uid = neurons.uids.get(old)
    if uid is not None:
        neurons = evolve(neurons, uids=neurons.uids.delete(old).set(new, uid), keys=neurons.keys.set(uid, new))
    return evolve(subnet, neurons=neurons)


@implements("KEY-6")
def family_renamed(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the new hotkey has the children and parents of the old one, in place of its own.

    Those children and parents list the new hotkey where they listed the old one.
    """
    keys = (old, new)
    if not any(key in subnet.child_keys or key in subnet.parent_keys for key in keys):
        return subnet
    children, parents = subnet.child_keys, subnet.parent_keys
    own_children = children.get(old, ())
    children = with_entry(without(children, old), new, own_children, bool(own_children))
    for _, child in own_children:
        listed = renamed(parents.get(child, ()), old, new)
        parents = with_entry(parents, child, listed, bool(listed))
    own_parents = parents.get(old, ())
    parents = with_entry(without(parents, old), new, own_parents, bool(own_parents))
    for _, parent in own_parents:
        listed = renamed(children.get(parent, ()), old, new)
        children = with_entry(children, parent, listed, bool(listed))
    return evolve(subnet, child_keys=children, parent_keys=parents)


def renamed(entries: Stakes, old: AccountId, new: AccountId) -> Stakes:
    """Return children or parents with one of them renamed, in its place."""
    return tuple((proportion, new if hotkey == old else hotkey) for proportion, hotkey in entries)


@implements("KEY-7")
def pending_children_renamed(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the new hotkey has the pending children of the old one, if there are any.

    Others that were to have the old hotkey as a child will have the new one, last in their lists.
    """
    pending = subnet.pending_child_keys
    if old in pending:
        pending = pending.delete(old).set(new, pending[old])
    for hotkey, (children, cooldown_block) in pending.items():
        index = next((index for index, (_, child) in enumerate(children) if child == old), None)
        if index is not None:
            others = children[:index] + children[index + 1 :]
            pending = pending.set(hotkey, ((*others, (children[index][0], new)), cooldown_block))
    return subnet if pending is subnet.pending_child_keys else evolve(subnet, pending_child_keys=pending)


@implements("KEY-8")
def coldkey_swapped(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which a coldkey is replaced by another one: subnets, stake, hotkeys and balance.

    On every existing network the new coldkey gets an entry of shares for each hotkey that the old one stakes
    with, even one of 0; shares elsewhere stay behind. Old account 0 also hands over the subnets without an
    owner. Mirrors ``perform_swap_coldkey``.
    """
    staking = state.staking_hotkeys.get(old, ())
    for netuid in existing_netuids(state):
        subnet = state.subnet(netuid)
        if owner_of_subnet(subnet) == old:
            subnet = evolve(subnet, owner=new)
        for hotkey in staking:
            pool = subnet.share_pools.get(hotkey, NO_SHARE_POOL)
            held = min(pool.shares.get(new, NO_SHARES) + pool.shares.get(old, NO_SHARES), U64F64.max_bits)
            shares = without(pool.shares.set(new, Shares(held)), old)
            subnet = with_share_pool(subnet, hotkey, evolve(pool, shares=shares))
        state = with_subnet(state, netuid, subnet)
    gained = tuple(hotkey for hotkey in staking if hotkey not in state.staking_hotkeys.get(new, ()))
    hotkeys = (*state.staking_hotkeys.get(new, ()), *gained)
    state = evolve(state, staking_hotkeys=with_entry(without(state.staking_hotkeys, old), new, hotkeys, bool(hotkeys)))
    return balance_moved(hotkeys_handed_over(state, old, new), old, new)


def hotkeys_handed_over(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the new coldkey owns the hotkeys of the old one too."""
    owner, owned = state.owner, state.owned_hotkeys.get(new, ())
    for hotkey in state.owned_hotkeys.get(old, ()):
        owner = owner.set(hotkey, new)
        if hotkey not in owned:
            owned = (*owned, hotkey)
    owned_hotkeys = with_entry(without(state.owned_hotkeys, old), new, owned, bool(owned))
    return evolve(state, owner=owner, owned_hotkeys=owned_hotkeys)


def balance_moved(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the balance of the old coldkey is added to that of the new one."""
    remaining = state.balances.get(old, Rao(0))
    if remaining == 0:
        return state
    return deposited(with_balance(state, old, 0), new, remaining)
