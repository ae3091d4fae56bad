r"""Flow: the part of a block's TAO that a subnet gets.

[until 337] The TAO of a block follows moving prices; see [EMIT-1](#emit-1).

[since 338 until 420] **TAO follows TAO.** A subnet gets TAO by what its stakers put in, less what they take out:
`SubnetTaoFlow` counts the rao of calls since the last block, and each block takes them into an exponential average,
`SubnetEmaTaoFlow`. With the default weight half of a flow is forgotten after 216 000 blocks, thirty days. A subnet from
which more TAO leaves than comes has an average below 0 and gets nothing, as long as `TaoFlowCutoff` is 0. Had TAO
followed prices, a subnet whose alpha is expensive would get much of the emission, whoever has paid for that price.

[since 338] **What counts as a flow.** Adding, removing and moving stake between subnets does, and stake that is paid
out because it is too small. What blocks buy and sell, liquidity of users and claims of root do not. Root has a flow
too, which nothing reads and nothing clears.

[since 338 until 410] What a registration burns does not count either.

[since 411] What is paid for a registration counts.

[since 411 until 420] **The protocol's flow.** What blocks put into a subnet, and what the claims of root take out, is
counted apart ([FLOW-7](#flow-7)). If `NetTaoFlowEnabled` says so, TAO follows what users put in less that
([FLOW-6](#flow-6)).

[since 421] Flows are still counted, but the parts of the emission follow moving prices ([EMIT-17](#emit-17)): no block
takes a flow into an average or clears it.

[since 338 until 364] Nor does the dissolution of a subnet clear its flow or its average: the next subnet of the same
number begins with them.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from dtao_spec.chapters.concentrated.ticks import square_root_by_bisection
from dtao_spec.notation import exponential_rounded, natural_logarithm_rounded
from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, PRICE_BITS, floored

I64_MAX = 2**63 - 1
I32_MAX = Fraction(2**31 - 1)
MIN_ESTIMATE = Fraction(2**31 - 1, 2**64 - 1)
LARGEST_EXACT_POWER = 64
STEP = Fraction(1, 2**64)
LARGEST_OF_I32F32 = Fraction(2**63 - 1, 2**32)


@rule("FLOW-1", since=338)
def flow_of_subnet(flow: int, tao: int, comes_in: bool, moved: int = 0) -> int:
    r"""Flow of TAO.

    Statement: When stake is bought, what the pool was paid without its fee MUST be added to the flow of the subnet;
        when stake is sold, what the pool paid MUST be subtracted. That holds for all calls and all payouts of small
        nominations, on root too; a move between subnets is a sale and a purchase, one within a subnet neither.
    Formula: $$ f' = \max(-2^{63}, \min(2^{63} - 1, f \pm T)) $$
    Units: rao.
    Rounding: none. An amount of $2^{63}$ rao or more counts as $2^{64}$ less.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `record_tao_inflow`, `record_tao_outflow`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`, `unstake_from_subnet`
    Example: 5 TAO come, 2 TAO leave.

        >>> flow_of_subnet(flow_of_subnet(0, 5 * 10**9, True), 2 * 10**9, False)
        3000000000
    """
    signed = tao if tao <= I64_MAX else tao - 2**64
    return min(max(flow + (signed if comes_in else -signed), -(2**63)), I64_MAX)


@rule("FLOW-1", since=347)
def flow_of_position(flow: int, tao: int, comes_in: bool, moved: int = 0) -> int:
    r"""Flow of TAO.

    Change: What counts is the TAO of the chain's own position, not what swaps pay. Users' positions take part in swaps
        too, so that a flow counted that never reached the chain's TAO.
    Statement: When stake is bought, the TAO that the chain's own position gained in the swap MUST be added to the flow
        of the subnet, at most what was staked; when stake is sold, the TAO that it lost MUST be subtracted, at least
        what the pool paid. The position counts with the TAO that it consists of at the price, floored, and as 0 before
        the first swap, on root and in stable pools. That holds for all calls and all payouts of small nominations; a
        move between subnets is a sale and a purchase, one within a subnet neither.
    Formula: $$ f' = f + \min(T,\ \max(0, \Delta P)), \qquad f' = f - \max(T,\ \max(0, -\Delta P)) $$
    Units: rao: $T$ is what was staked, its fee included, or what the pool paid; $\Delta P$ what the position gained.
    Rounding: none. The flow stops at $-2^{63}$ and $2^{63} - 1$; an amount of $2^{63}$ rao or more counts as $2^{64}$
        less.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`, `unstake_from_subnet`;
        `pallets/swap/src/pallet/impls.rs`, `get_protocol_tao`
    Known violation: The first swap of a pool creates the chain's position, all of whose TAO is gained then: a purchase
        counts with its fee. Root and stable pools have no position: what is staked there counts as nothing, what is
        unstaked as it is paid.
    Example: Of 5 TAO, 1 went to a user's position. Then 2 TAO leave, 1.5 of them from the chain's.

        >>> flow = flow_of_position(0, 5 * 10**9, True, 4 * 10**9)
        >>> flow, flow_of_position(flow, 2 * 10**9, False, -15 * 10**8)
        (4000000000, 2000000000)
    """
    counted = min(tao, max(moved, 0)) if comes_in else max(tao, -moved, 0)
    return flow_of_subnet(flow, counted, comes_in)


@rule("FLOW-1", since=352)
def flow_of_swaps(flow: int, tao: int, comes_in: bool, moved: int = 0) -> int:
    r"""Flow of TAO.

    Change: What swaps pay counts again, as before 347. Pools had been closed to users meanwhile, so that all of it is
        the chain's.
    Statement: When stake is bought, what the pool was paid without its fee MUST be added to the flow of the subnet;
        when stake is sold, what the pool paid MUST be subtracted. That holds for all calls and all payouts of small
        nominations, on root too; a move between subnets is a sale and a purchase, one within a subnet neither.
    Formula: $$ f' = \max(-2^{63}, \min(2^{63} - 1, f \pm T)) $$
    Units: rao.
    Rounding: none. An amount of $2^{63}$ rao or more counts as $2^{64}$ less.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `record_tao_inflow`, `record_tao_outflow`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`, `unstake_from_subnet`
    Example: 5 TAO come, 2 TAO leave.

        >>> flow_of_swaps(flow_of_swaps(0, 5 * 10**9, True), 2 * 10**9, False)
        3000000000
    """
    return flow_of_subnet(flow, tao, comes_in)


@rule("FLOW-1", since=385)
def flow_of_swaps_and_fees(flow: int, tao: int, comes_in: bool, moved: int = 0) -> int:
    r"""Flow of TAO.

    Change: What a seller's fee was sold for flows out too ([POOL-30](#pool-30)).
    Statement: When stake is bought, what the pool was paid without its fee MUST be added to the flow of the subnet;
        when stake is sold, what the pool paid MUST be subtracted, to the seller and to the author of the block for the
        fee. That holds for all calls and all payouts of small nominations, on root too; a move between subnets is a
        sale and a purchase, one within a subnet neither.
    Formula: $$ f' = \max(-2^{63}, \min(2^{63} - 1, f \pm T)) $$
    Units: rao.
    Rounding: none. An amount of $2^{63}$ rao or more counts as $2^{64}$ less.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `record_tao_inflow`, `record_tao_outflow`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`, `unstake_from_subnet`
    Example: 5 TAO come, 2 TAO leave.

        >>> flow_of_swaps_and_fees(flow_of_swaps_and_fees(0, 5 * 10**9, True), 2 * 10**9, False)
        3000000000
    """
    return flow_of_subnet(flow, tao, comes_in)


def average_flow_rounded(
    average: Fraction | None, flow: int, factor: int, moving_price: Fraction, price: Fraction
) -> Fraction:
    """Return the average with the weight and each product cut to 64 fraction bits."""
    if average is None:
        return Fraction(10**9) * min(moving_price, price)
    weight = floored(Fraction(factor, I64_MAX), LIMIT_BITS)
    return floored((1 - weight) * average, LIMIT_BITS) + floored(weight * flow, LIMIT_BITS)


@rule("FLOW-2", since=338, rounded=average_flow_rounded)
def average_flow(average: Fraction | None, flow: int, factor: int, moving_price: Fraction, price: Fraction) -> Fraction:
    r"""Average flow of TAO.

    Statement: In each block, before anything is emitted, the average of every subnet that takes part MUST be brought up
        to date with the flow since the last block, and the flow cleared. The first average is not that of a flow but
        the lesser of moving price and price, in rao per alpha; the flow is kept then and counts in the next block. A
        second time in the same block nothing changes.
    Formula: $$ S' = (1 - a)\,S + a\,f, \quad a = \frac{\text{factor}}{2^{63} - 1}, \qquad S_0 = 10^9 \min(\bar p, p) $$
    Units: rao; prices in TAO per alpha. the factor is `FlowEmaSmoothingFactor`.
    Rounding: The weight is truncated and each product floored, in I64F64.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_ema_flow`
    Known violation: A subnet begins with the average of a steady flow of its price in rao per block, whatever its size:
        one whose price is 1 TAO with the average that 1 TAO staked in each block would give.
    Example: With a weight of an eighth, 8 TAO in one block count as 1 TAO a block; and a first average.

        >>> int(average_flow(Fraction(0), 8 * 10**9, 2**60, Fraction(0), Fraction(0)))
        1000000000
        >>> average_flow(None, 10**12, 2**60, Fraction(1, 4), Fraction(1, 2))
        Fraction(250000000, 1)
    """
    if average is None:
        return Fraction(10**9) * min(moving_price, price)
    weight = Fraction(factor, I64_MAX)
    return (1 - weight) * average + weight * flow


def average_flow_from_zero_rounded(
    average: Fraction | None, flow: int, factor: int, moving_price: Fraction, price: Fraction
) -> Fraction:
    """Return the average with the weight and each product cut to 64 fraction bits."""
    return average_flow_rounded(average or Fraction(0), flow, factor, moving_price, price)


@rule("FLOW-2", since=348, until=420, rounded=average_flow_from_zero_rounded)
def average_flow_from_zero(
    average: Fraction | None, flow: int, factor: int, moving_price: Fraction, price: Fraction
) -> Fraction:
    r"""Average flow of TAO.

    Change: The average of a subnet begins at 0, and its first flow counts at once. With the price as the first average
        a new subnet got TAO for weeks without a stake in it.
    Statement: In each block, before anything is emitted, the average of every subnet that takes part MUST be brought up
        to date with the flow since the last block, and the flow cleared. A subnet without an average has that of 0 in
        block 0. A second time in the same block nothing changes.
    Formula: $$ S' = (1 - a)\,S + a\,f, \quad a = \frac{\text{factor}}{2^{63} - 1}, \qquad S_0 = 0 $$
    Units: rao. The factor is `FlowEmaSmoothingFactor`; prices do not matter.
    Rounding: The weight is truncated and each product floored, in I64F64.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_ema_flow`
    Example: With a weight of an eighth, 8 TAO in the first block count as 1 TAO a block.

        >>> int(average_flow_from_zero(None, 8 * 10**9, 2**60, Fraction(1, 4), Fraction(1, 2)))
        1000000000
    """
    return average_flow(average or Fraction(0), flow, factor, moving_price, price)


def parts_of_emission_rounded(averages: Sequence[Fraction], cutoff: Fraction, exponent: Fraction) -> list[Fraction]:
    """Return the parts with the rounding of the powers."""
    return powers_normalized_rounded(_above(averages, cutoff), exponent)


@rule("FLOW-3", since=338, until=420, rounded=parts_of_emission_rounded)
def parts_of_emission(averages: Sequence[Fraction], cutoff: Fraction, exponent: Fraction) -> list[Fraction]:
    r"""Parts of the emission.

    Statement: A subnet MUST be due a part of the block's TAO in proportion to a power of what its average flow is above
        a limit. The limit is `TaoFlowCutoff` or, if that is lower, the lowest of all averages that are below 0.
    Formula: $$ L = \max\left(A, \min\left(0, \min_i S_i\right)\right), \qquad z_i = \max(0, S_i - L), \qquad
        s_i = \frac{z_i^p}{\sum_j z_j^p} $$
    Units: rao in; parts of 1 out, one a subnet. `FlowNormExponent` is $p$, 1 unless root sets another.
    Rounding: that of [FLOW-4](#flow-4).
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_shares_flow`, `get_lower_limit`
    Example: Of three subnets one loses TAO.

        >>> parts_of_emission([Fraction(10), Fraction(30), Fraction(-5)], Fraction(0), Fraction(1))
        [Fraction(1, 4), Fraction(3, 4), Fraction(0, 1)]
    """
    return powers_normalized(_above(averages, cutoff), exponent)


def _above(averages: Sequence[Fraction], cutoff: Fraction) -> list[Fraction]:
    limit = max(cutoff, min([Fraction(0), *averages]))
    return [max(average - limit, Fraction(0)) for average in averages]


def powers_normalized_rounded(numbers: Sequence[Fraction], exponent: Fraction) -> list[Fraction]:
    """Return the powers over their sum, with the scales, the logarithms and the exponentials as the chain has them."""
    greatest = max(numbers, default=Fraction(0))
    scale = floored(1 / greatest, LIMIT_BITS) if greatest > STEP else Fraction(0)
    scaled = [floored(scale * number, LIMIT_BITS) for number in numbers]
    estimate = len(scaled) * floored(max(scaled, default=Fraction(0)) ** 2, LIMIT_BITS)
    if estimate < floored(MIN_ESTIMATE, LIMIT_BITS):
        return scaled
    factor = _root(floored(I32_MAX / estimate, LIMIT_BITS))
    powers = [_power(floored(factor * number, LIMIT_BITS), floored(exponent)) for number in scaled]
    total = sum(powers, Fraction(0))
    return [floored(power / total, LIMIT_BITS) if total else Fraction(0) for power in powers]


def _root(number: Fraction) -> Fraction:
    """Return a root by bisection to a thousandth, in U64F64."""
    return square_root_by_bisection(number, floored(Fraction(1, 1000), LIMIT_BITS)) or Fraction(0)


@lru_cache(maxsize=1_024)  # many subnets have the same flow, and who compares readings of a rule asks again
def _power(number: Fraction, exponent: Fraction) -> Fraction:
    narrow = min(floored(number), LARGEST_OF_I32F32)
    if narrow <= Fraction(2, 2**PRICE_BITS):
        return Fraction(0)
    logarithm = natural_logarithm_rounded(narrow) or Fraction(0)
    power = exponential_rounded(floored(exponent * logarithm))
    return I32_MAX if power is None else power


@rule("FLOW-4", since=338, until=420, rounded=powers_normalized_rounded)
def powers_normalized(numbers: Sequence[Fraction], exponent: Fraction) -> list[Fraction]:
    r"""Normalized powers.

    Statement: Numbers MUST be raised to a power and divided by the sum of these powers; all are 0 if all numbers are.
    Formula: $$ s_i = \frac{z_i^p}{\sum_j z_j^p}, \qquad z^p = e^{\,p \ln z} $$
    Units: of one kind in; parts of 1 out.
    Rounding: The numbers are scaled so that the greatest is 1, and then by the root of $(2^{31} - 1) / n$, found by
        [FIX-13](#fix-13) to a thousandth. [FIX-10](#fix-10) and [FIX-11](#fix-11) raise them in I32F32; what that holds
        in less than three bits becomes 0, and what it does not hold $2^{31} - 1$. Quotients are floored in U64F64. If
        the greatest number is one step of U64F64, whose reciprocal does not fit, all parts are 0.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `inplace_pow_normalize`, `safe_pow`
    Known violation: The logarithm is divided by a constant of 23 bits, so that even a power of 1 is some $10^{-6}$ off,
        and the parts add up to 1 only nearly. The exponential of $\ln 2^{-30.4}$ and less does not fit, and counts as
        $2^{31} - 1$ instead of 0: with a power of 1, a subnet whose scaled number is just 3 steps of I32F32 gets nearly
        all TAO of the block. With a power of 2 that happens to every number below $2^{-15}$.
    Example: Squares of 1 and 2.

        >>> powers_normalized([Fraction(1), Fraction(2)], Fraction(2))
        [Fraction(1, 5), Fraction(4, 5)]
    """
    greatest = max(numbers, default=Fraction(0))
    powers = [_exact_power(number / greatest, exponent) if number else Fraction(0) for number in numbers]
    total = sum(powers, Fraction(0))
    return [power / total if total else Fraction(0) for power in powers]


def _exact_power(number: Fraction, exponent: Fraction) -> Fraction:
    """Return the power of a number from 0 to 1, to the precision of floats where it has too many digits to be exact."""
    if exponent.denominator == 1 and abs(exponent) <= LARGEST_EXACT_POWER:
        return number**exponent.numerator
    return Fraction(math.exp(float(exponent) * math.log(number)))


def tao_of_part_rounded(emission: Fraction, part: Fraction) -> Fraction:
    """Return the product cut to 64 fraction bits, then to 32."""
    return floored(floored(emission * part, LIMIT_BITS))


@rule("FLOW-5", since=338, rounded=tao_of_part_rounded)
def tao_of_part(emission: Fraction, part: Fraction) -> Fraction:
    r"""TAO that is due to a subnet.

    Statement: A subnet MUST be due its part of the block's TAO.
    Formula: $$ e_i = e\, s_i $$
    Units: rao.
    Rounding: floored in U64F64, then in U96F32.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_subnet_block_emissions`
    Example: A quarter of 1 TAO.

        >>> tao_of_part(Fraction(10**9), Fraction(1, 4))
        Fraction(250000000, 1)
    """
    return emission * part
