"""The two forms of the block emission against each other and against the halvings' definition."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtao.params import TOTAL_SUPPLY
from dtao.rules.issuance import block_emission, block_emission_by_logarithm

BOUNDARIES = [TOTAL_SUPPLY - (TOTAL_SUPPLY >> halvings) for halvings in range(60)]
NEAR_BOUNDARIES = sorted({max(boundary + offset, 0) for boundary in BOUNDARIES for offset in range(-2, 3)})


@pytest.mark.parametrize("issuance", NEAR_BOUNDARIES)
def test_both_forms_agree_around_every_halving(issuance: int) -> None:
    assert block_emission(issuance) == block_emission_by_logarithm(issuance)


@given(st.integers(0, 2**64 - 1) | st.integers(0, TOTAL_SUPPLY) | st.integers(1, 10**9).map(lambda x: TOTAL_SUPPLY - x))
@settings(deadline=None, max_examples=500)
def test_both_forms_agree(issuance: int) -> None:
    assert block_emission(issuance) == block_emission_by_logarithm(issuance)


@given(st.integers(0, TOTAL_SUPPLY - 1))
@settings(deadline=None)
def test_the_emission_halves_as_often_as_what_is_left_has_halved(issuance: int) -> None:
    left = Fraction(TOTAL_SUPPLY - issuance, TOTAL_SUPPLY)
    halvings = 0
    while left <= Fraction(1, 2):
        left *= 2
        halvings += 1
    assert block_emission(issuance) == 10**9 // 2**halvings


def test_nothing_is_issued_beyond_the_supply() -> None:
    assert block_emission(0) == 10**9
    assert block_emission(TOTAL_SUPPLY // 2) == 5 * 10**8
    assert block_emission(TOTAL_SUPPLY) == block_emission(2**64 - 1) == 0
