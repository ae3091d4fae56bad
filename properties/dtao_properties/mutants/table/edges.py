"""Mistakes that show only at the very edge of a rule: a block too early or late, one rao more or less, an extreme."""

from typing import Any

from attrs import evolve

from dtao.fixed import I64F64
from dtao.outcome import Rejected, Rejection
from dtao.params import SMALLEST_DAILY_FEE
from dtao.records import SharePool, Subnet
from dtao.rules.shares import stake_of, value_per_share
from dtao.state import State
from dtao.transitions.stake import is_stable, sim_swap_alpha_for_tao
from dtao.units import U16_MAX, U64_MAX, AccountId, Alpha, BlockNumber, NetUid
from dtao_properties.mutants.mutant import Mutant, Replaced, Right
from dtao_properties.mutants.wrong import ended_a_block_early, passed_a_block_early, passed_a_block_late, with_parameter


def _swap_at_the_interval(
    right: Right, state: State, coldkey: int, old: int, new: int, netuid: NetUid, *keeps_stake: bool
) -> Any:
    records, key = state.last_hotkey_swap_on_netuid, (netuid, AccountId(coldkey))
    if records.get(key):
        state = evolve(state, last_hotkey_swap_on_netuid=records.set(key, BlockNumber(records[key] - 1)))
    return right(state, coldkey, old, new, netuid, *keeps_stake)


def _cleared_early(right: Right, state: State, block: BlockNumber) -> State:
    after: State = right(state, block)
    interval = state.runtime.constants.hotkey_swap_on_subnet_interval
    records = after.last_hotkey_swap_on_netuid
    for (netuid, coldkey), swapped_at in records.items():
        if (block - netuid) % interval == 0 and swapped_at + interval == block and state.subnet(netuid).added:
            records = records.delete((netuid, coldkey))
    return evolve(after, last_hotkey_swap_on_netuid=records)


def _network_a_block_late(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    if state.block_number - state.network_last_registered == state.parameters.network_rate_limit:
        raise Rejected(Rejection.NETWORK_TX_RATE_LIMIT_EXCEEDED)
    return result


def _start_a_block_late(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    registered = state.subnet(call.netuid).network_registered_at
    if state.block_number == registered + state.runtime.constants.start_call_delay:
        raise Rejected(Rejection.NEED_WAITING_MORE_BLOCKS_TO_STAR_CALL)
    return result


def _immune_a_block_less(right: Right, state: State, netuid: NetUid) -> Any:
    after, uid = right(evolve(state, block_number=BlockNumber(state.block_number + 1)), netuid)
    return evolve(after, block_number=state.block_number), uid


def _interval(right: Right, registration: Any, hyperparameters: Any, block: BlockNumber) -> Any:
    longer = min(hyperparameters.adjustment_interval + 1, U16_MAX)
    return right(registration, evolve(hyperparameters, adjustment_interval=longer), block)


def _saturating_shares(right: Right, pool: SharePool, update: int) -> int:
    change: int = right(pool, update)
    per_share = min(value_per_share(pool.total_alpha, pool.denominator), I64F64.max_bits)
    if change or not update or not per_share:
        return change
    return I64F64.max_bits if update > 0 and (update << 128) // per_share > I64F64.max_bits else 0


def _all_refused(right: Right, pool: SharePool, coldkey: AccountId, amount: int) -> Any:
    return (pool, amount) if amount == stake_of(pool, coldkey) else right(pool, coldkey, amount)


def _floored_once(right: Right, state: State, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> int:
    fee: int = right(state, hotkey, netuid, alpha)
    subnet = state.subnet(netuid)
    earned, total = subnet.alpha_dividends.get(hotkey, 0), subnet.total_hotkey_alpha_last_epoch.get(hotkey, 0)
    if is_stable(state, netuid) or not total or (earned << 32) // total < SMALLEST_DAILY_FEE:
        return fee
    proceeds = sim_swap_alpha_for_tao(state, netuid, alpha) or 0
    return max(min(proceeds * earned // total, U64_MAX), state.runtime.constants.staking_fee)


def _senator_forgotten(right: Right, state: State, hotkey: AccountId) -> State:
    if hotkey in state.senate:  # it has its uid again by now
        state = evolve(state, senate=tuple(member for member in state.senate if member != hotkey))
    after: State = right(state, hotkey)
    return after


def _at_half(right: Right, stake: Any, score: Any, minority: int, stake_sum: int) -> int:
    # exactly half of the stake is no majority for a majority of just below a half
    return int(right(stake, score, min(minority, stake_sum // 2 - 1), stake_sum))


def _kept_for_a_block(right: Right, subnet: Subnet, block: BlockNumber) -> Subnet:
    changed: Subnet = right(subnet, BlockNumber(max(block - 1, 0)))
    return changed


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "STATE-7", "rules.rate_limits.exceeds_tx_rate_limit", "a take may be raised in the block of the limit",
        ended_a_block_early,
        seen_by="calls.takes.IncreaseTake.apply",
    ),
    Replaced(
        "STATE-7", "rules.rate_limits.exceeds_tx_rate_limit", "a hotkey may be swapped in the block of the limit",
        ended_a_block_early,
        seen_by="calls.keys.require_tx_rate",
        unrecorded="No recording swaps a hotkey in the very block in which the limit ends.",
    ),
    Replaced(
        "STATE-7", "rules.rate_limits.exceeds_tx_rate_limit", "a hotkey may be swapped only two blocks after the limit",
        lambda right, limit, last, block: right(limit and limit + 1, last, block),
        seen_by="calls.keys.require_tx_rate",
        unrecorded="No recording swaps a hotkey in the first block after the limit.",
    ),
    Replaced(
        "STATE-8", "rules.rate_limits.passes_rate_limit", "children may be set only a block after the limit",
        passed_a_block_late, seen_by="transitions.scheduling.record_last_transaction",
    ),
    Replaced(
        "STATE-8", "rules.rate_limits.passes_rate_limit", "weights may be set a block before the limit",
        passed_a_block_early,
        seen_by="calls.weights.passes_weights_rate_limit",
        unrecorded="No recording sets weights in the block before the limit ends.",
    ),
    Replaced(
        "KEY-10", "calls.keys.swap_on_subnet", "a hotkey may be swapped exactly 36,000 blocks after the last",
        _swap_at_the_interval, era="277",
        unrecorded="No recording swaps a hotkey exactly 36,000 blocks after the last swap.",
    ),
    Replaced(
        "KEY-12", "transitions.keys.clean_up_swap_records", "a record goes in the block in which its interval ends",
        _cleared_early, era="277",
        unrecorded="No recording reaches the block in which a record's interval ends and its turn comes.",
    ),
    Replaced(
        "NET-7", "calls.networks.RegisterNetwork.apply", "a network may be registered only a block after the limit",
        _network_a_block_late,
    ),
    Replaced(
        "NET-10", "calls.networks.StartCall.apply", "a subnet may be started only a block after the delay",
        _start_a_block_late, era="257",
    ),
    Replaced(
        "NET-4", "transitions.networks.subnet_to_prune", "a subnet is immune in the block in which its time ends",
        lambda right, state: with_parameter(right, state, "network_immunity_period", 1),
        unrecorded="No recording asks for the subnet to prune in the block in which an immunity ends.",
    ),
    Replaced(
        "REG-5", "transitions.neurons.neuron_to_prune", "a neuron is immune a block less", _immune_a_block_less,
    ),
    Replaced(
        "EPOCH-13", "rules.consensus.active_neurons", "a neuron is inactive in the block of the cutoff",
        lambda right, updates, cutoff, block: right(updates, cutoff - 1, block),
    ),
    Replaced(
        "EPOCH-13", "rules.consensus.active_neurons", "a neuron is active a block after the cutoff",
        lambda right, updates, cutoff, block: right(updates, cutoff + 1, block),
    ),
    Replaced(
        "CHILD-1", "transitions.children.apply_pending_children", "children come into force a block after they may",
        _kept_for_a_block,
    ),
    Replaced(
        "REG-2", "rules.registration.adjust_terms", "the interval is a block longer", _interval,
    ),
    Replaced(
        "EPOCH-19", "calls.weights.has_stake_to_set_weights", "a weight of exactly the threshold does not reach it",
        lambda right, state, *given: with_parameter(right, state, "stake_threshold", 1, *given),
    ),
    Replaced(
        "EPOCH-19", "calls.weights.has_stake_to_set_weights", "a threshold of 2^63 is compared as it is",
        lambda right, state, *given: state.parameters.stake_threshold < 2**63 and right(state, *given),
        unrecorded="No recording has a threshold of 2^63.",
    ),
    Replaced(
        "STAKE-6", "transitions.stake.clear_small_nomination", "a nomination of exactly the minimum goes",
        lambda right, state, *given: with_parameter(right, state, "nominator_min_required_stake", 1, *given),
    ),
    Replaced(
        "STATE-1", "transitions.balances.with_balance", "a balance of the existential deposit is dust",
        lambda right, state, account, balance: right(state, account, 0 if balance == 500 else balance),
    ),
    Replaced(
        "STATE-2", "transitions.balances.deposit", "a deposit below the existential deposit makes an account",
        lambda right, state, account, amount: (
            right(state, account, amount)
            if account in state.balances or not 0 < amount < 500
            else evolve(state, balances=state.balances.set(account, amount))
        ),
    ),
    Replaced(
        "SHARE-7", "rules.shares.withdraw_debiting_request", "all of a stake cannot be withdrawn", _all_refused,
    ),
    Replaced(
        "SHARE-4", "rules.shares.shares_for", "a number of shares beyond the format saturates", _saturating_shares,
        unrecorded="No recording has a change of shares beyond the format.",
    ),
    Replaced(
        "STATE-12", "transitions.senate.join_senate", "a senator who lost the seat on root may come back",
        _senator_forgotten,
        unrecorded="The recordings do not say who has a seat in the senate.",
    ),
    Replaced(
        "EPOCH-8", "vector.weighted_median", "half of the stake is a majority",
        _at_half,
    ),
    Replaced(
        "STAKE-19", "transitions.fees.fee_by_proceeds", "the part of the dividends is not floored by itself",
        _floored_once, era="261",
    ),
    Replaced(
        "POOL-12", "rules.pools.concentrated.swap.fee_of_amount", "the product is floored once",
        lambda right, rate, amount: min(amount * rate // U16_MAX, U64_MAX), era="283",
        unrecorded="No recording has an amount for which the two ways of flooring differ.",
    ),
)  # fmt: skip
