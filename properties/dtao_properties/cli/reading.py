"""The commands that answer from what is bundled: show, spec, eras, rules."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

import dtao
from dtao.errors import InputError
from dtao_properties.cli.mistakes import DIVERGES, mistakes_reported
from dtao_properties.cli.options import IdOrFile, OneEra, Vectors, no_folder


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
    from dtao_properties.conformance.selection import one_selected, vectors_of
    from dtao_properties.report import show

    with mistakes_reported():
        if not identifier:
            if not genesis:
                raise typer.BadParameter("give the id of a vector, or a counterexample's file; or --genesis.")
            row = dtao.era(era or "launch")
            _print_genesis(f"the recordings of the era {row.name}", show.beginning(row), as_json)
            return
        no_folder(identifier)
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


def _print_genesis(of: str, beginning: Mapping[str, Mapping[str, object]], as_json: bool) -> None:
    from dtao_properties.report import show

    if as_json:
        typer.echo(json.dumps(beginning, indent=2, sort_keys=True))
    else:
        for line in show.genesis_lines(of, **beginning):
            typer.echo(line)


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
    with mistakes_reported():
        from dtao_spec.pages import document  # the chapters are loaded only where they are used

        text = document(dtao.era(era).spec_version)
        if output is None:
            typer.echo(text, nl=False)
            return
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"--output {output}: cannot be written ({error.strerror}). Check the path.") from error


def eras_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the eras: names, spec versions, tags, dates, and what each brought.

    \b
    Examples:
      dtao eras
      dtao eras --json
    """
    from dtao_properties.report import show

    with mistakes_reported():
        for line in show.eras(as_json=as_json):
            typer.echo(line)


def rules_command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID|NAME|WORDS",
            help="A rule such as POOL-2: all that is known of it. A family such as POOL: its rules. A call, a storage "
            "item, an internal function, an event, an error or 'Custom error: 1': what it is, and its rules. Words "
            "such as owner cut: the rules with them in their titles.",
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
      dtao rules sim_swap
      dtao rules owner cut
      dtao rules 'Custom error: 1'
      dtao rules --save reached.json
      dtao rules STAKE-11 --from reached.json --json
      dtao rules --drift ../subtensor
    """
    rule = " ".join(words) if words else None
    with mistakes_reported():
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
