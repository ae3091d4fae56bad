r"""The epoch.

At the end of a tempo a subnet decides who earned the alpha that has gathered. It reads the stake weights and the
validators' [weights](#chapter-weights), and turns many judgements into one. It trusts a judgement as far as stake
stands behind it, and as far as others with stake agree.

```mermaid
flowchart TD
    stake["stake weights<br>(EPOCH-1 to EPOCH-3)"] --> share["shares of the stake (EPOCH-12)"]
    share --> permits["permits, for the next epoch (EPOCH-5)"]
    share --> active["active stake, of those<br>with a permit before<br>(EPOCH-13, EPOCH-14)"]
    set["stored weights<br>(EPOCH-18)"] --> rows["weights that count<br>(EPOCH-11, EPOCH-4)"]
    active --> median["consensus: the weight that the majority supports (EPOCH-8)"]
    rows --> median
    median --> clip["weights clipped to the consensus (EPOCH-10)"]
    active --> ranks["ranks: stake × clipped weights (EPOCH-9)"]
    clip --> ranks
    ranks --> incentive["incentive: shares of the ranks (EPOCH-15)"]
    clip --> delta["bonds bought in this epoch (BOND-7)"]
    rows --> delta
    active --> delta
    old["bonds that count (BOND-6)"] --> average["moving average of the bonds (BOND-8)"]
    delta --> average
    median -.->|"liquid alpha"| average
    average --> dividends["dividends: bonds × incentive (BOND-11)"]
    incentive --> dividends
    average --> stored["stored bonds (BOND-12)"]
    incentive --> pay["division of the emission (EPOCH-16, EPOCH-17)"]
    dividends --> pay
```

**Consensus.** For each neuron the epoch takes the highest weight that validators with at least the part $\kappa$ of the
active stake give or exceed, a median weighted by stake. At launch $\kappa$ is just under a half, 32 767 of 65 535. What
anybody gives beyond the consensus is cut off. A minority that praises its own miner alone thus gains nothing: as long
as the majority gives the miner a weight of 0, the consensus is 0. A majority can do as it likes.

**Emission.** Incentive pays miners by their ranks. Dividends pay validators by their [bonds](#chapter-bonds) in those
miners. Each sums to 1, and the emission is divided by both together, so that each kind gets half. A neuron may be both.
The epoch only divides: payment is in [dividends](#chapter-dividends).

The epoch reads the permits that the last epoch stored; those that it computes count from the next one on. It stores
for each neuron:

| item | what | unit |
|---|---|---|
| `Active` | [EPOCH-13](#epoch-13) | yes or no |
| `ValidatorPermit` | [EPOCH-5](#epoch-5) | yes or no |
| `Consensus`, `ValidatorTrust`, `Trust`, `Incentive` | [EPOCH-15](#epoch-15) | parts of 65 535, floored |
| `Rank` | the same as `Incentive` | parts of 65 535, floored |
| `Dividends` | [BOND-11](#bond-11) | parts of 65 535, floored |
| `Emission` | [EPOCH-17](#epoch-17) of the combined share | alpha rao, floored |
| `PruningScores` | the combined share of [EPOCH-16](#epoch-16), scaled by [EPOCH-7](#epoch-7) | largest 65 535 |
| `Bonds` | [BOND-12](#bond-12) | largest of a column 65 535 |

The runtime also stores `StakeWeight`, the shares of the stake. No rule reads it, and the reference leaves it out.

Every number of the epoch is one of I32F32, unless said otherwise: a share below $\varepsilon = 2^{-32}$ counts as
none. The bounds below hold for one rule, on the same input; $\varepsilon$ stands for that step. How errors add up
over a whole epoch is said at [EPOCH-16](#epoch-16).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from dtao_spec.notation import rounded
from dtao_spec.registry import rule

U16_MAX = 2**16 - 1
Row = Mapping[int, Fraction]
"""What one neuron gives others, by uid; 0 to those that are missing."""


@rule("EPOCH-4")
def normalised(numbers: Sequence[Fraction]) -> list[Fraction]:
    r"""Shares of a sum.

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
    return [number / total for number in numbers] if total else list(numbers)


def rows_normalised(matrix: Sequence[Row]) -> list[Row]:
    """Return a matrix with each row normalised."""
    return [dict(zip(row, normalised(list(row.values())), strict=True)) for row in matrix]


def columns_normalised(matrix: Sequence[Row]) -> list[Row]:
    """Return a matrix with each column normalised."""
    sums: dict[int, Fraction] = {}
    for row in matrix:
        for uid, number in row.items():
            sums[uid] = sums.get(uid, Fraction(0)) + number
    return [{uid: number / (sums[uid] or 1) for uid, number in row.items()} for row in matrix]


@rule("EPOCH-5")
def permitted_validators(stake: Sequence[Fraction], max_allowed_validators: int) -> list[bool]:
    r"""Permits.

    Statement: The `MaxAllowedValidators` neurons with the largest shares of the stake MUST get a permit to validate,
        and no others. Of equal shares the higher uid goes first. There is no lower limit: a neuron without stake gets
        a permit too where there is room.
    Units: shares of the stake ([EPOCH-12](#epoch-12)).
    Rounding: none; but shares that differ by less than $\varepsilon$ may count as equal.
    Source: `pallets/subtensor/src/epoch/math.rs`, `is_topk`
    Example: Two permits for three neurons, of which two have the same stake.

        >>> permitted_validators([Fraction(3, 10), Fraction(4, 10), Fraction(3, 10)], 2)
        [False, True, True]
    """
    order = sorted(range(len(stake)), key=lambda uid: (stake[uid], uid), reverse=True)
    first = set(order[:max_allowed_validators])
    return [uid in first for uid in range(len(stake))]


@rule("EPOCH-6")
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


@rule("EPOCH-7")
def upscaled(numbers: Sequence[Fraction]) -> list[int]:
    r"""Scaled to the largest.

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


@rule("EPOCH-8")
def weighted_median(stake: Sequence[Fraction], scores: Sequence[Fraction], majority: Fraction) -> Fraction:
    r"""The weighted median.

    Statement: The consensus on a neuron MUST be the largest weight on it that validators with at least the part
        $\kappa$ of the stake give or exceed. Only validators with stake count; one that gives the neuron no weight
        gives it 0. Without any such validator the consensus is 0.
    Formula: $$ \bar w_j = \max \left\{ w_{ij} : \sum_{k\,:\,w_{kj} \ge w_{ij}} S_k \ge \kappa \sum_k S_k \right\} $$
    Units: stake in any unit, scores and $\kappa$ as parts of 1.
    Rounding: The result is always one of the weights: the largest of those than which validators with at most $1 -
        \kappa$ of the stake give less. The stakes of $m$ validators are normalised once more, each truncated, and may
        sum to less than 1; so another weight than that of the formula may be taken, but only where the stake behind one
        is within $m \varepsilon$ of $\kappa$.
    Source: `pallets/subtensor/src/epoch/math.rs`, `weighted_median_col_sparse`, `weighted_median_col`,
        `weighted_median`
    Example: Validators with 40, 35 and 25 % of the stake give 0.5, 0.3 and 0.1. Behind 0.5 stand 40 %, behind 0.3 stand
        75 %.

        >>> weights = [Fraction(5, 10), Fraction(3, 10), Fraction(1, 10)]
        >>> weighted_median([Fraction(40), Fraction(35), Fraction(25)], weights, Fraction(1, 2))
        Fraction(3, 10)
    """
    votes = [(weight, score) for weight, score in zip(stake, scores, strict=True) if weight > 0]
    threshold = majority * sum((weight for weight, _ in votes), Fraction(0))
    supported = [score for _, score in votes if sum(weight for weight, other in votes if other >= score) >= threshold]
    return max(supported, default=Fraction(0))


@rule("EPOCH-9")
def sums_of_columns(matrix: Sequence[Row], factors: Sequence[Fraction]) -> list[Fraction]:
    r"""Sums weighted by row or column.

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
            sums[uid] += factor * number
    return sums


def sums_of_rows(matrix: Sequence[Row], factors: Sequence[Fraction]) -> list[Fraction]:
    """Return the sum of each row, each number times the factor of its column."""
    return [sum((number * factors[uid] for uid, number in row.items()), Fraction(0)) for row in matrix]


def rows_times(matrix: Sequence[Row], factors: Sequence[Fraction]) -> list[Row]:
    """Return a matrix with each row times its factor."""
    return [{uid: factor * number for uid, number in row.items()} for row, factor in zip(matrix, factors, strict=True)]


@rule("EPOCH-10")
def clipped(weights: Sequence[Row], consensus: Sequence[Fraction]) -> list[Row]:
    r"""Clipping.

    Statement: A weight above the consensus on its neuron MUST be cut down to it. Rows are not normalised again.
    Formula: $$ \tilde w_{ij} = \min(w_{ij}, \bar w_j) $$
    Units: parts of 1.
    Rounding: none.
    Source: `pallets/subtensor/src/epoch/math.rs`, `col_clip_sparse`, `inplace_col_clip`
    Example: The consensus on neurons 0 and 1 is 0.3 and 0.5.

        >>> clipped([{0: Fraction(6, 10), 1: Fraction(4, 10)}], [Fraction(3, 10), Fraction(5, 10)])
        [{0: Fraction(3, 10), 1: Fraction(2, 5)}]
    """
    return [{uid: min(weight, consensus[uid]) for uid, weight in row.items()} for row in weights]


@rule("EPOCH-11")
def weights_that_count(
    stored: Sequence[Mapping[int, int]], permits: Sequence[bool], last_update: Sequence[int], registered: Sequence[int]
) -> list[Row]:
    r"""The weights that count.

    Statement: An epoch MUST ignore the weights of a neuron without a permit of the last epoch, a weight on oneself, on
        a uid that does not exist, and on a neuron that registered in the block of the setter's last update or later.
        What remains of a row is then normalised ([EPOCH-4](#epoch-4)).
    Formula: $$ w_{ij} \ne 0 \;\Rightarrow\; \text{permit}_i \wedge i \ne j \wedge j < n \wedge u_i > g_j $$
    Units: stored weights in parts of 65 535; blocks. $u_i$ is `LastUpdate`, $g_j$ is `BlockAtRegistration`, 0 for a uid
        without a hotkey.
    Rounding: none; normalising, as EPOCH-4.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `get_weights_sparse`;
        `pallets/subtensor/src/epoch/math.rs`, `mask_rows_sparse`, `mask_diag_sparse`, `vec_mask_sparse_matrix`
    Known violation: What counts is when the setter registered or last set weights, not what it meant. A hotkey that
        replaced another keeps the weights of its predecessor, and they count with its stake ([REG-4](#reg-4)).
    Example: Neuron 0 updated in block 50 and weighs itself, neuron 1, and neuron 2, which came in block 60. Neuron 1
        has no permit.

        >>> rows = [{0: 9, 1: 7, 2: 5}, {0: 3}, {}]
        >>> weights_that_count(rows, [True, False, True], [50, 50, 60], [1, 2, 60])
        [{1: Fraction(7, 1)}, {}, {}]
    """
    return [
        {
            target: Fraction(weight)
            for target, weight in row.items()
            if permits[setter]
            and target != setter
            and target < len(registered)
            and last_update[setter] > registered[target]
        }
        for setter, row in enumerate(stored)
    ]


@rule("EPOCH-12")
def stake_shares(weights: Sequence[Fraction]) -> list[Fraction]:
    r"""Shares of the stake.

    Statement: The stake of a neuron, in an epoch, MUST be the share that its stake weight has of those of all neurons
        of the subnet. If none has any, all are 0. Stake on hotkeys that are not registered does not count.
    Formula: $$ s_i = \frac{w_i}{\sum_j w_j} $$
    Units: parts of 1.
    Rounding: Truncated in I64F64, then floored in I32F32: less than $\varepsilon$ below the exact value, never above. A
        neuron with less than 1 part in $2^{32}$ of the stake has none.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`; `pallets/subtensor/src/epoch/math.rs`,
        `inplace_normalize_64`, `vec_fixed64_to_fixed32`
    Example: 280 of 1 000.

        >>> stake_shares([Fraction(280), Fraction(720)])
        [Fraction(7, 25), Fraction(18, 25)]
    """
    return normalised(weights)


@rule("EPOCH-13")
def active_neurons(last_update: Sequence[int], activity_cutoff: int, block: int) -> list[bool]:
    r"""Who is active.

    Statement: A neuron MUST count as active if it registered or set weights at most `ActivityCutoff` blocks ago.
    Formula: $$ u_i + c \ge b $$
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Example: At a cutoff of 5 000, in block 10 000.

        >>> active_neurons([5_000, 4_999], 5_000, 10_000)
        [True, False]
    """
    return [updated + activity_cutoff >= block for updated in last_update]


@rule("EPOCH-14")
def active_stake_shares(stake: Sequence[Fraction], active: Sequence[bool], permits: Sequence[bool]) -> list[Fraction]:
    r"""Shares of the active stake.

    Statement: Only the stake of active neurons with a permit of the last epoch MUST have a voice; each has its share of
        what these have together.
    Formula: $$ S_i = \frac{s_i\,[i \text{ active}]\,[i \text{ permitted}]}
        {\sum_j s_j\,[j \text{ active}]\,[j \text{ permitted}]} $$
    Units: parts of 1.
    Rounding: less than $\varepsilon$ below the exact value, never above.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Known violation: A validator that set no weights, but is active, has its full voice in the consensus: it gives every
        neuron 0.
    Example: Of three neurons the first is inactive and the last has no permit.

        >>> active_stake_shares([Fraction(5, 10), Fraction(3, 10), Fraction(2, 10)], [False, True, True],
        ...     [True, True, False])
        [Fraction(0, 1), Fraction(1, 1), Fraction(0, 1)]
    """
    return normalised(
        [
            share if is_active and permit else Fraction(0)
            for share, is_active, permit in zip(stake, active, permits, strict=True)
        ]
    )


@frozen
class Agreement:
    """What validators agree on, and what follows from it."""

    consensus: list[Fraction]
    clipped: list[Row]
    validator_trust: list[Fraction]
    trust: list[Fraction]
    incentive: list[Fraction]


@rule("EPOCH-15")
def agreement(weights: Sequence[Row], active_stake: Sequence[Fraction], majority: Fraction) -> Agreement:
    r"""Consensus, trust and incentive.

    Statement: The consensus on each neuron MUST be the weighted median of the weights on it ([EPOCH-8](#epoch-8)); the
        weights are clipped to it ([EPOCH-10](#epoch-10)). A validator's trust MUST be the sum of its clipped weights; a
        neuron's rank the sum of the clipped weights on it, weighted by active stake ([EPOCH-9](#epoch-9)); its trust
        the rank over the same sum before clipping, 0 if that is 0; its incentive its share of all ranks.
    Formula: $$ V_i = \sum_j \tilde w_{ij}, \qquad R_j = \sum_i S_i\,\tilde w_{ij}, \qquad
        T_j = \frac{R_j}{\sum_i S_i\,w_{ij}}, \qquad I_j = \frac{R_j}{\sum_k R_k} $$
    Units: parts of 1.
    Rounding: Consensus as EPOCH-8. Where it is the same, validator trust is exact. With $m$ weights on the neuron and
        $K$ in all, $P$ the sum before clipping and $R$ the sum of all ranks, trust is less than $(m / P +
        1)\,\varepsilon$ below the exact value, and at most $T m \varepsilon / (P - m \varepsilon)$ above it; incentive
        less than $(m / R + 1)\,\varepsilon$ below, and at most $I K \varepsilon / (R - K \varepsilon)$ above. The
        bounds from above need a positive divisor.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Example: Validators 0, 1 and 2, with 50, 30 and 20 % of the stake, weigh miners 3 and 4. All the second one's weight
        on 4 beyond 0.4, and the third's on 3 beyond 0.6, is cut off.

        >>> weights = [{3: Fraction(6, 10), 4: Fraction(4, 10)}, {3: Fraction(1, 2), 4: Fraction(1, 2)},
        ...     {3: Fraction(1)}, {}, {}]
        >>> stake = [Fraction(5, 10), Fraction(3, 10), Fraction(2, 10), Fraction(0), Fraction(0)]
        >>> agreed = agreement(weights, stake, Fraction(1, 2))
        >>> [float(number) for number in agreed.consensus]
        [0.0, 0.0, 0.0, 0.6, 0.4]
        >>> [float(number) for number in agreed.validator_trust]
        [1.0, 0.9, 0.6, 0.0, 0.0]
        >>> [round(float(number), 3) for number in agreed.incentive]
        [0.0, 0.0, 0.0, 0.64, 0.36]
    """
    columns = [[row.get(uid, Fraction(0)) for row in weights] for uid in range(len(weights))]
    consensus = [weighted_median(active_stake, column, majority) for column in columns]
    cut = clipped(weights, consensus)
    before, ranks = sums_of_columns(weights, active_stake), sums_of_columns(cut, active_stake)
    return Agreement(
        consensus=consensus,
        clipped=cut,
        validator_trust=[sum(row.values(), Fraction(0)) for row in cut],
        trust=[rank / whole if whole else Fraction(0) for rank, whole in zip(ranks, before, strict=True)],
        incentive=normalised(ranks),
    )


@frozen
class EmissionShares:
    """Each neuron's share of the emission as a miner, as a validator, and in all."""

    server: list[Fraction]
    validator: list[Fraction]
    combined: list[Fraction]


@rule("EPOCH-16")
def emission_shares(
    incentive: Sequence[Fraction],
    dividends: Sequence[Fraction],
    stake: Sequence[Fraction],
    active_stake: Sequence[Fraction],
) -> EmissionShares:
    r"""The shares of the emission.

    Statement: A neuron's share of the emission MUST be its incentive, as a miner, and its dividends, as a validator,
        each over the sum of all incentives and dividends. If that sum is 0, validators MUST be paid by active stake, or
        by stake if nobody has active stake, and miners nothing.
    Formula: $$ m_i = \frac{I_i}{\sum_k (I_k + D_k)}, \qquad v_i = \frac{D_i}{\sum_k (I_k + D_k)} $$
    Units: parts of 1.
    Rounding: For given incentives and dividends, less than $\varepsilon$ below the exact value, never above. Over a
        whole epoch of $n$ neurons, with $R$ the sum of all ranks and $a$ the smaller of $\alpha$ and $1 - \alpha$
        ([BOND-9](#bond-9)), every share is within $n \varepsilon / (a R)$ of the exact one: observed on networks of up
        to 9 neurons, where each validator with a voice has at least 1 % of the stake and no median is at a tie
        ([EPOCH-8](#epoch-8)). With liquid alpha its own error is added. At the launch's pace and 256 neurons that is
        less than $10^{-6}$ for $R$ near 1. Incentive and dividends in parts of 65 535 are then the floor of the exact
        value or 1 beside it.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Example: One miner, and two validators with three quarters and one quarter of the bonds. Without any weights, the
        validators share by stake.

        >>> zero, one = Fraction(0), Fraction(1)
        >>> shares = emission_shares([zero, zero, one], [Fraction(3, 4), Fraction(1, 4), zero], [zero] * 3, [zero] * 3)
        >>> [str(share) for share in shares.server], [str(share) for share in shares.validator]
        (['0', '0', '1/2'], ['3/8', '1/8', '0'])
        >>> shares = emission_shares([zero] * 3, [zero] * 3, [zero] * 3, [Fraction(2, 3), Fraction(1, 3), zero])
        >>> [str(share) for share in shares.server], [str(share) for share in shares.validator]
        (['0', '0', '0'], ['2/3', '1/3', '0'])
    """
    combined = [miner + validator for miner, validator in zip(incentive, dividends, strict=True)]
    total = sum(combined, Fraction(0))
    if total == 0:
        by_stake = list(active_stake if any(active_stake) else stake)
        return EmissionShares(list(incentive), by_stake, by_stake)
    return EmissionShares(
        server=[number / total for number in incentive],
        validator=[number / total for number in dividends],
        combined=[number / total for number in combined],
    )


@rule("EPOCH-17")
def part_of_emission(emission: Fraction, share: Fraction) -> Fraction:
    r"""The parts of the emission.

    Statement: A neuron MUST be paid its share as a miner, and its share as a validator, of the alpha that the epoch
        divides.
    Formula: $$ e_i = E\, m_i, \qquad E\, v_i $$
    Units: alpha rao.
    Rounding: Floored to alpha rao: less than 1 below the exact product, never above. `Emission` is floored from the
        combined share on its own: it is never less than what the neuron is paid, and exceeds it by less than $2 + E
        \varepsilon$. All parts together never exceed the emission; what is left is paid to nobody.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Example: Three eighths of 295.2 alpha, the 82 % of 360 blocks.

        >>> part_of_emission(Fraction(295_200_000_000), Fraction(3, 8))
        Fraction(110700000000, 1)
    """
    return emission * share
