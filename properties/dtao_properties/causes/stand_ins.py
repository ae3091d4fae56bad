"""Stand-ins for the marked functions of the reference: they note who is called, and may change one's results.

They are in their places while a step is noted; of those that change something there is only one at a time, so that a
step takes no longer than usual. All of this belongs in a process of its own (see the module worker).
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from functools import _lru_cache_wrapper, cached_property
from types import CodeType, FunctionType, NoneType
from typing import Any, get_type_hints

from attrs import field, fields, frozen, mutable

from dtao import block
from dtao.outcome import Rejected, Rejection
from dtao.rules.pools.concentrated.unpacked import NOTHING_UNPACKED
from dtao_properties.causes.effects import Effect, Place, numbers_of
from dtao_properties.causes.marked import may_return_none
from dtao_spec.render import marked_functions

Change = Callable[[tuple[Any, ...], Any], Any]
"""(the arguments, what the function returned) -> what is returned instead."""


@frozen
class Trial:
    """What is done to one function while a step is taken again."""

    change: Change | None = None
    """What is returned instead of its result."""
    changes: Mapping[int, Change] = {}
    """What is returned instead at single calls, counted from 0."""
    is_skipped: bool = False
    """Whether it does nothing when it is called. Only for what returns None."""
    accepts: bool = False
    """Whether it refuses nothing. Only for what returns None."""
    refuses: Rejection | None = None
    """What it refuses each call with."""
    effect: Effect | None = None
    """How what it did to its arguments is changed. Only for what returns None."""
    at: frozenset[int] | None = None
    """At which of its calls in the step that is done, counted from 0; None for all."""


@mutable(eq=False)
class StandIn:
    """One marked function, and what is done with its results."""

    watch: "Watch"
    number: int
    function: Any
    """The function whose place it takes; for mypy one that is kept as an attribute would be a method."""
    right: Any
    """The function as it is."""
    rules: tuple[str, ...]
    """The ids that it bears."""
    code: CodeType
    """What the function runs while this takes its place."""
    trial: Trial | None = None
    calls: int = 0
    """How often it has been called in this step."""

    def put(self) -> None:
        """Take the place of the function, wherever it is held."""
        self.calls = 0
        self.function.__code__ = self.code
        self.function.__defaults__ = self.function.__kwdefaults__ = None

    def removed(self) -> None:
        """Let the function be what it is."""
        self.function.__code__ = self.right.__code__
        self.function.__defaults__, self.function.__kwdefaults__ = self.right.__defaults__, self.right.__kwdefaults__

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
        watch, trial, call = self.watch, self.trial, self.calls
        self.calls += 1
        if trial is not None and trial.at is not None and call not in trial.at:
            trial = None
        watch.stack.append(self.number)
        held: Mapping[Place, list[Any]] | None = None
        if watch.is_noting:
            watch.note(self)
            held = numbers_of(args) if self.returns_nothing else None
        try:
            if trial is not None:
                if trial.is_skipped:
                    return None
                if trial.refuses is not None:
                    raise Rejected(trial.refuses)
                if trial.effect is not None:
                    held = trial.effect.read(args)
            result = self.right(*args, **named)
        except Rejected:
            if trial is not None and trial.accepts:
                return None
            if watch.is_noting and not watch.refusing:
                watch.refusing = tuple(reversed(watch.stack))
            raise
        finally:
            watch.stack.pop()
        if held is not None and trial is not None and trial.effect is not None:
            trial.effect.write(args, held)
        elif held is not None:
            watch.affected(self, args, held)
        if watch.is_noting:
            watch.returned(self, args, result)
        change = None if trial is None else trial.changes.get(call, trial.change)
        return result if change is None else change((*args, *named.values()), result)


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
    calls: dict[int, int] = field(factory=dict)
    """Who took part -> how often."""
    refusing: tuple[int, ...] = ()
    """Those within which the call was refused, the innermost first."""
    _cached: Sequence[Any] = ()
    _of_nothing: Mapping[str, Any] = field(init=False)
    """What every pool without ranges holds, which all of them share."""

    @_of_nothing.default
    def _as_it_is(self) -> Mapping[str, Any]:
        return {one.name: getattr(NOTHING_UNPACKED, one.name) for one in fields(type(NOTHING_UNPACKED))}

    @classmethod
    def begun(cls) -> "Watch":
        """Make the stand-ins."""
        watch = cls()
        for _, function, rules in list(marked_functions()):
            if function.__code__.co_freevars:  # it could not be put back together
                continue
            number = len(watch.functions)
            one = StandIn(watch, number, function, _copy(function), rules, _code(number))
            function.__globals__[_name(number)] = one
            watch.functions.append(one)
        watch._cached = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper) and _is_ours(one)]
        return watch

    def noting(self, run: Callable[[], Any]) -> Any:
        """Run something, and note what takes part."""
        self.callers, self.samples, self.effects, self.refusing, self.is_noting = {}, {}, {}, (), True
        for one in self.functions:
            one.put()
        try:
            return self._fresh(run)
        finally:
            self.is_noting = False
            for one in self.functions:
                one.removed()
            self.calls = {number: self.functions[number].calls for number in self.callers}

    def trying(self, number: int, trial: Trial, run: Callable[[], Any]) -> Any:
        """Run something while one function does something else."""
        one = self.functions[number]
        one.trial = trial
        one.put()
        try:
            return self._fresh(run)
        finally:
            one.removed()
            one.trial = None

    def _fresh(self, run: Callable[[], Any]) -> Any:
        """Run something without anything that was remembered of earlier runs."""
        for one in self._cached:
            one.cache_clear()
        for name, value in self._of_nothing.items():  # a changed function may make the reference write to it
            setattr(NOTHING_UNPACKED, name, value)
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


def _name(number: int) -> str:
    return f"_stand_in_{number}"


def _code(number: int) -> CodeType:
    """Return the code of a function that calls a stand-in."""
    namespace: dict[str, Any] = {}
    exec(f"def call(*args, **named):\n    return {_name(number)}(*args, **named)\n", namespace)  # noqa: S102  # our own text
    code: CodeType = namespace["call"].__code__
    return code
