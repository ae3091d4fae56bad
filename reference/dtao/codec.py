"""The JSON encoding of values in vectors, states and calls.

u8, u16 and booleans are JSON numbers and booleans; every wider integer, every fixed-point value (its raw
bits) and every account is a decimal string. Decoding refuses anything else and says where it stood.
"""

import re
from collections.abc import Callable

from attrs import astuple, frozen

from dtao.errors import InputError
from dtao.fixed import I96F32, U64F64, Format
from dtao.given import shown
from dtao.params import BURN, RECYCLE
from dtao.safe_float import SafeFloat, normalized
from dtao.units import U16_MAX, U64_MAX

Json = object
"""Any value that ``json.loads`` may return."""

WRAPPED_NETUID = re.compile(r"NetUid\((0|[1-9][0-9]{0,4})\)")
HEX_HASH = re.compile(r"0x[0-9a-f]{64}")
DECIMAL = re.compile(r"0|-?[1-9][0-9]*")
MAX_DIGITS = 100
"""More than any number of the chain has; Python itself refuses to convert some thousands."""


@frozen
class Kind:
    """One encoding: a name for messages, and how to read and write a value of it."""

    name: str
    decode: Callable[[Json, str], object]
    """From JSON; the second argument says where the value stands, for the message of an InputError."""
    encode: Callable[[object], Json]
    largest: int = -1
    """The largest integer of the kind; -1 if its values are no integers."""
    scale: str = ""
    """The type of a value in the chain's storage, in SCALE: ``u64``, ``Vec<(u64, AccountId)>``, ``{Burn|Recycle}``."""


def scale_of_range(low: int, high: int) -> str:
    """Return the narrowest integer type of SCALE that holds all values between two bounds."""
    signed = low < 0
    needed = max(high.bit_length(), (-low - 1).bit_length() if signed else 0) + signed
    return f"{'i' if signed else 'u'}{max(8, 1 << (needed - 1).bit_length())}"


def number(low: int, high: int, name: str) -> Kind:
    """Return the kind of a JSON number between two bounds."""

    def decode(value: Json, place: str) -> int:
        if type(value) is not int:
            raise InputError(f"{place}: {shown(value)} is not {name}; write a JSON integer")
        return within(value, low, high, name, place)

    return Kind(name, decode, lambda value: value, high, scale_of_range(low, high))


def decimal(low: int, high: int, name: str, scale: str = "") -> Kind:
    """Return the kind of an integer between two bounds that is written as a decimal string.

    ``scale`` is its type in storage where that is not the narrowest one.
    """

    def decode(value: Json, place: str) -> int:
        if type(value) is not str or not DECIMAL.fullmatch(value):
            raise InputError(f"{place}: {shown(value)} is not {name}; write an integer as a decimal string")
        if len(value) > MAX_DIGITS:
            raise InputError(f"{place}: {shown(value)} is not {name}; it must lie between {low} and {high}")
        return within(int(value), low, high, name, place)

    return Kind(name, decode, str, high, scale or scale_of_range(low, high))


def within(value: int, low: int, high: int, name: str, place: str) -> int:
    """Return the value, or refuse it if it is out of range."""
    if not low <= value <= high:
        raise InputError(f"{place}: {shown(value)} is not {name}; it must lie between {low} and {high}")
    return value


def bits(form: Format, low: int | None = None) -> Kind:
    """Return the kind of the raw bits of a fixed-point format."""
    whole = scale_of_range(form.min_bits, form.max_bits)
    return decimal(form.min_bits if low is None else low, form.max_bits, f"the raw bits of {form.name}", whole)


def sequence(element: Kind) -> Kind:
    """Return the kind of a list whose elements are all of one kind; it is decoded to a tuple."""

    def decode(value: Json, place: str) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise InputError(f"{place}: {shown(value)} is not a list of {element.name}")
        decoded = element.decode
        try:
            return tuple([decoded(item, place) for item in value])
        except InputError:  # now with the place within the list
            return tuple(decoded(item, f"{place}[{index}]") for index, item in enumerate(value))

    encode = element.encode
    return Kind(
        f"a list of {element.name}",
        decode,
        lambda value: [encode(item) for item in value],  # type: ignore[attr-defined]  # a sequence
        scale=f"Vec<{element.scale}>",
    )


def record(*fields: Kind) -> Kind:
    """Return the kind of a list of fixed length whose elements each have their own kind."""
    name = f"[{', '.join(field.name for field in fields)}]"

    def decode(value: Json, place: str) -> tuple[object, ...]:
        if not isinstance(value, list) or len(value) != len(fields):
            raise InputError(f"{place}: {shown(value)} is not {name}")
        pairs = list(zip(fields, value, strict=True))
        try:
            return tuple([field.decode(item, place) for field, item in pairs])
        except InputError:  # now with the place within the list
            return tuple(field.decode(item, f"{place}[{index}]") for index, (field, item) in enumerate(pairs))

    def encode(value: object) -> Json:
        return [field.encode(item) for field, item in zip(fields, value, strict=True)]  # type: ignore[call-overload]

    return Kind(name, decode, encode, scale=f"({', '.join(field.scale for field in fields)})")


def structure(of: Callable[..., object], *fields: Kind) -> Kind:
    """Return the kind of a list of fixed length that is decoded to a record with these attributes, in order."""
    inner = record(*fields)
    return Kind(
        inner.name,
        lambda value, place: of(*inner.decode(value, place)),  # type: ignore[misc]  # a tuple
        lambda value: inner.encode(value if isinstance(value, tuple) else astuple(value)),  # type: ignore[arg-type]
        scale=inner.scale,
    )


def optional(kind: Kind) -> Kind:
    """Return the kind of a value that may be null."""
    return Kind(
        f"{kind.name} or null",
        lambda value, place: None if value is None else kind.decode(value, place),
        lambda value: None if value is None else kind.encode(value),
        kind.largest,
        f"Option<{kind.scale}>",
    )


def _boolean(value: Json, place: str) -> bool:
    if type(value) is not bool:
        raise InputError(f"{place}: {shown(value)} is not true or false")
    return value


def choice(*names: str) -> Kind:
    """Return the kind of a value that is one of some names."""
    wanted = " or ".join(map(repr, names))

    def decode(value: Json, place: str) -> str:
        if type(value) is not str or value not in names:
            raise InputError(f"{place}: {shown(value)} is not {wanted}")
        return value

    return Kind(wanted, decode, lambda value: value, scale=f"{{{'|'.join(names)}}}")


def hash_bytes(value: Json, place: str) -> bytes:
    """Decode 32 bytes from 64 hexadecimal digits after ``0x``."""
    if not isinstance(value, str) or not HEX_HASH.fullmatch(value):
        raise InputError(f"{place}: {shown(value)} is not 0x and 64 hexadecimal digits")
    return bytes.fromhex(value[2:])


def root_claim_choice(value: Json, place: str) -> object:
    """Decode what becomes of claimed alpha: a name, or the subnets where it is kept, as an ascending tuple."""
    if not isinstance(value, dict):
        return ROOT_CLAIM_TYPE.decode(value, place)
    if set(value) != {KEEP_SUBNETS}:
        raise InputError(f"{place}: {shown(value)} is not {{{KEEP_SUBNETS!r}: [netuid, …]}}")
    return tuple(sorted(set(U16S.decode(value[KEEP_SUBNETS], f"{place}.{KEEP_SUBNETS}"))))  # type: ignore[call-overload]


def wrapped_netuid(name: str) -> Kind:
    """Return the kind of a netuid that is written with its type, as ``NetUid(7)``."""

    def decode(value: Json, place: str) -> int:
        match = WRAPPED_NETUID.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise InputError(f"{place}: {shown(value)} is not {name}")
        return within(int(match[1]), 0, U16_MAX, name, place)

    return Kind(name, decode, lambda value: f"NetUid({value})", scale=U16.scale)


def written_either_way(kind: Kind, low: int, high: int) -> Kind:
    """Return the kind of an integer that is written as ``kind`` does, and read as a decimal string as well."""
    text = decimal(low, high, kind.name)
    return Kind(
        kind.name,
        lambda value, place: (text if isinstance(value, str) else kind).decode(value, place),
        kind.encode,
        kind.largest,
        kind.scale,
    )


BOOL = Kind("a boolean", _boolean, lambda value: value, scale="bool")
U8 = number(0, 2**8 - 1, "a u8")
MECHANISMS = written_either_way(U8, 0, 2**8 - 1)
"""A number of mechanisms; recordings set it as a decimal string."""
U16 = number(0, U16_MAX, "a u16")
U32 = decimal(0, 2**32 - 1, "a u32")
U64 = decimal(0, U64_MAX, "a u64")
HASH = Kind("32 bytes in hexadecimal digits after 0x", hash_bytes, lambda value: f"0x{value.hex()}", scale="H256")  # type: ignore[attr-defined]
I16 = number(-(2**15), 2**15 - 1, "an i16")
I32 = decimal(-(2**31), 2**31 - 1, "an i32")
I64 = decimal(-(2**63), 2**63 - 1, "an i64")
U128 = decimal(0, 2**128 - 1, "a u128")
ACCOUNT = decimal(0, 2**256 - 1, "an account", "AccountId")
ACCOUNTS = sequence(ACCOUNT)
U16S = sequence(U16)
U64S = sequence(U64)
BOOLS = sequence(BOOL)
ROW = sequence(record(U16, U16))
STAKES = sequence(record(U64, ACCOUNT))
PENDING_CHILDREN = record(STAKES, U64)
U16_PAIR = record(U16, U16)
SHARES = bits(U64F64)
PRICE = bits(I96F32, low=0)
"""A price in I96F32, which no rule makes negative as long as the weight of the present price is a part of 1."""
I128 = decimal(-(2**127), 2**127 - 1, "an i128")
PART = decimal(0, I96F32.one, "the raw bits of an I96F32 between 0 and 1", "i128")


def _safe_float() -> Kind:
    """Return the kind of a decimal floating-point number: a list of its mantissa and its exponent, normalized."""
    pair = record(U128, I64)

    def decode(value: Json, place: str) -> SafeFloat:
        given = pair.decode(value, place)
        number = normalized(*given)  # type: ignore[misc]  # a pair
        if number is None or astuple(number) != given:
            raise InputError(
                f"{place}: {shown(value)} is not a normalized decimal; write a mantissa above 10^20 and up to 10^21,"
                ' or ["0", "0"]'
            )
        return number

    return Kind("[a u128, an i64]", decode, lambda value: [str(value.mantissa), str(value.exponent)], scale=pair.scale)  # type: ignore[attr-defined]


SAFE_FLOAT = _safe_float()
"""Shares of stake from 401 on: a mantissa and an exponent of ten."""
LEASE = number(0, 2**32 - 1, "a number of a lease")
MILLI = written_either_way(number(0, 2**32 - 1, "a number of thousandths"), 0, 2**32 - 1)
RECYCLE_OR_BURN = choice(BURN, RECYCLE)
RATES = sequence(record(U16, PRICE))
"""Rates in I96F32 by subnet: pairs of a netuid and the rate."""
ROOT_CLAIM_TYPE = choice("Swap", "Keep")
KEEP_SUBNETS = "KeepSubnets"
ROOT_CLAIM_CHOICE = Kind(
    f"'Swap', 'Keep' or {{'{KEEP_SUBNETS}': [netuid, …]}}",
    root_claim_choice,
    lambda value: {KEEP_SUBNETS: list(value)} if isinstance(value, tuple) else value,
    scale=f"{{Swap|Keep|{KEEP_SUBNETS}(Vec<u16>)}}",
)
"""A name, or a tuple of the subnets whose alpha is kept."""
