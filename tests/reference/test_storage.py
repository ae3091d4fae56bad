"""The flat form of a state: complete, faithful, and exact about what is wrong with it."""

import pytest

import dtao
from dtao import storage
from dtao_properties.conformance import vectors
from tests.reference.worlds import ERA, SCENARIOS, after, scenarios, states

SUITES = ("children", "prune", "swapkeys", "market", "edges", "rejections")


def test_genesis_and_defaults_are_those_of_the_recordings() -> None:
    for path in vectors.files([SCENARIOS]):
        header = vectors.header(path)
        assert ERA.dump(ERA.genesis()) == header.genesis
        defaults = {
            item.name: item.kind.encode(item.default)
            for item in ERA.runtime.items.by_name.values()
            if item.default is not None
        }
        assert defaults | {"Uids": None} == header.defaults


@pytest.mark.parametrize("suite", SUITES)
def test_loading_what_was_dumped_gives_the_same_state(suite: str) -> None:
    for state in states(suite, every=17):
        assert ERA.load(ERA.dump(state)) == state


@pytest.mark.parametrize("suite", SUITES)
def test_writing_a_difference_entry_by_entry_leads_to_the_state_after(suite: str) -> None:
    steps = next(scenarios(suite))
    before = ERA.genesis()
    for step in steps[:400]:
        state = after(before, step)
        rebuilt = before
        for entry, value in ERA.diff(before, state).items():
            rebuilt = storage.set_entry(rebuilt, entry, value)
        assert rebuilt == state
        assert ERA.diff(state, before).keys() == ERA.diff(before, state).keys()
        before = state


@pytest.mark.parametrize(
    ("flat", "message"),
    [
        ({"SubnetTau/1": "5"}, "SubnetTau/1: there is no storage item 'SubnetTau' in this era; did you mean SubnetTAO"),
        ({"SubnetTAO": "5"}, "SubnetTAO: SubnetTAO takes 1 keys; write SubnetTAO/<netuid>"),
        ({"SubnetTAO/1": 5}, "SubnetTAO/1: 5 is not a u64; write an integer as a decimal string"),
        ({"SubnetTAO/1": "5.0"}, "SubnetTAO/1: '5.0' is not a u64; write an integer as a decimal string"),
        ({"SubnetTAO/1": "-5"}, "SubnetTAO/1: -5 is not a u64; it must lie between 0 and 18446744073709551615"),
        ({"SubnetTAO/1": 1.5}, "SubnetTAO/1: 1.5 is not a u64"),
        ({"Tempo/1": "5"}, "Tempo/1: '5' is not a u16; write a JSON integer"),
        ({"Tempo/70000": 5}, "Tempo/70000 (netuid): 70000 is not a netuid; it must lie between 0 and 65535"),
        ({"Active/1": [1]}, r"Active/1\[0\]: 1 is not true or false"),
        ({"ChildKeys/1/1": [["5"]]}, r"ChildKeys/1/1\[0\]: \['5'\] is not \[a u64, an account\]"),
        ({"SubnetMovingPrice/1": "-1"}, "SubnetMovingPrice/1: -1 is not the raw bits of I96F32"),
        (
            {"NetworksAdded/1": True, "Alpha/5/6/1": "9"},
            "Alpha/5/6/1: shares without a denominator; add TotalHotkeyShares/5/1",
        ),
        ({"Keys/1/0": "5"}, "Keys/1/0: Uids/1/5 must say 0, the uid of this key"),
        ({"Uids/1/5": 0}, "Uids/1/5: Keys/1/0 must say 5, the key of this uid"),
    ],
)
def test_a_malformed_or_impossible_entry_is_named(flat: dict[str, object], message: str) -> None:
    with pytest.raises(dtao.InputError, match=message.replace("(", r"\(").replace(")", r"\)")):
        ERA.load(flat)


def test_a_contradiction_that_the_chain_can_reach_loads_unchecked() -> None:
    flat = {**ERA.dump(ERA.genesis()), "Alpha/5/6/1": "9"}
    assert ERA.dump(ERA.load(flat, check=False)) == flat


def test_a_balance_below_the_existential_deposit_is_none() -> None:
    state = ERA.set(ERA.genesis(), "Balance", {"account": "7"}, "500")
    assert ERA.diff(ERA.genesis(), state) == {"Balance/7": "500", "BalancesTotalIssuance": "500"}
    assert ERA.set(state, "Balance", {"account": "7"}, "499") == ERA.genesis()


def test_the_keys_of_a_written_entry_are_checked() -> None:
    with pytest.raises(dtao.InputError, match=r"set Burn: its keys are \['netuid'\], not \['uid'\]"):
        ERA.set(ERA.genesis(), "Burn", {"uid": 1}, "5")


def test_a_difference_of_equal_states_is_empty() -> None:
    assert ERA.diff(ERA.genesis(), ERA.genesis()) == {}
