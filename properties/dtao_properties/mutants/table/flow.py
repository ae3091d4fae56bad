"""Emission by the flow of TAO, and what is kept for stakers of root."""

from dtao.evolving import evolve
from dtao.fixed import U64F64
from dtao_properties.mutants.mutant import Mutant, Replaced

ERA = "338"

MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "FLOW-1",
        "rules.flow.flow_after_outflow",
        "TAO that leaves does not count",
        lambda right, flow, tao: flow,
        era=ERA,
    ),
    Replaced(
        "FLOW-2",
        "rules.flow.average_after",
        "a flow counts double",
        lambda right, average, flow, weight: right(average, 2 * flow, weight),
        era=ERA,
    ),
    Replaced(
        "FLOW-3",
        "rules.flow.parts_of_emission",
        "the cutoff is ignored",
        lambda right, averages, cutoff, exponent: right(averages, 0, exponent),
        era=ERA,
        unrecorded="No recording sets a cutoff of flows.",
    ),
    Replaced(
        "FLOW-4",
        "rules.flow.normalized",
        "the exponent is always 1",
        lambda right, numbers, exponent: right(numbers, U64F64.one),
        era=ERA,
        unrecorded="No recording sets another exponent of flows than 1.",
    ),
    Replaced(
        "FLOW-5",
        "rules.flow.tao_of_part",
        "a part is that of one rao less",
        lambda right, emission, part: right(emission - 1, part),
        era=ERA,
    ),
    Replaced(
        "EMIT-10",
        "transitions.flow_coinbase.divide",
        "root is paid where alpha was bought",
        lambda right, context, subnets, grants, set_aside: right(
            context, subnets, [evolve(grant, pays_root=True) for grant in grants], set_aside
        ),
        era=ERA,
    ),
    Replaced(
        "EMIT-11",
        "transitions.flow_coinbase.is_root_sell_flag_set",
        "root is paid whatever the prices add up to",
        lambda right, context, subnets: True,
        era="342",
    ),
    Replaced(
        "EMIT-12",
        "transitions.flow_coinbase.capped_grant",
        "excess TAO buys nothing",
        lambda right, *arguments: evolve(right(*arguments), has_excess=False),
        era="342",
    ),
    Replaced(
        "EMIT-10",
        "transitions.flow_coinbase.set_aside_apart",
        "validators get what the stakers of root do not",
        lambda right, context, subnet, grant, shared, for_root: right(
            context, subnet, grant, shared, for_root if grant.pays_root else 0
        ),
        era="343",
    ),
    Replaced(
        "DIV-13",
        "rules.dividends.alpha_set_aside_for_validators",
        "validators get what was set aside for miners too",
        lambda right, server, validator, incentives: right(server, validator, 0),
        era="343",
    ),
    Replaced(
        "FLOW-1",
        "transitions.inflows.record_protocol_inflow",
        "more flows in than was staked",
        lambda right, before, state, netuid, staked, paid_in: right(before, state, netuid, 2**63, paid_in),
        era="347",
    ),
    Replaced(
        "FLOW-1",
        "transitions.inflows.record_protocol_outflow",
        "what the pool paid does not count",
        lambda right, before, state, netuid, paid_out: right(before, state, netuid, 0),
        era="347",
    ),
    Replaced(
        "NET-11",
        "rules.pools.concentrated.versions.paid_with_fees",
        "fees are paid twice",
        lambda right, tao, fees: right(tao, 2 * fees),
        era="351",
        unrecorded="In no recording has a position fees in TAO when its pool is closed.",
    ),
    Replaced(
        "POOL-28",
        "transitions.dissolution.close_users_positions",
        "positions stay",
        lambda right, state, netuid: (state, None),
        era="351",
        unrecorded="No recording closes a pool with positions of users.",
    ),
    Replaced(
        "POOL-29",
        "rules.pools.concentrated.positions.in_proportion",
        "all joins the position, whatever it is worth",
        lambda right, price, tao, alpha: (tao, alpha),
        era="338",
    ),
)
