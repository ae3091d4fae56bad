"""What blocks change of a state: unpacked into accumulators before the first one, packed after the last."""

from dtao.accumulator import SubnetAccumulator
from dtao.evolving import evolve, maker
from dtao.records import Emission, Pool, Subnet
from dtao.rules.pools.concentrated import unpacked as unpacked_ranges
from dtao.rules.pools.concentrated.records import NO_RANGES
from dtao.rules.pools.concentrated.unpacked import NOTHING_UNPACKED
from dtao.rules.pools.weighted import NO_WEIGHTS
from dtao.state import BlockContext, State
from dtao.transitions import assets, weighted
from dtao.transitions.registration_prices import enter_prices
from dtao.transitions.stake import existing_netuids
from dtao.transitions.subnet_accounts import account_of, settle
from dtao.units import ROOT, U64_MAX, BlockNumber, NetUid, Rao

_pool, _emission = maker(Pool), maker(Emission)


def unpack(state: State, first_block: int) -> BlockContext:
    """Return the context on a state whose next block to compute is ``first_block``; its number is set one before."""
    networks = [(netuid, state.subnets[netuid]) for netuid in existing_netuids(state)]
    subnets = [_accumulator(state, netuid, subnet, first_block) for netuid, subnet in networks if netuid != ROOT]
    is_eligible = state.runtime.emission.is_eligible
    return BlockContext(
        state=state,
        block_number=state.block_number,
        block_emission=state.block_emission,
        total_issuance=state.total_issuance,
        total_stake=state.total_stake,
        subnets=subnets,
        eligible=[one for one in subnets if is_eligible(state.subnets[one.netuid])],
        terms_due={netuid: _terms_due(subnet, first_block) for netuid, subnet in networks},
        with_pending_children=[netuid for netuid, subnet in networks if subnet.pending_child_keys],
    )


def _terms_due(subnet: Subnet, first_block: int) -> int:
    """Return the first block in which the registration terms of a network change."""
    if subnet.registration.registrations_this_block:
        return first_block
    return end_of_interval(subnet)


def end_of_interval(subnet: Subnet) -> int:
    """Return the block in which the adjustment interval of a network is over; an interval of 0 always is."""
    interval = subnet.hyperparameters.adjustment_interval
    return subnet.registration.last_adjustment_block + interval if interval else 0


def _accumulator(state: State, netuid: NetUid, subnet: Subnet, first_block: int) -> SubnetAccumulator:
    pool, emission = state.pool(netuid), state.emission(netuid)
    parameters = subnet.hyperparameters
    accumulator = SubnetAccumulator(
        netuid=netuid,
        mechanism=subnet.mechanism,
        is_registration_disabled=state.runtime.emission.is_registration_disabled(
            parameters.network_registration_allowed, parameters.network_pow_registration_allowed
        ),
        price_counted_from=state.runtime.prices.counted_from(subnet),
        halving_blocks=parameters.ema_price_halving_blocks,
        tempo=parameters.tempo,
        next_epoch=U64_MAX,
        last_step=first_block - 1 - emission.blocks_since_last_step,
        last_mechansim_step_block=emission.last_mechansim_step_block,
        tao=pool.tao,
        alpha_in=pool.alpha_in,
        alpha_out=pool.alpha_out,
        volume=pool.volume,
        moving_price=pool.moving_price,
        pending_emission=emission.pending_emission,
        pending_root_divs=emission.pending_root_divs,
        pending_alpha_swapped=emission.pending_alpha_swapped,
        pending_owner_cut=emission.pending_owner_cut,
        tao_in_emission=emission.tao_in,
        alpha_in_emission=emission.alpha_in,
        alpha_out_emission=emission.alpha_out,
        ranges=unpacked_ranges.unpack(state.ranges.get(netuid, NO_RANGES)),
        fee_rate=parameters.fee_rate,
        pending_root_alpha=emission.pending_root_alpha,
        pending_server_emission=emission.pending_server_emission,
        pending_validator_emission=emission.pending_validator_emission,
        tao_flow=emission.tao_flow,
        average_tao_flow=emission.average_tao_flow,
        root_prop=emission.root_prop,
        excess_tao=emission.excess_tao,
        root_sell_tao=emission.root_sell_tao,
        protocol_flow=emission.protocol_flow,
        average_protocol_flow=emission.average_protocol_flow,
        protocol_alpha=emission.protocol_alpha,
        is_emission_enabled=parameters.emission_enabled,
        is_owner_cut_enabled=parameters.owner_cut_enabled,
        last_epoch_block=emission.last_epoch_block,
        pending_epoch_at=emission.pending_epoch_at,
        epoch_index=emission.epoch_index,
        account=account_of(netuid),
    )
    assets.unpack(state, accumulator)
    weighted.unpack(state.weights.get(netuid, NO_WEIGHTS), accumulator)
    accumulator.next_epoch = state.runtime.block.next_epoch(accumulator, first_block)
    return accumulator


def pack(context: BlockContext) -> State:
    """Return the state after the context."""
    settle(context)
    enter_prices(context)
    pools = {
        one.netuid: _pool(one.tao, one.alpha_in, one.alpha_out, one.volume, one.moving_price) for one in context.subnets
    }
    emissions = {
        one.netuid: _emission(
            one.tao_in_emission,
            one.alpha_in_emission,
            one.alpha_out_emission,
            min(one.pending_emission, U64_MAX),
            min(one.pending_root_divs, U64_MAX),
            min(one.pending_alpha_swapped, U64_MAX),
            min(one.pending_owner_cut, U64_MAX),
            min(one.pending_root_alpha, U64_MAX),
            min(one.pending_server_emission, U64_MAX),
            min(one.pending_validator_emission, U64_MAX),
            min(context.block_number - one.last_step, U64_MAX),
            one.last_mechansim_step_block,
            one.tao_flow,
            one.average_tao_flow,
            one.root_prop,
            one.excess_tao,
            one.root_sell_tao,
            one.protocol_flow,
            one.average_protocol_flow,
            one.protocol_alpha,
            one.last_epoch_block,
            one.pending_epoch_at,
            one.epoch_index,
        )
        for one in context.subnets
    }
    ranges = {
        one.netuid: unpacked_ranges.pack(one.ranges) for one in context.subnets if one.ranges is not NOTHING_UNPACKED
    }
    weights = {one.netuid: of for one in context.subnets if (of := weighted.pack(one)) is not NO_WEIGHTS}
    state = assets.pack(context.state, context.subnets)
    return evolve(
        state,
        block_number=BlockNumber(context.block_number),
        block_emission=Rao(context.block_emission),
        total_issuance=Rao(context.total_issuance),
        total_stake=Rao(context.total_stake),
        pools=context.state.pools.update(pools),
        emissions=context.state.emissions.update(emissions),
        ranges=context.state.ranges.update(ranges) if ranges else context.state.ranges,
        weights=context.state.weights.update(weights) if weights else context.state.weights,
    )
