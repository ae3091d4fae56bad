"""246: the price of a young subnet enters its moving price slowly."""

from dtao.eras import e245_child_cooldown
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.rules import price

before = e245_child_cooldown.ERA.runtime

ERA = Era(
    name="price-age",
    last_spec_version=246,
    tag="v2.0.6",
    date="2025-03-06",
    summary=(
        "The weight of the price in the moving price grows with the age of the subnet, so that a new subnet's price"
        " counts slowly: half of it after 100,800 blocks, two weeks."
    ),
    runtime=evolve(
        before,
        spec_version=246,
        items=items_at(246, before=before.items),
        prices=evolve(before.prices, weight=price.weight_by_age_of_two_weeks),
    ),
)
