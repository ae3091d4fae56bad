"""Weighted pools as stated, with the rounding that is stated, against the reference."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dtao.fixed import U64F64
from dtao.records import Pool
from dtao.rules import pool as pool_rules
from dtao.rules import price as price_rules
from dtao.rules.pools import weighted as reference
from dtao.units import U64_MAX, Alpha, Bits, Rao
from dtao_spec.chapters.weighted import price, swaps, trades, weights
from dtao_spec.registry import Computation

ONE = Fraction(1)
WIDE = U64F64.one
QUOTES = st.integers(4 * 10**17, 6 * 10**17) | st.just(reference.HALF)
ANY_QUOTE = st.integers(reference.MIN_WEIGHT, reference.ONE_WEIGHT - reference.MIN_WEIGHT)
RESERVES = st.integers(20, 56).flatmap(lambda width: st.integers(2**width, 2 ** (width + 1)))
BLOCKS = st.integers(0, 10**6)
VERSIONS = {423: reference.FIRST, 424: reference.BOUNDED}


def weight(quote: int) -> Fraction:
    return Fraction(quote, reference.ONE_WEIGHT)


@pytest.mark.rule("PRICE-1")
@given(ANY_QUOTE, RESERVES, RESERVES | st.just(0))
def test_the_price_is_that_of_the_reference(quote: int, tao: int, alpha: int) -> None:
    stated = price.price_at_weights_rounded(False, Fraction(tao), Fraction(alpha), None, weight(quote))
    assert stated * WIDE == reference.price(quote, Alpha(alpha), Rao(tao))
    exact = price.price_at_weights(False, Fraction(tao), Fraction(alpha), None, weight(quote))
    bound = (1 + (1 - weight(quote)) / weight(quote) + (Fraction(tao, alpha) if alpha else 0)) / WIDE
    assert 0 <= exact - stated < bound


@pytest.mark.rule("PRICE-2", "PRICE-3")
@given(
    st.integers(0, 2**33), st.integers(0, 2**66), st.integers(0, 2**32), st.integers(-5, 10**6), st.integers(0, 10**6)
)
def test_the_moving_price_is_that_of_the_reference(moving: int, now: int, alpha: int, age: int, halving: int) -> None:
    weighed = price_rules.wide_weight_by_age(alpha, age, halving)
    stated = price.wide_weight_by_age_rounded(Fraction(alpha, 2**32), age, halving)
    assert stated * WIDE == weighed
    assert 0 <= price.wide_weight_by_age(Fraction(alpha, 2**32), age, halving) - stated < Fraction(2, WIDE)
    after = price_rules.moving_price_after_capped_wide_price(moving, now, weighed)
    numbers = Fraction(moving, 2**32), Fraction(now, WIDE), stated
    assert price.moving_price_after_wide_price_rounded(*numbers) * 2**32 == after
    assert (
        0
        <= price.moving_price_after_wide_price(*numbers) - Fraction(after, 2**32)
        < Fraction(1, 2**32) + Fraction(2, WIDE)
    )


@pytest.mark.rule("POOL-31", "POOL-32")
@pytest.mark.parametrize("version", VERSIONS)
@given(QUOTES, st.booleans(), RESERVES, RESERVES, st.integers(0, 2**60))
def test_the_output_is_that_of_the_reference(
    version: int, quote: int, is_buy: bool, reserve_in: int, reserve_out: int, amount: int
) -> None:
    amount = min(amount, 100 * reserve_in)
    given_ = is_buy, weight(quote), Fraction(reserve_in), Fraction(reserve_out), Fraction(amount)
    found = reference.amount_out(VERSIONS[version], quote, is_buy, reserve_in, reserve_out, amount)
    low, high = Computation(version, is_rounded=True)["POOL-32"](*given_)
    assert low <= found <= high
    low, high = Computation(version)["POOL-32"](*given_)
    assert low - 1 <= found <= high + reserve_out * (Fraction(1, 10**18) + Fraction(1, WIDE))


@pytest.mark.rule("POOL-33")
@given(QUOTES, st.booleans(), RESERVES, st.integers(1, 2**90), st.fractions(1, 4))
def test_the_amount_to_a_limit_is_that_of_the_reference(
    quote: int, is_buy: bool, reserve: int, now: int, ratio: Fraction
) -> None:
    limit = int(now * ratio if is_buy else now / ratio)
    assume(limit > 0)
    found = reference.amount_to_limit(quote, is_buy, reserve, Bits(now), Bits(limit))
    given_ = is_buy, weight(quote), Fraction(reserve), Fraction(now, WIDE), Fraction(limit, WIDE)
    low, high = swaps.amount_to_limit_rounded(*given_)
    assert low <= found <= high
    low, high = swaps.amount_to_limit(*given_)
    assert low - 1 - reserve * (Fraction(1, 10**18) + Fraction(1, WIDE)) <= found <= high


@pytest.mark.rule("POOL-34")
@pytest.mark.parametrize("version", VERSIONS)
@settings(deadline=None)
@given(QUOTES, st.booleans(), RESERVES, RESERVES, st.sampled_from([0, 33, 1_000]), st.integers(0, 2**60), st.data())
def test_a_swap_is_that_of_the_reference(
    version: int, quote: int, is_buy: bool, tao: int, alpha: int, rate: int, amount: int, data: st.DataObject
) -> None:
    now = reference.price(quote, Alpha(alpha), Rao(tao)) * 10**9 // WIDE
    limit = data.draw(st.integers(now, 3 * now + 2) if is_buy else st.integers(now // 3, now + 1))
    found = reference.swap(VERSIONS[version], quote, Rao(tao), Alpha(alpha), rate, is_buy, amount, limit)
    stated = Computation(version, is_rounded=True)["POOL-34"](
        is_buy,
        weight(quote),
        (Fraction(tao), Fraction(alpha)),
        rate,
        Fraction(amount),
        Fraction(reference.limit_bits(limit), WIDE),
    )
    if isinstance(found, reference.SwapError):
        assert stated == found.value
        return
    taken, (low, high), fee = stated
    assert (taken, fee) == (found.paid_in, found.fee)
    assert low <= found.paid_out <= high


@pytest.mark.rule("POOL-35")
@given(ANY_QUOTE, RESERVES, RESERVES, RESERVES | st.just(0), RESERVES | st.just(0))
def test_the_weights_after_an_injection_are_those_of_the_reference(
    quote: int, tao: int, alpha: int, more_tao: int, more_alpha: int
) -> None:
    found = reference.quote_weight_with(quote, Rao(tao), Alpha(alpha), Rao(more_tao), Alpha(more_alpha))
    given_ = weight(quote), *map(Fraction, (tao, alpha, more_tao, more_alpha))
    stated = weights.weight_after_injection_rounded(*given_)
    assert (None if stated is None else stated * reference.ONE_WEIGHT) == found
    exact = weights.weight_after_injection(*given_)
    if exact is not None and found is not None:
        added = Fraction(tao + more_tao), Fraction(alpha + more_alpha)
        before = price.price_at_weights(False, Fraction(tao), Fraction(alpha), None, weight(quote))
        assert price.price_at_weights(False, *added, None, exact) == before
        after = price.price_at_weights(False, *added, None, weight(found))
        bound = Fraction(12, 10**17) + 2 / (min(weight(quote), 1 - weight(quote)) * tao * alpha)
        assert abs(after / before - 1) < bound


@pytest.mark.rule("POOL-36")
@given(st.integers(0, 2**90), RESERVES | st.just(0), RESERVES | st.just(0))
def test_the_weights_at_a_price_are_those_of_the_reference(now: int, tao: int, alpha: int) -> None:
    found = reference.quote_weight_at(Bits(now), Rao(tao), Alpha(alpha))
    stated = weights.weight_at_price_rounded(Fraction(now, WIDE), Fraction(tao), Fraction(alpha))
    assert (None if stated is None else stated * reference.ONE_WEIGHT) == found
    exact = weights.weight_at_price(Fraction(now, WIDE), Fraction(tao), Fraction(alpha))
    if exact is not None and stated is not None:
        assert abs(exact - stated) < Fraction(1, 10**18) + Fraction(2, tao)


@pytest.mark.rule("POOL-8")
@given(*[RESERVES | st.just(0)] * 4, st.integers(0, 2**40), st.integers(0, 2**66), st.integers(0, 2**66))
def test_what_may_move_between_pools_is_that_of_the_reference(
    tao_1: int, alpha_1: int, tao_2: int, alpha_2: int, limit: int, now_1: int, now_2: int
) -> None:
    pools = Pool(tao=Rao(tao_1), alpha_in=Alpha(alpha_1)), Pool(tao=Rao(tao_2), alpha_in=Alpha(alpha_2))
    found = pool_rules.max_amount_between_pools(
        pools[0], Bits(now_1), pools[1], Bits(now_2), limit, 2**128 - 1, U64F64.fraction_bits
    )
    origin, destination = ((Fraction(pool.tao), Fraction(pool.alpha_in)) for pool in pools)
    prices = Fraction(now_1, WIDE), Fraction(now_2, WIDE)
    stated = trades.max_amount_between_weighted_pools_rounded(origin, destination, Fraction(limit, 10**9), prices)
    assert (U64_MAX if stated is None else min(stated, U64_MAX)) == found


@pytest.mark.rule("POOL-31")
def test_a_power_is_enclosed() -> None:
    for base, exponent in ((Fraction(2), Fraction(1, 2)), (Fraction(1, 3), Fraction(7, 5)), (Fraction(9, 10), ONE)):
        low, high = swaps.enclosed(base, exponent)
        assert low <= high
        assert low**exponent.denominator <= base**exponent.numerator <= high**exponent.denominator
        assert high - low < Fraction(1, 10**60)
