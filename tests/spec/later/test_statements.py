"""The statements of later versions: complete, in a chapter, with examples that are right."""

import doctest
from types import ModuleType

import pytest

import dtao
from dtao_spec import contents
from dtao_spec.registry import CHANGES, LAUNCH, RULES, Rule

STARTS = {row.spec_version for row in dtao.eras.ERAS}


def statements_of(module: ModuleType) -> list[Rule]:
    """Return the rules and the changes that a module states."""
    stated = [*RULES.values(), *(change for changes in CHANGES.values() for change in changes)]
    return [rule for rule in stated if rule.function.__module__ == module.__name__]


@pytest.mark.parametrize("module", contents.LATER, ids=lambda module: module.__name__)
def test_examples_are_right(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted >= len(statements_of(module)) > 0
    assert result.failed == 0


@pytest.mark.parametrize("module", contents.LATER, ids=lambda module: module.__name__)
def test_statements_stand_in_a_chapter(module: ModuleType) -> None:
    assert module.CHAPTER in {chapter.__name__ for chapter in contents.CHAPTERS}
    assert all(">>>" in rule.fields["Example"] for rule in statements_of(module))


def test_changes_are_of_known_rules_and_begin_with_an_era() -> None:
    assert set(CHANGES) - set(RULES) == set()
    assert {rule.since for rule in RULES.values()} - STARTS == set()
    for identifier, changes in CHANGES.items():
        assert {change.since for change in changes} - STARTS == set()
        assert all(change.since > max(RULES[identifier].since, LAUNCH) for change in changes)
