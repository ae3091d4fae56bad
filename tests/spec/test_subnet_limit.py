"""The limit of subnets, payouts of dissolved ones and what is recycled: the reference against the exact rules."""

from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.calls import Call, RegisterNetworkInLimit, RootDissolveNetwork, SetColdkeyAutoStakeHotkey
from dtao.rules import dividends
from dtao.rules.dissolution import parts_of_pot
from dtao.state import State
from dtao.transitions import liquidity
from dtao.units import AccountId, Alpha, Bits, NetUid, Rao
from dtao_properties.model.ranges import pool_in
from dtao_spec.chapters.concentrated.pool import simulate
from dtao_spec.chapters.dividends.division import recycled_of_parents
from dtao_spec.chapters.networks import pruning
from dtao_spec.chapters.networks.creation import Network
from dtao_spec.registry import Computation
from tests.reference.outcomes import (
    HOLDER,
    HOTKEY,
    NEW_HOTKEY,
    OTHER_HOTKEY,
    OWNER,
    STRANGER,
    known,
    neurons,
    stake,
    state_with,
)
from tests.reference.test_liquidity import done

ERA = dtao.era(320)
TAO = 10**9
AMOUNTS = st.integers(0, 20) | st.integers(0, 2**64 - 1)
EXACT = Computation(320, is_rounded=True)


def removal(version: int) -> Computation:
    """Return the rules of a version with their rounding."""
    return Computation(version, is_rounded=True)


def refusal(state: State, call: Call) -> str | None:
    """Return why a call is refused."""
    error = ERA.apply(state, call).error
    return None if error is None else error.value


@pytest.mark.rule("NET-12")
@given(AMOUNTS, st.lists(AMOUNTS.filter(bool), max_size=6))
def test_net_12_pays_the_whole_pot_by_the_largest_remainders(pot: int, held: list[int]) -> None:
    parts = dict(parts_of_pot(Rao(pot), [Alpha(alpha) for alpha in held]))
    ideal = pruning.paid_for_alpha_rounded(Fraction(pot), [Fraction(alpha) for alpha in held])
    assert [parts.get(place, 0) for place in range(len(held))] == ideal
    assert sum(parts.values()) == (pot if held else 0)


@pytest.mark.rule("NET-12")
@given(
    st.integers(0, 10**13),
    st.lists(st.integers(0, 10**12), min_size=1, max_size=3),
    st.integers(1, 10**14),
    st.integers(1, 10**14),
    st.integers(0, 10**14),
    st.integers(99, 101),
)
def test_net_12_pays_back_old_locks_less_what_the_owner_earned(
    lock: int, emitted: list[int], tao: int, alpha: int, outside: int, registered_at: int
) -> None:
    entries = {
        "NetworkRegistrationStartBlock": "100", "NetworksAdded/1": True, "NetworkRegisteredAt/1": str(registered_at),
        "SubnetMechanism/1": 1, "SubnetLocked/1": str(lock), "SubnetTAO/1": str(tao), "SubnetAlphaIn/1": str(alpha),
        "SubnetAlphaOut/1": str(outside), "SwapV3Initialized/1": True,
        "AlphaSqrtPrice/1": str(isqrt((tao << 128) // alpha)), "CurrentLiquidity/1": str(isqrt(tao * alpha)),
        "Emission/1": [str(one) for one in emitted],
    }  # fmt: skip
    for version in (338, 342):
        era = dtao.era(version)
        state = state_with(entries, era)
        rules = Computation(version, is_rounded=True)
        cut = rules["EMIT-4"](state.parameters.subnet_owner_cut)
        price = Fraction(liquidity.price(state, NetUid(1)), 2**32)
        earned = Fraction(int((sum(emitted) if version == 338 else alpha + outside) * cut))
        worth = Fraction(int(earned * price))
        if version == 338 and earned:
            rate = state.subnet(NetUid(1)).hyperparameters.fee_rate
            sale = simulate(pool_in(state, 1), False, rate, int(earned), None, 1, rules)
            worth = worth if isinstance(sale, str) else Fraction(sale.paid_out)
        stated = pruning.lock_paid_back(Fraction(lock), worth, registered_at, 100)
        assert era.runtime.networks.refund(state, NetUid(1)) == stated


@pytest.mark.rule("NET-13")
@given(
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 3)), min_size=1, max_size=4),
    st.integers(0, 20),
    st.integers(0, 12),
)
def test_net_13_prunes_the_lowest_price(subnets: list[tuple[int, int]], block: int, immunity: int) -> None:
    entries: dict[str, object] = {"BlockNumber": str(block), "NetworkImmunityPeriod": str(immunity)}
    for netuid, (registered_at, price) in enumerate(subnets, 1):
        entries |= {
            f"NetworksAdded/{netuid}": True,
            f"SubnetMechanism/{netuid}": 1,
            f"NetworkRegisteredAt/{netuid}": str(registered_at),
            f"SubnetMovingPrice/{netuid}": str(price),
        }
    state = state_with(entries, ERA)
    registered = [(netuid, at) for netuid, (at, _) in enumerate(subnets, 1)]
    prices = [Fraction(price) for _, price in subnets]
    ideal = pruning.network_to_prune(registered, block, immunity, prices)
    assert ERA.read(state, "get_network_to_prune", {}) == ideal


WORLD = {
    **known(HOTKEY),
    **neurons(1, HOTKEY, Emission=["0"], ValidatorTrust=[9], ValidatorPermit=[True]),
    **stake(1, HOTKEY, HOLDER, 100),
    "SubnetOwner/1": str(OWNER),
    "SubnetOwnerHotkey/1": str(HOTKEY),
    "SubnetTAO/1": str(9 * TAO),
    "SubnetLocked/1": str(3 * TAO),
    "TotalStake": str(9 * TAO),
    "Keys/1/0": str(HOTKEY),
    "Uids/1/0": None,
    "Alpha/0/0/1": None,
    "TotalHotkeyAlpha/0/1": None,
    "TotalHotkeyShares/0/1": None,
}


@pytest.mark.rule("NET-8")
@pytest.mark.rule("NET-9")
@pytest.mark.rule("NET-12")
def test_net_9_pays_holders_and_the_lock_and_leaves_nothing() -> None:
    state = state_with({**WORLD, f"Uids/1/{HOTKEY}": 0}, ERA)
    after = ERA.apply(state, RootDissolveNetwork(None, NetUid(1)))
    assert after.error is None
    flat = ERA.dump(after.state)
    assert flat[f"Balance/{HOLDER}"] == str(9 * TAO)
    assert flat[f"Balance/{OWNER}"] == str(3 * TAO)
    assert after.state.total_stake == 0
    kept = {entry for entry in flat if entry.partition("/")[2].endswith(("/1", "1")) and "/1" in entry}
    assert {entry for entry in kept if entry.split("/")[-1] == "1"} <= {"IsNetworkMember/0/1"}


LEFT = {
    "SubnetTaoFlow/1": "5",
    "SubnetEmaTaoFlow/1": ["7", "4294967296"],
    "RootAlphaDividendsPerSubnet/1/0": "3",
}
"""What only later versions have."""
SETTINGS_LEFT = {"RootProp/1": "9", "MinNonImmuneUids/1": 4}
EMPTY = {"Alpha/5/1/1": str(7 * 2**64), "TotalHotkeyShares/5/1": str(7 * 2**64)}
"""An entry of shares of a hotkey whose stake is 0."""
NOBODYS = {"TotalHotkeyAlpha/6/1": "8"}


@pytest.mark.rule("NET-8")
@pytest.mark.rule("NET-12")
@pytest.mark.parametrize("version", [352, 361, 362, 365, 366, 371])
def test_net_8_and_12_say_what_a_dissolved_subnet_leaves(version: int) -> None:
    era = dtao.era(version)
    left = {**LEFT, **SETTINGS_LEFT} if version >= 365 else LEFT
    if version < 361:
        left = {entry: value for entry, value in left.items() if not entry.startswith("Root")}
    state = state_with({**WORLD, f"Uids/1/{HOTKEY}": 0, **left, **EMPTY, **NOBODYS}, era)
    outcome = era.apply(state, RootDissolveNetwork(None, NetUid(1)))
    assert outcome.error is None
    flat = era.dump(outcome.state)
    stays = {entry: value for entry, value in left.items() if version < 365 or "Flow" not in entry}
    assert {entry: flat.get(entry) for entry in left} == {entry: stays.get(entry) for entry in left}
    kept = removal(version)["NET-8"](Network(hyperparameters={"MinNonImmuneUids": 4, "Tempo": 9}), Fraction(0))[0]
    assert ("MinNonImmuneUids" in kept.hyperparameters) == (version >= 365)
    assert {entry in flat for entry in EMPTY} == {version >= 365}
    assert {entry in flat for entry in NOBODYS} == {version < 371}
    paid = removal(version)["NET-12"](Fraction(9 * TAO), [Fraction(100)] + [Fraction(7)] * (version < 365))
    assert flat[f"Balance/{HOLDER}"] == str(int(paid[0]))


@pytest.mark.rule("KEY-4", "NET-12")
@pytest.mark.parametrize("version", [365, 371, 391])
@pytest.mark.parametrize("later", [None, 401, 425])
@pytest.mark.parametrize("is_touched", [False, True])
def test_net_12_removes_shares_under_a_total_of_0_that_a_swap_stored(
    version: int, later: int | None, is_touched: bool
) -> None:
    """An entry of 0 shares under a total that nobody stored stays; one under a total that was written again as well."""
    era, left = dtao.era(version), f"Alpha/{NEW_HOTKEY}/{STRANGER}/1"
    entries = {**WORLD, f"Uids/1/{HOTKEY}": 0, f"Balance/{OWNER}": str(TAO), f"Owner/{OTHER_HOTKEY}": str(OWNER)}
    for is_swapped in (False, True):
        hotkey = OTHER_HOTKEY if is_swapped else NEW_HOTKEY
        state = state_with({**entries, f"Alpha/{hotkey}/{STRANGER}/1": "0"}, era)
        if is_swapped:
            state = done(state, "swap_hotkey", OWNER, hotkey=str(hotkey), new_hotkey=str(NEW_HOTKEY), netuid=None)
        assert era.dump(state)[left] == "0"
        if is_touched:
            for change in ("increase", "decrease"):
                args = {"hotkey": str(NEW_HOTKEY), "netuid": 1, "amount": "5"}
                state, _ = era.phase(state, f"{change}_stake_for_hotkey_on_subnet", args)
        if later is not None:
            state = dtao.migrate(state, later)
        state = done(state, "root_dissolve_network", None, netuid=1)
        assert (left in dtao.era(state.runtime.spec_version).dump(state)) == (is_touched or not is_swapped)


@pytest.mark.rule("NET-6")
@pytest.mark.rule("NET-8")
@pytest.mark.parametrize("version", [338, 361, 365, 371, 401, 402, 411, 422, 425])
def test_net_6_and_8_leave_the_limit_of_weights_that_nothing_reads(version: int) -> None:
    rules = removal(version)
    left = rules["NET-8"](Network(exists=True, hyperparameters={"MaxWeightsLimit": 7, "Tempo": 9}), Fraction(0))[0]
    assert left.hyperparameters == {"MaxWeightsLimit": 7}
    created = rules["NET-6"](left, "alice", "h", 1_000, Fraction(10**12))
    assert created.hyperparameters["MaxWeightsLimit"] == 7


@pytest.mark.rule("NET-12")
@pytest.mark.rule("EMIT-13")
@pytest.mark.parametrize("version", [352, 361, 371])
def test_net_12_counts_what_users_provide_against_the_lock(version: int) -> None:
    era = dtao.era(version)
    pool = {"SubnetAlphaIn/1": str(2 * TAO), "SubnetAlphaInProvided/1": str(3 * TAO), "SubnetMechanism/1": 0}
    entries = {**WORLD, f"Uids/1/{HOTKEY}": 0, **pool, "NetworkRegistrationStartBlock": "9"}
    state = state_with(entries, era)
    after = era.apply(state, RootDissolveNetwork(None, NetUid(1))).state
    cut = Computation(version, is_rounded=True)["EMIT-4"](state.parameters.subnet_owner_cut)
    outside = Fraction(state.pool(NetUid(1)).alpha_out)
    issued = Computation(371)["EMIT-13"](Fraction(2 * TAO), Fraction(3 * TAO * (version >= 361)), outside)
    assert after.balances[AccountId(OWNER)] == 3 * TAO - int(cut * issued)


@pytest.mark.rule("NET-9")
@pytest.mark.parametrize(("signer", "netuid", "error"), [(OWNER, 1, "BadOrigin"), (None, 0, "SubnetNotExists")])
def test_net_9_is_for_root_alone_and_not_of_root(signer: int | None, netuid: int, error: str) -> None:
    call = RootDissolveNetwork(None if signer is None else AccountId(signer), NetUid(netuid))
    assert refusal(state_with(WORLD | {f"Uids/1/{HOTKEY}": 0}, ERA), call) == error


@pytest.mark.rule("NET-7")
@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ({"NetworkRegistrationStartBlock": "60001"}, "SubNetRegistrationDisabled"),
        ({"LastRateLimitedBlock/NetworkLastRegistered": "59999"}, "NetworkTxRateLimitExceeded"),
        ({"SubnetLimit": 1, "NetworkImmunityPeriod": "60001"}, "SubnetLimitReached"),
        ({f"Balance/{STRANGER}": str(TAO)}, "CannotAffordLockCost"),
    ],
)
def test_net_7_says_why_not(entries: dict[str, object], error: str) -> None:
    funds = {f"Balance/{STRANGER}": str(10**6 * TAO)}
    state = state_with({**funds, **entries}, ERA)
    assert refusal(state, RegisterNetworkInLimit(AccountId(STRANGER), AccountId(5))) == error


@pytest.mark.rule("NET-11")
@pytest.mark.parametrize(("permit", "staked"), [(True, 14), (False, 0)])
def test_net_11_stakes_the_alpha_of_positions_on_the_best_validator(permit: bool, staked: int) -> None:
    assert pruning.dissolve_position(Fraction(5), Fraction(12), Fraction(1), Fraction(2), permit)[1] == staked
    world = {
        **WORLD,
        f"Uids/1/{HOTKEY}": 0,
        "ValidatorPermit/1": [permit],
        "SwapV3Initialized/1": True,
        "AlphaSqrtPrice/1": str(2**64),
        f"Positions/1/{STRANGER}/7": ["-10", "10", str(10**12), "0", "0"],
        "Ticks/1/-10": [str(10**12), str(10**12), "0", "0"],
        "Ticks/1/10": [str(-(10**12)), str(10**12), "0", "0"],
        "SubnetTaoProvided/1": str(10**9),
        "SubnetAlphaInProvided/1": str(10**9),
    }
    after = ERA.apply(state_with(world, ERA), RootDissolveNetwork(None, NetUid(1)))
    flat = ERA.dump(after.state)
    assert after.error is None
    paid = int(str(flat[f"Balance/{STRANGER}"]))
    assert (paid > 5 * 10**8) is permit  # its TAO, and where it was staked its part of the pot
    assert not [entry for entry in flat if entry.startswith(("Positions", "Ticks", "SwapV3"))]


@pytest.mark.rule("STAKE-28")
def test_stake_28_names_any_hotkey() -> None:
    state = state_with({}, ERA)
    call = SetColdkeyAutoStakeHotkey(AccountId(OWNER), AccountId(77))
    after = ERA.apply(state, call)
    assert (after.error, after.events) == (None, ())
    assert ERA.diff(state, after.state) == {f"AutoStakeDestination/{OWNER}": "77"}


@pytest.mark.rule("DIV-15")
@given(
    st.integers(0, 2**40),
    st.integers(0, 2**32),
    st.integers(0, 2**40),
    st.lists(st.tuples(st.integers(0, 2**60), st.booleans()), max_size=4),
)
def test_div_15_is_the_reference_to_the_bit(earned: int, burn: int, own: int, parents: list[tuple[int, bool]]) -> None:
    contributions = [Bits(contribution) for contribution, _ in parents]
    same = [is_same for _, is_same in parents]
    found = dividends.recycled_of_parents(earned, Bits(burn), own, contributions, same)
    exact = [Fraction(contribution, 2**32) for contribution, _ in parents]
    ideal = recycled_of_parents(Fraction(earned), Fraction(burn, 2**32), Fraction(own), exact, same, rules=EXACT)
    assert found == ideal
    parts = dividends.divided_with_recycling(earned, 9_000, own, contributions, same, Bits(burn))
    stated = EXACT["DIV-4"](Fraction(earned), 9_000, Fraction(own), exact, same, Fraction(burn, 2**32))
    assert parts == stated
