"""The coinbase of pools of concentrated liquidity."""

from collections.abc import Sequence

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.block"


@rule("BLOCK-3", since=283)
def totals_after(issuance: int, stake: int, given: Sequence[int], paid: Sequence[int]) -> tuple[int, int]:
    r"""Coinbase.

    Change: Pools are given liquidity instead of reserves only, and the alpha for root is sold by a swap, which takes
        the pool's fee and may be refused.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order. What is given to a pool joins its reserves and
        the position of the chain ([POOL-21](#pool-21)); the alpha for root is sold at any price ([POOL-4](#pool-4)),
        and `SubnetAlphaOut` loses what was paid in without the fee. If the pool refuses the sale, neither it nor what
        was left for the participants is set aside, only the cut of the owner. A subnet whose epoch is due then pays out
        all that is pending ([DIV-9](#div-9)); its `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so
        spelt) to this block. On all others the former grows by 1. What the block gave is recorded in
        `SubnetTaoInEmission` (0 where [EMIT-3](#emit-3) says so), `SubnetAlphaInEmission` and
        `SubnetAlphaOutEmission`. The epochs, the counts of blocks since the last step and the payments MUST be those of
        all existing subnets but root. Pending children are left alone.
    Formula: $$ I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right) $$
    Units: rao. $e$ is the TAO of [EMIT-1](#emit-1), 0 where [EMIT-3](#emit-3) says so, and $y$ the TAO that the sale of
        [EMIT-7](#emit-7) brings. $I$ and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: Where the pool refuses the sale, the alpha of the block counts as outside of the pool, but nobody
        is ever paid it. A sale that is refused for want of TAO moves the price all the same.
    Example: Two subnets are given 60 and 40; one sells for 5.

        >>> totals_after(1_000, 500, [60, 40], [5, 0])
        (1100, 595)
    """
    return issuance + sum(given), max(stake + sum(given) - sum(paid), 0)


@rule("BLOCK-3", since=298)
def totals_after_subsidies(issuance: int, stake: int, given: Sequence[int], paid: Sequence[int]) -> tuple[int, int]:
    r"""Coinbase.

    Change: Subnets whose price is below their part of the TAO get alpha bought for them, and what participants earn no
        longer depends on the sale for root.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order, with the amounts and the purchases of
        [EMIT-9](#emit-9). What is given to a pool joins its reserves and the position of the chain
        ([POOL-21](#pool-21)); the alpha for root is sold at any price ([POOL-4](#pool-4)), without a fee, and
        `SubnetAlphaOut` loses what was paid in. What is left for the participants is set aside also where the pool
        refuses the sale. A subnet whose epoch is due then pays out all that is pending ([DIV-9](#div-9)); its
        `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so spelt) to this block. On all others the
        former grows by 1. What the block gave is recorded in `SubnetTaoInEmission` (0 where [EMIT-3](#emit-3) says so),
        `SubnetAlphaInEmission` and `SubnetAlphaOutEmission`. The epochs, the counts of blocks since the last step and
        the payments MUST be those of all existing subnets but root. Pending children are left alone.
    Formula: $$ I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right) $$
    Units: rao. $e$ is the TAO of [EMIT-9](#emit-9) for the pool, 0 where [EMIT-3](#emit-3) says so, and $y$ the TAO
        that the sale of [EMIT-7](#emit-7) brings. $I$ and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Two subnets are given 60 and 40; one sells for 5.

        >>> totals_after_subsidies(1_000, 500, [60, 40], [5, 0])
        (1100, 595)
    """
    return totals_after(issuance, stake, given, paid)
