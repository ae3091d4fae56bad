"""What rules do exactly at their bounds, where mutants were seen to pass by."""

from fractions import Fraction
from math import floor, trunc

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dtao import dense, fixed, sparse
from dtao.fixed import I32F32, I96F32
from dtao.params import MINIMUM_POOL_LIQUIDITY
from dtao.persistent import Map
from dtao.records import Lock, SharePool
from dtao.rules import claims, dividends, locks, pool, price, shares
from dtao.rules.lock_cost import lock_cost
from dtao.rules.yuma3 import wrapped_alpha
from dtao.units import U16_MAX, U64_MAX, AccountId, Alpha, Bits, BlockNumber, Rao, Shares

ONE = 2**64
BITS = st.integers(0, 3 * I32F32.one) | st.sampled_from([0, I32F32.one - 1, I32F32.one, I32F32.one + 1])
ALPHAS = st.integers(0, I32F32.one)


@pytest.mark.rule("POOL-2")
@given(st.integers(1, 2**30), st.integers(1, 2**20))
def test_a_pool_may_keep_exactly_the_minimum_liquidity(reserve_in: int, factor: int) -> None:
    reserve_out, amount = MINIMUM_POOL_LIQUIDITY * factor, reserve_in * (factor - 1)
    assert pool.payout(reserve_in, reserve_out, amount) == reserve_out - MINIMUM_POOL_LIQUIDITY
    assert pool.payout(reserve_in, reserve_out, amount + 1) is None


FACTORS = st.integers(2, 2**20)
EVEN = st.builds(lambda denominator, factor, more: (denominator * factor, denominator, more * factor), *[FACTORS] * 3)
"""Totals, denominators and updates, the shares for which are a whole number of the smallest parts of one."""


@pytest.mark.rule("SHARE-8")
@given(EVEN | st.tuples(st.integers(1, 2**62), st.integers(1, 2**62), st.integers(-(2**62), 2**62)))
def test_where_a_share_overflows_the_part_of_the_total_is_cut_before_it_counts(amounts: tuple[int, int, int]) -> None:
    total, denominator, update = amounts
    assume(total > denominator)
    part = Fraction(trunc(Fraction(update, total) * ONE), ONE)
    assume(abs(part) < 2**63)
    one = SharePool(Alpha(total), Shares(denominator), Map({AccountId(1): Shares(denominator)}))
    assert shares.high_priced_shares_for(one, update) == floor(part * denominator)


@pytest.mark.rule("BOND-17")
@given(st.tuples(BITS, BITS), st.tuples(BITS, BITS), st.tuples(ALPHAS, ALPHAS))
def test_no_bond_passes_1(new: tuple[int, int], old: tuple[int, int], alphas: tuple[int, int]) -> None:
    def moved(bought: int, held: int, alpha: int) -> int:
        kept = floor(Fraction((I32F32.one - alpha) * held, I32F32.one))
        return min(kept + floor(Fraction(alpha * bought, I32F32.one)), I32F32.one)

    expected = [moved(*parts) for parts in zip(new, old, alphas, strict=True)]
    assert dense.mat_ema_alpha([new], [old], [alphas]) == [expected]
    rows = [list(enumerate(row)) for row in (new, old)]
    positive = [(column, element) for column, element in enumerate(expected) if element]
    assert sparse.mat_ema_alpha_sparse([rows[0]], [rows[1]], [alphas]) == [positive]


RESERVES = st.integers(10**9, 2**60)
TAO = 10**9


@pytest.mark.rule("POOL-5", "POOL-6")
@given(RESERVES, RESERVES, st.integers(-1, 3))
def test_limits_next_to_the_price(tao: int, alpha: int, more: int) -> None:
    present = tao * TAO // alpha
    limit = max(present + more, 1)
    adding = max(floor(Fraction(limit * alpha, TAO)) - tao, 0) if limit >= tao // alpha * TAO else 0
    removing = max(floor(Fraction(tao * TAO, limit)) - alpha, 0) if limit < present else 0
    assert pool.max_amount_add(False, Rao(tao), Alpha(alpha), limit) == min(adding, U64_MAX)
    assert pool.max_amount_remove(False, Rao(tao), Alpha(alpha), limit) == min(removing, U64_MAX)


@pytest.mark.rule("POOL-5", "POOL-6")
@pytest.mark.parametrize(
    ("limit", "adding", "removing"), [(TAO - 1, 0, U64_MAX), (TAO, U64_MAX, U64_MAX), (TAO + 1, U64_MAX, 0)]
)
def test_limits_next_to_1_where_the_price_is_1(limit: int, adding: int, removing: int) -> None:
    assert pool.max_amount_add(True, Rao(5), Alpha(7), limit) == adding
    assert pool.max_amount_remove(True, Rao(5), Alpha(7), limit) == removing


@pytest.mark.rule("PRICE-2")
@given(st.integers(0, 2**70), st.integers(0, 2**70), st.integers(0, I96F32.one))
def test_the_parts_of_a_moving_price_are_floored_one_by_one(moving: int, present: int, weight: int) -> None:
    share = Fraction(weight, I96F32.one)
    assert price.moving_price_after(moving, present, weight) == floor(share * present) + floor((1 - share) * moving)


@pytest.mark.rule("NET-2")
@given(st.integers(0, 2**60), st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_lock_cost_falls_by_whole_rao_a_block(last_lock: int, interval: int, waited: int) -> None:
    cost = lock_cost(Rao(last_lock), Rao(0), BlockNumber(7), BlockNumber(7 + waited), interval)
    assert cost == max(2 * last_lock - last_lock // interval * waited, 0)


@pytest.mark.rule("DIV-4")
@given(st.integers(0, 2**60), st.integers(0, U16_MAX), st.integers(0, 2**60), st.lists(st.integers(0, 2**90)))
def test_at_the_launch_the_take_is_of_everything_whoever_owns_the_parents(
    amount: int, take: int, own: int, brought: list[int]
) -> None:
    contributions = [Bits(bits) for bits in brought]
    found = [
        dividends.divided_after_take(amount, take, own, contributions, [same] * len(brought)) for same in (True, False)
    ]
    assert found[0] == found[1]


@pytest.mark.rule("DIV-6")
@given(st.integers(0, 2**60), st.integers(0, 2**90), st.integers(1, 2**90))
def test_the_part_of_a_hotkey_in_the_tao_is_floored_before_it_is_multiplied(pending: int, own: int, more: int) -> None:
    total = own + more
    part = floor(Fraction(own << 32, total))
    assert dividends.tao_dividends(pending, Bits(own), Bits(total)) == pending * part


@pytest.mark.rule("BOND-14")
@given(st.integers(0, U64_MAX) | st.integers(0, 2 * 10**6) | st.integers(2**63 - 9, 2**63 + 9))
def test_a_large_moving_average_wraps_around(average: int) -> None:
    signed = average - 2**64 if average >= 2**63 else average
    part = (trunc(Fraction(signed << 64, 10**6)) >> 32) % 2**64
    wrapped = part - 2**64 if part >= 2**63 else part
    assert wrapped_alpha(average) == fixed.saturate(I32F32, I32F32.one - wrapped)


@pytest.mark.rule("CLAIM-3")
def test_what_is_owed_is_claimed_from_exactly_the_threshold_on() -> None:
    threshold = Bits(500_000 << 32)
    assert [claims.claimed_now(Bits(threshold + more), threshold) for more in (-1, 0, 1)] == [0, 500_000, 500_000]


@pytest.mark.rule("LOCK-2")
def test_a_lock_is_none_below_exactly_a_hundred_of_both() -> None:
    def is_none(mass: int, conviction: int) -> bool:
        return locks.is_negligible(Lock(Alpha(mass), Bits(conviction), BlockNumber(1)))

    assert [is_none(mass, 0) for mass in (99, 100)] == [True, False]
    assert [is_none(0, conviction) for conviction in ((100 << 64) - 1, 100 << 64)] == [True, False]
