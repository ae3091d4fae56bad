"""What becomes of everything that hangs on a hotkey when another one takes its place."""

from typing import Any, TypeVar

from dtao.entries import with_entry, without
from dtao.events import Event, SubnetOwnerHotkeySet
from dtao.evolving import evolve
from dtao.fixed import U64F64
from dtao.outcome import Rejected, Rejection, require
from dtao.persistent import Map
from dtao.records import NO_SHARE_POOL, SharePool, Stakes, Subnet
from dtao.rule import implements
from dtao.state import State
from dtao.transitions.relations import rename_pending_children_of_others
from dtao.transitions.stake import (
    decrease_stake,
    existing_netuids,
    increase_stake,
    stake_of,
    with_share_pool,
    with_staking_hotkey,
    with_subnet,
)
from dtao.units import U64_MAX, AccountId, Alpha, BlockNumber, NetUid, Rao, Shares

NO_SHARES = Shares(0)
Amount = TypeVar("Amount", Alpha, Rao)


@implements("KEY-3")
def swap_hotkey(state: State, coldkey: AccountId, old: AccountId, new: AccountId) -> State:
    """Return the state in which a hotkey of a coldkey is replaced by another one.

    Shares follow on every netuid; uids, children, parents and pending children only where a network exists, totals at
    the launch only there. The childkey takes do not follow, at the launch nor does the subnet's owner hotkey. If both
    hotkeys are in the senate the swap stops half-way: the new one has the owner and the totals, the old one keeps the
    rest. Mirrors ``perform_hotkey_swap``.
    """
    state = move_owner_and_totals(state, coldkey, old, new)
    replaced = state.runtime.keys.replace_senator(state, old, new)
    if replaced is None:
        return state
    state = move_delegation(replaced, old, new)
    state = replace_staking_hotkey(state, holders_of(state, old), old, new)
    everywhere, on_networks = state.runtime.keys.steps_everywhere, state.runtime.keys.steps_on_networks
    subnets = state.subnets
    for netuid, subnet in state.subnets.items():
        swapped = subnet
        for step in everywhere + on_networks if subnet.added else everywhere:
            swapped = step(swapped, old, new)
        if swapped is not subnet:
            subnets = subnets.set(netuid, swapped)
    return evolve(state, subnets=subnets)


@implements("KEY-3")
def swap_hotkey_on_all_networks(
    state: State, coldkey: AccountId, old: AccountId, new: AccountId, keeps_stake: bool = False
) -> State:
    """Return the state in which a hotkey of a coldkey is replaced by another one on all existing networks.

    What is stored under a netuid without a network stays behind. Rejects ``SenateMembers:AlreadyMember`` if both
    hotkeys are in the senate. Mirrors ``perform_hotkey_swap_on_all_subnets``.
    """
    holders = set() if keeps_stake else state.runtime.keys.holders(state, old)
    state = state.runtime.locks.on_hotkey_swapped(state, old, new)
    require(not state.runtime.accounts.is_of_subnet(new), Rejection.CANNOT_USE_SYSTEM_ACCOUNT)
    state = move_owner(state, coldkey, old, new)
    netuids = existing_netuids(state)
    for netuid in () if keeps_stake else netuids:
        state = state.runtime.claims.on_hotkey_swapped(state, netuid, old, new)
    for netuid in netuids:
        state = with_subnet(state, netuid, swap_hotkey_within(state, state.subnet(netuid), old, new, keeps_stake))
    for netuid in () if keeps_stake else netuids:
        state = state.runtime.keys.move_stake(state, netuid, old, new)
    state = forget_last_blocks(state, old)
    replaced = state.runtime.keys.replace_senator(state, old, new)
    if replaced is None:
        raise Rejected(Rejection.SENATE_ALREADY_MEMBER)
    return replace_staking_hotkey(move_delegation(replaced, old, new), holders, old, new)


@implements("KEY-10")
def swap_hotkey_on_one_network(
    state: State, coldkey: AccountId, old: AccountId, new: AccountId, netuid: NetUid, keeps_stake: bool = False
) -> State:
    """Return the state in which a hotkey of a coldkey is replaced by another one on one subnet, which need not exist.

    Both hotkeys belong to the coldkey then. Its holders stake with both. Mirrors ``swap_hotkey_on_subnet``.
    """
    owned = state.owned_hotkeys.get(coldkey, ())
    if new not in owned:
        state = evolve(state, owned_hotkeys=state.owned_hotkeys.set(coldkey, (*owned, new)))
    state = evolve(state, owner=state.owner.set(new, coldkey))
    subnet = state.subnet(netuid)
    state = state.runtime.locks.on_hotkey_swapped_on_subnet(state, netuid, old, new)
    subnet = state.subnet(netuid)
    if keeps_stake:
        return with_subnet(state, netuid, swap_hotkey_within(state, subnet, old, new, keeps_stake))
    staking = state.staking_hotkeys
    for holder in subnet.share_pools.get(old, NO_SHARE_POOL).holders():
        hotkeys = staking.get(holder, ())
        if old in hotkeys and new not in hotkeys:
            staking = staking.set(holder, (*hotkeys, new))
    swapped = swap_hotkey_within(state, subnet, old, new)
    state = state.runtime.claims.on_hotkey_swapped(state, netuid, old, new)
    state = evolve(state, staking_hotkeys=staking, subnets=state.subnets.set(netuid, swapped))
    return state.runtime.keys.move_stake(state, netuid, old, new)


def swap_hotkey_within(
    state: State, subnet: Subnet, old: AccountId, new: AccountId, keeps_stake: bool = False
) -> Subnet:
    """Return the subnet in which a hotkey is replaced by another one, step by step; the stake may stay."""
    rules = state.runtime.keys
    for step in rules.steps_on_networks:
        if keeps_stake and step in rules.steps_of_stake:
            continue
        subnet = step(subnet, old, new)
    return subnet


@implements("KEY-4")
def is_network(subnet: Subnet) -> bool:
    """Whether the stake total of a swapped hotkey follows it under a netuid: where a network exists."""
    return subnet.added


@implements("KEY-4")
def is_any_netuid(subnet: Subnet) -> bool:
    """Whether the stake total of a swapped hotkey follows it under a netuid: it does under every one."""
    return True


@implements("KEY-4")
def move_owner_and_totals(state: State, coldkey: AccountId, old: AccountId, new: AccountId) -> State:
    """Return the state in which the new hotkey has the owner, the last blocks and the stake totals of the old one.

    At the launch the last blocks become the present one, and totals move where a network exists.
    """
    state = move_owner(state, coldkey, old, new)
    subnets = state.subnets
    for netuid, subnet in state.subnets.items():
        if state.runtime.keys.totals_follow(subnet):
            subnets = subnets.set(netuid, move_totals(subnet, old, new))
    return state.runtime.keys.move_last_blocks(evolve(state, subnets=subnets), old, new)


def move_owner(state: State, coldkey: AccountId, old: AccountId, new: AccountId) -> State:
    """Return the state in which the coldkey owns the new hotkey instead of the old one."""
    owned = state.owned_hotkeys.get(coldkey, ())
    if new not in owned:
        owned = (*owned, new)
    return evolve(
        state,
        owner=without(state.owner, old).set(new, coldkey),
        owned_hotkeys=state.owned_hotkeys.set(coldkey, tuple(hotkey for hotkey in owned if hotkey != old)),
    )


def renew_last_blocks(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the last transaction and change of take of the new hotkey were in this block."""
    block = state.block_number
    return evolve(
        state,
        last_tx_block=with_entry(without(state.last_tx_block, old), new, block, block != 0),
        last_tx_block_delegate_take=with_entry(without(state.last_tx_block_delegate_take, old), new, block, block != 0),
    )


def move_last_blocks(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the new hotkey has the last blocks of the old one, that of childkey takes too."""
    return forget_last_blocks(copy_last_blocks(state, old, new), old)


def copy_last_blocks(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the new hotkey has the same last blocks as the old one."""
    return evolve(
        state,
        last_tx_block=_copied(state.last_tx_block, old, new),
        last_tx_block_delegate_take=_copied(state.last_tx_block_delegate_take, old, new),
        last_tx_block_child_key_take=_copied(state.last_tx_block_child_key_take, old, new),
    )


def _copied(blocks: Map[AccountId, BlockNumber], old: AccountId, new: AccountId) -> Map[AccountId, BlockNumber]:
    block = blocks.get(old, BlockNumber(0))
    return with_entry(blocks, new, block, block != 0)


def forget_last_blocks(state: State, old: AccountId) -> State:
    """Return the state without the last blocks of a hotkey."""
    return evolve(
        state,
        last_tx_block=without(state.last_tx_block, old),
        last_tx_block_delegate_take=without(state.last_tx_block_delegate_take, old),
        last_tx_block_child_key_take=without(state.last_tx_block_child_key_take, old),
    )


def move_delegation(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the new hotkey has the take of the old one, if that is a delegate."""
    if old not in state.delegates:
        return state
    return evolve(state, delegates=state.delegates.delete(old).set(new, state.delegates[old]))


def holders_of(state: State, hotkey: AccountId) -> set[AccountId]:
    """Return the coldkeys with an entry of shares of a hotkey, on any netuid."""
    pools = (subnet.share_pools.get(hotkey, NO_SHARE_POOL) for subnet in state.subnets.values())
    return {holder for pool in pools for holder in pool.holders()}


@implements("KEY-3")
def holders_of_any(state: State, hotkey: AccountId) -> set[AccountId]:
    """Return the coldkeys with shares of a hotkey that are not 0, on any netuid; decimal ones count before others."""
    pools = [subnet.share_pools.get(hotkey, NO_SHARE_POOL) for subnet in state.subnets.values()]
    held = {holder for pool in pools for holder, shares in pool.float_shares.items() if shares.mantissa}
    before = ((pool, holder) for pool in pools for holder, shares in pool.shares.items() if shares)
    return held | {holder for pool, holder in before if holder not in pool.float_shares}


@implements("KEY-4")
def move_totals(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the total and the denominator of the old hotkey are added to the new one's.

    Both saturate.
    """
    source = subnet.share_pools.get(old)
    if source is None:
        return subnet
    target = subnet.share_pools.get(new, NO_SHARE_POOL)
    total = Alpha(min(source.total_alpha + target.total_alpha, U64_MAX))
    denominator = Shares(min(source.denominator + target.denominator, U64F64.max_bits))
    subnet = with_share_pool(subnet, old, SharePool(shares=source.shares))
    return with_share_pool(subnet, new, SharePool(total, denominator, target.shares))


@implements("KEY-4")
def store_totals(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which totals have moved as :func:`move_totals` does it; a sum of 0 is stored as well."""
    subnet = move_totals(subnet, old, new)
    target = subnet.share_pools.get(new, NO_SHARE_POOL)
    return subnet if target.total_alpha else with_share_pool(subnet, new, evolve(target, is_zero_stored=True))


def no_netuids(state: State, hotkey: AccountId) -> tuple[NetUid, ...]:
    """Return the networks on which a swap everywhere counts as one there alone: none."""
    return ()


@implements("KEY-10")
def netuids_where_active(state: State, hotkey: AccountId) -> tuple[NetUid, ...]:
    """Return the networks on which a swap everywhere counts as one there alone: where the hotkey is a member or parent.

    It does not count where it is a child, which others make it.
    """
    subnets = ((netuid, state.subnet(netuid)) for netuid in existing_netuids(state))
    return tuple(
        netuid
        for netuid, subnet in subnets
        if subnet.neurons.is_network_member.get(hotkey, False) or hotkey in subnet.child_keys
    )


@implements("KEY-3")
def move_childkey_take(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the new hotkey has the childkey take of the old one, if that ever set one."""
    takes = subnet.childkey_take
    if old not in takes:
        return subnet
    return evolve(subnet, childkey_take=takes.delete(old).set(new, takes[old]))


def owner_hotkey_unannounced(netuid: NetUid, hotkey: AccountId) -> tuple[Event, ...]:
    """Return no event of a new owner hotkey."""
    return ()


@implements("KEY-3", "NET-7")
def owner_hotkey_announced(netuid: NetUid, hotkey: AccountId) -> tuple[Event, ...]:
    """Return the event of a new owner hotkey. Mirrors ``set_subnet_owner_hotkey``."""
    return (SubnetOwnerHotkeySet(netuid, hotkey),)


@implements("KEY-3")
def rename_owner_hotkey(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet whose owner hotkey is the new one if it was the old one."""
    return evolve(subnet, owner_hotkey=new) if subnet.owner_hotkey == old else subnet


@implements("KEY-11")
def move_last_dividends(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which what the last epoch left on and paid to the old hotkey is added to the new one's.

    The sums saturate. The stake is noted for the new hotkey even if it is 0, so that the next swap knows of it.
    """
    stakes = subnet.total_hotkey_alpha_last_epoch
    noted = _amount_of_both(stakes, old, new)
    return evolve(
        subnet,
        total_hotkey_alpha_last_epoch=without(stakes, old).set(new, noted),
        alpha_dividends=_amount_moved(subnet.alpha_dividends, old, new),
        tao_dividends=_amount_moved(subnet.tao_dividends, old, new),
    )


@implements("KEY-11")
def move_last_dividends_if_known(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet as :func:`move_last_dividends`, if an epoch ever noted the stake on the old hotkey."""
    return move_last_dividends(subnet, old, new) if old in subnet.total_hotkey_alpha_last_epoch else subnet


def _amount_moved(amounts: Map[AccountId, Amount], old: AccountId, new: AccountId) -> Map[AccountId, Amount]:
    total = _amount_of_both(amounts, old, new)
    return with_entry(without(amounts, old), new, total, total != 0)


def _amount_of_both(amounts: Map[AccountId, Amount], old: AccountId, new: AccountId) -> Amount:
    total: Any = min(amounts.get(old, 0) + amounts.get(new, 0), U64_MAX)
    return total  # type: ignore[no-any-return]  # of the kind of the amounts


@implements("KEY-12")
def clean_up_swap_records(state: State, block: BlockNumber) -> State:
    """Return the state without records of swaps on one subnet that no longer limit anything.

    Each subnet has its turn once in 36,000 blocks: when the block and the netuid leave the same rest. Mirrors
    ``clean_up_hotkey_swap_records``.
    """
    records, interval = state.last_hotkey_swap_on_netuid, state.runtime.constants.hotkey_swap_on_subnet_interval
    for (netuid, coldkey), swapped_at in records.items():
        turn = (block - netuid) % interval == 0
        if turn and state.subnet(netuid).added and swapped_at + interval < block:
            records = records.delete((netuid, coldkey))
    return state if records is state.last_hotkey_swap_on_netuid else evolve(state, last_hotkey_swap_on_netuid=records)


def replace_staking_hotkey(state: State, holders: set[AccountId], old: AccountId, new: AccountId) -> State:
    """Return the state in which holders that staked with the old hotkey stake with the new one, last in their lists."""
    staking = state.staking_hotkeys
    for holder in holders:
        hotkeys = staking.get(holder, ())
        if old in hotkeys:
            staking = staking.set(holder, (*(hotkey for hotkey in hotkeys if hotkey not in (old, new)), new))
    return evolve(state, staking_hotkeys=staking)


@implements("KEY-9")
def move_shares(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
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


def leave_stake_to_steps(state: State, netuid: NetUid, old: AccountId, new: AccountId) -> State:
    """Return the state as it is: steps of the swap have moved the stake."""
    return state


@implements("KEY-9")
def move_stake_by_holder(state: State, netuid: NetUid, old: AccountId, new: AccountId) -> State:
    """Return the state in which each coldkey's stake on the old hotkey was withdrawn and deposited on the new one.

    One coldkey after the other, by account; each that stakes with the old hotkey stakes with both. Shares that are
    worth less than one rao stay behind, with what is worth no stake of the total. Mirrors
    ``perform_hotkey_swap_on_one_subnet``.
    """
    for coldkey in sorted(state.subnet(netuid).share_pools.get(old, NO_SHARE_POOL).holders()):
        amount = stake_of(state, old, coldkey, netuid)
        state = decrease_stake(state, old, coldkey, netuid, amount)
        state = increase_stake(state, new, coldkey, netuid, amount)
        if old in state.staking_hotkeys.get(coldkey, ()):
            state = with_staking_hotkey(state, coldkey, new)
    return state


@implements("KEY-5")
def rename_neuron(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the neuron of the old hotkey, if it is a member, is that of the new one."""
    neurons = subnet.neurons
    if not neurons.is_network_member.get(old, False):
        return subnet
    neurons = evolve(neurons, is_network_member=neurons.is_network_member.delete(old).set(new, True))
    uid = neurons.uids.get(old)
    if uid is not None:
        neurons = evolve(neurons, uids=neurons.uids.delete(old).set(new, uid), keys=neurons.keys.set(uid, new))
    return evolve(subnet, neurons=neurons)


@implements("KEY-5")
def rename_membership(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet as :func:`rename_neuron`, with a membership of the new hotkey that may say it is none.

    Such an entry bars the hotkey from a later swap on this subnet alone.
    """
    if subnet.neurons.is_network_member.get(old, False):
        return rename_neuron(subnet, old, new)
    members = without(subnet.neurons.is_network_member, old).set(new, False)
    return evolve(subnet, neurons=evolve(subnet.neurons, is_network_member=members))


@implements("KEY-6")
def rename_family(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
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
def rename_pending_children(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the new hotkey has the pending children of the old one, if there are any.

    Others that were to have the old hotkey as a child will have the new one, last in their lists.
    """
    pending = subnet.pending_child_keys
    if old in pending:
        subnet = evolve(subnet, pending_child_keys=pending.delete(old).set(new, pending[old]))
    return rename_pending_children_of_others(subnet, old, new)
