"""The recorded state of a scenario, followed step by step without an implementation."""

from collections.abc import Collection, Mapping, Sequence

from attrs import field, mutable

from dtao_properties.adapters.protocol import Json


@mutable
class RecordedState:
    """The state as it was recorded: the genesis and the diffs of the steps so far."""

    genesis: Mapping[str, Json]
    steps: Sequence[Mapping[str, Json]]
    _state: dict[str, Json] = field(init=False)
    _taken: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._state = dict(self.genesis)

    def before(self, step: int, items: Collection[str] | None = None) -> dict[str, Json]:
        """Return the flat state before a step, or its entries of some items; steps may only be asked for in order."""
        for taken in self.steps[self._taken : step]:
            apply_diff(self._state, taken.get("diff", {}))
        self._taken = max(self._taken, step)
        return restricted(self._state, items)


def apply_diff(state: dict[str, Json], diff: Mapping[str, Json]) -> None:
    """Write a diff into a flat state; an entry with None is absent, or its default again."""
    for entry, value in diff.items():
        if value is None:
            state.pop(entry, None)
        else:
            state[entry] = value


def restricted(entries: Mapping[str, Json], items: Collection[str] | None) -> dict[str, Json]:
    """Return the entries of some items; of all if ``items`` is None."""
    if items is None:
        return dict(entries)
    return {entry: value for entry, value in entries.items() if item_of(entry) in items}


def item_of(entry: str) -> str:
    """Name the item of a storage entry.

    >>> item_of("SubnetTAO/3")
    'SubnetTAO'
    """
    return entry.partition("/")[0]
