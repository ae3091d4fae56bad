"""Staking in the reference against the exact rules."""

from fractions import Fraction

from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from immutables import Map

from dtao.calls import AddStake, AddStakeLimit, RemoveStake, RemoveStakeLimit, UnstakeAll, UnstakeAllAlpha, apply
from dtao.calls.staking import pending_children_dropped, validated_add, validated_remove
from dtao.outcome import Rejected
from dtao.rules import shares as share_rules
from dtao.state import Parameters, SharePool
from dtao.transitions import stake
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, BlockNumber, NetUid, Rao, Shares
from dtao_spec import pools, staking
from dtao_spec.shares import Holding, stake_of
from dtao_spec.staking import FEE
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

NEAR = st.integers(499_000, 551_000)
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
    ideal = staking.total_stake_of_hotkey(exact)
    bound = sum((1 + alpha / 2**32 for alpha, _ in exact), Fraction(0))
    assert 0 <= ideal - stake.total_stake_of_hotkey(state, HOTKEY) <= bound


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


@given(LIQUID, st.integers(550_000, 10**13), st.integers(0, 1_000))
def test_stake_9_pays_and_stakes(network: Network, amount: int, more: int) -> None:
    state = state_of(network, balance=amount + more)
    outcome = apply(state, AddStake(COLDKEY, HOTKEY, ROOT, amount))
    assert outcome.error is None
    ideal = staking.add_stake(account_of(state), Fraction(amount))
    after = account_of(outcome.state)
    assert (after.balance, after.ledger.tao) == (ideal.balance, ideal.ledger.tao)
    assert 0 <= after.holding.total - int(ideal.holding.total) <= 1


@given(LIQUID, st.integers(550_000, 10**13), st.integers(0, 10**10), st.booleans())
def test_stake_10_is_limited(network: Network, amount: int, limit: int, partial: bool) -> None:
    state = state_of(network, balance=2 * amount, first=1)
    outcome = apply(state, AddStakeLimit(COLDKEY, HOTKEY, SUBNET, amount, limit, partial))
    before = account_of(state, 1)
    price = Fraction(limit, 10**9)
    maximum: Fraction | None
    if network.mechanism == 0:
        maximum = None if price >= 1 else Fraction(0)
    else:
        maximum = pools.max_amount_add(before.ledger.tao, before.ledger.alpha_in, price)
    rejection = staking.add_stake_rejection(before, Fraction(amount), maximum, partial)
    assert (None if outcome.error is None else outcome.error.value) == rejection
    if rejection is None:
        whole = None if maximum is None else Fraction(int(maximum))
        ideal = staking.add_stake_limit(before, Fraction(amount), whole)
        assert account_of(outcome.state, 1).balance == ideal.balance
        assert account_of(outcome.state, 1).ledger.tao == ideal.ledger.tao


def validated(check: object, *arguments: object) -> str | None:
    try:
        check(*arguments)  # type: ignore[operator]  # one of the two checks
    except Rejected as refusal:
        return refusal.rejection.value
    return None


@given(NETWORKS | LIQUID, NEAR | AMOUNTS, AMOUNTS | NEAR, NEAR | AMOUNTS, st.booleans(), st.booleans(), st.booleans())
def test_stake_11_checks_in_this_order(
    network: Network, amount: int, maximum: int, balance: int, partial: bool, exists: bool, known: bool
) -> None:
    state = state_of(network, balance=balance + 500, owner=COLDKEY if known else None)
    netuid = ROOT if exists else SUBNET
    found = validated(validated_add, state, COLDKEY, HOTKEY, netuid, Rao(amount), Rao(maximum), partial)
    account = account_of(state)
    wanted = staking.add_stake_rejection(account, Fraction(amount), Fraction(maximum), partial, exists, known)
    assert found == wanted


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # most stakes of most pools are worth too little
@given(LIQUID, st.integers(1, 2**20), st.integers(0, 10**9), st.booleans())
def test_stake_12_pays_and_clears(network: Network, part: int, minimum: int, owns: bool) -> None:
    parameters = Parameters(nominator_min_required_stake=Rao(minimum))
    state = state_of(network, balance=10**9, owner=COLDKEY if owns else OTHER, parameters=parameters)
    amount = max(floored_stake(state, 0) * part >> 20, 1)
    outcome = apply(state, RemoveStake(COLDKEY, HOTKEY, ROOT, amount))
    assume(outcome.error is None)
    before = account_of(state)
    ideal = staking.remove_stake(before, Fraction(amount), owns, Fraction(minimum))
    after = account_of(outcome.state)
    rest = stake_of(before.holding) - amount
    assume(owns or abs(rest - minimum) > 3)
    assert abs(after.balance - ideal.balance) <= 3 + price_of(network)
    assert abs(stake_of(after.holding) - stake_of(ideal.holding)) <= 3


def price_of(network: Network) -> Fraction:
    """Return how many rao a rao of alpha more may bring."""
    return Fraction(network.tao, network.alpha_in)


@given(LIQUID, st.integers(1, 2**20), st.integers(0, 10**10), st.booleans())
def test_stake_13_is_limited(network: Network, part: int, limit: int, partial: bool) -> None:
    state = state_of(network, balance=10**9, first=1)
    amount = max(floored_stake(state, 1) * part >> 20, 1)
    outcome = apply(state, RemoveStakeLimit(COLDKEY, HOTKEY, SUBNET, amount, limit, partial))
    before = account_of(state, 1)
    price = Fraction(limit, 10**9)
    maximum: Fraction | None
    if network.mechanism == 0:
        maximum = None if price <= 1 else Fraction(0)
    else:
        maximum = pools.max_amount_remove(before.ledger.tao, before.ledger.alpha_in, price)
        # POOL-6: the limit is compared with the floored price.
        assume(not maximum or price_of(network) * 10**9 - limit >= 1)
    worth = pools.tao_for_alpha(network.mechanism, before.ledger.tao, before.ledger.alpha_in, Fraction(amount))
    assume(worth is None or not 500_000 < worth < 500_001)
    rejection = staking.remove_stake_rejection(before, Fraction(amount), maximum, partial)
    assert (None if outcome.error is None else outcome.error.value) == rejection
    if rejection is None:
        whole = None if maximum is None else Fraction(int(maximum))
        ideal = staking.remove_stake_limit(before, Fraction(amount), whole, True, Fraction(0))
        assert 0 <= account_of(outcome.state, 1).balance - int(ideal.balance) <= 1


@given(
    NETWORKS | LIQUID,
    NEAR | AMOUNTS | FACTORS,
    AMOUNTS | NEAR,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_stake_14_checks_in_this_order(
    network: Network, part: int | Fraction, maximum: int, partial: bool, exists: bool, known: bool
) -> None:
    state = state_of(network, owner=COLDKEY if known else None)
    amount = part if isinstance(part, int) else int(part * floored_stake(state, 0))
    netuid = ROOT if exists else SUBNET
    found = validated(validated_remove, state, COLDKEY, HOTKEY, netuid, Alpha(amount), Alpha(maximum), partial)
    account = account_of(state)
    wanted = staking.remove_stake_rejection(account, Fraction(amount), Fraction(maximum), partial, exists, known)
    if found == wanted:
        return
    worth = pools.tao_for_alpha(network.mechanism, account.ledger.tao, account.ledger.alpha_in, Fraction(amount))
    assert worth is not None
    if found == "AmountTooLow":
        assert 500_000 < worth < 500_001
    else:
        assert (found, wanted) == ("NotEnoughStakeToWithdraw", None)
        assert stake_of(account.holding) - amount < 1 + account.holding.shares / 2**64


@given(st.integers(0, 10**12), st.integers(-2, 2))
def test_stake_15_drops_what_is_pending(total: int, more: int) -> None:
    network = Network(0, 10**12, 10**12, 0, total, total << 64, total << 64)
    threshold = max(total + more, 0)
    state = state_of(network, parameters=Parameters(stake_threshold=Rao(threshold)))
    pending = Map({HOTKEY: (((2**63, AccountId(9)),), BlockNumber(7))})
    state = evolve(state, subnets=state.subnets.set(ROOT, evolve(state.subnet(ROOT), pending_child_keys=pending)))
    stays = staking.pending_children_stay(Fraction(total), Fraction(threshold))
    assert (HOTKEY in pending_children_dropped(state, HOTKEY).subnet(ROOT).pending_child_keys) == stays


@given(st.lists(LIQUID, min_size=1, max_size=3))
def test_stake_16_sells_everything(networks: list[Network]) -> None:
    networks = [evolve(network, shares=network.shares >> 64 << 64) for network in networks]
    state = state_of(*networks, balance=10**9)
    outcome = apply(state, UnstakeAll(COLDKEY, HOTKEY))
    accounts = [account_of(state, netuid) for netuid in range(len(networks))]
    _, ideal = staking.unstake_all(accounts, Fraction(10**9), True, Fraction(0))
    # What is unstaked is the floored stake, at the price of each network.
    bound = sum((1 + 2 * price_of(network) + 1 for network in networks), Fraction(1))
    assert abs(account_of(outcome.state).balance - ideal) <= bound
    assert all(floored_stake(outcome.state, netuid) <= 1 for netuid in range(len(networks)) if networks[netuid].shares)


@given(st.lists(LIQUID, min_size=1, max_size=3))
def test_stake_17_stakes_the_sum_on_root(networks: list[Network]) -> None:
    root = Network(0, 10**12, 10**12, 10**12, 10**12, 10**12 << 64, 0)
    state = state_of(root, *networks)
    outcome = apply(state, UnstakeAllAlpha(COLDKEY, HOTKEY))
    accounts = [account_of(state, netuid) for netuid in range(1, len(networks) + 1)]
    ideal, _ = staking.unstake_all_alpha(account_of(state), accounts)
    bound = sum((1 + 2 * price_of(network) + 1 for network in networks), Fraction(1))
    after = account_of(outcome.state)
    assert abs(stake_of(after.holding) - stake_of(ideal.holding)) <= bound
    assert abs(after.ledger.total_stake - ideal.ledger.total_stake) <= bound


def test_a_holding_of_nothing_has_no_stake() -> None:
    assert stake_of(Holding()) == 0
    assert share_rules.stake_of(SharePool(Alpha(1), Shares(1)), COLDKEY) == 0
