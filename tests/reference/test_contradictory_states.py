"""What calls do in states that contradict themselves, which only direct writes lead to, and in rare ones."""

from typing import Any

import pytest

import dtao
from dtao.codec import Json
from dtao.state import State
from dtao.transitions.subnet_accounts import account_of
from dtao.units import ROOT

LAST = dtao.era(425)
ALICE, BOB, HOTKEY, NEW_HOTKEY = 1001, 1002, 2001, 2002
TAO = 10**9
U64_MAX = 2**64 - 1
ROOT_ACCOUNT = account_of(ROOT)
OWNED: dict[str, Json] = {
    f"Owner/{HOTKEY}": str(ALICE),
    f"OwnedHotkeys/{ALICE}": [str(HOTKEY)],
    f"StakingHotkeys/{ALICE}": [str(HOTKEY)],
    f"Balance/{ALICE}": str(100 * TAO),
    "BalancesTotalIssuance": str(100 * TAO),
    "TotalIssuance": str(100 * TAO),
}
LOCK: list[Json] = ["5000", "0", "60000"]
LOCKED: dict[str, Json] = {f"Lock/{BOB}/1/{HOTKEY}": LOCK, f"DecayingHotkeyLock/1/{HOTKEY}": LOCK}


def state_of(era: dtao.Era, *entries: dict[str, Json]) -> State:
    flat: dict[str, Json] = dict(era.dump(era.genesis()))
    for more in entries:
        flat |= more
    return era.load(flat)


def outcome(era: dtao.Era, state: State, name: str, signer: int | None, **args: Json) -> tuple[str | None, Any]:
    origin = None if signer is None else str(signer)
    result = era.apply(state, era.call(name, origin, args))
    return result.error and result.error.value, era.diff(state, result.state)


def locks_in(diff: dict[str, Json]) -> dict[str, Json]:
    kept = ("Lock/", "LockingColdkeys/")
    return {entry: value for entry, value in diff.items() if entry.startswith(kept)}


@pytest.mark.rule("LOCK-16")
@pytest.mark.parametrize("version", [422, 423, 425])
def test_a_lock_that_is_not_known_by_its_hotkey_stays_from_423_on(version: int) -> None:
    era = dtao.era(version)
    index: dict[str, Json] = {} if version == 422 else {f"LockingColdkeys/1/{HOTKEY}/1003": True}
    state = state_of(era, OWNED, LOCKED, index)
    swap: dict[str, Json] = {"hotkey": str(HOTKEY), "new_hotkey": str(NEW_HOTKEY), "netuid": None}
    error, swapped = outcome(era, state, "swap_hotkey", ALICE, **swap)
    assert error is None
    error, dissolved = outcome(era, state, "root_dissolve_network", None, netuid=1)
    assert error is None
    gone: dict[str, Json] = {f"Lock/{BOB}/1/{HOTKEY}": None}
    if version == 422:
        assert locks_in(swapped) == {**gone, f"Lock/{BOB}/1/{NEW_HOTKEY}": LOCK}
        assert locks_in(dissolved) == gone
    else:
        assert locks_in(swapped) == locks_in(dissolved) == dict.fromkeys(index)


@pytest.mark.rule("LOCK-10")
def test_a_coldkey_that_is_swapped_for_itself_takes_locked_alpha_from_then_on() -> None:
    args: dict[str, Json] = {"old_coldkey": "1003", "new_coldkey": "1003", "swap_cost": "0"}
    error, diff = outcome(LAST, LAST.genesis(), "swap_coldkey", None, **args)
    assert (error, diff.pop("AccountFlags/1003"), len(diff)) == (None, "1", 1)  # beside its last transaction


@pytest.mark.rule("STATE-18")
def test_a_subnet_that_does_not_exist_pays_nothing() -> None:
    """Claims of it are refused, whatever is on its account."""
    claims: dict[str, Json] = {
        f"RootClaimable/{HOTKEY}": [[7, str(2 << 32)]],
        f"TotalHotkeyAlpha/{HOTKEY}/0": str(TAO),
        f"TotalHotkeySharesV2/{HOTKEY}/0": ["1000000000000000000000", "-12"],
        f"AlphaV2/{HOTKEY}/{ALICE}/0": ["1000000000000000000000", "-12"],
    }
    state = state_of(LAST, OWNED, claims)
    assert outcome(LAST, state, "claim_root", ALICE, subnets=[7]) == ("SubnetNotExists", {})


@pytest.mark.rule("STATE-18")
def test_who_has_the_balance_is_refused_for_want_of_issuance_only_as_it_moves() -> None:
    little: dict[str, Json] = {"BalancesTotalIssuance": str(TAO), "SubtokenEnabled/0": True}
    args: dict[str, Json] = {"hotkey": str(HOTKEY), "netuid": 0, "amount_staked": str(2 * TAO)}
    for version, error in ((402, "NotEnoughBalanceToStake"), (411, "Arithmetic:Underflow")):
        era = dtao.era(version)
        assert outcome(era, state_of(era, OWNED, little), "add_stake", ALICE, **args) == (error, {})


@pytest.mark.rule("STATE-18")
def test_two_balances_that_do_not_fit_into_one_are_not_moved_from_411_on() -> None:
    most: dict[str, Json] = {f"Balance/{ALICE}": str(U64_MAX), f"Balance/{BOB}": str(U64_MAX)}
    issued: dict[str, Json] = {"BalancesTotalIssuance": str(U64_MAX)}
    args: dict[str, Json] = {"old_coldkey": str(ALICE), "new_coldkey": str(BOB), "swap_cost": "0"}
    state = state_of(LAST, most, issued)
    assert outcome(LAST, state, "swap_coldkey", None, **args) == ("Arithmetic:Overflow", {})
    before = dtao.era(402)
    error, diff = outcome(before, state_of(before, most, issued), "swap_coldkey", None, **args)
    assert error is None
    assert diff[f"Balance/{ALICE}"] is None


@pytest.mark.rule("KEY-10")
def test_root_stake_of_a_swapped_coldkey_keeps_its_hotkey_from_being_swapped_in() -> None:
    """Nothing counts as claimed of root, but the swap leaves an entry of 0, which outlives the stake."""
    root: dict[str, Json] = {
        f"TotalHotkeyAlpha/{HOTKEY}/0": str(TAO),
        f"TotalHotkeySharesV2/{HOTKEY}/0": ["1000000000000000000000", "-12"],
        f"AlphaV2/{HOTKEY}/{ALICE}/0": ["1000000000000000000000", "-12"],
        "SubnetTAO/0": str(2 * TAO),
        "TxRateLimit": "0",
        "SubtokenEnabled/0": True,
        f"Balance/{ROOT_ACCOUNT}": str(3 * TAO),
    }
    state = state_of(LAST, OWNED, root)
    swap = LAST.call("swap_coldkey", None, {"old_coldkey": str(ALICE), "new_coldkey": str(BOB), "swap_cost": "0"})
    swapped = LAST.apply(state, swap)
    assert swapped.error is None
    assert not any(entry.startswith("RootClaimed") for entry in LAST.diff(state, swapped.state))
    call = LAST.call("remove_stake", str(BOB), {"hotkey": str(HOTKEY), "netuid": 0, "amount_unstaked": str(TAO)})
    sold = LAST.apply(swapped.state, call)
    assert sold.error is None
    named = LAST.apply(sold.state, LAST.call("try_associate_hotkey", str(BOB), {"hotkey": str(NEW_HOTKEY)}))
    args: dict[str, Json] = {"hotkey": str(NEW_HOTKEY), "new_hotkey": str(HOTKEY), "netuid": None}
    assert outcome(LAST, named.state, "swap_hotkey", BOB, **args) == ("NewHotKeyNotCleanForRootSwap", {})
    reloaded = LAST.load(LAST.dump(named.state))
    assert reloaded == named.state


@pytest.mark.rule("CLAIM-5")
def test_a_claim_that_the_pool_cannot_pay_moves_the_price_all_the_same_until_402() -> None:
    """The swap finds only after it moved the price that the reserve holds less."""
    era = dtao.era(402)
    claims: dict[str, Json] = {
        f"RootClaimable/{HOTKEY}": [[1, str(1 << 32)]],
        f"TotalHotkeyAlpha/{HOTKEY}/0": str(TAO),
        f"TotalHotkeySharesV2/{HOTKEY}/0": ["1000000000000000000000", "-12"],
        f"AlphaV2/{HOTKEY}/{ALICE}/0": ["1000000000000000000000", "-12"],
        "SubtokenEnabled/1": True,
    }
    state = state_of(era, OWNED, claims)
    args: dict[str, Json] = {"hotkey": str(HOTKEY), "netuid": 1, "amount_staked": str(TAO)}
    begun = era.apply(state, era.call("add_stake", str(ALICE), args))
    assert begun.error is None
    poor = era.set(begun.state, "SubnetTAO", {"netuid": 1}, "1000000")
    error, diff = outcome(era, poor, "claim_root", ALICE, subnets=[1])
    assert error is None
    assert diff["AlphaSqrtPrice/1"] is not None
    assert not any(entry.startswith(("RootClaimed/", "SubnetTAO/", "TotalStake")) for entry in diff)


@pytest.mark.rule("POOL-22")
def test_a_reserve_loses_one_more_than_it_may_gain() -> None:
    """The runtime negates what leaves before it bounds it by an i64."""
    reserves: dict[str, Json] = {"SubnetTAO/0": str(U64_MAX), "SubnetAlphaOut/0": str(U64_MAX)}
    state = LAST.set(state_of(LAST, reserves), "SubnetAlphaIn", {"netuid": 0}, "0")
    after, _ = LAST.phase(state, "swap_alpha_for_tao", {"netuid": 0, "amount": str(U64_MAX), "drop_fees": True})
    pool = after.pool(ROOT)
    assert (pool.tao, pool.alpha_in, pool.alpha_out) == (2**63 - 1, 2**63 - 1, 2**63)


@pytest.mark.rule("KEY-6")
def test_the_first_network_that_refuses_a_swap_of_hotkeys_names_the_reason() -> None:
    """Networks follow each other by the low byte of their netuids first."""
    related: dict[str, Json] = {
        "NetworksAdded/2": True,
        "NetworksAdded/256": True,
        f"ChildKeys/{HOTKEY}/2": [["1", str(NEW_HOTKEY)]],
        f"ChildKeys/{HOTKEY}/256": [["1", "7"]],
        f"ParentKeys/{HOTKEY}/256": [["1", "7"]],
    }
    args: dict[str, Json] = {"hotkey": str(HOTKEY), "new_hotkey": str(NEW_HOTKEY), "netuid": None}
    refused = outcome(LAST, state_of(LAST, OWNED, related), "swap_hotkey", ALICE, **args)
    assert refused == ("ChildParentInconsistency", {})


@pytest.mark.rule("POOL-5")
def test_a_limit_asks_weights_where_the_mechanism_is_of_neither_kind() -> None:
    """Then the price before counts as 1, and the fee that is part of the amount as 0."""
    reserves: dict[str, Json] = {"SubnetTAO/1": str(10 * TAO), "SubnetAlphaIn/1": str(40 * TAO), "FeeRate/1": 6_553}
    state = LAST.set(state_of(LAST, reserves), "SubnetMechanism", {"netuid": 1}, 2)
    amounts = {"4000000000": 11_111_016_920, "20000000000": 38_578_961_344}
    for limit, amount in amounts.items():
        args: dict[str, Json] = {"netuid": 1, "limit_price": limit}
        assert LAST.read(state, "get_max_amount_add", args) == str(amount)


@pytest.mark.rule("STATE-1")
def test_dust_alone_leaves_what_is_issued_however_little_that_is() -> None:
    held: dict[str, Json] = {f"Balance/{ALICE}": "550400", "BalancesTotalIssuance": "549999"}
    error, diff = outcome(LAST, state_of(LAST, held), "transfer", ALICE, dest=str(BOB), value="549999")
    moved: dict[str, Json] = {f"Balance/{ALICE}": None, f"Balance/{BOB}": "549999"}
    assert (error, diff) == (None, {**moved, "BalancesTotalIssuance": str(549_999 - 401)})


@pytest.mark.rule("KEY-3")
@pytest.mark.parametrize(("version", "hotkeys"), [(391, [7, NEW_HOTKEY]), (401, [HOTKEY, 7, NEW_HOTKEY])])
def test_who_holds_shares_of_0_stakes_with_both_hotkeys_from_401_on(version: int, hotkeys: list[int]) -> None:
    era = dtao.era(version)
    entries: dict[str, Json] = {
        f"Alpha/{HOTKEY}/{BOB}/1": "0",
        f"TotalHotkeyAlpha/{HOTKEY}/1": "5",
        f"TotalHotkeyShares/{HOTKEY}/1": str(5 << 64),
        f"StakingHotkeys/{BOB}": [str(HOTKEY), "7"],
    }
    args: dict[str, Json] = {"hotkey": str(HOTKEY), "new_hotkey": str(NEW_HOTKEY), "netuid": None}
    error, diff = outcome(era, state_of(era, OWNED, entries), "swap_hotkey", ALICE, **args)
    assert (error, diff[f"StakingHotkeys/{BOB}"]) == (None, list(map(str, hotkeys)))


@pytest.mark.rule("EPOCH-18")
def test_weights_for_a_mechanism_beyond_all_indices_come_too_fast() -> None:
    args: dict[str, Json] = {"netuid": 1, "mecid": 255, "dests": [0], "weights": [1], "version_key": "0"}
    state = LAST.set(LAST.genesis(), "CommitRevealWeightsEnabled", {"netuid": 1}, False)
    assert outcome(LAST, state, "set_mechanism_weights", 0, **args) == ("SettingWeightsTooFast", {})


@pytest.mark.rule("POOL-22")
@pytest.mark.parametrize(
    ("version", "paid_out"), [(283, 18_401_727_427_885_136_137), (298, 18_401_861_734_574_091_100)]
)
def test_a_reserve_loses_in_a_block_what_the_sign_leaves_of_an_amount_beyond_i64(version: int, paid_out: int) -> None:
    """As in a call: what the sale for root pays is made an i64 and negated, and 2^63 or more come back as less."""
    era = dtao.era(version)
    reserves: dict[str, Json] = {
        "SubnetTAO/0": str(U64_MAX),
        "SubnetTAO/1": str(U64_MAX),
        "SubnetAlphaIn/1": str(10**6),
        "FirstEmissionBlockNumber/1": "1",
    }
    diff = era.diff(state := state_of(era, reserves), era.step(state))
    assert diff["PendingRootDivs/1"] == str(paid_out)
    assert diff["SubnetTAO/1"] == str(U64_MAX - (2**64 - paid_out))
