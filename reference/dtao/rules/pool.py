"""The constant-product pool of a subnet, and the helpers that turn a limit price into an amount.

The runtime computes in I110F18. All reserves are integers, so its products and quotients are stated here on
integers: ``tao * alpha`` shifted by 18 bits, saturating at the format's largest value, divided and floored.
"""

from attrs import frozen

from dtao.fixed import I96F32, I110F18, U64F64, U96F32, Format
from dtao.params import MINIMUM_POOL_LIQUIDITY
from dtao.records import Pool
from dtao.rule import implements
from dtao.rules.pools.concentrated.versions import UNCHECKED, RangeRules
from dtao.rules.pools.weighted import FIRST, WeightRules
from dtao.units import U64_MAX, Alpha, Bits, Rao

STABLE = 0
"""The mechanism of a subnet whose alpha is worth 1 TAO, always; the root network's too."""
DYNAMIC = 1
"""The mechanism of a subnet whose pool sets the price."""
RAO_PER_TAO = 10**9

FRACTION = I110F18.fraction_bits
LARGEST = I110F18.max_bits
"""In raw bits; also of I96F32. From 261 on both formats are unsigned, and the largest number of both is 2**128 - 1."""
PRICE_FRACTION = I96F32.fraction_bits
LIMIT_FRACTION = U64F64.fraction_bits
U128_MAX = 2**128 - 1
MINIMUM = MINIMUM_POOL_LIQUIDITY << FRACTION


@frozen
class PoolRules:
    """How alpha is exchanged for TAO."""

    amounts: Format
    """The format of amounts and prices; the pools' own is as wide. It decides where products saturate."""
    ranges: RangeRules = UNCHECKED
    """The rules of concentrated liquidity, where pools are of that kind."""
    weights: WeightRules = FIRST
    """The rules of weighted pools, where pools are of that kind."""
    prices: Format = U96F32
    """The format of prices; the sign of I96F32 makes no difference to them."""


@implements("POOL-1")
def remaining_reserve(reserve_in: int, reserve_out: int, amount: int, largest: int = LARGEST) -> int:
    """Return what the reserve that pays keeps when ``amount`` enters the other one: k / (reserve_in + amount).

    Reserves and amount in rao or alpha rao; the result in raw bits of I110F18, floored, 0 for a division by
    zero. k saturates at the largest number of the format, which is that of unsigned numbers in a later version. Mirrors
    the common part of ``sim_swap_*``.
    """
    divisor = reserve_in + amount
    if divisor == 0:
        return 0
    k = (reserve_in * reserve_out) << FRACTION
    if k > largest:
        k = largest
    return k // divisor


@implements("POOL-2")
def payout(reserve_in: int, reserve_out: int, amount: int, largest: int = LARGEST) -> int | None:
    """Return what a dynamic pool pays for ``amount``, or None if less than the minimum liquidity would remain.

    The payout is the floor of the reserve less :func:`remaining_reserve`: at most 1 above the exact value,
    because the remainder was floored before. Never negative, because the remainder is never above the reserve.
    """
    remaining = remaining_reserve(reserve_in, reserve_out, amount, largest)
    if remaining < MINIMUM:
        return None
    return ((reserve_out << FRACTION) - remaining) >> FRACTION


@implements("POOL-3")
def alpha_for_tao(
    mechanism: int, tao_reserve: Rao, alpha_reserve: Alpha, tao: Rao, largest: int = LARGEST
) -> Alpha | None:
    """Return the alpha rao that ``tao`` rao buy, or None for want of liquidity; no fee.

    A subnet that is not dynamic swaps 1 : 1. Mirrors ``sim_swap_tao_for_alpha``.
    """
    if mechanism != DYNAMIC:
        return Alpha(tao)
    alpha = payout(tao_reserve, alpha_reserve, tao, largest)
    return None if alpha is None else Alpha(alpha)


@implements("POOL-4")
def tao_for_alpha(
    mechanism: int, tao_reserve: Rao, alpha_reserve: Alpha, alpha: Alpha, largest: int = LARGEST
) -> Rao | None:
    """Return the rao that ``alpha`` alpha rao sell for, or None for want of liquidity; no fee.

    A subnet that is not dynamic swaps 1 : 1. Mirrors ``sim_swap_alpha_for_tao``.
    """
    if mechanism != DYNAMIC:
        return Rao(alpha)
    tao = payout(alpha_reserve, tao_reserve, alpha, largest)
    return None if tao is None else Rao(tao)


@implements("PRICE-1")
def price(is_root: bool, mechanism: int, tao_reserve: Rao, alpha_reserve: Alpha) -> Bits:
    """Return the price of alpha in TAO: raw bits of I96F32, floored; 1 on root and stable subnets, 0 if empty.

    Mirrors ``get_alpha_price``.
    """
    if is_root or mechanism == STABLE:
        return Bits(I96F32.one)
    if alpha_reserve == 0:
        return Bits(0)
    return Bits((tao_reserve << PRICE_FRACTION) // alpha_reserve)


@implements("POOL-5")
def max_amount_add(is_stable: bool, tao_reserve: Rao, alpha_reserve: Alpha, limit_price: int) -> Rao:
    """Return the most rao that may be staked before the price passes ``limit_price`` (rao per alpha).

    On root and stable subnets: everything if the limit is at least 1 TAO, else nothing. The launch compares
    the limit with the whole TAO of the price only, so a limit below the price may still pass; the subtraction
    that follows then gives 0. Mirrors ``get_max_amount_add``.
    """
    if is_stable:
        return Rao(U64_MAX if limit_price >= RAO_PER_TAO else 0)
    if alpha_reserve == 0 or tao_reserve == 0 or limit_price == 0:
        return Rao(0)
    if limit_price < tao_reserve // alpha_reserve * RAO_PER_TAO:
        return Rao(0)
    return Rao(min(max(limit_price * alpha_reserve // RAO_PER_TAO - tao_reserve, 0), U64_MAX))


@implements("POOL-6")
def max_amount_remove(is_stable: bool, tao_reserve: Rao, alpha_reserve: Alpha, limit_price: int) -> Alpha:
    """Return the most alpha rao that may be unstaked before the price falls below ``limit_price`` (rao per alpha).

    On root and stable subnets: everything if the limit is at most 1 TAO, else nothing. Mirrors
    ``get_max_amount_remove``.
    """
    if is_stable:
        return Alpha(U64_MAX if limit_price <= RAO_PER_TAO else 0)
    if alpha_reserve == 0 or tao_reserve == 0:
        return Alpha(0)
    if limit_price == 0:
        return Alpha(U64_MAX)
    tao = tao_reserve * RAO_PER_TAO
    if limit_price >= tao // alpha_reserve:
        return Alpha(0)
    return Alpha(min(max(tao // limit_price - alpha_reserve, 0), U64_MAX))


@implements("POOL-7")
def stable_to_dynamic_limit(limit_price: int) -> int:
    """Return the limit price in rao per alpha of the destination: the inverse of a limit from a stable subnet.

    In U64F64: 1 TAO over the limit, floored, times 1 TAO, floored to rao and saturating.
    """
    quotient = (RAO_PER_TAO << LIMIT_FRACTION) // limit_price
    return min(quotient * RAO_PER_TAO, U64F64.max_bits) >> LIMIT_FRACTION


@implements("POOL-8")
def max_amount_between_pools(
    origin: Pool,
    origin_price: Bits,
    destination: Pool,
    destination_price: Bits,
    limit_price: int,
    largest_ratio: int = I96F32.max_bits,
    price_fraction: int = PRICE_FRACTION,
) -> Alpha:
    """Return the most alpha rao that may move between two dynamic pools before their price ratio passes the limit.

    ``limit_price`` is the price of the origin over that of the destination, in billionths; the two prices and their
    ratio have ``price_fraction`` fraction bits. A ratio above the largest counts as 0. Every quotient is floored in
    U64F64, the shares of the two TAO reserves first. Mirrors the end of ``get_max_amount_move``.
    """
    if 0 in (origin.tao, origin.alpha_in, destination.tao, destination.alpha_in):
        return Alpha(0)
    limit = (limit_price << LIMIT_FRACTION) // RAO_PER_TAO
    ratio = (origin_price << price_fraction) // destination_price if destination_price else 0
    if ratio > largest_ratio:
        ratio = 0
    if limit > ratio << (LIMIT_FRACTION - price_fraction):
        return Alpha(0)
    if limit_price == 0:
        return Alpha(U64_MAX)
    total = min((origin.tao + destination.tao) << LIMIT_FRACTION, U64F64.max_bits)
    origin_share = (origin.tao << 2 * LIMIT_FRACTION) // total
    destination_share = (destination.tao << 2 * LIMIT_FRACTION) // total
    limited = ((destination.alpha_in * origin_share) << LIMIT_FRACTION) // limit
    if limited > U64F64.max_bits:
        limited = 0
    return Alpha(max(limited - origin.alpha_in * destination_share, 0) >> LIMIT_FRACTION)
