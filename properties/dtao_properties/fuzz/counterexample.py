"""Counterexamples as files: write one, read it, judge an adapter by it again, keep it for good.

The format is described in spec/formats/counterexample.md. A file may come from anybody: nothing in it is run, and
the adapter that is judged is always the one that the user names.
"""

import hashlib
import json
import platform
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, Literal

from attrs import frozen

import dtao
from dtao.errors import InputError
from dtao.given import exact_json
from dtao_properties.adapters.endpoint import REFERENCE, Options
from dtao_properties.adapters.protocol import LEVELS, Hello, Json, whole_number
from dtao_properties.conformance import vectors
from dtao_properties.conformance.compare import Difference
from dtao_properties.conformance.selection import Selected
from dtao_properties.conformance.vector_runner import Divergence, request_of
from dtao_properties.conformance.vectors import FORMAT as VECTORS
from dtao_properties.conformance.vectors import Header, Vector, VectorError, canonical_hash, hash_of_hashes
from dtao_properties.conformance.verdicts import Verdict, trial
from dtao_properties.fuzz.differential import Found
from dtao_properties.fuzz.search import Finding
from dtao_properties.fuzz.worlds import ERA
from dtao_properties.report.text import arguments, divergence_lines, printable, printable_lines, request_line
from dtao_properties.version import distribution_version

FORMAT = "dtao-counterexample/1"
SUFFIX = ".json"
SUITE = "counterexamples"
MEMBERS: Mapping[str, type] = {
    "signature": dict, "seed": int, "reproduced": bool, "adapter": dict, "versions": dict, "answer": dict,
    "differences": list, "further": int, "header": dict, "vector": dict,
}  # fmt: skip
OPTIONAL_MEMBERS = ("rules", "within")
SIGNATURE_MEMBERS = ("level", "kind", "name", "place")
NO_ANSWERS = ("errored", "refused")
"""The places of a signature where there was no answer to compare."""
Outcome = Literal["FIXED", "STILL FAILS", "ERROR"]
EXIT_CODES: Mapping[Outcome, int] = {"FIXED": 0, "STILL FAILS": 1, "ERROR": 2}
REPLAYS = 10
"""How often an adapter is asked again whose answers were not repeatable when it was searched."""
UNREPEATABLE = (
    f"All of {REPLAYS} replays were right. But it was not reproduced when it was found either: the answers of the",
    "adapter were not repeatable, so this does not show that anything was mended. Search again with `dtao fuzz`.",
)
ADVICE = "Implement what it skips, or judge another adapter by it."
LARGEST_FILE = 64 * 2**20
"""Bytes of a counterexample that are read at most."""


@frozen
class Counterexample:
    """A counterexample as its file holds it."""

    path: Path
    body: Mapping[str, Json]

    @property
    def signature(self) -> str:
        """Return the signature in one line, such as ``call/call/add_stake/events``."""
        return "/".join(str(self.body["signature"][member]) for member in SIGNATURE_MEMBERS)

    @property
    def slug(self) -> str:
        """Return the signature as a name for files."""
        return slug_of(self.signature)

    @property
    def level(self) -> str:
        """Return the level at which it was found, and is judged again."""
        return str(self.body["signature"]["level"])

    @property
    def reproduced(self) -> bool:
        """Return whether the adapter diverged again when the campaign asked it the same again."""
        return bool(self.body["reproduced"])

    @property
    def parts(self) -> tuple[Header, Vector]:
        """Return the header and the vector that it embeds, which were verified when it was read."""
        with TemporaryDirectory() as folder:
            head = _verified(self, Path(folder)).header
        vector = self.body["vector"]
        return head, Vector(str(vector["id"]), self.path, 2, vector)

    @property
    def vector_lines(self) -> list[str]:
        """Return the lines of the vector file that it embeds."""
        return [json.dumps(self.body[member], sort_keys=True, ensure_ascii=False) for member in ("header", "vector")]


@frozen
class Replayed:
    """What became of a counterexample when an adapter was judged by it again."""

    outcome: Outcome
    text: str

    @property
    def fixed(self) -> bool:
        """Return whether the adapter now answers as the reference does."""
        return self.outcome == "FIXED"

    @property
    def exit_code(self) -> int:
        """Return the exit code that stands for the outcome."""
        return EXIT_CODES[self.outcome]


def slug_of(signature: str) -> str:
    """Return a signature as a name for files: unusual characters replaced, and told apart by a hash if any were.

    >>> slug_of("call/call/add_stake/events")
    'call-call-add_stake-events'
    """
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", signature.replace("/", "-"))[:120]
    if plain == signature.replace("/", "-"):
        return plain
    return f"{plain}-{hashlib.sha256(signature.encode()).hexdigest()[:8]}"


def written(folder: Path, finding: Finding, endpoint: str, hello: Hello) -> Path:
    """Write the file of a finding into a folder, in place of one of the same signature; return its path."""
    era = "" if finding.found.era == ERA else f"{finding.found.era}-"
    path = folder / f"{era}{slug_of(str(finding.found.signature))}{SUFFIX}"
    text = text_of(finding, endpoint, hello)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--out {folder}: cannot be written ({error.strerror}). Name another folder.") from error
    return path


def text_of(finding: Finding, endpoint: str, hello: Hello) -> str:
    """Return what the file of a finding holds."""
    return json.dumps(_document(finding, endpoint, hello), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def check_writable(folder: Path) -> None:
    """Refuse, as InputError, a folder in which no file can be written, or that cannot be made."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as stream:
            stream.write(b"dtao")
            stream.flush()
        for one in missing:  # it is made when there is something to keep
            one.rmdir()
    except OSError as error:
        raise InputError(f"--out {folder}: cannot be written ({error.strerror}). Name another folder.") from error


def _document(finding: Finding, endpoint: str, hello: Hello) -> dict[str, Json]:
    found = finding.found
    header, vector = _recorded(found, hello)
    return {
        "format": FORMAT,
        "signature": {member: str(getattr(found.signature, member)) for member in SIGNATURE_MEMBERS},
        "seed": finding.seed,
        "reproduced": finding.reproduced,
        "adapter": {"endpoint": endpoint, "name": hello.name, "language": hello.language, "version": hello.version},
        "versions": {
            "dtao-spec": distribution_version(),
            "hypothesis": version("hypothesis"),
            "python": platform.python_version(),
        },
        "answer": plain(found.answer),
        "differences": [_described(one) for one in found.differences],
        "further": found.further,
        **({"rules": list(found.cause.rules), "within": list(found.cause.within)} if found.cause.rules else {}),
        "header": header,
        "vector": vector,
    }


def _described(one: Difference) -> dict[str, Json]:
    delta = None if one.delta is None else str(one.delta)
    return {
        "place": one.place, "kind": one.kind, "expected": plain(one.expected), "actual": plain(one.actual),
        "delta": delta,
    }  # fmt: skip


def plain(value: Any) -> Json:
    """Return a value as the formats of this project can hold it; whatever is none of JSON, or a float, in words."""
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return repr(value)


def _recorded(found: Found, hello: Hello) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the header and the vector of the file that a finding stands for."""
    era = dtao.era(found.era)
    kernel = found.signature.level == "kernel"
    runner = "kernel" if kernel else "scenario"
    slug = slug_of(str(found.signature))
    if kernel:
        case = found.steps[-1]
        content: dict[str, Json] = {member: case[member] for member in ("kernel", "args", "value")}
    else:
        content = {"steps": [dict(step) for step in found.steps]}
    digest = canonical_hash([content, dict(found.genesis)])[:8]
    vector: dict[str, Json] = {"id": f"{found.era}/{runner}/{SUITE}/{slug}-{digest}", **content}
    vector["hash"] = canonical_hash(vector)
    header: dict[str, Json] = {
        "_info": {
            "format": VECTORS, "era": found.era, "spec_version": era.spec_version, "runner": runner,
            "suite": SUITE, "count": 1, "hash": hash_of_hashes([vector["hash"]]),
            "source": f"computed by dtao-spec {distribution_version()} where {printable(hello.name)} diverged from it",
        }
    }  # fmt: skip
    if not kernel:
        header |= {"genesis": dict(found.genesis), "defaults": _defaults(era)}
    return header, vector


def _defaults(era: dtao.Era) -> dict[str, Json]:
    """Return what the runtime reads where nothing is stored, by item."""
    items = era.runtime.items.by_name.values()
    return {item.name: item.kind.encode(item.default) for item in items if item.default is not None}


def read(path: Path) -> Counterexample:
    """Read and verify a counterexample. Rejects, as InputError, what is none; the message names what is wrong."""
    if path.name.endswith(vectors.SUFFIXES):
        raise InputError(f"{path}: a file of vectors, not a counterexample. Give an id, and --vectors {path}.")
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path.") from error
    if len(raw) > LARGEST_FILE:
        raise InputError(f"{path}: larger than {LARGEST_FILE} bytes. Check that this is a counterexample.")
    try:
        body: Any = exact_json(raw.decode())
    except (ValueError, RecursionError) as error:
        if raw.lstrip().startswith(b"{") and not raw.rstrip().endswith(b"}"):
            raise InputError(
                f"{path}: the file breaks off after {len(raw)} bytes. "
                "Copy it anew, or find it again: `dtao fuzz` with its seed."
            ) from error
        raise InputError(f"{path}: not a counterexample ({error}). Check the path.") from error
    _check(path, body)
    counterexample = Counterexample(path, body)
    with TemporaryDirectory() as folder:
        _verified(counterexample, Path(folder))
    return counterexample


def _check(path: Path, body: Json) -> None:
    stated = body.get("format") if isinstance(body, dict) else None
    if stated != FORMAT:
        raise InputError(f"{path}: format {stated!r}, but this version reads {FORMAT!r}. Check the path, or update.")
    for member, kind in MEMBERS.items():
        if type(body.get(member)) is not kind:
            raise InputError(f"{path}: the member {member} is missing or not of type {kind.__name__}. Write it anew.")
    for member in SIGNATURE_MEMBERS:
        if not isinstance(body["signature"].get(member), str):
            raise InputError(f"{path}: the signature lacks the string {member}. Write it anew.")
    for number, one in enumerate(body["differences"]):
        if not _is_difference(one):
            raise InputError(f"{path}: number {number} of the differences is malformed. Write it anew.")
    for member in OPTIONAL_MEMBERS:
        if not isinstance(names := body.get(member, []), list) or not all(isinstance(name, str) for name in names):
            raise InputError(f"{path}: the member {member} is not a list of rules. Write it anew.")
    if body["signature"]["level"] not in LEVELS:
        raise InputError(f"{path}: there is no level {body['signature']['level']!r}. It is one of {', '.join(LEVELS)}.")


def _is_difference(one: Json) -> bool:
    return (
        isinstance(one, dict)
        and one.keys() >= {"place", "kind", "expected", "actual", "delta"}
        and isinstance(one["place"], str)
        and one["kind"] in ("differs", "missing", "extra")
        and (one["delta"] is None or (isinstance(one["delta"], str) and whole_number(one["delta"]) is not None))
    )


def _verified(counterexample: Counterexample, folder: Path) -> Selected:
    """Write the vector file that a counterexample embeds into a folder, and verify it as any other."""
    file = folder / f"{counterexample.slug}.jsonl"
    file.write_text("\n".join(counterexample.vector_lines) + "\n", encoding="utf-8")
    try:
        return Selected(vectors.verified(file), (0,))
    except VectorError as error:
        message = str(error).replace(str(file), f"{counterexample.path}: the vector in it")
        raise InputError(message) from error


def replay(path: Path, endpoint: str = REFERENCE, options: Options | None = None) -> Replayed:
    """Judge an adapter by a counterexample: FIXED, STILL FAILS, or ERROR if that cannot be told.

    Rejects, as InputError, a file that is no counterexample and an adapter that cannot be reached.
    """
    counterexample = read(path)
    with TemporaryDirectory() as folder:
        choice = [_verified(counterexample, Path(folder))]
        with trial(endpoint, choice, options, (counterexample.level,)) as opened:
            for _ in range(1 if counterexample.reproduced else REPLAYS):
                (verdict,) = opened.verdicts(kept=sys.maxsize)
                outcome = _outcome(counterexample, verdict)
                if outcome != "FIXED":
                    break
    lines = [f"{outcome} {printable(counterexample.signature)}", *_reasons(counterexample, outcome, verdict)]
    return Replayed(outcome, "\n".join(lines))


def _outcome(counterexample: Counterexample, verdict: Verdict) -> Outcome:
    signature = counterexample.body["signature"]
    if signature["kind"] == "load" and verdict.status == "skipped" and not verdict.asked:
        return "FIXED"  # a state that loads again has nothing more to be judged by
    if verdict.status == "passed" and not verdict.skipped:
        return "FIXED"
    if verdict.status == "failed" or (verdict.status == "errored" and signature["place"] in NO_ANSWERS):
        return "STILL FAILS"
    return "ERROR"


def _reasons(counterexample: Counterexample, outcome: Outcome, verdict: Verdict) -> list[str]:
    if verdict.divergence is not None:
        return list(divergence_lines(verdict.divergence))
    if outcome == "FIXED":
        return [] if counterexample.reproduced else [f"  {line}" for line in UNREPEATABLE]
    if outcome == "ERROR" and verdict.status == "passed":
        return [f"  The adapter skipped {verdict.skipped} of the answers, so that this cannot be told.", f"  {ADVICE}"]
    words = [f"  {line}" for line in printable_lines(str(verdict.reason))]
    if verdict.status == "skipped":
        return ["  The adapter skipped what the counterexample asks, so that this cannot be told. It says:",
                *words, f"  {ADVICE}"]  # fmt: skip
    if outcome == "ERROR":
        return ["  The adapter broke down where it answered before, so that this cannot be told:", *words]
    return words


def promoted(path: Path, folder: Path) -> Path:
    """Write the vector of a counterexample into a folder, for ``dtao conform --vectors``; return its file."""
    counterexample = read(path)
    identifier = str(counterexample.body["vector"]["id"])
    file = folder / f"{slug_of(identifier.rpartition('/')[2])}.jsonl"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(counterexample.vector_lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"--promote {folder}: cannot be written ({error.strerror}). Name another folder.") from error
    return file


def pytest_text(path: Path, endpoint: str | None = None) -> str:
    """Return a test that fails as long as an adapter fails the counterexample, to stand beside its file."""
    counterexample = read(path)
    name = re.sub(r"\W+", "_", counterexample.slug).strip("_").lower()
    comment = "" if endpoint is not None else "  # put your own endpoint here"
    return (
        "from pathlib import Path\n"
        "\n"
        "from dtao_properties.fuzz import replay\n"
        "\n"
        f"COUNTEREXAMPLE = Path(__file__).with_name({path.name!r})\n"
        f"ADAPTER = {endpoint or 'cmd:./my-adapter'!r}{comment}\n"
        "\n"
        "\n"
        f"def test_{name}() -> None:\n"
        "    replayed = replay(COUNTEREXAMPLE, ADAPTER)\n"
        "    assert replayed.fixed, replayed.text\n"
    )


def finding_lines(finding: Finding) -> Sequence[str]:
    """Describe a finding: the last of its steps, and where the answers part."""
    found = finding.found
    lines = [f"DIVERGES {printable(str(found.signature))}"]
    if not finding.reproduced:
        lines.append("  The adapter did not diverge when it was asked the same again: its answers are not repeatable.")
    if found.differences:
        request = request_of(found.steps[-1])
        step = None if request["do"] == "kernel" else len(found.steps) - 1
        divergence = Divergence(
            step, len(found.steps), request, found.differences[:3], _hidden(found), era=found.era, cause=found.cause
        )
        return [*lines, *divergence_lines(divergence)]
    lines += _failed_request(found)
    return [*lines, *(f"  {line}" for words in found.answer.values() for line in printable_lines(str(words)))]


def _failed_request(found: Found) -> Iterator[str]:
    """Name the request to which there was no answer, with its arguments."""
    if found.signature.kind == "load":
        yield f"  load of a state of {len(found.genesis)} entries, after {len(found.steps)} steps"
        return
    request = request_of(found.steps[-1])
    divergence = Divergence(len(found.steps) - 1, len(found.steps), request, (), 0)
    yield f"  {request_line(divergence)}"
    yield from (f"    {name}: {value}" for name, value in arguments(divergence))


def _hidden(found: Found) -> int:
    return found.further + max(len(found.differences) - 3, 0)
