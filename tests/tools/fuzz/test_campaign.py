"""Campaigns on several processes: seeds are shared out, findings put together, and lost workers made up for."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import Result

from dtao_properties.adapters.protocol import Hello
from dtao_properties.fuzz.campaign import Campaign, Progress, greeting, levels_of, run
from dtao_properties.fuzz.search import Job

Dtao = Callable[..., Result]
PLANTED = "python:tests.properties.planted"
ROOT = Path(__file__).parents[3]
PACKAGES = [ROOT, *(ROOT / name for name in ("reference", "spec", "properties"))]


def progress(campaign: Campaign, told: list[str]) -> Progress:
    return Progress(campaign, greeting(campaign.job), told.append)


def test_seeds_are_shared_out_in_order() -> None:
    campaign = Campaign(Job("reference"), ("block", "kernel"), seed=7, examples=120)
    assert [(seed, job.level, job.examples) for seed, job in campaign.jobs()] == [
        (7, "block", 50), (8, "kernel", 50), (9, "block", 20),
    ]  # fmt: skip
    assert campaign.seeds == 3
    assert Campaign(Job("reference"), ("block",)).seeds == 20
    assert Campaign(Job("reference"), ("block",), seconds=1.0).seeds is None


def test_levels() -> None:
    every = Hello("x", "y", "z", (), ("kernel", "quote", "call", "block"))
    assert levels_of(every, ()) == ("block", "quote", "kernel")
    assert levels_of(every, ("call", "kernel")) == ("call", "kernel")
    assert levels_of(Hello("x", "y", "z", (), ("quote", "call")), ()) == ("call", "quote")


def test_every_signature_is_told_once(tmp_path: Path) -> None:
    told: list[str] = []
    campaign = Campaign(Job(f"{PLANTED}:Fragile", steps=15), ("call",), examples=120, out=tmp_path)
    done = run(progress(campaign, told))
    assert done.seeds == 3
    assert [words.split()[0] for words in told] == ["found", "DIVERGES"]  # as soon as it was there, and made smaller
    assert len(done.findings) == len(list(tmp_path.iterdir())) == 1


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers as processes of their own; yield its address and the workers."""
    paths = os.pathsep.join(map(str, PACKAGES))
    environment = {**os.environ, "PYTHONPATH": paths, "PLANTED_SECONDS": "0.001"}
    file = folder / "scheduler.json"

    def started(*words: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen([sys.executable, "-m", "distributed.cli." + words[0], *words[1:]], cwd=ROOT,
                                env=environment, stdout=quiet, stderr=quiet)  # fmt: skip

    place = ("--scheduler-file", str(file))
    scheduler = started("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *place)
    workers = [
        started("dask_worker", "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1",
                "--local-directory", str(folder), *place)
        for _ in range(2)
    ]  # fmt: skip
    try:
        while not file.exists() or not file.read_text().strip():
            assert scheduler.poll() is None
            time.sleep(0.05)
        yield json.loads(file.read_text())["address"], workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def test_a_lost_worker_loses_nothing_but_its_seed(tmp_path: Path) -> None:
    told: list[str] = []
    with cluster(tmp_path) as (address, workers):
        job = Job(f"{PLANTED}:Slow")
        campaign = Campaign(job, ("kernel",), examples=150, out=tmp_path / "out", scheduler=address)
        shown = progress(campaign, told)
        ended: list[int] = []

        def moved(now: Progress) -> None:
            if now.seeds == 1:
                workers[0].send_signal(signal.SIGKILL)
                workers[0].wait()
            ended.append(now.seeds)

        shown.moved = moved
        done = run(shown)
        assert workers[0].returncode == -signal.SIGKILL
        assert workers[1].poll() is None
    assert ended == [1, 2, 3]
    assert done.lost == []
    assert done.tally.episodes >= 150
    assert [str(signature) for signature in done.findings] == ["kernel/kernel/I96F32.saturating_mul/value"]
    assert (
        len([words for words in told if words.startswith("DIVERGES")]) == len(list((tmp_path / "out").iterdir())) == 1
    )


def test_workers_of_this_machine(dtao_command: Dtao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, PACKAGES)))
    result = dtao_command("fuzz", "--adapter", f"{PLANTED}:WrongKernel", "--level", "kernel", "--examples", 100,
                          "--workers", 2, "--out", tmp_path / "out")  # fmt: skip
    assert result.exit_code == 1
    (file,) = (tmp_path / "out").iterdir()
    assert file.name == "kernel-kernel-I96F32.saturating_mul-value.json"
    assert "level kernel: 100 episodes" in result.stdout


def test_a_scheduler_that_is_not_there(dtao_command: Dtao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtao_properties.fuzz.campaign.WORKERS_AWAITED", 1)
    result = dtao_command("fuzz", "--scheduler", "tcp://127.0.0.1:9", "--examples", 1)
    assert result.exit_code == 2
    assert "--scheduler tcp://127.0.0.1:9: no scheduler with a worker answers there" in result.stderr


@pytest.mark.parametrize("level", ["kernel", "quote", "call"])
def test_a_campaign_in_which_everything_is_skipped_is_none(dtao_command: Dtao, tmp_path: Path, level: str) -> None:
    result = dtao_command(
        "fuzz", "--adapter", f"{PLANTED}:Unfinished", "--level", level, "--examples", 10, "--out", tmp_path
    )
    assert result.exit_code == 2
    assert "nothing was judged: the adapter skipped every answer" in result.stderr
