"""The command ``dtao simulate``."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console

from dtao.errors import InputError
from dtao_lab.extras import LAB
from dtao_lab.simulation.scenario import Scenario
from dtao_lab.simulation.series import Line
from dtao_properties.cli.mistakes import mistakes_reported
from dtao_properties.cli.options import workers_of

LINE_EVERY = 15.0
"""Seconds between two lines that say how far it is, where there is no terminal for a bar."""


def simulate_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="The scenario, as above.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FOLDER", help="Where the results go; by default SCENARIO-results in this folder."
        ),
    ] = None,
    days: Annotated[
        int | None, typer.Option(metavar="N", help="Simulate so many days instead (1 d = 7,200 blocks).")
    ] = None,
    blocks: Annotated[int | None, typer.Option(metavar="N", help="Simulate so many blocks instead.")] = None,
    sample: Annotated[
        str | None, typer.Option(metavar="TIME", help="The time between two samples instead: 300, 12h, 1d.")
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="KEY=VALUE,…",
            help="Other values of a key, named as in [sweep], or of a storage entry: a run each. Repeatable.",
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, help="Processes for the runs of a sweep; needs the extra [campaign].")
    ] = 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew, and replace what is in the folder.")] = False,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the plots.")] = True,
    check: Annotated[bool, typer.Option("--check", help="Only read the scenario, and say what it would do.")] = False,
) -> None:
    """Simulate a scenario: the reference computes every block, and what is sampled becomes a table and plots.

    The folder gets table.csv, table.parquet, summary.json (calls accepted and refused), a PNG for each plot, and
    index.html with all of them, which needs no network. Interrupted (Ctrl-C), the same command goes on where it was.
    The same scenario gives the same bytes. After a change of plots alone nothing is computed again.

    \b
    A scenario:
      title = "Ten days of buying"
      [start]                     # the preset of mainnet at the launch, or a file
      era = 277                   # also: subnets, root_stake, issuance, neurons,
      subnets = 4                 #   state = "state.json"
      [run]
      days = 10                   # or blocks
      sample = "12h"
      [[subnet]]                  # a pool that is not 1 TAO : 1 alpha
      netuid = 1
      tao = 5000
      alpha = 20000
      [[set]]                     # an entry of the storage; also: at
      entry = "TaoWeight"
      value = "3320413933267719290"
      [[upgrade]]                 # the runtime is upgraded
      at = "5d"
      era = 320
      [[actor]]                   # also: from, until, jitter, alpha, count,
      name = "buyer"              #   stagger, hotkey, weighs, as
      policy = "buy"              # or hold, sell, sell_emissions, momentum,
      netuid = 1                  #   claim, validate, mine
      tao = 1000
      amount = "2.5"
      every = "1h"
      [sweep]                     # one run for each value
      "actor.buyer.amount" = ["2.5", 10]
      [[plot]]                    # also: subjects, title, note, scale, kind,
      name = "price"              #   target, relative, from
      of = "subnet"               # or network, actor
      y = ["price", "moving_price"]

    \b
    Measures:
      network  issuance total_stake block_emission root_tao sum_of_prices
      subnet   price moving_price tao alpha_in alpha_out tao_emission
               root_share owner_stake owner_cut owner_income
      actor    balance stake worth proceeds share

    \b
    Examples:
      dtao simulate examples/simulations/root_share.toml --workers 2
      dtao simulate examples/simulations/price_shock.toml --days 30
      dtao simulate yields.toml --vary start.era=233,342 --days 60
      dtao simulate yields.toml --vary TaoWeight=0,3320413933267719290
      dtao simulate mine.toml --out results --sample 1h --fresh
      dtao simulate mine.toml --check

    Exit codes: 0 done, 2 could not run, 130 interrupted.
    """
    with mistakes_reported():
        from dtao_lab.simulation import of_file  # what only this command needs is loaded here

        given: dict[str, object] = {"days": days, "blocks": blocks, "sample": _time(sample)}
        varied = dict(map(_varied, vary or ()))
        runs = of_file(scenario, {name: value for name, value in given.items() if value is not None}, varied)
        if check:
            for line in _described(runs):
                typer.echo(line)
            return
        _simulate(scenario, runs, out or Path(f"{scenario.stem}-results"), workers_of(workers), fresh, plots)


def _time(text: str | None) -> object:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else text


def _varied(text: str) -> tuple[str, list[object]]:
    """Read the values of a key: integers, what TOML has in quotation marks, and text."""
    key, sign, values = text.partition("=")
    if not sign or not key or not values:
        raise InputError(f"--vary {text[:80]}: write a key and its values, such as start.era=233,342 or TaoWeight=0.")
    return key.strip(), [_toml(value.strip()) for value in values.split(",")]


def _toml(text: str) -> object:
    """Return true, false, or an integer of no more than 32 bits: wider ones are text in the storage's flat form."""
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isascii() and text.isdecimal() and int(text) < 2**32 else text


def _described(runs: Sequence[Scenario]) -> Iterator[str]:
    """Yield what a scenario would do, a line each."""
    first = runs[0]
    yield first.title
    yield f"  {_runs(runs)} of {first.run.horizon} blocks, {_era(first)}"
    for actor in first.actors:
        yield f"  {actor.name}: {actor.policy}" + (f" every {actor.every} blocks" if actor.every else "")
    for upgrade in first.upgrades:
        yield f"  upgrade at block {upgrade.at}: {upgrade.era}"


def _simulate(path: Path, runs: Sequence[Scenario], out: Path, workers: int, fresh: bool, plots: bool) -> None:
    from dtao_lab.simulation.files import Folder, digest_of, write_parquet
    from dtao_lab.simulation.series import lines_of, said
    from dtao_lab.simulation.sweeping import compute

    folder = Folder(out, digest_of(runs))
    folder.opened(fresh)
    begun = monotonic()
    blocks = sum(one.run.horizon for one in runs)
    if not folder.is_complete:
        try:
            with _progress(blocks) as told:
                compute(folder, runs, told, workers)
        except KeyboardInterrupt:
            print(f"dtao: what is done is kept in {out}; the same command goes on from there", file=sys.stderr)
            raise
        seconds = monotonic() - begun
        typer.echo(f"{_runs(runs)}, {blocks} blocks in {_lasting(seconds)}")
    else:
        typer.echo("computed before; --fresh computes it again")
    _say_refused(json.loads(folder.summary.read_text(encoding="utf-8")))
    lines = lines_of(folder.table, runs[0].plots)
    for plot, drawn in zip(runs[0].plots, lines, strict=True):
        for line in said(plot, drawn):
            typer.echo(f"  {line}")
    written = [folder.table]
    if write_parquet(folder):
        written.append(folder.parquet)
    else:
        typer.echo(f"table.parquet needs pyarrow, which is not installed: {LAB}", err=True)
    if plots and runs[0].plots:
        written += _drawn(path, runs, folder.path, lines, folder.summary)
    for one in written:
        typer.echo(f"  {one}")


def _drawn(
    path: Path, runs: Sequence[Scenario], out: Path, lines: Sequence[Sequence[Line]], summary: Path
) -> list[Path]:
    """Draw all plots, and the page of them; return their paths."""
    from dtao_lab.simulation.drawing import draw
    from dtao_lab.simulation.page import write_page

    written: list[Path] = []
    for plot, drawn in zip(runs[0].plots, lines, strict=True):
        written.append(out / f"{plot.name}.png")
        draw(written[-1], plot, drawn, runs)
    written.append(out / "index.html")
    write_page(written[-1], path.read_text(encoding="utf-8"), runs, lines, summary.read_text(encoding="utf-8"))
    return written


def _say_refused(summary: Mapping[str, object]) -> None:
    """Say which calls the chain refused: whoever wrote the scenario may not have meant that."""
    found = summary["runs"]
    assert isinstance(found, list)  # noqa: S101  # as it was written
    for run in found:
        for actor, counts in run["calls"].items():
            for error, count in counts.items():
                if error != "accepted":
                    name = f"{run['run']}, {actor}" if run["run"] else actor
                    typer.echo(f"  {name}: {count} of {sum(counts.values())} calls refused: {error}")


@contextmanager
def _progress(blocks: int) -> Iterator[Callable[[int], None]]:
    """Show how far it is on standard error: a bar with the time left on a terminal, a line now and then elsewhere."""
    console = Console(stderr=True)
    if console.is_terminal:
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("simulating"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn("left"),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=blocks)
            yield lambda done: bar.update(task, completed=done)
        return
    begun = last = monotonic()
    first: int | None = None

    def told(done: int) -> None:
        nonlocal last, first, begun
        if first is None:
            first, begun = done, monotonic()
        if monotonic() - last >= LINE_EVERY and done > first:
            last = monotonic()
            left = (last - begun) * (blocks - done) / (done - first)
            print(
                f"  {100 * done / blocks:.1f} % of {blocks} blocks, {_lasting(left)} left", file=sys.stderr, flush=True
            )

    yield told


def _era(scenario: Scenario) -> str:
    rules = scenario.start.rules
    return "the era of its state" if rules is None else f"era {rules.name}"


def _runs(runs: Sequence[Scenario]) -> str:
    return "1 run" if len(runs) == 1 else f"{len(runs)} runs"


def _lasting(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
