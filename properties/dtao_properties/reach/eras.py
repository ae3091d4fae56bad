"""What of the reference an era computes with, and so which rules are in force in it.

Nobody lists them by hand: the names in the code are followed, from the calls of the era on; a name of an attribute of
its runtime stands for the value in its row. What no row leads to, such
as the arithmetic that a kernel alone asks for, is the same in all eras.
"""

import dis
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from functools import cache, partial
from inspect import isclass, isfunction, ismodule
from itertools import chain
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType, NoneType

from attrs import fields, has

import dtao
from dtao import block
from dtao.item_table import ITEMS
from dtao.items import Items
from dtao.state import Runtime
from dtao_properties.causes.marked import rules_by_code
from dtao_spec import contents  # noqa: F401  # it registers the rules
from dtao_spec.registry import RULES

LOAD_GLOBAL, LOAD_ATTR, EXTENDED_ARG, CACHE = (
    dis.opmap[name] for name in ("LOAD_GLOBAL", "LOAD_ATTR", "EXTENDED_ARG", "CACHE")
)
SHIFTS = {LOAD_GLOBAL: 1, LOAD_ATTR: int(sys.version_info >= (3, 12))}
"""Operations that load by a name -> how many bits of their number say something else than which name."""
if "LOAD_METHOD" in dis.opmap:
    SHIFTS[dis.opmap["LOAD_METHOD"]] = 0
STEP = "step"
ROOTS: Mapping[str, tuple[str, ...]] = {
    "quote": ("reads",), "call": ("calls",), "block": (STEP, "calls", "phases", "reads"),
}  # fmt: skip
"""What of a runtime the steps of each level ask for, and the step of a block."""
_ENDS = (int, str, bytes, NoneType, ModuleType, BuiltinFunctionType)
"""What leads nowhere."""
_ATTRIBUTES = frozenset(item.attribute for item in ITEMS.values())


def rejections(era: dtao.Era) -> frozenset[str]:
    """Return the errors that the code of an era names, and so may refuse a call with."""
    named = {name for function in reached(era).values() for owner, name in names_in(function) if owner == "Rejection"}
    return frozenset(str(dtao.Rejection[name].value) for name in named)


def rules_in_force(era: dtao.Era) -> frozenset[str]:
    """Return the rules that hold in an era: those of a marked function that it computes with."""
    return _rules_in_force(era.spec_version)


def reached(era: dtao.Era, roots: tuple[str, ...] = ROOTS["block"]) -> Mapping[CodeType, FunctionType]:
    """Return the functions of the reference that the row of an era leads to, by their code; from some of its parts."""
    return _reached(era.spec_version, roots)


def rules_at(era: dtao.Era, levels: Collection[str]) -> frozenset[str]:
    """Return the rules in force in an era that the steps of some levels may carry out."""
    version = era.spec_version
    found = _rules_in_force(version) if "kernel" in levels else frozenset()
    marked = rules_by_code()[0]
    for level in levels:
        if (roots := ROOTS.get(level)) is not None:
            here = _reached(version, roots)
            found |= frozenset(rule for code, rules in marked.items() if code in here for rule in rules)
    return found


@cache
def _rules_in_force(spec_version: int) -> frozenset[str]:
    here = _reached(spec_version)
    elsewhere = {code for era in dtao.ERAS for code in _reached(era.spec_version)}
    marked = rules_by_code()[0]
    found = {rule for code, rules in marked.items() if code in here or code not in elsewhere for rule in rules}
    # a row may hold a function that does nothing before the rule came, or that nothing asks for after it ended
    return frozenset(rule for rule in found if RULES[rule].at(spec_version) is not None)


@cache
def _reached(spec_version: int, roots: tuple[str, ...] = ROOTS["block"]) -> Mapping[CodeType, FunctionType]:
    runtime = dtao.era(spec_version).runtime
    found: dict[CodeType, FunctionType] = {}
    seen: dict[int, object] = {}
    read_as = _Attributes(families(runtime))
    attributes = {item.attribute for item in runtime.items.by_name.values()}
    pending: list[object] = [block.step if root == STEP else getattr(runtime, root) for root in roots]
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen[id(one)] = one
        if isfunction(one):
            if not _is_ours(one) or _writes_what_is_missing(one, attributes):
                continue
            found[one.__code__] = one
        pending += _parts(one, read_as)
    return found


class _Attributes(dict[str, tuple[object, ...]]):
    """What the records of a runtime hold by the name of an attribute, looked up once a name."""

    def __init__(self, records: tuple[object, ...]) -> None:
        self._records = records

    def __missing__(self, name: str) -> tuple[object, ...]:
        values = (getattr(one, name) for one in self._records if hasattr(one, name))
        found = tuple(value for value in values if not isinstance(value, _ENDS))
        self[name] = found
        return found


def _parts(one: object, read_as: _Attributes) -> Iterable[object]:
    """Return what an object leads to: the values that it holds, or those that its code names."""
    if isfunction(one):
        values, names = _named(one)
        return chain(values, *(read_as[name] for name in names))
    if isinstance(one, partial):
        return (one.func, *one.args, *one.keywords.values())
    if isinstance(one, Mapping):
        return one.values()
    if isinstance(one, tuple):
        return one  # no list: what changes is a memory of the last step, not a rule
    if isclass(one):
        return _methods(one) if _is_ours(one) else ()
    record = type(one)
    if has(record) and _is_ours(record):
        return (record, *(getattr(one, attribute.name) for attribute in fields(record)))
    return ()


def _writes_what_is_missing(function: FunctionType, attributes: Set[str]) -> bool:
    """Return whether the only entries that a function writes are of storage items that the runtime does not have."""
    keywords = {name for one in function.__code__.co_consts if isinstance(one, tuple) for name in one}
    written = keywords & _ATTRIBUTES
    return bool(written) and not written & attributes


def _is_ours(one: type | FunctionType) -> bool:
    return (one.__module__ or "").partition(".")[0] == "dtao"


def _methods(one: type) -> Iterator[object]:
    for name, value in vars(one).items():
        if name.startswith("__"):
            continue  # what attrs adds reads every attribute
        if isinstance(value, property):
            yield value.fget
        elif isinstance(value, staticmethod | classmethod):
            yield value.__func__
        elif isfunction(value):
            yield value


@cache
def _named(function: FunctionType) -> tuple[tuple[object, ...], tuple[str, ...]]:
    """Return the values that the code of a function names, the same in all eras, and the attributes that it reads."""
    values: list[object] = [cell.cell_contents for cell in function.__closure__ or ()]
    values += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    names: list[str] = []
    for owner, name in names_in(function):
        if owner is None:
            values.append(function.__globals__.get(name))
        elif ismodule(module := function.__globals__.get(owner)):
            values.append(getattr(module, name, None))
        else:
            names.append(name)
    return tuple(value for value in values if not isinstance(value, _ENDS)), tuple(names)


def families(runtime: Runtime) -> tuple[object, ...]:
    """Return the records of the rules of a runtime, one a family."""
    values = (getattr(runtime, attribute.name) for attribute in fields(Runtime))
    return tuple(value for value in values if has(type(value)) and not isinstance(value, Items))


@cache
def names_in(function: FunctionType) -> frozenset[tuple[str | None, str]]:
    """Return the names in the code of a function, inner functions included.

    A global stands with None, an attribute with the name of the global that it is read from, or with "" if it is read
    from anything else.
    """
    names: set[tuple[str | None, str]] = set()
    pending = [function.__code__]
    while pending:
        code = pending.pop()
        before = ""
        for operation, name in _loads(code):
            if name and operation != LOAD_GLOBAL:
                names.add((before, name))
            before = name if operation == LOAD_GLOBAL else ""
            if before:
                names.add((None, before))
        pending += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return frozenset(names)


def _loads(code: CodeType) -> Iterator[tuple[int, str]]:
    """Yield what loads a global or an attribute, and its name; an operation of another kind comes with no name.

    As ``dis.get_instructions`` has it, in a fifth of the time: that tells where each stands, too.
    """
    names, further = code.co_names, 0
    words = iter(code.co_code)
    for operation, argument in zip(words, words, strict=True):
        if operation == CACHE:
            continue
        number, further = further | argument, 0
        if operation == EXTENDED_ARG:
            further = number << 8
        else:
            shift = SHIFTS.get(operation)
            yield operation, "" if shift is None else names[number >> shift]
