"""The JSON Schema of the vectors describes the bundled files and refuses what is none."""

import gzip
import json
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dtao_properties import vectors
from tests.properties import toy

BUNDLED = vectors.files([vectors.bundled()])


@pytest.fixture(scope="module")
def schema() -> Any:
    path = Path(__file__).parents[2] / "spec" / "formats" / "vectors.schema.json"
    loaded = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(loaded)


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_bundled_files_fit_the_schema(schema: Any, path: Path) -> None:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in islice(stream, 3):
            schema.validate(json.loads(line))


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
