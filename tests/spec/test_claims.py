"""Root claims: the reference beside the exact rules, and what the bookkeeping never does."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dtao
from dtao.calls.auto_stake import SetColdkeyAutoStakeHotkeyPerSubnet
from dtao.calls.claims import (
    ClaimRoot,
    SetRootClaimType,
    SetRootClaimTypeBySubnet,
    SudoSetNumRootClaims,
    SudoSetRootClaimThreshold,
    name_of,
)
from dtao.events import RootClaimTypeSet
from dtao.evolving import evolve
from dtao.fixed import I96F32
from dtao.outcome import Rejected
from dtao.params import ALPHA_MAP_BATCH
from dtao.persistent import Map
from dtao.records import Neurons, Rates, SharePool, Subnet
from dtao.rules import claims as rules
from dtao.state import Call, State
from dtao.trades import Position
from dtao.transitions import auto_stake, claims, root_dividends
from dtao.transitions.dividends import Payment
from dtao.transitions.root_dividends import set_aside_for_root
from dtao.transitions.root_stakers import AlphaKeys, index_next_root_stakers, key_of
from dtao.transitions.swap_stake import transfer_stake_within_subnet
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, NetUid, Rao, RootClaimChoice, Shares, Uid
from dtao_spec.chapters import auto_stake as destinations
from dtao_spec.chapters import claims as exact
from dtao_spec.registry import Computation

FLOW = dtao.era("tao-flow")
ONE = I96F32.one
LARGEST = I96F32.max_bits
U128_MAX = 2**128 - 1
AMOUNTS = st.one_of(st.integers(0, 10**16), st.integers(0, U64_MAX))
RATES = st.one_of(st.integers(0, 10 * ONE), st.integers(0, LARGEST)).map(Bits)
CLAIMED = st.one_of(st.integers(0, 10**16), st.integers(0, U128_MAX))
SUBNET, OTHER = NetUid(1), NetUid(7)
ALICE, ALBA, HOTKEY, SECOND = AccountId(11), AccountId(12), AccountId(21), AccountId(22)


def value(bits: int) -> Fraction:
    return Fraction(bits, ONE)


def state_with(subnets: dict[NetUid, Subnet], **fields: Any) -> State:
    state = FLOW.genesis()
    return evolve(state, subnets=Map({**dict(state.subnets), **subnets}), **fields)


def staked(amount: int, *coldkeys: AccountId, hotkey: AccountId = HOTKEY) -> Map[AccountId, SharePool]:
    shares = Map(dict.fromkeys(coldkeys, Shares(amount << 64)))
    total = amount * len(coldkeys)
    return Map({hotkey: SharePool(Alpha(total), Shares(total << 64), shares)})


def refusal(state: State, call: Call) -> str | None:
    try:
        call.apply(state)
    except Rejected as rejected:
        return rejected.args[0].value if hasattr(rejected.args[0], "value") else str(rejected)
    return None


@given(AMOUNTS, AMOUNTS, RATES)
@example(1, 3, Bits(LARGEST))
@example(0, 0, Bits(0))
def test_claim_1_the_rate_of_a_hotkey(amount: int, root_stake: int, rate: Bits) -> None:
    after = exact.rate_after_rounded(value(rate), amount, root_stake)
    ideal = exact.rate_after(value(rate), amount, root_stake)
    if amount > root_stake:
        assert after == ideal == value(rate)
        return
    increment = rules.rate_increment(Alpha(amount), Rao(root_stake))
    ((_, computed),) = rules.with_rate_increased(((SUBNET, rate),), SUBNET, increment)
    assert value(computed) == min(after, value(LARGEST))
    assert 0 <= ideal - after < Fraction(1, ONE)
    assert increment * root_stake <= amount << I96F32.fraction_bits  # no more is owed than was set aside


@given(RATES, AMOUNTS, CLAIMED)
def test_claim_2_what_is_owed(rate: Bits, root_stake: int, claimed: int) -> None:
    computed = value(rules.owed(rate, Rao(root_stake), claimed))
    if rate * root_stake <= LARGEST and claimed << I96F32.fraction_bits <= LARGEST:
        assert computed == exact.owed(value(rate), root_stake, claimed)


@given(st.integers(-LARGEST, LARGEST).map(Bits), st.integers(0, 10**7))
@example(Bits(500_000 * ONE), 500_000)
@example(Bits(500_000 * ONE - 1), 500_000)
@example(Bits(LARGEST), 0)
def test_claim_3_what_is_claimed(due: Bits, threshold: int) -> None:
    computed = rules.claimed_now(due, Bits(threshold * ONE))
    assert computed == min(exact.amount_claimed_rounded(value(due), Fraction(threshold)), U64_MAX)
    ideal = exact.amount_claimed(value(due), Fraction(threshold))
    assert computed == U64_MAX or 0 <= ideal - computed < 1


@given(CLAIMED, RATES, AMOUNTS)
@example(U128_MAX, Bits(ONE), 1)
def test_claim_4_a_change_of_root_stake(claimed: int, rate: Bits, amount: int) -> None:
    for is_added, computed in (
        (True, rules.claimed_after_addition(claimed, rate, Rao(amount))),
        (False, rules.claimed_after_removal(claimed, rate, Rao(amount))),
    ):
        if rate * amount > LARGEST:
            continue
        numbers = Fraction(claimed), value(rate), amount, is_added
        assert computed == min(exact.claimed_after_stake_rounded(*numbers), U128_MAX)
        assert computed == U128_MAX or abs(exact.claimed_after_stake(*numbers) - computed) < 1


@given(RATES, AMOUNTS, AMOUNTS, CLAIMED)
def test_claim_4_bought_stake_earns_nothing_of_the_past(rate: Bits, stake: int, more: int, claimed: int) -> None:
    before = rules.owed(rate, Rao(stake), claimed)
    after = rules.owed(rate, Rao(stake + more), rules.claimed_after_addition(claimed, rate, Rao(more)))
    if rate * (stake + more) <= LARGEST and (claimed + more * rate) << I96F32.fraction_bits <= LARGEST:
        assert 0 <= after - before < ONE


@given(st.lists(st.tuples(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=4)), min_size=1, max_size=6))
def test_no_more_is_claimed_than_was_set_aside(tempos: list[tuple[int, list[int]]]) -> None:
    """Stakers who come and stay, each with what he buys in a tempo, claim at the end of each."""
    rate, set_aside, claimed_in_all = Bits(0), 0, 0
    holders: list[tuple[int, int]] = []  # (stake, what counts as claimed)
    for pending, purchases in tempos:
        holders += [(more >> 8, rules.claimed_after_addition(0, rate, Rao(more >> 8))) for more in purchases]
        total = sum(stake for stake, _ in holders)
        amount = min(pending, total)
        set_aside += amount
        rate = Bits(rate + rules.rate_increment(Alpha(amount), Rao(total)))
        for index, (stake, counted) in enumerate(holders):
            claim = rules.claimed_now(rules.owed(rate, Rao(stake), counted), Bits(0))
            claimed_in_all += claim
            holders[index] = stake, counted + claim
    assert claimed_in_all <= set_aside + len(holders)  # what was bought counts as claimed but for a fraction of 1


@pytest.mark.parametrize("choice", [exact.SWAP, exact.KEEP])
def test_claim_5_a_claim_is_sold_or_kept(choice: str) -> None:
    subnet = FLOW.genesis().subnet(SUBNET)
    state = state_with(
        {ROOT: evolve(FLOW.genesis().subnet(ROOT), share_pools=staked(10**9, ALICE))},
        root_claimable=Map({HOTKEY: ((SUBNET, Bits(ONE // 2)),)}),
        root_claim_type=Map({ALICE: choice}),
    )
    after = claims.claim_on_subnet(state, HOTKEY, ALICE, SUBNET, Bits(ONE // 2))
    grown = {
        netuid: sum(pool.total_alpha for pool in after.subnet(netuid).share_pools.values())
        - sum(pool.total_alpha for pool in state.subnet(netuid).share_pools.values())
        for netuid in (ROOT, SUBNET)
    }
    is_kept = choice == exact.KEEP
    tao = None if is_kept else grown[ROOT]
    claimed, new_root_stake = exact.after_claim(Fraction(0), Fraction(1, 2), 5 * 10**8, tao)
    assert after.root_claimed[SUBNET, HOTKEY, ALICE] == claimed.__floor__()
    assert grown == {ROOT: new_root_stake, SUBNET: 5 * 10**8 if is_kept else 0}
    assert is_kept or 0 < new_root_stake < 5 * 10**8
    assert subnet.root_claimable_threshold <= 5 * 10**8 * ONE


@given(st.permutations([HOTKEY, SECOND]), st.lists(st.sampled_from([1, 2, 3]), unique=True, max_size=3))
def test_claim_6_the_order_of_claims(hotkeys: list[AccountId], netuids: list[int]) -> None:
    given_rates: Rates = tuple((NetUid(netuid), Bits(ONE)) for netuid in sorted(netuids))
    state = state_with(
        {ROOT: evolve(FLOW.genesis().subnet(ROOT), share_pools=Map({SECOND: staked(10**9, ALICE)[HOTKEY]}))},
        staking_hotkeys=Map({ALICE: tuple(hotkeys)}),
        root_claimable=Map({SECOND: given_rates}),
    )
    seen: list[tuple[int, int]] = []

    def noted(before: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, rate: Bits) -> State:
        seen.append((hotkey, netuid))
        return before

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "claim_on_subnet", noted)
        claims.claim_for(state, ALICE, None)
        whole, seen = seen, []
        claims.claim_for(state, ALICE, {NetUid(1), NetUid(3)})
    rates = {int(netuid): Fraction(1) for netuid in netuids}
    assert whole == exact.order_of_claims([int(hotkey) for hotkey in hotkeys], {int(SECOND): rates})
    assert seen == [(hotkey, netuid) for hotkey, netuid in whole if netuid in (1, 3)]


@given(st.binary(min_size=32, max_size=32), st.integers(0, 50), st.one_of(st.integers(0, 9), st.integers(0, U64_MAX)))
@example(bytes([255] * 32), 50, 10)
@example(bytes(32), 5, 0)
def test_claim_7_the_coldkeys_that_a_block_draws(parent_hash: bytes, draws: int, count: int) -> None:
    drawn = rules.indices_drawn(parent_hash, draws, count)
    assert drawn == exact.indices_drawn(parent_hash, draws, count)
    assert len(drawn) <= draws
    assert all(0 <= index < max(count, 1) for index in drawn)


@given(st.lists(st.integers(1, 6), max_size=10))
def test_claim_8_each_coldkey_has_one_index(coldkeys: list[int]) -> None:
    state, stated = FLOW.genesis(), list[int]()
    for coldkey in coldkeys:
        state, stated = claims.add_coldkey_index(state, AccountId(coldkey)), exact.index(stated, coldkey)
    assert [state.staking_coldkeys_by_index[index] for index in range(state.num_staking_coldkeys)] == stated
    assert {coldkey: stated.index(coldkey) for coldkey in stated} == dict(state.staking_coldkeys)


SHARES_HELD = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(100, 110)), st.integers(0, 1), max_size=60
)


def subnets_of(entries: dict[tuple[int, int, int], int]) -> Map[NetUid, Subnet]:
    pools: dict[int, dict[int, dict[int, int]]] = {}
    for (netuid, hotkey, coldkey), held in entries.items():
        pools.setdefault(netuid, {}).setdefault(hotkey, {})[coldkey] = held
    subnets: dict[NetUid, Subnet] = {}
    for netuid, of in pools.items():
        share_pools = {
            AccountId(hotkey): SharePool(shares=Map({AccountId(key): Shares(held) for key, held in shares.items()}))
            for hotkey, shares in of.items()
        }
        subnets[NetUid(netuid)] = Subnet(share_pools=Map(share_pools))
    return Map(subnets)


@given(st.lists(SHARES_HELD, min_size=1, max_size=4))
def test_claim_8_keys_of_stake_are_those_of_the_state_that_is_asked_for(
    worlds: list[dict[tuple[int, int, int], int]],
) -> None:
    keys = AlphaKeys(lambda pool: pool.shares)
    for entries in worlds:
        expected = sorted(key_of(AccountId(hot), AccountId(cold), NetUid(net)) for net, hot, cold in entries)
        subnets, found, last = subnets_of(entries), list[int](), None
        assert keys.of(subnets) == expected
        for _ in range(len(expected) // ALPHA_MAP_BATCH + 1):
            stakers, last = keys.batch(subnets, last)
            found += stakers
        assert found == [coldkey for _, coldkey, netuid in expected if netuid == ROOT]
        assert last is None


@given(SHARES_HELD)
def test_claim_8_every_staker_of_root_is_found(entries: dict[tuple[int, int, int], int]) -> None:
    state = evolve(FLOW.genesis(), subnets=subnets_of(entries))
    for _ in range(3):
        state = index_next_root_stakers(state)
    assert set(state.staking_coldkeys) == {coldkey for netuid, _, coldkey in entries if netuid == ROOT}


@pytest.mark.parametrize("count", range(8))
def test_claim_9_claims_by_call(count: int) -> None:
    call = ClaimRoot(signer=ALICE, subnets=[*range(count), *range(count)])
    assert refusal(FLOW.genesis(), call) == exact.may_claim(count)


@pytest.mark.parametrize("chosen", [exact.SWAP, exact.KEEP])
@pytest.mark.parametrize("before", [exact.SWAP, exact.KEEP])
def test_claim_10_choices(before: str, chosen: str) -> None:
    state, _ = SetRootClaimType(signer=ALICE, new_root_claim_type=before).apply(FLOW.genesis())
    state, _ = SetRootClaimType(signer=ALICE, new_root_claim_type=chosen).apply(state)
    assert state.root_claim_type.get(ALICE, exact.SWAP) == exact.choice_after(before, chosen)
    assert ALICE in state.staking_coldkeys


@pytest.mark.parametrize("chosen", [exact.SWAP, exact.KEEP, (), (7, 1, 7)])
def test_claim_10_choices_by_subnet(chosen: RootClaimChoice) -> None:
    genesis = dtao.era(361).genesis()
    call = SetRootClaimTypeBySubnet(signer=ALICE, new_root_claim_type=chosen)
    stated: Any = exact.choice_by_subnet(exact.SWAP, chosen)
    if refusal(genesis, call) is not None:
        assert refusal(genesis, call) == stated == "InvalidSubnetNumber"
        return
    state, (event,) = call.apply(genesis)
    assert state.root_claim_type.get(ALICE, exact.SWAP) == stated
    assert event == RootClaimTypeSet(ALICE, name_of(stated))
    assert ALICE in state.staking_coldkeys


@pytest.mark.parametrize(("choice", "is_kept"), [("Swap", False), ("Keep", True), ((1, 7), True), ((7,), False)])
def test_claim_5_the_alpha_of_some_subnets_is_kept(choice: RootClaimChoice, is_kept: bool) -> None:
    assert rules.is_kept(choice, SUBNET) == is_kept
    state = evolve(
        state_with({ROOT: evolve(FLOW.genesis().subnet(ROOT), share_pools=staked(10**9, ALICE))}),
        root_claimable=Map({HOTKEY: ((SUBNET, Bits(ONE // 2)),)}),
        root_claim_type=Map({ALICE: choice}),
        runtime=dtao.era(361).runtime,
    )
    after = claims.claim_on_subnet(state, HOTKEY, ALICE, SUBNET, Bits(ONE // 2))
    root = sum(pool.total_alpha for pool in after.subnet(ROOT).share_pools.values()) - 10**9
    tao = None if is_kept else root
    claimed, new_root_stake = exact.after_claim_kept_by_subnet(Fraction(0), Fraction(1, 2), 5 * 10**8, tao)
    assert (after.root_claimed[SUBNET, HOTKEY, ALICE], root) == (claimed.__floor__(), new_root_stake)


@pytest.mark.rule("MOVE-6")
@pytest.mark.parametrize("version", [365, 366])
@given(st.integers(3 * 10**6, 10**10), st.integers(0, 3 * ONE).map(Bits), st.integers(0, 10**10))
@example(9_999_900_000, Bits(11_721), 0)
def test_claim_4_claims_follow_stake_that_moves_on_root(version: int, amount: int, rate: Bits, counted: int) -> None:
    held = 10**10
    state = state_with(
        {ROOT: evolve(FLOW.genesis().subnet(ROOT), share_pools=staked(held, ALICE))},
        root_claimable=Map({HOTKEY: ((SUBNET, rate),)}),
        root_claimed=Map({(SUBNET, HOTKEY, ALICE): counted} if counted else {}),
    )
    state = evolve(state, runtime=dtao.era(version).runtime)
    origin, destination = Position(ALICE, HOTKEY, ROOT), Position(ALBA, HOTKEY, ROOT)
    after = transfer_stake_within_subnet(state, origin, destination, Alpha(amount))[0]
    found = [after.root_claimed.get((SUBNET, HOTKEY, coldkey), 0) for coldkey in (ALICE, ALBA)]
    if version == 365:
        assert found == [counted, 0]
        return
    stated = Computation(version, is_rounded=True)["CLAIM-4"]
    # All leaves the share pool where the shares that would be left are dust.
    arrived = state.runtime.shares.withdraw(staked(held, ALICE)[HOTKEY], ALICE, Alpha(amount))[1]
    assert found == [stated(Fraction(counted), value(rate), amount, False), stated(0, value(rate), arrived, True)]


@given(st.dictionaries(st.integers(1, 4), AMOUNTS), st.dictionaries(st.integers(1, 4), AMOUNTS))
def test_claim_15_what_is_set_aside_is_recorded_apart(paid: dict[int, int], aside: dict[int, int]) -> None:
    given_ = {AccountId(key): one for key, one in paid.items()}, {AccountId(key): one for key, one in aside.items()}
    apart = root_dividends.record_dividends_apart(Subnet(), *given_)
    assert (dict(apart.alpha_dividends), dict(apart.root_alpha_dividends)) == given_
    together = root_dividends.record_dividends_together(Subnet(), *given_)
    assert set(together.alpha_dividends) == {*paid, *aside}
    assert all(
        together.alpha_dividends[AccountId(key)] == min(paid.get(key, 0) + aside.get(key, 0), U64_MAX)
        for key in {*paid, *aside}
    )


@pytest.mark.parametrize("draws", [0, 5, 50, 51])
@pytest.mark.parametrize("signer", [None, ALICE])
def test_claim_11_the_number_of_draws(draws: int, signer: AccountId | None) -> None:
    call = SudoSetNumRootClaims(signer=signer, new_value=draws)
    assert refusal(FLOW.genesis(), call) == exact.may_set_draws(draws, signer is None)
    if refusal(FLOW.genesis(), call) is None:
        assert call.apply(FLOW.genesis())[0].parameters.num_root_claims == draws


@pytest.mark.parametrize("threshold", [0, 10_000_000, 10_000_001])
@pytest.mark.parametrize("signer", [None, ALICE, ALBA])
def test_claim_12_the_threshold(threshold: int, signer: AccountId | None) -> None:
    state = state_with({SUBNET: evolve(FLOW.genesis().subnet(SUBNET), owner=ALICE)})
    call = SudoSetRootClaimThreshold(signer=signer, netuid=SUBNET, new_value=threshold)
    assert refusal(state, call) == exact.may_set_threshold(threshold, signer in (None, ALICE))
    if refusal(state, call) is None:
        assert call.apply(state)[0].subnet(SUBNET).root_claimable_threshold == threshold << 32


@given(st.dictionaries(st.integers(0, 5), RATES, max_size=4), st.dictionaries(st.integers(0, 5), RATES, max_size=4))
def test_claim_13_rates_of_two_hotkeys(first: dict[int, Bits], second: dict[int, Bits]) -> None:
    one, other = (tuple(sorted((NetUid(key), rate) for key, rate in of.items())) for of in (first, second))
    joined = rules.with_rates_added(one, other)
    stated = exact.join_rates(
        {key: value(rate) for key, rate in first.items()}, {key: value(rate) for key, rate in second.items()}
    )
    assert {netuid: value(rate) for netuid, rate in joined} == {
        netuid: min(rate, value(LARGEST)) for netuid, rate in stated.items()
    }
    assert list(joined) == sorted(joined)


@given(st.dictionaries(st.integers(0, 5), RATES, max_size=4), st.integers(0, 5))
def test_claim_14_nothing_is_left_of_a_dissolved_subnet(of: dict[int, Bits], netuid: int) -> None:
    rates: Rates = tuple(sorted((NetUid(key), rate) for key, rate in of.items()))
    claimed = {(NetUid(key), HOTKEY, ALICE): 1 for key in of}
    state = state_with({}, root_claimable=Map({HOTKEY: rates} if rates else {}), root_claimed=Map(claimed))
    after = claims.drop_claims_on_subnet(state, NetUid(netuid))
    stated = exact.rates_without({key: value(rate) for key, rate in of.items()}, netuid)
    assert {int(key): value(rate) for key, rate in after.root_claimable.get(HOTKEY, ())} == stated
    assert {key[0] for key in after.root_claimed} == set(stated)


@given(st.integers(0, 10**15), st.integers(0, 2**16 - 1))
def test_claim_15_the_take_of_root_dividends(dividend: int, take: int) -> None:
    state = state_with(
        {ROOT: evolve(FLOW.genesis().subnet(ROOT), share_pools=staked(10**15, ALICE))},
        delegates=Map({HOTKEY: take}),
        owner=Map({HOTKEY: ALBA}),
    )
    payment = Payment(state)
    rests = set_aside_for_root(payment, SUBNET, {HOTKEY: Bits(dividend * ONE)})
    taken, rest = exact.set_aside(Fraction(dividend), Fraction(take, 2**16 - 1))
    assert abs(rests.get(HOTKEY, 0) - rest) <= 1 + Fraction(dividend, ONE)
    after = payment.settled()
    held, paid = (sum(pool.total_alpha for pool in one.subnet(SUBNET).share_pools.values()) for one in (state, after))
    assert abs(paid - held - taken) <= 1 + Fraction(dividend, ONE)


def test_stake_30_destinations_of_earnings() -> None:
    present = FLOW.genesis().subnet(SUBNET)
    members = Neurons(keys=Map({Uid(0): HOTKEY}), uids=Map({HOTKEY: Uid(0)}))
    state = state_with({SUBNET: evolve(present, neurons=members)})
    call = SetColdkeyAutoStakeHotkeyPerSubnet(signer=ALICE, netuid=SUBNET, hotkey=HOTKEY)
    after, _ = call.apply(state)
    assert after.subnet(SUBNET).auto_stake_destinations[ALICE] == HOTKEY
    assert after.subnet(SUBNET).auto_stake_coldkeys[HOTKEY] == (ALICE,)
    for netuid, hotkey, before in (
        (OTHER, HOTKEY, state), (SUBNET, SECOND, state), (SUBNET, HOTKEY, state), (SUBNET, HOTKEY, after)
    ):  # fmt: skip
        found = refusal(before, SetColdkeyAutoStakeHotkeyPerSubnet(signer=ALICE, netuid=netuid, hotkey=hotkey))
        assert found == destinations.may_choose_destination(netuid == SUBNET, hotkey == HOTKEY, before is after)


@given(st.dictionaries(st.integers(1, 5).map(AccountId), st.sampled_from([HOTKEY, SECOND]), max_size=5))
def test_key_13_destinations_follow_a_swapped_hotkey(chosen: dict[AccountId, AccountId]) -> None:
    new = AccountId(99)
    listed = {
        hotkey: tuple(sorted(key for key, one in chosen.items() if one == hotkey)) for hotkey in set(chosen.values())
    }
    subnet = Subnet(auto_stake_destinations=Map(chosen), auto_stake_coldkeys=Map(listed))
    after = auto_stake.move_destinations_of_hotkey(subnet, HOTKEY, new)
    assert dict(after.auto_stake_destinations) == {
        coldkey: destinations.renamed(hotkey, HOTKEY, new) for coldkey, hotkey in chosen.items()
    }
    assert after.auto_stake_coldkeys.get(new) == listed.get(HOTKEY)
    for coldkey, hotkey in chosen.items():
        moved = auto_stake.move_destination_of_coldkey(subnet, coldkey, new)
        assert moved.auto_stake_destinations[new] == hotkey
        assert coldkey not in moved.auto_stake_destinations
        assert moved.auto_stake_coldkeys[hotkey][-1] == new
