"""Stake that moves."""

from attrs import evolve

from dtao.transitions.stake import is_stable
from dtao.units import U64_MAX, Alpha
from dtao_properties.mutants.mutant import Mutant, Replaced
from dtao_properties.mutants.wrong import with_constant

MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "MOVE-1", "calls.moves.transition_stake", "the stake lands on the hotkey that it came from",
        lambda right, state, origin, destination, *given: right(
            state, origin, evolve(destination, hotkey=origin.hotkey), *given
        ),
        seen_by="calls.moves.MoveStake.apply",
    ),
    Replaced(
        "MOVE-2", "transitions.checks.validate_transition", "subnets are not asked whether stake may change its owner",
        lambda right, *given, transfers: right(*given), seen_by="calls.moves.TransferStake.apply", after="P28",
    ),
    Replaced(
        "MOVE-2", "transitions.checks.transition_allowed_by_subnets", "only the origin is asked",
        lambda right, state, transition: right(state, evolve(transition, destination=transition.origin)),
    ),
    Replaced(
        "MOVE-3", "calls.moves.swap", "the stake lands where it came from",
        lambda right, state, origin, destination, *given: right(
            state, origin, evolve(destination, netuid=origin.netuid), *given
        ),
        seen_by="calls.moves.SwapStake.apply",
    ),
    Replaced(
        "MOVE-4", "transitions.limits.whole_amount", "no more moves than the limit allows",
        lambda right, alpha, maximum: min(alpha, maximum), after="later rule",
    ),
    Replaced(
        "MOVE-4", "transitions.checks.transition_within_limit", "the limit itself is too much",
        lambda right, state, transition: right(state, evolve(transition, alpha=transition.alpha + 1)),
    ),
    Replaced(
        "MOVE-5", "transitions.checks.transition_by_owner_of_hotkey", "nominators move stake too",
        lambda right, state, transition: None, after="L26",
    ),
    Replaced(
        "MOVE-5", "transitions.checks.transition_above_minimum", "the minimum itself is enough",
        lambda right, state, transition: with_constant(right, state, "min_stake", -1, transition),
    ),
    Replaced(
        "MOVE-6", "calls.moves.transition_fee", "each leg pays the whole fee",
        lambda right, *given: 2 * right(*given), seen_by="calls.moves.transition_stake", after="N15",
    ),
    Replaced(
        "MOVE-6", "calls.moves.transition_fee", "a move to root is free of charge",
        lambda right, state, origin, destination, alpha: (
            right(state, origin, destination, alpha) if destination.netuid else 0
        ),
        seen_by="calls.moves.transition_stake",
        after="N16",
    ),
    Replaced(
        "MOVE-7", "rules.pool.stable_to_dynamic_limit", "the limit from a stable subnet is not inverted",
        lambda right, limit: limit, seen_by="transitions.limits.max_amount_move", after="P18",
    ),
    Replaced(
        "MOVE-7", "transitions.limits.max_amount_move", "a limit above 1 lets stable subnets swap",
        lambda right, state, origin, destination, limit: (
            Alpha(U64_MAX) if is_stable(state, origin) and is_stable(state, destination)
            else right(state, origin, destination, limit)
        ),
        after="P18",
    ),
)  # fmt: skip
