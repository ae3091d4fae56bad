"""For the tests of an implementation: judge one vector, in whatever test runner.

With pytest the plugin (:mod:`dtao_properties.plugin`) hands the adapter and the vectors to a test.
"""

import unittest
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from attrs import field, frozen

from dtao_properties.adapters.protocol import Adapter, Json, Session
from dtao_properties.conformance import vectors, verdicts
from dtao_properties.conformance.selection import selected
from dtao_properties.conformance.vector_runner import Plan
from dtao_properties.conformance.vectors import Header, Vector
from dtao_properties.conformance.verdicts import Verdict
from dtao_properties.report.run import Replay
from dtao_properties.report.terminal import verdict_text

ENTRIES_KEPT = 5
"""Differing storage entries that the message of a failure describes."""


class Diverges(AssertionError):
    """An implementation does not answer as the runtime did; the message says where."""


@frozen
class Case:
    """A recorded vector that is read from its file when it is needed."""

    id: str
    path: Path
    index: int
    replay: Replay = field(default=Replay(), eq=False, repr=False)
    """How to judge it alone from the command line."""

    @property
    def header(self) -> Header:
        """Return the header of the file that it is in."""
        return _file(self.path)[0]

    @property
    def vector(self) -> Vector:
        """Return the vector with its place."""
        return _file(self.path)[1][self.index]

    @property
    def body(self) -> dict[str, Json]:
        """Return what was recorded: a kernel with its arguments and value, or the steps of a scenario."""
        return dict(self.vector.body)


def cases(replay: Replay | None = None, *, suite: str | None = None, era: str | None = None) -> Iterator[Case]:
    """Return recorded vectors, chosen as by ``dtao conform``.

    ``replay`` says which files they are in, the bundled ones if it names none, and how a failure tells to replay one.
    """
    replay = replay or Replay()
    for part in selected(replay.paths, suite=suite, era=era):
        for index in part.indexes:
            yield Case(part.suite.ids[index], part.header.path, index, replay)


def judge(adapter: Adapter | Session, vector: Case) -> Verdict:
    """Judge an adapter by one recorded vector, at the highest level that it announces.

    Returns the verdict of a pass. Raises Diverges with the place, what was expected and what was answered, or, where
    nothing of the vector could be compared, unittest.SkipTest, which pytest knows as a skip too.
    """
    __tracebackhide__ = True  # pytest shows the line of the test instead of this one
    session = adapter if isinstance(adapter, Session) else Session(adapter)
    hello = session.hello()
    if vector.header.era not in hello.eras:
        _skip(f"{hello.name} does not know the era {vector.header.era!r}")
    plan = Plan(hello.levels, hello.items)
    verdict = verdicts.judged(session, vector.header, vector.vector, ENTRIES_KEPT, plan)
    if verdict.status == "skipped":
        _skip(str(verdict.reason))
    if verdict.status != "passed":
        raise Diverges(verdict_text(verdict, vector.replay))
    return verdict


def _skip(reason: str) -> NoReturn:
    __tracebackhide__ = True
    raise unittest.SkipTest(reason)


@lru_cache(maxsize=8)
def _file(path: Path) -> tuple[Header, tuple[Vector, ...]]:
    return vectors.header(path), tuple(vectors.vectors(path))
