"""Where two answers to a step differ, coarse enough to be compared: storage items, fields of events, the error."""

from collections.abc import Mapping
from typing import Any

Answer = Mapping[str, Any]
"""The members of a reply: error, events, value and diff, as far as its kind of step has them."""


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
    mine, theirs = expected.get("diff", {}), actual.get("diff", {})
    missing = object()
    found |= {
        entry.partition("/")[0]
        for entry in mine.keys() | theirs.keys()
        if mine.get(entry, missing) != theirs.get(entry, missing)
    }
    return frozenset(found)


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
