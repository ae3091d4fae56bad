"""What functions that return nothing do to their arguments: the numbers of what a block unpacks of the state."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from dtao.accumulator import SubnetAccumulator
from dtao.rules.pools.concentrated.unpacked import NOTHING_UNPACKED, UnpackedRanges
from dtao.state import BlockContext

Place = tuple[int, str, str]
"""(the position of an argument, what of it holds the numbers, the attribute)."""


_ATTRIBUTES = {
    kind: tuple(one.name for one in attrs.fields(kind)) for kind in (SubnetAccumulator, BlockContext, UnpackedRanges)
}


def _holders(args: tuple[Any, ...]) -> Iterator[tuple[int, str, Any]]:
    """Yield what holds numbers that a function may change, with the positions of the arguments."""
    for position, given in enumerate(args):
        if isinstance(given, UnpackedRanges) and given is not NOTHING_UNPACKED:
            yield position, "", given
        elif isinstance(given, SubnetAccumulator):
            yield position, "", given
            yield from _ranges_of(position, given)
        elif isinstance(given, BlockContext):
            yield position, "", given
            for subnet in given.subnets:
                yield position, "subnets", subnet
                yield from _ranges_of(position, subnet)


def _ranges_of(position: int, subnet: SubnetAccumulator) -> Iterator[tuple[int, str, Any]]:
    if subnet.ranges is not NOTHING_UNPACKED:
        yield position, "ranges", subnet.ranges


def numbers_of(args: tuple[Any, ...]) -> dict[Place, list[Any]]:
    """Return the numbers that arguments hold, of the subnets of a context one after the other."""
    found: dict[Place, list[Any]] = {}
    for position, part, holder in _holders(args):
        for name in _ATTRIBUTES[type(holder)]:
            if type(value := getattr(holder, name)) in (int, bool):
                found.setdefault((position, part, name), []).append(value)
    return found


@attrs.frozen
class Effect:
    """A change of one number that a function leaves in its arguments."""

    place: Place
    by: Callable[[int], int] | None
    """What becomes of it; None if it is to be what it was before."""

    def read(self, args: tuple[Any, ...]) -> Mapping[Place, list[Any]]:
        """Return what is there before the function is called."""
        return {self.place: [getattr(holder, self.place[2]) for holder in self._mine(args)]}

    def write(self, args: tuple[Any, ...], before: Mapping[Place, list[Any]]) -> None:
        """Change what the function left, where it changed anything."""
        for holder, held in zip(self._mine(args), before[self.place], strict=False):
            value = getattr(holder, self.place[2])
            if value != held:
                setattr(holder, self.place[2], held if self.by is None or type(value) is bool else self.by(value))

    def _mine(self, args: tuple[Any, ...]) -> list[Any]:
        return [holder for at, part, holder in _holders(args) if (at, part) == self.place[:2]]
