"""Print a recorded vector so that a person can read it."""

from collections.abc import Iterator, Mapping

from dtao_properties.amounts import event_text, readable
from dtao_properties.vectors import SET_KEYS, Header, Json, Vector

FOLD_AFTER = 8
"""Entries of a diff that are shown unless everything is asked for."""
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
    yield f"{count} on a state of {len(head.genesis)} entries that differ from the defaults"
    for number, step in enumerate(steps):
        yield from step_lines(number, step, full=full)


def step_lines(number: int, step: Mapping[str, Json], *, full: bool = False) -> Iterator[str]:
    """Describe one step of a scenario: what is done, what it answers, what it changes."""
    error = step.get("error")
    yield f"{number:>4}  {headline(step)}{'' if error is None else f'   REJECTED {error}'}"
    yield from _members(step.get("args", {}), asked_for(step), full)
    if step["do"] in ("phase", "read"):
        yield f"        = {_cut(readable(step[step['do']], step['value']), full)}"
    for event in step.get("events", ()):
        yield f"        event {_cut(event_text(event), full)}"
    diff = step.get("diff", {})
    shown = sorted(diff) if full else sorted(diff)[:FOLD_AFTER]
    for entry in shown:
        yield f"        {entry} -> {_cut(entry_value(entry, diff[entry]), full)}"
    if len(diff) > len(shown):
        yield f"        … {len(diff) - len(shown)} more entries change (--full shows them)"


def headline(step: Mapping[str, Json]) -> str:
    """Name what a step does, without the arguments of a call, phase or read."""
    kind = step["do"]
    if kind == "blocks":
        return f"{step['n']} block{'' if step['n'] == 1 else 's'}"
    if kind == "call":
        return f"call {step['call']} by {'root' if step['signer'] is None else step['signer']}"
    if kind == "set":
        keys = ", ".join(f"{key} {step[key]}" for key in sorted(SET_KEYS & step.keys(), reverse=True))
        return f"set {step['item']}{f' of {keys}' if keys else ''} = {readable(step['item'], step['value'])}"
    if kind == "kernel":
        return f"kernel {step['kernel']}"
    return f"{kind} {step[kind]}"


def asked_for(step: Mapping[str, Json]) -> str:
    """Return the name of the call, phase, read or kernel that a step asks for; empty for blocks and direct writes."""
    return str(step.get(step["do"], "")) if step["do"] in ("call", "phase", "read", "kernel") else ""


def entry_value(entry: str, value: Json) -> str:
    """Write the new value of a storage entry in a diff."""
    return "absent, or its default" if value is None else readable(entry, value)


def _members(args: Mapping[str, Json], context: str, full: bool) -> Iterator[str]:
    for name, value in args.items():
        yield f"        {name}: {_cut(readable(name, value, context), full)}"


def _cut(text: str, full: bool) -> str:
    return text if full or len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
