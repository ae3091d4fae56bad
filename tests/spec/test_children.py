"""The exact rules of children against the reference, within the bounds that the rules state."""

from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao import block as reference
from dtao.calls.children import SetChildkeyTake, SetChildren, SetPendingChildkeyCooldown
from dtao.outcome import Rejected, Rejection
from dtao.persistent import Map
from dtao.records import Subnet
from dtao.rules.stake_weight import proportion_bits
from dtao.settings import Hyperparameters, Parameters
from dtao.state import State
from dtao.transitions import children as children_transitions
from dtao.units import ROOT, U64_MAX, AccountId, BlockNumber, NetUid, Rao
from dtao_spec.chapters import children as exact
from dtao_spec.registry import Computation
from tests.spec.families import ULP, accounts, held, wide

DIVIDEND_FIX = dtao.era("dividend-fix")
DYNAMIC_FEES = dtao.era("dynamic-fees")
HOTKEY_PER_SUBNET = dtao.era("hotkey-per-subnet")
LAUNCH = dtao.era("launch")
NOMINATORS_MOVE = dtao.era("nominators-move")
YUMA3 = dtao.era("yuma3")

NETUID = NetUid(1)


TAKES = st.integers(0, 2**16 - 1) | st.sampled_from([0, 11_796, 65_535])
PROPORTIONS = wide(U64_MAX) | st.sampled_from([U64_MAX, U64_MAX // 2])


@given(PROPORTIONS)
def test_proportion_of_stake(proportion: int) -> None:
    rounded = exact.proportion_of_stake_rounded(proportion)
    assert rounded == Fraction(proportion_bits(proportion), 2**32)
    assert 0 <= exact.proportion_of_stake(proportion) - rounded < ULP


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
        subnet = children_transitions.apply_pending_children(subnet, BlockNumber(block))
        exactly = exact.apply_pending_children(*exactly, block)
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
        children_transitions.validate_children(state, AccountId(20), AccountId(1), NetUid(netuid), accounts(chosen))
    else:
        with pytest.raises(Rejected) as raised:
            children_transitions.validate_children(state, AccountId(20), AccountId(1), NetUid(netuid), accounts(chosen))
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
    expected = exact.schedule_children(block, last, refusal, chosen)
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
    expected = exact.childkey_take_refusal(owned, take, 0, 11_796, block, last, 200)
    after = applied(state, SetChildkeyTake(AccountId(20), AccountId(1), NETUID, take))
    if expected is None:
        assert isinstance(after, State)
        assert after.subnet(NETUID).childkey_take.get(AccountId(1), 0) == take
    else:
        assert after == expected


FEW = st.lists(st.tuples(st.integers(1, 2**60), st.integers(2, 8)), max_size=3, unique_by=lambda link: link[1]).map(
    tuple
)


@given(
    st.dictionaries(st.integers(1, 6), st.tuples(LINKS, st.integers(1, 12)), max_size=4),
    st.integers(1, 12),
    st.sampled_from([0, 1, 3, 5]),
)
def test_child_1_at_epochs(pending: dict[int, tuple[exact.Links, int]], block: int, tempo: int) -> None:
    waiting = Map({AccountId(hotkey): (accounts(links), BlockNumber(at)) for hotkey, (links, at) in pending.items()})
    for netuid in (ROOT, NETUID):
        subnet = Subnet(added=True, pending_child_keys=waiting, hyperparameters=Hyperparameters(tempo=tempo))
        state = State(
            runtime=NOMINATORS_MOVE.runtime,
            block_number=BlockNumber(block - 1),
            subnets=Map({ROOT: Subnet(added=True), netuid: subnet}),
        )
        after = reference.step(state).subnet(netuid)
        ideal = exact.apply_pending_children_at_epochs(pending, {}, {}, block, netuid, tempo)
        assert ideal == (dict(after.pending_child_keys), dict(after.child_keys), dict(after.parent_keys))


@given(
    BLOCKS, BLOCKS, st.sampled_from([True, True, False]), CHOSEN | FEW, st.integers(0, 2**64 - 1) | st.just(2**64 - 1)
)
def test_child_2_schedules_children(block: int, last: int, owned: bool, chosen: exact.Links, cooldown: int) -> None:
    state = evolve(
        children_world(True, owned, 1, 1),
        block_number=BlockNumber(block),
        transaction_key_last_block=Map({(AccountId(1), NETUID, 0): BlockNumber(last)} if last else {}),
    )
    refusal = exact.children_refusal_but_of_the_owner_hotkey(1, True, owned, 1, chosen, True, False)
    call = SetChildren(AccountId(20), AccountId(1), NETUID, accounts(chosen))
    settable = evolve(state.parameters, pending_child_key_cooldown=cooldown)
    for later, expected in (
        (evolve(state, runtime=DYNAMIC_FEES.runtime), exact.schedule_children_for_a_day(block, last, refusal, chosen)),
        (
            evolve(state, runtime=HOTKEY_PER_SUBNET.runtime, parameters=settable),
            exact.schedule_children_by_parameter(block, last, refusal, chosen, cooldown),
        ),
    ):
        after = applied(later, call)
        found = after if isinstance(after, str) else after.subnet(NETUID).pending_child_keys[AccountId(1)]
        assert found == expected


@pytest.mark.rule("CHILD-2")
@pytest.mark.parametrize("version", [365, 366])
@given(block=st.integers(1, 2**64 - 1))
def test_child_2_waits_for_a_day_by_default_from_366_on(version: int, block: int) -> None:
    era, chosen = dtao.era(version), ((2**62, 7),)
    state = evolve(
        children_world(True, True, 1, 1),
        runtime=era.runtime,
        parameters=era.genesis().parameters,
        block_number=BlockNumber(block),
    )
    after = applied(state, SetChildren(AccountId(20), AccountId(1), NETUID, accounts(chosen)))
    assert not isinstance(after, str)
    stated = Computation(version)["CHILD-2"]
    wanted = stated(block, 0, None, chosen) if version == 366 else stated(block, 0, None, chosen, 0)
    assert after.subnet(NETUID).pending_child_keys[AccountId(1)] == wanted


@given(BLOCKS, BLOCKS, st.booleans(), TAKES, TAKES)
def test_child_3_limits_a_rise(block: int, last: int, owned: bool, take: int, present: int) -> None:
    state = children_world(False, owned, 0, 0)
    subnet = evolve(state.subnet(NETUID), childkey_take=Map({AccountId(1): present} if present else {}))
    state = evolve(
        state,
        runtime=YUMA3.runtime,
        block_number=BlockNumber(block),
        subnets=state.subnets.set(NETUID, subnet),
        transaction_key_last_block=Map({(AccountId(1), NETUID, 1): BlockNumber(last)} if last else {}),
    )
    expected = exact.childkey_take_rise_refusal(owned, take, present, 11_796, block, last, 200)
    after = applied(state, SetChildkeyTake(AccountId(20), AccountId(1), NETUID, take))
    if expected is None:
        assert isinstance(after, State)
        assert after.subnet(NETUID).childkey_take.get(AccountId(1), 0) == take
        assert after.transaction_key_last_block.get((AccountId(1), NETUID, 1), 0) == block
    else:
        assert after == expected


@given(
    st.sampled_from([True, True, False]),
    CHOSEN | FEW,
    st.integers(0, 1),
    st.integers(0, 1),
    st.sampled_from([None, 1, 1, 2]),
)
def test_child_4_spares_the_owner_hotkey(
    owned: bool, chosen: exact.Links, stake: int, threshold: int, owner_hotkey: int | None
) -> None:
    state = children_world(True, owned, stake, threshold)
    hotkey = None if owner_hotkey is None else AccountId(owner_hotkey)
    subnet = evolve(state.subnet(NETUID), owner_hotkey=hotkey)
    state = evolve(
        state,
        runtime=DIVIDEND_FIX.runtime,
        block_number=BlockNumber(9),
        subnets=state.subnets.set(NETUID, subnet),
    )
    enough, is_owner_hotkey = stake >= threshold, owner_hotkey == 1
    expected = exact.children_refusal_but_of_the_owner_hotkey(1, True, owned, 1, chosen, enough, is_owner_hotkey)
    after = applied(state, SetChildren(AccountId(20), AccountId(1), NetUid(1), accounts(chosen)))
    assert (after if isinstance(after, str) else None) == expected


@given(st.sampled_from([None, AccountId(1)]), st.integers(0, 2**64 - 1))
def test_child_12_sets_the_cooldown(signer: AccountId | None, cooldown: int) -> None:
    state = State(runtime=HOTKEY_PER_SUBNET.runtime)
    outcome = HOTKEY_PER_SUBNET.apply(state, SetPendingChildkeyCooldown(signer, cooldown))
    expected = exact.cooldown_set(signer is not None, cooldown)
    found = outcome.error.value if outcome.error else outcome.state.parameters.pending_child_key_cooldown
    assert found == expected
    assert outcome.events == ()
