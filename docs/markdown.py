"""GitHub's Markdown as Python-Markdown reads it: mathematics, folded parts and lists are written in other ways."""

import re
from collections.abc import Callable

FENCE = re.compile(r"(^ *```.*?^ *```[^\n]*$)", re.DOTALL | re.MULTILINE)
FORMULA = re.compile(r"```math\n(.*?)\n```", re.DOTALL)
PROTECTED = re.compile(r"\$`([^`]+)`\$")
CODE = re.compile(r"(`[^`\n]+`)")
DETAILS = re.compile(r"<details>\s*<summary>(.*?)</summary>", re.DOTALL)
LIST = re.compile(r"(?m)^(?!\s*(?:[-*|>#]|\d+\. )|\s|$)(.+)\n(?=(?:- |1\. ))")
ROLE = re.compile(r":(?:mod|func|class|meth|attr|data):`~?([^`]+)`")
EXAMPLE = re.compile(r"^>>> .*?(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)
BAR = r"\|"


def prose_changed(text: str, change: Callable[[str], str]) -> str:
    """Return Markdown with all changed but its blocks of code."""
    return "".join(part if index % 2 else change(part) for index, part in enumerate(FENCE.split(text)))


def converted(text: str) -> str:
    """Return what GitHub shows in the form in which the site shows the same."""
    text = FORMULA.sub(lambda match: f"\\[\n{match[1]}\n\\]", text)
    return prose_changed(text, _prose)


def _prose(text: str) -> str:
    text = PROTECTED.sub(lambda match: f"\\({match[1].replace(BAR, chr(92) + 'vert ')}\\)", text)
    text = DETAILS.sub(r'<details markdown="1">\n<summary markdown="span">\1</summary>', text)
    text = LIST.sub("\\1\n\n", text)
    return "\n".join(_row(line) if line.startswith("|") else line for line in text.split("\n"))


def _row(line: str) -> str:
    """Return the row of a table with the bars in its code as they are meant: within code Python-Markdown parts none."""
    return CODE.sub(lambda code: code[0].replace(BAR, "|"), line)


def docstring_converted(text: str) -> str:
    """Return a docstring with the names that are marked for Sphinx as code, and its examples as blocks of code."""
    text = ROLE.sub(lambda role: f"`{role[1]}`", text)
    return EXAMPLE.sub(lambda example: f"```python\n{example[0]}\n```", text)
