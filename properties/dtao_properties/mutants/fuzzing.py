"""How soon a campaign at the default settings finds each mutant: ``python -m dtao_properties.mutants --fuzz``.

The mutant is planted in a process of its own, which answers as an adapter; the fuzzer runs beside the right reference.
What counts is the time that the two processes compute, one after the other, so that a loaded machine tells the same.
"""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from time import monotonic, process_time

from attrs import frozen

from dtao_properties.adapters.protocol import Json, Session
from dtao_properties.adapters.reference import Reference
from dtao_properties.adapters.serve import serve_stdio
from dtao_properties.fuzz.campaign import Campaign, levels_of
from dtao_properties.fuzz.search import Finding, Job, opened, part_searched
from dtao_properties.mutants.forking import Ended, Tell, forked
from dtao_properties.mutants.mutant import Mutant
from dtao_properties.mutants.table import MUTANTS

SECONDS = 60.0
"""Within so many seconds of computing a campaign is to find a mutant."""
PATIENCE = 10
"""On the slowest machine that this is run on, so many seconds pass while the two processes compute for one."""
START = 60.0
"""Seconds that may pass at least, because the adapter has to start."""


@frozen
class Noticed:
    """When a campaign found a mutant, and by what; None for never."""

    mutant: Mutant
    seconds: float | None
    signature: str = ""


class _Enough(BaseException):
    """Ends a campaign at its first finding."""


def fuzzed(chosen: Sequence[Mutant], seconds: float, jobs: int, seed: int = 0) -> Iterator[Noticed]:
    """Search for each of the mutants so long; hand them out as they are found or given up."""
    for mutant, ended in forked(chosen, lambda one, tell: _searched(one, seconds, seed, tell), jobs):
        yield _noticed(mutant, ended)


def _noticed(mutant: Mutant, ended: Ended) -> Noticed:
    if ended.reason:
        raise RuntimeError(f"{mutant.id}: {ended.reason}")
    return Noticed(mutant, *ended.result) if ended.result else Noticed(mutant, None)


def _searched(mutant: Mutant, seconds: float, first: int, tell: Tell) -> tuple[float, str] | None:
    patience = START + PATIENCE * seconds
    tell(mutant.id, patience)
    words = [sys.executable, "-m", "dtao_properties.mutants.fuzzing", mutant.id]
    job = Job("cmd:" + shlex.join(words), era=mutant.era)
    found: list[str] = []

    def noticed(finding: Finding) -> None:
        found.append(str(finding.found.signature))
        raise _Enough

    until = monotonic() + patience
    with opened(job, until) as session:
        campaign = Campaign(job, levels_of(session.hello(), ()), first, seconds=seconds)
        try:
            for seed, one in campaign.jobs():
                if _computed(session) > seconds or monotonic() > until:
                    return None
                part_searched(one, seed, (), until, session=session, noticed=noticed)
        except _Enough:
            took = _computed(session)
            return (took, found[0]) if took <= seconds else None
    return None


def _computed(session: Session) -> float:
    """Return for how many seconds this process and that of a planted reference have computed."""
    return process_time() + float(session.hello().version)


class _Planted(Reference):
    """The reference with a mutant in it. Instead of a version it tells for how many seconds it has computed."""

    def request(self, message: Mapping[str, Json]) -> dict[str, Json]:
        reply = super().request(message)
        if message["do"] == "hello":
            reply["value"]["version"] = str(process_time())
        return reply


if __name__ == "__main__":
    next(one for one in MUTANTS if one.id == sys.argv[1]).planted()
    serve_stdio(_Planted())
