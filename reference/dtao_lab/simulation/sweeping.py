"""All runs of a scenario: one after the other in this process, or side by side on worker processes, by Dask."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from dtao import InputError
from dtao_lab.simulation import files
from dtao_lab.simulation.files import Folder
from dtao_lab.simulation.scenario import Scenario

if TYPE_CHECKING:
    from distributed import Client

ASKED_EVERY = 1
"""Seconds after which the runs of other processes are asked how far they are."""
STOPPED_WITHIN = 10
"""Seconds that runs of other processes have to note where they are when all is interrupted."""
Told = Callable[[int], None]
"""Called with the blocks that all runs together have done."""


def compute(folder: Folder, scenarios: Sequence[Scenario], told: Told, workers: int = 1) -> None:
    """Compute all runs into a folder, each from where it was before, and put their tables together.

    Rejects, as InputError, what a run rejects, and more than one worker without Dask. Whatever interrupts it, the next
    call with the same folder goes on from there.
    """
    if workers == 1 or len(scenarios) == 1:
        done = 0
        for number, scenario in enumerate(scenarios):
            before = done
            files.run_into(folder, scenario, number, lambda block, before=before: told(before + block))  # type: ignore[misc]  # a default binds it
            done += scenario.run.horizon
            told(done)
    else:
        _compute_by_dask(folder, scenarios, told, workers)
    files.completed(folder, scenarios)


def _compute_by_dask(folder: Folder, scenarios: Sequence[Scenario], told: Told, workers: int) -> None:
    with _client(min(workers, len(scenarios))) as client:
        futures = [
            client.submit(run_by_worker, str(folder.path), folder.digest, scenario, number, pure=False)
            for number, scenario in enumerate(scenarios)
        ]
        try:
            while not all(future.done() for future in futures):
                sleep(ASKED_EVERY)
                told(sum(map(folder.blocks_done, range(len(scenarios)))))
                for future in futures:
                    if future.done():
                        future.result()  # raises what went wrong in it
        except BaseException:
            folder.stop.touch()  # each run notes where it was, and ends
            until = monotonic() + STOPPED_WITHIN
            while monotonic() < until and any(client.processing().values()):
                sleep(ASKED_EVERY / 10)
            raise


def run_by_worker(path: str, digest: str, scenario: Scenario, number: int) -> None:
    """Compute one run in a process of its own."""
    files.run_into(Folder(Path(path), digest), scenario, number)


@contextmanager
def _client(workers: int) -> Iterator["Client"]:
    """Start worker processes on this machine."""
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError as error:
        raise InputError(
            f"--workers needs {error.name}, which is not installed. Install the extra: pip install "
            "'dtao-spec[campaign]', or leave --workers out."
        ) from error
    with ExitStack() as stack:
        with _interruptions_ignored():  # as the processes inherit, which are told in another way to stop
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=workers, threads_per_worker=1, processes=True, silence_logs=logging.CRITICAL,
                    dashboard_address=":0", host="127.0.0.1",
                )
            )  # fmt: skip
            client = Client(cluster, set_as_default=False)
            client.wait_for_workers(workers)
        yield stack.enter_context(client)


@contextmanager
def _interruptions_ignored() -> Iterator[None]:
    """Ignore Ctrl-C, as every process does that is started meanwhile."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals come to the main thread alone
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
