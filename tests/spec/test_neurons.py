"""Registration in the reference against the exact rules."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

import dtao
from dtao.calls import BurnedRegister, RootRegister, apply
from dtao.calls.registration import lowest_root_stake
from dtao.oracle import Era
from dtao.outcome import Rejected
from dtao.persistent import Map
from dtao.records import Neurons, Pool, Registration, Row, SharePool, Subnet
from dtao.rules import registration as reference
from dtao.settings import Hyperparameters
from dtao.state import State
from dtao.transitions import neurons as transitions
from dtao.units import ROOT, U16_MAX, U64_MAX, AccountId, Alpha, BlockNumber, NetUid, Rao, Uid
from dtao_spec.chapters.neurons import calls, demand
from dtao_spec.chapters.neurons.demand import Demand, Terms
from dtao_spec.chapters.neurons.neuron import Neuron, append
from dtao_spec.chapters.staking.trades import Ledger
from dtao_spec.registry import Computation
from tests.spec.economies import AMOUNTS, is_paid

LAUNCH = dtao.era("launch")
NOMINATORS_MOVE = dtao.era("nominators-move")
START_CALL = dtao.era("start-call")
MECHANISMS = dtao.era(320)
BY_EMISSION = dtao.era(365)

COUNTS = st.integers(0, 6) | st.integers(0, U16_MAX)
VALUES = st.integers(0, U64_MAX) | st.integers(0, 10**12) | st.integers(0, 1_000)
TAIL = Fraction(1, 2**18)
SUBNET = NetUid(1)
SIGNER, HOTKEY, OTHER, OWNER = map(AccountId, (1, 2, 3, 4))


def within(found: int, current: int, registrations: int, target: int, ideal: Fraction) -> bool:
    """Whether a burn or a difficulty is as near to the exact one as REG-1 says."""
    divisor = min(2 * target, U16_MAX)
    factor = Fraction(min(registrations + target, U16_MAX), divisor) if divisor else Fraction(0)
    rise, fall = max(current * (factor - 1), Fraction(0)), max(current * (1 - factor), Fraction(0))
    return ideal - (1 + 2 * TAIL + TAIL * fall) < found <= ideal + TAIL * rise


@given(VALUES, COUNTS, COUNTS, st.integers(0, U64_MAX), VALUES, VALUES)
def test_reg_1_is_within_its_bound(
    current: int, registrations: int, target: int, weight: int, one: int, other: int
) -> None:
    low, high = min(one, other), max(one, other)
    found = reference.upgraded(current, registrations, target, weight, low, high)
    given_ = Fraction(current), registrations, target, Fraction(weight, U64_MAX), Fraction(low), Fraction(high)
    assert found == demand.upgraded_rounded(*given_)
    assert within(found, current, registrations, target, demand.upgraded(*given_))


@given(VALUES, COUNTS, COUNTS, VALUES)
def test_reg_1_lets_the_upper_bound_win(current: int, registrations: int, target: int, bound: int) -> None:
    found = reference.upgraded(current, registrations, target, 0, bound + 5, bound)
    given_ = Fraction(current), registrations, target, Fraction(0), Fraction(bound + 5), Fraction(bound)
    ideal = demand.upgraded(*given_)
    assert found == demand.upgraded_rounded(*given_)
    divisor = min(2 * target, U16_MAX)
    reached = current * min(registrations + target, U16_MAX) // divisor if divisor else 0
    assume(reached >= bound or reached < bound - 1)
    assert found == ideal


TERMS = st.builds(
    Registration,
    burn=VALUES.map(Rao),
    difficulty=VALUES,
    registrations_this_block=COUNTS,
    registrations_this_interval=COUNTS,
    burn_registrations_this_interval=COUNTS,
    pow_registrations_this_interval=COUNTS,
    last_adjustment_block=st.integers(0, 1_000).map(BlockNumber),
    rao_recycled=VALUES.map(Rao),
)


def exact_terms(terms: Registration) -> Terms:
    return Terms(
        Fraction(terms.burn),
        Fraction(terms.difficulty),
        terms.registrations_this_block,
        terms.registrations_this_interval,
        terms.burn_registrations_this_interval,
        terms.pow_registrations_this_interval,
        terms.last_adjustment_block,
        Fraction(terms.rao_recycled),
    )


@given(TERMS, st.integers(0, 1_000), COUNTS, st.integers(0, U64_MAX), st.integers(0, 2_000))
def test_reg_2_adjusts_the_right_term(terms: Registration, interval: int, target: int, weight: int, block: int) -> None:
    hyperparameters = Hyperparameters(
        adjustment_interval=interval, target_registrations_per_interval=target, adjustment_alpha=weight
    )
    follows = Demand(
        interval,
        target,
        Fraction(weight, U64_MAX),
        (Fraction(hyperparameters.min_burn), Fraction(hyperparameters.max_burn)),
        (Fraction(hyperparameters.min_difficulty), Fraction(hyperparameters.max_difficulty)),
    )
    after = reference.adjust_terms(terms, hyperparameters, BlockNumber(block))
    ideal = demand.adjust_terms(exact_terms(terms), follows, block)
    assert exact_terms(after) == Computation(233, True)["REG-2"](exact_terms(terms), follows, block)
    assert exact_terms(after) == evolve(ideal, burn=Fraction(after.burn), difficulty=Fraction(after.difficulty))
    count = terms.registrations_this_interval
    assert within(after.burn, terms.burn, count, target, ideal.burn)
    assert within(after.difficulty, terms.difficulty, count, target, ideal.difficulty)


NEURONS = st.lists(
    st.builds(
        Neuron,
        hotkey=st.just(""),
        registered_at=st.integers(0, 20),
        last_update=st.integers(0, 20),
        active=st.booleans(),
        validator_permit=st.booleans(),
        rank=COUNTS,
        trust=COUNTS,
        validator_trust=COUNTS,
        consensus=COUNTS,
        incentive=COUNTS,
        dividends=COUNTS,
        emission=COUNTS,
        pruning_score=st.integers(0, 3) | COUNTS,
        bonds=st.dictionaries(st.integers(0, 4), st.integers(1, U16_MAX), max_size=2),
        weights=st.dictionaries(st.integers(0, 4), st.integers(1, U16_MAX), max_size=2),
    ),
    max_size=5,
).map(lambda found: tuple(evolve(neuron, hotkey=str(100 + uid)) for uid, neuron in enumerate(found)))


def neurons_of(exact: tuple[Neuron, ...]) -> Neurons:
    keys = {Uid(uid): AccountId(int(neuron.hotkey)) for uid, neuron in enumerate(exact)}
    return Neurons(
        n=len(exact),
        keys=Map(keys),
        uids=Map({hotkey: uid for uid, hotkey in keys.items()}),
        is_network_member=Map(dict.fromkeys(keys.values(), True)),
        block_at_registration=Map({Uid(uid): BlockNumber(neuron.registered_at) for uid, neuron in enumerate(exact)}),
        active=tuple(neuron.active for neuron in exact),
        last_update=tuple(BlockNumber(neuron.last_update) for neuron in exact),
        rank=tuple(neuron.rank for neuron in exact),
        trust=tuple(neuron.trust for neuron in exact),
        validator_trust=tuple(neuron.validator_trust for neuron in exact),
        consensus=tuple(neuron.consensus for neuron in exact),
        incentive=tuple(neuron.incentive for neuron in exact),
        dividends=tuple(neuron.dividends for neuron in exact),
        emission=tuple(Alpha(neuron.emission) for neuron in exact),
        pruning_scores=tuple(neuron.pruning_score for neuron in exact),
        validator_permit=tuple(neuron.validator_permit for neuron in exact),
        bonds=rows_of([neuron.bonds for neuron in exact]),
        weights=rows_of([neuron.weights for neuron in exact]),
    )


def rows_of(rows: Sequence[Mapping[int, int]]) -> Map[Uid, Row]:
    return Map({Uid(uid): tuple((Uid(at), part) for at, part in row.items()) for uid, row in enumerate(rows) if row})


def subnet_state(
    exact: tuple[Neuron, ...], owned: tuple[bool, ...], block: int, immunity: int, max_uids: int = 5, netuid: int = 1
) -> State:
    hyperparameters = Hyperparameters(
        immunity_period=immunity, max_allowed_uids=max_uids, network_registration_allowed=True
    )
    subnet = Subnet(added=True, owner=OWNER, neurons=neurons_of(exact), hyperparameters=hyperparameters)
    owners = {
        AccountId(int(neuron.hotkey)): OWNER if owns else OTHER for neuron, owns in zip(exact, owned, strict=False)
    }
    return State(
        runtime=LAUNCH.runtime,
        block_number=BlockNumber(block),
        subnets=Map({NetUid(netuid): subnet}),
        owner=Map(owners),
        owned_hotkeys=Map({OWNER: tuple(hotkey for hotkey, owner in owners.items() if owner == OWNER)}),
    )


OWNED = st.tuples(*[st.booleans()] * 5)


@given(NEURONS, st.integers(0, 10**6))
def test_reg_3_is_exact(exact: tuple[Neuron, ...], block: int) -> None:
    after = transitions.append(neurons_of(exact), AccountId(7), BlockNumber(block))
    assert after == neurons_of(append(exact, "7", block))


def world(
    exact: tuple[Neuron, ...],
    owned: tuple[bool, ...],
    owner_hotkey: str | None,
    block: int,
    immunity: int,
    max_uids: int = 5,
) -> State:
    state = subnet_state(exact, owned, block, immunity, max_uids)
    subnet = evolve(state.subnet(SUBNET), owner_hotkey=None if owner_hotkey is None else AccountId(int(owner_hotkey)))
    return evolve(state, subnets=state.subnets.set(SUBNET, subnet))


def in_era(state: State, era: Era) -> State:
    return evolve(state, runtime=era.runtime)


ERAS = (LAUNCH, NOMINATORS_MOVE, START_CALL)
OWNER_HOTKEYS = st.none() | st.sampled_from(["99", "100", "101", "102"])


@given(NEURONS, st.integers(0, 10**6))
def test_reg_3_in_the_first_mechanism_is_exact(exact: tuple[Neuron, ...], block: int) -> None:
    state = in_era(world(exact, (False,) * 5, None, block, 0), MECHANISMS)
    after = MECHANISMS.runtime.neurons.append(state, SUBNET, AccountId(7)).subnet(SUBNET).neurons
    assert after == neurons_of(Computation(320)["REG-3"](exact, "7", block))


@given(NEURONS, st.integers(0, 10**6))
def test_reg_3_gives_no_rank_trust_and_score(exact: tuple[Neuron, ...], block: int) -> None:
    state = in_era(world(exact, (False,) * 5, None, block, 0), BY_EMISSION)
    after = BY_EMISSION.runtime.neurons.append(state, SUBNET, AccountId(7)).subnet(SUBNET).neurons
    before, wanted = neurons_of(exact), neurons_of(Computation(365)["REG-3"](exact, "7", block))
    assert after == evolve(wanted, rank=before.rank, trust=before.trust, pruning_scores=before.pruning_scores)


@given(NEURONS.filter(bool), st.integers(0, 4), OWNER_HOTKEYS, st.integers(0, 10**6))
def test_reg_4_leaves_trust(exact: tuple[Neuron, ...], uid: int, owner_hotkey: str | None, block: int) -> None:
    uid %= len(exact)
    state = in_era(world(exact, (False,) * 5, owner_hotkey, block, 0), BY_EMISSION)
    after = transitions.replace_neuron(state, SUBNET, Uid(uid), AccountId(7)).subnet(SUBNET).neurons
    ideal = Computation(365)["REG-4"](exact[uid], "7", block, False, owner_hotkey)
    others = list(exact)
    if ideal.hotkey == "7":
        others = [
            evolve(one, weights={at: 0 if at == uid else part for at, part in one.weights.items()}) for one in exact
        ]
    assert after == neurons_of((*others[:uid], ideal, *others[uid + 1 :]))


@given(NEURONS.filter(bool), st.integers(0, 4), OWNER_HOTKEYS, st.integers(0, 10**6))
def test_reg_4_without_weights_is_exact(
    exact: tuple[Neuron, ...], uid: int, owner_hotkey: str | None, block: int
) -> None:
    uid %= len(exact)
    state = in_era(world(exact, (False,) * 5, owner_hotkey, block, 0), MECHANISMS)
    after = transitions.replace_neuron(state, SUBNET, Uid(uid), AccountId(7)).subnet(SUBNET).neurons
    ideal = Computation(320)["REG-4"](exact[uid], "7", block, False, owner_hotkey)
    others = list(exact)
    if ideal is not exact[uid]:
        others = [
            evolve(one, weights={at: 0 if at == uid else part for at, part in one.weights.items()}) for one in exact
        ]
    assert after == neurons_of((*others[:uid], ideal, *others[uid + 1 :]))


@given(NEURONS.filter(bool), st.integers(0, 4), st.booleans(), OWNER_HOTKEYS, st.integers(0, 10**6))
def test_reg_4_is_exact(exact: tuple[Neuron, ...], uid: int, owns: bool, owner_hotkey: str | None, block: int) -> None:
    uid %= len(exact)
    state = world(exact, (owns,) * 5, owner_hotkey, block, 0)
    for era in ERAS:
        after = transitions.replace_neuron(in_era(state, era), SUBNET, Uid(uid), AccountId(7)).subnet(SUBNET).neurons
        ideal = Computation(era.spec_version)["REG-4"](exact[uid], "7", block, owns, owner_hotkey)
        assert after == neurons_of((*exact[:uid], ideal, *exact[uid + 1 :]))


@given(NEURONS, OWNED, OWNER_HOTKEYS, st.integers(0, 30), st.integers(0, 30))
def test_reg_5_is_exact(
    exact: tuple[Neuron, ...], owned: tuple[bool, ...], owner_hotkey: str | None, block: int, immunity: int
) -> None:
    before = world(exact, owned, owner_hotkey, block, immunity)
    for era in (*ERAS, MECHANISMS, dtao.era(338)):
        state, uid = transitions.neuron_to_prune(in_era(before, era), SUBNET)
        chosen = Computation(era.spec_version)["REG-5"](exact, owned[: len(exact)], owner_hotkey, block, immunity)
        assert uid == chosen
        assert uid is not None
        assert not exact or state.subnet(SUBNET).neurons.pruning_scores[uid] == U16_MAX


@given(NEURONS, OWNED, OWNER_HOTKEYS, st.integers(0, 30), st.integers(0, 30), st.integers(0, 4), st.integers(0, 6))
def test_reg_5_and_6_by_emission_are_exact(
    exact: tuple[Neuron, ...],
    owned: tuple[bool, ...],
    owner_hotkey: str | None,
    block: int,
    immunity: int,
    least: int,
    max_uids: int,
) -> None:
    state = in_era(world(exact, owned, owner_hotkey, block, immunity, max_uids), BY_EMISSION)
    subnet = state.subnet(SUBNET)
    settings = evolve(subnet.hyperparameters, min_non_immune_uids=least)
    rules, owns = Computation(365), owned[: len(exact)]
    hotkeys = tuple(AccountId(int(neuron.hotkey)) for neuron, is_owned in zip(exact, owns, strict=True) if is_owned)
    state = evolve(
        state,
        subnets=state.subnets.set(SUBNET, evolve(subnet, hyperparameters=settings)),
        owned_hotkeys=Map({OWNER: hotkeys}),
    )
    chosen = rules["REG-5"](exact, owns, owner_hotkey, block, immunity, least)
    assert transitions.neuron_to_prune_by_emission(state, SUBNET) == (state, chosen)
    ideal = rules["REG-6"](exact, owns, owner_hotkey, "7", block, max_uids, immunity, least)
    assert transitions.may_register(state, SUBNET) == (ideal != "NoNeuronIdAvailable")
    if isinstance(ideal, str):
        with pytest.raises(Rejected, match=ideal):
            transitions.register_neuron(state, SUBNET, AccountId(7))
        return
    after, uid = transitions.register_neuron(state, SUBNET, AccountId(7))
    found = after.subnet(SUBNET).neurons
    assert (uid, found.keys[uid], found.n) == (ideal[1], 7, len(ideal[0]))
    if len(exact) == len(ideal[0]):
        assert found.trust == tuple(neuron.trust for neuron in ideal[0])
        assert found.consensus == tuple(neuron.consensus for neuron in ideal[0])


@given(NEURONS, OWNED, OWNER_HOTKEYS, st.integers(0, 30), st.integers(0, 30), st.integers(0, 6))
def test_reg_6_is_exact(
    exact: tuple[Neuron, ...],
    owned: tuple[bool, ...],
    owner_hotkey: str | None,
    block: int,
    immunity: int,
    max_uids: int,
) -> None:
    assume(exact or max_uids)
    before = world(exact, owned, owner_hotkey, block, immunity, max_uids)
    for era in ERAS:
        state, uid = transitions.register_neuron(in_era(before, era), SUBNET, AccountId(7))
        ideal, wanted = Computation(era.spec_version)["REG-6"](
            exact, owned[: len(exact)], owner_hotkey, "7", block, max_uids, immunity
        )
        assert (state.subnet(SUBNET).neurons, uid) == (neurons_of(ideal), wanted)


FEW = st.integers(0, 4)


@given(
    TERMS,
    st.tuples(AMOUNTS, AMOUNTS, AMOUNTS),
    st.integers(0, 1_200) | AMOUNTS,
    st.integers(0, 600) | AMOUNTS,
    st.tuples(FEW, FEW, FEW, FEW),
    st.sampled_from((0, 1, 9)),
    st.booleans(),
    st.sampled_from((None, SIGNER, OTHER)),
    st.sampled_from((0, 5)),
)
def test_reg_7_checks_and_burns(
    terms: Registration,
    reserves: tuple[int, int, int],
    balance: int,
    burn: int,
    counts: tuple[int, int, int, int],
    netuid: int,
    allowed: bool,
    owner: AccountId | None,
    max_uids: int,
) -> None:
    this_block, this_interval, per_block, target = counts
    terms = evolve(
        terms, burn=Rao(burn), registrations_this_block=this_block, registrations_this_interval=this_interval
    )
    hyperparameters = Hyperparameters(
        network_registration_allowed=allowed,
        max_registrations_per_block=per_block,
        target_registrations_per_interval=target,
        max_allowed_uids=max_uids,
    )
    subnet = Subnet(added=True, mechanism=1, owner=OWNER, registration=terms, hyperparameters=hyperparameters)
    pool = Pool(Rao(reserves[0]), Alpha(reserves[1]), Alpha(reserves[2]))
    state = State(
        runtime=LAUNCH.runtime,
        balances=Map({SIGNER: Rao(balance)} if balance >= 500 else {}),
        balances_total_issuance=Rao(balance),
        owner=Map({} if owner is None else {HOTKEY: owner}),
        subnets=Map({ROOT: subnet, SUBNET: subnet}),
        pools=Map({SUBNET: pool}),
    )
    outcome = apply(state, BurnedRegister(SIGNER, netuid, HOTKEY))
    held = Fraction(balance if balance >= 500 else 0)
    exact = exact_terms(terms)
    checked = calls.registration_rejection(exact, per_block, target, False)
    wanted = calls.burned_register_rejection(
        checked, exact, held, max_uids, netuid == 0, netuid != 9, allowed, owner == OTHER
    )
    assert (None if outcome.error is None else outcome.error.value) == wanted
    if wanted is not None:
        return
    ledger = Ledger(1, *map(Fraction, reserves))
    ideal, after_terms, after_balance = calls.burned_register(ledger, exact, held)
    after = outcome.state.pool(SUBNET)
    assert after.tao == ideal.tao
    assert outcome.state.balances.get(SIGNER, 0) == after_balance
    assert is_paid(reserves[1] - after.alpha_in, ledger.alpha_in - ideal.alpha_in)
    # What was bought is added to the alpha outside and taken out again.
    assert after.alpha_out == ideal.alpha_out == reserves[2]
    recycled = min(after_terms.recycled, Fraction(U64_MAX))
    assert exact_terms(outcome.state.subnet(SUBNET).registration) == evolve(after_terms, recycled=recycled)
    assert outcome.state.subnet(SUBNET).neurons.uids[HOTKEY] == 0


def root_state(stakes: dict[int, int], hotkey_stake: int, max_uids: int) -> State:
    exact = tuple(Neuron(str(100 + uid), 0, 0) for uid in range(len(stakes)))
    state = subnet_state(exact, (False,) * len(stakes), 9, 0, max_uids, netuid=0)
    pools = {AccountId(100 + uid): SharePool(Alpha(stake)) for uid, stake in stakes.items()}
    pools[HOTKEY] = SharePool(Alpha(hotkey_stake))
    subnet = evolve(state.subnet(ROOT), share_pools=Map(pools))
    return evolve(state, subnets=state.subnets.set(ROOT, subnet))


STAKES = st.lists(st.integers(0, 5), max_size=6).map(lambda found: dict(enumerate(found)))


@given(st.sampled_from((233, 338)), STAKES, st.integers(0, 6), st.integers(0, 7))
def test_reg_8_gives_the_right_uid(version: int, stakes: dict[int, int], hotkey_stake: int, max_uids: int) -> None:
    state = evolve(root_state(stakes, hotkey_stake, max_uids), runtime=dtao.era(version).runtime)
    outcome = apply(state, RootRegister(SIGNER, HOTKEY))
    exact = {uid: Fraction(stake) for uid, stake in stakes.items()}
    wanted = Computation(version)["REG-8"](exact, Fraction(hotkey_stake), max_uids)
    if isinstance(wanted, str):
        assert outcome.error is not None
        assert outcome.error.value == wanted
    else:
        assert outcome.state.subnet(ROOT).neurons.uids[HOTKEY] == wanted
        assert outcome.state.delegates[HOTKEY] == calls.DEFAULT_TAKE


@given(st.dictionaries(st.integers(0, 600), st.integers(0, 3), max_size=8))
def test_reg_9_is_exact(stakes: dict[int, int]) -> None:
    keys = Map({Uid(uid): AccountId(1_000 + uid) for uid in stakes})
    pools = Map({AccountId(1_000 + uid): SharePool(Alpha(stake)) for uid, stake in stakes.items()})
    state = State(runtime=LAUNCH.runtime, subnets=Map({ROOT: Subnet(neurons=Neurons(keys=keys), share_pools=pools)}))
    ideal = calls.lowest_root_stake({uid: Fraction(stake) for uid, stake in stakes.items()})
    uid, lowest = lowest_root_stake(state)
    assert (uid, Fraction(lowest)) == ideal
