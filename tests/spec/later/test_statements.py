"""The statements of later versions: complete, in a chapter, with examples that are right."""

import doctest
from types import ModuleType

import pytest

import dtao
from dtao_spec import contents
from dtao_spec.registry import RULES, Version

STARTS = {row.spec_version for row in dtao.eras.ERAS}


def statements_of(module: ModuleType) -> list[Version]:
    """Return the versions of rules that a module states."""
    versions = (version for rule in RULES.values() for version in rule.versions)
    return [version for version in versions if version.function.__module__ == module.__name__]


@pytest.mark.parametrize("module", contents.LATER, ids=lambda module: module.__name__)
def test_examples_are_right(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted >= len(statements_of(module)) > 0
    assert result.failed == 0


@pytest.mark.parametrize("module", contents.LATER, ids=lambda module: module.__name__)
def test_statements_stand_in_a_chapter(module: ModuleType) -> None:
    assert module.CHAPTER in {chapter.__name__ for chapter in contents.CHAPTERS}
    assert all(">>>" in version.fields["Example"] for version in statements_of(module))


def test_versions_begin_with_an_era() -> None:
    assert {version.since for rule in RULES.values() for version in rule.versions} - STARTS == set()


def test_only_the_last_version_of_a_rule_ends_it() -> None:
    assert [rule.id for rule in RULES.values() if any(version.until for version in rule.versions[:-1])] == []
