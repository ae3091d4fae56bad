"""The command line ``dtao``: judge an implementation, show a recorded vector, replay one.

Exit codes: 0 conforms, 1 diverges, 2 could not run, 130 interrupted.
"""

import json
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dtao.errors import InputError
from dtao_properties import conform_run, distribution_version, report, show
from dtao_properties.adapter import REFERENCE
from dtao_properties.conformance import greeting, verdicts
from dtao_properties.known_failures import FAILURES
from dtao_properties.selection import one_selected, selected, vectors_of

DIVERGES, COULD_NOT_RUN, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="""The executable specification of the dTAO economy, and the judge of implementations.

\b
Examples:
  dtao conform                                  the bundled reference by the bundled vectors
  dtao conform --suite 'fixed_*' --workers 2    some suites, on two cores
  dtao conform --vectors recordings/            recordings of your own
  dtao conform --adapter python:mine:adapter    your implementation
  dtao show launch/scenario/pool/p000           what a recorded vector says
  dtao replay launch/scenario/pool/p000         one vector, with every differing entry

Exit codes: 0 conforms, 1 diverges, 2 could not run.""",
)

Vectors = Annotated[
    list[Path] | None,
    typer.Option(
        "--vectors",
        metavar="PATH",
        help="A vector file, or a folder searched recursively for .jsonl and .jsonl.gz. Repeatable. "
        "Replaces the bundled vectors.",
    ),
]
Endpoint = Annotated[
    str,
    typer.Option(
        "--adapter",
        metavar="ENDPOINT",
        help="What is judged: 'reference' (bundled) or 'python:MODULE:FACTORY', a callable without arguments that "
        "returns an adapter.",
    ),
]
Identifier = Annotated[
    str, typer.Argument(metavar="ID", help="The id of a vector, or an unambiguous ending of it such as pool/p000.")
]


def run() -> None:
    """Run the command line as a process: the result is its exit code."""
    app(prog_name="dtao")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"dtao-spec {distribution_version()}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version  # typer has handed it to its callback


@contextmanager
def _mistakes_told() -> Iterator[None]:
    try:
        yield
    except InputError as error:
        print(f"dtao: error: {error}", file=sys.stderr)
        raise typer.Exit(COULD_NOT_RUN) from error
    except KeyboardInterrupt as error:
        print("dtao: interrupted", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from error


def _exit_code(statuses: Set[str]) -> int:
    if statuses & FAILURES:
        return DIVERGES
    if statuses == {"skipped"}:
        raise InputError("the adapter skipped every selected vector: nothing was judged. Select what it does.")
    return 0


@app.command()
def conform(
    vectors: Vectors = None,
    suite: Annotated[
        str | None,
        typer.Option(metavar="GLOB", help="Only suites whose name matches: pool, 'fixed_*', 'launch/scenario/*'."),
    ] = None,
    text: Annotated[str | None, typer.Option("-k", metavar="TEXT", help="Only vectors whose id contains this.")] = None,
    era: Annotated[
        str | None, typer.Option(metavar="ERA", help="Only vectors of this era, by name or spec version.")
    ] = None,
    adapter: Endpoint = REFERENCE,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first vector that fails.")] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a JUnit XML report.")] = None,
    ndjson: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report with one JSON object a vector and line.")
    ] = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a summary in Markdown.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page for a browser.")] = None,
    badge: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JSON for a shields.io badge.")] = None,
    known: Annotated[
        Path | None,
        typer.Option("--known-failures", metavar="FILE", help="Expect the vectors listed there to fail, and no other."),
    ] = None,
    write_known: Annotated[
        Path | None,
        typer.Option("--write-known-failures", metavar="FILE", help="Write such a list of all that fails now."),
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that judge side by side.")] = 1,
) -> None:
    """Replay recorded vectors against an implementation and compare every value, error, event and storage entry.

    \b
    Examples:
      dtao conform
      dtao conform --suite pool -k p00 --fail-fast
      dtao conform --vectors recordings/ --junit report.xml --ndjson report.ndjson
    """
    reports = conform_run.Reports(ndjson=ndjson, junit=junit, markdown=markdown, badge=badge, html=html)
    filters = (("--suite", suite), ("-k", text), ("--fail-fast", fail_fast))
    with _mistakes_told():
        choice = selected(vectors or (), suite=suite, text=text, era=era)
        lists = conform_run.lists(known, write_known, choice, filters)
        finished = conform_run.run(
            Console(), choice, verdicts(choice, adapter, workers=workers, fail_fast=fail_fast),
            replay=report.Replay(tuple(vectors or ()), adapter), hello=greeting(adapter, choice),
            reports=reports, lists=lists,
        )  # fmt: skip
        code = _exit_code({finished.standing(verdict) for verdict in finished.verdicts})
    raise typer.Exit(code)


@app.command("show")
def show_command(
    identifier: Identifier,
    vectors: Vectors = None,
    full: Annotated[bool, typer.Option("--full", help="Unfold long diffs and values.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the vector as it is recorded.")] = False,
) -> None:
    """Print a recorded vector: its steps, TAO with 9 decimals beside rao, fixed-point bits as decimals.

    \b
    Examples:
      dtao show launch/scenario/pool/p000
      dtao show pool/p000 --full
      dtao show issuance/p0001 --json
    """
    with _mistakes_told():
        choice = one_selected(identifier, vectors or ())
        for vector in vectors_of(choice):
            if as_json:
                typer.echo(json.dumps(vector.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
            else:
                for line in show.vector_lines(choice.header, vector, full=full):
                    typer.echo(line)


@app.command("replay")
def replay_command(identifier: Identifier, vectors: Vectors = None, adapter: Endpoint = REFERENCE) -> None:
    """Judge one vector alone and name every storage entry that differs at its first divergence.

    \b
    Examples:
      dtao replay launch/scenario/pool/p000
      dtao replay market/p003 --vectors recordings/ --adapter python:mine:adapter
    """
    with _mistakes_told():
        choice = one_selected(identifier, vectors or ())
        how = report.Replay(tuple(vectors or ()), adapter)
        for verdict in verdicts([choice], adapter, kept=sys.maxsize):
            if verdict.status == "passed":
                typer.echo(f"ok  {verdict.id}  {verdict.seconds:.2f} s")
            else:
                typer.echo(report.verdict_text(verdict, how))
            code = _exit_code({verdict.status})
    raise typer.Exit(code)
