"""How much the tests try: `make test` what is quick and tells most, `make deep-tests` all there is."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings

T = TypeVar("T")
IS_DEEP = settings().max_examples >= 1_000
"""Whether the tests run with the profile of ``make deep-tests``."""


def of_many(quick: int, deep: int) -> int:
    """Return how many of something are tried."""
    return deep if IS_DEEP else quick


def one_in(parts: int, which: int, cases: Sequence[T]) -> Sequence[T]:
    """Return every so many-th of the cases, another choice for each number ``which``: all of them in deep tests."""
    return cases if IS_DEEP else cases[which % parts :: parts]
