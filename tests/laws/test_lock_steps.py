"""Locks through calls and blocks: who locks is known by the hotkey, and a sum of one lock is that lock."""

from collections.abc import Mapping, Sequence

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import dtao
from dtao.codec import Json
from dtao.persistent import Map
from dtao.state import State
from dtao.transitions.locks import clock_of
from dtao_properties.laws.locks import ONE
from tests.reference.test_liquidity import ALICE, HOTKEY, NETUID, TAO
from tests.reference.test_lock_calls import BOB, MINE, OTHER, funded

PRESENT = dtao.era(425)
START = dtao.migrate(funded(dtao.era(422)), PRESENT)
STAKED = dtao.migrate(
    dtao.era(422)
    .apply(
        evolve(funded(dtao.era(422)), staking_operations=Map()),
        dtao.era(422).call("add_stake", str(BOB), {"hotkey": str(HOTKEY), "netuid": 1, "amount_staked": str(50 * TAO)}),
    )
    .state,
    PRESENT,
)
COLDKEYS = (ALICE, BOB)
CALLS = ("lock_stake", "lock_stake", "move_lock", "set_perpetual_lock", "add_stake", "remove_stake")
Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*CALLS, "wait"]),
        st.integers(0, 1),
        st.integers(0, 2**16),
    ),
    min_size=2,
    max_size=12,
)  # fmt: skip


def taken(state: State, steps: Sequence[Step], is_alone: bool) -> State:
    """Take steps of which some are refused: calls of one or two coldkeys, and up to 650 000 blocks in between."""
    for name, who, number in steps:
        if name == "wait":
            state = PRESENT.set(state, "BlockNumber", {}, str(state.block_number + 10 * number))
            continue
        signer = COLDKEYS[0 if is_alone else who]
        hotkey = str((MINE, OTHER)[number & 1])
        amount = str(TAO * (number % 300) + number)
        args: Mapping[str, Mapping[str, Json]] = {
            "lock_stake": {"hotkey": hotkey, "netuid": 1, "amount": amount},
            "move_lock": {"destination_hotkey": hotkey, "netuid": 1},
            "set_perpetual_lock": {"netuid": 1, "enabled": bool(number & 2)},
            "add_stake": {"hotkey": str(HOTKEY), "netuid": 1, "amount_staked": amount},
            "remove_stake": {"hotkey": str(HOTKEY), "netuid": 1, "amount_unstaked": amount},
        }
        state = PRESENT.apply(
            evolve(state, staking_operations=Map()), PRESENT.call(name, str(signer), args[name])
        ).state
    return state


@pytest.mark.rule("LOCK-16")
@given(STEPS)
@settings(deadline=None)
def test_whoever_locks_is_known_by_the_hotkey(steps: list[Step]) -> None:
    subnet = taken(STAKED, steps, is_alone=False).subnet(NETUID)
    stored = {(hotkey, coldkey) for coldkey, own in subnet.coldkey_locks.items() for hotkey in own.locks}
    assert set(subnet.locking_coldkeys) == stored


def sum_and_lock(state: State) -> list[tuple[int, int]]:
    """Return mass and conviction of all sums now, and of all locks."""
    subnet, clock = state.subnet(NETUID), clock_of(state)
    sums = [*subnet.hotkey_locks.values(), *subnet.decaying_hotkey_locks.values()]
    own = [lock for each in subnet.coldkey_locks.values() for lock in each.locks.values()]
    is_perpetual = bool(subnet.hotkey_locks)
    now = [[clock.rolled(lock, False, is_perpetual) for lock in locks] for locks in (sums, own)]
    return [(sum(lock.mass for lock in locks), sum(lock.conviction for lock in locks)) for locks in now]


@pytest.mark.rule("LOCK-6", "LOCK-7")
@given(STEPS)
@settings(deadline=None)
def test_the_sum_of_one_lock_is_that_lock(steps: list[Step]) -> None:
    """Of mass but for a unit a step; of conviction it never has more, but for a unit a step."""
    (mass, conviction), lock = sum_and_lock(taken(START, steps, is_alone=True))
    assert 0 <= mass - lock[0] <= len(steps)
    assert conviction - lock[1] <= (len(steps) + 1) * ONE


@pytest.mark.rule("LOCK-7")
def test_a_sum_forgets_what_ripened_before_its_lock_was_touched() -> None:
    """Of 100 alpha locked for 65 000 blocks more than 6 are ripe; the sum has none once the lock was stored anew."""
    state = taken(START, [("lock_stake", 0, 100), ("wait", 0, 6_500), ("set_perpetual_lock", 0, 0)], is_alone=True)
    (mass, conviction), lock = sum_and_lock(state)
    assert mass == lock[0]
    assert lock[1] > 6 * TAO * ONE
    assert conviction == 0
