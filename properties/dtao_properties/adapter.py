"""Endpoints: how the judge reaches an implementation."""

import sys
from importlib import import_module
from pathlib import Path

from dtao.errors import InputError
from dtao_properties.protocol import Adapter

REFERENCE = "reference"


def connected(endpoint: str) -> Adapter:
    """Open an adapter: ``reference``, or ``python:MODULE:FACTORY`` for a callable that returns one.

    A module is looked for in the working directory too.
    """
    if endpoint == REFERENCE:
        # imported here, so that whatever needs no adapter starts without loading the whole reference
        from dtao_properties.reference import Reference

        return Reference()
    scheme, _, rest = endpoint.partition(":")
    if scheme in ("cmd", "tcp"):
        raise InputError(
            f"--adapter {endpoint}: {scheme}: endpoints come in a later version. "
            "This one judges 'reference' and 'python:MODULE:FACTORY'."
        )
    module, _, factory = rest.partition(":")
    if scheme != "python" or not module or not factory:
        raise InputError(f"--adapter {endpoint}: unknown endpoint. Give 'reference' or 'python:MODULE:FACTORY'.")
    return _made(endpoint, module, factory)


def _made(endpoint: str, module: str, factory: str) -> Adapter:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        imported = import_module(module)
    except ImportError as error:
        raise InputError(f"--adapter {endpoint}: cannot import {module!r} ({error}). Check the name.") from error
    maker = getattr(imported, factory, None)
    if not callable(maker):
        raise InputError(f"--adapter {endpoint}: {module!r} has no callable {factory!r}. Check the name.")
    made = maker()
    if not callable(getattr(made, "request", None)):
        raise InputError(f"--adapter {endpoint}: what {factory!r} returns has no method 'request'.")
    adapter: Adapter = made
    return adapter
