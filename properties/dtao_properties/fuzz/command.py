"""``dtao fuzz``, and ``dtao replay`` of a counterexample: what the command line does with its options."""

from pathlib import Path

import typer
from attrs import evolve
from rich.console import Console

import dtao
from dtao.errors import InputError
from dtao_properties.adapters.endpoint import Options
from dtao_properties.fuzz import campaign, counterexample, report, showing
from dtao_properties.fuzz.campaign import Campaign, Progress
from dtao_properties.fuzz.search import Job

DIVERGES = 1


def fuzz(planned: Campaign) -> int:
    """Run a campaign, print what it finds and reaches, and return the exit code."""
    hello = campaign.greeting(planned.job, planned.seconds)
    console = Console()
    progress = Progress(planned, hello, typer.echo)
    try:
        with report.shown(console, progress):
            campaign.run(progress)
    except (KeyboardInterrupt, SystemExit):
        report.closing(console, progress)  # what there is
        report.printed(console, "the search was interrupted")
        raise
    report.closing(console, progress)
    return DIVERGES if progress.findings else 0


def campaign_of(
    job: Job,
    levels: tuple[str, ...],
    *,
    seed: int,
    examples: int | None,
    seconds: float | None,
    out: Path,
    workers: int,
    scheduler: str | None,
) -> Campaign:
    """Return the campaign that a command line asks for. Rejects, as InputError, what contradicts itself."""
    if scheduler is not None and workers != 1:
        raise InputError("--workers and --scheduler exclude each other: the workers are those of the scheduler.")
    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out}: a file has this name. Name a folder.")
    counterexample.check_writable(out)
    job = evolve(job, era=dtao.era(job.era).recorded_as)
    asked = campaign.levels_of(campaign.greeting(job, seconds), levels)
    return Campaign(job, asked, seed, examples, seconds, out, workers, scheduler)


def show(path: Path, *, full: bool, as_json: bool) -> None:
    """Print a counterexample."""
    for line in showing.shown(path, full=full, as_json=as_json):
        typer.echo(line)


def replay(
    path: Path, endpoint: str, options: Options, *, promote: Path | None, emit: bool, named: str | None = None
) -> int:
    """Judge an adapter by a counterexample, or turn it into a vector or a test instead; return the exit code.

    ``named`` is the endpoint that the user named, if any, for the test.
    """
    if emit:
        typer.echo(counterexample.pytest_text(path, named), nl=False)
    if promote is not None:
        typer.echo(f"written to {counterexample.promoted(path, promote)}", err=emit)
    if emit or promote is not None:
        return 0
    replayed = counterexample.replay(path, endpoint, options)
    typer.echo(replayed.text)
    return replayed.exit_code
