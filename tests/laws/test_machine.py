"""Every invariant after every step: of the reference, of an adapter; and what the steps reach."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import dtao
from dtao.errors import InputError
from dtao_properties.adapters.protocol import Session
from dtao_properties.adapters.reference import Reference
from dtao_properties.fuzz.held_to_laws import InvariantTest, invariant_machine, walked
from dtao_properties.fuzz.steps import STEP_BYTES
from dtao_properties.fuzz.worlds import WORLD_BYTES, world
from dtao_properties.laws import Broken, held
from dtao_properties.model.step import Answering, Oracle
from tests.depth import of_many

LAUNCH = dtao.era("launch")
ORACLE = Oracle(LAUNCH)

TestReference = invariant_machine()
TestReference.settings = settings(max_examples=of_many(25, 2_500), stateful_step_count=25)
TestAdapter = invariant_machine(Reference)
TestAdapter.settings = settings(max_examples=3, stateful_step_count=5)


class Generous(Reference):
    """The reference, which gives a rao more to whoever's balance a call changes."""

    def request(self, message: Any) -> dict[str, Any]:
        reply = super().request(message)
        balances = [entry for entry in reply.get("diff", {}) if entry.startswith("Balance/")]
        if message["do"] == "call" and balances:
            reply["diff"][balances[0]] = str(int(reply["diff"][balances[0]] or 0) + 1)
        return reply


def test_a_broken_adapter_is_told() -> None:
    made = invariant_machine(Generous)
    made.settings = settings(
        max_examples=50, stateful_step_count=6, database=None, derandomize=True, phases=[Phase.generate]
    )
    with pytest.raises(Broken, match="every rao is on the ledger: Balance/"):
        made("runTest").runTest()
    made.tearDownClass()


@given(st.binary(min_size=WORLD_BYTES, max_size=WORLD_BYTES), st.binary(min_size=24 * 8, max_size=24 * 8))
def test_short_walks(begin: bytes, drawn: bytes) -> None:
    """The same as the machine, in one piece: the form in which a coverage-guided fuzzer finds most."""
    state = LAUNCH.load(world(begin))
    for at in range(0, len(drawn), STEP_BYTES["block"]):
        state = walked(ORACLE, state, drawn[at : at + STEP_BYTES["block"]])


def without(*kinds: str) -> type[Reference]:
    """Return the reference as an adapter that skips some kinds of requests, and says so of its levels."""

    class Partial(Reference):
        def request(self, message: Any) -> dict[str, Any]:
            if message["do"] in kinds:
                return {"seq": message["seq"], "skipped": f"no {message['do']}"}
            reply = super().request(message)
            if message["do"] == "hello" and "blocks" in kinds:
                reply["value"]["levels"] = [level for level in reply["value"]["levels"] if level != "block"]
            return reply

    return Partial


def taken_by(adapter: Callable[[], Reference], era: dtao.Era | None = None) -> type[InvariantTest]:
    """Run an invariant machine for a while and return it."""
    made = invariant_machine(adapter, era)
    made.reach.answers.clear()
    made.settings = settings(
        max_examples=12, stateful_step_count=8, database=None, derandomize=True, phases=[Phase.generate]
    )
    made("runTest").runTest()
    made.tearDownClass()
    return made


@pytest.mark.parametrize("skipped", [("phase",), ("read",), ("phase", "read", "blocks")])
def test_a_partial_adapter_is_held_to_what_it_answers(skipped: tuple[str, ...]) -> None:
    made = taken_by(without(*skipped))
    steps = {kind for kind, _, _ in made.reach.answers}
    assert steps == {"call", "set", "phase", "blocks"} - set(skipped)
    assert made.reach.unasked
    (name, count), *_ = made.reach.unasked.items()
    assert f"not checked, because what it asks is skipped: {name}: {count}" in made.reach.report()


def test_an_adapter_is_held_to_the_invariants_of_a_later_era() -> None:
    made = taken_by(Reference, dtao.era("yuma3"))
    assert made.reach.answers.calls()
    assert not made.reach.unasked


class Few(Reference):
    """An adapter that keeps pools only, at a level, of an era."""

    said: ClassVar[dict[str, Any]] = {}

    def request(self, message: Any) -> dict[str, Any]:
        reply = super().request(message)
        if message["do"] == "hello":
            reply["value"] |= self.said
        return reply


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"items": ["SubnetTAO"]}, "keeps only 1 storage items, and the invariants are about whole states"),
        ({"levels": ["kernel", "quote"]}, "goes up to level quote, and the invariants are about calls and blocks"),
        ({"eras": ["234"]}, "does not announce the era launch, but 234; give one of those"),
    ],
)
def test_an_adapter_of_which_the_invariants_say_nothing_is_refused(
    said: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Few, "said", said)
    with pytest.raises(InputError, match=told):
        taken_by(Few)


def test_a_block_after_a_network_was_dissolved_breaks_nothing() -> None:
    """An adapter gives states that are equal and not the same; and what a network left behind is no trade."""
    era = dtao.era("launch")
    state = era.step(era.load({**era.dump(era.genesis()), "SubnetOwner/1": "1001"}), 2)
    implementation = Answering(era, Session(Reference()))
    requests: list[dict[str, Any]] = [
        {"do": "call", "call": "dissolve_network", "signer": None, "args": {"coldkey": "1001", "netuid": 1}},
        {"do": "blocks", "n": 1},
    ]
    for request in requests:
        step = implementation.apply(state, request)
        assert step.error is None
        state = held(step).after
