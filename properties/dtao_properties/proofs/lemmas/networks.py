"""What a registration and a network cost: between their bounds, and near the exact values."""

from dtao_properties.proofs.lemma import U64, Lemma, assume
from dtao_properties.proofs.subjects import (
    DEFAULT_BLOCK_EMISSION,
    I64F64,
    U16_MAX,
    U64_MAX,
    lock_cost,
    lock_reduction_interval,
    upgraded,
)

ONE = 2**18
"""The raw bits of 1 in I110F18."""
TERMS = {
    "current": U64,
    "registrations": (0, U16_MAX),
    "target": (0, U16_MAX),
    "weight": U64,
    "low": U64,
    "high": U64,
}
LOCK = {"last": U64, "minimum": U64, "last_block": (0, 2**40), "block": (0, 2**40), "interval": U64}


def terms_stay_within(
    current: int, registrations: int, target: int, weight: int, low: int, high: int, *, wrong: bool
) -> list[bool]:
    """Look at the bounds of a term."""
    after = upgraded(current, registrations, target, weight, low, high)
    if low > high:
        return [after <= high] if wrong else [after in (high, low)]
    return [after <= high, after >= low]


def terms_are_near(current: int, registrations: int, target: int, weight: int, *, wrong: bool) -> list[bool]:
    """Compare a term with w·c + (1 - w)·c·(r + t) / 2t, times (2^64 - 1) · 2t · 2^18."""
    after = upgraded(current, registrations, target, weight, 0, U64_MAX)
    assume(after > 0)
    assume(after < U64_MAX)
    twice = 2 * target
    exact = weight * current * twice + (U64_MAX - weight) * current * (registrations + target)
    excess = ONE * (after * U64_MAX * twice - exact)
    rise = current * (registrations - target) if registrations > target else 0
    fall = current * (target - registrations) if target > registrations else 0
    if wrong:
        return [excess <= 0]
    return [excess <= U64_MAX * rise, -excess < U64_MAX * ((ONE + 2) * twice + fall)]


def interval_is_floored(interval: int, emission: int, *, wrong: bool) -> list[bool]:
    """Compare the interval with n · e / 10^9."""
    assume(interval << 64 <= I64F64.max_bits)
    after = lock_reduction_interval(interval, emission)
    short = interval * emission - after * DEFAULT_BLOCK_EMISSION
    if wrong:
        return [short < DEFAULT_BLOCK_EMISSION]
    return [short >= 0, (short << 64) < DEFAULT_BLOCK_EMISSION * ((1 << 64) + interval)]


def lock_is_near(last: int, minimum: int, last_block: int, block: int, interval: int, *, wrong: bool) -> list[bool]:
    """Compare the lock cost with its exact value, times the interval."""
    assume(interval > 0)
    start = last if last_block == 0 else 2 * last
    assume(start <= U64_MAX)
    since = block - last_block if block >= last_block else 0
    cost = lock_cost(last, minimum, last_block, block, interval)
    exact = start * interval - last * since
    if wrong:
        return [cost * interval <= exact or cost == minimum]
    at_least = [cost >= minimum, cost <= start or cost == minimum, cost * interval >= exact]
    return [*at_least, cost == minimum or cost * interval <= exact + since * interval]


def lock_falls_with_time(
    last: int, minimum: int, last_block: int, block: int, interval: int, *, wrong: bool
) -> list[bool]:
    """Compare the lock cost with that of the next block."""
    now = lock_cost(last, minimum, last_block, block, interval)
    later = lock_cost(last, minimum, last_block, block + 1, interval)
    return [later < now] if wrong else [later <= now]


LEMMAS = (
    Lemma(
        "registration-bounds",
        "A burn or difficulty is within its bounds; if the upper is below the lower, it is one of the two.",
        ("REG-1",),
        terms_stay_within,
        TERMS,
        "it is at most the upper bound even then",
    ),
    Lemma(
        "registration-rounding",
        "Before its bounds, a term is at most 2^-18 · max(0, c(r - t) / 2t) above the exact value and less than "
        "1 + 2^-17 + 2^-18 · max(0, c(t - r) / 2t) below.",
        ("REG-1",),
        terms_are_near,
        {"current": (0, 2**62), "registrations": (0, 2**14), "target": (1, 2**14), "weight": U64},
        "it is never above",
    ),
    Lemma(
        "lock-interval",
        "The interval is less than 1 + n · 2^-64 blocks below n · e / 10^9, never above.",
        ("NET-1",),
        interval_is_floored,
        {"interval": U64, "emission": (0, DEFAULT_BLOCK_EMISSION)},
        "less than 1 below",
        witness={"interval": 10, "emission": 10**8},
    ),
    Lemma(
        "lock-cost",
        "The lock cost is at least the minimum and the exact value, at most a rao a block above it, and at most where "
        "it started or the minimum.",
        ("NET-2",),
        lock_is_near,
        LOCK,
        "it is never above the exact value",
    ),
    Lemma(
        "lock-monotone",
        "Without a registration the lock cost never rises.",
        ("NET-2",),
        lock_falls_with_time,
        LOCK,
        "it always falls",
    ),
)
