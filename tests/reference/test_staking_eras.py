"""How staking changed from era to era: the same call in the last version with a rule and in the first with the next."""

from collections.abc import Mapping

import pytest

import dtao
from dtao.codec import Json
from dtao.persistent import Map
from dtao.records import SharePool
from dtao.rules import shares
from dtao.transitions import fees
from dtao.units import AccountId, Alpha, NetUid, Rao, Shares
from tests.reference.outcomes import HOLDER, HOTKEY, NEW_HOTKEY, OTHER_HOTKEY, OWNER, STRANGER, known, stake, state_with

TAO = 10**9
ONE = 2**64
LATER: dict[str, Json] = {"SubtokenEnabled/0": True, "SubtokenEnabled/1": True, "SubtokenEnabled/2": True}
SECOND: dict[str, Json] = {
    "NetworksAdded/2": True,
    "SubnetMechanism/2": 1,
    "SubnetTAO/2": str(20 * TAO),
    "SubnetAlphaIn/2": str(10 * TAO),
    "SubnetAlphaOut/2": str(5 * TAO),
}


def world(era: dtao.Era, *parts: Mapping[str, Json]) -> dtao.State:
    """Return a state with two subnets, a hotkey with stake of its owner, and balances."""
    entries: dict[str, Json] = {"BalancesTotalIssuance": str(300 * TAO)}
    entries |= {f"Balance/{account}": str(100 * TAO) for account in (OWNER, HOLDER, STRANGER)}
    entries |= {**SECOND, **known(HOTKEY, OTHER_HOTKEY), **stake(1, HOTKEY, OWNER, 4 * TAO)}
    if "SubtokenEnabled" in era.runtime.items.by_name:
        entries |= LATER
    for part in parts:
        entries |= part
    return state_with(entries, era)


def made(state: dtao.State, signer: int, name: str, **args: Json) -> tuple[str | None, list[list[object]], set[str]]:
    """Return the error and the events of a call, and the items that changed."""
    era = dtao.era(state.runtime.spec_version)
    given = {
        key: str(value) if type(value) is int and not key.endswith("netuid") else value for key, value in args.items()
    }
    outcome = era.apply(state, era.call(name, str(signer), given))
    changed = {entry.partition("/")[0] for entry in era.diff(state, outcome.state)}
    return outcome.error and outcome.error.value, dtao.events.to_json(outcome.events), changed


def error_of(version: int, signer: int, name: str, entries: Mapping[str, Json], **args: Json) -> str | None:
    """Return the error of a call in a world with these entries too."""
    return made(world(dtao.era(version), entries), signer, name, **args)[0]


def pool_of(total: int, denominator: int, holding: int) -> SharePool:
    """Return a share pool in which the holder has some shares."""
    return SharePool(Alpha(total), Shares(denominator), Map({AccountId(HOLDER): Shares(holding)}))


# Share pools, from 244 on


def test_few_shares_keep_their_value() -> None:
    pool = pool_of(10**15, 2, 1)
    assert shares.stake_of(pool, AccountId(HOLDER)) == 0
    assert shares.stake_of_high_priced_shares(pool, AccountId(HOLDER)) == 5 * 10**14
    assert not shares.is_worth_a_share(pool, Alpha(10**15))
    assert shares.is_worth_a_high_priced_share(pool, Alpha(10**15))
    ample = pool_of(10**15, ONE, ONE // 4)
    assert (
        shares.stake_of(ample, AccountId(HOLDER))
        == shares.stake_of_high_priced_shares(ample, AccountId(HOLDER))
        == 10**15 // 4
    )


def test_a_small_rest_of_shares_leaves_whole() -> None:
    pool = pool_of(10**9, 10**9 * ONE, 10**9 * ONE)
    holder = AccountId(HOLDER)
    kept, taken = shares.withdraw_debiting_change(pool, holder, Alpha(10**9 - 10_001))
    assert (kept.total_alpha, taken) == (10_001, 10**9 - 10_001)
    assert shares.withdraw_debiting_change(pool, holder, Alpha(10**9 - 9_999)) == (SharePool(), 10**9)
    assert shares.withdraw_debiting_request(pool, holder, Alpha(10**9 - 9_999))[1] == 10**9 - 9_999
    assert shares.withdraw_debiting_change(pool, holder, Alpha(10**9 + 1)) == (pool, 0)
    assert shares.withdraw_debiting_request(pool, holder, Alpha(10**9 + 1)) == (pool, 10**9 + 1)


def test_a_rest_whose_value_would_overflow_leaves_whole() -> None:
    holder, reserve = AccountId(HOLDER), 2_628_000_000_000_000
    smallest = (10**9 + reserve) * ONE // 2**64 + 1
    for rest, leaves in ((smallest, False), (smallest - 1, True)):
        assert shares.is_dust(10**9, rest, 2 * rest, rest) == leaves
    pool = pool_of(10**9, 4 * smallest, 4 * smallest)
    assert shares.withdraw_debiting_change(pool, holder, Alpha(10**9 // 2))[1] == 10**9 // 2
    assert shares.withdraw_debiting_change(pool, holder, Alpha(10**9 * 4 // 5)) == (SharePool(Alpha(1)), 10**9 - 1)


def test_the_first_holder_gets_shares_of_the_deposit_alone() -> None:
    pool, holder = SharePool(Alpha(100)), AccountId(HOLDER)
    assert shares.deposit_crediting_request(pool, holder, Alpha(10)) == (pool_of(110, 110 * ONE, 110 * ONE), 10)
    assert shares.deposit_crediting_change(pool, holder, Alpha(10)) == (pool_of(110, 10 * ONE, 10 * ONE), 10)


def test_an_amount_that_wraps_around_counts_by_magnitude_first_and_then_as_nothing() -> None:
    pool, holder, amount = pool_of(100, 100 * ONE, 100 * ONE), AccountId(HOLDER), Alpha(2**64 - 40)
    lost = pool_of(60, 60 * ONE, 60 * ONE)
    assert shares.deposit_crediting_abs_change(pool, holder, amount) == (lost, 40)
    assert shares.deposit_crediting_change(pool, holder, amount) == (lost, 0)


def test_what_is_sold_is_what_the_shares_lost() -> None:
    for version, sold in ((239, 4 * TAO - 9_999), (244, 4 * TAO)):
        state = world(dtao.era(version))
        _, events, changed = made(
            state, OWNER, "remove_stake", hotkey=HOTKEY, netuid=1, amount_unstaked=4 * TAO - 9_999
        )
        assert events[0][4] == str(sold)
        assert {"TotalHotkeyAlpha", "SubnetTAO"} < changed


# Delegates, from 244 on


@pytest.mark.parametrize(("version", "notes"), [(239, False), (244, True), (277, True)])
def test_stake_of_others_makes_a_delegate_but_not_by_add_stake(version: int, notes: bool) -> None:
    state = world(dtao.era(version), stake(1, HOTKEY, STRANGER, 4 * TAO))
    limited: dict[str, Json] = {"limit_price": 2 * TAO, "allow_partial": False, "amount_staked": TAO}
    assert ("Delegates" in made(state, HOLDER, "add_stake_limit", hotkey=HOTKEY, netuid=1, **limited)[2]) == notes
    for error, _, changed in (
        made(state, OWNER, "add_stake_limit", hotkey=HOTKEY, netuid=1, **limited),
        made(state, HOLDER, "add_stake", hotkey=HOTKEY, netuid=1, amount_staked=TAO),
    ):
        assert error is None
        assert "SubnetTAO" in changed
        assert "Delegates" not in changed
    moved: dict[str, Json] = {"origin_netuid": 1, "destination_netuid": 2, "alpha_amount": TAO}
    error, events, changed = made(state, STRANGER, "swap_stake", hotkey=HOTKEY, **moved)
    assert (error, len(events), "Delegates" in changed) == (None, 3, notes)


@pytest.mark.parametrize(("version", "error"), [(239, None), (244, "HotKeyAccountNotExists")])
def test_a_destination_must_exist(version: int, error: str | None) -> None:
    args: dict[str, Json] = {"origin_netuid": 1, "destination_netuid": 2, "alpha_amount": TAO}
    args |= {"origin_hotkey": HOTKEY, "destination_hotkey": NEW_HOTKEY}
    assert error_of(version, OWNER, "move_stake", {}, **args) == error


# Fees and limits, from 252 on


@pytest.mark.parametrize(
    ("version", "thin", "rich"),
    [(244, 50_000, 50_000), (252, 50_000, 15_625_000), (257, 99_999, 15_625_000), (261, 83_333, 26_041_666)],
)
def test_what_unstaking_costs(version: int, thin: int, rich: int) -> None:
    earned: dict[str, Json] = {f"AlphaDividendsPerSubnet/1/{HOTKEY}": str(4 * TAO // 128)}
    era = dtao.era(version)
    if version >= 261:
        earned[f"TotalHotkeyAlphaLastEpoch/{HOTKEY}/1"] = str(2 * TAO)
    fee = era.runtime.staking.unstaking_fee
    assert fee(world(era, earned), AccountId(HOTKEY), NetUid(1), Alpha(2 * TAO)) == rich
    assert fee(world(era), AccountId(HOTKEY), NetUid(1), Alpha(2 * TAO)) == thin
    assert fee(world(era, earned), AccountId(HOTKEY), NetUid(0), Alpha(2 * TAO)) == 50_000


def test_a_move_pays_half_of_the_fee_for_all_that_was_asked_and_moves_what_the_limit_allows() -> None:
    earned: dict[str, Json] = {f"AlphaDividendsPerSubnet/1/{HOTKEY}": str(4 * TAO // 64)}
    args: dict[str, Json] = {"origin_netuid": 1, "destination_netuid": 2, "alpha_amount": 4 * TAO}
    args |= {"limit_price": 490_000_000, "allow_partial": True}
    found = {}
    for version in (244, 257):
        state = world(dtao.era(version), earned)
        _, events, _ = made(state, OWNER, "swap_stake_limit", hotkey=HOTKEY, **args)
        found[version] = events[0]
    allowed = dtao.era(257).read(
        world(dtao.era(257)),
        "get_max_amount_move",
        {"origin_netuid": 1, "destination_netuid": 2, "limit_price": "490000000"},
    )
    assert found[244][4] == str(4 * TAO)
    assert found[257][4] == allowed != str(4 * TAO)
    assert found[257][6] == str(4 * TAO // 64 // 2)
    within = made(
        world(dtao.era(257), earned),
        OWNER,
        "move_stake",
        origin_hotkey=HOTKEY,
        destination_hotkey=OTHER_HOTKEY,
        origin_netuid=1,
        destination_netuid=1,
        alpha_amount=TAO,
    )[1]
    assert [event[6] for event in within[:2]] == ["25000", "25000"]


# Events with a fee, recycling and burning, from 257 on


@pytest.mark.parametrize(("version", "fee"), [(252, []), (257, ["50000"])])
def test_events_name_the_fee(version: int, fee: list[str]) -> None:
    state = world(dtao.era(version))
    _, (added,), _ = made(state, HOLDER, "add_stake", hotkey=HOTKEY, netuid=2, amount_staked=TAO)
    assert added == ["StakeAdded", str(HOLDER), str(HOTKEY), "999950000", added[4], "2", *fee]
    _, (removed,), _ = made(state, OWNER, "remove_stake", hotkey=HOTKEY, netuid=1, amount_unstaked=10**6)
    assert removed == ["StakeRemoved", str(OWNER), str(HOTKEY), removed[3], "1000000", "1", *fee]


@pytest.mark.parametrize(("name", "event"), [("recycle_alpha", "AlphaRecycled"), ("burn_alpha", "AlphaBurned")])
def test_alpha_is_given_up(name: str, event: str) -> None:
    args: dict[str, Json] = {"hotkey": HOTKEY, "netuid": 1, "amount": TAO}
    error, events, changed = made(world(dtao.era(257)), OWNER, name, **args)
    stake_items = {"Alpha", "TotalHotkeyAlpha", "TotalHotkeyShares"}
    assert (error, events) == (None, [[event, str(OWNER), str(HOTKEY), str(TAO), "1"]])
    assert changed == (stake_items | {"SubnetAlphaOut"} if name == "recycle_alpha" else stake_items)
    for version, entries, other, expected in (
        (257, {"NetworksAdded/1": None}, {}, "SubNetworkDoesNotExist"),
        (257, {}, {"netuid": 0}, "CannotBurnOrRecycleOnRootSubnet"),
        (273, {"SubtokenEnabled/1": None}, {"hotkey": NEW_HOTKEY}, "SubtokenDisabled"),
        (273, {}, {"hotkey": NEW_HOTKEY}, "HotKeyAccountNotExists"),
        (257, {"SubnetAlphaOut/1": "0"}, {"amount": 4 * TAO + 1}, "NotEnoughStakeToWithdraw"),
        (257, {"SubnetAlphaOut/1": str(TAO - 1)}, {}, "InsufficientLiquidity"),
    ):
        assert error_of(version, OWNER, name, entries, **{**args, **other}) == expected


# Unstaking everything, from 261 on


@pytest.mark.parametrize(("version", "sold"), [(257, ["1", "2"]), (261, ["2"]), (273, [])])
def test_unstake_all_passes_over_what_could_not_be_removed(version: int, sold: list[str]) -> None:
    entries: dict[str, Json] = {**stake(1, HOTKEY, HOLDER, 400_000), **stake(2, HOTKEY, HOLDER, TAO)}
    if version >= 273:
        entries["SubtokenEnabled/2"] = None
    state = world(dtao.era(version), entries)
    events = made(state, HOLDER, "unstake_all", hotkey=HOTKEY)[1]
    assert [event[5] for event in events] == sold
    events = made(state, HOLDER, "unstake_all_alpha", hotkey=HOTKEY)[1]
    assert [event[5] for event in events] == [*sold, "0"]


def test_an_unsigned_product_of_the_reserves_holds_twice_as_much() -> None:
    deep: dict[str, Json] = {"SubnetTAO/1": str(3 * 2**54), "SubnetAlphaIn/1": str(2**54)}
    args: Mapping[str, Json] = {"netuid": 1, "amount": "0"}
    for version, paid in ((257, 3 * 2**54 - 2**55), (261, 0)):
        assert dtao.era(version).read(world(dtao.era(version), deep), "sim_swap_alpha_for_tao", args) == str(paid)


# Tokens, limits of nothing and the list of hotkeys, from 273 on


def test_where_a_token_must_be_enabled() -> None:
    off: dict[str, Json] = {"SubtokenEnabled/1": None}
    nowhere: dict[str, Json] = {**off, "NetworksAdded/1": None}
    add: dict[str, Json] = {"hotkey": NEW_HOTKEY, "netuid": 1, "amount_staked": 1}
    assert error_of(273, HOLDER, "add_stake", off, **add) == "SubtokenDisabled"
    assert error_of(273, HOLDER, "add_stake", nowhere, **add) == "SubtokenDisabled"
    remove: dict[str, Json] = {"hotkey": HOTKEY, "netuid": 1, "amount_unstaked": TAO}
    assert error_of(277, OWNER, "remove_stake", off, **remove) == "SubtokenDisabled"
    limit: dict[str, Json] = {"limit_price": 2 * TAO, "allow_partial": True}
    assert error_of(273, HOLDER, "add_stake_limit", off, **add, **limit) == "AmountTooLow"
    assert error_of(277, HOLDER, "add_stake_limit", off, **add, **limit) == "SubtokenDisabled"
    assert error_of(277, HOLDER, "add_stake_limit", nowhere, **add, **limit) == "SubnetNotExists"
    limit["limit_price"] = TAO // 2
    assert error_of(277, OWNER, "remove_stake_limit", off, **remove, **limit) is None
    for netuid in (1, 2):
        move: dict[str, Json] = {"hotkey": NEW_HOTKEY, "origin_netuid": 1, "destination_netuid": 2, "alpha_amount": 1}
        assert error_of(273, OWNER, "swap_stake", {f"SubtokenEnabled/{netuid}": None}, **move) == "SubtokenDisabled"


def test_stake_must_change_its_place() -> None:
    args: dict[str, Json] = {"hotkey": HOTKEY, "origin_netuid": 7, "destination_netuid": 7, "alpha_amount": TAO}
    assert error_of(265, OWNER, "swap_stake", {}, **args) == "SubnetNotExists"
    assert error_of(273, OWNER, "swap_stake", {}, **args) == "SameNetuid"
    assert error_of(273, OWNER, "transfer_stake", {}, destination_coldkey=HOLDER, **args) == "SubnetNotExists"


@pytest.mark.parametrize(
    ("read", "args"),
    [
        ("get_max_amount_add", {"netuid": 1, "limit_price": "0"}),
        ("get_max_amount_remove", {"netuid": 1, "limit_price": str(10 * TAO)}),
        ("get_max_amount_move", {"origin_netuid": 1, "destination_netuid": 2, "limit_price": str(10 * TAO)}),
    ],
)
def test_a_limit_that_allows_nothing_is_an_error(read: str, args: Mapping[str, Json]) -> None:
    assert dtao.era(265).read(world(dtao.era(265)), read, args) == "0"
    assert dtao.era(273).read(world(dtao.era(273)), read, args) == "Err:ZeroMaxStakeAmount"


@pytest.mark.parametrize(
    ("version", "errors"),
    [(265, ["AmountTooLow", "SlippageTooHigh", "SlippageTooHigh"]), (273, ["ZeroMaxStakeAmount"] * 3)],
)
def test_a_limit_that_allows_nothing_is_told_before_anything_else(version: int, errors: list[str]) -> None:
    given: dict[str, Json] = {"hotkey": HOTKEY, "limit_price": 10 * TAO, "allow_partial": False}
    add: dict[str, Json] = {**given, "netuid": 1, "amount_staked": 1, "limit_price": 0}
    remove: dict[str, Json] = {**given, "netuid": 1, "amount_unstaked": TAO}
    move: dict[str, Json] = {**given, "origin_netuid": 1, "destination_netuid": 2, "alpha_amount": TAO}
    assert errors == [
        error_of(version, OWNER, "add_stake_limit", {}, **add),
        error_of(version, OWNER, "remove_stake_limit", {}, **remove),
        error_of(version, OWNER, "swap_stake_limit", {}, **move),
    ]


@pytest.mark.parametrize(("version", "noted"), [(265, False), (273, True)])
def test_who_earns_is_noted_among_those_who_stake(version: int, noted: bool) -> None:
    era = dtao.era(version)
    args: Mapping[str, Json] = {"hotkey": str(HOTKEY), "coldkey": str(HOLDER), "netuid": 1, "amount": "5"}
    name = "increase_stake_for_hotkey_and_coldkey_on_subnet"
    state = world(era)
    for amount, expected in (("5", noted), ("0", False)):
        after, _ = era.phase(state, name, {**args, "amount": amount})
        assert (AccountId(HOLDER) in after.staking_hotkeys) == expected


@pytest.mark.parametrize(
    ("version", "stored", "rest", "cleared"),
    [
        (283, 2 * TAO, 3 * TAO - 1, False),
        (283, 3 * TAO, 3 * TAO - 1, True),
        (298, 2 * TAO, 3 * TAO - 1, True),
        (298, 2 * TAO, 4 * TAO, False),
        (320, 5, 9, True),
        (320, 5, 10, False),
        (425, 5, 9, True),
        (320, 2**64 - 1, 18_446_744_073_708, True),
        (320, 2**64 - 1, 18_446_744_073_709, False),
    ],
)
@pytest.mark.rule("STAKE-6")
def test_the_least_nomination_is_a_factor_of_the_minimum_stake_from_298_on(
    version: int, stored: int, rest: int, cleared: bool
) -> None:
    """In millionths of 2 000 000 rao, their product at most 2^64 - 1; on root, where alpha is worth as much TAO."""
    era = dtao.era(version)
    state = world(era, stake(0, HOTKEY, HOLDER, rest), {"NominatorMinRequiredStake": str(stored)})
    after, _ = era.runtime.staking.clear_small_nomination(state, AccountId(HOTKEY), AccountId(HOLDER), NetUid(0))
    assert (after is not state) is cleared


def test_total_stake_of_a_coldkey_counts_shares_and_then_stake() -> None:
    grown: dict[str, Json] = {f"TotalHotkeyAlpha/{HOTKEY}/1": str(8 * TAO)}
    for version, total in ((239, 4 * TAO), (244, 8 * TAO)):
        state = world(dtao.era(version), grown)
        assert state.runtime.staking.total_stake_of_coldkey(state, AccountId(OWNER)) == Rao(total)


def test_the_flat_fee_is_the_same_everywhere() -> None:
    state = world(dtao.era("launch"))
    assert {fees.flat_fee(state, AccountId(HOTKEY), NetUid(netuid), Alpha(10**12)) for netuid in (0, 1, 2)} == {50_000}
