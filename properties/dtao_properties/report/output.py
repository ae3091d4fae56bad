"""Output that may fail: a full device or a closed pipe ends what is written, never what is being judged.

A failure is kept, the rest is dropped, and whoever writes says at the end what was lost.
"""

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TextIO

from attrs import define, field

from dtao.errors import InputError


@define(slots=False, eq=False)
class Lasting:
    """A text stream that keeps its first failure and takes everything after it in silence."""

    stream: TextIO
    failure: OSError | None = field(default=None, init=False)

    def write(self, text: str) -> int:
        """Write; what cannot be written is dropped."""
        if self.failure is None:
            try:
                self.stream.write(text)
            except OSError as error:
                self._failed(error)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write line after line."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush what can be flushed."""
        if self.failure is None:
            try:
                self.stream.flush()
            except OSError as error:
                self._failed(error)

    def close(self) -> None:
        """Close the stream; what it still held may be lost."""
        try:
            self.stream.close()
        except OSError as error:
            self.failure = self.failure or error

    def _failed(self, error: OSError) -> None:
        self.failure = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@define(slots=False, eq=False)
class StandardOutput(Lasting):
    """The standard output of this process."""

    def _failed(self, error: OSError) -> None:
        super()._failed(error)
        # what the interpreter still holds is written when it ends: let it go where it does no harm
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.stream.fileno())
        os.close(nowhere)


def is_lost() -> bool:
    """Tell whether the standard output can no longer be written, so that nobody is listening."""
    return isinstance(sys.stdout, Lasting) and sys.stdout.failure is not None


def failure_of_output() -> str | None:
    """Say why the standard output could not be written; None if it could, and empty if its reader just went away."""
    sys.stdout.flush()
    if not isinstance(sys.stdout, Lasting) or sys.stdout.failure is None:
        return None
    error = sys.stdout.failure
    return "" if error.errno == errno.EPIPE else f"the output cannot be written ({error.strerror})"


@contextmanager
def opened(path: Path | None, flag: str, lost: list[str]) -> Iterator[IO[str] | None]:
    """Open a report for writing before the run begins, so that a wrong path costs no run.

    What cannot be written later is told in ``lost``, when the report is closed.
    """
    if path is None:
        yield None
        return
    try:
        stream = Lasting(path.open("w", encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{flag} {path}: cannot be written ({error.strerror}). Check the path.") from error
    try:
        yield stream  # type: ignore[misc]  # it has what reports ask of a stream
    finally:
        stream.close()
        if stream.failure is not None:
            lost.append(f"{flag} {path}: cannot be written ({stream.failure.strerror})")
