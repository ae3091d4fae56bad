"""The laws of locked stake: conviction within bounds, no way back, no other path, and an end; with tight examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtao.records import Lock
from dtao.rules.locks import decay, rolled, rolled_or_ended
from dtao.units import Alpha, Bits, BlockNumber
from dtao_properties.laws import locks as laws
from dtao_properties.laws.locks import ONE, TIMES, Rates
from dtao_properties.proofs.lemmas import series

RATE = 934_866
"""The default of both rates: 130 days."""
SUPPLY = 21 * 10**15
CONSTANTS = st.sampled_from([1, 1_000, 311_622, RATE]) | st.integers(1, 10**7)
RATES = st.builds(Rates, CONSTANTS, CONSTANTS, st.booleans()) | st.builds(
    lambda one, apart, perpetual: Rates(one + apart, one, perpetual), CONSTANTS, st.integers(0, 3), st.booleans()
)
MASSES = st.integers(0, 54).flatmap(lambda width: st.integers(0, 2**width))
PARTS = st.integers(0, 2**64)
"""Of the mass, what conviction a lock has."""


def blocks_of(rates: Rates, part: int) -> int:
    """Return a number of blocks up to 40 of the smaller time constant."""
    return TIMES * min(rates.unlock, rates.maturity) * part // 2**64


def at(mass: int, conviction: int, block: int = 0) -> Lock:
    return Lock(Alpha(mass), Bits(conviction), BlockNumber(block))


def later(lock: Lock, blocks: int, rates: Rates) -> Lock:
    now = BlockNumber(lock.last_update + blocks)
    return rolled(lock, now, rates.unlock, rates.maturity, False, rates.is_perpetual)


@pytest.mark.rule("LOCK-1")
@given(st.integers(0, 10**9), st.integers(0, 10**9), CONSTANTS, st.integers(0, 10**7))
def test_nothing_dwindles_backwards(blocks: int, more: int, rate: int, slower: int) -> None:
    assert 0 <= decay(blocks + more, rate) <= decay(blocks, rate) <= ONE
    assert decay(blocks, rate) <= decay(blocks, rate + slower)


@pytest.mark.rule("LOCK-2")
@given(MASSES, PARTS, RATES, PARTS)
def test_conviction_is_never_more_than_was_locked(mass: int, part: int, rates: Rates, time: int) -> None:
    """And mass never grows; of a perpetual lock both are exact: it keeps its mass, and its conviction only rises."""
    before = at(mass, mass * part)
    after = later(before, blocks_of(rates, time), rates)
    assert 0 <= after.conviction <= laws.most_conviction(mass, mass * part, rates)
    assert 0 <= after.mass <= mass
    if rates.is_perpetual:
        assert after.mass == mass
        assert before.conviction <= after.conviction <= mass * ONE


@pytest.mark.rule("LOCK-2")
@given(MASSES, PARTS, st.builds(Rates, CONSTANTS, CONSTANTS, st.just(True)), PARTS, PARTS)
def test_the_conviction_of_a_perpetual_lock_rises_with_time(
    mass: int, part: int, rates: Rates, time: int, more: int
) -> None:
    sooner, blocks = blocks_of(rates, time), blocks_of(rates, time) + blocks_of(rates, more)
    assert (
        later(at(mass, mass * part), sooner, rates).conviction <= later(at(mass, mass * part), blocks, rates).conviction
    )


@pytest.mark.rule("LOCK-2")
@given(MASSES, MASSES, PARTS, PARTS, RATES, PARTS)
def test_a_larger_lock_stays_the_larger_one(
    mass: int, more: int, conviction: int, further: int, rates: Rates, time: int
) -> None:
    blocks = blocks_of(rates, time)
    one, other = (
        later(at(*given), blocks, rates) for given in ((mass, conviction), (mass + more, conviction + further))
    )
    assert one.mass <= other.mass
    assert one.conviction <= other.conviction


@pytest.mark.rule("LOCK-2")
@given(MASSES, PARTS, RATES, PARTS, PARTS)
def test_two_steps_come_to_what_one_does(mass: int, part: int, rates: Rates, time: int, more: int) -> None:
    conviction = mass * part
    first = blocks_of(rates, time // 2)
    second = blocks_of(rates, more // 2)
    once = later(at(mass, conviction), first + second, rates)
    twice = later(later(at(mass, conviction), first, rates), second, rates)
    assert -1 <= once.mass - twice.mass <= laws.mass_lost_by_steps()
    assert abs(once.conviction - twice.conviction) <= laws.conviction_between_steps(mass, conviction, rates)


@pytest.mark.rule("LOCK-2")
def test_the_bounds_of_two_steps_are_tight() -> None:
    """A rao of mass more and two less; and 0.9988 alpha rao of conviction, which is the floor of the mass between."""
    decaying = Rates(RATE, RATE, False)
    for mass, first, second, lost in ((19765201750986223, 257, 2728, -1), (19201934682480241, 41594, 20, 2)):
        once = later(at(mass, 0), first + second, decaying)
        assert once.mass - later(later(at(mass, 0), first, decaying), second, decaying).mass == lost
    rates, lock = Rates(9_421_468, 1_000, False), at(1, 0)
    apart = later(lock, 12_007, rates).conviction - later(later(lock, 22, rates), 11_985, rates).conviction
    assert 0.998 < apart / laws.conviction_between_steps(1, 0, rates) < 1


@pytest.mark.rule("LOCK-2")
@given(st.integers(1, SUPPLY), RATES)
def test_a_decaying_lock_ends_and_a_perpetual_one_ripens(mass: int, rates: Rates) -> None:
    """After 40 time constants nothing is left of any mass, and of what is locked for good all but 5e-18 is ripe."""
    slower = max(rates.unlock, rates.maturity)
    after = later(at(mass, 0), TIMES * slower, rates)
    if rates.is_perpetual:
        assert mass * (ONE - 100) <= after.conviction <= mass * ONE
    else:
        assert after.mass == 0


@pytest.mark.rule("LOCK-2")
@given(MASSES, PARTS, RATES, PARTS)
def test_a_lock_ends_only_when_it_is_negligible(mass: int, part: int, rates: Rates, time: int) -> None:
    """What ends loses less than 100 alpha rao and less than 100 of conviction that it would have kept."""
    before = at(mass, mass * part)
    now = BlockNumber(blocks_of(rates, time))
    kept = rolled(before, now, rates.unlock, rates.maturity, False, rates.is_perpetual)
    after, lost, less = rolled_or_ended(before, now, rates.unlock, rates.maturity, False, rates.is_perpetual)
    ends = kept.mass < 100 and kept.conviction < 100 * ONE
    assert after == (at(0, 0, now) if ends else kept)
    assert kept.mass - after.mass < 100
    assert kept.conviction - after.conviction < 100 * ONE
    assert (before.mass - after.mass, max(before.conviction - after.conviction, 0)) == (lost, less)


@pytest.mark.rule("LOCK-2")
@given(MASSES, RATES, PARTS)
def test_a_lock_of_the_owner_is_ripe_at_once(mass: int, rates: Rates, time: int) -> None:
    now = BlockNumber(blocks_of(rates, time))
    after = rolled(at(mass, 0), now, rates.unlock, rates.maturity, True, rates.is_perpetual)
    assert after.conviction == after.mass * ONE <= mass * ONE


def test_the_error_of_a_decay_is_the_one_that_is_proved() -> None:
    assert laws.DECAY_ERROR == series.DECAY_ERROR
    assert laws.TIMES == series.LOWEST_DECAY
