"""What a drain pays: to a hotkey and its parents, on root, and to those who stake."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

import dtao
from dtao.oracle import Era
from dtao.params import BURN, RECYCLE
from dtao.persistent import Map
from dtao.records import NO_SHARE_POOL, Neurons, Pool, SharePool, Subnet
from dtao.rules import dividends as rules
from dtao.rules import shares
from dtao.rules.emission import tao_weight as floored_weight
from dtao.settings import Parameters
from dtao.state import State
from dtao.transitions import dividends as reference
from dtao.transitions.epoch import run_epoch
from dtao.transitions.root_dividends import distribute_emission
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, BlockNumber, NetUid, Rao, Uid
from dtao_spec.chapters.dividends import division, payment, root
from dtao_spec.chapters.dividends.division import Hotkey
from dtao_spec.chapters.dividends.drain import Drain, Pending
from dtao_spec.chapters.emission import tao_weight
from dtao_spec.registry import Computation
from tests.depth import of_many
from tests.spec.families import ULP, accounts, held
from tests.spec.test_dividends import (
    DIVIDENDS,
    ROUNDED,
    STAKES,
    TAKES,
    WEIGHTS,
    parent_contribution_bound,
    proportions,
    self_contribution_bounds,
)

LAUNCH, DIVIDEND_FIX, DYNAMIC_FEES, START_CALL, UNSIGNED_MATH = map(
    dtao.era, ("launch", "dividend-fix", "dynamic-fees", "start-call", "unsigned-math")
)
NETUID = NetUid(1)
BURNS = st.integers(0, U64_MAX) | st.sampled_from([0, U64_MAX // 10, U64_MAX])
"""`CKBurn` as it is stored."""
ERAS = (LAUNCH, DIVIDEND_FIX, DYNAMIC_FEES, START_CALL, UNSIGNED_MATH)
"""Those in which dividends are divided or paid in another way than before."""
BOTH = (LAUNCH, DYNAMIC_FEES)
"""Those in which parents and child divide in another way than before."""


@frozen
class World:
    """The same hotkeys in exact numbers and as a subnet of the reference, and the stored TAO weight."""

    hotkeys: dict[int, Hotkey]
    state: State
    stored_weight: int

    @property
    def weight(self) -> Fraction:
        return tao_weight(self.stored_weight)

    @property
    def floored_weight(self) -> Fraction:
        return floored_weight(self.stored_weight) * ULP

    def under(self, era: Era) -> State:
        return evolve(self.state, runtime=era.runtime)

    def bound(self, hotkey: int, amount: int) -> Fraction:
        """Return how far a part of a validator's dividends may stray, as DIV-8 says."""
        return distribution_bound(self.hotkeys, hotkey, amount, self.stored_weight)


@st.composite
def worlds(draw: st.DrawFn) -> World:
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
    owners = {key: draw(st.sampled_from([31, 32, 0])) for key in range(1, 6)}
    parents: dict[int, tuple[tuple[int, int], ...]] = {}
    for parent, children in links.items():
        for proportion, child in children:
            parents[child] = (*parents.get(child, ()), (proportion, parent))
    hotkeys = {
        key: Hotkey(
            Fraction(alphas[key - 1]),
            Fraction(roots[key - 1]),
            takes[key - 1],
            fees[key - 1],
            links.get(key, ()),
            parents.get(key, ()),
            owners[key] or None,
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
        owner=draw(st.sampled_from([AccountId(90), AccountId(90), None])),
        owner_hotkey=draw(st.sampled_from([None, AccountId(9), AccountId(2), AccountId(5)])),
        neurons=neurons,
        share_pools=Map({AccountId(key): held(alphas[key - 1], 50 + key) for key in hotkeys if alphas[key - 1]}),
        child_keys=Map({AccountId(key): accounts(value) for key, value in links.items() if value}),
        parent_keys=Map({AccountId(key): accounts(value) for key, value in parents.items()}),
        childkey_take=Map({AccountId(key): fees[key - 1] for key in hotkeys}),
    )
    root_network = Subnet(
        added=True,
        share_pools=Map({AccountId(key): held(roots[key - 1], 70 + key) for key in hotkeys if roots[key - 1]}),
    )
    state = State(
        runtime=LAUNCH.runtime,
        block_number=BlockNumber(101),
        parameters=Parameters(tao_weight=weight),
        delegates=Map({AccountId(key): takes[key - 1] for key in hotkeys}),
        owner=Map({AccountId(key): AccountId(owner) for key, owner in owners.items() if owner}),
        subnets=Map({ROOT: root_network, NETUID: subnet}),
    )
    return World(hotkeys, state, weight)


def distribution_bound(hotkeys: Mapping[int, Hotkey], hotkey: int, dividends: int, weight: int) -> Fraction:
    """Return how far a parent's dividends may stray, as DIV-8 says."""
    child, floored = hotkeys[hotkey], floored_weight(weight)
    given_away = [proportion for proportion, _ in child.children]
    alpha, own_root = int(child.alpha), int(child.root)
    total = Fraction(rules.self_contribution(alpha, own_root, given_away, floored))
    error = max(self_contribution_bounds(alpha, own_root, given_away, weight))
    for proportion, parent in child.parents:
        alpha, own_root = int(hotkeys[parent].alpha), int(hotkeys[parent].root)
        total += rules.parent_contribution(proportion, alpha, own_root, floored) * ULP
        error += parent_contribution_bound(proportion, alpha, own_root, weight)
    return 1 + dividends * (2 * ULP + error / total) if total else Fraction(dividends)


@given(worlds(), DIVIDENDS)
def test_div_8_is_within_its_bound(world: World, dividends: int) -> None:
    for era in BOTH:
        for hotkey in world.hotkeys:
            given_ = world.hotkeys, hotkey, Fraction(dividends)
            result = reference.dividends_distribution(world.under(era), AccountId(hotkey), NETUID, Alpha(dividends))
            assert result == Computation(era.spec_version, True)["DIV-8"](*given_, world.floored_weight)
            ideal = Computation(era.spec_version)["DIV-8"](*given_, world.weight)
            assert [account for account, _ in result] == [account for account, _ in ideal]
            lost = 0 if era is LAUNCH else len(result) - 1
            assert dividends - lost <= sum(part for _, part in result) <= dividends
            bound = world.bound(hotkey, dividends + (era is not LAUNCH))
            for (_, part), (_, exactly) in zip(result[:-1], ideal[:-1], strict=True):
                assert abs(part - exactly) <= bound


@pytest.mark.rule("DIV-8", "DIV-15")
@pytest.mark.parametrize("version", [320, 411])
@given(worlds(), DIVIDENDS, BURNS)
def test_div_8_recycles_of_parents_what_ck_burn_says(version: int, world: World, dividends: int, burn: int) -> None:
    era = dtao.era(version)
    state = evolve(world.under(era), parameters=evolve(world.state.parameters, ck_burn=burn))
    rounded, exactly = Computation(version, True), Computation(version)
    for hotkey in world.hotkeys:
        given_ = world.hotkeys, hotkey, Fraction(dividends)
        result, recycled = reference.distributed_and_recycled(state, AccountId(hotkey), NETUID, Alpha(dividends))
        floored_given = *given_, world.floored_weight, floored_weight(burn) * ULP
        assert result == rounded["DIV-8"](*floored_given)
        assert recycled == division.recycled_of_validator(*floored_given, rounded)
        exact_given = *given_, world.weight, tao_weight(burn)
        ideal = exactly["DIV-8"](*exact_given)
        bound = world.bound(hotkey, dividends + 1) + (dividends + 1) * 2 * ULP
        for (_, part), (_, stated) in zip(result[:-1], ideal[:-1], strict=True):
            assert abs(part - stated) <= bound
        parents = len(world.hotkeys[hotkey].parents)
        assert abs(recycled - division.recycled_of_validator(*exact_given, exactly)) <= parents * bound


@pytest.mark.parametrize(("owners", "of_parent"), [({}, 1_000), ({1: 31}, 800), ({1: 31, 2: 31}, 1_000)])
def test_div_8_takes_two_hotkeys_without_an_owner_for_one_owners(owners: dict[int, int], of_parent: int) -> None:
    whole = U64_MAX
    hotkeys = {
        1: Hotkey(childkey_take=13_107, parents=((whole, 2),), owner=owners.get(1)),
        2: Hotkey(Fraction(400), children=((whole, 1),), owner=owners.get(2)),
    }
    subnet = Subnet(
        added=True,
        share_pools=Map({AccountId(2): held(400, 52)}),
        child_keys=Map({AccountId(2): ((whole, AccountId(1)),)}),
        parent_keys=Map({AccountId(1): ((whole, AccountId(2)),)}),
        childkey_take=Map({AccountId(1): 13_107}),
    )
    state = State(
        runtime=DYNAMIC_FEES.runtime,
        owner=Map({AccountId(key): AccountId(owner) for key, owner in owners.items()}),
        subnets=Map({ROOT: Subnet(added=True), NETUID: subnet}),
    )
    found = reference.dividends_distribution(state, AccountId(1), NETUID, Alpha(1_000))
    ideal = division.dividends_distribution_by_owner(hotkeys, 1, Fraction(1_000), Fraction(1, 5))
    assert ideal == [(2, Fraction(of_parent)), (1, Fraction(1_000 - of_parent))]
    assert found[0] == (2, of_parent)
    assert 0 <= ideal[1][1] - found[1][1] <= 1


@pytest.mark.rule("DIV-8", "DIV-15")
@pytest.mark.parametrize("version", [320, 411])
@given(st.lists(st.integers(1, 10**16), min_size=3, max_size=3), st.integers(1, 10**15), TAKES, BURNS)
def test_div_8_recycles_nothing_of_a_parent_of_the_same_owner(
    version: int, alphas: list[int], dividends: int, take: int, burn: int
) -> None:
    """Hotkeys 2 and 3 lent all to hotkey 1; 2 belongs to another coldkey, 3 to its own."""
    owners = {1: 31, 2: 32, 3: 31}
    lent = {2: ((U64_MAX, 1),), 3: ((U64_MAX, 1),)}
    hotkeys = {
        key: Hotkey(Fraction(alpha), childkey_take=take * (key == 1), children=lent.get(key, ()), owner=owners[key])
        for key, alpha in zip(owners, alphas, strict=True)
    }
    hotkeys[1] = evolve(hotkeys[1], parents=((U64_MAX, 2), (U64_MAX, 3)))
    subnet = Subnet(
        added=True,
        share_pools=Map({AccountId(key): held(int(one.alpha), 50 + key) for key, one in hotkeys.items()}),
        child_keys=Map({AccountId(key): accounts(links) for key, links in lent.items()}),
        parent_keys=Map({AccountId(1): accounts(hotkeys[1].parents)}),
        childkey_take=Map({AccountId(1): take}),
    )
    state = State(
        runtime=dtao.era(version).runtime,
        parameters=Parameters(ck_burn=burn),
        owner=Map({AccountId(key): AccountId(owner) for key, owner in owners.items()}),
        subnets=Map({ROOT: Subnet(added=True), NETUID: subnet}),
    )
    found, recycled = reference.distributed_and_recycled(state, AccountId(1), NETUID, Alpha(dividends))
    given_ = hotkeys, 1, Fraction(dividends), floored_weight(2**64 - 1) * ULP, floored_weight(burn) * ULP
    rounded = Computation(version, True)
    assert found == rounded["DIV-8"](*given_)
    assert recycled == division.recycled_of_validator(*given_, rounded)
    part = dividends * Fraction(alphas[1], sum(alphas))
    assert abs(recycled - part * Fraction(burn, U64_MAX)) < 1 + (dividends + 1) * Fraction(1, 2**29)


def root_dividends_error(amount: Fraction, weight: int) -> Fraction:
    floored = floored_weight(weight) * ULP
    return ULP * (amount + 1) + (ULP * amount / (4 * floored) if floored else amount)


@given(worlds(), st.lists(DIVIDENDS, min_size=5, max_size=5), STAKES)
def test_div_10_is_within_its_bound(world: World, amounts: list[int], pending: int) -> None:
    hotkeys = world.hotkeys
    exactly = {key: Fraction(amount) for key, amount in zip(hotkeys, amounts, strict=True)}
    bits = {AccountId(key): Bits(amount << 32) for key, amount in zip(hotkeys, amounts, strict=True)}
    by_root = reference.root_dividends_of(world.state, NETUID, bits)
    result = {key: tao * ULP for key, tao in reference.tao_dividends_of(by_root, Rao(pending)).items()}
    assert result == ROUNDED["DIV-10"](hotkeys, exactly, Fraction(pending), world.floored_weight)
    ideal = root.tao_dividends_of(hotkeys, exactly, Fraction(pending), world.weight)
    assert sum(ideal.values()) in (0, pending)
    total = sum(by_root.values()) * ULP
    error = sum((root_dividends_error(amount, world.stored_weight) for amount in exactly.values()), Fraction(0))
    assert sum(result.values()) <= pending
    if total:
        for key, tao in ideal.items():
            assert abs(result[AccountId(key)] - tao) <= pending * (ULP + error / total)
    else:
        assert not any(result.values())


@frozen
class Drained:
    """A drain of the reference, and what the exact rules say of it: exactly, and rounded."""

    after: State
    earnings: Sequence[tuple[int, Fraction, Fraction]]
    pending: Pending
    ideal: Drain
    rounded: Drain
    gained: dict[int, int]
    gained_on_root: dict[int, int]

    @property
    def incentives(self) -> Fraction:
        return sum((incentive for _, incentive, _ in self.earnings), Fraction(0))


def drained(world: World, era: Era, alpha: int, sold: int, cut: int, tao: int) -> Drained:
    state = world.under(era)
    _, earned = run_epoch(state, NETUID, Alpha(alpha + sold))
    earnings = [(int(key), Fraction(incentive), Fraction(dividend)) for key, incentive, dividend in earned]
    after = reference.drain_pending_emission(state, NETUID, Alpha(alpha), Rao(tao), Alpha(sold), Alpha(cut))
    subnet = state.subnet(NETUID)
    has_owner = subnet.owner is not None
    pending = Pending(Fraction(alpha), Fraction(sold), Fraction(tao), Fraction(cut), subnet.owner_hotkey, has_owner)
    ideal = Computation(era.spec_version)["DIV-9"](world.hotkeys, earnings, pending, world.weight)
    rounded = Computation(era.spec_version, True)["DIV-9"](world.hotkeys, earnings, pending, world.floored_weight)
    assert after.pools == state.pools
    assert after.total_stake == state.total_stake
    return Drained(after, earnings, pending, ideal, rounded, gains(state, after, NETUID), gains(state, after, ROOT))


def in_token(drain: Drain, token: str, hotkey: int) -> Fraction:
    return sum(
        (amount for (paid, _, key), amount in drain.payments.items() if (paid, key) == (token, hotkey)), Fraction(0)
    )


ARGUMENTS = worlds(), DIVIDENDS, DIVIDENDS, DIVIDENDS, STAKES


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@given(*ARGUMENTS)
@settings(max_examples=of_many(15, 100))  # for each era
def test_div_9_rounded_is_what_the_chain_pays(
    era: Era, world: World, alpha: int, sold: int, cut: int, tao: int
) -> None:
    drain = drained(world, era, alpha, sold, cut, tao)
    hotkeys = {hotkey for _, _, hotkey in drain.rounded.payments}
    assert {key for key, gain in drain.gained.items() if gain} <= hotkeys
    for hotkey in hotkeys:
        assert drain.gained.get(hotkey, 0) == in_token(drain.rounded, "alpha", hotkey)
        assert drain.gained_on_root.get(hotkey, 0) == in_token(drain.rounded, "TAO", hotkey)
    recorded = drain.after.subnet(NETUID).total_hotkey_alpha_last_epoch
    assert {int(key): Fraction(stake) for key, stake in recorded.items()} == drain.rounded.recorded
    assert sum(drain.gained_on_root.values()) <= tao


def straying(world: World, drain: Drained) -> Fraction:
    """Return how far the alpha dividends of all hotkeys together may stray: by division, and by root's part."""
    dividends = [(key, int(dividend)) for key, _, dividend in drain.earnings]
    divided = sum((world.bound(key, amount + 1) for key, amount in dividends), Fraction(0)) * len(world.hotkeys)
    total = Fraction(sum(amount for _, amount in dividends))
    by_root = len(world.hotkeys) * root_dividends_error(total + divided, world.stored_weight)
    return 2 * divided + by_root


@given(*ARGUMENTS)
def test_div_9_pays_all_that_the_epoch_assigns(world: World, alpha: int, sold: int, cut: int, tao: int) -> None:
    drain = drained(world, LAUNCH, alpha, sold, cut, tao)
    bounds = [world.bound(key, int(dividend)) for key, _, dividend in drain.earnings]
    for hotkey in {*drain.gained, *world.hotkeys}:
        ideal = in_token(drain.ideal, "alpha", hotkey)
        assert abs(drain.gained.get(hotkey, 0) - ideal) <= sum(bounds, Fraction(0)) + 1
    assigned = sum((incentive + dividend for _, incentive, dividend in drain.earnings), Fraction(0))
    is_cut_paid = drain.pending.owner_hotkey is not None and drain.pending.has_owner
    assigned += cut if is_cut_paid else 0
    assert assigned - len(world.hotkeys) <= sum(drain.gained.values()) <= assigned <= alpha + sold + cut
    paid = drain.ideal.payments
    assert sum(paid[key] for key in paid if key[0] == "alpha") == assigned


@pytest.mark.parametrize("era", [DIVIDEND_FIX, DYNAMIC_FEES], ids=lambda era: era.name)
@given(*ARGUMENTS)
def test_div_9_pays_root_once(era: Era, world: World, alpha: int, sold: int, cut: int, tao: int) -> None:
    drain = drained(world, era, alpha, sold, cut, tao)
    bound = straying(world, drain) + 2
    for hotkey in {*drain.gained, *world.hotkeys}:
        assert abs(drain.gained.get(hotkey, 0) - in_token(drain.ideal, "alpha", hotkey)) <= bound
    if era is DYNAMIC_FEES:
        assert drain.ideal.payments.get(("alpha", "miner", drain.pending.owner_hotkey or 0), 0) == 0


@pytest.mark.parametrize("era", [START_CALL, UNSIGNED_MATH], ids=lambda era: era.name)
@given(*ARGUMENTS)
def test_div_9_pays_what_is_there(era: Era, world: World, alpha: int, sold: int, cut: int, tao: int) -> None:
    drain = drained(world, era, alpha, sold, cut, tao)
    there = root.alpha_for_validators(drain.pending.alpha, drain.pending.swapped, drain.incentives)
    assert sum(drain.gained.values()) <= there + drain.incentives + drain.pending.owner_cut
    total, error = by_alpha(world, drain), straying(world, drain)
    bound = 3 + there * (ULP + 2 * error / (total - error)) if total > error else there + 2
    for hotkey in {*drain.gained, *world.hotkeys}:
        assert abs(drain.gained.get(hotkey, 0) - in_token(drain.ideal, "alpha", hotkey)) <= bound
    found = drain.after.subnet(NETUID).total_hotkey_alpha_last_epoch
    assert {int(key) for key in found} == set(drain.ideal.recorded)
    assert all(abs(found[AccountId(key)] - stake) <= bound for key, stake in drain.ideal.recorded.items())


def by_alpha(world: World, drain: Drained) -> Fraction:
    """Return all dividends less the root dividends."""
    exactly = Computation(257)
    earned: dict[int, Fraction] = {}
    for hotkey, _, dividend in drain.earnings:
        for receiver, part in exactly["DIV-8"](world.hotkeys, hotkey, dividend, world.weight):
            earned[receiver] = earned.get(receiver, Fraction(0)) + part
    by_root = root.root_dividends_of(world.hotkeys, earned, world.weight, exactly)
    return sum(earned.values(), Fraction(0)) - sum(by_root.values(), Fraction(0))


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
def test_div_11_is_within_its_bound(stakes: dict[int, int], reward: int, owner: int, dividends: int, take: int) -> None:
    pool = SharePool()
    for coldkey, stake in stakes.items():
        pool = shares.increase_stake(pool, AccountId(coldkey), Alpha(stake))
    pool = shares.change_total(pool, reward)
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
    paying = reference.Payment(state)
    paid = paying.to_stakers(NETUID, {AccountId(9): Bits(dividends << 32)})
    after = paying.settled().subnet(NETUID).share_pools[AccountId(9)]
    taken, rest = rules.take_and_rest(Bits(dividends << 32), take)
    assert after.total_alpha == pool.total_alpha + taken + rest
    assert paid == ({9: rest} if rest else {})
    ideal = payment.stakes_after_dividends(before, owner, Fraction(dividends), take)
    assert sum(ideal.values()) == sum(before.values()) + dividends
    # What the take lacks by truncation grows with all stakes when the rest is paid.
    exact_take, exact_rest = payment.take_and_rest(Fraction(dividends), take)
    growth = 1 + exact_rest / (sum(before.values()) + exact_take)
    bound = 2 + growth * (1 + ULP * (dividends + 1))
    for coldkey, expected in ideal.items():
        assert abs(shares.stake_of(after, AccountId(coldkey)) - expected) < bound


def test_without_take_and_stakers_the_rest_waits_for_the_first_who_stakes() -> None:
    state = State(runtime=LAUNCH.runtime, delegates=Map({AccountId(9): 0}), subnets=Map({NETUID: Subnet(added=True)}))
    paying = reference.Payment(state)
    paying.to_stakers(NETUID, {AccountId(9): Bits(1_000 << 32)})
    pool = paying.settled().subnet(NETUID).share_pools[AccountId(9)]
    assert pool.total_alpha == 1_000
    assert not pool.shares
    pool = shares.increase_stake(pool, AccountId(5), Alpha(1))
    assert shares.stake_of(pool, AccountId(5)) == 1_001


@given(*ARGUMENTS[:-1], BURNS, st.booleans())
@settings(max_examples=of_many(15, 100))
def test_div_9_sets_alpha_aside_for_root(
    world: World, alpha: int, for_root: int, cut: int, burn: int, is_recycled: bool
) -> None:
    """What is paid on the subnet, and the rates that the rest of root's alpha raises; too much of it is the owner's.

    And what leaves the alpha that is outside of the pool.
    """
    era = dtao.era(338)
    state = evolve(world.under(era), parameters=evolve(world.state.parameters, ck_burn=burn))
    own = state.subnet(NETUID)
    own = evolve(own, hyperparameters=evolve(own.hyperparameters, recycle_or_burn=RECYCLE if is_recycled else BURN))
    pools = state.pools.set(NETUID, Pool(alpha_out=Alpha(2**63)))
    state = evolve(state, subnets=state.subnets.set(NETUID, own), pools=pools)
    _, earned = state.runtime.mechanisms.whole_epoch(state, NETUID, Alpha(min(alpha + for_root, U64_MAX)))
    earnings = [(int(key), Fraction(incentive), Fraction(dividend)) for key, incentive, dividend in earned]
    after = distribute_emission(state, NETUID, Alpha(alpha), Alpha(for_root), Alpha(cut))
    subnet = state.subnet(NETUID)
    pending = Pending(
        Fraction(alpha), owner_cut=Fraction(cut), owner_hotkey=subnet.owner_hotkey, has_owner=subnet.owner is not None,
        hotkeys_of_owner=frozenset(map(int, state.runtime.neurons.unpaid_hotkeys(state, subnet))),
        root_alpha=Fraction(for_root), is_recycled=is_recycled, burn=floored_weight(burn) * ULP,
    )  # fmt: skip
    drain = Computation(338, True)["DIV-9"](world.hotkeys, earnings, pending, world.floored_weight)
    assert 2**63 - after.pool(NETUID).alpha_out == min(drain.recycled, 2**63)
    gained = gains(state, after, NETUID)
    rules = Computation(338, True)
    for hotkey in {key for _, _, key in drain.payments}:
        rest = drain.payments.get(("alpha of root", "stakers", hotkey), Fraction(0))
        root_stake = state.subnet(ROOT).share_pools.get(AccountId(hotkey), NO_SHARE_POOL).total_alpha
        taken = drain.payments.get(("alpha of root", "delegate", hotkey), Fraction(0))
        too_much = rest if rest > root_stake else 0
        assert gained.get(hotkey, 0) == in_token(drain, "alpha", hotkey) + taken + too_much
        rates = dict(after.root_claimable.get(AccountId(hotkey), ()))
        assert Fraction(rates.get(NETUID, 0), 2**32) == rules["CLAIM-1"](Fraction(0), int(rest), root_stake)
    assert not any(gains(state, after, ROOT).values())
    recorded = after.subnet(NETUID).total_hotkey_alpha_last_epoch
    assert {int(key): Fraction(stake) for key, stake in recorded.items()} == drain.recorded
