"""The bounds of the card's five, taken apart: each holds for drawn numbers, and each is reached."""

from fractions import Fraction
from itertools import pairwise
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtao import kernels
from dtao.rules.pool import payout
from dtao_properties.laws.halving import STEPS, THRESHOLDS, emission_at
from dtao_properties.laws.pools import TAIL
from dtao_properties.strategies import amounts, reserves
from dtao_spec.chapters.issuance import FIRST_EMISSION, TOTAL_SUPPLY
from tests.laws.corpus import LAUNCH, ORACLE


def emission(issuance: int) -> int:
    return int(str(kernels.evaluate("block_emission_for_issuance", {"issuance": str(issuance)})))


def first_at_most(emitted: int) -> int:
    """Return the least issuance at which no more than this is emitted, found by halving the range."""
    low, high = 0, TOTAL_SUPPLY
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if emission(middle) <= emitted else (middle + 1, high)
    return low


@pytest.mark.parametrize("halvings", range(1, STEPS + 1))
def test_each_step_is_at_its_threshold(halvings: int) -> None:
    emitted = FIRST_EMISSION >> halvings
    assert first_at_most(emitted) == THRESHOLDS[halvings - 1]


def test_the_thresholds_are_those_of_the_formula_rounded_up() -> None:
    assert [TOTAL_SUPPLY - floor(TOTAL_SUPPLY / Fraction(2**halvings)) for halvings in range(1, STEPS + 1)] == list(
        THRESHOLDS
    )
    assert THRESHOLDS[:3] == (10_500_000_000_000_000, 15_750_000_000_000_000, 18_375_000_000_000_000)
    assert emission_at(THRESHOLDS[-1]) == 0 < emission_at(THRESHOLDS[-1] - 1)


def test_two_emissions_never_pass_two_thresholds() -> None:
    """The most that a block creates (injected and emitted) is less than what lies between two steps."""
    for halvings, (low, high) in enumerate(pairwise(THRESHOLDS), start=1):
        assert 2 * (FIRST_EMISSION >> halvings) < high - low
        assert 2 * (FIRST_EMISSION >> halvings) < TOTAL_SUPPLY - low


@given(amounts(TOTAL_SUPPLY + 10**9))
def test_emission_never_rises(issuance: int) -> None:
    assert emission(issuance) == emission_at(issuance)
    assert emission(issuance + 1) <= emission(issuance)


@given(reserves(), reserves(), amounts(2**62))
def test_a_payout_is_exact_within_its_tail(into: int, out: int, amount: int) -> None:
    paid = payout(into, out, amount)
    if paid is None:
        return
    exact = Fraction(into * out, into + amount) if into + amount else Fraction(0)
    if into * out < 2**109:
        assert floor(out - exact) <= paid <= floor(out - exact + TAIL)
        assert into * out - (into + amount) * (out - paid) < TAIL * (into + amount)


def test_the_tail_is_reached() -> None:
    """The worst case: the exact rest is just above a whole number, by less than 2^-18, and is rounded down to it.

    With into·out = m·d + 1 and d = into + amount the rest is m + 1/d, and the pool keeps m: one more than the exact
    value, rounded down, is paid, and the product falls.
    """
    into, out, amount = 2**20 + 1, 36_175_885, 2**21
    divisor = into + amount
    assert into * out % divisor == 1
    paid = payout(into, out, amount)
    exact = Fraction(out * amount, divisor)
    assert paid == floor(exact) + 1
    assert floor(exact + TAIL) == paid
    assert into * out - divisor * (out - paid) == 1  # of less than divisor / 2^18 = 12 that may be lost


def test_the_tail_of_the_product_is_tight() -> None:
    """A rest whose fraction is as near below 2^-18 as the divisor allows loses nearly all that may be lost."""
    divisor, into = 2**40 + 15, 2**39 + 1
    most = divisor // 2**18  # the largest remainder that is rounded away
    out = most * pow(into, -1, divisor) % divisor
    paid = payout(into, out, divisor - into)
    assert paid is not None
    lost = into * out - divisor * (out - paid)
    assert lost == most
    assert TAIL * divisor - 1 <= lost < TAIL * divisor


MOVING = st.integers(0, 2**40)


@given(MOVING, st.integers(1, 10**16), st.integers(1, 10**16), st.integers(0, 2**32))
def test_the_average_lies_between(old: int, tao: int, alpha: int, weight: int) -> None:
    state = LAUNCH.genesis()
    for item, value in (("SubnetTAO", tao), ("SubnetAlphaIn", alpha), ("SubnetMovingPrice", old)):
        state = LAUNCH.set(state, item, {"netuid": 1}, str(value))
    state = LAUNCH.set(state, "SubnetMovingAlpha", {}, str(weight))
    step = ORACLE.apply(state, {"do": "phase", "phase": "update_moving_price", "args": {"netuid": 1}})
    price, new = (tao << 32) // alpha, step.after.pools[1].moving_price  # type: ignore[index]
    assert min(old, price) - 1 <= new <= max(old, price)
    assert 2**32 * (new + 2) > weight * price + (2**32 - weight) * old >= 2**32 * new


def test_the_average_falls_one_below() -> None:
    """The least value less one unit is reached: both products lose nearly a unit, and both values are equal."""
    found = {(weight * 3 >> 32) + ((2**32 - weight) * 3 >> 32) for weight in (1, 2**31, 2**32 - 1)}
    assert min(found) == 2
