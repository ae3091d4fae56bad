"""How the dividends of a validator are divided: parents and child, root and alpha, delegate and nominators.

Numbers with a fraction are raw bits of I96F32.
"""

from collections.abc import Sequence

from dtao.fixed import I96F32
from dtao.rule import implements
from dtao.rules.stake_weight import proportion_bits
from dtao.units import U16_MAX, U64_MAX, Bits

FRACTION = I96F32.fraction_bits


@implements("DIV-1")
def take_proportion(take: int) -> Bits:
    """Return a take as a part of 1, of a u16 setting, floored."""
    return Bits((take << FRACTION) // U16_MAX)


@implements("DIV-2")
def self_contribution(alpha_stake: int, root_stake: int, to_children: Sequence[int], tao_weight: Bits) -> int:
    """Return what a hotkey contributes to its own validation, as a u64: the stake that its children do not have.

    The contribution is 0 where children have more than the whole, which only a direct write can give them. Mirrors
    ``get_self_contribution``.
    """
    remaining = I96F32.one - sum(proportion_bits(proportion) for proportion in to_children)
    alpha = alpha_stake * remaining
    root = root_stake * remaining * tao_weight >> FRACTION
    return min(max(alpha + root >> FRACTION, 0), U64_MAX)


@implements("DIV-3")
def parent_contribution(proportion: int, alpha_stake: int, root_stake: int, tao_weight: Bits) -> Bits:
    """Return what a parent contributes to a child's validation, not truncated."""
    part = proportion_bits(proportion)
    return Bits(alpha_stake * part + (root_stake * part * tao_weight >> FRACTION))


@implements("DIV-4")
def parents_dividends(
    dividends: int, childkey_take: int, own_contribution: int, contributions: Sequence[Bits]
) -> list[int]:
    """Return what each parent gets of a child's dividends, in alpha rao, floored.

    The child's take comes off first; the rest is divided by contribution, the child's own truncated to a
    whole number. What the parents do not get is the child's. Mirrors ``get_dividends_distribution``.
    """
    remaining = (dividends << FRACTION) - take_proportion(childkey_take) * dividends
    total = (own_contribution << FRACTION) + sum(contributions)
    if total == 0:
        return [0 for _ in contributions]
    return [remaining * ((contribution << FRACTION) // total) >> 2 * FRACTION for contribution in contributions]


@implements("DIV-5")
def root_dividends(dividends: Bits, alpha_stake: int, root_stake: int, tao_weight: Bits) -> Bits:
    """Return the part of a hotkey's dividends that its root stake earned, by weight."""
    root = root_stake * tao_weight
    total = (alpha_stake << FRACTION) + root
    return Bits(dividends * ((root << FRACTION) // total) >> FRACTION) if total else Bits(0)


@implements("DIV-6")
def tao_dividends(pending_tao: int, dividends: Bits, total_dividends: Bits) -> Bits:
    """Return the TAO that a hotkey gets of what was sold for root: in proportion to its root dividends."""
    return Bits(pending_tao * ((dividends << FRACTION) // total_dividends)) if total_dividends else Bits(0)


@implements("DIV-7")
def take_and_rest(dividends: Bits, take: int) -> tuple[int, int]:
    """Return what a delegate takes of its stakers' dividends and what they keep, each floored to a whole number."""
    taken = take_proportion(take) * dividends >> FRACTION
    return min(taken >> FRACTION, U64_MAX), min(dividends - taken >> FRACTION, U64_MAX)
