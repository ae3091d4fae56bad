"""The judge: replay vectors against an adapter and compare every answer.

The first divergence of a vector ends that vector, which then counts as failed; the run goes on with the next one.
What is asked at each level, and what happens after a step that an adapter does not do, is in the module runner.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing.util import Finalize
from pathlib import Path
from time import perf_counter
from typing import Literal

from attrs import frozen

from dtao_properties.adapters.endpoint import REFERENCE, Options, connected
from dtao_properties.adapters.protocol import (
    LEVELS,
    Errored,
    Hello,
    Level,
    NoAnswer,
    Refused,
    Session,
    Skipped,
    printable,
    recorded_eras,
)
from dtao_properties.conformance import vectors
from dtao_properties.conformance.processes import spread
from dtao_properties.conformance.selection import Selected, vectors_of
from dtao_properties.conformance.vector_runner import GENESIS, Divergence, Plan, VectorRunner, request_of
from dtao_properties.conformance.vectors import Header, Vector, VectorError

__all__ = [
    "ERA_NOT_KNOWN",
    "Divergence",
    "Status",
    "Trial",
    "Verdict",
    "greeting",
    "judged",
    "request_of",
    "trial",
    "verdicts",
]

Status = Literal["passed", "failed", "skipped", "errored"]
ERA_NOT_KNOWN = "the adapter does not know the era "
"""How the reason of a vector begins that is not judged for its era, which follows."""
KERNELS_PER_TASK = 200
"""Kernel vectors that a worker takes at a time: many are judged in the time that handing one over takes."""


@frozen
class Verdict:
    """The outcome of one vector."""

    suite: str
    id: str
    status: Status
    seconds: float
    divergence: Divergence | None = None
    reason: str | None = None
    """Why it was skipped or errored: in the adapter's words, or in the judge's if it was not asked."""
    asked: bool = True
    """Whether the adapter was asked anything; if not, no selected level covers anything of the vector."""
    level: Level | None = None
    """The level at which it was judged; None if it was not, because no selected level covers it."""
    judged: int = 0
    """The answers that were compared with the recording."""
    skipped: int = 0
    """The answers that the adapter skipped."""
    unasked: int = 0
    """The steps that were not sent, because the level does not cover them or the adapter does not keep the item."""
    left_out: tuple[str, ...] = ()
    """The items, sorted, that were left out of the comparison because the adapter does not keep them."""


@frozen
class _Task:
    """A part of one file, judged in one go."""

    path: Path
    indexes: tuple[int, ...]


@frozen
class Trial:
    """An adapter that has said what it does, and the vectors that it is to be judged by."""

    endpoint: str
    options: Options
    choice: Sequence[Selected]
    hello: Hello
    plan: Plan
    _session: Session
    dropped: tuple[Level, ...] = ()
    """The levels that were asked for, but that the adapter does not announce."""

    def verdicts(self, *, workers: int = 1, fail_fast: bool = False, kept: int = 1) -> Iterator[Verdict]:
        """Judge the vectors one after the other, in the order of the choice whatever the number of workers.

        ``kept`` is the number of differing storage entries that a divergence describes; the others are only counted.
        With ``fail_fast`` the verdict that is not a pass is the last. A request that the bundled reference refuses
        as malformed is a VectorError.
        """
        for verdict in self._alone(kept) if workers <= 1 else self._shared(kept, workers):
            yield verdict
            if fail_fast and verdict.status in ("failed", "errored"):
                return

    def _alone(self, kept: int) -> Iterator[Verdict]:
        for part in self.choice:
            for vector in vectors_of(part):
                yield judged(self._session, part.header, vector, kept, self.plan)

    def _shared(self, kept: int, workers: int) -> Iterator[Verdict]:
        self._session.close()  # each worker has its own
        tasks = []
        for part in self.choice:
            size = KERNELS_PER_TASK if part.header.runner == "kernel" else 1
            tasks += [_Task(part.header.path, part.indexes[at : at + size]) for at in range(0, len(part.indexes), size)]
        setting = (self.endpoint, self.options, self.plan, kept)
        for part_verdicts in spread(_judged_task, tasks, workers, start=_start_worker, setting=setting):
            yield from part_verdicts


@contextmanager
def trial(
    endpoint: str, choice: Sequence[Selected] = (), options: Options | None = None, levels: Collection[str] = ()
) -> Iterator[Trial]:
    """Open an adapter for a run, and let go of it afterwards.

    ``levels`` are those to judge at, among those that the adapter announces; all of these if none are given. Rejects,
    as InputError: an adapter that does not answer, that does not know the era of any chosen vector, or that announces
    none of the levels.
    """
    options = options or Options()
    session = Session(connected(endpoint, options))
    try:
        hello = _greeted(endpoint, session, choice)
        plan = Plan(_levels(hello, levels), hello.items, hello.eras, refusals_end_the_run=endpoint == REFERENCE)
        dropped = tuple(level for level in LEVELS if level in levels and level not in hello.levels)
        yield Trial(endpoint, options, choice, hello, plan, session, dropped)
    finally:
        session.close()


def greeting(endpoint: str, choice: Sequence[Selected] = (), options: Options | None = None) -> Hello:
    """Check that an adapter answers and knows the eras of the chosen vectors; return what it says about itself."""
    with trial(endpoint, choice, options) as opened:
        return opened.hello


def verdicts(
    choice: Sequence[Selected],
    endpoint: str,
    *,
    options: Options | None = None,
    levels: Collection[str] = (),
    workers: int = 1,
    fail_fast: bool = False,
    kept: int = 1,
) -> Iterator[Verdict]:
    """Open an adapter, judge it by the chosen vectors and let go of it; see :func:`trial` and :class:`Trial`."""
    with trial(endpoint, choice, options, levels) as opened:
        yield from opened.verdicts(workers=workers, fail_fast=fail_fast, kept=kept)


def judged(session: Session, head: Header, vector: Vector, kept: int = 1, plan: Plan | None = None) -> Verdict:
    """Judge one vector at the highest level of the plan that covers it; by default all levels are in the plan."""
    plan = plan or Plan()
    start = perf_counter()
    level = plan.level(head.runner)
    if plan.eras is not None and not _is_announced(head, plan.eras):
        reason = f"{ERA_NOT_KNOWN}{head.era}"
        return Verdict(head.name, vector.id, "skipped", 0.0, reason=reason, asked=False)
    if level is None:
        reason = f"no level of this run covers a {head.runner}"
        return Verdict(head.name, vector.id, "skipped", 0.0, reason=reason, asked=False)
    runner = VectorRunner(session, head, vector.body, plan, level, kept)
    status: Status = "passed"
    divergence: Divergence | None = None
    why: str | None = None
    asked = True
    try:
        divergence = runner.divergence()
        if divergence is not None:
            status = "failed"
        elif not runner.judged:
            status, why, asked = "skipped", runner.why_skipped, runner.skipped > 0
    except Skipped as failure:
        status, why = "skipped", f"{runner.place}: {failure}"
    except Errored as failure:
        status, why = "errored", f"{runner.place}: {failure}"
    except Refused as failure:
        if plan.refusals_end_the_run:
            line = 1 if runner.place == GENESIS else vector.line
            problem, remedy = f"{runner.place}: {failure}", "Correct the vector, or judge other ones"
            raise VectorError(vectors.located(vector.path, line, vector.id, problem, remedy)) from failure
        status, why = "errored", f"{runner.place}: the adapter refuses the request as malformed: {failure}"
    return Verdict(
        head.name, vector.id, status, perf_counter() - start, divergence, why, asked, level,
        runner.judged, runner.skipped, runner.unasked, tuple(sorted(runner.left_out)),
    )  # fmt: skip


def _is_announced(head: Header, eras: Collection[str]) -> bool:
    (era,) = recorded_eras([head.era])  # recordings of one's own may name their era in either way too
    return era in eras


def _greeted(endpoint: str, session: Session, choice: Sequence[Selected]) -> Hello:
    try:
        hello = session.hello()
    except NoAnswer as failure:
        raise VectorError(f"--adapter {endpoint}: the run cannot begin: {failure}") from failure
    if choice and not any(_is_announced(part.header, hello.eras) for part in choice):
        part = choice[0]  # of several eras those that it knows are judged
        raise VectorError(
            f"{part.header.path}:1: the era {part.header.era!r} is unknown to the adapter {hello.name!r}, "
            f"which knows {printable(', '.join(hello.eras))}. Select by --era or --vectors."
        )
    return hello


def _levels(hello: Hello, wanted: Collection[str]) -> tuple[Level, ...]:
    if unknown := [name for name in wanted if name not in LEVELS]:
        raise VectorError(f"--level {unknown[0]}: there is no such level. The levels are {', '.join(LEVELS)}.")
    if not hello.levels:
        raise VectorError(f"the adapter {hello.name!r} announces no level, so that there is nothing to judge.")
    levels = tuple(level for level in hello.levels if not wanted or level in wanted)
    if not levels:
        asked = ", ".join(f"--level {name}" for name in wanted)
        raise VectorError(f"{asked}: the adapter {hello.name!r} announces only {', '.join(hello.levels)}.")
    return levels


_worker: tuple[Session, Plan, int] | None = None


def _start_worker(endpoint: str, options: Options, plan: Plan, kept: int) -> None:
    global _worker
    session = Session(connected(endpoint, options))
    _worker = (session, plan, kept)
    Finalize(None, session.close, exitpriority=1)  # atexit does not reach every kind of worker


@lru_cache(maxsize=2)
def _file(path: Path) -> tuple[Header, tuple[Vector, ...]]:
    return vectors.header(path), tuple(vectors.vectors(path))


def _judged_task(task: _Task) -> list[Verdict]:
    if _worker is None:
        raise RuntimeError("a worker was given a task before it was started")
    session, plan, kept = _worker
    head, content = _file(task.path)
    return [judged(session, head, content[index], kept, plan) for index in task.indexes]
