"""320: several mechanisms a subnet, and a limit of subnets that prunes the one with the lowest price."""

from dtao import calls
from dtao.eras import e298_subsidy
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import change_networks, count_totals, with_hyperparameters
from dtao.oracle import Era
from dtao.params import INITIAL_SUBNET_LIMIT_320
from dtao.phases import READS_OF_PRUNING
from dtao.rules import dividends, epoch
from dtao.rules.pool import RAO_PER_TAO
from dtao.rules.pools.concentrated.versions import COLLECTING
from dtao.state import State
from dtao.transitions import coinbase, limits, liquidity, mechanisms, networks, neurons, stake, swap_stake
from dtao.units import ROOT, U64_MAX, Alpha, BlockNumber, Rao

before = e298_subsidy.ERA.runtime
NO_NETWORK_OF_POOL = "MechanismDoesNotExist"
LEFT_ROOT = 2_179_659_173_851_658 - 2_109_761_275_100_688
"""What more was unstaked from root than staked there on mainnet while swaps there moved no reserve; rao."""
MOVED_ON_ROOT = 2_179_659_173_851_658 + 2_109_761_275_100_688
DAYS_4, WEEK, DAYS_8, DAYS_120 = 28_800, 50_400, 57_600, 864_000


def limit_and_repair(state: State) -> State:
    """Return the state with a limit of subnets, the first registrations in a week, and the reserves of root repaired.

    What left root uncounted leaves its pool, and the totals follow from what is held. Weights of all subnets take
    commitments. Mirrors ``migrate_fix_root_tao_and_alpha_in``, ``migrate_network_lock_reduction_interval``,
    ``migrate_network_immunity_period``, ``migrate_subnet_limit_to_default`` and ``migrate_commit_reveal_settings``.
    """
    root = state.pool(ROOT)
    root = evolve(
        root,
        tao=Rao(max(root.tao - LEFT_ROOT, 0)),
        alpha_in=Alpha(min(root.alpha_in + LEFT_ROOT, U64_MAX)),
        alpha_out=Alpha(max(root.alpha_out - LEFT_ROOT, 0)),
        volume=Rao(root.volume + MOVED_ON_ROOT),
    )
    state = count_totals(evolve(state, pools=state.pools.set(ROOT, root)))
    opening = BlockNumber(min(state.block_number + WEEK, U64_MAX))
    parameters = evolve(
        state.parameters,
        network_lock_reduction_interval=DAYS_8,
        network_rate_limit=DAYS_4,
        network_immunity_period=DAYS_120,
        network_registration_start_block=opening,
        subnet_limit=INITIAL_SUBNET_LIMIT_320,
    )
    state = evolve(
        state,
        parameters=parameters,
        network_last_lock_cost=Rao(1_000 * RAO_PER_TAO),
        network_last_registered=opening,
    )
    return change_networks(
        state, lambda netuid, subnet: with_hyperparameters(subnet, commit_reveal_weights_enabled=True), root=False
    )


ERA = Era(
    name="several-mechanisms",
    last_spec_version=320,
    tag="v3.2.8-320",
    date="2025-09-24",
    summary=(
        "A subnet may have several mechanisms, each with weights and bonds of its own. There are at most 128 subnets:"
        " the one with the lowest price is pruned, and its pool is paid to who holds its alpha."
    ),
    genesis_block=60_000,
    migration=limit_and_repair,
    new_chain={"NetworkImmunityPeriod": "1296000", "SubnetLimit": INITIAL_SUBNET_LIMIT_320},
    runtime=evolve(
        before,
        spec_version=320,
        items=items_at(320, {"CommitRevealWeightsEnabled": True}, before.items),
        calls={
            **before.calls,
            **calls.named(
                calls.RegisterNetworkInLimit,
                calls.DissolveNetworkOfAny,
                calls.RootDissolveNetwork,
                calls.SetColdkeyAutoStakeHotkey,
                calls.SetMainWeights,
                calls.SetMechanismWeights,
            ),
        },
        reads={**before.reads, **READS_OF_PRUNING},
        constants=evolve(before.constants, no_network="SubnetNotExists", no_network_of_pool=NO_NETWORK_OF_POOL),
        block=evolve(
            before.block,
            plan=coinbase.subsidized_by_block_emission,
            buy_stable=coinbase.buy_from_stable,
            sell_stable=coinbase.sell_to_stable,
        ),
        pools=evolve(before.pools, ranges=COLLECTING),
        trade=evolve(
            before.trade,
            stable_amount=liquidity.amount_on_network,
            buy_stable=liquidity.buy_stable,
            sell_stable=liquidity.sell_stable,
        ),
        dividends=evolve(
            before.dividends,
            divided=dividends.divided_with_recycling,
            recycled_of_parents=dividends.recycled_of_parents,
        ),
        staking=evolve(
            before.staking,
            amount_asked=limits.amount_held,
            amount_given_up=limits.amount_held,
            alpha_recycled=limits.alpha_asked,
            may_provide_liquidity=stake.is_token_enabled,
            clear_small_nomination=swap_stake.clear_positive_nomination,
        ),
        moves=evolve(before.moves, leave=swap_stake.unstake_free_from_root, arrive=swap_stake.arrive),
        neurons=evolve(
            before.neurons,
            is_immortal=neurons.is_immune_hotkey_of_owner,
            unpaid_hotkeys=neurons.all_neurons_of_owner,
            append=mechanisms.append_to_mechanisms,
            clear=mechanisms.clear_with_trust,
        ),
        networks=evolve(before.networks, open=networks.open_for_burning_and_liquidity),
        epoch=evolve(before.epoch, aligned=epoch.padded, dense_without_neurons=epoch.epoch),
        mechanisms=evolve(
            before.mechanisms,
            whole_epoch=mechanisms.run_epoch_with_mechanisms,
            main_epoch=mechanisms.run_main_epoch,
            main_epoch_dense=mechanisms.run_main_epoch_dense,
        ),
    ),
)
