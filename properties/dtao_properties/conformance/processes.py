"""Work that is spread over processes, whose results come in the order of the tasks."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from typing import Any, TypeVar

from dtao_properties.conformance.vectors import VectorError

Task = TypeVar("Task")
Result = TypeVar("Result")


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int,
    *,
    at_a_time: int = 1,
    start: Callable[..., None] | None = None,
    setting: tuple[Any, ...] = (),
) -> Iterator[Result]:
    """Do each task in one of so many processes, which begin with ``start(*setting)``; the rest is dropped at the end.

    Rejects, as :class:`VectorError`, that a process dies.
    """
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(tasks)), spawn, start, setting)
    try:
        yield from pool.map(work, tasks, chunksize=at_a_time)
    except BrokenExecutor as error:
        raise VectorError("a worker process died. Run with --workers 1 to see where.") from error
    finally:
        pool.shutdown(cancel_futures=True)
