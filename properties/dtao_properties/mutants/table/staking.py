"""Share pools, and stake that comes and goes."""

from dtao_properties.mutants.mutant import Mutant, Patched

MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "SHARE-1", "rules.shares.value_per_share", "a value that is too large saturates",
        "quotient if quotient <= U64F64.max_bits else 0", "min(quotient, U64F64.max_bits)",
    ),
    Patched(
        "SHARE-1", "rules.shares.value_per_share", "the value is rounded up", "(total << 2 * FRACTION) // denominator",
        "-((-total << 2 * FRACTION) // denominator)",
    ),
    Patched(
        "SHARE-2", "rules.shares.stake_of", "a share is always worth 1",
        "value_per_share(pool.total_alpha, pool.denominator) * shares", "(1 << FRACTION) * shares", after="L19",
    ),
    Patched(
        "SHARE-3", "rules.shares.total_after", "a loss of more than there is goes below 0",
        "min(max(total + update, 0), U64_MAX)", "min(abs(total + update), U64_MAX)",
        unrecorded="No recording takes more from all holders than there is.",
    ),
    Patched(
        "SHARE-3", "rules.shares.with_total_changed", "a reward raises the denominator too",
        "total_alpha=total_after(pool.total_alpha, update))",
        "total_alpha=total_after(pool.total_alpha, update), denominator=Shares(pool.denominator + max(update, 0)))",
    ),
    Patched(
        "SHARE-4", "rules.shares.with_stake_changed", "the first holder's shares are the deposit alone",
        "everything = total << FRACTION", "everything = max(update, 0) << FRACTION", after="L07",
    ),
    Patched(
        "SHARE-4", "rules.shares.with_stake_changed", "a change counts at the value after it",
        "change = shares_for(pool, update)", "change = shares_for(evolve(pool, total_alpha=total), update)",
    ),
    Patched(
        "SHARE-4", "rules.shares.with_stake_changed", "a near-full withdrawal empties the position",
        "shares = min(max(pool.shares.get(coldkey, 0) + change, 0), U64F64.max_bits)",
        "shares = min(max(pool.shares.get(coldkey, 0) + change, 0), U64F64.max_bits)\n"
        "    if change < 0 and is_rest(pool.total_alpha, denominator, pool.shares.get(coldkey, 0), shares):\n"
        "        denominator, shares = max(pool.denominator - pool.shares.get(coldkey, 0), 0), 0", after="N19",
    ),
    Patched(
        "SHARE-5", "rules.shares.as_i64", "a large amount saturates as an i64", "amount - 2**64", "2**63 - 1",
        unrecorded="No recording has a deposit or reward of 2^63 or more.",
    ),
    Patched(
        "SHARE-6", "rules.shares.with_stake_increased", "a deposit is a reward for all",
        "with_stake_changed(pool, coldkey, as_i64(amount))", "with_total_changed(pool, as_i64(amount))", after="N33",
    ),
    Patched(
        "SHARE-7", "rules.shares.with_stake_decreased", "all holders pay for a withdrawal",
        "with_stake_changed(pool, coldkey, negated(as_i64(amount)))",
        "with_total_changed(pool, negated(as_i64(amount)))", after="N33",
    ),
    Patched(
        "STAKE-1", "transitions.stake.tao_swapped_for_alpha", "what is bought does not leave the pool",
        "alpha_in=Alpha(max(pool.alpha_in - alpha, 0))", "alpha_in=pool.alpha_in",
    ),
    Patched(
        "STAKE-1", "transitions.stake.tao_swapped_for_alpha", "one rao more is bought", "return evolve(state, pools="
        "state.pools.set(netuid, pool), total_stake=total), alpha", "return evolve(state, pools="
        "state.pools.set(netuid, pool), total_stake=total), Alpha(alpha + 1)",
    ),
    Patched(
        "STAKE-1", "transitions.stake.tao_swapped_for_alpha", "a stable subnet swaps without moving its counters",
        "    pool = state.pool(netuid)\n",
        "    if state.subnet(netuid).mechanism == 0:\n        return state, alpha\n    pool = state.pool(netuid)\n",
        after="N04, N05",
    ),
    Patched(
        "STAKE-1", "transitions.stake.tao_swapped_for_alpha", "the volume saturates as a u64",
        "Rao(pool.volume + tao)", "Rao(min(pool.volume + tao, U64_MAX))", after="P20",
        unrecorded="No recording has a volume near 2^64.",
    ),
    Patched(
        "STAKE-2", "transitions.stake.alpha_swapped_for_tao", "the sale does not lower the total stake",
        "total = Rao(max(state.total_stake - tao, 0))", "total = state.total_stake",
    ),
    Patched(
        "STAKE-2", "transitions.stake.alpha_swapped_for_tao", "what is sold stays outside of the pool",
        "alpha_out=Alpha(max(pool.alpha_out - alpha, 0))", "alpha_out=pool.alpha_out",
    ),
    Patched(
        "STAKE-3", "transitions.stake.fee_added", "the fee is lost", "Rao(min(pool.tao + fee, U64_MAX))", "pool.tao",
    ),
    Patched(
        "STAKE-3", "transitions.stake.fee_added", "the fee does not count as stake",
        "Rao(min(state.total_stake + fee, U64_MAX))", "state.total_stake", after="N18",
    ),
    Patched(
        "STAKE-4", "transitions.stake.staked", "the fee is swapped too",
        "tao_swapped_for_alpha(state, netuid, swapped)",
        "tao_swapped_for_alpha(state, netuid, tao)",
    ),
    Patched(
        "STAKE-4", "transitions.stake.staked", "the hotkey is not noted among those that the coldkey stakes with",
        "state = with_staking_hotkey(state, coldkey, hotkey)", "pass",
    ),
    Patched(
        "STAKE-5", "transitions.stake.unstaked", "the fee is paid out too", "due = Rao(max(tao - fee, 0))", "due = tao",
    ),
    Patched(
        "STAKE-5", "transitions.stake.unstaked", "TAO is paid only for what the shares were reduced by",
        "state, tao = alpha_swapped_for_tao(state, netuid, sold)",
        "sold = sold if reduced is not pool else Alpha(0)\n    state, tao = alpha_swapped_for_tao(state, netuid, sold)",
        after="later rule",
        unrecorded="No recording sells what the share pool refuses to give up: the check before it looks at the "
        "same stake.",
    ),
    Patched(
        "STAKE-6", "transitions.stake.small_nomination_cleared", "the nomination is compared by its worth in TAO",
        "if stake >= state.parameters", "if stake * price(state, netuid) >> 32 >= state.parameters", after="L11",
    ),
    Patched(
        "STAKE-6", "transitions.stake.small_nomination_cleared", "the owner of the hotkey is not exempt",
        "if state.owner.get(hotkey) == coldkey:", "if False:",
        unrecorded="No recording leaves an owner of a hotkey a rest below a minimum above 0.",
    ),
    Patched(
        "STAKE-7", "transitions.stake.total_stake_of_hotkey", "prices do not count",
        "(alpha * price(state, netuid)) >> pool_rules.PRICE_FRACTION", "alpha",
    ),
    Patched(
        "STAKE-8", "transitions.stake.total_stake_of_coldkey", "stake counts instead of shares",
        "alpha = held >> (shares.FRACTION - pool_rules.PRICE_FRACTION)",
        "alpha = stake_of(state, hotkey, coldkey, netuid) << pool_rules.PRICE_FRACTION", after="L19",
    ),
    Patched(
        "STAKE-9", "calls.staking.added", "what could not be withdrawn is staked all the same",
        "stake.staked(state, hotkey, coldkey, netuid, paid, state.runtime.constants.staking_fee)",
        "stake.staked(state, hotkey, coldkey, netuid, tao, state.runtime.constants.staking_fee)", after="N28",
    ),
    Patched(
        "STAKE-9", "calls.staking.AddStake.apply", "the whole amount may be cut",
        "self.amount_staked, self.amount_staked, False)", "self.amount_staked, Rao(0), True)",
        equivalent="Without a limit the check of the limit passes, whether a part would do or the whole is allowed.",
    ),
    Patched(
        "STAKE-10", "calls.staking.AddStakeLimit.apply", "the limit does not bind",
        "min(self.amount_staked, maximum))", "self.amount_staked)",
    ),
    Patched(
        "STAKE-11", "transitions.checks.addition_above_minimum", "the fee is not part of the minimum",
        "state.runtime.constants.min_stake + state.runtime.constants.staking_fee", "state.runtime.constants.min_stake",
    ),
    Patched(
        "STAKE-11", "transitions.checks.addition_swappable", "the swap is simulated without the fee",
        "addition.netuid, addition.tao)", "addition.netuid, Rao(addition.tao - state.runtime.constants.staking_fee))",
        after="L31",
        unrecorded="No recording stakes within the fee of the minimum liquidity.",
    ),
    Patched(
        "STAKE-11", "transitions.checks.addition_swappable", "the reserve that receives must hold the minimum too",
        "require(simulated is not None,",
        "require(simulated is not None and (pool := state.pool(addition.netuid)).tao >= 10_000_000,", after="N17",
    ),
    Patched(
        "STAKE-11", "transitions.checks.addition_swappable", "a swap that pays nothing is not refused",
        "require(simulated is not None,", "require(True,", after="N29",
    ),
    Patched(
        "STAKE-12", "calls.staking.paid_out", "a small rest stays",
        "state, cleared = stake.small_nomination_cleared(state, hotkey, coldkey, netuid)", "cleared = ()",
    ),
    Patched(
        "STAKE-13", "calls.staking.RemoveStakeLimit.apply", "the limit does not bind", "min(alpha, maximum))", "alpha)",
    ),
    Patched(
        "STAKE-14", "transitions.checks.removal_above_minimum", "the minimum itself is enough",
        "simulated > state.runtime.constants.min_stake", "simulated >= state.runtime.constants.min_stake",
    ),
    Patched(
        "STAKE-14", "transitions.checks.removal_covered", "more than there is may be sold",
        "held >= removal.alpha", "held + 1 >= removal.alpha",
        unrecorded="No recording removes exactly one alpha rao more than there is.",
    ),
    Patched(
        "STAKE-15", "calls.staking.pending_children_dropped", "a hotkey with exactly the threshold loses them",
        "stake.total_stake_of_hotkey(state, hotkey) >= threshold",
        "stake.total_stake_of_hotkey(state, hotkey) > threshold",
        unrecorded="No recording leaves a hotkey exactly at the threshold.",
    ),
    Patched(
        "STAKE-16", "calls.staking.UnstakeAll.apply", "root is left out", "if alpha > 0:",
        "if alpha > 0 and netuid != ROOT:",
    ),
    Patched(
        "STAKE-17", "calls.staking.UnstakeAllAlpha.apply", "only what the last subnet paid is staked",
        "total = min(total + tao, U64_MAX)", "total = tao",
    ),
    Patched(
        "STAKE-17", "calls.staking.UnstakeAllAlpha.apply", "staking on root costs the fee",
        "Rao(total), Rao(0))", "Rao(total), state.runtime.constants.staking_fee)",
    ),
)  # fmt: skip
