"""The built wheel in a new environment: what it brings, what works with and without its extra."""

from pathlib import Path

from tests.packaging.environments import distributions, installed, run


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


def test_installation_with_the_command_line(conform_commands: Path, tmp_path: Path) -> None:
    commands = conform_commands
    result = run(commands / "dtao", "conform", "--suite", "issuance", cwd=tmp_path)
    assert "ok    launch/kernel/issuance  330 cases" in result.stdout
    assert run(commands / "dtao", "--version", cwd=tmp_path).stdout.strip() == "dtao-spec 0.1.0"
    missing = run(commands / "dtao", "conform", "--vectors", "nowhere", expected=2, cwd=tmp_path)
    assert (missing.stderr.count("\n"), "Traceback" in missing.stderr) == (1, False)
