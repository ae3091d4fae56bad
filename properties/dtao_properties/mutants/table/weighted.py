"""Pools with weights, epochs by tempo, checks before dispatch and locks that end, from 423 to 425."""

from attrs import evolve

from dtao.rules.pools.weighted import HALF
from dtao.state import BlockContext
from dtao.transitions.lock_swaps import move_locks_of_coldkey_if_accepted
from dtao.transitions.root_dividends import distribute_pending_of_servers_and_validators
from dtao_properties.mutants.mutant import Mutant, Replaced, Right

ERA = "423"


def _with_a_place_less(right: Right, context: BlockContext) -> None:
    state = context.state
    places = max(state.parameters.max_epochs_per_block - 1, 0)
    context.state = evolve(state, parameters=evolve(state.parameters, max_epochs_per_block=places))
    right(context)
    context.state = evolve(context.state, parameters=state.parameters)


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "POOL-31",
        "power.pow_ratio_scaled",
        "a power is one unit more",
        lambda right, *given: None if right(*given) is None else right(*given) + 1,
        era=ERA,
    ),
    Replaced(
        "POOL-32",
        "rules.pools.weighted.amount_out",
        "a swap pays one unit more",
        lambda right, *given: right(*given) + 1,
        era=ERA,
    ),
    Replaced(
        "POOL-32",
        "rules.pools.weighted.remaining_part",
        "the weights of both tokens are a half",
        lambda right, quote, *given: right(HALF, *given),
        era=ERA,
    ),
    Replaced(
        "POOL-33",
        "rules.pools.weighted.amount_to_limit",
        "one unit less may be paid in up to a limit",
        lambda right, *given: max(right(*given) - 1, 0),
        era=ERA,
    ),
    Replaced(
        "POOL-34",
        "rules.pools.weighted.largest_amount",
        "as little may be paid in as the pool holds",
        lambda right, rules, reserve: min(right(rules, reserve), reserve),
        era="424",
    ),
    Replaced(
        "POOL-35",
        "rules.pools.weighted.quote_weight_with",
        "what a block adds leaves the weights, and moves the price",
        lambda right, quote, *given: quote,
        era=ERA,
    ),
    Replaced(
        "POOL-36",
        "rules.pools.weighted.quote_weight_at",
        "the upgrade gives every pool weights of a half",
        lambda right, *given: HALF,
        era=ERA,
        unrecorded="the recordings begin after upgrades",
    ),
    Replaced(
        "POOL-37",
        "calls.liquidity.DeprecatedAddLiquidity.apply",
        "the call does nothing, and is not refused",
        lambda right, call, state: (state, ()),
        era=ERA,
        unrecorded="the recordings do not make calls that are always refused",
    ),
    Replaced(
        "BLOCK-1",
        "rules.epoch_timing.next_epoch_block",
        "the tempo has a block more, as it had before",
        lambda right, tempo, *given: right(tempo + 1 if tempo else 0, *given),
        era=ERA,
    ),
    Replaced(
        "BLOCK-6",
        "block.drain_some_epochs",
        "a block runs one epoch less",
        _with_a_place_less,
        era=ERA,
    ),
    Replaced(
        "NET-15",
        "calls.tempo.SetTempo.apply",
        "a new tempo counts from the last epoch",
        lambda right, call, state: (lambda after, events: (evolve(after, emissions=state.emissions), events))(
            *right(call, state)
        ),
        era=ERA,
    ),
    Replaced(
        "STATE-20",
        "calls.guards.require_guards",
        "nothing is looked at before a call is dispatched",
        lambda right, state, call: None,
        era=ERA,
    ),
    Replaced(
        "STAKE-32",
        "transitions.limits.require_input_within_reserve",
        "any amount may be staked",
        lambda right, *given: None,
        era="424",
    ),
    Replaced(
        "LOCK-2",
        "rules.locks.is_negligible",
        "a lock never ends",
        lambda right, lock: False,
        era=ERA,
    ),
    Replaced(
        "LOCK-7",
        "transitions.locks.follow_in_bucket",
        "a sum does not follow the lock that is stored anew",
        lambda right, clock, subnet, *given: subnet,
        era=ERA,
    ),
    Replaced(
        "LOCK-16",
        "transitions.locks.index",
        "nobody is known to lock in favour of a hotkey",
        lambda right, subnet, *given: subnet,
        era=ERA,
    ),
    Replaced(
        "LOCK-10",
        "transitions.lock_swaps.move_locks_of_coldkey_with_flags",
        "a coldkey that takes no locked stake gets none by a swap",
        lambda right, state, old, new: move_locks_of_coldkey_if_accepted(state, old, new),
        era="424",
    ),
    Replaced(
        "LOCK-14",
        "transitions.epoch_timing.change_owner_and_drain",
        "conviction changes no owner at an epoch",
        lambda right, state, subnet: distribute_pending_of_servers_and_validators(state, subnet),
        era="425",
    ),
    Replaced(
        "PRICE-1",
        "rules.pools.weighted.price",
        "a price is one part of 2^64 more",
        lambda right, *given: right(*given) + 1,
        era=ERA,
    ),
    Replaced(
        "EPOCH-13",
        "rules.epoch_timing.cutoff_by_tempo",
        "a neuron is inactive a block later",
        lambda right, parameters: right(parameters) + 1,
        era=ERA,
    ),
)
