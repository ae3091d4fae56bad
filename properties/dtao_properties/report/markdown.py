"""A summary of a run in Markdown, as a job summary or a comment on a pull request."""

import re
from collections.abc import Iterator
from typing import IO

from dtao_properties.conformance.known_failures import STANDINGS
from dtao_properties.report.run import Run, Tally, not_judged
from dtao_properties.report.terminal import verdict_text
from dtao_properties.report.text import printable

GROUPS_SHOWN = 20
"""Distinct symptoms that the summary describes; the NDJSON report holds all of them."""
LINES_SHOWN = 40
"""Lines of one description."""
WIDTH = 400
"""Length at which a line of a description is cut."""


def write_markdown(stream: IO[str], run: Run) -> None:
    """Write the summary."""
    stream.writelines(f"{line}\n" for line in summary_lines(run))


def summary_lines(run: Run) -> Iterator[str]:
    """Return the summary line by line."""
    counts = run.total
    yield f"# Conformance: {run.outcome}"
    yield ""
    yield (
        f"{code(run.hello.name)} {code(run.hello.version)} ({code(run.hello.language)}), reached by "
        f"{code(run.replay.endpoint)}, was tried on {counts.cases} vector{'' if counts.cases == 1 else 's'}. "
        f"It announces {code_words(run.announced)}."
    )
    yield ""
    if run.sources:
        yield from ("The vectors, in the words of their files:", "", *(f"- {code(one)}" for one in run.sources), "")
    yield from _suite_lines(run.rows, counts)
    if open_points := not_judged(run):
        yield from ("", "## What was not judged", "", *(f"- {code_words(point)}" for point in open_points))
    groups = run.groups("failed", "errored")
    if groups:
        yield from ("", "## What diverges", "")
        yield "The first vector of each distinct cause."
    for group in groups[:GROUPS_SHOWN]:
        number = len(group.verdicts)
        yield from ("", f"### {code(group.symptom)}", "", f"In {number} vector{'' if number == 1 else 's'}.", "")
        yield from block(verdict_text(group.first, run.replay).split("\n"))
    if len(groups) > GROUPS_SHOWN:
        yield from ("", f"{len(groups) - GROUPS_SHOWN} further causes are in the NDJSON report.")
    if stale := run.of("stale"):
        yield from ("", "## Stale known failures", "")
        for verdict in stale:
            yield f"- {code(verdict.id)}: {code_words(run.known.stale_text(verdict))}"
    if known := run.of("known"):
        yield from ("", "## Known failures", "")
        for verdict in known:
            reason = run.known.entries[verdict.id].reason
            yield f"- {code(verdict.id)}{f': {code(reason)}' if reason else ''}"
    yield from ("", "Judge again:", "", *block([run.command]))


def code(text: str) -> str:
    """Write foreign text as a code span, in which nothing is Markdown or HTML."""
    written = printable(text)
    longest = max((len(run) for run in re.findall("`+", written)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if written.startswith("`") or written.endswith("`") or not written.strip() else ""
    return f"{fence}{padding}{written}{padding}{fence}"


def code_words(text: str) -> str:
    """Write a sentence with foreign names in it: whatever could be Markdown or HTML becomes inert."""
    return re.sub(r"([\\`*_{}\[\]<>()#!|~&@])", r"\\\1", printable(text))


def block(lines: list[str]) -> Iterator[str]:
    """Write foreign lines as a fenced block that none of them can end."""
    shown = [line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in map(printable, lines[:LINES_SHOWN])]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from shown
    if len(lines) > LINES_SHOWN:
        yield f"… {len(lines) - LINES_SHOWN} more lines"
    yield fence


def _suite_lines(tallies: list[Tally], whole: Tally) -> Iterator[str]:
    columns = ["cases", *(name for name in STANDINGS if name in ("passed", "failed") or whole.count(name))]
    columns += ["answers_skipped"] if whole.answers_skipped else []
    level = ["level"] if whole.levels else []
    yield f"| suite | {' | '.join([*level, *(column.replace('_', ' ') for column in columns)])} |"
    yield f"|---|{'---|' * len(level)}{'--:|' * len(columns)}"
    for tally in (*tallies, whole):
        name = "**total**" if tally is whole else code(tally.suite).replace("|", "\\|")
        levels = [tally.level if tally is not whole else ""] if level else []
        cells = [*levels, *(str(getattr(tally, column)) for column in columns)]
        yield f"| {name} | {' | '.join(cells)} |"
