"""The rows of the eras: what is stored, from which version to which, and that nothing is guessed between them."""

from itertools import pairwise

import pytest

import dtao
from dtao_properties import vectors

UNKEYED = "LastRateLimitedBlock"
"""Its key is no account or number, nothing of the economy reads it, and no recording has an entry of it."""


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_genesis_and_defaults_are_those_of_the_recordings(era: dtao.Era) -> None:
    for path in vectors.files([vectors.recorded(era.recorded_as) / "scenario"]):
        header = vectors.header(path)
        assert era.dump(era.genesis()) == header.genesis
        items = [item for item in era.runtime.items.by_name.values() if item.presence or item.default is not None]
        defaults = {item.name: None if item.default is None else item.kind.encode(item.default) for item in items}
        assert defaults == {item: value for item, value in header.defaults.items() if item != UNKEYED}


def test_eras_follow_each_other_without_overlap() -> None:
    spans = [(era.spec_version, era.last_spec_version) for era in dtao.ERAS]
    assert spans == sorted(spans)
    assert all(last < first for (_, last), (first, _) in pairwise(spans))


@pytest.mark.parametrize("version", [232, 245, 251, 258, 274, 283, 425])
def test_a_version_that_is_not_covered_is_refused(version: int) -> None:
    with pytest.raises(dtao.UnknownName, match=rf"there is no era {version}; covered are 'launch' \(233-233\)"):
        dtao.era(version)
