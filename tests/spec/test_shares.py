"""The share pools of the reference against the exact ones, and against the same with the rounding that they state."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dtao.persistent import Map
from dtao.records import SharePool
from dtao.rules import shares as reference
from dtao.units import AccountId, Alpha, Shares
from dtao_spec.chapters.shares import holding as shares
from dtao_spec.chapters.shares.holding import Holding
from dtao_spec.registry import Computation
from tests.spec.economies import sized

ONE = 2**64
EPSILON = Fraction(1, ONE)
HOLDER = AccountId(1)
ALPHA = sized(64) | st.integers(0, 21 * 10**15)
BITS = sized(128) | st.integers(0, 2**128 - 1)


def pool_of(total: int, denominator: int, held: int) -> SharePool:
    return SharePool(Alpha(total), Shares(denominator), Map({HOLDER: Shares(held)} if held else {}))


def exact(pool: SharePool) -> Holding:
    held = pool.shares.get(HOLDER, Shares(0))
    return Holding(Fraction(pool.total_alpha), Fraction(pool.denominator, ONE), Fraction(held, ONE))


POOLS = st.builds(pool_of, ALPHA, BITS, BITS)
LIKELY_POOLS = st.builds(
    lambda total, factor, part: pool_of(total, total * factor >> 32, (total * factor >> 32) * part >> 32),
    st.integers(1, 2**55),
    st.integers(2**86, 2**106),
    st.integers(0, 2**32),
).filter(lambda pool: pool.denominator < 2**128)
HIGH_PRICE_POOLS = st.builds(
    lambda total, width, part: pool_of(total, 2**width, 2**width * part >> 32),
    st.integers(2**48, 2**63),
    st.integers(0, 62),
    st.integers(0, 2**32),
)
"""Pools with a denominator below one, in most of which the value of a share is too large for its format."""
EMPTY_POOLS = st.builds(lambda total: pool_of(total, 0, 0), ALPHA)
"""Pools without shares, with rewards that nobody owns."""
OWNED = st.builds(
    lambda total, factor: pool_of(total, total * factor >> 32, total * factor >> 32),
    st.integers(1, 2**55),
    st.integers(2**86, 2**105),
)
"""Pools of a single holder."""
ALL_POOLS = POOLS | LIKELY_POOLS | HIGH_PRICE_POOLS | EMPTY_POOLS | OWNED
UPDATES = sized(63) | sized(63).map(lambda update: -update) | st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)
AMOUNTS = sized(64) | st.integers(0, 2**64 - 1) | st.integers(2**63 - 10, 2**63 + 10) | st.integers(0, 3)


def is_high_price(pool: SharePool) -> bool:
    """Whether a share is worth more than the format holds."""
    return pool.denominator > 0 and Fraction(pool.total_alpha * ONE, pool.denominator) >= shares.OVERFLOW


def pair(pool: SharePool) -> tuple[Fraction, Fraction]:
    """Return total and denominator in exact numbers."""
    return Fraction(pool.total_alpha), Fraction(pool.denominator, ONE)


def slack_of(pool: SharePool, update: int) -> tuple[Fraction, Fraction]:
    """Return by how much the magnitude of a change of shares may exceed the exact one, and fall short of it."""
    if is_high_price(pool):
        return (Fraction(0), 2 * EPSILON) if update > 0 else (EPSILON, EPSILON)
    value = min(shares.value_per_share(*pair(pool)), shares.MAX_SIGNED)
    floored = min(Fraction(reference.value_per_share(pool.total_alpha, pool.denominator), ONE), shares.MAX_SIGNED)
    return (abs(update) / value * EPSILON / floored if floored else Fraction(0)), EPSILON


STAKES = ((233, reference.stake_of), (244, reference.stake_of_high_priced_shares))


@given(ALPHA, BITS)
def test_share_1_is_floored(total: int, denominator: int) -> None:
    amounts = Fraction(total), Fraction(denominator, ONE)
    value = Fraction(reference.value_per_share(total, denominator), ONE)
    assert value == Computation(233, is_rounded=True)["SHARE-1"](*amounts)
    assert 0 <= shares.value_per_share(*amounts) - value < EPSILON


@given(POOLS | LIKELY_POOLS | HIGH_PRICE_POOLS)
def test_share_2_is_floored(pool: SharePool) -> None:
    holding = exact(pool)
    for version, stake_of in STAKES:
        ideal = Computation(version)["SHARE-2"](holding)
        found = stake_of(pool, HOLDER)
        if version >= 244 and is_high_price(pool):
            assert found == int(ideal) or holding.shares > holding.denominator
        elif ideal < 2**64:
            assert 0 <= ideal - found < 1 + holding.shares * EPSILON


@given(ALL_POOLS)
def test_share_2_is_what_the_rounding_says(pool: SharePool) -> None:
    for version, stake_of in STAKES:
        assert Computation(version, is_rounded=True)["SHARE-2"](exact(pool)) == stake_of(pool, HOLDER)


@given(st.integers(1, 2**55), st.lists(st.integers(1, 2**122), min_size=1, max_size=5))
def test_share_2_falls_short_of_the_total_by_the_number_of_holders(total: int, held: list[int]) -> None:
    holders = Map({AccountId(index): Shares(bits) for index, bits in enumerate(held)})
    pool = SharePool(Alpha(total), Shares(sum(held)), holders)
    assume(reference.value_per_share(total, sum(held)))
    assert 0 <= total - sum(reference.stake_of(pool, holder) for holder in holders) <= len(held)


@given(POOLS, st.integers(-(2**63), 2**63 - 1))
def test_share_3_is_exact(pool: SharePool, update: int) -> None:
    changed = reference.change_total(pool, update)
    assert changed.total_alpha == shares.change_total(Fraction(pool.total_alpha), Fraction(update))
    assert (changed.denominator, changed.shares) == (pool.denominator, pool.shares)


@given(POOLS | LIKELY_POOLS, st.integers(-(2**63), 2**63 - 1) | st.integers(-(2**50), 2**50))
def test_share_4_is_within_its_bound(pool: SharePool, update: int) -> None:
    holding = exact(pool)
    ideal, _ = shares.change_stake(holding, Fraction(update))
    changed = exact(reference.update_stake(pool, HOLDER, update))
    assert changed.total == ideal.total
    if holding.denominator == 0:
        assert changed == ideal
        return
    value = min(shares.value_per_share(holding.total, holding.denominator), shares.MAX_SIGNED)
    floored = min(Fraction(reference.value_per_share(pool.total_alpha, pool.denominator), ONE), shares.MAX_SIGNED)
    if floored == 0:
        assert (changed.denominator, changed.shares) == (holding.denominator, holding.shares)
        return
    excess = abs(update) / value * EPSILON / floored
    # The limit of the format is checked on the rounded quotient.
    assume(not 2**63 - excess - EPSILON <= abs(update) / value <= 2**63)
    for before, after, wanted in (
        (holding.denominator, changed.denominator, ideal.denominator),
        (holding.shares, changed.shares, ideal.shares),
    ):
        further = abs(after - before) - abs(wanted - before)
        assert -EPSILON < further <= excess


@given(POOLS | LIKELY_POOLS | HIGH_PRICE_POOLS | EMPTY_POOLS, UPDATES)
def test_share_4_without_dust_is_within_its_bound(pool: SharePool, update: int) -> None:
    holding, rules = exact(pool), Computation(244)
    ideal, change = rules["SHARE-4"](holding, Fraction(update))
    found, told = reference.change_stake(pool, HOLDER, update)
    changed = exact(found)
    if holding.denominator == 0:
        assert changed == ideal
        assert told == change
        return
    more, less = slack_of(pool, update)
    moved = abs(shares.shares_at_any_share_price(*pair(pool), Fraction(update), rules))
    value = shares.value_per_share(*pair(pool))
    # The limit of the format is checked on the rounded quotient.
    near_limit = not is_high_price(pool) and value
    assume(not near_limit or not 2**63 - more - EPSILON <= abs(update) / min(value, shares.MAX_SIGNED) <= 2**63)
    whole, ideally = [update < 0 and moved > 0 and one.shares == 0 for one in (changed, ideal)]
    if whole != ideally:
        # The dust is measured after the shares have been rounded.
        least, most = holding.shares - moved - more, holding.shares - moved + less + EPSILON
        near_part = least <= shares.MIN_PART * holding.shares <= most
        smallest = min(holding.total + shares.RESERVE, shares.MAX_SHARES) / shares.OVERFLOW
        denominators = holding.denominator - moved
        near_overflow = denominators - more <= smallest <= denominators + less + EPSILON
        assert near_part or near_overflow or moved < 2 * EPSILON
        return
    if whole:
        stake = reference.stake_of_high_priced_shares(pool, HOLDER)
        assert told == reference.negated(reference.as_i64(stake))
        assert changed.denominator == ideal.denominator
        return
    assert told == change
    assert changed.total == ideal.total
    for before, after, wanted in (
        (holding.denominator, changed.denominator, ideal.denominator),
        (holding.shares, changed.shares, ideal.shares),
    ):
        assert -less <= abs(after - before) - abs(wanted - before) <= more


@given(ALL_POOLS, UPDATES)
@example(pool_of(2**62, 2**62 * ONE, 2**60 * ONE), -(2**63))
@example(pool_of(2**48 + 1, 2, 1), -(2**47))
def test_share_4_is_what_the_rounding_says(pool: SharePool, update: int) -> None:
    at_launch, change = Computation(233, is_rounded=True)["SHARE-4"](exact(pool), Fraction(update))
    assert (exact(reference.update_stake(pool, HOLDER, update)), update) == (at_launch, change)
    found, told = reference.change_stake(pool, HOLDER, update)
    assert (exact(found), told) == Computation(244, is_rounded=True)["SHARE-4"](exact(pool), Fraction(update))


@given(OWNED, st.integers(0, 20_000))
def test_share_4_leaves_no_dust_behind(pool: SharePool, rest: int) -> None:
    """The last holder takes all shares or keeps some; what stays behind of his stake is what the floor took."""
    stake = reference.stake_of_high_priced_shares(pool, HOLDER)
    after, taken = reference.change_stake(pool, HOLDER, -max(stake - rest, 0))
    holding = exact(pool)
    if HOLDER not in after.shares:
        assert after.denominator == 0
        assert -taken == stake
        assert after.total_alpha == pool.total_alpha - stake < 1 + holding.shares * EPSILON


@given(st.integers(0, 2**64 - 1))
def test_share_5_is_exact(amount: int) -> None:
    assert reference.as_i64(amount) == shares.as_signed(Fraction(amount))


@given(st.integers(-(2**63), 2**63 - 1) | st.just(-(2**63)))
def test_share_5_negates(amount: int) -> None:
    assert reference.negated(amount) == shares.negated(Fraction(amount))


Change = Callable[[SharePool, AccountId, Alpha], tuple[SharePool, Alpha]]
DEPOSITS: tuple[tuple[int, Change], ...] = (
    (233, reference.deposit_crediting_request),
    (244, reference.deposit_crediting_abs_change),
    (252, reference.deposit_crediting_change),
)
WITHDRAWALS: tuple[tuple[int, Change], ...] = (
    (233, reference.withdraw_debiting_request),
    (244, reference.withdraw_debiting_abs_change),
    (252, reference.withdraw_debiting_change),
)


@pytest.mark.parametrize(("version", "deposit"), DEPOSITS)
@given(ALL_POOLS, AMOUNTS)
@example(pool_of(100, 100 * ONE, 100 * ONE), 2**64 - 40)
def test_share_6_is_what_the_rounding_says(version: int, deposit: Change, pool: SharePool, amount: int) -> None:
    found, counted = deposit(pool, HOLDER, Alpha(amount))
    assert (exact(found), counted) == Computation(version, is_rounded=True)["SHARE-6"](exact(pool), Fraction(amount))


@pytest.mark.parametrize(("version", "withdraw"), WITHDRAWALS)
@given(ALL_POOLS, AMOUNTS | st.fractions(0, 2))
@example(pool_of(2**64 - 1, (2**64 - 1) * ONE, (2**64 - 1) * ONE), 2**64 - 40)
@example(pool_of(10**9, 10**9 * ONE, 10**9 * ONE), 10**9 - 9_999)
def test_share_7_is_what_the_rounding_says(
    version: int, withdraw: Change, pool: SharePool, part: int | Fraction
) -> None:
    rules = Computation(version, is_rounded=True)
    amount = part if isinstance(part, int) else min(int(part * rules["SHARE-2"](exact(pool))), 2**64 - 1)
    found, counted = withdraw(pool, HOLDER, Alpha(amount))
    assert (exact(found), counted) == rules["SHARE-7"](exact(pool), Fraction(amount))


@pytest.mark.parametrize(("version", "withdraw"), WITHDRAWALS)
@given(LIKELY_POOLS | OWNED, st.integers(1, 2**55) | st.integers(2**63 - 1, 2**64 - 1) | st.fractions(0, 1))
def test_share_7_is_share_4_or_nothing(version: int, withdraw: Change, pool: SharePool, part: int | Fraction) -> None:
    holding, rules = exact(pool), Computation(version)
    stake = rules["SHARE-2"](holding)
    amount = part if isinstance(part, int) else int(part * stake) + 1
    changed, _ = withdraw(pool, HOLDER, Alpha(amount))
    ideal, _ = rules["SHARE-7"](holding, Fraction(amount))
    if ideal is holding:
        assert changed is pool
    elif changed is pool:
        # The floored stake may be below the amount where the exact one is not.
        assert stake - amount < 1 + holding.shares * EPSILON
    else:
        assert ideal == rules["SHARE-4"](holding, shares.negated(shares.as_signed(Fraction(amount))))[0]


@given(ALL_POOLS, AMOUNTS)
def test_share_8_is_what_the_rounding_says(pool: SharePool, amount: int) -> None:
    for version, is_worth in ((239, reference.is_worth_a_share), (244, reference.is_worth_a_high_priced_share)):
        rules = Computation(version, is_rounded=True)
        assert is_worth(pool, Alpha(amount)) == rules["SHARE-8"](*pair(pool), Fraction(amount))


@given(POOLS | LIKELY_POOLS | HIGH_PRICE_POOLS | EMPTY_POOLS, st.integers(0, 2**64 - 1) | st.integers(0, 3))
def test_share_8_is_worth_a_share(pool: SharePool, amount: int) -> None:
    before, since = (Computation(version)["SHARE-8"](*pair(pool), Fraction(amount)) for version in (239, 244))
    found = reference.is_worth_a_share(pool, Alpha(amount)), reference.is_worth_a_high_priced_share(pool, Alpha(amount))
    signed = reference.as_i64(amount)
    if is_high_price(pool):
        assert not found[0]
        assert not before
        worth = abs(shares.shares_at_any_share_price(*pair(pool), Fraction(signed), Computation(244)))
        assert found[1] == since or EPSILON <= worth < 2 * EPSILON or signed < 0
        return
    value = min(shares.value_per_share(*pair(pool)), shares.MAX_SIGNED)
    excess = slack_of(pool, abs(signed))[0]
    assume(not value or not 2**63 - excess - EPSILON <= abs(signed) / value <= 2**63)
    assert found == (before, since) == (before, before)


@given(ALPHA, BITS, BITS, BITS | st.integers(0, 2**128 - 1))
@example(0, ONE, 10**9 * ONE, 10_000 * ONE)
@example(0, 2_628_000_000_000_000, 2, 1)
@example(0, 2_628_000_000_000_001, 2, 1)
def test_share_9_is_exact(total: int, denominator: int, held: int, left: int) -> None:
    ideal = shares.is_dust(
        Fraction(total), Fraction(denominator, ONE), Fraction(held, ONE), Fraction(min(held, left), ONE)
    )
    assert reference.is_dust(total, denominator, held, min(held, left)) == ideal


@given(st.integers(1, 2**128 - 1), st.integers(-3, 3))
def test_share_9_meets_its_threshold(held: int, near: int) -> None:
    left = max((held * 184_467_440_737_096 >> 64) + near, 0)
    ideal = shares.is_dust(Fraction(1), Fraction(2**50), Fraction(held, ONE), Fraction(left, ONE))
    assert reference.is_dust(1, 2**114, held, left) == ideal


def test_share_9_dust_leaves_with_the_rest_of_the_stake() -> None:
    pool = pool_of(10**9, 10**9 * ONE, 10**9 * ONE)
    assert reference.withdraw_debiting_change(pool, HOLDER, Alpha(10**9 - 9_999)) == (SharePool(), 10**9)
    withdrawn = Computation(252)["SHARE-7"](exact(pool), Fraction(10**9 - 9_999))
    assert withdrawn == (Holding(), Fraction(10**9))
