"""Networks in later eras against the exact rules."""

from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao.calls import RegisterNetwork, StartCall, apply
from dtao.calls import networks as calls
from dtao.eras import DIVIDEND_FIX, DYNAMIC_FEES, START_CALL, YUMA3
from dtao.events import NetworkAdded
from dtao.oracle import Era
from dtao.persistent import Map
from dtao.records import Hyperparameters, Pool, Subnet
from dtao.units import AccountId, BlockNumber, NetUid, Rao
from dtao_spec.chapters.networks import Network
from dtao_spec.later import networks as exact
from tests.spec.economies import AMOUNTS
from tests.spec.test_networks import HOTKEY, OTHER, POOLS, SIGNER, SUBNET, network_of, state_of

ATTRIBUTES = {
    "Tempo": "tempo",
    "Kappa": "kappa",
    "MaxAllowedUids": "max_allowed_uids",
    "MaxAllowedValidators": "max_allowed_validators",
    "MinAllowedWeights": "min_allowed_weights",
    "MaxWeightsLimit": "max_weights_limit",
    "ImmunityPeriod": "immunity_period",
    "AdjustmentInterval": "adjustment_interval",
    "TargetRegistrationsPerInterval": "target_registrations_per_interval",
    "AdjustmentAlpha": "adjustment_alpha",
    "MinBurn": "min_burn",
    "MinDifficulty": "min_difficulty",
    "MaxDifficulty": "max_difficulty",
}


def settings_of(parameters: Hyperparameters) -> dict[str, int]:
    return {item: int(getattr(parameters, attribute)) for item, attribute in ATTRIBUTES.items()}


@given(st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1), st.integers(0, 10**9))
def test_net_6_gives_hyperparameters(tempo: int, kappa: int, min_burn: int) -> None:
    stored = Hyperparameters(tempo=tempo, kappa=kappa, min_burn=Rao(min_burn))
    for era, given_by in (
        (DIVIDEND_FIX, exact.given_hyperparameters),
        (START_CALL, exact.given_hyperparameters_but_min_burn),
        (YUMA3, exact.given_hyperparameters_but_min_burn),
    ):
        state = evolve(state_of(1, 1, 0, 9), runtime=era.runtime)
        state = evolve(state, subnets=state.subnets.set(SUBNET, Subnet(hyperparameters=stored)))
        after = calls.network_created(state, SUBNET, SIGNER, HOTKEY).subnet(SUBNET)
        assert settings_of(after.hyperparameters) == given_by(settings_of(stored))
        assert after.hyperparameters.network_registration_allowed


@given(POOLS, AMOUNTS, st.integers(0, 10**7), AMOUNTS)
def test_net_6_keeps_nothing_of_the_total_stake(pool: Pool, minimum: int, block: int, total: int) -> None:
    state = evolve(state_of(1, minimum, 0, block), pools=Map({SUBNET: pool}), total_stake=Rao(total))
    for era, kept in ((START_CALL, total), (YUMA3, 0)):
        after = calls.network_created(evolve(state, runtime=era.runtime), SUBNET, SIGNER, HOTKEY)
        left = network_of(state, SUBNET)
        ideal = exact.network_created(left, str(SIGNER), str(HOTKEY), block, Fraction(minimum))
        assert network_of(after, SUBNET) == ideal
        assert after.subnet(SUBNET).total_stake_at_dynamic == kept


@pytest.mark.parametrize("era", [DYNAMIC_FEES, START_CALL], ids=lambda era: era.name)
@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_net_7_adds_the_pool_to_the_total_stake(
    era: Era, balance: int, last_lock: int, minimum: int, total: int
) -> None:
    state = state_of(last_lock, minimum, 10, 10_000, issued=10**17, balance=balance)
    state = evolve(state, runtime=era.runtime, total_stake=Rao(total))
    cost = calls.network_lock_cost(state)[1]
    outcome = apply(state, RegisterNetwork(SIGNER, HOTKEY))
    if outcome.error is not None:
        return
    held = Fraction(balance if balance >= 500 else 0)
    paid, burned, staked = exact.register_network(held, Fraction(cost), Fraction(minimum))
    assert outcome.state.total_stake == total + staked
    assert outcome.state.network_last_lock_cost == paid
    assert state.total_issuance - outcome.state.total_issuance == burned
    announced = exact.network_added(1) if era is START_CALL else ("NetworkAdded", 1, 0)
    assert outcome.events == (NetworkAdded(NetUid(announced[1]), announced[2]),)


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
    for era in (START_CALL, YUMA3):
        state = evolve(state_of(1, 1, 0, block), runtime=era.runtime, subnets=Map({SUBNET: subnet}))
        outcome = apply(state, StartCall(signer, NetUid(1)))
        wanted = exact.started(network, named, first, block)
        if isinstance(wanted, str):
            assert outcome.error is not None
            assert outcome.error.value == wanted
            continue
        after = outcome.state.subnet(SUBNET)
        assert after.first_emission_block_number == wanted
        assert (wanted, True) == exact.started_with_token(network, named, first, block)
        assert after.subtoken_enabled == (era is YUMA3)
