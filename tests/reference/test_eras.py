"""The rows of the eras: what is stored, from which version to which, and that nothing is guessed between them."""

import pickle
from collections.abc import Callable
from itertools import pairwise

import pytest
from attrs import fields

import dtao
from dtao.calls import Call, StartCall, SwapHotkey
from dtao.errors import InputError
from dtao.state import State
from dtao.stored import ITEM, RENAMED, VARIANT
from dtao_properties.conformance import vectors

UNKEYED = "LastRateLimitedBlock"
"""Its keys are of several kinds, each an item of its own from 320 on; until then nothing of the economy reads it."""
FORMER = {
    name
    for attribute in fields(State)
    if (moved := attribute.metadata.get(RENAMED)) is not None and moved[1].startswith(UNKEYED)
    for name in (attribute.metadata[ITEM].name,)
}
"""The items whose values stand there from 320 on. The runtime still has them, but neither reads nor writes them."""


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_genesis_and_defaults_are_those_of_the_recordings(era: dtao.Era) -> None:
    for path in vectors.files([vectors.recorded(era.recorded_as) / "scenario"]):
        header = vectors.header(path)
        unrecorded = {name for name, item in era.items().items() if item.is_unrecorded(era.spec_version)}
        assert era.dump(era.genesis()) == header.genesis
        items = [item for item in era.runtime.items.by_name.values() if item.presence or item.default is not None]
        items = [item for item in items if VARIANT not in item.name]
        defaults = {item.name: None if item.default is None else item.kind.encode(item.default) for item in items}
        assert defaults.keys() - header.defaults.keys() <= unrecorded
        former = FORMER - {item.name for item in items}
        recorded = {item: value for item, value in header.defaults.items() if item not in {UNKEYED, *former}}
        assert {item: value for item, value in defaults.items() if item not in unrecorded} == recorded


def test_eras_follow_each_other_without_overlap() -> None:
    spans = [(era.spec_version, era.last_spec_version) for era in dtao.ERAS]
    assert spans == sorted(spans)
    assert all(last < first for (_, last), (first, _) in pairwise(spans))


@pytest.mark.parametrize(
    ("version", "why"),
    [
        (232, "was before Dynamic TAO, which began with 233, 'launch'"),
        (10**9, f"is later than {dtao.ERAS[-1].last_spec_version}, the last that is covered, of"),
    ],
)
def test_a_version_that_is_not_covered_is_refused(version: int, why: str) -> None:
    """The message says why, and names the nearest eras."""
    for which in (version, str(version)):
        with pytest.raises(
            dtao.UnknownName, match=rf"there is no era {version}: version {version} {why}.* `dtao eras`"
        ):
            dtao.era(which)


LAUNCH, LATER = dtao.era("launch"), dtao.era(277)


@pytest.mark.parametrize(
    "ask",
    [
        LATER.step,
        lambda state: LATER.apply(state, LATER.call("start_call", "1", {"netuid": 1})),
        lambda state: LATER.set(state, "Tempo", {"netuid": 1}, 5),
        lambda state: LATER.phase(state, "update_moving_price", {"netuid": 1}),
        lambda state: LATER.read(state, "get_alpha_price", {"netuid": 1}),
        lambda state: LATER.sim_swap_tao_for_alpha(state, 1, 5),
        lambda state: LATER.sim_swap_alpha_for_tao(state, 1, 5),
        lambda state: LATER.diff(state, state),
        lambda state: LATER.diff(LATER.genesis(), state),
    ],
)
def test_a_state_of_another_era_is_refused(ask: Callable[[State], object]) -> None:
    with pytest.raises(
        InputError, match=r"the state is of version 233, .* dtao\.migrate\(state, 'hotkey-per-subnet'\)"
    ):
        ask(LAUNCH.genesis())


@pytest.mark.parametrize(("era", "call"), [(LAUNCH, StartCall(5, 1)), (LATER, SwapHotkey(5, 6, 7))])
def test_a_call_of_another_era_is_refused(era: dtao.Era, call: Call) -> None:
    with pytest.raises(InputError, match=f"{type(call).__name__} is no call of the era {era.name}; make calls with"):
        era.apply(era.genesis(), call)


def test_a_state_is_pickled_by_its_entries() -> None:
    for era in dtao.ERAS:
        state = era.step(era.genesis(), 3)
        copy = pickle.loads(pickle.dumps(state))  # noqa: S301  # our own
        assert copy == state
        assert copy.runtime is era.runtime
