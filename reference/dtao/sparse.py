"""Sparse matrices of the epoch: one row a neuron, a row being a list of (column, raw bits of I32F32).

A column may occur twice in a row and columns need not be in order; each function says what it makes of that where
it matters. As in :mod:`dtao.vector`, a check over the whole matrix decides between plain integer arithmetic and
:mod:`dtao.fixed`, with equal results.
"""

from collections.abc import Sequence

from dtao import fixed, vector
from dtao.fixed import I32F32
from dtao.rule import implements
from dtao.vector import MAX, ONE

SparseRow = list[tuple[int, int]]
Sparse = Sequence[Sequence[tuple[int, int]]]


def is_unit_interval(matrix: Sparse, factors: Sequence[int] = ()) -> bool:
    """Return whether all elements, and all factors, lie between 0 and 1.

    Then no product and no sum of fewer than 2**31 of them leaves I32F32.
    """
    if factors and (min(factors) < 0 or max(factors) > ONE):
        return False
    elements = [element for row in matrix for _, element in row]
    return not elements or (min(elements) >= 0 and max(elements) <= ONE)


@implements("EPOCH-4")
def row_normalize_sparse(matrix: Sparse) -> list[SparseRow]:
    """Return each row divided by its sum, truncated; a row whose sum is not positive stays as it is."""
    result = []
    for row in matrix:
        elements = [element for _, element in row]
        row_sum = fixed.total(I32F32, elements)
        if row_sum <= 0:
            result.append(list(row))
        elif min(elements) >= 0 and max(elements) <= row_sum:
            result.append([(column, (element << 32) // row_sum) for column, element in row])
        else:
            result.append([(column, fixed.safe_div(I32F32, element, row_sum)) for column, element in row])
    return result


def row_sum_sparse(matrix: Sparse) -> list[int]:
    """Return the sum of each row."""
    return [fixed.total(I32F32, [element for _, element in row]) for row in matrix]


def divided_by_column(matrix: Sparse, divisors: Sequence[int], lowest: int) -> list[SparseRow]:
    """Return each element divided by the divisor of its column, truncated; unchanged where that is 0.

    ``lowest`` is the lowest element, or 0 if all are above; no element exceeds the divisor of its column if none
    is negative.
    """
    if lowest >= 0:
        # A divisor of 0 has only elements of 0 in its column, which any other divisor leaves as they are.
        nonzero = [divisor or ONE for divisor in divisors]
        return [[(column, (element << 32) // nonzero[column]) for column, element in row] for row in matrix]
    return [
        [
            (column, fixed.safe_div(I32F32, element, divisors[column]) if divisors[column] else element)
            for column, element in row
        ]
        for row in matrix
    ]


@implements("EPOCH-4")
def col_normalize_sparse(matrix: Sparse, columns: int) -> list[SparseRow]:
    """Return each element divided by the sum of its column, truncated; unchanged where that is 0.

    The sums saturate at every addition.
    """
    sums = [0] * columns
    lowest = 0
    for row in matrix:
        for column, element in row:
            sums[column] += element
            if element < lowest:
                lowest = element
    if lowest < 0:
        sums = [0] * columns
        for row in matrix:
            for column, element in row:
                sums[column] = fixed.saturating_add(I32F32, sums[column], element)
    elif max(sums, default=0) > MAX:
        # Without negative elements, to saturate at every addition is to saturate at the end.
        sums = [min(column_sum, MAX) for column_sum in sums]
    return divided_by_column(matrix, sums, lowest)


@implements("BOND-2")
def col_max_upscale_sparse(matrix: Sparse, columns: int) -> list[SparseRow]:
    """Return each element divided by the largest of its column, truncated; unchanged where none is positive."""
    maxima = [0] * columns
    lowest = 0
    for row in matrix:
        for column, element in row:
            if element > maxima[column]:
                maxima[column] = element
            elif element < lowest:
                lowest = element
    return divided_by_column(matrix, maxima, lowest)


@implements("EPOCH-9")
def matmul_sparse(matrix: Sparse, weights: Sequence[int], columns: int) -> list[int]:
    """Return the sum of the rows, each times the weight of its neuron.

    Each product is rounded down; products and sums saturate.
    """
    result = [0] * columns
    if is_unit_interval(matrix, weights):
        for weight, row in zip(weights, matrix, strict=False):
            if weight:
                for column, element in row:
                    result[column] += weight * element >> 32
        return result
    for index, row in enumerate(matrix):
        for column, element in row:
            product = fixed.saturating_mul(I32F32, weights[index], element)
            result[column] = fixed.saturating_add(I32F32, result[column], product)
    return result


@implements("EPOCH-9")
def matmul_transpose_sparse(matrix: Sparse, weights: Sequence[int]) -> list[int]:
    """Return for each row the sum of its elements, each times the weight of its column.

    Each product is rounded down; products and sums saturate.
    """
    if is_unit_interval(matrix, weights):
        return [sum([weights[column] * element >> 32 for column, element in row]) for row in matrix]
    result = []
    for row in matrix:
        row_sum = 0
        for column, element in row:
            product = fixed.saturating_mul(I32F32, weights[column], element)
            row_sum = fixed.saturating_add(I32F32, row_sum, product)
        result.append(row_sum)
    return result


@implements("EPOCH-9")
def row_hadamard_sparse(matrix: Sparse, weights: Sequence[int]) -> list[SparseRow]:
    """Return each row times the weight of its neuron, rounded down, saturating.

    There are as many rows as the shorter of the two has.
    """
    result: list[SparseRow] = []
    for row, weight in zip(matrix, weights, strict=False):
        if 0 <= weight <= ONE:
            result.append([(column, weight * element >> 32) for column, element in row])
        else:
            result.append([(column, fixed.saturating_mul(I32F32, element, weight)) for column, element in row])
    return result


@implements("EPOCH-8")
def weighted_median_col_sparse(stake: Sequence[int], score: Sparse, columns: int, majority: int) -> list[int]:
    """Return for each column the median of its scores weighted by stake, of the rows with a positive stake.

    A row without the column scores 0 there; of two scores for one column the last counts.
    """
    rows = [(weight, row) for weight, row in zip(stake, score, strict=False) if weight > 0]
    dense = [[0] * len(rows) for _ in range(columns)]
    for index, (_, row) in enumerate(rows):
        for column, element in row:
            dense[column][index] = element
    return vector.medians([weight for weight, _ in rows], dense, majority)


@implements("EPOCH-10")
def col_clip_sparse(matrix: Sparse, thresholds: Sequence[int]) -> list[SparseRow]:
    """Return each element, or the threshold of its column if it is above that.

    An element above a threshold that is not positive is left out.
    """
    result = []
    for row in matrix:
        clipped = []
        for column, element in row:
            threshold = thresholds[column]
            if element <= threshold:
                clipped.append((column, element))
            elif threshold > 0:
                clipped.append((column, threshold))
        result.append(clipped)
    return result


@implements("BOND-3")
def interpolate_sparse(first: Sparse, second: Sparse, columns: int, ratio: int) -> list[SparseRow]:
    """Return first + ratio · (second - first), the positive elements of each row in the order of the columns.

    The product is rounded down, every operation saturates. A ratio of exactly 0 or 1 gives one of the matrices
    as it is. Columns from ``columns`` on are left out; of two elements for one column the last counts.
    """
    if ratio == 0:
        return [list(row) for row in first]
    if ratio == ONE:
        return [list(row) for row in second]
    ordinary = 0 < ratio < ONE and is_unit_interval(first) and is_unit_interval(second)
    result: list[SparseRow] = []
    for first_row, second_row in zip(first, second, strict=True):
        if not first_row and not second_row:
            result.append([])
            continue
        pairs = zip(_dense(first_row, columns), _dense(second_row, columns), strict=True)
        if ordinary:
            mixed = [a + (ratio * (b - a) >> 32) for a, b in pairs]
        else:
            mixed = [interpolated(a, b, ratio) for a, b in pairs]
        result.append([(column, element) for column, element in enumerate(mixed) if element > 0])
    return result


def interpolated(a: int, b: int, ratio: int) -> int:
    """Return a + ratio · (b - a) in I32F32, the product rounded down, every operation saturating."""
    product = fixed.saturating_mul(I32F32, ratio, fixed.saturating_sub(I32F32, b, a))
    return fixed.saturating_add(I32F32, a, product)


def _dense(row: Sequence[tuple[int, int]], columns: int) -> list[int]:
    result = [0] * columns
    for column, element in row:
        if column < columns:
            result[column] = element
    return result


@implements("BOND-4")
def mat_ema_sparse(new: Sparse, old: Sparse, alpha: int) -> list[SparseRow]:
    """Return alpha · new + (1 - alpha) · old, the positive elements of each row in the order of the columns.

    Each product is rounded down; products and sums saturate. Both have as many columns as rows; the elements that
    a row has for one column add up.
    """
    one_minus_alpha = fixed.saturating_sub(I32F32, ONE, alpha)
    ordinary = 0 <= alpha <= ONE and is_unit_interval(new) and is_unit_interval(old)
    result: list[SparseRow] = []
    for new_row, old_row in zip(new, old, strict=True):
        if not new_row and not old_row:
            result.append([])
            continue
        mixed = [0] * len(new)
        if ordinary:
            for column, element in new_row:
                mixed[column] += alpha * element >> 32
            for column, element in old_row:
                mixed[column] += one_minus_alpha * element >> 32
        else:
            for weight, row in ((alpha, new_row), (one_minus_alpha, old_row)):
                for column, element in row:
                    product = fixed.saturating_mul(I32F32, weight, element)
                    mixed[column] = fixed.saturating_add(I32F32, mixed[column], product)
        result.append([(column, element) for column, element in enumerate(mixed) if element > 0])
    return result


@implements("BOND-5")
def mat_ema_alpha_vec_sparse(new: Sparse, old: Sparse, alpha: Sequence[int]) -> list[SparseRow]:
    """Return alpha · new + (1 - alpha) · old with an alpha of its own for each column; positive elements only.

    Each product is rounded down; products and sums saturate. Both have as many columns as rows; what lies beyond
    is left out, and a column without an alpha has 0. Of two new elements for one column the last counts, while old
    ones add up.
    """
    columns = len(new)
    alphas = [*alpha[:columns], *[0] * (columns - len(alpha))]
    ordinary = is_unit_interval(new, alphas) and is_unit_interval(old)
    result: list[SparseRow] = []
    for new_row, old_row in zip(new, old, strict=True):
        mixed = [0] * columns
        if ordinary:
            for column, element in new_row:
                if column < columns:
                    mixed[column] = alphas[column] * element >> 32
            for column, element in old_row:
                if column < columns:
                    mixed[column] += (ONE - alphas[column]) * element >> 32
        else:
            _saturating_mix(new_row, old_row, alphas, mixed)
        result.append([(column, element) for column, element in enumerate(mixed) if element > 0])
    return result


def _saturating_mix(
    new_row: Sequence[tuple[int, int]], old_row: Sequence[tuple[int, int]], alphas: Sequence[int], mixed: list[int]
) -> None:
    for column, element in new_row:
        if column < len(mixed):
            mixed[column] = fixed.saturating_mul(I32F32, alphas[column], element)
    for column, element in old_row:
        if column < len(mixed):
            one_minus_alpha = fixed.saturating_sub(I32F32, ONE, alphas[column])
            product = fixed.saturating_mul(I32F32, one_minus_alpha, element)
            mixed[column] = fixed.saturating_add(I32F32, mixed[column], product)


def rows_by_column(matrix: Sparse, columns: int) -> list[list[int]]:
    """Return each row with an element for each column, 0 where a pass over the row finds none.

    The pass goes on to the next element only once the column is past the present one, as if the elements were sorted:
    in a row that is not, what stands behind a higher column is not found.
    """
    result = []
    for row in matrix:
        found = [0] * columns
        passed = -1
        for column, element in row:
            if passed < column < columns:
                found[column] = element
            passed = max(passed, column)
        result.append(found)
    return result


@implements("BOND-16")
def mat_vec_mul_sparse(matrix: Sparse, factors: Sequence[int]) -> list[SparseRow]:
    """Return each element times the factor of its column, rounded down, saturating; zeros are left out."""
    if is_unit_interval(matrix, factors):
        return [
            [(column, product) for column, element in row if (product := element * factors[column] >> 32)]
            for row in matrix
        ]
    result = []
    for row in matrix:
        products = [(column, fixed.saturating_mul(I32F32, element, factors[column])) for column, element in row]
        result.append([(column, product) for column, product in products if product])
    return result


@implements("BOND-17")
def mat_ema_alpha_sparse(new: Sparse, old: Sparse, alphas: Sequence[Sequence[int]]) -> list[SparseRow]:
    """Return alpha · new + (1 - alpha) · old, at most 1, with an alpha of its own for each element.

    Only the columns of the new row are there, in its order, and of them the positive ones; an old element in another
    column is lost. Each product is rounded down and a negative purchase counts as 0; products and sums saturate.
    """
    result: list[SparseRow] = []
    for new_row, old_row, alpha in zip(new, old, alphas, strict=True):
        kept = dict.fromkeys(range(len(alpha)), 0)
        for column, element in old_row:
            if column in kept:
                kept[column] = fixed.saturating_mul(I32F32, fixed.saturating_sub(I32F32, ONE, alpha[column]), element)
        mixed = [
            (column, ema_towards(kept[column], fixed.saturating_mul(I32F32, alpha[column], element)))
            for column, element in new_row
            if column in kept
        ]
        result.append([(column, element) for column, element in mixed if element > 0])
    return result


def ema_towards(kept: int, purchase: int) -> int:
    """Return what is kept of a bond plus a purchase, which counts if it is positive; at most 1."""
    return min(fixed.saturating_add(I32F32, kept, max(purchase, 0)), ONE)
