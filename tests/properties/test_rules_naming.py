"""Which tests name a rule."""

from pathlib import Path

from dtao_properties.reach import naming

TESTS = """
import pytest
import dtao.rules.issuance
from dtao import calls
from dtao.rules import pool as pool_rules
from dtao_spec.chapters.price import moving_price_after

def helper():
    return pool_rules.payout(1, 2, 3)

class Prices:
    look = moving_price_after

@pytest.mark.rule("KEY-1", "KEY-2")
@pytest.mark.rule("NO-1")
def test_marked(): ...

def test_stake_4_is_named(): ...

def test_epoch_18_to_20_are_named(): ...

def test_by_a_helper():
    helper()

class TestPrices:
    def test_by_a_class(self):
        Prices()

def test_by_a_call():
    calls.AddStake

def test_by_a_path():
    dtao.rules.issuance.block_emission(0)

def test_nothing():
    stake_9 = "POOL-1"
"""


def test_tests_name_rules_by_marker_name_and_function(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_a.py").write_text(TESTS, encoding="utf-8")
    (folder / "helpers.py").write_text(TESTS, encoding="utf-8")
    found = naming.tests_by_rule(folder)
    by_test: dict[str, set[str]] = {}
    for rule, names in found.items():
        for name in names:
            by_test.setdefault(name.removeprefix("tests/test_a.py::"), set()).add(rule)
    assert by_test == {
        "test_marked": {"KEY-1", "KEY-2"},
        "test_stake_4_is_named": {"STAKE-4"},
        "test_epoch_18_to_20_are_named": {"EPOCH-18", "EPOCH-19", "EPOCH-20"},
        "test_by_a_helper": {"POOL-2"},
        "TestPrices::test_by_a_class": {"PRICE-2"},
        "test_by_a_call": {"STAKE-9"},
        "test_by_a_path": {"ISS-1"},
    }


def test_the_tests_of_this_repository_are_found(root: Path) -> None:
    assert naming.folder() == root / "tests"
    assert (
        "tests/properties/test_rules.py::test_what_is_waived_for_rejecting_in_no_vector_rejects"
        in (naming.tests_by_rule(root / "tests")["STATE-12"])
    )
