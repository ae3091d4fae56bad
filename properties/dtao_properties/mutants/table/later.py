"""Rules of later versions: those that the launch does not have, and what later versions do otherwise."""

from dtao_properties.mutants.mutant import Mutant, Patched

MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "PRICE-2", "rules.price.moving_price_after_capped_price", "the price is not capped",
        "min(price, ONE)", "price", era="234",
    ),
    Patched(
        "STAKE-18", "transitions.stake.record_stake_block", "the block is noted for the hotkey first",
        "set((coldkey, hotkey), state.block_number)", "set((hotkey, coldkey), state.block_number)", era="238",
    ),
    Patched(
        "KEY-3", "transitions.keys.owner_hotkey_renamed", "the owner hotkey stays behind",
        "evolve(subnet, owner_hotkey=new)", "subnet", era="238", after="L23",
    ),
    Patched(
        "REG-4", "transitions.neurons.is_owner_hotkey", "all neurons of the owner are protected",
        "hotkey == subnet.owner_hotkey", "belongs_to_owner(state, subnet, hotkey)", era="238",
    ),
    Patched(
        "BLOCK-2", "block.apply_pending_children_at_epochs", "children come into force a block before the epoch",
        "context.block_number) == 0", "context.block_number + 1) == 0", era="238",
    ),
    Patched(
        "SHARE-8", "rules.shares.is_worth_a_share", "a deposit into an empty pool is refused",
        "pool.denominator == 0 or", "pool.denominator != 0 and", era="239",
    ),
    Patched(
        "SHARE-8", "rules.shares.few_shares_for", "the product comes first",
        "return saturating_mul(I64F64, part, min(pool.denominator, I64F64.max_bits))",
        "return min(update * pool.denominator // pool.total_alpha, I64F64.max_bits)", era="244",
        unrecorded="No recording has a share pool in which the value of a share overflows and that then changes.",
    ),
    Patched(
        "SHARE-9", "rules.shares.is_rest", "a rest is too small only below a part of a million",
        "< SMALLEST_REST_OF_SHARES", "< SMALLEST_REST_OF_SHARES // 10", era="244", after="N19",
    ),
    Patched(
        "SHARE-2", "rules.shares.stake_of_few_shares", "few shares are worth nothing",
        "product = safe_div(U64F64, min(pool.total_alpha * shares, U64F64.max_bits), pool.denominator)", "product = 0",
        era="244",
        unrecorded="No recording has a share pool in which the value of a share overflows.",
    ),
    Patched(
        "SHARE-6", "rules.shares.deposited_by_magnitude", "a loss counts as nothing", "abs(change)", "max(change, 0)",
        era="244",
        unrecorded="No recording deposits 2^63 or more.",
    ),
    Patched(
        "STAKE-20", "transitions.stake.record_delegate", "the owner's stake makes a delegate",
        "state.owner.get(hotkey) == coldkey or hotkey", "hotkey", era="244",
    ),
    Patched(
        "DIV-12", "rules.dividends.dividends_without_those_of_root", "root is paid in alpha as well",
        "Bits(dividend - root_dividends[hotkey])", "dividend", era="244", after="L01",
    ),
    Patched(
        "STATE-14", "calls.registration.TryAssociateHotkey.apply", "a known hotkey changes hands",
        "return account_created(state, signed(self.signer), self.hotkey), ()",
        "return evolve(account_created(state, signed(self.signer), self.hotkey), owner="
        "state.owner.set(self.hotkey, self.signer)), ()", era="244",
    ),
    Patched(
        "CHILD-4", "transitions.children.has_threshold_stake_or_is_owner_hotkey",
        "the owner hotkey needs the stake too",
        "or state.subnet(netuid).owner_hotkey == hotkey", "", era="244",
    ),
    Patched(
        "PRICE-3", "rules.price.weight_by_age", "the age counts twice", "(blocks + halving_blocks)",
        "(2 * blocks + halving_blocks)", era="252", after="L14",
    ),
    Patched(
        "PRICE-4", "rules.price.counted_from_registration", "the age counts from block 0",
        "return subnet.network_registered_at", "return BlockNumber(0)", era="252", after="L14",
    ),
    Patched(
        "DIV-4", "rules.dividends.divided_with_take_of_each", "one's own hotkeys pay the take too",
        "kept = part if same else part", "kept = part", era="252", after="L20",
    ),
    Patched(
        "STAKE-19", "transitions.fees.fee_by_dividends", "the fee has no least",
        "Rao(max(_last_earnings(state, hotkey, netuid, alpha), state.runtime.constants.staking_fee))",
        "Rao(_last_earnings(state, hotkey, netuid, alpha))", era="252",
    ),
    Patched(
        "EMIT-8", "rules.emission.is_eligible_once_started", "a subnet emits before it is started",
        "first_emission_block_number is not None", "True", era="257",
    ),
    Patched(
        "DIV-12", "rules.dividends.proportional_dividends", "the parts are not divided by their sum",
        "// total) if total else 0", "// (total + (1 << FRACTION))) if total else 0", era="257", after="L15",
    ),
    Patched(
        "DIV-13", "rules.dividends.alpha_for_validators", "half of the alpha is lost where nobody earned an incentive",
        "if incentives == 0:", "if False:", era="257", after="N11, L16",
    ),
    Patched(
        "NET-10", "calls.networks.StartCall.apply", "a subnet may be started a block early",
        "state.block_number >= ready", "state.block_number + 1 >= ready", era="257",
        unrecorded="No recording starts a subnet exactly one block too early.",
    ),
    Patched(
        "STAKE-24", "calls.staking.RecycleAlpha.apply", "recycled alpha still counts as issued",
        "pool = evolve(pool, alpha_out=Alpha(max(pool.alpha_out - alpha, 0)))", "pass", era="257",
    ),
    Patched(
        "STAKE-25", "calls.staking.given_up", "all nominators give up alpha",
        "reduced, alpha = state.runtime.shares.withdraw(pool, coldkey, amount)",
        "reduced, alpha = evolve(pool, total_alpha=Alpha(pool.total_alpha - amount)), amount", era="257", after="N33",
    ),
    Patched(
        "EPOCH-22", "rules.consensus.stake_from_threshold_on", "the threshold itself does not count",
        ">= threshold", "> threshold", era="257",
        unrecorded="No recording has a stake weight exactly at the threshold.",
    ),
    Patched(
        "KEY-11", "transitions.keys.last_dividends_moved", "what TAO was paid stays behind",
        "tao_dividends=_amount_moved(subnet.tao_dividends, old, new),", "", era="257",
    ),
    Patched(
        "STAKE-21", "transitions.stake.record_earning",
        "whoever earns nothing is noted too", "if amount else state", "",
        era="261",
    ),
    Patched(
        "BOND-13", "rules.yuma3.proportional_bonds", "dividends do not follow the stake",
        "fixed.checked_mul(I32F32, part, stake) or 0 for", "part for", era="265",
    ),
    Patched(
        "BOND-14", "rules.yuma3.moved_bonds", "weights and bonds are taken for each other",
        "form.mat_ema(weights, old,", "form.mat_ema(old, weights,", era="265",
    ),
    Patched(
        "BOND-14", "rules.yuma3.wrapped_alpha", "a large moving average saturates",
        "fixed.wrap(I64F64, bonds_moving_average << I64F64.fraction_bits)",
        "fixed.from_int(I64F64, bonds_moving_average)", era="265",
        unrecorded="No recording has a bonds moving average of 2^63 or more.",
    ),
    Patched(
        "BOND-15", "rules.yuma3.alpha_sigmoid", "a validator that sells goes by the consensus too",
        "if weight >= bond else bond - weight", "if weight >= bond else bond - consensus", era="265",
        unrecorded="No recording has Yuma 3 together with liquid alpha.",
    ),
    Patched(
        "BOND-15", "rules.yuma3.alpha_sigmoid", "of bounds in the wrong order the upper wins",
        "max(min(alpha, high), low)", "min(max(alpha, low), high)", era="265",
        unrecorded="No recording has Yuma 3 together with liquid alpha.",
    ),
    Patched(
        "BOND-16", "sparse.mat_vec_mul_sparse", "elements are multiplied by their own",
        "factors[column])", "element)", era="265",
    ),
    Patched(
        "BOND-17", "sparse.ema_towards", "a bond may pass 1",
        "min(fixed.saturating_add(I32F32, kept, max(purchase, 0)), ONE)",
        "fixed.saturating_add(I32F32, kept, max(purchase, 0))", era="265",
        unrecorded="No recording has a bond that would pass 1.",
    ),
    Patched(
        "CHILD-12", "calls.children.SetPendingChildkeyCooldown.apply", "anyone may set the cooldown",
        "ensure_root(self.signer)", "pass", era="265",
        unrecorded="No recording has anyone but root call it.",
    ),
    Patched(
        "STAKE-22", "transitions.stake.token_enabled", "the token is always enabled",
        "state.subnet(netuid).subtoken_enabled", "True", era="273",
    ),
    Patched(
        "STAKE-23", "transitions.limits.positive_amount_allowed",
        "an amount of 0 is allowed", "amount > 0", "amount >= 0",
        era="273",
    ),
    Patched(
        "KEY-10", "transitions.keys.hotkey_swapped_on_one_network", "holders do not stake with the new hotkey",
        "staking = staking.set(holder, (*hotkeys, new))", "pass", era="277",
    ),
    Patched(
        "KEY-12", "transitions.keys.swap_records_cleared", "records stay for ever",
        "records = records.delete((netuid, coldkey))", "pass", era="277",
        unrecorded="No recording runs until a record of a swap is due to go.",
    ),
)  # fmt: skip
