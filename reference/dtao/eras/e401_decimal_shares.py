"""401: shares of stake are decimal numbers, and the price of a registration falls until somebody pays it."""

from collections.abc import Mapping

from dtao import block, calls, events
from dtao.eras import e391_merged_reserves
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import change_networks
from dtao.oracle import Era
from dtao.phases import PHASE_OF_PRICES, PHASES_OF_SWAPS, READS_OF_MEDIAN, without
from dtao.records import Subnet
from dtao.rules import emission, epoch, float_shares
from dtao.state import BlockPhase, State
from dtao.transitions import (
    claims,
    dissolution,
    keys,
    mechanisms,
    networks,
    neurons,
    registration_prices,
    relations,
    root_stakers,
    scheduling,
    swap_stake,
)
from dtao.transitions import epoch as epochs
from dtao.units import NetUid

before = e391_merged_reserves.ERA.runtime

PHASES: Mapping[BlockPhase, BlockPhase] = {
    block.adjust_registration_terms: registration_prices.update_registration_prices,
    root_stakers.index_root_stakers: root_stakers.index_root_stakers_of_both_kinds,
}


def clear_registration_maps(state: State) -> State:
    """Return the state without what subnets set for registration by work, and counted of burned registrations and it.

    Mirrors ``migrate_clear_deprecated_registration_maps``.
    """
    blank = before.items.subnet

    def forgotten(_: NetUid, subnet: Subnet) -> Subnet:
        allowed = blank.hyperparameters.network_pow_registration_allowed
        return evolve(
            subnet,
            hyperparameters=evolve(subnet.hyperparameters, network_pow_registration_allowed=allowed),
            registration=evolve(
                subnet.registration, burn_registrations_this_interval=0, pow_registrations_this_interval=0
            ),
        )

    return change_networks(state, forgotten, existing=False)


ERA = Era(
    name="decimal-shares",
    last_spec_version=401,
    tag="v3.3.14-401",
    date="2026-04-23",
    summary=(
        "Shares of stake are decimal floating-point numbers. The price of a registration falls in every block and rises"
        " by 26 % with every registration, and the pool of a new subnet begins at the median price with all that was"
        " paid for it."
    ),
    genesis_block=60_000,
    migration=clear_registration_maps,
    new_chain={
        **e391_merged_reserves.ERA.new_chain,
        "Alpha/0/0/1": None,
        "AlphaV2/0/0/1": ["1000000000000000000000", "-12"],
        "TotalHotkeyShares/0/1": None,
        "TotalHotkeySharesV2/0/1": ["1000000000000000000000", "-12"],
    },
    runtime=evolve(
        before,
        spec_version=401,
        items=items_at(401, before=before.items),
        calls={
            **before.calls,
            **calls.named(calls.BurnedRegisterAtPrice, calls.RegisterLimit, calls.SetAutoParentDelegationEnabled),
        },
        events={**before.events, **events.named(events.AutoParentDelegationEnabledSet)},
        phases={**without(before.phases, "adjust_registration_terms"), **PHASE_OF_PRICES, **PHASES_OF_SWAPS},
        reads={**before.reads, **READS_OF_MEDIAN},
        block=evolve(before.block, phases=tuple(PHASES.get(phase, phase) for phase in before.block.phases)),
        emission=evolve(before.emission, is_eligible=emission.is_eligible_once_burning),
        epoch=evolve(
            before.epoch, with_owner_stake=epoch.owner_stake_counts, with_owner_permit=epoch.owner_is_permitted
        ),
        shares=evolve(
            before.shares,
            stake_of=float_shares.stake_of_float_shares,
            deposit=float_shares.deposit_float,
            withdraw=float_shares.withdraw_float,
            is_worth_a_share=float_shares.is_worth_float_shares,
            change_total=float_shares.change_float_total,
            hand_over=float_shares.hand_over_float,
        ),
        staking=evolve(before.staking, alpha_emitted=swap_stake.alpha_paid_in),
        neurons=evolve(
            before.neurons,
            with_results=epochs.with_results_and_stake_weight,
            append=mechanisms.append_where_nobody_is_ranked,
            exempt_uid=neurons.owner_exempt,
            clear=mechanisms.clear_and_update_in_mechanisms,
        ),
        networks=evolve(
            before.networks,
            with_terms=networks.price_of_one_tao,
            first_pool=networks.all_at_median_price_with_owner_alpha,
            holders=dissolution.holders_by_account,
            parameters_kept=dissolution.parameters_of_owners_and_intervals_kept,
            name_parents=scheduling.name_root_validators_parents,
        ),
        keys=evolve(
            before.keys,
            require_clean=calls.keys.require_clean_new_hotkey,
            holders=keys.holders_of_any,
            move_stake=keys.move_stake_by_holder,
            steps_on_networks=tuple(
                step for step in before.keys.steps_on_networks if step not in (keys.store_totals, keys.move_shares)
            ),
        ),
        children=evolve(
            before.children,
            schedule=scheduling.schedule_or_apply_children,
            apply_pending=relations.apply_pending_children_or_unstarted,
        ),
        claims=evolve(
            before.claims,
            on_hotkey_swapped=claims.move_claims_of_root_hotkey,
            on_coldkey_swapped=claims.move_claims_of_staking_coldkey,
        ),
    ),
)
