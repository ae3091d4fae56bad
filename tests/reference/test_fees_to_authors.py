"""What came with 385 and 391: fees for the author of the block, announced swaps of coldkeys, voting power."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.codec import Json
from dtao.events import StakeRemovedForFee
from dtao.persistent import Map
from dtao.rules.pools.concentrated.swap import FOR_AUTHOR, FOR_POSITIONS, SwapError, fee_for_author, swap
from dtao.rules.pools.concentrated.versions import taken_of_own
from dtao.rules.shares import stake_of
from dtao.transitions.liquidity import ranges_of
from dtao.transitions.stake import with_subnet
from dtao.transitions.voting_power import average_power, update_voting_power
from dtao.units import AccountId, Bits, BlockNumber, NetUid
from dtao_spec.chapters import voting_power
from dtao_spec.registry import RULES
from tests.reference.test_liquidity import ALICE, HOTKEY, NETUID, TAO, balance_of, done, opened

FEES, MERGED = dtao.era("fees-to-authors"), dtao.era("merged-reserves")
AUTHOR, OWNER, NEW = AccountId(12_345), 8, 1_000
BOTH = pytest.mark.parametrize("era", [FEES, MERGED], ids=lambda era: era.name)


def rich(era: dtao.Era, account: int = ALICE) -> dtao.State:
    return era.set(opened(era), "Balance", {"account": str(account)}, str(1_000 * TAO))


def stake_args(**more: Json) -> dict[str, Any]:
    return {"hotkey": str(HOTKEY), "netuid": 1, **more}


@BOTH
@pytest.mark.rule("POOL-30")
def test_a_fee_is_paid_to_the_author_of_the_block_and_not_to_the_pool(era: dtao.Era) -> None:
    state = rich(era)
    fee = 100 * TAO * state.subnet(NETUID).hyperparameters.fee_rate // 65_535
    bought = done(state, "add_stake", ALICE, **stake_args(amount_staked=str(100 * TAO)))
    before, after = ranges_of(state, NETUID), ranges_of(bought, NETUID)
    assert (after.fees_tao, after.fees_alpha) == (before.fees_tao, before.fees_alpha)
    paid = bought.balances.get(AUTHOR, 0) - state.balances.get(AUTHOR, 0)
    assert paid == fee
    assert bought.pool(NETUID).tao - state.pool(NETUID).tao == 100 * TAO - fee
    bought = evolve(bought, staking_operations=Map())
    sold = done(bought, "remove_stake", ALICE, **stake_args(amount_unstaked=str(10 * TAO)))
    earned = sold.balances[AUTHOR] - bought.balances[AUTHOR]
    received = balance_of(sold) - balance_of(bought)
    assert earned > 0
    assert bought.pool(NETUID).tao - sold.pool(NETUID).tao == received + earned
    assert bought.emission(NETUID).tao_flow - sold.emission(NETUID).tao_flow == received + earned


@pytest.mark.rule("POOL-30")
def test_fees_without_an_author_are_nobodys() -> None:
    state = evolve(rich(FEES), block_author=None)
    state = evolve(state, total_issuance=type(state.total_issuance)(10**15))
    bought = done(state, "add_stake", ALICE, **stake_args(amount_staked=str(100 * TAO)))
    assert state.total_issuance - bought.total_issuance == 100 * TAO * 33 // 65_535
    bought = evolve(bought, staking_operations=Map())
    sold = done(bought, "remove_stake", ALICE, **stake_args(amount_unstaked=str(10 * TAO)))
    assert sold.balances.get(AUTHOR) == state.balances.get(AUTHOR)


def with_short_pool(version: int) -> tuple[dtao.Era, dtao.State, dict[str, Any]]:
    """A pool that can buy all but a small part of Alice's stake, and that part, but no more after that."""
    era = dtao.era(version)
    state = era.set(dtao.migrate(rich(FEES), version), "NominatorMinRequiredStake", {}, str(TAO))
    state = evolve(state, staking_operations=Map())
    held = state.runtime.shares.stake_of(state.subnet(NETUID).share_pools[AccountId(HOTKEY)], AccountId(ALICE))
    args = stake_args(amount_unstaked=str(held - 10**8))
    after = era.apply(state, era.call("remove_stake", str(ALICE), args)).state
    return (
        era,
        era.set(state, "SubnetTAO", {"netuid": 1}, str(state.pool(NETUID).tao - after.pool(NETUID).tao + 10)),
        args,
    )


@pytest.mark.rule("POOL-30", "STAKE-6")
@pytest.mark.parametrize("version", [385, 391, 401, 402])
def test_a_nomination_of_which_the_fee_is_refused_is_gone_unpaid(version: int) -> None:
    """The sale of what was left took the pool below its least reserve: nobody gets that TAO, but the call goes on."""
    era, short, args = with_short_pool(version)
    refused = era.apply(short, era.call("remove_stake", str(ALICE), args))
    assert refused.error is None
    (sold,) = (event for event in refused.events if isinstance(event, StakeRemovedForFee))
    after = refused.state
    assert balance_of(after) - balance_of(short) == sold.tao
    pool = after.subnet(NETUID).share_pools.get(AccountId(HOTKEY))
    assert pool is None or after.runtime.shares.stake_of(pool, AccountId(ALICE)) == 0
    assert 10 <= after.pool(NETUID).tao < 10**6
    assert short.total_stake - after.total_stake == short.pool(NETUID).tao - after.pool(NETUID).tao
    assert 0 < balance_of(after) - balance_of(short) < short.total_stake - after.total_stake


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_pool_29_is_exact(taken: int, fee: int) -> None:
    assert fee_for_author(taken, fee) == RULES["POOL-30"].first.function(taken, fee, None)


@pytest.mark.rule("POOL-16")
def test_a_step_that_pays_nothing_is_refused() -> None:
    ranges = ranges_of(rich(FEES), NETUID)
    lowest = Bits(ranges.sqrt_price // 2)
    assert swap(ranges, 0, False, 1, lowest, FOR_AUTHOR) is SwapError.RESERVES_TOO_LOW
    assert not isinstance(swap(ranges, 0, False, 1, lowest, FOR_POSITIONS), SwapError)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**63 - 1))
@pytest.mark.rule("POOL-22")
def test_what_leaves_a_merged_reserve_leaves_the_chains_own(provided: int, own: int, amount: int) -> None:
    assert taken_of_own(provided, own, amount) == RULES["POOL-22"].newest.function(provided, own, amount)


# Announced swaps of coldkeys


@BOTH
@pytest.mark.rule("KEY-14", "KEY-2")
def test_an_announced_swap_keeps_other_calls_out_until_it_happens(era: dtao.Era) -> None:
    state = rich(era)
    done(state, "swap_coldkey_announced", ALICE, "ColdkeySwapAnnouncementNotFound", new_coldkey=str(NEW))
    announced = done(state, "announce_coldkey_swap", ALICE, new_coldkey=str(NEW))
    assert balance_of(state) - balance_of(announced) == TAO // 10
    stake = stake_args(amount_staked=str(TAO))
    done(announced, "add_stake", ALICE, "ColdkeySwapAnnounced", **stake)
    done(announced, "announce_coldkey_swap", ALICE, "ColdkeySwapReannouncedTooEarly", new_coldkey=str(NEW))
    done(announced, "swap_coldkey_announced", ALICE, "AnnouncedColdkeyHashDoesNotMatch", new_coldkey="99")
    ready = announced.coldkey_swap_announcements[AccountId(ALICE)][0]
    early = evolve(announced, block_number=BlockNumber(ready - 1))
    done(early, "swap_coldkey_announced", ALICE, "ColdkeySwapTooEarly", new_coldkey=str(NEW))
    due = evolve(announced, block_number=ready)
    disputed = done(due, "dispute_coldkey_swap", ALICE)
    done(disputed, "swap_coldkey_announced", ALICE, "ColdkeySwapDisputed", new_coldkey=str(NEW))
    reset = done(disputed, "reset_coldkey_swap", None, coldkey=str(ALICE))
    done(reset, "add_stake", ALICE, **stake)
    swapped = done(due, "swap_coldkey_announced", ALICE, new_coldkey=str(NEW))
    assert (balance_of(swapped), swapped.balances[AccountId(NEW)]) == (0, balance_of(due))
    assert not swapped.coldkey_swap_announcements
    forced = done(disputed, "swap_coldkey", None, old_coldkey=str(ALICE), new_coldkey=str(NEW), swap_cost="0")
    assert not forced.coldkey_swap_announcements
    assert not forced.coldkey_swap_disputes
    done(due, "swap_coldkey", None, "NotEnoughBalanceToPaySwapColdKey", old_coldkey=str(ALICE), new_coldkey=str(HOTKEY),
         swap_cost=str(2**63))  # fmt: skip


@pytest.mark.rule("KEY-14")
def test_an_announcement_may_be_taken_back_a_day_after_its_block() -> None:
    announced = done(rich(MERGED), "announce_coldkey_swap", ALICE, new_coldkey=str(NEW))
    again = announced.coldkey_swap_announcements[AccountId(ALICE)][0] + 7_200
    done(announced, "clear_coldkey_swap_announcement", OWNER, "ColdkeySwapAnnouncementNotFound")
    early = evolve(announced, block_number=BlockNumber(again - 1))
    done(early, "clear_coldkey_swap_announcement", ALICE, "ColdkeySwapClearTooEarly")
    cleared = done(evolve(announced, block_number=BlockNumber(again)), "clear_coldkey_swap_announcement", ALICE)
    assert not cleared.coldkey_swap_announcements


@BOTH
@pytest.mark.rule("KEY-14")
def test_a_swap_may_be_announced_anew_a_day_after_its_block(era: dtao.Era) -> None:
    announced = done(rich(era), "announce_coldkey_swap", ALICE, new_coldkey=str(NEW))
    ready = announced.coldkey_swap_announcements[AccountId(ALICE)][0]
    again = ready + announced.parameters.coldkey_swap_reannouncement_delay
    early = evolve(announced, block_number=BlockNumber(again - 1))
    done(early, "announce_coldkey_swap", ALICE, "ColdkeySwapReannouncedTooEarly", new_coldkey="99")
    anew = done(evolve(announced, block_number=BlockNumber(again)), "announce_coldkey_swap", ALICE, new_coldkey="99")
    assert anew.coldkey_swap_announcements[AccountId(ALICE)][0] > ready


@pytest.mark.rule("STAKE-31")
def test_an_owner_stakes_and_burns_once_a_tempo() -> None:
    state = FEES.set(rich(FEES, OWNER), "SubnetOwner", {"netuid": 1}, str(OWNER))
    args = stake_args(amount=str(TAO), limit=None)
    done(state, "add_stake_burn", ALICE, "BadOrigin", **args)
    burned = done(state, "add_stake_burn", OWNER, **args)
    assert burned.subnet(NETUID).share_pools[AccountId(HOTKEY)].shares.get(AccountId(OWNER), 0) == 0
    assert burned.pool(NETUID).alpha_out > state.pool(NETUID).alpha_out
    tempo = burned.subnet(NETUID).hyperparameters.tempo
    for blocks, error in ((tempo - 1, "AddStakeBurnRateLimitExceeded"), (tempo, None)):
        later = evolve(burned, block_number=BlockNumber(burned.block_number + blocks))
        later = evolve(later, staking_operations=Map())
        done(later, "add_stake_burn", OWNER, error, **args)


@pytest.mark.rule("KEY-10", "STATE-15")
@pytest.mark.parametrize("keeps_stake", [True, False])
def test_a_hotkey_is_swapped_with_its_stake_or_without_it(keeps_stake: bool) -> None:
    state = rich(MERGED)
    state = done(state, "burned_register", ALICE, hotkey=str(NEW), netuid=1)
    state = done(state, "add_stake", ALICE, hotkey=str(NEW), netuid=1, amount_staked=str(TAO))
    power = Map({AccountId(NEW): 5, AccountId(NEW + 1): 7})
    state = with_subnet(state, NETUID, evolve(state.subnet(NETUID), voting_power=power))
    state = evolve(state, block_number=BlockNumber(state.block_number + 10_000))
    args: dict[str, Any] = {"hotkey": str(NEW), "new_hotkey": str(NEW + 1), "netuid": 1, "keep_stake": keeps_stake}
    swapped = done(state, "swap_hotkey_v2", ALICE, **args).subnet(NETUID)
    before = state.subnet(NETUID)
    holder = AccountId(NEW if keeps_stake else NEW + 1)
    assert {key for key in (NEW, NEW + 1) if AccountId(key) in swapped.share_pools} == {holder}
    assert stake_of(swapped.share_pools[holder], AccountId(ALICE)) == stake_of(
        before.share_pools[AccountId(NEW)], AccountId(ALICE)
    )
    uid = before.neurons.uids[AccountId(NEW)]
    assert swapped.neurons.keys[uid] == NEW + 1
    assert dict(swapped.voting_power) == ({NEW: 5, NEW + 1: 7} if keeps_stake else {NEW + 1: 12})


# Voting power


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 10**18))
@pytest.mark.rule("STATE-15")
def test_state_15_is_floored(stake: int, before: int, weight: int) -> None:
    exact = voting_power.power_after_epoch(stake, before, weight, 0)
    assert exact is not None
    assert 0 <= exact - average_power(stake, before, weight) < 1
    assert average_power(stake, before, weight) == voting_power.power_after_epoch_rounded(stake, before, weight, 0)
    assert Fraction(min(stake, before)) <= exact <= max(stake, before)


@BOTH
@pytest.mark.rule("STATE-15", "STATE-16")
def test_voting_power_is_tracked_until_two_weeks_after_its_end(era: dtao.Era) -> None:
    state = era.set(rich(era), "IsNetworkMember", {"hotkey": str(HOTKEY), "netuid": 1}, True)
    done(state, "disable_voting_power_tracking", None, "VotingPowerTrackingNotEnabled", netuid=1)
    done(state, "enable_voting_power_tracking", 99, "BadOrigin", netuid=1)
    state = done(state, "enable_voting_power_tracking", None, netuid=1)
    done(state, "sudo_set_voting_power_ema_alpha", None, "InvalidVotingPowerEmaAlpha", netuid=1, alpha=str(10**18 + 1))
    state = done(state, "sudo_set_voting_power_ema_alpha", None, netuid=1, alpha=str(10**18 // 2))
    key, other = AccountId(HOTKEY), AccountId(HOTKEY + 1)
    tracked = update_voting_power(state, NETUID, {key: (100, True), other: (100, True)})
    assert dict(tracked.subnet(NETUID).voting_power) == {key: 50}  # the other is no member
    assert not update_voting_power(tracked, NETUID, {key: (100, False)}).subnet(NETUID).voting_power
    ending = done(tracked, "disable_voting_power_tracking", None, netuid=1)
    ends = ending.subnet(NETUID).voting_power_disable_at_block
    assert ends == ending.block_number + 100_800
    last = update_voting_power(evolve(ending, block_number=BlockNumber(ends - 1)), NETUID, {key: (100, True)})
    assert dict(last.subnet(NETUID).voting_power) == {key: 75}
    ended = update_voting_power(evolve(last, block_number=ends), NetUid(1), {key: (100, True)}).subnet(NETUID)
    assert (ended.voting_power_tracking_enabled, dict(ended.voting_power)) == (False, {})
