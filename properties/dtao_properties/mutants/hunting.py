"""Plant mutants one after the other, and find the check that notices each of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from attrs import field, frozen

from dtao_properties.mutants.baseline import Baseline
from dtao_properties.mutants.checks import ROOT, Check, Recordings, Runner, Tests, killed_by, killer
from dtao_properties.mutants.forking import Tell, forked
from dtao_properties.reach.naming import tests_by_rule

FAST_SECONDS = 0.5
"""How long a check may usually take in a fast run."""


class Planted(Protocol):
    """A mutant of either kind."""

    @property
    def id(self) -> str:
        """The name of the mutant."""
        ...

    @property
    def planted_in(self) -> str:
        """The function that it is in."""
        ...

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that it may break."""
        ...

    @property
    def era(self) -> str:
        """The first era in which it shows; empty for any."""
        ...

    def planted(self) -> None:
        """Plant it in this process."""
        ...


Kind = TypeVar("Kind", bound=Planted)


@frozen
class Hunt:
    """What is known before a mutant is planted, and what has to run afterwards."""

    tests: Tests
    recordings: Recordings
    baseline: Baseline
    named: Mapping[str, frozenset[str]]
    """The tests that name each rule, without parameters."""
    fast: bool
    unreliable: set[str] = field(factory=set)
    """The checks that were seen to fail alone on the reference as it is."""

    @classmethod
    def prepared(cls, tests: Tests, recordings: Recordings, found: Baseline, fast: bool) -> "Hunt":
        """Read which tests name which rules."""
        named = {rule: frozenset(names) for rule, names in tests_by_rule(Path(ROOT / "tests")).items()}
        return cls(tests, recordings, found, named, fast)

    def properties(self, mutant: Planted) -> list[Check]:
        """Return the tests that reach a mutant, and that know nothing of the recordings: the most promising first."""
        named = frozenset[str]().union(*(self.named.get(rule, frozenset()) for rule in mutant.rules))
        found = [one for one in self.baseline.tests if self._serves(one, mutant) and not one.recorded]
        return sorted(found, key=lambda one: (one.name.partition("[")[0] not in named, one.seconds))

    def all_tests(self, mutant: Planted) -> list[Check]:
        """Return all tests that reach a mutant, the quickest first."""
        return sorted((one for one in self.baseline.tests if self._serves(one, mutant)), key=lambda one: one.seconds)

    def vectors(self, mutant: Planted) -> list[Check]:
        """Return the vectors that reach a mutant: of its era first, in turn from each suite, the quickest first."""
        found = sorted((one for one in self.baseline.vectors if self._serves(one, mutant)), key=lambda one: one.seconds)
        eras = [mutant.era in ("", self.recordings.era(one.name)) for one in found]
        own, others = ([one for one, fits in zip(found, eras, strict=True) if fits is own] for own in (True, False))
        return round_the_suites(own) + round_the_suites(others)

    def _serves(self, check: Check, mutant: Planted) -> bool:
        quick = not self.fast or check.seconds <= FAST_SECONDS
        return check.passes and quick and mutant.planted_in in check.reaches


def within(seconds: float, checks: Sequence[Check]) -> list[Check]:
    """Return the first of the checks, as many as usually take no longer than that together."""
    chosen: list[Check] = []
    for check in checks:
        seconds -= check.seconds
        if seconds < 0 and chosen:
            break
        chosen.append(check)
    return chosen


def round_the_suites(checks: Iterable[Check]) -> list[Check]:
    """Return vectors in turn from each suite, the quickest of each first."""
    turns: dict[str, int] = {}
    placed = []
    for check in checks:
        suite = check.name.rpartition("/")[0]
        turns[suite] = turns.get(suite, -1) + 1
        placed.append((turns[suite], check.seconds, check.name, check))
    return [check for *_, check in sorted(placed, key=lambda one: one[:3])]


Plan = Sequence[tuple[Runner, Sequence[Check]]]


def hunted(
    mutants: Sequence[Kind],
    plan: Callable[[Kind], Plan],
    jobs: int,
    unreliable: set[str],
    progress: Callable[[int, int], None],
) -> Iterator[tuple[Kind, str | None]]:
    """Plant each mutant in a process of its own and run the checks of its plan; hand out the one that noticed it.

    A check counts only if it passes alone on the reference as it is; one that does not becomes one of the unreliable,
    and what it noticed is planted again without it.
    """
    vouched: set[str] = set()
    waiting = list(mutants)
    while waiting:
        again: list[Kind] = []
        suspects: dict[str, tuple[Runner, Check]] = {}
        noticed: list[tuple[Kind, str, str]] = []
        runs = forked(waiting, lambda one, tell: _planted(one, plan(one), unreliable, tell), jobs)
        for number, (mutant, ended) in enumerate(runs, 1):
            progress(number, len(waiting))
            check = killed_by(ended)
            if ended.reason and ended.place in ("", PLANTING):
                raise RuntimeError(f"{mutant.id}: it cannot be planted: {ended.reason}")
            name = ended.place if ended.reason else str(ended.result)
            if check is None or name in vouched:
                yield mutant, check
                continue
            noticed.append((mutant, name, check))
            if name not in suspects:
                those = ((runner, one) for runner, checks in plan(mutant) for one in checks if one.name == name)
                suspects[name] = next(those)
        for (_, one), ended in forked(list(suspects.values()), _control, jobs):
            (vouched if ended.result else unreliable).add(one.name)
        for mutant, name, check in noticed:
            if name in vouched:
                yield mutant, check
            else:
                again.append(mutant)
        waiting = again


PLANTING = "the planting"


def _planted(mutant: Planted, plan: Plan, unreliable: set[str], tell: Tell) -> str | None:
    tell(PLANTING, 20)
    mutant.planted()
    for runner, checks in plan:
        reliable = [one for one in checks if one.name not in unreliable]
        if (found := killer(runner, reliable, tell)) is not None:
            return found
    return None


def _control(suspect: tuple[Runner, Check], tell: Tell) -> bool:
    runner, check = suspect
    return killer(runner, [check], tell) is None
