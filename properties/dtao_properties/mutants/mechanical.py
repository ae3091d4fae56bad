"""Plant mechanical mistakes: ``python -m dtao_properties.mutants.mechanical``. A file explains the survivors."""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from rich.console import Console

from dtao_properties.mutants.baseline import baseline
from dtao_properties.mutants.checks import Recordings, Tests, with_tests
from dtao_properties.mutants.command import WIDTH, say
from dtao_properties.mutants.hunting import Hunt, Plan, hunted, within
from dtao_properties.mutants.operators import Mechanical, mechanical

EXPLAINED = Path(__file__).with_name("survivors.json")
"""Why nothing notices them, by their ids."""
MIN_KILLED = 95
"""Per cent of all mistakes that have to be noticed."""
QUICK_SECONDS = 0.3
"""How long a test may usually take that runs before the vectors."""
BUDGET = 25.0
"""Seconds that the checks of one mistake may usually take, together, before it counts as not noticed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant what is named, tell what survives, and return 0, or 1 if anything of it is unexplained, or 2."""
    parser = argparse.ArgumentParser(prog="dtao_properties.mutants.mechanical", description=__doc__)
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help="which, within dtao; * is a wildcard")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many of them, the same ones every time")
    parser.add_argument("--budget", type=float, default=BUDGET, metavar="SECONDS", help="what one may cost, in checks")
    parser.add_argument("--survivors", action="store_true", help="only those that are known to survive")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time; by default all cores"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write down what noticed each of them")
    given = parser.parse_args(arguments)
    explained: Mapping[str, str] = json.loads(EXPLAINED.read_text(encoding="utf-8"))["survivors"]
    every = list(mechanical())
    chosen = [one for one in every if not given.functions or any(fnmatchcase(one.function, f) for f in given.functions)]
    if given.survivors:
        chosen = [one for one in chosen if one.id in explained]
    if given.sample:
        chosen = random.Random(0).sample(chosen, min(given.sample, len(chosen)))  # noqa: S311  # no secret
    if not chosen or given.jobs < 1:
        print("error: there is nothing to plant: give functions that exist, and jobs of at least 1.", file=sys.stderr)
        return 2
    begin = time.monotonic()
    found: dict[str, str | None] = {}
    try:
        with_tests(lambda tests: found.update(noticed(chosen, tests, given.budget, given.jobs)))
    except RuntimeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    say("")
    if given.save:
        given.save.write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False, markup=False)
    survivors = [name for name, check in found.items() if check is None]
    for name in sorted(survivors):
        console.print(f"{name}: {explained.get(name, 'UNEXPLAINED')}")
    killed = len(found) - len(survivors)
    share = 100 * killed / len(found)
    spent = time.monotonic() - begin
    console.print(f"{len(found)} of {len(every)} mistakes: {killed} noticed ({share:.1f} %); {spent:.0f} s")
    faults = list(unexplained(found, explained, {one.id for one in every}))
    if not given.functions and not given.survivors and share < MIN_KILLED:
        faults.append(f"fewer than {MIN_KILLED} % are noticed.")
    for fault in faults:
        console.print(f"UNEXPLAINED {fault}")
    return 1 if faults else 0


def noticed(chosen: Sequence[Mechanical], tests: Tests, budget: float, jobs: int) -> Iterator[tuple[str, str | None]]:
    """Hand out the ids of the mistakes with the checks that noticed them."""
    recordings = Recordings()
    hunt = Hunt.prepared(tests, recordings, baseline(tests, recordings, jobs, say), fast=False)
    planned = hunted(
        chosen,
        lambda one: plan(hunt, one, budget),
        jobs,
        hunt.unreliable,
        lambda tried, of: say(f"{tried}/{of} mistakes"),
    )
    for one, check in planned:
        yield one.id, check


def plan(hunt: Hunt, mutant: Mechanical, budget: float) -> Plan:
    """Return the checks for a mistake: the quick tests that name its rule, then vectors, then all other tests.

    Half of the budget is for vectors, and goes round the suites, so that each has its quickest vectors run.
    """
    promising = [one for one in hunt.properties(mutant) if one.seconds <= QUICK_SECONDS]
    named = frozenset[str]().union(*(hunt.named.get(rule, frozenset()) for rule in mutant.rules))
    first = [one for one in promising if one.name.partition("[")[0] in named]
    done = {one.name for one in first}
    others = [one for one in hunt.all_tests(mutant) if one.name not in done]
    return [
        (hunt.tests, first),
        (hunt.recordings, within(budget / 2, hunt.vectors(mutant))),
        (hunt.tests, within(budget / 2, others)),
    ]


def unexplained(found: Mapping[str, str | None], explained: Mapping[str, str], every: set[str]) -> Iterator[str]:
    """Name the survivors without a reason, and the reasons that nobody needs."""
    for name, check in found.items():
        if check is None and name not in explained:
            yield f"{name}: nothing notices it."
        if check is not None and name in explained:
            yield f"{name}: {check} notices it, so that its explanation is out of date."
    for name in explained:
        if name not in every:
            yield f"{name}: it is explained, but there is no such mistake any more."


if __name__ == "__main__":
    sys.exit(main())
