"""The price and its average in later versions."""

from fractions import Fraction

from dtao_spec.chapters import price
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.price"


@rule("PRICE-2", since=234)
def moving_price_after(moving_price: Fraction, present: Fraction, weight: Fraction) -> Fraction:
    r"""The price counts as 1 TAO at most.

    Statement: As before, but a price above 1 TAO MUST enter the mean as 1.
    Formula: $$ P' = w \min(p, 1) + (1 - w)\,P $$
    Units: TAO per alpha. The weight $w$ is that of [PRICE-3](#price-3).
    Rounding: as before: less than $2 \cdot 2^{-32}$ below the exact value, never above.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: A thin pool at 50 TAO per alpha moves the average no faster than one at 1 TAO. An average that the launch
        let rise above 1 falls again.

        >>> [moving_price_after(Fraction(0), Fraction(present), Fraction(1, 100)) for present in (1, 50)]
        [Fraction(1, 100), Fraction(1, 100)]
        >>> moving_price_after(Fraction(3), Fraction(50), Fraction(1, 100))
        Fraction(149, 50)
    """
    return price.moving_price_after(moving_price, min(present, Fraction(1)), weight)


@rule("PRICE-3")
def full_weight(moving_alpha: Fraction) -> Fraction:
    r"""The weight of the price.

    Statement: The weight of the price in the moving price ([PRICE-2](#price-2)) MUST be `SubnetMovingAlpha`, however
        young the subnet is.
    Formula: $$ w = a $$
    Units: a part of 1; the parameter $a$ is stored in I96F32.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: The launch's setting of $12885 \cdot 2^{-32}$.

        >>> float(full_weight(Fraction(12_885, 2**32)))
        3.00002284348011e-06
    """
    return moving_alpha


@rule("PRICE-3", since=252)
def weight_by_age(moving_alpha: Fraction, age: int, halving_blocks: int) -> Fraction:
    r"""The weight grows with age.

    Statement: The weight MUST be `SubnetMovingAlpha` times $b$ over the sum of $b$ and the subnet's
        `EMAPriceHalvingBlocks`, where $b$ is the age of the price in blocks ([PRICE-4](#price-4)); 0 in the block from
        which the age counts and before.
    Formula: $$ w = a \, \frac{b}{b + h} $$
    Units: a part of 1; blocks.
    Rounding: The quotient is floored in I96F32, and so is its product with the parameter: less than $2^{-32} (1 + a)$
        below the exact value, never above. As the setting is 12 885 such steps, young subnets move in few steps: with
        the default $h$ of 201 600 blocks the weight is 0 for the first 15 blocks, and 1 step from the 16th on.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: Half of the full weight after 201 600 blocks, four weeks; two thirds after eight.

        >>> [weight_by_age(Fraction(1), blocks, 201_600) for blocks in (0, 201_600, 403_200)]
        [Fraction(0, 1), Fraction(1, 2), Fraction(2, 3)]
    """
    return moving_alpha * Fraction(age, age + halving_blocks) if age > 0 else Fraction(0)


@rule("PRICE-4", since=252)
def counted_from_registration(registered_at: int, block: int) -> int:
    r"""The age of a price.

    Statement: The age of a subnet's price MUST count from the block in which the subnet was registered
        (`NetworkRegisteredAt`).
    Formula: $$ b = \max(0,\; B - B_{reg}) $$
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: A day after the registration.

        >>> counted_from_registration(5_000_000, 5_007_200)
        7200
    """
    return max(block - registered_at, 0)


@rule("PRICE-4", since=261)
def counted_from_start(first_emission_block: int | None, block: int) -> int:
    r"""The age counts from the start.

    Statement: The age MUST count from the block before `FirstEmissionBlockNumber`, which is that of the start call
        ([NET-10](#net-10)), however long the subnet was registered before.
    Formula: $$ b = B - \max(0,\; B_{first} - 1) $$
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
    Example: In the first block that emits to a subnet, its price is 1 block old. A price that was never started counts
        from the beginning of the chain, but does not move ([EMIT-8](#emit-8)).

        >>> counted_from_start(5_050_401, 5_050_401), counted_from_start(None, 5_050_401)
        (1, 5050401)
    """
    return max(block - max((first_emission_block or 0) - 1, 0), 0)
