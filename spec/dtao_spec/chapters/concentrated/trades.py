"""Trades through a whole pool, and what limit prices allow of them."""

from fractions import Fraction

from dtao_spec.chapters.concentrated.amounts import amount_to, output
from dtao_spec.chapters.concentrated.fees import fee
from dtao_spec.chapters.concentrated.ticks import cut, quotient
from dtao_spec.registry import rule
from dtao_spec.rounding import PRICE_BITS, UNSIGNED, floored

CHAPTER = "dtao_spec.chapters.concentrated"


@rule("POOL-3", since=283)
def alpha_for_tao(mechanism: int, root: Fraction, liquidity: Fraction, tao: Fraction, rate: int) -> Fraction:
    r"""Alpha for TAO.

    Change: TAO buys by the steps of a swap with a fee instead of by the product of the reserves. Uniswap's design lets
        everybody provide liquidity and pays those who do.
    Statement: On a subnet of mechanism 1, TAO MUST buy what a swap up to the highest price pays ([POOL-16](#pool-16)),
        whether or not the reserve holds as much. On any other subnet it MUST buy as much alpha, without a fee.
    Formula: $$ y = \frac{L\,x}{(L\,s + x)\,s}, \qquad x = z\,\frac{65535 - r}{65535} $$
    Units: rao in, the fee included; alpha rao out. The formula is that of a swap within one range.
    Rounding: as POOL-12 and POOL-15; none on a stable subnet.
    Rejections: `ReservesTooLow`, and those of POOL-16.
    Source: `pallets/swap/src/pallet/impls.rs`, `sim_swap`
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha, at the rate of 196 of 65 535: 39.486683389 alpha.

        >>> int(alpha_for_tao(1, Fraction(1, 2), Fraction(2 * 10**12), Fraction(10**10), 196))
        39486683389
        >>> alpha_for_tao(0, Fraction(1), Fraction(0), Fraction(10**10), 196)
        Fraction(10000000000, 1)
    """
    return output(True, liquidity, root, tao - fee(tao, rate)) if mechanism == 1 else tao


@rule("POOL-3", since=320)
def alpha_for_tao_on_network(mechanism: int, root: Fraction, liquidity: Fraction, tao: Fraction, rate: int) -> Fraction:
    r"""Alpha for TAO.

    Change: Where no network exists, a swap without a pool is quoted at nothing.
    Statement: On a subnet of mechanism 1, TAO MUST buy what a swap up to the highest price pays ([POOL-16](#pool-16)),
        whether or not the reserve holds as much. On any other subnet it MUST buy as much alpha, without a fee; nothing
        where no network exists.
    Formula: $$ y = \frac{L\,x}{(L\,s + x)\,s}, \qquad x = z\,\frac{65535 - r}{65535} $$
    Units: rao in, the fee included; alpha rao out. The formula is that of a swap within one range.
    Rounding: as POOL-12 and POOL-15; none on a stable subnet.
    Rejections: `ReservesTooLow`, and those of POOL-16.
    Source: `pallets/swap/src/pallet/impls.rs`, `sim_swap`
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha, at the rate of 196 of 65 535: 39.486683389 alpha.

        >>> int(alpha_for_tao_on_network(1, Fraction(1, 2), Fraction(2 * 10**12), Fraction(10**10), 196))
        39486683389
        >>> alpha_for_tao_on_network(0, Fraction(1), Fraction(0), Fraction(10**10), 196)
        Fraction(10000000000, 1)
    """
    return output(True, liquidity, root, tao - fee(tao, rate)) if mechanism == 1 else tao


@rule("POOL-4", since=283)
def tao_for_alpha(mechanism: int, root: Fraction, liquidity: Fraction, alpha: Fraction, rate: int) -> Fraction:
    r"""TAO for alpha.

    Change: Alpha sells by the steps of a swap with a fee instead of by the product of the reserves.
    Statement: On a subnet of mechanism 1, alpha MUST sell for what a swap down to the lowest price pays
        ([POOL-16](#pool-16)), whether or not the reserve holds as much. On any other subnet it MUST sell for as much
        TAO, without a fee.
    Formula: $$ y = \frac{L\,x\,s}{L / s + x}, \qquad x = z\,\frac{65535 - r}{65535} $$
    Units: alpha rao in, the fee included; rao out. The formula is that of a swap within one range.
    Rounding: as POOL-12 and POOL-15; none on a stable subnet.
    Rejections: `ReservesTooLow`, and those of POOL-16.
    Source: `pallets/swap/src/pallet/impls.rs`, `sim_swap`
    Example: 1 alpha sold to a pool of 1 000 TAO and 4 000 alpha brings 0.249190196 TAO, of which the fee has cost
        0.00075.

        >>> int(tao_for_alpha(1, Fraction(1, 2), Fraction(2 * 10**12), Fraction(10**9), 196))
        249190196
    """
    return output(False, liquidity, root, alpha - fee(alpha, rate)) if mechanism == 1 else alpha


@rule("POOL-4", since=320)
def tao_for_alpha_on_network(
    mechanism: int, root: Fraction, liquidity: Fraction, alpha: Fraction, rate: int
) -> Fraction:
    r"""TAO for alpha.

    Change: Where no network exists, a swap without a pool is quoted at nothing.
    Statement: On a subnet of mechanism 1, alpha MUST sell for what a swap down to the lowest price pays
        ([POOL-16](#pool-16)), whether or not the reserve holds as much. On any other subnet it MUST sell for as much
        TAO, without a fee; for nothing where no network exists.
    Formula: $$ y = \frac{L\,x\,s}{L / s + x}, \qquad x = z\,\frac{65535 - r}{65535} $$
    Units: alpha rao in, the fee included; rao out. The formula is that of a swap within one range.
    Rounding: as POOL-12 and POOL-15; none on a stable subnet.
    Rejections: `ReservesTooLow`, and those of POOL-16.
    Source: `pallets/swap/src/pallet/impls.rs`, `sim_swap`
    Example: 1 alpha sold to a pool of 1 000 TAO and 4 000 alpha brings 0.249190196 TAO, of which the fee has cost
        0.00075.

        >>> int(tao_for_alpha_on_network(1, Fraction(1, 2), Fraction(2 * 10**12), Fraction(10**9), 196))
        249190196
    """
    return output(False, liquidity, root, alpha - fee(alpha, rate)) if mechanism == 1 else alpha


@rule("POOL-5", since=283)
def max_amount_add(liquidity: Fraction, root: Fraction, limit_root: Fraction, rate: int) -> Fraction:
    r"""Stake allowed by a limit price.

    Change: A limit now bounds the price after the trade, and the amount includes the fee.
    Statement: On a dynamic subnet the amount MUST be what a swap of $2^{64} - 1$ rao up to the limit price would pay
        in, its fee included; 0 if the pool would not swap. On stable subnets and on root it MUST be unlimited for a
        limit of at least 1 TAO, and 0 below.
    Formula: $$ x_{max} = L\,(s_{limit} - s)\,\frac{65535}{65535 - r} $$
    Units: roots of prices, the limit as [POOL-16](#pool-16) takes it; rao out. The formula is that of a pool with one
        range.
    Rounding: as POOL-12 and POOL-14. The root of the limit is found by [FIX-13](#fix-13) to $10^{-10}$.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`; `pallets/swap/src/pallet/impls.rs`,
        `swap`
    Example: From the price 1 to 1.44 with a liquidity of 1 000 TAO, free of fees and at 1 %.

        >>> max_amount_add(Fraction(1_000), Fraction(1), Fraction(6, 5), 0)
        Fraction(200, 1)
        >>> round(max_amount_add(Fraction(1_000), Fraction(1), Fraction(6, 5), 655), 1)
        Fraction(202, 1)
    """
    taken = amount_to(True, liquidity, root, limit_root)
    return taken + fee(taken, rate, on_top=True)


@rule("POOL-6", since=283)
def max_amount_remove(liquidity: Fraction, root: Fraction, limit_root: Fraction, rate: int) -> Fraction:
    r"""Unstaking allowed by a limit price.

    Change: A limit now bounds the price after the trade, and the amount includes the fee.
    Statement: On a dynamic subnet the amount MUST be what a swap of $2^{64} - 1$ alpha rao down to the limit price
        would pay in, its fee included; 0 if the pool would not swap. On stable subnets and on root it MUST be unlimited
        for a limit of at most 1 TAO, and 0 above.
    Formula: $$ x_{max} = L\left(\frac{1}{s_{limit}} - \frac{1}{s}\right)\frac{65535}{65535 - r} $$
    Units: roots of prices, the limit as [POOL-16](#pool-16) takes it; alpha rao out. The formula is that of a pool with
        one range.
    Rounding: as POOL-12 and POOL-14. The root of the limit is found by [FIX-13](#fix-13) to $10^{-10}$.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`;
        `pallets/swap/src/pallet/impls.rs`, `swap`
    Example: From the price 1 to 0.64 with a liquidity of 1 000 alpha.

        >>> max_amount_remove(Fraction(1_000), Fraction(1), Fraction(4, 5), 0)
        Fraction(250, 1)
    """
    taken = amount_to(False, liquidity, root, limit_root)
    return taken + fee(taken, rate, on_top=True)


def ratio_of(prices: tuple[Fraction, Fraction] | None) -> Fraction:
    """Return the price of the origin over that of the destination in 32 fraction bits; no bound if none is given."""
    if prices is None:
        return Fraction(UNSIGNED)
    ratio = floored(prices[0] / prices[1]) if prices[1] else Fraction(0)
    return ratio if ratio <= Fraction(UNSIGNED, 2**PRICE_BITS) else Fraction(0)


def max_amount_between_pools_rounded(
    origin: tuple[Fraction, Fraction],
    destination: tuple[Fraction, Fraction],
    limit_price: Fraction,
    prices: tuple[Fraction, Fraction] | None = None,
) -> Fraction | None:
    """Return a whole amount, with every quotient in 64 fraction bits."""
    (tao_1, alpha_1), (tao_2, alpha_2) = origin, destination
    if 0 in (tao_1, alpha_1, tao_2, alpha_2) or cut(limit_price) > ratio_of(prices):
        return Fraction(0)
    if limit_price == 0:
        return None
    total = cut(tao_1 + tao_2)
    kept = quotient(alpha_2 * cut(tao_1 / total), cut(limit_price))
    return floored(max(Fraction(0), kept - alpha_1 * cut(tao_2 / total)), 0)


@rule("POOL-8", since=283, rounded=max_amount_between_pools_rounded)
def max_amount_between_pools(
    origin: tuple[Fraction, Fraction],
    destination: tuple[Fraction, Fraction],
    limit_price: Fraction,
    prices: tuple[Fraction, Fraction] | None = None,
) -> Fraction | None:
    r"""Move allowed by a limit price between two pools.

    Change: Reserves are those of the chain and of the users together, and the prices those of the last swaps.
    Statement: Between two dynamic subnets the amount MUST be 0 if any reserve, the users' part included
        ([POOL-22](#pool-22)), is empty or the ratio of the prices ([PRICE-1](#price-1)) is below the limit; else
        unlimited for a limit of 0; else the one below, which would hold for pools that keep the product of their
        reserves.
    Formula: $$ x_{max} = \max\left(0,\; A_2 \cdot \frac{T_1}{T_1 + T_2} \cdot \frac{1}{r_{limit}} - A_1 \cdot
        \frac{T_2}{T_1 + T_2}\right) $$
    Units: the limit is the price of the origin over that of the destination; alpha rao of the origin out, None for
        unlimited.
    Rounding: The sum of TAO saturates in U64F64. Every quotient is floored there, and is 0 if it does not fit, as that
        by a low limit; the result is floored to alpha rao.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Known violation: The amount does not follow from the ranges of the pools, so that the limit neither binds nor holds.
    Example: Two pools of 100 TAO and 100 alpha; the ratio may fall to a half.

        >>> pool = (Fraction(100), Fraction(100))
        >>> max_amount_between_pools(pool, pool, Fraction(1, 2))
        Fraction(50, 1)
    """
    (tao_1, alpha_1), (tao_2, alpha_2) = origin, destination
    if 0 in (tao_1, alpha_1, tao_2, alpha_2):
        return Fraction(0)
    if prices is not None and limit_price * prices[1] > prices[0]:
        return Fraction(0)
    if limit_price == 0:
        return None
    total = tao_1 + tao_2
    return max(Fraction(0), alpha_2 * tao_1 / total / limit_price - alpha_1 * tao_2 / total)


@rule("POOL-5", since=338)
def max_amount_add_or_refused(liquidity: Fraction, root: Fraction, limit_root: Fraction, rate: int) -> Fraction:
    r"""Staking allowed by a limit price.

    Change: Where the pool would not swap the call is refused for the reason that the pool gives; nothing was allowed
        before, whatever the reason.
    Statement: On a dynamic subnet the amount MUST be what a swap of $2^{64} - 1$ rao up to the limit price would pay
        in, its fee included; if the pool would not swap the call MUST be refused. On stable subnets and on root it MUST
        be unlimited for a limit of at least 1 TAO, and 0 below.
    Formula: $$ x_{max} = L\,(s_{limit} - s)\,\frac{65535}{65535 - r} $$
    Units: roots of prices, the limit as [POOL-16](#pool-16) takes it; rao out. The formula is that of a pool with one
        range.
    Rounding: as POOL-12 and POOL-14. The root of the limit is found by [FIX-13](#fix-13) to $10^{-10}$.
    Rejections: those of [POOL-16](#pool-16) and [POOL-20](#pool-20).
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`; `pallets/swap/src/pallet/impls.rs`,
        `swap`
    Example: From the price 1 to 1.44 with a liquidity of 1 000 TAO, free of fees.

        >>> max_amount_add_or_refused(Fraction(1_000), Fraction(1), Fraction(6, 5), 0)
        Fraction(200, 1)
    """
    return max_amount_add(liquidity, root, limit_root, rate)


@rule("POOL-6", since=338)
def max_amount_remove_or_refused(liquidity: Fraction, root: Fraction, limit_root: Fraction, rate: int) -> Fraction:
    r"""Unstaking allowed by a limit price.

    Change: Where the pool would not swap the call is refused for the reason that the pool gives; nothing was allowed
        before, whatever the reason.
    Statement: On a dynamic subnet the amount MUST be what a swap of $2^{64} - 1$ alpha rao down to the limit price
        would pay in, its fee included; if the pool would not swap the call MUST be refused. On stable subnets and on
        root it MUST be unlimited for a limit of at most 1 TAO, and 0 above.
    Formula: $$ x_{max} = L\left(\frac{1}{s_{limit}} - \frac{1}{s}\right)\frac{65535}{65535 - r} $$
    Units: roots of prices, the limit as [POOL-16](#pool-16) takes it; alpha rao out. The formula is that of a pool with
        one range.
    Rounding: as POOL-12 and POOL-14. The root of the limit is found by [FIX-13](#fix-13) to $10^{-10}$.
    Rejections: those of [POOL-16](#pool-16) and [POOL-20](#pool-20).
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`;
        `pallets/swap/src/pallet/impls.rs`, `swap`
    Example: From the price 1 to 0.64 with a liquidity of 1 000 alpha.

        >>> max_amount_remove_or_refused(Fraction(1_000), Fraction(1), Fraction(4, 5), 0)
        Fraction(250, 1)
    """
    return max_amount_remove(liquidity, root, limit_root, rate)
