"""The exact rules of dividends and children against the reference, within the bounds that the rules state."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.persistent import Map
from dtao.records import Neurons, Parameters, SharePool, Subnet
from dtao.rules import dividends as rules
from dtao.rules import shares
from dtao.rules.emission import tao_weight as floored_weight
from dtao.state import State
from dtao.transitions import dividends as reference
from dtao.transitions.epoch import epoch_run
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, BlockNumber, NetUid, Rao, Uid
from dtao_spec.chapters import dividends as exact
from dtao_spec.chapters.emission import tao_weight
from tests.spec.families import ULP, accounts, held, wide

LAUNCH = dtao.era("launch")

NETUID = NetUid(1)


TAKES = st.integers(0, 2**16 - 1) | st.sampled_from([0, 11_796, 65_535])
STAKES = wide(21 * 10**15)
WEIGHTS = wide(U64_MAX) | st.sampled_from([3_320_413_933_267_719_290, 971_718_665_099_567_868])
PROPORTIONS = wide(U64_MAX) | st.sampled_from([U64_MAX, U64_MAX // 2])
DIVIDENDS = wide(10**15)


@st.composite
def proportions(draw: st.DrawFn, largest: int = 5) -> list[int]:
    """Proportions that sum to at most the whole."""
    left, chosen = U64_MAX, []
    for _ in range(draw(st.integers(0, largest))):
        chosen.append(draw(wide(left)))
        left -= chosen[-1]
    return chosen


@given(TAKES)
def test_take_proportion(take: int) -> None:
    assert 0 <= exact.take_proportion(take) - rules.take_proportion(take) * ULP < ULP


def self_contribution_bounds(
    alpha: int, root: int, given_away: Sequence[int], weight: int
) -> tuple[Fraction, Fraction]:
    """Return by how much the contribution may lie below and above the exact one."""
    n, remaining = len(given_away), 1 - Fraction(sum(given_away), U64_MAX)
    below = 1 + ULP * (1 + root * (remaining + n * ULP))
    return below, n * ULP * (alpha + tao_weight(weight) * root)


def parent_contribution_bound(proportion: int, alpha: int, root: int, weight: int) -> Fraction:
    part = Fraction(proportion, U64_MAX)
    return ULP * (alpha + tao_weight(weight) * root + part * root + 1)


@given(STAKES, STAKES, proportions(), WEIGHTS)
def test_self_contribution(alpha: int, root: int, given_away: list[int], weight: int) -> None:
    ideal = exact.self_contribution(Fraction(alpha), Fraction(root), given_away, tao_weight(weight))
    result = rules.self_contribution(alpha, root, given_away, floored_weight(weight))
    below, above = self_contribution_bounds(alpha, root, given_away, weight)
    assert ideal - below < result <= ideal + above


@given(PROPORTIONS, STAKES, STAKES, WEIGHTS)
def test_parent_contribution(proportion: int, alpha: int, root: int, weight: int) -> None:
    ideal = exact.parent_contribution(proportion, Fraction(alpha), Fraction(root), tao_weight(weight))
    result = rules.parent_contribution(proportion, alpha, root, floored_weight(weight)) * ULP
    assert 0 <= ideal - result < parent_contribution_bound(proportion, alpha, root, weight)


@given(DIVIDENDS, TAKES, STAKES, st.lists(wide(2**86), max_size=4))
def test_parents_dividends(dividends: int, take: int, own: int, contributions: list[int]) -> None:
    brought, owners = [Bits(bits) for bits in contributions], [False] * len(contributions)
    *results, kept = rules.divided_after_take(dividends, take, own, brought, owners)
    ideals = exact.parents_dividends(Fraction(dividends), take, Fraction(own), [bits * ULP for bits in contributions])
    for ideal, result in zip(ideals, results, strict=True):
        assert ideal - 1 - dividends * ULP < result <= ideal + dividends * ULP
    assert sum(results) + kept == dividends


@given(wide(2**82), STAKES, STAKES, WEIGHTS)
def test_root_dividends(dividends: int, alpha: int, root: int, weight: int) -> None:
    floored = floored_weight(weight)
    amount = dividends * ULP
    result = rules.root_dividends(Bits(dividends), alpha, root, floored) * ULP
    below = ULP * (amount + 1)
    assert 0 <= exact.root_dividends(amount, Fraction(alpha), Fraction(root), floored * ULP) - result < below
    if floored:
        ideal = exact.root_dividends(amount, Fraction(alpha), Fraction(root), tao_weight(weight))
        assert 0 <= ideal - result < below + ULP * amount / (4 * floored * ULP)


@given(STAKES, st.lists(wide(2**82), min_size=1, max_size=4))
def test_tao_dividends(pending: int, earned: list[int]) -> None:
    total = sum(earned)
    results = [rules.tao_dividends(pending, Bits(part), Bits(total)) * ULP for part in earned]
    for part, result in zip(earned, results, strict=True):
        ideal = exact.tao_dividends(Fraction(pending), part * ULP, total * ULP)
        assert 0 <= ideal - result <= pending * ULP
    assert sum(results) <= pending


@given(wide(2**82), TAKES)
def test_take_and_rest(dividends: int, take: int) -> None:
    amount = dividends * ULP
    taken, rest = rules.take_and_rest(Bits(dividends), take)
    ideal_taken, ideal_rest = exact.take_and_rest(amount, take)
    assert 0 <= ideal_taken - taken < 1 + ULP * (amount + 1)
    assert ideal_rest - 1 < rest < ideal_rest + ULP * (amount + 1)
    assert 0 <= amount - taken - rest < (2 if amount.denominator > 1 else 1 + ULP)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[int, exact.Hotkey], State, int]:
    """The same hotkeys, 1 to 5, in exact numbers and as a subnet of the reference; and the stored TAO weight.

    The last is everybody's miner. Hotkey 2 may be a child of those after it, and have a child itself.
    """
    alphas, roots = draw(st.lists(STAKES, min_size=5, max_size=5)), draw(st.lists(STAKES, min_size=5, max_size=5))
    takes, fees = draw(st.lists(TAKES, min_size=5, max_size=5)), draw(st.lists(TAKES, min_size=5, max_size=5))
    weight = draw(WEIGHTS)
    given_by = [draw(proportions(1)) for _ in range(3)]
    links = {
        hotkey: tuple((proportion, 2) for proportion in given_away)
        for hotkey, given_away in zip((3, 4, 5), given_by, strict=True)
    }
    links[2] = tuple((proportion, 1) for proportion in draw(proportions(1)))
    parents: dict[int, tuple[tuple[int, int], ...]] = {}
    for parent, children in links.items():
        for proportion, child in children:
            parents[child] = (*parents.get(child, ()), (proportion, parent))
    hotkeys = {
        key: exact.Hotkey(
            Fraction(alphas[key - 1]),
            Fraction(roots[key - 1]),
            takes[key - 1],
            fees[key - 1],
            links.get(key, ()),
            parents.get(key, ()),
        )
        for key in range(1, 6)
    }
    keys = Map({Uid(uid): AccountId(uid + 1) for uid in range(5)})
    zeros = (0,) * 5
    neurons = Neurons(
        n=5,
        keys=keys,
        weights=Map({Uid(uid): ((Uid(4), 65_535), (Uid(3), 20_000)) for uid in range(4)}),
        last_update=(BlockNumber(100),) * 5,
        validator_permit=(True,) * 5,
        block_at_registration=Map({Uid(uid): BlockNumber(1) for uid in range(5)}),
        active=(True,) * 5,
        rank=zeros,
        trust=zeros,
        validator_trust=zeros,
        consensus=zeros,
        incentive=zeros,
        dividends=zeros,
        emission=(Alpha(0),) * 5,
        pruning_scores=zeros,
    )
    subnet = Subnet(
        added=True,
        mechanism=1,
        owner=AccountId(90),
        owner_hotkey=draw(st.sampled_from([None, AccountId(9)])),
        neurons=neurons,
        share_pools=Map({AccountId(key): held(alphas[key - 1], 50 + key) for key in hotkeys if alphas[key - 1]}),
        child_keys=Map({AccountId(key): accounts(value) for key, value in links.items() if value}),
        parent_keys=Map({AccountId(key): accounts(value) for key, value in parents.items()}),
        childkey_take=Map({AccountId(key): fees[key - 1] for key in hotkeys}),
    )
    root = Subnet(
        added=True,
        share_pools=Map({AccountId(key): held(roots[key - 1], 70 + key) for key in hotkeys if roots[key - 1]}),
    )
    state = State(
        runtime=LAUNCH.runtime,
        block_number=BlockNumber(101),
        parameters=Parameters(tao_weight=weight),
        delegates=Map({AccountId(key): takes[key - 1] for key in hotkeys}),
        owner=Map({AccountId(key): AccountId(30 + key) for key in hotkeys}),
        subnets=Map({ROOT: root, NETUID: subnet}),
    )
    return hotkeys, state, weight


def distribution_bound(hotkeys: Mapping[int, exact.Hotkey], hotkey: int, dividends: int, weight: int) -> Fraction:
    """Return how far a parent's dividends may stray, as DIV-8 says."""
    child, floored = hotkeys[hotkey], floored_weight(weight)
    given_away = [proportion for proportion, _ in child.children]
    alpha, root = int(child.alpha), int(child.root)
    total = Fraction(rules.self_contribution(alpha, root, given_away, floored))
    error = max(self_contribution_bounds(alpha, root, given_away, weight))
    for proportion, parent in child.parents:
        alpha, root = int(hotkeys[parent].alpha), int(hotkeys[parent].root)
        total += rules.parent_contribution(proportion, alpha, root, floored) * ULP
        error += parent_contribution_bound(proportion, alpha, root, weight)
    return 1 + dividends * (2 * ULP + error / total) if total else Fraction(dividends)


@given(worlds(), DIVIDENDS)
def test_dividends_distribution(world: tuple[dict[int, exact.Hotkey], State, int], dividends: int) -> None:
    hotkeys, state, weight = world
    for hotkey in hotkeys:
        ideal = exact.dividends_distribution(hotkeys, hotkey, Fraction(dividends), tao_weight(weight))
        result = reference.dividends_distribution(state, AccountId(hotkey), NETUID, Alpha(dividends))
        bound = distribution_bound(hotkeys, hotkey, dividends, weight)
        assert [account for account, _ in result] == [account for account, _ in ideal]
        assert sum(part for _, part in result) == dividends
        for (_, part), (_, exactly) in zip(result[:-1], ideal[:-1], strict=True):
            assert abs(part - exactly) <= bound


def root_dividends_error(amount: Fraction, weight: int) -> Fraction:
    floored = floored_weight(weight) * ULP
    return ULP * (amount + 1) + (ULP * amount / (4 * floored) if floored else amount)


@given(worlds(), st.lists(DIVIDENDS, min_size=5, max_size=5), STAKES)
def test_tao_dividends_of(world: tuple[dict[int, exact.Hotkey], State, int], amounts: list[int], pending: int) -> None:
    hotkeys, state, weight = world
    dividends = dict(zip(hotkeys, amounts, strict=True))
    bits = {AccountId(key): Bits(amount << 32) for key, amount in dividends.items()}
    result = reference.tao_dividends_of(reference.root_dividends_of(state, NETUID, bits), Rao(pending))
    exactly = {key: Fraction(amount) for key, amount in dividends.items()}
    ideal = exact.tao_dividends_of(hotkeys, exactly, Fraction(pending), tao_weight(weight))
    floored = floored_weight(weight)
    computed = (
        rules.root_dividends(Bits(amount << 32), int(hotkeys[key].alpha), int(hotkeys[key].root), floored)
        for key, amount in dividends.items()
    )
    total = sum(computed) * ULP
    error = sum((root_dividends_error(amount, weight) for amount in exactly.values()), Fraction(0))
    assert sum(result.values()) * ULP <= pending
    if total:
        for key, tao in ideal.items():
            assert abs(result[AccountId(key)] * ULP - tao) <= pending * (ULP + error / total)
    else:
        assert not any(result.values())


@given(worlds(), DIVIDENDS, DIVIDENDS, DIVIDENDS, STAKES)
def test_pending_emission_drained(
    world: tuple[dict[int, exact.Hotkey], State, int], alpha: int, sold: int, cut: int, tao: int
) -> None:
    hotkeys, state, weight = world
    _, earned = epoch_run(state, NETUID, Alpha(alpha + sold))
    earnings = [(int(key), Fraction(incentive), Fraction(dividend)) for key, incentive, dividend in earned]
    after = reference.pending_emission_drained(state, NETUID, Alpha(alpha), Rao(tao), Alpha(sold), Alpha(cut))
    owner_hotkey = state.subnet(NETUID).owner_hotkey
    paid = exact.pending_emission_drained(
        hotkeys, earnings, owner_hotkey, Fraction(cut), Fraction(tao), tao_weight(weight)
    )

    straying = sum(
        (distribution_bound(hotkeys, key, int(dividend), weight) for key, _, dividend in earnings), Fraction(0)
    )
    gained = gains(state, after, NETUID)
    for hotkey in {*gained, *hotkeys}:
        ideal = sum(
            (amount for (token, _, key), amount in paid.items() if token == "alpha" and key == hotkey), Fraction(0)
        )
        assert abs(gained.get(hotkey, 0) - ideal) <= straying + 1
    assigned = sum((incentive + dividend for _, incentive, dividend in earnings), Fraction(0))
    assigned += cut if owner_hotkey is not None else 0
    assert assigned - len(hotkeys) <= sum(gained.values()) <= assigned <= alpha + sold + cut
    assert sum(paid[key] for key in paid if key[0] == "alpha") == assigned
    assert sum(gains(state, after, ROOT).values()) <= tao
    assert after.pools == state.pools
    assert after.total_stake == state.total_stake


def gains(before: State, after: State, netuid: NetUid) -> dict[int, int]:
    """Return by how much the stake on each hotkey of a subnet grew."""
    empty = SharePool()
    old, new = before.subnet(netuid).share_pools, after.subnet(netuid).share_pools
    return {int(key): new[key].total_alpha - old.get(key, empty).total_alpha for key in new}


@given(
    st.dictionaries(st.integers(1, 4), st.integers(10**6, 10**15), min_size=1),
    st.integers(0, 10**14),
    st.integers(1, 6),
    st.integers(0, 10**13),
    TAKES,
)
def test_stakes_after_dividends(stakes: dict[int, int], reward: int, owner: int, dividends: int, take: int) -> None:
    pool = SharePool()
    for coldkey, stake in stakes.items():
        pool = shares.with_stake_increased(pool, AccountId(coldkey), Alpha(stake))
    pool = shares.with_total_changed(pool, reward)
    before = {
        int(coldkey): Fraction(held_shares, pool.denominator) * pool.total_alpha
        for coldkey, held_shares in pool.shares.items()
    }
    subnet = Subnet(added=True, share_pools=Map({AccountId(9): pool}))
    state = State(
        runtime=LAUNCH.runtime,
        delegates=Map({AccountId(9): take}),
        owner=Map({AccountId(9): AccountId(owner)}),
        subnets=Map({NETUID: subnet}),
    )
    payment = reference.Payment(state)
    paid = payment.to_stakers(NETUID, {AccountId(9): Bits(dividends << 32)})
    after = payment.settled().subnet(NETUID).share_pools[AccountId(9)]
    taken, rest = rules.take_and_rest(Bits(dividends << 32), take)
    assert after.total_alpha == pool.total_alpha + taken + rest
    assert paid == ({9: rest} if rest else {})
    ideal = exact.stakes_after_dividends(before, owner, Fraction(dividends), take)
    assert sum(ideal.values()) == sum(before.values()) + dividends
    # What the take lacks by truncation grows with all stakes when the rest is paid.
    exact_take, exact_rest = exact.take_and_rest(Fraction(dividends), take)
    growth = 1 + exact_rest / (sum(before.values()) + exact_take)
    bound = 2 + growth * (1 + ULP * (dividends + 1))
    for coldkey, expected in ideal.items():
        assert abs(shares.stake_of(after, AccountId(coldkey)) - expected) < bound


def test_without_take_and_stakers_the_rest_waits_for_the_first_who_stakes() -> None:
    state = State(runtime=LAUNCH.runtime, delegates=Map({AccountId(9): 0}), subnets=Map({NETUID: Subnet(added=True)}))
    payment = reference.Payment(state)
    payment.to_stakers(NETUID, {AccountId(9): Bits(1_000 << 32)})
    pool = payment.settled().subnet(NETUID).share_pools[AccountId(9)]
    assert pool.total_alpha == 1_000
    assert not pool.shares
    pool = shares.with_stake_increased(pool, AccountId(5), Alpha(1))
    assert shares.stake_of(pool, AccountId(5)) == 1_001
