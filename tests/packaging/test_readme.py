"""What the README shows works."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import dtao


@pytest.mark.parametrize("name", [era.name for era in dtao.ERAS])
def test_the_oracle_example_runs_in_every_era(root: Path, name: str) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    text = example.replace('dtao.era("launch")', f"dtao.era({name!r})")
    assert name == "launch" or text != example
    names: dict[str, object] = {}
    exec(compile(text, "README.md", "exec"), names)  # noqa: S102  # our own text
    assert {"era", "state", "out", "after"} <= names.keys()


def test_the_commands_exist(root: Path, dtao_command: Callable[..., Result]) -> None:
    shown = re.findall(r"^dtao (.*?)(?:\s+#.*)?$", (root / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    commands = [shlex.split(line) for line in shown]
    assert {words[0] for words in commands} == {
        "conform",
        "diff",
        "explain",
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


def test_the_makefile_has_what_is_promised(root: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {"conform", "test", "lint", "types", "test-wheel", "bench", "deep", "clean", "help"} <= targets
