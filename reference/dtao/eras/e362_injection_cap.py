"""362: a pool gets no more alpha than the block emits TAO."""

from dtao.eras import e361_prices_after_epochs
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import flow_coinbase

before = e361_prices_after_epochs.ERA.runtime

ERA = Era(
    name="injection-cap",
    last_spec_version=362,
    tag="v3.3.1-362",
    date="2025-12-12",
    summary=(
        "A pool gets no more alpha than the block emits TAO, and TAO of the same worth; what is beyond that buys alpha."
    ),
    genesis_block=60_000,
    new_chain=e361_prices_after_epochs.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=362,
        block=evolve(
            before.block,
            coinbase=tuple(
                flow_coinbase.emit_with_injection_cap if one is flow_coinbase.emit_buying_with_whole_rao else one
                for one in before.block.coinbase
            ),
        ),
    ),
)
