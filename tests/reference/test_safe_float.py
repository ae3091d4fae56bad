"""Decimal floating-point numbers, and the share pools that count in them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtao import safe_float
from dtao.rules import float_shares
from dtao.safe_float import LARGEST_MANTISSA, ZERO, SafeFloat, normalized
from dtao.units import U64_MAX, Alpha


def number(mantissa: int, exponent: int) -> SafeFloat:
    result = normalized(mantissa, exponent)
    assert result is not None
    return result


NUMBERS = st.builds(number, st.integers(0, 2**256 - 1), st.integers(-60, 60))
POSITIVE = st.builds(number, st.integers(1, 2**256 - 1), st.integers(-60, 60))
U64S = st.integers(0, 64).flatmap(lambda width: st.integers(0, 2**width - 1))
LAST, FIRST = 2**63 - 1, -(2**63)


def value(a: SafeFloat | None) -> Fraction:
    assert a is not None
    return a.mantissa * Fraction(10) ** a.exponent


@given(st.integers(1, 2**256 - 1), st.integers(-100, 100))
def test_a_number_has_21_digits_that_are_right(mantissa: int, exponent: int) -> None:
    result = normalized(mantissa, exponent)
    assert result is not None
    assert LARGEST_MANTISSA // 10 < result.mantissa <= LARGEST_MANTISSA
    exact = mantissa * Fraction(10) ** exponent
    assert 0 <= exact - value(result) < Fraction(10) ** max(result.exponent, exponent + 1)


@pytest.mark.parametrize(
    ("mantissa", "exponent", "result"),
    [
        (1, 0, (10**21, -21)),
        (10**21, 0, (10**21, 0)),
        (10**20, 0, (10**21, -1)),
        (10**21 + 9, 0, (10**21, 0)),
        (10**21 + 10, 0, (10**20 + 1, 1)),
        (U64_MAX, 0, (184_467_440_737_095_516_150, -1)),
        (0, 5, (0, 0)),
        (10**21 + 10, LAST, None),
        (10**21 + 9, LAST, None),
        (10**22, LAST, None),
        (10**21, LAST, (10**21, LAST)),
        (1, FIRST + 21, (10**21, FIRST)),
        (1, FIRST + 20, None),
        (10**20 + 1, FIRST, (10**20 + 1, FIRST)),
        (10**20 + 1, FIRST - 1, None),
    ],
)
def test_how_numbers_are_normalized(mantissa: int, exponent: int, result: tuple[int, int] | None) -> None:
    found = normalized(mantissa, exponent)
    assert (found and (found.mantissa, found.exponent)) == result


def test_recorded_sums_quotients_and_products() -> None:
    largest, one = SafeFloat(184_467_440_737_095_516_159, -1), SafeFloat(10**21, -21)
    small, smaller = SafeFloat(191 * 10**18, -18), SafeFloat(783_684_777_886_893_000_000, -58)
    assert safe_float.add(largest, one) == SafeFloat(184_467_440_737_095_516_169, -1)
    assert safe_float.sub(largest, one) == SafeFloat(184_467_440_737_095_516_149, -1)
    assert safe_float.add(small, smaller) == safe_float.sub(small, smaller) == small
    assert safe_float.sub(one, largest) == ZERO
    assert safe_float.sub(ZERO, smaller) is None
    assert safe_float.div(small, smaller) == SafeFloat(243_720_441_419_070_778_439, 19)
    assert safe_float.mul_div(small, smaller, largest) == SafeFloat(811_437_465_485_993_872_668, -75)
    assert safe_float.mul_div(largest, one, from_u64 := safe_float.from_u64(U64_MAX)) == SafeFloat(10**20 + 4, -20)
    assert safe_float.to_u64(largest) == safe_float.to_u64(from_u64) == U64_MAX
    assert safe_float.from_u64f64(1) == SafeFloat(542_101_086_242_752_217_003, -40)
    assert safe_float.from_u64f64(2**128 - 1) == largest
    assert safe_float.from_u64f64(1_598_965_675_822_771_811_509_075_968) == SafeFloat(866_801_029_728_401_005_268, -13)


def test_what_has_no_result() -> None:
    one = safe_float.from_u64(1)
    assert safe_float.new(10**21 + 1, 0) is None
    assert safe_float.new(10**21, 0) == SafeFloat(10**21, 0)
    assert safe_float.div(one, ZERO) is None
    assert safe_float.mul_div(one, one, ZERO) is None
    assert safe_float.div(SafeFloat(10**21, FIRST), SafeFloat(10**21, 0)) is None
    assert safe_float.mul_div(SafeFloat(10**21, LAST), SafeFloat(10**21, 1), one) is None
    assert safe_float.mul_div(SafeFloat(10**21, FIRST), one, SafeFloat(10**21, 0)) is None


@given(NUMBERS, NUMBERS)
def test_sums_and_differences_lose_less_than_a_digit_of_the_larger_number(a: SafeFloat, b: SafeFloat) -> None:
    unit = Fraction(10) ** (max(a.exponent, b.exponent) + 1)
    assert 0 <= value(a) + value(b) - value(safe_float.add(a, b)) < unit
    if value(a) >= value(b):
        assert -unit < value(safe_float.sub(a, b)) - value(a) + value(b) < unit


@given(NUMBERS, NUMBERS, POSITIVE)
def test_products_over_a_number_are_cut(a: SafeFloat, b: SafeFloat, divisor: SafeFloat) -> None:
    exact = value(a) * value(b) / value(divisor)
    result = value(safe_float.mul_div(a, b, divisor))
    assert exact * (1 - Fraction(10) ** -19) <= result <= exact


@given(NUMBERS, NUMBERS)
def test_what_is_greater_is_found_but_for_zero(a: SafeFloat, b: SafeFloat) -> None:
    if a.mantissa and b.mantissa:
        assert safe_float.is_greater(a, b) == (value(a) > value(b))


def test_zero_counts_as_greater_than_small_numbers() -> None:
    assert safe_float.is_greater(ZERO, SafeFloat(134_663_195_191_919_000_000, -6))
    assert not safe_float.is_greater(ZERO, ZERO)


@given(U64S)
def test_a_u64_is_kept_whole(whole: int) -> None:
    assert safe_float.to_u64(safe_float.from_u64(whole)) == whole


@given(NUMBERS)
def test_a_number_is_rounded_down_to_a_u64(a: SafeFloat) -> None:
    assert safe_float.to_u64(a) == min(int(value(a)), U64_MAX)


@given(st.integers(1, 2**62), st.integers(1, 2**62), st.integers(0, 2**60))
def test_stakes_follow_the_total_and_do_not_exceed_it(first: int, second: int, reward: int) -> None:
    alice = float_shares.stake_after(Alpha(0), ZERO, ZERO, first)
    total, denominator, shares_of_alice = alice
    assert (total, float_shares.stake_of(*alice), shares_of_alice) == (first, first, denominator)
    bob = float_shares.stake_after(total, denominator, ZERO, second)
    assert float_shares.stake_of(*bob) in (second, second - 1)
    total, denominator, shares_of_bob = bob
    total = float_shares.total_after(total, reward)
    stakes = [float_shares.stake_of(total, denominator, shares) for shares in (shares_of_alice, shares_of_bob)]
    assert sum(stakes) <= total + 1
    for stake, deposit in zip(stakes, (first, second), strict=True):
        assert abs(stake - Fraction(deposit * total, first + second)) < 2


@given(U64S, NUMBERS, st.integers(-1, 23), st.integers(1, LARGEST_MANTISSA))
def test_one_division_comes_to_what_decimal_numbers_do(
    total: int, denominator: SafeFloat, lower: int, mantissa: int
) -> None:
    for shares in (number(mantissa, denominator.exponent - lower), number(denominator.mantissa, denominator.exponent)):
        holding = Alpha(total), denominator, shares
        assert float_shares.stake_of(*holding) == float_shares.stake_by_decimal_numbers(*holding)


@pytest.mark.parametrize("exponent", [FIRST + 1, FIRST + 30, -(2**62), 2**62, LAST - 30, LAST])
def test_exponents_next_to_their_bounds_are_left_to_decimal_numbers(exponent: int) -> None:
    shares = SafeFloat(LARGEST_MANTISSA // 7, exponent)
    for total in (1, 10**19):
        holding = Alpha(total), SafeFloat(LARGEST_MANTISSA // 3, exponent), shares
        assert float_shares.stake_of(*holding) == float_shares.stake_by_decimal_numbers(*holding)


def test_losses_beyond_what_there_is() -> None:
    one = safe_float.from_u64(1)
    ten = float_shares.stake_after(Alpha(0), ZERO, ZERO, 10)
    assert float_shares.stake_after(*ten, -11) == (0, ZERO, ZERO)
    assert float_shares.stake_after(ten[0], ten[1], ZERO, -9) == (1, one, ZERO)
    assert float_shares.stake_after(Alpha(5), ZERO, ZERO, -1) == (4, one, one)
    assert float_shares.stake_after(*ten, 0) == ten


@given(U64S, NUMBERS, U64S)
def test_shares_for_an_amount_are_a_quotient(total: int, denominator: SafeFloat, amount: int) -> None:
    plain = safe_float.mul_div(safe_float.from_u64(amount), denominator, safe_float.from_u64(total)) or ZERO
    assert float_shares.shares_for(Alpha(total), denominator, Alpha(amount)) == plain
    changes = denominator == ZERO or plain != ZERO
    assert float_shares.is_worth_a_share(Alpha(total), denominator, Alpha(amount)) == changes


def test_which_deposits_change_shares() -> None:
    ten = safe_float.from_u64(10)
    assert float_shares.is_worth_a_share(Alpha(5), ZERO, Alpha(0))
    assert float_shares.is_worth_a_share(Alpha(5), ten, Alpha(1))
    assert not float_shares.is_worth_a_share(Alpha(5), ten, Alpha(0))
    assert not float_shares.is_worth_a_share(Alpha(0), ten, Alpha(1))
    assert float_shares.stake_of(Alpha(5), ZERO, ten) == 0
