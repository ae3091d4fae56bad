"""Whole pools of concentrated liquidity: the exact rules with their rounding are the reference, to the bit."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.outcome import Rejection
from dtao.records import Pool
from dtao.rules.pools.concentrated import positions, swap
from dtao.rules.pools.concentrated.records import Ranges
from dtao.rules.pools.concentrated.sqrt_price import MAX_TICK, MIN_TICK, ONE, price_at
from dtao.rules.pools.concentrated.unpacked import pack, unpack
from dtao.rules.pools.concentrated.versions import taken_of_users_first
from dtao.transitions.liquidity import swap_in_ranges
from dtao.units import AccountId, Alpha, Bits, Rao
from dtao_properties.model.ranges import ranges_seen
from dtao_spec.chapters.concentrated import pool as exact
from dtao_spec.registry import Computation

ERAS = [dtao.era(version) for version in (283, 298, 320, 338)]
NEAR = st.integers(-300, 300)
FAR = st.sampled_from([MIN_TICK, -100_000, 100_000, MAX_TICK])
PLACES = st.tuples(NEAR | FAR, NEAR | FAR, st.integers(1_000, 10**12))
AMOUNTS = st.integers(0, 10**12) | st.integers(0, 2**64 - 1)
RATES = st.sampled_from([0, 33, 196, 10_000])


def pool_of(tick: int, places: list[tuple[int, int, int]]) -> Ranges:
    ranges = Ranges(is_initialized=True, sqrt_price=price_at(tick), tick=tick)
    for number, (low, high, liquidity) in enumerate(places):
        ranges, _ = positions.open_position(ranges, AccountId(number % 3 + 1), number, low, high, liquidity)
    return ranges


Swap = tuple[bool, int, int]
SWAPS = st.lists(st.tuples(st.booleans(), AMOUNTS, NEAR | FAR), min_size=1, max_size=5)


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@given(NEAR, st.lists(PLACES, max_size=5), SWAPS, RATES)
def test_pool_16_several_swaps_through_a_pool(
    era: dtao.Era, tick: int, places: list[tuple[int, int, int]], swaps: list[Swap], rate: int
) -> None:
    rules = Computation(era.spec_version, is_rounded=True)
    ranges = pool_of(tick, [(MIN_TICK, MAX_TICK, 10**10), *places])
    for is_buy, amount, limit in swaps:
        found = swap.swap(ranges, rate, is_buy, amount, price_at(limit))
        stated = exact.swap(ranges_seen(ranges), is_buy, rate, amount, Fraction(price_at(limit), ONE), rules)
        if isinstance(found, swap.SwapError):
            assert stated == found.value
            continue
        assert isinstance(stated, exact.Swapped)
        assert (stated.paid_in, stated.paid_out, stated.fee) == (found.paid_in, found.paid_out, found.fee)
        ranges = found.ranges
        assert stated.ranges == ranges_seen(ranges)


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@given(st.integers(0, 2**63), st.integers(1, 2**63), st.booleans(), AMOUNTS, st.none() | st.integers(0, 2**64 - 1))
def test_pool_20_the_first_swap_of_a_pool(
    era: dtao.Era, tao: int, alpha: int, is_buy: bool, amount: int, limit: int | None
) -> None:
    rules: Any = Computation(era.spec_version, is_rounded=True)
    given_limit = limit if limit is not None else (2**64 - 1 if is_buy else 0)
    of_era, pool = era.runtime.pools.ranges, Pool(Rao(tao), Alpha(alpha))
    found = swap_in_ranges(of_era, pool, Ranges(), 196, 7, is_buy, amount, given_limit)
    stated = exact.simulate(exact.Pool(tao, alpha), is_buy, 196, amount, limit, 7, rules)
    if isinstance(found, Rejection):
        assert stated == found.value
    else:
        assert isinstance(stated, exact.Swapped)
        assert (stated.paid_in, stated.paid_out, stated.fee) == (found.paid_in, found.paid_out, found.fee)
        assert stated.ranges == ranges_seen(found.ranges)


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@given(
    NEAR,
    st.lists(PLACES, max_size=3),
    SWAPS,
    st.lists(
        st.tuples(st.integers(0, 2**60), st.integers(0, 2**60), st.booleans(), AMOUNTS, NEAR), min_size=1, max_size=4
    ),
    RATES,
)
@pytest.mark.rule("POOL-29")
def test_pool_21_injections_into_a_pool_that_swaps(
    era: dtao.Era,
    tick: int,
    places: list[tuple[int, int, int]],
    swaps: list[Swap],
    blocks: list[tuple[int, int, bool, int, int]],
    rate: int,
) -> None:
    """Unpacked once for all blocks, and unpacked anew for each."""
    rules, of_era = Computation(era.spec_version, is_rounded=True), era.runtime.pools.ranges
    ranges, _ = positions.open_position(
        pool_of(tick, places), positions.PROTOCOL_ACCOUNT, 9, MIN_TICK, MAX_TICK, 10**12
    )
    for is_buy, amount, limit in swaps:
        found = swap.swap(ranges, 196, is_buy, amount, price_at(limit))
        ranges = found.ranges if isinstance(found, swap.RangeSwap) else ranges
    once, anew, stated = unpack(ranges), ranges, ranges_seen(ranges)
    for tao, alpha, is_buy, amount, limit in blocks:
        often = unpack(anew)
        stated = exact.grown(stated, tao, alpha, rules, era.spec_version >= 320)
        after = exact.swap(stated, is_buy, rate, amount, Fraction(price_at(limit), ONE), rules)
        stated = after.ranges if isinstance(after, exact.Swapped) else stated
        for pool in (once, often):
            of_era.inject(pool, tao, alpha)
        steps = swap.steps_of_swap(often, rate, is_buy, amount, price_at(limit), of_era.steps)
        if isinstance(steps, swap.SwapError):
            assert once.swapped_within(rate, is_buy, amount, price_at(limit), of_era.steps) is None
        else:
            paid = once.swapped_within(rate, is_buy, amount, price_at(limit), of_era.steps)
            assert paid in {None, (steps.paid_in, steps.paid_out)}
            often.follow(steps)
            if paid is None:
                same = swap.steps_of_swap(once, rate, is_buy, amount, price_at(limit), of_era.steps)
                assert isinstance(same, swap.Steps)
                once.follow(same)
        anew = pack(often)
        assert stated == ranges_seen(anew)
        assert (once.price, once.square) == (often.price, often.square)
    assert pack(once) == anew


@pytest.mark.parametrize("era", [*ERAS, dtao.era(385)], ids=lambda era: era.name)
@given(NEAR, st.integers(10**3, 10**12), st.integers(1, 10**6), RATES, st.booleans())
def test_pool_16_a_swap_within_the_range_of_a_pool(
    era: dtao.Era, tick: int, liquidity: int, amount: int, rate: int, is_buy: bool
) -> None:
    ranges, _ = positions.open_position(pool_of(tick, []), positions.PROTOCOL_ACCOUNT, 9, MIN_TICK, MAX_TICK, liquidity)
    rules, limit = era.runtime.pools.ranges.steps, price_at(MAX_TICK if is_buy else MIN_TICK)
    at_once, in_steps = unpack(ranges), unpack(ranges)
    paid = at_once.swapped_within(rate, is_buy, amount, limit, rules)
    steps = swap.steps_of_swap(in_steps, rate, is_buy, amount, limit, rules)
    assert (paid is None) == (isinstance(steps, swap.SwapError) or liquidity <= positions.MIN_LIQUIDITY)
    if not isinstance(steps, swap.SwapError) and paid is not None:
        in_steps.follow(steps)
        assert paid == (steps.paid_in, steps.paid_out)
        assert pack(at_once) == pack(in_steps)


@pytest.mark.parametrize("version", [283, 338])
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1) | st.integers(2**63 - 2, 2**63))
def test_pool_22_what_a_reserve_loses(version: int, provided: int, own: int, paid_out: int) -> None:
    counted = dtao.era(version).runtime.pools.ranges.paid_out_counted(paid_out)
    stated = Computation(version)["POOL-22"](provided, own, counted if version < 338 else paid_out)
    assert stated == taken_of_users_first(provided, own, counted)


@given(NEAR, st.lists(PLACES, min_size=1, max_size=5), SWAPS)
def test_pool_19_what_a_range_has_earned(tick: int, places: list[tuple[int, int, int]], swaps: list[Swap]) -> None:
    ranges = pool_of(tick, [(MIN_TICK, MAX_TICK, 10**10), *places])
    for is_buy, amount, limit in swaps:
        found = swap.swap(ranges, 196, is_buy, amount, price_at(limit))
        ranges = found.ranges if isinstance(found, swap.RangeSwap) else ranges
    for (account, number), position in ranges.positions.items():
        earned = positions.collect_fees(ranges, position)[1:]
        seen = ranges_seen(ranges)
        assert exact.fees_of(seen, account, number, Computation(283, is_rounded=True)) == tuple(map(int, earned))
        assert exact.close_position(seen, account, number) == ranges_seen(
            positions.close_position(ranges, account, number)
        )


def test_bits_are_fractions() -> None:
    assert ranges_seen(Ranges(sqrt_price=Bits(ONE // 2))).root == Fraction(1, 2)
