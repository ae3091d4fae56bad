"""347: the flow of TAO is what the chain's own position gains and loses."""

from dtao.eras import e345_started_subnets
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import inflows

before = e345_started_subnets.ERA.runtime

ERA = Era(
    name="protocol-flow",
    last_spec_version=347,
    tag="v3.2.15-347",
    date="2025-11-18",
    summary=(
        "What counts as the flow of TAO into a subnet is what the chain's own position gains or loses, not what users'"
        " positions do."
    ),
    genesis_block=60_000,
    new_chain=e345_started_subnets.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=347,
        staking=evolve(
            before.staking,
            record_inflow=inflows.record_protocol_inflow,
            record_outflow=inflows.record_protocol_outflow,
        ),
    ),
)
