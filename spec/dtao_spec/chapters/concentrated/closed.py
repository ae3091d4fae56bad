"""Pools in which no user has a position any more."""

from collections.abc import Sequence

from dtao_spec.chapters.concentrated.calls import pools_closed_to_users
from dtao_spec.chapters.concentrated.swaps import parts_of_fee, parts_of_fee_rounded
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.concentrated"


@rule("POOL-26", since=411, until=422)
def nothing_paid_out(composed: tuple[int, int], fees: tuple[int, int]) -> tuple[int, int]:
    r"""Taking liquidity out: `remove_liquidity`.

    Change: The call does nothing: there are no positions of users any more.
    Statement: The call MUST change nothing, whoever makes it, and not be refused. There is no event.
    Units: rao and alpha rao.
    Rounding: none.
    Source: `pallets/swap/src/pallet/mod.rs`, `remove_liquidity`
    Example: Whatever a position were made of.

        >>> nothing_paid_out((5, 7), (1, 2))
        (0, 0)
    """
    return 0, 0


@rule("POOL-27", since=411, until=422)
def liquidity_left_alone(liquidity: int, change: int) -> int:
    r"""Changing a position: `modify_position`.

    Change: The call does nothing: there are no positions of users any more.
    Statement: The call MUST change nothing, whoever makes it, and not be refused. There is no event.
    Units: liquidity.
    Rounding: none.
    Source: `pallets/swap/src/pallet/mod.rs`, `modify_position`
    Example: Any change.

        >>> liquidity_left_alone(2_000, -1_500)
        2000
    """
    return liquidity


@rule("POOL-28", since=411)
def pools_closed_without_positions(is_root: bool, open_pools: Sequence[int]) -> list[int] | str:
    r"""Closing all pools to users: `disable_lp`.

    Change: There are no positions of users any more that would be closed and paid.
    Statement: The root origin MUST be able to close the pools of the subnets 1 to 128 to users. Each that is open is
        closed, with the event `UserLiquidityToggled`.
    Units: netuids; out, those for which an event is emitted.
    Rounding: none.
    Rejections: `BadOrigin`.
    Source: `pallets/swap/src/pallet/mod.rs`, `disable_lp`
    Example: Subnet 129 stays open.

        >>> pools_closed_without_positions(True, [1, 7, 129]), pools_closed_without_positions(False, [1])
        ([1, 7], 'BadOrigin')
    """
    return pools_closed_to_users(is_root, open_pools)


@rule("POOL-30", since=411, rounded=parts_of_fee_rounded)
def parts_of_fee_paid_by_subnet(taken: int, fee: int, proceeds: int | None) -> tuple[int, int]:
    r"""Fees to the author of the block.

    Change: The account of the subnet pays the author. Without one a buyer's fee goes to an account that nobody can
        sign for, and counts as issued; a seller's counts as burned.
    Statement: The fee of a step MUST go to the author of the block, and none of it to positions ([POOL-19](#pool-19));
        that of a step that takes nothing else in is nobody's. A buyer's fee is TAO, which the account of the subnet
        MUST pay to the author once the stake is credited ([STATE-18](#state-18)). A seller's fee is alpha: it MUST be
        sold to the pool at once, free of fees and without a limit, after what the swap did not take was returned and
        the seller was paid; the account of the subnet pays the TAO to the author, and it joins the outflow of the
        subnet ([FLOW-1](#flow-1)). If the pool refuses to buy it, or the payment is refused, so is the call. Without an
        author a buyer's fee is paid to the account of the bytes `modl` and `burntnsr`, unless that is refused, and a
        seller's is nobody's and counts as burned ([STATE-19](#state-19)).
    Formula: $$ (0,\; \varphi) \text{ where } x > 0, \qquad (0, 0) \text{ where } x = 0 $$
    Units: rao or alpha rao: what a step takes in without its fee, the fee, and what a seller's fee sells for (None for
        a buyer's); out, what positions get, and what the author gets in rao.
    Rounding: none beyond that of the fee ([POOL-12](#pool-12)).
    Source: `pallets/swap/src/pallet/swap_step.rs`, `process_swap`; `pallets/subtensor/src/staking/stake_utils.rs`,
        `stake_into_subnet`, `unstake_from_subnet`
    Known violation: A seller's fee moves the price a second time, and a fee that is too small to buy 1 rao refuses the
        sale, as does one of less than 500 rao to an author without a balance.
    Example: A buyer pays a fee of 3 rao; a seller one of 3 alpha rao, which sell for 1 rao.

        >>> parts_of_fee_paid_by_subnet(1_000, 3, None), parts_of_fee_paid_by_subnet(1_000, 3, 1)
        ((0, 3), (0, 1))
    """
    return parts_of_fee(taken, fee, proceeds)
