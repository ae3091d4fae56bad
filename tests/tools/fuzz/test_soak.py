"""The long search, as short as it can be."""

import pytest
from hypothesis import Phase, settings

import dtao
from dtao_properties.fuzz import soak
from tests.laws.test_machine import LAUNCH

GENERATE = [Phase.generate]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "EXAMPLES", 3)
    monkeypatch.setattr(soak, "STEPS", 4)
    monkeypatch.setattr(soak, "example_database", lambda: None)


def test_it_ends_with_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["--minutes", "0", "--era", "252"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("dynamic-fees: 3 sequences of up to 4 steps\n")
    assert "of the calls accepted" in printed
    assert printed.endswith("No invariant is broken in the era dynamic-fees.\n")


def test_it_ends_with_what_it_found(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "EXAMPLES", 100)
    monkeypatch.setattr(soak, "settings", lambda **given: settings(**given, derandomize=True, phases=GENERATE))
    assert soak.main(["--minutes", "0", "--era", "launch", "--adapter", "python:tests.laws.test_machine:Generous"]) == 1
    printed = capsys.readouterr().out
    assert "every rao is on the ledger: Balance/" in printed
    assert printed.endswith("An invariant is broken in the era launch.\n")


def test_all_eras_are_searched(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # the same sequences each time: at random all steps of so few are empty in one run of twelve
    monkeypatch.setattr(soak, "settings", lambda **given: settings(**given, derandomize=True))
    assert soak.main(["--minutes", "0"]) == 0
    printed = capsys.readouterr().out
    assert all(f"{era.name}: 3 sequences" in printed for era in dtao.ERAS)


def test_an_era_that_is_not_covered_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["--minutes", "0", "--era", "200"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_the_launch_is_searched() -> None:
    assert soak.searched(0, LAUNCH)[0].wasSuccessful()
