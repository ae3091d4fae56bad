"""The rules of the economy, registered as they are stated.

A rule is a function on exact numbers. Its docstring has fixed fields, each beginning a line: a title, then
``Statement``, ``Formula``, ``Units``, ``Rounding``, ``Rejections``, ``Source``, ``Example`` and ``Known violation``.
"""

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from typing import TypeVar

from attrs import frozen

Function = TypeVar("Function", bound=Callable[..., object])
FIELDS = ("Statement", "Formula", "Units", "Rounding", "Rejections", "Source", "Example", "Known violation")
REQUIRED = ("Statement", "Units", "Rounding", "Source", "Example")
FAMILIES = (
    "FIX", "ISS", "PRICE", "EMIT", "POOL", "SHARE", "STAKE", "MOVE", "REG", "NET", "EPOCH", "BOND", "DIV", "CHILD",
    "KEY", "BLOCK", "STATE",
)  # fmt: skip
LAUNCH = 233
"""The version of the runtime with which everything begins."""
IDENTIFIER = re.compile(rf"({'|'.join(FAMILIES)})-([1-9][0-9]*)")


class SpecificationError(ValueError):
    """A rule that is not stated as the registry demands; the message names the rule and the remedy."""


@frozen
class Rule:
    """One rule: its id, the exact function, and what its docstring says of it."""

    id: str
    function: Callable[..., object]
    title: str
    fields: Mapping[str, str]
    since: int = LAUNCH
    """The first version of the runtime in which it holds as stated here."""
    until: int | None = None
    """The last such version where the rule ended; a rule that only changed has none."""

    @property
    def anchor(self) -> str:
        """The anchor of the rule in SPEC.md."""
        return self.id.lower()

    @property
    def chapter(self) -> str:
        """The name of the module that states the rule, or of the chapter in which that module's rules stand."""
        module = sys.modules[self.function.__module__]
        name: str = getattr(module, "CHAPTER", module.__name__)
        return name.rpartition(".")[2]


RULES: dict[str, Rule] = {}
"""All rules by id, in the order in which their chapters happened to be imported."""
CHANGES: dict[str, list[Rule]] = {}
"""The later statements of rules that changed, by id, the earliest first."""


def sorted_rules() -> list[Rule]:
    """Return all rules by family, in the order of ``FAMILIES``, and by number."""
    return sorted(RULES.values(), key=lambda rule: place(rule.id))


def place(identifier: str) -> tuple[int, int]:
    """Return the sort key of an id: the place of its family, and its number."""
    family, _, number = identifier.partition("-")
    return FAMILIES.index(family), int(number)


def rule(identifier: str, since: int = LAUNCH, until: int | None = None) -> Callable[[Function], Function]:
    """Register the decorated function as a rule; it is returned unchanged.

    ``since`` is the version of the runtime that brought it, ``until`` the last one that had it.
    """

    def register(function: Function) -> Function:
        if identifier in RULES and _stands_beside(RULES[identifier].function, function):
            raise SpecificationError(f"{identifier} is stated twice, by {RULES[identifier].function.__name__} too")
        RULES[identifier] = _stated(identifier, function, since, until)
        return function

    return register


def changed(identifier: str, since: int) -> Callable[[Function], Function]:
    """Register the decorated function as what a rule says from a later version of the runtime on."""

    def register(function: Function) -> Function:
        statements = CHANGES.setdefault(identifier, [])
        twice = [one for one in statements if one.since == since and _stands_beside(one.function, function)]
        if twice:
            raise SpecificationError(f"{identifier} changes twice in {since}, by {twice[0].function.__name__} too")
        statements[:] = [one for one in statements if one.since != since]
        statements.append(_stated(identifier, function, since, None))
        statements.sort(key=lambda one: one.since)
        return function

    return register


def _stated(identifier: str, function: Callable[..., object], since: int, until: int | None) -> Rule:
    if not IDENTIFIER.fullmatch(identifier):
        raise SpecificationError(f"{identifier}: an id is a family and a number, such as POOL-2")
    title, fields = parsed(identifier, inspect.getdoc(function) or "")
    return Rule(identifier, function, title, fields, since, until)


def _stands_beside(known: Callable[..., object], function: Callable[..., object]) -> bool:
    """Whether two functions stand in one module, which was not imported anew between them."""
    return sys.modules.get(function.__module__) is sys.modules.get(known.__module__)


def parsed(identifier: str, docstring: str) -> tuple[str, dict[str, str]]:
    """Split a docstring into its title and its fields; the text of a field keeps its line breaks."""
    title, _, rest = docstring.partition("\n")
    fields: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in rest.splitlines():
        name, colon, text = line.partition(":")
        if colon and name in FIELDS:
            if name in fields:
                raise SpecificationError(f"{identifier}: the field {name} stands twice")
            current = fields.setdefault(name, [text.strip()] if text.strip() else [])
        elif current is not None:
            current.append(line)
        elif line.strip():
            raise SpecificationError(f"{identifier}: {line!r} belongs to no field. The fields are {', '.join(FIELDS)}")
    for name in REQUIRED:
        if name not in fields:
            raise SpecificationError(f"{identifier}: the field {name} is missing")
    return title.strip(), {name: inspect.cleandoc("\n" + "\n".join(lines)) for name, lines in fields.items()}
