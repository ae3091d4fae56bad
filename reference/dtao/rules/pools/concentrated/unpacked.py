"""A pool of concentrated liquidity while blocks are computed: what every block changes of it, unpacked.

Every block lets the chain's own position grow, and the edges and the liquidity in force with it; the price moves only
now and then. So what follows from the price is computed as it moves, and the edges learn of the growth only when they
are looked at.
"""

from attrs import define

from dtao.evolving import maker
from dtao.persistent import Map
from dtao.rule import implements
from dtao.rules.pools.concentrated.positions import (
    MIN_LIQUIDITY,
    amounts_of_one,
    chains_own,
    collect_fees,
)
from dtao.rules.pools.concentrated.records import NO_RANGES, Position, Ranges, Tick
from dtao.rules.pools.concentrated.sqrt_price import (
    FRACTION,
    LARGEST,
    MAX_TICK,
    MIN_TICK,
    ONE_WIDE,
    PRICE_FRACTION,
    WIDE_FRACTION,
    bounds_of_tick,
    price_at,
    reciprocal,
    tick_within_bounds,
)
from dtao.rules.pools.concentrated.swap import StepRules, Steps, amount_out, fee_of_amount
from dtao.rules.pools.concentrated.ticks import edge_above, edge_below, with_liquidity
from dtao.units import U64_MAX, AccountId, Alpha, Bits, Rao

_position, _ranges = maker(Position), maker(Ranges)


@define
class UnpackedRanges:
    """What :class:`Ranges` holds, to be changed in place, and what follows from its price."""

    is_initialized: bool
    sqrt_price: Bits
    tick: int
    liquidity: int
    fees_tao: Bits
    fees_alpha: Bits
    tao_provided: int
    alpha_provided: int
    tao_reservoir: int
    alpha_reservoir: int
    edges: tuple[int, ...]
    positions: Map[tuple[AccountId, int], Position]
    """All positions, the chain's own as it was when they were packed last."""
    packed_ticks: Map[int, Tick]
    """The edges without :attr:`growth`."""
    own: tuple[AccountId, int] | None = None
    """Account and number of the chain's own position, if there is one."""
    tick_low: int = 0
    tick_high: int = 0
    own_liquidity: int = 0
    own_fees_tao: Bits = Bits(0)
    own_fees_alpha: Bits = Bits(0)
    growth: int = 0
    """The liquidity that the edges of the chain's own position have yet to learn of."""
    has_edges: bool = False
    """Whether these are two, and can learn of it later."""
    may_have_earned: bool = True
    """Whether fees were taken, or the price left the range, since the chain's own position collected its fees."""
    square: int = 0
    """The square of the root of the price; U64F64."""
    price: int = 0
    """The same, floored to U96F32."""
    reciprocal: int = 0
    """1 over the root of the price; U64F64."""
    tao_of_one: int = 0
    """What liquidity of 1 in the chain's own position consists of at the price; U64F64."""
    alpha_of_one: int = 0
    low: int = 0
    """The price at its lower edge; U64F64."""
    high: int = 0
    reciprocal_of_high: int = 0
    floor: int | None = None
    """The price at the next edge below the tick, if that is not an edge; None until it is asked for."""
    ceiling: int = 0
    """The price at the next edge above it, and 0 if it is an edge; known when :attr:`floor` is."""
    lowest_of_tick: int = 0
    """The lowest price of the tick, in 96 bits after the point; known when :attr:`floor` is."""
    lowest_of_next: int = 0

    @property
    def ticks(self) -> Map[int, Tick]:
        """The edges of all positions."""
        if self.growth:
            self.packed_ticks = with_growth(self, self.growth)
            self.growth = 0
        return self.packed_ticks

    def move(self, sqrt_price: int, tick: int) -> None:
        """Move the price, and compute what follows from it."""
        if tick != self.tick:
            self.tick, self.floor = tick, None
        self.sqrt_price = sqrt_price  # type: ignore[assignment]  # to name each number's unit would cost as much again
        square = sqrt_price * sqrt_price >> FRACTION
        self.square = square = square if square < LARGEST else LARGEST
        self.price = square >> FRACTION - PRICE_FRACTION
        self.reciprocal = inverse = ONE_WIDE // sqrt_price if sqrt_price > 1 else 0
        if self.low <= sqrt_price <= self.high:
            self.tao_of_one, of_alpha = sqrt_price - self.low, inverse - self.reciprocal_of_high
            self.alpha_of_one = of_alpha if of_alpha > 0 else 0
        elif self.own is not None:
            self.tao_of_one, self.alpha_of_one = amounts_of_one(self.tick_low, self.tick_high, Bits(sqrt_price))

    def swapped_within(
        self, fee_rate: int, is_buy: bool, amount: int, limit: Bits, rules: StepRules
    ) -> tuple[int, int] | None:
        """Swap, if that is one step between the next edges and up to the limit; return what is paid in and out.

        None if it is not, or if the step is refused, and nothing has changed. The same as :func:`steps_of_swap` and
        :meth:`follow`, with what is known of the price already.
        """
        if self.floor is None:
            self._look_around()
        liquidity = self.liquidity
        if liquidity <= MIN_LIQUIDITY or not amount:
            return None
        fee = fee_of_amount(fee_rate, amount) if fee_rate else 0
        taken = amount - fee
        moved = (taken << FRACTION) // liquidity
        if is_buy:
            target = self.sqrt_price + moved
            if target > limit or target >= self.ceiling:
                return None
        else:
            moved += self.reciprocal
            target = ONE_WIDE // moved if 1 < moved < LARGEST else 0
            if target < limit or target <= self.floor:  # type: ignore[operator]  # it is known now
                return None
        out = amount_out(is_buy, liquidity, self.sqrt_price, taken)
        if rules.is_refused(taken, out):
            return None
        kept, _ = rules.split_fee(taken, fee)
        if kept:
            growth = (kept << FRACTION) // (liquidity - MIN_LIQUIDITY)
            if is_buy:
                self.fees_tao = Bits(more if (more := self.fees_tao + growth) < LARGEST else LARGEST)
            else:
                self.fees_alpha = Bits(more if (more := self.fees_alpha + growth) < LARGEST else LARGEST)
            self.may_have_earned = True
        tick, wide = self.tick, target << WIDE_FRACTION - FRACTION
        if not self.lowest_of_tick <= wide < self.lowest_of_next:
            tick = tick_within_bounds(Bits(target), tick)
            stays = self.tick_low <= self.tick < self.tick_high and self.tick_low <= tick < self.tick_high
            self.may_have_earned |= not stays
        self.move(target, tick)
        return taken, out

    def _look_around(self) -> None:
        """Find the next edges below and above the tick, and the bounds of the tick."""
        tick, edges = self.tick, self.edges
        self.floor, self.ceiling, self.lowest_of_tick, self.lowest_of_next = LARGEST, 0, 0, 0
        if MIN_TICK <= tick <= MAX_TICK and tick not in edges:
            self.floor = price_at(edge_below(edges, tick, self.sqrt_price))
            self.ceiling = price_at(edge_above(edges, tick))
            self.lowest_of_tick, self.lowest_of_next = bounds_of_tick(tick)

    @implements("POOL-16")
    def follow(self, steps: Steps) -> None:
        """Go where the steps of a swap lead."""
        is_same_tao, is_same_alpha = steps.fees_tao == self.fees_tao, steps.fees_alpha == self.fees_alpha
        stays = self.tick_low <= self.tick < self.tick_high and self.tick_low <= steps.tick < self.tick_high
        if not (is_same_tao and is_same_alpha and stays):
            self.may_have_earned = True
        if steps.ticks is not None:
            self.packed_ticks, self.may_have_earned = steps.ticks, True
        self.liquidity, self.fees_tao, self.fees_alpha = steps.liquidity, steps.fees_tao, steps.fees_alpha
        self.move(steps.sqrt_price, steps.tick)

    @implements("POOL-21")
    def grow(self, liquidity: int) -> None:
        """Let the chain's own position have so much liquidity; what it grows by is in force, and at its edges.

        Where it shrinks, they stay as they are.
        """
        change = more if (more := liquidity - self.own_liquidity) > 0 else 0
        self.own_liquidity = liquidity
        self.liquidity = more if (more := self.liquidity + change) < U64_MAX else U64_MAX
        if self.has_edges:
            self.growth += change
        else:
            self.packed_ticks = with_growth(self, change)
            self.edges, self.floor = tuple(sorted(self.packed_ticks)), None

    @implements("POOL-19")
    def collect(self) -> tuple[int, int]:
        """Collect the fees of the chain's own position, and return them: TAO and alpha."""
        position, tao, alpha = collect_fees(self, own_position(self))
        self.own_fees_tao, self.own_fees_alpha, self.may_have_earned = position.fees_tao, position.fees_alpha, False
        return tao, alpha


NOTHING_UNPACKED = UnpackedRanges(
    False, Bits(0), 0, 0, Bits(0), Bits(0), 0, 0, 0, 0, (), NO_RANGES.positions, NO_RANGES.ticks
)
"""What a pool has that is not of ranges; nobody changes it."""


@implements("POOL-18")
def with_growth(ranges: UnpackedRanges, growth: int) -> Map[int, Tick]:
    """Return the edges of a pool after liquidity was added to the chain's own position."""
    ticks = with_liquidity(ranges, ranges.packed_ticks, ranges.tick_low, growth, False)
    return with_liquidity(ranges, ticks, ranges.tick_high, growth, True)


def own_position(ranges: UnpackedRanges) -> Position:
    """Return the chain's own position as it is now."""
    return _position(
        ranges.tick_low, ranges.tick_high, ranges.own_liquidity, ranges.own_fees_tao, ranges.own_fees_alpha
    )


def unpack(ranges: Ranges) -> UnpackedRanges:
    """Return ranges to be changed in place."""
    if ranges is NO_RANGES:
        return NOTHING_UNPACKED
    found = UnpackedRanges(
        ranges.is_initialized,
        ranges.sqrt_price,
        ranges.tick,
        ranges.liquidity,
        ranges.fees_tao,
        ranges.fees_alpha,
        ranges.tao_provided,
        ranges.alpha_provided,
        ranges.tao_reservoir,
        ranges.alpha_reservoir,
        ranges.edges,
        ranges.positions,
        ranges.ticks,
    )
    if (key := chains_own(ranges)) is not None:
        position = ranges.positions[key]
        low, high = position.tick_low, position.tick_high
        found.own, found.tick_low, found.tick_high = key, low, high
        found.own_liquidity = position.liquidity
        found.own_fees_tao, found.own_fees_alpha = position.fees_tao, position.fees_alpha
        found.low, found.high = price_at(low), price_at(high)
        found.reciprocal_of_high = reciprocal(found.high)
        found.has_edges = low != high and low in ranges.ticks and high in ranges.ticks
    found.move(ranges.sqrt_price, ranges.tick)
    return found


def pack(ranges: UnpackedRanges) -> Ranges:
    """Return ranges that were unpacked, as they are now."""
    if ranges.own is not None:
        ranges.positions = ranges.positions.set(ranges.own, own_position(ranges))
    return _ranges(
        ranges.is_initialized,
        ranges.sqrt_price,
        ranges.tick,
        ranges.liquidity,
        ranges.fees_tao,
        ranges.fees_alpha,
        Rao(ranges.tao_provided),
        Alpha(ranges.alpha_provided),
        Rao(ranges.tao_reservoir),
        Alpha(ranges.alpha_reservoir),
        ranges.ticks,
        ranges.positions,
        ranges.edges,
    )
