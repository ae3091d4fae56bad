"""371: a subnet may be started at once."""

from dtao.eras import e366_claims_follow
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.transitions import dissolution, networks

before = e366_claims_follow.ERA.runtime

ERA = Era(
    name="start-at-once",
    last_spec_version=371,
    tag="v3.3.5-372",
    date="2026-01-21",
    summary="A new subnet may be started at once, and its pool is not open to users.",
    genesis_block=60_000,
    new_chain=e366_claims_follow.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=371,
        items=items_at(371, {}, before.items),
        networks=evolve(
            before.networks,
            start_delay=networks.start_delay_stored,
            opened=networks.opened_for_burning,
            is_paid_out=dissolution.has_stake,
        ),
    ),
)
