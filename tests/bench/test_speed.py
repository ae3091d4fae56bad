"""How fast the reference is; run by `make bench`, and never a condition of the tests.

Every figure is a median of CPU time, and stands beside that of a baseline measured in the same run: additions in a
Python loop.
The cost of a block shall be linear in the subnets, the cost of a call independent of them: compare the sizes.
"""

from collections.abc import Callable

import pytest

import dtao
from dtao import calls
from dtao.evolving import evolve
from dtao.persistent import Map
from dtao.units import Alpha, NetUid
from dtao_properties.conformance import vectors
from tests.bench.conftest import Measure
from tests.bench.worlds import ERA, STAKER, TAO, world, world_at
from tests.reference.worlds import SCENARIOS, after, scenarios

SIZES = [(16, 16), (64, 16), (64, 64), (256, 4), (1024, 4)]
CALLS = ["add_stake", "remove_stake", "swap_stake"]
LATER = ["252", "277", "283", "298", "320", "338", "342", "371", "391", "411", "421", "425"]
"""A block of 283 to 342 shall cost at most three times one of 277, a block and a call of 343 to 422 at most one and a
half times one of 342."""


def test_baseline(measure: Measure) -> None:
    def additions() -> int:
        total = 0
        for number in range(10**6):
            total += number
        return total

    measure(additions, 10**6, "additions")


@pytest.mark.parametrize(("subnets", "neurons"), SIZES)
def test_blocks(measure: Measure, subnets: int, neurons: int) -> None:
    state = world(subnets, neurons)
    blocks = 720 if subnets <= 64 else 361
    measure(lambda: ERA.step(state, blocks), blocks, "blocks")


@pytest.mark.parametrize("era", LATER)
@pytest.mark.parametrize(("subnets", "neurons"), [(64, 16), (64, 64), (1024, 4)])
def test_blocks_of_later_eras(measure: Measure, era: str, subnets: int, neurons: int) -> None:
    state = world_at(era, subnets, neurons)
    blocks = 720 if subnets <= 64 else 100
    measure(lambda: dtao.era(era).step(state, blocks), blocks, "blocks")


@pytest.mark.parametrize(("subnets", "neurons"), [(64, 16), (1024, 4)])
def test_blocks_one_by_one(measure: Measure, subnets: int, neurons: int) -> None:
    state = world(subnets, neurons)
    blocks = 361 if subnets == 64 else 50

    def run() -> dtao.State:
        now = state
        for _ in range(blocks):
            now = ERA.step(now)
        return now

    measure(run, blocks, "blocks")


@pytest.mark.parametrize(("subnets", "neurons"), [(64, 16), (1024, 4)])
@pytest.mark.parametrize("name", CALLS)
def test_calls(measure: Measure, name: str, subnets: int, neurons: int) -> None:
    measure_calls(measure, ERA, world(subnets, neurons), name)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("era", LATER)
def test_calls_of_later_eras(measure: Measure, era: str, name: str) -> None:
    measure_calls(measure, dtao.era(era), world_at(era, 64, 16), name)


def measure_calls(measure: Measure, era: dtao.Era, state: dtao.State, name: str) -> None:
    """Measure a thousand calls of a kind, on 32 subnets in turn, or from these to as many others."""
    add_stake: Callable[..., calls.Call] = era.runtime.calls["add_stake"]
    for netuid in range(1, 65):
        call = add_stake(signer=STAKER, hotkey=1000, netuid=netuid, amount_staked=100 * TAO)
        state = applied(era, state, call)
    state = era.set(state, "Owner", {"account": "1000"}, str(STAKER))
    # From 298 to 422 what was just added may not be removed or moved in the same block.
    state = evolve(state, staking_operations=Map())
    kind: Callable[..., calls.Call] = era.runtime.calls[name]
    arguments = [arguments_of(name, 1 + number) for number in range(32)]

    def run() -> dtao.State:
        now = state
        for number in range(1000):
            now = applied(era, now, kind(signer=STAKER, hotkey=1000, **arguments[number % 32]))
        return now

    measure(run, 1000, "calls")


@pytest.mark.parametrize("era", ["launch", "yuma3", "320"])
def test_epochs_of_256_neurons_with_64_validators_and_dense_weights(measure: Measure, era: str) -> None:
    state = dtao.migrate(world(1, 256, validators=64), era)
    if era == "yuma3":
        state = dtao.era(era).set(state, "Yuma3On", {"netuid": 1}, True)

    def run() -> dtao.State:
        now = state
        for _ in range(3):
            now = now.runtime.mechanisms.whole_epoch(now, NetUid(1), Alpha(TAO))[0]
        return now

    measure(run, 3, "epochs")


def arguments_of(name: str, netuid: int) -> dict[str, int]:
    if name == "swap_stake":
        return {"origin_netuid": netuid, "destination_netuid": netuid + 32, "alpha_amount": TAO}
    return {"netuid": netuid, "amount_staked" if name == "add_stake" else "amount_unstaked": TAO}


def applied(era: dtao.Era, state: dtao.State, made: calls.Call) -> dtao.State:
    outcome = era.apply(state, made)
    assert outcome.error is None
    return outcome.state


def test_replay_of_all_scenarios(measure: Measure) -> None:
    names = [path.name.removesuffix(".jsonl.gz") for path in vectors.files([SCENARIOS])]
    recorded = [steps for name in names for steps in scenarios(name)]

    def run() -> None:
        for steps in recorded:
            state = ERA.genesis()
            for step in steps:
                state = after(state, step)

    measure(run, sum(map(len, recorded)), "steps")
