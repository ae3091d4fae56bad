"""The table of CONTRIBUTING.md says how many files a change opens, and is measured."""

from pathlib import Path

from tests import touches


def test_the_table_is_the_measured_one() -> None:
    assert touches.table() in (touches.ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_a_file_that_names_a_sample_counts(tmp_path: Path) -> None:
    (sample,) = (one for one in touches.SAMPLES if one.kind == "a call")
    folder = tmp_path / "spec/dtao_spec"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text('"""What burn_alpha does."""\n')
    (folder / "other.py").write_text('"""What burn_alphas do."""\n')
    assert sample.files(tmp_path) == ["spec/dtao_spec/one.py"]
