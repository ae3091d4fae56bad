"""Storage items and calls.

What a state consists of, and what a call is made of, as the recorded vectors write them. u8, u16 and booleans are JSON
numbers and booleans; every wider integer, every fixed-point number (its bits) and every account is a decimal string.

Where an item without a default is listed, its entry always exists. It is listed at any value, and no `diff` takes it
away. *Presence* marks items of which the runtime tells an entry with the default value from none. In a key
`TransactionKeyLastBlock/…/kind` the kind is 0 for children and 1 for childkey takes. An account that is absent, as the
owner of a hotkey or of a subnet, reads as account 0; only where a rule says that nobody owns something is presence
asked for.

What nothing is said to change is a setting of the chain, or a remnant that no rule reads.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from attrs import fields, frozen

from dtao_spec.eras import covered, newest, span
from dtao_spec.frames import LATER_FRAMES, NARROWER_FRAMES, frame_of, items_of
from dtao_spec.markdown import table

if TYPE_CHECKING:
    import dtao

BLOCKS = "blocks"
STAKING_CALLS = (
    "add_stake", "add_stake_limit", "remove_stake", "remove_stake_limit", "unstake_all", "unstake_all_alpha",
    "move_stake", "transfer_stake", "swap_stake", "swap_stake_limit",
)  # fmt: skip
WRITE_SET = """What an accepted call may change: it MUST change no other entry, nor a block any but its own. `{…}` is
an argument of the call, `{signer}` who signed it, `*` any key."""
EVENTS = "The events, with their fields in order. An accepted call that is not among them emits none."


@frozen
class Emitted:
    """An event: the class of the reference that has its fields, the rules that emit it, and in which versions."""

    record: str
    rules: tuple[str, ...]
    since: int = 0
    until: int | None = None
    name: str = ""
    """The runtime's name, where the class of the reference has another."""

    def is_in(self, spec_version: int) -> bool:
        """Return whether a version of the runtime has it."""
        return self.since <= spec_version and (self.until is None or spec_version <= self.until)


EMITTED = (
    Emitted("StakeAdded", ("STAKE-4",), until=256),
    Emitted("StakeAddedForFee", ("STAKE-4",), since=257, name="StakeAdded"),
    Emitted("StakeRemoved", ("STAKE-5",), until=256),
    Emitted("StakeRemovedForFee", ("STAKE-5",), since=257, name="StakeRemoved"),
    Emitted("StakeMoved", ("MOVE-1",)),
    Emitted("StakeTransferred", ("MOVE-2",)),
    Emitted("StakeSwapped", ("MOVE-3",)),
    Emitted("AlphaRecycled", ("STAKE-24",), since=257),
    Emitted("AlphaBurned", ("STAKE-25",), since=257),
    Emitted("NeuronRegistered", ("REG-7", "REG-8")),
    Emitted("NetworkAdded", ("NET-7",)),
    Emitted("NetworkRemoved", ("NET-9",)),
    Emitted("FirstEmissionBlockNumberSet", ("NET-10",), since=257),
    Emitted("WeightsSet", ("EPOCH-18",)),
    Emitted("SetChildrenScheduled", ("CHILD-2",)),
    Emitted("ChildKeyTakeSet", ("CHILD-3",)),
    Emitted("TakeIncreased", ("STATE-9",)),
    Emitted("TakeDecreased", ("STATE-10",)),
    Emitted("HotkeySwapped", ("KEY-1",)),
    Emitted("HotkeySwappedOnSubnet", ("KEY-10",), since=276),
    Emitted("ColdkeySwapped", ("KEY-2",)),
)


def appendix(spec_version: int | None) -> str:
    """Return the tables of the storage items, of the calls, of what they may change, and of the events.

    They are those of one version of the runtime, or of all covered ones.
    """
    parts = ["The storage items:", items(spec_version), "The calls, with their arguments in order:"]
    parts += [calls(spec_version), WRITE_SET.replace("\n", " "), write_sets(spec_version or newest())]
    if spec_version is None:
        parts += ["What each version changed in that:", changes_of_write_sets()]
    return "\n\n".join([*parts, EVENTS, events(spec_version)])


def items(spec_version: int | None) -> str:
    """Return the table of storage items."""
    heads = ("item", "keys", "value", "default", "changed by")
    if spec_version is not None:
        return table(heads, (_item_row(item, spec_version) for item in _items(_row(spec_version))))
    last: dict[str, tuple[Any, int]] = {}
    for era in covered():
        last |= {item.name: (item, era.spec_version) for item in _items(era)}
    rows = ((*_item_row(item, version), _span_of_item(name)) for name, (item, version) in last.items())
    return table((*heads, "since"), rows)


def _row(spec_version: int) -> "dtao.Era":
    (era,) = (era for era in covered() if era.spec_version <= spec_version <= era.last_spec_version)
    return era


def _items(era: "dtao.Era") -> Iterator[Any]:
    yield from era.runtime.items.by_name.values()


def _span_of_item(name: str) -> str:
    return span(lambda era: name in era.runtime.items.by_name)


def _span_of_call(name: str) -> str:
    return span(lambda era: name in era.runtime.calls)


def _span_of_event(event: Emitted) -> str:
    return span(lambda era: event.is_in(era.spec_version))


def _item_row(item: Any, spec_version: int) -> tuple[str, ...]:
    default = "" if item.default is None else f"`{item.kind.encode(item.default)!r}`".replace("'", '"')
    shown = f"{default}{' (presence)' * item.presence}"
    return (f"`{item.name}`", ", ".join(item.keys), item.kind.name, shown, changed_by(item.name, spec_version))


def changed_by(item: str, spec_version: int) -> str:
    """Return what changes an item in a version of the runtime: blocks and calls, those of staking together."""
    steps = (BLOCKS, *_row(spec_version).runtime.calls)
    names = [name for name in steps if item in items_of(name, spec_version)]
    if set(STAKING_CALLS) <= set(names):
        names = [name for name in names if name not in STAKING_CALLS]
        names.insert(BLOCKS in names, "all staking calls")
    return ", ".join(name if " " in name or name == BLOCKS else f"`{name}`" for name in names)


def calls(spec_version: int | None) -> str:
    """Return the table of calls."""
    from dtao.calls import arguments

    def row(name: str, call: Any) -> tuple[str, ...]:
        given = ((argument, kind) for argument, kind in arguments(call).items() if argument != "signer")
        return (f"`{name}`", ", ".join(f"`{argument}` {kind.name}" for argument, kind in given))

    heads = ("call", "arguments")
    if spec_version is not None:
        return table(heads, (row(*entry) for entry in _row(spec_version).runtime.calls.items()))
    known = {name: call for era in covered() for name, call in era.runtime.calls.items()}
    return table(
        (*heads, "since"),
        ((*row(name, call), _span_of_call(name)) for name, call in known.items()),
    )


def write_sets(spec_version: int) -> str:
    """Return the table of what blocks and calls may change in a version of the runtime."""
    steps = (BLOCKS, *_row(spec_version).runtime.calls)
    return table(("step", "entries"), ((_step(name), _entries(frame_of(name, spec_version))) for name in steps))


def changes_of_write_sets() -> str:
    """Return the table of what each version added to the write sets of the one before, and took from them."""
    rows = [
        (str(version), _step(name), _entries(added), _entries(NARROWER_FRAMES.get(version, {}).get(name, ())))
        for version, frames in LATER_FRAMES.items()
        for name, added in frames.items()
    ]
    rows += [
        (str(version), _step(name), "", _entries(taken))
        for version, frames in NARROWER_FRAMES.items()
        for name, taken in frames.items()
        if name not in LATER_FRAMES.get(version, {})
    ]
    return table(("version", "step", "also", "no longer"), sorted(rows, key=lambda row: int(row[0])))


def _step(name: str) -> str:
    return name if name == BLOCKS else f"`{name}`"


def _entries(entries: tuple[str, ...]) -> str:
    return ", ".join(f"`{entry}`" for entry in entries)


def events(spec_version: int | None) -> str:
    """Return the table of events."""
    from dtao import events as records

    rows: list[tuple[str, ...]] = []
    for event in EMITTED:
        if spec_version is not None and not event.is_in(spec_version):
            continue
        named = ", ".join(one.name.replace("_", " ") for one in fields(getattr(records, event.record)))
        rules = ", ".join(f"[{rule}](#{rule.lower()})" for rule in event.rules)
        row = (f"`{event.name or event.record}`", named, rules)
        rows.append(row if spec_version is not None else (*row, _span_of_event(event)))
    heads = ("event", "fields", "rules")
    return table(heads if spec_version is not None else (*heads, "since"), rows)
