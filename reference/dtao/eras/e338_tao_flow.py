"""338: TAO follows the flow of TAO into subnets, and stakers of root claim what they earned of each subnet's alpha."""

from collections.abc import Mapping

from dtao import block, calls, events
from dtao.eras import e320_mechanisms
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import change_emissions, change_networks, with_hyperparameters
from dtao.oracle import Era
from dtao.params import INITIAL_KAPPA
from dtao.persistent import Map
from dtao.phases import DISTRIBUTION_OF_EMISSION
from dtao.records import Emission, Subnet
from dtao.rules.pools.concentrated.versions import PROPORTIONAL
from dtao.state import State, SubnetStep
from dtao.transitions import (
    auto_stake,
    claims,
    coinbase,
    dissolution,
    flow_coinbase,
    inflows,
    keys,
    neurons,
    relations,
    root_dividends,
    root_stakers,
    senate,
    swap_stake,
)
from dtao.units import Alpha, BlockNumber, NetUid, Rao

before = e320_mechanisms.ERA.runtime

STEPS_OF_KEYS: Mapping[SubnetStep, tuple[SubnetStep, ...]] = {
    keys.rename_family: (relations.rebind_family,),
    keys.rename_pending_children: (
        relations.rename_pending_children_of_others,
        auto_stake.move_destinations_of_hotkey,
    ),
}

LAST_LOCK = Rao(1_250 * 10**9)


def prepare_claims(state: State) -> State:
    """Return the state without a senate, with relations that both sides list, and destinations subnet by subnet.

    A new network costs 2,500 TAO from the present block on, kappa is a half everywhere, and dividends in TAO are
    forgotten, also those that are pending. Mirrors ``migrate_network_lock_cost_2500``, ``migrate_fix_childkeys``,
    ``migrate_auto_stake_destination``, ``migrate_kappa_map_to_default`` and ``migrate_remove_tao_dividends``.
    """

    def prepared(netuid: NetUid, subnet: Subnet) -> Subnet:
        subnet = with_hyperparameters(relations.repair(subnet), kappa=INITIAL_KAPPA, max_weights_limit=65_535)
        return evolve(subnet, tao_dividends=Map())

    def forgotten(netuid: NetUid, emission: Emission) -> Emission:
        return evolve(emission, pending_root_divs=Rao(0), pending_alpha_swapped=Alpha(0))

    state = change_networks(auto_stake.spread_destinations(state), prepared, existing=False)
    state = change_emissions(state, forgotten)
    block_number = BlockNumber(max(state.block_number, 1))
    return evolve(state, senate=(), network_last_lock_cost=LAST_LOCK, network_last_registered=block_number)


ERA = Era(
    name="tao-flow",
    last_spec_version=338,
    tag="v3.2.11-338",
    date="2025-11-04",
    summary=(
        "A subnet gets TAO by the average of the TAO that is staked there less what is unstaked. What the stakers of"
        " root earn of its alpha is not sold in every block: they claim it, and have it sold or keep it."
    ),
    genesis_block=60_000,
    migration=prepare_claims,
    new_chain={**e320_mechanisms.ERA.new_chain, "SubnetOwner/0": "0", "SubnetOwnerHotkey/0": "0"},
    runtime=evolve(
        before,
        spec_version=338,
        items=items_at(338, {"MaxWeightsLimit": 65_535}, before.items),
        calls={
            **before.calls,
            **calls.named(
                calls.ClaimRoot,
                calls.SetRootClaimType,
                calls.SudoSetNumRootClaims,
                calls.SudoSetRootClaimThreshold,
                calls.SetColdkeyAutoStakeHotkeyPerSubnet,
            ),
        },
        events={
            **before.events,
            **events.named(events.RootClaimed, events.RootClaimTypeSet, events.AutoStakeDestinationSet),
        },
        phases={**before.phases, "drain_pending_emission": DISTRIBUTION_OF_EMISSION},
        constants=evolve(before.constants, max_weight=65_535),
        block=evolve(
            before.block,
            phases=(*before.block.phases, claims.claim_automatically, root_stakers.index_root_stakers),
            coinbase=(flow_coinbase.emit_by_flow, coinbase.update_moving_prices, block.drain_consistent_epochs),
            drain=root_dividends.distribute_pending,
        ),
        pools=evolve(before.pools, ranges=PROPORTIONAL),
        trade=evolve(
            before.trade,
            max_amount_add=swap_stake.max_amount_add_or_refused,
            max_amount_remove=swap_stake.max_amount_remove_or_refused,
        ),
        staking=evolve(before.staking, record_inflow=inflows.record_inflow, record_outflow=inflows.record_outflow),
        neurons=evolve(
            before.neurons,
            is_immortal=neurons.is_immune_early_hotkey_of_owner,
            destinations=neurons.destinations_by_subnet,
            join_senate=senate.seek_no_seat,
        ),
        networks=evolve(before.networks, refund=dissolution.lock_less_emission_of_early_subnet),
        keys=evolve(
            before.keys,
            steps_on_networks=tuple(
                new for step in before.keys.steps_on_networks for new in STEPS_OF_KEYS.get(step, (step,))
            ),
            coldkey_steps=(auto_stake.move_destination_of_coldkey,),
            replace_senator=senate.replace_no_senator,
        ),
        children=evolve(
            before.children,
            validate=relations.validate_children,
            apply_pending=relations.apply_pending_children,
        ),
        claims=evolve(
            before.claims,
            on_stake_added=claims.count_stake_and_index,
            on_stake_removed=claims.count_stake_no_more,
            on_hotkey_swapped=claims.move_claims_of_hotkey,
            on_coldkey_swapped=claims.move_claims_of_coldkey,
            on_subnet_dissolved=claims.drop_claims_on_subnet,
        ),
    ),
)
