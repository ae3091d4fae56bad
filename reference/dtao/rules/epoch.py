"""The epoch: how a subnet's consensus turns its emission into incentives and dividends.

:func:`epoch` reads from top to bottom as the list of its steps. It knows no state: it takes an
:class:`EpochInput` and returns an :class:`EpochOutput`, which holds all that the epoch stores.
"""

from collections.abc import Mapping, Sequence

from attrs import frozen

from dtao import fixed, vector
from dtao.errors import InputError
from dtao.fixed import I32F32
from dtao.rule import implements
from dtao.rules.bonds import BondsParameters, bonds_delta, ema_bonds, normalized_dividends, stored_bonds
from dtao.rules.consensus import (
    active_neurons,
    agreement,
    normalized_active_stake,
    normalized_stake,
    permitted_validators,
)
from dtao.rules.matrices import DENSE, SPARSE, MatrixForm, MatrixRow
from dtao.state import Row
from dtao.units import U64_MAX, Alpha, Bits, BlockNumber, Uid


@frozen
class EpochInput:
    """What an epoch reads. Sequences have one element a uid."""

    n: int
    """The number of neurons."""
    block_number: BlockNumber
    activity_cutoff: int
    """Blocks after which a neuron without an update counts as inactive; a u16."""
    last_update: Sequence[BlockNumber]
    block_at_registration: Sequence[BlockNumber]
    """0 for a uid that no hotkey has."""
    stake: Sequence[Bits]
    """The stake that weighs: alpha plus weighted TAO, in raw bits of I64F64; not normalised."""
    validator_permits: Sequence[bool]
    """The permits that the previous epoch stored."""
    max_allowed_validators: int
    weights: Sequence[Row]
    """((uid, u16), ...) of each neuron, empty where it has set none."""
    bonds: Sequence[Row]
    kappa: int
    """The majority, as a fraction of 65535."""
    bonds_penalty: int
    """As a fraction of 65535."""
    bonds_moving_average: int
    """In millionths; a u64."""
    liquid_alpha_on: bool
    alpha_low: int
    """The bounds of the liquid alpha, as fractions of 65535."""
    alpha_high: int
    emission: Alpha
    """The alpha rao to divide, a u64."""


@frozen
class EpochOutput:
    """What an epoch stores and pays. Tuples have one element a uid; u16 are fractions of 65535."""

    server_emission: tuple[Alpha, ...]
    """Alpha rao for each neuron as a miner."""
    validator_emission: tuple[Alpha, ...]
    """Alpha rao for each neuron as a validator."""
    active: tuple[bool, ...]
    emission: tuple[Alpha, ...]
    """Alpha rao for each neuron in all, rounded down on its own."""
    rank: tuple[int, ...]
    trust: tuple[int, ...]
    consensus: tuple[int, ...]
    incentive: tuple[int, ...]
    dividends: tuple[int, ...]
    pruning_scores: tuple[int, ...]
    """The share of the emission, scaled so that the largest is 65535."""
    validator_trust: tuple[int, ...]
    validator_permits: tuple[bool, ...]
    bonds: Mapping[Uid, Row]
    """The rows to write; an empty one is written too. All other rows stay."""


def epoch(given: EpochInput) -> EpochOutput:
    """Return what the epoch of a subnet stores and pays, with sparse matrices, as the block step runs it.

    Rejects (InputError) what the runtime panics on: sequences of the wrong length (LastUpdate may be empty if no
    neuron has weights or bonds), bonds with neurons that do not exist. Without neurons the result is empty.
    """
    return _epoch(SPARSE, given)


def epoch_dense(given: EpochInput) -> EpochOutput:
    """Return the same with dense matrices; the rows of bonds then have all their zeros. Rejects n = 0."""
    if given.n == 0:
        raise InputError("the dense epoch of a subnet without neurons panics in the runtime; register one first")
    return _epoch(DENSE, given)


def _epoch(form: MatrixForm[MatrixRow], given: EpochInput) -> EpochOutput:
    _refuse_wrong_lengths(given)
    last_update, registered, permits = given.last_update, given.block_at_registration, given.validator_permits

    stake = normalized_stake(given.stake)
    active = active_neurons(last_update, given.activity_cutoff, given.block_number)
    new_permits = permitted_validators(stake, given.max_allowed_validators)
    active_stake = normalized_active_stake(stake, active, permits)

    forbidden = [not permit for permit in permits]
    weights = form.row_normalize(form.weights(given.weights, forbidden, last_update, registered))
    kappa = vector.u16_proportion_to_fixed(given.kappa)
    agreed, clipped_weights = agreement(form, weights, active_stake, kappa)

    old = form.col_normalize(form.bonds(given.bonds, last_update, registered), given.n)
    penalty = vector.u16_proportion_to_fixed(given.bonds_penalty)
    new = bonds_delta(form, weights, clipped_weights, active_stake, penalty)
    parameters = BondsParameters(given.bonds_moving_average, given.liquid_alpha_on, given.alpha_low, given.alpha_high)
    bonds = ema_bonds(form, new, old, agreed.consensus, parameters)
    dividends = normalized_dividends(form, bonds, agreed.incentive)

    shares = emission_shares(agreed.incentive, dividends, stake, active_stake)
    incentive = tuple(vector.fixed_proportions_to_u16(agreed.incentive))
    return EpochOutput(
        server_emission=parts_of(given.emission, shares.server),
        validator_emission=parts_of(given.emission, shares.validator),
        active=active,
        emission=parts_of(given.emission, shares.combined),
        rank=incentive,
        trust=tuple(vector.fixed_proportions_to_u16(agreed.trust)),
        consensus=tuple(vector.fixed_proportions_to_u16(agreed.consensus)),
        incentive=incentive,
        dividends=tuple(vector.fixed_proportions_to_u16(dividends)),
        pruning_scores=tuple(vector.vec_max_upscale_to_u16(shares.combined)),
        validator_trust=tuple(vector.fixed_proportions_to_u16(agreed.validator_trust)),
        validator_permits=new_permits,
        bonds=stored_bonds(form, bonds, new_permits, permits),
    )


def _refuse_wrong_lengths(given: EpochInput) -> None:
    n = given.n
    lengths = {
        "The stake": given.stake,
        "Weights": given.weights,
        "Bonds": given.bonds,
        "BlockAtRegistration": given.block_at_registration,
        "ValidatorPermit": given.validator_permits,
        # The runtime masks nothing by an empty vector.
        "LastUpdate": given.last_update or given.validator_permits,
    }
    for name, sequence in lengths.items():
        if len(sequence) != n:
            raise InputError(
                f"{name} has {len(sequence)} elements for {n} neurons, on which the runtime panics; give one each"
            )


@frozen
class EmissionShares:
    """Each neuron's share of the emission, in I32F32."""

    server: list[int]
    validator: list[int]
    combined: list[int]


@implements("EPOCH-16")
def emission_shares(
    incentive: Sequence[int], dividends: Sequence[int], stake: Sequence[int], active_stake: Sequence[int]
) -> EmissionShares:
    """Return how the emission is divided: by incentive and dividends, all together 1.

    If there are neither, validators are paid by their active stake, or by their stake if no one is active; miners
    get nothing then.
    """
    combined = [
        fixed.saturating_add(I32F32, miner, validator) for miner, validator in zip(incentive, dividends, strict=True)
    ]
    emission_sum = fixed.total(I32F32, combined)
    if emission_sum == 0:
        by_stake = list(stake if vector.is_zero(active_stake) else active_stake)
        return EmissionShares(server=list(incentive), validator=by_stake, combined=by_stake)
    return EmissionShares(
        server=vector.normalize_using_sum(incentive, emission_sum),
        validator=vector.normalize_using_sum(dividends, emission_sum),
        combined=vector.normalize_using_sum(combined, emission_sum),
    )


@implements("EPOCH-17")
def parts_of(emission: int, shares: Sequence[int]) -> tuple[Alpha, ...]:
    """Return each share of an emission in alpha rao, rounded down; 0 for a negative share.

    A share in I32F32 times a u64 never leaves I96F32, so that only the bounds of the u64 matter.
    """
    return tuple([Alpha(min(max(share * emission >> 32, 0), U64_MAX)) for share in shares])
