"""277: a hotkey may be swapped on one subnet alone."""

from dtao import block, calls, events
from dtao.eras import e273_yuma3
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.transitions import checks, children, keys

before = e273_yuma3.ERA.runtime

ERA = Era(
    name="hotkey-per-subnet",
    last_spec_version=282,
    tag="v3.1.5",
    date="2025-06-16",
    summary=(
        "A hotkey may be swapped on one subnet alone, for a smaller fee. The cooldown of children is a parameter, and"
        " starts at nothing."
    ),
    genesis_block=60_000,
    runtime=evolve(
        before,
        spec_version=277,
        items=items_at(277, before=before.items),
        calls={**before.calls, **calls.named(calls.SwapHotkeyPerSubnet, calls.SetPendingChildkeyCooldown)},
        events={**before.events, **events.named(events.HotkeySwappedOnSubnet)},
        block=evolve(before.block, phases=(block.clear_swap_records, *before.block.phases)),
        staking=evolve(
            before.staking,
            addition_checks=checks.after(
                before.staking.addition_checks,
                checks.addition_to_existing_subnet,
                checks.addition_where_token_enabled,
            ),
        ),
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
        children=evolve(before.children, cooldown=children.cooldown_parameter),
    ),
)
