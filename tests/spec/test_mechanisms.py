"""The mechanisms of a subnet, against the reference within the stated bounds."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dtao.codec import Json
from dtao.eras import era
from dtao.errors import InputError
from dtao.evolving import evolve
from dtao.persistent import Map
from dtao.records import Neurons, Row, Subnet
from dtao.rules import mechanisms as reference
from dtao.rules.epoch import EpochOutput, padded
from dtao.state import State
from dtao.transitions import mechanisms as transitions
from dtao.transitions import neurons as neurons_of_state
from dtao.transitions.epoch import epoch_input
from dtao.units import U16_MAX, U64_MAX, AccountId, Alpha, BlockNumber, NetUid, Uid
from dtao_spec.chapters.epoch import mechanisms as exact
from dtao_spec.registry import Computation
from tests.reference.outcomes import neurons, state_with

ERA = era(320)
ROUNDED = Computation(320, True)
AMOUNTS = st.integers(0, 21 * 10**15) | st.integers(0, 100) | st.sampled_from([0, 1, U64_MAX >> 4])
SPLITS = st.none() | st.lists(st.integers(0, U16_MAX // 4) | st.sampled_from([0, U16_MAX // 4]), max_size=4)
COUNTS = st.integers(1, 4)
SUBNET, SECOND = NetUid(2), NetUid(4098)
HOTKEYS = (2001, 2002, 2003)


@given(st.integers(0, 4_095), st.integers(0, 15))
def test_epoch_23_index(netuid: int, mechanism: int) -> None:
    index = reference.storage_index(NetUid(netuid), mechanism)
    assert index == exact.storage_index(netuid, mechanism)
    assert (index % 4_096, index // 4_096) == (netuid, mechanism)


@pytest.mark.parametrize(("netuid", "mechanism"), [(4_096, 0), (1, 16)])
def test_epoch_23_refuses_an_index_that_is_shared(netuid: int, mechanism: int) -> None:
    with pytest.raises(InputError, match="no index of its own"):
        reference.storage_index(NetUid(netuid), mechanism)


@given(AMOUNTS, COUNTS, SPLITS)
def test_epoch_24_split(emission: int, mechanisms: int, split: list[int] | None) -> None:
    found = reference.emissions_of_mechanisms(Alpha(emission), mechanisms, split)
    shares = None if split is None else [Fraction(part, U16_MAX) for part in split]
    given_ = Fraction(emission), mechanisms, shares
    assert found == ROUNDED["EPOCH-24"](*given_)
    assert sum(found) == emission
    first, *others = zip(exact.emissions_of_mechanisms(*given_), found, strict=True)
    assert all(0 <= ideal - part < 1 for ideal, part in others)
    assert 0 <= first[1] - first[0] < mechanisms


def output_of(*numbers: int, active: bool = False) -> EpochOutput:
    """Return the result of an epoch with one neuron."""
    amount, share = (Alpha(numbers[0]),), (numbers[1],)
    return EpochOutput(
        server_emission=amount,
        validator_emission=amount,
        active=(active,),
        emission=amount,
        rank=share,
        trust=share,
        consensus=share,
        incentive=share,
        dividends=share,
        pruning_scores=share,
        validator_trust=share,
        validator_permits=(True,),
        bonds={Uid(0): ((Uid(0), numbers[1]),)},
        stake_weight=share,
    )


TERMS = st.tuples(st.integers(0, 10**16), st.integers(0, U16_MAX), st.booleans())


@given(AMOUNTS, SPLITS, st.lists(TERMS, min_size=1, max_size=4))
@example(0, None, [(7, 1, True), (9, 2, True)])
def test_epoch_25_combination(emission: int, split: list[int] | None, terms: list[tuple[int, int, bool]]) -> None:
    parts = reference.emissions_of_mechanisms(Alpha(emission), len(terms), split)
    weights = [reference.mechanism_weight(part, Alpha(emission), not place) for place, part in enumerate(parts)]
    found = reference.combined([output_of(*each[:2], active=each[2]) for each in terms], weights)
    alike = (found.rank, found.trust, found.consensus, found.dividends, found.pruning_scores, found.validator_trust)
    assert {*alike} == {found.rank}
    for (number,), place, largest in ((found.emission, 0, U64_MAX), (found.rank, 1, U16_MAX)):
        numbers = [Fraction(each[place]) for each in terms]
        given_ = Fraction(emission), [Fraction(part) for part in parts], numbers, largest
        assert number == ROUNDED["EPOCH-25"](*given_)
        bound = len(terms) * (1 + max(numbers) / 2**64)
        assert 0 <= exact.over_mechanisms(*given_) - number < bound
    assert found.server_emission == found.validator_emission == (sum(each[0] for each in terms),)
    assert found.active == (any(each[2] for each in terms),)
    assert (found.incentive, found.bonds) == ((terms[0][1],), {0: ((0, terms[0][1]),)})


@given(AMOUNTS, SPLITS, st.lists(TERMS, min_size=1, max_size=4))
def test_epoch_25_keeps_ranks_from_365_on(
    emission: int, split: list[int] | None, terms: list[tuple[int, int, bool]]
) -> None:
    parts = reference.emissions_of_mechanisms(Alpha(emission), len(terms), split)
    weights = [reference.mechanism_weight(part, Alpha(emission), not place) for place, part in enumerate(parts)]
    result = reference.combined([output_of(*each[:2], active=each[2]) for each in terms], weights)
    before = Neurons(n=1, rank=(7,), trust=(8,), pruning_scores=(9,))
    after = era(365).runtime.neurons.with_results(before, result)
    assert (after.rank, after.trust, after.pruning_scores) == ((7,), (8,), (9,))
    given_ = Fraction(emission), [Fraction(part) for part in parts]
    numbers = [[Fraction(each[place]) for each in terms] for place in (0, 1)]
    stated = Computation(365, is_rounded=True)["EPOCH-25"]
    assert after.emission == (stated(*given_, numbers[0], U64_MAX),)
    assert {after.consensus, after.dividends, after.validator_trust} == {(stated(*given_, numbers[1], U16_MAX),)}


@given(st.lists(st.integers(0, 9), max_size=6), st.lists(st.booleans(), max_size=6), st.integers(0, 5))
def test_epoch_26_completion(updates: list[int], permits: list[bool], n: int) -> None:
    before = epoch_input(world(), SUBNET, Alpha(0))
    rows: list[Row] = [((Uid(0), 5), (Uid(n), 7))] * n
    after = padded(
        evolve(before, n=n, last_update=tuple(map(BlockNumber, updates)), validator_permits=tuple(permits), bonds=rows)
    )
    assert list(after.last_update) == exact.completed(updates, n, 0)
    assert list(after.validator_permits) == (exact.completed(permits, n, False) if permits else [])
    assert after.bonds == [((Uid(0), 5),)] * n


@given(st.lists(st.integers(0, 9), max_size=6), st.integers(0, 5), st.integers(0, 6))
def test_epoch_26_a_last_update_that_is_set(updates: list[int], n: int, uid: int) -> None:
    found = list(transitions.updated(tuple(map(BlockNumber, updates)), n, Uid(uid), BlockNumber(50)))
    whole = [*updates, *[0] * (n - len(updates))]
    assert found == ([*whole[:uid], 50, *whole[uid + 1 :]] if uid < len(whole) else updates)


def world(entries: Mapping[str, Json] = MappingProxyType({})) -> State:
    """Return a state of 320 with neurons on subnet 2, which has two mechanisms."""
    return state_with(
        {
            "NetworksAdded/2": True,
            "MechanismCountCurrent/2": 2,
            "BlockNumber": "900",
            **neurons(2, *HOTKEYS, ValidatorPermit=[True, True, False]),
            **entries,
        },
        ERA,
    )


def with_weights(state: State, index: NetUid, weights: dict[int, Row], bonds: dict[int, Row]) -> State:
    """Return the state with the weights and bonds of a mechanism, and last updates in block 800."""
    subnet = state.subnet(index)
    own = evolve(
        subnet.neurons,
        weights=Map({Uid(uid): row for uid, row in weights.items()}),
        bonds=Map({Uid(uid): row for uid, row in bonds.items()}),
        last_update=(BlockNumber(800),) * 3,
        incentive=(1, 2, 3),
    )
    return evolve(state, subnets=state.subnets.set(index, evolve(subnet, neurons=own)))


ROW: Row = ((Uid(2), U16_MAX), (Uid(0), 9))
ALPHA: Mapping[str, Json] = {f"TotalHotkeyAlpha/{hotkey}/2": "1000" for hotkey in HOTKEYS}


def test_bond_12_clears_all_rows_without_a_permit() -> None:
    state = world(ALPHA)
    state = with_weights(state, SUBNET, {0: ROW}, {2: ROW, 9: ROW})
    after, _ = transitions.run_epoch_with_mechanisms(evolve_limits(state), SUBNET, Alpha(10**9))
    bonds = after.subnet(SUBNET).neurons.bonds
    assert Uid(2) not in bonds
    assert bonds[Uid(9)] == ROW  # beyond the neurons
    ideal = Computation(320)["BOND-12"]([{}, {}, {2: Fraction(1)}], [True, True, False], [True, True, False])
    assert ideal[2] == {}


def evolve_limits(state: State) -> State:
    """Return the state in which two neurons get permits."""
    subnet = state.subnet(SUBNET)
    parameters = evolve(subnet.hyperparameters, max_allowed_validators=2)
    stakes = evolve(subnet, hyperparameters=parameters)
    pools = stakes.share_pools.set(
        AccountId(HOTKEYS[2]), evolve(stakes.share_pools[AccountId(HOTKEYS[2])], total_alpha=Alpha(1))
    )
    return evolve(state, subnets=state.subnets.set(SUBNET, evolve(stakes, share_pools=pools)))


def test_each_mechanism_runs_on_its_own_weights_and_stores_its_own_incentive() -> None:
    state = evolve_limits(world(ALPHA))
    state = with_weights(state, SUBNET, {0: ((Uid(1), 5),), 1: ((Uid(0), 5), (Uid(2), 5))}, {})
    state = with_weights(state, SECOND, {0: ((Uid(2), 5),), 1: ((Uid(2), 5),)}, {})
    after, earned = transitions.run_epoch_with_mechanisms(state, SUBNET, Alpha(10**9))
    assert after.subnet(SECOND).neurons.incentive == (0, 0, U16_MAX)
    assert after.subnet(SUBNET).neurons.incentive != (0, 0, U16_MAX)
    one_by_one = [
        transitions.run_main_epoch(evolve(state, subnets=state.subnets.set(SUBNET, alone)), SUBNET, Alpha(5 * 10**8))[1]
        for alone in (state.subnet(SUBNET), second_alone(state))
    ]
    sums = [(hotkey, a + c, b + d) for (hotkey, a, b), (_, c, d) in zip(*one_by_one, strict=True)]
    assert earned == sums
    assert [hotkey for hotkey, _, _ in earned] == sorted(HOTKEYS)


def second_alone(state: State) -> Subnet:
    """Return the subnet with what its second mechanism has in place of the first's."""
    second, subnet = state.subnet(SECOND).neurons, state.subnet(SUBNET)
    own = evolve(subnet.neurons, weights=second.weights, bonds=second.bonds, last_update=second.last_update)
    return evolve(subnet, neurons=own)


def test_a_mechanism_that_no_one_has_weighed_pays_validators_by_stake() -> None:
    state = evolve_limits(world(ALPHA))
    after, _ = transitions.run_epoch_with_mechanisms(state, SUBNET, Alpha(100))
    assert after.subnet(SECOND).neurons.incentive == (0, 0, 0)
    assert after.subnet(SUBNET).neurons.active == (True, True, True)


def test_without_mechanisms_nobody_earns_and_nothing_is_known() -> None:
    state = world({**ALPHA, "MechanismCountCurrent/2": 0})
    after, earned = transitions.run_epoch_with_mechanisms(state, SUBNET, Alpha(100))
    assert (earned, after.subnet(SUBNET).neurons.active) == ([], ())
    with pytest.raises(InputError, match="no network with a mechanism"):
        transitions.run_main_epoch(state, SUBNET, Alpha(100))


@given(st.sets(st.integers(0, 5), max_size=5), st.integers(0, 5))
def test_epoch_26_what_is_stored_has_an_element_for_each_uid_that_a_hotkey_has(uids: set[int], n: int) -> None:
    rows = {Uid(uid): ((Uid(0), uid),) for uid in range(n)}
    every = tuple(range(n))
    flags = tuple(uid % 2 == 0 for uid in every)
    amounts = tuple(map(Alpha, every))
    given_ = EpochOutput(
        amounts, amounts, flags, amounts, every, every, every, every, every, every, every, flags, rows, every
    )
    found = transitions.of_uids(given_, sorted(map(Uid, uids)))
    wanted = tuple(uid if uid < n else 0 for uid in sorted(uids))
    assert {found.rank, found.incentive, found.emission, found.server_emission, found.stake_weight} == {wanted}
    assert found.active == tuple(uid < n and uid % 2 == 0 for uid in sorted(uids))
    assert found.bonds == {place: ((0, uid),) for place, uid in enumerate(sorted(uids)) if uid < n}


def test_reg_3_a_neuron_joins_every_mechanism() -> None:
    state = with_weights(world(), SUBNET, {}, {})
    after = transitions.append_to_mechanisms(state, SUBNET, AccountId(7))
    first, second = after.subnet(SUBNET).neurons, after.subnet(SECOND).neurons
    assert (first.n, first.last_update, first.incentive) == (4, (800, 800, 800, 900), (1, 2, 3, 0))
    assert (second.n, second.last_update, second.incentive) == (0, (0, 0, 0, 900), (0,))


def test_reg_4_a_replaced_neuron_leaves_no_weights_in_any_mechanism() -> None:
    state = world()
    for index in (SUBNET, SECOND):
        state = with_weights(state, index, {0: ROW, 2: ROW}, {2: ROW, 1: ROW})
    after = neurons_of_state.replace_neuron(state, SUBNET, Uid(2), AccountId(7))
    for index in (SUBNET, SECOND):
        own: Neurons = after.subnet(index).neurons
        assert own.incentive == (1, 2, 0)
        assert dict(own.bonds) == {1: ROW}
        assert dict(own.weights) == {0: ((2, 0), (0, 9))}
        assert tuple(own.last_update) == (800, 800, 800)
