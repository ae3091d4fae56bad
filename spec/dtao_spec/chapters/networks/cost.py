"""What a new network costs."""

from fractions import Fraction
from math import floor

from dtao_spec.chapters.issuance import TOTAL_SUPPLY
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import LIMIT_BITS, SIGNED, U64_MAX, at_most, floored

CHAPTER = "dtao_spec.chapters.networks"
BLOCK_EMISSION = 10**9
"""rao a block before the first halving."""


def lock_reduction_interval_rounded(interval: Fraction, block_emission: Fraction) -> Fraction:
    """Return the interval as I64F64 gives it, in whole blocks."""
    quotient = floored(block_emission / BLOCK_EMISSION, LIMIT_BITS)
    return floored(at_most(interval, SIGNED, LIMIT_BITS) * quotient, 0)


@rule("NET-1", rounded=lock_reduction_interval_rounded)
def lock_reduction_interval(interval: Fraction, block_emission: Fraction) -> Fraction:
    r"""Lock reduction interval.

    Statement: The blocks in which the lock cost falls by the last lock MUST be `NetworkLockReductionInterval` times the
        block emission over 1 TAO.
    Formula: $$ n' = n \cdot \frac{e}{10^9} $$
    Units: blocks; the emission in rao.
    Rounding: The quotient is floored to 64 fraction bits, the result to whole blocks: less than $1 + n 2^{-64}$ blocks
        below the exact value, never above. The interval counts as at most $2^{63} - 2^{-64}$.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_lock_reduction_interval`
    Example: Two weeks, and one week after the first halving.

        >>> lock_reduction_interval(Fraction(100_800), Fraction(10**9))
        Fraction(100800, 1)
        >>> lock_reduction_interval(Fraction(100_800), Fraction(5 * 10**8))
        Fraction(50400, 1)
    """
    return interval * block_emission / BLOCK_EMISSION


def lock_cost_rounded(
    last_lock: Fraction, minimum: Fraction, last_block: int, block: int, interval: Fraction
) -> Fraction:
    """Return the whole rao of the cost, with the fall of each block floored."""
    start = min(last_lock * (1 if last_block == 0 else 2), Fraction(U64_MAX))
    fall = floor(last_lock / interval) if interval else 0
    return max(start - min(fall * max(block - last_block, 0), U64_MAX), minimum)


@rule("NET-2", rounded=lock_cost_rounded)
def lock_cost(last_lock: Fraction, minimum: Fraction, last_block: int, block: int, interval: Fraction) -> Fraction:
    r"""Lock cost.

    Statement: The lock cost MUST be twice the last lock, less the last lock over the interval ([NET-1](#net-1)) for
        every block since the last registration, and at least the minimum. It starts at the last lock itself while that
        block is 0. An interval of 0 lets nothing fall.
    Formula: $$ c = \max\left(m\,L - \frac{L}{n'} \cdot \Delta,\; c_{min}\right),
        \qquad m = 1 \text{ if the last block is 0, otherwise } 2 $$
    Units: rao; blocks.
    Rounding: The fall of one block is floored to rao: with $\Delta$ blocks since the last registration the cost is at
        most $\Delta$ rao above the exact value, never below. A fall of less than 1 rao a block is none. Products
        saturate at $2^{64}-1$.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_network_lock_cost`
    Known violation: The cost does not halve in 38 880 blocks, as the announcement has it. It falls in a straight line,
        by the last lock in 100 800 blocks.
    Example: 3 000 TAO were paid last. The cost jumps to 6 000, is about 4 843 after 38 880 blocks, back at 3 000 after
        two weeks, and at the minimum of 1 000 before four.

        >>> last, minimum = Fraction(3_000), Fraction(1_000)
        >>> [int(lock_cost(last, minimum, 1, 1 + since, Fraction(100_800))) for since in (0, 38_880, 100_800, 200_000)]
        [6000, 4842, 3000, 1000]
    """
    start = last_lock * (1 if last_block == 0 else 2)
    fall = last_lock / interval * max(block - last_block, 0) if interval else Fraction(0)
    return max(start - fall, minimum)


@rule("NET-3")
def network_lock_cost(
    last_lock: Fraction,
    minimum: Fraction,
    interval: Fraction,
    last_block: int,
    block: int,
    issuance: Fraction,
    stored: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> tuple[Fraction, Fraction]:
    r"""Lock cost of a registration, and the emission that it stores.

    Statement: The lock cost of a registration MUST be that of [NET-2](#net-2), at the block emission that the present
        total issuance yields ([ISS-1](#iss-1)). That emission MUST be stored as `BlockEmission` on the way, except once
        all 21 million TAO are issued.
    Formula: $$ n' = n \cdot \frac{e(I)}{10^9} $$
    Units: rao, blocks. The second result is what is stored.
    Rounding: as NET-1 and then NET-2: the interval is rounded before it divides. While the emission is 1 TAO it is
        exact, and the cost at most $\Delta$ rao above the exact value.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_network_lock_cost`;
        `pallets/subtensor/src/coinbase/block_emission.rs`, `get_block_emission`
    Known violation: The block step leaves `BlockEmission` as the emission of the last subnet's alpha; a registration
        sets it right. No rule depends on it.
    Example: After the first halving the cost is back at the last lock in half the time.

        >>> cost, stored = network_lock_cost(
        ...     Fraction(3_000), Fraction(1_000), Fraction(100_800), 1, 50_401, Fraction(11 * 10**15), Fraction(10**9)
        ... )
        >>> int(cost), int(stored)
        (3000, 500000000)
    """
    emission = rules["ISS-1"](issuance)
    cost = rules["NET-2"](last_lock, minimum, last_block, block, rules["NET-1"](interval, emission))
    return cost, stored if issuance >= TOTAL_SUPPLY else emission
