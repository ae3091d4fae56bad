"""The forms that the matrices of an epoch take: sparse, which the block step uses, and dense; and sparse but full.

A :class:`MatrixForm` gathers the operations that the steps of an epoch need, so that the steps are written once.
The full form comes to what the sparse one does, faster where most elements are there. The sparse and the dense one
agree in every result but these. The dense one stores a row of bonds with all its zeros, keeps the negative bonds that a
moving average above 1 gives, ignores bonds with neurons that do not exist, and masks nothing where LastUpdate is empty;
the sparse one drops negative bonds, and cannot compute in the last two cases.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

from attrs import frozen

from dtao import dense, full, sparse
from dtao.dense import DenseRow
from dtao.errors import InputError
from dtao.full import FullRow
from dtao.records import Row
from dtao.rule import implements
from dtao.sparse import SparseRow
from dtao.units import U16_MAX, Uid
from dtao.vector import fixed_proportions_to_u16

MatrixRow = TypeVar("MatrixRow")
Rows = Sequence[Row]
"""Rows of weights or bonds as they are stored, one a neuron: ((uid, u16), ...)."""


@frozen
class MatrixForm(Generic[MatrixRow]):
    """The operations on matrices of one form. A matrix has n rows and n columns, in I32F32."""

    weights: Callable[[Rows, Sequence[bool], Sequence[int], Sequence[int], Uid | None], list[MatrixRow]]
    """Stored rows, forbidden neurons, last update and block at registration of each, the owner's uid if its weight on
    itself counts -> the weights that count."""
    bonds: Callable[[Rows, Sequence[int], Sequence[int]], list[MatrixRow]]
    """Stored rows, a threshold for each holder, block at registration of each neuron -> the bonds that count: those
    with neurons that registered before the threshold."""
    proportions: Callable[[list[MatrixRow]], list[MatrixRow]]
    """Elements between 0 and 65535 -> as proportions of that, rounded down."""
    rows_by_column: Callable[[list[MatrixRow], int], list[list[int]]]
    """Each row with an element for each column, as a pass over its sorted columns finds them."""
    column_products: Callable[[list[MatrixRow], Sequence[int]], list[MatrixRow]]
    """Each element times the number of its column."""
    mat_ema_alpha: Callable[[list[MatrixRow], list[MatrixRow], list[list[int]]], list[MatrixRow]]
    row_normalize: Callable[[list[MatrixRow]], list[MatrixRow]]
    row_sum: Callable[[list[MatrixRow]], list[int]]
    col_normalize: Callable[[list[MatrixRow], int], list[MatrixRow]]
    col_max_upscale: Callable[[list[MatrixRow], int], list[MatrixRow]]
    matmul: Callable[[list[MatrixRow], Sequence[int], int], list[int]]
    matmul_transpose: Callable[[list[MatrixRow], Sequence[int]], list[int]]
    row_hadamard: Callable[[list[MatrixRow], Sequence[int]], list[MatrixRow]]
    weighted_median_col: Callable[[Sequence[int], list[MatrixRow], int, int], list[int]]
    col_clip: Callable[[list[MatrixRow], Sequence[int]], list[MatrixRow]]
    interpolate: Callable[[list[MatrixRow], list[MatrixRow], int, int], list[MatrixRow]]
    mat_ema: Callable[[list[MatrixRow], list[MatrixRow], int], list[MatrixRow]]
    mat_ema_alpha_vec: Callable[[list[MatrixRow], list[MatrixRow], Sequence[int]], list[MatrixRow]]
    stored_row: Callable[[MatrixRow], Row]
    """A row of numbers between 0 and 1 as it is stored, in fractions of 65535, rounded down."""


@implements("EPOCH-11")
def sparse_weights(
    rows: Rows,
    forbidden: Sequence[bool],
    last_update: Sequence[int],
    registered: Sequence[int],
    owner: Uid | None = None,
) -> list[SparseRow]:
    """Return the weights that count, in the order in which they were set.

    Left out are the rows of neurons without a permit, weights on oneself (but for the owner's), on neurons that do not
    exist, and outdated ones: those whose setter last updated no later than the block in which the target registered.
    """
    n = len(forbidden)
    result: list[SparseRow] = []
    for setter, (row, is_forbidden) in enumerate(zip(rows, forbidden, strict=True)):
        barred = n if setter == owner else setter
        if is_forbidden or all(target >= n or target == barred for target, _ in row):
            result.append([])
            continue
        updated = _updated(last_update, setter)
        result.append(
            [
                (target, weight << 32)
                for target, weight in row
                if target < n and target != barred and updated > registered[target]
            ]
        )
    return result


@implements("BOND-6")
def sparse_bonds(rows: Rows, thresholds: Sequence[int], registered: Sequence[int]) -> list[SparseRow]:
    """Return the bonds that count: with neurons that registered before the threshold of the bonds' holder.

    At the launch that is the holder's last update. The runtime panics on a bond with a neuron that does not exist; this
    raises InputError.
    """
    n = len(registered)
    result: list[SparseRow] = []
    for holder, row in enumerate(rows):
        if not row:
            result.append([])
            continue
        threshold = _updated(thresholds, holder)
        if (beyond := max(target for target, _ in row)) >= n:
            raise InputError(f"Bonds of neuron {holder} name neuron {beyond}, but there are {n} neurons")
        result.append([(target, bond << 32) for target, bond in row if threshold > registered[target]])
    return result


@implements("EPOCH-11")
def full_weights(
    rows: Rows,
    forbidden: Sequence[bool],
    last_update: Sequence[int],
    registered: Sequence[int],
    owner: Uid | None = None,
) -> list[FullRow]:
    """Return the weights that count, as :func:`sparse_weights`, in u16 as they are stored. Raises NoFullForm."""
    n, newest = len(forbidden), max(registered, default=0)
    result: list[FullRow] = []
    for setter, (row, is_forbidden) in enumerate(zip(rows, forbidden, strict=True)):
        if is_forbidden or not row:
            result.append(full.NO_ELEMENTS)
            continue
        stored = full.from_stored(row, setter, n)
        columns = stored[0]
        if setter != owner and setter in columns:
            without_own = full.all_but(setter, n)
            columns = without_own if len(columns) == n else [target for target in columns if target != setter]
        if columns and (updated := _updated(last_update, setter)) <= newest:
            columns = [target for target in columns if updated > registered[target]]
        result.append(full.only(stored, columns))
    return result


@implements("BOND-6")
def full_bonds(rows: Rows, thresholds: Sequence[int], registered: Sequence[int]) -> list[FullRow]:
    """Return the bonds that count, as :func:`sparse_bonds`, in u16 as they are stored. Raises NoFullForm."""
    n, newest = len(registered), max(registered, default=0)
    result: list[FullRow] = []
    for holder, row in enumerate(rows):
        if not row:
            result.append(full.NO_ELEMENTS)
            continue
        stored = full.from_stored(row, holder, n)
        columns, threshold = stored[0], _updated(thresholds, holder)
        if threshold <= newest:
            columns = [target for target in columns if threshold > registered[target]]
        result.append(full.only(stored, columns))
    return result


def _updated(last_update: Sequence[int], uid: int) -> int:
    if not last_update:
        raise InputError(f"LastUpdate is empty although neuron {uid} has weights or bonds; give one element a neuron")
    return last_update[uid]


def dense_weights(
    rows: Rows,
    forbidden: Sequence[bool],
    last_update: Sequence[int],
    registered: Sequence[int],
    owner: Uid | None = None,
) -> list[DenseRow]:
    """Return the weights that count, as :func:`sparse_weights`; of two weights on one neuron the last counts.

    Here the owner's weight on itself never does.
    """
    weights = dense.mask_diag(dense.mask_rows(forbidden, _dense_rows(rows, len(forbidden))))
    return dense.mask_matrix(_outdated(last_update, registered), weights)


def dense_bonds(rows: Rows, thresholds: Sequence[int], registered: Sequence[int]) -> list[DenseRow]:
    """Return the bonds that count, as :func:`sparse_bonds`; others beyond the neurons are left out."""
    return dense.mask_matrix(_outdated(thresholds, registered), _dense_rows(rows, len(registered)))


def _dense_rows(rows: Rows, n: int) -> list[DenseRow]:
    result = dense.zeros(n, n)
    for uid, row in enumerate(rows):
        for target, proportion in row:
            if target < n:
                result[uid][target] = proportion << 32
    return result


def _outdated(last_update: Sequence[int], registered: Sequence[int]) -> list[list[bool]]:
    return [[updated <= block for block in registered] for updated in last_update]


def _stored_sparse_row(row: SparseRow) -> Row:
    targets, proportions = [target for target, _ in row], fixed_proportions_to_u16([bond for _, bond in row])
    return cast(Row, tuple(zip(targets, proportions, strict=True)))


def _stored_dense_row(row: DenseRow) -> Row:
    return cast(Row, tuple(enumerate(fixed_proportions_to_u16(row))))


SPARSE: MatrixForm[SparseRow] = MatrixForm(
    weights=sparse_weights,
    bonds=sparse_bonds,
    proportions=lambda matrix: [[(uid, element // U16_MAX) for uid, element in row] for row in matrix],
    rows_by_column=sparse.rows_by_column,
    column_products=sparse.mat_vec_mul_sparse,
    mat_ema_alpha=sparse.mat_ema_alpha_sparse,
    row_normalize=sparse.row_normalize_sparse,
    row_sum=sparse.row_sum_sparse,
    col_normalize=sparse.col_normalize_sparse,
    col_max_upscale=sparse.col_max_upscale_sparse,
    matmul=sparse.matmul_sparse,
    matmul_transpose=sparse.matmul_transpose_sparse,
    row_hadamard=sparse.row_hadamard_sparse,
    weighted_median_col=sparse.weighted_median_col_sparse,
    col_clip=sparse.col_clip_sparse,
    interpolate=sparse.interpolate_sparse,
    mat_ema=sparse.mat_ema_sparse,
    mat_ema_alpha_vec=sparse.mat_ema_alpha_vec_sparse,
    stored_row=_stored_sparse_row,
)

FULL: MatrixForm[FullRow] = MatrixForm(
    weights=full_weights,
    bonds=full_bonds,
    proportions=full.proportions,
    rows_by_column=full.rows_by_column,
    column_products=full.column_products,
    mat_ema_alpha=full.mat_ema_alpha,
    row_normalize=full.row_normalize,
    row_sum=full.row_sum,
    col_normalize=full.col_normalize,
    col_max_upscale=full.col_max_upscale,
    matmul=full.matmul,
    matmul_transpose=full.matmul_transpose,
    row_hadamard=full.row_hadamard,
    weighted_median_col=full.weighted_median_col,
    col_clip=full.col_clip,
    interpolate=full.interpolate,
    mat_ema=full.mat_ema,
    mat_ema_alpha_vec=full.mat_ema_alpha_vec,
    stored_row=lambda row: cast(Row, full.stored_row(row)),
)
"""What SPARSE computes, faster where most weights are there; see :mod:`dtao.full`."""

DENSE: MatrixForm[DenseRow] = MatrixForm(
    weights=dense_weights,
    bonds=dense_bonds,
    proportions=lambda matrix: [[element // U16_MAX for element in row] for row in matrix],
    rows_by_column=lambda matrix, _columns: matrix,
    column_products=dense.mat_vec_mul,
    mat_ema_alpha=dense.mat_ema_alpha,
    row_normalize=dense.row_normalize,
    row_sum=dense.row_sum,
    col_normalize=lambda matrix, _columns: dense.col_normalize(matrix),
    col_max_upscale=lambda matrix, _columns: dense.col_max_upscale(matrix),
    matmul=lambda matrix, weights, _columns: dense.matmul(matrix, weights),
    matmul_transpose=dense.matmul_transpose,
    row_hadamard=dense.row_hadamard,
    weighted_median_col=lambda stake, score, _columns, majority: dense.weighted_median_col(stake, score, majority),
    col_clip=dense.col_clip,
    interpolate=lambda first, second, _columns, ratio: dense.interpolate(first, second, ratio),
    mat_ema=dense.mat_ema,
    mat_ema_alpha_vec=dense.mat_ema_alpha_vec,
    stored_row=_stored_dense_row,
)
