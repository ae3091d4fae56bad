"""What bonds pay, and how they are stored."""

from collections.abc import Sequence
from fractions import Fraction

from dtao_spec.chapters.epoch.arithmetic import Row, normalised, sums_of_rows
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.bonds"


@rule("BOND-11")
def dividends(
    bonds: Sequence[Row], incentive: Sequence[Fraction], *, rules: Computation = EXACT_LAUNCH
) -> list[Fraction]:
    r"""Dividends of validators.

    Statement: A validator's share of the dividends MUST be the sum of its bonds, each times the incentive of its
        neuron, over the sum of all validators.
    Formula: $$ D_i = \frac{d_i}{\sum_k d_k}, \qquad d_i = \sum_j B_{ij}\, I_j $$
    Units: parts of 1.
    Rounding: With $m$ bonds of the validator, $K$ of all, and $d$ the sum of all $d_k$: less than $(m / d +
        1)\,\varepsilon$ below the exact value, and, if $d > K \varepsilon$, at most $D_i K \varepsilon / (d - K
        \varepsilon)$ above it.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Example: The first validator holds all bonds in the miner with 0.64 of the incentive, and a quarter of the other's.

        >>> bonds = [{2: Fraction(1), 3: Fraction(1, 4)}, {3: Fraction(3, 4)}, {}, {}]
        >>> incentive = [Fraction(0), Fraction(0), Fraction(64, 100), Fraction(36, 100)]
        >>> [float(share) for share in dividends(bonds, incentive)]
        [0.73, 0.27, 0.0, 0.0]
    """
    return normalised(sums_of_rows(bonds, incentive, rules), rules=rules)


@rule("BOND-2")
def upscale_columns(matrix: Sequence[Row], *, rules: Computation = EXACT_LAUNCH) -> list[Row]:
    r"""Scaling of columns to their largest bond.

    Statement: Bonds MUST be stored as parts of the largest bond of their column. A column without a positive number
        stays as it is.
    Formula: $$ \hat b_{ij} = \frac{b_{ij}}{\max_k b_{kj}} $$
    Units: parts of 1.
    Rounding: Truncated: less than $\varepsilon$ below the exact value, never above, for numbers that are not negative.
        The largest is exactly 1.
    Source: `pallets/subtensor/src/epoch/math.rs`, `inplace_col_max_upscale_sparse`, `inplace_col_max_upscale`
    Example: Two bonds in neuron 3, of 0.2 and 0.8.

        >>> upscale_columns([{3: Fraction(2, 10)}, {3: Fraction(8, 10)}])
        [{3: Fraction(1, 4)}, {3: Fraction(1, 1)}]
    """
    largest: dict[int, Fraction] = {}
    for row in matrix:
        for uid, number in row.items():
            largest[uid] = max(largest.get(uid, Fraction(0)), number)
    return [{uid: rules.part(number / (largest[uid] or 1)) for uid, number in row.items()} for row in matrix]


@rule("BOND-12")
def stored_bonds(
    bonds: Sequence[Row],
    new_permits: Sequence[bool],
    old_permits: Sequence[bool],
    *,
    rules: Computation = EXACT_LAUNCH,
) -> dict[int, dict[int, Fraction]]:
    r"""Stored bonds.

    Statement: The epoch MUST store the bonds of each neuron that has a permit from now on, scaled so that the largest
        of each column, over all neurons, is 65 535 ([BOND-2](#bond-2), [EPOCH-6](#epoch-6)); and no bonds for a
        neuron that had a permit and lost it. All other rows stay as they are.
    Formula: $$ \frac{65535\, B_{ij}}{\max_k B_{kj}} $$
    Units: u16-normalised fractions; by uid of the holder, then of the neuron.
    Rounding: Floored: less than $1 + 2^{-16}$ below the exact value, never above. The largest is exactly 65 535; a bond
        of less than 1 part in 65 535 of the largest is stored as an entry of 0, which counts for nothing. Where the
        largest belongs to a row that is not stored, all that is stored of the column is smaller; the next epoch
        normalises it again.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Example: Neuron 0 keeps its permit, neuron 1 loses it, neuron 2 never had one.

        >>> bonds = [{2: Fraction(1, 4)}, {2: Fraction(3, 4)}, {}]
        >>> stored_bonds(bonds, [True, False, False], [True, True, False])
        {0: {2: Fraction(21845, 1)}, 1: {}}
    """
    return stored_rows(rules["BOND-2"](bonds), new_permits, old_permits, rules)


@rule("BOND-12", since=320)
def stored_bonds_of_permitted(
    bonds: Sequence[Row],
    new_permits: Sequence[bool],
    old_permits: Sequence[bool],
    *,
    rules: Computation = EXACT_LAUNCH,
) -> dict[int, dict[int, Fraction]]:
    r"""Stored bonds.

    Change: The rows of all neurons are written, for each mechanism, so that no bonds are left where there is no permit.
        Before, a row that was there without a permit stayed.
    Statement: The epoch of a mechanism MUST store the bonds of each neuron that has a permit from now on, scaled so
        that the largest of each column, over all neurons, is 65 535 ([BOND-2](#bond-2), [EPOCH-6](#epoch-6)); and no
        bonds for all other neurons. Only rows beyond the neurons stay as they are.
    Formula: $$ \frac{65535\, B_{ij}}{\max_k B_{kj}} $$
    Units: u16-normalised fractions; by uid of the holder, then of the neuron.
    Rounding: Floored: less than $1 + 2^{-16}$ below the exact value, never above. The largest is exactly 65 535; a bond
        of less than 1 part in 65 535 of the largest is stored as an entry of 0, which counts for nothing. Where the
        largest belongs to a row that is not stored, all that is stored of the column is smaller; the next epoch
        normalises it again.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch_mechanism`, `persist_mechanism_epoch_terms`
    Example: Neuron 0 keeps its permit, neuron 1 loses it, neuron 2 never had one.

        >>> bonds = [{2: Fraction(1, 4)}, {2: Fraction(3, 4)}, {}]
        >>> stored_bonds_of_permitted(bonds, [True, False, False], [True, True, False])
        {0: {2: Fraction(21845, 1)}, 1: {}, 2: {}}
    """
    return stored_rows(rules["BOND-2"](bonds), new_permits, [True] * len(bonds), rules)


def stored_rows(
    bonds: Sequence[Row], new_permits: Sequence[bool], old_permits: Sequence[bool], rules: Computation
) -> dict[int, dict[int, Fraction]]:
    """Return the rows of bonds to write, as u16-normalised fractions: those of validators, and none of former ones."""
    rows: dict[int, dict[int, Fraction]] = {}
    for uid, row in enumerate(bonds):
        if new_permits[uid]:
            rows[uid] = {target: rules["EPOCH-6"](bond) for target, bond in row.items()}
        elif old_permits[uid]:
            rows[uid] = {}
    return rows
