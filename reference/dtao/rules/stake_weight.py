"""The stake that counts for a hotkey on a subnet: its own, less what its children have, plus what its parents gave.

Proportions are fractions of 2**64 - 1, each floored to I96F32 on its own.
"""

from collections.abc import Iterable

from dtao.fixed import I64F64, I96F32
from dtao.rule import implements
from dtao.units import U64_MAX, Bits, WideBits

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
    return min(max(kept(stake, to_children) + lent(from_parents) >> FRACTION, 0), U64_MAX)


@implements("EPOCH-1")
def inherited_stake_unsigned(stake: int, to_children: Iterable[int], from_parents: Iterable[tuple[int, int]]) -> int:
    """Return the stake that counts for a hotkey as :func:`inherited_stake` does, but in unsigned numbers.

    Children that have more than the whole, which only a direct write can give them, take nothing of what parents gave.
    """
    return min(max(kept(stake, to_children), 0) + lent(from_parents) >> FRACTION, U64_MAX)


@implements("EPOCH-1")
def kept(stake: int, to_children: Iterable[int]) -> int:
    """Return the part of a stake that its children do not have; I96F32."""
    return stake * (I96F32.one - sum(map(proportion_bits, to_children)))


@implements("EPOCH-1")
def lent(from_parents: Iterable[tuple[int, int]]) -> int:
    """Return what parents gave of their stakes; I96F32."""
    return sum(parent_stake * proportion_bits(proportion) for proportion, parent_stake in from_parents)


@implements("EPOCH-2")
def stake_weight(alpha: int, tao: int, tao_weight: Bits) -> WideBits:
    """Return alpha plus weighted TAO: raw bits of I64F64, saturating. ``tao_weight`` is in I96F32."""
    largest = I64F64.max_bits
    weighted = min(tao << WEIGHT_FRACTION, largest) * (tao_weight << FRACTION) >> WEIGHT_FRACTION
    return Bits(min(min(alpha << WEIGHT_FRACTION, largest) + min(weighted, largest), largest))
