"""What the README and the guide show works."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import dtao
from tests import status


@pytest.mark.parametrize("name", [era.name for era in dtao.ERAS])
def test_the_oracle_example_runs_in_every_era(root: Path, name: str) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    text = example.replace('dtao.era("launch")', f"dtao.era({name!r})")
    assert name == "launch" or text != example
    names: dict[str, object] = {}
    exec(compile(text, "README.md", "exec"), names)  # noqa: S102  # our own text
    assert {"era", "state", "out", "after"} <= names.keys()


def test_the_commands_exist(root: Path, dtao_command: Callable[..., Result]) -> None:
    pages = [root / "README.md", *sorted((root / "docs/guide").glob("*.md"))]
    shown = [
        line for page in pages for line in re.findall(r"^dtao (.*?)(?:\s+#.*)?$", page.read_text("utf-8"), flags=re.M)
    ]
    commands = [shlex.split(line) for line in shown]
    assert {words[0] for words in commands} == {
        "conform",
        "diff",
        "explain",
        "follow",
        "fuzz",
        "import",
        "quote",
        "replay",
        "rules",
        "show",
        "simulate",
        "smoke",
    }
    for words in commands:
        help_text = dtao_command(words[0], "--help").stdout
        assert all(word in help_text for word in words if word.startswith("-"))


def test_what_one_asks_is_answered(
    root: Path, dtao_command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the table of questions says it; simulations, which take a minute or two, are only read."""
    monkeypatch.chdir(root)
    shown = re.findall(r"^\|.*\? \| `dtao ([^`]*)` \|$", (root / "README.md").read_text("utf-8"), flags=re.M)
    assert [words.split()[0] for words in shown] == ["explain", "simulate", "simulate", "follow"]
    for words in shown:
        ran = dtao_command(*shlex.split(words), *(["--check"] if words.startswith("simulate") else []))
        assert ran.exit_code == 0, ran.output


def test_the_quick_start_judges_an_adapter(
    root: Path, dtao_command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it stands there, with the example's adapter, of one era and level quote; the search tries one state."""
    monkeypatch.syspath_prepend(root / "examples/pytest")
    adapter = "python:foreign_adapter:Adapter"
    text = (root / "README.md").read_text("utf-8")
    shown = [shlex.split(line) for line in re.findall(r"^dtao (.*--adapter.*?)\s+#", text, flags=re.MULTILINE)]
    assert [words[0] for words in shown] == ["smoke", "conform", "fuzz"]
    limits = {"conform": ("--era", "launch"), "fuzz": ("--examples", "1")}
    for words in shown:
        given = (adapter if word == "cmd:./my-adapter" else word for word in words)
        ran = dtao_command(*given, *limits.get(words[0], ()))
        assert ran.exit_code == 0, ran.output


def test_the_table_of_what_is_covered_is_up_to_date(root: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    assert f"{status.BEGIN}\n{status.table()}\n{status.END}" in text, "write it by: python -m tests.status --write"


def test_what_the_guide_links_to_is_there(root: Path) -> None:
    for page in (root / "README.md", *(root / "docs/guide").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_makefile_has_what_is_promised(root: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {"conform", "test", "lint", "types", "test-wheel", "bench", "deep", "clean", "help"} <= targets
