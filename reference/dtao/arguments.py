"""The arguments of calls: what a user may pass, what the vectors write, and the checks between.

An account may be given as an integer or as the decimal string of the vectors. Every other number must be an integer
in its range. A float, a negative amount or a boolean in place of a number is an InputError that names the call and
the argument.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from attrs import field, fields, frozen

from dtao.codec import (
    ACCOUNT,
    BOOL,
    I32,
    I64,
    ROOT_CLAIM_CHOICE,
    ROOT_CLAIM_TYPE,
    STAKES,
    U8,
    U16,
    U16S,
    U32,
    U64,
    U128,
    Kind,
    optional,
)
from dtao.errors import InputError
from dtao.given import MAX_BITS, shown
from dtao.records import Stakes
from dtao.units import AccountId, Alpha, NetUid, Rao, RootClaimChoice


def to_signer(value: int | str | None) -> AccountId | None:
    """Convert the account that signs a call; None stands for the root origin."""
    return None if value is None else to_account(value)


def to_account(value: int | str) -> AccountId:
    """Convert a hotkey or a coldkey."""
    return AccountId(int(value))


def to_rao(value: int) -> Rao:
    """Convert an amount of TAO, a u64 of rao."""
    return Rao(value)


def to_alpha(value: int) -> Alpha:
    """Convert an amount of alpha, a u64 of alpha rao."""
    return Alpha(value)


def to_u64(value: int) -> int:
    """Convert a u64 that is no amount, such as a limit price."""
    return value


def to_netuid(value: int) -> NetUid:
    """Convert the number of a subnet, a u16."""
    return NetUid(value)


def to_optional_netuid(value: int | None) -> NetUid | None:
    """Convert the number of a subnet, or none."""
    return None if value is None else NetUid(value)


def to_u8(value: int) -> int:
    """Convert a u8, such as the number of a mechanism."""
    return value


def to_u16(value: int) -> int:
    """Convert a u16, such as a take."""
    return value


def to_u32(value: int) -> int:
    """Convert a u32, such as a factor in thousandths."""
    return value


def to_i32(value: int) -> int:
    """Convert an i32, such as a tick."""
    return value


def to_i64(value: int) -> int:
    """Convert an i64, such as a change of liquidity."""
    return value


def to_u128(value: int) -> int:
    """Convert a u128, such as the number of a position."""
    return value


def to_optional_u64(value: int | None) -> int | None:
    """Convert a u64, or none."""
    return value


def to_flag(value: bool) -> bool:
    """Convert a boolean."""
    return value


def to_u16s(value: Sequence[int]) -> tuple[int, ...]:
    """Convert a list of u16."""
    return tuple(value)


def to_netuids(value: Sequence[int]) -> tuple[NetUid, ...]:
    """Convert a list of subnets."""
    return tuple(map(NetUid, value))


def to_root_claim_type(value: str) -> str:
    """Convert what becomes of claimed alpha: "Swap" or "Keep"."""
    return value


def to_root_claim_choice(value: RootClaimChoice) -> RootClaimChoice:
    """Convert what becomes of claimed alpha: "Swap", "Keep", or a tuple of the subnets whose alpha is kept."""
    return value if isinstance(value, str) else tuple(NetUid(netuid) for netuid in sorted(set(value)))


def to_stakes(value: Sequence[tuple[int, int | str]]) -> Stakes:
    """Convert a list of children: pairs of a proportion of 2**64 - 1 and a hotkey."""
    return tuple((proportion, to_account(hotkey)) for proportion, hotkey in value)


KINDS: Mapping[Callable[..., object], Kind] = {
    to_signer: optional(ACCOUNT),
    to_account: ACCOUNT,
    to_rao: U64,
    to_alpha: U64,
    to_u64: U64,
    to_netuid: U16,
    to_optional_netuid: optional(U16),
    to_u8: U8,
    to_u16: U16,
    to_u32: U32,
    to_flag: BOOL,
    to_i32: I32,
    to_i64: I64,
    to_u128: U128,
    to_optional_u64: optional(U64),
    to_u16s: U16S,
    to_netuids: U16S,
    to_root_claim_type: ROOT_CLAIM_TYPE,
    to_root_claim_choice: ROOT_CLAIM_CHOICE,
    to_stakes: STAKES,
}
"""What each conversion stands for in the vectors; its range is checked before the conversion."""


@frozen
class Arguments:
    """The base of all calls: who signs, and the checks of the arguments."""

    signer: AccountId | None = field(converter=to_signer)
    """None stands for the root origin."""

    def __attrs_pre_init__(self, *values: object) -> None:
        call: Any = type(self)
        for (convert, largest, name), value in zip(_conversions(call), values, strict=True):
            if type(value) is not int or not 0 <= value <= largest:
                _check(convert, value, f"{type(self).__name__}.{name}")


@cache
def _conversions(call: Any) -> tuple[tuple[Any, int, str], ...]:
    """Return the conversion of each argument of a call, the largest integer that passes without a look, its name."""
    conversions: list[Any] = [(argument.converter, argument.name) for argument in fields(call)]
    return tuple((convert, KINDS[convert].largest, name) for convert, name in conversions)


def _check(convert: Any, value: object, place: str) -> None:
    """Refuse a value that does not belong to a conversion."""
    if convert is to_stakes:
        for pair in _elements(value, place):
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise InputError(f"{place}: {shown(pair)} is not a pair of a proportion and a hotkey")
            _check(to_u64, pair[0], place)
            _check(to_account, pair[1], place)
    elif convert in (to_u16s, to_netuids) or (convert is to_root_claim_choice and not isinstance(value, str)):
        for element in _elements(value, place):
            _check(to_u16, element, place)
    elif convert in (to_root_claim_type, to_root_claim_choice):
        ROOT_CLAIM_TYPE.decode(value, place)
    else:
        kind = KINDS[convert]
        absent = value is None and convert in (to_signer, to_optional_netuid, to_optional_u64)
        passes = BOOL is kind or type(value) is int or absent
        if not passes and not (type(value) is str and convert in (to_account, to_signer)):
            raise InputError(f"{place}: {shown(value)} is not {kind.name}; give an int")
        # A wide integer is an int here and a decimal string in the vectors.
        narrow = convert in (to_netuid, to_optional_netuid, to_u8, to_u16)
        written = type(value) is int and not narrow and value.bit_length() <= MAX_BITS
        kind.decode(str(value) if written else value, place)


def _elements(value: object, place: str) -> Sequence[object]:
    if not isinstance(value, tuple | list):
        raise InputError(f"{place}: {shown(value)} is not a list")
    return value
