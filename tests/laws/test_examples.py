"""The example database: a folder, or a Redis that several machines share."""

import sys
from pathlib import Path

import pytest
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.extra.redis import RedisExampleDatabase

from dtao.errors import InputError
from dtao_properties.fuzz.example_db import example_database


def test_a_folder_keeps_examples(tmp_path: Path) -> None:
    database = example_database({}, tmp_path / "examples")
    assert isinstance(database, DirectoryBasedExampleDatabase)
    database.save(b"key", b"value")
    assert set(database.fetch(b"key")) == {b"value"}


def test_redis_is_used_where_it_is_named() -> None:
    # nothing connects before the first example is looked for
    assert isinstance(example_database({"REDIS_URL": "redis://localhost:1/0"}), RedisExampleDatabase)


def test_redis_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(InputError, match=r"Install dtao-spec\[campaign\]"):
        example_database({"REDIS_URL": "redis://localhost:1/0"})
