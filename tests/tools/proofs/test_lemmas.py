"""The claims that are proved, as tests: on the reference itself, and on what the solver is told of it."""

from collections.abc import Mapping
from contextlib import suppress

import pytest
import z3
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dtao_properties.proofs.command import eras_text
from dtao_properties.proofs.contents import STATEMENTS
from dtao_properties.proofs.holding import held_in
from dtao_properties.proofs.lemma import BrokenError, Domain, Lemma, UnmetError
from dtao_properties.proofs.proving import walks
from dtao_spec.contents import CHAPTERS
from dtao_spec.registry import RULES
from tests.depth import of_many

LEMMAS = {name: one for name, one in STATEMENTS.items() if isinstance(one, Lemma)}
HEAVY = {"emit-block"}
"""Its paths are too many to be walked for each example."""


def numbers(domain: Domain) -> st.SearchStrategy[int]:
    low, high = domain
    top = low + 2**80 if high is None else high
    widths = st.integers(0, (top - low).bit_length())
    near = st.builds(lambda width, offset: min(max(low + 2**width + offset, low), top), widths, st.integers(-1, 1))
    below = widths.flatmap(lambda width: st.integers(low, min(low + 2**width, top)))
    return st.sampled_from([low, min(low + 1, top), max(top - 1, low), top]) | near | below | st.integers(low, top)


def inputs_of(lemma: Lemma) -> st.SearchStrategy[dict[str, object]]:
    unknowns = st.fixed_dictionaries({name: numbers(domain) for name, domain in lemma.given.items()})
    return st.builds(lambda case, values: {**case, **values}, st.sampled_from(list(lemma.cases)), unknowns)


def concluded(lemma: Lemma, inputs: Mapping[str, object], wrong: bool) -> list[bool]:
    """Return the truth of every conclusion on the reference."""
    try:
        return [bool(conclusion) for conclusion in lemma.claim(**inputs, wrong=wrong)]
    except UnmetError:
        assume(False)
        raise


@pytest.mark.parametrize("lemma", LEMMAS.values(), ids=list(LEMMAS))
@settings(
    max_examples=of_many(12, 1_700),  # of each lemma, which is proved of all inputs
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_lemma_holds_on_the_reference(lemma: Lemma, data: st.DataObject) -> None:
    inputs = data.draw(inputs_of(lemma))
    with suppress(UnmetError):
        assert all(lemma.claim(**inputs, wrong=False))


@pytest.mark.parametrize("lemma", [pytest.param(one, id=name) for name, one in LEMMAS.items() if name not in HEAVY])
@settings(max_examples=of_many(2, 50), suppress_health_check=list(HealthCheck))
@given(data=st.data(), wrong=st.booleans())
def test_the_solver_is_told_what_the_reference_does(lemma: Lemma, data: st.DataObject, wrong: bool) -> None:
    """At given inputs one path remains, and on it the solver finds each conclusion as true as the reference does."""
    inputs = data.draw(inputs_of(lemma))
    try:
        expected = all(concluded(lemma, inputs, wrong))
    except BrokenError:
        expected = False
    fixed = {name: value for name, value in inputs.items() if name not in lemma.given}
    pinned = {name: (value, value) for name, value in inputs.items() if name in lemma.given}
    found = []
    for walk in walks(lemma.claim, pinned, fixed, reals=False, wrong=wrong):  # type: ignore[arg-type]  # they are ints
        if z3.Solver().check(*walk.facts) == z3.sat:
            false = [z3.Solver().check(*query.facts, query.negation) == z3.sat for query in walk.queries]
            found.append(not any(false))
    assert found == [expected]


def test_every_statement_names_rules_that_exist_and_holds_somewhere() -> None:
    assert CHAPTERS  # they register the rules
    for name, statement in STATEMENTS.items():
        assert statement.id == name
        assert statement.rules
        assert set(statement.rules) <= set(RULES), name
        assert held_in(statement), name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fix-quotient-bounds", "all"),
        ("epoch-slot", "launch to no-emission-first"),
        ("emit-block", "launch"),
        ("pool-payout", "launch to price-from-start"),
        ("share-stake", "launch to share-precision"),
        ("share-value", "launch to merged-reserves"),
    ],
)
def test_a_statement_holds_where_the_functions_that_it_is_about_are_in_force(name: str, text: str) -> None:
    """Later eras compute amounts in another format, and from 244 on stake by another function."""
    assert eras_text(held_in(STATEMENTS[name])) == text


def test_every_family_that_can_be_proved_has_a_lemma() -> None:
    families = {rule.partition("-")[0] for lemma in STATEMENTS.values() for rule in lemma.rules}
    assert families >= {"FIX", "ISS", "PRICE", "EMIT", "POOL", "SHARE", "REG", "NET", "BLOCK"}
