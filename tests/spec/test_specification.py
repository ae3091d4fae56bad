"""The specification: complete, executable, rendered, and joined to the reference."""

import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import dtao
from dtao.outcome import Rejection
from dtao.settings import Hyperparameters, Parameters
from dtao_spec import (
    contents,
    eras,
    front,
    glossary,
    interface,
    markdown,
    pages,
    parameters,
    registry,
    rejections,
    render,
)
from dtao_spec.__main__ import main
from dtao_spec.registry import RULES, SpecificationError
from tests.depth import one_in


@pytest.mark.parametrize("module", contents.STATING, ids=lambda module: module.__name__)
def test_examples_are_right(module: ModuleType) -> None:
    result = doctest.testmod(module)
    stated = [one for rule in RULES.values() for one in rule.versions if one.function.__module__ == module.__name__]
    assert result.attempted >= len(stated)
    assert result.failed == 0


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_examples_are_right_with_the_rules_of_each_era(era: dtao.Era) -> None:
    runner, parser = doctest.DocTestRunner(verbose=False), doctest.DocTestParser()
    computing = [one for one in registry.at(era.spec_version).values() if "Computation(" in one.fields["Example"]]
    for one in computing:
        names = vars(sys.modules[one.function.__module__])
        runner.run(parser.get_doctest(render.example_in_era(one, era.spec_version), dict(names), one.id, None, 0))
    assert runner.summarize(verbose=False).failed == 0


def test_every_rule_stands_in_a_chapter() -> None:
    names = {render.chapter_name(chapter) for chapter in contents.CHAPTERS}
    assert {version.chapter for rule in RULES.values() for version in rule.versions} <= names


def test_the_documents_are_up_to_date_and_within_their_bounds(root: Path) -> None:
    documents = pages.documents()
    there = {path.relative_to(root).as_posix() for path in (root / registry.PAGES).iterdir()}
    assert there == documents.keys() - {pages.FRONT}
    assert [path for path, text in documents.items() if (root / path).read_text(encoding="utf-8") != text] == []
    assert pages.beyond_bounds(documents) == []


@pytest.mark.parametrize("first", one_in(3, 0, ["staking.swaps", "staking.trades", "bonds.yuma3"]))
def test_the_documents_do_not_depend_on_which_chapter_is_imported_first(first: str, root: Path) -> None:
    code = f"import sys, dtao_spec.chapters.{first}; from dtao_spec.__main__ import main; sys.exit(main(['--check']))"
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)


def test_a_page_beyond_its_bound_is_noticed() -> None:
    documents = {"SPEC.md": "x" * 100_001, "spec/pages/pools.md": "ä" * 100_000, "spec/pages/keys.md": "ä" * 100_001}
    assert pages.beyond_bounds(documents) == ["SPEC.md", "spec/pages/keys.md"]


def test_stale_documents_are_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], tmp_path) == 1
    assert "SPEC.md is stale" in capsys.readouterr().err
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    page = tmp_path / "spec/pages/pools.md"
    page.write_text(page.read_text(encoding="utf-8") + "more", encoding="utf-8")
    (tmp_path / "spec/pages/nothing.md").write_text("left over", encoding="utf-8")
    assert main(["--check"], tmp_path) == 1
    assert [line.split()[0] for line in capsys.readouterr().err.splitlines()] == [
        "spec/pages/nothing.md", "spec/pages/pools.md"
    ]  # fmt: skip
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    assert main(["--chek"], tmp_path) == 2


def test_the_rules_that_are_stated_are_implemented() -> None:
    assert RULES.keys() - render.implementations().keys() == set()


def test_every_rejection_is_in_the_table_and_comes_from_a_rule() -> None:
    names = {rejection.value for rejection in Rejection}
    assert set(rejections.MEANINGS) - names == set()
    named = set().union(*map(rejections.named_by, RULES.values()))
    assert set(rejections.MEANINGS) ^ (named & names) == {"BalanceWithdrawalError"}


def test_links_lead_somewhere(root: Path) -> None:
    documents = pages.documents()
    for path, text in documents.items():
        targets = {part.partition(")")[0] for part in text.split("](")[1:]}
        for target in targets:
            file, _, anchor = target.partition("#")
            there = (root / path).parent / file if file else root / path
            assert there.exists(), (path, target)
            if anchor and there.suffix == ".md":
                there_text = documents[there.resolve().relative_to(root.resolve()).as_posix()]
                assert f'<a id="{anchor}"></a>' in there_text, (path, target)


LABEL = r'(?:"[^"]+"|[^"\[\](){}|<>]+)'
SHAPES = (r"\(\({}\)\)", r"\[{}\]", r"\[\({}\)\]", r"\{{\{{{}\}}\}}", r"\{{{}\}}", r"\({}\)", r"\(\[{}\]\)")
NODE = f"[A-Za-z][A-Za-z0-9_]*(?:{'|'.join(shape.format(LABEL) for shape in SHAPES)})?"
EDGE = rf" (?:(?:-->|-\.->)(?:\|{LABEL}\|)?|-- {LABEL} -->|-\. {LABEL} \.->) "
DIAGRAM = re.compile(rf"flowchart (?:TD|LR)|direction (?:TB|LR)|end|subgraph {NODE}|{NODE}(?:{EDGE}{NODE})*")


def test_diagrams_are_made_of_what_mermaid_draws() -> None:
    blocks = [
        block for text in pages.documents().values() for block in re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL)
    ]
    assert len(blocks) >= 5
    for block in blocks:
        assert [line for line in block.splitlines() if not DIAGRAM.fullmatch(line.strip())] == []
        assert block.count("subgraph") == len(re.findall(r"^ *end$", block, re.MULTILINE))


def test_mathematics_is_closed_and_its_braces_pair() -> None:
    for path, text in pages.documents().items():
        formulas = re.findall(r"```math\n(.*?)```", text, re.DOTALL)
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        formulas += re.findall(r"\$`([^`]+)`\$", prose)
        prose = re.sub(r"`[^`]*`", "``", re.sub(r"\$`[^`]+`\$", "", prose))
        for line in prose.splitlines():
            assert line.count("$") % 2 == 0, (path, line)
            formulas += re.findall(r"\$([^$]+)\$", line)
        for formula in formulas:
            bare = formula.replace("\\{", "").replace("\\}", "").replace("\\lbrace", "").replace("\\rbrace", "")
            assert bare.count("{") == bare.count("}"), (path, formula)
            assert formula.count("\\left") == formula.count("\\right"), (path, formula)


def test_a_link_to_nowhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "OVERVIEW", "See [POOL-99](#pool-99).")
    with pytest.raises(SpecificationError, match=r"SPEC\.md: a link leads to #pool-99, which is nowhere"):
        pages.documents()


def test_a_reference_to_a_rule_that_the_era_does_not_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ONE_ERA", "See [NET-10](#net-10).")
    assert "[NET-10](#net-10)" in pages.document(257)
    with pytest.raises(SpecificationError, match="the document of 233: a link leads to #net-10"):
        pages.document(233)


def test_the_overview_names_rules_that_there_are() -> None:
    named = set(registry.IDENTIFIER.findall(front.OVERVIEW))
    assert {f"{family}-{number}" for family, number in named} - registry.at(eras.newest()).keys() == set()


def test_terms_are_in_order_and_each_leads_somewhere() -> None:
    names = [term.name.lower() for term in glossary.TERMS]
    assert names == sorted(names)
    assert all(term.places for term in glossary.TERMS)


def test_paragraphs_and_items_flow_and_tables_do_not() -> None:
    prose = "One\nline.\n\n- an\n  item\n- another\n\n1. first\n2. second\n   one\n\n| a |\n|---|"
    assert markdown.flowing(prose) == "One line.\n\n- an item\n- another\n\n1. first\n2. second one\n\n| a |\n|---|"


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
    assert markdown.mathematics(text) == rendered


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
    assert ["STAKE-24" in registry.at(version) for version in (252, 257)] == [False, True]


def test_every_parameter_is_in_the_tables() -> None:
    told = {item for one in (*parameters.NETWORK, *parameters.SUBNET) for item in one.items}
    for era in dtao.ERAS:
        items = era.runtime.items.by_name.values()
        settings = {item.name for item in items if item.record in (Parameters, Hyperparameters)}
        assert settings - told == set(), era.name


def test_every_event_is_in_the_table() -> None:
    assert {name for era in dtao.ERAS for name in era.runtime.events} == set(interface.RULES_OF_EVENT)


def test_versions_begin_with_an_era() -> None:
    starts = {era.spec_version for era in dtao.ERAS}
    assert {version.since for rule in RULES.values() for version in rule.versions} - starts == set()


def test_only_the_last_version_of_a_rule_ends_it() -> None:
    assert [rule.id for rule in RULES.values() if any(version.until for version in rule.versions[:-1])] == []


def test_every_version_says_what_it_changed() -> None:
    told = list(RULES.values())
    assert [rule.id for rule in told if "Change" in rule.first.fields] == []
    silent = [(rule.id, one.since) for rule in told for one in rule.versions[1:] if "Change" not in one.fields]
    assert silent == []


def test_every_rounding_can_be_run() -> None:
    told = [rule for rule in RULES.values() if rule.chapter != "notation"]  # which rounds itself
    only_stated = [
        (rule.id, version.since)
        for rule in told
        for version in rule.versions
        if not re.match(r"none|as \[?[A-Z]+-", version.fields["Rounding"])
        and version.rounded is None
        and "rules" not in inspect.signature(version.function).parameters
    ]
    assert only_stated == []


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_the_document_of_an_era_names_no_other(era: dtao.Era) -> None:
    text = pages.document(era.spec_version)
    assert foreign(era, text) == []


def foreign(era: dtao.Era, text: str) -> list[str]:
    """The lines of an era's document that name another era or refer to another text."""
    others = [one for one in dtao.ERAS if one is not era]
    names = [re.escape(one.name) for one in others]
    versions = {one.spec_version for one in others}
    words = rf"\b(?:{'|'.join(names)}|as before|later versions?|earlier versions?)\b"
    numbers = rf"(?<![\d.,`|] )(?<![\d.,`_-])(?:{'|'.join(map(str, sorted(versions)))})(?! ?\d)(?![.,]\d)"
    stated = (line for line in text.splitlines() if not line.startswith("**Code.**"))  # modules are called so
    return [line for line in stated if re.search(words, line) or re.search(numbers, line)]
