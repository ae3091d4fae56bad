"""Logarithms, exponentials and roots against exact values, and the runtime's peculiarities."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtao import fixed, kernels, transcendental
from dtao.errors import InputError
from dtao.fixed import I32F32, I64F64, I96F32, Format
from tests.reference.numbers import NUMBERS, bits_of, exact_quotient, representable, value

LOGARITHMIC = st.sampled_from([I32F32, I96F32])
ONE = I32F32.one


def exact_ln(form: Format, bits: int) -> Decimal:
    with localcontext(prec=60):
        return (Decimal(bits) / form.one).ln()


@given(LOGARITHMIC, st.data())
@settings(deadline=None)
def test_log2_is_close(form: Format, data: st.DataObject) -> None:
    bits = data.draw(st.integers(3, form.max_bits))
    result = transcendental.log2(form, bits)
    assert result is not None
    with localcontext(prec=60):
        exact = exact_ln(form, bits) / Decimal(2).ln()
        # A halving or a squaring changes the number by at most 2^-32 of itself, and a reciprocal by as much.
        assert abs(Decimal(result) / form.one - exact) < Decimal(form.integer_bits + 64) / form.one


@given(LOGARITHMIC, st.data())
@settings(deadline=None)
def test_log2_of_powers_of_two_is_exact(form: Format, data: st.DataObject) -> None:
    power = data.draw(st.integers(-30, form.integer_bits - 2))
    bits = form.one << power if power >= 0 else form.one >> -power
    assert transcendental.log2(form, bits) == power * form.one


@given(LOGARITHMIC, st.data())
@settings(deadline=None)
def test_ln_is_close_and_carries_the_error_of_the_cut_constant(form: Format, data: st.DataObject) -> None:
    bits = data.draw(st.integers(3, form.max_bits))
    result = transcendental.ln(form, bits)
    assert result is not None
    exact = exact_ln(form, bits)
    assert abs(Decimal(result) / form.one - exact) < Decimal(2) ** -24 + abs(exact) * Decimal(2) ** -23


@given(NUMBERS.filter(lambda bits: bits <= 0))
@settings(deadline=None)
def test_there_is_no_logarithm_without_a_positive_number(bits: int) -> None:
    assert transcendental.log2(I32F32, bits) is None
    assert transcendental.ln(I32F32, bits) is None
    assert transcendental.safe_ln(bits) == 0


@pytest.mark.parametrize("bits", [1, 2])
def test_a_reciprocal_that_overflows_is_refused(bits: int) -> None:
    with pytest.raises(InputError, match="reciprocal"):
        transcendental.log2(I32F32, bits)
    assert transcendental.log2(I32F32, 3) is not None


@given(LOGARITHMIC, st.data())
@settings(deadline=None)
def test_the_later_crate_differs_in_reciprocals_that_overflow_alone(form: Format, data: st.DataObject) -> None:
    bits = data.draw(st.integers(form.min_bits, form.max_bits) | st.integers(-3, 3))
    later, later_ln = transcendental.checked_log2(form, bits), transcendental.checked_ln(form, bits)
    if bits > 0 and fixed.checked_div(form, form.one, bits) is None:
        assert (later, later_ln) == (None, None)
    else:
        assert (later, later_ln) == (transcendental.log2(form, bits), transcendental.ln(form, bits))


@pytest.mark.parametrize("name", ["log2.I32F32", "ln.I32F32"])
def test_a_kernel_of_the_later_crate_has_no_logarithm_where_the_earlier_panics(name: str) -> None:
    assert kernels.evaluate(name, {"a": "2"}, 320) is None
    assert kernels.evaluate(name, {"a": "3"}, 320) == kernels.evaluate(name, {"a": "3"}, 298)
    with pytest.raises(InputError, match="reciprocal"):
        kernels.evaluate(name, {"a": "2"}, 298)


def series(form: Format, bits: int) -> int | None:
    """Return the power series of e^|x| and its reciprocal, term by term, on exact fractions."""
    x = abs(bits)
    term, result = x, x + form.one
    for index in range(2, form.fraction_bits):
        product = term * x // form.one
        if not representable(form, product):
            return None
        term = exact_quotient(form, product, index * form.one)
        result += term
        if not representable(form, result):
            return None
    if bits >= 0:
        return result
    inverse = exact_quotient(form, form.one, result)
    return inverse if representable(form, inverse) else None


@given(NUMBERS | st.integers(-22 * ONE, 22 * ONE))
@settings(deadline=None)
def test_exp_is_its_power_series(bits: int) -> None:
    result = transcendental.exp(I32F32, bits)
    if bits not in (0, ONE):
        assert result == series(I32F32, bits)
    assert transcendental.safe_exp(bits) == (result or 0)


@given(st.integers(-2 * ONE, 2 * ONE))
@settings(deadline=None)
def test_exp_of_small_numbers_is_close(bits: int) -> None:
    result = transcendental.exp(I32F32, bits)
    assert result is not None
    with localcontext(prec=40):
        assert abs(Decimal(result) / ONE - (Decimal(bits) / ONE).exp()) < Decimal(2) ** -23


def test_exp_of_nought_and_one() -> None:
    assert transcendental.exp(I32F32, 0) == ONE
    assert transcendental.exp(I32F32, ONE) == 22_802_600 << 9
    assert transcendental.exp(I32F32, -ONE) == series(I32F32, -ONE)


@given(NUMBERS)
@settings(deadline=None)
def test_exp_safe_is_exp_between_its_bounds(bits: int) -> None:
    bounded = min(max(bits, -20 * ONE), 20 * ONE)
    assert transcendental.exp_safe(bits) == transcendental.exp(I32F32, bounded)


@given(NUMBERS, st.integers(0, 65_535), st.integers(0, ONE))
@settings(deadline=None)
def test_sigmoid_safe_lies_between_nought_and_one_and_is_a_half_at_kappa(bits: int, rho: int, kappa: int) -> None:
    assert 0 <= transcendental.sigmoid_safe(bits, rho << 32, kappa) <= ONE
    assert transcendental.sigmoid_safe(kappa, rho << 32, kappa) == ONE // 2


@given(st.integers(I64F64.one, 2**40 << 64), st.integers(1, 2**32))
@settings(deadline=None)
def test_a_root_is_within_epsilon_from_one_on(bits: int, epsilon: int) -> None:
    result = transcendental.checked_sqrt(I64F64, bits, epsilon)
    assert result is not None
    # The middle and number / middle, itself short by less than 1 bit, lie on either side of the root.
    slack = Fraction(epsilon + 1, I64F64.one)
    assert (value(I64F64, result) - slack) ** 2 <= value(I64F64, bits) <= (value(I64F64, result) + slack) ** 2


@given(bits_of(I64F64), st.integers(0, 2**40))
@settings(deadline=None)
def test_a_root_lies_between_nought_and_the_number(bits: int, epsilon: int) -> None:
    result = transcendental.checked_sqrt(I64F64, bits, epsilon)
    if bits < 0:
        assert result is None
    else:
        assert result is not None
        assert 0 <= result <= bits


def test_the_constants_are_cut_to_23_bits() -> None:
    with localcontext(prec=40):
        assert int(Decimal(1).exp() * 2**23) == transcendental.E
        assert int(2**23 / Decimal(2).ln()) == transcendental.LOG2_E
    assert transcendental.constant(I32F32, transcendental.E) == fixed.saturating_mul(I32F32, transcendental.E << 9, ONE)
