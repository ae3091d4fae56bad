"""Emission in later eras against the exact rules."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dtao.eras import UNSIGNED_MATH
from dtao.rules import emission as reference
from dtao.units import BlockNumber
from dtao_spec.later import emission as exact
from tests.spec.families import ULP, wide

PRICES = wide(2**80) | st.sampled_from([0, 1, 2**32])


@given(wide(10**9 << 32), st.lists(PRICES, min_size=1, max_size=5))
def test_emit_1_in_unsigned_numbers(emission: int, prices: list[int]) -> None:
    largest, total = UNSIGNED_MATH.runtime.amounts.max_bits, sum(prices)
    assert largest == 2**128 - 1
    for price in prices:
        ideal = exact.tao_emission(emission * ULP, price * ULP, total * ULP)
        found = reference.tao_emission(emission, price, total, largest) * ULP
        assert 0 <= ideal - found <= (ULP * (1 + 1 / (total * ULP)) if total else 0)


@given(st.booleans(), st.booleans())
def test_emit_3_is_exact(burn: bool, work: bool) -> None:
    assert exact.is_closed_both_ways(burn, work) == reference.is_closed_both_ways(burn, work)


@given(
    st.dictionaries(st.integers(1, 9), PRICES, max_size=6), st.dictionaries(st.integers(1, 9), st.integers(0, 10**7))
)
def test_emit_8_is_exact(prices: dict[int, int], starts: dict[int, int]) -> None:
    exactly = {netuid: price * ULP for netuid, price in prices.items()}
    first = {netuid: BlockNumber(starts[netuid]) if netuid in starts else None for netuid in prices}
    assert {netuid for netuid in prices if reference.takes_part(first[netuid])} == set(exact.takes_part(exactly))
    counted = exact.takes_part_once_started(exactly, starts)
    assert {netuid for netuid in prices if reference.takes_part_once_started(first[netuid])} == set(counted)
    assert sum(counted.values(), Fraction(0)) == sum((exactly[netuid] for netuid in counted), Fraction(0))
