"""What functions that return nothing do to their arguments: the numbers of what a block unpacks of the state."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from dtao.accumulator import SubnetAccumulator
from dtao.state import BlockContext

Place = tuple[int, bool, str]
"""(the position of an argument, whether it is about the subnets of that context, the attribute)."""
LARGE = 2**33 + 1
"""What is added to a number beside 1: what small changes do is lost where bits are cut off."""
AS_BEFORE = "as before"
WAYS: tuple[int | str, ...] = (AS_BEFORE, 1, -1, LARGE)
"""What becomes of a number: what it was before, or so much more."""


_ATTRIBUTES = {kind: tuple(one.name for one in attrs.fields(kind)) for kind in (SubnetAccumulator, BlockContext)}


def _holders(args: tuple[Any, ...]) -> Iterator[tuple[int, bool, Any]]:
    """Yield what holds numbers that a function may change, with the positions of the arguments."""
    for position, given in enumerate(args):
        if isinstance(given, SubnetAccumulator):
            yield position, False, given
        elif isinstance(given, BlockContext):
            yield position, False, given
            for subnet in given.subnets:
                yield position, True, subnet


def numbers_of(args: tuple[Any, ...]) -> dict[Place, list[Any]]:
    """Return the numbers that arguments hold, of the subnets of a context one after the other."""
    found: dict[Place, list[Any]] = {}
    for position, is_within, holder in _holders(args):
        for name in _ATTRIBUTES[type(holder)]:
            if type(value := getattr(holder, name)) in (int, bool):
                found.setdefault((position, is_within, name), []).append(value)
    return found


@attrs.frozen
class Effect:
    """A change of one number that a function leaves in its arguments."""

    place: Place
    way: int | str

    def read(self, args: tuple[Any, ...]) -> Mapping[Place, list[Any]]:
        """Return what is there before the function is called."""
        return {self.place: [getattr(holder, self.place[2]) for holder in self._mine(args)]}

    def write(self, args: tuple[Any, ...], before: Mapping[Place, list[Any]]) -> None:
        """Change what the function left, where it changed anything."""
        for holder, held in zip(self._mine(args), before[self.place], strict=False):
            value = getattr(holder, self.place[2])
            if value != held:
                setattr(holder, self.place[2], held if isinstance(self.way, str) else value + self.way)

    def _mine(self, args: tuple[Any, ...]) -> list[Any]:
        return [holder for at, is_within, holder in _holders(args) if (at, is_within) == self.place[:2]]
