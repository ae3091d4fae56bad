"""One adapter that is hostile in as many ways as it has kinds: what each does to a right reply, or in place of one.

``python:tests.properties.hostile:toy_KIND`` spoils the toy chain, ``…:reference_KIND`` the reference. The first request
of each sort is answered as it should be, so that the judge begins; the greeting is spoilt by kinds named ``hello_…``.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dtao_properties.adapters.protocol import Errored, Skipped
from dtao_properties.adapters.reference import Reference
from tests.properties.toy import Toy

Reply = dict[str, Any]
Spoilt = Callable[[dict[str, Any], Reply], Any]
ANSWERS = ("value", "error", "events", "diff")


class Touchy:
    """Raises whatever is done with it."""

    def __repr__(self) -> str:
        raise ValueError("no repr")

    def __eq__(self, other: object) -> bool:
        raise TypeError("no comparison")

    def __hash__(self) -> int:
        raise TypeError("no hash")

    def __str__(self) -> str:
        raise RuntimeError("no text")


class Agreeable:
    """Equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1


class Text(str):
    """A string that is none."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


class Number(int):
    """A number that is none."""


class Members(dict[str, Any]):
    """A mapping that breaks when it is read."""

    def __getitem__(self, name: str) -> Any:
        raise KeyError(name)


class Wordless(Exception):
    """Cannot say what it is."""

    def __str__(self) -> str:
        raise ValueError("no words")


class Mad(BaseException):
    """No ordinary exception."""


def cyclic() -> list[Any]:
    around: list[Any] = []
    around.append(around)
    return around


def deep(levels: int) -> Any:
    value: Any = "1"
    for _ in range(levels):
        value = [value]
    return value


def answering(make: Callable[[], Any]) -> Spoilt:
    """Put a value in place of whatever is answered: the value, the error, or an entry of the diff."""

    def spoil(message: dict[str, Any], reply: Reply) -> Reply:
        value = make()
        if "value" in reply:
            return {**reply, "value": value}
        if "error" in reply and reply["error"] is not None:
            return {**reply, "error": value}
        if "diff" in reply:
            return {**reply, "diff": {**reply["diff"], "BlockEmission": value}}
        return reply

    return spoil


def raising(make: Callable[[], BaseException]) -> Spoilt:
    def spoil(message: dict[str, Any], reply: Reply) -> Reply:
        raise make()

    return spoil


def without(reply: Reply) -> Reply:
    return {name: value for name, value in reply.items() if name not in ANSWERS}


def mutating(message: dict[str, Any], reply: Reply) -> Reply:
    """Take the request to pieces, and answer wrongly."""
    for one in list(message.values()):
        if isinstance(one, dict):
            one.clear()
    message.clear()
    return {**reply, "value": "7", "diff": {"BlockEmission": "7"}}


KEPT: dict[str, Any] = {}


def aliasing(message: dict[str, Any], reply: Reply) -> Reply:
    """Answer with one object, again and again, and change it afterwards."""
    KEPT.clear()
    KEPT.update(answering(lambda: "7")(message, reply))
    return KEPT


RAISES: Mapping[str, Callable[[], BaseException]] = {
        "divides_by_zero": ZeroDivisionError, "exits": lambda: SystemExit(0), "exits_badly": lambda: SystemExit("bye"),
        "out_of_memory": MemoryError, "too_deep": RecursionError, "wordless": Wordless, "mad": Mad,
        "cancelled": asyncio.CancelledError, "generator_exit": GeneratorExit, "stops": StopIteration,
        "half_words": lambda: ValueError("\ud800"), "os_error": lambda: OSError(32, "Broken pipe"),
        "pipe_error": BrokenPipeError, "assertion": AssertionError, "errors_itself": lambda: Errored("itself"),
        "skips_by_raising": lambda: Skipped("itself"),
}  # fmt: skip
SPOILS: Mapping[str, Spoilt] = {
    **{
        name: answering(make)
        for name, make in {
            "long_decimal": lambda: "9" * 5_000,
            "longer_decimal": lambda: "9" * 100_000,
            "long_negative": lambda: f"-{'9' * 6_000}",
            "huge_number": lambda: 10**5_000,
            "wide_number": lambda: 2**64,
            "negative_number": lambda: -1,
            "a_float": lambda: 1.5,
            "not_a_number": lambda: float("nan"),
            "infinity": lambda: float("inf"),
            "complex": lambda: 1j,
            "bytes": lambda: b"1",
            "a_set": lambda: {1},
            "tuple": lambda: ("1",),
            "an_object": object,
            "a_decimal": lambda: Decimal(1),
            "a_fraction": lambda: Fraction(1),
            "true": lambda: True,
            "empty": lambda: "",
            "padded": lambda: " 1",
            "zeros": lambda: "007",
            "plus": lambda: "+1",
            "exponent": lambda: "1e9",
            "hexadecimal": lambda: "0x1",
            "full_width": lambda: "１２",
            "superscript": lambda: "²",
            "half_a_pair": lambda: "\ud800",
            "steers": lambda: "\x1b[2J\x1b[31m",
            "nul": lambda: "\x00",
            "turned": lambda: "\u202e1",
            "lines": lambda: "1\n2\r\n3",
            "a_megabyte": lambda: "x" * 2**20,
            "nested": lambda: deep(50),
            "deep": lambda: deep(100_000),
            "cyclic": cyclic,
            "wide": lambda: ["1"] * 50_000,
            "number_keys": lambda: {1: 2},
            "null_keys": lambda: {None: 2},
            "odd_keys": lambda: {"\ud800": "1"},
            "markup": lambda: "<script>[bold red]]]></script>",
            "touchy": Touchy,
            "touchy_list": lambda: [Touchy()],
            "agreeable": Agreeable,
            "agreeable_list": lambda: [Agreeable()],
            "text": lambda: Text("1"),
            "number": lambda: Number(1),
            "a_type": lambda: int,
            "generator": lambda: (n for n in (1, 2)),
            "ellipsis": lambda: ...,
            "class_members": lambda: Members(a="1"),
            "list_of_long": lambda: ["9" * 5_000, "1"],
        }.items()
    },
    "none": lambda message, reply: None,
    "a_list": lambda message, reply: [reply],
    "a_string": lambda message, reply: "ok",
    "nothing": lambda message, reply: {},
    "only_seq": lambda message, reply: without(reply),
    "seq_of_text": lambda message, reply: {**reply, "seq": str(reply["seq"])},
    "seq_true": lambda message, reply: {**reply, "seq": True},
    "seq_huge": lambda message, reply: {**reply, "seq": 10**5_000},
    "seq_gone": lambda message, reply: {name: one for name, one in reply.items() if name != "seq"},
    "seq_before": lambda message, reply: {**reply, "seq": reply["seq"] - 1},
    "skipped_and_value": lambda message, reply: {**reply, "skipped": "not today"},
    "skipped_and_errored": lambda message, reply: {**without(reply), "skipped": "a", "errored": "b"},
    "errored_long": lambda message, reply: {**without(reply), "errored": "9" * 10**6},
    "errored_number": lambda message, reply: {**without(reply), "errored": 10**5_000},
    "errored_null": lambda message, reply: {**without(reply), "errored": None},
    "refused_list": lambda message, reply: {**without(reply), "refused": ["no"]},
    "refused_steers": lambda message, reply: {**without(reply), "refused": "\x1b]0;owned\x07\ud800"},
    "diff_of_text": lambda message, reply: {**reply, "diff": "SubnetTAO/1", "value": 7},
    "diff_null": lambda message, reply: {**reply, "diff": None, "value": 7},
    "diff_odd_names": lambda message, reply: {
        **reply,
        "diff": {"": "1", "/": "1", "A/B/C/D/E": "1", "\x1b": "1"},
        "value": 7,
    },
    "diff_wide": lambda message, reply: {**reply, "diff": {f"Balance/{n}": "1" for n in range(2_000)}, "value": 7},
    "events_of_text": lambda message, reply: {**reply, "events": "Transfer", "value": 7},
    "events_odd": lambda message, reply: {
        **reply,
        "events": [[], [1], None, ["Transfer", [[]]]],
        "value": 7,
        "diff": {},
    },
    "error_number": lambda message, reply: {**reply, "error": 3, "value": 7, "diff": {}},
    "ordered": lambda message, reply: OrderedDict(answering(lambda: "7")(message, reply)),
    "broken_members": lambda message, reply: Members(reply),
    "mutating": mutating,
    "aliasing": aliasing,
    **{name: raising(make) for name, make in RAISES.items()},
}
"""What is done to a right reply, by kind."""
HELLOS: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "hello_no_eras": lambda about: {**about, "eras": []},
    "hello_no_levels": lambda about: {**about, "levels": []},
    "hello_many_eras": lambda about: {**about, "eras": [*about["eras"], *(f"e{n}" for n in range(5_000))]},
    "hello_long_era": lambda about: {**about, "eras": ["9" * 6_000]},
    "hello_odd_era": lambda about: {**about, "eras": [1]},
    "hello_odd_level": lambda about: {**about, "levels": ["everything"]},
    "hello_text": lambda about: "hello",
    "hello_null_items": lambda about: {**about, "items": {}},
    "hello_no_items": lambda about: {**about, "items": []},
    "hello_protocol": lambda about: {**about, "protocol": "1"},
    "hello_true": lambda about: {**about, "protocol": True},
    "hello_number": lambda about: {**about, "version": 10**5_000},
    "hello_name": lambda about: {**about, "name": "\x1b[2J\ud800"},
    "hello_long_name": lambda about: {**about, "name": "x" * 10**6},
}
BENIGN = frozenset({"hello_many_eras", "hello_long_name", "skips_by_raising"})
"""Kinds that break nothing, or that skip: a run may pass, as far as it judged anything."""


class Hostile:
    """Another adapter, whose replies are spoilt after the first of each sort."""

    def __init__(self, inner: Any, kind: str) -> None:
        self.inner, self.kind = inner, kind
        self.answered: set[str] = set()

    def request(self, message: dict[str, Any]) -> Any:
        do = message["do"]
        reply = self.inner.request(message)
        if do == "hello":
            del reply["value"]["eras"][1:]  # one era is enough
        if do == "hello" and self.kind in HELLOS:
            return {**reply, "value": HELLOS[self.kind](reply["value"])}
        if do in ("hello", "load", "stop") or self.kind in HELLOS:
            return reply
        if do not in self.answered:
            self.answered.add(do)
            return reply
        return SPOILS[self.kind](message, reply)


def __getattr__(name: str) -> Callable[[], Hostile]:
    base, _, kind = name.partition("_")
    if base not in ("toy", "reference") or kind not in (*SPOILS, *HELLOS):
        raise AttributeError(name)
    return lambda: Hostile(Toy() if base == "toy" else Reference(), kind)


class Endless:
    """Answers as the reference does, but never comes to an end in one call."""

    def __init__(self) -> None:
        self.reference = Reference()

    def request(self, message: Mapping[str, Any]) -> Any:
        while message.get("call") == "add_stake":
            pass
        return self.reference.request(message)
