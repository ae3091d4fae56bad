"""How fast a campaign is where the adapter is the reference itself, in the same process."""

import pytest

from dtao_properties.fuzz.search import Job, searched
from tests.bench.conftest import Measure

EPISODES = 200


@pytest.mark.parametrize("level", ["call", "block"])
def test_fuzzed_calls(measure: Measure, level: str) -> None:
    job = Job("reference", level=level, examples=EPISODES)
    measure(lambda: searched(job, 1), searched(job, 1).tally.answers.of("call"), "calls")


@pytest.mark.parametrize("level", ["kernel", "quote"])
def test_fuzzed_answers(measure: Measure, level: str) -> None:
    job = Job("reference", level=level, examples=EPISODES)
    measure(lambda: searched(job, 1), searched(job, 1).tally.answers.total(), "answers")
