"""Stake that is bought and sold by swaps at weights."""

from dtao_spec.chapters.staking.swaps import buy_with_reserves, sell_with_reserves
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.staking"


@rule("STAKE-1", since=423)
def buy_at_weights(
    reserve: int, outside: int, total_stake: int, tao: int, swap: tuple[int, int]
) -> tuple[int, int, int]:
    r"""TAO swapped for alpha.

    Change: The swap is one step at the weights of the pool, whose reserves are those of the chain alone.
    Statement: TAO that is staked MUST be swapped up to a limit price ([POOL-34](#pool-34)). What was paid in without
        the fee joins `SubnetTAO`; what was paid out leaves `SubnetAlphaIn`, not below 0, and joins `SubnetAlphaOut`.
        Total stake and volume gain all of the TAO, with the fee and with what a limit left over. Where the mechanism is
        not 1 the swap is 1 : 1, and all of these change by the amount.
    Formula: $$ T' = T + x, \qquad O' = O + y, \qquad S' = S + z $$
    Units: rao in; the swap is (paid in, paid out).
    Rounding: none beyond that of the swap; sums saturate at $2^{64} - 1$.
    Rejections: those of POOL-34.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_tao_for_alpha`
    Known violation: The fee, and TAO that a limit left over, count as total stake but are in no pool. The alpha reserve
        of a stable subnet does not fall below 0, whatever is staked there.
    Example: 1 000 rao, of which 900 are paid in and 3 are the fee; 97 were left over.

        >>> buy_at_weights(10_000, 500, 20_000, 1_000, (900, 80))
        (10900, 580, 21000)
    """
    return buy_with_reserves(reserve, outside, total_stake, tao, swap)


@rule("STAKE-2", since=423)
def sell_at_weights(reserve: int, outside: int, total_stake: int, swap: tuple[int, int]) -> tuple[int, int, int]:
    r"""Alpha swapped for TAO.

    Change: The swap is one step at the weights of the pool, whose reserves are those of the chain alone.
    Statement: Alpha that is unstaked MUST be swapped down to a limit price ([POOL-34](#pool-34)). What was paid in
        without the fee joins `SubnetAlphaIn` and leaves `SubnetAlphaOut`; what was paid out leaves `SubnetTAO`, not
        below 0, and total stake, and joins the volume. Where the mechanism is not 1 the swap is 1 : 1, and all of these
        change by the amount.
    Formula: $$ A' = A + x, \qquad O' = O - x, \qquad S' = S - y $$
    Units: alpha rao in; the swap is (paid in, paid out).
    Rounding: none beyond that of the swap; differences are not below 0.
    Rejections: those of POOL-34.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_alpha_for_tao`
    Example: 900 are paid in for 80.

        >>> sell_at_weights(10_000, 5_000, 20_000, (900, 80))
        (10900, 4100, 19920)
    """
    return sell_with_reserves(reserve, outside, total_stake, swap)
