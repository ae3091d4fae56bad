"""One line out, one line in: the exchange with a process or a connection that may do anything at all.

Nothing here waits without an end or keeps more than a line of bounded length, whatever the other side does.
"""

import os
import select
from time import monotonic

from attrs import field, mutable

LINE_LIMIT = 16 * 2**20
"""Bytes of a reply."""
CHUNK = 2**16


class Broken(Exception):
    """The exchange failed, and what comes next cannot be trusted to belong to the next request."""


class Ended(Broken):
    """The other side closed its end."""


def looks_like_json(line: bytes) -> bool:
    """Tell whether a line begins as JSON does, and so may be a reply."""
    return line.lstrip().startswith((b"{", b"["))


def unasked(line: bytes) -> Broken:
    """Return the failure of a side that sent what answers no request, whenever that is noticed."""
    shown = line.partition(b"\n")[0][:200].decode(errors="replace")
    return Broken(
        f"it sent a line that answers no request: {shown!r}. One line a request, the reply, may go there; "
        "write everything else to the standard error"
    )


@mutable
class Wire:
    """Two descriptors, which may be the same one: requests are written to one, replies are read from the other."""

    incoming: int
    outgoing: int
    _unread: bytearray = field(factory=bytearray, init=False)
    _readable: "select.poll" = field(init=False)

    def __attrs_post_init__(self) -> None:
        os.set_blocking(self.incoming, False)
        os.set_blocking(self.outgoing, False)
        self._readable = select.poll()
        self._readable.register(self.incoming, select.POLLIN)

    def exchange(self, line: bytes, seconds: float) -> bytes:
        """Send a line and return the one that comes back, without its end.

        Raises Ended, or Broken: no answer in time, a line that is too long, or one that answers no request.
        """
        deadline = monotonic() + seconds
        if self._readable.poll(0) and self._received() and self._unread:
            raise unasked(bytes(self._unread))
        self._send(line, deadline, seconds)
        searched = 0
        while (end := self._unread.find(b"\n", searched)) < 0:
            searched = len(self._unread)
            self._check_length()
            if not self._readable.poll(_milliseconds(deadline, seconds)):
                continue  # the next look at the clock raises
            if not self._received():
                raise Ended("it ended in the middle of a line" if self._unread else "it ended without an answer")
        reply = bytes(self._unread[:end])
        del self._unread[: end + 1]
        if self._unread:  # one of the two is a reply
            raise unasked(bytes(self._unread) if looks_like_json(reply) else reply)
        return reply

    def _send(self, line: bytes, deadline: float, seconds: float) -> None:
        rest = memoryview(line)
        both: select.poll | None = None
        while rest:
            try:
                rest = rest[os.write(self.outgoing, rest) :]
            except BlockingIOError:
                if both is None:
                    both = select.poll()
                    both.register(self.outgoing, select.POLLOUT)
                    # of a connection the two are one, and the later registration counts
                    same = select.POLLOUT if self.incoming == self.outgoing else 0
                    both.register(self.incoming, select.POLLIN | same)
                happened = dict(both.poll(_milliseconds(deadline, seconds)))
                # It may be unable to read because it is writing: what it writes is taken, up to the limit.
                if happened.get(self.incoming, 0) & ~select.POLLOUT:
                    if not self._received():
                        raise Ended("it ended before it had read the request") from None
                    self._check_length()
            except OSError as error:
                raise Ended("it ended before it had read the request") from error

    def _received(self) -> bool:
        try:
            chunk = os.read(self.incoming, CHUNK)
        except BlockingIOError:
            return True
        except OSError:  # a connection that was reset, or lost in another way
            chunk = b""
        self._unread += chunk
        return bool(chunk)

    def _check_length(self) -> None:
        if len(self._unread) > LINE_LIMIT:
            raise Broken(f"it sent a line longer than {LINE_LIMIT // 2**20} MiB")


def _milliseconds(deadline: float, seconds: float) -> int:
    left = deadline - monotonic()
    if left <= 0:
        raise Broken(f"no answer within {seconds:g} s")
    return int(left * 1000) + 1
