"""The bonds that are there, and those that weights and stake buy."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from dtao_spec.chapters.epoch.arithmetic import Row, columns_normalised, rows_times
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.bonds"
AT_ONE_RATE = Computation(273)


@rule("BOND-6")
def bonds_that_count(
    stored: Sequence[Mapping[int, int]],
    last_update: Sequence[int],
    registered: Sequence[int],
    block: int = 0,
    tempo: int = 0,
) -> list[Row]:
    r"""Bonds that count.

    Statement: An epoch MUST ignore the bonds in a neuron that registered in the block of the holder's last update or
        later: they were bought in its predecessor. What remains of a column is then normalised
        ([EPOCH-4](#epoch-4)). Unlike weights, bonds count whether or not the holder is active or has a permit.
    Formula: $$ b'_{ij} \ne 0 \;\Rightarrow\; u_i > g_j $$
    Units: stored bonds as u16-normalised fractions; blocks. $u_i$ is `LastUpdate`, $g_j$ is `BlockAtRegistration`, 0
        for a uid without a hotkey.
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
    return counted(stored, last_update, registered)


@rule("BOND-6", since=257)
def bonds_of_a_tempo(
    stored: Sequence[Mapping[int, int]],
    last_update: Sequence[int],
    registered: Sequence[int],
    block: int,
    tempo: int,
) -> list[Row]:
    r"""Bonds that count.

    Change: What decides is whether the neuron is a tempo old, not when the holder last set weights. A validator that
        had set no weights since a newcomer came held none of its bonds, however long ago that was.
    Statement: An epoch MUST ignore the bonds in a neuron that registered in the block one tempo before it or later,
        whoever holds them and whenever the holder set weights: they were bought in its predecessor. What remains of a
        column is then normalised ([EPOCH-4](#epoch-4)). Unlike weights, bonds count whether or not the holder is active
        or has a permit.
    Formula: $$ b'_{ij} \ne 0 \;\Rightarrow\; B - \text{Tempo} > g_j $$
    Units: stored bonds as u16-normalised fractions; blocks. $g_j$ is `BlockAtRegistration`, 0 for a uid without a
        hotkey.
    Rounding: none; normalising, as EPOCH-4.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`, `get_bonds_sparse`;
        `pallets/subtensor/src/epoch/math.rs`, `scalar_vec_mask_sparse_matrix`
    Known violation: Epochs are one block further apart than the tempo ([BLOCK-1](#block-1)). A neuron that registers in
        the very block of an epoch, after it, counts as old in the next one, and the bonds in its predecessor are in
        it.
    Example: Neuron 2 registered in block 640. Bonds in it count once it is older than a tempo.

        >>> given = [{1: 7, 2: 5}, {}, {}], [0, 0, 0], [1, 2, 640]
        >>> bonds_of_a_tempo(*given, 1_000, 360)
        [{1: Fraction(7, 1)}, {}, {}]
        >>> bonds_of_a_tempo(*given, 1_001, 360)
        [{1: Fraction(7, 1), 2: Fraction(5, 1)}, {}, {}]
    """
    return counted(stored, [max(block - tempo, 0)] * len(stored), registered)


def counted(stored: Sequence[Mapping[int, int]], thresholds: Sequence[int], registered: Sequence[int]) -> list[Row]:
    """Return the bonds in neurons that registered before the threshold of the holder."""
    return [
        {target: Fraction(bond) for target, bond in row.items() if thresholds[holder] > registered[target]}
        for holder, row in enumerate(stored)
    ]


@rule("BOND-3")
def interpolated(
    first: Sequence[Row], second: Sequence[Row], ratio: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> list[Row]:
    r"""Interpolation between weights and clipped weights.

    Statement: The weights for bonds MUST lie between the weights and the clipped weights, at the ratio given. At a
        ratio between 0 and 1, what is not positive is dropped.
    Formula: $$ w^{b}_{ij} = w_{ij} + \beta\,(\tilde w_{ij} - w_{ij}) $$
    Units: parts of 1.
    Rounding: The product is floored, also a negative one: less than $\varepsilon$ below the exact value, never above;
        none at a ratio of 0 or 1.
    Source: `pallets/subtensor/src/epoch/math.rs`, `interpolate_sparse`, `interpolate`
    Example: Half of the way from 0.6 to 0.4.

        >>> interpolated([{3: Fraction(6, 10)}], [{3: Fraction(4, 10)}], Fraction(1, 2))
        [{3: Fraction(1, 2)}]
    """
    if ratio in (0, 1):
        return list(second if ratio else first)
    result: list[Row] = []
    for row, other in zip(first, second, strict=True):
        mixed = {uid: a + rules.part(ratio * (other.get(uid, Fraction(0)) - a)) for uid, a in sorted(row.items())}
        result.append({uid: weight for uid, weight in mixed.items() if weight > 0})
    return result


@rule("BOND-7")
def bonds_delta(
    weights: Sequence[Row],
    clipped_weights: Sequence[Row],
    active_stake: Sequence[Fraction],
    penalty: Fraction,
    old: Sequence[Row] = (),
    bonds_moving_average: int = 0,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> list[Row]:
    r"""Purchase of bonds.

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
    return _buy(weights, clipped_weights, active_stake, penalty, rules)


@rule("BOND-7", since=273)
def bonds_at_one_rate(
    weights: Sequence[Row],
    clipped_weights: Sequence[Row],
    active_stake: Sequence[Fraction],
    penalty: Fraction,
    old: Sequence[Row],
    bonds_moving_average: int,
    *,
    rules: Computation = AT_ONE_RATE,
) -> list[Row]:
    r"""Purchase of bonds.

    Change: All bonds move at one EMA rate, whether liquid alpha is on or not, and only without `Yuma3On` are they
        bought at all. Liquid alpha was made anew for Yuma 3 ([BOND-15](#bond-15)), and its old form removed.
    Statement: Without `Yuma3On`, a validator MUST buy bonds with its share of the active stake times its weights for
        bonds, and each column is normalised. Those weights are the weights before clipping at a `BondsPenalty` of 0,
        the clipped ones at 1 (65 535), and between them otherwise ([BOND-3](#bond-3)). The bonds MUST then be the
        moving average of new and old ones at the EMA rate of [BOND-9](#bond-9) ([BOND-4](#bond-4)), each column
        normalised again, whether liquid alpha is on or not.
    Formula: $$ B_{ij} = \frac{b_{ij}}{\sum_k b_{kj}}, \qquad b_{ij} = \alpha\,\Delta_{ij} + (1 - \alpha)\,b'_{ij},
        \qquad \Delta_{ij} = \frac{S_i\,w^{b}_{ij}}{c_j}, \qquad c_j = \sum_k S_k\,w^{b}_{kj} $$
    Units: parts of 1; the average in millionths.
    Rounding: Of the bonds bought: with $m$ weights in the column, less than $\left(\frac{1 + S_i}{c_j} + 1\right)
        \varepsilon$ below the exact value, and, if $c_j > (m + 1)\,\varepsilon$, at most $\Delta_{ij} \frac{(m +
        1)\,\varepsilon}{c_j - (m + 1)\,\varepsilon}$ above it. Of the average: let $\eta = 2 \varepsilon +
        |\hat\alpha - \alpha|$; with $m$ bonds in the column and $s_j$ their sum after mixing, it is within $\varepsilon
        + \eta\,\frac{1 + m B_{ij}}{s_j - m \eta}$ of the exact value, if $s_j > m \eta$.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`, `compute_ema_bonds_normal_sparse`,
        `compute_ema_bonds_normal`
    Known violation: A subnet that had chosen liquid alpha loses it until it chooses Yuma 3 ([BOND-13](#bond-13)).
    Example: One validator held all bonds in neuron 2; now two of equal stake weigh it alike.

        >>> weights, stake = [{2: Fraction(1)}, {2: Fraction(1)}, {}], [Fraction(1, 2), Fraction(1, 2), Fraction(0)]
        >>> old = [{2: Fraction(1)}, {}, {}]
        >>> after = bonds_at_one_rate(weights, weights, stake, Fraction(0), old, 900_000)
        >>> [float(row[2]) for row in after[:2]]
        [0.95, 0.05]
    """
    new = _buy(weights, clipped_weights, active_stake, penalty, rules)
    mixed = rules["BOND-4"](new, old, rules["BOND-9"](bonds_moving_average))
    return columns_normalised(mixed, rules)


def _buy(
    weights: Sequence[Row],
    clipped_weights: Sequence[Row],
    active_stake: Sequence[Fraction],
    penalty: Fraction,
    rules: Computation,
) -> list[Row]:
    for_bonds = rules["BOND-3"](weights, clipped_weights, penalty)
    return columns_normalised(rows_times(for_bonds, active_stake, rules), rules)
