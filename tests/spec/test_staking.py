"""Staking in the reference against the exact rules."""

from fractions import Fraction

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from dtao.events import StakeAdded
from dtao.persistent import Map
from dtao.records import Parameters, SharePool
from dtao.rules import shares as share_rules
from dtao.transitions import stake
from dtao.units import ROOT, U64_MAX, Alpha, NetUid, Rao, Shares
from dtao_spec.chapters import staking
from dtao_spec.chapters.shares import Holding, stake_of
from dtao_spec.chapters.staking import FEE
from tests.spec.economies import (
    AMOUNTS,
    COLDKEY,
    HOTKEY,
    LIQUID,
    NETWORKS,
    OTHER,
    Network,
    account_of,
    floored_stake,
    is_paid,
    state_of,
)

SUBNET = NetUid(1)
FACTORS = st.fractions(0, 2)


@given(NETWORKS, AMOUNTS)
def test_stake_1_moves_what_is_paid(network: Network, tao: int) -> None:
    state = state_of(network)
    before = account_of(state).ledger
    state, bought = stake.tao_swapped_for_alpha(state, ROOT, Rao(tao))
    ideal, alpha = staking.tao_swapped(before, Fraction(tao))
    assert is_paid(bought, alpha)
    # Where the pool does not trade nothing moves, and nothing is bought.
    alpha_in, alpha_out = max(before.alpha_in - bought, Fraction(0)), before.alpha_out + bought
    assert account_of(state).ledger == evolve(ideal, alpha_in=alpha_in, alpha_out=alpha_out)
    assert max(abs(ideal.alpha_in - alpha_in), abs(ideal.alpha_out - alpha_out)) <= 1


@given(NETWORKS, AMOUNTS, st.integers(0, 10**16))
def test_stake_2_moves_what_is_paid(network: Network, alpha: int, total_stake: int) -> None:
    state = state_of(network, total_stake=total_stake)
    before = account_of(state).ledger
    state, paid = stake.alpha_swapped_for_tao(state, ROOT, Alpha(alpha))
    ideal, tao = staking.alpha_swapped(before, Fraction(alpha))
    assert is_paid(paid, tao)
    after = account_of(state).ledger
    assert after == evolve(
        ideal,
        tao=max(before.tao - paid, Fraction(0)),
        total_stake=max(before.total_stake - paid, Fraction(0)),
        volume=before.volume + paid,
    )
    assert max(abs(after.tao - ideal.tao), abs(after.volume - ideal.volume)) <= 1


@given(NETWORKS, AMOUNTS)
def test_stake_3_is_exact(network: Network, fee: int) -> None:
    state = state_of(network)
    ideal = staking.fee_added(account_of(state).ledger, Fraction(fee))
    assert account_of(stake.fee_added(state, ROOT, Rao(fee))).ledger == ideal


@given(NETWORKS | LIQUID, AMOUNTS, st.sampled_from((0, FEE, FEE // 2)))
def test_stake_4_is_a_purchase_and_a_deposit(network: Network, tao: int, fee: int) -> None:
    state = state_of(network)
    before = account_of(state)
    pool = state.subnet(ROOT).share_pools[HOTKEY]
    state, event = stake.staked(state, HOTKEY, COLDKEY, ROOT, Rao(tao), Rao(fee))
    ledger, _, alpha = staking.staked(before.ledger, before.holding, Fraction(tao), Fraction(fee))
    assert isinstance(event, StakeAdded)
    bought = event.alpha
    assert is_paid(bought, alpha)
    after = account_of(state).ledger
    assert (after.tao, after.total_stake, after.volume) == (ledger.tao, ledger.total_stake, ledger.volume)
    # SHARE-6 bounds the rest.
    assert state.subnet(ROOT).share_pools[HOTKEY] == (
        share_rules.with_stake_increased(pool, COLDKEY, Alpha(bought)) if bought else pool
    )


@given(NETWORKS | LIQUID, st.integers(0, 10**16) | FACTORS, st.sampled_from((0, FEE, FEE // 2)))
def test_stake_5_is_a_sale_and_a_withdrawal(network: Network, amount: int | Fraction, fee: int) -> None:
    state = state_of(network)
    before = account_of(state)
    pool = state.subnet(ROOT).share_pools[HOTKEY]
    alpha = amount if isinstance(amount, int) else int(amount * floored_stake(state, 0))
    state, due, _ = stake.unstaked(state, HOTKEY, COLDKEY, ROOT, Alpha(alpha), Rao(fee))
    ledger, _, ideal = staking.unstaked(before.ledger, before.holding, Fraction(alpha), Fraction(fee))
    sold = staking.alpha_swapped(before.ledger, Fraction(alpha))[1]
    assert due == 0 or is_paid(due + fee, sold)
    assert int(ideal) <= due <= int(ideal + 1)
    after = account_of(state).ledger
    assert (after.alpha_in, after.alpha_out) == (ledger.alpha_in, ledger.alpha_out)
    assert abs(after.tao - ledger.tao) <= 1
    reduced = share_rules.with_stake_decreased(pool, COLDKEY, Alpha(alpha))
    assert state.subnet(ROOT).share_pools.get(HOTKEY, SharePool()) == reduced


@given(NETWORKS | LIQUID, FACTORS, st.booleans())
def test_stake_6_clears_what_is_small(network: Network, factor: Fraction, owns: bool) -> None:
    held = floored_stake(state_of(network), 0)
    minimum = int(factor * held)
    parameters = Parameters(nominator_min_required_stake=Rao(minimum))
    state = state_of(network, owner=COLDKEY if owns else OTHER, parameters=parameters)
    before = account_of(state)
    after, events = stake.small_nomination_cleared(state, HOTKEY, COLDKEY, ROOT)
    ideal = staking.small_nomination_cleared(before, owns, Fraction(minimum))
    if not events:
        assert ideal is before
        assert after is state
        return
    assert ideal is not before or stake_of(before.holding) - held < 1 + before.holding.shares / 2**64
    unstaked, paid, _ = stake.unstaked(state, HOTKEY, COLDKEY, ROOT, Alpha(held), Rao(0))
    assert after.subnets == unstaked.subnets
    assert after.balances.get(COLDKEY, 0) == (paid if paid >= 500 else 0)
    if ideal is not before:
        # The reference sells the floored stake.
        assert is_paid(paid, staking.alpha_swapped(before.ledger, Fraction(held))[1])


@given(st.lists(NETWORKS, max_size=4))
def test_stake_7_is_floored(networks: list[Network]) -> None:
    state = state_of(*networks, first=1)
    exact = []
    for network in networks:
        stable, reserve = network.mechanism == 0, network.alpha_in
        price = Fraction(1) if stable else Fraction(network.tao, reserve) if reserve else Fraction(0)
        exact.append((Fraction(network.total), price))
    assume(all(alpha * price < U64_MAX for alpha, price in exact))
    found = stake.total_stake_of_hotkey(state, HOTKEY)
    assert found <= U64_MAX
    bound = sum((1 + alpha / 2**32 for alpha, _ in exact), Fraction(0))
    short = staking.total_stake_of_hotkey(exact) - found
    assert any(0 <= short - wraps * 2**64 <= bound for wraps in range(len(networks) + 1))  # the sum wraps around


@given(st.lists(NETWORKS, max_size=4))
def test_stake_8_is_floored(networks: list[Network]) -> None:
    state = evolve(state_of(*networks, first=1), staking_hotkeys=Map({COLDKEY: (HOTKEY,)}))
    exact = []
    for network in networks:
        stable, reserve = network.mechanism == 0, network.alpha_in
        price = Fraction(1) if stable else Fraction(network.tao, reserve) if reserve else Fraction(0)
        exact.append((Fraction(network.shares, 2**64), price))
    ideal = staking.total_stake_of_coldkey(exact)
    assume(ideal < U64_MAX)
    bound = sum((1 + (held + price) / 2**32 for held, price in exact), Fraction(0))
    assert 0 <= ideal - stake.total_stake_of_coldkey(state, COLDKEY) <= bound


def test_a_holding_of_nothing_has_no_stake() -> None:
    assert stake_of(Holding()) == 0
    assert share_rules.stake_of(SharePool(Alpha(1), Shares(1)), COLDKEY) == 0
