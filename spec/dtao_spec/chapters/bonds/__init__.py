r"""Bonds and liquid alpha.

A validator is not paid for its weights but for its **bonds**: a memory of what it has weighed. In every epoch a
validator buys bonds in the miners that it weighs, with its stake. For each miner the bonds of all validators are
brought to a sum of 1, and mixed into the bonds so far. A validator's dividends are its bonds times the incentives of
the miners it holds them in.

Whoever recognises a good miner before others holds most of its bonds, and keeps a part of that lead for a while after
the others have followed. Whoever copies the weights of others an epoch late buys an epoch late, and earns less on every
miner that is rising. Whoever stops weighing a miner loses its bonds as fast as the others buy them.

How fast bonds move is the EMA rate $\alpha$, the weight of the new bonds, by default 0.1. The old ones are down to a
half after 6.6 epochs, which is 8 hours at a tempo of 360.

[until 272] With **liquid alpha** each miner has an EMA rate of its own, between two bounds, by default 0.7 and 0.9, the
faster the higher the consensus on it. Bonds then remember an epoch or two.

[since 273] A subnet may choose **Yuma 3** ([BOND-13](#bond-13)). Bonds are then not bought with stake: each is a
proportion that follows the validator's own weight, and stake counts when dividends are paid. Only there **liquid
alpha** is in force, with an EMA rate for each bond, between two bounds, by default 0.7 and 0.9.

| step | in | out |
|---|---|---|
| [BOND-6](#bond-6) | stored bonds | old bonds, each column a sum of 1 |
| [BOND-7](#bond-7) | weights, active stake | new bonds, each column a sum of 1 |
| [until 272] [BOND-9](#bond-9) or [BOND-10](#bond-10) | a setting, or the consensus | the EMA rate of each column |
| [until 272] [BOND-8](#bond-8) | new and old bonds | bonds, each column a sum of 1 |
| [since 273] [BOND-9](#bond-9) | a setting | the EMA rate |
| [since 273] [BOND-4](#bond-4) | new and old bonds | bonds, each column a sum of 1 again |
| [BOND-11](#bond-11) | bonds, incentive | dividends |
| [BOND-12](#bond-12) | bonds, permits | stored bonds |

A column of bonds sums to 1 however few bought it: a miner that only one validator weighs gives that one all its
dividends.

[until 256] By default the weights for bonds are those before clipping (`BondsPenalty` is 0), so that what the consensus
cuts off buys bonds nevertheless.

[since 257] By default the weights for bonds are the clipped ones (`BondsPenalty` is 65 535), so that what the consensus
cuts off buys nothing.

As in [the epoch](#chapter-epoch), $\varepsilon = 2^{-32}$ is the step of I32F32, and bounds hold for one rule on the
same input.
"""

from dtao_spec.chapters.bonds import bought, ema, paid, yuma3

__all__ = ["bought", "ema", "paid", "yuma3"]
