"""Locked stake: its decay and its conviction, against exact figures and what was recorded."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtao.fixed import U64F64
from dtao.records import Lock
from dtao.rules.locks import decay, is_negligible, ripened, rolled, rolled_or_ended
from dtao.units import Alpha, Bits, BlockNumber

ONE = U64F64.one
RATES = st.sampled_from([1, 1_000, 311_622, 934_866]) | st.integers(1, 10**7)
BLOCKS = st.integers(0, 10**7)


def lock(mass: int, conviction: int, last_update: int) -> Lock:
    return Lock(Alpha(mass), Bits(conviction), BlockNumber(last_update))


@pytest.mark.parametrize(
    ("before", "now", "unlock", "maturity", "is_owner", "is_perpetual", "after"),
    [
        (lock(0, 0, 221_467), 321_467, 934_866, 934_866, False, True, lock(0, 0, 321_467)),
        (
            lock(101, 0, 2_570_559),
            2_602_455,
            311_622,
            1_000,
            False,
            False,
            lock(91, 1_687_271_150_095_028_345_715, 2_602_455),
        ),
        (
            lock(99, 4_937_944_538_369, 3_819_415),
            3_919_415,
            934_866,
            934_866,
            True,
            False,
            lock(88, 88 * ONE, 3_919_415),
        ),
        (
            lock(101, 0, 1_981_435),
            2_032_089,
            934_866,
            311_622,
            False,
            False,
            lock(95, 271_879_405_775_396_890_809, 2_032_089),
        ),
        (lock(101, 311_946, 731_417), 731_427, 1_000, 1, True, True, lock(101, 101 * ONE, 731_427)),
    ],
)
def test_recorded_locks(
    before: Lock, now: int, unlock: int, maturity: int, is_owner: bool, is_perpetual: bool, after: Lock
) -> None:
    assert rolled(before, BlockNumber(now), unlock, maturity, is_owner, is_perpetual) == after


@given(BLOCKS, RATES)
def test_a_decay_is_the_power_of_e(blocks: int, rate: int) -> None:
    assert abs(decay(blocks, rate) / ONE - exp(max(-blocks / rate, -40))) < 1e-6


def test_decays_at_the_edges() -> None:
    assert decay(0, 0) == decay(0, 5) == ONE
    assert decay(1, 0) == 0
    assert decay(40, 1) == decay(2**64 - 1, 1) == decay(2**63, 1)
    assert decay(1, 2**64 - 1) == ONE - 2


@given(st.integers(0, 2**60), BLOCKS, RATES, RATES, st.booleans())
def test_what_ripens_is_never_more_than_the_mass(
    mass: int, blocks: int, unlock: int, maturity: int, is_perpetual: bool
) -> None:
    assert 0 <= ripened(Alpha(mass), blocks, unlock, maturity, is_perpetual) <= mass * ONE


@given(st.integers(0, 2**50), BLOCKS, RATES)
def test_equal_rates_are_the_limit_of_unequal_ones(mass: int, blocks: int, rate: int) -> None:
    rate += 1_000
    equal = ripened(Alpha(mass), blocks, rate, rate, False)
    near = ripened(Alpha(mass), blocks, rate + 1, rate, False)
    assert abs(equal - near) < (mass + 1) * ONE // 500


def test_nothing_ripens_where_only_one_rate_is_zero() -> None:
    assert ripened(Alpha(5), 10, 0, 3, False) == ripened(Alpha(5), 10, 3, 0, False) == 0
    assert ripened(Alpha(5), 10, 0, 0, False) == 0
    assert ripened(Alpha(5), 10, 3, 0, True) == 5 * ONE


def test_a_lock_of_a_later_block_stays_but_for_the_owner() -> None:
    later = lock(7, 3, 100)
    assert rolled(later, BlockNumber(99), 5, 5, False, False) == later
    assert rolled(later, BlockNumber(99), 5, 5, True, False) == lock(7, 7 * ONE, 100)


def test_a_negligible_lock_ends_and_what_it_lost_is_told() -> None:
    assert is_negligible(lock(99, 100 * ONE - 1, 0))
    assert not is_negligible(lock(100, 0, 0))
    assert not is_negligible(lock(0, 100 * ONE, 0))
    ended = rolled_or_ended(lock(101, 0, 2_570_559), BlockNumber(2_602_455), 311_622, 1_000, False, False)
    assert ended == (lock(0, 0, 2_602_455), 101, 0)
    kept = rolled_or_ended(lock(1_000, 5, 0), BlockNumber(10), 100, 100, False, False)
    assert kept == (lock(904, kept[0].conviction, 10), 96, 0)
    assert kept[0].conviction > 80 * ONE
