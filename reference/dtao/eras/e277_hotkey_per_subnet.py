"""277: the cooldown of children is a parameter."""

from dtao import calls
from dtao.eras import e276_subnet_hotkey_swap
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.transitions import children

before = e276_subnet_hotkey_swap.ERA.runtime

ERA = Era(
    name="hotkey-per-subnet",
    last_spec_version=282,
    tag="v3.1.5",
    date="2025-06-16",
    summary=("The cooldown of scheduled children is a parameter that root sets, and starts at nothing."),
    genesis_block=60_000,
    runtime=evolve(
        before,
        spec_version=277,
        items=items_at(277, before=before.items),
        calls={**before.calls, **calls.named(calls.SetPendingChildkeyCooldown)},
        children=evolve(before.children, cooldown=children.cooldown_parameter),
    ),
)
