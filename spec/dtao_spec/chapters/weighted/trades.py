"""Quotes of weighted pools, and what limit prices allow."""

from fractions import Fraction

from dtao_spec.chapters.concentrated.ticks import cut, quotient
from dtao_spec.chapters.weighted.swaps import Bounds, amount_to_limit, output_at_weights
from dtao_spec.registry import Computation, rule
from dtao_spec.rounding import LIMIT_BITS, UNSIGNED, floored

CHAPTER = "dtao_spec.chapters.weighted"
NOW = Computation(424)
Reserves = tuple[Fraction, Fraction]


def _bought(mechanism: int, quote: Fraction, reserves: Reserves, amount: Fraction, rate: int, is_buy: bool) -> Bounds:
    if mechanism != 1:
        return amount, amount
    reserve_in, reserve_out = reserves if is_buy else reserves[::-1]
    return output_at_weights(is_buy, quote, reserve_in, reserve_out, amount - NOW["POOL-12"](amount, rate))


@rule("POOL-3", since=423)
def alpha_for_tao_at_weights(mechanism: int, quote: Fraction, reserves: Reserves, tao: Fraction, rate: int) -> Bounds:
    r"""Alpha for TAO.

    Change: TAO buys at the weights of the pool instead of by steps from range to range.
    Statement: On a subnet of mechanism 1, TAO MUST buy what a swap up to 1 000 000 TAO per alpha pays
        ([POOL-34](#pool-34)), whether or not the reserve holds as much. On any other subnet it MUST buy as much alpha,
        without a fee; nothing where no network exists.
    Formula: $$ y = A \left(1 - \left(\frac{T}{T + x}\right)^{q / (1 - q)}\right), \qquad x = z\,\frac{65535 -
        r}{65535} $$
    Units: (rao, alpha rao) in the pool, the weight of TAO; rao in, the fee included; alpha rao out, between two
        numbers.
    Rounding: as POOL-12 and POOL-32; none on a stable subnet.
    Rejections: those of POOL-34.
    Source: `pallets/swap/src/pallet/impls.rs`, `sim_swap`
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha, at the rate of 33 of 65 535: 39.584215 alpha.

        >>> pool = (Fraction(1_000 * 10**9), Fraction(4_000 * 10**9))
        >>> int(alpha_for_tao_at_weights(1, Fraction(1, 2), pool, Fraction(10**10), 33)[0]) // 1_000
        39584215
    """
    return _bought(mechanism, quote, reserves, tao, rate, True)


@rule("POOL-4", since=423)
def tao_for_alpha_at_weights(mechanism: int, quote: Fraction, reserves: Reserves, alpha: Fraction, rate: int) -> Bounds:
    r"""TAO for alpha.

    Change: Alpha sells at the weights of the pool instead of by steps from range to range.
    Statement: On a subnet of mechanism 1, alpha MUST sell for what a swap down to 0.000001 TAO per alpha pays
        ([POOL-34](#pool-34)), whether or not the reserve holds as much. On any other subnet it MUST sell for as much
        TAO, without a fee; for nothing where no network exists.
    Formula: $$ y = T \left(1 - \left(\frac{A}{A + x}\right)^{(1 - q) / q}\right), \qquad x = z\,\frac{65535 -
        r}{65535} $$
    Units: (rao, alpha rao) in the pool, the weight of TAO; alpha rao in, the fee included; rao out, between two
        numbers.
    Rounding: as POOL-12 and POOL-32; none on a stable subnet.
    Rejections: those of POOL-34.
    Source: `pallets/swap/src/pallet/impls.rs`, `sim_swap`
    Example: 100 alpha sold to a pool of 1 100 TAO and 4 000 alpha with the weights 11/21 and 10/21, without a fee.

        >>> pool = (Fraction(1_100 * 10**9), Fraction(4_000 * 10**9))
        >>> int(tao_for_alpha_at_weights(1, Fraction(11, 21), pool, Fraction(100 * 10**9), 0)[0]) // 10**7
        2441
    """
    return _bought(mechanism, quote, reserves, alpha, rate, False)


def _allowed(is_buy: bool, quote: Fraction, reserve: Fraction, price: Fraction, limit: Fraction, rate: int) -> Bounds:
    low, high = amount_to_limit(is_buy, quote, reserve, price, limit)
    low, high = (taken + NOW["POOL-12"](taken, rate, on_top=True) for taken in (low, high))
    return low, high


@rule("POOL-5", since=423)
def max_amount_add_at_weights(
    quote: Fraction, reserve: Fraction, price: Fraction, limit: Fraction, rate: int
) -> Bounds:
    r"""Staking allowed by a limit price.

    Change: The amount follows from the weights of the pool. A limit that allows nothing is no reason for a refusal by
        itself.
    Statement: On a dynamic subnet the amount MUST be what a swap of $2^{64} - 1$ rao up to the limit price would pay
        in, its fee included; if the pool would not swap the call MUST be refused. On stable subnets and on root it MUST
        be unlimited for a limit of at least 1 TAO, and 0 below.
    Formula: $$ x_{max} = T \left(\left(\frac{p_{limit}}{p}\right)^{1 - q} - 1\right) \frac{65535}{65535 - r} $$
    Units: the weight of TAO, rao, TAO per alpha; rao out, between two numbers.
    Rounding: as POOL-12 and POOL-33.
    Rejections: those of [POOL-34](#pool-34).
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`; `pallets/swap/src/pallet/impls.rs`,
        `swap`
    Example: From the price 1 to 1.44 with 1 000 TAO at equal weights, free of fees.

        >>> float(max_amount_add_at_weights(Fraction(1, 2), Fraction(1_000), Fraction(1), Fraction(36, 25), 0)[0])
        200.0
    """
    return _allowed(True, quote, reserve, price, limit, rate)


@rule("POOL-5", since=424)
def max_amount_add_of_bounded_input(
    quote: Fraction, reserve: Fraction, price: Fraction, limit: Fraction, rate: int
) -> Bounds:
    r"""Staking allowed by a limit price.

    Change: What is tried is 1 000 times the TAO in the pool, the most that it swaps, instead of $2^{64} - 1$ rao.
    Statement: On a dynamic subnet the amount MUST be what a swap of 1 000 times the TAO in the pool up to the limit
        price would pay in, its fee included; if the pool would not swap the call MUST be refused. On stable subnets and
        on root it MUST be unlimited for a limit of at least 1 TAO, and 0 below.
    Formula: $$ x_{max} = T \left(\left(\frac{p_{limit}}{p}\right)^{1 - q} - 1\right) \frac{65535}{65535 - r} $$
    Units: the weight of TAO, rao, TAO per alpha; rao out, between two numbers.
    Rounding: as POOL-12 and POOL-33.
    Rejections: those of [POOL-34](#pool-34).
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`; `pallets/swap/src/pallet/impls.rs`,
        `swap`
    Example: From the price 1 to 1.44 with 1 000 TAO at equal weights, free of fees.

        >>> float(max_amount_add_of_bounded_input(Fraction(1, 2), Fraction(1_000), Fraction(1), Fraction(36, 25), 0)[0])
        200.0
    """
    return _allowed(True, quote, reserve, price, limit, rate)


@rule("POOL-6", since=423)
def max_amount_remove_at_weights(
    quote: Fraction, reserve: Fraction, price: Fraction, limit: Fraction, rate: int
) -> Bounds:
    r"""Unstaking allowed by a limit price.

    Change: The amount follows from the weights of the pool. A limit that allows nothing is no reason for a refusal by
        itself.
    Statement: On a dynamic subnet the amount MUST be what a swap of $2^{64} - 1$ alpha rao down to the limit price
        would pay in, its fee included; if the pool would not swap the call MUST be refused. On stable subnets and on
        root it MUST be unlimited for a limit of at most 1 TAO, and 0 above.
    Formula: $$ x_{max} = A \left(\left(\frac{p}{p_{limit}}\right)^{q} - 1\right) \frac{65535}{65535 - r} $$
    Units: the weight of TAO, alpha rao, TAO per alpha; alpha rao out, between two numbers.
    Rounding: as POOL-12 and POOL-33.
    Rejections: those of [POOL-34](#pool-34).
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`;
        `pallets/swap/src/pallet/impls.rs`, `swap`
    Example: From the price 1 to 0.64 with 1 000 alpha at equal weights.

        >>> float(max_amount_remove_at_weights(Fraction(1, 2), Fraction(1_000), Fraction(1), Fraction(16, 25), 0)[0])
        250.0
    """
    return _allowed(False, quote, reserve, price, limit, rate)


@rule("POOL-6", since=424)
def max_amount_remove_of_bounded_input(
    quote: Fraction, reserve: Fraction, price: Fraction, limit: Fraction, rate: int
) -> Bounds:
    r"""Unstaking allowed by a limit price.

    Change: What is tried is 1 000 times the alpha in the pool, the most that it swaps, instead of $2^{64} - 1$.
    Statement: On a dynamic subnet the amount MUST be what a swap of 1 000 times the alpha in the pool down to the limit
        price would pay in, its fee included; if the pool would not swap the call MUST be refused. On stable subnets and
        on root it MUST be unlimited for a limit of at most 1 TAO, and 0 above.
    Formula: $$ x_{max} = A \left(\left(\frac{p}{p_{limit}}\right)^{q} - 1\right) \frac{65535}{65535 - r} $$
    Units: the weight of TAO, alpha rao, TAO per alpha; alpha rao out, between two numbers.
    Rounding: as POOL-12 and POOL-33.
    Rejections: those of [POOL-34](#pool-34).
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`;
        `pallets/swap/src/pallet/impls.rs`, `swap`
    Example: From the price 1 to 0.64 with 1 000 alpha at equal weights.

        >>> ends = Fraction(1), Fraction(16, 25)
        >>> float(max_amount_remove_of_bounded_input(Fraction(1, 2), Fraction(1_000), *ends, 0)[0])
        250.0
    """
    return _allowed(False, quote, reserve, price, limit, rate)


def max_amount_between_weighted_pools_rounded(
    origin: Reserves,
    destination: Reserves,
    limit_price: Fraction,
    prices: tuple[Fraction, Fraction] | None = None,
) -> Fraction | None:
    """Return a whole amount, with every quotient in 64 fraction bits."""
    (tao_1, alpha_1), (tao_2, alpha_2) = origin, destination
    ratio = Fraction(UNSIGNED)
    if prices is not None:
        ratio = floored(prices[0] / prices[1], LIMIT_BITS) if prices[1] else Fraction(0)
        ratio = ratio if ratio <= Fraction(UNSIGNED, 2**LIMIT_BITS) else Fraction(0)
    if 0 in (tao_1, alpha_1, tao_2, alpha_2) or cut(limit_price) > ratio:
        return Fraction(0)
    if limit_price == 0:
        return None
    total = cut(tao_1 + tao_2)
    kept = quotient(alpha_2 * cut(tao_1 / total), cut(limit_price))
    return floored(max(Fraction(0), kept - alpha_1 * cut(tao_2 / total)), 0)


@rule("POOL-8", since=423, rounded=max_amount_between_weighted_pools_rounded)
def max_amount_between_weighted_pools(
    origin: Reserves,
    destination: Reserves,
    limit_price: Fraction,
    prices: tuple[Fraction, Fraction] | None = None,
) -> Fraction | None:
    r"""Move allowed by a limit price between two pools.

    Change: Reserves are those of the chain alone, and the ratio of the prices has 64 fraction bits.
    Statement: Between two dynamic subnets the amount MUST be 0 if any reserve is empty or the ratio of the prices
        ([PRICE-1](#price-1)) is below the limit; else unlimited for a limit of 0; else the one below, which would hold
        for pools that keep the product of their reserves.
    Formula: $$ x_{max} = \max\left(0,\; A_2 \cdot \frac{T_1}{T_1 + T_2} \cdot \frac{1}{r_{limit}} - A_1 \cdot
        \frac{T_2}{T_1 + T_2}\right) $$
    Units: the limit is the price of the origin over that of the destination; alpha rao of the origin out, None for
        unlimited.
    Rounding: The sum of TAO saturates in U64F64. Every quotient is floored there, and is 0 if it does not fit, as that
        by a low limit; the result is floored to alpha rao.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Known violation: The amount does not follow from the weights of the pools, so that the limit neither binds nor
        holds.
    Example: Two pools of 100 TAO and 100 alpha; the ratio may fall to a half.

        >>> pool = (Fraction(100), Fraction(100))
        >>> max_amount_between_weighted_pools(pool, pool, Fraction(1, 2))
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
