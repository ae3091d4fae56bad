"""The block step since something other than the coinbase came to it."""

from attrs import evolve

from dtao_spec.chapters.block import step
from dtao_spec.chapters.chain import ROOT, Chain
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.block"
CLEARING_SWAP_RECORDS = Computation(276)


@rule("BLOCK-2", since=276)
def step_clearing_swap_records(chain: Chain, blocks: int = 1, *, rules: Computation = CLEARING_SWAP_RECORDS) -> Chain:
    r"""Block step.

    Change: Records of hotkey swaps on one subnet are cleared first. Such swaps are new, and their records would
        otherwise be kept for ever.
    Statement: In every block, before its calls, the block number MUST grow by 1; then records of hotkey swaps on one
        subnet are cleared as [KEY-12](#key-12) says, then the registration terms of all networks are adjusted
        ([BLOCK-4](#block-4)), then the coinbase runs ([BLOCK-3](#block-3)) on the emission at the total issuance
        ([ISS-1](#iss-1)), then pending children come into force ([CHILD-1](#child-1)) on networks whose epoch is due in
        this block, root among them. Blocks without calls MUST give the same state whether they are computed together or
        one by one.
    Formula: $$ \text{step}(s, a + b) = \text{step}(\text{step}(s, a), b) $$
    Units: rao, alpha rao; blocks.
    Rounding: as [BLOCK-3](#block-3), in every block anew. Two blocks stray at most twice as far as one (observed; the
        exact fractions grow too long for many).
    Rejections: none; what a part of it refuses is left out, and the block goes on.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `on_initialize`; `pallets/subtensor/src/coinbase/block_step.rs`,
        `block_step`
    Example: Block 36 001 is the turn of netuid 1. A swap in block 0 is forgotten, one in block 1 is not.

        >>> from fractions import Fraction
        >>> from dtao_spec.chapters.chain import Subnet
        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(0), Fraction(1, 2))
        >>> records = {(1, "alice"): 0, (1, "bob"): 1}
        >>> chain = Chain(36_000, *[Fraction(0)] * 6, (subnet,), records)
        >>> after = step_clearing_swap_records(chain)
        >>> after.block_number, after.swap_records
        (36001, {(1, 'bob'): 1})
    """
    for _ in range(blocks):
        existing = frozenset([ROOT, *(subnet.netuid for subnet in chain.subnets)])
        records = rules["KEY-12"](chain.swap_records, chain.block_number + 1, existing)
        chain = step(evolve(chain, swap_records=records), rules=rules)
    return chain


@rule("BLOCK-2", since=298)
def step_forgetting_operations(chain: Chain, blocks: int = 1, *, rules: Computation = CLEARING_SWAP_RECORDS) -> Chain:
    r"""Block step.

    Change: What was staked in the block before may be moved again; until then it may not ([STAKE-27](#stake-27)), so
        that nobody can stake and leave within one block.
    Statement: In every block, before its calls, the block number MUST grow by 1; then what stays for a block is free
        again ([STAKE-27](#stake-27)) and records of hotkey swaps on one subnet are cleared as [KEY-12](#key-12) says,
        then the registration terms of all networks are adjusted ([BLOCK-4](#block-4)), then the coinbase runs
        ([BLOCK-3](#block-3)) on the emission at the total issuance ([ISS-1](#iss-1)), then pending children come into
        force ([CHILD-1](#child-1)) on networks whose epoch is due in this block, root among them. Blocks without calls
        MUST give the same state whether they are computed together or one by one.
    Formula: $$ \text{step}(s, a + b) = \text{step}(\text{step}(s, a), b) $$
    Units: rao, alpha rao; blocks.
    Rounding: as [BLOCK-3](#block-3), in every block anew.
    Rejections: none; what a part of it refuses is left out, and the block goes on.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `on_initialize`; `pallets/subtensor/src/coinbase/block_step.rs`,
        `block_step`
    Example: Without a subnet only the block number changes.

        >>> from fractions import Fraction
        >>> chain = Chain(7, *[Fraction(0)] * 6, ())
        >>> step_forgetting_operations(chain) == evolve(chain, block_number=8)
        True
    """
    return step_clearing_swap_records(chain, blocks, rules=rules)


@rule("BLOCK-2", since=338)
def step_with_claims(chain: Chain, blocks: int = 1, *, rules: Computation = CLEARING_SWAP_RECORDS) -> Chain:
    r"""Block step.

    Change: At the end of the step root claims are made for some coldkeys, and stakers of root that are not numbered yet
        are numbered, since root's stakers are no longer paid at epochs.
    Statement: In every block, before its calls, the block number MUST grow by 1; then what stays for a block is free
        again ([STAKE-27](#stake-27)) and records of hotkey swaps on one subnet are cleared as [KEY-12](#key-12) says,
        then the registration terms of all networks are adjusted ([BLOCK-4](#block-4)), then the coinbase runs
        ([BLOCK-3](#block-3)) on the emission at the total issuance ([ISS-1](#iss-1)), then pending children come into
        force ([CHILD-1](#child-1)) on networks whose epoch is due in this block, root among them, then it is claimed
        for the coldkeys of the block ([CLAIM-7](#claim-7)), and last some stakers of root are numbered
        ([CLAIM-8](#claim-8)).
    Formula: $$ \text{step}(s, a + b) = \text{step}(\text{step}(s, a), b) $$
    Units: rao, alpha rao; blocks.
    Rounding: as [BLOCK-3](#block-3), in every block anew.
    Rejections: none; what a part of it refuses is left out, and the block goes on.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `on_initialize`; `pallets/subtensor/src/coinbase/block_step.rs`,
        `block_step`
    Example: Without a subnet only the block number changes.

        >>> from fractions import Fraction
        >>> chain = Chain(7, *[Fraction(0)] * 6, ())
        >>> step_with_claims(chain) == evolve(chain, block_number=8)
        True
    """
    return step_clearing_swap_records(chain, blocks, rules=rules)
