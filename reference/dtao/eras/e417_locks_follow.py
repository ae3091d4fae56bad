"""417: locks follow a hotkey that is swapped on one subnet."""

from dtao import calls
from dtao.eras import e415_early_pools
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import lock_swaps

before = e415_early_pools.ERA.runtime

ERA = Era(
    name="locks-follow",
    last_spec_version=417,
    tag="v3.4.4-417",
    date="2026-06-10",
    summary=(
        "Locks follow a hotkey that is swapped on one subnet alone. A hotkey that takes the place of another one must"
        " not be somebody else's."
    ),
    genesis_block=60_000,
    new_chain=e415_early_pools.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=417,
        keys=evolve(before.keys, require_own=calls.keys.require_own_new_hotkey),
        locks=evolve(
            before.locks,
            on_hotkey_swapped=lock_swaps.move_locks_of_hotkey_where_counted,
            on_hotkey_swapped_on_subnet=lock_swaps.move_locks_of_hotkey_on_subnet,
        ),
    ),
)
