"""348: the average flow of a subnet begins at 0."""

from dtao.eras import e347_protocol_flow
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.units import Bits, BlockNumber

before = e347_protocol_flow.ERA.runtime

ERA = Era(
    name="flow-from-zero",
    last_spec_version=348,
    tag="v3.2.15-348",
    date="2025-11-24",
    summary=(
        "The average flow of TAO of a subnet begins at 0 and not at its price, so that a new subnet gets TAO only for"
        " what is staked there."
    ),
    genesis_block=60_000,
    new_chain=e347_protocol_flow.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=348,
        emission=evolve(before.emission, absent_average_flow=(BlockNumber(0), Bits(0))),
    ),
)
