"""The specification: complete, executable, rendered, and joined to the reference."""

import doctest
from pathlib import Path

import pytest

from dtao_spec import contents, registry, render
from dtao_spec.__main__ import main
from dtao_spec.registry import RULES, SpecificationError


@pytest.mark.parametrize("chapter", contents.CHAPTERS, ids=lambda chapter: chapter.__name__)
def test_examples_are_right(chapter: object) -> None:
    result = doctest.testmod(chapter)  # type: ignore[arg-type]  # a module
    assert result.attempted > 0
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


def test_every_stated_rule_is_implemented() -> None:
    implemented = render.implementing_functions()
    assert [identifier for identifier in RULES if identifier not in implemented] == []


def test_links_lead_somewhere(root: Path) -> None:
    text = render.rendered(contents.CHAPTERS, contents.PREFACE)
    anchors = {part.partition('"')[0] for part in text.split('<a id="')[1:]}
    targets = {part.partition(")")[0] for part in text.split("](")[1:]}
    assert {target for target in targets if target.startswith("#") and target[1:] not in anchors} == set()
    assert [target for target in targets if not target.startswith("#") and not (root / target).exists()] == []


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
