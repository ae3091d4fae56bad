"""What the fuzzer and the reference do in fewer steps comes to the same as in the plain ones, in every era."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from attrs import evolve, fields

import dtao
from dtao.errors import InputError
from dtao.state import State
from dtao.storage import STATE_MAPS
from dtao.units import BlockNumber
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.conformance.compare import same
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.limits import is_near, limits
from dtao_properties.fuzz.steps import STEP_BYTES, planned
from dtao_properties.fuzz.worlds import WORLD_BYTES, random_world
from tests.depth import one_in

Step = tuple[State, Mapping[str, Any], State]


def in_eras(which: int) -> pytest.MarkDecorator:
    """Try a test in every fifth era, another choice for each number, and in all of them in deep tests."""
    return pytest.mark.parametrize("era", one_in(5, which, dtao.ERAS), ids=lambda era: era.recorded_as)


def played(era: dtao.Era, seed: int, worlds: int, steps: int) -> Iterator[Step]:
    """Yield the steps of a few random worlds, with the states before and after them."""
    random = Random(seed)
    for _ in range(worlds):
        state = era.load(random_world(Choices(random.randbytes(WORLD_BYTES)), era))
        for _ in range(steps):
            step = planned(era, state, "block", random.randbytes(STEP_BYTES["block"]))
            if step is None:
                continue
            try:
                after = apply_step(era, state, step.request).after
            except InputError:  # outside of what the runtime computes
                continue
            yield state, step.request, after
            state = after


@in_eras(0)
def test_random_worlds_list_what_a_dump_of_their_state_lists(era: dtao.Era) -> None:
    random = Random(era.spec_version)
    for _ in range(5):
        flat = random_world(Choices(random.randbytes(WORLD_BYTES)), era)
        assert same(era.dump(era.load(flat)), flat)


@in_eras(1)
def test_calls_that_are_decoded_are_those_of_the_classes(era: dtao.Era) -> None:
    """An argument that is decoded is not checked again, nor converted: both would leave it as it is."""
    made = 0
    for _, request, _ in played(era, 1, 2, 30):
        if request["do"] == "call":
            call = era.call(request["call"], request["signer"], request["args"])
            given = {one.name: getattr(call, one.name) for one in fields(type(call))}
            plain = type(call)(**given)
            assert plain == call
            assert repr(plain) == repr(call)  # in type, too
            made += 1
    assert made > 15


@in_eras(2)
def test_limits_about_a_block_are_those_of_all_that_are_near(era: dtao.Era) -> None:
    random, near = Random(2), 0
    for state, _, _ in played(era, 2, 2, 12):
        ends = {one.end for one in limits(state) if one.end >= 0}
        for end in random.sample(sorted(ends), min(len(ends), 3)):
            at = evolve(state, block_number=BlockNumber(max(end + random.choice((-1, 0, 1)), 0)))
            listed, all_of_them = (
                [str(one) for one in found if one.name in era.runtime.calls and is_near(one, at.block_number)]
                for found in (without_writes(at, at.block_number), without_writes(at, None))
            )
            assert listed == all_of_them
            near += len(listed)
    assert near > 5


def without_writes(state: State, at: int | None) -> list[Any]:
    """Return limits without the functions that make what is written, which are new each time."""

    def plain(write: Any) -> Any:
        return None if write is None else evolve(write, value=str)

    return [evolve(one, record=plain(one.record), parameter=plain(one.parameter)) for one in limits(state, at)]


@in_eras(3)
def test_a_difference_of_states_is_that_of_their_dumps(era: dtao.Era) -> None:
    for before, _, after in played(era, 3, 1, 25):
        was, now = era.dump(before), era.dump(after)
        changed = {entry: now.get(entry) for entry in {**was, **now} if was.get(entry) != now.get(entry)}
        assert same(era.diff(before, after), changed)


@in_eras(4)
def test_what_differs_is_listed_by_identity(era: dtao.Era) -> None:
    items = era.runtime.items
    for before, _, after in played(era, 4, 1, 15):
        pairs: list[tuple[type, Any, Any]] = [(State, before, after)]
        for record, (attribute, none) in STATE_MAPS.items():
            was, now = getattr(before, attribute), getattr(after, attribute)
            pairs += [(record, was.get(key, none), now.get(key, none)) for key in {*was, *now}]
        for record, one, other in pairs:
            expected = [
                (item, old, new)
                for item in items.by_record.get(record, ())
                if (old := getattr(one, item.attribute)) is not (new := getattr(other, item.attribute))
            ]
            found = items.differing[record](one, other) if record in items.differing else []
            assert [row[0].name for row in found] == [row[0].name for row in expected]
            assert all(
                a is b for row, wanted in zip(found, expected, strict=True) for a, b in zip(row, wanted, strict=True)
            )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": True}, {"a": 1}), ({"a": [1]}, {"a": [True]}), ({"a": "1"}, {"a": 1}), ({"a": None}, {}),
        ({"a": {"b": [0]}}, {"a": {"b": [False]}}), ({"a": [["1", 2]]}, {"a": [["1", "2"]]}),
    ],
)  # fmt: skip
def test_values_that_differ_in_type_only_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)
    assert same(one, one)
