"""``dtao rules ID``: which version says what of a rule, which computes with what, and what is watched."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from typer.testing import Result

import dtao
from dtao_properties.conformance.selection import Selected, selected
from dtao_properties.reach import naming, shipped, watching
from dtao_properties.reach.watching import Reached, gathered, reached
from dtao_properties.trace.rules import command, matrix, text, versions
from dtao_spec.registry import RULES

Dtao = Callable[..., Result]
LAST = dtao.ERAS[-1].last_spec_version


@cache
def rows() -> dict[str, matrix.Row]:
    return {row.rule.id: row for row in matrix.rows({}, None)}


def one_rule(rule: str) -> list[str]:
    return list(text.known_lines(rows()[rule]))


def test_a_rule_that_changed_is_told_as_each_version_states_it() -> None:
    told = one_rule("STAKE-19")
    assert told[1] == (
        "  Eras: All; changed in 252 (dynamic-fees), 257 (start-call), 261 (unsigned-math) and "
        "283 (concentrated-liquidity)."
    )
    heads = [number for number, line in enumerate(told) if line.startswith(("  In ", "  Changed in "))]
    assert [told[number] for number in heads] == [
        "  In 233-251:",
        "  Changed in 252 (dynamic-fees):",
        "  Changed in 257 (start-call):",
        "  Changed in 261 (unsigned-math):",
        "  Changed in 283 (concentrated-liquidity):",
    ]
    assert told[heads[0] + 1].startswith("  Statement: The fee for unstaking MUST be 50 000 rao")
    assert [told[number + 1] for number in heads[1:]] == [
        "    In 252-256:",
        "    In 257-260:",
        "    In 261-282:",
        f"    In 283-{LAST}:",
    ]
    changes = [version.fields["Change"].split()[:3] for version in RULES["STAKE-19"].versions[1:]]
    assert [told[number + 2].split()[:4] for number in heads[1:]] == [["Change:", *words] for words in changes]
    assert sum(line.startswith("    Statement: The fee for unstaking MUST be") for line in told) == len(changes) - 1
    assert max(map(len, told)) <= 120  # however long a field is


def test_functions_are_told_with_the_versions_that_compute_with_them() -> None:
    code = {tuple(line.split()[:2]): line.rpartition("  in ")[2] for line in one_rule("STAKE-19") if ".py:" in line}
    assert {names: code[names] for names in code if names != ("reference", "transition_fee")} == {
        ("exact", "flat_fee"): "233-251",
        ("exact", "fee_by_dividends"): "252-256",
        ("exact", "fee_by_dividends_or_alpha"): "257-260",
        ("exact", "fee_by_proceeds"): "261-282",
        ("exact", "no_fee"): f"283-{LAST}",
        ("reference", "flat_fee"): "233-251",
        ("reference", "fee_by_dividends"): "252-256",
        ("reference", "fee_by_dividends_or_alpha"): "257-260",
        ("reference", "fee_by_proceeds"): "261-282",
        ("reference", "no_fee"): f"283-{LAST}",
    }
    assert "  in " not in code["reference", "transition_fee"]
    assert not [line for line in one_rule("DIV-3") if ".py:" in line and "  in " in line]


@pytest.mark.parametrize(
    ("rule", "eras", "span"),
    [("DIV-3", "All.", (233, LAST)), ("POOL-2", "From 233 (launch) to 282.", (233, 282)),
     ("BOND-1", "From 233 (launch) to 272.", (233, 272)),
     ("NET-4", "From 233 (launch) to 251.", (233, 251)), ("STAKE-20", "From 244 (dividend-fix) on.", (244, LAST))],
)  # fmt: skip
def test_a_rule_that_never_changed_has_one_statement(rule: str, eras: str, span: versions.Span) -> None:
    told = one_rule(rule)
    assert told[1] == f"  Eras: {eras}"
    assert told[2].startswith("  Statement: ")
    assert [one.span for one in versions.statements(RULES[rule])] == [span]


def test_versions_that_do_not_follow_each_other_are_told_apart() -> None:
    assert versions.said(versions.merged([(233, 233), (234, 237), (244, 244), (252, 256), (273, 273)])) == (
        "233-237 and 244 and 252-256 and 273"
    )


def test_a_vector_counts_only_where_the_rule_is_in_force() -> None:
    def rules(era: int, suite: str) -> set[str]:
        (part,) = selected(suite=suite, era=str(era))
        return set(gathered(reached([Selected(part.suite, part.indexes[:1])])))

    prices = {era: rules(era, "launch") for era in (244, 252)}
    bonds = {era: rules(era, "yuma") for era in (265, 273)}
    assert ["PRICE-4" in named for named in prices.values()] == [False, True]
    assert ["BOND-8" in named for named in bonds.values()] == [True, False]
    for era, named in (*prices.items(), *bonds.items()):
        assert named == {rule for rule in named if watching.holds(RULES[rule], era)}


@pytest.mark.parametrize(
    ("rule", "everything", "eras"),
    [("POOL-2", False, [233]), ("STAKE-19", False, [233, 252, 257, 261, 283]), ("PRICE-4", False, [246, 258]),
     ("NET-4", True, [233, 234, 238, 239, 244, 245, 246, 247]),
     ("STAKE-21", True, [era.spec_version for era in dtao.ERAS if era.spec_version >= 273])],
)  # fmt: skip
def test_the_eras_that_brought_and_changed_a_rule_are_watched(
    monkeypatch: pytest.MonkeyPatch, rule: str, everything: bool, eras: list[int]
) -> None:
    asked: list[int] = []

    def chosen(era: str) -> list[Selected]:
        asked.append(int(era))
        return []

    monkeypatch.setattr(command, "selected", chosen)
    _, told = command.Watch((), None, None, None, coverage=False, everything=everything).choice(RULES[rule])
    assert asked == eras
    named = " and ".join(f"{era} ({dtao.era(era).name})" for era in eras)
    assert told == f"the 0 of {named}" + ("" if everything else "; --all watches those of every era with the rule")


def test_without_the_vectors_of_an_era_the_rule_is_told_all_the_same(
    dtao_command: Dtao, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setattr(naming, "folder", lambda: None)
    monkeypatch.setattr(shipped, "bundled", lambda: [root / "spec/vectors/launch/kernel"])
    result = dtao_command("rules", "stake-21")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "  Vectors that reach it: 0 of the 0 of no era; none of 273 is installed (dtao-vectors has them)" in (
        result.stdout
    )


def test_what_needs_no_watching_is_printed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []
    before: list[str] = []

    def watched(choice: object) -> dict[str, Reached]:
        before.extend(printed)
        return {}

    monkeypatch.setattr(naming, "folder", lambda: None)
    monkeypatch.setattr(command, "watched", watched)
    monkeypatch.setattr(command, "_print", printed.extend)
    command.run("POOL-2", vectors=(), suite="issuance", source=None, target=None, as_json=False, coverage=False)
    assert before[0] == "POOL-2  Payout of a pool"
    assert any(line.startswith("    reference  payout  ") for line in before)
    assert printed[len(before)] == "  Vectors that reach it: 0 of the 330 selected"


def test_what_is_watched_is_said(dtao_command: Dtao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "folder", lambda: None)
    result = dtao_command("rules", "ISS-1", "--suite", "issuance")
    assert result.stderr == "dtao: watching the reference while it replays 330 vectors\n"
    assert "  Vectors that reach it: 330 of the 330 selected\n" in result.stdout
    answer = json.loads(dtao_command("rules", "STAKE-19", "--suite", "issuance", "--json").stdout)
    assert answer["watched"] == "the 330 selected"
    assert answer["eras"].startswith("All; changed in 252")
    assert [change["spec_versions"] for change in answer["changes"]] == [
        [252, 256], [257, 260], [261, 282], [283, LAST],
    ]  # fmt: skip
    assert answer["changes"][0]["exact"]["name"] == "fee_by_dividends"
    assert answer["changes"][0]["fields"]["Statement"] == RULES["STAKE-19"].versions[1].fields["Statement"]
    (flat,) = (one for one in answer["reference"] if one["name"] == "flat_fee")
    assert flat["spec_versions"] == [[233, 251]]


def test_rules_are_told_without_latex_and_links() -> None:
    """As a terminal shows them; --json has the fields as they are written."""
    for rule in RULES:
        for line in one_rule(rule):
            assert "\\" not in line, line
            assert "](#" not in line, line
    assert "  Formula: y = R_out - R'_out = (R_out x) / (R_in + x),  R'_out ≥ 10^7" in one_rule("POOL-2")
