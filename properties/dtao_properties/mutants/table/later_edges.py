"""Mistakes that show only at the very edge of a rule of the eras from 283 on: a block, a rao, an extreme."""

from typing import Any

from attrs import evolve

from dtao.fixed import I64_MAX
from dtao.outcome import Rejected, Rejection
from dtao.records import Lock
from dtao.rules.pools.concentrated.sqrt_price import MAX_TICK, MIN_TICK
from dtao.state import State
from dtao.transitions import locks, stake
from dtao.transitions.epoch_timing import is_in_freeze_window
from dtao.transitions.liquidity import ranges_of
from dtao.units import U64_MAX, AccountId, Alpha, BlockNumber, NetUid
from dtao_properties.mutants.mutant import Mutant, Replaced, Right
from dtao_properties.mutants.wrong import passed_a_block_early, passed_a_block_late, with_parameter


def _swap_a_block_late(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    if state.coldkey_swap_announcements[call.signer][0] == state.block_number:
        raise Rejected(Rejection.COLDKEY_SWAP_TOO_EARLY)
    return result


def _announced_anew_a_block_late(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    announced = state.coldkey_swap_announcements.get(call.signer)
    delay = state.parameters.coldkey_swap_reannouncement_delay
    if announced is not None and announced[0] + delay == state.block_number:
        raise Rejected(Rejection.COLDKEY_SWAP_REANNOUNCED_TOO_EARLY)
    return result


def _tracked_in_the_last_block(right: Right, state: State, netuid: NetUid, validators: Any) -> Any:
    if state.subnet(netuid).voting_power_disable_at_block != state.block_number:
        return right(state, netuid, validators)
    after = right(evolve(state, block_number=BlockNumber(state.block_number - 1)), netuid, validators)
    return evolve(after, block_number=state.block_number)


def _window_a_block_longer(right: Right, state: State, netuid: NetUid) -> Any:
    return with_parameter(right, state, "admin_freeze_window", 1, netuid)


def _opened_a_block_late(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    if state.block_number == state.parameters.network_registration_start_block:
        raise Rejected(Rejection.SUB_NET_REGISTRATION_DISABLED)
    return result


def _free_stake_stays(right: Right, state: State, coldkey: AccountId, netuid: NetUid, amount: Alpha) -> None:
    right(state, coldkey, netuid, amount)
    mass = locks.locked(state, coldkey, netuid)
    if mass and amount and locks.stake_on_subnet(state, coldkey, netuid) - mass == amount:
        raise Rejected(Rejection.STAKE_UNAVAILABLE)


def _all_cannot_be_locked(right: Right, state: State, coldkey: AccountId, *given: Any) -> Any:
    after, events = right(state, coldkey, *given)
    netuid = given[1]
    if locks.locked(after, coldkey, netuid) == locks.stake_on_subnet(state, coldkey, netuid):
        raise Rejected(Rejection.INSUFFICIENT_STAKE_FOR_LOCK)
    return after, events


def _at_the_bound(right: Right, lock: Lock) -> bool:
    return bool(right(lock)) or (lock.mass == 100 and right(evolve(lock, mass=Alpha(99))))


def _the_price_is_too_much(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    if state.subnet(call.netuid).registration.burn == call.limit_price:
        raise Rejected(Rejection.REGISTRATION_PRICE_LIMIT_EXCEEDED)
    return result


def _least_position_refused(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    if call.liquidity == 1_000:
        raise Rejected(Rejection.INVALID_LIQUIDITY_VALUE)
    return result


def _outermost_tick_refused(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    if call.tick_high == MAX_TICK or call.tick_low == MIN_TICK:
        raise Rejected(Rejection.INVALID_TICK_RANGE)
    return result


def _last_position_refused(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    own = sum(account == call.signer for account, _ in ranges_of(state, call.netuid).positions)
    if own == state.runtime.pools.ranges.max_positions - 1:
        raise Rejected(Rejection.MAX_POSITIONS_EXCEEDED)
    return result


def _all_stays(right: Right, pool: Any, coldkey: AccountId, amount: Alpha) -> Any:
    after, taken = right(pool, coldkey, amount)
    return (pool, taken) if coldkey in pool.float_shares and coldkey not in after.float_shares else (after, taken)


def _largest_input_refused(right: Right, state: State, netuid: NetUid, is_buy: bool, amount: int) -> None:
    right(state, netuid, is_buy, amount)
    try:
        right(state, netuid, is_buy, amount + 1)
    except Rejected:
        raise Rejected(Rejection.INSUFFICIENT_LIQUIDITY) from None


def _immune_a_block_more(right: Right, state: State) -> Any:
    return with_parameter(right, state, "network_immunity_period", 1)


def _trigger_at_the_window_refused(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    later = evolve(state, block_number=BlockNumber(state.block_number + 1))
    if is_in_freeze_window(later, call.netuid):
        raise Rejected(Rejection.AUTO_EPOCH_ALREADY_IMMINENT)
    return result


def _cleared_a_block_late(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    ready = state.coldkey_swap_announcements[call.signer][0]
    if min(ready + state.parameters.coldkey_swap_reannouncement_delay, U64_MAX) == state.block_number:
        raise Rejected(Rejection.COLDKEY_SWAP_CLEAR_TOO_EARLY)
    return result


def _rest_of_the_minimum_refused(right: Right, state: State, removal: Any) -> None:
    right(state, removal)
    held = stake.stake_of(state, removal.hotkey, removal.coldkey, removal.netuid)
    simulated = stake.sim_swap_alpha_for_tao(state, removal.netuid, removal.alpha)
    if held != removal.alpha and simulated == state.runtime.constants.min_stake:
        raise Rejected(Rejection.AMOUNT_TOO_LOW)


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "KEY-14", "calls.coldkey_swaps.SwapColdkeyAnnounced.apply", "an announced swap may only happen a block later",
        _swap_a_block_late, era="385",
    ),
    Replaced(
        "KEY-14", "calls.coldkey_swaps.AnnounceColdkeySwap.apply", "a swap may be announced anew only a block later",
        _announced_anew_a_block_late, era="385",
        unrecorded="No recording announces a swap anew in the first block in which it may.",
    ),
    Replaced(
        "KEY-14", "calls.coldkey_swaps.ClearColdkeySwapAnnouncement.apply",
        "an announcement may be taken back only a block later", _cleared_a_block_late, era="391",
        unrecorded="No recording takes an announcement back in the first block in which it may.",
    ),
    Replaced(
        "STATE-15", "transitions.voting_power.update_voting_power", "power is tracked in the block in which that ends",
        _tracked_in_the_last_block, era="385",
        unrecorded="No recording has an epoch in the very block in which tracking ends.",
    ),
    Replaced(
        "NET-15", "rules.rate_limits.passes_rate_limit", "a tempo may be set only a block after the limit",
        passed_a_block_late,
        seen_by="calls.tempo.SetTempo.apply", era="423",
        unrecorded="No recording sets a tempo exactly 360 blocks after the last.",
    ),
    Replaced(
        "NET-15", "rules.rate_limits.passes_rate_limit", "an epoch may be triggered a block before the limit ends",
        passed_a_block_early,
        seen_by="calls.tempo.require_owner_update_allowed", era="423",
        unrecorded="No recording triggers an epoch in the block before the limit ends.",
    ),
    Replaced(
        "NET-15", "calls.tempo.TriggerEpoch.apply", "no epoch may be triggered just as the window begins",
        _trigger_at_the_window_refused, era="423",
        unrecorded="No recording triggers an epoch just as many blocks before one as the window has.",
    ),
    Replaced(
        "BLOCK-1", "transitions.epoch_timing.is_in_freeze_window", "the window is a block longer",
        _window_a_block_longer, era="423",
        unrecorded="No recording sets anything in the block before the window begins.",
    ),
    Replaced(
        "NET-7", "calls.subnet_limit.RegisterNetworkInLimit.apply", "networks may be registered a block later at first",
        _opened_a_block_late, era="320",
        unrecorded="No recording registers a network in the first block in which that may be.",
    ),
    Replaced(
        "NET-13", "transitions.dissolution.network_to_prune", "a subnet is immune in the block in which its time ends",
        _immune_a_block_more, era="320",
        unrecorded="The recordings that look in that block come to the same result.",
    ),
    Replaced(
        "CLAIM-3", "rules.claims.claimed_now", "a claim of exactly the threshold takes nothing",
        lambda right, due, threshold: Alpha(0) if due == threshold else right(due, threshold), era="342",
        unrecorded="No recording has a claim of exactly the threshold, to the bit.",
    ),
    Replaced(
        "LOCK-5", "transitions.locks.require_available", "what is exactly not locked cannot leave", _free_stake_stays,
        era="411",
        unrecorded="No recording removes exactly what is not locked.",
    ),
    Replaced(
        "LOCK-3", "transitions.locks.lock_stake", "all stake cannot be locked", _all_cannot_be_locked, era="411",
    ),
    Replaced(
        "LOCK-2", "rules.locks.is_negligible", "a lock of exactly 100 alpha rao counts as none", _at_the_bound,
        era="423",
    ),
    Replaced(
        "REG-12", "calls.priced_registration.RegisterLimit.apply", "a limit of exactly the price refuses",
        _the_price_is_too_much, era="401",
    ),
    Replaced(
        "POOL-25", "calls.liquidity.AddLiquidity.apply", "a position of the least liquidity is refused",
        _least_position_refused, era="283",
        unrecorded="No recording opens a position of exactly the least liquidity.",
    ),
    Replaced(
        "POOL-25", "calls.liquidity.AddLiquidity.apply", "a position to the outermost tick is refused",
        _outermost_tick_refused, era="283",
        unrecorded="No recording opens a position to the outermost tick.",
    ),
    Replaced(
        "POOL-25", "calls.liquidity.AddLiquidity.apply", "the last position that is allowed is refused",
        _last_position_refused, era="283",
        unrecorded="No recording has an account with as many positions as there may be.",
    ),
    Replaced(
        "SHARE-7", "rules.float_shares.withdraw_float", "who withdraws all keeps all", _all_stays, era="401",
    ),
    Replaced(
        "STAKE-32", "transitions.limits.require_input_within_reserve", "the largest input is refused",
        _largest_input_refused, era="424",
        unrecorded="No recording stakes exactly 1,000 times what a pool holds.",
    ),
    Replaced(
        "EMIT-15", "transitions.credit_coinbase.all_or_nothing", "all that was minted cannot be paid at once",
        lambda right, amount, credit: None if amount == credit and amount else right(amount, credit), era="423",
    ),
    Replaced(
        "FLOW-1", "rules.flow.flow_after_inflow", "an inflow of 2^63 and more saturates",
        lambda right, flow, tao: right(flow, min(tao, I64_MAX)), era="338",
        unrecorded="No recording has an inflow of 2^63 rao.",
    ),
    Replaced(
        "EPOCH-13", "rules.epoch_timing.cutoff_by_tempo", "the number of tempos is rounded up",
        lambda right, parameters: max(
            -(-parameters.activity_cutoff_factor_milli * parameters.tempo // 1_000), 1
        ), era="423",
    ),
    Replaced(
        "STAKE-14", "transitions.checks.removal_of_all_or_minimum", "a part that brings exactly the minimum is refused",
        _rest_of_the_minimum_refused, era="424",
    ),
)  # fmt: skip
