"""The stake that counts for a hotkey on a subnet: its own, less what its children have, plus what its parents gave.

Proportions are fractions of 2**64 - 1, each floored to I96F32 on its own.
"""

from collections.abc import Iterable

from dtao.fixed import I64F64, I96F32
from dtao.rule import implements
from dtao.units import U64_MAX, Bits

FRACTION = I96F32.fraction_bits
WEIGHT_FRACTION = I64F64.fraction_bits


@implements("CHILD-5")
def proportion_bits(proportion: int) -> Bits:
    """Return a proportion of 2**64 - 1 as raw bits of I96F32, floored."""
    return Bits((proportion << FRACTION) // U64_MAX)


@implements("EPOCH-1")
def inherited_stake(stake: int, to_children: Iterable[int], from_parents: Iterable[tuple[int, int]]) -> int:
    """Return the stake in rao or alpha rao that counts for a hotkey after its children and parents, floored, u64.

    ``to_children`` are proportions of ``stake``, ``from_parents`` pairs of a proportion and the parent's stake.
    Mirrors ``get_inherited_for_hotkey_on_subnet`` and its twin for TAO.
    """
    total = stake << FRACTION
    for proportion in to_children:
        total -= stake * proportion_bits(proportion)
    for proportion, parent_stake in from_parents:
        total += parent_stake * proportion_bits(proportion)
    return min(max(total >> FRACTION, 0), U64_MAX)


@implements("EPOCH-2")
def stake_weight(alpha: int, tao: int, tao_weight: Bits) -> Bits:
    """Return alpha plus weighted TAO: raw bits of I64F64, saturating. ``tao_weight`` is in I96F32."""
    largest = I64F64.max_bits
    weighted = min(tao << WEIGHT_FRACTION, largest) * (tao_weight << FRACTION) >> WEIGHT_FRACTION
    return Bits(min(min(alpha << WEIGHT_FRACTION, largest) + min(weighted, largest), largest))
