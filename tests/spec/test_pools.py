"""Pools and prices of the reference against the exact rules."""

from fractions import Fraction
from math import floor

from hypothesis import assume, example, given
from hypothesis import strategies as st

import dtao
from dtao.records import Pool
from dtao.rules import pool as reference
from dtao.rules.price import moving_price_after
from dtao.units import U64_MAX, Alpha, Bits, Rao
from dtao_spec.chapters import pools
from dtao_spec.chapters import price as prices
from dtao_spec.registry import Computation

RESERVES = st.integers(0, 54).flatmap(lambda width: st.integers(2**width // 2, 2**width))
AMOUNTS = st.integers(0, 62).flatmap(lambda width: st.integers(0, 2**width))
STEP = Fraction(1, 2**32)
BITS = st.integers(0, 2**64) | st.integers(0, 2**40)


@given(RESERVES, RESERVES, AMOUNTS)
def test_pool_1_is_floored(into: int, out: int, amount: int) -> None:
    exact = pools.remaining_reserve(Fraction(into), Fraction(out), Fraction(amount))
    kept = Fraction(reference.remaining_reserve(into, out, amount), 2**18)
    assert 0 <= exact - kept < Fraction(1, 2**18)


@given(RESERVES, RESERVES, AMOUNTS)
def test_pool_2_is_floored_or_one_more(into: int, out: int, amount: int) -> None:
    exact = pools.payout(Fraction(into), Fraction(out), Fraction(amount))
    paid = reference.payout(into, out, amount)
    assert (paid is None) == (exact is None)
    if paid is not None and exact is not None:
        assert floor(exact) <= paid <= floor(exact + Fraction(1, 2**18))


@given(*[RESERVES.filter(bool)] * 4, st.integers(0, 2**40))
def test_pool_8_is_within_its_bound(tao_1: int, alpha_1: int, tao_2: int, alpha_2: int, limit: int) -> None:
    origin = Pool(Rao(tao_1), Alpha(alpha_1), Alpha(0), Rao(0), Bits(0))
    destination = Pool(Rao(tao_2), Alpha(alpha_2), Alpha(0), Rao(0), Bits(0))
    floored = [Bits((tao << 32) // alpha) for tao, alpha in ((tao_1, alpha_1), (tao_2, alpha_2))]
    moved = reference.max_amount_between_pools(origin, floored[0], destination, floored[1], limit)
    exact_limit = Fraction(limit, 10**9)
    exact = pools.max_amount_between_pools(
        (Fraction(tao_1), Fraction(alpha_1)), (Fraction(tao_2), Fraction(alpha_2)), exact_limit
    )
    # The ratio of floored prices is another one; only a limit clear of it is decided alike.
    price_1, price_2 = Fraction(tao_1, alpha_1), Fraction(tao_2, alpha_2)
    assume(price_2 > STEP)
    low, high = (price_1 - STEP) / price_2 - STEP, price_1 / (price_2 - STEP)
    assume(high < 2**63)
    if limit == 0:
        assert (moved, exact) == (U64_MAX, None)
        return
    if exact_limit > high:
        assert moved == exact == 0
        return
    assume(exact_limit < low and exact is not None)
    assert exact is not None
    limit_floored = Fraction((limit << 64) // 10**9, 2**64)
    assume(alpha_2 / limit_floored < 2**64)  # beyond, the quotient does not fit
    bound = alpha_2 / 2**64 / limit_floored * (1 + 1 / exact_limit) + Fraction(alpha_1, 2**64) + 1
    assert abs(moved - exact) <= bound


@given(st.booleans(), st.sampled_from([0, 1]), RESERVES, RESERVES)
def test_price_1_is_floored(is_root: bool, mechanism: int, tao: int, alpha: int) -> None:
    exact = prices.price(is_root or mechanism == 0, Fraction(tao), Fraction(alpha))
    assert 0 <= exact - reference.price(is_root, mechanism, Rao(tao), Alpha(alpha)) * STEP < STEP


@given(BITS, BITS, st.integers(0, 2**32))
def test_price_2_is_floored_twice(moving: int, price: int, weight: int) -> None:
    exact = prices.moving_price_after(moving * STEP, price * STEP, weight * STEP)
    assert 0 <= exact - moving_price_after(moving, price, weight) * STEP < 2 * STEP


@given(st.integers(0, 2**36), st.integers(1, 2**32))
def test_price_2_settles_below_a_constant_price(price: int, weight: int) -> None:
    moving = max(price + -(2**32 - 1) // weight, 0)
    assert moving_price_after(moving, price, weight) >= moving  # it falls no further than that
    assert moving_price_after(price, price, weight) <= price


UNSIGNED = 2**128 - 1
WIDE = st.integers(0, 64).flatmap(lambda width: st.integers(2**width // 2, 2**width - 1))
TAIL = Fraction(1, 2**18)


@given(WIDE, WIDE, AMOUNTS)
@example(3 * 2**54, 2**54, 0)
@example(2**55, 2**55 - 1, 0)
def test_pool_1_is_floored_without_a_sign(into: int, out: int, amount: int) -> None:
    assert dtao.era(261).runtime.pools.amounts.max_bits == UNSIGNED
    assume(into * out < 2**110)
    exact = pools.remaining_reserve_unsigned(Fraction(into), Fraction(out), Fraction(amount))
    kept = Fraction(reference.remaining_reserve(into, out, amount, UNSIGNED), 2**18)
    assert 0 <= exact - kept < TAIL


@given(*[WIDE.filter(bool)] * 4, st.integers(1, 2**64 - 1))
@example(2**63, 1, 1, 2**32, 10**9)
def test_pool_8_knows_every_ratio(tao_1: int, alpha_1: int, tao_2: int, alpha_2: int, limit: int) -> None:
    origin, destination = Pool(Rao(tao_1), Alpha(alpha_1)), Pool(Rao(tao_2), Alpha(alpha_2))
    floored = [Bits((tao << 32) // alpha) for tao, alpha in ((tao_1, alpha_1), (tao_2, alpha_2))]
    moved = reference.max_amount_between_pools(origin, floored[0], destination, floored[1], limit, UNSIGNED)
    # Only a limit clear of the ratio of floored prices is decided alike; the quotient must fit, and the sum of TAO.
    assume(floored[1] and tao_1 + tao_2 < 2**64)
    ratio = Fraction(floored[0], floored[1])
    wanted = Fraction(limit, 10**9)
    exact = pools.max_amount_between_pools_unsigned(
        (Fraction(tao_1), Fraction(alpha_1)), (Fraction(tao_2), Fraction(alpha_2)), wanted
    )
    assert exact is not None
    limit_floored = Fraction((limit << 64) // 10**9, 2**64)
    assume(limit_floored <= ratio - Fraction(1, 2**32) and wanted <= Fraction(tao_1 * alpha_2, alpha_1 * tao_2))
    assume(alpha_2 / limit_floored < 2**64)
    bound = alpha_2 / 2**64 / limit_floored * (1 + 1 / wanted) + Fraction(alpha_1, 2**64) + 1
    assert abs(moved - exact) <= bound


def test_pool_8_a_ratio_of_2_to_the_95_counts_without_a_sign() -> None:
    dear, cheap = Pool(Rao(2**63), Alpha(1)), Pool(Rao(1), Alpha(2**32))
    found = [
        reference.max_amount_between_pools(
            dear, Bits(2**95), cheap, Bits(1), 10**9, dtao.era(version).runtime.pools.amounts.max_bits
        )
        for version in (257, 261)
    ]
    assert found == [0, 2**32 - 1]


@given(WIDE, WIDE, st.integers(0, 2**64 - 1) | st.integers(0, 2**34), st.sampled_from([233, 261]))
@example(10**10, 3 * 10**9, 3_333_333_333, 233)
def test_pool_1_to_7_rounded_are_the_reference_to_the_bit(tao: int, alpha: int, amount: int, version: int) -> None:
    rules, largest = Computation(version, is_rounded=True), dtao.era(version).runtime.pools.amounts.max_bits
    reserves = Fraction(tao), Fraction(alpha)
    kept = reference.remaining_reserve(tao, alpha, amount, largest)
    assert rules["POOL-1"](*reserves, Fraction(amount)) == Fraction(kept, 2**18)
    assert rules["POOL-2"](*reserves, Fraction(amount)) == reference.payout(tao, alpha, amount, largest)
    for mechanism in (0, 1):
        bought = reference.alpha_for_tao(mechanism, Rao(tao), Alpha(alpha), Rao(amount), largest)
        assert rules["POOL-3"](mechanism, *reserves, Fraction(amount)) == bought
        paid = reference.tao_for_alpha(mechanism, Rao(tao), Alpha(alpha), Alpha(amount), largest)
        assert rules["POOL-4"](mechanism, *reserves, Fraction(amount)) == paid
    limit = Fraction(amount, 10**9)
    assert rules["POOL-5"](*reserves, limit) == reference.max_amount_add(False, Rao(tao), Alpha(alpha), amount)
    allowed = rules["POOL-6"](*reserves, limit)
    found = reference.max_amount_remove(False, Rao(tao), Alpha(alpha), amount)
    assert (U64_MAX if allowed is None else allowed) == found
    if amount:
        assert rules["POOL-7"](limit) * 10**9 == reference.stable_to_dynamic_limit(amount)


STABLE = st.sampled_from([(False, False), (True, False), (False, True)])


@given(WIDE, WIDE, WIDE, WIDE, st.integers(0, 2**64 - 1) | st.integers(0, 2**34), st.sampled_from([233, 261]), STABLE)
@example(2**63, 1, 1, 2**32, 10**9, 233, (False, False))
def test_pool_8_rounded_is_the_reference_to_the_bit(
    tao_1: int, alpha_1: int, tao_2: int, alpha_2: int, limit: int, version: int, stable: tuple[bool, bool]
) -> None:
    origin, destination = Pool(Rao(tao_1), Alpha(alpha_1)), Pool(Rao(tao_2), Alpha(alpha_2))
    price_1, price_2 = (
        reference.price(one, 1, pool.tao, pool.alpha_in)
        for one, pool in zip(stable, (origin, destination), strict=True)
    )
    largest = dtao.era(version).runtime.pools.amounts.max_bits
    found = reference.max_amount_between_pools(origin, price_1, destination, price_2, limit, largest)
    ends = (Fraction(tao_1), Fraction(alpha_1)), (Fraction(tao_2), Fraction(alpha_2))
    allowed = Computation(version, is_rounded=True)["POOL-8"](*ends, Fraction(limit, 10**9), stable)
    assert (U64_MAX if allowed is None else allowed) == found
