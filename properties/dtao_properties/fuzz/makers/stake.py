"""Calls that add, remove and move stake."""

import dtao
from dtao.outcome import Rejected
from dtao.transitions.checks import transition_changes_position
from dtao.transitions.limits import max_amount_move
from dtao.transitions.stake import is_stable, price
from dtao.units import ROOT, U64_MAX, Alpha, NetUid
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.context import SIGNED, Context, Position, displaced_senators, u64
from dtao_properties.fuzz.makers import Made


def stake(context: Context) -> Made:
    """Stake on a hotkey, now and then one that lost its seat in the senate."""
    coldkey = context.payer()
    is_beyond = context.state.balances.get(coldkey, 0) >= SIGNED and context.choices.chance(192)
    hotkey, netuid = context.hotkey(), context.netuid(fits=context.deep if is_beyond else context.liquid)
    if (displaced := displaced_senators(context.state)) and context.choices.chance(224):
        hotkey = context.choices.pick(displaced)
        return coldkey, {"hotkey": str(hotkey), "netuid": ROOT, "amount_staked": str(context.for_root(coldkey, hotkey))}
    amount = context.tao_amount(coldkey, netuid)
    return coldkey, {"hotkey": str(hotkey), "netuid": netuid, "amount_staked": str(amount)}


def stake_limit(context: Context) -> Made:
    """Stake up to a price near the present one."""
    coldkey, args = stake(context)
    partial = context.choices.chance(96)
    limit, amount = context.buying_limit(args["netuid"], dtao.Rao(int(args["amount_staked"])))
    return coldkey, {**args, "amount_staked": str(amount), "limit_price": str(limit), "allow_partial": partial}


def unstake(context: Context) -> Made:
    """Unstake some of a position."""
    return _unstaking(context, context.position())


def _unstaking(context: Context, position: Position) -> Made:
    amount = context.alpha_amount(position)
    hotkey = context.hotkey() if context.boundary(8) else position.hotkey
    return position.coldkey, {"hotkey": str(hotkey), "netuid": position.netuid, "amount_unstaked": str(amount)}


def unstake_limit(context: Context) -> Made:
    """Unstake down to a price near the present one."""
    position = context.position()
    coldkey, args = _unstaking(context, position)
    partial = context.choices.chance(96)
    limit, amount = context.selling_limit(position.netuid, dtao.Alpha(int(args["amount_unstaked"])), position.held)
    return coldkey, {**args, "amount_unstaked": str(amount), "limit_price": str(limit), "allow_partial": partial}


def unstake_all(context: Context) -> Made:
    """Unstake all on a hotkey."""
    position = context.position()
    hotkey = context.choices.pick((8, 999)) if context.boundary(64) else position.hotkey
    return position.coldkey, {"hotkey": str(hotkey)}


def unstake_full_limit(context: Context) -> Made:
    """Unstake all of a position, with or without a limit."""
    position = context.position()
    limit, _ = context.selling_limit(position.netuid, position.held, position.held)
    args: dict[str, Json] = {"hotkey": str(position.hotkey), "netuid": position.netuid}
    return position.coldkey, args if context.choices.chance(128) else {**args, "limit_price": str(limit)}


def move(context: Context, *, by_subnet: bool = False) -> Made:
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


def transfer_stake(context: Context) -> Made:
    """Transfer stake to another coldkey."""
    signer, args = move(context)
    destination = context.choices.pick((2, 3, 1, 2_500))
    kept = ("origin_netuid", "destination_netuid", "alpha_amount")
    moved = {name: args[name] for name in kept}
    return signer, {"destination_coldkey": str(destination), "hotkey": args["origin_hotkey"], **moved}


def swap_stake(context: Context) -> Made:
    """Swap stake for that of another subnet."""
    signer, args = move(context, by_subnet=True)
    return signer, {"hotkey": args["origin_hotkey"], **{name: args[name] for name in list(args)[2:]}}


def swap_stake_limit(context: Context) -> Made:
    """Swap stake up to a ratio of prices near the present one."""
    signer, args = swap_stake(context)
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


def give_up(context: Context) -> Made:
    """Recycle or burn stake."""
    position = context.position(root=context.boundary())
    amount = context.alpha_amount(position)
    hotkey = context.hotkey() if context.boundary(8) else position.hotkey
    if not context.boundary():
        amount = min(amount, context.state.pool(position.netuid).alpha_out)
    return position.coldkey, {"hotkey": str(hotkey), "amount": str(amount), "netuid": position.netuid}


def add_stake_burn(context: Context) -> Made:
    """Stake on a subnet of the signer and burn the alpha, within a limit or at any price."""
    coldkey, args = stake_limit(context)
    netuid = args["netuid"]
    owner = context.state.subnet(NetUid(int(str(netuid)))).owner
    signer = coldkey if owner is None or context.boundary(8) else owner
    limit = args["limit_price"] if context.choices.chance(128) else None
    return signer, {"hotkey": args["hotkey"], "netuid": netuid, "amount": args["amount_staked"], "limit": limit}
