"""An adapter that does what it should: it adds. The others here do the same, except where they misbehave.

It needs nothing but the standard library, so that it starts quickly: the judge starts it often. Every process notes
its number in the file that the first argument names, so that a test can see that none is left.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HELLO = {
    "name": "adder", "language": "Python", "version": "1", "protocol": 1, "eras": ["toy"], "levels": ["kernel"],
}  # fmt: skip
FATAL = "1"
"""The argument at which an adapter misbehaves; all other requests are answered as they should be."""

Misdeed = Callable[[dict[str, Any], dict[str, Any]], None]


def noted() -> int:
    """Note this process; return how many were noted before it."""
    path = Path(sys.argv[1])
    before = len(path.read_text().splitlines()) if path.exists() else 0
    with path.open("a") as stream:
        stream.write(f"{os.getpid()}\n")
    return before


def requests() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def reply(message: dict[str, Any]) -> dict[str, Any]:
    if message["do"] == "hello":
        return {"seq": message["seq"], "value": HELLO}
    if message["do"] == "stop":
        return {"seq": message["seq"], "ok": True}
    if message["kernel"] == "flags":
        return {"seq": message["seq"], "value": [True, [False, 1]]}
    args = message["args"]
    if message["kernel"] == "echo":
        return {"seq": message["seq"], "value": args["a"]}
    return {"seq": message["seq"], "value": str(int(args["a"]) + int(args["b"]))}


def send(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def run(misdeed: Misdeed | None = None) -> None:
    """Answer; but do ``misdeed`` with the request and its right reply where the argument is the fatal one."""
    noted()
    for message in requests():
        answer = reply(message)
        if misdeed is not None and message["do"] == "kernel" and message["args"].get("a") == FATAL:
            misdeed(message, answer)
        else:
            send(answer)


if __name__ == "__main__":
    run()
