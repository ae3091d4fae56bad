"""Tell a person, and other programs, how a run went."""

import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from attrs import asdict, define, field, frozen
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from dtao.errors import InputError
from dtao_properties.amounts import in_unit, readable, unit_of
from dtao_properties.conformance import Divergence, Verdict
from dtao_properties.differences import Difference
from dtao_properties.selection import Selected
from dtao_properties.show import headline
from dtao_properties.vectors import Json

DIVERGENCES_SHOWN = 10
"""Divergences that a run prints in full; the files for other programs hold all of them."""


@define
class Tally:
    """The counts of one suite."""

    suite: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    errored: int = 0
    seconds: float = 0.0

    @property
    def cases(self) -> int:
        """Count the vectors that were judged or tried."""
        return self.passed + self.failed + self.skipped + self.errored

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        setattr(self, verdict.status, getattr(self, verdict.status) + 1)
        self.seconds += verdict.seconds


@frozen
class Replay:
    """How a single vector is replayed with the same vectors and the same adapter."""

    paths: tuple[Path, ...] = ()
    endpoint: str = "reference"

    def command(self, identifier: str) -> str:
        """Return the command line."""
        words = ["dtao", "replay", identifier]
        for path in self.paths:
            words += ["--vectors", str(path)]
        if self.endpoint != "reference":
            words += ["--adapter", self.endpoint]
        return shlex.join(words)


@define
class Progressing:
    """Prints a run while it goes: a bar on a terminal, else one line a suite."""

    console: Console
    replay: Replay
    expected: dict[str, int]
    tallies: dict[str, Tally] = field(factory=dict)
    not_passed: int = 0
    _bar: Progress | None = None

    def add(self, verdict: Verdict) -> None:
        """Take note of one verdict."""
        tally = self.tallies.setdefault(verdict.suite, Tally(verdict.suite))
        tally.add(verdict)
        if verdict.status in ("failed", "errored"):
            self.not_passed += 1
            if self.not_passed <= DIVERGENCES_SHOWN:
                self._print(verdict_text(verdict, self.replay))
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], advance=1, description=verdict.suite)
        elif tally.cases == self.expected[verdict.suite]:
            self._print(f"{_outcome(tally)}  {tally.suite}  {_counts(tally)}")

    @contextmanager
    def shown(self) -> Iterator["Progressing"]:
        """Show the bar, where there is a terminal, as long as the run goes."""
        if not self.console.is_terminal:
            yield self
            return
        columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as self._bar:
            self._bar.add_task("verifying", total=sum(self.expected.values()))
            yield self
        self._bar = None

    def _print(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


def progressing(console: Console, choice: Sequence[Selected], replay: Replay) -> Progressing:
    """Prepare to print a run over the chosen vectors."""
    expected: dict[str, int] = {}
    for part in choice:
        expected[part.header.name] = expected.get(part.header.name, 0) + len(part.indexes)
    return Progressing(console, replay, expected)


def table(tallies: Sequence[Tally]) -> Table:
    """Lay out the counts: one row a suite and a total. Skipped and errored vectors show where there are any."""
    total = Tally("total")
    for tally in tallies:
        for name in ("passed", "failed", "skipped", "errored", "seconds"):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
    columns = ["cases", "passed", "failed", *(name for name in ("skipped", "errored") if getattr(total, name))]
    laid_out = Table("suite", box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in (*columns, "seconds"):
        laid_out.add_column(column, justify="right")
    for tally in (*tallies, total):
        if tally is total:
            laid_out.add_section()
        cells = [str(getattr(tally, column)) for column in columns]
        style = "bold" if tally is total else ("red" if tally.failed or tally.errored else None)
        laid_out.add_row(tally.suite, *cells, f"{tally.seconds:.2f}", style=style)
    return laid_out


def verdict_text(verdict: Verdict, replay: Replay) -> str:
    """Describe a vector that did not pass, and how to replay it alone."""
    if verdict.divergence is None:
        lines = [f"{verdict.status.upper()} {verdict.id}", f"  {verdict.reason}"]
    else:
        lines = [f"DIVERGES {verdict.id}", *_divergence_lines(verdict.divergence)]
    return "\n".join([*lines, f"  replay: {replay.command(verdict.id)}"])


def _divergence_lines(divergence: Divergence) -> Iterator[str]:
    request = divergence.request
    place = "" if divergence.step is None else f"step {divergence.step} of {divergence.steps}: "
    yield f"  {place}{headline(request)}"
    for name, value in request.get("args", {}).items():
        yield f"    {name}: {readable(name, value, str(request.get('call', '')))}"
    for one in divergence.differences:
        yield from _difference_lines(one)
    if divergence.further:
        noun = "entry differs" if divergence.further == 1 else "entries differ"
        yield f"  {divergence.further} further storage {noun}"


def _difference_lines(one: Difference) -> Iterator[str]:
    unchanged = "no change"
    expected = unchanged if one.kind == "extra" else readable(one.entry, one.expected)
    actual = unchanged if one.kind == "missing" else readable(one.entry, one.actual)
    note = {"differs": "", "missing": "  (a change was not made)", "extra": "  (a change too many)"}[one.kind]
    yield f"  {one.place}{note}"
    yield f"    expected: {expected}"
    yield f"    actual:   {actual}"
    if one.delta is not None:
        unit = unit_of(one.entry)
        yield f"    delta:    {one.delta:+d}{f' ({in_unit(one.delta, unit)})' if unit else ''}"


def _outcome(tally: Tally) -> str:
    if tally.failed or tally.errored:
        return "FAIL"
    return "part" if tally.skipped else "ok  "


def _counts(tally: Tally) -> str:
    parts = [f"{tally.cases} case{'' if tally.cases == 1 else 's'}"]
    parts += [f"{count} {word}" for word in ("failed", "errored", "skipped") if (count := getattr(tally, word))]
    return ", ".join([*parts, f"{tally.seconds:.2f} s"])


def record(verdict: Verdict, replay: Replay) -> dict[str, Json]:
    """Write a verdict as JSON, for the NDJSON report."""
    written: dict[str, Json] = {
        "id": verdict.id, "suite": verdict.suite, "status": verdict.status, "seconds": round(verdict.seconds, 6),
    }  # fmt: skip
    if verdict.reason is not None:
        written["reason"] = verdict.reason
    if verdict.divergence is not None:
        written["divergence"] = asdict(verdict.divergence)
    if verdict.status != "passed":
        written["replay"] = replay.command(verdict.id)
    return written


@contextmanager
def opened(path: Path | None, flag: str) -> Iterator[IO[str] | None]:
    """Open a report for writing before the run begins, so that a wrong path costs no run."""
    if path is None:
        yield None
        return
    try:
        stream = path.open("w", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{flag} {path}: cannot be written ({error.strerror}). Check the path.") from error
    with stream:
        yield stream


def write_ndjson(stream: IO[str], verdict: Verdict, replay: Replay) -> None:
    """Append one verdict to the NDJSON report: one JSON object a line."""
    stream.write(json.dumps(record(verdict, replay), sort_keys=True) + "\n")


def write_junit(stream: IO[str], verdicts: Sequence[Verdict], replay: Replay) -> None:
    """Write the JUnit XML report: a test suite for each suite, a test case for each vector."""
    root = ElementTree.Element("testsuites", name="dtao conform")
    suites: dict[str, tuple[ElementTree.Element, Tally]] = {}
    for verdict in verdicts:
        if verdict.suite not in suites:
            element = ElementTree.SubElement(root, "testsuite", name=verdict.suite)
            suites[verdict.suite] = (element, Tally(verdict.suite))
        element, tally = suites[verdict.suite]
        tally.add(verdict)
        case = ElementTree.SubElement(
            element, "testcase", classname=verdict.suite, name=verdict.id, time=f"{verdict.seconds:.6f}"
        )
        if verdict.status != "passed":
            word = {"failed": "failure", "errored": "error", "skipped": "skipped"}[verdict.status]
            first = verdict.divergence.differences[0].place if verdict.divergence else str(verdict.reason)
            ElementTree.SubElement(case, word, message=first).text = verdict_text(verdict, replay)
    for element, tally in suites.values():
        for name, value in (
            ("tests", tally.cases), ("failures", tally.failed), ("errors", tally.errored), ("skipped", tally.skipped),
        ):  # fmt: skip
            element.set(name, str(value))
        element.set("time", f"{tally.seconds:.6f}")
    stream.write('<?xml version="1.0" encoding="utf-8"?>\n')
    ElementTree.indent(root)
    stream.write(ElementTree.tostring(root, encoding="unicode") + "\n")
