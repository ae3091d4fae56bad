"""The differences of two eras in sentences."""

from collections.abc import Iterator
from itertools import groupby
from textwrap import fill

import dtao
from dtao_properties.adapters.protocol import Json
from dtao_properties.trace.eras.comparison import CallChange, Change, Comparison, ItemChange, Part

WIDTH = 80
FAMILY = {
    "FIX": "Arithmetic", "ISS": "Issuance", "PRICE": "Prices", "EMIT": "Emission", "POOL": "Pools", "SHARE": "Shares",
    "STAKE": "Staking", "MOVE": "Moves of stake", "REG": "Registration", "NET": "Networks", "EPOCH": "Epochs",
    "BOND": "Bonds", "DIV": "Dividends", "CHILD": "Children", "KEY": "Keys", "BLOCK": "Blocks", "STATE": "State",
    "FLOW": "Flow of TAO", "CLAIM": "Root claims", "LOCK": "Locked stake", "": "Besides",
}  # fmt: skip


def name_of(era: dtao.Era) -> str:
    """Name an era with its spec versions: ``capped-price (234-237)``."""
    first, last = era.spec_version, era.last_spec_version
    return f"{era.name} ({first})" if first == last else f"{era.name} ({first}-{last})"


def lines(comparison: Comparison) -> Iterator[str]:
    """Describe all that differs between two eras."""
    earlier, later = comparison.earlier, comparison.later
    if comparison.same:
        if earlier is later:
            yield f"{name_of(earlier)} is one era."
        else:
            yield f"{name_of(earlier)} and {name_of(later)} have the same rules."
            yield from _wrapped(later.summary, 0)
        return
    yield f"From {name_of(earlier)} to {name_of(later)}"
    yield ""
    for era in dtao.ERAS:
        if earlier.spec_version < era.spec_version <= later.spec_version:
            yield from _wrapped(f"{era.spec_version}, of {era.date}: {era.summary}", 0)
    if comparison.restated:
        yield ""
        yield "Rules that SPEC.md states anew"
        for stated in comparison.restated:
            yield from _wrapped(f"{stated.rule}, from {stated.spec_version} on: {stated.says}.", 2)
    for family, changes in groupby(comparison.changes, key=lambda one: one.family):
        yield ""
        yield FAMILY[family]
        for one in changes:
            yield from _change_lines(one, comparison)
    if comparison.calls:
        yield ""
        yield "Calls"
        for call in comparison.calls:
            yield from _wrapped(_call_sentence(call, comparison), 2)
    if comparison.items:
        yield ""
        yield "Storage"
        for item in comparison.items:
            yield from _wrapped(_item_sentence(item, comparison), 2)
    if comparison.came or comparison.went:
        yield ""
        yield "Rules in force in one of the two only"
        for rules, era in ((comparison.came, later), (comparison.went, earlier)):
            if rules:
                yield from _wrapped(f"{era.name}: {', '.join(rules)}", 2)
    if comparison.migrations:
        yield ""
        yield "What the upgrades do to the state"
        for name, sentence in comparison.migrations:
            yield from _wrapped(f"{name}: {sentence}", 2)


def _change_lines(one: Change, comparison: Comparison) -> Iterator[str]:
    yield from _wrapped(f"{', '.join(one.rules)} {one.attribute}: {one.about}".strip(), 2)
    earlier, later = comparison.earlier.name, comparison.later.name
    width = max(len(earlier), len(later))
    if one.before is not None and one.after is not None:
        for name, part in ((earlier, one.before), (later, one.after)):
            yield from _wrapped(f"{name:<{width}}  {_said(part)}", 6, width + 2)
    for parts, word in ((one.removed, "no longer"), (one.added, "new"), (one.moved, "elsewhere in the order")):
        for part in parts:
            yield from _wrapped(f"{word}: {_said(part)}", 6, 2)


def _said(part: Part) -> str:
    return f"{part.says} ({part.name})" if part.says else part.name


def _call_sentence(one: CallChange, comparison: Comparison) -> str:
    before, after = one.arguments
    rules = f"{', '.join(one.rules)} " if one.rules else ""
    if before is None or after is None:
        era = (comparison.later if before is None else comparison.earlier).name
        return f"{rules}{one.name}({', '.join(after or before or ())}) is there in {era} only: {one.says}"
    sentence = f"{rules}{one.name}({', '.join(before)})"
    if before == after:
        return f"{sentence} follows other rules: {one.says}"
    return f"{sentence} is {one.name}({', '.join(after)}) in {comparison.later.name}: {one.says}"


def _item_sentence(one: ItemChange, comparison: Comparison) -> str:
    keys = f" by {', '.join(one.keys)}" if one.keys else ""
    was, is_there = one.exists_in
    if was and is_there:
        before, after = (_shown(value) for value in one.defaults)
        era = comparison.later.name
        return f"{one.name} ({one.kind}{keys}) is {after} instead of {before} where nothing is stored, in {era}."
    default = one.defaults[is_there]
    stored = f"; {_shown(default)} where nothing is stored" if default is not None else ""
    era = (comparison.later if is_there else comparison.earlier).name
    return f"{one.name} ({one.kind}{keys}{stored}) is there in {era} only."


def _shown(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _wrapped(text: str, indent: int, hanging: int = 4) -> list[str]:
    return fill(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + hanging), break_long_words=False
    ).splitlines()
