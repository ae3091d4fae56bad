"""Whether a step keeps to its write set: the storage entries that it may change, which the specification lists."""

from collections.abc import Iterable, Mapping
from functools import cache

from dtao_properties.model.step import Key, Step, parts_of
from dtao_spec.frames import frame_of


def out_of_set_writes(step: Step) -> Iterable[Key]:
    """Return the entries that a step changes outside of its write set; a set may change what it names."""
    if step.do == "set":
        item = step.name.rpartition("/")[2]  # kinds of last blocks are items of their own
        others = {"BalancesTotalIssuance"} if item == "Balance" else set()
        return [key for key in step.changed if key[0] != item and key[0] not in others]
    arguments = {"signer": step.signer, **step.args}
    allowed = [_filled(pattern, arguments) for pattern in _write_set(step.name, step.era.spec_version)]
    return [key for key in step.changed if not any(_fits(key, pattern) for pattern in allowed)]


@cache
def _write_set(name: str, version: int) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(parts_of(entry)) for entry in frame_of(name, version))


def _filled(pattern: tuple[str, ...], arguments: Mapping[str, object]) -> Key:
    item, *keys = pattern
    filled = (str(arguments.get(key[1:-1])) if key.startswith("{") else key for key in keys)
    return (item, *(None if key in ("*", "None") else int(key) if key.isdecimal() else key for key in filled))


def _fits(key: Key, pattern: Key) -> bool:
    return len(key) == len(pattern) and all(
        wanted is None or wanted == found for found, wanted in zip(key, pattern, strict=True)
    )
