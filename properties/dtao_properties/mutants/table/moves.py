"""Stake that moves."""

from dtao_properties.mutants.mutant import Mutant, Patched

MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "MOVE-1", "calls.moves.MoveStake.apply", "the stake lands on the hotkey that it came from",
        "destination = Position(coldkey, self.destination_hotkey,",
        "destination = Position(coldkey, self.origin_hotkey,",
    ),
    Patched(
        "MOVE-2", "calls.moves.TransferStake.apply", "the stake stays with the signer",
        "destination = Position(self.destination_coldkey,", "destination = Position(coldkey,",
    ),
    Patched(
        "MOVE-2", "calls.moves.TransferStake.apply", "subnets are not asked whether stake may change its owner",
        "transfers=True", "transfers=False", after="P28",
    ),
    Patched(
        "MOVE-2", "transitions.checks.transition_allowed_by_subnets", "only the origin is asked",
        "for netuid in (transition.origin.netuid, transition.destination.netuid):",
        "for netuid in (transition.origin.netuid,):",
    ),
    Patched(
        "MOVE-3", "calls.moves.SwapStake.apply", "the stake lands where it came from",
        "destination = Position(coldkey, self.hotkey, self.destination_netuid)",
        "destination = Position(coldkey, self.hotkey, self.origin_netuid)",
    ),
    Patched(
        "MOVE-4", "transitions.limits.whole_amount", "no more moves than the limit allows",
        "return alpha", "return min(alpha, maximum)", after="later rule",
    ),
    Patched(
        "MOVE-4", "transitions.checks.transition_within_limit", "the limit itself is too much",
        "transition.alpha <= transition.maximum", "transition.alpha < transition.maximum",
    ),
    Patched(
        "MOVE-5", "transitions.checks.transition_by_owner_of_hotkey", "nominators move stake too",
        "require(state.owner[origin.hotkey] == origin.coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)", "pass",
        after="L26",
    ),
    Patched(
        "MOVE-5", "transitions.checks.transition_above_minimum", "the minimum itself is enough",
        "simulated > state.runtime.constants.min_stake", "simulated >= state.runtime.constants.min_stake",
    ),
    Patched(
        "MOVE-6", "calls.moves.transitioned", "each leg pays the whole fee", "alpha) // 2)", "alpha))", after="N15",
    ),
    Patched(
        "MOVE-6", "calls.moves.transitioned", "a move to root is free of charge",
        "fee = Rao(transition_fee(state, origin, destination, alpha) // 2)",
        "fee = Rao(transition_fee(state, origin, destination, alpha) // 2 if destination.netuid else 0)", after="N16",
    ),
    Patched(
        "MOVE-6", "calls.moves.transitioned", "what is too little to be staked is staked",
        "if tao >= state.runtime.constants.min_stake + fee:", "if tao >= fee:",
    ),
    Patched(
        "MOVE-7", "transitions.limits.max_amount_move", "the limit from a stable subnet is not inverted",
        "inverse = pool_rules.stable_to_dynamic_limit(limit_price)", "inverse = limit_price", after="P18",
    ),
    Patched(
        "MOVE-7", "transitions.limits.max_amount_move", "a limit above 1 lets stable subnets swap",
        "Alpha(0 if limit_price > pool_rules.RAO_PER_TAO else U64_MAX)", "Alpha(U64_MAX)", after="P18",
    ),
)  # fmt: skip
