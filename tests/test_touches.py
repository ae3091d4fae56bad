"""The table of CONTRIBUTING.md says how many files a change opens, and is measured."""

from pathlib import Path

import pytest

from tests import touches


def test_the_table_is_the_measured_one() -> None:
    assert touches.table() in (touches.ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.mark.parametrize("sample", touches.SAMPLES, ids=lambda sample: sample.kind)
def test_what_must_be_written_is_there_and_names_the_sample(sample: touches.Sample) -> None:
    assert all(list(touches.ROOT.glob(one)) for one in sample.added_in)
    if not sample.is_rough:  # the modules of a curve do not all name it
        assert set(sample.must()) <= set(sample.files())


def test_a_file_that_names_a_sample_counts(tmp_path: Path) -> None:
    (sample,) = (one for one in touches.SAMPLES if one.kind == "a call")
    folder = tmp_path / "spec/dtao_spec"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text('"""What burn_alpha does."""\n')
    (folder / "other.py").write_text('"""What burn_alphas do."""\n')
    assert sample.files(tmp_path) == ["spec/dtao_spec/one.py"]
