"""413: the alpha that a block buys is the protocol's."""

from dtao.eras import e411_accounts_and_locks
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.transitions import credit_coinbase, dissolution

before = e411_accounts_and_locks.ERA.runtime

ERA = Era(
    name="protocol-alpha",
    last_spec_version=413,
    tag="v3.4.1-413",
    date="2026-06-01",
    summary=(
        "The alpha that a block buys with excess TAO stays in circulation and is the protocol's, which takes part when"
        " a subnet is dissolved."
    ),
    genesis_block=60_000,
    new_chain=e411_accounts_and_locks.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=413,
        items=items_at(413, before=before.items),
        block=evolve(before.block, keep_bought=credit_coinbase.keep_bought_alpha),
        networks=evolve(before.networks, protocol_alpha=dissolution.alpha_in_pool_and_bought),
    ),
)
