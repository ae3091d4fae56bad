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

from dtao_spec.chapters.concentrated import amounts, calls, fees, reserves, swaps, ticks, trades

__all__ = ["amounts", "calls", "fees", "reserves", "swaps", "ticks", "trades"]
SPAN = (283, 422)
