"""Which lines and branches of the reference the vectors reach, function by function; measured by coverage.py."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from inspect import getfile
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import shorten
from types import ModuleType
from typing import Any

from attrs import asdict, frozen

from dtao.errors import InputError
from dtao_properties.adapters.protocol import Json
from dtao_properties.reach.watching import forgetting
from dtao_spec.render import functions_of, reference_modules

NEVER = "it never runs"
WIDTH = 48
"""So much of a line is shown."""
SWITCH = "runtime."
"""What a condition asks that tells the versions of the runtime apart."""
MISTAKES = ("raise InputError(", "raise UnknownName(")
"""How a line begins that tells users of their mistakes. Vectors make none, and the runtime has no such line."""


@frozen
class Unreached:
    """A place of a function that no vector reaches: a jump that is never taken, or a line that never runs."""

    line: int
    text: str
    """The code itself, so that it can be named however the lines are numbered: ``if x: → return 0``."""

    @property
    def may_be_of_another_version(self) -> bool:
        """Whether it may be that only a version of the runtime comes here whose recordings are not bundled."""
        return self.text == NEVER or SWITCH in self.text.partition(" → ")[0]


@frozen
class Coverage:
    """What vectors reach of one function, its inner functions included."""

    function: str
    """Its name with that of its module, such as ``dtao.rules.pool.payout``."""
    lines: int
    reached_lines: int
    branches: int
    reached_branches: int
    unreached: tuple[Unreached, ...] = ()

    @property
    def figures(self) -> str:
        """Say it in words."""
        return f"lines {self.reached_lines}/{self.lines}, branches {self.reached_branches}/{self.branches}"

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(
            self.function,
            self.lines + other.lines,
            self.reached_lines + other.reached_lines,
            self.branches + other.branches,
            self.reached_branches + other.reached_branches,
            self.unreached + other.unreached,
        )

    def as_json(self) -> dict[str, Json]:
        """Return the figures and what is unreached, for other programs."""
        return asdict(self)

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "Coverage":
        """Read what :meth:`as_json` returned. Raises KeyError or TypeError for anything else."""
        places = tuple(Unreached(**place) for place in entry["unreached"])
        return cls(**{**entry, "unreached": places})


def total(parts: Sequence[Coverage]) -> Coverage:
    """Add functions up; the name is that of the first."""
    first, *others = parts
    for other in others:
        first += other
    return first


@contextmanager
def measured(found: dict[str, Coverage]) -> Iterator[None]:
    """Measure what runs within, and put it into a dictionary by the names of the functions.

    Rejects, as InputError, that coverage.py is not installed.
    """
    try:
        import coverage
    except ImportError as error:
        raise InputError("--coverage needs coverage.py: pip install 'dtao-spec[coverage]'.") from error
    modules = list(held_modules())
    files = [file_of(module) for module in modules]
    measurement = coverage.Coverage(branch=True, data_file=None, include=files, config_file=False)
    for forget in forgetting():  # so that it is seen what runs
        forget()
    measurement.start()
    try:
        yield
    finally:
        measurement.stop()
    with TemporaryDirectory() as folder:
        path = Path(folder, "coverage.json")
        measurement.json_report(morfs=files, outfile=str(path))
        report = json.loads(path.read_text(encoding="utf-8"))
    of_file = {str(Path(name).resolve()): entry["functions"] for name, entry in report["files"].items()}
    for module, file in zip(modules, files, strict=True):
        found.update(functions_covered(module.__name__, Path(file).read_text(encoding="utf-8"), of_file[file]))


def held_modules() -> Iterator[ModuleType]:
    """Return the modules of the reference in which some function implements a rule."""
    for module in reference_modules():
        if any(getattr(function, "rules", ()) for _, function in functions_of(module)):
            yield module


def file_of(module: ModuleType) -> str:
    """Return where the source of a module is."""
    return str(Path(getfile(module)).resolve())


def functions_covered(module: str, source: str, report: Mapping[str, Mapping[str, Any]]) -> dict[str, Coverage]:
    """Return the coverage of the functions of a module, from coverage.py's report on them."""
    text = _Text(source.splitlines())
    found: dict[str, Coverage] = {}
    for name in sorted(filter(None, report)):  # "" is what stands outside of functions
        outer = next((one for one in _enclosing(name) if f"{module}.{one}" in found), name)
        part = _function_covered(f"{module}.{outer}", text, report[name])
        found[part.function] = found[part.function] + part if part.function in found else part
    return found


def _enclosing(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def _function_covered(name: str, text: "_Text", report: Mapping[str, Any]) -> Coverage:
    summary = report["summary"]
    return Coverage(
        name,
        summary["num_statements"],
        summary["covered_lines"],
        summary["num_branches"],
        summary["covered_branches"],
        tuple(_unreached(text, report)),
    )


def _unreached(text: "_Text", report: Mapping[str, Any]) -> Iterator[Unreached]:
    """Name each place once: what lies behind a jump that is never taken is not named again."""
    executed, missing = set(report["executed_lines"]), sorted(report["missing_lines"])
    if missing and not executed:
        yield Unreached(missing[0], NEVER)
        return
    jumps = [(start, end) for start, end in report["missing_branches"] if start in executed]
    for start, end in jumps:
        yield Unreached(start, f"{text[start]} → {text[end] if end > 0 else 'the end'}")
    statements = sorted(executed.union(missing))
    ends = {end for _, end in jumps}
    for before, line in zip([0, *statements], statements, strict=False):
        if line in missing and before not in missing and line not in ends:
            yield Unreached(line, text[line])


@frozen
class _Text:
    lines: Sequence[str]

    def __getitem__(self, line: int) -> str:
        return shorten(self.lines[line - 1], WIDTH, placeholder=" …")


def told(coverage: Iterable[Coverage]) -> Iterator[tuple[str, Unreached]]:
    """Return what is unreached, with the names of the functions, except where users are told of their mistakes."""
    for one in coverage:
        for place in one.unreached:
            if not place.text.rpartition(" → ")[2].startswith(MISTAKES):
                yield one.function, place
