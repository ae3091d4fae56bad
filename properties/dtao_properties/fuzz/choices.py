"""Choices out of bytes: the form in which Hypothesis draws, and shrinks, all that a campaign does.

A byte is one choice, and 0 the plainest. Past the end every choice is 0, so that any bytes stand for something valid,
and fewer or smaller ones for something simpler.
"""

from collections.abc import Sequence
from typing import TypeVar

from attrs import field, mutable

T = TypeVar("T")


@mutable
class Choices:
    """Hands out choices from bytes, one after the other."""

    data: bytes
    at: int = field(default=0, init=False)

    def byte(self) -> int:
        """Return the next byte."""
        at = self.at
        self.at = at + 1
        return self.data[at] if at < len(self.data) else 0

    def below(self, limit: int) -> int:
        """Return a number from 0 to ``limit`` - 1; a limit of at most 256 costs one byte."""
        if limit <= 256:
            return self.byte() % limit
        return self.number((limit - 1).bit_length() + 7 >> 3) % limit

    def number(self, size: int) -> int:
        """Return the number that the next ``size`` bytes write, the first one least."""
        at = self.at
        self.at = at + size
        return int.from_bytes(self.data[at : at + size], "little")

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options; the first one is the plainest."""
        return options[self.byte() % len(options)]

    def chance(self, of_256: int) -> bool:
        """Return True in so many of 256 cases; byte 0 says no."""
        return self.byte() >= 256 - of_256
