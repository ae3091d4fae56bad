"""States that only a direct write leads to, on which calls and blocks of later versions act as the runtime does."""

import pytest

import dtao
from dtao import events
from dtao.codec import Json
from dtao.rules.epoch import EpochInput, epoch
from dtao.units import Alpha, Bits, BlockNumber, Uid
from tests.reference.outcomes import HOTKEY, OTHER_HOTKEY, OWNER, known, neurons, state_with

ERA = dtao.era("425")
UNIT = 2**64


@pytest.mark.parametrize("era", ["338", "402", "425"])
def test_the_limit_of_weights_that_no_version_reads_any_more_outlasts_a_subnet(era: str) -> None:
    rules = dtao.era(era)
    state = state_with({"MaxWeightsLimit/1": 7}, rules)
    dissolved = rules.apply(state, rules.call("root_dissolve_network", None, {"netuid": 1}))
    assert dissolved.error is None
    assert rules.dump(dissolved.state)["MaxWeightsLimit/1"] == 7


def test_a_record_with_a_single_item_is_dumped() -> None:
    assert ERA.dump(state_with({"ScrapReservoirAlpha/1": "5"}, ERA))["ScrapReservoirAlpha/1"] == "5"


@pytest.mark.parametrize(("weight", "price"), [("0", "0"), (str(10**18), "0"), (str(2**64 - 1), "0")])
def test_a_pool_has_no_price_without_both_weights(weight: str, price: str) -> None:
    state = state_with({"SwapBalancer/1": weight, "PalSwapInitialized/1": True}, ERA)
    assert ERA.read(state, "current_price", {"netuid": 1}) == price
    assert ERA.step(state).block_number == state.block_number + 1


def test_a_block_forgets_what_root_sold_of_a_subnet_that_is_gone() -> None:
    assert "SubnetRootSellTao/7" not in ERA.dump(ERA.step(state_with({"SubnetRootSellTao/7": "5"}, ERA)))


@pytest.mark.parametrize("era", ["361", "422", "425"])
def test_the_epochs_of_a_block_pay_by_netuid(era: str) -> None:
    """Networks are iterated by the bytes of their netuids, 256 before 2; what their epochs pay is not."""
    entries: dict[str, Json] = {"BlockNumber": "60282", "Tempo/1": 0, "Tempo/256": 12}
    for netuid, hotkey in ((2, HOTKEY), (256, OTHER_HOTKEY)):
        entries |= {
            f"NetworksAdded/{netuid}": True,
            f"SubnetMechanism/{netuid}": 1,
            f"SubnetOwner/{netuid}": str(OWNER),
            f"SubnetOwnerHotkey/{netuid}": str(hotkey),
            f"PendingOwnerCut/{netuid}": "1000",
            **neurons(netuid, hotkey),
        }
    staking: dict[str, Json] = {**known(HOTKEY, OTHER_HOTKEY), f"StakingHotkeys/{OWNER}": None}
    rules = dtao.era(era)
    after = rules.dump(rules.step(state_with({**entries, **staking}, rules)))
    assert after[f"StakingHotkeys/{OWNER}"] == [str(HOTKEY), str(OTHER_HOTKEY)]


def test_a_new_subnet_whose_token_is_enabled_has_children_pending() -> None:
    entries: dict[str, Json] = {**known(HOTKEY), **neurons(0, HOTKEY), "SubtokenEnabled/2": True}
    state = state_with({**entries, "StakeThreshold": "0", f"Balance/{OWNER}": str(10**16)}, ERA)
    call = ERA.call("register_network", str(OWNER), {"hotkey": str(OTHER_HOTKEY)})
    outcome = ERA.apply(state, call)
    scheduled, added = [event for event in events.to_json(outcome.events) if event[0] != "SubnetOwnerHotkeySet"]
    assert (scheduled[0], scheduled[1], added[0]) == ("SetChildrenScheduled", str(HOTKEY), "NetworkAdded")


@pytest.mark.parametrize("mechanism", [1, 15, 16, 255])
def test_weights_for_no_mechanism_come_too_fast(mechanism: int) -> None:
    state = state_with({**neurons(2, HOTKEY), "NetworksAdded/2": True, "CommitRevealWeightsEnabled/2": False}, ERA)
    args = {"netuid": 2, "mecid": mechanism, "dests": [0], "weights": [1], "version_key": "0"}
    refused = ERA.apply(state, ERA.call("set_mechanism_weights", str(HOTKEY), args)).error
    assert refused is not None
    assert refused.value == "SettingWeightsTooFast"


def test_the_owner_has_a_permit_only_as_far_as_permits_reach() -> None:
    def of_owner(permits: tuple[bool, ...]) -> EpochInput:
        return EpochInput(
            n=2,
            block_number=BlockNumber(100),
            activity_cutoff=50,
            last_update=(BlockNumber(90), BlockNumber(90)),
            block_at_registration=(BlockNumber(1), BlockNumber(1)),
            stake=(Bits(3 * UNIT), Bits(UNIT)),
            validator_permits=permits,
            max_allowed_validators=2,
            weights=((), ((Uid(0), 65_535),)),
            bonds=((), ()),
            kappa=32_767,
            bonds_penalty=0,
            bonds_moving_average=900_000,
            liquid_alpha_on=False,
            alpha_low=0,
            alpha_high=0,
            emission=Alpha(1_000),
            owner_uid=Uid(1),
        )

    rules = ERA.runtime.epoch
    assert epoch(of_owner((False, False)), rules).incentive == (65_535, 0)
    assert epoch(of_owner((False,)), rules).incentive == (0, 0)
