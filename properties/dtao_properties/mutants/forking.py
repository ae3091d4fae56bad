"""Work in child processes, each forked from this one when its turn comes, and limited in the time that it computes."""

import gc
import json
import os
import resource
import selectors
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from attrs import frozen

Json = Any
Task = TypeVar("Task")
Tell = Callable[[str, float], None]
"""Says what begins now, and how many seconds it may compute."""
MEMORY = 6 * 2**30
"""Bytes that a child may use."""


@frozen
class Ended:
    """How a child ended."""

    result: Json
    """What it returned; None if it did not come to an end."""
    place: str
    """What it was at."""
    reason: str
    """Why it did not come to an end; empty if it did."""


def forked(tasks: Sequence[Task], work: Callable[[Task, Tell], Json], jobs: int) -> Iterator[tuple[Task, Ended]]:
    """Do each task in a child of its own, some at a time; hand out what they return, in the order in which they end.

    A child computes no longer than it says beforehand. What it prints is lost.
    """
    waiting = list(reversed(tasks))
    gc.freeze()  # a collection in a child would copy the memory that it shares with this process
    with selectors.DefaultSelector() as selector:
        running: dict[int, tuple[Task, int, bytearray]] = {}
        while waiting or running:
            while waiting and len(running) < jobs:
                task = waiting.pop()
                pid, pipe = _begun(task, work)
                running[pipe] = (task, pid, bytearray())
                selector.register(pipe, selectors.EVENT_READ)
            for key, _ in selector.select():
                task, pid, told = running[key.fd]
                if chunk := os.read(key.fd, 65536):
                    told += chunk
                    continue
                selector.unregister(key.fd)
                os.close(key.fd)
                del running[key.fd]
                _, status = os.waitpid(pid, 0)
                yield task, _ended(bytes(told), status)


def _begun(task: Task, work: Callable[[Task, Tell], Json]) -> tuple[int, int]:
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)

    def say(**words: Json) -> None:
        os.write(writing, json.dumps(words).encode() + b"\n")

    def tell(place: str, seconds: float) -> None:
        say(at=place)
        signal.setitimer(signal.ITIMER_PROF, seconds)

    try:
        result = work(task, tell)
        signal.setitimer(signal.ITIMER_PROF, 0)
        text = json.dumps({"result": result}).encode() + b"\n"
        while text:
            text = text[os.write(writing, text) :]
    except BaseException:  # whatever ends a child early is told to the parent
        say(failed=traceback.format_exc())
    finally:
        os._exit(0)


def _ended(told: bytes, status: int) -> Ended:
    result, place, reason = None, "", "it died"
    for line in told.splitlines():
        try:
            words = json.loads(line)
        except ValueError:
            continue
        place = words.get("at", place)
        if "result" in words:
            result, reason = words["result"], ""
        if "failed" in words:
            reason = words["failed"]
    if os.WIFSIGNALED(status):
        overdue = os.WTERMSIG(status) == signal.SIGPROF
        reason = "it does not end" if overdue else f"it died of signal {os.WTERMSIG(status)}"
    return Ended(result, place, reason)
