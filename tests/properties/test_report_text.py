"""How the reports describe a divergence: what was expected and answered, and which rules it is about."""

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

from dtao_properties.causes.cause import UNKNOWN, Cause
from dtao_properties.conformance.compare import Difference, difference
from dtao_properties.conformance.vector_runner import Divergence
from dtao_properties.conformance.verdicts import Verdict
from dtao_properties.report.files import record
from dtao_properties.report.markdown import summary_lines
from dtao_properties.report.text import request_line, rule_line, sides
from tests.properties.test_report import Elements, rendered_page, run_of

ERROR = Difference("error", "differs", "X", None, None)


def divergence(one: Difference, request: Mapping[str, Any] | None = None, era: str | None = None) -> Divergence:
    return Divergence(0, 1, request or {"do": "blocks", "n": 1}, (one,), 0, era=era)


def test_null_is_told_by_what_it_means() -> None:
    """An entry that returns to its default is something else than an entry that does not change."""
    assert sides(Difference("Bonds/1/2", "missing", None, None, None), {"do": "blocks", "n": 1}) == [
        ("expected", "absent, or its default"), ("actual", "no change"),
    ]  # fmt: skip
    assert sides(Difference("Bonds/1/2", "differs", [], None, None), {"do": "blocks", "n": 1}) == [
        ("expected", "[]"), ("actual", "absent, or its default"),
    ]  # fmt: skip
    read = {"do": "read", "read": "sim_swap_tao_for_alpha", "args": {}}
    assert sides(Difference("value", "differs", None, "1", None), read)[0] == ("expected", "none")
    assert sides(Difference("error", "differs", "X", None, None), read)[1] == ("actual", "none")
    one = divergence(Difference("Bonds/1/2", "extra", None, None, None))
    run = run_of([Verdict("s", "v", "failed", 0.0, one, level="block", judged=1)])
    assert "expected no change actual absent, or its default" in Elements(rendered_page(run)).words
    assert "    actual:   absent, or its default" in list(summary_lines(run))
    assert record(run.verdicts[0], run.replay, run.hello)["divergence"]["differences"] == (
        {"place": "Bonds/1/2", "kind": "extra", "expected": None, "actual": None, "delta": None},
    )


def test_short_lists_are_shown_whole() -> None:
    expected, actual = [[0, 5], [1, 7]], [[0, 5], [1, 8]]
    told = sides(difference("Bonds/1/2", expected, actual), {"do": "blocks", "n": 1})
    assert told == [
        ("expected", "7"), ("actual", "8"), ("delta", "+1"),
        ("expected list", "[[0, 5], [1, 7]]"), ("actual list", "[[0, 5], [1, 8]]"),
    ]  # fmt: skip
    # a number of elements has no unit, whatever the elements are
    told = sides(difference("Emission/1", ["1", "2"], ["1"]), {"do": "blocks", "n": 1})
    assert told == [
        ("expected", "2"), ("actual", "1"), ("delta", "-1"), ("expected list", "[1, 2]"), ("actual list", "[1]"),
    ]  # fmt: skip
    long = [str(10**17)] * 100
    assert len(sides(difference("Emission/1", long, long[1:]), {"do": "blocks", "n": 1})) == 3


@pytest.mark.parametrize(
    ("cause", "line"),
    [
        (Cause(("POOL-2",), ("POOL-3", "STAKE-9")), "rule: POOL-2, within POOL-3, STAKE-9 (dtao rules POOL-2)"),
        (Cause(("POOL-2", "STAKE-3")), "rule: POOL-2 or STAKE-3 (dtao rules POOL-2)"),
        (UNKNOWN, None),
    ],
)
def test_the_rules_of_a_divergence(cause: Cause, line: str | None) -> None:
    pointed = evolve(divergence(ERROR, {"do": "call", "call": "add_stake", "signer": "1"}), cause=cause)
    assert rule_line(pointed) == line
    run = run_of([Verdict("s", "v", "failed", 0.0, pointed, level="block", judged=1)])
    assert (line is not None and line in Elements(rendered_page(run)).words) == (line is not None)


def test_a_step_of_several_blocks_says_which_is_the_first_that_differs() -> None:
    one = evolve(divergence(Difference("BlockNumber", "missing", "5", None, None), {"do": "blocks", "n": 9}), block=4)
    assert request_line(one) == "step 0 of 1: 9 blocks, of which number 4 is the first that differs"
