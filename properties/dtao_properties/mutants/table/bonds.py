"""Bonds and what they pay."""

from typing import Any

from attrs import evolve

from dtao import sparse, vector
from dtao.fixed import I32F32
from dtao.rules.bonds import liquid_alphas, written_rows
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right

ONE = I32F32.one


def _divided_by_the_last(right: Right, matrix: Any, columns: int) -> Any:
    last = [0] * columns
    for row in matrix:
        for column, element in row:
            last[column] = element if element > 0 else last[column]
    lowest = min((element for row in matrix for _, element in row), default=0)
    return sparse.divided_by_column(matrix, last, min(lowest, 0))


def _liquid_everywhere(right: Right, form: Any, new: Any, old: Any, consensus: Any, parameters: Any) -> Any:
    if not parameters.liquid_alpha_on or vector.quantile(consensus, 0.75):
        return right(form, new, old, consensus, parameters)
    mixed = form.mat_ema_alpha_vec(new, old, liquid_alphas(consensus, 0, parameters))
    return form.col_normalize(mixed, len(consensus))


def _upper_bound_wins(right: Right, consensus: Any, high: int, parameters: Any) -> Any:
    alphas = right(consensus, high, parameters)
    upper = vector.u16_proportion_to_fixed(parameters.alpha_high)
    return [upper] * len(alphas) if parameters.alpha_low > parameters.alpha_high else alphas


MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "BOND-1", "vector.quantile", "the position counts all elements",
        "float(len(ordered) - 1)", "float(len(ordered))",
        because="It is a position between two elements, computed within.",
    ),
    Replaced(
        "BOND-2", "sparse.col_max_upscale_sparse", "the largest of a column is its last",
        _divided_by_the_last,
    ),
    Replaced(
        "BOND-3", "sparse.interpolate_sparse", "the matrices are taken for each other",
        lambda right, first, second, columns, ratio: (
            right(second, first, columns, ratio) if 0 < ratio < ONE else right(first, second, columns, ratio)
        ),
    ),
    Replaced(
        "BOND-3", "dense.interpolate", "a ratio of 1 gives the first matrix",
        lambda right, first, second, ratio: (
            right(first, second, ONE - ratio) if ratio in (0, ONE) else right(first, second, ratio)
        ),
    ),
    Replaced(
        "BOND-4", "sparse.mat_ema_sparse", "old and new bonds have each other's weight",
        lambda right, new, old, alpha: right(old, new, alpha),
    ),
    Replaced(
        "BOND-5", "sparse.mat_ema_alpha_vec_sparse", "all columns have the EMA rate of the first",
        lambda right, new, old, alphas: right(new, old, [alphas[0]] * len(alphas)),
    ),
    Replaced(
        "BOND-6", "rules.matrices.sparse_bonds", "bonds with a neuron of the same block count",
        lambda right, rows, thresholds, registered: right(rows, [one + 1 for one in thresholds], registered),
        after="L18",
    ),
    Replaced(
        "BOND-6", "rules.matrices.sparse_bonds", "bonds are masked by their target's update instead of their holder's",
        lambda right, rows, thresholds, registered: right(
            rows, [max(thresholds, default=0)] * len(thresholds), registered
        ),
        after="L18",
    ),
    Replaced(
        "BOND-7", "rules.bonds.bonds_delta", "bonds follow the weights before clipping only",
        lambda right, form, weights, clipped, *given: right(form, weights, weights, *given),
    ),
    Replaced(
        "BOND-7", "rules.bonds.bonds_delta", "stake does not count",
        lambda right, form, weights, clipped, stake, penalty: form.col_normalize(
            form.interpolate(weights, clipped, len(stake), penalty), len(stake)
        ),
    ),
    Replaced(
        "BOND-8", "rules.bonds.ema_bonds", "the average is not normalised",
        lambda right, form, *given: right(
            evolve(form, col_normalize=lambda rows, columns: rows), *given
        ),
    ),
    Replaced(
        "BOND-8", "rules.bonds.ema_bonds", "liquid alpha is used also where the consensus is 0",
        _liquid_everywhere,
    ),
    Replaced(
        "BOND-9", "rules.bonds.fixed_alpha", "the moving average is the weight of what is new",
        lambda right, average: ONE - right(average),
    ),
    Replaced(
        "BOND-10", "rules.bonds.logistic", "the exponent has the wrong sign",
        lambda right, slope, offset, consensus: right(-slope, -offset, consensus),
    ),
    Replaced(
        "BOND-10", "rules.bonds.liquid_alphas", "of bounds in the wrong order the upper wins",
        _upper_bound_wins, unrecorded="No recording has bounds of the liquid alpha in the wrong order.",
    ),
    Replaced(
        "BOND-11", "rules.bonds.normalized_dividends", "dividends are not normalised",
        lambda right, form, bonds, incentive: form.matmul_transpose(bonds, incentive),
    ),
    Replaced(
        "BOND-12", "rules.bonds.stored_bonds", "bonds are stored unscaled",
        lambda right, form, bonds, *permits: written_rows(form, bonds, *permits),
    ),
)  # fmt: skip
