"""Output that cannot be written is exit 2, whatever was judged; and a run that is cut short keeps what it has."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from dtao_properties.cli.mistakes import undivided
from tests.depth import one_in

FULL = Path("/dev/full")
DTAO = (sys.executable, "-m", "dtao_properties")
Dtao = Callable[..., Result]
SUITE = ("conform", "--suite", "launch/scenario/pool")


def environment(root: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device here")
@pytest.mark.parametrize(
    "words",
    one_in(2, 0, [SUITE, ("show", "pool/p000"), ("smoke",), ("--version",), ("fuzz", "--help")]),
    ids=lambda words: words[0],
)
def test_a_full_device(root: Path, words: tuple[str, ...]) -> None:
    with FULL.open("w") as full:
        ended = subprocess.run([*DTAO, *words], stdout=full, stderr=subprocess.PIPE, env=environment(root), check=False)
    assert (ended.returncode, b"Traceback" in ended.stderr) == (2, False)
    assert b"the output cannot be written (No space left on device)" in ended.stderr


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device here")
@pytest.mark.parametrize("kind", ["ndjson", "junit", "markdown", "html", "badge"])
def test_a_report_that_cannot_be_written_costs_no_result(dtao_command: Dtao, tmp_path: Path, kind: str) -> None:
    words = (*SUITE, f"--{kind}", FULL, "--ndjson" if kind != "ndjson" else "--junit", tmp_path / "other")
    ended = dtao_command(*words)
    assert (ended.exit_code, "Traceback" in ended.stderr) == (2, False)
    assert f"--{kind} /dev/full: cannot be written (No space left on device)" in ended.stderr
    assert ended.stdout.split("total")[1].split()[:3] == ["16", "16", "0"]
    assert (tmp_path / "other").read_text().count("launch/scenario/pool/p0") >= 16


def test_a_reader_that_goes_away(root: Path) -> None:
    process = subprocess.Popen([*DTAO, "conform", "--era", "launch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=environment(root))  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert (process.wait(60), process.stderr.read()) == (2, b"")
    process.stderr.close()


@pytest.mark.parametrize(
    "words", one_in(2, 1, [("rules",), ("rules", "POOL-2"), ("spec", "--era", "launch"), ("eras",)])
)
def test_a_reader_that_wants_the_first_line_only(root: Path, words: tuple[str, ...]) -> None:
    """As ``| head -1`` does; what is written all at once ends as quietly as what comes line by line."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run([*DTAO, *words], stdout=writing, stderr=subprocess.PIPE, env=environment(root), check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (2, b"")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_keeps_what_was_judged(root: Path, tmp_path: Path, number: int, code: int) -> None:
    report, page = tmp_path / "report.ndjson", tmp_path / "summary.md"
    words = [*DTAO, "conform", "--era", "launch", "--ndjson", str(report), "--markdown", str(page)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, env=environment(root))
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    process.send_signal(number)
    told, failures = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in failures) == (code, False)
    assert "The run was interrupted: " in told
    assert "vectors were not reached." in told
    assert page.read_text().startswith("# Conformance: interrupted")
    assert len(report.read_text().splitlines()) == int(told.split("total")[1].split()[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_belongs_together_is_not_interrupted(number: int) -> None:
    """A verdict that is counted is in the report as well, whenever the interruption comes."""
    done = []

    def ended(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    def counted_and_written() -> None:
        with undivided():
            signal.raise_signal(number)
            done.append("counted")
            signal.raise_signal(number)
            done.append("written")

    before = signal.signal(number, ended)
    try:
        with pytest.raises(KeyboardInterrupt):
            counted_and_written()
    finally:
        signal.signal(number, before)
    assert done == ["counted", "written"]
