"""Which tests name a rule: by its marker, in the name of the test, or by a function of the rule that they call."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from inspect import isclass
from pathlib import Path

from attrs import field, frozen

from dtao_spec.registry import FAMILIES, RULES, Rule
from dtao_spec.render import functions_of, reference_modules

PACKAGES = ("dtao", "dtao_spec")
"""The packages whose functions stand for rules."""
IN_NAME = re.compile(rf"test_({'|'.join(FAMILIES).lower()})_([0-9]+)(?:_to_([0-9]+))?(?:_|$)")

INNER_IMPORT = re.compile(r"^ +(?:from|import) dtao", re.MULTILINE)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def folder() -> Path | None:
    """Locate the tests; None where this distribution is installed without them."""
    tests = Path(__file__).parents[3] / "tests"
    return tests if (tests / "spec").is_dir() else None


def tests_by_rule(tests: Path, only: Rule | None = None) -> dict[str, tuple[str, ...]]:  # noqa: PT028  # no test
    """Return the tests that name each rule, as pytest names them, such as ``tests/spec/test_x.py::test_y``.

    Of one rule alone only those files are read in full in which it, or a function of it, occurs.
    """
    found: dict[str, list[str]] = {}
    occurs = None if only is None else _words(only).search
    for path in sorted(tests.rglob("test_*.py")):
        content = path.read_text(encoding="utf-8")
        if occurs is not None and occurs(content) is None:
            continue
        module = _Module.parsed(path, content)
        for name, function in module.tests():
            for rule in sorted(rules_of_test(module, name, function)):
                found.setdefault(rule, []).append(f"{path.relative_to(tests.parent).as_posix()}::{name}")
    return {rule: tuple(names) for rule, names in found.items()}


@frozen
class _Module:
    """The text of a test module: what its names stand for, and its functions."""

    imported: Mapping[str, object]
    body: Sequence[ast.stmt]
    helpers: Mapping[str, ast.AST]
    _named: dict[int, tuple[set[str], set[str]]] = field(factory=dict, init=False, eq=False)

    @classmethod
    def parsed(cls, path: Path, content: str) -> "_Module":
        tree = ast.parse(content, str(path))
        helpers = {one.name: one for one in tree.body if isinstance(one, Function | ast.ClassDef)}
        # most modules import at the top only
        nodes = ast.walk(tree) if INNER_IMPORT.search(content) else tree.body
        return cls(dict(_imports(nodes)), tree.body, helpers)

    def named(self, part: ast.AST) -> tuple[set[str], set[str]]:
        """Return the rules that a function or a class names itself, and the helpers of the module that it uses."""
        if id(part) in self._named:
            return self._named[id(part)]
        rules: set[str] = set()
        helpers: set[str] = set()
        for node in ast.walk(part):
            kind = type(node)
            if kind is ast.Call and _dotted(node.func)[-2:] == ["mark", "rule"]:  # type: ignore[attr-defined]
                constants = (one for one in node.args if isinstance(one, ast.Constant))  # type: ignore[attr-defined]
                rules |= {one.value for one in constants if isinstance(one.value, str)}
            elif kind is ast.Name or kind is ast.Attribute:
                if kind is ast.Name and node.id in self.helpers:  # type: ignore[attr-defined]
                    helpers.add(node.id)  # type: ignore[attr-defined]
                if (found := _object(self.imported, _dotted(node))) is not None:
                    rules |= rules_of_object(found)
        self._named[id(part)] = rules, helpers
        return rules, helpers

    def tests(self) -> Iterator[tuple[str, Function]]:
        """Hand out the tests with their names within the module."""
        for one in self.body:
            if isinstance(one, Function) and one.name.startswith("test"):
                yield one.name, one
            elif isinstance(one, ast.ClassDef):
                for method in one.body:
                    if isinstance(method, Function) and method.name.startswith("test"):
                        yield f"{one.name}::{method.name}", method


def rules_of_test(module: _Module, name: str, function: Function) -> set[str]:
    """Return the rules that a test names."""
    named = _rules_in_name(name.rpartition("::")[2])
    pending: list[ast.AST] = [function]
    seen: set[str] = set()
    while pending:
        rules, helpers = module.named(pending.pop())
        named |= rules
        pending += [module.helpers[one] for one in helpers - seen]
        seen |= helpers
    return named & RULES.keys()


def rules_of_object(found: object) -> set[str]:
    """Return the rules that a function of the reference or of a chapter stands for, or a class with its methods."""
    rules = set(getattr(found, "rules", ())) if callable(found) else set()
    if callable(found):
        rules |= _statements().get(id(found), frozenset())
    if isclass(found):
        for method in vars(found).values():
            rules |= set(getattr(method, "rules", ()))
    return rules


@cache
def _statements() -> Mapping[int, frozenset[str]]:
    """Return the rules that each function of a chapter states, by its identity."""
    found: dict[int, frozenset[str]] = {}
    for rule in RULES.values():
        for version in rule.versions:
            found[id(version.function)] = found.get(id(version.function), frozenset()) | {rule.id}
    return found


def _rules_in_name(name: str) -> set[str]:
    match = IN_NAME.match(name)
    if match is None:
        return set()
    family, first, last = match.groups()
    return {f"{family.upper()}-{number}" for number in range(int(first), int(last or first) + 1)}


def _words(rule: Rule) -> re.Pattern[str]:
    """Return the pattern of what a test of a rule may have in its text: the id, a range of ids, a function's name."""
    family, number = rule.id.split("-")
    words = [re.escape(rule.id), f"test_{family.lower()}_{number}(?![0-9])", f"test_{family.lower()}_[0-9]+_to_"]
    names = {version.function.__name__ for version in rule.versions}
    for module in reference_modules():
        names |= {name.partition(".")[0] for name, one in functions_of(module) if rule.id in getattr(one, "rules", ())}
    return re.compile("|".join([*words, *(rf"\b{re.escape(name)}\b" for name in sorted(names))]))


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, object]]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in PACKAGES:
            module = import_module(node.module)
            for alias in node.names:
                if not hasattr(module, alias.name):
                    import_module(f"{node.module}.{alias.name}")
                yield alias.asname or alias.name, getattr(module, alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in PACKAGES:
                    import_module(alias.name)
                    top = alias.name.partition(".")[0]
                    yield alias.asname or top, import_module(alias.name if alias.asname else top)


def _dotted(node: ast.AST) -> list[str]:
    """Return the names of ``a.b.c``; none for any other expression."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return [*before, node.attr]
    return []


def _object(imported: Mapping[str, object], names: Sequence[str]) -> object:
    if not names or names[0] not in imported:
        return None
    found = imported[names[0]]
    for name in names[1:]:
        found = getattr(found, name, None)
    return found
