"""The vectors and matrices of the epoch against definitions on exact fractions, saturating numbers included."""

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtao import dense, fixed, sparse, vector
from dtao.fixed import I32F32, I64F64
from tests.depth import of_many
from tests.reference.numbers import NUMBERS, UNIT, add, bits_of, clamp, div, mul, value

ONE = I32F32.one
SHARES = st.lists(UNIT, max_size=6)
Matrix = list[list[tuple[int, int]]]
Row = list[tuple[int, int]]

# Either all numbers are shares between 0 and 1, where the plain loops run, or anything, where they must not.
KIND = st.sampled_from([UNIT, NUMBERS, st.integers(0, 2**63 - 1)])
VECTOR = KIND.flatmap(lambda numbers: st.lists(numbers, max_size=6))


@st.composite
def matrices(draw: st.DrawFn, *, count: int = 1, square: bool = False) -> tuple[int, list[list[int]], list[Matrix]]:
    """Draw (columns, two vectors, matrices); the vectors have an element a row and a column respectively."""
    numbers = draw(KIND)
    rows = draw(st.integers(1, 5))
    columns = rows if square else draw(st.integers(1, 5))
    row = st.lists(st.tuples(st.integers(0, columns - 1), numbers), max_size=6)
    drawn = [draw(st.lists(row, min_size=rows, max_size=rows)) for _ in range(count)]
    vectors = [draw(st.lists(numbers, min_size=size, max_size=size)) for size in (rows, columns)]
    return columns, vectors, drawn


def column_folded(matrix: Matrix, columns: int, fold: Callable[[int, int], int]) -> list[int]:
    result = [0] * columns
    for row in matrix:
        for column, element in row:
            result[column] = fold(result[column], element)
    return result


def wrapped_sum(numbers: list[int]) -> int:
    return (sum(numbers) + 2**63) % 2**64 - 2**63


def by_column(matrix: Matrix, divisors: list[int]) -> Matrix:
    return [[(j, div(a, divisors[j]) if divisors[j] else a) for j, a in row] for row in matrix]


def positive(row: list[int]) -> Row:
    return [(column, element) for column, element in enumerate(row) if element > 0]


@given(VECTOR)
@settings(deadline=None)
def test_normalize_divides_by_the_sum(x: list[int]) -> None:
    total = wrapped_sum(x)
    assert vector.normalize(x) == ([div(number, total) for number in x] if total else x)


@given(SHARES)
@settings(deadline=None)
def test_normalized_shares_fall_short_of_one_by_less_than_a_bit_each(x: list[int]) -> None:
    if any(x):
        assert 0 <= ONE - sum(vector.normalize(x)) < len(x)


@given(st.lists(bits_of(I64F64), max_size=5) | st.lists(st.integers(0, 2**118), max_size=5))
@settings(deadline=None)
def test_normalize_64_divides_by_the_sum(x: list[int]) -> None:
    total = fixed.total(I64F64, x)
    assert vector.normalize_64(x) == ([fixed.safe_div(I64F64, number, total) for number in x] if total else x)


@given(VECTOR, st.integers(0, 7))
@settings(deadline=None)
def test_is_topk_keeps_the_largest_and_of_equal_ones_the_later(x: list[int], k: int) -> None:
    best = sorted(range(len(x)), key=lambda index: (x[index], index), reverse=True)[:k]
    assert vector.is_topk(x, k) == [index in best for index in range(len(x))]


@given(NUMBERS)
@settings(deadline=None)
def test_proportions(bits: int) -> None:
    assert vector.fixed_proportion_to_u16(bits) == min(max(mul(bits, 65_535 << 32) >> 32, 0), 65_535)


@given(st.integers(0, 65_535))
@settings(deadline=None)
def test_a_proportion_loses_at_most_one_on_its_way_there_and_back(proportion: int) -> None:
    assert vector.u16_proportion_to_fixed(proportion) == clamp(I32F32, Fraction(proportion, 65_535))
    assert vector.fixed_proportion_to_u16(vector.u16_proportion_to_fixed(proportion)) in (proportion - 1, proportion)


@given(st.lists(st.integers(0, 32_768 << 32), min_size=1, max_size=6).filter(any))
@settings(deadline=None)
def test_max_upscale_rounds_the_quotient_by_the_largest(x: list[int]) -> None:
    half = Fraction(1, 2)
    expected = [math.floor(value(I32F32, div(mul(number, 65_535 << 32), max(x))) + half) for number in x]
    assert vector.vec_max_upscale_to_u16(x) == expected
    assert max(expected) == 65_535


@given(VECTOR)
@settings(deadline=None)
def test_max_upscale_of_anything(x: list[int]) -> None:
    def rounded(bits: int) -> int:
        return fixed.to_u16(I32F32, fixed.round_half_away(I32F32, bits))

    top = max(x, default=0)
    if top == 0:
        expected = [fixed.to_u16(I32F32, mul(number, 65_535 << 32)) for number in x]
    elif top > 32_768 << 32:
        expected = [rounded(mul(number, div(65_535 << 32, top))) for number in x]
    else:
        expected = [rounded(div(mul(number, 65_535 << 32), top)) for number in x]
    assert vector.vec_max_upscale_to_u16(x) == expected


@given(st.lists(st.integers(0, 65_535), min_size=1, max_size=6).filter(any), st.integers(0, 65_535))
@settings(deadline=None)
def test_the_limit_of_a_vector_is_on_its_largest_share(x: list[int], limit: int) -> None:
    share = math.floor(Fraction(max(x), sum(x)) * ONE)
    assert vector.check_vec_max_limited(x, limit) == (share <= limit * ONE // 65_535)
    assert vector.check_vec_max_limited([], limit)


@given(VECTOR.filter(bool), st.integers(0, 4))
@settings(deadline=None)
def test_quantiles_lie_between_their_neighbours(x: list[int], quarter: int) -> None:
    ordered = sorted(x)
    position = Fraction(quarter * (len(x) - 1), 4)
    low, high = ordered[math.floor(position)], ordered[math.ceil(position)]
    difference = min(high - low, I32F32.max_bits)
    expected = add(low, mul(difference, clamp(I32F32, position - math.floor(position))))
    assert vector.quantile(x, quarter / 4) == expected
    assert low <= expected <= high


@pytest.mark.parametrize("q", [-0.5, 2.0, 1e300])
def test_a_quantile_beyond_the_vector_reads_nought(q: float) -> None:
    assert vector.quantile([7, 7], -0.5) == 7
    assert vector.quantile([], q) == 0
    assert vector.quantile([7, 7], 1e300) == 0


@given(st.lists(st.tuples(UNIT, UNIT), max_size=8), st.integers(-3, 9 * ONE) | UNIT)
@settings(deadline=None, max_examples=of_many(100, 1_000))
def test_the_median_of_one_pass_is_the_median_of_partitions(pairs: list[tuple[int, int]], minority: int) -> None:
    stake = [weight for weight, _ in pairs]
    score = [number for _, number in pairs]
    expected = vector.weighted_median_by_partition(stake, score, minority, sum(stake))
    assert vector.weighted_median(stake, score, minority, sum(stake)) == expected


@given(st.lists(st.tuples(st.integers(1, ONE), UNIT), min_size=1, max_size=8), st.integers(1, ONE - 1))
@settings(deadline=None)
def test_a_median_is_supported_by_the_majority(pairs: list[tuple[int, int]], majority: int) -> None:
    stake = vector.normalize([weight for weight, _ in pairs])
    score = [number for _, number in pairs]
    (median,) = vector.medians([weight for weight, _ in pairs], [score], majority)
    assert median in score
    if sum(stake) > majority:
        assert sum(weight for weight, number in zip(stake, score, strict=True) if number >= median) >= majority


@given(matrices())
@settings(deadline=None)
def test_medians_of_any_stake_and_score(drawn: tuple[int, list[list[int]], list[Matrix]]) -> None:
    columns, (stake, _), (score,) = drawn
    weights = [weight for weight in stake if weight > 0]
    total = wrapped_sum(weights)
    normalized = [div(weight, total) if total else weight for weight in weights]
    stake_sum = wrapped_sum(normalized)
    minority = clamp(I32F32, value(I32F32, stake_sum) - Fraction(1, 2))
    for column, median in enumerate(sparse.weighted_median_col_sparse(stake, score, columns, ONE // 2)):
        scores = [dict(row).get(column, 0) for row, weight in zip(score, stake, strict=True) if weight > 0]
        assert median == vector.weighted_median_by_partition(normalized, scores, minority, stake_sum)


@given(matrices())
@settings(deadline=None)
def test_sums_and_normalizations_of_rows_and_columns(drawn: tuple[int, list[list[int]], list[Matrix]]) -> None:
    columns, _, (matrix,) = drawn
    sums = [wrapped_sum([element for _, element in row]) for row in matrix]
    assert sparse.row_sum_sparse(matrix) == sums
    assert sparse.row_normalize_sparse(matrix) == [
        [(j, div(a, total) if total > 0 else a) for j, a in row] for row, total in zip(matrix, sums, strict=True)
    ]
    column_sums = column_folded(matrix, columns, add)
    assert sparse.col_normalize_sparse(matrix, columns) == by_column(matrix, column_sums)
    maxima = column_folded(matrix, columns, max)
    assert sparse.col_max_upscale_sparse(matrix, columns) == by_column(matrix, maxima)


@given(matrices())
@settings(deadline=None)
def test_products(drawn: tuple[int, list[list[int]], list[Matrix]]) -> None:
    columns, (by_row, by_col), (matrix,) = drawn
    rows = [[(j, mul(a, weight)) for j, a in row] for row, weight in zip(matrix, by_row, strict=True)]
    assert sparse.row_hadamard_sparse(matrix, by_row) == rows
    assert sparse.matmul_sparse(matrix, by_row, columns) == column_folded(rows, columns, add)
    transposed = [column_folded([[(0, mul(a, by_col[j])) for j, a in row]], 1, add)[0] for row in matrix]
    assert sparse.matmul_transpose_sparse(matrix, by_col) == transposed
    assert sparse.row_hadamard_sparse(matrix, by_row[:1]) == rows[:1]


@given(matrices())
@settings(deadline=None)
def test_clipping(drawn: tuple[int, list[list[int]], list[Matrix]]) -> None:
    _, (_, thresholds), (matrix,) = drawn
    expected = [
        [(j, min(a, thresholds[j])) for j, a in row if a <= thresholds[j] or thresholds[j] > 0] for row in matrix
    ]
    assert sparse.col_clip_sparse(matrix, thresholds) == expected


@given(matrices(count=2), UNIT | NUMBERS)
@settings(deadline=None)
def test_interpolation(drawn: tuple[int, list[list[int]], list[Matrix]], ratio: int) -> None:
    columns, _, (first, second) = drawn
    expected = []
    for a_row, b_row in zip(first, second, strict=True):
        a, b = ([dict(row).get(column, 0) for column in range(columns)] for row in (a_row, b_row))
        pairs = zip(a, b, strict=True)
        expected.append(positive([add(x, mul(ratio, clamp(I32F32, value(I32F32, y - x)))) for x, y in pairs]))
    result = sparse.interpolate_sparse(first, second, columns, ratio)
    assert result == {0: first, ONE: second}.get(ratio, expected)
    beyond = [[*row, (columns, 5)] for row in first]
    if ratio not in (0, ONE):
        assert sparse.interpolate_sparse(beyond, second, columns, ratio) == expected


@given(matrices(count=2, square=True), UNIT | NUMBERS)
@settings(deadline=None)
def test_moving_averages(drawn: tuple[int, list[list[int]], list[Matrix]], alpha: int) -> None:
    columns, (alphas, _), (new, old) = drawn
    rest = clamp(I32F32, 1 - value(I32F32, alpha))
    expected = [
        positive(column_folded([[(j, mul(alpha, a)) for j, a in a_row] + [(j, mul(rest, b)) for j, b in b_row]],
                               columns, add))
        for a_row, b_row in zip(new, old, strict=True)
    ]  # fmt: skip
    assert sparse.mat_ema_sparse(new, old, alpha) == expected
    rests = [clamp(I32F32, 1 - value(I32F32, weight)) for weight in alphas]
    expected = [
        positive(column_folded([[(j, mul(alphas[j], a)) for j, a in dict(a_row).items()]
                                + [(j, mul(rests[j], b)) for j, b in b_row]], columns, add))
        for a_row, b_row in zip(new, old, strict=True)
    ]  # fmt: skip
    assert sparse.mat_ema_alpha_vec_sparse(new, old, alphas) == expected
    outside = [[*row, (columns, ONE)] for row in old]
    assert sparse.mat_ema_alpha_vec_sparse(new, outside, [*alphas, ONE]) == expected
    assert sparse.mat_ema_alpha_vec_sparse(new, old, alphas[:1]) == sparse.mat_ema_alpha_vec_sparse(
        new, old, [*alphas[:1], *[0] * (columns - 1)]
    )


@st.composite
def dense_matrices(draw: st.DrawFn) -> tuple[list[int], list[list[list[int]]], int]:
    size = draw(st.integers(1, 4))
    row = st.lists(UNIT, min_size=size, max_size=size)
    weights, ratio = draw(row), draw(UNIT)
    return weights, [draw(st.lists(row, min_size=size, max_size=size)) for _ in range(2)], ratio


@given(dense_matrices())
@settings(deadline=None)
def test_the_dense_forms_are_the_sparse_ones_with_zeros(drawn: tuple[list[int], list[list[list[int]]], int]) -> None:
    weights, (a, b), ratio = drawn
    n = len(weights)

    def thin(matrix: list[list[int]]) -> Matrix:
        return [positive(row) for row in matrix]

    def without_zeros(matrix: Matrix) -> Matrix:
        return [[pair for pair in row if pair[1]] for row in matrix]

    first, second = thin(a), thin(b)
    for full, sparsely in (
        (dense.row_normalize(a), sparse.row_normalize_sparse(first)),
        (dense.col_normalize(a), sparse.col_normalize_sparse(first, n)),
        (dense.col_max_upscale(a), sparse.col_max_upscale_sparse(first, n)),
        (dense.row_hadamard(a, weights), sparse.row_hadamard_sparse(first, weights)),
        (dense.col_clip(a, weights), sparse.col_clip_sparse(first, weights)),
        (dense.interpolate(a, b, ratio), sparse.interpolate_sparse(first, second, n, ratio)),
        (dense.mat_ema(a, b, ratio), sparse.mat_ema_sparse(first, second, ratio)),
        (dense.mat_ema_alpha_vec(a, b, weights), sparse.mat_ema_alpha_vec_sparse(first, second, weights)),
    ):
        assert thin(full) == without_zeros(sparsely)
    assert dense.row_sum(a) == sparse.row_sum_sparse(first)
    assert dense.matmul(a, weights) == sparse.matmul_sparse(first, weights, n)
    assert dense.matmul_transpose(a, weights) == sparse.matmul_transpose_sparse(first, weights)
    assert dense.weighted_median_col(weights, a, ratio) == sparse.weighted_median_col_sparse(weights, first, n, ratio)


@given(VECTOR, st.data())
@settings(deadline=None)
def test_masks_and_quotients_of_vectors(x: list[int], data: st.DataObject) -> None:
    mask = data.draw(st.lists(st.booleans(), min_size=len(x), max_size=len(x)))
    assert vector.mask_vector(mask, x) == [0 if masked else number for masked, number in zip(mask, x, strict=True)]
    assert vector.mask_vector([], x) == x
    y = data.draw(st.lists(NUMBERS, min_size=len(x), max_size=len(x)))
    assert vector.vecdiv(x, y) == [div(a, b) for a, b in zip(x, y, strict=True)]
    assert vector.is_zero(x) == (wrapped_sum(x) == 0)
