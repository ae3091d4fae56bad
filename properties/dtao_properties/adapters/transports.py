"""Adapters that run elsewhere: a child process (``cmd:``) or a connection (``tcp:``).

Both are foreign code. Whatever breaks the exchange is answered in the same way: the process is killed with its whole
group, or the connection closed, the request counts as errored with the reason and the end of what the process wrote
to its standard error, and the next request starts it anew.
"""

import json
import os
import shlex
import signal
import socket
import subprocess
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import inf
from time import monotonic, sleep
from typing import IO, ClassVar

from attrs import define, field

from dtao.errors import InputError
from dtao.given import AmbiguousJsonError, exact_json
from dtao_properties.adapters.protocol import PROTOCOL, Errored, Json, OutOfTime, printable, seq_fault
from dtao_properties.adapters.wire import Broken, Ended, Wire, looks_like_json, unasked

TIMEOUT = 10.0
"""Seconds that an answer may take where none are given."""
LONG_TIMEOUT = 30.0
LONG = frozenset({"hello", "load", "blocks"})
"""The requests that have the long time: the first one waits for the start, the others do the most."""
FAILED_STARTS = 3
"""Starts in a row without an answer after which no further one is tried."""
MIN_SECONDS = 0.05
GRACE = 1.0
"""Seconds that a process has to answer ``stop``, and then to end by itself."""
STDERR_KEPT = 4096
"""Bytes of the standard error that are kept."""
STDERR_LINES = 10
"""Lines of it that a message shows."""

_encoded = json.JSONEncoder(separators=(",", ":")).encode


@define(slots=False)
class Remote(ABC):
    """What a child process and a connection have in common."""

    WRITES_REQUESTS: ClassVar[bool] = True
    """What it is asked is written down, so that nobody can change it."""

    timeout: float | None
    until: float = field(default=inf, init=False)
    """When, by ``monotonic``, the whole run is over; no answer is waited for any longer."""
    _wire: Wire | None = field(default=None, init=False)
    _failed_starts: int = field(default=0, init=False)
    _last_failure: str = field(default="", init=False)

    @abstractmethod
    def _started(self) -> Wire:
        """Start it. Raises Broken if that is impossible."""

    @abstractmethod
    def _ended(self, failure: Broken | None) -> str:
        """End it at once, or after some grace if nothing failed; describe the failure in words."""

    def request(self, message: Mapping[str, Json]) -> dict[str, Json]:
        """Send one request and return the reply; raises Errored for whatever is not one."""
        if self._wire is None and message["do"] == "stop":
            return {"seq": message["seq"], "ok": True}
        if self._failed_starts >= FAILED_STARTS:
            raise Errored(
                f"not started again after {FAILED_STARTS} failed starts in a row. The last: {self._last_failure}"
            )
        try:
            if self._wire is None:
                self._wire = self._started()
                if message["do"] != "hello":
                    self._exchanged({"seq": 0, "do": "hello", "protocol": PROTOCOL})
            reply = self._exchanged(message)
        except Broken as failure:
            self._wire = None
            words = printable(self._ended(failure))
            if monotonic() >= self.until and not isinstance(failure, Ended):
                raise OutOfTime from failure
            if self._failed_starts:
                self._last_failure = words
            raise Errored(words) from failure
        except BaseException:  # interrupted: the reply may still come, to a request that nobody waits for
            self._wire = None
            self._ended(Broken("interrupted"))
            raise
        return reply

    def close(self) -> None:
        """End it, with some grace."""
        if self._wire is not None:
            self._wire = None
            self._ended(None)

    def _exchanged(self, message: Mapping[str, Json]) -> dict[str, Json]:
        kind = message["do"]
        if kind == "hello":
            self._failed_starts += 1  # until it answers
        if self._wire is None:
            raise Ended("it is not running")
        line = self._wire.exchange(_encoded(message).encode() + b"\n", self._seconds(kind))
        reply = _parsed(line)
        if (fault := seq_fault(reply, message["seq"])) is not None:
            raise Broken(f"the reply to {kind} {fault}{_guess(reply.get('seq'), message)}")
        self._failed_starts = 0
        return reply

    def _seconds(self, kind: str) -> float:
        seconds = seconds_of(kind, self.timeout)
        if kind == "stop":
            return seconds
        return min(seconds, max(self.until - monotonic(), MIN_SECONDS))


def seconds_of(kind: str, timeout: float | None) -> float:
    """Return the seconds that an answer to a kind of request may take."""
    if kind == "stop":
        return min(timeout or TIMEOUT, GRACE)
    if timeout is not None:
        return timeout
    return LONG_TIMEOUT if kind in LONG else TIMEOUT


def _guess(seq: Json, message: Mapping[str, Json]) -> str:
    if type(seq) is int and 0 < seq < message["seq"]:
        return ": an earlier request was answered twice, or late"
    return ""


def _parsed(line: bytes) -> dict[str, Json]:
    try:
        reply = exact_json(line.decode())
    except UnicodeDecodeError as error:
        raise Broken(f"the reply is not UTF-8 text ({error.reason})") from error
    except AmbiguousJsonError as error:
        raise Broken(f"the reply is ambiguous: {error}") from error
    except (ValueError, RecursionError) as error:
        if not looks_like_json(line):  # no reply that went wrong, but no reply
            raise unasked(line) from error
        shown = line[:200].decode(errors="replace")
        raise Broken(f"the reply is not valid JSON ({str(error)[:200]}): {shown}") from error
    if not isinstance(reply, dict):
        raise Broken(f"the reply is not an object but {type(reply).__name__}")
    return reply


@define(slots=False)
class Command(Remote):
    """A child process in a group of its own, with the protocol on its standard input and output."""

    words: Sequence[str]
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _stderr: bytearray = field(factory=bytearray, init=False)
    _reader: threading.Thread | None = field(default=None, init=False)
    _at_exit: "weakref.finalize[[subprocess.Popen[bytes]], Command] | None" = field(default=None, init=False)

    @classmethod
    def parsed(cls, endpoint: str, command: str, timeout: float | None) -> "Command":
        """Read a command line, by the quoting rules of a POSIX shell but with none of its substitutions."""
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise InputError(f"--adapter {endpoint}: {str(error).lower()} in the command line. Correct it.") from error
        if not words:
            raise InputError(f"--adapter {endpoint}: there is no command. Give 'cmd:COMMAND LINE'.")
        return cls(timeout, words)

    def _started(self) -> Wire:
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(  # noqa: S603  # running it is what the user asked for; no shell is involved
                self.words, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, start_new_session=True
            )
        except (OSError, ValueError) as error:
            self._failed_starts += 1
            raise Broken(f"{self.words[0]!r} cannot be started: {getattr(error, 'strerror', None) or error}") from error
        self._process = process
        # When the judge ends, or forgets the adapter without closing it, the process ends as well.
        self._at_exit = weakref.finalize(self, _killed, process)
        self._stderr = bytearray()
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise Broken("it has no standard input and output")
        self._reader = threading.Thread(target=keep_the_end, args=(process.stderr, self._stderr), daemon=True)
        self._reader.start()
        return Wire(process.stdout.fileno(), process.stdin.fileno())

    def _ended(self, failure: Broken | None) -> str:
        process, self._process = self._process, None
        if process is None:
            return str(failure)
        if failure is None and process.stdin is not None:
            process.stdin.close()
        by_itself = (failure is None or isinstance(failure, Ended)) and _exits_within(process, GRACE)
        if self._at_exit is not None:
            self._at_exit()
        if self._reader is not None:
            self._reader.join(GRACE)
        if by_itself:
            words = f"{failure}: {_exit(process.returncode)}"
        elif isinstance(failure, Ended):
            words = f"{failure}: it closed its standard output but went on, and was killed"
        else:
            words = f"{failure}; it was killed"
        return words + _shown(bytes(self._stderr))


def _killed(process: subprocess.Popen[bytes]) -> None:
    # The group goes before its leader is waited for: until then its number cannot belong to anybody else.
    with suppress(ProcessLookupError, PermissionError):  # nobody may be left in it
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def _exits_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    if not hasattr(os, "waitid"):  # macOS before Python 3.13: it is killed without being asked what it did
        return False
    deadline = monotonic() + seconds
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if monotonic() > deadline:
            return False
        sleep(0.002)
    return True


def _exit(status: int) -> str:
    if status >= 0:
        return f"the process exited with status {status}"
    try:
        return f"the process was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"the process was ended by signal {-status}"


def keep_the_end(stream: IO[bytes], kept: bytearray) -> None:
    """Read a stream to its end, keeping the last part of it."""
    with stream:
        while chunk := stream.read(2**16):
            kept += chunk
            del kept[:-STDERR_KEPT]


def _shown(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").splitlines()[-STDERR_LINES:]
    if not lines:
        return ""
    return "\n    the end of its standard error:" + "".join(f"\n    | {line}" for line in lines)


@define(slots=False)
class Tcp(Remote):
    """A connection to a server that speaks the protocol."""

    host: str
    port: int
    _socket: socket.socket | None = field(default=None, init=False)

    @classmethod
    def parsed(cls, endpoint: str, address: str, timeout: float | None) -> "Tcp":
        """Read ``HOST:PORT``; an IPv6 address stands in brackets."""
        host, _, port = address.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not host or not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 2**16:
            raise InputError(f"--adapter {endpoint}: not an address. Give 'tcp:HOST:PORT'.")
        return cls(timeout, host, int(port))

    def _started(self) -> Wire:
        try:
            self._socket = socket.create_connection((self.host, self.port), timeout=self.timeout or TIMEOUT)
        except OSError as error:
            self._failed_starts += 1
            raise Broken(f"cannot connect to {self.host} port {self.port}: {error.strerror or error}") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Wire(self._socket.fileno(), self._socket.fileno())

    def _ended(self, failure: Broken | None) -> str:
        if self._socket is None:
            return str(failure)
        self._socket.close()
        self._socket = None
        return f"{failure}; the connection was closed"
