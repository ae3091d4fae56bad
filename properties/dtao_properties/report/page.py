"""One HTML page about a run. It needs nothing but itself, and everything in it that comes from outside is escaped."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import IO, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from dtao_properties.adapters.protocol import Json
from dtao_properties.conformance.known_failures import STANDINGS
from dtao_properties.conformance.verdicts import Divergence
from dtao_properties.report.run import Group, Run, not_judged, place_left_out
from dtao_properties.report.text import (
    NOTES,
    arguments,
    further_line,
    printable,
    printable_lines,
    request_line,
    rule_line,
    sides,
)
from dtao_properties.version import distribution_version

GROUPS_SHOWN = 50
"""Distinct symptoms that the page describes; the NDJSON report holds all of them."""
IDS_SHOWN = 200
"""Ids that are listed under a symptom."""
WIDTH = 2_000
"""Length at which a value is cut."""
LINES_SHOWN = 60
"""Lines shown of what a broken adapter said."""


def write_page(stream: IO[str], run: Run) -> None:
    """Write the page."""
    stream.write(_template().render(**content(run)))


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("dtao_properties.report", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, finalize=_shown,
    )  # fmt: skip
    return environment.get_template("page.html")


def content(run: Run) -> dict[str, Any]:
    """Return what the page is filled with; nothing in it is HTML yet."""
    groups = run.groups("failed", "errored")
    counts = run.total
    columns = [name for name in STANDINGS if name in ("passed", "failed") or counts.count(name)]
    return {
        "run": run,
        "hello": run.hello,
        "version": distribution_version(),
        "date": datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC").lstrip("0"),
        "outcome": run.outcome,
        "total": counts,
        "columns": columns,
        "tallies": run.rows,
        "groups": [_group(number, group, run) for number, group in enumerate(groups[:GROUPS_SHOWN], start=1)],
        "groups_left": max(0, len(groups) - GROUPS_SHOWN),
        "not_judged": not_judged(run),
        "known": [(verdict.id, run.known.entries[verdict.id].reason) for verdict in run.of("known")],
        "stale": [(verdict.id, run.known.stale_text(verdict)) for verdict in run.of("stale")],
        "skipped": _reasons(run),
        "command": run.command,
    }


def _group(number: int, group: Group, run: Run) -> Mapping[str, Json]:
    first = group.first
    described: dict[str, Json] = {
        "anchor": f"divergence-{number}",
        "symptom": group.symptom,
        "status": first.status,
        "count": len(group.verdicts),
        "id": first.id,
        "suite": first.suite,
        "replay": run.replay.command(first.id),
        "ids": [verdict.id for verdict in group.verdicts[1 : IDS_SHOWN + 1]],
        "ids_left": max(0, len(group.verdicts) - 1 - IDS_SHOWN),
        "divergence": None,
        "reason": None,
    }
    if first.divergence is not None:
        described["divergence"] = _divergence(first.divergence)
    else:
        described["reason"] = "\n".join(printable_lines(str(first.reason))[:LINES_SHOWN])
    return described


def _divergence(divergence: Divergence) -> Mapping[str, Json]:
    return {
        "request": request_line(divergence),
        "arguments": arguments(divergence),
        "rule": rule_line(divergence),
        "differences": [
            {"place": one.place, "note": NOTES[one.kind], "sides": sides(one, divergence.request)}
            for one in divergence.differences
        ],
        "further": further_line(divergence),
    }


def _reasons(run: Run) -> list[tuple[str, int]]:
    """Count the words in which the adapter skipped whole vectors, the most frequent first."""
    counts = Counter(place_left_out(str(verdict.reason)) for verdict in run.of("skipped") if verdict.asked)
    return counts.most_common(GROUPS_SHOWN)


def _shown(value: Any) -> Any:
    """Make a string that is put into the page printable, and cut it; jinja2 escapes it afterwards."""
    if type(value) is not str:  # a Markup, which only the template itself can make, is a subclass
        return value
    text = "\n".join(map(printable, value.split("\n")))
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}… ({len(text) - WIDTH} more characters)"
