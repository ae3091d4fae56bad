"""Yuma 3: bonds that follow each validator's own weights."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters.bonds.ema import logistic, logistic_rounded, mixed, mixed_by_element
from dtao_spec.chapters.epoch.arithmetic import U16_MAX, Row, columns_normalised, normalised
from dtao_spec.notation import I32F32, product, quotient, saturated
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.bonds"
YUMA3 = Computation(273)
HALF = Fraction(1, 2)
HUNDREDTHS = 100
LARGEST_EXPONENT = Fraction(20)


@rule("BOND-13", since=273)
def proportional_dividends(
    held: Sequence[Row],
    incentive: Sequence[Fraction],
    active_stake: Sequence[Fraction],
    *,
    rules: Computation = YUMA3,
) -> list[Fraction]:
    r"""Yuma 3.

    Statement: On a subnet with `Yuma3On` a bond MUST be a proportion of its own, that does not depend on what others
        hold. What is stored is read as u16-normalised fractions, without normalising; it moves towards the validator's
        weight for bonds ([BOND-14](#bond-14)); and it is stored again as u16-normalised fractions, without scaling to
        the largest of the column. A validator's dividends MUST be the sum, over all neurons, of its part of the bonds
        in the neuron times the neuron's incentive, and that times its active stake; its share is taken over all
        validators. Which bonds count is said in [BOND-6](#bond-6), the weights for bonds in [BOND-7](#bond-7).
    Formula: $$ D_i = \frac{d_i}{\sum_k d_k}, \qquad d_i = S_i \sum_j \frac{B_{ij}}{\sum_k B_{kj}}\, I_j $$
    Units: parts of 1.
    Rounding: With $m_i$ bonds of a validator let $e_i = ((m_i + 1) S_i + 1)\,\varepsilon$, $e$ the sum of all $e_i$ and
        $d$ that of all $d_i$. A share is less than $e_i / d + \varepsilon$ below the exact value, and, if $d > e$, at
        most $D_i\, e / (d - e)$ above it. Reading a stored bond floors it to less than $\varepsilon$ below, storing it
        to less than 1 part in 65 535 below: a bond that moves by less in an epoch may never arrive.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`, `get_bonds_sparse_fixed_proportion`,
        `get_bonds_fixed_proportion`
    Example: The first validator holds 0.8 in the only miner, the second 0.2, at equal stakes; then the second has nine
        times the stake. Where stake buys bonds, it takes epochs to work; here it works at once.

        >>> held, incentive = [{2: Fraction(8, 10)}, {2: Fraction(2, 10)}, {}], [Fraction(0), Fraction(0), Fraction(1)]
        >>> for stake in ([HALF, HALF, Fraction(0)], [Fraction(1, 10), Fraction(9, 10), Fraction(0)]):
        ...     print([round(float(share), 3) for share in proportional_dividends(held, incentive, stake)])
        [0.8, 0.2, 0.0]
        [0.308, 0.692, 0.0]
    """
    earned = rules["BOND-16"](columns_normalised(held, rules), incentive)
    weighted = [
        rules.part(sum(row.values(), Fraction(0)) * stake) for row, stake in zip(earned, active_stake, strict=True)
    ]
    return normalised(weighted, rules=rules)


def read_proportions(stored: Sequence[Row], rules: Computation = YUMA3) -> list[Row]:
    """Return stored bonds as parts of 1."""
    return [{uid: rules.part(bond / U16_MAX) for uid, bond in row.items()} for row in stored]


@frozen
class LiquidAlpha:
    """The settings of liquid alpha under Yuma 3: the bounds of the EMA rate as parts of 1, and the steepness."""

    low: Fraction
    high: Fraction
    steepness: int | Fraction = 1_000


@rule("BOND-14", since=273)
def move_bonds(
    weights: Sequence[Row],
    old: Sequence[Row],
    consensus: Sequence[Fraction],
    bonds_moving_average: int,
    liquid: LiquidAlpha | None,
    *,
    rules: Computation = YUMA3,
) -> list[Row]:
    r"""Movement of bonds under Yuma 3.

    Statement: Each bond MUST move towards the validator's weight for bonds on the neuron. Where liquid alpha is on, and
        any neuron has consensus, each bond has an EMA rate of its own ([BOND-15](#bond-15), [BOND-17](#bond-17)); else
        all move at 1 less `BondsMovingAverage` millionths, by [BOND-4](#bond-4).
    Formula: $$ B_{ij} = \alpha_{ij}\,w^{b}_{ij} + (1 - \alpha_{ij})\,b'_{ij} $$
    Units: parts of 1.
    Rounding: at one rate less than $2 \varepsilon$ below the exact value for a rate $\hat\alpha$ that is less than
        $\varepsilon$ above $\alpha$, as in [BOND-9](#bond-9); with liquid alpha that of BOND-15 and BOND-17.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `compute_bonds_sparse`, `compute_bonds`,
        `compute_disabled_liquid_alpha`, `compute_liquid_alpha_values_sparse`, `compute_liquid_alpha_values`
    Known violation: An average of $2^{31}$ million and more wraps around in the conversion, where [BOND-9](#bond-9)
        saturates. The pass over a row of weights or bonds takes it to be sorted: what
        stands behind a higher uid counts as 0 for the EMA rate, though not for the bond.
    Example: A new weight of 0.4 on a bond of 0, at one rate: after the first epoch 0.04, after the second 0.076.

        >>> first = move_bonds([{1: Fraction(4, 10)}, {}], [{}, {}], [Fraction(0), Fraction(1)], 900_000, None)
        >>> second = move_bonds([{1: Fraction(4, 10)}, {}], first, [Fraction(0), Fraction(1)], 900_000, None)
        >>> float(first[0][1]), float(second[0][1])
        (0.04, 0.076)
    """
    if liquid is None or not any(consensus):
        return mixed(weights, old, rules["BOND-9"](bonds_moving_average), rules=rules)
    zero, rate_of = Fraction(0), rules["BOND-15"]
    rates = [
        [
            rate_of(agreed, weights_on.get(uid, zero), bonds_with.get(uid, zero), liquid)
            for uid, agreed in enumerate(consensus)
        ]
        for weights_on, bonds_with in zip(weights, old, strict=True)
    ]
    return mixed_by_element(weights, old, rates, rules=rules)


def alpha_sigmoid_rounded(consensus: Fraction, weight: Fraction, bond: Fraction, liquid: LiquidAlpha) -> Fraction:
    """Return the rate that I32F32 gives, for bounds that are numbers of that format."""
    exponent = saturated(I32F32, -liquid.steepness * (_distance(consensus, weight, bond) - HALF))
    alpha = liquid.low + product(I32F32, logistic_rounded(exponent), liquid.high - liquid.low)
    return max(min(alpha, liquid.high), liquid.low)


@rule("BOND-15", since=273, rounded=alpha_sigmoid_rounded)
def alpha_sigmoid(consensus: Fraction, weight: Fraction, bond: Fraction, liquid: LiquidAlpha) -> Fraction:
    r"""EMA rate of a bond.

    Statement: The EMA rate of a bond MUST lie between the bounds `AlphaValues`, the nearer to the upper one the farther
        the bond has to go: for a validator that buys, whose weight is at least its bond, how far the weight is above
        the consensus; for one that sells, how far the bond is above the weight. Either distance is taken to be between
        0 and 1; at a half, the rate is in the middle. `AlphaSigmoidSteepness` says how sharply it rises. A power of $e$
        that does not fit I32F32 MUST count as 0. If the bounds are in the wrong order, $\alpha_{low}$ wins.
    Formula: $$ \begin{gathered}
        \alpha = \alpha_{low} + \frac{\alpha_{high} - \alpha_{low}}{1 + e^{-\rho\,(\delta - 1/2)}}, \\
        \delta = \begin{cases} w - \bar w & w \ge b \\ b - w & w < b \end{cases}, \qquad 0 \le \delta \le 1
        \end{gathered} $$
    Units: parts of 1; the bounds are settings as u16-normalised fractions, the steepness $\rho$ is a u16, by default 1
        000.
    Rounding: within $5 \cdot 10^{-6} (\alpha_{high} - \alpha_{low}) + 4 \varepsilon$ of the exact value (observed), for
        exponents that are not next to 20.89, where [FIX-11](#fix-11) ends.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `alpha_sigmoid`
    Known violation: The power does not fit from an exponent of 20.89 on. There the rate becomes the upper bound where
        it should be the lower one. At the default steepness that is wherever the distance is below 0.479: most bonds
        move at $\alpha_{high}$, however near they are.
    Example: Bounds of 0.7 and 0.9 at a steepness of 10: next to no distance, half-way, far. At the default steepness a
        small distance makes the rate high.

        >>> steps = [Fraction(0), HALF, Fraction(1)]
        >>> slow = LiquidAlpha(Fraction(7, 10), Fraction(9, 10), 10)
        >>> [round(float(alpha_sigmoid(Fraction(0), step, Fraction(0), slow)), 3) for step in steps]
        [0.701, 0.8, 0.899]
        >>> default = LiquidAlpha(Fraction(7, 10), Fraction(9, 10))
        >>> [round(float(alpha_sigmoid(Fraction(0), step, Fraction(0), default)), 3) for step in steps]
        [0.9, 0.8, 0.9]
    """
    curve = logistic(-liquid.steepness * (_distance(consensus, weight, bond) - HALF))
    return max(min(liquid.low + curve * (liquid.high - liquid.low), liquid.high), liquid.low)


def _distance(consensus: Fraction, weight: Fraction, bond: Fraction) -> Fraction:
    return min(max(weight - consensus if weight >= bond else bond - weight, Fraction(0)), Fraction(1))


def alpha_sigmoid_in_hundredths_rounded(
    consensus: Fraction, weight: Fraction, bond: Fraction, liquid: LiquidAlpha
) -> Fraction:
    """Return the rate that I32F32 gives, for bounds that are numbers of that format."""
    slope = quotient(I32F32, Fraction(liquid.steepness), Fraction(-HUNDREDTHS)) or Fraction(0)
    exponent = product(I32F32, slope, _distance(consensus, weight, bond) - HALF)
    alpha = liquid.low + product(I32F32, logistic_rounded(exponent), liquid.high - liquid.low)
    return max(min(alpha, liquid.high), liquid.low)


@rule("BOND-15", since=283, rounded=alpha_sigmoid_in_hundredths_rounded)
def alpha_sigmoid_in_hundredths(consensus: Fraction, weight: Fraction, bond: Fraction, liquid: LiquidAlpha) -> Fraction:
    r"""EMA rate of a bond.

    Change: The steepness counts in hundredths and has a sign, so that curves can be chosen more finely.
    Statement: The EMA rate of a bond MUST lie between the bounds `AlphaValues`, the nearer to the upper one the farther
        the bond has to go: for a validator that buys, whose weight is at least its bond, how far the weight is above
        the consensus; for one that sells, how far the bond is above the weight. Either distance is taken to be between
        0 and 1; at a half, the rate is in the middle. `AlphaSigmoidSteepness` says how sharply it rises, in hundredths;
        if it is negative, the rate falls. A power of $e$ that does not fit I32F32 MUST count as 0. If the bounds are in
        the wrong order, $\alpha_{low}$ wins.
    Formula: $$ \begin{gathered}
        \alpha = \alpha_{low} + \frac{\alpha_{high} - \alpha_{low}}{1 + e^{-\rho\,(\delta - 1/2) / 100}}, \\
        \delta = \begin{cases} w - \bar w & w \ge b \\ b - w & w < b \end{cases}, \qquad 0 \le \delta \le 1
        \end{gathered} $$
    Units: parts of 1; the bounds are settings as u16-normalised fractions, the steepness $\rho$ is an i16, by default 1
        000.
    Rounding: within $5 \cdot 10^{-6} (\alpha_{high} - \alpha_{low}) + 4 \varepsilon$ of the exact value (observed), for
        exponents that are not next to 20.89, where [FIX-11](#fix-11) ends.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `alpha_sigmoid`
    Known violation: The power does not fit from an exponent of 20.89 on. There the rate becomes the upper bound where
        it should be the lower one, which takes a steepness of at least 4 179.
    Example: Bounds of 0.7 and 0.9 at the default steepness: next to no distance, half-way, far.

        >>> steps = [Fraction(0), HALF, Fraction(1)]
        >>> slow = LiquidAlpha(Fraction(7, 10), Fraction(9, 10))
        >>> [round(float(alpha_sigmoid_in_hundredths(Fraction(0), step, Fraction(0), slow)), 3) for step in steps]
        [0.701, 0.8, 0.899]
    """
    hundredth = evolve(liquid, steepness=Fraction(liquid.steepness, HUNDREDTHS))
    return alpha_sigmoid(consensus, weight, bond, hundredth)


def alpha_sigmoid_within_20_rounded(
    consensus: Fraction, weight: Fraction, bond: Fraction, liquid: LiquidAlpha
) -> Fraction:
    """Return the rate that I32F32 gives, for bounds that are numbers of that format."""
    slope = quotient(I32F32, Fraction(liquid.steepness), Fraction(-HUNDREDTHS)) or Fraction(0)
    exponent = product(I32F32, slope, _distance(consensus, weight, bond) - HALF)
    curve = logistic_rounded(max(min(exponent, LARGEST_EXPONENT), -LARGEST_EXPONENT))
    alpha = liquid.low + product(I32F32, curve, liquid.high - liquid.low)
    return max(min(alpha, liquid.high), liquid.low)


@rule("BOND-15", since=365, rounded=alpha_sigmoid_within_20_rounded)
def alpha_sigmoid_within_20(consensus: Fraction, weight: Fraction, bond: Fraction, liquid: LiquidAlpha) -> Fraction:
    r"""EMA rate of a bond.

    Change: The exponent is kept within 20, so that the power of $e$ always fits. Steep curves had turned over at one
        end, where bonds moved fast instead of slowly.
    Statement: The EMA rate of a bond MUST lie between the bounds `AlphaValues`, the nearer to the upper one the farther
        the bond has to go: for a validator that buys, whose weight is at least its bond, how far the weight is above
        the consensus; for one that sells, how far the bond is above the weight. Either distance is taken to be between
        0 and 1; at a half, the rate is in the middle. `AlphaSigmoidSteepness` says how sharply it rises, in hundredths;
        if it is negative, the rate falls. An exponent above 20 MUST count as 20, one below $-20$ as $-20$. If the
        bounds are in the wrong order, $\alpha_{low}$ wins.
    Formula: $$ \begin{gathered}
        \alpha = \alpha_{low} + \frac{\alpha_{high} - \alpha_{low}}{1 + e^{x}}, \qquad
        x = \max(-20, \min(20, -\rho\,(\delta - 1/2) / 100)), \\
        \delta = \begin{cases} w - \bar w & w \ge b \\ b - w & w < b \end{cases}, \qquad 0 \le \delta \le 1
        \end{gathered} $$
    Units: parts of 1; the bounds are settings as u16-normalised fractions, the steepness $\rho$ is an i16, by default 1
        000.
    Rounding: within $5 \cdot 10^{-6} (\alpha_{high} - \alpha_{low}) + 4 \varepsilon$ of the exact value (observed).
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `alpha_sigmoid`
    Example: Bounds of 0.7 and 0.9 at a steep curve: next to no distance, half-way, far.

        >>> steps = [Fraction(0), HALF, Fraction(1)]
        >>> steep = LiquidAlpha(Fraction(7, 10), Fraction(9, 10), 32_767)
        >>> [round(float(alpha_sigmoid_within_20(Fraction(0), step, Fraction(0), steep)), 3) for step in steps]
        [0.7, 0.8, 0.9]
    """
    exponent = -Fraction(liquid.steepness, HUNDREDTHS) * (_distance(consensus, weight, bond) - HALF)
    curve = logistic(max(min(exponent, LARGEST_EXPONENT), -LARGEST_EXPONENT))
    return max(min(liquid.low + curve * (liquid.high - liquid.low), liquid.high), liquid.low)


@rule("BOND-16", since=273)
def column_products(matrix: Sequence[Row], factors: Sequence[Fraction], *, rules: Computation = YUMA3) -> list[Row]:
    r"""Column scaling.

    Statement: Each element MUST be multiplied by the number of its column.
    Formula: $$ x_{ij}' = x_{ij}\, f_j $$
    Units: parts of 1.
    Rounding: Each product is floored: less than $\varepsilon$ below the exact value, never above. One that does not fit
        saturates.
    Source: `pallets/subtensor/src/epoch/math.rs`, `mat_vec_mul_sparse`, `mat_vec_mul`
    Example: Bonds in neurons 1 and 2, whose incentives are 0.5 and 0.25.

        >>> column_products([{1: HALF, 2: Fraction(1)}], [Fraction(0), HALF, Fraction(1, 4)])
        [{1: Fraction(1, 4), 2: Fraction(1, 4)}]
    """
    return [{uid: rules.part(element * factors[uid]) for uid, element in row.items()} for row in matrix]
