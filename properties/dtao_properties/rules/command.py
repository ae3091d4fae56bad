"""A run of ``dtao rules``: watch the vectors, or read what was seen before, and print."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from dtao.errors import InputError, UnknownName
from dtao_properties.rules import matrix, naming, text
from dtao_properties.rules.coverage import Coverage, measured
from dtao_properties.rules.gaps import gaps, uncovered
from dtao_properties.rules.watching import Reached, gathered, reached
from dtao_properties.selection import Selected, selected
from dtao_properties.vectors import Json
from dtao_spec.registry import RULES


def run(
    rule: str | None, *, vectors: Sequence[Path], suite: str | None, source: Path | None, target: Path | None,
    as_json: bool, coverage: bool,
) -> bool:  # fmt: skip
    """Print the matrix, or everything known of one rule; return whether nothing is missing that should be there.

    The name of a family, such as POOL, lists its rules and watches nothing. Part of the vectors says nothing about what
    is missing, nor does a single rule. Rejects, as InputError, an unknown rule (UnknownName) and what the selection and
    the file refuse.
    """
    if rule is not None and (members := family(rule)):
        _print([json.dumps(members, indent=2)] if as_json else [f"{one}  {title}" for one, title in members.items()])
        return True
    name = None if rule is None else known(rule)
    found, covered = reached_by(selected(vectors, suite=suite), coverage) if source is None else seen(source, coverage)
    if target is not None:
        matrix.saved(target, found, covered)
    tests = naming.folder()
    rows = matrix.rows(found, None if tests is None else naming.tests_by_rule(tests), covered)
    if name is not None:
        (row,) = (row for row in rows if row.rule.id == name)
        _print([json.dumps(row.as_json(whole=True), indent=2)] if as_json else text.row_lines(row))
        return True
    is_part = bool(vectors) or suite is not None
    missing = [] if is_part else [*gaps(rows), *([] if covered is None else uncovered(covered.values()))]
    if as_json:
        answer: Json = {"rules": [row.as_json(whole=False) for row in rows], "missing": missing}
        if covered is not None:
            answer["coverage"] = [one.as_json() for one in covered.values()]
        _print([json.dumps(answer, indent=2)])
    else:
        _print([*text.matrix_lines(rows), "", *text.summary_lines(rows, missing, covered)])
    return not missing


def family(name: str) -> dict[str, str]:
    """Return the titles of the rules of a family by their ids, in whatever case it was typed; none if it is none."""
    return {one: rule.title.rstrip(".") for one, rule in RULES.items() if one.partition("-")[0] == name.upper()}


def known(rule: str) -> str:
    """Return the id of a rule, in whatever case it was typed. Rejects an unknown one, as UnknownName."""
    name = rule.upper()
    if name in RULES:
        return name
    members = family(name.partition("-")[0])
    near = get_close_matches(name, RULES, n=3)
    if members:
        remedy = f"The rules of its family are {', '.join(members)}."
    elif near:
        remedy = f"Did you mean {' or '.join(near)}?"
    else:
        remedy = "`dtao rules` lists all of them."
    raise UnknownName(f"there is no rule {rule!r}. {remedy}")


def reached_by(choice: Sequence[Selected], coverage: bool) -> tuple[Mapping[str, Reached], dict[str, Coverage] | None]:
    """Watch vectors, and measure the coverage if it is asked for."""
    if not coverage:
        return watched(choice), None
    covered: dict[str, Coverage] = {}
    with measured(covered):
        found = watched(choice)
    return found, covered


def seen(source: Path, coverage: bool) -> tuple[Mapping[str, Reached], dict[str, Coverage] | None]:
    """Read what was seen before. Rejects, as InputError, a file without the coverage that is asked for."""
    found, covered = matrix.read(source), matrix.read_coverage(source)
    if coverage and covered is None:
        raise InputError(f"--from {source}: it holds no coverage. Write it with --coverage --save.")
    return found, covered


def watched(choice: Sequence[Selected]) -> Mapping[str, Reached]:
    """Replay vectors under watch, with a bar on a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("watching the reference"), BarColumn(), MofNCompleteColumn(), TextColumn("vectors"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        total = sum(len(part.indexes) for part in choice)
        return gathered(progress.track(reached(choice), total=total))


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
