r"""The price and its average.

The price of an alpha is the TAO in the pool over the alpha in it. It moves with every trade, and anybody with enough
TAO can move it far for a moment. What a subnet earns must not follow such moments; so the emission looks at an average
that forgets slowly, the moving price $P$ (`SubnetMovingPrice`). Each block it keeps nearly all of what it was and takes
a little of the price: with the default weight of 0.000003 it covers half of the way to a new price in about 231 000
blocks, 32 days.
"""

from fractions import Fraction

from dtao_spec.registry import rule
from dtao_spec.rounding import floored

TWO_WEEKS = 100_800
"""Blocks."""


def price_rounded(stable: bool, tao_reserve: Fraction, alpha_reserve: Fraction) -> Fraction:
    """Return the price in I96F32."""
    return floored(price(stable, tao_reserve, alpha_reserve))


@rule("PRICE-1", rounded=price_rounded)
def price(stable: bool, tao_reserve: Fraction, alpha_reserve: Fraction) -> Fraction:
    r"""Price of alpha.

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


def moving_price_after_rounded(moving_price: Fraction, present: Fraction, weight: Fraction) -> Fraction:
    """Return the mean with each of its products in I96F32."""
    return floored(weight * present) + floored((1 - weight) * moving_price)


@rule("PRICE-2", rounded=moving_price_after_rounded)
def moving_price_after(moving_price: Fraction, present: Fraction, weight: Fraction) -> Fraction:
    r"""Moving price.

    Statement: In every block the moving price of a subnet MUST become the weighted mean of the price, after the block's
        own trade, and the moving price before; on a stable subnet both are 1.
    Formula: $$ P' = w\,p + (1 - w)\,P $$
    Units: TAO per alpha. The weight $w$ is that of [PRICE-3](#price-3).
    Rounding: Each product is floored in I96F32, so that the result is less than $2 \cdot 2^{-32}$ below the exact value
        and never above it. It therefore may fall by $2^{-32}$ under a constant price, and settles up to $2^{-32} / w$
        below it.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Known violation: A price above 1 TAO counts in full, so that a pool with little alpha can be driven to any price
        with little TAO, and draws emission for it.
    Example: A new subnet with a moving price of 0 and a price of 1, after one block.

        >>> float(moving_price_after(Fraction(0), Fraction(1), Fraction(12_885, 2**32)))
        3.00002284348011e-06
    """
    return weight * present + (1 - weight) * moving_price


def moving_price_after_capped_price_rounded(moving_price: Fraction, present: Fraction, weight: Fraction) -> Fraction:
    """Return the mean with each of its products in I96F32."""
    return moving_price_after_rounded(moving_price, min(present, Fraction(1)), weight)


@rule("PRICE-2", since=234, rounded=moving_price_after_capped_price_rounded)
def moving_price_after_capped_price(moving_price: Fraction, present: Fraction, weight: Fraction) -> Fraction:
    r"""Moving price.

    Change: A price above 1 TAO enters the mean as 1. A new pool with little alpha could be driven to any price with
        little TAO, and drew the emission of all others.
    Statement: In every block the moving price of a subnet MUST become the weighted mean of the price, after the block's
        own trade, and the moving price before; a price above 1 TAO MUST enter the mean as 1. On a stable subnet both
        are 1.
    Formula: $$ P' = w \min(p, 1) + (1 - w)\,P $$
    Units: TAO per alpha. The weight $w$ is that of [PRICE-3](#price-3).
    Rounding: Each product is floored in I96F32, so that the result is less than $2 \cdot 2^{-32}$ below the exact value
        and never above it. It therefore may fall by $2^{-32}$ under a constant price, and settles up to $2^{-32} / w$
        below it.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: A thin pool at 50 TAO per alpha moves the average no faster than one at 1 TAO. An average above 1, from the
        time when prices counted in full, falls again.

        >>> [moving_price_after_capped_price(Fraction(0), Fraction(present), Fraction(1, 100)) for present in (1, 50)]
        [Fraction(1, 100), Fraction(1, 100)]
        >>> moving_price_after_capped_price(Fraction(3), Fraction(50), Fraction(1, 100))
        Fraction(149, 50)
    """
    return moving_price_after(moving_price, min(present, Fraction(1)), weight)


@rule("PRICE-3")
def full_weight(moving_alpha: Fraction, age: int, halving_blocks: int) -> Fraction:
    r"""Weight of the price in the moving price.

    Statement: The weight of the price in the moving price ([PRICE-2](#price-2)) MUST be `SubnetMovingAlpha`, however
        young the subnet is.
    Formula: $$ w = a $$
    Units: a part of 1; the parameter $a$ is stored in I96F32. The two numbers of blocks do not count.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: The default of $12885 \cdot 2^{-32}$, on a subnet of the first block.

        >>> float(full_weight(Fraction(12_885, 2**32), 1, 201_600))
        3.00002284348011e-06
    """
    return moving_alpha


def weight_by_age_rounded(moving_alpha: Fraction, age: int, halving_blocks: int) -> Fraction:
    """Return the weight with the quotient and its product in I96F32."""
    if age <= 0:
        return Fraction(0)
    return floored(moving_alpha * floored(Fraction(age, age + halving_blocks)))


def weight_by_age_of_two_weeks_rounded(moving_alpha: Fraction, age: int, halving_blocks: int) -> Fraction:
    """Return the weight with the quotient and its product in I96F32."""
    return weight_by_age_rounded(moving_alpha, age, TWO_WEEKS)


@rule("PRICE-3", since=246, rounded=weight_by_age_of_two_weeks_rounded)
def weight_by_age_of_two_weeks(moving_alpha: Fraction, age: int, halving_blocks: int) -> Fraction:
    r"""Weight of the price in the moving price.

    Change: The weight grows with the age of the price, where it was the whole parameter from the first block on. A new
        subnet has to hold its price for weeks before it draws much of the emission.
    Statement: The weight of the price in the moving price ([PRICE-2](#price-2)) MUST be `SubnetMovingAlpha` times $b$
        over the sum of $b$ and 100 800, where $b$ is the age of the price in blocks ([PRICE-4](#price-4)); 0 in the
        block from which the age counts and before.
    Formula: $$ w = a \, \frac{b}{b + 100\,800} $$
    Units: a part of 1; blocks.
    Rounding: The quotient is floored in I96F32, and so is its product with the parameter: less than $2^{-32} (1 + a)$
        below the exact value, never above. As the default is 12 885 such steps, young subnets move in few steps: the
        weight is 0 for the first 7 blocks, and 1 step from the 8th on.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: Half of the full weight after 100 800 blocks, two weeks; two thirds after four.

        >>> [weight_by_age_of_two_weeks(Fraction(1), blocks, 0) for blocks in (0, 100_800, 201_600)]
        [Fraction(0, 1), Fraction(1, 2), Fraction(2, 3)]
    """
    return weight_by_age(moving_alpha, age, TWO_WEEKS)


@rule("PRICE-3", since=252, rounded=weight_by_age_rounded)
def weight_by_age(moving_alpha: Fraction, age: int, halving_blocks: int) -> Fraction:
    r"""Weight of the price in the moving price.

    Change: The age at which the price has half of its weight is a parameter of the subnet, four weeks by default,
        where it was a constant of two weeks.
    Statement: The weight of the price in the moving price ([PRICE-2](#price-2)) MUST be `SubnetMovingAlpha` times $b$
        over the sum of $b$ and the subnet's `EMAPriceHalvingBlocks`, where $b$ is the age of the price in blocks
        ([PRICE-4](#price-4)); 0 in the block from which the age counts and before.
    Formula: $$ w = a \, \frac{b}{b + h} $$
    Units: a part of 1; blocks.
    Rounding: The quotient is floored in I96F32, and so is its product with the parameter: less than $2^{-32} (1 + a)$
        below the exact value, never above. As the default is 12 885 such steps, young subnets move in few steps: with
        the default $h$ of 201 600 blocks the weight is 0 for the first 15 blocks, and 1 step from the 16th on.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: Half of the full weight after 201 600 blocks, four weeks; two thirds after eight.

        >>> [weight_by_age(Fraction(1), blocks, 201_600) for blocks in (0, 201_600, 403_200)]
        [Fraction(0, 1), Fraction(1, 2), Fraction(2, 3)]
    """
    return moving_alpha * Fraction(age, age + halving_blocks) if age > 0 else Fraction(0)


@rule("PRICE-4", since=246)
def age_since_registration(registered_at: int, first_emission_block: int | None, block: int) -> int:
    r"""Age of a subnet's price.

    Statement: The age of a subnet's price MUST count from the block in which the subnet was registered
        (`NetworkRegisteredAt`).
    Formula: $$ b = \max(0,\; B - B_{reg}) $$
    Units: blocks. A first block of emission does not count.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: A day after the registration.

        >>> age_since_registration(5_000_000, None, 5_007_200)
        7200
    """
    return max(block - registered_at, 0)


@rule("PRICE-4", since=258)
def age_since_start(registered_at: int, first_emission_block: int | None, block: int) -> int:
    r"""Age of a subnet's price.

    Change: The age counts from the start call instead of the registration. A subnet may be registered long before it
        is started, and would have begun with a full weight.
    Statement: The age of a subnet's price MUST count from the block before `FirstEmissionBlockNumber`, which is that of
        the start call ([NET-10](#net-10)), however long the subnet was registered before.
    Formula: $$ b = B - \max(0,\; B_{first} - 1) $$
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: In the first block that emits to a subnet, its price is 1 block old. A price that was never started counts
        from the beginning of the chain, and moves only if blocks emit to its subnet ([EMIT-8](#emit-8)).

        >>> age_since_start(5_000_000, 5_050_401, 5_050_401), age_since_start(5_000_000, None, 5_050_401)
        (1, 5050401)
    """
    return max(block - max((first_emission_block or 0) - 1, 0), 0)
