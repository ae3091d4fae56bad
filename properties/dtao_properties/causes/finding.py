"""The cause of a divergence: the marked function a change of which shows most as the implementation differs."""

import signal
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from time import process_time
from types import CodeType
from typing import Any

from attrs import frozen

import dtao
from dtao import kernels
from dtao.item_table import ITEMS
from dtao.state import State
from dtao_properties.adapters.alarm import AGAIN, bell
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.causes.cause import Cause
from dtao_properties.causes.changes import changes
from dtao_properties.causes.effects import WAYS, Effect, Place
from dtao_properties.causes.places import Answer, places
from dtao_properties.causes.stand_ins import StandIn, Watch

MAX_TRIES = 1_500
"""How often a step is taken again at most."""
SECONDS = 4.0
"""How long is searched for a cause at most."""
SECONDS_OF_A_TRY = 0.5
"""How long one try may take: a changed number may make a loop endless."""
NAMED = 3
"""Rules that are named at most."""
NEARLY = 0.85
"""What part of the best likeness another rule needs to be named beside the best one."""
ARITHMETIC = "FIX-"
"""How the ids of the rules begin that nearly every other one uses: they are named after those that are as likely."""


@frozen(order=True)
class _Likeness:
    score: float
    depth: int
    order: int


class _TooLong(BaseException):
    """Raised where a try does not come to its end."""


def cause_of(
    watch: Watch,
    spec_version: int,
    flat: Mapping[str, Any] | None,
    request: Mapping[str, Any],
    actual: Answer,
    items: Collection[str] | None = None,
) -> Cause:
    """Return the cause of a step that an implementation answers otherwise than the reference does.

    ``flat`` is the state before the step; None for a kernel. ``items`` are those that are compared; None for all. There
    is no cause where the reference answers the same.
    """
    era = dtao.era(spec_version)
    state = None if flat is None else era.load(flat, check=False)

    def run() -> Answer:
        return _kept(_answer(era, state, request), items)

    expected: Answer = watch.noting(run)
    actual = {member: actual.get(member) for member in expected}
    differing = places(expected, actual)
    if not differing:
        return Cause()
    seen, callers, refusing = dict(watch.samples), dict(watch.callers), watch.refusing
    effects = dict(watch.effects)
    influences: Counter[str] = Counter()
    best: dict[int, _Likeness] = {}
    until = process_time() + SECONDS
    tries = 0
    for order, number in enumerate(callers):
        one = watch.functions[number]
        for trial in _trials(era, one, seen.get(number), effects.get(number, ())):
            tries += 1
            if tries > MAX_TRIES or process_time() > until:
                break
            answer = _tried(watch, one, trial, run)
            if answer is None:
                continue
            there = places(expected, answer)
            influences.update(there)
            score = _score(differing, there, expected, actual, answer)
            found = _Likeness(score, len(callers[number]), order)
            if score > 0 and (number not in best or found > best[number]):
                best[number] = found
    rules, within = _named(watch, best, callers, refusing or _handling(watch, callers, differing))
    items = [place for place in differing if influences[place]]
    return Cause(rules, within, tuple(sorted(items, key=lambda place: (influences[place], place))))


def _answer(era: dtao.Era, state: State | None, request: Mapping[str, Any]) -> Answer:
    if state is None:
        return {"value": kernels.evaluate(request["kernel"], request["args"], era.spec_version)}
    return apply_step(era, state, request).reply(era, state, request["do"])


def _kept(answer: Answer, items: Collection[str] | None) -> Answer:
    """Return an answer without the changes of items that are not compared."""
    if items is None or "diff" not in answer:
        return answer
    diff = {entry: value for entry, value in answer["diff"].items() if entry.partition("/")[0] in items}
    return {**answer, "diff": diff}


def _trials(
    era: dtao.Era, one: StandIn, sample: tuple[tuple[Any, ...], Any] | None, effects: Collection[Place]
) -> Iterator[Mapping[str, Any]]:
    """Return what is to be set on a stand-in for each try."""
    if one.returns_nothing:
        yield {"is_skipped": True}
        yield {"accepts": True}
        for place in sorted(effects):
            yield from ({"effect": Effect(place, way)} for way in WAYS)
    elif sample is not None:
        for change in changes(era, one, *sample):
            yield {"change": change}


def _tried(watch: Watch, one: StandIn, trial: Mapping[str, Any], run: Callable[[], Answer]) -> Answer | None:
    """Take the step again with one function changed; None if that leads nowhere."""
    for name, value in trial.items():
        setattr(one, name, value)
    try:
        with _limited():
            answer: Answer = watch.fresh(run)
            return answer
    except (Exception, _TooLong):  # a changed number may break anything
        return None
    finally:
        one.change, one.is_skipped, one.accepts, one.effect = None, False, False, None


@contextmanager
def _limited() -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, bell(_TooLong))
    signal.setitimer(signal.ITIMER_REAL, SECONDS_OF_A_TRY, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _score(differing: frozenset[str], there: frozenset[str], expected: Answer, actual: Answer, answer: Answer) -> float:
    """Return how much a change shows like the divergence: by places, by entries, and by values."""
    common = len(differing & there)
    if not common:
        return 0.0
    mine, theirs = _entries(expected, actual), _entries(expected, answer)
    every = mine.keys() | theirs.keys()
    shared = mine.keys() & theirs.keys()
    alike = sum(mine[one] == theirs[one] for one in shared)
    return float(common / len(differing | there) + (0.25 * len(shared) + alike) / max(len(every), 1))


def _entries(expected: Answer, actual: Answer) -> dict[str, Any]:
    """Return what an answer has that the expected one has not."""
    found = {name: actual[name] for name in ("error", "value", "events") if expected.get(name) != actual.get(name)}
    mine, theirs = expected.get("diff", {}), actual.get("diff", {})
    for entry in mine.keys() | theirs.keys():
        if mine.get(entry, found) != theirs.get(entry, found):
            found[entry] = theirs.get(entry, "as before")
    return found


def _handling(watch: Watch, callers: Mapping[int, tuple[int, ...]], differing: Collection[str]) -> tuple[int, ...]:
    """Return who took part and writes an item that differs, or at least reads it, the innermost first.

    It is for what no change of a result shows: an implementation that does what was not to be done in this step.
    """
    attributes = {ITEMS[place].attribute for place in differing if place in ITEMS}
    written: list[tuple[int, int, int]] = []
    for order, number in enumerate(callers):
        names, keywords = _names_in(watch.functions[number].right.__code__)
        count = 2 * len(attributes & keywords) + len(attributes & names)
        if count:
            written.append((count, len(callers[number]), order))
    numbers = list(callers)
    return tuple(numbers[order] for _, _, order in sorted(written, reverse=True))


def _names_in(code: CodeType) -> tuple[set[str], set[str]]:
    """Return the attributes that a function reads, and the keywords that it passes: those of what it changes."""
    names, keywords = set(code.co_names), set[str]()
    for one in code.co_consts:
        if isinstance(one, CodeType):
            inner = _names_in(one)
            names |= inner[0]
            keywords |= inner[1]
        elif isinstance(one, tuple):
            keywords |= {name for name in one if isinstance(name, str)}
    return names, keywords


def _named(
    watch: Watch, best: Mapping[int, _Likeness], callers: Mapping[int, tuple[int, ...]], refusing: tuple[int, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the rules to be named, and those around the first."""
    ranked = sorted(best, key=lambda number: best[number], reverse=True)
    if not ranked:
        ranked = [*refusing] or sorted(callers, key=lambda number: -len(callers[number]))[:1]
    if not ranked:
        return (), ()
    first = ranked[0]
    least = NEARLY * best[first].score if first in best else 0.0
    alike = [number for number in ranked if number in best and best[number].score >= least] or [first]
    around = [rule for number in reversed(callers[first]) for rule in watch.functions[number].rules]
    named = [rule for number in alike for rule in watch.functions[number].rules]
    rules = sorted(dict.fromkeys(named), key=lambda rule: rule.startswith(ARITHMETIC))
    outside = [rule for rule in dict.fromkeys(around) if rule not in watch.functions[first].rules]
    inner = [rule for rule in rules if rule not in outside]
    return tuple(inner[:NAMED]), tuple(outside)
