"""Contracts of the kernels of pools, prices, issuance and the lock cost."""

from dtao_properties.proofs.lemma import Contract
from dtao_properties.proofs.subjects import (
    DEFAULT_BLOCK_EMISSION,
    I96F32,
    TOTAL_SUPPLY,
    U64_MAX,
    alpha_for_tao,
    block_emission,
    lock_cost,
    lock_reduction_interval,
    max_amount_add,
    max_amount_remove,
    moving_price_after,
    price,
    tao_for_alpha,
)


def stable_swaps_one_for_one(tao: int, alpha: int, amount: int) -> tuple[int | None, int | None]:
    """Trade on a stable subnet.

    pre: tao >= 0 and alpha >= 0 and amount >= 0
    post: _ == (amount, amount)
    """
    return alpha_for_tao(0, tao, alpha, amount), tao_for_alpha(0, tao, alpha, amount)


def wrong_stable_swaps_one_for_one(tao: int, alpha: int, amount: int) -> tuple[int | None, int | None]:
    """Claim that a stable subnet keeps its liquidity.

    pre: tao >= 0 and alpha >= 0 and amount >= 0
    post: _[1] <= tao
    """
    return alpha_for_tao(0, tao, alpha, amount), tao_for_alpha(0, tao, alpha, amount)


def average_is_a_number(moving: int, present: int, weight: int) -> int:
    """Average with any weight.

    pre: 0 <= moving <= I96F32.max_bits and 0 <= present <= I96F32.max_bits and 0 <= weight <= 2**32
    post: 0 <= _ <= I96F32.max_bits
    """
    return moving_price_after(moving, present, weight)


def wrong_average_is_a_number(moving: int, present: int, weight: int) -> int:
    """Claim that an average of what is not 0 is not 0.

    pre: 0 < moving <= I96F32.max_bits and 0 < present <= I96F32.max_bits and 0 <= weight <= 2**32
    post: 0 < _
    """
    return moving_price_after(moving, present, weight)


def stable_limit_is_all_or_nothing(tao: int, alpha: int, limit: int) -> tuple[int, int]:
    """Limit a trade on a stable subnet.

    pre: tao >= 0 and alpha >= 0 and 0 <= limit <= U64_MAX
    post: _ == (U64_MAX if limit >= 10**9 else 0, U64_MAX if limit <= 10**9 else 0)
    """
    return max_amount_add(True, tao, alpha, limit), max_amount_remove(True, tao, alpha, limit)


def wrong_stable_limit_is_all_or_nothing(tao: int, alpha: int, limit: int) -> tuple[int, int]:
    """Claim that one of the two is always refused.

    pre: tao >= 0 and alpha >= 0 and 0 <= limit <= U64_MAX
    post: 0 in _
    """
    return max_amount_add(True, tao, alpha, limit), max_amount_remove(True, tao, alpha, limit)


def emission_halves_at_half(issuance: int) -> int:
    """Emit in the first half of the supply.

    pre: 0 <= issuance < TOTAL_SUPPLY // 2
    post: _ == DEFAULT_BLOCK_EMISSION
    """
    return block_emission(issuance)


def wrong_emission_halves_at_half(issuance: int) -> int:
    """Claim that the half itself still belongs to it.

    pre: 0 <= issuance <= TOTAL_SUPPLY // 2
    post: _ == DEFAULT_BLOCK_EMISSION
    """
    return block_emission(issuance)


def interval_never_grows(interval: int) -> int:
    """Scale an interval after the first halving.

    pre: 0 <= interval < 2**63
    post: 2 * _ <= interval <= 2 * _ + 1
    """
    return lock_reduction_interval(interval, DEFAULT_BLOCK_EMISSION // 2)


def wrong_interval_never_grows(interval: int) -> int:
    """Claim the same of a tenth, whose quotient is rounded.

    pre: 0 <= interval < 2**63
    post: _ == interval // 10
    """
    return lock_reduction_interval(interval, DEFAULT_BLOCK_EMISSION // 10)


def lock_starts_at_twice(last: int, minimum: int, block: int, interval: int) -> int:
    """Price a network in the block of the last one.

    pre: 0 <= last <= 2**62 and 0 <= minimum <= U64_MAX and 0 < block and 0 <= interval
    post: _ == max(2 * last, minimum)
    """
    return lock_cost(last, minimum, block, block, interval)


def wrong_lock_starts_at_twice(last: int, minimum: int, block: int, interval: int) -> int:
    """Claim the same in block 0, which stands for never.

    pre: 0 <= last <= 2**62 and 0 <= minimum <= U64_MAX and 0 <= block and 0 <= interval
    post: _ == max(2 * last, minimum)
    """
    return lock_cost(last, minimum, block, block, interval)


CONTRACTS = (
    Contract(
        "stable-swaps-one-for-one",
        "A stable subnet swaps 1 for 1, both ways.",
        ("POOL-3", "POOL-4"),
        stable_swaps_one_for_one,
        wrong_stable_swaps_one_for_one,
        "it pays no more than it has",
    ),
    Contract(
        "average-is-a-number",
        "The moving price is a number of I96F32 that is not negative.",
        ("PRICE-2",),
        average_is_a_number,
        wrong_average_is_a_number,
        "it is positive",
    ),
    Contract(
        "stable-limit-is-all-or-nothing",
        "On a stable subnet a limit allows all or nothing.",
        ("POOL-5", "POOL-6"),
        stable_limit_is_all_or_nothing,
        wrong_stable_limit_is_all_or_nothing,
        "one of the two is nothing",
    ),
    Contract(
        "emission-halves-at-half",
        "Below half of the supply the emission is 10^9.",
        ("ISS-1",),
        emission_halves_at_half,
        wrong_emission_halves_at_half,
        "so it is at the half",
    ),
    Contract(
        "interval-never-grows",
        "After the first halving the lock interval is half as long, floored.",
        ("NET-1",),
        interval_never_grows,
        wrong_interval_never_grows,
        "a tenth is as exact",
    ),
    Contract(
        "lock-starts-at-twice",
        "In the block of the last registration the lock cost is twice the last lock, or the minimum.",
        ("NET-2",),
        lock_starts_at_twice,
        wrong_lock_starts_at_twice,
        "also while there was none",
    ),
)
