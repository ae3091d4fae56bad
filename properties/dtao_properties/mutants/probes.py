"""Which functions of the reference a check calls: each one's code says so at its first call, and is then as it was.

So a check runs about as fast as it does without, whereas a trace function is called at every call of anything.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

from attrs import field, mutable


@mutable(eq=False)
class _Probe:
    """What one function runs until it has been called."""

    name: str
    function: Any
    """The function; for mypy one that is kept as an attribute would be a method."""
    right: CodeType = field(init=False)
    code: CodeType = field(init=False)
    reached: set[str] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.right = self.function.__code__
        known = f"_probe_of_{self.function.__qualname__.replace('.', '_')}"
        self.function.__globals__[known] = self
        namespace: dict[str, Any] = {}
        exec(f"def call(*args, **named):\n    return {known}.called(args, named)\n", namespace)  # noqa: S102  # our own text
        code: CodeType = namespace["call"].__code__
        self.code = code.replace(co_freevars=self.right.co_freevars)  # as many as the function's closure holds

    def called(self, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Note the call, and let the function be what it is from now on."""
        self.reached.add(self.name)
        self.function.__code__ = self.right
        return self.function(*args, **named)


@mutable(eq=False)
class Probes:
    """The probes of some functions."""

    _probes: list[_Probe]

    @classmethod
    def of(cls, functions: Mapping[str, FunctionType]) -> "Probes":
        """Make probes of functions, by the names by which they are to be known."""
        return cls([_Probe(name, function) for name, function in functions.items()])

    @contextmanager
    def noting(self) -> Iterator[set[str]]:
        """Note which of the functions are called meanwhile."""
        reached: set[str] = set()
        for one in self._probes:
            one.reached = reached
            one.function.__code__ = one.code
        try:
            yield reached
        finally:
            for one in self._probes:
                one.function.__code__ = one.right
