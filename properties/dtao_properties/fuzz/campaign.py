"""A campaign: many seeds, one after the other or shared out by Dask, and what they found together."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen, mutable

from dtao.errors import InputError
from dtao_properties.adapters.alarm import AGAIN, bell
from dtao_properties.adapters.protocol import LEVELS, Hello, OutOfTime, Session, printable
from dtao_properties.fuzz import counterexample
from dtao_properties.fuzz.differential import CannotLoad, Known, Signature, compared
from dtao_properties.fuzz.search import WHOLE, Finding, Job, Part, SeedReport, greeted, opened, part_searched
from dtao_properties.fuzz.tally import Tally
from dtao_properties.report import output

if TYPE_CHECKING:
    from distributed import Client

EXAMPLES = 1_000
"""Episodes of a campaign that is given neither a number nor a time."""
EXAMPLES_A_SEED = 50
ALARM = 0.5
"""Seconds after the end of the time at which an adapter in this process is interrupted."""
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
    findings: dict[Signature, Path | None] = field(factory=dict)
    """The files written, by the signature of what they hold; None for one that could not be written."""
    explained: set[Known] = field(factory=set)
    """What the findings are known by."""
    rules: dict[Signature, str] = field(factory=dict)
    """The rule that a finding points at first, where one is known."""
    seeds: int = 0
    lost: list[int] = field(factory=list)
    """Seeds whose workers were lost again and again."""
    started: float = field(factory=monotonic)
    _begun: set[Signature] = field(factory=set)
    """The signatures of findings that are being made smaller."""
    _refuge: Path | None = None
    """The folder that is used where the one that was named cannot be written."""

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
        """Take note of a seed, or of a part of one, and write a file for every signature that is new."""
        self.seeds += report.rest is None
        self.count(level, report.tally)
        for finding in report.findings:
            signature, rules = finding.found.signature, finding.found.cause.rules[:1]
            if signature not in self._begun and not self.explained.isdisjoint(rules):
                # another worker was quicker to find what has the same cause
                self.count(level, Tally(self.campaign.job.era, symptoms={rules[0]: {str(signature)}}))
            elif signature in self._begun or signature not in self.explained:
                self._begun.discard(signature)
                self.explained |= {signature, *finding.explains, *rules}
                kept = self._kept(finding)
                self.told("\n".join([*counterexample.finding_lines(finding), f"  {kept} (seed {finding.seed})"]))
        if report.rest is None:
            self.moved(self)

    def count(self, level: str, tally: Tally) -> None:
        """Add what was done."""
        self.tallies.setdefault(level, Tally(self.campaign.job.era)).add(tally)

    def notice(self, finding: Finding) -> None:
        """Keep a finding as it is, before it is shrunk: the campaign may be ended meanwhile."""
        signature = finding.found.signature
        again = signature in self._begun
        self._begun.add(signature)
        kept = self._kept(finding)
        if not again:
            self.told(f"found {printable(str(signature))} (seed {finding.seed}), {kept}; now it is made smaller")

    def _kept(self, finding: Finding) -> str:
        """Write a finding; where that cannot be, somewhere else, or in full to the terminal. Return what was done."""
        signature, job = finding.found.signature, self.campaign.job
        if rules := finding.found.cause.rules:
            self.rules[signature] = rules[0]
        path: Path | None
        try:
            path = counterexample.written(self.campaign.out, finding, job.endpoint, self.hello)
        except InputError as error:
            path = self._elsewhere(finding, str(error))
        self.findings[signature] = path
        return "not written: it is above in full" if path is None else f"written to {path}"

    def _elsewhere(self, finding: Finding, why: str) -> Path | None:
        endpoint = self.campaign.job.endpoint
        try:
            self._refuge = self._refuge or Path(mkdtemp(prefix="dtao-counterexamples-"))
            path = counterexample.written(self._refuge, finding, endpoint, self.hello)
        except (InputError, OSError):
            self.told(f"warning: {why}\n{counterexample.text_of(finding, endpoint, self.hello)}")
            return None
        self.told(f"warning: {why} It is kept in {self._refuge} instead.")
        return path

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


def greeting(job: Job, seconds: float | None = None) -> Hello:
    """Return what the adapter says about itself. Rejects, as InputError, one that does not know the era."""
    hello = greeted(job, seconds)
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
    if not progress.findings and not any(compared(level, tally) for level, tally in progress.tallies.items()):
        if any(tally.skipped for tally in progress.tallies.values()):
            raise CannotLoad("nothing was judged: the adapter skipped every answer. Implement what it announces.")
        raise CannotLoad("nothing was judged: no seed came to an answer. Raise --examples or --time.")
    return progress


def _alone(progress: Progress) -> None:
    remaining = progress.remaining
    until = None if remaining is None else monotonic() + remaining
    # one adapter for all seeds: to start one takes as long as a seed
    with _alarmed(remaining), opened(progress.campaign.job, until) as session:
        for seed, job in progress.campaign.jobs():
            if progress.over or output.is_lost():
                return
            _seed(progress, session, seed, job, until)


def _seed(progress: Progress, session: Session, seed: int, job: Job, until: float | None) -> None:
    """Search one seed, finding after finding."""
    part: Part | None = WHOLE
    while part is not None and not progress.over and not output.is_lost():
        tally = Tally(job.era)
        try:
            report = part_searched(
                job, seed, progress.explained, until, part, session=session, tally=tally, noticed=progress.notice
            )
        except BaseException:  # what was done until then is told
            progress.count(job.level, tally)
            raise
        progress.add(job.level, report)
        part = report.rest


@contextmanager
def _alarmed(seconds: float | None) -> Iterator[None]:
    """End whatever an adapter in this process is at when the time is over; one that runs elsewhere ends in time."""
    if seconds is None or threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    before = signal.signal(signal.SIGALRM, bell(OutOfTime))
    signal.setitimer(signal.ITIMER_REAL, seconds + ALARM, AGAIN)
    try:
        yield
    except OutOfTime:
        pass  # it is the end of the campaign, as it was asked for
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _part_on_a_worker(job: Job, seed: int, known: frozenset[Known], seconds: float | None, part: Part) -> SeedReport:
    """Search a part of one seed in a worker's process, whose clock is another one."""
    return part_searched(job, seed, known, None if seconds is None else monotonic() + seconds, part)


def _shared(progress: Progress, client: "Client") -> None:
    """Keep every worker busy, with one seed in reserve for each, and take in what comes back."""
    from distributed import KilledWorker, as_completed

    jobs = progress.campaign.jobs()
    begun: list[tuple[int, Job, Part]] = []
    """Seeds that are not done: they come first."""
    running: dict[Any, tuple[int, Job, Part]] = {}
    done = as_completed(loop=client.loop)

    def submit() -> bool:
        """Hand out one more seed, if there is one and time for it."""
        if progress.over or output.is_lost():
            return False
        if begun:
            seed, job, part = begun.pop(0)
        elif (following := next(jobs, None)) is not None:
            seed, job, part = *following, WHOLE
        else:
            return False
        future = client.submit(
            _part_on_a_worker, job, seed, frozenset(progress.explained), progress.remaining, part,
            pure=False, retries=RETRIES, key=f"seed-{seed}-{part.findings}",
        )  # fmt: skip
        running[future] = (seed, job, part)
        done.add(future)
        return True

    while len(running) < 2 * max(sum(client.nthreads().values()), 1) and submit():
        pass
    for future in done:
        seed, job, _ = running.pop(future)
        try:
            report = future.result()
        except KilledWorker:
            progress.lose(seed)
        else:
            progress.add(job.level, report)
            if report.rest is not None:
                begun.append((seed, job, report.rest))
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
