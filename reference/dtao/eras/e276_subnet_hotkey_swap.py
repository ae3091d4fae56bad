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
            swap_hotkey=keys.swap_hotkey_on_all_networks,
            steps_everywhere=(),
            steps_on_networks=(
                keys.store_totals,
                keys.rename_membership,
                keys.rename_family,
                keys.rename_pending_children,
                keys.rename_owner_hotkey,
                keys.move_last_dividends,
                keys.move_shares,
            ),
        ),
    ),
)
