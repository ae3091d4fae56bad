"""The rules of the economy, registered as they are stated.

A rule has one or more versions; each is a function on exact numbers, in force from one version of the runtime on until
the next of them, or until the rule ends. Its docstring has fixed fields, each beginning a line: a title, then
``Change`` (what is different from the version before, and why the runtime's authors made it so), ``Statement``,
``Formula``, ``Units``, ``Rounding``, ``Rejections``, ``Source``, ``Example`` and ``Known violation``.
"""

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, partial
from importlib import import_module
from typing import Any, TypeVar

from attrs import field, frozen

from dtao_spec.rounding import U64_MAX, floored

Function = TypeVar("Function", bound=Callable[..., object])
FIELDS = ("Change", "Statement", "Formula", "Units", "Rounding", "Rejections", "Source", "Example", "Known violation")
REQUIRED = ("Statement", "Units", "Rounding", "Source", "Example")
FAMILIES = (
    "FIX", "ISS", "PRICE", "EMIT", "FLOW", "POOL", "SHARE", "STAKE", "LOCK", "MOVE", "REG", "NET", "EPOCH", "BOND",
    "DIV", "CLAIM", "CHILD", "KEY", "BLOCK", "STATE",
)  # fmt: skip
PAGES = "spec/pages"
"""The folder of the chapters' pages, from the root of the repository."""
LAUNCH = 233
"""The version of the runtime with which everything begins."""
IDENTIFIER = re.compile(rf"({'|'.join(FAMILIES)})-([1-9][0-9]*)")


class SpecificationError(ValueError):
    """A rule that is not stated as the registry demands; the message names the rule and the remedy."""


@frozen(eq=False)
class Version:
    """What a rule says from one version of the runtime on: the exact function, and what its docstring says of it."""

    id: str
    function: Callable[..., object]
    title: str
    fields: Mapping[str, str]
    since: int = LAUNCH
    """The first version of the runtime in which it holds as stated here."""
    until: int | None = None
    """The last such version where the rule ended; None where it is in force still, or was followed by another one."""
    rounded: Callable[..., object] | None = None
    """The same with the rounding that it states: what the chain comes to, in integers and fractions."""

    @property
    def chapter(self) -> str:
        """The name of the module that states it, or of the chapter in which that module's rules stand."""
        module = sys.modules[self.function.__module__]
        name: str = getattr(module, "CHAPTER", module.__name__)
        return name.rpartition(".")[2]


@frozen(eq=False)
class Rule:
    """One rule: its id, and its versions, the earliest first."""

    id: str
    versions: tuple[Version, ...]

    @property
    def first(self) -> Version:
        """The version with which the rule began."""
        return self.versions[0]

    @property
    def newest(self) -> Version:
        """The version that came last."""
        return self.versions[-1]

    @property
    def title(self) -> str:
        """The title of the rule, as its newest version has it."""
        return self.newest.title

    @property
    def since(self) -> int:
        """The first version of the runtime that has the rule."""
        return self.first.since

    @property
    def until(self) -> int | None:
        """The last version of the runtime that has the rule; None where it is in force still."""
        return self.newest.until

    @property
    def anchor(self) -> str:
        """The anchor of the rule on the page of its chapter."""
        return self.id.lower()

    @property
    def chapter(self) -> str:
        """The name of the chapter in which the rule stands."""
        return self.first.chapter

    @property
    def place(self) -> str:
        """Where the rule is to be read, from the root of the repository."""
        return f"{page_path(self.chapter)}#{self.anchor}"

    def at(self, spec_version: int) -> Version | None:
        """Return what the rule says in a version of the runtime; None where it is not in force.

        After the newest version that anything is stated for, its rules are returned. Raises SpecificationError for what
        is no version.
        """
        require_version(spec_version)
        begun = [version for version in self.versions if version.since <= spec_version]
        if not begun or (begun[-1].until is not None and begun[-1].until < spec_version):
            return None
        return begun[-1]


RULES: dict[str, Rule] = {}
"""All rules by id, in the order in which the chapters state them."""


def page_path(chapter: str) -> str:
    """Return the path of a chapter's page from the root of the repository."""
    return f"{PAGES}/{chapter.replace('_', '-')}.md"


def at(spec_version: int) -> dict[str, Version]:
    """Return what every rule says that is in force in a version of the runtime, by id, in the order of the rules.

    After the newest version that anything is stated for, its rules are returned. Raises SpecificationError for what is
    no version.
    """
    require_version(spec_version)
    stated = ((rule.id, rule.at(spec_version)) for rule in sorted_rules())
    return {identifier: version for identifier, version in stated if version is not None}


def require_version(spec_version: object) -> None:
    """Refuse, with SpecificationError, what is no version of the runtime from the launch on."""
    if not isinstance(spec_version, int) or isinstance(spec_version, bool) or spec_version < LAUNCH:
        is_long = isinstance(spec_version, int) and spec_version.bit_length() > 64
        given = "a number of more than 64 bits" if is_long else repr(spec_version)
        raise SpecificationError(
            f"{shortened(given)} is no version of the runtime: give an integer from {LAUNCH} on, such as 277"
        )


def shortened(text: str) -> str:
    """Return a text in one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


class NotInForce(KeyError):
    """A rule that a version of the runtime does not have; the message names both."""

    def __str__(self) -> str:
        """Return the message as it was given."""
        return str(self.args[0])


@frozen
class Computation:
    """The rules of one version of the runtime as functions: exact, or with the rounding that they state.

    A function that builds on other rules takes them as its argument ``rules`` and gets them from here. Raises
    SpecificationError for what is no version.
    """

    spec_version: int = field()
    is_rounded: bool = False

    @spec_version.validator
    def _is_version(self, _: object, value: int) -> None:
        require_version(value)

    def __getitem__(self, identifier: str) -> Callable[..., Any]:
        """Return the function of a rule; NotInForce, a KeyError, for one that the version does not have."""
        if identifier not in self:
            raise NotInForce(f"{shortened(repr(identifier))} is no rule of version {self.spec_version}")
        function, takes_rules = _functions(self.spec_version, self.is_rounded)[identifier]
        return partial(function, rules=self) if takes_rules else function

    def __contains__(self, identifier: object) -> bool:
        """Return whether a rule is in force."""
        return isinstance(identifier, str) and identifier in _functions(self.spec_version, self.is_rounded)

    def part(self, amount: Fraction) -> Fraction:
        """Return an amount as it is computed with: 32 bits behind the point, or exact."""
        return floored(amount) if self.is_rounded else amount

    def whole(self, amount: Fraction) -> Fraction:
        """Return what is stored of an amount: whole units within 64 bits, or all of it."""
        return min(floored(amount, 0), Fraction(U64_MAX)) if self.is_rounded else amount


@cache
def _functions(spec_version: int, is_rounded: bool) -> dict[str, tuple[Callable[..., Any], bool]]:
    """Return the functions of a version, and whether each takes the rules that it builds on."""
    found = {}
    for identifier, version in at(spec_version).items():
        function = version.rounded if is_rounded and version.rounded else version.function
        found[identifier] = (function, "rules" in inspect.signature(function).parameters)
    return found


EXACT_LAUNCH = Computation(LAUNCH)


def sorted_rules() -> list[Rule]:
    """Return all rules by family, in the order of ``FAMILIES``, and by number."""
    import_module("dtao_spec.contents")  # which registers all of them
    return sorted(RULES.values(), key=lambda rule: place(rule.id))


def place(identifier: str) -> tuple[int, int]:
    """Return the sort key of an id: the place of its family, and its number."""
    family, _, number = identifier.partition("-")
    return FAMILIES.index(family), int(number)


def rule(
    identifier: str, since: int = LAUNCH, until: int | None = None, rounded: Callable[..., object] | None = None
) -> Callable[[Function], Function]:
    """Register the decorated function as a version of a rule; it is returned unchanged.

    ``since`` is the version of the runtime that brought it, ``until`` the last one that had it where nothing followed,
    ``rounded`` a function that computes the same with the rounding that it states.
    """

    def register(function: Function) -> Function:
        if not IDENTIFIER.fullmatch(identifier):
            raise SpecificationError(f"{identifier}: an id is a family and a number, such as POOL-2")
        title, fields = parsed(identifier, inspect.getdoc(function) or "")
        version = Version(identifier, function, title, fields, since, until, rounded)
        known = RULES[identifier].versions if identifier in RULES else ()
        for one in known:
            if one.since == since and _stands_beside(one.function, function):
                raise SpecificationError(f"{identifier} is stated twice for {since}, by {one.function.__name__} too")
        others = (one for one in known if one.since != since)
        RULES[identifier] = Rule(identifier, tuple(sorted((*others, version), key=lambda one: one.since)))
        return function

    return register


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
