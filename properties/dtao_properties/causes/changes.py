"""How the result of a function is changed a little, to see what follows from it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

import dtao
from dtao.events import Event
from dtao.persistent import Map
from dtao.state import State
from dtao_properties.adapters.protocol import whole_number
from dtao_properties.causes.stand_ins import Change, StandIn

By = Callable[[int], int]
"""What becomes of each number."""
Knob = Callable[[By], Change]
"""What changes one part of a result, or all of it, by that."""
LARGE = 2**33 + 1
"""What is added to a number beside 1: what small changes do is lost where bits are cut off."""
DEEPEST = 3
"""Lists within lists whose numbers are changed."""
MAX_ENTRIES = 64
"""Entries of one item that are changed at most."""
MAX_KEYS = 4
"""Keys of one map that are changed one by one at most."""


def plus_one(value: int) -> int:
    """Return the next number."""
    return value + 1


def minus_one(value: int) -> int:
    """Return the number before."""
    return value - 1


def plus_much(value: int) -> int:
    """Return a number that differs also where the last bits are cut off."""
    return value + LARGE + (abs(value) >> 6)


def zero(value: int) -> int:
    """Return nothing."""
    return 0


def double(value: int) -> int:
    """Return twice a number, which leaves alone what is nothing."""
    return 2 * value


def more_by(by: int) -> By:
    """Return what adds a number."""
    return lambda value: value + by


def larger_by(by: int) -> By:
    """Return what adds so many parts of 2^64 of each number."""
    return lambda value: value + (value * by >> 64)


WAYS: tuple[By, ...] = (plus_one, minus_one, plus_much, zero, double)


def knobs(era: dtao.Era, args: tuple[Any, ...], result: Any) -> Iterator[Knob]:
    """Return what of a result can be changed by a number, told by an example of the arguments and the result."""
    if _changed(result, plus_one) is not None:
        yield _whole
    if isinstance(result, tuple) and 1 < len(result) < 8:
        for at, part in enumerate(result):
            yield from (_within(at, knob) for knob in _parts(era, args, part))
            if _changed(part, plus_one) is not None:
                yield _within(at, _whole)
    else:
        yield from _parts(era, args, result)


def _parts(era: dtao.Era, args: tuple[Any, ...], result: Any) -> Iterator[Knob]:
    if isinstance(result, State):
        yield from _items_changed(era, args, result)
    elif isinstance(result, tuple) and result and all(isinstance(one, Event) for one in result):
        for at, event in enumerate(result):
            for attribute in attrs.fields(type(event)):
                if _changed(getattr(event, attribute.name), plus_one) is not None:
                    yield _event_changed(at, attribute)
    elif attrs.has(type(result)):
        yield from _attributes_changed(args, result)


def others(one: StandIn, args: tuple[Any, ...], result: Any) -> Iterator[Change]:
    """Return what may take the place of a result beside other numbers in it."""
    if any(type(given) is type(result) and not isinstance(result, int | bool) for given in args):
        yield _as_given
    elif isinstance(result, tuple) and result and any(type(given) is type(result[0]) for given in args):
        yield lambda args, result: (_as_given(args, result[0]), *result[1:])
    if type(result) is int:
        yield from (_argument(at) for at, given in enumerate(args) if type(given) is int and given != result)
    if isinstance(result, list | dict | Map) and result:
        yield lambda args, result: type(result)()
    if one.may_return_none:
        yield lambda args, result: None


def written(era: dtao.Era, wanted: Mapping[str, tuple[Any, Any]]) -> Change:
    """Return a change of what a function writes of the entries that differ, as far as they differ.

    ``wanted`` says of each entry what is expected in the end, and what is there instead.
    """

    def change(args: tuple[Any, ...], result: Any) -> Any:
        if isinstance(result, tuple) and result and isinstance(result[0], State):
            return (change(args, result[0]), *result[1:])
        before = next((given for given in args if isinstance(given, State)), None)
        if before is None or not isinstance(result, State):
            return result
        state = result
        for entry, value in era.diff(before, result).items():
            if entry in wanted:
                state = dtao.storage.set_entry(state, entry, _shifted(value, *wanted[entry]))
        return state

    return change


def _shifted(value: Any, expected: Any, actual: Any) -> Any:
    """Return what a function has to write so that the actual value is there in the end instead of the expected one."""
    numbers = whole_number(value), whole_number(expected), whole_number(actual)
    if None in numbers or value == expected:
        return actual
    here, mine, theirs = (one or 0 for one in numbers)
    return type(value)(here + theirs - mine)


def _argument(at: int) -> Change:
    return lambda args, result: args[at] if at < len(args) and type(args[at]) is int else result


def _event_changed(at: int, attribute: Any) -> Knob:
    def knob(by: By) -> Change:
        def change(args: tuple[Any, ...], result: Any) -> Any:
            if not isinstance(result, tuple) or len(result) <= at or not hasattr(result[at], attribute.name):
                return result
            value = _changed(getattr(result[at], attribute.name), by)
            event = attrs.evolve(result[at], **{attribute.alias: value})
            return (*result[:at], event, *result[at + 1 :])

        return change

    return knob


def _as_given(args: tuple[Any, ...], result: Any) -> Any:
    """Return what was given instead of what was made of it."""
    return next((given for given in args if type(given) is type(result)), result)


def _whole(by: By) -> Change:
    def change(args: tuple[Any, ...], result: Any) -> Any:
        changed = _changed(result, by)
        return result if changed is None else changed

    return change


def _within(position: int, knob: Knob) -> Knob:
    def outer(by: By) -> Change:
        change = knob(by)

        def changed(args: tuple[Any, ...], result: Any) -> Any:
            if not isinstance(result, tuple) or len(result) <= position:
                return result
            return (*result[:position], change(args, result[position]), *result[position + 1 :])

        return changed

    return outer


def _changed(value: Any, by: By, depth: int = 0) -> Any:
    """Return a value with its numbers changed, in lists and maps too; None if there are none."""
    kind = type(value)
    if kind is bool:
        return not value
    if kind is int:
        return by(value)
    if depth >= DEEPEST:
        return None
    if kind in (list, tuple):
        parts = [_changed(one, by, depth + 1) for one in value]
        if all(one is None for one in parts):
            return None
        return kind(old if new is None else new for old, new in zip(value, parts, strict=True))
    if kind in (dict, Map):
        entries = {key: new for key, one in value.items() if (new := _changed(one, by, depth + 1)) is not None}
        return kind({**dict(value.items()), **entries}) if entries else None
    return None


def _items_changed(era: dtao.Era, args: tuple[Any, ...], result: State) -> Iterator[Knob]:
    """Return a change of each item in which a state differs from the one that was given."""
    before = next((given for given in args if isinstance(given, State)), None)
    if before is None:
        return
    for item in dict.fromkeys(entry.partition("/")[0] for entry in era.diff(before, result)):
        yield _item_changed(era, item)


def _item_changed(era: dtao.Era, item: str) -> Knob:
    def knob(by: By) -> Change:
        def change(args: tuple[Any, ...], result: Any) -> Any:
            before = next((given for given in args if isinstance(given, State)), None)
            if before is None or not isinstance(result, State):
                return result
            state = result
            entries = {one: value for one, value in era.diff(before, result).items() if one.partition("/")[0] == item}
            for entry, value in list(entries.items())[:MAX_ENTRIES]:
                state = dtao.storage.set_entry(state, entry, _encoded(value, by))
            return state

        return change

    return knob


def _encoded(value: Any, by: By) -> Any:
    """Return a value of the flat form with its numbers changed."""
    if type(value) is bool:
        return not value
    if type(value) is list:
        return [_encoded(one, by) for one in value]
    found = whole_number(value)
    return value if found is None else type(value)(by(found))


def _attributes_changed(args: tuple[Any, ...], result: Any) -> Iterator[Knob]:
    """Return a change of each attribute of a record: of those that differ, if one of its class was given."""
    before = next((given for given in args if type(given) is type(result)), None)
    yield from _attributes_between(before, result)


def _attributes_between(before: Any, result: Any, depth: int = 0) -> Iterator[Knob]:
    for attribute in attrs.fields(type(result)):
        value = getattr(result, attribute.name)
        held = getattr(before, attribute.name, None)
        if not attribute.init or (before is not None and value is held):
            continue
        if attrs.has(type(value)) and depth < DEEPEST:
            inner = _attributes_between(held if type(held) is type(value) else None, value, depth + 1)
            yield from (_inside(attribute.alias, attribute.name, knob) for knob in inner)
        if _changed(value, plus_one) is not None:
            yield _attribute_changed(attribute.alias, attribute.name)
        if isinstance(value, Map) and isinstance(held, Map):
            keys = [key for key, one in value.items() if held.get(key) != one]
            if len(keys) < len(value):
                yield from (_key_changed(attribute.alias, attribute.name, key) for key in keys[:MAX_KEYS])


def _inside(alias: str, name: str, knob: Knob) -> Knob:
    def outer(by: By) -> Change:
        change = knob(by)

        def changed(args: tuple[Any, ...], result: Any) -> Any:
            held = getattr(result, name, None)
            return result if held is None else attrs.evolve(result, **{alias: change(args, held)})

        return changed

    return outer


def _attribute_changed(alias: str, name: str) -> Knob:
    def knob(by: By) -> Change:
        def change(args: tuple[Any, ...], result: Any) -> Any:
            changed = _changed(getattr(result, name, None), by)
            return result if changed is None else attrs.evolve(result, **{alias: changed})

        return change

    return knob


def _key_changed(alias: str, name: str, key: Any) -> Knob:
    def knob(by: By) -> Change:
        def change(args: tuple[Any, ...], result: Any) -> Any:
            held = getattr(result, name, None)
            if not isinstance(held, Map) or key not in held or (changed := _changed(held[key], by)) is None:
                return result
            return attrs.evolve(result, **{alias: held.set(key, changed)})

        return change

    return knob
