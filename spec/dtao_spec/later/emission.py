"""Emission in later versions."""

from collections.abc import Mapping
from fractions import Fraction

from dtao_spec.chapters import emission
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.emission"


@rule("EMIT-1", since=261)
def tao_emission(block_emission: Fraction, moving_price: Fraction, total_moving_prices: Fraction) -> Fraction:
    r"""The same in unsigned numbers.

    Statement: As before, but of subnets that take part only ([EMIT-8](#emit-8), since 257), and computed in U96F32,
        whose largest number is twice that of I96F32. No amount changes: a product that tells the two formats apart
        needs a moving price of $2^{65}$ TAO.
    Formula: $$ e_i = E \cdot \frac{P_i}{\sum_j P_j} $$
    Units: rao; moving prices in TAO per alpha.
    Rounding: as before: less than $2^{-32}(1 + 1 / \sum P)$ rao below the exact value, never above.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: A third of the prices gets a third of the TAO.

        >>> int(tao_emission(Fraction(10**9), Fraction(1, 100), Fraction(3, 100)))
        333333333
    """
    return emission.tao_emission(block_emission, moving_price, total_moving_prices)


@rule("EMIT-3", since=238)
def is_closed_both_ways(registration_allowed: bool, pow_registration_allowed: bool) -> bool:
    r"""Closed is what allows no registration.

    Statement: A subnet MUST get no TAO while neither registration by burning nor by work is allowed on it. All else is
        as before.
    Units: the two settings of the subnet.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: Alpha goes in without TAO as before, and the price of a closed subnet falls.
    Example: All four combinations; only the last is closed.

        >>> kinds = [(True, True), (True, False), (False, True), (False, False)]
        >>> [is_closed_both_ways(burn, work) for burn, work in kinds]
        [False, False, False, True]
    """
    return not registration_allowed and not pow_registration_allowed


@rule("EMIT-8")
def takes_part(moving_prices: Mapping[int, Fraction]) -> Mapping[int, Fraction]:
    r"""Who takes part.

    Statement: Blocks MUST emit to every existing subnet but root, from the block after its registration on, and the
        moving price of each counts in the sum of [EMIT-1](#emit-1).
    Units: TAO per alpha, by netuid; out, those that count.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Both of two subnets.

        >>> sorted(takes_part({1: Fraction(1, 2), 2: Fraction(1, 4)}))
        [1, 2]
    """
    return moving_prices


@rule("EMIT-8", since=257)
def takes_part_once_started(
    moving_prices: Mapping[int, Fraction], first_emission_blocks: Mapping[int, int]
) -> Mapping[int, Fraction]:
    r"""Only subnets that were started take part.

    Statement: Blocks MUST emit to those subnets alone that have a `FirstEmissionBlockNumber`, which the start call sets
        ([NET-10](#net-10)). Which block it names MUST NOT matter. Of a subnet that has none, the pool, the four pending
        amounts, what the last block emitted to it, and the moving price MUST stay as they are, and its moving price
        does not count in the sum of [EMIT-1](#emit-1). Its epochs run all the same, on what is pending.
    Formula: $$ \sum_j P_j \text{ over } \{ j : \text{FirstEmissionBlockNumber}_j \text{ exists} \} $$
    Units: TAO per alpha, by netuid; out, those that count.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Subnet 2 was never started. Whatever its price, subnet 1 gets all.

        >>> counted = takes_part_once_started({1: Fraction(1, 2), 2: Fraction(4)}, {1: 5_050_401})
        >>> tao_emission(Fraction(10**9), counted[1], sum(counted.values())), sorted(counted)
        (Fraction(1000000000, 1), [1])
    """
    return {netuid: price for netuid, price in moving_prices.items() if netuid in first_emission_blocks}
