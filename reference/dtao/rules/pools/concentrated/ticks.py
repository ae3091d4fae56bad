"""The edges of positions: the liquidity that begins or ends there, and the fees taken on their other side."""

from bisect import bisect_left, bisect_right

from dtao.evolving import evolve, maker
from dtao.fixed import I64F64, saturate
from dtao.persistent import Map
from dtao.rule import implements
from dtao.rules.pools.concentrated.records import AnyRanges, Ranges, Tick
from dtao.rules.pools.concentrated.sqrt_price import MAX_TICK, MIN_TICK, price_at
from dtao.units import U64_MAX, Bits, WideBits

NO_TICK = Tick()
_tick = maker(Tick)
SMALLEST_SIGNED, LARGEST_SIGNED = Bits(I64F64.min_bits), Bits(I64F64.max_bits)
I128_MIN = -(2**127)
I128_MAX = 2**127 - 1


@implements("POOL-16")
def edge_above(edges: tuple[int, ...], tick: int) -> int:
    """Return the next edge above a tick, MAX_TICK if there is none: where a buyer's step ends."""
    index = bisect_right(edges, tick)
    return edges[index] if index < len(edges) else MAX_TICK


@implements("POOL-16")
def edge_below(edges: tuple[int, ...], tick: int, sqrt_price: WideBits) -> int:
    """Return the next edge below the price, MIN_TICK if there is none: where a seller's step ends.

    That is the current tick itself if it is an edge and the price is above it.
    """
    index = bisect_left(edges, tick)
    if index < len(edges) and edges[index] == tick and sqrt_price > price_at(tick):
        return tick
    return edges[index - 1] if index else MIN_TICK


@implements("POOL-18")
def add_liquidity(ranges: Ranges, tick: int, liquidity: int, is_upper: bool) -> Ranges:
    """Return the ranges with more liquidity that begins at a tick, or ends there if it is the upper edge.

    A new edge above the price starts with all fees so far as those taken on its other side, one at or below it with
    none. Mirrors ``add_liquidity_at_index``.
    """
    return evolve(ranges, ticks=with_liquidity(ranges, ranges.ticks, tick, liquidity, is_upper))


@implements("POOL-18")
def with_liquidity(
    ranges: AnyRanges, edges: Map[int, Tick], tick: int, liquidity: int, is_upper: bool
) -> Map[int, Tick]:
    """Return edges of a pool with more liquidity, as :func:`add_liquidity`, which copies the pool as well."""
    change = -liquidity if is_upper else liquidity
    old = edges.get(tick)
    if old is None:
        above = tick > ranges.tick
        new = Tick(
            change,
            liquidity,
            as_signed(ranges.fees_tao) if above else Bits(0),
            as_signed(ranges.fees_alpha) if above else Bits(0),
        )
        return edges.set(tick, new)
    net = old.liquidity_net + change
    net = I128_MIN if net < I128_MIN else net if net < I128_MAX else I128_MAX
    gross = more if (more := old.liquidity_gross + liquidity) < U64_MAX else U64_MAX
    return edges.set(tick, _tick(net, gross, old.fees_out_tao, old.fees_out_alpha))


@implements("POOL-18")
def remove_liquidity(ranges: Ranges, tick: int, liquidity: int, is_upper: bool) -> Ranges:
    """Return the ranges with less liquidity at an edge; an edge with none is removed, with the fees it counted.

    A tick that is no edge stays none. Mirrors ``remove_liquidity_at_index``.
    """
    old = ranges.ticks.get(tick)
    if old is None:
        return ranges
    change = -liquidity if is_upper else liquidity
    gross = max(old.liquidity_gross - liquidity, 0)
    if gross == 0:
        return evolve(ranges, ticks=ranges.ticks.delete(tick))
    new = evolve(old, liquidity_net=min(max(old.liquidity_net - change, I128_MIN), I128_MAX), liquidity_gross=gross)
    return evolve(ranges, ticks=ranges.ticks.set(tick, new))


@implements("POOL-18")
def change_current_liquidity(ranges: Ranges, tick_low: int, tick_high: int, change: int) -> Ranges:
    """Return the ranges with more or less liquidity in force if the price is in the given range; saturating.

    Mirrors ``update_liquidity_if_needed``.
    """
    if not tick_low <= ranges.tick < tick_high:
        return ranges
    return evolve(ranges, liquidity=min(max(ranges.liquidity + change, 0), U64_MAX))


@implements("POOL-19")
def fees_in_range(ranges: AnyRanges, tick_low: int, tick_high: int) -> tuple[WideBits, WideBits]:
    """Return the fees per liquidity taken between two ticks, in TAO and in alpha: I64F64, and negative at times.

    Of all fees, those below the lower tick and those above the upper one do not count; each of the two differences
    saturates. Only differences between two such figures mean anything. Mirrors ``fees_in_range``.
    """
    ticks, tick = ranges.ticks, ranges.tick
    low, high = ticks.get(tick_low, NO_TICK), ticks.get(tick_high, NO_TICK)
    sides = tick_low <= tick, tick_high <= tick
    return (
        _within(as_signed(ranges.fees_tao), low.fees_out_tao, high.fees_out_tao, *sides),
        _within(as_signed(ranges.fees_alpha), low.fees_out_alpha, high.fees_out_alpha, *sides),
    )


def _within(total: Bits, low_out: Bits, high_out: Bits, low_is_below: bool, high_is_below: bool) -> Bits:
    below = low_out if low_is_below else _difference(total, low_out)
    above = _difference(total, high_out) if high_is_below else high_out
    beyond, within = total - below, total - below - above
    is_exact = SMALLEST_SIGNED < beyond < LARGEST_SIGNED and SMALLEST_SIGNED < within < LARGEST_SIGNED
    return Bits(within) if is_exact else _difference(_difference(total, below), above)


@implements("POOL-17")
def cross(tick: Tick, fees_tao: WideBits, fees_alpha: WideBits) -> Tick:
    """Return a tick after the price crossed it: the other side is now the one that it was not, by all fees so far."""
    return Tick(
        tick.liquidity_net,
        tick.liquidity_gross,
        _difference(as_signed(fees_tao), tick.fees_out_tao),
        _difference(as_signed(fees_alpha), tick.fees_out_alpha),
    )


def as_signed(fees: Bits) -> Bits:
    """Return a number of U64F64 in I64F64, saturating."""
    return fees if fees <= LARGEST_SIGNED else LARGEST_SIGNED


def _difference(a: Bits, b: Bits) -> Bits:
    bits = a - b
    return Bits(bits) if SMALLEST_SIGNED < bits < LARGEST_SIGNED else Bits(saturate(I64F64, bits))
