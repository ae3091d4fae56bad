"""What calls do otherwise from some era on: keys, networks, takes and children."""

from collections.abc import Mapping
from typing import Any

import pytest

import dtao
from dtao import calls, events
from dtao.genesis import genesis_entries
from dtao.units import AccountId, NetUid
from tests.reference.outcomes import HOTKEY, NEW_HOTKEY, OTHER_HOTKEY, OWNER, STRANGER, known, neurons, stake

SWAP_ON_1 = {"hotkey": str(HOTKEY), "new_hotkey": str(NEW_HOTKEY), "netuid": 1}
CHEAP, DEAR = 1_000_000, 100_000_000


def state_of(era: dtao.Era, entries: Mapping[str, Any]) -> dtao.State:
    """Return the state of a new chain of an era, with some entries replaced or added."""
    given = {**genesis_entries(era.genesis_block), **entries}
    items = era.runtime.items.by_name
    return era.load(
        {name: value for name, value in given.items() if name.partition("/")[0] in items and value is not None}
    )


def outcome(era: str, state: dtao.State, name: str, **args: Any) -> tuple[str | None, list[Any], dict[str, Any]]:
    """Return everything that became of a call by the owner: its error, its events, and every entry that differs."""
    rules = dtao.era(era)
    result = rules.apply(state, rules.call(name, str(OWNER), args))
    error = None if result.error is None else result.error.value
    return error, events.to_json(result.events), rules.diff(state, result.state)


def swapper(**entries: Any) -> dtao.State:
    """Return a state of 277 in which the owner can pay a swap of the hotkey."""
    funds = {f"Balance/{OWNER}": str(2 * DEAR), "BalancesTotalIssuance": str(2 * DEAR), "TotalIssuance": str(2 * DEAR)}
    return state_of(dtao.era("hotkey-per-subnet"), {**funds, **known(HOTKEY), **entries})


def test_hotkey_swapped_on_one_subnet_leaves_the_rest_behind() -> None:
    state = swapper(
        **neurons(1, HOTKEY), **{"Uids/1/0": None}, **stake(1, HOTKEY, OWNER, 7), **stake(0, HOTKEY, OWNER, 3)
    )
    assert outcome("277", state, "swap_hotkey", **SWAP_ON_1) == (
        None,
        [["HotkeySwappedOnSubnet", str(OWNER), str(HOTKEY), str(NEW_HOTKEY), "1"]],
        {
            f"Balance/{OWNER}": str(2 * DEAR - CHEAP),
            "BalancesTotalIssuance": str(2 * DEAR - CHEAP),
            "TotalIssuance": str(2 * DEAR - CHEAP),
            f"Owner/{NEW_HOTKEY}": str(OWNER),
            f"OwnedHotkeys/{OWNER}": [str(HOTKEY), str(NEW_HOTKEY)],
            f"StakingHotkeys/{OWNER}": [str(HOTKEY), str(NEW_HOTKEY)],
            "Keys/1/0": str(NEW_HOTKEY),
            f"Uids/1/{HOTKEY}": None,
            f"Uids/1/{NEW_HOTKEY}": 0,
            f"IsNetworkMember/{HOTKEY}/1": None,
            f"IsNetworkMember/{NEW_HOTKEY}/1": True,
            **dict.fromkeys(stake(1, HOTKEY, OWNER, 7)),
            **stake(1, NEW_HOTKEY, OWNER, 7),
            f"LastHotkeySwapOnNetuid/1/{OWNER}": "60000",
            f"LastTxBlock/{OWNER}": "60000",
        },
    )


def test_a_second_swap_on_the_subnet_has_to_wait() -> None:
    """It has to wait for more than 36,000 blocks, and so has a first one at the beginning of the chain."""
    state = swapper(**{f"LastHotkeySwapOnNetuid/1/{OWNER}": "24000"})
    refusal: tuple[str, list[Any], dict[str, Any]] = ("HotKeySwapOnSubnetIntervalNotPassed", [], {})
    assert outcome("277", state, "swap_hotkey", **SWAP_ON_1) == refusal
    assert outcome("277", swapper(BlockNumber="36000"), "swap_hotkey", **SWAP_ON_1) == refusal
    assert outcome("277", swapper(BlockNumber="36001"), "swap_hotkey", **SWAP_ON_1)[0] is None


def test_a_swap_of_a_hotkey_that_is_no_member_bars_the_new_one_from_another() -> None:
    """It writes that the new hotkey is no member, and the check is for any entry; a later load does not know it."""
    era = dtao.era("277")
    once = era.apply(swapper(**known(HOTKEY, OTHER_HOTKEY)), era.call("swap_hotkey", str(OWNER), SWAP_ON_1)).state
    later = era.set(
        era.set(once, "LastHotkeySwapOnNetuid", {"netuid": 1, "account": str(OWNER)}, "0"), "TxRateLimit", {}, "0"
    )
    again = {"hotkey": str(OTHER_HOTKEY), "new_hotkey": str(NEW_HOTKEY), "netuid": 1}
    assert outcome("277", later, "swap_hotkey", **again)[0] == "HotKeyAlreadyRegisteredInSubNet"
    assert outcome("277", era.load(era.dump(later)), "swap_hotkey", **again)[0] is None
    assert era.load(era.dump(later)) == later


def test_records_of_swaps_are_cleared_when_it_is_the_turn_of_their_subnet() -> None:
    records = {f"LastHotkeySwapOnNetuid/1/{OWNER}": "36000", f"LastHotkeySwapOnNetuid/1/{STRANGER}": "36001"}
    state = swapper(**records, BlockNumber="72000")
    era = dtao.era("277")
    assert era.diff(state, era.step(state))[f"LastHotkeySwapOnNetuid/1/{OWNER}"] is None
    assert f"LastHotkeySwapOnNetuid/1/{STRANGER}" not in era.diff(state, era.step(state))
    before = era.set(state, "BlockNumber", {}, "71999")
    assert not any(entry.startswith("LastHotkeySwapOnNetuid") for entry in era.diff(before, era.step(before)))


def test_dividends_follow_two_swaps_of_a_hotkey_that_has_root_stake_only() -> None:
    """The epoch notes that there is no alpha stake on it, and so does the first swap: the dividends move again."""
    era = dtao.era("261")
    total = str(3 * DEAR)
    funds = {f"Balance/{OWNER}": total, "BalancesTotalIssuance": total, "TxRateLimit": "0"}
    root_only = {**known(HOTKEY), **neurons(1, HOTKEY), "Uids/1/0": None, **stake(0, HOTKEY, OWNER, 10**12)}
    pending = {"pending_alpha": "0", "pending_tao": "1000000", "pending_swapped": "1000000", "owner_cut": "0"}
    state, _ = era.phase(
        state_of(era, {**funds, **root_only, "SubnetOwnerHotkey/1": None}),
        "drain_pending_emission",
        {"netuid": 1, **pending},
    )
    paid = state.subnet(NetUid(1)).tao_dividends[AccountId(HOTKEY)]
    assert paid
    for old, new in ((HOTKEY, NEW_HOTKEY), (NEW_HOTKEY, OTHER_HOTKEY)):
        assert state.subnet(NetUid(1)).total_hotkey_alpha_last_epoch[AccountId(old)] == 0
        swap = era.call("swap_hotkey", str(OWNER), {"hotkey": str(old), "new_hotkey": str(new)})
        state = era.apply(state, swap).state
        assert dict(state.subnet(NetUid(1)).tao_dividends) == {new: paid}


def test_hotkey_swapped_on_all_subnets_takes_last_dividends_along_and_its_last_blocks() -> None:
    entries = {
        f"AlphaDividendsPerSubnet/1/{HOTKEY}": "5",
        f"TaoDividendsPerSubnet/1/{HOTKEY}": "6",
        f"TotalHotkeyAlphaLastEpoch/{HOTKEY}/1": "7",
        f"LastTxBlockDelegateTake/{HOTKEY}": "8",
    }
    error, _, diff = outcome(
        "277", swapper(**entries), "swap_hotkey", hotkey=str(HOTKEY), new_hotkey=str(NEW_HOTKEY), netuid=None
    )
    assert error is None
    moved = {
        f"AlphaDividendsPerSubnet/1/{NEW_HOTKEY}": "5",
        f"TaoDividendsPerSubnet/1/{NEW_HOTKEY}": "6",
        f"TotalHotkeyAlphaLastEpoch/{NEW_HOTKEY}/1": "7",
        f"LastTxBlockDelegateTake/{NEW_HOTKEY}": "8",
    }
    assert diff.items() >= {**moved, **dict.fromkeys(entries)}.items()


def started(**entries: Any) -> dtao.State:
    """Return a state of 257 in which the owner's subnet may be started."""
    return state_of(dtao.era(257), {"SubnetOwner/1": str(OWNER), "NetworkRegisteredAt/1": "9600", **entries})


def test_a_subnet_is_started_a_week_after_its_registration() -> None:
    event = ["FirstEmissionBlockNumberSet", "1", "60001"]
    assert outcome("257", started(), "start_call", netuid=1) == (None, [event], {"FirstEmissionBlockNumber/1": "60001"})
    enabled = state_of(dtao.era(273), {"SubnetOwner/1": str(OWNER), "NetworkRegisteredAt/1": "9600"})
    change = {"FirstEmissionBlockNumber/1": "60001", "SubtokenEnabled/1": True}
    assert outcome("273", enabled, "start_call", netuid=1) == (None, [event], change)


@pytest.mark.parametrize(
    ("entries", "netuid", "error"),
    [
        ({"NetworkRegisteredAt/1": "9601"}, 1, "NeedWaitingMoreBlocksToStarCall"),
        (
            {"FirstEmissionBlockNumber/1": "1", "NetworkRegisteredAt/1": "60000"},
            1,
            "FirstEmissionBlockNumberAlreadySet",
        ),
        ({"SubnetOwner/1": str(STRANGER), "FirstEmissionBlockNumber/1": "1"}, 1, "BadOrigin"),
        ({}, 2, "SubNetworkDoesNotExist"),
    ],
)
def test_a_start_is_refused(entries: dict[str, Any], netuid: int, error: str) -> None:
    assert outcome("257", started(**entries), "start_call", netuid=netuid) == (error, [], {})


def test_a_hotkey_is_associated_unless_it_is_known() -> None:
    state = state_of(dtao.era(244), {})
    names = [str(NEW_HOTKEY)]
    created = {f"Owner/{NEW_HOTKEY}": str(OWNER), f"OwnedHotkeys/{OWNER}": names, f"StakingHotkeys/{OWNER}": names}
    assert outcome("244", state, "try_associate_hotkey", hotkey=str(NEW_HOTKEY)) == (None, [], created)
    foreign = state_of(dtao.era(244), known(HOTKEY, owner=STRANGER))
    assert outcome("244", foreign, "try_associate_hotkey", hotkey=str(HOTKEY)) == (None, [], {})


def test_the_rate_limit_of_takes_counts_the_coldkey_then_the_hotkey_and_decreases_too() -> None:
    for version, counted in ((239, OWNER), (244, HOTKEY)):
        era = dtao.era(version)
        state = state_of(era, {**known(HOTKEY, OTHER_HOTKEY), "BlockNumber": "300000", f"Delegates/{HOTKEY}": 5_000})
        raised = outcome(str(version), state, "increase_take", hotkey=str(HOTKEY), take=6_000)[2]
        assert raised == {f"Delegates/{HOTKEY}": 6_000, f"LastTxBlockDelegateTake/{counted}": "300000"}
        lowered = outcome(str(version), state, "decrease_take", hotkey=str(HOTKEY), take=4_000)[2]
        noted = {f"LastTxBlockDelegateTake/{HOTKEY}": "300000"} if version == 244 else {}
        assert lowered == {f"Delegates/{HOTKEY}": 4_000, **noted}


@pytest.mark.parametrize(("era", "block"), [("244", 60_001), ("252", 67_200), ("273", 67_200), ("277", 60_005)])
def test_children_are_pending_for_a_block_a_day_or_as_long_as_set(era: str, block: int) -> None:
    rules = dtao.era(era)
    entries = {**known(HOTKEY), "BlockNumber": "60000"}
    state = state_of(rules, entries)
    if era == "277":
        call = calls.SetPendingChildkeyCooldown(signer=None, cooldown=5)
        assert rules.apply(state, calls.SetPendingChildkeyCooldown(signer=OWNER, cooldown=5)).error == "BadOrigin"
        state = rules.apply(state, call).state
    error, happened, _ = outcome(
        era, state, "set_children", hotkey=str(HOTKEY), netuid=1, children=[["9", str(NEW_HOTKEY)]]
    )
    assert (error, happened[0][3]) == (None, str(block))


def test_the_owner_hotkey_needs_no_stake_to_name_children() -> None:
    entries = {**known(HOTKEY), "StakeThreshold": "1", "SubnetOwnerHotkey/1": str(HOTKEY), "BlockNumber": "60000"}
    request = {"hotkey": str(HOTKEY), "netuid": 1, "children": [["9", str(NEW_HOTKEY)]]}
    refused = outcome("239", state_of(dtao.era(239), entries), "set_children", **request)
    assert refused == ("NotEnoughStakeToSetChildkeys", [], {})
    assert outcome("244", state_of(dtao.era(244), entries), "set_children", **request)[0] is None


@pytest.mark.parametrize(("take", "error"), [(4, None), (5, None), (6, "TxChildkeyTakeRateLimitExceeded")])
def test_only_increases_of_a_childkey_take_are_limited(take: int, error: str | None) -> None:
    limited = {f"TransactionKeyLastBlock/{HOTKEY}/1/1": "59999", f"ChildkeyTake/{HOTKEY}/1": 5}
    request = {"hotkey": str(HOTKEY), "netuid": 1, "take": take}
    state = state_of(dtao.era(273), {**known(HOTKEY), **limited})
    assert outcome("273", state, "set_childkey_take", **request)[0] == error
    before = state_of(dtao.era(265), {**known(HOTKEY), **limited})
    assert outcome("265", before, "set_childkey_take", **request)[0] == "TxChildkeyTakeRateLimitExceeded"


def test_a_new_subnet_counts_as_stake_and_keeps_its_least_burn() -> None:
    funds = {f"Balance/{OWNER}": str(3 * 10**12), "BalancesTotalIssuance": str(3 * 10**12)}
    found = {}
    for version in (244, 252, 257, 273):
        era = dtao.era(version)
        state = state_of(era, {**funds, "BlockNumber": "60000"})
        error, happened, diff = outcome(str(version), state, "register_network", hotkey=str(HOTKEY))
        assert error is None
        found[version] = (happened[0][2], diff.get("TotalStake"), diff.get("MinBurn/2"))
    lock = str(10**12)
    assert found == {244: ("0", None, "1"), 252: ("0", lock, "1"), 257: ("1", lock, None), 273: ("1", lock, None)}
