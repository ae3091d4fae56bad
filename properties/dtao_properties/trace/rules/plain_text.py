r"""The text of the specification for a terminal: formulas without LaTeX, links as ids, lines that end where it does.

>>> plain(r"As [POOL-1](#pool-1), $$ y = \frac{R_{out}\,x}{R_{in} + x}, \qquad R'_{out} \ge 10^{7} $$")
"As POOL-1, y = (R_out x) / (R_in + x),  R'_out ≥ 10^7"
"""

import re
import shutil
import textwrap
from collections.abc import Iterator

MIN_WIDTH, MAX_WIDTH = 60, 110
SIGNS = {
    "le": "≤", "ge": "≥", "ne": "≠", "cdot": "·", "sum": "Σ", "to": "→", "wedge": "and", "vee": "or", "equiv": "≡",
    "Rightarrow": "⇒", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lbrace": "{", "rbrace": "}",
    "div": "/", "bmod": "mod", "alpha": "α", "beta": "β", "delta": "δ", "Delta": "Δ", "eta": "η", "theta": "θ",
    "Theta": "Θ", "kappa": "κ", "rho": "ρ", "sigma": "σ", "tau": "τ", "varepsilon": "ε", "min": "min", "max": "max",
    "log": "log", "ln": "ln",
}  # fmt: skip
"""What stands for a command of LaTeX."""
SPACES = {",": " ", ";": " ", " ": " ", "quad": "  ", "qquad": "  ", "\\": "; ", "{": "{", "}": "}"}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
DROPPED = frozenset({"left", "right", "big", "Big"})
KEPT = frozenset({"text", "mathrm"})
FORMULA = re.compile(r"\$\$(.*?)\$\$|\$(.*?)\$", re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
ENVIRONMENT = re.compile(r"\\(?:begin|end)\{\w+\}")
SIMPLE = re.compile(r"[\w.']+")
TOKEN = re.compile(r"\\([A-Za-z]+|.)|([{}_^&])|(.)", re.DOTALL)


def plain(text: str) -> str:
    """Return a paragraph of the specification in plain text."""
    text = FORMULA.sub(lambda match: formula(match[1] or match[2]), LINK.sub(r"\1", text))
    return re.sub(r"(?<=\S) {3,}", "  ", re.sub(r"[\n\t]+ *", " ", text)).strip()


def formula(latex: str) -> str:
    """Return a formula as one would type it."""
    tokens = ((match[1], match[2], match[3]) for match in TOKEN.finditer(ENVIRONMENT.sub("", latex).strip()))
    written = _sequence(tokens)
    return re.sub(r" +([,;)])", r"\1", re.sub(r"[ \n]{3,}", "  ", written)).strip()


Token = tuple[str | None, str | None, str | None]


def _sequence(tokens: Iterator[Token]) -> str:
    """Write what comes up to the end of a group."""
    parts: list[str] = []
    for token in tokens:
        if token[1] == "}":
            break
        parts.append(_one(token, tokens))
    return "".join(parts)


def _one(token: Token, tokens: Iterator[Token]) -> str:
    command, mark, text = token
    if text is not None:
        return text
    if mark == "{":
        return _sequence(tokens)
    if mark in ("_", "^"):
        lifted = _argument(tokens)
        return f"{mark}{lifted}" if SIMPLE.fullmatch(lifted.removeprefix("-")) else f"{mark}({lifted})"
    if mark is not None or command is None or command in DROPPED:
        return " " if mark == "&" else ""
    if command in ("frac", "tfrac"):
        over, under = _argument(tokens), _argument(tokens)
        if SIMPLE.fullmatch(over) and SIMPLE.fullmatch(under):
            return f"({over}/{under})"
        return f"{_bracketed(over)} / {_bracketed(under)}"
    if command == "sqrt":
        return f"√({_argument(tokens)})"
    if command == "pmod":
        return f"(mod {_argument(tokens)})"
    if command in KEPT:
        return _argument(tokens)
    if command in ACCENTS:
        letter = _argument(tokens).strip()
        return f"{letter[:1]}{ACCENTS[command]}{letter[1:]}"
    return SPACES.get(command) or SIGNS.get(command, command)


def _argument(tokens: Iterator[Token]) -> str:
    """Write the group, or the one sign, that a command is about."""
    token = next((one for one in tokens if one[2] is None or not one[2].isspace()), (None, None, ""))
    return _one(token, tokens).strip()


def _bracketed(written: str) -> str:
    return written if SIMPLE.fullmatch(written) else f"({written})"


def wrapped(text: str, indent: str) -> Iterator[str]:
    """Break a paragraph into lines of the terminal's width, further ones indented by two more."""
    width = min(max(shutil.get_terminal_size((80, 24)).columns, MIN_WIDTH), MAX_WIDTH)
    yield from textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
