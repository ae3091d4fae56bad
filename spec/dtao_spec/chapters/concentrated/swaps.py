"""Swaps from edge to edge, and the liquidity and the fees at the edges."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from attrs import frozen

from dtao_spec.registry import Computation, rule
from dtao_spec.rounding import LIMIT_BITS, floored

CHAPTER = "dtao_spec.chapters.concentrated"
LARGEST_SIGNED = 2**63 - Fraction(1, 2**LIMIT_BITS)
"""The largest number of I64F64."""
RANGES, CHECKED_RANGES = map(Computation, (283, 298))


@frozen
class Step:
    """One step of a swap: the root of the price that it leads to, and what was paid."""

    end: Fraction
    taken: Fraction
    """Paid in without the fee."""
    paid_out: Fraction
    fee: Fraction
    crosses: bool
    """Whether it ends at the edge of its range and goes beyond it."""


def steps(
    is_buy: bool,
    rate: int,
    amount: Fraction,
    root: Fraction,
    limit: Fraction,
    ranges: Iterable[tuple[Fraction, Fraction]],
    rules: Computation,
) -> Iterator[Step]:
    """Yield the steps of a swap; each range is asked for once the step before it was made."""
    rest = amount
    nearest = min if is_buy else max
    for edge, liquidity in ranges:
        spent = rest - rules["POOL-12"](rest, rate)
        target = rules["POOL-13"](is_buy, liquidity, root, spent)
        end = nearest(limit, edge) if target is None else nearest(target, limit, edge)
        is_spent = end == target
        taken = spent if is_spent else rules["POOL-14"](is_buy, liquidity, root, end)
        fee = rest - spent if is_spent else rules["POOL-12"](taken, rate, on_top=True)
        crosses = end == edge and (is_buy or edge not in (target, limit))
        yield Step(end, taken, rules["POOL-15"](is_buy, liquidity, root, taken), fee, crosses)
        root, rest = end, rest - taken - fee
        if not crosses or rest <= 0 or taken + fee == 0:
            return


@rule("POOL-16", since=283)
def swap(
    is_buy: bool,
    rate: int,
    amount: Fraction,
    root: Fraction,
    limit: Fraction,
    ranges: Sequence[tuple[Fraction, Fraction]],
    *,
    rules: Computation = RANGES,
) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    r"""Steps of a swap.

    Statement: A swap MUST go from edge to edge. Each step ends at the nearest of three prices: that to which the rest
        of the amount leads once its fee is deducted, the limit, and the next edge: for a buyer the lowest edge above
        the current tick, for a seller the highest at or below it that the price is above, and where there is no edge
        the price at the highest or lowest tick. A step that ends at the first of them spends the rest; one that ends at
        the limit ends the swap; one that ends at an edge takes what it needs, with the fee computed anew, crosses the
        edge and goes on with what is left. A buyer who ends exactly at an edge MUST cross it, a seller MUST NOT. A step
        that takes nothing ends the swap. A limit on the wrong side of the price ends the swap with nothing exchanged,
        but the price MUST become the limit.
    Formula: $$ s' = \min(s_{target}, s_{limit}, s_{edge}) \quad \text{for a buyer, the maximum for a seller} $$
    Units: rao for TAO, alpha rao for alpha, roots of prices; the ranges are (root at the edge that ends it, liquidity
        in it), in the order in which the price meets them.
    Rounding: none beyond that of the steps, [POOL-12](#pool-12) to [POOL-15](#pool-15).
    Rejections: `InsufficientLiquidity` at an edge that no position has, `TooManySwapSteps` after the 1 000th step.
    Source: `pallets/swap/src/pallet/impls.rs`, `swap_inner`, `determine_action`
    Known violation: What is left over at a limit is not returned by every call ([STAKE-4](#stake-4)). A limit behind
        the price moves the price although nobody trades.
    Example: At the price 1 with a liquidity of 100 up to the price 4 and of 200 beyond: 100 TAO lead to the edge, and
        as much again half as far.

        >>> ranges = [(Fraction(2), Fraction(100)), (Fraction(10), Fraction(200))]
        >>> swap(True, 0, Fraction(200), Fraction(1), Fraction(10), ranges)
        (Fraction(200, 1), Fraction(70, 1), Fraction(0, 1), Fraction(5, 2))
        >>> swap(True, 0, Fraction(200), Fraction(1), Fraction(3, 2), ranges)
        (Fraction(50, 1), Fraction(100, 3), Fraction(0, 1), Fraction(3, 2))
    """
    paid_in = paid_out = fees = Fraction(0)
    for step in steps(is_buy, rate, amount, root, limit, ranges, rules):
        paid_in, fees, paid_out, root = paid_in + step.taken, fees + step.fee, paid_out + step.paid_out, step.end
    return paid_in, paid_out, fees, root


@rule("POOL-16", since=298)
def swap_up_to_limit(
    is_buy: bool,
    rate: int,
    amount: Fraction,
    root: Fraction,
    limit: Fraction,
    ranges: Sequence[tuple[Fraction, Fraction]],
    *,
    rules: Computation = CHECKED_RANGES,
) -> tuple[Fraction, Fraction, Fraction, Fraction] | str:
    r"""Steps of a swap.

    Change: A swap whose limit the price has reached already is refused instead of moving the price to the limit.
    Statement: A swap MUST go from edge to edge. Each step ends at the nearest of three prices: that to which the rest
        of the amount leads once its fee is deducted, the limit, and the next edge: for a buyer the lowest edge above
        the current tick, for a seller the highest at or below it that the price is above, and where there is no edge
        the price at the highest or lowest tick. A step that ends at the first of them spends the rest; one that ends at
        the limit ends the swap; one that ends at an edge takes what it needs, with the fee computed anew, crosses the
        edge and goes on with what is left. A buyer who ends exactly at an edge MUST cross it, a seller MUST NOT. A step
        that takes nothing ends the swap. The price MUST be below the limit of a buyer and above that of a seller before
        the first step.
    Formula: $$ s' = \min(s_{target}, s_{limit}, s_{edge}) \quad \text{for a buyer, the maximum for a seller} $$
    Units: rao for TAO, alpha rao for alpha, roots of prices; the ranges are (root at the edge that ends it, liquidity
        in it), in the order in which the price meets them.
    Rounding: none beyond that of the steps, [POOL-12](#pool-12) to [POOL-15](#pool-15).
    Rejections: `PriceLimitExceeded`, `InsufficientLiquidity` at an edge that no position has, `TooManySwapSteps` after
        the 1 000th step.
    Source: `pallets/swap/src/pallet/impls.rs`, `swap_inner`, `determine_action`
    Known violation: What is left over at a limit is not returned by every call ([STAKE-4](#stake-4)).
    Example: A buyer with a limit at the price, and with one above.

        >>> ranges = [(Fraction(2), Fraction(100))]
        >>> swap_up_to_limit(True, 0, Fraction(200), Fraction(1), Fraction(1), ranges)
        'PriceLimitExceeded'
        >>> swap_up_to_limit(True, 0, Fraction(200), Fraction(1), Fraction(3, 2), ranges)
        (Fraction(50, 1), Fraction(100, 3), Fraction(0, 1), Fraction(3, 2))
    """
    if root >= limit if is_buy else root <= limit:
        return "PriceLimitExceeded"
    return swap(is_buy, rate, amount, root, limit, ranges, rules=rules)


@rule("POOL-16", since=385, until=422)
def swap_in_paying_steps(
    is_buy: bool,
    rate: int,
    amount: Fraction,
    root: Fraction,
    limit: Fraction,
    ranges: Sequence[tuple[Fraction, Fraction]],
    *,
    rules: Computation = CHECKED_RANGES,
) -> tuple[Fraction, Fraction, Fraction, Fraction] | str:
    r"""Steps of a swap.

    Change: A step that takes something in and pays nothing out refuses the swap. Whoever swapped dust had paid for
        nothing.
    Statement: A swap MUST go from edge to edge. Each step ends at the nearest of three prices: that to which the rest
        of the amount leads once its fee is deducted, the limit, and the next edge: for a buyer the lowest edge above
        the current tick, for a seller the highest at or below it that the price is above, and where there is no edge
        the price at the highest or lowest tick. A step that ends at the first of them spends the rest; one that ends at
        the limit ends the swap; one that ends at an edge takes what it needs, with the fee computed anew, crosses the
        edge and goes on with what is left. A buyer who ends exactly at an edge MUST cross it, a seller MUST NOT. A step
        that takes nothing ends the swap; one that takes something MUST pay at least 1 rao or alpha rao. The price MUST
        be below the limit of a buyer and above that of a seller before the first step.
    Formula: $$ s' = \min(s_{target}, s_{limit}, s_{edge}) \quad \text{for a buyer, the maximum for a seller} $$
    Units: rao for TAO, alpha rao for alpha, roots of prices; the ranges are (root at the edge that ends it, liquidity
        in it), in the order in which the price meets them.
    Rounding: none beyond that of the steps, [POOL-12](#pool-12) to [POOL-15](#pool-15).
    Rejections: `PriceLimitExceeded`, `ReservesTooLow` of a step that pays nothing, `InsufficientLiquidity` at an edge
        that no position has, `TooManySwapSteps` after the 1 000th step.
    Source: `pallets/swap/src/pallet/impls.rs`, `swap_inner`; `pallets/swap/src/pallet/swap_step.rs`,
        `determine_action`, `process_swap`
    Known violation: What is left over at a limit is not returned by every call ([STAKE-4](#stake-4)).
    Example: A buyer with a limit at the price, and with one above.

        >>> ranges = [(Fraction(2), Fraction(100))]
        >>> swap_in_paying_steps(True, 0, Fraction(200), Fraction(1), Fraction(1), ranges)
        'PriceLimitExceeded'
        >>> swap_in_paying_steps(True, 0, Fraction(200), Fraction(1), Fraction(3, 2), ranges)
        (Fraction(50, 1), Fraction(100, 3), Fraction(0, 1), Fraction(3, 2))
    """
    return swap_up_to_limit(is_buy, rate, amount, root, limit, ranges, rules=rules)


@rule("POOL-17", since=283, until=422)
def outside_after_crossing(total: Fraction, outside: Fraction) -> Fraction:
    r"""Crossing an edge.

    Statement: Where the price crosses an edge, the liquidity in force MUST change by the net liquidity of the edge:
        added when the price rises, subtracted when it falls, never below 0; and the fees per liquidity that the edge
        counts as taken on its other side MUST become those of the side that was this one until now. The fee of the step
        is counted before, with the liquidity before the edge.
    Formula: $$ L' = L \pm \Delta_t, \qquad o'_t = g - o_t $$
    Units: tokens per liquidity; I64F64.
    Rounding: none.
    Source: `pallets/swap/src/pallet/impls.rs`, `process_swap`, `update_liquidity_at_crossing`
    Example: Of 7 taken in all, 2 were taken beyond an edge; seen from there it is the other 5.

        >>> outside_after_crossing(Fraction(7), Fraction(2))
        Fraction(5, 1)
    """
    return total - outside


@rule("POOL-18", since=283, until=422)
def net_liquidity(positions: Sequence[tuple[int, int, int]], tick: int) -> tuple[int, int]:
    r"""Liquidity at an edge.

    Statement: Each edge MUST count the liquidity of all positions that begin there less that of those that end there,
        and the sum of both; an edge with none MUST be removed. Liquidity in force changes when a position is opened,
        changed or removed if the current tick is at least its lower and below its upper edge. A new edge above the
        current tick MUST count all fees so far as taken on its other side, any other none.
    Formula: $$ \Delta_t = \sum_{a_i = t} L_i - \sum_{b_i = t} L_i, \qquad
        \Gamma_t = \sum_{a_i = t} L_i + \sum_{b_i = t} L_i $$
    Units: liquidity; positions are (lower edge, upper edge, liquidity).
    Rounding: none; the sum saturates at $2^{64} - 1$.
    Source: `pallets/swap/src/pallet/impls.rs`, `add_liquidity_at_index`, `remove_liquidity_at_index`,
        `update_liquidity_if_needed`
    Example: One position ends where another begins.

        >>> net_liquidity([(-100, 0, 5_000), (0, 100, 7_000)], 0)
        (2000, 12000)
    """
    begun = sum(liquidity for low, _, liquidity in positions if low == tick)
    ended = sum(liquidity for _, high, liquidity in positions if high == tick)
    return begun - ended, begun + ended


def fees_earned_rounded(liquidity: Fraction, inside: Fraction, collected: Fraction) -> Fraction:
    """Return whole fees of a liquidity, a growth and a product that saturate in I64F64."""
    grown = min(max(inside - collected, Fraction(0)), LARGEST_SIGNED)
    return floored(min(floored(min(liquidity, LARGEST_SIGNED) * grown, LIMIT_BITS), LARGEST_SIGNED), 0)


@rule("POOL-19", since=283, until=422, rounded=fees_earned_rounded)
def fees_earned(liquidity: Fraction, inside: Fraction, collected: Fraction) -> Fraction:
    r"""Fees of a position.

    Statement: Every step MUST add its fee, over the liquidity in force less 1 000, to the total per liquidity of the
        pool; nothing if that is not positive. Of that total, a range earned what was taken neither below its lower nor
        above its upper edge. A position MUST be paid its liquidity times what its range earned since it was opened or
        last paid, and nothing if that is negative.
    Formula: $$ g \mathrel{+}= \frac{f}{L - 1000}, \qquad \mathit{fees} = L_i\,\max(0, g_{in} - g_{in,0}) $$
    Units: tokens per liquidity in; rao or alpha rao out.
    Rounding: The addition to the total is floored in U64F64, the fees to a whole amount. Since 1 000 of the liquidity
        earn nothing, what all positions are paid may exceed what was taken by up to $1000 / (L - 1000)$ of it.
        Liquidity, what a range earned and the fees are numbers of I64F64 and saturate just below $2^{63}$: a position
        of a larger liquidity earns no more than one of that.
    Source: `pallets/swap/src/pallet/impls.rs`, `add_fees`; `pallets/swap/src/position.rs`, `collect_fees`
    Known violation: The share of 1 000 is not kept back but given to the others on top: the positions are owed more
        than was taken. The chain never collects the fees of its own position.
    Example: A liquidity of 1 000 000, half of all in force, gets half of a fee of 1 000 000 and a little more.

        >>> growth = Fraction(1_000_000, 2_000_000 - 1_000)
        >>> int(fees_earned(Fraction(1_000_000), growth, Fraction(0)))
        500250
    """
    return liquidity * max(inside - collected, Fraction(0))
