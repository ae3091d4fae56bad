"""A long search: the reference under all invariants, era after era, for as long as there is time.

``python -m dtao_properties.fuzz.soak --minutes 60`` divides the time among the eras, unless ``--era`` names one. The
search of an era ends early at the first invariant that does not hold, with the shortest sequence that shows it; else
with the vacuity report. Where ``REDIS_URL`` names a database, what it finds is kept there for all.
"""

import sys
import unittest
from argparse import ArgumentParser
from collections.abc import Sequence
from time import monotonic

from hypothesis import HealthCheck, settings

import dtao
from dtao.errors import InputError
from dtao_properties.fuzz.example_db import example_database
from dtao_properties.fuzz.held_to_laws import invariant_machine

EXAMPLES = 100
"""Sequences between two looks at the clock."""
STEPS = 30


def searched(minutes: float, era: dtao.Era, endpoint: str | None = None) -> tuple[unittest.TestResult, str]:
    """Search for so many minutes, at least one round, and return the result and the vacuity report."""
    made = invariant_machine(endpoint, era)
    made.settings = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=example_database(),
        suppress_health_check=list(HealthCheck),
    )
    end, result = monotonic() + 60 * minutes, unittest.TestResult()
    rounds = unittest.TestSuite()
    while not rounds.countTestCases() or (monotonic() < end and result.wasSuccessful()):
        rounds.addTest(made("runTest"))
        made("runTest").run(result)
    made.close()
    return result, made.reach.report()


def main(arguments: Sequence[str]) -> int:
    """Search and report; return 1 if an invariant does not hold, 2 for an unknown era."""
    parser = ArgumentParser(prog="python -m dtao_properties.fuzz.soak", description="Search for broken invariants.")
    parser.add_argument("--minutes", type=float, default=60, help="how long; at least 100 sequences an era")
    parser.add_argument("--era", help="a name or a version of the runtime; all eras in turn without it")
    parser.add_argument("--adapter", help="an endpoint such as cmd:./my-adapter; the reference without it")
    given = parser.parse_args(arguments)
    try:
        eras = (dtao.era(given.era),) if given.era else dtao.ERAS
    except InputError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    failed = False
    for era in eras:
        result, report = searched(given.minutes / len(eras), era, given.adapter)
        failed |= not result.wasSuccessful()
        head = f"{era.name}: {result.testsRun * EXAMPLES} sequences of up to {STEPS} steps"
        sys.stdout.write(f"{head}\n{report}\n\n")
        for _, text in (*result.failures, *result.errors):
            sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    searched_in = f"{len(eras)} eras" if len(eras) > 1 else f"the era {eras[0].name}"
    sys.stdout.write(
        f"An invariant is broken in {searched_in}.\n" if failed else f"No invariant is broken in {searched_in}.\n"
    )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
