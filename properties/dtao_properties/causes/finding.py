"""The cause of a divergence: the marked function a change of which shows most as the implementation differs."""

from collections.abc import Collection, Iterator, Mapping
from math import sqrt
from types import FunctionType
from typing import Any

import attrs

import dtao
from dtao import kernels
from dtao.item_table import ITEMS
from dtao.state import State
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.causes.cause import Cause
from dtao_properties.causes.places import Answer, places
from dtao_properties.causes.search import Search, is_arithmetic, names_in
from dtao_properties.causes.stand_ins import Watch

NAMED = 3
"""Rules that are named at most."""
NEARLY = 0.75
"""What part of the best likeness that of a function has to be for its rules to be named."""
ENOUGH = 0.9
"""How likely it has to be that one of the rules named is right; then no more are."""
RARELY = 0.1
"""How likely a mistake is in a rule that nearly every other one uses, beside another one."""
STEEP = 16
"""How much likelier a function is that shows more like the divergence: to this power."""


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
    if not places(expected, actual):
        return Cause()
    refusing = watch.refusing
    search = Search(watch, era, flat or {}, run, expected, actual)
    search.everything()
    search.closer()
    alike = _alike(watch, search)
    if not alike:
        likeliest = refusing[:1] or _handling(watch, era, search) or _deepest(search.callers)
        alike = dict.fromkeys(likeliest[:1], 1.0)
    rules, within = named(watch, alike, search.callers)
    seen = search.influences
    shown = [place for place in search.differing if seen[place]]
    return Cause(rules, within, tuple(sorted(shown, key=lambda place: (seen[place], place))))


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


def _alike(watch: Watch, search: Search) -> dict[int, float]:
    """Return how likely the mistake is in each of the functions that show most like the divergence.

    The more alike it shows and the more a function does, the likelier it is.
    """
    best = {number: found.likeness.score for number, found in search.best.items()}
    top = max(best.values(), default=0.0)
    return {
        number: (score / top) ** STEEP * sqrt(len(watch.functions[number].right.__code__.co_code))
        for number, score in best.items()
        if score >= NEARLY * top
    }


def named(
    watch: Watch, alike: Mapping[int, float], callers: Mapping[int, tuple[int, ...]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the rules to be named, and those around the first: so few that most likely one of them is right.

    A rule is right if the mistake is in its function or in one that calls it. Those that nearly every other one uses
    come last.
    """
    own: dict[str, set[int]] = {}
    covered: dict[str, set[int]] = {}
    for number in alike:
        for rule in watch.functions[number].rules:
            own.setdefault(rule, set()).add(number)
            covered.setdefault(rule, set()).update({number, *callers[number]} & alike.keys())
    left = dict(alike)
    rules: list[str] = []
    while left.keys() and covered and len(rules) < NAMED and sum(left.values()) > (1 - ENOUGH) * sum(alike.values()):
        worth = {
            rule: sum(left.get(number, 0.0) for number in numbers) * (RARELY if is_arithmetic((rule,)) else 1)
            for rule, numbers in covered.items()
        }
        rule = max(worth, key=worth.__getitem__)
        for number in covered.pop(rule):
            left.pop(number, None)
        rules.append(rule)
    if not rules:
        return (), ()
    first = max(own[rules[0]], key=alike.__getitem__)
    around = [rule for number in reversed(callers[first]) for rule in watch.functions[number].rules]
    return tuple(rules), tuple(rule for rule in dict.fromkeys(around) if rule not in rules)


def _deepest(callers: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted(callers, key=lambda number: -len(callers[number])))


def _handling(watch: Watch, era: dtao.Era, search: Search) -> tuple[int, ...]:
    """Return who took part and writes an item that differs, names who does, or at least reads it, the innermost first.

    Then those who write other items of the same records. It is for what no change of a result shows: an implementation
    that does what was not to be done in this step.
    """
    items = [ITEMS[place] for place in search.differing if place in ITEMS]
    attributes = {item.attribute for item in items}
    records = {item.record for item in items}
    took_part = {watch.functions[number].right.__code__ for number in search.callers}
    writers = {
        name
        for one in watch.functions
        if one.right.__code__ not in took_part and attributes & names_in(one.right.__code__)[1]
        for name in (one.right.__name__, *_named_in_row(era, one.function))
    }
    found: list[tuple[int, int, int, int]] = []
    for order, number in enumerate(search.callers):
        names, keywords = names_in(watch.functions[number].right.__code__)
        count = 2 * len(attributes & keywords) + 2 * len(writers & names) + len(attributes & names)
        beside = sum(ITEMS[place].record in records for place in search.shown.get(number, ()) if place in ITEMS)
        if count or beside:
            found.append((count, beside, len(search.callers[number]), order))
    numbers = list(search.callers)
    return tuple(numbers[order] for *_, order in sorted(found, reverse=True))


def _named_in_row(era: dtao.Era, function: FunctionType) -> Iterator[str]:
    """Return the attributes of the row of an era by which a function is called."""
    for family in attrs.fields(type(era.runtime)):
        held = getattr(era.runtime, family.name)
        if attrs.has(type(held)):
            yield from (one.name for one in attrs.fields(type(held)) if getattr(held, one.name) is function)
