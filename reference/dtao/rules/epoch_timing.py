"""When the epoch of a subnet is due, where its owner may set the tempo and trigger an epoch: from version 423 on."""

from dtao import params
from dtao.rule import implements
from dtao.settings import Hyperparameters
from dtao.units import U64_MAX, BlockNumber, NetUid


@implements("BLOCK-1")
def next_epoch_block(tempo: int, last_epoch: int, pending_at: int, last_step: int, block_number: int) -> int:
    """Return the first block from ``block_number`` on in which an epoch is due; none, which is 2**64 - 1, at tempo 0.

    It is the earliest of three: a tempo after the last epoch, the block for which one was triggered or to which it was
    deferred (0 if none was), and the first that is more than the longest tempo after the last step (the last epoch that
    was not prevented). Mirrors ``should_run_epoch``.
    """
    if tempo == 0:
        return U64_MAX
    due = min(last_epoch + tempo, last_step + params.MAX_TEMPO + 1)
    if pending_at:
        due = min(due, pending_at)
    return max(due, block_number)


@implements("BLOCK-1")
def blocks_until_next_auto_epoch(tempo: int, last_epoch: int, block_number: int) -> int:
    """Return the number of blocks until a tempo has passed since the last epoch: 0 if it has, 2**64 - 1 at tempo 0."""
    return max(last_epoch + tempo - block_number, 0) if tempo else U64_MAX


@implements("EPOCH-13")
def cutoff_stored(parameters: Hyperparameters) -> int:
    """Return after how many blocks without an update a neuron counts as inactive: a parameter."""
    return parameters.activity_cutoff


@implements("EPOCH-13")
def cutoff_by_tempo(parameters: Hyperparameters) -> int:
    """Return after how many blocks without an update a neuron counts as inactive: a number of tempos.

    The factor is in thousandths, the blocks are floored, and at least 1. Mirrors ``get_activity_cutoff_blocks``.
    """
    return max(parameters.activity_cutoff_factor_milli * parameters.tempo // 1_000, 1)


@implements("NET-6")
def first_last_epoch(netuid: NetUid, tempo: int, block_number: BlockNumber) -> BlockNumber:
    """Return the block from which on the tempo of a new subnet counts, so that not all epochs fall into one block.

    It is as many blocks back as the netuid has beyond a multiple of the tempo, of one block at least.
    """
    return BlockNumber(max(block_number - netuid % max(tempo, 1), 0))
