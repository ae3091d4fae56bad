"""The recorded scenarios: nothing but the named leaks is lost there, and the report says how much each of them is."""

import subprocess
import sys

import pytest

import dtao
from dtao_properties import leaks, vectors
from dtao_properties.invariants import conservation
from dtao_properties.invariants.base import TABLE
from dtao_properties.ledger import LEAKS
from tests.laws.corpus import LAUNCH, ORACLE

SCENARIOS = ("market", "move", "shares", "limit", "swapkeys", "registration")
LEDGER = [invariant for invariant in TABLE.values() if invariant.check.__module__ == conservation.__name__]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_else_leaks(scenario: str) -> None:
    path = vectors.recorded(LAUNCH.recorded_as) / "scenario" / f"{scenario}.jsonl.gz"
    head = vectors.header(path)
    for vector in vectors.vectors(path):
        state = LAUNCH.load(head.genesis, check=False)
        for recorded in vector.body["steps"]:
            for request in leaks.single_requests(recorded):
                step = ORACLE.taken(state, request)
                assert [sentence for invariant in LEDGER for sentence in invariant.violations(step)] == []
                state = step.after


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


def test_the_command_prints_it() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "dtao_properties.leaks", "swapkeys"], capture_output=True, text=True, check=True
    ).stdout
    assert printed.startswith("scenario  leak")
    assert "swapkeys: " in printed
