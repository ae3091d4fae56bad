"""247: an owner may not set the activity cutoff below a minimum."""

from dtao.eras import e246_price_age
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era

before = e246_price_age.ERA.runtime

ERA = Era(
    name="min-activity-cutoff",
    last_spec_version=251,
    tag="v2.0.7",
    date="2025-03-11",
    summary=(
        "The owner of a subnet may no longer set its activity cutoff below a minimum; no rule that is"
        " specified here changed."
    ),
    runtime=evolve(
        before,
        spec_version=247,
        items=items_at(247, before=before.items),
    ),
)
