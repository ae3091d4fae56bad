"""The functions of the reference that bear the ids of rules."""

from collections.abc import Callable
from types import CodeType, NoneType
from typing import get_args, get_type_hints

from dtao_spec.registry import RULES
from dtao_spec.render import marked_functions


def rules_by_code() -> tuple[dict[CodeType, tuple[str, ...]], frozenset[CodeType]]:
    """Return the rules of each marked function of the reference by its code; and the code that refuses with None."""
    rules: dict[CodeType, tuple[str, ...]] = {}
    empty = set()
    for _, function, names in marked_functions():
        rules[function.__code__] = names
        stated = any("Rejections" in one.fields for name in names if name in RULES for one in RULES[name].versions)
        if stated and may_return_none(function):
            empty.add(function.__code__)
    return rules, frozenset(empty)


def may_return_none(function: Callable[..., object]) -> bool:
    """Return whether a function returns a value or None, by its annotations."""
    return NoneType in get_args(get_type_hints(function).get("return"))
