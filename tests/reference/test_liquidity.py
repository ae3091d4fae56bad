"""Liquidity that users provide, and what came with the pools that have it: the calls of 283 and 298."""

from typing import Any

import pytest
from attrs import evolve

import dtao
from dtao.codec import Json
from dtao.rules.pools.concentrated.positions import amounts, initialize, unrounded_amounts
from dtao.rules.pools.concentrated.records import NO_RANGES
from dtao.rules.pools.concentrated.sqrt_price import FRACTION, MAX_TICK, MIN_TICK
from dtao.rules.shares import stake_of
from dtao.transitions.liquidity import ranges_of
from dtao.units import AccountId, Alpha, NetUid, Rao

SWAPS, SUBSIDY, MECHANISMS = dtao.era(283), dtao.era(298), dtao.era(320)
BOTH = pytest.mark.parametrize("era", [SWAPS, SUBSIDY], ids=lambda era: era.name)
NETUID = NetUid(1)
ALICE, HOTKEY = 7, 0
TAO = 10**9


def done(state: dtao.State, name: str, signer: int | None, error: str | None = None, **args: Json) -> dtao.State:
    """Make a call, which must be refused as told."""
    era = dtao.era(state.runtime.spec_version)
    outcome = era.apply(state, era.call(name, None if signer is None else str(signer), args))
    assert outcome.error == error
    return outcome.state


def opened(era: dtao.Era) -> dtao.State:
    """A pool of 1 000 TAO and 4 000 alpha that is open to users, in which Alice, who has 900 TAO, staked 100."""
    state = era.genesis()
    for item, value in (("SubnetTAO", 1_000 * TAO), ("SubnetAlphaIn", 4_000 * TAO)):
        state = era.set(state, item, {"netuid": 1}, str(value))
    state = era.set(state, "SubtokenEnabled", {"netuid": 1}, True)
    state = era.set(state, "Balance", {"account": str(ALICE)}, str(1_000 * TAO))
    state = done(state, "add_stake", ALICE, hotkey=str(HOTKEY), netuid=1, amount_staked=str(100 * TAO))
    return done(state, "toggle_user_liquidity", None, netuid=1, enable=True)


def provided(state: dtao.State, low: int, high: int, liquidity: int, error: str | None = None) -> dtao.State:
    args = {"tick_low": str(low), "tick_high": str(high), "liquidity": str(liquidity)}
    return done(state, "add_liquidity", ALICE, error, hotkey=str(HOTKEY), netuid=1, **args)


def balance_and_stake(state: dtao.State) -> tuple[int, int]:
    return balance_of(state), stake_of(state.subnet(NETUID).share_pools[AccountId(HOTKEY)], AccountId(ALICE))


def balance_of(state: dtao.State) -> int:
    return state.balances.get(AccountId(ALICE), 0)


@BOTH
@pytest.mark.rule("POOL-22", "POOL-25", "POOL-26")
def test_a_position_is_paid_for_and_paid_back(era: dtao.Era) -> None:
    before = opened(era)
    ranges = ranges_of(before, NETUID)
    low, high = ranges.tick - 1_000, ranges.tick + 1_000
    tao, alpha = amounts(low, high, 10**11, ranges.sqrt_price)
    after = provided(before, low, high, 10**11)
    found = ranges_of(after, NETUID)
    balance, stake = balance_and_stake(before)
    assert balance_and_stake(after) == (balance - tao, stake - alpha)
    assert (found.tao_provided, found.alpha_provided) == (tao, alpha)
    assert found.liquidity == ranges.liquidity + 10**11
    again = done(after, "remove_liquidity", ALICE, hotkey=str(HOTKEY), netuid=1,
                 position_id=str(after.last_position_id))  # fmt: skip
    assert balance_and_stake(again) == (balance, stake)
    assert ranges_of(again, NETUID) == ranges


@BOTH
@pytest.mark.rule("POOL-26")
def test_a_position_is_paid_the_fees_of_trades_in_its_range(era: dtao.Era) -> None:
    state = provided(opened(era), -443_636, 443_636, 10**11)
    ranges = ranges_of(state, NETUID)
    state = era.set(state, "Balance", {"account": "9"}, str(1_000 * TAO))
    state = done(state, "add_stake", 9, hotkey=str(HOTKEY), netuid=1, amount_staked=str(100 * TAO))
    before = balance_of(state)
    state = done(state, "remove_liquidity", ALICE, hotkey=str(HOTKEY), netuid=1,
                 position_id=str(state.last_position_id))  # fmt: skip
    tao, _ = amounts(-443_636, 443_636, 10**11, ranges_of(state, NETUID).sqrt_price)
    fee = 100 * TAO * state.subnet(NETUID).hyperparameters.fee_rate // 65_535
    share = fee * 10**11 // ranges.liquidity
    assert 0 <= balance_of(state) - before - tao - share <= 2 + share // 10**6


@BOTH
@pytest.mark.rule("POOL-27")
def test_a_position_that_is_changed_moves_the_difference(era: dtao.Era) -> None:
    state = provided(opened(era), -20_000, 0, 10**11)
    sqrt_price, before = ranges_of(state, NETUID).sqrt_price, balance_of(state)
    number = str(state.last_position_id)
    more, _ = amounts(-20_000, 0, 10**10, sqrt_price)
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1, "position_id": number}
    grown = done(state, "modify_position", ALICE, **args, liquidity_delta=str(10**10))
    assert balance_of(grown) == before - more
    shrunk = done(grown, "modify_position", ALICE, **args, liquidity_delta=str(-(10**10)))
    assert balance_of(shrunk) == before
    assert ranges_of(shrunk, NETUID).positions == ranges_of(state, NETUID).positions
    done(state, "modify_position", 9, "LiquidityNotFound", **args, liquidity_delta="1")


@pytest.mark.parametrize(
    ("era", "error"),
    [(SWAPS, "InsufficientBalance"), (SUBSIDY, None), (MECHANISMS, None)],
    ids=["283", "298", "320"],
)
@pytest.mark.rule("POOL-27")
def test_stake_covers_the_whole_alpha_rao_of_a_change_from_298_on(era: dtao.Era, error: str | None) -> None:
    """Of a change that consists of a fraction of an alpha rao beyond them, which 283 counts too."""
    state = provided(opened(era), 0, 20_000, 10**6)
    number, delta = str(state.last_position_id), 12_345
    _, alpha = unrounded_amounts(0, 20_000, delta, ranges_of(state, NETUID).sqrt_price)
    assert alpha % 2**FRACTION
    held = alpha >> FRACTION
    keys: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1}
    state = era.set(state, "TotalHotkeyAlpha", keys, str(held))
    state = era.set(state, "TotalHotkeyShares", keys, str(held << 64))
    state = era.set(state, "Alpha", {**keys, "coldkey": str(ALICE)}, str(held << 64))
    done(state, "modify_position", ALICE, error, **keys, position_id=number, liquidity_delta=str(delta))


@BOTH
@pytest.mark.rule("POOL-27")
def test_the_smallest_change_of_a_position_counts_as_too_small(era: dtao.Era) -> None:
    """Its magnitude wraps around to itself, below the least change, until 390."""
    state = provided(opened(era), 0, 20_000, 10**6)
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1, "position_id": str(state.last_position_id)}
    done(state, "modify_position", ALICE, "InvalidLiquidityValue", **args, liquidity_delta=str(-(2**63)))
    done(state, "modify_position", ALICE, "InsufficientLiquidity", **args, liquidity_delta=str(1 - 2**63))
    done(
        dtao.migrate(state, 391),
        "modify_position",
        ALICE,
        "InsufficientLiquidity",
        **args,
        liquidity_delta=str(-(2**63)),
    )


@pytest.mark.rule("POOL-25")
def test_a_range_upside_down_is_free_until_298() -> None:
    state = opened(SWAPS)
    after = provided(state, 10, -10, 10**11)
    assert balance_and_stake(after) == balance_and_stake(state)
    provided(opened(SUBSIDY), 10, -10, 10**11, error="InvalidTickRange")


@BOTH
@pytest.mark.rule("POOL-24")
def test_pools_are_opened_to_users_by_root(era: dtao.Era) -> None:
    closed = done(opened(era), "toggle_user_liquidity", None, netuid=1, enable=False)
    provided(closed, -10, 10, 10**9, error="UserLiquidityDisabled")
    done(closed, "toggle_user_liquidity", 9, "BadOrigin", netuid=1, enable=True)


@BOTH
@pytest.mark.rule("POOL-23")
def test_the_fee_rate_has_an_end(era: dtao.Era) -> None:
    state = done(opened(era), "set_fee_rate", None, netuid=1, rate=10_000)
    assert state.subnet(NETUID).hyperparameters.fee_rate == 10_000
    done(state, "set_fee_rate", HOTKEY, "FeeRateTooHigh", netuid=1, rate=10_001)
    done(state, "set_fee_rate", 9, "BadOrigin", netuid=1, rate=1)


@BOTH
@pytest.mark.rule("STAKE-26", "STAKE-27")
def test_all_stake_is_removed_in_the_next_block(era: dtao.Era) -> None:
    state = opened(era)
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1, "limit_price": None}
    if era is SUBSIDY:
        done(state, "remove_stake_full_limit", ALICE, "StakingOperationRateLimitExceeded", **args)
        state = era.step(state)
    done(state, "remove_stake_full_limit", ALICE, "SlippageTooHigh", **{**args, "limit_price": "300000000"})
    after = done(state, "remove_stake_full_limit", ALICE, **args)
    assert balance_and_stake(after)[1] == 0
    assert 999 * TAO < balance_and_stake(after)[0] < 1_000 * TAO


def emitting(era: dtao.Era, moving_price: int) -> dtao.State:
    state = era.set(opened(era), "FirstEmissionBlockNumber", {"netuid": 1}, "1")
    return era.set(state, "SubnetMovingPrice", {"netuid": 1}, str(moving_price))


@pytest.mark.rule("EMIT-9")
def test_a_subnet_whose_price_is_below_its_part_is_subsidized() -> None:
    before = emitting(SUBSIDY, 2**31)  # all TAO of the block is for the only subnet, whose price is about 0.3
    after = SUBSIDY.step(before)
    pool, earlier = after.pool(NETUID), before.pool(NETUID)
    assert after.total_issuance - before.total_issuance < TAO // 2
    assert pool.tao - earlier.tao > TAO - 2  # what was given and what bought
    assert ranges_of(after, NETUID).sqrt_price > ranges_of(before, NETUID).sqrt_price
    assert pool.alpha_out - earlier.alpha_out == TAO  # what was bought is nobody's
    assert pool.alpha_in < earlier.alpha_in


@pytest.mark.rule("DIV-14")
def test_dividends_for_root_join_its_pool() -> None:
    state = emitting(SWAPS, 2**31)
    state = SWAPS.set(state, "Balance", {"account": "9"}, str(1_000 * TAO))
    state = SWAPS.set(state, "SubtokenEnabled", {"netuid": 0}, True)
    state = done(state, "add_stake", 9, hotkey=str(HOTKEY), netuid=0, amount_staked=str(500 * TAO))
    before = state.pool(NetUid(0)).tao
    state, _ = SWAPS.phase(
        state, "drain_pending_emission",
        {"netuid": 1, "pending_alpha": str(TAO), "pending_tao": "1000000", "pending_swapped": "0", "owner_cut": "0"},
    )  # fmt: skip
    assert 10**6 - 2 <= state.pool(NetUid(0)).tao - before <= 10**6


@pytest.mark.rule("POOL-20")
def test_a_pool_without_alpha_begins_at_the_lowest_tick_without_liquidity() -> None:
    ranges = initialize(NO_RANGES, Rao(TAO), Alpha(0), 1)
    assert (ranges.is_initialized, ranges.tick, ranges.liquidity) == (True, MIN_TICK, 0)


CLOSED = dtao.era("users-closed")


@pytest.mark.rule("POOL-24")
@pytest.mark.parametrize("enable", [True, False])
def test_the_switch_of_a_pool_turns_nothing_from_351_on(enable: bool) -> None:
    state = opened(CLOSED)
    assert done(state, "toggle_user_liquidity", None, netuid=1, enable=enable) == state
    done(state, "toggle_user_liquidity", 9, "BadOrigin", netuid=1, enable=True)


@pytest.mark.rule("POOL-28")
@pytest.mark.rule("NET-11")
def test_closing_all_pools_pays_the_positions_and_what_they_earned() -> None:
    state = CLOSED.set(opened(CLOSED), "EnabledUserLiquidity", {"netuid": 1}, True)
    state = provided(state, -443_636, 443_636, 10**11)
    state = CLOSED.set(state, "Balance", {"account": "9"}, str(1_000 * TAO))
    state = done(state, "add_stake", 9, hotkey=str(HOTKEY), netuid=1, amount_staked=str(100 * TAO))
    ranges = ranges_of(state, NETUID)
    tao, _ = amounts(-443_636, 443_636, 10**11, ranges.sqrt_price)
    earned = 100 * TAO * state.subnet(NETUID).hyperparameters.fee_rate // 65_535 * 10**11 // ranges.liquidity
    done(state, "disable_lp", 9, "BadOrigin")
    after = done(state, "disable_lp", None)
    assert earned > 0
    assert abs(balance_of(after) - balance_of(state) - tao - earned) <= 2 + earned // 10**6
    assert not any(account == ALICE for account, _ in ranges_of(after, NETUID).positions)
    assert not after.subnet(NETUID).hyperparameters.user_liquidity_enabled
    provided(after, -10, 10, 10**9, error="UserLiquidityDisabled")


def with_validator(state: dtao.State, netuid: int, hotkey: int) -> dtao.State:
    """Let a hotkey be the only neuron of a subnet, with a permit."""
    era = dtao.era(state.runtime.spec_version)
    state = era.set(state, "Keys", {"netuid": netuid, "uid": 0}, str(hotkey))
    state = era.set(state, "ValidatorTrust", {"netuid": netuid}, [7])
    return era.set(state, "ValidatorPermit", {"netuid": netuid}, [True])


def with_positions_on_two(version: int) -> dtao.State:
    """Two pools in each of which Alice has two positions, and a validator; that of the first is nobody's hotkey."""
    state = CLOSED.set(opened(CLOSED), "EnabledUserLiquidity", {"netuid": 1}, True)
    state = provided(provided(state, -1_000, 1_000, 10**9), -443_636, 443_636, 10**11)
    state = evolve(
        state,
        ranges=state.ranges.set(NetUid(2), ranges_of(state, NETUID)),
        pools=state.pools.set(NetUid(2), state.pool(NETUID)),
        subnets=state.subnets.set(NetUid(2), state.subnet(NETUID)),
    )
    return dtao.migrate(with_validator(with_validator(state, 1, 99), 2, HOTKEY), version)


@pytest.mark.rule("POOL-28", "NET-11")
def test_a_pool_whose_positions_cannot_be_staked_stops_the_closing_of_all_until_371() -> None:
    """From 372 on it is left half closed: of one position the TAO is paid, but the alpha is in the reserve still."""
    done(with_positions_on_two(371), "disable_lp", None, "HotKeyAccountNotExists")
    for version in (385, 391):
        state = with_positions_on_two(version)
        after = done(state, "disable_lp", None)
        assert not any(after.subnet(NetUid(netuid)).hyperparameters.user_liquidity_enabled for netuid in (1, 2))
        left, closed = ranges_of(after, NETUID), ranges_of(after, NetUid(2))
        assert [sum(account == ALICE for account, _ in ranges.positions) for ranges in (left, closed)] == [1, 0]
        gone = [state.pool(NetUid(netuid)).alpha_in + ranges_of(state, NetUid(netuid)).alpha_provided
                - after.pool(NetUid(netuid)).alpha_in - ranges_of(after, NetUid(netuid)).alpha_provided
                for netuid in (1, 2)]  # fmt: skip
        staked = [after.pool(NetUid(netuid)).alpha_out - state.pool(NetUid(netuid)).alpha_out for netuid in (1, 2)]
        assert gone[0] == staked[0] == 0
        assert gone[1] == staked[1] > 0
        own = {key: one for key, one in ranges_of(state, NETUID).positions.items() if key[0] == ALICE}
        tao = {key: amounts(one.tick_low, one.tick_high, one.liquidity, left.sqrt_price)[0] for key, one in own.items()}
        (first,) = own.keys() - left.positions.keys()
        assert balance_of(after) - balance_of(state) == tao[first] + sum(tao.values())


@pytest.mark.rule("POOL-25")
def test_a_position_reaches_to_the_outermost_ticks_and_no_further() -> None:
    state = opened(dtao.era(283))
    args: dict[str, Json] = {"hotkey": str(HOTKEY), "netuid": 1, "liquidity": "1000"}
    for low, high in ((MIN_TICK, MAX_TICK), (MIN_TICK - 1, MAX_TICK), (MIN_TICK, MAX_TICK + 1)):
        error = None if (low, high) == (MIN_TICK, MAX_TICK) else "InvalidTickRange"
        done(state, "add_liquidity", ALICE, error, tick_low=str(low), tick_high=str(high), **args)


@pytest.mark.rule("STAKE-14")
def test_a_part_may_be_removed_that_brings_exactly_the_minimum() -> None:
    state = MECHANISMS.step(opened(MECHANISMS))  # in the block in which it was staked nothing is removed
    state = MECHANISMS.set(state, "SubnetMechanism", {"netuid": 1}, 0)  # a rao for an alpha rao
    least = state.runtime.constants.min_stake
    for amount, error in ((least, None), (least - 1, "AmountTooLow")):
        done(state, "remove_stake", ALICE, error, hotkey=str(HOTKEY), netuid=1, amount_unstaked=str(amount))
