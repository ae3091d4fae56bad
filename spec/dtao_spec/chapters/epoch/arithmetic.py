"""What an epoch computes with: rows of numbers, their sums and their shares."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from dtao_spec.notation import rounded
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import floored

CHAPTER = "dtao_spec.chapters.epoch"
U16_MAX = 2**16 - 1
UPSCALE_THRESHOLD = 32_768
Row = Mapping[int, Fraction]
"""What one neuron gives others, by uid; 0 to those that are missing."""


@rule("EPOCH-4")
def normalised(numbers: Sequence[Fraction], *, rules: Computation = EXACT_LAUNCH) -> list[Fraction]:
    r"""Normalisation.

    Statement: To normalise is to divide each number by the sum of all. If the sum is 0, the numbers MUST stay as they
        are. Rows of a matrix are normalised each on its own, and so are columns.
    Formula: $$ \hat x_i = \frac{x_i}{\sum_j x_j} $$
    Units: any; parts of 1 out.
    Rounding: Each quotient is truncated: less than one step of its format ($\varepsilon$; $2^{-64}$ in I64F64) below
        the exact value, never above, for numbers that are not negative. The shares of $n$ numbers sum to 1 or less
        than $n$ steps below. The sum of a list or a row wraps around where it does not fit, that of a column saturates.
    Source: `pallets/subtensor/src/epoch/math.rs`, `inplace_normalize`, `inplace_normalize_using_sum`,
        `inplace_normalize_64`, `inplace_row_normalize_sparse`, `inplace_col_normalize_sparse` and their dense twins
    Example: 1, 2 and 5.

        >>> normalised([Fraction(1), Fraction(2), Fraction(5)])
        [Fraction(1, 8), Fraction(1, 4), Fraction(5, 8)]
    """
    total = sum(numbers, Fraction(0))
    return [rules.part(number / total) for number in numbers] if total else list(numbers)


def rows_normalised(matrix: Sequence[Row], rules: Computation = EXACT_LAUNCH) -> list[Row]:
    """Return a matrix with each row normalised."""
    return [dict(zip(row, normalised(list(row.values()), rules=rules), strict=True)) for row in matrix]


def columns_normalised(matrix: Sequence[Row], rules: Computation = EXACT_LAUNCH) -> list[Row]:
    """Return a matrix with each column normalised."""
    sums: dict[int, Fraction] = {}
    for row in matrix:
        for uid, number in row.items():
            sums[uid] = sums.get(uid, Fraction(0)) + number
    return [{uid: rules.part(number / (sums[uid] or 1)) for uid, number in row.items()} for row in matrix]


def parts_of_65535_rounded(share: Fraction) -> Fraction:
    """Return the whole parts."""
    return floored(parts_of_65535(share), 0)


@rule("EPOCH-6", rounded=parts_of_65535_rounded)
def parts_of_65535(share: Fraction) -> Fraction:
    r"""Parts of 65 535.

    Statement: A share MUST be stored as the part that it is of 65 535: 1 and more as 65 535, a negative number as 0. A
        setting in such parts MUST be read as the setting over 65 535.
    Formula: $$ u = 65535\, x, \qquad x = \frac{u}{65535} $$
    Units: a part of 1 in; a u16 out.
    Rounding: Floored both ways: what is stored is less than 1 below the exact value, what is read less than
        $\varepsilon$. A setting that is read and stored again may lose 1.
    Source: `pallets/subtensor/src/epoch/math.rs`, `fixed_proportion_to_u16`, `u16_proportion_to_fixed`
    Example: A third, exactly 21 845 parts; the chain holds a third as a number just below, and stores 21 844.

        >>> parts_of_65535(Fraction(1, 3))
        Fraction(21845, 1)
    """
    return min(max(share * U16_MAX, Fraction(0)), Fraction(U16_MAX))


def setting(parts: int, rules: Computation = EXACT_LAUNCH) -> Fraction:
    """Return a setting, a u16-normalised fraction, as a part of 1."""
    return rules.part(Fraction(parts, U16_MAX))


def upscaled_rounded(numbers: Sequence[Fraction]) -> list[int]:
    """Return the whole numbers that I32F32 gives."""
    largest = max(numbers, default=Fraction(0))
    if largest > UPSCALE_THRESHOLD:
        scale = floored(U16_MAX / largest)
        return [rounded(floored(number * scale)) for number in numbers]
    return [rounded(floored(number * U16_MAX / largest)) if largest else 0 for number in numbers]


@rule("EPOCH-7", rounded=upscaled_rounded)
def upscaled(numbers: Sequence[Fraction]) -> list[int]:
    r"""Scaling to the largest.

    Statement: Pruning scores and stored weights MUST be scaled so that the largest is 65 535, each rounded to the
        nearest whole number ([FIX-7](#fix-7)). If the largest is 0, all MUST be 0.
    Formula: $$ u_i = \mathrm{round}\left(\frac{65535\, x_i}{\max_j x_j}\right) $$
    Units: any; a u16 out.
    Rounding: Up to a largest number $m$ of 32 768 the product comes first, then the truncated quotient: what is rounded
        is less than $\varepsilon$ below the exact value. Above that, 65 535 is divided by $m$ first, and it is less
        than $(m + 1)\,\varepsilon$ below, which for stored weights is at most $2^{-16}$. Only a value that is so little
        above a tie, or on it, is rounded to 1 less. The largest is always 65 535.
    Source: `pallets/subtensor/src/epoch/math.rs`, `vec_max_upscale_to_u16`
    Example: 1, 2 and 4. Half of 65 535 is rounded up.

        >>> upscaled([Fraction(1), Fraction(2), Fraction(4)])
        [16384, 32768, 65535]
    """
    largest = max(numbers, default=Fraction(0))
    return [rounded(number * U16_MAX / largest) if largest else 0 for number in numbers]


@rule("EPOCH-9")
def sums_of_columns(
    matrix: Sequence[Row], factors: Sequence[Fraction], *, rules: Computation = EXACT_LAUNCH
) -> list[Fraction]:
    r"""Weighted sums of columns and rows.

    Statement: A neuron's sum MUST be that of the numbers in its column, each times the factor of its row: what all give
        it, weighted by who gives. Dividends take the sum of a row, each number times the factor of its column.
    Formula: $$ r_j = \sum_i S_i\, w_{ij}, \qquad d_i = \sum_j b_{ij}\, I_j $$
    Units: parts of 1.
    Rounding: Each product is floored: a sum of $m$ products is less than $m \varepsilon$ below the exact value, never
        above, for numbers that are not negative. Sums and products saturate.
    Source: `pallets/subtensor/src/epoch/math.rs`, `matmul_sparse`, `matmul_transpose_sparse`, `row_hadamard_sparse`
        and their dense twins
    Example: Two validators with 60 and 40 % of the stake; both weigh neuron 1, the second only half.

        >>> matrix = [{1: Fraction(1)}, {0: Fraction(1, 2), 1: Fraction(1, 2)}]
        >>> sums_of_columns(matrix, [Fraction(6, 10), Fraction(4, 10)])
        [Fraction(1, 5), Fraction(4, 5)]
    """
    sums = [Fraction(0)] * len(factors)
    for row, factor in zip(matrix, factors, strict=True):
        for uid, number in row.items():
            sums[uid] += rules.part(factor * number)
    return sums


def sums_of_rows(
    matrix: Sequence[Row], factors: Sequence[Fraction], rules: Computation = EXACT_LAUNCH
) -> list[Fraction]:
    """Return the sum of each row, each number times the factor of its column."""
    return [sum((rules.part(number * factors[uid]) for uid, number in row.items()), Fraction(0)) for row in matrix]


def rows_times(matrix: Sequence[Row], factors: Sequence[Fraction], rules: Computation = EXACT_LAUNCH) -> list[Row]:
    """Return a matrix with each row times its factor."""
    return [
        {uid: rules.part(factor * number) for uid, number in row.items()}
        for row, factor in zip(matrix, factors, strict=True)
    ]
