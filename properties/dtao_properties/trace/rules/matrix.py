"""The matrix: for each rule its functions, the vectors that reach it and the tests that name it."""

import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from attrs import asdict, frozen

from dtao.errors import InputError
from dtao_properties.adapters.protocol import Json
from dtao_properties.reach.watching import Reached
from dtao_properties.trace.rules.coverage import Coverage
from dtao_properties.trace.rules.further import Further, further, installed
from dtao_properties.trace.rules.versions import Span, spans, statements
from dtao_spec.contents import CHAPTERS
from dtao_spec.registry import RULES, Rule
from dtao_spec.render import functions_of, held_in, reference_modules, rules_of

FORMAT = "dtao-reached/1"


@frozen
class Function:
    """A function, and where it stands in the repository."""

    name: str
    path: str
    line: int
    spec_versions: tuple[Span, ...] = ()
    """The first and the last of each stretch of versions that it is in force in; empty if all are alike in it."""

    @classmethod
    def of(cls, folder: str, name: str, function: object, spec_versions: tuple[Span, ...] = ()) -> "Function":
        """Locate a function of a package that lives in a folder of the repository."""
        plain = inspect.unwrap(function)  # type: ignore[arg-type]  # whatever carries rules can be called
        path = f"{folder}/{plain.__module__.replace('.', '/')}.py"
        code = getattr(plain, "__code__", None)  # of a class there is none
        line = inspect.getsourcelines(plain)[1] if code is None else code.co_firstlineno
        return cls(name, path, line, spec_versions)

    @property
    def dotted(self) -> str:
        """The name with that of its module."""
        return self.path.partition("/")[2].removesuffix(".py").replace("/", ".") + f".{self.name}"


@frozen
class Row:
    """Everything known of one rule."""

    rule: Rule
    exact: tuple[Function, ...]
    """That of the statement at first, and those of what it changed to."""
    reference: tuple[Function, ...]
    reached: Reached
    tests: tuple[str, ...] | None
    """None where the tests are not installed."""
    further: Further = Further()
    """The invariants, proofs and mutants that name it."""
    coverage: tuple[Coverage, ...] | None = None
    """What vectors reach of the functions of the reference; None where it was not measured."""

    @property
    def can_reject(self) -> bool:
        """Whether the rule states rejections, in any of its versions."""
        return any("Rejections" in version.fields for version in self.rule.versions)

    def as_json(self, *, whole: bool) -> dict[str, Json]:
        """Return the row for other programs; with the statement and the ids of the vectors if it is to be whole."""
        accepting, rejecting = self.reached.accepting, self.reached.rejecting
        found: dict[str, Json] = {
            "id": self.rule.id,
            "title": self.rule.title.rstrip("."),
            "chapter": self.rule.chapter,
            "exact": asdict(self.exact[0]),
            "reference": [asdict(one) for one in self.reference],
            "can_reject": self.can_reject,
            "vectors": {"all": len(self.reached.ids), "accepting": len(accepting), "rejecting": len(rejecting)},
            "tests": None if self.tests is None else list(self.tests),
            **asdict(self.further),
        }
        if self.coverage is not None:
            found["coverage"] = [one.as_json() for one in self.coverage]
        if whole:
            found["eras"] = held_in(self.rule)
            found["fields"] = dict(self.rule.first.fields)
            found["changes"] = [
                {"spec_versions": list(one.span), "title": one.version.title.rstrip("."), "exact": asdict(exact),
                 "fields": dict(one.version.fields)}
                for one, exact in zip(statements(self.rule)[1:], self.exact[1:], strict=True)
            ]  # fmt: skip
            found["vectors"] |= {"accepting_ids": list(accepting), "rejecting_ids": list(rejecting)}
        return found


def rows(
    reached: Mapping[str, Reached],
    tests: Mapping[str, tuple[str, ...]] | None,
    coverage: Mapping[str, Coverage] | None = None,
    only: Rule | None = None,
) -> list[Row]:
    """Return the matrix, in the reading order of the specification; or the row of one rule."""
    reference, bounds = implementations(only), further()
    return [
        Row(
            rule,
            exact_functions(rule),
            (functions := tuple(reference.get(rule.id, ()))),
            reached.get(rule.id, Reached()),
            None if tests is None else tests.get(rule.id, ()),
            bounds.get(rule.id, Further(proofs=() if installed() else None)),
            None if coverage is None else tuple(coverage[one.dotted] for one in functions if one.dotted in coverage),
        )
        for chapter in CHAPTERS
        for rule in rules_of(chapter)
        if only is None or rule is only
    ]


def exact_functions(rule: Rule) -> tuple[Function, ...]:
    """Return the function of each statement of a rule, with its versions where there are several."""
    stated = statements(rule)
    return tuple(
        Function.of("spec", (exact := one.version.function).__name__, exact, (one.span,) if len(stated) > 1 else ())
        for one in stated
    )


def implementations(only: Rule | None = None) -> dict[str, list[Function]]:
    """Return the functions of the reference by the ids of the rules, or of one, that they are marked with."""
    found: dict[str, list[Function]] = {}
    for module in reference_modules():
        for name, function in functions_of(module):
            rules = getattr(function, "rules", ())
            for rule in rules if only is None else {only.id}.intersection(rules):
                found.setdefault(rule, []).append(Function.of("reference", name, function, spans(function)))
    return found


def unmarked(modules: Iterator[ModuleType]) -> list[str]:
    """Return the public functions and methods of modules that implement no rule, with their modules' names."""
    return [
        f"{module.__name__}.{name}"
        for module in modules
        for name, function in functions_of(module)
        if inspect.isfunction(function)
        and not any(part.startswith("_") for part in name.split("."))
        and not getattr(function, "rules", ())
    ]


def ruled_modules() -> Iterator[ModuleType]:
    """Return the modules of the reference in which every public function implements a rule."""
    folders = ("dtao.rules.", "dtao.calls.")
    return (module for module in reference_modules() if module.__name__.startswith(folders))


def saved(path: Path, reached: Mapping[str, Reached], coverage: Mapping[str, Coverage] | None = None) -> None:
    """Write down what vectors reach, for :func:`read`. Rejects, as InputError, a path without access."""
    content: Json = {"format": FORMAT, "rules": {rule: asdict(reached[rule]) for rule in RULES if rule in reached}}
    if coverage is not None:
        content["coverage"] = [one.as_json() for one in coverage.values()]
    try:
        path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"--save {path}: cannot be written ({error.strerror}). Check the path.") from error


def read(path: Path) -> dict[str, Reached]:
    """Read which rules :func:`saved` wrote. Rejects, as InputError, a file that is missing or of another format."""
    return {rule: _reached(path, rule, entry) for rule, entry in _content(path)["rules"].items()}


def read_coverage(path: Path) -> dict[str, Coverage] | None:
    """Read the coverage that :func:`saved` wrote, if it did. Rejects what :func:`read` rejects."""
    entries = _content(path).get("coverage")
    if entries is None:
        return None
    try:
        return {one.function: one for one in map(Coverage.from_json, entries)}
    except (KeyError, TypeError) as error:
        raise InputError(f"--from {path}: its coverage is not as --save writes it. Write the file anew.") from error


def _content(path: Path) -> dict[str, Json]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"--from {path}: cannot be read ({error.strerror}). Check the path.") from error
    except ValueError as error:
        raise InputError(f"--from {path}: not JSON ({error}). Write the file with --save.") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT or not isinstance(content.get("rules"), dict):
        raise InputError(f"--from {path}: not of the format {FORMAT}. Write the file with --save.")
    return content


def _reached(path: Path, rule: str, entry: Json) -> Reached:
    if rule not in RULES:
        raise InputError(f"--from {path}: there is no rule {rule!r}. Write the file anew with --save.")
    lists = {name: entry.get(name) if isinstance(entry, dict) else None for name in ("accepting", "rejecting")}
    ids = {name: tuple(one) for name, one in lists.items() if isinstance(one, list)}
    if len(ids) < len(lists) or not all(isinstance(one, str) for names in ids.values() for one in names):
        raise InputError(f"--from {path}: {rule}: not two lists of ids. Write the file anew with --save.")
    return Reached(**ids)
