"""One seed of a campaign: Hypothesis draws episodes, and shrinks the first one of each new signature."""

import warnings
from collections.abc import Callable, Collection
from functools import cache
from threading import Lock
from time import monotonic, perf_counter

import hypothesis
from attrs import field, frozen, mutable
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky, HypothesisDeprecationWarning

import dtao
from dtao_properties.adapters.endpoint import Options, connected
from dtao_properties.adapters.protocol import Hello, NoAnswer, Session
from dtao_properties.fuzz.differential import CannotLoad, Differential, Found, Signature, Unloadable
from dtao_properties.fuzz.reduction import reduced
from dtao_properties.fuzz.steps import planned
from dtao_properties.fuzz.strategies import Episode, episodes, most_steps
from dtao_properties.fuzz.tally import SAMPLE, Tally, watching
from dtao_properties.fuzz.worlds import world

SHRINKS = 30
"""Episodes that Hypothesis may try to shrink one finding. They are counted, so that a seed finds the same on every
machine. The rest is done step by step (see the module reduction)."""
SHRINKING_SECONDS = 60.0
"""How long it may take at most, for adapters that are slow."""
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
    vacuity: bool = False
    """Whether every episode is watched for the rules that it reaches, instead of a sample."""


@frozen
class Finding:
    """A shrunk divergence and the seed that led to it."""

    found: Found
    seed: int
    reproduced: bool = True
    """Whether the adapter diverged again when it was asked the same again."""


@frozen
class SeedReport:
    """What came of one seed."""

    seed: int
    tally: Tally
    findings: tuple[Finding, ...]


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


def searched(job: Job, seed: int, known: Collection[Signature] = (), until: float | None = None) -> SeedReport:
    """Search the episodes of one seed for divergences other than those known.

    ``until`` is the time by ``monotonic`` after which no episode begins. A finding is shrunk by Hypothesis and then
    reduced step by step, entry by entry. Rejects, as InputError, an adapter that cannot be reached or takes no state.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # Hypothesis suspects its strategies where another thread, such as a scheduler's, draws random numbers
        warnings.simplefilter("ignore", HypothesisDeprecationWarning)
        session = Session(connected(job.endpoint, job.options))
        try:
            return _Hunt(job, seed, session, session.hello(), dtao.era(job.era), set(known), until).report()
        finally:
            session.close()


def first_found(
    job: Job, seed: int, session: Session, era: dtao.Era, known: Collection[Signature], until: float, patience: float
) -> Finding | None:
    """Search the episodes of one seed for one divergence of an open adapter from the rules of an era.

    ``patience`` is how many seconds the shrinking, and then the reducing, may take.
    """
    hunt = _Hunt(job, seed, session, session.hello(), era, set(known), until, patience)
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
    known: set[Signature]
    until: float | None
    patience: float = SHRINKING_SECONDS
    tally: Tally = field(init=False)
    findings: list[Finding] = field(factory=list, init=False)
    _best: Found | None = field(default=None, init=False)
    """The shortest divergence of the signature that is being shrunk; None while there is none."""
    _shrinks: int = field(default=0, init=False)
    _shrunk_until: float = field(default=0.0, init=False)

    @tally.default
    def _nothing(self) -> Tally:
        return Tally(self.job.era)

    def report(self) -> SeedReport:
        while len(self.findings) < FINDINGS_A_SEED and (finding := self.one()) is not None:
            self.findings.append(finding)
            self.known.add(finding.found.signature)
        return SeedReport(self.seed, self.tally, tuple(self.findings))

    def one(self) -> Finding | None:
        """Run Hypothesis once, on the episodes that are left to this seed."""
        left = self.job.examples - self.tally.episodes
        if left <= 0:
            return None
        self._best = None
        try:
            self._driven(left)()
        except (Diverged, Enough, Flaky):
            finding = self._reduced()
            if finding is None:
                raise
            return finding
        return None

    def _reduced(self) -> Finding | None:
        if self._best is None:
            return None
        smaller = reduced(self._encounter(counting=False), self._best, self.patience)
        return Finding(smaller or self._best, self.seed, reproduced=smaller is not None)

    def _driven(self, examples: int) -> Callable[[], None]:
        @hypothesis.seed(self.seed * 1_000 + len(self.findings))
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
            if self.until is not None and monotonic() > self.until:
                return
            start = perf_counter()
            self.tally.episodes += 1
            try:
                if self.job.vacuity or self.tally.episodes % SAMPLE == 1:
                    with watching(self.tally):
                        self._play(episode, counting=True)
                else:
                    self._play(episode, counting=True)
            finally:
                self.tally.seconds += perf_counter() - start
            return
        self._shrinks -= 1
        if self._shrinks < 0 or monotonic() > self._shrunk_until:
            raise Enough
        self._play(episode, counting=False)

    def _play(self, episode: Episode, *, counting: bool) -> None:
        """Play an episode; raise Diverged at a divergence that is not known, go on after one that is."""
        differential = self._encounter(counting)
        try:
            self._played(differential, episode)
        except Unloadable:
            return  # there is no going on from here

    def _played(self, differential: Differential, episode: Episode) -> None:
        flat = {} if self.job.level == "kernel" else world(episode.world, differential.era)
        found = differential.begin(flat)
        if found is not None:
            self._told(found)
            return  # known, and there is no state to go on from
        for drawn in episode.steps:
            step = planned(differential.era, differential.state, self.job.level, drawn)
            if step is None:
                continue
            found = differential.take(step)
            if found is not None:
                self._told(found)
                if differential.rebase() is not None:
                    return

    def _told(self, found: Found) -> None:
        signature, best = found.signature, self._best
        if signature in self.known or (best is not None and signature != best.signature):
            return
        if best is None:
            self._shrinks, self._shrunk_until = SHRINKS, monotonic() + self.patience
        if best is None or len(found.steps) < len(best.steps):
            self._best = found
        raise _diverged(signature)(found)

    def _encounter(self, counting: bool) -> Differential:
        return Differential(self.session, self.era, self.job.level, self.hello.items, self.tally, counting)


def greeted(job: Job) -> Hello:
    """Return what the adapter says about itself, or refuse one that cannot be fuzzed so, as InputError."""
    session = Session(connected(job.endpoint, job.options))
    try:
        hello = session.hello()
    except NoAnswer as failure:
        raise CannotLoad(f"--adapter {job.endpoint}: the campaign cannot begin: {failure}") from failure
    finally:
        session.close()
    return hello
