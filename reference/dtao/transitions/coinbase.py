"""What a block emits where pools are of concentrated liquidity, from 283 on."""

from operator import attrgetter

from dtao.accumulator import Plan, SubnetAccumulator
from dtao.evolving import evolve, maker
from dtao.fixed import I96F32
from dtao.outcome import Rejection
from dtao.params import TOTAL_SUPPLY
from dtao.rule import implements
from dtao.rules.emission import (
    FRACTION,
    alpha_injection,
    owner_cut_proportion,
    root_alpha,
    root_proportion,
    tao_emission,
    tao_weight,
)
from dtao.rules.issuance import block_emission
from dtao.rules.pool import DYNAMIC, STABLE
from dtao.rules.pools.concentrated.sqrt_price import MAX_PRICE, MIN_PRICE, sqrt_of_limit
from dtao.rules.pools.concentrated.swap import SwapError, steps_of_swap
from dtao.rules.pools.concentrated.unpacked import pack, unpack
from dtao.state import BlockContext, State
from dtao.transitions.liquidity import price_of, ranges_of, reserves, swap_in_ranges
from dtao.units import ROOT, U64_MAX, Alpha, Bits, NetUid, Rao

_plan = maker(Plan)
_NETUID = attrgetter("netuid")
ONE = I96F32.one
LOWEST_LIMIT, HIGHEST_LIMIT = sqrt_of_limit(MIN_PRICE), sqrt_of_limit(MAX_PRICE)


@implements("BLOCK-3")
def emit_into_ranges(context: BlockContext) -> None:
    """Emit a block's TAO and alpha to the subnets that take part, and set aside what their next epochs pay out.

    The chain's own position grows by what is injected, but not its edges nor the liquidity in force. If the pool does
    not buy the root stakers' alpha, neither that nor the participants' alpha is set aside: both are lost.
    """
    state, subnets, emission = context.state, context.eligible, context.emission
    parameters = state.parameters
    largest = state.runtime.pools.amounts.max_bits
    moving_prices = [moving_price_of(subnet) for subnet in subnets]
    total_moving_prices = min(sum(moving_prices), largest)
    cut = owner_cut_proportion(parameters.subnet_owner_cut)
    root_tao = weighted_root_tao(state)
    price_now, inject = state.runtime.block.price, state.runtime.block.inject
    inflow = outflow = 0
    for subnet, moving_price in zip(subnets, moving_prices, strict=True):
        tao_due = tao_emission(emission, moving_price, total_moving_prices, largest)
        emitted = emission_of_alpha(context, subnet)
        alpha_emission = emitted << FRACTION
        injected = alpha_injection(tao_due, price_now(subnet), alpha_emission) >> FRACTION
        received = 0 if subnet.is_registration_disabled else tao_due >> FRACTION
        received = received if received < U64_MAX else U64_MAX
        inflow += received
        add_to_reserves(subnet, received, injected, emitted)
        inject(context, subnet, received, injected)

        owner_cut = alpha_emission * cut >> FRACTION
        shared = alpha_emission - owner_cut
        issued = more if (more := subnet.alpha_in + subnet.alpha_out) < U64_MAX else U64_MAX
        for_root = root_alpha(root_proportion(root_tao, issued), shared)
        subnet.pending_owner_cut += owner_cut >> FRACTION
        sold = for_root >> FRACTION
        bought = sell(context, subnet, sold) if subnet.mechanism == DYNAMIC else sold
        if bought is not None:
            if subnet.mechanism == DYNAMIC:
                outflow += bought
            subnet.pending_alpha_swapped += sold
            subnet.pending_emission += shared - for_root >> FRACTION
            subnet.pending_root_divs += bought
    update_moving_prices(context)
    context.total_issuance = min(context.total_issuance + inflow, U64_MAX)
    context.total_stake = max(min(context.total_stake + inflow, U64_MAX) - outflow, 0)


def emission_of_block(context: BlockContext) -> int:
    """Return the rao that the block may issue, and keep them as what it issues; 0 once all TAO is issued."""
    if context.total_issuance >= TOTAL_SUPPLY:
        return 0
    context.block_emission = block_emission(context.total_issuance)
    return context.block_emission


def price_of_ranges(subnet: SubnetAccumulator) -> int:
    """Return the present price of a subnet under context; U96F32."""
    ranges = subnet.ranges
    if ranges.is_initialized and subnet.mechanism == DYNAMIC:
        return ranges.price
    return price_of(subnet.mechanism, subnet, ranges)


def price_of_subnet(context: BlockContext, subnet: SubnetAccumulator) -> int:
    """Return the present price of a subnet under context, floored to 32 fraction bits."""
    runtime = context.state.runtime
    return runtime.block.price(subnet) >> (runtime.pools.prices.fraction_bits - FRACTION)


def inject_into_ranges(context: BlockContext, subnet: SubnetAccumulator, tao: int, alpha: int) -> tuple[int, int]:
    """Let the chain's own position grow by what the pool gets, and return that."""
    context.state.runtime.pools.ranges.inject(subnet.ranges, tao, alpha)
    return tao, alpha


def swap_in_ranges_of(
    context: BlockContext, subnet: SubnetAccumulator, is_buy: bool, amount: int, is_free: bool
) -> tuple[int, int] | None:
    """Swap in a pool of concentrated liquidity whose reserves have not moved yet; None if it does not."""
    ranges, rules = subnet.ranges, context.state.runtime.pools.ranges
    if not ranges.is_initialized:
        return _first_swap_of(context, subnet, is_buy, amount, is_free)
    tao, alpha = Rao(subnet.tao + ranges.tao_provided), Alpha(subnet.alpha_in + ranges.alpha_provided)
    limit = HIGHEST_LIMIT if is_buy else LOWEST_LIMIT
    if rules.is_reserve_too_low(is_buy, tao, alpha) or rules.is_beyond_limit(is_buy, ranges.sqrt_price, limit):
        return None
    rate = 0 if is_free else subnet.fee_rate
    paid = ranges.swapped_within(rate, is_buy, amount, limit, rules.steps)
    if paid is not None:
        return paid if (alpha if is_buy else tao) >= paid[1] else None
    steps = steps_of_swap(ranges, rate, is_buy, amount, limit, rules.steps)
    if isinstance(steps, SwapError):
        return None
    ranges.follow(steps)
    return (steps.paid_in, steps.paid_out) if (alpha if is_buy else tao) >= steps.paid_out else None


def _first_swap_of(
    context: BlockContext, subnet: SubnetAccumulator, is_buy: bool, amount: int, is_free: bool
) -> tuple[int, int] | None:
    state, ranges = context.state, pack(subnet.ranges)
    rate, number = 0 if is_free else subnet.fee_rate, state.last_position_id + 1
    limit = MAX_PRICE if is_buy else MIN_PRICE
    tao, alpha = reserves(subnet, ranges)
    result = swap_in_ranges(state.runtime.pools.ranges, subnet, ranges, rate, number, is_buy, amount, limit)
    if isinstance(result, Rejection):
        return None
    context.state = evolve(state, last_position_id=number)
    subnet.ranges = unpack(result.ranges)
    return (result.paid_in, result.paid_out) if (alpha if is_buy else tao) >= result.paid_out else None


def moving_price_of(subnet: SubnetAccumulator) -> int:
    """Return the moving price of a subnet, 1 where its mechanism is stable; 32 fraction bits."""
    return ONE if subnet.mechanism == STABLE else subnet.moving_price


def emission_of_alpha(context: BlockContext, subnet: SubnetAccumulator) -> int:
    """Return the alpha rao that a subnet emits in a block, 0 once all is issued."""
    issued = issued_alpha(context, subnet)
    if issued >= TOTAL_SUPPLY:
        return 0
    context.block_emission = emitted = block_emission(issued)
    return emitted


def issued_alpha(context: BlockContext, subnet: SubnetAccumulator) -> int:
    """Return the alpha rao of a subnet that count as issued."""
    return context.state.runtime.emission.issued(subnet.alpha_in, subnet.ranges.alpha_provided, subnet.alpha_out)


def add_to_reserves(subnet: SubnetAccumulator, tao: int, alpha: int, emitted: int) -> None:
    """Add the TAO and the alpha that a block gives to a pool, and what participants get, and note all three."""
    subnet.tao = more if (more := subnet.tao + tao) < U64_MAX else U64_MAX
    subnet.alpha_in = more if (more := subnet.alpha_in + alpha) < U64_MAX else U64_MAX
    subnet.alpha_out = more if (more := subnet.alpha_out + emitted) < U64_MAX else U64_MAX
    subnet.tao_in_emission, subnet.alpha_in_emission, subnet.alpha_out_emission = tao, alpha, emitted


def update_moving_prices(context: BlockContext) -> None:
    """Take the present prices of all subnets to which blocks emit into their moving prices."""
    state, block_number = context.state, context.block_number
    moving_alpha, price_now = state.parameters.subnet_moving_alpha, state.runtime.block.price
    weight_at, moving_price_after = state.runtime.prices.weight, state.runtime.prices.moving_price
    for subnet in context.eligible:
        weight = weight_at(moving_alpha, block_number - subnet.price_counted_from, subnet.halving_blocks)
        subnet.moving_price = moving_price_after(moving_price_of(subnet), price_now(subnet), weight)


def weighted_root_tao(state: State) -> int:
    """Return the rao on root, weighted against alpha rao; U96F32."""
    return state.pool(ROOT).tao * tao_weight(state.parameters.tao_weight)


def by_netuid(subnets: list[SubnetAccumulator]) -> list[SubnetAccumulator]:
    """Return subnets in the order of their netuids."""
    return sorted(subnets, key=_NETUID)


@implements("EMIT-6")
def root_proportion_now(state: State, netuid: NetUid) -> Bits:
    """Return the root proportion of a subnet; U96F32. Mirrors ``root_proportion``."""
    pool, provided = state.pool(netuid), ranges_of(state, netuid).alpha_provided
    issued = state.runtime.emission.issued(pool.alpha_in, provided, pool.alpha_out)
    return Bits(root_proportion(weighted_root_tao(state), issued))


@implements("EMIT-6")
def root_proportions(context: BlockContext, subnets: list[SubnetAccumulator]) -> list[int]:
    """Return the root proportions of subnets in a block, before it gives them anything; U96F32."""
    root_tao, issued_of = weighted_root_tao(context.state), context.state.runtime.emission.issued
    return [
        root_proportion(root_tao, issued_of(subnet.alpha_in, subnet.ranges.alpha_provided, subnet.alpha_out))
        for subnet in subnets
    ]


@implements("EMIT-14")
def update_root_proportions(context: BlockContext) -> None:
    """Store the root proportion of all subnets to which blocks emit. Mirrors ``update_root_prop``.

    No block looks at it, so only that of the last block before anybody else may do so is computed.
    """
    if context.blocks_to_come:
        return
    for subnet, proportion in zip(context.eligible, root_proportions(context, context.eligible), strict=True):
        subnet.root_prop = proportion


@implements("EMIT-7")
def sell(context: BlockContext, subnet: SubnetAccumulator, alpha: int, is_free: bool = False) -> int | None:
    """Sell alpha of a block for root, and return the TAO; None if the pool does not swap."""
    runtime = context.state.runtime
    result = runtime.block.swap(context, subnet, False, alpha, is_free)
    if result is None:
        return None
    (paid_in, paid_out), rules, ranges = result, runtime.pools.ranges, subnet.ranges
    counted = rules.paid_in_counted(paid_in)
    subnet.alpha_in = more if (more := subnet.alpha_in + counted) < U64_MAX else U64_MAX
    subnet.alpha_out = less if (less := subnet.alpha_out - counted) > 0 else 0
    provided = ranges.tao_provided
    left, subnet.tao = rules.taken(provided, subnet.tao, rules.paid_out_counted(paid_out))
    if left != provided:
        ranges.tao_provided = left
    subnet.volume += paid_out
    return paid_out


@implements("BLOCK-3")
def emit_with_subsidies(context: BlockContext) -> None:
    """Emit a block's TAO and alpha, and buy alpha where the price is below the part of the TAO that a subnet is due.

    A subsidized subnet gets TAO in proportion to its price and all of its alpha emission into the pool; with the rest
    of its TAO alpha is bought and taken out of circulation, and none is sold for root in that block. The chain's own
    swaps are free. What participants earn is set aside whether or not the pool buys the root stakers' alpha.
    """
    state, subnets, emission = context.state, context.eligible, context.emission
    parameters = state.parameters
    total_moving_prices = min(sum(map(moving_price_of, subnets)), state.runtime.pools.amounts.max_bits)
    rules = state.runtime.block
    plans = [rules.plan(context, subnet, emission, total_moving_prices) for subnet in subnets]
    inject = state.runtime.block.inject
    cut = owner_cut_proportion(parameters.subnet_owner_cut)
    root_tao = weighted_root_tao(state)
    inflow = sum(plan.tao for plan in plans)
    context.total_issuance = min(context.total_issuance + inflow, U64_MAX)
    context.total_stake = min(context.total_stake + inflow, U64_MAX)
    outflow = 0
    for subnet, plan in zip(subnets, plans, strict=True):
        add_to_reserves(subnet, plan.tao, plan.alpha, plan.emitted)
        inject(context, subnet, plan.tao, plan.alpha)

        alpha_emission = plan.emitted << FRACTION
        owner_cut = alpha_emission * cut >> FRACTION
        shared = alpha_emission - owner_cut
        issued = more if (more := subnet.alpha_in + subnet.alpha_out) < U64_MAX else U64_MAX
        for_root = root_alpha(root_proportion(root_tao, issued), shared)
        sold = for_root >> FRACTION
        subnet.pending_owner_cut += owner_cut >> FRACTION
        subnet.pending_alpha_swapped += sold
        subnet.pending_emission += shared - for_root >> FRACTION
        if not plan.is_subsidized:
            if subnet.mechanism != DYNAMIC:
                rules.sell_stable(context, subnet, sold)
                subnet.pending_root_divs += sold
            elif (paid := sell(context, subnet, sold, is_free=True)) is not None:
                outflow += paid
                subnet.pending_root_divs += paid
    update_moving_prices(context)
    context.total_stake = max(context.total_stake - outflow, 0)


@implements("EMIT-9")
def subsidized(context: BlockContext, subnet: SubnetAccumulator, emission: int, total_moving_prices: int) -> Plan:
    """Return what a block gives to a subnet, after buying alpha with the TAO that its price does not call for."""
    largest = context.state.runtime.pools.amounts.max_bits
    price = price_of_subnet(context, subnet)
    due = tao_emission(emission, moving_price_of(subnet), total_moving_prices, largest)
    emitted = emission_of_alpha(context, subnet)
    ratio = (due << FRACTION) // emission if emission else 0
    is_subsidized = price < ratio
    if is_subsidized:
        worth = price * emission >> FRACTION
        tao, alpha = worth if worth < largest else largest, emitted
        buy(context, subnet, min(max(due - tao, 0) >> FRACTION, U64_MAX))
    else:
        tao = due
        quotient = (due << FRACTION) // price if price else largest + 1
        whole = quotient >> FRACTION
        alpha = (whole if whole < U64_MAX else U64_MAX) if quotient <= largest else emitted
    received = whole if (whole := tao >> FRACTION) < U64_MAX else U64_MAX
    received = 0 if subnet.is_registration_disabled else received
    return _plan(received, alpha, emitted, is_subsidized)


@implements("EMIT-3", "EMIT-9")
def subsidized_by_block_emission(
    context: BlockContext, subnet: SubnetAccumulator, emission: int, total_moving_prices: int
) -> Plan:
    """Return what a block gives to a subnet, as :func:`subsidized`, after buying alpha.

    A subsidized pool gets as much alpha as the block emits TAO. Where registration is off, neither the pool nor the
    participants get anything, though alpha is bought.
    """
    plan = subsidized(context, subnet, emission, total_moving_prices)
    if subnet.is_registration_disabled:
        return Plan(0, 0, 0, plan.is_subsidized)
    return evolve(plan, alpha=min(emission >> FRACTION, U64_MAX)) if plan.is_subsidized else plan


@implements("BLOCK-3")
def remove_alpha_from_stable(context: BlockContext, subnet: SubnetAccumulator, tao: int) -> None:
    """Buy alpha of a block where the mechanism is stable: no reserve moves, but as much alpha is gone."""
    subnet.alpha_out = max(subnet.alpha_out - tao, 0)


@implements("BLOCK-3")
def buy_from_stable(context: BlockContext, subnet: SubnetAccumulator, tao: int) -> None:
    """Buy alpha of a block where the mechanism is stable: as much alpha leaves the reserve, and is gone."""
    rules = context.state.runtime.pools.ranges
    provided, subnet.alpha_in = context.state.runtime.pools.ranges.taken(
        subnet.ranges.alpha_provided, subnet.alpha_in, rules.paid_out_counted(tao)
    )
    if provided != subnet.ranges.alpha_provided:
        subnet.ranges.alpha_provided = provided
    subnet.alpha_out = max(min(subnet.alpha_out + tao, U64_MAX) - tao, 0)
    subnet.tao = min(subnet.tao + rules.paid_in_counted(tao), U64_MAX)
    subnet.volume += tao
    context.total_stake = min(context.total_stake + tao, U64_MAX)


@implements("EMIT-7")
def keep_after_sale(context: BlockContext, subnet: SubnetAccumulator, alpha: int) -> None:
    """Sell alpha of a block for root where the mechanism is stable: no reserve moves."""


@implements("EMIT-7")
def sell_to_stable(context: BlockContext, subnet: SubnetAccumulator, alpha: int) -> None:
    """Sell alpha of a block for root where the mechanism is stable: as much TAO leaves the reserve."""
    subnet.alpha_in = min(subnet.alpha_in + alpha, U64_MAX)
    subnet.alpha_out = max(subnet.alpha_out - alpha, 0)
    rules = context.state.runtime.pools.ranges
    provided, subnet.tao = context.state.runtime.pools.ranges.taken(
        subnet.ranges.tao_provided, subnet.tao, rules.paid_out_counted(alpha)
    )
    if provided != subnet.ranges.tao_provided:
        subnet.ranges.tao_provided = provided
    subnet.volume += alpha
    context.total_stake = max(context.total_stake - alpha, 0)


def buy(context: BlockContext, subnet: SubnetAccumulator, tao: int) -> None:
    """Buy alpha for TAO that is newly issued, free of fees; the alpha is nobody's then. Nothing if the pool refuses."""
    buy_in_block(context, subnet, tao)


@implements("BLOCK-3")
def buy_in_block(context: BlockContext, subnet: SubnetAccumulator, tao: int) -> tuple[int, int] | None:
    """Buy alpha as :func:`buy`, and return the TAO that was paid in and the alpha; None if the pool refuses."""
    if subnet.mechanism != DYNAMIC:
        context.state.runtime.block.buy_stable(context, subnet, tao)
        return tao, tao
    result = context.state.runtime.block.swap(context, subnet, True, tao, True)
    if result is None:
        return None
    paid_in, paid_out = result
    rules, provided = context.state.runtime.pools.ranges, subnet.ranges.alpha_provided
    left, subnet.alpha_in = rules.taken(provided, subnet.alpha_in, rules.paid_out_counted(paid_out))
    if left != provided:
        subnet.ranges.alpha_provided = left
    alpha_out = more if (more := subnet.alpha_out + paid_out) < U64_MAX else U64_MAX
    subnet.alpha_out = less if (less := alpha_out - paid_out) > 0 else 0
    subnet.tao = more if (more := subnet.tao + rules.paid_in_counted(paid_in)) < U64_MAX else U64_MAX
    subnet.volume += tao
    context.total_stake = more if (more := context.total_stake + tao) < U64_MAX else U64_MAX
    return paid_in, paid_out
