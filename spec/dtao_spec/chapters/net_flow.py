"""Flow of TAO from 411 on: registrations count, and so does what the protocol gives."""

from collections.abc import Sequence
from fractions import Fraction

from dtao_spec.chapters.flow import average_flow_from_zero, average_flow_from_zero_rounded, flow_of_subnet
from dtao_spec.notation import I64F64, quotient
from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, floored

CHAPTER = "dtao_spec.chapters.flow"


@rule("FLOW-1", since=411)
def flow_of_swaps_fees_and_registrations(flow: int, tao: int, comes_in: bool, moved: int = 0) -> int:
    r"""Flow of TAO.

    Change: What is paid for a registration flows in.
    Statement: When stake is bought, what the pool was paid without its fee MUST be added to the flow of the subnet, and
        so MUST what is paid for a registration ([REG-7](#reg-7)), its fee included; when stake is sold, what the pool
        paid MUST be subtracted, to the seller and to the author of the block for the fee. That holds for all calls and
        all payouts of small nominations, on root too; a move between subnets is a sale and a purchase, one within a
        subnet neither.
    Formula: $$ f' = \max(-2^{63}, \min(2^{63} - 1, f \pm T)) $$
    Units: rao.
    Rounding: none. An amount of $2^{63}$ rao or more counts as $2^{64}$ less.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `record_tao_inflow`, `record_tao_outflow`;
        `pallets/subtensor/src/subnets/registration.rs`, `do_register`
    Example: 5 TAO come, 2 TAO leave.

        >>> flow_of_swaps_fees_and_registrations(5 * 10**9, 2 * 10**9, False)
        3000000000
    """
    return flow_of_subnet(flow, tao, comes_in)


def net_flows_rounded(averages: Sequence[tuple[Fraction, Fraction]], enabled: bool) -> list[Fraction]:
    """Return the net flows with the factor truncated and its products floored in I64F64."""
    if not enabled:
        return [users for users, _ in averages]
    largest = I64F64.largest
    put_in, given = (
        min(sum((max(one[side], Fraction(0)) for one in averages), Fraction(0)), largest) for side in (0, 1)
    )
    factor = min(quotient(I64F64, put_in, given) or Fraction(0), Fraction(1))
    counted = [floored(factor * protocol, LIMIT_BITS) if protocol > 0 else protocol for _, protocol in averages]
    least = -(largest + I64F64.step)
    return [min(max(users - less, least), largest) for (users, _), less in zip(averages, counted, strict=True)]


@rule("FLOW-6", since=411, until=420, rounded=net_flows_rounded)
def net_flows(averages: Sequence[tuple[Fraction, Fraction]], enabled: bool) -> list[Fraction]:
    r"""Net flow of TAO.

    Statement: If `NetTaoFlowEnabled` says so, the parts of the emission MUST follow the average flow of users
        ([FLOW-2](#flow-2)) less that of the protocol ([FLOW-7](#flow-7)), else the former alone. If what the protocol
        put into subnets is more in all than what users did, it MUST count less by that ratio, so that not all net flows
        are below 0; what it took out counts in full.
    Formula: $$ \nu = \min\left(1,\ \frac{\sum_j \max(0, S_j)}{\sum_j \max(0, Q_j)}\right), \qquad
        N_i = S_i - \begin{cases} \nu\,Q_i & Q_i > 0 \\ Q_i & Q_i \le 0 \end{cases} $$
    Units: rao: for each subnet the averages of users' flow $S$ and of the protocol's $Q$ in, $N$ out.
    Rounding: The quotient is truncated in I64F64 and its products floored; all saturate.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_shares_flow`
    Example: Users put in 30 and 10, the protocol 50 and 30, which is twice as much.

        >>> averages = [(Fraction(30), Fraction(50)), (Fraction(10), Fraction(30))]
        >>> net_flows(averages, True), net_flows(averages, False)
        ([Fraction(5, 1), Fraction(-5, 1)], [Fraction(30, 1), Fraction(10, 1)])
    """
    if not enabled:
        return [users for users, _ in averages]
    put_in, given = (sum((max(one[side], Fraction(0)) for one in averages), Fraction(0)) for side in (0, 1))
    factor = min(put_in / given, Fraction(1)) if given else Fraction(0)
    return [users - (factor * protocol if protocol > 0 else protocol) for users, protocol in averages]


def average_of_protocol_rounded(average: Fraction | None, flow: int, factor: int) -> Fraction:
    """Return the average with the weight and each product cut to 64 fraction bits."""
    return average_flow_from_zero_rounded(average, flow, factor, Fraction(0), Fraction(0))


@rule("FLOW-7", since=411, until=420, rounded=average_of_protocol_rounded)
def average_of_protocol(average: Fraction | None, flow: int, factor: int) -> Fraction:
    r"""Average flow of the protocol.

    Statement: What a block puts into the pool of a subnet, and with what it buys alpha there ([EMIT-12](#emit-12)),
        MUST be added to `SubnetProtocolFlow`; what a claim of root is sold for ([CLAIM-5](#claim-5)) MUST be
        subtracted. In each block, before anything is emitted, its average, `SubnetEmaProtocolFlow`, MUST be brought up
        to date with that of users ([FLOW-2](#flow-2)) by the same weight, and the flow cleared. A second time in the
        same block nothing changes.
    Formula: $$ Q' = (1 - a)\,Q + a\,f, \quad a = \frac{\text{factor}}{2^{63} - 1}, \qquad Q_0 = 0 $$
    Units: rao. The factor is `FlowEmaSmoothingFactor`.
    Rounding: The weight is truncated and each product floored, in I64F64.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `update_ema_protocol_flow`, `record_protocol_inflow`,
        `record_protocol_outflow`
    Example: With a weight of an eighth, 8 TAO in one block count as 1 TAO a block.

        >>> int(average_of_protocol(None, 8 * 10**9, 2**60))
        1000000000
    """
    return average_flow_from_zero(average, flow, factor, Fraction(0), Fraction(0))
