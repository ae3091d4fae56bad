"""238: nominators move stake too."""

from dtao import block
from dtao.eras import e234_capped_price
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import change_networks, with_hyperparameters
from dtao.oracle import Era
from dtao.params import INITIAL_MIN_DIFFICULTY
from dtao.rules import emission
from dtao.state import State
from dtao.transitions import checks, keys, neurons, stake

before = e234_capped_price.ERA.runtime


def lower_min_difficulty(state: State) -> State:
    """Return the state in which proof of work may become easy again on every network but root.

    Mirrors ``migrate_set_min_difficulty``.
    """
    return change_networks(
        state, lambda netuid, subnet: with_hyperparameters(subnet, min_difficulty=INITIAL_MIN_DIFFICULTY), root=False
    )


ERA = Era(
    name="nominators-move",
    last_spec_version=238,
    tag="v2.0.2",
    date="2025-02-15",
    summary=(
        "Nominators move stake too, not only owners of hotkeys; a subnet that closed both kinds of registration gets no"
        " TAO; the owner of a subnet protects one neuron instead of all of his; children change at epochs only."
    ),
    migration=lower_min_difficulty,
    runtime=evolve(
        before,
        spec_version=238,
        items=items_at(238, before=before.items),
        block=evolve(before.block, coinbase=(block.emit, block.drain_epochs)),
        emission=evolve(before.emission, is_registration_disabled=emission.is_registration_disabled_both_ways),
        staking=evolve(before.staking, record_stake_change=stake.record_stake_block),
        moves=evolve(before.moves, checks=checks.without(before.moves.checks, checks.transition_by_owner_of_hotkey)),
        neurons=evolve(before.neurons, is_protected=neurons.is_owner_hotkey, is_immortal=neurons.is_owner_hotkey),
        keys=evolve(before.keys, steps_on_networks=(*before.keys.steps_on_networks, keys.rename_owner_hotkey)),
    ),
)
