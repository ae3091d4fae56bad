"""Vectors of the epoch: lists of raw bits of I32F32, one element a neuron.

The loops are plain integer arithmetic wherever a check over the whole vector shows that nothing can saturate;
elsewhere they call :mod:`dtao.fixed`. Both give the same result: the check chooses speed only.
"""

import math
import struct
from collections.abc import Sequence

from dtao import fixed
from dtao.fixed import I32F32, I64F64
from dtao.rule import implements
from dtao.units import U16_MAX

ONE = I32F32.one
MAX = I32F32.max_bits
U16_MAX_BITS = U16_MAX << 32
UPSCALE_THRESHOLD = 32_768 << 32
"""Above this maximum, vec_max_upscale_to_u16 divides before it multiplies; I32F32."""
POSITION_MAX = 2**64 - 1


def normalize(x: Sequence[int]) -> list[int]:
    """Return the vector divided by its sum, each quotient truncated toward zero; unchanged if the sum is 0.

    Mirrors normalize and inplace_normalize.
    """
    return normalize_using_sum(x, fixed.total(I32F32, x))


@implements("EPOCH-4")
def normalize_using_sum(x: Sequence[int], x_sum: int) -> list[int]:
    """Return the vector divided by a given sum, each quotient truncated toward zero, 0 where it overflows.

    A sum of 0 leaves the vector unchanged.
    """
    if x_sum == 0 or not x:
        return list(x)
    if min(x) >= 0 and max(x) <= x_sum:
        return [(number << 32) // x_sum for number in x]
    return [fixed.safe_div(I32F32, number, x_sum) for number in x]


@implements("EPOCH-4")
def normalize_64(x: Sequence[int]) -> list[int]:
    """Return a vector of I64F64 divided by its sum, truncated toward zero; unchanged if the sum is 0.

    Mirrors inplace_normalize_64.
    """
    x_sum = fixed.total(I64F64, x)
    if x_sum == 0 or not x:
        return list(x)
    if min(x) >= 0 and max(x) <= x_sum:
        return [(number << 64) // x_sum for number in x]
    return [fixed.safe_div(I64F64, number, x_sum) for number in x]


def fixed64_to_fixed32(x: Sequence[int]) -> list[int]:
    """Return a vector of I64F64 in I32F32, rounded down, saturating. Mirrors vec_fixed64_to_fixed32."""
    return [fixed.convert(I64F64, I32F32, number) for number in x]


def is_zero(x: Sequence[int]) -> bool:
    """Return whether the vector sums to 0."""
    return fixed.total(I32F32, x) == 0


def mask_vector(mask: Sequence[bool], x: Sequence[int]) -> list[int]:
    """Return the vector with 0 where the mask is true; an empty mask changes nothing."""
    if not mask:
        return list(x)
    return [0 if masked else number for masked, number in zip(mask, x, strict=True)]


def vecdiv(x: Sequence[int], y: Sequence[int]) -> list[int]:
    """Return x / y element by element, truncated toward zero; 0 where y is 0 or the quotient overflows."""
    return [(a << 32) // b if 0 <= a <= b and b else fixed.safe_div(I32F32, a, b) for a, b in zip(x, y, strict=True)]


@implements("EPOCH-5")
def is_topk(x: Sequence[int], k: int) -> list[bool]:
    """Return for each element whether it is among the k largest.

    Of equal elements those with the higher index count as larger. With at most k elements all are.
    """
    result = [True] * len(x)
    if k < len(x):
        for index in sorted(range(len(x)), key=x.__getitem__)[: len(x) - k]:
            result[index] = False
    return result


@implements("EPOCH-6")
def fixed_proportion_to_u16(bits: int) -> int:
    """Return a number between 0 and 1 as a fraction of 65535, rounded down; 65535 at most, and 0 if negative."""
    return min(max(bits * U16_MAX >> 32, 0), U16_MAX)


@implements("EPOCH-6")
def u16_proportion_to_fixed(proportion: int) -> int:
    """Return a fraction of 65535 in I32F32, rounded down."""
    return (proportion << 32) // U16_MAX


def fixed_proportions_to_u16(x: Sequence[int]) -> list[int]:
    """Return each element as a fraction of 65535, as :func:`fixed_proportion_to_u16`."""
    if x and min(x) >= 0 and max(x) <= ONE:
        return [bits * U16_MAX >> 32 for bits in x]
    return [fixed_proportion_to_u16(bits) for bits in x]


@implements("EPOCH-7")
def vec_max_upscale_to_u16(x: Sequence[int]) -> list[int]:
    """Return the vector scaled so that its largest element is 65535, as u16.

    Up to a maximum of 32768 an element is multiplied by 65535, saturating, then divided by the maximum; above it,
    65535 is divided by the maximum first, at the cost of precision. The result is rounded, ties away from zero.
    With a maximum of 0 the elements are only multiplied, and what is negative becomes 0.
    """
    if not x:
        return []
    maximum = max(x)
    if maximum == 0:
        # No element is positive.
        return [0] * len(x)
    if maximum > UPSCALE_THRESHOLD:
        scale = fixed.safe_div(I32F32, U16_MAX_BITS, maximum)
        return [_rounded_u16(fixed.saturating_mul(I32F32, bits, scale)) for bits in x]
    if min(x) >= 0:
        return [((bits * U16_MAX << 32) // maximum + (ONE >> 1)) >> 32 for bits in x]
    return [
        _rounded_u16(fixed.safe_div(I32F32, fixed.saturating_mul(I32F32, bits, U16_MAX_BITS), maximum)) for bits in x
    ]


def _rounded_u16(bits: int) -> int:
    return fixed.to_u16(I32F32, fixed.round_half_away(I32F32, bits))


def vec_u16_max_upscale_to_u16(x: Sequence[int]) -> list[int]:
    """Return a vector of u16 scaled so that its largest element is 65535, rounded, ties away from zero."""
    return vec_max_upscale_to_u16([number << 32 for number in x])


def check_vec_max_limited(x: Sequence[int], max_limit: int) -> bool:
    """Return whether the largest share of a vector of u16 is at most max_limit / 65535, both rounded down.

    An empty vector is within any limit.
    """
    return max(normalize([number << 32 for number in x]), default=0) <= u16_proportion_to_fixed(max_limit)


@implements("BOND-1")
def quantile(x: Sequence[int], q: float) -> int:
    """Return the quantile q of the vector, 0 if it is empty.

    The position q · (length - 1) is computed as a float of 64 bits; between two elements the result is the lower
    plus their difference times the fraction of the position, rounded down. A position outside of the vector
    reads as 0.
    """
    ordered = sorted(x)
    if not ordered:
        return 0
    position = q * float(len(ordered) - 1)
    low = min(max(math.floor(position), 0), POSITION_MAX)
    high = min(max(math.ceil(position), 0), POSITION_MAX)
    low_value = ordered[low] if low < len(ordered) else 0
    if low == high:
        return low_value
    high_value = ordered[high] if high < len(ordered) else 0
    weight = fixed.from_float_bits(I32F32, float_bits(position - float(low)))
    difference = fixed.saturating_sub(I32F32, high_value, low_value)
    return fixed.saturating_add(I32F32, low_value, fixed.saturating_mul(I32F32, difference, weight))


def float_bits(number: float) -> int:
    """Return the IEEE 754 bits of a float of 64 bits."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", number))
    return int(bits)


@implements("EPOCH-8")
def weighted_median_by_partition(stake: Sequence[int], score: Sequence[int], minority: int, stake_sum: int) -> int:
    """Return the median of the scores weighted by stake, as the runtime defines it: by repeated partition.

    The middle one of the remaining elements parts them into those that score less and those that score more. It is
    the median if the stake below it is at most the minority and the stake up to and including it is more; else the
    search goes on among the lower or the higher ones, and ends with the middle element where there are none.
    Scores, stakes and the minority are I32F32; the stakes sum to ``stake_sum``. 0 without elements.
    """
    remaining = list(range(len(stake)))
    low, high = 0, stake_sum
    if not remaining:
        return 0
    while len(remaining) > 1:
        pivot = score[remaining[len(remaining) // 2]]
        lower = [index for index in remaining if score[index] < pivot]
        upper = [index for index in remaining if score[index] > pivot]
        below = fixed.saturating_add(I32F32, low, _saturating_sum(stake, lower))
        through = fixed.saturating_sub(I32F32, high, _saturating_sum(stake, upper))
        if below <= minority < through:
            return pivot
        if minority < below and lower:
            remaining, high = lower, below
        elif through <= minority and upper:
            remaining, low = upper, through
        else:
            return pivot
    return score[remaining[0]]


def _saturating_sum(stake: Sequence[int], indices: Sequence[int]) -> int:
    result = 0
    for index in indices:
        result = fixed.saturating_add(I32F32, result, stake[index])
    return result


@implements("EPOCH-8")
def weighted_median(stake: Sequence[int], score: Sequence[int], minority: int, stake_sum: int) -> int:
    """Return the same median by one pass over the sorted scores.

    It is the first score up to which the stake exceeds the minority, or the largest score if it never does. The
    stakes must not be negative and ``stake_sum`` must be their exact sum.
    """
    below = 0
    for index in sorted(range(len(score)), key=score.__getitem__):
        below += stake[index]
        if below > minority:
            return score[index]
    return max(score, default=0)


def medians(stake: Sequence[int], columns: Sequence[Sequence[int]], majority: int) -> list[int]:
    """Return the weighted median of each column of scores, one row a stake; all stakes are above 0 in I32F32.

    The stakes are normalised first; the minority is what they then sum to less the majority, saturating.
    """
    if not stake:
        return [0] * len(columns)
    normalized = normalize(stake)
    stake_sum = fixed.total(I32F32, normalized)
    minority = fixed.saturating_sub(I32F32, stake_sum, majority)
    ordinary = min(normalized) >= 0 and sum(normalized) == stake_sum
    median = weighted_median if ordinary else weighted_median_by_partition
    return [median(normalized, column, minority, stake_sum) for column in columns]
