"""The moving price against the exact rules."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dtao.records import Subnet
from dtao.rules import price as reference
from dtao.units import BlockNumber
from dtao_spec.chapters import price as exact
from tests.spec.families import ULP, wide

PRICES = wide(2**80) | st.sampled_from([0, 1, 2**32 - 1, 2**32, 2**32 + 1])
WEIGHTS = st.integers(0, 2**32) | st.sampled_from([0, 12_885, 2**32])
AGES = st.integers(-5, 10**7) | st.sampled_from([0, 1, 15, 16, 201_600])


@given(PRICES, PRICES, WEIGHTS)
def test_price_2_counts_a_price_as_1_at_most(moving: int, present: int, weight: int) -> None:
    found = reference.moving_price_after_capped_price(moving, present, weight) * ULP
    assert 0 <= exact.moving_price_after_capped_price(moving * ULP, present * ULP, weight * ULP) - found < 2 * ULP


@given(WEIGHTS, AGES, st.integers(1, 10**7) | st.just(201_600))
def test_price_3_weight_by_age(moving_alpha: int, age: int, halving: int) -> None:
    assert reference.full_weight(moving_alpha, age, halving) * ULP == exact.full_weight(
        moving_alpha * ULP, age, halving
    )
    ideal = exact.weight_by_age(moving_alpha * ULP, age, halving)
    found = reference.weight_by_age(moving_alpha, age, halving) * ULP
    assert 0 <= ideal - found < ULP * (1 + moving_alpha * ULP)


def test_price_3_of_a_young_subnet_moves_in_few_steps() -> None:
    steps = [reference.weight_by_age(12_885, blocks, 201_600) for blocks in (15, 16, 31, 32)]
    assert steps == [0, 1, 1, 2]


@given(st.integers(0, 10**7), st.none() | st.integers(0, 10**7), st.integers(0, 10**7))
def test_price_4_age(registered_at: int, first: int | None, block: int) -> None:
    subnet = Subnet(
        network_registered_at=BlockNumber(registered_at),
        first_emission_block_number=None if first is None else BlockNumber(first),
    )
    since = block - reference.counted_from_registration(subnet)
    assert max(since, 0) == exact.age_since_registration(registered_at, first, block)
    since = block - reference.counted_from_start(subnet)
    assert max(since, 0) == exact.age_since_start(registered_at, first, block)
    assert exact.weight_by_age(Fraction(1), since, 9) == exact.weight_by_age(Fraction(1), max(since, 0), 9)
