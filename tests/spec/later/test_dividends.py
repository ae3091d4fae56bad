"""The later rules of dividends against the exact ones, within the bounds that the rules state."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.oracle import Era
from dtao.persistent import Map
from dtao.records import Subnet
from dtao.rules import dividends as rules
from dtao.rules.emission import tao_weight as floored_weight
from dtao.state import State
from dtao.transitions import dividends as reference
from dtao.transitions.epoch import epoch_run
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, Rao
from dtao_spec.chapters.dividends import Hotkey, tao_dividends_of
from dtao_spec.chapters.emission import tao_weight
from dtao_spec.later import dividends as exact
from dtao_spec.later.dividends import Waiting
from tests.spec.families import ULP, held, wide
from tests.spec.test_dividends import (
    DIVIDENDS,
    NETUID,
    STAKES,
    TAKES,
    distribution_bound,
    gains,
    root_dividends_error,
    worlds,
)

DIVIDEND_FIX = dtao.era("dividend-fix")
DYNAMIC_FEES = dtao.era("dynamic-fees")
START_CALL = dtao.era("start-call")
UNSIGNED_MATH = dtao.era("unsigned-math")

AMOUNTS = st.lists(wide(2**82), min_size=1, max_size=4)


@given(DIVIDENDS, TAKES, STAKES, st.lists(st.tuples(wide(2**86), st.booleans()), max_size=4))
def test_div_4_takes_of_each_part(dividends: int, take: int, own: int, contributions: list[tuple[int, bool]]) -> None:
    brought, same = [Bits(bits) for bits, _ in contributions], [is_same for _, is_same in contributions]
    *results, kept = rules.divided_with_take_of_each(dividends, take, own, brought, same)
    amount = Fraction(dividends)
    ideals = exact.parents_dividends(amount, take, Fraction(own), [bits * ULP for bits in brought], same)
    for ideal, result in zip(ideals, results, strict=True):
        assert ideal - 1 - dividends * ULP < result <= ideal + (dividends + 1) * ULP
    n, of_child = len(contributions), amount - sum(ideals, Fraction(0))
    assert of_child - 1 - n * (dividends + 1) * ULP < kept <= of_child + n * dividends * ULP
    assert dividends - n - 1 < sum(results) + kept <= dividends


@frozen
class World:
    """The same hotkeys in exact numbers and as a subnet of the reference, at the launch."""

    hotkeys: dict[int, Hotkey]
    owners: dict[int, int]
    state: State
    weight: int

    def under(self, era: Era) -> State:
        return evolve(self.state, runtime=era.runtime)

    def bound(self, hotkey: int, amount: int) -> Fraction:
        """Return how far a part of a validator's dividends may stray, as DIV-8 says."""
        return distribution_bound(self.hotkeys, hotkey, amount + 1, self.weight)


@st.composite
def owned_worlds(draw: st.DrawFn) -> World:
    hotkeys, state, weight = draw(worlds())
    owners = {key: draw(st.sampled_from([31, 32, 0])) for key in hotkeys}
    known = {AccountId(key): AccountId(owner) for key, owner in owners.items() if owner}
    owner_hotkey = draw(st.sampled_from([None, 9, 2, 5]))
    subnet = evolve(state.subnet(NETUID), owner_hotkey=None if owner_hotkey is None else AccountId(owner_hotkey))
    state = evolve(state, owner=Map(known), subnets=state.subnets.set(NETUID, subnet))
    return World(hotkeys, {key: owner for key, owner in owners.items() if owner}, state, weight)


@given(owned_worlds(), DIVIDENDS)
def test_div_8_divides_anew(world: World, dividends: int) -> None:
    state = world.under(DYNAMIC_FEES)
    for hotkey in world.hotkeys:
        ideal = exact.dividends_distribution(
            world.hotkeys, world.owners, hotkey, Fraction(dividends), tao_weight(world.weight)
        )
        result = reference.dividends_distribution(state, AccountId(hotkey), NETUID, Alpha(dividends))
        assert [account for account, _ in result] == [account for account, _ in ideal]
        assert dividends - len(result) < sum(part for _, part in result) <= dividends
        for (_, part), (_, exactly) in zip(result[:-1], ideal[:-1], strict=True):
            assert abs(part - exactly) <= world.bound(hotkey, dividends)


@pytest.mark.parametrize(("owners", "of_parent"), [({}, 1_000), ({1: 31}, 800), ({1: 31, 2: 31}, 1_000)])
def test_div_8_takes_two_hotkeys_without_an_owner_for_one_owners(owners: dict[int, int], of_parent: int) -> None:
    whole = U64_MAX
    hotkeys = {
        1: Hotkey(childkey_take=13_107, parents=((whole, 2),)),
        2: Hotkey(Fraction(400), children=((whole, 1),)),
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
    ideal = exact.dividends_distribution(hotkeys, owners, 1, Fraction(1_000), Fraction(1, 5))
    assert ideal == [(2, Fraction(of_parent)), (1, Fraction(1_000 - of_parent))]
    assert found[0] == (2, of_parent)
    assert 0 <= ideal[1][1] - found[1][1] <= 1


@given(AMOUNTS, st.lists(wide(2**32), min_size=4, max_size=4), wide(10**16))
def test_div_12_is_within_its_bounds(amounts: list[int], shares: list[int], there: int) -> None:
    earned = {AccountId(key): Bits(amount) for key, amount in enumerate(amounts)}
    by_root = {AccountId(key): Bits(amount * shares[key] >> 32) for key, amount in enumerate(amounts)}

    def exactly(found: Mapping[AccountId, Bits]) -> dict[int, Fraction]:
        return {int(key): bits * ULP for key, bits in found.items()}

    given_ = exactly(earned), exactly(by_root)
    assert exactly(rules.whole_dividends(earned, by_root, Alpha(there))) == exact.whole_dividends(*given_)
    without = rules.dividends_without_those_of_root(earned, by_root, Alpha(there))
    assert exactly(without) == exact.dividends_without_those_of_root(*given_)
    found = exactly(rules.proportional_dividends(earned, by_root, Alpha(there)))
    ideal = exact.proportional_dividends(*given_, Fraction(there))
    assert all(0 <= ideal[key] - found[key] <= there * ULP for key in ideal)
    assert sum(found.values()) <= there


@given(wide(U64_MAX), wide(U64_MAX), wide(10**15))
def test_div_13_is_floored(pending: int, swapped: int, incentives: int) -> None:
    found = rules.alpha_for_validators(Alpha(pending), Alpha(swapped), incentives)
    ideal = exact.alpha_for_validators(Fraction(pending), Fraction(swapped), Fraction(incentives))
    if pending + swapped <= U64_MAX:
        assert 0 <= ideal - found <= Fraction(1, 2)


@frozen
class Drain:
    """A drain of the reference, and what the exact rules say of it."""

    after: State
    earnings: Sequence[tuple[int, Fraction, Fraction]]
    waiting: Waiting
    gained: dict[int, int]

    @property
    def incentives(self) -> Fraction:
        return sum((incentive for _, incentive, _ in self.earnings), Fraction(0))


def drained(world: World, era: Era, alpha: int, sold: int, cut: int, tao: int) -> Drain:
    state = world.under(era)
    _, earned = epoch_run(state, NETUID, Alpha(alpha + sold))
    earnings = [(int(key), Fraction(incentive), Fraction(dividend)) for key, incentive, dividend in earned]
    after = reference.pending_emission_drained(state, NETUID, Alpha(alpha), Rao(tao), Alpha(sold), Alpha(cut))
    owner_hotkey = state.subnet(NETUID).owner_hotkey
    waiting = Waiting(Fraction(alpha), Fraction(sold), Fraction(tao), Fraction(cut), owner_hotkey)
    assert sum(gains(state, after, ROOT).values()) <= tao
    return Drain(after, earnings, waiting, gains(state, after, NETUID))


def in_alpha(payments: exact.Payments, hotkey: int) -> Fraction:
    return sum(
        (amount for (token, _, key), amount in payments.items() if token == "alpha" and key == hotkey), Fraction(0)
    )


def straying(world: World, drain: Drain) -> Fraction:
    """Return how far the alpha dividends of all hotkeys together may stray: by division, and by root's part."""
    dividends = [(key, int(dividend)) for key, _, dividend in drain.earnings]
    divided = sum((world.bound(key, amount) for key, amount in dividends), Fraction(0)) * len(world.hotkeys)
    total = Fraction(sum(amount for _, amount in dividends))
    by_root = len(world.hotkeys) * root_dividends_error(total + divided, world.weight)
    return 2 * divided + by_root


ARGUMENTS = owned_worlds(), DIVIDENDS, DIVIDENDS, DIVIDENDS, STAKES


@given(*ARGUMENTS)
def test_div_9_pays_root_once(world: World, alpha: int, sold: int, cut: int, tao: int) -> None:
    drain = drained(world, DIVIDEND_FIX, alpha, sold, cut, tao)
    paid = exact.drained(world.hotkeys, drain.earnings, drain.waiting, tao_weight(world.weight))
    bound = straying(world, drain) + 2
    for hotkey in {*drain.gained, *world.hotkeys}:
        assert abs(drain.gained.get(hotkey, 0) - in_alpha(paid, hotkey)) <= bound


@given(*ARGUMENTS)
def test_div_9_pays_the_owner_no_incentive(world: World, alpha: int, sold: int, cut: int, tao: int) -> None:
    drain = drained(world, DYNAMIC_FEES, alpha, sold, cut, tao)
    paid = exact.drained_without_owner(
        world.hotkeys, world.owners, drain.earnings, drain.waiting, tao_weight(world.weight)
    )
    bound = straying(world, drain) + 2
    for hotkey in {*drain.gained, *world.hotkeys}:
        assert abs(drain.gained.get(hotkey, 0) - in_alpha(paid, hotkey)) <= bound
    assert paid.get(("alpha", "miner", drain.waiting.owner_hotkey or 0), 0) == 0


@given(*ARGUMENTS)
def test_div_9_pays_what_is_there_and_notes_it(world: World, alpha: int, sold: int, cut: int, tao: int) -> None:
    weight = tao_weight(world.weight)
    for era in (START_CALL, UNSIGNED_MATH):
        drain = drained(world, era, alpha, sold, cut, tao)
        given_ = world.hotkeys, world.owners, drain.earnings, drain.waiting, weight
        paid, noted = exact.drained_and_noted(*given_)
        assert paid == exact.drained_in_proportion(*given_)
        there = exact.alpha_for_validators(drain.waiting.alpha, drain.waiting.swapped, drain.incentives)
        assert sum(drain.gained.values()) <= there + drain.incentives + drain.waiting.owner_cut
        earned = exact.earned_by(world.hotkeys, world.owners, drain.earnings, weight)
        total = sum(earned.values()) - sum(exact.root_parts(world.hotkeys, earned, weight).values())
        error = straying(world, drain)
        bound = 3 + there * (ULP + 2 * error / (total - error)) if total > error else there + 2
        for hotkey in {*drain.gained, *world.hotkeys}:
            assert abs(drain.gained.get(hotkey, 0) - in_alpha(paid, hotkey)) <= bound
        found = drain.after.subnet(NETUID).total_hotkey_alpha_last_epoch
        pools = drain.after.subnet(NETUID).share_pools
        if era is START_CALL:
            assert found == Map()
        else:
            assert {int(key) for key in found} == set(noted)
            assert all(abs(found[AccountId(key)] - stake) <= bound for key, stake in noted.items())
            assert all(found[key] == (pools[key].total_alpha if key in pools else 0) for key in found)


@given(owned_worlds(), st.lists(DIVIDENDS, min_size=5, max_size=5), STAKES)
def test_div_10_is_the_same_in_all_eras(world: World, amounts: list[int], pending: int) -> None:
    """The TAO follows the root dividends as it did at the launch."""
    bits = {AccountId(key): Bits(amount << 32) for key, amount in zip(world.hotkeys, amounts, strict=True)}
    found = [
        reference.tao_dividends_of(reference.root_dividends_of(world.under(era), NETUID, bits), Rao(pending))
        for era in (DIVIDEND_FIX, DYNAMIC_FEES, START_CALL, UNSIGNED_MATH)
    ]
    assert found == [found[0]] * 4
    exactly = {key: Fraction(amount) for key, amount in zip(world.hotkeys, amounts, strict=True)}
    ideal = tao_dividends_of(world.hotkeys, exactly, Fraction(pending), tao_weight(world.weight))
    assert sum(ideal.values()) in (0, pending)
    assert floored_weight(world.weight) * ULP <= tao_weight(world.weight)
