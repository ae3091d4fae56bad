"""A run of ``dtao conform``: judge, print, and write the reports that were asked for."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from attrs import frozen
from rich.console import Console

from dtao.errors import InputError
from dtao_properties.adapters.protocol import Hello, Level
from dtao_properties.cli.mistakes import undivided
from dtao_properties.conformance import known_failures
from dtao_properties.conformance.known_failures import NONE_KNOWN, KnownFailures
from dtao_properties.conformance.selection import Selected
from dtao_properties.conformance.verdicts import Verdict
from dtao_properties.report import output
from dtao_properties.report.files import write_badge, write_junit, write_ndjson
from dtao_properties.report.markdown import write_markdown
from dtao_properties.report.output import opened
from dtao_properties.report.run import Replay, Run, not_judged, symptom
from dtao_properties.report.terminal import DIVERGENCES_SHOWN, Progressing, progressing, table

SYMPTOMS_SHOWN = 10
"""Symptoms that are listed below the table; the files for other programs hold all of them."""
UNFILTERED = "A list of known failures is about a whole run"


@frozen
class Reports:
    """The files that a run writes, each where one is named."""

    ndjson: Path | None = None
    junit: Path | None = None
    markdown: Path | None = None
    badge: Path | None = None
    html: Path | None = None

    @contextmanager
    def opened(self, lost: list[str]) -> Iterator["Streams"]:
        """Open all of them before the run begins; ``lost`` is told at the end what could not be written."""
        with ExitStack() as stack:
            streams = {
                name: stack.enter_context(opened(getattr(self, name), f"--{name}", lost)) for name in Reports.names()
            }
            yield Streams(**streams)

    @property
    def wanted(self) -> bool:
        """Whether any is to be written."""
        return any(getattr(self, name) is not None for name in Reports.names())

    @staticmethod
    def names() -> tuple[str, ...]:
        """Name the kinds of report; the options are called after them."""
        return ("ndjson", "junit", "markdown", "badge", "html")


@frozen
class Streams:
    """The open files of the reports."""

    ndjson: IO[str] | None
    junit: IO[str] | None
    markdown: IO[str] | None
    badge: IO[str] | None
    html: IO[str] | None

    def finish(self, run: Run) -> None:
        """Write what can only be written at the end."""
        if self.junit is not None:
            write_junit(self.junit, run)
        if self.markdown is not None:
            write_markdown(self.markdown, run)
        if self.badge is not None:
            write_badge(self.badge, run)
        if self.html is not None:
            # imported here, so that a run without a page does not load the templates
            from dtao_properties.report.page import write_page

            write_page(self.html, run)


@frozen
class Lists:
    """The list of known failures that a run is held to, or the file that one is to be written to."""

    known: KnownFailures = NONE_KNOWN
    target: Path | None = None
    earlier: KnownFailures = NONE_KNOWN
    """What the file to be written holds already: its reasons stay."""

    def keep(self, run: Run) -> None:
        """Write the list of what failed, if one is asked for."""
        if self.target is not None:
            reasons = {verdict.id: symptom(verdict) for verdict in run.of("failed", "errored")}
            known_failures.write(self.target, known_failures.written(run.verdicts, reasons, self.earlier))


def lists(
    known: Path | None, target: Path | None, choice: Sequence[Selected], filters: Sequence[tuple[str, object]]
) -> Lists:
    """Read the lists of known failures before the run begins.

    ``filters`` are the options that leave vectors out, each with its value. Rejects, as InputError: both files at
    once, a filter, a list that is none, an id that no vector has.
    """
    if known is None and target is None:
        return Lists()
    if known is not None and target is not None:
        raise InputError("--known-failures and --write-known-failures exclude each other. Give one of the two.")
    flag = "--known-failures" if known is not None else "--write-known-failures"
    for name, value in filters:
        if value:
            raise InputError(f"{flag}: {UNFILTERED}, but {name} leaves vectors out. Leave {name} away.")
    if known is not None:
        identifiers = {part.suite.ids[index] for part in choice for index in part.indexes}
        return Lists(known_failures.checked(known_failures.read(known), identifiers))
    if target is not None and target.exists():
        # read first, so that no file is overwritten that is not such a list
        return Lists(target=target, earlier=known_failures.read(target))
    if target is not None and not target.parent.is_dir():
        raise InputError(f"{flag} {target}: cannot be written (no such folder). Check the path.")
    return Lists(target=target)


def run(
    console: Console,
    choice: Sequence[Selected],
    verdicts: Iterable[Verdict],
    *,
    replay: Replay,
    hello: Hello,
    reports: Reports,
    lists: Lists,
    filters: Sequence[tuple[str, str | None]] = (),
    dropped: tuple[Level, ...] = (),
) -> Run:
    """Take the verdicts as they come, print them and write the reports.

    ``filters`` are the options that chose among the vectors, each with its value if it was given; ``dropped`` are the
    levels that were asked for, but that the adapter does not announce.
    """
    judged: list[Verdict] = []
    known = lists.known
    lost: list[str] = []
    end: BaseException | None = None
    with reports.opened(lost) as streams:
        try:
            with progressing(console, choice, replay, known).shown() as progress:
                for verdict in verdicts:
                    with undivided():  # what is counted is written, too
                        judged.append(verdict)
                        progress.add(verdict)
                        if streams.ndjson is not None:
                            write_ndjson(streams.ndjson, verdict, replay, hello, known)
                    if output.is_lost() and not reports.wanted:
                        break
        except (KeyboardInterrupt, SystemExit) as interruption:  # what was judged until then is told all the same
            end = interruption
        words = [word for option, value in filters if value is not None for word in (option, value)]
        sources = tuple(dict.fromkeys(part.header.source for part in choice))
        left = sum(len(part.indexes) for part in choice) - len(judged) if end is not None else 0
        finished = Run(judged, replay, hello, known, tuple(words), sources, dropped, left)
        streams.finish(finished)
    _tell(console, finished, progress)
    if end is not None:
        raise end
    lists.keep(finished)
    if lost:
        raise InputError(f"{'; '.join(lost)}. Everything was judged, and the table above counts all of it.")
    return finished


def _tell(console: Console, finished: Run, progress: Progressing) -> None:
    """Print who was judged, the table, the symptoms, and what the table does not say."""
    console.print(f"judged: {finished.judged_line}", markup=False, highlight=False, soft_wrap=True)
    console.print(table(list(progress.tallies.values())), crop=False)
    for line in symptom_lines(finished):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    for line in closing_lines(finished, progress.not_passed):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(finished.outcome.upper(), markup=False, highlight=False)


def symptom_lines(run: Run) -> Iterator[str]:
    """Count the failures by cause, the most frequent first; nothing if there are not at least two failures."""
    groups = run.groups("failed", "errored")
    if sum(len(group.verdicts) for group in groups) < 2:
        return
    yield "What fails, by cause:"
    for group in groups[:SYMPTOMS_SHOWN]:
        number = len(group.verdicts)
        yield f"  {number} vector{'' if number == 1 else 's'}: {group.symptom}"
    if len(groups) > SYMPTOMS_SHOWN:
        yield f"  {len(groups) - SYMPTOMS_SHOWN} further causes; --markdown, --html and --ndjson tell more."


def closing_lines(run: Run, not_passed: int) -> Iterator[str]:
    """Say what the table does not: what was not judged or not shown, and what a list of known failures came to."""
    if not_passed > DIVERGENCES_SHOWN:
        yield (f"{not_passed} vectors did not pass, of which the first {DIVERGENCES_SHOWN} are shown. "
               "--ndjson FILE lists all.")  # fmt: skip
    open_points = not_judged(run)
    if open_points:
        yield "Not judged:"
        yield from (f"  {sentence}" for sentence in open_points)
    if (path := run.known.path) is not None:
        counts = run.total
        verb = "fails" if counts.known == 1 else "fail"
        yield (f"{counts.known} of the {len(run.known.entries)} vectors in {path} {verb} as listed"
               f"{f'; {counts.stale} no longer, and have to be removed from it' if counts.stale else ''}.")  # fmt: skip
