"""The tries with the marked functions of a step: what differs when one of them does something else.

First every change is tried with every function. The likeliest ones are looked at more closely: at single calls, because
a mistake may be in what is done at some of them only, and by other numbers, because a larger one may show elsewhere.
"""

import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from time import process_time
from types import CodeType, FunctionType
from typing import Any

from attrs import evolve, field, frozen, mutable

import dtao
from dtao.outcome import Rejection
from dtao.state import State
from dtao_properties.adapters.alarm import AGAIN, bell
from dtao_properties.adapters.protocol import whole_number
from dtao_properties.causes.changes import (
    LARGE,
    WAYS,
    By,
    Knob,
    knobs,
    larger_by,
    minus_one,
    more_by,
    others,
    plus_much,
    plus_one,
    written,
)
from dtao_properties.causes.effects import Effect, Place
from dtao_properties.causes.places import Answer, places, values
from dtao_properties.causes.stand_ins import StandIn, Trial, Watch

MAX_TRIES = 3_000
"""How often a step is taken again at most."""
SECONDS = 4.0
"""How long is searched for a cause at most."""
SECONDS_FOR_ALL = 2.4
"""How much of that is for what is tried with every function."""
SECONDS_OF_A_TRY = 0.5
"""How long one try may take: a changed number may make a loop endless."""
REFINED = 12
"""So many functions are looked at more closely."""
TURNED = 2
"""So many parts of the result of one are changed by other numbers."""
MAX_CALLS = 24
"""Calls of a function in one step that are changed one by one at most."""
STEPS = 6
"""Numbers that are tried one after the other, each found by what the ones before led to."""
SHARED = 0.25
"""What a value counts that differs in both, beside one that is the same."""
FITTED = 0.2
"""What a value counts that is the same for a number that was searched for, beside one that is so by itself."""
DIRECT = 0.25
"""What counts more that a function refuses by itself with the error that the implementation answers."""
ARITHMETIC = "FIX-"
"""How the ids of the rules begin that nearly every other one uses: they are named after those that are as likely."""

Turn = Callable[[By], Trial]
"""What is tried with a number of a function's, by what becomes of that."""
Differing = Mapping[str, tuple[Any, Any]]
"""Where a value differs -> what is expected, and what is there."""


@frozen(order=True)
class Likeness:
    """How alike what a change leads to and what differs are; the deeper function counts more, then the later one."""

    score: float
    depth: int
    order: int


@frozen
class Found:
    """A try, and how alike it was."""

    likeness: Likeness
    trial: Trial
    turn: Turn | None
    """What of it is a number."""


@frozen
class Family:
    """A way to change all numbers of a result, and with what the search for the right number begins."""

    way: Callable[[int], By]
    starts: tuple[int, ...]


SUM = Family(more_by, (1, LARGE, LARGE << 33, LARGE << 66))
PROPORTION = Family(larger_by, (1 << 60, 1 << 40))


class _TooLong(BaseException):
    """Raised where a try does not come to its end."""


@mutable
class Search:
    """The tries with which the cause of one divergence is searched for, and what they showed."""

    watch: Watch
    era: dtao.Era
    flat: Mapping[str, Any]
    """The state before the step; nothing for a kernel."""
    run: Callable[[], Answer]
    expected: Answer
    actual: Answer
    influences: Counter[str] = field(factory=Counter)
    """How many tries showed in each place."""
    shown: dict[int, set[str]] = field(factory=dict)
    """The function -> the places in which tries with it showed."""
    best: dict[int, Found] = field(factory=dict)
    """The function -> the likeliest try with it."""
    turned: dict[int, dict[Turn, Found]] = field(factory=dict)
    """The function -> its numbers, with the likeliest try of each."""
    differing: frozenset[str] = field(init=False)
    values: Differing = field(init=False)
    callers: Mapping[int, tuple[int, ...]] = field(init=False)
    _calls: Mapping[int, int] = field(init=False)
    _samples: Mapping[int, tuple[tuple[Any, ...], Any]] = field(init=False)
    _effects: Mapping[int, set[Place]] = field(init=False)
    _orders: Mapping[int, int] = field(init=False)
    _tries: int = field(default=0, init=False)
    _until: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Keep what was noted of the step as it is."""
        watch = self.watch
        self.differing = places(self.expected, self.actual)
        self.values = values(self.expected, self.actual, self.flat)
        self.callers, self._calls = dict(watch.callers), dict(watch.calls)
        self._samples, self._effects = dict(watch.samples), dict(watch.effects)
        self._orders = {number: order for order, number in enumerate(self.callers)}
        self._until = process_time() + SECONDS_FOR_ALL

    def everything(self) -> None:
        """Try every change with every function: the first with each of them, then the second, and so on."""
        pending = [(number, self._settings(number)) for number in self.callers]
        while pending:
            left = []
            for number, settings in pending:
                if (setting := next(settings, None)) is not None:
                    self._tried(number, *setting)
                    left.append((number, settings))
            pending = left if self._goes_on() else []

    def closer(self) -> None:
        """Look at the likeliest functions more closely."""
        self._until += SECONDS - SECONDS_FOR_ALL
        for number in sorted(self.best, key=lambda one: self.best[one].likeness, reverse=True)[:REFINED]:
            if not is_arithmetic(self.watch.functions[number].rules):  # a mistake in it would show at all its calls
                self._at_calls(number, self.best[number])
                likeliest = sorted(self.turned.get(number, {}).values(), key=lambda found: -found.likeness.score)
                for found in likeliest[:TURNED]:
                    self._by_numbers(number, found)

    def _goes_on(self) -> bool:
        return self._tries < MAX_TRIES and process_time() < self._until

    def _settings(self, number: int) -> Iterator[tuple[Trial, Turn | None, int]]:
        """Return what is tried with a function, what of it is a number, and how many values were chosen for it."""
        one = self.watch.functions[number]
        refusal = self._refusal()
        if refusal is not None and refusal.name in _errors_named(one.right):
            yield Trial(refuses=refusal), None, 0
        if one.returns_nothing:
            yield Trial(is_skipped=True), None, 0
            yield Trial(accepts=True), None, 0
            for place in sorted(self._effects.get(number, ())):
                turn = _effect_of(place)
                yield Trial(effect=Effect(place, None)), None, 0
                yield from ((turn(way), turn, 0) for way in (plus_one, minus_one, plus_much))
        elif number in self._samples:
            yield from self._of_results(one, *self._samples[number])

    def _of_results(self, one: StandIn, args: tuple[Any, ...], result: Any) -> Iterator[tuple[Trial, Turn | None, int]]:
        yield from ((Trial(change), None, 0) for change in others(one, args, result))
        turns = [_change_of(knob) for knob in knobs(self.era, args, result)]
        for way in WAYS:
            yield from ((turn(way), turn, 0) for turn in turns)
        if isinstance(result[0] if isinstance(result, tuple) and result else result, State):
            yield Trial(written(self.era, self._wanted())), None, len(self.values)

    def _refusal(self) -> Rejection | None:
        """Return with what the implementation refuses what the reference does not refuse with that."""
        named = self.actual.get("error")
        if named is None or named == self.expected.get("error"):
            return None
        return next((one for one in Rejection if one.value == named), None)

    def _wanted(self) -> dict[str, tuple[Any, Any]]:
        """Return the entries that differ, with their values."""
        entries = {place.partition("[")[0] for place in self.values}
        diffs = [answer.get("diff") or {} for answer in (self.expected, self.actual)]
        return {
            entry: (diffs[0].get(entry, self.flat.get(entry)), diffs[1].get(entry, self.flat.get(entry)))
            for entry in entries
            if entry in diffs[0] or entry in diffs[1]
        }

    def _tried(self, number: int, trial: Trial, turn: Turn | None = None, chosen: int = 0) -> Differing | None:
        """Take the step again with one function changed; return what differs then, or None if that leads nowhere."""
        if not self._goes_on():
            return None
        self._tries += 1
        try:
            with _limited():
                answer = self.watch.trying(number, trial, self.run)
        except (Exception, _TooLong):  # a changed number may break anything
            return None
        there = places(self.expected, answer)
        self.influences.update(there)
        self.shown.setdefault(number, set()).update(there)
        theirs = values(self.expected, answer, self.flat)
        if score := self._score(there, theirs, chosen):
            score += DIRECT if trial.refuses is not None else 0.0
            found = Found(Likeness(score, len(self.callers[number]), self._orders[number]), trial, turn)
            if number not in self.best or found.likeness > self.best[number].likeness:
                self.best[number] = found
            if turn is not None and trial.at is None and not chosen:
                mine = self.turned.setdefault(number, {})
                if turn not in mine or found.likeness > mine[turn].likeness:
                    mine[turn] = found
        return theirs

    def _score(self, there: frozenset[str], theirs: Differing, chosen: int) -> float:
        """Return how much a change shows like the divergence: by places, by values that differ, and by what they are.

        As many values as were chosen for that show nothing by being the same.
        """
        common = len(self.differing & there)
        if not common:
            return 0.0
        every = self.values.keys() | theirs.keys()
        shared = self.values.keys() & theirs.keys()
        alike = max(sum(self.values[one] == theirs[one] for one in shared) - chosen, 0)
        counted = SHARED * len(shared) + (FITTED if chosen else 1.0) * alike
        return float(common / len(self.differing | there) + counted / max(len(every), 1))

    def _at_calls(self, number: int, found: Found) -> list[int]:
        """Return at which calls of a function a change shows like the divergence, and try it at those."""
        calls = self._calls[number]
        if not 1 < calls <= MAX_CALLS:
            return []
        alike = []
        for call in range(calls):
            theirs = self._tried(number, evolve(found.trial, at=frozenset([call])), found.turn)
            if theirs and 2 * len(theirs.keys() & self.values.keys()) > len(theirs):
                alike.append(call)
        if 1 < len(alike) < calls:
            self._tried(number, evolve(found.trial, at=frozenset(alike)), found.turn)
        return alike

    def _by_numbers(self, number: int, found: Found) -> None:
        """Try a function by other numbers: by one for all its calls, and by one for each."""
        turn = found.turn
        if turn is None:
            return
        for family in (SUM, PROPORTION):
            self._fitted(number, turn, family, None)
        changes = {}
        for call in self._at_calls(number, found):
            if (by := self._fitted(number, turn, SUM, frozenset([call]))) is not None:
                changes[call] = turn(more_by(by)).change
        kept = {call: change for call, change in changes.items() if change is not None}
        if len(kept) > 1:
            self._tried(number, Trial(changes=kept), turn, len(kept))

    def _fitted(self, number: int, turn: Turn, family: Family, at: frozenset[int] | None) -> int | None:
        """Search for the number that leads to one of the actual values, by what other numbers lead to."""
        points = {0: 0}
        where = ""
        for by in family.starts:
            theirs = self._tried(number, evolve(turn(family.way(by)), at=at), turn)
            if (clearest := self._clearest(theirs, by)) is not None:
                where, points[by] = clearest
                break
        if not where:
            return None
        target = _distance(*self.values[where])
        last, now = points
        for _ in range(STEPS):
            if target is None or points[now] in (target, points[last]):
                break
            then = now + _rounded((target - points[now]) * (now - last), points[now] - points[last])
            theirs = None if then in points else self._tried(number, evolve(turn(family.way(then)), at=at), turn, 1)
            distance = None if theirs is None else _distance(*theirs.get(where, (0, 0)))
            if distance is None:
                return None
            points[then] = distance
            last, now = now, then
        return now if points[now] == target else None

    def _clearest(self, theirs: Differing | None, by: int) -> tuple[str, int] | None:
        """Return where a number differs that differs in the implementation too: just as it was changed, or most."""
        found = []
        for place in (theirs or {}).keys() & self.values.keys():
            distance = _distance(*(theirs or {})[place])
            if distance and _distance(*self.values[place]) is not None:
                found.append((abs(distance) == by, abs(distance), place, distance))
        return max(found)[2:] if found else None


def is_arithmetic(rules: tuple[str, ...]) -> bool:
    """Return whether there are only rules that nearly every other one uses."""
    return all(rule.startswith(ARITHMETIC) for rule in rules)


def _change_of(knob: Knob) -> Turn:
    return lambda by: Trial(knob(by))


def _effect_of(place: Place) -> Turn:
    return lambda by: Trial(effect=Effect(place, by))


def _distance(mine: Any, theirs: Any) -> int | None:
    """Return by how much a number differs from the expected one; an entry that is missing is 0."""
    here, there = (0 if value is None else whole_number(value) for value in (mine, theirs))
    return None if here is None or there is None else there - here


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


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


@cache
def _errors_named(function: FunctionType) -> frozenset[str]:
    """Return the names in a function, and in those without rules that it names: the errors among them are its own."""
    found: set[str] = set()
    pending, seen = [function], {function}
    while pending:
        one = pending.pop()
        names, _ = names_in(one.__code__)
        found |= names
        for name in names:
            called = one.__globals__.get(name)
            if isinstance(called, FunctionType) and called not in seen and _is_without_rule(called):
                seen.add(called)
                pending.append(called)
    return frozenset(found)


def _is_without_rule(function: FunctionType) -> bool:
    return (function.__module__ or "").partition(".")[0] == "dtao" and not hasattr(function, "rules")


def names_in(code: CodeType) -> tuple[set[str], set[str]]:
    """Return the attributes that a function reads, and the keywords that it passes: those of what it changes."""
    names, keywords = set(code.co_names), set[str]()
    for one in code.co_consts:
        if isinstance(one, CodeType):
            inner = names_in(one)
            names |= inner[0]
            keywords |= inner[1]
        elif isinstance(one, tuple):
            keywords |= {name for name in one if isinstance(name, str)}
    return names, keywords
