"""The epoch and its stake weights in later versions."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from dtao_spec.chapters import epoch, weights
from dtao_spec.chapters.epoch import Row
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.epoch"


@rule("EPOCH-1", since=261)
def inherited_stake(
    stake: Fraction, to_children: Iterable[Fraction], from_parents: Iterable[tuple[Fraction, Fraction]]
) -> Fraction:
    r"""What is kept is never negative.

    Statement: As before, but what remains to a hotkey of its own stake MUST be at least 0 before its parents' part is
        added. Only children with more than the whole, which no call can name, tell the two apart.
    Formula: $$ x = \max\Big(0,\; s \Big(1 - \sum_c q_c\Big)\Big) + \sum_p q_p\, s_p $$
    Units: alpha rao, or rao of root stake; proportions as parts of 1.
    Rounding: as before.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_inherited_for_hotkey_on_subnet`,
        `get_tao_inherited_for_hotkey_on_subnet`
    Example: Children that have twice the stake take nothing of what a parent lent.

        >>> given = Fraction(1_000), [Fraction(2)], [(Fraction(1), Fraction(400))]
        >>> weights.inherited_stake(*given), inherited_stake(*given)
        (Fraction(0, 1), Fraction(400, 1))
    """
    return weights.inherited_stake(stake, to_children, ()) + sum(
        (proportion * of for proportion, of in from_parents), Fraction(0)
    )


@rule("EPOCH-5", since=273)
def permitted_validators(stake: Sequence[Fraction], max_allowed_validators: int) -> list[bool]:
    r"""A permit takes stake.

    Statement: As before, but a neuron whose share of the stake is 0 MUST NOT get a permit.
    Units: shares of the stake ([EPOCH-12](#epoch-12)), of which those below the threshold are 0
        ([EPOCH-22](#epoch-22)).
    Rounding: none; but a share of less than $\varepsilon$ counts as 0, and shares that differ by less may count as
        equal.
    Source: `pallets/subtensor/src/epoch/math.rs`, `is_topk_nonzero`
    Example: Room for three validators, and two with stake.

        >>> permitted_validators([Fraction(3, 10), Fraction(0), Fraction(7, 10)], 3)
        [True, False, True]
    """
    permits = epoch.permitted_validators(stake, max_allowed_validators)
    return [permit and share != 0 for permit, share in zip(permits, stake, strict=True)]


@rule("EPOCH-11", since=252)
def weights_that_count(
    stored: Sequence[Mapping[int, int]],
    permits: Sequence[bool],
    last_update: Sequence[int],
    registered: Sequence[int],
    owner_uid: int | None,
) -> list[Row]:
    r"""The owner may weigh itself.

    Statement: As before, but the weight on itself of the neuron that has the subnet's `SubnetOwnerHotkey` MUST NOT be
        ignored on that ground.
    Formula: $$ w_{ij} \ne 0 \;\Rightarrow\;
        \text{permit}_i \wedge (i \ne j \vee i = o) \wedge j < n \wedge u_i > g_j $$
    Units: stored weights in parts of 65 535; blocks. $o$ is the owner's uid, if its hotkey has one.
    Rounding: none; normalising, as [EPOCH-4](#epoch-4).
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `get_weights_sparse`;
      `pallets/subtensor/src/utils/misc.rs`, `get_owner_uid`;
        `pallets/subtensor/src/epoch/math.rs`, `mask_rows_sparse`, `mask_diag_sparse_except_index`,
        `vec_mask_sparse_matrix`
    Known violation: as before. What the owner earns as a miner by its own weight, or by that of others, is not paid
        ([DIV-9](#div-9)): a subnet burns its miners' part by weighing its owner.
    Example: Neurons 0 and 1 weigh only themselves; 1 is the owner's.

        >>> weights_that_count([{0: 9}, {1: 9}], [True, True], [50, 50], [1, 1], 1)
        [{}, {1: Fraction(9, 1)}]
    """
    counted = epoch.weights_that_count(stored, permits, last_update, registered)
    if owner_uid is not None and permits[owner_uid] and last_update[owner_uid] > registered[owner_uid]:
        of_owner = stored[owner_uid]
        counted[owner_uid] = {
            target: Fraction(weight)
            for target, weight in of_owner.items()
            if target == owner_uid or target in counted[owner_uid]
        }
    return counted


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
