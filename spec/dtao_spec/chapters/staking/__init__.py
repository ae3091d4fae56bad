r"""Staking.

To stake is to sell TAO to the pool of a subnet and to hold the alpha that it pays as shares of a hotkey's stake. To
unstake is to sell the alpha back. Whoever stakes bears the slippage of the pool ([POOL-3](#pool-3)); nobody is on the
other side of the trade but the pool itself.

```mermaid
flowchart LR
    C[coldkey's balance] -- "fee:<br>buys nothing" --> P[(pool of the subnet)]
    C -- "the rest of the TAO" --> P
    P -- "alpha bought" --> H[stake on the hotkey]
    H -. "shares" .-> S[coldkey's stake]
```

[until 251] The fee is 50 000 rao of TAO, 0.00005 TAO, whatever the amount, and whether stake is added or removed.

[since 252 until 282] The fee for staking is 50 000 rao of TAO, 0.00005 TAO, whatever the amount. The fee for unstaking
follows the dividends of the hotkey ([STAKE-19](#stake-19)).

[since 283 until 384] The fee is that of the pool's swaps, a part of what is paid in, and belongs to those who provide
liquidity ([POOL-12](#pool-12), [POOL-19](#pool-19)).

[since 385] The fee is that of the pool's swaps, a part of what is paid in, and belongs to the author of the block
([POOL-12](#pool-12), [POOL-30](#pool-30)).

[until 282] No account receives the fee: it stays in the pool of the subnet, buys nothing, and so raises the price of
everybody's alpha a little.

Five counters move with every trade: the reserves $T$ and $A$, the alpha outside $O$, the network's `TotalStake`, which
follows the TAO in all pools, and `SubnetVolume`, the TAO that ever passed. On the root network and on stable subnets
the trade is 1 : 1, and the counters move all the same.
"""

from dtao_spec.chapters.staking import fees, records, swaps, trades

__all__ = ["fees", "records", "swaps", "trades"]
