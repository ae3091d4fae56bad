"""274: add_stake_limit asks for the token too."""

from dtao.eras import e273_yuma3
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import checks

before = e273_yuma3.ERA.runtime

ERA = Era(
    name="token-gate",
    last_spec_version=275,
    tag="v3.1.2",
    date="2025-06-10",
    summary=(
        "Staking with a limit is refused where the subnet's token is not enabled, as staking without one already was."
    ),
    genesis_block=60_000,
    runtime=evolve(
        before,
        spec_version=274,
        staking=evolve(
            before.staking,
            addition_checks=checks.after(
                before.staking.addition_checks,
                checks.addition_to_existing_subnet,
                checks.addition_where_token_enabled,
            ),
        ),
    ),
)
