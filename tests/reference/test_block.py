"""Laws of the block step that hold whatever the numbers are."""

import gc

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import dtao
from dtao.accumulator import SubnetAccumulator
from dtao.block import run_coinbase, step
from dtao.transitions.dividends import recycle
from dtao.transitions.stake import existing_netuids
from dtao.units import ROOT, BlockNumber
from tests.reference.worlds import ERA, states

SUITES = ("emission", "epoch", "children", "market", "launch", "halving")


def worlds(suite: str) -> list[dtao.State]:
    return list(states(suite, every=211))


@pytest.mark.parametrize("suite", SUITES)
def test_blocks_in_one_step_are_the_same_blocks_in_several(suite: str) -> None:
    for state in worlds(suite):
        whole = ERA.step(state, 7)
        assert whole == ERA.step(ERA.step(state, 3), 4)
        single = state
        for _ in range(7):
            single = ERA.step(single)
        assert whole == single


def test_going_on_from_the_last_step_is_the_same_as_from_any_state_like_it() -> None:
    for state in states("emission", every=15):
        entries = ERA.dump(state)
        together, one = ERA.step(state, 3), ERA.step(state)
        two = ERA.step(one)
        assert ERA.step(two) == together
        assert ERA.step(one) == two  # and again from one that the last step did not lead to
        assert ERA.step(ERA.load(ERA.dump(two))) == ERA.load(ERA.dump(together))
        assert ERA.dump(state) == entries


def test_a_step_leaves_the_collector_nothing_and_as_it_was() -> None:
    for era in (dtao.ERAS[0], dtao.ERAS[-1]):
        state = era.genesis()
        gc.collect()
        was_on = gc.isenabled()
        gc.disable()
        try:
            state = era.step(state, 1_000)
            assert gc.collect() == 0
            assert not gc.isenabled()
            gc.enable()
            era.step(state, 2)
            assert gc.isenabled()
        finally:
            (gc.enable if was_on else gc.disable)()


def test_no_blocks_change_nothing() -> None:
    state = ERA.genesis()
    assert ERA.step(state, 0) is state


@pytest.mark.parametrize("suite", SUITES)
def test_what_a_block_emits_is_what_the_pools_and_the_issuance_gain(suite: str) -> None:
    for state in worlds(suite):
        after = ERA.step(state)
        emitted = [after.emission(netuid) for netuid in existing_netuids(state) if netuid != ROOT]
        assert after.total_issuance - state.total_issuance == sum(emission.tao_in for emission in emitted)
        assert sum(emission.tao_in for emission in emitted) <= 10**9
        for netuid in existing_netuids(state):
            before, pool, emission = state.pool(netuid), after.pool(netuid), after.emission(netuid)
            gained = pool.alpha_in + pool.alpha_out - before.alpha_in - before.alpha_out
            assert gained == (0 if netuid == ROOT else emission.alpha_in + emission.alpha_out)


@pytest.mark.parametrize("suite", ["emission", "launch"])
def test_the_moving_price_goes_from_its_old_value_toward_the_price(suite: str) -> None:
    for state in worlds(suite):
        after = ERA.step(state)
        for netuid in existing_netuids(state):
            if netuid == ROOT or state.subnet(netuid).mechanism != 1:
                continue
            pool = after.pool(netuid)
            price = (pool.tao << 32) // pool.alpha_in if pool.alpha_in else 0
            low, high = sorted((state.pool(netuid).moving_price, price))
            assert low - 2 <= pool.moving_price <= high


@given(st.integers(0, 10**9), st.integers(1, 400))
@settings(deadline=None, max_examples=60)
def test_a_coinbase_emits_in_proportion_and_never_more(emission: int, block: int) -> None:
    state = evolve(next(states("emission", every=60)), block_number=BlockNumber(block))
    after = run_coinbase(state, dtao.Bits(emission << 32))
    assert 0 <= after.total_issuance - state.total_issuance <= emission


def test_what_an_epoch_recycles_stays_out_of_the_issued_alpha() -> None:
    era = dtao.era(338)
    state = era.genesis()
    netuid, *_ = [netuid for netuid in existing_netuids(state) if netuid != ROOT]
    epochs: list[int] = []

    def stepped(amount: int) -> dtao.State:
        epochs.clear()

        def drained(state: dtao.State, subnet: SubnetAccumulator) -> dtao.State:
            epochs.append(subnet.netuid)
            return recycle(state, subnet.netuid, amount)

        block = evolve(state.runtime.block, drain=drained)
        return step(evolve(state, runtime=evolve(state.runtime, block=block)), 250)

    plain, less = stepped(0), stepped(7)
    assert epochs.count(netuid) == 2
    for other in existing_netuids(state):
        assert less.pool(other).alpha_out == max(plain.pool(other).alpha_out - 7 * epochs.count(other), 0)
