"""What is missing in the matrix; every sentence names the rule or the function, and the remedy."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from dtao_properties.trace.rules import waivers
from dtao_properties.trace.rules.coverage import Coverage, told
from dtao_properties.trace.rules.matrix import Function, Row, implementations, ruled_modules, unmarked
from dtao_properties.trace.rules.unreached import UNREACHED
from dtao_spec.registry import RULES


def gaps(rows: Sequence[Row]) -> list[str]:
    """Return what is missing, in words; nothing if the matrix is complete."""
    implemented = implementations()
    return [
        *unimplemented(RULES, implemented),
        *unstated(RULES, implemented),
        *ruleless(unmarked(ruled_modules()), waivers.FUNCTIONS),
        *unreached(rows, waivers.ACCEPTING, waivers.REJECTING),
        *untested(rows),
    ]


def unimplemented(rules: Collection[str], implemented: Collection[str]) -> Iterator[str]:
    """Name the rules without a function of the reference."""
    for rule in rules:
        if rule not in implemented:
            yield f'{rule}: no function of the reference implements it. Mark one with @implements("{rule}").'


def unstated(rules: Collection[str], implemented: Mapping[str, Sequence[Function]]) -> Iterator[str]:
    """Name the ids that functions of the reference are marked with, but that are no rules."""
    for rule, functions in implemented.items():
        if rule not in rules:
            place = f"{functions[0].name} ({functions[0].path}:{functions[0].line})"
            yield f"{rule}: {place} is marked with it, but no chapter states it. State it or correct the id."


def ruleless(functions: Collection[str], waived: Mapping[str, str]) -> Iterator[str]:
    """Name the public functions that implement no rule, and the waivers that nobody needs."""
    for function in functions:
        if function not in waived:
            yield f"{function}: it implements no rule. Mark it, make it private, or waive it."
    for function in waived:
        if function not in functions:
            yield f"{function}: it is waived for implementing no rule, but does, or is gone. Remove the waiver."


def unreached(rows: Sequence[Row], accepting: Mapping[str, str], rejecting: Mapping[str, str]) -> Iterator[str]:
    """Name the rules that no vector reaches as it should, and those that reject without saying so."""
    for row in rows:
        name, reached = row.rule.id, row.reached
        yield from _vectors(name, "comes to a result in no vector", bool(reached.accepting), accepting)
        if row.can_reject:
            yield from _vectors(name, "rejects in no vector", bool(reached.rejecting), rejecting)
        elif reached.rejecting:
            yield f"{name}: it rejects in {reached.rejecting[0]}, but states no Rejections. State them."


def _vectors(rule: str, lack: str, reached: bool, waived: Mapping[str, str]) -> Iterator[str]:
    if not reached and rule not in waived:
        yield f"{rule}: it {lack}. Record one, or waive it."
    if reached and rule in waived:
        yield f"{rule}: the waiver that it {lack} is out of date. Remove it."


def uncovered(coverage: Iterable[Coverage], waived: Mapping[str, Mapping[str, str]] = UNREACHED) -> Iterator[str]:
    """Name the places that no vector reaches, and the waivers that nobody needs.

    What another version of the runtime may come to is no gap: its recordings need not be bundled.
    """
    unreached = {(function, place.text): place for function, place in told(coverage)}
    for (function, text), place in unreached.items():
        if text not in waived.get(function, ()) and not place.may_be_of_another_version:
            yield f"{function}: no vector reaches `{text}` (line {place.line}). Record one, or waive it."
    for function, reasons in waived.items():
        for text in reasons:
            if (function, text) not in unreached:
                yield f"{function}: the waiver that no vector reaches `{text}` is out of date. Remove it."


def untested(rows: Sequence[Row]) -> Iterator[str]:
    """Name the rules that no test names, where the tests are installed."""
    for row in rows:
        if row.tests is not None and not row.tests:
            yield f'{row.rule.id}: no test names it. Mark one with @pytest.mark.rule("{row.rule.id}").'
