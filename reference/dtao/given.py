"""What is given from outside: how a message quotes a value, and JSON that can be read in one way only."""

import json
from typing import NoReturn

MAX_BITS, MAX_SHOWN = 512, 200
"""Bits of an integer, and characters of a value, that a message writes in full."""


def shown(value: object) -> str:
    """Return a value as a message quotes it: long ones cut, and integers too long to be written by their size.

    >>> shown([1.5, "a"]), shown(10**6_000), shown("9" * 300)[-19:]
    ("[1.5, 'a']", 'an integer of 19932 bits', '9… (302 characters)')
    """
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return f"an integer of {value.bit_length()} bits"
    try:
        text = repr(value)
    except Exception:  # foreign objects may raise anything
        return f"a {type(value).__name__} that cannot be shown"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}… ({len(text)} characters)"


class AmbiguousJsonError(ValueError):
    """Valid JSON that readers take in different ways; the message says what of it."""


def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object of JSON. Rejects, as AmbiguousJsonError, one that gives a member twice.

    Nobody knows which of the two is meant. For the ``object_pairs_hook`` of :mod:`json`.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise AmbiguousJsonError(f"the member {shown(twice)} is given twice")
    return found


def _refuse_float(text: str) -> NoReturn:
    raise AmbiguousJsonError(f"the number {text[:40]} is a float; there are integers and decimal strings only")


_DECODED = json.JSONDecoder(parse_float=_refuse_float, parse_constant=_refuse_float, object_pairs_hook=members).decode


def exact_json(text: str) -> object:
    """Return what a text of JSON says, without floats and with each member once.

    Rejects, as AmbiguousJsonError, what holds a float or a member twice, and, as ValueError, what is no JSON.
    """
    return _DECODED(text)
