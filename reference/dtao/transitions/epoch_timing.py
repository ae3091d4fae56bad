"""The epochs of a block where at most some of those that are due run in it: from version 423 on."""

from dtao.accumulator import SubnetAccumulator
from dtao.block import apply_pending_children_of, drain, has_one_uid_a_hotkey
from dtao.evolving import evolve
from dtao.rule import implements
from dtao.rules.epoch_timing import blocks_until_next_auto_epoch, next_epoch_block
from dtao.state import BlockContext, State
from dtao.transitions.locks import owner_changed_by_conviction
from dtao.transitions.root_dividends import pending_of_servers_and_validators_distributed
from dtao.units import ROOT, U64_MAX, BlockNumber, NetUid


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


@implements("BLOCK-3", "BLOCK-6")
def drain_some_epochs(context: BlockContext) -> None:
    """Run the epochs that are due by netuid, no more than a block may run; defer those later in the order of iteration.

    A subnet in which a hotkey has two uids has no epoch, but its turn is over all the same, and takes no place. What is
    pending there waits. Mirrors ``drain_pending`` and ``distribute_emissions_to_subnets``.
    """
    block = context.block_number
    places = context.state.parameters.max_epochs_per_block
    next_epoch = context.state.runtime.block.next_epoch
    drained = []
    for subnet in context.subnets:
        if subnet.next_epoch != block:
            continue
        if places == 0:
            subnet.pending_epoch_at = BlockNumber(min(block + 1, U64_MAX))
        else:
            subnet.last_epoch_block, subnet.pending_epoch_at = BlockNumber(block), BlockNumber(0)
            subnet.epoch_index = min(subnet.epoch_index + 1, U64_MAX)
            if has_one_uid_a_hotkey(context, subnet):
                places -= 1
                drained.append(subnet)
        subnet.next_epoch = next_epoch(subnet, block + 1)
    for subnet in sorted(drained, key=lambda subnet: subnet.netuid):
        _with_last_step(context, subnet)
        drain(context, subnet)


@implements("LOCK-14", "BLOCK-3")
def drained_after_owner_changed(state: State, subnet: SubnetAccumulator) -> State:
    """Return the state after the epoch of a subnet, whose owner is the one that conviction makes it before."""
    state, _ = owner_changed_by_conviction(state, subnet.netuid)
    return pending_of_servers_and_validators_distributed(state, subnet)


def _with_last_step(context: BlockContext, subnet: SubnetAccumulator) -> None:
    """Let the state say when the last epoch was, which the next one looks at."""
    emission = context.state.emission(subnet.netuid)
    emission = evolve(emission, last_mechansim_step_block=subnet.last_mechansim_step_block)
    context.state = evolve(context.state, emissions=context.state.emissions.set(subnet.netuid, emission))


@implements("BLOCK-2")
def apply_pending_children_after_epochs(context: BlockContext) -> None:
    """Bring pending children into force on the networks whose epoch was in this block.

    On root that is where the block stands as that of its last epoch, which no block writes.
    """
    last_epochs = {subnet.netuid: subnet.last_epoch_block for subnet in context.subnets}
    last_epochs[ROOT] = context.state.emission(ROOT).last_epoch_block
    for netuid in tuple(context.with_pending_children):
        if last_epochs[netuid] == context.block_number:
            apply_pending_children_of(context, netuid)
