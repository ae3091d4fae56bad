"""The one state machine: random sequences of steps, whatever they are held against.

What a sequence begins in and each of its steps are drawn as bytes, and shrunk as bytes. A :class:`Subject` is an
implementation under test; it says what a :class:`Trial` of one sequence checks.
"""

import unittest
from time import monotonic
from typing import Any, ClassVar, Protocol

import hypothesis
from attrs import field, frozen, mutable
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from hypothesis.strategies import deferred

from dtao_properties.fuzz.strategies import fixed_bytes
from dtao_properties.fuzz.worlds import WORLD_BYTES

SHRINKING_SECONDS = 20.0
"""How long a failure is shrunk; after that only what was found to fail counts as failing, so that it ends soon."""
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
"""All but the explanation, which would name lines of the judge."""


class Trial(Protocol):
    """One sequence. Either method raises AssertionError where the implementation is found wrong."""

    def begin(self, data: bytes) -> None:
        """Start from the world that some bytes stand for."""

    def step(self, data: bytes) -> None:
        """Take the step that some bytes stand for in the present state."""


class Subject(Protocol):
    """The implementation that a test class is about: opened at the first sequence, used by all of them."""

    @property
    def step_bytes(self) -> int:
        """How many bytes a step is read from."""

    @property
    def checked(self) -> int:
        """How many answers were checked so far."""

    def trial(self) -> Trial:
        """Begin a new sequence."""

    def close(self) -> None:
        """Let go of the implementation."""


class MachineTest(unittest.TestCase):
    """What all test classes of the machine have in common."""

    settings: ClassVar[hypothesis.settings]
    """Hypothesis' settings: how many examples, how many steps."""
    subject: ClassVar[Any]
    shrinking: ClassVar[Any]
    machine: ClassVar[Any]
    __test__ = False
    """No test by itself, for those who look for tests."""

    def runTest(self) -> None:  # noqa: N802  # unittest calls it so
        """Run the sequences. A run in which nothing was checked fails: what does nothing is no pass."""
        __tracebackhide__ = True
        run_state_machine_as_test(self.machine, settings=self.settings)
        if not self.subject.checked:
            raise AssertionError(
                "nothing was checked: the adapter skipped all that it was asked, or every sequence was empty. "
                "Implement what it announces, or raise max_examples in .settings"
            )

    @classmethod
    def tearDownClass(cls) -> None:
        """Let go of the implementation."""
        cls.close()

    @classmethod
    def close(cls) -> None:
        """Let go of the implementation; the next test opens it again, and shrinks anew."""
        cls.subject.close()
        cls.shrinking.forget()


@frozen(repr=False)
class Drawn:
    """The bytes that a world or a step is read from, shown without the zeros at their end."""

    data: bytes

    def __repr__(self) -> str:
        shown = self.data.rstrip(bytes(1)).hex()
        return f"Drawn({shown})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # Hypothesis would write out all of the bytes


@mutable
class Shrinking:
    """What was found to fail, and until when shorter sequences are looked for."""

    _failing: set[tuple[Drawn, ...]] = field(factory=set, init=False)
    _until: float | None = field(default=None, init=False)

    @property
    def goes_on(self) -> bool:
        """Whether any sequence may still count as failing."""
        return self._until is None or monotonic() < self._until

    def known(self, drawn: tuple[Drawn, ...]) -> bool:
        """Return whether exactly this sequence was found to fail."""
        return drawn in self._failing

    def add(self, drawn: tuple[Drawn, ...]) -> None:
        """Note a sequence that fails."""
        self._failing.add(drawn)
        if self._until is None:
            self._until = monotonic() + SHRINKING_SECONDS

    def forget(self) -> None:
        """Begin anew."""
        self._failing.clear()
        self._until = None


def machine_test(name: str, subject: Subject, base: type[MachineTest], **members: Any) -> type[Any]:
    """Return a test class, with further members, that takes a subject through random sequences."""
    shrinking = Shrinking()
    machine = _machine(subject, shrinking)
    members |= {
        "__test__": True,
        "machine": machine,
        "subject": subject,
        "shrinking": shrinking,
        "settings": settings(machine.TestCase.settings, phases=PHASES),
    }
    made = type(name, (base,), members)
    made.runTest.is_hypothesis_test = True  # type: ignore[attr-defined]  # as Hypothesis marks its own
    return made


def _machine(subject: Subject, shrinking: Shrinking) -> type[RuleBasedStateMachine]:
    # a class for each subject, because what is drawn depends on its level, which only the implementation knows
    class Sequence(RuleBasedStateMachine):
        """Takes an implementation through random steps and checks each."""

        def __init__(self) -> None:
            super().__init__()
            self.trial = subject.trial()
            self.drawn: tuple[Drawn, ...] = ()
            self.plays = shrinking.goes_on
            """Whether each step is taken as it is drawn; else only a whole sequence that is known to fail is."""

        @initialize(drawn=fixed_bytes(WORLD_BYTES).map(Drawn))
        def begin(self, drawn: Drawn) -> None:
            """Start from a random small world, or from a state out of the bundled recordings."""
            self._next(drawn)

        @rule(drawn=deferred(lambda: fixed_bytes(subject.step_bytes)).map(Drawn))
        def step(self, drawn: Drawn) -> None:
            """Take one step that makes sense in the present state."""
            self._next(drawn)

        def _next(self, drawn: Drawn) -> None:
            __tracebackhide__ = True
            self.drawn = (*self.drawn, drawn)
            if self.plays:
                self._play(len(self.drawn) - 1)
            elif shrinking.known(self.drawn):
                for number in range(len(self.drawn)):
                    self._play(number)

        def _play(self, number: int) -> None:
            __tracebackhide__ = True
            try:
                (self.trial.step if number else self.trial.begin)(self.drawn[number].data)
            except AssertionError:
                shrinking.add(self.drawn)
                raise

    return Sequence
