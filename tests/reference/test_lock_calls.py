"""Calls that lock stake, and what stake and swaps of keys do to locks, from 411 on."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.fixed import U64F64
from dtao.persistent import Map
from dtao.records import Lock
from dtao.rules.locks import decay, rolled
from dtao.transitions import lock_effects, locks
from dtao.transitions.lock_swaps import change_owner_by_conviction
from dtao.transitions.locks import conviction_of_hotkey, first_lock, locked
from dtao.transitions.stake import with_subnet
from dtao.units import AccountId, Alpha, Bits, BlockNumber, NetUid
from dtao_spec.registry import Computation
from tests.reference.test_liquidity import ALICE, HOTKEY, NETUID, TAO, done, opened

LOCKS, FOLLOW, ACCEPTED = dtao.era(411), dtao.era(417), dtao.era(421)
ONE, FRACTION = U64F64.one, U64F64.fraction_bits
BOB, MINE, OTHER = 9, 30, 31
YEARS = 5_000_000
RATES = st.sampled_from([0, 1, 1_000, 311_622, 934_866]) | st.integers(1, 10**7)


def funded(era: dtao.Era = LOCKS, block: int = 10) -> dtao.State:
    """Alice has stake of about 360 alpha on subnet 1, and two hotkeys."""
    state = opened(era)
    for account in (ALICE, BOB):
        state = era.set(state, "Balance", {"account": str(account)}, str(1_000 * TAO))
    state = era.set(state, "BalancesTotalIssuance", {}, str(10_000 * TAO))
    for hotkey in (MINE, OTHER):
        state = era.set(state, "Owner", {"account": str(hotkey)}, str(ALICE if hotkey == MINE else BOB))
    state = evolve(state, staking_operations=Map())  # of which some are refused in the same block
    return era.set(state, "BlockNumber", {}, str(block))


def lock(state: dtao.State, tao: int, hotkey: int = MINE, error: str | None = None) -> dtao.State:
    return done(state, "lock_stake", ALICE, error, hotkey=str(hotkey), netuid=1, amount=str(tao * TAO))


def with_lock_of(state: dtao.State, coldkey: int, held: Lock, netuid: NetUid = NETUID) -> dtao.State:
    """Put a lock in favour of a hotkey of Alice into the state, without its sum."""
    subnet = locks.with_lock(locks.clock_of(state), state.subnet(netuid), AccountId(coldkey), AccountId(MINE), held)
    return with_subnet(state, netuid, subnet)


def found(state: dtao.State, coldkey: int = ALICE) -> tuple[AccountId, Lock] | None:
    return first_lock(state.subnet(NETUID), AccountId(coldkey))


def mass(state: dtao.State, coldkey: int = ALICE) -> int:
    return locked(state, AccountId(coldkey), NETUID)


def later(state: dtao.State, block: int) -> dtao.State:
    return dtao.era(state.runtime.spec_version).set(state, "BlockNumber", {}, str(block))


@given(st.integers(0, 10**7), RATES)
@pytest.mark.rule("LOCK-1")
def test_lock_1_is_exact(blocks: int, rate: int) -> None:
    stated = Computation(411, is_rounded=True)["LOCK-1"](blocks, rate)
    assert Fraction(decay(blocks, rate), ONE) == stated
    assert abs(stated - Computation(411)["LOCK-1"](blocks, rate)) < Fraction(1, 10**6)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**80), st.integers(0, 10**7), RATES, RATES, st.booleans(),
       st.booleans())  # fmt: skip
@pytest.mark.rule("LOCK-2")
def test_lock_2_is_exact(
    held: int, conviction: int, blocks: int, unlock: int, maturity: int, is_owner: bool, perpetual: bool
) -> None:
    before = Lock(Alpha(held), Bits(conviction), BlockNumber(1))
    after = rolled(before, BlockNumber(1 + blocks), unlock, maturity, is_owner, perpetual)
    stated = Computation(411, is_rounded=True)["LOCK-2"](
        held, Fraction(conviction, ONE), blocks, unlock, maturity, is_owner, perpetual
    )
    assert (after.mass, Fraction(after.conviction, ONE)) == stated


@pytest.mark.rule("LOCK-3", "LOCK-6")
def test_stake_is_locked_beside_what_is_locked() -> None:
    state = lock(lock(funded(), 100), 50)
    assert mass(state) == 150 * TAO
    assert state.subnet(NETUID).decaying_hotkey_locks[AccountId(MINE)].mass == 150 * TAO
    lock(state, 0, error="AmountTooLow")
    lock(state, 1, 77, error="HotKeyAccountNotExists")
    lock(state, 1, OTHER, error="LockHotkeyMismatch")
    lock(state, 1_000, error="InsufficientStakeForLock")
    done(state, "lock_stake", None, "BadOrigin", hotkey=str(MINE), netuid=1, amount="1")


@pytest.mark.rule("LOCK-6")
def test_a_lock_in_favour_of_the_owner_has_its_mass_as_conviction() -> None:
    state = LOCKS.set(funded(), "SubnetOwnerHotkey", {"netuid": 1}, str(MINE))
    subnet = lock(state, 100).subnet(NETUID)
    assert subnet.decaying_owner_lock is not None
    assert (subnet.decaying_owner_lock.mass, subnet.decaying_owner_lock.conviction) == (100 * TAO, 100 * TAO * ONE)
    assert not subnet.decaying_hotkey_locks


@pytest.mark.rule("LOCK-4")
def test_a_moved_lock_loses_its_conviction_to_another_owner_only() -> None:
    state = later(lock(funded(), 100), 100_000)
    state = LOCKS.set(state, "Owner", {"account": "32"}, str(ALICE))
    own = done(state, "move_lock", ALICE, destination_hotkey="32", netuid=1)
    others = done(state, "move_lock", ALICE, destination_hotkey=str(OTHER), netuid=1)
    kept, lost = found(own), found(others)
    assert kept is not None
    assert lost is not None
    assert (kept[0], lost[0]) == (32, OTHER)
    assert kept[1].conviction > 0 == lost[1].conviction
    assert kept[1].mass == lost[1].mass == mass(state)
    assert not own.subnet(NETUID).decaying_hotkey_locks.get(AccountId(MINE))
    done(state, "move_lock", ALICE, "HotKeyAccountNotExists", destination_hotkey="77", netuid=1)
    done(state, "move_lock", BOB, "NoExistingLock", destination_hotkey=str(OTHER), netuid=1)


@pytest.mark.rule("LOCK-5")
def test_no_more_leaves_than_is_free() -> None:
    state = lock(funded(), 300)
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1}
    done(state, "remove_stake", ALICE, "StakeUnavailable", **args, amount_unstaked=str(200 * TAO))
    done(state, "recycle_alpha", ALICE, "StakeUnavailable", **args, amount=str(200 * TAO))
    done(state, "burn_alpha", ALICE, "StakeUnavailable", **args, amount=str(200 * TAO))
    done(state, "remove_stake", ALICE, **args, amount_unstaked=str(20 * TAO))


@pytest.mark.rule("LOCK-12", "LOCK-6")
def test_a_perpetual_lock_keeps_its_mass_and_has_a_sum_of_its_own() -> None:
    state = lock(funded(), 100)
    state = done(state, "set_perpetual_lock", ALICE, netuid=1, enabled=True)
    subnet = state.subnet(NETUID)
    assert subnet.hotkey_locks[AccountId(MINE)].mass == 100 * TAO
    assert not subnet.decaying_hotkey_locks
    assert mass(later(state, YEARS)) == 100 * TAO
    back = done(state, "set_perpetual_lock", ALICE, netuid=1, enabled=False)
    assert LOCKS.dump(back).get(f"DecayingLock/{ALICE}/1") is None
    assert mass(later(back, YEARS)) < TAO


@given(st.integers(1, 2**63), st.integers(0, 2**70), st.integers(0, 2**63))
@pytest.mark.rule("LOCK-7")
def test_lock_7_is_exact(held: int, conviction: int, amount: int) -> None:
    state = funded()
    own = Lock(Alpha(held), Bits(conviction), state.block_number)
    state = with_lock_of(state, ALICE, own)
    after = found(lock_effects.reduce_lock(state, AccountId(ALICE), NETUID, Alpha(amount)))
    stated = Computation(411, is_rounded=True)["LOCK-7"](held, Fraction(conviction, ONE), amount)
    assert ((after[1].mass, Fraction(after[1].conviction, ONE)) if after else (0, 0)) == stated


@pytest.mark.rule("LOCK-7")
def test_a_lock_that_has_ended_is_removed_when_stake_changes() -> None:
    state = later(lock(funded(), 1), 10**9)
    assert found(state) is not None
    state = done(state, "add_stake", ALICE, hotkey=str(HOTKEY), netuid=1, amount_staked=str(TAO))
    assert found(state) is None


def transferred(state: dtao.State, tao: int, error: str | None = None) -> dtao.State:
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "origin_netuid": 1, "destination_netuid": 1}
    return done(
        state, "transfer_stake", ALICE, error, destination_coldkey=str(BOB), alpha_amount=str(tao * TAO), **args
    )


@pytest.mark.rule("LOCK-9")
def test_locked_stake_follows_a_transfer_beyond_what_is_free() -> None:
    state = lock(funded(), 300)
    after = transferred(state, 200)
    assert 0 < mass(after, BOB) == 300 * TAO - mass(after) < 200 * TAO
    theirs = done(state, "add_stake", BOB, hotkey=str(HOTKEY), netuid=1, amount_staked=str(10 * TAO))
    theirs = done(theirs, "lock_stake", BOB, hotkey=str(OTHER), netuid=1, amount=str(TAO))
    transferred(theirs, 200, "LockHotkeyMismatch")
    transferred(theirs, 20)


@pytest.mark.rule("LOCK-9", "LOCK-15")
def test_locked_stake_is_refused_unless_it_is_asked_for() -> None:
    state = lock(funded(ACCEPTED), 300)
    transferred(state, 200, "AccountRejectsLockedAlpha")
    transferred(state, 20)
    asked = done(state, "set_reject_locked_alpha", BOB, enabled=False)
    assert mass(transferred(asked, 200), BOB) > 0
    assert not done(asked, "set_reject_locked_alpha", BOB, enabled=True).account_flags


@pytest.mark.rule("LOCK-10")
@pytest.mark.parametrize("era", [LOCKS, ACCEPTED], ids=lambda era: era.name)
def test_locks_follow_a_swapped_coldkey(era: dtao.Era) -> None:
    state = done(lock(funded(era), 300), "set_perpetual_lock", ALICE, netuid=1, enabled=True)
    args: dict[str, Any] = {"old_coldkey": str(ALICE), "new_coldkey": "99", "swap_cost": "0"}
    if era is ACCEPTED:
        done(state, "swap_coldkey", None, "AccountRejectsLockedAlpha", **args)
        state = done(state, "set_reject_locked_alpha", 99, enabled=False)
    after = done(state, "swap_coldkey", None, **args)
    assert (found(after), mass(after, 99)) == (None, 300 * TAO)
    assert locks.is_perpetual(after.subnet(NETUID), AccountId(99)) == (era is ACCEPTED)
    held = with_lock_of(state, 99, Lock(Alpha(1), Bits(0), BlockNumber(10)))
    done(held, "swap_coldkey", None, "ActiveLockExists", **args)


@pytest.mark.rule("LOCK-11")
@pytest.mark.parametrize("era", [LOCKS, FOLLOW], ids=lambda era: era.name)
def test_locks_follow_a_swapped_hotkey(era: dtao.Era) -> None:
    state = lock(funded(era, 40_000), 100)
    args: dict[str, Any] = {"hotkey": str(MINE), "new_hotkey": "44"}
    everywhere = found(done(state, "swap_hotkey", ALICE, **args, netuid=None))
    here = found(done(state, "swap_hotkey", ALICE, **args, netuid=1))
    assert everywhere is not None
    assert here is not None
    assert (everywhere[0], here[0]) == (44, 44 if era is FOLLOW else MINE)


@pytest.mark.rule("LOCK-11")
def test_where_a_hotkey_has_no_sum_locks_stay_from_417_on() -> None:
    def swapped(era: dtao.Era) -> set[NetUid]:
        state = lock(funded(era, 40_000), 100)
        subnet = state.subnet(NETUID)
        for netuid in (NetUid(2), NetUid(3)):
            state = with_lock_of(state, ALICE, Lock(Alpha(5), Bits(0), BlockNumber(9)), netuid)
        assert subnet.decaying_hotkey_locks
        after = state.runtime.locks.on_hotkey_swapped(state, AccountId(MINE), AccountId(44))
        return {netuid for netuid in (NetUid(1), NetUid(2), NetUid(3)) if _is_in_favour(after, netuid, 44)}

    assert (swapped(LOCKS), swapped(FOLLOW)) == ({1, 2, 3}, {1})


def _is_in_favour(state: dtao.State, netuid: NetUid, hotkey: int) -> bool:
    one = first_lock(state.subnet(netuid), AccountId(ALICE))
    return one is not None and one[0] == hotkey


@pytest.mark.rule("LOCK-13")
def test_the_owners_cut_is_locked_where_the_subnet_says_so() -> None:
    state = LOCKS.set(funded(), "SubnetOwner", {"netuid": 1}, str(ALICE))
    state = LOCKS.set(state, "SubnetOwnerHotkey", {"netuid": 1}, str(MINE))
    assert locks.lock_owner_cut(state, NETUID, Alpha(TAO)) == state
    state = LOCKS.set(state, "OwnerCutAutoLockEnabled", {"netuid": 1}, True)
    assert mass(locks.lock_owner_cut(state, NETUID, Alpha(TAO))) == TAO
    assert locks.lock_owner_cut(state, NETUID, Alpha(10**18)) == state  # more than the owner has
    elsewhere = found(locks.lock_owner_cut(lock(state, 1, OTHER), NETUID, Alpha(TAO)))
    assert elsewhere is not None
    assert elsewhere[0] == OTHER


@pytest.mark.rule("LOCK-8", "LOCK-14")
def test_the_hotkey_with_the_most_conviction_takes_a_subnet_over() -> None:
    state = done(lock(funded(), 300, OTHER), "set_perpetual_lock", ALICE, netuid=1, enabled=True)
    young, old = later(state, 2_000_000), later(state, YEARS)
    conviction = conviction_of_hotkey(old, AccountId(OTHER), NETUID)
    assert 290 * TAO < conviction >> FRACTION <= 300 * TAO
    assert change_owner_by_conviction(young, NETUID) == (young, ())
    after, events = change_owner_by_conviction(old, NETUID)
    assert (after.subnet(NETUID).owner, after.subnet(NETUID).owner_hotkey) == (BOB, OTHER)
    assert [type(event).__name__ for event in events] == ["SubnetOwnerChanged"]
    assert after.subnet(NETUID).owner_lock is not None
    much = LOCKS.set(old, "SubnetAlphaOut", {"netuid": 1}, str(10_000 * TAO))
    assert change_owner_by_conviction(much, NETUID) == (much, ())


@pytest.mark.rule("LOCK-12", "LOCK-15")
def test_the_root_origin_locks_nothing() -> None:
    done(funded(), "set_perpetual_lock", None, "BadOrigin", netuid=1, enabled=True)
    done(funded(ACCEPTED), "set_reject_locked_alpha", None, "BadOrigin", enabled=True)
