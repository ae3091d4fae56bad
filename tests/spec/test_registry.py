"""The registry of the rules refuses what is no version and no rule, in a line that says what is."""

from fractions import Fraction
from typing import Any

import pytest

from dtao_spec import registry
from dtao_spec.registry import LAUNCH, Computation, NotInForce, SpecificationError

NONSENSE: tuple[Any, ...] = (
    -1, 0, LAUNCH - 1, -(10**6_000), 277.0, float("nan"), "277", "", "launch", None, True, [277], {}, b"277",
    Fraction(277), object(), int,
)  # fmt: skip


@pytest.mark.parametrize(
    "ask", [registry.at, Computation, registry.sorted_rules()[0].at], ids=["at", "Computation", "Rule.at"]
)
@pytest.mark.parametrize("version", NONSENSE, ids=lambda value: str(type(value).__name__))
def test_what_is_no_version_is_refused(ask: Any, version: Any) -> None:
    with pytest.raises(SpecificationError, match=r"^.{1,80} is no version of the runtime: give an integer from 233 on"):
        ask(version)


@pytest.mark.parametrize("identifier", ["CLAIM-3", "POOL-0", "pool-2", "", "x" * 6_000, "two\nlines", None, 3, [], {}])
def test_a_rule_that_a_version_does_not_have_is_refused_by_name(identifier: Any) -> None:
    rules = Computation(277)
    assert identifier not in rules
    with pytest.raises(NotInForce, match=r"^.{1,60} is no rule of version 277$"):
        rules[identifier]


def test_a_rule_is_found_where_it_holds() -> None:
    assert "POOL-2" in Computation(277)
    assert registry.at(277)["POOL-2"].since == 233
