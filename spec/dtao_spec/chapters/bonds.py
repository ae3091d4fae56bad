r"""Bonds and liquid alpha.

A validator is not paid for its weights but for its **bonds**: a memory of what it has weighed. In every epoch a
validator buys bonds in the miners that it weighs, with its stake. For each miner the bonds of all validators are
brought to a sum of 1, and mixed into the bonds so far. A validator's dividends are its bonds times the incentives of
the miners it holds them in.

Whoever recognises a good miner before others holds most of its bonds, and keeps a part of that lead for a while after
the others have followed. Whoever copies the weights of others an epoch late buys an epoch late, and earns less on every
miner that is rising. Whoever stops weighing a miner loses its bonds at the pace at which the others buy them.

The pace is $\alpha$, the weight of the new bonds, at launch 0.1. The old ones are down to a half after 6.6 epochs,
which is 8 hours at a tempo of 360. With **liquid alpha** each miner has a pace of its own, between two bounds, by
default 0.7 and 0.9, the faster the higher the consensus on it. Bonds then remember an epoch or two.

| step | in | out |
|---|---|---|
| [BOND-6](#bond-6) | stored bonds | old bonds, each column a sum of 1 |
| [BOND-7](#bond-7) | weights, active stake | new bonds, each column a sum of 1 |
| [BOND-9](#bond-9) or [BOND-10](#bond-10) | a setting, or the consensus | the pace of each column |
| [BOND-8](#bond-8) | new and old bonds | bonds, each column a sum of 1 |
| [BOND-11](#bond-11) | bonds, incentive | dividends |
| [BOND-12](#bond-12) | bonds, permits | stored bonds |

A column of bonds sums to 1 however few bought it: a miner that only one validator weighs gives that one all its
dividends. The launch takes the weights for bonds before clipping (`BondsPenalty` is 0), so that what the consensus
cuts off buys bonds nevertheless.

As in [the epoch](#chapter-epoch), $\varepsilon = 2^{-32}$ is the step of I32F32, and bounds hold for one rule on the
same input.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from dtao_spec.chapters.epoch import Row, columns_normalised, normalised, parts_of_65535, rows_times, sums_of_rows
from dtao_spec.notation import exponential, natural_logarithm
from dtao_spec.registry import rule

LARGEST_POWER_EXPONENT = Fraction("20.888504897477105")
"""From here on the exponential of I32F32 finds no result."""


@rule("BOND-1", until=272)
def quantile(numbers: Sequence[Fraction], part: Fraction) -> Fraction:
    r"""Quantiles.

    Statement: The quantile $q$ of $n$ numbers MUST be found at the position $q (n - 1)$ among them in ascending order,
        counted from 0; between two of them it lies on the straight line. Of no numbers it is 0.
    Formula: $$ Q_q = x_{\lfloor p \rfloor} + (p - \lfloor p \rfloor)\,(x_{\lceil p \rceil} - x_{\lfloor p \rfloor}),
        \qquad p = q\,(n - 1) $$
    Units: any.
    Rounding: The product is floored: less than $\varepsilon$ below the exact value, never above. The position is
        exact for the two quartiles, which are all that the launch takes.
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
    return low + (position - math.floor(position)) * (high - low)


@rule("BOND-2")
def columns_upscaled(matrix: Sequence[Row]) -> list[Row]:
    r"""Parts of the largest of a column.

    Statement: Bonds MUST be stored as parts of the largest bond of their column. A column without a positive number
        stays as it is.
    Formula: $$ \hat b_{ij} = \frac{b_{ij}}{\max_k b_{kj}} $$
    Units: parts of 1.
    Rounding: Truncated: less than $\varepsilon$ below the exact value, never above, for numbers that are not negative.
        The largest is exactly 1.
    Source: `pallets/subtensor/src/epoch/math.rs`, `inplace_col_max_upscale_sparse`, `inplace_col_max_upscale`
    Example: Two bonds in neuron 3, of 0.2 and 0.8.

        >>> columns_upscaled([{3: Fraction(2, 10)}, {3: Fraction(8, 10)}])
        [{3: Fraction(1, 4)}, {3: Fraction(1, 1)}]
    """
    largest: dict[int, Fraction] = {}
    for row in matrix:
        for uid, number in row.items():
            largest[uid] = max(largest.get(uid, Fraction(0)), number)
    return [{uid: number / (largest[uid] or 1) for uid, number in row.items()} for row in matrix]


@rule("BOND-3")
def interpolated(first: Sequence[Row], second: Sequence[Row], ratio: Fraction) -> list[Row]:
    r"""Between two matrices.

    Statement: The weights for bonds MUST lie between the weights and the clipped weights, at the ratio given.
    Formula: $$ w^{b}_{ij} = w_{ij} + \beta\,(\tilde w_{ij} - w_{ij}) $$
    Units: parts of 1.
    Rounding: The product is floored, also a negative one: less than $\varepsilon$ below the exact value, never above;
        none at a ratio of 0 or 1.
    Source: `pallets/subtensor/src/epoch/math.rs`, `interpolate_sparse`, `interpolate`
    Example: Half of the way from 0.6 to 0.4.

        >>> interpolated([{3: Fraction(6, 10)}], [{3: Fraction(4, 10)}], Fraction(1, 2))
        [{3: Fraction(1, 2)}]
    """
    return [
        {uid: a + ratio * (other.get(uid, Fraction(0)) - a) for uid, a in row.items()}
        for row, other in zip(first, second, strict=True)
    ]


@rule("BOND-4")
def mixed(new: Sequence[Row], old: Sequence[Row], alpha: Fraction) -> list[Row]:
    r"""The moving average at one pace.

    Statement: Each bond MUST become the weighted mean of the new one and the old one. What is not positive is dropped.
    Formula: $$ b_{ij} = \alpha\,\Delta_{ij} + (1 - \alpha)\,b'_{ij} $$
    Units: parts of 1.
    Rounding: Each product is floored: less than $2 \varepsilon$ below the exact value, never above, where neither
        saturates.
    Source: `pallets/subtensor/src/epoch/math.rs`, `mat_ema_sparse`, `mat_ema`
    Example: A new bond of 1 and an old one of a half, at a pace of a tenth.

        >>> mixed([{0: Fraction(1)}], [{0: Fraction(1, 2)}], Fraction(1, 10))
        [{0: Fraction(11, 20)}]
    """
    return mixed_by_column(new, old, [alpha] * len(new))


@rule("BOND-5", until=272)
def mixed_by_column(new: Sequence[Row], old: Sequence[Row], alphas: Sequence[Fraction]) -> list[Row]:
    r"""The moving average with a pace for each neuron.

    Statement: As [BOND-4](#bond-4), but each column MUST move by an $\alpha$ of its own.
    Formula: $$ b_{ij} = \alpha_j\,\Delta_{ij} + (1 - \alpha_j)\,b'_{ij} $$
    Units: parts of 1.
    Rounding: as BOND-4.
    Source: `pallets/subtensor/src/epoch/math.rs`, `mat_ema_alpha_vec_sparse`, `mat_ema_alpha_vec`
    Example: Neuron 0 moves by nine tenths, neuron 1 by seven.

        >>> new = [{0: Fraction(1), 1: Fraction(1)}, {}]
        >>> mixed_by_column(new, [{}, {1: Fraction(1)}], [Fraction(9, 10), Fraction(7, 10)])
        [{0: Fraction(9, 10), 1: Fraction(7, 10)}, {1: Fraction(3, 10)}]
    """
    zero = Fraction(0)
    result: list[Row] = []
    for a, b in zip(new, old, strict=True):
        row = {uid: alphas[uid] * a.get(uid, zero) + (1 - alphas[uid]) * b.get(uid, zero) for uid in sorted({*a, *b})}
        result.append({uid: bond for uid, bond in row.items() if bond > 0})
    return result


@rule("BOND-6")
def bonds_that_count(
    stored: Sequence[Mapping[int, int]], last_update: Sequence[int], registered: Sequence[int]
) -> list[Row]:
    r"""The bonds that count.

    Statement: An epoch MUST ignore the bonds in a neuron that registered in the block of the holder's last update or
        later: they were bought in its predecessor. What remains of a column is then normalised
        ([EPOCH-4](#epoch-4)). Unlike weights, bonds count whether or not the holder is active or has a permit.
    Formula: $$ b'_{ij} \ne 0 \;\Rightarrow\; u_i > g_j $$
    Units: stored bonds in parts of 65 535; blocks. $u_i$ is `LastUpdate`, $g_j$ is `BlockAtRegistration`, 0 for a uid
        without a hotkey.
    Rounding: none; normalising, as EPOCH-4.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `get_bonds_sparse`; `pallets/subtensor/src/epoch/math.rs`,
        `vec_mask_sparse_matrix`
    Known violation: Only the miner's end of a bond is checked. A hotkey that replaced a validator keeps its
        predecessor's bonds and draws their dividends, whether or not it has stake, until it holds no permit after an
        epoch.
    Example: Neuron 0 updated in block 50; neuron 2 registered in block 60.

        >>> bonds_that_count([{1: 7, 2: 5}, {}, {}], [50, 50, 60], [1, 2, 60])
        [{1: Fraction(7, 1)}, {}, {}]
    """
    return [
        {target: Fraction(bond) for target, bond in row.items() if last_update[holder] > registered[target]}
        for holder, row in enumerate(stored)
    ]


@rule("BOND-7")
def bonds_delta(
    weights: Sequence[Row], clipped_weights: Sequence[Row], active_stake: Sequence[Fraction], penalty: Fraction
) -> list[Row]:
    r"""New bonds.

    Statement: A validator MUST buy bonds with its share of the active stake times its weights for bonds, and each
        column is normalised. Those weights are the weights before clipping at a `BondsPenalty` of 0, the clipped ones
        at 1 (65 535), and between them otherwise ([BOND-3](#bond-3)).
    Formula: $$ \Delta_{ij} = \frac{S_i\,w^{b}_{ij}}{c_j}, \qquad c_j = \sum_k S_k\,w^{b}_{kj} $$
    Units: parts of 1.
    Rounding: With $m$ weights in the column, less than $\left(\frac{1 + S_i}{c_j} + 1\right) \varepsilon$ below the
        exact value, and, if $c_j > (m + 1)\,\varepsilon$, at most $\Delta_{ij} \frac{(m + 1)\,\varepsilon}{c_j - (m +
        1)\,\varepsilon}$ above it.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Example: The validators of the example of [EPOCH-15](#epoch-15). Without a penalty the second one, which gave miner
        4 a half where the consensus is 0.4, holds three sevenths of it; with the penalty, three eighths.

        >>> weights = [{3: Fraction(6, 10), 4: Fraction(4, 10)}, {3: Fraction(1, 2), 4: Fraction(1, 2)}]
        >>> clipped = [{3: Fraction(6, 10), 4: Fraction(4, 10)}, {3: Fraction(1, 2), 4: Fraction(4, 10)}]
        >>> stake = [Fraction(5, 10), Fraction(3, 10)]
        >>> bonds_delta(weights, clipped, stake, Fraction(0))[1][4]
        Fraction(3, 7)
        >>> bonds_delta(weights, clipped, stake, Fraction(1))[1][4]
        Fraction(3, 8)
    """
    return columns_normalised(rows_times(interpolated(weights, clipped_weights, penalty), active_stake))


@rule("BOND-8", until=272)
def ema_bonds(
    new: Sequence[Row],
    old: Sequence[Row],
    consensus: Sequence[Fraction],
    alpha: Fraction,
    bounds: tuple[Fraction, Fraction] | None = None,
) -> list[Row]:
    r"""The moving average of the bonds.

    Statement: The bonds MUST be the moving average of new and old ones, each column normalised again. The pace is
        [BOND-9](#bond-9)'s for all ([BOND-4](#bond-4)); but where liquid alpha is on, and the third quartile of the
        consensus of all neurons is above 0, each column has that of [BOND-10](#bond-10) ([BOND-5](#bond-5)). A column
        that only one of the two has does not move, unless its pace is 0 or 1.
    Formula: $$ B_{ij} = \frac{b_{ij}}{c_j}, \qquad c_j = \sum_k b_{kj} $$
    Units: parts of 1.
    Rounding: Let $\eta = 2 \varepsilon + |\hat\alpha_j - \alpha_j|$ for a pace $\hat\alpha_j$ that is itself rounded.
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
    if bounds and quantile(consensus, Fraction(3, 4)) > 0:
        return columns_normalised(mixed_by_column(new, old, liquid_alphas(consensus, *bounds)))
    return columns_normalised(mixed(new, old, alpha))


@rule("BOND-9")
def fixed_alpha(bonds_moving_average: int) -> Fraction:
    r"""The fixed pace.

    Statement: Without liquid alpha, the weight of the new bonds MUST be 1 less `BondsMovingAverage` millionths.
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
    return 1 - Fraction(bonds_moving_average, 1_000_000)


@rule("BOND-10", until=272)
def liquid_alphas(consensus: Sequence[Fraction], low: Fraction, high: Fraction) -> list[Fraction]:
    r"""Liquid alpha.

    Statement: The pace of each column MUST be a logistic function of the consensus on its neuron, limited to the bounds
        `AlphaValues`; if they are in the wrong order, $\alpha_{low}$ wins. The function MUST go through the lower bound
        at the first quartile of the consensus and through the upper one at the third; if the quartiles do not differ,
        or a bound is 0, it is 1/2 everywhere. A logarithm of 0, and a power of $e$ that does not fit I32F32, MUST count
        as 0.
    Formula: $$ \begin{gathered}
        \alpha_j = \min\left(\max\left(\sigma_j, \alpha_{low}\right), \alpha_{high}\right), \qquad
        \sigma_j = \frac{1}{1 + e^{\,o - s\,\bar w_j}}, \\
        s = \frac{\ln\left(\frac{1}{\alpha_{low}} - 1\right) - \ln\left(\frac{1}{\alpha_{high}} - 1\right)}
        {\bar w_{3/4} - \bar w_{1/4}}, \qquad o = \ln\left(\tfrac{1}{\alpha_{low}} - 1\right) + s\,\bar w_{1/4}
        \end{gathered} $$
    Units: parts of 1. The bounds are settings in parts of 65 535.
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


@rule("BOND-11")
def dividends(bonds: Sequence[Row], incentive: Sequence[Fraction]) -> list[Fraction]:
    r"""Dividends.

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
    return normalised(sums_of_rows(bonds, incentive))


@rule("BOND-12")
def stored_bonds(
    bonds: Sequence[Row], new_permits: Sequence[bool], old_permits: Sequence[bool]
) -> dict[int, dict[int, Fraction]]:
    r"""What is stored.

    Statement: The epoch MUST store the bonds of each neuron that has a permit from now on, scaled so that the largest
        of each column, over all neurons, is 65 535 ([BOND-2](#bond-2), [EPOCH-6](#epoch-6)); and no bonds for a
        neuron that had a permit and lost it. All other rows stay as they are.
    Formula: $$ \frac{65535\, B_{ij}}{\max_k B_{kj}} $$
    Units: parts of 65 535; by uid of the holder, then of the neuron.
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
    rows: dict[int, dict[int, Fraction]] = {}
    for uid, row in enumerate(columns_upscaled(bonds)):
        if new_permits[uid]:
            rows[uid] = {target: parts_of_65535(bond) for target, bond in row.items()}
        elif old_permits[uid]:
            rows[uid] = {}
    return rows
