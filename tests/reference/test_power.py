"""Powers of ratios against exact ones, the quick decision against what it replaces, and where the series fails."""

from fractions import Fraction
from math import gcd

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dtao import kernels, power
from dtao.errors import InputError
from dtao.power import pow_ratio_scaled

SCALE = 10**18
BASES = st.integers(1, 128).flatmap(lambda width: st.integers(2 ** (width - 1), 2**width - 1))
WEIGHTS = st.integers(10**16, 99 * 10**16) | st.sampled_from([10**16, 99 * 10**16, 4 * 10**17])
EXPONENTS = st.builds(lambda weight: (weight, SCALE - weight), WEIGHTS) | st.tuples(WEIGHTS, st.just(SCALE))


@pytest.mark.parametrize(
    ("up", "down", "exponent", "root", "precision", "result"),
    [
        (474_496_614_885, 474_496_609_447, SCALE, SCALE // 2, 256, 1_000_000_022_921_133_356),
        (21_083_584, 21_125_912, 3, 3, 256, 997_996_394_191_171_486),
        (3_188, 1_883_344_336_804_926, 2, 550_582_202_426_908_662, 1_024, 999_999_999_999_999_901),
        (49_826_601_203_358_928_732_160, 49_826_601_203_358_928_732_164, 1, 1, 256, 999_999_999_999_999_999),
        (388_408_598_104_348_351_791_104, 388_408_598_104_347_761_955_581, 3, 2, 256, 1_000_000_000_000_002_277),
        (86, 86, 1, 181_399_826_840_496_912, 256, SCALE),
    ],
)
def test_recorded_powers(up: int, down: int, exponent: int, root: int, precision: int, result: int) -> None:
    assert pow_ratio_scaled(up, down, exponent, root, precision, SCALE) == result


def test_what_has_no_power_and_what_needs_no_series() -> None:
    assert pow_ratio_scaled(1, 0, 1, 1, 256, SCALE) is None
    assert pow_ratio_scaled(1, 2, 1, 0, 256, SCALE) is None
    assert pow_ratio_scaled(0, 2, 0, 1, 256, SCALE) == 0
    assert pow_ratio_scaled(1, 2, 0, 1, 256, SCALE) == SCALE
    assert pow_ratio_scaled(2, 3, 1, 2, 0, 1_000) == 816


@given(BASES, BASES, EXPONENTS, st.sampled_from([256, 1_024]))
@example(4, 9, (1, 2), 256)  # 2/3 exactly, which no approximation decides
@example(2**60, 3**37, (6, 1_023), 256)
@settings(deadline=None)
def test_the_quick_decision_is_what_the_whole_computation_comes_to(
    up: int, down: int, exponents: tuple[int, int], precision: int
) -> None:
    common = gcd(*exponents)
    exponent, root = exponents[0] // common, exponents[1] // common
    if max(exponent, root) <= 1_024:
        whole = power._root(up**exponent * SCALE**root // down**exponent, root)
    else:
        whole = power._approximation(up, down, exponent, root, precision) * SCALE >> precision
    assert pow_ratio_scaled(up, down, *exponents, precision, SCALE) == whole


@given(BASES, BASES)
@example(9, 7)
@example(7, 9)
@example(8, 7)
@example(2**128 - 1, 2**128 - 2)
@settings(deadline=None)
def test_the_logarithm_of_a_ratio_is_the_difference_of_two(up: int, down: int) -> None:
    bits = power.QUICK_PRECISION + power.GUARD_BITS
    wider = power._ln(up, bits + 64) - power._ln(down, bits + 64)
    assert abs((power._ln_of_ratio(up, down, bits) << 64) - wider) < 2 ** (41 + 64)
    if abs(up - down) << 3 <= up + down:
        assert abs((power._ln_of_ratio(up, down, bits) << 64) - wider) < 2 ** (8 + 64)


def test_almost_every_power_of_a_swap_is_decided_quickly() -> None:
    reserve, weight = 10**15, 47 * 10**16 + 1
    amounts = [3**exponent for exponent in range(1, 34)]
    assert None not in [power._decided(reserve, reserve + n, weight, SCALE - weight, SCALE) for n in amounts]
    assert power._decided(4, 9, 1, 2, 999) is None


@given(BASES, BASES, st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 7, SCALE]))
@settings(deadline=None)
def test_small_exponents_are_exact(up: int, down: int, exponent: int, root: int, scale: int) -> None:
    result = pow_ratio_scaled(up, down, exponent, root, 256, scale)
    assert result is not None
    exact = Fraction(up, down) ** exponent * scale**root
    assert result**root <= exact < (result + 1) ** root


@given(st.integers(1, 2**64), st.integers(0, 2**64), WEIGHTS)
@settings(deadline=None)
def test_powers_next_to_each_other_are_in_order(reserve: int, amount: int, weight: int) -> None:
    """Of exponents that e to the power of some 20 bounds: there the series has digits to spare."""
    amount %= reserve
    exponent = (weight, SCALE) if weight > SCALE // 2 else (weight, SCALE - weight)
    one, other = (pow_ratio_scaled(reserve, reserve + n, *exponent, 256, SCALE) for n in (amount, amount + 1))
    assert one is not None
    assert other is not None
    assert 0 <= other <= one <= SCALE


def test_a_series_with_a_large_exponent_comes_to_nothing_like_the_power() -> None:
    """(1 / 501) ** 23.99… is about 1e-65, but the terms of the series pass e**148, and 256 bits have but 77 digits."""
    exponent = (96 * 10**16 - 1, 4 * 10**16 + 1)
    assert pow_ratio_scaled(1, 501, *exponent, 1_024, SCALE) == 0
    assert pow_ratio_scaled(1, 501, *exponent, 256, SCALE) == 458_596_382_135_987
    enormous = pow_ratio_scaled(1, 51, 98 * 10**16 - 1, 2 * 10**16 + 1, 256, SCALE)
    assert enormous is not None
    assert enormous > 10**29


def test_a_result_that_is_too_long_to_write_is_refused() -> None:
    asked = {"bn": "3", "bd": "1", "en": str(2**128 - 1), "ed": "1", "precision": "256", "scale": str(SCALE)}
    with pytest.raises(
        InputError, match=r"pow_ratio_scaled: a result of 49,384 bits is too long: .* a smaller exponent"
    ):
        kernels.evaluate("pow_ratio_scaled", asked, 425)
    assert kernels.evaluate("pow_ratio_scaled", asked | {"en": "2"}, 425) == str(9 * SCALE)
