"""365: neurons are pruned by their emission, and the root proportion of a subnet is stored."""

from dtao.entries import with_replaced
from dtao.eras import e362_injection_cap
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import change_networks
from dtao.oracle import Era
from dtao.phases import READS_OF_ROOT_PROPORTION
from dtao.records import Subnet
from dtao.rules import yuma3
from dtao.state import State
from dtao.transitions import coinbase, dissolution, epoch, limits, mechanisms, neurons
from dtao.units import NetUid

before = e362_injection_cap.ERA.runtime


def clear_ranks(state: State) -> State:
    """Return the state without ranks, trust and pruning scores. Mirrors ``migrate_clear_rank_trust_pruning_maps``."""

    def forgotten(_: NetUid, subnet: Subnet) -> Subnet:
        return evolve(subnet, neurons=evolve(subnet.neurons, rank=(), trust=(), pruning_scores=()))

    return change_networks(state, forgotten, existing=False)


ERA = Era(
    name="pruned-by-emission",
    last_spec_version=365,
    tag="v3.3.2-365",
    date="2025-12-19",
    summary=(
        "A registration prunes the neuron with the lowest emission, and none if no more than ten are left that are not"
        " immune. Ranks, trust and pruning scores are not kept any more. The root proportion of a subnet is stored."
    ),
    genesis_block=60_000,
    migration=clear_ranks,
    new_chain=e362_injection_cap.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=365,
        items=items_at(365, {}, before.items),
        reads={**before.reads, **READS_OF_ROOT_PROPORTION},
        block=evolve(
            before.block,
            phases=with_replaced(
                before.block.phases,
                coinbase.update_moving_prices,
                coinbase.update_moving_prices,
                coinbase.update_root_proportions,
            ),
        ),
        epoch=evolve(before.epoch, sigmoid_exponent=yuma3.exponent_within_20),
        neurons=evolve(
            before.neurons,
            prune=neurons.neuron_to_prune_by_emission,
            with_results=epoch.with_results_but_ranks,
            append=mechanisms.append_without_ranks,
            clear=mechanisms.clear_in_mechanisms,
        ),
        staking=evolve(
            before.staking, alpha_recycled=limits.alpha_that_left, require_exact=limits.require_no_more_left
        ),
        networks=evolve(
            before.networks,
            is_paid_out=dissolution.has_shares_of_stake,
            emission_kept=dissolution.root_proportion_kept,
        ),
    ),
)
