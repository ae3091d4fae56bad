"""A run of ``dtao rules``: watch the vectors, or read what was seen before, and print."""

import json
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from attrs import frozen

import dtao
from dtao.errors import InputError, UnknownName
from dtao_lab import finding
from dtao_properties.adapters.protocol import Json
from dtao_properties.conformance.selection import Selected, selected
from dtao_properties.conformance.vectors import bundled, files, header
from dtao_properties.reach import naming, shipped
from dtao_properties.reach.watching import Reached, gathered, reached
from dtao_properties.trace.rules import matrix, text, versions
from dtao_properties.trace.rules.coverage import Coverage, measured
from dtao_properties.trace.rules.gaps import gaps, uncovered
from dtao_spec.registry import RULES, Rule, place
from dtao_spec.render import era_title


def run(
    rule: str | None, *, vectors: Sequence[Path], suite: str | None, source: Path | None, target: Path | None,
    as_json: bool, coverage: bool, everything: bool = False, watch: bool = False,
) -> bool:  # fmt: skip
    """Print the matrix, or everything known of one rule; return whether nothing is missing that should be there.

    What the bundled vectors reach is read from what was measured when this was built, unless ``watch`` is asked for, or
    other vectors, coverage or a file to write.

    The name of a family, such as POOL, lists its rules and watches nothing. Part of the vectors says nothing about what
    is missing, nor does a single rule. Rejects, as InputError, an unknown rule (UnknownName) and what the selection and
    the file refuse.
    """
    if rule is not None and (members := family(rule)):
        if as_json:
            _print([json.dumps(members, indent=2)])
        else:  # "epoch" is a family, and an internal function
            _print([*finding.named(rule), *(f"{one}  {title}" for one, title in members.items())])
        return True
    if rule is not None and rule.upper() not in RULES and (meant := finding.found(rule)):
        _print([json.dumps(meant, indent=2)] if as_json else meant)
        return True
    if rule is not None:
        wanted = Watch(vectors, suite, source, target, coverage, everything, watch)
        _one(RULES[known(rule)], wanted, as_json=as_json)
        return True
    covered: Mapping[str, Coverage] | None = None
    unmeasured: list[str] = []
    if Watch(vectors, suite, source, target, coverage, everything, watch).reads_what_is_shipped:
        measured_files, unmeasured = shipped.known()
        found: Mapping[str, Reached] = shipped.put_together(measured_files)
    elif source is None:
        found, covered = reached_by(selected(vectors, suite=suite), coverage)
    else:
        found, covered = seen(source, coverage)
    if target is not None:
        matrix.saved(target, found, covered)
    rows = matrix.rows(found, _tests(), covered)
    is_part = bool(vectors) or suite is not None
    missing = [] if is_part else [*gaps(rows), *([] if covered is None else uncovered(covered.values()))]
    if as_json:
        answer: Json = {"rules": [row.as_json(whole=False) for row in rows], "missing": missing}
        if covered is not None:
            answer["coverage"] = [one.as_json() for one in covered.values()]
        _print([json.dumps(answer, indent=2)])
    else:
        _print([*text.matrix_lines(rows), "", *text.summary_lines(rows, missing, covered), *_not_measured(unmeasured)])
    return not missing


@frozen
class Watch:
    """What a run about one rule is to watch, or to read instead."""

    vectors: Sequence[Path]
    suite: str | None
    source: Path | None
    target: Path | None
    coverage: bool
    everything: bool
    """Whether the vectors of every era with the rule are wanted, not only of those that brought or changed it."""
    watch: bool = False
    """Whether everything is to be measured anew."""

    @property
    def reads_what_is_shipped(self) -> bool:
        """Whether all that is wanted was measured when this was built."""
        asks = self.watch or self.coverage or self.vectors or self.suite is not None
        return not asks and self.source is None and self.target is None

    def shipped(self, rule: Rule) -> tuple[Mapping[str, Reached], str, list[str]]:
        """Return what the vectors of the eras in question reach, which they are, and which files are not measured."""
        found, missing = shipped.known(rule.id)
        eras, wanted = self._eras(rule, {one.spec_version for one in found})
        parts = [one for one in found if one.spec_version in wanted]
        what = f"the {sum(one.count for one in parts)} of {_said(eras, wanted, everything=self.everything)}"
        return shipped.put_together(parts), what, missing

    def _eras(self, rule: Rule, recorded: Collection[int]) -> tuple[Sequence[dtao.Era], list[int]]:
        eras = versions.eras_in_force(rule) if self.everything else versions.eras_of_statements(rule)
        return eras, [era.spec_version for era in eras if era.spec_version in recorded]

    def choice(self, rule: Rule) -> tuple[list[Selected], str]:
        """Choose vectors, and say which; there may be none. Rejects what the selection refuses."""
        if self.vectors or self.suite is not None:
            parts = selected(self.vectors, suite=self.suite)
            return parts, f"the {_count(parts)} selected"
        if self.target is not None:
            parts = selected()
            return parts, f"the {_count(parts)} of every era"
        recorded = {header(file).spec_version for file in files(bundled())}
        eras, wanted = self._eras(rule, recorded)
        parts = [part for version in wanted for part in selected(era=str(version))]
        return parts, f"the {_count(parts)} of {_said(eras, wanted, everything=self.everything)}"


def _said(eras: Sequence[dtao.Era], wanted: Sequence[int], *, everything: bool) -> str:
    """Say of which eras the vectors are that are watched, and of which there are none."""
    words = " and ".join(map(era_title, wanted)) or "no era"
    if missing := [str(era.spec_version) for era in eras if era.spec_version not in wanted]:
        words += f"; none of {' and '.join(missing)} is installed (dtao-vectors has them)"
    return words if everything else f"{words}; --all watches those of every era with the rule"


def _one(rule: Rule, watch: Watch, *, as_json: bool) -> None:
    """Print what is known of one rule, then what is seen of it; as JSON, all at once."""
    tests = _tests(rule)
    if not as_json:
        _print(text.known_lines(_row(rule, {}, tests, None)))
        sys.stdout.flush()  # to measure may take a while
    covered: Mapping[str, Coverage] | None = None
    missing: list[str] = []
    if watch.reads_what_is_shipped:
        found, what, missing = watch.shipped(rule)
    elif watch.source is not None:
        (found, covered), what = seen(watch.source, watch.coverage), f"those that {watch.source} tells of"
    else:
        choice, what = watch.choice(rule)
        found, covered = reached_by(choice, watch.coverage)
    if watch.target is not None:
        matrix.saved(watch.target, found, covered)
    row = _row(rule, found, tests, covered)
    if as_json:
        _print([json.dumps({**row.as_json(whole=True), "watched": what}, indent=2)])
    else:
        _print([*text.reached_lines(row, what), *_not_measured(missing)])


def _not_measured(suites: Sequence[str]) -> list[str]:
    """Say of which vectors it is not known what they reach."""
    if not suites:
        return []
    noun = "file of vectors is" if len(suites) == 1 else "files of vectors are"
    return [f"  {len(suites)} {noun} not measured, {suites[0]} among them; --watch measures all of them"]


def _row(
    rule: Rule,
    found: Mapping[str, Reached],
    tests: Mapping[str, tuple[str, ...]] | None,
    covered: Mapping[str, Coverage] | None,
) -> matrix.Row:
    (row,) = matrix.rows(found, tests, covered, rule)
    return row


def _tests(only: Rule | None = None) -> Mapping[str, tuple[str, ...]] | None:
    folder = naming.folder()
    return None if folder is None else naming.tests_by_rule(folder, only)


def _count(choice: Sequence[Selected]) -> int:
    return sum(len(part.indexes) for part in choice)


def _counted(choice: Sequence[Selected]) -> str:
    count = _count(choice)
    return f"{count} vector{'' if count == 1 else 's'}"


def family(name: str) -> dict[str, str]:
    """Return the titles of the rules of a family by their ids, in whatever case it was typed; none if it is none."""
    return {one: rule.title.rstrip(".") for one, rule in RULES.items() if one.partition("-")[0] == name.upper()}


def known(rule: str) -> str:
    """Return the id of a rule, in whatever case it was typed. Rejects an unknown one, as UnknownName."""
    name = rule.upper()
    if name in RULES:
        return name
    members = sorted(family(name.partition("-")[0]), key=place)
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
    """Replay vectors under watch, with a bar on a terminal, or else a line that says so."""
    from rich.console import Console  # only for a bar, where something is watched
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    if choice and not console.is_terminal:
        print(f"dtao: watching the reference while it replays {_counted(choice)}", file=sys.stderr, flush=True)
    columns = (TextColumn("watching the reference"), BarColumn(), MofNCompleteColumn(), TextColumn("vectors"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        return gathered(progress.track(reached(choice), total=_count(choice)))


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
