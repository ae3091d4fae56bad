"""The table of mutants, and what is unexplained in it."""

import argparse
import os
import sys
import time
from collections.abc import Collection, Iterator, Sequence

from attrs import frozen
from rich.console import Console
from rich.table import Table

from dtao_properties.mutants.baseline import baseline
from dtao_properties.mutants.checks import Recordings, Tests, with_tests
from dtao_properties.mutants.fuzzing import SECONDS, fuzzed
from dtao_properties.mutants.hunting import Hunt, Plan, hunted, within
from dtao_properties.mutants.mutant import MovedError, Mutant
from dtao_properties.mutants.table import EDGES, MUTANTS
from dtao_spec.contents import CHAPTERS
from dtao_spec.render import rules_of

BUDGET = 15.0
"""Seconds that the tests for a mutant may usually take, together, and as many the vectors, before it counts as none."""
SECONDS_BETWEEN_LINES = 30
"""How often progress is told where it is written to a file."""
WIDTH = 200
"""Columns of the table where it goes to no terminal."""
RULES = [rule.id for chapter in CHAPTERS for rule in rules_of(chapter)]


@frozen
class Finding:
    """What noticed a mutant."""

    mutant: Mutant
    by_property: str | None
    by_vector: str | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant what is named, print the table, and return 0, or 1 if anything in it is unexplained, or 2."""
    parser = argparse.ArgumentParser(
        prog="dtao_properties.mutants", description="Plant small mistakes in the reference and see which check notices."
    )
    parser.add_argument("--rule", action="append", default=[], metavar="ID", help="only mutants of this rule")
    parser.add_argument("--budget", type=float, default=BUDGET, metavar="SECONDS", help="what one may cost, in checks")
    parser.add_argument(
        "--fuzz", type=float, nargs="?", const=SECONDS, metavar="SECONDS",
        help=f"have the fuzzer search for each instead, for {SECONDS:g} s or so many that it and the mutant compute "
        "together, one at a time unless --jobs is given",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="the first seed of the fuzzer")
    parser.add_argument("--edges", action="store_true", help="only mutants that show at the very edge of a rule")
    parser.add_argument("--fast", action="store_true", help="leave out the checks that take long")
    parser.add_argument("--jobs", type=int, default=None, help="how many at a time; by default all cores")
    given = parser.parse_args(arguments)
    listed = EDGES if given.edges else MUTANTS
    chosen = [one for one in listed if not given.rule or one.rule in given.rule]
    if unknown := [rule for rule in given.rule if rule not in {one.rule for one in MUTANTS}]:
        print(f"error: there is no mutant of {unknown[0]!r}.", file=sys.stderr)
        return 2
    if given.jobs is not None and given.jobs < 1:
        print("error: --jobs: give a number of at least 1.", file=sys.stderr)
        return 2
    if given.fuzz is not None:
        return searched(chosen, given.fuzz, given.jobs or 1, given.seed)
    jobs: int = given.jobs or os.cpu_count() or 1
    begin = time.monotonic()
    findings: list[Finding] = []
    failing: list[str] = []
    unreliable: list[str] = []

    def use(tests: Tests) -> None:
        recordings = Recordings()
        known = baseline(tests, recordings, jobs, say)
        failing.extend(known.failing)
        hunt = Hunt.prepared(tests, recordings, known, given.fast)
        findings.extend(found(chosen, hunt, given.budget, jobs))
        unreliable.extend(sorted(hunt.unreliable))

    try:
        with_tests(use)
    except (RuntimeError, MovedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    order = {one.id: number for number, one in enumerate(chosen)}
    findings.sort(key=lambda one: order[one.mutant.id])
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(table(findings))
    explain(console, findings)
    faults = [fault for one in findings for fault in unexplained(one)]
    faults += [] if given.rule or given.edges else missing(MUTANTS, RULES)
    faults += [f"{name}: it does not pass on the reference as it is, so that it notices nothing." for name in failing]
    by_property = sum(one.by_property is not None for one in findings)
    by_vector = sum(one.by_vector is not None for one in findings)
    console.print(
        f"{len(findings)} mutants of {len({one.mutant.rule for one in findings})} rules: {by_property} noticed by a "
        f"property, {by_vector} by a vector; {time.monotonic() - begin:.0f} s",
        highlight=False,
    )
    for name in unreliable:
        console.print(f"left out, because it does not always pass: {name}", highlight=False, markup=False)
    for fault in faults:
        console.print(f"UNEXPLAINED {fault}", highlight=False, markup=False)
    return 1 if faults else 0


def searched(chosen: Sequence[Mutant], seconds: float, jobs: int, seed: int = 0) -> int:
    """Have the fuzzer search for mutants, print when it found each, and return 1 if it did not find one."""
    never = 0
    for one in fuzzed(chosen, seconds, jobs, seed):
        never += one.seconds is None
        told = "NOT FOUND" if one.seconds is None else f"{one.seconds:5.1f} s  {one.signature}"
        print(f"{told}  {one.mutant.id}", flush=True)
    print(f"{len(chosen) - never} of {len(chosen)} mutants found within {seconds:g} s of computing each")
    return 1 if never else 0


def found(chosen: Sequence[Mutant], hunt: Hunt, budget: float, jobs: int) -> Iterator[Finding]:
    """Plant mutants twice: once for the properties, once for the vectors."""
    by_property = dict(noted("properties", chosen, hunt, budget, jobs))
    by_vector = dict(noted("vectors", chosen, hunt, budget, jobs))
    say("")
    return (Finding(one, by_property[one.id], by_vector[one.id]) for one in chosen)


def noted(
    what: str, chosen: Sequence[Mutant], hunt: Hunt, budget: float, jobs: int
) -> Iterator[tuple[str, str | None]]:
    """Hand out the ids of mutants with the checks of one kind that noticed them."""
    by_tests = what == "properties"

    def plan(one: Mutant) -> Plan:
        if by_tests:
            return [(hunt.tests, within(budget, hunt.properties(one)))]
        return [(hunt.recordings, within(budget, hunt.vectors(one)))]

    runs = hunted(chosen, plan, jobs, hunt.unreliable, lambda tried, of: say(f"{what}: {tried}/{of} mutants"))
    for one, check in runs:
        yield one.id, check


def say(text: str) -> None:
    """Write progress: over the last line on a terminal, elsewhere as a line now and then."""
    global _said
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    elif text and time.monotonic() >= _said + SECONDS_BETWEEN_LINES:
        _said = time.monotonic()
        print(text, file=sys.stderr, flush=True)


_said = 0.0


def unexplained(one: Finding) -> Iterator[str]:
    """Name what nobody has given a reason for, and the reasons that are out of date."""
    mutant = one.mutant
    if mutant.equivalent:
        for check in filter(None, (one.by_property, one.by_vector)):
            yield f"{mutant.id}: it is said to be none, but {check} notices it."
        return
    if one.by_property is None and not mutant.unseen:
        yield f"{mutant.id}: no property notices it. Strengthen one, or say why only vectors can."
    if one.by_property is not None and mutant.unseen:
        yield f"{mutant.id}: it is said that only vectors notice it, but {one.by_property} does."
    if one.by_vector is None and not mutant.unrecorded:
        yield f"{mutant.id}: no vector notices it, and nothing says why."
    if one.by_vector is not None and mutant.unrecorded:
        yield f"{mutant.id}: it is said that no vector notices it, but {one.by_vector} does."


def missing(mutants: Sequence[Mutant], rules: Collection[str]) -> list[str]:
    """Name the rules without a mutant, and the mutants of no rule."""
    known = {one.rule for one in mutants if not one.equivalent}
    without = [f"{rule}: it has no mutant. Write one." for rule in rules if rule not in known]
    return without + [f"{one.id}: there is no such rule." for one in mutants if one.rule not in rules]


def table(findings: Sequence[Finding]) -> Table:
    """Lay the findings out, one row each."""
    whole = Table(title="Mutants", show_lines=False)
    for column in ("rule", "era", "mistake", "property that notices it", "vector that notices it"):
        whole.add_column(column, overflow="fold")
    for one in findings:
        mutant = one.mutant
        told = f"{mutant.mistake} ({mutant.after})" if mutant.after else mutant.mistake
        none = "none: equivalent" if mutant.equivalent else "NONE"
        whole.add_row(
            mutant.rule,
            mutant.era,
            f"{told} [dtao.{mutant.function}]".replace("[", r"\["),
            (one.by_property or ("only vectors" if mutant.unseen else none)).replace("[", r"\["),
            (one.by_vector or ("none recorded" if mutant.unrecorded else none)).replace("[", r"\["),
        )
    return whole


def explain(console: Console, findings: Sequence[Finding]) -> None:
    """Print the reasons."""
    for one in findings:
        mutant = one.mutant
        for what, reason in (
            ("only vectors see it", mutant.unseen),
            ("no vector sees it", mutant.unrecorded),
            ("it is none", mutant.equivalent),
        ):
            if reason:
                console.print(f"{mutant.id}: {what}: {reason}", highlight=False, markup=False)
