"""Known violations.

What the chain got wrong, by name. An implementation MUST get it wrong in the same way: these are the rules, as the
chain ran them. Those that move money are terms of their own in the ledger of conservation, by these names, so that any
other loss or gain of a single rao shows.

How to read the table: *size* is what one occurrence comes to, or what it may come to; nothing where no amount is lost or
gained. What each came to in recorded scenarios, and on which total, is measured by `make leaks`. $T$ is the TAO in a
pool, $A$ and $O$ the alpha inside and outside of it, $H$ the sum of all stakes on hotkeys of a subnet.
"""

from dtao_spec.eras import span
from dtao_spec.markdown import table
from dtao_spec.violations.later import OF_LATER
from dtao_spec.violations.launch import OF_LAUNCH
from dtao_spec.violations.violation import Violation

VIOLATIONS = OF_LAUNCH + OF_LATER


def appendix(spec_version: int | None) -> str:
    """Return the table of violations: of a version of the runtime, or of all."""
    rows: list[tuple[str, ...]] = []
    for one in VIOLATIONS:
        rules = ", ".join(f"[{rule}](#{rule.lower()})" for rule in one.rules)
        row = (one.name, one.what, one.size, rules)
        if spec_version is None:
            rows.append((*row, _versions(one)))
        elif one.is_in(spec_version):
            rows.append(row)
    heads = ("name", "what happens", "size", "rules")
    return table(heads if spec_version is not None else (*heads, "in versions"), rows)


def _versions(violation: Violation) -> str:
    return span(lambda era: violation.is_in(era.spec_version)) or "all"
