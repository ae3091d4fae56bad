"""The state machine with the reference as oracle: an implementation answers every step as the reference does."""

from collections.abc import Callable, Iterator

from attrs import field, mutable
from hypothesis import note

import dtao
from dtao_properties.adapters.endpoint import connected
from dtao_properties.adapters.protocol import LEVELS, QUOTE_ITEMS, Adapter, Hello, Level, Session
from dtao_properties.conformance.recorded_state import RecordedState
from dtao_properties.conformance.vector_runner import Divergence
from dtao_properties.fuzz.differential import Differential, Found, Unloadable, compared
from dtao_properties.fuzz.machine import MachineTest, machine_test
from dtao_properties.fuzz.steps import REACHABLE, STEP_BYTES, planned
from dtao_properties.fuzz.tally import Tally
from dtao_properties.fuzz.worlds import world
from dtao_properties.report.show import headline
from dtao_properties.report.text import divergence_lines, printable, printable_lines
from dtao_properties.report.units import readable
from dtao_properties.testing import Diverges


@mutable
class _Trial:
    """One sequence, of the reference and an adapter side by side."""

    differential: Differential
    ended: bool = False
    """Whether an answer was skipped in a state that cannot be given to the adapter again."""

    def begin(self, data: bytes) -> None:
        """Start both from a world."""
        __tracebackhide__ = True
        self.ended = False
        one = self.differential
        _raise(one.begin({} if one.level == "kernel" else world(data, one.era, reachable=one.level in REACHABLE)))

    def step(self, data: bytes) -> None:
        """Take both through a step and compare every answer."""
        __tracebackhide__ = True
        one = self.differential
        reachable = one.level in REACHABLE
        chosen = None if self.ended else planned(one.era, one.state, one.level, data, reachable=reachable)
        if chosen is not None:
            note(f"step {len(one.steps)}: {printable(headline(chosen.request))}")
            try:
                found = one.take(chosen)
            except Unloadable:
                self.ended, found = True, None
            _raise(found)


def _raise(found: Found | None) -> None:
    __tracebackhide__ = True
    if found is not None:
        raise Diverges(found_text(found))


@mutable
class _Subject:
    """An adapter that is held to the reference at a level."""

    factory: Callable[[], Adapter] | str
    wanted: Level | None
    era: dtao.Era
    _tally: Tally = field(factory=Tally, init=False)
    _opened: tuple[Session, Hello] | None = field(default=None, init=False)

    def opened(self) -> tuple[Session, Hello, Level]:
        """Return the session, what the adapter says about itself, and the level to hold it to."""
        if self._opened is None:
            session = Session(connected(self.factory) if isinstance(self.factory, str) else self.factory())
            self._opened = session, session.hello()
        session, hello = self._opened
        highest: Level = max(hello.levels, key=LEVELS.index)
        return session, hello, highest if self.wanted is None else self.wanted

    def trial(self) -> _Trial:
        session, hello, level = self.opened()
        return _Trial(Differential(session, self.era, level, hello.items, self._tally))

    @property
    def checked(self) -> int:
        return compared(self.opened()[2], self._tally)

    @property
    def step_bytes(self) -> int:
        return STEP_BYTES[self.opened()[2]]

    def close(self) -> None:
        if self._opened is not None:
            self._opened[0].close()
        self._opened = None


class ConformanceTest(MachineTest):
    """What the classes made by :func:`conformance_machine` have in common."""


def conformance_machine(
    factory: Callable[[], Adapter] | str, level: Level | None = None, era: str | int = "launch"
) -> type[ConformanceTest]:
    """Return a test class that takes an adapter through random sequences of calls and blocks.

    ``factory`` makes the adapter, or is an endpoint such as ``cmd:./my-adapter``; it is opened once, when the test
    begins. ``level`` is the highest that the adapter announces unless one is given. ``era`` is the name or a spec
    version of the era whose rules it is held to. Set ``TestMine.settings`` to
    search longer, as with any state machine of Hypothesis. A divergence is shrunk and raised as Diverges.
    """
    return machine_test("TestConformance", _Subject(factory, level, dtao.era(era)), ConformanceTest)


def found_text(found: Found) -> str:
    """Describe a divergence within a sequence of steps."""
    steps = found.steps
    request = steps[-1] if steps and found.signature.kind != "load" else {"do": "load", "load": "of a state"}
    step = len(steps) - 1 if steps else None
    divergence = Divergence(step, len(steps), request, found.differences, found.further, cause=found.cause)
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
