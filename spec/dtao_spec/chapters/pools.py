r"""Pools and swaps.

Every subnet has its own token, alpha, and a pool that holds some of it against TAO. Nobody quotes a price: the pool
pays so that a product of its two reserves stays what it was. Whoever sells TAO to the pool leaves more TAO and takes
alpha, and the next buyer pays more.

Two numbers describe the pool of a subnet: $T$, the TAO in it (`SubnetTAO`), and $A$, the alpha in it (`SubnetAlphaIn`).
A third, $O$ (`SubnetAlphaOut`), counts the alpha outside of it: staked, pending, or lost. Trades move alpha between $A$
and $O$; only the block step creates it.

Subnets of mechanism 0, the root network among them, have no curve: 1 alpha is 1 TAO there, always. A swap asks for the
mechanism only; price and limits take root for stable whatever its mechanism. They keep reserves all the same, which
shrink and grow as trades pass, but nothing depends on them. `SubnetMechanism` is a number, and only 0 and 1 mean
something. At any other one the rules are inconsistent: swaps are 1 for 1, as if it were stable, while the price and the
limits of [POOL-5](#pool-5) and [POOL-6](#pool-6) follow the reserves, as if it were dynamic.

[until 282] No rule in this chapter charges a fee. Fees belong to the [calls that use the pool](#chapter-staking).

[since 283] Of what is paid to a pool a part is its fee ([POOL-12](#pool-12)).
"""

from fractions import Fraction

from dtao_spec.chapters.price import price, price_rounded
from dtao_spec.registry import Computation, rule
from dtao_spec.rounding import LIMIT_BITS, POOL_BITS, SIGNED, U64_MAX, UNSIGNED, at_most, floored

MINIMUM_LIQUIDITY = 10_000_000
"""What a swap must leave in the reserve that pays: rao, or alpha rao."""
RAO_PER_TAO = 10**9
NEITHER = (False, False)


def remaining_reserve_rounded(reserve_in: Fraction, reserve_out: Fraction, amount: Fraction) -> Fraction:
    """Return what remains as I110F18 gives it."""
    return _remaining(reserve_in, reserve_out, amount, SIGNED)


def remaining_reserve_unsigned_rounded(reserve_in: Fraction, reserve_out: Fraction, amount: Fraction) -> Fraction:
    """Return what remains as U110F18 gives it."""
    return _remaining(reserve_in, reserve_out, amount, UNSIGNED)


def _remaining(reserve_in: Fraction, reserve_out: Fraction, amount: Fraction, largest: int) -> Fraction:
    total = reserve_in + amount
    product = at_most(reserve_in * reserve_out, largest, POOL_BITS)
    return floored(product / total, POOL_BITS) if total else Fraction(0)


@rule("POOL-1", rounded=remaining_reserve_rounded)
def remaining_reserve(reserve_in: Fraction, reserve_out: Fraction, amount: Fraction) -> Fraction:
    r"""Output reserve after a swap.

    Statement: When an amount enters one reserve of a dynamic pool, the other reserve MUST keep the product of both
        reserves before the trade, divided by the first reserve after it. An empty pool keeps nothing.
    Formula: $$ R'_{out} = \frac{R_{in}\,R_{out}}{R_{in} + x} $$
    Units: rao on the side of TAO, alpha rao on the side of alpha.
    Rounding: The reference computes in I110F18. The product is exact up to $2^{109}$ and stays there beyond it, which
        no supply of 21 million each can reach; the quotient is floored to 18 fraction bits. It is at most $2^{-18}$
        below the exact value while $R_{in} R_{out} < 2^{109}$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, the common part of `sim_swap_tao_for_alpha` and
        `sim_swap_alpha_for_tao`
    Example: A pool holds 100 TAO and 500 alpha. After 25 TAO have entered, 400 alpha remain.

        >>> remaining_reserve(Fraction(100), Fraction(500), Fraction(25))
        Fraction(400, 1)
    """
    total = reserve_in + amount
    return reserve_in * reserve_out / total if total else Fraction(0)


@rule("POOL-1", since=261, until=282, rounded=remaining_reserve_unsigned_rounded)
def remaining_reserve_unsigned(reserve_in: Fraction, reserve_out: Fraction, amount: Fraction) -> Fraction:
    r"""Output reserve after a swap.

    Change: The product is computed in unsigned numbers, which hold twice as much. The runtime's authors gave up signs
        where no amount can be negative; within the supply no result changes.
    Statement: When an amount enters one reserve of a dynamic pool, the other reserve MUST keep the product of both
        reserves before the trade, divided by the first reserve after it. An empty pool keeps nothing.
    Formula: $$ R'_{out} = \frac{R_{in}\,R_{out}}{R_{in} + x} $$
    Units: rao on the side of TAO, alpha rao on the side of alpha.
    Rounding: The reference computes in U110F18. The product is exact up to $2^{110}$ and stays there beyond it, which
        no supply of 21 million each can reach; the quotient is floored to 18 fraction bits. It is at most $2^{-18}$
        below the exact value while $R_{in} R_{out} < 2^{110}$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, the common part of `sim_swap_tao_for_alpha` and
        `sim_swap_alpha_for_tao`
    Example: Reserves that no supply reaches, with a product of $1.5 \cdot 2^{109}$. Numbers with a sign would cut it to
        $2^{109}$.

        >>> remaining_reserve_unsigned(Fraction(3 * 2**54), Fraction(2**54), Fraction(0)) == 2**54
        True
        >>> remaining_reserve_unsigned_rounded(Fraction(3 * 2**54), Fraction(2**54), Fraction(0)) == 2**54
        True
        >>> remaining_reserve_rounded(Fraction(3 * 2**54), Fraction(2**54), Fraction(0)) < 2**54
        True
    """
    return remaining_reserve(reserve_in, reserve_out, amount)


def payout_rounded(
    reserve_in: Fraction, reserve_out: Fraction, amount: Fraction, *, rules: Computation
) -> Fraction | None:
    """Return the whole units that a pool pays, with what remains rounded first."""
    remaining = rules["POOL-1"](reserve_in, reserve_out, amount)
    return None if remaining < MINIMUM_LIQUIDITY else floored(reserve_out - remaining, 0)


@rule("POOL-2", until=282, rounded=payout_rounded)
def payout(reserve_in: Fraction, reserve_out: Fraction, amount: Fraction) -> Fraction | None:
    r"""Payout of a pool.

    Statement: A dynamic pool MUST pay the difference between its reserve and what [POOL-1](#pool-1) leaves of it. It
        MUST NOT trade at all if that would leave less than the minimum liquidity of 10 000 000 in the paying reserve.
    Formula: $$ y = R_{out} - R'_{out} = \frac{R_{out}\,x}{R_{in} + x}, \qquad R'_{out} \ge 10^{7} $$
    Units: rao on the side of TAO, alpha rao on the side of alpha.
    Rounding: The remainder is floored first and the payout after it, so that the pool may pay up to $2^{-18}$ too
        much before the second floor: $\lfloor y \rfloor \le \hat y \le \lfloor y + 2^{-18} \rfloor$. The payout exceeds
        the exact value only where that is within $2^{-18}$ below a whole number. The product of the reserves may
        therefore fall by less than $2^{-18}$ of the reserve that receives.
    Rejections: No trade, for want of liquidity; the calls turn it into `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `sim_swap_tao_for_alpha`, `sim_swap_alpha_for_tao`
    Example: The same pool, in rao, pays 80 alpha for 25 TAO. For all the TAO there is it would have to give its last
        alpha, and does not trade.

        >>> payout(Fraction(100 * 10**9), Fraction(400 * 10**9), Fraction(25 * 10**9))
        Fraction(80000000000, 1)
        >>> payout(Fraction(100), Fraction(400 * 10**9), Fraction(21 * 10**15)) is None
        True
    """
    remaining = remaining_reserve(reserve_in, reserve_out, amount)
    return None if remaining < MINIMUM_LIQUIDITY else reserve_out - remaining


def alpha_for_tao_rounded(
    mechanism: int, tao_reserve: Fraction, alpha_reserve: Fraction, tao: Fraction, *, rules: Computation
) -> Fraction | None:
    """Return the whole alpha rao that TAO buys."""
    bought: Fraction | None = rules["POOL-2"](tao_reserve, alpha_reserve, tao) if mechanism == 1 else tao
    return bought


@rule("POOL-3", rounded=alpha_for_tao_rounded)
def alpha_for_tao(mechanism: int, tao_reserve: Fraction, alpha_reserve: Fraction, tao: Fraction) -> Fraction | None:
    r"""Alpha bought with TAO.

    Statement: On a subnet of mechanism 1, TAO MUST buy what [POOL-2](#pool-2) pays from the alpha reserve. On any other
        subnet it MUST buy as much alpha.
    Formula: $$ y = \frac{A\,x}{T + x} \quad \text{or} \quad y = x $$
    Units: rao in, alpha rao out.
    Rounding: as POOL-2; none on a stable subnet.
    Rejections: No trade, for want of liquidity; never on a stable subnet.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `sim_swap_tao_for_alpha`
    Example: 10 TAO staked in a pool of 1 000 TAO and 4 000 alpha, of which 0.00005 TAO are the fee, buy 39.603764336
        alpha; 10 TAO staked on root are 10.

        >>> bought = alpha_for_tao(1, Fraction(10**12), Fraction(4 * 10**12), Fraction(10 * 10**9 - 50_000))
        >>> int(bought)
        39603764336
        >>> alpha_for_tao(0, Fraction(10**12), Fraction(10**12), Fraction(10**10))
        Fraction(10000000000, 1)
    """
    return payout(tao_reserve, alpha_reserve, tao) if mechanism == 1 else tao


def tao_for_alpha_rounded(
    mechanism: int, tao_reserve: Fraction, alpha_reserve: Fraction, alpha: Fraction, *, rules: Computation
) -> Fraction | None:
    """Return the whole rao that alpha sells for."""
    paid: Fraction | None = rules["POOL-2"](alpha_reserve, tao_reserve, alpha) if mechanism == 1 else alpha
    return paid


@rule("POOL-4", rounded=tao_for_alpha_rounded)
def tao_for_alpha(mechanism: int, tao_reserve: Fraction, alpha_reserve: Fraction, alpha: Fraction) -> Fraction | None:
    r"""TAO for sold alpha.

    Statement: On a subnet of mechanism 1, alpha MUST sell for what [POOL-2](#pool-2) pays from the TAO reserve. On any
        other subnet it MUST sell for as much TAO.
    Formula: $$ y = \frac{T\,x}{A + x} \quad \text{or} \quad y = x $$
    Units: alpha rao in, rao out.
    Rounding: as POOL-2; none on a stable subnet.
    Rejections: No trade, for want of liquidity; never on a stable subnet.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `sim_swap_alpha_for_tao`
    Example: 1 alpha sold to a pool of 1 000 TAO and 4 000 alpha brings 0.249937515 TAO, not the 0.25 of the price.

        >>> int(tao_for_alpha(1, Fraction(10**12), Fraction(4 * 10**12), Fraction(10**9)))
        249937515
    """
    return payout(alpha_reserve, tao_reserve, alpha) if mechanism == 1 else alpha


def max_amount_add_rounded(tao_reserve: Fraction, alpha_reserve: Fraction, limit_price: Fraction) -> Fraction:
    """Return the whole rao that a limit allows, at most what 64 bits hold."""
    return min(floored(max_amount_add(tao_reserve, alpha_reserve, limit_price), 0), Fraction(U64_MAX))


@rule("POOL-5", rounded=max_amount_add_rounded)
def max_amount_add(tao_reserve: Fraction, alpha_reserve: Fraction, limit_price: Fraction) -> Fraction:
    r"""Largest purchase within a limit price.

    Statement: On a dynamic subnet the amount MUST be that which raises the TAO in the pool to the limit price times the
        alpha in it before the trade; 0 if it is there already, or if either reserve is empty. On stable subnets and on
        root it MUST be unlimited for a limit of at least 1 TAO, and 0 below. What is paid on average for each alpha
        is then the limit: the rule bounds the average price of the trade, not the price after it.
    Formula: $$ x_{max} = \max\left(0,\; p_{limit}\,A - T\right), \qquad
        \frac{x_{max}}{y(x_{max})} = \frac{T + x_{max}}{A} = p_{limit} $$
    Units: the limit in TAO per alpha (the calls take it in rao per alpha); rao out.
    Rounding: The product is floored to rao: less than 1 rao below the exact value, never above; at most $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`
    Example: A pool of 1 000 TAO and 4 000 alpha has the price 0.25. A limit of 0.3 allows 200 TAO, which buy 666.7
        alpha, and leave the price at 0.36.

        >>> max_amount_add(Fraction(10**12), Fraction(4 * 10**12), Fraction(3, 10))
        Fraction(200000000000, 1)
    """
    if 0 in (tao_reserve, alpha_reserve, limit_price):
        return Fraction(0)
    return max(Fraction(0), limit_price * alpha_reserve - tao_reserve)


def max_amount_remove_rounded(tao_reserve: Fraction, alpha_reserve: Fraction, limit_price: Fraction) -> Fraction | None:
    """Return the whole alpha rao that a limit allows; 0 where it reaches the price in whole rao. None is unlimited."""
    if 0 in (tao_reserve, alpha_reserve) or limit_price == 0:
        return max_amount_remove(tao_reserve, alpha_reserve, limit_price)
    if limit_price * RAO_PER_TAO >= floored(tao_reserve * RAO_PER_TAO / alpha_reserve, 0):
        return Fraction(0)
    allowed = floored(tao_reserve / limit_price, 0) - alpha_reserve
    return min(max(allowed, Fraction(0)), Fraction(U64_MAX))


@rule("POOL-6", rounded=max_amount_remove_rounded)
def max_amount_remove(tao_reserve: Fraction, alpha_reserve: Fraction, limit_price: Fraction) -> Fraction | None:
    r"""Largest sale within a limit price.

    Statement: On a dynamic subnet the amount MUST be that which raises the alpha in the pool to the TAO in it before
        the trade divided by the limit price; 0 if it is there already, or if either reserve is empty, even for a limit
        of 0; otherwise unlimited for a limit of 0. On stable subnets and on root it MUST be unlimited for a limit of at
        most 1 TAO, and 0 above. What is received on average for each alpha is then the limit.
    Formula: $$ x_{max} = \max\left(0,\; \frac{T}{p_{limit}} - A\right), \qquad
        \frac{y(x_{max})}{x_{max}} = \frac{T}{A + x_{max}} = p_{limit} $$
    Units: the limit in TAO per alpha (the calls take it in rao per alpha); alpha rao out, None for unlimited, which the
        chain writes $2^{64}-1$.
    Rounding: The quotient is floored to alpha rao: less than 1 alpha rao below the exact value, never above. It is 0
        already if the limit, in rao per alpha, reaches $\lfloor 10^9\,T / A \rfloor$, so that a limit less than 1 rao
        below the price may give 0; the amount it would allow is below $A / (p - 1)$ alpha rao, with $p$ in rao per
        alpha. At most $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`
    Example: A pool of 1 000 TAO and 4 000 alpha has the price 0.25. A limit of 0.2 allows 1 000 alpha, which bring 200
        TAO, and leave the price at 0.16.

        >>> max_amount_remove(Fraction(10**12), Fraction(4 * 10**12), Fraction(1, 5))
        Fraction(1000000000000, 1)
    """
    if 0 in (tao_reserve, alpha_reserve):
        return Fraction(0)
    return max(Fraction(0), tao_reserve / limit_price - alpha_reserve) if limit_price else None


def stable_to_dynamic_limit_rounded(limit_price: Fraction) -> Fraction:
    """Return the limit in whole rao per alpha, as TAO per alpha: the quotient in U64F64, times 1 TAO."""
    inverse = at_most(floored(1 / limit_price, LIMIT_BITS) * RAO_PER_TAO, UNSIGNED, LIMIT_BITS)
    return floored(inverse, 0) / RAO_PER_TAO


@rule("POOL-7", rounded=stable_to_dynamic_limit_rounded)
def stable_to_dynamic_limit(limit_price: Fraction) -> Fraction:
    r"""Limit price of a move from a stable subnet.

    Statement: A limit on a move from a stable subnet or root to a dynamic one is the alpha of the destination's price
        per TAO; it MUST be inverted and then used as in [POOL-5](#pool-5). A limit of 0 allows everything.
    Formula: $$ p_{limit} = \frac{1}{r_{limit}} $$
    Units: the ratio of the origin's price (1) to the destination's; TAO per alpha out.
    Rounding: With the limit $l$ in billionths it is $\lfloor 10^9 \lfloor 10^9 \cdot 2^{64} / l \rfloor 2^{-64}
        \rfloor$ rao per alpha: less than $1 + 10^9 \cdot 2^{-64}$ rao per alpha below the exact value.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Example: A limit of 2 asks for at least 2 alpha per TAO, so the price must not pass 0.5.

        >>> stable_to_dynamic_limit(Fraction(2))
        Fraction(1, 2)
    """
    return 1 / limit_price


def max_amount_between_rounded(
    origin: tuple[Fraction, Fraction],
    destination: tuple[Fraction, Fraction],
    limit_price: Fraction,
    stable: tuple[bool, bool] = NEITHER,
) -> Fraction | None:
    """Return the whole alpha rao that a limit allows to move, with the ratio of the prices in I96F32."""
    return _between(origin, destination, limit_price, stable, SIGNED)


def max_amount_between_unsigned_rounded(
    origin: tuple[Fraction, Fraction],
    destination: tuple[Fraction, Fraction],
    limit_price: Fraction,
    stable: tuple[bool, bool] = NEITHER,
) -> Fraction | None:
    """Return the whole alpha rao that a limit allows to move, with the ratio of the prices in U96F32."""
    return _between(origin, destination, limit_price, stable, UNSIGNED)


def _between(
    origin: tuple[Fraction, Fraction],
    destination: tuple[Fraction, Fraction],
    limit_price: Fraction,
    stable: tuple[bool, bool],
    largest: int,
) -> Fraction | None:
    (tao_1, alpha_1), (tao_2, alpha_2) = origin, destination
    if 0 in (tao_1, alpha_1, tao_2, alpha_2):
        return Fraction(0)
    limit = floored(limit_price, LIMIT_BITS)
    price_1, price_2 = price_rounded(stable[0], *origin), price_rounded(stable[1], *destination)
    ratio = floored(price_1 / price_2) if price_2 else Fraction(0)
    if limit > (ratio if ratio == at_most(ratio, largest) else 0):
        return Fraction(0)
    if limit_price == 0:
        return None
    total = at_most(tao_1 + tao_2, UNSIGNED, LIMIT_BITS)
    share_1, share_2 = floored(tao_1 / total, LIMIT_BITS), floored(tao_2 / total, LIMIT_BITS)
    limited = floored(alpha_2 * share_1 / limit, LIMIT_BITS)
    limited = limited if limited == at_most(limited, UNSIGNED, LIMIT_BITS) else Fraction(0)
    return floored(max(limited - alpha_1 * share_2, Fraction(0)), 0)


@rule("POOL-8", rounded=max_amount_between_rounded)
def max_amount_between_pools(
    origin: tuple[Fraction, Fraction],
    destination: tuple[Fraction, Fraction],
    limit_price: Fraction,
    stable: tuple[bool, bool] = NEITHER,
) -> Fraction | None:
    r"""Largest move between two pools within a limit price.

    Statement: Between two dynamic subnets the amount MUST be 0 if any reserve is empty or the ratio of the prices
        ([PRICE-1](#price-1)) is below the limit; else unlimited for a limit of 0; else the one below. It is so, too,
        where a mechanism is neither 0 nor 1.
    Formula: $$ x_{max} = \max\left(0,\; A_2 \cdot \frac{T_1}{T_1 + T_2} \cdot \frac{1}{r_{limit}}
        - A_1 \cdot \frac{T_2}{T_1 + T_2}\right) $$
    Units: the limit is the price of the origin over that of the destination (the calls take it in billionths); alpha
        rao of the origin out, None for unlimited. `stable` are the ends whose price is 1.
    Rounding: The sum of TAO saturates in U64F64. The limit, the two shares of TAO and the quotient by the limit, which
        is 0 if it does not fit, are each floored in U64F64, in the order of the formula, and the result to alpha rao.
        With $\hat r$ the floored limit the result is within $(A_2 2^{-64} / \hat r)(1 + 1/r_{limit}) + A_1 2^{-64} + 1$
        alpha rao of the exact value. The ratio of the prices is that of floored prices, floored in I96F32, and 0 for a
        destination without a price or where it is $2^{95}$ or more; next to the limit it may decide for 0.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Example: From a pool of 150 TAO and 100 alpha (price 1.5) to one of 100 TAO and 100 alpha (price 1), a limit of 1.2
        allows 10 alpha.

        >>> max_amount_between_pools((Fraction(150), Fraction(100)), (Fraction(100), Fraction(100)), Fraction(6, 5))
        Fraction(10, 1)
    """
    (tao_1, alpha_1), (tao_2, alpha_2) = origin, destination
    if 0 in (tao_1, alpha_1, tao_2, alpha_2):
        return Fraction(0)
    if limit_price > price(stable[0], *origin) / price(stable[1], *destination):
        return Fraction(0)
    if limit_price == 0:
        return None
    total = tao_1 + tao_2
    return max(Fraction(0), alpha_2 / limit_price * tao_1 / total - alpha_1 * tao_2 / total)


@rule("POOL-8", since=261, rounded=max_amount_between_unsigned_rounded)
def max_amount_between_pools_unsigned(
    origin: tuple[Fraction, Fraction],
    destination: tuple[Fraction, Fraction],
    limit_price: Fraction,
    stable: tuple[bool, bool] = NEITHER,
) -> Fraction | None:
    r"""Largest move between two pools within a limit price.

    Change: The ratio of the prices is an unsigned number, which holds every ratio; one of $2^{95}$ or more no longer
        counts as 0. It came with the unsigned numbers that the runtime's authors chose for all amounts.
    Statement: Between two dynamic subnets the amount MUST be 0 if any reserve is empty or the ratio of the prices
        ([PRICE-1](#price-1)) is below the limit; else unlimited for a limit of 0; else the one below. It is so, too,
        where a mechanism is neither 0 nor 1.
    Formula: $$ x_{max} = \max\left(0,\; A_2 \cdot \frac{T_1}{T_1 + T_2} \cdot \frac{1}{r_{limit}}
        - A_1 \cdot \frac{T_2}{T_1 + T_2}\right) $$
    Units: the limit is the price of the origin over that of the destination (the calls take it in billionths); alpha
        rao of the origin out, None for unlimited. `stable` are the ends whose price is 1.
    Rounding: The sum of TAO saturates in U64F64. The limit, the two shares of TAO and the quotient by the limit, which
        is 0 if it does not fit, are each floored in U64F64, in the order of the formula, and the result to alpha rao.
        With $\hat r$ the floored limit the result is within $(A_2 2^{-64} / \hat r)(1 + 1/r_{limit}) + A_1 2^{-64} + 1$
        alpha rao of the exact value. The ratio of the prices is that of floored prices, floored in U96F32, and 0 for a
        destination without a price; next to the limit it may decide for 0.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Example: From a price of $2^{63}$ to one of $2^{-32}$, for a limit of 1: what it allows is less than the origin has.

        >>> high, low = (Fraction(2**63), Fraction(1)), (Fraction(1), Fraction(2**32))
        >>> int(max_amount_between_pools_unsigned(high, low, Fraction(1)))
        4294967295
        >>> int(max_amount_between_unsigned_rounded(high, low, Fraction(1)))
        4294967295
        >>> int(max_amount_between_rounded(high, low, Fraction(1)))
        0
    """
    return max_amount_between_pools(origin, destination, limit_price, stable)
