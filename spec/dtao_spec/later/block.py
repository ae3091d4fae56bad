"""The block in later versions."""

from collections.abc import Collection
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters import block
from dtao_spec.chapters.block import Chain, Pending, blocks_until_next_epoch
from dtao_spec.later.keys import Records, swap_records_cleared
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.block"


@rule("BLOCK-2", since=277)
def step(chain: Chain, records: Records) -> tuple[Chain, Records]:
    r"""Records of swaps are cleared first.

    Statement: As before, but after the block number has grown and before anything else, the block MUST clear records of
        hotkey swaps on one subnet as [KEY-12](#key-12) says.
    Units: rao, alpha rao; blocks.
    Rounding: as before.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `on_initialize`; `pallets/subtensor/src/coinbase/block_step.rs`,
        `block_step`
    Example: Block 36 001 is the turn of netuid 1. A swap in block 0 is forgotten, one in block 1 is not.

        >>> chain = Chain(36_000, *[Fraction(0)] * 6, ())
        >>> after, left = step(chain, {(1, "alice"): 0, (1, "bob"): 1})
        >>> after.block_number, left
        (36001, {(1, 'bob'): 1})
    """
    return block.step(chain), swap_records_cleared(records, chain.block_number + 1)


@rule("BLOCK-3", since=238)
def run_coinbase(chain: Chain, emission: Fraction) -> Chain:
    r"""Children wait for the end of the tempo.

    Statement: As before, but the coinbase MUST NOT bring pending children into force: that happens after it, and only
        where an epoch is due ([BLOCK-2](#block-2), [CHILD-1](#child-1)).
    Units: rao, alpha rao.
    Rounding: as before.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Without a subnet nothing is issued.

        >>> chain = Chain(7, *[Fraction(0)] * 6, ())
        >>> run_coinbase(chain, Fraction(10**9)) == chain
        True
    """
    return block.run_coinbase(chain, emission)


@rule("BLOCK-3", since=257)
def run_coinbase_of_started(chain: Chain, emission: Fraction, started: Collection[int]) -> Chain:
    r"""The coinbase leaves out what was not started.

    Statement: The phases up to the moving prices MUST be taken for those subnets alone that take part
        ([EMIT-8](#emit-8)), as if no others existed. The epochs, the counts of blocks since the last step and the
        payments MUST be those of all subnets.
    Formula: $$ I' = I + \sum_{i \text{ started}} e_i $$
    Units: rao, alpha rao; netuids. How prices enter the moving prices is said in [PRICE-2](#price-2) and
        [PRICE-3](#price-3), since 234 and 252.
    Rounding: as before.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Two equal subnets, of which one was started. It gets the TAO of the block, the other stays as it was.

        >>> subnet = block.Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(0), Fraction(1, 2))
        >>> other = evolve(subnet, netuid=2)
        >>> chain = Chain(0, *[Fraction(0)] * 6, (subnet, other))
        >>> first, second = run_coinbase_of_started(chain, Fraction(10**9), {1}).subnets
        >>> first.tao - subnet.tao, second == evolve(other, blocks_since_last_step=1)
        (Fraction(1000000000, 1), True)
    """
    taking_part = tuple(subnet for subnet in chain.subnets if subnet.netuid in started)
    after = block.run_coinbase(evolve(chain, subnets=taking_part), emission)
    by_netuid = {subnet.netuid: subnet for subnet in after.subnets}
    for subnet in chain.subnets:
        if subnet.netuid not in started:
            due = blocks_until_next_epoch(subnet.netuid, subnet.tempo, chain.block_number) == 0
            by_netuid[subnet.netuid] = (
                evolve(subnet, drained=subnet.pending, pending=Pending(), blocks_since_last_step=0)
                if due
                else evolve(subnet, blocks_since_last_step=subnet.blocks_since_last_step + 1)
            )
    return evolve(after, subnets=tuple(by_netuid[subnet.netuid] for subnet in chain.subnets))
