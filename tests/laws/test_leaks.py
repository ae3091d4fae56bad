"""The recorded scenarios: nothing but the named leaks is lost there, and the report says how much each of them is."""

import subprocess
import sys

import pytest

import dtao
from dtao_properties import leaks
from dtao_properties.invariants import conservation
from dtao_properties.invariants.base import TABLE
from dtao_properties.ledger import LEAKS
from tests.laws.corpus import LAUNCH
from tests.laws.later import LATER

SCENARIOS = ("market", "move", "shares", "limit", "swapkeys", "registration")
LEDGER = [invariant for invariant in TABLE.values() if invariant.check.__module__ == conservation.__name__]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_else_leaks(scenario: str) -> None:
    for step in leaks.steps_of(scenario, LAUNCH):
        assert [sentence for invariant in LEDGER for sentence in invariant.violations(step)] == []


def test_the_report_sums_up() -> None:
    era = dtao.era("launch")
    found = leaks.measured("market", era)
    assert (found.calls > 100, found.blocks > 100) == (True, True)
    assert {name for name, book in found.sizes if book} <= LEAKS.keys()
    size = found.sizes["dust", "TAO"]
    assert (size.unit, 0 < size.largest < 500) == ("rao", True)
    text = leaks.table([found])
    assert "double root dividends" in text
    assert f"{size.total:+}" in text


LATER_SCENARIOS = ("limit", "shares", "swapkeys")


@pytest.mark.parametrize("era", LATER, ids=lambda era: era.name)
def test_no_later_era_leaks_more(era: dtao.Era) -> None:
    for scenario in LATER_SCENARIOS:
        for step in leaks.steps_of(scenario, era):
            assert [sentence for invariant in LEDGER for sentence in invariant.violations(step)] == []


def test_the_command_takes_an_era(capsys: pytest.CaptureFixture[str]) -> None:
    leaks.main(["--era", "277", "limit"])
    printed = capsys.readouterr().out
    assert "sale past the gate" in printed
    assert "swaps in full" not in printed


def test_the_command_prints_it() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "dtao_properties.leaks", "swapkeys"], capture_output=True, text=True, check=True
    ).stdout
    assert printed.startswith("scenario  leak")
    assert "swapkeys: " in printed
