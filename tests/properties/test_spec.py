"""``dtao spec``: all rules of one era as one document."""

from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from dtao_spec.pages import document

Dtao = Callable[..., Result]


def test_an_era_is_printed_by_name_or_version(dtao_command: Dtao) -> None:
    printed = dtao_command("spec", "--era", "launch").stdout
    assert printed == dtao_command("spec", "--era", "233").stdout == document(233)
    assert printed.startswith("# The Dynamic TAO economy at version 233 (launch)\n")


def test_it_is_written_to_a_file(dtao_command: Dtao, tmp_path: Path) -> None:
    path = tmp_path / "277.md"
    result = dtao_command("spec", "--era", "282", "-o", path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert path.read_text(encoding="utf-8") == document(277)


def test_an_unknown_era_and_a_path_that_cannot_be_written_are_refused(dtao_command: Dtao, tmp_path: Path) -> None:
    for words in (("--era", "nosuch"), ("--era", "233", "-o", tmp_path / "none" / "x.md")):
        result = dtao_command("spec", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("dtao: error: ")
        assert result.stderr.count("\n") == 1
