"""Rate limits of calls, in blocks. A last block of 0 means that there was no such call.

The runtime has two kinds, which differ in the block at which the limit ends.
"""

from dtao.rule import implements
from dtao.units import BlockNumber


@implements("STATE-7")
def exceeds_tx_rate_limit(limit: int, last_block: BlockNumber, block: BlockNumber) -> bool:
    """Return whether a call comes too soon: no more than ``limit`` blocks after the last one. A limit of 0 is none.

    Mirrors ``exceeds_tx_rate_limit`` and ``exceeds_tx_delegate_take_rate_limit``.
    """
    return limit != 0 and last_block != 0 and block - last_block <= limit


@implements("STATE-8")
def passes_rate_limit(limit: int, last_block: BlockNumber, block: BlockNumber) -> bool:
    """Return whether a call comes late enough: at least ``limit`` blocks after the last one.

    Mirrors ``check_passes_rate_limit``.
    """
    return last_block == 0 or max(block - last_block, 0) >= limit
