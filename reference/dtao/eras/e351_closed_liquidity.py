"""351: users provide no liquidity any more."""

from dtao import calls
from dtao.eras import e348_flow_from_zero
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.rules.pools.concentrated.versions import PAYING_FEES

before = e348_flow_from_zero.ERA.runtime

ERA = Era(
    name="users-closed",
    last_spec_version=351,
    tag="v3.2.18-351",
    date="2025-12-08",
    summary=(
        "The pools are closed to users: their positions are paid back, now with what they earned in TAO, and nobody can"
        " open a pool to them again."
    ),
    genesis_block=60_000,
    new_chain=e348_flow_from_zero.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=351,
        calls={**before.calls, **calls.named(calls.ToggleUserLiquidityInVain, calls.DisableLp)},
        pools=evolve(before.pools, ranges=PAYING_FEES),
    ),
)
