"""425: conviction changes the owners of subnets, and TAO follows prices without the part of root."""

from dtao.entries import with_replaced
from dtao.eras import e424_bounded_swaps
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import credit_coinbase, epoch_timing

before = e424_bounded_swaps.ERA.runtime

ERA = Era(
    name="ownership-by-conviction",
    last_spec_version=425,
    tag="14bc6f9f9",
    date="2026-06-30",
    summary=(
        "At an epoch the hotkey with the most conviction becomes the owner of a subnet of a year. TAO follows moving"
        " prices and what miners get, whatever the root proportion."
    ),
    genesis_block=60_000,
    new_chain=e424_bounded_swaps.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=425,
        block=evolve(
            before.block,
            coinbase=with_replaced(
                before.block.coinbase,
                credit_coinbase.emit_credit_by_price,
                credit_coinbase.emit_credit_by_price_alone,
            ),
            drain=epoch_timing.change_owner_and_drain,
        ),
    ),
)
