"""What is wrong with the form of a reply, in plain words. Says the same as spec/formats/adapter.schema.json."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from dtao.codec import KEEP_SUBNETS
from dtao_properties.adapters import plain
from dtao_properties.adapters.protocol import (
    LEVELS,
    NO_ANSWERS,
    PROTOCOL,
    REPLY_MEMBERS,
    Json,
    plainly,
    printable,
    safe_repr,
)

ENTRY = re.compile(r"[A-Za-z][A-Za-z0-9]*((/-?[0-9]+){0,3}|/[A-Za-z]+(\(([0-9]+|NetUid\([0-9]+\))\))?)")
FAULTS_SHOWN = 5
NAMES: Mapping[type, str] = {
    dict: "an object", list: "a list", str: "a string", int: "a number", bool: "a boolean", float: "a float",
    type(None): "null",
}  # fmt: skip


def faults(kind: str, reply: Json) -> Iterator[str]:
    """Name every fault in the form of a reply to a request of this kind; nothing if it is well-formed."""
    if not isinstance(reply, dict):
        yield f"the reply is {_named(reply)}, but has to be an object"
        return
    if type(reply) is not dict:
        yield f"the reply is of type {type(reply).__name__}, but has to be a plain object"
        return
    if (fault := plain.fault(reply)) is not None and not fault.startswith("holds the float"):
        yield f"the reply {fault}"
        return
    told = [member for member in NO_ANSWERS if member in reply]
    seq = reply.get("seq")
    if not _is_whole(seq) and not (told and "seq" in reply and seq is None):
        yield f"'seq' {_instead(reply, 'seq')}: echo the whole number of the request"
    if told:
        yield from _no_answer_faults(reply, told)
        if both := [member for member in REPLY_MEMBERS[kind] if member in reply]:
            yield f"it holds {told[0]!r} and {' and '.join(map(repr, both))}: answer, or say why not"
        return
    for member in REPLY_MEMBERS[kind]:
        if member not in reply:
            yield f"the member {member!r} is missing"
        elif kind == "hello":
            yield from _hello_faults(reply[member])
        else:
            yield from _CHECKS[member](reply[member])


def _no_answer_faults(reply: Mapping[str, Json], told: list[str]) -> Iterator[str]:
    if len(told) > 1:
        yield f"it holds {' and '.join(map(repr, told))}: give one of them"
    for member in told:
        if not isinstance(reply[member], str):
            yield f"{member!r} is {_named(reply[member])}: say in a string why"


def _hello_faults(value: Json) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"'value' is {_named(value)}, but has to be an object: {', '.join(_HELLO_LISTS)}, …"
        return
    if value.get("protocol") != PROTOCOL or type(value.get("protocol")) is not int:
        yield f"'protocol' {_instead(value, 'protocol')}: it has to be {PROTOCOL}"
    for member in ("name", "language", "version"):
        if not isinstance(value.get(member), str):
            yield f"{member!r} {_instead(value, member)}: give a string"
    for member, content in _HELLO_LISTS.items():
        names = value.get(member)
        if member == "items" and "items" not in value:
            continue
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            yield f"{member!r} {_instead(value, member)}: give a list of strings, {content}"
        elif member == "levels":
            for name in names:
                if name not in LEVELS:
                    yield f"{_short(name)} in 'levels' is no level: there are {', '.join(LEVELS)}"


_HELLO_LISTS: Mapping[str, str] = {
    "eras": "such as launch", "levels": f"among {', '.join(LEVELS)}", "items": "the storage items that are kept",
}  # fmt: skip


def _ok_faults(value: Json) -> Iterator[str]:
    if value is not True:
        yield f"'ok' is {plainly(value)}, but has to be true"


def _value_faults(value: Json) -> Iterator[str]:
    yield from _first(_faults_within(value, "'value'"))


def _error_faults(value: Json) -> Iterator[str]:
    if value is not None and not isinstance(value, str):
        yield f"'error' is {_named(value)}: give the name of the error, or null if the call succeeded"


def _events_faults(value: Json) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"'events' is {_named(value)}, but has to be a list"
        return
    for number, event in enumerate(value):
        place = f"'events'[{number}]"
        if not isinstance(event, list) or not event or not isinstance(event[0], str):
            yield f"{place} is {_short(event)}: an event is a list that begins with its name"
        else:
            yield from _first(_faults_within(event[1:], place))


def _diff_faults(value: Json) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"'diff' is {_named(value)}, but has to be an object of storage entries"
        return
    yield from _first(_entry_faults(value))


def _entry_faults(entries: Mapping[str, Json]) -> Iterator[str]:
    for entry, value in entries.items():
        if ENTRY.fullmatch(entry) is None:
            yield f"{_short(entry)} in 'diff' is no storage entry: write the item and its keys, as in SubnetTAO/1"
        yield from _faults_within(value, _short(entry))


_CHECKS = {
    "ok": _ok_faults, "value": _value_faults, "error": _error_faults, "events": _events_faults, "diff": _diff_faults,
}  # fmt: skip


def _faults_within(value: Json, place: str) -> Iterator[str]:
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield from _faults_within(part, f"{place}[{number}]")
    elif isinstance(value, float):
        yield f"{place} is the float {value!r}: write wide numbers as decimal strings, narrow ones as whole numbers"
    elif isinstance(value, dict) and value.keys() == {KEEP_SUBNETS}:
        yield from _faults_within(value[KEEP_SUBNETS], f"{place}[{KEEP_SUBNETS!r}]")
    elif isinstance(value, dict):
        yield f"{place} is an object: values are null, booleans, whole numbers, strings, and lists of these"
    elif type(value) is int and value < 0:
        yield f"{place} is the number {_short(value)}: a number that may be negative is a decimal string"


def _first(found: Iterator[str]) -> Iterator[str]:
    yield from islice(found, FAULTS_SHOWN)
    if next(found, None) is not None:
        yield "… and more of the kind"


def _is_whole(value: Json) -> bool:
    return type(value) is int and value >= 0


def _named(value: Json) -> str:
    return NAMES.get(type(value), type(value).__name__)


def _short(value: Json) -> str:
    text = printable(safe_repr(value))
    return text if len(text) <= 60 else f"{text[:60]}…"


def _instead(members: Mapping[str, Json], member: str) -> str:
    return f"is {plainly(members[member])}" if member in members else "is missing"
