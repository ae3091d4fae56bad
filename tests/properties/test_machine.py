"""``conformance_machine``: an honest adapter passes, a wrong one is told in a short sequence, and is let go of."""

import io
import unittest
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import settings

import dtao
import dtao_properties
from dtao_properties import conformance_machine
from dtao_properties.adapters.protocol import Adapter
from dtao_properties.adapters.reference import Reference
from dtao_properties.fuzz import machine

FEW = settings(
    max_examples=30, stateful_step_count=10, deadline=None, database=None, derandomize=True, phases=machine.PHASES
)


class Wrong(Reference):
    """The reference with one mistake a class."""

    closed = 0

    def request(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return self.spoilt(message, super().request(message))

    def spoilt(self, message: Mapping[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
        return reply

    def close(self) -> None:
        type(self).closed += 1


class Generous(Wrong):
    """Says that a call took more than it did."""

    def spoilt(self, message: Mapping[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
        balances = [entry for entry in reply.get("diff", {}) if entry.startswith("Balance/")]
        if message["do"] == "call" and balances:
            reply["diff"][balances[0]] = str(int(reply["diff"][balances[0]] or 0) + 1)
        return reply


class Counting(Generous):
    """Counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def request(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self.asked += 1
        return super().request(message)


class Quoting(Wrong):
    """Quotes only, and 1 rao too much for amounts that it thinks large."""

    def spoilt(self, message: Mapping[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
        if message["do"] == "hello":
            reply["value"]["levels"] = ["quote"]
        if message.get("read", "").startswith("sim_swap") and reply["value"] is not None:
            reply["value"] = str(int(reply["value"]) + (int(message["args"]["amount"]) > 1_000))
        return reply


class Crashing(Wrong):
    """Falls over at the second request of a kind."""

    def spoilt(self, message: Mapping[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
        if message["do"] == "blocks":
            raise ZeroDivisionError("no such\nluck")
        return reply


class Lazy(Wrong):
    """Does no blocks, and quotes less than it might."""

    def spoilt(self, message: Mapping[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
        if message["do"] in ("blocks", "phase"):
            return {"seq": message["seq"], "skipped": "not yet"}
        return reply


class Old(Wrong):
    """Takes every state for one of the launch."""

    def request(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if message["do"] == "load":
            items = dtao.era("launch").runtime.items.by_name
            known = {entry: value for entry, value in message["state"].items() if entry.partition("/")[0] in items}
            message = {**message, "era": "launch", "state": known}
        return super().request(message)


def outcome(factory: Callable[[], Adapter] | str, **options: Any) -> str:
    """Run a test class as unittest does; return the first message, or an empty one."""
    made = conformance_machine(factory, **options)
    made.settings = FEW
    result = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(made))
    assert result.testsRun == 1
    return "".join(text for _, text in (*result.failures, *result.errors))


@pytest.mark.parametrize("level", ["kernel", "quote", "call", "block", None])
def test_the_reference_passes(level: Any) -> None:
    assert outcome("reference", level=level) == ""


@pytest.mark.parametrize("era", ["dividend-fix", 273])
def test_the_reference_passes_by_the_rules_of_a_later_era(era: str | int) -> None:
    assert outcome("reference", era=era) == ""


def test_an_adapter_of_one_era_does_not_pass_for_one_of_another() -> None:
    """It plays by the rules of the launch, whatever era it is asked for."""
    said = outcome(Old, era=277)
    assert "DIVERGES from the reference" in said


def test_what_is_skipped_is_no_failure() -> None:
    assert outcome(Lazy) == ""


def test_a_mistake_is_told_in_a_short_sequence() -> None:
    said = outcome(Generous)
    assert "Diverges: DIVERGES from the reference\n  step 0 of 1: call " in said
    assert "    delta:    +1 (0.000000001 TAO)\n" in said
    assert said.count("state.step(") == 1
    assert "step 0: call " in said
    assert "\\x00" not in said


def test_a_wrong_quote_comes_with_the_state_it_depends_on() -> None:
    said = outcome(Quoting)
    assert "  step 0 of 1: read sim_swap_" in said
    assert "    amount: 1" in said
    assert "  in this state:\n    NetworksAdded/" in said
    assert "    SubnetTAO/" in said


def test_an_adapter_that_breaks_down_is_told() -> None:
    said = outcome(Crashing)
    assert "step 0 of 1: " in said
    assert "  errored: the adapter raised ZeroDivisionError: no such\n    luck" in said


def test_the_adapter_is_opened_once_and_let_go_of() -> None:
    opened: list[Wrong] = []

    def factory() -> Wrong:
        opened.append(Wrong())
        return opened[-1]

    before = Wrong.closed
    assert outcome(factory) == ""
    assert (len(opened), Wrong.closed - before) == (1, 1)


def test_nothing_is_opened_before_the_test_begins() -> None:
    def factory() -> Adapter:
        raise AssertionError("opened too early")

    assert issubclass(conformance_machine(factory), unittest.TestCase)


def test_shrinking_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the time is over nothing but the sequences that are known to fail is played."""
    asked = []
    for seconds in (1_000.0, -1.0):
        monkeypatch.setattr(machine, "SHRINKING_SECONDS", seconds)
        counting = Counting()
        said = outcome(lambda: counting)  # noqa: B023  # called before the next one is made
        assert "DIVERGES from the reference" in said
        assert "Flaky" not in said
        asked.append(counting.asked)
    shrunk, cut_short = asked
    assert cut_short < shrunk


def test_the_package_names_what_it_has() -> None:
    assert dtao_properties.judge.__module__ == "dtao_properties.testing"
    with pytest.raises(AttributeError, match="'dtao_properties' has no attribute 'nonsense'"):
        dtao_properties.nonsense  # noqa: B018  # the look-up is what is tested


class Idle(Wrong):
    """Announces everything, and skips whatever it is asked but to begin."""

    def spoilt(self, message: Mapping[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
        begins = message["do"] in ("hello", "load", "stop")
        return reply if begins else {"seq": message["seq"], "skipped": "to be done"}


@pytest.mark.parametrize("make", [conformance_machine, dtao_properties.invariant_machine])
def test_an_adapter_that_skips_everything_does_not_pass(make: Callable[..., Any]) -> None:
    test = make(Idle)
    test.settings = FEW
    result = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(test))
    assert not result.wasSuccessful()
    ((_, said),) = result.failures
    assert "nothing was checked: the adapter skipped all that it was asked" in said
