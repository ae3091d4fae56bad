"""The judge against adapters that run elsewhere and misbehave: each is told what it did, and nothing is left of it."""

import contextlib
import io
import json
import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from dtao_properties.adapters import serve, transports
from dtao_properties.adapters.endpoint import Options, connected
from dtao_properties.adapters.protocol import Errored, Session
from dtao_properties.conformance.selection import selected
from dtao_properties.conformance.verdicts import verdicts
from tests.properties import toy

Dtao = Callable[..., Result]
LIMIT = 1.0
"""Seconds for an answer, so that a hanging adapter does not hold the tests up; an honest one needs milliseconds."""


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Write four kernel vectors. The adapters misbehave at the second."""
    return toy.write(tmp_path / "sum.jsonl", toy.lines(toy.kernels()))


@pytest.fixture
def command(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Return the endpoint of a misbehaving adapter; at the end, none of its processes is left."""
    monkeypatch.setenv("PYTHONPATH", str(root))
    pids = tmp_path / "pids"
    words = [sys.executable, "-S", "-m"]
    yield lambda name: "cmd:" + shlex.join([*words, f"tests.properties.adapters.{name}", str(pids)])
    for pid in map(int, pids.read_text().splitlines()):
        assert living(pid) == []


def living(group: int) -> list[str]:
    """List the processes of a group that have not ended."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return [row[2] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]


def judged(dtao_command: Dtao, recordings: Path, endpoint: str, *words: object) -> tuple[Result, list[dict[str, Any]]]:
    report = recordings.with_suffix(".ndjson")
    result = dtao_command("conform", "--vectors", recordings, "--adapter", endpoint, "--ndjson", report,
                          "--timeout", LIMIT, *words)  # fmt: skip
    records = [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
    return result, [one for one in records if "id" in one]


MISDEEDS = {
    "hangs": ["no answer within 1 s; it was killed"],
    "drips": ["no answer within 1 s; it was killed"],
    "floods_stderr": ["no answer within 1 s; it was killed", "| still thinking"],
    "floods_output": ["it sent a line longer than 16 MiB; it was killed"],
    "floods_lines": ["it sent a line that answers no request: ", "to the standard error; it was killed"],
    "duplicates": ["it sent a line that answers no request: '{\"seq\": 3, ", "to the standard error; it was killed"],
    "chatty": ["it sent a line that answers no request: 'adding 1 and 2'. One line a request, the reply, may go there; "
               "write everything else to the standard error; it was killed"],
    "chatty_afterwards": ["it sent a line that answers no request: 'added 1 and 2'. One line a request, the reply, may "
                          "go there; write everything else to the standard error; it was killed"],
    "crashes_later": ["it ended without an answer: the process exited with status 1",
                      "the end of its standard error:", "| ZeroDivisionError: an empty pool"],
    "killed": ["it ended without an answer: the process was ended by SIGSEGV"],
    "exits_silently": ["it ended without an answer: the process exited with status 0"],
    "closes_output": ["it ended without an answer: it closed its standard output but went on, and was killed"],
    "malformed": ["the reply is not valid JSON (Expecting property name enclosed in double quotes: line 1 column 2"],
    "not_utf8": ["the reply is not UTF-8 text (invalid continuation byte); it was killed"],
    "nested": ["the reply is not valid JSON (maximum recursion depth exceeded"],
    "wrong_seq": ["the reply to kernel has seq 1003 instead of 3; it was killed"],
    "floats": ["the number 3.0 is a float; there are integers and decimal strings only; it was killed"],
    "repeats_member": ["the reply is ambiguous: the member 'value' is given twice; it was killed"],
    "not_an_object": ["the reply is not an object but list; it was killed"],
    "lacks_value": ["the reply to kernel lacks the member 'value'"],
    "errs": ["the kernel sum: overflow in add"],
}  # fmt: skip


@pytest.mark.parametrize("name", MISDEEDS)
def test_a_misdeed_costs_one_vector(
    dtao_command: Dtao, recordings: Path, command: Callable[[str], str], name: str
) -> None:
    result, records = judged(dtao_command, recordings, command(name))
    assert (result.exit_code, result.stderr) == (1, "")
    assert [one["status"] for one in records] == ["passed", "errored", "passed", "passed"]
    reason = records[1]["reason"]
    assert reason.startswith("the kernel sum: ")
    for words in MISDEEDS[name]:
        assert words in reason
        assert words.splitlines()[0] in result.stdout
    assert "\x1b" not in result.stdout


def test_a_late_second_answer_is_noticed(dtao_command: Dtao, recordings: Path, command: Callable[[str], str]) -> None:
    result, records = judged(dtao_command, recordings, command("duplicates_late"))
    assert result.exit_code == 1
    # the answer that came first was right; the second one spoils the request that it arrives at
    assert [one["status"] for one in records] == ["passed", "passed", "errored", "passed"]
    # it arrives alone, or together with the answer to the next request: either way it is called what it is
    late, together = "seq 3 instead of 4: an earlier request was answered twice, or late", "answers no request"
    assert late in records[2]["reason"] or together in records[2]["reason"]


@pytest.mark.parametrize(("name", "expected", "actual", "delta"), [("lies", "3", "4", 1), ("wrong_types", "3", 3, 0)])
def test_a_wrong_value_is_a_divergence(
    dtao_command: Dtao, recordings: Path, command: Callable[[str], str],
    name: str, expected: str, actual: object, delta: int,
) -> None:  # fmt: skip
    result, records = judged(dtao_command, recordings, command(name))
    assert result.exit_code == 1
    assert [one["status"] for one in records] == ["passed", "failed", "passed", "passed"]
    assert records[1]["divergence"]["differences"] == [
        {"place": "value", "kind": "differs", "expected": expected, "actual": actual, "delta": delta}
    ]


@pytest.mark.parametrize("name", ["hangs", "crashes_later"])
def test_workers_have_their_own_processes(
    dtao_command: Dtao, recordings: Path, command: Callable[[str], str], name: str
) -> None:
    _, alone = judged(dtao_command, recordings, command(name))
    result, shared = judged(dtao_command, recordings, command(name), "--workers", 2)
    assert result.exit_code == 1
    assert [one["status"] for one in shared] == [one["status"] for one in alone]
    assert [one.get("reason", "").partition("\n")[0] for one in shared] == [
        one.get("reason", "").partition("\n")[0] for one in alone
    ]


def test_an_adapter_that_never_starts(dtao_command: Dtao, recordings: Path, command: Callable[[str], str]) -> None:
    result, records = judged(dtao_command, recordings, command("crashes_at_start"))
    assert (result.exit_code, records) == (2, [])
    assert "it ended without an answer: the process exited with status 1" in result.stderr
    assert "| loading the rules" in result.stderr
    assert "| RuntimeError: no rules are installed" in result.stderr
    assert f"--adapter {command('crashes_at_start')}: the run cannot begin: it ended" in result.stderr
    assert result.stderr.endswith("| RuntimeError: no rules are installed\n")  # nothing is glued to its words


def test_an_adapter_that_cannot_be_started_again(
    dtao_command: Dtao, recordings: Path, command: Callable[[str], str]
) -> None:
    many = toy.write(recordings.with_name("many.jsonl"), toy.lines(toy.kernels(8)))
    result, records = judged(dtao_command, many, command("never_again"))
    assert result.exit_code == 1
    assert [one["status"] for one in records] == ["passed", *["errored"] * 8]
    assert "the process exited with status 7" in records[1]["reason"]
    for one in records[2:5]:
        assert "the process exited with status 1" in one["reason"]
        assert "| the port is taken" in one["reason"]
    for one in records[5:]:
        assert "not started again after 3 failed starts in a row. The last: it ended without" in one["reason"]


@pytest.mark.parametrize("name", ["no/such/program", "/", "/dev/null"])
def test_no_program(dtao_command: Dtao, recordings: Path, name: str) -> None:
    result = dtao_command("conform", "--vectors", recordings, "--adapter", f"cmd:{name} --fast")
    assert result.exit_code == 2
    assert f"{name!r} cannot be started: " in result.stderr


def test_a_request_that_is_not_read(command: Callable[[str], str]) -> None:
    session = Session(connected(command("deaf"), Options(timeout=LIMIT)))
    session.hello()
    state = {f"Balance/{account}": "1" for account in range(100_000)}
    start = time.monotonic()
    with pytest.raises(Errored, match=r"no answer within 1 s; it was killed"):
        session.ask({"do": "load", "era": "toy", "spec_version": 1, "state": state})
    assert time.monotonic() - start < 10
    session.close()


def test_no_shell_is_involved(dtao_command: Dtao, recordings: Path, command: Callable[[str], str]) -> None:
    trace = recordings.with_name("trace")
    endpoint = command("honest") + f" ; touch {trace} $(touch {trace}) `touch {trace}` > {trace}"
    result, _ = judged(dtao_command, recordings, endpoint)
    assert (result.exit_code, trace.exists()) == (0, False)


def test_a_forgotten_adapter_ends_its_process(command: Callable[[str], str]) -> None:
    adapter = connected(command("honest"))
    Session(adapter).hello()
    del adapter  # the fixture sees that nothing is left


def test_a_run_that_is_ended_from_outside(root: Path, recordings: Path, command: Callable[[str], str]) -> None:
    words = [sys.executable, "-m", "dtao_properties", "conform", "--vectors", str(recordings), "--timeout", "60",
             "--adapter", command("hangs")]  # fmt: skip
    folders = [str(root / name) for name in ("", "reference", "properties", "spec")]
    run = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)}, stdout=subprocess.DEVNULL)
    pids = recordings.with_name("pids")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (pids.exists() and "sleep 600" in living_of(pids)):
        time.sleep(0.05)
    run.terminate()
    assert run.wait(30) == 128 + 15


def test_after_an_interruption_the_next_answer_is_the_right_one(command: Callable[[str], str]) -> None:
    session = Session(connected(command("hangs"), Options(timeout=20)))
    session.hello()

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(KeyboardInterrupt):
            session.ask({"do": "kernel", "kernel": "sum", "args": {"a": "1", "b": "2"}})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert session.ask({"do": "kernel", "kernel": "sum", "args": {"a": "5", "b": "2"}})["value"] == "7"
    session.close()


def test_only_the_end_of_the_standard_error_is_kept() -> None:
    kept = bytearray()
    transports.keep_the_end(io.BytesIO(b"early" + b"x" * 10**6 + b"late"), kept)
    assert (len(kept), bytes(kept[-4:])) == (transports.STDERR_KEPT, b"late")


def living_of(pids: Path) -> list[str]:
    return [args for pid in pids.read_text().splitlines() for args in living(int(pid))]


def served(adapter: Callable[[], Any]) -> int:
    """Serve an adapter on a port of this machine, for as many connections as come; return the port."""
    found: list[int] = []
    ready = threading.Event()

    def tell(actual: int) -> None:
        found.append(actual)
        ready.set()

    threading.Thread(target=serve.serve_tcp, args=(adapter, 0, tell), daemon=True).start()
    assert ready.wait(10)
    return found[0]


def test_tcp(dtao_command: Dtao, tmp_path: Path) -> None:
    port = served(toy.Toy)
    for workers in (1, 2):
        result = dtao_command("conform", "--vectors", toy.folder(tmp_path), "--adapter", f"tcp:127.0.0.1:{port}",
                              "--workers", workers)  # fmt: skip
        assert (result.exit_code, result.stdout.count("ok  ")) == (0, 2)


def test_a_lost_connection_is_made_anew(tmp_path: Path) -> None:
    """The toy falls over in every read, which ends its connection but not the server."""

    class Ending(toy.Toy):
        def read(self, message: Any) -> dict[str, Any]:
            raise ConnectionResetError  # ends the connection

    choice = selected([toy.folder(tmp_path)])
    outcomes = list(verdicts(choice, f"tcp:127.0.0.1:{served(Ending)}"))
    assert [one.status for one in outcomes] == ["passed"] * 4 + ["errored"] * 3
    assert {one.reason for one in outcomes[4:]} == {
        "step 5, read balance: it ended without an answer; the connection was closed"
    }


def test_long_lines_go_through(command: Callable[[str], str]) -> None:
    """A line that is longer than any buffer between the two, in either direction."""
    amount = "7" * 6_000_000
    for endpoint, message in (
        (f"tcp:127.0.0.1:{served(toy.Toy)}", {"do": "set", "item": "Balance", "account": "1", "value": amount}),
        (command("honest"), {"do": "kernel", "kernel": "echo", "args": {"a": amount}}),
    ):
        session = Session(connected(endpoint, Options(timeout=20)))
        reply = session.ask(message)
        assert amount in (reply.get("value"), reply.get("diff", {}).get("Balance/1"))
        session.close()


@pytest.mark.parametrize("waits_for_the_answer", [True, False])
def test_who_asks_and_goes_away_ends_the_conversation(waits_for_the_answer: bool) -> None:
    asked, gone = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    class Slow(toy.Toy):
        def request(self, message: Any) -> dict[str, Any]:
            threads.append(threading.current_thread())
            asked.set()
            if not waits_for_the_answer:
                gone.wait(10)
            return {"seq": 1, "value": "7" if waits_for_the_answer else "7" * 5_000_000}

    with socket.create_connection(("127.0.0.1", served(Slow))) as connection:
        connection.sendall(b'{"seq": 1, "do": "hello"}\n')
        assert asked.wait(10)
        if waits_for_the_answer:
            assert connection.recv(1_000)
        at_once = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    gone.set()
    threads[0].join(10)
    assert not threads[0].is_alive()


def test_a_connection_that_floods_while_it_is_written_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def flood() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(1)
                while True:
                    connection.sendall(b"9" * 65536)

        thread = threading.Thread(target=flood, daemon=True)
        thread.start()
        session = Session(connected(f"tcp:127.0.0.1:{server.getsockname()[1]}", Options(timeout=20)))
        with pytest.raises(Errored, match="it sent a line longer than 16 MiB"):
            session.ask({"do": "hello", "protocol": 1, "padding": "x" * 30_000_000})
        session.close()
        thread.join(10)
        assert not thread.is_alive()


def test_nobody_listens(dtao_command: Dtao, recordings: Path) -> None:
    result = dtao_command("conform", "--vectors", recordings, "--adapter", "tcp:127.0.0.1:1")
    assert result.exit_code == 2
    assert "cannot connect to 127.0.0.1 port 1: " in result.stderr


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("cmd:", "there is no command"),
        ("cmd:'unclosed", "no closing quotation in the command line"),
        ("tcp:localhost", "not an address. Give 'tcp:HOST:PORT'"),
        ("tcp:localhost:0", "not an address"),
        ("tcp::80", "not an address"),
    ],
)
def test_endpoints_that_are_none(dtao_command: Dtao, recordings: Path, endpoint: str, said: str) -> None:
    result = dtao_command("conform", "--vectors", recordings, "--adapter", endpoint)
    assert (result.exit_code, said in result.stderr) == (2, True)
