"""What is recorded of the TAO that comes to a subnet and leaves it, from which its flow follows (from 338 on)."""

from dtao.evolving import copier
from dtao.records import Emission
from dtao.rule import implements
from dtao.rules.flow import flow_after_inflow, flow_after_outflow
from dtao.rules.pools.concentrated.positions import amounts, chains_own
from dtao.rules.pools.concentrated.records import NO_RANGES
from dtao.state import State
from dtao.units import NetUid, Rao

_with_emissions = copier(State, "emissions")
_with_tao_flow = copier(Emission, "tao_flow")


def record_no_inflow(before: State, state: State, netuid: NetUid, staked: Rao, paid_in: int) -> State:
    """Return the state as it is."""
    return state


def record_no_outflow(before: State, state: State, netuid: NetUid, paid_out: int) -> State:
    """Return the state as it is."""
    return state


def record_no_registration(state: State, netuid: NetUid, paid: Rao) -> State:
    """Return the state as it is."""
    return state


@implements("FLOW-1")
def record_registration(state: State, netuid: NetUid, paid: Rao) -> State:
    """Return the state in which TAO that was paid for a registration counts as flowing in."""
    return _with_flow(state, netuid, flow_after_inflow(state.emission(netuid).tao_flow, paid))


@implements("FLOW-1")
def record_inflow(before: State, state: State, netuid: NetUid, staked: Rao, paid_in: int) -> State:
    """Return the state in which TAO that was paid into a pool, without the fee, counts as flowing in."""
    return _with_flow(state, netuid, flow_after_inflow(state.emission(netuid).tao_flow, paid_in))


@implements("FLOW-1")
def record_outflow(before: State, state: State, netuid: NetUid, paid_out: int) -> State:
    """Return the state in which TAO that a pool paid counts as flowing out."""
    return _with_flow(state, netuid, flow_after_outflow(state.emission(netuid).tao_flow, paid_out))


@implements("FLOW-1")
def record_protocol_inflow(before: State, state: State, netuid: NetUid, staked: Rao, paid_in: int) -> State:
    """Return the state in which the TAO that the chain's own position gained flows in, at most what was staked."""
    gained = max(protocol_tao(state, netuid) - protocol_tao(before, netuid), 0)
    return _with_flow(state, netuid, flow_after_inflow(state.emission(netuid).tao_flow, min(gained, staked)))


@implements("FLOW-1")
def record_protocol_outflow(before: State, state: State, netuid: NetUid, paid_out: int) -> State:
    """Return the state in which the TAO that the chain's own position lost flows out, at least what the pool paid."""
    lost = max(protocol_tao(before, netuid) - protocol_tao(state, netuid), 0)
    return _with_flow(state, netuid, flow_after_outflow(state.emission(netuid).tao_flow, max(lost, paid_out)))


@implements("FLOW-1")
def protocol_tao(state: State, netuid: NetUid) -> Rao:
    """Return the TAO of the chain's own position at the present price, floored; 0 where it has none.

    Mirrors ``get_protocol_tao``.
    """
    ranges = state.ranges.get(netuid, NO_RANGES)
    if (key := chains_own(ranges)) is None:
        return Rao(0)
    own = ranges.positions[key]
    return amounts(own.tick_low, own.tick_high, own.liquidity, ranges.sqrt_price)[0]


def _with_flow(state: State, netuid: NetUid, flow: int) -> State:
    return _with_emissions(state, state.emissions.set(netuid, _with_tao_flow(state.emission(netuid), flow)))
