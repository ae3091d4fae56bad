"""The exact coinbase with weights against the reference: to the bit once each rule rounds as it states."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.params import EXISTENTIAL_DEPOSIT
from dtao.records import Emission
from dtao.rules.pools.weighted import NO_WEIGHTS, Weights
from dtao.state import State
from dtao.transitions.credit_coinbase import mint
from dtao.transitions.subnet_accounts import account_of
from dtao.units import Bits, BlockNumber, NetUid, Rao
from dtao.unpacking import pack, unpack
from dtao_spec.chapters import chain as exact
from dtao_spec.chapters.epoch_timing import epochs_of_block
from dtao_spec.registry import Computation
from tests.spec.test_block import chains, in_era, subnets

ERAS = [era for era in dtao.ERAS if era.spec_version >= 423]
ONE_WEIGHT = 10**18
ULP = Fraction(1, 2**32)


@st.composite
def weighted_chains(draw: st.DrawFn) -> tuple[exact.Chain, State]:
    """A chain with weights, schedules and parts of miners, and the same as a state of the reference."""
    chain, state = draw(chains(subnets))
    known, emissions, weights = [], state.emissions, state.weights
    for subnet in chain.subnets:
        quote = draw(st.sampled_from([ONE_WEIGHT // 2, ONE_WEIGHT // 100, ONE_WEIGHT * 99 // 100]) | st.integers(
            ONE_WEIGHT // 100, ONE_WEIGHT * 99 // 100
        ))  # fmt: skip
        is_traded, enabled = draw(st.booleans()), draw(st.booleans())
        last, pending = draw(st.integers(0, chain.block_number)), draw(st.integers(0, 1_001))
        withheld = draw(st.sampled_from([0, 2**31, 2**32]))
        netuid = NetUid(subnet.netuid)
        weights = weights.set(netuid, Weights(is_initialized=is_traded, stored=quote))
        steps = draw(st.integers(0, chain.block_number))
        emissions = emissions.set(
            netuid,
            Emission(
                last_epoch_block=BlockNumber(last), pending_epoch_at=BlockNumber(pending), blocks_since_last_step=steps,
            ),
        )  # fmt: skip
        stored = state.subnet(netuid)
        hyperparameters = evolve(stored.hyperparameters, emission_enabled=enabled)
        stored = evolve(stored, hyperparameters=hyperparameters, miner_burned=Bits(withheld))
        holding = state.balances.set(account_of(netuid), Rao(EXISTENTIAL_DEPOSIT))
        state = evolve(state, subnets=state.subnets.set(netuid, stored), balances=holding)
        known.append(
            evolve(
                subnet, quote_weight=Fraction(quote, ONE_WEIGHT), is_traded=is_traded, is_emission_enabled=enabled,
                last_epoch=last, pending_epoch=pending, withheld=withheld * ULP, blocks_since_last_step=steps,
            )
        )  # fmt: skip
    balances = draw(st.integers(0, 21 * 10**15 + 10) | st.just(21 * 10**15 - 10**8))
    places = draw(st.integers(0, 3))
    parameters = evolve(state.parameters, max_epochs_per_block=places)
    state = evolve(
        state, emissions=emissions, weights=weights, parameters=parameters, balances_total_issuance=Rao(balances)
    )
    return evolve(chain, subnets=tuple(known), balances=Fraction(balances), epochs_per_block=places), state


@pytest.mark.rule("BLOCK-3")
@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@given(pair=weighted_chains(), emission=st.integers(0, 10**9))
def test_the_coinbase_rounded_is_the_reference_to_the_bit(
    era: dtao.Era, pair: tuple[exact.Chain, State], emission: int
) -> None:
    chain, state = pair
    rules = Computation(era.spec_version, is_rounded=True)
    cut, weight = rules["EMIT-4"](state.parameters.subnet_owner_cut), rules["EMIT-5"](state.parameters.tao_weight)
    after: Any = rules["BLOCK-3"](evolve(chain, owner_cut=cut, tao_weight=weight), Fraction(emission))
    context = unpack(in_era(state, era), state.block_number)
    mint(context, emission)
    for phase in era.runtime.block.coinbase:
        phase(context)
    computed = pack(context)
    assert (computed.total_issuance, computed.total_stake) == (after.total_issuance, after.total_stake)
    for subnet in after.subnets:
        assert seen(computed, NetUid(subnet.netuid)) == stated(subnet)


def seen(state: State, netuid: NetUid) -> tuple[object, ...]:
    pool, emission, weights = state.pool(netuid), state.emission(netuid), state.weights.get(netuid, NO_WEIGHTS)
    return (
        pool.tao, pool.alpha_in, pool.alpha_out, pool.volume, weights.quote, weights.is_initialized,
        emission.tao_in, emission.alpha_in, emission.alpha_out, emission.protocol_alpha, emission.protocol_flow,
        emission.pending_root_alpha, emission.pending_server_emission, emission.pending_validator_emission,
        emission.pending_owner_cut, emission.blocks_since_last_step, emission.last_epoch_block,
        emission.pending_epoch_at,
    )  # fmt: skip


def stated(subnet: exact.Subnet) -> tuple[object, ...]:
    pending = subnet.pending
    return (
        subnet.tao, subnet.alpha_in, subnet.alpha_out, subnet.volume, int(subnet.quote_weight * ONE_WEIGHT),
        subnet.is_traded, subnet.tao_in_emission, subnet.alpha_in_emission, subnet.alpha_out_emission,
        subnet.protocol_alpha, subnet.protocol_flow, pending.root_alpha, pending.for_miners, pending.for_validators,
        pending.owner_cut, subnet.blocks_since_last_step, subnet.last_epoch, subnet.pending_epoch,
    )  # fmt: skip


@pytest.mark.rule("BLOCK-6")
@given(st.lists(st.booleans(), max_size=8), st.integers(0, 4))
def test_epochs_of_a_block_are_run_or_wait(consistent: list[bool], places: int) -> None:
    due = list(enumerate(consistent, start=1))
    run, waiting = epochs_of_block(due, places)
    assert len(run) <= places
    left_out = {netuid for netuid, _ in due} - set(run) - set(waiting)
    assert all(not consistent[netuid - 1] for netuid in left_out)
    assert not set(run) & set(waiting)


@pytest.mark.rule("EMIT-12")
@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@given(due=st.integers(1, 10**9), fine=st.integers(2**44, 2**66), limit=st.integers(0, 10**9))
def test_a_block_gives_alpha_at_the_price_in_32_bits(era: dtao.Era, due: int, fine: int, limit: int) -> None:
    """A finer price may allow for an alpha rao less."""
    rules = Computation(era.spec_version, is_rounded=True)
    amounts = Fraction(10**9), Fraction(limit)
    found, cut = (
        rules["EMIT-12"](Fraction(due), price, *amounts) for price in (Fraction(fine, 2**64), (fine >> 32) * ULP)
    )
    assert found == cut


@pytest.mark.rule("BLOCK-3", "EMIT-15")
@pytest.mark.parametrize("version", [411, 421, 423])
def test_a_block_pays_no_account_that_would_not_exist(version: int) -> None:
    subnet = exact.Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(10**12), Fraction(1), account=Fraction(0))
    subnet = evolve(subnet, first_emission_block=1, average_flow=(5, Fraction(10**9)))
    rest = (Fraction(0), Fraction(0), Fraction(10**12), Fraction(18, 100), Fraction(1, 5), Fraction(0))
    for emission, paid in ((499, 0), (1_000, 1_000)):
        after: Any = Computation(version)["BLOCK-3"](exact.Chain(5, *rest, (subnet,)), Fraction(emission))
        (found,) = after.subnets
        assert (after.total_issuance, after.balances, found.account) == (paid, paid, paid)


@pytest.mark.rule("BLOCK-3", "EMIT-12")
@pytest.mark.parametrize("version", [413, 421, 423, 425])
@pytest.mark.parametrize("mechanism", [0, 2])
def test_a_block_buys_one_for_one_where_no_pool_is_traded(version: int, mechanism: int) -> None:
    tao = Fraction(10**12)
    subnet = exact.Subnet(1, tao, tao, tao, Fraction(1), mechanism, first_emission_block=1)
    subnet = evolve(subnet, average_flow=(5, Fraction(10**9)))
    chain = exact.Chain(5, *(Fraction(0),) * 3, Fraction(18, 100), Fraction(1, 5), Fraction(0), (subnet,))
    after: Any = Computation(version, is_rounded=True)["BLOCK-3"](chain, Fraction(10**9))
    (found,) = after.subnets
    assert found.protocol_alpha == found.spent
    assert found.alpha_in + found.spent == tao + found.alpha_in_emission
    if version >= 421:  # nothing is root's, so that all of the TAO buys
        assert found.spent == 10**9
