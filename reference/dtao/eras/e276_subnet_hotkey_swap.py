"""276: a hotkey may be swapped on one subnet alone."""

from dtao import block, calls, events
from dtao.eras import e274_token_gate
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.transitions import keys

before = e274_token_gate.ERA.runtime

ERA = Era(
    name="subnet-hotkey-swap",
    last_spec_version=276,
    tag="v3.1.3",
    date="2025-06-12",
    summary=("A hotkey may be swapped on one subnet alone, for a smaller fee."),
    genesis_block=60_000,
    runtime=evolve(
        before,
        spec_version=276,
        items=items_at(276, before=before.items),
        calls={**before.calls, **calls.named(calls.SwapHotkeyPerSubnet)},
        events={**before.events, **events.named(events.HotkeySwappedOnSubnet)},
        block=evolve(before.block, phases=(block.clear_swap_records, *before.block.phases)),
        keys=evolve(
            before.keys,
            swap_hotkey=keys.hotkey_swapped_on_all_networks,
            steps_everywhere=(),
            steps_on_networks=(
                keys.totals_moved,
                keys.membership_renamed,
                keys.family_renamed,
                keys.pending_children_renamed,
                keys.owner_hotkey_renamed,
                keys.last_dividends_moved,
                keys.shares_moved,
            ),
        ),
    ),
)
