r"""Stake weights, and the weights that validators set.

The chain cannot see what miners do. Validators can, and say so in weights: each gives other neurons of its subnet
numbers, which count by their proportions. The [epoch](#chapter-epoch) turns these judgements into pay. How much a
validator's judgement counts is its stake weight.

A neuron weighs by the stake on its hotkey, whoever it belongs to: its alpha, and its TAO on root times the TAO weight
$\tau$, which is 0.18 on mainnet. The price of the alpha does not enter. At a price $p$, 1 TAO buys about $1/p$ of
weight on the subnet and $\tau$ on root; where alpha is cheap, stake on the subnet soon outweighs root. That aligns the
judges with those who hold the alpha, and makes a subnet whose price has collapsed cheap to take over.

$\varepsilon = 2^{-32}$ is the smallest step of I32F32, in which the epoch computes.
"""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters.epoch.arithmetic import U16_MAX
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

WRAPPING_THRESHOLD = 2**63
"""From here on a number of rao is a negative one in I64F64."""


@frozen
class Validator:
    """The neuron that sets weights."""

    uid: int = 0
    permit: bool = True
    stake_weight: Fraction = Fraction(0)
    last_update: int = 0


@frozen
class Terms:
    """What a subnet asks of weights."""

    neurons: int
    min_allowed_weights: int = 1
    max_weights_limit: int = U16_MAX
    weights_set_rate_limit: int = 100
    weights_version_key: int = 0
    stake_threshold: Fraction = Fraction(0)
    commit_reveal: bool = False
    exists: bool = True
    is_root: bool = False
    mechanism: int = 0
    """The mechanism that the weights are for; the validator's last update is that in it."""
    mechanisms: int = 1


@rule("EPOCH-18")
def set_weights(
    dests: Sequence[int],
    weights: Sequence[int],
    validator: Validator | None,
    terms: Terms,
    block: int,
    version_key: int = 0,
    signed: bool = True,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> dict[int, int] | str:
    r"""The call set_weights.

    Statement: The call MUST replace the stored row of the signer, a hotkey, by the given weights, scaled so that the
        largest is 65 535 ([EPOCH-21](#epoch-21)), and set its last update to the present block. The weights are free of
        charge and stay until they are replaced. The event is `WeightsSet`: netuid, uid.
    Units: weights are u16 and count by their proportions; blocks.
    Rounding: as [EPOCH-7](#epoch-7).
    Rejections: `CommitRevealEnabled` (the subnet takes weights by commitment only), `BadOrigin` if nobody signed,
        `CanNotSetRootNetworkWeights`, `WeightVecNotEqualSize` (as many weights as uids),
        `SubNetworkDoesNotExist`, `UidsLengthExceedUidsInSubNet` (more uids than neurons),
        `HotKeyNotRegisteredInSubNet`, `NotEnoughStakeToSetWeights` ([EPOCH-19](#epoch-19)),
        `IncorrectWeightVersionKey` (below the subnet's, if that is not 0), `SettingWeightsTooFast`
        ([EPOCH-20](#epoch-20)), then those of [EPOCH-21](#epoch-21).
    Source: `pallets/subtensor/src/subnets/weights.rs`, `do_set_weights`;
        `pallets/subtensor/src/macros/dispatches.rs`, `set_weights`
    Example: One part for neuron 1 and three for neuron 2; again 99 blocks later.

        >>> set_weights([1, 2], [1, 3], Validator(last_update=100), Terms(neurons=3), block=200)
        {1: 21845, 2: 65535}
        >>> set_weights([1, 2], [1, 3], Validator(last_update=200), Terms(neurons=3), block=299)
        'SettingWeightsTooFast'
    """
    missing = None if terms.exists else "SubNetworkDoesNotExist"
    return _stored_or_refused(dests, weights, validator, terms, block, version_key, signed, missing, rules)


@rule("EPOCH-18", since=320)
def set_weights_of_a_mechanism(
    dests: Sequence[int],
    weights: Sequence[int],
    validator: Validator | None,
    terms: Terms,
    block: int,
    version_key: int = 0,
    signed: bool = True,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> dict[int, int] | str:
    r"""The calls set_weights and set_mechanism_weights.

    Change: A subnet may have several mechanisms, so that it can pay for more than one kind of work. Weights are set for
        one of them, and its absence is what a missing network is now refused for.
    Statement: The call MUST replace the stored row of the signer, a hotkey, in a mechanism of the subnet
        ([EPOCH-23](#epoch-23)) by the given weights, scaled so that the largest is 65 535 ([EPOCH-21](#epoch-21)), and
        set its last update in the mechanism to the present block. `set_weights` sets those of the first mechanism,
        `set_mechanism_weights` those of the one with the number `mecid`. The weights are free of charge and stay until
        they are replaced. The event is `WeightsSet`: the index of the mechanism, uid.
    Units: weights are u16 and count by their proportions; blocks.
    Rounding: as [EPOCH-7](#epoch-7).
    Rejections: `CommitRevealEnabled` (the subnet takes weights by commitment only), `BadOrigin` if nobody signed,
        `CanNotSetRootNetworkWeights`, `WeightVecNotEqualSize` (as many weights as uids), `MechanismDoesNotExist` (no
        such network, or none of its mechanisms), `UidsLengthExceedUidsInSubNet` (more uids than neurons),
        `HotKeyNotRegisteredInSubNet`, `NotEnoughStakeToSetWeights` ([EPOCH-19](#epoch-19)),
        `IncorrectWeightVersionKey` (below the subnet's, if that is not 0), `SettingWeightsTooFast`
        ([EPOCH-20](#epoch-20)), then those of [EPOCH-21](#epoch-21).
    Source: `pallets/subtensor/src/subnets/weights.rs`, `do_set_weights`, `do_set_mechanism_weights`,
        `internal_set_weights`; `pallets/subtensor/src/macros/dispatches.rs`, `set_weights`, `set_mechanism_weights`
    Example: One part for neuron 1 and three for neuron 2, in the second mechanism of two; then in one that is not.

        >>> terms = Terms(neurons=3, mechanism=1, mechanisms=2)
        >>> set_weights_of_a_mechanism([1, 2], [1, 3], Validator(last_update=100), terms, block=200)
        {1: 21845, 2: 65535}
        >>> terms = Terms(neurons=3, mechanism=2, mechanisms=2)
        >>> set_weights_of_a_mechanism([1, 2], [1, 3], Validator(), terms, block=200)
        'MechanismDoesNotExist'
    """
    exists = terms.exists and terms.mechanism < terms.mechanisms
    missing = None if exists else "MechanismDoesNotExist"
    return _stored_or_refused(dests, weights, validator, terms, block, version_key, signed, missing, rules)


def _stored_or_refused(
    dests: Sequence[int],
    weights: Sequence[int],
    validator: Validator | None,
    terms: Terms,
    block: int,
    version_key: int,
    signed: bool,
    missing: str | None,
    rules: Computation,
) -> dict[int, int] | str:
    """Return the stored row or the first rejection; ``missing`` is that of what is not there."""
    if terms.commit_reveal:
        return "CommitRevealEnabled"
    if not signed:
        return "BadOrigin"
    if terms.is_root:
        return "CanNotSetRootNetworkWeights"
    if len(dests) != len(weights):
        return "WeightVecNotEqualSize"
    if missing:
        return missing
    if len(dests) > terms.neurons:
        return "UidsLengthExceedUidsInSubNet"
    if validator is None:
        return "HotKeyNotRegisteredInSubNet"
    conditions = (
        (has_stake_to_set_weights(validator.stake_weight, terms.stake_threshold), "NotEnoughStakeToSetWeights"),
        (version_key >= terms.weights_version_key, "IncorrectWeightVersionKey"),
        (passes_rate_limit(validator.last_update, terms.weights_set_rate_limit, block), "SettingWeightsTooFast"),
    )
    rejection = next((name for holds, name in conditions if not holds), None)
    return rejection or rules["EPOCH-21"](dests, weights, validator, terms)


@rule("EPOCH-19")
def has_stake_to_set_weights(weight: Fraction, stake_threshold: Fraction) -> bool:
    r"""Stake for setting weights.

    Statement: The stake weight of the signer on the subnet ([EPOCH-3](#epoch-3)) MUST be at least `StakeThreshold`, by
        default 0. A threshold of $2^{63}$ rao or more MUST refuse nobody.
    Formula: $$ a + \tau\, t \ge \theta \;\vee\; \theta \ge 2^{63} $$
    Units: alpha rao against rao.
    Rounding: none; the weight is rounded as EPOCH-3.
    Source: `pallets/subtensor/src/lib.rs`, `check_weights_min_stake`
    Known violation: The comparison takes the threshold into the format of the weight, I64F64, where a number of
        $2^{63}$ or more wraps to a negative one.
    Example: At a threshold of 1 000.

        >>> [has_stake_to_set_weights(Fraction(weight), Fraction(1_000)) for weight in (1_000, 999)]
        [True, False]
        >>> [has_stake_to_set_weights(Fraction(2**62), Fraction(threshold)) for threshold in (2**63 - 1, 2**63)]
        [False, True]
    """
    return weight >= stake_threshold or stake_threshold >= WRAPPING_THRESHOLD


@rule("EPOCH-20")
def passes_rate_limit(last_update: int, weights_set_rate_limit: int, block: int) -> bool:
    r"""Rate limit of weights.

    Statement: At least `WeightsSetRateLimit` blocks MUST lie between the neuron's last update and the present block. A
        last update of 0 is none. To be appended counts as an update ([REG-3](#reg-3)). This is the limit of
        [STATE-8](#state-8).
    Formula: $$ u = 0 \;\vee\; b - u \ge l $$
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/weights.rs`, `check_rate_limit`
    Example: 100 blocks later, and 99.

        >>> passes_rate_limit(200, 100, 300), passes_rate_limit(200, 100, 299)
        (True, False)
    """
    return last_update == 0 or max(block - last_update, 0) >= weights_set_rate_limit


@rule("EPOCH-20", since=320)
def passes_rate_limit_of_a_mechanism(last_update: int, weights_set_rate_limit: int, block: int) -> bool:
    r"""Rate limit of weights.

    Change: Each mechanism counts for itself, so that weights may be set in all of them in one block.
    Statement: At least `WeightsSetRateLimit` blocks MUST lie between the neuron's last update in the mechanism and the
        present block. A last update of 0, or none ([EPOCH-26](#epoch-26)), is none. To be appended counts as an update
        in all mechanisms ([REG-3](#reg-3)). This is the limit of [STATE-8](#state-8).
    Formula: $$ u = 0 \;\vee\; b - u \ge l $$
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/weights.rs`, `check_rate_limit`
    Example: 100 blocks later, and where the neuron never set weights.

        >>> passes_rate_limit_of_a_mechanism(200, 100, 300), passes_rate_limit_of_a_mechanism(0, 100, 10)
        (True, True)
    """
    return passes_rate_limit(last_update, weights_set_rate_limit, block)


@rule("EPOCH-21")
def validate_weights(
    dests: Sequence[int],
    weights: Sequence[int],
    validator: Validator,
    terms: Terms,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> dict[int, int] | str:
    r"""Conditions on weights.

    Statement: The weights MUST be scaled by [EPOCH-7](#epoch-7) and stored in the order given. The largest share among
        the scaled weights MUST be at most `MaxWeightsLimit` parts of 65 535, where 65 535 is no limit. A single weight
        on oneself needs no permit, no least number and no limit; it never counts ([EPOCH-11](#epoch-11)), and does no
        more than to renew the last update.
    Formula: $$ \frac{\max_j u_j}{\sum_j u_j} \le \frac{l}{65535} $$
    Units: weights are u16.
    Rounding: Share and limit are each floored to a step: a share may exceed the limit by less than $\varepsilon$.
    Rejections: `NeuronNoValidatorPermit`, `DuplicateUids`, `UidVecContainInvalidOne` (no such neuron),
        `WeightVecLengthIsLow` (fewer than `MinAllowedWeights`, and fewer than there are neurons), `MaxWeightExceeded`.
    Source: `pallets/subtensor/src/subnets/weights.rs`, `check_validator_permit`, `has_duplicate_uids`,
        `contains_invalid_uids`, `check_length`, `max_weight_limited`
    Example: A limit of one half forbids 1 to 3, and allows 1 to 1.

        >>> terms = Terms(neurons=3, max_weights_limit=32_768)
        >>> validate_weights([1, 2], [1, 3], Validator(), terms)
        'MaxWeightExceeded'
        >>> validate_weights([1, 2], [5, 5], Validator(), terms)
        {1: 65535, 2: 65535}
        >>> validate_weights([0], [5], Validator(uid=0, permit=False), terms)
        {0: 65535}
    """
    on_oneself = len(weights) == 1 and dests[0] == validator.uid
    if not (on_oneself or validator.permit):
        return "NeuronNoValidatorPermit"
    if len(set(dests)) < len(dests):
        return "DuplicateUids"
    if any(uid >= terms.neurons for uid in dests):
        return "UidVecContainInvalidOne"
    if not on_oneself and len(weights) < min(terms.min_allowed_weights, terms.neurons):
        return "WeightVecLengthIsLow"
    scaled: list[int] = rules["EPOCH-7"]([Fraction(weight) for weight in weights])
    limit = terms.max_weights_limit
    largest = rules.part(Fraction(max(scaled, default=0), sum(scaled) or 1))
    if not on_oneself and limit < U16_MAX and largest > rules.part(Fraction(limit, U16_MAX)):
        return "MaxWeightExceeded"
    return dict(zip(dests, scaled, strict=True))


@rule("EPOCH-21", since=338)
def validate_weights_of_any_share(
    dests: Sequence[int],
    weights: Sequence[int],
    validator: Validator,
    terms: Terms,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> dict[int, int] | str:
    r"""Conditions on weights.

    Change: No limit holds for the largest share any more, whatever is stored for the subnet. The upgrade stored
        that there is none for every network.
    Statement: The weights MUST be scaled by [EPOCH-7](#epoch-7) and stored in the order given. A weight may be any
        share of all; `MaxWeightsLimit` MUST NOT matter. A single weight on oneself needs no permit and no least number;
        it never counts ([EPOCH-11](#epoch-11)), and does no more than to renew the last update.
    Units: weights are u16.
    Rounding: as [EPOCH-7](#epoch-7).
    Rejections: `NeuronNoValidatorPermit`, `DuplicateUids`, `UidVecContainInvalidOne` (no such neuron),
        `WeightVecLengthIsLow` (fewer than `MinAllowedWeights`, and fewer than there are neurons).
    Source: `pallets/subtensor/src/subnets/weights.rs`, `check_validator_permit`, `has_duplicate_uids`,
        `contains_invalid_uids`, `check_length`; `pallets/subtensor/src/utils/misc.rs`, `get_max_weight_limit`
    Example: A limit of one half is stored, and 1 to 3 is allowed all the same.

        >>> terms = Terms(neurons=3, max_weights_limit=32_768)
        >>> validate_weights_of_any_share([1, 2], [1, 3], Validator(), terms)
        {1: 21845, 2: 65535}
    """
    return validate_weights(dests, weights, validator, evolve(terms, max_weights_limit=U16_MAX), rules=rules)


@rule("EPOCH-19", since=401)
def owner_needs_no_stake(weight: Fraction, stake_threshold: Fraction, is_owner: bool = False) -> bool:
    r"""Stake for setting weights.

    Change: The owner's neuron needs no stake, so that a new subnet can begin to pay its miners.
    Statement: The stake weight of the signer on the subnet ([EPOCH-3](#epoch-3)) MUST be at least `StakeThreshold`, by
        default 0, unless it is the owner's neuron ([EPOCH-27](#epoch-27)). A threshold of $2^{63}$ rao or more MUST
        refuse nobody.
    Formula: $$ a + \tau\, t \ge \theta \;\vee\; \theta \ge 2^{63} $$
    Units: alpha rao against rao.
    Rounding: none; the weight is rounded as EPOCH-3.
    Source: `pallets/subtensor/src/lib.rs`, `check_weights_min_stake`
    Known violation: The comparison takes the threshold into the format of the weight, I64F64, where a number of
        $2^{63}$ or more wraps to a negative one.
    Example: At a threshold of 1 000 the owner needs none.

        >>> [owner_needs_no_stake(Fraction(999), Fraction(1_000), is_owner) for is_owner in (False, True)]
        [False, True]
    """
    return is_owner or weight >= stake_threshold or stake_threshold >= WRAPPING_THRESHOLD


@rule("EPOCH-21", since=401)
def validate_weights_of_owner_too(
    dests: Sequence[int],
    weights: Sequence[int],
    validator: Validator,
    terms: Terms,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> dict[int, int] | str:
    r"""Conditions on weights.

    Change: The owner's neuron needs no permit.
    Statement: The weights MUST be scaled by [EPOCH-7](#epoch-7) and stored in the order given. A weight may be any
        share of all; `MaxWeightsLimit` MUST NOT matter. A single weight on oneself needs no permit and no least number;
        it never counts ([EPOCH-11](#epoch-11)), and does no more than to renew the last update. The owner's neuron
        ([EPOCH-27](#epoch-27)) needs no permit.
    Units: weights are u16. The owner counts here as one with a permit.
    Rounding: as [EPOCH-7](#epoch-7).
    Rejections: `NeuronNoValidatorPermit`, `DuplicateUids`, `UidVecContainInvalidOne` (no such neuron),
        `WeightVecLengthIsLow` (fewer than `MinAllowedWeights`, and fewer than there are neurons).
    Source: `pallets/subtensor/src/subnets/weights.rs`, `check_validator_permit`, `has_duplicate_uids`,
        `contains_invalid_uids`, `check_length`
    Example: 1 to 3.

        >>> validate_weights_of_owner_too([1, 2], [1, 3], Validator(), Terms(neurons=3))
        {1: 21845, 2: 65535}
    """
    return validate_weights_of_any_share(dests, weights, validator, terms, rules=rules)
