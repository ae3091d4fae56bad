"""Between what other tools print and what the oracle takes: accounts, raw bits, numbers.

An account is 32 bytes. The vectors and :mod:`dtao` write them as one integer, little-endian; wallets write them in
SS58, indexers in hexadecimal. A fixed-point number is printed as ``{"bits": …}`` by most libraries.

>>> from dtao_lab.convert import account, bits_of, number_of, ss58
>>> ss58(account("0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"))
'5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
>>> number_of({"bits": 3 << 31}, "I96F32"), bits_of("1.5", "I96F32") == 3 << 31
(Fraction(3, 2), True)
"""

import hashlib
import re
from collections.abc import Mapping
from fractions import Fraction
from types import ModuleType

from dtao import InputError
from dtao.given import shown
from dtao_lab import given
from dtao_lab.extras import LAB

SS58_PREFIX = 42
"""The address type of Bittensor, that of Substrate in general."""
BYTES = 32
MAX_ACCOUNT = 2**256 - 1
_CHECKED = b"SS58PRE"
_CHECKSUM = 2
NUMBER = re.compile(r"[-+]?[0-9_]{1,60}(\.[0-9_]{0,60}|/[0-9_]{1,60})?([eE][-+]?[0-9]{1,2})?")
"""A number as people write it; with no exponent that fills the memory."""
FORMATS = re.compile(r"([IU])([0-9]{1,3})F([0-9]{1,3})")


def account(text: str | int, place: str = "an account") -> int:
    """Return an account from SS58, hexadecimal with or without ``0x``, or the decimal number of the vectors.

    64 hexadecimal digits are read as such even if all of them are decimal. Rejects, as InputError, what is none of the
    three, a wrong checksum, and another address type than 42.
    """
    if type(text) is int and 0 <= text < 2**256:
        return text
    written = (text if isinstance(text, str) else shown(text)).strip()
    if re.fullmatch(r"(0x)?[0-9a-fA-F]{64}", written):
        return int.from_bytes(bytes.fromhex(written.removeprefix("0x")), "little")
    if re.fullmatch(r"[0-9]{1,78}", written) and int(written) < 2**256:
        return int(written)
    if re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{46,50}", written):
        return int.from_bytes(_decoded(written, place), "little")
    raise InputError(
        f"{place}: {written[:80]!r} is no account. Write it in SS58 (5…), as 0x and 64 hexadecimal digits, or as the "
        "decimal number of the vectors."
    )


def ss58(number: int) -> str:
    """Return the SS58 address of an account. Rejects, as InputError, what is no number of 256 bits."""
    given.whole(number, "an account", 0, MAX_ACCOUNT)
    payload = bytes([SS58_PREFIX]) + number.to_bytes(BYTES, "little")
    encoded: bytes = _base58().b58encode(payload + _checksum(payload))
    return encoded.decode()


def hexadecimal(number: int) -> str:
    """Return the 32 bytes of an account in hexadecimal, as indexers and the chain's storage write them.

    Rejects, as InputError, what is no number of 256 bits.
    """
    given.whole(number, "an account", 0, MAX_ACCOUNT)
    return "0x" + number.to_bytes(BYTES, "little").hex()


def _decoded(written: str, place: str) -> bytes:
    try:
        decoded: bytes = _base58().b58decode(written)
    except ValueError as error:
        raise InputError(f"{place}: {written!r} is not base58 ({error}). Copy it again.") from error
    payload, checksum = decoded[:-_CHECKSUM], decoded[-_CHECKSUM:]
    if len(payload) != BYTES + 1 or payload[0] != SS58_PREFIX:
        raise InputError(f"{place}: {written!r} is an address of another network. Bittensor's have the type 42: 5….")
    if _checksum(payload) != checksum:
        raise InputError(f"{place}: {written!r} has a wrong checksum: a character is mistyped. Copy it again.")
    return payload[1:]


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2b(_CHECKED + payload).digest()[:_CHECKSUM]


def _base58() -> ModuleType:
    try:
        import base58
    except ModuleNotFoundError as error:
        raise InputError(f"SS58 addresses need base58, which is not installed. Install the extra: {LAB}.") from error
    return base58


def number_of(value: object, form: str) -> Fraction:
    """Return the number of a fixed-point value: ``{"bits": …}``, raw bits, or their decimal string.

    ``form`` is its format: ``U64F64``, ``I96F32``, … Rejects, as InputError, what does not fit into it.
    """
    _, _, fraction = _format(form)
    raw = value.get("bits") if isinstance(value, Mapping) else value
    if isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,60}", raw):
        raw = int(raw)
    if type(raw) is not int:
        raise InputError(f"{shown(value)} is no fixed-point value. Write {{'bits': N}}, or N.")
    return Fraction(_fitting(raw, form), 1 << fraction)


def bits_of(number: str | int | Fraction, form: str) -> int:
    """Return the raw bits of a number in a fixed-point format, rounded down where it lies between two.

    A decimal number is written as a string, because a float is not what it says. Rejects what does not fit.
    """
    _, _, fraction = _format(form)
    if isinstance(number, float):
        raise InputError(f"{number!r} is a float: write it as a string, such as '0.1'.")
    is_text = isinstance(number, str) and NUMBER.fullmatch(number.strip())
    if not is_text and (isinstance(number, bool) or not isinstance(number, int | Fraction)):
        raise InputError(f"{shown(number)} is no number. Write it as '0.25' or '1/4'.")
    try:
        exact = Fraction(number)
    except ZeroDivisionError as error:
        raise InputError(f"{shown(number)} is no number. Write it as '0.25' or '1/4'.") from error
    return _fitting((exact.numerator << fraction) // exact.denominator, form)


def _fitting(raw: int, form: str) -> int:
    is_signed, whole, fraction = _format(form)
    width = whole + fraction
    low, high = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if is_signed else (0, (1 << width) - 1)
    if not low <= raw <= high:
        raise InputError(f"{shown(raw)} bits do not fit into {form}. Give between {low} and {high}.")
    return raw


def _format(form: str) -> tuple[bool, int, int]:
    """Return whether a format has a sign, and its bits before and behind the point."""
    found = FORMATS.fullmatch(given.text(form, "a fixed-point format"))
    if found is None or int(found[2]) + int(found[3]) not in (8, 16, 32, 64, 128):
        raise InputError(f"{form[:40]!r} is no fixed-point format. The runtime's are U64F64, I96F32, U96F32, I32F32 ….")
    return found[1] == "I", int(found[2]), int(found[3])
