"""Which of the recorded vectors a run is about."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from attrs import frozen

import dtao
from dtao_properties.conformance import vectors
from dtao_properties.conformance.processes import spread
from dtao_properties.conformance.vectors import Header, Suite, Vector, VectorError

FILE_SUFFIXES = frozenset({".json", ".jsonl", ".gz"})
"""What the name of a file ends in that holds a counterexample or vectors."""
Names = str | Sequence[str] | None
"""A name, several of them, or None for all there are."""
LAUNCH = "launch"
"""The era that a short id means where several have it."""
FILES_A_WORKER, FILES_PER_TASK = 100, 8
"""A process that verifies fewer files takes longer to begin than it saves; and how many it takes at a time."""


@frozen
class Selected:
    """The vectors of one verified file that a run is about."""

    suite: Suite
    indexes: tuple[int, ...]
    """Positions of the selected vectors within the file."""

    @property
    def header(self) -> Header:
        """Return the header of the file."""
        return self.suite.header


def selected(
    paths: Sequence[Path] = (),
    *,
    suite: Names = None,
    text: str | None = None,
    era: Names = None,
    workers: int = 1,
) -> list[Selected]:
    """Verify the vector files at ``paths`` (the bundled ones if none are given) and choose among their vectors.

    ``suite`` is a pattern for the suite's name (``pool``, ``fixed_*``, ``launch/scenario/*``), ``text`` must occur
    in a vector's id, ``era`` is the name of an era or its spec version; of several suites or eras all are chosen. Only
    files that hold a chosen suite are verified, many of them by ``workers`` processes. A suite or an era that chooses
    nothing, and an empty choice, is a :class:`VectorError`.
    """
    headers = [vectors.header(file) for file in vectors.files(paths or vectors.bundled())]
    headers.sort(key=lambda head: head.spec_version)
    suites, eras = _names(suite), tuple(_recorded_name(one) for one in _names(era))
    for name in eras:
        _check_era(name, headers, bundled=not paths)
    for pattern in suites or ("",):
        if not any(_is_of(head, pattern or None, eras) for head in headers):
            asked = " and ".join([*([f"--suite {pattern}"] if pattern else []), *(f"--era {one}" for one in eras)])
            names = ", ".join(sorted({head.name for head in headers if _is_of(head, None, eras)}))
            raise VectorError(f"no suite is selected by {asked}. The suites are: {names}.")
    chosen = [head for head in headers if any(_is_of(head, pattern or None, eras) for pattern in suites or ("",))]
    verified = _unique(_verified([head.path for head in chosen], workers))
    choice = []
    for one in verified:
        indexes = tuple(index for index, name in enumerate(one.ids) if text is None or text in name)
        if indexes:
            choice.append(Selected(one, indexes))
    if not choice:
        filters = f"has an id that contains {text!r}" if text is not None else "is in the selected files"
        raise VectorError(f"no vector {filters}. Loosen -k, --suite, --era or --vectors.")
    return choice


def one_selected(identifier: str, paths: Sequence[Path] = (), era: str | None = None) -> Selected:
    """Choose the one vector whose id is, or alone ends in, ``identifier``.

    An ending that vectors of several eras have means that of the launch, unless ``era`` names another one. Where the
    ending names a suite of the bundled vectors, only the files of that suite are read. Of the bundled files only the
    one with the vector is verified.
    """
    if Path(identifier).suffix in FILE_SUFFIXES:
        raise VectorError(f"{identifier}: no such file, and no vector has this id. Check the path.")
    if not paths and era is None and (whole := _by_whole_id(identifier)) is not None:
        return whole
    files = vectors.files(paths or vectors.bundled())
    headers = [vectors.header(file) for file in files]
    eras = tuple(_recorded_name(one) for one in _names(era))
    for name in eras:
        _check_era(name, headers, bundled=not paths)
    meant = [head for head in headers if _is_of(head, None, eras)]
    if not paths and (suite := identifier.strip("/").rpartition("/")[0]):
        meant = [head for head in meant if f"/{head.name}".endswith(f"/{suite}")] or meant
    suites = _unique([(vectors.verified if paths else vectors.listed)(head.path) for head in meant])
    everything = [(name, one, index) for one in suites for index, name in enumerate(one.ids)]
    exact = [entry for entry in everything if entry[0] == identifier]
    ending = [entry for entry in everything if entry[0].endswith("/" + identifier.lstrip("/"))]
    matching = exact or ending
    if len(matching) > 1:
        matching = [entry for entry in matching if entry[1].header.era == LAUNCH] or matching
    if len(matching) == 1:
        _, one, index = matching[0]
        return Selected(vectors.verified(one.header.path), (index,))
    if matching:
        names = ", ".join(name for name, _, _ in matching[:5])
        names += " …" if len(matching) > 5 else "."
        raise VectorError(f"{len(matching)} vectors have an id that ends in {identifier!r}: {names} Give it in full.")
    searched, hint = _searched(suites, paths), _hint(identifier, everything)
    raise VectorError(f"no vector has the id {identifier!r}, and there is no such file; {searched}. {hint}")


def _by_whole_id(identifier: str) -> Selected | None:
    """Return the bundled vector of a whole id, found by the place of its suite; None if there is none such."""
    suite, _, _ = identifier.rpartition("/")
    files = [
        file
        for file in vectors.files(vectors.bundled())
        if file.as_posix().partition(".jsonl")[0].endswith(f"/{suite}")
    ]
    of_suite = [file for file in files if suite.count("/") == 2 and vectors.header(file).name == suite]
    for one in _unique([vectors.verified(file) for file in of_suite]):
        if identifier in one.ids:
            return Selected(one, (one.ids.index(identifier),))
    return None


def _searched(suites: Sequence[Suite], paths: Sequence[Path]) -> str:
    count, files = sum(len(one.ids) for one in suites), len(suites)
    where = f"below {', '.join(map(str, paths))}" if paths else "bundled"
    vectors_of_them = f"{count} vector{'' if count == 1 else 's'} in {files} file{'' if files == 1 else 's'}"
    return f"the {vectors_of_them} {where} were searched" + ("" if paths else ", --vectors names others")


def _hint(identifier: str, everything: Sequence[tuple[str, Suite, int]]) -> str:
    """Return the ids that are closest: of those of the suite that is meant, if one is named, or of all."""
    names = [name for name, _, _ in everything]
    suite, _, _ = identifier.rpartition("/")
    of_suite = [name for name in names if suite and name.rpartition("/")[0].endswith(suite)]
    depth = identifier.count("/")
    tails = {"/".join(name.split("/")[-depth - 1 :]): name for name in of_suite or names}
    near = [tails[tail] for tail in get_close_matches(identifier, tails, n=3, cutoff=0.5)]
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return "`dtao conform --ndjson FILE` writes a line for each id."


def vectors_of(choice: Selected) -> Iterable[Vector]:
    """Hand out the selected vectors of one file in their order."""
    return vectors.vectors(choice.header.path, frozenset(choice.indexes))


def _names(given: Names) -> tuple[str, ...]:
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)


def _recorded_name(era: str) -> str:
    """Return the name that vectors use for an era that is given by any of its names; an unknown one as it is."""
    try:
        return dtao.era(era).recorded_as
    except dtao.UnknownName:
        return era


def _check_era(era: str, headers: Sequence[Header], *, bundled: bool) -> None:
    """Refuse an era that no file is of."""
    eras = {(head.era, str(head.spec_version)): None for head in headers}
    if any(era in names for names in eras):
        return
    known = ", ".join(f"{name} (spec version {version})" for name, version in eras)
    try:
        dtao.era(era)
    except dtao.UnknownName as error:
        there = "" if bundled else f" The eras of these vectors are: {known}."
        raise VectorError(f"--era: {error}.{there}") from error
    remedy = " Install dtao-vectors beside dtao-spec for it." if bundled else ""
    raise VectorError(f"--era {era}: no vector is of this era.{remedy} The eras of these vectors are: {known}.")


def _is_of(head: Header, suite: str | None, eras: Sequence[str]) -> bool:
    by_name = suite is None or fnmatchcase(head.suite, suite) or fnmatchcase(head.name, suite)
    return by_name and (not eras or any(era in (head.era, str(head.spec_version)) for era in eras))


def _verified(files: Sequence[Path], workers: int) -> Sequence[Suite]:
    """Verify files in their order, so that the first that is wrong is the one that is told."""
    if (processes := min(workers, len(files) // FILES_A_WORKER)) <= 1:
        return [vectors.verified(file) for file in files]
    return [*spread(vectors.verified, files, processes, at_a_time=FILES_PER_TASK)]


def _unique(suites: Sequence[Suite]) -> list[Suite]:
    """Return the files without copies of one another; refuse two that hold different vectors of one id.

    An installation and a checkout beside it hold the same files.
    """
    different: dict[tuple[str, str], Suite] = {}
    owners: dict[str, Path] = {}
    for one in suites:
        head = one.header
        if different.setdefault((head.name, head.hash), one) is not one:
            continue
        for name in one.ids:
            if name in owners:
                raise VectorError(
                    f"{head.path}: {name}: another vector of this id is in {owners[name]}. "
                    "Judge one of the two at a time: --vectors PATH."
                )
            owners[name] = head.path
    return list(different.values())
