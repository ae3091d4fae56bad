"""Calls exactly at their bounds, with everything that becomes of them."""

from typing import Any

import pytest
from attrs import evolve

import dtao
from dtao.calls import (
    AddStake,
    BurnedRegister,
    DecreaseTake,
    DissolveNetwork,
    IncreaseTake,
    MoveStake,
    RegisterNetwork,
    RemoveStake,
    RemoveStakeLimit,
    RootRegister,
    SetChildkeyTake,
    SetChildren,
    SetWeights,
    SwapStake,
    Transfer,
    UnstakeAll,
    UnstakeAllAlpha,
)
from dtao.calls.weights import has_stake_to_set_weights
from dtao.errors import InputError
from dtao.outcome import Rejection
from dtao.transitions.limits import max_amount_move
from dtao.units import U64_MAX, AccountId, BlockNumber, NetUid
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
MINIMUM = 10_000_000


def subnet(netuid: int, tao: int, alpha_in: int, mechanism: int = 1) -> dict[str, Any]:
    return {
        f"NetworksAdded/{netuid}": True,
        f"SubnetMechanism/{netuid}": mechanism,
        f"SubnetTAO/{netuid}": str(tao),
        f"SubnetAlphaIn/{netuid}": str(alpha_in),
        f"SubnetAlphaOut/{netuid}": str(10**15),
    }


def rich(amount: int = 10**15) -> dict[str, Any]:
    return {f"Balance/{OWNER}": str(amount), "BalancesTotalIssuance": str(amount)}


@pytest.mark.rule("STAKE-11")
def test_a_pool_that_would_keep_too_little_refuses_and_the_fee_counts() -> None:
    # 2 · 10^12 rao times 2 · 10^7 alpha: after 2 · 10^12 rao more, exactly the minimum is left.
    state = state_with({**known(HOTKEY), **rich(), **subnet(1, 2 * 10**12, 2 * MINIMUM)})
    assert outcome(state, AddStake(OWNER, HOTKEY, 1, 2 * 10**12))[0] is None
    assert outcome(state, AddStake(OWNER, HOTKEY, 1, 2 * 10**12 + 1)) == refused("InsufficientLiquidity")


@pytest.mark.rule("STAKE-11")
def test_the_reserve_that_receives_may_be_as_small_as_it_is() -> None:
    state = state_with({**known(HOTKEY), **rich(), **subnet(1, 10**6, 10**15)})
    assert outcome(state, AddStake(OWNER, HOTKEY, 1, 10**6))[0] is None


@pytest.mark.rule("STAKE-14", "MOVE-5")
@pytest.mark.parametrize(("amount", "error"), [(500_000, "AmountTooLow"), (500_001, None)])
def test_what_leaves_has_to_be_worth_more_than_the_minimum(amount: int, error: str | None) -> None:
    networks = {**subnet(1, 10**12, 10**12, 0), **subnet(2, 10**12, 10**12, 0)}
    state = state_with({**known(HOTKEY), **networks, **stake(1, HOTKEY, OWNER, 10**9)})
    assert outcome(state, RemoveStake(OWNER, HOTKEY, 1, amount))[0] == error
    assert outcome(state, SwapStake(OWNER, HOTKEY, 1, 2, amount))[0] == error


@pytest.mark.rule("STAKE-14")
def test_not_one_alpha_rao_more_than_there_is_can_be_removed() -> None:
    state = state_with({**known(HOTKEY), **subnet(1, 10**12, 10**12), **stake(1, HOTKEY, OWNER, 10**9)})
    assert outcome(state, RemoveStake(OWNER, HOTKEY, 1, 10**9))[0] is None
    assert outcome(state, RemoveStake(OWNER, HOTKEY, 1, 10**9 + 1)) == refused("NotEnoughStakeToWithdraw")


@pytest.mark.rule("STAKE-13")
def test_no_more_is_sold_than_the_limit_allows() -> None:
    state = state_with({**known(HOTKEY), **subnet(1, 10**12, 10**12), **stake(1, HOTKEY, OWNER, 10**12)})
    # At a limit of 0.8 the pool has 1.25 · 10^12 alpha, and so pays 0.2 · 10^12 TAO for the difference.
    error, events, changed = outcome(state, RemoveStakeLimit(OWNER, HOTKEY, 1, 10**12, 800_000_000, True))
    assert (error, changed["SubnetAlphaIn/1"], changed["TotalHotkeyAlpha/2001/1"]) == (
        None,
        str(1_250 * TAO),
        str(750 * TAO),
    )
    assert events[0][3:5] == [str(200 * TAO - 50_000), str(250 * TAO)]


@pytest.mark.rule("REG-7")
def test_the_whole_burn_counts_as_recycled_whatever_was_paid() -> None:
    state = state_with({**known(HOTKEY), **rich(TAO), "Burn/1": str(TAO), **subnet(1, 10**12, 10**12)})
    error, _, changed = outcome(state, BurnedRegister(OWNER, 1, NEW_HOTKEY))
    # The existential deposit stays with the signer.
    assert (error, changed["RAORecycledForRegistration/1"], changed[f"Balance/{OWNER}"]) == (None, str(TAO), "500")
    assert changed["SubnetTAO/1"] == str(10**12 + TAO - 500)


@pytest.mark.rule("NET-6")
def test_a_new_network_numbers_its_neurons_from_0() -> None:
    state = state_with({**known(HOTKEY), **rich(), "SubnetworkN/2": 3, "NetworkMinLockCost": "1000000000"})
    error, _, changed = outcome(LAUNCH.step(state, 10_000), RegisterNetwork(OWNER, NEW_HOTKEY))
    assert (error, changed["SubnetworkN/2"], changed[f"Uids/2/{NEW_HOTKEY}"]) == (None, 1, 0)


@pytest.mark.rule("EPOCH-19")
@pytest.mark.parametrize(("threshold", "enough"), [(10**9, True), (10**9 + 1, False)])
def test_the_stake_of_parents_counts_for_setting_weights(threshold: int, enough: bool) -> None:
    state = state_with(
        {
            **known(HOTKEY, OTHER_HOTKEY),
            **stake(1, OTHER_HOTKEY, OWNER, 10**9),
            f"ParentKeys/{HOTKEY}/1": [[str(U64_MAX), str(OTHER_HOTKEY)]],
            f"ChildKeys/{OTHER_HOTKEY}/1": [[str(U64_MAX), str(HOTKEY)]],
            "StakeThreshold": str(threshold),
        }
    )
    assert has_stake_to_set_weights(state, AccountId(HOTKEY), NetUid(1)) is enough


@pytest.mark.parametrize("dests", [(70_000,), (-1,), ("1",), (True,)])
def test_each_of_a_list_of_uids_is_checked(dests: Any) -> None:
    with pytest.raises(InputError, match=r"SetWeights\.dests"):
        SetWeights(OWNER, 1, dests, (1,), 0)


@pytest.mark.rule("CHILD-3")
def test_from_273_on_a_lower_childkey_take_may_follow_in_the_same_block() -> None:
    era = dtao.era(273)
    state = state_with({**known(HOTKEY), f"ChildkeyTake/{HOTKEY}/1": 500}, era)
    for take in (400, 300):
        result = era.apply(state, SetChildkeyTake(OWNER, HOTKEY, 1, take))
        assert result.error is None
        state = result.state
    assert state.subnet(NetUid(1)).childkey_take[AccountId(HOTKEY)] == 300


@pytest.mark.rule("STATE-10")
def test_from_244_on_a_decrease_counts_from_block_1_on() -> None:
    era = dtao.era(244)
    state = state_with({**known(HOTKEY), f"Delegates/{HOTKEY}": 11_000, "MinDelegateTake": 0}, era)
    assert state.block_number == 1
    after = era.apply(state, DecreaseTake(OWNER, HOTKEY, 10_000)).state
    assert dict(after.last_tx_block_delegate_take) == {HOTKEY: 1}


@pytest.mark.rule("NET-8")
def test_the_last_network_leaves_none() -> None:
    state = state_with({"SubnetOwner/1": str(OWNER), "TotalNetworks": 1})
    error, _, changed = outcome(state, DissolveNetwork(None, OWNER, 1))
    assert (error, changed["TotalNetworks"]) == (None, 0)


@pytest.mark.rule("REG-8")
def test_root_has_no_place_if_the_one_with_the_lowest_stake_is_protected() -> None:
    root = {"SubnetOwner/0": "1002", "MaxAllowedUids/0": 1, **stake(0, NEW_HOTKEY, OWNER, TAO)}
    state = state_with({**known(HOTKEY, owner=1002), **neurons(0, HOTKEY), **root})
    assert outcome(state, RootRegister(OWNER, NEW_HOTKEY)) == refused("HotKeyNotRegisteredInSubNet")


@pytest.mark.rule("STATE-11")
def test_a_balance_may_be_as_large_as_a_u64() -> None:
    balances = {f"Balance/{OWNER}": str(TAO), "Balance/1002": str(U64_MAX - TAO), "BalancesTotalIssuance": str(U64_MAX)}
    state = state_with(balances)
    assert outcome(state, Transfer(OWNER, 1002, TAO))[0] is None
    assert outcome(
        state_with({**balances, f"Balance/{OWNER}": str(2 * TAO)}), Transfer(OWNER, 1002, TAO + 1)
    ) == refused("Arithmetic:Overflow")


@pytest.mark.rule("CHILD-3")
def test_from_273_on_the_first_childkey_take_is_an_increase() -> None:
    era = dtao.era(273)
    entries = {f"TransactionKeyLastBlock/{HOTKEY}/1/1": str(era.genesis().block_number), **known(HOTKEY)}
    state = state_with(entries, era)
    error = era.apply(state, SetChildkeyTake(OWNER, HOTKEY, 1, 1)).error
    assert error is Rejection.TX_CHILDKEY_TAKE_RATE_LIMIT_EXCEEDED


@pytest.mark.rule("CHILD-3")
def test_the_smallest_childkey_take_is_kept_and_none_is_no_entry() -> None:
    state = state_with(known(HOTKEY))
    first = LAUNCH.apply(state, SetChildkeyTake(OWNER, HOTKEY, 1, 1))
    assert LAUNCH.dump(first.state)[f"ChildkeyTake/{HOTKEY}/1"] == 1
    later = evolve(first.state, block_number=BlockNumber(10**6))
    second = LAUNCH.apply(later, SetChildkeyTake(OWNER, HOTKEY, 1, 0))
    assert f"ChildkeyTake/{HOTKEY}/1" not in LAUNCH.dump(second.state)


@pytest.mark.rule("STAKE-11", "MOVE-5")
def test_stake_that_buys_no_alpha_is_worth_no_share() -> None:
    era = dtao.era(239)
    state = state_with(
        {
            **known(HOTKEY),
            **rich(),
            **subnet(1, 10**18, 10**10),
            **subnet(2, 10**12, 10**12),
            **stake(1, HOTKEY, OWNER, TAO),
            **stake(2, HOTKEY, OWNER, TAO),
        },
        era,
    )
    for call in (AddStake(OWNER, HOTKEY, 1, MINIMUM), MoveStake(OWNER, HOTKEY, HOTKEY, 2, 1, MINIMUM)):
        assert era.apply(state, call).error is Rejection.INSUFFICIENT_LIQUIDITY


@pytest.mark.rule("MOVE-5")
def test_only_the_owner_of_a_hotkey_moves_stake_at_the_launch() -> None:
    state = state_with({
        **rich(), **subnet(1, 10**12, 10**12), **subnet(2, 10**12, 10**12),
        **known(HOTKEY, owner=STRANGER), **stake(2, HOTKEY, OWNER, TAO),
    })  # fmt: skip
    call = MoveStake(OWNER, HOTKEY, HOTKEY, 2, 1, MINIMUM)
    assert outcome(state, call) == refused("NonAssociatedColdKey")
    assert outcome(evolve(state, owner=state.owner.set(AccountId(HOTKEY), AccountId(OWNER))), call)[0] is None


@pytest.mark.rule("CHILD-2", "STATE-9")
def test_what_happens_in_block_1_is_remembered() -> None:
    state = state_with({**known(HOTKEY), f"Delegates/{HOTKEY}": 5, "MaxDelegateTake": 11_796})
    _, _, changed = outcome(state, SetChildren(OWNER, HOTKEY, 1, ()))
    assert changed[f"TransactionKeyLastBlock/{HOTKEY}/1/0"] == "1"
    _, _, changed = outcome(state, IncreaseTake(OWNER, HOTKEY, 6))
    assert changed[f"LastTxBlockDelegateTake/{OWNER}"] == "1"


@pytest.mark.rule("MOVE-7")
@pytest.mark.parametrize(("limit", "most"), [(TAO, U64_MAX), (TAO + 1, 0)])
def test_between_stable_subnets_a_limit_of_1_allows_everything(limit: int, most: int) -> None:
    state = state_with({**subnet(1, 5, 7, 0), **subnet(2, 5, 7, 0)})
    assert max_amount_move(state, NetUid(1), NetUid(2), limit) == most


@pytest.mark.rule("NET-7")
def test_no_second_network_in_the_same_block_at_a_limit_of_one() -> None:
    limits = {"NetworkRateLimit": "1", "NetworkLastRegistered": "1", "NetworkMinLockCost": "1000000000"}
    state = state_with({**known(HOTKEY), **rich(), **limits})
    assert outcome(state, RegisterNetwork(OWNER, NEW_HOTKEY)) == refused("NetworkTxRateLimitExceeded")


@pytest.mark.rule("NET-7")
def test_from_252_on_a_pool_of_one_rao_counts_as_stake() -> None:
    era = dtao.era(252)
    limits = {"NetworkRateLimit": "0", "NetworkMinLockCost": "1", "NetworkLastLockCost": "0"}
    state = state_with({**known(HOTKEY), **rich(), **limits}, era)
    result = era.apply(state, RegisterNetwork(OWNER, NEW_HOTKEY))
    assert (result.error, result.state.total_stake - state.total_stake) == (None, 1)


@pytest.mark.rule("NET-8")
def test_a_row_of_root_with_nothing_but_the_dissolved_network_becomes_0() -> None:
    state = state_with({"SubnetOwner/1": str(OWNER), "Weights/0/0": [[1, 5]], "Weights/0/1": [[2, 5]]})
    _, _, changed = outcome(state, DissolveNetwork(None, OWNER, 1))
    assert (changed["Weights/0/0"], "Weights/0/1" in changed) == ([[1, 0]], False)


@pytest.mark.rule("REG-7")
def test_nobody_registers_where_there_is_no_network() -> None:
    state = state_with({**known(HOTKEY), **rich(), "NetworkRegistrationAllowed/9": True})
    assert outcome(state, BurnedRegister(OWNER, 9, NEW_HOTKEY)) == refused("SubNetworkDoesNotExist")


@pytest.mark.rule("STAKE-16", "STAKE-17")
def test_a_single_alpha_rao_is_unstaked_too() -> None:
    state = state_with({**known(HOTKEY), **subnet(1, 10**12, 10**12), **stake(1, HOTKEY, OWNER, 1)})
    for call in (UnstakeAll, UnstakeAllAlpha):
        error, events, changed = outcome(state, call(OWNER, HOTKEY))
        assert (error, events[0][0], changed[f"TotalHotkeyAlpha/{HOTKEY}/1"]) == (None, "StakeRemoved", None)


@pytest.mark.rule("EPOCH-18")
@pytest.mark.parametrize(("given", "error"), [(0, "IncorrectWeightVersionKey"), (1, "SettingWeightsTooFast")])
def test_a_version_key_of_1_has_to_be_met(given: int, error: str) -> None:
    limits = {"WeightsVersionKey/2": "1", "WeightsSetRateLimit/2": "100", "LastUpdate/2": ["1"]}
    state = state_with({**known(HOTKEY), **subnet(2, 5, 7), **neurons(2, HOTKEY), **limits})
    assert outcome(state, SetWeights(HOTKEY, 2, (0,), (1,), given)) == refused(error)
