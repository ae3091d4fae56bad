"""352: the flow of TAO is again what swaps pay in and out."""

from dtao.eras import e351_closed_liquidity
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import inflows

before = e351_closed_liquidity.ERA.runtime

ERA = Era(
    name="flow-of-swaps",
    last_spec_version=352,
    tag="v3.2.19-352",
    date="2025-12-08",
    summary=(
        "What counts as the flow of TAO into a subnet is again what is paid into and out of its pool, as before 347."
    ),
    genesis_block=60_000,
    new_chain=e351_closed_liquidity.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=352,
        staking=evolve(before.staking, record_inflow=inflows.record_inflow, record_outflow=inflows.record_outflow),
    ),
)
