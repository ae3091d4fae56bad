"""Decimal shares, prices of registrations, and first pools at the median price."""

from attrs import evolve

from dtao.fixed import U64F64
from dtao.records import SharePool
from dtao.rules.emission import is_eligible_while_open
from dtao.safe_float import ZERO
from dtao.state import Result, State
from dtao.transitions.dissolution import parameters_of_owners_kept
from dtao.transitions.mechanisms import clear_in_mechanisms
from dtao.transitions.scheduling import set_children_pending
from dtao.transitions.stake import with_subnet
from dtao.units import ROOT, AccountId, NetUid
from dtao_properties.mutants.mutant import Mutant, Replaced

ERA = "401"


def _with_entry_of_nothing(pool: SharePool, coldkey: AccountId) -> SharePool:
    held = pool.float_shares
    return pool if coldkey in held else evolve(pool, float_shares=held.set(coldkey, ZERO))


def _recycled_nothing(before: State, result: Result, netuid: NetUid) -> Result:
    state, events = result
    subnet = state.subnet(netuid)
    terms = evolve(subnet.registration, rao_recycled=before.subnet(netuid).registration.rao_recycled)
    return with_subnet(state, netuid, evolve(subnet, registration=terms)), events


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "SHARE-2",
        "rules.float_shares.stake_of_float_shares",
        "a stake is one rao more than its decimal shares are worth",
        lambda right, pool, coldkey: right(pool, coldkey) + (coldkey in pool.float_shares),
        era=ERA,
    ),
    Replaced(
        "SHARE-6",
        "rules.float_shares.deposit_float",
        "a deposit is one rao less",
        lambda right, pool, coldkey, amount: right(pool, coldkey, max(amount - 1, 0)),
        era=ERA,
    ),
    Replaced(
        "REG-10",
        "rules.registration_price.decayed_burn",
        "a price falls twice as fast",
        lambda right, burn, half_life, *rest: right(burn, half_life // 2, *rest),
        era=ERA,
    ),
    Replaced(
        "REG-11",
        "rules.registration_price.raised_burn",
        "a registration does not raise the price",
        lambda right, burn, multiplier, low, high: right(burn, U64F64.one, low, high),
        era=ERA,
    ),
    Replaced(
        "REG-12",
        "calls.priced_registration.RegisterLimit.apply",
        "the limit may be passed by one rao",
        lambda right, call, state: right(evolve(call, limit_price=call.limit_price + 1), state),
        era=ERA,
    ),
    Replaced(
        "BLOCK-5",
        "transitions.registration_prices.let_registration_prices_fall",
        "prices do not fall with the blocks",
        lambda right, state: state,
        era=ERA,
    ),
    Replaced(
        "NET-14",
        "transitions.networks.median_price",
        "the median is doubled",
        lambda right, state: 2 * right(state),
        era=ERA,
    ),
    Replaced(
        "CHILD-14",
        "transitions.scheduling.name_root_validators_parents",
        "validators of root stand behind no new subnet",
        lambda right, state, netuid: (state, ()),
        era=ERA,
    ),
    Replaced(
        "CHILD-15",
        "calls.priced_registration.SetAutoParentDelegationEnabled.apply",
        "what was said is stored the other way round",
        lambda right, call, state: right(evolve(call, enabled=not call.enabled), state),
        era=ERA,
    ),
    Replaced(
        "EPOCH-27",
        "rules.epoch.owner_is_permitted",
        "the owner's neuron has no permit of its own",
        lambda right, permits, given: permits,
        era=ERA,
    ),
    Replaced(
        "SHARE-3",
        "rules.float_shares.change_float_total",
        "the total of all changes by one rao more",
        lambda right, pool, update: right(pool, update + 1),
        era=ERA,
    ),
    Replaced(
        "SHARE-4",
        "rules.float_shares.change_float_stake",
        "shares of nothing are kept",
        lambda right, pool, coldkey, update: _with_entry_of_nothing(right(pool, coldkey, update), coldkey),
        era=ERA,
    ),
    Replaced(
        "SHARE-7",
        "rules.float_shares.withdraw_float",
        "what counts as withdrawn is nothing",
        lambda right, pool, coldkey, amount: (right(pool, coldkey, amount)[0], 0),
        era=ERA,
    ),
    Replaced(
        "SHARE-8",
        "rules.float_shares.is_worth_float_shares",
        "every pool takes a deposit",
        lambda right, pool, amount: True,
        era=ERA,
        unrecorded="No recording deposits too little for a share from 401 on.",
    ),
    Replaced(
        "KEY-8",
        "rules.float_shares.hand_over_float",
        "one rao of a coldkey's stake stays behind",
        lambda right, pool, old, new: (right(pool, old, new)[0], max(right(pool, old, new)[1] - 1, 0)),
        era=ERA,
        unrecorded="In no recording has a coldkey that is swapped a stake of 1 alpha rao; of more it does not show.",
    ),
    Replaced(
        "KEY-9",
        "transitions.keys.move_stake_by_holder",
        "the stake stays with the old hotkey",
        lambda right, state, netuid, old, new: state,
        era=ERA,
    ),
    Replaced(
        "KEY-1",
        "calls.keys.require_clean_new_hotkey",
        "a new hotkey may have claims and root stake",
        lambda right, state, new, netuid: None,
        era=ERA,
        unrecorded="In no recording has the new hotkey claims or root stake.",
    ),
    Replaced(
        "KEY-10",
        "calls.keys.require_clean_new_hotkey",
        "only a swap on all subnets asks what the new hotkey has",
        lambda right, state, new, netuid: None if netuid == ROOT else right(state, new, netuid),
        era=ERA,
        unrecorded="In no recording has the new hotkey claims or root stake.",
    ),
    Replaced(
        "CLAIM-13",
        "transitions.claims.move_claims_of_root_hotkey",
        "claims follow a swap on any subnet",
        lambda right, state, netuid, old, new: right(state, ROOT, old, new),
        era=ERA,
    ),
    Replaced(
        "CHILD-1",
        "transitions.relations.apply_pending_children_or_unstarted",
        "children wait on a subnet that was not started, too",
        lambda right, subnet, block: right(evolve(subnet, subtoken_enabled=True), block),
        era=ERA,
        unrecorded="No recording names children on a subnet that was not started.",
    ),
    Replaced(
        "CHILD-2",
        "transitions.scheduling.schedule_or_apply_children",
        "children are pending on a subnet that was not started, too",
        lambda right, state, hotkey, netuid, chosen: set_children_pending(state, hotkey, netuid, chosen),
        era=ERA,
    ),
    Replaced(
        "EPOCH-12",
        "rules.epoch.owner_stake_counts",
        "the owner's stake counts only at the threshold",
        lambda right, counted, given: counted,
        era=ERA,
    ),
    Replaced(
        "EPOCH-19",
        "transitions.neurons.owner_exempt",
        "the owner's neuron needs stake and a permit to set weights",
        lambda right, subnet: None,
        era=ERA,
    ),
    Replaced(
        "EPOCH-21",
        "transitions.epoch.with_results_and_stake_weight",
        "the share of the stake is not stored",
        lambda right, neurons, result: evolve(right(neurons, result), stake_weight=neurons.stake_weight),
        era=ERA,
    ),
    Replaced(
        "STAKE-5",
        "transitions.swap_stake.alpha_paid_in",
        "the event of a sale names the fee, too",
        lambda right, sold, paid_in: sold,
        era=ERA,
    ),
    Replaced(
        "REG-4",
        "transitions.mechanisms.clear_and_update_in_mechanisms",
        "the last update is still that of the pruned neuron",
        lambda right, state, netuid, uid: clear_in_mechanisms(state, netuid, uid),
        era=ERA,
    ),
    Replaced(
        "REG-7",
        "calls.priced_registration.BurnedRegisterAtPrice.apply",
        "a registration counts nothing as recycled",
        lambda right, call, state: _recycled_nothing(state, right(call, state), call.netuid),
        era=ERA,
    ),
    Replaced(
        "EMIT-3",
        "rules.emission.is_eligible_once_burning",
        "a subnet that takes registrations by work is open",
        lambda right, subnet: is_eligible_while_open(subnet),
        era=ERA,
    ),
    Replaced(
        "EMIT-8",
        "rules.emission.is_eligible_once_burning",
        "the token need not be enabled",
        lambda right, subnet: right(evolve(subnet, subtoken_enabled=True)),
        era=ERA,
        unrecorded="No recording allows burned registration where the token is not enabled.",
    ),
    Replaced(
        "NET-6",
        "transitions.networks.all_at_median_price",
        "the owner of a new subnet is staked an alpha rao",
        lambda right, state, paid: evolve(right(state, paid), owner_alpha=1),
        era="402",
    ),
    Replaced(
        "NET-6",
        "transitions.networks.price_of_one_tao",
        "bonds of a new subnet do not follow Yuma 3",
        lambda right, subnet: evolve(
            right(subnet), hyperparameters=evolve(right(subnet).hyperparameters, yuma3_on=False)
        ),
        era=ERA,
    ),
    Replaced(
        "NET-8",
        "transitions.dissolution.parameters_of_owners_and_intervals_kept",
        "a dissolved subnet forgets its intervals",
        lambda right, blank, parameters: parameters_of_owners_kept(blank, parameters),
        era=ERA,
    ),
    Replaced(
        "NET-12",
        "transitions.dissolution.holders_by_account",
        "holders are paid in the other order",
        lambda right, pool: right(pool)[::-1],
        era=ERA,
    ),
)
