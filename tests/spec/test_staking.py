"""Staking in the reference against the exact rules, and against the same with the rounding that they state."""

from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

import dtao
from dtao.events import StakeAdded, StakeAddedForFee, StakeRemoved, StakeRemovedForFee
from dtao.persistent import Map
from dtao.records import SharePool
from dtao.rules import pool as pool_rules
from dtao.rules import shares as share_rules
from dtao.settings import Parameters
from dtao.state import State
from dtao.transitions import fees, stake
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, BlockNumber, NetUid, Rao, Shares
from dtao_spec.chapters.shares.holding import Holding, stake_of
from dtao_spec.chapters.staking import fees as exact_fees
from dtao_spec.chapters.staking import records, trades
from dtao_spec.chapters.staking.fees import Earnings
from dtao_spec.chapters.staking.trades import FEE
from dtao_spec.registry import RULES, Computation
from tests.spec.economies import (
    AMOUNTS,
    COLDKEY,
    HOTKEY,
    LIQUID,
    NETWORKS,
    OTHER,
    VALID,
    WHOLE,
    Network,
    account_of,
    floored_stake,
    is_paid,
    later_state,
    pool_of,
    sized,
    stake_in,
    state_of,
    with_earnings,
)

SUBNET = NetUid(1)
FACTORS = st.fractions(0, 2)
FEES = st.sampled_from((0, FEE, FEE // 2, 10**9))
VERSIONS = st.sampled_from((233, 244, 252, 257, 261, 277))
SINCE_244 = st.sampled_from((244, 252, 257, 277))
SOLD = AMOUNTS | FACTORS | st.fractions(1 - Fraction(1, 10**5), 1)


@given(NETWORKS, AMOUNTS)
def test_stake_1_moves_what_is_paid(network: Network, tao: int) -> None:
    state = state_of(network)
    before = account_of(state).ledger
    state, bought = stake.swap_tao_for_alpha(state, ROOT, Rao(tao))
    ideal, alpha = trades.swap_tao_for_alpha(before, Fraction(tao))
    assert is_paid(bought, alpha)
    # Where the pool does not trade nothing moves, and nothing is bought.
    alpha_in, alpha_out = max(before.alpha_in - bought, Fraction(0)), before.alpha_out + bought
    assert account_of(state).ledger == evolve(ideal, alpha_in=alpha_in, alpha_out=alpha_out)
    assert max(abs(ideal.alpha_in - alpha_in), abs(ideal.alpha_out - alpha_out)) <= 1


@given(NETWORKS, AMOUNTS, st.integers(0, 10**16))
def test_stake_2_moves_what_is_paid(network: Network, alpha: int, total_stake: int) -> None:
    state = state_of(network, total_stake=total_stake)
    before = account_of(state).ledger
    state, paid = stake.swap_alpha_for_tao(state, ROOT, Alpha(alpha))
    ideal, tao = trades.swap_alpha_for_tao(before, Fraction(alpha))
    assert is_paid(paid, tao)
    after = account_of(state).ledger
    assert after == evolve(
        ideal,
        tao=max(before.tao - paid, Fraction(0)),
        total_stake=max(before.total_stake - paid, Fraction(0)),
        volume=before.volume + paid,
    )
    assert max(abs(after.tao - ideal.tao), abs(after.volume - ideal.volume)) <= 1


WIDE = sized(64) | AMOUNTS


@given(st.sampled_from((233, 261)), NETWORKS, WIDE, st.integers(0, U64_MAX))
def test_stake_1_to_3_are_what_the_rounding_says(version: int, network: Network, amount: int, total: int) -> None:
    state = evolve(later_state(version, network), total_stake=Rao(total))
    before, rules = account_of(state).ledger, Computation(version, is_rounded=True)
    after, bought = stake.swap_tao_for_alpha(state, ROOT, Rao(amount))
    assert (account_of(after).ledger, bought) == rules["STAKE-1"](before, Fraction(amount))
    after, paid = stake.swap_alpha_for_tao(state, ROOT, Alpha(amount))
    assert (account_of(after).ledger, paid) == rules["STAKE-2"](before, Fraction(amount))
    after = stake.add_fee(state, ROOT, Rao(amount))
    assert account_of(after).ledger == rules["STAKE-3"](before, Fraction(amount))


@given(NETWORKS, AMOUNTS)
def test_stake_3_is_exact(network: Network, fee: int) -> None:
    state = state_of(network)
    ideal = trades.add_fee(account_of(state).ledger, Fraction(fee))
    assert account_of(stake.add_fee(state, ROOT, Rao(fee))).ledger == ideal


@given(NETWORKS | LIQUID, AMOUNTS, st.sampled_from((0, FEE, FEE // 2)))
def test_stake_4_is_a_purchase_and_a_deposit(network: Network, tao: int, fee: int) -> None:
    state = state_of(network)
    before = account_of(state)
    pool = state.subnet(ROOT).share_pools[HOTKEY]
    state, (event,) = stake.stake_into_subnet(state, HOTKEY, COLDKEY, ROOT, Rao(tao), Rao(fee))
    ledger, _, alpha = trades.stake(before.ledger, before.holding, Fraction(tao), Fraction(fee))
    assert isinstance(event, StakeAdded)
    bought = event.alpha
    assert is_paid(bought, alpha)
    after = account_of(state).ledger
    assert (after.tao, after.total_stake, after.volume) == (ledger.tao, ledger.total_stake, ledger.volume)
    # SHARE-6 bounds the rest.
    assert state.subnet(ROOT).share_pools[HOTKEY] == (
        share_rules.increase_stake(pool, COLDKEY, Alpha(bought)) if bought else pool
    )


@given(SINCE_244, VALID | LIQUID, AMOUNTS, FEES)
def test_stake_4_counts_what_is_deposited(version: int, network: Network, tao: int, fee: int) -> None:
    state = later_state(version, network)
    before, pool = account_of(state), pool_of(state, 0)
    after, (event,) = stake.stake_into_subnet(state, HOTKEY, COLDKEY, ROOT, Rao(tao), Rao(fee))
    rules = Computation(version)
    ledger, _, told, *_ = rules["STAKE-4"](before.ledger, before.holding, Fraction(tao), Fraction(fee))
    bought = rules["STAKE-1"](before.ledger, Fraction(max(tao - fee, 0)))[1]
    assert isinstance(event, StakeAdded | StakeAddedForFee)
    changed, held = share_rules.deposit_crediting_change(pool, COLDKEY, event.alpha) if event.alpha else (pool, 0)
    # SHARE-6 bounds the rest.
    assert (pool_of(after, 0), event.alpha) == (changed, held)
    assert is_paid(event.alpha, bought)
    assert told == bought
    found = account_of(after).ledger
    assert (found.tao, found.total_stake, found.volume) == (ledger.tao, ledger.total_stake, ledger.volume)


@given(VERSIONS, VALID | LIQUID | WHOLE, AMOUNTS | st.integers(0, 10**6), FEES)
def test_stake_4_is_what_the_rounding_says(version: int, network: Network, tao: int, fee: int) -> None:
    state = later_state(version, network)
    before, rules = account_of(state), Computation(version, is_rounded=True)
    after, (event,) = stake.stake_into_subnet(state, HOTKEY, COLDKEY, ROOT, Rao(tao), Rao(fee))
    ledger, holding, alpha, *paid = rules["STAKE-4"](before.ledger, before.holding, Fraction(tao), Fraction(fee))
    assert account_of(after) == evolve(before, ledger=ledger, holding=holding)
    assert isinstance(event, StakeAdded | StakeAddedForFee)
    assert (event.alpha, *([event.fee] if isinstance(event, StakeAddedForFee) else [])) == (alpha, *paid)
    assert event.tao == max(tao - fee, 0)


@given(NETWORKS | LIQUID, st.integers(0, 10**16) | FACTORS, st.sampled_from((0, FEE, FEE // 2)))
def test_stake_5_is_a_sale_and_a_withdrawal(network: Network, amount: int | Fraction, fee: int) -> None:
    state = state_of(network)
    before = account_of(state)
    pool = state.subnet(ROOT).share_pools[HOTKEY]
    alpha = amount if isinstance(amount, int) else int(amount * floored_stake(state, 0))
    state, due, _ = stake.unstake_from_subnet(state, HOTKEY, COLDKEY, ROOT, Alpha(alpha), Rao(fee))
    ledger, _, ideal = trades.unstake(before.ledger, before.holding, Fraction(alpha), Fraction(fee))
    sold = trades.swap_alpha_for_tao(before.ledger, Fraction(alpha))[1]
    assert due == 0 or is_paid(due + fee, sold)
    assert int(ideal) <= due <= int(ideal + 1)
    after = account_of(state).ledger
    assert (after.alpha_in, after.alpha_out) == (ledger.alpha_in, ledger.alpha_out)
    assert abs(after.tao - ledger.tao) <= 1
    reduced = share_rules.decrease_stake(pool, COLDKEY, Alpha(alpha))
    assert state.subnet(ROOT).share_pools.get(HOTKEY, SharePool()) == reduced


@given(SINCE_244, VALID | WHOLE, SOLD, FEES)
def test_stake_5_sells_what_is_withdrawn(version: int, network: Network, part: int | Fraction, fee: int) -> None:
    state, rules = later_state(version, network), Computation(version)
    before, pool = account_of(state), pool_of(state, 0)
    alpha = part if isinstance(part, int) else int(part * stake_in(state, 0))
    after, due, event = stake.unstake_from_subnet(state, HOTKEY, COLDKEY, ROOT, Alpha(alpha), Rao(fee))
    reduced, sold = share_rules.withdraw_debiting_change(pool, COLDKEY, Alpha(alpha))
    assert isinstance(event, StakeRemoved | StakeRemovedForFee)
    assert (pool_of(after, 0), event.alpha, event.tao) == (reduced, sold, due)
    exact_sold = rules["SHARE-7"](before.holding, Fraction(alpha))[1]
    _, paid = rules["STAKE-2"](before.ledger, Fraction(sold))
    assert due == 0 or is_paid(due + fee, paid)
    ledger, _, ideal, *_ = rules["STAKE-5"](before.ledger, before.holding, Fraction(alpha), Fraction(fee))
    if exact_sold == sold:
        assert int(ideal) <= due <= int(ideal + 1)
        found = account_of(after).ledger
        assert (found.alpha_in, found.alpha_out) == (ledger.alpha_in, ledger.alpha_out)
        assert abs(found.tao - ledger.tao) <= 1


@given(VERSIONS, VALID | LIQUID | WHOLE, SOLD, FEES)
def test_stake_5_is_what_the_rounding_says(version: int, network: Network, part: int | Fraction, fee: int) -> None:
    state, rules = later_state(version, network), Computation(version, is_rounded=True)
    before = account_of(state)
    alpha = part if isinstance(part, int) else int(part * rules["SHARE-2"](before.holding))
    after, due, event = stake.unstake_from_subnet(state, HOTKEY, COLDKEY, ROOT, Alpha(alpha), Rao(fee))
    ledger, holding, ideal, *paid = rules["STAKE-5"](before.ledger, before.holding, Fraction(alpha), Fraction(fee))
    assert (account_of(after), due) == (evolve(before, ledger=ledger, holding=holding), ideal)
    assert isinstance(event, StakeRemoved | StakeRemovedForFee)
    assert ([event.fee] if isinstance(event, StakeRemovedForFee) else []) == paid


@given(NETWORKS | LIQUID, FACTORS, st.booleans())
def test_stake_6_clears_what_is_small(network: Network, factor: Fraction, owns: bool) -> None:
    held = floored_stake(state_of(network), 0)
    minimum = int(factor * held)
    parameters = Parameters(nominator_min_required_stake=Rao(minimum))
    state = state_of(network, owner=COLDKEY if owns else OTHER, parameters=parameters)
    before = account_of(state)
    after, events = stake.clear_small_nomination(state, HOTKEY, COLDKEY, ROOT)
    ideal = trades.clear_small_nomination(before, owns, Fraction(minimum))
    if not events:
        assert ideal is before
        assert after is state
        return
    assert ideal is not before or stake_of(before.holding) - held < 1 + before.holding.shares / 2**64
    unstaked, paid, _ = stake.unstake_from_subnet(state, HOTKEY, COLDKEY, ROOT, Alpha(held), Rao(0))
    assert after.subnets == unstaked.subnets
    assert after.balances.get(COLDKEY, 0) == (paid if paid >= 500 else 0)
    if ideal is not before:
        # The reference sells the floored stake.
        assert is_paid(paid, trades.swap_alpha_for_tao(before.ledger, Fraction(held))[1])


@given(VERSIONS, VALID | LIQUID | WHOLE, FACTORS, st.booleans())
def test_stake_6_is_what_the_rounding_says(version: int, network: Network, factor: Fraction, owns: bool) -> None:
    rules = Computation(version, is_rounded=True)
    minimum = min(int(factor * rules["SHARE-2"](account_of(later_state(version, network)).holding)), U64_MAX)
    state = later_state(version, network, owner=COLDKEY if owns else OTHER, minimum=minimum, balance=500)
    after, _ = stake.clear_small_nomination(state, HOTKEY, COLDKEY, ROOT)
    assert account_of(after) == rules["STAKE-6"](account_of(state), owns, Fraction(minimum))


def price_of(network: Network) -> Fraction:
    if network.mechanism == 0:
        return Fraction(1)
    return Fraction(network.tao, network.alpha_in) if network.alpha_in else Fraction(0)


@given(st.lists(NETWORKS, max_size=4))
def test_stake_7_is_floored(networks: list[Network]) -> None:
    state = state_of(*networks, first=1)
    exact = [(Fraction(network.total), price_of(network)) for network in networks]
    found = stake.total_stake_of_hotkey(state, HOTKEY)
    assert found == Computation(233, is_rounded=True)["STAKE-7"](exact)
    assume(all(alpha * price < U64_MAX for alpha, price in exact))
    bound = sum((1 + alpha / 2**32 for alpha, _ in exact), Fraction(0))
    short = records.total_stake_of_hotkey(exact) - found
    assert any(0 <= short - wraps * 2**64 <= bound for wraps in range(len(networks) + 1))  # the sum wraps around


@given(st.lists(NETWORKS, max_size=4))
def test_stake_8_is_floored(networks: list[Network]) -> None:
    state = evolve(state_of(*networks, first=1), staking_hotkeys=Map({COLDKEY: (HOTKEY,)}))
    exact = [(Fraction(network.shares, 2**64), price_of(network)) for network in networks]
    ideal, found = records.total_stake_of_coldkey([exact]), stake.total_stake_of_coldkey(state, COLDKEY)
    assert found == Computation(233, is_rounded=True)["STAKE-8"]([exact])
    assume(ideal < U64_MAX)
    bound = sum((1 + (held + price) / 2**32 for held, price in exact), Fraction(0))
    assert 0 <= ideal - found <= bound


@given(st.lists(VALID, max_size=4))
def test_stake_8_counts_stake(networks: list[Network]) -> None:
    state = evolve(later_state(244, *networks, first=1), staking_hotkeys=Map({COLDKEY: (HOTKEY,)}))
    exact, bound = [], Fraction(0)
    for netuid, network in enumerate(networks, start=1):
        holding = account_of(state, netuid).holding
        held = Computation(244)["SHARE-2"](holding)
        exact.append((held, price_of(network)))
        bound += 1 + (1 + holding.shares / 2**64) * price_of(network) + held / 2**32
    ideal, found = records.total_real_stake_of_coldkey([exact]), stake.total_real_stake_of_coldkey(state, COLDKEY)
    held = [(Fraction(stake.stake_of(state, HOTKEY, COLDKEY, NetUid(netuid))), price) for netuid, (_, price)
            in enumerate(exact, start=1)]  # fmt: skip
    assert found == Computation(244, is_rounded=True)["STAKE-8"]([held])
    assume(ideal < U64_MAX)
    assert 0 <= ideal - found <= bound


@pytest.mark.parametrize(("version", "notes"), [(234, False), (238, True), (277, True)])
def test_stake_18_records_the_block(version: int, notes: bool) -> None:
    network = Network(0, 10**12, 10**12, 10**12, 10**12, 10**12 << 64, 10**12 << 64)
    state = evolve(later_state(version, network), block_number=BlockNumber(12))
    noted = records.record_last_stake_block({}, "coldkey", "hotkey", 12)
    wanted = {(COLDKEY, HOTKEY): noted["coldkey", "hotkey"]} if notes else {}
    for amount in (0, 10**6):
        after, _ = stake.stake_into_subnet(state, HOTKEY, COLDKEY, ROOT, Rao(amount), Rao(0))
        assert dict(after.last_coldkey_hotkey_stake_block) == wanted
        after, _, _ = stake.unstake_from_subnet(state, HOTKEY, COLDKEY, ROOT, Alpha(amount), Rao(0))
        assert dict(after.last_coldkey_hotkey_stake_block) == wanted


DIVIDENDS = sized(53) | st.just(0)
FEES_SINCE = (
    (233, fees.flat_fee),
    (252, fees.fee_by_dividends),
    (257, fees.fee_by_dividends_or_alpha),
    (261, fees.fee_by_proceeds),
)


def earning_state(version: int, network: Network, dividends: int, last_total: int) -> tuple[State, Earnings]:
    """Return a state with a hotkey that earned dividends in the last epoch, and its earnings in exact numbers."""
    state = with_earnings(later_state(version, network, first=1), 1, dividends, last_total)
    return state, Earnings(Fraction(dividends), Fraction(network.total), Fraction(last_total))


@pytest.mark.parametrize(("version", "fee"), FEES_SINCE)
def test_stake_19_is_in_force(version: int, fee: object) -> None:
    assert dtao.era(version).runtime.staking.unstaking_fee is fee


@pytest.mark.parametrize(("version", "fee"), FEES_SINCE)
@given(VALID | LIQUID, AMOUNTS | WIDE, DIVIDENDS | WIDE, DIVIDENDS)
def test_stake_19_is_what_the_rounding_says(
    version: int, fee: object, network: Network, alpha: int, dividends: int, last_total: int
) -> None:
    state, earnings = earning_state(version, network, dividends, last_total)
    ledger, is_flat = account_of(state, 1).ledger, network.mechanism == 0
    wanted = Computation(version, is_rounded=True)["STAKE-19"](ledger, Fraction(alpha), earnings, is_flat)
    assert fee(state, HOTKEY, SUBNET, Alpha(alpha)) == wanted  # type: ignore[operator]  # one of the functions


@given(VALID | LIQUID, AMOUNTS, DIVIDENDS)
def test_stake_19_follows_the_dividends(network: Network, alpha: int, dividends: int) -> None:
    state, earnings = earning_state(252, network, dividends, 0)
    price = Fraction(network.tao, network.alpha_in) if network.alpha_in else Fraction(0)
    bound = 1 + (1 + alpha * price + Fraction(alpha * dividends, network.total)) / 2**32
    arguments = account_of(state, 1).ledger, Fraction(alpha), earnings, network.mechanism == 0
    ideal = Computation(252)["STAKE-19"](*arguments)
    assume(ideal <= U64_MAX)
    assert 0 <= ideal - fees.fee_by_dividends(state, HOTKEY, SUBNET, Alpha(alpha)) < bound
    ideal = Computation(257)["STAKE-19"](*arguments)
    assert 0 <= ideal - fees.fee_by_dividends_or_alpha(state, HOTKEY, SUBNET, Alpha(alpha)) < bound


@given(VALID | LIQUID, AMOUNTS, DIVIDENDS, DIVIDENDS)
def test_stake_19_is_a_part_of_the_proceeds(network: Network, alpha: int, dividends: int, total: int) -> None:
    state, earnings = earning_state(261, network, dividends, total)
    arguments = account_of(state, 1).ledger, Fraction(alpha), earnings, network.mechanism == 0
    ideal, found = Computation(261)["STAKE-19"](*arguments), fees.fee_by_proceeds(state, HOTKEY, SUBNET, Alpha(alpha))
    if network.mechanism == 0:
        assert found == ideal == FEE
        return
    assume(ideal <= U64_MAX)
    tao = pool_rules.tao_for_alpha(network.mechanism, Rao(network.tao), Alpha(network.alpha_in), Alpha(alpha)) or 0
    rate = max(Fraction(dividends, total) if total else Fraction(0), exact_fees.MIN_RATE)
    assert -rate / 2**18 <= ideal - found < 1 + rate + Fraction(tao + 1, 2**32)


@given(st.sampled_from((COLDKEY, OTHER)), st.sampled_from((COLDKEY, OTHER)), st.sampled_from((None, 0, 5_000)))
def test_stake_20_records_a_delegate(owner: AccountId, coldkey: AccountId, take: int | None) -> None:
    network = Network(0, 10**12, 10**12, 10**12, 10**12, 10**12 << 64, 10**12 << 64)
    state = later_state(244, network, owner=owner)
    assert state.runtime.staking.record_nomination is stake.record_delegate
    delegates = {} if take is None else {HOTKEY: take}
    after = stake.record_delegate(evolve(state, delegates=Map(delegates)), coldkey, HOTKEY)
    ideal = records.record_delegate({} if take is None else {"h": take}, str(owner), str(coldkey), "h")
    assert dict(after.delegates) == ({HOTKEY: ideal["h"]} if ideal else {})


@given(st.sampled_from((265, 273)), st.lists(st.integers(1, 4), unique=True), st.integers(0, 2))
def test_stake_21_records_hotkeys_that_earn(version: int, known: list[int], amount: int) -> None:
    hotkeys = tuple(AccountId(hotkey) for hotkey in known)
    state = evolve(later_state(version), staking_hotkeys=Map({COLDKEY: hotkeys} if hotkeys else {}))
    after = state.runtime.staking.record_earning(state, COLDKEY, HOTKEY, Alpha(amount))
    names = tuple(map(str, known))
    ideal = records.record_staking_hotkey(names, str(HOTKEY), Fraction(amount)) if version >= 273 else names
    assert tuple(map(str, after.staking_hotkeys.get(COLDKEY, ()))) == ideal


def test_a_holding_of_nothing_has_no_stake() -> None:
    assert stake_of(Holding()) == 0
    assert share_rules.stake_of(SharePool(Alpha(1), Shares(1)), COLDKEY) == 0


@pytest.mark.parametrize("era", ["launch", "244", "257"])
def test_no_tao_is_swapped_all_the_same_when_all_of_it_is_fee(era: str) -> None:
    """A product beyond the format of POOL-1 pays alpha for nothing: it leaves the pool, and nobody is given it."""
    oracle = dtao.era(era)
    state = oracle.genesis()
    for item, keys, value in (
        ("SubnetMechanism", {"netuid": 1}, 1),
        ("SubnetTAO", {"netuid": 1}, str(10**18)),
        ("SubnetAlphaIn", {"netuid": 1}, str(10**18)),
    ):
        state = oracle.set(state, item, keys, value)
    after, _ = stake.stake_into_subnet(state, AccountId(0), AccountId(0), NetUid(1), Rao(40_000), Rao(50_000))
    pool, changed = state.pool(NetUid(1)), after.pool(NetUid(1))
    assert changed.tao == pool.tao + 40_000
    assert changed.alpha_in < pool.alpha_in
    assert changed.alpha_in + changed.alpha_out == pool.alpha_in + pool.alpha_out
    assert after.subnets == state.subnets
    (text,) = (one.fields["Statement"] for one in RULES["STAKE-4"].versions if one.since == dtao.era(era).spec_version)
    assert "0 TAO MUST be swapped then all the same" in " ".join(text.split())
