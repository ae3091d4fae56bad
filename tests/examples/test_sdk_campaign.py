"""The campaign against the `bittensor` SDK, on adapters that stand in for it, and the table in FINDINGS.md."""

import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve
from examples.bittensor_sdk import judge, table
from examples.bittensor_sdk.campaign import Judge, Tally, tally
from examples.bittensor_sdk.questions import QUESTIONS, Answer, Pool, Question

from dtao.errors import InputError
from dtao_properties.adapters.protocol import Session
from dtao_properties.adapters.reference import Reference

FIRST = Pool(10**9, 10**9, 500_000)
Mistake = Callable[[Mapping[str, Any], str | None], str | None]


class Mistaken(Reference):
    """The reference, whose answers to reads pass through a mistake."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__()
        self.mistake = mistake

    def request(self, message: Mapping[str, Any]) -> dict[str, Any]:
        reply = super().request(message)
        try:
            return {**reply, "value": self.mistake(message, reply["value"])} if message["do"] == "read" else reply
        except ZeroDivisionError as error:
            return {"seq": message["seq"], "errored": f"{type(error).__name__}: {error}"}


def question(name: str, where: str) -> Question:
    (found,) = [question for question in QUESTIONS if (question.name, question.where) == (name, where)]
    return found


def asked(mistake: Mistake, name: str = "buy", where: str = "pools as on mainnet", pools: int = 300) -> Tally:
    return tally(Judge(Session(Mistaken(mistake)), Session(Reference())), question(name, where), pools)


def right(message: Mapping[str, Any], value: str | None) -> str | None:
    return value


def one_more(message: Mapping[str, Any], value: str | None) -> str | None:
    return str(int(value or 1) + 1)


def ten_less_from_a_million(message: Mapping[str, Any], value: str | None) -> str | None:
    return str(int(value or 0) - 10 * (int(message["args"]["amount"]) >= 1_000_000))


def broken(message: Mapping[str, Any], value: str | None) -> str | None:
    return str(1 // 0)


@pytest.mark.parametrize("one", [one for one in QUESTIONS if one.unit != "share" and one.read != "from_tao"])
def test_the_chain_s_answers_do_not_diverge(one: Question) -> None:
    found = asked(right, one.name, one.where, 20)
    assert found == Tally(one, judged=20)


@pytest.mark.parametrize("one", QUESTIONS)
def test_every_pool_belongs_to_its_row(one: Question) -> None:
    assert all(one.within(pool) for pool in islice(one.pools(Random(1)), 200))


def test_one_rao_more_is_found_on_the_simplest_pool() -> None:
    found = asked(one_more)
    assert (found.judged, found.too_high, found.diverging, found.largest) == (300, 300, 300, Fraction(1))
    assert found.examples == ((FIRST, Answer(Fraction(499_750), Fraction(499_751))),)


def test_a_condition_survives_in_the_example() -> None:
    found = asked(ten_less_from_a_million)
    assert 0 < found.too_low == found.diverging < 300
    ((pool, answer),) = found.examples
    assert (pool, found.largest) == (Pool(10**9, 10**9, 10**6), Fraction(10))
    assert answer.difference == -10


def test_a_number_where_the_chain_refuses() -> None:
    found = asked(one_more, "buy", "less than the minimum liquidity stays")
    assert (found.refused_by_chain, found.diverging, found.largest) == (300, 300, Fraction(0))
    assert found.examples == ((Pool(10**9, 10**9, 10**11), Answer(None, Fraction(2))),)


def test_a_failure_counts_as_no_answer() -> None:
    found = asked(broken)
    assert (found.broke_down, found.diverging) == (300, 300)
    ((_, answer),) = found.examples
    assert answer.failure is not None
    assert answer.failure.startswith("ZeroDivisionError")


def test_the_same_questions_in_every_run() -> None:
    assert asked(ten_less_from_a_million) == asked(ten_less_from_a_million)


def test_versions_that_answer_alike_share_a_line() -> None:
    one, other = asked(right), asked(one_more)
    lines = table.campaign({"1": [one], "2": [one], "3": [other]}).splitlines()[2:]
    assert lines == [
        "| buy | pools as on mainnet | 1, 2 | 300 | none |  |  |  |  |  |  |",
        "| buy | pools as on mainnet | 3 | 300 | all | 300 |  |  |  | 1 rao "
        "| TAO 10^9, alpha 10^9, amount 5·10^5: chain 499750, SDK 499751 |",
    ]


def test_numbers_as_they_are_written() -> None:
    assert [table.share(part, 1000) for part in (0, 1, 999, 1000)] == ["none", "0.1 %", "99.9 %", "all"]
    assert [table.whole(value) for value in (0, 62, 10_000, 10**5, 25 * 10**8)] == [
        "0",
        "62",
        "10000",
        "10^5",
        "25·10^8",
    ]
    assert [table.decimal(Fraction(n, 8), 2) for n in (1, -9, 16, -1)] == ["0.12", "-1.12", "2", "-0.12"]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> str:
    """Stand in for the environments and the SDK; return the table that is then measured."""
    monkeypatch.setattr(judge, "interpreter", lambda version, folder: folder / version)
    monkeypatch.setattr(judge, "by_vectors", lambda where: table.Recorded(vectors=3, passed=1, answers=5))
    monkeypatch.setattr(judge, "by_campaign", lambda version, where, pools: [asked(one_more)])
    found = table.Recorded(vectors=3, passed=1, answers=5)
    return table.rendered(
        dict.fromkeys(judge.VERSIONS, found), {version: [asked(one_more)] for version in judge.VERSIONS}
    )


def test_a_table_that_stands_passes_and_a_stale_one_is_written_on_demand(
    measured: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = tmp_path / "FINDINGS.md"
    findings.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    assert judge.main(["--findings", str(findings)]) == 1
    assert "it is stale. Run `make judge-sdk ARGS=--update`" in capsys.readouterr().err
    assert judge.main(["--findings", str(findings), "--update"]) == 0
    assert findings.read_text() == f"before\n{table.BEGIN}\n\n{measured}\n{table.END}\nafter\n"
    assert judge.main(["--findings", str(findings)]) == 0


def test_without_a_place_for_the_table_it_cannot_run(
    measured: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "FINDINGS.md").write_text("nothing\n")
    assert judge.main(["--findings", str(tmp_path / "FINDINGS.md")]) == 2
    assert "are missing. Put them back." in capsys.readouterr().err


def test_an_environment_that_cannot_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    (tmp_path / "FINDINGS.md").write_text(f"{table.BEGIN}\n{table.END}\n")
    assert judge.main(["--findings", str(tmp_path / "FINDINGS.md"), "--environments", str(blocked)]) == 2
    said = capsys.readouterr().err
    assert "judge-sdk could not run: the environment of bittensor 9.0.4 cannot be made" in said
    assert "It needs a package registry" in said


def test_an_sdk_that_does_not_start() -> None:
    with pytest.raises(InputError, match=r"bittensor 9\.0\.4 cannot be judged"):
        judge.by_campaign("9.0.4", f"cmd:{sys.executable} -c pass", 1)


def test_what_findings_says_of_the_chain_is_what_the_reference_says(root: Path) -> None:
    """The examples in FINDINGS.md stay true of the chain although the SDK is not asked here."""
    row = re.compile(r"^\| (buy|sell) \| ([^|]*) \|.*\| ([^|]*) \|$", re.MULTILINE)
    example = re.compile(r"TAO (\S+), alpha (\S+), amount (\S+): chain (\S+), SDK")
    chain = Judge(Session(Reference()), Session(Reference()))
    found = 0
    for name, where, cell in row.findall(table.recorded((root / "FINDINGS.md").read_text())):
        one = question(name, where)
        any_pool = next(one.pools(Random(1)))
        for tao, alpha, amount, said in example.findall(cell):
            pool = evolve(any_pool, tao=number(tao), alpha=number(alpha), amount=number(amount))
            (answer,) = chain.answers(one, [pool])
            assert said == table.number(one, answer.chain)
            found += 1
    assert found >= 8


def number(text: str) -> int:
    leading, _, power = text.rpartition("10^")
    return int(leading.removesuffix("·") or 1) * 10 ** int(power) if "10^" in text else int(text)
