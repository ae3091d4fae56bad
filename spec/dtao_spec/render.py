"""Renders rules and chapters as Markdown: with all their versions, or as they are in one version of the runtime.

A link leads to an anchor alone; what puts documents together leads it to where the anchor stands.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from types import FunctionType, ModuleType

from attrs import evolve, fields, frozen, has

from dtao_spec.markdown import field_text, flowing, in_force, mathematics
from dtao_spec.registry import FIELDS, LAUNCH, RULES, Rule, Version

LEVEL = "#" * 3
UNNAMED = ("Statement", "Formula")
"""Fields that stand without their name."""


@frozen
class Implementation:
    """A function of the reference that implements a rule."""

    module: str
    name: str
    function: object

    @property
    def link(self) -> str:
        """A link to its module, from the root of the repository."""
        return f"[`{self.name}`](reference/{self.module.replace('.', '/')}.py)"

    def computes_in(self, spec_version: int) -> bool:
        """Return whether a version of the runtime may compute with it: no row chooses it, or that of the version."""
        choosing = chosen()
        return self.function in choosing[_era_of(spec_version)] or not any(map(self._is_in, choosing.values()))

    def _is_in(self, row: frozenset[object]) -> bool:
        return self.function in row


def rules_of(chapter: ModuleType) -> list[Rule]:
    """Return the rules that stand in a chapter, in the order in which they are stated; former ones at its end."""
    name = chapter_name(chapter)
    stated = (rule for rule in RULES.values() if rule.chapter == name)
    return sorted(stated, key=lambda rule: rule.until is not None)


def chapter_name(chapter: ModuleType) -> str:
    """Return the name of a chapter, that of its module."""
    return chapter.__name__.rpartition(".")[2]


def title_and_prose(chapter: ModuleType) -> tuple[str, str]:
    """Return the title of a chapter, without its full stop, and its prose."""
    title, _, prose = (inspect.getdoc(chapter) or "").partition("\n")
    return title.rstrip("."), prose.strip()


def chapter_anchor(chapter: ModuleType) -> str:
    """Return the anchor of a chapter, after the name of its module."""
    return f"chapter-{chapter_name(chapter).replace('_', '-')}"


def chapter_text(chapter: ModuleType, heading: str, prose_of: int, appendix_of: int | None) -> str:
    """Return the heading and the prose of a chapter, and its appendix: of one version of the runtime, or of all."""
    _, prose = title_and_prose(chapter)
    appendix = getattr(chapter, "appendix", None)
    parts = [f'<a id="{chapter_anchor(chapter)}"></a>', heading, mathematics(flowing(in_force(prose, prose_of)))]
    if appendix:
        parts.append(mathematics(appendix(appendix_of)))
    return "\n\n".join(parts)


def rule_with_versions(rule: Rule) -> str:
    """Return a rule: its newest version whole, the earlier ones folded below it, and the functions that compute it."""
    newest = rule.newest
    parts = [heading(rule, newest), f"**Eras.** {held_in(rule)}", *version_parts(newest, told_as_change=True)]
    exact = "; ".join(map(exact_link, rule.versions))
    places = ", ".join(one.link for one in implementations().get(rule.id, ()))
    parts.append(f"**Code.** Exact: {exact}. Reference: {places}.")
    for version, following in reversed(list(zip(rule.versions, rule.versions[1:], strict=False))):
        summary = f"From {era_title(version.since)} until {era_title(following.since)}"
        summary += "" if version.title == newest.title else f": {version.title.rstrip('.')}"
        folded = "\n\n".join(version_parts(version, told_as_change=True))
        parts.append(f"<details>\n<summary>{summary}</summary>\n\n{folded}\n\n</details>")
    return "\n\n".join(parts)


def rule_in_era(version: Version, spec_version: int) -> str:
    """Return a rule as it is in a version of the runtime, and the functions that compute it there."""
    told = evolve(version, fields={**version.fields, "Example": example_in_era(version, spec_version)})
    parts = [heading(RULES[version.id], version), *version_parts(told, told_as_change=False)]
    exact = f"`{version.function.__module__}.{version.function.__name__}`"
    exact += f", rounded `{version.rounded.__name__}`" if version.rounded else ""
    places = [one for one in implementations().get(version.id, ()) if one.computes_in(spec_version)]
    named = ", ".join(f"`{one.module}.{one.name}`" for one in places)
    parts.append(f"**Code.** Exact: {exact}." + (f" Reference: {named}." if named else ""))
    return "\n\n".join(parts)


def example_in_era(version: Version, spec_version: int) -> str:
    """Return the example of a version of a rule, computed with the rules of a version of the runtime that has it."""
    return version.fields["Example"].replace(f"Computation({version.since}", f"Computation({spec_version}")


def heading(rule: Rule, version: Version) -> str:
    """Return the anchor and the heading of a rule."""
    return f'<a id="{rule.anchor}"></a>\n\n{LEVEL} {rule.id} · {version.title.rstrip(".")}'


def version_parts(version: Version, *, told_as_change: bool) -> list[str]:
    """Return the fields of a version in their order, with or without what changed from the version before."""
    parts = []
    for name in FIELDS:
        if name not in version.fields or (name == "Change" and not told_as_change):
            continue
        label = None if name in UNNAMED else f"Changed in {version.since}" if name == "Change" else name
        parts.append(field_text(name, version.fields[name], label))
    return parts


def held_in(rule: Rule) -> str:
    """Say in which eras a rule holds, and where it changed."""
    *before, last = ["", *(era_title(version.since) for version in rule.versions[1:])]
    changed_in = f"{', '.join(before[1:])} and {last}" if before[1:] else last
    if rule.until is not None:
        span = f"From {era_title(rule.since)} to {rule.until}"
    else:
        span = "All" if rule.since == LAUNCH else f"From {era_title(rule.since)} on"
    return f"{span}; changed in {changed_in}." if changed_in else f"{span}."


def era_title(spec_version: int) -> str:
    """Name an era by its version and by what it brought."""
    import dtao  # the specification stands without the reference; only links and names of eras need it

    return f"{spec_version} ({dtao.era(spec_version).name})"


def exact_link(version: Version) -> str:
    """Return a link to the exact function and to its rounded form, from the root of the repository."""
    path = f"spec/{version.function.__module__.replace('.', '/')}.py"
    rounded = f", rounded [`{version.rounded.__name__}`]({path})" if version.rounded else ""
    return f"[`{version.function.__name__}`]({path}){rounded}"


@cache
def implementations() -> Mapping[str, list[Implementation]]:
    """Return the functions of the reference by the ids of the rules that they implement."""
    found: dict[str, list[Implementation]] = {}
    for module in reference_modules():
        for name, function in functions_of(module):
            for identifier in getattr(function, "rules", ()):
                found.setdefault(identifier, []).append(Implementation(module.__name__, name, function))
    return found


@cache
def chosen() -> Mapping[str, frozenset[object]]:
    """Return the functions that the row of each era chooses, by the era's name."""
    import dtao

    return {era.name: frozenset(_functions_in(era.runtime)) for era in dtao.ERAS}


def _era_of(spec_version: int) -> str:
    import dtao

    return dtao.era(spec_version).name


def _functions_in(value: object) -> Iterator[object]:
    if isinstance(value, FunctionType):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _functions_in(one)
    elif not isinstance(value, type) and has(kind := type(value)):
        for attribute in fields(kind):
            yield from _functions_in(getattr(value, attribute.name))


def reference_modules() -> Iterator[ModuleType]:
    """Import the modules of the reference, in alphabetical order."""
    import dtao

    for info in sorted(pkgutil.walk_packages(dtao.__path__, "dtao."), key=lambda info: info.name):
        if not info.ispkg:
            yield importlib.import_module(info.name)


def functions_of(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Return the functions that a module defines, methods among them, in the order of its text."""
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        yield name, value
        if inspect.isclass(value):
            for method, function in vars(value).items():
                yield f"{name}.{method}", function


def marked_functions() -> Iterator[tuple[str, FunctionType, tuple[str, ...]]]:
    """Return the functions and methods of the reference that carry out rules, each with its full name and its rules.

    In the order of the modules' names, then of their lines.
    """
    for module in reference_modules():
        for name, function in functions_of(module):
            if inspect.isfunction(function) and (rules := getattr(function, "rules", ())):
                yield f"{module.__name__}.{name}", function, rules
