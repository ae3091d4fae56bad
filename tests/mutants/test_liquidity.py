"""Calls on concentrated liquidity exactly at their bounds."""

import pytest

import dtao
from dtao.outcome import Rejection
from dtao.rules.pools.concentrated.positions import MIN_LIQUIDITY
from dtao.trades import Swap
from dtao.transitions.liquidity import ranges_of, sim_swap
from tests.reference.test_liquidity import ALICE, BOTH, HOTKEY, NETUID, SUBSIDY, SWAPS, TAO, done, opened, provided

OWNER = 5


def of_an_owner(era: dtao.Era) -> dtao.State:
    return era.set(opened(era), "SubnetOwner", {"netuid": 1}, str(OWNER))


@BOTH
@pytest.mark.rule("POOL-24")
def test_the_owner_opens_the_pool_but_does_not_close_it(era: dtao.Era) -> None:
    state = of_an_owner(era)
    done(state, "toggle_user_liquidity", OWNER, netuid=1, enable=True)
    done(state, "toggle_user_liquidity", OWNER, "BadOrigin", netuid=1, enable=False)


@BOTH
@pytest.mark.rule("POOL-25")
def test_an_account_has_at_most_one_position_more_than_a_hundred(era: dtao.Era) -> None:
    state = opened(era)
    for _ in range(101):
        state = provided(state, -1_000, 1_000, MIN_LIQUIDITY)
    provided(state, -1_000, 1_000, MIN_LIQUIDITY, error="MaxPositionsExceeded")


@pytest.mark.rule("POOL-25")
def test_a_range_is_not_empty_from_298_on() -> None:
    provided(opened(SUBSIDY), 10, 10, 10**11, error="InvalidTickRange")
    provided(opened(SUBSIDY), 10, 11, 10**11)


@BOTH
@pytest.mark.rule("POOL-27")
def test_a_position_changes_by_the_minimum_and_no_less(era: dtao.Era) -> None:
    state = provided(opened(era), -20_000, 0, 10**11)
    number = str(state.last_position_id)

    def changed(delta: int, error: str | None = None) -> dtao.State:
        args = {"hotkey": str(HOTKEY), "netuid": 1, "position_id": number, "liquidity_delta": str(delta)}
        return done(state, "modify_position", ALICE, error, **args)

    assert ranges_of(changed(MIN_LIQUIDITY), NETUID).liquidity == ranges_of(state, NETUID).liquidity + MIN_LIQUIDITY
    changed(-MIN_LIQUIDITY)
    changed(MIN_LIQUIDITY - 1, "InvalidLiquidityValue")
    changed(1 - MIN_LIQUIDITY, "InvalidLiquidityValue")


@pytest.mark.rule("POOL-16")
@pytest.mark.parametrize(("buying", "price"), [(True, 1), (False, 10 * TAO)])
def test_a_limit_that_is_passed_already_is_a_reason_to_refuse_from_298_on(buying: bool, price: int) -> None:
    assert sim_swap(opened(SWAPS), NETUID, buying, TAO, price) == Swap(0, 0, 0)
    assert sim_swap(opened(SUBSIDY), NETUID, buying, TAO, price) is Rejection.PRICE_LIMIT_EXCEEDED
