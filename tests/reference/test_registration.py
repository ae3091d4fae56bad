"""Registration of neurons and networks: terms, pruning, lock cost, and the calls."""

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao.calls.networks import DissolveNetwork, RegisterNetwork
from dtao.calls.registration import BurnedRegister, RootRegister
from dtao.records import Registration
from dtao.rules.lock_cost import lock_cost, lock_reduction_interval
from dtao.rules.rate_limits import exceeds_tx_rate_limit, passes_rate_limit
from dtao.rules.registration import adjust_terms, upgraded
from dtao.settings import Hyperparameters
from dtao.transitions.networks import network_lock_cost, next_netuid, subnet_to_prune
from dtao.transitions.neurons import neuron_to_prune
from dtao.units import U16_MAX, U64_MAX, BlockNumber, NetUid, Rao
from tests.reference.outcomes import (
    HOTKEY,
    LAUNCH,
    NEW_HOTKEY,
    OTHER_HOTKEY,
    OWNER,
    STRANGER,
    known,
    neurons,
    outcome,
    refused,
    stake,
    state_with,
)

TAO = 10**9
SUBNET = NetUid(1)
U64 = st.integers(0, U64_MAX)
U16 = st.integers(0, U16_MAX)


# Terms


@pytest.mark.parametrize(
    ("registrations", "target", "adjustment_alpha", "expected"),
    [
        (4, 2, 0, 1_500),
        (2, 2, 0, 1_000),
        (0, 2, 0, 500),
        (0, 2, U64_MAX, 1_000),
        (0, 2, U64_MAX // 2 + 1, 750),
        (5, 0, 0, 10),
        (40_000, 40_000, 0, 1_000),
    ],
)
def test_upgraded(registrations: int, target: int, adjustment_alpha: int, expected: int) -> None:
    assert upgraded(1_000, registrations, target, adjustment_alpha, 10, 10**6) == expected


@given(U64, U16, U16, U64, U64, U64)
def test_upgraded_stays_within_its_bounds(
    current: int, registrations: int, target: int, alpha: int, one: int, another: int
) -> None:
    low, high = sorted((one, another))
    value = upgraded(current, registrations, target, alpha, low, high)
    assert low <= value <= upgraded(current, registrations + 1, target, alpha, low, high) <= high


@pytest.mark.parametrize(
    ("registrations", "by_work", "by_burn", "burn", "difficulty"),
    [
        (3, 2, 1, 1_000, 12_500),
        (3, 1, 2, 1_250, 10_000),
        (3, 1, 1, 1_250, 12_500),
        (1, 1, 0, 750, 10_000),
        (1, 0, 1, 1_000, 7_500),
        (1, 0, 0, 750, 7_500),
    ],
)
def test_terms_follow_the_demand(registrations: int, by_work: int, by_burn: int, burn: int, difficulty: int) -> None:
    hyperparameters = Hyperparameters(min_burn=Rao(1), min_difficulty=1)
    before = Registration(
        burn=Rao(1_000),
        difficulty=10_000,
        registrations_this_block=1,
        registrations_this_interval=registrations,
        burn_registrations_this_interval=by_burn,
        pow_registrations_this_interval=by_work,
        last_adjustment_block=BlockNumber(7),
        rao_recycled=Rao(9),
    )
    hundredth = BlockNumber(106)
    assert adjust_terms(before, hyperparameters, hundredth) == evolve(before, registrations_this_block=0)
    assert adjust_terms(before, hyperparameters, BlockNumber(107)) == Registration(
        burn=Rao(burn), difficulty=difficulty, last_adjustment_block=BlockNumber(107), rao_recycled=Rao(9)
    )


def test_idle_terms_are_the_same_object() -> None:
    idle = Registration(last_adjustment_block=BlockNumber(50))
    assert adjust_terms(idle, Hyperparameters(), BlockNumber(149)) is idle


# Pruning


def contested(entries: dict[str, Any]) -> dict[str, Any]:
    """Three neurons of subnet 1: two of a stranger, registered in blocks 5 and 4, and one of the subnet's owner."""
    return {
        "BlockNumber": "10000",
        "SubnetOwner/1": str(OWNER),
        **known(HOTKEY, OTHER_HOTKEY, owner=STRANGER),
        f"Owner/{NEW_HOTKEY}": str(OWNER),
        "Uids/1/0": None,
        **neurons(1, HOTKEY, OTHER_HOTKEY, NEW_HOTKEY, PruningScores=[8, 8, 0]),
        "BlockAtRegistration/1/0": "5",
        "BlockAtRegistration/1/1": "4",
        **entries,
    }


@pytest.mark.parametrize(
    ("entries", "uid"),
    [
        ({}, 1),
        ({"PruningScores/1": [7, 8, 0]}, 0),
        ({"BlockAtRegistration/1/1": "5"}, 0),
        ({"BlockAtRegistration/1/1": "9000"}, 0),
        ({"PruningScores/1": [8, 7, 0], "BlockAtRegistration/1/0": "9001", "BlockAtRegistration/1/1": "9000"}, 1),
        ({f"Owner/{HOTKEY}": str(OWNER), f"Owner/{OTHER_HOTKEY}": str(OWNER)}, 0),
    ],
)
def test_neuron_to_prune(entries: dict[str, Any], uid: int) -> None:
    state = state_with(contested(entries))
    after, pruned = neuron_to_prune(state, SUBNET)
    scores = list(state.subnet(SUBNET).neurons.pruning_scores)
    scores[uid] = U16_MAX
    assert pruned == uid
    assert LAUNCH.diff(state, after) == {"PruningScores/1": scores}


def test_nobody_to_prune() -> None:
    state = state_with({})
    after, uid = neuron_to_prune(state, NetUid(0))
    assert (after, uid) == (state, 0)
    assert after is state


def test_largest_score_and_block_are_never_less() -> None:
    last: dict[str, Any] = {"PruningScores/1": [U16_MAX, U16_MAX, 0], "BlockAtRegistration/1/1": str(U64_MAX)}
    blocks = {"BlockAtRegistration/1/0": str(U64_MAX)}
    assert neuron_to_prune(state_with(contested(last)), SUBNET)[1] == 0
    assert neuron_to_prune(state_with(contested(last | blocks)), SUBNET)[1] == 0


# Registration


def test_burned_register() -> None:
    """10 TAO against 10 alpha: 1 TAO buys 10 - 100/11 alpha, which is destroyed."""
    state = state_with({f"Balance/{STRANGER}": str(2 * TAO), "BalancesTotalIssuance": str(2 * TAO)})
    assert outcome(state, BurnedRegister(signer=STRANGER, netuid=1, hotkey=HOTKEY)) == (
        None,
        [["NeuronRegistered", "1", "1", str(HOTKEY)]],
        {
            f"Balance/{STRANGER}": str(TAO),
            "BalancesTotalIssuance": str(TAO),
            "TotalStake": str(TAO),
            "SubnetTAO/1": str(11 * TAO),
            "SubnetAlphaIn/1": "9090909091",
            "SubnetVolume/1": str(TAO),
            "RAORecycledForRegistration/1": str(TAO),
            "RegistrationsThisBlock/1": 1,
            "RegistrationsThisInterval/1": 1,
            "BurnRegistrationsThisInterval/1": 1,
            **known(HOTKEY, owner=STRANGER),
            "SubnetworkN/1": 2,
            "Keys/1/1": str(HOTKEY),
            f"Uids/1/{HOTKEY}": 1,
            f"IsNetworkMember/{HOTKEY}/1": True,
            "BlockAtRegistration/1/1": "1",
            "Active/1": [True, True],
            "LastUpdate/1": ["1", "1"],
            "Emission/1": ["0", "0"],
            "ValidatorPermit/1": [False, False],
            **{
                f"{item}/1": [0, 0]
                for item in ("Rank", "Trust", "ValidatorTrust", "Consensus", "Incentive", "Dividends", "PruningScores")
            },
        },
    )


def test_replacing_a_neuron_of_the_owner_does_nothing_but_count() -> None:
    poor = {f"Balance/{STRANGER}": str(TAO), "BalancesTotalIssuance": str(TAO), "Burn/1": "0", "MaxAllowedUids/1": 1}
    state = state_with({**poor, **known(HOTKEY, owner=STRANGER)})
    assert outcome(state, BurnedRegister(signer=STRANGER, netuid=1, hotkey=HOTKEY)) == (
        None,
        [["NeuronRegistered", "1", "0", str(HOTKEY)]],
        {
            "PruningScores/1": [U16_MAX],
            "RegistrationsThisBlock/1": 1,
            "RegistrationsThisInterval/1": 1,
            "BurnRegistrationsThisInterval/1": 1,
        },
    )


def test_replaced_neuron_keeps_what_the_chain_keeps() -> None:
    lists = {"Active": [False, False], "Emission": ["5", "6"], "LastUpdate": ["3", "4"]}
    numbers = {item: [1, 2] for item in ("Rank", "Trust", "ValidatorTrust", "Consensus", "Incentive", "Dividends")}
    state = state_with(
        {
            "BlockNumber": "9",
            "MaxAllowedUids/2": 2,
            "NetworksAdded/2": True,
            "NetworkRegistrationAllowed/2": True,
            "Burn/2": "0",
            "SubnetMechanism/2": 1,
            "SubnetOwner/2": str(STRANGER),
            **known(HOTKEY, OTHER_HOTKEY, NEW_HOTKEY),
            **neurons(2, HOTKEY, OTHER_HOTKEY, PruningScores=[1, 0], **lists, **numbers),
            "Weights/2/1": [[0, 9]],
            "Bonds/2/1": [[0, 9]],
        }
    )
    assert outcome(state, BurnedRegister(signer=OWNER, netuid=2, hotkey=NEW_HOTKEY)) == (
        None,
        [["NeuronRegistered", "2", "1", str(NEW_HOTKEY)]],
        {
            "Keys/2/1": str(NEW_HOTKEY),
            f"Uids/2/{NEW_HOTKEY}": 1,
            f"Uids/2/{OTHER_HOTKEY}": None,
            f"IsNetworkMember/{NEW_HOTKEY}/2": True,
            f"IsNetworkMember/{OTHER_HOTKEY}/2": None,
            "BlockAtRegistration/2/1": "9",
            "Active/2": [False, True],
            "Emission/2": ["5", "0"],
            "Trust/2": [1, 0],
            "Consensus/2": [1, 0],
            "Incentive/2": [1, 0],
            "Dividends/2": [1, 0],
            "PruningScores/2": [1, U16_MAX],
            "RegistrationsThisBlock/2": 1,
            "RegistrationsThisInterval/2": 1,
            "BurnRegistrationsThisInterval/2": 1,
        },
    )


def root(*hotkeys: int, limit: int) -> dict[str, Any]:
    entries = neurons(0, *hotkeys, Trust=[0] * len(hotkeys), Active=[False] * len(hotkeys))
    return {"MaxAllowedUids/0": limit, **known(HOTKEY, OTHER_HOTKEY, NEW_HOTKEY), **entries}


def test_root_register_takes_the_uid_with_the_lowest_stake() -> None:
    held = {**stake(0, HOTKEY, OWNER, 30), **stake(0, OTHER_HOTKEY, OWNER, 20), **stake(0, NEW_HOTKEY, OWNER, 21)}
    state = state_with({**root(HOTKEY, OTHER_HOTKEY, limit=2), **held})
    assert outcome(state, RootRegister(signer=STRANGER, hotkey=NEW_HOTKEY)) == (
        None,
        [["NeuronRegistered", "0", "1", str(NEW_HOTKEY)]],
        {
            "Keys/0/1": str(NEW_HOTKEY),
            f"Uids/0/{NEW_HOTKEY}": 1,
            f"Uids/0/{OTHER_HOTKEY}": None,
            f"IsNetworkMember/{NEW_HOTKEY}/0": True,
            f"IsNetworkMember/{OTHER_HOTKEY}/0": None,
            "BlockAtRegistration/0/1": "1",
            "Active/0": [False, True],
            f"Delegates/{NEW_HOTKEY}": 11_796,
            "RegistrationsThisBlock/0": 1,
            "RegistrationsThisInterval/0": 1,
        },
    )


def test_root_register_needs_more_than_the_lowest_stake() -> None:
    held = {**stake(0, HOTKEY, OWNER, 20), **stake(0, NEW_HOTKEY, OWNER, 20)}
    state = state_with({**root(HOTKEY, limit=1), **held})
    assert outcome(state, RootRegister(signer=OWNER, hotkey=NEW_HOTKEY)) == refused("StakeTooLowForRoot")
    nobody = state_with(root(limit=0))
    assert outcome(nobody, RootRegister(signer=OWNER, hotkey=NEW_HOTKEY)) == refused("HotKeyNotRegisteredInSubNet")
    without_root = state_with({"NetworksAdded/0": False})
    assert outcome(without_root, RootRegister(signer=None, hotkey=HOTKEY)) == refused("RootNetworkDoesNotExist")


# Networks


@pytest.mark.parametrize(
    ("last_lock_block", "block", "expected"),
    [(0, 0, 1_000), (0, 50, 500), (100, 100, 2_000), (100, 200, 1_000), (100, 150, 1_500), (100, 10**6, 10)],
)
def test_lock_cost_doubles_and_falls(last_lock_block: int, block: int, expected: int) -> None:
    cost = lock_cost(Rao(1_000), Rao(10), BlockNumber(last_lock_block), BlockNumber(block), 100)
    assert cost == expected


@given(U64, U64, U64, U64, U64, U64)
def test_lock_cost_never_rises_by_waiting(
    last_lock: int, minimum: int, registered: int, block: int, waiting: int, interval: int
) -> None:
    costs = [
        lock_cost(Rao(last_lock), Rao(minimum), BlockNumber(registered), BlockNumber(now), interval)
        for now in (block, min(block + waiting, U64_MAX))
    ]
    assert minimum <= costs[1] <= costs[0] <= U64_MAX


def test_interval_follows_the_emission() -> None:
    assert [lock_reduction_interval(100_800, Rao(emission)) for emission in (TAO, TAO // 2, TAO // 4, 0)] == [
        100_800,
        50_400,
        25_200,
        0,
    ]
    assert lock_reduction_interval(U64_MAX, Rao(TAO)) == 2**63 - 1


def test_lock_cost_brings_the_emission_up_to_date() -> None:
    state = state_with({"TotalIssuance": str(10_500_000 * TAO)})
    after, cost = network_lock_cost(state)
    assert cost == 1_000 * TAO
    assert LAUNCH.diff(state, after) == {"BlockEmission": str(TAO // 2)}
    issued = state_with({"TotalIssuance": str(21_000_000 * TAO)})
    assert network_lock_cost(issued)[0] is issued


def test_register_and_dissolve_network() -> None:
    """A lock of 2000 TAO for a pool of 1000 TAO burns the rest; a dissolved network leaves its pool and its blocks."""
    rich = {f"Balance/{OWNER}": str(5_000 * TAO), "BalancesTotalIssuance": str(5_000 * TAO)}
    weights = {"Weights/0/0": [[1, 5], [2, 6]]}
    state = state_with(
        {**rich, **weights, **neurons(0, 0), "BlockNumber": "9", "NetworkRateLimit": "0",
         "TotalIssuance": str(5_000 * TAO), "NetworkLastRegistered": "9"}
    )  # fmt: skip
    error, events, diff = outcome(state, RegisterNetwork(signer=OWNER, hotkey=HOTKEY))
    assert (error, events) == (None, [["NetworkAdded", "2", "0"]])
    expected = {
        f"Balance/{OWNER}": str(3_000 * TAO),
        "BalancesTotalIssuance": str(3_000 * TAO),
        "TotalIssuance": str(4_000 * TAO),
        "NetworkLastLockCost": str(2_000 * TAO),
        "TotalNetworks": 3,
        "NetworksAdded/2": True,
        "SubnetOwner/2": str(OWNER),
        "SubnetOwnerHotkey/2": str(HOTKEY),
        "SubnetTAO/2": str(1_000 * TAO),
        "SubnetAlphaIn/2": str(1_000 * TAO),
        "NetworkRegisteredAt/2": "9",
        "MaxAllowedUids/2": 256,
        "AdjustmentInterval/2": 360,
        "BlockAtRegistration/2/0": "9",
    }
    assert {entry: diff.get(entry) for entry in expected} == expected
    after = LAUNCH.apply(state, RegisterNetwork(signer=OWNER, hotkey=HOTKEY)).state
    dissolved = LAUNCH.apply(after, DissolveNetwork(signer=None, coldkey=OWNER, netuid=2)).state
    kept = {"SubnetTAO/2", "SubnetAlphaIn/2", "SubnetOwnerHotkey/2", "BlockAtRegistration/2/0", "AdjustmentInterval/2",
            "AdjustmentAlpha/2", "MaxAllowedValidators/2", "MinBurn/2", "MinDifficulty/2", "MaxDifficulty/2",
            "NetworkRegistrationAllowed/2", "TargetRegistrationsPerInterval/2", "SubnetMechanism/2"}  # fmt: skip
    left = LAUNCH.diff(state, dissolved)
    assert {entry for entry in left if entry.split("/")[-1] == "2" or "/2/" in entry} == kept
    assert left["Weights/0/0"] == [[1, 5], [2, 0]]
    assert next_netuid(dissolved) == 2


def test_dissolving_pays_the_lock_back() -> None:
    state = state_with({f"Balance/{OWNER}": "1000", "BalancesTotalIssuance": "1000", "SubnetLocked/1": "700",
                        "SubnetOwner/1": str(OWNER)})  # fmt: skip
    diff = outcome(state, DissolveNetwork(signer=None, coldkey=OWNER, netuid=1))[2]
    assert (diff[f"Balance/{OWNER}"], diff["BalancesTotalIssuance"], diff["SubnetLocked/1"]) == ("1700", "1700", None)
    assert outcome(state, DissolveNetwork(signer=OWNER, coldkey=OWNER, netuid=1)) == refused("BadOrigin")
    assert outcome(state, DissolveNetwork(signer=None, coldkey=STRANGER, netuid=1)) == refused("NotSubnetOwner")
    assert outcome(state, DissolveNetwork(signer=None, coldkey=OWNER, netuid=2)) == refused("SubNetworkDoesNotExist")


def test_subnet_to_prune() -> None:
    """The oldest one; of equally old ones the last by the little-endian bytes of the netuid: 256, 1, 2."""
    ages = {"BlockNumber": "100", "NetworkImmunityPeriod": "50", "NetworkRegisteredAt/1": "20"}
    state = state_with({**ages, "NetworksAdded/2": True, "NetworksAdded/256": True, "NetworkRegisteredAt/256": "20",
                        "NetworkRegisteredAt/2": "51"})  # fmt: skip
    assert subnet_to_prune(state) == 1
    assert subnet_to_prune(LAUNCH.set(state, "NetworkRegisteredAt", {"netuid": 2}, "20")) == 2
    assert subnet_to_prune(LAUNCH.set(state, "NetworkRegisteredAt", {"netuid": 256}, "19")) == 256
    assert subnet_to_prune(LAUNCH.set(state, "NetworkImmunityPeriod", {}, "81")) == 0


@given(U64, U64, U64)
def test_rate_limits_differ_by_one_block(limit: int, last: int, block: int) -> None:
    exceeded = exceeds_tx_rate_limit(limit, BlockNumber(last), BlockNumber(block))
    passed = passes_rate_limit(limit, BlockNumber(last), BlockNumber(block))
    assert exceeded == (not passed or (last > 0 and limit == max(block - last, 0))) or limit == 0
