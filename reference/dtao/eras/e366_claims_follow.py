"""366: claims follow stake that is transferred on root."""

from dtao.eras import e365_pruned_by_emission
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.params import BLOCKS_A_DAY
from dtao.transitions import claims

before = e365_pruned_by_emission.ERA.runtime

ERA = Era(
    name="claims-follow",
    last_spec_version=366,
    tag="v3.3.3-366",
    date="2026-01-06",
    summary=(
        "Stake that moves on root takes along what counts as claimed, so that its past is not claimed twice. Children"
        " wait for a day again, unless root says otherwise."
    ),
    genesis_block=60_000,
    new_chain=e365_pruned_by_emission.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=366,
        items=items_at(366, {"PendingChildKeyCooldown": BLOCKS_A_DAY}, before.items),
        claims=evolve(
            before.claims, on_stake_left=claims.count_stake_no_more, on_stake_arrived=claims.count_stake_as_claimed
        ),
    ),
)
