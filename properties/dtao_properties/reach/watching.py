"""Which vectors reach a rule: seen while the reference replays them, never written down by hand."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FrameType

from attrs import field, frozen, mutable

from dtao.errors import InputError
from dtao.outcome import Rejected
from dtao_properties.adapters.endpoint import REFERENCE, connected
from dtao_properties.adapters.protocol import Adapter, Json, Session
from dtao_properties.causes.marked import rules_by_code
from dtao_properties.conformance.selection import Selected, vectors_of
from dtao_properties.conformance.vector_runner import Plan
from dtao_properties.conformance.verdicts import judged
from dtao_spec.registry import RULES, Rule
from dtao_spec.render import reference_modules


@frozen
class Reached:
    """The ids of the vectors that reach a rule, in the order of the replay."""

    accepting: tuple[str, ...] = ()
    """Those in which a function of the rule came to a result."""
    rejecting: tuple[str, ...] = ()
    """Those in which it refused: a call was rejected inside of it, or it answered nothing where it may."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Return all of them, each once."""
        return tuple(dict.fromkeys((*self.accepting, *self.rejecting)))


@mutable
class Watched:
    """An adapter on this thread that notes the rules whose functions are executed while it answers."""

    adapter: Adapter
    rules: Mapping[CodeType, tuple[str, ...]]
    """The rules of each marked function, by its code."""
    empty: frozenset[CodeType] = frozenset()
    """The code of those among them that refuse by answering None."""
    calls: Counter[str] = field(factory=Counter, init=False)
    refusals: Counter[str] = field(factory=Counter, init=False)

    def request(self, message: dict[str, Json]) -> Json:
        """Hand on a request and its answer."""
        with self._noting():
            return self.adapter.request(message)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        # by identity: a code object is compared by all that it holds
        rules = {id(code): names for code, names in self.rules.items()}
        empty = {id(code): self.rules[code] for code in self.empty}
        refusal = id(Rejected.__init__.__code__)
        calls, refusals = Counter[str](), Counter[str]()
        aborted: set[str] = set()

        def note(frame: FrameType, event: str, result: object) -> None:
            if event == "call":
                code = id(frame.f_code)
                if (names := rules.get(code)) is not None:
                    calls.update(names)
                elif code == refusal:
                    for caller in _callers(frame):
                        aborted.update(rules.get(id(caller.f_code), ()))
            elif event == "return" and result is None and (names := empty.get(id(frame.f_code))) is not None:
                refusals.update(names)

        before = sys.getprofile()
        sys.setprofile(note)
        try:
            yield
        finally:
            sys.setprofile(before)
            # What a rule found right before it refused the request is no result of it.
            self.calls.update(calls)
            self.refusals.update(refusals - Counter(dict.fromkeys(aborted, refusals.total())))
            self.refusals.update({rule: calls[rule] for rule in aborted})


def _callers(frame: FrameType) -> Iterator[FrameType]:
    above = frame.f_back
    while above is not None:
        yield above
        above = above.f_back


def holds(rule: Rule, spec_version: int) -> bool:
    """Return whether a rule is in force in a version of the runtime, changed or not."""
    return rule.at(spec_version) is not None


def reached(choice: Iterable[Selected]) -> Iterator[tuple[str, Mapping[str, Reached]]]:
    """Replay vectors with the bundled reference; return for each its id and how it reaches which rules.

    A rule counts only where it is in force: a function may be there before, and do nothing, or stay after it ended.
    What functions remember of a vector they forget before the next, which may run another time without it. Rejects, as
    InputError, a vector from which the reference diverges: what it reaches after that says nothing.
    """
    rules, empty = rules_by_code()
    remembering = [*forgetting("dtao.rules.")]
    watched = Watched(connected(REFERENCE), rules, empty)
    session = Session(watched)
    plan = Plan(refusals_end_the_run=True)
    for part in choice:
        for vector in vectors_of(part):
            for forget in remembering:
                forget()
            watched.calls.clear()
            watched.refusals.clear()
            verdict = judged(session, part.header, vector, plan=plan)
            if verdict.status != "passed":
                raise InputError(
                    f"{vector.id}: the reference diverges from the recording, so that what it reaches says nothing. "
                    f"`dtao replay {vector.id}` shows where."
                )
            yield (
                vector.id,
                {
                    rule: Reached(
                        (vector.id,) * (count > watched.refusals[rule]), (vector.id,) * (rule in watched.refusals)
                    )
                    for rule, count in watched.calls.items()
                    if rule not in RULES or holds(RULES[rule], part.header.spec_version)
                },
            )


def forgetting(beginning: str = "") -> Iterator[Callable[[], None]]:
    """Yield what lets each function that remembers its results forget them, of modules whose names begin so."""
    for module in reference_modules():
        if module.__name__.startswith(beginning):
            for value in list(vars(module).values()):
                forget = getattr(value, "cache_clear", None)
                if callable(forget):
                    yield forget


def gathered(parts: Iterable[tuple[str, Mapping[str, Reached]]]) -> dict[str, Reached]:
    """Put together what single vectors reach."""
    accepting: dict[str, list[str]] = {}
    rejecting: dict[str, list[str]] = {}
    for _, part in parts:
        for rule, found in part.items():
            accepting.setdefault(rule, []).extend(found.accepting)
            rejecting.setdefault(rule, []).extend(found.rejecting)
    return {rule: Reached(tuple(accepting[rule]), tuple(rejecting[rule])) for rule in accepting}
