"""The JSON Schema of the vectors describes the bundled files and refuses what is none."""

import gzip
import json
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jsonschema.exceptions import best_match

import dtao
from dtao_properties.conformance import vectors
from tests.properties import toy

BUNDLED = vectors.files(vectors.bundled())


@pytest.fixture(scope="module")
def schema() -> Any:
    path = Path(__file__).parents[2] / "spec" / "formats" / "vectors.schema.json"
    loaded = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(loaded)


def sampled(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first entry of each item and type of value: what holds of one of them holds of all."""
    found: dict[tuple[str, type], str] = {}
    for entry, value in entries.items():
        found.setdefault((entry.partition("/")[0], type(value)), entry)
    return {entry: entries[entry] for entry in found.values()}


def distinct(steps: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the first step of each call, item, phase and read, refused and accepted ones apart."""
    found: dict[tuple[object, ...], Mapping[str, Any]] = {}
    for step in steps:
        kind = step["do"]
        found.setdefault((kind, step.get("item" if kind == "set" else kind), step.get("error") is None), step)
    return list(found.values())


ERAS = sorted({path.parents[1].name for path in BUNDLED})


@pytest.mark.parametrize("era", ERAS)
def test_bundled_files_fit_the_schema(schema: Any, era: str) -> None:
    """Kernels as they are; of the entries of a header and of a diff one of each item, of the steps one of each kind."""
    steps: list[Mapping[str, Any]] = []
    met: set[str] = set()
    for path in (path for path in BUNDLED if path.parents[1].name == era):
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            head, *read = map(json.loads, islice(stream, 3))
        scenarios = [one for one in read if "steps" in one]
        steps += [step for one in scenarios for step in one["steps"]]
        for member in {"defaults", "genesis"} & head.keys():  # those of most suites are the same
            written = json.dumps(head[member])
            head[member] = {} if written in met else sampled(head[member])
            met.add(written)
        for one in (head, *(one for one in read if "steps" not in one), *(evolved(one, ()) for one in scenarios)):
            told = best_match(schema.iter_errors(one))
            assert told is None, f"{path}: {told.message}"
    kinds = [{**step, "diff": sampled(step["diff"])} if "diff" in step else step for step in distinct(steps)]
    told = best_match(schema.iter_errors(evolved(scenarios[0], kinds)))
    assert told is None, told.message


def evolved(scenario: Mapping[str, Any], steps: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a scenario with other steps."""
    return {**scenario, "steps": list(steps)}


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
