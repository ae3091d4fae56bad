"""Places of the reference that no bundled vector reaches, each with the reason."""

from collections.abc import Mapping, Sequence

from dtao_properties.trace.rules.coverage import NEVER

_FULL = (
    "_columns", "_divided", "all_but", "all_columns", "col_clip", "col_max_upscale", "col_normalize",
    "column_products", "from_sparse", "from_stored", "interpolate", "mat_ema", "mat_ema_alpha", "mat_ema_alpha_vec",
    "matmul", "matmul_transpose", "only", "positive", "proportions", "row_hadamard", "row_normalize", "row_sum",
    "rows_by_column", "stored_row", "to_sparse", "weighted_median_col",
)  # fmt: skip
_BY_REASON: Mapping[str, Mapping[str, Sequence[str]]] = {
    "No recording comes here; it follows the runtime's source alone.": {
        "dtao.calls.auto_stake.SetColdkeyAutoStakeHotkeyPerSubnet.apply": (
            "if coldkey not in chosen: → subnet = evolve(",
        ),
        "dtao.calls.staking.add": ("if events: → return state, events",),
        "dtao.calls.subnet_limit.RegisterNetworkInLimit.apply": ("if paid: → state, scheduled = …",),
        "dtao.calls.subnet_limit.empty": (
            "if ranges.tao_provided or ranges.alpha_provided: → state = with_ranges(state, netuid, …",
        ),
        "dtao.rules.dividends.recycled_of_parents": ("if recycled == 0: → parts = parts_of_parents(dividends, …",),
        "dtao.rules.epoch.epoch_dense": ("if given.n == 0: → return rules.dense_without_neurons(given, rules)",),
        "dtao.rules.flow._power": ("if result is None: → result = fixed.from_int(I32F32, I32_MAX)",),
        "dtao.rules.mechanisms.emissions_of_mechanisms": (
            "if not mechanisms: → return []",
            "if split is None: → parts = [emission * part // PARTS for part in …",
        ),
        "dtao.rules.pools.concentrated.positions.open_position": (
            "if not MIN_TICK < ranges.tick < MAX_TICK: → ranges = evolve(ranges, …",
        ),
        "dtao.rules.pools.concentrated.sqrt_price._checked_sqrt": (
            "for _ in range(SQUARE_ROOT_ITERATIONS): → return middle",
        ),
        "dtao.rules.pools.concentrated.sqrt_price._wide_sqrt_price": ("for power in POWERS: → if tick > 0:",),
        "dtao.rules.pools.concentrated.sqrt_price.quotient": ("if divisor == 0: → return 0",),
        "dtao.rules.pools.concentrated.sqrt_price.tick_within_bounds": (
            "if MIN_TICK <= near <= MAX_TICK: → tick = tick_of_sqrt_price(sqrt_price)",
        ),
        "dtao.rules.pools.concentrated.swap.fee_on_top": ("if fee_rate == U16_MAX: → return 0",),
        "dtao.rules.pools.concentrated.swap.steps_of_swap": (
            "if nearest == edge_price: → crosses = is_buy",
            "if crossing is None: → return SwapError.INSUFFICIENT_LIQUIDITY",
            "if steps > MAX_STEPS: → return SwapError.TOO_MANY_SWAP_STEPS",
        ),
        "dtao.rules.pools.concentrated.ticks.remove_liquidity": ("if old is None: → return ranges",),
        "dtao.sparse.mat_vec_mul_sparse": ("if is_unit_interval(matrix, factors): → result = []",),
        "dtao.transitions.coinbase.buy_from_stable": (
            "if provided != subnet.ranges.alpha_provided: → subnet.ranges.alpha_provided = provided",
        ),
        "dtao.transitions.coinbase.sell_to_stable": (
            "if provided != subnet.ranges.tao_provided: → subnet.ranges.tao_provided = provided",
        ),
        "dtao.transitions.dissolution.lock_less_issuance_of_early_subnet": (
            "if not is_early(state, netuid): → pool = state.pool(netuid)",
        ),
        "dtao.transitions.dissolution.dissolve_network": (
            "if refusal is not None: → raise Rejected(Rejection(refusal))",
        ),
        "dtao.transitions.dissolution.remove_remains": ("if subnet.lease is not None: → state = evolve(",),
        "dtao.transitions.dissolution.close_users_positions": (
            "if account == PROTOCOL_ACCOUNT: → ranges = liquidity.ranges_of(state, netuid)",
        ),
        "dtao.transitions.epoch._inherited_by_uid": ("if hotkey is None: → yield 0, 0",),
        "dtao.transitions.mechanisms._run_epochs": ("if not outputs: → return state, []",),
        "dtao.transitions.mechanisms.of_uids": (
            "if len(uids) == n and (not n or uids[-1] == n … → def amounts(amounts: Sequence[Alpha]) -> …",
        ),
        "dtao.transitions.mechanisms.updated": ("if uid >= max(len(updates), n): → return updates",),
        "dtao.transitions.networks.clear_root_weights": (
            "for uid, row in root.neurons.weights.items(): → if any(target == dissolved for target, _ in …",
            "if weights is root.neurons.weights: → return with_subnet(state, ROOT, evolve(root, …",
        ),
        "dtao.transitions.neurons.is_immune_early_hotkey_of_owner": (
            "if owner is not None and owner in neurons.uids … → hotkeys = (owner, *hotkeys)[:limit]",
        ),
        "dtao.transitions.neurons.register_neuron": (
            "if pruned is None: → raise Rejected(Rejection.NO_NEURON_ID_AVAILABLE)",
        ),
        "dtao.transitions.swap_stake._settle": (
            "if refund > 0: → pool, _ = …",
            "if isinstance(fee_paid, str): → return state, Rejection(fee_paid)",
            "except Rejected as refusal:",
        ),
        "dtao.transitions.swap_stake._stake": ("if credited == 0: → return state, ()",),
        "dtao.block._drain_if_consistent": ("if has_one_uid_a_hotkey(context, subnet): → subnet.next_epoch = …",),
        "dtao.block.drain_some_epochs": (
            "if has_one_uid_a_hotkey(context, subnet): → subnet.next_epoch = next_epoch(subnet, block + …",
        ),
        "dtao.phases._module_error": ('if rejection not in errors: → return f"Err:{rejection.value}"',),
        "dtao.rules.pools.weighted.amount_to_limit": ("if power is None or power < 0: → return 0",),
        "dtao.rules.pools.weighted.remaining_part": ("if after <= 0: → return 0",),
        "dtao.rules.price.wide_weight_by_age": ("if blocks <= 0: → return 0",),
        "dtao.transitions.dissolution.worth_of_owner_emission": (
            "if isinstance(sold, Rejection): → return Rao(min(alpha * …",
        ),
        "dtao.transitions.epoch_timing.is_in_freeze_window": ("if tempo == 0: → return False",),
        "dtao.transitions.keys.move_stake_by_holder": (
            "if old in state.staking_hotkeys.get(coldkey, … → for coldkey in …",
        ),
        "dtao.transitions.lock_swaps.change_owner_by_conviction": ("if hotkey not in subnet.neurons.uids: → try:",),
        "dtao.transitions.lock_swaps.require_no_active_locks": (
            "for hotkey, lock in locks_of(subnet, … → is_active = rolled_for(clock, subnet, coldkey, …",
        ),
        "dtao.transitions.lock_effects._transfer": ("if mass: → lock = reduced(lock, mass, conviction)",),
        "dtao.transitions.lock_effects.reduce_lock": ("if found is None: → hotkey, lock = found",),
        "dtao.transitions.locks.lock_owner_cut": ("except Rejected:",),
        "dtao.transitions.networks.median_price": ("if not prices: → return Bits(state.runtime.pools.prices.one)",),
        "dtao.transitions.subnet_accounts._move": ("if origin == destination: → return state",),
        "dtao.transitions.swap_stake._unstake": ("if isinstance(settled, Rejection): → raise Rejected(settled)",),
        "dtao.transitions.swap_fees.pay_fee_of_seller_to_author": (
            "if isinstance(result, Rejection): → return state, result",
        ),
        "dtao.transitions.swap_fees.pay_fee_of_seller_from_subnet": (
            "if isinstance(result, Rejection): → return state, result",
            "except Rejected as refusal:",
        ),
        "dtao.transitions.swap_stake.sell_nomination": (
            "if isinstance(result, Rejection): → settled = result",
            "if isinstance(settled, Rejection): → rest = stake.stake_of(state, hotkey, coldkey, …",
        ),
        "dtao.transitions.swap_stake.clear_small_nomination_by_value": ("if minimum > U128_MAX: → minimum = 0",),
    },
    "No recording has an epoch of 32 neurons and most weights; tests compare it with the sparse form.": {
        **{f"dtao.full.{name}": (NEVER,) for name in _FULL},
        "dtao.rules.epoch.epoch": ("if is_full(given): → try:",),
        "dtao.rules.matrices.full_bonds": (NEVER,),
        "dtao.rules.matrices.full_weights": (NEVER,),
    },
    "Runs while the module is imported, before anything is watched.": {
        "dtao.fixed.Format._max_bits": (NEVER,),
        "dtao.fixed.Format._min_bits": (NEVER,),
        "dtao.fixed.Format._one": (NEVER,),
    },
    "Stated as the runtime states it, but no input comes here: something before it decides.": {
        "dtao.transcendental.exp": ("if result > max_bits: → return None",),
        "dtao.transcendental.exp_safe": ("if result is None: → return 0 if bounded <= 0 else I32F32.max_bits",),
    },
    "A shortcut: what follows would come to the same.": {
        "dtao.block._going_on": ("except IndexError:",),
        "dtao.block.adjust_registration_terms": (
            "if adjusted is not subnet.registration: → context.terms_due[netuid] = …",
        ),
        "dtao.rules.registration.adjust_terms": (
            "if registration.registrations_this_block == 0: → return registration",
        ),
        "dtao.transitions.children.apply_pending_children": ("if not subnet.pending_child_keys: → return subnet",),
        "dtao.transitions.balances.move_balance": ("if remaining == 0: → return state",),
        "dtao.transitions.keys.swap_hotkey": ("if replaced is None: → return state",),
    },
    "It takes entries that contradict each other, which no call makes; tests have it.": {
        "dtao.rules.price.weight_by_age": ("if blocks <= 0: → return 0",),
        "dtao.sparse.mat_ema_alpha_sparse": ("if column in kept: → for column, element in old_row:",),
        "dtao.transitions.keys.swap_hotkey_on_all_networks": (
            "if replaced is None: → raise Rejected(Rejection.SENATE_ALREADY_MEMBER)",
        ),
        "dtao.transitions.keys.swap_hotkey_on_one_network": (
            "if new not in owned: → state = evolve(state, …",
            "if old in hotkeys and new not in hotkeys: → for holder in subnet.share_pools.get(old, …",
        ),
        "dtao.block.apply_pending_children": ("if netuid != ROOT: → for netuid in …",),
        "dtao.calls.weights.passes_weights_rate_limit": ("if uid not in subnet.neurons.keys: → return False",),
        "dtao.rules.matrices._dense_rows": ("if target < n: → for target, proportion in row:",),
        "dtao.transitions.coldkeys.hand_over_hotkeys": (
            "if hotkey not in owned: → for hotkey in state.owned_hotkeys.get(old, ()):",
        ),
        "dtao.transitions.keys.rename_neuron": ("if uid is not None: → return evolve(subnet, neurons=neurons)",),
        "dtao.transitions.keys.move_owner": ("if new not in owned: → return evolve(",),
        "dtao.transitions.neurons.create_account": ("if hotkey not in owned: → state = evolve(state, …",),
        "dtao.transitions.neurons.neuron_to_prune": (
            "if neurons.n == 0: → return state, Uid(0)",
            "if score == U16_MAX and registered_at == … → continue",
        ),
        "dtao.transitions.senate.replace_senator": ("if new in state.senate: → return None",),
    },
    "It takes numbers that no state holds; tests have them.": {
        "dtao.block.emit": ("if received > U64_MAX: → received = U64_MAX",),
        "dtao.rules.shares.high_priced_shares_for": (
            "if (pool.total_alpha << 2 * FRACTION) // … → total = min(pool.total_alpha << FRACTION, …",
        ),
        "dtao.rules.shares.stake_of_high_priced_shares": (
            "if per_share <= U64F64.max_bits: → product = safe_div(U64F64, …",
        ),
        "dtao.fixed.from_float_bits": ("if math.isinf(number): → return form.max_bits if number > 0 else …",),
        "dtao.fixed.wrap": ("if fits(form, bits): → return (bits - form.min_bits) % (form.max_bits …",),
        "dtao.rules.bonds.logistic_params": ("if consensus_high <= consensus_low or … → return 0, 0",),
        "dtao.rules.emission.tao_emission": ("if product > largest: → product = largest",),
        "dtao.rules.pool.max_amount_between_pools": ("if ratio > largest_ratio: → ratio = 0",),
        "dtao.rules.pool.remaining_reserve": ("if divisor == 0: → return 0",),
        "dtao.rules.shares.total_after": ("if update == I64_MIN: → return total",),
        "dtao.rules.shares.value_per_share": ("if denominator == 0: → return 0",),
        "dtao.sparse._dense": ("if column < columns: → for column, element in row:",),
        "dtao.sparse._saturating_mix": (NEVER,),
        "dtao.sparse.col_max_upscale_sparse": ("elif element < lowest: → lowest = element",),
        "dtao.sparse.col_normalize_sparse": (
            "if element < lowest: → lowest = element",
            "if lowest < 0: → sums = [0] * columns",
            "elif max(sums, default=0) > MAX: → sums = [min(column_sum, MAX) for column_sum in …",
        ),
        "dtao.sparse.divided_by_column": ("if lowest >= 0: → return [",),
        "dtao.sparse.interpolate_sparse": ("if ordinary: → mixed = [interpolated(a, b, ratio) for a, b in …",),
        "dtao.sparse.mat_ema_alpha_vec_sparse": (
            "if ordinary: → _saturating_mix(new_row, old_row, alphas, mixed)",
            "if column < columns: → for column, element in new_row:",
            "if column < columns: → for column, element in old_row:",
        ),
        "dtao.sparse.mat_ema_sparse": ("if ordinary: → for weight, row in ((alpha, new_row), …",),
        "dtao.sparse.matmul_transpose_sparse": ("if is_unit_interval(matrix, weights): → result = []",),
        "dtao.sparse.row_normalize_sparse": (
            "elif min(elements) >= 0 and max(elements) <= … → result.append([(column, fixed.safe_div(I32F32, …",
        ),
        "dtao.transcendental.checked_sqrt": ("if bits < 0: → return None",),
        "dtao.vector._saturating_sum": (NEVER,),
        "dtao.vector.normalize_64": (
            "if min(x) >= 0 and max(x) <= x_sum: → return [fixed.safe_div(I64F64, number, x_sum) …",
        ),
        "dtao.vector.vec_max_upscale_to_u16": ("if min(x) >= 0: → return [",),
        "dtao.vector.weighted_median_by_partition": (NEVER,),
    },
    "A form of a rule that the block does not use; tests compare it with the one that it uses.": {
        "dtao.fixed.to_i64": (NEVER,),
        "dtao.rules.issuance.block_emission_by_logarithm": (NEVER,),
    },
    "It takes nothing to work on, such as an empty vector or reserve; tests have it.": {
        "dtao.dense.mask_matrix": ("if not mask: → return [list(row) for row in matrix]",),
        "dtao.rules.pool.max_amount_between_pools": ("if 0 in (origin.tao, origin.alpha_in, … → return Alpha(0)",),
        "dtao.rules.pool.max_amount_remove": ("if alpha_reserve == 0 or tao_reserve == 0: → return Alpha(0)",),
        "dtao.rules.pool.price": ("if alpha_reserve == 0: → return Bits(0)",),
        "dtao.vector.mask_vector": ("if not mask: → return list(x)",),
        "dtao.vector.quantile": ("if not ordered: → return 0",),
        "dtao.vector.vec_max_upscale_to_u16": ("if not x: → return []",),
    },
    "It can happen, but no recording has it; tests do.": {
        "dtao.rules.pools.concentrated.unpacked.UnpackedRanges.grow": (
            "if self.has_edges: → self.packed_ticks = with_growth(self, change)",
        ),
        "dtao.rules.pools.concentrated.unpacked.UnpackedRanges.move": (
            "if self.low <= sqrt_price <= self.high: → elif self.own is not None:",
        ),
        "dtao.rules.pools.concentrated.unpacked.UnpackedRanges.swapped_within": (
            "if target > limit or target >= self.ceiling: → return None",
            "if is_buy: → self.fees_tao = Bits(more if (more := …",
        ),
        "dtao.transitions.keys.clean_up_swap_records": (
            "if turn and state.subnet(netuid).added and … → records = records.delete((netuid, coldkey))",
        ),
        "dtao.block.emit": ("if bought is None: → bought = 0",),
        "dtao.calls.coldkey_swaps.ClearColdkeySwapAnnouncement.apply": (
            "if announced is None: → raise …",
            "announcements = …",
        ),
        "dtao.rules.float_shares.shares_of": ("if coldkey in pool.shares: → return …",),
        "dtao.transitions.claims.move_claims_of_root_hotkey": ("if old in enabled: → state = evolve(state, …",),
        "dtao.transitions.relations.apply_pending_children_or_unstarted": (
            "if subnet.subtoken_enabled: → return _pending_in_force(subnet, …",
        ),
        "dtao.transitions.scheduling.name_root_validators_parents": ("except Rejected:",),
        "dtao.calls.coldkey_swaps.SwapColdkeyAnnounced.apply": ("if announced is None: → raise …",),
        "dtao.calls.voting_power.DisableVotingPowerTracking.apply": ("ends = BlockNumber(min(state.block_number + …",),
        "dtao.transitions.swap_fees.pay_fee_of_buyer_to_author": (
            "if state.block_author is None: → return evolve(state, …",
        ),
        "dtao.transitions.swap_fees.pay_fee_of_seller_to_author": ("if author is None: → return state, Rao(0)",),
        "dtao.transitions.voting_power.update_voting_power": (
            "if 0 < ends <= state.block_number: → ended = evolve(",
            "if not … → powers = without(powers, hotkey)",
        ),
        "dtao.transitions.senate.join_senate": (
            "if len(members) == SENATE_MAX_MEMBERS: → last = max(members, key=lambda member: …",
        ),
        "dtao.power._decided": ("if up > root << QUICK_EXPONENT_BITS or … → return None",),
        "dtao.power._ln_next_to_one": ("for index in range(2, min(MAX_TERMS, bits + … → return result",),
        "dtao.power.pow_ratio_scaled": (
            "if denominator == 0 or exponent_denominator == … → return None",
            "if numerator == 0: → return 0",
            "if is_exact or QUICK_PRECISION <= bits <= … → if is_exact:",
        ),
        "dtao.rules.locks.decay": (
            "if blocks == 0: → return ONE",
            "if time_constant == 0: → return 0",
        ),
        "dtao.rules.locks.ripened": ("elif unlock_rate == 0 or maturity_rate == 0: → part = 0",),
        "dtao.transitions.claims._claim": ("except Rejected: # Then nothing of the claim …",),
        "dtao.transitions.claims.claim_by_sale": ("if isinstance(result, Rejection): → return state, False",),
        "dtao.transitions.claims.claim_on_subnet": ("if not is_claimed: → return state",),
        "dtao.transitions.credit_coinbase.spend": (
            "if spent is None: → return False",
            "if not EXISTENTIAL_DEPOSIT <= balance <= … → return False",
            "if spent: → return True",
        ),
        "dtao.transitions.swap_fees.pay_fee_of_buyer_from_subnet": ("if state.block_author is not None: → try:",),
        "dtao.transitions.swap_fees.pay_fee_of_seller_from_subnet": (
            "if author is None: → return state.runtime.assets.burn(state, …",
        ),
    },
}

UNREACHED: Mapping[str, Mapping[str, str]] = {
    function: {text: reason for reason, places in _BY_REASON.items() for text in places.get(function, ())}
    for function in sorted({function for places in _BY_REASON.values() for function in places})
}
"""The reasons, by function and by the text of the place."""
