"""The exact value of what a function of the reference returned: that of its rule in the specification.

A rule's function takes exact numbers, that of the reference integers and raw bits. What stands for what follows from
the names of the arguments and their types and, where a type says no more than ``int``, is tried: the inputs count as
understood only if the rule, with the rounding that it states, returns the very bits of the reference, and if every
such reading has the same exact value. Otherwise no exact value is given.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from typing import Annotated, get_args, get_origin

from attrs import evolve, frozen

from dtao_lab.watching import Noted
from dtao_spec.registry import Computation

SCALES = (Fraction(1), Fraction(1, 1 << 32), Fraction(1, 1 << 64), Fraction(1, 1 << 18))
"""What an integer may count: whole units, or the raw bits of a number with 32, 64 or 18 bits behind the point."""
BILLIONTHS = Fraction(1, 10**9)
UNITS: Mapping[str, Fraction] = {
    "Rao": SCALES[0], "Alpha": SCALES[0], "of 10^18": Fraction(1, 10**18),
    "Bits": SCALES[1], "I96F32": SCALES[1], "U96F32": SCALES[1], "I32F32": SCALES[1],
    "Shares": SCALES[2], "U64F64": SCALES[2], "I64F64": SCALES[2],
}  # fmt: skip
"""What one of an integer counts, by what its type says, or its storage item."""
NAMES: Mapping[str, str] = {
    "alpha": "alpha_reserve", "tao": "tao_reserve", "sqrt_price": "root", "fee_rate": "rate", "limit_price": "limit",
    "current": "price", "shares": "share",
}  # fmt: skip
"""What rules call some of the arguments that functions of the reference take."""
MAX_READINGS = 100
NARROW = Fraction(1, 10**30)
"""The width, as a part of the number, below which an interval that a rule gives counts as one number."""
AUXILIARY = frozenset({"self", "state", "rules", "largest", "form"})
"""What the functions of the reference take beside what the rule is about."""


class OneByOne(list[Fraction]):
    """Numbers of which a rule takes one at a time."""


@frozen
class Exact:
    """The exact values of a rule, beside what the reference computed: one each, or those of a list."""

    values: tuple[Fraction, ...]
    computed: tuple[Fraction, ...]
    """What the reference returned, as numbers in the same unit."""
    has_unit: bool = True
    """Whether the unit follows from the reading; else nothing was rounded, and every unit gives the same."""

    @property
    def differences(self) -> tuple[Fraction, ...]:
        """How much more the reference computed."""
        return tuple(ours - exact for ours, exact in zip(self.computed, self.values, strict=True))

    @property
    def relative(self) -> tuple[Fraction, ...]:
        """The differences as parts of what was computed, so that the unit does not matter."""
        pairs = zip(self.differences, self.computed, strict=True)
        return tuple(difference / ours if ours else difference for difference, ours in pairs)

    def only(self, index: int | None) -> "Exact":
        """Return what it says of one element of a list, if it has as many."""
        if index is None or len(self.values) <= index:
            return self
        return evolve(self, values=self.values[index : index + 1], computed=self.computed[index : index + 1])


def exact_of(noted: Noted, spec_version: int) -> tuple[str, Exact] | None:
    """Return the rule whose exact value it is, and the value; None where the inputs cannot be read as the rule's."""
    result = _numbers(noted.result)
    if not result:
        return None
    exact, rounded = Computation(spec_version), Computation(spec_version, is_rounded=True)
    for rule in noted.rules:
        found: dict[Exact, None] = {}
        for inputs in islice(_readings(noted, exact[rule]), MAX_READINGS):
            stated = _value(rounded[rule], inputs, len(result))
            for scale in _scales(noted.annotations["return"]) if stated else ():
                computed = tuple(number * scale for number in result)
                if stated == computed and (values := _value(exact[rule], inputs, len(result))):
                    found[Exact(values, computed)] = None
        if len({one.relative for one in found}) == 1:
            first = next(iter(found))
            return rule, evolve(first, has_unit=len(found) == 1 or any(first.differences))
    return None


def _value(rule: Callable[..., object], inputs: Mapping[str, object], count: int) -> tuple[Fraction, ...]:
    """Return the numbers that a rule comes to; nothing where the inputs are none for it, or they are not as many."""
    lists = [name for name, value in inputs.items() if isinstance(value, OneByOne)]
    if lists:
        each = [_value(rule, {**inputs, lists[0]: number}, 1) for number in inputs[lists[0]]]  # type: ignore[attr-defined]
        return tuple(value for (value,) in each) if len(each) == count and all(each) else ()
    try:
        values = _fractions(rule(**inputs))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return ()
    if count == 1 and len(values) == 2 and abs(values[1] - values[0]) <= abs(values[0]) * NARROW:
        return ((values[0] + values[1]) / 2,)  # the interval that encloses a number that is not rational
    return values if len(values) == count else ()


def _numbers(result: object) -> tuple[int, ...]:
    """Return an integer, or those of a list of nothing else; none where it is something else."""
    values = tuple(result) if isinstance(result, list | tuple) else (result,)
    return values if all(type(value) is int for value in values) else ()


def _fractions(value: object) -> tuple[Fraction, ...]:
    values = tuple(value) if isinstance(value, list | tuple) else (value,)
    if all(isinstance(one, int | Fraction) and not isinstance(one, bool) for one in values):
        return tuple(map(Fraction, values))
    return ()


def _readings(noted: Noted, rule: Callable[..., object]) -> Iterator[Mapping[str, object]]:
    """Yield what the inputs may mean to the rule: by name where the names are the same, else in their order.

    A condition of the rule that the function does not ask for is read both ways.
    """
    wanted = {name: one for name, one in _signature(rule).items() if name != "rules"}
    needed = [name for name, one in wanted.items() if one.default is one.empty]
    given = {name: name for name in noted.inputs if name not in AUXILIARY}
    by_name = {NAMES[name]: name for name in given if NAMES.get(name) in wanted} | given
    conditions = [name for name in needed if name not in by_name and wanted[name].annotation is bool]
    if set(needed) - set(conditions) <= by_name.keys() and by_name.keys() & wanted.keys():
        sources = {name: by_name[name] for name in wanted if name in by_name}
    elif len(needed) == len(given):
        sources, conditions = dict(zip(needed, given, strict=True)), []
    else:
        return
    choices = [
        _meanings(noted.inputs[source], wanted[name].annotation, noted.annotations.get(source), source)
        for name, source in sources.items()
    ]
    for values in product(*choices, *([False, True] for _ in conditions)):
        yield dict(zip((*sources, *conditions), values, strict=True))


def _signature(rule: Callable[..., object]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(rule).parameters


def _meanings(value: object, wanted: object, given: object, name: str) -> Sequence[object]:
    """Return what a value may mean where a rule wants a type."""
    if type(value) is int and "Fraction" in str(wanted):
        scales = (BILLIONTHS,) if name == "limit_price" else _scales(given)
        return [value * scale for scale in scales]
    if isinstance(value, list | tuple) and "Fraction" in str(wanted) and _numbers(value):
        kind = list if wanted is not Fraction else OneByOne
        return [kind(number * scale for number in value) for scale in SCALES[:3]]
    return [value]


def unit_of(annotation: object) -> str:
    """Return what a type says of the unit of its values where they are not None: its name, or what it is noted with."""
    (kind, *further) = [one for one in get_args(annotation) if one is not type(None)] or [annotation]
    if get_origin(annotation) is Annotated:
        return str(further[0])
    if get_origin(kind) is Annotated:
        return unit_of(kind)
    return "" if further else str(getattr(kind, "__name__", ""))


def _scales(annotation: object) -> tuple[Fraction, ...]:
    unit = unit_of(annotation)
    return (UNITS[unit],) if unit in UNITS else SCALES
