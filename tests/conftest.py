"""Fixtures that the tests of all three packages share."""

import gc
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import typer.testing
from hypothesis import settings
from typer.main import get_command
from typer.testing import CliRunner, Result

from dtao_properties.cli import app
from dtao_properties.fuzz.example_db import example_database

# No deadlines: how long an example takes says nothing about whether it is right.
settings.register_profile("dev", deadline=None, max_examples=60, database=example_database())
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True, print_blob=True)
settings.register_profile("deep", deadline=None, max_examples=5_000, database=example_database())
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# Typer makes the command line of an app anew each time it is invoked, which takes longer than most of what is asked.
setattr(typer.testing, "_get_command", cache(get_command))  # noqa: B010  # mypy knows no private name of a module


ROOT = Path(__file__).parent.parent


def pytest_collection_finish() -> None:
    """Leave what was imported out of every later garbage collection: it stays."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def root() -> Path:
    """Return the root of the checkout."""
    return ROOT


def _run(*words: object) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words], prog_name="dtao")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception  # a traceback would have reached the user
    return result


@pytest.fixture
def dtao_command() -> Callable[..., Result]:
    """Run the command line in this process and return its exit code and output."""
    return _run
