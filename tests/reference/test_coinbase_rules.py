"""The rules of the coinbase that changed, against the runtime's own steps in saturating fixed point."""

from collections.abc import Mapping, Sequence

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao import fixed
from dtao.errors import InputError
from dtao.fixed import I96F32, U96F32, Format
from dtao.records import Subnet
from dtao.rules import dividends, emission, price, stake_weight
from dtao.units import U16_MAX, U64_MAX, AccountId, Alpha, Bits, BlockNumber

FORMATS = st.sampled_from([I96F32, U96F32])
AMOUNTS = st.integers(0, U64_MAX) | st.integers(0, 21 * 10**15) | st.sampled_from([0, 1, U64_MAX])
PARTS = st.integers(0, I96F32.one)
BROUGHT = st.lists(st.tuples(st.integers(0, 2**96 - 1), st.booleans()), max_size=5)


def divided_step_by_step(
    form: Format, dividends: int, take: int, own: int, brought: Sequence[tuple[int, bool]]
) -> list[int]:
    """Divide a child's dividends as versions from 252 on do, with an operation of the format for each of theirs."""
    of_all = fixed.from_int(form, dividends)
    proportion = fixed.safe_div(form, fixed.from_int(form, take), fixed.from_int(form, U16_MAX))
    total = fixed.from_int(form, own)
    for contribution, _ in brought:
        total = fixed.saturating_add(form, total, contribution)
    remaining, takes, result = of_all, 0, []
    for contribution, same_owner in brought:
        part = fixed.saturating_mul(form, of_all, fixed.checked_div(form, contribution, total) or 0)
        remaining = fixed.saturating_sub(form, remaining, part)
        taken = 0 if same_owner else fixed.saturating_mul(form, proportion, part)
        takes = fixed.saturating_add(form, takes, taken)
        result.append(fixed.to_u64(form, fixed.saturating_sub(form, part, taken)))
    return [*result, fixed.to_u64(form, fixed.saturating_add(form, remaining, takes))]


@given(FORMATS, AMOUNTS, st.integers(0, U16_MAX), AMOUNTS, BROUGHT)
def test_a_child_takes_of_each_parent(
    form: Format, amount: int, take: int, own: int, brought: list[tuple[int, bool]]
) -> None:
    contributions, same_owner = [Bits(bits) for bits, _ in brought], [same for _, same in brought]
    found = dividends.divided_with_take_of_each(amount, take, own, contributions, same_owner)
    assert found == divided_step_by_step(form, amount, take, own, brought)
    assert amount - len(found) < sum(found) <= amount


def proportional_step_by_step(
    form: Format, earned: Mapping[AccountId, int], of_root: Mapping[AccountId, int], pending: int
) -> dict[AccountId, int]:
    """Divide the alpha for validators as versions from 257 on do, an operation of the format for each of theirs."""
    alpha = {hotkey: fixed.saturating_sub(form, bits, of_root[hotkey]) for hotkey, bits in earned.items()}
    total = 0
    for bits in alpha.values():
        total = fixed.saturating_add(form, total, bits)
    return {
        hotkey: fixed.saturating_mul(form, fixed.from_int(form, pending), fixed.checked_div(form, bits, total) or 0)
        for hotkey, bits in alpha.items()
    }


@given(FORMATS, st.lists(st.tuples(AMOUNTS, PARTS), max_size=5), AMOUNTS)
def test_dividends_in_proportion(form: Format, amounts: list[tuple[int, int]], pending: int) -> None:
    earned = {AccountId(hotkey): Bits(amount << 32) for hotkey, (amount, _) in enumerate(amounts)}
    of_root = {AccountId(hotkey): Bits(amount * part) for hotkey, (amount, part) in enumerate(amounts)}
    found = dividends.proportional_dividends(earned, of_root, Alpha(pending))
    assert found == proportional_step_by_step(form, earned, of_root, pending)
    assert sum(found.values()) <= pending << 32


def test_dividends_with_and_without_those_of_root() -> None:
    earned = {AccountId(1): Bits(10 << 32), AccountId(2): Bits(7 << 32)}
    of_root = {AccountId(1): Bits(4 << 32), AccountId(2): Bits(7 << 32)}
    assert dividends.whole_dividends(earned, of_root, Alpha(1)) == earned
    assert dividends.dividends_without_those_of_root(earned, of_root, Alpha(1)) == {1: 6 << 32, 2: 0}


@pytest.mark.parametrize(
    ("pending_alpha", "pending_swapped", "incentives", "expected"),
    [
        (90, 11, 1, 39),  # the half of 101, floored, less 11
        (90, 11, 0, 90),
        (10, 11, 1, 0),
        (U64_MAX, 5, 1, U64_MAX // 2 - 5),
    ],
)
def test_alpha_for_validators(pending_alpha: int, pending_swapped: int, incentives: int, expected: int) -> None:
    assert dividends.alpha_for_validators(Alpha(pending_alpha), Alpha(pending_swapped), incentives) == expected


@given(FORMATS, PARTS, st.integers(-U64_MAX, U64_MAX), AMOUNTS)
def test_weight_of_the_price(form: Format, moving_alpha: int, blocks: int, halving_blocks: int) -> None:
    age = fixed.from_int(form, max(blocks, 0))
    scale = fixed.safe_div(form, age, fixed.saturating_add(form, age, fixed.from_int(form, halving_blocks)))
    weight = price.weight_by_age(moving_alpha, blocks, halving_blocks)
    assert weight == fixed.saturating_mul(form, moving_alpha, scale)
    assert price.full_weight(moving_alpha, blocks, halving_blocks) == moving_alpha


@pytest.mark.parametrize(("first_emission", "expected"), [(None, 0), (0, 0), (1, 0), (50_402, 50_401)])
def test_where_the_age_of_the_price_begins(first_emission: int | None, expected: int) -> None:
    first = None if first_emission is None else BlockNumber(first_emission)
    subnet = Subnet(network_registered_at=BlockNumber(7), first_emission_block_number=first)
    assert price.counted_from_start(subnet) == expected
    assert price.counted_from_registration(subnet) == 7


def test_who_takes_part() -> None:
    subnets = [Subnet(first_emission_block_number=block) for block in (None, BlockNumber(0), BlockNumber(U64_MAX))]
    assert [emission.is_eligible(subnet) for subnet in subnets] == [True, True, True]
    assert [emission.is_eligible_once_started(subnet) for subnet in subnets] == [False, True, True]
    assert [emission.is_eligible_while_open(subnet) for subnet in subnets] == [False, False, False]


def test_a_product_saturates_later_without_a_sign() -> None:
    one, largest = U96F32.one, U96F32.max_bits
    price_of_all = largest // 2
    assert emission.tao_emission(4 * one, price_of_all, price_of_all) == one
    assert emission.tao_emission(4 * one, price_of_all, price_of_all, largest) == 2 * one


def test_children_with_more_than_the_whole_leave_what_parents_gave() -> None:
    too_many, parents = [U64_MAX, U64_MAX], [(U64_MAX, 30)]
    assert stake_weight.inherited_stake(20, too_many, parents) == 10
    assert stake_weight.inherited_stake_unsigned(20, too_many, parents) == 30
    assert stake_weight.inherited_stake(20, [U64_MAX], parents) == 30
    assert stake_weight.inherited_stake_unsigned(20, [U64_MAX], parents) == 30


def test_a_subnet_that_was_not_started_stays_as_it_is() -> None:
    era = dtao.era("start-call")
    state = era.genesis()
    after = era.step(state, 3)
    pool, emitted = state.pools, evolve(state.emission(dtao.NetUid(1)), blocks_since_last_step=3)
    assert (after.pools, after.total_stake, after.total_issuance) == (pool, state.total_stake, state.total_issuance)
    assert after.emission(dtao.NetUid(1)) == emitted
    started = era.step(era.set(state, "FirstEmissionBlockNumber", {"netuid": 1}, str(U64_MAX)))
    assert started.emission(dtao.NetUid(1)).alpha_out == 10**9


def test_an_emission_beyond_the_format_is_refused() -> None:
    argument = {"block_emission": str(I96F32.max_bits + 1)}
    for name in ("launch", "start-call"):
        era = dtao.era(name)
        with pytest.raises(InputError, match="is not the raw bits of I96F32"):
            era.phase(era.genesis(), "run_coinbase", argument)
    era = dtao.era("unsigned-math")
    started = era.set(era.genesis(), "FirstEmissionBlockNumber", {"netuid": 1}, "1")
    after, _ = era.phase(era.set(started, "SubnetMovingPrice", {"netuid": 1}, "1"), "run_coinbase", argument)
    assert after.emission(dtao.NetUid(1)).tao_in == U64_MAX
