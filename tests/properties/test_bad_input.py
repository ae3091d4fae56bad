"""What a user can get wrong: exit 2, one clear message on stderr, nothing judged, no traceback."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from dtao_properties.conformance import vectors
from dtao_properties.conformance.vectors import VectorError, canonical_hash
from tests.properties import toy

Dtao = Callable[..., Result]
HONEST = "python:tests.properties.toy:Toy"


def refused(dtao_command: Dtao, *words: object, adapter: str = HONEST) -> str:
    """Run ``dtao conform``, expect exit 2 and return the one message."""
    result = dtao_command("conform", "--adapter", adapter, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("dtao: error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def rehashed(line: str, **changed: Any) -> str:
    """Change members of a vector and state the hash that fits."""
    body = {**json.loads(line), **changed}
    del body["hash"]
    return json.dumps({**body, "hash": canonical_hash(body)})


def test_truncated_gzip(dtao_command: Dtao, tmp_path: Path) -> None:
    path = toy.write(tmp_path / "bank.jsonl.gz", toy.lines([toy.scenario("p0")]))
    path.write_bytes(path.read_bytes()[:-40])
    message = refused(dtao_command, "--vectors", path)
    assert f"{path}:" in message
    assert "truncated" in message


def test_not_gzip_at_all(dtao_command: Dtao, tmp_path: Path) -> None:
    path = tmp_path / "bank.jsonl.gz"
    path.write_text("plain text")
    assert f"{path}:1: not valid gzip data" in refused(dtao_command, "--vectors", path)


def test_altered_compressed_data(dtao_command: Dtao, tmp_path: Path) -> None:
    path = toy.write(tmp_path / "bank.jsonl.gz", toy.lines([toy.scenario("p0")]))
    data = bytearray(path.read_bytes())
    data[-6] ^= 255  # in the check sum
    path.write_bytes(bytes(data))
    assert "not valid gzip data (CRC check failed" in refused(dtao_command, "--vectors", path)


def test_altered_value(dtao_command: Dtao, tmp_path: Path) -> None:
    content = toy.lines(toy.kernels())
    content[2] = content[2].replace('"value": "3"', '"value": "4"')
    path = toy.write(tmp_path / "sum.jsonl", content)
    message = refused(dtao_command, "--vectors", path)
    assert f"{path}:3: toy/kernel/sum/p1: hash mismatch" in message
    assert "restore it from its source" in message


def test_altered_vector_with_a_fitting_hash(dtao_command: Dtao, tmp_path: Path) -> None:
    content = toy.lines(toy.kernels())
    content[2] = rehashed(content[2], value="4")
    message = refused(dtao_command, "--vectors", toy.write(tmp_path / "sum.jsonl", content))
    assert "sum.jsonl:1: hash mismatch in the header" in message


@pytest.mark.parametrize(
    ("info", "said"),
    [
        ({"hash": "0" * 64}, "hash mismatch in the header"),
        ({"count": 5}, "the header counts 5 vectors, the file holds 4"),
        ({"count": "4"}, "_info.count is missing or not of type int"),
        ({"suite": None}, "_info.suite is missing or not of type str"),
        ({"format": "dtao-vectors/2"}, "format 'dtao-vectors/2', but this version reads 'dtao-vectors/1'"),
        ({"format": 1}, "not a header with _info.format"),
        ({"runner": "oracle"}, "unknown runner 'oracle'. The runners are kernel, scenario"),
        ({"era": "moon"}, "the era 'moon' is unknown to the adapter 'toy', which knows toy"),
    ],
)
def test_altered_header(dtao_command: Dtao, tmp_path: Path, info: dict[str, Any], said: str) -> None:
    message = refused(dtao_command, "--vectors", toy.write(tmp_path / "sum.jsonl", toy.lines(toy.kernels(), **info)))
    assert f"{tmp_path / 'sum.jsonl'}:1: " in message
    assert said in message


def test_lost_and_added_lines(dtao_command: Dtao, tmp_path: Path) -> None:
    content = toy.lines(toy.kernels())
    lost = toy.write(tmp_path / "lost.jsonl", content[:-1])
    assert "the header counts 4 vectors, the file holds 3" in refused(dtao_command, "--vectors", lost)
    doubled = toy.write(tmp_path / "doubled.jsonl", [*content, content[1]])
    message = refused(dtao_command, "--vectors", doubled)
    assert "doubled.jsonl:6: toy/kernel/sum/p0: the id was already used in line 2" in message
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    assert "empty.jsonl:1: the file has no header line" in refused(dtao_command, "--vectors", empty)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "x", "value": 0.5}', "the number 0.5 is a float"),
        ('{"id": "x", "value": 1e3}', "the number 1e3 is a float"),
        ('{"id": "x", "value": NaN}', "the number NaN is a float"),
        ('{"id": "x", "id": "y"}', "the member 'id' is given twice"),
        ('{"id": "x", "val', "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("", "not valid JSON"),
        ("[]", "a line must be a JSON object"),
        ('{"id": 1, "hash": ""}', "a vector needs the members id and hash, both strings"),
    ],
)
def test_malformed_line(dtao_command: Dtao, tmp_path: Path, line: str, said: str) -> None:
    content = toy.lines(toy.kernels())
    message = refused(dtao_command, "--vectors", toy.write(tmp_path / "sum.jsonl", [*content[:2], line, *content[3:]]))
    assert f"{tmp_path / 'sum.jsonl'}:3: " in message
    assert said in message


def test_text_that_is_not_utf8(dtao_command: Dtao, tmp_path: Path) -> None:
    path = toy.write(tmp_path / "sum.jsonl", toy.lines(toy.kernels()))
    path.write_bytes(path.read_bytes() + b'{"id": "\xff"}\n')
    assert "sum.jsonl:6: not UTF-8 text" in refused(dtao_command, "--vectors", path)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"do": "pray"}, "step 0: a step must be an object whose member 'do' is one of call, blocks"),
        ({"do": "blocks", "n": 1}, "step 0: missing diff"),
        ({"do": "blocks", "n": "1", "diff": {}}, "step 0: n has the type str"),
        ({"do": "blocks", "n": True, "diff": {}}, "step 0: n has the type bool"),
        ({"do": "blocks", "n": -1, "diff": {}}, "step 0: n is -1; a number of blocks cannot be negative"),
        ({"do": "set", "item": "Burn", "subnet": 1, "value": "1", "diff": {}}, "step 0: unknown subnet"),
        ({"do": "read", "read": "x", "args": [], "value": 1}, "step 0: args has the type list"),
        ({"do": "read", "read": "x", "arg": {}, "value": 1}, "step 0: missing args; unknown arg"),
    ],
)
def test_malformed_step(dtao_command: Dtao, tmp_path: Path, step: dict[str, Any], said: str) -> None:
    path = toy.write(tmp_path / "bank.jsonl", toy.lines([{"id": "toy/x", "steps": [step]}]))
    assert f"{path}:2: toy/x: {said}" in refused(dtao_command, "--vectors", path)


def test_scenarios_without_a_genesis(dtao_command: Dtao, tmp_path: Path) -> None:
    content = toy.lines([toy.scenario("p0")])
    content[0] = json.dumps({"_info": json.loads(content[0])["_info"]})
    message = refused(dtao_command, "--vectors", toy.write(tmp_path / "bank.jsonl", content))
    assert "bank.jsonl:1: the header of a scenario file needs the object genesis" in message


def test_paths(dtao_command: Dtao, tmp_path: Path) -> None:
    missing, empty, other = tmp_path / "none", tmp_path / "empty", tmp_path / "notes.txt"
    empty.mkdir()
    other.touch()
    assert f"{missing}: no such file or folder" in refused(dtao_command, "--vectors", missing)
    assert f"{empty}: the folder holds no vector files" in refused(dtao_command, "--vectors", empty)
    assert f"{other}: not a vector file" in refused(dtao_command, "--vectors", other)


def test_empty_selection(dtao_command: Dtao, tmp_path: Path) -> None:
    base = ("--vectors", toy.folder(tmp_path))
    message = refused(dtao_command, *base, "--suite", "nothing", "--era", "toy")
    assert "no suite is selected by --suite nothing and --era toy" in message
    assert "toy/kernel/sum, toy/scenario/bank" in message
    assert "`dtao eras` lists those that are covered. The eras of these vectors are: toy (spec version 1).\n" in (
        refused(dtao_command, *base, "--era", "moon")
    )
    assert "no vector has an id that contains 'zzz'" in refused(dtao_command, *base, "-k", "zzz")
    assert (
        "nothing was judged" in dtao_command("conform", *base, "--adapter", "python:tests.properties.toy:Idle").stderr
    )


def test_adapter_that_skips_everything_exits_2(dtao_command: Dtao, tmp_path: Path) -> None:
    endpoint = "python:tests.properties.toy:Idle"
    result = dtao_command("conform", "--vectors", toy.folder(tmp_path), "--adapter", endpoint)
    assert (result.exit_code, "nothing was judged" in result.stderr) == (2, True)


@pytest.mark.parametrize("command", ["show", "replay"])
@pytest.mark.parametrize(
    ("identifier", "said"),
    [
        ("pool/p0000", "Did you mean launch/scenario/pool/p000 or "),
        ("launch/scenario/pol/p000", "Did you mean launch/scenario/pool/p000 or "),
        ("issuance/p00001", "Did you mean launch/kernel/issuance/p0001 or "),
        ("zzz", "`dtao conform --ndjson FILE` writes a line for each id."),
    ],
)
def test_an_unknown_id_is_answered_by_those_that_are_near(
    dtao_command: Dtao, command: str, identifier: str, said: str
) -> None:
    result = dtao_command(command, identifier)
    assert result.exit_code == 2
    assert f"no vector has the id {identifier!r}, and there is no such file; the " in result.stderr
    assert " bundled were searched, --vectors names others. " in result.stderr
    assert said in result.stderr


def test_an_unknown_id_among_vectors_of_ones_own(dtao_command: Dtao, tmp_path: Path) -> None:
    folder = toy.folder(tmp_path)
    result = dtao_command("show", "bank/p7", "--vectors", folder)
    assert result.exit_code == 2
    assert f"; the 7 vectors in 2 files below {folder} were searched. Did you mean toy/scenario/bank/p" in (
        result.stderr
    )


def test_same_id_in_two_files(dtao_command: Dtao, tmp_path: Path) -> None:
    for name, count in (("a", 1), ("b", 2)):
        toy.write(tmp_path / f"{name}.jsonl", toy.lines(toy.kernels(count)))
    message = refused(dtao_command, "--vectors", tmp_path)
    assert (
        f"{tmp_path / 'b.jsonl'}: toy/kernel/sum/p0: another vector of this id is in {tmp_path / 'a.jsonl'}" in message
    )
    assert "Judge one of the two at a time: --vectors PATH." in message


def test_copies_of_a_file_are_one(dtao_command: Dtao, tmp_path: Path) -> None:
    """As of an editable installation beside the checkout that it is of."""
    for name in ("here", "there"):
        toy.write(tmp_path / name / "sum.jsonl", toy.lines(toy.kernels()))
    result = dtao_command("conform", "--vectors", tmp_path, "--adapter", "python:tests.properties.toy:Toy")
    assert result.exit_code == 0
    assert result.stdout.split("total")[1].split()[:3] == ["4", "4", "0"]


def test_a_header_that_contradicts_itself(dtao_command: Dtao, tmp_path: Path) -> None:
    path = toy.write(tmp_path / "sum.jsonl", toy.lines(toy.kernels(), era="launch", spec_version=234))
    message = refused(dtao_command, "--vectors", path)
    assert (
        f"{path}:1: the header says era 'launch' and spec_version 234, but version 234 is of the era '234'" in message
    )


def test_more_blocks_than_anybody_waits_for(dtao_command: Dtao, tmp_path: Path) -> None:
    case = toy.scenario("p0", [{"do": "blocks", "n": 3}])
    case["steps"][0]["n"] = 10**14
    path = toy.write(tmp_path / "bank.jsonl", toy.lines([case]))
    assert "step 0: n is 100000000000000; a step takes at most 10000000 blocks" in refused(
        dtao_command, "--vectors", path
    )


def test_suites_and_eras_add_up(dtao_command: Dtao) -> None:
    words = ("--suite", "issuance", "--suite", "pool", "--era", "launch", "--era", "234", "-k", "p00")
    result = dtao_command("conform", *words)
    assert result.exit_code == 0
    for suite in ("launch/kernel/issuance", "launch/scenario/pool", "234/scenario/pool"):
        assert f"ok    {suite}" in result.stdout
    assert (
        "no suite is selected by --suite none" in dtao_command("conform", "--suite", "pool", "--suite", "none").stderr
    )
    assert (
        "--era: there is no era 7: version 7 was before Dynamic TAO"
        in dtao_command("conform", "--era", "launch", "--era", "7").stderr
    )


@pytest.mark.parametrize("command", ["replay", "show"])
def test_a_folder_is_no_counterexample(dtao_command: Dtao, tmp_path: Path, command: str) -> None:
    result = dtao_command(command, tmp_path)
    assert (result.exit_code, "a folder. Name one counterexample in it" in result.stderr) == (2, True)


@pytest.mark.parametrize("command", ["conform", "fuzz"])
def test_more_workers_than_the_machine_bears(dtao_command: Dtao, tmp_path: Path, command: str) -> None:
    result = dtao_command(command, "--workers", 99_999, *(("--out", tmp_path) if command == "fuzz" else ()))
    assert (result.exit_code, "--workers 99999: at most " in result.stderr) == (2, True)


def test_refused_request_of_a_foreign_adapter_is_its_own_failure(dtao_command: Dtao, tmp_path: Path) -> None:
    adapter = "python:tests.properties.toy:Refusing"
    for workers in (1, 2):
        result = dtao_command("conform", "--vectors", toy.folder(tmp_path), "--adapter", adapter, "--workers", workers)
        assert result.exit_code == 1
        assert (
            "step 4, phase bless: the adapter refuses the request as malformed: unknown phase 'bless'" in result.stdout
        )


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("nonsense", "unknown endpoint. Give 'reference', 'cmd:COMMAND LINE', 'tcp:HOST:PORT' or 'python:"),
        ("python:tests.properties.toy", "unknown endpoint"),
        ("python:no_such_module:f", "cannot import 'no_such_module'"),
        ("python:tests.properties.toy:nothing", "has no callable 'nothing'"),
        ("python:tests.properties.toy:not_callable", "has no callable 'not_callable'"),
        ("python:tests.properties.toy:not_an_adapter", "has no method 'request'"),
        ("python:tests.properties.toy:Foreign", "the adapter does not speak protocol 1"),
    ],
)
def test_endpoints(dtao_command: Dtao, tmp_path: Path, endpoint: str, said: str) -> None:
    assert said in refused(dtao_command, "--vectors", toy.folder(tmp_path), adapter=endpoint)


def test_reports_that_cannot_be_written(dtao_command: Dtao, tmp_path: Path) -> None:
    base = ("--vectors", toy.folder(tmp_path))
    for flag in ("--junit", "--ndjson"):
        message = refused(dtao_command, *base, flag, tmp_path / "none" / "out")
        assert f"{flag} {tmp_path / 'none' / 'out'}: cannot be written" in message


def test_usage_errors_exit_2(dtao_command: Dtao) -> None:
    for words in (("conform", "--workers", "0"), ("conform", "--nothing"), ("judge",), ("show",)):
        result = dtao_command(*words)
        assert result.exit_code == 2
        assert "Error" in result.stderr


def test_unknown_and_ambiguous_ids(dtao_command: Dtao, tmp_path: Path) -> None:
    base = ("--vectors", toy.folder(tmp_path))
    for command in ("show", "replay"):
        unknown = dtao_command(command, "toy/kernel/sum/p9", *base)
        assert (unknown.exit_code, "Did you mean toy/kernel/sum/p" in unknown.stderr) == (2, True)
        ambiguous = dtao_command(command, "p1", *base)
        assert (ambiguous.exit_code, "2 vectors have an id that ends in 'p1'" in ambiguous.stderr) == (2, True)


def test_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(VectorError, match="cannot be read"):
        vectors.header(tmp_path / "gone.jsonl")


def test_every_altered_byte_is_noticed(tmp_path: Path) -> None:
    """No single altered byte of a vector line goes unnoticed."""
    content = toy.lines(toy.kernels(1))
    data = ("\n".join(content) + "\n").encode()
    path = tmp_path / "sum.jsonl"
    first = data.index(b"\n") + 1
    for at in range(first, len(data)):
        if data[at : at + 1].isspace():
            continue  # white space between members says nothing
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(VectorError):
            vectors.verified(path)


def test_compressed_and_plain_files_are_equal(tmp_path: Path) -> None:
    content = toy.lines([toy.scenario("p0")])
    plain, packed = (toy.write(tmp_path / name, content) for name in ("a.jsonl", "b.jsonl.gz"))
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert vectors.verified(plain).ids == vectors.verified(packed).ids
