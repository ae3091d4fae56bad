"""What a mutant is, and how it is planted."""

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from types import CodeType, FunctionType
from typing import Any

from attrs import field, frozen


class MovedError(Exception):
    """A mutant no longer fits the code that it was written for; the message names the mutant and the remedy."""


Right = Callable[..., Any]
"""A function of the reference as it is."""


@frozen
class Mutant:
    """A named mistake in one function of the reference."""

    rule: str
    """The id of the rule that it breaks."""
    function: str
    """The function within the package ``dtao``, such as ``rules.pool.payout`` or ``calls.moves.MoveStake.apply``."""
    mistake: str
    """What is wrong, in words."""
    era: str = field(default="launch", kw_only=True)
    """The first era in which it shows, of the recordings if any shows it: those are tried first."""
    after: str = field(default="", kw_only=True)
    """The historic mistake of the runtime that it repeats or undoes, if any."""
    unseen: str = field(default="", kw_only=True)
    """Why no property sees it, but only the recorded vectors."""
    unrecorded: str = field(default="", kw_only=True)
    """Why no recorded vector sees it."""
    equivalent: str = field(default="", kw_only=True)
    """Why it is none: nothing can tell it from the reference."""

    @property
    def id(self) -> str:
        """The name of the mutant: the rule and the function."""
        return f"{self.rule} {self.function}: {self.mistake}"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule, as the only one."""
        return (self.rule,)

    @property
    def planted_in(self) -> str:
        """The function in which it shows: what does not run that cannot notice it."""
        return self.function

    def planted(self) -> None:
        """Plant it in this process, for good. Rejects, as MovedError, a function that has moved."""
        raise NotImplementedError


@frozen
class Replaced(Mutant):
    """Another function in the place of one."""

    wrong: Callable[..., Any] = field(repr=False)
    """What runs instead. It takes the function as it is, and then that function's arguments."""
    seen_by: str = field(default="", kw_only=True)
    """The only function that sees the wrong one; all do if this is empty."""

    @property
    def planted_in(self) -> str:
        """The only function that sees it, or the one that it replaces."""
        return self.seen_by or self.function

    def planted(self) -> None:
        """Plant it in this process, for good. Rejects, as MovedError, a function that has moved, or is not called."""
        target = located(self.function, self.id)
        if not takes_what(target, self.wrong):
            raise MovedError(f"{self.id}: it does not take the arguments of dtao.{self.function}. Adapt the mutant.")
        if self.seen_by:
            if not replace_callee(located(self.seen_by, self.id), target, self.wrong):
                raise MovedError(f"{self.id}: dtao.{self.seen_by} does not call it. Adapt the mutant.")
        else:
            replace_function(target, self.wrong)


@frozen
class Patched(Mutant):
    """A function with another piece of text in it, for mistakes that no argument, callee or result can carry."""

    old: str
    """A piece of the function's text; it must occur exactly once."""
    new: str
    """What stands there instead."""
    because: str = field(kw_only=True)
    """Why no function that stands in for one makes the same mistake."""

    def planted(self) -> None:
        """Plant it in this process, for good. Rejects, as MovedError, a function or a text that has moved."""
        target = located(self.function, self.id)
        text = source_of(target)
        if (found := text.count(self.old)) != 1:
            raise MovedError(
                f"{self.id}: {self.old!r} occurs {found} times in dtao.{self.function}, not once. Adapt the mutant."
            )
        tree = ast.parse(text.replace(self.old, self.new))
        replace_code(target, compiled(tree, target))


def located(name: str, who: str) -> FunctionType:
    """Return a function of the reference by its dotted name. Rejects, as MovedError, a name that is none."""
    parts = ["dtao", *name.split(".")]
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        if isinstance(found, FunctionType):
            return found
    raise MovedError(f"{who}: there is no function dtao.{name}. Adapt the mutant.")


def takes_what(target: FunctionType, wrong: Callable[..., Any]) -> bool:
    """Return whether a wrong function takes all arguments of the right one, after that function itself.

    Otherwise a check could notice the TypeError of the call, not the mistake.
    """
    taken = list(inspect.signature(wrong).parameters.values())[1:]
    is_open = any(one.kind is one.VAR_POSITIONAL for one in taken)
    return is_open or len(taken) == len(inspect.signature(target).parameters)


def source_of(function: FunctionType) -> str:
    """Return the text of a function from its first line on, without decorators and indentation."""
    lines, first = inspect.getsourcelines(function)
    start = next(index for index, line in enumerate(lines) if line.lstrip().startswith("def "))
    return "\n" * (first - 1 + start) + dedent("".join(lines[start:]))


def compiled(tree: ast.Module, like: FunctionType) -> FunctionType:
    """Return the function that the text of one function defines, in the module of another function."""
    definition = tree.body[-1]
    if not isinstance(definition, ast.FunctionDef):
        raise TypeError("a mutant is the text of a function")
    definition.decorator_list = []
    namespace = dict(like.__globals__)
    exec(compile(ast.fix_missing_locations(tree), like.__code__.co_filename, "exec"), namespace)  # noqa: S102  # our own text
    made = namespace[definition.name]
    if not isinstance(made, FunctionType):
        raise TypeError("a mutant is the text of a function")
    return made


def replace_code(target: FunctionType, source: FunctionType) -> None:
    """Let a function run the code of another one, wherever it is held."""
    target.__code__ = source.__code__
    target.__defaults__ = source.__defaults__
    target.__kwdefaults__ = source.__kwdefaults__


def replace_function(target: FunctionType, wrong: Callable[..., Any]) -> None:
    """Let a function run another one, wherever it is held, which gets the function as it was as its first argument."""
    right = FunctionType(target.__code__, target.__globals__, target.__name__, target.__defaults__, target.__closure__)
    right.__kwdefaults__ = target.__kwdefaults__
    name = f"_wrong_{id(right)}"
    target.__globals__[name] = partial(wrong, right)
    namespace: dict[str, Any] = {}
    exec(f"def stand_in(*args, **named):\n    return {name}(*args, **named)\n", namespace)  # noqa: S102  # our own text
    replace_code(target, namespace["stand_in"])


def replace_callee(target: FunctionType, right: FunctionType, wrong: Callable[..., Any]) -> bool:
    """Let one function run another one instead of one that it names; return whether it names that at all."""
    alias = f"_wrong_{id(target)}_{right.__name__}"
    for namespace in (target.__globals__, right.__globals__):  # it may be named as an attribute of its module
        namespace[alias] = partial(wrong, right)
    found, target.__code__ = _renamed(target.__code__, right.__name__, alias)
    return found


def _renamed(code: CodeType, name: str, alias: str) -> tuple[bool, CodeType]:
    """Rename a global in a code object and in those within it; an attribute of a module becomes a global, too."""
    inner = [_renamed(one, name, alias) if isinstance(one, CodeType) else (False, one) for one in code.co_consts]
    found = name in code.co_names or any(one for one, _ in inner)
    names = tuple(alias if one == name else one for one in code.co_names)
    return found, code.replace(co_names=names, co_consts=tuple(one for _, one in inner))


def functions() -> Iterator[tuple[str, FunctionType]]:
    """Hand out the functions and methods of the reference with their dotted names within ``dtao``."""
    root = Path(inspect.getfile(import_module("dtao"))).parent
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[-1] in ("__init__", "__main__"):
            parts = parts[:-1]
        if not parts:
            continue
        module = import_module(".".join(("dtao", *parts)))
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                names: list[tuple[str, ...]] = [(node.name,)]
            elif isinstance(node, ast.ClassDef):
                names = [(node.name, one.name) for one in node.body if isinstance(one, ast.FunctionDef)]
            else:
                continue
            for name in names:
                found: object = module
                for part in name:
                    found = inspect.getattr_static(found, part, None)
                if isinstance(found, FunctionType):
                    yield ".".join((*parts, *name)), found
