"""What a campaign has done: answers by kind, and the rules that were reached on the way."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType

from attrs import field, mutable

import dtao
from dtao_properties.causes.marked import rules_by_code
from dtao_properties.fuzz.answers import Answers
from dtao_properties.fuzz.calls import names_of
from dtao_properties.reach import eras as reach

SAMPLE = 32
"""One of so many episodes is watched for the rules that it reaches, because watching is slow."""


@mutable
class Tally:
    """Counts of one seed or of a whole campaign."""

    era: str = "launch"
    answers: Answers = field(factory=Answers)
    """What the reference answered."""
    episodes: int = 0
    skipped: int = 0
    """Answers that the adapter skipped."""
    seconds: float = 0.0
    """Time spent on episodes, shrinking left out."""
    rules: set[str] = field(factory=set)
    """The rules whose functions the reference executed in the episodes that were watched."""
    watched: int = 0
    symptoms: dict[str, set[str]] = field(factory=dict)
    """Rule -> the other signatures of divergences that point at it, once one was told."""

    def add(self, other: "Tally") -> None:
        """Add the counts of another tally."""
        self.answers.update(other.answers)
        self.rules |= other.rules
        self.episodes += other.episodes
        self.skipped += other.skipped
        self.seconds += other.seconds
        self.watched += other.watched
        for rule, signatures in other.symptoms.items():
            self.symptoms.setdefault(rule, set()).update(signatures)

    @property
    def calls(self) -> Mapping[str, tuple[int, int]]:
        """Return for every call of the era how often it was accepted and how often it was rejected."""
        return self.answers.calls(names_of(dtao.era(self.era)))

    @property
    def never_accepted(self) -> list[str]:
        """Return the calls that were never accepted, if any call was made."""
        return [name for name, (accepted, _) in self.calls.items() if not accepted] if self.answers.of("call") else []

    @property
    def never_rejected(self) -> list[str]:
        """Return the calls that were never rejected, if any call was made."""
        return [name for name, (_, rejected) in self.calls.items() if not rejected] if self.answers.of("call") else []

    @property
    def rejections_unreached(self) -> list[str]:
        """Return the errors of the era that no call was rejected with, sorted."""
        return sorted(reach.rejections(dtao.era(self.era)) - self.answers.rejections.keys())

    @property
    def rules_unreached(self) -> list[str]:
        """Return the rules in force in the era that no watched episode executed, by family and number."""
        return sorted(reach.rules_in_force(dtao.era(self.era)) - self.rules, key=_family_and_number)


def _family_and_number(rule: str) -> tuple[str, int]:
    family, _, number = rule.rpartition("-")
    return family, int(number)


@contextmanager
def watching(tally: Tally) -> Iterator[None]:
    """Note in the tally the rules whose functions this thread executes meanwhile; not while it is profiled."""
    if sys.getprofile() is not None:
        yield
        return
    rules, seen = _rules_of_code(tally.era), tally.rules

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (found := rules.get(frame.f_code)) is not None:
            seen.update(found)

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)


@cache
def _rules_of_code(era: str) -> Mapping[CodeType, tuple[str, ...]]:
    """Return the rules that are in force in an era of every marked function of the reference, by its code."""
    in_force = reach.rules_in_force(dtao.era(era))
    return {code: tuple(rule for rule in rules if rule in in_force) for code, rules in rules_by_code()[0].items()}
