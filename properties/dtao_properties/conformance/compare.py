"""Compare what an implementation answered with what was recorded, without tolerance."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from attrs import field, frozen

from dtao_properties.adapters.protocol import Json, whole_number

Kind = Literal["differs", "missing", "extra"]
ANSWERS = ("error", "events", "value", "diff")
"""The members of a step that an implementation has to answer, in the order in which they are compared."""
NESTED = frozenset({dict, list})
"""The types of JSON values that hold others."""
ABSENT_ENTRY = "absent, or its default"
"""What null stands for in a diff."""


@frozen
class Difference:
    """One place where an answer is not what was recorded."""

    place: str
    """``value``, ``error``, ``events``, or a storage entry; with the position in a list, as in ``Emission/2[3]``."""
    kind: Kind
    """missing: the recorded change was not made. extra: a change was made that was not recorded."""
    expected: Json
    actual: Json
    delta: int | None
    """Actual minus expected where both are whole numbers, in the entry's own unit."""
    lists: tuple[Json, Json] | None = field(default=None, kw_only=True, eq=False)
    """The whole lists, expected and actual, if the place is within them."""

    @property
    def entry(self) -> str:
        """Name the storage entry, or the kind of answer, without a position in a list."""
        return self.place.partition("[")[0].removesuffix(".length")


def same(expected: Json, actual: Json) -> bool:
    """Tell whether two JSON values are equal in type as well: true is not 1, and 1 is not "1"."""
    if type(expected) is not type(actual):
        return False
    if type(expected) is dict:
        if expected != actual:
            return False
        for name, value in expected.items():
            kind, other = type(value), actual[name]
            if kind is not type(other) or (kind in NESTED and not same(value, other)):
                return False
        return True
    # repr, because == takes True for 1 inside of lists and comparing element by element is slow
    return bool(expected == actual) and (type(expected) is not list or repr(expected) == repr(actual))


def difference(place: str, expected: Json, actual: Json) -> Difference:
    """Describe the first place within two unequal JSON values where they part."""
    lists = (expected, actual) if type(expected) is list and type(actual) is list else None
    while type(expected) is list and type(actual) is list:
        index = next((i for i, pair in enumerate(zip(expected, actual, strict=False)) if not same(*pair)), None)
        if index is None:
            counts = len(expected), len(actual)
            return Difference(f"{place}.length", "differs", *counts, counts[1] - counts[0], lists=lists)
        place, expected, actual = f"{place}[{index}]", expected[index], actual[index]
    return Difference(place, "differs", expected, actual, _delta(expected, actual), lists=lists)


def entry_differences(expected: Mapping[str, Json], actual: Mapping[str, Json]) -> Iterator[Difference]:
    """Describe the storage entries in which two diffs disagree, sorted by entry."""
    for entry in sorted(expected.keys() | actual.keys()):
        if entry not in actual:
            yield Difference(entry, "missing", expected[entry], None, None)
        elif entry not in expected:
            yield Difference(entry, "extra", None, actual[entry], None)
        elif not same(expected[entry], actual[entry]):
            yield difference(entry, expected[entry], actual[entry])


def answer_differences(
    members: Collection[str], expected: Mapping[str, Json], actual: Mapping[str, Json]
) -> tuple[Difference, ...]:
    """Compare the members of two answers: the members come in the order of ANSWERS, the storage entries sorted."""
    for member in members:
        if not same(expected[member], actual[member]):
            break
    else:
        return ()
    found = [
        difference(member, expected[member], actual[member])
        for member in ANSWERS[:-1]
        if member in members and not same(expected[member], actual[member])
    ]
    return (*found, *(entry_differences(expected["diff"], actual["diff"]) if "diff" in members else ()))


def ranked(differences: Iterable[Difference], items: Sequence[str]) -> tuple[Difference, ...]:
    """Put the storage entries in the order of some items, those of other items last; answers stay before them."""
    places = {item: place for place, item in enumerate(items)}

    def rank(one: Difference) -> int:
        return -1 if one.entry in ANSWERS else places.get(one.entry.partition("/")[0], len(places))

    return tuple(sorted(differences, key=rank))


def cut(differences: Sequence[Difference], kept: int) -> tuple[tuple[Difference, ...], int]:
    """Keep the differing answers and so many storage entries; return them, and how many more entries there are."""
    answers = sum(one.entry in ANSWERS for one in differences)
    return tuple(differences[: answers + kept]), max(len(differences) - answers - kept, 0)


def _delta(expected: Json, actual: Json) -> int | None:
    first, second = whole_number(expected), whole_number(actual)
    return None if first is None or second is None else second - first
