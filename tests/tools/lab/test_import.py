"""What is imported of a chain's storage is the state that the runtime had, entry by entry."""

import gzip
import json
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

import dtao
from dtao import Era, InputError
from dtao_lab import importing, market_of_file
from dtao_lab import node as node_module
from dtao_lab import raw_storage as storage
from dtao_lab.extras import needed
from dtao_lab.forms import split_entry
from dtao_lab.importing import imported_file, imported_node
from dtao_lab.node import Node
from dtao_lab.raw_storage import SUBNET_INDICES
from dtao_properties.conformance import vectors
from dtao_properties.conformance.recorded_state import RecordedState
from tests.depth import one_in
from tests.tools.lab.chain_node import HASH, ChainNode, over_http, over_websocket
from tests.tools.lab.raw_encoding import raw_storage

FOLDER = Path(__file__).parent / "raw"
FILES = sorted(FOLDER.glob("*.json.gz"))
"""States of the real runtime, as its storage has them and in the flat form."""
MARKET = FOLDER / "277-market.json.gz"
Command = Callable[..., Result]


@cache
def content(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return loaded


def written(tmp_path: Path, top: Mapping[str, object], **members: object) -> Path:
    """Write a raw chain specification."""
    path = tmp_path / "raw.json"
    path.write_text(json.dumps({"genesis": {"raw": {"top": top, "childrenDefault": {}}}, **members}))
    return path


def is_of(era: Era, entry: str, netuids: set[int]) -> bool:
    """Whether an entry is of one of some subnets, or of none alone."""
    split = split_entry(era.items(), entry)
    assert split is not None
    item, keys = split
    named = zip(item.keys, keys, strict=True)
    return all(int(key) % SUBNET_INDICES in netuids for name, key in named if name.lower() == "netuid")


# Files


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_state_of_the_runtime_is_imported_exactly(path: Path) -> None:
    imported = imported_file(path)
    assert imported.flat == content(path)["flat"]
    assert imported.spec_version == content(path)["spec_version"]


def recorded_states(era: Era) -> Iterator[dict[str, object]]:
    """Yield the last state of one scenario of each suite; of every third suite, others in each era, unless deep."""
    paths = vectors.files([vectors.recorded(era.recorded_as) / "scenario"])
    for path in one_in(3, dtao.ERAS.index(era), paths):
        steps = next(vectors.vectors(path)).body["steps"]
        yield RecordedState(vectors.header(path).genesis, steps).before(len(steps))


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.recorded_as)
def test_the_storage_of_a_recorded_state_is_imported_in_every_era(era: Era, tmp_path: Path) -> None:
    for number, flat in enumerate(recorded_states(era)):
        top = raw_storage(era, flat, nonce="u64" if number % 2 else "u32")
        assert imported_file(written(tmp_path, top, spec_version=era.spec_version)).flat == flat


def test_only_some_subnets_are_imported() -> None:
    imported = imported_file(MARKET, netuids=[2])
    flat = content(MARKET)["flat"]
    assert imported.flat == {entry: value for entry, value in flat.items() if is_of(imported.era, entry, {2})}


def test_the_version_of_a_file_is_that_of_its_last_upgrade(tmp_path: Path) -> None:
    top = dict(content(MARKET)["genesis"]["raw"]["top"])
    path = written(tmp_path, top)
    with pytest.raises(InputError, match=r"does not say the version of its runtime. Name the era: --era 277"):
        imported_file(path)
    assert imported_file(path, dtao.era(277)).spec_version == 277
    key = "0x26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8"
    top[key] = "0x6104" + "386e6f64652d73756274656e736f72"  # 280, "node-subtensor"
    imported = imported_file(written(tmp_path, top))
    assert (imported.spec_version, imported.era.name) == (280, "hotkey-per-subnet")
    with pytest.raises(InputError, match="version 280, which is of the era 'hotkey-per-subnet' and not 'launch'"):
        imported_file(path, dtao.era("launch"))


def test_a_version_that_is_not_covered_is_refused_with_the_nearest_ones(tmp_path: Path) -> None:
    top = content(MARKET)["genesis"]["raw"]["top"]
    with pytest.raises(InputError, match=r"raw.json: there is no era 290: version 290 lies between .*283-284.*298-300"):
        imported_file(written(tmp_path, top, spec_version=290))


def test_a_chain_without_a_block_is_at_block_0(tmp_path: Path) -> None:
    assert imported_file(written(tmp_path, {}, spec_version=277)).flat["BlockNumber"] == "0"


# What is damaged


def key_of(entry: str) -> str:
    (key,) = raw_storage(dtao.era(277), {entry: content(MARKET)["flat"].get(entry, "0")})
    return key


BALANCE, POOL = key_of("Balance/1001"), key_of("SubnetTAO/2")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (POOL, "0x01", r"SubnetTAO/2 \(SubtensorModule.SubnetTAO\): the value 0x01 of 1 bytes is no u64"),
        (POOL, "0x" + "00" * 9, "of 9 bytes is no u64"),
        (POOL, "0x", "of 0 bytes is no u64"),
        (POOL, "1000", "its value '1000' is not 0x and an even number"),
        (POOL, "0x123", "its value '0x123' is not 0x"),
        (POOL, 7, "its value '7' is not 0x"),
        (POOL[2:], "0x00", "the key .* is not 0x"),
        (POOL[:-2], "0x" + "00" * 8, "is 1 bytes too short to hold the netuid by Identity"),
        (POOL + "00", "0x" + "00" * 8, "goes on for 1 bytes after its last part"),
        (BALANCE[:66] + "00" + BALANCE[68:], "0x" + "00" * 48, "the hash before the account is not that of Blake2_128"),
        (BALANCE, "0x" + "00" * 79, r"Balance/1001 \(System.Account\): the value .* of 79 bytes is no \(Nonce"),
        (key_of("Active/2"), "0x0401", None),
        (key_of("Active/2"), "0x0801", "of 2 bytes is no Vec<bool>"),
        (key_of("Active/2"), "0x0402", "of 2 bytes is no Vec<bool>"),
        (key_of("Active/2"), "0xfeffffff01", "is no Vec<bool>"),
    ],
)  # fmt: skip
def test_damaged_storage_is_refused_with_its_place(key: str, value: object, said: str | None, tmp_path: Path) -> None:
    path = written(tmp_path, {key: value}, spec_version=277)
    if said is None:
        assert imported_file(path).flat["Active/2"] == [True]
        return
    with pytest.raises(InputError, match=said) as refused:
        imported_file(path)
    assert str(refused.value).startswith(str(path))


def test_an_unknown_hasher_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "HASHES", {})
    with pytest.raises(InputError, match="SubnetTAO: the hasher Identity of its key netuid is not known here"):
        imported_file(written(tmp_path, {POOL: "0x" + "00" * 8}, spec_version=277))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[1]", "no raw chain specification"),
        (b'{"genesis": {"runtime": {}}}', "no raw chain specification"),
        (b"\x1f\x8b\x08\x00", "damaged gzip"),
        (gzip.compress(b"{}", mtime=0)[:-4], "damaged gzip"),
        (b'{"genesis": {"raw": {"top": {}}}, "spec_version": "277"}', "'277' is no version"),
    ],
)
def test_a_file_of_something_else_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "raw.json"
    path.write_bytes(data)
    with pytest.raises(InputError, match=said):
        imported_file(path)
    with pytest.raises(InputError, match="cannot be read"):
        imported_file(tmp_path / "none.json")


# Nodes


def node_of(path: Path, **others: Any) -> ChainNode:
    return ChainNode(content(path)["genesis"]["raw"]["top"], content(path)["spec_version"], **others)


@pytest.mark.parametrize("path", FILES[::5], ids=lambda path: path.name)
def test_a_node_gives_the_same_state(path: Path) -> None:
    with over_http(node_of(path).answer) as url, Node(url) as node:
        imported = imported_node(node, "7")
    assert imported.flat == content(path)["flat"]
    assert imported.source == f"{url} at block 7"


def test_a_node_is_asked_over_a_websocket() -> None:
    with over_websocket(node_of(MARKET)) as url, Node(url) as node:
        assert imported_node(node, HASH).flat == content(MARKET)["flat"]


def test_a_node_without_the_newer_methods_is_asked_by_the_older_ones() -> None:
    serving = node_of(MARKET, without=frozenset({"state_queryStorageAt", "chain_getFinalizedHead"}))
    with over_http(serving.answer) as url, Node(url) as node:
        assert imported_node(node).flat == content(MARKET)["flat"]
    assert [method for method, _ in serving.asked].count("state_queryStorageAt") == 1


def test_of_a_node_only_the_values_of_some_subnets_are_asked_for() -> None:
    serving = node_of(MARKET)
    with over_http(serving.answer) as url, Node(url) as node:
        imported = imported_node(node, netuids=[2])
    flat = content(MARKET)["flat"]
    assert imported.flat == {entry: value for entry, value in flat.items() if is_of(imported.era, entry, {2})}
    asked = [key for method, params in serving.asked if method == "state_queryStorageAt" for key in params[0]]
    assert POOL in asked
    assert key_of("SubnetTAO/3") not in asked


def test_of_a_node_a_subnet_that_does_not_exist_is_refused_at_once() -> None:
    serving = node_of(MARKET)
    said = "there is no subnet 77 in it. There are: 0, 1, 2, 3"
    with over_http(serving.answer) as url, Node(url) as node, pytest.raises(InputError, match=re.escape(said)):
        imported_node(node, netuids=[2, 77])
    assert len(serving.asked) == 3


def test_a_node_is_asked_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_module, "PAGE", 10)
    monkeypatch.setattr(importing, "PAGE", 10)
    serving = node_of(MARKET)
    with over_http(serving.answer) as url, Node(url) as node:
        assert imported_node(node).flat == content(MARKET)["flat"]
    assert max(len(params[0]) for method, params in serving.asked if method == "state_queryStorageAt") == 10


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"instead": {"state_getRuntimeVersion": {"code": -32000, "message": "State already discarded"}}},
         "it refuses state_getRuntimeVersion: State already discarded .* kept by an archive node only"),
        ({"instead": {"state_getRuntimeVersion": {"specVersion": 290}}}, "no era 290: version 290 lies between"),
        ({"instead": {"state_getRuntimeVersion": {}}}, "its answer to state_getRuntimeVersion is none"),
        ({"instead": {"chain_getBlockHash": None}}, "it has no block 7"),
        ({"instead": {"chain_getBlockHash": 3}}, "its answer to chain_getBlockHash is none"),
        ({"instead": {"state_getKeysPaged": ["0x00"]}}, "answers keys that were not asked for"),
        ({"instead": {"state_getKeysPaged": [7]}}, "its answer to state_getKeysPaged is none"),
        ({"instead": {"state_getKeysPaged": "0x"}}, "its answer to state_getKeysPaged is none"),
        ({"instead": {"state_queryStorageAt": [{"changes": [["0x00", "0x00"]]}]}}, "state_queryStorageAt is none"),
        ({"instead": {"state_queryStorageAt": [1]}}, "its answer to state_queryStorageAt is none"),
        ({"without": frozenset({"state_getKeysPaged"})}, r"it refuses state_getKeysPaged: Method not found \(-32601\)"),
        ({"without": frozenset({"state_queryStorageAt"}), "instead": {"state_getStorage": "0x1"}},
         "its answer to state_getStorage is none"),
    ],
)  # fmt: skip
def test_a_node_that_answers_wrongly_is_named(others: dict[str, Any], said: str) -> None:
    with over_http(node_of(MARKET, **others).answer) as url, Node(url) as node, pytest.raises(InputError, match=said):
        imported_node(node, "7")


def test_a_node_that_never_ends_a_list_of_keys_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that does not begin behind the last one would be asked for again and again."""
    monkeypatch.setattr(node_module, "PAGE", 1)
    serving = node_of(MARKET, instead={"state_getKeysPaged": [BALANCE]})
    with over_http(serving.answer) as url, Node(url) as node, pytest.raises(InputError, match="not asked for"):
        list(node.keys(bytes.fromhex(BALANCE[2:66]), HASH))


def test_a_truncated_value_of_a_node_is_refused_with_its_place() -> None:
    top = {**content(MARKET)["genesis"]["raw"]["top"], POOL: "0x0102"}
    with over_http(ChainNode(top, 277).answer) as url, Node(url) as node, pytest.raises(InputError) as refused:
        imported_node(node, "7")
    assert str(refused.value).startswith(f"{url} at block 7: SubnetTAO/2 (SubtensorModule.SubnetTAO): the value 0x0102")


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"result": 1}', b"\xff", b'{"id": 1}'])
def test_what_is_no_node_is_noticed(answer: bytes) -> None:
    with over_http(lambda _: answer) as url, Node(url) as node, pytest.raises(InputError, match="Is it a node"):
        node.block_hash("7")


def test_a_node_that_cannot_be_reached_is_named() -> None:
    with over_http(lambda _: "") as url:
        pass
    with Node(url) as node, pytest.raises(InputError, match=f"{url}: it cannot answer chain_getBlockHash"):
        node.block_hash("7")
    with pytest.raises(InputError, match="it cannot be reached"):
        Node(url.replace("http", "ws"))
    with over_http(lambda _: "", status=404) as url, Node(url) as node, pytest.raises(InputError, match="status 404"):
        node.block_hash("7")
    with pytest.raises(InputError, match="no address of a node"):
        Node("ftp://127.0.0.1")
    with Node("http://") as node, pytest.raises(InputError, match="it cannot answer"):
        node.block_hash("7")


def test_a_busy_node_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_module, "PAUSES", (0.0, 0.0))
    serving = node_of(MARKET)
    with over_http(serving.answer, status=503) as url, Node(url) as node:
        with pytest.raises(InputError, match=r"cannot answer chain_getBlockHash \(HTTP status 503"):
            node.block_hash("7")
        assert len(serving.asked) == 3


def test_a_node_that_hangs_is_given_up() -> None:
    done = threading.Event()
    said = r"it did not answer chain_getBlockHash within 0.1 seconds.*--timeout"
    with over_http(lambda _: str(done.wait(20))) as url:
        with Node(url, timeout=0.1) as node, pytest.raises(InputError, match=said):
            node.block_hash("7")
        done.set()


def test_a_node_that_answers_too_slowly_is_given_up() -> None:
    """Every byte comes in time, and the whole does not."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_drip, args=(server,))
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with Node(url, timeout=0.2) as node, pytest.raises(InputError, match="did not answer chain_getBlockHash"):
            node.block_hash("7")
        thread.join()


def _drip(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
        for _ in range(1000):
            connection.sendall(b" ")
            time.sleep(0.02)


@pytest.mark.parametrize("block", ["-1", "0x12", "latest", "1e3"])
def test_what_is_no_block_is_refused(block: str) -> None:
    with Node("http://127.0.0.1:9") as node, pytest.raises(InputError, match=r"no block\. Write its number"):
        node.block_hash(block)


# The command


def test_what_was_imported_is_quoted_and_explained(dtao_command: Command, tmp_path: Path) -> None:
    raw, state, compressed = MARKET, tmp_path / "state.json", tmp_path / "ss58.json.gz"
    said = dtao_command("import", raw, "-o", state)
    assert said.exit_code == 0
    assert said.stdout.endswith("461 entries of 4 subnets at block 60045, version 277 (era hotkey-per-subnet)\n")
    assert json.loads(state.read_text())["state"] == content(raw)["flat"]
    assert dtao_command("import", raw, "--netuid", "2", "--accounts", "ss58", "-o", compressed).exit_code == 0
    quoted = dtao_command("quote", "buy", "10", "--state", state, "--netuid", "2")
    assert quoted.exit_code == 0
    assert "era hotkey-per-subnet (277-282, v3.1.5)" in quoted.stdout
    assert dtao_command("quote", "buy", "10", "--state", compressed, "--netuid", "2").stdout == quoted.stdout
    explained = dtao_command("explain", "block", "--state", state, "--netuid", "2", "--rule", "BLOCK")
    assert explained.stdout.startswith("the block after 60045 (hotkey-per-subnet)")


def test_an_implementation_is_judged_in_what_was_imported(dtao_command: Command, tmp_path: Path) -> None:
    state = tmp_path / "state.json.gz"
    dtao_command("import", MARKET, "-o", state)
    judged = dtao_command("conform", "--state", state, "--blocks", "2")
    assert (judged.exit_code, judged.stdout.splitlines()[-1]) == (0, "CONFORMS")
    beside = tmp_path / "state.vectors.jsonl.gz"
    quotes, orders, blocks = (vector.body["steps"] for vector in vectors.vectors(beside))
    assert {step["do"] for step in quotes} == {"read"}
    accepted = [step["call"] for step in orders if step["do"] == "call" and step["error"] is None]
    assert len(accepted) == 4 * 5  # of each of four subnets: staked twice, unstaked thrice
    assert [(step["do"], step["n"]) for step in blocks] == [("blocks", 1)] * 2
    assert vectors.verified(beside).header.genesis == content(MARKET)["flat"]
    wrong = dtao_command("conform", "--state", state, "--adapter", "python:tests.properties.planted:Rounding")
    assert (wrong.exit_code, "277/scenario/state/orders" in wrong.stdout) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--state", "none.json"], "--state none.json: cannot be read"),
        (["--state", MARKET], "a raw chain specification"),
        (["--state", MARKET, "--vectors", "x"], "one of them says what is judged by"),
        (["--blocks", "2"], "--blocks: it belongs to --state"),
    ],
)
def test_what_is_no_state_is_not_judged_by(words: list[object], said: str, dtao_command: Command) -> None:
    result = dtao_command("conform", *words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize("form", ["decimal", "hex", "ss58"])
def test_accounts_are_written_in_every_form_and_read_back(form: str, dtao_command: Command, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    for raw in FILES:
        dtao_command("import", raw, "--accounts", form, "-o", path)
        market = market_of_file(None, path)
        assert market.era.dump(market.state) == content(raw)["flat"]


def test_a_state_is_printed_flat(dtao_command: Command) -> None:
    assert json.loads(dtao_command("import", MARKET, "--flat").stdout) == content(MARKET)["flat"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.json"], "none.json: cannot be read"),
        ([MARKET, "--block", "7"], "a file has one state only"),
        ([MARKET, "--era", "nonsense"], "there is no era 'nonsense'"),
        ([MARKET, "--accounts", "base64"], "written as decimal, hex, ss58"),
        ([MARKET, "-o", "none/state.json"], "there is no such folder"),
        ([MARKET, "--netuid", "77"], "there is no subnet 77 in it. There are: 0, 1, 2, 3."),
        (["ftp://127.0.0.1"], "no address of a node"),
        (["http://127.0.0.1:9", "--timeout", "1e9"], "an answer takes 86400 seconds at most"),
        (["http://127.0.0.1:9"], "http://127.0.0.1:9: it cannot answer chain_getFinalizedHead"),
        (["http://127.0.0.1:9", "--era", "277"], "a node says its version itself"),
    ],
)
def test_what_cannot_be_imported_ends_with_2(words: list[object], said: str, dtao_command: Command) -> None:
    result = dtao_command("import", *words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


def test_a_raw_specification_is_no_state(dtao_command: Command, tmp_path: Path) -> None:
    result = dtao_command("quote", "buy", "10", "--state", MARKET)
    assert result.exit_code == 2
    assert f"dtao import {MARKET} -o state.json" in result.stderr


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(InputError, match=r"this needs httpx, which is not installed.*pip install 'dtao-spec\[lab\]'"):
        needed("httpx")
