"""The exact rules of dividends and children against the reference, within the bounds that the rules state."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dtao.rules import dividends as rules
from dtao.rules.emission import tao_weight as floored_weight
from dtao.units import U64_MAX, AccountId, Alpha, Bits
from dtao_spec.chapters.dividends import division, payment, root
from dtao_spec.chapters.emission import tao_weight
from dtao_spec.registry import Computation
from tests.spec.families import ULP, wide

ROUNDED = Computation(233, True)


TAKES = st.integers(0, 2**16 - 1) | st.sampled_from([0, 11_796, 65_535])
STAKES = wide(21 * 10**15)
WEIGHTS = wide(U64_MAX) | st.sampled_from([3_320_413_933_267_719_290, 971_718_665_099_567_868])
PROPORTIONS = wide(U64_MAX) | st.sampled_from([U64_MAX, U64_MAX // 2])
DIVIDENDS = wide(10**15)


@st.composite
def proportions(draw: st.DrawFn, largest: int = 5) -> list[int]:
    """Proportions that sum to at most the whole."""
    left, chosen = U64_MAX, []
    for _ in range(draw(st.integers(0, largest))):
        chosen.append(draw(wide(left)))
        left -= chosen[-1]
    return chosen


@given(TAKES)
def test_div_1_is_floored(take: int) -> None:
    found = rules.take_proportion(take) * ULP
    assert found == division.take_proportion_rounded(take)
    assert 0 <= division.take_proportion(take) - found < ULP


def self_contribution_bounds(
    alpha: int, root: int, given_away: Sequence[int], weight: int
) -> tuple[Fraction, Fraction]:
    """Return by how much the contribution may lie below and above the exact one."""
    n, remaining = len(given_away), 1 - Fraction(sum(given_away), U64_MAX)
    below = 1 + ULP * (1 + root * (remaining + n * ULP))
    return below, n * ULP * (alpha + tao_weight(weight) * root)


def parent_contribution_bound(proportion: int, alpha: int, root: int, weight: int) -> Fraction:
    part = Fraction(proportion, U64_MAX)
    return ULP * (alpha + tao_weight(weight) * root + part * root + 1)


@given(STAKES, STAKES, proportions() | st.lists(PROPORTIONS, max_size=4), WEIGHTS)
def test_div_2_is_within_its_bounds(alpha: int, own_root: int, given_away: list[int], weight: int) -> None:
    result = rules.self_contribution(alpha, own_root, given_away, floored_weight(weight))
    given_ = Fraction(alpha), Fraction(own_root), given_away
    assert result == ROUNDED["DIV-2"](*given_, floored_weight(weight) * ULP)
    if sum(given_away) <= U64_MAX:
        ideal = division.self_contribution(*given_, tao_weight(weight))
        below, above = self_contribution_bounds(alpha, own_root, given_away, weight)
        assert ideal - below < result <= ideal + above


@given(PROPORTIONS, STAKES, STAKES, WEIGHTS)
def test_div_3_is_within_its_bound(proportion: int, alpha: int, own_root: int, weight: int) -> None:
    given_ = proportion, Fraction(alpha), Fraction(own_root)
    result = rules.parent_contribution(proportion, alpha, own_root, floored_weight(weight)) * ULP
    assert result == ROUNDED["DIV-3"](*given_, floored_weight(weight) * ULP)
    ideal = division.parent_contribution(*given_, tao_weight(weight))
    assert 0 <= ideal - result < parent_contribution_bound(proportion, alpha, own_root, weight)


CONTRIBUTIONS = st.lists(st.tuples(wide(2**86), st.booleans()), max_size=4)


@given(DIVIDENDS, TAKES, STAKES, CONTRIBUTIONS)
def test_div_4_is_within_its_bounds(dividends: int, take: int, own: int, contributions: list[tuple[int, bool]]) -> None:
    brought, same = [Bits(bits) for bits, _ in contributions], [is_same for _, is_same in contributions]
    given_ = Fraction(dividends), take, Fraction(own), [bits * ULP for bits in brought], same
    results = rules.divided_after_take(dividends, take, own, brought, same)
    assert results == Computation(233, True)["DIV-4"](*given_)
    for ideal, result in zip(division.parents_dividends(*given_)[:-1], results[:-1], strict=True):
        assert ideal - 1 - dividends * ULP < result <= ideal + dividends * ULP
    assert sum(results) == dividends


@given(DIVIDENDS, TAKES, STAKES, CONTRIBUTIONS)
def test_div_4_takes_of_each_part(dividends: int, take: int, own: int, contributions: list[tuple[int, bool]]) -> None:
    brought, same = [Bits(bits) for bits, _ in contributions], [is_same for _, is_same in contributions]
    given_ = Fraction(dividends), take, Fraction(own), [bits * ULP for bits in brought], same
    results = rules.divided_with_take_of_each(dividends, take, own, brought, same)
    assert results == Computation(252, True)["DIV-4"](*given_)
    *ideals, of_child = division.parents_dividends_less_takes(*given_)
    for ideal, result in zip(ideals, results[:-1], strict=True):
        assert ideal - 1 - dividends * ULP < result <= ideal + (dividends + 1) * ULP
    n, kept = len(contributions), results[-1]
    assert of_child - 1 - n * (dividends + 1) * ULP < kept <= of_child + n * dividends * ULP
    assert dividends - n - 1 < sum(results) <= dividends


@given(wide(2**82), STAKES, STAKES, WEIGHTS)
def test_div_5_is_within_its_bounds(dividends: int, alpha: int, own_root: int, weight: int) -> None:
    floored, amount = floored_weight(weight), dividends * ULP
    given_ = amount, Fraction(alpha), Fraction(own_root)
    result = rules.root_dividends(Bits(dividends), alpha, own_root, floored) * ULP
    assert result == ROUNDED["DIV-5"](*given_, floored * ULP)
    below = ULP * (amount + 1)
    assert 0 <= root.root_dividends(*given_, floored * ULP) - result < below
    if floored:
        ideal = root.root_dividends(*given_, tao_weight(weight))
        assert 0 <= ideal - result < below + ULP * amount / (4 * floored * ULP)


@given(STAKES, st.lists(wide(2**82), min_size=1, max_size=4))
def test_div_6_is_below(pending: int, earned: list[int]) -> None:
    total = sum(earned)
    results = [rules.tao_dividends(pending, Bits(part), Bits(total)) * ULP for part in earned]
    for part, result in zip(earned, results, strict=True):
        given_ = Fraction(pending), part * ULP, total * ULP
        assert result == ROUNDED["DIV-6"](*given_)
        assert 0 <= root.tao_dividends(*given_) - result <= pending * ULP
    assert sum(results) <= pending


@given(wide(2**82), TAKES)
def test_div_7_is_within_its_bounds(dividends: int, take: int) -> None:
    amount = dividends * ULP
    taken, rest = rules.take_and_rest(Bits(dividends), take)
    assert (Fraction(taken), Fraction(rest)) == ROUNDED["DIV-7"](amount, take)
    ideal_taken, ideal_rest = payment.take_and_rest(amount, take)
    assert 0 <= ideal_taken - taken < 1 + ULP * (amount + 1)
    assert ideal_rest - 1 < rest < ideal_rest + ULP * (amount + 1)
    assert 0 <= amount - taken - rest < (2 if amount.denominator > 1 else 1 + ULP)


AMOUNTS = st.lists(wide(2**82), min_size=1, max_size=4)


@given(AMOUNTS, st.lists(wide(2**32), min_size=4, max_size=4), wide(10**16))
def test_div_12_is_within_its_bounds(amounts: list[int], shares: list[int], there: int) -> None:
    earned = {AccountId(key): Bits(amount) for key, amount in enumerate(amounts)}
    by_root = {AccountId(key): Bits(amount * shares[key] >> 32) for key, amount in enumerate(amounts)}

    def exactly(found: Mapping[AccountId, Bits]) -> dict[int, Fraction]:
        return {int(key): bits * ULP for key, bits in found.items()}

    given_ = exactly(earned), exactly(by_root), Fraction(there)
    assert exactly(rules.whole_dividends(earned, by_root, Alpha(there))) == root.whole_dividends(*given_)
    without = rules.dividends_without_those_of_root(earned, by_root, Alpha(there))
    assert exactly(without) == root.dividends_without_those_of_root(*given_)
    found = exactly(rules.proportional_dividends(earned, by_root, Alpha(there)))
    assert found == Computation(257, True)["DIV-12"](*given_)
    ideal = root.proportional_dividends(*given_)
    assert all(0 <= ideal[key] - found[key] <= there * ULP for key in ideal)
    assert sum(found.values()) <= there


@given(wide(U64_MAX), wide(U64_MAX), wide(10**15))
def test_div_13_is_floored(pending: int, swapped: int, incentives: int) -> None:
    found = rules.alpha_for_validators(Alpha(pending), Alpha(swapped), incentives)
    given_ = Fraction(pending), Fraction(swapped), Fraction(incentives)
    assert found == Computation(257, True)["DIV-13"](*given_)
    if pending + swapped <= U64_MAX:
        assert 0 <= root.alpha_for_validators(*given_) - found <= Fraction(1, 2)
