"""Several mechanisms a subnet: their share of the emission, and what the neurons get and are over all of them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, floored

CHAPTER = "dtao_spec.chapters.epoch"
SUBNETS = 4_096
T = TypeVar("T")


@rule("EPOCH-23", since=320)
def storage_index(netuid: int, mechanism: int) -> int:
    r"""Index of a mechanism.

    Statement: `Weights`, `Bonds`, `Incentive` and `LastUpdate` MUST be kept for each mechanism of a subnet, under an
        index in place of the netuid: the netuid plus 4 096 times the number of the mechanism, which counts from 0. The
        first mechanism so has the index that the subnet had. All else that is known of neurons, their permits and
        stakes among it, is common to all mechanisms. Epochs run for the first `MechanismCountCurrent` mechanisms, by
        default one; what is kept of others stays as it is.
    Formula: $$ i = n + 4096\, m $$
    Units: none.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/mechanism.rs`, `get_mechanism_storage_index`, `get_netuid_and_subid`
    Known violation: A mechanism from the sixteenth on shares the index 65 535, and a subnet from netuid 4 096 on the
        index of another one's mechanism. No call leads to either.
    Example: The second mechanism of subnet 2.

        >>> storage_index(2, 0), storage_index(2, 1)
        (2, 4098)
    """
    return netuid + SUBNETS * mechanism


def emissions_of_mechanisms_rounded(
    emission: Fraction, mechanisms: int, split: Sequence[Fraction] | None
) -> list[Fraction]:
    """Return the parts in whole alpha rao."""
    return _with_the_rest(emission, [floored(part, 0) for part in _parts(emission, mechanisms, split)])


@rule("EPOCH-24", since=320, rounded=emissions_of_mechanisms_rounded)
def emissions_of_mechanisms(emission: Fraction, mechanisms: int, split: Sequence[Fraction] | None) -> list[Fraction]:
    r"""Emission of each mechanism.

    Statement: Each mechanism MUST divide its part of the alpha that the epoch divides: that of
        `MechanismEmissionSplit`, or an equal one where no split is set. A mechanism beyond the split gets nothing, and
        a part beyond the mechanisms is dropped. What is left of the emission goes to the first mechanism.
    Formula: $$ E_m = E\, q_m \quad (m > 0), \qquad E_0 = E - \sum_{m > 0} E_m $$
    Units: alpha rao; the split as u16-normalised fractions.
    Rounding: Each part is floored to alpha rao: less than 1 below the exact product, never above. With $k$ mechanisms
        the first gets less than $k$ more for it. All parts together are the emission, to the rao.
    Source: `pallets/subtensor/src/subnets/mechanism.rs`, `split_emissions`
    Example: 100 over three mechanisms; and by a split of one part in five to the second of two.

        >>> emissions_of_mechanisms_rounded(Fraction(100), 3, None)
        [Fraction(34, 1), Fraction(33, 1), Fraction(33, 1)]
        >>> emissions_of_mechanisms(Fraction(100), 2, [Fraction(4, 5), Fraction(1, 5)])
        [Fraction(80, 1), Fraction(20, 1)]
    """
    return _with_the_rest(emission, _parts(emission, mechanisms, split))


def _parts(emission: Fraction, mechanisms: int, split: Sequence[Fraction] | None) -> list[Fraction]:
    if split is None:
        return [emission / mechanisms] * mechanisms
    shares = [*split[:mechanisms], *[Fraction(0)] * (mechanisms - len(split))]
    return [emission * share for share in shares]


def _with_the_rest(emission: Fraction, parts: Sequence[Fraction]) -> list[Fraction]:
    first, *others = parts
    return [first + max(emission - sum(parts), Fraction(0)), *others]


def over_mechanisms_rounded(
    emission: Fraction, parts: Sequence[Fraction], numbers: Sequence[Fraction], largest: int
) -> Fraction:
    """Return the whole number, of weights in U64F64."""
    weights = [floored(weight, LIMIT_BITS) for weight in _weights(emission, parts)]
    total = Fraction(0)
    for number, weight in zip(numbers, weights, strict=True):
        total = min(total + floored(number * weight, 0), Fraction(largest))
    return total


@rule("EPOCH-25", since=320, rounded=over_mechanisms_rounded)
def over_mechanisms(
    emission: Fraction, parts: Sequence[Fraction], numbers: Sequence[Fraction], largest: int
) -> Fraction:
    r"""Neurons over all mechanisms.

    Statement: In an epoch of a block one epoch MUST run for each mechanism, the first one first, on the weights, bonds
        and last updates of the mechanism ([EPOCH-23](#epoch-23)) and its part of the emission ([EPOCH-24](#epoch-24));
        permits and stakes are for all those from before. Each stores its own `Bonds` and `Incentive`. What a neuron is
        paid as a miner and as a validator MUST be the sum over all mechanisms. `Emission`, `Rank`, `Trust`,
        `Consensus`, `Dividends`, `PruningScores` and `ValidatorTrust` MUST be sums in which each mechanism has the
        weight of its part in the emission; where there is no emission the first has all the weight. A neuron is
        `Active` if it is in any mechanism.
    Formula: $$ x = \sum_m \frac{E_m}{E}\, x_m $$
    Units: alpha rao, or u16-normalised fractions.
    Rounding: Each weight is floored to a multiple of $2^{-64}$, and each product to a whole number. With $k$ mechanisms
        the result is less than $k (1 + 2^{-64} \max_m x_m)$ below the exact sum, never above. It stops at the largest
        number of the item.
    Source: `pallets/subtensor/src/subnets/mechanism.rs`, `epoch_with_mechanisms`, `weighted_acc_u16`,
        `weighted_acc_alpha`
    Known violation: `Emission` is weighted although the mechanisms have divided their parts of the emission already: a
        neuron that earns the same in two mechanisms of equal parts is shown with half of what it is paid.
        `PruningScores` are scaled in each mechanism, so that a miner of a mechanism with little emission scores little.
    Example: A rank of all in a mechanism with one part in five, and of none in the other.

        >>> over_mechanisms(Fraction(100), [Fraction(80), Fraction(20)], [Fraction(0), Fraction(65_535)], 65_535)
        Fraction(13107, 1)
        >>> over_mechanisms(Fraction(0), [Fraction(0)] * 2, [Fraction(7), Fraction(65_535)], 65_535)
        Fraction(7, 1)
    """
    weights = _weights(emission, parts)
    total = sum((number * weight for number, weight in zip(numbers, weights, strict=True)), Fraction(0))
    return min(total, Fraction(largest))


@rule("EPOCH-25", since=365, rounded=over_mechanisms_rounded)
def over_mechanisms_without_ranks(
    emission: Fraction, parts: Sequence[Fraction], numbers: Sequence[Fraction], largest: int
) -> Fraction:
    r"""Neurons over all mechanisms.

    Change: Ranks, trust and pruning scores are not stored any more: emission decides which neuron is pruned
        ([REG-5](#reg-5)).
    Statement: In an epoch of a block one epoch MUST run for each mechanism, the first one first, on the weights, bonds
        and last updates of the mechanism ([EPOCH-23](#epoch-23)) and its part of the emission ([EPOCH-24](#epoch-24));
        permits and stakes are for all those from before. Each stores its own `Bonds` and `Incentive`. What a neuron is
        paid as a miner and as a validator MUST be the sum over all mechanisms. `Emission`, `Consensus`, `Dividends` and
        `ValidatorTrust` MUST be sums in which each mechanism has the weight of its part in the emission; where there is
        no emission the first has all the weight. A neuron is `Active` if it is in any mechanism. `Rank`, `Trust` and
        `PruningScores` MUST stay as they are.
    Formula: $$ x = \sum_m \frac{E_m}{E}\, x_m $$
    Units: alpha rao, or u16-normalised fractions.
    Rounding: Each weight is floored to a multiple of $2^{-64}$, and each product to a whole number. With $k$ mechanisms
        the result is less than $k (1 + 2^{-64} \max_m x_m)$ below the exact sum, never above. It stops at the largest
        number of the item.
    Source: `pallets/subtensor/src/subnets/mechanism.rs`, `epoch_with_mechanisms`, `weighted_acc_u16`,
        `weighted_acc_alpha`; `pallets/subtensor/src/epoch/run_epoch.rs`, `persist_netuid_epoch_terms`
    Known violation: `Emission` is weighted although the mechanisms have divided their parts of the emission already: a
        neuron that earns the same in two mechanisms of equal parts is shown with half of what it is paid.
    Example: A consensus of all in a mechanism with one part in five, and of none in the other.

        >>> over_mechanisms_without_ranks(Fraction(100), [Fraction(80), Fraction(20)], [Fraction(0), Fraction(9)], 9)
        Fraction(9, 5)
    """
    return over_mechanisms(emission, parts, numbers, largest)


def _weights(emission: Fraction, parts: Sequence[Fraction]) -> list[Fraction]:
    return [part / emission if emission else Fraction(mechanism == 0) for mechanism, part in enumerate(parts)]


@rule("EPOCH-26", since=320)
def completed(elements: Sequence[T], neurons: int, missing: T) -> list[T]:
    r"""Neurons that a mechanism does not know.

    Statement: Where a list has fewer elements than there are neurons, the epoch MUST go on as if the missing ones were
        there: a last update of block 0, no permit. Elements beyond the neurons MUST NOT count, nor bonds with neurons
        that do not exist. A last update that is set is set in the list so completed. What the epoch stores has one
        element for each uid that a hotkey has, in the order of the uids. An empty list of permits lets all stake be
        active stake, and still no weights count.
    Units: none.
    Rounding: none.
    Source: `pallets/subtensor/src/utils/misc.rs`, `get_last_update`, `set_last_update_for_uid`;
        `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch_mechanism`
    Example: A second mechanism starts on a subnet with three neurons; none of them has set weights there.

        >>> completed([], 3, 0)
        [0, 0, 0]
    """
    return [*elements[:neurons], *[missing] * (neurons - len(elements))]
