"""In which eras a statement holds: in those that compute with the functions that it is about.

A proof is about functions of the reference, for all inputs. Where the row of an era leads to the same functions, it is
about that era too; where the era has others in their place, it is not.
"""

from collections.abc import Callable, Iterator
from functools import cache
from inspect import isfunction, signature, unwrap
from types import CodeType, FunctionType

import dtao
from dtao.fixed import I96F32
from dtao_properties.proofs.lemma import Contract, Exhaustive, Lemma
from dtao_properties.reach.eras import names_in, reached

LAUNCH_STATE = frozenset({"era", "thawed", "emit"})
"""Names with which a statement asks for a state of the launch, and so for all of its rules."""
FORMAT = "largest"
"""The argument of a function that asks for the format of amounts; the statements are about the launch's."""

ARITHMETIC = frozenset({"dtao.fixed", "dtao.transcendental"})
"""Modules whose functions are the same in all eras, whichever of them an era happens to use."""


def held_in(statement: Lemma | Exhaustive | Contract) -> tuple[str, ...]:
    """Return the names of the eras in which a statement holds as it is stated, the earliest first."""
    functions = list(subjects(_claim(statement)))
    names = {function.__name__ for function in functions}
    if names & LAUNCH_STATE:
        return (dtao.ERAS[0].name,)
    signed = any(FORMAT in signature(function).parameters for function in functions)
    codes = {function.__code__ for function in functions if function.__module__ not in ARITHMETIC} & _varying()
    return tuple(
        era.name
        for era in dtao.ERAS
        if codes <= reached(era).keys() and (not signed or era.runtime.pools.amounts is I96F32)
    )


def subjects(claim: Callable[..., object]) -> Iterator[FunctionType]:
    """Return the functions of the reference that a claim names, itself or through helpers beside it."""
    pending, seen = [unwrap(claim)], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen or not isfunction(one):
            continue
        seen.add(id(one))
        if one.__module__.partition(".")[0] == "dtao":
            yield one
            continue
        pending += [one.__globals__.get(name) for owner, name in names_in(one) if owner is None]
        pending += [
            getattr(one.__globals__[owner], name, None) for owner, name in names_in(one) if owner in one.__globals__
        ]


def _claim(statement: Lemma | Exhaustive | Contract) -> Callable[..., object]:
    if isinstance(statement, Lemma):
        return statement.claim
    return statement.check if isinstance(statement, Exhaustive) else statement.function


@cache
def _varying() -> frozenset[CodeType]:
    """Return the code of what some eras compute with; what none leads to is the same in all."""
    return frozenset(code for era in dtao.ERAS for code in reached(era))
