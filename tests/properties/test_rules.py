"""``dtao rules``: every rule has its function and its vectors, and the matrix says so truthfully."""

import ast
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from inspect import isfunction
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from typer.testing import Result

import dtao
from dtao.calls import (
    DisableLp,
    SetColdkeyAutoStakeHotkey,
    SetPendingChildkeyCooldown,
    SetRootClaimTypeBySubnet,
    ToggleUserLiquidity,
    TryAssociateHotkey,
)
from dtao.errors import InputError
from dtao.fixed import I64F64
from dtao.outcome import Rejected
from dtao.rule import implements
from dtao.rules import shares
from dtao.transcendental import checked_sqrt
from dtao.transitions.balances import withdraw
from dtao.transitions.senate import join_senate, replace_senator
from dtao.units import AccountId, Rao
from dtao_properties.causes.marked import rules_by_code
from dtao_properties.conformance.selection import selected, vectors_of
from dtao_properties.fuzz.tally import Tally, watching
from dtao_properties.reach import eras as reach
from dtao_properties.reach import naming, shipped
from dtao_properties.reach.watching import Reached, gathered, reached
from dtao_properties.trace.rules import command, gaps, matrix, waivers
from dtao_properties.trace.rules.further import KINDS, Further, further
from dtao_spec import rejections
from dtao_spec.registry import RULES
from dtao_spec.render import functions_of, reference_modules
from tests.depth import of_many
from tests.properties.toy import lines, write
from tests.reference.outcomes import HOTKEY, OTHER_HOTKEY, OWNER, state_with

LAUNCH = dtao.era("launch")

Dtao = Callable[..., Result]
Seen = dict[str, Reached]
EVERY = of_many(120, 10)
"""Of every so many files a few vectors are replayed."""


def lacking(found: Mapping[str, Reached]) -> list[str]:
    return list(gaps.unreached(matrix.rows(found, None), waivers.ACCEPTING, waivers.REJECTING))


@pytest.fixture(scope="module")
def seen() -> Seen:
    """What the bundled vectors reach, as it was measured; that it is still so is a test of its own."""
    found, missing = shipped.known()
    assert missing == []
    return shipped.put_together(found)


def test_what_is_shipped_is_fresh() -> None:
    """Of every file that it speaks of these vectors; of some that a few of them reach what is written.

    Run ``python -m dtao_properties.reach`` if it is not: that measures what is missing or wrong.
    """
    assert [(head.name, why) for head, why in shipped.stale(every=EVERY)] == []


def test_what_is_shipped_is_written_and_read_alike() -> None:
    found, _ = shipped.known()
    assert {one.suite: one.line() for one in found} == {
        one.suite: one.line() for one in (shipped.Measured.of_line(json.loads(one.line())) for one in found)
    }
    (part,) = selected(suite="launch/scenario/pool")
    (one,) = (one for one in found if one.suite == "launch/scenario/pool")
    assert shipped.measured(part.header.path) == one
    assert shipped.differing(part.suite, one) == []
    forgotten = evolve(one, rules={rule: found for rule, found in one.rules.items() if rule != "POOL-2"})
    assert shipped.differing(part.suite, forgotten) != []


def test_reading_what_is_shipped_replays_nothing(dtao_command: Dtao, monkeypatch: pytest.MonkeyPatch) -> None:
    def replayed(choice: object) -> dict[str, Reached]:
        raise AssertionError

    monkeypatch.setattr(command, "watched", replayed)
    result = dtao_command("rules", "BLOCK-3")
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("  Vectors that reach it: "))
    assert int(line.split()[4]) > 100
    with pytest.raises(AssertionError):
        dtao_command("rules", "POOL-2", "--watch")


def planted() -> None:
    """A function that implements nothing."""


# What fails when the specification, the reference and the vectors do not fit together.


def test_every_rule_is_implemented() -> None:
    assert list(gaps.unimplemented(RULES, matrix.implementations())) == []


def test_every_mark_is_a_rule() -> None:
    assert list(gaps.unstated(RULES, matrix.implementations())) == []


def test_every_public_function_of_the_rules_and_calls_implements_a_rule_or_is_waived() -> None:
    assert list(gaps.ruleless(matrix.unmarked(matrix.ruled_modules()), waivers.FUNCTIONS)) == []


def test_every_rule_is_reached_by_vectors_or_waived(seen: Seen) -> None:
    assert lacking(seen) == []


def test_every_rule_is_named_by_a_test(root: Path) -> None:
    assert list(gaps.untested(matrix.rows({}, naming.tests_by_rule(root / "tests")))) == []


def test_every_recorded_rejection_is_stated_by_the_rule_of_the_call() -> None:
    def stated(rule: str, before: tuple[str, ...] = ()) -> frozenset[str]:
        text = RULES[rule].first.fields.get("Rejections", "")
        further = [other for other in RULES if f"[{other}]" in text and other not in (rule, *before)]
        return rejections.named(text).union(*(stated(other, (rule, *before)) for other in further))

    of_call = {
        name: set[str]().union(*map(stated, vars(call)["apply"].rules)) for name, call in LAUNCH.runtime.calls.items()
    }
    recorded = chain.from_iterable(vector.body["steps"] for part in selected(suite="launch/scenario/*")
                                   for vector in vectors_of(part))  # fmt: skip
    refusals = {(step["call"], step["error"]) for step in recorded if step["do"] == "call" and step["error"]}
    assert len(refusals) > 100
    assert {(call, error) for call, error in refusals if error not in of_call[call]} == set()


def test_no_mark_is_overlooked(root: Path) -> None:
    def marks(tree: ast.AST) -> Iterator[ast.Call]:
        for node in ast.walk(tree):
            for decorator in getattr(node, "decorator_list", ()):
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "implements":
                    yield decorator

    texts = (path.read_text(encoding="utf-8") for path in (root / "reference/dtao").rglob("*.py"))
    written = sum(len(mark.args) for text in texts for mark in marks(ast.parse(text)))
    assert sum(map(len, matrix.implementations().values())) == written
    marked = [one for module in reference_modules() for _, one in functions_of(module) if getattr(one, "rules", ())]
    assert all(map(isfunction, marked))  # nothing else has the code by which it is watched


READ_ONLY = frozenset({"STAKE-8", "NET-4", "LOCK-8", "LOCK-14"})
"""What only a read asks for; subnets were never pruned before 244, and conviction changes no owner before 425."""


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_every_mark_stands_on_what_blocks_and_calls_run(era: dtao.Era) -> None:
    """A mark on a wrapper that only a phase calls would say that the vectors of blocks do not reach its rule."""
    marked, _ = rules_by_code()
    everywhere, here = (
        {rule for code in reach.reached(era, roots) for rule in marked.get(code, ())}
        for roots in (reach.ROOTS["block"], (reach.STEP, "calls"))
    )
    assert everywhere - here <= READ_ONLY
    assert len(here) > 160


def test_a_block_runs_the_functions_that_are_marked_with_its_rules() -> None:
    state = LAUNCH.genesis()
    tally = Tally()
    with watching(tally):
        LAUNCH.step(state, blocks=360)
    assert {"BLOCK-1", "BLOCK-2", "BLOCK-3", "BLOCK-4", "ISS-1", "EMIT-1", "EPOCH-1", "PRICE-2"} <= tally.rules


# Each of these checks, seen failing.


def test_a_rule_without_a_function_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(gaps.unimplemented({**RULES, "POOL-99": None}, matrix.implementations())) == [
        'POOL-99: no function of the reference implements it. Mark one with @implements("POOL-99").'
    ]
    monkeypatch.delattr("dtao.rules.pool.payout.rules")
    assert [one.partition(":")[0] for one in gaps.unimplemented(RULES, matrix.implementations())] == ["POOL-2"]


def test_a_mark_that_is_no_rule_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtao.rules.pool.payout.rules", ("POOL-2", "POOL-99"))
    (found,) = (one for one in gaps.unstated(RULES, matrix.implementations()) if one.startswith("POOL-99: "))
    assert "payout (reference/dtao/rules/pool.py:" in found


def test_a_public_function_without_a_rule_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(table: Mapping[str, str]) -> list[str]:
        return list(gaps.ruleless(matrix.unmarked(matrix.ruled_modules()), table))

    before = check(waivers.FUNCTIONS)
    monkeypatch.setattr(planted, "__module__", shares.__name__)
    monkeypatch.setattr(shares, "planted", planted, raising=False)
    told = "dtao.rules.shares.planted: it implements no rule. Mark it, make it private, or waive it."
    assert [one for one in check(waivers.FUNCTIONS) if one not in before] == [told]
    assert check({**waivers.FUNCTIONS, "dtao.rules.shares.planted": "why"}) == before
    implements("SHARE-1")(planted)
    assert check(waivers.FUNCTIONS) == before
    del planted.rules  # type: ignore[attr-defined]  # it was just set
    monkeypatch.setattr(shares, "_planted", planted, raising=False)
    monkeypatch.delattr(shares, "planted")
    assert check(waivers.FUNCTIONS) == before
    assert check({**waivers.FUNCTIONS, "dtao.rules.pool.payout": "why"}) == [
        *before,
        "dtao.rules.pool.payout: it is waived for implementing no rule, but does, or is gone. Remove the waiver.",
    ]
    monkeypatch.delattr(LAUNCH.runtime.calls["transfer"].apply, "rules")
    (found,) = (one for one in check(waivers.FUNCTIONS) if one not in before)
    assert found.startswith("dtao.calls.balances.Transfer.apply: ")


def test_a_rule_that_no_vector_reaches_is_told(seen: Seen) -> None:
    unreached = {rule: found for rule, found in seen.items() if rule != "EMIT-1"}
    assert lacking(unreached) == ["EMIT-1: it comes to a result in no vector. Record one, or waive it."]
    never = {**seen, "STAKE-11": evolve(seen["STAKE-11"], rejecting=())}
    assert lacking(never) == ["STAKE-11: it rejects in no vector. Record one, or waive it."]
    always = {**seen, "STAKE-11": evolve(seen["STAKE-11"], accepting=())}
    assert lacking(always) == ["STAKE-11: it comes to a result in no vector. Record one, or waive it."]


def test_waivers_are_told_that_are_missing_or_out_of_date(seen: Seen) -> None:
    rows = matrix.rows(seen, None)
    fewer = {rule: reason for rule, reason in waivers.REJECTING.items() if rule != "FIX-13"}
    assert list(gaps.unreached(rows, waivers.ACCEPTING, fewer)) == [
        "FIX-13: it rejects in no vector. Record one, or waive it."
    ]
    assert list(gaps.unreached(rows, {**waivers.ACCEPTING, "POOL-2": "why"}, waivers.REJECTING)) == [
        "POOL-2: the waiver that it comes to a result in no vector is out of date. Remove it."
    ]


def test_a_rule_that_rejects_without_saying_so_is_told(seen: Seen) -> None:
    assert lacking({**seen, "EMIT-1": Reached(("a",), ("b",))}) == [
        "EMIT-1: it rejects in b, but states no Rejections. State them."
    ]


def test_a_rule_that_no_test_names_is_told(seen: Seen) -> None:
    tests = dict.fromkeys(RULES, ("tests/x.py::test_x",))
    assert list(gaps.untested(matrix.rows(seen, tests))) == []
    assert list(gaps.untested(matrix.rows(seen, {**tests, "POOL-2": ()}))) == [
        'POOL-2: no test names it. Mark one with @pytest.mark.rule("POOL-2").'
    ]
    assert list(gaps.untested(matrix.rows(seen, None))) == []


# Waivers hold no rejection back: what no vector rejects is rejected all the same.


def test_what_is_waived_for_rejecting_in_no_vector_rejects() -> None:
    values = {"POOL-16", "POOL-20", "REG-6", "STAKE-2"}  # they return a reason, which the calls turn into a rejection
    origins = {"STATE-14", "CHILD-12", "POOL-24", "POOL-28", "STAKE-28"}
    keys = {"KEY-3", "KEY-6"}  # tests/reference/test_relations.py has what they refuse
    accounts = {"CLAIM-5", "STATE-4", "STATE-6", "STATE-17"}  # as has tests/reference/test_subnet_accounts.py
    later = {"LOCK-12", "LOCK-15", "POOL-37"}  # as have test_lock_calls.py and test_tempo.py
    others = {"CLAIM-10", "FIX-13", "STATE-12", "STATE-13"}
    assert set(waivers.REJECTING) == others | origins | keys | values | accounts | later
    assert checked_sqrt(I64F64, -1, 1) is None
    new = state_with({})
    poor = state_with({f"Balance/{OWNER}": "500", "BalancesTotalIssuance": "500"})
    with pytest.raises(Rejected, match="ZeroBalanceAfterWithdrawn"):
        withdraw(poor, AccountId(OWNER), Rao(500))
    with pytest.raises(Rejected, match="InvalidSubnetNumber"):
        SetRootClaimTypeBySubnet(signer=OWNER, new_root_claim_type=()).apply(new)
    seated = evolve(new, senate=(AccountId(HOTKEY), AccountId(OTHER_HOTKEY)))
    assert replace_senator(seated, AccountId(HOTKEY), AccountId(OTHER_HOTKEY)) is None
    with pytest.raises(Rejected, match="HotKeyAlreadyRegisteredInSubNet"):
        join_senate(seated, AccountId(HOTKEY))
    for call in (
        TryAssociateHotkey(signer=None, hotkey=HOTKEY),
        SetColdkeyAutoStakeHotkey(signer=None, hotkey=HOTKEY),
        SetPendingChildkeyCooldown(signer=OWNER, cooldown=1),
        ToggleUserLiquidity(signer=OTHER_HOTKEY, netuid=1, enable=True),
        DisableLp(signer=OWNER),
    ):
        with pytest.raises(Rejected, match="BadOrigin"):
            call.apply(new)


# What is seen while vectors are replayed.


def test_the_calls_of_a_vector_are_seen_as_they_were_recorded() -> None:
    choice = [part for suite in ("rejections", "limit", "swapkeys") for part in selected(suite=f"launch/*/{suite}")]
    found = dict(reached(choice))
    vectors = list(chain.from_iterable(map(vectors_of, choice)))
    assert [vector.id for vector in vectors] == list(found)
    for vector in vectors:
        expected: dict[str, set[bool]] = {}
        for step in vector.body["steps"]:
            if step["do"] == "call":
                for rule in vars(LAUNCH.runtime.calls[step["call"]])["apply"].rules:
                    expected.setdefault(rule, set()).add(step["error"] is None)
        for rule, outcomes in expected.items():
            one = found[vector.id][rule]
            assert bool(one.rejecting) == (False in outcomes)
            assert one.accepting or True not in outcomes  # other calls may pass a check of the same rule


def test_kernels_are_seen_and_nothing_is_left_watching() -> None:
    before = sys.getprofile()
    found = gathered(reached(selected(suite="transcendental")))
    assert sys.getprofile() is before
    assert {"FIX-9", "FIX-10", "FIX-11", "FIX-13"} <= found.keys()
    assert found["FIX-9"].rejecting  # the logarithm of a number that is not positive
    assert all(rule.startswith("FIX-") for rule in found)


def test_a_vector_from_which_the_reference_diverges_is_refused(tmp_path: Path) -> None:
    kernel = {"kernel": "block_emission_for_issuance", "args": {"issuance": "0"}}
    wrong = {"id": "launch/kernel/issuance/wrong", **kernel, "value": "999999999"}
    content = lines([wrong], era="launch", spec_version=233, suite="issuance")
    with pytest.raises(InputError, match="issuance/wrong: the reference diverges from the recording"):
        gathered(reached(selected([write(tmp_path / "wrong.jsonl", content)])))


# The command.


@pytest.fixture
def saved(seen: Seen, tmp_path: Path) -> Path:
    matrix.saved(tmp_path / "seen.json", seen)
    return tmp_path / "seen.json"


def test_the_matrix_is_printed(dtao_command: Dtao, saved: Path, monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    monkeypatch.setattr(naming, "folder", lambda: None)
    result = dtao_command("rules", "--from", saved)
    assert result.exit_code == 0
    printed = result.stdout.splitlines()
    assert printed[0].split() == ["rule", "exact", "reference", "accepting", "rejecting", "tests", *KINDS]
    assert printed[1].startswith("FIX-1 ")
    (line,) = (line for line in printed if line.startswith("STAKE-10 "))
    counts = [str(len(seen["STAKE-10"].accepting)), str(len(seen["STAKE-10"].rejecting)), "?"]
    assert line.split()[:6] == [
        "STAKE-10",
        f"staking_calls.{RULES['STAKE-10'].first.function.__name__}",
        "AddStakeLimit.apply",
        *counts,
    ]
    assert len(line.split()) == 6 + len(KINDS)
    number, reached_by_some = len(RULES), len(RULES) - len(waivers.ACCEPTING)
    assert f"{number} rules: {number} implemented by the reference, {reached_by_some} reached by vectors." in printed
    assert f"  FIX-13 rejecting: {waivers.REJECTING['FIX-13']}" in printed
    assert "Tests are shown where this runs in the repository: they are not installed." in printed
    assert "Missing:" not in printed


def test_what_is_missing_is_printed_and_exits_1(
    dtao_command: Dtao, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waivers, "REJECTING", {})
    monkeypatch.setattr(naming, "tests_by_rule", lambda tests, only: {})
    result = dtao_command("rules", "--from", saved)
    assert result.exit_code == 1
    printed = result.stdout[result.stdout.index("Missing:") :].splitlines()
    assert "  FIX-13: it rejects in no vector. Record one, or waive it." in printed
    assert '  POOL-1: no test names it. Mark one with @pytest.mark.rule("POOL-1").' in printed
    answer = json.loads(dtao_command("rules", "--from", saved, "--json").stdout)
    assert [f"  {one}" for one in answer["missing"]] == printed[1:]


def test_one_rule_is_told_whole(dtao_command: Dtao) -> None:
    result = dtao_command("rules", "move-4", "--suite", "launch/scenario/limit")
    assert result.exit_code == 0
    printed = result.stdout.splitlines()
    assert printed[0] == "MOVE-4  Moving stake with a limit: `swap_stake_limit`"
    assert any(line.startswith("  Rejections: `BadOrigin` if nobody signed") for line in printed)
    assert any(
        line.startswith("    exact      whole_amount_moved  spec/dtao_spec/chapters/moves/calls.py:")
        for line in printed
    )
    assert any(
        line.startswith("    reference  SwapStakeLimit.apply  reference/dtao/calls/moves.py:") for line in printed
    )
    assert sum(line.startswith("      launch/scenario/limit/p") for line in printed) > 10
    assert any(line.startswith("      and ") for line in printed)
    assert "    tests/spec/test_moves.py::test_move_4_moves_what_is_allowed" in printed


def test_the_place_of_a_function_is_right(root: Path, seen: Seen) -> None:
    for row in matrix.rows(seen, None):
        for function in (*row.exact, *row.reference):
            line = (root / function.path).read_text(encoding="utf-8").splitlines()[function.line - 1].strip()
            assert line.startswith(("@implements(", "@rule(", "@"))


def test_json_of_one_rule_holds_every_id(dtao_command: Dtao, saved: Path, seen: Seen) -> None:
    answer: dict[str, Any] = json.loads(dtao_command("rules", "POOL-2", "--from", saved, "--json").stdout)
    assert answer["vectors"]["accepting_ids"] == list(seen["POOL-2"].accepting)
    assert answer["vectors"]["rejecting"] == len(seen["POOL-2"].rejecting) > 0
    assert answer["fields"]["Statement"] == RULES["POOL-2"].first.fields["Statement"]
    assert [one["name"] for one in answer["reference"]] == ["payout"]


def test_part_of_the_vectors_says_nothing_about_what_is_missing(dtao_command: Dtao, tmp_path: Path) -> None:
    target = tmp_path / "part.json"
    result = dtao_command("rules", "--suite", "issuance", "--save", target, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["missing"] == []
    assert set(matrix.read(target)) == {"ISS-1"}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("POOL-99", "there is no rule 'POOL-99'. The rules of its family are POOL-1, POOL-2,"),
        ("STAK-1", "there is no rule 'STAK-1'. Did you mean STAKE-1"),
        ("zzz", "there is no rule 'zzz'. `dtao rules` lists all of them."),
    ],
)
def test_an_unknown_rule_exits_2(dtao_command: Dtao, rule: str, told: str) -> None:
    result = dtao_command("rules", rule)
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read (No such file or directory). Check the path."),
        ("{", "not JSON"),
        ("[]", "not of the format dtao-reached/1"),
        ('{"format": "dtao-reached/2", "rules": {}}', "not of the format dtao-reached/1"),
        ('{"format": "dtao-reached/1", "rules": {"POOL-99": {}}}', "there is no rule 'POOL-99'"),
        ('{"format": "dtao-reached/1", "rules": {"POOL-2": {"accepting": []}}}', "POOL-2: not two lists of ids"),
        ('{"format": "dtao-reached/1", "rules": {"POOL-2": {"accepting": [1], "rejecting": []}}}', "not two lists"),
    ],
)
def test_a_file_that_is_none_of_ours_exits_2(
    dtao_command: Dtao, tmp_path: Path, content: str | None, told: str
) -> None:
    path = tmp_path / "seen.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = dtao_command("rules", "--from", path)
    assert result.exit_code == 2
    assert f"--from {path}: " in result.stderr
    assert told in result.stderr


def test_a_file_that_cannot_be_written_exits_2(dtao_command: Dtao, saved: Path, tmp_path: Path) -> None:
    result = dtao_command("rules", "--from", saved, "--save", tmp_path / "none" / "seen.json")
    assert result.exit_code == 2
    assert "cannot be written (No such file or directory). Check the path." in result.stderr


def test_a_family_lists_its_rules_and_watches_nothing(dtao_command: Dtao) -> None:
    result = dtao_command("rules", "iss")
    assert (result.exit_code, result.stdout) == (0, f"ISS-1  {RULES['ISS-1'].title.rstrip('.')}\n")
    titles = json.loads(dtao_command("rules", "POOL", "--json").stdout)
    assert titles == {one: rule.title.rstrip(".") for one, rule in RULES.items() if one.startswith("POOL-")}


def test_rules_may_be_typed_in_lower_case() -> None:
    assert command.known("pool-2") == "POOL-2"


def test_invariants_proofs_and_mutants_are_counted_with_the_rule_that_they_name() -> None:
    (pool,) = (row for row in matrix.rows({}, None) if row.rule.id == "POOL-2")
    assert pool.further.invariants
    assert pool.further.mutants
    assert pool.further.proofs is None or len(pool.further.proofs) > 1
    assert Further(proofs=None).counts == ("0", "?", "0")
    assert set(further()) <= set(RULES)
