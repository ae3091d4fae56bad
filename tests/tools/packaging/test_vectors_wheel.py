"""The wheel of ``dtao-vectors`` holds the recordings of every era."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import dtao
from tests.tools.packaging.environments import ROOT


def test_the_wheel_holds_every_recording(tmp_path: Path) -> None:
    vectors = ROOT / "spec/vectors"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=vectors, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("dtao_vectors-*.whl")
    with ZipFile(wheel) as archive:
        held = {Path(name) for name in archive.namelist() if name.endswith(".gz")}
    folders = {folder for folder in vectors.iterdir() if folder.name.isdecimal()}
    assert {folder.name for folder in folders} == {str(era.spec_version) for era in dtao.ERAS[1:]}
    assert held == {"dtao_vectors" / path.relative_to(vectors) for folder in folders for path in folder.rglob("*.gz")}
