"""``dtao --version`` answers at once."""

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
