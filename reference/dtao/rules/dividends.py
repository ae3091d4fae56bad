"""How the dividends of a validator are divided: parents and child, root and alpha, delegate and nominators.

Numbers with a fraction are raw bits of I96F32.
"""

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from dtao.evolving import evolve
from dtao.fixed import I96F32
from dtao.persistent import Map
from dtao.records import Subnet
from dtao.rule import implements
from dtao.rules.stake_weight import proportion_bits
from dtao.units import U16_MAX, U64_MAX, AccountId, Alpha, Bits, Rao

FRACTION = I96F32.fraction_bits
NOTHING = Bits(0)


@frozen
class DividendRules:
    """Who gets which part of what an epoch earned."""

    divided: Callable[[int, int, int, Sequence[Bits], Sequence[bool], Bits], list[int]]
    """(dividends of a child, its take, its own contribution, the contributions of its parents, whether each has its
    owner, the part to be recycled) -> what each parent gets, and what the child gets; alpha rao."""
    alpha_dividends: Callable[[Mapping[AccountId, Bits], Mapping[AccountId, Bits], Alpha], dict[AccountId, Bits]]
    """(dividends of each hotkey, those that its root stake earned, the alpha that is there) -> what each hotkey gets
    in alpha; I96F32."""
    recycled_of_parents: Callable[[int, Bits, int, Sequence[Bits], Sequence[bool]], int]
    """(dividends of a child, the part to be recycled, its own contribution, the contributions of its parents, whether
    each has its owner) -> the alpha rao of its parents that is recycled."""
    last_epoch_stakes: Callable[[Map[AccountId, Alpha], Mapping[AccountId, Alpha]], Map[AccountId, Alpha]]
    """(what is recorded, the stakes on hotkeys after their alpha dividends) -> what is recorded then."""
    record_dividends: Callable[[Subnet, Mapping[AccountId, int], Mapping[AccountId, int]], Subnet]
    """(subnet, alpha rao by hotkey that its stakers were paid, those set aside for root's) -> with both recorded."""
    record_withheld: Callable[[Subnet, int, int], Subnet]
    """(subnet, alpha rao of incentives, those of them that are not paid) -> with the part of the latter recorded."""
    root_tao: Callable[[Rao, int], Rao]
    """(TAO in the pool of root, the root stake that dividends became) -> the TAO in that pool after the payout."""


def record_no_withheld(subnet: Subnet, total: int, withheld: int) -> Subnet:
    """Return the subnet as it is."""
    return subnet


@implements("DIV-16")
def record_withheld(subnet: Subnet, total: int, withheld: int) -> Subnet:
    """Return the subnet that records the part of incentives that is not paid, floored; U96F32; 0 without any."""
    return evolve(subnet, miner_burned=Bits((withheld << FRACTION) // total if total else 0))


def root_tao_unchanged(tao: Rao, paid: int) -> Rao:
    """Return the TAO in the pool of root: dividends do not count there."""
    return tao


@implements("DIV-14")
def root_tao_with_dividends(tao: Rao, paid: int) -> Rao:
    """Return the TAO in the pool of root: what its stakers are paid joins it; saturating."""
    return Rao(min(tao + paid, U64_MAX))


def unrecorded_stakes(recorded: Map[AccountId, Alpha], stakes: Mapping[AccountId, Alpha]) -> Map[AccountId, Alpha]:
    """Return the recorded stakes of the last epoch as they are."""
    return recorded


@implements("DIV-9")
def recorded_stakes(recorded: Map[AccountId, Alpha], stakes: Mapping[AccountId, Alpha]) -> Map[AccountId, Alpha]:
    """Return the recorded stakes with those after this epoch, which the fee of leaving stakers depends on."""
    return recorded.update(stakes)


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
def divided_after_take(
    dividends: int,
    childkey_take: int,
    own_contribution: int,
    contributions: Sequence[Bits],
    same_owner: Sequence[bool],
    recycled: Bits = NOTHING,
) -> list[int]:
    """Return what each parent gets of a child's dividends, and last what the child gets; alpha rao, floored.

    The child's take comes off first, whoever owns the parents; the rest is divided by contribution, the child's own
    truncated to a whole number. What the parents do not get is the child's. Mirrors ``get_dividends_distribution``.
    """
    remaining = (dividends << FRACTION) - take_proportion(childkey_take) * dividends
    total = (own_contribution << FRACTION) + sum(contributions)
    parts = [
        remaining * ((contribution << FRACTION) // total) >> 2 * FRACTION if total else 0
        for contribution in contributions
    ]
    return [*parts, max(dividends - sum(parts), 0)]


@implements("DIV-4")
def divided_with_take_of_each(
    dividends: int,
    childkey_take: int,
    own_contribution: int,
    contributions: Sequence[Bits],
    same_owner: Sequence[bool],
    recycled: Bits = NOTHING,
) -> list[int]:
    """Return what each parent gets of a child's dividends, and last what the child gets; alpha rao, floored.

    All is divided by contribution first. Of each parent's part the child then takes its take, unless one coldkey owns
    both hotkeys. Parts and takes are floored in I96F32, then what each gets to a whole number: what is cut off is lost.
    """
    take = take_proportion(childkey_take)
    of_child = dividends << FRACTION
    parts = []
    for part, same in zip(parts_of_parents(dividends, own_contribution, contributions), same_owner, strict=True):
        kept = part if same else part - (take * part >> FRACTION)
        of_child -= kept
        parts.append(kept >> FRACTION)
    return [*parts, of_child >> FRACTION]


@implements("DIV-4")
def divided_with_recycling(
    dividends: int,
    childkey_take: int,
    own_contribution: int,
    contributions: Sequence[Bits],
    same_owner: Sequence[bool],
    recycled: Bits = NOTHING,
) -> list[int]:
    """Return what each parent gets of a child's dividends, and last what the child gets; alpha rao, floored.

    As :func:`divided_with_take_of_each`, but of a part of a parent of another owner ``recycled`` (I96F32) is taken too,
    as a proportion of the whole part. The parent keeps at least 0: where both take more than there is, the child gets
    its take all the same.
    """
    take = take_proportion(childkey_take)
    of_child = dividends << FRACTION
    parts = []
    for part, same in zip(parts_of_parents(dividends, own_contribution, contributions), same_owner, strict=True):
        of_child -= part
        if not same:
            taken = take * part >> FRACTION
            part = max(part - (recycled * part >> FRACTION) - taken, 0)
            of_child += taken
        parts.append(part >> FRACTION)
    return [*parts, of_child >> FRACTION]


@implements("DIV-15")
def nothing_recycled(
    dividends: int, recycled: Bits, own_contribution: int, contributions: Sequence[Bits], same_owner: Sequence[bool]
) -> int:
    """Return the alpha rao of a child's parents that is recycled: none."""
    return 0


@implements("DIV-15")
def recycled_of_parents(
    dividends: int, recycled: Bits, own_contribution: int, contributions: Sequence[Bits], same_owner: Sequence[bool]
) -> int:
    """Return the alpha rao that is recycled of the parts of a child's parents with other owners, each floored."""
    if recycled == 0:
        return 0
    parts = parts_of_parents(dividends, own_contribution, contributions)
    return sum(recycled * part >> 2 * FRACTION for part, same in zip(parts, same_owner, strict=True) if not same)


def parts_of_parents(dividends: int, own_contribution: int, contributions: Sequence[Bits]) -> list[int]:
    """Return the part of each parent in a child's dividends, before anything is taken; I96F32."""
    total = (own_contribution << FRACTION) + sum(contributions)
    if total == 0:
        return [0] * len(contributions)
    return [dividends * ((contribution << FRACTION) // total) for contribution in contributions]


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


@implements("DIV-12")
def whole_dividends(
    dividends: Mapping[AccountId, Bits], root_dividends: Mapping[AccountId, Bits], for_validators: Alpha
) -> dict[AccountId, Bits]:
    """Return what each hotkey gets in alpha: all of its dividends, also those that its root stake earned.

    The root stake is paid in TAO besides (known violation: double root dividends).
    """
    return dict(dividends)


@implements("DIV-12")
def dividends_without_those_of_root(
    dividends: Mapping[AccountId, Bits], root_dividends: Mapping[AccountId, Bits], for_validators: Alpha
) -> dict[AccountId, Bits]:
    """Return what each hotkey gets in alpha: its dividends less those that its root stake earned."""
    return {hotkey: Bits(dividend - root_dividends[hotkey]) for hotkey, dividend in dividends.items()}


@implements("DIV-12")
def proportional_dividends(
    dividends: Mapping[AccountId, Bits], root_dividends: Mapping[AccountId, Bits], for_validators: Alpha
) -> dict[AccountId, Bits]:
    """Return what each hotkey gets in alpha: its part of what is there, by dividends less those of its root stake.

    ``for_validators`` times the dividend over the sum of all, the quotient floored; nothing if the sum is 0.
    """
    earned = dividends_without_those_of_root(dividends, root_dividends, for_validators)
    total = sum(earned.values())
    return {
        hotkey: Bits(for_validators * ((dividend << FRACTION) // total) if total else 0)
        for hotkey, dividend in earned.items()
    }


@implements("DIV-13")
def alpha_set_aside_for_validators(pending_server: Alpha, pending_validator: Alpha, incentives: int) -> Alpha:
    """Return the alpha that is there for validators: what was set aside for them.

    And what was set aside for miners if nobody earned an incentive; ``incentives`` is their sum. A u64 that saturates.
    """
    return pending_validator if incentives else Alpha(min(pending_server + pending_validator, U64_MAX))


@implements("DIV-13")
def alpha_for_validators(pending_alpha: Alpha, pending_swapped: Alpha, incentives: int) -> Alpha:
    """Return the alpha that is there for validators: their half of all, less what was sold for root.

    All that was not sold if nobody earned an incentive; ``incentives`` is their sum. What there is saturates as a u64,
    its half is floored, and the difference is at least 0.
    """
    if incentives == 0:
        return pending_alpha
    return Alpha(max(min(pending_alpha + pending_swapped, U64_MAX) // 2 - pending_swapped, 0))


@implements("DIV-7")
def take_and_rest(dividends: Bits, take: int) -> tuple[int, int]:
    """Return what a delegate takes of its stakers' dividends and what they keep, each floored to a whole number."""
    taken = take_proportion(take) * dividends >> FRACTION
    return min(taken >> FRACTION, U64_MAX), min(dividends - taken >> FRACTION, U64_MAX)
