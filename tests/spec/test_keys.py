"""Swaps of keys in the reference against the exact rules."""

from fractions import Fraction
from typing import TypeVar

from hypothesis import assume, given
from hypothesis import strategies as st

import dtao
from dtao.calls import SwapColdkey, SwapHotkey, apply
from dtao.persistent import Map
from dtao.records import Neurons, Parameters, SharePool, Subnet
from dtao.state import State
from dtao.transitions import keys as reference
from dtao.units import AccountId, Alpha, BlockNumber, NetUid, Rao, Shares, Uid
from dtao_spec.chapters import keys
from dtao_spec.chapters.keys import Network, Stake, Wallet

LAUNCH = dtao.era("launch")

K = TypeVar("K")
V = TypeVar("V")
SUBNET = NetUid(1)
OLD, NEW, OTHERS = AccountId(1), AccountId(2), (AccountId(3), AccountId(4))
HOTKEYS = st.sampled_from((OLD, NEW, *OTHERS))
ALICE, ALBA, BOB = AccountId(11), AccountId(12), AccountId(13)
COLDKEYS = st.sampled_from((ALICE, ALBA, BOB))
AMOUNTS = st.integers(0, 10**16)
RELATIONS = st.lists(st.tuples(st.integers(0, 2**64 - 1), HOTKEYS), min_size=1, max_size=3).map(tuple)


def map_of(keys: st.SearchStrategy[K], values: st.SearchStrategy[V]) -> st.SearchStrategy[Map[K, V]]:
    return st.dictionaries(keys, values, max_size=4).map(Map)


def members_of(uids: dict[AccountId, int]) -> Neurons:
    return Neurons(
        keys=Map({Uid(uid): hotkey for hotkey, uid in uids.items()}),
        uids=Map({hotkey: Uid(uid) for hotkey, uid in uids.items()}),
        is_network_member=Map(dict.fromkeys(uids, True)),
    )


NEURONS = st.lists(HOTKEYS.filter(lambda hotkey: hotkey != NEW), unique=True).map(
    lambda hotkeys: members_of({hotkey: uid for uid, hotkey in enumerate(hotkeys)})
)
POOLS = st.builds(
    SharePool,
    AMOUNTS.map(Alpha),
    AMOUNTS.map(lambda shares: Shares(shares << 64)),
    map_of(COLDKEYS, AMOUNTS.map(Shares)),
).filter(lambda pool: pool != SharePool())
SUBNETS = st.builds(
    Subnet,
    added=st.booleans(),
    neurons=NEURONS,
    share_pools=map_of(HOTKEYS, POOLS),
    child_keys=map_of(HOTKEYS, RELATIONS),
    parent_keys=map_of(HOTKEYS, RELATIONS),
    pending_child_keys=map_of(HOTKEYS, st.tuples(RELATIONS, st.integers(0, 99).map(BlockNumber))),
)


def relations(listed: tuple[tuple[int, AccountId], ...]) -> keys.Relations:
    return tuple((Fraction(share), str(hotkey)) for share, hotkey in listed)


def network_of(subnet: Subnet) -> Network:
    return Network(
        subnet.added,
        {
            str(hotkey): Stake(
                Fraction(pool.total_alpha),
                Fraction(pool.denominator, 2**64),
                {str(coldkey): Fraction(held, 2**64) for coldkey, held in pool.shares.items()},
            )
            for hotkey, pool in subnet.share_pools.items()
        },
        {str(hotkey): uid for hotkey, uid in subnet.neurons.uids.items()},
        {str(hotkey): relations(listed) for hotkey, listed in subnet.child_keys.items()},
        {str(hotkey): relations(listed) for hotkey, listed in subnet.parent_keys.items()},
        {str(hotkey): (relations(listed), block) for hotkey, (listed, block) in subnet.pending_child_keys.items()},
    )


def state_of(subnet: Subnet, senate: tuple[AccountId, ...] = ()) -> State:
    return State(
        runtime=LAUNCH.runtime,
        block_number=BlockNumber(5_000),
        subnets=Map({SUBNET: subnet}),
        owner=Map({OLD: ALICE}),
        owned_hotkeys=Map({ALICE: (OLD,)}),
        senate=senate,
    )


@given(
    st.sampled_from((OLD, NEW)),
    st.booleans(),
    st.booleans(),
    st.integers(0, 1_100) | st.none(),
    st.sampled_from((0, 1_000)),
    st.integers(99_999_990, 100_000_600) | st.integers(0, 10**10),
)
def test_key_1_checks_in_this_order(
    new: AccountId, registered: bool, owns: bool, since: int | None, limit: int, balance: int
) -> None:
    last = {} if since is None else {ALICE: BlockNumber(5_000 - since)}
    state = State(
        runtime=LAUNCH.runtime,
        block_number=BlockNumber(5_000),
        subnets=Map({SUBNET: Subnet(neurons=members_of({new: 0} if registered else {}))}),
        owner=Map({OLD: ALICE if owns else BOB}),
        balances=Map({ALICE: Rao(balance)} if balance >= 500 else {}),
        balances_total_issuance=Rao(balance),
        last_tx_block=Map(last),
        parameters=Parameters(tx_rate_limit=limit),
        total_issuance=Rao(10**15),
    )
    outcome = apply(state, SwapHotkey(ALICE, OLD, new))
    held = Fraction(balance if balance >= 500 else 0)
    wanted = keys.swap_hotkey_rejection(str(OLD), str(new), held, since, limit, registered, owns)
    assert (None if outcome.error is None else outcome.error.value) == wanted
    if wanted is None:
        paid = min(keys.SWAP_COST, balance - 500)
        assert state.total_issuance - outcome.state.total_issuance == paid
        assert outcome.state.last_tx_block[ALICE] == 5_000
        assert outcome.state.owner == Map({NEW: ALICE})


@given(st.booleans(), st.booleans(), st.booleans(), st.integers(0, 1_200) | AMOUNTS, st.integers(0, 1_200) | AMOUNTS)
def test_key_2_checks_in_this_order(signed: bool, stakes: bool, hotkey: bool, balance: int, cost: int) -> None:
    state = State(
        runtime=LAUNCH.runtime,
        block_number=BlockNumber(5_000),
        staking_hotkeys=Map({ALBA: (OLD,)} if stakes else {}),
        owner=Map({ALBA: BOB} if hotkey else {}),
        balances=Map({ALICE: Rao(balance)} if balance >= 500 else {}),
        balances_total_issuance=Rao(balance),
        total_issuance=Rao(10**17),
    )
    outcome = apply(state, SwapColdkey(ALICE if signed else None, ALICE, ALBA, cost))
    held = Fraction(balance if balance >= 500 else 0)
    wanted = keys.swap_coldkey_rejection(signed, stakes, hotkey, held, Fraction(cost))
    assert (None if outcome.error is None else outcome.error.value) == wanted
    if wanted is None:
        paid = min(cost, max(held - 500, 0))
        assert state.total_issuance - outcome.state.total_issuance == paid
        left = held - paid
        assert outcome.state.balances.get(ALBA, 0) == (left if left >= 500 else 0)


@given(SUBNETS, st.booleans())
def test_key_3_is_exact(subnet: Subnet, both: bool) -> None:
    after = reference.hotkey_swapped(state_of(subnet, (OLD, NEW) if both else (OLD,)), ALICE, OLD, NEW)
    ideal = keys.hotkey_swapped(network_of(subnet), str(OLD), str(NEW), both)
    assert network_of(after.subnet(SUBNET)) == ideal
    assert after.senate == ((OLD, NEW) if both else (NEW,))


@given(SUBNETS)
def test_key_3_replaces_what_a_coldkey_stakes_with(subnet: Subnet) -> None:
    state = state_of(subnet)
    listed = Map(dict.fromkeys((ALICE, BOB), (OLD, OTHERS[0], NEW)))
    state = State(
        runtime=LAUNCH.runtime,
        subnets=state.subnets,
        owner=state.owner,
        staking_hotkeys=listed,
        block_number=BlockNumber(9),
    )
    after = reference.hotkey_swapped(state, ALICE, OLD, NEW)
    pool = subnet.share_pools.get(OLD, SharePool())
    for coldkey in (ALICE, BOB):
        wanted = (OTHERS[0], NEW) if coldkey in pool.shares else listed[coldkey]
        assert after.staking_hotkeys[coldkey] == wanted


@given(SUBNETS, st.lists(HOTKEYS, unique=True))
def test_key_4_is_exact(subnet: Subnet, owned: list[AccountId]) -> None:
    state = state_of(subnet)
    state = State(
        runtime=LAUNCH.runtime,
        block_number=BlockNumber(9),
        subnets=state.subnets,
        owner=state.owner,
        owned_hotkeys=Map({ALICE: tuple(owned)}),
        last_tx_block=Map({OLD: BlockNumber(3)}),
        last_tx_block_delegate_take=Map({OLD: BlockNumber(3)}),
    )
    after = reference.owner_and_totals_moved(state, ALICE, OLD, NEW)
    stakes = network_of(subnet).stakes
    moved = keys.totals_moved(stakes, str(OLD), str(NEW)) if subnet.added else stakes
    assert network_of(after.subnet(SUBNET)).stakes == moved
    rest = [hotkey for hotkey in owned if hotkey != OLD]
    assert after.owned_hotkeys[ALICE] == tuple(rest if NEW in rest else [*rest, NEW])
    assert after.owner == Map({NEW: ALICE})
    assert after.last_tx_block == after.last_tx_block_delegate_take == Map({NEW: BlockNumber(9)})


@given(SUBNETS)
def test_key_5_is_exact(subnet: Subnet) -> None:
    after = reference.neuron_renamed(subnet, OLD, NEW).neurons
    ideal = keys.neuron_renamed(network_of(subnet).uids, str(OLD), str(NEW))
    assert {str(hotkey): uid for hotkey, uid in after.uids.items()} == ideal
    assert {str(hotkey): uid for uid, hotkey in after.keys.items()} == ideal
    assert {str(hotkey) for hotkey in after.is_network_member} == ideal.keys()


@given(SUBNETS)
def test_key_6_is_exact(subnet: Subnet) -> None:
    before, after = network_of(subnet), network_of(reference.family_renamed(subnet, OLD, NEW))
    assert (after.children, after.parents) == keys.family_renamed(before.children, before.parents, str(OLD), str(NEW))


@given(SUBNETS)
def test_key_7_is_exact(subnet: Subnet) -> None:
    after = network_of(reference.pending_children_renamed(subnet, OLD, NEW))
    assert after.pending == keys.pending_children_renamed(network_of(subnet).pending, str(OLD), str(NEW))


WALLETS = st.tuples(st.lists(HOTKEYS, unique=True), st.lists(HOTKEYS, unique=True), AMOUNTS.map(lambda rao: rao + 500))


@given(SUBNETS, WALLETS, WALLETS)
def test_key_8_is_exact(
    subnet: Subnet,
    old: tuple[list[AccountId], list[AccountId], int],
    new: tuple[list[AccountId], list[AccountId], int],
) -> None:
    both = {ALICE: old, ALBA: new}
    assume(all(old[:2]))
    state = State(
        runtime=LAUNCH.runtime,
        subnets=Map({SUBNET: subnet}),
        staking_hotkeys=Map({coldkey: tuple(staking) for coldkey, (staking, _, _) in both.items() if staking}),
        owned_hotkeys=Map({coldkey: tuple(owned) for coldkey, (_, owned, _) in both.items() if owned}),
        owner=Map(dict.fromkeys(new[1], ALBA) | dict.fromkeys(old[1], ALICE)),
        balances=Map({coldkey: Rao(balance) for coldkey, (_, _, balance) in both.items()}),
        balances_total_issuance=Rao(sum(balance for _, _, balance in both.values())),
    )
    wallets = {
        str(coldkey): Wallet(tuple(map(str, staking)), tuple(map(str, owned)), Fraction(balance))
        for coldkey, (staking, owned, balance) in both.items()
    }
    after = reference.coldkey_swapped(state, ALICE, ALBA)
    network, changed = keys.coldkey_swapped(network_of(subnet), wallets, str(ALICE), str(ALBA))
    assert network_of(after.subnet(SUBNET)) == network
    assert changed == {
        str(ALBA): Wallet(
            tuple(map(str, after.staking_hotkeys[ALBA])),
            tuple(map(str, after.owned_hotkeys[ALBA])),
            Fraction(after.balances[ALBA]),
        )
    }
    assert {ALICE} & {*after.staking_hotkeys, *after.owned_hotkeys, *after.balances} == set()
    assert all(after.owner[hotkey] == ALBA for hotkey in old[1])


@given(SUBNETS)
def test_key_9_is_exact(subnet: Subnet) -> None:
    after = network_of(reference.shares_moved(subnet, OLD, NEW))
    assert after.stakes == keys.shares_moved(network_of(subnet).stakes, str(OLD), str(NEW))
