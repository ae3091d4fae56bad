"""How a command ends that could not run: one line on standard error, and its exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from dtao.errors import InputError

DIVERGES, COULD_NOT_RUN, INTERRUPTED = 1, 2, 130


@contextmanager
def mistakes_reported() -> Iterator[None]:
    """Say what is wrong with what was asked for, and end with the exit code for it."""
    try:
        yield
    except InputError as error:
        print(f"dtao: error: {error}", file=sys.stderr)
        raise typer.Exit(COULD_NOT_RUN) from error
    except KeyboardInterrupt as error:
        print("dtao: interrupted", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from error
    except OSError as error:  # a file that went away, a full device: whatever it is, nothing diverges for it
        place = "" if error.filename is None else f"{error.filename}: "
        print(f"dtao: error: {place}{error.strerror or error}. Check the path, and the space there.", file=sys.stderr)
        raise typer.Exit(COULD_NOT_RUN) from error
