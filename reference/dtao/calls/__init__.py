"""The calls: one class an extrinsic, named as the runtime names it, and how it is applied to a state."""

import re
from collections.abc import Mapping
from typing import get_args

from attrs import fields

from dtao.calls.arguments import KINDS
from dtao.calls.balances import Transfer
from dtao.calls.children import SetChildkeyTake, SetChildren, SetPendingChildkeyCooldown
from dtao.calls.keys import SwapColdkey, SwapHotkey, SwapHotkeyPerSubnet
from dtao.calls.moves import MoveStake, SwapStake, SwapStakeLimit, TransferStake
from dtao.calls.networks import DissolveNetwork, RegisterNetwork, StartCall
from dtao.calls.registration import BurnedRegister, RootRegister, TryAssociateHotkey
from dtao.calls.staking import (
    AddStake,
    AddStakeLimit,
    BurnAlpha,
    RecycleAlpha,
    RemoveStake,
    RemoveStakeLimit,
    UnstakeAll,
    UnstakeAllAlpha,
)
from dtao.calls.takes import DecreaseTake, IncreaseTake
from dtao.calls.weights import SetWeights
from dtao.codec import Json, Kind, shown
from dtao.errors import InputError, UnknownName
from dtao.outcome import Outcome, Rejected
from dtao.state import State

LaunchCall = (
    AddStake
    | AddStakeLimit
    | RemoveStake
    | RemoveStakeLimit
    | UnstakeAll
    | UnstakeAllAlpha
    | MoveStake
    | TransferStake
    | SwapStake
    | SwapStakeLimit
    | BurnedRegister
    | RootRegister
    | RegisterNetwork
    | DissolveNetwork
    | SetWeights
    | SetChildren
    | SetChildkeyTake
    | IncreaseTake
    | DecreaseTake
    | SwapHotkey
    | SwapColdkey
    | Transfer
)
LaterCall = TryAssociateHotkey | StartCall | SwapHotkeyPerSubnet | SetPendingChildkeyCooldown | RecycleAlpha | BurnAlpha
Call = LaunchCall | LaterCall
CALLS: Mapping[str, type[Call]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", call.__name__).lower(): call for call in get_args(LaunchCall)
}
"""The calls of the launch, by the runtime's names."""


def apply(state: State, call: Call) -> Outcome:
    """Return what becomes of a call: the new state and the events, or the same state and the reason why not."""
    try:
        after, events = call.apply(state)
    except Rejected as refusal:
        return Outcome(state, refusal.rejection)
    return Outcome(after, None, events)


def from_json(name: str, signer: Json, args: Mapping[str, Json], table: Mapping[str, type[Call]] = CALLS) -> Call:
    """Return a call from its encoding in the vectors; ``table`` holds the calls of another era than the launch.

    An argument that may be none may be left out. Rejects, as InputError, an unknown call, missing or unknown arguments,
    and values that are malformed or out of range.
    """
    if type(name) is not str or name not in table:
        raise UnknownName(f"there is no call {shown(name)}; there are {', '.join(sorted(table))}")
    kinds, optional = arguments(table[name]), _OPTIONAL[table[name]]
    given = {"signer": signer, **args}
    if not kinds.keys() - optional <= given.keys() <= kinds.keys() or "signer" in args:
        wanted = [argument for argument in kinds if argument != "signer"]
        raise InputError(f"{name}: its arguments are {wanted}, not {sorted(args)}")
    decoded = {argument: kinds[argument].decode(value, f"{name}.{argument}") for argument, value in given.items()}
    return table[name](**decoded)  # type: ignore[arg-type]  # each kind decodes to the type of its argument


def arguments(call: type[Call]) -> Mapping[str, Kind]:
    """Return the arguments of a call with their encoding, by the runtime's names."""
    return _ARGUMENTS[call]


_ARGUMENTS: Mapping[type[Call], Mapping[str, Kind]] = {
    call: {argument.name: KINDS[argument.converter] for argument in fields(call)} for call in get_args(Call)
}
_OPTIONAL: Mapping[type[Call], frozenset[str]] = {
    call: frozenset(argument.name for argument in fields(call) if argument.default is None) for call in get_args(Call)
}
ARGUMENTS: Mapping[str, Mapping[str, Kind]] = {name: arguments(call) for name, call in CALLS.items()}
"""The arguments of each call of the launch with their encoding, by the runtime's names."""

__all__ = [
    "ARGUMENTS",
    "CALLS",
    "AddStake",
    "AddStakeLimit",
    "BurnAlpha",
    "BurnedRegister",
    "Call",
    "DecreaseTake",
    "DissolveNetwork",
    "IncreaseTake",
    "MoveStake",
    "RecycleAlpha",
    "RegisterNetwork",
    "RemoveStake",
    "RemoveStakeLimit",
    "RootRegister",
    "SetChildkeyTake",
    "SetChildren",
    "SetPendingChildkeyCooldown",
    "SetWeights",
    "StartCall",
    "SwapColdkey",
    "SwapHotkey",
    "SwapHotkeyPerSubnet",
    "SwapStake",
    "SwapStakeLimit",
    "Transfer",
    "TransferStake",
    "TryAssociateHotkey",
    "UnstakeAll",
    "UnstakeAllAlpha",
    "apply",
    "arguments",
    "from_json",
]
