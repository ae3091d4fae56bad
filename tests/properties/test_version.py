"""``dtao --version`` answers at once, and no command loads what only another one uses."""

import subprocess
import sys

PROGRAM = """
import sys
from dtao_properties.__main__ import main
sys.argv[1:] = ["--version"]
main()
print(sorted({"dtao", "dtao_spec", "typer"} & set(sys.modules)))
"""


def test_the_version_is_told_without_loading_the_reference_or_the_command_line() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
    version, loaded = told.splitlines()
    assert version.startswith("dtao-spec ")
    assert loaded == "[]"


def test_a_command_does_not_wait_for_what_another_one_uses() -> None:
    others = {
        "dtao_spec.chapters", "dtao_properties.report.terminal", "dtao_properties.conformance.verdicts", "hypothesis",
        "jinja2", "rich.progress",
    }  # fmt: skip
    program = f"import sys, dtao_properties.cli; print(sorted({others} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert loaded == "[]\n"
