"""The reach of the bundled vectors, measured once and shipped: which of them execute the code of which rule.

To watch the reference while it replays them takes minutes; to read what was seen takes no time. The file has a line for
each vector file, with the hash by which it tells whether it still speaks of the same vectors. Within a line vectors are
numbers, those of their ids, written as ranges; and rules that the same vectors reach stand together.
``python -m dtao_properties.reach`` measures anew whatever is missing, or no longer so.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

import dtao_spec.contents  # noqa: F401  # the rules are known once the chapters are loaded
from dtao_properties.adapters.protocol import Json
from dtao_properties.conformance.selection import Selected
from dtao_properties.conformance.vectors import Header, Suite, bundled, files, header, once, verified
from dtao_properties.reach.watching import Reached, gathered, reached

FILE = Path(__file__).with_name("bundled.jsonl")
NUMBER = re.compile(r"(.*/p)(\d+)")
"""An id of the bundled vectors: the suite, then a number."""
SAMPLES = 3
"""Vectors of a file that tell whether what is written of it is still so."""
Reach = tuple[tuple[int, ...], tuple[int, ...]]
"""The numbers of the vectors in which a rule came to a result, and of those in which it refused."""


@frozen
class Measured:
    """What the vectors of one file reach."""

    suite: str
    spec_version: int
    hash: str
    """The hash of the file's vectors."""
    width: int
    """Digits of the number in an id."""
    count: int
    rules: Mapping[str, Reach]

    def id_of(self, number: int) -> str:
        """Return the id of a vector."""
        return f"{self.suite}/p{number:0{self.width}}"

    def line(self) -> str:
        """Write it down."""
        together: dict[tuple[str, str], list[str]] = {}
        for rule, (accepting, rejecting) in sorted(self.rules.items()):
            together.setdefault((ranges(accepting), ranges(rejecting)), []).append(rule)
        content = {
            "suite": self.suite, "spec_version": self.spec_version, "hash": self.hash, "width": self.width,
            "count": self.count, "reach": [[*found, *rules] for found, rules in together.items()],
        }  # fmt: skip
        return json.dumps(content, separators=(",", ":"))

    @classmethod
    def of_line(cls, content: Json, only: str | None = None) -> "Measured":
        """Read what :meth:`line` wrote; of one rule alone, if it is named."""
        rules: dict[str, Reach] = {}
        for accepting, rejecting, *names in content["reach"]:
            if only is None or only in names:
                found = (numbers(accepting), numbers(rejecting))
                rules |= dict.fromkeys(names if only is None else (only,), found)
        suite, version = content["suite"], content["spec_version"]
        return cls(suite, version, content["hash"], content["width"], content["count"], rules)


def ranges(numbers_: Iterable[int]) -> str:
    """Write numbers as ranges.

    >>> ranges([3, 0, 1, 2, 7]), numbers("0-3,7")
    ('0-3,7', (0, 1, 2, 3, 7))
    """
    parts: list[list[int]] = []
    for number in sorted(set(numbers_)):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def numbers(written: str) -> tuple[int, ...]:
    """Read numbers from ranges."""
    found: list[int] = []
    for part in filter(None, written.split(",")):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return tuple(found)


def read(path: Path = FILE, only: str | None = None) -> dict[str, Measured]:
    """Return what is shipped, of all rules or of one, by suite; nothing where there is no such file."""
    if not path.exists():
        return {}
    if only is None:
        return dict(once(_whole, path))
    return _of(path, only)


def _whole(path: Path) -> Mapping[str, Measured]:
    return _of(path, None)


def _of(path: Path, only: str | None) -> dict[str, Measured]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {one.suite: one for line in lines for one in (Measured.of_line(json.loads(line), only),)}


def installed() -> Iterator[Header]:
    """Return the headers of the vectors that are bundled here, each suite once."""
    seen: set[str] = set()
    for file in files(bundled()):
        head = header(file)
        if head.name not in seen:
            seen.add(head.name)
            yield head


def known(only: str | None = None) -> tuple[list[Measured], list[str]]:
    """Return what is shipped of the vectors that are bundled here, of all rules or of one, and the suites without."""
    shipped = read(only=only)
    found, missing = [], []
    for head in installed():
        one = shipped.get(head.name)
        if one is not None and one.hash == head.hash:
            found.append(one)
        else:
            missing.append(head.name)
    return found, missing


def put_together(parts: Iterable[Measured]) -> dict[str, Reached]:
    """Return what several files reach together, as :func:`dtao_properties.reach.watching.gathered` does."""
    accepting: dict[str, list[str]] = {}
    rejecting: dict[str, list[str]] = {}
    for one in parts:
        for rule, (results, refusals) in one.rules.items():
            accepting.setdefault(rule, []).extend(map(one.id_of, results))
            rejecting.setdefault(rule, []).extend(map(one.id_of, refusals))
    return {rule: Reached(tuple(accepting[rule]), tuple(rejecting[rule])) for rule in accepting}


def measured(path: Path) -> Measured:
    """Watch the reference while it replays a file."""
    suite = verified(path)
    found = gathered(reached([Selected(suite, tuple(range(len(suite.ids))))]))
    head = suite.header
    width = len(_parts(suite.ids[0])[1])
    rules = {
        rule: (tuple(map(_number, one.accepting)), tuple(map(_number, one.rejecting))) for rule, one in found.items()
    }
    return Measured(head.name, head.spec_version, head.hash, width, len(suite.ids), rules)


def differing(suite: Suite, shipped: Measured) -> list[str]:
    """Return the ids of a few vectors of a file that reach other rules than is written."""
    count = len(suite.ids)
    sample = sorted({count * number // SAMPLES for number in range(SAMPLES)})
    wrong = []
    for identifier, found in reached([Selected(suite, tuple(sample))]):
        number = _number(identifier)
        written = {
            rule: (number in accepting, number in rejecting)
            for rule, (accepting, rejecting) in shipped.rules.items()
            if number in accepting or number in rejecting
        }
        if written != {rule: (bool(one.accepting), bool(one.rejecting)) for rule, one in found.items() if one.ids}:
            wrong.append(identifier)
    return wrong


def stale(every: int = 1, offset: int = 0) -> Iterator[tuple[Header, str]]:
    """Return the files of which nothing is shipped, or something wrong, each with why; of every so many files."""
    shipped = read()
    for number, head in enumerate(installed()):
        one = shipped.get(head.name)
        if one is None:
            yield head, "not measured yet"
        elif one.hash != head.hash:
            yield head, "measured with other vectors"
        elif number % every == offset and (wrong := differing(verified(head.path), one)):
            yield head, f"{wrong[0]} reaches other rules now"


def _parts(identifier: str) -> tuple[str, str]:
    match = NUMBER.fullmatch(identifier)
    if match is None:
        raise ValueError(f"{identifier}: the id of a bundled vector ends in p and a number")
    return match[1], match[2]


def _number(identifier: str) -> int:
    return int(_parts(identifier)[1])
