"""The immutable map that the state is made of: a change returns another map and leaves the old one as it was.

``Map`` is ``immutables.Map`` on the interpreters for which that package has wheels, and :class:`PartedMap`, plain
Python with the same methods, on all others. Equal maps may iterate in different orders, within one kind and between the
two; no result may depend on the order of a map.
"""

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V", covariant=True)
D = TypeVar("D")


class PartedMap(Mapping[K, V], Generic[K, V]):
    """An immutable map, divided by the hashes of its keys into about as many dictionaries as each has entries.

    A change copies the list of these and one of them, so its cost grows with the square root of the size.
    """

    __slots__ = ("_parts",)
    _parts: list[dict[K, V]]

    def __init__(self, entries: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        whole = dict(entries)
        number = int(len(whole) ** 0.5) | 1  # odd, since keys are often multiples of a power of two
        self._parts = [{} for _ in range(number)]
        for key, value in whole.items():
            self._parts[hash(key) % number][key] = value

    def set(self, key: K, value: V) -> "PartedMap[K, V]":  # type: ignore[misc]  # the map itself does not change
        """Return the map with one entry added or replaced."""
        parts = self._parts.copy()
        index = hash(key) % len(parts)
        parts[index] = part = parts[index].copy()
        part[key] = value
        changed = _of(parts)
        return changed if len(part) < 16 + 4 * len(parts) else PartedMap(changed.items())

    def delete(self, key: K) -> "PartedMap[K, V]":
        """Return the map without an entry; raise KeyError if it has none."""
        parts = self._parts.copy()
        index = hash(key) % len(parts)
        parts[index] = part = parts[index].copy()
        del part[key]
        return _of(parts)

    def update(self, entries: Mapping[K, V]) -> "PartedMap[K, V]":
        """Return the map with several entries added or replaced."""
        return PartedMap(self._joined() | dict(entries))

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D, /) -> V | D: ...
    def get(self, key: K, default: Any = None, /) -> Any:
        """Return the value at a key, or the default where there is none."""
        parts = self._parts
        return parts[hash(key) % len(parts)].get(key, default)

    def __getitem__(self, key: K) -> V:
        parts = self._parts
        return parts[hash(key) % len(parts)][key]

    def __contains__(self, key: object) -> bool:
        parts = self._parts
        return key in parts[hash(key) % len(parts)]

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[K]:
        return chain.from_iterable(self._parts)

    def items(self) -> ItemsView[K, V]:
        """Return the entries."""
        return self._joined().items()

    def values(self) -> ValuesView[V]:
        """Return the values."""
        return self._joined().values()

    def _joined(self) -> dict[K, V]:
        joined: dict[K, V] = {}
        for part in self._parts:
            joined.update(part)
        return joined

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PartedMap):
            return NotImplemented
        return self is other or (len(self) == len(other) and self._joined() == other._joined())

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __repr__(self) -> str:
        return f"Map({self._joined()!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return PartedMap, (self._joined(),)  # not the parts: the hash of a string differs from process to process


def _of(parts: list[dict[K, V]]) -> PartedMap[K, V]:
    new: PartedMap[K, V] = object.__new__(PartedMap)
    new._parts = parts
    return new


if TYPE_CHECKING:
    Map = PartedMap
else:
    try:
        from immutables import Map
    except ImportError:
        Map = PartedMap
