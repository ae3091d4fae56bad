r"""Concentrated liquidity.

A pool does not hold the product of its reserves. Whoever provides liquidity chooses a range of
prices in which it trades, and within one range the pool behaves as if it were a constant product with larger reserves.
The chain provides liquidity over all prices, and where nobody else does, a pool is a constant product that takes a fee.

Three numbers describe such a pool: the square root $s$ of its price $p$ in TAO per alpha (`AlphaSqrtPrice`), the
liquidity $L$ of all positions whose range the price is in (`CurrentLiquidity`), and the tick below the price
(`CurrentTick`). A **tick** $t$ stands for the price $1.0001^t$, so that neighbouring ticks are a hundredth of a percent
apart. A **position** lies between two ticks; ticks at which positions begin or end are the **edges** of the pool.

```text
liquidity
    |               +--------+
    |        +------+   B    |
    |        |   A  +--+-----+
    |--------+---------+------------------  the chain's own, over all prices
    +--------|----|----|-----|----------->  tick
           -100   0   100   200
```

A position of liquidity $L$ between $s_a$ and $s_b$ holds $L\,(s - s_a)$ TAO and $L\,(1/s - 1/s_b)$ alpha while the
price is between, only alpha below and only TAO above ([POOL-11](#pool-11)). A trade moves the price: TAO paid in raises
$s$ by $x / L$, alpha paid in raises $1/s$ by $x / L$ ([POOL-13](#pool-13)). At an edge $L$ changes, and the trade goes
on in the next range ([POOL-16](#pool-16)).

**A swap across two edges.** In the figure the chain provides a liquidity of $10^9$, A as much, B $3 \cdot 10^9$; the
price is 1. Somebody buys alpha for 40 000 000 rao; the fee rate is 196 of 65 535.

| step | from tick | to tick | liquidity | paid in | fee | paid out |
|---|---|---|---|---|---|---|
| 1 | 0 | 100, an edge | $2 \cdot 10^9$ | 10 024 539 | 30 071 | 9 974 543 |
| 2 | 100 | 200, an edge | $4 \cdot 10^9$ | 20 149 569 | 60 443 | 19 849 595 |
| 3 | 200 | 391, spent | $10^9$ | 9 706 262 | 29 116 | 9 423 517 |
| all | | | | 39 880 370 | 119 630 | 39 247 655 |

The fee is in no reserve: it belongs to the positions that were traded in, by their liquidity, and is paid out when they
are changed or removed ([POOL-19](#pool-19)). All prices, and fees per liquidity, are U64F64 unless stated otherwise.
"""

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from dtao_spec.registry import Computation, rule
from dtao_spec.rounding import LIMIT_BITS, floored

SPAN = (283, 10**9)
RANGES = Computation(283)
FEE_PARTS = 65_535
"""Fee rates are parts of so many."""
RESERVED = 1_000
"""So much of the liquidity in force earns no fee; and no position may have less."""
STEP = Fraction(10_001, 10_000)
"""The ratio of the prices at two neighbouring ticks."""
TICK_BITS = 19


def _cut(number: Fraction) -> Fraction:
    return floored(number, LIMIT_BITS)


def _inverse(root: Fraction) -> Fraction:
    """Return the reciprocal of a root of a price as the chain computes it."""
    return _cut(1 / root)


def price_at_tick_rounded(tick: int) -> Fraction:
    """Return the square of the root that the product of powers gives, rounded up to 64 bits."""
    root = Fraction(1)
    with localcontext(prec=100):
        for bit in range(TICK_BITS):
            if abs(tick) >> bit & 1:
                power = int((2**128 / Decimal("1.0001").sqrt() ** (2**bit)).to_integral_value())
                root = floored(root * Fraction(power, 2**128), 128)
    if tick > 0:
        root = Fraction((2**256 - 1) // int(root * 2**128), 2**128)
    for bits in (96, LIMIT_BITS):
        root = -floored(-root, bits)
    return root**2


@rule("POOL-9", since=283, rounded=price_at_tick_rounded)
def price_at_tick(tick: int) -> Fraction:
    r"""Price at a tick.

    Statement: A tick MUST stand for the price $1.0001^t$, and ticks MUST lie between -443 636 and 443 636.
    Formula: $$ s_t = \sqrt{1.0001^{\,t}} $$
    Units: TAO per alpha; the chain keeps the square root, in U64F64.
    Rounding: The root is a product of powers $1.0001^{-2^i / 2}$, each to 128 bits to the nearest and each product
        floored, inverted for a positive tick, then rounded up to 96 bits and up to 64. It is not below the exact root,
        and less than $2 \cdot 2^{-64}$ above it.
    Source: `pallets/swap/src/tick.rs`, `try_to_sqrt_price`, `get_sqrt_ratio_at_tick`
    Example: Tick 0 is the price 1; tick 6 932 doubles it.

        >>> price_at_tick(0), round(price_at_tick(6_932), 3)
        (Fraction(1, 1), Fraction(2, 1))
    """
    return STEP**tick


@rule("POOL-10", since=283)
def tick_of_price(price: Fraction) -> int:
    r"""Tick of a price.

    Statement: The tick of a price MUST be the greatest one whose price, as [POOL-9](#pool-9) rounds it to 96 bits, is
        not above; a price below that of the lowest tick or from the tick after the highest on has none, and where one
        is needed it MUST be the nearest of the two.
    Formula: $$ t = \max\{\,t : s_t \le s\,\} $$
    Units: TAO per alpha in.
    Rounding: none beyond that of POOL-9.
    Source: `pallets/swap/src/tick.rs`, `try_from_sqrt_price`, `from_sqrt_price_bounded`
    Example: The price 2 lies between tick 6 931 and the next.

        >>> tick_of_price(Fraction(2)), tick_of_price(Fraction(1))
        (6931, 0)
    """
    with localcontext(prec=60):
        exact = Decimal(price.numerator) / Decimal(price.denominator)
        return math.floor(round(exact.ln() / Decimal("1.0001").ln(), 40))


def composition_rounded(
    liquidity: Fraction, low: Fraction, high: Fraction, root: Fraction
) -> tuple[Fraction, Fraction]:
    """Return whole amounts, with reciprocals in 64 fraction bits."""
    if low >= high:
        return Fraction(0), Fraction(0)
    within = min(max(root, low), high)
    return floored(liquidity * (within - low), 0), floored(liquidity * (_inverse(within) - _inverse(high)), 0)


@rule("POOL-11", since=283, rounded=composition_rounded)
def composition(liquidity: Fraction, low: Fraction, high: Fraction, root: Fraction) -> tuple[Fraction, Fraction]:
    r"""Composition of a position.

    Statement: A position MUST consist of the TAO between its lower edge and the price and of the alpha between the
        price and its upper edge: only alpha below its range, only TAO above it. A range whose lower edge is not below
        its upper one is not refused and MUST consist of nothing.
    Formula: $$ T = L\,(s' - s_a), \qquad A = L\left(\frac{1}{s'} - \frac{1}{s_b}\right),
        \qquad s' = \min(\max(s, s_a), s_b) $$
    Units: square roots of prices in; rao and alpha rao out.
    Rounding: Reciprocals are floored in U64F64, then the amounts to whole ones: less than 1 rao below the exact TAO;
        the alpha within $1 + L\,2^{-64}$ of the exact, to either side.
    Source: `pallets/swap/src/position.rs`, `to_token_amounts`
    Known violation: A range upside down costs nothing and is opened all the same, with a net liquidity of the wrong
        sign at its edges: whoever opens one lowers the liquidity in force of all prices in it, for free.
    Example: A liquidity of 100 between the prices 1 and 4, at 1, at 2.25 and at 9.

        >>> composition(Fraction(100), Fraction(1), Fraction(2), Fraction(1))
        (Fraction(0, 1), Fraction(50, 1))
        >>> composition(Fraction(100), Fraction(1), Fraction(2), Fraction(3, 2))
        (Fraction(50, 1), Fraction(50, 3))
        >>> composition(Fraction(100), Fraction(1), Fraction(2), Fraction(3))
        (Fraction(100, 1), Fraction(0, 1))
    """
    if low >= high:
        return Fraction(0), Fraction(0)
    within = min(max(root, low), high)
    return liquidity * (within - low), liquidity * (1 / within - 1 / high)


def fee_rounded(amount: Fraction, rate: int, on_top: bool = False) -> Fraction:
    """Return a whole fee, by a rate in 64 fraction bits."""
    return floored(amount * _cut(Fraction(rate, FEE_PARTS - rate if on_top else FEE_PARTS)), 0)


@rule("POOL-12", since=283, rounded=fee_rounded)
def fee(amount: Fraction, rate: int, on_top: bool = False) -> Fraction:
    r"""Fee of a swap.

    Statement: The fee MUST be a part of the amount that is paid, in the token that is paid; where a step is ended by an
        edge or a limit, it MUST be computed anew, so that it is the same part of the step and its fee together.
    Formula: $$ f = x\,\frac{r}{65535} \quad \text{or} \quad f = x\,\frac{r}{65535 - r} $$
    Units: rao, or alpha rao; the rate in parts of 65 535.
    Rounding: The quotient is floored in U64F64, then the product to a whole amount: less than $1 + x\,2^{-64}$ below
        the exact fee.
    Source: `pallets/swap/src/pallet/impls.rs`, `calculate_fee_amount`, `determine_action`
    Example: 196 of 65 535 of 1 TAO, and what is paid on top so that it is as much of both.

        >>> int(fee(Fraction(10**9), 196)), int(fee(Fraction(10**9) - 2_990_768, 196, on_top=True))
        (2990768, 2990768)
    """
    return amount * rate / (FEE_PARTS - rate if on_top else FEE_PARTS)


def root_after_rounded(is_buy: bool, liquidity: Fraction, root: Fraction, amount: Fraction) -> Fraction | None:
    """Return the root with every quotient in 64 fraction bits."""
    if liquidity == 0:
        return None
    moved = _cut(amount / liquidity)
    return root + moved if is_buy else _inverse(moved + _inverse(root))


@rule("POOL-13", since=283, rounded=root_after_rounded)
def root_after(is_buy: bool, liquidity: Fraction, root: Fraction, amount: Fraction) -> Fraction | None:
    r"""Price after an amount in one range.

    Statement: TAO paid in MUST raise the root of the price by the amount over the liquidity, alpha paid in the
        reciprocal of the root. Without any liquidity there is no such price, and the step goes to its edge or to the
        limit.
    Formula: $$ s' = s + \frac{x}{L} \quad \text{or} \quad \frac{1}{s'} = \frac{1}{s} + \frac{x}{L} $$
    Units: root of the price; rao in for a buyer, alpha rao for a seller.
    Rounding: Every quotient is floored in U64F64: for a buyer less than $2^{-64}$ below the exact root. For a seller
        the denominator is less than $2 \cdot 2^{-64}$ too small, so that the root is less than $2^{-64}$ below and at
        most $2 s^2 2^{-64}$ (to first order) above the exact one.
    Source: `pallets/swap/src/pallet/impls.rs`, `sqrt_price_target`
    Example: From the price 1, half of the liquidity in TAO raises the root to 1.5; as much alpha lowers it to 2/3.

        >>> root_after(True, Fraction(100), Fraction(1), Fraction(50))
        Fraction(3, 2)
        >>> root_after(False, Fraction(100), Fraction(1), Fraction(50))
        Fraction(2, 3)
    """
    if liquidity == 0:
        return None
    return root + amount / liquidity if is_buy else 1 / (amount / liquidity + 1 / root)


def amount_to_rounded(is_buy: bool, liquidity: Fraction, root: Fraction, target: Fraction) -> Fraction:
    """Return a whole amount, with reciprocals in 64 fraction bits."""
    distance = target - root if is_buy else _inverse(target) - _inverse(root)
    return floored(liquidity * max(distance, Fraction(0)), 0)


@rule("POOL-14", since=283, rounded=amount_to_rounded)
def amount_to(is_buy: bool, liquidity: Fraction, root: Fraction, target: Fraction) -> Fraction:
    r"""Amount up to a price in one range.

    Statement: To reach a price the amount MUST be that which [POOL-13](#pool-13) needs; 0 for a price on the other
        side.
    Formula: $$ x = L\,(s' - s) \quad \text{or} \quad x = L\left(\frac{1}{s'} - \frac{1}{s}\right) $$
    Units: roots of prices in; rao for a buyer, alpha rao for a seller.
    Rounding: Floored: less than 1 rao below the exact TAO; the alpha within $1 + L\,2^{-64}$ of the exact. The price
        becomes the target all the same.
    Source: `pallets/swap/src/pallet/impls.rs`, `delta_in`
    Example: The way back of POOL-13.

        >>> amount_to(True, Fraction(100), Fraction(1), Fraction(3, 2))
        Fraction(50, 1)
        >>> amount_to(False, Fraction(100), Fraction(1), Fraction(3, 2))
        Fraction(0, 1)
    """
    return liquidity * max(target - root if is_buy else 1 / target - 1 / root, Fraction(0))


def output_rounded(is_buy: bool, liquidity: Fraction, root: Fraction, amount: Fraction) -> Fraction:
    """Return a whole amount, with every product and quotient on the way in 64 fraction bits."""
    if amount == 0:
        return Fraction(0)
    if is_buy:
        factor = _cut(liquidity / _cut((liquidity * root + amount) * root))
    else:
        factor = _cut(_cut(liquidity / (_cut(liquidity / root) + amount)) * root)
    return floored(amount * factor, 0)


@rule("POOL-15", since=283, rounded=output_rounded)
def output(is_buy: bool, liquidity: Fraction, root: Fraction, amount: Fraction) -> Fraction:
    r"""Output of an amount in one range.

    Statement: Within one range a pool MUST pay what the position of that liquidity loses between the two prices of
        [POOL-13](#pool-13).
    Formula: $$ y = \frac{L\,x}{(L\,s + x)\,s} \quad \text{or} \quad y = \frac{L\,x\,s}{L / s + x} $$
    Units: rao in, alpha rao out for a buyer; the reverse for a seller.
    Rounding: Each product and quotient is floored in U64F64 on the way, at last to a whole amount. Some of the floors
        make a denominator smaller, so that the result may be above the exact one, by at most $2\,y\,2^{-64}$ for prices
        between $2^{-20}$ and $2^{20}$, a liquidity of at least $2^{30}$, and $L\,s + x$, $(L\,s + x)\,s$ and $L / s$
        below $2^{63}$; and it is less than $1 + x\,(1 + s)\,2^{-64}$ below it. What does not fit U64F64 stays at its
        largest number, but a quotient that does not counts as 0; no supply of 21 million gets there.
    Source: `pallets/swap/src/pallet/impls.rs`, `convert_deltas`
    Example: At the price 1 a liquidity of 100 stands for 100 TAO and 100 alpha: 50 TAO buy a third of the alpha.

        >>> output(True, Fraction(100), Fraction(1), Fraction(50))
        Fraction(100, 3)
        >>> output(False, Fraction(100), Fraction(1), Fraction(50))
        Fraction(100, 3)
    """
    if amount == 0:
        return Fraction(0)
    if is_buy:
        return liquidity * amount / ((liquidity * root + amount) * root)
    return liquidity * amount * root / (liquidity / root + amount)


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
    rest = amount
    nearest = min if is_buy else max
    for edge, liquidity in ranges:
        spent = rest - rules["POOL-12"](rest, rate)
        target = rules["POOL-13"](is_buy, liquidity, root, spent)
        end = nearest(limit, edge) if target is None else nearest(target, limit, edge)
        is_spent = end == target
        taken = spent if is_spent else rules["POOL-14"](is_buy, liquidity, root, end)
        charged = rest - spent if is_spent else rules["POOL-12"](taken, rate, on_top=True)
        paid_in, fees = paid_in + taken, fees + charged
        paid_out += rules["POOL-15"](is_buy, liquidity, root, taken)
        root, rest = end, rest - taken - charged
        if end != edge or rest <= 0:
            break
    return paid_in, paid_out, fees, root


@rule("POOL-17", since=283)
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


@rule("POOL-18", since=283)
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
    """Return whole fees."""
    return floored(liquidity * max(inside - collected, Fraction(0)), 0)


@rule("POOL-19", since=283, rounded=fees_earned_rounded)
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
    Source: `pallets/swap/src/pallet/impls.rs`, `add_fees`; `pallets/swap/src/position.rs`, `collect_fees`
    Known violation: The share of 1 000 is not kept back but given to the others on top: the positions are owed more
        than was taken. The chain never collects the fees of its own position.
    Example: A liquidity of 1 000 000, half of all in force, gets half of a fee of 1 000 000 and a little more.

        >>> growth = Fraction(1_000_000, 2_000_000 - 1_000)
        >>> int(fees_earned(Fraction(1_000_000), growth, Fraction(0)))
        500250
    """
    return liquidity * max(inside - collected, Fraction(0))


def first_price_and_liquidity_rounded(tao: int, alpha: int) -> tuple[Fraction, int]:
    """Return the price in 64 fraction bits, of which the root is taken then."""
    return _cut(Fraction(tao, alpha)), math.isqrt(tao * alpha)


@rule("POOL-20", since=283, rounded=first_price_and_liquidity_rounded)
def first_price_and_liquidity(tao: int, alpha: int) -> tuple[Fraction, int]:
    r"""First swap of a pool.

    Statement: A pool that was never traded nor provided with liquidity MUST be initialized by the first swap, and by a
        simulated one for its own sake: its price is the quotient of its reserves, and the chain gets a position over
        all prices with the root of their product as its liquidity. Both reserves stay where they are. Numbers of
        positions count up over all pools. A user who provides liquidity before the first swap MUST be served at price
        0, and the pool counts as initialized from then on, without a position of the chain.
    Formula: $$ s = \sqrt{T / A}, \qquad L = \lfloor\sqrt{T\,A}\rfloor $$
    Units: rao and alpha rao in; TAO per alpha and liquidity out.
    Rounding: The quotient is floored in U64F64, its root found by [FIX-13](#fix-13) to $10^{-12}$; the liquidity is
        floored.
    Rejections: `ReservesTooLow` if either reserve is below 1 000 000.
    Source: `pallets/swap/src/pallet/impls.rs`, `swap_inner`, `maybe_initialize_v3`
    Known violation: A pool whose first liquidity a user provides is at price 0, where no amount buys or sells for
        anything, until a burned registration has moved the price.
    Example: 100 TAO and 400 alpha.

        >>> first_price_and_liquidity(100 * 10**9, 400 * 10**9)
        (Fraction(1, 4), 200000000000)
    """
    return Fraction(tao, alpha), math.isqrt(tao * alpha)


@rule("POOL-21", since=283)
def liquidity_after_injection(composed: tuple[int, int], injected: tuple[int, int]) -> int:
    r"""Injection into the position of the chain.

    Statement: What a block gives to a pool MUST grow the position of the chain to the root of the product of what it
        consists of at the present price and what is given. Neither the liquidity in force nor the edges nor the price
        change.
    Formula: $$ L' = \left\lfloor\sqrt{(T + \Delta T)\,(A + \Delta A)}\right\rfloor $$
    Units: rao and alpha rao in; liquidity out.
    Rounding: none beyond that of the root, which is floored.
    Source: `pallets/swap/src/pallet/impls.rs`, `adjust_protocol_liquidity`
    Known violation: The position grows but no trade meets more liquidity, and its edges keep the old one: the reserves
        that a block adds are never traded.
    Example: 10 TAO and 40 alpha join 100 TAO and 400 alpha.

        >>> liquidity_after_injection((100 * 10**9, 400 * 10**9), (10 * 10**9, 40 * 10**9))
        220000000000
    """
    (tao, alpha), (tao_in, alpha_in) = composed, injected
    return math.isqrt((tao + tao_in) * (alpha + alpha_in))


@rule("POOL-22", since=283)
def reserves_left(provided: int, own: int, taken: int) -> tuple[int, int]:
    r"""Reserves in two parts.

    Statement: What users provide (`SubnetTaoProvided`, `SubnetAlphaInProvided`) and what the chain holds (`SubnetTAO`,
        `SubnetAlphaIn`) MUST count as one reserve where a pool is traded. What leaves it MUST leave the users' part
        first and the chain's then, not below 0; what trades pay in joins the chain's part.
    Formula: $$ u' = \max(0, u - x), \qquad c' = \max(0, c - \max(0, x - u)) $$
    Units: rao, or alpha rao.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_provided_tao_reserve`,
        `decrease_provided_alpha_reserve`; `pallets/subtensor/src/lib.rs`, `tao_reserve`, `alpha_reserve`
    Example: 50 leave 30 that users provided and 100 of the chain's.

        >>> reserves_left(30, 100, 50)
        (0, 80)
    """
    return max(provided - taken, 0), max(own - max(taken - provided, 0), 0)


def price_rounded(
    stable: bool, tao_reserve: Fraction, alpha_reserve: Fraction, root: Fraction | None = None
) -> Fraction:
    """Return the price in 32 fraction bits."""
    if stable:
        return Fraction(1)
    if root is not None:
        return floored(_cut(root**2))
    return floored(tao_reserve / alpha_reserve) if alpha_reserve else Fraction(0)


@rule("PRICE-1", since=283, rounded=price_rounded)
def price(stable: bool, tao_reserve: Fraction, alpha_reserve: Fraction, root: Fraction | None = None) -> Fraction:
    r"""Price of alpha.

    Change: The price is that of the last swap and no longer the quotient of the reserves, because these hold what lies
        in ranges that the price is not in.
    Statement: The price MUST be the square of the root that the pool stores; before the first swap the TAO in both
        parts of the reserve over the alpha in both, 0 if there is no alpha. It MUST be 1 where the mechanism of the
        subnet is not 1, as on root.
    Formula: $$ p = s^2 \quad \text{or} \quad p = \frac{T}{A} $$
    Units: TAO per alpha.
    Rounding: The square is floored in U64F64 and then in U96F32, the quotient in U96F32: less than $2^{-32} + 2^{-64}$
        below the exact value.
    Source: `pallets/swap/src/pallet/impls.rs`, `current_price`
    Example: A root of 1/2; and a pool of 1 000 TAO and 4 000 alpha that nobody traded in.

        >>> price(False, Fraction(0), Fraction(0), Fraction(1, 2)), price(False, Fraction(1_000), Fraction(4_000))
        (Fraction(1, 4), Fraction(1, 4))
    """
    if stable:
        return Fraction(1)
    if root is not None:
        return root**2
    return tao_reserve / alpha_reserve if alpha_reserve else Fraction(0)


@rule("POOL-3", since=283)
def alpha_for_tao(mechanism: int, root: Fraction, liquidity: Fraction, tao: Fraction, rate: int) -> Fraction:
    r"""Alpha for TAO.

    Change: TAO buys by the steps of a swap with a fee instead of by the product of the reserves. Uniswap's design lets
        everybody provide liquidity and pays those who do.
    Statement: On a subnet of mechanism 1, TAO MUST buy what a swap up to the highest price pays ([POOL-16](#pool-16)),
        whether or not the reserve holds as much. On any other subnet it MUST buy as much alpha, without a fee.
    Formula: $$ y = \frac{L\,x}{(L\,s + x)\,s}, \qquad x = z\,\frac{65535 - r}{65535} $$
    Units: rao in, the fee included; alpha rao out. The formula is that of a swap within one range.
    Rounding: as POOL-12 and POOL-15; none on a stable subnet.
    Rejections: `ReservesTooLow`, and those of POOL-16.
    Source: `pallets/swap/src/pallet/impls.rs`, `sim_swap`
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha, at the rate of 196 of 65 535: 39.486683389 alpha.

        >>> int(alpha_for_tao(1, Fraction(1, 2), Fraction(2 * 10**12), Fraction(10**10), 196))
        39486683389
        >>> alpha_for_tao(0, Fraction(1), Fraction(0), Fraction(10**10), 196)
        Fraction(10000000000, 1)
    """
    return output(True, liquidity, root, tao - fee(tao, rate)) if mechanism == 1 else tao


@rule("POOL-4", since=283)
def tao_for_alpha(mechanism: int, root: Fraction, liquidity: Fraction, alpha: Fraction, rate: int) -> Fraction:
    r"""TAO for alpha.

    Change: Alpha sells by the steps of a swap with a fee instead of by the product of the reserves.
    Statement: On a subnet of mechanism 1, alpha MUST sell for what a swap down to the lowest price pays
        ([POOL-16](#pool-16)), whether or not the reserve holds as much. On any other subnet it MUST sell for as much
        TAO, without a fee.
    Formula: $$ y = \frac{L\,x\,s}{L / s + x}, \qquad x = z\,\frac{65535 - r}{65535} $$
    Units: alpha rao in, the fee included; rao out. The formula is that of a swap within one range.
    Rounding: as POOL-12 and POOL-15; none on a stable subnet.
    Rejections: `ReservesTooLow`, and those of POOL-16.
    Source: `pallets/swap/src/pallet/impls.rs`, `sim_swap`
    Example: 1 alpha sold to a pool of 1 000 TAO and 4 000 alpha brings 0.249190196 TAO, of which the fee has cost
        0.00075.

        >>> int(tao_for_alpha(1, Fraction(1, 2), Fraction(2 * 10**12), Fraction(10**9), 196))
        249190196
    """
    return output(False, liquidity, root, alpha - fee(alpha, rate)) if mechanism == 1 else alpha


@rule("POOL-5", since=283)
def max_amount_add(liquidity: Fraction, root: Fraction, limit_root: Fraction, rate: int) -> Fraction:
    r"""Stake allowed by a limit price.

    Change: A limit now bounds the price after the trade, and the amount includes the fee.
    Statement: On a dynamic subnet the amount MUST be what a swap of $2^{64} - 1$ rao up to the limit price would pay
        in, its fee included; 0 if the pool would not swap. On stable subnets and on root it MUST be unlimited for a
        limit of at least 1 TAO, and 0 below.
    Formula: $$ x_{max} = L\,(s_{limit} - s)\,\frac{65535}{65535 - r} $$
    Units: roots of prices, the limit as [POOL-16](#pool-16) takes it; rao out. The formula is that of a pool with one
        range.
    Rounding: as POOL-12 and POOL-14. The root of the limit is found by [FIX-13](#fix-13) to $10^{-10}$.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`; `pallets/swap/src/pallet/impls.rs`,
        `swap`
    Example: From the price 1 to 1.44 with a liquidity of 1 000 TAO, free of fees and at 1 %.

        >>> max_amount_add(Fraction(1_000), Fraction(1), Fraction(6, 5), 0)
        Fraction(200, 1)
        >>> round(max_amount_add(Fraction(1_000), Fraction(1), Fraction(6, 5), 655), 1)
        Fraction(202, 1)
    """
    taken = amount_to(True, liquidity, root, limit_root)
    return taken + fee(taken, rate, on_top=True)


@rule("POOL-6", since=283)
def max_amount_remove(liquidity: Fraction, root: Fraction, limit_root: Fraction, rate: int) -> Fraction:
    r"""Unstaking allowed by a limit price.

    Change: A limit now bounds the price after the trade, and the amount includes the fee.
    Statement: On a dynamic subnet the amount MUST be what a swap of $2^{64} - 1$ alpha rao down to the limit price
        would pay in, its fee included; 0 if the pool would not swap. On stable subnets and on root it MUST be unlimited
        for a limit of at most 1 TAO, and 0 above.
    Formula: $$ x_{max} = L\left(\frac{1}{s_{limit}} - \frac{1}{s}\right)\frac{65535}{65535 - r} $$
    Units: roots of prices, the limit as [POOL-16](#pool-16) takes it; alpha rao out. The formula is that of a pool with
        one range.
    Rounding: as POOL-12 and POOL-14. The root of the limit is found by [FIX-13](#fix-13) to $10^{-10}$.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`;
        `pallets/swap/src/pallet/impls.rs`, `swap`
    Example: From the price 1 to 0.64 with a liquidity of 1 000 alpha.

        >>> max_amount_remove(Fraction(1_000), Fraction(1), Fraction(4, 5), 0)
        Fraction(250, 1)
    """
    taken = amount_to(False, liquidity, root, limit_root)
    return taken + fee(taken, rate, on_top=True)


@rule("POOL-23", since=283)
def fee_rate_rejection(is_owner: bool, exists: bool, rate: int) -> str | None:
    r"""Setting the fee rate: `set_fee_rate`.

    Statement: The root origin, or the owner of a subnet, MUST be able to set the rate at which its pool charges swaps,
        up to 10 000 of 65 535. The event is `FeeRateSet`: netuid, rate.
    Units: parts of 65 535.
    Rounding: none.
    Rejections: `BadOrigin`, `SubNetworkDoesNotExist`, `FeeRateTooHigh`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `set_fee_rate`
    Example: The highest rate, and the next.

        >>> fee_rate_rejection(True, True, 10_000), fee_rate_rejection(True, True, 10_001)
        (None, 'FeeRateTooHigh')
    """
    if not is_owner:
        return "BadOrigin"
    if not exists:
        return "SubNetworkDoesNotExist"
    return None if rate <= 10_000 else "FeeRateTooHigh"


@rule("POOL-24", since=283)
def toggle_rejection(is_root: bool, is_owner: bool, enable: bool, exists: bool) -> str | None:
    r"""Opening a pool to users: `toggle_user_liquidity`.

    Statement: The root origin MUST be able to let users provide liquidity to a pool, and to stop it; the owner of the
        subnet only the former. Positions that there are may be removed at any time. The event is
        `UserLiquidityToggled`: netuid, whether it is allowed.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin`, `SubNetworkDoesNotExist`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `toggle_user_liquidity`
    Example: The owner may open the pool but not close it.

        >>> toggle_rejection(False, True, True, True), toggle_rejection(False, True, False, True)
        (None, 'BadOrigin')
    """
    if not is_root and not (is_owner and enable):
        return "BadOrigin"
    return None if exists else "SubNetworkDoesNotExist"


@rule("POOL-25", since=283)
def reserves_with_position(provided: tuple[int, int], outside: int, added: tuple[int, int]) -> tuple[int, int, int]:
    r"""Providing liquidity: `add_liquidity`.

    Statement: A coldkey MUST be able to open a position between two ticks, of at least 1 000, in a pool that is open to
        users. What it consists of at the present price MUST leave the balance of the coldkey and its stake on the named
        hotkey, and the alpha outside of the pool; it joins the users' parts of the reserves. Its number is one more
        than the last. A coldkey with more than 100 positions in the pool opens no other. The event is `LiquidityAdded`:
        coldkey, hotkey, netuid, number, liquidity, TAO, alpha.
    Formula: $$ u_T' = u_T + T, \quad u_A' = u_A + A, \quad O' = \max(0, O - A) $$
    Units: rao and alpha rao.
    Rounding: as [POOL-11](#pool-11).
    Rejections: `SubNetworkDoesNotExist`, `UserLiquidityDisabled`, `MaxPositionsExceeded`, `InvalidTickRange` (beyond
        the lowest or highest tick), `InsufficientBalance` (TAO, then stake), `InvalidLiquidityValue` (below 1 000),
        those of a withdrawal ([STATE-3](#state-3)), `HotKeyAccountNotExists`, `InsufficientBalance` (less could be
        withdrawn), in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `add_liquidity`; `pallets/swap/src/pallet/impls.rs`, `do_add_liquidity`
    Known violation: The upper tick may be below the lower one ([POOL-11](#pool-11)). A balance of exactly the TAO pays
        less, since the existential deposit stays, and the call fails.
    Example: 5 TAO and 7 alpha join what users provided; of 100 alpha outside 93 remain.

        >>> reserves_with_position((0, 0), 100, (5, 7))
        (5, 7, 93)
    """
    return provided[0] + added[0], provided[1] + added[1], max(outside - added[1], 0)


@rule("POOL-26", since=283)
def paid_for_position(composed: tuple[int, int], fees: tuple[int, int]) -> tuple[int, int]:
    r"""Taking liquidity out: `remove_liquidity`.

    Statement: A coldkey MUST be paid what its position consists of at the present price and the fees that it earned:
        TAO to its balance, alpha as stake on the hotkey that it names, which joins the alpha outside of the pool. What
        the position consists of, without the fees, leaves the reserves ([POOL-22](#pool-22)). The event is
        `LiquidityRemoved`: coldkey, hotkey, netuid, number, TAO, alpha, TAO of fees, alpha of fees.
    Formula: $$ (T + f_T,\; A + f_A) $$
    Units: rao and alpha rao.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19).
    Rejections: `SubNetworkDoesNotExist`, `LiquidityNotFound`, `HotKeyAccountNotExists`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `remove_liquidity`; `pallets/swap/src/pallet/impls.rs`,
        `do_remove_liquidity`
    Example: 5 TAO and 7 alpha, and fees.

        >>> paid_for_position((5, 7), (1, 2))
        (6, 9)
    """
    return composed[0] + fees[0], composed[1] + fees[1]


@rule("POOL-27", since=283)
def liquidity_after_change(liquidity: int, change: int) -> int:
    r"""Changing a position: `modify_position`.

    Statement: A coldkey MUST be able to add to the liquidity of its position or take from it, at least 1 000 at a time.
        What the change consists of at the present price is paid by it or to it, and the fees of the whole position are
        paid to it. If less than 1 000 would remain, the position MUST be removed. The liquidity in force changes by
        what was asked if the price is not outside of the position. The event is `LiquidityModified`: coldkey, hotkey,
        netuid, number, change, TAO and alpha (negative if paid out), TAO and alpha of fees; of a position that is
        removed it is `LiquidityRemoved`.
    Formula: $$ L' = \begin{cases} L + \Delta & L + \Delta \ge 1000 \\ 0 & \text{otherwise} \end{cases} $$
    Units: liquidity.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19). The balances are compared with the exact amounts, which
        are floored only after that.
    Rejections: `SubNetworkDoesNotExist`, `UserLiquidityDisabled`, `LiquidityNotFound`, `InvalidLiquidityValue`;
        `InsufficientBalance` if more is added than there is, `InsufficientLiquidity` if more is taken; then those of
        paying: those of a withdrawal ([STATE-3](#state-3)), `HotKeyAccountNotExists`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `modify_position`; `pallets/swap/src/pallet/impls.rs`,
        `do_modify_position`
    Known violation: What is added or taken does not enter the users' parts of the reserves or leave them. Of a position
        that is removed because little would remain, that little is not paid. If the price is exactly at the upper edge,
        the liquidity in force changes although the position is not in range.
    Example: 2 000 less 1 500 leave nothing.

        >>> [liquidity_after_change(2_000, change) for change in (500, -1_000, -1_500)]
        [2500, 1000, 0]
    """
    return liquidity + change if liquidity + change >= RESERVED else 0


def max_amount_between_pools_rounded(
    origin: tuple[Fraction, Fraction], destination: tuple[Fraction, Fraction], limit_price: Fraction
) -> Fraction | None:
    """Return a whole amount, with every quotient in 64 fraction bits."""
    (tao_1, alpha_1), (tao_2, alpha_2) = origin, destination
    if 0 in (tao_1, alpha_1, tao_2, alpha_2):
        return Fraction(0)
    if limit_price == 0:
        return None
    total = tao_1 + tao_2
    kept = alpha_2 * _cut(tao_1 / total) * _cut(1 / limit_price)
    return floored(max(Fraction(0), _cut(kept) - alpha_1 * _cut(tao_2 / total)), 0)


@rule("POOL-8", since=283, rounded=max_amount_between_pools_rounded)
def max_amount_between_pools(
    origin: tuple[Fraction, Fraction], destination: tuple[Fraction, Fraction], limit_price: Fraction
) -> Fraction | None:
    r"""Move allowed by a limit price between two pools.

    Change: Reserves are those of the chain and of the users together, and the prices those of the last swaps.
    Statement: Between two dynamic subnets the amount MUST be 0 if any reserve, the users' part included
        ([POOL-22](#pool-22)), is empty or the ratio of the prices ([PRICE-1](#price-1)) is below the limit; else
        unlimited for a limit of 0; else the one below, which would hold for pools that keep the product of their
        reserves.
    Formula: $$ x_{max} = \max\left(0,\; A_2 \cdot \frac{T_1}{T_1 + T_2} \cdot \frac{1}{r_{limit}} - A_1 \cdot
        \frac{T_2}{T_1 + T_2}\right) $$
    Units: the limit is the price of the origin over that of the destination; alpha rao of the origin out, None for
        unlimited.
    Rounding: Every quotient is floored in U64F64, the result to alpha rao.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Known violation: The amount does not follow from the ranges of the pools, so that the limit neither binds nor holds.
    Example: Two pools of 100 TAO and 100 alpha; the ratio may fall to a half.

        >>> pool = (Fraction(100), Fraction(100))
        >>> max_amount_between_pools(pool, pool, Fraction(1, 2))
        Fraction(50, 1)
    """
    (tao_1, alpha_1), (tao_2, alpha_2) = origin, destination
    if 0 in (tao_1, alpha_1, tao_2, alpha_2):
        return Fraction(0)
    if limit_price == 0:
        return None
    total = tao_1 + tao_2
    return max(Fraction(0), alpha_2 * tao_1 / total / limit_price - alpha_1 * tao_2 / total)


@rule("FIX-13", since=283)
def square_root(exact: Fraction) -> Fraction | None:
    r"""The square root.

    Change: The root of a number below 1 is found too: the interval begins at the number and ends at 1 there. Pools take
        roots of prices, which are often below 1.
    Statement: The square root MUST be found by bisecting, between 0 and a number above 1 or between any other number
        and 1, until the middle and the number over the middle differ by at most the given tolerance, or 129 times.
    Formula: $$ \sqrt{x} $$
    Units: none.
    Rounding: within the tolerance.
    Rejections: Nothing for a negative number.
    Source: `primitives/safe-math/src/lib.rs`, `checked_sqrt`
    Example: The roots of 4 and of 1/4.

        >>> square_root(Fraction(4)), square_root(Fraction(1, 4)), square_root(Fraction(-1))
        (Fraction(2, 1), Fraction(1, 2), None)
    """
    if exact < 0:
        return None
    with localcontext(prec=60):
        return Fraction((Decimal(exact.numerator) / Decimal(exact.denominator)).sqrt())


@rule("POOL-20", since=298)
def is_reserve_too_low(is_buy: bool, tao: int, alpha: int) -> bool:
    r"""First swap of a pool.

    Change: Only the reserve that pays must hold the minimum. The other may be low without harm, and trades that would
        have filled it were refused.
    Statement: A pool that was never traded nor provided with liquidity MUST be initialized by the first swap, and by a
        simulated one for its own sake: its price is the quotient of its reserves, and the chain gets a position over
        all prices with the root of their product as its liquidity. Both reserves stay where they are. Numbers of
        positions count up over all pools. A user who provides liquidity before the first swap MUST be served at price
        0, and the pool counts as initialized from then on, without a position of the chain.
    Formula: $$ s = \sqrt{T / A}, \qquad L = \lfloor\sqrt{T\,A}\rfloor $$
    Units: rao and alpha rao.
    Rounding: as [FIX-13](#fix-13) to $10^{-12}$ for the root of the quotient, which is floored in U64F64 before; the
        liquidity is floored.
    Rejections: `ReservesTooLow` if the reserve that the swap pays from is below 1 000 000.
    Source: `pallets/swap/src/pallet/impls.rs`, `swap_inner`, `maybe_initialize_v3`
    Known violation: A pool whose first liquidity a user provides is at price 0, where no amount buys or sells for
        anything, until a burned registration has moved the price.
    Example: A pool with little TAO sells alpha but buys none.

        >>> is_reserve_too_low(True, 999_999, 10**9), is_reserve_too_low(False, 999_999, 10**9)
        (False, True)
    """
    return (alpha if is_buy else tao) < 1_000_000


@rule("POOL-21", since=298)
def liquidity_in_force_after_injection(
    in_force: int, liquidity: int, composed: tuple[int, int], injected: tuple[int, int]
) -> tuple[int, int]:
    r"""Injection into the position of the chain.

    Change: The liquidity in force and the edges of the position grow with it, so that what blocks add is traded.
    Statement: What a block gives to a pool MUST grow the position of the chain to the root of the product of what it
        consists of at the present price and what is given. The liquidity in force and both edges of the position MUST
        grow by as much, not at all if it shrinks. The price does not change.
    Formula: $$ L' = \left\lfloor\sqrt{(T + \Delta T)\,(A + \Delta A)}\right\rfloor, \qquad F' = F + \max(0, L' - L) $$
    Units: rao and alpha rao in; (the position's liquidity, the liquidity in force) out.
    Rounding: none beyond that of the root, which is floored.
    Source: `pallets/swap/src/pallet/impls.rs`, `adjust_protocol_liquidity`
    Example: 10 TAO and 40 alpha join 100 TAO and 400 alpha; users provide as much as the chain.

        >>> liquidity_in_force_after_injection(
        ...     400 * 10**9, 200 * 10**9, (100 * 10**9, 400 * 10**9), (10 * 10**9, 40 * 10**9)
        ... )
        (220000000000, 420000000000)
    """
    grown = liquidity_after_injection(composed, injected)
    return grown, in_force + max(grown - liquidity, 0)


@rule("POOL-25", since=298)
def range_rejection(tick_low: int, tick_high: int) -> str | None:
    r"""Providing liquidity: `add_liquidity`.

    Change: The upper tick must be above the lower one, since a range upside down took liquidity from others for free.
    Statement: A coldkey MUST be able to open a position between two ticks, of at least 1 000, in a pool that is open to
        users. What it consists of at the present price MUST leave the balance of the coldkey and its stake on the named
        hotkey, and the alpha outside of the pool; it joins the users' parts of the reserves. Its number is one more
        than the last. A coldkey with more than 100 positions in the pool opens no other. The event is `LiquidityAdded`:
        coldkey, hotkey, netuid, number, liquidity, TAO, alpha, lower tick, upper tick.
    Formula: $$ u_T' = u_T + T, \quad u_A' = u_A + A, \quad O' = \max(0, O - A) $$
    Units: rao and alpha rao.
    Rounding: as [POOL-11](#pool-11).
    Rejections: `SubNetworkDoesNotExist`, `UserLiquidityDisabled`, `MaxPositionsExceeded`, `InvalidTickRange` (the upper
        tick not above the lower one, or one beyond the lowest or highest), `InsufficientBalance` (TAO, then stake),
        `InvalidLiquidityValue` (below 1 000), those of a withdrawal ([STATE-3](#state-3)), `HotKeyAccountNotExists`,
        `InsufficientBalance` (less could be withdrawn), in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `add_liquidity`; `pallets/swap/src/pallet/impls.rs`, `do_add_liquidity`
    Known violation: A balance of exactly the TAO pays less, since the existential deposit stays, and the call fails.
    Example: Two ticks in either order.

        >>> range_rejection(-10, 10), range_rejection(10, -10)
        (None, 'InvalidTickRange')
    """
    return None if tick_low < tick_high else "InvalidTickRange"


@rule("POOL-16", since=298)
def limit_rejection(is_buy: bool, root: Fraction, limit: Fraction) -> str | None:
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
    Units: rao for TAO, alpha rao for alpha, roots of prices.
    Rounding: none beyond that of the steps, [POOL-12](#pool-12) to [POOL-15](#pool-15).
    Rejections: `PriceLimitExceeded`, `InsufficientLiquidity` at an edge that no position has, `TooManySwapSteps` after
        the 1 000th step.
    Source: `pallets/swap/src/pallet/impls.rs`, `swap_inner`, `determine_action`
    Known violation: What is left over at a limit is not returned by every call ([STAKE-4](#stake-4)).
    Example: A buyer with a limit at the price.

        >>> limit_rejection(True, Fraction(1), Fraction(1)), limit_rejection(True, Fraction(1), Fraction(2))
        ('PriceLimitExceeded', None)
    """
    is_passed = root >= limit if is_buy else root <= limit
    return "PriceLimitExceeded" if is_passed else None
