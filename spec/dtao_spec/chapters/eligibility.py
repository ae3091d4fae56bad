"""Which subnets blocks emit to: rules of the chapter on emission."""

from collections.abc import Collection, Mapping
from fractions import Fraction

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.emission"


@rule("EMIT-8")
def receives_emission(
    moving_prices: Mapping[int, Fraction], first_emission_blocks: Mapping[int, int], not_open: Collection[int] = ()
) -> Mapping[int, Fraction]:
    r"""Subnets that receive emission.

    Statement: Blocks MUST emit to every existing subnet but root, from the block after its registration on, and the
        moving price of each counts in the sum of [EMIT-1](#emit-1).
    Units: TAO per alpha, by netuid; out, those that count.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Both of two subnets.

        >>> sorted(receives_emission({1: Fraction(1, 2), 2: Fraction(1, 4)}, {}))
        [1, 2]
    """
    return moving_prices


@rule("EMIT-8", since=257)
def receives_emission_once_started(
    moving_prices: Mapping[int, Fraction], first_emission_blocks: Mapping[int, int], not_open: Collection[int] = ()
) -> Mapping[int, Fraction]:
    r"""Subnets that receive emission.

    Change: Blocks emit only to subnets that their owners have started. A new subnet used to draw on what all share
        from its first block on, whether anything ran on it or not.
    Statement: Blocks MUST emit to those subnets alone that have a `FirstEmissionBlockNumber`, which the start call sets
        ([NET-10](#net-10)). Which block it names MUST NOT matter. Of a subnet that has none, the pool, the four pending
        amounts, what the last block emitted to it, and the moving price MUST stay as they are, and its moving price
        does not count in the sum of [EMIT-1](#emit-1). Its epochs run all the same, on what is pending.
    Formula: $$ \sum_j P_j \text{ over } \{ j : \text{FirstEmissionBlockNumber}_j \text{ exists} \} $$
    Units: TAO per alpha, by netuid; out, those that count.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Subnet 2 was never started. Whatever its price, subnet 1 gets all.

        >>> from dtao_spec.chapters.emission import tao_emission
        >>> counted = receives_emission_once_started({1: Fraction(1, 2), 2: Fraction(4)}, {1: 5_050_401})
        >>> tao_emission(Fraction(10**9), counted[1], sum(counted.values())), sorted(counted)
        (Fraction(1000000000, 1), [1])
    """
    return {netuid: price for netuid, price in moving_prices.items() if netuid in first_emission_blocks}


@rule("EMIT-8", since=338)
def receives_emission_by_flow_once_started(
    moving_prices: Mapping[int, Fraction], first_emission_blocks: Mapping[int, int], not_open: Collection[int] = ()
) -> Mapping[int, Fraction]:
    r"""Subnets that receive emission.

    Change: Of a subnet that was not started the flow is kept too, and does not count among those of the others.
    Statement: Blocks MUST emit to those subnets alone that have a `FirstEmissionBlockNumber`, which the start call sets
        ([NET-10](#net-10)). Which block it names MUST NOT matter. Of a subnet that has none, the pool, the pending
        amounts, what the last block emitted to it, the moving price, and the average flow with the flow since then MUST
        stay as they are, and it has no part in [FLOW-3](#flow-3). Its epochs run all the same, on what is pending.
    Formula: $$ \{ j : \text{FirstEmissionBlockNumber}_j \text{ exists} \} $$
    Units: TAO per alpha, by netuid; out, those that count.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Subnet 2 was never started.

        >>> sorted(receives_emission_by_flow_once_started({1: Fraction(1, 2), 2: Fraction(4)}, {1: 5_050_401}))
        [1]
    """
    return receives_emission_once_started(moving_prices, first_emission_blocks)


@rule("EMIT-8", since=342)
def receives_emission_unstarted_too(
    moving_prices: Mapping[int, Fraction], first_emission_blocks: Mapping[int, int], not_open: Collection[int] = ()
) -> Mapping[int, Fraction]:
    r"""Subnets that receive emission.

    Change: Subnets that were not started take part too: the function that leaves them out is there, but nothing calls
        it.
    Statement: Blocks MUST emit to every existing subnet but root, from the block after its registration on, whether it
        was started or not.
    Units: TAO per alpha, by netuid; out, those that count.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Both of two subnets, of which one was started.

        >>> sorted(receives_emission_unstarted_too({1: Fraction(1, 2), 2: Fraction(1, 4)}, {1: 5_050_401}))
        [1, 2]
    """
    return moving_prices


@rule("EMIT-8", since=345)
def receives_emission_if_started(
    moving_prices: Mapping[int, Fraction], first_emission_blocks: Mapping[int, int], not_open: Collection[int] = ()
) -> Mapping[int, Fraction]:
    r"""Subnets that receive emission.

    Change: Only subnets that were started take part again. New subnets had drawn on what all share since 342.
    Statement: Blocks MUST emit to those subnets alone that have a `FirstEmissionBlockNumber`, which the start call sets
        ([NET-10](#net-10)). Which block it names MUST NOT matter. Of a subnet that has none, the pool, the pending
        amounts, what the last block emitted to it, the moving price and the average flow with the flow since then MUST
        stay as they are, and its moving price does not count in the sum of [EMIT-11](#emit-11). Its epochs run all the
        same, on what is pending.
    Formula: $$ \{ j : \text{FirstEmissionBlockNumber}_j \text{ exists} \} $$
    Units: TAO per alpha, by netuid; out, those that count.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`;
        `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_subnets_to_emit_to`
    Example: Subnet 2 was never started.

        >>> sorted(receives_emission_if_started({1: Fraction(1, 2), 2: Fraction(4)}, {1: 5_050_401}))
        [1]
    """
    return receives_emission_once_started(moving_prices, first_emission_blocks)
