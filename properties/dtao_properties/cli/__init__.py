"""The command line ``dtao``: judge an implementation, show a recorded vector, replay one.

Exit codes: 0 conforms, 1 diverges, 2 could not run, 130 interrupted.
"""

import json
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

import dtao
from dtao.errors import InputError
from dtao_properties import report
from dtao_properties.adapters import serve
from dtao_properties.adapters.endpoint import REFERENCE, reached
from dtao_properties.adapters.protocol import Terminated
from dtao_properties.cli import conform_run, lab
from dtao_properties.cli.mistakes import COULD_NOT_RUN, mistakes_told
from dtao_properties.cli.options import ConfigFile, Endpoint, IdOrFile, Levels, OneEra, OneLevel, Timeout, Vectors
from dtao_properties.conformance import smoke
from dtao_properties.conformance.known_failures import FAILURES
from dtao_properties.conformance.selection import one_selected, selected, vectors_of
from dtao_properties.conformance.verdicts import Verdict, trial
from dtao_properties.report import output, show
from dtao_properties.version import version_text

DIVERGES = 1
PROCESSES_A_CORE = 8

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
  dtao conform --adapter cmd:./my-adapter       your implementation, in any language
  dtao smoke --adapter cmd:./my-adapter         what is wrong with its messages, and what to do next
  dtao show launch/scenario/pool/p000           what a recorded vector says
  dtao replay launch/scenario/pool/p000         one vector, with every differing entry
  dtao fuzz --adapter cmd:./my-adapter          search for divergences from the reference
  dtao rules POOL-2                             where a rule is implemented, reached and tested
  dtao eras                                     the eras: names, versions, dates, and what each brought
  dtao diff launch 234                          what differs between two eras, with an example
  dtao quote buy 10 --reserves 1000:4000        what 10 TAO buy in a pool, to the rao
  dtao explain buy 10 --reserves 1000:4000      by which rules, each beside its exact value
  dtao spec --era 277                           all rules of one era as one document

Exit codes: 0 conforms, 1 diverges, 2 could not run.""",
)


def run() -> None:
    """Run the command line as a process: the result is its exit code."""
    # a request to end is an exit like any other, so that the adapters are ended as well
    signal.signal(signal.SIGTERM, _terminated)
    sys.stdout = output.StandardOutput(sys.stdout)
    try:
        app(prog_name="dtao")
    except SystemExit as end:
        if (why := output.failure_of_output()) is None:
            raise
        if why:
            print(f"dtao: error: {why}", file=sys.stderr)
        raise SystemExit(COULD_NOT_RUN) from end


def _terminated(number: int, frame: object) -> NoReturn:
    raise Terminated(128 + number)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(version_text())
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version  # typer has handed it to its callback


def _further(config: Path | None, timeout: float | None, levels: list[str] | None) -> tuple[str, ...]:
    words: tuple[str, ...] = () if config is None else ("--adapter-config", str(config))
    words += () if timeout is None else ("--timeout", f"{timeout:g}")
    return words + tuple(word for level in levels or () for word in ("--level", level))


def _exit_code(statuses: Set[str], verdicts: Iterable[Verdict], levels: Iterable[str]) -> int:
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


@app.command()
def conform(
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
    """
    reports = conform_run.Reports(ndjson=ndjson, junit=junit, markdown=markdown, badge=badge, html=html)
    filters = (*(("--suite", one) for one in suite or ()), ("-k", text))
    eras = tuple(("--era", one) for one in era or ())
    with mistakes_told():
        endpoint, options = reached(adapter, config, timeout)
        choice = selected(vectors or (), suite=suite, text=text, era=era)
        lists = conform_run.lists(known, write_known, choice, (*filters, ("--fail-fast", fail_fast)))
        replay = report.Replay(tuple(vectors or ()), adapter or REFERENCE, _further(config, timeout, level))
        with trial(endpoint, choice, options, level or ()) as opened:
            finished = conform_run.run(
                Console(), choice, opened.verdicts(workers=_workers(workers), fail_fast=fail_fast),
                replay=replay, hello=opened.hello, reports=reports, lists=lists, filters=(*filters, *eras),
                dropped=opened.dropped,
            )  # fmt: skip
        standings = {finished.standing(verdict) for verdict in finished.verdicts}
        code = _exit_code(standings, finished.verdicts, opened.plan.levels)
    raise typer.Exit(code)


@app.command("smoke")
def smoke_command(adapter: Endpoint = None, config: ConfigFile = None, timeout: Timeout = None) -> None:
    """Send an adapter each kind of message, and say what is wrong with its replies and what to implement next.

    \b
    Examples:
      dtao smoke --adapter cmd:./my-adapter
      dtao smoke --adapter-config adapter.toml
    """
    with mistakes_told():
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


@app.command("serve")
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
    with mistakes_told():
        serve.serve_reference(tcp)


@app.command("show")
def show_command(
    identifier: IdOrFile = "",
    vectors: Vectors = None,
    era: OneEra = None,
    full: Annotated[bool, typer.Option("--full", help="Unfold long diffs and values.")] = False,
    genesis: Annotated[
        bool,
        typer.Option("--genesis", help="Instead, print the state that scenarios of this file, or era, begin in."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the vector as it is recorded.")] = False,
) -> None:
    """Print a recorded vector: its steps, TAO with 9 decimals beside rao, fixed-point bits as decimals.

    Of a counterexample's file, print the state, the steps, and what the adapter answered.

    \b
    Examples:
      dtao show launch/scenario/pool/p000
      dtao show counterexamples/call-call-add_stake-events.json
      dtao show pool/p000 --full
      dtao show pool/p000 --era 273
      dtao show issuance/p0001 --json
      dtao show --genesis --era 273
    """
    with mistakes_told():
        if not identifier:
            if not genesis:
                raise typer.BadParameter("give the id of a vector, or a counterexample's file; or --genesis.")
            row = dtao.era(era or "launch")
            _print_genesis(f"the recordings of the era {row.name}", show.beginning(row), as_json)
            return
        _no_folder(identifier)
        if Path(identifier).is_file():
            from dtao_properties.fuzz import command  # Hypothesis is loaded only where it is used

            command.show(Path(identifier), full=full, as_json=as_json)
            return
        choice = one_selected(identifier, vectors or (), era)
        if genesis:
            _print_genesis(choice.header.name, show.beginning_of(choice.header), as_json)
            return
        for vector in vectors_of(choice):
            if as_json:
                typer.echo(json.dumps(vector.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
            else:
                for line in show.vector_lines(choice.header, vector, full=full):
                    typer.echo(line)


def _no_folder(identifier: str) -> None:
    """Refuse a folder where one vector or one counterexample is meant."""
    if Path(identifier).is_dir():
        raise InputError(
            f"{identifier}: a folder. Name one counterexample in it, or the id of a vector; "
            f"dtao conform --vectors {identifier} judges by all vectors in it."
        )


def _workers(number: int) -> int:
    """Return the number of processes. Rejects, as InputError, many more than this machine can run side by side."""
    most = PROCESSES_A_CORE * (os.cpu_count() or 1)
    if number > most:
        raise InputError(f"--workers {number}: at most {most} of them are of use on this machine. Give fewer.")
    return number


def _print_genesis(of: str, beginning: Mapping[str, Mapping[str, object]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(beginning, indent=2, sort_keys=True))
    else:
        for line in show.genesis_lines(of, **beginning):
            typer.echo(line)


@app.command("replay")
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
      dtao replay counterexamples/call-call-add_stake-events.json --adapter cmd:./my-adapter
    """
    with mistakes_told():
        endpoint, options = reached(adapter, config, timeout)
        _no_folder(identifier)
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
        choice = one_selected(identifier, vectors or (), era)
        how = report.Replay(tuple(vectors or ()), adapter or REFERENCE, _further(config, timeout, level))
        with trial(endpoint, [choice], options, level or ()) as opened:
            (verdict,) = opened.verdicts(kept=sys.maxsize)
        if verdict.status == "passed":
            typer.echo(f"ok  {verdict.id}  at level {verdict.level}  {verdict.seconds:.2f} s")
        else:
            typer.echo(report.verdict_text(verdict, how))
        if opened.dropped:
            typer.echo(f"  not judged at level {', '.join(opened.dropped)}: the adapter does not announce it")
        code = _exit_code({verdict.status}, [verdict], opened.plan.levels)
    raise typer.Exit(code)


@app.command("fuzz")
def fuzz_command(
    adapter: Endpoint = None,
    config: ConfigFile = None,
    timeout: Timeout = None,
    level: OneLevel = None,
    era: Annotated[str, typer.Option(metavar="ERA", help="The one era to search, by name or spec version.")] = "launch",
    seed: Annotated[int, typer.Option(metavar="N", min=0, max=2**31, help="The first seed.")] = 0,
    examples: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Episodes in all; by default 1000, or as many as --time allows."),
    ] = None,
    steps: Annotated[int, typer.Option(metavar="N", min=1, help="The longest episode, in steps.")] = 40,
    seconds: Annotated[
        float | None, typer.Option("--time", metavar="SECONDS", min=0.1, help="Begin no episode after so long.")
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the counterexamples are written, one file a signature.")
    ] = Path("counterexamples"),
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that search side by side.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Search on the workers of this Dask scheduler, tcp://…")
    ] = None,
    reachable: Annotated[
        bool | None,
        typer.Option(
            "--reachable/--wild",
            help="Only states that a chain can come to: reserves within the supply, mechanisms 0 and 1; or any. "
            "By default any at level block.",
        ),
    ] = None,
    vacuity: Annotated[
        bool, typer.Option("--vacuity", help="Watch every episode for the rules it reaches, not a sample; slower.")
    ] = False,
) -> None:
    """Search for inputs to which an implementation answers otherwise than the reference, and shrink them.

    Episodes begin with random states and with those of the bundled vectors. Every divergence of a new kind is written
    to a file, which dtao replay judges again. --workers and --scheduler need the extra [campaign].

    \b
    Examples:
      dtao fuzz --adapter cmd:./my-adapter
      dtao fuzz --adapter python:mine:adapter --level call --time 600 --workers 8
      dtao fuzz --adapter cmd:./my-adapter --era yuma3
      dtao fuzz --adapter tcp:localhost:4000 --seed 7 --examples 200 --out found/
    """
    with mistakes_told():
        from dtao_properties.fuzz import command  # Hypothesis is loaded only where it is used
        from dtao_properties.fuzz.search import Job

        endpoint, options = reached(adapter, config, timeout)
        job = Job(endpoint, options, era, steps=steps, reachable=reachable, vacuity=vacuity)
        planned = command.campaign_of(
            job, tuple(level or ()), seed=seed, examples=examples, seconds=seconds, out=out,
            workers=_workers(workers), scheduler=scheduler,
        )  # fmt: skip
        code = command.fuzz(planned)
    raise typer.Exit(code)


@app.command("spec")
def spec_command(
    era: Annotated[str, typer.Option(metavar="ERA", help="The era, by name or spec version.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", help="Write to this file, not to the output.")
    ] = None,
) -> None:
    """Print the whole specification of one era as one document, which names no other era.

    \b
    Examples:
      dtao spec --era 277 -o dtao-277.md
      dtao spec --era launch | less
    """
    with mistakes_told():
        from dtao_spec.pages import document  # the chapters are loaded only where they are used

        text = document(dtao.era(era).spec_version)
        if output is None:
            typer.echo(text, nl=False)
            return
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"--output {output}: cannot be written ({error.strerror}). Check the path.") from error


@app.command("eras")
def eras_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the eras: names, spec versions, tags, dates, and what each brought.

    \b
    Examples:
      dtao eras
      dtao eras --json
    """
    with mistakes_told():
        for line in show.eras(as_json=as_json):
            typer.echo(line)


app.command("quote")(lab.quote_command)
app.command("explain")(lab.explain_command)


@app.command("diff")
def diff_command(
    one: Annotated[str, typer.Argument(metavar="ERA1", help="An era, by name or spec version.")],
    other: Annotated[str, typer.Argument(metavar="ERA2", help="Another one.")],
    examples: Annotated[int, typer.Option(metavar="N", min=0, help="Show up to so many examples.")] = 3,
    no_example: Annotated[bool, typer.Option("--no-example", help="Search for no example.")] = False,
    seed: Annotated[int, typer.Option(metavar="N", min=0, max=2**31, help="The first seed of the search.")] = 0,
    seconds: Annotated[
        float, typer.Option("--time", metavar="SECONDS", min=0.1, help="Begin no episode after so long.")
    ] = 20.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which rules, constants, calls and storage items differ between two eras, and show what that comes to.

    An example is a state of the earlier era and the fewest steps after which the rules of the two give different
    results; the later era takes the state as the upgrades left it. Each is found by the fuzzer and shrunk, and is
    about rules that the ones before it do not show.

    \b
    Examples:
      dtao diff launch 234
      dtao diff dividend-fix yuma3 --examples 8 --time 60
      dtao diff 261 277 --no-example --json
    """
    with mistakes_told():
        from dtao_properties.trace.eras import command  # Hypothesis is loaded only where it is used

        command.run(
            one, other, typer.echo, examples=0 if no_example else examples, seed=seed, seconds=seconds, as_json=as_json
        )


@app.command("rules")
def rules_command(
    rule: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="A rule such as POOL-2: all that is known of it. A family such as POOL: its rules. A call, a storage "
            "item, an event, an error or 'Custom error: 1': what it is, and its rules.",
        ),
    ] = None,
    vectors: Vectors = None,
    suite: Annotated[str | None, typer.Option(metavar="GLOB", help="Watch only suites whose name matches.")] = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Watch nothing: read what --save wrote.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write which vectors reach which rule, for --from.")
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Measure which lines and branches of the reference vectors reach.")
    ] = False,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Measure what the bundled vectors reach, instead of reading what was measured."),
    ] = False,
    drift: Annotated[
        Path | None,
        typer.Option(
            metavar="CHECKOUT",
            help="Instead, list the rules whose source in this checkout of the runtime is not that of the newest era.",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Of one rule: the vectors of every era with it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print for every rule its functions, how many vectors reach it, and how many tests name it.

    Which of the bundled vectors reach a rule was measured when this was built: seen while the reference replays them.
    With --watch it is measured anew, as it is of other vectors, which takes several times as long as dtao conform. A
    vector counts as accepting where a function of the rule comes to a result, and as rejecting where a call is rejected
    inside of it; it counts only where the rule is in force. Of one rule, the vectors of the eras that brought and
    changed it are meant, or with --all those of every era with it. --coverage needs the extra [coverage].

    Exit code 1: something is missing without a reason; with --drift, a rule's source is not as it was.

    \b
    Examples:
      dtao rules
      dtao rules POOL
      dtao rules POOL-2 --coverage
      dtao rules add_stake
      dtao rules 'Custom error: 1'
      dtao rules --save reached.json
      dtao rules STAKE-11 --from reached.json --json
      dtao rules --drift ../subtensor
    """
    with mistakes_told():
        if drift is not None:
            if vectors or suite or source or save or coverage or everything or watch:
                raise InputError("--drift compares sources and watches nothing: leave the options for watching out.")
            from dtao_properties.trace.provenance import command as provenance

            raise typer.Exit(0 if provenance.run(drift, rule=rule, as_json=as_json) else DIVERGES)
        from dtao_properties.trace.rules import command  # the chapters are loaded only where they are used

        complete = command.run(
            rule, vectors=vectors or (), suite=suite, source=source, target=save, as_json=as_json, coverage=coverage,
            everything=everything, watch=watch,
        )  # fmt: skip
    raise typer.Exit(0 if complete else DIVERGES)
