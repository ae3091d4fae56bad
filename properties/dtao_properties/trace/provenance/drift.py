"""What of the rules' source is not in a checkout as it was at the pinned tag of the newest era: a list of what to read.

A rule is compared with its last row in provenance.toml, which holds up to the newest era there; a rule that ended
before is not compared. The files are read as they lie in the checkout, committed or not.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote
from typing import Literal

from attrs import field, frozen

from dtao.errors import InputError
from dtao_properties.trace.provenance import digests
from dtao_properties.trace.provenance.places import MANIFEST, PALLET, Place
from dtao_properties.trace.provenance.record import Provenance, Row, Source

What = Literal["changed", "moved", "moved and changed", "renamed", "gone", "file gone"]
SEARCHED = ("pallets", "primitives", "common")
"""The folders in which what is gone from its place is looked for."""
LEFT_OUT = re.compile(
    r"(^|/)(tests?|benches|mock|migrations|rpc_info|rpc|runtime-api)/|/(tests?|mock|benchmark\w*)\.rs$"
)
HINTS = 3
"""So many new places are named at most."""


@frozen
class Drift:
    """A function that is not in the checkout as it was."""

    what: What
    source: Source
    now: tuple[Place, ...] = ()
    """Where it, or what is called like it, stands in the checkout."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files to compare: that of the tag, and those of the checkout."""
        return tuple(dict.fromkeys((self.source.place.path, *(place.path for place in self.now))))


@frozen
class RuleDrift:
    """A rule that is to be looked at, for what of its source drifted."""

    row: Row
    drifts: tuple[Drift, ...]


@frozen
class Checkout:
    """The files of the runtime in a folder."""

    folder: Path
    _files: dict[str, digests.File | None] = field(factory=dict, init=False, repr=False, eq=False)
    _texts: dict[str, str] = field(factory=dict, init=False, repr=False, eq=False)

    @classmethod
    def at(cls, folder: Path) -> "Checkout":
        """Open a checkout. Rejects, as InputError, a folder that is none."""
        for wanted in (PALLET + "lib.rs", MANIFEST):
            if not (folder / wanted).is_file():
                raise InputError(
                    f"{folder}: it is no checkout of the runtime, as it has no {wanted}. Give the folder that"
                    " `git clone https://github.com/opentensor/subtensor` made, at the version to compare."
                )
        return cls(folder)

    @property
    def is_repository(self) -> bool:
        """Whether git knows the folder."""
        return (self.folder / ".git").exists()

    def file(self, path: str) -> digests.File | None:
        """Return a file; None if there is none. Rejects, as InputError, one that cannot be read."""
        if path not in self._files:
            exists = (self.folder / path).is_file()
            self._files[path] = digests.parsed(str(self.folder / path), self._text(path)) if exists else None
        return self._files[path]

    def _text(self, path: str) -> str:
        try:
            return (self.folder / path).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{self.folder / path}: it is not in UTF-8: {error}") from error

    def defining(self, function: str) -> Iterator[Place]:
        """Return where else a function of this name is defined, first in the main pallet."""
        name = function.rpartition("::")[2]
        definition = re.compile(rf"\b(?:fn|const|type|static)\s+{re.escape(name)}\b")
        for path, text in self._sources():
            if definition.search(text) and (found := self.file(path)) is not None and found.digest(function):
                yield Place(path, function)

    def saying(self, digest: str, path: str) -> Iterator[Place]:
        """Return the functions of a file that say the same, whatever their names."""
        found = self.file(path)
        names = () if found is None else found.called_otherwise(digest)
        return (Place(path, name) for name in names)

    def _sources(self) -> Iterator[tuple[str, str]]:
        """Return the sources that may hold rules, with their paths."""
        if not self._texts:
            for path in sorted(self._paths(), key=lambda path: (not path.startswith(PALLET), path)):
                self._texts[path] = self._text(path)
        yield from self._texts.items()

    def _paths(self) -> Iterator[str]:
        for folder in SEARCHED:
            for found in (self.folder / folder).rglob("*.rs"):
                path = found.relative_to(self.folder).as_posix()
                if not LEFT_OUT.search(path):
                    yield path


def drifted(provenance: Provenance, checkout: Checkout, rule: str | None = None) -> list[RuleDrift]:
    """Return the rules whose source is not as it was, in the order of the file; or that of one rule alone.

    Rejects, as InputError, a file of the checkout that cannot be read.
    """
    seen: dict[Source, Drift | None] = {}
    found = []
    for row in provenance.in_force():
        if rule in (None, row.rule):
            drifts = []
            for source in row.sources:
                if source not in seen:
                    seen[source] = compared(source, checkout)
                if (drift := seen[source]) is not None:
                    drifts.append(drift)
            if drifts:
                found.append(RuleDrift(row, tuple(drifts)))
    return found


def compared(source: Source, checkout: Checkout) -> Drift | None:
    """Return what became of a function; None if it is as it was. Rejects what :meth:`Checkout.file` does."""
    place = source.place
    found = checkout.file(place.path)
    digest = None if found is None else found.digest(place.function)
    if digest is not None:
        return None if digest == source.digest else Drift("changed", source, (place,))
    if place.path == MANIFEST:
        return Drift("gone", source)
    if renamed := tuple(checkout.saying(source.digest, place.path)):
        return Drift("renamed", source, renamed)
    elsewhere = tuple(checkout.defining(place.function))
    same = tuple(new for new in elsewhere if _digest(checkout, new) == source.digest)
    if same:
        return Drift("moved", source, same)
    if elsewhere:
        return Drift("moved and changed", source, elsewhere[:HINTS])
    return Drift("file gone" if found is None else "gone", source)


def _digest(checkout: Checkout, place: Place) -> str | None:
    found = checkout.file(place.path)
    return None if found is None else found.digest(place.function)


def command(drift: Drift, tag: str, checkout: Checkout) -> str:
    """Return the command that shows a drift; without git's folder, one to be run in a clone with the tag."""
    folder = quote(str(checkout.folder))
    if checkout.is_repository:
        return f"git -C {folder} diff -w {tag} -- {' '.join(map(quote, drift.paths))}"
    new = drift.now[0].path if drift.now else drift.source.place.path
    target = quote(str(checkout.folder / new)) if (checkout.folder / new).exists() else "/dev/null"
    return f"git show {quote(f'{tag}:{drift.source.place.path}')} | diff -w - {target}"


def commands(found: Sequence[RuleDrift], tag: str, checkout: Checkout) -> list[str]:
    """Return the commands that show all drifts, each once."""
    return sorted({command(drift, tag, checkout) for one in found for drift in one.drifts})
