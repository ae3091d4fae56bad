"""The adapter of today's quotes, written from SPEC.md alone: it conforms, and with a bug it does not."""

from collections.abc import Callable
from pathlib import Path
from sys import executable

import pytest
from typer.testing import Result

Dtao = Callable[..., Result]
LEVEL = ("--era", 425, "--level", "quote")


@pytest.fixture
def adapter(root: Path) -> str:
    return f"cmd:{executable} {root / 'examples/weighted/adapter.py'}"


def test_it_answers_every_recorded_quote(dtao_command: Dtao, adapter: str) -> None:
    result = dtao_command("conform", *LEVEL, "--suite", "pool", "--suite", "limit", "--adapter", adapter)
    assert (result.exit_code, "CONFORMS" in result.stdout) == (0, True)


def test_a_rao_too_much_is_told_by_its_rule(dtao_command: Dtao, adapter: str) -> None:
    result = dtao_command("conform", *LEVEL, "--suite", "pool", "--adapter", f"{adapter} --bug one-rao")
    assert result.exit_code == 1
    assert "POOL-32: read sim_swap: value is too high by 1" in " ".join(result.stdout.split())


def test_a_search_finds_no_difference(dtao_command: Dtao, adapter: str, tmp_path: Path) -> None:
    result = dtao_command("fuzz", *LEVEL, "--adapter", adapter, "--examples", 20, "--out", tmp_path)
    assert (result.exit_code, "no divergence found" in result.stdout) == (0, True)


def test_each_message_is_answered(dtao_command: Dtao, adapter: str) -> None:
    result = dtao_command("smoke", "--adapter", adapter)
    assert (result.exit_code, "read sim_swap" in result.stdout) == (0, True)
