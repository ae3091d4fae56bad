"""What a check calls is noted at each function's first call; what is measured with it is what a trace would show."""

import sys
from types import FrameType

import pytest

import dtao
from dtao_properties.adapters.endpoint import REFERENCE, connected
from dtao_properties.adapters.protocol import Session
from dtao_properties.conformance.selection import one_selected, selected, vectors_of
from dtao_properties.conformance.verdicts import judged
from dtao_properties.mutants import causes
from dtao_properties.mutants.checks import Recordings, measured
from dtao_properties.mutants.mutant import functions
from dtao_properties.mutants.probes import Probes
from dtao_properties.reach.watching import forgetting

VECTORS = ("launch/scenario/rejections/p000", "283/scenario/liquidity/p003")


def traced(identifier: str) -> set[str]:
    """Return the functions that the replay of a vector calls, by a trace of every call."""
    codes = {id(function.__code__): name for name, function in functions()}
    found: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if (name := codes.get(id(frame.f_code))) is not None:
            found.add(name)

    before = sys.gettrace()
    sys.settrace(note)
    try:
        replay(identifier)
    finally:
        sys.settrace(before)
    return found


def replay(identifier: str) -> None:
    for forget in forgetting():
        forget()
    part = one_selected(identifier)
    (vector,) = vectors_of(part)
    assert judged(Session(connected(REFERENCE)), part.header, vector).status == "passed"


@pytest.mark.parametrize("identifier", VECTORS)
def test_probes_note_what_a_trace_shows(identifier: str) -> None:
    replay(identifier)  # what is made once in a process is made
    with Probes.of(dict(functions())).noting() as reached:
        replay(identifier)
    assert reached == traced(identifier)
    assert len(reached) > 100


def test_a_function_is_what_it_was_when_it_has_been_called_or_not() -> None:
    before = {name: function.__code__ for name, function in functions()}
    probes = Probes.of(dict(functions()))
    era = dtao.era("launch")
    with probes.noting() as first:
        state = era.step(era.genesis())
    with probes.noting() as second:
        era.step(state)
    assert "block.step" in first & second
    assert {name: function.__code__ for name, function in functions()} == before


def test_a_vector_is_reached_whatever_an_earlier_one_left_remembered() -> None:
    part = one_selected(VECTORS[0])
    (recorded,) = vectors_of(part)
    recordings = Recordings([part])
    once, again = measured(recordings, [recorded.id] * 2, 1, lambda tried, of: None)
    assert once.reaches == again.reaches
    assert once.passes


def test_a_right_rule_is_named_of_a_mistake(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "selected", lambda: selected(suite="launch/scenario/pool"))
    assert causes.main(["--rule", "STAKE-1", "--jobs", "1"]) == 0
    assert "a right rule is named in" in capsys.readouterr().out
