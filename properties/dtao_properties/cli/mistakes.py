"""How a command ends that could not run: one line on standard error, and its exit code."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from dtao.errors import InputError

DIVERGES, COULD_NOT_RUN, INTERRUPTED = 1, 2, 130


def harmless(text: str) -> str:
    r"""Return a message without characters that steer a terminal, or that it cannot show.

    >>> harmless("no item \x1b[2J\ud800")
    'no item \\x1b[2J\\ud800'
    """
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


@contextmanager
def mistakes_reported() -> Iterator[None]:
    """Say what is wrong with what was asked for, and end with the exit code for it."""
    try:
        yield
    except InputError as error:
        print(f"dtao: error: {harmless(str(error))}", file=sys.stderr)
        raise typer.Exit(COULD_NOT_RUN) from error
    except KeyboardInterrupt as error:
        print("dtao: interrupted", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from error
    except OSError as error:  # a file that went away, a full device: whatever it is, nothing diverges for it
        place = "" if error.filename is None else f"{error.filename}: "
        told = harmless(f"{place}{error.strerror or error}")
        print(f"dtao: error: {told}. Check the path, and the space there.", file=sys.stderr)
        raise typer.Exit(COULD_NOT_RUN) from error


@contextmanager
def undivided() -> Iterator[None]:
    """Let an interruption, or a request to end, wait until what is done within is done."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals come to the main thread alone
        return
    came: list[int] = []
    before = {one: signal.signal(one, lambda number, _: came.append(number)) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    if came:
        signal.raise_signal(came[0])
