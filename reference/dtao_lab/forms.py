"""Accounts in a flat state: as the decimal numbers of the vectors, in hexadecimal, or in SS58.

>>> import dtao
>>> flat = {"Owner/5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM": "0x" + "07" + 31 * "00"}
>>> in_numbers(dtao.era("launch"), flat)
{'Owner/0': '7'}
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from dtao import Era, InputError, Item
from dtao_lab.convert import account, hexadecimal, ss58
from dtao_lab.scale import mapped

ACCOUNT_KEYS = frozenset({"account", "hotkey", "coldkey"})
DECIMAL = "decimal"
FORMS: Mapping[str, Callable[[int], str]] = {DECIMAL: str, "hex": hexadecimal, "ss58": ss58}
"""How accounts can be written."""
Flat = Mapping[str, object]


class Convert(Protocol):
    """What writes an account in another form; ``place`` says where it stands, for the message of an InputError."""

    def __call__(self, text: str, place: str) -> str:
        """Return it as it is to be written."""


def in_form(era: Era, flat: Flat, form: str) -> dict[str, object]:
    """Return a flat state of the vectors' form with its accounts written as ``decimal``, ``hex`` or ``ss58``.

    Accounts stand in keys and values. Rejects, as InputError, another form.
    """
    if form not in FORMS:
        raise InputError(f"--accounts {form[:50]}: accounts are written as {', '.join(FORMS)}. Choose one.")
    if form == DECIMAL:
        return dict(flat)
    write = FORMS[form]
    return _converted(era, flat, lambda text, place: write(int(text)))


def in_numbers(era: Era, flat: Flat) -> dict[str, object]:
    """Return a flat state with its accounts as the decimal numbers of the vectors, however they are written.

    Rejects, as InputError, what is no account; names of entries that the era does not know stay as they are.
    """

    def number(text: str, place: str) -> str:
        return text if text.isdecimal() else str(account(text, place))

    return _converted(era, flat, number)


def _converted(era: Era, flat: Flat, convert: "Convert") -> dict[str, object]:
    items = era.items()
    out: dict[str, object] = {}
    for entry, value in flat.items():
        found = split_entry(items, entry)
        if found is None:
            out[entry] = value
            continue
        item, keys = found
        named = zip(item.keys, keys, strict=True)
        written = [convert(key, entry) if name in ACCOUNT_KEYS else key for name, key in named]
        out[item.entry_of(written)] = mapped(value, item.kind.scale, partial(convert, place=entry))
    return out


def split_entry(items: Mapping[str, Item], entry: str) -> tuple[Item, list[str]] | None:
    """Return the item of an entry and its keys; None where that is no entry of the items."""
    name, *keys = entry.split("/")
    if name not in items:
        found = re.fullmatch(r"(\w+/\w+)(?:\((.*)\))?", entry)
        if found is None or found[1] not in items:
            return None
        inner = re.split(", ?", found[2]) if found[2] else []
        name, keys = found[1], [re.sub(r"^\w+\((\w+)\)$", r"\1", key) for key in inner]  # of NetUid(7) the 7
    item = items[name]
    return (item, keys) if len(keys) == len(item.keys) else None
