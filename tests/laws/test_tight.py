"""Bounds that are no wider than they must be: each term has a step that reaches it, which a tighter term refuses."""

from collections.abc import Callable
from fractions import Fraction
from types import ModuleType

import pytest

import dtao
from dtao.state import State
from dtao_properties.adapters.protocol import Json
from dtao_properties.laws import INVARIANTS, averages, halving, pools, shares, violations
from dtao_properties.model import modelled
from dtao_properties.model.step import Oracle, Step
from dtao_spec.chapters.pools import MINIMUM_LIQUIDITY
from tests.laws.corpus import LAUNCH, ORACLE
from tests.laws.later import a_block, called, small

BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}
NUMBER = 2**127 + 2**60
"""Raw bits of shares, so many that the value of one is rounded down by nearly 2^-64."""
DEEP: dict[str, Json] = {
    "SubnetTAO__1": str(10**14), "SubnetAlphaIn__1": str(10**14), "SubnetAlphaOut__1": str(10**13),
    "TotalStake": str(10**14), "SubtokenEnabled__1": True,
}  # fmt: skip
"""A pool at a price of 1 that small trades hardly move."""

OPEN: dict[str, Json] = {"NetworkRegistrationAllowed": True, "FirstEmissionBlockNumber": "50000"}
"""What a subnet to which blocks emit TAO has, in every era."""


def buys(state: State, amount: int) -> Step:
    """Swap TAO for alpha in the pool of the one subnet."""
    request = {"do": "phase", "phase": "swap_tao_for_alpha", "args": {"netuid": 1, "amount": str(amount)}}
    return ORACLE.apply(state, request)


def swapped(tao: int, alpha: int, amount: int) -> Step:
    """Swap TAO for alpha in the pool with these reserves."""
    reserves = {"SubnetTAO__1": str(tao), "SubnetAlphaIn__1": str(alpha), "SubnetAlphaOut__1": str(10**15)}
    return buys(small(LAUNCH, **reserves), amount)


def stakes(total: int, first: int, second: int) -> dict[str, Json]:
    """Return the entries of the stakes of two coldkeys on the one hotkey, by the raw bits of their shares."""
    entries: dict[str, Json] = {"TotalHotkeyAlpha__11__1": str(total), "TotalHotkeyShares__11__1": str(first + second)}
    return entries | {f"Alpha__11__{coldkey}__1": str(held) for coldkey, held in ((1, first), (2, second))}


def written(total: int, first: int, second: int) -> Step:
    """Write the total of two stakes, so that both are read."""
    request = {"do": "set", "item": "TotalHotkeyAlpha", "hotkey": "11", "netuid": 1, "value": str(total)}
    return ORACLE.apply(small(LAUNCH, **stakes(total - 1, first, second)), request)


def sold(era: dtao.Era, total: int, first: int, second: int, amount: int) -> Step:
    """Sell stake of the first of two coldkeys."""
    state = small(era, **DEEP, **stakes(total, first, second))
    return called(era, state, "remove_stake", hotkey="11", netuid=1, amount_unstaked=str(amount))


def pays_the_tail() -> Step:
    """Return a swap whose exact rest is 2^22 / (2^40 + 15) above a whole number: as far as 2^-18 allows."""
    return swapped(2**39 + 1, 338_310_624_812, 2**39 + 14)


def keeps_the_least() -> Step:
    """Return a swap that leaves exactly 10^7 in the reserve that pays."""
    return swapped(10**12, 10**12, 10**17 - 10**12)


def bends_upwards() -> Step:
    """Return a call at whose amount, 10^6, a quote says 749 999, and 374 999 of half as much."""
    reserves = {"SubnetTAO__1": str(4 * 10**12), "SubnetAlphaIn__1": str(3 * 10**12), "SubtokenEnabled__1": True}
    return called(LAUNCH, small(LAUNCH, **reserves), "add_stake", hotkey="11", netuid=1, amount_staked=str(10**6))


def thirds(era: dtao.Era) -> Step:
    """Return a block that emits to two subnets, by averages of 1 and 2 units: one third, and two."""
    second: dict[str, Json] = {
        "NetworksAdded__2": True, "TotalNetworks": 3, "SubnetMechanism__2": 1, "Tempo__2": 360,
        "SubnetTAO__2": str(10**12), "SubnetAlphaIn__2": str(10**12),
        **{f"{entry}__{netuid}": value for entry, value in OPEN.items() for netuid in (1, 2)},
    }  # fmt: skip
    return a_block(era, small(era, **second, SubnetMovingPrice__1="1", SubnetMovingPrice__2="2"))


def halves() -> Step:
    """Return a block that reaches the first threshold."""
    return a_block(LAUNCH, small(LAUNCH, TotalIssuance=str(halving.THRESHOLDS[0] - 1), SubnetMovingPrice__1="1"))


def falls_below() -> Step:
    """Return an average of 3 units and 3 units that is 2 units."""
    prices = {"SubnetTAO__1": "3", "SubnetAlphaIn__1": str(2**32), "SubnetMovingPrice__1": "3"}
    request = {"do": "phase", "phase": "update_moving_price", "args": {"netuid": 1}}
    return ORACLE.apply(small(LAUNCH, **prices, SubnetMovingAlpha=str(2**31)), request)


def reads_nothing() -> Step:
    """Return a stake of 0.999 rao, which reads 0."""
    return written(999, 1 << 64, 999 << 64)


def reads_less_by_many_shares() -> Step:
    """Return a stake of half of 2^64 shares, which is worth 999.4997 and reads 998."""
    first = (2**128 * 999 - 1) // 1999
    return written(1000, first, NUMBER - first)


def takes_a_bit() -> Step:
    """Return a sale of stake that is worth nearly one raw bit more than it gives up; a bit is worth half a rao."""
    total, given = 10**12, 2 * 10**9
    all_shares = 2 * total + 999
    return sold(LAUNCH, total, given + 1, all_shares - given - 1, 10**9)


def gives_by_value() -> Step:
    """Return a sale of nearly all of 2^63 shares, which are given up at too low a value; 0.4995 rao stay behind."""
    return sold(LAUNCH, 10**12, NUMBER - 2**117, 2**117, 999_023_437_499)


def leaves_a_rest(era: dtao.Era) -> Step:
    """Return a sale of a whole stake that is worth 0.999 more than it reads."""
    first = (10**10 << 64) + (999 << 64) // 1000
    return sold(era, 10**12, first, (10**12 << 64) - first, 10**10)


def doubles() -> Step:
    """Return a block whose owner cut nearly doubles 2^63 shares, of which another has nearly all."""
    first = NUMBER // 10**6
    cut: dict[str, Json] = {
        "SubnetOwner__1": "1", "SubnetOwnerHotkey__1": "11", "PendingOwnerCut__1": str(99 * 10**10), "Tempo__1": 1,
    }  # fmt: skip
    return a_block(LAUNCH, small(LAUNCH, **{**DEEP, **stakes(10**12, first, NUMBER - first), **cut}))


TIGHTER: list[tuple[ModuleType, str, Fraction | int, str, Callable[[], Step]]] = [
    (pools, "TAIL", Fraction(2**22, 2**40 + 15), "constant product", pays_the_tail),
    (pools, "KEPT", MINIMUM_LIQUIDITY + 1, "constant product", keeps_the_least),
    (pools, "CONCAVE", 0, "quotes are monotone", bends_upwards),
    (halving, "ROUNDED_DOWN", Fraction(1, 2), "halving", lambda: thirds(LAUNCH)),
    (halving, "ROUNDED_DOWN", Fraction(1, 2), "halving", lambda: thirds(dtao.era(283))),
    (halving, "MAX_HALVINGS", 0, "halving", halves),
    (averages, "BELOW", 0, "the average lies between", falls_below),
    (shares, "ROUNDED_DOWN", Fraction(998, 1000), "holders have what is there", reads_nothing),
    (
        shares,
        "VALUE_ROUNDED",
        Fraction(999_999, 10**6 * 2**128),
        "holders have what is there",
        reads_less_by_many_shares,
    ),
    (shares, "LAST_BIT", Fraction(995, 1000), "nobody pays for another's stake", takes_a_bit),
    (shares, "VALUE_TOO_LOW", Fraction(998, 1000 * 2**128), "nobody pays for another's stake", gives_by_value),
    (shares, "REST_LEFT", Fraction(998, 1000), "nobody pays for another's stake", lambda: leaves_a_rest(dtao.era(244))),
    (
        shares,
        "REST_LEFT",
        Fraction(998, 1000),
        "nobody pays for another's stake",
        lambda: leaves_a_rest(modelled()[-1]),
    ),
    (shares, "VALUE_TOO_LOW", Fraction(2, 3 * 2**128), "rewards fall to all alike", doubles),
]


@pytest.mark.parametrize(
    ("module", "term", "tighter", "name", "reached"),
    TIGHTER,
    ids=[f"{module.__name__.rpartition('.')[2]}.{term}-{name}" for module, term, _, name, _ in TIGHTER],
)
def test_a_term_cannot_be_tightened(
    module: ModuleType,
    term: str,
    tighter: Fraction | int,
    name: str,
    reached: Callable[[], Step],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = reached()
    assert (step.error, violations(step)) == (None, [])
    value = getattr(module, term)
    assert abs(value - tighter) <= (1 if isinstance(tighter, int) else value / 2)  # it is not much tighter
    monkeypatch.setattr(module, term, tighter)
    assert BY_NAME[name].violations(step) != []


def test_two_pieces_bring_one_more() -> None:
    """The first piece is paid by the tail, and the pool keeps so much less that the second gets another rao."""
    reserves = {"SubnetTAO__1": str(2**23 + 1), "SubnetAlphaIn__1": "293210408151197", "SubnetAlphaOut__1": "1000000"}
    state = small(LAUNCH, **reserves, SubtokenEnabled__1=True)
    step = called(LAUNCH, state, "add_stake", hotkey="11", netuid=1, amount_staked=str(16_777_220))
    assert (step.error, violations(step)) == (None, [])
    whole, first = buys(state, 16_777_220), buys(state, 5_592_407)
    second = buys(first.after, 11_184_813)
    paid = [int(str(piece.value)) for piece in (whole, first, second)]
    assert paid == [195_473_613_201_552, 117_284_175_843_702, 78_189_437_357_851]
    assert paid[1] + paid[2] == paid[0] + 1


def test_products_of_averages_are_cut_off() -> None:
    """An average so large that its product with the emission does not fit brings less than all, and that is no loss."""
    step = a_block(LAUNCH, small(LAUNCH, SubnetMovingPrice__1=str(2**99)))
    assert (violations(step), step.after.total_issuance) == ([], 2**28 - 1)


def test_shares_that_a_denominator_does_not_hold_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deposit that fills the denominator falls to all holders in part."""
    full = 2**128 - 2**100
    state = small(LAUNCH, **DEEP, **stakes(10**12, full // 3, full - full // 3))
    step = called(LAUNCH, state, "add_stake", hotkey="11", netuid=1, amount_staked=str(10**11))
    both = [BY_NAME["the denominator counts the shares"], BY_NAME["nobody pays for another's stake"]]
    assert step.error is None
    assert [one.violations(step) for one in both] == [[], []]
    monkeypatch.setattr(shares, "FULL", shares.FULL + 1)
    assert [] not in [one.violations(step) for one in both]


def test_before_244_no_rest_is_left() -> None:
    """The holder keeps the shares that are worth less than a rao, so that others gain nothing by a sale of all."""
    step = leaves_a_rest(LAUNCH)
    assert (step.error, violations(step)) == (None, [])
    assert sorted(step.after.subnets[1].share_pools[11].shares) == [1, 2]  # type: ignore[index]


@pytest.mark.parametrize("era", modelled(), ids=lambda era: era.name)
@pytest.mark.parametrize("by", [-1, 1])
def test_the_average_is_stated_to_the_bit(era: dtao.Era, by: int) -> None:
    """A unit more or less is seen, whether the price counts in full or not, also where the weight follows the age."""
    prices = {"SubnetTAO__1": str(3 * 10**12), "SubnetMovingPrice__1": str(2**31), "SubnetMovingAlpha": "12884901"}
    started = {"FirstEmissionBlockNumber__1": "50000"}
    step = a_block(era, small(era, **prices, **started))
    assert (violations(step), step.after.pools[1].moving_price != 2**31) == ([], True)  # type: ignore[index]
    moved = era.set(step.after, "SubnetMovingPrice", {"netuid": 1}, str(step.after.pools[1].moving_price + by))  # type: ignore[index]
    assert BY_NAME["the average lies between"].violations(step.with_after(moved)) != []


@pytest.mark.parametrize("era", modelled(), ids=lambda era: era.name)
def test_a_stable_subnet_has_an_average_of_one(era: dtao.Era) -> None:
    """Whatever its entry was: the average is that of 1 and 1."""
    state = small(era, SubnetMechanism__1=0, SubnetMovingPrice__1="3", SubnetMovingAlpha="12884901")
    step = Oracle(era).apply(state, {"do": "phase", "phase": "update_moving_price", "args": {"netuid": 1}})
    assert (violations(step), step.after.pools[1].moving_price) == ([], 2**32)  # type: ignore[index]
    low = era.set(step.after, "SubnetMovingPrice", {"netuid": 1}, str(2**32 - 1))
    assert BY_NAME["the average lies between"].violations(step.with_after(low)) != []
