"""Accounts, credit, claims and locks: each law holds of recorded steps and fails where a step is broken."""

from functools import cache

import pytest

import dtao
from dtao.units import AccountId, NetUid
from dtao_properties.laws import INVARIANTS, violations
from dtao_properties.laws.accounts import owed
from dtao_properties.laws.leak_sizes import leaks_of, steps_of
from dtao_properties.model.step import Step
from dtao_spec.chapters.accounts import account_of_subnet
from tests.laws.corpus import moved, number, written
from tests.laws.later import STAKE, called, small

BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}
COVER, CREDIT = BY_NAME["accounts cover the pools"], BY_NAME["credit is spent or given back"]
CLAIMS, LOCKS = BY_NAME["claims never exceed what was set aside"], BY_NAME["locks never exceed stake"]


@cache
def recorded(version: int, suite: str) -> tuple[Step, ...]:
    return tuple(step for step in steps_of(suite, dtao.era(version)) if step.error is None)


def account(netuid: int) -> str:
    return f"Balance/{int.from_bytes(account_of_subnet(netuid), 'little')}"


def a_stake(version: int) -> Step:
    return next(step for step in recorded(version, "market") if step.name == "add_stake" and step.argument("netuid"))


@pytest.mark.parametrize("version", [411, 425])
def test_an_account_that_is_a_rao_short_is_noticed(version: int) -> None:
    step = a_stake(version)
    netuid = step.argument("netuid")
    assert COVER.violations(step) == []
    margin = number(step, account(netuid)) - number(step, f"SubnetTAO/{netuid}")
    assert margin >= 0
    assert COVER.violations(moved(step, account(netuid), -margin)) == []
    assert COVER.violations(moved(step, account(netuid), -margin - 1))


FULL = str(2**64 - 1)


@pytest.mark.parametrize("version", [342, 385, 411, 422])
def test_what_an_i64_does_not_hold_leaves_the_account_and_not_the_reserve(version: int) -> None:
    """The sale of a fee to a pool whose liquidity is full pays all that is left; of that 2^63 leave the reserve."""
    era = dtao.era(version)
    reserves = {"SubnetTAO__1": FULL, "SubnetAlphaIn__1": FULL, "SubnetAlphaOut__1": str(10**10)}
    state = small(era, **STAKE, **reserves, FeeRate__1=196, SubtokenEnabled__1=True, **{account(1): FULL})
    step = called(era, state, "remove_stake", hotkey="11", netuid=1, amount_unstaked=str(10**9))
    paid = 2**64 - 1 - number(step, account(1))
    left = 2**64 - 1 - number(step, "SubnetTAO/1")
    assert step.error is None
    assert violations(step) == []
    if version >= 411:
        assert paid > left > 2**63
        named = {leak.name: leak.amount for leak in leaks_of(step) if leak.place == "accounts"}
        assert named == {"saturation": left - paid + 1, "dust": -1}  # the last rao of the account is no balance
        assert COVER.violations(moved(step, "SubnetTAO/1", 1))


def test_what_an_i64_does_not_hold_joins_the_account_and_not_the_reserve() -> None:
    era = dtao.era(417)
    state = small(era, SubnetMechanism__1=0, Balance__1=str(2**63 + 10**12), SubtokenEnabled__1=True)
    step = called(era, state, "add_stake", hotkey="11", netuid=1, amount_staked=str(2**63 + 10**9))
    assert step.error is None
    assert number(step, "SubnetTAO/1") == 10**12 + 2**63 - 1
    assert number(step, account(1)) == 2**63 + 10**9
    assert violations(step) == []


@pytest.mark.parametrize("version", [411, 425])
def test_what_a_founder_keeps_the_account_lacks(version: int) -> None:
    era = dtao.era(version)
    cost = {"NetworkLastLockCost": str(10**12), "NetworkMinLockCost": str(10**12), "NetworkLastRegistered": "60000"}
    entries = {"NetworkRegistrationStartBlock": "0", "SubnetLimit": 128, **cost}
    state = small(era, **{**entries, "Balance__1": str(10**12)})
    step = called(era, state, "register_network", hotkey="11")
    assert step.error is None
    assert number(step, account(2)) - number(step, "SubnetTAO/2") == -500
    assert [(leak.name, leak.place, leak.amount) for leak in leaks_of(step)] == [("short reserve", "accounts", -500)]
    assert COVER.violations(step) == []
    assert COVER.violations(moved(step, account(2), -1))


@pytest.mark.parametrize("version", [411, 425])
def test_tao_that_is_not_paid_out_of_credit_is_noticed(version: int) -> None:
    block = next(step for step in recorded(version, "emission") if step.is_block and step.diff.get("TotalIssuance"))
    assert CREDIT.violations(block) == []
    for entry in ("TotalIssuance", "BalancesTotalIssuance"):
        assert CREDIT.violations(moved(block, entry, 1)), entry
        assert CREDIT.violations(moved(a_stake(version), entry, 1)), entry
    both = moved(moved(block, "TotalIssuance", 10**9), "BalancesTotalIssuance", 10**9)
    assert any("are due" in sentence for sentence in CREDIT.violations(both))
    beyond = moved(moved(block, "TotalIssuance", 22 * 10**15), "BalancesTotalIssuance", 22 * 10**15)
    assert any("all balances" in sentence for sentence in CREDIT.violations(beyond))


@pytest.mark.parametrize("version", [338, 401, 425])
def test_a_claim_of_what_was_not_set_aside_is_noticed(version: int) -> None:
    def has_claimed(step: Step) -> list[str]:
        return [entry for entry in step.diff if entry.startswith("RootClaimed/") and number(step, entry) > 10**6]

    step = next(one for one in recorded(version, "rootclaim") if (one.is_block or one.accepted) and has_claimed(one))
    assert CLAIMS.violations(step) == []
    netuid, hotkey, coldkey = has_claimed(step)[0].split("/")[1:]
    due = owed(step.after)[NetUid(int(netuid))]
    entry = f"RootClaimed/{netuid}/{hotkey}/{coldkey}"
    more = moved(step, entry, -number(step, entry))
    assert owed(more.after)[NetUid(int(netuid))] > due
    assert CLAIMS.violations(more)


@pytest.mark.parametrize("version", [411, 425])
def test_a_lock_beyond_the_stake_is_noticed(version: int) -> None:
    era = dtao.era(version)
    state = small(era, **{**STAKE, "SubtokenEnabled__1": True})
    step = called(era, state, "lock_stake", hotkey="11", netuid=1, amount=str(10**10))
    assert (step.error, LOCKS.violations(step)) == (None, [])
    mass, conviction, block = step.flat_after["Lock/1/1/11"]
    for more, found in ((1, 0), (2, 1)):  # an alpha rao for the hotkey may have been cut off
        assert len(LOCKS.violations(written(step, "Lock/1/1/11", [str(int(mass) + more), conviction, block]))) == found
    refused = called(era, state, "lock_stake", hotkey="11", netuid=1, amount=str(10**10 + 1))
    assert refused.error == "InsufficientStakeForLock"
    assert state.balances.get(AccountId(1))
