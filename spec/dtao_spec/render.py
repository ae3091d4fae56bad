"""Renders SPEC.md from the chapters: prose, rules, and where each rule is implemented."""

import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Iterator
from types import ModuleType

from dtao_spec.registry import FIELDS, LAUNCH, RULES, Rule, Version

LEVEL = "#" * 3
LABELS = {"Statement": None, "Formula": None}
"""Fields that stand without their name."""
VERBATIM = re.compile(r"\||```|#")
"""How a paragraph begins whose line breaks mean something."""
ITEM = re.compile(r"\n(?=- |\d+\. )")
CODE = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)
INLINE = re.compile(r"\$([^$]+)\$")
MARKUP = re.compile(r"\\[^a-zA-Z\s]|_.*_|[*|<]")


def rendered(chapters: tuple[ModuleType, ...], preface: str) -> str:
    """Return the whole of SPEC.md."""
    implementations = implementing_functions()
    parts = [mathematics(flowing(preface.strip())), "## Contents", table_of_contents(chapters)]
    for number, chapter in enumerate(chapters, start=1):
        parts += [chapter_text(number, chapter), *(rule_text(rule, implementations) for rule in rules_of(chapter))]
    return "\n\n".join(parts) + "\n"


def rules_of(chapter: ModuleType) -> list[Rule]:
    """Return the rules that stand in a chapter, in the order in which they are stated; later ones at its end."""
    name = chapter.__name__.rpartition(".")[2]
    return sorted((rule for rule in RULES.values() if rule.chapter == name), key=lambda rule: rule.since)


def title_and_prose(chapter: ModuleType) -> tuple[str, str]:
    """Return the title of a chapter, without its full stop, and its prose."""
    title, _, prose = (inspect.getdoc(chapter) or "").partition("\n")
    return title.rstrip("."), prose.strip()


def chapter_anchor(chapter: ModuleType) -> str:
    """Return the anchor of a chapter, after the name of its module."""
    return f"chapter-{chapter.__name__.rpartition('.')[2].replace('_', '-')}"


def table_of_contents(chapters: tuple[ModuleType, ...]) -> str:
    """Return a list of chapters, each with its rules."""
    lines = []
    for number, chapter in enumerate(chapters, start=1):
        lines.append(f"{number}. [{title_and_prose(chapter)[0]}](#{chapter_anchor(chapter)})")
        lines += [f"    - [{rule.id}](#{rule.anchor}) {rule.title.rstrip('.')}" for rule in rules_of(chapter)]
    return "\n".join(lines)


def chapter_text(number: int, chapter: ModuleType) -> str:
    """Return the heading and the prose of a chapter."""
    title, prose = title_and_prose(chapter)
    appendix = getattr(chapter, "appendix", None)
    text = mathematics(flowing(prose) + ("\n\n" + appendix() if appendix else ""))
    return f'<a id="{chapter_anchor(chapter)}"></a>\n\n## {number}. {title}\n\n{text}'


def rule_text(rule: Rule, implementations: dict[str, list[str]]) -> str:
    """Return one rule: its heading, its fields in their order, and the functions of the reference that implement it."""
    parts = [f'<a id="{rule.anchor}"></a>\n\n{LEVEL} {rule.id} · {rule.title.rstrip(".")}']
    parts += field_texts(rule.first)
    parts.append(f"**Eras.** {held_in(rule)}")
    for change in rule.versions[1:]:
        parts.append(f"{LEVEL}# Changed in {era_title(change.since)} · {change.title.rstrip('.')}")
        parts += field_texts(change)
    exact = ", ".join(map(exact_place, rule.versions))
    places = implementations.get(rule.id, [])
    parts.append(f"**Code.** Exact: {exact}. Reference: {', '.join(places)}.")
    return "\n\n".join(parts)


def field_texts(version: Version) -> list[str]:
    """Return the fields of a version in their order."""
    return [mathematics(field_text(name, version.fields[name])) for name in FIELDS if name in version.fields]


def held_in(rule: Rule) -> str:
    """Say in which eras a rule holds, and where it changed."""
    if rule.until is not None:
        return f"From {era_title(rule.since)} to {rule.until}."
    since = "All" if rule.since == LAUNCH else f"From {era_title(rule.since)} on"
    changed_in = " and in ".join(era_title(version.since) for version in rule.versions[1:])
    return f"{since}; changed in {changed_in}." if changed_in else f"{since}."


def era_title(spec_version: int) -> str:
    """Name an era by its version and by what it brought."""
    import dtao  # see implementing_functions

    return f"{spec_version} ({dtao.era(spec_version).name})"


def field_text(name: str, text: str) -> str:
    """Return a field as Markdown: a formula as a block of mathematics, an example as a block of code."""
    if name == "Formula":
        return f"```math\n{joined(text).strip('$ ')}\n```"
    if name == "Example":
        prose, prompt, code = text.partition(">>>")
        return f"**Example.** {joined(prose)}" + (f"\n\n```python\n{example(prompt + code)}\n```" if code else "")
    return joined(text) if name in LABELS else f"**{name}.** {joined(text)}"


def example(code: str) -> str:
    """Return the lines of a doctest without the indentation that all but the first have."""
    first, *others = code.rstrip().splitlines()
    return "\n".join([first, *textwrap.dedent("\n".join(others)).splitlines()])


def flowing(prose: str) -> str:
    """Return prose with each paragraph and each item of a list on one line; tables and diagrams as they are."""
    return "\n\n".join(part if VERBATIM.match(part) else item_by_item(part) for part in prose.split("\n\n"))


def item_by_item(paragraph: str) -> str:
    """Return a paragraph with a line break before each item of a list only."""
    return "\n".join(map(joined, ITEM.split(paragraph)))


def mathematics(text: str) -> str:
    """Return Markdown in which GitHub reads no mathematics as markup; what stands in code is left alone.

    Within ``$…$`` GitHub takes ``_``, ``*``, ``|``, ``<`` and a backslash before punctuation for Markdown; not within
    dollars and backticks.
    """
    return "".join(part if part.startswith("`") else INLINE.sub(protected, part) for part in CODE.split(text))


def protected(formula: re.Match[str]) -> str:
    """Return a formula in the form in which nothing of it can be markup, if it needs that."""
    text = joined(formula[1])
    return f"$`{text}`$" if MARKUP.search(text) else f"${text}$"


def joined(text: str) -> str:
    """Return a paragraph on one line, so that Markdown breaks it where the reader's screen ends."""
    return re.sub(r"\s+", " ", text).strip()


def exact_place(version: Version) -> str:
    """Return a link to the exact function."""
    module = version.function.__module__.replace(".", "/")
    return f"[`{version.function.__name__}`](spec/{module}.py)"


def implementing_functions() -> dict[str, list[str]]:
    """Return links to the functions of the reference, by the ids of the rules that they implement."""
    found: dict[str, list[str]] = {}
    for module in reference_modules():
        for name, function in functions_of(module):
            for identifier in getattr(function, "rules", ()):
                path = f"reference/{module.__name__.replace('.', '/')}.py"
                found.setdefault(identifier, []).append(f"[`{name}`]({path})")
    return found


def reference_modules() -> Iterator[ModuleType]:
    """Import the modules of the reference, in alphabetical order."""
    import dtao  # the specification stands without the reference; only the links need it

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
