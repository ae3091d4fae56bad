"""The matrix and its rows as text."""

from collections.abc import Iterator, Mapping, Sequence

from dtao_properties.trace.rules import waivers
from dtao_properties.trace.rules.coverage import Coverage, told, total
from dtao_properties.trace.rules.further import KINDS
from dtao_properties.trace.rules.matrix import Row
from dtao_properties.trace.rules.plain_text import plain, wrapped
from dtao_properties.trace.rules.unreached import UNREACHED
from dtao_properties.trace.rules.versions import said, statements
from dtao_spec.registry import FIELDS, Version
from dtao_spec.render import era_title, held_in

SHOWN = 10
"""Vectors that are named of one rule; the others are only counted."""
HEADINGS = ("rule", "exact", "reference", "accepting", "rejecting", "tests", *KINDS)
COVERAGE = ("lines", "branches")


def matrix_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Lay out one line a rule: its functions, and how many vectors and tests."""
    covered = any(row.coverage is not None for row in rows)
    table = [HEADINGS + COVERAGE * covered, *(_cells(row) + _figures(row) * covered for row in rows)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(table[0]))]
    for cells in table:
        left = (cell.ljust(width) for cell, width in zip(cells[:3], widths[:3], strict=True))
        right = (cell.rjust(width) for cell, width in zip(cells[3:], widths[3:], strict=True))
        yield "  ".join((*left, *right)).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    names = list(dict.fromkeys(function.name for function in row.reference))
    reached = row.reached
    return (
        row.rule.id,
        f"{row.rule.chapter}.{row.exact[0].name}",
        names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "") if names else "none",
        str(len(reached.accepting)),
        str(len(reached.rejecting)) if row.can_reject else "-",
        "?" if row.tests is None else str(len(row.tests)),
        *row.further.counts,
    )


def _figures(row: Row) -> tuple[str, ...]:
    if not row.coverage:
        return ("-", "-")
    whole = total(row.coverage)
    return (
        f"{whole.reached_lines}/{whole.lines}",
        f"{whole.reached_branches}/{whole.branches}" if whole.branches else "-",
    )


def summary_lines(
    rows: Sequence[Row], gaps: Sequence[str], coverage: Mapping[str, Coverage] | None = None
) -> Iterator[str]:
    """Sum the matrix up, give the reasons for its empty cells, and name what is missing without one."""
    rejecting = [row for row in rows if row.can_reject]
    tested = [row for row in rows if row.tests]
    yield (
        f"{len(rows)} rules: {sum(bool(row.reference) for row in rows)} implemented by the reference, "
        f"{sum(bool(row.reached.accepting) for row in rows)} reached by vectors"
        + (f", {len(tested)} named by tests." if any(row.tests is not None for row in rows) else ".")
    )
    yield (
        f"{len(rejecting)} of them can reject: {sum(bool(row.reached.rejecting) for row in rejecting)} do in vectors. "
        f"{len(waivers.FUNCTIONS)} public functions of the reference are waived for implementing no rule."
    )
    if all(row.tests is None for row in rows):
        yield "Tests are shown where this runs in the repository: they are not installed."
    reasons = [
        f"  {row.rule.id} {lack}: {table[row.rule.id]}"
        for row in rows
        for lack, table in (("accepting", waivers.ACCEPTING), ("rejecting", waivers.REJECTING))
        if row.rule.id in table and not getattr(row.reached, lack)
    ]
    if reasons:
        yield "Empty for a reason:"
        yield from reasons
    if coverage:
        whole = total(list(coverage.values()))
        yield f"The vectors reach of {len(coverage)} functions of the reference: {whole.figures}."
        others = sorted(
            {function for function, place in told(coverage.values()) if place.may_be_of_another_version}
            - UNREACHED.keys()
        )
        if others:
            yield f"Functions of other versions of the runtime, whole or in part: {', '.join(others)}."
        yield "Reached by no vector, for a reason:"
        for function, place in told(coverage.values()):
            if reason := UNREACHED.get(function, {}).get(place.text):
                yield f"  {function}: {place.text}"
                yield f"    {reason}"
    if gaps:
        yield "Missing:"
        yield from (f"  {gap}" for gap in gaps)


def row_lines(row: Row, watched: str = "") -> Iterator[str]:
    """Tell everything known of one rule; the words tell what was watched."""
    yield from known_lines(row)
    yield from reached_lines(row, watched)


def known_lines(row: Row) -> Iterator[str]:
    """Tell what the text of the specification, the code and the tests say of one rule: that needs no watching."""
    rule = row.rule
    first, *changes = statements(rule)
    yield f"{rule.id}  {rule.title.rstrip('.')}"
    yield f"  Eras: {held_in(rule)}"
    if changes:
        yield f"  In {said([first.span])}:"
    yield from _field_lines(rule.first, "  ")
    for change in changes:
        version, _ = change.span
        yield f"  Changed in {era_title(version)}:"
        yield f"    In {said([change.span])}:"
        yield from _field_lines(change.version, "    ")
    yield f"  Text: {rule.place}"
    yield "  Code:"
    for kind, functions in (("exact    ", row.exact), ("reference", row.reference)):
        for function in functions:
            versions = f"  in {said(function.spec_versions)}" if function.spec_versions else ""
            yield f"    {kind}  {function.name}  {function.path}:{function.line}{versions}"
    if row.tests is None:
        yield "  Tests: not installed; see the repository"
    else:
        yield f"  Tests that name it: {len(row.tests)}"
        yield from (f"    {test}" for test in row.tests)
    for kind in KINDS:
        names = getattr(row.further, kind)
        if names is None:
            yield f"  {kind.capitalize()} that name it: the extra [proofs] is not installed"
        elif names:
            yield f"  {kind.capitalize()} that name it: {', '.join(names)}"


def reached_lines(row: Row, watched: str) -> Iterator[str]:
    """Tell which vectors reach one rule, and how much of its code; the words tell what was watched."""
    yield from _coverage_lines(row)
    yield f"  Vectors that reach it: {len(row.reached.ids)}" + (f" of {watched}" if watched else "")
    yield from _vectors("Accepting", row.reached.accepting, waivers.ACCEPTING.get(row.rule.id))
    if row.can_reject:
        yield from _vectors("Rejecting", row.reached.rejecting, waivers.REJECTING.get(row.rule.id))


def _field_lines(version: Version, indent: str) -> Iterator[str]:
    for name in FIELDS:
        if name in version.fields and name != "Example":
            yield from wrapped(f"{name}: {plain(version.fields[name])}", indent)


def _coverage_lines(row: Row) -> Iterator[str]:
    if row.coverage is None:
        return
    yield "  Coverage by vectors:"
    for one in row.coverage:
        yield f"    {one.function}: {one.figures}"
        for place in one.unreached:
            reason = UNREACHED.get(one.function, {}).get(place.text)
            yield f"      not reached, line {place.line}: {place.text}" + (f". {reason}" if reason else "")


def _vectors(title: str, ids: Sequence[str], reason: str | None) -> Iterator[str]:
    yield f"    {title}: {len(ids)}" + (f". {reason}" if reason and not ids else "")
    yield from (f"      {identifier}" for identifier in ids[:SHOWN])
    if len(ids) > SHOWN:
        yield f"      and {len(ids) - SHOWN} more"
