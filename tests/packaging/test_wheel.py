"""The built wheel in a new environment: what it brings, what works with and without its extra."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def run(*command: object, expected: int = 0, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command outside of the checkout's import path and check its exit code."""
    words = [str(word) for word in command]
    result = subprocess.run(words, capture_output=True, text=True, check=False, cwd=cwd, env=ENVIRONMENT)
    assert result.returncode == expected, f"{words}\n{result.stdout}\n{result.stderr}"
    return result


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    root = Path(__file__).parents[2]
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run(*pip, "--wheel-dir", folder, root, cwd=folder)
    (built,) = folder.glob("dtao_spec-*.whl")
    return built


def installed(wheel: Path, folder: Path, extra: str) -> Path:
    """Make an environment with the wheel and nothing else; return its folder of commands."""
    venv.create(folder, with_pip=False, symlinks=True)
    commands = folder / "bin"
    constraints = Path(__file__).parents[2] / "requirements.txt"
    run(sys.executable, "-m", "pip", "--python", commands / "python", "install", "--quiet",
        "--constraint", constraints, f"dtao-spec{extra} @ {wheel.as_uri()}", cwd=folder)  # fmt: skip
    return commands


def distributions(commands: Path) -> set[str]:
    listed = run(sys.executable, "-m", "pip", "--python", commands / "python", "list", "--format", "json")
    return {one["name"] for one in json.loads(listed.stdout)}


def test_base_installation(wheel: Path, tmp_path: Path) -> None:
    commands = installed(wheel, tmp_path / "base", "")
    assert distributions(commands) == {"attrs", "dtao-spec", "immutables"}
    program = (
        "import dtao, dtao_spec, dtao_properties.vectors as v;"
        "era = dtao.era('launch'); state = era.step(era.genesis(), blocks=2);"
        "print(era.dump(state)['BlockNumber'], len(v.files([v.bundled()])), v.bundled(), dtao.__file__)"
    )
    block, files, bundled, imported = run(commands / "python", "-c", program, cwd=tmp_path).stdout.split()
    assert (block, files) == ("3", "27")
    for path in (bundled, imported):
        assert Path(path).is_relative_to(tmp_path)
    refused = run(commands / "dtao", "conform", expected=2, cwd=tmp_path)
    assert "pip install 'dtao-spec[conform]'" in refused.stderr
    assert (refused.stdout, "Traceback" in refused.stderr) == ("", False)


def test_installation_with_the_command_line(wheel: Path, tmp_path: Path) -> None:
    commands = installed(wheel, tmp_path / "conform", "[conform]")
    result = run(commands / "dtao", "conform", "--suite", "issuance", cwd=tmp_path)
    assert "ok    launch/kernel/issuance  330 cases" in result.stdout
    assert run(commands / "dtao", "--version", cwd=tmp_path).stdout.strip() == "dtao-spec 0.1.0"
    missing = run(commands / "dtao", "conform", "--vectors", "nowhere", expected=2, cwd=tmp_path)
    assert (missing.stderr.count("\n"), "Traceback" in missing.stderr) == (1, False)
