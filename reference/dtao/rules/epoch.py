"""The epoch: how a subnet's consensus turns its emission into incentives and dividends.

:func:`epoch` reads from top to bottom as the list of its steps. It knows no state: it takes an
:class:`EpochInput` and returns an :class:`EpochOutput`, which holds all that the epoch stores.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar, cast

from attrs import frozen

from dtao import fixed, vector
from dtao.collecting import collector_paused
from dtao.dense import DenseRow
from dtao.entries import with_element
from dtao.errors import InputError
from dtao.evolving import evolve
from dtao.fixed import I32F32
from dtao.full import MOST_NEURONS, NoFullForm
from dtao.records import Row, Subnet
from dtao.rule import implements
from dtao.rules.bonds import BondsAndDividends, BondsParameters, Purchase, bonds_bought, no_exponent
from dtao.rules.consensus import (
    active_neurons,
    agreement,
    all_stake,
    normalized_active_stake,
    normalized_stake,
    permitted_validators,
)
from dtao.rules.epoch_timing import cutoff_stored
from dtao.rules.matrices import DENSE, FULL, SPARSE, MatrixForm, MatrixRow
from dtao.rules.stake_weight import inherited_stake
from dtao.settings import Hyperparameters
from dtao.sparse import SparseRow
from dtao.units import U64_MAX, Alpha, Bits, BlockNumber, Uid

Element = TypeVar("Element")
LEAST_FULL = 16
"""With fewer neurons it makes no difference in which form the matrices are."""


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
    tempo: int = 0
    last_step: BlockNumber = BlockNumber(0)
    """The block of the last epoch; 0 if there was none."""
    stake_threshold: int = 0
    """The stake that a neuron needs to count, in rao."""
    owner_uid: Uid | None = None
    """The neuron whose weight on itself counts, if any does."""
    yuma3_on: bool = False
    alpha_sigmoid_steepness: int = 0


def refuse_wrong_lengths(given: EpochInput) -> EpochInput:
    """Return what an epoch reads as it is; refuse sequences on whose length the runtime panics."""
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
    return given


@implements("EPOCH-26")
def padded(given: EpochInput) -> EpochInput:
    """Return what an epoch reads with one element a neuron, as the runtime completes it.

    A neuron without a last update has one of block 0, one without a permit has none, and elements beyond the neurons do
    not count; nor do bonds with neurons that do not exist. Only if ValidatorPermit is empty is all stake active stake,
    while no weights count.
    """
    n = given.n
    lasting = [
        row if max([target for target, _ in row], default=0) < n else tuple([pair for pair in row if pair[0] < n])
        for row in given.bonds
    ]
    return evolve(
        given,
        last_update=_of_length(given.last_update, n, BlockNumber(0)),
        validator_permits=_permits_of_length(given.validator_permits, n),
        bonds=lasting,
    )


def _of_length(sequence: Sequence[Element], n: int, missing: Element) -> Sequence[Element]:
    """Return the sequence with n elements; the very sequence if it has."""
    if len(sequence) == n:
        return sequence
    return [*sequence[:n], *[missing] * (n - len(sequence))]


def _permits_of_length(permits: Sequence[bool], n: int) -> Sequence[bool]:
    """Return the permits of n neurons, none of those beyond what is stored; nothing if nothing is stored."""
    return _of_length(permits, n, False) if permits else ()


def as_stored(values: Sequence[Element], given: EpochInput) -> Sequence[Element]:
    """Return what counts of each neuron as it is: the owner's is like any other."""
    return values


@implements("EPOCH-27")
def owner_stake_counts(counted: Sequence[int], given: EpochInput) -> Sequence[int]:
    """Return the stake weights that count, with that of the owner's neuron, however little it is."""
    uid = given.owner_uid
    return counted if uid is None or uid >= len(counted) else with_element(counted, uid, given.stake[uid])


@implements("EPOCH-27")
def owner_is_permitted(permits: Sequence[bool], given: EpochInput) -> Sequence[bool]:
    """Return the validator permits, with one for the owner's neuron if they reach that far."""
    return permits if given.owner_uid is None else with_element(permits, given.owner_uid, True)


def refuse_no_neurons(given: EpochInput, rules: "EpochRules") -> "EpochOutput":
    """Refuse the dense epoch of a subnet without neurons, on which the runtime panics."""
    raise InputError("the dense epoch of a subnet without neurons panics in the runtime; register one first")


@frozen
class EpochRules:
    """The rules of an epoch that changed between versions."""

    counted_stake: Callable[[Sequence[int], int], Sequence[int]]
    """(stake weights in I64F64, threshold in rao) -> the stake weights that count."""
    permitted_validators: Callable[[Sequence[int], int], tuple[bool, ...]]
    """(shares of the stake, number of permits) -> the permits for the next epoch."""
    bond_thresholds: Callable[[EpochInput], Sequence[int]]
    """For each validator the block from which on a registered neuron has no bonds of it."""
    inherited_stake: Callable[[int, Iterable[int], Iterable[tuple[int, int]]], int]
    """(stake on a hotkey, proportions to its children, (proportion, stake) of its parents) -> the stake that counts."""
    self_weight_uid: Callable[[Subnet], Uid | None]
    """The neuron of a subnet whose weight on itself counts, if any does."""
    sparse_bonds: Callable[[MatrixForm[SparseRow], Purchase[SparseRow]], BondsAndDividends]
    """How bonds move and what they pay, with sparse matrices."""
    dense_bonds: Callable[[MatrixForm[DenseRow], Purchase[DenseRow]], BondsAndDividends]
    """The same function, with dense matrices."""
    sigmoid_exponent: Callable[[int, int], int] = no_exponent
    """(steepness, offset from the middle of the curve) -> the exponent of the curve of liquid alpha; I32F32."""
    activity_cutoff: Callable[[Hyperparameters], int] = cutoff_stored
    """The parameters of a subnet -> after how many blocks without an update a neuron counts as inactive."""
    aligned: Callable[[EpochInput], EpochInput] = refuse_wrong_lengths
    """What is read -> the same with one element a neuron, or a refusal."""
    with_owner_stake: Callable[[Sequence[int], EpochInput], Sequence[int]] = as_stored
    """(stake weights that count, what is read) -> the same with that of the owner's neuron, where it always counts."""
    with_owner_permit: Callable[[Sequence[bool], EpochInput], Sequence[bool]] = as_stored
    """(validator permits, what is read) -> the same with one for the owner's neuron, where it always has one."""
    dense_without_neurons: "Callable[[EpochInput, EpochRules], EpochOutput]" = refuse_no_neurons
    """The epoch with dense matrices where there are no neurons."""


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
    stake_weight: tuple[int, ...]
    """What part of all stake that counts each neuron has; u16 of 65 535."""


@implements("BOND-6")
def last_updates(given: EpochInput) -> Sequence[int]:
    """Return as thresholds when each validator last set weights: bonds with newer neurons are outdated."""
    return given.last_update


@implements("BOND-6")
def last_tempo(given: EpochInput) -> Sequence[int]:
    """Return as threshold, for all validators, the block one tempo ago: newer neurons start without bonds."""
    return [max(given.block_number - given.tempo, 0)] * given.n


@implements("BOND-6")
def after_last_step(given: EpochInput) -> Sequence[int]:
    """Return as threshold, for all validators, the block after the last epoch, or that one tempo ago before any."""
    return [given.last_step + 1] * given.n if given.last_step else last_tempo(given)


@implements("EPOCH-11")
def no_self_weight(subnet: Subnet) -> Uid | None:
    """Return the neuron whose weight on itself counts: none."""
    return None


@implements("EPOCH-11")
def owner_self_weight(subnet: Subnet) -> Uid | None:
    """Return the neuron whose weight on itself counts: that of the subnet's owner hotkey, if it has one."""
    return None if subnet.owner_hotkey is None else subnet.neurons.uids.get(subnet.owner_hotkey)


LAUNCH = EpochRules(
    counted_stake=all_stake,
    permitted_validators=permitted_validators,
    bond_thresholds=last_updates,
    inherited_stake=inherited_stake,
    self_weight_uid=no_self_weight,
    sparse_bonds=bonds_bought,
    dense_bonds=bonds_bought,
)
"""The rules of the launch."""


def epoch(given: EpochInput, rules: EpochRules = LAUNCH) -> EpochOutput:
    """Return what the epoch of a subnet stores and pays, with sparse matrices, as the block step runs it.

    Rejects (InputError) what the runtime panics on: sequences of the wrong length (LastUpdate may be empty if no
    neuron has weights or bonds), bonds with neurons that do not exist. Without neurons the result is empty.
    """
    with collector_paused():
        if is_full(given):
            try:
                # How bonds move is one function, whatever the form.
                return _epoch(FULL, given, rules, cast(Callable[..., BondsAndDividends], rules.sparse_bonds))
            except NoFullForm:
                pass
        return _epoch(SPARSE, given, rules, rules.sparse_bonds)


def is_full(given: EpochInput) -> bool:
    """Return whether so many weights are set that their matrix is computed with as a full one."""
    set_by = [len(row) for row in given.weights if row]
    return LEAST_FULL <= given.n <= MOST_NEURONS and 2 * sum(set_by) >= given.n * len(set_by) > 0


def epoch_dense(given: EpochInput, rules: EpochRules = LAUNCH) -> EpochOutput:
    """Return the same with dense matrices; the rows of bonds then have all their zeros.

    Until 319 n = 0 is rejected.
    """
    if given.n == 0:
        return rules.dense_without_neurons(given, rules)
    # The runtime's dense epoch, which no block runs, does not know that the owner validates.
    rules = evolve(rules, with_owner_stake=as_stored, with_owner_permit=as_stored)
    return _epoch(DENSE, given, rules, rules.dense_bonds)


def _epoch(
    form: MatrixForm[MatrixRow],
    given: EpochInput,
    rules: EpochRules,
    bonds_and_dividends: Callable[[MatrixForm[MatrixRow], Purchase[MatrixRow]], BondsAndDividends],
) -> EpochOutput:
    stored, given = given, rules.aligned(given)
    last_update, registered = given.last_update, given.block_at_registration

    stake = normalized_stake(rules.with_owner_stake(rules.counted_stake(given.stake, given.stake_threshold), given))
    active = active_neurons(last_update, given.activity_cutoff, given.block_number)
    new_permits = rules.with_owner_permit(rules.permitted_validators(stake, given.max_allowed_validators), given)
    given_permits = _permits_of_length(rules.with_owner_permit(stored.validator_permits, given), given.n)
    active_stake = normalized_active_stake(stake, active, given_permits)

    permits = given_permits or (False,) * given.n
    forbidden = [not permit for permit in permits]
    weights = form.row_normalize(form.weights(given.weights, forbidden, last_update, registered, given.owner_uid))
    kappa = vector.u16_proportion_to_fixed(given.kappa)
    agreed, clipped_weights = agreement(form, weights, active_stake, kappa)

    penalty = vector.u16_proportion_to_fixed(given.bonds_penalty)
    purchase = Purchase(
        rows=given.bonds,
        thresholds=rules.bond_thresholds(given),
        registered=registered,
        weights=weights,
        clipped_weights=clipped_weights,
        penalty=penalty,
        active_stake=active_stake,
        agreed=agreed,
        parameters=BondsParameters(
            given.bonds_moving_average,
            given.liquid_alpha_on,
            given.alpha_low,
            given.alpha_high,
            given.yuma3_on,
            given.alpha_sigmoid_steepness,
            rules.sigmoid_exponent,
        ),
        new_permits=new_permits,
        old_permits=permits,
    )
    bonds = bonds_and_dividends(form, purchase)
    dividends = bonds.dividends

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
        validator_permits=tuple(new_permits),
        bonds=bonds.rows,
        stake_weight=tuple(vector.fixed_proportions_to_u16(stake)),
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
    parts = [share * emission >> 32 for share in shares]
    is_within = min(parts, default=0) >= 0 and max(parts, default=0) <= U64_MAX
    return cast(tuple[Alpha, ...], tuple(parts if is_within else [min(max(part, 0), U64_MAX) for part in parts]))
