"""Prices and their averages: how far rounding takes them from the exact values, and between which bounds they stay."""

from dtao_properties.proofs.lemma import IN_SUPPLY, Lemma, assume
from dtao_properties.proofs.subjects import I96F32, TOTAL_SUPPLY, moving_price_after, price

ONE = I96F32.one
PRICE = (0, I96F32.max_bits)
WEIGHT = (0, ONE)
AVERAGE = {"moving": PRICE, "present": PRICE, "weight": WEIGHT}


def price_is_floored(tao: int, alpha: int, *, wrong: bool) -> list[bool]:
    """Compare the price with T / A."""
    bits = price(False, 1, tao, alpha)
    if wrong:
        return [bits * alpha >= tao * ONE]
    return [bits * alpha <= tao * ONE, tao * ONE < (bits + 1) * alpha]


def average_is_floored_twice(moving: int, present: int, weight: int, *, wrong: bool) -> list[bool]:
    """Compare the moving price with w·p + (1 - w)·P, in steps of 2^-32."""
    exact = weight * present + (ONE - weight) * moving
    after = moving_price_after(moving, present, weight)
    return [after * ONE <= exact, exact <= after * ONE + (ONE - 1 if wrong else 2 * ONE - 2)]


def average_stays_between(moving: int, present: int, weight: int, *, wrong: bool) -> list[bool]:
    """Compare the moving price with the one before and with the price."""
    after = moving_price_after(moving, present, weight)
    low, high = (moving, present) if moving <= present else (present, moving)
    return [after >= 0, after >= low - (not wrong), after <= high]


def average_rises_with_price(moving: int, present: int, weight: int, more: int, *, wrong: bool) -> list[bool]:
    """Compare the moving prices that two prices lead to."""
    higher = moving_price_after(moving, present + more, weight)
    lower = moving_price_after(moving, present, weight)
    return [higher > lower] if wrong else [higher >= lower]


def average_rises_with_average(moving: int, present: int, weight: int, more: int, *, wrong: bool) -> list[bool]:
    """Compare the moving prices that two moving prices lead to."""
    higher = moving_price_after(moving + more, present, weight)
    lower = moving_price_after(moving, present, weight)
    return [higher - lower <= more - wrong, higher >= lower]


def average_settles(moving: int, present: int, weight: int, *, wrong: bool) -> list[bool]:
    """Look at a moving price far enough below the price."""
    assume(weight * (present - moving) >= ONE - 1 - wrong)
    return [moving_price_after(moving, present, weight) >= moving]


LEMMAS = (
    Lemma(
        "price-floor",
        "The price is T / A floored to 2^-32.",
        ("PRICE-1",),
        price_is_floored,
        {"tao": IN_SUPPLY, "alpha": (1, TOTAL_SUPPLY)},
        "it is never below T / A",
    ),
    Lemma(
        "ema-rounding",
        "The moving price is at most 2 - 2^-31 steps of 2^-32 below w·p + (1 - w)·P, never above.",
        ("PRICE-2",),
        average_is_floored_twice,
        AVERAGE,
        "it is less than 1 step below",
    ),
    Lemma(
        "ema-between",
        "The moving price is not negative, at most one step below the lesser of price and moving price, and not above "
        "the greater.",
        ("PRICE-2",),
        average_stays_between,
        AVERAGE,
        "it is not below the lesser of the two",
    ),
    Lemma(
        "ema-monotone",
        "A higher price never leads to a lower moving price.",
        ("PRICE-2",),
        average_rises_with_price,
        AVERAGE | {"more": (1, I96F32.max_bits)},
        "it leads to a higher one",
    ),
    Lemma(
        "ema-contracts",
        "A moving price that is higher by d leads to one that is higher by at most d, and never to a lower one.",
        ("PRICE-2",),
        average_rises_with_average,
        AVERAGE | {"more": (1, I96F32.max_bits)},
        "to one that is higher by at most d - 1",
    ),
    Lemma(
        "ema-settles",
        "A moving price that is at least (1 - 2^-32) · 2^-32 / w below the price does not fall.",
        ("PRICE-2",),
        average_settles,
        AVERAGE,
        "one that is at least (1 - 2^-31) · 2^-32 / w below",
        witness={"moving": 1, "present": ONE - 1, "weight": 1},
    ),
)
