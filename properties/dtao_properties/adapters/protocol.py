"""Adapter protocol 1: what the judge asks of an implementation, and what it may answer.

A request is a JSON object with ``seq`` and ``do``; the reply echoes ``seq``:

========== ============================================= ==========================
``do``     further members of the request                members of the reply
========== ============================================= ==========================
hello      protocol                                      value (an object, see Hello)
load       era, spec_version, state (flat entries),      ok
           recorded (true, or left out)
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

The levels say which of these an adapter is asked. The specification for implementers is spec/formats/adapter.md.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any, Literal, Protocol, TypeAlias

from attrs import field, frozen, mutable

import dtao
from dtao_properties.adapters import plain

Json: TypeAlias = Any
"""A JSON value without floats. Its shape is checked where it is read, not by the type checker."""

PROTOCOL = 1
Level = Literal["kernel", "quote", "call", "block"]
LEVELS: tuple[Level, ...] = ("kernel", "quote", "call", "block")
QUOTES = (
    "sim_swap_tao_for_alpha", "sim_swap_alpha_for_tao", "get_alpha_price", "get_moving_alpha_price",
    "get_max_amount_add", "get_max_amount_remove", "get_max_amount_move", "sim_swap", "current_price",
)  # fmt: skip
"""The reads that are sent at level quote."""
QUOTE_ITEMS = frozenset({
    "SubnetTAO", "SubnetAlphaIn", "SubnetMechanism", "SubnetMovingPrice", "NetworksAdded", "SubnetTaoProvided",
    "SubnetAlphaInProvided", "SwapV3Initialized", "AlphaSqrtPrice", "CurrentTick", "CurrentLiquidity", "Ticks",
    "Positions", "FeeRate", "SwapBalancer", "PalSwapInitialized",
})  # fmt: skip
"""The storage items that a state loaded at level quote is restricted to."""
REQUEST_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "hello": ("protocol",), "load": ("era", "spec_version", "state"), "kernel": ("era", "kernel", "args"),
    "call": ("call", "signer", "args"), "set": ("item", "value"), "phase": ("phase", "args"),
    "read": ("read", "args"), "blocks": ("n",), "stop": (),
}  # fmt: skip
SET_KEYS = frozenset({"netuid", "account", "uid", "hotkey"})
"""The members by which a ``set`` names the keys of its storage entry."""
REQUEST_TYPES: Mapping[str, type] = {
    "state": dict, "args": dict, "kernel": str, "call": str, "item": str, "phase": str, "read": str,
}  # fmt: skip
REPLY_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "hello": ("value",), "load": ("ok",), "kernel": ("value",), "call": ("error", "events", "diff"), "set": ("diff",),
    "phase": ("value", "diff"), "read": ("value",), "blocks": ("diff",), "stop": ("ok",),
}  # fmt: skip
REPLY_TYPES: Mapping[str, tuple[type, ...]] = {"diff": (dict,), "events": (list,), "error": (str, type(None))}
WORDS_KEPT = 4000
"""Characters of an adapter's own words that a report repeats."""
SHOWN = 60
"""Characters of a value that a message shows."""
MAX_DIGITS = 200
"""Digits of a number in an answer; what has more is text."""
LONGEST_ERA = 40
"""Characters of an era's name; what is longer names none."""
KINDS: Mapping[type, str] = {dict: "object", list: "list", str: "string", int: "number", float: "float"}


class Adapter(Protocol):
    """An implementation of the economy as the judge sees it.

    It may also have a method ``close``, which is called when nothing more is asked of it.
    """

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


class Terminated(SystemExit):
    """The judge itself is asked to end; no adapter raises this."""


class OutOfTime(BaseException):
    """The time of the whole run is used up while an answer is waited for. Nothing is wrong with the adapter.

    No Exception, so that nothing on the way takes it for a failure.
    """


NO_ANSWERS: Mapping[str, type[NoAnswer]] = {"skipped": Skipped, "errored": Errored, "refused": Refused}
"""The members of a reply that stand for no answer."""


@frozen
class Hello:
    """What an adapter says about itself."""

    name: str
    language: str
    version: str
    eras: tuple[str, ...]
    """The eras that it knows, as the recordings name them; one that the reference does not cover as it says it."""
    levels: tuple[Level, ...]
    items: frozenset[str] | None = None
    """The storage items that it keeps; None if it keeps all."""


def whole_number(value: Json) -> int | None:
    """Read a JSON number, or a decimal string, as an integer; None for anything else.

    What has more digits than any number of the chain is text: Python refuses to read some thousands.

    >>> whole_number("-7"), whole_number(7), whole_number(None), whole_number("StakeAdded")
    (-7, 7, None, None)
    """
    if type(value) is int:
        return value
    if type(value) is str and value.removeprefix("-").isdecimal() and value.isascii() and len(value) <= MAX_DIGITS:
        return int(value)
    return None


def printable(text: str) -> str:
    """Return an adapter's words as they may be shown: shortened, and without characters that steer a terminal."""
    kept = text if len(text) <= WORDS_KEPT else f"{text[:WORDS_KEPT]} … ({len(text)} characters)"
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in kept)


def plainly(value: Json) -> str:
    """Write a JSON value with its type, so that a number is not taken for the string that holds it.

    >>> plainly("3"), plainly(3), plainly(None), plainly([True])
    ("the string '3'", 'the number 3', 'null', 'the list [True]')
    """
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    text = printable(safe_repr(value))
    return f"the {KINDS.get(type(value), type(value).__name__)} {text if len(text) <= SHOWN else f'{text[:SHOWN]}…'}"


def safe_repr(value: object) -> str:
    """Return the ``repr`` of whatever an adapter gave; of what has none, its type.

    Foreign objects may raise anything, and Python writes no number of more than some thousand digits.
    """
    try:
        return repr(value)
    except Exception:  # foreign code
        return f"<{type(value).__name__} that cannot be shown>"


def seq_fault(reply: Mapping[str, Json], due: int) -> str | None:
    """Say what is wrong with the ``seq`` of a reply; None if it is that of the request."""
    if "seq" not in reply:
        return f"has no seq instead of {due}"
    seq = reply["seq"]
    if type(seq) is int:
        return None if seq == due else f"has seq {plainly(seq).removeprefix('the number ')} instead of {due}"
    return f"has {plainly(seq)} as seq instead of the number {due}"


@lru_cache(maxsize=16_384)  # it is asked of every vector, and an adapter may announce names by the thousand
def covered_era(name: str) -> dtao.Era | None:
    """Return the era that a name or a spec version stands for; None if the reference covers none of that name."""
    if len(name) > LONGEST_ERA:
        return None
    try:
        return dtao.era(name)
    except dtao.UnknownName:
        return None


def recorded_eras(names: Iterable[str]) -> tuple[str, ...]:
    """Name eras as the recordings do, each once: by name or spec version they may be given, as to ``--era``.

    >>> recorded_eras(["launch", "unsigned-math", "262", "233", "mine"])
    ('launch', '261', 'mine')
    """
    eras = [(name, covered_era(name)) for name in names]
    return tuple(dict.fromkeys(name if era is None else era.recorded_as for name, era in eras))


def era_title(name: str) -> str:
    """Name an era as the recordings do, and by what it brought; one that the reference does not cover as it is."""
    era = covered_era(name)
    return name if era is None or name == era.name else f"{name} {era.name}"


def unknown_eras(announced: Iterable[str], recorded: Collection[str] = ()) -> str | None:
    """Say which announced eras nothing can be judged of; None if there are none.

    ``recorded`` are the eras of vectors, which the reference need not cover.
    """
    names = [name for name in announced if name not in recorded and covered_era(name) is None]
    if not names:
        return None
    shown = ", ".join(
        printable(repr(name if len(name) <= LONGEST_ERA else f"{name[:LONGEST_ERA]}…")) for name in names[:LONGEST_ERA]
    )
    known = ", ".join(era_title(row.recorded_as) for row in dtao.ERAS)
    noun = "era" if len(names) == 1 else "eras"
    return f"the judge does not know the {noun} {shown}, which the adapter announces; it knows {known}"


@mutable
class Session:
    """Numbers the requests to one adapter and checks the form of its replies."""

    adapter: Adapter
    sequence: int = field(default=0, init=False)
    _is_plain: bool = field(init=False)
    """Whether it is the bundled reference, whose heirs may be anything."""

    @_is_plain.default
    def _is_reference(self) -> bool:
        return "ANSWERS_PLAINLY" in vars(type(self.adapter))

    def raw(self, message: Mapping[str, Json]) -> Json:
        """Send one request and return whatever comes back; raises Errored if nothing does."""
        self.sequence += 1
        asked = {"seq": self.sequence, **message}
        if not (self._is_plain or "WRITES_REQUESTS" in dir(type(self.adapter))):
            asked = deepcopy(asked)  # in this process it could change what the judge goes on with
        try:
            return self.adapter.request(asked)
        except (NoAnswer, KeyboardInterrupt, Terminated, OutOfTime):
            raise
        except BaseException as crash:  # foreign code: whatever it raises, also to exit, is its failure
            words = printable(f"{type(crash).__name__}: {_words(crash)}")
            raise Errored(f"the adapter raised {words}{_origin(crash)}") from crash

    def ask(self, message: Mapping[str, Json]) -> dict[str, Json]:
        """Send one request and return the reply, which has the members that its kind calls for.

        Raises Skipped, Errored or Refused with the adapter's words.
        """
        reply = self.raw(message)
        if type(reply) is not dict:
            raise Errored(f"the reply is not an object but {type(reply).__name__}")
        # the bundled reference answers plainly, and is asked most; of any other adapter every answer is looked at
        if not self._is_plain and (fault := plain.fault(reply)) is not None:
            raise Errored(f"the reply {fault}; there are whole numbers, decimal strings and lists of these only")
        if (fault := seq_fault(reply, self.sequence)) is not None:
            raise Errored(f"the reply {fault}")
        if not NO_ANSWERS.keys().isdisjoint(reply):
            told = [member for member in NO_ANSWERS if member in reply]
            if too_many := [*told, *(member for member in REPLY_MEMBERS[message["do"]] if member in reply)][1:]:
                both = " and ".join(map(repr, [told[0], *too_many]))
                raise Errored(f"the reply to {message['do']} holds {both}: give one of them")
            raise NO_ANSWERS[told[0]](printable(str(reply[told[0]])))
        for member in REPLY_MEMBERS[message["do"]]:
            if member not in reply:
                raise Errored(f"the reply to {message['do']} lacks the member {member!r}")
            kinds = REPLY_TYPES.get(member)
            if kinds is not None and type(reply[member]) not in kinds:
                raise Errored(f"{member!r} in the reply to {message['do']} has type {type(reply[member]).__name__}")
        return reply

    def hello(self) -> Hello:
        """Greet the adapter and learn what it does.

        Raises Errored for a reply that breaks the protocol, as :meth:`ask` does.
        """
        value = self.ask({"do": "hello", "protocol": PROTOCOL})["value"]
        if not isinstance(value, dict) or type(value.get("protocol")) is not int or value["protocol"] != PROTOCOL:
            raise Errored(f"the adapter does not speak protocol {PROTOCOL}")
        for member in ("name", "language", "version"):
            if not isinstance(value.get(member), str):
                raise Errored(f"the reply to hello lacks the string {member!r}")
        for member in ("eras", "levels"):
            if not _is_list_of_names(value.get(member)):
                raise Errored(f"the reply to hello lacks the list {member!r} of strings")
        if unknown := [name for name in value["levels"] if name not in LEVELS]:
            raise Errored(
                f"{printable(repr(unknown[0]))} in the reply to hello is no level; there are {', '.join(LEVELS)}"
            )
        items = value.get("items")
        if items is not None and not _is_list_of_names(items):
            raise Errored("'items' in the reply to hello is not a list of strings; leave it out if all items are kept")
        return Hello(
            printable(value["name"]), printable(value["language"]), printable(value["version"]),
            recorded_eras(value["eras"]), tuple(level for level in LEVELS if level in value["levels"]),
            None if items is None else frozenset(items),
        )  # fmt: skip

    def close(self) -> None:
        """Say goodbye and let go of the adapter; whatever it makes of that changes no verdict any more."""
        try:
            self.ask({"do": "stop"})
        except NoAnswer:
            pass  # the run is over, and close ends what does not end by itself
        finally:
            close = getattr(self.adapter, "close", None)
            if close is not None:
                close()


def _words(crash: BaseException) -> str:
    try:
        return str(crash)
    except Exception:  # foreign code, once more
        return "(its message cannot be read)"


def _is_list_of_names(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _origin(crash: BaseException) -> str:
    frame = crash.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return ""
    return f" ({frame.tb_frame.f_code.co_filename}:{frame.tb_lineno} in {frame.tb_frame.f_code.co_name})"
