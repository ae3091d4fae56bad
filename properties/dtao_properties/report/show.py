"""Print a recorded vector so that a person can read it."""

import json
from collections.abc import Iterator, Mapping
from textwrap import wrap

from dtao import ERAS, Era, InputError
from dtao_properties.adapters.protocol import SET_KEYS, Json
from dtao_properties.conformance.compare import ABSENT_ENTRY
from dtao_properties.conformance.vectors import Header, Vector
from dtao_properties.report.units import event_text, readable

FOLD_AFTER = 8
"""Entries of a diff that are shown unless everything is asked for."""
"""What null stands for where it is the value of a storage entry."""
WIDTH = 160
"""Length at which a long value is cut unless everything is asked for."""


def vector_lines(head: Header, vector: Vector, *, full: bool = False) -> Iterator[str]:
    """Describe a vector line by line; ``full`` unfolds long diffs and values."""
    yield f"{vector.id}  ({head.runner}, era {head.era}, spec version {head.spec_version})"
    if head.runner == "kernel":
        yield f"kernel {vector.body['kernel']}"
        yield from _members(vector.body["args"], str(vector.body["kernel"]), full)
        yield f"  = {_cut(readable(vector.body['kernel'], vector.body['value']), full)}"
        return
    steps = vector.body["steps"]
    count = f"{len(steps)} step{'' if len(steps) == 1 else 's'}"
    yield f"{count} on a genesis of {len(head.genesis)} entries (--genesis shows them)"
    for number, step in enumerate(steps):
        yield from step_lines(number, step, full=full)


def beginning(era: Era) -> dict[str, Mapping[str, Json]]:
    """Return the state in which the recordings of an era begin, and what entries hold that are not listed.

    Both are as in the header of a recorded scenario file.
    """
    items = era.runtime.items.by_name.values()
    return {
        "genesis": era.dump(era.genesis()),
        "defaults": {item.name: item.kind.encode(item.default) for item in items if item.default is not None},
    }


def beginning_of(head: Header) -> dict[str, Mapping[str, Json]]:
    """Return the state in which the scenarios of a file begin, and what entries hold that are not listed.

    Rejects, as InputError, a file of kernels.
    """
    if head.runner == "kernel":
        raise InputError(f"{head.name}: a kernel has no state, and so no genesis. Leave --genesis away.")
    return {"genesis": head.genesis, "defaults": head.defaults}


def genesis_lines(of: str, genesis: Mapping[str, Json], defaults: Mapping[str, Json]) -> Iterator[str]:
    """Describe the state in which scenarios begin, and what entries hold that are not listed; ``of`` says whose."""
    yield f"genesis of {of}: {len(genesis)} entries"
    yield from (f"  {entry}: {readable(entry, genesis[entry])}" for entry in sorted(genesis))
    yield f"defaults: what an entry with keys holds that is not listed, by item ({len(defaults)})"
    yield from (f"  {item}: {readable(item, defaults[item])}" for item in sorted(defaults))


def step_lines(number: int, step: Mapping[str, Json], *, full: bool = False) -> Iterator[str]:
    """Describe one step of a scenario: what is done, what it answers, what it changes."""
    error = step.get("error")
    yield f"{number:>4}  {headline(step)}{'' if error is None else f'   REJECTED {error}'}"
    yield from _members(step.get("args", {}), asked_for(step), full)
    if step["do"] in ("phase", "read") and "value" in step:
        yield f"        = {_cut(readable(step[step['do']], step['value']), full)}"
    for event in step.get("events", ()):
        yield f"        event {_cut(event_text(event), full)}"
    diff = step.get("diff", {})
    shown = sorted(diff) if full else sorted(diff)[:FOLD_AFTER]
    for entry in shown:
        yield f"        {entry} -> {_cut(entry_value(entry, diff[entry]), full)}"
    if len(diff) > len(shown):
        yield f"        … {len(diff) - len(shown)} more entries change (--full shows them)"


def eras(*, as_json: bool) -> Iterator[str]:
    """Describe every era in a few lines, or all of them as JSON."""
    if as_json:
        rows = [
            {"name": era.name, "spec_versions": [era.spec_version, era.last_spec_version],
             "recorded_as": era.recorded_as, "tag": era.tag, "date": era.date, "summary": era.summary}
            for era in ERAS
        ]  # fmt: skip
        yield json.dumps(rows, indent=2)
        return
    width = max(len(era.name) for era in ERAS)
    yield f"{'era':<{width}}  versions  tag       date"
    for era in ERAS:
        first, last = era.spec_version, era.last_spec_version
        versions = str(first) if first == last else f"{first}-{last}"
        yield f"{era.name:<{width}}  {versions:<8}  {era.tag:<8}  {era.date}"
        yield from wrap(era.summary, 80, initial_indent="  ", subsequent_indent="  ")
    yield "An era is named by its name or a version; `dtao diff ERA1 ERA2` compares two."


def headline(step: Mapping[str, Json]) -> str:
    """Name what a step does, without the arguments of a call, phase or read."""
    kind = step["do"]
    if kind == "blocks":
        return f"{step['n']} block{'' if step['n'] == 1 else 's'}"
    if kind == "call":
        return f"call {step['call']} by {'root' if step['signer'] is None else step['signer']}"
    if kind == "set":
        keys = ", ".join(f"{key} {step[key]}" for key in sorted(SET_KEYS & step.keys(), reverse=True))
        return f"set {step['item']}{f' of {keys}' if keys else ''} = {entry_value(step['item'], step['value'])}"
    if kind == "kernel":
        return f"kernel {step['kernel']}"
    return f"{kind} {step[kind]}"


def asked_for(step: Mapping[str, Json]) -> str:
    """Return the name of the call, phase, read or kernel that a step asks for; empty for blocks and direct writes."""
    return str(step.get(step["do"], "")) if step["do"] in ("call", "phase", "read", "kernel") else ""


def entry_value(entry: str, value: Json) -> str:
    """Write the new value of a storage entry in a diff."""
    return ABSENT_ENTRY if value is None else readable(entry, value)


def _members(args: Mapping[str, Json], context: str, full: bool) -> Iterator[str]:
    for name, value in args.items():
        yield f"        {name}: {_cut(readable(name, value, context), full)}"


def _cut(text: str, full: bool) -> str:
    return text if full or len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
