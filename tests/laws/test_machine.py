"""Every invariant after every step: of the reference, of an adapter; and what the steps reach."""

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import dtao
from dtao_properties.fuzz.steps import STEP_BYTES
from dtao_properties.fuzz.worlds import WORLD_BYTES, world
from dtao_properties.invariants import Broken
from dtao_properties.reference import Reference
from dtao_properties.stateful import invariant_machine, walked
from dtao_properties.transitions import Oracle

LAUNCH = dtao.era("launch")
ORACLE = Oracle(LAUNCH)

TestReference = invariant_machine()
TestReference.settings = settings(max_examples=max(settings().max_examples // 2, 1), stateful_step_count=25)
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
        made("runTest").runTest()  # type: ignore[attr-defined]  # of unittest
    made.tearDownClass()


@given(st.binary(min_size=WORLD_BYTES, max_size=WORLD_BYTES), st.binary(min_size=24 * 8, max_size=24 * 8))
def test_short_walks(begin: bytes, drawn: bytes) -> None:
    """The same as the machine, in one piece: the form in which a coverage-guided fuzzer finds most."""
    state = LAUNCH.load(world(begin))
    for at in range(0, len(drawn), STEP_BYTES["block"]):
        state = walked(ORACLE, state, drawn[at : at + STEP_BYTES["block"]])
