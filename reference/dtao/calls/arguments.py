"""The arguments of calls: what a user may pass, what the vectors write, and the check between.

An account may be given as an integer or as the decimal string of the vectors; every other number must be an
integer in its range. A float, a negative amount or a boolean in place of a number is an InputError that names
the call and the argument.
"""

from collections.abc import Iterable
from typing import Any

from attrs import Attribute, Converter, field

from dtao.codec import ACCOUNT, BOOL, STAKES, U16, U16S, U64, Kind
from dtao.errors import InputError
from dtao.outcome import Rejected, Rejection
from dtao.units import U16_MAX, U64_MAX, AccountId


def _integer(value: object, limit: int, name: str, attribute: "Attribute[Any]") -> int:
    if type(value) is not int or not 0 <= value <= limit:
        raise InputError(f"{attribute.name}: {value!r} is not {name}; give an integer between 0 and {limit}")
    return value


def _u16(value: int, attribute: "Attribute[Any]") -> Any:
    return _integer(value, U16_MAX, "a u16", attribute)


def _u64(value: int, attribute: "Attribute[Any]") -> Any:
    return _integer(value, U64_MAX, "a u64", attribute)


def _account(value: int | str, attribute: "Attribute[Any]") -> Any:
    if isinstance(value, str):
        return ACCOUNT.decode(value, attribute.name)
    return _integer(value, 2**256 - 1, "an account", attribute)


def _signer(value: int | str | None, attribute: "Attribute[Any]") -> Any:
    return None if value is None else _account(value, attribute)


def _boolean(value: bool, attribute: "Attribute[Any]") -> Any:
    return BOOL.decode(value, attribute.name)


def _u16s(value: Iterable[int], attribute: "Attribute[Any]") -> Any:
    return tuple(_u16(element, attribute) for element in _elements(value, attribute))


def _children(value: Iterable[tuple[int, int | str]], attribute: "Attribute[Any]") -> Any:
    children = []
    for child in _elements(value, attribute):
        if not isinstance(child, tuple | list) or len(child) != 2:
            raise InputError(f"{attribute.name}: {child!r} is not a pair of a proportion and a hotkey")
        children.append((_u64(child[0], attribute), _account(child[1], attribute)))
    return tuple(children)


def _elements(value: object, attribute: "Attribute[Any]") -> Iterable[Any]:
    if not isinstance(value, tuple | list):
        raise InputError(f"{attribute.name}: {value!r} is not a list")
    return value


def _argument(convert: Any, kind: Kind) -> Any:
    return field(converter=Converter(convert, takes_field=True), metadata={"kind": kind})


def signer() -> Any:
    """The account that signs a call; None stands for the root origin."""
    return field(converter=Converter(_signer, takes_field=True))


def account() -> Any:
    """A hotkey or a coldkey."""
    return _argument(_account, ACCOUNT)


def amount() -> Any:
    """An amount of rao or alpha rao, or another u64."""
    return _argument(_u64, U64)


def small() -> Any:
    """A netuid, a uid, a take or another u16."""
    return _argument(_u16, U16)


def flag() -> Any:
    """A boolean."""
    return _argument(_boolean, BOOL)


def smalls() -> Any:
    """A list of u16."""
    return _argument(_u16s, U16S)


def children() -> Any:
    """A list of (proportion of 2**64 - 1, hotkey)."""
    return _argument(_children, STAKES)


def signed(origin: AccountId | None) -> AccountId:
    """Return the account that signed the call, or refuse the call with ``BadOrigin``."""
    if origin is None:
        raise Rejected(Rejection.BAD_ORIGIN)
    return origin


def ensure_root(origin: AccountId | None) -> None:
    """Refuse the call with ``BadOrigin`` if anyone signed it."""
    if origin is not None:
        raise Rejected(Rejection.BAD_ORIGIN)
