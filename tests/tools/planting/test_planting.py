"""Planting mutants: where they go, that they take effect, and that they say so when the code has moved."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from attrs import evolve

from dtao import fixed
from dtao.fixed import I96F32
from dtao_properties.mutants import command, mechanical
from dtao_properties.mutants.checks import Check, killed_by, killer
from dtao_properties.mutants.command import RULES, Finding, missing, unexplained
from dtao_properties.mutants.forking import Ended, Tell, forked
from dtao_properties.mutants.fuzzing import fuzzed
from dtao_properties.mutants.mutant import MovedError, Mutant, Patched, Replaced, functions
from dtao_properties.mutants.operators import mechanical as mistakes
from dtao_properties.mutants.table import MUTANTS, edges
from tests.depth import one_in

PATCHED = Patched("FIX-1", "fixed.saturating_add", "the sum is a difference", "a + b)", "a - b)", because="One line.")
REPLACED = Replaced(
    "FIX-1", "fixed.saturating_add", "the sum is a difference", lambda right, form, a, b: right(form, a, -b)
)
SEEN = evolve(REPLACED, function="fixed.saturate", wrong=lambda right, form, bits: -2, seen_by="fixed.saturating_add")


def planted(mutant: Mutant, tell: Tell) -> object:
    """Plant a mutant and return what its function makes of 5 and 3; only for the one above."""
    mutant.planted()
    ours = mutant in (PATCHED, REPLACED, SEEN)
    return (fixed.saturating_add(I96F32, 5, 3), fixed.saturating_sub(I96F32, 5, 3)) if ours else None


def result(mutant: Mutant) -> Ended:
    ((_, ended),) = forked([mutant], planted, 1)
    return ended


@pytest.mark.parametrize(("mutant", "made"), [(PATCHED, [2, 2]), (REPLACED, [2, 2]), (SEEN, [-2, 2])])
def test_a_mutant_is_planted_in_a_child_only(mutant: Mutant, made: list[int]) -> None:
    assert result(mutant) == Ended(made, "", "")
    assert fixed.saturating_add(I96F32, 5, 3) == 8


def test_a_wrong_function_that_does_not_take_what_the_right_one_takes_says_so() -> None:
    mutant = evolve(REPLACED, wrong=lambda right, a, b: right(I96F32, a, b))
    assert "it does not take the arguments of dtao.fixed.saturating_add" in result(mutant).reason


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"old": "a * b"}, "'a * b' occurs 0 times in dtao.fixed.saturating_add, not once"),
        ({"old": "a"}, "times in dtao.fixed.saturating_add, not once"),
        ({"function": "fixed.saturating_sum"}, "there is no function dtao.fixed.saturating_sum"),
        ({"function": "nowhere.saturating_sum"}, "there is no function dtao.nowhere.saturating_sum"),
    ],
)
def test_a_mutant_whose_code_has_moved_says_so(change: dict[str, Any], told: str) -> None:
    mutant = evolve(PATCHED, **change)
    assert told in result(mutant).reason
    assert "MovedError" in result(mutant).reason


def test_a_mutant_that_nobody_sees_says_so() -> None:
    mutant = evolve(REPLACED, function="fixed.checked_sub", seen_by="fixed.saturating_add")
    assert "dtao.fixed.saturating_add does not call it. Adapt the mutant." in result(mutant).reason


def batches(mutants: Iterable[Mutant]) -> list[list[Mutant]]:
    """Put mutants together of which no two touch the same function: one child plants them all."""
    found: list[tuple[set[str], list[Mutant]]] = []
    for mutant in mutants:
        touched = {mutant.function, mutant.planted_in}
        for names, batch in found:
            if not names & touched:
                names |= touched
                batch.append(mutant)
                break
        else:
            found.append((touched, [mutant]))
    return [batch for _, batch in found]


def reasons_of(batch: Sequence[Mutant], tell: Tell) -> dict[str, str]:
    """Plant mutants and return why some could not be planted, by their ids."""
    reasons = {}
    for mutant in batch:
        try:
            mutant.planted()
        except MovedError as moved:
            reasons[mutant.id] = str(moved)
    return reasons


def refused(mutants: Sequence[Mutant]) -> dict[str, str]:
    """Return which mutants cannot be planted, by their ids, and why."""
    reasons: dict[str, str] = {}
    for batch, ended in forked(batches(mutants), reasons_of, 2):
        reasons |= ended.result if not ended.reason else {batch[0].id: ended.reason}
    return reasons


def test_all_mutants_of_the_table_can_be_planted() -> None:
    assert refused(MUTANTS) == {}


def test_of_many_mutants_those_that_have_moved_are_told() -> None:
    moved = evolve(PATCHED, function="fixed.saturating_sub")
    assert len(batches([REPLACED, moved, SEEN])) == 2
    assert refused([REPLACED, moved, SEEN]).keys() == {moved.id}
    assert sum(map(len, batches(MUTANTS))) == len(MUTANTS)


@pytest.mark.parametrize(
    ("rule", "signature"),
    one_in(2, 0, [("STATE-7", "block/call/increase_take/error"), ("STATE-12", "block/call/root_register/error")]),
)
def test_the_fuzzer_finds_a_mutant_that_shows_at_an_edge(rule: str, signature: str) -> None:
    """A take that is changed in the last block of its limit; a senator who lost its seat on root, and returns."""
    exact = next(one for one in edges.MUTANTS if one.rule == rule)
    (found,) = fuzzed([exact], 120, 1)
    assert found.seconds is not None
    assert found.signature == signature


def test_the_fuzzer_ends_without_a_finding_in_its_time() -> None:
    exact = next(one for one in edges.MUTANTS if one.rule == "STATE-7")
    (hasty,) = fuzzed([exact], 0.01, 1)
    assert hasty.seconds is None


def test_every_rule_has_a_mutant_and_every_mutant_a_name_of_its_own() -> None:
    assert [rule for rule in RULES if rule not in {mutant.rule for mutant in MUTANTS}] == []
    assert len({mutant.id for mutant in MUTANTS}) == len(MUTANTS)
    assert missing([PATCHED], ["FIX-1", "FIX-2"]) == ["FIX-2: it has no mutant. Write one."]
    assert missing([PATCHED], []) == [f"{PATCHED.id}: there is no such rule."]


class Checks:
    """Checks that fail, or that never end, or pass."""

    def names(self) -> Sequence[str]:
        return ["passes", "fails", "hangs"]

    def passes(self, name: str) -> bool:
        while name == "hangs":
            pass
        return name == "passes"

    def is_recorded(self, name: str) -> bool:
        return False


def first_killer(names: Sequence[str], tell: Tell) -> str | None:
    checks = [Check(name, 0.0, frozenset(), False) for name in names]
    return killer(Checks(), checks, lambda name, seconds: tell(name, 0.2))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["passes"], None),
        (["passes", "fails", "hangs"], "fails"),
        (["passes", "hangs", "fails"], "hangs (it does not end)"),
    ],
)
def test_the_first_check_that_fails_or_never_ends_is_the_killer(names: list[str], told: str | None) -> None:
    ((_, ended),) = forked([names], first_killer, 1)
    assert killed_by(ended) == told


@pytest.mark.parametrize(
    ("reasons", "by_property", "by_vector", "told"),
    [
        ({}, "a test", "a vector", []),
        ({}, None, "a vector", ["no property notices it. Strengthen one, or say why only vectors can."]),
        ({"unseen": "why"}, None, "a vector", []),
        ({"unseen": "why"}, "a test", "a vector", ["it is said that only vectors notice it, but a test does."]),
        ({}, "a test", None, ["no vector notices it, and nothing says why."]),
        ({"unrecorded": "why"}, "a test", None, []),
        ({"unrecorded": "why"}, "a test", "a vector", ["it is said that no vector notices it, but a vector does."]),
        ({"equivalent": "why"}, None, None, []),
        ({"equivalent": "why"}, None, "a vector", ["it is said to be none, but a vector notices it."]),
    ],
)
def test_what_is_unexplained(
    reasons: dict[str, Any], by_property: str | None, by_vector: str | None, told: list[str]
) -> None:
    finding = Finding(evolve(PATCHED, **reasons), by_property, by_vector)
    assert list(unexplained(finding)) == [f"{PATCHED.id}: {one}" for one in told]


@pytest.mark.parametrize("arguments", [["--rule", "POOL-99"], ["--jobs", "0"]])
def test_an_unknown_rule_or_no_job_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments) == 2
    assert "error: " in capsys.readouterr().err


def test_mechanical_mistakes_have_names_and_can_be_planted() -> None:
    every = list(mistakes())
    assert len({one.id for one in every}) == len(every)
    told = [one.id for one in every if one.function == "fixed.saturating_add"]
    assert told == [
        "fixed.saturating_add:3: return saturate(form, a + b) -> return None [0.0]",
        "fixed.saturating_add:3: saturate(form, a + b) -> saturate(a + b, form) [1.0]",
        "fixed.saturating_add:3: a + b -> a - b [2.0]",
    ]

    def plant(one: Any, tell: Tell) -> object:
        one.planted()
        return fixed.saturating_add(I96F32, 5, 3)

    chosen = [one for one in every if one.id == told[2]]
    assert [ended for _, ended in forked(chosen, plant, 1)] == [Ended(2, "", "")]


def test_what_is_unexplained_of_mechanical_mistakes() -> None:
    found = {"a": None, "b": None, "c": "a test", "d": "a test"}
    explained = {"b": "why", "d": "why", "e": "why"}
    assert list(mechanical.unexplained(found, explained, set("abcd"))) == [
        "a: nothing notices it.",
        "d: a test notices it, so that its explanation is out of date.",
        "e: it is explained, but there is no such mistake any more.",
    ]


def test_moved_is_an_error_of_its_own() -> None:
    with pytest.raises(MovedError):
        evolve(PATCHED, old="nothing like it").planted()


def test_a_mutant_that_one_function_sees_is_searched_for_where_that_runs() -> None:
    everywhere = next(one for one in MUTANTS if one.function == "outcome.require")
    assert isinstance(everywhere, Replaced)
    assert everywhere.planted_in == everywhere.seen_by != ""
    assert all(one.planted_in == one.function for one in MUTANTS if not getattr(one, "seen_by", ""))


def test_a_mutant_is_planted_under_the_name_by_which_checks_say_what_they_reach() -> None:
    """A name by which another module imports the function is not the one; no check would be run."""
    known = dict(functions())
    assert [one.id for one in MUTANTS if one.planted_in not in known] == []


def test_every_explained_survivor_is_still_planted() -> None:
    """By its function and what it changes: where in the function that stands may move, which a run of it tells."""

    def without_place(name: str) -> tuple[str, str]:
        function, _, rest = name.partition(":")
        return function, rest.partition(": ")[2].rpartition(" [")[0]

    planted = {without_place(one.id) for one in mistakes()}
    explained = json.loads(mechanical.EXPLAINED.read_text(encoding="utf-8"))["survivors"]
    assert [name for name in explained if without_place(name) not in planted] == []
