"""Who has a voice in an epoch, and how much of it."""

from collections.abc import Sequence
from fractions import Fraction

from dtao_spec.chapters.epoch.arithmetic import normalised
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import LIMIT_BITS, floored

CHAPTER = "dtao_spec.chapters.epoch"


def stake_shares_rounded(weights: Sequence[Fraction]) -> list[Fraction]:
    """Return the shares as I64F64 gives them, then I32F32."""
    total = sum(weights, Fraction(0))
    return [floored(floored(weight / total, LIMIT_BITS)) if total else Fraction(0) for weight in weights]


@rule("EPOCH-12", rounded=stake_shares_rounded)
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


@rule("EPOCH-22", since=273)
def stake_from_threshold_on(stake_weights: Sequence[Fraction], threshold: int) -> list[Fraction]:
    r"""Stake below the threshold.

    Statement: In an epoch, a stake weight of less than `StakeThreshold` MUST count as 0, before the shares of the stake
        are taken ([EPOCH-12](#epoch-12)).
    Formula: $$ w_i' = w_i\,[w_i \ge \theta] $$
    Units: stake weights ([EPOCH-3](#epoch-3)); the threshold in rao. Its default is 0.
    Rounding: none: the threshold is a whole number.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`; `pallets/subtensor/src/utils/misc.rs`,
        `get_stake_threshold`
    Known violation: An amount of TAO is compared with a sum of alpha and weighted TAO, whatever the price is.
    Example: At a threshold of 1 000.

        >>> stake_from_threshold_on([Fraction(1_000), Fraction(9_999, 10), Fraction(5_000)], 1_000)
        [Fraction(1000, 1), Fraction(0, 1), Fraction(5000, 1)]
    """
    return [weight if weight >= threshold else Fraction(0) for weight in stake_weights]


@rule("EPOCH-5")
def permitted_validators(stake: Sequence[Fraction], max_allowed_validators: int) -> list[bool]:
    r"""Validator permits.

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
    return _largest(stake, max_allowed_validators)


@rule("EPOCH-5", since=273)
def permitted_validators_with_stake(stake: Sequence[Fraction], max_allowed_validators: int) -> list[bool]:
    r"""Validator permits.

    Change: A neuron whose share of the stake is 0 gets no permit, also where there is room. A permit without stake had
        no voice, but its holder could set weights and renew its place.
    Statement: The `MaxAllowedValidators` neurons with the largest shares of the stake MUST get a permit to validate,
        and no others; a neuron whose share is 0 MUST NOT get one. Of equal shares the higher uid goes first.
    Units: shares of the stake ([EPOCH-12](#epoch-12)), of which those below the threshold are 0
        ([EPOCH-22](#epoch-22)).
    Rounding: none; but a share of less than $\varepsilon$ counts as 0, and shares that differ by less may count as
        equal.
    Source: `pallets/subtensor/src/epoch/math.rs`, `is_topk_nonzero`
    Example: Room for three validators, and two with stake.

        >>> permitted_validators_with_stake([Fraction(3, 10), Fraction(0), Fraction(7, 10)], 3)
        [True, False, True]
    """
    permits = _largest(stake, max_allowed_validators)
    return [permit and share != 0 for permit, share in zip(permits, stake, strict=True)]


def _largest(stake: Sequence[Fraction], count: int) -> list[bool]:
    """Return for each neuron whether it is among so many with the largest shares."""
    order = sorted(range(len(stake)), key=lambda uid: (stake[uid], uid), reverse=True)
    first = set(order[:count])
    return [uid in first for uid in range(len(stake))]


@rule("EPOCH-13")
def active_neurons(last_update: Sequence[int], activity_cutoff: int, block: int) -> list[bool]:
    r"""Active neurons.

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
def active_stake_shares(
    stake: Sequence[Fraction], active: Sequence[bool], permits: Sequence[bool], *, rules: Computation = EXACT_LAUNCH
) -> list[Fraction]:
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
        ],
        rules=rules,
    )


@rule("EPOCH-12", since=401, rounded=stake_shares_rounded)
def stored_stake_shares(weights: Sequence[Fraction]) -> list[Fraction]:
    r"""Shares of the stake.

    Change: The shares are stored, as `StakeWeight`, where ranks and pruning scores are not any more.
    Statement: The stake of a neuron, in an epoch, MUST be the share that its stake weight has of those of all neurons
        of the subnet. If none has any, all are 0. Stake on hotkeys that are not registered does not count. After the
        epoch `StakeWeight` MUST be the shares in parts of 65 535 ([EPOCH-6](#epoch-6)), over all mechanisms as
        [EPOCH-25](#epoch-25) adds them up; a newcomer has 0 or none.
    Formula: $$ s_i = \frac{w_i}{\sum_j w_j} $$
    Units: parts of 1.
    Rounding: Truncated in I64F64, then floored in I32F32: less than $\varepsilon$ below the exact value, never above. A
        neuron with less than 1 part in $2^{32}$ of the stake has none.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch_mechanism`, `persist_netuid_epoch_terms`;
        `pallets/subtensor/src/epoch/math.rs`, `inplace_normalize_64`, `vec_fixed64_to_fixed32`
    Example: 280 of 1 000.

        >>> stored_stake_shares([Fraction(280), Fraction(720)])
        [Fraction(7, 25), Fraction(18, 25)]
    """
    return normalised(weights)


@rule("EPOCH-27", since=401)
def with_owner(
    weights: Sequence[Fraction], counted: Sequence[Fraction], permits: Sequence[bool], owner_uid: int | None
) -> tuple[list[Fraction], list[bool]]:
    r"""The owner's neuron in an epoch.

    Statement: The stake weight of the owner's neuron ([EPOCH-11](#epoch-11)) MUST count even if it is below the
        threshold ([EPOCH-22](#epoch-22)); and it MUST have a validator permit, among those that the epoch finds and
        among those that it leaves, whatever its stake and in addition to those of [EPOCH-5](#epoch-5). It holds for
        epochs with sparse matrices, which are those of the chain, and not for dense ones.
    Units: stake weights in alpha rao, all and those that count; permits.
    Rounding: none.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch_mechanism`
    Example: The owner has uid 0.

        >>> with_owner([Fraction(5), Fraction(90)], [Fraction(0), Fraction(90)], [False, True], 0)
        ([Fraction(5, 1), Fraction(90, 1)], [True, True])
    """
    stakes, permitted = list(counted), list(permits)
    if owner_uid is not None and owner_uid < len(stakes):
        stakes[owner_uid], permitted[owner_uid] = weights[owner_uid], True
    return stakes, permitted
