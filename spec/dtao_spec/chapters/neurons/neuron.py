"""A neuron: appended, and replaced by a newcomer."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attrs import evolve, frozen

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.neurons"


@frozen
class Neuron:
    """What is stored under a uid."""

    hotkey: str
    registered_at: int
    last_update: int
    active: bool = True
    validator_permit: bool = False
    rank: int = 0
    trust: int = 0
    validator_trust: int = 0
    consensus: int = 0
    incentive: int = 0
    dividends: int = 0
    emission: int = 0
    pruning_score: int = 0
    bonds: Mapping[int, int] = MappingProxyType({})
    """Its row of bonds, u16-normalised fractions by uid; in the first mechanism."""
    weights: Mapping[int, int] = MappingProxyType({})
    """Its row of weights, parts of the largest; in the first mechanism."""


@rule("REG-3")
def append(neurons: Sequence[Neuron], hotkey: str, block: int) -> tuple[Neuron, ...]:
    r"""Appending a neuron.

    Statement: A neuron that is appended MUST get the number of neurons before it as its uid. It is registered and
        updated in the present block, active, and without a validator permit; all its scores are 0.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `append_neuron`
    Example: The second neuron has the uid 1.

        >>> [neuron.hotkey for neuron in append((Neuron("h", 5, 5),), "g", 9)]
        ['h', 'g']
    """
    return (*neurons, Neuron(hotkey, block, block))


@rule("REG-3", since=320)
def append_to_mechanisms(neurons: Sequence[Neuron], hotkey: str, block: int) -> tuple[Neuron, ...]:
    r"""Appending a neuron.

    Change: A subnet may have several mechanisms, and the neuron joins them all.
    Statement: A neuron that is appended MUST get the number of neurons before it as its uid. It is registered in the
        present block, active, and without a validator permit; all its scores are 0. In each mechanism its incentive is
        0, appended to those that are known there, and its last update is the present block, in the list completed by
        [EPOCH-26](#epoch-26).
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `append_neuron`
    Known violation: In a mechanism that knows no incentives of the neurons before, that of the new one stands where the
        first should, until the next epoch.
    Example: The second neuron has the uid 1.

        >>> [neuron.hotkey for neuron in append_to_mechanisms((Neuron("h", 5, 5),), "g", 9)]
        ['h', 'g']
    """
    return append(neurons, hotkey, block)


@rule("REG-3", since=365)
def append_without_ranks(neurons: Sequence[Neuron], hotkey: str, block: int) -> tuple[Neuron, ...]:
    r"""Appending a neuron.

    Change: A neuron gets no rank, trust and pruning score any more; nothing reads them.
    Statement: A neuron that is appended MUST get the number of neurons before it as its uid. It is registered in the
        present block, active, and without a validator permit; its emission, consensus, dividends and validator trust
        are 0. `Rank`, `Trust` and `PruningScores` MUST stay as they are, with no place for it. In each mechanism its
        incentive is 0, appended to those that are known there, and its last update is the present block, in the list
        completed by [EPOCH-26](#epoch-26).
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `append_neuron`
    Known violation: In a mechanism that knows no incentives of the neurons before, that of the new one stands where the
        first should, until the next epoch.
    Example: The second neuron has the uid 1.

        >>> [neuron.hotkey for neuron in append_without_ranks((Neuron("h", 5, 5),), "g", 9)]
        ['h', 'g']
    """
    return append(neurons, hotkey, block)


@rule("REG-4")
def replace(neuron: Neuron, hotkey: str, block: int, owns_subnet: bool, owner_hotkey: str | None = None) -> Neuron:
    r"""Neuron replacement.

    Statement: A neuron that is replaced MUST leave its uid to the newcomer, registered in the present block and active,
        with emission, trust, consensus, incentive and dividends of 0. Rank, validator trust, validator permit, the last
        update, the pruning score, and the rows of weights and bonds MUST stay as they are. Nothing MUST happen where
        the owner of the old hotkey owns the subnet.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Known violation: The newcomer has its predecessor's permit until the next epoch, and its weights until it sets its
        own.
    Example: The permit is inherited, the incentive is not.

        >>> old = Neuron("h", 5, 7, validator_permit=True, incentive=900, pruning_score=65_535)
        >>> new = replace(old, "g", 9, owns_subnet=False)
        >>> new.hotkey, new.registered_at, new.last_update, new.validator_permit, new.incentive
        ('g', 9, 7, True, 0)
        >>> replace(old, "g", 9, owns_subnet=True).hotkey
        'h'
    """
    return neuron if owns_subnet else _replace(neuron, hotkey, block)


@rule("REG-4", since=238)
def replace_but_for_the_owner_hotkey(
    neuron: Neuron, hotkey: str, block: int, owns_subnet: bool, owner_hotkey: str | None
) -> Neuron:
    r"""Neuron replacement.

    Change: Of the owner's hotkeys only the subnet's owner hotkey is protected. An owner could fill a subnet with
        neurons that nobody was able to replace.
    Statement: A neuron that is replaced MUST leave its uid to the newcomer, registered in the present block and active,
        with emission, trust, consensus, incentive and dividends of 0. Rank, validator trust, validator permit, the last
        update, the pruning score, and the rows of weights and bonds MUST stay as they are. Nothing MUST happen where
        the old hotkey is the subnet's `SubnetOwnerHotkey`; other hotkeys of the owner are replaced like any.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Known violation: The newcomer has its predecessor's permit until the next epoch, and its weights until it sets its
        own.
    Example: The owner's second hotkey has to go, the first one stays.

        >>> owned = [Neuron(hotkey, 5, 7) for hotkey in ("first", "second")]
        >>> [replace_but_for_the_owner_hotkey(neuron, "new", 9, True, "first").hotkey for neuron in owned]
        ['first', 'new']
    """
    return neuron if neuron.hotkey == owner_hotkey else _replace(neuron, hotkey, block)


@rule("REG-4", since=257)
def replace_without_bonds(
    neuron: Neuron, hotkey: str, block: int, owns_subnet: bool, owner_hotkey: str | None
) -> Neuron:
    r"""Neuron replacement.

    Change: The row of bonds of the uid is removed. A newcomer inherited the bonds of the validator that it replaced,
        and was paid the dividends for them.
    Statement: A neuron that is replaced MUST leave its uid to the newcomer, registered in the present block and active,
        with emission, trust, consensus, incentive and dividends of 0, and without its row of bonds. Rank, validator
        trust, validator permit, the last update, the pruning score, and the row of weights MUST stay as they are, and
        so MUST the bonds of others in the uid; the epoch ignores these for a tempo ([BOND-6](#bond-6)). Nothing MUST
        happen where the old hotkey is the subnet's `SubnetOwnerHotkey`; other hotkeys of the owner are replaced like
        any.
    Units: blocks; bonds as u16-normalised fractions, by uid.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Known violation: The newcomer has its predecessor's permit until the next epoch, and its weights until it sets its
        own.
    Example: A validator is replaced by another; the owner hotkey is not.

        >>> validator = Neuron("h", 5, 7, validator_permit=True, bonds={3: 65_535})
        >>> new = replace_without_bonds(validator, "g", 9, False, None)
        >>> new.hotkey, new.validator_permit, new.bonds
        ('g', True, {})
        >>> replace_without_bonds(validator, "g", 9, True, "h") == validator
        True
    """
    return neuron if neuron.hotkey == owner_hotkey else evolve(_replace(neuron, hotkey, block), bonds={})


@rule("REG-4", since=320)
def replace_without_weights(
    neuron: Neuron, hotkey: str, block: int, owns_subnet: bool, owner_hotkey: str | None
) -> Neuron:
    r"""Neuron replacement.

    Change: The weights of the uid are removed and those on it become 0, in all mechanisms. A newcomer judged others by
        the weights of the neuron that it replaced, and was judged by weights that were meant for that one.
    Statement: A neuron that is replaced MUST leave its uid to the newcomer, registered in the present block and active,
        with emission, trust, consensus and dividends of 0; and in each mechanism with an incentive of 0, and without
        its rows of bonds and weights. Weights of others on the uid MUST become 0, and stay in their rows. Rank,
        validator trust, validator permit, the last updates and the pruning score MUST stay as they are, and so MUST the
        bonds of others in the uid; the epoch ignores these for a tempo ([BOND-6](#bond-6)). Nothing MUST happen where
        the old hotkey is the subnet's `SubnetOwnerHotkey`.
    Units: blocks; bonds as u16-normalised fractions, by uid.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Known violation: The newcomer has its predecessor's permit until the next epoch. What a mechanism beyond
        `MechanismCountCurrent` has of the uid stays.
    Example: A validator is replaced by another.

        >>> validator = Neuron("h", 5, 7, validator_permit=True, bonds={3: 65_535}, weights={3: 65_535})
        >>> new = replace_without_weights(validator, "g", 9, False, None)
        >>> new.hotkey, new.validator_permit, new.bonds, new.weights
        ('g', True, {}, {})
    """
    if neuron.hotkey == owner_hotkey:
        return neuron
    return evolve(_replace(neuron, hotkey, block), bonds={}, weights={})


@rule("REG-4", since=365)
def replace_with_trust(neuron: Neuron, hotkey: str, block: int, owns_subnet: bool, owner_hotkey: str | None) -> Neuron:
    r"""Neuron replacement.

    Change: Trust is not cleared any more, as nothing reads it.
    Statement: A neuron that is replaced MUST leave its uid to the newcomer, registered in the present block and active,
        with emission, consensus and dividends of 0; and in each mechanism with an incentive of 0, and without its rows
        of bonds and weights. Weights of others on the uid MUST become 0, and stay in their rows. Rank, trust, validator
        trust, validator permit, the last updates and the pruning score MUST stay as they are, and so MUST the bonds of
        others in the uid; the epoch ignores these for a tempo ([BOND-6](#bond-6)). Nothing MUST happen where the old
        hotkey is the subnet's `SubnetOwnerHotkey`.
    Units: blocks; bonds as u16-normalised fractions, by uid.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Known violation: The newcomer has its predecessor's permit until the next epoch. What a mechanism beyond
        `MechanismCountCurrent` has of the uid stays.
    Example: A validator is replaced by another.

        >>> validator = Neuron("h", 5, 7, validator_permit=True, trust=9, consensus=9)
        >>> new = replace_with_trust(validator, "g", 9, False, None)
        >>> new.hotkey, new.validator_permit, new.trust, new.consensus
        ('g', True, 9, 0)
    """
    after = replace_without_weights(neuron, hotkey, block, owns_subnet, owner_hotkey)
    return evolve(after, trust=neuron.trust)


def _replace(neuron: Neuron, hotkey: str, block: int) -> Neuron:
    """Return the neuron of the newcomer, with what it inherits."""
    return evolve(
        neuron,
        hotkey=hotkey,
        registered_at=block,
        active=True,
        emission=0,
        trust=0,
        consensus=0,
        incentive=0,
        dividends=0,
    )


@rule("REG-4", since=401)
def replace_and_update(neuron: Neuron, hotkey: str, block: int, owns_subnet: bool, owner_hotkey: str | None) -> Neuron:
    r"""Neuron replacement.

    Change: The last updates of the uid become the present block, so that the newcomer counts as active, and its stake
        weight 0 until the next epoch.
    Statement: A neuron that is replaced MUST leave its uid to the newcomer, registered in the present block and active,
        with emission, consensus, dividends and stake weight of 0; and in each mechanism with an incentive of 0, without
        its rows of bonds and weights, and with a last update in the present block. Weights of others on the uid MUST
        become 0, and stay in their rows. Validator trust and validator permit MUST stay as they are, and so MUST the
        bonds of others in the uid; the epoch ignores these for a tempo ([BOND-6](#bond-6)). Nothing MUST happen where
        the old hotkey is the subnet's `SubnetOwnerHotkey`.
    Units: blocks; bonds as u16-normalised fractions, by uid.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Known violation: The newcomer has its predecessor's permit until the next epoch. What a mechanism beyond
        `MechanismCountCurrent` has of the uid stays.
    Example: A validator is replaced by another.

        >>> validator = Neuron("h", 5, 7, validator_permit=True, bonds={3: 65_535}, weights={3: 65_535})
        >>> new = replace_and_update(validator, "g", 9, False, None)
        >>> new.hotkey, new.last_update, new.bonds, new.weights
        ('g', 9, {}, {})
    """
    if neuron.hotkey == owner_hotkey:
        return neuron
    return evolve(_replace(neuron, hotkey, block), bonds={}, weights={}, last_update=block)
