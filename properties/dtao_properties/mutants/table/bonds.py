"""Bonds and what they pay."""

from dtao_properties.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "BOND-1", "vector.quantile", "the position counts all elements", "float(len(ordered) - 1)",
        "float(len(ordered))",
    ),
    Mutant(
        "BOND-2", "sparse.col_max_upscale_sparse", "the largest of a column is its last",
        "if element > maxima[column]:", "if element > 0:",
    ),
    Mutant(
        "BOND-3", "sparse.interpolate_sparse", "the matrices are taken for each other",
        "[a + (ratio * (b - a) >> 32) for a, b in pairs]", "[b + (ratio * (a - b) >> 32) for a, b in pairs]",
    ),
    Mutant(
        "BOND-3", "dense.interpolate", "a ratio of 1 gives the first matrix", "second if ratio else first",
        "first if ratio else second",
    ),
    Mutant(
        "BOND-4", "sparse.mat_ema_sparse", "old and new bonds have each other's weight",
        "mixed[column] += alpha * element >> 32", "mixed[column] += one_minus_alpha * element >> 32",
    ),
    Mutant(
        "BOND-5", "sparse.mat_ema_alpha_vec_sparse", "all columns have the pace of the first",
        "mixed[column] = alphas[column] * element >> 32", "mixed[column] = alphas[0] * element >> 32",
    ),
    Mutant(
        "BOND-6", "rules.matrices.sparse_bonds", "bonds with a neuron of the same block count",
        "threshold > registered[target]", "threshold >= registered[target]", after="L18",
    ),
    Mutant(
        "BOND-6", "rules.matrices.sparse_bonds", "bonds are masked by their target's update instead of their holder's",
        "threshold = _updated(thresholds, holder)",
        "threshold = max(thresholds, default=0)", after="L18",
    ),
    Mutant(
        "BOND-7", "rules.bonds.bonds_delta", "bonds follow the weights before clipping only",
        "weights_for_bonds = form.interpolate(weights, clipped_weights, n, bonds_penalty)",
        "weights_for_bonds = form.interpolate(weights, weights, n, bonds_penalty)",
    ),
    Mutant(
        "BOND-7", "rules.bonds.bonds_delta", "stake does not count",
        "form.row_hadamard(weights_for_bonds, active_stake)",
        "weights_for_bonds",
    ),
    Mutant(
        "BOND-8", "rules.bonds.ema_bonds", "the average is not normalised",
        "return form.col_normalize(mixed, len(consensus))",
        "return mixed",
    ),
    Mutant(
        "BOND-8", "rules.bonds.ema_bonds", "liquid alpha is used also where the consensus is 0",
        "    if high:", "    if parameters.liquid_alpha_on:",
    ),
    Mutant(
        "BOND-9", "rules.bonds.fixed_alpha", "the moving average is the weight of what is new",
        "fixed.saturating_sub(I32F32, ONE, fixed.convert(I64F64, I32F32, average))",
        "fixed.convert(I64F64, I32F32, average)",
    ),
    Mutant(
        "BOND-10", "rules.bonds.logistic", "the exponent has the wrong sign",
        "fixed.saturating_sub(I32F32, offset, fixed.saturating_mul(I32F32, slope, consensus))",
        "fixed.saturating_sub(I32F32, fixed.saturating_mul(I32F32, slope, consensus), offset)",
    ),
    Mutant(
        "BOND-10", "rules.bonds.liquid_alphas", "of bounds in the wrong order the upper wins",
        "max(min(logistic(slope, offset, value), alpha_high), alpha_low)",
        "min(max(logistic(slope, offset, value), alpha_low), alpha_high)",
        unrecorded="No recording has bounds of the liquid alpha in the wrong order.",
    ),
    Mutant(
        "BOND-10", "rules.bonds.liquid_alphas", "the lower quartile is the median", "0.25", "0.5",
    ),
    Mutant(
        "BOND-11", "rules.bonds.normalized_dividends", "dividends are not normalised",
        "vector.normalize(form.matmul_transpose(bonds, incentive))", "form.matmul_transpose(bonds, incentive)",
    ),
    Mutant(
        "BOND-12", "rules.bonds.written_rows", "a lost permit leaves the bonds", "elif old_permit:", "elif False:",
    ),
    Mutant(
        "BOND-12", "rules.bonds.stored_bonds", "bonds are stored unscaled",
        "form.col_max_upscale(bonds, len(new_permits))", "bonds",
    ),
)  # fmt: skip
