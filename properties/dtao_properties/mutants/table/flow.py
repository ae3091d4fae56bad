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
    ),
    Replaced(
        "FLOW-4",
        "rules.flow.normalized",
        "the exponent is always 1",
        lambda right, numbers, exponent: right(numbers, U64F64.one),
        era=ERA,
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
        lambda right, context, subnets, grants: right(
            context, subnets, [evolve(grant, pays_root=True) for grant in grants]
        ),
        era=ERA,
    ),
    Replaced(
        "EMIT-11",
        "transitions.flow_coinbase.root_sells",
        "root is paid whatever the prices add up to",
        lambda right, context, subnets: True,
        era="342",
    ),
    Replaced(
        "EMIT-12",
        "transitions.flow_coinbase.capped_grant",
        "excess TAO buys nothing",
        lambda right, context, subnet, due, for_root: (right(context, subnet, due, for_root)[0], False),
        era="342",
    ),
)
