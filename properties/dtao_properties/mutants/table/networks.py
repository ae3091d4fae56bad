"""Networks and neurons."""

from typing import Any

from attrs import evolve

from dtao.entries import without
from dtao.outcome import Rejection
from dtao.records import Registration
from dtao.state import State
from dtao.transitions.networks import network_lock_cost
from dtao.transitions.stake import little_endian, stake_of_hotkey
from dtao.units import ROOT, U64_MAX, NetUid, Uid
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right
from dtao_properties.mutants.wrong import unchecked, with_hyperparameter, with_rule


def _with_pool(state: State, netuid: NetUid, **changes: Any) -> State:
    return evolve(state, pools=state.pools.set(netuid, evolve(state.pool(netuid), **changes)))


def _bonds_cleared(right: Right, state: State, netuid: NetUid, uid: Uid) -> State:
    subnet = state.subnet(netuid)
    neurons = evolve(subnet.neurons, bonds=without(subnet.neurons.bonds, uid))
    cleared: State = right(
        evolve(state, subnets=state.subnets.set(netuid, evolve(subnet, neurons=neurons))), netuid, uid
    )
    return cleared


def _the_target_is_too_many(right: Right, registration: Registration, hyperparameters: Any, block: int) -> Any:
    """Choose the other term at the target, as if registrations by work were those by burns."""
    if registration.registrations_this_interval == hyperparameters.target_registrations_per_interval:
        registration = evolve(
            registration,
            burn_registrations_this_interval=registration.pow_registrations_this_interval,
            pow_registrations_this_interval=registration.burn_registrations_this_interval,
        )
    return right(registration, hyperparameters, block)


def _fall_at_once(right: Right, last: int, minimum: int, registered: int, block: int, interval: int) -> int:
    start = min(last * (2 if registered else 1), U64_MAX)
    fallen = last * max(block - registered, 0) // interval if interval else 0
    return max(start - fallen, minimum, 0)


def _cost_recorded(right: Right, call: Any, state: State) -> Any:
    after, events = right(call, state)
    return evolve(after, network_last_lock_cost=network_lock_cost(state)[1]), events


def _no_delegate(right: Right, call: Any, state: State) -> Any:
    after, events = right(call, state)
    return evolve(after, delegates=state.delegates), events


def _last_of_equal_ones(right: Right, state: State) -> tuple[int, int]:
    uid, lowest = right(state)
    keys = state.subnet(ROOT).neurons.keys
    equal = [one for one in sorted(keys, key=little_endian) if stake_of_hotkey(state, keys[one], ROOT) == lowest]
    return (equal[-1] if equal else uid), lowest


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "NET-1", "rules.lock_cost.lock_reduction_interval", "the interval does not follow the emission",
        lambda right, interval, emission: min(interval, 2**63 - 1),
    ),
    Replaced(
        "NET-2", "rules.lock_cost.lock_cost", "the fall is computed with one division",
        _fall_at_once,
    ),
    Replaced(
        "NET-2", "rules.lock_cost.lock_cost", "the first network costs twice",
        lambda right, last, minimum, registered, block, interval: (
            right(last, minimum, registered, block, interval) if registered
            else right(last, minimum, 1, block + 1, interval)
        ),
    ),
    Replaced(
        "NET-3", "transitions.networks.network_lock_cost", "asking for the cost does not touch BlockEmission",
        lambda right, state: (state, right(state)[1]), after="L28",
    ),
    Replaced(
        "NET-4", "transitions.networks.subnet_to_prune", "a subnet is immune a block longer",
        lambda right, state: right(
            evolve(
                state,
                parameters=evolve(
                    state.parameters, network_immunity_period=state.parameters.network_immunity_period + 1
                ),
            )
        ),
        unrecorded="No recording asks in the very block in which immunity ends.",
    ),
    Replaced(
        "NET-5", "transitions.networks.next_netuid", "netuids follow the number of networks",
        lambda right, state: sum(subnet.added for subnet in state.subnets.values()),
    ),
    Replaced(
        "NET-6", "transitions.networks.create_network", "the alpha of the pool is worth as many subnets as there are",
        lambda right, state, netuid, *keys: _with_pool(
            right(state, netuid, *keys),
            netuid,
            alpha_in=state.parameters.network_min_lock_cost * state.total_networks,
        ),
        after="P14",
    ),
    Patched(
        "NET-6", "transitions.networks.create_network", "the neurons of an earlier network stay",
        "neurons=evolve(subnet.neurons, n=0),", "",
        unrecorded="No recording registers a network under a netuid whose number of neurons was left behind; "
        "dissolving resets it.",
        because="Within, the first neuron is appended to them.",
    ),
    Replaced(
        "NET-6", "transitions.networks.min_burn_of_one_rao", "the least burn is that of other subnets",
        lambda right, hyperparameters: hyperparameters.min_burn, after="L22",
    ),
    Replaced(
        "NET-7", "transitions.balances.burn", "nothing is burned",
        lambda right, state, amount: state, seen_by="calls.networks.RegisterNetwork.apply", after="P15",
    ),
    Replaced(
        "NET-7", "calls.networks.RegisterNetwork.apply", "the lock cost is noted instead of what was paid",
        _cost_recorded,
        unrecorded="No recording registers a network with a balance of less than the existential deposit beyond "
        "the cost.",
    ),
    Replaced(
        "NET-8", "transitions.balances.deposit", "the lock is lost",
        lambda right, state, account, amount: state, seen_by="transitions.networks.remove_network", after="N18",
    ),
    Replaced(
        "NET-8", "transitions.networks.remove_network", "the pool goes too",
        lambda right, state, netuid: _with_pool(right(state, netuid), netuid, moving_price=0), after="N22",
    ),
    Replaced(
        "NET-8", "transitions.networks.clear_root_weights", "the rows of root keep their weight on it",
        lambda right, state, netuid: state, unrecorded="In no recording does root have weights when a network goes.",
    ),
    Replaced(
        "NET-9", "outcome.require", "the coldkey need not own the subnet",
        unchecked(Rejection.NOT_SUBNET_OWNER), seen_by="calls.networks.DissolveNetwork.apply",
    ),
    Replaced(
        "REG-1", "rules.registration.upgraded", "the lower bound wins over the upper one",
        lambda right, current, registrations, target, weight, low, high: (
            lambda term: term if term == low else min(term, high)
        )(right(current, registrations, target, weight, low, 2**64)),
        unrecorded="No recording has a lower bound above the upper one.",
    ),
    Replaced(
        "REG-1", "rules.registration.upgraded", "the old value has the weight of the new one",
        lambda right, current, registrations, target, weight, low, high: right(
            current, registrations, target, U64_MAX - weight, low, high
        ),
    ),
    Replaced(
        "REG-2", "rules.registration.adjust_terms", "the target itself counts as too many",
        _the_target_is_too_many,
    ),
    Replaced(
        "REG-3", "transitions.neurons.append", "a new neuron has a permit",
        lambda right, neurons, *given: evolve(
            right(neurons, *given), validator_permit=(*neurons.validator_permit, True)
        ),
    ),
    Replaced(
        "REG-4", "transitions.neurons.clear_incentive", "bonds are forgotten",
        _bonds_cleared, after="L18",
    ),
    Replaced(
        "REG-4", "transitions.neurons.clear_incentive", "the incentive is inherited",
        lambda right, state, netuid, uid: state,
    ),
    Patched(
        "REG-5", "transitions.neurons.neuron_to_prune", "of equal scores the one registered last is pruned",
        "candidates.append((immune, score, registered_at, uid))",
        "candidates.append((immune, score, -registered_at, uid))",
        because="The order is a tuple that is written within a loop.",
    ),
    Replaced(
        "REG-5", "transitions.neurons.neuron_to_prune", "immunity does not protect",
        lambda right, state, netuid: with_hyperparameter(right, state, netuid, "immunity_period", 0),
    ),
    Replaced(
        "REG-6", "transitions.neurons.register_neuron", "a subnet takes one neuron more",
        lambda right, state, netuid, hotkey: with_hyperparameter(
            right, state, netuid, "max_allowed_uids",
            state.subnet(netuid).hyperparameters.max_allowed_uids + 1, hotkey,
        ),
    ),
    Replaced(
        "REG-7", "calls.registration.BurnedRegister.apply", "the burn flows into the pool twice",
        lambda right, call, state: with_rule(
            lambda one: right(call, one), state, "trade.buy",
            lambda buy, state, netuid, paid, *given: buy(state, netuid, 2 * paid, *given),
        ),
        after="N25",
    ),
    Patched(
        "REG-7", "calls.registration.BurnedRegister.apply", "what was paid counts as recycled, not the burn",
        "terms.rao_recycled + burn", "terms.rao_recycled + paid",
        unrecorded="No recording registers with a balance of less than the existential deposit beyond the burn.",
        because="What was paid is known within alone.",
    ),
    Replaced(
        "REG-8", "calls.registration.RootRegister.apply", "the hotkey does not become a delegate",
        _no_delegate,
    ),
    Replaced(
        "REG-9", "calls.registration.lowest_root_stake", "of equal ones the last is found",
        _last_of_equal_ones,
    ),
)  # fmt: skip
