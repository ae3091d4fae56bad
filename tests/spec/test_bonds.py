"""Exact bonds against the reference within the stated bounds, and rounded ones to the bit."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from dtao import sparse, vector
from dtao.rules import bonds as reference
from dtao.rules.bonds import BondsParameters
from dtao.rules.matrices import SPARSE, sparse_bonds
from dtao.units import U16_MAX, Uid
from dtao_spec.chapters.bonds import bought, ema, paid
from dtao_spec.chapters.epoch import arithmetic
from dtao_spec.registry import Computation
from tests.spec.test_epoch import (
    MATRICES,
    MATRICES_AND_FACTORS,
    SETTINGS,
    SHARES,
    STEP,
    below,
    fractions,
    matrices,
    rows_of,
    stored_rows,
    within,
)

ROUNDED = Computation(233, True)
SIZES = st.integers(1, 6)
PAIRS = SIZES.flatmap(lambda n: st.tuples(matrices(n), matrices(n)))
RATIOS = SHARES | SETTINGS.map(vector.u16_proportion_to_fixed)
AVERAGES = st.integers(0, 10**6) | st.sampled_from([0, 1, 900_000, 10**6, 2 * 10**6, 2**63, 2**64 - 1])


def all_below(found: sparse.Sparse, ideal: Sequence[arithmetic.Row], bound: Fraction) -> bool:
    """Whether each element is less than the bound below the exact one and never above; 0 where it is missing."""
    pairs = zip(rows_of(found), ideal, strict=True)
    return all(0 <= b.get(uid, 0) - a.get(uid, 0) < bound for a, b in pairs for uid in {*a, *b})


@given(st.lists(SHARES, max_size=8), st.sampled_from([0.25, 0.75]))
def test_bond_1_quantile(numbers: list[int], part: float) -> None:
    found = vector.quantile(numbers, part)
    assert found * STEP == ROUNDED["BOND-1"](fractions(numbers), Fraction(part))
    assert below([found], [ema.quantile(fractions(numbers), Fraction(part))], STEP)


@given(MATRICES)
def test_bond_2_columns_upscaled(matrix: list[sparse.SparseRow]) -> None:
    found = sparse.col_max_upscale_sparse(matrix, len(matrix))
    assert rows_of(found) == ROUNDED["BOND-2"](rows_of(matrix))
    assert all_below(found, paid.upscale_columns(rows_of(matrix)), STEP)


@given(MATRICES_AND_FACTORS, RATIOS)
def test_bond_3_interpolated(given_: tuple[list[sparse.SparseRow], list[int]], ratio: int) -> None:
    first, thresholds = given_
    second = sparse.col_clip_sparse(first, thresholds)
    found = sparse.interpolate_sparse(first, second, len(first), ratio)
    exactly = rows_of(first), rows_of(second), ratio * STEP
    assert rows_of(found) == ROUNDED["BOND-3"](*exactly)
    assert all_below(found, bought.interpolated(*exactly), STEP)


@given(PAIRS, SHARES)
def test_bond_4_mixed(pair: tuple[list[sparse.SparseRow], list[sparse.SparseRow]], alpha: int) -> None:
    found = sparse.mat_ema_sparse(*pair, alpha)
    exactly = rows_of(pair[0]), rows_of(pair[1]), alpha * STEP
    assert rows_of(found) == ROUNDED["BOND-4"](*exactly)
    assert all_below(found, ema.mixed(*exactly), 2 * STEP)


@given(PAIRS, st.lists(SHARES, min_size=6, max_size=6))
def test_bond_5_mixed_by_column(pair: tuple[list[sparse.SparseRow], list[sparse.SparseRow]], alphas: list[int]) -> None:
    found = sparse.mat_ema_alpha_vec_sparse(*pair, alphas)
    exactly = rows_of(pair[0]), rows_of(pair[1]), fractions(alphas)
    assert rows_of(found) == ROUNDED["BOND-5"](*exactly)
    assert all_below(found, ema.mixed_by_column(*exactly), 2 * STEP)


@given(stored_rows(beyond=0))
def test_bond_6_bonds_that_count(given_: tuple[list[dict[int, int]], list[bool], list[int], list[int]]) -> None:
    rows, _, last_update, registered = given_
    stored = [tuple((Uid(uid), bond) for uid, bond in row.items()) for row in rows]
    found = sparse_bonds(stored, last_update, registered)
    assert rows_of(found) == bought.bonds_that_count(rows, last_update, registered)


@given(MATRICES_AND_FACTORS, st.lists(SHARES, min_size=6, max_size=6), RATIOS)
def test_bond_7_bonds_delta(
    given_: tuple[list[sparse.SparseRow], list[int]], thresholds: list[int], penalty: int
) -> None:
    matrix, factors = given_
    weights, stake = sparse.row_normalize_sparse(matrix), vector.normalize(factors)
    clipped = sparse.col_clip_sparse(weights, thresholds)
    bits: list[sparse.SparseRow] = reference.bonds_delta(SPARSE, weights, clipped, stake, penalty)
    found = rows_of(bits)
    exact_weights, exact_clipped, shares = rows_of(weights), rows_of(clipped), fractions(stake)
    exactly = exact_weights, exact_clipped, shares, penalty * STEP
    assert found == ROUNDED["BOND-7"](*exactly)
    ideal = bought.bonds_delta(*exactly)
    products = arithmetic.rows_times(bought.interpolated(exact_weights, exact_clipped, penalty * STEP), shares)
    for uid in range(len(shares)):
        column = [row.get(uid, Fraction(0)) for row in products]
        total, m = sum(column, Fraction(0)), sum(uid in row for row in products)
        for holder, share in enumerate(shares):
            a, b = found[holder].get(uid, Fraction(0)), ideal[holder].get(uid, Fraction(0))
            assert b == a or b - a < ((1 + share) / total + 1) * STEP
            rest = total - (m + 1) * STEP
            assert rest <= 0 or a - b <= b * (m + 1) * STEP / rest


@given(PAIRS, st.lists(SHARES, min_size=6, max_size=6), AVERAGES, st.booleans(), SETTINGS, SETTINGS)
def test_bond_8_ema_bonds(
    pair: tuple[list[sparse.SparseRow], list[sparse.SparseRow]],
    agreed: list[int],
    average: int,
    liquid: bool,
    low: int,
    high: int,
) -> None:
    n = len(pair[0])
    new, old = (sparse.col_normalize_sparse(matrix, n) for matrix in pair)
    consensus, average = agreed[:n], min(average, 10**6)
    parameters = BondsParameters(average, liquid, low, high)
    bits: list[sparse.SparseRow] = reference.ema_bonds(SPARSE, new, old, consensus, parameters)
    found = rows_of(bits)
    alpha = ema.fixed_alpha(average)
    bounds = (Fraction(low, U16_MAX), Fraction(high, U16_MAX)) if liquid else None
    exactly = rows_of(new), rows_of(old), fractions(consensus)
    if not liquid:
        assert found == ROUNDED["BOND-8"](*exactly, reference.fixed_alpha(average) * STEP)
    ideal = ema.ema_bonds(*exactly, alpha, bounds)
    alphas, used = [alpha] * n, [reference.fixed_alpha(average)] * n
    third = vector.quantile(consensus, 0.75)
    assume(not liquid or (third == 0) == (ema.quantile(fractions(consensus), Fraction(3, 4)) == 0))
    if bounds and third:
        alphas = ema.liquid_alphas(fractions(consensus), *bounds)
        used = reference.liquid_alphas(consensus, third, parameters)
    mixed = ema.mixed_by_column(rows_of(new), rows_of(old), alphas)
    for uid in range(n):
        error = 2 * STEP + abs(used[uid] * STEP - alphas[uid])
        m = sum(uid in {*a, *b} for a, b in zip(rows_of(new), rows_of(old), strict=True))
        rest = sum((row.get(uid, Fraction(0)) for row in mixed), Fraction(0)) - m * error
        for a, b in zip(found, ideal, strict=True):
            bound = STEP + error * (1 + m * b.get(uid, 0)) / rest if rest > 0 else 1
            assert abs(a.get(uid, Fraction(0)) - b.get(uid, 0)) <= bound


@given(AVERAGES)
def test_bond_9_fixed_alpha(average: int) -> None:
    ideal = ema.fixed_alpha(average)
    found = reference.fixed_alpha(average) * STEP
    assert found == ema.fixed_alpha_rounded(average)
    assert 0 <= found - ideal < STEP or (ideal <= 1 - 2**31 and found == 1 - (2**31 - STEP))


@given(MATRICES_AND_FACTORS)
def test_bond_11_dividends(given_: tuple[list[sparse.SparseRow], list[int]]) -> None:
    matrix, factors = given_
    bonds, incentive = sparse.col_normalize_sparse(matrix, len(matrix)), vector.normalize(factors)
    found = reference.normalized_dividends(SPARSE, bonds, incentive)
    rows, shares = rows_of(bonds), fractions(incentive)
    assert fractions(found) == ROUNDED["BOND-11"](rows, shares)
    ideal = paid.dividends(rows, shares)
    total = sum(arithmetic.sums_of_rows(rows, shares), Fraction(0))
    count = sum(map(len, rows))
    assert all(within(a, b, len(row), count, total) for a, b, row in zip(found, ideal, rows, strict=True))


@given(MATRICES, *[st.lists(st.booleans(), min_size=6, max_size=6)] * 2)
def test_bond_12_stored_bonds(matrix: list[sparse.SparseRow], new: list[bool], old: list[bool]) -> None:
    n = len(matrix)
    found = reference.stored_bonds(SPARSE, matrix, new[:n], old[:n])
    ideal = paid.stored_bonds(rows_of(matrix), new[:n], old[:n])
    assert {uid: dict(row) for uid, row in found.items()} == ROUNDED["BOND-12"](rows_of(matrix), new[:n], old[:n])
    assert {uid: [target for target, _ in row] for uid, row in found.items()} == {
        uid: list(row) for uid, row in ideal.items()
    }
    for uid, row in found.items():
        assert all(0 <= ideal[uid][target] - bond < 1 + Fraction(1, 2**16) for target, bond in row)


QUARTER = Fraction(1, 4)
CONSENSUS = st.lists(
    st.tuples(st.integers(0, 2**32), st.sampled_from([0, 4, 8, 12])).map(lambda drawn: drawn[0] >> drawn[1]),
    min_size=1,
    max_size=8,
)


def liquid_error(consensus: Sequence[Fraction]) -> Fraction | None:
    """Return the bound of BOND-10; None where it states none."""
    gap = ema.quantile(consensus, 3 * QUARTER) - ema.quantile(consensus, QUARTER)
    if 0 < gap < Fraction(1, 10**6):
        return None
    return Fraction(5, 10**6) + (12 * STEP / gap if gap else 0)


def near_overflow(consensus: Sequence[Fraction], low: Fraction, high: Fraction) -> bool:
    """Whether the power of e in the alpha of a column is about to overflow."""
    first, third = ema.quantile(consensus, QUARTER), ema.quantile(consensus, 3 * QUARTER)
    if first == third or not low or not high:
        return False
    slope = (ema.negative_logit(low) - ema.negative_logit(high)) / (third - first)
    exponents = [ema.negative_logit(low) + slope * (first - agreed) for agreed in consensus]
    return any(20 < exponent < 22 for exponent in exponents)


@given(CONSENSUS, SETTINGS, SETTINGS)
def test_bond_10_liquid_alphas(bits: list[int], low_setting: int, high_setting: int) -> None:
    consensus = fractions(bits)
    low, high = Fraction(low_setting, U16_MAX), Fraction(high_setting, U16_MAX)
    bound = liquid_error(consensus)
    assume(bound is not None and not near_overflow(consensus, low, high))
    third = vector.quantile(bits, 0.75)
    found = reference.liquid_alphas(bits, third, BondsParameters(0, True, low_setting, high_setting))
    bounds = (vector.u16_proportion_to_fixed(setting) * STEP for setting in (low_setting, high_setting))
    assert fractions(found) == ROUNDED["BOND-10"](consensus, *bounds)
    ideal = ema.liquid_alphas(consensus, low, high)
    assert bound is not None
    assert all(abs(a * STEP - b) <= bound for a, b in zip(found, ideal, strict=True))


def test_bond_10_reads_a_power_that_does_not_fit_as_0() -> None:
    consensus = [0, *[400_000_000 + step * 10_000 for step in range(7)]]
    parameters = BondsParameters(0, True, 45_875, 58_982)
    found = reference.liquid_alphas(consensus, vector.quantile(consensus, 0.75), parameters)
    assert found[0] == vector.u16_proportion_to_fixed(58_982) > found[1]
