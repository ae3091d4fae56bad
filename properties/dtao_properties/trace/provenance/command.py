"""A run of ``dtao rules --drift``: compare a checkout of the runtime with what the rules were read from."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import asdict

from dtao.errors import UnknownName
from dtao_properties.adapters.protocol import Json
from dtao_properties.trace.provenance.drift import Checkout, Drift, RuleDrift, command, commands, drifted
from dtao_properties.trace.provenance.places import STATED
from dtao_properties.trace.provenance.record import Provenance, shipped

HEADINGS = ("rule", "since", "is now", "path", "function")


def run(folder: Path, *, rule: str | None, as_json: bool, provenance: Provenance | None = None) -> bool:
    """Print the rules whose source drifted; return whether none did.

    Rejects, as InputError, an unknown rule (UnknownName), a folder that is no checkout, and a file that cannot be read.
    """
    known = shipped() if provenance is None else provenance
    name = None if rule is None else _name(rule, known)
    checkout = Checkout.at(folder)
    found = drifted(known, checkout, name)
    compared = sum(name in (None, row.rule) for row in known.in_force())
    if as_json:
        lines = iter([json.dumps(_json(known, checkout, found, compared), indent=2)])
    else:
        lines = _lines(known, checkout, found, compared)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return not found


def _name(rule: str, known: Provenance) -> str:
    name = rule.upper()
    if not known.of_rule(name):
        raise UnknownName(f"there is no rule {rule!r}; `dtao rules` lists all of them")
    return name


def _json(known: Provenance, checkout: Checkout, found: Sequence[RuleDrift], compared: int) -> dict[str, Json]:
    tag = known.releases[known.newest].tag
    return {
        "checkout": str(checkout.folder),
        "era": known.newest,
        "tag": tag,
        "compared": compared,
        "rules": [
            {
                "id": one.row.rule,
                "title": _title(one.row.rule),
                "since": one.row.era,
                "source": [
                    {
                        "what": drift.what,
                        **asdict(drift.source.place),
                        "now": [asdict(place) for place in drift.now],
                        "diff": command(drift, tag, checkout),
                    }
                    for drift in one.drifts
                ],
            }
            for one in found
        ],
    }


def _title(rule: str) -> str | None:
    return STATED[rule].title.rstrip(".") if rule in STATED else None


def _lines(known: Provenance, checkout: Checkout, found: Sequence[RuleDrift], compared: int) -> Iterator[str]:
    tag = known.releases[known.newest].tag
    rules = "rule" if compared == 1 else "rules"
    between = f"between {tag} ({known.newest}) and {checkout.folder}"
    if not found:
        yield f"None of {compared} {rules} changed {between}."
        return
    cells = [HEADINGS, *(_cells(one, drift) for one in found for drift in one.drifts)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""
    yield f"{len(found)} of {compared} {rules} changed {between}. To read what did:"
    yield from (f"  {one}" for one in commands(found, tag, checkout))


def _cells(one: RuleDrift, drift: Drift) -> tuple[str, ...]:
    place = drift.source.place
    now = ", ".join(
        new.function if new.path == place.path else f"{new.path} {new.function}" for new in drift.now if new != place
    )
    return one.row.rule, one.row.era, drift.what, place.path, place.function + (f" → {now}" if now else "")
