"""Flat states as a chain's storage: raw keys and values, written without the library that reads them."""

import hashlib
import re
from collections.abc import Mapping

import xxhash

from dtao import Era, Item
from dtao_lab.forms import split_entry
from dtao_lab.scale import parts, variants

Raw = dict[str, str]


def raw_storage(era: Era, flat: Mapping[str, object], nonce: str = "u32") -> Raw:
    """Return the storage of a flat state, hexadecimal key to hexadecimal value."""
    found = {}
    for entry, value in flat.items():
        split = split_entry(era.items(), entry)
        assert split is not None, entry
        item, keys = split
        scale = re.sub("Nonce|BlockNumber", nonce, item.scale)
        found["0x" + raw_key(item, keys).hex()] = "0x" + encoded(_whole(item, value, scale), scale).hex()
    return found


def raw_key(item: Item, keys: list[str]) -> bytes:
    """Return the key of an entry."""
    key = _twox(item.pallet, 0, 1) + _twox(item.storage_name, 0, 1)
    key += b"" if item.variant is None else bytes([item.variant])
    for text, hasher, kind in zip(keys, item.hashers, item.key_types, strict=True):
        part = encoded(text, kind)
        if hasher == "Blake2_128Concat":
            key += hashlib.blake2b(part, digest_size=16).digest()
        elif hasher == "Twox64Concat":
            key += _twox(part, 0)
        key += part
    return key


def _twox(text: str | bytes, *seeds: int) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return b"".join(xxhash.xxh64_intdigest(data, seed=seed).to_bytes(8, "little") for seed in seeds)


def _whole(item: Item, value: object, scale: str) -> object:
    """Return all fields of a value of which the flat form has some; the others are 0."""
    if not item.raw.fields:
        return value
    kept = value if isinstance(value, list) else [value]
    given = dict(zip(item.raw.fields, kept, strict=True))
    return [given.get(index, 0) for index, _ in enumerate(parts(scale))]


def encoded(value: object, scale: str) -> bytes:
    """Return a value in SCALE."""
    if scale == "()":
        assert value is True
        return b""
    if scale == "bool":
        return bytes([bool(value)])
    if scale == "H256":
        return bytes.fromhex(str(value).removeprefix("0x"))
    if scale == "AccountId":
        return int(str(value)).to_bytes(32, "little")
    if found := re.fullmatch(r"([ui])(\d+)", scale):
        return int(str(value)).to_bytes(int(found[2]) // 8, "little", signed=found[1] == "i")
    if scale.startswith("{"):
        numbers = {found["name"]: (number, found["inner"]) for number, found in variants(scale).items()}
        name, inner = next(iter(value.items())) if isinstance(value, dict) else (str(value), None)
        number, of = numbers[name]
        return bytes([number]) + (b"" if inner is None else encoded(inner, of))
    assert isinstance(value, list), (value, scale)
    if scale.startswith("Vec<"):
        return compact(len(value)) + b"".join(encoded(one, scale[4:-1]) for one in value)
    return b"".join(encoded(one, of) for one, of in zip(value, parts(scale), strict=True))


def compact(number: int) -> bytes:
    """Return a number in the compact form."""
    if number < 2**6:
        return bytes([number << 2])
    return ((number << 2) + 1).to_bytes(2, "little") if number < 2**14 else ((number << 2) + 2).to_bytes(4, "little")
