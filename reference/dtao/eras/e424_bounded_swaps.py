"""424: swaps that are bounded by the reserve, and flags of accounts that follow swaps of coldkeys."""

from dtao.eras import e423_weighted_pools
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.rules.pools.weighted import BOUNDED
from dtao.transitions import limits, lock_swaps

before = e423_weighted_pools.ERA.runtime

ERA = Era(
    name="bounded-swaps",
    last_spec_version=424,
    tag="v3.4.9-424",
    date="2026-06-29",
    summary=(
        "Nobody swaps more than 1,000 times what the pool holds of it, and powers are computed with 256 bits. What a"
        " coldkey says of locked alpha follows it."
    ),
    genesis_block=60_000,
    new_chain=e423_weighted_pools.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=424,
        pools=evolve(before.pools, weights=BOUNDED),
        locks=evolve(before.locks, on_coldkey_swapped=lock_swaps.move_locks_of_coldkey_with_flags),
        staking=evolve(before.staking, require_input=limits.require_input_within_reserve),
    ),
)
