"""The archive of Python modules that the page of the oracle loads: the reference, with attrs and base58."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import attr
import attrs
import base58

PACKAGES = ("reference/dtao", "reference/dtao_lab", "spec/dtao_spec")
JUDGE = "properties/dtao_properties"
PARTS = ("*.py", "adapters/*.py", "causes/*.py", "conformance/*.py", "report/*.py")
"""What is taken of the judge."""


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the modules of the archive: their names in it, and their files."""
    installed = [Path(str(package.__file__)).parent for package in (attr, attrs, base58)]
    for folder in (*(root / package for package in PACKAGES), *installed):
        yield from ((path.relative_to(folder.parent).as_posix(), path) for path in sorted(folder.rglob("*.py")))
    judge = root / JUDGE
    for part in PARTS:
        yield from ((path.relative_to(judge.parent).as_posix(), path) for path in sorted(judge.glob(part)))


def write_oracle(root: Path, archive: Path) -> None:
    """Write the archive; the same modules give the same bytes."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(archive, "w") as written:
        for name, path in modules(root):
            info = ZipInfo(name)  # of no time
            info.compress_type = ZIP_DEFLATED
            written.writestr(info, path.read_bytes())
