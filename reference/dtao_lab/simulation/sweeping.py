"""All runs of a scenario: one after the other in this process, or side by side on worker processes, by Dask."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from dtao import InputError
from dtao_lab.simulation import files
from dtao_lab.simulation.files import Folder
from dtao_lab.simulation.scenario import Scenario

if TYPE_CHECKING:
    from distributed import Client

ASKED_EVERY = 1
"""Seconds after which the runs of other processes are asked how far they are."""
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
        while not all(future.done() for future in futures):
            sleep(ASKED_EVERY)
            told(sum(map(folder.blocks_done, range(len(scenarios)))))
            for future in futures:
                if future.done():
                    future.result()  # raises what went wrong in it


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
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
        )
        yield stack.enter_context(Client(stack.enter_context(cluster), set_as_default=False))
