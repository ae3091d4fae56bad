"""Neurons in later versions."""

from collections.abc import Mapping, Sequence

from dtao_spec.chapters import neurons
from dtao_spec.chapters.neurons import Neuron
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.neurons"


@rule("REG-4", since=238)
def replaced(neuron: Neuron, hotkey: str, block: int, owner_hotkey: str | None) -> Neuron:
    r"""Only the owner hotkey is not replaced.

    Statement: As before, but nothing MUST happen where the old hotkey is the subnet's `SubnetOwnerHotkey`. Other
        hotkeys of the owner are replaced like any.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Example: The owner's second hotkey has to go, the first one stays.

        >>> [replaced(Neuron(hotkey, 5, 7), "new", 9, "first").hotkey for hotkey in ("first", "second")]
        ['first', 'new']
    """
    return neurons.replaced(neuron, hotkey, block, owns_subnet=neuron.hotkey == owner_hotkey)


@rule("REG-4", since=257)
def replaced_without_bonds(
    neuron: Neuron, bonds: Mapping[int, int], hotkey: str, block: int, owner_hotkey: str | None
) -> tuple[Neuron, Mapping[int, int]]:
    r"""The successor starts without bonds.

    Statement: As before, but the row of bonds of the uid MUST be removed. The bonds of others in the uid stay; the
        epoch ignores them for a tempo ([BOND-6](#bond-6)).
    Units: blocks; bonds in parts of 65 535, by uid.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Known violation: Permit and weights are inherited as before.
    Example: A validator is replaced by another, and by nobody.

        >>> validator = Neuron("h", 5, 7, validator_permit=True)
        >>> new, bonds = replaced_without_bonds(validator, {3: 65_535}, "g", 9, None)
        >>> new.hotkey, new.validator_permit, bonds
        ('g', True, {})
        >>> replaced_without_bonds(validator, {3: 65_535}, "g", 9, "h") == (validator, {3: 65_535})
        True
    """
    after = replaced(neuron, hotkey, block, owner_hotkey)
    return after, bonds if neuron.hotkey == owner_hotkey else {}


@rule("REG-5", since=238)
def neuron_to_prune(candidates: Sequence[Neuron], owner_hotkey: str | None, block: int, immunity_period: int) -> int:
    r"""Only the owner hotkey is protected.

    Statement: As before, but the one neuron that is never chosen MUST be that of the subnet's `SubnetOwnerHotkey`.
    Formula: $$ \min_{uid}\; (\text{immune},\ \text{score},\ \text{registered at},\ uid) $$
    Units: scores of 65 535; blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `get_neuron_to_prune`
    Known violation: A subnet whose only neuron is the owner hotkey's, and that has room for no other, takes the burn of
        a newcomer and gives it no uid.
    Example: Both hotkeys are of one owner. The owner hotkey is protected, whatever its score.

        >>> both = [Neuron("first", 10, 10), Neuron("second", 10, 10, pruning_score=500)]
        >>> neuron_to_prune(both, "first", 9_000, 4_096)
        1
    """
    owned = [neuron.hotkey == owner_hotkey for neuron in candidates]
    return neurons.neuron_to_prune(candidates, owned, block, immunity_period)
