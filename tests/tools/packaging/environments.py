"""New environments with the built wheel in them, outside of the checkout's import path."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}


def run(
    *command: object, expected: int = 0, cwd: Path | None = None, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command and check its exit code."""
    words = [str(word) for word in command]
    environment = {**ENVIRONMENT, **(variables or {})}
    result = subprocess.run(words, capture_output=True, text=True, check=False, cwd=cwd, env=environment)
    assert result.returncode == expected, f"{words}\n{result.stdout}\n{result.stderr}"
    return result


def built(folder: Path, project: Path = ROOT) -> Path:
    """Build the wheel of dtao-spec, or of another project of this repository."""
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run(*pip, "--wheel-dir", folder, project, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def add(wheel: Path, commands: Path) -> None:
    """Install another wheel, without what it depends on, beside those that are there."""
    run(sys.executable, "-m", "pip", "--python", commands / "python", "install", "--quiet", "--no-deps", wheel)


def installed(wheel: Path, folder: Path, extra: str) -> Path:
    """Make an environment with the wheel and nothing else; return its folder of commands."""
    venv.create(folder, with_pip=False, symlinks=True)
    commands = folder / "bin"
    run(sys.executable, "-m", "pip", "--python", commands / "python", "install", "--quiet",
        "--constraint", ROOT / "requirements.txt", f"dtao-spec{extra} @ {wheel.as_uri()}", cwd=folder)  # fmt: skip
    return commands


def distributions(commands: Path) -> set[str]:
    """Name what is installed."""
    listed = run(sys.executable, "-m", "pip", "--python", commands / "python", "list", "--format", "json")
    return {one["name"] for one in json.loads(listed.stdout)}
