"""Pools of concentrated liquidity in the state: swaps and their bookkeeping, from 283 on.

A swap moves the price and pays out of the reserves; what stays behind as a fee belongs to the positions and is in no
reserve. Reserves are the sum of what the chain and what users provided; what leaves them leaves the users' part first.
"""

from dtao.accumulator import SubnetAccumulator
from dtao.evolving import copier, evolve, maker
from dtao.fixed import U96F32
from dtao.outcome import Rejected, Rejection
from dtao.persistent import Map
from dtao.records import NO_POOL, Pool, Subnet
from dtao.rule import implements
from dtao.rules.pool import DYNAMIC
from dtao.rules.pools.concentrated import positions
from dtao.rules.pools.concentrated.records import NO_RANGES, AnyRanges, Ranges
from dtao.rules.pools.concentrated.sqrt_price import (
    FRACTION,
    LARGEST,
    MAX_PRICE,
    MIN_PRICE,
    PRICE_FRACTION,
    sqrt_of_limit,
)
from dtao.rules.pools.concentrated.swap import RangeSwap, SwapError, fee_of_amount, swap
from dtao.rules.pools.concentrated.versions import RangeRules
from dtao.state import State
from dtao.trades import Swap
from dtao.units import U64_MAX, Alpha, Bits, NetUid, Rao, WideBits

_with_ranges = copier(State, "ranges")
_with_trade = copier(State, "ranges", "pools", "total_stake")
_swap = maker(Swap)
_traded = copier(Pool, "tao", "alpha_in", "alpha_out", "volume")


@implements("POOL-22")
def reserves(pool: Pool | SubnetAccumulator, ranges: AnyRanges) -> tuple[Rao, Alpha]:
    """Return the TAO and the alpha in a pool, whoever provided them; saturating."""
    tao, alpha = pool.tao + ranges.tao_provided, pool.alpha_in + ranges.alpha_provided
    return Rao(tao if tao < U64_MAX else U64_MAX), Alpha(alpha if alpha < U64_MAX else U64_MAX)


def with_ranges(state: State, netuid: NetUid, ranges: Ranges) -> State:
    """Return the state with the ranges of one pool replaced."""
    return _with_ranges(state, state.ranges.set(netuid, ranges))


@implements("PRICE-1")
def price_of(mechanism: int, pool: Pool | SubnetAccumulator, ranges: AnyRanges) -> Bits:
    """Return the price of alpha in TAO; U96F32, floored; 1 where the mechanism is stable.

    Until the first swap it is that of the reserves (0 without alpha), from then on the square of the stored root,
    floored in U64F64 first. Mirrors ``current_price``.
    """
    if mechanism != DYNAMIC:
        return Bits(U96F32.one)
    if ranges.is_initialized:
        return price_of_root(ranges.sqrt_price)
    tao, alpha = reserves(pool, ranges)
    return Bits((tao << PRICE_FRACTION) // alpha) if alpha else Bits(0)


@implements("PRICE-1")
def price_of_root(sqrt_price: WideBits) -> Bits:
    """Return the square of a root, floored in U64F64 and then in U96F32."""
    square = sqrt_price * sqrt_price >> FRACTION
    return Bits((square if square < LARGEST else LARGEST) >> FRACTION - PRICE_FRACTION)


@implements("PRICE-1")
def price(state: State, netuid: NetUid) -> Bits:
    """Return the price of a subnet's alpha in TAO; U96F32. Mirrors ``current_alpha_price``."""
    return price_of(state.subnet(netuid).mechanism, state.pool(netuid), ranges_of(state, netuid))


def ranges_of(state: State, netuid: NetUid) -> Ranges:
    """Return the ranges of a subnet's pool: none where there was never a swap."""
    return state.ranges.get(netuid, NO_RANGES)


@implements("POOL-20")
def swap_in_ranges(
    rules: RangeRules,
    pool: Pool | SubnetAccumulator,
    ranges: Ranges,
    fee_rate: int,
    next_position: int,
    is_buy: bool,
    amount: int,
    limit_price: int,
) -> RangeSwap | Rejection:
    """Return what a swap comes to, and the ranges after it. A first swap opens the chain's position before.

    Rejections: ``ReservesTooLow``, ``PriceLimitExceeded`` (from 298 on), then those of the steps. Mirrors
    ``swap_inner``.
    """
    tao, alpha = pool.tao + ranges.tao_provided, pool.alpha_in + ranges.alpha_provided
    if rules.is_reserve_too_low(is_buy, Rao(tao), Alpha(alpha)):
        return Rejection.RESERVES_TOO_LOW
    if not ranges.is_initialized:
        ranges = positions.initialize(ranges, *reserves(pool, ranges), next_position)
    limit = sqrt_of_limit(limit_price)
    if rules.is_beyond_limit(is_buy, ranges.sqrt_price, limit):
        return Rejection.PRICE_LIMIT_EXCEEDED
    result = swap(ranges, fee_rate, is_buy, amount, limit, rules.steps)
    return Rejection(result.value) if isinstance(result, SwapError) else result


@implements("POOL-3", "POOL-4")
def sim_swap(
    state: State, netuid: NetUid, is_buy: bool, amount: int, limit_price: int | None = None
) -> Swap | Rejection:
    """Return what a swap would come to now, up to a limit price in rao per alpha if one is given.

    It is 1 : 1 and free where the mechanism is stable, without a limit. Whether the reserve suffices does not count.
    Mirrors ``sim_swap``, and ``swap`` that is rolled back.
    """
    subnet = state.subnet(netuid)
    if subnet.mechanism != DYNAMIC and limit_price is None:
        amount = state.runtime.trade.stable_amount(subnet, amount)
        return Swap(amount, amount, 0)
    result = state.runtime.trade.swap(state, netuid, is_buy, amount, limit_price, False)[1]
    return result if isinstance(result, Swap) else Rejection(result)


def run_swap_in_ranges(
    state: State, netuid: NetUid, is_buy: bool, amount: int, limit_price: int | None, is_free: bool
) -> tuple[State, Swap | str, Ranges | None]:
    """Return what a swap in a pool of concentrated liquidity comes to, and the ranges in which it has moved the price.

    The state is the one given, but that a first swap has taken the number of a position.
    """
    if limit_price is None:
        limit_price = MAX_PRICE if is_buy else MIN_PRICE
    rate = 0 if is_free else state.subnet(netuid).hyperparameters.fee_rate
    rules, pool = state.runtime.pools.ranges, state.pools.get(netuid, NO_POOL)
    ranges, next_position = state.ranges.get(netuid, NO_RANGES), state.last_position_id + 1
    result = swap_in_ranges(rules, pool, ranges, rate, next_position, is_buy, amount, limit_price)
    if isinstance(result, Rejection):
        return state, result, None
    if not ranges.is_initialized:
        state = evolve(state, last_position_id=next_position)
    return state, _swap(result.paid_in, result.paid_out, result.fee, result.fee_to_author), result.ranges


def try_swap(
    state: State, netuid: NetUid, is_buy: bool, amount: int, limit_price: int | None = None, is_free: bool = False
) -> tuple[State, Swap | Rejection, Ranges]:
    """Return the state after a swap, of which no reserve has moved yet, what it came to, and the ranges to be stored.

    ``InsufficientLiquidity`` if the reserve holds less than is paid out; the price has moved all the same then, which
    stays so unless the call is refused. After any other rejection nothing has changed. Mirrors ``do_swap``.
    """
    pool, before = state.pools.get(netuid, NO_POOL), state.ranges.get(netuid, NO_RANGES)
    held = pool.alpha_in + before.alpha_provided if is_buy else pool.tao + before.tao_provided
    state, result, after = state.runtime.trade.swap(state, netuid, is_buy, amount, limit_price, is_free)
    if not isinstance(result, Swap):
        return state, Rejection(result), before
    if held < result.paid_out:
        state = state if after is None else with_ranges(state, netuid, after)
        return state, Rejection.INSUFFICIENT_LIQUIDITY, before
    return state, result, before if after is None else after


@implements("STAKE-1")
def try_buy(
    state: State, netuid: NetUid, tao: Rao, limit_price: int | None = None, is_free: bool = False
) -> tuple[State, Swap | Rejection]:
    """Return the state after ``tao`` rao bought alpha, and what the swap came to, or why not.

    The TAO reserve gains what was paid in without the fee; total stake and volume gain all of ``tao``, also what a
    limit left over. 1 : 1 where the mechanism is stable, until 319 without a trace. Mirrors ``swap_tao_for_alpha``.
    """
    if state.subnet(netuid).mechanism != DYNAMIC:
        return state.runtime.trade.buy_stable(state, netuid, tao), Swap(tao, tao, 0)
    state, result, ranges = try_swap(state, netuid, True, tao, limit_price, is_free)
    if isinstance(result, Rejection):
        return state, result
    return _settle_buy(state, netuid, ranges, tao, result.paid_in, result.paid_out), result


def _settle_buy(state: State, netuid: NetUid, ranges: Ranges, tao: int, paid_in: int, paid_out: int) -> State:
    """Return the state with given ranges after a buyer paid for alpha, which leaves the reserve."""
    rules, pool = state.runtime.pools.ranges, state.pools.get(netuid, NO_POOL)
    alpha_in, ranges = _alpha_left(rules, pool, ranges, rules.paid_out_counted(paid_out))
    reserve = more if (more := pool.tao + rules.paid_in_counted(paid_in)) < U64_MAX else U64_MAX
    alpha_out = more if (more := pool.alpha_out + paid_out) < U64_MAX else U64_MAX
    total = more if (more := state.total_stake + tao) < U64_MAX else U64_MAX
    pool = _traded(pool, reserve, alpha_in, alpha_out, pool.volume + tao)
    return _with_trade(state, _store(state, netuid, ranges), state.pools.set(netuid, pool), total)


@implements("STAKE-2")
def try_sell(
    state: State, netuid: NetUid, alpha: Alpha, limit_price: int | None = None, is_free: bool = False
) -> tuple[State, Swap | Rejection]:
    """Return the state after ``alpha`` alpha rao were sold, and what the swap came to, or why not.

    The alpha reserve gains, and the alpha outside loses, what was paid in without the fee. 1 : 1 where the mechanism is
    stable, until 319 without a trace. Mirrors ``swap_alpha_for_tao``.
    """
    if state.subnet(netuid).mechanism != DYNAMIC:
        return state.runtime.trade.sell_stable(state, netuid, alpha), Swap(alpha, alpha, 0)
    state, result, ranges = try_swap(state, netuid, False, alpha, limit_price, is_free)
    if isinstance(result, Rejection):
        return state, result
    return _settle_sale(state, netuid, ranges, result.paid_in, result.paid_out), result


def _settle_sale(state: State, netuid: NetUid, ranges: Ranges, paid_in: int, paid_out: int) -> State:
    """Return the state with given ranges after a seller's alpha came in, for which TAO leaves the reserve."""
    rules, pool = state.runtime.pools.ranges, state.pools.get(netuid, NO_POOL)
    reserve, ranges = _tao_left(rules, pool, ranges, rules.paid_out_counted(paid_out))
    counted = rules.paid_in_counted(paid_in)
    alpha_in = more if (more := pool.alpha_in + counted) < U64_MAX else U64_MAX
    alpha_out = less if (less := pool.alpha_out - counted) > 0 else 0
    total = less if (less := state.total_stake - paid_out) > 0 else 0
    pool = _traded(pool, reserve, alpha_in, alpha_out, pool.volume + paid_out)
    return _with_trade(state, _store(state, netuid, ranges), state.pools.set(netuid, pool), total)


def _store(state: State, netuid: NetUid, ranges: Ranges) -> Map[NetUid, Ranges]:
    """Return the ranges of all pools with those of one of them, which are not stored where they are as before."""
    stored = state.ranges
    return stored if ranges is stored.get(netuid, NO_RANGES) else stored.set(netuid, ranges)


@implements("STAKE-1", "STAKE-2")
def keep_stable(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state after a swap where the mechanism is stable: as it was."""
    return state


@implements("STAKE-1")
def buy_stable(state: State, netuid: NetUid, tao: Rao) -> State:
    """Return the state after TAO became as much alpha where the mechanism is stable: the reserves have moved."""
    return _settle_buy(state, netuid, ranges_of(state, netuid), tao, tao, tao)


@implements("STAKE-2")
def sell_stable(state: State, netuid: NetUid, alpha: Alpha) -> State:
    """Return the state after alpha became as much TAO where the mechanism is stable: the reserves have moved."""
    return _settle_sale(state, netuid, ranges_of(state, netuid), alpha, alpha)


@implements("POOL-3", "POOL-4")
def any_amount(subnet: Subnet, amount: int) -> int:
    """Return what a swap without a pool is quoted at: the amount itself."""
    return amount


@implements("POOL-3", "POOL-4")
def amount_on_network(subnet: Subnet, amount: int) -> int:
    """Return what a swap without a pool is quoted at: the amount itself, nothing where no network exists."""
    return amount if subnet.added else 0


def buy(
    state: State, netuid: NetUid, tao: Rao, limit_price: int | None = None, is_free: bool = False
) -> tuple[State, Swap]:
    """As :func:`try_buy`, but refuse the call under way if the pool does not swap."""
    state, result = try_buy(state, netuid, tao, limit_price, is_free)
    return state, accepted(result)


def sell(state: State, netuid: NetUid, alpha: Alpha, limit_price: int | None = None) -> tuple[State, Swap]:
    """As :func:`try_sell`, but refuse the call under way if the pool does not swap."""
    state, result = try_sell(state, netuid, alpha, limit_price)
    return state, accepted(result)


def accepted(result: Swap | Rejection) -> Swap:
    """Return a swap, or refuse the call under way."""
    if isinstance(result, Rejection):
        raise Rejected(result)
    return result


@implements("POOL-22")
def take_tao(state: State, netuid: NetUid, tao: Rao) -> State:
    """Return the state after TAO left the reserves: first what users provided, then the chain's own, not below 0.

    Mirrors ``decrease_provided_tao_reserve``.
    """
    pool = state.pool(netuid)
    own, ranges = _tao_left(state.runtime.pools.ranges, pool, ranges_of(state, netuid), tao)
    pools = state.pools.set(netuid, evolve(pool, tao=Rao(own)))
    return evolve(state, ranges=_store(state, netuid, ranges), pools=pools)


@implements("POOL-22")
def take_alpha(state: State, netuid: NetUid, alpha: Alpha) -> State:
    """Return the state after alpha left the reserves, as :func:`take_tao`."""
    pool = state.pool(netuid)
    own, ranges = _alpha_left(state.runtime.pools.ranges, pool, ranges_of(state, netuid), alpha)
    pools = state.pools.set(netuid, evolve(pool, alpha_in=Alpha(own)))
    return evolve(state, ranges=_store(state, netuid, ranges), pools=pools)


def _tao_left(rules: RangeRules, pool: Pool, ranges: Ranges, tao: int) -> tuple[int, Ranges]:
    """Return what is left of the chain's own after TAO left a pool, and the ranges with what users provided."""
    provided, own = rules.taken(ranges.tao_provided, pool.tao, tao)
    return own, ranges if provided == ranges.tao_provided else evolve(ranges, tao_provided=Rao(provided))


def _alpha_left(rules: RangeRules, pool: Pool, ranges: Ranges, alpha: int) -> tuple[int, Ranges]:
    """Return what is left of the chain's own after alpha left a pool, and the ranges with what users provided."""
    provided, own = rules.taken(ranges.alpha_provided, pool.alpha_in, alpha)
    return own, ranges if provided == ranges.alpha_provided else evolve(ranges, alpha_provided=Alpha(provided))


def as_i64(amount: int) -> int:
    """Return a u64 as the i64 of the same bits."""
    return amount if amount < 2**63 else amount - 2**64


def approx_fee(state: State, netuid: NetUid, amount: int) -> int:
    """Return the fee of an amount that is swapped whole. Mirrors ``approx_fee_amount``."""
    return fee_of_amount(state.subnet(netuid).hyperparameters.fee_rate, amount)
