"""What differs between two eras, read from their rows: rules, checks and steps, constants, storage items, calls."""

import ast
import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import pairwise
from operator import attrgetter
from textwrap import dedent
from typing import Any

from attrs import asdict, evolve, fields, frozen, has

import dtao
from dtao import calls, migrations
from dtao.fixed import Format
from dtao.state import Runtime
from dtao.stored import Item
from dtao_properties.adapters.protocol import Json
from dtao_properties.reach import eras as reach
from dtao_properties.reach.watching import holds
from dtao_spec import markdown
from dtao_spec.contents import CHAPTERS
from dtao_spec.registry import FAMILIES, RULES, Version, place
from dtao_spec.render import rules_of

TABLES = ("spec_version", "items", "calls", "events", "phases", "reads")
"""The attributes of a runtime that are no rules."""
ROLE = re.compile(r":\w+:`~?([^`]+)`")
CALLERS = 3
"""So many callers up a rule is looked for that an attribute without rules of its own belongs to."""


@frozen
class Part:
    """One of two sides of a change: a function, in the words of its docstring, or a constant."""

    name: str
    """Of the function with its module, or the constant itself."""
    says: str = ""

    @classmethod
    def of(cls, value: object) -> "Part":
        """Describe a value of a row."""
        if inspect.isfunction(value):
            return cls(f"{value.__module__}.{value.__qualname__}", first_sentence(value))
        if isinstance(value, bool):
            return cls("yes" if value else "no")
        return cls(str(getattr(value, "name", value)))


@frozen
class Change:
    """A rule, a constant or a sequence of steps that is not the same in two eras."""

    attribute: str
    """Of the runtime; of a record within it, with that record's name before it."""
    about: str
    rules: tuple[str, ...]
    before: Part | None = None
    after: Part | None = None
    added: tuple[Part, ...] = ()
    """The steps that came, where the value is a sequence of them; ``before`` and ``after`` are None then."""
    removed: tuple[Part, ...] = ()
    moved: tuple[Part, ...] = ()
    """The steps that are made earlier or later among those that both eras have."""

    @property
    def family(self) -> str:
        """Return the family of the first of its rules; empty if it has none."""
        return self.rules[0].partition("-")[0] if self.rules else ""


@frozen
class ItemChange:
    """A storage item that only one of two eras has, or whose default is not the same."""

    name: str
    keys: tuple[str, ...]
    kind: str
    exists_in: tuple[bool, bool]
    defaults: tuple[Json, Json] = (None, None)


@frozen
class CallChange:
    """A call that only one of two eras has, or that takes other arguments."""

    name: str
    says: str
    rules: tuple[str, ...]
    arguments: tuple[tuple[str, ...] | None, tuple[str, ...] | None]
    """In each era; None where there is no such call."""


@frozen
class Restatement:
    """What a later version of the runtime made of a rule, in the words of the specification."""

    rule: str
    spec_version: int
    """The first with it."""
    says: str


@frozen
class Comparison:
    """All that differs between two eras, the earlier one first."""

    earlier: dtao.Era
    later: dtao.Era
    changes: tuple[Change, ...]
    restated: tuple[Restatement, ...]
    """The rules that the specification states anew: also those that changed without a function of their own."""
    items: tuple[ItemChange, ...]
    calls: tuple[CallChange, ...]
    came: tuple[str, ...]
    """The rules that are in force in the later era only."""
    went: tuple[str, ...]
    migrations: tuple[tuple[str, str], ...]
    """What the upgrades between them do to the state, by the name of the era."""

    @property
    def same(self) -> bool:
        """Return whether nothing differs."""
        rules = self.changes or self.restated or self.came or self.went
        return not (rules or self.items or self.calls or self.migrations)

    def as_json(self) -> dict[str, Json]:
        """Return the differences for other programs."""
        eras = [
            {"name": era.name, "spec_versions": [era.spec_version, era.last_spec_version], "tag": era.tag}
            for era in (self.earlier, self.later)
        ]
        return {
            "eras": eras,
            "same": self.same,
            "changes": [asdict(one) for one in self.changes],
            "restated": [asdict(one) for one in self.restated],
            "items": [asdict(one) for one in self.items],
            "calls": [asdict(one) for one in self.calls],
            "came": list(self.came),
            "went": list(self.went),
            "migrations": dict(self.migrations),
        }


def compared(one: dtao.Era, other: dtao.Era) -> Comparison:
    """Compare two eras, in the order of time whichever is named first."""
    earlier, later = sorted((one, other), key=lambda era: era.spec_version)
    before, after = rules_stated(earlier), rules_stated(later)
    changes = [change(path, earlier, later) for path in changed_attributes(earlier, later)]
    return Comparison(
        earlier,
        later,
        tuple(sorted(changes, key=_order)),
        tuple(_restatements(earlier, later)),
        tuple(_item_changes(earlier.runtime, later.runtime)),
        tuple(_call_changes(earlier.runtime, later.runtime)),
        tuple(sorted(after - before, key=place)),
        tuple(sorted(before - after, key=place)),
        tuple(
            (era.name, first_sentence(era.migration))
            for era in dtao.ERAS
            if earlier.spec_version < era.spec_version <= later.spec_version
            and era.migration is not migrations.migrate_nothing
        ),
    )


def rules_stated(era: dtao.Era) -> frozenset[str]:
    """Return the rules that hold in an era, as the specification states them."""
    stated = (rule for chapter in CHAPTERS for rule in rules_of(chapter))
    return frozenset(rule.id for rule in stated if holds(rule, era.spec_version))


def _restatements(earlier: dtao.Era, later: dtao.Era) -> list[Restatement]:
    found = [
        Restatement(rule.id, change.since, _said(change))
        for rule in RULES.values()
        for change in rule.versions[1:]
        if earlier.spec_version < change.since <= later.spec_version
    ]
    return sorted(found, key=lambda one: (*place(one.rule), one.spec_version))


def _said(change: Version) -> str:
    """Return what a version changed: the first sentence of its text about that."""
    return markdown.first_sentence(change.fields.get("Change", change.title)).rstrip(".")


def _order(one: Change) -> tuple[int, int, str]:
    return (*(place(one.rules[0]) if one.rules else (len(FAMILIES), 0)), one.attribute)


def changed_attributes(earlier: dtao.Era, later: dtao.Era) -> list[str]:
    """Return the attributes of the runtime that are not the same; of nested records theirs, as ``record.attribute``."""
    old, new = _values(earlier.runtime), _values(later.runtime)
    return [path for path in old if old[path] != new[path]]


def with_attributes(runtime: Runtime, other: Runtime, paths: Collection[str]) -> Runtime:
    """Return a runtime with some attributes, named as by :func:`changed_attributes`, as another one has them."""
    changed: Runtime = _with_values(runtime, {path: attrgetter(path)(other) for path in paths})
    return changed


def _with_values(record: Any, values: Mapping[str, object]) -> Any:
    """Return a record with other values in it, by the paths of their attributes."""
    inner: dict[str, dict[str, object]] = {}
    own: dict[str, object] = {}
    for path, value in values.items():
        name, _, rest = path.partition(".")
        if rest:
            inner.setdefault(name, {})[rest] = value
        else:
            own[name] = value
    own |= {name: _with_values(getattr(record, name), found) for name, found in inner.items()}
    return evolve(record, **own)


def _values(record: Any, above: str = "") -> dict[str, Any]:
    """Return the values of a record and of the records within it by the paths of their attributes."""
    found: dict[str, Any] = {}
    for attribute in fields(type(record)):
        path, value = above + attribute.name, getattr(record, attribute.name)
        if path in TABLES:
            continue
        if has(type(value)) and not isinstance(value, Format):
            found |= _values(value, f"{path}.")
        else:
            found[path] = value
    return found


def change(path: str, earlier: dtao.Era, later: dtao.Era) -> Change:
    """Describe how one attribute changed."""
    before, after = _values(earlier.runtime)[path], _values(later.runtime)[path]
    record, _, name = path.rpartition(".")
    about = _docs(record).get(name, "")
    if not isinstance(before, tuple):
        rules = _rules_of(before, after) or _rules_around(name, earlier, later)
        return Change(path, about, rules, Part.of(before), Part.of(after))
    added = [step for step in after if step not in before]
    removed = [step for step in before if step not in after]
    kept = [step for step in after if step in before]
    moved = _moved([step for step in before if step in after], kept)
    rules = _rules_of(*added, *removed, *moved) or _rules_around(name, earlier, later)
    return Change(
        path, about, rules, None, None, *(tuple(Part.of(step) for step in steps) for steps in (added, removed, moved))
    )


def _moved(before: list[Any], after: list[Any]) -> list[Any]:
    """Return steps without which two orders of the same steps are alike."""
    left, moved = list(before), []
    for step in after:
        if left[0] is not step:
            moved.append(step)
        left.remove(step)
    return moved


def _rules_of(*values: object) -> tuple[str, ...]:
    found = {rule for value in values for rule in getattr(value, "rules", ())}
    return tuple(sorted(found, key=place))


def _rules_around(name: str, earlier: dtao.Era, later: dtao.Era) -> tuple[str, ...]:
    """Return the rules of the functions that read an attribute, or else of those that call these."""
    functions = {**reach.reached(earlier), **reach.reached(later)}.values()
    readers = [function for function in functions if ("", name) in reach.names_in(function)]
    for _ in range(CALLERS):
        if found := _rules_of(*readers):
            return found
        names = {reader.__name__ for reader in readers}
        readers = [one for one in functions if names & {called for _, called in reach.names_in(one)}]
    return ()


def _item_changes(old: Runtime, new: Runtime) -> Iterator[ItemChange]:
    before, after = old.items.by_name, new.items.by_name
    for name in dict.fromkeys([*before, *after]):
        item = after.get(name) or before[name]
        exists = (name in before, name in after)
        defaults = tuple(_default(table.get(name)) for table in (before, after))
        if not all(exists) or defaults[0] != defaults[1]:
            yield ItemChange(name, item.keys, item.kind.name, exists, (defaults[0], defaults[1]))


def _default(item: Item | None) -> object:
    """Return the JSON of what is read where nothing is stored; None for an item of the network, which always is."""
    if item is None or item.default is None or (item.unrecorded is not None and not item.keys):
        return None
    return item.kind.encode(item.default)


def _call_changes(old: Runtime, new: Runtime) -> Iterator[CallChange]:
    for name in dict.fromkeys([*old.calls, *new.calls]):
        classes = (old.calls.get(name), new.calls.get(name))
        if classes[0] is classes[1]:
            continue
        before, after = (
            None if one is None else tuple(argument for argument in calls.arguments(one) if argument != "signer")
            for one in classes
        )
        known = [one for one in classes if one is not None]
        rules = _rules_of(*(one.apply for one in known))
        yield CallChange(name, first_sentence(known[-1]), rules, (before, after))


def first_sentence(documented: object) -> str:
    """Return the first line of a docstring as a statement.

    >>> first_sentence(dtao.era)
    'An era by its name, its tag, or any spec version in which its rules were in force.'
    """
    line = (inspect.getdoc(documented) or "").partition("\n")[0]
    line = plainly(line.removeprefix("Return "))
    return line[:1].upper() + line[1:]


@cache
def _docs(record: str) -> dict[str, str]:
    """Return what stands below each attribute of the runtime, or of a record within it, in its source."""
    described = type(attrgetter(record)(dtao.ERAS[0].runtime)) if record else Runtime
    found = {}
    for definition in ast.parse(dedent(inspect.getsource(described))).body:
        for statement, below in pairwise(getattr(definition, "body", ())):
            match statement, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[name] = plainly(text)
    return found


def plainly(text: str) -> str:
    """Return the words of a docstring on one line, without markup.

    >>> plainly("As :func:`dtao.era` does:\\n ``BadOrigin``.")
    'As era does: BadOrigin.'
    """
    return " ".join(ROLE.sub(lambda role: role[1].rpartition(".")[2], text).replace("``", "").split())
