"""Calls that add, remove and move stake."""

import dtao
from dtao.outcome import Rejected
from dtao.transitions.checks import transition_changes_position
from dtao.transitions.limits import max_amount_move
from dtao.transitions.stake import is_stable, price
from dtao.units import ROOT, U64_MAX, Alpha, NetUid
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.context import Context, Position, displaced_senators, u64
from dtao_properties.fuzz.makers import Made, Makers


def _stake(context: Context) -> Made:
    coldkey = context.payer()
    hotkey, netuid = context.hotkey(), context.netuid(fits=context.liquid)
    if (displaced := displaced_senators(context.state)) and context.choices.chance(224):
        hotkey = context.choices.pick(displaced)
        return coldkey, {"hotkey": str(hotkey), "netuid": ROOT, "amount_staked": str(context.for_root(coldkey, hotkey))}
    amount = context.tao_amount(coldkey, netuid)
    return coldkey, {"hotkey": str(hotkey), "netuid": netuid, "amount_staked": str(amount)}


def _stake_limit(context: Context) -> Made:
    coldkey, args = _stake(context)
    partial = context.choices.chance(96)
    limit, amount = context.buying_limit(args["netuid"], dtao.Rao(int(args["amount_staked"])))
    return coldkey, {**args, "amount_staked": str(amount), "limit_price": str(limit), "allow_partial": partial}


def _unstake(context: Context) -> Made:
    return _unstaking(context, context.position())


def _unstaking(context: Context, position: Position) -> Made:
    amount = context.alpha_amount(position)
    hotkey = context.hotkey() if context.boundary(8) else position.hotkey
    return position.coldkey, {"hotkey": str(hotkey), "netuid": position.netuid, "amount_unstaked": str(amount)}


def _unstake_limit(context: Context) -> Made:
    position = context.position()
    coldkey, args = _unstaking(context, position)
    partial = context.choices.chance(96)
    limit, amount = context.selling_limit(position.netuid, dtao.Alpha(int(args["amount_unstaked"])), position.held)
    return coldkey, {**args, "amount_unstaked": str(amount), "limit_price": str(limit), "allow_partial": partial}


def _unstake_all(context: Context) -> Made:
    position = context.position()
    hotkey = context.choices.pick((8, 999)) if context.boundary(64) else position.hotkey
    return position.coldkey, {"hotkey": str(hotkey)}


def _unstake_full_limit(context: Context) -> Made:
    position = context.position()
    limit, _ = context.selling_limit(position.netuid, position.held, position.held)
    args: dict[str, Json] = {"hotkey": str(position.hotkey), "netuid": position.netuid}
    return position.coldkey, args if context.choices.chance(128) else {**args, "limit_price": str(limit)}


def _move(context: Context, *, by_subnet: bool = False) -> Made:
    """Make a move; ``by_subnet``: one that leads to another subnet or nowhere."""
    position = context.position(of_owner=not context.boundary())
    amount = context.alpha_amount(position)
    hotkey, netuid = context.hotkey(), context.netuid()
    stays = netuid == position.netuid and (by_subnet or hotkey == position.hotkey)
    refused = stays and transition_changes_position in context.state.runtime.moves.checks
    if (refused or not context.tradable(netuid)) and not context.boundary():
        netuid = context.other_than(netuid)
    return position.coldkey, {
        "origin_hotkey": str(position.hotkey),
        "destination_hotkey": str(hotkey),
        "origin_netuid": position.netuid,
        "destination_netuid": netuid,
        "alpha_amount": str(amount),
    }


def _transfer_stake(context: Context) -> Made:
    signer, args = _move(context)
    destination = context.choices.pick((2, 3, 1, 2_500))
    kept = ("origin_netuid", "destination_netuid", "alpha_amount")
    moved = {name: args[name] for name in kept}
    return signer, {"destination_coldkey": str(destination), "hotkey": args["origin_hotkey"], **moved}


def _swap_stake(context: Context) -> Made:
    signer, args = _move(context, by_subnet=True)
    return signer, {"hotkey": args["origin_hotkey"], **{name: args[name] for name in list(args)[2:]}}


def _swap_stake_limit(context: Context) -> Made:
    signer, args = _swap_stake(context)
    state, choice = context.state, context.choices.byte()
    origin, destination = NetUid(args["origin_netuid"]), NetUid(args["destination_netuid"])
    ratio = price(state, origin) * 10**9 // max(price(state, destination), 1)
    partial = context.choices.chance(96)
    if context.boundary(64):
        limit = (ratio, ratio + 1, U64_MAX, 10**9, 10**9 + 1)[choice % 5]
    elif is_stable(state, origin) and is_stable(state, destination):
        limit = (10**9, 0)[choice & 1]
    else:
        limit = (ratio - (ratio >> 4), 0, ratio >> 1, ratio - 1)[choice & 3]
    limit = u64(limit)
    amount = int(args["alpha_amount"])
    try:
        maximum = max_amount_move(state, origin, destination, limit)
    except Rejected:  # the call will be refused for it, whatever the amount
        maximum = Alpha(0)
    if choice & 16 and 0 < maximum < amount:
        amount = maximum + (choice >> 5 & 1)
    return signer, {**args, "alpha_amount": str(amount), "limit_price": str(limit), "allow_partial": partial}


def _give_up(context: Context) -> Made:
    position = context.position(root=context.boundary())
    amount = context.alpha_amount(position)
    hotkey = context.hotkey() if context.boundary(8) else position.hotkey
    if not context.boundary():
        amount = min(amount, context.state.pool(position.netuid).alpha_out)
    return position.coldkey, {"hotkey": str(hotkey), "amount": str(amount), "netuid": position.netuid}


MAKERS: Makers = {
    "add_stake": (22, _stake),
    "remove_stake": (16, _unstake),
    "add_stake_limit": (18, _stake_limit),
    "remove_stake_limit": (16, _unstake_limit),
    "move_stake": (14, _move),
    "swap_stake": (12, _swap_stake),
    "swap_stake_limit": (16, _swap_stake_limit),
    "transfer_stake": (12, _transfer_stake),
    "unstake_all": (6, _unstake_all),
    "unstake_all_alpha": (6, _unstake_all),
    "recycle_alpha": (3, _give_up),
    "burn_alpha": (3, _give_up),
    "remove_stake_full_limit": (1, _unstake_full_limit),
}
