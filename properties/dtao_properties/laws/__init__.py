"""The invariants: what must hold of every call, block and phase, whoever computes it.

Each is an object (:class:`~dtao_properties.laws.base.Invariant`) with its statement, the rules that it bounds
and how the runtime stands to it. They are laws of their own: amounts are stated in exact rationals, and whatever an
invariant asks of an implementation beyond the step (a quote, the way back) it asks of that same implementation.

>>> import dtao
>>> from dtao_properties.model.step import Oracle
>>> oracle = Oracle(dtao.era("launch"))
>>> step = oracle.apply(oracle.era.genesis(), {"do": "blocks", "n": 1})
>>> violations(step)
[]
"""

from collections import Counter

from dtao_properties.adapters.protocol import Skipped
from dtao_properties.laws import (
    accounts,
    averages,
    conservation,
    decimal_shares,
    halving,
    later,
    limits,
    neurons,
    pools,
    positions,
    profit,
    purity,
    ranges,
    records,
    registration,
    shares,
    symmetry,
    weighted,
    write_sets,
)
from dtao_properties.laws.base import TABLE, Broken, Invariant, Status
from dtao_properties.model.step import Step

INVARIANTS: tuple[Invariant, ...] = tuple(TABLE.values())
"""All of them, theme by theme."""
THEMES = (
    conservation, write_sets, purity, halving, pools, limits, averages, shares, decimal_shares, profit, symmetry,
    neurons, registration, records, later, ranges, positions, weighted, accounts,
)  # fmt: skip


def violations(step: Step, unasked: Counter[str] | None = None) -> list[str]:
    """Return how a step breaks the invariants that the runtime holds, in its era; nothing if it breaks none.

    An invariant that needs to ask more than the implementation answers says nothing and is counted in ``unasked``.
    """
    found = []
    for invariant in INVARIANTS:
        if invariant.status is Status.VIOLATED or not invariant.covers(step.era):
            continue
        try:
            found += invariant.violations(step)
        except Skipped:
            if unasked is not None:
                unasked[invariant.name] += 1
    return found


def held(step: Step, unasked: Counter[str] | None = None) -> Step:
    """Return the step if it breaks no invariant; else raise Broken. For ``unasked`` see :func:`violations`."""
    __tracebackhide__ = True
    if found := violations(step, unasked):
        raise Broken("\n".join([f"{step.request}", *found]))
    return step


__all__ = ["INVARIANTS", "THEMES", "Broken", "Invariant", "Status", "held", "violations"]
