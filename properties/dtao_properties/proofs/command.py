"""The table of proofs, and what is unexplained in it."""

import argparse
import fnmatch
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from rich.console import Console
from rich.table import Table

import dtao
from dtao_properties.proofs.confirming import confirmed
from dtao_properties.proofs.contents import STATEMENTS
from dtao_properties.proofs.holding import held_in
from dtao_properties.proofs.lemma import Exhaustive, Lemma, Statement
from dtao_properties.proofs.proving import NOT_PROVED, PROVED, REFUTED, Result, checked, proved

WIDTH = 200
"""Columns of the table where it goes to no terminal."""
LONGEST = ("emit-block", "issuance-monotone")
"""What is begun first, so that nothing waits for it in the end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove what is named, print the table, and return 0, or 1 if anything in it is unexplained, or 2."""
    parser = argparse.ArgumentParser(prog="dtao_properties.proofs", description="Prove the lemmas about the reference.")
    parser.add_argument("ids", nargs="*", metavar="ID", help="which; * and ? are wildcards; all, if none is given")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time; by default all cores"
    )
    given = parser.parse_args(arguments)
    names = [name for name in STATEMENTS if not given.ids or any(fnmatch.fnmatch(name, one) for one in given.ids)]
    if unknown := [one for one in given.ids if not fnmatch.filter(STATEMENTS, one)]:
        print(f"error: there is no lemma {unknown[0]!r}. There are {', '.join(STATEMENTS)}.", file=sys.stderr)
        return 2
    if given.jobs < 1:
        print("error: --jobs: give a number of at least 1.", file=sys.stderr)
        return 2
    begin = time.monotonic()
    results = {result.id: result for result in run(names, given.jobs)}
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(table([results[name] for name in names]))
    explain(console, [results[name] for name in names])
    faults = [fault for name in names for fault in unexplained(STATEMENTS[name], results[name])]
    statuses = [result.status for result in results.values()]
    counts = ", ".join(f"{statuses.count(status)} {status}" for status in (PROVED, NOT_PROVED, REFUTED))
    wrong = sum(bool(result.wrong) for result in results.values())
    console.print(f"{counts}; {wrong} of {len(names)} wrong variants refuted; {time.monotonic() - begin:.0f} s")
    for fault in faults:
        console.print(f"UNEXPLAINED {fault}", highlight=False)
    return 1 if faults else 0


def run(names: Sequence[str], jobs: int) -> Iterator[Result]:
    """Prove the statements with these ids, several at a time, each in a process of its own."""
    ordered = sorted(names, key=lambda name: name not in LONGEST)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), max_tasks_per_child=1) as executor:
        for done, future in enumerate(as_completed([executor.submit(shown, name) for name in ordered]), 1):
            if sys.stderr.isatty():
                print(f"\r{done} of {len(names)}", end="\n" * (done == len(names)), file=sys.stderr, flush=True)
            yield future.result()


def shown(name: str) -> Result:
    """Prove one statement."""
    statement = STATEMENTS[name]
    if isinstance(statement, Lemma):
        return proved(statement)
    return checked(statement) if isinstance(statement, Exhaustive) else confirmed(statement)


def unexplained(statement: Statement, result: Result) -> Iterator[str]:
    """Name what nobody has given a reason for: a statement that is not proved, a wrong one that is not refuted."""
    if result.status == REFUTED:
        yield f"{result.id}: it is false for {result.detail}."
    if result.status == NOT_PROVED and not statement.open:
        yield f"{result.id}: it is not proved ({result.detail}), and nothing says why."
    if not result.wrong:
        yield f"{result.id}: its wrong variant is not refuted: the proof may be about nothing."


def table(results: Sequence[Result]) -> Table:
    """Lay the results out, one row each."""
    whole = Table(title="Proofs", show_lines=True)
    for column in ("lemma", "statement", "rules", "eras", "method", "status", "seconds", "wrong variant, refuted by"):
        whole.add_column(column, justify="right" if column == "seconds" else "left", overflow="fold")
    for result in results:
        statement = STATEMENTS[result.id]
        status = result.status if result.status == PROVED else f"{result.status}; {result.detail}"
        whole.add_row(
            result.id,
            statement.statement,
            ", ".join(statement.rules),
            eras_text(held_in(statement)),
            result.method,
            f"{status} ({result.effort})",
            f"{result.seconds:.1f}",
            f"{statement.wrong}: {result.wrong or 'NOT REFUTED'}",
        )
    return whole


def eras_text(names: Sequence[str]) -> str:
    """Write the eras in which a statement holds: all, one, or from one to another where they follow each other."""
    known = [era.name for era in dtao.ERAS]
    if len(names) == len(known):
        return "all"
    first = known.index(names[0])
    if len(names) > 1 and list(names) == known[first : first + len(names)]:
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)


def explain(console: Console, results: Sequence[Result]) -> None:
    """Print what is concluded by hand, and why the rest is not proved."""
    for result in results:
        statement = STATEMENTS[result.id]
        if by_hand := getattr(statement, "by_hand", ""):
            console.print(f"{result.id}, by hand: {by_hand}", highlight=False)
        if result.status == NOT_PROVED and statement.open:
            console.print(f"{result.id} is not proved ({result.effort}): {statement.open}", highlight=False)
