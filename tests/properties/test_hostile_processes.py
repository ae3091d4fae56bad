"""The judge against a process that writes whatever it likes in place of a reply: one table, one small script."""

import json
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.properties import toy

Dtao = Callable[..., Result]
SCRIPT = r"""
import json, os, signal, sys, time
kind = sys.argv[1]
hello = {"name": "adder", "language": "C", "version": "1", "protocol": 1, "eras": ["toy"], "levels": ["kernel"]}
def put(data):
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
def line(value):
    put(json.dumps(value).encode() + b"\n")
answered = 0
for raw in sys.stdin.buffer:
    message = json.loads(raw)
    seq, do = message["seq"], message["do"]
    if do == "hello":
        line({"seq": seq, "value": hello})
        continue
    if do == "stop":
        if kind == "deaf_to_stop":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
        if kind == "talks_at_the_end":
            put(b"bye\n" * 1000)
        line({"seq": seq, "ok": True})
        break
    answered += 1
    right = {"seq": seq, "value": str(int(message["args"].get("a", 1)) + int(message["args"].get("b", 1)))}
    if message["kernel"] == "flags":
        right = {"seq": seq, "value": [True, [False, 1]]}
    if message["args"].get("a") != "1":
        line(right)
        continue
    body = json.dumps(right).encode()
    exec(SPOILS[kind])
"""
SPOILS = {
    "long_number": 'put(b\'{"seq": %d, "value": %s}\\n\' % (seq, b"9" * 5000))',
    "long_decimal": 'line({"seq": seq, "value": "9" * 5000})',
    "exponent": 'put(b\'{"seq": %d, "value": 3e0}\\n\' % seq)',
    "nan": 'put(b\'{"seq": %d, "value": NaN}\\n\' % seq)',
    "minus_infinity": 'put(b\'{"seq": %d, "value": -Infinity}\\n\' % seq)',
    "mark": r"put(b'\xef\xbb\xbf' + body + b'\n')",
    "utf_16": "put(json.dumps(right).encode('utf-16') + b'\\n')",
    "latin": r"put(b'{\"seq\": %d, \"value\": \"\xe9\"}\n' % seq)",
    "nul": r"put(body[:-1] + b'\x00}\n')",
    "half_a_pair": r"put(b'{\"seq\": %d, \"value\": \"\\ud800\"}\n' % seq)",
    "half_a_name": r"put(b'{\"seq\": %d, \"\\udfff\": 1, \"value\": \"3\"}\n' % seq)",
    "steers": r"put(b'{\"seq\": %d, \"errored\": \"\\u001b[2J\"}\n' % seq)",
    "cut_off": "put(body[:-3] + b'\\n')",
    "doubled": "put(body + body + b'\\n')",
    "comma": "put(body + b',\\n')",
    "comment": "put(body + b' // done\\n')",
    "apostrophes": "put(str(right).encode() + b'\\n')",
    "empty_line": "put(b'\\n' + body + b'\\n')",
    "spaces": "put(b'   \\n')",
    "web": "put(b'HTTP/1.1 200 OK\\r\\n\\r\\n' + body + b'\\n')",
    "array": "put(b'[' + body + b']\\n')",
    "text": "put(b'\"ok\"\\n')",
    "deep": "put(b'[' * 100000 + b']' * 100000 + b'\\n')",
    "deep_value": "put(b'{\"seq\": %d, \"value\": %s1%s}\\n' % (seq, b'[' * 500, b']' * 500))",
    "no_end": "put(body); time.sleep(60)",
    "two_members": 'put(b\'{"seq": %d, "seq": %d, "value": "3"}\\n\' % (seq, seq))',
    "compressed": "import gzip; put(gzip.compress(body) + b'\\n')",
    "exits_well": "sys.exit(0)",
    "exits_hard": "os._exit(0)",
    "aborts": "os.abort()",
    "stops_itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "closes": "os.close(1); time.sleep(60)",
    "closes_input": "os.close(0); put(b'{\"seq\": 0}\\n'); os._exit(3)",
    "leaves_a_child": "os.fork() and os._exit(0); time.sleep(60)",
    "value_and_skipped": "line({**right, 'skipped': 'no'})",
    "deaf_to_stop": "line({'seq': seq, 'value': '4'})",
    "talks_at_the_end": "line({'seq': seq, 'value': '4'})",
    "carriage_return": "put(body.replace(b'3', b'4') + b'\\r\\n')",
}


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "adapter.py"
    path.write_text(f"SPOILS = {SPOILS!r}\n{SCRIPT}")
    return path


@pytest.mark.parametrize("kind", SPOILS)
def test_a_hostile_process(dtao_command: Dtao, tmp_path: Path, script: Path, kind: str) -> None:
    vectors = toy.write(tmp_path / "sum.jsonl", toy.lines(toy.kernels()))
    report = tmp_path / "report.ndjson"
    command = f"cmd:{shlex.join([sys.executable, '-S', str(script), kind])}"
    start = time.monotonic()
    words = ("--vectors", vectors, "--adapter", command, "--ndjson", report, "--timeout", 0.4)
    result = dtao_command("conform", *words)
    assert time.monotonic() - start < 10
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert ("Traceback" in result.output, "\x1b" in result.output) == (False, False)
    assert result.exit_code == 1
    records = [json.loads(line) for line in report.read_text().splitlines()]
    assert [one["status"] in ("failed", "errored") for one in records] == [False, True, False, False]
    assert "kernel sum" in result.stdout  # what was asked is named


@pytest.mark.parametrize("kind", ["no_end", "exits_well"])
def test_the_time_of_a_campaign_counts_what_hangs_and_crashes(
    dtao_command: Dtao, tmp_path: Path, script: Path, kind: str
) -> None:
    """An adapter of one toy kernel cannot be searched; but one that never answers the greeting ends in time."""
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n" if kind == "no_end" else "")
    start = time.monotonic()
    command = f"cmd:{shlex.join([sys.executable, '-S', str(slow)])}"
    result = dtao_command("fuzz", "--adapter", command, "--time", 1, "--out", tmp_path / "out")
    assert time.monotonic() - start < 8
    assert (result.exit_code, "Traceback" in result.output) == (2, False)
