"""Stake that enters and leaves a subnet by a swap that may be refused, stop at a limit and leave alpha over.

These are the versions from 283 on of what :mod:`dtao.transitions.stake` does through a constant product.
"""

from dtao.events import Event, StakeAddedForFee, StakeRemovedForFee
from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection, require
from dtao.records import NO_SHARE_POOL, Pool
from dtao.rule import implements
from dtao.rules.pool import RAO_PER_TAO, U128_MAX
from dtao.rules.pool import max_amount_between_pools as max_amount_between
from dtao.rules.pools.weighted import largest_amount
from dtao.state import State
from dtao.trades import Position, Swap
from dtao.transitions import liquidity, stake
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, NetUid, Rao

MILLIONTHS = 1_000_000
"""What the setting for small nominations counts of, from 298 on."""


@implements("POOL-3")
def sim_swap_tao_for_alpha(state: State, netuid: NetUid, tao: Rao) -> Alpha | None:
    """Return the alpha rao that ``tao`` rao would buy now, the fee deducted; None if the pool does not swap."""
    result = liquidity.sim_swap(state, netuid, True, tao)
    return None if isinstance(result, Rejection) else Alpha(result.paid_out)


@implements("POOL-4")
def sim_swap_alpha_for_tao(state: State, netuid: NetUid, alpha: Alpha) -> Rao | None:
    """Return the rao that ``alpha`` alpha rao would sell for now, the fee deducted; None if the pool does not swap."""
    result = liquidity.sim_swap(state, netuid, False, alpha)
    return None if isinstance(result, Rejection) else Rao(result.paid_out)


@implements("POOL-5")
def max_amount_add(state: State, netuid: NetUid, limit_price: int) -> Rao:
    """Return the most rao that may be staked before the price passes the limit, the fee included.

    It is what a swap of all TAO that a u64 can count would take; 0 if the pool does not swap. On root and stable
    subnets: everything if the limit is at least 1 TAO, else nothing. Mirrors ``get_max_amount_add``.
    """
    if stake.is_stable(state, netuid):
        return Rao(U64_MAX if limit_price >= RAO_PER_TAO else 0)
    return Rao(_taken_until(state, netuid, True, limit_price))


@implements("POOL-6")
def max_amount_remove(state: State, netuid: NetUid, limit_price: int) -> Alpha:
    """Return the most alpha rao that may be unstaked before the price falls below the limit, the fee included.

    As :func:`max_amount_add`; on root and stable subnets everything if the limit is at most 1 TAO, else nothing.
    Mirrors ``get_max_amount_remove``.
    """
    if stake.is_stable(state, netuid):
        return Alpha(U64_MAX if limit_price <= RAO_PER_TAO else 0)
    return Alpha(_taken_until(state, netuid, False, limit_price))


@implements("POOL-5")
def max_amount_add_or_refused(state: State, netuid: NetUid, limit_price: int) -> Rao:
    """As :func:`max_amount_add`, but refuse the call under way as the pool does if it does not swap."""
    if stake.is_stable(state, netuid):
        return max_amount_add(state, netuid, limit_price)
    return Rao(_accepted_until(state, netuid, True, limit_price))


@implements("POOL-6")
def max_amount_remove_or_refused(state: State, netuid: NetUid, limit_price: int) -> Alpha:
    """As :func:`max_amount_remove`, but refuse the call under way as the pool does if it does not swap."""
    if stake.is_stable(state, netuid):
        return max_amount_remove(state, netuid, limit_price)
    return Alpha(_accepted_until(state, netuid, False, limit_price))


def _accepted_until(state: State, netuid: NetUid, is_buy: bool, limit_price: int) -> int:
    reserve = state.pool(netuid).tao if is_buy else state.pool(netuid).alpha_in
    amount = largest_amount(state.runtime.pools.weights, reserve)
    result = liquidity.accepted(liquidity.sim_swap(state, netuid, is_buy, amount, limit_price))
    return min(result.paid_in + result.fee, U64_MAX)


def _taken_until(state: State, netuid: NetUid, is_buy: bool, limit_price: int) -> int:
    result = liquidity.sim_swap(state, netuid, is_buy, U64_MAX, limit_price)
    return 0 if isinstance(result, Rejection) else min(result.paid_in + result.fee, U64_MAX)


@implements("POOL-8")
def max_amount_between_pools(
    state: State, origin_netuid: NetUid, destination_netuid: NetUid, limit_price: int
) -> Alpha:
    """Return the most alpha rao that may move before the ratio of the prices passes the limit (in billionths).

    Computed as if both pools were constant products of all their reserves.
    """
    origin, destination = _with_all_reserves(state, origin_netuid), _with_all_reserves(state, destination_netuid)
    return max_amount_between(
        origin,
        stake.price(state, origin_netuid),
        destination,
        stake.price(state, destination_netuid),
        limit_price,
        U128_MAX,
        state.runtime.pools.prices.fraction_bits,
    )


def _with_all_reserves(state: State, netuid: NetUid) -> Pool:
    tao, alpha = liquidity.reserves(state.pool(netuid), liquidity.ranges_of(state, netuid))
    return evolve(state.pool(netuid), tao=tao, alpha_in=alpha)


@implements("STAKE-1")
def buy_or_refuse(state: State, netuid: NetUid, tao: Rao) -> tuple[State, Alpha]:
    """Return the state after ``tao`` rao bought alpha, and how much; the call is refused if the pool does not swap."""
    state, result = liquidity.buy(state, netuid, tao)
    return state, Alpha(result.paid_out)


@implements("STAKE-4")
def stake_into_subnet(
    state: State,
    hotkey: AccountId,
    coldkey: AccountId,
    netuid: NetUid,
    tao: Rao,
    fee: Rao,
    limit_price: int | None,
) -> tuple[State, tuple[Event, ...]]:
    """Return the state after ``tao`` rao, already withdrawn, were staked, and the event.

    What a limit leaves over is lost. Rejections in order: those of the swap, ``AmountTooLow`` (nothing bought),
    ``InsufficientLiquidity`` (worth no share of the hotkey's stake). If the share pool takes nothing, the alpha is lost
    and no event emitted. Mirrors ``stake_into_subnet``.
    """
    return _stake(state, hotkey, coldkey, netuid, tao, limit_price, is_free=False)


@implements("MOVE-6")
def arrive(
    state: State, origin_netuid: NetUid, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, tao: Rao, fee: Rao
) -> tuple[State, tuple[Event, ...]]:
    """Return the state after the TAO of moved stake was staked, and the events; without a fee unless it left root."""
    return _stake(state, hotkey, coldkey, netuid, tao, None, is_free=origin_netuid != ROOT)


def _stake(
    state: State,
    hotkey: AccountId,
    coldkey: AccountId,
    netuid: NetUid,
    tao: Rao,
    limit_price: int | None,
    is_free: bool,
) -> tuple[State, tuple[Event, ...]]:
    before = state
    state, tao = state.runtime.accounts.stake(state, netuid, coldkey, tao)
    state, result = liquidity.buy(state, netuid, tao, limit_price, is_free)
    alpha = Alpha(result.paid_out)
    require(alpha > 0, Rejection.AMOUNT_TOO_LOW)
    pool = stake.share_pool(state, hotkey, netuid)
    require(state.runtime.shares.is_worth_a_share(pool, alpha), Rejection.INSUFFICIENT_LIQUIDITY)
    pool, credited = state.runtime.shares.deposit(pool, coldkey, alpha)
    state = stake.with_subnet(state, netuid, stake.with_share_pool(state.subnet(netuid), hotkey, pool))
    state = stake.with_staking_hotkey(state, coldkey, hotkey)
    if credited == 0:
        return state, ()
    state = state.runtime.trade.pay_fee_of_buyer(state, netuid, result.fee_to_author)
    state = state.runtime.staking.record_inflow(before, state, netuid, tao, result.paid_in)
    state = state.runtime.locks.on_stake_changed(state, coldkey, netuid)
    state = state.runtime.staking.record_stake_change(state, coldkey, hotkey)
    if netuid == ROOT:
        state = state.runtime.claims.on_stake_added(state, hotkey, coldkey, Rao(alpha))
    return state, (StakeAddedForFee(coldkey, hotkey, tao, alpha, netuid, Rao(result.fee)),)


@implements("STAKE-5")
def unstake_from_subnet(
    state: State,
    hotkey: AccountId,
    coldkey: AccountId,
    netuid: NetUid,
    alpha: Alpha,
    fee: Rao,
    limit_price: int | None,
) -> tuple[State, Rao, Event]:
    """Return the state after ``alpha`` alpha rao were sold, the rao that are due to the coldkey, and the event.

    What the swap did not take becomes stake again. The call is refused if the pool does not swap. Mirrors
    ``unstake_from_subnet``.
    """
    return _unstake(state, hotkey, coldkey, netuid, alpha, limit_price, is_free=False)


@implements("STAKE-5")
def unstake_free(
    state: State,
    hotkey: AccountId,
    coldkey: AccountId,
    netuid: NetUid,
    alpha: Alpha,
    fee: Rao,
    limit_price: int | None,
) -> tuple[State, Rao, Event]:
    """As :func:`unstake_from_subnet`, but the pool takes no fee."""
    return _unstake(state, hotkey, coldkey, netuid, alpha, limit_price, is_free=True)


@implements("STAKE-5")
def unstake_free_from_root(
    state: State,
    hotkey: AccountId,
    coldkey: AccountId,
    netuid: NetUid,
    alpha: Alpha,
    fee: Rao,
    limit_price: int | None,
) -> tuple[State, Rao, Event]:
    """As :func:`unstake_from_subnet`, but root takes no fee."""
    return _unstake(state, hotkey, coldkey, netuid, alpha, limit_price, is_free=netuid == ROOT)


def _unstake(
    state: State,
    hotkey: AccountId,
    coldkey: AccountId,
    netuid: NetUid,
    alpha: Alpha,
    limit_price: int | None,
    is_free: bool,
) -> tuple[State, Rao, Event]:
    before = state
    state, sold = withdraw(state, hotkey, coldkey, netuid, alpha)
    state, result = liquidity.try_sell(state, netuid, sold, limit_price, is_free)
    position = Position(coldkey, hotkey, netuid)
    state, settled = _settle(before, state, position, alpha, sold, liquidity.accepted(result))
    if isinstance(settled, Rejection):
        raise Rejected(settled)
    return state, *settled


@implements("MOVE-6")
def transfer_stake_within_subnet(
    state: State, origin: Position, destination: Position, alpha: Alpha
) -> tuple[State, Rao, tuple[Event, ...]]:
    """Return the state after stake moved within a subnet without a swap, what it is worth, and the events.

    Rejects ``AmountTooLow`` if that is less than the minimum stake at the present price. Mirrors
    ``transfer_stake_within_subnet``.
    """
    netuid = origin.netuid
    state = state.runtime.locks.on_stake_transferred(state, origin.coldkey, destination.coldkey, netuid, alpha)
    state, taken = withdraw(state, origin.hotkey, origin.coldkey, netuid, alpha)
    if netuid == ROOT:
        state = state.runtime.claims.on_stake_left(state, origin.hotkey, origin.coldkey, Rao(alpha))
    pool = stake.share_pool(state, destination.hotkey, netuid)
    pool, credited = state.runtime.shares.deposit(pool, destination.coldkey, taken)
    state = stake.with_subnet(state, netuid, stake.with_share_pool(state.subnet(netuid), destination.hotkey, pool))
    state = state.runtime.staking.record_earning(state, destination.coldkey, destination.hotkey, taken)
    if netuid == ROOT:
        state = state.runtime.claims.on_stake_arrived(state, destination.hotkey, destination.coldkey, Rao(taken))
    worth = stake.worth(state, netuid, credited)
    require(worth >= state.runtime.constants.min_stake, Rejection.AMOUNT_TOO_LOW)
    state = state.runtime.staking.record_stake_change(state, destination.coldkey, destination.hotkey)
    removed = StakeRemovedForFee(origin.coldkey, origin.hotkey, worth, taken, netuid, Rao(0))
    added = StakeAddedForFee(destination.coldkey, destination.hotkey, worth, credited, netuid, Rao(0))
    return state, worth, (removed, added)


def withdraw(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, alpha: Alpha) -> tuple[State, Alpha]:
    """Return the state after alpha left a share pool, and how much counts as withdrawn."""
    pool = stake.share_pool(state, hotkey, netuid)
    reduced, alpha = state.runtime.shares.withdraw(pool, coldkey, alpha)
    if reduced is not pool:
        state = stake.with_subnet(state, netuid, stake.with_share_pool(state.subnet(netuid), hotkey, reduced))
    return state, alpha


def _settle(
    before: State, state: State, position: Position, asked: Alpha, sold: Alpha, result: Swap
) -> tuple[State, Rejection | tuple[Rao, Event]]:
    """Return the state after a swap that the pool made was settled, the TAO that is due, and the event.

    Or the state up to where a rejection ends that, and the rejection.
    """
    coldkey, hotkey, netuid = position.coldkey, position.hotkey, position.netuid
    tao = Rao(result.paid_out)
    refund = Alpha(max(sold - min(result.paid_in + result.fee, U64_MAX), 0))
    if refund > 0:
        pool, _ = state.runtime.shares.deposit(stake.share_pool(state, hotkey, netuid), coldkey, refund)
        state = stake.with_subnet(state, netuid, stake.with_share_pool(state.subnet(netuid), hotkey, pool))
        state = stake.with_staking_hotkey(state, coldkey, hotkey)
    try:
        state = state.runtime.accounts.unstake(state, netuid, coldkey, tao)
    except Rejected as refusal:
        return state, refusal.rejection
    state, fee_paid = state.runtime.trade.pay_fee_of_seller(state, netuid, Alpha(result.fee_to_author))
    if isinstance(fee_paid, str):
        return state, Rejection(fee_paid)
    if netuid == ROOT:
        state = state.runtime.claims.on_stake_removed(state, hotkey, coldkey, Rao(asked))
    paid_out = min(result.paid_out + fee_paid, U64_MAX)
    state = state.runtime.staking.record_outflow(before, state, netuid, paid_out)
    state = state.runtime.locks.on_stake_changed(state, coldkey, netuid)
    state = state.runtime.staking.record_stake_change(state, coldkey, hotkey)
    alpha = state.runtime.staking.alpha_emitted(sold, result.paid_in)
    return state, (tao, StakeRemovedForFee(coldkey, hotkey, tao, alpha, netuid, Rao(result.fee)))


@implements("STAKE-5")
def alpha_that_left(sold: Alpha, paid_in: int) -> Alpha:
    """Return the alpha that the event of a sale names: what left the share pool."""
    return sold


@implements("STAKE-5")
def alpha_paid_in(sold: Alpha, paid_in: int) -> Alpha:
    """Return the alpha that the event of a sale names: what the pool took, without the fee."""
    return Alpha(paid_in)


@implements("STAKE-6")
def clear_small_nomination(
    state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid
) -> tuple[State, tuple[Event, ...]]:
    """Return the state in which a nominator's stake is paid out if it is below the required minimum.

    If the pool does not swap, the stake is gone all the same, unpaid. Alpha rao are compared with a minimum in rao. The
    owner of the hotkey is exempt. Mirrors ``clear_small_nomination_if_required``.
    """
    if state.owner.get(hotkey) == coldkey:
        return state, ()
    alpha = stake.stake_of(state, hotkey, coldkey, netuid)
    if alpha >= state.parameters.nominator_min_required_stake:
        return state, ()
    return sell_nomination(state, hotkey, coldkey, netuid, alpha)


@implements("STAKE-6")
def clear_small_nomination_by_value(
    state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid
) -> tuple[State, tuple[Event, ...]]:
    """As :func:`clear_small_nomination`, but compared is the alpha that the minimum buys at the present price."""
    if state.owner.get(hotkey) == coldkey:
        return state, ()
    alpha = stake.stake_of(state, hotkey, coldkey, netuid)
    price, fraction = stake.price(state, netuid), state.runtime.pools.prices.fraction_bits
    minimum = (least_nomination(state) << 2 * fraction) // price if price else 0
    if minimum > U128_MAX:
        minimum = 0
    if alpha >= min(minimum >> fraction, U64_MAX):
        return state, ()
    return sell_nomination(state, hotkey, coldkey, netuid, alpha)


@implements("STAKE-6")
def least_nomination(state: State) -> Rao:
    """Return the least that a nominator may leave: so many millionths of the minimum stake as are stored, floored.

    The product saturates as a u64. Mirrors ``get_nominator_min_required_stake`` from 298 on.
    """
    factor = state.parameters.nominator_min_required_stake
    return Rao(min(factor * state.runtime.constants.min_stake, U64_MAX) // MILLIONTHS)


@implements("STAKE-6")
def clear_positive_nomination(
    state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid
) -> tuple[State, tuple[Event, ...]]:
    """As :func:`clear_small_nomination_by_value`, but a stake of nothing is left alone."""
    if stake.stake_of(state, hotkey, coldkey, netuid) == 0:
        return state, ()
    return clear_small_nomination_by_value(state, hotkey, coldkey, netuid)


def sell_nomination(
    state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, alpha: Alpha
) -> tuple[State, tuple[Event, ...]]:
    """Return the state after a nomination was sold and paid out; if the pool does not swap, it is gone unpaid."""
    before = state
    state, sold = withdraw(state, hotkey, coldkey, netuid, alpha)
    state, result = liquidity.try_sell(state, netuid, sold)
    settled: Rejection | tuple[Rao, Event]
    if isinstance(result, Rejection):
        settled = result
    else:
        state, settled = _settle(before, state, Position(coldkey, hotkey, netuid), alpha, sold, result)
    events: tuple[Event, ...] = ()
    if isinstance(settled, Rejection):
        rest = stake.stake_of(state, hotkey, coldkey, netuid)
        state = withdraw(state, hotkey, coldkey, netuid, rest)[0]
    else:
        tao, event = settled
        state, events = state.runtime.accounts.pay_out(state, coldkey, tao), (event,)
    return state.runtime.locks.on_stake_cleared(state, coldkey, netuid, alpha), events


@implements("STAKE-7")
def total_stake_of_hotkey(state: State, hotkey: AccountId) -> Rao:
    """Return the stake on a hotkey on all existing subnets at their present prices, the sum floored to rao.

    The parts are added in the format of prices, where their sum wraps around. Mirrors ``get_total_stake_for_hotkey``.
    """
    total = 0
    for netuid in stake.existing_netuids(state):
        alpha = stake.stake_of_hotkey(state, hotkey, netuid)
        if alpha:
            total += min(alpha * stake.price(state, netuid), U128_MAX)
    return Rao(min((total & U128_MAX) >> state.runtime.pools.prices.fraction_bits, U64_MAX))


@implements("STAKE-8")
def total_stake_of_coldkey(state: State, coldkey: AccountId) -> Rao:
    """Return what the stake of a coldkey would sell for, each fee at the present price added; summed modulo 2**64.

    Each position is sold in the present pool alone. One that would not sell counts nothing. Mirrors
    ``get_total_stake_for_coldkey``.
    """
    total = 0
    for hotkey in state.staking_hotkeys.get(coldkey, ()):
        for netuid, subnet in state.subnets.items():
            if not subnet.share_pools.get(hotkey, NO_SHARE_POOL).is_held_by(coldkey):
                continue
            alpha = stake.stake_of(state, hotkey, coldkey, netuid)
            result = liquidity.sim_swap(state, netuid, False, alpha)
            if not isinstance(result, Rejection):
                total += min(result.paid_out + stake.worth(state, netuid, result.fee), U64_MAX)
    return Rao(total & U64_MAX)
