"""257: a subnet emits only once its owner has started it."""

from dtao import calls, events
from dtao.eras import e252_dynamic_fees
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import change_networks
from dtao.oracle import Era
from dtao.rules import dividends, emission, epoch
from dtao.rules.pool import DYNAMIC
from dtao.state import State
from dtao.transitions import fees, networks, neurons, stake
from dtao.units import U16_MAX

before = e252_dynamic_fees.ERA.runtime


def start_networks(state: State) -> State:
    """Return the state in which every network but root counts as started, in the present block.

    Mirrors ``migrate_set_first_emission_block_number``.
    """
    block = state.block_number
    return change_networks(state, lambda netuid, subnet: evolve(subnet, first_emission_block_number=block), root=False)


ERA = Era(
    name="start-call",
    last_spec_version=257,
    tag="v2.0.9",
    date="2025-03-28",
    summary=(
        "A subnet emits only once its owner has started it, a week after its registration at the earliest. Dividends"
        " are paid in proportion to what is there, and holders may recycle or burn alpha."
    ),
    genesis_block=60_000,
    migration=start_networks,
    runtime=evolve(
        before,
        spec_version=257,
        items=items_at(257, before=before.items, defaults={"BondsPenalty": U16_MAX}),
        calls={**before.calls, **calls.named(calls.StartCall, calls.RecycleAlpha, calls.BurnAlpha)},
        events={
            **before.events,
            **events.named(
                events.StakeAddedForFee,
                events.StakeRemovedForFee,
                events.FirstEmissionBlockNumberSet,
                events.AlphaRecycled,
                events.AlphaBurned,
            ),
        },
        emission=evolve(before.emission, is_eligible=emission.is_eligible_once_started),
        epoch=evolve(before.epoch, bond_thresholds=epoch.last_tempo),
        dividends=evolve(before.dividends, alpha_dividends=dividends.proportional_dividends),
        staking=evolve(
            before.staking,
            unstaking_fee=fees.fee_by_dividends_or_alpha,
            stake_added=stake.added_with_fee,
            stake_removed=stake.removed_with_fee,
        ),
        neurons=evolve(before.neurons, clear=neurons.clear_incentive_and_bonds),
        networks=evolve(before.networks, announced_mechanism=DYNAMIC, min_burn=networks.min_burn_left_alone),
    ),
)
