"""The versions after those that the storage model follows in all: steps of walks are held to what is stated of them."""

import pytest

import dtao
from dtao_properties.laws import INVARIANTS, Status, violations
from dtao_properties.model import modelled
from tests.depth import of_many
from tests.laws.later import walk

AFTER = [era for era in dtao.ERAS if era not in modelled()]
WALKS = of_many(1, 150)
OF_NOTE = {"a mechanism that is neither 0 nor 1": 65, "alpha claimed and sold": 83, "records of swaps cleared": 110}
"""Walks of the newest version that meet what recordings do not."""
TO_THE_END = 54
"""So many laws, at the least, are stated of the newest version."""


@pytest.mark.parametrize("era", AFTER, ids=lambda era: era.name)
def test_no_law_is_broken_in_a_walk(era: dtao.Era) -> None:
    first = era.spec_version % 7  # other walks for each
    steps = (step for number in range(first, first + WALKS) for step in walk(era, number))
    assert [(step.request, sentence) for step in steps for sentence in violations(step)] == []


@pytest.mark.parametrize("number", OF_NOTE.values(), ids=list(OF_NOTE))
def test_what_recordings_do_not_meet(number: int) -> None:
    steps = walk(dtao.ERAS[-1], number)
    assert [(step.request, sentence) for step in steps for sentence in violations(step)] == []


def test_most_laws_are_stated_to_the_end() -> None:
    """Those that end are about what ends, or about what the ledger says more exactly from then on."""
    newest = dtao.ERAS[-1]
    stated = [one for one in INVARIANTS if one.status is not Status.VIOLATED and one.covers(newest)]
    assert len(stated) >= TO_THE_END
