"""How it was verified, in figures that are counted from the repository when the site is built."""

from collections import Counter
from collections.abc import Iterator

import dtao
from dtao_properties.conformance.vectors import Header, files, header, recorded
from dtao_properties.laws import INVARIANTS
from dtao_properties.mutants.mechanical import EXPLAINED
from dtao_properties.mutants.operators import mechanical
from dtao_properties.mutants.table import MUTANTS
from dtao_properties.proofs.contents import STATEMENTS
from dtao_spec.contents import CHAPTERS
from dtao_spec.markdown import table
from dtao_spec.registry import RULES
from dtao_spec.render import marked_functions


def headers(era: dtao.Era) -> list[Header]:
    """Return the headers of the recordings of an era."""
    return [header(path) for path in files([recorded(str(era.recorded_as))])]


def verified_page() -> str:
    """Return the page that says what was checked, by what, and how to do it again."""
    found = {era: headers(era) for era in dtao.ERAS}
    counts = {era: sum(one.count for one in heads) for era, heads in found.items()}
    ended = sum(rule.until is not None for rule in RULES.values())
    versions = sum(len(rule.versions) for rule in RULES.values())
    status = Counter(one.status.value for one in INVARIANTS)
    held = ", ".join(f"{name}: {number}" for name, number in status.most_common())
    planted = sum(1 for _ in mechanical())
    survivors = EXPLAINED.read_text(encoding="utf-8").count('": "')
    rows = [
        ("recorded vectors, all replayed by `make conform`", f"{sum(counts.values()):,}"),
        ("eras, from version 233 to " + str(dtao.ERAS[-1].last_spec_version), str(len(dtao.ERAS))),
        ("rules, in " + f"{len(CHAPTERS)} chapters", f"{len(RULES)}, {ended} of them ended"),
        ("versions of rules, each stated in full and executable", str(versions)),
        ("functions of the reference that carry the id of a rule", str(sum(1 for _ in marked_functions()))),
        ("invariants", f"{len(INVARIANTS)} ({held})"),
        ("lemmas and contracts that `make prove` proves, for all numbers", str(len(STATEMENTS))),
        ("mistakes planted by hand, at least one a rule", str(len(MUTANTS))),
        ("mistakes planted by machine", f"{planted:,}, of which {survivors} are explained to be no mistakes"),
    ]
    return PAGE.format(
        figures=table(("what", "how many"), rows),
        eras=table(("era", "versions", "suites", "vectors", "recorded from"), _rows(found)),
        proofs=table(("proof", "what is proved", "rules"), _proofs()),
        invariants=table(("invariant", "how the runtime stands to it", "versions"), _invariants()),
    )


def _rows(found: dict[dtao.Era, list[Header]]) -> Iterator[tuple[str, ...]]:
    for era, heads in reversed(found.items()):
        suites = Counter(one.runner for one in heads)
        named = ", ".join(f"{number} {runner}" for runner, number in sorted(suites.items()))
        span = "–".join(dict.fromkeys((str(era.spec_version), str(era.last_spec_version))))
        yield era.name, span, named, f"{sum(one.count for one in heads):,}", f"tag {era.tag}"


def _proofs() -> Iterator[tuple[str, ...]]:
    for one in STATEMENTS.values():
        yield f"`{one.id}`", one.statement.replace("|", "\\|"), ", ".join(one.rules)


def _invariants() -> Iterator[tuple[str, ...]]:
    for one in INVARIANTS:
        span = f"{one.since} on" if one.until is None else f"{one.since} to {one.until}"
        yield one.name, one.status.value, span


PAGE = """\
# How it was verified

The real runtime was run, version by version, and what it did was recorded. The reference must give the same for every
recorded value, bit by bit; nothing is rounded, left out or special-cased. The rest is there to find what recordings
miss: bounds, invariants, proofs, and mistakes that are planted to see whether a check notices. All figures on this page
were counted when the site was built; [the guide](guide/verification.md) has the commands that check them.

{figures}

## Recordings by era

{eras}

## Proofs

Each holds for all numbers in the ranges of its types, and a wrong variant of each is refuted.

{proofs}

## Invariants

{invariants}
"""
