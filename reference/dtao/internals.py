"""What an internal function of the runtime is that the vectors call directly: its arguments, its value, its code."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from dtao import codec
from dtao.codec import Json, Kind
from dtao.errors import InputError
from dtao.fixed import U96F32

ARGUMENTS: Mapping[str, Kind] = {
    "netuid": codec.U16,
    "origin_netuid": codec.U16,
    "destination_netuid": codec.U16,
    "hotkey": codec.ACCOUNT,
    "coldkey": codec.ACCOUNT,
    "amount": codec.U64,
    "buy": codec.BOOL,
    "drop_fees": codec.BOOL,
    "limit_price": codec.U64,
    "emission": codec.U64,
    "pending_alpha": codec.U64,
    "pending_tao": codec.U64,
    "pending_swapped": codec.U64,
    "pending_root_alpha": codec.U64,
    "pending_server_alpha": codec.U64,
    "pending_validator_alpha": codec.U64,
    "owner_cut": codec.U64,
    "block_emission": codec.bits(U96F32),
}
NOTHING = Kind("null", lambda value, place: None, lambda value: None)


@frozen
class Function:
    """An internal function: its arguments by name, the kind of its value, and the code that computes both."""

    run: Callable[..., Any]
    arguments: tuple[str, ...]
    value: Kind = NOTHING

    def decoded(self, name: str, args: Mapping[str, Json]) -> list[object]:
        """Return the arguments in order, decoded from JSON, or refuse missing and unknown ones."""
        if set(args) != set(self.arguments):
            raise InputError(f"{name}: its arguments are {list(self.arguments)}, not {sorted(args)}")
        return [ARGUMENTS[key].decode(args[key], f"{name}.{key}") for key in self.arguments]
