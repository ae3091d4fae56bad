"""Children, parents, dividends and the drain."""

from dtao_properties.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "CHILD-1", "transitions.children.pending_children_applied", "children come into force a block early",
        "cooldown_block < block]", "cooldown_block <= block]", after="L17",
    ),
    Mutant(
        "CHILD-1", "transitions.children.pending_children_applied", "a former child keeps its parent",
        'if entry[1] != hotkey)', 'if True)',
    ),
    Mutant(
        "CHILD-2", "calls.children.SetChildren.apply", "children are pending for two blocks",
        "state.block_number + state.runtime.children.cooldown(state)",
        "state.block_number + 1 + state.runtime.children.cooldown(state)",
    ),
    Mutant(
        "CHILD-3", "calls.children.SetChildkeyTake.apply", "anyone may set the take",
        "require(state.owner.get(self.hotkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)", "pass",
    ),
    Mutant(
        "CHILD-4", "calls.children.validated_children", "six children are allowed", "len(chosen) <= MAX_CHILDREN",
        "len(chosen) <= MAX_CHILDREN + 1",
    ),
    Mutant(
        "CHILD-4", "calls.children.validated_children", "proportions may add up to more than the whole",
        "require(sum(proportion for proportion, _ in chosen) <= U64_MAX, Rejection.PROPORTION_OVERFLOW)", "pass",
    ),
    Mutant(
        "CHILD-5", "rules.stake_weight.proportion_bits", "a proportion is a part of 2^64", "// U64_MAX",
        "// (U64_MAX + 1)",
    ),
    Mutant(
        "DIV-1", "rules.dividends.take_proportion", "a take is a part of 65,536", "// U16_MAX", "// (U16_MAX + 1)",
    ),
    Mutant(
        "DIV-2", "rules.dividends.self_contribution", "root stake counts in full",
        "* remaining * tao_weight >> FRACTION",
        "* remaining",
    ),
    Mutant(
        "DIV-2", "rules.dividends.self_contribution", "children's parts still count for the hotkey",
        "remaining = I96F32.one - sum(proportion_bits(proportion) for proportion in to_children)",
        "remaining = I96F32.one",
    ),
    Mutant(
        "DIV-3", "rules.dividends.parent_contribution", "the contribution is cut to a whole number",
        "return Bits(alpha_stake * part + (root_stake * part * tao_weight >> FRACTION))",
        "return Bits(alpha_stake * part + (root_stake * part * tao_weight >> FRACTION) >> FRACTION << FRACTION)",
        unrecorded="The truncated fraction is too small to move a whole alpha rao in any recording.",
    ),
    Mutant(
        "DIV-4", "rules.dividends.divided_after_take", "the child pays no take for its own hotkeys",
        "take_proportion(childkey_take) * dividends",
        "take_proportion(0 if all(same_owner) else childkey_take) * dividends", after="L20",
    ),
    Mutant(
        "DIV-4", "rules.dividends.divided_after_take", "the child's take comes off the whole dividend twice",
        "max(dividends - sum(parts), 0)", "max((remaining >> FRACTION) - sum(parts), 0)", after="P22",
    ),
    Mutant(
        "DIV-5", "rules.dividends.root_dividends", "the part of root is taken of the alpha alone",
        "total = (alpha_stake << FRACTION) + root", "total = alpha_stake << FRACTION",
    ),
    Mutant(
        "DIV-6", "rules.dividends.tao_dividends", "the product is divided, not the dividends",
        "Bits(pending_tao * ((dividends << FRACTION) // total_dividends))",
        "Bits((pending_tao * dividends << FRACTION) // total_dividends)",
    ),
    Mutant(
        "DIV-7", "rules.dividends.take_and_rest", "the rest is what the cut-off take leaves",
        "min(dividends - taken >> FRACTION, U64_MAX)",
        "min((dividends >> FRACTION) - (taken >> FRACTION), U64_MAX)",
    ),
    Mutant(
        "DIV-8", "transitions.dividends.dividends_distribution", "parents come after the child",
        "receivers = [*(parent for _, parent in parents), hotkey]",
        "receivers = [hotkey, *(parent for _, parent in parents)]",
    ),
    Mutant(
        "DIV-8", "transitions.dividends.dividends_distribution",
        "the child's own contribution counts its children's part",
        "for proportion, _ in subnet.child_keys.get(hotkey, ())]", "for proportion, _ in ()]",
    ),
    Mutant(
        "DIV-9", "transitions.dividends.pending_emission_drained", "the alpha sold for root is not part of the epoch",
        "Alpha(min(pending_alpha + pending_swapped, U64_MAX))", "Alpha(pending_alpha)",
    ),
    Mutant(
        "DIV-9", "transitions.dividends.pending_emission_drained", "the owner's cut is lost",
        "subnet.owner, owner_cut)", "subnet.owner, Alpha(0))",
    ),
    Mutant(
        "DIV-9", "transitions.dividends.pending_emission_drained", "incentives are shared with the stakers",
        "payment.to_one(netuid, hotkey, owner_of(state, hotkey), Alpha(incentives_paid[hotkey]))",
        "payment.to_stakers(netuid, {hotkey: Bits(incentives[hotkey] << rules.FRACTION)})", after="P22",
    ),
    Mutant(
        "DIV-9", "transitions.dividends.pending_emission_drained", "what root stake earned is taken off the alpha",
        "runtime.dividends.alpha_dividends(earned, earned_by_root, for_validators)",
        "rules.dividends_without_those_of_root(earned, earned_by_root, for_validators)", after="P11, L01",
    ),
    Mutant(
        "DIV-9", "transitions.dividends.pending_emission_drained", "alpha dividends are what is pending for validators",
        "runtime.dividends.alpha_dividends(earned, earned_by_root, for_validators)",
        "rules.proportional_dividends(earned, earned_by_root, for_validators)", after="L15",
    ),
    Mutant(
        "DIV-9", "transitions.dividends.pending_emission_drained", "root dividends follow from stakes already raised",
        "    alpha_paid = payment.to_stakers(netuid, alpha_dividends)\n",
        "    alpha_paid = payment.to_stakers(netuid, alpha_dividends)\n    tao_dividends = tao_dividends_of("
        "root_dividends_of(payment.settled(), netuid, earned), pending_tao)\n", after="P21",
    ),
    Mutant(
        "DIV-10", "transitions.dividends.tao_dividends_of", "every hotkey gets an equal part",
        "rules.tao_dividends(pending_tao, share, total)",
        "rules.tao_dividends(pending_tao, Bits(1), Bits(len(root_dividends)))",
    ),
    Mutant(
        "DIV-11", "transitions.dividends.Payment.to_stakers", "stakers are told to have got the take too",
        "paid[hotkey] = rest", "paid[hotkey] = rest + take",
    ),
    Mutant(
        "DIV-11", "transitions.dividends.Payment.to_stakers", "the take of those that are no delegates is 0",
        "self.state.delegates.get(hotkey, DEFAULT_DELEGATE_TAKE)", "self.state.delegates.get(hotkey, 0)",
    ),
)  # fmt: skip
