"""How bonds move from epoch to epoch."""

import math
from collections.abc import Sequence
from fractions import Fraction

from dtao_spec.chapters.epoch.arithmetic import Row, columns_normalised
from dtao_spec.notation import (
    I32F32,
    exponential,
    exponential_rounded,
    natural_logarithm,
    natural_logarithm_rounded,
    product,
    quotient,
    saturated,
)
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import LIMIT_BITS, SIGNED, at_most, floored

CHAPTER = "dtao_spec.chapters.bonds"
YUMA3 = Computation(273)
MILLION = 1_000_000
"""A bonds moving average of this much is 1."""
LARGEST_POWER_EXPONENT = Fraction("20.888504897477105")
"""From here on the exponential of I32F32 finds no result."""


def fixed_alpha_rounded(bonds_moving_average: int) -> Fraction:
    """Return the rate that I64F64 gives, then I32F32."""
    average = at_most(Fraction(bonds_moving_average), SIGNED, LIMIT_BITS)
    return 1 - saturated(I32F32, floored(floored(average / MILLION, LIMIT_BITS)))


@rule("BOND-9", rounded=fixed_alpha_rounded)
def fixed_alpha(bonds_moving_average: int) -> Fraction:
    r"""EMA rate of bonds.

    Statement: Without liquid alpha, the weight of the new bonds, the EMA rate, MUST be 1 less `BondsMovingAverage`
        millionths.
    Formula: $$ \alpha = 1 - \frac{a}{10^{6}} $$
    Units: millionths, a u64; parts of 1 out.
    Rounding: The quotient is floored: $\alpha$ is less than $\varepsilon$ above the exact value, never below. The
        quotient stops just below $2^{31}$.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `compute_ema_bonds_normal_sparse`, `compute_ema_bonds_normal`
    Known violation: An average above a million makes $\alpha$ negative: new bonds then count against their holder.
    Example: The default of 900 000.

        >>> fixed_alpha(900_000)
        Fraction(1, 10)
    """
    return 1 - Fraction(bonds_moving_average, MILLION)


@rule("BOND-4")
def mixed(new: Sequence[Row], old: Sequence[Row], alpha: Fraction, *, rules: Computation = EXACT_LAUNCH) -> list[Row]:
    r"""Moving average at one EMA rate.

    Statement: Each bond MUST become the weighted mean of the new one and the old one. What is not positive is dropped.
    Formula: $$ b_{ij} = \alpha\,\Delta_{ij} + (1 - \alpha)\,b'_{ij} $$
    Units: parts of 1.
    Rounding: Each product is floored: less than $2 \varepsilon$ below the exact value, never above, where neither
        saturates.
    Source: `pallets/subtensor/src/epoch/math.rs`, `mat_ema_sparse`, `mat_ema`
    Example: A new bond of 1 and an old one of a half, at a rate of a tenth.

        >>> mixed([{0: Fraction(1)}], [{0: Fraction(1, 2)}], Fraction(1, 10))
        [{0: Fraction(11, 20)}]
    """
    return _mixed(new, old, [alpha] * len(new), rules)


@rule("BOND-5", until=272)
def mixed_by_column(
    new: Sequence[Row], old: Sequence[Row], alphas: Sequence[Fraction], *, rules: Computation = EXACT_LAUNCH
) -> list[Row]:
    r"""Moving average with an EMA rate for each column.

    Statement: Each bond MUST become the weighted mean of the new one and the old one, each column by an $\alpha$ of its
        own. What is not positive is dropped.
    Formula: $$ b_{ij} = \alpha_j\,\Delta_{ij} + (1 - \alpha_j)\,b'_{ij} $$
    Units: parts of 1.
    Rounding: Each product is floored: less than $2 \varepsilon$ below the exact value, never above, where neither
        saturates.
    Source: `pallets/subtensor/src/epoch/math.rs`, `mat_ema_alpha_vec_sparse`, `mat_ema_alpha_vec`
    Example: Neuron 0 moves by nine tenths, neuron 1 by seven.

        >>> new = [{0: Fraction(1), 1: Fraction(1)}, {}]
        >>> mixed_by_column(new, [{}, {1: Fraction(1)}], [Fraction(9, 10), Fraction(7, 10)])
        [{0: Fraction(9, 10), 1: Fraction(7, 10)}, {1: Fraction(3, 10)}]
    """
    return _mixed(new, old, alphas, rules)


def _mixed(new: Sequence[Row], old: Sequence[Row], alphas: Sequence[Fraction], rules: Computation) -> list[Row]:
    zero = Fraction(0)
    result: list[Row] = []
    for a, b in zip(new, old, strict=True):
        row = {
            uid: rules.part(alphas[uid] * a.get(uid, zero)) + rules.part((1 - alphas[uid]) * b.get(uid, zero))
            for uid in sorted({*a, *b})
        }
        result.append({uid: bond for uid, bond in row.items() if bond > 0})
    return result


@rule("BOND-17", since=273)
def mixed_by_element(
    new: Sequence[Row], old: Sequence[Row], rates: Sequence[Sequence[Fraction]], *, rules: Computation = YUMA3
) -> list[Row]:
    r"""Moving average with an EMA rate for each element.

    Statement: Each bond MUST become the weighted mean of the weight on the neuron and the old bond, each at an EMA rate
        of its own, and none exceeds 1. Of an old
        element for which there is no new one, nothing MUST remain: none was set, or it was cut down to a consensus of 0
        ([EPOCH-10](#epoch-10)), or it is 0 at a penalty between 0 and 1 ([BOND-3](#bond-3)). What is not positive is
        dropped.
    Formula: $$ B_{ij} = \min(1,\; \alpha_{ij}\,w_{ij} + (1 - \alpha_{ij})\,b'_{ij}) $$
    Units: parts of 1.
    Rounding: Each product is floored: less than $2 \varepsilon$ below the exact value, never above.
    Source: `pallets/subtensor/src/epoch/math.rs`, `mat_ema_alpha_sparse`, `mat_ema_alpha`
    Known violation: In the sparse form, which the block uses, a validator that names a neuron no more loses its bond in
        it at once instead of at the EMA rate of a sale. In the dense form, which only a kernel uses, it sells.
    Example: A half of each neuron was held; only neuron 1 is still weighed.

        >>> mixed_by_element([{1: Fraction(1)}], [{0: Fraction(1, 2), 1: Fraction(1, 2)}], [[Fraction(9, 10)] * 2])
        [{1: Fraction(19, 20)}]
    """
    result: list[Row] = []
    for new_row, old_row, rate in zip(new, old, rates, strict=True):
        row = {
            uid: min(
                rules.part(rate[uid] * element) + rules.part((1 - rate[uid]) * old_row.get(uid, Fraction(0))),
                Fraction(1),
            )
            for uid, element in new_row.items()
        }
        result.append({uid: bond for uid, bond in row.items() if bond > 0})
    return result


@rule("BOND-8", until=272)
def ema_bonds(
    new: Sequence[Row],
    old: Sequence[Row],
    consensus: Sequence[Fraction],
    alpha: Fraction,
    bounds: tuple[Fraction, Fraction] | None = None,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> list[Row]:
    r"""Bonds after the moving average.

    Statement: The bonds MUST be the moving average of new and old ones, each column normalised again. The EMA rate is
        that of [BOND-9](#bond-9) for all ([BOND-4](#bond-4)); but where liquid alpha is on, and the third quartile of
        the consensus of all neurons is above 0, each column has that of [BOND-10](#bond-10) ([BOND-5](#bond-5)). A
        column that only one of the two has does not move, unless its rate is 0 or 1.
    Formula: $$ B_{ij} = \frac{b_{ij}}{c_j}, \qquad c_j = \sum_k b_{kj} $$
    Units: parts of 1.
    Rounding: Let $\eta = 2 \varepsilon + |\hat\alpha_j - \alpha_j|$ for a rate $\hat\alpha_j$ that is itself rounded.
        With $m$ bonds in the column, the result is within $\varepsilon + \eta\,\frac{1 + m B_{ij}}{c_j - m \eta}$ of
        the exact value, if $c_j > m \eta$.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `compute_ema_bonds_sparse`, `compute_ema_bonds`
    Known violation: Whether liquid alpha applies hangs on the third quartile over all neurons, validators among them.
        Where fewer than about a quarter of the neurons have consensus it never does.
    Example: One validator held all bonds in neuron 2; now both bought the same. The old bonds in neuron 3 stay whole,
        though nobody weighs it.

        >>> new = [{2: Fraction(1, 2)}, {2: Fraction(1, 2)}, {}, {}]
        >>> old = [{2: Fraction(1), 3: Fraction(1)}, {}, {}, {}]
        >>> bonds = ema_bonds(new, old, [Fraction(0), Fraction(0), Fraction(1), Fraction(0)], Fraction(1, 10))
        >>> [float(row.get(2, 0)) for row in bonds[:2]], bonds[0][3]
        ([0.95, 0.05], Fraction(1, 1))
    """
    alphas = [alpha] * len(new)
    if bounds and rules["BOND-1"](consensus, Fraction(3, 4)) > 0:
        alphas = rules["BOND-10"](consensus, *bounds)
    return columns_normalised(_mixed(new, old, alphas, rules), rules)


@rule("BOND-1", until=272)
def quantile(numbers: Sequence[Fraction], part: Fraction, *, rules: Computation = EXACT_LAUNCH) -> Fraction:
    r"""Quantile.

    Statement: The quantile $q$ of $n$ numbers MUST be found at the position $q (n - 1)$ among them in ascending order,
        counted from 0; between two of them it lies on the straight line. Of no numbers it is 0.
    Formula: $$ Q_q = x_{\lfloor p \rfloor} + (p - \lfloor p \rfloor)\,(x_{\lceil p \rceil} - x_{\lfloor p \rfloor}),
        \qquad p = q\,(n - 1) $$
    Units: any.
    Rounding: The product is floored: less than $\varepsilon$ below the exact value, never above. The position is
        exact for the two quartiles, which are all that is needed.
    Source: `pallets/subtensor/src/epoch/math.rs`, `quantile`
    Example: The third quartile of four numbers lies a quarter of the way from the third to the fourth.

        >>> quantile([Fraction(4), Fraction(1), Fraction(2), Fraction(8)], Fraction(3, 4))
        Fraction(5, 1)
    """
    ordered = sorted(numbers)
    if not ordered:
        return Fraction(0)
    position = part * (len(ordered) - 1)
    low, high = ordered[math.floor(position)], ordered[math.ceil(position)]
    return low + rules.part((position - math.floor(position)) * (high - low))


def liquid_alphas_rounded(
    consensus: Sequence[Fraction], low: Fraction, high: Fraction, *, rules: Computation
) -> list[Fraction]:
    """Return the rates that I32F32 gives, for bounds that are numbers of that format."""
    first, third = (rules["BOND-1"](consensus, Fraction(quarters, 4)) for quarters in (1, 3))
    slope = offset = Fraction(0)
    if third > first and low and high:
        of_low, of_high = (_negative_logit_rounded(bound) for bound in (low, high))
        slope = quotient(I32F32, of_high - of_low, first - third) or Fraction(0)
        offset = saturated(I32F32, of_low + product(I32F32, slope, first))
    exponents = [saturated(I32F32, offset - product(I32F32, slope, agreed)) for agreed in consensus]
    return [max(min(logistic_rounded(exponent), high), low) for exponent in exponents]


def _negative_logit_rounded(alpha: Fraction) -> Fraction:
    inverse = quotient(I32F32, Fraction(1), alpha) or Fraction(0)
    return natural_logarithm_rounded(inverse - 1) or Fraction(0)


def logistic_rounded(exponent: Fraction) -> Fraction:
    """Return 1 / (1 + e to the exponent) as I32F32 gives it, where a power that does not fit counts as 0."""
    power = exponential_rounded(exponent) or Fraction(0)
    return quotient(I32F32, Fraction(1), saturated(I32F32, 1 + power)) or Fraction(0)


@rule("BOND-10", until=272, rounded=liquid_alphas_rounded)
def liquid_alphas(consensus: Sequence[Fraction], low: Fraction, high: Fraction) -> list[Fraction]:
    r"""Liquid alpha.

    Statement: The EMA rate of each column MUST be a logistic function of the consensus on its neuron, limited to the
        bounds `AlphaValues`; if they are in the wrong order, $\alpha_{low}$ wins. The function MUST go through the
        lower bound at the first quartile of the consensus and through the upper one at the third; if the quartiles do
        not differ, or a bound is 0, it is 1/2 everywhere. A logarithm of 0, and a power of $e$ that does not fit
        I32F32, MUST count as 0.
    Formula: $$ \begin{gathered}
        \alpha_j = \min\left(\max\left(\sigma_j, \alpha_{low}\right), \alpha_{high}\right), \qquad
        \sigma_j = \frac{1}{1 + e^{\,o - s\,\bar w_j}}, \\
        s = \frac{\ln\left(\frac{1}{\alpha_{low}} - 1\right) - \ln\left(\frac{1}{\alpha_{high}} - 1\right)}
        {\bar w_{3/4} - \bar w_{1/4}}, \qquad o = \ln\left(\tfrac{1}{\alpha_{low}} - 1\right) + s\,\bar w_{1/4}
        \end{gathered} $$
    Units: parts of 1. The bounds are settings as u16-normalised fractions.
    Rounding: For quartiles that differ by $g \ge 10^{-6}$, within $5 \cdot 10^{-6} + 12 \varepsilon / g$ of the exact
        value, except next to an exponent of 20.89: the first part, from logarithms and the exponential, is observed;
        the second is derived from the rounding of the quartiles. For a still smaller $g$ the slope $s$ may not fit
        I32F32, and is then 0.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `compute_ema_bonds_sparse`, `calculate_logistic_params`,
        `compute_alpha_values`, `clamp_alpha_values`
    Known violation: With an upper bound of 1, the function goes through 1/2 at the third quartile. The power does not
        fit for exponents from 20.89 on. There $\alpha_j$ becomes 1 and is cut to the upper bound, where it should be
        the lower one. With the default bounds that happens to every neuron whose consensus is further below the first
        quartile than 16 times the distance between the quartiles.
    Example: Four neurons; the quartiles of the consensus are 0.15 and 0.3. The bounds hold at and beyond them, and in
        the middle is 0.82.

        >>> alphas = liquid_alphas([Fraction(0), Fraction(2, 10), Fraction(25, 100), Fraction(45, 100)],
        ...     Fraction(7, 10), Fraction(9, 10))
        >>> [round(float(alpha), 3) for alpha in alphas]
        [0.7, 0.785, 0.852, 0.9]
    """
    first, third = quantile(consensus, Fraction(1, 4)), quantile(consensus, Fraction(3, 4))
    slope = offset = Fraction(0)
    if third > first and low and high:
        slope = (negative_logit(low) - negative_logit(high)) / (third - first)
        offset = negative_logit(low) + slope * first
    return [max(min(logistic(offset - slope * agreed), high), low) for agreed in consensus]


def negative_logit(alpha: Fraction) -> Fraction:
    """Return the logarithm of 1 / alpha - 1; 0 where there is none."""
    return natural_logarithm(1 / alpha - 1) or Fraction(0)


def logistic(exponent: Fraction) -> Fraction:
    """Return 1 / (1 + e to the exponent), without the power where it does not fit I32F32."""
    fits = abs(exponent) <= LARGEST_POWER_EXPONENT
    return 1 / (1 + exponential(exponent)) if fits else Fraction(1)
