"""423: pools in which both tokens have weights, and epochs whose time the owner of a subnet decides."""

from collections.abc import Mapping

from dtao import block, calls, events
from dtao.eras import e422_no_emission_first
from dtao.evolving import evolve
from dtao.fixed import U64F64
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.phases import READS_OF_WEIGHTS
from dtao.rules import epoch, epoch_timing, price
from dtao.rules import locks as lock_rules
from dtao.state import BlockPhase, State
from dtao.transitions import credit_coinbase, limits, lock_effects, locks, networks, stake, weighted
from dtao.transitions import epoch_timing as timing
from dtao.transitions.migration_to_weights import begin_tempos, index_locks, turn_ranges_into_weights

before = e422_no_emission_first.ERA.runtime

PHASES: Mapping[BlockPhase, BlockPhase] = {
    block.drain_consistent_epochs_by_netuid: block.drain_some_epochs,
    block.apply_pending_children_at_epochs: block.apply_pending_children_after_epochs,
}

FORMER_EVENTS = ("UserLiquidityToggled", "LiquidityAdded", "LiquidityRemoved", "LiquidityModified")
LOCKS = evolve(
    before.locks,
    rolled=lock_rules.ended_if_negligible,
    is_kept=locks.is_kept_if_not_negligible,
    index=locks.index,
    is_known=locks.is_indexed,
    follow_in_bucket=locks.follow_in_bucket,
    on_stake_changed=lock_effects.bring_lock_up_to_date,
)


def begin_weights_and_tempos(state: State) -> State:
    """Return the state in which pools have weights instead of ranges, tempos count, and locks are as of now."""
    return index_locks(begin_tempos(turn_ranges_into_weights(state)), LOCKS)


ERA = Era(
    name="weighted-pools",
    last_spec_version=423,
    tag="v3.4.8-423",
    date="2026-06-25",
    summary=(
        "Pools in which both tokens have weights, which move when a block adds liquidity, so that the price stays."
        " Owners set the tempo and trigger epochs, of which a block runs two at most."
    ),
    genesis_block=60_000,
    migration=begin_weights_and_tempos,
    new_chain=e422_no_emission_first.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=423,
        items=items_at(423, before=before.items),
        calls={
            **before.calls,
            **calls.named(
                calls.SetTempo,
                calls.SetActivityCutoffFactor,
                calls.TriggerEpoch,
                calls.DeprecatedAddLiquidity,
                calls.DeprecatedRemoveLiquidity,
                calls.DeprecatedModifyPosition,
                calls.DeprecatedToggleUserLiquidity,
                calls.DeprecatedDisableLp,
            ),
        },
        events={
            **{name: event for name, event in before.events.items() if name not in FORMER_EVENTS},
            **events.named(events.TempoSet, events.ActivityCutoffFactorMilliSet, events.EpochTriggered),
        },
        guard=calls.require_guards,
        reads={**before.reads, **READS_OF_WEIGHTS},
        block=evolve(
            before.block,
            phases=tuple(
                PHASES.get(phase, phase) for phase in before.block.phases if phase is not block.clear_staking_operations
            ),
            coinbase=tuple(PHASES.get(phase, phase) for phase in before.block.coinbase),
            next_epoch=timing.next_epoch_by_tempo,
            is_epoch_due=timing.is_epoch_due,
            price=weighted.price_of,
            swap=weighted.swap_at_weights_of,
            inject=weighted.inject,
            spendable=credit_coinbase.all_or_nothing,
        ),
        pools=evolve(before.pools, prices=U64F64),
        trade=evolve(before.trade, price=weighted.price, swap=weighted.swap_at_weights),
        prices=evolve(
            before.prices,
            moving_price=price.moving_price_after_capped_wide_price,
            weight=price.wide_weight_by_age,
        ),
        epoch=evolve(
            before.epoch,
            bond_thresholds=epoch.after_last_step,
            activity_cutoff=epoch_timing.cutoff_by_tempo,
        ),
        networks=evolve(before.networks, begin_epochs=networks.begin_epochs),
        locks=LOCKS,
        staking=evolve(
            before.staking, amount_allowed=limits.any_amount_allowed, record_operation=stake.record_no_operation
        ),
    ),
)
