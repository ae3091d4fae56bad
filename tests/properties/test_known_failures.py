"""``--known-failures``: strict both ways, and ``--write-known-failures``, which starts such a list."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import Result

from dtao_properties.conformance import known_failures
from tests.properties import toy

Dtao = Callable[..., Result]
BANK = tuple(f"toy/scenario/bank/p{number}" for number in range(3))


@pytest.fixture
def conform(dtao_command: Dtao, tmp_path: Path) -> Dtao:
    recordings = toy.folder(tmp_path / "recordings")

    def run(adapter: str, *words: object) -> Result:
        return dtao_command(
            "conform", "--vectors", recordings, "--adapter", f"python:tests.properties.{adapter}", *words
        )

    return run


class Mended(toy.Generous):
    """Credits 1 rao too much, but not in the first scenario that it is asked for."""

    loaded = 0

    def load(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self.loaded += 1
        return super().load(message)

    def call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return toy.Toy.call(self, message) if self.loaded == 1 else super().call(message)


def listed(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_listed_failures_are_no_failures(conform: Dtao, tmp_path: Path) -> None:
    path = listed(tmp_path / "known.txt", "# all of them", "", BANK[0], f"{BANK[1]}  # rounds up", BANK[2])
    result = conform("toy:Generous", "--known-failures", path)
    assert result.exit_code == 0
    assert "ok    toy/scenario/bank  3 cases, 3 known" in result.stdout
    assert f"3 of the 3 vectors in {path} fail as listed." in result.stdout
    assert "DIVERGES" not in result.stdout


def test_a_failure_that_is_not_listed_fails(conform: Dtao, tmp_path: Path) -> None:
    path = listed(tmp_path / "known.txt", BANK[0], BANK[2])
    result = conform("toy:Generous", "--known-failures", path)
    assert result.exit_code == 1
    assert result.stdout.count("DIVERGES ") == 1
    assert f"DIVERGES {BANK[1]}" in result.stdout


def test_a_listed_vector_that_passes_fails(conform: Dtao, tmp_path: Path) -> None:
    path = listed(tmp_path / "known.txt", *BANK)
    result = conform("test_known_failures:Mended", "--known-failures", path)
    assert result.exit_code == 1
    assert f"STALE {BANK[0]}\n  it is listed in {path}:1 but passes. Remove the line.\n" in result.stdout
    assert "FAIL  toy/scenario/bank  3 cases, 2 known, 1 stale" in result.stdout
    assert f"2 of the 3 vectors in {path} fail as listed; 1 no longer" in result.stdout


def test_a_listed_vector_that_is_not_judged_fails(conform: Dtao, tmp_path: Path) -> None:
    path = listed(tmp_path / "known.txt", BANK[0])
    result = conform("toy:Partial", "--known-failures", path)
    assert result.exit_code == 1
    assert f"it is listed in {path}:1 but is not judged. Remove the line." in result.stdout


def test_an_adapter_that_breaks_down_may_be_listed(conform: Dtao, tmp_path: Path) -> None:
    path = listed(tmp_path / "known.txt", *BANK)
    assert conform("toy:Crashing", "--known-failures", path).exit_code == 0


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([*BANK, "toy/scenario/bank/p9"], ":4: no vector of this run has the id 'toy/scenario/bank/p9'"),
        ([BANK[0], BANK[0]], f":2: {BANK[0]} is already listed in line 1"),
        ([BANK[1], "", BANK[0]], f":3: {BANK[0]} comes before {BANK[1]}. Keep the list sorted"),
        ([f"{BANK[0]} rounds up"], f":1: '{BANK[0]} rounds up' is not one id. Put the reason behind '#'"),
    ],
)
def test_a_wrong_list_is_refused_before_the_run(conform: Dtao, tmp_path: Path, lines: list[str], said: str) -> None:
    path = listed(tmp_path / "known.txt", *lines)
    result = conform("toy:Generous", "--known-failures", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{path}{said}" in result.stderr


def test_a_list_that_cannot_be_read_is_refused(conform: Dtao, tmp_path: Path) -> None:
    result = conform("toy:Toy", "--known-failures", tmp_path / "nowhere")
    assert (result.exit_code, "cannot be read (No such file or directory)" in result.stderr) == (2, True)
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    result = conform("toy:Toy", "--known-failures", binary)
    assert (result.exit_code, "not UTF-8 text" in result.stderr) == (2, True)


@pytest.mark.parametrize("flag", ["--known-failures", "--write-known-failures"])
@pytest.mark.parametrize("words", [("--suite", "bank"), ("-k", "p0"), ("--fail-fast",)])
def test_filtered_runs_are_refused(conform: Dtao, tmp_path: Path, flag: str, words: tuple[str, ...]) -> None:
    path = listed(tmp_path / "known.txt", *BANK)
    result = conform("toy:Generous", flag, path, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{flag}: A list of known failures is about a whole run, but {words[0]} leaves vectors out" in result.stderr
    assert path.read_text().splitlines() == list(BANK)


def test_both_at_once_are_refused(conform: Dtao, tmp_path: Path) -> None:
    path = listed(tmp_path / "known.txt", *BANK)
    result = conform("toy:Generous", "--known-failures", path, "--write-known-failures", path)
    assert (result.exit_code, "exclude each other" in result.stderr) == (2, True)


def test_a_list_is_written_and_holds(conform: Dtao, tmp_path: Path) -> None:
    path = tmp_path / "known.txt"
    assert conform("toy:Generous", "--write-known-failures", path).exit_code == 1
    lines = path.read_text().splitlines()
    assert [line for line in lines if line.startswith("# ")] == known_failures.HEAD.splitlines()
    entries = [line for line in lines if not line.startswith("#")]
    assert entries == [f"{name}  # call transfer: Balance is too high by 1" for name in BANK]
    assert conform("toy:Generous", "--known-failures", path).exit_code == 0
    assert conform("toy:Toy", "--known-failures", path).exit_code == 1


def test_reasons_stay_when_a_list_is_written_again(conform: Dtao, tmp_path: Path) -> None:
    path = listed(tmp_path / "known.txt", BANK[0], f"{BANK[1]}  # ticket 12", "zoo/gone  # old")
    conform("toy:Generous", "--write-known-failures", path)
    entries = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    signature = "call transfer: Balance is too high by 1"
    assert entries == [f"{BANK[0]}  # {signature}", f"{BANK[1]}  # ticket 12", f"{BANK[2]}  # {signature}"]


def test_no_file_of_another_kind_is_overwritten(conform: Dtao, tmp_path: Path) -> None:
    path = listed(tmp_path / "precious.py", "import this")
    result = conform("toy:Generous", "--write-known-failures", path)
    assert (result.exit_code, "is not one id" in result.stderr) == (2, True)
    assert path.read_text() == "import this\n"


def test_a_list_that_cannot_be_written_costs_no_run(conform: Dtao, tmp_path: Path) -> None:
    result = conform("toy:Generous", "--write-known-failures", tmp_path / "nowhere" / "known.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be written (no such folder)" in result.stderr


def test_an_id_that_fits_into_no_line_is_refused(dtao_command: Dtao, tmp_path: Path) -> None:
    odd = {**toy.scenario("p0"), "id": "an id with spaces"}
    vectors = toy.write(tmp_path / "bank.jsonl", toy.lines([odd]))
    path = tmp_path / "known.txt"
    result = dtao_command("conform", "--vectors", vectors, "--adapter", "python:tests.properties.toy:Generous",
                          "--write-known-failures", path)  # fmt: skip
    assert (result.exit_code, path.exists()) == (2, False)
    assert 'the id "an id with spaces" does not fit into a list of known failures' in result.stderr


def test_reports_tell_known_and_stale_apart(conform: Dtao, tmp_path: Path) -> None:
    path = listed(tmp_path / "known.txt", BANK[0], f"{BANK[1]}  # ticket 12")
    files = {kind: tmp_path / kind for kind in ("ndjson", "junit", "markdown", "html", "badge")}
    options = [word for kind, file in files.items() for word in (f"--{kind}", file)]
    conform("test_known_failures:Mended", "--known-failures", path, *options)
    records = {one["id"]: one for one in map(json.loads, files["ndjson"].read_text().splitlines())}
    assert [(records[name]["status"], records[name]["standing"]) for name in BANK] == [
        ("passed", "stale"), ("failed", "known"), ("failed", "failed"),
    ]  # fmt: skip
    bank = ElementTree.parse(files["junit"]).getroot()[1]  # noqa: S314  # our own output
    assert [bank.get(name) for name in ("tests", "failures", "skipped")] == ["3", "2", "1"]
    assert [(case[0].tag, case[0].get("message")) for case in bank.findall("testcase")] == [
        ("failure", "stale line in the list of known failures"), ("skipped", "known failure: Balance/2"),
        ("failure", "Balance/2"),
    ]  # fmt: skip
    for text in (files["markdown"].read_text(), files["html"].read_text()):
        assert "Stale known failures" in text
        assert "Known failures" in text
        assert "ticket 12" in text
    assert json.loads(files["badge"].read_text())["isError"] is True


def test_the_badge_of_a_run_with_known_failures_is_yellow(conform: Dtao, tmp_path: Path) -> None:
    path, badge = listed(tmp_path / "known.txt", *BANK), tmp_path / "badge.json"
    conform("toy:Generous", "--known-failures", path, "--badge", badge)
    assert json.loads(badge.read_text())["color"] == "yellow"


def test_the_example_is_a_list(root: Path) -> None:
    example = known_failures.read(root / "examples" / "known-failures.txt")
    assert {entry.reason is None for entry in example.entries.values()} == {False, True}
    identifiers = {f"launch/scenario/pool/p{number:03}" for number in range(16)}
    assert known_failures.checked(example, identifiers) is example
