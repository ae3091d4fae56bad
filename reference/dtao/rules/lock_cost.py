"""The price of a new network: it doubles with every registration and then falls, block by block."""

from dtao import fixed
from dtao.fixed import I64F64
from dtao.params import DEFAULT_BLOCK_EMISSION
from dtao.rule import implements
from dtao.units import U64_MAX, BlockNumber, Rao


@implements("NET-1")
def lock_reduction_interval(interval: int, block_emission: Rao) -> int:
    """Return the blocks in which the lock cost falls by the last lock: the interval scaled by emission / 10**9.

    It halves with the emission. Computed in I64F64, into which the interval saturates; the quotient and the
    product are floored, the result to whole blocks. Mirrors ``get_lock_reduction_interval``.
    """
    halving = fixed.quotient(
        I64F64, fixed.from_int(I64F64, block_emission), fixed.from_int(I64F64, DEFAULT_BLOCK_EMISSION)
    )
    return fixed.to_u64(I64F64, fixed.saturating_mul(I64F64, fixed.from_int(I64F64, interval), halving))


@implements("NET-2")
def lock_cost(last_lock: Rao, minimum: Rao, last_lock_block: BlockNumber, block: BlockNumber, interval: int) -> Rao:
    """Return the rao that a new network costs now; the blocks of the interval already scaled.

    Twice the last lock (once, while no network was ever registered), less floor(last lock / interval) for every
    block since, not below 0, and at least the minimum. Products saturate as u64; an interval of 0 lets nothing
    fall. Mirrors ``get_network_lock_cost``.
    """
    start = min(last_lock * (1 if last_lock_block == 0 else 2), U64_MAX)
    fall = last_lock // interval if interval else 0
    fallen = min(fall * max(block - last_lock_block, 0), U64_MAX)
    return Rao(max(start - fallen, minimum, 0))
