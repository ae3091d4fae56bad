"""Values as the chain's storage has them, in SCALE, decoded to the JSON of the flat form by the library scalecodec.

A type is written as in the runtime's metadata: ``u64``, ``Vec<(u64, AccountId)>``; an enumeration is ``{Swap|Keep}``.

>>> decoded(bytes.fromhex("04" + "0500000000000000" + "07" + 31 * "00"), "Vec<(u64, AccountId)>")
[['5', '7']]
>>> decoded(bytes([2, 8, 1, 0, 9, 0]), "{Swap|Keep|KeepSubnets(Vec<u16>)}")
{'KeepSubnets': [1, 9]}
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

from dtao import InputError
from dtao_lab.extras import needed

SMALL = frozenset({"u8", "u16", "i8", "i16"})
"""The integers that are JSON numbers; wider ones are decimal strings."""
ALIASES = ("Nonce", "BlockNumber")
"""Types that are a u32 on some chains and a u64 on others."""
NOTHING = "()"
"""The value of an entry that only says that it is there, which the flat form writes as true."""
Decode = Callable[[bytes], object]


class DecodingError(Exception):
    """Bytes that are no value of a type; the message says why."""


def decoded(data: bytes, scale: str) -> object:
    """Return the JSON of a value. Raises :class:`DecodingError` where the bytes are not exactly one of that type."""
    if scale == NOTHING:
        if data:
            raise DecodingError("it has no bytes")
        return True
    alias = next((name for name in ALIASES if name in scale), None)
    if alias is None:
        return _decoder(scale)(data)
    try:
        return _decoder(scale.replace(alias, "u32"))(data)
    except DecodingError:
        return _decoder(scale.replace(alias, "u64"))(data)


def mapped(value: object, scale: str, convert: Callable[[Any], object]) -> object:
    """Return the JSON of a value with every account in it converted."""
    if "AccountId" not in scale:
        return value
    if scale == "AccountId" and isinstance(value, str):
        return convert(value)
    if not isinstance(value, list):
        return value  # no value of the type, which whoever loads it says better
    if scale.startswith("Vec<"):
        return [mapped(element, scale[4:-1], convert) for element in value]
    types = list(parts(scale))
    return [mapped(element, of, convert) for element, of in zip(value, types, strict=len(types) == len(value))]


def parts(scale: str, separator: str = ",") -> Iterator[str]:
    """Yield what stands within a pair of brackets, split where no inner bracket is open."""
    depth, begin = 0, 1
    for index, sign in enumerate(scale[1:-1], start=1):
        depth += (sign in "(<[{") - (sign in ")>]}")
        if sign == separator and depth == 0:
            yield scale[begin:index].strip()
            begin = index + 1
    if begin < len(scale) - 1:
        yield scale[begin:-1].strip()


def variants(scale: str) -> dict[int, re.Match[str]]:
    """Return the variants of an enumeration by number: each has a ``name`` and maybe the type of what is ``inner``.

    >>> {number: found["name"] for number, found in variants("{Burn|Recycle}").items()}
    {0: 'Burn', 1: 'Recycle'}
    >>> {number: found["name"] for number, found in variants("{Kappa=7|TriggerEpoch=31}").items()}
    {7: 'Kappa', 31: 'TriggerEpoch'}
    """
    matches = (re.fullmatch(r"(?P<name>\w+)(?:=(\d+))?(?:\((?P<inner>.*)\))?", one) for one in parts(scale, "|"))
    return {int(found[2] or number): found for number, found in enumerate(matches) if found}


@lru_cache(maxsize=1)
def _registry() -> Any:
    """Return the types that scalecodec knows, and those of 32 bytes."""
    registry = needed("scalecodec.base").RuntimeConfigurationObject()
    registry.update_type_registry({"types": {"AccountId": "[u8; 32]", "H256": "[u8; 32]"}})
    return registry


@cache
def _decoder(scale: str) -> Decode:
    """Return what decodes the values of a type."""
    base, exceptions = needed("scalecodec.base"), needed("scalecodec.exceptions")
    registry = _registry()
    as_json = _json_of(scale)
    name = re.sub(r"\{.*\}", lambda found: _enumeration(registry, found[0]), scale)
    of = registry.get_decoder_class(name)
    failures = (ValueError, exceptions.InvalidScaleTypeValueException, exceptions.RemainingScaleBytesNotEmptyException)

    def decode(data: bytes) -> object:
        try:
            return as_json(of(base.ScaleBytes(bytearray(data))).decode())
        except failures as error:
            raise DecodingError(str(error) or "they are no such value") from error

    return decode


def _enumeration(registry: Any, scale: str) -> str:
    """Make an enumeration known, and return the name under which it is."""
    name = "Enum" + re.sub(r"\W", "_", scale)
    mapping = [[found["name"], found["inner"] or "Null"] for found in variants(scale).values()]
    registry.update_type_registry({"types": {name: {"type": "enum", "type_mapping": mapping}}})
    return name


def _json_of(scale: str) -> Callable[[Any], object]:
    """Return what turns scalecodec's values of a type into the JSON of the flat form."""
    if scale == "AccountId":
        return lambda value: str(int.from_bytes(bytes.fromhex(value.removeprefix("0x")), "little"))
    if scale in SMALL or scale in ("bool", "H256") or scale.startswith("{"):
        return lambda value: value
    if re.fullmatch(r"[ui]\d+", scale):
        return str
    if scale.startswith("Vec<"):
        element = _json_of(scale[4:-1])
        return lambda value: [element(one) for one in value]
    if scale.startswith("("):
        fields = [_json_of(of) for of in parts(scale)]
        return lambda value: [field(one) for field, one in zip(fields, value, strict=True)]
    raise InputError(f"the type {scale!r} of a storage item is not known here. This is a mistake of dtao_lab.")
