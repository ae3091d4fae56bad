"""Blocks whose moving prices follow after the epochs, in the reference against the exact rules."""

from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

import dtao
from dtao import block as reference
from dtao.accumulator import SubnetAccumulator
from dtao.records import Subnet
from dtao.rules import emission as rules_of_emission
from dtao.settings import Hyperparameters
from dtao.state import BlockContext, State
from dtao.transitions import coinbase, flow_coinbase
from dtao.transitions.coinbase import price_of_ranges
from dtao.units import U64_MAX, Bits, BlockNumber, NetUid, Rao
from dtao.unpacking import unpack
from dtao_spec.chapters import chain as exact
from dtao_spec.chapters import issued, subsidies
from dtao_spec.registry import Computation
from tests.spec.test_block import (
    FLOWS,
    LONG,
    ONE,
    ULP,
    Flow,
    chains,
    hyperparameters_of,
    in_era,
    wild_subnets,
    with_flows,
)


@pytest.mark.rule("EMIT-14")
@pytest.mark.rule("EMIT-6")
@pytest.mark.parametrize("version", [361, 362, 365, 371])
@given(pair=chains(wild_subnets), flows=st.lists(FLOWS, min_size=3, max_size=3))
def test_block_2_moves_prices_last_and_stores_root_proportions(
    version: int, pair: tuple[exact.Chain, State], flows: list[Flow]
) -> None:
    chain, state = pair
    rules, parameters = Computation(version, is_rounded=True), state.parameters
    cut, weight = rules["EMIT-4"](parameters.subnet_owner_cut), rules["EMIT-5"](parameters.tao_weight)
    state = in_era(state, dtao.era(version))
    subnets = (evolve(one, fee_rate=hyperparameters_of(state, one.netuid).fee_rate) for one in chain.subnets)
    chain = evolve(chain, owner_cut=cut, tao_weight=weight, subnets=tuple(subnets))
    chain, state = with_flows(chain, state, flows)
    after, computed = rules["BLOCK-2"](chain), reference.step(state)
    assert (computed.total_issuance, computed.total_stake) == (after.total_issuance, after.total_stake)
    for subnet in after.subnets:
        found, emission = computed.pool(NetUid(subnet.netuid)), computed.emission(NetUid(subnet.netuid))
        assert (found.tao, found.alpha_in, found.alpha_out) == (subnet.tao, subnet.alpha_in, subnet.alpha_out)
        assert found.moving_price * ULP == subnet.moving_price
        assert emission.root_prop * ULP == subnet.root_proportion
    assert any(one.root_proportion for one in after.subnets) <= (version >= 365)


@pytest.mark.parametrize("version", [361, 401])
@given(
    st.dictionaries(st.integers(1, 9), st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans())),
)
def test_emit_8_and_emit_3_leave_out_what_is_not_open(
    version: int, subnets: dict[int, tuple[bool, bool, bool, bool]]
) -> None:
    rules = Computation(version)
    prices = dict.fromkeys(subnets, Fraction(1))
    starts = {netuid: 9 for netuid, (is_started, *_) in subnets.items() if is_started}
    not_open = {
        netuid
        for netuid, (_, is_enabled, burn, work) in subnets.items()
        if not is_enabled or rules["EMIT-3"](burn, work)
    }
    found = set()
    for netuid, (is_started, is_enabled, burn, work) in subnets.items():
        allowed = Hyperparameters(network_registration_allowed=burn, network_pow_registration_allowed=work)
        first = BlockNumber(9) if is_started else None
        subnet = Subnet(first_emission_block_number=first, subtoken_enabled=is_enabled, hyperparameters=allowed)
        if dtao.era(version).runtime.emission.is_eligible(subnet):
            found.add(netuid)
    assert found == set(rules["EMIT-8"](prices, starts, not_open))


@given(*[st.integers(0, U64_MAX)] * 3)
@example(U64_MAX, 1, 0)
def test_emit_13_counts_what_users_provide(alpha_in: int, provided: int, alpha_out: int) -> None:
    amounts = Fraction(alpha_in), Fraction(provided), Fraction(alpha_out)
    assert rules_of_emission.issued_with_that_of_users(alpha_in, provided, alpha_out) == issued.alpha_issuance(*amounts)
    before = rules_of_emission.issued_without_that_of_users(alpha_in, provided, alpha_out)
    assert before == min(alpha_in + alpha_out, U64_MAX)


def block_of(version: int) -> tuple[BlockContext, SubnetAccumulator]:
    """A block of a version, and the only subnet in it, opened to all."""
    era = dtao.era(version)
    state = era.set(era.genesis(), "SubtokenEnabled", {"netuid": 1}, True)
    state = era.set(state, "NetworkRegistrationAllowed", {"netuid": 1}, True)
    state = era.set(state, "FirstEmissionBlockNumber", {"netuid": 1}, "1")
    context = unpack(state, state.block_number + 1)
    (subnet,) = context.eligible
    return context, subnet


AMOUNTS = st.integers(1, 10**16)


@given(AMOUNTS, AMOUNTS, st.integers(0, 10**10 * ONE))
@example(10**10, 10**10, 10**9 * ONE)
@example(10**10, 10**10, 10**9 * ONE + ONE - 1)
@example(10**10, 10**10, 10**9 * ONE + ONE)
def test_emit_12_buys_with_whole_rao(tao: int, alpha: int, due: int) -> None:
    context, subnet = block_of(361)
    subnet.tao, subnet.alpha_in = tao, alpha
    grant = flow_coinbase.grant_in_whole_rao(context, subnet, due, False)
    emitted = coinbase.emission_of_alpha(context, subnet)
    numbers = Fraction(due, ONE), Fraction(price_of_ranges(subnet), ONE), Fraction(emitted)
    stated = Computation(361, is_rounded=True)["EMIT-12"](*numbers)
    assert (grant.tao, grant.alpha, grant.buys or None) == stated
    assert grant.has_excess == (stated[2] is not None)
    ideal = subsidies.capped_injection_in_whole_rao(*numbers)
    assert abs((ideal[2] or Fraction(0)) - grant.buys) <= 1 + numbers[1] / ONE  # a step of alpha, at its price
    assert 0 <= numbers[0] - ideal[0] - (ideal[2] or Fraction(0)) < 1


@given(AMOUNTS, AMOUNTS, st.integers(0, 10**10 * ONE), st.integers(0, 10**9))
@example(10**10, 10**10, 10**9 * ONE, 5 * 10**8)
@example(8_589_934_593, 1, 8_589_934_592, 0)  # less than a step of alpha: none is to be bought, and all is injected
def test_emit_12_caps_by_the_tao_of_the_block(tao: int, alpha: int, due: int, limit: int) -> None:
    context, subnet = block_of(362)
    subnet.tao, subnet.alpha_in = tao, alpha
    grant = flow_coinbase.grant_capped_by(limit, context, subnet, due, False)
    emitted = coinbase.emission_of_alpha(context, subnet)
    numbers = Fraction(due, ONE), Fraction(price_of_ranges(subnet), ONE), Fraction(emitted), Fraction(limit)
    stated = Computation(362, is_rounded=True)["EMIT-12"](*numbers)
    assert (grant.tao, grant.alpha, grant.buys or None) == stated
    assert grant.alpha <= min(limit, emitted) == min(limit, grant.emitted)
    ideal = subsidies.injection_capped_by_tao(*numbers)
    assert abs((ideal[2] or Fraction(0)) - grant.buys) <= 1 + numbers[1] / ONE  # a step of alpha, at its price


def test_emit_12_is_limited_by_what_the_block_may_issue() -> None:
    """Past the first halving of TAO, in a subnet whose alpha has not halved."""
    context, subnet = block_of(362)
    halved = evolve(context.state, total_issuance=Rao(10_500_000 * 10**9 + 1))
    context = unpack(halved, halved.block_number + 1)
    (subnet,) = context.eligible
    subnet.tao, subnet.alpha_in, subnet.average_tao_flow = 10**10, 10**12, (BlockNumber(0), Bits(LONG))
    context.emission = Bits(5 * 10**8 * ONE)
    context.block_number = halved.block_number + 1
    flow_coinbase.emit_with_injection_cap(context)
    assert (subnet.alpha_in_emission, subnet.alpha_out_emission) == (5 * 10**8, 10**9)
