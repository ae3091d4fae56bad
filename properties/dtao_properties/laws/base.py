"""What an invariant is: a statement on every step that an implementation takes, with a name and a way to check it."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from attrs import field, frozen

from dtao import Era
from dtao_properties.model.step import Step

Check = Callable[[Step], Iterator[str]]
"""Yields a sentence for each way in which a step breaks the statement."""


class Status(StrEnum):
    """How the runtime stands to an invariant."""

    HOLDS = "holds"
    LEAKS = "holds with the named leaks"
    VIOLATED = "violated"


@frozen
class Invariant:
    """One statement that must hold of every step."""

    name: str
    statement: str
    rules: tuple[str, ...]
    """The rules that it bounds."""
    check: Check = field(repr=False)
    status: Status = Status.HOLDS
    reason: str = ""
    """Where the runtime does not hold it plainly: why."""
    leaks: tuple[str, ...] = ()
    """The terms of the ledger that it needs."""
    since: int = 233
    """The first version of the runtime of which it is stated."""
    until: int | None = None
    """The last one of those that are covered; None if no later one is known to end it."""

    def covers(self, era: Era) -> bool:
        """Whether it is stated of an era."""
        return self.since <= era.spec_version and (self.until is None or era.spec_version <= self.until)

    def violations(self, step: Step) -> list[str]:
        """Return how a step breaks it, nothing if it holds."""
        return [f"{self.name}: {sentence}" for sentence in self.check(step)]


class Broken(AssertionError):
    """A step breaks an invariant; the message says which, how, and by what step."""


TABLE: dict[str, Invariant] = {}
"""All invariants by name, in the order in which the themes are imported."""


def invariant(
    name: str,
    statement: str,
    *rules: str,
    status: Status = Status.HOLDS,
    reason: str = "",
    leaks: tuple[str, ...] = (),
    since: int = 233,
    until: int | None = None,
) -> Callable[[Check], Check]:
    """Enter the decorated check in the table; it is returned unchanged."""

    def entered(check: Check) -> Check:
        if name in TABLE and TABLE[name].check.__module__ == check.__module__ and TABLE[name].check is not check:
            raise ValueError(f"the invariant {name!r} is stated twice")
        TABLE[name] = Invariant(name, statement, rules, check, status, reason, leaks, since, until)
        return check

    return entered
