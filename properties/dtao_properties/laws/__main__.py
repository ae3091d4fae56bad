"""The invariants as a table: ``python -m dtao_properties.laws``."""

import sys

from dtao_properties.laws import INVARIANTS


def table() -> str:
    """Write for every invariant how the runtime stands to it, in which versions, and what it states."""
    lines = []
    for invariant in INVARIANTS:
        versions = f"{invariant.since} on" if invariant.until is None else f"{invariant.since} to {invariant.until}"
        lines.append(f"{invariant.name} ({versions}): {invariant.status}")
        lines += [f"    {text}" for text in (invariant.statement, invariant.reason) if text]
        if invariant.leaks:
            lines.append(f"    leaks: {', '.join(invariant.leaks)}")
        lines.append(f"    rules: {', '.join(invariant.rules)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
