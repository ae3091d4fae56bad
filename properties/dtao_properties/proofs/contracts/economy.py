"""Contracts of the kernels of pools, prices, issuance and the lock cost."""

from dtao_properties.proofs.lemma import Contract
from dtao_properties.proofs.subjects import (
    DEFAULT_BLOCK_EMISSION,
    I96F32,
    MINIMUM_POOL_LIQUIDITY,
    TOTAL_SUPPLY,
    U64_MAX,
    alpha_for_tao,
    block_emission,
    lock_cost,
    lock_reduction_interval,
    max_amount_add,
    max_amount_remove,
    moving_price_after,
    payout,
    price,
    remaining_reserve,
    stable_to_dynamic_limit,
    tao_for_alpha,
)

ONE = 2**18


def remainder_is_floored(reserve_in: int, reserve_out: int, amount: int) -> int:
    """Divide k by the reserve after a trade.

    pre: 0 <= reserve_in <= TOTAL_SUPPLY and 0 <= reserve_out <= TOTAL_SUPPLY and 0 < amount <= TOTAL_SUPPLY
    post: 0 <= reserve_in * reserve_out * ONE - _ * (reserve_in + amount) < reserve_in + amount
    """
    return remaining_reserve(reserve_in, reserve_out, amount)


def wrong_remainder_is_floored(reserve_in: int, reserve_out: int, amount: int) -> int:
    """Claim that the quotient is exact.

    pre: 0 <= reserve_in <= TOTAL_SUPPLY and 0 <= reserve_out <= TOTAL_SUPPLY and 0 < amount <= TOTAL_SUPPLY
    post: reserve_in * reserve_out * ONE == _ * (reserve_in + amount)
    """
    return remaining_reserve(reserve_in, reserve_out, amount)


def payout_leaves_liquidity(reserve_in: int, reserve_out: int, amount: int) -> int | None:
    """Trade.

    pre: 0 <= reserve_in <= TOTAL_SUPPLY and 0 <= reserve_out <= TOTAL_SUPPLY and 0 <= amount <= TOTAL_SUPPLY
    post: _ is None or 0 <= _ <= reserve_out - MINIMUM_POOL_LIQUIDITY
    """
    return payout(reserve_in, reserve_out, amount)


def wrong_payout_leaves_liquidity(reserve_in: int, reserve_out: int, amount: int) -> int | None:
    """Claim that every pool trades.

    pre: 0 <= reserve_in <= TOTAL_SUPPLY and 0 <= reserve_out <= TOTAL_SUPPLY and 0 <= amount <= TOTAL_SUPPLY
    post: _ is not None
    """
    return payout(reserve_in, reserve_out, amount)


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


def price_is_floored(tao: int, alpha: int) -> int:
    """Price the alpha of a dynamic subnet.

    pre: tao >= 0 and alpha > 0
    post: _ * alpha <= tao * 2**32 < (_ + 1) * alpha
    """
    return price(False, 1, tao, alpha)


def wrong_price_is_floored(tao: int, alpha: int) -> int:
    """Claim that where there is TAO there is a price.

    pre: tao > 0 and alpha > 0
    post: _ > 0
    """
    return price(False, 1, tao, alpha)


def average_stays_between(moving: int, present: int) -> int:
    """Average with the launch's weight.

    pre: 0 <= moving <= 2**87 and 0 <= present <= 2**87
    post: min(moving, present) - 1 <= _ <= max(moving, present)
    """
    return moving_price_after(moving, present, 12_885)


def wrong_average_stays_between(moving: int, present: int) -> int:
    """Claim that the average does not fall under a constant price.

    pre: 0 <= moving <= 2**87 and 0 <= present <= 2**87
    post: min(moving, present) <= _ <= max(moving, present)
    """
    return moving_price_after(moving, present, 12_885)


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


def limit_is_kept_by_adding(tao: int, alpha: int, limit: int) -> int:
    """Limit a purchase.

    pre: 0 <= tao <= TOTAL_SUPPLY and 0 <= alpha <= TOTAL_SUPPLY and 0 <= limit <= U64_MAX
    post: _ == min(max(limit * alpha // 10**9 - tao, 0), U64_MAX) or 0 in (_, tao, alpha)
    """
    return max_amount_add(False, tao, alpha, limit)


def wrong_limit_is_kept_by_adding(tao: int, alpha: int, limit: int) -> int:
    """Claim that an empty pool has no say.

    pre: 0 <= tao <= TOTAL_SUPPLY and 0 <= alpha <= TOTAL_SUPPLY and 0 <= limit <= U64_MAX
    post: _ == min(max(limit * alpha // 10**9 - tao, 0), U64_MAX)
    """
    return max_amount_add(False, tao, alpha, limit)


def limit_is_inverted(limit: int) -> int:
    """Invert a limit.

    pre: 1 <= limit <= 2**32
    post: _ * limit <= 10**18 < (_ + 2) * limit
    """
    return stable_to_dynamic_limit(limit)


def wrong_limit_is_inverted(limit: int) -> int:
    """Claim that the inverse is exact.

    pre: 1 <= limit <= 2**32
    post: _ * limit == 10**18
    """
    return stable_to_dynamic_limit(limit)


def emission_is_bounded(issuance: int) -> int:
    """Emit.

    pre: 0 <= issuance <= U64_MAX
    post: 0 <= _ <= DEFAULT_BLOCK_EMISSION and (_ == 0 or issuance + _ <= TOTAL_SUPPLY)
    """
    return block_emission(issuance)


def wrong_emission_is_bounded(issuance: int) -> int:
    """Claim that there is always an emission.

    pre: 0 <= issuance <= U64_MAX
    post: _ > 0
    """
    return block_emission(issuance)


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


def lock_is_at_least_the_minimum(last: int, minimum: int, last_block: int, block: int, interval: int) -> int:
    """Price a network.

    pre: 0 <= last <= U64_MAX and 0 <= minimum <= U64_MAX and 0 <= last_block and 0 <= block and 0 <= interval
    post: minimum <= _ <= max(minimum, 2 * last)
    """
    return lock_cost(last, minimum, last_block, block, interval)


def wrong_lock_is_at_least_the_minimum(last: int, minimum: int, last_block: int, block: int, interval: int) -> int:
    """Claim that it is at least the last lock.

    pre: 0 <= last <= U64_MAX and 0 <= minimum <= U64_MAX and 0 <= last_block and 0 <= block and 0 <= interval
    post: _ >= last
    """
    return lock_cost(last, minimum, last_block, block, interval)


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
        "remainder-is-floored",
        "What the paying reserve keeps is k over the other reserve, floored to 2^-18.",
        ("POOL-1",),
        remainder_is_floored,
        wrong_remainder_is_floored,
        "it is exact",
    ),
    Contract(
        "payout-leaves-liquidity",
        "A payout is not negative and leaves 10^7, or there is none.",
        ("POOL-2",),
        payout_leaves_liquidity,
        wrong_payout_leaves_liquidity,
        "there always is one",
    ),
    Contract(
        "stable-swaps-one-for-one",
        "A stable subnet swaps 1 for 1, both ways.",
        ("POOL-3", "POOL-4"),
        stable_swaps_one_for_one,
        wrong_stable_swaps_one_for_one,
        "it pays no more than it has",
    ),
    Contract(
        "price-is-floored",
        "The price is T / A, floored to 2^-32.",
        ("PRICE-1",),
        price_is_floored,
        wrong_price_is_floored,
        "it is not 0 where there is TAO",
    ),
    Contract(
        "average-stays-between",
        "With the launch's weight the moving price stays between price and moving price, less one step.",
        ("PRICE-2",),
        average_stays_between,
        wrong_average_stays_between,
        "less nothing",
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
        "limit-is-kept-by-adding",
        "A limit allows floor(limit · A) - T to be staked, or nothing.",
        ("POOL-5",),
        limit_is_kept_by_adding,
        wrong_limit_is_kept_by_adding,
        "also into an empty pool",
    ),
    Contract(
        "limit-is-inverted",
        "The inverse of a limit below 2^32 is at most 10^18 / limit, and less than 2 below.",
        ("POOL-7",),
        limit_is_inverted,
        wrong_limit_is_inverted,
        "it is exact",
    ),
    Contract(
        "emission-is-bounded",
        "The emission is at most 10^9 and never takes the issuance past 21e15.",
        ("ISS-1",),
        emission_is_bounded,
        wrong_emission_is_bounded,
        "it is never 0",
        open="CrossHair takes the length in bits of each number on its own; z3 proves it as issuance-cap.",
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
        "lock-is-at-least-the-minimum",
        "The lock cost is between the minimum and twice the last lock, or the minimum.",
        ("NET-2",),
        lock_is_at_least_the_minimum,
        wrong_lock_is_at_least_the_minimum,
        "it is at least the last lock",
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
