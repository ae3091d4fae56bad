"""The specification: complete, executable, rendered, and joined to the reference."""

import doctest
from pathlib import Path
from types import ModuleType

import pytest

from dtao.outcome import Rejection
from dtao_spec import contents, glossary, registry, rejections, render
from dtao_spec.__main__ import main
from dtao_spec.registry import RULES, SpecificationError


@pytest.mark.parametrize("chapter", contents.CHAPTERS, ids=lambda chapter: chapter.__name__)
def test_examples_are_right(chapter: ModuleType) -> None:
    result = doctest.testmod(chapter)
    stated = [rule for rule in render.rules_of(chapter) if rule.first.function.__module__ == chapter.__name__]
    assert result.attempted >= len(stated)
    assert result.failed == 0


def test_the_document_is_up_to_date(root: Path) -> None:
    assert render.rendered(contents.CHAPTERS, contents.PREFACE) == (root / "SPEC.md").read_text(encoding="utf-8")


def test_a_stale_document_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "SPEC.md"
    assert main(["--check"], document) == 1
    assert "SPEC.md is stale" in capsys.readouterr().err
    assert main([], document) == 0
    assert main(["--check"], document) == 0
    document.write_text(document.read_text(encoding="utf-8") + "more", encoding="utf-8")
    assert main(["--check"], document) == 1
    assert main(["--chek"], document) == 2


def test_the_rules_that_are_stated_are_implemented() -> None:
    assert set(RULES) - set(render.implementing_functions()) == set()


def test_every_rejection_is_in_the_table_and_comes_from_a_rule() -> None:
    names = {rejection.value for rejection in Rejection}
    assert set(rejections.MEANINGS) - names == set()
    named = set().union(*map(rejections.named_by, RULES.values()))
    assert set(rejections.MEANINGS) ^ (named & names) == {"BalanceWithdrawalError"}


def test_links_lead_somewhere(root: Path) -> None:
    text = render.rendered(contents.CHAPTERS, contents.PREFACE)
    anchors = {part.partition('"')[0] for part in text.split('<a id="')[1:]}
    targets = {part.partition(")")[0] for part in text.split("](")[1:]}
    assert {target for target in targets if target.startswith("#") and target[1:] not in anchors} == set()
    assert [target for target in targets if not target.startswith("#") and not (root / target).exists()] == []


def test_terms_are_in_order_and_each_leads_somewhere() -> None:
    names = [term.name.lower() for term in glossary.TERMS]
    assert names == sorted(names)
    assert all(term.places for term in glossary.TERMS)


def test_paragraphs_and_items_flow_and_tables_do_not() -> None:
    prose = "One\nline.\n\n- an\n  item\n- another\n\n1. first\n2. second\n   one\n\n| a |\n|---|"
    assert render.flowing(prose) == "One line.\n\n- an item\n- another\n\n1. first\n2. second one\n\n| a |\n|---|"


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("$x_1$ and $10^9$", "$x_1$ and $10^9$"),
        (r"$a\,b$, $x_1 y_2$, $a * b$, $|x|$", r"$`a\,b`$, $`x_1 y_2`$, $`a * b`$, $`|x|`$"),
        ("$[-20,\n20]$", "$[-20, 20]$"),
        (r"`$a\,b$` and ```$a\,b$```", r"`$a\,b$` and ```$a\,b$```"),
    ],
)
def test_mathematics_cannot_be_taken_for_markup(text: str, rendered: str) -> None:
    assert render.mathematics(text) == rendered


@pytest.mark.parametrize(
    ("docstring", "message"),
    [
        ("Title.\n\nStatment: x", "'Statment: x' belongs to no field"),
        ("Title.\n\nStatement: x\nStatement: y", "the field Statement stands twice"),
        ("Title.\n\nStatement: x", "the field Units is missing"),
    ],
)
def test_a_rule_that_is_not_stated_in_full_is_refused(docstring: str, message: str) -> None:
    with pytest.raises(SpecificationError, match=message):
        registry.parsed("POOL-1", docstring)


def test_a_version_of_the_runtime_has_each_rule_as_it_was_stated_last() -> None:
    assert [registry.at(version)["STAKE-19"].since for version in (233, 251, 252, 257, 261, 282)] == [
        233, 233, 252, 257, 261, 261
    ]  # fmt: skip
    assert ["NET-4" in registry.at(version) for version in (233, 251, 252)] == [True, True, False]
    assert ["STAKE-23" in registry.at(version) for version in (272, 273)] == [False, True]
