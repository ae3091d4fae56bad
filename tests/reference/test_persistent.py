"""The map of the state: both kinds do what a dictionary does, and a state made of either is the same state."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.persistent import Map, PartedMap

KINDS: list[Any] = [Map, PartedMap] if Map is not PartedMap else [Map]

KEYS = st.integers(0, 40) | st.integers(0, 5).map(lambda power: 2**power * 64) | st.tuples(st.integers(0, 3))
CHANGES = st.lists(st.tuples(KEYS, st.none() | st.integers(0, 3)), max_size=80)


@pytest.mark.parametrize("kind", KINDS)
@given(st.dictionaries(KEYS, st.integers(0, 3)), CHANGES)
def test_a_map_does_what_a_dictionary_does_and_never_changes(
    kind: Any, entries: dict[Any, int], changes: list[tuple[Any, int | None]]
) -> None:
    expected, actual = dict(entries), kind(entries)
    for key, value in changes:
        before = dict(expected)
        old = actual
        if value is not None:
            expected[key] = value
            actual = actual.set(key, value)
        elif key in expected:
            del expected[key]
            actual = actual.delete(key)
        else:
            with pytest.raises(KeyError):
                actual.delete(key)
            with pytest.raises(KeyError):
                actual[key]
        assert dict(old) == before
        assert actual.get(key) == actual.get(key, None) == expected.get(key)
        assert (key in actual) == (key in expected)
    assert dict(actual) == dict(actual.items()) == expected
    assert set(actual) == set(actual.keys()) == set(expected)
    assert sorted(actual.values()) == sorted(expected.values())
    assert len(actual) == len(expected)
    again = kind(list(expected.items()))
    assert actual == again
    assert hash(actual) == hash(again)
    assert actual == pickle.loads(pickle.dumps(actual))  # noqa: S301
    assert actual.update(entries) == kind(expected | entries)
    assert actual != kind(expected | {"other": 1})
    assert actual != expected


@pytest.mark.parametrize("kind", KINDS)
def test_entries_are_neither_set_nor_deleted_in_place(kind: Any) -> None:
    entries = kind({1: 2})
    with pytest.raises(TypeError):
        entries[1] = 3
    with pytest.raises(TypeError):
        del entries[1]
    assert entries == kind({1: 2})


def test_a_parted_map_that_grows_is_divided_anew() -> None:
    grown: PartedMap[int, int] = PartedMap()
    for key in range(5000):
        grown = grown.set(key, key)
    assert dict(grown) == {key: key for key in range(5000)}
    assert max(map(len, grown._parts)) < 16 + 4 * len(grown._parts)
    assert len(grown._parts) > 20


def test_one_module_chooses_the_map() -> None:
    folder = Path(dtao.__file__).parent
    importing = [path.name for path in folder.rglob("*.py") if "immutables import" in path.read_text(encoding="utf-8")]
    assert importing == ["persistent.py"]


RUN = """
import sys
if {blocked}:
    sys.modules["immutables"] = None
from dtao.persistent import Map, PartedMap
assert Map is PartedMap or not {blocked}
import hashlib, json
import dtao
from tests.reference.worlds import after, scenarios, SCENARIOS
digest = hashlib.sha256()
for path in sorted(SCENARIOS.glob("*.jsonl.gz"))[::9]:
    for steps in scenarios(path.name.removesuffix(".jsonl.gz")):
        state = dtao.era("launch").genesis()
        for step in steps:
            state = after(state, step)
        digest.update(json.dumps(dtao.era("launch").dump(state), sort_keys=True).encode())
print(digest.hexdigest())
"""


def test_both_kinds_of_map_lead_to_the_same_states() -> None:
    one, other = (
        subprocess.run(
            [sys.executable, "-c", RUN.format(blocked=blocked)], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        for blocked in (False, True)
    )
    assert one == other
