"""Share pools, and stake that comes and goes."""

from typing import Any

from attrs import evolve

from dtao.entries import without
from dtao.fixed import U64F64
from dtao.outcome import Rejection, require
from dtao.params import MINIMUM_POOL_LIQUIDITY
from dtao.records import SharePool
from dtao.rules.shares import as_i64, change_total, is_dust
from dtao.state import State
from dtao.trades import Addition
from dtao.units import U64_MAX, AccountId, Alpha, NetUid, Rao, Shares
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right
from dtao_properties.mutants.wrong import with_constant, with_rule


def _with_pool(made: tuple[State, int], netuid: NetUid, **changes: Any) -> tuple[State, int]:
    state, amount = made
    return evolve(state, pools=state.pools.set(netuid, evolve(state.pool(netuid), **changes))), amount


def _deposit_alone(right: Right, pool: SharePool, coldkey: AccountId, update: int) -> SharePool:
    if pool.denominator:
        return right(pool, coldkey, update)  # type: ignore[no-any-return]
    alone: SharePool = right(evolve(pool, total_alpha=Alpha(0)), coldkey, update)
    return evolve(alone, total_alpha=right(pool, coldkey, update).total_alpha)


def _emptied(right: Right, pool: SharePool, coldkey: AccountId, update: int) -> SharePool:
    after: SharePool = right(pool, coldkey, update)
    held, left = pool.shares.get(coldkey, 0), after.shares.get(coldkey, 0)
    if update >= 0 or not held or not is_dust(pool.total_alpha, after.denominator, held, left):
        return after
    return evolve(after, denominator=Shares(max(pool.denominator - held, 0)), shares=without(after.shares, coldkey))


def _volume_of_64_bits(right: Right, state: State, netuid: NetUid, tao: Rao) -> tuple[State, int]:
    after, alpha = right(state, netuid, tao)
    return _with_pool((after, alpha), netuid, volume=min(after.pool(netuid).volume, U64_MAX))


def _both_reserves_hold_the_minimum(right: Right, state: State, addition: Addition) -> None:
    right(state, addition)
    require(state.pool(addition.netuid).tao >= MINIMUM_POOL_LIQUIDITY, Rejection.INSUFFICIENT_LIQUIDITY)


def _staked_as_asked(
    right: Right, state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, tao: Rao, limit: Any = None
) -> Any:
    def stake(staked: Right, state: State, hotkey: Any, coldkey: Any, netuid: Any, paid: Any, *given: Any) -> Any:
        return staked(state, hotkey, coldkey, netuid, tao, *given)

    return with_rule(lambda one: right(one, coldkey, hotkey, netuid, tao, limit), state, "staking.stake", stake)


def _fee_on_root(right: Right, call: Any, state: State) -> Any:
    def stake(staked: Right, state: State, hotkey: Any, coldkey: Any, netuid: Any, tao: Any, *given: Any) -> Any:
        return staked(state, hotkey, coldkey, netuid, tao, state.runtime.constants.staking_fee, *given[1:])

    return with_rule(lambda one: right(call, one), state, "staking.stake", stake)


def _owner_too(right: Right, state: State, hotkey: AccountId, *given: Any) -> Any:
    after, events = right(evolve(state, owner=without(state.owner, hotkey)), hotkey, *given)
    return evolve(after, owner=state.owner), events


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "SHARE-1", "rules.shares.value_per_share", "a value that is too large saturates",
        lambda right, total, shares: min((total << 128) // shares, U64F64.max_bits) if shares else 0,
    ),
    Replaced(
        "SHARE-1", "rules.shares.value_per_share", "the value is rounded up",
        lambda right, total, shares: right(total, shares) + bool((total << 128) % shares) if shares else 0,
    ),
    Replaced(
        "SHARE-2", "rules.shares.stake_of", "a share is always worth 1",
        lambda right, pool, coldkey: min(pool.shares.get(coldkey, 0), U64F64.max_bits) >> 64, after="L19",
    ),
    Replaced(
        "SHARE-3", "rules.shares.total_after", "a loss of more than there is goes below 0",
        lambda right, total, update: total if update == -(2**63) else min(abs(total + update), U64_MAX),
        unrecorded="No recording takes more from all holders than there is.",
    ),
    Replaced(
        "SHARE-3", "rules.shares.change_total", "a reward raises the denominator too",
        lambda right, pool, update: evolve(right(pool, update), denominator=pool.denominator + max(update, 0)),
    ),
    Replaced(
        "SHARE-4", "rules.shares.update_stake", "the first holder's shares are the deposit alone",
        _deposit_alone, after="L07",
    ),
    Replaced(
        "SHARE-4", "rules.shares.update_stake", "a near-full withdrawal empties the position",
        _emptied, after="N19",
    ),
    Replaced(
        "SHARE-5", "rules.shares.as_i64", "a large amount saturates as an i64",
        lambda right, amount: min(amount, 2**63 - 1),
        unrecorded="No recording has a deposit or reward of 2^63 or more.",
    ),
    Replaced(
        "SHARE-6", "rules.shares.increase_stake", "a deposit is a reward for all",
        lambda right, pool, coldkey, amount: change_total(pool, as_i64(amount)), after="N33",
    ),
    Replaced(
        "SHARE-7", "rules.shares.update_stake", "all holders pay for a withdrawal",
        lambda right, pool, coldkey, update: change_total(pool, update),
        after="N33", seen_by="rules.shares.decrease_stake",
    ),
    Replaced(
        "STAKE-1", "transitions.stake.swap_tao_for_alpha", "what is bought does not leave the pool",
        lambda right, state, netuid, tao: _with_pool(
            right(state, netuid, tao), netuid, alpha_in=state.pool(netuid).alpha_in
        ),
    ),
    Replaced(
        "STAKE-1", "transitions.stake.swap_tao_for_alpha", "one rao more is bought",
        lambda right, state, *args: (lambda after, alpha: (after, alpha + (after is not state)))(*right(state, *args)),
    ),
    Replaced(
        "STAKE-1", "transitions.stake.swap_tao_for_alpha", "a stable subnet swaps without moving its counters",
        lambda right, state, netuid, tao: (
            right(state, netuid, tao) if state.subnet(netuid).mechanism else (state, right(state, netuid, tao)[1])
        ),
        after="N04, N05",
    ),
    Replaced(
        "STAKE-1", "transitions.stake.swap_tao_for_alpha", "the volume saturates as a u64",
        _volume_of_64_bits, after="P20", unrecorded="No recording has a volume near 2^64.",
    ),
    Replaced(
        "STAKE-2", "transitions.stake.swap_alpha_for_tao", "the sale does not lower the total stake",
        lambda right, state, *given: (
            lambda after, tao: (evolve(after, total_stake=state.total_stake), tao)
        )(*right(state, *given)),
    ),
    Replaced(
        "STAKE-2", "transitions.stake.swap_alpha_for_tao", "what is sold stays outside of the pool",
        lambda right, state, netuid, alpha: _with_pool(
            right(state, netuid, alpha), netuid, alpha_out=state.pool(netuid).alpha_out
        ),
    ),
    Replaced(
        "STAKE-3", "transitions.stake.add_fee", "the fee is lost",
        lambda right, state, netuid, fee: _with_pool(
            (right(state, netuid, fee), 0), netuid, tao=state.pool(netuid).tao
        )[0],
    ),
    Replaced(
        "STAKE-3", "transitions.stake.add_fee", "the fee does not count as stake",
        lambda right, state, netuid, fee: evolve(right(state, netuid, fee), total_stake=state.total_stake), after="N18",
    ),
    Patched(
        "STAKE-4", "transitions.stake.stake_into_subnet", "the fee is swapped too",
        "swap_tao_for_alpha(state, netuid, swapped)", "swap_tao_for_alpha(state, netuid, tao)",
        because="What swaps is told the amount without the fee, and no fee.",
    ),
    Replaced(
        "STAKE-4", "transitions.stake.with_staking_hotkey",
        "the hotkey is not noted among those that the coldkey stakes with",
        lambda right, state, coldkey, hotkey: state, seen_by="transitions.stake.stake_into_subnet",
    ),
    Patched(
        "STAKE-5", "transitions.stake.unstake_from_subnet", "TAO is paid only for what the shares were reduced by",
        "state, tao = swap_alpha_for_tao(state, netuid, sold)",
        "sold = sold if reduced is not pool else Alpha(0)\n    state, tao = swap_alpha_for_tao(state, netuid, sold)",
        after="later rule",
        unrecorded="No recording sells what the share pool refuses to give up: the check before it looks at the "
        "same stake.",
        because="What swaps is not told what the shares were reduced by.",
    ),
    Patched(
        "STAKE-6", "transitions.stake.clear_small_nomination", "the nomination is compared by its worth in TAO",
        "if stake >= state.parameters", "if stake * price(state, netuid) >> 32 >= state.parameters", after="L11",
        because="The amount that is compared is the amount that is sold.",
    ),
    Replaced(
        "STAKE-6", "transitions.stake.clear_small_nomination", "the owner of the hotkey is not exempt",
        _owner_too,
    ),
    Replaced(
        "STAKE-7", "transitions.stake.price", "prices do not count",
        lambda right, state, netuid: 1 << 32, seen_by="transitions.stake.total_stake_floored_by_subnet",
    ),
    Patched(
        "STAKE-8", "transitions.stake.total_stake_of_coldkey", "stake counts instead of shares",
        "alpha = held >> (shares.FRACTION - pool_rules.PRICE_FRACTION)",
        "alpha = stake_of(state, hotkey, coldkey, netuid) << pool_rules.PRICE_FRACTION",
        after="L19",
        because="The shares are read within, of each network.",
    ),
    Replaced(
        "STAKE-9", "calls.staking.add", "what could not be withdrawn is staked all the same",
        _staked_as_asked, after="N28",
    ),
    Patched(
        "STAKE-10", "calls.staking.AddStakeLimit.apply", "the limit does not bind",
        "min(self.amount_staked, maximum))", "self.amount_staked)",
        because="The same limit decides in the checks, which stay.",
    ),
    Replaced(
        "STAKE-11", "transitions.checks.addition_above_minimum", "the fee is not part of the minimum",
        lambda right, state, addition: right(
            state, evolve(addition, tao=addition.tao + state.runtime.constants.staking_fee)
        ),
    ),
    Replaced(
        "STAKE-11", "transitions.checks.addition_swappable", "the swap is simulated without the fee",
        lambda right, state, addition: right(
            state, evolve(addition, tao=addition.tao - state.runtime.constants.staking_fee)
        ),
        after="L31",
        unrecorded="No recording stakes within the fee of the minimum liquidity.",
    ),
    Replaced(
        "STAKE-11", "transitions.checks.addition_swappable", "the reserve that receives must hold the minimum too",
        _both_reserves_hold_the_minimum, after="N17",
    ),
    Replaced(
        "STAKE-11", "transitions.checks.addition_swappable", "a swap that pays nothing is not refused",
        lambda right, state, addition: None, after="N29",
    ),
    Replaced(
        "STAKE-12", "transitions.stake.clear_small_nomination", "a small rest stays",
        lambda right, state, *given: (state, ()),
    ),
    Patched(
        "STAKE-13", "calls.staking.RemoveStakeLimit.apply", "the limit does not bind",
        "min(alpha, maximum))", "alpha)",
        because="The same limit decides in the checks, which stay.",
    ),
    Replaced(
        "STAKE-14", "transitions.checks.removal_above_minimum", "the minimum itself is enough",
        lambda right, state, removal: with_constant(right, state, "min_stake", -1, removal),
    ),
    Replaced(
        "STAKE-14", "transitions.checks.removal_covered", "more than there is may be sold",
        lambda right, state, removal: right(state, evolve(removal, alpha=removal.alpha - 1)),
        unrecorded="No recording removes exactly one alpha rao more than there is.",
    ),
    Replaced(
        "STAKE-15", "transitions.stake.total_stake_of_hotkey", "a hotkey with exactly the threshold loses them",
        lambda right, state, hotkey: right(state, hotkey) - 1,
        unrecorded="No recording leaves a hotkey exactly at the threshold.",
        seen_by="calls.staking.drop_pending_children",
    ),
    Replaced(
        "STAKE-16", "transitions.unstaking.all_stake", "root is left out",
        lambda right, state, coldkey, hotkey, netuid: right(state, coldkey, hotkey, netuid) if netuid else 0,
    ),
    Patched(
        "STAKE-17", "calls.staking.UnstakeAllAlpha.apply", "only what the last subnet paid is staked",
        "total = min(total + tao, U64_MAX)", "total = tao",
        because="It is a sum within a loop.",
    ),
    Replaced(
        "STAKE-17", "calls.staking.UnstakeAllAlpha.apply", "staking on root costs the fee",
        _fee_on_root,
    ),
)  # fmt: skip
