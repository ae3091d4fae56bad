"""Markdown that GitHub shows as it is meant: flowing paragraphs, mathematics, examples, and what holds in one era only.

A paragraph, an item of a list or a row of a table that holds in some versions of the runtime only begins with
``[since 257]``, ``[until 256]`` or ``[since 252 until 256]``.
"""

import re
import textwrap
from collections.abc import Callable, Iterable

VERBATIM = re.compile(r"\||```|#|<")
"""How a paragraph begins whose line breaks mean something."""
ITEM = re.compile(r"\n(?=- |\d+\. )")
CODE = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)
INLINE = re.compile(r"\$([^$]+)\$")
MARKUP = re.compile(r"\\[^a-zA-Z\s]|_.*_|[*|<]")
SPAN = re.compile(r"(- |\d+\. |\| )?\[(?:since (\d+))? ?(?:until (\d+))?\] ")
LINK = re.compile(r"\[([^\[\]]*)\]\(#([a-z0-9-]+)\)")
SENTENCE = re.compile(r"(?:`[^`]*`|\$[^$]*\$|[^.`$]|\.(?!\s|$))*\.")


def flowing(prose: str) -> str:
    """Return prose with each paragraph and each item of a list on one line; tables and diagrams as they are."""
    return "\n\n".join(part if VERBATIM.match(part) else item_by_item(part) for part in prose.split("\n\n"))


def item_by_item(paragraph: str) -> str:
    """Return a paragraph with a line break before each item of a list only."""
    return "\n".join(map(joined, ITEM.split(paragraph)))


def joined(text: str) -> str:
    """Return a paragraph on one line, so that Markdown breaks it where the reader's screen ends."""
    return re.sub(r"\s+", " ", text).strip()


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, on one line; a full stop in code or mathematics ends none.

    >>> first_sentence("It costs $1.5$ TAO, see `a.b`. More.")
    'It costs $1.5$ TAO, see `a.b`.'
    """
    line = joined(text)
    match = SENTENCE.match(line)
    return match[0] if match else line


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


def cell(text: str) -> str:
    """Return a text as the cell of a table: on one line, and no bar of it a border."""
    return joined(text).replace("|", r"\|")


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table; the cells are Markdown already."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("|" + "|".join(f" {one} " if one else " " for one in line) + "|" for line in lines)


def in_force(prose: str, spec_version: int) -> str:
    """Return the parts of a prose that hold in a version of the runtime, without the marks that say so.

    >>> in_force("All.\\n\\n[until 251] Old.\\n\\n| a |\\n|---|\\n| [since 252] b |", 257)
    'All.\\n\\n| a |\\n|---|\\n| b |'
    """
    parts = []
    for part in prose.split("\n\n"):
        units = part.split("\n") if part.startswith("|") else [part] if VERBATIM.match(part) else ITEM.split(part)
        kept = [SPAN.sub(lambda mark: mark[1] or "", unit, count=1) for unit in units if holds(unit, spec_version)]
        if kept:
            parts.append("\n".join(kept))
    return "\n\n".join(parts)


def holds(unit: str, spec_version: int) -> bool:
    """Return whether a paragraph, an item or a row holds in a version of the runtime."""
    match = SPAN.match(unit)
    if match is None:
        return True
    since, until = match[2], match[3]
    return (since is None or int(since) <= spec_version) and (until is None or spec_version <= int(until))


def linked(text: str, target: Callable[[str], str]) -> str:
    """Return a text with its links to anchors led to where the anchors stand."""
    return LINK.sub(lambda link: f"[{link[1]}]({target(link[2])})", text)


def field_text(name: str, text: str, label: str | None) -> str:
    """Return a field as Markdown: a formula as a block of mathematics, an example as a block of code."""
    if name != "Source":
        text = text[:1].upper() + text[1:]
    if name == "Formula":
        return f"```math\n{joined(text).strip('$ ')}\n```"
    if name == "Example":
        prose, prompt, code = text.partition(">>>")
        shown = f"\n\n```python\n{example(prompt + code)}\n```" if code else ""
        return mathematics(f"**{label}.** {joined(prose)}") + shown
    return mathematics(joined(text) if label is None else f"**{label}.** {joined(text)}")


def example(code: str) -> str:
    """Return the lines of a doctest without the indentation that all but the first have."""
    first, *others = code.rstrip().splitlines()
    return "\n".join([first, *textwrap.dedent("\n".join(others)).splitlines()])
