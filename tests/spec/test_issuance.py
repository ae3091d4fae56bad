"""The exact emission of a block against both forms of the reference."""

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dtao.rules import issuance as reference
from dtao_spec.chapters import issuance as exact
from dtao_spec.render import title_and_prose

SUPPLY = exact.TOTAL_SUPPLY
NEAR_A_HALVING = st.builds(
    lambda halvings, offset: max(SUPPLY - (SUPPLY >> halvings) + offset, 0), st.integers(0, 60), st.integers(-3, 3)
)
ISSUANCES = st.integers(0, SUPPLY) | NEAR_A_HALVING | st.integers(0, 2**64 - 1)


def table() -> list[tuple[int, int, int]]:
    """Return the rows of the chapter's table: halvings, issuance, emission."""
    cells = [line.split("|") for line in title_and_prose(exact)[1].splitlines() if line.startswith("| ")]
    return [(int(halvings), int(least), int(emission)) for _, halvings, least, _, emission, _ in cells[1:]]


@given(ISSUANCES)
def test_the_reference_floors_the_emission(issuance: int) -> None:
    emission = exact.block_emission(issuance)
    assert reference.block_emission(issuance) == reference.block_emission_by_logarithm(issuance) == math.floor(emission)
    assert 0 <= emission - reference.block_emission(issuance) < 1


@given(st.integers(0, SUPPLY - 1) | NEAR_A_HALVING.filter(lambda issuance: issuance < SUPPLY))
def test_the_two_ways_to_count_halvings_agree(issuance: int) -> None:
    left = SUPPLY - issuance
    assert exact.halvings(issuance) == (SUPPLY // left).bit_length() - 1
    # The steps of the proof: the count by the floored reciprocal, as long as it matters.
    reciprocal = 2**64 // -(-left * 2**32 // SUPPLY)
    assert reciprocal.bit_length() - 33 == min(exact.halvings(issuance), 32)


def test_the_table_of_halvings_is_right() -> None:
    rows = table()
    assert [halvings for halvings, _, _ in rows] == list(range(31))
    for halvings, least, emission in rows:
        assert exact.halvings(least) == halvings
        assert least == 0 or exact.halvings(least - 1) == halvings - 1
        assert reference.block_emission(least) == reference.block_emission_by_logarithm(least) == emission


def test_issuance_stops_short_of_the_supply() -> None:
    last = table()[-1][1]
    assert reference.block_emission(last - 1) == 1
    assert round(Fraction(SUPPLY - last, 10**9), 4) == Fraction(196, 10_000)
