"""Which rules take part in a computation, in order: seen while the reference runs, so that a new era needs no code.

Every function of the reference that implements a rule carries the rule's id. While one runs, its arguments and what it
returns are noted. Nothing of the reference is restated.
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType
from typing import Any

from attrs import field, mutable

from dtao_spec import contents
from dtao_spec.registry import RULES
from dtao_spec.render import marked_functions

STATED = contents.STATING
"""The modules that state the rules; importing them registers all."""
REFUSAL = "Rejected.__init__"
"""What runs where a call is refused."""


@mutable
class Noted:
    """One run of a function that implements rules."""

    rules: tuple[str, ...]
    """The ids of its rules that are in force."""
    function: Callable[..., object]
    name: str
    """Module and name, without the package."""
    depth: int
    """How many noted functions it runs inside of."""
    inputs: Mapping[str, object]
    result: object = None
    refused: str | None = None
    """The name of the rejection with which it ended, if it did."""
    netuid: int | None = None
    """The subnet that was in hand, as its inputs or the code that called it say; None where they do not."""
    annotations: Mapping[str, object] = field(factory=dict)
    """The types of the inputs, and of the result as ``return``."""


@cache
def _marked() -> Mapping[CodeType, tuple[Callable[..., object], str, tuple[str, ...]]]:
    """Return the functions of the reference that implement rules, by their code."""
    return {
        function.__code__: (function, name.removeprefix("dtao."), rules) for name, function, rules in marked_functions()
    }


@contextmanager
def watched(spec_version: int, is_wanted: Callable[[tuple[str, ...]], bool]) -> Iterator[list[Noted]]:
    """Note what runs in the block, on this thread, of rules in force in a version of the runtime.

    ``is_wanted`` chooses by the ids of the rules of a function.
    """
    # by identity: a code object is compared by all that it holds
    marked = {
        id(code): (function, name, rules)
        for code, (function, name, all_rules) in _marked().items()
        if (rules := tuple(rule for rule in all_rules if rule in RULES and RULES[rule].at(spec_version)))
        and is_wanted(rules)
    }
    noted: list[Noted] = []
    open_ones: list[tuple[int, Noted]] = []
    refusal: list[str] = []

    def note(frame: FrameType, event: str, result: object) -> None:
        code = frame.f_code
        if event == "call":
            if (found := marked.get(id(code))) is not None:
                function, name, rules = found
                arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
                inputs = {argument: frame.f_locals[argument] for argument in arguments}
                one = Noted(rules, function, name, len(open_ones), inputs, annotations=_annotations(function))
                one.netuid = _netuid_in_hand(frame, *open_ones[-1:])
                noted.append(one)
                open_ones.append((id(frame), one))
        elif event == "return":
            if code.co_qualname == REFUSAL:
                refusal[:] = [str(frame.f_locals["rejection"].value)]
            elif result is not None:
                refusal.clear()
            if open_ones and open_ones[-1][0] == id(frame):
                _, one = open_ones.pop()
                one.result = result
                one.refused = refusal[0] if refusal else None

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield noted
    finally:
        sys.setprofile(before)


def _netuid_in_hand(frame: FrameType, *within: tuple[int, Noted]) -> int | None:
    """Return the netuid among the variables of a frame or those above it, up to the noted function it runs in."""
    parent, inherited = within[0] if within else (0, None)
    above: FrameType | None = frame
    while above is not None and above.f_globals.get("__name__", "").partition(".")[0] == "dtao":
        for name, value in above.f_locals.items():
            found = value if name in ("netuid", "origin_netuid") else getattr(value, "netuid", None)
            if type(found) is int:
                return found
        if id(above) == parent:
            break
        above = above.f_back
    return None if inherited is None else inherited.netuid


@cache
def _annotations(function: Callable[..., object]) -> Mapping[str, object]:
    signature = inspect.signature(function)
    named: dict[str, Any] = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    return {**named, "return": signature.return_annotation}
