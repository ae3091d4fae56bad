r"""Calls that stake and unstake.

What each call does with an amount, and when it is refused. The checks are made for the amount that the call
names, before anything moves. Two of them protect the pool: the trade must be possible, and not too small. A limit price
adds a third: the amount must not be above what the limit allows, or only the allowed part is traded.

[until 282] **A stake, step by step.** `add_stake` with 10 000 000 000 rao, 10 TAO, on a subnet with 1 000 TAO and
4 000 alpha.

1. [until 282] The checks of [STAKE-11](#stake-11) pass for the whole amount.
2. [until 282] 10 000 000 000 rao leave the balance ([STATE-3](#state-3)); with less than 500 rao more in it, they
   would be fewer.
3. [until 282] The fee of 50 000 rao is kept back, and 9 999 950 000 rao are swapped ([STAKE-4](#stake-4)).
4. [until 282] The alpha reserve keeps $10^{12} \cdot 4 \cdot 10^{12} / (10^{12} + 9\,999\,950\,000)$, floored to 18
   fraction bits: 3 960 396 235 663.18 alpha rao ([POOL-1](#pool-1)).
5. [until 282] The pool pays the rest of its 4 000 000 000 000 alpha rao, floored: 39 603 764 336 ([POOL-2](#pool-2)).
6. [until 282] These become stake ([SHARE-6](#share-6)); in a share pool that is empty, as many shares. The fee follows
   the TAO into the pool, which now holds 1 010 000 000 000 rao ([STAKE-3](#stake-3)).

Each rule that refuses names the rejections in the order in which they are checked: the first that applies is the
answer. Two checks are rules of their own, which those of the calls refer to: whether the subtoken is enabled
([STAKE-22](#stake-22)), and whether the limit allows anything ([STAKE-23](#stake-23)).
"""

from dtao_spec.chapters.staking_calls import add, remove, shared_checks, surrender, with_swaps

__all__ = ["add", "remove", "shared_checks", "surrender", "with_swaps"]
