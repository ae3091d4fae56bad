"""422: a new subnet gets no TAO until emission is enabled for it."""

from dtao.eras import e421_price_and_root
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import networks

before = e421_price_and_root.ERA.runtime

ERA = Era(
    name="no-emission-first",
    last_spec_version=422,
    tag="v3.4.7-422",
    date="2026-06-23",
    summary="Blocks give no TAO to a new subnet until emission is enabled for it.",
    genesis_block=60_000,
    new_chain=e421_price_and_root.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=422,
        networks=evolve(before.networks, open=networks.open_without_emission),
    ),
)
