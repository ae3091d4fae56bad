"""Reports for other programs: NDJSON, JUnit XML and a badge. The forms are described in spec/formats/report.md."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import IO
from xml.etree import ElementTree

from attrs import asdict, fields
from attrs.filters import exclude

from dtao_properties.adapters.protocol import Hello, Json
from dtao_properties.conformance.compare import Difference
from dtao_properties.conformance.known_failures import NONE_KNOWN, KnownFailures, Standing
from dtao_properties.conformance.verdicts import Divergence, Verdict
from dtao_properties.report.run import Replay, Run, Tally, place_left_out, symptom
from dtao_properties.report.terminal import verdict_text
from dtao_properties.report.text import printable

FORMAT = "dtao-report/1"
BADGE_COLOURS = {
    "conforms": "brightgreen",
    "diverges": "red",
    "nothing judged": "lightgrey",
    "interrupted": "lightgrey",
}


def record(verdict: Verdict, replay: Replay, hello: Hello, known: KnownFailures = NONE_KNOWN) -> dict[str, Json]:
    """Write a verdict as JSON, for the NDJSON report."""
    standing = known.standing(verdict)
    written: dict[str, Json] = {
        "format": FORMAT, "id": verdict.id, "suite": verdict.suite, "status": verdict.status, "standing": standing,
        "seconds": round(verdict.seconds, 6), "level": verdict.level,
        "judged": verdict.judged, "skipped": verdict.skipped, "unasked": verdict.unasked,
        "adapter": {"name": hello.name, "language": hello.language, "version": hello.version},
    }  # fmt: skip
    if verdict.left_out:
        written["left_out"] = list(verdict.left_out)
    if not verdict.asked:
        written["asked"] = False
    if verdict.reason is not None:
        written["reason"] = verdict.reason
    if verdict.divergence is not None:
        # the id names the era, and a list is an answer's business: the form has neither
        without = exclude(fields(Divergence).era, fields(Difference).lists, fields(Divergence).cause)
        told = asdict(verdict.divergence, filter=without)
        if told["block"] is None:
            del told["block"]
        cause = verdict.divergence.cause
        if cause.rules:
            told |= {"rules": list(cause.rules), "within": list(cause.within)}
        written["divergence"] = told
    if verdict.status in ("failed", "errored"):
        written["symptom"] = symptom(verdict)
    if verdict.status != "passed":
        written["replay"] = replay.command(verdict.id)
    return written


def write_ndjson(
    stream: IO[str], verdict: Verdict, replay: Replay, hello: Hello, known: KnownFailures = NONE_KNOWN
) -> None:
    """Append one verdict to the NDJSON report: one JSON object a line."""
    stream.write(json.dumps(record(verdict, replay, hello, known), sort_keys=True) + "\n")


def write_junit(stream: IO[str], run: Run) -> None:
    """Write the JUnit XML report: a test suite for each suite, a test case for each vector that was judged.

    A known failure is reported as skipped, a stale line of the list of known failures as a failure. The vectors that
    were not judged are one test case for each reason, so that the report of part of a suite stays small.
    """
    root = ElementTree.Element("testsuites", name="dtao conform")
    suites: dict[str, list[Verdict]] = {}
    for verdict in run.verdicts:
        suites.setdefault(verdict.suite, []).append(verdict)
    for name, verdicts in suites.items():
        _junit_suite(ElementTree.SubElement(root, "testsuite", name=printable(name)), printable(name), verdicts, run)
    stream.write('<?xml version="1.0" encoding="utf-8"?>\n')
    ElementTree.indent(root)
    stream.write(ElementTree.tostring(root, encoding="unicode") + "\n")


def _junit_suite(element: ElementTree.Element, suite: str, verdicts: Sequence[Verdict], run: Run) -> None:
    tally = Tally(suite)
    for verdict in verdicts:
        tally.add(verdict, run.standing(verdict))
    left = Counter(
        place_left_out(str(verdict.reason)) for verdict in verdicts if run.standing(verdict) == "skipped"
    )  # by the reason
    for member, value in (
        ("tests", tally.cases - tally.skipped + len(left)), ("failures", tally.failed + tally.stale),
        ("errors", tally.errored), ("skipped", tally.known + len(left)), ("time", f"{tally.seconds:.6f}"),
    ):  # fmt: skip
        element.set(member, str(value))
    hello = run.hello
    properties = ElementTree.SubElement(element, "properties")
    for member, text in (
        ("adapter", hello.name), ("adapter version", hello.version), ("adapter language", hello.language),
        ("adapter eras", ", ".join(hello.eras)), ("adapter levels", ", ".join(hello.levels)),
        ("endpoint", run.replay.endpoint), ("judged at level", tally.level or "none"),
        ("vectors", str(tally.cases)), ("vectors not judged", str(tally.skipped)),
        ("answers skipped", str(tally.answers_skipped)), ("steps not sent", str(tally.unasked)),
    ):  # fmt: skip
        ElementTree.SubElement(properties, "property", name=member, value=printable(text))
    for verdict in verdicts:
        if (standing := run.standing(verdict)) != "skipped":
            _junit_case(element, suite, verdict, standing, run)
    for reason, count in left.items():
        name = f"{count} vector{'' if count == 1 else 's'} not judged"
        case = ElementTree.SubElement(element, "testcase", classname=suite, name=name, time="0")
        ElementTree.SubElement(case, "skipped", message=printable(reason))


def _junit_case(element: ElementTree.Element, suite: str, verdict: Verdict, standing: Standing, run: Run) -> None:
    case = ElementTree.SubElement(
        element, "testcase", classname=suite, name=printable(verdict.id), time=f"{verdict.seconds:.6f}"
    )
    if standing == "passed":
        return
    if standing == "stale":
        word, first = "failure", "stale line in the list of known failures"
    else:
        word = {"failed": "failure", "errored": "error", "known": "skipped"}[standing]
        first = verdict.divergence.differences[0].place if verdict.divergence else str(verdict.reason)
        first = f"known failure: {first}" if standing == "known" else first
    ElementTree.SubElement(case, word, message=printable(first)).text = verdict_text(verdict, run.replay, run.known)


def badge(run: Run) -> dict[str, Json]:
    """Return what a shields.io endpoint badge is made of."""
    counts = run.total
    judged = counts.cases - counts.skipped
    colour = BADGE_COLOURS[run.outcome]
    if run.outcome == "conforms" and counts.known:
        colour = "yellow"
    message = run.outcome if run.outcome in ("nothing judged", "interrupted") else f"{counts.passed} of {judged}"
    if counts.passed and counts.answers_skipped:
        message += f", {counts.answers_skipped} answer{'' if counts.answers_skipped == 1 else 's'} skipped"
    levels = f" ({counts.level})" if counts.levels else ""
    return {"schemaVersion": 1, "label": "dTAO vectors", "message": f"{message}{levels}", "color": colour,
            "isError": counts.fails}  # fmt: skip


def write_badge(stream: IO[str], run: Run) -> None:
    """Write the badge: JSON for https://img.shields.io/endpoint."""
    stream.write(json.dumps(badge(run), indent=2) + "\n")
