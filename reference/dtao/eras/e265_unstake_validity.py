"""265: a node accepts other transactions into a block; what they do there did not change."""

from dtao.eras import e261_unsigned_math
from dtao.evolving import evolve
from dtao.oracle import Era

before = e261_unsigned_math.ERA.runtime

ERA = Era(
    name="unstake-validity",
    last_spec_version=272,
    tag="v3.0.0",
    date="2025-05-21",
    summary=(
        "The rules of 261: what changed is which transactions a node accepts into a block, not what they do there."
    ),
    genesis_block=60_000,
    runtime=evolve(
        before,
        spec_version=265,
    ),
)
