"""Pools of concentrated liquidity, and what came with them."""

from typing import Any

from dtao.calls.staking import RemoveStakeLimit
from dtao.evolving import evolve
from dtao.fixed import U64F64
from dtao.outcome import Rejected, Rejection, signed
from dtao.rules.pools.concentrated.positions import MIN_LIQUIDITY
from dtao.rules.pools.concentrated.sqrt_price import MAX_TICK
from dtao.rules.pools.concentrated.versions import taken_of_users_first
from dtao.state import State
from dtao.transitions.neurons import owner_of_subnet
from dtao.transitions.stake import stake_of, with_subnet
from dtao.units import U16_MAX, AccountId, NetUid
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right
from dtao_properties.mutants.wrong import unchecked

FRACTION = U64F64.fraction_bits
RANGES = "rules.pools.concentrated"


def _owner_may(right: Right, state: State, signer: AccountId | None, netuid: NetUid, enable: bool) -> None:
    right(state, None if signer == owner_of_subnet(state.subnet(netuid)) else signer, netuid, enable)


def _least_change_refused(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    if abs(call.liquidity_delta) == MIN_LIQUIDITY:
        raise Rejected(Rejection.INVALID_LIQUIDITY_VALUE)
    return result


def _in_part(right: Right, call: Any, state: State) -> Any:
    if call.limit_price is None:
        return right(call, state)
    coldkey = signed(call.signer)
    alpha = stake_of(state, call.hotkey, coldkey, call.netuid)
    return RemoveStakeLimit(coldkey, call.hotkey, call.netuid, alpha, call.limit_price, True).apply(state)


def _tracking_ends_at_once(right: Right, call: Any, state: State) -> Any:
    after, (event,) = right(call, state)
    subnet = evolve(after.subnet(call.netuid), voting_power_disable_at_block=state.block_number)
    return with_subnet(after, call.netuid, subnet), (evolve(event, disable_at_block=state.block_number),)


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "POOL-9",
        f"{RANGES}.sqrt_price.sqrt_price_of_tick",
        "the highest tick has no price",
        lambda right, tick: None if tick == MAX_TICK else right(tick),
        era="283",
    ),
    Replaced(
        "POOL-10",
        f"{RANGES}.sqrt_price.tick_of_sqrt_price",
        "the price at a tick belongs to the tick below",
        lambda right, sqrt_price: right(sqrt_price - 1),
        era="283",
    ),
    Replaced(
        "POOL-11",
        f"{RANGES}.positions.tao_between",
        "the TAO of a position is counted from a price of 0 on",
        lambda right, low, high: right(0, high),
        era="283",
    ),
    Replaced(
        "POOL-12",
        f"{RANGES}.swap.fee_on_top",
        "the fee that is computed anew is a part of the step alone",
        lambda right, rate, amount: amount * rate // U16_MAX,
        era="283",
    ),
    Replaced(
        "POOL-13",
        f"{RANGES}.swap.target_price",
        "alpha lowers the root itself, not its reciprocal",
        lambda right, is_buy, liquidity, root, amount: (
            right(is_buy, liquidity, root, amount)
            if is_buy or not liquidity
            else max(root - (amount << FRACTION) // liquidity, 1)
        ),
        era="283",
    ),
    Replaced(
        "POOL-14",
        f"{RANGES}.swap.amount_between",
        "the amount up to a price is rounded up",
        lambda right, *given: right(*given) + 1,
        era="283",
    ),
    Replaced(
        "POOL-15",
        f"{RANGES}.swap.amount_out",
        "the output is rounded up",
        lambda right, *given: right(*given) + 1,
        era="283",
    ),
    Replaced(
        "POOL-16",
        f"{RANGES}.versions.is_limit_reached",
        "a limit behind the price is no reason to refuse",
        lambda right, is_buy, root, limit: False,
        era="298",
    ),
    Replaced(
        "POOL-16",
        f"{RANGES}.unpacked.UnpackedRanges.swapped_within",
        "a swap of a block within the range is paid a rao more",
        lambda right, *given: None if (paid := right(*given)) is None else (paid[0], paid[1] + 1),
        era="283",
    ),
    Replaced(
        "POOL-17",
        f"{RANGES}.ticks.cross",
        "an edge keeps the fees of its other side",
        lambda right, tick, tao, alpha: tick,
        era="283",
    ),
    Replaced(
        "POOL-18",
        f"{RANGES}.ticks.remove_liquidity",
        "an upper edge loses net liquidity as a lower one does",
        lambda right, ranges, tick, liquidity, is_upper: right(ranges, tick, liquidity, False),
        era="283",
    ),
    Replaced(
        "POOL-19",
        f"{RANGES}.ticks.fees_in_range",
        "the fees of all prices are those of a range",
        lambda right, ranges, low, high: (ranges.fees_tao, ranges.fees_alpha),
        era="283",
    ),
    Replaced(
        "POOL-20",
        f"{RANGES}.positions.initialize",
        "the first price is that of TAO in alpha",
        lambda right, ranges, tao, alpha, number: right(ranges, alpha, tao, number),
        era="283",
    ),
    Replaced(
        "POOL-21",
        f"{RANGES}.positions.liquidity_after_injection",
        "the TAO does not count",
        lambda right, own_tao, own_alpha, tao, alpha: right(own_tao, own_alpha, 0, alpha),
        era="283",
    ),
    Replaced(
        "POOL-22",
        "rules.pools.concentrated.versions.taken_of_users_first",
        "the chain's part of a reserve pays first",
        lambda right, provided, own, amount: right(own, provided, amount)[::-1],
        era="283",
    ),
    Replaced(
        "POOL-23",
        "outcome.require",
        "any rate will do",
        unchecked(Rejection.FEE_RATE_TOO_HIGH),
        era="283",
        seen_by="calls.liquidity.SetFeeRate.apply",
    ),
    Replaced(
        "POOL-24",
        "calls.liquidity._require_may_toggle",
        "the owner may close the pool, too",
        _owner_may,
        era="283",
        unrecorded="No recording has the owner of a subnet close its pool.",
    ),
    Replaced(
        "POOL-25",
        f"{RANGES}.versions.is_ascending_range",
        "a range may be empty",
        lambda right, low, high: low <= high,
        era="298",
        unrecorded="No recording has a position on an empty range.",
    ),
    Patched(
        "POOL-26",
        "calls.liquidity.RemoveLiquidity.apply",
        "the fees in TAO are not paid",
        "min(tao + fee_tao, U64_MAX)",
        "tao",
        era="283",
        because="The event still tells the fees, which one function computes for both.",
    ),
    Replaced(
        "POOL-27",
        "calls.liquidity.ModifyPosition.apply",
        "a change of the least liquidity is refused",
        _least_change_refused,
        era="283",
    ),
    Replaced(
        "STAKE-26",
        "calls.staking.RemoveStakeFullLimit.apply",
        "a part will do",
        _in_part,
        era="283",
    ),
    Replaced(
        "STAKE-27",
        "transitions.checks.removal_not_in_block_of_addition",
        "stake may leave in the block it came",
        lambda right, state, removal: None,
        era="298",
    ),
    Patched(
        "EMIT-9",
        "transitions.coinbase.subsidized",
        "the whole TAO is injected beside the purchase",
        "worth if worth < largest else largest",
        "due",
        era="298",
        because="What is due is known within alone.",
    ),
    Replaced(
        "DIV-14",
        "rules.dividends.root_tao_with_dividends",
        "dividends do not join the pool of root",
        lambda right, tao, paid: tao,
        era="283",
    ),
    Replaced(
        "POOL-30",
        "rules.pools.concentrated.swap.fee_for_author",
        "the author gets the fee of a step that takes nothing",
        lambda right, taken, fee: (0, fee),
        era="385",
        unrecorded="No recorded swap has a fee in a step that takes nothing.",
    ),
    Replaced(
        "POOL-30",
        "transitions.swap_fees.pay_fee_of_seller_to_author",
        "a seller's fee is kept",
        lambda right, state, netuid, fee: (state, 0),
        era="385",
    ),
    Replaced(
        "POOL-16",
        "rules.pools.concentrated.swap.is_unpaid_step_refused",
        "a step may pay nothing",
        lambda right, taken, out: False,
        era="385",
    ),
    Replaced(
        "KEY-14",
        "calls.coldkey_swaps.require_no_announced_swap",
        "a coldkey that announced a swap may do all as before",
        lambda right, state, call: None,
        era="385",
    ),
    Replaced(
        "STATE-15",
        "transitions.voting_power.average_power",
        "only the present stake counts",
        lambda right, stake, before, weight: stake,
        era="385",
    ),
    Replaced(
        "STATE-16",
        "calls.voting_power.DisableVotingPowerTracking.apply",
        "the tracking ends at once",
        _tracking_ends_at_once,
        era="385",
        unrecorded="No recording has a subnet whose tracking ends.",
    ),
    Patched(
        "STAKE-31",
        "calls.staking.stake_and_burn",
        "the alpha is kept",
        "state, burned = BurnAlpha(coldkey, hotkey, alpha, netuid).apply(state)",
        "burned = ()",
        era="385",
        because="It is a call of a method of a class, of which no function is named.",
    ),
    Replaced(
        "POOL-22",
        "rules.pools.concentrated.versions.taken_of_own",
        "what users provided leaves first",
        lambda right, provided, own, amount: taken_of_users_first(provided, own, amount),
        era="391",
        unrecorded="No recording of these versions has reserves that users provided.",
    ),
)
