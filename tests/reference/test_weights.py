"""Weights: their scale, and what stands in their way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtao.calls.weights import SetWeights
from dtao.units import U16_MAX, NetUid, Uid
from tests.reference.outcomes import HOTKEY, LAUNCH, OTHER_HOTKEY, OWNER, known, neurons, outcome, stake, state_with

SUBNET: dict[str, Any] = {
    "BlockNumber": "200",
    "NetworksAdded/2": True,
    "SubnetMechanism/2": 1,
    "MinAllowedWeights/2": 1,
    "MaxWeightsLimit/2": U16_MAX,
    **known(HOTKEY, OTHER_HOTKEY, 2004),
    **neurons(2, HOTKEY, OTHER_HOTKEY, 2004, ValidatorPermit=[True, False, False], LastUpdate=["7", "0", "0"]),
}


def call(
    dests: list[int], weights: list[int], signer: int | None = HOTKEY, netuid: int = 2, key: int = 0
) -> SetWeights:
    return SetWeights(signer=signer, netuid=netuid, dests=tuple(dests), weights=tuple(weights), version_key=key)


def stored_weights(weights: list[int]) -> list[int]:
    state = LAUNCH.apply(state_with(SUBNET), call([0, 1, 2], weights)).state
    return [weight for _, weight in state.subnet(NetUid(2)).neurons.weights[Uid(0)]]


@pytest.mark.parametrize(
    ("weights", "stored"),
    [
        ([1, 1, 2], [32_768, 32_768, U16_MAX]),
        ([0, 0, 0], [0, 0, 0]),
        ([1, 2, 3], [21_845, 43_690, U16_MAX]),
        ([U16_MAX, 40_000, 0], [U16_MAX, 40_000, 0]),
    ],
)
def test_weights_are_scaled_to_the_largest(weights: list[int], stored: list[int]) -> None:
    assert outcome(state_with(SUBNET), call([2, 0, 1], weights)) == (
        None,
        [["WeightsSet", "2", "0"]],
        {
            "Weights/2/0": [list(pair) for pair in zip([2, 0, 1], stored, strict=True)],
            "LastUpdate/2": ["200", "0", "0"],
        },
    )


@given(st.lists(st.integers(0, U16_MAX), min_size=3, max_size=3))
def test_scaling_keeps_the_order_and_is_idempotent(weights: list[int]) -> None:
    stored = stored_weights(weights)
    assert max(stored) == (U16_MAX if any(weights) else 0)
    assert sorted(stored) == [scaled for _, scaled in sorted(zip(weights, stored, strict=True))]
    assert stored_weights(stored) == stored


def test_weight_on_oneself_needs_neither_permit_nor_length_nor_limit() -> None:
    state = state_with({**SUBNET, "MinAllowedWeights/2": 3, "MaxWeightsLimit/2": 1})
    assert outcome(state, call([1], [9], signer=OTHER_HOTKEY)) == (
        None,
        [["WeightsSet", "2", "1"]],
        {"Weights/2/1": [[1, U16_MAX]], "LastUpdate/2": ["7", "200", "0"]},
    )
    assert outcome(state, call([0], [9], signer=OTHER_HOTKEY))[0] == "NeuronNoValidatorPermit"


@pytest.mark.parametrize(
    ("entries", "made", "error"),
    [
        ({"CommitRevealWeightsEnabled/2": True}, call([0], [1], signer=None), "CommitRevealEnabled"),
        ({}, call([0], [1], signer=None), "BadOrigin"),
        ({}, call([0, 1], [1], netuid=0), "CanNotSetRootNetworkWeights"),
        ({}, call([0, 1], [1], netuid=3), "WeightVecNotEqualSize"),
        ({}, call([0], [1], netuid=3), "SubNetworkDoesNotExist"),
        ({}, call([0, 0, 0, 0], [1, 1, 1, 1]), "UidsLengthExceedUidsInSubNet"),
        ({}, call([0], [1], signer=OWNER), "HotKeyNotRegisteredInSubNet"),
        ({"StakeThreshold": "1"}, call([0], [1]), "NotEnoughStakeToSetWeights"),
        ({"StakeThreshold": "5", **stake(2, HOTKEY, OWNER, 5)}, call([0], [1]), None),
        ({"WeightsVersionKey/2": "3"}, call([0], [1], key=2), "IncorrectWeightVersionKey"),
        ({"WeightsVersionKey/2": "3"}, call([0], [1], key=3), None),
        ({"WeightsSetRateLimit/2": "194"}, call([0], [1]), "SettingWeightsTooFast"),
        ({"WeightsSetRateLimit/2": "193"}, call([0], [1]), None),
        ({}, call([0, 0], [1, 1], signer=OTHER_HOTKEY), "NeuronNoValidatorPermit"),
        ({}, call([9, 9], [1, 1]), "DuplicateUids"),
        ({"MinAllowedWeights/2": 3}, call([0, 9], [1, 1]), "UidVecContainInvalidOne"),
        ({"MinAllowedWeights/2": 3, "MaxWeightsLimit/2": 1}, call([0, 1], [1, 1]), "WeightVecLengthIsLow"),
        ({"MinAllowedWeights/2": 9}, call([0, 1, 2], [1, 1, 1]), None),
        ({"MaxWeightsLimit/2": 32_767}, call([0, 1], [1, 1]), "MaxWeightExceeded"),
        ({"MaxWeightsLimit/2": 32_768}, call([0, 1], [1, 1]), None),
        ({"StakeThreshold": str(2**63 - 1)}, call([0], [1]), "NotEnoughStakeToSetWeights"),
        ({"StakeThreshold": str(2**63)}, call([0], [1]), None),
        ({"StakeThreshold": str(2**64 - 1)}, call([0], [1]), None),
    ],
)
def test_refusals_in_order(entries: dict[str, Any], made: SetWeights, error: str | None) -> None:
    assert outcome(state_with({**SUBNET, **entries}), made)[0] == error


def test_no_weights_at_all_leave_no_row() -> None:
    state = state_with({**SUBNET, "MinAllowedWeights/2": 0, "Weights/2/0": [[1, 5]]})
    assert outcome(state, call([], [])) == (
        None,
        [["WeightsSet", "2", "0"]],
        {"Weights/2/0": None, "LastUpdate/2": ["200", "0", "0"]},
    )
