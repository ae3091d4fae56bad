"""Children: who may name them, when they come into force, and the takes of hotkeys."""

from hashlib import blake2b
from typing import Any

import pytest

from dtao.calls.children import SetChildkeyTake, SetChildren
from dtao.calls.takes import DecreaseTake, IncreaseTake
from dtao.transitions.children import apply_pending_children
from dtao.units import U64_MAX, BlockNumber, NetUid
from tests.reference.outcomes import (
    HOTKEY,
    OTHER_HOTKEY,
    OWNER,
    STRANGER,
    known,
    outcome,
    stake,
    state_with,
)

HALF = 2**63
SUBNET = NetUid(1)
CHAIN: dict[str, Any] = {"BlockNumber": "200", **known(HOTKEY)}
SOME = ((HALF, OTHER_HOTKEY), (1, 2004))


def call(children: tuple[tuple[int, int], ...], signer: int | None = OWNER, netuid: int = 1) -> SetChildren:
    return SetChildren(signer=signer, hotkey=HOTKEY, netuid=netuid, children=children)


def test_children_are_scheduled() -> None:
    written = [[str(HALF), str(OTHER_HOTKEY)], ["1", "2004"]]
    assert outcome(state_with(CHAIN), call(SOME)) == (
        None,
        [["SetChildrenScheduled", str(HOTKEY), "1", "201", written]],
        {f"PendingChildKeys/1/{HOTKEY}": [written, "201"], f"TransactionKeyLastBlock/{HOTKEY}/1/0": "200"},
    )


@pytest.mark.parametrize(
    ("entries", "made", "error"),
    [
        ({f"TransactionKeyLastBlock/{HOTKEY}/0/0": "51"}, call(SOME, netuid=0), "TxRateLimitExceeded"),
        ({f"TransactionKeyLastBlock/{HOTKEY}/1/0": "50"}, call(SOME), None),
        ({}, call(SOME, signer=None), "BadOrigin"),
        ({}, call(SOME, netuid=0), "RegistrationNotPermittedOnRootSubnet"),
        ({}, call(SOME, netuid=9), "SubNetworkDoesNotExist"),
        ({}, call(SOME, signer=STRANGER), "NonAssociatedColdKey"),
        ({}, call(((0, HOTKEY),) * 6), "TooManyChildren"),
        ({}, call(((U64_MAX, HOTKEY), (1, 5))), "InvalidChild"),
        ({}, call(((U64_MAX, 5), (1, 5))), "ProportionOverflow"),
        ({"StakeThreshold": "1"}, call(((1, 5), (1, 5))), "DuplicateChild"),
        ({"StakeThreshold": "8"}, call(SOME), "NotEnoughStakeToSetChildkeys"),
        ({"StakeThreshold": "7"}, call(SOME), None),
        ({"StakeThreshold": "8"}, call(()), None),
    ],
)
def test_refusals_in_order(entries: dict[str, Any], made: SetChildren, error: str | None) -> None:
    state = state_with({**CHAIN, **stake(1, HOTKEY, OWNER, 7), **entries})
    assert outcome(state, made)[0] == error


def test_pending_children_come_into_force_after_their_cooldown() -> None:
    """The new parents of 50 are listed in the order of their hashes, behind the one that it had."""
    hashes = {key: blake2b(key.to_bytes(32, "little"), digest_size=16).digest() for key in (HOTKEY, OTHER_HOTKEY)}
    first, second = sorted(hashes, key=hashes.__getitem__)
    state = state_with(
        {
            f"PendingChildKeys/1/{first}": [[["3", "50"], ["4", "51"]], "200"],
            f"PendingChildKeys/1/{second}": [[["5", "50"]], "200"],
            "PendingChildKeys/1/60": [[["6", "50"]], "201"],
            "PendingChildKeys/1/61": [[], "200"],
            f"ChildKeys/{first}/1": [["1", "50"], ["2", "52"]],
            "ParentKeys/50/1": [["1", str(first)], ["9", "62"]],
            "ParentKeys/52/1": [["2", str(first)]],
            "ChildKeys/61/1": [["7", "53"]],
            "ParentKeys/53/1": [["7", "61"]],
        }
    )
    subnet = state.subnet(SUBNET)
    applied = apply_pending_children(subnet, BlockNumber(201))
    assert dict(applied.pending_child_keys) == {60: (((6, 50),), 201)}
    assert dict(applied.child_keys) == {first: ((3, 50), (4, 51)), second: ((5, 50),)}
    assert dict(applied.parent_keys) == {50: ((9, 62), (3, first), (5, second)), 51: ((4, first),)}
    assert apply_pending_children(subnet, BlockNumber(200)) is subnet


def test_nothing_pending_is_the_same_subnet() -> None:
    subnet = state_with({}).subnet(SUBNET)
    assert apply_pending_children(subnet, BlockNumber(9)) is subnet


# Takes


@pytest.mark.parametrize(
    ("signer", "take", "last", "error"),
    [
        (OWNER, 11_796, 0, None),
        (OWNER, 0, 0, None),
        (STRANGER, 11_797, 0, "NonAssociatedColdKey"),
        (OWNER, 11_797, 199, "InvalidChildkeyTake"),
        (OWNER, 5, 101, "TxChildkeyTakeRateLimitExceeded"),
        (OWNER, 5, 100, None),
        (None, 5, 0, "BadOrigin"),
    ],
)
def test_set_childkey_take(signer: int | None, take: int, last: int, error: str | None) -> None:
    state = state_with(
        {**CHAIN, "TxChildkeyTakeRateLimit": "100", f"TransactionKeyLastBlock/{HOTKEY}/9/1": str(last),
         f"ChildkeyTake/{HOTKEY}/9": 7}
    )  # fmt: skip
    made = SetChildkeyTake(signer=signer, hotkey=HOTKEY, netuid=9, take=take)
    written = {f"TransactionKeyLastBlock/{HOTKEY}/9/1": "200", f"ChildkeyTake/{HOTKEY}/9": take or None}
    accepted = (None, [["ChildKeyTakeSet", str(HOTKEY), str(take)]], written)
    assert outcome(state, made) == (accepted if error is None else (error, [], {}))


@pytest.mark.parametrize(
    ("made", "entries", "error"),
    [
        (IncreaseTake(signer=OWNER, hotkey=HOTKEY, take=101), {}, None),
        (IncreaseTake(signer=OWNER, hotkey=HOTKEY, take=100), {}, "DelegateTakeTooLow"),
        (IncreaseTake(signer=OWNER, hotkey=HOTKEY, take=0), {f"Delegates/{HOTKEY}": None}, None),
        (IncreaseTake(signer=OWNER, hotkey=HOTKEY, take=11_797), {}, "DelegateTakeTooHigh"),
        (IncreaseTake(signer=OWNER, hotkey=HOTKEY, take=101), {f"LastTxBlockDelegateTake/{OWNER}": "190"},
         "DelegateTxRateLimitExceeded"),
        (IncreaseTake(signer=OWNER, hotkey=HOTKEY, take=101), {f"LastTxBlockDelegateTake/{OWNER}": "189"}, None),
        (IncreaseTake(signer=STRANGER, hotkey=HOTKEY, take=101), {}, "NonAssociatedColdKey"),
        (IncreaseTake(signer=OWNER, hotkey=5, take=101), {}, "HotKeyAccountNotExists"),
        (DecreaseTake(signer=OWNER, hotkey=HOTKEY, take=99), {f"LastTxBlockDelegateTake/{OWNER}": "199"}, None),
        (DecreaseTake(signer=OWNER, hotkey=HOTKEY, take=100), {}, "DelegateTakeTooLow"),
        (DecreaseTake(signer=OWNER, hotkey=HOTKEY, take=49), {}, "DelegateTakeTooLow"),
        (DecreaseTake(signer=OWNER, hotkey=HOTKEY, take=65_535), {f"Delegates/{HOTKEY}": None}, None),
    ],
)  # fmt: skip
def test_takes(made: IncreaseTake | DecreaseTake, entries: dict[str, Any], error: str | None) -> None:
    limits = {"TxDelegateTakeRateLimit": "10", "MinDelegateTake": 50, f"Delegates/{HOTKEY}": 100}
    found = outcome(state_with({**CHAIN, **limits, **entries}), made)
    if error is not None:
        assert found == (error, [], {})
        return
    written: dict[str, Any] = {f"Delegates/{HOTKEY}": made.take}
    if isinstance(made, IncreaseTake):
        written[f"LastTxBlockDelegateTake/{OWNER}"] = "200"
    name = "TakeIncreased" if isinstance(made, IncreaseTake) else "TakeDecreased"
    assert found == (None, [[name, str(OWNER), str(HOTKEY), str(made.take)]], written)
