"""Storage items and calls.

What a state consists of, and what a call is made of, as the recorded vectors write them. u8, u16 and booleans are JSON
numbers and booleans; every wider integer, every fixed-point number (its bits) and every account is a decimal string.

Where an item without a default is listed, its entry always exists. It is listed at any value, and no `diff` takes it
away. *Presence* marks items of which the runtime tells an entry with the default value from none. In a key
`TransactionKeyLastBlock/…/kind` the kind is 0 for children and 1 for childkey takes. An account that is absent, as the
owner of a hotkey or of a subnet, reads as account 0; only where a rule says that nobody owns something is presence
asked for.

The items of the launch. What nothing is said to change is a setting of the chain, or a remnant of earlier versions:
"""

from dtao_spec.frames import frame_of, items_of

BLOCKS = "blocks"
STAKING_CALLS = (
    "add_stake", "add_stake_limit", "remove_stake", "remove_stake_limit", "unstake_all", "unstake_all_alpha",
    "move_stake", "transfer_stake", "swap_stake", "swap_stake_limit",
)  # fmt: skip
FRAME = """What an accepted call may change: it MUST change no other entry, nor a block any but its own. `{…}` is an
argument of the call, `{signer}` who signed it, `*` any key."""


def appendix() -> str:
    """Return the tables of the storage items, of the calls, of what they may change, and of the events."""
    return f"{items()}\n\nThe calls, with their arguments in order:\n\n{calls()}\n\n{FRAME}\n\n{frames()}\n\n{EVENTS}"


def items() -> str:
    """Return the table of storage items."""
    import dtao  # the specification stands without the reference; only tables and links need it

    lines = ["| item | keys | value | default | changed by |", "|---|---|---|---|---|"]
    for item in dtao.era("launch").runtime.items.by_name.values():
        missing = item.default is None
        default = "" if missing else f"`{item.kind.encode(item.default)!r}`".replace("'", '"')
        keys = ", ".join(item.keys)
        shown = f"{default}{' (presence)' * item.presence}"
        lines.append(f"| `{item.name}` | {keys} | {item.kind.name} | {shown} | {changed_by(item.name)} |")
    return "\n".join(lines)


def changed_by(item: str) -> str:
    """Return what changes an item at the launch: blocks and calls, those of staking together."""
    names = [name for name in (BLOCKS, *launch_calls()) if item in items_of(name)]
    if set(STAKING_CALLS) <= set(names):
        names = [name for name in names if name not in STAKING_CALLS]
        names.insert(BLOCKS in names, "all staking calls")
    return ", ".join(name if " " in name or name == BLOCKS else f"`{name}`" for name in names)


def launch_calls() -> list[str]:
    """Return the names of the calls of the launch."""
    import dtao

    return list(dtao.era("launch").runtime.calls)


def frames() -> str:
    """Return the table of what blocks and calls may change."""
    lines = ["| step | entries |", "|---|---|"]
    for name in (BLOCKS, *launch_calls()):
        told = ", ".join(f"`{entry}`" for entry in frame_of(name, 233))
        lines.append(f"| {name if name == BLOCKS else f'`{name}`'} | {told} |")
    return "\n".join(lines)


def calls() -> str:
    """Return the table of calls."""
    from dtao.calls import ARGUMENTS

    lines = ["| call | arguments |", "|---|---|"]
    for name in launch_calls():
        arguments = ARGUMENTS[name].items()
        given = ", ".join(f"`{argument}` {kind.name}" for argument, kind in arguments if argument != "signer")
        lines.append(f"| `{name}` | {given} |")
    return "\n".join(lines)


EVENTS = """The events, with their fields in order. An accepted call that is not among them emits none.

| event | fields | rule |
|---|---|---|
| `StakeAdded` | coldkey, hotkey, TAO swapped, alpha, netuid | [STAKE-4](#stake-4) |
| `StakeRemoved` | coldkey, hotkey, TAO due, alpha, netuid | [STAKE-5](#stake-5) |
| `StakeMoved` | coldkey, origin hotkey and netuid, destination hotkey and netuid, TAO moved | [MOVE-1](#move-1) |
| `StakeTransferred` | origin and destination coldkey, hotkey, both netuids, TAO moved | [MOVE-2](#move-2) |
| `StakeSwapped` | coldkey, hotkey, origin netuid, destination netuid, TAO moved | [MOVE-3](#move-3) |
| `NeuronRegistered` | netuid, uid, hotkey | [REG-7](#reg-7), [REG-8](#reg-8) |
| `NetworkAdded` | netuid, 0 | [NET-7](#net-7) |
| `NetworkRemoved` | netuid | [NET-9](#net-9) |
| `WeightsSet` | netuid, uid | [EPOCH-18](#epoch-18) |
| `SetChildrenScheduled` | hotkey, netuid, cooldown block, children | [CHILD-2](#child-2) |
| `ChildKeyTakeSet` | hotkey, take | [CHILD-3](#child-3) |
| `TakeIncreased`, `TakeDecreased` | coldkey, hotkey, take | [STATE-9](#state-9), [STATE-10](#state-10) |
| `HotkeySwapped` | coldkey, old hotkey, new hotkey | [KEY-1](#key-1) |
| `ColdkeySwapped` | old coldkey, new coldkey, cost | [KEY-2](#key-2) |"""
