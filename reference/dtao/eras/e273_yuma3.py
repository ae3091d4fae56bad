"""273: Yuma 3, and stake moves only where the token of the subnet is enabled."""

from dtao.eras import e265_unstake_validity
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import change_networks, with_hyperparameters
from dtao.oracle import Era
from dtao.params import INITIAL_MAX_BURN
from dtao.records import Subnet
from dtao.rules import consensus, yuma3
from dtao.state import State
from dtao.transitions import checks, children, limits, networks, stake
from dtao.units import ROOT, NetUid, Rao

before = e265_unstake_validity.ERA.runtime

BONDS_MOVING_AVERAGE_BOUND = 975_000
"""In millionths."""


def enable_subtokens(state: State) -> State:
    """Return the state in which the tokens of root and of all started networks are enabled.

    No bonds moving average is above 0.975, and every maximal burn is 100 TAO. The stake that networks kept at their
    registration is dropped. Mirrors ``migrate_set_subtoken_enabled``, ``migrate_reset_bonds_moving_average``,
    ``migrate_reset_max_burn`` and ``migrate_orphaned_storage_items``.
    """

    def enabled(netuid: NetUid, subnet: Subnet) -> Subnet:
        started = netuid == ROOT or subnet.first_emission_block_number is not None
        average = min(subnet.hyperparameters.bonds_moving_average, BONDS_MOVING_AVERAGE_BOUND)
        subnet = with_hyperparameters(subnet, bonds_moving_average=average, max_burn=Rao(INITIAL_MAX_BURN))
        return evolve(subnet, subtoken_enabled=started if subnet.added else False, total_stake_at_dynamic=Rao(0))

    return change_networks(state, enabled, existing=False)


ERA = Era(
    name="yuma3",
    last_spec_version=273,
    tag="v3.1.0",
    date="2025-05-28",
    summary=(
        "A subnet may switch to Yuma 3, whose bonds are proportions that each validator builds up alone. Stake moves"
        " only where the subnet's token is enabled, and stake below the threshold does not count in an epoch."
    ),
    genesis_block=60_000,
    migration=enable_subtokens,
    runtime=evolve(
        before,
        spec_version=273,
        items=items_at(273, before=before.items),
        epoch=evolve(
            before.epoch,
            counted_stake=consensus.stake_from_threshold_on,
            permitted_validators=consensus.permitted_validators_with_stake,
            sparse_bonds=yuma3.bonds_by_choice,
            dense_bonds=yuma3.bonds_by_choice,
            sigmoid_exponent=yuma3.exponent_of_whole_steepness,
        ),
        staking=evolve(
            before.staking,
            is_token_enabled=stake.is_token_enabled,
            amount_allowed=limits.positive_amount_allowed,
            record_earning=stake.record_earning,
        ),
        moves=evolve(
            before.moves,
            checks=(
                checks.transition_changes_position,
                *checks.after(
                    before.moves.checks,
                    checks.transition_between_existing_subnets,
                    checks.transition_where_tokens_enabled,
                ),
            ),
        ),
        networks=evolve(before.networks, stake_kept=networks.nothing_kept, start=networks.start_with_token),
        children=evolve(before.children, is_take_limited=children.is_increase_limited),
    ),
)
