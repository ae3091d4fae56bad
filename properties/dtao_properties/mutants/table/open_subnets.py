"""Emission to open subnets alone, neurons pruned by emission, and claims that follow stake on root."""

from typing import Any

from dtao.entries import with_element
from dtao.evolving import evolve
from dtao.rules.claims import KEEP
from dtao.rules.emission import is_eligible_once_started
from dtao.rules.yuma3 import exponent_of_steepness_in_hundredths
from dtao.state import BlockContext, State
from dtao.transitions.dissolution import flow_kept, has_shares, has_shares_of_stake
from dtao.transitions.epoch import with_results
from dtao.transitions.mechanisms import append_to_mechanisms
from dtao.transitions.root_dividends import record_dividends_together
from dtao.transitions.stake import with_subnet
from dtao.units import NetUid, Uid
from dtao_properties.mutants.mutant import Mutant, Replaced
from dtao_properties.mutants.wrong import with_rule, without_effect


def _unissued(right: Any, context: BlockContext) -> None:
    before = context.total_issuance
    right(context)
    context.total_issuance = before


def _without_what_root_is_due(state: State, netuid: NetUid) -> State:
    blank = state.runtime.items.subnet.root_alpha_dividends
    return with_subnet(state, netuid, evolve(state.subnet(netuid), root_alpha_dividends=blank))


def _trust_cleared(right: Any, state: State, netuid: NetUid, uid: Uid) -> State:
    subnet = state.subnet(netuid)
    neurons = evolve(subnet.neurons, trust=with_element(subnet.neurons.trust, uid, 0))
    cleared: State = right(with_subnet(state, netuid, evolve(subnet, neurons=neurons)), netuid, uid)
    return cleared


def _without_a_least(right: Any, state: State, netuid: NetUid) -> tuple[State, Uid | None]:
    subnet = state.subnet(netuid)
    settings = evolve(subnet.hyperparameters, min_non_immune_uids=0)
    _, uid = right(with_subnet(state, netuid, evolve(subnet, hyperparameters=settings)), netuid)
    return state, uid


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "EMIT-8",
        "rules.emission.is_eligible_while_open",
        "a subnet that takes no newcomers takes part",
        lambda right, subnet: is_eligible_once_started(subnet) and subnet.subtoken_enabled,
        era="361",
    ),
    Replaced(
        "EMIT-13",
        "rules.emission.issued_with_that_of_users",
        "alpha that users provide does not count as issued",
        lambda right, alpha_in, provided, alpha_out: right(alpha_in, 0, alpha_out),
        era="361",
    ),
    Replaced(
        "EMIT-12",
        "transitions.flow_coinbase.grant_in_whole_rao",
        "nothing is swapped as well",
        lambda right, *arguments: evolve(right(*arguments), has_excess=True),
        era="361",
    ),
    Replaced(
        "EMIT-12",
        "transitions.flow_coinbase.grant_capped_by",
        "a pool gets twice as much alpha as the block emits TAO",
        lambda right, tao, context, subnet, due, for_root: right(2 * tao, context, subnet, due, for_root),
        era="362",
    ),
    Replaced(
        "BLOCK-2",
        "transitions.coinbase.update_moving_prices",
        "moving prices stay",
        lambda right, context: None,
        era="361",
    ),
    Replaced(
        "BLOCK-3",
        "transitions.flow_coinbase.emit_buying_with_whole_rao",
        "the TAO that enters pools is not issued",
        _unissued,
        era="361",
    ),
    Replaced(
        "EMIT-14",
        "transitions.coinbase.update_root_proportions",
        "the stored root proportion stays",
        lambda right, context: None,
        era="365",
    ),
    Replaced(
        "CLAIM-15",
        "transitions.root_dividends.record_dividends_apart",
        "what is set aside for root is recorded with the rest",
        lambda right, subnet, paid, set_aside: record_dividends_together(subnet, paid, set_aside),
        era="361",
    ),
    Replaced(
        "CLAIM-5",
        "rules.claims.is_kept",
        "the alpha of named subnets is sold",
        lambda right, chosen, netuid: chosen == KEEP,
        era="361",
        unrecorded="No recording names subnets.",
    ),
    Replaced(
        "CLAIM-10",
        "calls.claims.SetRootClaimTypeBySubnet.apply",
        "a choice is not stored",
        without_effect,
        era="361",
    ),
    Replaced(
        "REG-3",
        "transitions.mechanisms.append_without_ranks",
        "a newcomer has a rank, trust and a pruning score",
        lambda right, state, netuid, hotkey: append_to_mechanisms(state, netuid, hotkey),
        era="365",
    ),
    Replaced(
        "REG-4",
        "transitions.mechanisms.clear_in_mechanisms",
        "trust is cleared",
        _trust_cleared,
        era="365",
        unrecorded="No recording clears a neuron of which trust is still stored.",
    ),
    Replaced(
        "REG-5",
        "transitions.neurons.neuron_to_prune_by_emission",
        "a neuron that is not immune is pruned, however few there are",
        _without_a_least,
        era="365",
    ),
    Replaced(
        "REG-6",
        "transitions.neurons.may_register",
        "a subnet without a neuron to prune takes newcomers",
        lambda right, state, netuid: True,
        era="385",
    ),
    Replaced(
        "EPOCH-25",
        "transitions.epoch.with_results_but_ranks",
        "ranks, trust and pruning scores are stored",
        lambda right, neurons, result: with_results(neurons, result),
        era="365",
    ),
    Replaced(
        "BOND-15",
        "rules.yuma3.exponent_within_20",
        "the exponent knows no bound",
        lambda right, steepness, offset: exponent_of_steepness_in_hundredths(steepness, offset),
        era="365",
    ),
    Replaced(
        "STAKE-24",
        "transitions.limits.alpha_that_left",
        "what was asked for no longer counts as issued",
        lambda right, asked, left: asked,
        era="365",
    ),
    Replaced(
        "STAKE-25",
        "transitions.limits.require_no_more_left",
        "the amount itself is too much",
        lambda right, asked, left: right(asked - 1, left),
        era="365",
    ),
    Replaced(
        "NET-8",
        "transitions.dissolution.root_proportion_kept",
        "the flow of a dissolved subnet stays",
        lambda right, emission: flow_kept(emission),
        era="365",
    ),
    Replaced(
        "NET-8",
        "transitions.dissolution.remove_remains",
        "what was set aside for root goes",
        lambda right, state, netuid: _without_what_root_is_due(right(state, netuid), netuid),
        era="361",
    ),
    Replaced(
        "NET-12",
        "transitions.dissolution.has_shares_of_stake",
        "shares of hotkeys without stake are paid",
        lambda right, pool: has_shares(pool),
        era="365",
        unrecorded="No recording dissolves a subnet on which somebody has shares of a hotkey without stake.",
    ),
    Replaced(
        "NET-12",
        "transitions.dissolution.has_stake",
        "totals on which nobody has shares stay",
        lambda right, pool: has_shares_of_stake(pool),
        era="371",
    ),
    Replaced(
        "CLAIM-4",
        "transitions.claims.count_stake_as_claimed",
        "stake that arrives is owed all of the past",
        lambda right, state, hotkey, coldkey, amount: state,
        era="366",
    ),
    Replaced(
        "MOVE-6",
        "transitions.swap_stake.transfer_stake_within_subnet",
        "what counts as claimed stays with who sends",
        lambda right, state, *given: with_rule(
            lambda one: right(one, *given), state, "claims.stake_left", lambda left, state, *keys: state
        ),
        era="366",
    ),
    Replaced(
        "NET-6",
        "transitions.networks.open_for_burning",
        "users may provide liquidity to a new subnet",
        lambda right, hyperparameters: evolve(right(hyperparameters), user_liquidity_enabled=True),
        era="371",
    ),
    Replaced(
        "NET-10",
        "transitions.networks.start_delay_stored",
        "a subnet waits for a week",
        lambda right, state: 50_400,
        era="371",
    ),
)
