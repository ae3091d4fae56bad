"""The strategies give what they promise."""

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import dtao
from dtao.records import Pool
from dtao.state import State
from dtao.units import NetUid
from dtao_properties import strategies
from dtao_properties.fuzz.held_to_laws import walked
from dtao_properties.laws import violations
from tests.laws.corpus import LAUNCH, ORACLE

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")  # a state is long to write


@given(strategies.amounts())
def test_amounts_are_u64(amount: int) -> None:
    assert 0 <= amount < 2**64


def test_amounts_reach_every_boundary() -> None:
    for boundary in strategies.BOUNDARIES:
        assert find(strategies.amounts(), lambda amount, boundary=boundary: amount == boundary) == boundary  # type: ignore[misc]


def test_pools_reach_over_18_orders_of_magnitude() -> None:
    find(strategies.pools(), lambda pool: pool.tao > 10**17 and 0 < pool.alpha_in < 10)
    find(strategies.pools(), lambda pool: 0 < pool.tao < 10 and pool.alpha_in > 10**17)


@given(strategies.pools())
def test_pools_are_no_larger_than_they_say(pool: Pool) -> None:
    assert max(pool.tao, pool.alpha_in, pool.alpha_out) <= strategies.LARGEST_RESERVE


@settings(max_examples=40)
@given(strategies.consistent_states())
def test_consistent_books_agree(state: State) -> None:
    assert strategies.agrees(state)


@settings(max_examples=15)
@given(strategies.reachable_states(steps=4), st.binary(min_size=24, max_size=24))
def test_reachable_states_go_on(state: State, drawn: bytes) -> None:
    walked(ORACLE, state, drawn)


@settings(max_examples=25)
@given(strategies.few_actors())
def test_a_world_of_one_goes_on(state: State) -> None:
    for _ in range(6):
        step = ORACLE.apply(state, {"do": "blocks", "n": 1})
        assert violations(step) == []
        state = step.after


@settings(max_examples=5)
@given(strategies.few_actors(dtao.era("yuma3")), strategies.states_with_hurdles(dtao.era("yuma3")))
def test_small_worlds_of_a_later_era_are_started_and_go_on(world: State, hindered: State) -> None:
    era = dtao.era("yuma3")
    assert world.subnet(NetUid(1)).subtoken_enabled
    assert era.step(world, 5).block_number == world.block_number + 5
    assert era.step(hindered).runtime is era.runtime


def test_a_world_of_one_shrinks_to_little() -> None:
    state = find(strategies.few_actors(), lambda state: state.pool(1).tao > 0)
    assert len(LAUNCH.dump(state)) < 60
