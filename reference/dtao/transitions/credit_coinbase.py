"""What a block emits from 411 on: TAO that is minted first, and is paid to the accounts of subnets as it is given."""

from collections.abc import Callable

from dtao.accumulator import SubnetAccumulator
from dtao.evolving import evolve
from dtao.params import EXISTENTIAL_DEPOSIT, TOTAL_SUPPLY
from dtao.rule import implements
from dtao.rules import flow
from dtao.rules.emission import FRACTION
from dtao.state import BlockContext
from dtao.transitions import assets
from dtao.transitions.coinbase import (
    buy_in_block,
    by_netuid,
    emission_of_block,
    moving_price_of,
    root_proportions,
)
from dtao.transitions.flow_coinbase import (
    Grant,
    average_of_flow,
    divide,
    grant_capped_by,
    grant_in_whole_rao,
    is_root_sell_flag_set,
    set_aside_apart,
)
from dtao.units import U64_MAX, Bits, Rao


@implements("BLOCK-3")
def coinbase_of_credit(context: BlockContext) -> None:
    """Mint the emission of the block, none once all TAO is issued, and run the steps of the coinbase over it."""
    mint(context, emission_of_block(context))
    for phase in context.state.runtime.block.coinbase:
        phase(context)


@implements("EMIT-15")
def mint(context: BlockContext, amount: int) -> None:
    """Issue TAO to nobody yet, no more than all balances may come to. Mirrors ``mint_tao``."""
    state = context.state
    amount = min(amount, max(TOTAL_SUPPLY - state.balances_total_issuance, 0))
    context.state = evolve(state, balances_total_issuance=Rao(state.balances_total_issuance + amount))
    context.total_issuance = min(context.total_issuance + amount, U64_MAX)
    context.emission, context.credit = amount << FRACTION, amount


@implements("EMIT-15")
def spend(context: BlockContext, subnet: SubnetAccumulator, amount: int) -> bool:
    """Pay TAO that was minted to the account of a subnet; say whether that was possible.

    What was paid stands apart until it is settled. It is not where the account would not exist with it. Mirrors
    ``spend_tao``.
    """
    credit, held = context.credit, subnet.balance
    spent = amount if amount < credit else context.state.runtime.block.spendable(amount, credit)
    if spent is None:
        return False
    balance = (context.state.balances.get(subnet.account, 0) if held is None else held) + spent
    if not EXISTENTIAL_DEPOSIT <= balance <= U64_MAX:
        return False
    context.credit = credit - spent
    if spent:
        subnet.balance = balance
    return True


@implements("EMIT-15")
def as_much_as_there_is(amount: int, credit: int) -> int | None:
    """Return what is paid of an amount from TAO that was minted: as much as there is."""
    return min(amount, credit)


@implements("EMIT-15")
def all_or_nothing(amount: int, credit: int) -> int | None:
    """Return what is paid of an amount from TAO that was minted: all of it, or None if there is less."""
    return amount if amount <= credit else None


@implements("EMIT-15")
def recycle_credit(context: BlockContext) -> None:
    """Issue what was minted and not spent no more. Mirrors ``recycle_credit``."""
    state, rest = context.state, context.credit
    context.state = evolve(state, balances_total_issuance=Rao(max(state.balances_total_issuance - rest, 0)))
    context.total_issuance = max(context.total_issuance - rest, 0)
    context.credit = 0


@implements("FLOW-7")
def average_of_protocol_flow(context: BlockContext, subnet: SubnetAccumulator, weight: int) -> int:
    """Return the average flow between the protocol and a subnet in the present block, and store it."""
    block = context.block_number
    before = subnet.average_protocol_flow or (0, 0)
    if before[0] == block:
        return before[1]
    average = flow.average_after(before[1], subnet.protocol_flow, weight)
    subnet.protocol_flow = 0
    subnet.average_protocol_flow = block, average
    return average


@implements("EMIT-12")
def recycle_bought_alpha(context: BlockContext, subnet: SubnetAccumulator, alpha: int) -> None:
    """Count alpha that a block bought as recycled: it is outside of the pool no more."""
    assets.recycle_in_block(subnet, alpha)


@implements("EMIT-12")
def keep_bought_alpha(context: BlockContext, subnet: SubnetAccumulator, alpha: int) -> None:
    """Keep alpha that a block bought for the protocol, outside of the pool."""
    subnet.alpha_out = more if (more := subnet.alpha_out + alpha) < U64_MAX else U64_MAX
    subnet.protocol_alpha = more if (more := subnet.protocol_alpha + alpha) < U64_MAX else U64_MAX


@implements("FLOW-6", "EMIT-16")
def due_by_net_flow(context: BlockContext, subnets: list[SubnetAccumulator]) -> list[Bits]:
    """Return the TAO of a block that is due to each subnet by its average net flow; U96F32.

    Nothing is due to subnets without emission; what would be is divided among the others.
    """
    parameters = context.state.parameters
    weight = flow.flow_weight(parameters.flow_ema_smoothing_factor)
    averages = [
        (average_of_flow(context, subnet, weight), average_of_protocol_flow(context, subnet, weight))
        for subnet in subnets
    ]
    net = flow.net_flows(averages) if parameters.net_tao_flow_enabled else [user for user, _ in averages]
    parts = flow.parts_of_emission(net, parameters.tao_flow_cutoff, parameters.flow_norm_exponent)
    parts = flow.parts_of_enabled(parts, [subnet.is_emission_enabled for subnet in subnets])
    return [flow.tao_of_part(context.emission, part) for part in parts]


@implements("EMIT-16")
def due_by_price_and_root(
    context: BlockContext, subnets: list[SubnetAccumulator], proportions: list[int]
) -> list[Bits]:
    """Return the TAO of a block that is due to each subnet by its moving price, root proportion and incentives; U96F32.

    Nothing is due to subnets without emission; what would be is divided among the others.
    """
    stored = context.state.subnets
    factors = [
        flow.part_of_root_and_miners(proportion, stored[subnet.netuid].miner_burned)
        for subnet, proportion in zip(subnets, proportions, strict=True)
    ]
    return _due_by_price_times(context, subnets, factors)


@implements("EMIT-16")
def due_by_price(context: BlockContext, subnets: list[SubnetAccumulator], proportions: list[int]) -> list[Bits]:
    """Return the TAO of a block that is due to each subnet by its moving price and incentives; U96F32.

    As :func:`due_by_price_and_root`, without the root proportion.
    """
    stored = context.state.subnets
    factors = [flow.part_of_miners(stored[subnet.netuid].miner_burned) for subnet in subnets]
    return _due_by_price_times(context, subnets, factors)


def _due_by_price_times(context: BlockContext, subnets: list[SubnetAccumulator], factors: list[int]) -> list[Bits]:
    parts = flow.weighted_parts(flow.parts_by_price([moving_price_of(subnet) for subnet in subnets]), factors)
    parts = flow.parts_of_enabled(parts, [subnet.is_emission_enabled for subnet in subnets])
    return [flow.tao_of_part(context.emission, part) for part in parts]


@implements("BLOCK-3")
def emit_credit(context: BlockContext) -> None:
    """Emit the TAO that was minted by net flow, and the alpha of subnets."""
    subnets = begin(context)
    for_root, most_alpha = is_root_sell_flag_set(context, subnets), emission_of_block(context)
    grants = [
        grant_capped_by(most_alpha, context, subnet, due, for_root)
        for subnet, due in zip(subnets, due_by_net_flow(context, subnets), strict=True)
    ]
    give_all(context, subnets, grants)


@implements("BLOCK-3")
def emit_credit_by_price(context: BlockContext) -> None:
    """Emit the TAO that was minted by moving price, root proportion and incentives, and the alpha of subnets."""
    _emit_capped_by_root(context, due_by_price_and_root)


@implements("BLOCK-3")
def emit_credit_by_price_alone(context: BlockContext) -> None:
    """Emit the TAO that was minted by moving price and incentives, and the alpha of subnets."""
    _emit_capped_by_root(context, due_by_price)


@implements("EMIT-12")
def _emit_capped_by_root(
    context: BlockContext, dues_of: Callable[[BlockContext, list[SubnetAccumulator], list[int]], list[Bits]]
) -> None:
    """Emit what is due to subnets, whose pools get no more alpha than the root proportion of their emission."""
    subnets = begin(context)
    for_root, proportions = is_root_sell_flag_set(context, subnets), root_proportions(context, subnets)
    dues = dues_of(context, subnets, proportions)
    grants = [
        grant_in_whole_rao(context, subnet, due, for_root, proportion)
        for subnet, due, proportion in zip(subnets, dues, proportions, strict=True)
    ]
    give_all(context, subnets, grants)


def begin(context: BlockContext) -> list[SubnetAccumulator]:
    """Forget what stakers of root sold in the last block, and return the subnets that take part, by netuid."""
    for subnet in context.subnets:
        subnet.root_sell_tao = 0
    # It may be stored under a netuid without a network too.
    for netuid, emission in context.state.emissions.items():
        if emission.root_sell_tao:
            emission = evolve(emission, root_sell_tao=Rao(0))
            context.state = evolve(context.state, emissions=context.state.emissions.set(netuid, emission))
    return by_netuid(context.eligible)


def give_all(context: BlockContext, subnets: list[SubnetAccumulator], grants: list[Grant]) -> None:
    """Give each subnet what a block gives to it, recycle the TAO that is left, and divide the alpha."""
    granted = {subnet.netuid: grant for subnet, grant in zip(subnets, grants, strict=True)}
    for subnet in context.eligible:
        give(context, subnet, granted[subnet.netuid])
    if context.credit:
        recycle_credit(context)
    divide(context, subnets, grants, set_aside_apart)


@implements("EMIT-12")
def give(context: BlockContext, subnet: SubnetAccumulator, grant: Grant) -> None:
    """Buy alpha with excess TAO, and put into the pool of a subnet what a block gives to it; emit its alpha.

    TAO that the account of the subnet cannot receive is not given. Mirrors ``inject_and_maybe_swap``.
    """
    rules = context.state.runtime.block
    subnet.excess_tao = subnet.tao_in_emission = 0
    tao, alpha_in = rules.inject(context, subnet, grant.tao, grant.alpha)
    if grant.has_excess and spend(context, subnet, grant.buys):
        bought = buy_in_block(context, subnet, grant.buys)
        if bought is not None:
            paid_in, alpha = bought
            rules.keep_bought(context, subnet, alpha)
            subnet.excess_tao = paid_in
            subnet.protocol_flow = flow.flow_after_inflow(subnet.protocol_flow, paid_in)
    subnet.alpha_in_emission = alpha_in
    subnet.alpha_in = more if (more := subnet.alpha_in + alpha_in) < U64_MAX else U64_MAX
    if tao and spend(context, subnet, tao):
        subnet.tao_in_emission = tao
        subnet.tao = more if (more := subnet.tao + tao) < U64_MAX else U64_MAX
        context.total_stake = more if (more := context.total_stake + tao) < U64_MAX else U64_MAX
        subnet.protocol_flow = flow.flow_after_inflow(subnet.protocol_flow, tao)
    subnet.alpha_out_emission = emitted = grant.emitted
    subnet.alpha_out = more if (more := subnet.alpha_out + emitted) < U64_MAX else U64_MAX
    assets.mint(subnet, alpha_in + emitted)
