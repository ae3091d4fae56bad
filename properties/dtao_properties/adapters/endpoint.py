"""Endpoints: how the judge reaches an implementation."""

import os
import sys
from importlib import import_module
from pathlib import Path

from attrs import field, frozen

from dtao.errors import InputError
from dtao_properties.adapters.config import AdapterConfig, Translated, adapter_config
from dtao_properties.adapters.inside import Inside
from dtao_properties.adapters.protocol import Adapter
from dtao_properties.adapters.transports import Command, Remote, Tcp

REFERENCE = "reference"
ENDPOINTS = "'reference', 'cmd:COMMAND LINE', 'tcp:HOST:PORT' or 'python:MODULE:FACTORY'"


@frozen
class Options:
    """How an adapter is dealt with, whatever its endpoint. Can be handed to another process."""

    timeout: float | None = None
    """Seconds that an answer may take, but those of the bundled reference; None for the defaults of transports."""
    config: AdapterConfig = field(factory=AdapterConfig)


def connected(endpoint: str, options: Options | None = None) -> Adapter:
    """Open an adapter at one of these endpoints.

    ``reference`` is the bundled one. ``cmd:`` and a command line, which is split into words as a shell would and run
    without one, speaks the protocol over its standard input and output; it is started at the first request.
    ``tcp:HOST:PORT`` speaks it over a connection. ``python:MODULE:FACTORY`` is a callable without arguments that
    returns an adapter; the module is looked for in the working directory too.
    """
    options = options or Options()
    adapter = _opened(endpoint, options.timeout if options.timeout is not None else options.config.timeout)
    if options.config.errors or options.config.items:
        return Translated(adapter, options.config.errors, options.config.items)
    return adapter


def limited(adapter: Adapter, until: float | None) -> None:
    """Let an adapter take no longer for an answer than until the whole run is over, a time by ``monotonic``."""
    inner = adapter.adapter if isinstance(adapter, Translated) else adapter
    if until is not None and isinstance(inner, Remote):
        inner.until = until


def reached(endpoint: str | None, config: Path | None, timeout: float | None) -> tuple[str, Options]:
    """Return the endpoint and the options that a command line asks for; the bundled reference if it names neither.

    Rejects, as InputError, a configuration that does not say whom it is about where no endpoint does either.
    """
    if config is None:
        return REFERENCE if endpoint is None else endpoint, Options(timeout)
    read = adapter_config(config)
    if endpoint is None and read.command is None:
        raise InputError(
            f"{config}: [adapter] has no command, so that nothing says what is to be judged. "
            "Add command = 'COMMAND LINE' to it, or give --adapter ENDPOINT."
        )
    return str(read.command) if endpoint is None else endpoint, Options(timeout, read)


def _opened(endpoint: str, timeout: float | None) -> Adapter:
    if endpoint == REFERENCE:
        # imported here, so that whatever needs no adapter starts without loading the whole reference
        from dtao_properties.adapters.reference import Reference

        return Reference()
    scheme, _, rest = endpoint.partition(":")
    if scheme in ("cmd", "tcp") and os.name != "posix":
        raise InputError(f"--adapter {endpoint}: {scheme}: endpoints need a POSIX system. Use python:MODULE:FACTORY.")
    if scheme == "cmd":
        return Command.parsed(endpoint, rest, timeout)
    if scheme == "tcp":
        return Tcp.parsed(endpoint, rest, timeout)
    module, _, factory = rest.partition(":")
    if scheme != "python" or not module or not factory:
        raise InputError(f"--adapter {endpoint}: unknown endpoint. Give {ENDPOINTS}.")
    return _made(endpoint, module, factory, timeout)


def _made(endpoint: str, module: str, factory: str, timeout: float | None) -> Adapter:
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

    def made() -> Adapter:
        adapter: Adapter = maker()
        if not callable(getattr(adapter, "request", None)):
            raise InputError(f"--adapter {endpoint}: what {factory!r} returns has no method 'request'.")
        return adapter

    return Inside(made, timeout)
