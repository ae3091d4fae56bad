"""What came with 401 and 402: decimal shares, prices of registrations, and first pools at the median price."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.codec import Json
from dtao.evolving import evolve
from dtao.params import SET_CHILDREN, SET_CHILDREN_RATE_LIMIT
from dtao.persistent import Map
from dtao.records import SharePool
from dtao.rules.epoch import EpochInput, owner_is_permitted, owner_stake_counts
from dtao.rules.float_shares import hand_over_float, is_worth_float_shares, stake_of_float_shares
from dtao.rules.registration_price import decay_factor, decayed_burn, raised_burn
from dtao.safe_float import ZERO, normalized
from dtao.transitions.claims import move_claims_of_root_hotkey
from dtao.transitions.networks import median_price
from dtao.transitions.registration_prices import let_registration_prices_fall
from dtao.transitions.relations import apply_pending_children_or_unstarted
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, BlockNumber, NetUid, Rao, Uid
from dtao_spec import contents
from dtao_spec.registry import RULES, Computation
from tests.reference.test_liquidity import ALICE, HOTKEY, NETUID, TAO, done

SHARES, LATER = dtao.era("decimal-shares"), dtao.era("no-owner-alpha")
OWNER, VALIDATOR, FOUNDER = 8, 9, 10
AMOUNTS = st.integers(0, 10**16) | st.sampled_from([0, 1, 2**64 - 1])
BOTH = pytest.mark.parametrize("era", [SHARES, LATER], ids=lambda era: era.name)


def stated(rule: str, *args: object) -> Any:
    """What a rule comes to with its rounding, in the version that came with 401."""
    assert contents.CHAPTERS
    version = next(one for one in RULES[rule].versions if one.since == 401)
    return (version.rounded or version.function)(*args)


def rich(era: dtao.Era, *accounts: int) -> dtao.State:
    state = era.genesis()
    for item, value in (("SubnetTAO", 1_000 * TAO), ("SubnetAlphaIn", 4_000 * TAO)):
        state = era.set(state, item, {"netuid": 1}, str(value))
    for account in accounts:
        state = era.set(state, "Balance", {"account": str(account)}, str(5_000 * TAO))
    return era.set(state, "SubtokenEnabled", {"netuid": 1}, True)


def flat(state: dtao.State, entry: str) -> Json:
    return dtao.era(state.runtime.spec_version).dump(state).get(entry)


@pytest.mark.rule("SHARE-2", "SHARE-4", "SHARE-6", "SHARE-7")
def test_shares_of_before_count_until_a_stake_changes_and_are_decimal_then() -> None:
    state = rich(SHARES, ALICE)
    old = SHARES.load({
        **{entry: value for entry, value in SHARES.dump(state).items() if value is not None},
        f"TotalHotkeyAlpha/{HOTKEY}/1": str(500 * TAO),
        f"TotalHotkeyShares/{HOTKEY}/1": str(100 << 64),
        f"Alpha/{HOTKEY}/{ALICE}/1": str(20 << 64),
        f"Alpha/{HOTKEY}/{OWNER}/1": str(80 << 64),
        f"TotalHotkeySharesV2/{HOTKEY}/1": ["0", "0"],
        f"AlphaV2/{HOTKEY}/0/1": ["0", "0"],
    })  # fmt: skip
    pool = old.subnet(NETUID).share_pools[AccountId(HOTKEY)]
    assert stake_of_float_shares(pool, AccountId(ALICE)) == 100 * TAO
    new = done(old, "remove_stake", ALICE, hotkey=str(HOTKEY), netuid=1, amount_unstaked=str(50 * TAO))
    pool = new.subnet(NETUID).share_pools[AccountId(HOTKEY)]
    assert [stake_of_float_shares(pool, AccountId(one)) for one in (ALICE, OWNER)] == [50 * TAO, 400 * TAO]
    assert flat(new, f"AlphaV2/{HOTKEY}/{ALICE}/1") == ["1000000000000000000000", "-20"]
    assert flat(new, f"TotalHotkeySharesV2/{HOTKEY}/1") == ["900000000000000000000", "-19"]
    assert flat(new, f"Alpha/{HOTKEY}/{ALICE}/1") is flat(new, f"TotalHotkeyShares/{HOTKEY}/1") is None
    assert flat(new, f"Alpha/{HOTKEY}/{OWNER}/1") == str(80 << 64)


@pytest.mark.rule("REG-10")
@given(AMOUNTS, st.integers(0, 36_100), AMOUNTS, AMOUNTS)
def test_a_price_falls_as_stated(burn: int, half_life: int, low: int, high: int) -> None:
    found = decayed_burn(Rao(burn), half_life, Rao(low), Rao(high))
    assert found == stated("REG-10", Fraction(burn), half_life, Fraction(low), Fraction(high))
    assert abs(decay_factor(half_life) - 2**32 * 2 ** (-1 / half_life if half_life else 0)) < 1.01


@pytest.mark.rule("REG-11")
@given(AMOUNTS, st.integers(0, 2**128 - 1), AMOUNTS, AMOUNTS)
def test_a_price_rises_as_stated(burn: int, multiplier: int, low: int, high: int) -> None:
    found = raised_burn(Rao(burn), multiplier, Rao(low), Rao(high))
    assert found == stated("REG-11", Fraction(burn), Fraction(multiplier, 2**64), Fraction(low), Fraction(high))


@pytest.mark.rule("REG-7", "REG-11", "REG-12")
def test_each_registration_costs_more_and_a_limit_may_forbid_it() -> None:
    state = rich(SHARES, ALICE)
    price = state.subnet(NETUID).registration.burn
    state = done(state, "burned_register", ALICE, netuid=1, hotkey="100")
    raised = state.subnet(NETUID).registration.burn
    assert raised == price * 126 // 100
    low, high = str(raised - 1), str(raised)
    too_much = "RegistrationPriceLimitExceeded"
    done(state, "register_limit", ALICE, too_much, netuid=1, hotkey="101", limit_price=low)
    state = done(state, "register_limit", ALICE, netuid=1, hotkey="101", limit_price=high)
    terms = state.subnet(NETUID).registration
    assert (terms.registrations_this_block, terms.registrations_this_interval) == (2, 0)


@pytest.mark.rule("BLOCK-5", "REG-10")
def test_prices_fall_and_registrations_are_counted_anew() -> None:
    state = done(rich(SHARES, ALICE), "burned_register", ALICE, netuid=1, hotkey="100")
    state = SHARES.set(state, "RegistrationsThisInterval", {"netuid": 0}, 5)
    before = state.subnet(NETUID).registration.burn
    after = let_registration_prices_fall(state)
    assert after.subnet(NETUID).registration.burn == decayed_burn(before, 360, Rao(0), Rao(2**64 - 1)) < before
    assert after.subnet(NETUID).registration.registrations_this_block == 0
    tempo = state.subnet(ROOT).hyperparameters.tempo
    counts = set()
    for _ in range(tempo + 1):
        state = SHARES.step(state)
        counts.add(state.subnet(ROOT).registration.registrations_this_interval)
    assert counts == {5, 0}


@pytest.mark.rule("NET-14")
@given(st.lists(st.integers(0, 2**40), max_size=6))
def test_the_median_price_is_as_stated(reserves: list[int]) -> None:
    entries: dict[str, Json] = {"NetworksAdded/0": True}
    for netuid, tao in enumerate(reserves, 1):
        entries |= {
            f"NetworksAdded/{netuid}": True,
            f"SubnetMechanism/{netuid}": 1,
            f"SubnetTAO/{netuid}": str(tao),
            f"SubnetAlphaIn/{netuid}": str(2**32),
        }
    state = SHARES.load(entries)
    assert median_price(state) == stated("NET-14", [Fraction(tao, 2**32) for tao in reserves]) * 2**32


@BOTH
@pytest.mark.rule("NET-6", "NET-7", "NET-14")
def test_a_first_pool_has_all_that_was_paid_at_the_median_price(era: dtao.Era) -> None:
    state = era.set(rich(era, ALICE), "NetworkMinLockCost", {}, str(100 * TAO))
    state = era.set(state, "NetworkLastLockCost", {}, str(300 * TAO))
    after = done(state, "register_network", ALICE, hotkey=str(FOUNDER))
    netuid = NetUid(2)
    pool, paid = after.pool(netuid), state.balances[AccountId(ALICE)] - after.balances[AccountId(ALICE)]
    assert pool.tao == paid > 100 * TAO
    assert pool.alpha_in == 4 * paid
    staked = after.subnet(netuid).share_pools
    assert pool.alpha_out == (4 * (paid - 100 * TAO) if era is SHARES else 0)
    assert bool(staked) == (era is SHARES)
    assert after.total_issuance == state.total_issuance


def on_root(era: dtao.Era) -> dtao.State:
    state = rich(era, ALICE, OWNER)
    return done(state, "root_register", OWNER, hotkey=str(VALIDATOR))


@pytest.mark.rule("CHILD-14", "CHILD-15", "CHILD-2")
def test_validators_of_root_stand_behind_a_new_owner_hotkey_unless_they_said_no() -> None:
    state = on_root(LATER)
    after = done(state, "register_network", ALICE, hotkey=str(FOUNDER))
    assert dict(after.subnet(NetUid(2)).child_keys) == {VALIDATOR: ((2**64 - 1, FOUNDER),)}
    done(state, "set_auto_parent_delegation_enabled", ALICE, "NonAssociatedColdKey",
         hotkey=str(VALIDATOR), enabled=False)  # fmt: skip
    refused = done(state, "set_auto_parent_delegation_enabled", OWNER, hotkey=str(VALIDATOR), enabled=False)
    after = done(refused, "register_network", ALICE, hotkey=str(FOUNDER))
    assert dict(after.subnet(NetUid(2)).child_keys) == {}


@pytest.mark.rule("CHILD-14", "STATE-8")
def test_who_named_children_on_the_netuid_a_while_ago_does_not_stand_behind_its_new_owner() -> None:
    state = on_root(LATER)
    for blocks, stands_behind in ((SET_CHILDREN_RATE_LIMIT - 1, False), (SET_CHILDREN_RATE_LIMIT, True)):
        named = {(AccountId(VALIDATOR), NetUid(2), SET_CHILDREN): BlockNumber(state.block_number - blocks)}
        limited = evolve(state, transaction_key_last_block=Map(named))
        after = done(limited, "register_network", ALICE, hotkey=str(FOUNDER))
        assert bool(after.subnet(NetUid(2)).child_keys) == stands_behind


@pytest.mark.rule("CHILD-1", "CHILD-2")
@pytest.mark.parametrize("is_started", [True, False])
def test_children_on_a_subnet_that_was_not_started_are_in_force_at_once(is_started: bool) -> None:
    state = done(rich(SHARES, OWNER), "burned_register", OWNER, netuid=1, hotkey=str(VALIDATOR))
    state = SHARES.set(state, "SubtokenEnabled", {"netuid": 1}, is_started)
    chosen = [[str(U64_MAX), str(FOUNDER)]]
    state = SHARES.set(state, "StakeThreshold", {}, "0")
    named = done(state, "set_children", OWNER, hotkey=str(VALIDATOR), netuid=1, children=chosen)
    subnet = named.subnet(NETUID)
    assert (bool(subnet.child_keys), bool(subnet.pending_child_keys)) == (not is_started, is_started)
    pending = evolve(state.subnet(NETUID), pending_child_keys=Map({
        AccountId(VALIDATOR): (((U64_MAX, AccountId(FOUNDER)),), BlockNumber(10**9)),
    }))  # fmt: skip
    applied = apply_pending_children_or_unstarted(pending, BlockNumber(10**9))
    assert (bool(applied.child_keys), bool(applied.pending_child_keys)) == (not is_started, is_started)
    due = apply_pending_children_or_unstarted(pending, BlockNumber(10**9 + 1))
    assert (bool(due.child_keys), bool(due.pending_child_keys)) == (True, False)


@pytest.mark.rule("SHARE-8")
@given(st.sampled_from([0, 1, 2**63, 2**64 - 1]), st.sampled_from([0, 1, 10**9]), AMOUNTS)
def test_a_deposit_is_worth_shares_as_stated(total: int, denominator: int, amount: int) -> None:
    pool = SharePool(total_alpha=Alpha(total), float_denominator=normalized(denominator, 0) or ZERO)
    amounts = Fraction(total), Fraction(denominator), Fraction(amount)
    assert is_worth_float_shares(pool, Alpha(amount)) == Computation(401)["SHARE-8"](*amounts)


@pytest.mark.rule("KEY-8", "SHARE-6", "SHARE-7")
def test_a_new_coldkey_has_the_stake_of_the_old_one() -> None:
    state = done(rich(SHARES, ALICE), "add_stake", ALICE, hotkey=str(HOTKEY), netuid=1, amount_staked=str(7 * TAO))
    held = stake_of_float_shares(state.subnet(NETUID).share_pools[AccountId(HOTKEY)], AccountId(ALICE))
    pool, counted = hand_over_float(
        state.subnet(NETUID).share_pools[AccountId(HOTKEY)], AccountId(ALICE), AccountId(OWNER)
    )
    assert held == counted == stake_of_float_shares(pool, AccountId(OWNER)) > 0
    assert AccountId(ALICE) not in pool.float_shares
    swapped = done(state, "swap_coldkey", None, old_coldkey=str(ALICE), new_coldkey=str(OWNER), swap_cost="0")
    assert swapped.subnet(NETUID).share_pools[AccountId(HOTKEY)] == pool


@pytest.mark.rule("CLAIM-13", "CHILD-15")
def test_what_a_validator_of_root_said_follows_its_hotkey_on_root_only() -> None:
    state = on_root(LATER)
    state = done(state, "set_auto_parent_delegation_enabled", OWNER, hotkey=str(VALIDATOR), enabled=False)
    new = AccountId(51)
    elsewhere = move_claims_of_root_hotkey(state, NETUID, AccountId(VALIDATOR), new)
    assert elsewhere is state
    on_all = move_claims_of_root_hotkey(state, ROOT, AccountId(VALIDATOR), new)
    assert dict(on_all.auto_parent_delegation_enabled) == {new: False}


@pytest.mark.rule("EPOCH-27")
@given(st.lists(st.tuples(st.integers(0, 2**63), st.booleans()), min_size=1, max_size=5), st.integers(0, 6))
def test_the_owners_neuron_counts_and_is_permitted(neurons: list[tuple[int, bool]], owner: int) -> None:
    stakes, permits = [Bits(stake << 64) for stake, _ in neurons], [permit for _, permit in neurons]
    uid = Uid(owner) if owner < len(neurons) else None
    given_input = EpochInput(
        n=len(neurons),
        block_number=BlockNumber(1),
        activity_cutoff=1,
        last_update=(),
        block_at_registration=(),
        stake=stakes,
        validator_permits=permits,
        max_allowed_validators=1,
        weights=(),
        bonds=(),
        kappa=0,
        bonds_penalty=0,
        bonds_moving_average=0,
        liquid_alpha_on=False,
        alpha_low=0,
        alpha_high=0,
        emission=Alpha(0),
        tempo=1,
        owner_uid=uid,
    )
    counted = [Bits(0) for _ in neurons]
    found = owner_stake_counts(counted, given_input), owner_is_permitted(permits, given_input)
    assert tuple(map(list, found)) == stated("EPOCH-27", stakes, counted, permits, uid)


@pytest.mark.rule("KEY-1", "KEY-9", "KEY-10", "CLAIM-13")
def test_a_swap_on_root_needs_a_clean_hotkey_and_keeps_what_everybody_has() -> None:
    state = on_root(LATER)
    state = done(state, "burned_register", OWNER, netuid=1, hotkey="50")
    state = done(state, "add_stake", ALICE, hotkey="50", netuid=1, amount_staked=str(100 * TAO))
    held = stake_of_float_shares(state.subnet(NETUID).share_pools[AccountId(50)], AccountId(ALICE))
    swapped = done(state, "swap_hotkey", OWNER, hotkey="50", new_hotkey="51", netuid=None)
    pools = swapped.subnet(NETUID).share_pools
    assert stake_of_float_shares(pools[AccountId(51)], AccountId(ALICE)) == held
    dirty = LATER.set(state, "TotalHotkeyAlpha", {"hotkey": "51", "netuid": 0}, "1")
    for netuid in (None, 0):
        done(dirty, "swap_hotkey", OWNER, "NewHotKeyNotCleanForRootSwap", hotkey="50", new_hotkey="51", netuid=netuid)
    done(dirty, "swap_hotkey", OWNER, hotkey="50", new_hotkey="51", netuid=1)
