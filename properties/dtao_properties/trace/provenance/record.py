"""The file provenance.toml: what is known of the source of each rule, a table for each era in which it changed.

``[POOL-2.unsigned-math]`` says where POOL-2 stands from that era on: the tag, and for each function its path, the git
blob hash of the file and the digest of the function. A rule has no table for an era in which none of its functions
changed, be the file another one. A table without sources says that the rule ended.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files

from attrs import frozen

from dtao_properties.trace.provenance.places import Place

FORMAT = "dtao-provenance/1"
NAME = "provenance.toml"
HEAD = f"""\
# Where the source of each rule stands in the runtime, and since when it has stood so.
#
# A table [RULE.ERA] is there for the era in which the rule begins and for every later one in which its
# source changed; without sources it says that the rule ended. `blob` is the git hash of the whole file at the
# tag, `digest` that of the function alone, without comments, white space and lines of the log.
# Written by `python -m dtao_properties.trace.provenance --write CHECKOUT`; not to be edited by hand.

format = "{FORMAT}"
"""


@frozen
class Release:
    """The tag of an era, and the commit that it stands for."""

    tag: str
    commit: str


@frozen
class Source:
    """A function of a rule as it was at a tag."""

    place: Place
    blob: str
    """The git hash of the file."""
    digest: str
    """The digest of the function; see :mod:`dtao_properties.trace.provenance.rust`."""


@frozen
class Row:
    """The source of a rule from an era on."""

    rule: str
    era: str
    sources: tuple[Source, ...]
    """Empty if the rule ended."""


@frozen
class Provenance:
    """The whole file."""

    releases: Mapping[str, Release]
    """By the names of the eras, from the first."""
    rows: tuple[Row, ...]

    @property
    def newest(self) -> str:
        """The last era."""
        return list(self.releases)[-1]

    def of_rule(self, rule: str) -> Sequence[Row]:
        """Return the rows of a rule, from the first era."""
        return [row for row in self.rows if row.rule == rule]

    def in_force(self) -> Sequence[Row]:
        """Return the last row of each rule that has not ended."""
        last = {row.rule: row for row in self.rows}
        return [row for row in last.values() if row.sources]


def text(provenance: Provenance) -> str:
    """Write the file: rows in the order given, rule by rule."""
    return "\n".join(_lines(provenance)) + "\n"


def _lines(provenance: Provenance) -> Iterator[str]:
    yield HEAD
    yield "[eras]"
    for era, release in provenance.releases.items():
        yield f'{era} = {{ tag = "{release.tag}", commit = "{release.commit}" }}'
    for row in provenance.rows:
        yield ""
        yield f"[{row.rule}.{row.era}]"
        yield f'tag = "{provenance.releases[row.era].tag}"'
        yield from _source_lines(row.sources)


def _source_lines(sources: Iterable[Source]) -> Iterator[str]:
    lines = [
        f'    {{ path = "{one.place.path}", function = "{one.place.function}",'
        f' blob = "{one.blob}", digest = "{one.digest}" }},'
        for one in sources
    ]
    yield from ("source = [", *lines, "]") if lines else ("source = []",)


def parsed(content: str) -> Provenance:
    """Read the file. Raises KeyError or TypeError for anything else than what :func:`text` writes."""
    tables = tomllib.loads(content)
    if tables.pop("format") != FORMAT:
        raise KeyError(f"{NAME}: its format is not {FORMAT}")
    releases = {era: Release(**entry) for era, entry in tables.pop("eras").items()}
    rows = [
        Row(rule, era, tuple(_source(**entry) for entry in table["source"]))
        for rule, of_era in tables.items()
        for era, table in of_era.items()
    ]
    return Provenance(releases, tuple(rows))


def _source(path: str, function: str, blob: str, digest: str) -> Source:
    return Source(Place(path, function), blob, digest)


def shipped() -> Provenance:
    """Read the file of this distribution."""
    return parsed(files(__package__).joinpath(NAME).read_text(encoding="utf-8"))
