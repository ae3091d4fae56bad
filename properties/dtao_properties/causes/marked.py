"""The functions of the reference that bear the ids of rules."""

from collections.abc import Iterator
from inspect import isfunction
from types import CodeType, FunctionType, NoneType
from typing import get_args, get_type_hints

from dtao_spec.registry import RULES
from dtao_spec.render import functions_of, reference_modules


def marked_functions() -> Iterator[FunctionType]:
    """Return the functions and methods that carry out a rule, in the order of the reference's modules and lines."""
    for module in reference_modules():
        for _, function in functions_of(module):
            if isfunction(function) and hasattr(function, "rules"):
                yield function


def rules_by_code() -> tuple[dict[CodeType, tuple[str, ...]], frozenset[CodeType]]:
    """Return the rules of each marked function of the reference by its code; and the code that refuses with None."""
    rules: dict[CodeType, tuple[str, ...]] = {}
    empty = set()
    for function in marked_functions():
        names: tuple[str, ...] = getattr(function, "rules")  # noqa: B009  # it is none of a function
        rules[function.__code__] = names
        stated = any("Rejections" in one.fields for name in names if name in RULES for one in RULES[name].versions)
        if stated and may_return_none(function):
            empty.add(function.__code__)
    return rules, frozenset(empty)


def may_return_none(function: FunctionType) -> bool:
    """Return whether a function returns a value or None, by its annotations."""
    return NoneType in get_args(get_type_hints(function).get("return"))
