"""The exact emission rules against the reference, within the bounds that the rules state."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.records import Subnet
from dtao.rules import emission as reference
from dtao.units import BlockNumber
from dtao_spec.chapters import eligibility, flow
from dtao_spec.chapters import emission as exact

ONE = 2**32
ULP = Fraction(1, ONE)
U64_MAX = 2**64 - 1


def wide(largest: int) -> st.SearchStrategy[int]:
    """Numbers of all sizes up to the largest."""
    return st.integers(0, largest.bit_length()).flatmap(lambda bits: st.integers(0, min(2**bits, largest)))


EMISSIONS = wide(10**9 * ONE) | st.sampled_from([10**9 * ONE, 5 * 10**8 * ONE])
PRICES = wide(2**80) | st.sampled_from([0, 1, ONE])
AMOUNTS = wide(U64_MAX)
SETTINGS = st.integers(0, 2**16 - 1) | st.sampled_from([11_796, 65_535])
WEIGHTS = wide(U64_MAX) | st.sampled_from([3_320_413_933_267_719_290, 971_718_665_099_567_868, U64_MAX])


@given(EMISSIONS, st.lists(PRICES, min_size=1, max_size=5))
def test_tao_emission(emission: int, prices: list[int]) -> None:
    total = sum(prices)
    parts = [reference.tao_emission(emission, price, total) for price in prices]
    for price, part in zip(prices, parts, strict=True):
        ideal = exact.tao_emission(emission * ULP, price * ULP, total * ULP)
        assert 0 <= ideal - part * ULP <= (ULP * (1 + 1 / (total * ULP)) if total else 0)
    assert sum(parts) <= emission
    assert sum(exact.tao_emission(emission * ULP, price * ULP, total * ULP) for price in prices) == (
        emission * ULP if total else 0
    )


@given(EMISSIONS, PRICES, EMISSIONS)
def test_alpha_injection(tao_in: int, price: int, alpha_emission: int) -> None:
    ideal = exact.alpha_injection(tao_in * ULP, price * ULP, alpha_emission * ULP)
    assert 0 <= ideal - reference.alpha_injection(tao_in, price, alpha_emission) * ULP < ULP


@given(EMISSIONS, AMOUNTS, AMOUNTS.filter(bool), EMISSIONS)
def test_the_floored_price_raises_the_alpha_by_little(tao_in: int, tao: int, alpha: int, alpha_emission: int) -> None:
    price = Fraction(tao, alpha)
    result = reference.alpha_injection(tao_in, (tao << 32) // alpha, alpha_emission) * ULP
    if price < ULP:
        assert result == alpha_emission * ULP
    elif price > ULP:
        ideal = exact.alpha_injection(tao_in * ULP, price, alpha_emission * ULP)
        assert ideal - ULP < result <= ideal * (1 + ULP / (price - ULP))


@given(st.booleans(), st.booleans())
def test_is_closed(burn: bool, work: bool) -> None:
    assert exact.is_closed(burn, work) == reference.is_registration_disabled(burn, work)


@given(SETTINGS)
def test_owner_cut_proportion(setting: int) -> None:
    assert 0 <= exact.owner_cut_proportion(setting) - reference.owner_cut_proportion(setting) * ULP < ULP


@given(WEIGHTS)
def test_tao_weight(weight: int) -> None:
    assert 0 <= exact.tao_weight(weight) - reference.tao_weight(weight) * ULP < ULP


@given(AMOUNTS, WEIGHTS, AMOUNTS)
def test_root_proportion(root_tao: int, weight: int, issuance: int) -> None:
    floored = reference.tao_weight(weight)
    result = reference.root_proportion(root_tao * floored, issuance) * ULP
    at_the_floored_weight = exact.root_proportion(Fraction(root_tao), floored * ULP, Fraction(issuance))
    assert 0 <= at_the_floored_weight - result < ULP
    if floored:
        ideal = exact.root_proportion(Fraction(root_tao), exact.tao_weight(weight), Fraction(issuance))
        assert 0 <= ideal - result <= ULP * (1 + 1 / (4 * floored * ULP))


@given(wide(ONE), EMISSIONS)
def test_root_alpha(proportion: int, alpha_out: int) -> None:
    ideal = exact.root_alpha(proportion * ULP, alpha_out * ULP)
    assert 0 <= ideal - reference.root_alpha(proportion, alpha_out) * ULP < ULP


@given(st.sampled_from([10**9, 5 * 10**8, 976_562, 1]), SETTINGS, wide(ONE))
def test_truncation_loses_at_most_two_units_of_alpha(emission: int, setting: int, proportion: int) -> None:
    cut = emission * reference.owner_cut_proportion(setting)
    sold = reference.root_alpha(proportion, (emission << 32) - cut)
    left = (emission << 32) - cut - sold
    assert 0 <= emission - (cut >> 32) - (sold >> 32) - (left >> 32) <= 2


def test_the_split_at_launch_is_18_41_41() -> None:
    cut = exact.owner_cut_proportion(11_796)
    assert [round(float(part), 4) for part in (cut, (1 - cut) / 2)] == [0.18, 0.41]


def test_root_is_down_to_one_half_after_75_days() -> None:
    alpha = Fraction(2 * 7_200 * 75)
    assert exact.root_proportion(Fraction(6_000_000), Fraction(18, 100), alpha) == Fraction(1, 2)


PRICES = wide(2**80) | st.sampled_from([0, 1, 2**32])


@given(wide(10**9 << 32), st.lists(PRICES, min_size=1, max_size=5))
def test_emit_1_in_unsigned_numbers(emission: int, prices: list[int]) -> None:
    largest, total = dtao.era(261).runtime.pools.amounts.max_bits, sum(prices)
    assert largest == 2**128 - 1
    for price in prices:
        ideal = exact.tao_emission_unsigned(emission * ULP, price * ULP, total * ULP)
        found = reference.tao_emission(emission, price, total, largest) * ULP
        assert 0 <= ideal - found <= (ULP * (1 + 1 / (total * ULP)) if total else 0)


@given(st.booleans(), st.booleans())
def test_emit_3_is_exact(burn: bool, work: bool) -> None:
    assert exact.is_closed_both_ways(burn, work) == reference.is_registration_disabled_both_ways(burn, work)


@given(
    st.dictionaries(st.integers(1, 9), PRICES, max_size=6), st.dictionaries(st.integers(1, 9), st.integers(0, 10**7))
)
def test_emit_8_is_exact(prices: dict[int, int], starts: dict[int, int]) -> None:
    exactly = {netuid: price * ULP for netuid, price in prices.items()}
    first = {
        netuid: Subnet(first_emission_block_number=BlockNumber(starts[netuid]) if netuid in starts else None)
        for netuid in prices
    }
    assert {netuid for netuid in prices if reference.is_eligible(first[netuid])} == set(
        eligibility.receives_emission(exactly, starts)
    )
    assert eligibility.receives_emission_unstarted_too(exactly, starts) == eligibility.receives_emission(
        exactly, starts
    )
    counted = eligibility.receives_emission_once_started(exactly, starts)
    assert {netuid for netuid in prices if reference.is_eligible_once_started(first[netuid])} == set(counted)
    assert sum(counted.values(), Fraction(0)) == sum((exactly[netuid] for netuid in counted), Fraction(0))


@pytest.mark.parametrize("power", [2, 64, 65, 2**64])
def test_flow_4_is_computed_for_every_power(power: int) -> None:
    """Also for one that was given by its raw bits, whose exact value no machine holds."""
    least, most, none = flow.powers_normalized([Fraction(1), Fraction(2), Fraction(0)], Fraction(power))
    assert none == 0
    assert least + most == 1
    assert abs(most - 1 + Fraction(1, 2 ** min(power, 100) + 1)) < Fraction(1, 10**15)
