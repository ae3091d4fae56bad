"""The bundled reference behind the judge: it passes, and its user's mistakes are told with their place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from dtao_properties.adapters.reference import Reference
from dtao_properties.conformance import vectors
from tests.properties import toy

Dtao = Callable[..., Result]
GENESIS = vectors.header(vectors.recorded("launch") / "scenario" / "pool.jsonl.gz").genesis
LAUNCH = {"era": "launch", "spec_version": 233}


def written(path: Path, steps: list[dict[str, Any]], **genesis: Any) -> Path:
    """Write a file with one scenario of the launch era, with entries of the genesis replaced."""
    content = toy.lines([{"id": "x", "steps": steps}], **LAUNCH)
    header = {**json.loads(content[0]), "genesis": {**GENESIS, **genesis}}
    return toy.write(path, [json.dumps(header), *content[1:]])


@pytest.mark.parametrize("suite", ["issuance", "lockcost", "rejections", "shares"])
def test_small_suites_conform(dtao_command: Dtao, suite: str) -> None:
    assert dtao_command("conform", "--suite", suite).exit_code == 0


def test_workers_agree_on_the_reference(dtao_command: Dtao, tmp_path: Path) -> None:
    outcomes = []
    for workers in (1, 2):
        report = tmp_path / f"{workers}.ndjson"
        result = dtao_command(
            "conform", "--era", "launch", "--suite", "l[io]*", "--workers", workers, "--ndjson", report
        )
        records = [json.loads(line) for line in report.read_text().splitlines()]
        outcomes.append((result.exit_code, [(one["id"], one["status"]) for one in records]))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == 0


def call(name: str, signer: str | None = "1001", **args: Any) -> dict[str, Any]:
    return {"do": "call", "call": name, "signer": signer, "args": args, "error": None, "events": [], "diff": {}}


def set_step(item: str, value: Any, **keys: Any) -> dict[str, Any]:
    return {"do": "set", "item": item, "value": value, "diff": {}, **keys}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (set_step("NoSuchItem", "1"), "NoSuchItem"),
        (set_step("Balance", "-1", account="1001"), "Balance"),
        (set_step("Balance", "18446744073709551616", account="1001"), "Balance"),
        (set_step("Balance", 5, account="1001"), "Balance"),
        (set_step("Tempo", 65536, netuid=1), "Tempo"),
        (set_step("Tempo", 5), "Tempo"),
        (set_step("Tempo", 5, netuid="one"), "Tempo"),
        (call("no_such_call"), "no_such_call"),
        (call("add_stake", netuid=1, hotkey="1"), "add_stake"),
        (call("add_stake", netuid=1, hotkey="1", amount_staked="-1"), "amount_staked"),
        (call("add_stake", netuid=1, hotkey="1", amount_staked="1", tip="1"), "add_stake"),
        (call("add_stake", "nobody", netuid=1, hotkey="1", amount_staked="1"), "signer"),
        ({"do": "phase", "phase": "no_such_phase", "args": {}, "value": None, "diff": {}}, "no_such_phase"),
        ({"do": "read", "read": "no_such_read", "args": {}, "value": None}, "no_such_read"),
        ({"do": "read", "read": "get_alpha_price", "args": {"netuid": 70000}, "value": "0"}, "netuid"),
    ],
)
def test_mistakes_in_a_step(dtao_command: Dtao, tmp_path: Path, step: dict[str, Any], said: str) -> None:
    path = written(tmp_path / "bank.jsonl", [set_step("TxRateLimit", "1000"), step])
    result = dtao_command("conform", "--vectors", path)
    assert (result.exit_code, result.stdout.count("DIVERGES")) == (2, 0)
    assert result.stderr.startswith(f"dtao: error: {path}:2: x: step 1, ")
    assert said in result.stderr


@pytest.mark.parametrize(
    ("entry", "value"),
    [("NoSuchItem", "1"), ("SubnetTAO/1", "-1"), ("SubnetTAO/x", "1"), ("Alpha/1/1/1", "5"), ("SubnetTAO/1", 7)],
)
def test_mistakes_in_a_genesis(dtao_command: Dtao, tmp_path: Path, entry: str, value: Any) -> None:
    path = written(tmp_path / "bank.jsonl", [], **{entry: value})
    result = dtao_command("conform", "--vectors", path)
    assert (result.exit_code, entry.partition("/")[0] in result.stderr) == (2, True)
    assert result.stderr.startswith(f"dtao: error: {path}:1: x: the genesis: ")


def test_unknown_kernel(dtao_command: Dtao, tmp_path: Path) -> None:
    path = toy.write(tmp_path / "sum.jsonl", toy.lines(toy.kernels(), **LAUNCH))
    result = dtao_command("conform", "--vectors", path)
    assert result.exit_code == 2
    assert f"{path}:2: toy/kernel/sum/p0: the kernel sum: no kernel 'sum'" in result.stderr


def test_later_eras_are_refused(dtao_command: Dtao, tmp_path: Path) -> None:
    path = toy.write(tmp_path / "sum.jsonl", toy.lines(toy.kernels(), era="999", spec_version=999))
    result = dtao_command("conform", "--vectors", path)
    assert result.exit_code == 2
    assert "the era '999' is unknown to the adapter 'dtao', which knows launch" in result.stderr


def test_requests_out_of_order_are_refused() -> None:
    reference = Reference()
    assert "Send load first" in reference.request({"seq": 1, "do": "blocks", "n": 1})["refused"]
    assert "unknown request 'pray'" in reference.request({"seq": 2, "do": "pray"})["refused"]
    load = {"seq": 3, "do": "load", "era": "999", "spec_version": 999, "state": {}}
    assert "999" in reference.request(load)["refused"]
    for wrong in ({**load, "state": []}, {"seq": 3, "do": "load", "era": "launch", "state": {}}):
        assert "the request load" in reference.request(wrong)["refused"]
    kernel = {"seq": 4, "do": "kernel", "era": "999", "kernel": "I96F32.floor", "args": {"a": "1"}}
    assert "999" in reference.request(kernel)["refused"]
