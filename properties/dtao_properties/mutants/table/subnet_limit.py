"""What came with 320: a limit of subnets, payouts of dissolved ones, and what is recycled."""

from dtao.rules.pools.concentrated.versions import injected_into_liquidity
from dtao.transitions import neurons
from dtao.units import Rao
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced

MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "NET-13",
        "transitions.dissolution.network_to_prune",
        "of equal prices the one registered last is pruned",
        "state.subnet(netuid).network_registered_at\n\n    return",
        "-state.subnet(netuid).network_registered_at\n\n    return",
        era="320",
    ),
    Patched(
        "NET-7",
        "calls.subnet_limit.pruned_for_another",
        "a subnet is pruned where there is room for one more",
        "if count < state.parameters.subnet_limit",
        "if count + 1 < state.parameters.subnet_limit",
        era="320",
    ),
    Patched(
        "NET-11",
        "transitions.dissolution.users_positions_closed",
        "fees in alpha are lost as those in TAO are",
        "alpha + fee_alpha",
        "alpha",
        era="320",
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
    Patched(
        "NET-8",
        "transitions.dissolution.remains_removed",
        "the records of rate limits stay",
        "_without_keys(state.transaction_key_last_block, 1, netuid)",
        "state.transaction_key_last_block",
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
    ),
    Replaced(
        "DIV-9",
        "transitions.neurons.all_neurons_of_owner",
        "only the owner hotkey is not paid",
        lambda right, state, subnet: neurons.owner_hotkey(state, subnet),
        era="320",
    ),
    Patched(
        "STAKE-28",
        "calls.staking.SetColdkeyAutoStakeHotkey.apply",
        "the hotkey names itself",
        "signed(self.signer), self.hotkey)",
        "signed(self.signer), signed(self.signer))",
        era="320",
    ),
    Replaced(
        "STAKE-12",
        "transitions.limits.amount_held",
        "more than is staked may be named, and is not found",
        lambda right, state, hotkey, coldkey, netuid, alpha: alpha,
        era="320",
    ),
    Patched(
        "EMIT-9",
        "transitions.coinbase.subsidized_by_block_emission",
        "a closed subnet gets alpha for its miners",
        "return Plan(0, 0, 0, plan.is_subsidized)",
        "return Plan(0, 0, plan.emitted, plan.is_subsidized)",
        era="320",
    ),
    Replaced(
        "POOL-21",
        "rules.pools.concentrated.versions.injected_with_fees",
        "the chain's fees stay uncollected",
        lambda right, ranges, tao, alpha: injected_into_liquidity(ranges, tao, alpha),
        era="320",
    ),
    Replaced(
        "STAKE-1",
        "transitions.liquidity.stable_bought",
        "stake on root moves no reserve",
        lambda right, state, netuid, tao: state,
        era="320",
    ),
)
