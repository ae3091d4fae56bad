"""What the proofs say of statements that are false, empty, too hard, or whose wrong variant is right."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from attrs import evolve

from dtao_properties.proofs import command, subjects
from dtao_properties.proofs.confirming import confirmed
from dtao_properties.proofs.contents import STATEMENTS
from dtao_properties.proofs.lemma import BrokenError, Contract, Exhaustive, Lemma, Statement, assume, multiply, step
from dtao_properties.proofs.lemmas import pools
from dtao_properties.proofs.proving import NOT_PROVED, PROVED, REFUTED, Result, checked, proved

RIGHT = Lemma(
    "squares",
    "A square is not negative.",
    ("FIX-2",),
    lambda a, wrong: [a * a >= wrong],
    {"a": (-9, 9)},
    "it is positive",
)


def faults(statement: Statement, result: Result) -> list[str]:
    return list(command.unexplained(statement, result))


def test_a_true_lemma_is_proved_and_its_wrong_variant_refuted() -> None:
    result = proved(RIGHT)
    assert (result.status, result.wrong) == (PROVED, "a = 0")
    assert faults(RIGHT, result) == []


def test_a_false_lemma_is_refuted_with_an_input() -> None:
    lemma = evolve(RIGHT, claim=lambda a, wrong: [a * a > 0])
    result = proved(lemma)
    assert (result.status, result.detail) == (REFUTED, "a = 0")
    assert faults(lemma, result) == ["squares: it is false for a = 0."]


def test_a_lemma_without_inputs_is_not_proved() -> None:
    def claim(a: int, *, wrong: bool) -> list[bool]:
        assume(a > 9)
        return [False]

    result = proved(evolve(RIGHT, claim=claim))
    assert (result.status, result.wrong) == (NOT_PROVED, "")
    assert faults(RIGHT, result) == [
        "squares: it is not proved (0 of 0 conclusions decided), and nothing says why.",
        "squares: its wrong variant is not refuted: the proof may be about nothing.",
    ]


def test_a_wrong_variant_that_is_right_is_a_fault() -> None:
    lemma = evolve(RIGHT, claim=lambda a, wrong: [a * a >= 0])
    result = proved(lemma)
    assert (result.status, result.wrong) == (PROVED, "")
    assert faults(lemma, result) == ["squares: its wrong variant is not refuted: the proof may be about nothing."]


def test_a_witness_that_refutes_nothing_is_a_fault() -> None:
    assert proved(evolve(RIGHT, witness={"a": 3})).wrong == ""


def test_what_is_not_proved_needs_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtao_properties.proofs.proving.SEARCHED", 1_000)
    lemma = evolve(RIGHT, claim=lambda a, wrong: [2 * a != 1 + wrong], wrong="no number doubles to 2")
    result = proved(lemma)
    assert (result.status, result.detail, result.wrong) == (NOT_PROVED, "1 of 1 conclusions not true of reals", "a = 1")
    assert result.effort == "1 paths, 1 conclusions, 1000 inputs searched"
    assert faults(lemma, result) == [
        "squares: it is not proved (1 of 1 conclusions not true of reals), and nothing says why."
    ]
    assert faults(evolve(lemma, open="Half of 1 is no integer."), result) == []
    assert proved(evolve(lemma, numbers="integers")).status == PROVED


def test_a_false_step_is_found() -> None:
    def claim(a: int, *, wrong: bool) -> list[bool]:
        step(a > 0)
        return [a * a > wrong]

    assert proved(evolve(RIGHT, claim=claim)).status == REFUTED


def test_a_product_needs_both_factors() -> None:
    def claim(a: int, *, wrong: bool) -> list[bool]:
        multiply(a, 2)
        return [True]

    assert proved(evolve(RIGHT, claim=claim)).status == REFUTED


@pytest.mark.parametrize(
    ("name", "more"), [("pool-payout", 1), ("pool-payout", -1), ("pool-product", 1), ("pool-split", 2)]
)
def test_one_rao_in_a_payout_breaks_a_lemma(name: str, more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    right = subjects.payout

    def payout(reserve_in: int, reserve_out: int, amount: int) -> int | None:
        paid = right(reserve_in, reserve_out, amount)
        return paid if paid is None or amount < 10**6 else paid + more

    monkeypatch.setattr(pools, "payout", payout)
    lemma = STATEMENTS[name]
    assert isinstance(lemma, Lemma)
    assert proved(lemma).status == REFUTED


def test_an_exhaustive_check_that_fails_is_refuted() -> None:
    def check(wrong: bool) -> int:
        if not wrong:
            raise BrokenError("here")
        return 1

    statement = Exhaustive("it", "It holds.", ("ISS-1",), check, "it does not")
    result = checked(statement)
    assert (result.status, result.detail, result.wrong) == (REFUTED, "here", "")
    assert len(faults(statement, result)) == 2


def test_a_contract_and_its_wrong_variant_change_places() -> None:
    contract = STATEMENTS["widening-is-exact"]
    assert isinstance(contract, Contract)
    result = confirmed(contract)
    assert (result.status, result.method) == (PROVED, "CrossHair")
    assert faults(contract, result) == []
    turned = evolve(contract, function=contract.wrong_function, wrong_function=contract.function)
    result = confirmed(turned)
    assert (result.status, result.wrong) == (REFUTED, "")
    assert result.detail.startswith("(-")


def test_a_contract_without_conditions_is_refuted() -> None:
    contract = STATEMENTS["widening-is-exact"]
    assert isinstance(contract, Contract)
    assert confirmed(evolve(contract, function=faults)).status == REFUTED


def test_the_command_prints_a_row_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["share-s*", "average-is-a-number", "issuance-thresholds", "--jobs", "2"]) == 0
    output = capsys.readouterr().out
    for name in ("share-stake", "share-sum", "share-sign", "average-is-a-number", "issuance-thresholds"):
        assert f"│ {name}" in output
    for method in ("z3 (reals)", "CrossHair", "exhaustive"):
        assert method in output
    assert "share-sum, by hand: induction over the holders" in output
    assert "5 proved, 0 not proved, 0 refuted; 5 of 5 wrong variants refuted" in output


def test_the_command_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["pool-nothing"]) == 2
    assert "there is no lemma 'pool-nothing'" in capsys.readouterr().err
    assert command.main(["--jobs", "0"]) == 2


def test_nothing_else_needs_the_solvers(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["dependencies"] + project["optional-dependencies"]["conform"]
    assert not [one for one in needed if one.startswith(("z3", "crosshair"))]
    code = "import sys, dtao, dtao_properties.cli; print([m for m in ('z3', 'crosshair') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
