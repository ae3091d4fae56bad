"""What calls that stake, unstake or move stake do: to money leg by leg, and to who stakes with what."""

from collections.abc import Callable
from typing import Any

from dtao.state import State
from dtao.units import U64_MAX, AccountId, NetUid
from dtao_properties.model import accounts, amounts, by_swap, ranges
from dtao_properties.model.calls.effects import effect_of
from dtao_properties.model.locks import may_leave
from dtao_properties.model.stake import (
    debit_stake,
    deposited,
    dust_swept,
    fee_of,
    networks,
    stake_held,
    staked,
    unstaked,
    withdrawn,
)
from dtao_properties.model.storage_model import ACCOUNTS_SINCE, ALPHA_LEDGER, TAO_LEDGER, StorageModel, entry
from dtao_spec.chapters.dividends.division import DEFAULT_TAKE
from dtao_spec.chapters.staking.trades import FEE

MIN_STAKE, HIGHER_MIN_STAKE = 500_000, 2_000_000
IN_RANGES, ALL_REMOVABLE = 283, 298
"""The versions from which pools trade in ranges, and all of a stake may be removed, however little it is worth."""
UNHELD_SINCE = 423
"""The first version in which stake may be added and removed in one block."""
WITHDRAWN_RECYCLED = 365
"""The version from which what left the shares is recycled again, as until 300, and not what was asked for."""
NOMINATIONS = ("add_stake_limit", "move_stake", "transfer_stake", "swap_stake", "swap_stake_limit")
"""The calls that make a hotkey with stake of another than its owner a delegate, from 244 on; see also those that stake
within a limit to burn."""


def added(model: StorageModel, amount: int, limit: int | None = None) -> None:
    """Stake TAO of the signer."""
    signer, hotkey, netuid = model.signer, model.argument("hotkey"), model.argument("netuid")
    paid = amount if model.since(ACCOUNTS_SINCE) else withdrawn(model, signer, amount)
    if not model.since(IN_RANGES):
        staked(model, hotkey, signer, netuid, paid, FEE)
    elif by_swap.staked(model, hotkey, signer, netuid, paid, limit):
        operated(model, hotkey, signer, netuid)


def operated(model: StorageModel, hotkey: int, coldkey: int, netuid: int) -> None:
    """Note that stake was added in this block."""
    if model.since(ALL_REMOVABLE) and not model.since(UNHELD_SINCE):
        model.write(True, "StakingOperationRateLimiter", hotkey, coldkey, netuid)


def removed(
    model: StorageModel, signer: int, hotkey: int, netuid: int, alpha: int, asked: int, limit: int | None = None
) -> None:
    """Sell stake of the signer and pay it out, for the fee of what was asked."""
    if model.since(ranges.STABLE_MOVES):
        alpha = min(alpha, stake_held(model, hotkey, signer, netuid))
    if model.since(IN_RANGES):
        by_swap.paid_to_seller(model, signer, by_swap.unstaked(model, hotkey, signer, netuid, alpha, limit))
        by_swap.nomination_cleared(model, hotkey, signer, netuid)
        return
    fee = fee_of(model, hotkey, netuid, asked)
    deposited(model, signer, unstaked(model, hotkey, signer, netuid, alpha, fee))
    dust_swept(model, hotkey, signer, netuid)


def all_of_it(model: StorageModel, hotkey: int, coldkey: int, netuid: int) -> int:
    """Return what is sold of a stake when all is to be unstaked: all, or nothing where none may be removed."""
    alpha = stake_held(model, hotkey, coldkey, netuid)
    if not model.since(261):
        return alpha
    if model.since(273) and not model.state.subnet(NetUid(netuid)).subtoken_enabled:
        return 0
    if model.since(IN_RANGES):
        swap = ranges.quoted(model, netuid, False, alpha)
        pays = not isinstance(swap, str) and (model.since(ALL_REMOVABLE) or swap.paid_out > MIN_STAKE)
        if model.since(ACCOUNTS_SINCE) and alpha > may_leave(model, coldkey, netuid):
            return 0
        is_free = not model.since(ALL_REMOVABLE) or not model.read(
            "StakingOperationRateLimiter", hotkey, coldkey, netuid
        )
        return alpha if pays and is_free else 0
    reserves = model.held("SubnetAlphaIn", netuid), model.held("SubnetTAO", netuid)
    mechanism = model.state.subnet(NetUid(netuid)).mechanism
    tao = amounts.payout(model.rules, mechanism, *reserves, alpha)
    return alpha if (tao or 0) > MIN_STAKE else 0


def record_stakers(model: StorageModel) -> None:
    """Write who stakes with what, by the events of stake that the call emitted."""
    state, step = model.state, model.step
    ends = step.args.get("origin_netuid", -1), step.args.get("destination_netuid")
    within = model.since(ALL_REMOVABLE) and ends[0] == ends[1]
    for event in step.events:
        if event[0] not in ("StakeAdded", "StakeRemoved"):
            continue
        coldkey, hotkey, tao, alpha = (int(number) for number in event[1:5])
        if model.since(238) and not (within and event[0] == "StakeRemoved"):
            model.write_block("LastColdkeyHotkeyStakeBlock", coldkey, hotkey)
        if event[0] == "StakeRemoved":
            continue
        in_limit = step.name == "add_stake_burn" and step.args.get("limit") is not None
        nominates = not within and (step.name in NOMINATIONS or in_limit)
        nominates = nominates and state.owner.get(AccountId(hotkey)) != coldkey
        if model.since(244) and nominates and hotkey not in state.delegates:
            model.write(DEFAULT_TAKE, "Delegates", hotkey)
        known = model.read("StakingHotkeys", coldkey)
        if tao and (alpha or entry(step.after, ("StakingHotkeys", coldkey)) == (*known, hotkey)):
            model.append(hotkey, "StakingHotkeys", coldkey)


def drop_pending_children(model: StorageModel) -> None:
    """Drop pending children of a hotkey whose stake fell below the threshold: on every network."""
    hotkey, state = model.argument("hotkey"), model.step.after
    threshold = state.parameters.stake_threshold
    if threshold and worth(state, hotkey) < threshold:
        for netuid in networks(state):
            model.write(((), 0), "PendingChildKeys", netuid, hotkey)


def worth(state: State, hotkey: Any) -> int:
    """Return the stake on a hotkey on all networks, in rao at their prices; the sum wraps around."""
    total, rules = 0, amounts.rules_of(state.runtime.spec_version)
    if state.runtime.spec_version >= IN_RANGES:
        pools = ((netuid, state.subnet(NetUid(netuid)).share_pools.get(hotkey)) for netuid in networks(state))
        held = [(pool.total_alpha, ranges.price_in(state, netuid)) for netuid, pool in pools if pool is not None]
        return min(int(rules["STAKE-7"](held)), U64_MAX)
    for netuid in map(NetUid, networks(state)):
        subnet, pool = state.subnet(netuid), state.pool(netuid)
        stake = subnet.share_pools.get(hotkey)
        price = amounts.price(rules, amounts.is_stable(state, netuid), pool.tao, pool.alpha_in)
        total += min(int((stake.total_alpha if stake else 0) * price), U64_MAX)
    return total & U64_MAX


def emit_given_up(event: str) -> Callable[[StorageModel], None]:
    """Return the effect that emits how much stake was given up."""

    def given_up(model: StorageModel) -> None:
        hotkey, netuid = model.argument("hotkey"), model.argument("netuid")
        pools = [state.subnet(netuid).share_pools.get(hotkey) for state in (model.state, model.step.after)]
        had, has = (0 if pool is None else pool.total_alpha for pool in pools)
        model.emit(event, model.signer, hotkey, max(had - has, 0), netuid)

    return given_up


@effect_of("add_stake", then=(record_stakers,))
def add_stake(model: StorageModel) -> None:
    """Stake TAO."""
    added(model, model.argument("amount_staked"))


@effect_of("add_stake_limit", then=(record_stakers,))
def add_stake_limit(model: StorageModel) -> None:
    """Stake TAO up to a price."""
    netuid = model.argument("netuid")
    if model.since(IN_RANGES):
        limit = model.argument("limit_price")
        most = ranges.largest_addition(model, netuid, limit)
        return added(model, min(model.argument("amount_staked"), most), limit)
    pool = model.state.pool(NetUid(netuid))
    stable = amounts.is_stable(model.state, netuid)
    most = amounts.largest_addition(model.rules, stable, pool.tao, pool.alpha_in, model.argument("limit_price"))
    return added(model, min(model.argument("amount_staked"), most))


@effect_of("remove_stake", then=(record_stakers, drop_pending_children))
def remove_stake(model: StorageModel) -> None:
    """Unstake alpha."""
    alpha = model.argument("amount_unstaked")
    removed(model, model.signer, model.argument("hotkey"), model.argument("netuid"), alpha, alpha)


@effect_of("remove_stake_limit", then=(record_stakers, drop_pending_children))
def remove_stake_limit(model: StorageModel) -> None:
    """Unstake alpha down to a price."""
    netuid = model.argument("netuid")
    if model.since(IN_RANGES):
        return _removed_down_to(model, model.argument("amount_unstaked"), model.argument("limit_price"))
    pool = model.state.pool(NetUid(netuid))
    stable = amounts.is_stable(model.state, netuid)
    most = amounts.largest_removal(model.rules, stable, pool.tao, pool.alpha_in, model.argument("limit_price"))
    asked = model.argument("amount_unstaked")
    return removed(model, model.signer, model.argument("hotkey"), netuid, min(asked, most), asked)


def _removed_down_to(model: StorageModel, asked: int, limit: int) -> None:
    hotkey, netuid = model.argument("hotkey"), model.argument("netuid")
    most = ranges.largest_removal(model, netuid, limit)
    removed(model, model.signer, hotkey, netuid, min(asked, most), asked, limit)


@effect_of("remove_stake_full_limit", then=(record_stakers, drop_pending_children))
def remove_stake_full_limit(model: StorageModel) -> None:
    """Unstake all of a stake, down to a price if one is given."""
    hotkey, netuid, limit = model.argument("hotkey"), model.argument("netuid"), model.step.args.get("limit_price")
    alpha = stake_held(model, hotkey, model.signer, netuid)
    if limit is None:
        removed(model, model.signer, hotkey, netuid, alpha, alpha)
    else:
        _removed_down_to(model, alpha, int(limit))


@effect_of("unstake_all", then=(record_stakers,))
def unstake_all(model: StorageModel) -> None:
    """Unstake all on all networks."""
    hotkey, signer = model.argument("hotkey"), model.signer
    for netuid in networks(model.state):
        alpha = all_of_it(model, hotkey, signer, netuid)
        if alpha:
            removed(model, signer, hotkey, netuid, alpha, alpha)


@effect_of("unstake_all_alpha", then=(record_stakers,))
def unstake_all_alpha(model: StorageModel) -> None:
    """Unstake all but on root, and stake it there."""
    hotkey, signer, total = model.argument("hotkey"), model.signer, 0
    for netuid in networks(model.state):
        alpha = all_of_it(model, hotkey, signer, netuid) if netuid else 0
        if alpha and model.since(IN_RANGES):
            total += by_swap.unstaked(model, hotkey, signer, netuid, alpha)
            by_swap.nomination_cleared(model, hotkey, signer, netuid)
        elif alpha:
            paid = unstaked(model, hotkey, signer, netuid, alpha, fee_of(model, hotkey, netuid, alpha))
            model.leak("saturation", TAO_LEDGER, max(total + paid - U64_MAX, 0))
            total = min(total + paid, U64_MAX)
            dust_swept(model, hotkey, signer, netuid)
    if model.since(IN_RANGES):
        model.leak("saturation", TAO_LEDGER, max(total - U64_MAX, 0))
        by_swap.staked(model, hotkey, signer, 0, min(total, U64_MAX))
    else:
        staked(model, hotkey, signer, 0, total, 0)


def moved(model: StorageModel, origin: tuple[int, int], destination: tuple[int, int], most: int = U64_MAX) -> int:
    """Move stake: sell it, then stake the TAO, each leg for half the fee; return the TAO that the event tells of."""
    netuids, asked = _netuids(model), model.argument("alpha_amount")
    if model.since(IN_RANGES):
        return _moved_by_swaps(model, origin, destination, min(asked, most))
    fee = FEE if netuids[0] == netuids[1] else fee_of(model, origin[0], netuids[0], asked)
    tao = unstaked(model, *origin, netuids[0], min(asked, most), fee // 2)
    if tao >= MIN_STAKE + fee // 2:
        staked(model, *destination, netuids[1], tao, fee // 2)
    else:
        model.leak("burned moves", TAO_LEDGER, tao)
    return max(tao - fee // 2, 0)


def _moved_by_swaps(model: StorageModel, origin: tuple[int, int], destination: tuple[int, int], alpha: int) -> int:
    netuids, later = _netuids(model), model.since(ALL_REMOVABLE)
    fee_once = model.since(ranges.STABLE_MOVES)
    if fee_once:
        alpha = min(alpha, stake_held(model, *origin, netuids[0]))
    if later and netuids[0] == netuids[1]:
        return by_swap.moved_within(model, origin, destination, netuids[0], alpha)
    tao = by_swap.unstaked(model, *origin, netuids[0], alpha, is_free=netuids[0] == 0 if fee_once else later)
    arrives_free = fee_once and netuids[0] != 0
    if model.since(ACCOUNTS_SINCE):
        accounts.handed_over(model, origin[1], destination[1], tao)
    if tao < (HIGHER_MIN_STAKE if later else MIN_STAKE):
        model.leak("burned moves", TAO_LEDGER, 0 if model.since(ACCOUNTS_SINCE) else tao)
    elif (
        by_swap.staked(model, *destination, netuids[1], tao, is_free=arrives_free)
        and model.step.name != "transfer_stake"
    ):
        operated(model, *destination, netuids[1])
    return tao


def _netuids(model: StorageModel) -> tuple[int, int]:
    return model.argument("origin_netuid"), model.argument("destination_netuid")


@effect_of("move_stake", then=(record_stakers,))
def move_stake(model: StorageModel) -> None:
    """Move stake to another hotkey."""
    signer, old, new = model.signer, model.argument("origin_hotkey"), model.argument("destination_hotkey")
    tao = moved(model, (old, signer), (new, signer))
    netuids = _netuids(model)
    model.emit_stake("StakeMoved", signer, old, netuids[0], new, netuids[1], tao)


@effect_of("transfer_stake", then=(record_stakers,))
def transfer_stake(model: StorageModel) -> None:
    """Move stake to another coldkey."""
    signer, receiver, hotkey = model.signer, model.argument("destination_coldkey"), model.argument("hotkey")
    tao = moved(model, (hotkey, signer), (hotkey, receiver))
    model.emit_stake("StakeTransferred", signer, receiver, hotkey, *_netuids(model), tao)


@effect_of("swap_stake", then=(record_stakers,))
def swap_stake(model: StorageModel, most: int = U64_MAX) -> None:
    """Move stake to another subnet."""
    signer, hotkey = model.signer, model.argument("hotkey")
    tao = moved(model, (hotkey, signer), (hotkey, signer), most)
    model.emit_stake("StakeSwapped", signer, hotkey, *_netuids(model), tao)


@effect_of("swap_stake_limit", then=(record_stakers,))
def swap_stake_limit(model: StorageModel) -> None:
    """Move stake to another subnet, up to a relative price."""
    if not model.since(252):
        return swap_stake(model)
    if model.since(IN_RANGES):
        return swap_stake_limit_in_ranges(model)
    origin, destination = (_end(model, netuid) for netuid in _netuids(model))
    most = amounts.largest_move(model.rules, origin, destination, model.argument("limit_price"))
    return swap_stake(model, most)


def swap_stake_limit_in_ranges(model: StorageModel) -> None:
    """Move stake to another subnet as far as a relative price allows, within a subnet all of it from 298 on."""
    origin, destination = _netuids(model)
    if model.since(ALL_REMOVABLE) and origin == destination:
        return swap_stake(model)
    return swap_stake(model, ranges.largest_move(model, origin, destination, model.argument("limit_price")))


def _end(model: StorageModel, netuid: int) -> amounts.End:
    state, pool = model.state, model.state.pool(NetUid(netuid))
    return amounts.End(
        amounts.is_stable(state, netuid), state.subnet(NetUid(netuid)).mechanism, pool.tao, pool.alpha_in
    )


@effect_of("recycle_alpha", then=(emit_given_up("AlphaRecycled"),))
def recycle_alpha(model: StorageModel) -> None:
    """Give stake up; its alpha is issued no more: what left the shares, from 320 to 364 what was asked for."""
    netuid, asked = model.argument("netuid"), _at_most(model)
    alpha = _given_up(model)
    if model.since(ranges.STABLE_MOVES) and not model.since(WITHDRAWN_RECYCLED):
        model.leak("dust sweep", ALPHA_LEDGER, alpha - asked, netuid)
        alpha = asked
    before = model.held("SubnetAlphaOut", netuid)
    model.post("recycled", -alpha, "SubnetAlphaOut", netuid)
    model.flow("recycled", model.held("SubnetAlphaOut", netuid) - before, netuid)
    accounts.alpha_counted(model, "recycled", netuid, alpha)


@effect_of("burn_alpha", then=(emit_given_up("AlphaBurned"),))
def burn_alpha(model: StorageModel) -> None:
    """Give stake up; its alpha stays issued."""
    alpha, netuid = _given_up(model), model.argument("netuid")
    model.leak("burned alpha", ALPHA_LEDGER, alpha, netuid)
    accounts.alpha_counted(model, "burned", netuid, alpha)


@effect_of("add_stake_burn", then=(record_stakers,))
def add_stake_burn(model: StorageModel) -> None:
    """Stake TAO on the signer's subnet, and give the alpha up at once; it stays issued."""
    netuid, hotkey, amount = (model.argument(name) for name in ("netuid", "hotkey", "amount"))
    limit = model.step.args.get("limit")
    if limit is not None:
        amount = min(amount, ranges.largest_addition(model, netuid, int(limit)))
    told = len(model.stake_events)
    added(model, amount, None if limit is None else int(limit))
    alpha = sum(int(event[4]) for event in model.stake_events[told:])
    asked = min(alpha, stake_held(model, hotkey, model.signer, netuid))
    gone, burned = debit_stake(model, hotkey, model.signer, netuid, asked)
    model.leak("saturation", ALPHA_LEDGER, gone - burned, netuid)
    model.leak("burned alpha", ALPHA_LEDGER, burned, netuid)
    accounts.alpha_counted(model, "burned", netuid, burned)
    model.emit("AlphaBurned", model.signer, hotkey, burned, netuid)
    model.emit("AddStakeBurn", netuid, hotkey, model.argument("amount"), alpha)


def _at_most(model: StorageModel) -> int:
    netuid, hotkey, asked = (model.argument(name) for name in ("netuid", "hotkey", "amount"))
    if model.since(ranges.STABLE_MOVES):
        asked = min(asked, stake_held(model, hotkey, model.signer, netuid))
    return int(asked)


def _given_up(model: StorageModel) -> int:
    netuid, hotkey = (model.argument(name) for name in ("netuid", "hotkey"))
    gone, alpha = debit_stake(model, hotkey, model.signer, netuid, _at_most(model))
    model.leak("saturation", ALPHA_LEDGER, gone - alpha, netuid)
    return alpha
