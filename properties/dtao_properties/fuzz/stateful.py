"""A stateful test: an implementation goes through random calls and blocks, and every invariant is checked at each step.

::

    from dtao_properties import invariant_machine

    TestMine = invariant_machine("cmd:./my-adapter")

Without an argument it is the reference that is tested. The sequences are those of the conformance machine
(:mod:`dtao_properties.fuzz.machine`); but here the answers are held against what must always hold instead of against
the reference's, so that a mistake shows that both of them make.
"""

import unittest
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

import hypothesis
from attrs import field, mutable
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

import dtao
from dtao.errors import InputError
from dtao.state import State
from dtao_properties.adapters.endpoint import connected
from dtao_properties.adapters.protocol import LEVELS, Adapter, Hello, Json, Level, Session, Skipped
from dtao_properties.fuzz.machine import Drawn
from dtao_properties.fuzz.steps import STEP_BYTES, planned
from dtao_properties.fuzz.strategies import fixed_bytes
from dtao_properties.fuzz.worlds import WORLD_BYTES, world
from dtao_properties.laws import held
from dtao_properties.model.step import Answering, Implementation, Oracle, Step

MOST_BLOCKS = 6
"""Blocks of a step that are taken one by one; more would only be more of the same."""
LEVEL: Level = "block"


@mutable
class Reach:
    """What a run has come to: how often each call was accepted, how often it was refused, and why."""

    answers: Counter[tuple[str, str, str]] = field(factory=Counter)
    """By kind of step, name, and error (empty: none)."""
    unasked: Counter[str] = field(factory=Counter)
    """The invariants that an adapter could not be asked for, because it skips what they ask."""

    def add(self, step: Step) -> None:
        """Count a step."""
        self.answers[step.do, step.name, step.error or ""] += 1

    @property
    def calls(self) -> Mapping[str, tuple[int, int]]:
        """For every call how often it was accepted and how often it was refused."""
        counts = {name: [0, 0] for name in sorted({name for kind, name, _ in self.answers if kind == "call"})}
        for (kind, name, error), count in self.answers.items():
            if kind == "call":
                counts[name][bool(error)] += count
        return {name: (accepted, refused) for name, (accepted, refused) in counts.items()}

    @property
    def acceptance(self) -> float:
        """The part of all calls that was accepted."""
        accepted = sum(counts[0] for counts in self.calls.values())
        return accepted / max(sum(map(sum, self.calls.values())), 1)

    @property
    def rejections(self) -> set[str]:
        """The reasons for which calls were refused."""
        return {error for kind, _, error in self.answers if kind == "call" and error}

    def report(self) -> str:
        """Write the vacuity report: what was reached how often."""
        lines = [f"{self.acceptance:.1%} of the calls accepted"]
        lines += [
            f"{name:20} {accepted:7} accepted {refused:7} refused" for name, (accepted, refused) in self.calls.items()
        ]
        reasons = Counter(dict.fromkeys(sorted(self.rejections), 0))
        for (_, _, error), count in self.answers.items():
            if error:
                reasons[error] += count
        lines += [f"{error:40} {count}" for error, count in reasons.items()]
        lines += [f"not checked, because what it asks is skipped: {name}: {n}" for name, n in self.unasked.items()]
        return "\n".join(lines)


class InvariantTest(unittest.TestCase):
    """What the classes made by :func:`invariant_machine` have in common."""

    settings: ClassVar[hypothesis.settings]
    """Hypothesis' settings: how many examples, how many steps."""
    reach: ClassVar[Reach]
    """What the test has come to so far."""
    close: ClassVar[Callable[[], None]]

    @classmethod
    def tearDownClass(cls) -> None:
        """Let go of the adapter."""
        cls.close()


def single_steps(request: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Yield a step, or its blocks one by one."""
    if request["do"] == "blocks":
        yield from ({"do": "blocks", "n": 1} for _ in range(min(request["n"], MOST_BLOCKS)))
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


def invariant_machine(
    factory: Callable[[], Adapter] | str | None = None, era: dtao.Era | None = None
) -> type[InvariantTest]:
    """Return a test class that takes an implementation through random sequences, all invariants checked at each step.

    ``factory`` makes an adapter, or is an endpoint such as ``cmd:./my-adapter``; without one it is the reference.
    ``era`` is the launch unless one is given. Set ``TestMine.settings`` to search longer. An adapter of level ``call``
    is taken through calls alone; what an invariant asks that it skips is counted in ``TestMine.reach.unasked``. Raises
    InputError for an adapter below that, of other eras, or that keeps only some items.
    """
    rules = dtao.era("launch") if era is None else era
    opened: list[tuple[Session, Level]] = []

    def implementation() -> tuple[Implementation, Level]:
        if factory is None:
            return Oracle(rules), LEVEL
        if not opened:
            session = Session(connected(factory) if isinstance(factory, str) else factory())
            opened.append((session, level_of(session.hello(), rules)))
        session, level = opened[0]
        return Answering(rules, session), level

    class Invariants(RuleBasedStateMachine):
        """Takes an implementation through random steps."""

        reach: ClassVar[Reach] = Reach()

        def __init__(self) -> None:
            super().__init__()
            self.implementation, self.level = implementation()
            self.state = rules.genesis()

        @initialize(drawn=fixed_bytes(WORLD_BYTES).map(Drawn))
        def begin(self, drawn: Drawn) -> None:
            """Start from a random small world, or from a state out of the bundled recordings."""
            self.state = rules.load(world(drawn.data, rules))

        @rule(drawn=fixed_bytes(STEP_BYTES[LEVEL]).map(Drawn))
        def step(self, drawn: Drawn) -> None:
            """Take one step that makes sense in the present state."""
            __tracebackhide__ = True
            before = self.state
            self.state = walked(self.implementation, before, drawn.data, self.reach, self.level)
            note(f"{len(rules.diff(before, self.state))} entries changed")

    def close() -> None:
        while opened:
            opened.pop()[0].close()

    test = Invariants.TestCase
    members = {"reach": Invariants.reach, "settings": hypothesis.settings(test.settings), "close": staticmethod(close)}
    made: type[InvariantTest] = type("TestInvariants", (test, InvariantTest), members)
    return made
