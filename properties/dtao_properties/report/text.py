"""Describe a vector that did not pass in plain lines. What comes from outside is made printable first."""

import re
from collections.abc import Iterator, Mapping

from dtao_properties.adapters.protocol import Json, plainly, whole_number
from dtao_properties.conformance.compare import Difference
from dtao_properties.conformance.verdicts import Divergence
from dtao_properties.report.show import asked_for, entry_value, headline
from dtao_properties.report.units import EVENT_FIELDS, EVENT_UNITS, in_unit, is_unlimited, raw, readable, unit_of

EVENT_FIELD = re.compile(r"events\[(\d+)\]\[(\d+)\]")
NOTES: Mapping[str, str] = {"differs": "", "missing": "a change was not made", "extra": "a change too many"}
UNCHANGED = "no change"
ANSWERS = frozenset({"error", "events", "value"})
"""The kinds of answer that are no storage entries."""
LIST_WIDTH = 160
"""Length up to which the whole of two differing lists is shown."""


def printable(text: str) -> str:
    r"""Write what would steer a terminal, break a line or hide itself as an escape sequence.

    >>> printable("\x1b[2Jgone\u202e\n")
    '\\x1b[2Jgone\\u202e\\n'
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode() for letter in text
    )


def printable_lines(text: str) -> list[str]:
    """Return the lines of a text, printable each."""
    return [printable(line) for line in text.replace("\r\n", "\n").rstrip("\n").split("\n")]


def request_line(divergence: Divergence) -> str:
    """Say at which step a divergence is, and what was asked there."""
    place = "" if divergence.step is None else f"step {divergence.step} of {divergence.steps}: "
    block = "" if divergence.block is None else f", of which number {divergence.block} is the first that differs"
    return printable(f"{place}{headline(divergence.request)}{block}")


def arguments(divergence: Divergence) -> list[tuple[str, str]]:
    """Return the arguments of what was asked, by name, each in its unit."""
    request = divergence.request
    context = asked_for(request)
    return [(printable(str(name)), printable(readable(str(name), value, context)))
            for name, value in request.get("args", {}).items()]  # fmt: skip


def place_named(one: Difference) -> str:
    """Name the place of a difference; a field of an event by the names of both.

    >>> from dtao_properties.conformance.compare import difference
    >>> sides = ([["StakeRemoved", "1", "2", tao, "9", "1"]] for tao in ("7", "8"))
    >>> place_named(difference("events", *sides))
    'StakeRemoved: tao, events[0][3]'
    """
    event = _event_field(one)
    return printable(one.place) if event is None else printable(f"{event[0]}: {event[1]}, {one.place}")


def _event_field(one: Difference) -> tuple[str, str, str | None] | None:
    """Return the event, the field and its unit, if the place is a field that both sides' event has."""
    match = EVENT_FIELD.fullmatch(one.place)
    if match is None or one.lists is None:
        return None
    number, position = int(match[1]), int(match[2])
    name, *values = one.lists[0][number]
    kind = (name, len(values))
    names = EVENT_FIELDS.get(kind, ()) if isinstance(name, str) else ()
    return (name, names[position - 1], EVENT_UNITS[kind].get(position)) if 0 < position <= len(names) else None


def sides(one: Difference, request: Mapping[str, Json]) -> list[tuple[str, str]]:
    """Return what was expected, what was answered and, where there is one, the delta, each in its unit."""
    # the value of a read, phase or kernel has the unit that its name stands for
    name = str(request.get(str(request["do"]), "")) if one.entry == "value" else one.entry
    is_count = one.place.endswith(".length")
    event = _event_field(one)
    unit_of_field = None if event is None else event[2]
    if whole_number(one.expected) is not None and one.delta == 0 and one.kind == "differs":
        # the amount is right, and its type is not
        return [("expected", printable(plainly(one.expected))), ("actual", printable(plainly(one.actual)))]

    def written(value: Json) -> str:
        if is_count:
            return raw(value)
        if unit_of_field is not None and (number := whole_number(value)) is not None:
            return f"{value} ({in_unit(number, unit_of_field)})"
        return readable(name, value) if one.entry in ANSWERS else entry_value(name, value)

    expected = UNCHANGED if one.kind == "extra" else written(one.expected)
    actual = UNCHANGED if one.kind == "missing" else written(one.actual)
    told = [("expected", printable(expected)), ("actual", printable(actual))]
    if one.delta is not None:
        unit = None if is_count else unit_of_field or unit_of(name)
        if any(is_unlimited(name, whole_number(side)) for side in (one.expected, one.actual)):
            unit = None  # a difference from no limit is no amount
        told.append(("delta", f"{one.delta:+d}{f' ({in_unit(one.delta, unit)})' if unit else ''}"))
    if one.lists is not None:
        whole = [raw(value) for value in one.lists]
        if max(map(len, whole)) <= LIST_WIDTH:
            told += [
                (f"{side} list", printable(text)) for side, text in zip(("expected", "actual"), whole, strict=True)
            ]
    return told


def rule_line(divergence: Divergence) -> str | None:
    """Name the rules that a divergence points at, and those around the likeliest of them; None if none is known."""
    cause = divergence.cause
    if not cause.rules:
        return None
    around = f", within {', '.join(cause.within)}" if cause.within else ""
    return f"rule: {' or '.join(cause.rules)}{around} (dtao rules {cause.rules[0]})"


def further_line(divergence: Divergence) -> str | None:
    """Say how many more storage entries differ, if any do."""
    if not divergence.further:
        return None
    noun = "entry differs" if divergence.further == 1 else "entries differ"
    return f"{divergence.further} further storage {noun}"


def divergence_lines(divergence: Divergence) -> Iterator[str]:
    """Describe the first step at which an implementation parts from the recording."""
    yield f"  {request_line(divergence)}"
    for name, value in arguments(divergence):
        yield f"    {name}: {value}"
    if (rules := rule_line(divergence)) is not None:
        yield f"  {rules}"
    for one in divergence.differences:
        note = NOTES[one.kind]
        yield f"  {place_named(one)}{f'  ({note})' if note else ''}"
        for side, value in sides(one, divergence.request):
            yield f"    {f'{side}:':<9} {value}"
    if (further := further_line(divergence)) is not None:
        yield f"  {further}"
