"""361: the coinbase in another order, only open subnets take part, and root's dividends are recorded by themselves."""

from dtao import block, calls
from dtao.entries import with_replaced
from dtao.eras import e352_flow_of_swaps
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.rules import emission
from dtao.transitions import coinbase, flow_coinbase, root_dividends

before = e352_flow_of_swaps.ERA.runtime

ERA = Era(
    name="prices-after-epochs",
    last_spec_version=361,
    tag="v3.3.0-361",
    date="2025-12-09",
    summary=(
        "Only subnets take part that were started, whose token is enabled, and that take newcomers; what the others are"
        " not given goes to these. Moving prices follow after the epochs. Root stakers may keep the alpha of some"
        " subnets and sell that of the others."
    ),
    genesis_block=60_000,
    new_chain=e352_flow_of_swaps.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=361,
        items=items_at(361, {}, before.items),
        calls={**before.calls, **calls.named(calls.SetRootClaimTypeBySubnet)},
        block=evolve(
            before.block,
            phases=with_replaced(before.block.phases, block.coinbase, block.coinbase, coinbase.update_moving_prices),
            coinbase=(flow_coinbase.emit_buying_with_whole_rao, block.drain_consistent_epochs_by_netuid),
        ),
        emission=evolve(
            before.emission,
            is_eligible=emission.is_eligible_while_open,
            issued=emission.issued_with_that_of_users,
        ),
        dividends=evolve(before.dividends, record_dividends=root_dividends.record_dividends_apart),
    ),
)
