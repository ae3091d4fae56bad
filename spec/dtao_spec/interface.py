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

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import fields

from dtao_spec.eras import covered, newest, span
from dtao_spec.frames import LATER_FRAMES, NARROWER_FRAMES, frame_of, items_of
from dtao_spec.markdown import table

if TYPE_CHECKING:
    import dtao

BLOCKS = "blocks"
UNITS: Mapping[str, str] = {
    "TAO": "rao", "alpha": "alpha rao", "of 2^16 - 1": "u16-normalised fraction",
    "of 2^64 - 1": "parts of $2^{64} - 1$",
}  # fmt: skip
"""The units of items as this document names them."""
STAKING_CALLS = (
    "add_stake", "add_stake_limit", "remove_stake", "remove_stake_limit", "unstake_all", "unstake_all_alpha",
    "move_stake", "transfer_stake", "swap_stake", "swap_stake_limit",
)  # fmt: skip
WRITE_SET = """What an accepted call may change: it MUST change no other entry, nor a block any but its own. `{…}` is
an argument of the call, `{signer}` who signed it, `*` any key."""
EVENTS = "The events, with their fields in order. An accepted call that is not among them emits none."


RULES_OF_EVENT = {
    "StakeAdded": "STAKE-4",
    "StakeRemoved": "STAKE-5",
    "StakeMoved": "MOVE-1",
    "StakeTransferred": "MOVE-2",
    "StakeSwapped": "MOVE-3",
    "AlphaRecycled": "STAKE-24",
    "AlphaBurned": "STAKE-25",
    "NeuronRegistered": "REG-7 REG-8",
    "NetworkAdded": "NET-7",
    "NetworkRemoved": "NET-9",
    "FirstEmissionBlockNumberSet": "NET-10",
    "WeightsSet": "EPOCH-18",
    "TempoSet": "NET-15",
    "ActivityCutoffFactorMilliSet": "NET-15",
    "EpochTriggered": "NET-15",
    "SetChildrenScheduled": "CHILD-2",
    "AutoParentDelegationEnabledSet": "CHILD-15",
    "ChildKeyTakeSet": "CHILD-3",
    "TakeIncreased": "STATE-9",
    "TakeDecreased": "STATE-10",
    "HotkeySwapped": "KEY-1",
    "HotkeySwappedOnSubnet": "KEY-10",
    "ColdkeySwapped": "KEY-2",
    "FeeRateSet": "POOL-23",
    "UserLiquidityToggled": "POOL-24",
    "LiquidityAdded": "POOL-25",
    "LiquidityRemoved": "POOL-26 POOL-27",
    "LiquidityModified": "POOL-27",
    "RootClaimed": "CLAIM-9",
    "RootClaimTypeSet": "CLAIM-10",
    "AutoStakeDestinationSet": "STAKE-30",
    "VotingPowerTrackingEnabled": "STATE-16",
    "VotingPowerTrackingDisableScheduled": "STATE-16",
    "VotingPowerEmaAlphaSet": "STATE-16",
    "AddStakeBurn": "STAKE-31",
    "StakeLocked": "LOCK-3",
    "LockMoved": "LOCK-4",
    "PerpetualLockUpdated": "LOCK-12",
    "RejectLockedAlphaUpdated": "LOCK-15",
    "SubnetOwnerChanged": "LOCK-14",
    "SubnetOwnerHotkeySet": "NET-7 KEY-1 KEY-10",
}
"""The rules that emit an event."""


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
    heads = ("item", "keys", "value", "unit", "default", "changed by")
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


def _item_row(item: Any, spec_version: int) -> tuple[str, ...]:
    default = "" if item.default is None else f"`{item.kind.encode(item.default)!r}`".replace("'", '"')
    shown = f"{default}{' (presence)' * item.presence}"
    keys, unit = ", ".join(item.keys), UNITS.get(item.unit, item.unit or "")
    return (f"`{item.name}`", keys, item.kind.name, unit, shown, changed_by(item.name, spec_version))


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
    """Return the table of events, of one version or of all: where its fields changed an event has a row for each."""
    rows: list[tuple[str, ...]] = []
    for name, rules in RULES_OF_EVENT.items():
        for kind in dict.fromkeys(era.runtime.events[name] for era in covered() if name in era.runtime.events):
            if spec_version is not None and _row(spec_version).runtime.events.get(name) is not kind:
                continue
            named = ", ".join(one.name.replace("_", " ") for one in fields(kind))
            links = ", ".join(f"[{rule}](#{rule.lower()})" for rule in rules.split())
            row = (f"`{name}`", named, links)
            since = span(partial(_emits, name=name, kind=kind))
            rows.append(row if spec_version is not None else (*row, since))
    heads = ("event", "fields", "rules")
    return table(heads if spec_version is not None else (*heads, "since"), rows)


def _emits(era: "dtao.Era", name: str, kind: type) -> bool:
    return era.runtime.events.get(name) is kind
