"""Pools in which no user has a position any more."""

from collections.abc import Sequence

from dtao_spec.chapters.concentrated.calls import close_pools_to_users
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


@rule("POOL-28", since=411, until=422)
def close_pools_without_positions(is_root: bool, open_pools: Sequence[int]) -> list[int] | str:
    r"""Closing all pools to users: `disable_lp`.

    Change: There are no positions of users any more that would be closed and paid.
    Statement: The root origin MUST be able to close the pools of the subnets 1 to 128 to users. Each that is open is
        closed, with the event `UserLiquidityToggled`.
    Units: netuids; out, those for which an event is emitted.
    Rounding: none.
    Rejections: `BadOrigin`.
    Source: `pallets/swap/src/pallet/mod.rs`, `disable_lp`
    Example: Subnet 129 stays open.

        >>> close_pools_without_positions(True, [1, 7, 129]), close_pools_without_positions(False, [1])
        ([1, 7], 'BadOrigin')
    """
    return close_pools_to_users(is_root, open_pools)
