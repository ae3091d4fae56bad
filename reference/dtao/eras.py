"""The eras, a row each: when it was in force, and how its runtime differs from the one before.

A rule that did not change between two eras is the same function. A rule that changed has its functions side by side in
the file of its family, and the row names the one in force.
"""

from dtao import calls, events, migrations
from dtao.calls import checks, children, networks, staking, takes
from dtao.codec import MAX_DIGITS, shown
from dtao.errors import UnknownName
from dtao.evolving import evolve
from dtao.fixed import I96F32, U96F32
from dtao.item_table import items_at
from dtao.migrations import require_later, upgraded
from dtao.oracle import Era
from dtao.rules import consensus, dividends, emission, epoch, price, shares, stake_weight, yuma3
from dtao.rules.pool import DYNAMIC
from dtao.state import Runtime, State
from dtao.storage import Flat, require_state
from dtao.transitions import fees, keys, neurons, stake
from dtao.units import U16_MAX

LAUNCH = Era(
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
        moving_price_after=price.moving_price_after,
        price_weight=price.full_weight,
        price_counted_from=price.counted_from_registration,
        takes_part=emission.takes_part,
        amounts=I96F32,
        is_closed=emission.is_closed,
        dividends_divided=dividends.divided_after_take,
        alpha_dividends=dividends.whole_dividends,
        owner_hotkey_gets_incentive=True,
        stakes_of_last_epoch_noted=False,
        children_change_in_every_block=True,
        addition_checks=checks.LAUNCH_ADDITION_CHECKS,
        removal_checks=checks.LAUNCH_REMOVAL_CHECKS,
        transition_checks=checks.LAUNCH_TRANSITION_CHECKS,
        stake_of=shares.stake_of,
        stake_deposited=shares.deposited_as_asked,
        stake_withdrawn=shares.withdrawn_as_asked,
        is_worth_a_share=shares.is_worth_a_share,
        event_names_alpha_held=False,
        events_name_fees=False,
        nomination_noted=stake.nothing_noted,
        earning_noted=stake.earning_not_noted,
        unstaking_fee=fees.flat_fee,
        stake_to_unstake=staking.all_stake,
        amount_allowed=staking.any_amount_allowed,
        limit_of_move_binds=False,
        token_enabled=stake.any_token_enabled,
        total_stake_of_coldkey=stake.total_stake_of_coldkey,
        stake_change_noted=stake.nothing_noted,
        is_protected=neurons.belongs_to_owner,
        replacement_clears_bonds=False,
        inherited_stake=stake_weight.inherited_stake,
        epoch_rules=epoch.LAUNCH,
        owner_weighs_itself=False,
        hotkey_swapped=keys.hotkey_swapped,
        hotkey_swap_steps_everywhere=(keys.shares_moved,),
        hotkey_swap_steps_on_networks=(keys.neuron_renamed, keys.family_renamed, keys.pending_children_renamed),
        totals_follow_swap_everywhere=False,
        last_blocks_after_swap=keys.last_blocks_renewed,
        new_pool_counts_as_stake=False,
        stake_kept_at_registration=networks.total_stake_kept,
        min_burn_of_new_network=networks.min_burn_of_one_rao,
        announced_mechanism=0,
        start_enables_subtoken=False,
        take_changes_counted_for=takes.counted_for_coldkey,
        take_decreases_count=False,
        children_cooldown=children.cooldown_of_a_block,
        may_name_children=children.has_threshold_stake,
        childkey_take_is_limited=children.any_change_is_limited,
    ),
)

CAPPED_PRICE = Era(
    name="capped-price",
    last_spec_version=237,
    tag="v2.0.1",
    date="2025-02-13",
    summary=(
        "A price above 1 TAO enters the moving average as 1 TAO, so that a thin pool with a high price no longer draws"
        " the emission of all others."
    ),
    runtime=evolve(LAUNCH.runtime, spec_version=234, moving_price_after=price.moving_price_after_capped_price),
)

NOMINATORS_MOVE = Era(
    name="nominators-move",
    last_spec_version=238,
    tag="v2.0.2",
    date="2025-02-15",
    summary=(
        "Nominators move stake too, not only owners of hotkeys; a subnet that closed both kinds of registration gets no"
        " TAO; the owner of a subnet protects one neuron instead of all of his; children change at epochs only."
    ),
    migration=migrations.min_difficulty_lowered,
    runtime=evolve(
        CAPPED_PRICE.runtime,
        spec_version=238,
        items=items_at(238, before=CAPPED_PRICE.runtime.items),
        is_closed=emission.is_closed_both_ways,
        children_change_in_every_block=False,
        transition_checks=checks.without(CAPPED_PRICE.runtime.transition_checks, checks.transition_by_owner_of_hotkey),
        stake_change_noted=stake.last_stake_block_noted,
        is_protected=neurons.is_owner_hotkey,
        hotkey_swap_steps_on_networks=(
            *CAPPED_PRICE.runtime.hotkey_swap_steps_on_networks,
            keys.owner_hotkey_renamed,
        ),
    ),
)

SHARE_PRECISION = Era(
    name="share-precision",
    last_spec_version=243,
    tag="v2.0.3",
    date="2025-02-16",
    summary=(
        "Stake that is added or moved must be worth at least the smallest part of a share of the hotkey's stake;"
        " otherwise the call is refused for want of liquidity instead of losing the stake."
    ),
    runtime=evolve(
        NOMINATORS_MOVE.runtime,
        spec_version=239,
        addition_checks=checks.after(
            NOMINATORS_MOVE.runtime.addition_checks, checks.addition_swappable, checks.addition_moves_shares
        ),
        transition_checks=checks.after(
            NOMINATORS_MOVE.runtime.transition_checks, checks.transition_within_limit, checks.transition_moves_shares
        ),
    ),
)

DIVIDEND_FIX = Era(
    name="dividend-fix",
    last_spec_version=244,
    tag="v2.0.4",
    date="2025-02-24",
    summary=(
        "The part of a dividend that root stakers get in TAO is no longer paid in alpha as well. Share pools are"
        " rewritten: a withdrawal takes what the shares are worth, and rests of a share are removed whole."
    ),
    runtime=evolve(
        SHARE_PRECISION.runtime,
        spec_version=244,
        transition_checks=checks.after(
            SHARE_PRECISION.runtime.transition_checks,
            checks.transition_from_existing_hotkey,
            checks.transition_to_existing_hotkey,
        ),
        stake_of=shares.stake_of_few_shares,
        stake_deposited=shares.deposited_by_magnitude,
        stake_withdrawn=shares.withdrawn_by_magnitude,
        is_worth_a_share=shares.is_worth_few_shares,
        event_names_alpha_held=True,
        nomination_noted=stake.delegate_noted,
        total_stake_of_coldkey=stake.total_real_stake_of_coldkey,
        items=items_at(244, before=SHARE_PRECISION.runtime.items, defaults={"Tempo": 360}),
        alpha_dividends=dividends.dividends_without_those_of_root,
        calls={**SHARE_PRECISION.runtime.calls, **calls.named(calls.TryAssociateHotkey)},
        take_changes_counted_for=takes.counted_for_hotkey,
        take_decreases_count=True,
        may_name_children=children.has_threshold_stake_or_is_owner_hotkey,
    ),
)

DYNAMIC_FEES = Era(
    name="dynamic-fees",
    last_spec_version=256,
    tag="v2.0.8",
    date="2025-03-19",
    summary=(
        "Unstaking pays a fee that follows the last dividends, and a new subnet's moving price starts slowly. Limits of"
        " moves bind, the incentive of the owner's hotkey is burned, and a child takes its part parent by parent."
    ),
    migration=migrations.subnet_limit_removed,
    runtime=evolve(
        DIVIDEND_FIX.runtime,
        spec_version=252,
        stake_deposited=shares.deposited,
        stake_withdrawn=shares.withdrawn,
        unstaking_fee=fees.fee_by_dividends,
        limit_of_move_binds=True,
        items=items_at(252, before=DIVIDEND_FIX.runtime.items),
        price_weight=price.weight_by_age,
        dividends_divided=dividends.divided_with_take_of_each,
        owner_hotkey_gets_incentive=False,
        children_cooldown=children.cooldown_of_a_day,
        owner_weighs_itself=True,
        new_pool_counts_as_stake=True,
        totals_follow_swap_everywhere=True,
        last_blocks_after_swap=keys.last_blocks_moved,
    ),
)

START_CALL = Era(
    name="start-call",
    last_spec_version=257,
    tag="v2.0.9",
    date="2025-03-28",
    summary=(
        "A subnet emits only once its owner has started it, a week after its registration at the earliest. Dividends"
        " are paid in proportion to what is there, and holders may recycle or burn alpha."
    ),
    genesis_block=60_000,
    migration=migrations.networks_started,
    runtime=evolve(
        DYNAMIC_FEES.runtime,
        spec_version=257,
        unstaking_fee=fees.fee_by_dividends_or_alpha,
        events_name_fees=True,
        items=items_at(257, before=DYNAMIC_FEES.runtime.items, defaults={"BondsPenalty": U16_MAX}),
        takes_part=emission.takes_part_once_started,
        alpha_dividends=dividends.proportional_dividends,
        calls={
            **DYNAMIC_FEES.runtime.calls,
            **calls.named(calls.StartCall, calls.RecycleAlpha, calls.BurnAlpha),
        },
        events={
            **DYNAMIC_FEES.runtime.events,
            **events.named(
                events.StakeAddedForFee,
                events.StakeRemovedForFee,
                events.FirstEmissionBlockNumberSet,
                events.AlphaRecycled,
                events.AlphaBurned,
            ),
        },
        replacement_clears_bonds=True,
        epoch_rules=evolve(DYNAMIC_FEES.runtime.epoch_rules, bond_thresholds=epoch.last_tempo),
        min_burn_of_new_network=networks.min_burn_left_alone,
        announced_mechanism=DYNAMIC,
    ),
)

UNSIGNED_MATH = Era(
    name="unsigned-math",
    last_spec_version=264,
    tag="v2.0.11",
    date="2025-04-11",
    summary=(
        "Amounts are computed in unsigned fixed point, the moving price counts from the start of a subnet, and the fee"
        " follows the TAO that the alpha would sell for."
    ),
    genesis_block=60_000,
    runtime=evolve(
        START_CALL.runtime,
        spec_version=261,
        unstaking_fee=fees.fee_by_proceeds,
        stake_to_unstake=staking.all_removable_stake,
        items=items_at(261, before=START_CALL.runtime.items),
        price_counted_from=price.counted_from_start,
        amounts=U96F32,
        inherited_stake=stake_weight.inherited_stake_unsigned,
        stakes_of_last_epoch_noted=True,
        hotkey_swap_steps_everywhere=(
            *START_CALL.runtime.hotkey_swap_steps_everywhere,
            keys.last_dividends_moved_if_known,
        ),
    ),
)

UNSTAKE_VALIDITY = Era(
    name="unstake-validity",
    last_spec_version=272,
    tag="v3.0.0",
    date="2025-05-21",
    summary=(
        "The rules of 261: what changed is which transactions a node accepts into a block, not what they do there."
    ),
    genesis_block=60_000,
    runtime=evolve(UNSIGNED_MATH.runtime, spec_version=265),
)

YUMA3 = Era(
    name="yuma3",
    last_spec_version=273,
    tag="v3.1.0",
    date="2025-05-28",
    summary=(
        "A subnet may switch to Yuma 3, whose bonds are proportions that each validator builds up alone. Stake moves"
        " only where the subnet's token is enabled, and stake below the threshold does not count in an epoch."
    ),
    genesis_block=60_000,
    migration=migrations.subtokens_enabled,
    runtime=evolve(
        UNSTAKE_VALIDITY.runtime,
        spec_version=273,
        transition_checks=(
            checks.transition_changes_position,
            *checks.after(
                UNSTAKE_VALIDITY.runtime.transition_checks,
                checks.transition_between_existing_subnets,
                checks.transition_where_tokens_enabled,
            ),
        ),
        amount_allowed=staking.positive_amount_allowed,
        token_enabled=stake.token_enabled,
        earning_noted=stake.earning_noted,
        items=items_at(273, before=UNSTAKE_VALIDITY.runtime.items),
        stake_kept_at_registration=networks.nothing_kept,
        start_enables_subtoken=True,
        epoch_rules=evolve(
            UNSTAKE_VALIDITY.runtime.epoch_rules,
            counted_stake=consensus.stake_from_threshold_on,
            permitted_validators=consensus.permitted_validators_with_stake,
            sparse_bonds=yuma3.bonds_by_choice,
            dense_bonds=yuma3.bonds_by_choice,
        ),
        childkey_take_is_limited=children.increase_is_limited,
    ),
)

HOTKEY_PER_SUBNET = Era(
    name="hotkey-per-subnet",
    last_spec_version=282,
    tag="v3.1.5",
    date="2025-06-16",
    summary=(
        "A hotkey may be swapped on one subnet alone, for a smaller fee. The cooldown of children is a parameter, and"
        " starts at nothing."
    ),
    genesis_block=60_000,
    runtime=evolve(
        YUMA3.runtime,
        spec_version=277,
        addition_checks=checks.after(
            YUMA3.runtime.addition_checks, checks.addition_to_existing_subnet, checks.addition_where_token_enabled
        ),
        items=items_at(277, before=YUMA3.runtime.items),
        calls={
            **YUMA3.runtime.calls,
            **calls.named(calls.SwapHotkeyPerSubnet, calls.SetPendingChildkeyCooldown),
        },
        events={**YUMA3.runtime.events, **events.named(events.HotkeySwappedOnSubnet)},
        children_cooldown=children.cooldown_parameter,
        hotkey_swapped=keys.hotkey_swapped_on_all_networks,
        hotkey_swap_steps_everywhere=(),
        hotkey_swap_steps_on_networks=(
            keys.totals_moved,
            keys.membership_renamed,
            keys.family_renamed,
            keys.pending_children_renamed,
            keys.owner_hotkey_renamed,
            keys.last_dividends_moved,
            keys.shares_moved,
        ),
    ),
)

ERAS = (
    LAUNCH,
    CAPPED_PRICE,
    NOMINATORS_MOVE,
    SHARE_PRECISION,
    DIVIDEND_FIX,
    DYNAMIC_FEES,
    START_CALL,
    UNSIGNED_MATH,
    UNSTAKE_VALIDITY,
    YUMA3,
    HOTKEY_PER_SUBNET,
)


def era(which: str | int) -> Era:
    """Return an era by its name or by any spec version in which its rules were in force.

    >>> era("launch") is era(233)
    True
    >>> era(236).name
    'capped-price'

    Rejects, as UnknownName, an era that is not covered; the message lists those that are.
    """
    version = int(which) if type(which) is str and len(which) <= MAX_DIGITS and which.isdecimal() else which
    for row in ERAS:
        if version == row.name or (type(version) is int and row.spec_version <= version <= row.last_spec_version):
            return row
    known = ", ".join(f"{row.name!r} ({row.spec_version}-{row.last_spec_version})" for row in ERAS)
    raise UnknownName(f"there is no era {shown(which)}; covered are {known}")


def migrate(state: State, to: Era | str | int) -> State:
    """Return the state after the upgrades from its own era to another one, all in its present block.

    See :mod:`dtao.migrations` for what they do and what is not covered. Rejects, as InputError, an earlier era.
    """
    require_state(state)
    target = to if isinstance(to, Era) else era(to)
    require_later(state, target.spec_version, target.name)
    for row in ERAS:
        if state.runtime.spec_version < row.spec_version <= target.spec_version:
            state = upgraded(state, row.migration, row.runtime)
    return state


def load(flat: Flat, which: str | int = "launch", check: bool = True) -> State:
    """Return the state of an era with these flat entries; see :func:`dtao.storage.load`."""
    return era(which).load(flat, check)
