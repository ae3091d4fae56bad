"""In which versions of the runtime a function computes, and what each of them says of a rule."""

from collections.abc import Iterable, Iterator
from inspect import isfunction, unwrap
from itertools import pairwise

from attrs import frozen

import dtao
from dtao_properties.reach import eras as reach
from dtao_properties.reach.watching import holds
from dtao_spec.registry import Rule, Version

Span = tuple[int, int]
"""The first and the last version of a stretch."""


@frozen
class Statement:
    """What the specification says of a rule, from a version on to the last before it changed or ended."""

    version: Version
    span: Span


def statements(rule: Rule) -> list[Statement]:
    """Return what the specification says of a rule, the earliest first."""
    covered = [era.last_spec_version for era in eras_in_force(rule)]
    ends = [max(one for one in covered if one < later.since) for later in rule.versions[1:]]
    return [Statement(one, (one.since, end)) for one, end in zip(rule.versions, [*ends, covered[-1]], strict=True)]


def eras_of_statements(rule: Rule) -> list[dtao.Era]:
    """Return the eras that brought or changed a rule; the launch is the first of most."""
    return [dtao.era(one.version.since) for one in statements(rule)]


def eras_in_force(rule: Rule) -> list[dtao.Era]:
    """Return the eras in which a rule is in force."""
    return [era for era in dtao.ERAS if holds(rule, era.spec_version)]


def spans(function: object) -> tuple[Span, ...]:
    """Return the versions whose eras compute with a function of the reference; none if they do not differ in it."""
    plain = unwrap(function)  # type: ignore[arg-type]  # whatever carries rules can be called
    if not isfunction(plain):
        return ()
    using = [plain.__code__ in reach.reached(era) for era in dtao.ERAS]
    if all(using) or not any(using):
        return ()
    return tuple(merged((era.spec_version, era.last_spec_version) for era, is_one in zip(dtao.ERAS, using, strict=True)
                         if is_one))  # fmt: skip


def merged(parts: Iterable[Span]) -> Iterator[Span]:
    """Join the versions of eras that follow each other."""
    found = list(parts)
    following = {era.spec_version: earlier.last_spec_version for earlier, era in pairwise(dtao.ERAS)}
    first, last = found[0]
    for start, end in found[1:]:
        if following[start] != last:
            yield first, last
            first = start
        last = end
    yield first, last


def said(found: Iterable[Span]) -> str:
    """Say versions in words.

    >>> said([(233, 251), (277, 282)])
    '233-251 and 277-282'
    """
    return " and ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
