"""The arithmetic on raw bits against the same operations on exact fractions."""

import math
import struct
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtao import fixed
from dtao.errors import InputError
from dtao.fixed import FORMATS, I32F32, I96F32, I110F18, U64F64, Format
from tests.reference.numbers import FORMS, bits_of, clamp, exact_quotient, representable, value

Pair = tuple[Format, int, int]

NUMBER = FORMS.flatmap(lambda form: st.tuples(st.just(form), bits_of(form)))
PAIR = FORMS.flatmap(lambda form: st.tuples(st.just(form), bits_of(form), bits_of(form)))
U64 = st.integers(0, 2**64 - 1)


def float_bits(number: float) -> int:
    return int.from_bytes(struct.pack("<d", number), "little")


@pytest.mark.parametrize(
    ("name", "low", "high", "one"),
    [
        ("I96F32", -(2**127), 2**127 - 1, 2**32),
        ("I110F18", -(2**127), 2**127 - 1, 2**18),
        ("I64F64", -(2**127), 2**127 - 1, 2**64),
        ("I32F32", -(2**63), 2**63 - 1, 2**32),
        ("U64F64", 0, 2**128 - 1, 2**64),
        ("U96F32", 0, 2**128 - 1, 2**32),
    ],
)
def test_bounds(name: str, low: int, high: int, one: int) -> None:
    form = FORMATS[name]
    assert (form.name, form.min_bits, form.max_bits, form.one) == (name, low, high, one)


@given(PAIR)
@settings(deadline=None)
def test_sums_and_products_are_the_floor_of_the_exact_ones(pair: Pair) -> None:
    form, a, b = pair
    for exact, saturating, checked in (
        (value(form, a) + value(form, b), fixed.saturating_add, fixed.checked_add),
        (value(form, a) - value(form, b), fixed.saturating_sub, fixed.checked_sub),
        (value(form, a) * value(form, b), fixed.saturating_mul, fixed.checked_mul),
    ):
        bits = math.floor(exact * form.one)
        assert saturating(form, a, b) == clamp(form, exact)
        assert checked(form, a, b) == (bits if representable(form, bits) else None)


@given(PAIR)
@settings(deadline=None)
def test_quotients_are_truncated_toward_zero(pair: Pair) -> None:
    form, a, b = pair
    if b == 0:
        assert fixed.checked_div(form, a, b) is None
        assert fixed.safe_div(form, a, b) == 0
        with pytest.raises(ZeroDivisionError):
            fixed.saturating_div(form, a, b)
        return
    bits = exact_quotient(form, a, b)
    fits = representable(form, bits)
    assert fixed.saturating_div(form, a, b) == clamp(form, Fraction(bits, form.one))
    assert fixed.checked_div(form, a, b) == (bits if fits else None)
    assert fixed.safe_div(form, a, b) == (bits if fits else 0)


@given(st.tuples(FORMS, NUMBER))
@settings(deadline=None)
def test_conversion_floors_and_saturates(case: tuple[Format, tuple[Format, int]]) -> None:
    target, (source, bits) = case
    assert fixed.convert(source, target, bits) == clamp(target, value(source, bits))


@given(NUMBER)
@settings(deadline=None)
def test_rounding_to_integers(number: tuple[Format, int]) -> None:
    form, bits = number
    exact = value(form, bits)
    assert fixed.floor(form, bits) == math.floor(exact) * form.one
    assert fixed.to_u64(form, bits) == min(max(math.floor(exact), 0), 2**64 - 1)
    assert fixed.to_u16(form, bits) == min(max(math.floor(exact), 0), 2**16 - 1)
    assert fixed.to_i64(form, bits) == min(max(math.floor(exact), -(2**63)), 2**63 - 1)
    away = math.floor(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1) * form.one
    if representable(form, away):
        assert fixed.round_half_away(form, bits) == away


def test_rounding_past_the_largest_number_wraps_around() -> None:
    assert fixed.round_half_away(I32F32, I32F32.max_bits) == I32F32.min_bits
    assert fixed.round_half_away(U64F64, U64F64.max_bits) == 0


@given(NUMBER.flatmap(lambda number: st.tuples(st.just(number[0]), st.lists(bits_of(number[0])))))
@settings(deadline=None)
def test_plain_sums_wrap_around(case: tuple[Format, list[int]]) -> None:
    form, numbers = case
    width = 2 ** (form.integer_bits + form.fraction_bits)
    total = fixed.total(form, numbers)
    assert representable(form, total)
    assert (total - sum(numbers)) % width == 0


@given(FORMS, st.integers(-(2**63), 2**64 - 1))
@settings(deadline=None)
def test_integers_saturate(form: Format, number: int) -> None:
    assert fixed.from_int(form, number) == clamp(form, number)


@given(FORMS, st.floats(allow_nan=False, allow_infinity=False, width=64))
@settings(deadline=None)
def test_floats_round_to_the_nearest_with_ties_to_even(form: Format, number: float) -> None:
    exact = Fraction(number) * form.one
    result = fixed.from_float_bits(form, float_bits(number))
    if not form.min_bits <= exact <= form.max_bits:
        assert result == clamp(form, Fraction(number))
        return
    distance = abs(result - exact)
    assert distance <= Fraction(1, 2)
    assert distance < Fraction(1, 2) or result % 2 == 0


@pytest.mark.parametrize(
    ("form", "number", "bits"),
    [
        (I96F32, 0.000003, 12_885),
        (I96F32, -0.0, 0),
        (I110F18, 2.0**-19, 0),
        (I110F18, 3 * 2.0**-19, 2),
        (U64F64, -1.0, 0),
        (U64F64, 5e-324, 0),
        (I32F32, math.inf, 2**63 - 1),
        (I32F32, -math.inf, -(2**63)),
    ],
)
def test_particular_floats(form: Format, number: float, bits: int) -> None:
    assert fixed.from_float_bits(form, float_bits(number)) == bits


def test_a_float_that_is_no_number_is_refused() -> None:
    with pytest.raises(InputError, match="not a number"):
        fixed.from_float_bits(I32F32, float_bits(math.nan))


def test_examples_by_hand() -> None:
    half, third = I32F32.one // 2, I32F32.one // 3
    assert value(I32F32, third) < Fraction(1, 3)
    assert fixed.saturating_mul(I32F32, -1, half) == -1
    assert fixed.saturating_div(I32F32, -1, 2 * I32F32.one) == 0
    assert Decimal(fixed.saturating_div(I32F32, I32F32.one, 3 * I32F32.one)) == third
