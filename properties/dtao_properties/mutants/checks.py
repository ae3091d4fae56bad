"""The checks that may notice a mutant: tests, and recorded vectors. All of them are kept in memory, ready to run."""

import gzip
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any, Protocol

import pytest
from _pytest.runner import runtestprotocol
from attrs import frozen
from hypothesis import Phase, settings

from dtao_properties.adapters.endpoint import REFERENCE, connected
from dtao_properties.adapters.protocol import Session
from dtao_properties.conformance import recorded_state, vectors
from dtao_properties.conformance.selection import Selected, selected, vectors_of
from dtao_properties.conformance.vectors import Header, Vector
from dtao_properties.conformance.verdicts import judged
from dtao_properties.fuzz import worlds
from dtao_properties.laws import leak_sizes
from dtao_properties.mutants.forking import Ended, Json, Tell, forked
from dtao_properties.mutants.mutant import functions
from dtao_properties.mutants.probes import Probes
from dtao_properties.reach.watching import forgetting

ROOT = Path(__file__).parents[3]
FOLDERS = ("tests/mutants", "tests/spec", "tests/laws", "tests/reference")
"""Where tests are that may notice a mutant; not those that are about the judge."""
LEFT_OUT = (
    "tests/laws/test_broken.py",
    "tests/laws/test_plants.py",
    "tests/laws/test_strategies.py",
    "tests/laws/test_vacuity.py",
    "tests/spec/test_specification.py",
)
"""What is about the checks and the text, not about the reference."""
MIN_SECONDS = 4.0
"""What any check may compute before it counts as endless."""
PATIENCE = 12
"""How many times as long as usually a check may compute before it counts as endless."""
CHUNK = 12
"""How many parts the first run is cut into."""


@frozen
class Check:
    """A test or a vector, and what is known of it from a run on the reference as it is."""

    name: str
    seconds: float
    reaches: frozenset[str]
    """The functions of the reference that it calls."""
    recorded: bool
    """Whether it compares with recordings, or starts from them."""
    passes: bool = True
    """Whether it passes on the reference as it is; if not, it says nothing."""

    @property
    def limit(self) -> float:
        """The seconds that it may compute."""
        return max(MIN_SECONDS, PATIENCE * self.seconds)


class Runner(Protocol):
    """Something that can run checks by their names."""

    def names(self) -> Sequence[str]:
        """Return the names of all checks."""
        ...

    def passes(self, name: str) -> bool:
        """Run one check; return whether it passed."""
        ...

    def is_recorded(self, name: str) -> bool:
        """Return whether a check is about recordings."""
        ...


class Tests:
    """The collected tests."""

    def __init__(self, items: Sequence[pytest.Item]) -> None:
        self.items = {item.nodeid: item for item in items}

    def names(self) -> Sequence[str]:
        """Return the tests as pytest names them."""
        return list(self.items)

    def passes(self, name: str) -> bool:
        """Run one test with its fixtures."""
        return not any(report.failed for report in runtestprotocol(self.items[name], log=False))

    def is_recorded(self, name: str) -> bool:
        """Return whether the module of a test, or one of the tests' modules that it uses, reads recordings."""
        module = getattr(self.items[name], "module", None)
        return module is not None and reads_recordings(module, set())


READERS = frozenset({vectors.__name__, recorded_state.__name__, gzip.__name__})
"""Modules by which, or by something of which, a test gets at recordings; worlds hold none of them meanwhile."""


def reads_recordings(module: ModuleType, seen: set[str]) -> bool:
    """Return whether a module of the tests has a hold of the recordings, or uses one that has."""
    seen.add(module.__name__)
    used = set()
    for value in vars(module).values():
        name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if name in READERS or value is leak_sizes:
            return True
        if isinstance(name, str) and name.startswith("tests."):
            used.add(name)
    others = [sys.modules[name] for name in sorted(used - seen) if name in sys.modules]
    return any(reads_recordings(other, seen) for other in others)


class Recordings:
    """The bundled vectors, or some of them."""

    def __init__(self, choice: Iterable[Selected] | None = None) -> None:
        self.vectors: dict[str, tuple[Header, Vector]] = {}
        for part in selected() if choice is None else choice:
            self.vectors.update({one.id: (part.header, one) for one in vectors_of(part)})

    def names(self) -> Sequence[str]:
        """Return the ids of all vectors."""
        return list(self.vectors)

    def passes(self, name: str) -> bool:
        """Replay one vector with the reference."""
        return judged(Session(connected(REFERENCE)), *self.vectors[name]).status == "passed"

    def is_recorded(self, name: str) -> bool:
        """Return True."""
        return True

    def era(self, name: str) -> str:
        """Return the era of a vector."""
        return self.vectors[name][0].era


def measured(runner: Runner, names: Sequence[str], jobs: int, progress: Callable[[int, int], None]) -> Iterator[Check]:
    """Run checks once on the reference as it is."""
    parts = [names[start::CHUNK] for start in range(CHUNK)]
    for done, (_, ended) in enumerate(forked(parts, lambda part, tell: _watched(runner, part, tell), jobs), 1):
        if ended.reason:
            raise RuntimeError(f"{ended.place}: {ended.reason}")
        for name, passed, seconds, reaches in ended.result:
            yield Check(name, seconds, frozenset(reaches), runner.is_recorded(name), passed)
        progress(done, len(parts))


def _watched(runner: Runner, names: Sequence[str], tell: Tell) -> Json:
    probes = Probes.of(dict(functions()))
    remembering = [*forgetting()]
    found = []
    for name in names:
        tell(name, 1_000)
        for forget in remembering:  # what is remembered of the check before is not called by this one
            forget()
        begin = process_time()
        with probes.noting() as reached:
            passed = runner.passes(name)
        found.append((name, passed, process_time() - begin, sorted(reached)))
    return found


def killer(runner: Runner, checks: Sequence[Check], tell: Tell) -> str | None:
    """Run checks until one fails; return its name."""
    for check in checks:
        tell(check.name, check.limit)
        if not runner.passes(check.name):
            return check.name
    return None


def killed_by(ended: Ended) -> str | None:
    """Return the check that noticed a mutant, or None: also one that it kept from ending."""
    if ended.reason:
        return f"{ended.place} ({ended.reason.strip().splitlines()[-1]})"
    return None if ended.result is None else str(ended.result)


class _Collected:
    """A pytest plugin that hands the collected tests on instead of running them."""

    def __init__(self, use: Callable[[Tests], None]) -> None:
        self.use = use
        self.failure: BaseException | None = None
        self.patch = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        """Let Hypothesis find failures, always the same ones, and not shrink them."""
        settings.register_profile(
            "mutants",
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            report_multiple_bugs=False,
        )
        settings.load_profile("mutants")
        self.patch.setattr(worlds, "vector_worlds", lambda era: ())

    def pytest_sessionfinish(self) -> None:
        """Let worlds hold recordings again."""
        self.patch.undo()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Use the tests."""
        if session.testsfailed:
            self.failure = RuntimeError(f"{session.testsfailed} test modules cannot be collected; mend that first")
            return True
        try:
            self.use(Tests(session.items))
        except BaseException as error:  # pytest would print it and go on
            self.failure = error
        return True


def with_tests(use: Callable[[Tests], None], folders: Sequence[str] = FOLDERS) -> None:
    """Collect the tests and use them within the session of pytest. Rejects, as RuntimeError, missing tests."""
    if not (ROOT / "tests" / "spec").is_dir():
        raise RuntimeError("mutants need the tests, which this distribution is installed without; run it in a checkout")
    plugin = _Collected(use)
    present = [str(ROOT / folder) for folder in folders if (ROOT / folder).is_dir()]
    words = ["-p", "no:cacheprovider", "-p", "no:terminal", "-s", "-o", "addopts=--import-mode=importlib"]
    words += [f"--ignore={ROOT / name}" for name in LEFT_OUT]
    words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # this package is imported already
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        status: Any = pytest.main([*words, f"--rootdir={ROOT}", *present], plugins=[plugin])
    finally:
        os.chdir(before)
    if plugin.failure is not None:
        raise plugin.failure
    if status not in (0, 5):
        raise RuntimeError(f"the tests cannot be collected (pytest ended with {int(status)})")
