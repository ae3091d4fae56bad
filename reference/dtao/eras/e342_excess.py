"""342: a pool gets no more TAO than its alpha is worth; what is beyond that buys alpha."""

from dtao.entries import with_replaced
from dtao.eras import e338_tao_flow
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.phases import DISTRIBUTION_OF_EMISSION
from dtao.rules import emission
from dtao.transitions import dissolution, flow_coinbase

before = e338_tao_flow.ERA.runtime

ERA = Era(
    name="excess-tao",
    last_spec_version=342,
    tag="v3.2.12-342",
    date="2025-11-06",
    summary=(
        "A pool gets no more TAO than its alpha emission is worth; with the excess the block buys alpha. Stakers of"
        " root get alpha only while the moving prices of all subnets add up to more than 1. Every subnet takes part,"
        " also one that was not started."
    ),
    genesis_block=60_000,
    new_chain=e338_tao_flow.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=342,
        items=items_at(342, {}, before.items),
        phases={
            **{name: phase for name, phase in before.phases.items() if name != "drain_pending_emission"},
            "distribute_emission": DISTRIBUTION_OF_EMISSION,
        },
        block=evolve(
            before.block,
            coinbase=with_replaced(
                before.block.coinbase, flow_coinbase.emit_by_flow, flow_coinbase.emit_by_flow_with_excess
            ),
        ),
        emission=evolve(before.emission, is_eligible=emission.is_eligible),
        networks=evolve(before.networks, refund=dissolution.lock_less_issuance_of_early_subnet),
    ),
)
