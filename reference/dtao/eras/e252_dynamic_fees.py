"""252: unstaking pays a fee that follows the last dividends."""

from dtao.eras import e247_min_activity_cutoff
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.phases import without
from dtao.rules import dividends, epoch, price, shares
from dtao.settings import Parameters
from dtao.state import State
from dtao.transitions import fees, keys, limits, networks, neurons

before = e247_min_activity_cutoff.ERA.runtime


def remove_subnet_limit(state: State) -> State:
    """Return the state without the limit on the number of subnets."""
    return evolve(state, parameters=evolve(state.parameters, subnet_limit=Parameters().subnet_limit))


ERA = Era(
    name="dynamic-fees",
    last_spec_version=256,
    tag="v2.0.8",
    date="2025-03-19",
    summary=(
        "Unstaking pays a fee that follows the last dividends, and a new subnet's moving price starts slowly. Limits of"
        " moves bind, the incentive of the owner's hotkey is burned, and a child takes its part parent by parent."
    ),
    migration=remove_subnet_limit,
    runtime=evolve(
        before,
        spec_version=252,
        items=items_at(252, before=before.items),
        reads=without(before.reads, "get_subnet_to_prune"),
        prices=evolve(before.prices, weight=price.weight_by_age),
        epoch=evolve(before.epoch, self_weight_uid=epoch.owner_self_weight),
        dividends=evolve(before.dividends, divided=dividends.divided_with_take_of_each),
        shares=evolve(before.shares, deposit=shares.deposit_crediting_change, withdraw=shares.withdraw_debiting_change),
        staking=evolve(before.staking, unstaking_fee=fees.fee_by_dividends),
        moves=evolve(before.moves, moved_amount=limits.amount_within_limit),
        neurons=evolve(before.neurons, unpaid_hotkeys=neurons.owner_hotkey),
        networks=evolve(before.networks, record_new_pool=networks.record_new_pool),
        keys=evolve(before.keys, totals_follow=keys.is_any_netuid, move_last_blocks=keys.move_last_blocks),
    ),
)
