"""What a mutant is, and how it is planted."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from types import FunctionType

from attrs import field, frozen


class MovedError(Exception):
    """A mutant no longer fits the code that it was written for; the message names the mutant and the remedy."""


@frozen
class Mutant:
    """A named mistake in one function of the reference."""

    rule: str
    """The id of the rule that it breaks."""
    function: str
    """The function within the package ``dtao``, such as ``rules.pool.payout`` or ``calls.moves.MoveStake.apply``."""
    mistake: str
    """What is wrong, in words."""
    old: str
    """A piece of the function's text; it must occur exactly once."""
    new: str
    """What stands there instead."""
    era: str = field(default="launch", kw_only=True)
    """The first era in which it shows."""
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
