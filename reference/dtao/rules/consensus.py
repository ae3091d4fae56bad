"""Consensus: who takes part in an epoch, what they agree on, and how each neuron ranks by it.

Numbers are raw bits of I32F32 unless said otherwise. The matrices' form is an argument, see
:mod:`dtao.rules.matrices`.
"""

from collections.abc import Sequence

from attrs import frozen

from dtao import vector
from dtao.fixed import I64F64
from dtao.rule import implements
from dtao.rules.matrices import MatrixForm, MatrixRow


@implements("EPOCH-12")
def all_stake(stake_weights: Sequence[int], threshold: int) -> Sequence[int]:
    """Return the stake weights that count in an epoch: all."""
    return stake_weights


@implements("EPOCH-22")
def stake_from_threshold_on(stake_weights: Sequence[int], threshold: int) -> Sequence[int]:
    """Return the stake weights (I64F64) that count in an epoch: 0 for one of less than ``threshold`` whole rao."""
    return [weight if weight >> I64F64.fraction_bits >= threshold else 0 for weight in stake_weights]


@implements("EPOCH-12")
def normalized_stake(stake_weights: Sequence[int]) -> list[int]:
    """Return each neuron's share of the stake, from its stake weight in I64F64.

    The share is truncated in I64F64, then rounded down to I32F32. Without any stake all are as given: 0.
    """
    return vector.fixed64_to_fixed32(vector.normalize_64(stake_weights))


@implements("EPOCH-13")
def active_neurons(last_update: Sequence[int], activity_cutoff: int, block_number: int) -> tuple[bool, ...]:
    """Return for each neuron whether its last update is at most ``activity_cutoff`` blocks old."""
    return tuple([updated + activity_cutoff >= block_number for updated in last_update])


@implements("EPOCH-5")
def permitted_validators(stake: Sequence[int], max_allowed_validators: int) -> tuple[bool, ...]:
    """Return for each neuron whether it is among the ``max_allowed_validators`` with the most stake.

    Of equal stakes the higher uid goes first. These are the permits that the epoch stores; the epoch itself goes by
    those from before.
    """
    return tuple(vector.is_topk(stake, max_allowed_validators))


@implements("EPOCH-5")
def permitted_validators_with_stake(stake: Sequence[int], max_allowed_validators: int) -> tuple[bool, ...]:
    """Return for each neuron whether it is among those with the most stake, and has any."""
    largest = vector.is_topk(stake, max_allowed_validators)
    return tuple([is_largest and share != 0 for is_largest, share in zip(largest, stake, strict=True)])


@implements("EPOCH-14")
def normalized_active_stake(
    stake: Sequence[int], active: Sequence[bool], validator_permits: Sequence[bool]
) -> list[int]:
    """Return each neuron's share of the stake of active validators with a permit; 0 for all others."""
    inactive = [not is_active for is_active in active]
    forbidden = [not permit for permit in validator_permits]
    return vector.normalize(vector.mask_vector(forbidden, vector.mask_vector(inactive, stake)))


@frozen
class Agreement:
    """What the validators agree on, and what follows from it for each neuron."""

    consensus: list[int]
    """The weight on each neuron that validators with more than the majority of the stake support."""
    validator_trust: list[int]
    """How much of its weights the consensus leaves to each validator."""
    trust: list[int]
    """How much of the stake-weighted weights on it the consensus leaves to each neuron."""
    incentive: list[int]
    """Each neuron's share of the ranks; the runtime stores it as its rank too."""


@implements("EPOCH-15")
def agreement(
    form: MatrixForm[MatrixRow], weights: list[MatrixRow], active_stake: Sequence[int], kappa: int
) -> tuple[Agreement, list[MatrixRow]]:
    """Return the agreement of the validators, and their weights clipped to the consensus.

    ``kappa`` is the majority. The consensus on a neuron is the median of the weights on it, weighted by stake; what a
    validator gives beyond it is cut off. A rank is the sum of the clipped weights times the stakes, and trust is its
    ratio to the same sum of the weights before clipping.
    """
    n = len(active_stake)
    preranks = form.matmul(weights, active_stake, n)
    consensus = form.weighted_median_col(active_stake, weights, n, kappa)
    clipped_weights = form.col_clip(weights, consensus)
    ranks = form.matmul(clipped_weights, active_stake, n)
    agreed = Agreement(
        consensus=consensus,
        validator_trust=form.row_sum(clipped_weights),
        trust=vector.vecdiv(ranks, preranks),
        incentive=vector.normalize(ranks),
    )
    return agreed, clipped_weights
