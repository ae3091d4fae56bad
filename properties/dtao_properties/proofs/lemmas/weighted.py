"""Weighted pools: at weights of a half, where no series is summed, and the weights that keep a price."""

from dtao_properties.proofs.lemma import IN_SUPPLY, SUPPLY, Lemma, assume, multiply
from dtao_properties.proofs.subjects import BOUNDED_WEIGHTS, HALF, ONE_WEIGHT, amount_out, quote_weight_with

ONE = 2**64
POSITIVE_SUPPLY = (1, SUPPLY)
TRADE = {"reserve_in": IN_SUPPLY, "reserve_out": IN_SUPPLY, "amount": IN_SUPPLY}


def product_hardly_falls(reserve_in: int, reserve_out: int, amount: int, *, wrong: bool) -> list[bool]:
    """Compare what the paying reserve keeps at equal weights with k / (R_in + x)."""
    assume(reserve_in > 0)
    kept, total = (
        reserve_out - amount_out(BOUNDED_WEIGHTS, HALF, True, reserve_in, reserve_out, amount),
        reserve_in + amount,
    )
    steps = reserve_in * ONE_WEIGHT // total
    left = steps * ONE // ONE_WEIGHT
    multiply(reserve_out, left * ONE_WEIGHT - steps * ONE + ONE_WEIGHT)
    multiply(reserve_out, steps * total - reserve_in * ONE_WEIGHT + total)
    multiply(total, kept * ONE - reserve_out * left)
    exact, cut = reserve_in * reserve_out * ONE_WEIGHT * ONE, reserve_out * total * (ONE_WEIGHT + ONE)
    least = kept * total * ONE_WEIGHT * ONE
    return [least >= exact - (0 if wrong else cut), least <= exact + total * ONE_WEIGHT * ONE]


def price_hardly_moves(quote: int, tao: int, alpha: int, more_tao: int, more_alpha: int, *, wrong: bool) -> list[bool]:
    """Compare the new weights with the parts that would keep the price exactly."""
    moved = quote_weight_with(quote, tao, alpha, more_tao, more_alpha)
    assume(moved is not None)
    assert moved is not None  # noqa: S101  # for the type checker
    of_tao, of_alpha = quote * (alpha * (tao + more_tao)), (ONE_WEIGHT - quote) * (tao * (alpha + more_alpha))
    whole_tao, whole_alpha = (of_tao + HALF) // ONE_WEIGHT, (of_alpha + HALF) // ONE_WEIGHT
    rest = ONE_WEIGHT - moved
    return [
        moved >= ONE_WEIGHT // 100,
        rest >= ONE_WEIGHT // 100,
        rest * whole_tao >= moved * whole_alpha,
        (rest - (not wrong)) * whole_tao <= (moved + (not wrong)) * whole_alpha,
    ]


LEMMAS = (
    Lemma(
        "weighted-half-product",
        "At weights of a half a swap leaves k / (R_in + x) less 10^-18 and 2^-64 of the reserve at least, and a unit "
        "more at most.",
        ("POOL-32",),
        product_hardly_falls,
        TRADE,
        "it never leaves less than k / (R_in + x)",
    ),
    Lemma(
        "weighted-injection",
        "Weights that a block moves are 1 % at least, and their ratio is that of the parts that keep the price, each "
        "rounded to a whole number, but for less than a step of 10^-18 of each weight, in favour of alpha.",
        ("POOL-35",),
        price_hardly_moves,
        {
            "quote": (0, ONE_WEIGHT),
            "tao": POSITIVE_SUPPLY,
            "alpha": POSITIVE_SUPPLY,
            "more_tao": IN_SUPPLY,
            "more_alpha": IN_SUPPLY,
        },
        "they never lose a part of a step",
        by_hand="The price after it is that before times the ratio of the new weights over that of the exact parts. So "
        "it rises by a part of 10^-18 / (q (1 - q - 10^-18)) at most, and by the rounding of both parts, each a half.",
    ),
)
