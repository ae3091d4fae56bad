"""Terms against the integers that they stand for."""

from collections.abc import Callable
from operator import add, floordiv, ge, gt, le, lt, mod, mul, ne, sub

import pytest
import z3
from hypothesis import assume, given
from hypothesis import strategies as st

from dtao_properties.proofs.proving import Walk, multiples
from dtao_properties.proofs.terms import Condition, Term

SMALL = st.integers(-40, 40) | st.integers(-(2**70), 2**70)
ARITHMETIC = [add, sub, mul, floordiv, mod]
COMPARISONS = [lt, le, gt, ge, ne, lambda a, b: a == b]
UNARY: list[Callable[[int], int]] = [
    abs,
    lambda a: -a,
    lambda a: a << 5,
    lambda a: a >> 3,
    lambda a: a & 15,
    lambda a: 3 - a,
    lambda a: a // 4,
]


def pinned(walk: Walk, name: str, value: int) -> Term:
    """Return an unknown of which the walk knows the value."""
    term = walk.named(name)
    walk.know(term.node == value)
    return term


def value(walk: Walk, term: object) -> int:
    """Return the one value that a term can have on a path."""
    assert isinstance(term, Term)
    solver = z3.Solver()
    solver.add(*walk.facts)
    assert solver.check() == z3.sat
    result = solver.model().eval(term.node, model_completion=True).as_long()
    assert solver.check(term.node != result) == z3.unsat
    return int(result)


@given(SMALL, SMALL, st.sampled_from(ARITHMETIC), st.sampled_from(["both", "left", "right"]))
def test_arithmetic(a: int, b: int, operation: Callable[[int, int], int], unknown: str) -> None:
    assume(b != 0 or operation not in (floordiv, mod))
    walk = Walk([], reals=False)
    left = a if unknown == "right" else pinned(walk, "a", a)
    right = b if unknown == "left" else pinned(walk, "b", b)
    assert value(walk, operation(left, right)) == operation(a, b)  # type: ignore[arg-type]


@given(SMALL, st.sampled_from(UNARY))
def test_arithmetic_of_one(a: int, operation: Callable[[int], int]) -> None:
    walk = Walk([], reals=False)
    assert value(walk, operation(pinned(walk, "a", a))) == operation(a)  # type: ignore[arg-type]


@given(st.integers(0, 2**70))
def test_bit_length(a: int) -> None:
    assert pinned(Walk([], reals=False), "a", a).bit_length() == a.bit_length()


@given(SMALL, SMALL, st.sampled_from(COMPARISONS), st.booleans())
def test_comparisons(a: int, b: int, operation: Callable[[int, int], bool], reals: bool) -> None:
    walk = Walk([], reals=reals)
    condition: object = operation(pinned(walk, "a", a), pinned(walk, "b", b))  # type: ignore[arg-type]
    assert isinstance(condition, Condition)
    truth = operation(a, b)
    for formula, possible in ((condition.true, truth), (condition.false, not truth)):
        assert (z3.Solver().check(*walk.facts, formula) == z3.sat) == possible


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-50, 50), st.integers(2, 20))
def test_multiples_are_taken_out_of_a_quotient(first: int, second: int, third: int, divisor: int) -> None:
    for make in (z3.Int, z3.Real):
        x, y = make("x"), make("y")
        like = z3.IntVal if make is z3.Int else z3.RealVal
        whole, rest = multiples(z3.simplify(first * x + second * x * y + third, som=True), like(divisor))
        difference = first * x + second * x * y + third - (whole * divisor + rest)
        assert z3.is_true(z3.simplify(difference == 0, som=True))
        known = {number for number in (first, second, third) if number % divisor}
        assert bool(known) != z3.is_true(z3.simplify(rest == 0))


def test_division_by_zero_raises() -> None:
    walk = Walk([], reals=False)
    with pytest.raises(ZeroDivisionError):
        walk.named("a") // 0
    with pytest.raises(ZeroDivisionError):
        walk.named("a") // pinned(walk, "b", 0)


def test_what_cannot_be_said_of_a_term_is_refused() -> None:
    walk = Walk([], reals=False)
    with pytest.raises(TypeError):
        walk.named("a") + 0.5  # type: ignore[operator]
    with pytest.raises(TypeError):
        walk.named("a") & 6
    with pytest.raises(TypeError):
        hash(walk.named("a"))
    with pytest.raises(TypeError):
        range(walk.named("a"))  # type: ignore[call-overload]
