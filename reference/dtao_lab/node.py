"""A node of the chain, asked by JSON-RPC over HTTP or a WebSocket for its storage at a block."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any, Protocol, TypeVar

from attrs import define, field

from dtao import InputError
from dtao_lab.extras import needed

TIMEOUT = 30.0
"""Seconds that one answer may take."""
PAGE = 1000
"""Keys that a node lists at once, and the most of which it gives the values at once."""
NO_SUCH_METHOD = -32601
BUSY = frozenset({429, 502, 503, 504})
"""The HTTP statuses of a node, or of what stands before it, that will answer later."""
PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds to wait before a busy node is asked again."""
SHOWN = 200
T = TypeVar("T")


class Transport(Protocol):
    """What carries a message to the node, and its answer back."""

    def exchange(self, message: str, deadline: float) -> str | bytes:
        """Return the answer to a message. Raises TimeoutError, or OSError with what went wrong."""

    def close(self) -> None:
        """End the connection."""


class BusyError(OSError):
    """The node will answer later."""


class RefusedError(Exception):
    """The node answered with an error: its code and its message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@define
class Node(AbstractContextManager["Node"]):
    """A node at an address, ``http(s)://…`` or ``ws(s)://…``. Whatever goes wrong with it is an InputError."""

    url: str
    timeout: float = TIMEOUT
    _transport: Transport = field(init=False, repr=False)
    _number: int = field(default=0, init=False, repr=False)
    _has_many_values: bool = field(default=True, init=False, repr=False)
    """Whether it gives the values of many keys at once."""

    def __attrs_post_init__(self) -> None:
        """Open the connection, where there is one to open."""
        scheme = self.url.partition("://")[0].lower()
        if scheme in ("http", "https"):
            self._transport = _Http(self.url, self.timeout)
        elif scheme in ("ws", "wss"):
            self._transport = self._reached(lambda: _WebSocket(self.url, self.timeout), "be reached")
        else:
            raise InputError(f"{self.url[:SHOWN]}: no address of a node. Write http://…, https://…, ws://… or wss://….")

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the connection."""
        self._transport.close()

    def block_hash(self, block: str | None) -> str:
        """Return the hash of a block that is named by its number or its hash; of the last final one for None."""
        if block is not None and re.fullmatch(r"0x[0-9a-fA-F]{64}", block):
            return block
        if block is not None and not re.fullmatch(r"[0-9]{1,18}", block):
            raise InputError(f"--block {block[:SHOWN]}: no block. Write its number, or its hash: 0x and 64 digits.")
        if block is None:
            try:
                found = self._asked("chain_getFinalizedHead")
            except RefusedError as error:
                if error.code != NO_SUCH_METHOD:
                    raise self._refused("chain_getFinalizedHead", error) from error
                found = self.ask("chain_getBlockHash")
        else:
            found = self.ask("chain_getBlockHash", int(block))
        if found is None:
            raise InputError(f"{self.url}: it has no block {block}. Name one that it has: --block.")
        if not isinstance(found, str) or not found.startswith("0x"):
            raise self._nonsense("chain_getBlockHash", found)
        return found

    def spec_version(self, at: str) -> int:
        """Return the version of the runtime in a block."""
        answer = self.ask("state_getRuntimeVersion", at)
        version = answer.get("specVersion") if isinstance(answer, Mapping) else None
        if type(version) is not int:
            raise self._nonsense("state_getRuntimeVersion", answer)
        return version

    def keys(self, prefix: bytes, at: str) -> Iterator[list[bytes]]:
        """Yield the keys that begin with a prefix, a page at a time."""
        last: str | None = None
        while True:
            page = self.ask("state_getKeysPaged", "0x" + prefix.hex(), PAGE, last, at)
            if not isinstance(page, list):
                raise self._nonsense("state_getKeysPaged", page)
            if not page:
                return
            keys = [self._data(key, "state_getKeysPaged") for key in page]
            if any(not key.startswith(prefix) for key in keys) or (last is not None and page[0] <= last):
                raise InputError(
                    f"{self.url}: state_getKeysPaged answers keys that were not asked for. Ask another node."
                )
            last = page[-1]
            yield keys
            if len(page) < PAGE:
                return

    def values(self, keys: Sequence[bytes], at: str) -> dict[bytes, bytes]:
        """Return the values of some keys in a block; those that have none are left out."""
        if not keys:
            return {}
        named = ["0x" + key.hex() for key in keys]
        if self._has_many_values:
            try:
                return self._changes(self._asked("state_queryStorageAt", named, at), set(named))
            except RefusedError as error:
                if error.code != NO_SUCH_METHOD:
                    raise self._refused("state_queryStorageAt", error) from error
                self._has_many_values = False
        one_by_one = ((key, self.ask("state_getStorage", name, at)) for key, name in zip(keys, named, strict=True))
        return {key: self._data(value, "state_getStorage") for key, value in one_by_one if value is not None}

    def _changes(self, answer: object, named: set[str]) -> dict[bytes, bytes]:
        what = "state_queryStorageAt"
        found: dict[bytes, bytes] = {}
        if not isinstance(answer, list):
            raise self._nonsense(what, answer)
        for block in answer:
            changes = block.get("changes") if isinstance(block, Mapping) else None
            if not isinstance(changes, list):
                raise self._nonsense(what, block)
            for change in changes:
                if not isinstance(change, list) or len(change) != 2 or change[0] not in named:
                    raise self._nonsense(what, change)
                if change[1] is not None:
                    found[self._data(change[0], what)] = self._data(change[1], what)
        return found

    def ask(self, method: str, *params: object) -> object:
        """Return the node's answer. Rejects, as InputError, one that does not come, and one that is an error."""
        try:
            return self._asked(method, *params)
        except RefusedError as error:
            raise self._refused(method, error) from error

    def _asked(self, method: str, *params: object) -> object:
        self._number += 1
        message = json.dumps({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        text = self._reached(lambda: self._exchanged(message), f"answer {method}")
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{self.url}: its answer to {method} is no JSON. Is it a node of the chain?") from error
        if not isinstance(answer, dict):
            raise self._nonsense(method, answer)
        if answer.get("error") is not None:
            told = answer["error"]
            code, why = (told.get("code"), told.get("message")) if isinstance(told, dict) else (0, told)
            raise RefusedError(code if type(code) is int else 0, str(why)[:SHOWN])
        if "result" not in answer or answer.get("id") != self._number:
            raise self._nonsense(method, answer)
        return answer["result"]

    def _exchanged(self, message: str) -> str | bytes:
        """Return the answer to a message, which a busy node is sent again."""
        for pause in PAUSES:
            try:
                return self._transport.exchange(message, time.monotonic() + self.timeout)
            except BusyError:
                time.sleep(pause)
        return self._transport.exchange(message, time.monotonic() + self.timeout)

    def _reached(self, act: Callable[[], T], what: str) -> T:
        """Return what an exchange with the node does, or say that it did not come about."""
        try:
            return act()
        except TimeoutError as error:
            raise InputError(
                f"{self.url}: it did not {what} within {self.timeout:g} seconds. Ask another node, or give it longer: "
                "--timeout SECONDS."
            ) from error
        except OSError as error:
            raise InputError(f"{self.url}: it cannot {what} ({error}). Check the address, and the network.") from error

    def _refused(self, method: str, error: RefusedError) -> InputError:
        return InputError(
            f"{self.url}: it refuses {method}: {error} ({error.code}). A block that is not of the last few is kept by "
            "an archive node only; calls that a node refuses to strangers are allowed by its --rpc-methods."
        )

    def _nonsense(self, method: str, answer: object) -> InputError:
        return InputError(
            f"{self.url}: its answer to {method} is none: {str(answer)[:SHOWN]}. Is it a node of the chain?"
        )

    def _data(self, text: object, method: str) -> bytes:
        try:
            if isinstance(text, str) and text.startswith("0x"):
                return bytes.fromhex(text[2:])
        except ValueError:
            pass
        raise self._nonsense(method, text)


class _Http:
    """HTTP, by httpx."""

    def __init__(self, url: str, timeout: float) -> None:
        self._httpx: Any = needed("httpx")
        self._url = url
        self._client = self._httpx.Client(timeout=timeout, headers={"Content-Type": "application/json"})

    def exchange(self, message: str, deadline: float) -> bytes:
        """Post a message. The deadline holds for the whole answer, however slowly it comes."""
        received = bytearray()
        try:
            with self._client.stream("POST", self._url, content=message) as response:
                if response.status_code != 200:
                    kind = BusyError if response.status_code in BUSY else OSError
                    raise kind(f"HTTP status {response.status_code}")
                for chunk in response.iter_bytes():
                    received += chunk
                    if time.monotonic() > deadline:
                        raise TimeoutError
        except self._httpx.TimeoutException as error:
            raise TimeoutError from error
        except (self._httpx.HTTPError, self._httpx.InvalidURL) as error:
            raise OSError(str(error) or type(error).__name__) from error
        return bytes(received)

    def close(self) -> None:
        """End the connection."""
        self._client.close()


class _WebSocket:
    """A WebSocket, by websockets."""

    def __init__(self, url: str, timeout: float) -> None:
        self._open = ExitStack()
        self._failures: Any = needed("websockets.exceptions").WebSocketException
        try:
            connecting = needed("websockets.sync.client").connect(
                url, open_timeout=timeout, close_timeout=1, max_size=None
            )
            self._connection: Any = self._open.enter_context(connecting)
        except (self._failures, ValueError) as error:
            raise OSError(str(error)) from error

    def exchange(self, message: str, deadline: float) -> str | bytes:
        """Send a message and wait for the next one."""
        try:
            self._connection.send(message)
            answer: str | bytes = self._connection.recv(timeout=max(0.0, deadline - time.monotonic()))
        except self._failures as error:
            raise OSError(str(error)) from error
        return answer

    def close(self) -> None:
        """End the connection."""
        self._open.close()
