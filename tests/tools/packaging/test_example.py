"""The example of a foreign implementation under pytest, from an installed wheel and outside of this checkout."""

import shutil
from pathlib import Path

import pytest

from tests.tools.packaging.environments import run

PLANTED = {"FOREIGN_POOL_BUG": "1"}


@pytest.fixture
def example(root: Path, tmp_path: Path) -> Path:
    """Return a copy of the example's folder."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    return Path(shutil.copytree(root / "examples" / "pytest", tmp_path / "example", ignore=ignored))


def test_the_foreign_implementation_passes(conform_commands: Path, example: Path) -> None:
    result = run(conform_commands / "pytest", "-q", "--color=no", "--hypothesis-seed=0", cwd=example)
    *_, counts = result.stdout.strip().splitlines()
    # 57 of the 242 scenarios hold a quote that it gives; the 58th is the state machine
    assert counts.startswith("58 passed, 185 skipped in ")


def test_a_planted_mistake_is_told(conform_commands: Path, example: Path) -> None:
    tests = ("-q", "--color=no", "--maxfail=3", "-k", "edges or pool or TestSequences")
    result = run(conform_commands / "pytest", *tests, cwd=example, expected=1, variables=PLANTED)
    for said in (
        "E       dtao_properties.testing.Diverges: DIVERGES launch/scenario/edges/p000\n",
        "E         step 57 of 257: read sim_swap_tao_for_alpha\n",
        "E           expected: 99 (0.000000099 alpha)\n",
        "E           actual:   100 (0.000000100 alpha)\n",
        "E           delta:    +1 (0.000000001 alpha)\n",
        "E         replay: dtao replay launch/scenario/edges/p000 --adapter python:foreign_adapter:Adapter\n",
    ):
        assert said in result.stdout


def test_a_planted_mistake_is_shrunk(conform_commands: Path, example: Path) -> None:
    tests = ("-q", "--color=no", "--hypothesis-seed=0", "test_sequences.py")
    result = run(conform_commands / "pytest", *tests, cwd=example, expected=1, variables=PLANTED)
    assert " dtao_properties.testing.Diverges: DIVERGES from the reference\n" in result.stdout
    assert "step 0 of 1: read sim_swap_" in result.stdout
    assert "in this state:" in result.stdout


def test_what_the_message_says_replays(conform_commands: Path, example: Path) -> None:
    words = ("replay", "launch/scenario/edges/p000", "--adapter", "python:foreign_adapter:Adapter")
    assert run(conform_commands / "dtao", *words, cwd=example).stdout.startswith("ok  launch/scenario/edges/p000")
    wrong = run(conform_commands / "dtao", *words, cwd=example, expected=1, variables=PLANTED)
    assert "    actual:   100 (0.000000100 alpha)\n" in wrong.stdout


def test_the_page_comes_with_the_wheel(conform_commands: Path, example: Path) -> None:
    words = ("conform", "--adapter", "python:foreign_adapter:Adapter", "--suite", "pool", "--html", "page.html")
    run(conform_commands / "dtao", *words, cwd=example)
    assert "<h1>foreign-pool" in (example / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [(), ("-p", "no:dtao"), ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")])
def test_the_plugin_is_harmless_where_it_is_not_used(
    conform_commands: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n", encoding="utf-8")
    result = run(conform_commands / "pytest", "-q", "--color=no", "-W", "error", *words, cwd=tmp_path)
    assert result.stdout.startswith(".")
    assert "1 passed" in result.stdout


def test_the_plugin_is_found_without_being_named(conform_commands: Path, tmp_path: Path) -> None:
    shown = run(conform_commands / "pytest", "--help", cwd=tmp_path).stdout
    assert "--dtao-adapter=ENDPOINT" in shown
    assert "rule(id, ...)" in run(conform_commands / "pytest", "--markers", cwd=tmp_path).stdout
