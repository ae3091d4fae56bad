"""What swaps of keys do: stake follows from one key to another, the cost is burned, records are renamed."""

from collections.abc import Iterable
from typing import Any

from dtao.records import NO_SHARE_POOL
from dtao.units import AccountId, NetUid
from dtao_properties.model import accounts, claims
from dtao_properties.model.calls.effects import effect_of
from dtao_properties.model.stake import (
    DECIMAL_SINCE,
    credit_stake,
    debit_stake,
    deposited,
    networks,
    stake_held,
    withdrawn,
)
from dtao_properties.model.storage_model import ACCOUNTS_SINCE, StorageModel

COST, COST_ON_ONE_SUBNET = 100_000_000, 1_000_000
"""rao."""
LAST_BLOCKS = ("LastTxBlock", "LastTxBlockDelegateTake", "LastTxBlockChildKeyTake")
COPIED_SINCE, EVERYWHERE_SINCE, OWNER_HOTKEY_SINCE = 252, 276, 238
"""The versions from which the last blocks follow a swap as they are, it stays on networks and finds owner hotkeys."""
TOTALS_EVERYWHERE_SINCE, LAST_DIVIDENDS_SINCE = 252, 261
"""From when on totals on dissolved networks move too, and what the last epoch left and paid."""

COUNTED_SINCE = 419
"""The first version in which a swap on all networks counts as one on each where the old hotkey takes part, and takes
as a child follow."""


@effect_of("swap_hotkey", "swap_hotkey_v2")
def swap_hotkey(model: StorageModel) -> None:
    """Put a hotkey in the place of another one, on all networks or on one."""
    state, coldkey = model.state, model.signer
    old, new = model.argument("hotkey"), model.argument("new_hotkey")
    one = model.step.args.get("netuid")
    halfway = not model.since(EVERYWHERE_SINCE) and old in state.senate and new in state.senate
    burn(model, model.signer, COST if one is None else COST_ON_ONE_SUBNET)
    if not bool(model.step.args.get("keep_stake")):
        for netuid in networks(state) if one is None else (int(one),):
            claims.hotkey_swapped(model, netuid, old, new)
        _move_stake(model, old, new, halfway)
    if model.since(COPIED_SINCE):
        for item in LAST_BLOCKS:
            model.write(model.read(item, old), item, new)
            if one is None:
                model.write(0, item, old)
    else:
        for item in LAST_BLOCKS[:2]:
            model.write(0, item, old)
            model.write_block(item, new)
    model.write(coldkey, "Owner", new)
    model.append(new, "OwnedHotkeys", coldkey)
    if one is None:
        model.write(None, "Owner", old)
        owned = model.read("OwnedHotkeys", coldkey)
        model.write(tuple(hotkey for hotkey in owned if hotkey != old), "OwnedHotkeys", coldkey)
        for netuid in networks(state) if model.since(COUNTED_SINCE) else ():
            subnet = state.subnet(NetUid(netuid))
            if subnet.neurons.is_network_member.get(AccountId(old)) or subnet.child_keys.get(AccountId(old)):
                model.write_block("LastHotkeySwapOnNetuid", netuid, coldkey)
        model.emit("HotkeySwapped", coldkey, old, new)
    else:
        model.write_block("LastHotkeySwapOnNetuid", int(one), coldkey)
        model.emit("HotkeySwappedOnSubnet", coldkey, old, new, one)
    if not halfway:
        if one is None and old in state.delegates:
            model.write(None, "Delegates", old)
            model.write(state.delegates[old], "Delegates", new)
        if not bool(model.step.args.get("keep_stake")):
            _holders_follow(model, old, new)
        for netuid in networks(state) if one is None else (int(one),):
            _renamed_on(model, netuid, old, new)
    model.write_block("LastTxBlock", coldkey)


def _move_stake(model: StorageModel, old: int, new: int, halfway: bool) -> None:
    """Move what is on a hotkey: totals, shares, and where they count later on, the last dividends."""
    on_networks, one = model.since(EVERYWHERE_SINCE), model.step.args.get("netuid")
    for netuid, subnet in model.state.subnets.items():
        if on_networks and not (subnet.added if one is None else netuid == one):
            continue
        if model.since(DECIMAL_SINCE):
            _stake_follows(model, netuid, old, new)
            _last_dividends_follow(model, netuid, old, new)
            continue
        pool = subnet.share_pools.get(AccountId(old), NO_SHARE_POOL)
        if subnet.added or model.since(TOTALS_EVERYWHERE_SINCE):
            move(model, "TotalHotkeyAlpha", (old, netuid), (new, netuid))
            move(model, "TotalHotkeyShares", (old, netuid), (new, netuid))
        if halfway:
            continue
        for holder in pool.shares:
            move(model, "Alpha", (old, holder, netuid), (new, holder, netuid))
        if model.since(LAST_DIVIDENDS_SINCE) and (on_networks or old in subnet.total_hotkey_alpha_last_epoch):
            _last_dividends_follow(model, netuid, old, new)


def _last_dividends_follow(model: StorageModel, netuid: int, old: int, new: int) -> None:
    move(model, "TotalHotkeyAlphaLastEpoch", (old, netuid), (new, netuid))
    move(model, "AlphaDividendsPerSubnet", (netuid, old), (netuid, new))
    move(model, "TaoDividendsPerSubnet", (netuid, old), (netuid, new))


def _stake_follows(model: StorageModel, netuid: NetUid, old: int, new: int) -> None:
    """Withdraw the stake of each coldkey from the old hotkey and deposit it on the new one, by account."""
    holders = model.state.subnet(netuid).share_pools.get(AccountId(old), NO_SHARE_POOL).holders()
    for coldkey in sorted(holders):
        amount = stake_held(model, old, coldkey, netuid)
        debit_stake(model, old, coldkey, netuid, amount)
        credit_stake(model, new, coldkey, netuid, amount)
        if amount or old in model.read("StakingHotkeys", coldkey):
            model.append(new, "StakingHotkeys", coldkey)


def _handed_over(model: StorageModel, netuid: NetUid, hotkey: int, old: int, new: int) -> None:
    """Hand the stake of a coldkey over to another one: its shares, from 401 on the stake itself."""
    if model.since(DECIMAL_SINCE):
        amount = stake_held(model, hotkey, old, netuid)
        debit_stake(model, hotkey, old, netuid, amount)
        credit_stake(model, hotkey, new, netuid, amount)
        if amount:
            model.append(hotkey, "StakingHotkeys", new)
        return
    move(model, "Alpha", (hotkey, old, netuid), (hotkey, new, netuid))
    if old != new:
        model.write(None, "Alpha", hotkey, old, netuid)


def move(model: StorageModel, item: str, old: Iterable[object], new: Iterable[object]) -> None:
    """Move the money of an entry to another one."""
    amount = model.held(item, *old)
    model.post("swap of keys", -amount, item, *old)
    model.post("swap of keys", amount, item, *new)


def burn(model: StorageModel, payer: int, cost: int) -> None:
    """Burn the cost of a swap."""
    paid = withdrawn(model, payer, cost)
    model.post("swap of keys", -paid, "TotalIssuance")
    model.flow("burned by swaps of keys", -paid)


def _holders_follow(model: StorageModel, old: Any, new: Any) -> None:
    """Let who holds shares of the old hotkey stake with the new one: last in the list, instead or too."""
    one = model.step.args.get("netuid")
    for netuid, subnet in model.state.subnets.items():
        pool = subnet.share_pools.get(old)
        if pool is None or one not in (None, netuid):
            continue
        for holder in sorted(pool.holders()) if model.since(DECIMAL_SINCE) else pool.shares:
            hotkeys = model.read("StakingHotkeys", holder)
            if old in hotkeys and one is None:
                model.write((*(one for one in hotkeys if one not in (old, new)), new), "StakingHotkeys", holder)
            elif old in hotkeys:
                model.append(new, "StakingHotkeys", holder)


def _renamed_on(model: StorageModel, netuid: Any, old: Any, new: Any) -> None:
    """Rename a hotkey on one network: its neuron, its pending children and those who named it as a child."""
    subnet = model.state.subnet(netuid)
    is_member = subnet.neurons.is_network_member.get(old, False)
    if is_member or model.since(EVERYWHERE_SINCE):
        model.write(False, "IsNetworkMember", old, netuid)
        model.write(is_member, "IsNetworkMember", new, netuid)
    uid = subnet.neurons.uids.get(old)
    if is_member and uid is not None:
        model.write(None, "Uids", netuid, old)
        model.write(uid, "Uids", netuid, new)
        model.write(new, "Keys", netuid, uid)
    if model.since(OWNER_HOTKEY_SINCE) and subnet.owner_hotkey == old:
        model.write(new, "SubnetOwnerHotkey", netuid)
    _family_renamed(model, netuid, old, new)
    if model.since(COUNTED_SINCE) and old in subnet.childkey_take:
        model.write(subnet.childkey_take[old], "ChildkeyTake", new, netuid)
        model.write(model.state.runtime.items.by_name["ChildkeyTake"].default, "ChildkeyTake", old, netuid)
    pending = dict(subnet.pending_child_keys)
    if old in pending:
        pending[new] = pending.pop(old)
        model.write(((), 0), "PendingChildKeys", netuid, old)
    for hotkey, (children, ready) in pending.items():
        named = next((child for child in children if child[1] == old), None)
        if named is not None:
            children = (*(child for child in children if child is not named), (named[0], new))
        model.write((children, ready), "PendingChildKeys", netuid, hotkey)


def _family_renamed(model: StorageModel, netuid: Any, old: Any, new: Any) -> None:
    """Give the new hotkey the children and parents of the old one, instead of its own, and rename it among theirs."""
    for item, theirs in (("ChildKeys", "ParentKeys"), ("ParentKeys", "ChildKeys")):
        relatives = model.read(item, old, netuid)
        model.write((), item, old, netuid)
        model.write(relatives, item, new, netuid)
        for _, relative in relatives:
            listed = model.read(theirs, relative, netuid)
            renamed = tuple((part, new if hotkey == old else hotkey) for part, hotkey in listed)
            model.write(renamed, theirs, relative, netuid)


@effect_of("announce_coldkey_swap")
def announce_coldkey_swap(model: StorageModel) -> None:
    """Announce a swap; the first time that costs as much as a swap of hotkeys."""
    if model.signer not in model.state.coldkey_swap_announcements:
        burn(model, model.signer, COST)


@effect_of("swap_coldkey_announced")
def swap_coldkey_announced(model: StorageModel) -> None:
    """Swap the signer for the coldkey that it had announced."""
    _hand_over(model, model.signer, model.argument("new_coldkey"))
    model.emit("ColdkeySwapped", model.signer, model.argument("new_coldkey"))


@effect_of("swap_coldkey")
def swap_coldkey(model: StorageModel) -> None:
    """Swap a coldkey for another one, for a cost."""
    old, new = model.argument("old_coldkey"), model.argument("new_coldkey")
    burn(model, old, model.argument("swap_cost"))
    _hand_over(model, old, new)
    model.emit("ColdkeySwapped", old, new, *(() if model.since(385) else (model.argument("swap_cost"),)))


def _hand_over(model: StorageModel, old: Any, new: Any) -> None:
    """Hand subnets, hotkeys, shares on existing networks and the balance of a coldkey over to another one."""
    state = model.state
    for netuid in networks(state):
        if (model.read("SubnetOwner", netuid) or 0) == old:
            model.write(new, "SubnetOwner", netuid)
        for hotkey in state.staking_hotkeys.get(old, ()):
            _handed_over(model, NetUid(netuid), hotkey, old, new)
            claims.coldkey_swapped(model, netuid, hotkey, old, new)
    balance = model.held("Balance", old)
    if model.since(ACCOUNTS_SINCE):
        accounts.handed_over(model, old, new, balance)
    else:
        model.post("swap of keys", -balance, "Balance", old)
        model.post("swap of keys", -balance, "BalancesTotalIssuance")
        deposited(model, new, balance)
    for hotkey in state.owned_hotkeys.get(old, ()):
        model.write(new, "Owner", hotkey)
    for item in ("StakingHotkeys", "OwnedHotkeys"):
        handed_over = model.read(item, old)
        model.write((), item, old)
        had = model.read(item, new) if old != new else ()
        model.write(had, item, new)
        for hotkey in handed_over:
            model.append(hotkey, item, new)
    model.write_block("LastTxBlock", new)
