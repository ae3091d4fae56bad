"""The vectors that together reach every line and branch that all of them reach, one for each place as far as may be.

``python -m tests.properties.reaching VERSION...`` chooses anew among those chosen before and all recordings of the
versions named, and without a version among all recordings, which takes minutes. Run it after new recordings; until then
the test replays all of them whenever the chosen ones are not enough.
"""

import json
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import coverage

from dtao_properties.adapters.endpoint import REFERENCE, connected
from dtao_properties.adapters.protocol import Session
from dtao_properties.conformance import vectors
from dtao_properties.conformance.selection import selected, vectors_of
from dtao_properties.conformance.vectors import Header, Vector
from dtao_properties.conformance.verdicts import judged
from dtao_properties.trace.rules.coverage import file_of, held_modules

CHOSEN = Path(__file__).with_suffix(".json")


def every_vector() -> Iterator[tuple[Header, Vector]]:
    """Yield the bundled vectors with their headers."""
    for part in selected():
        for vector in vectors_of(part):
            yield part.header, vector


def chosen_vectors() -> Iterator[tuple[Header, Vector]]:
    """Yield the chosen ones of them."""
    return of_versions(())


def of_versions(spec_versions: Collection[int]) -> Iterator[tuple[Header, Vector]]:
    """Yield the chosen ones, and all recordings of some versions."""
    wanted = frozenset(json.loads(CHOSEN.read_text(encoding="utf-8")))
    suites = {name.rpartition("/")[0] for name in wanted}
    for path in vectors.files(vectors.bundled()):
        header = vectors.header(path)
        is_whole = header.spec_version in spec_versions
        if is_whole or header.name in suites:
            yield from ((header, vector) for vector in vectors.vectors(path) if is_whole or vector.id in wanted)


def choose(among: Iterator[tuple[Header, Vector]]) -> list[str]:
    """Return the ids of enough vectors to reach what all of these reach, in their order."""
    files = [file_of(module) for module in held_modules()]
    measurement = coverage.Coverage(branch=True, data_file=None, include=files, config_file=False)
    session, ids = Session(connected(REFERENCE)), list[str]()
    measurement.start()
    for header, vector in among:
        measurement.switch_context(vector.id)
        judged(session, header, vector)
        ids.append(vector.id)
    measurement.stop()
    data = measurement.get_data()
    places: dict[str, set[tuple[str, int, int]]] = {}
    for name in ids:
        data.set_query_context(name)
        places[name] = {(file, *arc) for file in files for arc in data.arcs(file) or ()}
    left, chosen = set[tuple[str, int, int]]().union(*places.values()), list[str]()
    while left:
        best = max(ids, key=lambda name: len(places[name] & left))
        chosen.append(best)
        left -= places[best]
    return [name for name in ids if name in set(chosen)]


if __name__ == "__main__":
    named = [int(version) for version in sys.argv[1:]]
    CHOSEN.write_text(json.dumps(choose(of_versions(named) if named else every_vector()), indent=0) + "\n")
