"""Marks the functions of the reference with the ids of the rules that they implement."""

from collections.abc import Callable
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])


def implements(*rules: str) -> Callable[[Function], Function]:
    """Name the rules of SPEC.md that the decorated function implements.

    The function is returned unchanged, with the ids in its attribute ``rules``: a call costs nothing more.
    """

    def mark(function: Function) -> Function:
        function.rules = rules  # type: ignore[attr-defined]  # functions carry attributes
        return function

    return mark
