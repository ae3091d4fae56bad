"""How many files a change opens: those that name one sample of each kind of thing that a new era brings.

``python -m tests.touches`` prints the table of CONTRIBUTING.md. Rendered text, recordings and what is generated do not
count; a file that only tests the sample does.
"""

import re
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[1]
FOLDERS = ("reference/dtao", "spec/dtao_spec", "properties/dtao_properties", "tests")


@frozen
class Sample:
    """Something of a kind that eras bring, and the names by which a file knows it."""

    kind: str
    what: str
    aim: str
    """How many files it was to be, rendered text and recordings included."""
    names: str
    """A regular expression."""
    is_rough: bool = False
    """Whether so many files know it that tens are counted: single ones come and go."""

    def files(self, root: Path = ROOT) -> list[str]:
        """Return the files that name it."""
        paths = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py")))
        known = (path.relative_to(root).as_posix() for path in paths if re.search(self.names, path.read_text("utf-8")))
        return [path for path in known if not path.startswith(("tests/touches", "tests/test_touches"))]


SAMPLES = (
    Sample("a constant", "the minimum stake", "6", r"\bmin_stake\b|\bDEFAULT_MIN_STAKE\b"),
    Sample("a rule", "the weight of the price by age (246)", "7", r"\bweight_by_age_of_two_weeks\b"),
    Sample(
        "a storage item",
        "`LastHotkeySwapOnNetuid` (276)",
        "4 and its use",
        r"\blast_hotkey_swap_on_netuid\b|LastHotkeySwapOnNetuid",
    ),
    Sample("a call", "`burn_alpha` (257)", "8", r"\bburn_alpha\b|\bBurnAlpha\b"),
    Sample(
        "a curve",
        "concentrated liquidity (283)",
        "12",
        r"pools\.concentrated\b|chapters\.concentrated\b|chapters import .*\bconcentrated\b",
        is_rough=True,
    ),
)


def table() -> str:
    """Return the table of CONTRIBUTING.md."""
    lines = ["| what changes | sample | reference | spec | properties | tests | in all | aim |", f"|{'---|' * 8}"]
    for sample in SAMPLES:
        files = sample.files()
        counts = [sum(path.startswith(folder) for path in files) for folder in FOLDERS]
        told = [f"about {round(count, -1)}" if sample.is_rough else str(count) for count in (*counts, len(files))]
        lines.append(f"| {sample.kind} | {sample.what} | {' | '.join(told)} | {sample.aim} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
