"""Print a run while it goes, and a table at its end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from attrs import define, field
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from dtao_properties.adapters.protocol import era_title
from dtao_properties.conformance.known_failures import FAILURES, NONE_KNOWN, STANDINGS, KnownFailures
from dtao_properties.conformance.selection import Selected
from dtao_properties.conformance.verdicts import Verdict
from dtao_properties.report.run import Replay, Tally, condensed, era_of, total
from dtao_properties.report.text import divergence_lines, printable, printable_lines

DIVERGENCES_SHOWN = 10
"""Divergences that a run prints in full; the files for other programs hold all of them."""
MAX_LINES = 40
"""Suites of a run each of which has a line while it goes; of a run with more, those without a fault are folded."""
ALWAYS_SHOWN = ("cases", "passed", "failed")


@define
class Progressing:
    """Prints a run while it goes: a bar on a terminal, else one line a suite."""

    console: Console
    replay: Replay
    expected: dict[str, int]
    known: KnownFailures = NONE_KNOWN
    tallies: dict[str, Tally] = field(factory=dict)
    not_passed: int = 0
    _bar: Progress | None = None

    def add(self, verdict: Verdict) -> None:
        """Take note of one verdict."""
        tally = self.tallies.setdefault(verdict.suite, Tally(verdict.suite))
        standing = self.known.standing(verdict)
        tally.add(verdict, standing)
        if standing in FAILURES:
            self.not_passed += 1
            if self.not_passed <= DIVERGENCES_SHOWN:
                self._print(verdict_text(verdict, self.replay, self.known))
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], advance=1, description=printable(verdict.suite))
        elif tally.cases == self.expected[verdict.suite] and not tally.is_unasked:
            if tally.is_clean and len(self.expected) > MAX_LINES:
                self._fold(tally)
            else:
                self._print(f"{_outcome(tally)}  {printable(tally.suite)}  {_counts(tally)}")

    def _fold(self, tally: Tally) -> None:
        """Print one line for all suites of an era in which everything passed, once the last of them is done."""
        era = era_of(tally.suite)
        suites = [name for name in self.expected if era_of(name) == era]
        done = [one for name in suites if (one := self.tallies.get(name)) and one.cases == self.expected[name]]
        if len(done) == len(suites):
            clean = [one for one in done if one.is_clean]
            whole = total(clean, f"{era_title(era)}, {len(clean)} suites")
            self._print(f"{_outcome(whole)}  {printable(whole.suite)}  {_counts(whole)}")

    @contextmanager
    def shown(self) -> Iterator["Progressing"]:
        """Show the bar, where there is a terminal, as long as the run goes."""
        if not self.console.is_terminal:
            yield self
            return
        columns = (TextColumn("{task.description:<32}", markup=False), BarColumn(), MofNCompleteColumn(),
                   TimeElapsedColumn())  # fmt: skip
        with Progress(*columns, console=self.console, transient=True) as self._bar:
            self._bar.add_task("verifying", total=sum(self.expected.values()))
            yield self
        self._bar = None

    def _print(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


def progressing(
    console: Console, choice: Sequence[Selected], replay: Replay, known: KnownFailures = NONE_KNOWN
) -> Progressing:
    """Prepare to print a run over the chosen vectors."""
    expected: dict[str, int] = {}
    for part in choice:
        expected[part.header.name] = expected.get(part.header.name, 0) + len(part.indexes)
    return Progressing(console, replay, expected, known)


def table(tallies: Sequence[Tally]) -> Table:
    """Lay out the counts: a row a suite, or an era where all of it passes beside other eras, and a total.

    What is always there has a column, all else where it occurs.
    """
    whole = total(tallies)
    tallies = condensed(tallies)
    columns = [name for name in ("cases", *STANDINGS) if name in ALWAYS_SHOWN or getattr(whole, name)]
    columns.append("answers")
    if whole.answers_skipped:
        columns.append("answers_skipped")
    laid_out = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    # names are not cut, however narrow the terminal is: they are what --suite wants
    laid_out.add_column("suite", min_width=max(len(printable(tally.suite)) for tally in (*tallies, whole)))
    if whole.levels:
        laid_out.add_column("level")
    for column in (*columns, "seconds"):
        laid_out.add_column(column.replace("_", " "), justify="right")
    for tally in (*tallies, whole):
        if tally is whole:
            laid_out.add_section()
        level = [tally.level if tally is not whole else ""] if whole.levels else []
        cells = [str(getattr(tally, column)) for column in columns]
        style = "bold" if tally is whole else ("red" if tally.fails else None)
        # Text, because a plain string would be read as markup, and a suite's name comes from a file
        laid_out.add_row(Text(printable(tally.suite)), *level, *cells, f"{tally.seconds:.2f}", style=style)
    return laid_out


def verdict_text(verdict: Verdict, replay: Replay, known: KnownFailures = NONE_KNOWN) -> str:
    """Describe a vector that did not pass, and how to replay it alone."""
    identifier = printable(verdict.id)
    if known.standing(verdict) == "stale":
        return f"STALE {identifier}\n  {printable(known.stale_text(verdict))}"
    if verdict.divergence is None:
        reason = printable_lines(str(verdict.reason))
        lines = [f"{verdict.status.upper()} {identifier}", *(f"  {line}" for line in reason)]
    else:
        lines = [f"DIVERGES {identifier}", *divergence_lines(verdict.divergence)]
    return "\n".join([*lines, f"  replay: {printable(replay.command(verdict.id))}"])


def _outcome(tally: Tally) -> str:
    if tally.fails:
        return "FAIL"
    return "part" if tally.skipped or tally.answers_skipped else "ok  "


def _counts(tally: Tally) -> str:
    parts = [f"{tally.cases} case{'' if tally.cases == 1 else 's'}"]
    parts += [f"{count} {word}" for word in STANDINGS if word != "passed" and (count := tally.count(word))]
    if tally.answers_skipped:
        parts.append(f"{tally.answers_skipped} answer{'' if tally.answers_skipped == 1 else 's'} skipped")
    return ", ".join([*parts, f"{tally.seconds:.2f} s"])
