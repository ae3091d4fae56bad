"""Check that every supported Python installs the pinned requirements from wheels alone; ``make wheels`` runs this."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator

from packaging.requirements import Requirement

from tests.tools.packaging.environments import ROOT

SUPPORTED = ("3.11", "3.12", "3.13", "3.14", "3.15")
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64")


def pins(python: str) -> Iterator[str]:
    """Yield the pins that hold on a version of Python. (pip would evaluate their markers for its own version.)"""
    environment = {"python_version": python, "python_full_version": f"{python}.0", "implementation_name": "cpython"}
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate(environment):
                yield f"{pin.name}{pin.specifier}"


def resolve(python: str, *requirements: str) -> subprocess.CompletedProcess[str]:
    """Ask the package index for a wheel of each requirement; nothing is installed."""
    abi = f"cp{python.replace('.', '')}"
    options = ["--python-version", python, "--implementation", "cp", "--abi", abi, "--abi", "abi3", "--abi", "none"]
    if python != RUNNING:  # pip would compare the least Python of a package to its own, not to the one it is asked for
        options.append("--ignore-requires-python")
    for platform in PLATFORMS:
        options += ["--platform", platform]
    with tempfile.TemporaryDirectory() as folder:
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps", "--only-binary", ":all:")
        command = (*pip, "--target", folder, *options, *requirements)
        return subprocess.run(command, capture_output=True, text=True, check=False)


def main() -> int:
    """Resolve the pins for each version; return 1 if one of them has no wheel."""
    failed = 0
    for python in SUPPORTED:
        required = list(pins(python))
        result = resolve(python, *required)
        failed |= result.returncode != 0
        print(f"{python}: {len(required)} wheels" if result.returncode == 0 else f"{python}: {result.stderr.strip()}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
