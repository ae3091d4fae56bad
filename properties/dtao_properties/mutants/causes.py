"""How often the rule that is named is the right one: ``python -m dtao_properties.mutants.causes``.

Mistakes are planted, those listed by hand or a sample of the mechanical ones, and recorded vectors judged as
``dtao conform`` judges them, until one diverges: by an adapter in a process of its own, so that the judge is as it is.
The rules that it names are right if one of them is a rule of the planted function, or one of a function that runs
within it. A function without a rule of its own carries out that of the nearest functions around it.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType, FrameType
from typing import IO

from attrs import field, frozen, mutable

from dtao_properties.adapters.endpoint import REFERENCE, connected
from dtao_properties.adapters.protocol import Errored, Session
from dtao_properties.causes.marked import rules_by_code
from dtao_properties.conformance.selection import Selected, selected
from dtao_properties.conformance.verdicts import judged
from dtao_properties.mutants.checks import Check, Recordings, measured
from dtao_properties.mutants.command import say
from dtao_properties.mutants.forking import Json, Tell, forked
from dtao_properties.mutants.hunting import Planted, round_the_suites
from dtao_properties.mutants.mutant import located
from dtao_properties.mutants.operators import mechanical
from dtao_properties.mutants.table import MUTANTS

VECTORS_A_SUITE = 4
"""Vectors of each suite that are judged."""
KERNELS_A_SUITE = 24
"""Vectors of each suite of kernels; they take no time."""
MAX_VECTORS = 120
"""Vectors that are judged for one mistake at most."""
BATCH = 20
"""Mistakes after which it is told what was found."""
SECONDS = 60.0
"""How long the vectors for one mistake may compute."""
MIN_RIGHT = 80
"""Per cent of the divergences that have to name a right rule."""


@frozen
class Named:
    """What a divergence that a mistake led to says about its cause."""

    mutant: str
    vector: str
    rules: tuple[str, ...]
    within: tuple[str, ...]
    right: frozenset[str]
    """The rules of the planted function, and of those that run within it."""
    place: str

    @property
    def is_right(self) -> bool:
        """Whether one of the rules that are named is right."""
        return not self.right.isdisjoint(self.rules)

    @property
    def is_right_at_once(self) -> bool:
        """Whether the first of them is."""
        return bool(self.rules) and self.rules[0] in self.right


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, judge and count; return 0, or 1 if fewer than MIN_RIGHT per cent are right."""
    parser = argparse.ArgumentParser(prog="dtao_properties.mutants.causes", description=__doc__)
    parser.add_argument("--rule", action="append", default=[], metavar="ID", help="only listed mistakes of this rule")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many of them, the same ones every time")
    parser.add_argument("--seed", type=int, default=0, help="which sample; 0 by default")
    parser.add_argument("--mechanical", action="store_true", help="mechanical mistakes instead of those listed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time; all cores")
    given = parser.parse_args(arguments)
    chosen: list[Planted] = list(mechanical()) if given.mechanical else [one for one in MUTANTS if not one.equivalent]
    chosen = [one for one in chosen if not given.rule or not set(one.rules).isdisjoint(given.rule)]
    if given.sample:
        chosen = random.Random(given.seed).sample(chosen, min(given.sample, len(chosen)))  # noqa: S311  # no secret
    if not chosen or given.jobs < 1:
        print("error: there is nothing to plant: give rules with mistakes, and jobs of at least 1.", file=sys.stderr)
        return 2
    begin = time.monotonic()
    found = []
    for one in named(chosen, given.jobs):
        found.append(one)
        if not one.is_right:
            said = ", ".join(one.rules) or "no rule"
            right_ones = ", ".join(sorted(one.right))
            print(f"WRONG {one.mutant}\n  {one.vector}, {one.place}: {said}; right: {right_ones}", flush=True)
    right, first = sum(one.is_right for one in found), sum(one.is_right_at_once for one in found)
    share = 100 * right / max(len(found), 1)
    print(
        f"{len(chosen)} mistakes, {len(found)} of them lead to a divergence: a right rule is named in {right} "
        f"({share:.1f} %), and first in {first} ({100 * first / max(len(found), 1):.1f} %); "
        f"{sum(len(one.rules) for one in found) / max(len(found), 1):.2f} rules a divergence; "
        f"{time.monotonic() - begin:.0f} s"
    )
    return 0 if share >= MIN_RIGHT else 1


def named(chosen: Sequence[Planted], jobs: int) -> Iterator[Named]:
    """Hand out what the divergences name that the mistakes lead to."""
    recordings = Recordings(sampled())
    checks = list(measured(recordings, recordings.names(), jobs, lambda tried, of: say(f"reach: {tried}/{of}")))
    for begin in range(0, len(chosen), BATCH):
        runs = forked(
            chosen[begin : begin + BATCH],
            lambda one, tell: named_by(recordings, checks, one, tell),
            jobs,
        )
        diverging = [(one, ended.result) for one, ended in runs if ended.result is not None]
        for (one, told), ended in forked(diverging, lambda task, tell: _right(recordings, *task, tell), jobs):
            right = frozenset((*one.rules, *(ended.result or ())))
            yield Named(one.id, told["vector"], tuple(told["rules"]), tuple(told["within"]), right, told["place"])
        say(f"{min(begin + BATCH, len(chosen))}/{len(chosen)} mistakes")
    say("")


def sampled() -> Iterator[Selected]:
    """Yield a few vectors of each suite, and of kernels of each one that the suite has."""
    for part in selected():
        size = KERNELS_A_SUITE if part.header.runner == "kernel" else VECTORS_A_SUITE
        count = len(part.indexes)
        yield Selected(part.suite, tuple(sorted({part.indexes[at * count // size] for at in range(size)})))


def named_by(recordings: Recordings, checks: Sequence[Check], mutant: Planted, tell: Tell) -> Json:
    """Plant a mistake, and judge vectors that reach it until one diverges; return what that names."""
    tell("the planting", SECONDS)
    reaching = [one for one in checks if mutant.planted_in in one.reaches]
    own = [one for one in reaching if mutant.era in ("", recordings.era(one.name))]
    names = [one.name for one in (*round_the_suites(own), *round_the_suites(reaching))]
    session = Session(Planting(mutant))
    for name in list(dict.fromkeys(names))[:MAX_VECTORS]:
        verdict = judged(session, *recordings.vectors[name])
        if (found := verdict.divergence) is not None:
            first = found.differences[0].place
            return {"vector": name, "rules": found.cause.rules, "within": found.cause.within, "place": first}
    return None


@mutable
class Planting:
    """The reference with a mistake in it, as an adapter in a process of its own, which ends with this one."""

    mutant: Planted
    _requests: IO[str] = field(init=False)
    _replies: IO[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Start it."""
        there, requests = os.pipe()
        replies, back = os.pipe()
        if os.fork() == 0:
            try:
                os.close(requests)
                os.close(replies)
                _answering(self.mutant, os.fdopen(there), os.fdopen(back, "w"))
            finally:
                os._exit(0)
        os.close(there)
        os.close(back)
        self._requests, self._replies = os.fdopen(requests, "w"), os.fdopen(replies)

    def request(self, message: Mapping[str, Json]) -> dict[str, Json]:
        """Ask it, and return its reply; raises Errored if it did not come to one."""
        try:
            print(json.dumps(message), file=self._requests, flush=True)
            reply: dict[str, Json] = json.loads(self._replies.readline() or '{"failed": "it ended"}')
        except BrokenPipeError:
            reply = {"failed": "it ended"}
        if "failed" in reply:
            raise Errored(reply["failed"])
        return reply


def _answering(mutant: Planted, requests: IO[str], replies: IO[str]) -> None:
    """Plant a mistake, and answer one request after the other."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # what does not end is ended
    mutant.planted()
    adapter = connected(REFERENCE)
    for line in requests:
        try:
            reply = adapter.request(json.loads(line))
        except Exception as error:  # the mistake may break anything
            reply = {"failed": repr(error)}
        print(json.dumps(reply), file=replies, flush=True)


def _right(recordings: Recordings, mutant: Planted, told: Json, tell: Tell) -> Json:
    """Return the rules of the planted function, and of what runs within it in the vector that diverged."""
    tell("the vector as it is", SECONDS)
    target = located(mutant.planted_in, mutant.id)
    rules, _ = rules_by_code()
    by_code = {id(code): names for code, names in rules.items()}
    own = getattr(target, "rules", ())
    found = set(own)
    depth = 0
    planted: CodeType = target.__code__

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal depth
        if event == "call":
            if frame.f_code is planted:
                depth += 1
                if not own:
                    found.update(_around(frame, by_code))
            if depth:
                found.update(by_code.get(id(frame.f_code), ()))
        elif event == "return":
            depth -= frame.f_code is planted

    sys.setprofile(note)
    try:
        judged(Session(connected(REFERENCE)), *recordings.vectors[told["vector"]])
    finally:
        sys.setprofile(None)
    return sorted(found)


def _around(frame: FrameType, rules: Mapping[int, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the rules of the nearest function around a frame that bears any."""
    above = frame.f_back
    while above is not None:
        if found := rules.get(id(above.f_code)):
            return found
        above = above.f_back
    return ()


if __name__ == "__main__":
    sys.exit(main())
