"""What the clerk enters for a swap of keys."""

from typing import Any

from dtao_properties.model.clerk.desk import Clerk
from dtao_properties.model.ledger.legs import networks

MOST_SHARES = 2**128 - 1
LAST_BLOCKS = ("LastTxBlock", "LastTxBlockDelegateTake", "LastTxBlockChildKeyTake")
COPIED_SINCE, EVERYWHERE_SINCE, OWNER_HOTKEY_SINCE = 252, 277, 238
"""The versions from which the last blocks follow a swap as they are, it stays on networks and finds owner hotkeys."""


def hotkey_swapped(clerk: Clerk) -> None:
    """Put a hotkey in the place of another one, on all networks or on one."""
    state, coldkey = clerk.before, clerk.signer
    old, new = clerk.argument("hotkey"), clerk.argument("new_hotkey")
    one = clerk.step.args.get("netuid")
    halfway = not clerk.since(EVERYWHERE_SINCE) and old in state.senate and new in state.senate
    if clerk.since(COPIED_SINCE):
        for item in LAST_BLOCKS:
            clerk.write(clerk.read(item, old), item, new)
            if one is None:
                clerk.write(0, item, old)
    else:
        for item in LAST_BLOCKS[:2]:
            clerk.write(0, item, old)
            clerk.noted(item, new)
    clerk.write(coldkey, "Owner", new)
    clerk.listed(new, "OwnedHotkeys", coldkey)
    if one is None:
        clerk.write(None, "Owner", old)
        owned = clerk.read("OwnedHotkeys", coldkey)
        clerk.write(tuple(hotkey for hotkey in owned if hotkey != old), "OwnedHotkeys", coldkey)
        clerk.told("HotkeySwapped", coldkey, old, new)
    else:
        clerk.noted("LastHotkeySwapOnNetuid", int(one), coldkey)
        clerk.told("HotkeySwappedOnSubnet", coldkey, old, new, one)
    if not halfway:
        if one is None and old in state.delegates:
            clerk.write(None, "Delegates", old)
            clerk.write(state.delegates[old], "Delegates", new)
        _holders_follow(clerk, old, new)
        for netuid in networks(state) if one is None else (int(one),):
            _renamed_on(clerk, netuid, old, new)
    clerk.noted("LastTxBlock", coldkey)


def _holders_follow(clerk: Clerk, old: Any, new: Any) -> None:
    """Let who holds shares of the old hotkey stake with the new one: last in the list, instead or too."""
    one = clerk.step.args.get("netuid")
    for netuid, subnet in clerk.before.subnets.items():
        pool = subnet.share_pools.get(old)
        if pool is None or one not in (None, netuid):
            continue
        for holder in pool.shares:
            hotkeys = clerk.read("StakingHotkeys", holder)
            if old in hotkeys and one is None:
                clerk.write((*(one for one in hotkeys if one not in (old, new)), new), "StakingHotkeys", holder)
            elif old in hotkeys:
                clerk.listed(new, "StakingHotkeys", holder)


def _renamed_on(clerk: Clerk, netuid: Any, old: Any, new: Any) -> None:
    """Rename a hotkey on one network: its neuron, its pending children and those who named it as a child."""
    subnet = clerk.before.subnet(netuid)
    is_member = subnet.neurons.is_network_member.get(old, False)
    if is_member or clerk.since(EVERYWHERE_SINCE):
        clerk.write(False, "IsNetworkMember", old, netuid)
        clerk.write(is_member, "IsNetworkMember", new, netuid)
    uid = subnet.neurons.uids.get(old)
    if is_member and uid is not None:
        clerk.write(None, "Uids", netuid, old)
        clerk.write(uid, "Uids", netuid, new)
        clerk.write(new, "Keys", netuid, uid)
    if clerk.since(OWNER_HOTKEY_SINCE) and subnet.owner_hotkey == old:
        clerk.write(new, "SubnetOwnerHotkey", netuid)
    _family_renamed(clerk, netuid, old, new)
    pending = dict(subnet.pending_child_keys)
    if old in pending:
        pending[new] = pending.pop(old)
        clerk.write(((), 0), "PendingChildKeys", netuid, old)
    for hotkey, (children, ready) in pending.items():
        named = next((child for child in children if child[1] == old), None)
        if named is not None:
            children = (*(child for child in children if child is not named), (named[0], new))
        clerk.write((children, ready), "PendingChildKeys", netuid, hotkey)


def _family_renamed(clerk: Clerk, netuid: Any, old: Any, new: Any) -> None:
    """Give the new hotkey the children and parents of the old one, instead of its own, and rename it among theirs."""
    for item, theirs in (("ChildKeys", "ParentKeys"), ("ParentKeys", "ChildKeys")):
        relatives = clerk.read(item, old, netuid)
        clerk.write((), item, old, netuid)
        clerk.write(relatives, item, new, netuid)
        for _, relative in relatives:
            listed = clerk.read(theirs, relative, netuid)
            renamed = tuple((part, new if hotkey == old else hotkey) for part, hotkey in listed)
            clerk.write(renamed, theirs, relative, netuid)


def coldkey_swapped(clerk: Clerk) -> None:
    """Hand subnets and hotkeys of a coldkey over to another one."""
    state, old, new = clerk.before, clerk.argument("old_coldkey"), clerk.argument("new_coldkey")
    for netuid in networks(state):
        if (clerk.read("SubnetOwner", netuid) or 0) == old:
            clerk.write(new, "SubnetOwner", netuid)
        for hotkey in state.staking_hotkeys.get(old, ()):
            shares = clerk.read("Alpha", hotkey, old, netuid) or 0
            clerk.write(None, "Alpha", hotkey, old, netuid)
            shares = min((clerk.read("Alpha", hotkey, new, netuid) or 0) + shares, MOST_SHARES)
            clerk.write(shares, "Alpha", hotkey, new, netuid)
    for hotkey in state.owned_hotkeys.get(old, ()):
        clerk.write(new, "Owner", hotkey)
    for item in ("StakingHotkeys", "OwnedHotkeys"):
        handed_over = clerk.read(item, old)
        clerk.write((), item, old)
        had = clerk.read(item, new) if old != new else ()
        clerk.write(had, item, new)
        for hotkey in handed_over:
            clerk.listed(hotkey, item, new)
    clerk.noted("LastTxBlock", new)
    clerk.told("ColdkeySwapped", old, new, clerk.argument("swap_cost"))
