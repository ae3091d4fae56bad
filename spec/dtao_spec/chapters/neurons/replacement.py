"""Which neuron is pruned, and the registration of a hotkey."""

from collections.abc import Sequence

from attrs import evolve

from dtao_spec.chapters.neurons.neuron import Neuron
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.neurons"
U16_MAX = 2**16 - 1
MIN_NON_IMMUNE = 10
"""Neurons: the default of `MinNonImmuneUids`."""


@rule("REG-5")
def neuron_to_prune(
    neurons: Sequence[Neuron],
    owned: Sequence[bool],
    owner_hotkey: str | None,
    block: int,
    immunity_period: int,
    min_non_immune: int = MIN_NON_IMMUNE,
) -> int | None:
    r"""Neuron to prune.

    Statement: The uid that is pruned MUST be that with the lowest pruning score; of equal ones the one registered
        first, then the lowest uid. Neurons registered less than `ImmunityPeriod` blocks ago MUST be chosen only where
        there are no others, and neurons whose owner owns the subnet never; uid 0 then stands for none. The pruning
        score of the uid becomes 65 535, also where it stands for none; without any neuron nothing changes.
    Formula: $$ \min_{uid}\; (\text{immune},\ \text{score},\ \text{registered at},\ uid) $$
    Units: scores of 65 535; blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `get_neuron_to_prune`
    Known violation: A subnet all of whose neurons are its owner's takes the burn of a newcomer and gives it no uid. A
        neuron with the largest score and the largest block is overlooked; no block is that large.
    Example: The second neuron has the lower score, but is immune.

        >>> neurons = [Neuron("h", 10, 10, pruning_score=500), Neuron("g", 4_000, 4_000, pruning_score=3)]
        >>> [neuron_to_prune(neurons, [False, False], None, block, 4_096) for block in (5_000, 9_000)]
        [0, 1]
    """
    return _lowest(neurons, owned, block, immunity_period)


@rule("REG-5", since=238)
def neuron_to_prune_but_for_the_owner_hotkey(
    neurons: Sequence[Neuron],
    owned: Sequence[bool],
    owner_hotkey: str | None,
    block: int,
    immunity_period: int,
    min_non_immune: int = MIN_NON_IMMUNE,
) -> int | None:
    r"""Neuron to prune.

    Change: Of the owner's hotkeys only the subnet's owner hotkey is never chosen. An owner could fill a subnet with
        neurons that nobody was able to replace.
    Statement: The uid that is pruned MUST be that with the lowest pruning score; of equal ones the one registered
        first, then the lowest uid. Neurons registered less than `ImmunityPeriod` blocks ago MUST be chosen only where
        there are no others, and the neuron of the subnet's `SubnetOwnerHotkey` never; uid 0 then stands for none. The
        pruning score of the uid becomes 65 535, also where it stands for none; without any neuron nothing changes.
    Formula: $$ \min_{uid}\; (\text{immune},\ \text{score},\ \text{registered at},\ uid) $$
    Units: scores of 65 535; blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `get_neuron_to_prune`
    Known violation: A subnet whose only neuron is the owner hotkey's, and that has room for no other, takes the burn of
        a newcomer and gives it no uid. A neuron with the largest score and the largest block is overlooked; no block is
        that large.
    Example: Both hotkeys are of one owner. The owner hotkey is protected, whatever its score.

        >>> both = [Neuron("first", 10, 10), Neuron("second", 10, 10, pruning_score=500)]
        >>> neuron_to_prune_but_for_the_owner_hotkey(both, [True, True], "first", 9_000, 4_096)
        1
    """
    return _lowest(neurons, [neuron.hotkey == owner_hotkey for neuron in neurons], block, immunity_period)


@rule("REG-5", since=320)
def neuron_to_prune_but_for_immune_ones(
    neurons: Sequence[Neuron],
    owned: Sequence[bool],
    owner_hotkey: str | None,
    block: int,
    immunity_period: int,
    min_non_immune: int = MIN_NON_IMMUNE,
) -> int | None:
    r"""Neuron to prune.

    Change: As many of the owner's neurons are never chosen as the subnet allows, one by default. Owners of subnets have
        several neurons that they burn emission with.
    Statement: The uid that is pruned MUST be that with the lowest pruning score; of equal ones the one registered
        first, then the lowest uid. Neurons registered less than `ImmunityPeriod` blocks ago MUST be chosen only where
        there are no others, and `ImmuneOwnerUidsLimit` neurons of the hotkeys of the subnet's owner never: that of
        `SubnetOwnerHotkey` before all, unless it is among the others, then those registered last, of equal ones that
        with the lower uid; uid 0 then stands for none. The pruning score of the uid becomes 65 535, also where it
        stands for none; without any neuron nothing changes.
    Formula: $$ \min_{uid}\; (\text{immune},\ \text{score},\ \text{registered at},\ uid) $$
    Units: scores of 65 535; blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `get_neuron_to_prune`
    Known violation: A subnet whose only neuron is the owner hotkey's, and that has room for no other, takes the burn of
        a newcomer and gives it no uid. A neuron with the largest score and the largest block is overlooked; no block is
        that large.
    Example: Both hotkeys are of one owner. One is immune: the owner hotkey.

        >>> both = [Neuron("first", 10, 10), Neuron("second", 10, 10, pruning_score=500)]
        >>> neuron_to_prune_but_for_immune_ones(both, [True, True], "first", 9_000, 4_096)
        1
    """
    return _lowest(neurons, immune_of_owner(neurons, owned, owner_hotkey, 1), block, immunity_period)


@rule("REG-5", since=338)
def neuron_to_prune_but_for_the_oldest_immune_ones(
    neurons: Sequence[Neuron],
    owned: Sequence[bool],
    owner_hotkey: str | None,
    block: int,
    immunity_period: int,
    min_non_immune: int = MIN_NON_IMMUNE,
) -> int | None:
    r"""Neuron to prune.

    Change: Of the owner's neurons those stay that registered first, no longer those that registered last. Another
        hotkey of the owner takes the immunity of an older one away no more.
    Statement: The uid that is pruned MUST be that with the lowest pruning score; of equal ones the one registered
        first, then the lowest uid. Neurons registered less than `ImmunityPeriod` blocks ago MUST be chosen only where
        there are no others, and `ImmuneOwnerUidsLimit` neurons of the hotkeys of the subnet's owner never: that of
        `SubnetOwnerHotkey` before all, unless it is among the others, then those registered first, of equal ones that
        with the lower uid; uid 0 then stands for none. The pruning score of the uid becomes 65 535, also where it
        stands for none; without any neuron nothing changes.
    Formula: $$ \min_{uid}\; (\text{immune},\ \text{score},\ \text{registered at},\ uid) $$
    Units: scores of 65 535; blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `get_neuron_to_prune`, `get_immune_owner_hotkeys`
    Known violation: A subnet whose only neuron is the owner hotkey's, and that has room for no other, takes the burn of
        a newcomer and gives it no uid. A neuron with the largest score and the largest block is overlooked; no block is
        that large.
    Example: Both hotkeys are of one owner, neither is the owner hotkey. The first to register is immune.

        >>> both = [Neuron("first", 10, 10), Neuron("second", 20, 20, pruning_score=500)]
        >>> neuron_to_prune_but_for_the_oldest_immune_ones(both, [True, True], None, 9_000, 4_096)
        1
    """
    return _lowest(neurons, immune_of_owner(neurons, owned, owner_hotkey, 1, is_last=False), block, immunity_period)


@rule("REG-5", since=365)
def neuron_to_prune_by_emission(
    neurons: Sequence[Neuron],
    owned: Sequence[bool],
    owner_hotkey: str | None,
    block: int,
    immunity_period: int,
    min_non_immune: int = MIN_NON_IMMUNE,
) -> int | None:
    r"""Neuron to prune.

    Change: The emission of the last epoch decides instead of a score made from it, none is pruned where only so many
        are left that are not immune, and where none may be, a newcomer is refused instead of paying for nothing.
    Statement: The uid that is pruned MUST be that with the lowest `Emission`; of equal ones the one registered first,
        then the lowest uid. `ImmuneOwnerUidsLimit` neurons of the hotkeys of the subnet's owner MUST never be chosen:
        that of `SubnetOwnerHotkey` before all, unless it is among the others, then those registered first, of equal
        ones that with the lower uid. Of the others those registered less than `ImmunityPeriod` blocks ago are immune.
        If more than `MinNonImmuneUids`, by default 10, are not immune, the uid MUST be one of these, otherwise one of
        the immune ones; if there is none, no neuron is pruned. Nothing is stored.
    Formula: $$ \min_{uid}\; (\text{emission},\ \text{registered at},\ uid) $$
    Units: alpha rao; blocks; neurons.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `get_neuron_to_prune`
    Known violation: A subnet with no more than `MinNonImmuneUids` neurons that are not immune, and no immune one, takes
        no newcomer. While there are immune ones, these are pruned first there.
    Example: The second neuron earns less, but is immune; where one neuron must stay that is not, it goes.

        >>> neurons = [Neuron("h", 10, 10, emission=500), Neuron("g", 4_000, 4_000, emission=3)]
        >>> [neuron_to_prune_by_emission(neurons, [False, False], None, 5_000, 4_096, least) for least in (0, 1, 2)]
        [0, 1, 1]
        >>> neuron_to_prune_by_emission(neurons, [False, False], None, 9_000, 4_096) is None
        True
    """
    protected = immune_of_owner(neurons, owned, owner_hotkey, 1, is_last=False)
    candidates: dict[bool, list[tuple[int, int, int]]] = {False: [], True: []}
    for uid, neuron in enumerate(neurons):
        if not protected[uid]:
            is_immune = max(block - neuron.registered_at, 0) < immunity_period
            candidates[is_immune].append((neuron.emission, neuron.registered_at, uid))
    chosen = candidates[len(candidates[False]) <= min_non_immune]
    return min(chosen)[-1] if chosen else None


def immune_of_owner(
    neurons: Sequence[Neuron], owned: Sequence[bool], owner_hotkey: str | None, limit: int, is_last: bool = True
) -> list[bool]:
    """Return which neurons are never pruned: the owner hotkey's and the owner's that registered last, or first."""
    sign = -1 if is_last else 1
    latest = sorted((sign * neuron.registered_at, uid) for uid, neuron in enumerate(neurons) if owned[uid])
    immune = [uid for _, uid in latest[:limit]]
    own = [uid for uid, neuron in enumerate(neurons) if neuron.hotkey == owner_hotkey and uid not in immune]
    return [uid in (*own, *immune)[:limit] for uid in range(len(neurons))]


def _lowest(neurons: Sequence[Neuron], protected: Sequence[bool], block: int, immunity_period: int) -> int:
    candidates = [
        (max(block - neuron.registered_at, 0) < immunity_period, neuron.pruning_score, neuron.registered_at, uid)
        for uid, neuron in enumerate(neurons)
        if not protected[uid]
    ]
    return min(candidates)[-1] if candidates else 0


@rule("REG-6")
def register(
    neurons: Sequence[Neuron],
    owned: Sequence[bool],
    owner_hotkey: str | None,
    hotkey: str,
    block: int,
    max_uids: int,
    immunity_period: int,
    min_non_immune: int = MIN_NON_IMMUNE,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> tuple[tuple[Neuron, ...], int] | str:
    r"""Registration of a hotkey.

    Statement: Below `MaxAllowedUids` neurons a hotkey MUST be appended ([REG-3](#reg-3)); otherwise it MUST replace
        ([REG-4](#reg-4)) the neuron that is pruned ([REG-5](#reg-5)).
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `register_neuron`
    Known violation: as REG-5: the uid is reported even where the hotkey did not get it.
    Example: One place, taken; and taken by the subnet's owner with the owner hotkey.

        >>> before = (Neuron("h", 10, 10),)
        >>> [neuron.hotkey for neuron in register(before, [False], None, "g", 9_000, 1, 4_096)[0]]
        ['g']
        >>> [neuron.hotkey for neuron in register(before, [True], "h", "g", 9_000, 1, 4_096)[0]]
        ['h']
    """
    if len(neurons) < max_uids:
        return rules["REG-3"](neurons, hotkey, block), len(neurons)
    uid: int = rules["REG-5"](neurons, owned, owner_hotkey, block, immunity_period)
    after = list(neurons)
    if after:
        scored = evolve(after[uid], pruning_score=U16_MAX)
        after[uid] = rules["REG-4"](scored, hotkey, block, owned[uid], owner_hotkey)
    return tuple(after), uid


@rule("REG-6", since=365)
def register_if_possible(
    neurons: Sequence[Neuron],
    owned: Sequence[bool],
    owner_hotkey: str | None,
    hotkey: str,
    block: int,
    max_uids: int,
    immunity_period: int,
    min_non_immune: int = MIN_NON_IMMUNE,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> tuple[tuple[Neuron, ...], int] | str:
    r"""Registration of a hotkey.

    Change: Where no neuron may be pruned, the registration is refused before anything is paid.
    Statement: Below `MaxAllowedUids` neurons a hotkey MUST be appended ([REG-3](#reg-3)); otherwise it MUST replace
        ([REG-4](#reg-4)) the neuron that is pruned ([REG-5](#reg-5)), and be refused if there is none.
    Units: blocks.
    Rounding: none.
    Rejections: `NoNeuronIdAvailable` if no neuron may be pruned; [REG-7](#reg-7) asks it right after whether any uids
        are allowed.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `register_neuron`, `do_burned_registration`
    Example: One place, taken by a neuron that may not be pruned; and by one that is immune, and so may be.

        >>> before, rules = (Neuron("h", 10, 10),), Computation(365)
        >>> register_if_possible(before, [False], None, "g", 9_000, 1, 4_096, rules=rules)
        'NoNeuronIdAvailable'
        >>> after = register_if_possible(before, [False], None, "g", 100, 1, 4_096, rules=rules)
        >>> [neuron.hotkey for neuron in after[0]]
        ['g']
    """
    if len(neurons) < max_uids:
        return rules["REG-3"](neurons, hotkey, block), len(neurons)
    uid: int | None = rules["REG-5"](neurons, owned, owner_hotkey, block, immunity_period, min_non_immune)
    if uid is None:
        return "NoNeuronIdAvailable"
    after = list(neurons)
    after[uid] = rules["REG-4"](after[uid], hotkey, block, owned[uid], owner_hotkey)
    return tuple(after), uid
