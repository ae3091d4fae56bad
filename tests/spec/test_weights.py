"""Stake weights and the weights that are set, against the reference within the stated bounds."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

import dtao
from dtao.calls import apply
from dtao.calls.weights import SetMainWeights, SetMechanismWeights, SetWeights, has_stake_to_set_weights
from dtao.codec import Json
from dtao.events import WeightsSet
from dtao.evolving import evolve
from dtao.rules.rate_limits import passes_rate_limit
from dtao.rules.stake_weight import inherited_stake, inherited_stake_unsigned, stake_weight
from dtao.state import Call
from dtao.transitions.epoch import stake_weights
from dtao.units import U16_MAX, U64_MAX, AccountId, Bits, BlockNumber, NetUid, Uid
from dtao_spec.chapters import stake_weights as exact_stake
from dtao_spec.chapters import weights as exact
from dtao_spec.chapters.children import proportion_of_stake
from dtao_spec.chapters.emission import tao_weight
from dtao_spec.registry import Computation
from tests.reference.outcomes import HOTKEY, LAUNCH, OTHER_HOTKEY, neurons, state_with

ONE = 2**32
STEP = Fraction(1, ONE)
AMOUNTS = st.integers(0, U64_MAX) | st.integers(0, 21 * 10**15) | st.sampled_from([0, 1, 10**9, U64_MAX])
SETTINGS = st.integers(0, U16_MAX) | st.sampled_from([0, 1, 32_767, U16_MAX])


PROPORTIONS = st.integers(0, U64_MAX) | st.sampled_from([0, 1, U64_MAX // 2, U64_MAX])


LAUNCH_WEIGHT = (971_718_665_099_567_868 * ONE // U64_MAX) * STEP


@given(AMOUNTS, st.lists(PROPORTIONS, max_size=5), st.lists(st.tuples(PROPORTIONS, AMOUNTS), max_size=5))
def test_epoch_1_inherited_stake(own: int, children: list[int], parents: list[tuple[int, int]]) -> None:
    given_ = (
        Fraction(own),
        list(map(proportion_of_stake, children)),
        [(proportion_of_stake(part), Fraction(of)) for part, of in parents],
    )
    more = len(children) * own * STEP
    less = 1 + STEP * sum(of for _, of in parents)
    largest = Fraction(U64_MAX)
    for version, inherited in ((233, inherited_stake), (261, inherited_stake_unsigned)):
        found = inherited(own, children, parents)
        assert found == Computation(version, True)["EPOCH-1"](*given_)
        ideal = Computation(version)["EPOCH-1"](*given_)
        assert min(ideal, largest) - less < found <= min(ideal + more, largest)


@given(AMOUNTS, AMOUNTS, PROPORTIONS)
def test_epoch_2_stake_weight(alpha: int, tao: int, setting: int) -> None:
    weight = (setting << 32) // U64_MAX
    largest = 2**63 - Fraction(1, 2**64)
    given_ = Fraction(alpha), Fraction(tao), weight * STEP
    found = Fraction(stake_weight(alpha, tao, Bits(weight)), 2**64)
    assert found == exact_stake.stake_weight_rounded(*given_)
    assume(tao < 2**63)
    assert found == min(exact_stake.stake_weight(*given_), largest)


@given(*[st.integers(0, 21 * 10**15)] * 4, PROPORTIONS, st.booleans())
def test_epoch_3_stake_weights(a: int, b: int, c: int, d: int, proportion: int, on_root: bool) -> None:
    netuid = 0 if on_root else 2
    family = {
        f"ChildKeys/{HOTKEY}/{netuid}": [[str(proportion), str(OTHER_HOTKEY)]],
        f"ParentKeys/{OTHER_HOTKEY}/{netuid}": [[str(proportion), str(HOTKEY)]],
    }
    alpha = {f"TotalHotkeyAlpha/{HOTKEY}/2": str(a), f"TotalHotkeyAlpha/{OTHER_HOTKEY}/2": str(b)}
    tao = {f"TotalHotkeyAlpha/{HOTKEY}/0": str(c), f"TotalHotkeyAlpha/{OTHER_HOTKEY}/0": str(d)}
    networks = {f"NetworksAdded/{netuid}": True}
    state = state_with({**networks, **neurons(netuid, HOTKEY, OTHER_HOTKEY), **family, **alpha, **tao})
    found = [Fraction(bits, 2**64) for bits in stake_weights(state, NetUid(netuid))[0]]
    part = proportion_of_stake(proportion)
    first, second = (c, d) if on_root else (a, b)
    parent = exact_stake.Backing(Fraction(first), Fraction(c), children=(part,))
    child = exact_stake.Backing(Fraction(second), Fraction(d), parents=((part, parent),))
    setting = ((state.parameters.tao_weight << 32) // U64_MAX) * STEP
    assert found == Computation(233, True)["EPOCH-3"]([parent, child], setting, on_root)
    ideal = exact_stake.stake_weights([parent, child], setting, on_root)
    bound = (1 + setting) * (1 + STEP * max(a, c))
    assert all(abs(x - y) <= bound for x, y in zip(found, ideal, strict=True))
    assert abs(setting - tao_weight(state.parameters.tao_weight)) < STEP
    assert exact_stake.stake_weights([None], setting) == [0]


TERMS = st.builds(
    exact.Terms,
    neurons=st.just(3),
    min_allowed_weights=st.integers(0, 4),
    max_weights_limit=SETTINGS | st.integers(20_000, 50_000),
    weights_set_rate_limit=st.sampled_from([0, 99, 100, 101]),
    weights_version_key=st.sampled_from([0, 0, 1]),
    stake_threshold=st.sampled_from([0, 0, 1_000, 1_001]).map(Fraction),
    commit_reveal=st.sampled_from([False, False, False, True]),
    exists=st.sampled_from([True, True, True, False]),
    is_root=st.sampled_from([False, False, False, True]),
)


VALIDATORS = st.none() | st.builds(
    exact.Validator,
    uid=st.just(1),
    permit=st.sampled_from([True, True, False]),
    stake_weight=st.just(Fraction(1_000)),
    last_update=st.sampled_from([0, 100]),
)


CHOICES = st.lists(st.tuples(st.integers(0, 3), SETTINGS), max_size=4)


def found_by_the_reference(
    call: Call, validator: exact.Validator | None, terms: exact.Terms, era: dtao.Era = LAUNCH
) -> dict[int, int] | str:
    netuid = 0 if terms.is_root else 2
    index = netuid + 4_096 * terms.mechanism
    hotkeys = [2004, HOTKEY if validator else OTHER_HOTKEY, 2005]
    permit, last_update = (validator.permit, validator.last_update) if validator else (True, 0)
    entries: dict[str, Json] = {
        "BlockNumber": "200",
        f"MinAllowedWeights/{netuid}": terms.min_allowed_weights,
        f"MaxWeightsLimit/{netuid}": terms.max_weights_limit,
        f"WeightsSetRateLimit/{netuid}": str(terms.weights_set_rate_limit),
        f"WeightsVersionKey/{netuid}": str(terms.weights_version_key),
        f"CommitRevealWeightsEnabled/{netuid}": terms.commit_reveal,
        f"NetworksAdded/{netuid}": terms.exists,
        "StakeThreshold": str(int(terms.stake_threshold)),
        f"TotalHotkeyAlpha/{HOTKEY}/2": "1000",
        **neurons(netuid, *hotkeys, ValidatorPermit=[False, permit, False]),
        f"LastUpdate/{index}": ["0", str(last_update), "0"],
    }
    if era is not LAUNCH:
        entries |= {f"MechanismCountCurrent/{netuid}": terms.mechanisms, f"Delegates/{HOTKEY}": 0}
    outcome = apply(state_with(entries, era), call)
    if outcome.error is not None:
        return str(outcome.error.value)
    assert outcome.state.subnet(NetUid(index)).neurons.last_update[1] == 200
    assert outcome.events == (WeightsSet(NetUid(index), Uid(1)),)
    return dict(outcome.state.subnet(NetUid(index)).neurons.weights.get(Uid(1), ()))


@given(
    CHOICES,
    TERMS,
    VALIDATORS,
    st.sampled_from([0, 1]),
    st.sampled_from([True, True, False]),
    st.sampled_from([0, 0, 1]),
)
def test_epoch_18_to_21_set_weights(
    chosen: list[tuple[int, int]],
    terms: exact.Terms,
    validator: exact.Validator | None,
    key: int,
    signed: bool,
    missing: int,
) -> None:
    dests, weights = [uid for uid, _ in chosen], [weight for _, weight in chosen[missing:]]
    signer = AccountId(HOTKEY) if signed else None
    netuid = NetUid(0 if terms.is_root else 2)
    call = SetWeights(signer=signer, netuid=netuid, dests=tuple(dests), weights=tuple(weights), version_key=key)
    found = found_by_the_reference(call, validator, terms)
    given_ = dests, weights, validator, terms, 200, key, signed
    rounded, ideal = Computation(233, True)["EPOCH-18"](*given_), exact.set_weights(*given_)
    assert found == rounded
    if isinstance(found, str) or isinstance(ideal, str):
        assert found == ideal
    else:
        assert list(found) == list(rounded) == list(ideal)
        assert all(0 <= b - a <= 1 for a, b in zip(found.values(), ideal.values(), strict=True))


@given(
    CHOICES, TERMS, VALIDATORS, st.sampled_from([0, 1]), st.sampled_from([0, 0, 1]), st.integers(0, 2), st.booleans()
)
def test_epoch_18_to_21_in_a_mechanism(
    chosen: list[tuple[int, int]],
    terms: exact.Terms,
    validator: exact.Validator | None,
    key: int,
    missing: int,
    mechanism: int,
    by_netuid: bool,
) -> None:
    mechanism = 0 if by_netuid else mechanism
    terms = evolve(terms, mechanism=mechanism, mechanisms=2)
    dests, weights = tuple(uid for uid, _ in chosen), tuple(weight for _, weight in chosen[missing:])
    signer, netuid = AccountId(HOTKEY), NetUid(0 if terms.is_root else 2)
    call = (
        SetMainWeights(signer, netuid, dests, weights, key)
        if by_netuid
        else SetMechanismWeights(signer, netuid, mechanism, dests, weights, key)
    )
    given_ = dests, weights, validator, terms, 200, key, True
    for version in (320, 338):
        found = found_by_the_reference(call, validator, terms, dtao.era(version))
        assert found == Computation(version, True)["EPOCH-18"](*given_)
        ideal = Computation(version)["EPOCH-18"](*given_)
        assert found == ideal if isinstance(ideal, str) else list(found) == list(ideal)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-2, 2))
def test_epoch_19_counts_tao_on_root(alpha: int, tao: int, more: int) -> None:
    ideal = exact_stake.stake_weight(Fraction(alpha), Fraction(tao), LAUNCH_WEIGHT)
    threshold = max(int(ideal) + more, 0)
    entries: dict[str, Json] = {
        f"TotalHotkeyAlpha/{HOTKEY}/2": str(alpha),
        f"TotalHotkeyAlpha/{HOTKEY}/0": str(tao),
        "StakeThreshold": str(threshold),
    }
    state = state_with({**entries, **neurons(2, HOTKEY)})
    found = has_stake_to_set_weights(state, AccountId(HOTKEY), NetUid(2))
    assert found == exact.has_stake_to_set_weights(ideal, Fraction(threshold))


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_epoch_19_refuses_nobody_at_a_threshold_that_wraps(alpha: int, threshold: int) -> None:
    state = state_with(
        {f"TotalHotkeyAlpha/{HOTKEY}/2": str(alpha), "StakeThreshold": str(threshold), **neurons(2, HOTKEY)}
    )
    found = has_stake_to_set_weights(state, AccountId(HOTKEY), NetUid(2))
    weight = Fraction(min(alpha, 2**63))
    assert found == exact.has_stake_to_set_weights(weight, Fraction(threshold))


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_epoch_20_is_a_rate_limit(last: int, limit: int, block: int) -> None:
    expected = passes_rate_limit(limit, BlockNumber(last), BlockNumber(block))
    assert exact.passes_rate_limit(last, limit, block) == expected
    assert Computation(320)["EPOCH-20"](last, limit, block) == expected
