"""A campaign: many seeds, one after the other or shared out by Dask, and what they found together."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen, mutable

from dtao.errors import InputError
from dtao_properties.adapters.protocol import LEVELS, Hello, printable
from dtao_properties.fuzz import counterexample
from dtao_properties.fuzz.differential import SENT, CannotLoad, Signature
from dtao_properties.fuzz.search import Finding, Job, SeedReport, greeted, searched
from dtao_properties.fuzz.tally import Tally

if TYPE_CHECKING:
    from distributed import Client

EXAMPLES = 1_000
"""Episodes of a campaign that is given neither a number nor a time."""
EXAMPLES_A_SEED = 50
RETRIES = 3
"""How often a seed is begun again whose worker was lost."""
WORKERS_AWAITED = 30
"""Seconds within which the first worker of a scheduler must appear."""


@frozen
class Campaign:
    """What a campaign is to do."""

    job: Job
    levels: tuple[str, ...]
    """The levels that the seeds take in turn."""
    seed: int = 0
    """The first seed; the others follow it."""
    examples: int | None = None
    """Episodes in all; None for as many as the time allows, or EXAMPLES if there is no limit of time either."""
    seconds: float | None = None
    out: Path = Path("counterexamples")
    workers: int = 1
    scheduler: str | None = None
    """The address of a Dask scheduler, whose workers are used instead of processes of this machine."""

    def jobs(self) -> Iterator[tuple[int, Job]]:
        """Yield every seed with what it has to do."""
        left = self.examples if self.examples is not None else (EXAMPLES if self.seconds is None else None)
        for number in count():
            examples = EXAMPLES_A_SEED if left is None else min(EXAMPLES_A_SEED, left)
            if examples <= 0:
                return
            level = self.levels[number % len(self.levels)]
            yield self.seed + number, evolve(self.job, level=level, examples=examples)
            left = None if left is None else left - examples

    @property
    def seeds(self) -> int | None:
        """Return how many seeds there are; None if that depends on the time."""
        examples = self.examples if self.examples is not None else (EXAMPLES if self.seconds is None else None)
        return None if examples is None else -(-examples // EXAMPLES_A_SEED)


@mutable
class Progress:
    """What a campaign has come to so far, and whom it tells."""

    campaign: Campaign
    hello: Hello
    told: Callable[[str], None]
    """Called with the lines about each new finding, and about lost seeds."""
    moved: Callable[["Progress"], None] = lambda progress: None
    """Called after each seed."""
    tallies: dict[str, Tally] = field(factory=dict)
    """By level."""
    findings: dict[Signature, Path] = field(factory=dict)
    """The files written, by the signature of what they hold."""
    seeds: int = 0
    lost: list[int] = field(factory=list)
    """Seeds whose workers were lost again and again."""
    started: float = field(factory=monotonic)

    @property
    def tally(self) -> Tally:
        """Return the counts of all levels together."""
        whole = Tally(self.campaign.job.era)
        for tally in self.tallies.values():
            whole.add(tally)
        return whole

    @property
    def remaining(self) -> float | None:
        """Return the seconds that are left; None without a limit."""
        seconds = self.campaign.seconds
        return None if seconds is None else self.started + seconds - monotonic()

    @property
    def over(self) -> bool:
        """Return whether the time is used up."""
        return self.remaining is not None and self.remaining <= 0

    def add(self, level: str, report: SeedReport) -> None:
        """Take note of a seed that is done, and write a file for every signature that is new."""
        self.seeds += 1
        self.tallies.setdefault(level, Tally(self.campaign.job.era)).add(report.tally)
        for finding in report.findings:
            if finding.found.signature not in self.findings:
                self._write(finding)
        self.moved(self)

    def _write(self, finding: Finding) -> None:
        endpoint = self.campaign.job.endpoint
        path = counterexample.written(self.campaign.out, finding, endpoint, self.hello)
        self.findings[finding.found.signature] = path
        self.told("\n".join([*counterexample.finding_lines(finding), f"  written to {path} (seed {finding.seed})"]))

    def lose(self, seed: int) -> None:
        """Take note of a seed that was given up, because every worker that took it was lost."""
        self.seeds += 1
        self.lost.append(seed)
        self.told(f"LOST seed {seed}: the worker that searched it died, {RETRIES + 1} times. It was given up.")
        self.moved(self)


def levels_of(hello: Hello, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the levels to fuzz at: those wanted, else all that are announced, but not call besides block.

    Rejects, as InputError, levels that do not exist or that the adapter does not announce.
    """
    if unknown := [level for level in wanted if level not in LEVELS]:
        raise InputError(f"--level {unknown[0]}: there is no such level. The levels are {', '.join(LEVELS)}.")
    announced: tuple[str, ...] = hello.levels
    if missing := [level for level in wanted if level not in announced]:
        announces = ", ".join(announced) or "none"
        raise InputError(f"--level {missing[0]}: the adapter {hello.name!r} announces {announces}. Choose among these.")
    if wanted:
        return wanted
    covered = {"call"} if "block" in announced else set()
    levels = tuple(level for level in reversed(LEVELS) if level in announced and level not in covered)
    if not levels:
        raise InputError(f"the adapter {hello.name!r} announces no level, so that there is nothing to judge.")
    return levels


def greeting(job: Job) -> Hello:
    """Return what the adapter says about itself. Rejects, as InputError, one that does not know the era."""
    hello = greeted(job)
    if job.era not in hello.eras:
        known = printable(", ".join(hello.eras)) or "none"
        raise InputError(f"--era {job.era}: the adapter {hello.name!r} knows {known}. Choose among these.")
    return hello


def run(progress: Progress) -> Progress:
    """Run a campaign to its end, or until its time is used up. What is found is written as it comes."""
    campaign = progress.campaign
    if campaign.workers > 1 or campaign.scheduler is not None:
        with _client(campaign) as client:
            _shared(progress, client)
    else:
        _alone(progress)
    if not progress.over and not sum(tally.answers.total() for tally in progress.tallies.values()):
        raise CannotLoad("nothing was judged: no seed came to an answer. Raise --examples or --time.")
    if not progress.over and all(
        tally.skipped and not compared(level, tally) for level, tally in progress.tallies.items()
    ):
        raise CannotLoad("nothing was judged: the adapter skipped every answer. Implement what it announces.")
    return progress


def compared(level: str, tally: Tally) -> int:
    """Return how many answers of an adapter were compared: to the steps that its level sends, without skipped ones."""
    asked = sum(tally.answers.of(kind) for kind in SENT[level] if kind != "load")
    return max(asked - tally.skipped, 0)


def _alone(progress: Progress) -> None:
    for seed, job in progress.campaign.jobs():
        if progress.over:
            return
        remaining = progress.remaining
        until = None if remaining is None else monotonic() + remaining
        progress.add(job.level, searched(job, seed, progress.findings.keys(), until))


def _seed_on_a_worker(job: Job, seed: int, known: frozenset[Signature], seconds: float | None) -> SeedReport:
    """Search one seed in a worker's process, whose clock is another one."""
    return searched(job, seed, known, None if seconds is None else monotonic() + seconds)


def _shared(progress: Progress, client: "Client") -> None:
    """Keep every worker busy, with one seed in reserve for each, and take in what comes back."""
    from distributed import KilledWorker, as_completed

    jobs = progress.campaign.jobs()
    running: dict[Any, tuple[int, str]] = {}
    done = as_completed(loop=client.loop)

    def submit() -> bool:
        """Hand out one more seed, if there is one and time for it."""
        following = None if progress.over else next(jobs, None)
        if following is None:
            return False
        seed, job = following
        known = frozenset(progress.findings)
        future = client.submit(
            _seed_on_a_worker, job, seed, known, progress.remaining, pure=False, retries=RETRIES, key=f"seed-{seed}"
        )
        running[future] = (seed, job.level)
        done.add(future)
        return True

    while len(running) < 2 * max(sum(client.nthreads().values()), 1) and submit():
        pass
    for future in done:
        seed, level = running.pop(future)
        try:
            report = future.result()
        except KilledWorker:
            progress.lose(seed)
        else:
            progress.add(level, report)
        submit()


@contextmanager
def _client(campaign: Campaign) -> Iterator["Client"]:
    """Connect to the scheduler that was named, or start one with worker processes on this machine."""
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError as error:
        raise InputError(
            f"--workers and --scheduler need {error.name}, which is not installed. "
            "Install the extra: pip install 'dtao-spec[campaign]'."
        ) from error
    with ExitStack() as stack:
        address: Any = campaign.scheduler
        if address is None:
            address = stack.enter_context(
                LocalCluster(
                    n_workers=campaign.workers, threads_per_worker=1, processes=True, dashboard_address=None,
                    host="127.0.0.1",
                )
            )  # fmt: skip
        try:
            client = stack.enter_context(Client(address, timeout=WORKERS_AWAITED, set_as_default=False))
            client.wait_for_workers(1, timeout=WORKERS_AWAITED)
        except (OSError, TimeoutError) as error:
            raise InputError(
                f"--scheduler {campaign.scheduler}: no scheduler with a worker answers there ({error}). "
                "Start `dask scheduler` and `dask worker`, or use --workers."
            ) from error
        yield client
