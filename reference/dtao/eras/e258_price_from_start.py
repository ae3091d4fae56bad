"""258: the age of a price counts from the start of the subnet."""

from dtao.eras import e257_start_call
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.rules import price

before = e257_start_call.ERA.runtime

ERA = Era(
    name="price-from-start",
    last_spec_version=260,
    tag="v2.0.10",
    date="2025-04-04",
    summary=(
        "The age of a subnet's price, by which it enters the moving price, counts from the subnet's start instead of"
        " its registration."
    ),
    genesis_block=60_000,
    runtime=evolve(
        before,
        spec_version=258,
        prices=evolve(before.prices, counted_from=price.counted_from_start),
    ),
)
