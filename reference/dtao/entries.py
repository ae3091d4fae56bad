"""Small changes of immutable maps and rows."""

from collections.abc import Sequence
from typing import TypeVar

from dtao.persistent import Map

K = TypeVar("K")
V = TypeVar("V")


def without(mapping: Map[K, V], key: K) -> Map[K, V]:
    """Return the map without an entry; the very map if it has none."""
    return mapping.delete(key) if key in mapping else mapping


def with_element(elements: Sequence[V], index: int, value: V) -> Sequence[V]:
    """Return the sequence with one element replaced; the very sequence if it is too short to have it."""
    if index >= len(elements):
        return elements
    return (*elements[:index], value, *elements[index + 1 :])


def with_entry(mapping: Map[K, V], key: K, value: V, stored: bool) -> Map[K, V]:
    """Return the map with the entry set if it is to be stored, and without it otherwise."""
    if stored:
        return mapping.set(key, value)
    return mapping.delete(key) if key in mapping else mapping


def with_replaced(elements: Sequence[V], present: V, *instead: V) -> tuple[V, ...]:
    """Return the elements with one of them replaced by any number of others. Rejects, as ValueError, one not there."""
    index = elements.index(present)
    return (*elements[:index], *instead, *elements[index + 1 :])
