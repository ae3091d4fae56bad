"""A node that serves one state of a chain by JSON-RPC, over HTTP or a WebSocket, and can misbehave."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from attrs import define, field
from websockets.sync.server import ServerConnection, serve

HASH = "0x" + "ab" * 32
"""The block whose state is served; it is block 7."""
NO_SUCH_METHOD = {"code": -32601, "message": "Method not found"}


@define
class ChainNode:
    """What a node answers."""

    top: Mapping[str, str]
    spec_version: int
    without: frozenset[str] = frozenset()
    """The methods that it does not have."""
    instead: Mapping[str, object] = field(factory=dict)
    """Results that it gives instead of the right ones; a dict with a code is an error."""
    asked: list[tuple[str, list[Any]]] = field(factory=list)

    def answer(self, message: str | bytes) -> str:
        """Answer a message."""
        request = json.loads(message)
        method, params = request["method"], request["params"]
        self.asked.append((method, params))
        reply = {"jsonrpc": "2.0", "id": request["id"]}
        if method in self.without:
            return json.dumps({**reply, "error": NO_SUCH_METHOD})
        if method in self.instead:
            result = self.instead[method]
            return json.dumps({**reply, "error" if isinstance(result, dict) and "code" in result else "result": result})
        return json.dumps({**reply, "result": getattr(self, method)(*params)})

    def chain_getFinalizedHead(self) -> str:
        return HASH

    def chain_getBlockHash(self, number: int = 7) -> str | None:
        return HASH if number == 7 else None

    def state_getRuntimeVersion(self, at: str) -> dict[str, object]:
        assert at == HASH
        return {"specName": "node-subtensor", "specVersion": self.spec_version}

    def state_getKeysPaged(self, prefix: str, count: int, start: str | None, at: str) -> list[str]:
        assert at == HASH
        return sorted(key for key in self.top if key.startswith(prefix) and key > (start or ""))[:count]

    def state_queryStorageAt(self, keys: list[str], at: str) -> list[dict[str, object]]:
        assert at == HASH
        return [{"block": at, "changes": [[key, self.top.get(key)] for key in keys]}]

    def state_getStorage(self, key: str, at: str) -> str | None:
        assert at == HASH
        return self.top.get(key)


@contextmanager
def over_http(answer: Callable[[bytes], str | bytes], status: int = 200) -> Iterator[str]:
    """Serve at an address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer goes out at once

        def do_POST(self) -> None:
            text = answer(self.rfile.read(int(self.headers["Content-Length"])))
            data = text.encode() if isinstance(text, str) else text
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def over_websocket(node: ChainNode) -> Iterator[str]:
    """Serve at an address."""

    def handle(connection: ServerConnection) -> None:
        for message in connection:
            connection.send(node.answer(message))

    with serve(handle, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()
