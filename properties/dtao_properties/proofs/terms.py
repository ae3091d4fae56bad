"""Terms of a solver that behave as integers, so that the reference itself can be run on them.

A term stands for an integer that is not known. Arithmetic on it builds a larger term; a comparison gives a condition;
and where the code asks whether a condition is true, the :class:`Path` that is being walked decides, and remembers.

Floor division introduces the quotient ``q`` as a new unknown with ``q·b <= a <= q·b + b - 1``; the same division has
the same quotient, and of two with one divisor the larger number has no lesser quotient. All that is said of a term is
true of integers, even where the solver is given real unknowns: there, ``a < b`` is written as
``a + 1 <= b``. A proof over the reals then holds for the integers, and is often the only one that can be found.
"""

from math import prod
from typing import Protocol, TypeAlias

import z3

Number: TypeAlias = "Term | int"


class Path(Protocol):
    """The path through the code on which a term came about."""

    def floored(self, a: z3.ArithRef, b: z3.ArithRef) -> z3.ArithRef:
        """Return a / b rounded down, for a positive b."""

    def know(self, *facts: z3.BoolRef) -> None:
        """Add facts that hold on this path."""

    def decided(self, condition: "Condition") -> bool:
        """Return whether the path goes where the condition is true."""

    def shown(self, condition: "Condition") -> None:
        """Demand a proof of the condition from what is known so far, and know it from here on."""


class Condition:
    """A comparison of terms: what is known where it is true, and where it is false."""

    __slots__ = ("false", "path", "true")

    def __init__(self, path: Path, true: z3.BoolRef, false: z3.BoolRef) -> None:
        self.path = path
        self.true = true
        self.false = false

    def __bool__(self) -> bool:
        return self.path.decided(self)

    def __eq__(self, other: object) -> bool:
        return bool(self) == bool(other)

    __hash__ = None  # type: ignore[assignment]  # nothing may look a condition up


class Term:
    """An integer that is not known. What cannot be said of one raises TypeError."""

    __slots__ = ("node", "path")

    def __init__(self, path: Path, node: z3.ArithRef) -> None:
        self.path = path
        self.node = node

    def _new(self, node: z3.ArithRef) -> "Term":
        return Term(self.path, node)

    # Arithmetic

    def __add__(self, other: Number) -> "Term":
        return self._new(self.node + raw(other))

    __radd__ = __add__

    def __sub__(self, other: Number) -> "Term":
        return self._new(self.node - raw(other))

    def __rsub__(self, other: Number) -> "Term":
        return self._new(raw(other) - self.node)

    def __mul__(self, other: Number) -> "Term":
        return self._new(self.node * raw(other))

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> "Term":
        return prod([self] * (exponent - 1), start=self) if exponent else self._constant(1)

    def __neg__(self) -> "Term":
        return self._new(-self.node)

    def __abs__(self) -> "Term":
        return self if self >= 0 else -self

    def __floordiv__(self, other: Number) -> "Term":
        if other == 0:
            raise ZeroDivisionError
        divisor = other if isinstance(other, Term) else self._constant(other)
        return self._floored(divisor) if other > 0 else (-self)._floored(-divisor)

    def __rfloordiv__(self, other: int) -> "Term":
        return self._constant(other) // self

    def _floored(self, divisor: "Term") -> "Term":
        return self._new(self.path.floored(self.node, divisor.node))

    def __mod__(self, other: Number) -> "Term":
        return self - (self // other) * other

    def __rmod__(self, other: int) -> "Term":
        return self._constant(other) % self

    def __lshift__(self, places: int) -> "Term":
        return self * (1 << places)

    def __rshift__(self, places: int) -> "Term":
        return self // (1 << places)

    def __and__(self, mask: int) -> "Term":
        if mask < 0 or mask & (mask + 1):
            raise TypeError(f"a term can be masked by a number of ones only, not by {mask}")
        return self % (mask + 1)

    def bit_length(self) -> int:
        """Return the length in bits of a number that is not negative; the path decides which."""
        length = 0
        while self >= 1 << length:
            length += 1
        return length

    # Comparisons. Each says the same twice, because "not a + 1 <= b" is less than "b <= a" among the reals.

    def __lt__(self, other: Number) -> bool:
        return self._condition(self.node + 1 <= raw(other), self.node >= raw(other))

    def __ge__(self, other: Number) -> bool:
        return self._condition(self.node >= raw(other), self.node + 1 <= raw(other))

    def __gt__(self, other: Number) -> bool:
        return self._condition(self.node >= raw(other) + 1, self.node <= raw(other))

    def __le__(self, other: Number) -> bool:
        return self._condition(self.node <= raw(other), self.node >= raw(other) + 1)

    def __eq__(self, other: object) -> bool:
        return self._condition(self.node == raw(other), self._differs(other))

    def __ne__(self, other: object) -> bool:
        return self._condition(self._differs(other), self.node == raw(other))

    def _differs(self, other: object) -> z3.BoolRef:
        return z3.Or(self.node + 1 <= raw(other), self.node >= raw(other) + 1)

    __hash__ = None  # type: ignore[assignment]  # nothing may look a term up

    def __bool__(self) -> bool:
        return bool(self != 0)

    def _condition(self, true: z3.BoolRef, false: z3.BoolRef) -> bool:
        return Condition(self.path, true, false)  # type: ignore[return-value]  # a bool, as soon as someone asks

    def _constant(self, number: int) -> "Term":
        like = z3.RealVal if self.node.is_real() else z3.IntVal
        return self._new(like(number))


def raw(number: object) -> z3.ArithRef | int:
    """Return what the solver knows of a term, or the integer itself."""
    if isinstance(number, Term):
        return number.node
    if isinstance(number, int):
        return int(number)
    raise TypeError(f"{number!r} is neither a term nor an integer")
