"""Matrices of the epoch of which most elements are there: each row a list of all columns, and which of them count.

They are what :mod:`dtao.sparse` computes with, in the form in which Python is fastest: no pairs, and sums of columns by
``zip``. The elements are raw bits of I32F32, and u16 as long as they are as stored; those of columns that do not count
are 0. Nothing checks for numbers that would saturate: all but what is stored lies between 0 and 1, and what can be
otherwise is left to the sparse form.

Where a whole row is multiplied by one number it becomes one integer, an element every 64 bits: a product then costs
little more than one element's did, since a number of at most 1 times another needs no more bits than that.
"""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter, lt
from sys import byteorder

from dtao import sparse, vector
from dtao.rule import implements
from dtao.sparse import SparseRow
from dtao.units import U16_MAX
from dtao.vector import ONE, fixed_proportions_to_u16

FullRow = tuple[Sequence[int], list[int]]
"""The columns that count, in ascending order, and an element for each column; neither of a row without elements."""
Full = Sequence[FullRow]
NO_ELEMENTS: FullRow = (), []
MOST_NEURONS = 4_096
"""A sum of so many elements stays far within I32F32."""


class NoFullForm(Exception):
    """Raised where a stored row names its columns in another order or twice, or columns beyond the neurons.

    Also where numbers would leave 0 to 1, because the bonds moving average is above 1.
    """


def to_sparse(matrix: Full) -> list[SparseRow]:
    """Return a matrix in the sparse form."""
    return [[(column, elements[column]) for column in columns] for columns, elements in matrix]


def from_sparse(matrix: Sequence[SparseRow], n: int) -> list[FullRow]:
    """Return a sparse matrix, whose rows are in order, in this form."""
    result = []
    for row in matrix:
        elements = [0] * n
        for column, element in row:
            elements[column] = element
        result.append(([column for column, _ in row], elements) if row else NO_ELEMENTS)
    return result


def from_stored(row: Sequence[tuple[int, int]], uid: int, n: int) -> FullRow:
    """Return the row of a neuron as it is stored: ((column, u16), ...). The elements are these u16.

    In I32F32 they were all as much larger, which makes no difference where they are divided by a sum of theirs. Raises
    NoFullForm.
    """
    columns, proportions = zip(*row, strict=True)
    elements = list(proportions)
    if len(columns) == n and columns == all_columns(n):
        return columns, elements
    if len(columns) == n - 1 and columns == all_but(uid, n):
        elements.insert(uid, 0)
        return columns, elements
    if columns[-1] >= n or not all(map(lt, columns, columns[1:])):
        raise NoFullForm
    by_column = [0] * n
    for column, element in row:
        by_column[column] = element
    return columns, by_column


@lru_cache(maxsize=2**6)
def all_columns(n: int) -> tuple[int, ...]:
    """Return all columns."""
    return tuple(range(n))


@lru_cache(maxsize=2**12)
def all_but(column: int, n: int) -> tuple[int, ...]:
    """Return all columns but one."""
    return (*range(column), *range(column + 1, n))


def only(row: FullRow, columns: Sequence[int]) -> FullRow:
    """Return a row in which only some of its columns count."""
    held, elements = row
    if len(held) == len(columns):
        return row
    if not columns:
        return NO_ELEMENTS
    kept = elements.copy()
    for column in set(held).difference(columns):
        kept[column] = 0
    return columns, kept


def positive(elements: list[int]) -> FullRow:
    """Return the row of the columns with a positive element; none of these is negative."""
    n, zeros = len(elements), elements.count(0)
    if zeros < 2:
        return (all_but(elements.index(0), n) if zeros else all_columns(n)), elements
    columns = [column for column, element in enumerate(elements) if element]
    return (columns, elements) if columns else NO_ELEMENTS


@implements("EPOCH-4")
def row_normalize(matrix: Full) -> list[FullRow]:
    """Return each row divided by its sum, truncated; a row whose sum is 0 stays as it is."""
    result = []
    for columns, elements in matrix:
        row_sum = sum(elements)
        result.append((columns, [(element << 32) // row_sum for element in elements] if row_sum else elements))
    return result


def row_sum(matrix: Full) -> list[int]:
    """Return the sum of each row."""
    return [sum(elements) for _, elements in matrix]


@implements("EPOCH-4")
def col_normalize(matrix: Full, columns: int) -> list[FullRow]:
    """Return each element divided by the sum of its column, truncated; unchanged where that is 0."""
    return _divided(matrix, list(map(sum, _columns(matrix, columns))))


@implements("BOND-2")
def col_max_upscale(matrix: Full, columns: int) -> list[FullRow]:
    """Return each element divided by the largest of its column, truncated; unchanged where none is positive."""
    return _divided(matrix, [max(column, default=0) for column in _columns(matrix, columns)])


def _columns(matrix: Full, columns: int) -> list[tuple[int, ...]]:
    """Return the elements of each column, without those of rows that have none."""
    return list(zip(*[elements for _, elements in matrix if elements], strict=True)) or [()] * columns


def _divided(matrix: Full, divisors: Sequence[int]) -> list[FullRow]:
    # A divisor of 0 has only elements of 0 in its column, which any other divisor leaves as they are.
    nonzero = [divisor or ONE for divisor in divisors]
    return [
        (columns, [(element << 32) // divisor for element, divisor in zip(elements, nonzero, strict=True)])
        if elements
        else NO_ELEMENTS
        for columns, elements in matrix
    ]


def joined(elements: Sequence[int]) -> int:
    """Return numbers between 0 and 1 as one integer, each in 64 of its bits."""
    return int.from_bytes(array("Q", elements), byteorder)


def parted(row: int, n: int) -> list[int]:
    """Return the n numbers that are joined in one integer."""
    return array("Q", row.to_bytes(8 * n, byteorder)).tolist()


def times(row: int, weight: int, n: int) -> int:
    """Return n joined numbers times a weight between 0 and 1, each product rounded down."""
    # of 1 times 1 the product would need one bit more, and be cut off
    return row if weight == ONE else row * weight >> 32 & _fractions(n)


@lru_cache(maxsize=2**6)
def _fractions(n: int) -> int:
    return joined([ONE - 1] * n)


@implements("EPOCH-9")
def matmul(matrix: Full, weights: Sequence[int], columns: int) -> list[int]:
    """Return the sum of the rows, each times the weight of its neuron, each product rounded down."""
    total = 0
    for weight, (_, elements) in zip(weights, matrix, strict=False):
        if weight and elements:
            total += times(joined(elements), weight, columns)
    return parted(total, columns)


@implements("EPOCH-9")
def matmul_transpose(matrix: Full, weights: Sequence[int]) -> list[int]:
    """Return for each row the sum of its elements, each times the weight of its column, rounded down."""
    return [
        sum([weight * element >> 32 for weight, element in zip(weights, elements, strict=True)]) if elements else 0
        for _, elements in matrix
    ]


@implements("EPOCH-9")
def row_hadamard(matrix: Full, weights: Sequence[int]) -> list[FullRow]:
    """Return each row times the weight of its neuron, rounded down."""
    return [
        (columns, parted(times(joined(elements), weight, len(elements)), len(elements))) if elements else NO_ELEMENTS
        for (columns, elements), weight in zip(matrix, weights, strict=False)
    ]


@implements("EPOCH-8")
def weighted_median_col(stake: Sequence[int], score: Full, columns: int, majority: int) -> list[int]:
    """Return for each column the median of its scores weighted by stake, of the rows with a positive stake."""
    nothing = [0] * columns
    counting = [(weight, row or nothing) for weight, (_, row) in zip(stake, score, strict=False) if weight > 0]
    by_column = list(zip(*[row for _, row in counting], strict=True)) or [()] * columns
    return vector.medians([weight for weight, _ in counting], by_column, majority)


@implements("EPOCH-10")
def col_clip(matrix: Full, thresholds: Sequence[int]) -> list[FullRow]:
    """Return each element, or the threshold of its column if it is above that; of a threshold of 0, none above it."""
    unwanted = [column for column, threshold in enumerate(thresholds) if threshold <= 0]
    result = []
    for columns, elements in matrix:
        if not elements:
            result.append(NO_ELEMENTS)
            continue
        pairs = zip(elements, thresholds, strict=True)
        clipped = [element if element <= threshold else threshold for element, threshold in pairs]
        gone = {column for column in unwanted if elements[column] > 0}
        result.append(([column for column in columns if column not in gone] if gone else columns, clipped))
    return result


@implements("BOND-3")
def interpolate(first: Full, second: Full, columns: int, ratio: int) -> list[FullRow]:
    """Return first + ratio · (second - first), the positive elements of each row, each product rounded down.

    A ratio of exactly 0 or 1 gives one of the matrices as it is. No element of the second is above that of the first.
    """
    if ratio in (0, ONE):
        return list(second if ratio else first)
    nothing = [0] * columns
    return [
        positive([a + (ratio * (b - a) >> 32) for a, b in zip(one or nothing, other or nothing, strict=True)])
        if one or other
        else NO_ELEMENTS
        for (_, one), (_, other) in zip(first, second, strict=True)
    ]


@implements("BOND-4")
def mat_ema(new: Full, old: Full, alpha: int) -> list[FullRow]:
    """Return alpha · new + (1 - alpha) · old, each product rounded down, the positive elements of each row.

    Raises NoFullForm where alpha is not between 0 and 1: what follows might saturate.
    """
    n, rest = len(new), ONE - alpha
    if not 0 <= alpha <= ONE:
        raise NoFullForm
    result = []
    for (_, bought), (_, held) in zip(new, old, strict=True):
        if bought or held:
            mixed = times(joined(bought), alpha, n) + times(joined(held), rest, n)
            result.append(positive(parted(mixed, n)))
        else:
            result.append(NO_ELEMENTS)
    return result


@implements("BOND-5")
def mat_ema_alpha_vec(new: Full, old: Full, alpha: Sequence[int]) -> list[FullRow]:
    """Return alpha · new + (1 - alpha) · old with an alpha of its own for each column; positive elements only."""
    return from_sparse(sparse.mat_ema_alpha_vec_sparse(to_sparse(new), to_sparse(old), alpha), len(new))


@implements("BOND-17")
def mat_ema_alpha(new: Full, old: Full, alphas: Sequence[Sequence[int]]) -> list[FullRow]:
    """Return alpha · new + (1 - alpha) · old with an alpha of its own for each element; positive elements only."""
    return from_sparse(sparse.mat_ema_alpha_sparse(to_sparse(new), to_sparse(old), alphas), len(new))


@implements("BOND-16")
def column_products(matrix: Full, factors: Sequence[int]) -> list[FullRow]:
    """Return each element times the factor of its column, rounded down; zeros are left out."""
    return [
        positive([element * factor >> 32 for element, factor in zip(elements, factors, strict=True)])
        if elements
        else NO_ELEMENTS
        for _, elements in matrix
    ]


def proportions(matrix: Full) -> list[FullRow]:
    """Return stored elements as proportions of 65535, rounded down."""
    return [(columns, [(element << 32) // U16_MAX for element in elements]) for columns, elements in matrix]


def rows_by_column(matrix: Full, columns: int) -> list[list[int]]:
    """Return each row with an element for each column."""
    nothing = [0] * columns
    return [elements or nothing for _, elements in matrix]


def stored_row(row: FullRow) -> tuple[tuple[int, int], ...]:
    """Return a row of numbers between 0 and 1 as it is stored, in fractions of 65535, rounded down."""
    columns, elements = row
    counting: Sequence[int] = fixed_proportions_to_u16(elements)
    if len(columns) != len(elements):
        counting = [counting[column] for column in columns] if len(columns) < 2 else itemgetter(*columns)(counting)
    return tuple(zip(columns, counting, strict=True))
