"""Contracts of the fixed-point kernels."""

from dtao_properties.proofs.lemma import Contract
from dtao_properties.proofs.subjects import I32F32, I64F64, I96F32, I110F18, U64_MAX, U64F64, U96F32, fixed

ONE = 2**32


def sum_saturates(a: int, b: int) -> int:
    """Add in I96F32.

    pre: I96F32.min_bits <= a <= I96F32.max_bits and I96F32.min_bits <= b <= I96F32.max_bits
    post: _ == min(max(a + b, I96F32.min_bits), I96F32.max_bits)
    """
    return fixed.saturating_add(I96F32, a, b)


def wrong_sum_saturates(a: int, b: int) -> int:
    """Claim that a sum is exact.

    pre: I96F32.min_bits <= a <= I96F32.max_bits and I96F32.min_bits <= b <= I96F32.max_bits
    post: _ == a + b
    """
    return fixed.saturating_add(I96F32, a, b)


def difference_stops_at_zero(a: int, b: int) -> int:
    """Subtract in U96F32.

    pre: 0 <= a <= U96F32.max_bits and 0 <= b <= U96F32.max_bits
    post: _ == (a - b if a > b else 0)
    """
    return fixed.saturating_sub(U96F32, a, b)


def wrong_difference_stops_at_zero(a: int, b: int) -> int:
    """Claim that a difference is exact.

    pre: 0 <= a <= U96F32.max_bits and 0 <= b <= U96F32.max_bits
    post: _ == a - b
    """
    return fixed.saturating_sub(U96F32, a, b)


def checked_sum_is_exact_or_none(a: int, b: int) -> int | None:
    """Add in I64F64, checked.

    pre: I64F64.min_bits <= a <= I64F64.max_bits and I64F64.min_bits <= b <= I64F64.max_bits
    post: _ == a + b if _ is not None else not (I64F64.min_bits <= a + b <= I64F64.max_bits)
    """
    return fixed.checked_add(I64F64, a, b)


def wrong_checked_sum_is_exact_or_none(a: int, b: int) -> int | None:
    """Claim that there is always a sum.

    pre: I64F64.min_bits <= a <= I64F64.max_bits and I64F64.min_bits <= b <= I64F64.max_bits
    post: _ is not None
    """
    return fixed.checked_add(I64F64, a, b)


def product_is_floored(a: int, b: int) -> int:
    """Multiply in I32F32.

    pre: I32F32.min_bits <= a <= I32F32.max_bits and I32F32.min_bits <= b <= I32F32.max_bits
    post: _ in (I32F32.min_bits, I32F32.max_bits) or _ * ONE <= a * b < (_ + 1) * ONE
    """
    return fixed.saturating_mul(I32F32, a, b)


def wrong_product_is_floored(a: int, b: int) -> int:
    """Claim that a product is rounded up.

    pre: I32F32.min_bits <= a <= I32F32.max_bits and I32F32.min_bits <= b <= I32F32.max_bits
    post: _ in (I32F32.min_bits, I32F32.max_bits) or _ * ONE >= a * b
    """
    return fixed.saturating_mul(I32F32, a, b)


def quotient_is_truncated(a: int, b: int) -> int:
    """Divide in I32F32.

    pre: I32F32.min_bits <= a <= I32F32.max_bits and I32F32.min_bits <= b <= I32F32.max_bits and b != 0
    post: abs(_ * b) <= abs(a * ONE) < abs(_ * b) + abs(b)
    """
    return fixed.quotient(I32F32, a, b)


def wrong_quotient_is_truncated(a: int, b: int) -> int:
    """Claim that a quotient is rounded down.

    pre: I32F32.min_bits <= a <= I32F32.max_bits and I32F32.min_bits <= b <= I32F32.max_bits and b != 0
    post: _ == (a * ONE) // b
    """
    return fixed.quotient(I32F32, a, b)


def safe_quotient_fits(a: int, b: int) -> int:
    """Divide in I32F32, safely.

    pre: I32F32.min_bits <= a <= I32F32.max_bits and I32F32.min_bits <= b <= I32F32.max_bits
    post: I32F32.min_bits <= _ <= I32F32.max_bits
    """
    return fixed.safe_div(I32F32, a, b)


def wrong_safe_quotient_fits(a: int, b: int) -> int:
    """Claim that a quotient is 0 only where the number is less than the divisor.

    pre: I32F32.min_bits <= a <= I32F32.max_bits and I32F32.min_bits <= b <= I32F32.max_bits
    post: _ != 0 or abs(a) < abs(b)
    """
    return fixed.safe_div(I32F32, a, b)


def integer_saturates(a: int) -> int:
    """Convert a u64 to I64F64.

    pre: 0 <= a <= U64_MAX
    post: _ == (a << 64 if a < 2**63 else I64F64.max_bits)
    """
    return fixed.from_int(I64F64, a)


def wrong_integer_saturates(a: int) -> int:
    """Claim that every u64 fits.

    pre: 0 <= a <= U64_MAX
    post: _ == a << 64
    """
    return fixed.from_int(I64F64, a)


def number_is_floored(a: int) -> int:
    """Convert an I110F18 to a u64.

    pre: I110F18.min_bits <= a <= I110F18.max_bits
    post: _ == min(max(a // 2**18, 0), U64_MAX)
    """
    return fixed.to_u64(I110F18, a)


def wrong_number_is_floored(a: int) -> int:
    """Claim that a negative number stays one.

    pre: I110F18.min_bits <= a <= I110F18.max_bits
    post: _ <= a // 2**18
    """
    return fixed.to_u64(I110F18, a)


def rounding_is_symmetric(a: int) -> int:
    """Round an I96F32 away from its bounds.

    pre: I96F32.min_bits // 2 <= a <= I96F32.max_bits // 2
    post: _ % ONE == 0 and abs(2 * (_ - a)) <= ONE
    """
    return fixed.round_half_away(I96F32, a)


def wrong_rounding_is_symmetric(a: int) -> int:
    """Claim that ties are rounded up.

    pre: I96F32.min_bits // 2 <= a <= I96F32.max_bits // 2
    post: _ == (a + ONE // 2) // ONE * ONE
    """
    return fixed.round_half_away(I96F32, a)


def narrowing_is_floored(a: int) -> int:
    """Convert an I64F64 to U96F32.

    pre: I64F64.min_bits <= a <= I64F64.max_bits
    post: _ == max(a // ONE, 0)
    """
    return fixed.convert(I64F64, U96F32, a)


def wrong_narrowing_is_floored(a: int) -> int:
    """Claim that nothing is cut off.

    pre: I64F64.min_bits <= a <= I64F64.max_bits
    post: _ == 0 or _ * ONE == a
    """
    return fixed.convert(I64F64, U96F32, a)


def widening_is_exact(a: int) -> int:
    """Convert an I32F32 to I96F32 and back by way of U64F64.

    pre: I32F32.min_bits <= a <= I32F32.max_bits
    post: _ == max(a, 0)
    """
    return fixed.convert(U64F64, I96F32, fixed.convert(I32F32, U64F64, a))


def wrong_widening_is_exact(a: int) -> int:
    """Claim that a sign survives.

    pre: I32F32.min_bits <= a <= I32F32.max_bits
    post: _ == a
    """
    return fixed.convert(U64F64, I96F32, fixed.convert(I32F32, U64F64, a))


def wrapping_fits(a: int) -> int:
    """Wrap the sum of a few numbers into I32F32.

    pre: 4 * I32F32.min_bits <= a <= 4 * I32F32.max_bits
    post: I32F32.min_bits <= _ <= I32F32.max_bits and (_ - a) % 2**64 == 0
    """
    return fixed.wrap(I32F32, a)


def wrong_wrapping_fits(a: int) -> int:
    """Claim that a number of the range of two formats stays or saturates.

    pre: 4 * I32F32.min_bits <= a <= 4 * I32F32.max_bits
    post: _ == fixed.saturate(I32F32, a)
    """
    return fixed.wrap(I32F32, a)


CONTRACTS = (
    Contract(
        "sum-saturates",
        "A sum in I96F32 is exact or the nearest bound.",
        ("FIX-1",),
        sum_saturates,
        wrong_sum_saturates,
        "it is exact",
    ),
    Contract(
        "difference-stops-at-zero",
        "A difference in U96F32 is exact, or 0.",
        ("FIX-1",),
        difference_stops_at_zero,
        wrong_difference_stops_at_zero,
        "it is exact",
    ),
    Contract(
        "checked-sum-is-exact-or-none",
        "A checked sum in I64F64 is exact, or none where it does not fit.",
        ("FIX-1",),
        checked_sum_is_exact_or_none,
        wrong_checked_sum_is_exact_or_none,
        "it always fits",
    ),
    Contract(
        "product-is-floored",
        "A product in I32F32 is floored or a bound.",
        ("FIX-2",),
        product_is_floored,
        wrong_product_is_floored,
        "it is rounded up",
    ),
    Contract(
        "quotient-is-truncated",
        "A quotient in I32F32 is truncated toward zero.",
        ("FIX-3",),
        quotient_is_truncated,
        wrong_quotient_is_truncated,
        "it is floored",
    ),
    Contract(
        "safe-quotient-fits",
        "A safe quotient in I32F32 is a number of the format, for every divisor.",
        ("FIX-3",),
        safe_quotient_fits,
        wrong_safe_quotient_fits,
        "it is 0 only where it is less than 1",
    ),
    Contract(
        "integer-saturates",
        "A u64 becomes itself in I64F64, or the largest number.",
        ("FIX-4",),
        integer_saturates,
        wrong_integer_saturates,
        "it becomes itself",
    ),
    Contract(
        "number-is-floored",
        "An I110F18 becomes a u64 by flooring, between the bounds.",
        ("FIX-6",),
        number_is_floored,
        wrong_number_is_floored,
        "it is never above",
    ),
    Contract(
        "rounding-is-symmetric",
        "Rounding an I96F32 within half its range gives an integer at most one half away.",
        ("FIX-7",),
        rounding_is_symmetric,
        wrong_rounding_is_symmetric,
        "ties go up",
    ),
    Contract(
        "narrowing-is-floored",
        "An I64F64 becomes a U96F32 by flooring, a negative one 0.",
        ("FIX-8",),
        narrowing_is_floored,
        wrong_narrowing_is_floored,
        "nothing is cut off",
    ),
    Contract(
        "widening-is-exact",
        "An I32F32 that is not negative survives U64F64 and I96F32.",
        ("FIX-8",),
        widening_is_exact,
        wrong_widening_is_exact,
        "a negative one does, too",
    ),
    Contract(
        "wrapping-fits",
        "What wraps into I32F32 fits and differs by a multiple of 2^64.",
        ("FIX-7",),
        wrapping_fits,
        wrong_wrapping_fits,
        "it saturates",
    ),
)
