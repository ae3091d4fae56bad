"""The reports of a run: what they hold, that they fit their form, and that foreign text stays text in them."""

import json
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from attrs import evolve
from markdown_it import MarkdownIt
from typer.testing import Result

from dtao_properties.adapters.protocol import Hello
from dtao_properties.causes.cause import UNKNOWN, Cause
from dtao_properties.conformance.compare import Difference
from dtao_properties.conformance.vector_runner import Divergence
from dtao_properties.conformance.verdicts import Verdict
from dtao_properties.report import page
from dtao_properties.report.markdown import summary_lines
from dtao_properties.report.run import Replay, Run, Tally, condensed, not_judged, symptom
from tests.properties import toy

Dtao = Callable[..., Result]
KINDS = ("ndjson", "junit", "markdown", "html", "badge")
SCRIPT = "<script>alert(1)</script>"
NASTY = f"{SCRIPT}\"'>&{{{{ 7*7 }}}}`]]>\x1b[31m|\u202ex"
"""HTML, an attribute's end, a template's expression, Markdown, XML's end of CDATA, a colour, a table's bar, a turn."""


class Hostile(toy.Toy):
    """Says nasty things wherever it may say anything."""

    def hello(self, message: Mapping[str, Any]) -> dict[str, Any]:
        value = super().hello(message)["value"]
        return {"value": {**value, "name": NASTY, "language": NASTY, "version": NASTY}}

    def call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        reply = super().call(message)
        return {**reply, "error": NASTY if message["args"]["dest"] == "2" else None}

    def phase(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"skipped": NASTY}

    def blocks(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"value": None, "diff": {f"{NASTY}/1": NASTY}}

    def kernel(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"skipped": NASTY} if message["kernel"] == "flags" else {"errored": f"{NASTY}\nand more"}


def hostile_vectors(folder: Path) -> Path:
    """Write vectors with nasty ids, names, arguments and values; the suites' names are nasty as well."""
    steps = toy.SCENARIO
    nasty = [
        {**toy.scenario("p0", steps), "id": f"a/{NASTY}"},
        {"id": f"b/{NASTY}", "steps": [
            {"do": "blocks", "n": 1, "diff": {"BlockNumber": "2", f"{NASTY}/2": [NASTY, {NASTY: NASTY}]}}]},
        {"id": f"c/{NASTY}", "steps": [
            {"do": "read", "read": "balance", "args": {"account": "1", NASTY: NASTY}, "value": NASTY}]},
        {"id": f"d/{NASTY}", "steps": [{"do": "phase", "phase": NASTY, "args": {}, "value": None, "diff": {}}]},
    ]  # fmt: skip
    kernels = [{**one, "id": f"{one['id']}{NASTY}"} for one in toy.kernels(1)]
    toy.write(folder / "bank.jsonl", toy.lines(nasty, suite=f"bank{NASTY}"))
    toy.write(folder / "sum.jsonl", toy.lines(kernels, suite=f"sum{NASTY}"))
    return folder


@pytest.fixture
def written(dtao_command: Dtao, tmp_path: Path) -> Callable[..., tuple[Result, dict[str, str]]]:
    """Run the judge with every report, and return what it printed and what it wrote."""

    def run(vectors: Path, adapter: str, *words: object) -> tuple[Result, dict[str, str]]:
        files = {kind: tmp_path / f"report.{kind}" for kind in KINDS}
        options = [word for kind, path in files.items() for word in (f"--{kind}", path)]
        result = dtao_command("conform", "--vectors", vectors, "--adapter", f"python:{adapter}", *options, *words)
        return result, {kind: path.read_text(encoding="utf-8") for kind, path in files.items()}

    return run


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    return toy.folder(tmp_path / "recordings")


@pytest.fixture(scope="module")
def schema() -> Any:
    path = Path(__file__).parents[2] / "spec" / "formats" / "report.schema.json"
    loaded = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(loaded)


class Elements(HTMLParser):
    """Collects the tags, the attributes and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.text.append(" ")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def words(self) -> str:
        """Return the text with the white space of a browser."""
        return " ".join("".join(self.text).split())


Written = Callable[..., tuple[Result, dict[str, str]]]
BROKEN = ("Toy", "Generous", "Forgetful", "Lenient", "Silent", "Untyped", "Crashing", "Partial", "Confused", "Curt")


@pytest.mark.parametrize("adapter", BROKEN)
def test_ndjson_fits_its_schema(schema: Any, written: Written, recordings: Path, adapter: str) -> None:
    _, files = written(recordings, f"tests.properties.toy:{adapter}")
    records = [json.loads(line) for line in files["ndjson"].splitlines()]
    assert len(records) == 7
    for record in records:
        schema.validate(record)


def test_the_schema_refuses(schema: Any, written: Written, recordings: Path) -> None:
    _, files = written(recordings, "tests.properties.toy:Generous")
    passed, *_, failed = (json.loads(line) for line in files["ndjson"].splitlines())
    assert (passed["status"], failed["status"]) == ("passed", "failed")
    wrong = [
        {**passed, "format": "dtao-report/2"}, {**passed, "extra": 1}, {**passed, "status": "lucky"},
        {**passed, "divergence": failed["divergence"]}, {**passed, "standing": "known"},
        {**failed, "standing": "stale"}, {**passed, "judged": -1}, {**passed, "level": "moon"},
        {**failed, "divergence": {**failed["divergence"], "differences": []}},
        *({key: value for key, value in failed.items() if key != gone} for gone in failed),
    ]  # fmt: skip
    assert [number for number, record in enumerate(wrong) if schema.is_valid(record)] == []


def test_page_of_a_run_that_diverges(written: Written, recordings: Path) -> None:
    result, files = written(recordings, "tests.properties.toy:Generous")
    assert result.exit_code == 1
    words = Elements(files["html"]).words
    for said in (
        "toy 1 written in Python · reached by python:tests.properties.toy:Generous",
        "7 vectors 4 passed 3 failed",
        "3 vectors call transfer: Balance is too high by 1 toy/scenario/bank/p0 step 1 of 6: call transfer by 1",
        "value 1500000000 (1.500000000 TAO)",
        "Balance/2 expected 1500000000 (1.500000000 TAO) actual 1500000001 (1.500000001 TAO) "
        "delta +1 (0.000000001 TAO)",
        f"dtao replay toy/scenario/bank/p0 --vectors {recordings} --adapter python:tests.properties.toy:Generous",
        "2 more with this cause toy/scenario/bank/p1 toy/scenario/bank/p2",
        "toy/kernel/sum kernel 4 4 0",
        "toy/scenario/bank block 3 0 3",
    ):
        assert said in words
    assert files["html"].count('class="card divergence"') == 1


def test_page_of_a_run_that_conforms(written: Written, recordings: Path) -> None:
    result, files = written(recordings, "tests.properties.toy:Toy")
    words = Elements(files["html"]).words
    assert result.exit_code == 0
    assert "Nothing: every answer to every vector of this run was compared." in words
    assert ("What diverges" in words, "conforms" in words) == (False, True)


def test_the_command_judges_the_same_again(written: Written, recordings: Path) -> None:
    _, files = written(recordings, "tests.properties.toy:Generous", "--suite", "ba*", "-k", "p1", "--era", "toy")
    command = f"dtao conform --suite 'ba*' -k p1 --era toy --vectors {recordings} --adapter python:"
    assert command in Elements(files["html"]).words
    assert command in files["markdown"]


def test_page_needs_nothing_else(written: Written, recordings: Path) -> None:
    _, files = written(recordings, "tests.properties.toy:Generous")
    elements = Elements(files["html"])
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(elements.tags)
    assert {name for name, _ in elements.attributes if name in ("src", "srcset", "action", "data")} == set()
    assert all(str(value).startswith("#") for name, value in elements.attributes if name == "href")
    assert "url(" not in files["html"]
    assert "@import" not in files["html"]
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'") in (
        elements.attributes
    )
    assert "prefers-color-scheme: dark" in files["html"]
    assert "@media print" in files["html"]


def test_foreign_text_stays_text(schema: Any, written: Written, tmp_path: Path) -> None:
    vectors = hostile_vectors(tmp_path / "vectors")
    result, files = written(vectors, "tests.properties.test_report:Hostile")
    assert result.exit_code == 1
    harmless = Elements(page_of_nothing())
    elements = Elements(files["html"])
    assert SCRIPT not in files["html"]
    assert set(elements.tags) <= {*harmless.tags, "article", "h3", "details", "summary", "pre", "ol", "a", "i"}
    assert {name for name, _ in elements.attributes if name.startswith("on")} == set()
    assert elements.words.count("<script>alert(1)</script>") > 10
    assert elements.words.count("{{ 7*7 }}") == elements.words.count("7*7") > 10
    for text in (result.stdout, *files.values()):
        assert not set("\x1b\u202e") & set(text)
    ElementTree.fromstring(files["junit"])  # noqa: S314  # our own output
    for line in files["ndjson"].splitlines():
        schema.validate(json.loads(line))
    rendered = Elements(MarkdownIt("commonmark", {"html": True}).enable("table").render(files["markdown"]))
    assert set(rendered.tags) <= {
        "h1", "h2", "h3", "p", "code", "pre", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "strong",
    }  # fmt: skip


def page_of_nothing() -> str:
    """Return the page of a run with one pass, to see which elements the template has of its own."""
    verdict = Verdict("suite", "id", "passed", 0.0, level="block", judged=1)
    hello = Hello("name", "language", "1", ("launch",), ("block",))
    return rendered_page(Run([verdict], Replay(), hello))


def rendered_page(run: Run) -> str:
    stream = StringIO()
    page.write_page(stream, run)
    return stream.getvalue()


def failing(number: int, place: str, delta: int | None = 1) -> Verdict:
    request = {"do": "call", "call": f"call_{number}", "signer": "1", "args": {}}
    one = Difference(place, "differs", "1", "2", delta)
    return Verdict("s", f"v{number}", "failed", 0.0, Divergence(0, 1, request, (one,), 0), level="block", judged=1)


def run_of(verdicts: list[Verdict], **members: Any) -> Run:
    hello = Hello("name", "language", "1", ("launch",), members.pop("levels", ("kernel", "block")))
    return Run(verdicts, Replay(), hello, **members)


def test_many_symptoms_are_cut_short() -> None:
    run = run_of([failing(number, "Balance/1") for number in range(60)])
    text = rendered_page(run)
    assert text.count('class="card divergence"') == 50
    assert "10 further causes are in the NDJSON report." in text


def test_long_values_are_cut_short() -> None:
    verdict = Verdict("s", "v", "errored", 0.0, reason="step 0: " + "x" * 10_000_000)
    assert len(rendered_page(run_of([verdict]))) < 40_000


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (failing(1, "Balance/7"), "call call_1: Balance is too high by 1"),
        (failing(1, "Emission/2[3]", -20), "call call_1: Emission is too low"),
        (failing(1, "events.length", -1), "call call_1: events has too few elements"),
        (failing(1, "Bonds/3/2.length", 2), "call call_1: Bonds has too many elements"),
        (Verdict("s", "v", "errored", 0.0, reason="step 12: no answer within 5 s\nstderr: 77"),
         "errored: no answer within # s"),
        (Verdict("s", "v", "errored", 0.0, reason="the kernel exp_safe: it crashed"), "errored: it crashed"),
    ],
)  # fmt: skip
def test_symptom(verdict: Verdict, said: str) -> None:
    assert symptom(verdict) == said


def test_what_was_not_judged() -> None:
    verdicts = [
        Verdict("k", "k0", "skipped", 0.0, reason="no level of this run covers a kernel", asked=False),
        Verdict("s", "s0", "passed", 0.0, level="call", judged=3, skipped=2, unasked=1, left_out=("Bonds", "Weights")),
        Verdict("s", "s1", "passed", 0.0, level="call", judged=3, unasked=4, left_out=("Bonds",)),
    ]
    said = not_judged(run_of(verdicts, levels=("kernel", "call")))
    assert said == [
        "1 vector was not asked about: no level of this run covers a kernel.",
        "2 single answers were skipped.",
        "5 steps were not sent, because no judged level covers them, or because the adapter does not keep what "
        "they write.",
        "Levels that the adapter does not announce: block.",
        "Levels that no vector of this run was judged at: kernel.",
        "Storage items that the adapter does not keep, left out of every comparison: Bonds, Weights.",
    ]


def test_reports_say_whom_they_are_about(written: Written, recordings: Path) -> None:
    _, files = written(recordings, "tests.properties.toy:Generous")
    announced = "eras toy; levels kernel, quote, call, block"
    assert f"announces {announced}" in Elements(files["html"]).words
    assert "It announces eras toy; levels kernel, quote, call, block." in files["markdown"]
    for suite in ElementTree.fromstring(files["junit"]):  # noqa: S314  # our own output
        told = {one.get("name"): one.get("value") for one in suite.iter("property")}
        assert told == {
            "adapter": "toy", "adapter version": "1", "adapter language": "Python", "adapter eras": "toy",
            "adapter levels": "kernel, quote, call, block", "endpoint": "python:tests.properties.toy:Generous",
            "judged at level": "kernel" if suite.get("name") == "toy/kernel/sum" else "block",
            "vectors": suite.get("tests"), "vectors not judged": "0", "answers skipped": "0", "steps not sent": "0",
        }  # fmt: skip
    for line in files["ndjson"].splitlines():
        assert json.loads(line)["adapter"] == {"name": "toy", "language": "Python", "version": "1"}


def test_reports_say_where_the_vectors_come_from(written: Written, tmp_path: Path) -> None:
    one = toy.write(tmp_path / "v" / "sum.jsonl", toy.lines(toy.kernels(0), source="computed by dtao-spec"))
    _, files = written(one, "tests.properties.toy:Toy")
    words = Elements(files["html"]).words
    assert "1 vector 1 passed" in words
    assert "Where the vectors come from computed by dtao-spec " in words
    assert "was tried on 1 vector. It announces" in files["markdown"]
    assert "- `computed by dtao-spec`\n" in files["markdown"]
    assert "recorded" not in words
    assert "recorded" not in files["markdown"]


def test_what_was_not_asked_is_not_put_into_the_mouth_of_the_adapter(written: Written, recordings: Path) -> None:
    result, files = written(recordings, "tests.properties.toy:Quoting")
    assert result.exit_code == 0
    words = Elements(files["html"]).words
    assert "3 vectors were not asked about: no step is a quote." in words
    assert "in the adapter's words" not in words
    assert [json.loads(line).get("asked") for line in files["ndjson"].splitlines()] == [None] * 4 + [False] * 3
    _, files = written(recordings, "tests.properties.toy:Partial")
    assert "in the adapter's words this toy has no state × 3" in Elements(files["html"]).words


def test_junit_holds_one_case_for_all_that_was_not_judged(written: Written, tmp_path: Path) -> None:
    toy.write(tmp_path / "v" / "bank.jsonl", toy.lines([toy.scenario(f"p{n}") for n in range(40)]))
    toy.write(tmp_path / "v" / "sum.jsonl", toy.lines(toy.kernels(3)))
    _, files = written(tmp_path / "v", "tests.properties.toy:Quoting")
    bank, kernels = ElementTree.fromstring(files["junit"])  # noqa: S314  # our own output
    assert (kernels.get("tests"), len(kernels.findall("testcase")), kernels.get("skipped")) == ("4", 4, "0")
    assert (bank.get("tests"), bank.get("skipped")) == ("1", "1")
    (case,) = bank.findall("testcase")
    (skipped,) = case
    assert (case.get("name"), skipped.get("message")) == ("40 vectors not judged", "no step is a quote")
    assert len(files["junit"]) < 5_000


def test_nothing_is_open_after_a_full_run() -> None:
    verdicts = [Verdict("k", "k0", "passed", 0.0, level="kernel", judged=1),
                Verdict("s", "s0", "passed", 0.0, level="block", judged=1)]  # fmt: skip
    assert not_judged(run_of(verdicts, levels=("kernel", "quote", "call", "block"))) == []


@pytest.mark.parametrize(
    ("adapter", "badge"),
    [
        ("Toy", {"message": "7 of 7 (kernel, block)", "color": "brightgreen", "isError": False}),
        ("Generous", {"message": "4 of 7 (kernel, block)", "color": "red", "isError": True}),
        ("Idle", {"message": "nothing judged (kernel, block)", "color": "lightgrey", "isError": False}),
    ],
)
def test_badge(written: Written, recordings: Path, adapter: str, badge: dict[str, Any]) -> None:
    _, files = written(recordings, f"tests.properties.toy:{adapter}")
    assert json.loads(files["badge"]) == {"schemaVersion": 1, "label": "dTAO vectors", **badge}


def test_markdown_summary(written: Written, recordings: Path) -> None:
    _, files = written(recordings, "tests.properties.toy:Generous")
    lines = files["markdown"].splitlines()
    assert lines[0] == "# Conformance: diverges"
    for line in (
        "| suite | level | cases | passed | failed |",
        "| `toy/scenario/bank` | block | 3 | 0 | 3 |",
        "| **total** |  | 7 | 4 | 3 |",
        "### `call transfer: Balance is too high by 1`",
        "In 3 vectors.",
        "    delta:    +1 (0.000000001 TAO)",
    ):
        assert line in lines


def test_items_of_foreign_names_stay_text_in_markdown() -> None:
    verdict = Verdict("s", "v", "passed", 0.0, level="block", judged=1, left_out=(f"[x](http://y) *b* {NASTY}",))
    text = "\n".join(summary_lines(run_of([verdict])))
    rendered = Elements(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
    assert not {"script", "a", "em", "img"} & set(rendered.tags)
    assert SCRIPT in rendered.words


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_that_cannot_be_written_costs_no_run(
    dtao_command: Dtao, recordings: Path, tmp_path: Path, kind: str
) -> None:
    missing = tmp_path / "nowhere" / "file"
    result = dtao_command("conform", "--vectors", recordings, "--adapter", "python:tests.properties.toy:Toy",
                          f"--{kind}", missing)  # fmt: skip
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"--{kind} {missing}: cannot be written (No such file or directory)" in result.stderr


def test_suites_of_an_era_that_passes_are_one_row_beside_other_eras() -> None:
    """An era in which something did not pass, or was not answered, shows all of its suites."""
    passing = [Tally("launch/kernel/a", passed=2), Tally("launch/scenario/b", passed=3)]
    failing = [Tally("244/scenario/a", passed=1), Tally("244/scenario/b", passed=1, failed=1)]
    partly = [Tally("9/scenario/a", passed=1, answers_skipped=1)]
    rows = [(row.suite, row.cases) for row in condensed([*passing, *failing, *partly])]
    assert rows == [("launch", 5), ("244/scenario/a", 1), ("244/scenario/b", 2), ("9/scenario/a", 1)]
    assert condensed(passing) == passing
    assert condensed([failing[0], *passing])[0].suite == "244 dividend-fix"


class Sparing(toy.Toy):
    """Skips reads, and so answers less than it is asked in vectors that pass."""

    def read(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"skipped": "no reads"}


def test_skipped_answers_are_counted_in_every_report(written: Written, recordings: Path) -> None:
    result, files = written(recordings, "tests.properties.test_report:Sparing")
    assert (result.exit_code, "answers skipped" in result.stdout) == (0, True)
    lines = files["markdown"].splitlines()
    assert "| suite | level | cases | passed | failed | answers skipped |" in lines
    assert "| `toy/kernel/sum` | kernel | 4 | 4 | 0 | 0 |" in lines
    assert "| `toy/scenario/bank` | block | 3 | 3 | 0 | 3 |" in lines
    assert "| **total** |  | 7 | 7 | 0 | 3 |" in lines
    assert json.loads(files["badge"])["message"] == "7 of 7, 3 answers skipped (kernel, block)"
    assert "7 vectors 7 passed 0 failed 3 answers skipped" in Elements(files["html"]).words
    told = [{one.get("name"): one.get("value") for one in suite.iter("property")}
            for suite in ElementTree.fromstring(files["junit"])]  # noqa: S314  # our own output  # fmt: skip
    assert [one["answers skipped"] for one in told] == ["0", "3"]


def test_failures_that_point_at_the_same_rule_have_one_cause() -> None:
    """One wrong function shows in many calls and items; it is told once."""
    pool, other = Cause(("POOL-2", "STAKE-3")), Cause(("STAKE-3",))
    verdicts = [failing(number, place) for number, place in enumerate(["SubnetTAO/1", "Alpha/1/2/1", "events", "x"])]
    causes = (pool, pool, other, UNKNOWN)
    told = [
        evolve(one, divergence=evolve(one.divergence, cause=cause)) if one.divergence else one
        for one, cause in zip(verdicts, causes, strict=True)
    ]
    groups = run_of(told).groups("failed")
    assert [(group.symptom, len(group.verdicts)) for group in groups] == [
        ("POOL-2: call call_0: SubnetTAO is too high by 1, and 1 more symptom", 2),
        ("STAKE-3: call call_2: events is too high by 1", 1),
        ("call call_3: x is too high by 1", 1),
    ]
