"""Contracts of the fixed-point kernels."""

from dtao_properties.proofs.lemma import Contract
from dtao_properties.proofs.subjects import I32F32, I96F32, U64F64, fixed

ONE = 2**32


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


CONTRACTS = (
    Contract(
        "safe-quotient-fits",
        "A safe quotient in I32F32 is a number of the format, for every divisor.",
        ("FIX-3",),
        safe_quotient_fits,
        wrong_safe_quotient_fits,
        "it is 0 only where it is less than 1",
    ),
    Contract(
        "widening-is-exact",
        "An I32F32 that is not negative survives U64F64 and I96F32.",
        ("FIX-8",),
        widening_is_exact,
        wrong_widening_is_exact,
        "a negative one does, too",
    ),
)
