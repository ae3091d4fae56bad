"""What a simulated year costs: 64 subnets, a staker on root who claims, and a buyer; two neurons in each subnet."""

from collections import Counter

import pytest
from attrs import evolve

from dtao_lab.simulation.reading import of_text
from dtao_lab.simulation.runner import Position, simulated
from dtao_lab.simulation.scenario import Scenario
from tests.bench.conftest import Measure

DAY = 7_200
SEVERAL = 720
ERAS = [233, 277, 283, 320, 342, 371, 391, 411, 421, 425]
CLAIMS_SINCE = 338


def scenario_of(era: int, blocks: int) -> Scenario:
    """Return so many blocks under the rules of an era."""
    text = f'title = "a year"\n[start]\nera = {era}\nsubnets = 64\n[run]\nblocks = {blocks}\nsample = "1d"\n'
    text += '[[set]]\nentry = "Tempo/*"\nvalue = 360\n'
    for netuid in range(1, 65):
        tao, alpha = 2_000 + netuid * 7_919 % 5_000, 100_000 + netuid * 104_729 % 100_000
        text += f"[[subnet]]\nnetuid = {netuid}\ntao = {tao}\nalpha = {alpha}\n"
    text += '[[actor]]\nname = "staker on root"\npolicy = "hold"\nnetuid = 0\nalpha = 1_000\n'
    text += '[[actor]]\nname = "buyer"\npolicy = "buy"\nnetuid = 1\ntao = 20_000\namount = 20\nevery = "1d"\n'
    if era >= CLAIMS_SINCE:
        text += '[[actor]]\nname = "claims"\npolicy = "claim"\nas = "staker on root"\nnetuid = "all"\nevery = "1d"\n'
    (scenario,) = of_text(text)
    return scenario


@pytest.mark.parametrize("era", ERAS)
def test_blocks_of_a_simulated_year(measure: Measure, era: int) -> None:
    """A tenth of its second day."""
    positions: list[Position] = []
    for _ in simulated(scenario_of(era, DAY), moved=positions.append):
        pass
    begin, scenario = positions[-1], scenario_of(era, DAY + SEVERAL)

    def run() -> None:
        for _ in simulated(scenario, evolve(begin, calls=Counter(begin.calls))):
            pass

    measure(run, SEVERAL, "blocks")
