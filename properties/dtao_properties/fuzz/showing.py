"""``dtao show`` of a counterexample: the state it begins with, its steps, and what the adapter answered instead."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from dtao_properties.adapters.protocol import Json
from dtao_properties.causes.cause import Cause
from dtao_properties.conformance.compare import Difference
from dtao_properties.conformance.vector_runner import Divergence, request_of
from dtao_properties.fuzz.counterexample import Counterexample, read
from dtao_properties.report.show import entry_value, vector_lines
from dtao_properties.report.text import divergence_lines, printable, printable_lines

MAX_ENTRIES = 32
"""Entries of the state that are shown unless everything is asked for."""


def shown(path: Path, *, full: bool, as_json: bool) -> Iterator[str]:
    """Describe a counterexample line by line. Rejects, as InputError, a file that is none."""
    counterexample = read(path)
    if as_json:
        yield json.dumps(counterexample.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return
    yield from (printable(line) for line in _lines(counterexample, full))


def _lines(counterexample: Counterexample, full: bool) -> Iterator[str]:
    body = counterexample.body
    head, vector = counterexample.parts
    adapter = body["adapter"]
    yield f"counterexample {counterexample.signature}, found by seed {body['seed']}"
    names = ", ".join(f"{member} {adapter.get(member)}" for member in ("name", "version", "language", "endpoint"))
    yield f"the adapter was: {names}"
    if not body["reproduced"]:
        yield "it did not diverge when it was asked the same again: its answers are not repeatable"
    if head.runner != "kernel":
        yield from _state_lines(head.genesis, full)
    yield "what the reference answers:"
    yield from vector_lines(head, vector, full=full)
    yield "what the adapter answered:"
    yield from _answer_lines(body, vector.body)
    yield f"judge an adapter by it again: dtao replay {counterexample.path} --adapter ENDPOINT"


def _state_lines(genesis: Mapping[str, Json], full: bool) -> Iterator[str]:
    """Describe the state to begin with; what is of the whole network, and zero, takes one line."""
    yield f"the state to begin with, {len(genesis)} entries:"
    zeros = [] if full else [entry for entry in sorted(genesis) if "/" not in entry and genesis[entry] in (0, "0")]
    entries = [entry for entry in sorted(genesis) if entry not in zeros]
    folded = max(0, 0 if full else len(entries) - MAX_ENTRIES)
    for entry in entries[: len(entries) - folded]:
        yield f"        {entry}: {entry_value(entry, genesis[entry])}"
    if folded:
        yield f"        … {folded} more entries (--full shows them)"
    if zeros:
        yield f"        and these are 0: {', '.join(zeros)}"


def _answer_lines(body: Json, vector: Json) -> Iterator[str]:
    if not body["differences"]:
        for how, said in body["answer"].items():
            first, *others = printable_lines(str(said))
            yield f"  {how}: {first}"
            yield from (f"    {line}" for line in others)
        return
    steps = vector.get("steps")
    request = {"do": "kernel", **vector} if steps is None else request_of(steps[-1])
    found = tuple(
        Difference(one["place"], one["kind"], one["expected"], one["actual"], one["delta"] and int(one["delta"]))
        for one in body["differences"]
    )
    number = None if steps is None else len(steps) - 1
    cause = Cause(*(tuple(map(str, body.get(name, ()))) for name in ("rules", "within")))
    yield from divergence_lines(Divergence(number, len(steps or ()), request, found, body["further"], cause=cause))
