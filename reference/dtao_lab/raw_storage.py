"""The chain's storage, key by key: which item of an era an entry is of, under which keys, and with what value.

A raw key is the hash of the pallet's name, the hash of the item's, then each key of the item by its hasher. The pallet,
the hashers and the types stand in the one table of the items, ``era.items()``.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from dtao import Era, InputError, Item
from dtao_lab.extras import needed
from dtao_lab.scale import DecodingError, decoded, variants

PREFIX_BYTES = 32
SHOWN = 80
SUBNET_INDICES = 4096
"""A subnet's further mechanisms have the indices netuid + 4096, netuid + 2 * 4096 …."""


def _no_hash(key: bytes) -> bytes:
    del key
    return b""


def _blake2_128(key: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=16).digest()


def _twox_64(key: bytes) -> bytes:
    hashed: bytes = needed("xxhash").xxh64_digest(key, seed=0)
    return hashed[::-1]


HASHES: Mapping[str, Callable[[bytes], bytes]] = {
    "Identity": _no_hash,
    "Twox64Concat": _twox_64,
    "Blake2_128Concat": _blake2_128,
}
"""By hasher, what stands before a key."""
HASH_BYTES: Mapping[str, int] = {"Identity": 0, "Twox64Concat": 8, "Blake2_128Concat": 16}


def twox_128(name: str) -> bytes:
    """Return the hash under which the storage has a pallet or an item.

    >>> twox_128("System").hex()
    '26aa394eea5630e07c48ae0c9558cef7'
    """
    hashed = needed("xxhash").xxh64_digest
    return b"".join(hashed(name.encode(), seed=seed)[::-1] for seed in (0, 1))


def prefix_of(item: Item) -> bytes:
    """Return how all raw keys of an item begin, but for the number of the kind of its key."""
    return twox_128(item.pallet) + twox_128(item.storage_name)


@frozen
class Entry:
    """One entry of the storage that is of an item of the era."""

    item: Item
    keys: tuple[int | str, ...]
    """In the order of the item's own keys."""

    @property
    def name(self) -> str:
        """Its name in the flat form."""
        return self.item.entry_of(self.keys)

    def concerns(self, netuids: Collection[int]) -> bool:
        """Whether it is of one of some subnets, or of none alone."""
        named = zip(self.item.keys, self.keys, strict=True)
        return all(int(key) % SUBNET_INDICES in netuids for name, key in named if name.lower() == "netuid")


@frozen
class Layout:
    """Where the storage of an era's version has its items."""

    era: Era
    _items: Mapping[bytes, Mapping[int | None, Item]] = field(init=False, repr=False, eq=False)
    """By prefix, then by the number of the kind of the key; None where there is one kind only."""

    @_items.default
    def _by_prefix(self) -> Mapping[bytes, Mapping[int | None, Item]]:
        found: dict[bytes, dict[int | None, Item]] = {}
        for item in self.era.items().values():
            found.setdefault(prefix_of(item), {})[item.variant] = item
        return found

    def prefixes(self) -> Mapping[bytes, str]:
        """Return what the raw keys of the items with keys begin with, and the pallet and the item of each."""
        return {
            prefix: _place(next(iter(kinds.values())))
            for prefix, kinds in self._items.items()
            if prefix not in self.single()
        }

    def single(self) -> Mapping[bytes, Entry]:
        """Return the raw keys of the items without keys, and the entry of each."""
        return {
            prefix: Entry(kinds[None], ())
            for prefix, kinds in self._items.items()
            if None in kinds and not kinds[None].keys
        }

    def entry(self, key: bytes) -> Entry | None:
        """Return the entry that a raw key is of, None if it is of no item of the era.

        Rejects, as InputError, one that begins as those of an item and does not go on like them.
        """
        kinds = self._items.get(key[:PREFIX_BYTES])
        if kinds is None:
            return None
        rest = key[PREFIX_BYTES:]
        if None not in kinds:
            variant, rest = rest[0] if rest else None, rest[1:]
            if variant not in kinds:
                return None
            item = kinds[variant]
        else:
            item = kinds[None]
        keys = list(_keys(item, rest, key))
        known = tuple(one for one in keys if one is not None)
        return Entry(item, known) if len(known) == len(keys) else None


def _keys(item: Item, rest: bytes, key: bytes) -> Iterator[int | str | None]:
    """Yield the keys of an item; None for a variant of an enumeration that is not of the economy."""
    for name, hasher, kind in zip(item.keys, item.hashers, item.key_types, strict=True):
        if hasher not in HASHES:
            raise InputError(f"{_place(item)}: the hasher {hasher} of its key {name} is not known here.")
        start = HASH_BYTES[hasher]
        end = start + _width(kind)
        part = rest[start:end]
        if len(rest) < end:
            raise InputError(
                f"{_place(item)}: the key {_hexadecimal(key)} is {end - len(rest)} bytes too short to hold the {name} "
                f"by {hasher}. It is cut off: export the state anew."
            )
        if HASHES[hasher](part) != rest[:start]:
            raise InputError(
                f"{_place(item)}: in the key {_hexadecimal(key)} the hash before the {name} is not that of {hasher}. "
                "It is damaged, or of another version of the runtime."
            )
        number = int.from_bytes(part, "little", signed=kind.startswith("i"))
        if kind.startswith("{"):
            found = variants(kind).get(number)
            yield None if found is None else found["name"]
        else:
            yield number
        rest = rest[end:]
    if rest:
        raise InputError(
            f"{_place(item)}: the key {_hexadecimal(key)} goes on for {len(rest)} bytes after its last part. It is "
            "damaged, or of another version of the runtime."
        )


def _width(kind: str) -> int:
    """Return the bytes of a key's type: all of them have a fixed length."""
    if kind.startswith("{"):
        return 1
    return 32 if kind == "AccountId" else int(kind[1:]) // 8


def value_of(entry: Entry, data: bytes) -> Any:
    """Return the JSON of an entry's value. Rejects, as InputError, what is none of its type."""
    item = entry.item
    try:
        value = decoded(data, item.scale)
    except DecodingError as error:
        raise InputError(
            f"{entry.name} ({_place(item)}): the value {_hexadecimal(data)} of {len(data)} bytes is no "
            f"{item.scale} ({error}). It is damaged, or of another version of the runtime."
        ) from error
    fields = item.raw.fields
    if fields and isinstance(value, list):
        value = value[fields[0]] if len(fields) == 1 else [value[index] for index in fields]
    elif isinstance(value, str) and item.kind.largest >= 0 and item.scale != "AccountId":
        return item.kind.encode(int(value))  # some integers of 32 bits are JSON numbers
    return value


def _place(item: Item) -> str:
    return f"{item.pallet}.{item.storage_name}"


def _hexadecimal(data: bytes) -> str:
    text = "0x" + data.hex()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
