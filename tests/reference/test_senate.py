"""The senate, where it matters to the economy: it refuses registrations and stops swaps half-way."""

from attrs import evolve

import dtao
from dtao.calls import RootRegister, SwapHotkey
from dtao.state import State
from dtao.transitions.senate import join_senate
from dtao.units import ROOT, AccountId
from tests.reference.outcomes import (
    HOTKEY,
    LAUNCH,
    NEW_HOTKEY,
    OTHER_HOTKEY,
    OWNER,
    known,
    outcome,
    refused,
    stake,
    state_with,
)

COST = 10**8
TAO_FLOW = dtao.era(338)


def seated(state: State, *members: int) -> State:
    return evolve(state, senate=tuple(map(AccountId, members)))


def test_a_hotkey_that_joins_root_joins_the_senate() -> None:
    after = LAUNCH.apply(state_with({}), RootRegister(signer=OWNER, hotkey=HOTKEY)).state
    assert after.senate == (HOTKEY,)


def test_a_senator_who_lost_its_uid_cannot_return_to_root() -> None:
    """Given one seat on root and two hotkeys with stake, the second takes the first one's uid, but not its seat."""
    few = {"MaxAllowedUids/0": 1, "MaxRegistrationsPerBlock/0": 3, "TargetRegistrationsPerInterval/0": 3}
    state = state_with({**few, **stake(0, HOTKEY, OWNER, 5), **stake(0, OTHER_HOTKEY, OWNER, 6)})
    for hotkey in (HOTKEY, OTHER_HOTKEY):
        state = LAUNCH.apply(state, RootRegister(signer=OWNER, hotkey=hotkey)).state
    assert state.senate == (HOTKEY, OTHER_HOTKEY)
    assert AccountId(HOTKEY) not in state.subnet(ROOT).neurons.uids
    state = LAUNCH.set(state, "TotalHotkeyAlpha", {"hotkey": str(HOTKEY), "netuid": 0}, "7")
    assert outcome(state, RootRegister(signer=OWNER, hotkey=HOTKEY)) == refused("HotKeyAlreadyRegisteredInSubNet")


def test_without_a_senate_the_same_hotkey_returns() -> None:
    few = {"MaxAllowedUids/0": 1, "MaxRegistrationsPerBlock/0": 3, "TargetRegistrationsPerInterval/0": 3}
    state = state_with({**few, **stake(0, HOTKEY, OWNER, 5), **stake(0, OTHER_HOTKEY, OWNER, 6)}, TAO_FLOW)
    for hotkey in (HOTKEY, OTHER_HOTKEY):
        state = TAO_FLOW.apply(state, RootRegister(signer=OWNER, hotkey=hotkey)).state
    assert state.senate == ()
    state = TAO_FLOW.set(state, "TotalHotkeyAlpha", {"hotkey": str(HOTKEY), "netuid": 0}, "7")
    returned = TAO_FLOW.apply(state, RootRegister(signer=OWNER, hotkey=HOTKEY))
    assert (returned.error, list(returned.state.subnet(ROOT).neurons.uids)) == (None, [HOTKEY])


def test_without_a_senate_nobody_asks_whether_the_hotkey_got_the_uid_of_a_protected_neuron() -> None:
    """Given root whose only neuron is that of its owner hotkey, registrations are refused, or give nothing."""
    full = {"MaxAllowedUids/0": 1, "MaxRegistrationsPerBlock/0": 3, "TargetRegistrationsPerInterval/0": 3,
            "SubnetOwnerHotkey/0": str(OTHER_HOTKEY), **stake(0, HOTKEY, OWNER, 6)}  # fmt: skip
    for era, error in ((dtao.era(320), "HotKeyNotRegisteredInSubNet"), (TAO_FLOW, None)):
        state = era.apply(state_with(full, era), RootRegister(signer=OWNER, hotkey=OTHER_HOTKEY)).state
        refused_or_not = era.apply(state, RootRegister(signer=OWNER, hotkey=HOTKEY))
        assert refused_or_not.error == error
        assert list(refused_or_not.state.subnet(ROOT).neurons.uids) == [OTHER_HOTKEY]
        assert (AccountId(HOTKEY) in refused_or_not.state.delegates) == (error is None)


def test_a_full_senate_gives_the_last_of_its_poorest_seats_to_a_richer_hotkey() -> None:
    rich = {entry: value for hotkey in range(10) for entry, value in stake(0, 5000 + hotkey, OWNER, 9).items()}
    poor = stake(0, 3001, OWNER, 4) | stake(0, 3002, OWNER, 4)
    members = (3001, 3002, *range(5000, 5010))
    state = seated(
        state_with({**rich, **poor, **stake(0, HOTKEY, OWNER, 5), **stake(0, OTHER_HOTKEY, OWNER, 4)}), *members
    )
    assert join_senate(state, AccountId(HOTKEY)).senate == (HOTKEY, 3001, *range(5000, 5010))
    assert join_senate(state, AccountId(OTHER_HOTKEY)).senate == members


def test_a_swap_moves_the_seat() -> None:
    state = state_with({f"Balance/{OWNER}": str(2 * COST), "BalancesTotalIssuance": str(2 * COST), **known(HOTKEY)})
    swap = SwapHotkey(signer=OWNER, hotkey=HOTKEY, new_hotkey=NEW_HOTKEY)
    assert LAUNCH.apply(seated(state, HOTKEY, OTHER_HOTKEY), swap).state.senate == (OTHER_HOTKEY, NEW_HOTKEY)


def test_a_swap_between_senators_stops_half_way() -> None:
    """The new hotkey has the owner and the totals; the take, the shares and the lists of stakers stay with the old."""
    funds = {f"Balance/{OWNER}": str(2 * COST), "BalancesTotalIssuance": str(2 * COST), "TotalIssuance": str(COST)}
    entries = {**funds, **known(HOTKEY), **stake(1, HOTKEY, OWNER, 7), f"Delegates/{HOTKEY}": 5, "BlockNumber": "9"}
    state = seated(state_with(entries), HOTKEY, NEW_HOTKEY)
    swap = SwapHotkey(signer=OWNER, hotkey=HOTKEY, new_hotkey=NEW_HOTKEY)
    assert outcome(state, swap) == (
        None,
        [["HotkeySwapped", str(OWNER), str(HOTKEY), str(NEW_HOTKEY)]],
        {
            f"Balance/{OWNER}": str(COST),
            "BalancesTotalIssuance": str(COST),
            "TotalIssuance": "0",
            f"Owner/{HOTKEY}": None,
            f"Owner/{NEW_HOTKEY}": str(OWNER),
            f"OwnedHotkeys/{OWNER}": [str(NEW_HOTKEY)],
            f"LastTxBlock/{OWNER}": "9",
            f"LastTxBlock/{NEW_HOTKEY}": "9",
            f"LastTxBlockDelegateTake/{NEW_HOTKEY}": "9",
            f"TotalHotkeyAlpha/{HOTKEY}/1": None,
            f"TotalHotkeyShares/{HOTKEY}/1": None,
            f"TotalHotkeyAlpha/{NEW_HOTKEY}/1": "7",
            f"TotalHotkeyShares/{NEW_HOTKEY}/1": str(7 << 64),
        },
    )
