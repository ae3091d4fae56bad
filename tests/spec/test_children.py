"""The exact rules of children against the reference, within the bounds that the rules state."""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao.calls.children import SetChildkeyTake, SetChildren, validated_children
from dtao.eras import LAUNCH
from dtao.outcome import Rejected, Rejection
from dtao.persistent import Map
from dtao.records import Parameters, Subnet
from dtao.rules.stake_weight import proportion_bits
from dtao.state import State
from dtao.transitions import children as children_transitions
from dtao.units import ROOT, U64_MAX, AccountId, BlockNumber, NetUid, Rao
from dtao_spec.chapters import children as exact
from tests.spec.families import ULP, accounts, held, wide

NETUID = NetUid(1)


TAKES = st.integers(0, 2**16 - 1) | st.sampled_from([0, 11_796, 65_535])
PROPORTIONS = wide(U64_MAX) | st.sampled_from([U64_MAX, U64_MAX // 2])


@given(PROPORTIONS)
def test_proportion_of_stake(proportion: int) -> None:
    assert 0 <= exact.proportion_of_stake(proportion) - proportion_bits(proportion) * ULP < ULP


LINKS = st.lists(st.tuples(st.integers(1, U64_MAX), st.integers(1, 6)), max_size=3, unique_by=lambda link: link[1]).map(
    tuple
)


@given(
    st.lists(st.dictionaries(st.integers(1, 6), st.tuples(LINKS, st.integers(1, 4)), max_size=4), max_size=4),
)
def test_pending_children_applied(scheduled: list[dict[int, tuple[exact.Links, int]]]) -> None:
    subnet = Subnet(added=True)
    exactly: tuple[dict[int, tuple[exact.Links, int]], dict[int, exact.Links], dict[int, exact.Links]] = ({}, {}, {})
    for block, pending in enumerate(scheduled, start=2):
        exactly = ({**exactly[0], **pending}, exactly[1], exactly[2])
        waiting = subnet.pending_child_keys
        for hotkey, (links, cooldown) in pending.items():
            waiting = waiting.set(AccountId(hotkey), (accounts(links), BlockNumber(cooldown)))
        subnet = evolve(subnet, pending_child_keys=waiting)
        subnet = children_transitions.pending_children_applied(subnet, BlockNumber(block))
        exactly = exact.pending_children_applied(*exactly, block)
        assert exactly == (dict(subnet.pending_child_keys), dict(subnet.child_keys), dict(subnet.parent_keys))


CHOSEN = st.lists(st.tuples(PROPORTIONS, st.integers(1, 8)), max_size=7).map(tuple)


BLOCKS = st.integers(0, 500)


def children_world(exists: bool, owned: bool, stake: int, threshold: int) -> State:
    """Return a state in which coldkey 20 may own hotkey 1, on a stable subnet."""
    subnet = Subnet(added=exists, share_pools=Map({AccountId(1): held(stake, 20)} if stake else {}))
    return State(
        runtime=LAUNCH.runtime,
        parameters=Parameters(stake_threshold=Rao(threshold), tx_childkey_take_rate_limit=200),
        owner=Map({AccountId(1): AccountId(20 if owned else 21)}),
        subnets=Map({ROOT: Subnet(added=True), NETUID: subnet}),
    )


@given(st.sampled_from([0, 1, 1, 1]), st.booleans(), st.booleans(), CHOSEN, st.integers(0, 3), st.integers(0, 3))
def test_children_refusal(
    netuid: int, exists: bool, owned: bool, chosen: exact.Links, stake: int, threshold: int
) -> None:
    state = children_world(exists, owned, stake, threshold)
    refusal = exact.children_refusal(
        netuid, exists or netuid == 0, owned, 1, chosen, (stake if exists else 0) >= threshold
    )
    if refusal is None:
        validated_children(state, AccountId(20), AccountId(1), NetUid(netuid), accounts(chosen))
    else:
        with pytest.raises(Rejected) as raised:
            validated_children(state, AccountId(20), AccountId(1), NetUid(netuid), accounts(chosen))
        assert raised.value.args[0] == Rejection(refusal)


def applied(state: State, call: SetChildren | SetChildkeyTake) -> State | str:
    """Return the state after a call, or the name of its rejection."""
    try:
        return call.apply(state)[0]
    except Rejected as rejected:
        return str(rejected.args[0])


@given(BLOCKS, BLOCKS, st.booleans(), CHOSEN)
def test_scheduled_children(block: int, last: int, owned: bool, chosen: exact.Links) -> None:
    state = evolve(
        children_world(True, owned, 1, 1),
        block_number=BlockNumber(block),
        transaction_key_last_block=Map({(AccountId(1), NETUID, 0): BlockNumber(last)} if last else {}),
    )
    refusal = exact.children_refusal(1, True, owned, 1, chosen, True)
    expected = exact.scheduled_children(block, last, refusal, chosen)
    after = applied(state, SetChildren(AccountId(20), AccountId(1), NETUID, accounts(chosen)))
    if isinstance(expected, str):
        assert after == expected
    else:
        assert isinstance(after, State)
        assert after.subnet(NETUID).pending_child_keys[AccountId(1)] == expected


@given(BLOCKS, BLOCKS, st.booleans(), TAKES)
def test_childkey_take_refusal(block: int, last: int, owned: bool, take: int) -> None:
    state = evolve(
        children_world(False, owned, 0, 0),
        block_number=BlockNumber(block),
        transaction_key_last_block=Map({(AccountId(1), NETUID, 1): BlockNumber(last)} if last else {}),
    )
    expected = exact.childkey_take_refusal(owned, take, 11_796, block, last, 200)
    after = applied(state, SetChildkeyTake(AccountId(20), AccountId(1), NETUID, take))
    if expected is None:
        assert isinstance(after, State)
        assert after.subnet(NETUID).childkey_take.get(AccountId(1), 0) == take
    else:
        assert after == expected
