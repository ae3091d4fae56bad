"""Blocks that mint their TAO first, in the reference against the exact rules."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao import block as reference
from dtao.rules import flow
from dtao.state import State
from dtao.transitions import credit_coinbase
from dtao.transitions.subnet_accounts import account_of
from dtao.units import NetUid, Rao
from dtao.unpacking import unpack
from dtao_spec.chapters import chain as exact
from dtao_spec.registry import Computation
from tests.spec.test_block import FLOWS, ULP, Flow, chains, hyperparameters_of, in_era, wild_subnets, with_flows

FINE = 2**64
SIGNED = st.integers(-(2**100), 2**100)
PARTS = st.lists(st.integers(0, FINE), min_size=1, max_size=6)


@pytest.mark.rule("BLOCK-3", "EMIT-12", "EMIT-15")
@pytest.mark.parametrize("version", [411, 413, 421])
@given(
    pair=chains(wild_subnets),
    flows=st.lists(FLOWS, min_size=3, max_size=3),
    gives=st.lists(st.booleans(), min_size=3, max_size=3),
    cuts=st.lists(st.booleans(), min_size=3, max_size=3),
    is_net=st.booleans(),
)
def test_block_3_mints_and_pays_accounts(
    version: int,
    pair: tuple[exact.Chain, State],
    flows: list[Flow],
    gives: list[bool],
    cuts: list[bool],
    is_net: bool,
) -> None:
    chain, state = pair
    era = dtao.era(version)
    rules, parameters = Computation(version, is_rounded=True), state.parameters
    cut, weight = rules["EMIT-4"](parameters.subnet_owner_cut), rules["EMIT-5"](parameters.tao_weight)
    state = in_era(state, era)
    subnets = []
    for one, is_given, is_cut in zip(chain.subnets, gives, cuts, strict=False):
        rate = hyperparameters_of(state, one.netuid).fee_rate
        subnets.append(evolve(one, fee_rate=rate, is_emission_enabled=is_given, is_owner_cut_enabled=is_cut))
        for item, value in (("SubnetEmissionEnabled", is_given), ("OwnerCutEnabled", is_cut)):
            state = era.set(state, item, {"netuid": one.netuid}, value)
        state = era.set(state, "Balance", {"account": str(account_of(NetUid(one.netuid)))}, "500")
    state = era.set(state, "NetTaoFlowEnabled", {}, is_net)
    chain = evolve(chain, owner_cut=cut, tao_weight=weight, is_flow_net=is_net, subnets=tuple(subnets))
    chain = evolve(chain, balances=Fraction(state.balances_total_issuance))
    chain, state = with_flows(chain, state, flows)
    after, computed = rules["BLOCK-2"](chain), reference.step(state)
    assert (computed.total_issuance, computed.total_stake) == (after.total_issuance, after.total_stake)
    assert computed.balances_total_issuance == after.balances
    for subnet in after.subnets:
        netuid = NetUid(subnet.netuid)
        found, emission = computed.pool(netuid), computed.emission(netuid)
        assert (found.tao, found.alpha_in, found.alpha_out) == (subnet.tao, subnet.alpha_in, subnet.alpha_out)
        assert (emission.protocol_flow, emission.protocol_alpha) == (subnet.protocol_flow, subnet.protocol_alpha)
        assert found.moving_price * ULP == subnet.moving_price


def bits(numbers: Sequence[Fraction]) -> list[int]:
    return [int(number * FINE) for number in numbers]


@given(st.lists(st.tuples(SIGNED, SIGNED), min_size=1, max_size=5), st.booleans())
@pytest.mark.rule("FLOW-6")
def test_flow_6_is_exact(averages: list[tuple[int, int]], enabled: bool) -> None:
    found = flow.net_flows(averages) if enabled else [users for users, _ in averages]
    exact_averages = [(Fraction(users, FINE), Fraction(protocol, FINE)) for users, protocol in averages]
    assert found == bits(Computation(411, is_rounded=True)["FLOW-6"](exact_averages, enabled))
    if enabled and any(users > 0 for users, _ in averages):
        assert max(Computation(411)["FLOW-6"](exact_averages, True)) >= 0


@given(SIGNED, st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**63 - 1))
@pytest.mark.rule("FLOW-7")
def test_flow_7_is_exact(average: int, moved: int, factor: int) -> None:
    found = flow.average_after(average, moved, flow.flow_weight(factor))
    stated = Computation(411, is_rounded=True)["FLOW-7"](Fraction(average, FINE), moved, factor)
    assert Fraction(found, FINE) == stated


@pytest.mark.rule("FLOW-7")
def test_the_protocols_flow_is_averaged_once_a_block() -> None:
    context = unpack(dtao.era(411).genesis(), 5)
    (subnet,) = context.subnets
    subnet.protocol_flow = 8
    first = credit_coinbase.average_of_protocol_flow(context, subnet, 2**61)
    assert (first, subnet.protocol_flow) == (8 * 2**61, 0)
    subnet.protocol_flow = 9
    assert credit_coinbase.average_of_protocol_flow(context, subnet, 2**61) == first
    assert subnet.protocol_flow == 9


@given(st.integers(0, 22 * 10**15), st.integers(0, 10**9))
@pytest.mark.rule("EMIT-15")
def test_emit_15_is_exact(balances: int, emission: int) -> None:
    state = evolve(dtao.era(411).genesis(), balances_total_issuance=Rao(balances))
    context = unpack(state, 5)
    (subnet,) = context.subnets
    credit_coinbase.mint(context, emission)
    minted = Computation(411)["EMIT-15"](balances, emission)
    assert (context.credit, context.state.balances_total_issuance) == (minted, balances + minted)
    assert not credit_coinbase.spend(context, subnet, min(minted, 499))
    paid = credit_coinbase.spend(context, subnet, max(minted, 500))
    assert paid == (minted >= 500)
    credit_coinbase.recycle_credit(context)
    left = minted if paid else 0
    assert (context.credit, context.state.balances_total_issuance) == (0, balances + left)


@given(st.lists(st.tuples(st.integers(0, FINE), st.booleans()), min_size=1, max_size=6))
@pytest.mark.rule("EMIT-16")
def test_emit_16_is_exact(subnets: list[tuple[int, bool]]) -> None:
    parts, enabled = [part for part, _ in subnets], [gets for _, gets in subnets]
    stated = Computation(411, is_rounded=True)["EMIT-16"]([Fraction(part, FINE) for part in parts], enabled)
    assert flow.parts_of_enabled(parts, enabled) == bits(stated)


@given(st.lists(st.tuples(st.integers(0, 2**36), st.integers(0, 2**32), st.integers(0, 2**32)), min_size=1, max_size=5))
@pytest.mark.rule("EMIT-17")
def test_emit_17_is_exact(subnets: list[tuple[int, int, int]]) -> None:
    prices, proportions, withheld = zip(*subnets, strict=True)
    factors = [flow.part_of_root_and_miners(root, less) for _, root, less in subnets]
    found = flow.weighted_parts(flow.parts_by_price(prices), factors)
    args = [[Fraction(one, 2**32) for one in column] for column in (prices, proportions, withheld)]
    assert found == bits(Computation(421, is_rounded=True)["EMIT-17"](*args))
