"""``dtao diff``: what the command line does with its options."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from time import monotonic

import dtao
from dtao_properties.adapters.protocol import Json
from dtao_properties.report.show import entry_value, step_lines
from dtao_properties.report.units import event_text, readable
from dtao_properties.trace.eras import words
from dtao_properties.trace.eras.comparison import Comparison, change, compared
from dtao_properties.trace.eras.example import DEFAULTS, Example, Search

UNCHANGED = "as before"
FOR_THE_FIRST = 5
"""How many times as long as for all examples is searched for the first one, if it takes so long."""
MAX_ENTRIES = 12
"""Differing entries of an example that are shown."""


def run(
    one: str, other: str, told: Callable[[str], None], *, examples: int, seed: int, seconds: float, as_json: bool
) -> None:
    """Tell what differs between two eras, and show up to so many examples. Rejects, as UnknownName, an unknown era."""
    comparison = compared(dtao.era(one), dtao.era(other))
    found: Iterator[Example] = iter(())
    if examples and not comparison.same:
        search = Search(comparison.earlier, comparison.later, seed, monotonic() + FOR_THE_FIRST * seconds)
        search.enough = monotonic() + seconds
        found = islice(search.examples(), examples)
    if as_json:
        whole = {**comparison.as_json(), "examples": [example.as_json() for example in found]}
        told(json.dumps(whole, indent=1, ensure_ascii=False))
        return
    for line in words.lines(comparison):
        told(line)
    shown = 0
    for shown, example in enumerate(found, start=1):
        told("")
        for line in example_lines(shown, example, comparison):
            told(line)
    if examples and not comparison.same and not shown:
        told("")
        patience = f"{FOR_THE_FIRST * seconds:g} s"
        told(f"No example was found within {patience}. Search longer with --time, or elsewhere with --seed.")


def example_lines(number: int, example: Example, comparison: Comparison) -> Iterator[str]:
    """Describe an example: the state, the steps, and both outcomes of the last one side by side."""
    names = [comparison.earlier.name, comparison.later.name]
    yield f"Example {number}: {_about(example, comparison)}"
    zero = [entry for entry, value in example.genesis.items() if "/" not in entry and value in (0, "0")]
    yield "  the state to begin with:"
    for entry in sorted(example.genesis.keys() - set(zero)):
        yield f"        {entry}: {entry_value(entry, example.genesis[entry])}"
    if zero:
        yield f"        and {len(zero)} entries of the whole network that are 0"
    last = len(example.steps) - 1
    for at, step in enumerate(example.steps):
        yield from (f"  {line}" for line in step_lines(at, step))
    width = max(map(len, names))
    for name, outcome in zip(names, example.outcomes, strict=True):
        if said := _outcome(example.steps[last], outcome):
            yield f"  {name:<{width}}  {said}"
    if len({outcome.get("error") is None for outcome in example.outcomes}) > 1:
        return  # what one of them changes, the other does not
    one, two = (outcome.get("diff", {}) for outcome in example.outcomes)
    entries = [entry for entry in sorted({**one, **two}) if _written(one, entry) != _written(two, entry)]
    for entry in entries[:MAX_ENTRIES]:
        yield f"    {entry}"
        for name, diff in zip(names, (one, two), strict=True):
            yield f"      {name:<{width}}  {_written(diff, entry)}"
    if len(entries) > MAX_ENTRIES:
        yield f"    … and {len(entries) - MAX_ENTRIES} more entries (--json has them)"


def _about(example: Example, comparison: Comparison) -> str:
    if not example.attributes:
        return "what several changes do together"
    return ", ".join(_named(path, comparison) for path in example.attributes)


def _named(path: str, comparison: Comparison) -> str:
    if path == DEFAULTS:
        return "other defaults of storage items"
    rules = change(path, comparison.earlier, comparison.later).rules
    return f"{path} ({', '.join(rules)})" if rules else path


def _outcome(step: Mapping[str, Json], outcome: Mapping[str, Json]) -> str:
    if outcome.get("error") is not None:
        return f"rejects it: {outcome['error']}"
    said = [event_text(event) for event in outcome.get("events", ())]
    if outcome.get("value") is not None:
        said.append(f"= {readable(str(step[step['do']]), outcome['value'])}")
    return "; ".join(said)


def _written(diff: Mapping[str, Json], entry: str) -> str:
    if entry not in diff:
        return UNCHANGED
    return "absent, or its default" if diff[entry] is None else readable(entry, diff[entry])
