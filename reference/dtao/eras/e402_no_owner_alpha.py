"""402: the owner of a new subnet is staked nothing of what was paid for it."""

from dtao.eras import e401_decimal_shares
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import networks

before = e401_decimal_shares.ERA.runtime

ERA = Era(
    name="no-owner-alpha",
    last_spec_version=402,
    tag="v3.3.15-402",
    date="2026-05-08",
    summary="The owner of a new subnet is staked nothing; all that was paid for it is in its pool.",
    genesis_block=60_000,
    new_chain=e401_decimal_shares.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=402,
        networks=evolve(before.networks, first_pool=networks.all_at_median_price),
    ),
)
