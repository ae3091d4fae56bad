"""The arithmetic of the reference against the rules of rounding, on exact numbers."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dtao import fixed, transcendental
from dtao.fixed import I32F32, I96F32
from dtao_spec import notation
from dtao_spec.notation import Format
from tests.reference.numbers import FORMS, bits_of

PAIRS = FORMS.flatmap(lambda form: st.tuples(st.just(form), bits_of(form), bits_of(form)))


def exact(form: fixed.Format, bits: int) -> Fraction:
    return Fraction(bits, form.one)


def bits(form: fixed.Format, value: Fraction | None) -> int | None:
    return None if value is None else int(value * form.one)


def stated(form: fixed.Format) -> Format:
    return Format(form.signed, form.integer_bits, form.fraction_bits)


@given(PAIRS)
def test_sums_products_and_quotients(case: tuple[fixed.Format, int, int]) -> None:
    form, a, b = case
    x, y, target = exact(form, a), exact(form, b), stated(form)
    assert fixed.saturating_add(form, a, b) == bits(form, notation.saturated(target, x + y))
    assert fixed.saturating_sub(form, a, b) == bits(form, notation.saturated(target, x - y))
    assert fixed.saturating_mul(form, a, b) == bits(form, notation.product(target, x, y))
    assert fixed.checked_div(form, a, b) == bits(form, notation.quotient(target, x, y))
    assert fixed.safe_div(form, a, b) == (bits(form, notation.quotient(target, x, y)) or 0)


@given(PAIRS, FORMS)
def test_conversions(case: tuple[fixed.Format, int, int], target: fixed.Format) -> None:
    form, a, _ = case
    value = exact(form, a)
    assert fixed.convert(form, target, a) == bits(target, notation.converted(stated(target), value))
    assert fixed.to_u64(form, a) == notation.to_integer(value, 2**64 - 1)
    if abs(value) < form.max_bits // form.one:
        assert fixed.round_half_away(form, a) == notation.rounded(value) * form.one


@given(FORMS, st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_from_outside(form: fixed.Format, number: int, constant: float) -> None:
    assert fixed.from_int(form, number) == bits(form, notation.from_integer(stated(form), number))
    assert fixed.from_float_bits(form, ieee(constant)) == bits(form, notation.from_float(stated(form), constant))


def ieee(number: float) -> int:
    import struct

    return int(struct.unpack("<Q", struct.pack("<d", number))[0])


@given(st.integers(I96F32.one, 2**96))
def test_the_logarithm_is_within_its_bound(number: int) -> None:
    computed = transcendental.log2(I96F32, number)
    expected = notation.logarithm_to_base_2(exact(I96F32, number))
    assert computed is not None
    assert expected is not None
    assert abs(exact(I96F32, computed) - expected) < Fraction(4, 2**32)


@given(st.integers(-10 * I32F32.one, 10 * I32F32.one))
def test_the_exponential_is_close(number: int) -> None:
    computed = transcendental.exp(I32F32, number)
    expected = notation.exponential(exact(I32F32, number))
    assert computed is not None
    assert abs(exact(I32F32, computed) - expected) <= expected * 5 / 10**6 + Fraction(2, 2**32)


@given(bits_of(I32F32) | st.integers(1, I32F32.one))
def test_logarithms_and_powers_are_rounded_to_the_bit(number: int) -> None:
    given_ = exact(I32F32, number)
    if number >= 3:  # the reciprocal of less does not fit
        assert bits(I32F32, notation.logarithm_to_base_2_rounded(given_)) == transcendental.log2(I32F32, number)
        assert bits(I32F32, notation.natural_logarithm_rounded(given_)) == transcendental.ln(I32F32, number)
    small = number % (25 * I32F32.one)
    for power in (number, small, -small):
        found = notation.exponential_rounded(exact(I32F32, power))
        assert bits(I32F32, found) == transcendental.exp(I32F32, power)
