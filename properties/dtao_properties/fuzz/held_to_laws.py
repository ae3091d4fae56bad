"""The state machine with the laws as oracle: random calls and blocks, and every invariant is checked at each step.

::

    from dtao_properties import invariant_machine

    TestMine = invariant_machine("cmd:./my-adapter")

Without an argument it is the reference that is tested. The sequences are those of
:func:`dtao_properties.conformance_machine`; but here the answers are held against what must always hold instead of
against the reference's, so that a mistake shows that both of them make.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

from attrs import field, mutable
from hypothesis import note

import dtao
from dtao.errors import InputError
from dtao.state import State
from dtao_properties.adapters.endpoint import connected
from dtao_properties.adapters.protocol import LEVELS, Adapter, Hello, Json, Level, Session, Skipped
from dtao_properties.fuzz.answers import Answers
from dtao_properties.fuzz.machine import MachineTest, machine_test
from dtao_properties.fuzz.steps import STEP_BYTES, planned
from dtao_properties.fuzz.worlds import world
from dtao_properties.laws import held
from dtao_properties.model.step import Answering, Implementation, Oracle, Step

MAX_BLOCKS = 6
"""Blocks of a step that are taken one by one; more would only be more of the same."""
LEVEL: Level = "block"


@mutable
class Reach:
    """What a run has come to: how steps were answered, and which invariants could not be asked for."""

    answers: Answers = field(factory=Answers)
    unasked: Counter[str] = field(factory=Counter)
    """The invariants that an adapter could not be asked for, because it skips what they ask."""

    def add(self, step: Step) -> None:
        """Count a step."""
        self.answers[step.do, step.name, step.error or ""] += 1

    def report(self) -> str:
        """Write the vacuity report: what was reached how often."""
        lines = [f"{self.answers.acceptance:.1%} of the calls accepted"]
        lines += [
            f"{name:20} {accepted:7} accepted {rejected:7} refused"
            for name, (accepted, rejected) in self.answers.calls().items()
        ]
        lines += [f"{error:40} {count}" for error, count in sorted(self.answers.rejections.items())]
        lines += [f"not checked, because what it asks is skipped: {name}: {n}" for name, n in self.unasked.items()]
        return "\n".join(lines)


class InvariantTest(MachineTest):
    """What the classes made by :func:`invariant_machine` have in common."""

    reach: ClassVar[Reach]
    """What the test has come to so far."""


def single_steps(request: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Yield a step, or its blocks one by one."""
    if request["do"] == "blocks":
        yield from ({"do": "blocks", "n": 1} for _ in range(min(request["n"], MAX_BLOCKS)))
    elif request["do"] != "read":
        yield request


def walked(
    implementation: Implementation, state: State, drawn: bytes, reach: Reach | None = None, level: Level = LEVEL
) -> State:
    """Take the step that some bytes stand for, with all invariants checked, and return the state after it.

    Raises Broken if one does not hold. What the runtime would panic on is not done, and what an adapter skips leaves
    the state as it was. At level ``call`` there are no blocks.
    """
    __tracebackhide__ = True
    chosen = planned(implementation.era, state, level, drawn)
    for request in () if chosen is None else single_steps(chosen.request):
        try:
            step = implementation.apply(state, request)
        except (InputError, Skipped):
            return state
        if reach is not None:
            reach.add(step)
        state = held(step, None if reach is None else reach.unasked).after
    return state


def level_of(hello: Hello, era: dtao.Era) -> Level:
    """Return the level at which an adapter can be held to invariants: the highest, if that is ``call`` or ``block``."""
    if era.recorded_as not in hello.eras:
        raise InputError(
            f"{hello.name} does not announce the era {era.recorded_as}, but {', '.join(hello.eras)}; give one of those"
        )
    if hello.items is not None:
        raise InputError(
            f"{hello.name} keeps only {len(hello.items)} storage items, and the invariants are about whole states; "
            "compare what it keeps with dtao_properties.conformance_machine"
        )
    highest: Level = max(hello.levels, key=LEVELS.index)
    if highest not in ("call", "block"):
        raise InputError(
            f"{hello.name} goes up to level {highest}, and the invariants are about calls and blocks; judge it with "
            "dtao_properties.conformance_machine"
        )
    return highest


@mutable
class _Trial:
    """One sequence, of any implementation."""

    implementation: Implementation
    level: Level
    reach: Reach
    state: State = field(init=False)

    def begin(self, data: bytes) -> None:
        """Start from a world."""
        era = self.implementation.era
        self.state = era.load(world(data, era))

    def step(self, data: bytes) -> None:
        """Take a step, block by block, and check all invariants."""
        __tracebackhide__ = True
        before = self.state
        self.state = walked(self.implementation, before, data, self.reach, self.level)
        note(f"{len(self.implementation.era.diff(before, self.state))} entries changed")


@mutable
class _Subject:
    """An adapter, or the reference, that is held to the laws."""

    factory: Callable[[], Adapter] | str | None
    era: dtao.Era
    reach: Reach = field(factory=Reach)
    _opened: tuple[Session, Level] | None = field(default=None, init=False)

    def trial(self) -> _Trial:
        if self.factory is None:
            return _Trial(Oracle(self.era), LEVEL, self.reach)
        if self._opened is None:
            session = Session(connected(self.factory) if isinstance(self.factory, str) else self.factory())
            self._opened = session, level_of(session.hello(), self.era)
        session, level = self._opened
        return _Trial(Answering(self.era, session), level, self.reach)

    @property
    def checked(self) -> int:
        return self.reach.answers.total()

    @property
    def step_bytes(self) -> int:
        return STEP_BYTES[LEVEL]

    def close(self) -> None:
        if self._opened is not None:
            self._opened[0].close()
        self._opened = None


def invariant_machine(
    factory: Callable[[], Adapter] | str | None = None, era: dtao.Era | None = None
) -> type[InvariantTest]:
    """Return a test class that takes an implementation through random sequences, all invariants checked at each step.

    ``factory`` makes an adapter, or is an endpoint such as ``cmd:./my-adapter``; without one it is the reference.
    ``era`` is the launch unless one is given. Set ``TestMine.settings`` to search longer. An adapter of level ``call``
    is taken through calls alone; what an invariant asks that it skips is counted in ``TestMine.reach.unasked``. Raises
    InputError for an adapter below that, of other eras, or that keeps only some items.
    """
    subject = _Subject(factory, dtao.era("launch") if era is None else era)
    return machine_test("TestInvariants", subject, InvariantTest, reach=subject.reach)
