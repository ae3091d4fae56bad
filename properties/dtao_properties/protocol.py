"""Adapter protocol 1: what the judge asks of an implementation, and what it may answer.

A request is a JSON object with ``seq`` and ``do``; the reply echoes ``seq``:

========== ============================================= ==========================
``do``     further members of the request                members of the reply
========== ============================================= ==========================
hello      protocol                                      value (an object, see Hello)
load       era, spec_version, state (flat entries)       ok
kernel     era, kernel, args                             value
call       call, signer, args                            error, events, diff
set        item, value, and the keys by name             diff
phase      phase, args                                   value, diff
read       read, args                                    value
blocks     n                                             diff
stop                                                     ok
========== ============================================= ==========================

Instead of these an adapter may answer ``{"skipped": why}`` (it does not do this), ``{"errored": message}`` (it
failed) or ``{"refused": message}`` (the request itself is malformed or names what does not exist). An adapter keeps
one running state: ``load`` replaces it, and every diff is relative to the state before that request.
"""

from collections.abc import Mapping
from typing import Protocol

from attrs import field, frozen, mutable

from dtao_properties.vectors import Json

PROTOCOL = 1
LEVELS = ("kernel", "quote", "call", "block")
REPLY_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "hello": ("value",), "load": ("ok",), "kernel": ("value",), "call": ("error", "events", "diff"), "set": ("diff",),
    "phase": ("value", "diff"), "read": ("value",), "blocks": ("diff",), "stop": ("ok",),
}  # fmt: skip
REPLY_TYPES: Mapping[str, tuple[type, ...]] = {"diff": (dict,), "events": (list,), "error": (str, type(None))}


class Adapter(Protocol):
    """An implementation of the economy as the judge sees it."""

    def request(self, message: dict[str, Json]) -> dict[str, Json]:
        """Answer one request of the protocol."""


class NoAnswer(Exception):
    """The adapter gave no answer that could be compared."""


class Skipped(NoAnswer):
    """The adapter does not do what was asked."""


class Errored(NoAnswer):
    """The adapter failed, or its reply breaks the protocol."""


class Refused(NoAnswer):
    """The adapter says that the request itself is malformed."""


@frozen
class Hello:
    """What an adapter says about itself."""

    name: str
    language: str
    version: str
    eras: tuple[str, ...]
    levels: tuple[str, ...]


@mutable
class Session:
    """Numbers the requests to one adapter and checks the form of its replies."""

    adapter: Adapter
    sequence: int = field(default=0, init=False)

    def ask(self, message: Mapping[str, Json]) -> dict[str, Json]:
        """Send one request and return the reply, which has the members that its kind calls for.

        Raises Skipped, Errored or Refused with the adapter's words.
        """
        self.sequence += 1
        try:
            reply = self.adapter.request({"seq": self.sequence, **message})
        except Exception as crash:  # foreign code: whatever it raises is its failure, reported and counted as errored
            raise Errored(f"the adapter raised {type(crash).__name__}: {crash}{_origin(crash)}") from crash
        if not isinstance(reply, dict):
            raise Errored(f"the reply is not an object but {type(reply).__name__}")
        if reply.get("seq") != self.sequence:
            raise Errored(f"the reply has seq {reply.get('seq')!r} instead of {self.sequence}")
        for member, failure in (("skipped", Skipped), ("errored", Errored), ("refused", Refused)):
            if member in reply:
                raise failure(str(reply[member]))
        for member in REPLY_MEMBERS[message["do"]]:
            if member not in reply:
                raise Errored(f"the reply to {message['do']} lacks the member {member!r}")
            kinds = REPLY_TYPES.get(member)
            if kinds is not None and type(reply[member]) not in kinds:
                raise Errored(f"{member!r} in the reply to {message['do']} has type {type(reply[member]).__name__}")
        return reply

    def hello(self) -> Hello:
        """Greet the adapter and learn what it does."""
        value = self.ask({"do": "hello", "protocol": PROTOCOL})["value"]
        if not isinstance(value, dict) or value.get("protocol") != PROTOCOL:
            raise Errored(f"the adapter does not speak protocol {PROTOCOL}")
        for member in ("name", "language", "version"):
            if not isinstance(value.get(member), str):
                raise Errored(f"the reply to hello lacks the string {member!r}")
        for member in ("eras", "levels"):
            if not isinstance(value.get(member), list):
                raise Errored(f"the reply to hello lacks the list {member!r}")
        return Hello(value["name"], value["language"], value["version"], tuple(value["eras"]), tuple(value["levels"]))


def _origin(crash: BaseException) -> str:
    frame = crash.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return ""
    return f" ({frame.tb_frame.f_code.co_filename}:{frame.tb_lineno} in {frame.tb_frame.f_code.co_name})"
