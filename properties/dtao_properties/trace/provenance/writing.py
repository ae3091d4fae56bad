"""Writes provenance.toml from the tags of a clone of the runtime."""

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

from dtao.errors import InputError
from dtao_properties.trace.provenance import digests
from dtao_properties.trace.provenance.places import Place, history
from dtao_properties.trace.provenance.record import Provenance, Release, Row, Source


@frozen
class Clone:
    """A git repository, of which files are read as they are at a tag, or at a commit."""

    folder: Path
    _files: dict[tuple[str, str], tuple[str, digests.File] | None] = field(
        factory=dict, init=False, repr=False, eq=False
    )

    def commit(self, tag: str) -> str:
        """Return the commit of a tag. Rejects, as InputError, a folder that is no repository, or lacks the tag."""
        return self._asked("rev-parse", "--verify", "--quiet", f"{tag}^{{commit}}", lack=f"the tag {tag}")

    def source(self, tag: str, place: Place) -> Source | None:
        """Return a function as it was at a tag; None if there is no such file, or no such function in it."""
        key = (tag, place.path)
        if key not in self._files:
            self._files[key] = self._read(tag, place.path)
        found = self._files[key]
        digest = None if found is None else found[1].digest(place.function)
        return None if found is None or digest is None else Source(place, found[0], digest)

    def _read(self, tag: str, path: str) -> tuple[str, digests.File] | None:
        if not self._asked("ls-tree", "--name-only", tag, "--", path, lack=f"the tag {tag}"):
            return None
        name = f"{tag}:{path}"
        blob = self._asked("rev-parse", name, lack=f"{path} at {tag}")
        return blob, digests.parsed(path, self._asked("cat-file", "blob", name, lack=f"{path} at {tag}"))

    def _asked(self, *command: str, lack: str) -> str:
        words = ["git", "-C", str(self.folder), *command]
        result = subprocess.run(words, capture_output=True, check=False)  # noqa: S603  # git, without a shell
        if result.returncode:
            raise InputError(
                f"{self.folder}: it is no git repository, or lacks {lack}. Give a clone of the runtime with all its"
                " tags; `git fetch --tags` brings them."
            )
        return result.stdout.decode("utf-8").strip()


def provenance(clone: Clone, tags: Mapping[str, str], rules: Iterable[str]) -> Provenance:
    """Follow rules through the tags of the eras; a row where any of their functions changed.

    Rejects, as InputError, a place that is not there at a tag, naming it and the tables to correct.
    """
    releases = {era: Release(tag, clone.commit(tag)) for era, tag in tags.items()}
    return Provenance(releases, tuple(row for rule in rules for row in rows(clone, tags, rule)))


def rows(clone: Clone, tags: Mapping[str, str], rule: str) -> Sequence[Row]:
    """Return the rows of a rule; see :func:`provenance`."""
    found: list[Row] = []
    for era, places in history(rule, list(tags)):
        row = Row(rule, era, tuple(_source(clone, tags[era], rule, era, place) for place in places))
        if not found or _said(found[-1]) != _said(row):
            found.append(row)
    return found


def _source(clone: Clone, tag: str, rule: str, era: str, place: Place) -> Source:
    source = clone.source(tag, place)
    if source is None:
        raise InputError(
            f"{rule}: {place.path} has no {place.function} at {tag}, the tag of {era}. Correct its Source, or say in"
            " RENAMED or SOURCES where it stands from this era on."
        )
    return source


def _said(row: Row) -> Sequence[tuple[Place, str]]:
    return [(source.place, source.digest) for source in row.sources]
