"""What flows into subnets, and what blocks give by it, in the reference against the exact rules."""

from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

import dtao
from dtao.accumulator import SubnetAccumulator
from dtao.evolving import evolve
from dtao.rules import flow as reference
from dtao.rules.emission import owner_cut_proportion, root_alpha, root_proportion, tao_weight
from dtao.state import BlockContext
from dtao.transitions import coinbase, flow_coinbase
from dtao.transitions.coinbase import price_of_ranges
from dtao.units import ROOT, U64_MAX, Rao
from dtao.unpacking import unpack
from dtao_spec.chapters import flow as exact
from dtao_spec.chapters import subsidies

I64_MAX = 2**63 - 1
SHORT, LONG = 2**32, 2**64
FLOWS = st.integers(-(10**15), 10**15) | st.integers(-(2**63), I64_MAX)
PRICES = st.integers(0, 2**40)
EXCESS = dtao.era("excess-tao")


@given(FLOWS, st.integers(0, U64_MAX))
@example(I64_MAX, 1)
@example(0, 2**63)
def test_flow_1_tao_counts_as_a_flow(flow: int, tao: int) -> None:
    assert reference.flow_after_inflow(flow, tao) == exact.flow_of_subnet(flow, tao, True)
    assert reference.flow_after_outflow(flow, tao) == exact.flow_of_subnet(flow, tao, False)


@given(st.integers(-(10**15) * LONG, 10**15 * LONG), st.integers(-(10**15), 10**15), st.integers(0, I64_MAX), PRICES)
def test_flow_2_averages(average: int, flow: int, factor: int, price: int) -> None:
    found = reference.average_after(average, flow, reference.flow_weight(factor))
    given_numbers = Fraction(average, LONG), flow, factor, Fraction(price, SHORT), Fraction(price, SHORT)
    assert Fraction(found, LONG) == exact.average_flow_rounded(*given_numbers)
    # the weight is off by less than 2**-64
    bound = Fraction(abs(average) // LONG + abs(flow) + 4, LONG)
    assert abs(Fraction(found, LONG) - exact.average_flow(*given_numbers)) <= bound


@given(PRICES, PRICES)
def test_flow_2_first_averages(moving_price: int, price: int) -> None:
    first = Fraction(reference.first_average(moving_price, price), LONG)
    assert first == exact.average_flow(None, 5, 7, Fraction(moving_price, SHORT), Fraction(price, SHORT))


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=6), st.integers(0, 10**6))
@example([0, 0], 0)
@example([-5, -5], 0)
def test_flow_3_parts_of_the_emission(averages: list[int], cutoff: int) -> None:
    found = reference.parts_of_emission([flow * LONG for flow in averages], cutoff * LONG, LONG)
    numbers = [Fraction(flow) for flow in averages], Fraction(cutoff), Fraction(1)
    assert [Fraction(part, LONG) for part in found] == exact.parts_of_emission_rounded(*numbers)
    limit = max(cutoff, min([0, *averages]))
    for part, ideal, average in zip(found, exact.parts_of_emission(*numbers), averages, strict=True):
        assert (part == 0) or average > limit
        assert (ideal == 0) == (average <= limit)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.integers(1, 2))
def test_flow_4_powers(numbers: list[int], exponent: int) -> None:
    found = reference.normalized([number * LONG for number in numbers], exponent * LONG)
    values = [Fraction(number) for number in numbers], Fraction(exponent)
    assert [Fraction(part, LONG) for part in found] == exact.powers_normalized_rounded(*values)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=3))
@example([1, 0])
def test_flow_4_powers_of_the_smallest_numbers(numbers: list[int]) -> None:
    found = reference.normalized(numbers, LONG)
    stated = exact.powers_normalized_rounded([Fraction(number, LONG) for number in numbers], Fraction(1))
    assert [Fraction(part, LONG) for part in found] == stated


@given(st.lists(st.integers(10**5, 10**6), min_size=1, max_size=6))
def test_flow_4_a_power_of_1_is_nearly_the_proportion(numbers: list[int]) -> None:
    found = reference.normalized([number * LONG for number in numbers], LONG)
    ideal = exact.powers_normalized([Fraction(number) for number in numbers], Fraction(1))
    assert all(abs(Fraction(part, LONG) - one) < Fraction(1, 10**4) for part, one in zip(found, ideal, strict=True))


@given(st.integers(0, 10**9 * SHORT), st.integers(0, LONG))
def test_flow_5_tao_of_a_part(emission: int, part: int) -> None:
    found = Fraction(reference.tao_of_part(emission, part), SHORT)
    amounts = Fraction(emission, SHORT), Fraction(part, LONG)
    assert found == exact.tao_of_part_rounded(*amounts)
    assert 0 <= exact.tao_of_part(*amounts) - found < Fraction(1, SHORT) + Fraction(1, LONG)


def block_of_342() -> tuple[BlockContext, SubnetAccumulator]:
    state = EXCESS.genesis()
    context = unpack(state, state.block_number + 1)
    (subnet,) = context.subnets
    return context, subnet


@given(st.integers(1, 10**16), st.integers(1, 10**16), st.integers(0, 10**10 * SHORT), st.booleans())
@example(10**10, 10**10, 10**9 * SHORT, False)
@example(10**10, 10**10, 10**9 * SHORT + SHORT, False)
def test_emit_12_excess_tao(tao: int, alpha: int, due: int, is_disabled: bool) -> None:
    context, subnet = block_of_342()
    subnet.tao, subnet.alpha_in, subnet.is_registration_disabled = tao, alpha, is_disabled
    grant = flow_coinbase.capped_grant(context, subnet, due, False)
    emitted = coinbase.emission_of_alpha(context, subnet)
    numbers = Fraction(due, SHORT), Fraction(price_of_ranges(subnet), SHORT), Fraction(emitted)
    for_pool = Fraction(grant.tao), Fraction(grant.alpha)
    stated = subsidies.capped_injection_rounded(*numbers)
    assert Fraction(grant.buys) == (stated[2] or 0)
    assert for_pool == ((Fraction(0), Fraction(0)) if is_disabled else stated[:2])
    assert grant.has_excess == (stated[2] is not None)
    ideal = subsidies.capped_injection(*numbers)
    assert ideal[0] + (ideal[2] or 0) == numbers[0]


@given(PRICES)
@example(SHORT)
@example(SHORT + 1)
def test_emit_11_stakers_of_root_are_paid_above_a_sum_of_1(moving_price: int) -> None:
    context, subnet = block_of_342()
    subnet.moving_price = moving_price
    assert flow_coinbase.is_root_sell_flag_set(context, [subnet]) == subsidies.root_is_paid(
        [Fraction(moving_price, SHORT)]
    )
    halves = [Fraction(moving_price, SHORT)] * 2
    assert flow_coinbase.is_root_sell_flag_set(context, [subnet, subnet]) == subsidies.root_is_paid(halves)


@given(st.integers(0, 10**16), st.integers(0, 10**9), st.booleans(), st.booleans())
@example(10**13, 10**9, True, True)
def test_emit_10_alpha_is_kept_for_root(root_tao: int, emitted: int, takes: bool, pays: bool) -> None:
    context, subnet = block_of_342()
    state = context.state
    root = evolve(state.pool(ROOT), tao=Rao(root_tao))
    context.state = state = evolve(state, pools=state.pools.set(ROOT, root))
    shared = (emitted << 32) - ((emitted << 32) * owner_cut_proportion(state.parameters.subnet_owner_cut) >> 32)
    weighted = root_tao * tao_weight(state.parameters.tao_weight)
    for_root = root_alpha(root_proportion(weighted, subnet.alpha_in + subnet.alpha_out), shared)
    flow_coinbase.divide(
        context, [subnet], [flow_coinbase.Grant(0, 0, emitted, 0, False, takes, pays)], flow_coinbase.set_aside_together
    )
    stated = subsidies.kept_for_root_rounded(Fraction(for_root, SHORT), Fraction(shared, SHORT), takes, pays)
    assert (Fraction(subnet.pending_root_alpha), Fraction(subnet.pending_emission)) == stated
    exact_parts = subsidies.kept_for_root(Fraction(for_root, SHORT), Fraction(shared, SHORT), takes, pays)
    assert all(0 <= part - found < 1 for part, found in zip(exact_parts, stated, strict=True))
