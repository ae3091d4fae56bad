"""298: blocks buy alpha where the price is low, and stake does not leave in the block in which it came."""

from dtao import block, events
from dtao.eras import e283_concentrated_liquidity
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import change_networks, with_hyperparameters
from dtao.oracle import Era
from dtao.rules.pools.concentrated.versions import CHECKED
from dtao.state import State
from dtao.transitions import checks, coinbase, limits, networks, stake, swap_stake
from dtao.units import Rao

before = e283_concentrated_liquidity.ERA.runtime


def allow_registration(state: State) -> State:
    """Return the state in which every network but root takes burned registrations.

    So none is closed to newcomers, which would get no TAO. Mirrors ``migrate_set_registration_enable``.
    """
    return change_networks(
        state, lambda netuid, subnet: with_hyperparameters(subnet, network_registration_allowed=True), root=False
    )


ERA = Era(
    name="subsidy",
    last_spec_version=300,
    tag="v3.2.3",
    date="2025-07-29",
    summary=(
        "Where the price of a subnet is below its part of the emission, the block buys alpha with the rest. The fee is"
        " lower, injected liquidity is traded, moves within a subnet need no swap, and stake stays for the rest of the"
        " block in which it was added."
    ),
    genesis_block=60_000,
    migration=allow_registration,
    runtime=evolve(
        before,
        spec_version=298,
        items=items_at(
            298,
            {"FeeRate": 33, "NetworkRegistrationAllowed": True, "NetworkPowRegistrationAllowed": True},
            before.items,
        ),
        events={
            **before.events,
            **events.named(
                events.LiquidityAddedBetween, events.LiquidityRemovedBetween, events.LiquidityModifiedBetween
            ),
        },
        constants=evolve(before.constants, min_stake=Rao(2_000_000)),
        block=evolve(
            before.block,
            phases=(block.clear_staking_operations, *before.block.phases),
            coinbase=tuple(
                coinbase.emit_with_subsidies if one is coinbase.emit_into_ranges else one
                for one in before.block.coinbase
            ),
        ),
        pools=evolve(before.pools, ranges=CHECKED),
        staking=evolve(
            before.staking,
            addition_checks=checks.replaced(
                before.staking.addition_checks,
                {
                    checks.addition_covered: checks.part_covered,
                    checks.addition_buys_alpha: checks.part_buys_alpha,
                    checks.addition_moves_shares: checks.part_moves_shares,
                },
            ),
            removal_checks=checks.RATE_LIMITED_REMOVAL_CHECKS,
            clear_small_nomination=swap_stake.clear_small_nomination_by_value,
            record_operation=stake.record_operation,
        ),
        moves=evolve(
            before.moves,
            checks=checks.after(
                checks.replaced(
                    before.moves.checks,
                    {
                        checks.transition_above_minimum: checks.between_subnets(checks.transition_above_minimum),
                        checks.transition_within_limit: checks.between_subnets(checks.transition_within_limit),
                    },
                ),
                checks.transition_changes_position,
                checks.transition_not_in_block_of_addition,
            ),
            leave=swap_stake.unstake_free,
            within_subnet=swap_stake.transfer_stake_within_subnet,
            limit=limits.limit_between_subnets,
        ),
        networks=evolve(before.networks, open=networks.open_both_ways),
    ),
)
