"""Fees of swaps at weights."""

from dtao_spec.chapters.concentrated.swaps import parts_of_fee, parts_of_fee_rounded
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.weighted"


@rule("POOL-30", since=423, rounded=parts_of_fee_rounded)
def fee_of_author(taken: int, fee: int, proceeds: int | None) -> tuple[int, int]:
    r"""Fees to the author of the block.

    Change: A swap is one step, and there are no positions that could earn anything.
    Statement: The fee of a swap MUST go to the author of the block; that of one that takes nothing else in is nobody's.
        A buyer's fee is TAO, which the account of the subnet MUST pay to the author once the stake is credited
        ([STATE-18](#state-18)). A seller's fee is alpha: it MUST be sold to the pool at once, free of fees and without
        a limit, after what the swap did not take was returned and the seller was paid; the account of the subnet pays
        the TAO to the author, and it joins the outflow of the subnet ([FLOW-1](#flow-1)). If the pool refuses to buy
        it, or the payment is refused, so is the call. Without an author a buyer's fee is paid to the account of the
        bytes `modl` and `burntnsr`, unless that is refused, and a seller's is nobody's and counts as burned
        ([STATE-19](#state-19)).
    Formula: $$ \varphi \text{ where } x > 0, \qquad 0 \text{ where } x = 0 $$
    Units: rao or alpha rao: what a swap takes in without its fee, the fee, and what a seller's fee sells for (None for
        a buyer's); out, 0, and what the author gets in rao.
    Rounding: none beyond that of the fee ([POOL-12](#pool-12)).
    Source: `pallets/swap/src/pallet/swap_step.rs`, `process_swap`; `pallets/subtensor/src/staking/stake_utils.rs`,
        `stake_into_subnet`, `unstake_from_subnet`
    Known violation: A seller's fee moves the price a second time, and a fee that is too small to buy 1 rao refuses the
        sale, as does one of less than 500 rao to an author without a balance.
    Example: A buyer pays a fee of 3 rao; a seller one of 3 alpha rao, which sell for 1 rao.

        >>> fee_of_author(1_000, 3, None), fee_of_author(1_000, 3, 1), fee_of_author(0, 3, None)
        ((0, 3), (0, 1), (0, 0))
    """
    return parts_of_fee(taken, fee, proceeds)
