"""What of an answer is plain JSON, as the protocol wants it. An adapter in the same process may return anything."""

from typing import Any

DEEPEST = 64
"""Lists within lists; no answer of the protocol has more than five."""
WIDEST = 512
"""Bits of a number. No number of the chain has more than 256, and some thousands cannot even be written."""


def fault(value: Any, depth: int = 0) -> str | None:
    """Say what about a value is not plain JSON without floats; None if it is.

    >>> fault({"value": [1, "2", None]}), fault([1.5]), fault({1: 2})
    (None, 'holds the float 1.5', 'has a member whose name is of type int')
    """
    kind = type(value)
    if kind is str:
        return None if value.isascii() or _is_text(value) else "holds text that is not Unicode (half a surrogate pair)"
    if value is None or kind is bool:
        return None
    if kind is int:
        return None if value.bit_length() <= WIDEST else f"holds a number of {value.bit_length()} bits"
    if kind is float:
        return f"holds the float {value!r}"
    if depth > DEEPEST:
        return f"nests lists and objects deeper than {DEEPEST} levels"
    if kind is list:
        return next((found for one in value if (found := fault(one, depth + 1)) is not None), None)
    if kind is dict:
        for name, one in value.items():
            if type(name) is not str:
                return f"has a member whose name is of type {type(name).__name__}"
            if (found := fault(name, depth + 1) or fault(one, depth + 1)) is not None:
                return found
        return None
    return f"holds a {kind.__name__}, which is none of JSON"


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
