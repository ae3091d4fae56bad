"""A pool as the exact rules see it: its price, its positions and their edges, and what moves them."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache

from attrs import evolve, frozen

from dtao_spec.chapters.concentrated.calls import RESERVED
from dtao_spec.chapters.concentrated.swaps import steps
from dtao_spec.chapters.concentrated.ticks import MAX_TICK, cut, root_at_tick
from dtao_spec.registry import Computation
from dtao_spec.rounding import LIMIT_BITS, U64_MAX, floored

CHAPTER = "dtao_spec.chapters.concentrated"
MIN_TICK = -MAX_TICK
MAX_STEPS = 1_000
CHAIN = "the chain"
"""Who owns the position over all prices."""
Fees = tuple[Fraction, Fraction]
"""Of TAO and of alpha, per liquidity."""
NO_FEES: Fees = (Fraction(0), Fraction(0))
FIRST_TOLERANCE, LIMIT_TOLERANCE = (floored(Fraction(1, 10**digits), LIMIT_BITS) for digits in (12, 10))
"""How close the roots of the first price and of a limit are found."""
RAO_PER_TAO = 10**9
PAYING = 385
"""The first version in which a step that takes something must pay something."""
LOWEST_LIMIT, HIGHEST_LIMIT = 0, U64_MAX
"""In rao per alpha: those of a trade at any price."""


@frozen
class Edge:
    """A tick at which positions begin or end."""

    net: int = 0
    gross: int = 0
    outside: Fees = NO_FEES
    """The fees that count as taken on its other side."""


@frozen
class Position:
    """Liquidity between two ticks."""

    low: int
    high: int
    liquidity: int
    collected: Fees = NO_FEES
    """What its range had earned when it was last paid."""


@frozen
class Ranges:
    """A pool beside its reserves."""

    is_initialized: bool = False
    root: Fraction = Fraction(0)
    tick: int = 0
    in_force: int = 0
    growth: Fees = NO_FEES
    """All fees since the beginning."""
    edges: Mapping[int, Edge] = {}
    positions: Mapping[tuple[object, int], Position] = {}
    """By owner and number."""
    left_over: tuple[int, int] = (0, 0)
    """TAO and alpha that did not fit the position of the chain."""


@frozen
class Swapped:
    """What a swap came to."""

    ranges: Ranges
    paid_in: int
    """Without the fee."""
    paid_out: int
    fee: int
    to_author: int = 0
    """What of the fee is for the author of the block."""


def swap(ranges: Ranges, is_buy: bool, rate: int, amount: int, limit: Fraction, rules: Computation) -> Swapped | str:
    """Return what a swap comes to, up to the root of a limit, or why it is refused (POOL-16)."""
    paid_in = paid_out = fees = to_author = Fraction(0)
    edge = 0

    def way() -> Iterator[tuple[Fraction, Fraction]]:
        nonlocal edge
        while True:
            edge = next_edge(ranges, is_buy, rules)
            yield root_at_tick(edge, rules), Fraction(ranges.in_force)

    made = steps(is_buy, rate, Fraction(amount), ranges.root, limit, way(), rules) if amount else iter(())
    for count, step in enumerate(made, start=1):
        if rules.spec_version >= PAYING and step.taken and not step.paid_out:
            return "ReservesTooLow"
        kept, given = rules["POOL-30"](step.taken, step.fee, None) if "POOL-30" in rules else (step.fee, 0)
        ranges, to_author = with_fee(ranges, is_buy, kept, rules), to_author + given
        if step.crosses:
            if edge not in ranges.edges:
                return "InsufficientLiquidity"
            ranges = cross(ranges, edge, is_buy, rules)
        ranges = evolve(ranges, root=step.end, tick=rules["POOL-10"](step.end**2))
        paid_in, paid_out, fees = paid_in + step.taken, paid_out + step.paid_out, fees + step.fee
        if count > MAX_STEPS:
            return "TooManySwapSteps"
    return Swapped(ranges, *(min(int(each), U64_MAX) for each in (paid_in, paid_out, fees, to_author)))


def next_edge(ranges: Ranges, is_buy: bool, rules: Computation) -> int:
    """Return the tick at which the next step ends at the latest (POOL-16)."""
    if is_buy:
        return min((tick for tick in ranges.edges if tick > ranges.tick), default=MAX_TICK)
    below = (
        tick
        for tick in ranges.edges
        if tick < ranges.tick or (tick == ranges.tick and ranges.root > root_at_tick(tick, rules))
    )
    return max(below, default=MIN_TICK)


def with_fee(ranges: Ranges, is_buy: bool, fee: Fraction, rules: Computation) -> Ranges:
    """Return a pool that has taken a fee (POOL-19)."""
    if ranges.in_force <= RESERVED:
        return ranges
    grown = fee / (ranges.in_force - RESERVED)
    if rules.is_rounded:
        grown = floored(grown, LIMIT_BITS)
    tao, alpha = ranges.growth
    return evolve(ranges, growth=(cut(tao + grown), alpha) if is_buy else (tao, cut(alpha + grown)))


def cross(ranges: Ranges, tick: int, is_buy: bool, rules: Computation) -> Ranges:
    """Return a pool whose price has crossed an edge (POOL-17)."""
    edge = ranges.edges[tick]
    outside = tuple(rules["POOL-17"](total, taken) for total, taken in zip(ranges.growth, edge.outside, strict=True))
    in_force = min(max(ranges.in_force + (edge.net if is_buy else -edge.net), 0), U64_MAX)
    return evolve(ranges, in_force=in_force, edges={**ranges.edges, tick: evolve(edge, outside=outside)})


def with_edges(ranges: Ranges, low: int, high: int, change: int) -> Ranges:
    """Return a pool in which a position begins at one tick and ends at another, or no longer does (POOL-18)."""
    edges = dict(ranges.edges)
    for tick, net in ((low, change), (high, -change)):
        edge = edges.get(tick)
        if edge is None and change < 0:
            continue
        if edge is None:
            edge = Edge(outside=ranges.growth if tick > ranges.tick else NO_FEES)
        gross = min(max(edge.gross + change, 0), U64_MAX)
        edges[tick] = evolve(edge, net=edge.net + net, gross=gross)
        if gross == 0 and change < 0:
            del edges[tick]
    return evolve(ranges, edges=edges)


def with_liquidity(ranges: Ranges, is_in_range: bool, change: int) -> Ranges:
    """Return a pool with another liquidity in force, if the price is in range."""
    return evolve(ranges, in_force=min(max(ranges.in_force + change, 0), U64_MAX)) if is_in_range else ranges


def fees_inside(ranges: Ranges, low: int, high: int) -> Fees:
    """Return the fees per liquidity that were taken between two ticks (POOL-19)."""
    edges = ranges.edges.get(low, Edge()), ranges.edges.get(high, Edge())

    def inside(total: Fraction, low_outside: Fraction, high_outside: Fraction) -> Fraction:
        below = low_outside if low <= ranges.tick else total - low_outside
        above = total - high_outside if high <= ranges.tick else high_outside
        return total - below - above

    tao, alpha = (inside(total, *(edge.outside[token] for edge in edges)) for token, total in enumerate(ranges.growth))
    return tao, alpha


def open_position(
    ranges: Ranges, owner: object, number: int, low: int, high: int, liquidity: int, rules: Computation
) -> Ranges:
    """Return a pool with one more position (POOL-18)."""
    if not MIN_TICK < ranges.tick < MAX_TICK:
        ranges = evolve(ranges, root=root_at_tick(ranges.tick, rules))
    ranges = with_liquidity(with_edges(ranges, low, high, liquidity), low <= ranges.tick < high, liquidity)
    position = Position(low, high, liquidity, fees_inside(ranges, low, high))
    return evolve(ranges, is_initialized=True, positions={**ranges.positions, (owner, number): position})


def close_position(ranges: Ranges, owner: object, number: int) -> Ranges:
    """Return a pool without one of its positions (POOL-18)."""
    position = ranges.positions[owner, number]
    low, high, liquidity = position.low, position.high, position.liquidity
    ranges = with_liquidity(with_edges(ranges, low, high, -liquidity), low <= ranges.tick < high, -liquidity)
    return evolve(ranges, positions={key: one for key, one in ranges.positions.items() if key != (owner, number)})


def fees_of(ranges: Ranges, owner: object, number: int, rules: Computation) -> tuple[int, int]:
    """Return the TAO and the alpha that a position has earned and was not paid (POOL-19)."""
    position = ranges.positions[owner, number]
    inside = fees_inside(ranges, position.low, position.high)
    earned = (
        rules["POOL-19"](Fraction(position.liquidity), total, collected)
        for total, collected in zip(inside, position.collected, strict=True)
    )
    tao, alpha = (min(int(each), U64_MAX) for each in earned)
    return tao, alpha


def swap_first(ranges: Ranges, price: Fraction, liquidity: int, number: int, rules: Computation) -> Ranges:
    """Return a pool at its first swap, with the position of the chain (POOL-20)."""
    root = rules["FIX-13"](price, FIRST_TOLERANCE)
    ranges = evolve(ranges, root=root, tick=rules["POOL-10"](root**2))
    return open_position(ranges, CHAIN, number, MIN_TICK, MAX_TICK, liquidity & U64_MAX, rules)


def grown(ranges: Ranges, tao: int, alpha: int, rules: Computation, with_fees: bool = False) -> Ranges:
    """Return a pool after a block has given TAO and alpha to it, and the fees of the chain's own position (POOL-21).

    Where only what fits the price is added, what did not fit before is given too, and what does not fit now is kept.
    """
    for key, position in ranges.positions.items():
        if key[0] != CHAIN:
            continue
        if with_fees:
            fee_tao, fee_alpha = fees_of(ranges, *key, rules)
            tao, alpha = tao + fee_tao, alpha + fee_alpha
            position = evolve(position, collected=fees_inside(ranges, position.low, position.high))
        if "POOL-29" in rules:
            given = (min(one + left, U64_MAX) for one, left in zip((tao, alpha), ranges.left_over, strict=True))
            all_tao, all_alpha = map(Fraction, given)
            tao, alpha = (int(one) for one in rules["POOL-29"](ranges.root, all_tao, all_alpha))
            ranges = evolve(ranges, left_over=(int(all_tao) - tao, int(all_alpha) - alpha))
        ends = (root_at_tick(tick, rules) for tick in (position.low, position.high))
        composed = rules["POOL-11"](Fraction(position.liquidity), *ends, ranges.root)
        liquidity, in_force = rules["POOL-21"](ranges.in_force, position.liquidity, composed, (tao, alpha))
        change = in_force - ranges.in_force
        ranges = with_edges(evolve(ranges, in_force=min(in_force, U64_MAX)), position.low, position.high, change)
        return evolve(ranges, positions={**ranges.positions, key: evolve(position, liquidity=liquidity & U64_MAX)})
    return ranges


@frozen
class Pool:
    """A pool with its reserves, in two parts."""

    tao: int
    alpha: int
    tao_provided: int = 0
    alpha_provided: int = 0
    ranges: Ranges = Ranges()

    @property
    def reserves(self) -> tuple[int, int]:
        """All TAO and all alpha (POOL-22)."""
        return min(self.tao + self.tao_provided, U64_MAX), min(self.alpha + self.alpha_provided, U64_MAX)


@lru_cache(maxsize=1_024)
def limit_root(limit_price: int, rules: Computation) -> Fraction:
    """Return the root of a limit in rao per alpha as a swap takes it (POOL-16).

    Most trades are at any price, and every block's are: the two bisections of the widest limits are kept.
    """
    limit = Fraction(limit_price, RAO_PER_TAO)
    root: Fraction = rules["FIX-13"](cut(limit) if rules.is_rounded else limit, LIMIT_TOLERANCE)
    return root


def simulate(
    pool: Pool, is_buy: bool, rate: int, amount: int, limit_price: int | None, number: int, rules: Computation
) -> Swapped | str:
    """Return what a swap would come to whatever the reserves hold, or why it is refused (POOL-3, POOL-4).

    The position of the chain gets the number if this is the first swap.
    """
    if limit_price is None:
        limit_price = HIGHEST_LIMIT if is_buy else LOWEST_LIMIT
    ranges, first = pool.ranges, rules["POOL-20"](is_buy, *pool.reserves)
    if isinstance(first, str):
        return first
    if not ranges.is_initialized:
        price, liquidity = first
        ranges = swap_first(ranges, price, liquidity, number, rules)
    limit = limit_root(limit_price, rules)
    checked = rules["POOL-16"](is_buy, rate, Fraction(0), ranges.root, limit, ())
    return checked if isinstance(checked, str) else swap(ranges, is_buy, rate, amount, limit, rules)
