"""What a block emits where TAO follows the flow of TAO into subnets, from 338 on; stakers of root are paid in alpha."""

from collections.abc import Callable
from functools import partial

from attrs import frozen

from dtao.accumulator import SubnetAccumulator
from dtao.evolving import maker
from dtao.fixed import U96F32
from dtao.rule import implements
from dtao.rules import flow
from dtao.rules.emission import FRACTION, owner_cut_proportion, root_alpha, root_proportion
from dtao.rules.pool import U128_MAX
from dtao.state import BlockContext
from dtao.transitions.coinbase import (
    add_to_reserves,
    buy,
    by_netuid,
    emission_of_alpha,
    emission_of_block,
    moving_price_of,
    price_of_subnet,
    weighted_root_tao,
)
from dtao.units import U64_MAX, Bits


@frozen(weakref_slot=False)
class Grant:
    """What a block gives to a subnet."""

    tao: int
    """Rao for its pool."""
    alpha: int
    """Alpha rao for its pool."""
    emitted: int
    """Alpha rao for its participants."""
    buys: int
    """Rao that buy alpha."""
    has_excess: bool
    """Whether they do; then also if they are 0, which may be a swap all the same."""
    takes_for_root: bool
    """Whether the part of the stakers of root is taken from what the others get."""
    pays_root: bool
    """Whether they get it."""


_grant = maker(Grant)


def due_by_flow(context: BlockContext, subnets: list[SubnetAccumulator], emission: int) -> list[Bits]:
    """Return the TAO of a block that is due to each subnet by its average flow, which is brought up to date; U96F32."""
    parameters = context.state.parameters
    weight = flow.flow_weight(parameters.flow_ema_smoothing_factor)
    averages = [average_of_flow(context, subnet, weight) for subnet in subnets]
    parts = flow.parts_of_emission(averages, parameters.tao_flow_cutoff, parameters.flow_norm_exponent)
    return [flow.tao_of_part(emission, part) for part in parts]


@implements("FLOW-2")
def average_of_flow(context: BlockContext, subnet: SubnetAccumulator, weight: int) -> int:
    """Return the average flow of a subnet in the present block, and store it.

    In a block in which it was computed before it stays. Where a price is the first average, what had flowed before the
    first block does not count then, but in the next one.
    """
    block = context.block_number
    before = subnet.average_tao_flow or context.state.runtime.emission.absent_average_flow
    if before is None:
        average = flow.first_average(moving_price_of(subnet), price_of_subnet(context, subnet))
    elif before[0] == block:
        return before[1]
    else:
        average = flow.average_after(before[1], subnet.tao_flow, weight)
        subnet.tao_flow = 0
    subnet.average_tao_flow = block, average
    return average


@implements("BLOCK-3")
def emit_by_flow(context: BlockContext) -> None:
    """Emit a block's TAO by flow, and its alpha; buy alpha where the price is below the part of the TAO that is due.

    As before, but what the stakers of root are due of the alpha is kept for them and not sold. Where alpha was bought
    they get none, and nobody gets what would have been theirs.
    """
    subnets = by_netuid(context.eligible)
    grants = []
    for subnet, due in zip(subnets, due_by_flow(context, subnets, context.emission), strict=True):
        grant = subsidized_grant(context, subnet, due)
        if grant.has_excess:
            buy(context, subnet, grant.buys)
        grants.append(grant)
    for subnet, grant in zip(subnets, grants, strict=True):
        inject(context, subnet, grant)
    count_injections(context, subnets, grants)
    divide(context, subnets, grants, set_aside_together)


@implements("BLOCK-3")
def emit_by_flow_with_excess(context: BlockContext) -> None:
    """Emit a block's TAO by flow, and its alpha; with TAO beyond what the alpha emission is worth, buy alpha.

    A pool gets no more TAO than its alpha emission is worth at the price. The stakers of root get alpha in a block in
    which the moving prices of all subnets add up to more than 1, and none otherwise, when it goes to the validators.
    """
    divide(context, *grant_with_excess(context, capped_grant), set_aside_together)


@implements("BLOCK-3")
def emit_to_servers_and_validators(context: BlockContext) -> None:
    """Emit a block's TAO by flow, and its alpha, as :func:`emit_by_flow_with_excess`; set aside for miners apart.

    What the stakers of root are due of the alpha is kept for them or recycled; the validators never get it.
    """
    divide(context, *grant_with_excess(context, capped_grant), set_aside_apart)


@implements("BLOCK-3")
def emit_buying_with_whole_rao(context: BlockContext) -> None:
    """Emit a block's TAO by flow, and its alpha, as :func:`emit_to_servers_and_validators`.

    Excess TAO of less than 1 rao buys nothing, not even the first swap of a pool.
    """
    divide(context, *grant_with_excess(context, grant_in_whole_rao), set_aside_apart)


@implements("BLOCK-3")
def emit_with_injection_cap(context: BlockContext) -> None:
    """Emit a block's TAO by flow, and its alpha, as :func:`emit_buying_with_whole_rao`, with a second cap on injection.

    A pool gets no more alpha than the block emits TAO.
    """
    grant = partial(grant_capped_by, emission_of_block(context))
    divide(context, *grant_with_excess(context, grant), set_aside_apart)


def grant_with_excess(
    context: BlockContext, grant_of: Callable[[BlockContext, SubnetAccumulator, int, bool], Grant]
) -> tuple[list[SubnetAccumulator], list[Grant]]:
    """Give each subnet what is due to it, with the excess TAO that buys alpha; return the subnets and what they got."""
    subnets = by_netuid(context.eligible)
    for_root = is_root_sell_flag_set(context, subnets)
    grants = [
        grant_of(context, subnet, due, for_root)
        for subnet, due in zip(subnets, due_by_flow(context, subnets, context.emission), strict=True)
    ]
    inject = context.state.runtime.block.inject
    for subnet, grant in zip(subnets, grants, strict=True):
        inject(context, subnet, grant.tao, grant.alpha)
        if grant.has_excess:
            buy(context, subnet, grant.buys)
    count_injections(context, subnets, grants)
    context.total_issuance = min(context.total_issuance + sum([grant.buys for grant in grants]), U64_MAX)
    return subnets, grants


@implements("EMIT-11")
def is_root_sell_flag_set(context: BlockContext, subnets: list[SubnetAccumulator]) -> bool:
    """Return whether stakers of root get alpha in a block: the moving prices of all subnets add up to more than 1.

    Mirrors ``get_network_root_sell_flag``.
    """
    prices = context.state.runtime.pools.prices
    beyond = prices.fraction_bits - FRACTION
    moving_prices = [
        price if (price := moving_price_of(subnet) << beyond) < U128_MAX else U128_MAX for subnet in subnets
    ]
    return (sum(moving_prices) & U128_MAX) > prices.one


@implements("EMIT-9")
def subsidized_grant(context: BlockContext, subnet: SubnetAccumulator, due: int) -> Grant:
    """Return what a block gives to a subnet where TAO beyond the price's part of the emission buys alpha."""
    largest, emission = context.state.runtime.pools.amounts.max_bits, context.emission
    price, emitted = price_of_subnet(context, subnet), emission_of_alpha(context, subnet)
    ratio = (due << FRACTION) // emission if emission else 0
    is_subsidized = price < ratio
    buys = 0
    if is_subsidized:
        tao = min(price * emission >> FRACTION, largest)
        alpha = min(emission >> FRACTION, U64_MAX)
        buys = min(max(due - tao, 0) >> FRACTION, U64_MAX)
    else:
        tao = due
        quotient = (due << FRACTION) // price if price else largest + 1
        alpha = min(quotient >> FRACTION, U64_MAX) if quotient <= largest else emitted
    if subnet.is_registration_disabled:
        return Grant(0, 0, 0, buys, is_subsidized, True, not is_subsidized)
    return Grant(min(tao >> FRACTION, U64_MAX), alpha, emitted, buys, is_subsidized, True, not is_subsidized)


@implements("EMIT-12")
def capped_grant(
    context: BlockContext,
    subnet: SubnetAccumulator,
    due: int,
    for_root: bool,
    most_of_emitted: int = U96F32.one,
    most_alpha: int = U64_MAX,
    least_excess: int = 1,
) -> Grant:
    """Return what a block gives to a subnet whose TAO is capped at the worth of its alpha.

    The alpha that belongs to the TAO at the price is 0 where there is no price. A pool gets at most a part (U96F32) of
    what the subnet emits, and at most so many alpha rao. Excess TAO buys if it is as much as ``least_excess`` (U96F32).
    """
    largest = context.state.runtime.pools.amounts.max_bits
    price, emitted = price_of_subnet(context, subnet), emission_of_alpha(context, subnet)
    quotient = (due << FRACTION) // price if price else 0
    alpha = quotient if quotient <= largest else 0
    tao, excess = due, 0
    most, bound = most_of_emitted * emitted, most_alpha << FRACTION
    most = most if most < bound else bound
    if alpha > most:
        alpha = most
        worth = alpha * price >> FRACTION
        tao = worth if worth < largest else largest
        excess = due - tao if due > tao else 0
    buys = whole if (whole := excess >> FRACTION) < U64_MAX else U64_MAX
    if subnet.is_registration_disabled:
        return _grant(0, 0, 0, buys, excess >= least_excess, for_root, for_root)
    received = whole if (whole := tao >> FRACTION) < U64_MAX else U64_MAX
    return _grant(received, alpha >> FRACTION, emitted, buys, excess >= least_excess, for_root, for_root)


@implements("EMIT-12")
def grant_in_whole_rao(
    context: BlockContext, subnet: SubnetAccumulator, due: int, for_root: bool, most_of_emitted: int = U96F32.one
) -> Grant:
    """Return what a block gives to a subnet as :func:`capped_grant`; less than 1 rao of excess TAO buys nothing.

    Mirrors ``get_subnet_terms`` and ``inject_and_maybe_swap``.
    """
    return capped_grant(context, subnet, due, for_root, most_of_emitted, U64_MAX, U96F32.one)


@implements("EMIT-12")
def grant_capped_by(tao: int, context: BlockContext, subnet: SubnetAccumulator, due: int, for_root: bool) -> Grant:
    """Return what a block gives to a subnet as :func:`grant_in_whole_rao`, with at most ``tao`` rao of alpha."""
    return capped_grant(context, subnet, due, for_root, U96F32.one, tao, U96F32.one)


def inject(context: BlockContext, subnet: SubnetAccumulator, grant: Grant) -> tuple[int, int]:
    """Make room in a pool for what it gets, and return the TAO and the alpha for which there is any."""
    return context.state.runtime.block.inject(context, subnet, grant.tao, grant.alpha)


def count_injections(context: BlockContext, subnets: list[SubnetAccumulator], grants: list[Grant]) -> None:
    """Add what a block gives to subnets to their reserves, and to the totals."""
    tao = 0
    for subnet, grant in zip(subnets, grants, strict=True):
        add_to_reserves(subnet, grant.tao, grant.alpha, grant.emitted)
        tao += grant.tao
    context.total_stake = min(context.total_stake + tao, U64_MAX)
    context.total_issuance = min(context.total_issuance + tao, U64_MAX)


SetAside = Callable[[BlockContext, SubnetAccumulator, Grant, int, int], None]
"""How what is left after the owner's cut is set aside: (context, subnet, what it got, the alpha, root's part of it)."""


def set_aside_together(
    context: BlockContext, subnet: SubnetAccumulator, grant: Grant, shared: int, for_root: int
) -> None:
    """Set aside what miners and validators get together; both amounts in U96F32."""
    if grant.pays_root:
        subnet.pending_root_alpha += for_root >> FRACTION
    subnet.pending_emission += shared - (for_root if grant.takes_for_root else 0) >> FRACTION


@implements("EMIT-10")
def set_aside_apart(context: BlockContext, subnet: SubnetAccumulator, grant: Grant, shared: int, for_root: int) -> None:
    """Set aside half for miners, and for validators the other half less root's part, which is recycled if not kept.

    Both amounts in U96F32.
    """
    if grant.pays_root:
        subnet.pending_root_alpha += for_root >> FRACTION
    else:
        subnet.alpha_out = less if (less := subnet.alpha_out - (for_root >> FRACTION)) > 0 else 0
        context.state.runtime.assets.recycle_in_block(subnet, for_root >> FRACTION)
    for_servers = shared >> 1
    subnet.pending_server_emission += for_servers >> FRACTION
    subnet.pending_validator_emission += (rest if (rest := shared - for_servers - for_root) > 0 else 0) >> FRACTION


@implements("EMIT-10")
def divide(context: BlockContext, subnets: list[SubnetAccumulator], grants: list[Grant], set_aside: SetAside) -> None:
    """Set aside what the participants of subnets get: the owner cut, the part of root in alpha, and the rest."""
    state = context.state
    parameters = state.parameters
    cut = owner_cut_proportion(parameters.subnet_owner_cut)
    root_tao = weighted_root_tao(state)
    issued_of = state.runtime.emission.issued
    for subnet, grant in zip(subnets, grants, strict=True):
        alpha_emission = grant.emitted << FRACTION
        owner_cut = alpha_emission * cut >> FRACTION if subnet.is_owner_cut_enabled else 0
        shared = alpha_emission - owner_cut
        subnet.pending_owner_cut += owner_cut >> FRACTION
        issued = issued_of(subnet.alpha_in, subnet.ranges.alpha_provided, subnet.alpha_out)
        for_root = root_alpha(root_proportion(root_tao, issued), shared)
        set_aside(context, subnet, grant, shared, for_root)
