"""The judge against an adapter that is hostile in every way that was thought of: it never breaks down, never waits
without an end, never passes in silence what it did not judge, and never loses what it found."""

import gc
import json
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from dtao_properties.adapters.alarm import bell
from dtao_properties.adapters.endpoint import Options, connected
from dtao_properties.adapters.inside import Overdue
from dtao_properties.adapters.protocol import Errored
from dtao_properties.fuzz import counterexample
from tests.properties import hostile, toy

Dtao = Callable[..., Result]
KINDS = (*hostile.SPOILS, *hostile.HELLOS)


def test_there_are_many_kinds() -> None:
    assert len(KINDS) >= 100


def told(result: Result) -> str:
    """Return all that was printed, of a run that ended as a run ends."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert "\x1b" not in result.output
    result.output.encode()  # nothing that no terminal could show
    return result.stdout


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy.folder(tmp_path_factory.mktemp("recordings"))


@pytest.mark.parametrize("kind", KINDS)
def test_conform(dtao_command: Dtao, recordings: Path, tmp_path: Path, kind: str) -> None:
    reports = {name: tmp_path / name for name in ("ndjson", "junit", "markdown", "html", "badge")}
    words = [word for name, path in reports.items() for word in (f"--{name}", path)]
    endpoint = f"python:tests.properties.hostile:toy_{kind}"
    result = dtao_command("conform", "--vectors", recordings, "--adapter", endpoint, *words)
    out = told(result)
    assert result.exit_code in ((0, 1, 2) if kind in hostile.BENIGN else (1, 2))
    if result.exit_code == 2:
        assert "dtao: error: " in result.stderr
        return
    records = [json.loads(line) for line in reports["ndjson"].read_text().splitlines()]
    assert len(records) == 7  # every vector has its verdict, whatever became of the one before
    assert any(one["status"] in ("failed", "errored") for one in records) or result.exit_code == 0
    assert out.count("DIVERGES ") + out.count("ERRORED ") == sum(
        one["status"] in ("failed", "errored") for one in records
    )
    for path in reports.values():
        assert path.stat().st_size > 0


@pytest.mark.parametrize("kind", KINDS)
def test_smoke(dtao_command: Dtao, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = dtao_command("smoke", "--adapter", f"python:tests.properties.hostile:reference_{kind}")
    told(result)
    assert result.exit_code in ((0, 1, 2) if kind in hostile.BENIGN else (1, 2))


@pytest.mark.parametrize("kind", KINDS)
def test_fuzz(dtao_command: Dtao, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtao_properties.fuzz.search.SHRINKS", 2)
    monkeypatch.setattr("dtao_properties.fuzz.reduction.TRIES", 4)
    monkeypatch.setattr("dtao_properties.fuzz.search.FINDINGS_A_SEED", 1)
    endpoint = f"python:tests.properties.hostile:reference_{kind}"
    words = ("--level", "call", "--examples", 1, "--steps", 8, "--seed", 3, "--out", tmp_path, "--time", 20)
    result = dtao_command("fuzz", "--adapter", endpoint, *words)
    out = told(result)
    assert result.exit_code in ((0, 1, 2) if kind in hostile.BENIGN else (1, 2))
    files = sorted(tmp_path.iterdir())
    assert len(files) == out.count("DIVERGES ")
    assert bool(files) == (result.exit_code == 1)
    for path in files:
        assert counterexample.read(path).signature in out


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_endless_loop_in_this_process_is_bounded_and_named(
    dtao_command: Callable[..., Result], workers: str
) -> None:
    endpoint = "python:tests.properties.hostile:Endless"
    result = dtao_command("conform", "--suite", "launch/scenario/pool", "-k", "pool/p01", "--adapter", endpoint,
                          "--timeout", "0.2", "--workers", workers)  # fmt: skip
    assert result.exit_code == 1
    assert re.search(r"step \d+, call add_stake: no answer within 0\.2 s; it was interrupted", result.stdout)
    (total,) = (line.split() for line in result.stdout.splitlines() if line.startswith("total"))
    assert "6" in total  # the vectors after the first go on with another one


def test_an_alarm_that_was_set_before_still_rings() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        adapter = connected("python:tests.properties.hostile:Endless", Options(timeout=0.1))
        with pytest.raises(Errored, match=r"no answer within 0\.1 s"):
            adapter.request({"seq": 1, "do": "call", "call": "add_stake"})
        time.sleep(0.4)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rung == [signal.SIGALRM]


def test_an_alarm_within_a_callback_of_the_garbage_collector_rings_again() -> None:
    """What is raised there is lost; Hypothesis has such a callback."""
    rung: list[str] = []

    def callback(phase: str, info: object) -> None:
        if phase == "start" and not rung:
            rung.append(phase)
            signal.raise_signal(signal.SIGALRM)

    before = signal.signal(signal.SIGALRM, bell(Overdue))
    gc.callbacks.append(callback)
    try:
        gc.collect()
        assert rung == ["start"]
        with pytest.raises(Overdue):
            signal.raise_signal(signal.SIGALRM)
    finally:
        gc.callbacks.remove(callback)
        signal.signal(signal.SIGALRM, before)
