"""The commands that judge an implementation: conform, smoke, serve, replay.

What only one of them uses is loaded when it runs, so that no command waits for another's.
"""

import sys
from collections.abc import Iterable, Set
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dtao.errors import InputError
from dtao_properties.adapters.endpoint import REFERENCE, reached
from dtao_properties.cli.mistakes import DIVERGES, mistakes_reported
from dtao_properties.cli.options import (
    ConfigFile,
    Endpoint,
    IdOrFile,
    Levels,
    OneEra,
    Timeout,
    Vectors,
    no_folder,
    workers_of,
)

if TYPE_CHECKING:
    from dtao_properties.conformance.verdicts import Verdict


def _further(config: Path | None, timeout: float | None, levels: list[str] | None) -> tuple[str, ...]:
    words: tuple[str, ...] = () if config is None else ("--adapter-config", str(config))
    words += () if timeout is None else ("--timeout", f"{timeout:g}")
    return words + tuple(word for level in levels or () for word in ("--level", level))


def _exit_code(statuses: Set[str], verdicts: Iterable["Verdict"], levels: Iterable[str]) -> int:
    from dtao_properties.conformance.known_failures import FAILURES

    if statuses & FAILURES:
        return DIVERGES
    if statuses == {"skipped"}:
        if any(verdict.asked for verdict in verdicts):
            raise InputError("nothing was judged: the adapter skipped all that it was asked. Select what it does.")
        raise InputError(
            f"nothing was judged: at level {' or '.join(levels)} there is nothing to ask of what was selected. "
            "Select other vectors, or other levels."
        )
    return 0


def _vectors_of(state: Path | None, vectors: list[Path] | None, blocks: int | None) -> list[Path] | None:
    """Return the vectors to judge by: those of a state, which are written first, or the given ones."""
    if state is None:
        if blocks is not None:
            raise InputError("--blocks: it belongs to --state FILE. Name a state, or leave it out.")
        return vectors
    if vectors:
        raise InputError("--state and --vectors: one of them says what is judged by. Leave out the other.")
    from dtao_lab.markets import market_of_file
    from dtao_properties.conformance import of_state

    beside = of_state.file_beside(state)
    of_state.write_vectors(
        beside, market_of_file(None, state), state.name, of_state.BLOCKS if blocks is None else blocks
    )
    return [beside]


def conform_command(
    vectors: Vectors = None,
    suite: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GLOB", help="Only suites whose name matches: pool, 'fixed_*', 'launch/scenario/*'. Repeatable."
        ),
    ] = None,
    text: Annotated[str | None, typer.Option("-k", metavar="TEXT", help="Only vectors whose id contains this.")] = None,
    era: Annotated[
        list[str] | None,
        typer.Option(metavar="ERA", help="Only vectors of this era, by name or spec version. Repeatable."),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Instead of by recordings, judge by what the reference does in this state, as dtao import writes it: "
            "quotes, orders and blocks. They are written beside it, as NAME.vectors.jsonl.gz.",
        ),
    ] = None,
    blocks: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, max=1000, help="With --state: the blocks that go by; 3 unless given."),
    ] = None,
    adapter: Endpoint = None,
    config: ConfigFile = None,
    timeout: Timeout = None,
    level: Levels = None,
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
      dtao conform --adapter cmd:./my-adapter --state state.json --blocks 10
    """
    from rich.console import Console

    from dtao_properties.cli import conform_run
    from dtao_properties.conformance.selection import selected
    from dtao_properties.conformance.verdicts import trial
    from dtao_properties.report.run import Replay

    reports = conform_run.Reports(ndjson=ndjson, junit=junit, markdown=markdown, badge=badge, html=html)
    filters = (*(("--suite", one) for one in suite or ()), ("-k", text))
    eras = tuple(("--era", one) for one in era or ())
    with mistakes_reported():
        workers = workers_of(workers)
        endpoint, options = reached(adapter, config, timeout)
        vectors = _vectors_of(state, vectors, blocks)
        choice = selected(vectors or (), suite=suite, text=text, era=era, workers=workers)
        lists = conform_run.lists(known, write_known, choice, (*filters, ("--fail-fast", fail_fast)))
        replay = Replay(tuple(vectors or ()), adapter or REFERENCE, _further(config, timeout, level))
        with trial(endpoint, choice, options, level or ()) as opened:
            finished = conform_run.run(
                Console(), choice, opened.verdicts(workers=workers, fail_fast=fail_fast),
                replay=replay, hello=opened.hello, reports=reports, lists=lists, filters=(*filters, *eras),
                dropped=opened.dropped,
            )  # fmt: skip
        standings = {finished.standing(verdict) for verdict in finished.verdicts}
        code = _exit_code(standings, finished.verdicts, opened.plan.levels)
    raise typer.Exit(code)


def smoke_command(adapter: Endpoint = None, config: ConfigFile = None, timeout: Timeout = None) -> None:
    """Send an adapter each kind of message, and say what is wrong with its replies and what to implement next.

    \b
    Examples:
      dtao smoke --adapter cmd:./my-adapter
      dtao smoke --adapter-config adapter.toml
    """
    with mistakes_reported():
        from dtao_properties.conformance import smoke

        endpoint, options = reached(adapter, config, timeout)
        all_right, any_right = True, False
        words = (*(("--adapter", adapter) if adapter else ()), *_further(config, timeout, None))
        for line, is_right in smoke.lines(endpoint, options, words if adapter or config else ()):
            typer.echo(line)
            all_right &= is_right
            any_right |= smoke.is_answered(line)
        if all_right and not any_right:
            raise InputError(
                "nothing was checked: the adapter skipped all that it was asked. Implement what it announces."
            )
    raise typer.Exit(0 if all_right else DIVERGES)


def serve_command(
    tcp: Annotated[
        int | None,
        typer.Option(metavar="PORT", min=0, max=65535, help="Listen on this port of 127.0.0.1; 0 for any free one."),
    ] = None,
) -> None:
    """Put the bundled reference behind the adapter protocol: on standard input and output, or on a port.

    \b
    Examples:
      dtao serve
      dtao serve --tcp 4000
    """
    from dtao_properties.adapters import serve

    with mistakes_reported():
        serve.serve_reference(tcp)


def replay_command(
    identifier: IdOrFile,
    vectors: Vectors = None,
    era: OneEra = None,
    adapter: Endpoint = None,
    config: ConfigFile = None,
    timeout: Timeout = None,
    level: Levels = None,
    promote: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write a counterexample's vector into this folder, for conform --vectors."),
    ] = None,
    emit_pytest: Annotated[
        bool, typer.Option("--emit-pytest", help="Print a test that keeps a counterexample from coming back.")
    ] = False,
) -> None:
    """Judge one vector alone and name every storage entry that differs at its first divergence.

    A path to an existing file is a counterexample of dtao fuzz: the answer is FIXED, STILL FAILS or ERROR.

    \b
    Examples:
      dtao replay launch/scenario/pool/p000
      dtao replay market/p003 --vectors recordings/ --adapter python:mine:adapter
      dtao replay counterexamples/call-add_stake.json --adapter cmd:./my-adapter
    """
    with mistakes_reported():
        endpoint, options = reached(adapter, config, timeout)
        no_folder(identifier)
        if Path(identifier).is_file():
            if endpoint == REFERENCE and adapter is None and promote is None and not emit_pytest:
                raise InputError(
                    f"{identifier}: the reference is what a counterexample is held against. "
                    "Name the implementation: --adapter ENDPOINT."
                )
            from dtao_properties.fuzz import command  # Hypothesis is loaded only where it is used

            code = command.replay(Path(identifier), endpoint, options, promote=promote, emit=emit_pytest, named=adapter)
            raise typer.Exit(code)
        if promote is not None or emit_pytest:
            raise InputError(f"{identifier}: no such file. --promote and --emit-pytest are for counterexamples.")
        from dtao_properties.conformance.selection import one_selected
        from dtao_properties.conformance.verdicts import trial
        from dtao_properties.report.run import Replay
        from dtao_properties.report.terminal import verdict_text

        choice = one_selected(identifier, vectors or (), era)
        how = Replay(tuple(vectors or ()), adapter or REFERENCE, _further(config, timeout, level))
        with trial(endpoint, [choice], options, level or ()) as opened:
            (verdict,) = opened.verdicts(kept=sys.maxsize)
        if verdict.status == "passed":
            typer.echo(f"ok  {verdict.id}  at level {verdict.level}  {verdict.seconds:.2f} s")
        else:
            typer.echo(verdict_text(verdict, how))
        if opened.dropped:
            typer.echo(f"  not judged at level {', '.join(opened.dropped)}: the adapter does not announce it")
        code = _exit_code({verdict.status}, [verdict], opened.plan.levels)
    raise typer.Exit(code)
