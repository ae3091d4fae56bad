"""How soon a campaign at the default settings finds each mutant: ``python -m dtao_properties.mutants --fuzz``.

The mutant is planted in a process of its own, which answers as an adapter; the fuzzer runs beside the right reference.
"""

import shlex
import sys
from collections.abc import Iterator, Sequence
from time import monotonic

from attrs import frozen

from dtao_properties.adapters.endpoint import connected
from dtao_properties.adapters.protocol import Session
from dtao_properties.adapters.reference import Reference
from dtao_properties.adapters.serve import serve_stdio
from dtao_properties.fuzz.campaign import Campaign, levels_of
from dtao_properties.fuzz.search import Finding, Job, opened, part_searched
from dtao_properties.mutants.forking import Ended, Tell, forked
from dtao_properties.mutants.mutant import Mutant
from dtao_properties.mutants.table import MUTANTS

SECONDS = 60.0
"""Within so many seconds a campaign is to find a mutant."""


@frozen
class Noticed:
    """When a campaign found a mutant, and by what; None for never."""

    mutant: Mutant
    seconds: float | None
    signature: str = ""


class _Enough(BaseException):
    """Ends a campaign at its first finding."""


def fuzzed(chosen: Sequence[Mutant], seconds: float, jobs: int) -> Iterator[Noticed]:
    """Search for each of the mutants so long; hand them out as they are found or given up."""
    for mutant, ended in forked(chosen, lambda one, tell: _searched(one, seconds, tell), jobs):
        yield _noticed(mutant, ended)


def _noticed(mutant: Mutant, ended: Ended) -> Noticed:
    if ended.reason:
        raise RuntimeError(f"{mutant.id}: {ended.reason}")
    return Noticed(mutant, *ended.result) if ended.result else Noticed(mutant, None)


def _searched(mutant: Mutant, seconds: float, tell: Tell) -> tuple[float, str] | None:
    tell(mutant.id, 10 * seconds)
    words = [sys.executable, "-m", "dtao_properties.mutants.fuzzing", mutant.id]
    job = Job("cmd:" + shlex.join(words), era=mutant.era)
    found: list[tuple[float, str]] = []
    begin = monotonic()

    def noticed(finding: Finding) -> None:
        found.append((monotonic() - begin, str(finding.found.signature)))
        raise _Enough

    session = Session(connected(job.endpoint))
    campaign = Campaign(job, levels_of(session.hello(), ()), seconds=seconds)
    session.close()
    try:
        for seed, one in campaign.jobs():
            if monotonic() > begin + seconds:
                return None
            with opened(one, begin + seconds) as session:
                part_searched(one, seed, (), begin + seconds, session=session, noticed=noticed)
    except _Enough:
        return found[0]
    return None


if __name__ == "__main__":
    next(one for one in MUTANTS if one.id == sys.argv[1]).planted()
    serve_stdio(Reference())
