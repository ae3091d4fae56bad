"""The laws of pools of concentrated liquidity: each is broken by what it is there to catch."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from attrs import evolve

import dtao
from dtao.persistent import Map
from dtao.rules.pools.concentrated import positions, swap
from dtao.rules.pools.concentrated.records import Ranges
from dtao.rules.pools.concentrated.sqrt_price import price_at
from dtao.state import State
from dtao.units import AccountId, Bits, NetUid, Rao
from dtao_properties.laws import INVARIANTS, violations
from dtao_properties.laws.leak_sizes import leaks_of
from dtao_properties.laws.positions import owed, reserves_less_positions
from dtao_properties.model.step import Oracle, Step
from tests.laws.later import called, small

ERAS = [dtao.era(version) for version in (283, 298)]
BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}
STAKE = {"TotalHotkeyAlpha__11__1": str(10**12), "TotalHotkeyShares__11__1": str(10**12 << 64),
         "Alpha__11__1__1": str(10**12 << 64), "SubnetAlphaOut__1": str(10**12), "SubtokenEnabled__1": True,
         "EnabledUserLiquidity__1": True, "FeeRate__1": 196}  # fmt: skip


def provided(era: dtao.Era) -> Step:
    """Buy once, so that the pool has a price, and provide liquidity around it."""
    step = called(era, small(era, **STAKE), "add_stake", hotkey="11", netuid=1, amount_staked=str(10**9))
    assert step.error is None
    place = {"tick_low": "-100", "tick_high": "1000", "liquidity": str(10**10)}
    return called(era, step.after, "add_liquidity", hotkey="11", netuid=1, **place)


def bought(era: dtao.Era) -> Step:
    """Buy through the upper edge of that position."""
    return called(era, provided(era).after, "add_stake", hotkey="11", netuid=1, amount_staked=str(10**11))


def modified(era: dtao.Era) -> Step:
    return called(era, bought(era).after, "modify_position", hotkey="11", netuid=1, position_id="2",
                  liquidity_delta=str(10**9))  # fmt: skip


def removed(era: dtao.Era) -> Step:
    return called(era, bought(era).after, "remove_liquidity", hotkey="11", netuid=1, position_id="2")


def sold(era: dtao.Era) -> Step:
    """Sell all in a later block, down to a price far below."""
    oracle = Oracle(era)
    later = oracle.apply(bought(era).after, {"do": "blocks", "n": 1}).after
    return called(era, later, "remove_stake_full_limit", hotkey="11", netuid=1, limit_price="1000")


STEPS = {"sold": sold, "provided": provided, "bought": bought, "modified": modified, "removed": removed}


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@pytest.mark.parametrize("name", STEPS)
def test_what_the_reference_does_breaks_no_law(era: dtao.Era, name: str) -> None:
    step = STEPS[name](era)
    assert step.error is None
    assert violations(step) == []


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
def test_the_leaks_of_a_position(era: dtao.Era) -> None:
    found: dict[tuple[str, str], int] = {}
    for make in STEPS.values():
        step = make(era)
        for leak in leaks_of(step):
            found[step.name, f"{leak.name}, {leak.place}"] = leak.amount
    fee = int(bought(era).events[0][6])
    assert found["add_stake", "fees of swaps, pools"] == fee
    assert 0 < 10**11 * 196 // 65_535 - fee < 10
    tao = int(provided(era).events[0][6])
    assert found["add_liquidity", "uncounted liquidity, TAO"] == tao
    assert found["modify_position", "changed positions, TAO"] > 0
    assert -fee < found["remove_liquidity", "collected fees, TAO"] < 0


Change = Callable[[Ranges], dict[str, Any]]
BROKEN: dict[str, Change] = {
    "liquidity in force": lambda ranges: {"liquidity": ranges.liquidity + 1},
    "net": lambda ranges: {"ticks": ranges.ticks.set(-100, evolve(ranges.ticks[-100], liquidity_net=1))},
    "gross": lambda ranges: {"ticks": ranges.ticks.set(-100, evolve(ranges.ticks[-100], liquidity_gross=1))},
    "an edge too many": lambda ranges: {"ticks": ranges.ticks.set(5, ranges.ticks[-100])},
}


def with_ranges(step: Step, change: Change) -> Step:
    ranges = step.after.ranges[NetUid(1)]
    broken = evolve(ranges, **change(ranges))
    after: State = evolve(step.after, ranges=step.after.ranges.set(NetUid(1), broken))
    return step.with_after(after)


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@pytest.mark.parametrize("broken", BROKEN)
def test_liquidity_that_is_not_the_sum_of_positions_is_noticed(era: dtao.Era, broken: str) -> None:
    step = with_ranges(provided(era), BROKEN[broken])
    assert BY_NAME["liquidity is the sum of positions"].violations(step)
    assert BY_NAME["pools are stored as the rules say"].violations(step)


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@pytest.mark.parametrize("by", [-1, 1])
def test_a_tick_that_the_price_is_not_at_is_noticed(era: dtao.Era, by: int) -> None:
    step = with_ranges(bought(era), lambda ranges: {"tick": ranges.tick + by})
    assert BY_NAME["the price lies at its tick"].violations(step)


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@pytest.mark.parametrize("name", ["sqrt_price", "fees_tao"])
def test_a_last_bit_of_a_price_or_a_fee_is_noticed(era: dtao.Era, name: str) -> None:
    step = with_ranges(bought(era), lambda ranges: {name: Bits(getattr(ranges, name) + 1)})
    assert BY_NAME["pools are stored as the rules say"].violations(step)


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
def test_a_position_taken_out_at_once_gains_nothing(era: dtao.Era) -> None:
    step = provided(era)
    back = called(era, step.after, "remove_liquidity", hotkey="11", netuid=1, position_id="2")
    balances = [state.balances[1] for state in (step.before, back.after)]  # type: ignore[index]
    stakes = [state.subnet(NetUid(1)).share_pools[11].total_alpha for state in (step.before, back.after)]  # type: ignore[index]
    assert balances[1] <= balances[0]
    assert stakes[1] <= stakes[0]


LAWS_OF_TRADES: Mapping[str, Callable[[Step], Step]] = {
    "fees that are owed were taken": lambda step: with_ranges(
        step, lambda ranges: {"fees_tao": ranges.fees_tao + 2**64 // 10**8}
    ),
    "reserves cover positions": lambda step: with_pool(step, tao=-(10**9)),
    "a way of trading is no better than another": lambda step: evolve(step, events=more_paid(step, 10)),
}
"""What each law of trades is there to catch: a fee that nobody paid, TAO that is gone, ten alpha rao too many."""


def with_pool(step: Step, tao: int) -> Step:
    pool = step.after.pool(NetUid(1))
    pools = step.after.pools.set(NetUid(1), evolve(pool, tao=Rao(pool.tao + tao)))
    return step.with_after(evolve(step.after, pools=pools))


def more_paid(step: Step, alpha: int) -> tuple[tuple[str, ...], ...]:
    first, *others = step.events
    return ((*first[:4], str(int(first[4]) + alpha), *first[5:]), *others)


def bought_within(era: dtao.Era) -> Step:
    """Buy so little that the price stays between two edges."""
    return called(era, provided(era).after, "add_stake", hotkey="11", netuid=1, amount_staked=str(10**8))


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@pytest.mark.parametrize("name", LAWS_OF_TRADES)
def test_the_laws_of_trades_hold_and_notice_what_they_are_there_for(era: dtao.Era, name: str) -> None:
    step = bought_within(era)
    assert step.error is None
    assert BY_NAME[name].violations(step) == []
    assert BY_NAME[name].violations(LAWS_OF_TRADES[name](step))


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
def test_the_laws_of_trades_hold_across_edges(era: dtao.Era) -> None:
    for step in (bought(era), sold(era)):
        assert [sentence for name in LAWS_OF_TRADES for sentence in BY_NAME[name].violations(step)] == []
    for broken in ("fees that are owed were taken", "reserves cover positions"):
        assert BY_NAME[broken].violations(LAWS_OF_TRADES[broken](bought(era)))


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@pytest.mark.parametrize("item", ["balances", "stake"])
def test_a_position_that_gains_at_once_is_noticed(era: dtao.Era, item: str) -> None:
    step, law = provided(era), BY_NAME["a position taken out at once gains nothing"]
    assert law.violations(step) == []
    before = step.before
    if item == "balances":
        poorer = evolve(before, balances=before.balances.set(AccountId(1), Rao(before.balances[AccountId(1)] - 2)))
    else:
        less = evolve(before.subnet(NetUid(1)), share_pools=before.subnet(NetUid(1)).share_pools.delete(AccountId(11)))
        poorer = evolve(before, subnets=before.subnets.set(NetUid(1), less))
    assert law.violations(evolve(step, before=poorer))


def test_the_fee_of_1000_of_liquidity_is_owed_though_nobody_paid_it() -> None:
    """The bound is tight: fees are divided by the liquidity less 1,000, so that 2,000 of it are owed the fee twice."""
    empty = Ranges(is_initialized=True, sqrt_price=Bits(2**64))
    ranges, _ = positions.open_position(empty, AccountId(1), 1, -10_000, 10_000, 2_000)
    found = swap.swap(ranges, 6_554, True, 100, price_at(9_000))
    assert isinstance(found, swap.RangeSwap)
    assert (found.fee, owed(found.ranges)) == (10, (19, 0))


def test_every_position_may_cost_the_reserves_a_unit() -> None:
    """The bound is tight: 20 equal positions are floored alike, and a small purchase lets each claim one rao more."""
    era = ERAS[1]

    def next_block(step: Step) -> State:
        assert step.error is None
        return evolve(step.after, staking_operations=Map())

    begun = small(era, **{**STAKE, "FeeRate__1": 0})
    state = next_block(called(era, begun, "add_stake", hotkey="11", netuid=1, amount_staked=str(10**7)))
    place = {"tick_low": "-10000", "tick_high": "10000", "liquidity": "5000"}
    for _ in range(20):
        state = next_block(called(era, state, "add_liquidity", hotkey="11", netuid=1, **place))
    state = next_block(called(era, state, "add_stake", hotkey="11", netuid=1, amount_staked="129999730"))
    step = called(era, state, "add_stake", hotkey="11", netuid=1, amount_staked=str(10**7))
    margins = [reserves_less_positions(one, NetUid(1))[0] for one in (step.before, step.after)]
    assert margins[0] - margins[1] == 19
    assert BY_NAME["reserves cover positions"].violations(step) == []
