"""What a pool begins with, what blocks give to it, its two reserves and its price."""

import math
from fractions import Fraction

from dtao_spec.chapters.concentrated.ticks import cut
from dtao_spec.registry import rule
from dtao_spec.rounding import U64_MAX, floored

CHAPTER = "dtao_spec.chapters.concentrated"


MIN_RESERVE = 1_000_000
I64_MAX = 2**63 - 1
First = tuple[Fraction, int] | str
"""The first price and the liquidity of the chain, or why the pool does not swap."""


def first_swap_rounded(is_buy: bool, tao: int, alpha: int) -> First:
    """Return the price in 64 fraction bits, of which the root is taken then."""
    first = first_swap(is_buy, tao, alpha)
    return first if isinstance(first, str) else (cut(first[0]), first[1])


@rule("POOL-20", since=283, rounded=first_swap_rounded)
def first_swap(is_buy: bool, tao: int, alpha: int) -> First:
    r"""First swap of a pool.

    Statement: A pool that was never traded nor provided with liquidity MUST be initialized by the first swap, and by a
        simulated one for its own sake: its price is the quotient of its reserves, and the chain gets a position over
        all prices with the root of their product as its liquidity. Both reserves stay where they are. Numbers of
        positions count up over all pools. A user who provides liquidity before the first swap MUST be served at price
        0, and the pool counts as initialized from then on, without a position of the chain.
    Formula: $$ s = \sqrt{T / A}, \qquad L = \lfloor\sqrt{T\,A}\rfloor $$
    Units: rao and alpha rao in; TAO per alpha and liquidity out.
    Rounding: The quotient is floored in U64F64, its root found by [FIX-13](#fix-13) to $10^{-12}$; the liquidity is
        floored.
    Rejections: `ReservesTooLow` if either reserve is below 1 000 000.
    Source: `pallets/swap/src/pallet/impls.rs`, `swap_inner`, `maybe_initialize_v3`
    Known violation: A pool whose first liquidity a user provides is at price 0, where no amount buys or sells for
        anything, until a burned registration has moved the price.
    Example: 100 TAO and 400 alpha.

        >>> first_swap(True, 100 * 10**9, 400 * 10**9)
        (Fraction(1, 4), 200000000000)
    """
    if min(tao, alpha) < MIN_RESERVE:
        return "ReservesTooLow"
    return Fraction(tao, alpha), math.isqrt(tao * alpha)


def first_swap_by_payer_rounded(is_buy: bool, tao: int, alpha: int) -> First:
    """Return the price in 64 fraction bits, of which the root is taken then."""
    first = first_swap_by_payer(is_buy, tao, alpha)
    return first if isinstance(first, str) else (cut(first[0]), first[1])


@rule("POOL-20", since=298, until=422, rounded=first_swap_by_payer_rounded)
def first_swap_by_payer(is_buy: bool, tao: int, alpha: int) -> First:
    r"""First swap of a pool.

    Change: Only the reserve that pays must hold the minimum. The other may be low without harm, and trades that would
        have filled it were refused.
    Statement: A pool that was never traded nor provided with liquidity MUST be initialized by the first swap, and by a
        simulated one for its own sake: its price is the quotient of its reserves, and the chain gets a position over
        all prices with the root of their product as its liquidity. Both reserves stay where they are. Numbers of
        positions count up over all pools. A user who provides liquidity before the first swap MUST be served at price
        0, and the pool counts as initialized from then on, without a position of the chain.
    Formula: $$ s = \sqrt{T / A}, \qquad L = \lfloor\sqrt{T\,A}\rfloor $$
    Units: rao and alpha rao.
    Rounding: as [FIX-13](#fix-13) to $10^{-12}$ for the root of the quotient, which is floored in U64F64 before; the
        liquidity is floored.
    Rejections: `ReservesTooLow` if the reserve that the swap pays from is below 1 000 000.
    Source: `pallets/swap/src/pallet/impls.rs`, `swap_inner`, `maybe_initialize_v3`
    Known violation: A pool whose first liquidity a user provides is at price 0, where no amount buys or sells for
        anything, until a burned registration has moved the price.
    Example: A pool with little TAO sells alpha but buys none.

        >>> first_swap_by_payer(False, 999_999, 10**9), first_swap_by_payer(True, 250_000, 10**9)
        ('ReservesTooLow', (Fraction(1, 4000), 15811388))
    """
    if (alpha if is_buy else tao) < MIN_RESERVE:
        return "ReservesTooLow"
    return Fraction(tao, alpha) if alpha else Fraction(0), math.isqrt(tao * alpha)


@rule("POOL-21", since=283)
def liquidity_after_injection(
    in_force: int, liquidity: int, composed: tuple[int, int], injected: tuple[int, int]
) -> tuple[int, int]:
    r"""Injection into the position of the chain.

    Statement: What a block gives to a pool MUST grow the position of the chain to the root of the product of what it
        consists of at the present price and what is given. Neither the liquidity in force nor the edges nor the price
        change.
    Formula: $$ L' = \left\lfloor\sqrt{(T + \Delta T)\,(A + \Delta A)}\right\rfloor $$
    Units: rao and alpha rao in; (the position's liquidity, the liquidity in force) out.
    Rounding: none beyond that of the root, which is floored.
    Source: `pallets/swap/src/pallet/impls.rs`, `adjust_protocol_liquidity`
    Known violation: The position grows but no trade meets more liquidity, and its edges keep the old one: the reserves
        that a block adds are never traded.
    Example: 10 TAO and 40 alpha join 100 TAO and 400 alpha.

        >>> liquidity_after_injection(
        ...     200 * 10**9, 200 * 10**9, (100 * 10**9, 400 * 10**9), (10 * 10**9, 40 * 10**9)
        ... )
        (220000000000, 200000000000)
    """
    (tao, alpha), (tao_in, alpha_in) = composed, injected
    product = min(int(tao) + tao_in, U64_MAX) * min(int(alpha) + alpha_in, U64_MAX)
    return math.isqrt(product), in_force


@rule("POOL-21", since=298)
def liquidity_in_force_after_injection(
    in_force: int, liquidity: int, composed: tuple[int, int], injected: tuple[int, int]
) -> tuple[int, int]:
    r"""Injection into the position of the chain.

    Change: The liquidity in force and the edges of the position grow with it, so that what blocks add is traded.
    Statement: What a block gives to a pool MUST grow the position of the chain to the root of the product of what it
        consists of at the present price and what is given. The liquidity in force and both edges of the position MUST
        grow by as much, not at all if it shrinks. The price does not change.
    Formula: $$ L' = \left\lfloor\sqrt{(T + \Delta T)\,(A + \Delta A)}\right\rfloor, \qquad F' = F + \max(0, L' - L) $$
    Units: rao and alpha rao in; (the position's liquidity, the liquidity in force) out.
    Rounding: none beyond that of the root, which is floored.
    Source: `pallets/swap/src/pallet/impls.rs`, `adjust_protocol_liquidity`
    Example: 10 TAO and 40 alpha join 100 TAO and 400 alpha; users provide as much as the chain.

        >>> liquidity_in_force_after_injection(
        ...     400 * 10**9, 200 * 10**9, (100 * 10**9, 400 * 10**9), (10 * 10**9, 40 * 10**9)
        ... )
        (220000000000, 420000000000)
    """
    grown, _ = liquidity_after_injection(in_force, liquidity, composed, injected)
    return grown, in_force + max(grown - liquidity, 0)


@rule("POOL-21", since=320)
def liquidity_after_injection_and_fees(
    in_force: int, liquidity: int, composed: tuple[int, int], injected: tuple[int, int]
) -> tuple[int, int]:
    r"""Injection into the position of the chain.

    Change: The fees that the position of the chain has earned join it in each block, so that they are traded with.
    Statement: What a block gives to a pool, with the fees that the position of the chain has earned since the last
        time, MUST grow that position to the root of the product of what it consists of at the present price and what is
        added. The fees count as collected then ([POOL-19](#pool-19)). The liquidity in force and both edges of the
        position MUST grow by as much, not at all if it shrinks. The price does not change.
    Formula: $$ L' = \left\lfloor\sqrt{(T + \Delta T)\,(A + \Delta A)}\right\rfloor, \qquad F' = F + \max(0, L' - L) $$
    Units: rao and alpha rao in, what is added with the fees; (the position's liquidity, the liquidity in force) out.
    Rounding: none beyond that of the root, which is floored, and of the fees, each floored.
    Source: `pallets/swap/src/pallet/impls.rs`, `adjust_protocol_liquidity`
    Known violation: The fees become liquidity but enter no reserve, so that positions together may be worth more than
        the reserves hold.
    Example: 10 TAO and 40 alpha join 100 TAO and 400 alpha; users provide as much as the chain.

        >>> liquidity_after_injection_and_fees(
        ...     400 * 10**9, 200 * 10**9, (100 * 10**9, 400 * 10**9), (10 * 10**9, 40 * 10**9)
        ... )
        (220000000000, 420000000000)
    """
    return liquidity_in_force_after_injection(in_force, liquidity, composed, injected)


@rule("POOL-21", since=338, until=422)
def liquidity_after_proportional_injection(
    in_force: int, liquidity: int, composed: tuple[int, int], injected: tuple[int, int]
) -> tuple[int, int]:
    r"""Injection into the position of the chain.

    Change: Only what fits the price is added, and what does not fit waits for the next block ([POOL-29](#pool-29)).
        The root of a product out of proportion to the price had been more liquidity than the pool was given.
    Statement: What a block gives to a pool, with the fees that the position of the chain has earned since the last time
        and with what did not fit then, MUST grow that position, as far as it fits the price ([POOL-29](#pool-29)), to
        the root of the product of what it consists of at the present price and what is added. The fees count as
        collected then ([POOL-19](#pool-19)). The liquidity in force and both edges of the position MUST grow by as
        much, not at all if it shrinks. The price does not change.
    Formula: $$ L' = \left\lfloor\sqrt{(T + \Delta T)\,(A + \Delta A)}\right\rfloor, \qquad F' = F + \max(0, L' - L) $$
    Units: rao and alpha rao in, what fits of what is added; (the position's liquidity, the liquidity in force) out.
    Rounding: none beyond that of the root, which is floored, and of the fees, each floored.
    Source: `pallets/swap/src/pallet/impls.rs`, `adjust_protocol_liquidity`
    Known violation: The fees become liquidity but enter no reserve, so that positions together may be worth more than
        the reserves hold. What does not fit is in the reserves all the same, but no trade meets it.
    Example: 10 TAO and 40 alpha join 100 TAO and 400 alpha; users provide as much as the chain.

        >>> liquidity_after_proportional_injection(
        ...     400 * 10**9, 200 * 10**9, (100 * 10**9, 400 * 10**9), (10 * 10**9, 40 * 10**9)
        ... )
        (220000000000, 420000000000)
    """
    return liquidity_in_force_after_injection(in_force, liquidity, composed, injected)


def fitting_rounded(root: Fraction, tao: Fraction, alpha: Fraction) -> tuple[Fraction, Fraction]:
    """Return whole amounts, the price in 64 fraction bits."""
    price = cut(root**2)
    worth = floored(alpha * price, 0)
    return (worth, alpha) if worth <= tao else (tao, floored(tao / price, 0))


@rule("POOL-29", since=338, until=422, rounded=fitting_rounded)
def fitting(root: Fraction, tao: Fraction, alpha: Fraction) -> tuple[Fraction, Fraction]:
    r"""What fits the price.

    Statement: Of the TAO and the alpha that are to join the position of the chain, all of one MUST be taken and of the
        other as much as that is worth at the price. What is left MUST be kept for the next time (`ScrapReservoirTao`,
        `ScrapReservoirAlpha`).
    Formula: $$ (\Delta T, \Delta A) = \begin{cases} (A\,p,\; A) & A\,p \le T \\ (T,\; T / p) & \text{otherwise}
        \end{cases}, \qquad p = s^2 $$
    Units: rao and alpha rao; the root of the price in TAO per alpha.
    Rounding: The price is floored in U64F64, what is taken of the other to whole units.
    Source: `pallets/swap/src/pallet/impls.rs`, `get_proportional_alpha_tao_and_remainders`
    Known violation: `ScrapReservoirTao` and `ScrapReservoirAlpha` outlive the pool: the next one under the same netuid
        is given what did not fit the last.
    Example: 10 TAO and 30 alpha, or 80, at a price of a quarter.

        >>> [[float(part) for part in fitting(Fraction(1, 2), Fraction(10), Fraction(alpha))] for alpha in (30, 80)]
        [[7.5, 30.0], [10.0, 40.0]]
    """
    worth = alpha * root**2
    return (worth, alpha) if worth <= tao else (tao, tao / root**2)


@rule("POOL-22", since=283)
def reserves_left(provided: int, own: int, taken: int) -> tuple[int, int]:
    r"""Reserves in two parts.

    Statement: What users provide (`SubnetTaoProvided`, `SubnetAlphaInProvided`) and what the chain holds (`SubnetTAO`,
        `SubnetAlphaIn`) MUST count as one reserve where a pool is traded. What leaves it MUST leave the users' part
        first and the chain's then, not below 0; what trades pay in joins the chain's part.
    Formula: $$ u' = \max(0, u - x), \qquad c' = \max(0, c - \max(0, x - u)) $$
    Units: rao, or alpha rao.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_provided_tao_reserve`,
        `decrease_provided_alpha_reserve`; `pallets/subtensor/src/lib.rs`, `tao_reserve`, `alpha_reserve`
    Known violation: Of $2^{63}$ and more that a trade pays out, what is left to $2^{64}$ leaves the reserve: the amount
        passes through an i64. No supply comes to that.
    Example: 50 leave 30 that users provided and 100 of the chain's.

        >>> reserves_left(30, 100, 50)
        (0, 80)
    """
    return max(provided - taken, 0), max(own - max(taken - provided, 0), 0)


@rule("POOL-22", since=338)
def reserves_left_of_i64(provided: int, own: int, taken: int) -> tuple[int, int]:
    r"""Reserves in two parts.

    Change: An amount beyond an i64 counts as the largest that it holds, no longer as what is left of it to $2^{64}$.
    Statement: What users provide (`SubnetTaoProvided`, `SubnetAlphaInProvided`) and what the chain holds (`SubnetTAO`,
        `SubnetAlphaIn`) MUST count as one reserve where a pool is traded. What leaves it MUST leave the users' part
        first and the chain's then, not below 0; what trades pay in joins the chain's part. No more than $2^{63}$ leave
        at once, and no more than $2^{63} - 1$ join.
    Formula: $$ u' = \max(0, u - x), \qquad c' = \max(0, c - \max(0, x - u)), \qquad x = \min(2^{63},\;
        \text{paid out}) $$
    Units: rao, or alpha rao.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_provided_tao_reserve`,
        `decrease_provided_alpha_reserve`; `pallets/subtensor/src/lib.rs`, `reserve`;
        `pallets/swap-interface/src/lib.rs`, `paid_in_reserve_delta_i64`, `paid_out_reserve_delta_i64`
    Example: 50 leave 30 that users provided and 100 of the chain's; and more than an i64 holds leaves.

        >>> reserves_left_of_i64(30, 100, 50), reserves_left_of_i64(0, 2**63 + 5, 2**63 + 4)
        ((0, 80), (0, 5))
    """
    return reserves_left(provided, own, min(taken, I64_MAX + 1))


@rule("POOL-22", since=391, until=422)
def own_reserve_left(provided: int, own: int, taken: int) -> tuple[int, int]:
    r"""Reserves in two parts.

    Change: What leaves the pool leaves the chain's own part, and what users provided stays as it is. Users provide
        nothing any more, so that the two parts are to be one.
    Statement: What users provided (`SubnetTaoProvided`, `SubnetAlphaInProvided`) and what the chain holds (`SubnetTAO`,
        `SubnetAlphaIn`) MUST count as one reserve where a pool is traded. What leaves it MUST leave the chain's part,
        not below 0; what trades pay in joins that part. No more than $2^{63}$ leave at once, and no more than
        $2^{63} - 1$ join.
    Formula: $$ u' = u, \qquad c' = \max(0, c - x), \qquad x = \min(2^{63},\; \text{paid out}) $$
    Units: rao, or alpha rao.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_provided_tao_reserve`,
        `decrease_provided_alpha_reserve`
    Known violation: Where users' part is not 0, more may leave than the chain's part holds, and the rest is paid all
        the same.
    Example: 50 leave 30 that users provided and 100 of the chain's.

        >>> own_reserve_left(30, 100, 50)
        (30, 50)
    """
    return provided, max(own - min(taken, I64_MAX + 1), 0)


def price_rounded(
    stable: bool, tao_reserve: Fraction, alpha_reserve: Fraction, root: Fraction | None = None
) -> Fraction:
    """Return the price in 32 fraction bits."""
    if stable:
        return Fraction(1)
    if root is not None:
        return floored(cut(root**2))
    return floored(tao_reserve / alpha_reserve) if alpha_reserve else Fraction(0)


@rule("PRICE-1", since=283, rounded=price_rounded)
def price(stable: bool, tao_reserve: Fraction, alpha_reserve: Fraction, root: Fraction | None = None) -> Fraction:
    r"""Price of alpha.

    Change: The price is that of the last swap and no longer the quotient of the reserves, because these hold what lies
        in ranges that the price is not in.
    Statement: The price MUST be the square of the root that the pool stores; before the first swap the TAO in both
        parts of the reserve over the alpha in both, 0 if there is no alpha. It MUST be 1 where the mechanism of the
        subnet is not 1, as on root.
    Formula: $$ p = s^2 \quad \text{or} \quad p = \frac{T}{A} $$
    Units: TAO per alpha.
    Rounding: The square is floored in U64F64 and then in U96F32, the quotient in U96F32: less than $2^{-32} + 2^{-64}$
        below the exact value.
    Source: `pallets/swap/src/pallet/impls.rs`, `current_price`
    Example: A root of 1/2; and a pool of 1 000 TAO and 4 000 alpha that nobody traded in.

        >>> price(False, Fraction(0), Fraction(0), Fraction(1, 2)), price(False, Fraction(1_000), Fraction(4_000))
        (Fraction(1, 4), Fraction(1, 4))
    """
    if stable:
        return Fraction(1)
    if root is not None:
        return root**2
    return tao_reserve / alpha_reserve if alpha_reserve else Fraction(0)
