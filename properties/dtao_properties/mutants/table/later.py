"""Rules of later versions: those that the launch does not have, and what later versions do otherwise."""

from functools import partial
from typing import Any

from attrs import evolve

from dtao import fixed
from dtao.fixed import I32F32, I64F64, I96F32, U64F64
from dtao.records import SharePool
from dtao.rules import price, shares
from dtao.rules.dividends import dividends_without_those_of_root
from dtao.state import State
from dtao.transitions import children, fees, neurons
from dtao.transitions.stake import is_stable
from dtao.units import AccountId, Alpha
from dtao_properties.mutants.mutant import Mutant, Replaced, Right
from dtao_properties.mutants.wrong import with_constant, with_rule


def _product_first(right: Right, pool: SharePool, update: int) -> int:
    is_high = (pool.total_alpha << 2 * U64F64.fraction_bits) // pool.denominator > U64F64.max_bits
    return min(update * pool.denominator // pool.total_alpha, I64F64.max_bits) if is_high else right(pool, update)


def _undivided(right: Right, dividends: Any, root_dividends: Any, for_validators: Alpha) -> Any:
    earned = dividends_without_those_of_root(dividends, root_dividends, for_validators)
    return {hotkey: for_validators * dividend >> I96F32.fraction_bits for hotkey, dividend in earned.items()}


def _without_a_loss(right: Right, pool: SharePool, coldkey: AccountId, amount: int) -> tuple[SharePool, int]:
    pool, change = shares.change_stake(pool, coldkey, shares.as_i64(amount))
    return pool, max(change, 0)


def _hotkey_changes_hands(right: Right, call: Any, state: State) -> Any:
    after, events = right(call, state)
    return evolve(after, owner=after.owner.set(call.hotkey, call.signer)), events


def _still_issued(right: Right, call: Any, state: State) -> Any:
    after, events = right(call, state)
    pool = evolve(after.pool(call.netuid), alpha_out=state.pool(call.netuid).alpha_out)
    return evolve(after, pools=after.pools.set(call.netuid, pool)), events


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "PRICE-2", "rules.price.moving_price_after_capped_price", "the price is not capped",
        lambda right, *given: price.moving_price_after(*given), era="234",
    ),
    Replaced(
        "STAKE-18", "transitions.stake.record_stake_block", "the block is noted for the hotkey first",
        lambda right, state, coldkey, hotkey: right(state, hotkey, coldkey), era="238",
    ),
    Replaced(
        "KEY-3", "transitions.keys.rename_owner_hotkey", "the owner hotkey stays behind",
        lambda right, subnet, old, new: subnet, era="238", after="L23",
    ),
    Replaced(
        "REG-4", "transitions.neurons.is_owner_hotkey", "all neurons of the owner are protected",
        lambda right, state, subnet, hotkey: neurons.is_of_owner(state, subnet, hotkey), era="238",
    ),
    Replaced(
        "BLOCK-2", "rules.emission.blocks_until_next_epoch", "children come into force a block before the epoch",
        lambda right, netuid, tempo, block: right(netuid, tempo, block + 1),
        era="238", seen_by="block.apply_pending_children_at_epochs",
    ),
    Replaced(
        "SHARE-8", "rules.shares.is_worth_a_share", "a deposit into an empty pool is refused",
        lambda right, pool, amount: pool.denominator != 0 and right(pool, amount), era="239",
    ),
    Replaced(
        "SHARE-8", "rules.shares.high_priced_shares_for", "the product comes first",
        _product_first,
        era="244",
        unrecorded="No recording has a share pool in which the value of a share overflows and that then changes.",
    ),
    Replaced(
        "SHARE-9", "rules.shares.is_dust", "dust is only what is below a part of a million",
        lambda right, total, denominator, held, shares: right(total, denominator, max(held // 10, 1), shares),
        era="244", after="N19",
    ),
    Replaced(
        "SHARE-6", "rules.shares.deposit_crediting_abs_change", "a loss counts as nothing",
        _without_a_loss, era="244",
        unrecorded="No recording deposits 2^63 or more.",
    ),
    Replaced(
        "STAKE-20", "transitions.stake.record_delegate", "the owner's stake makes a delegate",
        lambda right, state, coldkey, hotkey: right(state, None, hotkey), era="244",
    ),
    Replaced(
        "DIV-12", "rules.dividends.dividends_without_those_of_root", "root is paid in alpha as well",
        lambda right, dividends, of_root, alpha: dict(dividends), era="244", after="L01",
    ),
    Replaced(
        "STATE-14", "calls.registration.TryAssociateHotkey.apply", "a known hotkey changes hands",
        _hotkey_changes_hands, era="244",
    ),
    Replaced(
        "CHILD-4", "transitions.children.has_threshold_stake_or_is_owner_hotkey",
        "the owner hotkey needs the stake too",
        lambda right, *given: children.has_threshold_stake(*given), era="244",
    ),
    Replaced(
        "PRICE-3", "rules.price.weight_by_age", "the age counts twice",
        lambda right, weight, blocks, halving: (
            weight * ((blocks << 32) // (2 * blocks + halving)) >> 32 if blocks > 0 else 0
        ),
        era="252",
        after="L14",
    ),
    Replaced(
        "PRICE-4", "rules.price.counted_from_registration", "the age counts from block 0",
        lambda right, subnet: 0, era="252", after="L14",
    ),
    Replaced(
        "DIV-4", "rules.dividends.divided_with_take_of_each", "one's own hotkeys pay the take too",
        lambda right, dividends, take, own, contributions, same, *recycled: right(
            dividends, take, own, contributions, [False] * len(same), *recycled
        ),
        era="252",
        after="L20",
    ),
    Replaced(
        "STAKE-19", "transitions.fees.fee_by_dividends", "the fee has no least",
        lambda right, state, hotkey, netuid, alpha: (
            right if is_stable(state, netuid) else fees._last_earnings
        )(state, hotkey, netuid, alpha),
        era="252",
    ),
    Replaced(
        "EMIT-8", "rules.emission.is_eligible_once_started", "a subnet emits before it is started",
        lambda right, subnet: True, era="257",
    ),
    Replaced(
        "DIV-12", "rules.dividends.proportional_dividends", "the parts are not divided by their sum",
        _undivided, era="257", after="L15",
    ),
    Replaced(
        "DIV-13", "rules.dividends.alpha_for_validators", "half of the alpha is lost where nobody earned an incentive",
        lambda right, pending, swapped, incentives: right(pending, swapped, incentives or 1),
        era="257",
        after="N11, L16",
    ),
    Replaced(
        "NET-10", "calls.networks.StartCall.apply", "a subnet may be started a block early",
        lambda right, call, state: with_constant(partial(right, call), state, "start_call_delay", -1),
        era="257", unrecorded="No recording starts a subnet exactly one block too early.",
    ),
    Replaced(
        "STAKE-24", "calls.staking.RecycleAlpha.apply", "recycled alpha still counts as issued",
        _still_issued, era="257",
    ),
    Replaced(
        "STAKE-25", "calls.staking.give_up", "all nominators give up alpha",
        lambda right, state, *given: with_rule(
            lambda one: right(one, *given), state, "shares.withdraw",
            lambda withdraw, pool, coldkey, amount: (evolve(pool, total_alpha=pool.total_alpha - amount), amount),
        ),
        era="257",
        after="N33",
    ),
    Replaced(
        "EPOCH-22", "rules.consensus.stake_from_threshold_on", "the threshold itself does not count",
        lambda right, weights, threshold: right(weights, threshold + 1),
        era="257", unrecorded="No recording has a stake weight exactly at the threshold.",
    ),
    Replaced(
        "KEY-11", "transitions.keys.move_last_dividends", "what TAO was paid stays behind",
        lambda right, subnet, old, new: evolve(right(subnet, old, new), tao_dividends=subnet.tao_dividends), era="257",
    ),
    Replaced(
        "STAKE-21", "transitions.stake.record_earning", "whoever earns nothing is noted too",
        lambda right, state, coldkey, hotkey, amount: right(state, coldkey, hotkey, amount or 1), era="261",
    ),
    Replaced(
        "BOND-13", "rules.yuma3.proportional_bonds", "dividends do not follow the stake",
        lambda right, form, purchase: right(
            form, evolve(purchase, active_stake=[I32F32.one] * len(purchase.active_stake))
        ),
        era="265",
    ),
    Replaced(
        "BOND-14", "rules.yuma3.moved_bonds", "weights and bonds are taken for each other",
        lambda right, form, *given: right(
            evolve(form, mat_ema=lambda new, old, alpha: form.mat_ema(old, new, alpha)), *given
        ),
        era="265",
    ),
    Replaced(
        "BOND-14", "fixed.wrap", "a large moving average saturates",
        lambda right, fixed_point, bits: (
            fixed.from_int(fixed_point, bits >> I64F64.fraction_bits) if fixed_point is I64F64
            else right(fixed_point, bits)
        ),
        era="265", unrecorded="No recording has a bonds moving average of 2^63 or more.",
        seen_by="rules.yuma3.wrapped_alpha",
    ),
    Replaced(
        "BOND-15", "rules.yuma3.alpha_sigmoid", "a validator that sells goes by the consensus too",
        lambda right, consensus, weight, bond, *given: (
            right(consensus, weight if weight >= bond else consensus, bond, *given)
        ),
        era="265",
    ),
    Replaced(
        "BOND-15", "rules.yuma3.alpha_sigmoid", "of bounds in the wrong order the upper wins",
        lambda right, consensus, weight, bond, low, high, *given: (
            min(low, high) if low > high else right(consensus, weight, bond, low, high, *given)
        ),
        era="265", unrecorded="No recording has Yuma 3 together with liquid alpha.",
    ),
    Replaced(
        "BOND-16", "sparse.mat_vec_mul_sparse", "elements are multiplied by their own",
        lambda right, matrix, factors: [
            [(column, fixed.saturating_mul(fixed.I32F32, one, one)) for column, one in row if one * one >> 32]
            for row in matrix
        ],
        era="265",
    ),
    Replaced(
        "BOND-17", "sparse.ema_towards", "a bond may pass 1",
        lambda right, kept, purchase: fixed.saturating_add(fixed.I32F32, kept, max(purchase, 0)), era="265",
        unrecorded="No recording has a bond that would pass 1.",
    ),
    Replaced(
        "CHILD-12", "outcome.ensure_root", "anyone may set the cooldown",
        lambda right, origin: None, era="265", unrecorded="No recording has anyone but root call it.",
        seen_by="calls.children.SetPendingChildkeyCooldown.apply",
    ),
    Replaced(
        "STAKE-22", "transitions.stake.is_token_enabled", "the token is always enabled",
        lambda right, state, netuid: True, era="273",
    ),
    Replaced(
        "STAKE-23", "transitions.limits.positive_amount_allowed", "an amount of 0 is allowed",
        lambda right, amount: amount, era="273",
    ),
    Replaced(
        "KEY-10", "transitions.keys.swap_hotkey_on_one_network", "holders do not stake with the new hotkey",
        lambda right, state, *given: evolve(right(state, *given), staking_hotkeys=state.staking_hotkeys), era="277",
    ),
    Replaced(
        "KEY-12", "transitions.keys.clean_up_swap_records", "records stay for ever",
        lambda right, state, block: state,
        era="277", unrecorded="No recording runs until a record of a swap is due to go.",
    ),
)  # fmt: skip
