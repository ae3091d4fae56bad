"""A stateful test of an implementation: random sequences of calls and blocks, held against the reference."""

import unittest
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, ClassVar

import hypothesis
from attrs import field, frozen, mutable
from hypothesis import Phase, note, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.strategies import deferred

import dtao
from dtao_properties.adapters.endpoint import connected
from dtao_properties.adapters.protocol import LEVELS, QUOTE_ITEMS, Adapter, Hello, Level, Session
from dtao_properties.conformance.recorded_state import RecordedState
from dtao_properties.conformance.vector_runner import Divergence
from dtao_properties.fuzz.differential import Differential, Found
from dtao_properties.fuzz.steps import STEP_BYTES, planned
from dtao_properties.fuzz.strategies import fixed_bytes
from dtao_properties.fuzz.worlds import WORLD_BYTES, world
from dtao_properties.report.show import headline
from dtao_properties.report.text import divergence_lines, printable, printable_lines
from dtao_properties.report.units import readable
from dtao_properties.testing import Diverges

SHRINKING_SECONDS = 20.0
"""How long a divergence is shrunk; after that only what was found to fail counts as failing, so that it ends soon."""
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
"""All but the explanation, which would name lines of the judge."""


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
class _Partner:
    """The adapter of one test class: opened at the first example, used by all of them."""

    factory: Callable[[], Adapter] | str
    wanted: Level | None
    era: dtao.Era
    _session: Session | None = field(default=None, init=False)
    _hello: Hello | None = field(default=None, init=False)
    _failing: set[tuple[Drawn, ...]] = field(factory=set, init=False)
    _shrunk_until: float | None = field(default=None, init=False)

    def opened(self) -> tuple[Session, Hello, Level]:
        """Return the session, what the adapter says about itself, and the level to hold it to."""
        if self._session is None or self._hello is None:
            made = connected(self.factory) if isinstance(self.factory, str) else self.factory()
            self._session = Session(made)
            self._hello = self._session.hello()
        highest: Level = max(self._hello.levels, key=LEVELS.index)
        return self._session, self._hello, highest if self.wanted is None else self.wanted

    def differential(self) -> Differential:
        session, hello, level = self.opened()
        return Differential(session, self.era, level, hello.items)

    @property
    def step_bytes(self) -> int:
        """Return how many bytes a step of its level is read from."""
        return STEP_BYTES[self.opened()[2]]

    @property
    def shrinks(self) -> bool:
        """Tell whether any sequence may still count as failing."""
        return self._shrunk_until is None or monotonic() < self._shrunk_until

    def known(self, drawn: tuple[Drawn, ...]) -> bool:
        """Tell whether exactly this sequence was found to end in a divergence."""
        return drawn in self._failing

    def fails(self, drawn: tuple[Drawn, ...]) -> None:
        """Take note of a sequence that ends in a divergence."""
        self._failing.add(drawn)
        if self._shrunk_until is None:
            self._shrunk_until = monotonic() + SHRINKING_SECONDS

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = self._hello = self._shrunk_until = None
        self._failing.clear()


class ConformanceTest(unittest.TestCase):
    """What the classes made by :func:`conformance_machine` have in common."""

    settings: ClassVar[hypothesis.settings]
    """Hypothesis' settings: how many examples, how many steps."""
    partner: ClassVar[Any]

    @classmethod
    def tearDownClass(cls) -> None:
        """Let go of the adapter."""
        cls.partner.close()


def conformance_machine(
    factory: Callable[[], Adapter] | str, level: Level | None = None, era: str | int = "launch"
) -> type[ConformanceTest]:
    """Return a test class that takes an adapter through random sequences of calls and blocks.

    ``factory`` makes the adapter, or is an endpoint such as ``cmd:./my-adapter``; it is opened once, when the test
    begins. ``level`` is the highest that the adapter announces unless one is given. ``era`` is the name or a spec
    version of the era whose rules it is held to. Set ``TestMine.settings`` to
    search longer, as with any state machine of Hypothesis. A divergence is shrunk and raised as Diverges.
    """
    partner = _Partner(factory, level, dtao.era(era))
    machine = _machine(partner)
    members = {"partner": partner, "settings": settings(machine.TestCase.settings, phases=PHASES)}
    made: type[ConformanceTest] = type("TestConformance", (machine.TestCase, ConformanceTest), members)
    return made


def _machine(partner: _Partner) -> type[RuleBasedStateMachine]:
    # a class for each adapter, because what is drawn depends on the level, which only the adapter knows
    class Sequence(RuleBasedStateMachine):
        """Takes the reference and an adapter through the same steps and compares every answer."""

        def __init__(self) -> None:
            super().__init__()
            self.differential = partner.differential()
            self.drawn: tuple[Drawn, ...] = ()
            self.plays = partner.shrinks
            """Whether each step is taken as it is drawn; else only a whole sequence that is known to fail is."""

        @initialize(drawn=fixed_bytes(WORLD_BYTES).map(Drawn))
        def begin(self, drawn: Drawn) -> None:
            """Start both from a random small world, or from a state out of the bundled recordings."""
            self._next(drawn)

        @rule(drawn=deferred(lambda: fixed_bytes(partner.step_bytes)).map(Drawn))
        def step(self, drawn: Drawn) -> None:
            """Take one step that makes sense in the present state: a call, some blocks, a read, as the level has it."""
            self._next(drawn)

        def _next(self, drawn: Drawn) -> None:
            __tracebackhide__ = True
            self.drawn = (*self.drawn, drawn)
            if self.plays:
                self._play(len(self.drawn) - 1)
            elif partner.known(self.drawn):
                for number in range(len(self.drawn)):
                    self._play(number)

        def _play(self, number: int) -> None:
            __tracebackhide__ = True
            differential, drawn = self.differential, self.drawn[number]
            if number == 0:
                found = differential.begin(
                    {} if differential.level == "kernel" else world(drawn.data, differential.era)
                )
            else:
                chosen = planned(differential.era, differential.state, differential.level, drawn.data)
                if chosen is None:
                    return
                note(f"step {len(differential.steps)}: {printable(headline(chosen.request))}")
                found = differential.take(chosen)
            if found is not None:
                partner.fails(self.drawn)
                raise Diverges(found_text(found))

    return Sequence


def found_text(found: Found) -> str:
    """Describe a divergence within a sequence of steps."""
    steps = found.steps
    request = steps[-1] if steps and found.signature.kind != "load" else {"do": "load", "load": "of a state"}
    divergence = Divergence(len(steps) - 1 if steps else None, len(steps), request, found.differences, found.further)
    lines = ["DIVERGES from the reference", *divergence_lines(divergence)]
    if not found.differences:
        for how, said in found.answer.items():
            first, *others = printable_lines(str(said))
            lines += [f"  {how}: {first}", *(f"    {line}" for line in others)]
    return "\n".join([*lines, *_state_lines(found)])


def _state_lines(found: Found) -> Iterator[str]:
    """Say on what a quote depends: the entries that the adapter was given, of the networks that it is about."""
    if found.signature.level != "quote" or not found.steps:
        return
    args = found.steps[-1].get("args", {})
    networks = {str(args[name]) for name in ("netuid", "origin_netuid", "destination_netuid") if name in args}
    state = RecordedState(found.genesis, found.steps).before(len(found.steps) - 1, QUOTE_ITEMS)
    entries = [entry for entry in sorted(state) if entry.partition("/")[2] in networks]
    if entries:
        yield "  in this state:"
        yield from (f"    {printable(entry)}: {printable(readable(entry, state[entry]))}" for entry in entries)
