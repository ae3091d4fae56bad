"""The command line ``dtao``: judge an implementation, show a recorded vector, replay one.

Exit codes: 0 conforms, 1 diverges, 2 could not run, 130 interrupted.
"""

import signal
import sys
from typing import Annotated, NoReturn

import typer

from dtao_properties.adapters.protocol import Terminated
from dtao_properties.cli import importing, judging, lab, reading, searching, simulating
from dtao_properties.cli.mistakes import COULD_NOT_RUN
from dtao_properties.report import output
from dtao_properties.version import version_text

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
  dtao follow --blocks 360                      where the TAO and the alpha of blocks go
  dtao import raw.json -o state.json            a chain's storage as a state for quote and explain
  dtao simulate SCENARIO.toml                   a year of subnets and actors, as a table and plots
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


for _command in (
    judging.conform_command, judging.smoke_command, judging.serve_command, reading.show_command,
    judging.replay_command, searching.fuzz_command, reading.spec_command, reading.eras_command, lab.quote_command,
    lab.explain_command, lab.follow_command, importing.import_command, simulating.simulate_command,
    searching.diff_command, reading.rules_command,
):  # fmt: skip
    app.command(_command.__name__.removesuffix("_command"))(_command)
