"""How a table of a TOML file becomes a frozen record: each attribute says what reads its value, and what is refused.

What is wrong is an InputError that names the place in the file and the remedy. A float is refused everywhere: it is not
the number that it is written as, so amounts with a part of a TAO are strings.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from attrs import NOTHING, field, fields

from dtao import InputError
from dtao.given import shown
from dtao_lab.amounts import parsed_amount

Record = TypeVar("Record")
Reader = Callable[[object, str], Any]
"""(value, place in the file) -> what the record holds. Refuses, as InputError, what it cannot be."""
BLOCKS_AN_HOUR, BLOCKS_A_DAY = 300, 7_200
MAX_BLOCKS = 100_000_000
"""38 years of the chain."""
RAO_PER_TAO = 10**9
ALL = -1
"""The amount that stands for whatever there is."""
_SPAN = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,4}))?\s*(d|h|blocks?)?")
_PER_UNIT = {"d": BLOCKS_A_DAY, "h": BLOCKS_AN_HOUR}


def key(read: Reader, default: object = NOTHING, name: str | None = None) -> Any:
    """Return an attribute that is read from a key, its own name unless the file has another one."""
    return field(default=default, metadata={"read": read, "key": name}, kw_only=True)


def keys_of(record: type) -> dict[str, Any]:
    """Return the attributes of a record by the keys of its table."""
    found = {}
    for attribute in fields(record):
        if "read" in attribute.metadata:
            found[attribute.metadata["key"] or attribute.name] = attribute
    return found


def table(record: type[Record]) -> Reader:
    """Return what reads a table into a record. Refuses a key that it does not have, and the want of one it needs."""

    def read(value: object, place: str) -> Record:
        if not isinstance(value, Mapping):
            raise InputError(f"{place}: {shown(value)} is no table. Write its keys below [{place}].")
        known = keys_of(record)
        for name in value:
            require_known(name, known, place, "key")
        missing = [name for name, one in known.items() if one.default is NOTHING and name not in value]
        if missing:
            raise InputError(f"{place}: {', '.join(missing)} is missing. Add it.")
        read = {
            known[name].name: known[name].metadata["read"](given, joined(place, name)) for name, given in value.items()
        }
        return record(**read)

    return read


def require_known(name: object, known: Mapping[str, object] | Sequence[str], place: str, kind: str) -> None:
    """Refuse a name that is none of the known ones, with the nearest of them."""
    if name in known:
        return
    near = get_close_matches(str(name), list(known), 1, 0.5)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
    raise InputError(f"{place}: there is no {kind} {shown(name)}. {hint}")


def joined(place: str, name: object) -> str:
    """Return the place of a key within a table; the file itself has none to name."""
    return f"{place}.{name}" if place else str(name)


def tables(record: type[Record]) -> Reader:
    """Return what reads an array of tables; each is named by its ``name`` or ``entry``, or by its number."""
    one = table(record)

    def read(value: object, place: str) -> tuple[Record, ...]:
        if not isinstance(value, list):
            raise InputError(f"{place}: {shown(value)} is no list of tables. Write [[{place}]] above each of them.")
        return tuple(one(part, joined(place, name_of(part) or number)) for number, part in enumerate(value, 1))

    return read


def name_of(part: object) -> str | None:
    """Return what names a table of an array: its name, or the entry that it writes."""
    if isinstance(part, Mapping):
        for name in ("name", "entry"):
            if isinstance(part.get(name), str):
                return str(part[name])
    return None


def text(value: object, place: str) -> str:
    """Read a string."""
    if not isinstance(value, str):
        raise InputError(f'{place}: {shown(value)} is no text. Write it in quotation marks: "…".')
    return value


def flag(value: object, place: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise InputError(f"{place}: {shown(value)} is neither true nor false. Write one of the two, without quotes.")
    return value


def whole(least: int, most: int) -> Callable[[object, str], int]:
    """Return what reads an integer between two."""

    def read(value: object, place: str) -> int:
        if type(value) is not int:
            remedy = f"Write {round(value)}." if isinstance(value, float) else f"Write a number from {least} to {most}."
            raise InputError(f"{place}: {shown(value)} is no integer. {remedy}")
        if not least <= value <= most:
            raise InputError(f"{place}: {value} cannot be. Give from {least} to {most}.")
        return value

    return read


def choice(*known: str) -> Reader:
    """Return what reads one of some words."""

    def read(value: object, place: str) -> str:
        word = text(value, place)
        require_known(word, known, place, "choice")
        return word

    return read


def amount(value: object, place: str) -> int:
    """Read an amount of TAO, or of alpha, into rao: ``10``, ``"10.5"``, ``"5rao"``."""
    if isinstance(value, float):
        raise InputError(f'{place}: {value} is a float, which is not exact. Write it in quotation marks: "{value}".')
    if type(value) is int and value < 0:
        raise InputError(f"{place}: {value} is negative. Give 0 or more.")
    if type(value) not in (int, str):
        raise InputError(f'{place}: {shown(value)} is no amount. Write 10, "10.5" or "500rao".')
    written = str(value)
    if written.strip().startswith("-"):
        raise InputError(f"{place}: {written[:50]} is negative. Give 0 or more.")
    return parsed_amount(written, place)


def amount_or_all(value: object, place: str) -> int:
    """Read an amount, or :data:`ALL` for the word ``"all"``."""
    return ALL if value == "all" else amount(value, place)


def span(value: object, place: str) -> int:
    """Read a number of blocks: ``300``, ``"12h"``, ``"30d"``, ``"0.5d"``."""
    if type(value) is int:
        return whole(0, MAX_BLOCKS)(value, place)
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise InputError(f'{place}: {shown(value)} is no time. Write blocks as 300, hours as "12h", days as "30d".')
    unit = _PER_UNIT.get(found[3] or "", 1)
    decimals = found[2] or ""
    blocks, rest = divmod(int(found[1] + decimals) * unit, 10 ** len(decimals))
    if rest:
        raise InputError(f"{place}: {value} is no whole number of blocks, of which a day has {BLOCKS_A_DAY}.")
    return whole(0, MAX_BLOCKS)(blocks, place)


def some_time(value: object, place: str) -> int:
    """Read a number of blocks that is not 0."""
    blocks = span(value, place)
    if blocks == 0:
        raise InputError(f"{place}: {shown(value)} is no time at all. Give at least one block.")
    return blocks


def price(value: object, place: str) -> int:
    """Read a price in TAO per alpha into raw bits, 32 of them behind the point, rounded down."""
    return (amount(value, place) << 32) // RAO_PER_TAO


def netuids(value: object, place: str) -> tuple[int, ...] | None:
    """Read the number of a subnet, a list of them, or None for ``"all"``; 0 is root."""
    if value == "all":
        return None
    one = whole(0, 2**16 - 1)
    if isinstance(value, list):
        if not value or len(set(map(str, value))) < len(value):
            raise InputError(f'{place}: {shown(value)}: name each subnet once, as [1, 2], or write "all".')
        return tuple(one(part, place) for part in value)
    return (one(value, place),)


def listed(read: Reader) -> Reader:
    """Return what reads a list of values, or one value as a list of itself."""

    def read_all(value: object, place: str) -> tuple[Any, ...]:
        values = value if isinstance(value, list) else [value]
        if not values:
            raise InputError(f"{place}: the list is empty. Name at least one, or leave the key out.")
        return tuple(read(one, place) for one in values)

    return read_all


def stored(value: object, place: str) -> object:
    """Read a value as the flat form of the state has it: a string for wide integers, no float anywhere."""
    if isinstance(value, float):
        raise InputError(f"{place}: {value} is a float. Storage holds integers: write the raw one, as in `dtao rules`.")
    if isinstance(value, list):
        return [stored(one, place) for one in value]
    return value


def level(value: object, place: str) -> str:
    """Read a number at which a plot has a line, as decimal text."""
    written = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", written):
        raise InputError(f"{place}: {shown(value)} is no number to draw a line at. Write 0.5, or 1000.")
    return written


def file_name(value: object, place: str) -> str:
    """Read what a file is named, without an ending."""
    written = text(value, place)
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,80}", written):
        raise InputError(f"{place}: {shown(value)} cannot name a file. Use letters, digits, - and _.")
    return written


def mapping(value: object, place: str) -> Mapping[str, object]:
    """Read a table as it is."""
    if not isinstance(value, Mapping):
        raise InputError(f"{place}: {shown(value)} is no table. Write its keys below [{place}].")
    return value
