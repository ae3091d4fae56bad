"""419: swaps of hotkeys on all subnets wait too, and coldkeys without root stake lose their index."""

from dtao import calls
from dtao.eras import e417_locks_follow
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import claims, keys

before = e417_locks_follow.ERA.runtime

ERA = Era(
    name="swap-cooldown",
    last_spec_version=419,
    tag="v3.4.5-419",
    date="2026-06-16",
    summary=(
        "A swap of a hotkey on all subnets counts as one on each where it takes part, with the same interval; childkey"
        " takes follow. A coldkey without root stake is no longer among those for which blocks claim."
    ),
    genesis_block=60_000,
    new_chain=e417_locks_follow.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=419,
        keys=evolve(
            before.keys,
            require_clean=calls.keys.require_unclaimed_new_hotkey,
            netuids_of_swap=keys.netuids_where_active,
            steps_on_networks=(keys.move_childkey_take, *before.keys.steps_on_networks),
        ),
        claims=evolve(
            before.claims,
            on_stake_removed=claims.count_stake_no_more_and_unindex,
            on_coldkey_left=claims.remove_coldkey_index_on_root,
        ),
    ),
)
