"""The libraries that only some of what the lab does needs: loaded where they are used."""

import importlib
from types import ModuleType

from dtao import InputError

LAB = "pip install 'dtao-spec[lab]', or '.[lab]' in a clone"
"""How these libraries are installed."""


def needed(name: str) -> ModuleType:
    """Return a library of the extra ``[lab]``, or say, as InputError, how to install it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(
            f"this needs {name.partition('.')[0]}, which is not installed. Install the extra: {LAB}."
        ) from error
