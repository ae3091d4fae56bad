"""What a run comes to: the counts of each suite, the failures by signature, and what was not judged."""

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import define, evolve, field, frozen

from dtao_properties.adapters.protocol import LEVELS, Hello, Level, era_title, unknown_eras
from dtao_properties.conformance.known_failures import FAILURES, NONE_KNOWN, STANDINGS, KnownFailures, Standing
from dtao_properties.conformance.vector_runner import request_name
from dtao_properties.conformance.verdicts import ERA_NOT_KNOWN, Divergence, Verdict
from dtao_properties.report.text import printable

PLACE_OF_A_FAILURE = re.compile(r"^(step \d+(, [^:]*)?|the genesis|the kernel [^:]*): ")
SYMPTOM_LENGTH = 160
ERAS_SHOWN = 4
"""Eras that a symptom lists; of more than one further era only the number is told."""


@frozen
class Replay:
    """How a single vector is replayed with the same vectors and the same adapter."""

    paths: tuple[Path, ...] = ()
    endpoint: str = "reference"
    further: tuple[str, ...] = ()
    """The options that say more about the adapter, as words of the command line."""

    def command(self, identifier: str) -> str:
        """Return the command line."""
        return shlex.join(["dtao", "replay", identifier, *self._options()])

    def run_command(self, filters: Sequence[str] = ()) -> str:
        """Return the command line that judges all vectors again, or those that pass the filters."""
        return shlex.join(["dtao", "conform", *filters, *self._options()])

    def _options(self) -> list[str]:
        words = []
        for path in self.paths:
            words += ["--vectors", str(path)]
        return [*words, *(["--adapter", self.endpoint] if self.endpoint != "reference" else []), *self.further]


@define
class Tally:
    """The counts of one suite, or of several."""

    suite: str
    passed: int = 0
    failed: int = 0
    errored: int = 0
    known: int = 0
    stale: int = 0
    skipped: int = 0
    seconds: float = 0.0
    answers: int = 0
    """Answers that were compared, in vectors whatever their outcome."""
    answers_skipped: int = 0
    """Answers that the adapter did not give, in vectors whatever their outcome."""
    unasked: int = 0
    """Steps that were not sent, in vectors whatever their outcome."""
    vectors_unasked: int = 0
    """Vectors of which the adapter was asked nothing."""
    levels: set[Level] = field(factory=set)
    """The levels at which its vectors were judged."""

    @property
    def cases(self) -> int:
        """Count the vectors that were judged or tried."""
        return sum(self.count(standing) for standing in STANDINGS)

    @property
    def fails(self) -> bool:
        """Tell whether anything in it makes the run fail."""
        return any(self.count(standing) for standing in FAILURES)

    @property
    def is_clean(self) -> bool:
        """Tell whether everything in it was judged and passed."""
        return self.passed == self.cases and not self.answers_skipped and not self.unasked

    @property
    def is_unasked(self) -> bool:
        """Tell whether the adapter was asked nothing of it."""
        return self.vectors_unasked == self.cases

    @property
    def level(self) -> str:
        """Name the levels, lowest first."""
        return ", ".join(level for level in LEVELS if level in self.levels)

    def count(self, standing: Standing) -> int:
        """Return the number of vectors with a standing."""
        number: int = getattr(self, standing)
        return number

    def add(self, verdict: Verdict, standing: Standing | None = None) -> None:
        """Count one verdict."""
        name = standing or verdict.status
        setattr(self, name, getattr(self, name) + 1)
        self.seconds += verdict.seconds
        self.answers += verdict.judged
        self.answers_skipped += verdict.skipped
        self.unasked += verdict.unasked
        self.vectors_unasked += not verdict.asked
        if verdict.level is not None:
            self.levels.add(verdict.level)


@frozen
class Group:
    """The verdicts that fail for one cause, in the order in which they were reached."""

    symptom: str
    """The rule that they point at first, where one is known; the most frequent symptom, and how many more there are."""
    verdicts: tuple[Verdict, ...]

    @property
    def first(self) -> Verdict:
        """Return the first of them."""
        return self.verdicts[0]


@frozen
class Run:
    """A finished run, as the summaries tell it."""

    verdicts: Sequence[Verdict]
    replay: Replay
    hello: Hello
    known: KnownFailures = NONE_KNOWN
    filters: tuple[str, ...] = ()
    """The options that chose among the vectors, as words of the command line."""
    sources: tuple[str, ...] = ()
    """Where the vectors come from, in the words of their files, each once."""
    dropped: tuple[Level, ...] = ()
    """The levels that were asked for, but that the adapter does not announce."""
    left: int = 0
    """Chosen vectors that were not reached, because the run was interrupted."""

    @property
    def judged_line(self) -> str:
        """Say whom the run is about: what the adapter says about itself, and how it was reached."""
        return printable(f"{described(self.hello)}, reached by {self.replay.endpoint}; {self.announced}")

    @property
    def announced(self) -> str:
        """Say which eras and levels the adapter announces."""
        hello = self.hello
        return printable(f"eras {', '.join(hello.eras) or 'none'}; levels {', '.join(hello.levels) or 'none'}")

    @property
    def command(self) -> str:
        """Return the command line of the run."""
        known = () if self.known.path is None else ("--known-failures", str(self.known.path))
        return self.replay.run_command((*self.filters, *known))

    def standing(self, verdict: Verdict) -> Standing:
        """Tell what a verdict counts for."""
        return self.known.standing(verdict)

    def of(self, *standings: Standing) -> list[Verdict]:
        """Return the verdicts with one of these standings."""
        return [verdict for verdict in self.verdicts if self.standing(verdict) in standings]

    @property
    def tallies(self) -> list[Tally]:
        """Return the counts of each suite in the order of the run."""
        found: dict[str, Tally] = {}
        for verdict in self.verdicts:
            found.setdefault(verdict.suite, Tally(verdict.suite)).add(verdict, self.standing(verdict))
        return list(found.values())

    @property
    def rows(self) -> list[Tally]:
        """Return the counts as a table shows them: of an era that was not asked in one row."""
        return condensed(self.tallies, with_clean=False)

    @property
    def total(self) -> Tally:
        """Return the counts of the whole run."""
        return total(self.tallies)

    @property
    def outcome(self) -> str:
        """Return the outcome in a word: conforms, diverges, interrupted, or nothing judged."""
        counts = self.total
        if counts.fails:
            return "diverges"
        if self.left:
            return "interrupted"
        return "conforms" if counts.passed or counts.known else "nothing judged"

    @property
    def levels_not_judged(self) -> list[Level]:
        """Return the levels that the run leaves open; what is judged at block is judged at call and quote as well."""
        judged = self.total.levels
        covered = {level for level in LEVELS[1:] for higher in judged - {"kernel"} if _within(level, higher)}
        return [level for level in LEVELS if level not in judged | covered]

    @property
    def items_left_out(self) -> list[str]:
        """Return the storage items that the adapter does not keep, as far as a comparison left them out."""
        return sorted({item for verdict in self.verdicts for item in verdict.left_out})

    def groups(self, *standings: Standing) -> list[Group]:
        """Return the verdicts with one of these standings by cause, the most frequent cause first.

        Those that point at the same rule first have one cause, whatever call, item or kind of step they are about;
        where no rule is known, those of one symptom. Of a run that judged several eras a group says in which of them it
        was found.
        """
        found: dict[str, list[Verdict]] = {}
        for verdict in self.of(*standings):
            found.setdefault(first_rule(verdict) or symptom(verdict), []).append(verdict)
        # sorted is stable: what is equally frequent stays in the order in which it was reached
        groups = [Group(self._of_eras(_said(verdicts), verdicts), tuple(verdicts)) for verdicts in found.values()]
        return sorted(groups, key=lambda group: -len(group.verdicts))

    def _of_eras(self, said: str, verdicts: Sequence[Verdict]) -> str:
        if len({era_of(verdict.suite) for verdict in self.verdicts if verdict.asked}) < 2:
            return said
        eras = list(dict.fromkeys(era_of(verdict.suite) for verdict in verdicts))
        further = f" and {len(eras) - ERAS_SHOWN} more eras" if len(eras) > ERAS_SHOWN + 1 else ""
        shown = ", ".join(eras[:ERAS_SHOWN] if further else eras)
        return f"{said} ({printable(shown)}{further})"


def condensed(tallies: Sequence[Tally], *, with_clean: bool = True) -> list[Tally]:
    """Add up the suites of each era of which nothing was asked, where a run is about several eras; keep all others.

    ``with_clean``: those of each era in which everything passed as well.
    """
    eras: dict[str, list[Tally]] = {}
    for tally in tallies:
        eras.setdefault(era_of(tally.suite), []).append(tally)
    if len(eras) == 1:
        return list(tallies)
    rows: list[Tally] = []
    for era, suites in eras.items():
        whole = total(suites, era_title(era))
        if whole.is_unasked:
            rows.append(evolve(whole, suite=f"{whole.suite}, not asked"))
        elif with_clean and whole.is_clean:
            rows.append(whole)
        else:
            rows += suites
    return rows


def era_of(suite: str) -> str:
    """Return the era that a suite belongs to, as the recordings name it."""
    return suite.partition("/")[0]


def total(tallies: Iterable[Tally], title: str = "total") -> Tally:
    """Add up the counts of several suites."""
    whole = Tally(title)
    for tally in tallies:
        for name in (*STANDINGS, "seconds", "answers", "answers_skipped", "unasked", "vectors_unasked"):
            setattr(whole, name, getattr(whole, name) + getattr(tally, name))
        whole.levels |= tally.levels
    return whole


def described(hello: Hello) -> str:
    """Name an adapter with its version and its language."""
    return printable(f"{hello.name} {hello.version} ({hello.language})")


def first_rule(verdict: Verdict) -> str | None:
    """Return the rule that a failure points at first; None if none is known."""
    rules = verdict.divergence.cause.rules if verdict.divergence is not None else ()
    return rules[0] if rules else None


def _said(verdicts: Sequence[Verdict]) -> str:
    """Say what failures of one cause are about."""
    (most, _), *others = Counter(map(symptom, verdicts)).most_common()
    rule = first_rule(verdicts[0])
    further = f", and {_number(len(others), 'more symptom', 'more symptoms')}" if others else ""
    return f"{f'{rule}: ' if rule else ''}{most}{further}"


def symptom(verdict: Verdict) -> str:
    """Name the kind of a failure in words, so that failures with one cause are told once.

    It says what was asked, which answer differs first and in which direction, without keys, positions and amounts.
    This is finer than the signature by which a campaign tells divergences apart (``Signature`` in the module
    fuzz.differential): that one has to survive shrinking, in which a direction or an amount may turn, and names a
    level, which the vectors of a run have anyway.
    """
    if verdict.divergence is not None:
        return _divergence_symptom(verdict.divergence)
    said = place_left_out(str(verdict.reason).partition("\n")[0])
    words = re.sub(r"\d+", "#", printable(said))
    return f"{verdict.status}: {words}"[:SYMPTOM_LENGTH]


def place_left_out(reason: str) -> str:
    """Return why a vector was skipped or errored, without the step at which it was."""
    return PLACE_OF_A_FAILURE.sub("", reason)


def _within(level: Level, higher: Level) -> bool:
    return LEVELS.index(level) <= LEVELS.index(higher)


def _divergence_symptom(divergence: Divergence) -> str:
    asked = request_name(divergence.request)
    first = divergence.differences[0]
    item = first.entry.partition("/")[0]
    if first.kind != "differs":
        what = {"missing": "does not change", "extra": "changes, but must not"}[first.kind]
    elif item == "error":
        what = f"is {first.actual or 'none'} instead of {first.expected or 'none'}"
    elif first.delta is None:
        what = "differs"
    elif first.place.endswith(".length"):
        what = f"has too {'many' if first.delta > 0 else 'few'} elements"
    else:
        what = f"is too {'high' if first.delta > 0 else 'low'}{' by 1' if abs(first.delta) == 1 else ''}"
    return printable(f"{asked}: {item} {what}")[:SYMPTOM_LENGTH]


def not_judged(run: Run) -> list[str]:
    """Say in sentences what the run leaves open; empty if every answer of every level was compared."""
    counts = run.total
    said = []
    if run.left:
        said.append(f"The run was interrupted: {_number(run.left, 'vector was', 'vectors were')} not reached.")
    if (strange := unknown_eras(run.hello.eras, {era_of(verdict.suite) for verdict in run.verdicts})) is not None:
        said.append(f"{strange[0].upper()}{strange[1:]}.")
    if run.dropped:
        said.append(f"Levels asked for by --level that the adapter does not announce: {', '.join(run.dropped)}.")
    skipped = run.of("skipped")
    if by_adapter := sum(verdict.asked for verdict in skipped):
        said.append(f"{_number(by_adapter, 'vector was', 'vectors were')} skipped by the adapter as a whole.")
    reasons = Counter(str(verdict.reason) for verdict in skipped if not verdict.asked)
    eras = {reason: count for reason, count in reasons.items() if reason.startswith(ERA_NOT_KNOWN)}
    if len(eras) > 1:
        names = ", ".join(printable(reason.removeprefix(ERA_NOT_KNOWN)) for reason in eras)
        said.append(f"{sum(eras.values())} vectors of {len(eras)} eras that the adapter does not announce: {names}.")
        reasons -= Counter(eras)
    for reason, count in reasons.items():
        said.append(f"{_number(count, 'vector was', 'vectors were')} not asked about: {printable(reason)}.")
    if counts.answers_skipped:
        said.append(f"{_number(counts.answers_skipped, 'single answer was', 'single answers were')} skipped.")
    if counts.unasked:
        reason = "because no judged level covers them, or because the adapter does not keep what they write"
        said.append(f"{_number(counts.unasked, 'step was', 'steps were')} not sent, {reason}.")
    if counts.levels and (levels := run.levels_not_judged):
        announced = [level for level in levels if level in run.hello.levels]
        silent = [level for level in levels if level not in run.hello.levels and level not in run.dropped]
        if silent:
            said.append(f"Levels that the adapter does not announce: {', '.join(silent)}.")
        if announced:
            said.append(f"Levels that no vector of this run was judged at: {', '.join(announced)}.")
    if items := run.items_left_out:
        names = ", ".join(printable(item) for item in items)
        said.append(f"Storage items that the adapter does not keep, left out of every comparison: {names}.")
    return said


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
