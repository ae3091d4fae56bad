"""What validators agree on."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from dtao_spec.chapters.epoch.arithmetic import Row, normalised, sums_of_columns
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import floored

CHAPTER = "dtao_spec.chapters.epoch"


@rule("EPOCH-11")
def weights_that_count(
    stored: Sequence[Mapping[int, int]],
    permits: Sequence[bool],
    last_update: Sequence[int],
    registered: Sequence[int],
    owner_uid: int | None = None,
) -> list[Row]:
    r"""Weights that count.

    Statement: An epoch MUST ignore the weights of a neuron without a permit of the last epoch, a weight on oneself, on
        a uid that does not exist, and on a neuron that registered in the block of the setter's last update or later.
        What remains of a row is then normalised ([EPOCH-4](#epoch-4)).
    Formula: $$ w_{ij} \ne 0 \;\Rightarrow\; \text{permit}_i \wedge i \ne j \wedge j < n \wedge u_i > g_j $$
    Units: stored weights as u16-normalised fractions; blocks. $u_i$ is `LastUpdate`, $g_j$ is `BlockAtRegistration`, 0
        for a uid without a hotkey.
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
    return _counted(stored, permits, last_update, registered, None)


@rule("EPOCH-11", since=252)
def weights_that_count_and_of_the_owner(
    stored: Sequence[Mapping[int, int]],
    permits: Sequence[bool],
    last_update: Sequence[int],
    registered: Sequence[int],
    owner_uid: int | None,
) -> list[Row]:
    r"""Weights that count.

    Change: The neuron of the owner hotkey may weigh itself, so that the owner, as a validator, too can burn the miners'
        part ([DIV-9](#div-9)).
    Statement: An epoch MUST ignore the weights of a neuron without a permit of the last epoch, a weight on oneself, but
        for that of the neuron that has the subnet's `SubnetOwnerHotkey`, a weight on a uid that does not exist, and on
        a neuron that registered in the block of the setter's last update or later. What remains of a row is then
        normalised ([EPOCH-4](#epoch-4)).
    Formula: $$ w_{ij} \ne 0 \;\Rightarrow\;
        \text{permit}_i \wedge (i \ne j \vee i = o) \wedge j < n \wedge u_i > g_j $$
    Units: stored weights as u16-normalised fractions; blocks. $u_i$ is `LastUpdate`, $g_j$ is `BlockAtRegistration`, 0
        for a uid without a hotkey, $o$ the owner's uid, if its hotkey has one.
    Rounding: none; normalising, as EPOCH-4.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `get_weights_sparse`;
        `pallets/subtensor/src/utils/misc.rs`, `get_owner_uid`;
        `pallets/subtensor/src/epoch/math.rs`, `mask_rows_sparse`, `mask_diag_sparse_except_index`,
        `vec_mask_sparse_matrix`
    Known violation: What counts is when the setter registered or last set weights, not what it meant. A hotkey that
        replaced another keeps the weights of its predecessor, and they count with its stake ([REG-4](#reg-4)).
    Example: Neurons 0 and 1 weigh only themselves; 1 is the owner's.

        >>> weights_that_count_and_of_the_owner([{0: 9}, {1: 9}], [True, True], [50, 50], [1, 1], 1)
        [{}, {1: Fraction(9, 1)}]
    """
    return _counted(stored, permits, last_update, registered, owner_uid)


def _counted(
    stored: Sequence[Mapping[int, int]],
    permits: Sequence[bool],
    last_update: Sequence[int],
    registered: Sequence[int],
    owner_uid: int | None,
) -> list[Row]:
    return [
        {
            target: Fraction(weight)
            for target, weight in row.items()
            if permits[setter]
            and (target != setter or setter == owner_uid)
            and target < len(registered)
            and last_update[setter] > registered[target]
        }
        for setter, row in enumerate(stored)
    ]


def weighted_median_rounded(stake: Sequence[Fraction], scores: Sequence[Fraction], majority: Fraction) -> Fraction:
    """Return the median that normalised stakes give in I32F32."""
    votes = [(weight, score) for weight, score in zip(stake, scores, strict=True) if weight > 0]
    total = sum((weight for weight, _ in votes), Fraction(0))
    parts = [(score, floored(weight / total)) for weight, score in votes]
    minority = sum((part for _, part in parts), Fraction(0)) - majority
    through = Fraction(0)
    for score, part in sorted(parts):
        through += part
        if through > minority:
            return score
    return max((score for score, _ in parts), default=Fraction(0))


@rule("EPOCH-8", rounded=weighted_median_rounded)
def weighted_median(stake: Sequence[Fraction], scores: Sequence[Fraction], majority: Fraction) -> Fraction:
    r"""Weighted median.

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


@rule("EPOCH-10")
def clipped(weights: Sequence[Row], consensus: Sequence[Fraction]) -> list[Row]:
    r"""Clipping to the consensus.

    Statement: A weight above the consensus on its neuron MUST be cut down to it; one that is cut down to 0 is none any
        more. Rows are not normalised again.
    Formula: $$ \tilde w_{ij} = \min(w_{ij}, \bar w_j) $$
    Units: parts of 1.
    Rounding: none.
    Source: `pallets/subtensor/src/epoch/math.rs`, `col_clip_sparse`, `inplace_col_clip`
    Example: The consensus on neurons 0 and 1 is 0.3 and 0.5.

        >>> clipped([{0: Fraction(6, 10), 1: Fraction(4, 10)}], [Fraction(3, 10), Fraction(5, 10)])
        [{0: Fraction(3, 10), 1: Fraction(2, 5)}]
    """
    return [
        {uid: min(weight, consensus[uid]) for uid, weight in row.items() if consensus[uid] > 0 or weight == 0}
        for row in weights
    ]


@frozen
class Agreement:
    """What validators agree on, and what follows from it."""

    consensus: list[Fraction]
    clipped: list[Row]
    validator_trust: list[Fraction]
    trust: list[Fraction]
    incentive: list[Fraction]


@rule("EPOCH-15")
def agreement(
    weights: Sequence[Row], active_stake: Sequence[Fraction], majority: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> Agreement:
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
    consensus = [rules["EPOCH-8"](active_stake, column, majority) for column in columns]
    cut = clipped(weights, consensus)
    before, ranks = (sums_of_columns(matrix, active_stake, rules=rules) for matrix in (weights, cut))
    return Agreement(
        consensus=consensus,
        clipped=cut,
        validator_trust=[sum(row.values(), Fraction(0)) for row in cut],
        trust=[rules.part(rank / whole) if whole else Fraction(0) for rank, whole in zip(ranks, before, strict=True)],
        incentive=normalised(ranks, rules=rules),
    )
