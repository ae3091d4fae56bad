"""The ledger of the recorded scenarios from 320 on: networks come and go, and every rao of it has a place or a name.

The first steps of each suite are followed, with ``--hypothesis-profile=deep`` all of them.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import islice

import pytest
from attrs import evolve, field, frozen
from hypothesis import settings

import dtao
from dtao_properties.laws import INVARIANTS
from dtao_properties.laws import conservation as ledger
from dtao_properties.laws.leak_sizes import leaks_of, scenarios_of, steps_of
from dtao_properties.model.leaks import leaks_of_era
from dtao_properties.model.step import Step
from tests.laws.corpus import moved

LAWS = [one for one in INVARIANTS if one.check.__module__ == ledger.__name__]
IS_DEEP = settings().max_examples >= 1_000
MOST = None if IS_DEEP else 600
"""Steps of a suite that are followed."""
ERAS = (320,)
SUITES = [(version, suite) for version in ERAS for suite in scenarios_of(dtao.era(version))]
LARGEST: Mapping[int, Mapping[str, int]] = {
    320: {
        "fees of swaps": 525_990_491_580, "burned alpha": 490_973_634_097, "truncated increments": 2,
        "uncounted root dividends": 390_318_793_286_834, "lost fractions": 1, "unassigned emission": 184_593_771_759,
        "refused sale": 482_144_105, "subsidies": 999_958_014, "unsold alpha": 499_010_732,
        "burned owner incentive": 180_498_379_719, "cut-off dividends": 103, "uncounted liquidity": 152_933_760_285_841,
        "changed positions": 10_141_666_088_885, "left at a limit": 53_465_703_505_737, "dust": 499,
        "given from outside": 883_045_806_579, "returned lock": 998_192_471_408,
        "forgotten subnet": 2_001_990_900_642_983, "pot without holders": 100_000_000_000,
    },
}  # fmt: skip
"""The leaks that all steps of the recordings show, and the most of each in one step, in rao or alpha rao."""


@frozen
class Followed:
    """What came of the steps of a suite."""

    violations: list[str] = field(factory=list)
    largest: Counter[str] = field(factory=Counter)


@cache
def followed(version: int, suite: str) -> Followed:
    found = Followed()
    for step in islice(steps_of(suite, dtao.era(version)), MOST):
        found.violations.extend(sentence for law in LAWS for sentence in law.violations(step))
        for leak in leaks_of(step):
            if leak.place:
                found.largest[leak.name] = max(found.largest[leak.name], abs(leak.amount))
    return found


@pytest.mark.parametrize(("version", "suite"), SUITES)
def test_every_rao_of_a_recorded_step_is_on_the_ledger(version: int, suite: str) -> None:
    assert followed(version, suite).violations == []


@pytest.mark.parametrize("version", ERAS)
def test_the_leaks_have_names_and_sizes(version: int) -> None:
    era = dtao.era(version)
    largest: Counter[str] = Counter()
    for suite in scenarios_of(era):
        largest |= followed(version, suite).largest
    assert LARGEST[version].keys() <= leaks_of_era(era).keys()
    assert largest == LARGEST[version] if IS_DEEP else largest <= Counter(LARGEST[version])


def a_step(version: int, suite: str, name: str) -> Step:
    """Return the first accepted step of a name."""
    return next(step for step in steps_of(suite, dtao.era(version)) if step.name == name and not step.error)


@pytest.mark.parametrize("version", ERAS)
def test_a_rao_too_many_is_noticed(version: int) -> None:
    step = a_step(version, "market", "move_stake")
    wrong = moved(step, f"SubnetTAO/{step.argument('destination_netuid')}", 1)
    assert any(law.violations(wrong) for law in LAWS)
    assert any(law.violations(evolve(step, events=step.events[:-1])) for law in LAWS)


@pytest.mark.parametrize("entry", ["Balance/1003", "TotalStake", "TotalIssuance", "SubnetLocked/2", "SubnetAlphaOut/2"])
def test_a_rao_too_many_of_a_dissolution_is_noticed(entry: str) -> None:
    step = a_step(320, "registration", "root_dissolve_network")
    assert any(law.violations(moved(step, entry, 1)) for law in LAWS)
