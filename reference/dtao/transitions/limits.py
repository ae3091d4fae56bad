"""How much stake a limit price allows to be added, removed or moved."""

from dtao.outcome import Rejection, require
from dtao.rule import implements
from dtao.rules import pool as pool_rules
from dtao.rules.pools.weighted import largest_amount
from dtao.state import State
from dtao.transitions import stake
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, NetUid


@implements("STAKE-23")
def any_amount_allowed(amount: int) -> int:
    """Return the most that a limit price allows as it is, be it nothing."""
    return amount


@implements("STAKE-23")
def positive_amount_allowed(amount: int) -> int:
    """Return the most that a limit price allows. Rejects ``ZeroMaxStakeAmount``."""
    require(amount > 0, Rejection.ZERO_MAX_STAKE_AMOUNT)
    return amount


def any_input(state: State, netuid: NetUid, is_buy: bool, amount: int) -> None:
    """Accept any amount for a pool, whatever it holds."""


@implements("STAKE-32")
def require_input_within_reserve(state: State, netuid: NetUid, is_buy: bool, amount: int) -> None:
    """Refuse, as ``InsufficientLiquidity``, an amount of more than 1,000 times what the pool holds of its kind.

    The fee counts too. Mirrors ``ensure_add_stake_input_within_swap_limit`` and
    ``ensure_remove_stake_input_within_swap_limit``.
    """
    if netuid == ROOT or state.subnet(netuid).mechanism != pool_rules.DYNAMIC:
        return
    pool = state.pool(netuid)
    largest = largest_amount(state.runtime.pools.weights, pool.tao if is_buy else pool.alpha_in)
    require(amount <= largest, Rejection.INSUFFICIENT_LIQUIDITY)


@implements("STAKE-12")
def amount_named(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, alpha: Alpha) -> Alpha:
    """Return the alpha that is to be removed or moved: what the call names."""
    return alpha


@implements("STAKE-12")
def amount_held(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, alpha: Alpha) -> Alpha:
    """Return the alpha that is to be removed, moved or given up: what the call names, at most what is staked."""
    return Alpha(min(alpha, stake.stake_of(state, hotkey, coldkey, netuid)))


@implements("STAKE-24", "STAKE-25")
def covered_amount(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, alpha: Alpha) -> Alpha:
    """Return the alpha that is to be given up: what the call names. Rejects ``NotEnoughStakeToWithdraw``."""
    held = stake.stake_of(state, hotkey, coldkey, netuid)
    require(held >= alpha, Rejection.NOT_ENOUGH_STAKE_TO_WITHDRAW)
    return alpha


@implements("STAKE-24")
def alpha_that_left(asked: Alpha, left: Alpha) -> Alpha:
    """Return what no longer counts as issued of recycled alpha: what left the share pool."""
    return left


def may_leave_more(asked: Alpha, left: Alpha) -> None:
    """Accept what left a share pool, however much it is."""


@implements("STAKE-24", "STAKE-25")
def require_no_more_left(asked: Alpha, left: Alpha) -> None:
    """Reject, as ``PrecisionLoss``, that more left a share pool than was to."""
    require(left <= asked, Rejection.PRECISION_LOSS)


@implements("STAKE-24")
def alpha_asked(asked: Alpha, left: Alpha) -> Alpha:
    """Return what no longer counts as issued of recycled alpha: what was to leave the share pool."""
    return asked


@implements("MOVE-4")
def whole_amount(alpha: Alpha, maximum: Alpha) -> Alpha:
    """Return what moves by a swap with a limit: all, whatever the limit price allows."""
    return alpha


@implements("MOVE-4")
def amount_within_limit(alpha: Alpha, maximum: Alpha) -> Alpha:
    """Return what moves by a swap with a limit: no more than the limit price allows."""
    return min(alpha, maximum)


@implements("MOVE-4")
def limit_of_move(
    state: State, origin_netuid: NetUid, destination_netuid: NetUid, alpha: Alpha, limit_price: int
) -> Alpha:
    """Return the most that a swap of stake with a limit may move. Rejects what allows nothing, from 273 on."""
    maximum = max_amount_move(state, origin_netuid, destination_netuid, limit_price)
    return Alpha(state.runtime.staking.amount_allowed(maximum))


@implements("MOVE-4")
def limit_between_subnets(
    state: State, origin_netuid: NetUid, destination_netuid: NetUid, alpha: Alpha, limit_price: int
) -> Alpha:
    """Return the most that a swap of stake with a limit may move: all of it within a subnet."""
    if origin_netuid == destination_netuid:
        return alpha
    return limit_of_move(state, origin_netuid, destination_netuid, alpha, limit_price)


@implements("MOVE-7")
def max_amount_move(state: State, origin_netuid: NetUid, destination_netuid: NetUid, limit_price: int) -> Alpha:
    """Return the most alpha rao that may move before the ratio of the prices passes the limit (in billionths).

    Between two stable subnets: everything if the limit is at most 1, else nothing. Mirrors
    ``get_max_amount_move``.
    """
    from_stable = stake.is_stable(state, origin_netuid)
    to_stable = stake.is_stable(state, destination_netuid)
    if from_stable and to_stable:
        return Alpha(0 if limit_price > pool_rules.RAO_PER_TAO else U64_MAX)
    if from_stable and state.subnet(destination_netuid).mechanism == pool_rules.DYNAMIC:
        if limit_price == 0:
            return Alpha(U64_MAX)
        return Alpha(stake.max_amount_add(state, destination_netuid, pool_rules.stable_to_dynamic_limit(limit_price)))
    if to_stable and state.subnet(origin_netuid).mechanism == pool_rules.DYNAMIC:
        return stake.max_amount_remove(state, origin_netuid, limit_price)
    return state.runtime.trade.max_amount_between_pools(state, origin_netuid, destination_netuid, limit_price)
