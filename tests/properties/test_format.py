"""The JSON Schema of the vectors describes the bundled files and refuses what is none."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jsonschema.exceptions import best_match

import dtao
from dtao_properties.conformance import vectors
from dtao_properties.conformance.selection import FILES_A_WORKER, selected
from dtao_properties.conformance.vectors import VectorError
from tests.depth import IS_DEEP
from tests.properties import toy

BUNDLED = vectors.files(vectors.bundled())


@pytest.fixture(scope="module")
def schema() -> Any:
    path = Path(__file__).parents[2] / "spec" / "formats" / "vectors.schema.json"
    loaded = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(loaded)


Met = set[tuple[object, ...]]
"""What was tried before: of a kind, in the form that is looked at."""


def sampled(entries: Mapping[str, Any], met: Met, member: str) -> dict[str, Any]:
    """Return the first entry of each item and type of value that was not met: what holds of one holds of all."""
    found = {}
    for entry, value in entries.items():
        kind = (member, entry.partition("/")[0], type(value))
        if kind not in met:
            met.add(kind)
            found[entry] = value
    return found


def distinct(steps: Iterable[Mapping[str, Any]], met: Met) -> list[Mapping[str, Any]]:
    """Return the first step of each call, item, phase and read that was not met, refused and accepted ones apart.

    A call with other arguments than before is another one.
    """
    found = []
    for step in steps:
        name = step["do"]
        kind = (name, step.get("item" if name == "set" else name), *step.get("args", ()), step.get("error") is None)
        if kind not in met:
            met.add(kind)
            found.append(step)
    return found


ERAS = sorted({path.parents[1].name for path in BUNDLED})


def of_an_era(paths: Iterable[Path], met: Met) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the header and the first vectors of files, of their entries and steps those of a kind that was not met."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            head, *read = map(json.loads, islice(stream, 3))
        entries = {member: sampled(head[member], met, member) for member in ("defaults", "genesis") if member in head}
        yield path, {**head, **entries}
        for one in read:
            if "steps" in one:
                steps = distinct(one["steps"], met)
                kinds = [
                    {**step, "diff": sampled(step["diff"], met, "diff")} if "diff" in step else step for step in steps
                ]
                yield path, {**one, "steps": kinds}
            elif (one["kernel"], *one["args"]) not in met or IS_DEEP:
                met.add((one["kernel"], *one["args"]))
                yield path, one


def test_bundled_files_fit_the_schema(schema: Any) -> None:
    """One entry of each item, one step of each kind and one case of each kernel; in deep tests of each era."""
    everything: Met = set()
    for era in ERAS:
        met = set[tuple[object, ...]]() if IS_DEEP else everything
        for path, one in of_an_era((path for path in BUNDLED if path.parents[1].name == era), met):
            told = best_match(schema.iter_errors(one))
            assert told is None, f"{path}: {told.message}"


def test_what_is_not_met_is_all_that_there_is() -> None:
    """Also of a step and of an entry that come late."""
    met: Met = set()
    steps = [{"do": "set", "item": item, "value": value} for item, value in (("A", 1), ("A", 2), ("B", 3))]
    assert [step["value"] for step in distinct(steps, met)] == [1, 3]
    assert distinct([*steps, {"do": "set", "item": "C"}], met) == [{"do": "set", "item": "C"}]
    assert sampled({"A/1": 1, "A/2": 2, "A/3": "3", "B": 4}, met, "diff") == {"A/1": 1, "A/3": "3", "B": 4}
    assert sampled({"A/1": 1, "D": None}, met, "diff") == {"D": None}
    assert sampled({"A/1": 1}, met, "genesis") == {"A/1": 1}


@pytest.mark.parametrize("era", ERAS)
def test_entries_without_keys_are_always_listed(era: str) -> None:
    """The page says so: in every genesis, and never null in a diff."""
    rules = dtao.era(era)
    items = rules.runtime.items.by_name.items()
    without_keys = {name for name, item in items if not item.keys and item.default is None}
    for path in BUNDLED:
        if path.parts[-3:-1] == (era, "scenario"):
            head = vectors.header(path)
            assert (head.genesis, without_keys & head.defaults.keys()) == (rules.dump(rules.genesis()), set())
            assert without_keys <= head.genesis.keys()
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                assert set(re.findall(r'"([A-Z][A-Za-z0-9]*)": ?null', stream.read())) & without_keys == set()


def test_the_schema_refuses(schema: Any) -> None:
    header, vector = (json.loads(line) for line in toy.lines([toy.scenario("p0")]))
    kernel = json.loads(toy.lines(toy.kernels())[1])
    for good in (header, vector, kernel):
        assert schema.is_valid(good)
    bad = [
        {**header, "_info": {**header["_info"], "format": "dtao-vectors/2"}},
        {"_info": header["_info"]},
        {**vector, "hash": "0"},
        {**vector, "notes": "x"},
        {**vector, "steps": [{"do": "pray"}]},
        {**vector, "steps": [{"do": "blocks", "n": -1, "diff": {}}]},
        {**kernel, "value": 0.5},
        {**kernel, "args": []},
    ]
    assert [one for one in bad if schema.is_valid(one)] == []


def test_bundled_vectors_are_complete() -> None:
    headers = [vectors.header(path) for path in BUNDLED]
    launch = [head for head in headers if head.era == "launch"]
    assert (len(launch), sum(head.count for head in launch)) == (27, 6377)


def test_the_readme_names_the_first_and_the_newest_era(root: Path) -> None:
    """With the spec versions in which they begin."""
    told = re.findall(r"`([a-z0-9-]+)`\s\((\d+)\)", (root / "README.md").read_text(encoding="utf-8"))
    first, *_, newest = dtao.ERAS
    assert told == [(first.name, str(first.spec_version)), (newest.name, str(newest.spec_version))]


def test_many_files_are_verified_side_by_side_and_the_first_that_is_wrong_is_told(tmp_path: Path) -> None:
    content = toy.lines(toy.kernels())
    files = [toy.write(tmp_path / f"{number:03}.jsonl", content) for number in range(2 * FILES_A_WORKER)]
    assert selected([tmp_path], workers=2) == selected([tmp_path], workers=1)
    for wrong in (files[150], files[7]):
        toy.write(wrong, content[:-1])
        with pytest.raises(VectorError) as told:
            selected([tmp_path], workers=2)
        assert str(told.value).startswith(f"{wrong}:1: the header counts ")
