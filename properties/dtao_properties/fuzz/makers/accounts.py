"""Calls about keys: their children, takes, swaps and balances."""

from dtao import calls
from dtao.hashing import blake2_256_of_account
from dtao.params import (
    KEY_SWAP_COST,
    MAX_CHILDREN,
)
from dtao.units import ROOT, U16_MAX, U64_MAX, AccountId, NetUid
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.context import Context, u64
from dtao_properties.fuzz.makers import Made

ASKING_FOR_OWNER = 415
"""The last version that does not ask who owns the new hotkey of a swap; from it on that is tried."""


def set_children(context: Context) -> Made:
    """Name up to three children, or too many."""
    choices = context.choices
    hotkey, coldkey = context.owned()
    netuid = context.netuid(root=context.boundary())
    others: list[int] = [other for other in sorted(context.state.owner) if other != hotkey]
    others = others or [999]
    count = min(choices.below(4), len(others))
    start = choices.byte() % len(others)
    chosen = [others[(start + index) % len(others)] for index in range(count)]
    share = choices.pick((U64_MAX // max(count, 1), 1, U64_MAX // 7))
    pairs = [[str(share), str(child)] for child in chosen]
    if context.boundary():
        strange = ([[str(share), str(hotkey)]], [[str(U64_MAX), "12"]] * 2, [["1", "12"]] * 2)
        pairs = choices.pick((*strange, [["1", str(900 + index)] for index in range(MAX_CHILDREN + 1)]))
    return coldkey, {"hotkey": str(hotkey), "netuid": netuid, "children": pairs}


def set_childkey_take(context: Context) -> Made:
    """Set a childkey take about its maximum."""
    hotkey, coldkey = context.owned()
    largest = context.state.parameters.max_childkey_take
    take = min(largest + 1, U16_MAX) if context.boundary() else context.choices.pick((largest, 0, largest // 2))
    return coldkey, {"hotkey": str(hotkey), "netuid": context.netuid(), "take": take}


def set_pending_childkey_cooldown(context: Context) -> Made:
    """Set the cooldown of children."""
    return 1 if context.boundary() else None, {"cooldown": context.choices.pick(("0", "1", "7200", str(U64_MAX)))}


def increase_take(context: Context) -> Made:
    """Increase a take by one, half, or up to its maximum."""
    hotkey, coldkey = context.owned()
    state = context.state
    largest, now = state.parameters.max_delegate_take, state.delegates.get(hotkey, -1)
    if not context.boundary() and now >= largest and context.limit is None:
        fitting = [(other, owner) for other, owner in state.owner.items() if state.delegates.get(other, -1) < largest]
        if fitting:
            hotkey, coldkey = min(fitting)
            now = state.delegates.get(hotkey, -1)
    valid = (now + 1, largest, (now + largest + 1) // 2)
    take = context.choices.pick((now, largest + 1, 0) if context.boundary() else valid)
    return coldkey, {"hotkey": str(hotkey), "take": min(max(take, 0), U16_MAX)}


def decrease_take(context: Context) -> Made:
    """Decrease a take by one, half, or down to its minimum."""
    hotkey, coldkey = context.owned()
    state = context.state
    least, now = state.parameters.min_delegate_take, state.delegates.get(hotkey, U16_MAX + 1)
    valid = (now - 1, least, (now + least) // 2)
    take = context.choices.pick((now, least - 1) if context.boundary() else valid)
    return coldkey, {"hotkey": str(hotkey), "take": min(max(take, 0), U16_MAX)}


def swap_hotkey(context: Context) -> Made:
    """Swap a hotkey for a new one, on all subnets or on one."""
    hotkey, coldkey = context.owned()
    owner, balances = context.state.owner, context.state.balances
    if not context.boundary() and balances.get(coldkey, 0) <= KEY_SWAP_COST and context.limit is None:
        able = [(other, signer) for other, signer in owner.items() if balances.get(signer, 0) > KEY_SWAP_COST + 500]
        hotkey, coldkey = min(able, default=(hotkey, coldkey))
    new = hotkey if context.boundary(8) else context.newcomer()
    if context.state.runtime.spec_version >= ASKING_FOR_OWNER and context.boundary(32):
        new = context.hotkey()  # as likely as not somebody else's
    args: dict[str, Json] = {"hotkey": str(hotkey), "new_hotkey": str(new)}
    if "netuid" in calls.arguments(context.state.runtime.calls["swap_hotkey"]):
        one = context.limit.netuid is not None if context.limit is not None else context.choices.byte() & 1
        args["netuid"] = context.netuid() if one else None
    return coldkey, args


def swap_coldkey(context: Context) -> Made:
    """Swap a coldkey for a new one at some cost."""
    old = context.payer()
    balance = context.state.balances.get(old, 0)
    cost = context.choices.pick((0, KEY_SWAP_COST, balance, balance // 2))
    cost = balance + 1 if context.boundary() else min(cost, balance)
    new = context.payer() if context.boundary() else context.newcomer()
    signer = old if context.boundary(8) else None
    return signer, {"old_coldkey": str(old), "new_coldkey": str(new), "swap_cost": str(u64(cost))}


def try_associate_hotkey(context: Context) -> Made:
    """Associate a hotkey, new or known."""
    hotkey = context.hotkey() if context.choices.chance(64) else context.newcomer()
    return None if context.boundary(48) else context.payer(), {"hotkey": str(hotkey)}


def transfer(context: Context) -> Made:
    """Transfer TAO, about the existential deposit."""
    source = context.payer(1_000)
    balance = context.state.balances.get(source, 0)
    valid = (balance // 4, 500, balance - 500, balance, balance - 499, 501, 0)
    boundary = (499, balance + 1, U64_MAX, 1)
    value = context.choices.pick(boundary) if context.boundary() else context.choices.pick(valid)
    dest = context.choices.pick((2, 1, 3, 2_600))
    return source, {"dest": str(dest), "value": str(u64(value))}


def set_coldkey_auto_stake_hotkey(context: Context) -> Made:
    """Name a hotkey for automatic stake."""
    if "netuid" not in calls.arguments(context.state.runtime.calls["set_coldkey_auto_stake_hotkey"]):
        return context.payer(), {"hotkey": str(context.newcomer() if context.boundary() else context.hotkey())}

    def peopled(netuid: NetUid) -> bool:
        return bool(context.state.subnet(netuid).neurons.uids)

    coldkey, netuid = context.payer(), context.netuid(fits=peopled)
    subnet = context.state.subnet(netuid)
    present = subnet.auto_stake_destinations.get(coldkey)
    again = present is not None and context.boundary(64)
    others = [hotkey for hotkey in sorted(subnet.neurons.uids) if (hotkey == present) == again]
    hotkey = context.newcomer() if context.boundary() or not others else context.choices.pick(others)
    return coldkey, {"netuid": netuid, "hotkey": str(hotkey)}


def announce_coldkey_swap(context: Context) -> Made:
    """Announce a swap of a coldkey."""
    return context.payer(KEY_SWAP_COST + 500), {"new_coldkey": str(context.newcomer())}


def swap_coldkey_announced(context: Context) -> Made:
    """Make an announced swap, to the coldkey that was announced if it is known."""
    wanted = {announced for _, announced in context.state.coldkey_swap_announcements.values()}
    strangers = [900 + number for number in range(64)]
    known = [key for key in (*strangers, context.newcomer()) if blake2_256_of_account(key) in wanted]
    new = context.newcomer() if context.boundary() or not known else known[0]
    return _announcing(context), {"new_coldkey": str(new)}


def dispute_coldkey_swap(context: Context) -> Made:
    """Dispute an announced swap, or take the announcement back."""
    return _announcing(context), {}


def reset_coldkey_swap(context: Context) -> Made:
    """Forget an announced swap."""
    return 1 if context.boundary() else None, {"coldkey": str(_announcing(context))}


def _announcing(context: Context) -> int:
    """Return a coldkey that announced a swap, if there is one."""
    announcing = sorted(context.state.coldkey_swap_announcements)
    if context.limit is not None and context.limit.coldkey is not None:
        return context.limit.coldkey
    return context.payer() if context.boundary() or not announcing else context.choices.pick(announcing)


def swap_hotkey_v2(context: Context) -> Made:
    """Swap a hotkey for a new one, with the stake or without."""
    coldkey, args = swap_hotkey(context)
    return coldkey, {**args, "keep_stake": bool(context.choices.byte() & 1)}


def set_auto_parent_delegation_enabled(context: Context) -> Made:
    """Say whether a hotkey on root gives its stake on new subnets to their owners."""
    on_root = sorted(context.state.subnet(ROOT).neurons.uids)
    hotkey = context.hotkey() if context.boundary() or not on_root else context.choices.pick(on_root)
    owner = context.state.owner.get(AccountId(hotkey), AccountId(8))
    signer = 8 if context.boundary() else owner
    return signer, {"hotkey": str(hotkey), "enabled": bool(context.choices.byte() & 1)}
