"""Upgrades of the state from era to era."""

import pytest

import dtao
from dtao.genesis import GENESIS
from dtao.transitions.children import hashed
from dtao.transitions.subnet_accounts import account_of
from dtao.units import AccountId, NetUid
from tests.reference.outcomes import HOTKEY, OWNER, stake, state_with

CROSSED = {
    "Tempo/1": 99,
    "MinDifficulty/1": "7",
    "BondsMovingAverage/1": "980000",
    "MaxBurn/1": "5",
    "TotalStakeAtDynamic/1": "9",
    "MaxBurn/7": "6",
}


def test_an_upgrade_changes_what_its_migrations_say_and_reads_new_defaults() -> None:
    before = state_with({**CROSSED, **stake(1, HOTKEY, OWNER, 5)})
    after = dtao.migrate(before, "hotkey-per-subnet")
    flat, upgraded = dtao.dump(before), dtao.dump(after)
    gone = {entry: None for entry in flat if entry not in upgraded}
    new = {entry: value for entry, value in upgraded.items() if flat.get(entry) != value}
    assert gone | new == {
        "BondsMovingAverage/1": "975000",
        "ColdkeySwapRescheduleDuration": "7200",
        "FirstEmissionBlockNumber/1": "1",
        "MaxBurn/1": None,
        "MaxBurn/7": None,
        "MinActivityCutoff": 360,
        "MinDifficulty/1": None,
        "NextStakeJobId": "0",
        "PendingChildKeyCooldown": "0",
        "SubnetLimit": None,
        "SubtokenEnabled/0": True,
        "SubtokenEnabled/1": True,
        "Tempo/1": 99,
        "TotalIssuance": "10000000000",
        "TotalStake": "10000000000",
        "TotalStakeAtDynamic/1": None,
        "WeightsVersionKeyRateLimit": "5",
    }
    assert dtao.era(277).load(upgraded) == after


def test_every_upgrade_counts_the_totals_anew() -> None:
    """What leaked since the last one is gone; at 283 what was staked on root counts, whatever its pool held."""
    leaked = {"TotalStake": "7", "TotalIssuance": "8", "SubnetTAO/0": "40", "SubnetTAO/1": "500", "Balance/9": "1000"}
    state = state_with({**leaked, **stake(0, HOTKEY, OWNER, 60), f"Owner/{HOTKEY}": str(OWNER)})
    assert (state.total_stake, state.total_issuance) == (7, 8)
    rest = sum(pool.tao for pool in state.pools.values()) - 540
    after = dtao.migrate(state, 234)
    assert (after.total_stake, after.total_issuance) == (rest + 540, rest + 1_540)
    after = dtao.migrate(state, 283)
    assert (after.total_stake, after.total_issuance) == (rest + 560, rest + 1_560)


def test_no_network_is_closed_to_newcomers_after_298() -> None:
    state = dtao.era(283).set(dtao.era(283).genesis(), "NetworkRegistrationAllowed", {"netuid": 1}, False)
    state = dtao.era(283).set(state, "NetworksAdded", {"netuid": 1}, True)
    assert not state.subnets[1].hyperparameters.network_registration_allowed  # type: ignore[index]
    assert dtao.migrate(state, 298).subnets[1].hyperparameters.network_registration_allowed  # type: ignore[index]


def test_every_pair_of_eras_is_crossed_in_steps() -> None:
    state = state_with(CROSSED)
    for era in dtao.ERAS:
        step_by_step = dtao.migrate(state, era)
        assert step_by_step.runtime is era.runtime
        assert dtao.migrate(state_with(CROSSED), era) == step_by_step
        assert era.load(era.dump(step_by_step)) == step_by_step
        assert era.step(step_by_step).block_number == 2
        state = step_by_step


def test_dividends_in_tao_are_pending_no_more_from_338_on() -> None:
    era = dtao.era(320)
    pending = {"PendingRootDivs/1": "5", "PendingAlphaSwapped/1": "6", "PendingEmission/1": "7"}
    after = dtao.migrate(era.load({**era.dump(era.genesis()), **pending}), 338)
    assert dtao.era(338).load(dtao.dump(after)) == after
    assert (after.emission(NetUid(1)).pending_root_divs, after.emission(NetUid(1)).pending_emission) == (0, 7)


@pytest.mark.parametrize(("pending", "root", "apart"), [(10, 5, (7, 3)), (3, 8, (5, None)), (0, 9, (4, None))])
def test_343_sets_apart_what_was_pending(pending: int, root: int, apart: tuple[int, int | None]) -> None:
    """Miners get half of it all, root's part included, floored; validators what is left of the rest."""
    era = dtao.era(342)
    entries = {"PendingEmission/1": str(pending), "PendingRootAlphaDivs/1": str(root), "PendingOwnerCut/1": "3"}
    flat = dtao.dump(dtao.migrate(era.load({**era.dump(era.genesis()), **entries}), 343))
    assert flat.get("PendingEmission/1") is None
    named = [flat.get(f"Pending{part}Emission/1") for part in ("Server", "Validator")]
    assert named == [None if part is None else str(part) for part in apart]
    assert (flat["PendingRootAlphaDivs/1"], flat["PendingOwnerCut/1"]) == (str(root), "3")


def test_what_342_and_343_emitted_to_subnets_that_were_not_started_is_forgotten_at_345() -> None:
    """But not where as much alpha is issued as a new subnet has."""
    era = dtao.era(343)
    items = ("PendingServerEmission", "PendingValidatorEmission", "PendingRootAlphaDivs", "PendingOwnerCut",
             "SubnetTaoInEmission", "SubnetAlphaInEmission", "SubnetAlphaOutEmission")  # fmt: skip
    entries = {f"{item}/{netuid}": "7" for item in items for netuid in range(5)}
    added = {f"NetworksAdded/{netuid}": True for netuid in range(4)}
    issued = {"SubnetAlphaOut/0": "5", "SubnetAlphaOut/1": "5", "SubnetAlphaOut/3": "5", "SubnetAlphaOut/4": "5"}
    held = {"NetworkMinLockCost": "9", "SubnetAlphaIn/2": "4", "SubnetAlphaOut/2": "5"}
    started = {"FirstEmissionBlockNumber/1": "0"}
    kept = {"BlocksSinceLastStep/3": "2", "SubnetTaoFlow/3": "-1"}
    before = era.load({**era.dump(era.genesis()), **added, **entries, **issued, **held, **started, **kept})
    flat = dtao.dump(dtao.migrate(before, 345))
    for item in items:
        assert [flat.get(f"{item}/{netuid}") for netuid in range(5)] == ["7", "7", "7", None, "7"]
    assert {entry: flat.get(entry) for entry in kept} == kept


def test_ranks_go_with_365_and_stakers_know_their_hotkeys_from_371_on() -> None:
    entries = {"Rank/1": [7], "Trust/1": [7], "PruningScores/1": [7], "Consensus/1": [7], "StakingHotkeys/9": ["5"]}
    held = {**stake(1, 5, 9, 5), **stake(1, 7, 9, 5), **stake(2, 6, 9, 5)}
    before = dtao.era(362).load({**dtao.dump(dtao.era(362).genesis()), **held, **entries})
    after = dtao.migrate(before, 365)
    flat = dtao.dump(after)
    assert [flat.get(entry) for entry in entries] == [None, None, None, [7], ["5"]]
    known = dtao.migrate(after, 371).staking_hotkeys[AccountId(9)]
    assert known == (5, *sorted((AccountId(6), AccountId(7)), key=hashed))


def test_401_forgets_what_was_set_and_counted_of_registrations_by_work() -> None:
    era = dtao.era(391)
    entries = {"NetworkPowRegistrationAllowed/1": False, "BurnRegistrationsThisInterval/1": 2,
               "POWRegistrationsThisInterval/1": 3, "RegistrationsThisInterval/1": 5,
               "NetworkRegistrationAllowed/1": False}  # fmt: skip
    held = stake(1, HOTKEY, OWNER, 5)
    before = era.load({**dtao.dump(era.genesis()), **held, **entries})
    flat = dtao.dump(dtao.migrate(before, 401))
    assert [flat.get(entry) for entry in entries] == [None, None, None, 5, False]
    assert {entry: flat.get(entry) for entry in held} == held


def test_the_accounts_of_subnets_hold_their_tao_and_locks_from_411_on() -> None:
    """Of a lock the minimum lock cost is in the pool already; less than 500 rao are nothing on an account."""
    era = dtao.era(402)
    tao = {"SubnetTAO/0": "40", "SubnetTAO/1": "5000", "SubnetLocked/1": "1000", "NetworkMinLockCost": "300"}
    before = era.load({**era.dump(era.genesis()), **tao, "Balance/9": "2000", "BalancesTotalIssuance": "2000"})
    after = dtao.migrate(before, 411)
    account = account_of(NetUid(1))
    assert dict(after.balances) == {9: 2_000, account: 5_700}
    assert (after.total_issuance, after.balances_total_issuance, after.total_stake) == (7_700, 7_700, 5_040)
    leaked = dtao.era(411).set(after, "TotalStake", {}, "7")
    assert dtao.migrate(leaked, 425).total_stake == 7


def test_411_forgets_when_owners_last_staked_and_burned() -> None:
    """The limit that asked for it is gone; those of other calls stay."""
    era, entry = dtao.era(402), "LastRateLimitedBlock/AddStakeBurn(NetUid(1))"
    limits = {entry: "7", "LastRateLimitedBlock/NetworkLastRegistered": "8"}
    before = era.load({**era.dump(era.genesis()), **limits})
    assert dtao.dump(dtao.migrate(before, 402))[entry] == "7"
    flat = dtao.dump(dtao.migrate(before, 411))
    assert [flat.get(name) for name in limits] == [None, "8"]


def test_a_state_stays_in_its_era_and_never_goes_back() -> None:
    state = dtao.era(252).genesis()
    assert dtao.migrate(state, 252) is state
    with pytest.raises(dtao.InputError, match=r"the state is of version 252: it cannot go back to 'launch' \(233\)"):
        dtao.migrate(state, "launch")


def test_genesis_entries_are_those_of_the_launch() -> None:
    assert dtao.dump(dtao.era("launch").genesis()) == GENESIS
