"""How the result of a function is changed a little, to see what follows from it."""

from collections.abc import Iterator
from typing import Any

import attrs

import dtao
from dtao.events import Event
from dtao.persistent import Map
from dtao.state import State
from dtao_properties.causes.stand_ins import Change, StandIn

LARGE = 2**33 + 1
"""What is added to a number beside 1: what small changes do is lost where bits are cut off."""
DEEPEST = 3
"""Lists within lists whose numbers are changed."""
MAX_ENTRIES = 64
"""Entries of one item that are changed at most."""


def changes(era: dtao.Era, one: StandIn, args: tuple[Any, ...], result: Any) -> Iterator[Change]:
    """Return changes of what a function returns, told by an example of its arguments and its result."""
    if result is None:
        return
    if any(type(given) is type(result) and not isinstance(result, int | bool) for given in args):
        yield _as_given
    elif isinstance(result, tuple) and result and any(type(given) is type(result[0]) for given in args):
        yield lambda args, result: (_as_given(args, result[0]), *result[1:])
    for by in (_plus_one, _minus_one, _plus_much, _zero):
        if _changed(result, by) is not None:
            yield _whole(by)
    if isinstance(result, tuple) and 1 < len(result) < 8:
        for at, part in enumerate(result):
            if isinstance(part, State):
                yield from (_at(at, change) for change in _items_changed(era, args, part))
            if isinstance(part, tuple) and part and all(isinstance(one, Event) for one in part):
                yield from (_at(at, change) for change in _events_changed(part))
            for by in (_plus_one, _plus_much):
                if _changed(part, by) is not None:
                    yield _at(at, _whole(by))
    elif isinstance(result, State):
        yield from _items_changed(era, args, result)
    elif attrs.has(type(result)):
        yield from _attributes_changed(args, result)
    if one.may_return_none:
        yield lambda args, result: None


def _events_changed(events: tuple[Event, ...]) -> Iterator[Change]:
    """Return a change of each field of each event."""
    for number, event in enumerate(events):
        for attribute in attrs.fields(type(event)):
            for by in (_plus_one, _minus_one, _plus_much):
                if _changed(getattr(event, attribute.name), by) is not None:
                    yield _event_changed(number, attribute, by)


def _event_changed(number: int, attribute: Any, by: Any) -> Change:
    def change(args: tuple[Any, ...], result: Any) -> Any:
        if not isinstance(result, tuple) or len(result) <= number or not hasattr(result[number], attribute.name):
            return result
        value = _changed(getattr(result[number], attribute.name), by)
        event = attrs.evolve(result[number], **{attribute.alias: value})
        return (*result[:number], event, *result[number + 1 :])

    return change


def _as_given(args: tuple[Any, ...], result: Any) -> Any:
    """Return what was given instead of what was made of it."""
    return next((given for given in args if type(given) is type(result)), result)


def _plus_one(number: int) -> int:
    return number + 1


def _minus_one(number: int) -> int:
    return number - 1


def _plus_much(number: int) -> int:
    return number + LARGE + (abs(number) >> 6)


def _zero(number: int) -> int:
    return 0


def _whole(by: Any) -> Change:
    def change(args: tuple[Any, ...], result: Any) -> Any:
        changed = _changed(result, by)
        return result if changed is None else changed

    return change


def _at(position: int, change: Change) -> Change:
    def changed(args: tuple[Any, ...], result: Any) -> Any:
        if not isinstance(result, tuple) or len(result) <= position:
            return result
        return (*result[:position], change(args, result[position]), *result[position + 1 :])

    return changed


def _changed(value: Any, by: Any, depth: int = 0) -> Any:
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


def _items_changed(era: dtao.Era, args: tuple[Any, ...], result: State) -> Iterator[Change]:
    """Return a change of each item in which a state differs from the one that was given."""
    before = next((given for given in args if isinstance(given, State)), None)
    if before is None:
        return
    for item in dict.fromkeys(entry.partition("/")[0] for entry in era.diff(before, result)):
        for by in (_plus_one, _plus_much):
            yield _item_changed(era, item, by)


def _item_changed(era: dtao.Era, item: str, by: Any) -> Change:
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


def _encoded(value: Any, by: Any) -> Any:
    """Return a value of the flat form with its numbers changed."""
    if type(value) is bool:
        return not value
    if type(value) is int:
        return by(value)
    if type(value) is str and value.removeprefix("-").isdecimal():
        return str(by(int(value)))
    if type(value) is list:
        return [_encoded(one, by) for one in value]
    return value


def _attributes_changed(args: tuple[Any, ...], result: Any) -> Iterator[Change]:
    """Return a change of each attribute of a record: of those that differ, if one of its class was given."""
    before = next((given for given in args if type(given) is type(result)), None)
    for attribute in attrs.fields(type(result)):
        value = getattr(result, attribute.name)
        if before is not None and value is getattr(before, attribute.name):
            continue
        for by in (_plus_one, _plus_much):
            if attribute.init and _changed(value, by) is not None:
                yield _attribute_changed(attribute.alias, attribute.name, by)


def _attribute_changed(alias: str, name: str, by: Any) -> Change:
    def change(args: tuple[Any, ...], result: Any) -> Any:
        value = getattr(result, name, None)
        changed = _changed(value, by)
        return result if changed is None else attrs.evolve(result, **{alias: changed})

    return change
