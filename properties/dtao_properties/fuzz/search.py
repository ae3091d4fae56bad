"""One seed of a campaign: Hypothesis draws episodes, and shrinks the first one of each new signature."""

import gc
import sys
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from time import monotonic, perf_counter

import hypothesis
from attrs import field, frozen, mutable
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky, HypothesisDeprecationWarning

import dtao
from dtao.collecting import collector_paused
from dtao_properties.adapters.endpoint import Options, connected, limited
from dtao_properties.adapters.protocol import Hello, NoAnswer, OutOfTime, Session
from dtao_properties.fuzz.differential import CannotLoad, Differential, Found, Known, Signature, Unloadable
from dtao_properties.fuzz.reduction import is_same, reduced
from dtao_properties.fuzz.steps import REACHABLE, planned
from dtao_properties.fuzz.strategies import Episode, episodes, most_steps
from dtao_properties.fuzz.tally import SAMPLE, Tally
from dtao_properties.fuzz.worlds import world

SHRINKS = 30
"""Episodes that Hypothesis may try to shrink one finding. They are counted, so that a seed finds the same on every
machine. The rest is done step by step (see the module reduction)."""
SHRINKING_SECONDS = 60.0
"""How long it may take at most, for adapters that are slow."""
EPISODES_AT_ONCE = 100
"""So many are played without a look for garbage. One leaves next to none, unless an adapter in this process does."""
FINDINGS_A_SEED = 8
"""After so many new signatures in one seed the next seed begins."""


@frozen
class Job:
    """What every seed of a campaign has in common. Plain data, so that it can be handed to another process."""

    endpoint: str
    options: Options = field(factory=Options)
    era: str = "launch"
    level: str = "block"
    steps: int = 40
    """The longest episode, if the level allows one so long: see ``most_steps`` in the module strategies."""
    examples: int = 50
    """Episodes a seed."""
    reachable: bool | None = None
    """Whether states are such as a chain can come to; by default at the levels call and quote only."""
    vacuity: bool = False
    """Whether every episode is watched for the rules that it reaches, instead of a sample."""

    @property
    def is_reachable(self) -> bool:
        """Return whether states are such as a chain can come to."""
        return self.level in REACHABLE if self.reachable is None else self.reachable


@frozen
class Finding:
    """A shrunk divergence and the seed that led to it."""

    found: Found
    seed: int
    reproduced: bool = True
    """Whether the adapter diverged again when it was asked the same again."""
    explains: tuple[Known, ...] = field(default=(), eq=False)
    """What the same divergence is known by, in any of the forms that it was seen in."""


@frozen
class Part:
    """Where the search of a seed goes on: after so many findings and episodes."""

    findings: int = 0
    episodes: int = 0


WHOLE = Part()
"""The beginning of a seed."""


@frozen
class SeedReport:
    """What came of one seed."""

    seed: int
    tally: Tally
    findings: tuple[Finding, ...]
    rest: Part | None = None
    """Where to go on, if the seed is not done."""


class Diverged(Exception):
    """Raised within an example to have Hypothesis shrink it; there is one subclass a signature."""

    def __init__(self, found: Found) -> None:
        super().__init__(str(found.signature))
        self.found = found


class Enough(BaseException):
    """Raised within an example to end the shrinking; no Exception, so that Hypothesis takes it for no failure."""


@cache
def _diverged(signature: Signature) -> type[Diverged]:
    """Return the class by which Hypothesis tells this signature from others."""
    return type("Diverged", (Diverged,), {"__doc__": f"The divergence {signature}."})


_ONE_AT_A_TIME = Lock()
"""Hypothesis is asked by one thread at a time, whatever a scheduler's workers do."""


def searched(job: Job, seed: int, known: Collection[Known] = (), until: float | None = None) -> SeedReport:
    """Search the episodes of one seed for divergences other than those known.

    ``until`` is the time by ``monotonic`` after which nothing more is done. A finding is shrunk by Hypothesis and then
    reduced step by step, entry by entry. Rejects, as InputError, an adapter that cannot be reached or takes no state.
    """
    tally, part = Tally(job.era), WHOLE
    findings: list[Finding] = []
    with opened(job, until) as session:
        while True:
            explained = [*known, *(one for found in findings for one in found.explains)]
            report = part_searched(job, seed, explained, until, part, session=session)
            tally.add(report.tally)
            findings += report.findings
            if report.rest is None:
                return SeedReport(seed, tally, tuple(findings))
            part = report.rest


@contextmanager
def opened(job: Job, until: float | None) -> Iterator[Session]:
    """Open the adapter of a job, and let go of it afterwards."""
    adapter = connected(job.endpoint, job.options)
    limited(adapter, until)
    session = Session(adapter)
    try:
        yield session
    finally:
        session.close()


def part_searched(
    job: Job,
    seed: int,
    known: Collection[Known] = (),
    until: float | None = None,
    part: Part = WHOLE,
    *,
    session: Session | None = None,
    tally: Tally | None = None,
    noticed: Callable[[Finding], None] | None = None,
) -> SeedReport:
    """Search the episodes of one seed up to the first finding; the rest of the seed is told, to go on with.

    ``session`` is one that is open already. ``tally`` is counted into, so that what was done is not lost where this
    ends early. ``noticed`` is told of a finding as soon as it is there, before it is shrunk, and again with the best so
    far if the shrinking is broken off.
    """
    if session is None:
        with opened(job, until) as own:
            return part_searched(job, seed, known, until, part, session=own, tally=tally, noticed=noticed)
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # Hypothesis suspects its strategies where another thread, such as a scheduler's, draws random numbers
        warnings.simplefilter("ignore", HypothesisDeprecationWarning)
        counts = Tally(job.era) if tally is None else tally
        try:
            hello = session.hello()
            era = dtao.era(job.era)
            return _Hunt(job, seed, session, hello, era, set(known), until, part, counts, noticed=noticed).report()
        except OutOfTime:
            return SeedReport(seed, counts, ())


def first_found(
    job: Job, seed: int, session: Session, era: dtao.Era, known: Collection[Known], until: float, patience: float
) -> Finding | None:
    """Search the episodes of one seed for one divergence of an open adapter from the rules of an era.

    ``patience`` is how many seconds the shrinking, and then the reducing, may take. Its cause is not searched for.
    """
    hunt = _Hunt(job, seed, session, session.hello(), era, set(known), until, WHOLE, Tally(job.era), patience)
    hunt.names_causes = False
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisDeprecationWarning)
        return hunt.one()


@mutable
class _Hunt:
    job: Job
    seed: int
    session: Session
    hello: Hello
    era: dtao.Era
    known: set[Known]
    until: float | None
    part: Part
    tally: Tally
    patience: float = SHRINKING_SECONDS
    noticed: Callable[[Finding], None] | None = None
    names_causes: bool = True
    _best: Found | None = field(default=None, init=False)
    """The shortest divergence of the signature that is being shrunk; None while there is none."""
    _impossible: CannotLoad | None = field(default=None, init=False)
    _explains: dict[Known, None] = field(factory=dict, init=False)
    _shrinks: int = field(default=0, init=False)
    _shrunk_until: float = field(default=0.0, init=False)

    def report(self) -> SeedReport:
        finding = self.one()
        findings = () if finding is None else (finding,)
        part = Part(self.part.findings + len(findings), self.part.episodes + self.tally.episodes)
        goes_on = finding is not None and part.findings < FINDINGS_A_SEED and part.episodes < self.job.examples
        return SeedReport(self.seed, self.tally, findings, part if goes_on else None)

    def one(self) -> Finding | None:
        """Run Hypothesis once, on the episodes that are left to this seed."""
        if self._left <= 0:
            return None
        self._best = None
        try:
            try:
                with collector_paused():
                    self._driven(self._left + 1)()  # the first is empty, and not counted
            except (Diverged, Enough, Flaky):
                if self._impossible is not None:
                    raise self._impossible from None
                finding = self._reduced()
                if finding is None:
                    raise
                return finding
        except BaseException as end:  # interrupted, or out of time: what was found is kept as it is
            finding = self._unreduced()
            if finding is not None and isinstance(end, OutOfTime):
                return finding
            if finding is not None and self.noticed is not None and not isinstance(end, Exception):
                self.noticed(finding)
            raise
        return None

    @property
    def _left(self) -> int:
        return self.job.examples - self.part.episodes - self.tally.episodes

    def _reduced(self) -> Finding | None:
        if self._best is None:
            return None
        seconds = self.patience if self.until is None else min(self.patience, self.until - monotonic())
        if seconds <= 0:
            return self._unreduced()
        smaller = reduced(self._encounter(counting=False), self._best, seconds)
        found = smaller or self._best
        return Finding(found, self.seed, smaller is not None, (*self._explains, *found.known_by))

    def _unreduced(self) -> Finding | None:
        return None if self._best is None else Finding(self._best, self.seed, True, tuple(self._explains))

    def _driven(self, examples: int) -> Callable[[], None]:
        @hypothesis.seed(self.seed * 1_000 + self.part.findings)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            print_blob=False,
        )
        @hypothesis.given(episodes(self.job.level, min(self.job.steps, most_steps(self.job.level))))
        def example(episode: Episode) -> None:
            self._judge(episode)

        return example

    def _judge(self, episode: Episode) -> None:
        if self._best is None:
            over = self.until is not None and monotonic() > self.until
            if over or self._left <= 0 or not any(step[0] for step in episode.steps):
                return
            start = perf_counter()
            self.tally.episodes += 1
            try:
                self._play(episode, watched=self.job.vacuity or self.tally.episodes % SAMPLE == 1)
            finally:
                self.tally.seconds += perf_counter() - start
                if self.tally.episodes % EPISODES_AT_ONCE == 0:
                    gc.collect(0)
            return
        self._shrinks -= 1
        if self._shrinks < 0 or monotonic() > self._shrunk_until:
            raise Enough
        self._play(episode, counting=False)

    def _play(self, episode: Episode, *, counting: bool = True, watched: bool = False) -> None:
        """Play an episode; raise Diverged at a divergence that is not known, go on after one that is."""
        differential = self._encounter(counting)
        if watched and sys.getprofile() is None:
            differential.is_watched = True
            self.tally.watched += 1
        try:
            if self._begun(differential, episode):
                self._played(differential, episode)
        except Unloadable:
            return  # there is no going on from here
        except CannotLoad as end:
            self._impossible = end
            raise Enough from end

    def _begun(self, differential: Differential, episode: Episode) -> bool:
        """Return whether both sides have taken the world of an episode, so that there is a state to go on from."""
        flat = (
            {}
            if self.job.level == "kernel"
            else world(episode.world, differential.era, reachable=self.job.is_reachable)
        )
        found = differential.begin(flat)
        if found is not None:
            self._told(found)
        return found is None  # else it is known

    def _played(self, differential: Differential, episode: Episode) -> None:
        for drawn in episode.steps:
            step = planned(differential.era, differential.state, self.job.level, drawn, reachable=self.job.is_reachable)
            if step is None:
                continue
            found = differential.take(step)
            if found is not None:
                self._told(found)
                if differential.rebase() is not None:
                    return

    def _told(self, found: Found) -> None:
        best = self._best
        signatures = found.signatures
        if best is None:
            signature = next((one for one in signatures if one not in self.known), None)
            if signature is not None and (rule := found.cause.rules[:1]) and rule[0] in self.known:
                self.tally.symptoms.setdefault(rule[0], set()).add(str(signature))
                return  # another symptom of a cause that is told already
        else:
            signature = best.signature if is_same(found, best) else None
        if signature is None:
            return
        self._explains |= dict.fromkeys(found.known_by)
        found = found.told_by(signature)
        if best is None:
            patience = self.patience if self.until is None else min(self.patience, self.until - monotonic())
            self._shrinks, self._shrunk_until = SHRINKS, monotonic() + patience
        if best is None or len(found.steps) < len(best.steps):
            self._best = found
        if best is None and self.noticed is not None:
            self.noticed(Finding(found, self.seed, True, tuple(self._explains)))
        raise _diverged(signature)(found)

    def _encounter(self, counting: bool) -> Differential:
        return Differential(
            self.session, self.era, self.job.level, self.hello.items, self.tally, counting,
            names_causes=self.names_causes,
        )  # fmt: skip


def greeted(job: Job, seconds: float | None = None) -> Hello:
    """Return what the adapter says about itself, or refuse one that cannot be fuzzed so, as InputError."""
    adapter = connected(job.endpoint, job.options)
    limited(adapter, None if seconds is None else monotonic() + seconds)
    session = Session(adapter)
    try:
        hello = session.hello()
    except OutOfTime as end:
        raise CannotLoad(
            f"--adapter {job.endpoint}: hello was not answered within the {seconds:g} s of --time"
        ) from end
    except NoAnswer as failure:
        raise CannotLoad(f"--adapter {job.endpoint}: the campaign cannot begin: {failure}") from failure
    finally:
        session.close()
    return hello
