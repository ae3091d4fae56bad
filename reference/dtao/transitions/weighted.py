"""Pools with weights in the state, from 423 on: their price, swaps, and how liquidity enters them."""

from dtao.evolving import evolve
from dtao.fixed import U64F64
from dtao.records import Swap
from dtao.rule import implements
from dtao.rules.pool import DYNAMIC
from dtao.rules.pools import weighted as rules
from dtao.rules.pools.weighted import MAX_PRICE, MIN_PRICE, NO_WEIGHTS, SwapError, Weights
from dtao.state import State
from dtao.units import Bits, NetUid

INITIALIZED = Weights(is_initialized=True)


def weights_of(state: State, netuid: NetUid) -> Weights:
    """Return the weights of a subnet's pool: both a half where nothing says otherwise."""
    return state.weights.get(netuid, NO_WEIGHTS)


def with_weights(state: State, netuid: NetUid, weights: Weights) -> State:
    """Return the state with the weights of one pool replaced."""
    return evolve(state, weights=state.weights.set(netuid, weights))


@implements("PRICE-1")
def price(state: State, netuid: NetUid) -> Bits:
    """Return the price of a subnet's alpha in TAO; U64F64; 1 where the mechanism is stable.

    Mirrors ``current_price``.
    """
    if state.subnet(netuid).mechanism != DYNAMIC:
        return Bits(U64F64.one)
    pool = state.pool(netuid)
    return rules.price(weights_of(state, netuid).quote, pool.alpha_in, pool.tao)


@implements("POOL-20")
def swapped_at_weights(
    state: State, netuid: NetUid, is_buy: bool, amount: int, limit_price: int | None, is_free: bool
) -> tuple[State, Swap | str]:
    """Return the state after a swap, and what it comes to; all of the fee is for the author of the block.

    A first swap begins at weights of a half, even if liquidity has moved them before. Mirrors ``do_swap``.
    """
    if limit_price is None:
        limit_price = MAX_PRICE if is_buy else MIN_PRICE
    rate = 0 if is_free else state.subnet(netuid).hyperparameters.fee_rate
    pool, weights = state.pool(netuid), weights_of(state, netuid)
    quote = weights.quote if weights.is_initialized else rules.HALF
    versions = state.runtime.pools.weights
    result = rules.swap(versions, quote, pool.tao, pool.alpha_in, rate, is_buy, amount, limit_price)
    if isinstance(result, SwapError):
        return state, result
    if not weights.is_initialized:
        state = with_weights(state, netuid, INITIALIZED)
    return state, Swap(result.paid_in, result.paid_out, result.fee, result.fee if result.paid_in else 0)
