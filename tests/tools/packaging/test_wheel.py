"""The built wheel in a new environment: what it brings, what works with and without its extra."""

import sys
from pathlib import Path

from tests.tools.packaging.environments import ROOT, add, built, distributions, installed, run

LARGEST_WHEEL = 5_000_000


def test_base_installation(wheel: Path, tmp_path: Path) -> None:
    commands = installed(wheel, tmp_path / "base", "")
    assert distributions(commands) == {"attrs", "dtao-spec"} | ({"immutables"} if sys.version_info < (3, 14) else set())
    program = (
        "import dtao, dtao_lab, dtao_spec, dtao_properties.conformance.vectors as v;"
        "era = dtao.era('launch'); state = era.step(era.genesis(), blocks=2);"
        "print(era.dump(state)['BlockNumber'], len(v.files(v.bundled())), v.bundled()[0], dtao.__file__)"
    )
    block, files, bundled, imported = run(commands / "python", "-c", program, cwd=tmp_path).stdout.split()
    assert (block, files) == ("3", "27")
    for path in (bundled, imported):
        assert Path(path).is_relative_to(tmp_path)
    refused = run(commands / "dtao", "conform", expected=2, cwd=tmp_path)
    assert "pip install 'dtao-spec[conform]'" in refused.stderr
    assert (refused.stdout, "Traceback" in refused.stderr) == ("", False)


def test_installation_with_the_command_line(conform_commands: Path, tmp_path: Path) -> None:
    commands = conform_commands
    result = run(commands / "dtao", "conform", "--suite", "issuance", cwd=tmp_path)
    assert "ok    launch/kernel/issuance  330 cases" in result.stdout
    assert run(commands / "dtao", "--version", cwd=tmp_path).stdout.strip() == "dtao-spec 0.1.0"
    asked = run(commands / "dtao", "quote", "buy", "10", "--reserves", "1000:4000", "--era", "233", cwd=tmp_path)
    assert "39603764336 rao" in asked.stdout
    missing = run(commands / "dtao", "conform", "--vectors", "nowhere", expected=2, cwd=tmp_path)
    assert (missing.stderr.count("\n"), "Traceback" in missing.stderr) == (1, False)


def test_the_later_recordings_are_a_distribution_of_their_own(
    wheel: Path, conform_commands: Path, tmp_path: Path
) -> None:
    """They are found as soon as they are installed; without them the message names them."""
    assert wheel.stat().st_size < LARGEST_WHEEL
    commands = conform_commands
    judged = ("conform", "--era", "dividend-fix", "--suite", "pool")
    missing = run(commands / "dtao", *judged, expected=2, cwd=tmp_path)
    assert "Install dtao-vectors beside dtao-spec for it" in missing.stderr
    later = tmp_path / "later"
    later.mkdir()
    add(built(later, ROOT / "spec" / "vectors"), commands)
    assert "ok    244/scenario/pool  6 cases" in run(commands / "dtao", *judged, cwd=tmp_path).stdout
