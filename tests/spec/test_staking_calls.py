"""The calls that stake and unstake, in the reference against the exact rules."""

from fractions import Fraction

from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dtao.calls import AddStake, AddStakeLimit, RemoveStake, RemoveStakeLimit, UnstakeAll, UnstakeAllAlpha, apply
from dtao.calls.staking import pending_children_dropped
from dtao.outcome import Rejected
from dtao.persistent import Map
from dtao.records import Parameters
from dtao.transitions.checks import validated_add, validated_remove
from dtao.units import ROOT, AccountId, Alpha, BlockNumber, NetUid, Rao
from dtao_spec.chapters import pools, staking_calls
from dtao_spec.chapters.shares import stake_of
from tests.reference.outcomes import OWNER, outcome, refused, state_with
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
    state_of,
)

SUBNET = NetUid(1)
FACTORS = st.fractions(0, 2)
NEAR = st.integers(499_000, 551_000)


@given(LIQUID, st.integers(550_000, 10**13), st.integers(0, 1_000))
def test_stake_9_pays_and_stakes(network: Network, amount: int, more: int) -> None:
    state = state_of(network, balance=amount + more)
    outcome = apply(state, AddStake(COLDKEY, HOTKEY, ROOT, amount))
    assert outcome.error is None
    ideal = staking_calls.add_stake(account_of(state), Fraction(amount))
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
    rejection = staking_calls.add_stake_rejection(before, Fraction(amount), maximum, partial)
    assert (None if outcome.error is None else outcome.error.value) == rejection
    if rejection is None:
        whole = None if maximum is None else Fraction(int(maximum))
        ideal = staking_calls.add_stake_limit(before, Fraction(amount), whole)
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
    wanted = staking_calls.add_stake_rejection(account, Fraction(amount), Fraction(maximum), partial, exists, known)
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
    ideal = staking_calls.remove_stake(before, Fraction(amount), owns, Fraction(minimum))
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
    rejection = staking_calls.remove_stake_rejection(before, Fraction(amount), maximum, partial)
    assert (None if outcome.error is None else outcome.error.value) == rejection
    if rejection is None:
        whole = None if maximum is None else Fraction(int(maximum))
        ideal = staking_calls.remove_stake_limit(before, Fraction(amount), whole, True, Fraction(0))
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
    wanted = staking_calls.remove_stake_rejection(account, Fraction(amount), Fraction(maximum), partial, exists, known)
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
    stays = staking_calls.pending_children_stay(Fraction(total), Fraction(threshold))
    assert (HOTKEY in pending_children_dropped(state, HOTKEY).subnet(ROOT).pending_child_keys) == stays


@given(st.lists(LIQUID, min_size=1, max_size=3))
def test_stake_16_sells_everything(networks: list[Network]) -> None:
    networks = [evolve(network, shares=network.shares >> 64 << 64) for network in networks]
    state = state_of(*networks, balance=10**9)
    outcome = apply(state, UnstakeAll(COLDKEY, HOTKEY))
    accounts = [account_of(state, netuid) for netuid in range(len(networks))]
    _, ideal = staking_calls.unstake_all(accounts, Fraction(10**9), True, Fraction(0))
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
    ideal, _ = staking_calls.unstake_all_alpha(account_of(state), accounts)
    bound = sum((1 + 2 * price_of(network) + 1 for network in networks), Fraction(1))
    after = account_of(outcome.state)
    assert abs(stake_of(after.holding) - stake_of(ideal.holding)) <= bound
    assert abs(after.ledger.total_stake - ideal.ledger.total_stake) <= bound


def test_stake_16_and_17_are_refused_for_a_hotkey_that_nobody_owns() -> None:
    new = state_with({})
    for call in (UnstakeAll, UnstakeAllAlpha):
        assert outcome(new, call(signer=AccountId(OWNER), hotkey=AccountId(2001))) == refused("HotKeyAccountNotExists")
        assert outcome(new, call(signer=None, hotkey=AccountId(2001))) == refused("BadOrigin")
