"""The judge: replay vectors against an adapter and compare every answer.

The first divergence of a vector ends that vector, which then counts as failed; the run goes on with the next one.
"""

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Literal

from attrs import frozen

from dtao_properties import protocol, vectors
from dtao_properties.adapter import connected
from dtao_properties.differences import Difference, difference, entry_differences, same
from dtao_properties.protocol import Errored, Hello, NoAnswer, Refused, Session, Skipped
from dtao_properties.selection import Selected
from dtao_properties.vectors import Header, Json, Vector, VectorError

Status = Literal["passed", "failed", "skipped", "errored"]
EXPECTATIONS = ("error", "events", "value", "diff")
"""The members of a step that an implementation has to answer, in the order in which they are compared."""
KERNELS_PER_TASK = 200
"""Kernel vectors that a worker takes at a time: many are judged in the time that handing one over takes."""


@frozen
class Divergence:
    """The first step of a vector at which an implementation parts from the recording."""

    step: int | None
    """Counted from 0; None for a kernel, which has no steps."""
    steps: int
    request: Mapping[str, Json]
    differences: tuple[Difference, ...]
    """The differing kinds of answer, then the differing storage entries, as far as they are kept."""
    further: int
    """How many more storage entries differ."""


@frozen
class Verdict:
    """The outcome of one vector."""

    suite: str
    id: str
    status: Status
    seconds: float
    divergence: Divergence | None = None
    reason: str | None = None
    """Why it was skipped or errored, in the adapter's words."""
    level: protocol.Level | None = None
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


def greeting(endpoint: str, choice: Sequence[Selected] = ()) -> Hello:
    """Check that an adapter answers and knows the eras of the chosen vectors; return what it says about itself."""
    try:
        hello = Session(connected(endpoint)).hello()
    except NoAnswer as failure:
        raise VectorError(f"--adapter {endpoint}: {failure}. The run cannot begin.") from failure
    for part in choice:
        if part.header.era not in hello.eras:
            raise VectorError(
                f"{part.header.path}:1: the era {part.header.era!r} is unknown to the adapter {hello.name!r}, "
                f"which knows {', '.join(hello.eras)}. Select by --era or --vectors."
            )
    return hello


def verdicts(
    choice: Sequence[Selected], endpoint: str, *, workers: int = 1, fail_fast: bool = False, kept: int = 1
) -> Iterator[Verdict]:
    """Judge the chosen vectors one after the other, in the order of the choice whatever the number of workers.

    ``kept`` is the number of differing storage entries that a divergence describes; the others are only counted.
    With ``fail_fast`` the verdict that is not a pass is the last. A request that the adapter refuses as
    malformed is a VectorError.
    """
    greeting(endpoint, choice)
    for verdict in _alone(choice, endpoint, kept) if workers <= 1 else _shared(choice, endpoint, kept, workers):
        yield verdict
        if fail_fast and verdict.status in ("failed", "errored"):
            return


def judged(session: Session, head: Header, vector: Vector, kept: int = 1) -> Verdict:
    """Judge one vector."""
    start = perf_counter()
    status: Status = "passed"
    divergence = reason = None
    place = "the genesis"
    try:
        if head.runner == "kernel":
            place = f"the kernel {vector.body['kernel']}"
            divergence = _kernel_divergence(session, head, vector.body, kept)
        else:
            session.ask({"do": "load", "era": head.era, "spec_version": head.spec_version, "state": head.genesis})
            for number, step in enumerate(vector.body["steps"]):
                place = f"step {number}"
                divergence = _step_divergence(session, vector.body, number, step, kept)
                if divergence is not None:
                    break
        if divergence is not None:
            status = "failed"
    except Skipped as failure:
        status, reason = "skipped", f"{place}: {failure}"
    except Errored as failure:
        status, reason = "errored", f"{place}: {failure}"
    except Refused as failure:
        line, problem = (vector.line, f"{place}: {failure}") if place != "the genesis" else (1, f"{place}: {failure}")
        raise VectorError(
            vectors.located(vector.path, line, vector.id, problem, "Correct the vector, or judge other ones")
        ) from failure
    return Verdict(head.name, vector.id, status, perf_counter() - start, divergence, reason)


def request_of(step: Mapping[str, Json]) -> dict[str, Json]:
    """Return the request that a step stands for: the step without what it expects."""
    # A "value" is what a set writes, but what a phase or a read must answer.
    hidden = ("diff",) if step["do"] == "set" else EXPECTATIONS
    return {member: value for member, value in step.items() if member not in hidden}


def _kernel_divergence(session: Session, head: Header, body: Mapping[str, Json], kept: int) -> Divergence | None:
    request = {"do": "kernel", "era": head.era, "kernel": body["kernel"], "args": body["args"]}
    reply = session.ask(request)
    if same(body["value"], reply["value"]):
        return None
    return Divergence(None, 1, request, (difference("value", body["value"], reply["value"]),), 0)


def _step_divergence(
    session: Session, body: Mapping[str, Json], number: int, step: Mapping[str, Json], kept: int
) -> Divergence | None:
    request = request_of(step)
    reply = session.ask(request)
    answers = protocol.REPLY_MEMBERS[step["do"]]
    if all(same(step[member], reply[member]) for member in answers):
        return None
    found = [
        difference(member, step[member], reply[member])
        for member in EXPECTATIONS[:-1]
        if member in answers and not same(step[member], reply[member])
    ]
    entries = list(entry_differences(step["diff"], reply["diff"])) if "diff" in answers else []
    return Divergence(number, len(body["steps"]), request, (*found, *entries[:kept]), len(entries[kept:]))


def _alone(choice: Sequence[Selected], endpoint: str, kept: int) -> Iterator[Verdict]:
    session = Session(connected(endpoint))
    for part in choice:
        wanted = frozenset(part.indexes)
        for index, vector in enumerate(vectors.vectors(part.header.path)):
            if index in wanted:
                yield judged(session, part.header, vector, kept)
    session.ask({"do": "stop"})


def _shared(choice: Sequence[Selected], endpoint: str, kept: int, workers: int) -> Iterator[Verdict]:
    tasks = []
    for part in choice:
        size = KERNELS_PER_TASK if part.header.runner == "kernel" else 1
        tasks += [_Task(part.header.path, part.indexes[at : at + size]) for at in range(0, len(part.indexes), size)]
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(tasks)), spawn, _start_worker, (endpoint, kept))
    try:
        for part_verdicts in pool.map(_judged_task, tasks):
            yield from part_verdicts
    except BrokenExecutor as error:
        raise VectorError("a worker process died. Run with --workers 1 to see where.") from error
    finally:
        pool.shutdown(cancel_futures=True)


_worker: tuple[Session, int] | None = None


def _start_worker(endpoint: str, kept: int) -> None:
    global _worker
    _worker = (Session(connected(endpoint)), kept)


@lru_cache(maxsize=2)
def _file(path: Path) -> tuple[Header, tuple[Vector, ...]]:
    return vectors.header(path), tuple(vectors.vectors(path))


def _judged_task(task: _Task) -> list[Verdict]:
    if _worker is None:
        raise RuntimeError("a worker was given a task before it was started")
    session, kept = _worker
    head, content = _file(task.path)
    return [judged(session, head, content[index], kept) for index in task.indexes]
