"""The share pools of the reference against the exact ones."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from dtao.persistent import Map
from dtao.records import SharePool
from dtao.rules import shares as reference
from dtao.units import AccountId, Alpha, Shares
from dtao_spec.chapters import shares
from dtao_spec.chapters.shares import Holding

ONE = 2**64
EPSILON = Fraction(1, ONE)
HOLDER = AccountId(1)
ALPHA = st.integers(0, 2**64 - 1) | st.integers(0, 21 * 10**15)
BITS = st.integers(0, 2**128 - 1) | st.integers(0, 21 * 10**15 * ONE) | st.integers(0, 2**40)


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
)


@given(ALPHA, BITS)
def test_share_1_is_floored(total: int, denominator: int) -> None:
    ideal = shares.value_per_share(Fraction(total), Fraction(denominator, ONE))
    value = Fraction(reference.value_per_share(total, denominator), ONE)
    assert 0 <= ideal - value < EPSILON


@given(POOLS | LIKELY_POOLS)
def test_share_2_is_floored(pool: SharePool) -> None:
    holding = exact(pool)
    ideal = shares.stake_of(holding)
    assume(ideal < 2**64)
    assert 0 <= ideal - reference.stake_of(pool, HOLDER) < 1 + holding.shares * EPSILON


@given(st.integers(1, 2**55), st.lists(st.integers(1, 2**122), min_size=1, max_size=5))
def test_share_2_falls_short_of_the_total_by_the_number_of_holders(total: int, held: list[int]) -> None:
    holders = Map({AccountId(index): Shares(bits) for index, bits in enumerate(held)})
    pool = SharePool(Alpha(total), Shares(sum(held)), holders)
    assume(reference.value_per_share(total, sum(held)))
    assert 0 <= total - sum(reference.stake_of(pool, holder) for holder in holders) <= len(held)


@given(POOLS, st.integers(-(2**63), 2**63 - 1))
def test_share_3_is_exact(pool: SharePool, update: int) -> None:
    changed = reference.with_total_changed(pool, update)
    assert changed.total_alpha == shares.total_changed(Fraction(pool.total_alpha), Fraction(update))
    assert (changed.denominator, changed.shares) == (pool.denominator, pool.shares)


@given(POOLS | LIKELY_POOLS, st.integers(-(2**63), 2**63 - 1) | st.integers(-(2**50), 2**50))
def test_share_4_is_within_its_bound(pool: SharePool, update: int) -> None:
    holding = exact(pool)
    ideal, changed = (
        shares.stake_changed(holding, Fraction(update)),
        exact(reference.with_stake_changed(pool, HOLDER, update)),
    )
    assert changed.total == ideal.total
    if holding.denominator == 0:
        assert changed == ideal
        return
    value = min(shares.value_per_share(holding.total, holding.denominator), shares.LARGEST_SIGNED)
    floored = min(Fraction(reference.value_per_share(pool.total_alpha, pool.denominator), ONE), shares.LARGEST_SIGNED)
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


@given(st.integers(0, 2**64 - 1))
def test_share_5_is_exact(amount: int) -> None:
    assert reference.as_i64(amount) == shares.as_signed(amount)


@given(LIKELY_POOLS, st.integers(0, 2**55))
def test_share_6_is_share_4(pool: SharePool, amount: int) -> None:
    assert reference.with_stake_increased(pool, HOLDER, Alpha(amount)) == reference.with_stake_changed(
        pool, HOLDER, amount
    )
    assert shares.stake_increased(exact(pool), amount) == shares.stake_changed(exact(pool), Fraction(amount))


@given(LIKELY_POOLS, st.integers(1, 2**55) | st.integers(2**63 - 1, 2**64 - 1) | st.fractions(0, 1))
def test_share_7_is_share_4_or_nothing(pool: SharePool, part: int | Fraction) -> None:
    holding = exact(pool)
    stake = shares.stake_of(holding)
    amount = part if isinstance(part, int) else int(part * stake) + 1
    changed = reference.with_stake_decreased(pool, HOLDER, Alpha(amount))
    ideal = shares.stake_decreased(holding, amount)
    if ideal is holding:
        assert changed is pool
    elif changed is pool:
        assert stake - amount < 1 + holding.shares * EPSILON
    else:
        assert changed == reference.with_stake_changed(pool, HOLDER, -amount)
        assert ideal == shares.stake_changed(holding, Fraction(-amount))


@given(st.integers(-(2**63), 2**63 - 1) | st.just(-(2**63)))
def test_share_5_negates(amount: int) -> None:
    assert reference.negated(amount) == shares.negated(amount)
