"""245: scheduled children wait for a day."""

from dtao.eras import e244_dividend_fix
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import children

before = e244_dividend_fix.ERA.runtime

ERA = Era(
    name="child-cooldown",
    last_spec_version=245,
    tag="v2.0.5",
    date="2025-03-05",
    summary=("Scheduled children wait for 7,200 blocks, a day, before they may come into force, instead of one block."),
    runtime=evolve(
        before,
        spec_version=245,
        children=evolve(before.children, cooldown=children.cooldown_of_a_day),
    ),
)
