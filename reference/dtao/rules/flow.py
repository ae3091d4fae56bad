"""The part of the TAO emission that a subnet gets by the TAO that flows into it and out of it, from 338 on.

Flows are counted in rao; their averages are raw bits of I64F64, parts raw bits of U64F64. Roots and powers are those of
the mathematics crate, so that the parts add up to 1 only nearly.
"""

from collections.abc import Sequence
from functools import lru_cache

from dtao import fixed, transcendental
from dtao.fixed import I32F32, I64_MAX, I64_MIN, I64F64, U64F64, U96F32
from dtao.rule import implements
from dtao.rules.pools.concentrated.sqrt_price import checked_sqrt
from dtao.units import U64_MAX, Bits

FRACTION, ONE = I64F64.fraction_bits, I64F64.one
LARGEST = U64F64.max_bits
SMALLEST_SIGNED, LARGEST_SIGNED = I64F64.min_bits, I64F64.max_bits
WIDER = U64F64.fraction_bits - U96F32.fraction_bits
NARROWER = FRACTION + U64F64.fraction_bits - I32F32.fraction_bits
"""By so much is the product of two U64F64 shifted to be an I32F32."""
LARGEST_NARROW = I32F32.max_bits
I32_MAX = 2**31 - 1
RAO_PER_TAO = 10**9
ROOT_EPSILON = fixed.safe_div(U64F64, U64F64.one, fixed.from_int(U64F64, 1_000))
"""A thousandth, the precision of the root in the scale of powers; U64F64."""
MIN_SCALE = fixed.safe_div(U64F64, fixed.from_int(U64F64, I32_MAX), fixed.from_int(U64F64, U64_MAX))
"""Below this estimate of the sum of powers nothing is normalized; U64F64."""


@implements("FLOW-1")
def flow_after_inflow(flow: int, tao: int) -> int:
    """Return the net flow of a subnet after TAO came in: an i64, saturating; a u64 from 2**63 on counts as negative.

    Mirrors ``record_tao_inflow``.
    """
    after = flow + (tao if tao <= I64_MAX else _as_i64(tao))
    return after if I64_MIN <= after <= I64_MAX else min(max(after, I64_MIN), I64_MAX)


@implements("FLOW-1")
def flow_after_outflow(flow: int, tao: int) -> int:
    """Return the net flow of a subnet after TAO went out, as :func:`flow_after_inflow`.

    Mirrors ``record_tao_outflow``.
    """
    return min(max(flow - _as_i64(tao), I64_MIN), I64_MAX)


def _as_i64(amount: int) -> int:
    return amount if amount <= I64_MAX else amount - 2**64


@implements("FLOW-2")
def flow_weight(smoothing_factor: int) -> int:
    """Return the weight of a block's flow in its average, I64F64: the factor over 2**63 - 1, truncated.

    A factor from 2**63 on counts as nearly 2**63, and gives a little more than 1.
    """
    return fixed.safe_div(I64F64, fixed.from_int(I64F64, smoothing_factor), fixed.from_int(I64F64, I64_MAX))


@implements("FLOW-2")
def average_after(average: int, flow: int, weight: int) -> int:
    """Return the average flow after a block's flow in rao: (1 - weight) · average + weight · flow; I64F64.

    Both products are floored and saturate, as their sum does. Mirrors ``get_ema_flow``.
    """
    kept = (ONE - weight) * average >> FRACTION
    if flow == 0 and SMALLEST_SIGNED < kept < LARGEST_SIGNED:
        return kept
    return _saturated(_saturated(kept) + _saturated(weight * _saturated(flow << FRACTION) >> FRACTION))


def _saturated(bits: int) -> int:
    return bits if SMALLEST_SIGNED < bits < LARGEST_SIGNED else fixed.saturate(I64F64, bits)


@implements("FLOW-2")
def first_average(moving_price: int, price: int) -> int:
    """Return the average flow with which a subnet begins: 1e9 times the lesser of its moving price and its price.

    That is the price in rao per alpha. Prices are U96F32, the average is I64F64; saturating.
    """
    lesser = fixed.convert(U96F32, I64F64, min(moving_price, price))
    return fixed.saturating_mul(I64F64, fixed.from_int(I64F64, RAO_PER_TAO), lesser)


@implements("FLOW-3")
def parts_of_emission(averages: Sequence[int], cutoff: int, exponent: int) -> list[int]:
    """Return the part of each subnet in the emission, U64F64: what its average flow is above a limit, normalized.

    The limit is the cutoff or, if that is lower, the lowest average that is below 0. Mirrors ``get_shares_flow``.
    """
    limit = max(cutoff, min([0, *averages]))
    highest = limit + LARGEST_SIGNED
    above = [min(average, highest) - limit if average > limit else 0 for average in averages]
    return normalized(above, exponent)


@implements("FLOW-4")
def normalized(numbers: Sequence[int], exponent: int) -> list[int]:
    """Return the numbers to the power of an exponent, over the sum of these powers; all U64F64.

    They are scaled so that the greatest is 1, and once more so that the sum of their squares would reach 2**31 - 1 at
    most, then raised as e ** (exponent · ln x) in I32F32. Where the first scale leaves nothing all of them are 0.
    Mirrors ``inplace_pow_normalize``.
    """
    scale = fixed.safe_div(U64F64, U64F64.one, max(numbers, default=0))
    scaled = [product if (product := scale * number >> FRACTION) < LARGEST else LARGEST for number in numbers]
    greatest = max(scaled, default=0)
    square = fixed.saturating_mul(U64F64, greatest, greatest)
    estimate = fixed.saturating_mul(U64F64, fixed.from_int(U64F64, len(scaled)), square)
    if estimate < MIN_SCALE:
        return scaled
    factor = checked_sqrt(fixed.safe_div(U64F64, fixed.from_int(U64F64, I32_MAX), estimate), ROOT_EPSILON)
    exponent = fixed.convert(U64F64, I32F32, exponent)
    narrowed = [
        narrow if (narrow := factor * number >> NARROWER) < LARGEST_NARROW else LARGEST_NARROW for number in scaled
    ]
    powers = [_power(narrow, exponent) for narrow in narrowed]
    return _parts(powers, fixed.wrap(U64F64, sum(powers)))


def _parts(numbers: Sequence[int], total: int) -> list[int]:
    """Return numbers that are not negative over a total, truncated; 0 where that does not fit; U64F64."""
    if total == 0:
        return [0 for _ in numbers]
    return [part if (part := (number << FRACTION) // total) <= LARGEST else 0 for number in numbers]


@lru_cache(maxsize=2**15)
def _power(number: int, exponent: int) -> int:
    """Return a number to the power of an exponent, both I32F32; in U64F64, computed in I32F32.

    0 where the logarithm is undefined: at 0 and at what I32F32 holds in less than three bits. 2**31 - 1 where the
    exponential does not fit. From block to block the averages of most subnets decay alike, so that the ratio of each,
    as narrow as here and with what the scale cuts off, is one of about a hundred. Mirrors ``safe_pow``.
    """
    if number <= 2:  # The reciprocal of less does not fit.
        return 0
    logarithm = transcendental.safe_ln(number)
    result = transcendental.exp(I32F32, fixed.saturating_mul(I32F32, exponent, logarithm))
    if result is None:
        result = fixed.from_int(I32F32, I32_MAX)
    return result << FRACTION - I32F32.fraction_bits


@implements("FLOW-6")
def net_flows(averages: Sequence[tuple[int, int]]) -> list[int]:
    """Return the average net flow of each subnet, of those (of users, of the protocol) in I64F64: the difference.

    What the protocol put into subnets counts less if it is more in all than what users did: by the factor of the two
    sums of what is positive, truncated. What it took out counts in full. All saturates. Mirrors ``get_shares_flow``.
    """
    largest = I64F64.max_bits
    of_users = min(sum([user for user, _ in averages if user > 0]), largest)
    of_protocol = min(sum([protocol for _, protocol in averages if protocol > 0]), largest)
    factor = min(fixed.safe_div(I64F64, of_users, of_protocol), I64F64.one)
    # The factor is 1 at most, so that no product leaves the format.
    net = [user - (factor * protocol >> FRACTION if protocol > 0 else protocol) for user, protocol in averages]
    return [flow if SMALLEST_SIGNED < flow < LARGEST_SIGNED else _saturated(flow) for flow in net]


@implements("EMIT-17")
def parts_by_price(moving_prices: Sequence[int]) -> list[int]:
    """Return the part of each subnet in the sum of moving prices (32 fraction bits), truncated; U64F64.

    0 if the sum is 0. Mirrors ``get_shares_price_ema``.
    """
    prices = [price if (price := moving_price << WIDER) < LARGEST else LARGEST for moving_price in moving_prices]
    return _parts(prices, min(sum(prices), LARGEST))


@implements("EMIT-17")
def part_of_root_and_miners(root_proportion: int, withheld: int) -> int:
    """Return what the part of a subnet in the emission counts: its root proportion times what its miners get; U64F64.

    ``withheld`` is the part of incentives that they do not get; both are U96F32.
    """
    proportion = wide if (wide := root_proportion << WIDER) < LARGEST else LARGEST
    product = proportion * part_of_miners(withheld) >> FRACTION
    return product if product < LARGEST else LARGEST


@implements("EMIT-17")
def part_of_miners(withheld: int) -> int:
    """Return what the part of a subnet in the emission counts: what its miners get of the incentives; U64F64.

    ``withheld`` is the part of incentives that they do not get; U96F32.
    """
    return less if (less := ONE - (withheld << WIDER)) > 0 else 0


@implements("EMIT-17")
def weighted_parts(parts: Sequence[int], factors: Sequence[int]) -> list[int]:
    """Return parts times factors, over the sum of these products, all U64F64; the parts themselves if that is 0.

    Mirrors ``get_shares``.
    """
    weighted = [
        product if (product := part * factor >> FRACTION) < LARGEST else LARGEST
        for part, factor in zip(parts, factors, strict=True)
    ]
    total = min(sum(weighted), LARGEST)
    return _parts(weighted, total) if total else list(parts)


@implements("EMIT-16")
def parts_of_enabled(parts: Sequence[int], enabled: Sequence[bool]) -> list[int]:
    """Return the parts of subnets where some get none: those of the others over their sum, truncated; U64F64."""
    if all(enabled):
        return list(parts)
    total = min(sum(part for part, gets in zip(parts, enabled, strict=True) if gets), U64F64.max_bits)
    return [fixed.safe_div(U64F64, part, total) if gets else 0 for part, gets in zip(parts, enabled, strict=True)]


@implements("FLOW-5")
def tao_of_part(emission: int, part: int) -> Bits:
    """Return the TAO of a block that falls to a part of U64F64: U96F32 like the emission.

    The emission saturates at 2**64 and the product is floored in U64F64, then cut. Mirrors
    ``get_subnet_block_emissions``.
    """
    wide = emission << WIDER
    product = (wide if wide < LARGEST else LARGEST) * part >> FRACTION
    return Bits((product if product < LARGEST else LARGEST) >> WIDER)
