"""States to test on: those that the recorded scenarios pass through."""

from collections.abc import Iterator, Mapping
from typing import Any

import dtao
from dtao_properties.conformance import vectors

ERA = dtao.era("launch")
SCENARIOS = vectors.recorded("launch") / "scenario"


def after(state: dtao.State, step: Mapping[str, Any]) -> dtao.State:
    """Return the state after one recorded step."""
    if step["do"] == "call":
        return ERA.apply(state, ERA.call(step["call"], step["signer"], step["args"])).state
    if step["do"] == "blocks":
        return ERA.step(state, step["n"])
    if step["do"] == "phase":
        return ERA.phase(state, step["phase"], step["args"])[0]
    if step["do"] == "set":
        keys = {key: value for key, value in step.items() if key not in {"do", "item", "value", "diff"}}
        return ERA.set(state, step["item"], keys, step["value"])
    return state


def scenarios(suite: str) -> Iterator[list[Mapping[str, Any]]]:
    """Return the steps of each scenario of a suite."""
    for vector in vectors.vectors(SCENARIOS / f"{suite}.jsonl.gz"):
        yield vector.body["steps"]


def states(suite: str, every: int = 1) -> Iterator[dtao.State]:
    """Return the states that the scenarios of a suite pass through, each ``every``-th of them."""
    for steps in scenarios(suite):
        state = ERA.genesis()
        for index, step in enumerate(steps):
            state = after(state, step)
            if index % every == 0:
                yield state
