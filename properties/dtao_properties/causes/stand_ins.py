"""Stand-ins for the marked functions of the reference: they note who is called, and may change one's results.

They are put in their places for good, so that this belongs in a process of its own (see the module worker).
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from functools import _lru_cache_wrapper, cached_property
from types import FunctionType, NoneType
from typing import Any, get_type_hints

from attrs import field, mutable

from dtao import block
from dtao.outcome import Rejected
from dtao_properties.causes.effects import Effect, Place, numbers_of
from dtao_properties.causes.marked import may_return_none
from dtao_spec.render import marked_functions

Change = Callable[[tuple[Any, ...], Any], Any]
"""(the arguments, what the function returned) -> what is returned instead."""


@mutable(eq=False)
class StandIn:
    """One marked function, and what is done with its results."""

    watch: "Watch"
    number: int
    right: FunctionType
    """The function as it is."""
    rules: tuple[str, ...]
    """The ids that it bears."""
    change: Change | None = None
    is_skipped: bool = False
    """Whether it does nothing when it is called. Only for what returns None."""
    accepts: bool = False
    """Whether it refuses nothing. Only for what returns None."""
    effect: Effect | None = None
    """How what it did to its arguments is changed. Only for what returns None."""

    @cached_property
    def may_return_none(self) -> bool:
        """Whether it returns a value or None."""
        return may_return_none(self.right)

    @cached_property
    def returns_nothing(self) -> bool:
        """Whether it is called for what it does to its arguments, or for what it refuses."""
        return get_type_hints(self.right).get("return") is NoneType

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call the function, or what stands for it now."""
        watch = self.watch
        watch.stack.append(self.number)
        held: Mapping[Place, list[Any]] | None = None
        if watch.is_noting:
            watch.note(self)
            held = numbers_of(args) if self.returns_nothing else None
        try:
            if self.is_skipped:
                return None
            if self.effect is not None:
                held = self.effect.read(args)
            result = self.right(*args, **named)
        except Rejected:
            if self.accepts:
                return None
            if watch.is_noting and not watch.refusing:
                watch.refusing = tuple(reversed(watch.stack))
            raise
        finally:
            watch.stack.pop()
        if held is not None and self.effect is not None:
            self.effect.write(args, held)
        elif held is not None:
            watch.affected(self, args, held)
        if watch.is_noting:
            watch.returned(self, args, result)
        return result if self.change is None else self.change((*args, *named.values()), result)


@mutable(eq=False)
class Watch:
    """All marked functions, and what is seen of them while a step is taken."""

    functions: list[StandIn] = field(factory=list)
    stack: list[int] = field(factory=list)
    """Those that are under way, the outermost first."""
    is_noting: bool = False
    callers: dict[int, tuple[int, ...]] = field(factory=dict)
    """Who took part -> those around it at its first call, the outermost first; in the order of the first calls."""
    samples: dict[int, tuple[tuple[Any, ...], Any]] = field(factory=dict)
    """Who took part -> arguments and result of its last call that changed something."""
    effects: dict[int, set[Place]] = field(factory=dict)
    """Who took part -> the numbers of its arguments that it changed, of those that return nothing."""
    refusing: tuple[int, ...] = ()
    """Those within which the call was refused, the innermost first."""
    _cached: Sequence[Any] = ()

    @classmethod
    def begun(cls) -> "Watch":
        """Put the stand-ins in their places."""
        watch = cls()
        for _, function, rules in list(marked_functions()):
            if function.__code__.co_freevars:  # it could not be put back together
                continue
            one = StandIn(watch, len(watch.functions), _copy(function), rules)
            watch.functions.append(one)
            _put(function, one)
        watch._cached = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper) and _is_ours(one)]
        return watch

    def noting(self, run: Callable[[], Any]) -> Any:
        """Run something, and note what takes part."""
        self.callers, self.samples, self.effects, self.refusing, self.is_noting = {}, {}, {}, (), True
        try:
            return self.fresh(run)
        finally:
            self.is_noting = False

    def fresh(self, run: Callable[[], Any]) -> Any:
        """Run something without anything that was remembered of earlier runs."""
        for one in self._cached:
            one.cache_clear()
        block._last.clear()
        self.stack.clear()
        return run()

    def note(self, one: StandIn) -> None:
        """Note who is called, and by whom."""
        if one.number not in self.callers:
            self.callers[one.number] = tuple(self.stack[:-1])

    def returned(self, one: StandIn, args: tuple[Any, ...], result: Any) -> None:
        """Keep one example of what was returned: the last one that is not what was given."""
        if one.number not in self.samples or not any(result is given for given in args):
            self.samples[one.number] = (args, result)

    def affected(self, one: StandIn, args: tuple[Any, ...], before: Mapping[Place, list[Any]]) -> None:
        """Note which numbers of its arguments a function changed."""
        after = numbers_of(args)
        changed = {place for place, held in before.items() if after.get(place) != held}
        self.effects.setdefault(one.number, set()).update(changed)


def _is_ours(function: Any) -> bool:
    return (getattr(function, "__module__", "") or "").partition(".")[0] == "dtao"


def _copy(function: FunctionType) -> FunctionType:
    copy = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__annotations__ = function.__annotations__
    return copy


def _put(function: FunctionType, stand_in: StandIn) -> None:
    """Let a function run its stand-in, wherever it is held."""
    name = f"_stand_in_{stand_in.number}"
    function.__globals__[name] = stand_in
    namespace: dict[str, Any] = {}
    exec(f"def call(*args, **named):\n    return {name}(*args, **named)\n", namespace)  # noqa: S102  # our own text
    function.__code__ = namespace["call"].__code__
    function.__defaults__ = function.__kwdefaults__ = None
