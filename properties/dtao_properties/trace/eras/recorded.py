"""Steps of the recordings of an era that the rules of another one would answer differently: the quickest examples."""

from collections.abc import Collection, Iterator, Mapping
from time import monotonic

from attrs import evolve, frozen

import dtao
from dtao.errors import InputError
from dtao.state import State
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.adapters.protocol import Json
from dtao_properties.conformance.vector_runner import request_of
from dtao_properties.conformance.vectors import Header, vectors
from dtao_properties.reach import shipped

KINDS = frozenset({"call", "blocks"})
"""What users and the chain do; other steps prepare that."""
MAX_BLOCKS = 20
"""Steps of more blocks are followed, but not compared: they take long, and show many changes at once."""


@frozen
class Taken:
    """A recorded step, and the state that it begins with."""

    state: State
    request: Mapping[str, Json]


def steps_of(era: dtao.Era, rules: Collection[str], load: dtao.Era, until: float) -> Iterator[Taken]:
    """Yield the steps of the recordings of an era that reach one of some rules, those of the fewest rules first.

    The states are those to which the rules of ``load`` lead, which loads the genesis. Yields nothing after ``until``.
    """
    for head, numbers in _suites(era, rules):
        for vector in vectors(head.path, numbers):
            if monotonic() > until:
                return
            yield from _steps(head.genesis, vector.body["steps"], load, until)


def _steps(
    genesis: Mapping[str, Json], steps: Collection[Mapping[str, Json]], era: dtao.Era, until: float
) -> Iterator[Taken]:
    try:
        state = era.load(genesis)
        for step in steps:
            request = request_of(step)
            if monotonic() > until:
                return
            if request["do"] in KINDS and request.get("n", 1) <= MAX_BLOCKS:
                yield Taken(state, request)
            if request["do"] != "read":
                state = apply_step(era, state, request).after
    except InputError:  # the runtime of the other era would panic, or does not know the step
        return


def _suites(era: dtao.Era, rules: Collection[str]) -> list[tuple[Header, frozenset[int]]]:
    """Return the files of the era's recordings with the numbers of the vectors that reach one of the rules."""
    found = []
    reach = shipped.read()
    for head in shipped.installed():
        one = reach.get(head.name)
        if one is None or head.spec_version != era.spec_version or head.runner != "scenario":
            continue
        numbers = {number for rule in rules for some in one.rules.get(rule, ()) for number in some}
        if numbers:
            found.append((len(one.rules), head.name, (head, frozenset(numbers))))
    return [chosen for *_, chosen in sorted(found, key=lambda one: one[:2])]


def differs(taken: Taken, one: dtao.Era, other: dtao.Era) -> bool:
    """Return whether the rules of two sides answer a step differently, or leave another state."""
    answers = []
    for side in (one, other):
        try:
            result = apply_step(side, evolve(taken.state, runtime=side.runtime), taken.request)
        except InputError:
            return False
        answers.append((result.error, result.events, result.value, evolve(result.after, runtime=one.runtime)))
    return answers[0] != answers[1]
