"""Swapped hotkeys and coldkeys, and transfers."""

from typing import Any

import pytest

from dtao.calls import AddStake, DissolveNetwork, RegisterNetwork, RemoveStake, SwapColdkey, SwapHotkey, Transfer
from dtao.transitions.stake import stake_of
from dtao.units import U64_MAX, AccountId, NetUid
from tests.reference.outcomes import (
    HOLDER,
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

COST = 10**8
TAO = 10**9
FUNDS: dict[str, Any] = {f"Balance/{OWNER}": str(2 * COST), "BalancesTotalIssuance": str(2 * COST), "BlockNumber": "9"}
PAID: dict[str, Any] = {f"Balance/{OWNER}": str(COST), "BalancesTotalIssuance": str(COST)}
SWAP = SwapHotkey(signer=OWNER, hotkey=HOTKEY, new_hotkey=NEW_HOTKEY)


def swapped(entries: dict[str, Any]) -> dict[str, Any]:
    """What a swap of the hotkey changes beyond the payment, the owner and the blocks of the last transactions."""
    state = state_with({**FUNDS, "TotalIssuance": str(COST), **known(HOTKEY), **entries})
    error, events, diff = outcome(state, SWAP)
    assert (error, events) == (None, [["HotkeySwapped", str(OWNER), str(HOTKEY), str(NEW_HOTKEY)]])
    always = {
        **PAID,
        "TotalIssuance": "0",
        f"Owner/{HOTKEY}": None,
        f"Owner/{NEW_HOTKEY}": str(OWNER),
        f"OwnedHotkeys/{OWNER}": [str(NEW_HOTKEY)],
        f"LastTxBlock/{OWNER}": "9",
        f"LastTxBlock/{NEW_HOTKEY}": "9",
        f"LastTxBlockDelegateTake/{NEW_HOTKEY}": "9",
    }
    assert diff.items() >= always.items()
    return {entry: value for entry, value in diff.items() if entry not in always}


def test_bare_hotkey_stays_in_the_list_of_stakers() -> None:
    assert swapped({}) == {}


def test_hotkey_takes_its_shares_along() -> None:
    """Even an entry of 0 makes a coldkey stake with the new hotkey; it comes last in the list."""
    entries = {
        **stake(1, HOTKEY, OWNER, 7),
        **stake(0, NEW_HOTKEY, OWNER, 1),
        f"Alpha/{HOTKEY}/{HOLDER}/0": "0",
        f"StakingHotkeys/{OWNER}": [str(HOTKEY), str(OTHER_HOTKEY), str(NEW_HOTKEY)],
        f"StakingHotkeys/{HOLDER}": [str(HOTKEY), str(OTHER_HOTKEY)],
        f"StakingHotkeys/{STRANGER}": [str(HOTKEY)],
    }
    assert swapped(entries) == {
        f"Alpha/{HOTKEY}/{OWNER}/1": None,
        f"TotalHotkeyAlpha/{HOTKEY}/1": None,
        f"TotalHotkeyShares/{HOTKEY}/1": None,
        **stake(1, NEW_HOTKEY, OWNER, 7),
        f"Alpha/{HOTKEY}/{HOLDER}/0": None,
        f"Alpha/{NEW_HOTKEY}/{HOLDER}/0": "0",
        f"StakingHotkeys/{OWNER}": [str(OTHER_HOTKEY), str(NEW_HOTKEY)],
        f"StakingHotkeys/{HOLDER}": [str(OTHER_HOTKEY), str(NEW_HOTKEY)],
    }


def test_shares_in_both_hotkeys_are_added() -> None:
    entries = {**stake(1, HOTKEY, OWNER, 7), **stake(1, NEW_HOTKEY, OWNER, 1)}
    assert swapped(entries) == {
        f"Alpha/{HOTKEY}/{OWNER}/1": None,
        f"TotalHotkeyAlpha/{HOTKEY}/1": None,
        f"TotalHotkeyShares/{HOTKEY}/1": None,
        **stake(1, NEW_HOTKEY, OWNER, 8),
        f"StakingHotkeys/{OWNER}": [str(NEW_HOTKEY)],
    }


def test_stake_on_a_dissolved_network_is_torn_apart() -> None:
    shares = stake(5, HOTKEY, OWNER, 7)[f"Alpha/{HOTKEY}/{OWNER}/5"]
    assert swapped(stake(5, HOTKEY, OWNER, 7)) == {
        f"Alpha/{HOTKEY}/{OWNER}/5": None,
        f"Alpha/{NEW_HOTKEY}/{OWNER}/5": shares,
        f"StakingHotkeys/{OWNER}": [str(NEW_HOTKEY)],
    }


def test_torn_stake_comes_back_with_the_next_staker() -> None:
    """Stake that read 0 after the swap is sold in full once somebody else has staked on the hotkey, who loses all."""
    funds: dict[str, Any] = {f"Balance/{who}": str(10**13) for who in (OWNER, HOLDER, STRANGER)}
    state = state_with({**funds, "NetworkRateLimit": "0", "TxRateLimit": "0"})
    bought = 90_909_049_586
    stakes = []
    for call in (
        RegisterNetwork(OWNER, HOTKEY),
        AddStake(HOLDER, HOTKEY, 2, 100 * TAO),
        DissolveNetwork(None, OWNER, 2),
        SwapHotkey(OWNER, HOTKEY, NEW_HOTKEY),
        RegisterNetwork(OWNER, OTHER_HOTKEY),
        AddStake(STRANGER, NEW_HOTKEY, 2, TAO),
        RemoveStake(HOLDER, NEW_HOTKEY, 2, bought),
    ):
        result = LAUNCH.apply(state, call)
        assert result.error is None
        state = result.state
        held = [
            stake_of(state, AccountId(hotkey), AccountId(who), NetUid(2))
            for hotkey, who in ((HOTKEY, HOLDER), (NEW_HOTKEY, HOLDER), (NEW_HOTKEY, STRANGER))
        ]
        stakes.append(tuple(held))
    own = 998_951_098
    assert stakes == [
        (0, 0, 0), (bought, 0, 0), (bought, 0, 0), (0, 0, 0), (0, 0, 0), (0, bought, own), (0, 0, 0)
    ]  # fmt: skip
    assert state.balances[AccountId(HOLDER)] == 10**13 - 100 * TAO + 83_493_036_963


def test_hotkey_takes_its_uid_its_family_and_its_take_along() -> None:
    entries = {
        **neurons(1, HOTKEY),
        "Uids/1/0": None,
        "SubnetOwnerHotkey/1": str(HOTKEY),
        f"Delegates/{HOTKEY}": 5,
        f"ChildkeyTake/{HOTKEY}/1": 3,
        f"ChildKeys/{HOTKEY}/1": [["8", str(OTHER_HOTKEY)]],
        f"ParentKeys/{OTHER_HOTKEY}/1": [["1", "77"], ["8", str(HOTKEY)], ["2", "78"]],
        f"ChildKeys/{NEW_HOTKEY}/1": [["4", "79"]],
        f"ParentKeys/{HOTKEY}/1": [["6", "80"]],
        "ChildKeys/80/1": [["6", str(HOTKEY)], ["1", "81"]],
        f"PendingChildKeys/1/{HOTKEY}": [[["3", "82"]], "9"],
        "PendingChildKeys/1/83": [[["2", str(HOTKEY)], ["1", "82"]], "9"],
    }
    assert swapped(entries) == {
        "Keys/1/0": str(NEW_HOTKEY),
        f"Uids/1/{HOTKEY}": None,
        f"Uids/1/{NEW_HOTKEY}": 0,
        f"IsNetworkMember/{HOTKEY}/1": None,
        f"IsNetworkMember/{NEW_HOTKEY}/1": True,
        f"Delegates/{HOTKEY}": None,
        f"Delegates/{NEW_HOTKEY}": 5,
        f"ChildKeys/{HOTKEY}/1": None,
        f"ChildKeys/{NEW_HOTKEY}/1": [["8", str(OTHER_HOTKEY)]],
        f"ParentKeys/{OTHER_HOTKEY}/1": [["1", "77"], ["8", str(NEW_HOTKEY)], ["2", "78"]],
        f"ParentKeys/{HOTKEY}/1": None,
        f"ParentKeys/{NEW_HOTKEY}/1": [["6", "80"]],
        "ChildKeys/80/1": [["6", str(NEW_HOTKEY)], ["1", "81"]],
        f"PendingChildKeys/1/{HOTKEY}": None,
        f"PendingChildKeys/1/{NEW_HOTKEY}": [[["3", "82"]], "9"],
        "PendingChildKeys/1/83": [[["1", "82"], ["2", str(NEW_HOTKEY)]], "9"],
    }


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ({f"IsNetworkMember/{NEW_HOTKEY}/7": True}, "HotKeyAlreadyRegisteredInSubNet"),
        ({f"Owner/{HOTKEY}": str(STRANGER)}, "NonAssociatedColdKey"),
        ({f"LastTxBlock/{OWNER}": "5", "TxRateLimit": "4"}, "HotKeySetTxRateLimitExceeded"),
        ({f"LastTxBlock/{OWNER}": "5", "TxRateLimit": "3"}, None),
        ({f"Balance/{OWNER}": str(COST - 1)}, "NotEnoughBalanceToPaySwapHotKey"),
    ],
)
def test_refused_swaps_of_a_hotkey(entries: dict[str, Any], error: str | None) -> None:
    assert outcome(state_with({**FUNDS, **known(HOTKEY), **entries}), SWAP)[0] == error


def test_swapping_a_hotkey_back_restores_it() -> None:
    free = {"TxRateLimit": "0", f"Balance/{OWNER}": str(10 * COST), "BalancesTotalIssuance": str(10 * COST)}
    entries = {**neurons(1, HOTKEY), "Uids/1/0": None, **stake(1, HOTKEY, OWNER, 7), f"Delegates/{HOTKEY}": 5}
    before = state_with({**FUNDS, **free, **known(HOTKEY), **entries})
    there = LAUNCH.apply(before, SWAP)
    back = LAUNCH.apply(there.state, SwapHotkey(signer=OWNER, hotkey=NEW_HOTKEY, new_hotkey=HOTKEY))
    assert set(LAUNCH.diff(before, back.state)) == {
        f"Balance/{OWNER}",
        "BalancesTotalIssuance",
        f"LastTxBlock/{OWNER}",
        f"LastTxBlock/{HOTKEY}",
        f"LastTxBlockDelegateTake/{HOTKEY}",
    }


def test_swap_coldkey() -> None:
    """The new coldkey gets an entry on every network, of 0 where the old one had none."""
    state = state_with(
        {**FUNDS, **known(HOTKEY, OTHER_HOTKEY), f"Owner/{OTHER_HOTKEY}": str(STRANGER),
         f"OwnedHotkeys/{OWNER}": [str(HOTKEY)], **stake(1, HOTKEY, OWNER, 7), **stake(5, HOTKEY, OWNER, 7),
         "SubnetOwner/1": str(OWNER)}
    )  # fmt: skip
    assert outcome(state, SwapColdkey(signer=None, old_coldkey=OWNER, new_coldkey=HOLDER, swap_cost=500)) == (
        None,
        [["ColdkeySwapped", str(OWNER), str(HOLDER), "500"]],
        {
            f"Balance/{OWNER}": None,
            f"Balance/{HOLDER}": str(2 * COST - 500),
            "BalancesTotalIssuance": str(2 * COST - 500),
            "SubnetOwner/1": str(HOLDER),
            f"Alpha/{HOTKEY}/{OWNER}/1": None,
            f"Alpha/{HOTKEY}/{HOLDER}/1": str(7 << 64),
            f"Alpha/{HOTKEY}/{HOLDER}/0": "0",
            f"Alpha/{OTHER_HOTKEY}/{HOLDER}/0": "0",
            f"Alpha/{OTHER_HOTKEY}/{HOLDER}/1": "0",
            f"StakingHotkeys/{OWNER}": None,
            f"StakingHotkeys/{HOLDER}": [str(HOTKEY), str(OTHER_HOTKEY)],
            f"OwnedHotkeys/{OWNER}": None,
            f"OwnedHotkeys/{HOLDER}": [str(HOTKEY)],
            f"Owner/{HOTKEY}": str(HOLDER),
            f"LastTxBlock/{HOLDER}": "9",
        },
    )


def test_account_0_hands_over_subnets_without_an_owner() -> None:
    state = state_with({"SubnetOwner/1": None, "StakingHotkeys/0": None})
    assert outcome(state, SwapColdkey(signer=None, old_coldkey=0, new_coldkey=HOLDER, swap_cost=0)) == (
        None,
        [["ColdkeySwapped", "0", str(HOLDER), "0"]],
        {"SubnetOwner/0": str(HOLDER), "SubnetOwner/1": str(HOLDER), f"LastTxBlock/{HOLDER}": "1"},
    )


@pytest.mark.parametrize(
    ("signer", "old", "new", "cost", "error"),
    [
        (OWNER, OWNER, HOLDER, 0, "BadOrigin"),
        (None, HOLDER, OWNER, 0, "ColdKeyAlreadyAssociated"),
        (None, OWNER, HOTKEY, 0, "NewColdKeyIsHotkey"),
        (None, OWNER, HOLDER, 2 * COST + 1, "NotEnoughBalanceToPaySwapColdKey"),
        (None, OWNER, HOLDER, 2 * COST, None),
    ],
)
def test_refused_swaps_of_a_coldkey(signer: int | None, old: int, new: int, cost: int, error: str | None) -> None:
    call = SwapColdkey(signer=signer, old_coldkey=old, new_coldkey=new, swap_cost=cost)
    assert outcome(state_with({**FUNDS, **known(HOTKEY)}), call)[0] == error


# Transfers

BALANCES = {f"Balance/{OWNER}": "2000", f"Balance/{HOLDER}": "600", "BalancesTotalIssuance": "2600"}


@pytest.mark.parametrize(
    ("dest", "value", "error", "diff"),
    [
        (HOLDER, 1_500, None, {f"Balance/{OWNER}": "500", f"Balance/{HOLDER}": "2100"}),
        (HOLDER, 2_000, None, {f"Balance/{OWNER}": None, f"Balance/{HOLDER}": "2600"}),
        (HOLDER, 1_501, None, {f"Balance/{OWNER}": None, f"Balance/{HOLDER}": "2101", "BalancesTotalIssuance": "2101"}),
        (STRANGER, 500, None, {f"Balance/{OWNER}": "1500", f"Balance/{STRANGER}": "500"}),
        (STRANGER, 499, "Token:BelowMinimum", {}),
        (STRANGER, 0, None, {}),
        (HOLDER, 1, None, {f"Balance/{OWNER}": "1999", f"Balance/{HOLDER}": "601"}),
        (OWNER, 2_000, None, {}),
        (HOLDER, 2_001, "Token:FundsUnavailable", {}),
        (HOLDER, 2_601, "Arithmetic:Underflow", {}),
    ],
)
def test_transfer(dest: int, value: int, error: str | None, diff: dict[str, Any]) -> None:
    assert outcome(state_with(BALANCES), Transfer(signer=OWNER, dest=dest, value=value)) == (error, [], diff)


def test_transfer_needs_a_signer_and_room() -> None:
    state = state_with({**BALANCES, f"Balance/{HOLDER}": str(U64_MAX)})
    assert outcome(state, Transfer(signer=OWNER, dest=HOLDER, value=1)) == refused("Arithmetic:Overflow")
    assert outcome(state, Transfer(signer=None, dest=HOLDER, value=1)) == refused("BadOrigin")
