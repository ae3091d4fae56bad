"""Put an adapter of this process behind the protocol: over standard input and output, or on a port."""

import json
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from dtao.errors import InputError
from dtao_properties.adapters.protocol import Adapter, Json

LINE_LIMIT = 64 * 2**20
"""Bytes of a request."""
LOCAL = "127.0.0.1"

_encoded = json.JSONEncoder(separators=(",", ":")).encode


def answer(adapter: Adapter, requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer requests, one a line, until there are no more or one of them is ``stop``.

    A line that is no request is answered by ``refused``, with the seq null where it has none.
    """
    while line := requests.readline(LINE_LIMIT):
        message = _parsed(line)
        if isinstance(message, str):
            reply: dict[str, Json] = {"seq": None, "refused": message}
        else:
            reply = adapter.request(message)
        try:
            replies.write(_encoded(reply).encode() + b"\n")
            replies.flush()
        except (BrokenPipeError, ConnectionResetError):
            return  # nobody listens any more
        if not isinstance(message, str) and message["do"] == "stop":
            return


def serve_stdio(adapter: Adapter) -> None:
    """Answer on the standard input and output."""
    answer(adapter, sys.stdin.buffer, sys.stdout.buffer)


def serve_tcp(
    adapter: Callable[[], Adapter], port: int, ready: Callable[[int], object], connections: int | None = None
) -> None:
    """Answer on a port of this machine, every connection with an adapter of its own.

    Port 0 is any free one; ``ready`` is told which. It goes on without an end, or ends after a number of connections.
    """
    with socket.create_server((LOCAL, port)) as server:
        ready(server.getsockname()[1])
        while connections != 0:
            connection, _ = server.accept()
            threading.Thread(target=_converse, args=(adapter(), connection), daemon=True).start()
            connections = None if connections is None else connections - 1


def _converse(adapter: Adapter, connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with (
        suppress(ConnectionError),  # whoever asked is gone
        connection,
        connection.makefile("rb") as requests,
        connection.makefile("wb") as replies,
    ):
        answer(adapter, requests, replies)


def _parsed(line: bytes) -> dict[str, Json] | str:
    if not line.endswith(b"\n") and len(line) >= LINE_LIMIT:
        return f"a request may not be longer than {LINE_LIMIT // 2**20} MiB."
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"not valid JSON ({error}). Send one object a line."
    if not isinstance(message, dict) or type(message.get("seq")) is not int or not isinstance(message.get("do"), str):
        return "a request is an object with a whole number 'seq' and a string 'do'."
    return message


def serve_reference(port: int | None) -> None:
    """Answer as the bundled reference: on a port if one is given, which is told on the standard error."""
    # imported here, so that a command line without it starts without loading the whole reference
    from dtao_properties.adapters.reference import Reference

    if port is None:
        serve_stdio(Reference())
        return
    try:
        serve_tcp(Reference, port, lambda actual: print(f"dtao: serving on {LOCAL}:{actual}", file=sys.stderr))
    except OSError as error:
        raise InputError(f"--tcp {port}: {error.strerror}. Choose another port.") from error
