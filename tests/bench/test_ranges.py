"""How fast pools of concentrated liquidity swap: within a range, and over the edges of many."""

import pytest

import dtao
from dtao.rules.pools.concentrated import positions, swap
from dtao.rules.pools.concentrated.records import Ranges
from dtao.rules.pools.concentrated.sqrt_price import MAX_TICK, MIN_TICK, ONE, price_at
from dtao.units import AccountId, Bits
from tests.bench.conftest import Measure
from tests.bench.worlds import STAKER, TAO, world_at

SWAPS = 100


def pool(edges: int) -> Ranges:
    """The chain's liquidity over all prices, and a range of a user's between every two of the next edges."""
    ranges = Ranges(sqrt_price=Bits(ONE), is_initialized=True)
    for number, low in enumerate((MIN_TICK, *range(0, 10 * edges, 10))):
        high = low + 10 if number else MAX_TICK
        ranges, _ = positions.open_position(ranges, AccountId(1), number, low, high, 10**12)
    return ranges


@pytest.mark.parametrize("edges", [0, 50])
def test_swaps_over_edges(measure: Measure, edges: int) -> None:
    ranges, limit = pool(edges), price_at(10 * edges + 5)

    def run() -> None:
        for _ in range(SWAPS):
            swap.swap(ranges, 196, True, 10**15, limit)

    measure(run, SWAPS, "swaps")


@pytest.mark.parametrize("era", ["concentrated-liquidity", "excess-tao"])
def test_quotes_within_a_range(measure: Measure, era: str) -> None:
    """What a trade that crosses no edge would come to, asked as an adapter is asked; 64 subnets in turn."""
    rules = dtao.era(era)
    state = rules.step(world_at(era, 64, 16))  # the first sale for root opens the pools
    for netuid in range(1, 65):
        stake = dtao.calls.AddStake(signer=STAKER, hotkey=1000, netuid=netuid, amount_staked=TAO)
        outcome = rules.apply(state, stake)
        assert outcome.error is None
        state = outcome.state

    def run() -> None:
        for number in range(1_000):
            rules.read(state, "sim_swap", {"netuid": 1 + number % 64, "buy": True, "amount": str(TAO)})

    measure(run, 1_000, "quotes")
