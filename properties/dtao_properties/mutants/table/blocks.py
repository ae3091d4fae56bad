"""The block step."""

from dtao.accumulator import SubnetAccumulator
from dtao.state import BlockContext
from dtao.units import U64_MAX
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right


def _without_issuing(right: Right, context: BlockContext) -> None:
    issuance = context.total_issuance
    right(context)
    context.total_issuance = issuance


def _without_a_trace(right: Right, context: BlockContext) -> None:
    emission = context.block_emission
    right(context)
    context.block_emission = emission


def _without_volume(right: Right, context: BlockContext) -> None:
    volumes = [subnet.volume for subnet in context.eligible]
    right(context)
    for subnet, volume in zip(context.eligible, volumes, strict=True):
        subnet.volume = volume


def _with_volume_of_64_bits(right: Right, context: BlockContext) -> None:
    right(context)
    for subnet in context.eligible:
        subnet.volume = min(subnet.volume, U64_MAX)


def _without_counting_anew(right: Right, context: BlockContext, subnet: SubnetAccumulator) -> None:
    last_step = subnet.last_step
    right(context, subnet)
    subnet.last_step = last_step


def _a_block_late(right: Right, context: BlockContext) -> None:
    due = [netuid for netuid, block in context.terms_due.items() if block == context.block_number]
    for netuid in due:
        context.terms_due[netuid] += 1
    right(context)
    for netuid in due:
        context.terms_due[netuid] -= 1


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "BLOCK-1", "rules.emission.blocks_until_next_epoch", "the epoch is due a block later, as a comment says",
        lambda right, netuid, tempo, block: right(netuid, tempo, block - 1), after="L30",
    ),
    Replaced(
        "BLOCK-1", "rules.emission.blocks_until_next_epoch", "a tempo of 0 is due in every block",
        lambda right, netuid, tempo, block: right(netuid, tempo, block) if tempo else 0,
    ),
    Replaced(
        "BLOCK-2", "block.adjust_registration_terms", "registration terms are not adjusted",
        lambda right, context: None,
    ),
    Replaced(
        "BLOCK-2", "transitions.coinbase.emission_of_block", "nothing is emitted in the first block of a step",
        lambda right, context: right(context) * (context.block_number > context.state.block_number + 1),
    ),
    Replaced(
        "BLOCK-3", "block.emit", "the TAO that enters pools is not issued",
        _without_issuing, after="N07",
    ),
    Replaced(
        "BLOCK-3", "block.emit", "what the emission of an alpha leaves in BlockEmission is not left there",
        _without_a_trace, after="L28",
    ),
    Patched(
        "BLOCK-3", "block.emit", "what is sold is counted as sold also where the pool refuses",
        "            bought = 0\n", "            bought = 0\n            alpha_out -= sold\n", after="N08",
        unrecorded="In no recording does a pool refuse what is sold for root.",
        because="The pass over all pools writes it out.",
    ),
    Patched(
        "BLOCK-3", "block.emit", "the alpha of root is neither sold nor set aside",
        "subnet.pending_emission += shared - for_root", "subnet.pending_emission += shared - 2 * for_root", after="N10",
        because="The pass over all pools writes it out.",
    ),
    Replaced(
        "BLOCK-3", "block.emit", "the volume does not grow by what is sold for root",
        _without_volume,
    ),
    Replaced(
        "BLOCK-3", "block.emit", "the volume saturates as a u64",
        _with_volume_of_64_bits, after="P20",
        unrecorded="No recording has a volume near 2^64.",
    ),
    Patched(
        "BLOCK-3", "unpacking.unpack", "root emits too",
        "for netuid, subnet in networks if netuid != ROOT]", "for netuid, subnet in networks]", after="P24",
        because="The choice is made while the list of accumulators is written.",
    ),
    Replaced(
        "BLOCK-3", "block.apply_pending_children", "pending children are never applied between epochs",
        lambda right, context: None, after="L17",
    ),
    Replaced(
        "BLOCK-3", "block.drain", "the blocks since the last step are not counted anew",
        _without_counting_anew, after="N32",
    ),
    Replaced(
        "BLOCK-4", "block.adjust_registration_terms", "the terms are adjusted a block late",
        _a_block_late,
    ),
)  # fmt: skip
