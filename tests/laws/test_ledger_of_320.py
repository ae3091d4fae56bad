"""The ledger at 320, where that of new and of dissolved networks is not stated yet.

Trades move the reserves of root and of stable subnets again, a move pays its fee once, and a drain recycles what the
owner's neurons earned and a part of what parents did, over the epochs of several mechanisms.
"""

from collections import Counter
from functools import cache

import pytest
from attrs import evolve

import dtao
from dtao_properties.laws import INVARIANTS
from dtao_properties.laws import conservation as ledger
from dtao_properties.laws.leak_sizes import leaks_of, steps_of
from dtao_properties.model.leaks import leaks_of_era
from dtao_properties.model.step import Step
from tests.laws.corpus import moved

ERA = dtao.era(320)
LAWS = [one for one in INVARIANTS if one.check.__module__ == ledger.__name__]
CALLS = frozenset(ERA.runtime.calls) - {
    "register_network", "dissolve_network", "root_dissolve_network", "set_weights", "set_mechanism_weights",
    "set_coldkey_auto_stake_hotkey",
}  # fmt: skip
"""The calls that the model follows at 320."""
SCENARIOS = (
    "market", "move", "launch", "liquidity", "pool", "swapkeys", "registration", "shares", "epoch", "yuma", "edges",
    "prune", "phases", "emission", "halving",
)  # fmt: skip
LARGEST = {
    "fees of swaps": 525_990_491_580, "burned alpha": 490_973_634_097, "truncated increments": 2,
    "uncounted root dividends": 390_318_793_286_834, "lost fractions": 1, "unassigned emission": 184_593_771_759,
    "refused sale": 482_144_105, "subsidies": 999_958_014, "unsold alpha": 499_010_732,
    "burned owner incentive": 180_498_379_719, "cut-off dividends": 103, "uncounted liquidity": 152_933_760_285_841,
    "changed positions": 10_141_666_088_885, "left at a limit": 13_992_622_872_081, "dust": 499,
    "given from outside": 883_045_806_579,
}  # fmt: skip
"""The leaks that the recordings show, and the most of each in one step, in rao or alpha rao."""


@cache
def steps(scenario: str) -> tuple[Step, ...]:
    return tuple(step for step in steps_of(scenario, ERA) if step.do != "call" or step.name in CALLS)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_rao_of_a_recorded_step_is_on_the_ledger(scenario: str) -> None:
    assert [sentence for step in steps(scenario) for law in LAWS for sentence in law.violations(step)] == []


def test_the_leaks_have_names_and_sizes() -> None:
    largest: Counter[str] = Counter()
    for step in (step for scenario in SCENARIOS for step in steps(scenario)):
        for leak in leaks_of(step):
            if leak.place:
                largest[leak.name] = max(largest[leak.name], abs(leak.amount))
    assert largest == LARGEST  # none of stake on stable subnets: their reserves move with it
    assert LARGEST.keys() <= leaks_of_era(ERA).keys()


def test_a_rao_too_many_is_noticed() -> None:
    step = next(one for one in steps("market") if one.name == "move_stake" and one.accepted)
    netuid = step.argument("destination_netuid")
    wrong = moved(step, f"SubnetTAO/{netuid}", 1)
    assert any(law.violations(wrong) for law in LAWS)
    assert any(law.violations(evolve(step, events=step.events[:-1])) for law in LAWS)
