"""When epochs are due, where a tempo is counted from the last one and an epoch may be triggered: from 423 on."""

from dtao.accumulator import SubnetAccumulator
from dtao.rule import implements
from dtao.rules.epoch_timing import blocks_until_next_auto_epoch, next_epoch_block
from dtao.state import State
from dtao.transitions.lock_swaps import change_owner_by_conviction
from dtao.transitions.root_dividends import distribute_pending_of_servers_and_validators
from dtao.units import NetUid


def next_epoch_by_tempo(subnet: SubnetAccumulator, block_number: int) -> int:
    """Return the first block from ``block_number`` on in which the epoch of a subnet is due."""
    return next_epoch_block(
        subnet.tempo, subnet.last_epoch_block, subnet.pending_epoch_at, subnet.last_step, block_number
    )


@implements("BLOCK-1")
def is_epoch_due(state: State, netuid: NetUid) -> bool:
    """Return whether the epoch of a network is due in the present block. Mirrors ``should_run_epoch``."""
    emission, now = state.emission(netuid), state.block_number
    tempo, last_step = state.subnet(netuid).hyperparameters.tempo, now - emission.blocks_since_last_step
    return next_epoch_block(tempo, emission.last_epoch_block, emission.pending_epoch_at, last_step, now) == now


@implements("BLOCK-1")
def is_in_freeze_window(state: State, netuid: NetUid) -> bool:
    """Return whether an owner may not set parameters, because an epoch is near or one was triggered.

    Mirrors ``is_in_admin_freeze_window``.
    """
    emission, tempo = state.emission(netuid), state.subnet(netuid).hyperparameters.tempo
    if tempo == 0:
        return False
    if emission.pending_epoch_at > state.block_number:
        return True
    remaining = blocks_until_next_auto_epoch(tempo, emission.last_epoch_block, state.block_number)
    return remaining < state.parameters.admin_freeze_window


@implements("LOCK-14", "BLOCK-3")
def change_owner_and_drain(state: State, subnet: SubnetAccumulator) -> State:
    """Return the state after the epoch of a subnet, whose owner is the one that conviction makes it before."""
    state, _ = change_owner_by_conviction(state, subnet.netuid)
    return distribute_pending_of_servers_and_validators(state, subnet)
