"""Swaps of keys in the reference against the exact rules."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

import dtao
from dtao.calls import SwapColdkey, SwapHotkey, apply
from dtao.calls.keys import SwapHotkeyPerSubnet
from dtao.persistent import Map
from dtao.records import Neurons, SharePool, Subnet
from dtao.settings import Parameters
from dtao.state import State
from dtao.transitions import coldkeys
from dtao.transitions import keys as reference
from dtao.units import AccountId, Alpha, BlockNumber, NetUid, Rao, Shares, Uid
from dtao_spec.chapters.keys import calls, effects, hotkeys
from dtao_spec.chapters.keys.hotkeys import LastBlocks, Network, Stake, Wallet
from dtao_spec.registry import Computation

LAUNCH, PER_SUBNET = dtao.era("launch"), dtao.era("hotkey-per-subnet")

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


def relations(listed: tuple[tuple[int, AccountId], ...]) -> hotkeys.Relations:
    return tuple((Fraction(share), str(hotkey)) for share, hotkey in listed)


def network_of(subnet: Subnet) -> Network:
    return Network(
        subnet.added,
        {
            str(hotkey): Stake(
                Fraction(pool.total_alpha),
                Fraction(pool.denominator, 2**64),
                {str(coldkey): Fraction(held, 2**64) for coldkey, held in pool.shares.items()},
                pool.is_zero_stored,
            )
            for hotkey, pool in subnet.share_pools.items()
        },
        {str(hotkey): uid for hotkey, uid in subnet.neurons.uids.items()},
        {str(hotkey): relations(listed) for hotkey, listed in subnet.child_keys.items()},
        {str(hotkey): relations(listed) for hotkey, listed in subnet.parent_keys.items()},
        {str(hotkey): (relations(listed), block) for hotkey, (listed, block) in subnet.pending_child_keys.items()},
        {str(hotkey): member for hotkey, member in subnet.neurons.is_network_member.items()},
        None if subnet.owner_hotkey is None else str(subnet.owner_hotkey),
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
    wanted = calls.swap_hotkey_rejection(str(OLD), str(new), held, since, limit, registered, owns)
    assert (None if outcome.error is None else outcome.error.value) == wanted
    if wanted is None:
        paid = min(calls.SWAP_COST, balance - 500)
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
    wanted = calls.swap_coldkey_rejection(signed, stakes, hotkey, held, Fraction(cost))
    assert (None if outcome.error is None else outcome.error.value) == wanted
    if wanted is None:
        paid = min(cost, max(held - 500, 0))
        assert state.total_issuance - outcome.state.total_issuance == paid
        left = held - paid
        assert outcome.state.balances.get(ALBA, 0) == (left if left >= 500 else 0)


OWNER_HOTKEYS = st.none() | HOTKEYS


@given(st.sampled_from((233, 238, 252)), SUBNETS, OWNER_HOTKEYS, st.booleans())
def test_key_3_is_exact(version: int, subnet: Subnet, owner: AccountId | None, both: bool) -> None:
    subnet = evolve(subnet, owner_hotkey=owner)
    state = evolve(state_of(subnet, (OLD, NEW) if both else (OLD,)), runtime=dtao.era(version).runtime)
    after = reference.swap_hotkey(state, ALICE, OLD, NEW)
    ideal = Computation(version)["KEY-3"](network_of(subnet), str(OLD), str(NEW), both)
    assert network_of(after.subnet(SUBNET)) == ideal
    assert after.senate == ((OLD, NEW) if both else (NEW,))


@given(SUBNETS, OWNER_HOTKEYS)
def test_key_3_is_the_same_on_each_network(subnet: Subnet, owner: AccountId | None) -> None:
    subnet = evolve(subnet, owner_hotkey=owner)
    state = evolve(state_of(subnet, (OLD,)), runtime=PER_SUBNET.runtime)
    after = reference.swap_hotkey_on_all_networks(state, ALICE, OLD, NEW)
    assert network_of(after.subnet(SUBNET)) == Computation(277)["KEY-3"](network_of(subnet), str(OLD), str(NEW))


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
    after = reference.swap_hotkey(state, ALICE, OLD, NEW)
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
    after = reference.move_owner_and_totals(state, ALICE, OLD, NEW)
    stakes = network_of(subnet).stakes
    moved = hotkeys.move_totals(stakes, str(OLD), str(NEW)) if subnet.added else stakes
    assert network_of(after.subnet(SUBNET)).stakes == moved
    rest = [hotkey for hotkey in owned if hotkey != OLD]
    assert after.owned_hotkeys[ALICE] == tuple(rest if NEW in rest else [*rest, NEW])
    assert after.owner == Map({NEW: ALICE})
    assert after.last_tx_block == after.last_tx_block_delegate_take == Map({NEW: BlockNumber(9)})


BLOCKS = st.sampled_from((0, 0, 3, 7)).map(BlockNumber)
PER_HOTKEY = st.dictionaries(st.sampled_from((OLD, NEW, OTHERS[0])), BLOCKS.filter(bool))


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
        runtime=PER_SUBNET.runtime,
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
def test_key_4_moves_last_blocks(
    transactions: dict[AccountId, BlockNumber],
    takes: dict[AccountId, BlockNumber],
    childkey_takes: dict[AccountId, BlockNumber],
    netuid: NetUid | None,
) -> None:
    state = with_last_blocks(transactions, takes, childkey_takes)
    names = str(OLD), str(NEW)
    for version, moved in (
        (233, reference.renew_last_blocks(state, OLD, NEW)),
        (252, reference.move_last_blocks(state, OLD, NEW)),
    ):
        assert last_blocks(moved) == Computation(version)["KEY-4"]({}, last_blocks(state), *names, 50_000)[1]
    outcome = apply(state, SwapHotkeyPerSubnet(ALICE, OLD, NEW, netuid))
    assert outcome.error is None
    after = evolve(outcome.state, last_tx_block=outcome.state.last_tx_block.delete(ALICE))
    assert last_blocks(after) == Computation(277)["KEY-4"]({}, last_blocks(state), *names, 50_000, netuid)[1]


@given(SUBNETS, st.sets(HOTKEYS))
def test_key_5_is_exact(subnet: Subnet, denied: set[AccountId]) -> None:
    entries = Map(dict.fromkeys(denied, False)).update(subnet.neurons.is_network_member)
    subnet = evolve(subnet, neurons=evolve(subnet.neurons, is_network_member=entries))
    before = network_of(subnet)
    for version, rename in ((233, reference.rename_neuron), (277, reference.rename_membership)):
        neurons = rename(subnet, OLD, NEW).neurons
        ideal = Computation(version)["KEY-5"](before.uids, before.members, str(OLD), str(NEW))
        after = network_of(evolve(subnet, neurons=neurons))
        assert (after.uids, after.members) == ideal
        assert {str(hotkey): uid for uid, hotkey in neurons.keys.items()} == after.uids


@given(SUBNETS)
def test_key_6_is_exact(subnet: Subnet) -> None:
    before, after = network_of(subnet), network_of(reference.rename_family(subnet, OLD, NEW))
    assert (after.children, after.parents) == hotkeys.rename_family(before.children, before.parents, str(OLD), str(NEW))


@given(SUBNETS)
def test_key_7_is_exact(subnet: Subnet) -> None:
    after = network_of(reference.rename_pending_children(subnet, OLD, NEW))
    assert after.pending == hotkeys.rename_pending_children(network_of(subnet).pending, str(OLD), str(NEW))


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
    after = coldkeys.swap_coldkey(state, ALICE, ALBA)
    network, changed = effects.swap_coldkey(network_of(subnet), wallets, str(ALICE), str(ALBA))
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
    after = network_of(reference.move_shares(subnet, OLD, NEW))
    assert after.stakes == hotkeys.move_shares(network_of(subnet).stakes, str(OLD), str(NEW))


@given(
    st.sampled_from((277, 338)),
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
    version: int,
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
        runtime=dtao.era(version).runtime,
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
    rules = Computation(version)
    everywhere = rules["KEY-1"](str(OLD), str(new), held, since, limit, registered, owns)
    checked = calls.swap_rejection(str(OLD), str(new), since, limit, registered, owns)
    on_subnet = rules["KEY-10"](checked, held, last_swap or 0, 50_000, denied or registered)
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
    state = evolve(state_of(subnet, (OLD,)), runtime=PER_SUBNET.runtime)
    listed = Map(dict.fromkeys((ALICE, BOB), (OLD, OTHERS[0])))
    state = evolve(state, staking_hotkeys=listed)
    after = reference.swap_hotkey_on_one_network(state, ALICE, OLD, NEW, SUBNET)
    as_if_it_existed = Computation(277)["KEY-3"](network_of(evolve(subnet, added=True)), str(OLD), str(NEW))
    assert network_of(evolve(after.subnet(SUBNET), added=True)) == as_if_it_existed
    pool = subnet.share_pools.get(OLD)
    for coldkey in (ALICE, BOB):
        holds = pool is not None and coldkey in pool.shares
        assert after.staking_hotkeys[coldkey] == ((OLD, OTHERS[0], NEW) if holds else (OLD, OTHERS[0]))
    assert after.owned_hotkeys[ALICE] == (OLD, NEW)
    assert (after.senate, after.delegates) == (state.senate, state.delegates)


PAID = st.dictionaries(HOTKEYS, st.integers(1, 10**15))


@given(st.dictionaries(HOTKEYS, st.just(0) | st.integers(0, 10**15)), PAID, PAID)
def test_key_11_is_exact(left: dict[AccountId, int], alpha: dict[AccountId, int], tao: dict[AccountId, int]) -> None:
    subnet = Subnet(
        total_hotkey_alpha_last_epoch=Map({hotkey: Alpha(amount) for hotkey, amount in left.items()}),
        alpha_dividends=Map({hotkey: Alpha(amount) for hotkey, amount in alpha.items()}),
        tao_dividends=Map({hotkey: Rao(amount) for hotkey, amount in tao.items()}),
    )

    def amounts(found: Mapping[AccountId, int]) -> dict[str, Fraction]:
        return {str(hotkey): Fraction(amount) for hotkey, amount in found.items()}

    given_ = amounts(left), {"alpha": amounts(alpha), "TAO": amounts(tao)}, str(OLD), str(NEW)
    for version, found in (
        (261, reference.move_last_dividends_if_known(subnet, OLD, NEW)),
        (277, reference.move_last_dividends(subnet, OLD, NEW)),
    ):
        ideal = Computation(version)["KEY-11"](*given_)
        paid = {"alpha": amounts(found.alpha_dividends), "TAO": amounts(found.tao_dividends)}
        assert (amounts(found.total_hotkey_alpha_last_epoch), paid) == ideal


@given(
    st.dictionaries(st.tuples(st.sampled_from((1, 2, 40_000)), st.integers(1, 2)), st.integers(0, 80_000)),
    st.sampled_from((36_000, 36_001, 40_000, 72_001, 76_000)),
    st.sets(st.sampled_from((1, 2, 40_000))),
)
def test_key_12_is_exact(swaps: dict[tuple[int, int], int], block: int, existing: set[int]) -> None:
    state = State(
        runtime=PER_SUBNET.runtime,
        subnets=Map({NetUid(netuid): Subnet(added=True) for netuid in existing}),
        last_hotkey_swap_on_netuid=Map(
            {(NetUid(netuid), AccountId(coldkey)): BlockNumber(at) for (netuid, coldkey), at in swaps.items()}
        ),
    )
    found = reference.clean_up_swap_records(state, BlockNumber(block)).last_hotkey_swap_on_netuid
    named = {(netuid, str(coldkey)): at for (netuid, coldkey), at in swaps.items()}
    ideal = calls.clear_swap_records(named, block, frozenset(existing))
    assert {(netuid, str(coldkey)): at for (netuid, coldkey), at in found.items()} == ideal
