"""The block step."""

from dtao_properties.mutants.mutant import Mutant, Patched

MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "BLOCK-1", "rules.emission.blocks_until_next_epoch", "the epoch is due a block later, as a comment says",
        "block_number + netuid + 1)", "block_number + netuid)", after="L30",
    ),
    Patched(
        "BLOCK-1", "rules.emission.blocks_until_next_epoch", "a tempo of 0 is due in every block",
        "return U64_MAX", "return 0",
    ),
    Patched(
        "BLOCK-2", "block.adjust_registration_terms", "registration terms are not adjusted",
        "if min(context.terms_due.values(), default=U64_MAX) > block_number:", "if True:",
    ),
    Patched(
        "BLOCK-2", "block.coinbase", "nothing is emitted in the first block of a step",
        "context.emission = context.block_emission <<",
        "context.emission = (context.block_number > context.state.block_number + 1) * context.block_emission <<",
    ),
    Patched(
        "BLOCK-3", "block.emit", "the TAO that enters pools is not issued",
        "context.total_issuance = min(context.total_issuance + inflow, U64_MAX)", "context.total_issuance += 0",
        after="N07",
    ),
    Patched(
        "BLOCK-3", "block.emit", "what the emission of an alpha leaves in BlockEmission is not left there",
        "context.block_emission = emitted = block_emission(issued)", "emitted = block_emission(issued)", after="L28",
    ),
    Patched(
        "BLOCK-3", "block.emit", "what is sold is counted as sold also where the pool refuses",
        "            bought = 0\n", "            bought = 0\n            alpha_out -= sold\n", after="N08",
        unrecorded="In no recording does a pool refuse what is sold for root.",
    ),
    Patched(
        "BLOCK-3", "block.emit", "the alpha of root is neither sold nor set aside",
        "subnet.pending_emission += shared - for_root", "subnet.pending_emission += shared - 2 * for_root", after="N10",
    ),
    Patched(
        "BLOCK-3", "block.emit", "the volume does not grow by what is sold for root", "subnet.volume += bought",
        "subnet.volume += 0",
    ),
    Patched(
        "BLOCK-3", "block.emit", "the volume saturates as a u64",
        "subnet.volume += bought", "subnet.volume = min(subnet.volume + bought, U64_MAX)", after="P20",
        unrecorded="No recording has a volume near 2^64.",
    ),
    Patched(
        "BLOCK-3", "block.emit", "the moving price follows the price before the sale for root",
        "price = (tao << FRACTION) // alpha_in if alpha_in else 0\n        weight", "pass\n        weight",
    ),
    Patched(
        "BLOCK-3", "block.unpacked", "root emits too", "for netuid, subnet in networks if netuid != ROOT]",
        "for netuid, subnet in networks]", after="P24",
    ),
    Patched(
        "BLOCK-3", "block.apply_pending_children", "pending children are never applied between epochs",
        "for netuid in tuple(context.with_pending_children):", "for netuid in ():", after="L17",
    ),
    Patched(
        "BLOCK-3", "block.drain", "the blocks since the last step are not counted anew",
        "subnet.last_step = context.block_number\n", "pass\n", after="N32",
    ),
    Patched(
        "BLOCK-4", "block.adjust_registration_terms", "the terms are adjusted a block late",
        "if due > block_number:", "if due >= block_number:",
    ),
)  # fmt: skip
