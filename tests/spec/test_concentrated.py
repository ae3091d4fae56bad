"""Concentrated liquidity: the reference against exact values, within the rounding that each rule states."""

from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dtao.rules.pools.concentrated import positions, swap, ticks
from dtao.rules.pools.concentrated.records import Position, Ranges, Tick
from dtao.rules.pools.concentrated.sqrt_price import (
    FRACTION,
    MAX_TICK,
    MIN_TICK,
    ONE,
    OPENING_EPSILON,
    checked_sqrt,
    price_at,
    tick_of_sqrt_price,
)
from dtao.units import AccountId, Alpha, Bits, Rao
from dtao_spec.chapters import concentrated
from dtao_spec.chapters.concentrated import amounts, fees, reserves
from dtao_spec.chapters.concentrated import swaps as exact_swaps
from dtao_spec.chapters.concentrated import ticks as exact_ticks

STEP = Fraction(1, ONE)
TICKS = st.integers(MIN_TICK // 4, MAX_TICK // 4)
ROOTS = st.integers(2**54, 2**74).map(Bits)
LIQUIDITY = st.integers(1, 2**55)
AMOUNTS = st.integers(0, 2**55)
RATES = st.integers(0, 10_000)


def value(bits: int) -> Fraction:
    return Fraction(bits, ONE)


@given(st.integers(-2_000, 2_000))
def test_pool_9_the_root_at_a_tick_is_rounded_up(tick: int) -> None:
    price = exact_ticks.price_at_tick(tick)
    root = value(price_at(tick))
    assert root**2 >= price
    assert (root - 2 * STEP) ** 2 < price


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_pool_10_the_tick_of_a_price(numerator: int, denominator: int) -> None:
    price = Fraction(numerator, denominator)
    root = Bits(checked_sqrt(int(price * ONE), 1))
    tick = exact_ticks.tick_of_price(price)
    found = tick_of_sqrt_price(root)
    assert found is not None
    assert tick - 1 <= found <= tick + 1
    assert price_at(found) <= root < price_at(found + 1)


@given(LIQUIDITY, TICKS, TICKS, ROOTS)
def test_pool_11_the_composition_of_a_position(liquidity: int, low: int, high: int, root: Bits) -> None:
    stated = amounts.composition(Fraction(liquidity), value(price_at(low)), value(price_at(high)), value(root))
    tao, alpha = positions.amounts(low, high, liquidity, root)
    assert 0 <= stated[0] - tao < 1
    assert abs(stated[1] - alpha) < 1 + liquidity * STEP


@given(AMOUNTS, RATES)
def test_pool_12_the_fee_of_a_swap(amount: int, rate: int) -> None:
    assert 0 <= fees.fee(Fraction(amount), rate) - swap.fee_of_amount(rate, amount) < 1 + amount * STEP
    assert 0 <= fees.fee(Fraction(amount), rate, on_top=True) - swap.fee_on_top(rate, amount) < 1 + amount * STEP


@given(st.booleans(), LIQUIDITY, ROOTS, AMOUNTS)
def test_pool_13_the_price_after_an_amount(is_buy: bool, liquidity: int, root: Bits, amount: int) -> None:
    target = swap.target_price(is_buy, liquidity, root, amount)
    stated = amounts.root_after(is_buy, Fraction(liquidity), value(root), Fraction(amount))
    assert stated is not None
    if is_buy:
        assert 0 <= stated - value(target) < STEP
    else:
        assert -3 * stated**2 * STEP < stated - value(target) < STEP


def test_pool_13_without_liquidity_the_price_is_beyond_all_edges() -> None:
    assert amounts.root_after(True, Fraction(0), Fraction(1), Fraction(1)) is None
    assert swap.target_price(True, 0, Bits(ONE), 1) > price_at(MAX_TICK)
    assert swap.target_price(False, 0, Bits(ONE), 1) < price_at(MIN_TICK)


@given(st.booleans(), LIQUIDITY, ROOTS, ROOTS)
def test_pool_14_the_amount_up_to_a_price(is_buy: bool, liquidity: int, root: Bits, target: Bits) -> None:
    stated = amounts.amount_to(is_buy, Fraction(liquidity), value(root), value(target))
    assume(stated < 2**60)
    amount = swap.amount_between(is_buy, liquidity, root, target)
    assert abs(stated - amount) < 1 + (0 if is_buy else liquidity * STEP)


@given(st.booleans(), st.integers(2**30, 2**55), ROOTS, st.integers(0, 2**50))
def test_pool_15_the_output_of_an_amount(is_buy: bool, liquidity: int, root: Bits, amount: int) -> None:
    stated = amounts.output(is_buy, Fraction(liquidity), value(root), Fraction(amount))
    assume(max(liquidity / value(root), (liquidity * value(root) + amount) * max(value(root), Fraction(1))) < 2**63)
    paid = swap.amount_out(is_buy, liquidity, root, amount)
    assert -2 * stated * STEP <= stated - paid < 1 + amount * (1 + value(root)) * STEP


def figure() -> Ranges:
    ranges = Ranges(sqrt_price=Bits(ONE))
    places = [(MIN_TICK, MAX_TICK, 10**9), (-100, 100, 10**9), (100, 200, 3 * 10**9)]
    for number, (low, high, liquidity) in enumerate(places):
        ranges, _ = positions.open_position(ranges, AccountId(1), number, low, high, liquidity)
    return ranges


@pytest.mark.parametrize("is_buy", [True, False])
@given(st.integers(1, 10**9), RATES, st.integers(-5_000, 5_000))
def test_pool_16_the_steps_of_a_swap(is_buy: bool, amount: int, rate: int, limit: int) -> None:
    assume((limit > 0) == is_buy and limit != 0)
    ranges = figure()
    result = swap.swap(ranges, rate, is_buy, amount, price_at(limit))
    assert isinstance(result, swap.RangeSwap)
    edges = [(100, 2), (200, 4), (MAX_TICK, 1)] if is_buy else [(-100, 2), (MIN_TICK, 1)]
    way = [(value(price_at(edge)), Fraction(liquidity * 10**9)) for edge, liquidity in edges]
    stated = exact_swaps.swap(is_buy, rate, Fraction(amount), Fraction(1), value(price_at(limit)), way)
    found = (result.paid_in, result.paid_out, result.fee)
    assert all(abs(one - other) <= 6 for one, other in zip(stated[:3], found, strict=True))
    assert abs(stated[3] - value(result.ranges.sqrt_price)) < Fraction(10, 10**9)


def test_pool_16_the_worked_swap_across_two_edges() -> None:
    result = swap.swap(figure(), 196, True, 40_000_000, price_at(MAX_TICK))
    assert isinstance(result, swap.RangeSwap)
    assert (result.paid_in, result.fee, result.paid_out) == (39_880_370, 119_630, 39_247_655)
    assert result.ranges.tick == 391
    assert "| all | | | | 39 880 370 | 119 630 | 39 247 655 |" in (concentrated.__doc__ or "")


@given(st.integers(0, 2**60), st.integers(0, 2**60))
def test_pool_17_crossing_an_edge_twice_leaves_it(total: int, outside: int) -> None:
    edge = Tick(fees_out_tao=Bits(outside), fees_out_alpha=Bits(outside))
    crossed = ticks.cross(edge, Bits(total), Bits(total))
    assert value(crossed.fees_out_tao) == exact_swaps.outside_after_crossing(value(total), value(outside))
    assert ticks.cross(crossed, Bits(total), Bits(total)) == edge


PLACES = st.tuples(st.integers(-5, 5), st.integers(-5, 5), st.integers(1_000, 10**6))


@given(st.lists(PLACES, max_size=6), st.data())
def test_pool_18_the_liquidity_at_an_edge(places: list[tuple[int, int, int]], data: st.DataObject) -> None:
    ranges = Ranges(sqrt_price=Bits(ONE))
    for number, (low, high, liquidity) in enumerate(places):
        ranges, _ = positions.open_position(ranges, AccountId(1), number, low, high, liquidity)
    for number in data.draw(st.sets(st.integers(0, len(places) - 1))) if places else ():
        ranges = positions.close_position(ranges, AccountId(1), number)
    left = [(one.tick_low, one.tick_high, one.liquidity) for one in ranges.positions.values()]
    for tick in range(-5, 6):
        edge = ranges.ticks.get(tick, Tick())
        assert (edge.liquidity_net, edge.liquidity_gross) == exact_swaps.net_liquidity(left, tick)
        assert (tick in ranges.edges) == (edge.liquidity_gross > 0)
    assert ranges.liquidity == sum(liquidity for low, high, liquidity in left if low <= 0 < high)


@given(st.integers(1_000, 2**55), st.integers(0, 2**60), st.integers(0, 2**60))
def test_pool_19_the_fees_of_a_position(liquidity: int, total: int, collected: int) -> None:
    assume((total - collected) * liquidity < 2**120)
    ranges = Ranges(fees_tao=Bits(total))
    position = Position(-10, 10, liquidity, Bits(collected), Bits(0))
    _, tao, _ = positions.collect_fees(ranges, position)
    assert 0 <= exact_swaps.fees_earned(Fraction(liquidity), value(total), value(collected)) - tao < 1


@given(st.integers(2**63 - 2, 2**64 - 1), st.integers(0, 2**60) | st.integers(2**62, 2**64 - 1))
@example(2**64 - 1, 1_018)
@example(2**64 - 1, 2**64)
def test_pool_19_no_liquidity_earns_more_than_an_i64_holds(liquidity: int, total: int) -> None:
    """As the runtime multiplies in I64F64, the largest liquidity earns half of what was taken."""
    position = Position(-10, 10, liquidity, Bits(0), Bits(0))
    _, tao, alpha = positions.collect_fees(Ranges(fees_tao=Bits(total)), position)
    assert tao == exact_swaps.fees_earned_rounded(Fraction(liquidity), value(total), Fraction(0))
    assert tao <= total // 2 + (liquidity < 2**63)
    assert alpha == 0


@given(st.integers(10**6, 2**60), st.integers(10**6, 2**60))
def test_pool_20_the_first_price_and_liquidity(tao: int, alpha: int) -> None:
    first = reserves.first_swap(True, tao, alpha)
    assert not isinstance(first, str)
    price, liquidity = first
    ranges = positions.initialize(Ranges(), Rao(tao), Alpha(alpha), 1)
    assert ranges.liquidity == liquidity
    root = value(ranges.sqrt_price)
    quotient = value((tao << FRACTION) // alpha)
    assert abs(quotient / root - root) <= value(OPENING_EPSILON + 1)
    assert 0 <= price - quotient < STEP


@given(LIQUIDITY, ROOTS, st.integers(0, 10**9), st.integers(0, 10**9))
def test_pool_21_the_injection_into_the_position_of_the_chain(liquidity: int, root: Bits, tao: int, alpha: int) -> None:
    composed = positions.amounts(MIN_TICK, MAX_TICK, liquidity, root)
    assume(max(composed) < 2**60)
    grown = positions.liquidity_after_injection(*composed, Rao(tao), Alpha(alpha))
    assert reserves.liquidity_after_injection(7, liquidity, composed, (tao, alpha)) == (grown, 7)
