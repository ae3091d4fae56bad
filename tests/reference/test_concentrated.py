"""Concentrated liquidity: prices and ticks, edges, positions, and swaps across them."""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao.rules.pools.concentrated import positions, ticks
from dtao.rules.pools.concentrated.records import Position, Ranges
from dtao.rules.pools.concentrated.sqrt_price import (
    FRACTION,
    MAX_PRICE,
    MAX_TICK,
    MIN_PRICE,
    MIN_TICK,
    ONE,
    checked_sqrt,
    price_at,
    sqrt_of_limit,
    sqrt_price_of_tick,
    tick_of_sqrt_price,
    tick_within_bounds,
)
from dtao.rules.pools.concentrated.swap import RangeSwap, SwapError, fee_of_amount, fee_on_top, swap
from dtao.units import AccountId, Bits

FEE_RATE = 196
LIQUIDITY = 10**12
ANY_PRICE = sqrt_of_limit(MAX_PRICE)
NO_PRICE = sqrt_of_limit(MIN_PRICE)


def with_position(ranges: Ranges, tick_low: int, tick_high: int, liquidity: int) -> tuple[Ranges, Position]:
    number = len(ranges.positions)
    return positions.open_position(ranges, AccountId(1), number, tick_low, tick_high, liquidity)


def pool_at(tick: int, liquidity: int = LIQUIDITY) -> Ranges:
    """Return a pool at the price of a tick, with one position over all prices."""
    return with_position(Ranges(sqrt_price=price_at(tick), tick=tick), MIN_TICK, MAX_TICK, liquidity)[0]


def swapped(ranges: Ranges, is_buy: bool, amount: int, limit: Bits | None = None) -> RangeSwap:
    if limit is None:
        limit = ANY_PRICE if is_buy else NO_PRICE
    result = swap(ranges, FEE_RATE, is_buy, amount, limit)
    assert isinstance(result, RangeSwap)
    return result


@pytest.mark.parametrize(
    ("tick", "sqrt_price"),
    [
        (0, 2**64),
        (1, 18447666387855959851),
        (-1, 18445821805675392312),
        (443_636, 79226673515401279992447579062),
        (443_637, None),
        (-443_637, None),
    ],
)
def test_the_square_root_of_the_price_at_a_tick(tick: int, sqrt_price: int | None) -> None:
    assert sqrt_price_of_tick(tick) == sqrt_price


@given(tick=st.integers(MIN_TICK + 1, MAX_TICK))
def test_a_price_belongs_to_the_greatest_tick_that_is_not_above_it(tick: int) -> None:
    assert tick_of_sqrt_price(price_at(tick)) == tick
    assert tick_of_sqrt_price(Bits(price_at(tick) - 1)) == tick - 1


def test_prices_beyond_all_ticks_belong_to_the_nearest_one() -> None:
    assert tick_of_sqrt_price(Bits(1)) is None
    assert tick_within_bounds(Bits(0)) == MIN_TICK
    assert tick_within_bounds(Bits(2**127)) == MAX_TICK


@given(bits=st.integers(0, 2**128 - 1), epsilon=st.integers(1, 2**40))
def test_a_square_root_is_where_the_number_over_it_comes_close(bits: int, epsilon: int) -> None:
    root = checked_sqrt(bits, epsilon)
    assert root == 0 or abs((bits << 64) // root - root) <= max(epsilon, root >> 60)


def test_an_edge_is_sought_on_the_side_where_the_price_goes() -> None:
    edges = (MIN_TICK, -10, 0, 10, MAX_TICK)
    assert ticks.edge_above(edges, 0) == 10
    assert ticks.edge_above(edges, 9) == 10
    assert ticks.edge_below(edges, 0, price_at(0)) == -10
    assert ticks.edge_below(edges, 0, Bits(price_at(0) + 1)) == 0
    assert ticks.edge_below(edges, 9, price_at(9)) == 0
    assert ticks.edge_above((), 0) == MAX_TICK
    assert ticks.edge_below((), 0, price_at(0)) == MIN_TICK


def test_a_position_leaves_nothing_behind() -> None:
    before = pool_at(0)
    ranges, _ = with_position(before, -100, 100, 5_000)
    assert ranges.liquidity == LIQUIDITY + 5_000
    assert ranges.edges == (MIN_TICK, -100, 100, MAX_TICK)
    assert positions.close_position(ranges, AccountId(1), 1) == before


def test_two_positions_share_an_edge() -> None:
    ranges, _ = with_position(pool_at(0), -100, 0, 5_000)
    ranges, _ = with_position(ranges, 0, 100, 7_000)
    assert ranges.ticks[0].liquidity_net == 2_000
    assert ranges.ticks[0].liquidity_gross == 12_000
    assert ranges.liquidity == LIQUIDITY + 7_000
    ranges = positions.close_position(ranges, AccountId(1), 1)
    assert ranges.ticks[0].liquidity_gross == 7_000
    assert 0 not in positions.close_position(ranges, AccountId(1), 2).ticks


def test_what_a_position_consists_of() -> None:
    below = positions.amounts(100, 200, 10**9, price_at(0))
    above = positions.amounts(-200, -100, 10**9, price_at(0))
    around = positions.amounts(-100, 100, 10**9, price_at(0))
    assert below == (0, 4_962_399)
    assert above == (4_962_399, 0)
    assert around == (4_987_272, 4_987_272)
    assert positions.amounts(100, -100, 10**9, price_at(0)) == (0, 0)


def test_the_fee_is_part_of_an_amount_or_on_top_of_it() -> None:
    assert fee_of_amount(FEE_RATE, 65_535) == 195
    assert fee_of_amount(FEE_RATE, 65_536) == 196
    assert fee_on_top(FEE_RATE, 65_340) == 196
    assert fee_on_top(65_535, 10**9) == 0


@given(is_buy=st.booleans(), amount=st.integers(0, 10**9))
def test_within_one_range_a_swap_pays_what_the_product_allows(is_buy: bool, amount: int) -> None:
    # At price 1 both reserves are the liquidity.
    result = swapped(pool_at(0), is_buy, amount)
    assert result.paid_in + result.fee == amount
    exact = LIQUIDITY * result.paid_in // (LIQUIDITY + result.paid_in)
    assert exact - 1 <= result.paid_out <= exact


def test_a_swap_across_two_edges_pays_what_lies_between() -> None:
    ranges, _ = with_position(pool_at(0, 10**9), -100, 100, 10**9)
    ranges, _ = with_position(ranges, 100, 200, 3 * 10**9)
    result = swapped(ranges, True, 40_000_000)
    assert result.ranges.tick > 200
    assert result.ranges.liquidity == 10**9
    first = 2 * 10**9 * positions.tao_between(price_at(0), price_at(100)) >> FRACTION
    second = 4 * 10**9 * positions.tao_between(price_at(100), price_at(200)) >> FRACTION
    third = 10**9 * positions.tao_between(price_at(200), result.ranges.sqrt_price) >> FRACTION
    assert 0 <= result.paid_in - first - second - third <= 1
    bought = (
        (2 * 10**9 * positions.alpha_between(price_at(0), price_at(100)) >> FRACTION)
        + (4 * 10**9 * positions.alpha_between(price_at(100), price_at(200)) >> FRACTION)
        + (10**9 * positions.alpha_between(price_at(200), result.ranges.sqrt_price) >> FRACTION)
    )
    assert 0 <= bought - result.paid_out <= 3


def test_a_swap_back_returns_less() -> None:
    ranges, _ = with_position(pool_at(0), -100, 100, 10**12)
    bought = swapped(ranges, True, 10**11)
    sold = swapped(bought.ranges, False, bought.paid_out)
    assert sold.paid_out < 10**11 - bought.fee
    assert sold.ranges.liquidity == 2 * 10**12


def test_fees_go_to_the_range_that_they_were_taken_in() -> None:
    ranges, inside = with_position(pool_at(0), -100, 100, 10**12)
    ranges, outside = with_position(ranges, 1_000, 2_000, 10**12)
    result = swapped(ranges, True, 10**9)
    _, tao, alpha = positions.collect_fees(result.ranges, inside)
    assert alpha == 0
    assert 0 < 2 * tao <= result.fee
    assert positions.collect_fees(result.ranges, outside)[1:] == (0, 0)


def test_a_limit_ends_a_swap_and_the_fee_is_computed_anew() -> None:
    limit = price_at(50)
    result = swapped(pool_at(0), True, 10**12, limit)
    assert result.ranges.sqrt_price == limit
    assert result.paid_in == (LIQUIDITY * positions.tao_between(price_at(0), limit) >> FRACTION)
    assert result.fee == fee_on_top(FEE_RATE, result.paid_in)


def test_a_limit_behind_the_price_moves_the_price_without_a_trade() -> None:
    result = swapped(pool_at(100), True, 10**9, price_at(0))
    assert (result.paid_in, result.paid_out, result.fee) == (0, 0, 0)
    assert result.ranges.sqrt_price == price_at(0)


def test_a_pool_without_positions_has_no_liquidity() -> None:
    assert swapped(Ranges(), True, 10**9).paid_in == 0
    assert swap(Ranges(), FEE_RATE, True, 10**9, Bits(2**127)) == SwapError.INSUFFICIENT_LIQUIDITY


def test_a_swap_takes_a_thousand_steps_at_most() -> None:
    ranges = pool_at(0, 10**6)
    for tick in range(1, 1_001):
        ranges = ticks.add_liquidity(ranges, tick, 1_000, is_upper=False)
    assert isinstance(swap(ranges, FEE_RATE, True, 10**6, price_at(999)), RangeSwap)
    assert swap(ranges, FEE_RATE, True, 10**6, price_at(1_000)) == SwapError.TOO_MANY_SWAP_STEPS


def test_a_buyer_crosses_the_edge_where_he_stops_and_a_seller_does_not() -> None:
    ranges, _ = with_position(pool_at(0, 10**9), 100, 200, 10**9)
    up = swapped(ranges, True, 10**9, price_at(100))
    assert up.ranges.liquidity == 2 * 10**9
    down = swapped(evolve(up.ranges, sqrt_price=price_at(150), tick=150), False, 10**9, price_at(100))
    assert down.ranges.liquidity == 2 * 10**9
    assert ONE < down.ranges.sqrt_price == price_at(100)
