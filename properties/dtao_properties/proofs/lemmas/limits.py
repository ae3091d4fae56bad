"""Limit prices: how much a limit allows, and what it then costs on average."""

from dtao_properties.proofs.lemma import Lemma, assume, multiply
from dtao_properties.proofs.lemmas.pools import paid
from dtao_properties.proofs.subjects import (
    TOTAL_SUPPLY,
    U64_MAX,
    max_amount_add,
    max_amount_between_pools,
    max_amount_remove,
    price,
    stable_to_dynamic_limit,
)
from dtao_properties.proofs.words import pool_of

TAO = 10**9
ONE = 2**64
RESERVE = (1, TOTAL_SUPPLY)
LIMITED = {"tao": RESERVE, "alpha": RESERVE, "limit": (1, U64_MAX)}


def add_is_the_most(tao: int, alpha: int, limit: int, *, wrong: bool) -> list[bool]:
    """Compare what may be staked with limit · A - T."""
    most = max_amount_add(False, tao, alpha, limit)
    if wrong:
        return [(tao + most) * TAO <= limit * alpha]
    return [
        most == 0 or (tao + most) * TAO <= limit * alpha,
        most == U64_MAX or (tao + most + 1) * TAO > limit * alpha,
    ]


def add_keeps_average_price(tao: int, alpha: int, limit: int, *, wrong: bool) -> list[bool]:
    """Stake all that the limit allows, and compare the price of the alpha bought with the limit."""
    most = max_amount_add(False, tao, alpha, limit)
    assume(most > 0)
    bought = paid(tao, alpha, most)
    if wrong:
        return [(tao + most) * TAO <= limit * (alpha - bought)]
    return [most * TAO < limit * (bought + 1)]


def remove_is_the_most(tao: int, alpha: int, limit: int, *, wrong: bool) -> list[bool]:
    """Compare what may be unstaked with T / limit - A."""
    most = max_amount_remove(False, tao, alpha, limit)
    within = most == 0 or (alpha + most) * limit <= tao * TAO
    if most == U64_MAX or (alpha + most + 1) * limit > tao * TAO:
        return [within]
    # More would be allowed. That happens only to a limit next to the price, and what is withheld is below A / limit.
    return [False] if wrong else [within, most == 0, tao * TAO - alpha * limit < alpha]


def remove_keeps_average_price(tao: int, alpha: int, limit: int, *, wrong: bool) -> list[bool]:
    """Unstake all that the limit allows, and compare what one alpha brings with the limit."""
    most = max_amount_remove(False, tao, alpha, limit)
    assume(most > 0)
    out = paid(alpha, tao, most)
    return [(tao - out) * TAO >= limit * (alpha + most)] if wrong else [(out + 1) * TAO > limit * most]


def inverted_limit_is_floored(limit: int, *, wrong: bool) -> list[bool]:
    """Compare the inverse of a limit with 10^18 / limit."""
    inverse = stable_to_dynamic_limit(limit)
    if wrong:
        return [(inverse + 1) * limit > TAO * TAO]
    return [inverse * limit <= TAO * TAO, (ONE * (inverse + 1) + TAO) * limit > ONE * TAO * TAO]


def moved_amount_is_near(tao_1: int, alpha_1: int, tao_2: int, alpha_2: int, limit: int, *, wrong: bool) -> list[bool]:
    """Compare what may move between two pools with the exact amount, times l · (T1 + T2); l is the limit in 10^-9."""
    origin, destination = pool_of(tao_1, alpha_1), pool_of(tao_2, alpha_2)
    prices = [price(False, 1, pool.tao, pool.alpha_in) for pool in (origin, destination)]
    moved = max_amount_between_pools(origin, prices[0], destination, prices[1], limit)
    assume(moved > 0)
    assume(moved < U64_MAX)
    floored = (limit << 64) // TAO
    total = tao_1 + tao_2
    exact = TAO * alpha_2 * tao_1 - limit * alpha_1 * tao_2
    if wrong:
        return [moved * limit * total <= exact]
    # The bound is (A2 · 2^-64 / r^)(1 + 1 / r) + A1 · 2^-64 + 1, with r^ = floored · 2^-64 and r = limit / 10^9.
    bound = ONE * alpha_2 * (limit + TAO) * total + (alpha_1 + ONE) * floored * limit * total
    share_1, share_2 = ((tao << 128) // (total << 64) for tao in (tao_1, tao_2))
    limited = ((alpha_2 * share_1) << 64) // floored
    scale = limit * total
    multiply(limited - alpha_1 * share_2 - moved * ONE, scale * floored)
    multiply(moved * ONE + ONE - limited + alpha_1 * share_2, scale * floored)
    multiply(alpha_2 * share_1 * ONE - limited * floored, scale)
    multiply(limited * floored + floored - alpha_2 * share_1 * ONE, scale)
    multiply(tao_1 * ONE - share_1 * total, limit * alpha_2)
    multiply(share_1 * total + total - tao_1 * ONE, limit * alpha_2)
    multiply(tao_2 * ONE - share_2 * total, limit * floored * alpha_1)
    multiply(share_2 * total + total - tao_2 * ONE, limit * floored * alpha_1)
    multiply(limit * ONE - floored * TAO, alpha_2 * tao_1)
    multiply((floored + 1) * TAO - limit * ONE, alpha_2 * tao_1)
    multiply(tao_2, alpha_2)
    multiply(alpha_1 - 1, scale * floored)
    difference = (moved * limit * total - exact) * ONE * floored
    return [difference <= bound, -difference <= bound]


LEMMAS = (
    Lemma(
        "limit-add",
        "What may be staked is floor(limit · A - T), and 0 below the price; at most 2^64 - 1.",
        ("POOL-5",),
        add_is_the_most,
        LIMITED,
        "the limit is kept even where nothing may be staked",
    ),
    Lemma(
        "limit-add-average",
        "Staking all that a limit allows costs less than limit · (alpha bought + 1): the average price is within it.",
        ("POOL-5",),
        add_keeps_average_price,
        LIMITED,
        "the price after the trade is within the limit (the launch's known exception)",
    ),
    Lemma(
        "limit-remove",
        "What may be unstaked is floor(T / limit - A), and 0 from the floored price on, where less than A / limit is "
        "withheld; at most 2^64 - 1.",
        ("POOL-6",),
        remove_is_the_most,
        LIMITED,
        "nothing is ever withheld",
        witness={"tao": 3 * 10**12, "alpha": 2 * 10**21 // 10**9 + 7, "limit": 1_499_999_999},
    ),
    Lemma(
        "limit-remove-average",
        "Unstaking all that a limit allows brings more than limit · alpha - 1: the average price is within it.",
        ("POOL-6",),
        remove_keeps_average_price,
        LIMITED,
        "the price after the trade is within the limit (the launch's known exception)",
    ),
    Lemma(
        "limit-inverse",
        "A limit from a stable subnet is inverted to less than 1 + 10^9 · 2^-64 below 10^18 / limit, never above.",
        ("POOL-7",),
        inverted_limit_is_floored,
        {"limit": (1, U64_MAX)},
        "less than 1 below",
        witness={"limit": 5**10},
    ),
    Lemma(
        "limit-move",
        "What may move between two pools, if anything and not all, is within "
        "(A2 · 2^-64 / r^)(1 + 1 / r) + A1 · 2^-64 + 1 of the exact amount.",
        ("POOL-8",),
        moved_amount_is_near,
        {"tao_1": RESERVE, "alpha_1": RESERVE, "tao_2": RESERVE, "alpha_2": RESERVE, "limit": (1, U64_MAX)},
        "it is never above the exact amount",
    ),
)
