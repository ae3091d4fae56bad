"""234: a price above 1 TAO no longer draws all emission."""

from dtao.eras import e233_launch
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.rules import price

before = e233_launch.ERA.runtime

ERA = Era(
    name="capped-price",
    last_spec_version=237,
    tag="v2.0.1",
    date="2025-02-13",
    summary=(
        "A price above 1 TAO enters the moving average as 1 TAO, so that a thin pool with a high price no longer draws"
        " the emission of all others."
    ),
    runtime=evolve(
        before,
        spec_version=234,
        prices=evolve(before.prices, moving_price=price.moving_price_after_capped_price),
    ),
)
