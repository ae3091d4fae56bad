"""The laws of weighted pools: they hold, their bounds are tight, and each is broken by what it is there to catch."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

import dtao
from dtao.rules.pools import weighted as rules
from dtao.rules.pools.weighted import BOUNDED, FIRST, HALF, MIN_WEIGHT, ONE_WEIGHT, WeightedSwap, WeightRules
from dtao.state import State
from dtao.units import Alpha, NetUid, Rao
from dtao_properties.adapters.protocol import Json
from dtao_properties.laws import INVARIANTS
from dtao_properties.laws import weighted as laws
from dtao_properties.laws.weighted import CUT, Trade, exact_price
from dtao_properties.model.step import Oracle, Step
from dtao_spec.rounding import LIMIT_BITS, floored
from tests.depth import of_many
from tests.laws.later import called, small, walk

ERAS = [dtao.era(version) for version in (423, 424, 425)]
BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}
OWN = [one for one in INVARIANTS if one.check.__module__ == laws.__name__]
QUOTES = st.integers(MIN_WEIGHT, ONE_WEIGHT - MIN_WEIGHT) | st.sampled_from([HALF, MIN_WEIGHT, ONE_WEIGHT - MIN_WEIGHT])
RESERVES = st.integers(20, 61).flatmap(lambda width: st.integers(2**width, 2 ** (width + 1)))
AMOUNTS = st.integers(0, 62).flatmap(lambda width: st.integers(1, 2**width))
VERSIONS = st.sampled_from([FIRST, BOUNDED])


def swapped(quote: int, is_buy: bool, into: int, out: int, amount: int, version: WeightRules = BOUNDED) -> Trade:
    """Return what a swap without a fee and a limit does."""
    amount = min(amount, 1_000 * into)
    paid = rules.amount_out(version, quote, is_buy, into, out, amount)
    return Trade(1, quote, is_buy, (into, into + amount), (out, out - paid))


def traded(quote: int, is_buy: bool, into: int, out: int, amount: int, version: WeightRules = BOUNDED) -> Trade:
    """Return the same where the error of its power is proved; nothing is said of other swaps."""
    trade = swapped(quote, is_buy, into, out, amount, version)
    assume(trade.is_proved)
    return trade


@pytest.mark.rule("POOL-31", "POOL-32")
@given(QUOTES, st.booleans(), RESERVES, RESERVES, AMOUNTS, VERSIONS)
def test_the_weighted_product_falls_by_no_more_than_is_stated(
    quote: int, is_buy: bool, into: int, out: int, amount: int, version: WeightRules
) -> None:
    trade = traded(quote, is_buy, into, out, amount, version)
    low, high = trade.kept
    assert low <= trade.out[1] <= high


@pytest.mark.rule("POOL-32")
def test_the_bounds_of_the_product_are_tight() -> None:
    """A pool of 2 billion tokens pays 0.988 of all that it may pay too much, and one of 5 580 next to a unit less."""
    trade = swapped(HALF, True, 2037956926755732268, 3207715158163682203, 6479332650461866356)
    assert 2 < 0.98 * trade.out[0] * CUT < trade.out[0] * trade.left[0] - trade.out[1]
    trade = swapped(HALF, True, 5580395571166, 9949161264183, 4072288720)
    assert Fraction(9_999, 10_000) < trade.out[1] - trade.out[0] * trade.left[0] < 1


@pytest.mark.rule("POOL-32")
@given(QUOTES, st.booleans(), RESERVES, RESERVES, AMOUNTS, AMOUNTS, VERSIONS)
def test_more_in_never_brings_less_out(
    quote: int, is_buy: bool, into: int, out: int, amount: int, more: int, version: WeightRules
) -> None:
    less = traded(quote, is_buy, into, out, amount, version)
    grown = traded(quote, is_buy, into, out, less.into[1] - into + more, version)
    assert 0 <= grown.out[1] <= less.out[1] <= out


def test_beyond_what_is_proved_more_may_bring_less() -> None:
    """At weights of 98 to 2 a buyer for 20 times the reserve gets 0.04 % less than one for twice the reserve."""
    quote = 98 * 10**16 - 1
    paid = [rules.amount_out(BOUNDED, quote, True, 10**9, 10**15, times * 10**9) for times in (2, 20)]
    assert paid == [10**15, 999562209187876]
    assert not Trade(1, quote, True, (10**9, 21 * 10**9), (10**15, 10**15)).is_proved


def test_past_a_limit_more_may_bring_less() -> None:
    """A limit lets no more enter than 17.4 times the reserve; 800 times it enter below the limit of all swaps."""
    swaps = [
        rules.swap(BOUNDED, HALF, Rao(10**12), Alpha(10**12), 0, True, times * 10**12, rules.MAX_PRICE)
        for times in (800, 1_000)
    ]
    assert swaps == [WeightedSwap(800 * 10**12, 998751560549, 0), WeightedSwap(17446744073709, 945789891375, 0)]


@pytest.mark.rule("POOL-32")
@given(QUOTES, st.booleans(), RESERVES, RESERVES, AMOUNTS, VERSIONS)
def test_a_round_trip_without_a_fee_gains_no_more_than_is_stated(
    quote: int, is_buy: bool, into: int, out: int, amount: int, version: WeightRules
) -> None:
    there = traded(quote, is_buy, into, out, amount, version)
    assume(there.out[1] > 0)
    back = traded(quote, not is_buy, there.out[1], there.into[1], out - there.out[1], version)
    assert back.out[0] - back.out[1] - (there.into[1] - into) <= laws.gain_of_round_trip(there)


@pytest.mark.rule("POOL-32")
def test_the_bound_of_a_round_trip_is_tight() -> None:
    """18 of 18.92 rao in a pool of 4.5 billion TAO; of the TAO that there can be, nobody gains one."""
    into, out, amount = 4545557072867725259, 2926375742877875673, 4427833251999920000
    there = swapped(HALF, True, into, out, amount)
    back = swapped(HALF, False, there.out[1], there.into[1], out - there.out[1])
    assert back.out[0] - back.out[1] - amount == 18 == int(laws.gain_of_round_trip(there))
    supply = 21 * 10**15
    for quote in (HALF, 45 * 10**16, 55 * 10**16):
        there = Trade(1, quote, True, (supply // 3, supply), (10**15, 10**15))
        assert laws.gain_of_round_trip(there) < 1


@pytest.mark.rule("POOL-32")
@given(QUOTES, st.booleans(), RESERVES, RESERVES, AMOUNTS, AMOUNTS, VERSIONS)
def test_two_pieces_bring_what_one_swap_does(
    quote: int, is_buy: bool, into: int, out: int, amount: int, more: int, version: WeightRules
) -> None:
    """Each piece pays a CUT of the reserve too much, or a unit too little, at most."""
    one = traded(quote, is_buy, into, out, amount, version)
    assume(one.out[1] > 0)
    other = traded(quote, is_buy, one.into[1], one.out[1], more, version)
    whole = traded(quote, is_buy, into, out, other.into[1] - into, version)
    assume(whole.into == (into, other.into[1]))  # and not bounded by what a pool takes at once
    difference = whole.out[1] - other.out[1]  # what the pieces pay more
    assert -2 - out * CUT < difference < 1 + 2 * out * CUT


@pytest.mark.rule("POOL-33", "POOL-34")
@given(QUOTES, st.booleans(), RESERVES, RESERVES, st.integers(1, 2**12), st.integers(1, 2**12), VERSIONS)
def test_a_limit_is_never_passed_by_more_than_is_stated(
    quote: int, is_buy: bool, tao: int, alpha: int, up: int, down: int, version: WeightRules
) -> None:
    now = rules.price(quote, Alpha(alpha), Rao(tao)) * 10**9 >> 64
    limit = now * (up + down) // down if is_buy else now * down // (up + down)
    most = 1_000 * (tao if is_buy else alpha)
    found = rules.swap(version, quote, Rao(tao), Alpha(alpha), 0, is_buy, most, limit)
    assume(isinstance(found, WeightedSwap))
    assert isinstance(found, WeightedSwap)
    into, out = (tao, alpha) if is_buy else (alpha, tao)
    trade = Trade(1, quote, is_buy, (into, into + found.paid_in), (out, out - found.paid_out))
    assume(trade.is_proved and trade.out[1])
    exact = Fraction(limit, 10**9)
    if is_buy:
        assert trade.price(after=True) <= laws.most_at_limit(trade, exact)
    else:
        assert trade.price(after=True) >= laws.least_at_limit(trade, exact)


@pytest.mark.parametrize(
    ("quote", "tao", "alpha", "limit", "is_buy"),
    [
        (918002918599680462, 1122249572314399188, 4243861856565467686, 73539546723, True),
        (356688323499850146, 3347222889930110176, 467405893200312253, 26913155, False),
    ],
)
@pytest.mark.rule("POOL-33")
def test_the_bounds_of_limits_are_tight(quote: int, tao: int, alpha: int, limit: int, is_buy: bool) -> None:
    """Both pass their limit, by 97 % and 98 % of what is stated: 1.7e-15 and 5.6e-17 of it."""
    found = rules.swap(FIRST, quote, Rao(tao), Alpha(alpha), 0, is_buy, 2**62, limit)
    assert isinstance(found, WeightedSwap)
    into, out = (tao, alpha) if is_buy else (alpha, tao)
    trade = Trade(1, quote, is_buy, (into, into + found.paid_in), (out, out - found.paid_out))
    exact = Fraction(limit, 10**9)
    if is_buy:
        most = laws.most_at_limit(trade, exact)
        assert 0.97 * (most - exact) < trade.price(after=True) - exact < most - exact
    else:
        exact, least = floored(exact, LIMIT_BITS), laws.least_at_limit(trade, exact)
        assert 0.98 * (exact - least) < exact - trade.price(after=True) < exact - least


@pytest.mark.rule("POOL-35")
@given(QUOTES, RESERVES | st.integers(1, 100), RESERVES | st.integers(1, 100), AMOUNTS, AMOUNTS)
@example(10**16, 8, 25, 6, 19)
def test_injection_keeps_the_price_and_the_bounds_of_weights(
    quote: int, tao: int, alpha: int, more_tao: int, more_alpha: int
) -> None:
    assume(tao * alpha >= laws.LEAST_PRODUCT)
    moved = rules.quote_weight_with(quote, Rao(tao), Alpha(alpha), Rao(more_tao), Alpha(more_alpha))
    stays = Fraction(quote * alpha * (tao + more_tao))
    stays /= stays + (ONE_WEIGHT - quote) * tao * (alpha + more_alpha)
    if moved is None:  # only where the weights that keep the price are out of bounds, or at one
        assert not Fraction(101, 10**4) <= stays <= Fraction(989, 10**3)
        return
    assert MIN_WEIGHT <= moved <= ONE_WEIGHT - MIN_WEIGHT
    assert moved + rules.base_weight(moved) == ONE_WEIGHT
    low, high = laws.injected_prices(quote, moved, (tao, tao + more_tao), (alpha, alpha + more_alpha))
    part = exact_price(moved, tao + more_tao, alpha + more_alpha) / exact_price(quote, tao, alpha)
    assert low <= part <= high


@pytest.mark.rule("POOL-35")
def test_the_bounds_of_injection_are_tight() -> None:
    """A price rises by 7.9e-17 of itself, 99.9 % of what it may; in a tiny pool one falls by an eighth."""
    quote, tao, alpha = 99 * 10**16, (17283023008339712, 20581144799533898), (48057909623958817, 73927836016415604)
    added = Rao(tao[1] - tao[0]), Alpha(alpha[1] - alpha[0])
    moved = rules.quote_weight_with(quote, Rao(tao[0]), Alpha(alpha[0]), *added)
    assert moved is not None
    low, high = laws.injected_prices(quote, moved, tao, alpha)
    rise = exact_price(moved, tao[1], alpha[1]) / exact_price(quote, tao[0], alpha[0]) - 1
    assert 7e-17 < 0.999 * (high - 1) < rise <= high - 1
    moved = rules.quote_weight_with(MIN_WEIGHT, Rao(8), Alpha(25), Rao(6), Alpha(19))
    assert moved is not None
    low, high = laws.injected_prices(MIN_WEIGHT, moved, (8, 14), (25, 44))
    fall = 1 - exact_price(moved, 14, 44) / exact_price(MIN_WEIGHT, 8, 25)
    assert Fraction(1, 8) < 0.999 * (1 - low) < fall <= 1 - low


# Steps


def pooled(era: dtao.Era, quote: int = 6 * 10**17, **more: Json) -> State:
    """Return a state in which somebody staked in a pool at weights of 60 to 40."""
    account = "Balance__114649001434974019483615915885"  # that of subnet 1
    entries: dict[str, Json] = {
        "SubtokenEnabled__1": True, "SwapBalancer__1": str(quote), "PalSwapInitialized__1": True, "FeeRate__1": 33,
        "FirstEmissionBlockNumber__1": "1", account: str(10**12), **more,
    }  # fmt: skip
    return called(era, small(era, **entries), "add_stake", hotkey="11", netuid=1, amount_staked=str(10**10)).after


def bought(era: dtao.Era) -> Step:
    return called(era, pooled(era), "add_stake", hotkey="11", netuid=1, amount_staked=str(10**11))


def sold(era: dtao.Era) -> Step:
    return called(era, pooled(era), "remove_stake", hotkey="11", netuid=1, amount_unstaked=str(10**9))


def bought_to_limit(era: dtao.Era) -> Step:
    args = {"hotkey": "11", "netuid": 1, "amount_staked": str(10**11), "limit_price": str(7 * 10**8)}
    return called(era, pooled(era), "add_stake_limit", **args, allow_partial=True)


def sold_to_limit(era: dtao.Era) -> Step:
    args = {"hotkey": "11", "netuid": 1, "amount_unstaked": str(10**10), "limit_price": str(68 * 10**7)}
    return called(era, pooled(era), "remove_stake_limit", **args, allow_partial=True)


def injected(era: dtao.Era) -> Step:
    """Take a block that adds TAO and alpha to the pool, and buys nothing: all of the alpha is as if root had it."""
    entries: dict[str, Json] = {
        "SubnetMovingPrice__1": str(2**31), "BalancesTotalIssuance": str(3 * 10**12), "BlockEmission": str(10**9),
        "SubnetTAO__0": str(10**15), "TaoWeight": str(2**64 - 1),
    }  # fmt: skip
    return Oracle(era).apply(pooled(era, 35 * 10**16, **entries), {"do": "blocks", "n": 1})


STEPS = {
    "bought": bought, "sold": sold, "bought to limit": bought_to_limit, "sold to limit": sold_to_limit,
    "injected": injected,
}  # fmt: skip


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@pytest.mark.parametrize("name", STEPS)
def test_what_the_reference_does_breaks_no_law(era: dtao.Era, name: str) -> None:
    step = STEPS[name](era)
    assert step.error is None
    assert [sentence for one in OWN for sentence in one.violations(step)] == []
    if name != "injected":
        assert len(list(laws.trades(step))) == 1


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
def test_the_laws_hold_in_walks(era: dtao.Era) -> None:
    walks = of_many(10, 500)
    steps = [step for number in range(walks) for step in walk(era, number)]
    assert [sentence for step in steps for one in OWN for sentence in one.violations(step)] == []
    assert any(trade.is_proved for step in steps for trade in laws.trades(step))


def with_pool(step: Step, **more: int) -> Step:
    """Return the step after which some numbers of the pool are other ones."""
    pool = step.after.pool(NetUid(1))
    changes = {name: getattr(pool, name) + by for name, by in more.items()}
    return step.with_after(evolve(step.after, pools=step.after.pools.set(NetUid(1), evolve(pool, **changes))))


def with_quote(step: Step, quote: int) -> Step:
    weights = evolve(step.after.weights[NetUid(1)], stored=quote)
    return step.with_after(evolve(step.after, weights=step.after.weights.set(NetUid(1), weights)))


def with_more_paid(step: Step, tao: int) -> Step:
    """Return a sale that says that it brought more."""
    kind, coldkey, hotkey, paid, *rest = step.events[0]
    return evolve(step, events=((kind, coldkey, hotkey, str(int(paid) + tao), *rest),))


class Odd(Oracle):
    """The reference, which quotes a million more for an even amount."""

    def query(self, state: State, name: str, args: Mapping[str, Json]) -> Json:
        found = super().query(state, name, args)
        return found if int(args["amount"]) & 1 else [found[0], str(int(found[1]) + 10**6), *found[2:]]


BROKEN: Mapping[str, tuple[str, Callable[[Step], Step]]] = {
    "the weighted product holds": ("bought", lambda step: with_pool(step, alpha_in=-1)),
    "the weighted product holds, for the pool": ("sold", lambda step: with_pool(step, tao=3)),
    "weights lie between their bounds": ("injected", lambda step: with_quote(step, MIN_WEIGHT - 1)),
    "weights lie between their bounds, in a call": ("bought", lambda step: with_quote(step, HALF)),
    "injection keeps the price": ("injected", lambda step: with_quote(step, step.after.weights[NetUid(1)].quote + 1)),
    "quotes of weighted pools are monotone": (
        "bought",
        lambda step: evolve(step, implementation=Odd(step.era)),
    ),
    "limits of weighted pools hold": ("bought to limit", lambda step: with_pool(step, tao=2)),
    "limits of weighted pools hold, below": (
        "sold to limit",
        lambda step: with_more_paid(step, 10**4),
    ),
}  # fmt: skip
"""For each law a step, and how it is broken: a unit too much paid, one too few, a weight out of its bounds."""


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_step_is_told(era: dtao.Era, name: str) -> None:
    made, breaks = BROKEN[name]
    law = BY_NAME[name.partition(",")[0]]
    assert law.violations(STEPS[made](era)) == []
    assert law.violations(breaks(STEPS[made](era)))


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
def test_alpha_joins_with_tao_that_is_not_there(era: dtao.Era) -> None:
    """So few rao of a late block would not keep an account alive: alpha joins alone, and the price falls by 2.3 %."""
    entries: dict[str, Json] = {
        "SubtokenEnabled__1": True, "FirstEmissionBlockNumber__1": "1", "SubnetMovingPrice__1": str(2**31),
        "TotalIssuance": str(20_999_997 * 10**9), "BalancesTotalIssuance": str(10**12), "SubnetTAO__1": "10000",
        "SubnetAlphaIn__1": "90000", "SubnetTAO__0": str(10**15), "TaoWeight": str(2**64 - 1),
    }  # fmt: skip
    step = Oracle(era).apply(small(era, **entries), {"do": "blocks", "n": 1})
    pool, weights = step.after.pool(NetUid(1)), step.after.weights[NetUid(1)]
    assert (pool.tao, pool.alpha_in, weights.quote) == (10_000, 92_142, HALF)
    assert [sentence for one in OWN for sentence in one.violations(step)] == []


def test_each_law_is_broken_by_something() -> None:
    assert {name.partition(",")[0] for name in BROKEN} == {one.name for one in OWN}
