"""Purity: a refused call leaves no trace, the same step gives the same, and a state is what it is written as."""

from collections.abc import Iterator

from attrs import evolve

from dtao_properties.laws.base import invariant
from dtao_properties.model.step import Step


@invariant(
    "refused means untouched",
    "A call that is refused changes nothing and tells of nothing, however far it had come.",
    "STAKE-11", "STAKE-14", "MOVE-5", "CHILD-4", "REG-7", "REG-8", "NET-7", "STATE-3", "EPOCH-19",
)  # fmt: skip
def _untouched(step: Step) -> Iterator[str]:
    if step.error is not None:
        if step.after != step.before:
            yield f"refused with {step.error}, it changed {', '.join(step.diff) or 'what the flat form does not list'}"
        if step.events:
            yield f"refused with {step.error}, it tells of {step.events[0]}"


@invariant(
    "the same again",
    "The same step from the same state gives the same state, answer and events.",
    "BLOCK-2",
)
def _again(step: Step) -> Iterator[str]:
    again = step.implementation.apply(step.before, step.request)
    if (again.error, again.events, again.value) != (step.error, step.events, step.value):
        yield f"asked again it answers {again.error or again.events or again.value}"
    if changed := step.era.diff(step.after, again.after):
        yield f"done again it leaves {dict(sorted(changed.items())[:3])}"


@invariant(
    "a state is what is written of it",
    "A state that is written in the flat form and read again is the same state, and goes on in the same way.",
    "STATE-5",
)
def _written(step: Step) -> Iterator[str]:
    era = step.era
    if step.after is step.before:
        return
    flat = step.flat_after
    loaded = era.load(flat, check=False)
    if era.dump(loaded) != flat:
        yield "written again it is written differently"
    # the seats of the senate are no storage of the economy, so that the flat form does not have them
    if changed := era.diff(evolve(step.after, senate=()), loaded):
        yield f"read again {list(changed)[:3]} differ"


@invariant(
    "steps add up",
    "Two blocks at once are one block and one more.",
    "BLOCK-2",
)
def _add_up(step: Step) -> Iterator[str]:
    if step.do != "blocks":
        return
    implementation, more = step.implementation, {**step.request, "n": step.request["n"] + 1}
    at_once = implementation.apply(step.before, more).after
    one_by_one = implementation.apply(step.after, {**step.request, "n": 1}).after
    if changed := step.era.diff(at_once, one_by_one):
        yield f"{more['n']} blocks at once differ in {list(changed)[:3]}"
