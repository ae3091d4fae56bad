"""Pools with weights in the state and in blocks, from 423 on: their price, swaps, and how liquidity enters them."""

from dtao.accumulator import SubnetAccumulator
from dtao.evolving import copier, evolve, maker
from dtao.fixed import U64F64
from dtao.rule import implements
from dtao.rules.pool import DYNAMIC
from dtao.rules.pools import weighted as rules
from dtao.rules.pools.weighted import MAX_PRICE, MIN_PRICE, NO_WEIGHTS, SwapError, Weights
from dtao.state import BlockContext, State
from dtao.trades import Swap
from dtao.units import Alpha, Bits, NetUid, Rao, WideBits

_swap = maker(Swap)
_with_stored = copier(Weights, "stored")
ONE = Bits(U64F64.one)
INITIALIZED = Weights(is_initialized=True, stored=rules.HALF)


def weights_of(state: State, netuid: NetUid) -> Weights:
    """Return the weights of a subnet's pool: both a half where nothing says otherwise."""
    return state.weights.get(netuid, NO_WEIGHTS)


def with_weights(state: State, netuid: NetUid, weights: Weights) -> State:
    """Return the state with the weights of one pool replaced."""
    return evolve(state, weights=state.weights.set(netuid, weights))


@implements("PRICE-1")
def price(state: State, netuid: NetUid) -> WideBits:
    """Return the price of a subnet's alpha in TAO; U64F64; 1 where the mechanism is stable.

    Mirrors ``current_price``.
    """
    if state.subnet(netuid).mechanism != DYNAMIC:
        return Bits(U64F64.one)
    pool = state.pool(netuid)
    return rules.price(weights_of(state, netuid).quote, pool.alpha_in, pool.tao)


@implements("POOL-34")
def swap_at_weights(
    state: State, netuid: NetUid, is_buy: bool, amount: int, limit_price: int | None, is_free: bool
) -> tuple[State, Swap | str, None]:
    """Return the state with the weights after a swap, and what it comes to; all of the fee is for the block's author.

    A first swap begins at weights of a half, even if liquidity has moved them before. Mirrors ``do_swap``.
    """
    if limit_price is None:
        limit_price = MAX_PRICE if is_buy else MIN_PRICE
    rate = 0 if is_free else state.subnet(netuid).hyperparameters.fee_rate
    pool, weights = state.pool(netuid), weights_of(state, netuid)
    quote = weights.quote if weights.is_initialized else rules.HALF
    versions = state.runtime.pools.weights
    is_dynamic = state.subnet(netuid).mechanism == DYNAMIC
    result = rules.swap(versions, quote, pool.tao, pool.alpha_in, rate, is_buy, amount, limit_price, is_dynamic)
    if isinstance(result, SwapError):
        return state, result, None
    if not weights.is_initialized:
        state = with_weights(state, netuid, INITIALIZED)
    return state, _swap(result.paid_in, result.paid_out, result.fee, result.fee if result.paid_in else 0), None


@implements("PRICE-1")
def price_of(subnet: SubnetAccumulator) -> WideBits:
    """Return the present price of a subnet under context as :func:`price`; U64F64."""
    if subnet.mechanism != DYNAMIC:
        return ONE
    # It is asked for before and after each block, and most blocks find it as they left it.
    at = subnet.quote, subnet.alpha_in, subnet.tao
    if at != subnet.priced_at:
        subnet.priced_at = at
        subnet.price = rules.price(*at)  # type: ignore[arg-type]  # as below
    return subnet.price


def unpack(weights: Weights, subnet: SubnetAccumulator) -> None:
    """Go on from the weights of the pool of a subnet."""
    subnet.weights, subnet.quote, subnet.has_moved_quote = weights, weights.quote, False


def pack(subnet: SubnetAccumulator) -> Weights:
    """Return the weights of the pool of a subnet as they are now."""
    return _with_stored(subnet.weights, subnet.quote) if subnet.has_moved_quote else subnet.weights


@implements("POOL-35")
def inject(context: BlockContext, subnet: SubnetAccumulator, tao: int, alpha: int) -> tuple[int, int]:
    """Move the weights of a pool so that its price stays when TAO and alpha enter, and return these.

    Nothing enters if a weight would fall below 1 %. Mirrors ``adjust_protocol_liquidity``.
    """
    # To name the units of each block's numbers would cost a tenth of the block.
    quote = rules.quote_weight_with(subnet.quote, subnet.tao, subnet.alpha_in, tao, alpha)  # type: ignore[arg-type]
    if quote is None:
        return 0, 0
    subnet.quote, subnet.has_moved_quote = quote, True
    return tao, alpha


@implements("POOL-34")
def swap_at_weights_of(
    context: BlockContext, subnet: SubnetAccumulator, is_buy: bool, amount: int, is_free: bool
) -> tuple[int, int] | None:
    """Swap in a pool whose reserves have not moved yet as :func:`swap_at_weights` does; None if it does not."""
    quote = subnet.quote if subnet.weights.is_initialized else rules.HALF
    rate, limit = 0 if is_free else subnet.fee_rate, MAX_PRICE if is_buy else MIN_PRICE
    versions = context.state.runtime.pools.weights
    result = rules.swap(versions, quote, Rao(subnet.tao), Alpha(subnet.alpha_in), rate, is_buy, amount, limit)
    if isinstance(result, SwapError):
        return None
    if not subnet.weights.is_initialized:
        subnet.weights, subnet.quote, subnet.has_moved_quote = INITIALIZED, rules.HALF, False
    return result.paid_in, result.paid_out
