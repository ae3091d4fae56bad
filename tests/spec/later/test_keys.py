"""Swaps of keys in later eras against the exact rules."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.calls import apply
from dtao.calls.keys import SwapHotkeyPerSubnet
from dtao.persistent import Map
from dtao.records import Parameters, Subnet
from dtao.state import State
from dtao.transitions import keys as reference
from dtao.units import AccountId, Alpha, BlockNumber, NetUid, Rao
from dtao_spec.chapters.keys import hotkey_swapped as swapped_at_launch
from dtao_spec.later import keys as exact
from dtao_spec.later.keys import LastBlocks, OwnedNetwork
from tests.spec.test_keys import (
    ALICE,
    BOB,
    HOTKEYS,
    NEW,
    OLD,
    OTHERS,
    SUBNET,
    SUBNETS,
    members_of,
    network_of,
    state_of,
)

DYNAMIC_FEES = dtao.era("dynamic-fees")
HOTKEY_PER_SUBNET = dtao.era("hotkey-per-subnet")
NOMINATORS_MOVE = dtao.era("nominators-move")

OWNER_HOTKEYS = st.none() | HOTKEYS
BLOCKS = st.sampled_from((0, 0, 3, 7)).map(BlockNumber)
PER_HOTKEY = st.dictionaries(st.sampled_from((OLD, NEW, OTHERS[0])), BLOCKS.filter(bool))


def owned(subnet: Subnet) -> OwnedNetwork:
    hotkey = subnet.owner_hotkey
    return OwnedNetwork(network_of(subnet), None if hotkey is None else str(hotkey))


@given(SUBNETS, OWNER_HOTKEYS, st.booleans())
def test_key_3_takes_owner_hotkey_and_totals_along(subnet: Subnet, owner: AccountId | None, both: bool) -> None:
    subnet = evolve(subnet, owner_hotkey=owner)
    senate = (OLD, NEW) if both else (OLD,)
    for era, ideal in (
        (NOMINATORS_MOVE, exact.hotkey_swapped),
        (DYNAMIC_FEES, exact.hotkey_swapped_with_totals),
    ):
        state = evolve(state_of(subnet, senate), runtime=era.runtime)
        after = reference.hotkey_swapped(state, ALICE, OLD, NEW).subnet(SUBNET)
        assert owned(after) == ideal(owned(subnet), str(OLD), str(NEW), both)
    assert (
        swapped_at_launch(network_of(subnet), str(OLD), str(NEW), both)
        == exact.hotkey_swapped(owned(subnet), str(OLD), str(NEW), both).network
    )


@given(SUBNETS, OWNER_HOTKEYS)
def test_key_3_is_the_same_on_each_network(subnet: Subnet, owner: AccountId | None) -> None:
    subnet = evolve(subnet, owner_hotkey=owner)
    state = evolve(state_of(subnet, (OLD,)), runtime=HOTKEY_PER_SUBNET.runtime)
    after = reference.hotkey_swapped_on_all_networks(state, ALICE, OLD, NEW)
    assert owned(after.subnet(SUBNET)) == exact.hotkey_swapped_on_networks(owned(subnet), str(OLD), str(NEW))


def last_blocks(state: State) -> dict[str, LastBlocks]:
    found = {*state.last_tx_block, *state.last_tx_block_delegate_take, *state.last_tx_block_child_key_take}
    return {
        str(hotkey): LastBlocks(
            state.last_tx_block.get(hotkey, 0),
            state.last_tx_block_delegate_take.get(hotkey, 0),
            state.last_tx_block_child_key_take.get(hotkey, 0),
        )
        for hotkey in found
    }


def with_last_blocks(
    transactions: Mapping[AccountId, BlockNumber],
    takes: Mapping[AccountId, BlockNumber],
    childkey_takes: Mapping[AccountId, BlockNumber],
) -> State:
    return State(
        runtime=HOTKEY_PER_SUBNET.runtime,
        block_number=BlockNumber(50_000),
        owner=Map({OLD: ALICE}),
        balances=Map({ALICE: Rao(10**10)}),
        balances_total_issuance=Rao(10**10),
        parameters=Parameters(tx_rate_limit=0),
        last_tx_block=Map(transactions),
        last_tx_block_delegate_take=Map(takes),
        last_tx_block_child_key_take=Map(childkey_takes),
    )


@given(PER_HOTKEY, PER_HOTKEY, PER_HOTKEY, st.none() | st.just(SUBNET))
def test_key_4_takes_last_blocks_along(
    transactions: dict[AccountId, BlockNumber],
    takes: dict[AccountId, BlockNumber],
    childkey_takes: dict[AccountId, BlockNumber],
    netuid: NetUid | None,
) -> None:
    state = with_last_blocks(transactions, takes, childkey_takes)
    moved = reference.last_blocks_moved(state, OLD, NEW)
    assert last_blocks(moved) == exact.last_blocks_moved(last_blocks(state), str(OLD), str(NEW))
    outcome = apply(state, SwapHotkeyPerSubnet(ALICE, OLD, NEW, netuid))
    assert outcome.error is None
    after = evolve(outcome.state, last_tx_block=outcome.state.last_tx_block.delete(ALICE))
    assert last_blocks(after) == exact.last_blocks_after_swap(last_blocks(state), str(OLD), str(NEW), netuid)


@given(SUBNETS, st.sets(HOTKEYS))
def test_key_5_writes_a_membership_that_says_no(subnet: Subnet, denied: set[AccountId]) -> None:
    entries = Map(dict.fromkeys(denied, False)).update(subnet.neurons.is_network_member)
    subnet = evolve(subnet, neurons=evolve(subnet.neurons, is_network_member=entries))
    after = reference.membership_renamed(subnet, OLD, NEW).neurons
    members = {str(hotkey): member for hotkey, member in entries.items()}
    ideal = exact.membership_renamed(network_of(subnet).uids, members, str(OLD), str(NEW))
    found = {str(hotkey): member for hotkey, member in after.is_network_member.items()}
    assert ({str(hotkey): uid for hotkey, uid in after.uids.items()}, found) == ideal


@given(
    st.sampled_from((OLD, NEW, NEW)),
    st.sampled_from((False, False, True)),
    st.sampled_from((False, True, True)),
    st.none() | st.integers(0, 1_100),
    st.sampled_from((0, 1_000)),
    st.sampled_from((999_999, 1_000_000, 99_999_999, 100_000_000)) | st.integers(10**6, 10**10),
    st.sampled_from((None, 13_999, 14_000, 20_000)),
    st.booleans(),
)
def test_key_1_and_key_10_check_in_this_order(
    new: AccountId,
    registered: bool,
    owns: bool,
    since: int | None,
    limit: int,
    balance: int,
    last_swap: int | None,
    denied: bool,
) -> None:
    neurons = members_of({new: 0} if registered else {})
    if denied and not registered:
        neurons = evolve(neurons, is_network_member=Map({new: False}))
    state = State(
        runtime=HOTKEY_PER_SUBNET.runtime,
        block_number=BlockNumber(50_000),
        subnets=Map({SUBNET: Subnet(neurons=neurons)}),
        owner=Map({OLD: ALICE if owns else BOB}),
        balances=Map({ALICE: Rao(balance)} if balance >= 500 else {}),
        balances_total_issuance=Rao(balance),
        last_tx_block=Map({} if since is None else {ALICE: BlockNumber(50_000 - since)}),
        last_hotkey_swap_on_netuid=Map({} if last_swap is None else {(SUBNET, ALICE): BlockNumber(last_swap)}),
        parameters=Parameters(tx_rate_limit=limit),
        total_issuance=Rao(10**15),
    )
    held = Fraction(balance if balance >= 500 else 0)
    everywhere = exact.swap_hotkey_rejection(str(OLD), str(new), held, since, limit, registered, owns)
    checked = exact.swap_rejection(str(OLD), str(new), since, limit, registered, owns)
    on_subnet = exact.swap_on_subnet_rejection(checked, held, last_swap or 0, 50_000, denied or registered)
    for netuid, wanted, cost in ((None, everywhere, 10**8), (SUBNET, on_subnet, 10**6)):
        outcome = apply(state, SwapHotkeyPerSubnet(ALICE, OLD, new, netuid))
        assert (None if outcome.error is None else outcome.error.value) == wanted
        if wanted is None:
            assert state.total_issuance - outcome.state.total_issuance == min(cost, balance - 500)
            assert outcome.state.last_tx_block[ALICE] == 50_000
            assert outcome.state.owner == Map({NEW: ALICE} if netuid is None else {OLD: ALICE, NEW: ALICE})
            noted = outcome.state.last_hotkey_swap_on_netuid
            assert netuid is None or noted[SUBNET, ALICE] == 50_000


@given(SUBNETS, OWNER_HOTKEYS)
def test_key_10_swaps_on_one_subnet(subnet: Subnet, owner: AccountId | None) -> None:
    subnet = evolve(subnet, owner_hotkey=owner)
    state = evolve(state_of(subnet, (OLD,)), runtime=HOTKEY_PER_SUBNET.runtime)
    listed = Map(dict.fromkeys((ALICE, BOB), (OLD, OTHERS[0])))
    state = evolve(state, staking_hotkeys=listed)
    after = reference.hotkey_swapped_on_one_network(state, ALICE, OLD, NEW, SUBNET)
    as_if_it_existed = exact.hotkey_swapped_on_networks(owned(evolve(subnet, added=True)), str(OLD), str(NEW))
    assert owned(evolve(after.subnet(SUBNET), added=True)) == as_if_it_existed
    pool = subnet.share_pools.get(OLD)
    for coldkey in (ALICE, BOB):
        holds = pool is not None and coldkey in pool.shares
        assert after.staking_hotkeys[coldkey] == ((OLD, OTHERS[0], NEW) if holds else (OLD, OTHERS[0]))
    assert after.owned_hotkeys[ALICE] == (OLD, NEW)
    assert (after.senate, after.delegates) == (state.senate, state.delegates)


AMOUNTS = st.dictionaries(HOTKEYS, st.integers(1, 10**15))


@given(st.dictionaries(HOTKEYS, st.just(0) | st.integers(0, 10**15)), AMOUNTS, AMOUNTS)
def test_key_11_is_exact(left: dict[AccountId, int], alpha: dict[AccountId, int], tao: dict[AccountId, int]) -> None:
    subnet = Subnet(
        total_hotkey_alpha_last_epoch=Map({hotkey: Alpha(amount) for hotkey, amount in left.items()}),
        alpha_dividends=Map({hotkey: Alpha(amount) for hotkey, amount in alpha.items()}),
        tao_dividends=Map({hotkey: Rao(amount) for hotkey, amount in tao.items()}),
    )

    def amounts(found: Mapping[AccountId, int]) -> dict[str, Fraction]:
        return {str(hotkey): Fraction(amount) for hotkey, amount in found.items()}

    given_ = amounts(left), {"alpha": amounts(alpha), "TAO": amounts(tao)}, str(OLD), str(NEW)
    for found, ideal in (
        (reference.last_dividends_moved_if_known(subnet, OLD, NEW), exact.last_dividends_moved_if_known(*given_)),
        (reference.last_dividends_moved(subnet, OLD, NEW), exact.last_dividends_moved(*given_)),
    ):
        paid = {"alpha": amounts(found.alpha_dividends), "TAO": amounts(found.tao_dividends)}
        assert (amounts(found.total_hotkey_alpha_last_epoch), paid) == ideal


@given(
    st.dictionaries(st.tuples(st.sampled_from((1, 2, 40_000)), st.integers(1, 2)), st.integers(0, 80_000)),
    st.sampled_from((36_000, 36_001, 40_000, 72_001, 76_000)),
    st.sets(st.sampled_from((1, 2, 40_000))),
)
def test_key_12_is_exact(swaps: dict[tuple[int, int], int], block: int, existing: set[int]) -> None:
    state = State(
        runtime=HOTKEY_PER_SUBNET.runtime,
        subnets=Map({NetUid(netuid): Subnet(added=True) for netuid in existing}),
        last_hotkey_swap_on_netuid=Map(
            {(NetUid(netuid), AccountId(coldkey)): BlockNumber(at) for (netuid, coldkey), at in swaps.items()}
        ),
    )
    found = reference.swap_records_cleared(state, BlockNumber(block)).last_hotkey_swap_on_netuid
    named = {(netuid, str(coldkey)): at for (netuid, coldkey), at in swaps.items()}
    ideal = exact.swap_records_cleared(named, block, frozenset(existing))
    assert {(netuid, str(coldkey)): at for (netuid, coldkey), at in found.items()} == ideal
