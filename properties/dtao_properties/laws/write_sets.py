"""Write sets: a step changes only what it may, and a key only if the step is about it."""

from collections.abc import Iterator

from dtao_properties.laws.base import invariant
from dtao_properties.model.step import Step, entry_of
from dtao_properties.model.write_sets import out_of_set_writes


@invariant(
    "only what it may",
    "A call, a block or a phase changes no storage entry outside of its write set (dtao_properties.model.write_sets):"
    " neither an item that it has nothing to do with nor the entry of an account or subnet that it does not name.",
    "STAKE-9", "STAKE-12", "STAKE-16", "STAKE-17", "MOVE-1", "MOVE-2", "MOVE-3", "MOVE-4", "REG-7", "REG-8", "NET-7",
    "NET-8", "NET-9", "EPOCH-18", "CHILD-2", "CHILD-3", "KEY-1", "KEY-2", "STATE-9", "STATE-10", "STATE-11", "BLOCK-2",
)  # fmt: skip
def _in_the_write_set(step: Step) -> Iterator[str]:
    for key in out_of_set_writes(step):
        yield f"{step.name} changes {entry_of(key)}"
