"""Children in later eras against the exact rules."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao import block as reference
from dtao.calls.children import SetChildkeyTake, SetChildren, SetPendingChildkeyCooldown
from dtao.eras import DIVIDEND_FIX, DYNAMIC_FEES, HOTKEY_PER_SUBNET, NOMINATORS_MOVE, YUMA3
from dtao.persistent import Map
from dtao.records import Hyperparameters, Subnet
from dtao.state import State
from dtao.units import ROOT, AccountId, BlockNumber, NetUid
from dtao_spec.chapters.children import Links
from dtao_spec.later import children as exact
from tests.spec.families import accounts
from tests.spec.test_children import BLOCKS, CHOSEN, LINKS, NETUID, TAKES, applied, children_world

FEW = st.lists(st.tuples(st.integers(1, 2**60), st.integers(2, 8)), max_size=3, unique_by=lambda link: link[1]).map(
    tuple
)


@given(
    st.dictionaries(st.integers(1, 6), st.tuples(LINKS, st.integers(1, 12)), max_size=4),
    st.integers(1, 12),
    st.sampled_from([0, 1, 3, 5]),
)
def test_child_1_at_epochs(pending: dict[int, tuple[Links, int]], block: int, tempo: int) -> None:
    waiting = Map({AccountId(hotkey): (accounts(links), BlockNumber(at)) for hotkey, (links, at) in pending.items()})
    for netuid in (ROOT, NETUID):
        subnet = Subnet(added=True, pending_child_keys=waiting, hyperparameters=Hyperparameters(tempo=tempo))
        state = State(
            runtime=NOMINATORS_MOVE.runtime,
            block_number=BlockNumber(block - 1),
            subnets=Map({ROOT: Subnet(added=True), netuid: subnet}),
        )
        after = reference.step(state).subnet(netuid)
        ideal = exact.pending_children_applied(pending, {}, {}, block, netuid, tempo)
        assert ideal == (dict(after.pending_child_keys), dict(after.child_keys), dict(after.parent_keys))


@given(
    BLOCKS, BLOCKS, st.sampled_from([True, True, False]), CHOSEN | FEW, st.integers(0, 2**64 - 1) | st.just(2**64 - 1)
)
def test_child_2_schedules_children(block: int, last: int, owned: bool, chosen: Links, cooldown: int) -> None:
    state = evolve(
        children_world(True, owned, 1, 1),
        block_number=BlockNumber(block),
        transaction_key_last_block=Map({(AccountId(1), NETUID, 0): BlockNumber(last)} if last else {}),
    )
    refusal = exact.children_refusal(1, True, owned, 1, chosen, True, False)
    call = SetChildren(AccountId(20), AccountId(1), NETUID, accounts(chosen))
    settable = evolve(state.parameters, pending_child_key_cooldown=cooldown)
    for later, expected in (
        (evolve(state, runtime=DYNAMIC_FEES.runtime), exact.scheduled_children(block, last, refusal, chosen)),
        (
            evolve(state, runtime=HOTKEY_PER_SUBNET.runtime, parameters=settable),
            exact.scheduled_children_by_parameter(block, last, refusal, chosen, cooldown),
        ),
    ):
        after = applied(later, call)
        found = after if isinstance(after, str) else after.subnet(NETUID).pending_child_keys[AccountId(1)]
        assert found == expected


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
    expected = exact.childkey_take_refusal(owned, take, present, 11_796, block, last, 200)
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
    owned: bool, chosen: Links, stake: int, threshold: int, owner_hotkey: int | None
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
    expected = exact.children_refusal(1, True, owned, 1, chosen, stake >= threshold, owner_hotkey == 1)
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
