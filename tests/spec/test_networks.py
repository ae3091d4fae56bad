"""Networks in the reference against the exact rules."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

import dtao
from dtao.calls import DissolveNetwork, RegisterNetwork, StartCall, apply
from dtao.events import NetworkAdded
from dtao.oracle import Era
from dtao.persistent import Map
from dtao.records import Neurons, Pool, Registration, Subnet
from dtao.rules import lock_cost as reference
from dtao.settings import Hyperparameters, Parameters
from dtao.state import State
from dtao.transitions import networks as calls
from dtao.units import ROOT, U16_MAX, U64_MAX, AccountId, Alpha, Bits, BlockNumber, NetUid, Rao, Uid
from dtao_spec.chapters import issuance
from dtao_spec.chapters.networks import cost, creation, removal, start
from dtao_spec.chapters.networks.creation import Network
from dtao_spec.registry import Computation
from tests.spec.economies import AMOUNTS

DIVIDEND_FIX = dtao.era("dividend-fix")
DYNAMIC_FEES = dtao.era("dynamic-fees")
LAUNCH = dtao.era("launch")
START_CALL = dtao.era("start-call")
YUMA3 = dtao.era("yuma3")

SUBNET = NetUid(1)
SIGNER, HOTKEY, OTHER = map(AccountId, (1, 2, 3))
INTERVALS = st.integers(0, U64_MAX) | st.integers(0, 10**6) | st.just(100_800)
EMISSIONS = st.integers(0, 10**9) | st.integers(0, 31).map(lambda halvings: 10**9 >> halvings)
BLOCKS = st.integers(0, 10**7)


@given(INTERVALS, EMISSIONS)
def test_net_1_is_floored(interval: int, emission: int) -> None:
    found = reference.lock_reduction_interval(interval, Rao(emission))
    assert found == cost.lock_reduction_interval_rounded(Fraction(interval), Fraction(emission))
    capped = min(Fraction(interval), Fraction(2**127 - 1, 2**64))
    ideal = cost.lock_reduction_interval(capped, Fraction(emission))
    assert 0 <= ideal - found < 1 + Fraction(interval, 2**64)


@given(AMOUNTS, AMOUNTS, BLOCKS, BLOCKS, st.integers(0, 10**6))
def test_net_2_is_above(last_lock: int, minimum: int, last_block: int, block: int, interval: int) -> None:
    found = reference.lock_cost(Rao(last_lock), Rao(minimum), BlockNumber(last_block), BlockNumber(block), interval)
    given_ = Fraction(last_lock), Fraction(minimum), last_block, block, Fraction(interval)
    assert found == cost.lock_cost_rounded(*given_)
    assert 0 <= found - cost.lock_cost(*given_) <= max(block - last_block, 0)


def state_of(
    last_lock: int,
    minimum: int,
    last_block: int,
    block: int,
    issued: int = 0,
    balance: int = 0,
    interval: int = 100_800,
) -> State:
    return State(
        runtime=LAUNCH.runtime,
        block_number=BlockNumber(block),
        total_issuance=Rao(issued),
        network_last_lock_cost=Rao(last_lock),
        network_last_registered=BlockNumber(last_block),
        balances=Map({SIGNER: Rao(balance)} if balance >= 500 else {}),
        balances_total_issuance=Rao(balance),
        block_emission=Rao(77),
        parameters=Parameters(
            network_min_lock_cost=Rao(minimum), network_lock_reduction_interval=interval, network_rate_limit=7_200
        ),
        subnets=Map({ROOT: Subnet(added=True)}),
    )


@given(AMOUNTS, AMOUNTS, BLOCKS, BLOCKS, st.integers(0, 22 * 10**15))
def test_net_3_asks_for_the_emission(last_lock: int, minimum: int, last_block: int, block: int, issued: int) -> None:
    state = state_of(last_lock, minimum, last_block, block, issued)
    after, found = calls.network_lock_cost(state)
    arguments = Fraction(last_lock), Fraction(minimum), Fraction(100_800), last_block, block
    ideal, stored = cost.network_lock_cost(*arguments, Fraction(issued), Fraction(77))
    assert (Fraction(found), stored) == Computation(233, True)["NET-3"](*arguments, Fraction(issued), Fraction(77))
    assert after.block_emission == int(stored)
    passed = max(block - last_block, 0)
    emission = issuance.block_emission(issued)
    if emission == 10**9:
        assert 0 <= found - ideal <= passed
    rounded = reference.lock_reduction_interval(100_800, Rao(int(emission)))
    exact = cost.lock_reduction_interval(Fraction(100_800), Fraction(emission))
    assert exact - 2 < rounded <= exact
    alike = cost.lock_cost(Fraction(last_lock), Fraction(minimum), last_block, block, Fraction(rounded))
    assert 0 <= found - alike <= passed


@given(
    st.dictionaries(st.integers(0, 600).map(NetUid), st.integers(0, 5), max_size=6),
    st.integers(0, 8),
    st.integers(0, 4),
)
def test_net_4_is_exact(registered: dict[NetUid, int], block: int, immunity: int) -> None:
    subnets = {netuid: Subnet(added=True, network_registered_at=BlockNumber(at)) for netuid, at in registered.items()}
    parameters = Parameters(network_immunity_period=immunity)
    state = State(runtime=LAUNCH.runtime, block_number=BlockNumber(block), subnets=Map(subnets), parameters=parameters)
    ordered = sorted(registered.items(), key=lambda entry: (entry[0] % 256, entry[0] // 256))
    assert calls.subnet_to_prune(state) == removal.subnet_to_prune(ordered, block, immunity)


@given(st.sets(st.integers(0, 12)))
def test_net_5_is_exact(existing: set[int]) -> None:
    state = State(runtime=LAUNCH.runtime, subnets=Map({NetUid(netuid): Subnet(added=True) for netuid in existing}))
    assert calls.next_netuid(state) == creation.next_netuid(existing)


ATTRIBUTES = {
    "Tempo": "tempo",
    "Kappa": "kappa",
    "MaxAllowedUids": "max_allowed_uids",
    "MaxAllowedValidators": "max_allowed_validators",
    "MinAllowedWeights": "min_allowed_weights",
    "MaxWeightsLimit": "max_weights_limit",
    "ImmunityPeriod": "immunity_period",
    "NetworkRegistrationAllowed": "network_registration_allowed",
    "AdjustmentInterval": "adjustment_interval",
    "TargetRegistrationsPerInterval": "target_registrations_per_interval",
    "AdjustmentAlpha": "adjustment_alpha",
    "MinBurn": "min_burn",
    "MinDifficulty": "min_difficulty",
    "MaxDifficulty": "max_difficulty",
}


def name_of(account: AccountId | None) -> str | None:
    return None if account is None else str(account)


def network_of(state: State, netuid: NetUid) -> Network:
    subnet, pool = state.subnet(netuid), state.pool(netuid)
    return Network(
        subnet.added,
        name_of(subnet.owner),
        name_of(subnet.owner_hotkey),
        subnet.network_registered_at,
        subnet.mechanism,
        tuple(str(subnet.neurons.keys[Uid(uid)]) for uid in range(subnet.neurons.n)),
        Fraction(pool.tao),
        Fraction(pool.alpha_in),
        Fraction(pool.alpha_out),
        Fraction(pool.moving_price, 2**32),
        Fraction(subnet.registration.burn),
        Fraction(subnet.locked),
        Fraction(subnet.total_stake_at_dynamic),
        {item: int(getattr(subnet.hyperparameters, attribute)) for item, attribute in ATTRIBUTES.items()},
    )


POOLS = st.builds(
    Pool,
    tao=AMOUNTS.map(Rao),
    alpha_in=AMOUNTS.map(Alpha),
    alpha_out=AMOUNTS.map(Alpha),
    moving_price=st.integers(0, 2**40).map(Bits),
)


CREATIONS = [
    (LAUNCH, creation.create_network),
    (DIVIDEND_FIX, creation.create_network_with_a_longer_tempo),
    (START_CALL, creation.create_network_without_a_burn),
    (YUMA3, creation.create_network_without_a_total),
]
HYPERPARAMETERS = st.builds(
    Hyperparameters,
    tempo=st.integers(0, U16_MAX),
    kappa=st.integers(0, U16_MAX),
    min_burn=st.integers(0, 10**9).map(Rao),
    network_registration_allowed=st.booleans(),
)


@pytest.mark.parametrize(("era", "created"), CREATIONS, ids=lambda part: getattr(part, "name", ""))
@given(POOLS, AMOUNTS, BLOCKS, AMOUNTS, HYPERPARAMETERS)
def test_net_6_is_exact(
    era: Era,
    created: Callable[..., Network],
    pool: Pool,
    minimum: int,
    block: int,
    total: int,
    hyperparameters: Hyperparameters,
) -> None:
    state = evolve(state_of(1, minimum, 0, block), runtime=era.runtime, total_stake=Rao(total))
    state = evolve(state, pools=Map({SUBNET: pool}))
    state = evolve(state, subnets=state.subnets.set(SUBNET, Subnet(hyperparameters=hyperparameters)))
    first = era.runtime.networks.first_pool(state, Rao(0))
    after = calls.create_network(state, SUBNET, SIGNER, HOTKEY, first)
    left = network_of(state, SUBNET)
    ideal = created(left, str(SIGNER), str(HOTKEY), block, Fraction(minimum), Fraction(total))
    assert network_of(after, SUBNET) == ideal


@given(
    st.integers(0, 1_200) | AMOUNTS,
    st.integers(0, 1_200) | AMOUNTS,
    st.integers(0, 1_200) | AMOUNTS,
    st.integers(0, 15_000),
    st.sampled_from((None, SIGNER, OTHER)),
)
def test_net_7_pays_and_burns(balance: int, last_lock: int, minimum: int, waited: int, owner: AccountId | None) -> None:
    state = state_of(last_lock, minimum, 10, 10 + waited, issued=5 * 10**15, balance=balance)
    state = evolve(state, owner=Map({} if owner is None else {HOTKEY: owner}))
    outcome = apply(state, RegisterNetwork(SIGNER, HOTKEY))
    held = Fraction(balance if balance >= 500 else 0)
    price = Fraction(calls.network_lock_cost(state)[1])
    wanted = creation.register_network_rejection(held, price, waited, 7_200, owner == OTHER)
    assert (None if outcome.error is None else outcome.error.value) == wanted
    if wanted is not None:
        return
    ideal = creation.register_network(held, price, Fraction(minimum))
    after = outcome.state
    assert after.network_last_lock_cost == ideal.paid
    assert state.total_issuance - after.total_issuance == min(ideal.burned, state.total_issuance)
    assert after.total_stake == state.total_stake + ideal.staked
    assert outcome.events == (NetworkAdded(SUBNET, ideal.announced_mechanism),)
    left = held - ideal.paid
    assert after.balances.get(SIGNER, 0) == (left if left >= 500 else 0)
    assert after.network_last_registered == 10 + waited
    assert network_of(after, SUBNET).tao == minimum


@given(AMOUNTS, AMOUNTS.map(lambda amount: amount + 500), POOLS)
def test_net_8_is_exact(locked: int, balance: int, pool: Pool) -> None:
    keys = Map({Uid(0): HOTKEY, Uid(1): OTHER})
    subnet = Subnet(
        added=True,
        mechanism=1,
        owner=SIGNER,
        owner_hotkey=HOTKEY,
        locked=Rao(locked),
        network_registered_at=BlockNumber(7),
        neurons=Neurons(n=2, keys=keys, uids=Map({HOTKEY: Uid(0), OTHER: Uid(1)})),
        registration=Registration(registrations_this_interval=3, difficulty=1),
    )
    weights = Map({Uid(0): ((Uid(1), 40), (Uid(2), 50)), Uid(1): ((Uid(2), 9),)})
    root = Subnet(added=True, neurons=Neurons(n=2, weights=weights))
    state = evolve(
        state_of(1, 1, 0, 9, balance=balance), subnets=Map({ROOT: root, SUBNET: subnet}), pools=Map({SUBNET: pool})
    )
    after = calls.remove_network(state, SUBNET)
    ideal, refunded = removal.remove_network(network_of(state, SUBNET), Fraction(balance))
    assert network_of(after, SUBNET) == ideal
    assert after.balances[SIGNER] == refunded
    assert after.subnet(ROOT).neurons.weights == Map({Uid(0): ((Uid(1), 0), (Uid(2), 50)), Uid(1): ((Uid(2), 9),)})
    assert after.subnet(SUBNET).registration == Registration()


@given(st.sampled_from((None, SIGNER)), st.booleans(), st.sampled_from((SIGNER, OTHER)))
def test_net_9_checks_in_this_order(signer: AccountId | None, exists: bool, coldkey: AccountId) -> None:
    state = evolve(state_of(1, 1, 0, 9), subnets=Map({SUBNET: Subnet(added=exists, owner=SIGNER)}))
    outcome = apply(state, DissolveNetwork(signer, coldkey, SUBNET))
    wanted = removal.dissolve_rejection(signer is not None, network_of(state, SUBNET), str(coldkey))
    assert (None if outcome.error is None else outcome.error.value) == wanted
    assume(wanted is None)
    assert outcome.state == calls.remove_network(state, SUBNET)


REGISTRATIONS = [
    (LAUNCH, creation.register_network),
    (DYNAMIC_FEES, creation.register_network_with_stake),
    (START_CALL, creation.register_network_naming_the_mechanism),
]


@pytest.mark.parametrize(("era", "register"), REGISTRATIONS, ids=lambda part: getattr(part, "name", ""))
@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_net_7_adds_the_pool_to_the_total_stake(
    era: Era, register: Callable[..., creation.Registration], balance: int, last_lock: int, minimum: int, total: int
) -> None:
    state = state_of(last_lock, minimum, 10, 10_000, issued=10**17, balance=balance)
    state = evolve(state, runtime=era.runtime, total_stake=Rao(total))
    price = calls.network_lock_cost(state)[1]
    outcome = apply(state, RegisterNetwork(SIGNER, HOTKEY))
    if outcome.error is not None:
        return
    held = Fraction(balance if balance >= 500 else 0)
    ideal = register(held, Fraction(price), Fraction(minimum))
    assert outcome.state.total_stake == total + ideal.staked
    assert outcome.state.network_last_lock_cost == ideal.paid
    assert state.total_issuance - outcome.state.total_issuance == ideal.burned
    assert outcome.events == (NetworkAdded(SUBNET, ideal.announced_mechanism),)


@given(
    st.sampled_from((None, SIGNER, OTHER)),
    st.booleans(),
    st.none() | st.integers(0, 10**6),
    st.integers(0, 10**5),
    st.integers(-2, 2) | st.integers(-(10**5), 10**5),
)
def test_net_10_checks_in_this_order(
    signer: AccountId | None, exists: bool, first: int | None, registered_at: int, late: int
) -> None:
    block = max(registered_at + 50_400 + late, 0)
    subnet = Subnet(
        added=exists,
        owner=SIGNER,
        network_registered_at=BlockNumber(registered_at),
        first_emission_block_number=None if first is None else BlockNumber(first),
    )
    network = Network(exists=exists, owner=str(SIGNER), registered_at=registered_at)
    named = None if signer is None else str(signer)
    for era, start_of in (
        (START_CALL, start.start),
        (YUMA3, start.start_with_token),
        (dtao.era(371), start.start_after_a_delay),
    ):
        state = evolve(state_of(1, 1, 0, block), runtime=era.runtime, subnets=Map({SUBNET: subnet}))
        state = evolve(state, parameters=evolve(state.parameters, start_call_delay=50_400))
        outcome = apply(state, StartCall(signer, NetUid(1)))
        wanted = start_of(network, named, first, block)
        if isinstance(wanted, str):
            assert outcome.error is not None
            assert outcome.error.value == wanted
            continue
        after = outcome.state.subnet(SUBNET)
        assert after.first_emission_block_number == wanted.first_emission_block
        assert after.subtoken_enabled == wanted.enables_token
