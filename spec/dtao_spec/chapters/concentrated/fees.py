"""What a pool charges for swaps, who says how much, and who gets it."""

from fractions import Fraction

from dtao_spec.chapters.concentrated.ticks import cut
from dtao_spec.registry import rule
from dtao_spec.rounding import floored

CHAPTER = "dtao_spec.chapters.pools"
FEE_PARTS = 65_535


def fee_rounded(amount: Fraction, rate: int, on_top: bool = False) -> Fraction:
    """Return a whole fee, by a rate in 64 fraction bits."""
    return floored(amount * cut(Fraction(rate, FEE_PARTS - rate if on_top else FEE_PARTS)), 0)


@rule("POOL-12", since=283, rounded=fee_rounded)
def fee(amount: Fraction, rate: int, on_top: bool = False) -> Fraction:
    r"""Fee of a swap.

    Statement: The fee MUST be a part of the amount that is paid, in the token that is paid; where a step is ended by an
        edge or a limit, it MUST be computed anew, so that it is the same part of the step and its fee together.
    Formula: $$ f = x\,\frac{r}{65535} \quad \text{or} \quad f = x\,\frac{r}{65535 - r} $$
    Units: rao, or alpha rao; the rate as a u16-normalised fraction.
    Rounding: The quotient is floored in U64F64, then the product to a whole amount: less than $1 + x\,2^{-64}$ below
        the exact fee.
    Source: `pallets/swap/src/pallet/impls.rs`, `calculate_fee_amount`, `determine_action`
    Example: 196 of 65 535 of 1 TAO, and what is paid on top so that it is as much of both.

        >>> int(fee(Fraction(10**9), 196)), int(fee(Fraction(10**9) - 2_990_768, 196, on_top=True))
        (2990768, 2990768)
    """
    return amount * rate / (FEE_PARTS - rate if on_top else FEE_PARTS)


@rule("POOL-23", since=283)
def fee_rate_rejection(is_owner: bool, exists: bool, rate: int) -> str | None:
    r"""Setting the fee rate: `set_fee_rate`.

    Statement: The root origin, or the owner of a subnet, MUST be able to set the rate at which its pool charges swaps,
        up to 10 000 of 65 535. The event is `FeeRateSet`: netuid, rate.
    Units: a u16-normalised fraction.
    Rounding: none.
    Rejections: `BadOrigin`, `SubNetworkDoesNotExist`, `FeeRateTooHigh`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `set_fee_rate`
    Example: The highest rate, and the next.

        >>> fee_rate_rejection(True, True, 10_000), fee_rate_rejection(True, True, 10_001)
        (None, 'FeeRateTooHigh')
    """
    if not is_owner:
        return "BadOrigin"
    if not exists:
        return "SubNetworkDoesNotExist"
    return None if rate <= 10_000 else "FeeRateTooHigh"


@rule("POOL-23", since=320)
def fee_rate_refusal(is_owner: bool, exists: bool, rate: int) -> str | None:
    r"""Setting the fee rate: `set_fee_rate`.

    Change: The swap pallet names a network that does not exist by another error, which it had at the other pallet for
        mechanisms.
    Statement: The root origin, or the owner of a subnet, MUST be able to set the rate at which its pool charges swaps,
        up to 10 000 of 65 535. The event is `FeeRateSet`: netuid, rate.
    Units: a u16-normalised fraction.
    Rounding: none.
    Rejections: `BadOrigin`, `MechanismDoesNotExist`, `FeeRateTooHigh`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `set_fee_rate`
    Example: The highest rate, and the next.

        >>> fee_rate_refusal(True, True, 10_000), fee_rate_refusal(True, True, 10_001)
        (None, 'FeeRateTooHigh')
    """
    if not is_owner:
        return "BadOrigin"
    if not exists:
        return "MechanismDoesNotExist"
    return None if rate <= 10_000 else "FeeRateTooHigh"


@rule("POOL-23", since=385)
def fee_rate_refusal_of_root(is_root: bool, exists: bool, rate: int) -> str | None:
    r"""Setting the fee rate: `set_fee_rate`.

    Change: The owner of a subnet may not set it any more, since the fee does not stay in its pool.
    Statement: The root origin alone MUST be able to set the rate at which a pool charges swaps, up to 10 000 of 65 535.
        The event is `FeeRateSet`: netuid, rate.
    Units: a u16-normalised fraction.
    Rounding: none.
    Rejections: `BadOrigin`, `MechanismDoesNotExist`, `FeeRateTooHigh`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `set_fee_rate`
    Example: The highest rate, and an owner.

        >>> fee_rate_refusal_of_root(True, True, 10_000), fee_rate_refusal_of_root(False, True, 10_000)
        (None, 'BadOrigin')
    """
    return fee_rate_refusal(is_root, exists, rate)


def parts_of_fee_rounded(taken: int, fee: int, proceeds: int | None) -> tuple[int, int]:
    """Return the same of whole amounts, of which none is rounded any further."""
    return parts_of_fee(taken, fee, proceeds)


@rule("POOL-30", since=385, rounded=parts_of_fee_rounded)
def parts_of_fee(taken: int, fee: int, proceeds: int | None) -> tuple[int, int]:
    r"""Fees to the author of the block.

    Statement: The fee of a step MUST go to the author of the block, and none of it to positions ([POOL-19](#pool-19));
        that of a step that takes nothing else in is nobody's. A buyer's fee is TAO and joins the author's balance once
        the stake is credited. A seller's fee is alpha: it MUST be sold to the pool at once, free of fees and without a
        limit, after what the swap did not take was returned, and the TAO joins the author's balance and the outflow of
        the subnet ([FLOW-1](#flow-1)). If the pool refuses to buy it, so is the call. Without an author a buyer's fee
        leaves the total issuance, and a seller's is nobody's.
    Formula: $$ (0,\; \varphi) \text{ where } x > 0, \qquad (0, 0) \text{ where } x = 0 $$
    Units: rao or alpha rao: what a step takes in without its fee, the fee, and what a seller's fee sells for (None for
        a buyer's); out, what positions get, and what the author gets in rao.
    Rounding: none beyond that of the fee ([POOL-12](#pool-12)).
    Source: `pallets/swap/src/pallet/swap_step.rs`, `process_swap`; `pallets/subtensor/src/staking/stake_utils.rs`,
        `stake_into_subnet`, `unstake_from_subnet`
    Known violation: A seller's fee moves the price a second time, and a fee that is too small to buy 1 rao refuses the
        sale.
    Example: A buyer pays a fee of 3 rao; a seller one of 3 alpha rao, which sell for 1 rao.

        >>> parts_of_fee(1_000, 3, None), parts_of_fee(1_000, 3, 1), parts_of_fee(0, 3, None)
        ((0, 3), (0, 1), (0, 0))
    """
    if taken == 0:
        return 0, 0
    return 0, fee if proceeds is None else proceeds


@rule("POOL-30", since=411, rounded=parts_of_fee_rounded)
def parts_of_fee_paid_by_subnet(taken: int, fee: int, proceeds: int | None) -> tuple[int, int]:
    r"""Fees to the author of the block.

    Change: The account of the subnet pays the author. Without one a buyer's fee goes to an account that nobody can
        sign for, and counts as issued; a seller's counts as burned.
    Statement: The fee of a step MUST go to the author of the block, and none of it to positions ([POOL-19](#pool-19));
        that of a step that takes nothing else in is nobody's. A buyer's fee is TAO, which the account of the subnet
        MUST pay to the author once the stake is credited ([STATE-18](#state-18)). A seller's fee is alpha: it MUST be
        sold to the pool at once, free of fees and without a limit, after what the swap did not take was returned and
        the seller was paid; the account of the subnet pays the TAO to the author, and it joins the outflow of the
        subnet ([FLOW-1](#flow-1)). If the pool refuses to buy it, or the payment is refused, so is the call. Without an
        author a buyer's fee is paid to the account of the bytes `modl` and `burntnsr`, unless that is refused, and a
        seller's is nobody's and counts as burned ([STATE-19](#state-19)).
    Formula: $$ (0,\; \varphi) \text{ where } x > 0, \qquad (0, 0) \text{ where } x = 0 $$
    Units: rao or alpha rao: what a step takes in without its fee, the fee, and what a seller's fee sells for (None for
        a buyer's); out, what positions get, and what the author gets in rao.
    Rounding: none beyond that of the fee ([POOL-12](#pool-12)).
    Source: `pallets/swap/src/pallet/swap_step.rs`, `process_swap`; `pallets/subtensor/src/staking/stake_utils.rs`,
        `stake_into_subnet`, `unstake_from_subnet`
    Known violation: A seller's fee moves the price a second time, and a fee that is too small to buy 1 rao refuses the
        sale, as does one of less than 500 rao to an author without a balance.
    Example: A buyer pays a fee of 3 rao; a seller one of 3 alpha rao, which sell for 1 rao.

        >>> parts_of_fee_paid_by_subnet(1_000, 3, None), parts_of_fee_paid_by_subnet(1_000, 3, 1)
        ((0, 3), (0, 1))
    """
    return parts_of_fee(taken, fee, proceeds)


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
