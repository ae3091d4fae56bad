"""What explains a step: every rule that took part, in order, with inputs, result, and the exact value beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from textwrap import wrap
from typing import Annotated, Any, get_args

from attrs import Attribute, fields, frozen, has

from dtao import ERAS, Era, Outcome, State
from dtao_lab.amounts import decimal, in_tao
from dtao_lab.twins import UNITS, Exact, exact_of, unit_of
from dtao_lab.watching import Noted, watched
from dtao_spec.registry import RULES

ARITHMETIC = "FIX"
"""The family of the rules of fixed-point numbers, which take part in everything."""
PLACES = 12
WIDTH = 80
LONGEST = 60
"""Characters of one value that text shows."""
TOKENS = {"Rao": "TAO", "Alpha": "alpha"}
PER_QUINTILL = "of 10^18"


@frozen
class Part:
    """One rule that took part."""

    noted: Noted
    exact: tuple[str, Exact] | None


@frozen
class Explanation:
    """What was done, the rules that took part, and how it ended."""

    era: Era
    title: str
    parts: tuple[Part, ...]
    outcome: str


def explained(
    era: Era,
    title: str,
    run: Callable[[], object],
    *,
    rule: str | None = None,
    netuid: int | None = None,
    arithmetic: bool = False,
) -> Explanation:
    """Run something and return what took part: of one rule or family only, of one subnet only, by choice.

    The rules of fixed-point arithmetic are left out unless they are asked for.
    """

    def is_wanted(rules: tuple[str, ...]) -> bool:
        if rule is not None:
            return any(rule in (one, one.partition("-")[0]) for one in rules)
        return arithmetic or any(one.partition("-")[0] != ARITHMETIC for one in rules)

    with watched(era.spec_version, is_wanted) as noted:
        result = run()
    kept = [one for one in noted if netuid is None or one.netuid in (None, netuid)]
    parts = tuple(Part(one, exact_of(one, era.spec_version)) for one in kept)
    return Explanation(era, title, parts, _ended(result))


def known_rules() -> frozenset[str]:
    """Return the ids of all rules, and their families."""
    return frozenset(RULES) | {rule.partition("-")[0] for rule in RULES}


def _ended(result: object) -> str:
    if isinstance(result, Outcome):
        if result.error is not None:
            return f"refused: {result.error.value}"
        return "accepted, with the events " + ", ".join(type(event).__name__ for event in result.events)
    return "done"


# Writing


def lines(found: Explanation, uid: int | None = None) -> Iterator[str]:
    """Describe an explanation for a terminal of 80 columns; of lists over neurons only the element of ``uid``.

    What ran before to the letter, with all that took part in it, is not shown again.
    """
    yield found.title
    described = [_described(part, found.era, uid) for part in found.parts]
    depths = [part.noted.depth for part in found.parts]
    shown_before: set[tuple[tuple[int, tuple[str, ...]], ...]] = set()
    number = 0
    while number < len(depths):
        depth = depths[number]
        end = next((at for at in range(number + 1, len(depths)) if depths[at] <= depth), len(depths))
        within = tuple((depths[at] - depth, described[at]) for at in range(number, end))
        texts = described[number]
        if within in shown_before:
            noted = found.parts[number].noted
            texts = (f"{', '.join(noted.rules)}  as above: = {_result(noted, uid)}",)
            number = end
        else:
            shown_before.add(within)
            number += 1
        margin = "  " * min(depth, 8)
        for text in texts:
            yield from _wrapped(margin + text, margin + " " * (len(text) - len(text.lstrip()) + 2))
    yield from _wrapped(f"{found.outcome}; {len(found.parts)} rules took part", "  ")


def _described(part: Part, era: Era, uid: int | None) -> tuple[str, ...]:
    """Return the lines that describe a part, without its margin."""
    noted = part.noted
    texts = [f"{rule}  {_title(rule, era)}" for rule in noted.rules]
    texts.append(f"  {noted.name}")
    texts += [f"    {name}: {value}" for name, value in _shown_inputs(noted, uid).items()]
    result, exact_part = _result(noted, uid), part.exact
    if exact_part is not None and _is_raw(noted.result, exact_part[1]) and "(" not in result:
        result += f" ({_cut(', '.join(decimal(number, PLACES) for number in exact_part[1].only(uid).computed))})"
    texts.append(f"    = {result}")
    if exact_part is not None:
        rule, exact = exact_part
        exact = exact.only(uid)
        texts += [f"    exact ({rule}): {_values(exact)}", f"    difference: {_difference(exact)}"]
    return tuple(texts)


def _is_raw(result: object, exact: Exact) -> bool:
    """Whether a result is raw bits of the numbers that its exact values stand beside."""
    numbers = list(result) if isinstance(result, list | tuple) else [result]
    return exact.has_unit and list(exact.computed) != numbers


def _wrapped(text: str, margin: str) -> list[str]:
    return wrap(text, WIDTH, subsequent_indent=margin, drop_whitespace=True) or [text]


def _title(rule: str, era: Era) -> str:
    version = RULES[rule].at(era.spec_version)
    return (version or RULES[rule].newest).title.rstrip(".")


def _values(exact: Exact) -> str:
    if not exact.has_unit:
        return "the same"
    return _cut(", ".join(decimal(value, PLACES) for value in exact.values))


def _difference(exact: Exact) -> str:
    if not any(exact.differences):
        return "none"
    return _cut(", ".join(_signed(difference) for difference in exact.differences))


def _signed(number: Fraction) -> str:
    """Write a difference with its sign; in powers of ten where 12 decimals would show nothing."""
    written = decimal(number, PLACES)
    if written.strip("-0.") == "":
        written = f"{number.numerator / number.denominator:.3e}"
    return written if written.startswith("-") else f"+{written}"


def _shown_inputs(noted: Noted, uid: int | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in noted.inputs.items():
        if name == "self" and has(kind := type(value)):
            found |= {one.name: shown(getattr(value, one.name), _unit_of_field(kind, one), uid) for one in fields(kind)}
        else:
            found[name] = shown(value, noted.annotations.get(name), uid)
    return {name: text for name, text in found.items() if text}


def _result(noted: Noted, uid: int | None) -> str:
    if noted.refused is not None:
        return f"refused: {noted.refused}"
    if noted.annotations.get("return") is None:
        return "passes"
    return shown(noted.result, noted.annotations.get("return"), uid) or "the state after it"


def shown(value: object, annotation: object = None, uid: int | None = None) -> str:
    """Write a value with its unit; empty for a state and for the tables of rules, which are no numbers."""
    if isinstance(value, State) or type(value).__module__.startswith("dtao.state") or callable(value):
        return ""
    if value is None or isinstance(value, bool):
        return "none" if value is None else "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, int):  # an amount, a netuid, raw bits
        return _number(value, unit_of(annotation))
    if isinstance(value, tuple | list):
        if not value:
            return "[]"
        if uid is not None and len(value) > uid:
            return f"[{uid}] = {shown(value[uid])}"
        types = get_args(annotation) if len(get_args(annotation)) == len(value) else [None] * len(value)
        shown_ones = ((one, shown(one, kind)) for one, kind in zip(value, types, strict=True))
        return _cut(
            ", ".join(f"({text})" if isinstance(one, tuple | list) else text for one, text in shown_ones if text)
        )
    if has(kind := type(value)):
        named = ((one.name, shown(getattr(value, one.name), _unit_of_field(kind, one))) for one in fields(kind))
        return _cut(f"{type(value).__name__}({', '.join(f'{name}={text}' for name, text in named if text)})")
    return _cut(str(value)) if isinstance(value, Fraction) else ""


def _number(value: int, unit: str) -> str:
    if unit in TOKENS:
        return f"{value} rao ({in_tao(value) if value >= 0 else '-' + in_tao(-value)} {TOKENS[unit]})"
    if unit in UNITS:
        counted = unit if unit == PER_QUINTILL else "bits"
        return f"{value} {counted} ({decimal(value * UNITS[unit], PLACES)})"
    return str(value)


@cache
def _items_units() -> Mapping[tuple[type, str], str]:
    """Return what the storage items say of the units of the attributes that hold them."""
    items = (item for era in ERAS for item in era.items().values())
    return {(item.record, item.attribute): item.unit for item in items if item.unit is not None and item.unit in UNITS}


def _unit_of_field(kind: type, one: "Attribute[Any]") -> object:
    """Return what says the unit of an attribute: its storage item, where that names one, or its type."""
    unit = _items_units().get((kind, one.name))
    return one.type if unit is None else Annotated[int, unit]


def _cut(text: str) -> str:
    return text if len(text) <= 3 * LONGEST else f"{text[: 3 * LONGEST]}…"


def as_json(found: Explanation, uid: int | None = None) -> dict[str, object]:
    """Return an explanation as JSON: raw integers as decimal strings, exact values as fractions and decimals."""
    return {
        "era": found.era.name,
        "title": found.title,
        "rules": [
            {
                "rules": [
                    {"id": rule, "title": _title(rule, found.era), "text": RULES[rule].place}
                    for rule in part.noted.rules
                ],
                "function": f"dtao.{part.noted.name}",
                "depth": part.noted.depth,
                "inputs": _shown_inputs(part.noted, uid),
                "result": _result(part.noted, uid),
                "bits": str(part.noted.result) if type(part.noted.result) is int else None,
                "refused": part.noted.refused,
                "exact": None if part.exact is None else _exact_as_json(part.exact[0], part.exact[1].only(uid)),
            }
            for part in found.parts
        ],
        "outcome": found.outcome,
    }


def _exact_as_json(rule: str, exact: Exact) -> dict[str, object]:
    return {
        "rule": rule,
        "computed": list(map(str, exact.computed)) if exact.has_unit else None,
        "values": list(map(str, exact.values)) if exact.has_unit else None,
        "decimals": [decimal(value, PLACES) for value in exact.values] if exact.has_unit else None,
        "differences": list(map(str, exact.differences)),
    }


def markdown(found: Explanation, uid: int | None = None) -> Iterator[str]:
    """Describe an explanation as a Markdown table, each rule a link to its text."""
    yield from (f"## {found.title}", "", "| rule | inputs | result | exact | difference |", "|---|---|---|---|---|")
    for part in found.parts:
        noted = part.noted
        rules = "<br>".join(f"[{rule}]({RULES[rule].place}) {_title(rule, found.era)}" for rule in noted.rules)
        inputs = "<br>".join(f"{name}: {value}" for name, value in _shown_inputs(noted, uid).items())
        exact = ("", "") if part.exact is None else (_values(of := part.exact[1].only(uid)), _difference(of))
        cells: Sequence[str] = ("· " * noted.depth + rules, inputs, _result(noted, uid), *exact)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield from ("", f"{found.outcome}; {len(found.parts)} rules took part.")
