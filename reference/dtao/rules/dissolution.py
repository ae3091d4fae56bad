"""How the TAO of a dissolved subnet's pool is divided."""

from collections.abc import Sequence

from dtao.rule import implements
from dtao.units import Alpha, Rao


@implements("NET-12")
def parts_of_pot(pot: Rao, held: Sequence[Alpha]) -> list[tuple[int, Rao]]:
    """Return (place in ``held``, rao) of the parts of a pot, in the order in which they are paid; parts of 0 left out.

    Each part is floored; what is left over goes, a rao each, to the parts with the largest remainders, of equal ones to
    the first. Where anything is left over they are paid in that order.

    >>> parts_of_pot(Rao(10), [Alpha(1), Alpha(2), Alpha(4)])
    [(1, 3), (2, 6), (0, 1)]
    """
    total = sum(held)
    if pot == 0 or total == 0:
        return []
    parts = [(index, *divmod(pot * alpha, total)) for index, alpha in enumerate(held)]
    left = pot - sum(part for _, part, _ in parts)
    if left:
        parts.sort(key=lambda part: -part[2])
    paid = [(index, Rao(part + (place < left))) for place, (index, part, _) in enumerate(parts)]
    return [(index, part) for index, part in paid if part]
