"""Calls with arguments aimed at acceptance, at the boundaries of their rules, and now and then at a rejection."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from attrs import frozen

import dtao
from dtao import calls
from dtao.outcome import Rejected
from dtao.params import (
    DURATION_OF_START_CALL,
    KEY_SWAP_COST,
    MAX_CHILDREN,
    MAX_NUM_ROOT_CLAIMS,
    MAX_ROOT_CLAIM_THRESHOLD,
    MAX_SUBNET_CLAIMS,
    MIN_ROOT_CLAIM,
    NUM_ROOT_CLAIMS,
)
from dtao.rules.claims import KEEP, SWAP
from dtao.rules.pools.concentrated.positions import PROTOCOL_ACCOUNT
from dtao.state import State
from dtao.transitions.checks import transition_changes_position
from dtao.transitions.limits import max_amount_move
from dtao.transitions.networks import network_lock_cost
from dtao.transitions.stake import is_stable, price
from dtao.units import ROOT, U16_MAX, U64_MAX, Alpha, NetUid
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.context import Context, Position, displaced_senators, u64
from dtao_properties.fuzz.limits import ending

Made = tuple[int | None, dict[str, Json]]
"""Who signs (None: root), and the arguments in the vectors' encoding."""
PERSISTENCE = 3
"""Of 4: how often a call that would be rejected is made again from valid choices only, and so likely accepted."""
AIMED = 12
"""The bits that, in a quarter of all cases, make the call of a limit that ends about now, if there is one."""


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


def _unstake_full_limit(context: Context) -> Made:
    position = context.position()
    limit, _ = context.selling_limit(position.netuid, position.held, position.held)
    args: dict[str, Json] = {"hotkey": str(position.hotkey), "netuid": position.netuid}
    return position.coldkey, args if context.choices.chance(128) else {**args, "limit_price": str(limit)}


def _add_liquidity(context: Context) -> Made:
    position = context.position()
    choices = context.choices
    low, width = choices.number(2) - 2**15, choices.number(2)
    if context.boundary(32):
        low, width = choices.pick(((-443_636, 887_272), (443_636, 1), (0, 0), (10, -10)))
    liquidity = choices.number(4) << choices.below(8)
    return position.coldkey, {
        "hotkey": str(position.hotkey),
        "netuid": position.netuid,
        "tick_low": str(low),
        "tick_high": str(low + width),
        "liquidity": str(liquidity),
    }


def _provided(context: Context) -> tuple[int, dict[str, Json], int]:
    """Return who has a position, how a call names it, and its liquidity; one that nobody has, if none does."""
    held = [
        (netuid, coldkey, number, position.liquidity)
        for netuid, ranges in context.state.ranges.items()
        for (coldkey, number), position in ranges.positions.items()
        if coldkey != PROTOCOL_ACCOUNT
    ]
    netuid, coldkey, number, liquidity = (
        context.choices.pick(tuple(held)) if held else (context.netuid(), context.payer(), 1, 0)
    )
    return coldkey, {"hotkey": str(context.hotkey()), "netuid": netuid, "position_id": str(number)}, liquidity


def _remove_liquidity(context: Context) -> Made:
    coldkey, args, _ = _provided(context)
    return coldkey, args


def _modify_position(context: Context) -> Made:
    coldkey, args, liquidity = _provided(context)
    part = liquidity >> context.choices.below(4)
    change = part if context.choices.chance(128) else -part
    return coldkey, {**args, "liquidity_delta": str(max(min(change, 2**63 - 1), 1 - 2**63))}


def _set_fee_rate(context: Context) -> Made:
    return None, {"netuid": context.netuid(), "rate": context.choices.pick((33, 196, 0, 10_000, 10_001))}


def _toggle_user_liquidity(context: Context) -> Made:
    return None, {"netuid": context.netuid(), "enable": context.choices.chance(224)}


def _applicant(context: Context) -> tuple[int, int]:
    """Return a hotkey and who registers it: a new one, or one that exists."""
    if context.choices.chance(112):
        hotkey, coldkey = context.owned()
        return hotkey, coldkey
    return context.newcomer(), context.payer(10**9)


def _burned_register(context: Context) -> Made:
    hotkey, coldkey = _applicant(context)
    netuid = context.netuid(root=context.boundary(), fits=context.open)
    return coldkey, {"netuid": netuid, "hotkey": str(hotkey)}


def _root_register(context: Context) -> Made:
    hotkey, coldkey = _applicant(context)
    if (displaced := displaced_senators(context.state)) and context.choices.chance(224):
        hotkey = context.choices.pick(displaced)
        coldkey = context.state.owner.get(hotkey, coldkey)
    elif context.choices.chance(128) and (waiting := context.waiting_for_root):
        hotkey = context.choices.pick(waiting)
        coldkey = context.state.owner.get(hotkey, coldkey)
    return coldkey, {"hotkey": str(hotkey)}


def _register_network(context: Context) -> Made:
    coldkey = context.payer(network_lock_cost(context.state)[1])
    hotkey = context.hotkey() if context.boundary(64) else context.newcomer()
    return coldkey, {"hotkey": str(hotkey)}


def _dissolve_network(context: Context) -> Made:
    netuid = context.netuid(root=context.boundary())
    owner = context.state.subnet(netuid).owner or 0
    signer = owner if context.boundary() else None
    return signer, {"coldkey": str(8 if context.boundary(48) else owner), "netuid": netuid}


def _set_weights(context: Context) -> Made:
    choices = context.choices
    netuid = context.netuid(root=context.boundary(), fits=context.hasty)
    neurons = context.state.subnet(netuid).neurons
    uids = sorted(neurons.keys)
    if not uids:
        return 11, {"netuid": netuid, "dests": [], "weights": [], "version_key": "0"}
    permitted = [uid for uid in uids if uid < len(neurons.validator_permit) and neurons.validator_permit[uid]]
    uid = choices.pick(uids if context.boundary() else permitted or uids)
    signer = 8 if context.boundary(8) else neurons.keys[uid]
    if context.limit is not None and context.limit.hotkey is not None:
        signer = context.limit.hotkey
    if context.boundary():
        dests: list[int] = list(choices.pick(([0, 0], [U16_MAX], [*uids, 0], [])))
    else:
        dests = [int(one) for one in ([uid] if not permitted or choices.chance(32) else uids[: 6 + choices.below(3)])]
    weights = [choices.pick((65_535, 1, 0, 32_768, 1_000 + index)) for index in range(len(dests))]
    if context.boundary(6):
        weights = weights[1:]
    key = context.state.subnet(netuid).hyperparameters.weights_version_key
    return signer, {
        "netuid": netuid,
        "dests": dests,
        "weights": weights,
        "version_key": str(max(key - int(context.boundary(48)), 0)),
    }


def _set_children(context: Context) -> Made:
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


def _set_childkey_take(context: Context) -> Made:
    hotkey, coldkey = context.owned()
    largest = context.state.parameters.max_childkey_take
    take = min(largest + 1, U16_MAX) if context.boundary() else context.choices.pick((largest, 0, largest // 2))
    return coldkey, {"hotkey": str(hotkey), "netuid": context.netuid(), "take": take}


def _increase_take(context: Context) -> Made:
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


def _decrease_take(context: Context) -> Made:
    hotkey, coldkey = context.owned()
    state = context.state
    least, now = state.parameters.min_delegate_take, state.delegates.get(hotkey, U16_MAX + 1)
    valid = (now - 1, least, (now + least) // 2)
    take = context.choices.pick((now, least - 1) if context.boundary() else valid)
    return coldkey, {"hotkey": str(hotkey), "take": min(max(take, 0), U16_MAX)}


def _swap_hotkey(context: Context) -> Made:
    hotkey, coldkey = context.owned()
    owner, balances = context.state.owner, context.state.balances
    if not context.boundary() and balances.get(coldkey, 0) <= KEY_SWAP_COST and context.limit is None:
        able = [(other, signer) for other, signer in owner.items() if balances.get(signer, 0) > KEY_SWAP_COST + 500]
        hotkey, coldkey = min(able, default=(hotkey, coldkey))
    new = hotkey if context.boundary(8) else context.newcomer()
    args: dict[str, Json] = {"hotkey": str(hotkey), "new_hotkey": str(new)}
    if "netuid" in calls.arguments(context.state.runtime.calls["swap_hotkey"]):
        one = context.limit.netuid is not None if context.limit is not None else context.choices.byte() & 1
        args["netuid"] = context.netuid() if one else None
    return coldkey, args


def _swap_coldkey(context: Context) -> Made:
    old = context.payer()
    balance = context.state.balances.get(old, 0)
    cost = context.choices.pick((0, KEY_SWAP_COST, balance, balance // 2))
    cost = balance + 1 if context.boundary() else min(cost, balance)
    new = context.payer() if context.boundary() else context.newcomer()
    signer = old if context.boundary(8) else None
    return signer, {"old_coldkey": str(old), "new_coldkey": str(new), "swap_cost": str(u64(cost))}


def _transfer(context: Context) -> Made:
    source = context.payer(1_000)
    balance = context.state.balances.get(source, 0)
    valid = (balance // 4, 500, balance - 500, balance, balance - 499, 501, 0)
    boundary = (499, balance + 1, U64_MAX, 1)
    value = context.choices.pick(boundary) if context.boundary() else context.choices.pick(valid)
    dest = context.choices.pick((2, 1, 3, 2_600))
    return source, {"dest": str(dest), "value": str(u64(value))}


def _start_call(context: Context) -> Made:
    def waits(netuid: NetUid) -> bool:
        subnet = context.state.subnet(netuid)
        ready = subnet.network_registered_at + DURATION_OF_START_CALL <= context.state.block_number
        return subnet.first_emission_block_number is None and ready

    netuid = context.netuid(root=context.boundary(), fits=waits)
    owner = context.state.subnet(netuid).owner or 0
    return 8 if context.boundary() else owner, {"netuid": netuid}


def _give_up(context: Context) -> Made:
    position = context.position(root=context.boundary())
    amount = context.alpha_amount(position)
    hotkey = context.hotkey() if context.boundary(8) else position.hotkey
    if not context.boundary():
        amount = min(amount, context.state.pool(position.netuid).alpha_out)
    return position.coldkey, {"hotkey": str(hotkey), "amount": str(amount), "netuid": position.netuid}


def _try_associate_hotkey(context: Context) -> Made:
    hotkey = context.hotkey() if context.choices.chance(64) else context.newcomer()
    return None if context.boundary(48) else context.payer(), {"hotkey": str(hotkey)}


def _set_pending_childkey_cooldown(context: Context) -> Made:
    return 1 if context.boundary() else None, {"cooldown": context.choices.pick(("0", "1", "7200", str(U64_MAX)))}


def _set_mechanism_weights(context: Context) -> Made:
    signer, args = _set_weights(context)
    count = context.state.subnet(args["netuid"]).hyperparameters.mechanism_count
    mechanism = count if context.boundary() else context.choices.below(max(count, 1))
    return signer, {**args, "mecid": mechanism}


def _root_dissolve_network(context: Context) -> Made:
    return context.payer() if context.boundary() else None, {"netuid": context.netuid(root=context.boundary())}


def _set_coldkey_auto_stake_hotkey(context: Context) -> Made:
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


def _claim_root(context: Context) -> Made:
    state, choices = context.state, context.choices
    # beginning with those whose hotkeys have earned something for them on subnets, because few have
    earned = {
        coldkey: sorted({netuid for hotkey in hotkeys for netuid, _ in state.root_claimable.get(hotkey, ())})
        for coldkey, hotkeys in sorted(state.staking_hotkeys.items())
    }
    claimants = [coldkey for coldkey, netuids in earned.items() if netuids]
    coldkey = choices.pick(claimants) if claimants and not context.boundary() else context.payer()
    netuids = [int(netuid) for netuid in earned.get(coldkey) or context.networks or [NetUid(1)]]
    if context.boundary(48):
        return coldkey, {"subnets": choices.pick(([], [*range(MAX_SUBNET_CLAIMS + 1)], [netuids[0]] * 6, [7, 65_535]))}
    start, count = choices.below(len(netuids)), 1 + choices.below(MAX_SUBNET_CLAIMS)
    return coldkey, {"subnets": [*netuids[start:], *netuids[:start]][:count]}


def _set_root_claim_type(context: Context) -> Made:
    return context.payer(), {"new_root_claim_type": context.choices.pick((KEEP, SWAP))}


def _sudo_set_num_root_claims(context: Context) -> Made:
    least_refused = MAX_NUM_ROOT_CLAIMS + 1
    number = context.choices.pick((NUM_ROOT_CLAIMS, MAX_NUM_ROOT_CLAIMS, 1, 0))
    if context.boundary(48):
        number = context.choices.pick((least_refused, U64_MAX))
    return context.payer() if context.boundary() else None, {"new_value": str(number)}


def _sudo_set_root_claim_threshold(context: Context) -> Made:
    netuid, choices = context.netuid(), context.choices
    threshold = choices.pick((MIN_ROOT_CLAIM, 0, 1, MAX_ROOT_CLAIM_THRESHOLD))
    if context.boundary(48):
        threshold = choices.pick((MAX_ROOT_CLAIM_THRESHOLD + 1, U64_MAX))
    owner = context.state.subnet(netuid).owner if choices.chance(128) else None
    return 8 if context.boundary() else owner, {"netuid": netuid, "new_value": str(threshold)}


MAKERS: Mapping[str, tuple[int, Callable[[Context], Made]]] = {
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
    "transfer": (14, _transfer),
    "burned_register": (12, _burned_register),
    "root_register": (8, _root_register),
    "register_network": (4, _register_network),
    "dissolve_network": (2, _dissolve_network),
    "set_weights": (14, _set_weights),
    "set_children": (12, _set_children),
    "set_childkey_take": (8, _set_childkey_take),
    "increase_take": (6, _increase_take),
    "decrease_take": (6, _decrease_take),
    "swap_hotkey": (6, _swap_hotkey),
    "swap_coldkey": (6, _swap_coldkey),
    "start_call": (3, _start_call),
    "recycle_alpha": (3, _give_up),
    "burn_alpha": (3, _give_up),
    "try_associate_hotkey": (2, _try_associate_hotkey),
    "set_pending_childkey_cooldown": (2, _set_pending_childkey_cooldown),
    "add_liquidity": (2, _add_liquidity),
    "remove_liquidity": (1, _remove_liquidity),
    "modify_position": (1, _modify_position),
    "set_fee_rate": (1, _set_fee_rate),
    "toggle_user_liquidity": (1, _toggle_user_liquidity),
    "remove_stake_full_limit": (1, _unstake_full_limit),
    "set_mechanism_weights": (6, _set_mechanism_weights),
    "root_dissolve_network": (1, _root_dissolve_network),
    "set_coldkey_auto_stake_hotkey": (1, _set_coldkey_auto_stake_hotkey),
    "claim_root": (6, _claim_root),
    "set_root_claim_type": (2, _set_root_claim_type),
    "sudo_set_num_root_claims": (1, _sudo_set_num_root_claims),
    "sudo_set_root_claim_threshold": (1, _sudo_set_root_claim_threshold),
}
"""For every call how often it is made, of all the weights together, and what makes it."""
MAKING_ROOM: Mapping[str, tuple[str, int]] = {
    "set_mechanism_weights": ("set_weights", 8),
    "claim_root": ("swap_stake_limit", 6),
    "set_root_claim_type": ("remove_stake_limit", 4),
}
"""A call -> a call that is made less often, and by how much, in the eras that have both."""


def weights_of(era: dtao.Era) -> Mapping[str, int]:
    """Return how often each call of an era is made; at most 256 in all."""
    weights = {name: MAKERS[name][0] for name in names_of(era)}
    for name, (other, less) in MAKING_ROOM.items():
        if name in weights:
            weights[other] -= less
    return weights


def names_of(era: dtao.Era) -> tuple[str, ...]:
    """Return the calls of an era, in the order of the makers."""
    return tuple(name for name in MAKERS if name in era.runtime.calls)


@cache
def _drawn(spec_version: int) -> tuple[str, ...]:
    """Return the calls of an era, each as often as its weight says."""
    return tuple(name for name, weight in weights_of(dtao.era(spec_version)).items() for _ in range(weight))


@frozen
class Candidate:
    """A call as the adapter is asked for it, with what the reference makes of it."""

    request: dict[str, Json]
    outcome: dtao.Outcome


def candidate(era: dtao.Era, state: State, data: bytes) -> Candidate:
    """Return the call that some bytes stand for in a state.

    One that the state would reject is, in three of four cases, made again from the same bytes without boundary choices.
    """
    choices = Choices(data)
    drawn = _drawn(era.runtime.spec_version)
    name = drawn[choices.byte() % len(drawn)]
    persistence = choices.byte()
    persistent = persistence & 3 < PERSISTENCE
    limit = ending(state, choices) if persistence & AIMED == AIMED else None
    if limit is not None:
        name = limit.name
    elif state.senate and (persistence & AIMED == AIMED or (persistence & 4 and displaced_senators(state))):
        # who has a seat on root, and who is to get it, decides itself over several calls
        name = choices.pick(("root_register", "add_stake"))
    at = choices.at
    made = _tried(era, Context(state, choices, limit=limit), name)
    if made.outcome.error is not None and persistent:
        again = Choices(data)
        again.at = at
        made = _tried(era, Context(state, again, valid_only=True, limit=limit), name)
    return made


def _tried(era: dtao.Era, context: Context, name: str) -> Candidate:
    misplaced = context.boundary(3)  # signed by root where an account should, and the other way round
    signer, args = MAKERS[name][1](context)
    if misplaced:
        signer = 1 if signer is None else None
    encoded: Any = None if signer is None else str(signer)
    request = {"do": "call", "call": name, "signer": encoded, "args": args}
    return Candidate(request, era.apply(context.state, era.call(name, encoded, args)))
