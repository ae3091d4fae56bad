"""Files, arguments, nodes and questions that are hostile in every way that was thought of: one line and exit code 2.

No traceback, no wait without an end, no state or answer made in silence of what is no such thing.
"""

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import dtao
from dtao_properties.browser import answer
from dtao_properties.cli import app
from tests.depth import one_in
from tests.tools.lab.chain_node import over_http

ERA = dtao.ERAS[-1]
STATE = '{"SubnetTAO/1": "1000"}'
COMPRESSED = gzip.compress(STATE.encode(), mtime=0)


@pytest.fixture(autouse=True)
def back_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a question opens a file, the process goes; come back after each test."""
    monkeypatch.chdir(Path.cwd())


def later(entries: str) -> str:
    """Return the text of a state of the newest version."""
    return f'{{"spec_version": 425, "state": {{{entries}}}}}'


def of_version(version: str) -> str:
    return f'{{"spec_version": {version}, "state": {STATE}}}'


FILES: Mapping[str, str | bytes] = {
    "empty": "", "spaces": "   ", "nul": "\0", "latin": b'{"SubnetTAO/1": "\xe9"}', "no utf-8": b"\xff\xfe\xfa",
    "null": "null", "true": "true", "number": "7", "text": '"x"', "list": "[]", "deep": "[" * 100_000,
    "deep objects": '{"a":' * 50_000, "trailing": STATE + "}", "two": STATE + STATE, "cut": STATE[:-5],
    "comment": f"{STATE} // mine", "apostrophes": "{'SubnetTAO/1': '1'}",
    "not a number": '{"SubnetTAO/1": NaN}', "minus infinity": '{"SubnetTAO/1": -Infinity}',
    "float": '{"SubnetTAO/1": 1.5}', "exponent": '{"SubnetTAO/1": 1e400}', "negative": '{"SubnetTAO/1": "-1"}',
    "long decimal": f'{{"SubnetTAO/1": "{"9" * 100_000}"}}', "long number": f'{{"SubnetTAO/1": {"9" * 5_000}}}',
    "named twice": '{"SubnetTAO/1": "1", "SubnetTAO/1": "2"}', "null value": '{"SubnetTAO/1": null}',
    "list for a number": '{"SubnetTAO/1": ["1"]}', "object for a number": '{"SubnetTAO/1": {"a": 1}}',
    "boolean for a number": '{"SubnetTAO/1": true}', "full width": '{"SubnetTAO/1": "１"}',
    "no name": '{"": "1"}', "only slashes": '{"////": "1"}', "long name": f'{{"{"A" * 100_000}": "1"}}',
    "half a pair": r'{"\ud800": "1"}', "steers": r'{"\u001b[2J": "1"}', "long key": f'{{"Balance/{"9" * 4_000}": "1"}}',
    "netuid beyond": '{"SubnetTAO/99999": "1"}', "netuid below": '{"SubnetTAO/-1": "1"}',
    "netuid with zeros": '{"SubnetTAO/01": "1"}', "netuid in full width": '{"SubnetTAO/１": "1"}',
    "gzip cut": COMPRESSED[:-6], "gzip of nothing": b"\x1f\x8b", "gzip and more": COMPRESSED + b"more",
    "gzip with a wrong sum": COMPRESSED[:-8] + bytes(8), "gzip of a bomb cut short": gzip.compress(bytes(10**7))[:-9],
    "version a float": of_version("277.0"), "version negative": of_version("-1"), "version unknown": of_version("290"),
    "version huge": of_version("9" * 4_000), "version a list": of_version("[277]"), "version true": of_version("true"),
    "state a list": '{"state": [], "spec_version": 277}',
    "lock of nothing": later('"Lock/1/1/1": {}'), "lock a list": later('"Lock/1/1/1": ["1"]'),
    "shares of text": later('"AlphaV2/1/1/1": {"mantissa": "x", "exponent": "1"}'),
    "claims cut short": later('"RootClaimable/1": [["1"]]'), "weights of nothing": later('"SwapBalancer/1": {}'),
    "an item that is no longer": later('"SenateMembers": ["1"]'), "a tick of text": later('"Ticks/1/0": "x"'),
}  # fmt: skip
"""What stands in a file that is no state, no raw chain specification, no counterexample and no scenario."""
COMMANDS: Mapping[str, Callable[[Path], tuple[object, ...]]] = {
    "quote": lambda path: ("quote", "buy", "1", "--state", path),
    "explain": lambda path: ("explain", "block", "--state", path),
    "conform": lambda path: ("conform", "--state", path),
    "import": lambda path: ("import", path),
    "replay": lambda path: ("replay", path),
    "show": lambda path: ("show", path),
    "simulate": lambda path: ("simulate", path, "--check"),
}


def test_there_are_many_kinds() -> None:
    assert len(FILES) >= 55


def run(*words: object) -> Result:
    begin = time.monotonic()
    result = CliRunner().invoke(app, [str(word) for word in words], prog_name="dtao")
    assert time.monotonic() - begin < 30
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert ("Traceback" in result.output, "\x1b" in result.output) == (False, False)
    result.output.encode()  # nothing that no terminal could show
    return result


def refused(*words: object) -> str:
    """Run a command that cannot run, and return what it says: one line, and nothing else."""
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("dtao: error: ")
    assert result.stderr.count("\n") == 1
    assert len(result.stderr) < 1_500
    return result.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", FILES)
def test_a_file(tmp_path: Path, kind: str, command: str) -> None:
    content = FILES[kind]
    path = tmp_path / "given.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert str(path) in refused(*COMMANDS[command](path))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", ["folder", "missing", "unreadable", "endless"])
def test_what_is_no_file(tmp_path: Path, kind: str, command: str) -> None:
    path = tmp_path / "given.json"
    if kind == "folder":
        path.mkdir()
    if kind == "unreadable":
        path.symlink_to(path)
    if kind == "endless":
        path = Path("/proc/self/mem")
    assert path.name in refused(*COMMANDS[command](path))


ARGUMENTS = ("", "nan", "1e400", "9" * 5_000, "１", "\ud800", "\x1b[2J", "\0", "{}", "٣")
"""What is no number, no era, no entry and no account."""
ASKED: Mapping[str, Callable[[str], tuple[str, ...]]] = {
    "amount": lambda text: ("quote", "buy", text, "--reserves", "10:40"),
    "reserve": lambda text: ("quote", "buy", "1", "--reserves", f"{text}:40"),
    "reserves": lambda text: ("quote", "buy", "1", "--reserves", text),
    "entry": lambda text: ("quote", "buy", "1", "--reserves", "10:40", "--set", f"{text}=1"),
    "value": lambda text: ("quote", "buy", "1", "--reserves", "10:40", "--set", f"Tempo/1={text}"),
    "limit": lambda text: ("quote", "buy", "1", "--reserves", "10:40", "--limit", text),
    "era": lambda text: ("quote", "buy", "1", "--reserves", "10:40", "--era", text),
    "hotkey": lambda text: ("quote", "buy", "1", "--reserves", "10:40", "--hotkey", text, "--coldkey", "1"),
    "explained": lambda text: ("explain", text),
    "rule": lambda text: ("explain", "block", "--reserves", "10:40", "--rule", text),
    "block": lambda text: ("import", "http://127.0.0.1:9", "--block", text),
    "specification": lambda text: ("spec", "--era", text),
    "difference": lambda text: ("diff", "launch", text),
    "endpoint": lambda text: ("smoke", "--adapter", text),
    "level": lambda text: ("fuzz", "--level", text),
}


@pytest.mark.parametrize("what", ASKED)
def test_an_argument(what: str) -> None:
    for text in ARGUMENTS:
        words = ASKED[what](text)
        result = run(*words)
        assert (result.exit_code, result.stdout) == (2, ""), text


@pytest.mark.parametrize("command", [("fuzz",), ("diff", "launch", "234")])
@pytest.mark.parametrize("seconds", ["inf", "nan", "1e400", "9" * 400, "-1", "0"])
def test_a_time_that_no_timer_counts(command: tuple[str, ...], seconds: str) -> None:
    assert run(*command, "--time", seconds).exit_code == 2


NODES: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "null": lambda asked: None,
    "a list": lambda asked: [asked],
    "no result": lambda asked: {"jsonrpc": "2.0", "id": asked["id"]},
    "a result of text": lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "result": "x"},
    "a result of a number": lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "result": 7},
    "a result of lists": lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "result": [[[]]]},
    "a version of text": lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "result": {"specVersion": "425"}},
    "a version of true": lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "result": {"specVersion": True}},
    "an error of text": lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "error": "\x1b[2Jno"},
    "an error of null": lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "error": None},
    "another id": lambda asked: {"jsonrpc": "2.0", "id": 10**9, "result": "0x" + "00" * 32},
    "steers": lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "error": {"code": 1, "message": "\x1b[2J\ud800"}},
    "a long error": lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "error": {"code": 1, "message": "x" * 10**6}},
}
RAW_NODES: Mapping[str, bytes] = {
    "nothing": b"", "html": b"<html>", "not utf-8": b"\xff\xff", "nan": b'{"id": 1, "result": NaN}',
    "deep": b"[" * 100_000, "a long number": b'{"id": 1, "result": ' + b"9" * 5_000 + b"}", "two": b"{}{}",
}  # fmt: skip


@pytest.mark.parametrize("kind", [*NODES, *RAW_NODES])
def test_a_node_that_lies(kind: str) -> None:
    def reply(message: bytes) -> str | bytes:
        return RAW_NODES[kind] if kind in RAW_NODES else json.dumps(NODES[kind](json.loads(message)))

    with over_http(reply) as address:
        assert address in refused("import", address, "--timeout", "2")


FULL = Path("/dev/full")
OUTPUTS = (
    ("quote", "buy", "1", "--reserves", "10:40"), ("spec", "--era", "launch"),
    ("import", "tests/tools/lab/raw/233-market.json.gz"),
)  # fmt: skip


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device here")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (kind, words)
        for at, kind in enumerate(("full", "closed", "gone"))
        for words in one_in(3, at, OUTPUTS)  # each of them once, unless the tests are deep
    ],
    ids=lambda one: one if isinstance(one, str) else "-".join(one[:2]),
)
def test_an_output_that_takes_nothing(root: Path, kind: str, words: tuple[str, ...]) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    command = [sys.executable, "-m", "dtao_properties", *words]
    if kind == "gone":
        reading, output = os.pipe()
        os.close(reading)
    else:
        output = os.open(FULL, os.O_WRONLY)
    if kind == "closed":
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    ended = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, env=environment, check=False, cwd=root)
    os.close(output)
    assert (ended.returncode, b"Traceback" in ended.stderr) == (2, False), ended.stderr
    assert ended.stderr.count(b"\n") == (0 if kind == "gone" else 1)


@pytest.mark.parametrize("where", ["none/x.json", "", "."])
def test_a_file_that_cannot_be_written(root: Path, tmp_path: Path, where: str) -> None:
    raw = root / "tests/tools/lab/raw/233-market.json.gz"
    refused("import", raw, "-o", tmp_path / where)
    refused("spec", "--era", "launch", "-o", tmp_path / where)


BUY = {"do": "quote", "side": "buy", "amount": "10", "pools": [["1000", "4000"]], "era": "425"}
ODD: tuple[Any, ...] = (
    None,
    True,
    7,
    -1,
    1.5,
    [],
    {},
    [1],
    [["1"]],
    [["1", 2]],
    "",
    "x",
    "9" * 5_000,
    "\ud800",
    "\x1b[2J",
)


@pytest.mark.parametrize(
    "question", ["", "{", "null", "[]", "7", '"quote"', "{}", '{"do": 7}', '{"do": "sell"}', "[" * 100_000, "NaN", "\0"]
)
def test_a_question_of_the_page_that_is_none(question: str) -> None:
    assert list(json.loads(answer(question))) == ["mistake"]


@pytest.mark.parametrize("member", ["do", "side", "amount", "pools", "era"])
def test_a_question_with_an_odd_member(member: str) -> None:
    for value in ODD:
        asked = {**BUY, member: value}
        assert list(json.loads(answer(json.dumps(asked)))) == ["mistake"], value
        assert list(json.loads(answer(json.dumps({**asked, "do": "explain"})))) == ["mistake"] or member == "do"
    assert list(json.loads(answer(json.dumps({name: one for name, one in BUY.items() if name != member})))) == [
        "mistake"
    ]


@pytest.mark.parametrize("member", ["limit", "entries", "partial"])
def test_a_question_with_an_odd_wish(member: str) -> None:
    values: tuple[Any, ...] = (7, -1, 1.5, {}, [1], [["1"]], "x", "9" * 5_000, "\ud800")
    for value in values:
        assert list(json.loads(answer(json.dumps({**BUY, member: value})))) == ["mistake"], value


@pytest.mark.parametrize(
    "path", ["", ".", "none/x.jsonl", "none.json", "none.jsonl", "none.jsonl.gz", "\0", "\ud800", None, 7]
)
def test_a_file_of_the_page_that_cannot_be_opened(
    path: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(json.loads(answer(json.dumps({"do": "open", "path": path})))) == ["mistake"]


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", ["given.json", "given.jsonl", "given.jsonl.gz"])
def test_a_file_of_the_page_that_holds_something_else(
    kind: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = FILES[kind]
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert list(json.loads(answer(json.dumps({"do": "open", "path": str(tmp_path / name)})))) == ["mistake"]


@pytest.mark.parametrize("kind", FILES)
def test_a_state_of_the_page_that_is_none(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content = FILES[kind]
    (tmp_path / "given.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    asked = {"do": "state", "era": "425", "path": str(tmp_path / "given.json")}
    assert list(json.loads(answer(json.dumps(asked)))) == ["mistake"]
    assert list(json.loads(answer(json.dumps({**BUY, "state": "given.json", "netuid": "1", "to": ""})))) == ["mistake"]


@pytest.mark.parametrize("member", ["path", "era"])
def test_a_state_of_the_page_that_is_asked_for_oddly(member: str, tmp_path: Path) -> None:
    for value in ODD:
        asked = {"do": "state", "era": "425", "path": str(tmp_path / "none.json"), member: value}
        assert list(json.loads(answer(json.dumps(asked)))) == ["mistake"], value


@pytest.mark.parametrize("member", ["netuid", "to"])
def test_a_subnet_of_the_page_that_there_is_not(member: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "given.json").write_text(json.dumps(ERA.dump(ERA.genesis())))
    loaded = json.loads(answer(json.dumps({"do": "state", "era": "425", "path": str(tmp_path / "given.json")})))
    assert [one["netuid"] for one in loaded["subnets"]] == [0, 1]
    order = {**BUY, "state": "given.json", "side": "move", "netuid": "1", "to": "0"}
    for value in ODD:
        assert list(json.loads(answer(json.dumps({**order, member: value})))) == ["mistake"], value


@pytest.mark.parametrize("index", [None, "0", 1.0, True, -1, 10**30])
def test_a_vector_of_the_page_that_there_is_not(index: object, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)  # where the file is opened, the process goes
    file = next((root / "spec/vectors/launch/scenario").glob("pool.jsonl*"))
    assert "vectors" in json.loads(answer(json.dumps({"do": "open", "path": str(file)})))
    assert list(json.loads(answer(json.dumps({"do": "replay", "index": index})))) == ["mistake"]
