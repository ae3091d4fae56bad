"""Known failures: the vectors that an implementation is expected to fail, in a file that has to stay true.

The list is strict both ways. A failure that it does not name is a failure; a vector that it names and that passes, or
that is not judged at all, makes the list stale, which is a failure too; an id that no vector has is refused before
anything is judged. The format is described in spec/formats/report.md.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from dtao.errors import InputError
from dtao_properties.conformance.verdicts import Verdict

Standing = Literal["passed", "failed", "skipped", "errored", "known", "stale"]
"""What a verdict counts for: a status, or known (it fails as listed), or stale (listed, but it does not fail)."""
STANDINGS: tuple[Standing, ...] = ("passed", "failed", "errored", "known", "stale", "skipped")
FAILURES: frozenset[Standing] = frozenset({"failed", "errored", "stale"})
"""The standings that make a run fail."""
MARK = "#"
REASON_LENGTH = 120

HEAD = """\
# Known failures: the vectors that this implementation is expected to fail, one id a line, sorted,
# each with an optional reason behind a number sign. `dtao conform --known-failures FILE` fails on
# every other failure, and also on a listed vector that passes: remove its line then.
"""


@frozen
class Entry:
    """One line of a list."""

    line: int
    reason: str | None


@frozen
class KnownFailures:
    """A list of known failures, as read from a file. The empty one expects every vector to pass."""

    path: Path | None = None
    entries: Mapping[str, Entry] = field(factory=dict)

    def standing(self, verdict: Verdict) -> Standing:
        """Tell what a verdict counts for."""
        if verdict.id not in self.entries:
            return verdict.status
        return "known" if verdict.status in ("failed", "errored") else "stale"

    def stale_text(self, verdict: Verdict) -> str:
        """Say what is wrong with the line of a vector that is listed and does not fail."""
        what = "passes" if verdict.status == "passed" else "is not judged"
        return f"it is listed in {self.path}:{self.entries[verdict.id].line} but {what}. Remove the line."


NONE_KNOWN = KnownFailures()


def read(path: Path) -> KnownFailures:
    """Read a list. Rejects, as InputError: no such file, no id, an id given twice, ids out of order."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text ({error.reason}). Write the list anew.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path and its permissions.") from error
    entries: dict[str, Entry] = {}
    last = ""
    for number, line in enumerate(text.split("\n"), start=1):
        identifier, _, reason = line.partition(MARK)
        identifier = identifier.strip()
        if not identifier:
            continue
        if len(identifier.split()) > 1:
            raise InputError(f"{path}:{number}: {identifier!r} is not one id. Put the reason behind {MARK!r}.")
        if identifier in entries:
            raise InputError(f"{path}:{number}: {identifier} is already listed in line {entries[identifier].line}.")
        if identifier < last:
            raise InputError(f"{path}:{number}: {identifier} comes before {last}. Keep the list sorted by id.")
        entries[identifier] = Entry(number, reason.strip() or None)
        last = identifier
    return KnownFailures(path, entries)


def checked(known: KnownFailures, identifiers: Collection[str]) -> KnownFailures:
    """Return the list if every id in it is among those of the vectors; else InputError."""
    for identifier, entry in known.entries.items():
        if identifier not in identifiers:
            raise InputError(
                f"{known.path}:{entry.line}: no vector of this run has the id {identifier!r}. "
                "Remove the line, or correct it."
            )
    return known


def written(verdicts: Iterable[Verdict], reasons: Mapping[str, str], earlier: KnownFailures = NONE_KNOWN) -> str:
    """Return a list of the vectors that fail.

    A reason in the ``earlier`` list stays, else the one in ``reasons`` by id is taken. Rejects, as InputError, an id
    that does not fit into a line.
    """
    lines = []
    for identifier in sorted(verdict.id for verdict in verdicts if verdict.status in ("failed", "errored")):
        if MARK in identifier or identifier.split() != [identifier] or not identifier.isprintable():
            raise InputError(f"the id {json.dumps(identifier)} does not fit into a list of known failures. Rename it.")
        entry = earlier.entries.get(identifier)
        reason = entry.reason if entry is not None and entry.reason is not None else reasons.get(identifier)
        lines.append(f"{identifier}  {MARK} {_one_line(reason)}\n" if reason else f"{identifier}\n")
    return HEAD + "".join(lines)


def write(path: Path, text: str) -> None:
    """Write a list to a file."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}). Check the path.") from error


def _one_line(reason: str) -> str:
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in reason).split())
    return text if len(text) <= REASON_LENGTH else f"{text[: REASON_LENGTH - 1]}…"
