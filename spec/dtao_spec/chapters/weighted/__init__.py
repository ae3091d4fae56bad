r"""Weighted pools.

A pool holds TAO and alpha, each with a **weight**, and the two weights add up to 1. A swap keeps the product of the
reserves, each raised to the power of its weight, and the price is the quotient of the reserves times that of the
weights. With weights of a half, which every pool begins with, that is the product of the reserves and their quotient:
the constant product. Nobody but the chain provides liquidity, and the fee of a swap is for the author of the block
([POOL-30](#pool-30)).

The weights let blocks add TAO and alpha in any proportion without moving the price: what moves is the weights
([POOL-35](#pool-35)). TAO that comes alone makes the weight of TAO larger. A weight never falls below 1 %: what would
push it there does not enter the pool.

**A pool in numbers.** With 1 000 TAO, 4 000 alpha and weights of a half the price is 0.25 TAO. A block adds 100 TAO and
no alpha. The weight of TAO becomes $1100 / 2100 \approx 0.5238$, that of alpha 0.4762, and the price is still
$0.4762 / 0.5238 \cdot 1100 / 4000 = 0.25$. Somebody sells 100 alpha. Of the TAO the part $(4000 / 4100)^{0.4762 /
0.5238} \approx 0.9778$ stays, so that the seller gets 24.41 TAO, less the fee.
"""

from dtao_spec.chapters.weighted import (
    coinbase,
    injection,
    moves,
    networks,
    price,
    stake,
    stake_calls,
    swaps,
    trades,
    weights,
)

__all__ = [
    "coinbase",
    "injection",
    "moves",
    "networks",
    "price",
    "stake",
    "stake_calls",
    "swaps",
    "trades",
    "weights",
]
SPAN = (423, 10**9)
