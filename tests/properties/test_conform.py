"""``dtao conform``: what passes, what fails, and what a divergence says."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import Result

from tests.properties import toy

Dtao = Callable[..., Result]
HONEST = "python:tests.properties.toy:Toy"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    return toy.folder(tmp_path / "recordings")


def total(result: Result) -> list[str]:
    return next(line for line in result.stdout.splitlines() if line.startswith("total")).split()[1:]


def test_conforming_adapter(dtao_command: Dtao, recordings: Path) -> None:
    result = dtao_command("conform", "--vectors", recordings, "--adapter", HONEST)
    assert result.exit_code == 0
    assert "ok    toy/kernel/sum  4 cases" in result.stdout
    assert "ok    toy/scenario/bank  3 cases" in result.stdout
    assert result.stderr == ""
    assert total(result)[:3] == ["7", "7", "0"]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("Generous", ["step 1 of 6: call transfer by 1", "dest: 2", "value: 1500000000 (1.500000000 TAO)",
                      "  Balance/2\n    expected: 1500000000 (1.500000000 TAO)\n"
                      "    actual:   1500000001 (1.500000001 TAO)\n    delta:    +1 (0.000000001 TAO)\n"]),
        ("Forgetful", ["step 4 of 6: phase bless", "  Emission/1[2]\n", "delta:    +1 (0.000000001 alpha)",
                       "2 further storage entries differ"]),
        ("Lenient", ["step 2 of 6: call transfer by 1", "  error\n    expected: Token:FundsUnavailable\n"
                     "    actual:   none\n"]),
        ("Silent", ["step 1 of 6", "  events.length\n    expected: 1\n    actual:   0\n",
                    "    expected list: [[Transfer, 1, 2, 1500000000]]\n    actual list: []\n"]),
        ("Untyped", ["  Flag/1\n    expected: true\n    actual:   1\n", "  value[0]\n", "kernel flags"]),
        ("Crashing", ["ERRORED toy/scenario/bank/p0",
                      "step 5, read balance: the adapter raised ZeroDivisionError: no such luck",
                      "in read)"]),
        ("Confused", ["step 5, read balance: the reply has seq 7 instead of "]),
        ("Curt", ["step 3, blocks: the reply to blocks lacks the member 'diff'"]),
    ],
)  # fmt: skip
def test_broken_adapter(dtao_command: Dtao, recordings: Path, broken: str, said: list[str]) -> None:
    endpoint = f"python:tests.properties.toy:{broken}"
    result = dtao_command("conform", "--vectors", recordings, "--adapter", endpoint)
    assert result.exit_code == 1
    for words in said:
        assert words in result.stdout
    replay = f"  replay: dtao replay toy/scenario/bank/p0 --vectors {recordings} --adapter {endpoint}"
    assert replay in result.stdout.splitlines()
    assert "FAIL  toy/scenario/bank" in result.stdout


def test_missing_and_extra_entries_are_told_apart(dtao_command: Dtao, recordings: Path) -> None:
    endpoint = "python:tests.properties.toy:Forgetful"
    result = dtao_command("replay", "bank/p1", "--vectors", recordings, "--adapter", endpoint)
    assert result.exit_code == 1
    assert "  Flag/1  (a change was not made)\n    expected: true\n    actual:   no change\n" in result.stdout
    assert "  Zeal/1  (a change too many)\n    expected: no change\n    actual:   1\n" in result.stdout
    assert "further" not in result.stdout


def test_replay_of_a_conforming_vector(dtao_command: Dtao, recordings: Path) -> None:
    result = dtao_command("replay", "toy/kernel/sum/p1", "--vectors", recordings, "--adapter", HONEST)
    assert (result.exit_code, result.stdout.startswith("ok  toy/kernel/sum/p1")) == (0, True)


def test_filters(dtao_command: Dtao, recordings: Path) -> None:
    base = ("conform", "--vectors", recordings, "--adapter", HONEST)
    for extra, cases in (
        (("--suite", "ba*"), 3), (("--suite", "toy/kernel/*"), 4), (("-k", "p1"), 2), (("--era", "1"), 7),
        (("--era", "toy", "--suite", "sum", "-k", "flags"), 1),
    ):  # fmt: skip
        result = dtao_command(*base, *extra)
        assert (result.exit_code, total(result)[0]) == (0, str(cases))


def test_vectors_may_be_repeated_and_overlap(dtao_command: Dtao, recordings: Path) -> None:
    twice = ("--vectors", recordings, "--vectors", recordings / "kernel" / "sum.jsonl", "--vectors", recordings)
    result = dtao_command("conform", *twice, "--adapter", HONEST, "--ndjson", recordings / "out.ndjson")
    assert result.exit_code == 0
    assert len((recordings / "out.ndjson").read_text().splitlines()) == 7


def test_fail_fast_stops_at_the_first(dtao_command: Dtao, recordings: Path) -> None:
    endpoint = "python:tests.properties.toy:Generous"
    for workers in (1, 2):
        report = recordings / "out.ndjson"
        result = dtao_command("conform", "--vectors", recordings, "--adapter", endpoint, "--fail-fast",
                              "--ndjson", report, "--workers", workers)  # fmt: skip
        statuses = [json.loads(line)["status"] for line in report.read_text().splitlines()]
        assert (result.exit_code, statuses) == (1, ["passed"] * 4 + ["failed"])


def test_reports_parse(dtao_command: Dtao, recordings: Path, tmp_path: Path) -> None:
    junit, ndjson = tmp_path / "out.xml", tmp_path / "out.ndjson"
    result = dtao_command("conform", "--vectors", recordings, "--junit", junit, "--ndjson", ndjson,
                          "--adapter", "python:tests.properties.toy:Generous")  # fmt: skip
    assert result.exit_code == 1
    kernel, bank = ElementTree.parse(junit).getroot()  # noqa: S314  # our own output
    assert (kernel.get("tests"), kernel.get("failures")) == ("4", "0")
    assert (bank.get("tests"), bank.get("failures"), bank.get("errors")) == ("3", "3", "0")
    failure = bank.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "Balance/2"
    assert "actual:   1500000001" in (failure.text or "")
    records = [json.loads(line) for line in ndjson.read_text().splitlines()]
    assert [one["status"] for one in records] == ["passed"] * 4 + ["failed"] * 3
    divergence = records[4]["divergence"]
    assert divergence["step"] == 1
    assert divergence["differences"] == [
        {"place": "Balance/2", "kind": "differs", "expected": "1500000000", "actual": "1500000001", "delta": 1}
    ]


def test_the_run_says_whom_it_judged(dtao_command: Dtao, recordings: Path) -> None:
    lines = dtao_command("conform", "--vectors", recordings, "--adapter", HONEST).stdout.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("suite "))
    assert lines[head - 1] == (
        f"judged: toy 1 (Python), reached by {HONEST}; eras toy; levels kernel, quote, call, block"
    )


def test_a_level_that_is_not_announced_is_said_to_be_left_out(dtao_command: Dtao, recordings: Path) -> None:
    quoting = "python:tests.properties.toy:Quoting"
    result = dtao_command(
        "conform", "--vectors", recordings, "--adapter", quoting, "--level", "kernel", "--level", "block"
    )
    assert result.exit_code == 0
    assert "  Levels asked for by --level that the adapter does not announce: block.\n" in result.stdout
    assert "  Levels that the adapter does not announce: call.\n" in result.stdout
    assert "  3 vectors were not asked about: no level of this run covers a scenario.\n" in result.stdout
    result = dtao_command("replay", "bank/p0", "--vectors", recordings, "--adapter", HONEST, "--level", "block")
    assert (result.exit_code, "  at level block  " in result.stdout) == (0, True)


@pytest.mark.parametrize("workers", [1, 2])
def test_vectors_of_an_era_that_the_adapter_does_not_know_are_left_out(
    dtao_command: Dtao, recordings: Path, workers: int
) -> None:
    later = toy.scenario("p9")
    toy.write(recordings / "later.jsonl", toy.lines([{**later, "id": "later/scenario/bank/p9"}], era="later"))
    words = ("conform", "--vectors", recordings, "--adapter", HONEST, "--workers", workers)
    result = dtao_command(*words)
    assert result.exit_code == 0
    assert total(result)[:4] == ["8", "7", "0", "1"]
    assert "  1 vector was not asked about: the adapter does not know the era later.\n" in result.stdout
    result = dtao_command(*words, "--era", "later")
    assert result.exit_code == 2
    assert "the era 'later' is unknown to the adapter 'toy', which knows toy. Select by --era" in result.stderr


def test_a_run_that_asks_nothing_could_not_run(dtao_command: Dtao, recordings: Path) -> None:
    words = ("--vectors", recordings, "--adapter", HONEST, "--level", "quote")
    result = dtao_command("conform", *words)
    assert result.exit_code == 2
    assert "nothing was judged: at level quote there is nothing to ask of what was selected." in result.stderr
    result = dtao_command("replay", "bank/p0", *words)
    assert (result.exit_code, "nothing was judged: at level quote" in result.stderr) == (2, True)
    result = dtao_command("conform", *words[:2], "--adapter", "python:tests.properties.toy:Idle")
    assert (result.exit_code, "the adapter skipped all that it was asked" in result.stderr) == (2, True)


@pytest.mark.parametrize("adapter", ["Toy", "Generous", "Forgetful"])
def test_workers_change_nothing(dtao_command: Dtao, recordings: Path, tmp_path: Path, adapter: str) -> None:
    outcomes = []
    for workers in (1, 3):
        report = tmp_path / f"{workers}.ndjson"
        result = dtao_command("conform", "--vectors", recordings, "--adapter", f"python:tests.properties.toy:{adapter}",
                              "--workers", workers, "--ndjson", report)  # fmt: skip
        records = [json.loads(line) for line in report.read_text().splitlines()]
        outcomes.append((result.exit_code, [{**one, "seconds": 0} for one in records]))
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0][1]) == 7


def test_skipped_vectors_are_counted(dtao_command: Dtao, recordings: Path) -> None:
    result = dtao_command("conform", "--vectors", recordings, "--adapter", "python:tests.properties.toy:Partial")
    assert result.exit_code == 0
    assert "part  toy/scenario/bank  3 cases, 3 skipped" in result.stdout
    assert "skipped" in next(line for line in result.stdout.splitlines() if line.startswith("suite"))


def test_only_the_first_divergences_are_printed(dtao_command: Dtao, tmp_path: Path) -> None:
    many = toy.write(tmp_path / "bank.jsonl", toy.lines([toy.scenario(f"p{n:02}") for n in range(12)]))
    result = dtao_command("conform", "--vectors", many, "--adapter", "python:tests.properties.toy:Generous")
    assert result.stdout.count("DIVERGES ") == 10
    assert result.stdout.splitlines()[-1] == "DIVERGES"
    assert "12 vectors did not pass, of which the first 10 are shown" in result.stdout


class Various(toy.Toy):
    """Fails in as many ways as there are vectors, but in one of them twice."""

    def kernel(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"errored": f"{'abcdefghijklm'[int(message['args']['a']) // 2]} is missing"}


def test_symptoms_are_counted_below_the_table(dtao_command: Dtao, recordings: Path, tmp_path: Path) -> None:
    result = dtao_command("conform", "--vectors", recordings, "--adapter", "python:tests.properties.toy:Untyped")
    lines = result.stdout.splitlines()
    assert lines[-1] == "DIVERGES"
    assert lines[next(number for number, line in enumerate(lines) if line.startswith("total")) + 1 : -1] == [
        "What fails, by cause:",
        "  3 vectors: phase bless: Flag differs",
        "  1 vector: kernel flags: value differs",
    ]
    cases = [{"id": f"toy/kernel/sum/p{n:02}", "kernel": "sum", "args": {"a": str(n), "b": "0"}, "value": str(n)}
             for n in range(26)]  # fmt: skip
    many = toy.write(tmp_path / "sum.jsonl", toy.lines(cases[1:]))
    adapter = "python:tests.properties.test_conform:Various"
    lines = dtao_command("conform", "--vectors", many, "--adapter", adapter).stdout.splitlines()
    shown = lines[lines.index("What fails, by cause:") + 1 :]
    assert shown[:10] == [f"  2 vectors: errored: {letter} is missing" for letter in "bcdefghijk"]
    assert shown[10] == "  3 further causes; --markdown, --html and --ndjson tell more."
    one = toy.write(tmp_path / "sum.jsonl", toy.lines(cases[:1]))
    assert "by cause" not in dtao_command("conform", "--vectors", one, "--adapter", adapter).stdout


@pytest.mark.parametrize("command", ["replay", "show"])
@pytest.mark.parametrize("path", ["counterexamples/none.json", "none.jsonl", "recordings/none.jsonl.gz"])
def test_a_path_to_nothing_is_no_id(dtao_command: Dtao, recordings: Path, command: str, path: str) -> None:
    result = dtao_command(command, path, "--vectors", recordings)
    assert (result.exit_code, result.stderr) == (
        2, f"dtao: error: {path}: no such file, and no vector has this id. Check the path.\n",
    )  # fmt: skip
