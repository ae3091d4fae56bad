r"""The price and its average.

The price of an alpha is the TAO in the pool over the alpha in it. It moves with every trade, and anybody with enough
TAO can move it far for a moment. What a subnet earns must not follow such moments; so the emission looks at an average
that forgets slowly, the moving price $P$ (`SubnetMovingPrice`). Each block it keeps nearly all of what it was and takes
a little of the price: with the launch's weight of 0.000003 it covers half of the way to a new price in about 231 000
blocks, 32 days.
"""

from fractions import Fraction

from dtao_spec.registry import rule


@rule("PRICE-1")
def price(stable: bool, tao_reserve: Fraction, alpha_reserve: Fraction) -> Fraction:
    r"""The price of alpha.

    Statement: The price MUST be the TAO in the pool over the alpha in it; 1 on root and on stable subnets, 0 if the
        pool holds no alpha.
    Formula: $$ p = \frac{T}{A} $$
    Units: TAO per alpha.
    Rounding: The reference floors it in I96F32: less than $2^{-32}$ below the exact value.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_alpha_price`
    Example: 1 000 TAO against 4 000 alpha.

        >>> price(False, Fraction(1_000), Fraction(4_000))
        Fraction(1, 4)
    """
    if stable:
        return Fraction(1)
    return tao_reserve / alpha_reserve if alpha_reserve else Fraction(0)


@rule("PRICE-2")
def moving_price_after(moving_price: Fraction, present: Fraction, weight: Fraction) -> Fraction:
    r"""The moving price.

    Statement: In every block the moving price of a subnet MUST become the weighted mean of the price, after the block's
        own trade, and the moving price before; on a stable subnet both are 1.
    Formula: $$ P' = w\,p + (1 - w)\,P $$
    Units: TAO per alpha. The weight $w$ is `SubnetMovingAlpha`, at launch $12885 \cdot 2^{-32} \approx 0.000003$.
    Rounding: Each product is floored in I96F32, so that the result is less than $2 \cdot 2^{-32}$ below the exact value
        and never above it. It therefore may fall by $2^{-32}$ under a constant price, and settles up to $2^{-32} / w$
        below it.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Known violation: A price above 1 TAO counts in full; from the next version of the runtime on it is capped at 1.
    Example: A new subnet with a moving price of 0 and a price of 1, after one block.

        >>> float(moving_price_after(Fraction(0), Fraction(1), Fraction(12_885, 2**32)))
        3.00002284348011e-06
    """
    return weight * present + (1 - weight) * moving_price
