"""Mistakes made mechanically: the operators that mutmut has, on the syntax tree of one function at a time.

mutmut itself (3.8.1) leaves functions with decorators alone, and here nearly every function of a rule has one, which
names the rule. What it would do to a function is done here instead, and planted as
:mod:`dtao_properties.mutants.mutant` does. Not changed: docstrings, annotations, the text of messages, and the tables
and constants at the level of a module or class, which are built when it is imported.
"""

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cached_property
from types import FunctionType

from attrs import define, field

from dtao_properties.mutants.mutant import compiled, functions, located, replace_code, source_of

MODULES = ("fixed", "rules", "calls")
"""The parts of the reference in which mistakes are made."""

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE,),
    ast.LtE: (ast.Lt,),
    ast.Gt: (ast.GtE,),
    ast.GtE: (ast.Gt,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@define(slots=False)
class Mechanical:
    """One mistake, in one place of one function."""

    function: str
    """The function within the package ``dtao``."""
    place: int
    """Which of the nodes of the function it is about, counted through the tree."""
    way: int
    """Which of the ways of spoiling that node."""
    line: int
    """The line within the function; the ``def`` is line 1."""
    told: str
    """What stood there, and what stands there now."""
    rules: tuple[str, ...] = ()
    era: str = field(default="", init=False)

    @property
    def planted_in(self) -> str:
        """The function that it is in."""
        return self.function

    @cached_property
    def id(self) -> str:
        """The name of the mutant: the same as long as the function is."""
        return f"{self.function}:{self.line}: {self.told} [{self.place}.{self.way}]"

    def planted(self) -> None:
        """Plant it in this process, for good."""
        target = located(self.function, self.id)
        tree = ast.parse(source_of(target))
        nodes = list(spoilt_nodes(tree.body[-1]))
        changed = spoilt(nodes[self.place])[self.way]
        _Replacing(nodes[self.place], changed).visit(tree)
        replace_code(target, compiled(tree, target))


def mechanical() -> Iterator[Mechanical]:
    """Hand out every mistake that the operators make."""
    for name, function in functions():
        if name.partition(".")[0] in MODULES and not _runs_at_import(function):
            yield from mistakes(name, function)


def mistakes(name: str, function: FunctionType) -> Iterator[Mechanical]:
    """Hand out the mistakes in one function."""
    definition = ast.parse(source_of(function)).body[-1]
    rules = tuple(getattr(function, "rules", ()))
    first = definition.lineno
    for place, node in enumerate(spoilt_nodes(definition)):
        for way, changed in enumerate(spoilt(node)):
            told = _told(node, changed)
            line: int = getattr(node, "lineno", first)
            yield Mechanical(name, place, way, line - first + 1, told, rules)


def _runs_at_import(function: FunctionType) -> bool:
    """Return whether a function sets a default of a class, or builds a table: it has run before anything is planted."""
    return function.__qualname__ in ("Format._min_bits", "Format._max_bits", "Format._one", "without", "after")


def spoilt_nodes(definition: ast.AST) -> Iterator[ast.AST]:
    """Hand out the nodes of a function that can be spoilt, in the order of the tree; no docstrings and annotations."""
    for name, value in ast.iter_fields(definition):
        if name in ("annotation", "returns", "decorator_list", "type_comment", "format_spec"):
            continue
        children = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_docstring(definition, name, index, child):
                continue
            if isinstance(child, ast.Raise | ast.JoinedStr):
                continue  # what an error says is no matter; that it is raised, its condition decides
            if isinstance(child, ast.keyword) and child.arg == "strict":
                continue  # it guards what never happens
            if spoilt(child):
                yield child
            yield from spoilt_nodes(child)


def _is_docstring(parent: ast.AST, name: str, index: int, child: ast.AST) -> bool:
    return isinstance(parent, ast.FunctionDef) and name == "body" and index == 0 and isinstance(child, ast.Expr)


def spoilt(node: ast.AST) -> list[ast.AST]:
    """Return the ways to spoil a node; none for most kinds."""
    changes = (changed for kind, ways in WAYS.items() if isinstance(node, kind) for changed in ways(node))
    return [changed for changed in changes if ast.dump(changed) != ast.dump(node)]


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        for other in COMPARED.get(type(operator), ()):
            changed = deepcopy(node)
            changed.ops[index] = other()
            yield changed


def _computation(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in COMPUTED:
        changed = deepcopy(node)
        changed.op = COMPUTED[type(node.op)]()
        yield changed


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, float):
        yield ast.Constant(node.value + 1.0)


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), deepcopy(node.values))


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield deepcopy(node.operand)


def _choice(node: ast.If | ast.IfExp | ast.While) -> Iterator[ast.AST]:
    for test in (ast.Constant(True), ast.Constant(False)):
        changed = deepcopy(node)
        changed.test = test
        if not (isinstance(node, ast.While) and test.value):
            yield changed


def _call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in SWAPPED:
        changed = deepcopy(node)
        changed.func = ast.Name(SWAPPED[node.func.id], ast.Load())
        yield changed
    if isinstance(node.func, ast.Name) and node.func.id == "evolve":
        for index in range(len(node.keywords)):
            changed = deepcopy(node)
            del changed.keywords[index]
            yield changed
    either_way = isinstance(node.func, ast.Name) and node.func.id in ("min", "max")
    if (
        len(node.args) == 2
        and not either_way
        and not any(isinstance(one, ast.Starred) for one in node.args)
        and not node.keywords
    ):
        yield ast.Call(deepcopy(node.func), [deepcopy(node.args[1]), deepcopy(node.args[0])], [])


def _statement(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, ast.Assign):
        names = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        read = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
        if not names <= read:
            return  # without it the next line would fail, which tells nothing
    yield ast.Pass()


def _returned(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield ast.Return(ast.Constant(None))


WAYS: dict[type[ast.AST], Callable[..., Iterator[ast.AST]]] = {
    ast.Compare: _comparison,
    ast.BinOp: _computation,
    ast.AugAssign: _computation,
    ast.Constant: _constant,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.If: _choice,
    ast.IfExp: _choice,
    ast.While: _choice,
    ast.Call: _call,
    ast.Expr: _statement,
    ast.Assign: _statement,
    ast.Continue: _statement,
    ast.Break: _statement,
    ast.Return: _returned,
}


class _Replacing(ast.NodeTransformer):
    """Puts another node in the place of one."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old = old
        self.new = new

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the new node for the old one, and any other with its children visited."""
        if node is self.old:
            return ast.copy_location(self.new, self.old)
        return self.generic_visit(node)


def _told(node: ast.AST, changed: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(changed, ast.Call) and len(node.keywords) > len(changed.keywords):
        kept = {one.arg for one in changed.keywords}
        left_out = next(one for one in node.keywords if one.arg not in kept)
        return f"{_text(node.func)}(…, {_text(left_out)}) -> without"
    if isinstance(node, ast.Return):
        return f"{_text(node)} -> return None"
    return f"{_text(node)} -> {_text(changed)}"


def _text(node: ast.AST) -> str:
    text = ast.unparse(ast.fix_missing_locations(deepcopy(node)))
    if isinstance(node, ast.If | ast.While):
        text = text.partition("\n")[0]
    text = " ".join(text.split())
    return text if len(text) <= 120 else f"{text[:117]}..."
