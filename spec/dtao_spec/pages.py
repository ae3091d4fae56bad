"""Puts the documents together: the front and a page a chapter, or one document of one era."""

import re
from collections.abc import Mapping
from os.path import relpath
from pathlib import PurePosixPath
from types import ModuleType

from dtao_spec import history
from dtao_spec.contents import CHAPTERS
from dtao_spec.eras import covered, newest
from dtao_spec.front import ALL_ERAS, CONVENTIONS, ERAS, ONE_ERA, OVERVIEW, TITLE
from dtao_spec.markdown import cell, first_sentence, flowing, linked, mathematics, table
from dtao_spec.registry import LAUNCH, PAGES, Rule, SpecificationError, Version, page_path, sorted_rules
from dtao_spec.render import (
    chapter_anchor,
    chapter_name,
    chapter_text,
    rule_in_era,
    rule_with_versions,
    rules_of,
    title_and_prose,
)

FRONT = "SPEC.md"
BOUNDS: Mapping[str, int] = {FRONT: 100_000, PAGES: 200_000}
"""How many bytes the front and a page may have. GitHub shows no Markdown above 512 kB, and nobody reads so much."""
ON_FRONT: tuple[ModuleType, ...] = ()
"""The chapters that stand on the front themselves."""
GENERATED = (
    "<!-- Rendered by `python -m dtao_spec` from the chapters in spec/dtao_spec: change them, not this file. -->"
)
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
FROM_ROOT = re.compile(r"\]\(((?:spec|reference)/[^)]*)\)")


def documents() -> dict[str, str]:
    """Return the front and the pages of all chapters, by their paths from the root of the repository."""
    raw = {FRONT: front(), **{page_of(chapter): page(chapter) for chapter in CHAPTERS if chapter not in ON_FRONT}}
    places = {anchor: path for path, text in raw.items() for anchor in ANCHOR.findall(text)}
    return {path: _resolved(path, text, places) for path, text in raw.items()}


def beyond_bounds(texts: Mapping[str, str]) -> list[str]:
    """Return the documents that are larger than is good for their readers."""
    bounds = {path: BOUNDS[FRONT] if path == FRONT else BOUNDS[PAGES] for path in texts}
    return [path for path, text in texts.items() if len(text.encode()) > bounds[path]]


def page_of(chapter: ModuleType) -> str:
    """Return the path of a chapter's page."""
    return page_path(chapter_name(chapter))


def _resolved(path: str, text: str, places: Mapping[str, str]) -> str:
    folder = str(PurePosixPath(path).parent)

    def target(anchor: str) -> str:
        if anchor not in places:
            raise SpecificationError(f"{path}: a link leads to #{anchor}, which is nowhere. Correct it.")
        there = places[anchor]
        if there == path:
            return f"#{anchor}"
        is_whole_page = anchor.startswith("chapter-") and there != FRONT
        return relpath(there, folder) + ("" if is_whole_page else f"#{anchor}")

    text = linked(text, target)
    return FROM_ROOT.sub(lambda link: f"]({relpath(link[1], folder)})", text)


def front() -> str:
    """Return SPEC.md: how to read, the economy in overview, the index of the rules, parameters, and the eras."""
    chapters = "\n".join(
        f"{number}. [{title_and_prose(chapter)[0]}](#{chapter_anchor(chapter)})"
        for number, chapter in enumerate(CHAPTERS, start=1)
    )
    parts = [GENERATED, TITLE, mathematics(flowing(ALL_ERAS.strip())).replace("{chapters}", chapters)]
    parts += [mathematics(flowing(CONVENTIONS.strip())), mathematics(flowing(OVERVIEW.strip()))]
    parts += ['<a id="rules"></a>', "## Rules", index()]
    parts += [chapter_text(one, f"## {title_and_prose(one)[0]}", newest(), None) for one in ON_FRONT]
    parts += ["## Eras", flowing(ERAS.strip()), eras()]
    return "\n\n".join(parts) + "\n"


def eras() -> str:
    """Return the table of the eras, the newest first: their versions, what each brought."""
    rows = []
    for era in reversed(covered()):
        versions = "–".join(dict.fromkeys((str(era.spec_version), str(era.last_spec_version))))
        rows.append((versions, era.name, era.date, cell(era.summary)))
    return table(("versions", "era", "merged", "what it brought"), rows)


def index() -> str:
    """Return the table of all rules: title, first sentence of the newest version, since, changed, ended."""
    rows = []
    for rule in sorted_rules():
        since = "" if rule.since == LAUNCH else str(rule.since)
        changed = ", ".join(str(version.since) for version in rule.versions[1:])
        title = cell(mathematics(rule.title.rstrip(".")))
        sentence = cell(mathematics(first_sentence(rule.newest.fields["Statement"])))
        rows.append((f"[{rule.id}](#{rule.anchor})", f"**{title}.** {sentence}", since, changed, str(rule.until or "")))
    return table(("rule", "what it says", "since", "changed in", "ended with"), rows)


def page(chapter: ModuleType) -> str:
    """Return the page of a chapter: its prose, its rules as they are now with their versions, then the former ones."""
    parts = [GENERATED, chapter_text(chapter, f"# {title_and_prose(chapter)[0]}", newest(), None)]
    rules = rules_of(chapter)
    in_force = [rule for rule in rules if rule.until is None]
    former = [rule for rule in rules if rule.until is not None]
    if rules:
        parts.append("\n".join(map(_entry, rules)))
    parts += [rule_with_versions(rule) for rule in in_force]
    if former:
        parts += ["## Former rules", *(rule_with_versions(rule) for rule in former)]
    return "\n\n".join(parts) + "\n"


def _entry(rule: Rule) -> str:
    ended = "" if rule.until is None else f" (until {rule.until})"
    return f"- [{rule.id}](#{rule.anchor}) {rule.title.rstrip('.')}{ended}"


def document(spec_version: int) -> str:
    """Return the whole specification of the era with a version of the runtime; it names no other era.

    Rejects, as dtao.UnknownName, a version that no era covers; SpecificationError if a rule refers to one that the era
    does not have.
    """
    import dtao  # the specification stands without the reference; only what is said of eras needs it

    era = dtao.era(spec_version)
    version = era.spec_version
    chapters = [(chapter, _in_force(chapter, version)) for chapter in CHAPTERS if _is_told(chapter, version)]
    versions = f"{version}" if version == era.last_spec_version else f"{version} to {era.last_spec_version}"
    opening = flowing(ONE_ERA.strip()).replace("{versions}", versions)
    parts = [f"{TITLE} at version {version} ({era.name})", mathematics(opening)]
    parts += [mathematics(flowing(CONVENTIONS.strip())), "## Contents", _contents(chapters)]
    for number, (chapter, stated) in enumerate(chapters, start=1):
        heading = f"## {number}. {title_and_prose(chapter)[0]}"
        parts += [chapter_text(chapter, heading, version, version), *(rule_in_era(one, version) for one in stated)]
    text = "\n\n".join(parts) + "\n"
    name = f"the document of {version}"
    return _resolved(name, text, dict.fromkeys(ANCHOR.findall(text), name))


def _in_force(chapter: ModuleType, spec_version: int) -> list[Version]:
    versions = (rule.at(spec_version) for rule in rules_of(chapter))
    return [version for version in versions if version is not None]


def _is_told(chapter: ModuleType, spec_version: int) -> bool:
    first, last = getattr(chapter, "SPAN", (LAUNCH, covered()[-1].last_spec_version))
    return chapter is not history and first <= spec_version <= last


def _contents(chapters: list[tuple[ModuleType, list[Version]]]) -> str:
    lines = []
    for number, (chapter, stated) in enumerate(chapters, start=1):
        lines.append(f"{number}. [{title_and_prose(chapter)[0]}](#{chapter_anchor(chapter)})")
        lines += [f"    - [{one.id}](#{one.id.lower()}) {one.title.rstrip('.')}" for one in stated]
    return "\n".join(lines)
