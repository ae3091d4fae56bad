"""Pools in later versions."""

from fractions import Fraction

from dtao_spec.chapters import pools
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.pools"


@rule("POOL-1", since=261)
def remaining_reserve(reserve_in: Fraction, reserve_out: Fraction, amount: Fraction) -> Fraction:
    r"""Products without a sign.

    Statement: As before, in numbers without a sign.
    Formula: $$ R'_{out} = \frac{R_{in}\,R_{out}}{R_{in} + x} $$
    Units: rao on the side of TAO, alpha rao on the side of alpha.
    Rounding: The reference computes in U110F18. The product is exact up to $2^{110}$ and stays there beyond it; the
        quotient is floored to 18 fraction bits. It is at most $2^{-18}$ below the exact value while $R_{in} R_{out} <
        2^{110}$. [POOL-2](#pool-2) to [POOL-4](#pool-4) follow.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, the common part of `sim_swap_tao_for_alpha` and
        `sim_swap_alpha_for_tao`
    Example: Reserves that no supply reaches: the product is $1.5 \cdot 2^{109}$, which the launch would have cut to
        $2^{109}$.

        >>> remaining_reserve(Fraction(3 * 2**54), Fraction(2**54), Fraction(0)) == 2**54
        True
    """
    return pools.remaining_reserve(reserve_in, reserve_out, amount)


@rule("POOL-8", since=261)
def max_amount_between_pools(
    origin: tuple[Fraction, Fraction], destination: tuple[Fraction, Fraction], limit_price: Fraction
) -> Fraction | None:
    r"""Ratios without a sign.

    Statement: As before, with the ratio of the prices in numbers without a sign, which hold every ratio. At the launch
        one of $2^{95}$ or more counts as 0.
    Formula: $$ x_{max} = \max\left(0,\; A_2 \cdot \frac{T_1}{T_1 + T_2} \cdot \frac{1}{r_{limit}}
        - A_1 \cdot \frac{T_2}{T_1 + T_2}\right) $$
    Units: as before.
    Rounding: as before, with the ratio floored in U96F32.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Example: From a price of $2^{63}$ to one of $2^{-32}$, for a limit of 1: what it allows is less than the origin has.

        >>> dear, cheap = (Fraction(2**63), Fraction(1)), (Fraction(1), Fraction(2**32))
        >>> int(max_amount_between_pools(dear, cheap, Fraction(1)))
        4294967295
    """
    return pools.max_amount_between_pools(origin, destination, limit_price)
