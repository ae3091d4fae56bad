"""Accounts and numbers between what tools print and what the oracle takes."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dtao import InputError
from dtao_lab.convert import account, bits_of, hexadecimal, number_of, ss58

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
ALICE_HEX = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
"""The development account of every Substrate chain, as its tools print it."""


def test_alice_is_alice() -> None:
    number = int.from_bytes(bytes.fromhex(ALICE_HEX[2:]), "little")
    assert account(ALICE) == account(ALICE_HEX) == account(ALICE_HEX[2:].upper()) == account(str(number)) == number
    assert (ss58(number), hexadecimal(number)) == (ALICE, ALICE_HEX)


@given(st.integers(0, 2**256 - 1))
@example(2**256 - 1)
def test_every_account_comes_back(number: int) -> None:
    assert account(ss58(number)) == account(hexadecimal(number)) == account(number) == number
    assert len(str(number)) == 64 or account(str(number)) == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ALICE[:-1] + "Z", "wrong checksum"),
        ("HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F", "another network"),
        ("5Grwva", "is no account. Write it in SS58"),
        ("0x12", "is no account"),
        (str(2**256), "is no account"),
        ("-1", "is no account"),
        (-1, "is no account"),
    ],
)
def test_what_is_no_account_is_refused(text: str | int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        account(text)


def test_a_number_is_its_bits() -> None:
    assert number_of({"bits": 1 << 63}, "U64F64") == number_of(str(1 << 63), "U64F64") == Fraction(1, 2)
    assert number_of(-(1 << 31), "I96F32") == Fraction(-1, 2)
    assert bits_of("0.000003", "I96F32") == 12_884  # the runtime's default is rounded to the nearest: 12 885
    assert bits_of("1/4", "U64F64") == 1 << 62


@given(st.integers(-(2**127), 2**127 - 1))
def test_every_number_comes_back(raw: int) -> None:
    assert bits_of(number_of(raw, "I96F32"), "I96F32") == raw


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [
        ("-1", "U64F64", "Give between 0 and"),
        (2**127, "I96F32", "do not fit into I96F32"),
        ({"bites": 1}, "I96F32", "Write {'bits': N}"),
        (1.5, "I96F32", "is no fixed-point value"),
        (1, "I96F33", "is no fixed-point format"),
    ],
)
def test_bits_that_cannot_be_are_refused(value: object, form: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        number_of(value, form)


@pytest.mark.parametrize(("number", "said"), [(0.1, "is a float"), ("a", "is no number"), ("1/0", "is no number")])
def test_numbers_that_cannot_be_are_refused(number: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        bits_of(number, "I96F32")  # type: ignore[arg-type]  # what a user may do
