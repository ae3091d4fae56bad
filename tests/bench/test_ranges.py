"""How fast pools of concentrated liquidity swap: within a range, and over the edges of many."""

import pytest

from dtao.rules.pools.concentrated import positions, swap
from dtao.rules.pools.concentrated.records import Ranges
from dtao.rules.pools.concentrated.sqrt_price import MAX_TICK, MIN_TICK, ONE, price_at
from dtao.units import AccountId, Bits
from tests.bench.conftest import Measure

SWAPS = 100


def pool(edges: int) -> Ranges:
    """The chain's liquidity over all prices, and a range of a user's between every two of the next edges."""
    ranges = Ranges(sqrt_price=Bits(ONE), is_initialized=True)
    for number, low in enumerate((MIN_TICK, *range(0, 10 * edges, 10))):
        high = low + 10 if number else MAX_TICK
        ranges, _ = positions.opened(ranges, AccountId(1), number, low, high, 10**12)
    return ranges


@pytest.mark.parametrize("edges", [0, 50])
def test_swaps_over_edges(measure: Measure, edges: int) -> None:
    ranges, limit = pool(edges), price_at(10 * edges + 5)

    def run() -> None:
        for _ in range(SWAPS):
            swap.swap(ranges, 196, True, 10**15, limit)

    measure(run, SWAPS, "swaps")
