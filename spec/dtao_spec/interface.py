"""Storage items and calls.

What a state consists of, and what a call is made of, as the recorded vectors write them. u8, u16 and booleans are JSON
numbers and booleans; every wider integer, every fixed-point number (its bits) and every account is a decimal string.

Where an item without a default is listed, its entry always exists. It is listed at any value, and no `diff` takes it
away. *Presence* marks items of which the runtime tells an entry with the default value from none. In a key
`TransactionKeyLastBlock/…/kind` the kind is 0 for children and 1 for childkey takes. An account that is absent, as the
owner of a hotkey or of a subnet, reads as account 0; only where a rule says that nobody owns something is presence
asked for.

The items of the launch:
"""


def appendix() -> str:
    """Return the tables of the storage items, of the calls and of the events."""
    return f"{items()}\n\nThe calls, with their arguments in order:\n\n{calls()}\n\n{EVENTS}"


def items() -> str:
    """Return the table of storage items."""
    import dtao  # the specification stands without the reference; only tables and links need it

    lines = ["| item | keys | value | default |", "|---|---|---|---|"]
    for item in dtao.era("launch").runtime.items.by_name.values():
        missing = item.default is None
        default = "" if missing else f"`{item.kind.encode(item.default)!r}`".replace("'", '"')
        keys = ", ".join(item.keys)
        lines.append(f"| `{item.name}` | {keys} | {item.kind.name} | {default}{' (presence)' * item.presence} |")
    return "\n".join(lines)


def calls() -> str:
    """Return the table of calls."""
    import dtao
    from dtao.calls import ARGUMENTS

    lines = ["| call | arguments |", "|---|---|"]
    for name in dtao.era("launch").runtime.calls:
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
