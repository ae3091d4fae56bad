"""How many files a change opens: those that must be written to add a sample of each kind, and all that name it.

``python -m tests.touches`` prints the table of CONTRIBUTING.md. Rendered text, recordings and what is generated do not
count; a file that only tests the sample names it.
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
    added_in: tuple[str, ...]
    """The files, or patterns of them, without which a check fails or the thing does nothing. Others came to use it."""
    names: str
    """A regular expression."""
    is_rough: bool = False
    """Whether so many files know it that tens are counted: single ones come and go."""

    def must(self, root: Path = ROOT) -> list[str]:
        """Return the files that must be written to add it."""
        found = {path.relative_to(root).as_posix() for one in self.added_in for path in root.glob(one)}
        return sorted(path for path in found if path.startswith(FOLDERS))  # not what was built from them

    def files(self, root: Path = ROOT) -> list[str]:
        """Return the files that name it."""
        paths = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py")))
        known = (path.relative_to(root).as_posix() for path in paths if re.search(self.names, path.read_text("utf-8")))
        return [path for path in known if not path.startswith(("tests/touches", "tests/test_touches"))]


SAMPLES = (
    Sample(
        "a constant",
        "the minimum stake",
        "6",
        ("reference/dtao/params.py", "reference/dtao/constants.py", "reference/dtao/transitions/checks.py"),
        r"\bmin_stake\b|\bDEFAULT_MIN_STAKE\b",
    ),
    Sample(
        "a rule",
        "the weight of the price by age (246)",
        "7",
        (
            "reference/dtao/rules/price.py",
            "reference/dtao/eras/e246_price_age.py",
            "spec/dtao_spec/chapters/price.py",
        ),
        r"\bweight_by_age_of_two_weeks\b",
    ),
    Sample(
        "a storage item",
        "`LastHotkeySwapOnNetuid` (276)",
        "4 and its use",
        (
            "reference/dtao/chain.py",
            "reference/dtao/calls/keys.py",
            "spec/dtao_spec/chapters/keys/calls.py",
            "spec/dtao_spec/frames.py",
            "properties/dtao_properties/model/calls/keys.py",
        ),
        r"\blast_hotkey_swap_on_netuid\b|LastHotkeySwapOnNetuid",
    ),
    Sample(
        "a call",
        "`burn_alpha` (257)",
        "8",
        (
            "reference/dtao/calls/staking.py",
            "reference/dtao/calls/__init__.py",
            "reference/dtao/eras/e257_start_call.py",
            "spec/dtao_spec/chapters/staking_calls/surrender.py",
            "spec/dtao_spec/frames.py",
            "properties/dtao_properties/model/calls/staking.py",
            "properties/dtao_properties/fuzz/calls.py",
            "tests/spec/test_staking_calls.py",
        ),
        r"\bburn_alpha\b|\bBurnAlpha\b",
    ),
    Sample(
        "a curve",
        "concentrated liquidity (283)",
        "12",
        (
            "*/*/**/concentrated/[a-z]*.py",
            "*/*/**/liquidity.py",
            "reference/dtao/eras/e283_*.py",
            "spec/dtao_spec/frames.py",
            "tests/spec/test_range_pool.py",
        ),
        r"pools\.concentrated\b|chapters\.concentrated\b|chapters import .*\bconcentrated\b",
        is_rough=True,
    ),
)


def table() -> str:
    """Return the table of CONTRIBUTING.md."""
    lines = [
        "| what changes | sample | aim | must be written to add it | name it | reference | spec | properties | tests |",
        f"|{'---|' * 9}",
    ]
    for sample in SAMPLES:
        files = sample.files()
        counts = [sum(path.startswith(folder) for path in files) for folder in FOLDERS]
        told = [f"about {round(count, -1)}" if sample.is_rough else str(count) for count in (len(files), *counts)]
        lines.append(f"| {sample.kind} | {sample.what} | {sample.aim} | {len(sample.must())} | {' | '.join(told)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
