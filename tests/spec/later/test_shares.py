"""The share pools of later versions against the exact ones."""

from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

from dtao.persistent import Map
from dtao.records import SharePool
from dtao.rules import shares as reference
from dtao.units import AccountId, Alpha, Shares
from dtao_spec.chapters.shares import LARGEST_SIGNED, Holding, value_per_share
from dtao_spec.later import shares
from tests.spec.test_shares import ALPHA, BITS, EPSILON, HOLDER, LIKELY_POOLS, ONE, POOLS, exact, pool_of

LIKELY = LIKELY_POOLS.filter(lambda pool: pool.denominator < 2**128)

UPDATES = st.integers(-(2**63), 2**63 - 1) | st.integers(-(2**50), 2**50) | st.integers(-3, 3)
DEAR_POOLS = st.builds(
    lambda total, width, part: pool_of(total, 2**width, 2**width * part >> 32),
    st.integers(2**48, 2**63),
    st.integers(0, 62),
    st.integers(0, 2**32),
)
"""Pools with few shares, most of which are worth too much for the launch."""
EMPTY_POOLS = st.builds(lambda total: pool_of(total, 0, 0), ALPHA)
"""Pools without shares, with rewards that nobody owns."""
OWNED = st.builds(
    lambda total, factor: pool_of(total, total * factor >> 32, total * factor >> 32),
    st.integers(1, 2**55),
    st.integers(2**86, 2**106),
)
"""Pools of a single holder."""


def is_dear(pool: SharePool) -> bool:
    """Whether a share is worth more than the format holds."""
    return pool.denominator > 0 and Fraction(pool.total_alpha * ONE, pool.denominator) >= shares.OVERFLOW


def slack_of(pool: SharePool, update: int) -> tuple[Fraction, Fraction]:
    """Return by how much the magnitude of a change of shares may exceed the exact one, and fall short of it."""
    if is_dear(pool):
        return (Fraction(0), 2 * EPSILON) if update > 0 else (EPSILON, EPSILON)
    value = min(value_per_share(*pair(pool)), LARGEST_SIGNED)
    floored = min(Fraction(reference.value_per_share(pool.total_alpha, pool.denominator), ONE), LARGEST_SIGNED)
    return (abs(update) / value * EPSILON / floored if floored else Fraction(0)), EPSILON


def pair(pool: SharePool) -> tuple[Fraction, Fraction]:
    """Return total and denominator in exact numbers."""
    return Fraction(pool.total_alpha), Fraction(pool.denominator, ONE)


@given(POOLS | LIKELY | DEAR_POOLS)
def test_share_2_is_a_part_of_the_total_however_few_shares_there_are(pool: SharePool) -> None:
    holding = exact(pool)
    ideal, found = shares.stake_of_few_shares(holding), reference.stake_of_few_shares(pool, HOLDER)
    if is_dear(pool):
        assume(holding.shares <= holding.denominator)
        assert found == int(ideal)
    else:
        assume(ideal < 2**64)
        assert 0 <= ideal - found < 1 + holding.shares * EPSILON


@given(POOLS | LIKELY | DEAR_POOLS | EMPTY_POOLS, UPDATES)
def test_share_4_changes_shares_within_its_bound(pool: SharePool, update: int) -> None:
    holding = exact(pool)
    ideal, change = shares.stake_changed(holding, Fraction(update))
    found, told = reference.stake_changed(pool, HOLDER, update)
    changed = exact(found)
    if holding.denominator == 0:
        assert changed == ideal
        assert told == change
        return
    more, less = slack_of(pool, update)
    moved = abs(shares.few_shares_for(*pair(pool), Fraction(update)))
    value = value_per_share(*pair(pool))
    # The limit of the format is checked on the rounded quotient.
    assume(
        is_dear(pool) or not value or not 2**63 - more - EPSILON <= abs(update) / min(value, LARGEST_SIGNED) <= 2**63
    )
    whole, ideally = [update < 0 and moved > 0 and one.shares == 0 for one in (changed, ideal)]
    if whole != ideally:
        # The rest is measured after the shares have been rounded.
        least, most = holding.shares - moved - more, holding.shares - moved + less + EPSILON
        near_part = least <= shares.SMALLEST_PART * holding.shares <= most
        smallest = min(holding.total + shares.RESERVE, shares.LARGEST_TOTAL) / shares.OVERFLOW
        denominators = holding.denominator - moved
        near_overflow = denominators - more <= smallest <= denominators + less + EPSILON
        assert near_part or near_overflow or moved < 2 * EPSILON
        return
    if whole:
        stake = reference.stake_of_few_shares(pool, HOLDER)
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


@given(OWNED, st.integers(0, 20_000))
def test_share_4_leaves_less_than_a_rest_behind(pool: SharePool, rest: int) -> None:
    """The last holder takes all shares or keeps some; what stays behind of his stake is what the floor took."""
    stake = reference.stake_of_few_shares(pool, HOLDER)
    after, taken = reference.stake_changed(pool, HOLDER, -max(stake - rest, 0))
    holding = exact(pool)
    if HOLDER not in after.shares:
        assert after.denominator == 0
        assert -taken == stake
        assert after.total_alpha == pool.total_alpha - stake < 1 + holding.shares * EPSILON


WRAPPED = st.integers(2**63 - 10, 2**64 - 1) | st.integers(0, 2**55) | st.integers(2**64 - 10**6, 2**64 - 1)


@given(LIKELY, WRAPPED)
@example(pool_of(100, 100 * ONE, 100 * ONE), 2**64 - 40)
def test_share_6_counts_magnitudes_and_then_gains(pool: SharePool, amount: int) -> None:
    changed, update = reference.stake_changed(pool, HOLDER, reference.as_i64(amount))
    assert reference.deposited_by_magnitude(pool, HOLDER, Alpha(amount)) == (changed, abs(update))
    assert reference.deposited(pool, HOLDER, Alpha(amount)) == (changed, max(update, 0))
    holding = exact(pool)
    ideal, change = shares.stake_changed(holding, Fraction(reference.as_i64(amount)))
    assert shares.deposited_by_magnitude(holding, amount) == (ideal, abs(change))
    assert shares.deposited(holding, amount) == (ideal, max(change, 0))


@given(LIKELY | OWNED, st.integers(1, 2**55) | st.fractions(0, 2))
def test_share_7_counts_what_leaves(pool: SharePool, part: int | Fraction) -> None:
    holding = exact(pool)
    amount = part if isinstance(part, int) else int(part * shares.stake_of_few_shares(holding))
    found, counted = reference.withdrawn(pool, HOLDER, Alpha(amount))
    assert reference.withdrawn_by_magnitude(pool, HOLDER, Alpha(amount)) == (found, counted)
    ideal, wanted = shares.withdrawn(holding, amount)
    assert shares.withdrawn_by_magnitude(holding, amount) == (ideal, wanted)
    if found is pool:
        assert counted == 0
        # The floored stake may be below the amount where the exact one is not.
        assert (
            ideal is holding
            or amount == 0
            or shares.stake_of_few_shares(holding) - amount < 1 + holding.shares * EPSILON
        )
        return
    assert (found, counted) == (lambda after: (after[0], max(-after[1], 0)))(
        reference.stake_changed(pool, HOLDER, -amount)
    )
    assert (ideal, wanted) == (lambda after: (after[0], max(-after[1], 0)))(
        shares.stake_changed(holding, Fraction(-amount))
    )


def test_share_7_a_wrapped_amount_adds_stake_and_counts_as_nothing_from_252_on() -> None:
    pool, amount = pool_of(2**64 - 1, (2**64 - 1) * ONE, (2**64 - 1) * ONE), Alpha(2**64 - 40)
    assert reference.withdrawn_by_magnitude(pool, HOLDER, amount)[1] == 40
    assert reference.withdrawn(pool, HOLDER, amount)[1] == 0
    assert shares.withdrawn_by_magnitude(exact(pool), amount)[1] == 40
    assert shares.withdrawn(exact(pool), amount)[1] == 0


@given(POOLS | LIKELY | DEAR_POOLS | EMPTY_POOLS, st.integers(0, 2**64 - 1) | st.integers(0, 3))
def test_share_8_is_worth_a_share(pool: SharePool, amount: int) -> None:
    launch, later = shares.is_worth_a_share(*pair(pool), amount), shares.is_worth_few_shares(*pair(pool), amount)
    found = reference.is_worth_a_share(pool, Alpha(amount)), reference.is_worth_few_shares(pool, Alpha(amount))
    if pool.denominator and is_dear(pool):
        assert not found[0]
        assert not launch
        worth = abs(shares.few_shares_for(*pair(pool), Fraction(reference.as_i64(amount))))
        assert found[1] == later or EPSILON <= worth < 2 * EPSILON or reference.as_i64(amount) < 0
        return
    value = min(value_per_share(*pair(pool)), LARGEST_SIGNED)
    magnitude = abs(reference.as_i64(amount))
    excess = slack_of(pool, magnitude)[0]
    assume(not value or not 2**63 - excess - EPSILON <= magnitude / value <= 2**63)
    assert found == (launch, later) == (launch, launch)


@given(ALPHA, BITS, BITS, BITS | st.integers(0, 2**128 - 1))
@example(0, ONE, 10**9 * ONE, 10_000 * ONE)
@example(0, 2_628_000_000_000_000, 2, 1)
@example(0, 2_628_000_000_000_001, 2, 1)
def test_share_9_is_exact(total: int, denominator: int, held: int, left: int) -> None:
    ideal = shares.is_rest(
        Fraction(total), Fraction(denominator, ONE), Fraction(held, ONE), Fraction(min(held, left), ONE)
    )
    assert reference.is_rest(total, denominator, held, min(held, left)) == ideal


@given(st.integers(1, 2**128 - 1), st.integers(-3, 3))
def test_share_9_meets_its_threshold(held: int, near: int) -> None:
    left = max((held * 184_467_440_737_096 >> 64) + near, 0)
    ideal = shares.is_rest(Fraction(1), Fraction(2**50), Fraction(held, ONE), Fraction(left, ONE))
    assert reference.is_rest(1, 2**114, held, left) == ideal


def test_share_9_the_rest_leaves_with_the_rest_of_the_stake() -> None:
    pool = SharePool(Alpha(10**9), Shares(10**9 * ONE), Map({AccountId(1): Shares(10**9 * ONE)}))
    assert reference.withdrawn(pool, AccountId(1), Alpha(10**9 - 9_999)) == (SharePool(), 10**9)
    assert shares.withdrawn(exact(pool), 10**9 - 9_999) == (Holding(), Fraction(10**9))
