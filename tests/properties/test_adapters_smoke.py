"""``dtao smoke``: what it tells the author of an adapter, and ``dtao serve``, which it finds nothing wrong with."""

import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from dtao_properties.adapters import serve
from dtao_properties.adapters.reference import Reference

Dtao = Callable[..., Result]
Reply = dict[str, Any]
FOLDERS = ("reference", "properties", "spec")


class Changed(Reference):
    """The reference with one thing wrong."""

    def request(self, message: Mapping[str, Any]) -> Reply:
        return self.changed(message, super().request(message))

    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        return reply


class Floating(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        return {**reply, "value": 0.25} if message.get("read") == "get_alpha_price" else reply


class Numeric(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        return {**reply, "value": int(reply["value"])} if message.get("read") == "sim_swap_tao_for_alpha" else reply


class Generous(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        if message["do"] == "call" and reply.get("error", "") is None:
            reply["diff"]["SubnetAlphaIn/1"] = str(int(reply["diff"]["SubnetAlphaIn/1"]) + 1)
        return reply


class Renaming(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        if reply.get("error") == "NotEnoughBalanceToStake":
            reply["error"] = "BalanceTooLow"
        if message["do"] == "set":
            reply["diff"] = {entry.replace("Balance/", "free/"): value for entry, value in reply["diff"].items()}
        return reply


class Renumbering(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        return {**reply, "seq": 0} if message["do"] == "blocks" else reply


class Eager(Changed):
    """Tells unchanged entries as well, and one that must not change."""

    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        if message["do"] == "call" and reply.get("error", "") is None:
            reply["diff"]["BlockEmission"] = "1000000000"
        if message["do"] == "set":
            reply["diff"]["Tempo/7"] = None
        if message["do"] == "phase":
            reply["diff"]["Burn/1"] = "5"
        if message["do"] == "blocks":
            reply["diff"]["Owner/2001"] = None
        return reply


class Truncating(Changed):
    """Loses the last element of a list."""

    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        if message["do"] == "call" and reply.get("error", "") is None:
            reply["diff"]["StakingHotkeys/1001"] = []
        return reply


class Stringly(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        return {**reply, "seq": str(message["seq"])} if message["do"] == "phase" else reply


class Misnaming(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        if message["do"] == "hello":
            reply["value"] |= {"levels": ["kernel"], "items": ["SubnetTAO", "pool_alpha\x1b"]}
        return reply


class Guessing(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        return {"seq": message["seq"], "value": "0"} if message.get("read") == "no_such_name" else reply


class Crashing(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        return {} if message["do"] != "phase" else reply["no such member"]


class Ungreeting(Changed):
    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        del reply["value"]["eras"]
        reply["value"]["levels"].append("all")
        return reply


class Beginning(Changed):
    """Quotes a little, and skips the rest."""

    items = ("NetworksAdded", "SubnetAlphaIn", "SubnetMechanism", "SubnetTAO")

    def changed(self, message: Mapping[str, Any], reply: Reply) -> Reply:
        if message["do"] == "hello":
            reply["value"] |= {"levels": ["quote"], "items": list(self.items), "name": "mine\x1b[2J"}
        if message["do"] == "load":
            assert sorted(entry.partition("/")[0] for entry in message["state"]) == list(self.items)
        if message["do"] == "read" and ("max" in message["read"] or "moving" in message["read"]):
            return {"seq": message["seq"], "skipped": "that comes later"}
        return reply


class Unset(Changed):
    """Does everything but direct writes."""

    def request(self, message: Mapping[str, Any]) -> Reply:
        if message["do"] == "set":
            return {"seq": message["seq"], "skipped": "there is no such thing on a chain"}
        return super().request(message)


@cache  # several tests look at what one adapter is told
def smoke(dtao_command: Dtao, name: str) -> tuple[int, str]:
    result = dtao_command("smoke", "--adapter", f"python:tests.properties.test_adapters_smoke:{name}")
    return result.exit_code, result.stdout


def lines_of(output: str, name: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith(name)]


def test_the_reference_has_no_faults(dtao_command: Dtao) -> None:
    result = dtao_command("smoke")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "WRONG" not in result.stdout
    assert "Every message of the announced levels is answered as the reference answers it." in result.stdout
    for kind in ("hello", "load", "kernel", "read", "set", "call", "phase", "blocks", "stop"):
        assert lines_of(result.stdout, kind), kind


@pytest.mark.parametrize(
    ("name", "place", "said"),
    [
        ("Floating", "read get_alpha_price", "'value' is the float 0.25: write wide numbers as decimal strings"),
        ("Numeric", "read sim_swap_tao_for_alpha", "value is the number 3636363636, due is the string '3636363636': "
                                                   "the amount is right, but has to be a decimal string"),
        ("Generous", "call add_stake", "SubnetAlphaIn/1 is '36363801655', due is '36363801654' (by +1)"),
        ("Renaming", "call add_stake, too much", "the error is 'BalanceTooLow', due is 'NotEnoughBalanceToStake'; if "
                                                 "that is the same error, map its name in adapter.toml: [errors] "
                                                 "'BalanceTooLow' = 'NotEnoughBalanceToStake'"),
        ("Renaming", "set Balance", "Balance/1001 has to change to '20000000000', but is not in the diff"),
        ("Eager", "call add_stake", "BlockEmission is in the diff with the value that it had before as well: "
                                    "a diff holds what changes, and no more"),
        ("Eager", "set Balance", "Tempo/7 is in the diff with its default, which it had before as well: "),
        ("Eager", "phase update_moving_price", "Burn/1 is '5' in the diff, but must stay absent, or its default"),
        ("Eager", "blocks", "Owner/2001 is absent, or its default in the diff, but must stay '1001'"),
        ("Truncating", "call add_stake", "StakingHotkeys/1001 is [], due is ['2001']"),
        ("Renumbering", "blocks", "the reply has seq 0 instead of "),
        ("Stringly", "phase", "'seq' is the string '"),
        ("Guessing", "read no_such_name", "there is no such name, but it was answered: skip what is not known"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(dtao_command: Dtao, name: str, place: str, said: str) -> None:
    code, output = smoke(dtao_command, name)
    assert code == 1
    told = [line for line in lines_of(output, place) if "WRONG" in line]
    assert told
    assert all(said in line for line in told)
    wrong = sum("WRONG" in line for line in output.splitlines())
    count = "1 message is" if wrong == 1 else f"{wrong} messages are"
    assert f"{count} answered wrongly. Next: correct " in output
    # one wrong answer does not make those after it wrong
    assert wrong == {"Eager": 6, "Generous": 2, "Renaming": 4, "Truncating": 2}.get(name, 1)


def test_faults_in_hello_end_it(dtao_command: Dtao) -> None:
    code, output = smoke(dtao_command, "Ungreeting")
    assert code == 1
    assert "'eras' is missing: give a list of strings, such as launch" in output
    assert "'all' in 'levels' is no level: there are kernel, quote, call, block" in output
    assert "Next: correct the reply to hello." in output
    assert "level" not in output.splitlines()[-1]


def test_an_adapter_that_falls_over_in_everything(dtao_command: Dtao) -> None:
    result = dtao_command("smoke", "--adapter", "python:tests.properties.test_adapters_smoke:Crashing")
    assert result.exit_code == 1
    assert "'seq' is missing" in result.stdout
    assert "the member 'value' is missing" in result.stdout


def test_the_next_step_is_told(dtao_command: Dtao) -> None:
    code, output = smoke(dtao_command, "Beginning")
    assert code == 0, output
    assert "\x1b" not in output
    assert lines_of(output, "read get_max_amount_add") == [f"{'read get_max_amount_add':<38} skipped  that comes later"]
    assert "What is answered is right. Next: implement read get_moving_alpha_price, read get_max_amount_add" in output
    assert "Levels that are not announced: kernel, call, block." in output
    endpoint = "--adapter python:tests.properties.test_adapters_smoke:Beginning"
    assert output.splitlines()[-2:] == [
        f"Next: judge it by the recordings: dtao conform {endpoint}",
        f"Then: search for inputs on which it differs from the reference: dtao fuzz {endpoint}",
    ]


def test_the_commands_that_are_proposed_reach_the_adapter_likewise(dtao_command: Dtao, tmp_path: Path) -> None:
    config = tmp_path / "adapter.toml"
    config.write_text("[errors]\nBalanceTooLow = 'NotEnoughBalanceToStake'\n")
    endpoint = "python:tests.properties.test_adapters_smoke:Beginning"
    output = dtao_command("smoke", "--adapter", endpoint, "--adapter-config", config, "--timeout", 3).stdout
    for command in ("conform", "fuzz"):
        assert f": dtao {command} --adapter {endpoint} --adapter-config {config} --timeout 3\n" in output


def test_items_that_do_not_exist_are_told(dtao_command: Dtao) -> None:
    code, output = smoke(dtao_command, "Misnaming")
    assert code == 0
    (note,) = (line.strip() for line in output.splitlines() if "note " in line)
    assert note == (
        "note     'items' names what the runtime does not have: pool_alpha\\x1b; map its names in adapter.toml: [items]"
    )


def test_a_skipped_message_does_not_make_those_after_it_wrong(dtao_command: Dtao) -> None:
    code, output = smoke(dtao_command, "Unset")
    assert (code, "WRONG" in output) == (0, False)
    assert "Next: implement set Balance, or go on without." in output


def test_nobody_answers(dtao_command: Dtao) -> None:
    result = dtao_command("smoke", "--adapter", "cmd:false")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--adapter cmd:false: nothing can be checked: it ended " in result.stderr


@pytest.fixture
def environment(root: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(root / folder) for folder in FOLDERS)}


def test_serve_behind_smoke(dtao_command: Dtao, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", environment["PYTHONPATH"])
    command = shlex.join([sys.executable, "-m", "dtao_properties", "serve"])
    result = dtao_command("smoke", "--adapter", f"cmd:{command}")
    assert (result.exit_code, "WRONG" in result.stdout) == (0, False)


def test_serve_tcp(dtao_command: Dtao, environment: dict[str, str]) -> None:
    words = [sys.executable, "-m", "dtao_properties", "serve", "--tcp", "0"]
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        port = server.stderr.readline().rpartition(":")[2].strip()
        result = dtao_command("conform", "--suite", "rejections", "--adapter", f"tcp:127.0.0.1:{port}")
        server.terminate()
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "not valid JSON"),
        ("[1]", "a request is an object with a whole number 'seq' and a string 'do'"),
        ('{"do": "stop"}', "a request is an object"),
        ('{"seq": 1}', "a request is an object"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_lines_that_are_no_request(line: str, said: str) -> None:
    replies = io.BytesIO()
    stop = '{"seq": 5, "do": "stop"}\n'
    serve.answer(Reference(), io.BytesIO(f"{line}\n{stop}{stop}".encode()), replies)
    first, second = (json.loads(reply) for reply in replies.getvalue().splitlines())
    assert (first["seq"], said in first["refused"]) == (None, True)
    assert second == {"seq": 5, "ok": True}


@pytest.mark.parametrize(
    "message",
    [
        {"do": "load", "era": [], "spec_version": 1, "state": {}},
        {"do": "load", "era": "launch", "spec_version": 1, "state": []},
        {"do": "load", "era": "launch", "spec_version": 1},
        {"do": "call", "call": "add_stake", "signer": None, "args": []},
        {"do": "call", "call": [], "signer": None, "args": {}},
        {"do": "set", "item": [], "value": 3},
        {"do": "set", "item": "Tempo", "netuid": [], "value": 3},
        {"do": "phase", "phase": [], "args": {}},
        {"do": "read", "read": "get_alpha_price", "args": None},
        {"do": "read", "read": "get_alpha_price", "args": {"netuid": []}},
        {"do": "blocks", "n": True},
        {"do": "blocks", "n": -1},
        {"do": "kernel", "era": "launch", "kernel": [], "args": {}},
    ],
)
def test_malformed_requests_are_refused(message: dict[str, Any]) -> None:
    reference = Reference()
    assert reference.request({"seq": 0, "do": "load", "era": "launch", "spec_version": 233, "state": {}})["ok"] is True
    reply = reference.request({"seq": 1, **message})
    assert (reply["seq"], list(reply)) == (1, ["seq", "refused"])


def test_a_recorded_state_may_contradict_itself() -> None:
    state = {"NetworksAdded/1": True, "Alpha/1/1/1": "5"}
    load = {"seq": 1, "do": "load", "era": "launch", "spec_version": 233, "state": state}
    assert "TotalHotkeyShares" in Reference().request(load)["refused"]
    assert Reference().request({**load, "recorded": True})["ok"] is True
