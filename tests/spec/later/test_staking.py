"""Staking, fees and lists in later versions against the exact rules."""

from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

import dtao
from dtao.events import StakeAdded, StakeAddedForFee, StakeRemoved, StakeRemovedForFee
from dtao.persistent import Map
from dtao.rules import pool as pool_rules
from dtao.rules import shares as share_rules
from dtao.transitions import fees, stake
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, BlockNumber, NetUid, Rao
from dtao_spec.chapters import staking as launch
from dtao_spec.chapters.staking import FEE
from dtao_spec.later import staking
from dtao_spec.later.shares import stake_of_few_shares, withdrawn
from tests.spec.economies import AMOUNTS, COLDKEY, HOTKEY, LIQUID, OTHER, Network, account_of, is_paid
from tests.spec.later.economies import VALID, WHOLE, later_state, pool_of, stake_in, with_earnings

SUBNET = NetUid(1)
FACTORS = st.fractions(0, 2)
FEES = st.sampled_from((0, FEE, FEE // 2, 10**9))
SINCE_244 = st.sampled_from((244, 252, 257, 277))


@given(SINCE_244, VALID | LIQUID, AMOUNTS, FEES)
def test_stake_4_is_a_purchase_and_a_deposit(version: int, network: Network, tao: int, fee: int) -> None:
    state = later_state(version, network)
    before, pool = account_of(state), pool_of(state, 0)
    after, event = stake.staked(state, HOTKEY, COLDKEY, ROOT, Rao(tao), Rao(fee))
    ledger, _, told = staking.staked(before.ledger, before.holding, Fraction(tao), Fraction(fee))
    bought = launch.tao_swapped(before.ledger, Fraction(max(tao - fee, 0)))[1]
    assert isinstance(event, StakeAdded | StakeAddedForFee)
    changed, held = share_rules.deposited(pool, COLDKEY, event.alpha) if event.alpha else (pool, 0)
    # SHARE-6 bounds the rest.
    assert (pool_of(after, 0), event.alpha) == (changed, held)
    assert is_paid(event.alpha, bought)
    assert told == bought
    found = account_of(after).ledger
    assert (found.tao, found.total_stake, found.volume) == (ledger.tao, ledger.total_stake, ledger.volume)


@given(SINCE_244, VALID | WHOLE, st.integers(0, 10**16) | FACTORS | st.fractions(1 - Fraction(1, 10**5), 1), FEES)
def test_stake_5_is_a_withdrawal_and_a_sale(version: int, network: Network, part: int | Fraction, fee: int) -> None:
    state = later_state(version, network)
    before, pool = account_of(state), pool_of(state, 0)
    alpha = part if isinstance(part, int) else int(part * stake_in(state, 0))
    after, due, event = stake.unstaked(state, HOTKEY, COLDKEY, ROOT, Alpha(alpha), Rao(fee))
    reduced, sold = share_rules.withdrawn(pool, COLDKEY, Alpha(alpha))
    assert isinstance(event, StakeRemoved | StakeRemovedForFee)
    assert (pool_of(after, 0), event.alpha, event.tao) == (reduced, sold, due)
    exact_sold = withdrawn(before.holding, alpha)[1]
    _, paid = launch.alpha_swapped(before.ledger, Fraction(sold))
    assert due == 0 or is_paid(due + fee, paid)
    ledger, _, ideal = staking.unstaked(before.ledger, before.holding, Fraction(alpha), Fraction(fee))
    if exact_sold == sold:
        assert int(ideal) <= due <= int(ideal + 1)
        found = account_of(after).ledger
        assert (found.alpha_in, found.alpha_out) == (ledger.alpha_in, ledger.alpha_out)
        assert abs(found.tao - ledger.tao) <= 1


@given(st.sampled_from((257, 277)), LIQUID, st.integers(0, 10**6), FEES)
def test_stake_4_and_5_name_the_fee(version: int, network: Network, amount: int, fee: int) -> None:
    state = later_state(version, network)
    _, added = stake.staked(state, HOTKEY, COLDKEY, ROOT, Rao(amount), Rao(fee))
    assert isinstance(added, StakeAddedForFee)
    assert added.fee == staking.fee_in_event(Fraction(amount), Fraction(fee))
    assert isinstance(
        stake.staked(evolve(state, runtime=dtao.era(252).runtime), HOTKEY, COLDKEY, ROOT, Rao(9), Rao(9))[1], StakeAdded
    )
    _, due, removed = stake.unstaked(state, HOTKEY, COLDKEY, ROOT, Alpha(amount), Rao(fee))
    assert isinstance(removed, StakeRemovedForFee)
    tao = stake.sim_swap_alpha_for_tao(state, ROOT, removed.alpha) or 0
    assert removed.fee == staking.fee_in_event_of_removal(Fraction(tao), Fraction(fee)) == tao - due


@given(st.lists(VALID, max_size=4))
def test_stake_8_counts_stake(networks: list[Network]) -> None:
    state = evolve(later_state(244, *networks, first=1), staking_hotkeys=Map({COLDKEY: (HOTKEY,)}))
    exact, bound = [], Fraction(0)
    for netuid, network in enumerate(networks, start=1):
        price = Fraction(1) if network.mechanism == 0 else Fraction(0)
        if network.mechanism and network.alpha_in:
            price = Fraction(network.tao, network.alpha_in)
        holding = account_of(state, netuid).holding
        held = stake_of_few_shares(holding)
        exact.append((held, price))
        bound += 1 + (1 + holding.shares / 2**64) * price + held / 2**32
    ideal = staking.total_real_stake_of_coldkey(exact)
    assume(ideal < U64_MAX)
    assert 0 <= ideal - stake.total_real_stake_of_coldkey(state, COLDKEY) <= bound


@pytest.mark.parametrize(("version", "notes"), [(234, False), (238, True), (277, True)])
def test_stake_18_notes_the_block(version: int, notes: bool) -> None:
    network = Network(0, 10**12, 10**12, 10**12, 10**12, 10**12 << 64, 10**12 << 64)
    state = evolve(later_state(version, network), block_number=BlockNumber(12))
    noted = staking.record_stake_block({}, "coldkey", "hotkey", 12)
    wanted = {(COLDKEY, HOTKEY): noted["coldkey", "hotkey"]} if notes else {}
    for amount in (0, 10**6):
        after, _ = stake.staked(state, HOTKEY, COLDKEY, ROOT, Rao(amount), Rao(0))
        assert dict(after.last_coldkey_hotkey_stake_block) == wanted
        after, _, _ = stake.unstaked(state, HOTKEY, COLDKEY, ROOT, Alpha(amount), Rao(0))
        assert dict(after.last_coldkey_hotkey_stake_block) == wanted


@given(VALID, AMOUNTS)
def test_stake_19_is_flat_at_first(network: Network, alpha: int) -> None:
    for version in (233, 244):
        state = later_state(version, network, first=1)
        assert state.runtime.staking.unstaking_fee(state, HOTKEY, SUBNET, Alpha(alpha)) == staking.flat_fee()


PARTS = st.integers(0, 10**13) | st.integers(0, 10**16) | st.just(0)


@given(VALID | LIQUID, AMOUNTS, PARTS)
def test_stake_19_follows_the_dividends(network: Network, alpha: int, dividends: int) -> None:
    state = with_earnings(later_state(252, network, first=1), 1, dividends)
    assert state.runtime.staking.unstaking_fee is fees.fee_by_dividends
    price = Fraction(network.tao, network.alpha_in) if network.alpha_in else Fraction(0)
    exact = Fraction(alpha), Fraction(dividends), Fraction(network.total), price, network.mechanism == 0
    bound = 1 + (1 + alpha * price + Fraction(alpha * dividends, network.total)) / 2**32
    ideal = staking.fee_by_dividends(*exact)
    assume(ideal <= U64_MAX)
    assert 0 <= ideal - fees.fee_by_dividends(state, HOTKEY, SUBNET, Alpha(alpha)) < bound
    assert (
        0
        <= staking.fee_by_dividends_or_alpha(*exact)
        - fees.fee_by_dividends_or_alpha(state, HOTKEY, SUBNET, Alpha(alpha))
        < bound
    )


@given(VALID | LIQUID, AMOUNTS, PARTS, PARTS)
def test_stake_19_is_a_part_of_the_proceeds(network: Network, alpha: int, dividends: int, total: int) -> None:
    state = with_earnings(later_state(261, network, first=1), 1, dividends, total)
    ledger = account_of(state, 1).ledger
    exact = ledger, Fraction(alpha), Fraction(dividends), Fraction(total), network.mechanism == 0
    ideal, found = staking.fee_by_proceeds(*exact), fees.fee_by_proceeds(state, HOTKEY, SUBNET, Alpha(alpha))
    if network.mechanism == 0:
        assert found == ideal == FEE
        return
    assume(ideal <= U64_MAX)
    tao = pool_rules.tao_for_alpha(network.mechanism, Rao(network.tao), Alpha(network.alpha_in), Alpha(alpha)) or 0
    rate = max(Fraction(dividends, total) if total else Fraction(0), staking.SMALLEST_RATE)
    assert -rate / 2**18 <= ideal - found < 1 + rate + Fraction(tao + 1, 2**32)


@given(st.sampled_from((COLDKEY, OTHER)), st.sampled_from((COLDKEY, OTHER)), st.sampled_from((None, 0, 5_000)))
def test_stake_20_notes_a_delegate(owner: AccountId, coldkey: AccountId, take: int | None) -> None:
    network = Network(0, 10**12, 10**12, 10**12, 10**12, 10**12 << 64, 10**12 << 64)
    state = later_state(244, network, owner=owner)
    assert state.runtime.staking.record_nomination is stake.record_delegate
    delegates = {} if take is None else {HOTKEY: take}
    after = stake.record_delegate(evolve(state, delegates=Map(delegates)), coldkey, HOTKEY)
    ideal = staking.record_delegate({} if take is None else {"h": take}, str(owner), str(coldkey), "h")
    assert dict(after.delegates) == ({HOTKEY: ideal["h"]} if ideal else {})


@given(st.sampled_from((265, 273)), st.lists(st.integers(1, 4), unique=True), st.integers(0, 2))
def test_stake_21_lists_who_earns(version: int, known: list[int], amount: int) -> None:
    hotkeys = tuple(AccountId(hotkey) for hotkey in known)
    state = evolve(later_state(version), staking_hotkeys=Map({COLDKEY: hotkeys} if hotkeys else {}))
    after = state.runtime.staking.record_earning(state, COLDKEY, HOTKEY, Alpha(amount))
    names = tuple(map(str, known))
    ideal = staking.record_earning(names, str(HOTKEY), Fraction(amount)) if version >= 273 else names
    assert tuple(map(str, after.staking_hotkeys.get(COLDKEY, ()))) == ideal
