"""Dense matrices of the epoch: one list a neuron, with one element a column, raw bits of I32F32.

Only the dense form of the epoch uses them, which nothing in the block step calls; they are written for reading.
Matrices are square and not empty.
"""

from collections.abc import Sequence
from operator import itemgetter

from dtao import fixed, vector
from dtao.fixed import I32F32
from dtao.rule import implements
from dtao.sparse import ema_towards, interpolated
from dtao.vector import ONE

DenseRow = list[int]
Dense = Sequence[Sequence[int]]


def zeros(rows: int, columns: int) -> list[DenseRow]:
    """Return a matrix of zeros."""
    return [[0] * columns for _ in range(rows)]


def mask_rows(mask: Sequence[bool], matrix: Dense) -> list[DenseRow]:
    """Return the matrix with zeros in the rows where the mask is true."""
    return [[0] * len(row) if masked else list(row) for masked, row in zip(mask, matrix, strict=True)]


def mask_diag(matrix: Dense) -> list[DenseRow]:
    """Return the matrix with zeros on its diagonal."""
    return [[0 if i == j else element for j, element in enumerate(row)] for i, row in enumerate(matrix)]


def mask_matrix(mask: Sequence[Sequence[bool]], matrix: Dense) -> list[DenseRow]:
    """Return the matrix with 0 where the mask is true; an empty mask changes nothing."""
    if not mask:
        return [list(row) for row in matrix]
    return [
        [0 if masked else element for masked, element in zip(mask_row, row, strict=True)]
        for mask_row, row in zip(mask, matrix, strict=True)
    ]


@implements("EPOCH-4")
def row_normalize(matrix: Dense) -> list[DenseRow]:
    """Return each row divided by its sum, truncated; a row whose sum is not positive stays as it is."""
    return [
        vector.normalize_using_sum(row, own_sum) if own_sum > 0 else list(row)
        for row, own_sum in zip(matrix, row_sum(matrix), strict=True)
    ]


def row_sum(matrix: Dense) -> list[int]:
    """Return the sum of each row."""
    return [fixed.total(I32F32, row) for row in matrix]


@implements("EPOCH-4")
def col_normalize(matrix: Dense) -> list[DenseRow]:
    """Return each element divided by the sum of its column, which saturates; unchanged where that is 0."""
    sums = [0] * len(matrix[0])
    for row in matrix:
        sums = [fixed.saturating_add(I32F32, a, b) for a, b in zip(sums, row, strict=True)]
    return _divided_by_column(matrix, sums)


@implements("BOND-2")
def col_max_upscale(matrix: Dense) -> list[DenseRow]:
    """Return each element divided by the largest of its column; unchanged where none is positive."""
    maxima = [max(0, *(row[column] for row in matrix)) for column in range(len(matrix[0]))]
    return _divided_by_column(matrix, maxima)


def _divided_by_column(matrix: Dense, divisors: Sequence[int]) -> list[DenseRow]:
    return [
        [
            fixed.safe_div(I32F32, element, divisor) if divisor else element
            for element, divisor in zip(row, divisors, strict=True)
        ]
        for row in matrix
    ]


@implements("EPOCH-9")
def matmul(matrix: Dense, weights: Sequence[int]) -> list[int]:
    """Return the sum of the rows, each times the weight of its neuron, rounded down, saturating."""
    result = [0] * len(matrix[0])
    for row in row_hadamard(matrix, weights):
        result = [fixed.saturating_add(I32F32, a, b) for a, b in zip(result, row, strict=True)]
    return result


@implements("EPOCH-9")
def matmul_transpose(matrix: Dense, weights: Sequence[int]) -> list[int]:
    """Return for each row the sum of its elements, each times the weight of its column, rounded down, saturating."""
    result = []
    for row in matrix:
        sum_so_far = 0
        for element, weight in zip(row, weights, strict=True):
            sum_so_far = fixed.saturating_add(I32F32, sum_so_far, fixed.saturating_mul(I32F32, element, weight))
        result.append(sum_so_far)
    return result


@implements("EPOCH-9")
def row_hadamard(matrix: Dense, weights: Sequence[int]) -> list[DenseRow]:
    """Return each row times the weight of its neuron, rounded down, saturating."""
    return [
        [fixed.saturating_mul(I32F32, weight, element) for element in row]
        for row, weight in zip(matrix, weights, strict=True)
    ]


@implements("EPOCH-8")
def weighted_median_col(stake: Sequence[int], score: Dense, majority: int) -> list[int]:
    """Return for each column the median of its scores weighted by stake, of the rows with a positive stake."""
    rows = [(weight, row) for weight, row in zip(stake, score, strict=True) if weight > 0]
    columns = [[row[column] for _, row in rows] for column in range(len(score[0]))]
    return vector.medians(list(map(itemgetter(0), rows)), columns, majority)


@implements("EPOCH-10")
def col_clip(matrix: Dense, thresholds: Sequence[int]) -> list[DenseRow]:
    """Return each element, or the threshold of its column if it is above that."""
    return [[min(element, threshold) for element, threshold in zip(row, thresholds, strict=True)] for row in matrix]


@implements("BOND-3")
def interpolate(first: Dense, second: Dense, ratio: int) -> list[DenseRow]:
    """Return first + ratio · (second - first), the product rounded down, every operation saturating.

    A ratio of exactly 0 or 1 gives one of the matrices as it is.
    """
    if ratio in (0, ONE):
        return [list(row) for row in (second if ratio else first)]
    return [
        [interpolated(a, b, ratio) for a, b in zip(first_row, second_row, strict=True)]
        for first_row, second_row in zip(first, second, strict=True)
    ]


@implements("BOND-4")
def mat_ema(new: Dense, old: Dense, alpha: int) -> list[DenseRow]:
    """Return alpha · new + (1 - alpha) · old, each product rounded down, every operation saturating."""
    return mat_ema_alpha_vec(new, old, [alpha] * len(new[0]))


@implements("BOND-5")
def mat_ema_alpha_vec(new: Dense, old: Dense, alpha: Sequence[int]) -> list[DenseRow]:
    """Return alpha · new + (1 - alpha) · old with an alpha of its own for each column.

    Each product is rounded down; products and sums saturate.
    """

    def mixed(weight: int, a: int, b: int) -> int:
        first = fixed.saturating_mul(I32F32, weight, a)
        second = fixed.saturating_mul(I32F32, fixed.saturating_sub(I32F32, ONE, weight), b)
        return fixed.saturating_add(I32F32, first, second)

    return [
        [mixed(*parts) for parts in zip(alpha, new_row, old_row, strict=True)]
        for new_row, old_row in zip(new, old, strict=True)
    ]


@implements("BOND-16")
def mat_vec_mul(matrix: Dense, factors: Sequence[int]) -> list[DenseRow]:
    """Return each element times the factor of its column, rounded down; 0 where the product overflows."""
    return [
        [fixed.checked_mul(I32F32, element, factor) or 0 for element, factor in zip(row, factors, strict=True)]
        for row in matrix
    ]


@implements("BOND-17")
def mat_ema_alpha(new: Dense, old: Dense, alphas: Sequence[Sequence[int]]) -> list[DenseRow]:
    """Return alpha · new + (1 - alpha) · old, at most 1, with an alpha of its own for each element.

    Each product is rounded down and a negative purchase counts as 0; products and sums saturate.
    """

    def mixed(alpha: int, a: int, b: int) -> int:
        kept = fixed.saturating_mul(I32F32, fixed.saturating_sub(I32F32, ONE, alpha), b)
        return ema_towards(kept, fixed.saturating_mul(I32F32, alpha, a))

    return [
        [mixed(*parts) for parts in zip(alpha_row, new_row, old_row, strict=True)]
        for alpha_row, new_row, old_row in zip(alphas, new, old, strict=True)
    ]
