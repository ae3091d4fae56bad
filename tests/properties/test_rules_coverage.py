"""``dtao rules --coverage``: every line and branch of a rule's code is reached by a vector, or there is a reason."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import settings
from typer.testing import Result

import dtao
from dtao_properties.adapters.endpoint import REFERENCE, connected
from dtao_properties.adapters.protocol import Session
from dtao_properties.conformance.selection import selected
from dtao_properties.conformance.vectors import Header, Vector
from dtao_properties.conformance.verdicts import judged
from dtao_properties.trace.rules import command, matrix, text
from dtao_properties.trace.rules.coverage import NEVER, Coverage, Unreached, functions_covered, measured, told, total
from dtao_properties.trace.rules.further import KINDS
from dtao_properties.trace.rules.gaps import uncovered
from dtao_properties.trace.rules.unreached import UNREACHED
from tests.properties.reaching import chosen_vectors, every_vector

Dtao = Callable[..., Result]

SOURCE = """
def partly(x):
    if x:
        x = 1
    while x:
        x -= 1
    return x

def mistaken(x):
    if x:
        raise InputError("x")
    return 0

class Class:
    def method(self):
        def inner():
            return 2
        return inner

def never():
    if 1:
        return 3
"""


def part(executed: list[int], missing: list[int], branches: int = 0, jumps: tuple[tuple[int, int], ...] = ()) -> object:
    return {
        "executed_lines": executed,
        "missing_lines": missing,
        "missing_branches": [list(jump) for jump in jumps],
        "summary": {
            "num_statements": len(executed) + len(missing),
            "covered_lines": len(executed),
            "num_branches": branches,
            "covered_branches": branches - len(jumps),
        },
    }


REPORT = {
    "": part([1, 9], []),
    "partly": part([3, 5, 7], [4, 6], 4, ((3, 4), (5, 6))),
    "mistaken": part([10, 12], [11], 2, ((10, 11),)),
    "Class.method": part([16, 18], []),
    "Class.method.inner": part([], [17]),
    "never": part([], [21, 22], 2, ((21, 22), (21, -20))),
}
PARTLY = Coverage(
    "m.partly", 5, 3, 4, 2, (Unreached(3, "if x: → x = 1"), Unreached(5, "while x: → x -= 1")),
)  # fmt: skip


@pytest.fixture(scope="module")
def covered() -> dict[str, Coverage]:
    """What the chosen vectors reach, or all of them if that is not enough, and in a deep run."""
    is_deep = settings.default is not None and settings.default.max_examples > 1_000
    found = replayed(every_vector() if is_deep else chosen_vectors())
    return replayed(every_vector()) if list(uncovered(found.values())) and not is_deep else found


def replayed(vectors: Iterable[tuple[Header, Vector]]) -> dict[str, Coverage]:
    session, found = Session(connected(REFERENCE)), dict[str, Coverage]()
    launch = dtao.era("launch")
    launch.step(launch.genesis())  # a block that no other was before, as only the first of a process is
    with measured(found):
        for header, vector in vectors:
            assert judged(session, header, vector).status == "passed"
    return found


def test_what_no_vector_reaches_has_a_reason(covered: dict[str, Coverage]) -> None:
    assert list(uncovered(covered.values())) == []


def test_no_reason_is_given_twice() -> None:
    assert all(reason.endswith(".") for reasons in UNREACHED.values() for reason in reasons.values())


def test_places_are_named_once_and_inner_functions_belong_to_the_outer_one() -> None:
    found = functions_covered("m", SOURCE, REPORT)  # type: ignore[arg-type]  # a report as coverage.py writes it
    assert found == {
        "m.partly": PARTLY,
        "m.mistaken": Coverage("m.mistaken", 3, 2, 2, 1, (Unreached(10, 'if x: → raise InputError("x")'),)),
        "m.Class.method": Coverage("m.Class.method", 3, 2, 0, 0, (Unreached(17, NEVER),)),
        "m.never": Coverage("m.never", 2, 0, 2, 0, (Unreached(21, NEVER),)),
    }


def test_telling_users_of_their_mistakes_needs_no_vector() -> None:
    found = functions_covered("m", SOURCE, REPORT)  # type: ignore[arg-type]  # a report as coverage.py writes it
    assert [function for function, _ in told(found.values())] == ["m.Class.method", "m.never", "m.partly", "m.partly"]


def test_a_place_without_a_reason_and_a_reason_without_a_place_are_told() -> None:
    reasons = {"m.partly": {"if x: → x = 1": "why", "return x": "why"}}
    assert list(uncovered([PARTLY], reasons)) == [
        "m.partly: no vector reaches `while x: → x -= 1` (line 5). Record one, or waive it.",
        "m.partly: the waiver that no vector reaches `return x` is out of date. Remove it.",
    ]


def test_what_another_version_of_the_runtime_may_come_to_is_no_gap() -> None:
    switched = Unreached(1, "if state.runtime.x: → return 0")
    never, by_result = Unreached(2, NEVER), Unreached(3, "if x: → return state.runtime.x")
    places = Coverage("m.f", 3, 1, 2, 1, (switched, never, by_result))
    assert list(uncovered([places], {})) == [
        "m.f: no vector reaches `if x: → return state.runtime.x` (line 3). Record one, or waive it."
    ]


def test_what_runs_is_measured_and_nothing_is_left_watching() -> None:
    before = sys.gettrace()
    found: dict[str, Coverage] = {}
    with measured(found):
        assert "ISS-1" in command.watched(selected(suite="issuance"))
    assert sys.gettrace() is before
    assert found["dtao.rules.issuance.block_emission"].figures.startswith("lines ")
    assert found["dtao.rules.issuance.block_emission"].unreached == ()
    assert found["dtao.rules.pool.payout"].unreached[0].text == NEVER
    assert total([PARTLY, PARTLY]).figures == "lines 6/10, branches 4/8"


def test_the_matrix_and_a_rule_show_it(dtao_command: Dtao, covered: dict[str, Coverage], tmp_path: Path) -> None:
    saved = tmp_path / "seen.json"
    matrix.saved(saved, {}, covered)
    assert matrix.read_coverage(saved) == covered
    printed = dtao_command("rules", "--from", saved).stdout.splitlines()
    assert printed[0].split()[-2:] == ["lines", "branches"]
    of_rule = next(one for one in matrix.rows({}, None, covered) if one.rule.id == "POOL-2").coverage
    assert of_rule is not None
    assert [one.function for one in of_rule] == ["dtao.rules.pool.payout"]
    whole = total(of_rule)
    (line,) = (line for line in printed if line.startswith("POOL-2 "))
    assert line.split()[-2:] == [f"{whole.reached_lines}/{whole.lines}", f"{whole.reached_branches}/{whole.branches}"]
    assert (
        f"The vectors reach of {len(covered)} functions of the reference: {total([*covered.values()]).figures}."
        in printed
    )
    waived = covered["dtao.rules.pool.price"].unreached[0]
    assert f"  dtao.rules.pool.price: {waived.text}" in printed
    assert f"    {UNREACHED['dtao.rules.pool.price'][waived.text]}" in printed
    of_price = dtao_command("rules", "PRICE-1", "--from", saved).stdout
    assert f"dtao.rules.pool.price: {covered['dtao.rules.pool.price'].figures}" in of_price
    assert (
        f"not reached, line {waived.line}: {waived.text}. {UNREACHED['dtao.rules.pool.price'][waived.text]}" in of_price
    )
    answer = json.loads(dtao_command("rules", "--from", saved, "--json").stdout)
    assert [*map(Coverage.from_json, answer["coverage"])] == [*covered.values()]
    (row,) = (row for row in answer["rules"] if row["id"] == "POOL-2")
    assert [*map(Coverage.from_json, row["coverage"])] == [*of_rule]


def test_it_is_measured_where_it_is_asked_for(dtao_command: Dtao) -> None:
    printed = dtao_command("rules", "ISS-1", "--coverage", "--suite", "issuance").stdout
    assert "dtao.rules.issuance.block_emission: lines " in printed


def test_without_coverage_nothing_is_said_of_it() -> None:
    rows = matrix.rows({}, None)
    assert next(text.matrix_lines(rows)).split()[-1] == KINDS[-1]
    assert not any("Coverage" in line for line in text.row_lines(rows[0]))


def test_a_file_without_coverage_exits_2_if_it_is_asked_for(dtao_command: Dtao, tmp_path: Path) -> None:
    saved = tmp_path / "seen.json"
    matrix.saved(saved, {})
    assert matrix.read_coverage(saved) is None
    result = dtao_command("rules", "--from", saved, "--coverage")
    assert result.exit_code == 2
    assert "it holds no coverage. Write it with --coverage --save." in result.stderr
    saved.write_text('{"format": "dtao-reached/1", "rules": {}, "coverage": [{}]}', encoding="utf-8")
    result = dtao_command("rules", "--from", saved)
    assert result.exit_code == 2
    assert "its coverage is not as --save writes it" in result.stderr


def test_without_coverage_py_it_exits_2(dtao_command: Dtao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "coverage", None)
    result = dtao_command("rules", "--coverage", "--suite", "issuance")
    assert result.exit_code == 2
    assert "--coverage needs coverage.py: pip install 'dtao-spec[coverage]'." in result.stderr
