"""RecordedState vectors: find the files, verify them, hand them out.

The format is described in spec/formats/vectors.md. Every failure here is a :class:`VectorError` that names the
file, the line and the vector where they are known, and says what to do about it.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import NoReturn, TypeVar, cast

from attrs import frozen

import dtao
import dtao_spec
from dtao.block import MAX_BLOCKS
from dtao.errors import InputError
from dtao.given import AmbiguousJsonError, exact_json
from dtao_properties.adapters.protocol import SET_KEYS, Json

Read = TypeVar("Read")
FORMAT = "dtao-vectors/1"
RUNNERS = ("kernel", "scenario")
SUFFIXES = (".jsonl", ".jsonl.gz")
LATER_VECTORS = "dtao_vectors"
"""The package of the distribution dtao-vectors."""

DAMAGED = "The file was altered or damaged; restore it from its source"
INFO_MEMBERS: Mapping[str, type] = {
    "era": str, "spec_version": int, "runner": str, "suite": str, "source": str, "count": int, "hash": str,
}  # fmt: skip
ID = re.compile(r'^\{(?:"args":\{.*?\},)?"hash":"[0-9a-f]{64}","id":"([^"\\]+)"')
"""How the line of a vector begins in its canonical text."""
KERNEL_MEMBERS = frozenset({"id", "hash", "kernel", "args", "value"})
SCENARIO_MEMBERS = frozenset({"id", "hash", "steps"})
STEP_MEMBERS: Mapping[str, frozenset[str]] = {
    "call": frozenset({"do", "call", "signer", "args", "error", "events", "diff"}),
    "blocks": frozenset({"do", "n", "diff"}),
    "set": frozenset({"do", "item", "value", "diff"}),
    "phase": frozenset({"do", "phase", "args", "value", "diff"}),
    "read": frozenset({"do", "read", "args", "value"}),
}
MEMBER_TYPES: Mapping[str, tuple[type, ...]] = {
    "call": (str,), "item": (str,), "phase": (str,), "read": (str,), "kernel": (str,), "args": (dict,), "diff": (dict,),
    "n": (int,), "events": (list,), "signer": (str, type(None)), "error": (str, type(None)), "steps": (list,),
}  # fmt: skip


class VectorError(InputError):
    """A vector file, or a selection of vectors, that cannot be judged."""


@frozen
class Header:
    """The first line of a vector file."""

    path: Path
    era: str
    spec_version: int
    runner: str
    suite: str
    source: str
    count: int
    hash: str
    genesis: Mapping[str, Json]
    """The entries of the state before step 0 that differ from the defaults. Empty for kernels."""
    defaults: Mapping[str, Json]

    @property
    def name(self) -> str:
        """Name the suite in full, such as ``launch/scenario/pool``."""
        return f"{self.era}/{self.runner}/{self.suite}"


@frozen
class Vector:
    """One recorded case with the place it was read from."""

    id: str
    path: Path
    line: int
    body: Mapping[str, Json]


@frozen
class Suite:
    """A vector file whose content has been verified, or from :func:`listed` is not yet."""

    header: Header
    ids: tuple[str, ...]


def canonical_hash(value: Json) -> str:
    """Hash a JSON value: sha256 of its canonical text (sorted keys, no spaces), in hexadecimal."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of_hashes(hashes: Iterable[str]) -> str:
    """Hash the vectors of a file together: sha256 of their hashes joined by newlines, as the header states it."""
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def bundled() -> list[Path]:
    """Locate the vectors that come with this distribution and with dtao-vectors, installed or in a checkout.

    A checkout holds all of them in one folder. An installed dtao-spec brings those of the launch, dtao-vectors others.
    """
    package = Path(dtao_spec.__file__).parent
    folders = [folder for folder in (package / "vectors", package.parent / "vectors") if folder.is_dir()]
    if not folders:
        raise VectorError(f"{package}: this installation holds no vectors. Install dtao-spec anew, or use --vectors.")
    later = find_spec(LATER_VECTORS)
    if later is not None and later.origin is not None:
        folders.append(Path(later.origin).parent)
    return folders


def recorded(era: str) -> Path:
    """Locate the recordings of one era, by their own name of it."""
    for folder in bundled():
        if (folder / era).is_dir():
            return folder / era
    raise VectorError(f"there are no recordings of the era {era!r} here. Install dtao-vectors beside dtao-spec.")


def files(paths: Sequence[Path]) -> list[Path]:
    """List the vector files among the given files and, recursively, folders: sorted, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _files_of(path):
            found.setdefault(file.resolve(), file)
    return list(found.values())


def header(path: Path) -> Header:
    """Read and check the first line of a vector file, once until it changes; the vectors are not verified."""
    return once(_first, path)


def verified(path: Path) -> Suite:
    """Verify a whole vector file: its shape, every hash, its count and its identifiers; once until it changes."""
    return once(_verified, path)


def listed(path: Path) -> Suite:
    """Read the ids of a file whose content is verified when one of its vectors is chosen; once until it changes."""
    return once(_listed, path)


def once(read: Callable[[Path], Read], path: Path) -> Read:
    """Read a file, or return what was read of it if neither the time of its last change nor its size is another."""
    try:
        there = path.stat()
    except OSError:
        return read(path)  # which says why it cannot be read
    return cast("Read", _kept(read, path, there.st_mtime_ns, there.st_size))


@lru_cache(maxsize=4_096)
def _kept(read: Callable[[Path], object], path: Path, changed: int, size: int) -> object:
    del changed, size
    return read(path)


def _listed(path: Path) -> Suite:
    found = [ID.search(line) for line in islice(_lines(path), 1, None)]
    ids = tuple(match[1] for match in found if match is not None)
    return Suite(header(path), ids) if len(ids) == len(found) else verified(path)


def _first(path: Path) -> Header:
    return _header(path, next(_lines(path), ""))


def _verified(path: Path) -> Suite:
    lines = _lines(path)
    head = _header(path, next(lines, ""))
    hashes: list[str] = []
    ids: dict[str, int] = {}
    for number, text in enumerate(lines, start=2):
        body = _parsed(path, number, text)
        identifier, stated = body.get("id"), body.get("hash")
        if not isinstance(identifier, str) or not isinstance(stated, str):
            _fail(path, number, None, "a vector needs the members id and hash, both strings", DAMAGED)
        if identifier in ids:
            _fail(path, number, identifier, f"the id was already used in line {ids[identifier]}", "Ids must be unique")
        actual = canonical_hash({member: value for member, value in body.items() if member != "hash"})
        if actual != stated:
            _fail(path, number, identifier, f"hash mismatch: stated {stated[:12]}…, content {actual[:12]}…", DAMAGED)
        _check_shape(head.runner, path, number, identifier, body)
        ids[identifier] = number
        hashes.append(stated)
    if len(ids) != head.count:
        _fail(path, 1, None, f"the header counts {head.count} vectors, the file holds {len(ids)}", DAMAGED)
    if (actual := hash_of_hashes(hashes)) != head.hash:
        _fail(path, 1, None, f"hash mismatch in the header: stated {head.hash[:12]}…, content {actual[:12]}…", DAMAGED)
    return Suite(head, tuple(ids))


def vectors(path: Path, indexes: Collection[int] | None = None) -> Iterator[Vector]:
    """Hand out the vectors of a file that :func:`verified` has accepted: all, or those at some indexes, in their order.

    The others are not parsed, and what follows the last is not read.
    """
    for number, text in enumerate(islice(_lines(path), 1, None if indexes is None else max(indexes, default=-1) + 2)):
        if indexes is None or number in indexes:
            body = json.loads(text)
            yield Vector(body["id"], path, number + 2, body)


def _fail(path: Path, line: int | None, identifier: str | None, problem: str, remedy: str) -> NoReturn:
    raise VectorError(located(path, line, identifier, problem, remedy))


def located(path: Path, line: int | None, identifier: str | None, problem: str, remedy: str) -> str:
    """Word a failure: the place as far as it is known, the problem, and what to do about it."""
    place = f"{path}:{line}" if line is not None else str(path)
    return ": ".join(part for part in (place, identifier, f"{problem}. {remedy}.") if part)


def _files_of(path: Path) -> list[Path]:
    if path.is_file():
        if not path.name.endswith(SUFFIXES):
            _fail(path, None, None, "not a vector file", f"Name a file that ends in {' or '.join(SUFFIXES)}")
        return [path]
    if not path.is_dir():
        _fail(path, None, None, "no such file or folder", "Check the path")
    inside = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
    if not inside:
        _fail(path, None, None, "the folder holds no vector files", f"Name one with files in {' or '.join(SUFFIXES)}")
    return inside


def _lines(path: Path) -> Iterator[str]:
    line = 0
    try:
        with gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb") as stream:
            for line, raw in enumerate(stream, start=1):  # noqa: B007  # the handlers name the line
                yield raw.decode().rstrip("\r\n")
    except EOFError:
        _fail(path, line + 1, None, "the file is truncated: its compressed data ends too early", "Fetch it again")
    except (gzip.BadGzipFile, zlib.error) as error:
        _fail(path, line + 1, None, f"not valid gzip data ({error})", "Fetch the file again")
    except UnicodeDecodeError as error:
        _fail(path, line, None, f"not UTF-8 text ({error.reason})", DAMAGED)
    except OSError as error:
        _fail(path, None, None, f"cannot be read ({error.strerror})", "Check the path and its permissions")


def _parsed(path: Path, line: int, text: str) -> dict[str, Json]:
    try:
        value = exact_json(text)
    except AmbiguousJsonError as error:
        _fail(path, line, None, str(error), "Write it as the format says")
    except (ValueError, RecursionError) as error:
        _fail(path, line, None, f"not valid JSON ({error})", DAMAGED)
    if not isinstance(value, dict):
        _fail(path, line, None, "a line must be a JSON object", DAMAGED)
    return value


def _header(path: Path, text: str) -> Header:
    if not text:
        _fail(path, 1, None, "the file has no header line", DAMAGED)
    members = _parsed(path, 1, text)
    info = members.get("_info")
    if not isinstance(info, dict) or not isinstance(info.get("format"), str):
        _fail(path, 1, None, "the first line is not a header with _info.format", "Check that this is a vector file")
    if info["format"] != FORMAT:
        _fail(path, 1, None, f"format {info['format']!r}, but this version reads {FORMAT!r}", "Update dtao-spec")
    for member, kind in INFO_MEMBERS.items():
        if type(info.get(member)) is not kind:
            _fail(path, 1, None, f"the header's _info.{member} is missing or not of type {kind.__name__}", DAMAGED)
    if info["runner"] not in RUNNERS:
        _fail(path, 1, None, f"unknown runner {info['runner']!r}", f"The runners are {', '.join(RUNNERS)}")
    if (problem := _contradiction(info["era"], info["spec_version"])) is not None:
        _fail(path, 1, None, problem, "Correct one of the two")
    states = ("genesis", "defaults") if info["runner"] == "scenario" else ()
    for member in states:
        if not isinstance(members.get(member), dict):
            _fail(path, 1, None, f"the header of a scenario file needs the object {member}", DAMAGED)
    stated = {member: info[member] for member in INFO_MEMBERS}
    return Header(path=path, genesis=members.get("genesis", {}), defaults=members.get("defaults", {}), **stated)


def _contradiction(era: str, spec_version: int) -> str | None:
    """Say how the two ways in which a header names its era contradict each other; None if they do not."""
    try:
        by_name, by_version = dtao.era(era), dtao.era(spec_version)
    except dtao.UnknownName:  # recordings of one's own may be of any era
        return None
    if by_name is by_version:
        return None
    said = f"the header says era {era!r} and spec_version {spec_version}"
    return f"{said}, but version {spec_version} is of the era {by_version.recorded_as!r}"


def _check_shape(runner: str, path: Path, line: int, identifier: str, body: Mapping[str, Json]) -> None:
    members = KERNEL_MEMBERS if runner == "kernel" else SCENARIO_MEMBERS
    problem = _wrong_members(body, members)
    if problem is None and runner == "scenario":
        for number, step in enumerate(body["steps"]):
            if (wrong := _wrong_step(step)) is not None:
                problem = f"step {number}: {wrong}"
                break
    if problem is not None:
        _fail(path, line, identifier, problem, "Write it as the format says")


def _wrong_step(step: Json) -> str | None:
    if not isinstance(step, dict) or not isinstance(step.get("do"), str) or step["do"] not in STEP_MEMBERS:
        return f"a step must be an object whose member 'do' is one of {', '.join(STEP_MEMBERS)}"
    members = STEP_MEMBERS[step["do"]]
    if step["do"] == "set":
        members = members | (SET_KEYS & step.keys())
    if step["do"] == "blocks" and type(step.get("n")) is int and step["n"] < 0:
        return f"n is {step['n']}; a number of blocks cannot be negative"
    if step["do"] == "blocks" and type(step.get("n")) is int and step["n"] > MAX_BLOCKS:
        return f"n is {step['n']}; a step takes at most {MAX_BLOCKS} blocks"
    return _wrong_members(step, members)


def _wrong_members(body: Mapping[str, Json], members: frozenset[str]) -> str | None:
    if body.keys() != members:
        missing, unknown = sorted(members - body.keys()), sorted(body.keys() - members)
        return "; ".join(
            f"{word} {', '.join(names)}" for word, names in (("missing", missing), ("unknown", unknown)) if names
        )
    for member, value in body.items():
        kinds = MEMBER_TYPES.get(member)
        if kinds is not None and type(value) not in kinds:
            return f"{member} has the type {type(value).__name__}"
    return None
