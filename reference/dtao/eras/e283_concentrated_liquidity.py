"""283: pools of concentrated liquidity, and a fee on swaps that belongs to who provides it."""

from dtao import block, calls, events, phases
from dtao.codec import I16
from dtao.eras import e277_hotkey_per_subnet
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import count_totals
from dtao.oracle import Era
from dtao.rules import dividends, yuma3
from dtao.state import State
from dtao.transitions import checks, coinbase, fees, liquidity, swap_stake
from dtao.units import ROOT, Rao

before = e277_hotkey_per_subnet.ERA.runtime

FORMER_PHASES = ("swap_tao_for_alpha", "swap_alpha_for_tao")
FORMER_READS = ("get_alpha_price", "sim_swap_tao_for_alpha", "sim_swap_alpha_for_tao")


def count_root_tao(state: State) -> State:
    """Return the state in which the pool of root holds the stake there, and the totals follow from what is held.

    Counted is the root stake on every hotkey that has an owner. Total stake is the TAO of all pools, total issuance
    that and all balances. Mirrors ``migrate_fix_root_subnet_tao`` and ``migrate_init_total_issuance``.
    """
    staked = sum(pool.total_alpha for hotkey, pool in state.subnet(ROOT).share_pools.items() if hotkey in state.owner)
    root = evolve(state.pool(ROOT), tao=Rao(staked))
    return count_totals(state if root == state.pool(ROOT) else evolve(state, pools=state.pools.set(ROOT, root)))


ERA = Era(
    name="concentrated-liquidity",
    last_spec_version=284,
    tag="v3.1.6",
    date="2025-06-30",
    summary=(
        "Pools in which liquidity lies in ranges of prices, the chain's own over all of them. Users may provide more"
        " and earn the fee on swaps, which replaces all fees on stake. What stakers of root are paid joins its pool."
    ),
    genesis_block=60_000,
    migration=count_root_tao,
    runtime=evolve(
        before,
        spec_version=283,
        items=items_at(283, {"Burn": 100_000_000}, before.items, {"AlphaSigmoidSteepness": I16}),
        calls={
            **before.calls,
            **calls.named(
                calls.AddLiquidity,
                calls.RemoveLiquidity,
                calls.ModifyPosition,
                calls.SetFeeRate,
                calls.ToggleUserLiquidity,
                calls.RemoveStakeFullLimit,
            ),
        },
        events={
            **before.events,
            **events.named(
                events.FeeRateSet,
                events.UserLiquidityToggled,
                events.LiquidityAdded,
                events.LiquidityRemoved,
                events.LiquidityModified,
            ),
        },
        phases={name: function for name, function in before.phases.items() if name not in FORMER_PHASES},
        reads={
            **{name: function for name, function in before.reads.items() if name not in FORMER_READS},
            **phases.READS_OF_RANGES,
        },
        constants=evolve(before.constants, staking_fee=Rao(0)),
        block=evolve(
            before.block,
            coinbase=tuple(coinbase.emit_into_ranges if one is block.emit else one for one in before.block.coinbase),
        ),
        trade=evolve(
            before.trade,
            price=liquidity.price,
            alpha_for_tao=swap_stake.sim_swap_tao_for_alpha,
            tao_for_alpha=swap_stake.sim_swap_alpha_for_tao,
            max_amount_add=swap_stake.max_amount_add,
            max_amount_remove=swap_stake.max_amount_remove,
            max_amount_between_pools=swap_stake.max_amount_between_pools,
            buy=swap_stake.buy_or_refuse,
            stable_amount=before.trade.stable_amount,
            buy_stable=before.trade.buy_stable,
            sell_stable=before.trade.sell_stable,
        ),
        epoch=evolve(before.epoch, sigmoid_exponent=yuma3.exponent_of_steepness_in_hundredths),
        dividends=evolve(before.dividends, root_tao=dividends.root_tao_with_dividends),
        staking=evolve(
            before.staking,
            addition_checks=checks.replaced(
                before.staking.addition_checks,
                {
                    checks.addition_above_minimum: checks.addition_above_minimum_and_pool_fee,
                    checks.addition_swappable: checks.addition_buys_alpha,
                },
            ),
            stake=swap_stake.stake_into_subnet,
            unstake=swap_stake.unstake_from_subnet,
            clear_small_nomination=swap_stake.clear_small_nomination,
            total_stake_of_hotkey=swap_stake.total_stake_of_hotkey,
            unstaking_fee=fees.no_fee,
            total_stake_of_coldkey=swap_stake.total_stake_of_coldkey,
        ),
        moves=evolve(
            before.moves,
            checks=checks.without(before.moves.checks, checks.transition_moves_shares),
            leave=swap_stake.unstake_from_subnet,
        ),
    ),
)
