"""The commands that search: fuzz, diff."""

from pathlib import Path
from typing import Annotated

import typer

from dtao_properties.adapters.endpoint import reached
from dtao_properties.cli.mistakes import mistakes_reported
from dtao_properties.cli.options import ConfigFile, Endpoint, OneLevel, Timeout, workers_of

LONGEST = 10_000_000.0
"""Seconds that a search may be given: a third of a year, which the timers of every system can count."""


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
        float | None,
        typer.Option("--time", metavar="SECONDS", min=0.1, max=LONGEST, help="Begin no episode after so long."),
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
    with mistakes_reported():
        from dtao_properties.fuzz import command  # Hypothesis is loaded only where it is used
        from dtao_properties.fuzz.search import Job

        endpoint, options = reached(adapter, config, timeout)
        job = Job(endpoint, options, era, steps=steps, reachable=reachable, vacuity=vacuity)
        planned = command.campaign_of(
            job, tuple(level or ()), seed=seed, examples=examples, seconds=seconds, out=out,
            workers=workers_of(workers), scheduler=scheduler,
        )  # fmt: skip
        code = command.fuzz(planned)
    raise typer.Exit(code)


def diff_command(
    one: Annotated[str, typer.Argument(metavar="ERA1", help="An era, by name or spec version.")],
    other: Annotated[str, typer.Argument(metavar="ERA2", help="Another one.")],
    examples: Annotated[int, typer.Option(metavar="N", min=0, help="Show up to so many examples.")] = 3,
    no_example: Annotated[bool, typer.Option("--no-example", help="Search for no example.")] = False,
    seed: Annotated[int, typer.Option(metavar="N", min=0, max=2**31, help="The first seed of the search.")] = 0,
    seconds: Annotated[
        float,
        typer.Option(
            "--time", metavar="SECONDS", min=0.1, max=LONGEST, help="Look for no further example after so long."
        ),
    ] = 3.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which rules, constants, calls and storage items differ between two eras, and show what that comes to.

    An example is a state of the earlier era and the fewest steps after which the rules of the two give different
    results; the later era takes the state as the upgrades left it. Each is found in the recordings or by the fuzzer, is
    shrunk, and is about rules that the ones before it do not show. For the first one it searches five times as long.

    \b
    Examples:
      dtao diff launch 234
      dtao diff dividend-fix yuma3 --examples 8 --time 60
      dtao diff 261 277 --no-example --json
    """
    with mistakes_reported():
        from dtao_properties.trace.eras import command  # Hypothesis is loaded only where it is used

        command.run(
            one, other, typer.echo, examples=0 if no_example else examples, seed=seed, seconds=seconds, as_json=as_json
        )
