"""Weighted pools: prices, payouts, limits and weights, against exact figures and what was recorded."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dtao.fixed import U64F64
from dtao.rules.pools import weighted
from dtao.rules.pools.weighted import (
    BOUNDED,
    FIRST,
    HALF,
    MAX_PRICE,
    MIN_PRICE,
    MIN_WEIGHT,
    ONE_WEIGHT,
    SwapError,
    WeightedSwap,
    WeightRules,
)
from dtao.units import U64_MAX, Alpha, Bits, Rao

ONE = U64F64.one
RESERVES = st.integers(20, 58).flatmap(lambda width: st.integers(2**width, 2 ** (width + 1)))
AMOUNTS = st.integers(0, 60).flatmap(lambda width: st.integers(0, 2**width))
QUOTES = st.integers(MIN_WEIGHT, ONE_WEIGHT - MIN_WEIGHT) | st.just(HALF)
MODERATE = st.integers(4 * 10**17, 6 * 10**17) | st.just(HALF)
TAO, ALPHA = Rao(10**12), Alpha(3 * 10**12)
FEE_RATE = 33


def swapped(
    is_buy: bool, amount: int, limit: int | None = None, rules: WeightRules = BOUNDED, quote: int = HALF
) -> WeightedSwap | SwapError:
    if limit is None:
        limit = MAX_PRICE if is_buy else MIN_PRICE
    return weighted.swap(rules, quote, TAO, ALPHA, FEE_RATE, is_buy, amount, limit)


def test_recorded_figures() -> None:
    assert weighted.price(MIN_WEIGHT, Alpha(1_669_334), Rao(12_452_886_888_350_892)) == 13623281214794617122945445666563
    assert weighted.remaining_part(257_973_898_791_304_973, False, 49_161, 49_161, 256) == 2_512_168_332_814_743_480
    assert weighted.remaining_part(772_407_389_726_082_672, True, 1_529_512, 51_313, 256) == 16_492_377_424_641_807_647
    assert weighted.remaining_part(HALF, False, 1_631_611, 2, 256) == 18_446_721_462_043_582_160
    up = weighted.amount_to_limit(
        304_249_291_401_032_111,
        True,
        7_220_213_072,
        Bits(14_015_004_977_426_388_992),
        Bits(14_016_406_477_924_130_816),
    )
    down = weighted.amount_to_limit(
        499_678_073_446_764_538, False, 114_519_372_430, Bits(261_475_517_478_450_016), Bits(130_737_758_739_225_008)
    )
    assert (up, down) == (502_339, 47_399_342_239)
    sold = weighted.alpha_to_sell(
        127_838_419_996_438_925, Rao(359_745), Alpha(35_227_219_070), Rao(35_974), FIRST.precision
    )
    assert sold == 548_241_716
    moved = weighted.quote_weight_with(
        470_623_893_810_685_981, Rao(3_728_288_401), Alpha(1_468_771_292_024), Rao(0), Alpha(146_877_129_202)
    )
    assert moved == 446_962_753_599_532_963
    assert weighted.part_of_one(508, 1_356) == 374_631_268_436_578_171


def test_prices_and_parts_at_the_edges() -> None:
    assert weighted.price(HALF, Alpha(0), TAO) == 0
    assert weighted.price(ONE_WEIGHT // 2, Alpha(1), Rao(U64_MAX)) == U64_MAX << 64
    assert weighted.price(MIN_WEIGHT, Alpha(1), Rao(U64_MAX)) == U64F64.max_bits
    assert weighted.remaining_part(HALF, True, 5, -5, 256) == 0
    assert weighted.remaining_part(HALF, True, 0, 5, 256) == 0
    assert weighted.remaining_part(HALF, True, U64_MAX, 1, 256) == ONE
    assert weighted.part_of_one(1, 0) == weighted.part_of_one(2, 1) == weighted.part_of_one(1, 1) == ONE_WEIGHT
    assert weighted.alpha_to_sell(HALF, Rao(10), Alpha(100), Rao(10), 256) == 0
    assert weighted.alpha_to_sell(HALF, Rao(10), Alpha(100), Rao(5), 256) == 100


def test_no_amount_leads_to_a_limit_behind_or_at_nothing() -> None:
    assert weighted.amount_to_limit(HALF, True, 10**12, Bits(2 * ONE), Bits(ONE)) == 0
    assert weighted.amount_to_limit(HALF, True, 10**12, Bits(0), Bits(ONE)) == 0
    assert weighted.amount_to_limit(HALF, False, 10**12, Bits(ONE), Bits(0)) == 0
    assert weighted.amount_to_limit(HALF, True, 10**12, Bits(1), Bits(U64F64.max_bits)) == 17_446_744_073_709
    assert weighted.amount_to_limit(HALF, True, 10**6, Bits(ONE), Bits(4 * ONE)) == 10**6


@given(QUOTES, RESERVES, RESERVES)
def test_a_price_is_the_ratio_of_weighted_reserves_cut_in_64_bits(quote: int, alpha: int, tao: int) -> None:
    exact = Fraction((ONE_WEIGHT - quote) * tao, quote * alpha)
    found = Fraction(weighted.price(quote, Alpha(alpha), Rao(tao)), ONE)
    if exact < 2**64:
        assert 0 <= exact - found <= Fraction(200 + 2 * tao // alpha, ONE)


@given(RESERVES, RESERVES, AMOUNTS, st.booleans(), st.sampled_from([FIRST, BOUNDED]))
def test_with_equal_weights_a_pool_is_a_constant_product(
    into: int, out: int, amount: int, is_buy: bool, rules: WeightRules
) -> None:
    """The ratio is cut to 18 decimal digits, so that as much as 10**-18 of the reserve more is paid."""
    paid = weighted.amount_out(rules, HALF, is_buy, into, out, amount)
    exact = Fraction(out * amount, into + amount)
    assert exact - 1 < paid <= exact + Fraction(out * 2, 10**18) + Fraction(out, 2**64)


@given(MODERATE, RESERVES, RESERVES, AMOUNTS, st.booleans())
@settings(deadline=None)
def test_the_weighted_product_falls_by_no_more_than_the_cut_part(
    quote: int, into: int, out: int, amount: int, is_buy: bool
) -> None:
    """The part that is left is cut by less than 10**-18 and 2**-64, which is as much as a payout may be too large."""
    amount = min(amount, 1_000 * into)
    paid = weighted.amount_out(BOUNDED, quote, is_buy, into, out, amount)
    entering, leaving = (quote, ONE_WEIGHT - quote) if is_buy else (ONE_WEIGHT - quote, quote)
    left = (into / (into + amount)) ** (entering / leaving)
    assert out - paid >= out * left * (1 - 1e-12) - out * 2e-18 - 1
    assert out - paid <= out * left * (1 + 1e-12) + 1


@given(MODERATE, RESERVES, RESERVES, AMOUNTS, AMOUNTS, st.booleans())
@settings(deadline=None)
def test_more_never_pays_less(quote: int, into: int, out: int, amount: int, more: int, is_buy: bool) -> None:
    more = min(amount + more, 1_000 * into)
    amount = min(amount, more)
    one, other = (weighted.amount_out(BOUNDED, quote, is_buy, into, out, n) for n in (amount, more))
    assert one <= other <= out


@given(MODERATE, RESERVES, RESERVES, AMOUNTS, AMOUNTS)
def test_added_liquidity_keeps_the_price(quote: int, tao: int, alpha: int, more_tao: int, more_alpha: int) -> None:
    moved = weighted.quote_weight_with(quote, Rao(tao), Alpha(alpha), Rao(more_tao), Alpha(more_alpha))
    assume(moved is not None)
    assert moved is not None
    before = Fraction((ONE_WEIGHT - quote) * tao, quote * alpha)
    after = Fraction((ONE_WEIGHT - moved) * (tao + more_tao), moved * (alpha + more_alpha))
    # The weight is cut by less than 10**-18 of at least a hundredth, and its parts rounded by half of at least 2**38.
    assert abs(after / before - 1) < Fraction(1, 10**15) + Fraction(1, 2**30)


def test_liquidity_that_would_move_a_weight_too_far_is_refused() -> None:
    assert weighted.quote_weight_with(HALF, Rao(1_000), Alpha(1_000), Rao(0), Alpha(97_000)) is not None
    assert weighted.quote_weight_with(HALF, Rao(1_000), Alpha(1_000), Rao(0), Alpha(99_000)) is None
    assert weighted.quote_weight_with(MIN_WEIGHT, Rao(0), Alpha(0), Rao(5), Alpha(5)) == HALF
    assert weighted.quote_weight_with(HALF, Rao(0), Alpha(5), Rao(5), Alpha(5)) is None
    assert weighted.quote_weight_with(HALF, Rao(U64_MAX), Alpha(U64_MAX), Rao(U64_MAX), Alpha(U64_MAX)) == HALF


@given(RESERVES, RESERVES, st.integers(2**40, 2**80))
def test_weights_from_a_price_give_that_price(tao: int, alpha: int, price: int) -> None:
    quote = weighted.quote_weight_at(Bits(price), Rao(tao), Alpha(alpha))
    exact = Fraction(tao) / (Fraction(price * alpha, ONE) + tao)
    if quote is None:
        assert not Fraction(1, 100) <= exact <= Fraction(99, 100)
    else:
        assert abs(Fraction(quote, ONE_WEIGHT) - exact) < Fraction(1, 10**18) + Fraction(1, tao)


def test_no_weights_follow_from_empty_reserves() -> None:
    assert weighted.quote_weight_at(Bits(ONE), Rao(0), Alpha(0)) is None
    assert weighted.quote_weight_at(Bits(3 * ONE // 2), Rao(3_000), Alpha(2_000)) == HALF


def test_swaps_that_were_recorded() -> None:
    sold = weighted.swap(
        BOUNDED,
        500_000_000_063_810_488,
        Rao(99_246_455_103_168),
        Alpha(10_076_911_454),
        33,
        False,
        4_547_533_145,
        MIN_PRICE,
    )
    assert sold == WeightedSwap(4_545_243_246, 30_850_397_147_835, 2_289_899)
    bought = weighted.swap(
        BOUNDED,
        500_000_005_325_244_603,
        Rao(43_942_752_372_750),
        Alpha(211_427_000),
        33,
        True,
        20_090_488_200_183,
        MAX_PRICE,
    )
    assert bought == WeightedSwap(20_080_371_680_605, 66_312_490, 10_116_519_578)
    limited = weighted.swap(
        BOUNDED, HALF, Rao(5_794_481_139), Alpha(9_203_503), 33, True, 5_794_481_139_000, 953_310_931_084
    )
    assert isinstance(limited, WeightedSwap)
    assert limited.paid_in + limited.fee == 1_336_382_442
    assert swapped(False, 0) == WeightedSwap(0, 0, 0)


def test_a_swap_stops_at_its_limit_and_computes_the_fee_anew() -> None:
    bought = swapped(True, 10**12, 400_000_000)
    assert isinstance(bought, WeightedSwap)
    assert weighted.price(HALF, Alpha(ALPHA - bought.paid_out), Rao(TAO + bought.paid_in)) <= 2 * ONE // 5
    assert bought.fee == bought.paid_in * 33 // (65_535 - 33)
    sold = swapped(False, 10**13, 250_000_000)
    assert isinstance(sold, WeightedSwap)
    assert weighted.price(HALF, Alpha(ALPHA + sold.paid_in), Rao(TAO - sold.paid_out)) >= ONE // 4
    assert sold.fee == sold.paid_in * 33 // (65_535 - 33)


@pytest.mark.parametrize(
    ("rules", "is_buy", "amount", "limit", "error"),
    [
        (BOUNDED, True, 1_001 * TAO, None, SwapError.SWAP_INPUT_TOO_LARGE),
        (BOUNDED, False, U64_MAX, 0, SwapError.SWAP_INPUT_TOO_LARGE),
        (FIRST, True, 10**6, 333_333_333, SwapError.PRICE_LIMIT_EXCEEDED),
        (FIRST, False, 10**6, 333_333_334, SwapError.PRICE_LIMIT_EXCEEDED),
        (BOUNDED, False, 1, None, SwapError.RESERVES_TOO_LOW),
    ],
)
def test_swaps_that_are_refused(
    rules: WeightRules, is_buy: bool, amount: int, limit: int | None, error: SwapError
) -> None:
    assert swapped(is_buy, amount, limit, rules) == error


def test_a_pool_needs_a_million_of_what_it_pays() -> None:
    few = Rao(999_999)
    assert weighted.swap(BOUNDED, HALF, few, ALPHA, 0, False, 10**6, 0) == SwapError.RESERVES_TOO_LOW
    assert weighted.swap(BOUNDED, HALF, few, ALPHA, 0, True, 10, MAX_PRICE) == WeightedSwap(10, 29_999_730, 0)
    assert weighted.swap(FIRST, HALF, Rao(0), ALPHA, 0, True, 10, MAX_PRICE) == WeightedSwap(10, ALPHA, 0)
    assert weighted.swap(BOUNDED, HALF, Rao(0), ALPHA, 0, True, 10, MAX_PRICE) == SwapError.SWAP_INPUT_TOO_LARGE


def test_the_first_pools_take_any_amount() -> None:
    result = swapped(True, U64_MAX, rules=FIRST)
    assert isinstance(result, WeightedSwap)
    assert result.paid_in < 1_000 * TAO  # a limit of 10**15 rao stops it
    assert weighted.largest_amount(FIRST, 5) == U64_MAX
    assert weighted.largest_amount(BOUNDED, 5) == 5_000
    assert weighted.largest_amount(BOUNDED, U64_MAX) == U64_MAX
