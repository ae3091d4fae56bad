"""The table of README's section "Status": ``python -m tests.status`` prints it, ``--write`` puts it there."""

import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

import dtao
from dtao.oracle import Era
from dtao_properties.conformance import vectors
from dtao_properties.laws import INVARIANTS
from dtao_spec import registry

README = Path(__file__).parents[1] / "README.md"
BEGIN = "<!-- status: begin (written by python -m tests.status --write) -->\n"
END = "<!-- status: end -->"
KINDS = {"SwapBalancer": "weighted", "CurrentLiquidity": "concentrated liquidity"}
"""Kinds of pools, each by a storage item that only they have."""


def table() -> str:
    """Return the table: a row for each kind of pool."""
    recorded = Counter[int]()
    for path in vectors.files(vectors.bundled()):
        head = vectors.header(path)
        recorded[head.spec_version] += head.count
    lines = ["| pools | versions | since | eras | recorded vectors | rules in force | invariants |", f"|{'---|' * 7}"]
    for kind, group in groupby(dtao.ERAS, _kind):
        eras = list(group)
        first, last = eras[0].spec_version, eras[-1].spec_version
        lines.append(
            f"| {kind} | {first}–{eras[-1].last_spec_version} | {eras[0].date} | {len(eras)} "
            f"| {sum(recorded[era.spec_version] for era in eras):,} | {len(registry.at(last))} | {_invariants(last)} |"
        )
    lines.append(f"| all | | | {len(dtao.ERAS)} | {sum(recorded.values()):,} | | |")
    return "\n".join(lines) + "\n"


def _kind(era: Era) -> str:
    return next((kind for item, kind in KINDS.items() if item in era.runtime.items.by_name), "constant product")


def _invariants(version: int) -> int:
    return sum(one.since <= version <= (one.until or version) for one in INVARIANTS)


def main(arguments: list[str]) -> int:
    """Print the table, or write it into the README."""
    if arguments == ["--write"]:
        before, _, rest = README.read_text("utf-8").partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}", "utf-8")
    else:
        sys.stdout.write(table())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
