"""The mechanisms of a subnet, each with weights, bonds and incentives of its own: what they share, and how.

The runtime keeps what belongs to a mechanism under an index that stands where a netuid stood: the netuid itself for the
first mechanism, and 4,096 more for each that follows. Nothing here knows a state.
"""

from collections.abc import Sequence

from dtao.errors import InputError
from dtao.fixed import U64F64
from dtao.rule import implements
from dtao.rules.epoch import EpochOutput
from dtao.units import U16_MAX, U64_MAX, Alpha, NetUid

MAIN = 0
"""The first mechanism, the only one that every subnet has."""
SUBNETS = 4_096
"""The indices that each mechanism has."""
MECHANISMS = (U16_MAX + 1) // SUBNETS
"""The mechanisms that have an index of their own."""
PARTS = U16_MAX
"""A split counts in fractions of this."""


@implements("EPOCH-23")
def storage_index(netuid: NetUid, mechanism: int) -> NetUid:
    """Return the index of a mechanism of a subnet; it stands in place of a netuid.

    Refuses (InputError) a netuid from 4,096 on and a mechanism from the sixteenth on, which share their index with
    others in the runtime; no call leads there. Mirrors ``get_mechanism_storage_index``.
    """
    if netuid >= SUBNETS or mechanism >= MECHANISMS:
        raise InputError(
            f"mechanism {mechanism} of subnet {netuid} has no index of its own; netuids go to {SUBNETS - 1} and"
            f" mechanisms to {MECHANISMS - 1}"
        )
    return NetUid(netuid + SUBNETS * mechanism)


@implements("EPOCH-24")
def emissions_of_mechanisms(emission: Alpha, mechanisms: int, split: Sequence[int] | None) -> list[Alpha]:
    """Return what each mechanism divides of the alpha rao of an epoch.

    By the split, in fractions of 65535, each part rounded down; by equal parts, rounded down, if there is none. A
    mechanism beyond the split gets nothing, a part beyond the mechanisms is nobody's, and what is left goes to the
    first. Mirrors ``split_emissions``.
    """
    if not mechanisms:
        return []
    if split is None:
        parts = [emission // mechanisms] * mechanisms
    else:
        parts = [emission * part // PARTS for part in split[:mechanisms]]
        parts += [0] * (mechanisms - len(parts))
    parts[MAIN] = min(parts[MAIN] + max(emission - sum(parts), 0), U64_MAX)
    return [Alpha(part) for part in parts]


@implements("EPOCH-25")
def mechanism_weight(part: Alpha, emission: Alpha, is_main: bool) -> int:
    """Return how much a mechanism counts: its part of the emission, truncated; raw bits of U64F64.

    Without emission the first one counts fully and the others not at all.
    """
    if not emission:
        return U64F64.one if is_main else 0
    return (part << U64F64.fraction_bits) // emission


@implements("EPOCH-25")
def combined(outputs: Sequence[EpochOutput], weights: Sequence[int]) -> EpochOutput:
    """Return what the neurons of a subnet earn and are over all of its mechanisms.

    What they earn adds up. Of what is a number otherwise, emission included, each mechanism adds the part that its
    weight is, rounded down; what is true in one mechanism is true. The incentive and the bonds are those of the first
    mechanism, as each has its own stored. Mirrors the folding in ``epoch_with_mechanisms``.
    """
    first = outputs[MAIN]
    return EpochOutput(
        server_emission=_sums([output.server_emission for output in outputs]),
        validator_emission=_sums([output.validator_emission for output in outputs]),
        active=_any([output.active for output in outputs]),
        emission=tuple(map(Alpha, _weighted([output.emission for output in outputs], weights, U64_MAX))),
        rank=_weighted([output.rank for output in outputs], weights),
        trust=_weighted([output.trust for output in outputs], weights),
        consensus=_weighted([output.consensus for output in outputs], weights),
        incentive=first.incentive,
        dividends=_weighted([output.dividends for output in outputs], weights),
        pruning_scores=_weighted([output.pruning_scores for output in outputs], weights),
        validator_trust=_weighted([output.validator_trust for output in outputs], weights),
        validator_permits=_any([output.validator_permits for output in outputs]),
        bonds=first.bonds,
        stake_weight=_weighted([output.stake_weight for output in outputs], weights),
    )


def _sums(amounts: Sequence[Sequence[Alpha]]) -> tuple[Alpha, ...]:
    return tuple([Alpha(min(sum(each), U64_MAX)) for each in zip(*amounts, strict=True)])


def _any(flags: Sequence[Sequence[bool]]) -> tuple[bool, ...]:
    return tuple(map(any, zip(*flags, strict=True)))


def _weighted(numbers: Sequence[Sequence[int]], weights: Sequence[int], largest: int = U16_MAX) -> tuple[int, ...]:
    """Return for each neuron the sum of its numbers, each times the weight of its mechanism and rounded down."""
    total = [0] * len(numbers[MAIN])
    for row, weight in zip(numbers, weights, strict=True):
        total = [
            min(so_far + (number * weight >> U64F64.fraction_bits), largest)
            for so_far, number in zip(total, row, strict=True)
        ]
    return tuple(total)
