"""What a divergence points at, and how the process is asked that searches for it."""

import os
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any

from attrs import field, frozen, mutable

from dtao_properties.adapters.protocol import Errored
from dtao_properties.adapters.transports import Command
from dtao_properties.causes.places import Answer, places

TIMEOUT = 20.0
"""Seconds after which the process is given up that searches for a cause."""
MAX_SEARCHES = 1_000
"""Causes that are searched for at most, in one process; what differs in the same places is searched for once."""


@frozen
class Cause:
    """What a divergence points at; nothing where the reference does not know."""

    rules: tuple[str, ...] = ()
    """The rules whose functions took part and whose results show as what differs; the likeliest first."""
    within: tuple[str, ...] = ()
    """The rules of the functions around the likeliest one, the innermost first."""
    order: tuple[str, ...] = ()
    """The places that differ: those on which the fewest functions bear, and so what the step computes first, first."""


UNKNOWN = Cause()


@mutable
class Causes:
    """The process that searches for causes, which is started when the first one is wanted, and what it found."""

    most: int = MAX_SEARCHES
    _process: Command = field(init=False)
    _found: dict[object, Cause] = field(factory=dict, init=False)
    _sequence: int = field(default=0, init=False)

    @_process.default
    def _not_started(self) -> Command:
        # with the same path, and without the working directory before it
        words = f"import sys; sys.path[:] = {sys.path!r}; from dtao_properties.causes.worker import main; main()"
        return Command(TIMEOUT, (sys.executable, "-P", "-c", words))

    def of(
        self,
        spec_version: int,
        state: Callable[[], Mapping[str, Any]] | None,
        request: Mapping[str, Any],
        answers: tuple[Answer, Answer],
        items: Collection[str] | None,
        *,
        anew: bool = False,
    ) -> Cause:
        """Return the cause of a step that was answered otherwise than expected; ``answers`` are both, in this order.

        ``state`` gives the flat state before the step; None for a kernel. ``items`` are those that are compared. What
        differs in the same places of the answer to the same call is taken to have the cause that was found for it
        first, unless it is to be searched for ``anew``.
        """
        if os.name != "posix":
            return UNKNOWN
        expected, actual = answers
        differing = (spec_version, request["do"], request.get(str(request["do"])), places(expected, actual))
        if anew or (differing not in self._found and len(self._found) < self.most):
            flat = None if state is None else state()
            self._found[differing] = self._searched(spec_version, flat, request, actual, items)
        return self._found.get(differing, UNKNOWN)

    def _searched(
        self,
        spec_version: int,
        state: Mapping[str, Any] | None,
        request: Mapping[str, Any],
        actual: Answer,
        items: Collection[str] | None,
    ) -> Cause:
        self._sequence += 1
        message = {
            "seq": self._sequence, "do": "cause", "spec_version": spec_version, "state": state, "request": request,
            "actual": actual, "items": None if items is None else sorted(items),
        }  # fmt: skip
        try:
            told = self._process.request(message)["value"]
        except Errored:  # it is of no use then, and the divergence is told without
            return UNKNOWN
        return Cause(**{name: tuple(names) for name, names in told.items()})


_of_process: dict[int, Causes] = {}


def causes() -> Causes:
    """Return what searches for causes in this process: a child of it has one of its own."""
    return _of_process.setdefault(os.getpid(), Causes())
