"""Pools and share pools against exact arithmetic."""

from fractions import Fraction
from math import floor

from hypothesis import assume, given
from hypothesis import strategies as st

from dtao.params import MINIMUM_POOL_LIQUIDITY
from dtao.records import NO_SHARE_POOL
from dtao.rules.pool import (
    alpha_for_tao,
    max_amount_add,
    max_amount_remove,
    payout,
    price,
    tao_for_alpha,
)
from dtao.rules.shares import change_total, decrease_stake, increase_stake, stake_of
from dtao.transitions.stake import total_stake_of_hotkey
from dtao.units import AccountId, Alpha, Rao
from tests.reference.outcomes import state_with

RESERVES = (
    st.integers(1, 60).flatmap(lambda width: st.integers(2 ** (width - 1), 2**width - 1)).filter(lambda x: x < 2**54)
)
AMOUNTS = st.integers(0, 62).flatmap(lambda width: st.integers(0, 2**width))
ALICE, BOB = AccountId(1), AccountId(2)


@given(RESERVES, RESERVES, AMOUNTS)
def test_a_payout_is_the_exact_one_floored_or_one_more_within_2_to_the_minus_18(
    into: int, out: int, amount: int
) -> None:
    exact = Fraction(out * amount, into + amount)
    paid = payout(into, out, amount)
    if paid is None:
        assert out - exact < MINIMUM_POOL_LIQUIDITY
    else:
        assert out - exact >= MINIMUM_POOL_LIQUIDITY
        assert floor(exact) <= paid <= exact + Fraction(1, 2**18)


@given(RESERVES, RESERVES, AMOUNTS, AMOUNTS)
def test_more_never_pays_less(into: int, out: int, amount: int, more: int) -> None:
    paid, paid_more = payout(into, out, amount), payout(into, out, amount + more)
    assert paid_more is None or (paid is not None and paid <= paid_more)


@given(RESERVES, RESERVES, AMOUNTS)
def test_buying_and_selling_back_never_gains(tao: int, alpha: int, amount: int) -> None:
    bought = alpha_for_tao(1, Rao(tao), Alpha(alpha), Rao(amount))
    assume(bought is not None)
    assert bought is not None
    sold = tao_for_alpha(1, Rao(tao + amount), Alpha(alpha - bought), bought)
    assert sold is None or sold <= amount


@given(st.sampled_from([0, 2, 65535]), RESERVES, RESERVES, AMOUNTS)
def test_a_pool_that_is_not_dynamic_swaps_one_to_one(mechanism: int, tao: int, alpha: int, amount: int) -> None:
    assert alpha_for_tao(mechanism, Rao(tao), Alpha(alpha), Rao(amount)) == amount
    assert tao_for_alpha(mechanism, Rao(tao), Alpha(alpha), Alpha(amount)) == amount


@given(RESERVES, RESERVES, st.integers(0, 2**64 - 1))
def test_an_amount_at_the_limit_keeps_the_marginal_price_within_the_limit(tao: int, alpha: int, limit: int) -> None:
    added = max_amount_add(False, Rao(tao), Alpha(alpha), limit)
    if 0 < added < 2**64 - 1:
        assert Fraction(tao + added, alpha) * 10**9 <= limit
        assert Fraction(tao + added + 1, alpha) * 10**9 > limit
    removed = max_amount_remove(False, Rao(tao), Alpha(alpha), limit)
    if 0 < removed < 2**64 - 1:
        assert Fraction(tao, alpha + removed) * 10**9 >= limit
        assert Fraction(tao, alpha + removed + 1) * 10**9 < limit


@given(RESERVES, RESERVES)
def test_a_price_is_the_ratio_of_the_reserves_floored_to_32_bits(tao: int, alpha: int) -> None:
    assert price(False, 1, Rao(tao), Alpha(alpha)) == floor(Fraction(tao, alpha) * 2**32)
    assert price(True, 1, Rao(tao), Alpha(alpha)) == price(False, 0, Rao(tao), Alpha(alpha)) == 2**32
    assert price(False, 1, Rao(tao), Alpha(0)) == 0


@given(st.integers(1, 2**50), st.integers(0, 2**50))
def test_the_first_holder_gets_what_nobody_owned(deposit: int, unowned: int) -> None:
    pool = increase_stake(change_total(NO_SHARE_POOL, unowned), ALICE, Alpha(deposit))
    assert stake_of(pool, ALICE) == pool.total_alpha == deposit + unowned


@given(st.integers(10**6, 2**50), st.integers(10**6, 2**50), st.integers(0, 2**40))
def test_rewards_are_shared_and_never_exceed_the_total(alice: int, bob: int, reward: int) -> None:
    pool = increase_stake(NO_SHARE_POOL, ALICE, Alpha(alice))
    pool = increase_stake(pool, BOB, Alpha(bob))
    pool = change_total(pool, reward)
    total = alice + bob + reward
    assert pool.total_alpha == total
    for holder, deposit in ((ALICE, alice), (BOB, bob)):
        assert abs(stake_of(pool, holder) - Fraction(deposit * total, alice + bob)) <= 2
    assert stake_of(pool, ALICE) + stake_of(pool, BOB) <= total


@given(st.integers(1, 2**50), st.integers(0, 2**51))
def test_nobody_withdraws_more_than_he_has(deposit: int, amount: int) -> None:
    pool = increase_stake(NO_SHARE_POOL, ALICE, Alpha(deposit))
    after = decrease_stake(pool, ALICE, Alpha(amount))
    assert after.total_alpha == (deposit - amount if amount <= deposit else deposit)
    assert decrease_stake(pool, BOB, Alpha(amount)) is pool


def test_a_pool_that_is_left_entirely_is_no_pool() -> None:
    pool = increase_stake(NO_SHARE_POOL, ALICE, Alpha(5))
    assert decrease_stake(pool, ALICE, Alpha(5)) == NO_SHARE_POOL


def test_the_amount_that_is_its_own_negative_changes_shares_but_no_total() -> None:
    """2**63 is the smallest i64 to a share pool, whose negative wraps to itself."""
    pool = increase_stake(NO_SHARE_POOL, ALICE, Alpha(10**12))
    assert change_total(pool, -(2**63)) == pool
    after = increase_stake(pool, ALICE, Alpha(2**63))
    assert (after.total_alpha, after.denominator, dict(after.shares)) == (10**12, 0, {})


def test_total_stakes_wrap_around_as_plain_sums_do() -> None:
    rich = {"SubnetTAO/1": str(2**56), "SubnetAlphaIn/1": "10000000", "TotalHotkeyAlpha/2001/1": str(10**12)}
    second = {key.replace("/1", "/2"): value for key, value in rich.items()}
    networks = {"NetworksAdded/2": True, "SubnetMechanism/2": 1}
    state = state_with({**rich, **second, **networks})
    assert total_stake_of_hotkey(state, AccountId(2001)) == 2 * (2**64 - 1) - 2**64
