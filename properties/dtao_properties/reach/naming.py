"""Which tests name a rule: by its marker, in the name of the test, or by a function of the rule that they call."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from inspect import isclass
from pathlib import Path

from attrs import frozen

from dtao_spec.registry import FAMILIES, RULES

PACKAGES = ("dtao", "dtao_spec")
"""The packages whose functions stand for rules."""
IN_NAME = re.compile(rf"test_({'|'.join(FAMILIES).lower()})_([0-9]+)(?:_to_([0-9]+))?(?:_|$)")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def folder() -> Path | None:
    """Locate the tests; None where this distribution is installed without them."""
    tests = Path(__file__).parents[3] / "tests"
    return tests if (tests / "spec").is_dir() else None


def tests_by_rule(tests: Path) -> dict[str, tuple[str, ...]]:
    """Return the tests that name each rule, as pytest names them, such as ``tests/spec/test_x.py::test_y``."""
    found: dict[str, list[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        module = _Module.parsed(path)
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

    @classmethod
    def parsed(cls, path: Path) -> "_Module":
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        helpers = {one.name: one for one in tree.body if isinstance(one, Function | ast.ClassDef)}
        return cls(dict(_imports(tree)), tree.body, helpers)

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
    seen = set()
    while pending:
        for node in ast.walk(pending.pop()):
            if isinstance(node, ast.Call) and _dotted(node.func)[-2:] == ["mark", "rule"]:
                named |= {
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
            if isinstance(node, ast.Name) and node.id in module.helpers and node.id not in seen:
                seen.add(node.id)
                pending.append(module.helpers[node.id])
            named |= rules_of_object(_object(module.imported, _dotted(node)))
    return named & RULES.keys()


def rules_of_object(found: object) -> set[str]:
    """Return the rules that a function of the reference or of a chapter stands for, or a class with its methods."""
    rules = set(getattr(found, "rules", ())) if callable(found) else set()
    if callable(found):
        rules |= {rule.id for rule in RULES.values() for version in rule.versions if version.function is found}
    if isclass(found):
        for method in vars(found).values():
            rules |= set(getattr(method, "rules", ()))
    return rules


def _rules_in_name(name: str) -> set[str]:
    match = IN_NAME.match(name)
    if match is None:
        return set()
    family, first, last = match.groups()
    return {f"{family.upper()}-{number}" for number in range(int(first), int(last or first) + 1)}


def _imports(tree: ast.Module) -> Iterator[tuple[str, object]]:
    for node in ast.walk(tree):
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
