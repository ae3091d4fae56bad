"""``evolve`` as ``attrs`` has it, by code generated once a class: half the cost of a call was in copying records.

A record class is made with ``@frozen(weakref_slot=False)``; others are copied by ``attrs`` itself. An attribute that
nobody chooses names in its metadata, as ``OF``, the one that it is derived from.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

Record = TypeVar("Record")
Label = TypeVar("Label")
Copy = Callable[[Any, dict[str, Any]], Any]

_copies: dict[type, Copy] = {}
OF = "of"
"""In the metadata of a derived attribute: the attribute from which its default computes it."""

if TYPE_CHECKING:
    from attrs import evolve as evolve
else:

    def evolve(record, /, **changes):
        """Return a frozen record of the same class with some attributes changed.

        Raises TypeError if the class has no such attribute, or lets nobody choose it.
        """
        cls = record.__class__
        copy = _copies.get(cls)
        if copy is None:
            copy = _copies[cls] = _copy_of(cls) if is_plain(cls) else _copy_by_attrs
        return copy(record, changes)


def is_plain(cls: type) -> bool:
    """Return whether an instance is its attributes, in slots, and nothing else; and making one does no more."""
    if any("__slots__" not in base.__dict__ for base in cls.__mro__[:-1]) or hasattr(cls, "__attrs_post_init__"):
        return False
    fields = attrs.fields(cls)
    names = tuple(field.name for field in fields if (field.init and field.name == field.alias) or OF in field.metadata)
    return _slots(cls) == names and not any(field.converter or field.validator for field in fields)


def _slots(cls: type) -> tuple[str, ...]:
    """Return the names of the slots of a class, those of its bases first."""
    return tuple(name for base in reversed(cls.__mro__[:-1]) for name in base.__dict__["__slots__"])


def _copy_by_attrs(record: Any, changes: dict[str, Any]) -> Any:
    return attrs.evolve(record, **changes)


def _copy_of(cls: Any) -> Copy:
    """Return the function that copies a record of a class with changes."""
    derived = [field for field in attrs.fields(cls) if OF in field.metadata]
    return _generated(
        cls,
        "record, changes",
        *(f"new.{name} = record.{name}" for name in _slots(cls)),
        "try:",
        "    for name in changes:",
        "        setattr(new, name, changes[name])",
        "except AttributeError:",
        "    raise TypeError(f'{cls.__name__} has no attribute {name!r}') from None",
        *(f"if {field.name!r} in changes: raise TypeError('{field.name} follows')" for field in derived),
        *(f"if {field.metadata[OF]!r} in changes: new.{field.name} = {field.name}(new)" for field in derived),
        **{field.name: field.default.factory for field in derived},
    )


def maker(cls: type[Record]) -> Callable[..., Record]:
    """Return the function that makes a record of a plain class from all its attributes in order, three times as fast.

    Type checkers do not look at its arguments: it is for loops that would otherwise name each number's unit again.
    """
    names = [name for name in _slots(cls) if name != "__weakref__"]
    return _generated(cls, ", ".join(names), *(f"new.{name} = {name}" for name in names))


def copier(cls: type[Record], *names: str) -> Callable[..., Record]:
    """Return the function that copies a record of a plain class with some attributes replaced: (record, their values).

    As :func:`maker`, for code that changes the same attributes over and over. A derived attribute keeps its value
    unless it is named as well.
    """
    kept = [name for name in _slots(cls) if name not in names]
    copied = (*(f"new.{name} = record.{name}" for name in kept), *(f"new.{name} = {name}" for name in names))
    return _generated(cls, ", ".join(("record", *names)), *copied)


def comparer(*attributes: tuple[str, Label]) -> Callable[[Any, Any], list[tuple[Label, Any, Any]]]:
    """Return the function that lists in which attributes two records hold different objects: (label, one, other).

    ``attributes`` are those that are looked at, each with the label under which it is listed.
    """
    lines = [
        f"if (one := before.{name}) is not (other := after.{name}): found.append((labels[{number}], one, other))"
        for number, (name, _) in enumerate(attributes)
    ]
    text = "\n    ".join(("def compare(before, after):", "found = []", *lines, "return found"))
    scope: dict[str, Any] = {"labels": [label for _, label in attributes]}
    exec(text, scope)  # noqa: S102  # the text is names of attributes alone
    return scope["compare"]  # type: ignore[no-any-return]


def _generated(cls: type, parameters: str, *lines: str, **names: object) -> Callable[..., Any]:
    """Return a function that fills a new record of a class by the given lines, which may use some names.

    They fill one of a twin, a class with the same slots that is not frozen; it then becomes one of the class.
    """
    text = "\n    ".join((f"def make({parameters}):", "new = twin()", *lines, "new.__class__ = cls", "return new"))
    slots = {"__slots__": cls.__dict__["__slots__"]}
    plain = {name: getattr(object, name) for name in ("__init__", "__setattr__", "__delattr__")}
    scope: dict[str, Any] = {"cls": cls, "twin": type(cls.__name__, cls.__bases__, slots | plain), **names}
    exec(text, scope)  # noqa: S102  # the text is names of attributes alone
    return scope["make"]  # type: ignore[no-any-return]
