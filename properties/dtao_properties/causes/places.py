"""Where two answers to a step differ: in single values, and coarsely, in items, fields of events and errors."""

from collections.abc import Iterator, Mapping
from typing import Any

Answer = Mapping[str, Any]
"""The members of a reply: error, events, value and diff, as far as its kind of step has them."""
_ABSENT = object()


def places(expected: Answer, actual: Answer) -> frozenset[str]:
    """Return the places in which two answers to the same step differ.

    >>> call = {"error": None, "events": [["StakeAdded", "1", "2"]], "diff": {"SubnetTAO/1": "5", "Balance/1": "7"}}
    >>> sorted(places(call, {**call, "events": [["StakeAdded", "1", "3"]], "diff": {"SubnetTAO/1": "6"}}))
    ['Balance', 'StakeAdded[2]', 'SubnetTAO']
    >>> sorted(places({"error": None}, {"error": "AmountTooLow"}))
    ['error AmountTooLow']
    """
    found: set[str] = set()
    if expected.get("error") != actual.get("error"):
        found.add(f"error {actual.get('error')}")
    if expected.get("events") != actual.get("events"):
        found |= _fields(expected.get("events"), actual.get("events"))
    if "value" in expected and expected["value"] != actual.get("value"):
        found.add("value")
    return frozenset(found | {entry.partition("/")[0] for entry in _entries(expected, actual)})


def _entries(expected: Answer, actual: Answer) -> list[str]:
    """Return the entries of the storage that differ."""
    mine, theirs = expected.get("diff", {}), actual.get("diff", {})
    return [one for one in mine.keys() | theirs.keys() if mine.get(one, _ABSENT) != theirs.get(one, _ABSENT)]


def _fields(expected: Any, actual: Any) -> set[str]:
    """Return the fields of events that differ; "events" where they are not the same ones."""
    if not isinstance(actual, list) or len(expected) != len(actual):
        return {"events"}
    found = set()
    for mine, theirs in zip(expected, actual, strict=True):
        if not isinstance(theirs, list) or not theirs or len(mine) != len(theirs) or mine[0] != theirs[0]:
            return {"events"}
        found |= {f"{mine[0]}[{at}]" for at, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b}
    return found


def values(expected: Answer, actual: Answer, before: Mapping[str, Any] | None = None) -> dict[str, tuple[Any, Any]]:
    """Return the single values in which two answers differ, each as it is expected and as it is, by where it stands.

    An entry that one answer does not change has its value ``before``; a list is told by its elements.

    >>> values({"value": ["1", ["2", "3"]]}, {"value": ["1", ["2", "4"]]})
    {'value[1][1]': ('3', '4')}
    >>> values({"diff": {}}, {"diff": {"Balance/1": "7"}}, {"Balance/1": "5"})
    {'Balance/1': ('5', '7')}
    """
    found: dict[str, tuple[Any, Any]] = {}
    for name in ("error", "events", "value"):
        if name in expected:
            found.update(_split(name, expected[name], actual.get(name)))
    flat = before or {}
    mine, theirs = expected.get("diff", {}), actual.get("diff", {})
    for entry in _entries(expected, actual):
        left, right = (diff.get(entry, flat.get(entry)) for diff in (mine, theirs))
        found.update(_split(entry, left, right))
    return found


def _split(where: str, mine: Any, theirs: Any) -> Iterator[tuple[str, tuple[Any, Any]]]:
    if isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        for at, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            if one != other:
                yield from _split(f"{where}[{at}]", one, other)
    elif mine != theirs:
        yield where, (mine, theirs)
