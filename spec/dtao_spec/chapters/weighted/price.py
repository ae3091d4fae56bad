"""The price of a weighted pool, and the moving price that follows it."""

from fractions import Fraction

from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, UNSIGNED, at_most, floored

CHAPTER = "dtao_spec.chapters.price"
HALF = Fraction(1, 2)


def price_at_weights_rounded(
    stable: bool,
    tao_reserve: Fraction,
    alpha_reserve: Fraction,
    root: Fraction | None = None,
    quote: Fraction = HALF,
) -> Fraction:
    """Return the price in 64 fraction bits, both quotients floored before."""
    if stable:
        return Fraction(1)
    if alpha_reserve == 0:
        return Fraction(0)
    weights, reserves = ((1 - quote) / quote, tao_reserve / alpha_reserve)
    product = floored(floored(weights, LIMIT_BITS) * floored(reserves, LIMIT_BITS), LIMIT_BITS)
    return at_most(product, UNSIGNED, LIMIT_BITS)


@rule("PRICE-1", since=423, rounded=price_at_weights_rounded)
def price_at_weights(
    stable: bool,
    tao_reserve: Fraction,
    alpha_reserve: Fraction,
    root: Fraction | None = None,
    quote: Fraction = HALF,
) -> Fraction:
    r"""Price of alpha.

    Change: The price follows from the reserves again, and from the weights of the pool. No root is stored.
    Statement: The price MUST be the weight of alpha over that of TAO, times the TAO in the pool over the alpha in it; 0
        if there is no alpha. It MUST be 1 where the mechanism of the subnet is not 1, as on root.
    Formula: $$ p = \frac{1 - q}{q} \cdot \frac{T}{A} $$
    Units: TAO per alpha; $q$ is the weight of TAO (`SwapBalancer`), stored in units of $10^{-18}$.
    Rounding: Both quotients are floored in U64F64, and so is their product, which saturates at $2^{64}$: below the
        exact value by less than $2^{-64} (1 + (1 - q)/q + T/A)$.
    Source: `pallets/swap/src/pallet/impls.rs`, `current_price`; `pallets/swap/src/pallet/balancer.rs`,
        `calculate_price`
    Example: 1 000 TAO and 4 000 alpha with weights of a half; 1 100 TAO with the weights that keep the price.

        >>> price_at_weights(False, Fraction(1_000), Fraction(4_000))
        Fraction(1, 4)
        >>> price_at_weights(False, Fraction(1_100), Fraction(4_000), None, Fraction(11, 21))
        Fraction(1, 4)
    """
    if stable:
        return Fraction(1)
    return (1 - quote) / quote * tao_reserve / alpha_reserve if alpha_reserve else Fraction(0)


def moving_price_after_wide_price_rounded(moving_price: Fraction, present: Fraction, weight: Fraction) -> Fraction:
    """Return the mean with each of its products in U64F64, and in I96F32."""
    products = (weight * min(present, Fraction(1)), (1 - weight) * moving_price)
    return floored(sum((floored(product, LIMIT_BITS) for product in products), Fraction(0)))


@rule("PRICE-2", since=423, rounded=moving_price_after_wide_price_rounded)
def moving_price_after_wide_price(moving_price: Fraction, present: Fraction, weight: Fraction) -> Fraction:
    r"""Moving price.

    Change: The mean is computed with 64 fraction bits instead of 32 and only stored with 32, because prices have 64.
    Statement: In every block the moving price of a subnet MUST become the weighted mean of the price, after the block's
        own trade, and the moving price before; a price above 1 TAO MUST enter the mean as 1. On a stable subnet both
        are 1.
    Formula: $$ P' = w \min(p, 1) + (1 - w)\,P $$
    Units: TAO per alpha. The weight $w$ is that of [PRICE-3](#price-3).
    Rounding: Each product is floored in U64F64, their sum in I96F32: less than $2^{-32} + 2 \cdot 2^{-64}$ below the
        exact value, and never above it. A moving price above $2^{64}$ counts as that.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: A thin pool at 50 TAO per alpha moves the average no faster than one at 1 TAO.

        >>> prices = (Fraction(1), Fraction(50))
        >>> [moving_price_after_wide_price(Fraction(0), present, Fraction(1, 100)) for present in prices]
        [Fraction(1, 100), Fraction(1, 100)]
    """
    return weight * min(present, Fraction(1)) + (1 - weight) * moving_price


def wide_weight_by_age_rounded(moving_alpha: Fraction, age: int, halving_blocks: int) -> Fraction:
    """Return the weight with the quotient and its product in U64F64."""
    if age <= 0:
        return Fraction(0)
    return floored(moving_alpha * floored(Fraction(age, age + halving_blocks), LIMIT_BITS), LIMIT_BITS)


@rule("PRICE-3", since=423, rounded=wide_weight_by_age_rounded)
def wide_weight_by_age(moving_alpha: Fraction, age: int, halving_blocks: int) -> Fraction:
    r"""Weight of the price in the moving price.

    Change: The weight has 64 fraction bits instead of 32, so that the price of a young subnet moves the average in its
        first blocks too.
    Statement: The weight of the price in the moving price ([PRICE-2](#price-2)) MUST be `SubnetMovingAlpha` times $b$
        over the sum of $b$ and the subnet's `EMAPriceHalvingBlocks`, where $b$ is the age of the price in blocks
        ([PRICE-4](#price-4)); 0 in the block from which the age counts and before.
    Formula: $$ w = a \, \frac{b}{b + h} $$
    Units: a part of 1; blocks.
    Rounding: The quotient is floored in U64F64, and so is its product with the parameter: less than $2^{-64} (1 + a)$
        below the exact value, never above.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: Half of the full weight after 201 600 blocks, four weeks; two thirds after eight.

        >>> [wide_weight_by_age(Fraction(1), blocks, 201_600) for blocks in (0, 201_600, 403_200)]
        [Fraction(0, 1), Fraction(1, 2), Fraction(2, 3)]
    """
    return moving_alpha * Fraction(age, age + halving_blocks) if age > 0 else Fraction(0)
