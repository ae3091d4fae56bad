"""233, the launch."""

from dtao import block, calls, events
from dtao.constants import Constants
from dtao.fixed import I96F32
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.phases import PHASES, READS
from dtao.rules import dividends, emission, epoch, price, shares
from dtao.rules.pool import PoolRules
from dtao.state import (
    BlockRules,
    ChildRules,
    KeyRules,
    MoveRules,
    NetworkRules,
    NeuronRules,
    Runtime,
    StakingRules,
    TakeRules,
    TradeRules,
)
from dtao.transitions import checks, children, fees, keys, limits, networks, neurons, stake, takes, unstaking

ERA = Era(
    name="launch",
    last_spec_version=233,
    tag="v2.0.0",
    date="2025-02-13",
    summary=(
        "Dynamic TAO as launched: a constant-product pool for every subnet, emission by the moving average of prices,"
        " a flat staking fee, the root network paid in TAO that is bought with its share of each subnet's alpha."
    ),
    runtime=Runtime(
        spec_version=233,
        constants=Constants(),
        items=items_at(233),
        calls=calls.named(
            calls.AddStake,
            calls.AddStakeLimit,
            calls.RemoveStake,
            calls.RemoveStakeLimit,
            calls.UnstakeAll,
            calls.UnstakeAllAlpha,
            calls.MoveStake,
            calls.TransferStake,
            calls.SwapStake,
            calls.SwapStakeLimit,
            calls.BurnedRegister,
            calls.RootRegister,
            calls.RegisterNetwork,
            calls.DissolveNetwork,
            calls.SetWeights,
            calls.SetChildren,
            calls.SetChildkeyTake,
            calls.IncreaseTake,
            calls.DecreaseTake,
            calls.SwapHotkey,
            calls.SwapColdkey,
            calls.Transfer,
        ),
        events=events.named(
            events.StakeAdded,
            events.StakeRemoved,
            events.StakeMoved,
            events.StakeTransferred,
            events.StakeSwapped,
            events.NetworkAdded,
            events.NetworkRemoved,
            events.NeuronRegistered,
            events.WeightsSet,
            events.SetChildrenScheduled,
            events.ChildKeyTakeSet,
            events.TakeIncreased,
            events.TakeDecreased,
            events.HotkeySwapped,
            events.ColdkeySwapped,
        ),
        phases=PHASES,
        reads=READS,
        block=BlockRules(
            phases=(block.adjust_registration_terms, block.coinbase, block.apply_pending_children_at_epochs),
            coinbase=(block.emit, block.drain_epochs, block.apply_pending_children),
        ),
        pools=PoolRules(amounts=I96F32),
        trade=TradeRules(
            price=stake.price_of_reserves,
            alpha_for_tao=stake.product_alpha_for_tao,
            tao_for_alpha=stake.product_tao_for_alpha,
            max_amount_add=stake.product_max_amount_add,
            max_amount_remove=stake.product_max_amount_remove,
            max_amount_between_pools=stake.product_max_amount_between_pools,
            buy=stake.tao_swapped_for_alpha,
        ),
        prices=price.PriceRules(
            moving_price=price.moving_price_after,
            weight=price.full_weight,
            counted_from=price.counted_from_registration,
        ),
        emission=emission.EmissionRules(
            is_eligible=emission.is_eligible, is_registration_disabled=emission.is_registration_disabled
        ),
        epoch=epoch.LAUNCH,
        dividends=dividends.DividendRules(
            divided=dividends.divided_after_take,
            alpha_dividends=dividends.whole_dividends,
            incentives_paid=dividends.all_incentives,
            last_epoch_stakes=dividends.unrecorded_stakes,
            root_tao=dividends.root_tao_unchanged,
        ),
        shares=shares.ShareRules(
            stake_of=shares.stake_of,
            deposit=shares.deposited_as_asked,
            withdraw=shares.withdrawn_as_asked,
            is_worth_a_share=shares.is_worth_a_share,
        ),
        staking=StakingRules(
            addition_checks=checks.LAUNCH_ADDITION_CHECKS,
            removal_checks=checks.LAUNCH_REMOVAL_CHECKS,
            is_token_enabled=stake.any_token_enabled,
            stake=stake.staked,
            unstake=stake.unstaked,
            clear_small_nomination=stake.small_nomination_cleared,
            record_operation=stake.unrecorded_operation,
            total_stake_of_hotkey=stake.total_stake_floored_by_subnet,
            amount_allowed=limits.any_amount_allowed,
            unstaking_fee=fees.flat_fee,
            stake_to_unstake=unstaking.all_stake,
            stake_added=stake.added_alpha_bought,
            stake_removed=stake.removed_without_fee,
            record_nomination=stake.unrecorded,
            record_earning=stake.unrecorded_earning,
            record_stake_change=stake.unrecorded,
            total_stake_of_coldkey=stake.total_stake_of_coldkey,
        ),
        moves=MoveRules(
            checks=checks.LAUNCH_TRANSITION_CHECKS,
            leave=stake.unstaked,
            within_subnet=None,
            limit=limits.limit_of_move,
            moved_amount=limits.whole_amount,
        ),
        neurons=NeuronRules(is_protected=neurons.belongs_to_owner, bonds_after_replacement=neurons.inherited_bonds),
        networks=NetworkRules(
            announced_mechanism=0,
            record_new_pool=networks.new_pool_unrecorded,
            stake_kept=networks.total_stake_kept,
            min_burn=networks.min_burn_of_one_rao,
            start=networks.start,
        ),
        keys=KeyRules(
            swap_hotkey=keys.hotkey_swapped,
            steps_everywhere=(keys.shares_moved,),
            steps_on_networks=(keys.neuron_renamed, keys.family_renamed, keys.pending_children_renamed),
            totals_follow=keys.is_network,
            move_last_blocks=keys.last_blocks_renewed,
        ),
        takes=TakeRules(counted_account=takes.counted_for_coldkey, record_decrease=takes.unlimited_decrease),
        children=ChildRules(
            cooldown=children.cooldown_of_a_block,
            may_name=children.has_threshold_stake,
            is_take_limited=children.any_change_is_limited,
        ),
    ),
)
