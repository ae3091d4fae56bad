"""What came with 320: a limit of subnets, payouts of dissolved ones, and what is recycled."""

from attrs import evolve

from dtao.accumulator import Plan, SubnetAccumulator
from dtao.rules.pools.concentrated.versions import inject_into_liquidity
from dtao.state import BlockContext
from dtao.transitions import neurons
from dtao.transitions.coinbase import emission_of_alpha
from dtao.units import Rao
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right
from dtao_properties.mutants.wrong import with_parameter


def _alpha_for_miners(right: Right, context: BlockContext, subnet: SubnetAccumulator, *given: int) -> Plan:
    emitted = emission_of_alpha(context, subnet)
    plan: Plan = right(context, subnet, *given)
    return evolve(plan, emitted=emitted) if subnet.is_registration_disabled else plan


MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "NET-13",
        "transitions.dissolution.network_to_prune",
        "of equal prices the one registered last is pruned",
        "state.subnet(netuid).network_registered_at\n\n    return",
        "-state.subnet(netuid).network_registered_at\n\n    return",
        era="320",
        because="The order is a tuple that is written within.",
    ),
    Replaced(
        "NET-7",
        "calls.subnet_limit.pruned_for_another",
        "a subnet is pruned where there is room for one more",
        lambda right, state: with_parameter(right, state, "subnet_limit", -1),
        era="320",
    ),
    Replaced(
        "NET-11",
        "rules.pools.concentrated.positions.collect_fees",
        "fees in alpha are lost as those in TAO are",
        lambda right, *given: (*right(*given)[:-1], 0),
        era="320",
        seen_by="transitions.dissolution.close_users_positions",
        unrecorded="In no recording has a position fees in alpha when its pool is closed.",
    ),
    Replaced(
        "NET-12",
        "rules.dissolution.parts_of_pot",
        "what is left over is nobody's",
        lambda right, pot, held: [(index, Rao(pot * alpha // sum(held))) for index, alpha in enumerate(held)],
        era="320",
    ),
    Replaced(
        "NET-12",
        "transitions.dissolution.worth_of_owner_emission",
        "the owner gets the whole lock back",
        lambda right, state, netuid: Rao(0),
        era="320",
    ),
    Replaced(
        "NET-8",
        "transitions.dissolution.remove_remains",
        "the records of rate limits stay",
        lambda right, state, netuid: evolve(
            right(state, netuid), transaction_key_last_block=state.transaction_key_last_block
        ),
        era="320",
    ),
    Replaced(
        "DIV-15",
        "rules.dividends.recycled_of_parents",
        "the burn of childkeys takes from parents of the same owner too",
        lambda right, dividends, recycled, own, contributions, same: right(
            dividends, recycled, own, contributions, [False] * len(same)
        ),
        era="320",
        unrecorded="In no recording do parents and a child whose dividends are burned have one owner.",
    ),
    Replaced(
        "DIV-9",
        "transitions.neurons.all_neurons_of_owner",
        "only the owner hotkey is not paid",
        lambda right, state, subnet: neurons.owner_hotkey(state, subnet),
        era="320",
    ),
    Replaced(
        "STAKE-28",
        "calls.staking.SetColdkeyAutoStakeHotkey.apply",
        "the hotkey names itself",
        lambda right, call, state: right(evolve(call, hotkey=call.signer), state),
        era="320",
    ),
    Replaced(
        "STAKE-12",
        "transitions.limits.amount_held",
        "more than is staked may be named, and is not found",
        lambda right, state, hotkey, coldkey, netuid, alpha: alpha,
        era="320",
    ),
    Replaced(
        "EMIT-9",
        "transitions.coinbase.subsidized_by_block_emission",
        "a closed subnet gets alpha for its miners",
        _alpha_for_miners,
        era="320",
    ),
    Replaced(
        "POOL-21",
        "rules.pools.concentrated.versions.inject_with_fees",
        "the chain's fees stay uncollected",
        lambda right, ranges, tao, alpha: inject_into_liquidity(ranges, tao, alpha),
        era="320",
    ),
    Replaced(
        "STAKE-1",
        "transitions.liquidity.buy_stable",
        "stake on root moves no reserve",
        lambda right, state, netuid, tao: state,
        era="320",
    ),
)
