"""The checks of what a caller gives: every refusal is an InputError that names the place and says what is right."""

import os
from pathlib import Path
from typing import TypeVar

from dtao import InputError
from dtao.given import shown

T = TypeVar("T")
LONGEST_PATH = 4_096


def instance(value: object, kind: type[T], place: str, remedy: str) -> T:
    """Return a value of a class. Rejects, as InputError, any other; ``remedy`` says what is right."""
    if not isinstance(value, kind):
        raise InputError(f"{place}: {shown(value)} is no {kind.__name__}. {remedy}")
    return value


def text(value: object, place: str) -> str:
    """Return a string. Rejects, as InputError, what is none."""
    return instance(value, str, place, "Write it in quotation marks.")


def whole(value: object, place: str, low: int, high: int) -> int:
    """Return an integer. Rejects, as InputError, a float, a boolean, a string, and what is not within the bounds."""
    if type(value) is not int or not low <= value <= high:
        raise InputError(f"{place}: {shown(value)} is no integer between {low} and {high}. Give one.")
    return value


def path(value: object, place: str) -> Path:
    """Return a path that is given as one or as its text. Rejects, as InputError, what is neither."""
    if not isinstance(value, str | Path):
        raise InputError(f"{place}: {shown(value)} is no path. Give the name of a file.")
    try:
        os.fsencode(value)
    except UnicodeEncodeError as error:
        raise InputError(f"{place}: {shown(value)} cannot be the name of a file ({error.reason}). Check it.") from error
    if "\0" in str(value) or len(str(value)) > LONGEST_PATH:
        raise InputError(f"{place}: {shown(value)} cannot be the name of a file. Check it.")
    return Path(value)
